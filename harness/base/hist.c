/* SPDX-License-Identifier: MIT */
/* Bins of the log-linear histogram, and ranks among them. */
#include <assert.h>

#include "base/hist.h"
#include "base/stats.h"

enum { SUB = 1 << HIST_BITS };

uint64_t hist_lower(size_t bin)
{
	size_t doubling = bin >> HIST_BITS;
	uint64_t within = bin & (SUB - 1);

	if (doubling == 0)
		return within;
	return (within + SUB) << (doubling - 1);
}

uint64_t hist_upper(size_t bin)
{
	/* Above the last bin lies nothing that 64 bits can hold. */
	return bin + 1 < HIST_BINS ? hist_lower(bin + 1) : UINT64_MAX;
}

/* Middle of the values that fall into a bin, of which no end may lie outside
 * of what was seen. */
static double middle(const struct hist *hist, size_t bin)
{
	uint64_t low = hist_lower(bin);
	uint64_t high = low + (hist_upper(bin) - low - 1);

	if (low < hist->min)
		low = hist->min;
	if (high > hist->max)
		high = hist->max;
	return (double)low + (double)(high - low) / 2;
}

double hist_quantile(const struct hist *hist, double q)
{
	uint64_t rank, seen = 0;
	size_t bin;

	assert(hist->count > 0 && q > 0 && q <= 1);
	rank = stats_rank(q, hist->count) + 1;
	if (rank == 1)
		return (double)hist->min;
	if (rank == hist->count)
		return (double)hist->max;
	for (bin = 0; bin < HIST_BINS - 1; bin++) {
		seen += hist->bins[bin];
		if (seen >= rank)
			break;
	}
	return middle(hist, bin);
}
