/* SPDX-License-Identifier: MIT */
/* Statistics against tables, exact fractions and cases worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/stats.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void near(double a, double b, double tolerance)
{
	if (fabs(a - b) > tolerance)
		fail_msg("%.17g is not %.17g", a, b);
}

/* Ranks and coverage of the 95 % interval, as tables of the sign test give
 * them. */
static void ranks_match_the_table(void **state)
{
	static const struct {
		size_t n, lo, hi;
		double percent;
	} rows[] = {
		{6, 1, 6, 96.9},    {8, 1, 8, 99.2},	 {10, 2, 9, 97.9},
		{12, 3, 10, 96.1},  {15, 4, 12, 96.5},	 {20, 6, 15, 95.9},
		{25, 8, 18, 95.7},  {30, 10, 21, 95.7},	 {40, 14, 27, 96.2},
		{50, 18, 33, 96.7}, {100, 40, 61, 96.5},
	};
	struct stats_ranks ranks;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(rows); i++) {
		assert_true(stats_median_ranks(rows[i].n, 0.95, &ranks));
		assert_int_equal(ranks.lo, rows[i].lo);
		assert_int_equal(ranks.hi, rows[i].hi);
		near(100 * ranks.level, rows[i].percent, 0.05);
	}
}

/* Sums of binomial coefficients, as integers: no rounding to hide in. */
static uint64_t choose(size_t n, size_t k)
{
	uint64_t c = 1;
	size_t i;

	for (i = 1; i <= k; i++)
		c = c * (n - k + i) / i;
	return c;
}

static void ranks_are_exact_up_to_53(void **state)
{
	static const double levels[] = {0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999};
	struct stats_ranks ranks;
	size_t n, i, k;

	(void)state;
	for (n = 1; n <= 53; n++) {
		for (i = 0; i < LENGTH(levels); i++) {
			uint64_t sum = 0, below = 0;
			double limit = ldexp((1 - levels[i]) / 2, (int)n);

			for (k = 0; k < n; k++) {
				sum += choose(n, k);
				if ((double)sum > limit)
					break;
				below = sum;
			}
			assert_int_equal(
				stats_median_ranks(n, levels[i], &ranks),
				k > 0);
			if (k == 0)
				continue;
			assert_int_equal(ranks.lo, k);
			assert_int_equal(ranks.hi, n + 1 - k);
			assert_true(ranks.level ==
				    1 - ldexp((double)below, 1 - (int)n));
		}
	}
}

/* A level that is just reached counts as reached. */
static void ranks_take_a_level_on_the_edge(void **state)
{
	struct stats_ranks ranks;

	(void)state;
	assert_true(stats_median_ranks(6, 1 - 2 / 64.0, &ranks));
	assert_int_equal(ranks.lo, 1);
	assert_false(stats_median_ranks(6, 1 - 1.999 / 64, &ranks));
	assert_true(stats_median_ranks(10, 1 - 2 * 11 / 1024.0, &ranks));
	assert_int_equal(ranks.lo, 2);
	assert_false(stats_median_ranks(0, 0.95, &ranks));
}

/* Where the normal approximation is good enough to be a check. */
static void ranks_hold_for_many_values(void **state)
{
	static const size_t many[] = {1000, 1074,  1075,  1076,
				      2000, 10000, 99999, 100000};
	struct stats_ranks ranks;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(many); i++) {
		double n = (double)many[i];
		double k = (n + 1) / 2 - 1.959964 * sqrt(n) / 2;

		assert_true(stats_median_ranks(many[i], 0.95, &ranks));
		assert_true(fabs((double)ranks.lo - k) <= 1);
		assert_int_equal(ranks.lo + ranks.hi, many[i] + 1);
		assert_true(ranks.level >= 0.95 && ranks.level < 0.956);
	}
	/* P(Bin(1000, 1/2) <= 468) = 0.0231..., <= 469 is beyond 0.025. */
	assert_true(stats_median_ranks(1000, 0.95, &ranks));
	assert_int_equal(ranks.lo, 469);
}

