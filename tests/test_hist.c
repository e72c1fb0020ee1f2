/* SPDX-License-Identifier: MIT */
/* The histogram: its bins cover all values once, its quantiles are close. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hist.h"
#include "base/stats.h"

static struct hist hist, other;

static int clear(void **state)
{
	(void)state;
	memset(&hist, 0, sizeof(hist));
	memset(&other, 0, sizeof(other));
	return 0;
}

static void bins_join_without_gap(void **state)
{
	size_t bin;

	(void)state;
	assert_int_equal(hist_lower(0), 0);
	for (bin = 0; bin < HIST_BINS; bin++) {
		uint64_t low = hist_lower(bin), up = hist_upper(bin);

		assert_true(low < up);
		assert_int_equal(hist_bin(low), bin);
		assert_int_equal(hist_bin(up - 1), bin);
		if (bin + 1 < HIST_BINS) {
			assert_true(up == hist_lower(bin + 1));
			assert_int_equal(hist_bin(up), bin + 1);
		}
	}
	assert_int_equal(hist_bin(UINT64_MAX), HIST_BINS - 1);
	assert_true(hist_upper(HIST_BINS - 1) == UINT64_MAX);
}

static void bins_are_narrow(void **state)
{
	size_t bin;

	(void)state;
	for (bin = 0; bin < 256; bin++)
		assert_true(hist_upper(bin) - hist_lower(bin) == 1);
	for (; bin < HIST_BINS; bin++)
		assert_true(hist_upper(bin) - hist_lower(bin) <=
			    hist_lower(bin) / 128);
}

static void add_keeps_the_sums(void **state)
{
	(void)state;
	hist_add(&hist, 1000);
	assert_int_equal(hist.min, 1000);
	assert_int_equal(hist.max, 1000);
	hist_add(&hist, 7);
	hist_add(&hist, 1u << 30);
	hist_add(&hist, 0);
	assert_int_equal(hist.count, 4);
	assert_int_equal(hist.sum, 1000 + 7 + (1u << 30));
	assert_int_equal(hist.min, 0);
	assert_int_equal(hist.max, 1u << 30);
	assert_int_equal(hist.bins[7], 1);
	assert_int_equal(hist.bins[hist_bin(1000)], 1);
}

static void quantiles_of_small_values_are_exact(void **state)
{
	uint64_t v;

	(void)state;
	for (v = 1; v <= 100; v++)
		hist_add(&hist, v);
	for (v = 1; v <= 100; v++)
		assert_true(hist_quantile(&hist, (double)v / 100) == (double)v);
	assert_true(hist_quantile(&hist, 0.001) == 1);
	assert_true(hist_quantile(&hist, 0.505) == 51);
}

static void quantile_of_one_value_is_that(void **state)
{
	(void)state;
	hist_add(&hist, 123456789);
	assert_true(hist_quantile(&hist, 0.5) == 123456789);
	assert_true(hist_quantile(&hist, 1) == 123456789);
	hist_add(&hist, 123456789);
	hist_add(&hist, 123456789);
	assert_true(hist_quantile(&hist, 0.5) == 123456789);
}

static void quantile_is_the_middle_of_its_bin(void **state)
{
	(void)state;
	hist_add(&hist, 1);
	hist_add(&hist, 1024); /* a bin of 8: 1024 .. 1031 */
	hist_add(&hist, 1 << 20);
	assert_true(hist_quantile(&hist, 0.5) == 1027.5);
	/* What lies outside of what was seen is no part of a bin. */
	hist_add(&hist, 1 << 20);
	assert_true(hist_quantile(&hist, 0.75) == 1 << 20);
}

static void extremes_are_exact(void **state)
{
	(void)state;
	hist_add(&hist, 1000003);
	hist_add(&hist, 2000003);
	hist_add(&hist, UINT64_MAX);
	assert_true(hist_quantile(&hist, 0.1) == 1000003);
	assert_true(hist_quantile(&hist, 1) == (double)UINT64_MAX);
}

enum { DRAWS = 20000 };

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (*seed >> 20) >> (*seed >> 60); /* over many doublings */
}

static void quantiles_agree_with_sorting(void **state)
{
	static const double qs[] = {0.001, 0.01,  0.25,	  0.5,	   0.75, 0.9,
				    0.99,  0.999, 0.9999, 0.50005, 1};
	static uint64_t all[DRAWS];
	uint64_t seed = 1;
	size_t i;

	(void)state;
	for (i = 0; i < DRAWS; i++) {
		all[i] = draw(&seed);
		hist_add(&hist, all[i]);
	}
	stats_sort_u64(all, DRAWS);
	for (i = 0; i < sizeof(qs) / sizeof(qs[0]); i++) {
		double true_one = (double)all[stats_rank(qs[i], DRAWS)];
		double got = hist_quantile(&hist, qs[i]);

		assert_true(fabs(got - true_one) <= true_one / 256);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bins_join_without_gap),
		cmocka_unit_test(bins_are_narrow),
		cmocka_unit_test_setup(add_keeps_the_sums, clear),
		cmocka_unit_test_setup(quantiles_of_small_values_are_exact,
				       clear),
		cmocka_unit_test_setup(quantile_of_one_value_is_that, clear),
		cmocka_unit_test_setup(quantile_is_the_middle_of_its_bin,
				       clear),
		cmocka_unit_test_setup(extremes_are_exact, clear),
		cmocka_unit_test_setup(quantiles_agree_with_sorting, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
