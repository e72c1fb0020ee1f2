/* SPDX-License-Identifier: MIT */
/* Order statistics over trials: no distribution is assumed anywhere. */
#include <assert.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"

const char *const stats_verdict_names[STATS_VERDICTS + 1] = {
	[STATS_SAME] = "same",
	[STATS_FASTER] = "faster",
	[STATS_SLOWER] = "slower",
	[STATS_UNRESOLVED] = "unresolved",
};

enum { BEYOND_MIN = 10 }; /* values beyond a quantile that is reported */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int by_value_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void stats_sort(double *y, size_t n)
{
	qsort(y, n, sizeof(*y), by_value);
}

void stats_sort_u64(uint64_t *y, size_t n)
{
	qsort(y, n, sizeof(*y), by_value_u64);
}

size_t stats_rank(double q, size_t n)
{
	double rank = q * (double)n;

	assert(n > 0 && q >= 0 && q <= 1);
	/* 0.07 * 100 is a little more than 7, and means 7. */
	rank = ceil(rank * (1 - 8 * DBL_EPSILON));
	if (rank < 1)
		return 0;
	return rank < (double)n ? (size_t)rank - 1 : n - 1;
}

bool stats_supported(double q, size_t n)
{
	/* 1 - 0.9 is a little less than 0.1, and means 0.1. */
	return (double)n * (1 - q + DBL_EPSILON) >= BEYOND_MIN;
}