static void needs_are_those_of_the_sign_test(void **state)
{
	struct stats_ranks ranks;
	size_t m, n;

	(void)state;
	assert_int_equal(stats_median_needs(0.5), 2);
	assert_int_equal(stats_median_needs(0.90), 5);
	assert_int_equal(stats_median_needs(0.95), 6);
	assert_int_equal(stats_median_needs(0.98), 7);
	assert_int_equal(stats_median_needs(0.99), 8);
	assert_int_equal(stats_median_needs(1 - 0.05 / 9), 9);
	assert_int_equal(stats_median_needs(1 - 0.05 / 20), 10);
	for (m = 1; m < 200; m++) {
		double level = 1 - 0.05 / (double)m;

		n = stats_median_needs(level);
		assert_true(stats_median_ranks(n, level, &ranks));
		assert_false(stats_median_ranks(n - 1, level, &ranks));
	}
	assert_true(stats_median_needs(1) > 1000);
}

static void rank_is_the_ceiling(void **state)
{
	size_t n;

	(void)state;
	assert_int_equal(stats_rank(0.5, 1), 0);
	assert_int_equal(stats_rank(0.5, 4), 1);
	assert_int_equal(stats_rank(0.5, 5), 2);
	assert_int_equal(stats_rank(0.99, 100), 98);
	assert_int_equal(stats_rank(0.99, 101), 99);
	assert_int_equal(stats_rank(0, 7), 0);
	assert_int_equal(stats_rank(1, 7), 6);
	/* Products that binary fractions push above the integer they mean. */
	for (n = 1; n <= 100; n++) {
		assert_int_equal(stats_rank((double)n / 100, 100), n - 1);
		assert_int_equal(stats_rank((double)n / 100, 100000),
				 1000 * n - 1);
	}
}

static void support_needs_ten_beyond(void **state)
{
	(void)state;
	assert_true(stats_supported(0.5, 20));
	assert_false(stats_supported(0.5, 19));
	assert_true(stats_supported(0.9, 100));
	assert_false(stats_supported(0.9, 99));
	assert_true(stats_supported(0.99, 1000));
	assert_false(stats_supported(0.99, 999));
	assert_true(stats_supported(0.999, 10000));
	assert_false(stats_supported(0.999, 9999));
	assert_true(stats_supported(0.9999, 100000));
	assert_false(stats_supported(0.9999, 99999));
	assert_false(stats_supported(1, 1u << 30));
}

static void sorts_ascending(void **state)
{
	double y[] = {3, -1, 2, 1e300, -1e300, 2};
	uint64_t u[] = {UINT64_MAX, 0, UINT64_C(1) << 63, 5};
	size_t i;

	(void)state;
	stats_sort(y, LENGTH(y));
	for (i = 1; i < LENGTH(y); i++)
		assert_true(y[i - 1] <= y[i]);
	stats_sort_u64(u, LENGTH(u));
	for (i = 1; i < LENGTH(u); i++)
		assert_true(u[i - 1] <= u[i]);
	assert_true(u[3] == UINT64_MAX);
}

static void median_of_few(void **state)
{
	static const double y[] = {1, 2, 4, 1e308, 1.5e308};

	(void)state;
	near(stats_median(y, 1), 1, 0);
	near(stats_median(y, 2), 1.5, 0);
	near(stats_median(y, 3), 2, 0);
	near(stats_median(y, 4), 3, 0);
	near(stats_median(y + 3, 2), 1.25e308, 1e295);
}

