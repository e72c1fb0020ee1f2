/* SPDX-License-Identifier: MIT */
/*
 * Every statistic of the suite, once. Pure functions over arrays of doubles;
 * those that need order say so. The unit of inference is the trial: a trial
 * gives one value of a figure, and intervals are over trials, never over the
 * samples within one, which are far from independent.
 */
#ifndef IPCBENCH_BASE_STATS_H
#define IPCBENCH_BASE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ascending, in place. */
void stats_sort(double *y, size_t n);
void stats_sort_u64(uint64_t *y, size_t n);

/* 0-based index of quantile q among n sorted values: rank ceil(q n). */
size_t stats_rank(double q, size_t n);

/* A quantile is reported only where at least 10 of the n values lie beyond
 * it: n (1 - q) >= 10. */
bool stats_supported(double q, size_t n);

/* Median of sorted values; the mean of the middle two where n is even. */
double stats_median(const double *sorted, size_t n);

/* Interval of the median by order statistics (sign test): from the lo-th to
 * the hi-th smallest, counted from 1, with the coverage that this really has,
 * whatever the distribution. */
struct stats_ranks {
	size_t lo, hi;
	double level; /* actual, >= the level asked for */
};

/* False where n is too small for the level (95 % needs 6). */
bool stats_median_ranks(size_t n, double level, struct stats_ranks *ranks);

/* Smallest n that supports level. */
size_t stats_median_needs(double level);

/* Estimate of one figure over trials. */
struct stats_estimate {
	size_t n;
	double median;
	bool has_interval;
	double lo, hi, level; /* only if has_interval */
};

/* y need not be sorted and is left as it is; n > 0. -ENOMEM else 0. */
int stats_estimate(const double *y, size_t n, double level,
		   struct stats_estimate *out);

/*
 * Ratio a/b from pairs (one of each block): exp of the median of ln a - ln b,
 * with its interval at 1 - (1 - level) / comparisons (Bonferroni). Values are
 * positive, n > 0.
 */
int stats_ratio(const double *a, const double *b, size_t n, double level,
		size_t comparisons, struct stats_estimate *out);

enum stats_verdict {
	STATS_SAME,	  /* interval within [1/(1+delta), 1+delta] */
	STATS_FASTER,	  /* interval excludes 1, to the better side */
	STATS_SLOWER,	  /* to the worse side */
	STATS_UNRESOLVED, /* none of these, or no interval */
	STATS_VERDICTS
};
extern const char *const stats_verdict_names[STATS_VERDICTS + 1];

/* Tested in the order same, faster or slower, unresolved. */
enum stats_verdict stats_verdict(const struct stats_estimate *ratio,
				 double delta, bool lower_is_better);

/* Standard deviation (n - 1) over mean; 0 for n < 2 or a mean of 0. */
double stats_cv(const double *y, size_t n);

/* Autocorrelation at lag 1; 0 for n < 3 or no variance. */
double stats_acf1(const double *y, size_t n);

/*
 * Modes among values, by gaps: sorted ln y is split at the largest gap that
 * exceeds ln ratio and leaves at least share of all n values on each side of
 * it within its group; then again, until there is none. Group g is the values
 * from index at[g] to at[g+1]-1 of the sorted array. Returns the number of
 * groups, at most max (at needs max + 1 entries). Values are positive and
 * sorted.
 */
size_t stats_modes(const double *sorted, size_t n, double ratio, double share,
		   size_t *at, size_t max);

/* Half the width of an interval on the log scale, as a fraction: sqrt(hi/lo)
 * - 1. Infinite where there is no interval, or one that reaches 0. */
double stats_half_width(const struct stats_estimate *estimate);

#endif