double stats_median(const double *sorted, size_t n)
{
	assert(n > 0);
	if (n % 2)
		return sorted[n / 2];
	return sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

/*
 * The lower tail of Bin(n, 1/2), a term at a time. 2^-n is less than a double
 * holds from n = 1075 on, so term and sum share a scale, which grows with them.
 * Up to n = 53 all of it is exact.
 */
struct tail {
	size_t n, k;	  /* sum is of the terms 0 .. k */
	double term, sum; /* in units of 2^scale */
	int scale;
};

enum { TAIL_STEP = 512 }; /* bits by which the scale moves */

static struct tail tail_start(size_t n)
{
	return (struct tail){.n = n, .term = 1, .sum = 1, .scale = -(int)n};
}

static void tail_next(struct tail *tail)
{
	tail->k++;
	tail->term =
		tail->term * (double)(tail->n - tail->k + 1) / (double)tail->k;
	tail->sum += tail->term;
	if (tail->sum < ldexp(1, TAIL_STEP))
		return;
	tail->term = ldexp(tail->term, -TAIL_STEP);
	tail->sum = ldexp(tail->sum, -TAIL_STEP);
	tail->scale += TAIL_STEP;
}

static double tail_value(const struct tail *tail)
{
	return ldexp(tail->sum, tail->scale);
}

bool stats_median_ranks(size_t n, double level, struct stats_ranks *ranks)
{
	double limit = (1 - level) / 2, value, within;
	struct tail tail;

	if (n == 0)
		return false;
	tail = tail_start(n);
	within = tail_value(&tail);
	if (within > limit)
		return false;
	/* Below the k-th smallest lies the tail up to k - 1. */
	ranks->lo = 1;
	while (tail.k + 1 < (n + 1) / 2) {
		tail_next(&tail);
		value = tail_value(&tail);
		if (value > limit)
			break;
		within = value;
		ranks->lo = tail.k + 1;
	}
	ranks->hi = n + 1 - ranks->lo;
	ranks->level = 1 - 2 * within;
	return true;
}

size_t stats_median_needs(double level)
{
	double limit = (1 - level) / 2, p = 0.5;
	size_t n = 1;

	for (; p > limit && p > 0; p /= 2)
		n++;
	return n;
}

static void estimate_sorted(const double *sorted, size_t n, double level,
			    struct stats_estimate *out)
{
	struct stats_ranks ranks;

	*out = (struct stats_estimate){
		.n = n,
		.median = stats_median(sorted, n),
		.has_interval = stats_median_ranks(n, level, &ranks),
	};
	if (!out->has_interval)
		return;
	out->lo = sorted[ranks.lo - 1];
	out->hi = sorted[ranks.hi - 1];
	out->level = ranks.level;
}

int stats_estimate(const double *y, size_t n, double level,
		   struct stats_estimate *out)
{
	double *sorted;

	assert(n > 0);
	sorted = malloc(n * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	memcpy(sorted, y, n * sizeof(*sorted));
	stats_sort(sorted, n);
	estimate_sorted(sorted, n, level, out);
	free(sorted);
	return 0;
}

int stats_ratio(const double *a, const double *b, size_t n, double level,
		size_t comparisons, struct stats_estimate *out)
{
	double *logs, shared;
	size_t i;

	assert(n > 0 && comparisons > 0);
	logs = malloc(n * sizeof(*logs));
	if (!logs)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		logs[i] = log(a[i]) - log(b[i]);
	stats_sort(logs, n);
	shared = 1 - (1 - level) / (double)comparisons;
	estimate_sorted(logs, n, shared, out);
	free(logs);
	out->median = exp(out->median);
	if (out->has_interval) {
		out->lo = exp(out->lo);
		out->hi = exp(out->hi);
	}
	return 0;
}

enum stats_verdict stats_verdict(const struct stats_estimate *ratio,
				 double delta, bool lower_is_better)
{
	if (!ratio->has_interval)
		return STATS_UNRESOLVED;
	if (ratio->lo >= 1 / (1 + delta) && ratio->hi <= 1 + delta)
		return STATS_SAME;
	if (ratio->hi < 1)
		return lower_is_better ? STATS_FASTER : STATS_SLOWER;
	if (ratio->lo > 1)
		return lower_is_better ? STATS_SLOWER : STATS_FASTER;
	return STATS_UNRESOLVED;
}

static double mean(const double *y, size_t n)
{
	double m = 0;
	size_t i;

	/* Running, so that large values do not add up to larger ones. */
	for (i = 0; i < n; i++)
		m += (y[i] - m) / (double)(i + 1);
	return m;
}

static double squares(const double *y, size_t n, double m)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += (y[i] - m) * (y[i] - m);
	return sum;
}

double stats_cv(const double *y, size_t n)
{
	double m = mean(y, n);

	if (n < 2 || m == 0)
		return 0;
	return sqrt(squares(y, n, m) / (double)(n - 1)) / m;
}

double stats_acf1(const double *y, size_t n)
{
	double m = mean(y, n), all = squares(y, n, m), next = 0;
	size_t i;

	if (n < 3 || all == 0)
		return 0;
	for (i = 0; i + 1 < n; i++)
		next += (y[i] - m) * (y[i + 1] - m);
	return next / all;
}

/* The widest gap that leaves least values on each side of it within
 * [from, to): the index above it, and its ratio. 0 where there is none. */
static size_t widest_gap(const double *sorted, size_t from, size_t to,
			 size_t least, double *ratio)
{
	size_t i, best = 0;

	*ratio = 0;
	for (i = from + least; i + least <= to; i++) {
		if (sorted[i] / sorted[i - 1] <= *ratio)
			continue;
		*ratio = sorted[i] / sorted[i - 1];
		best = i;
	}
	return best;
}

/* Among all groups, the widest gap above ratio; 0 where there is none. */
static size_t next_split(const double *sorted, const size_t *at, size_t groups,
			 size_t least, double ratio)
{
	size_t g, i, best = 0;
	double gap;

	for (g = 0; g < groups; g++) {
		i = widest_gap(sorted, at[g], at[g + 1], least, &gap);
		if (i == 0 || gap <= ratio)
			continue;
		ratio = gap;
		best = i;
	}
	return best;
}

static void insert(size_t *at, size_t groups, size_t split)
{
	size_t g = groups;

	for (; at[g] > split; g--)
		at[g + 1] = at[g];
	at[g + 1] = split;
}

size_t stats_modes(const double *sorted, size_t n, double ratio, double share,
		   size_t *at, size_t max)
{
	size_t groups = 1, least, split;

	if (n == 0 || max == 0)
		return 0;
	at[0] = 0;
	at[1] = n;
	least = stats_rank(share, n) + 1;
	/* Widest first: should max cut it short, the clearest are kept. */
	for (; groups < max; groups++) {
		split = next_split(sorted, at, groups, least, ratio);
		if (split == 0)
			break;
		insert(at, groups, split);
	}
	return groups;
}

double stats_half_width(const struct stats_estimate *estimate)
{
	if (!estimate->has_interval || estimate->lo <= 0)
		return INFINITY;
	return sqrt(estimate->hi / estimate->lo) - 1;
}