static void estimate_leaves_its_input_alone(void **state)
{
	double y[] = {9, 2, 7, 4, 10, 1, 8, 3, 6, 5}, before[LENGTH(y)];
	struct stats_estimate e;

	(void)state;
	memcpy(before, y, sizeof(y));
	assert_int_equal(stats_estimate(y, LENGTH(y), 0.95, &e), 0);
	assert_memory_equal(y, before, sizeof(y));
	assert_int_equal(e.n, 10);
	near(e.median, 5.5, 0);
	assert_true(e.has_interval);
	near(e.lo, 2, 0);
	near(e.hi, 9, 0);
	near(e.level, 1 - 22 / 1024.0, 0);

	assert_int_equal(stats_estimate(y, 5, 0.95, &e), 0);
	near(e.median, 7, 0);
	assert_false(e.has_interval);
	assert_int_equal(stats_estimate(y, 1, 0.95, &e), 0);
	near(e.median, 9, 0);
}

/* Pairs drift together over three decades; the ratio does not care. */
static void ratio_pairs_what_drifts_together(void **state)
{
	double a[12], b[12];
	struct stats_estimate e;
	size_t i;

	(void)state;
	for (i = 0; i < 12; i++) {
		b[i] = pow(10, (double)(i % 4));
		a[i] = b[i] * (1.5 + 0.01 * (double)i);
	}
	assert_int_equal(stats_ratio(a, b, 12, 0.95, 1, &e), 0);
	near(e.median, sqrt(1.55 * 1.56), 1e-12);
	near(e.lo, 1.52, 1e-12);
	near(e.hi, 1.59, 1e-12);
	near(e.level, 1 - 2 * 79 / 4096.0, 1e-15);
}

static void ratio_shares_its_level(void **state)
{
	double a[10], b[10];
	struct stats_estimate one, nine, many;
	size_t i;

	(void)state;
	for (i = 0; i < 10; i++) {
		a[i] = 2 + (double)i;
		b[i] = 2;
	}
	assert_int_equal(stats_ratio(a, b, 10, 0.95, 1, &one), 0);
	assert_int_equal(stats_ratio(a, b, 10, 0.95, 9, &nine), 0);
	near(one.lo, 1.5, 1e-12);
	near(nine.lo, 1, 1e-12);
	near(nine.hi, 5.5, 1e-12);
	near(nine.median, one.median, 0);
	assert_true(nine.level >= 1 - 0.05 / 9);
	/* 10 blocks carry 20 comparisons and not 26. */
	assert_int_equal(stats_ratio(a, b, 10, 0.95, 20, &many), 0);
	assert_true(many.has_interval);
	assert_int_equal(stats_ratio(a, b, 10, 0.95, 26, &many), 0);
	assert_false(many.has_interval);
}

/* a over b and b over a are each other's inverse, bounds swapped. */
static void ratio_turns_round(void **state)
{
	double a[31], b[31];
	struct stats_estimate e, f;
	size_t i;

	(void)state;
	for (i = 0; i < 31; i++) {
		a[i] = 100 + (double)(i * 7 % 31);
		b[i] = 90 + (double)(i * 11 % 31);
	}
	assert_int_equal(stats_ratio(a, b, 31, 0.95, 3, &e), 0);
	assert_int_equal(stats_ratio(b, a, 31, 0.95, 3, &f), 0);
	near(e.median * f.median, 1, 1e-12);
	near(e.lo * f.hi, 1, 1e-12);
	near(e.hi * f.lo, 1, 1e-12);
}

static enum stats_verdict judge(double lo, double hi, bool lower_is_better)
{
	struct stats_estimate e = {
		.n = 6, .median = 1, .has_interval = true, .lo = lo, .hi = hi};

	return stats_verdict(&e, 0.02, lower_is_better);
}

