/* SPDX-License-Identifier: MIT */
/*
 * A histogram of durations, log-linear: exact up to 127, above that 128 bins
 * for each doubling, so a bin is never wider than 1/128 of its value. Fixed in
 * size, so it lives in shared memory.
 */
#ifndef IPCBENCH_BASE_HIST_H
#define IPCBENCH_BASE_HIST_H

#include <stddef.h>
#include <stdint.h>

enum {
	HIST_BITS = 7, /* 2^-7 relative resolution */
	HIST_DOUBLINGS = 64 - HIST_BITS,
	HIST_BINS = (HIST_DOUBLINGS + 1) << HIST_BITS,
};

struct hist {
	uint64_t count;
	uint64_t sum;
	uint64_t min, max; /* exact; 0 while count is 0 */
	uint64_t bins[HIST_BINS];
};

static inline size_t hist_bin(uint64_t value)
{
	unsigned int shift;

	if (value < 1u << HIST_BITS)
		return (size_t)value;
	shift = 63 - HIST_BITS - (unsigned int)__builtin_clzll(value);
	return ((size_t)(shift + 1) << HIST_BITS) +
	       (size_t)((value >> shift) - (1u << HIST_BITS));
}

/* Lowest value that falls into a bin, and the lowest that falls above it. */
uint64_t hist_lower(size_t bin);
uint64_t hist_upper(size_t bin);

static inline void hist_add(struct hist *hist, uint64_t value)
{
	if (hist->count == 0 || value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->count++;
	hist->sum += value;
	hist->bins[hist_bin(value)]++;
}

/* Value at rank ceil(q * count), as the middle of its bin (exact min and max
 * at the ends). 0 < q <= 1; count must not be 0. */
double hist_quantile(const struct hist *hist, double q);

#endif