static void verdict_in_its_order(void **state)
{
	struct stats_estimate none = {.n = 5, .median = 0.5};

	(void)state;
	assert_int_equal(judge(0.99, 1.01, true), STATS_SAME);
	/* Excludes 1, and is still the same for all that matters. */
	assert_int_equal(judge(1.001, 1.019, true), STATS_SAME);
	assert_int_equal(judge(1 / 1.02, 1.02, true), STATS_SAME);
	assert_int_equal(judge(0.979, 1.01, true), STATS_UNRESOLVED);
	assert_int_equal(judge(0.5, 0.99, true), STATS_FASTER);
	assert_int_equal(judge(0.5, 0.99, false), STATS_SLOWER);
	assert_int_equal(judge(1.01, 1.5, true), STATS_SLOWER);
	assert_int_equal(judge(1.01, 1.5, false), STATS_FASTER);
	assert_int_equal(judge(1, 1.5, true), STATS_UNRESOLVED);
	assert_int_equal(judge(0.5, 1, true), STATS_UNRESOLVED);
	assert_int_equal(stats_verdict(&none, 0.02, true), STATS_UNRESOLVED);
}

static void verdicts_have_names(void **state)
{
	(void)state;
	assert_string_equal(stats_verdict_names[STATS_SAME], "same");
	assert_string_equal(stats_verdict_names[STATS_FASTER], "faster");
	assert_string_equal(stats_verdict_names[STATS_SLOWER], "slower");
	assert_string_equal(stats_verdict_names[STATS_UNRESOLVED],
			    "unresolved");
	assert_null(stats_verdict_names[STATS_VERDICTS]);
}

static void cv_by_hand(void **state)
{
	static const double y[] = {2, 4, 4, 4, 5, 5, 7, 9};
	static const double far[] = {1e15 + 1, 1e15 + 2, 1e15 + 3};
	static const double zero[] = {-1, 1};

	(void)state;
	near(stats_cv(y, LENGTH(y)), sqrt(32 / 7.0) / 5, 1e-15);
	near(stats_cv(y, 1), 0, 0);
	near(stats_cv(y, 0), 0, 0);
	near(stats_cv(far, 3) * 1e15, 1, 1e-6);
	near(stats_cv(zero, 2), 0, 0);
}

static void acf1_by_hand(void **state)
{
	static const double up[] = {1, 2, 3, 4, 5};
	static const double flip[] = {1, -1, 1, -1};
	static const double flat[] = {7, 7, 7, 7};

	(void)state;
	/* (2*1 + 1*0 + 0*1 + 1*2) / (4+1+0+1+4) */
	near(stats_acf1(up, 5), 0.4, 1e-15);
	near(stats_acf1(flip, 4), -0.75, 1e-15);
	near(stats_acf1(flat, 4), 0, 0);
	near(stats_acf1(up, 2), 0, 0);
	near(stats_acf1(up, 0), 0, 0);
}

enum { MODES_MAX = 4 };

static void modes_split_at_gaps(void **state)
{
	double y[30];
	size_t at[MODES_MAX + 1], i;

	(void)state;
	for (i = 0; i < 30; i++)
		y[i] = (i < 27 ? 0.12 : 0.5) + 0.0001 * (double)i;
	assert_int_equal(stats_modes(y, 30, 1.25, 0.1, at, MODES_MAX), 2);
	assert_int_equal(at[0], 0);
	assert_int_equal(at[1], 27);
	assert_int_equal(at[2], 30);
	/* Three of thirty are a tenth, and not more than that. */
	assert_int_equal(stats_modes(y, 30, 1.25, 0.11, at, MODES_MAX), 1);
	assert_int_equal(at[1], 30);
	assert_int_equal(stats_modes(y, 30, 5, 0.1, at, MODES_MAX), 1);
}

/* An outlier makes the widest gap of all, and must not hide the others. */
static void modes_see_past_an_outlier(void **state)
{
	static const double y[] = {1,	1.1, 1.2, 1.3, 2,   2.1, 2.2,
				   2.3, 4,   4.1, 4.2, 4.3, 1000};
	size_t at[MODES_MAX + 1];

	(void)state;
	assert_int_equal(stats_modes(y, 13, 1.25, 0.2, at, MODES_MAX), 3);
	assert_int_equal(at[1], 4);
	assert_int_equal(at[2], 8);
	assert_int_equal(at[3], 13);
	/* Room for two: the wider of the gaps, 2.3 to 4. */
	assert_int_equal(stats_modes(y, 13, 1.25, 0.2, at, 2), 2);
	assert_int_equal(at[1], 8);
	assert_int_equal(at[2], 13);
}

static void modes_at_the_edges(void **state)
{
	static const double y[] = {1, 2, 4, 8, 16};
	size_t at[MODES_MAX + 1] = {99, 99, 99, 99, 99};

	(void)state;
	assert_int_equal(stats_modes(y, 0, 1.25, 0.1, at, MODES_MAX), 0);
	assert_int_equal(stats_modes(y, 5, 1.25, 0.1, at, 0), 0);
	assert_int_equal(stats_modes(y, 1, 1.25, 0.1, at, MODES_MAX), 1);
	assert_int_equal(at[1], 1);
	/* A gap that is just ratio does not exceed it. */
	assert_int_equal(stats_modes(y, 5, 2, 0.1, at, MODES_MAX), 1);
	assert_int_equal(stats_modes(y, 5, 1.9, 0.1, at, MODES_MAX), MODES_MAX);
	assert_int_equal(at[MODES_MAX], 5);
}

static void half_width_on_the_log_scale(void **state)
{
	struct stats_estimate e = {.has_interval = true, .lo = 4, .hi = 9};

	(void)state;
	near(stats_half_width(&e), 0.5, 1e-15);
	e.lo = 0;
	assert_true(isinf(stats_half_width(&e)));
	e = (struct stats_estimate){.median = 1};
	assert_true(isinf(stats_half_width(&e)));
}

/* A median's interval covers it as often as it says: 2000 draws of 20 from a
 * skewed distribution, from a fixed seed, so the count never changes. */
static double next_exponential(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return -log(((double)(*seed >> 11) + 0.5) / 9007199254740992.0);
}

static void interval_covers_as_it_says(void **state)
{
	uint64_t seed = 42;
	struct stats_estimate e;
	double y[20];
	int draw, covered = 0;
	size_t i;

	(void)state;
	for (draw = 0; draw < 2000; draw++) {
		for (i = 0; i < LENGTH(y); i++)
			y[i] = next_exponential(&seed);
		assert_int_equal(stats_estimate(y, LENGTH(y), 0.95, &e), 0);
		covered += e.lo <= log(2) && log(2) <= e.hi;
	}
	/* 95.86 %, give or take three standard errors of 0.45 %. */
	assert_in_range(covered, 1890, 1945);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranks_match_the_table),
		cmocka_unit_test(ranks_are_exact_up_to_53),
		cmocka_unit_test(ranks_take_a_level_on_the_edge),
		cmocka_unit_test(ranks_hold_for_many_values),
		cmocka_unit_test(needs_are_those_of_the_sign_test),
		cmocka_unit_test(rank_is_the_ceiling),
		cmocka_unit_test(support_needs_ten_beyond),
		cmocka_unit_test(sorts_ascending),
		cmocka_unit_test(median_of_few),
		cmocka_unit_test(estimate_leaves_its_input_alone),
		cmocka_unit_test(ratio_pairs_what_drifts_together),
		cmocka_unit_test(ratio_shares_its_level),
		cmocka_unit_test(ratio_turns_round),
		cmocka_unit_test(verdict_in_its_order),
		cmocka_unit_test(verdicts_have_names),
		cmocka_unit_test(cv_by_hand),
		cmocka_unit_test(acf1_by_hand),
		cmocka_unit_test(modes_split_at_gaps),
		cmocka_unit_test(modes_see_past_an_outlier),
		cmocka_unit_test(modes_at_the_edges),
		cmocka_unit_test(half_width_on_the_log_scale),
		cmocka_unit_test(interval_covers_as_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
