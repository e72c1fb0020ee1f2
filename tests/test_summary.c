/* SPDX-License-Identifier: MIT */
/* Figures of invented runs, small enough to be worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/file.h"
#include "run/load.h"
#include "run/results.h"
#include "run/schema.h"
#include "run/summary.h"
#include "tests/fake_run.h"

/* The run that a test makes. */
static char dir[64];
static json_t *manifest;
static struct results *results;

static int begin(void **state)
{
	struct why why;

	(void)state;
	strcpy(dir, "/tmp/ipcbench-summary-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	strcat(dir, "/run");
	manifest = fake_manifest();
	return results_create(&results, dir, NULL, manifest, &why);
}

static int end(void **state)
{
	char command[128];

	(void)state;
	json_decref(manifest);
	*strrchr(dir, '/') = 0;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void put_blocks(json_int_t n)
{
	for (json_int_t b = 0; b < n; b++)
		fake_put(results, RESULTS_BLOCKS, fake_block(results, b));
}

/* A cell, and the reference to make trials with. */
static json_t *put_cell(const char *workload, const char *backend,
			const char *placement, const char *wait)
{
	json_t *cell = fake_cell(workload, backend, 64, placement, wait);

	fake_put(results, RESULTS_CELLS, json_incref(cell));
	return cell;
}

static void put_trial(const json_t *cell, json_int_t block, double value,
		      double line_ns)
{
	fake_put(results, RESULTS_TRIALS,
		 fake_trial(results, cell, block, value, line_ns));
}

/* Trials in blocks 0 .. n-1 with these values. */
static void put_trials(const json_t *cell, size_t n, const double *values,
		       double line_ns)
{
	for (size_t i = 0; i < n; i++)
		put_trial(cell, (json_int_t)i, values[i], line_ns);
}

static json_t *summarise(void)
{
	struct run_data *data;
	struct why why = {{0}};
	json_t *summary;

	fake_end(results, manifest, "complete");
	if (run_load(&data, dir, &why))
		fail_msg("%s", why.text);
	summary = summary_build(data);
	run_free(data);
	assert_non_null(summary);
	return summary;
}

static json_t *cell_of(const json_t *summary, size_t nth)
{
	json_t *cell = json_array_get(json_object_get(summary, "cells"), nth);

	assert_non_null(cell);
	return cell;
}

static json_t *figure_of(const json_t *summary, size_t cell, const char *metric,
			 const char *class, const char *set)
{
	json_t *figures = json_object_get(cell_of(summary, cell), "figures");
	json_t *figure;
	size_t i;

	json_array_foreach(figures, i, figure)
	{
		const char *its = json_string_at(figure, "class", "");

		if (!strcmp(json_string_at(figure, "metric", ""), metric) &&
		    !strcmp(its, class ? class : "") &&
		    !strcmp(json_string_at(figure, "set", ""), set))
			return figure;
	}
	return NULL;
}

static json_t *rtt_of(const json_t *summary, size_t cell)
{
	json_t *figure = figure_of(summary, cell, "rtt", NULL, "all");

	assert_non_null(figure);
	return figure;
}

static void near(const json_t *json, const char *path, double due)
{
	double value;

	if (!json_number_at(json, path, &value))
		fail_msg("'%s' is no number", path);
	if (fabs(value - due) > 1e-9 * fabs(due))
		fail_msg("'%s' is %.17g, not %.17g", path, value, due);
}

static void text_is(const json_t *json, const char *path, const char *due)
{
	assert_string_equal(due, json_string_at(json, path, "(none)"));
}

static void text_has(const json_t *json, const char *path, const char *part)
{
	const char *text = json_string_at(json, path, "(none)");

	if (!strstr(text, part))
		fail_msg("'%s' is '%s', without '%s'", path, text, part);
}

static void null_at(const json_t *json, const char *path)
{
	assert_true(json_is_null(json_at(json, path)));
}

/* Six trials: the interval is from the least to the most, at 1 - 2/64. */
static void test_estimate(void **state)
{
	static const double ns[] = {1600, 1100, 1500, 1200, 1400, 1300};
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary, *figure;

	(void)state;
	put_blocks(6);
	put_trials(cell, 6, ns, 0);
	summary = summarise();
	figure = rtt_of(summary, 0);
	assert_int_equal(6, json_int_at(figure, "n", 0));
	near(figure, "estimate", 1350);
	near(figure, "lo", 1100);
	near(figure, "hi", 1600);
	near(figure, "level", 0.96875);
	near(figure, "cv", sqrt(35000) / 1350);
	null_at(figure, "class");
	null_at(figure, "interval_why");
	assert_true(json_is_true(json_object_get(figure, "headline")));
	null_at(figure, "ratio");
	text_is(figure, "ratio_why", "this is the baseline");
	text_is(cell_of(summary, 0), "state", "measured");
	json_decref(summary);
	json_decref(cell);
}

static void test_too_few_trials(void **state)
{
	static const double ns[] = {1000, 1100, 1200};
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(3);
	put_trials(cell, 3, ns, 0);
	summary = summarise();
	near(rtt_of(summary, 0), "estimate", 1100);
	null_at(rtt_of(summary, 0), "lo");
	null_at(rtt_of(summary, 0), "level");
	text_has(rtt_of(summary, 0), "interval_why", "3 of the 6 trials");
	json_decref(summary);
	json_decref(cell);
}

/* Rates are totals over totals: 2e6 messages of 64 B a second. */
static void test_rates(void **state)
{
	json_t *cell = put_cell("stream", "pipe", "same-pu", "block");
	json_t *summary, *trial;

	(void)state;
	put_blocks(1);
	put_trial(cell, 0, 2e6, 0);
	summary = summarise();
	near(figure_of(summary, 0, "messages_per_s", NULL, "all"), "estimate",
	     2e6);
	near(figure_of(summary, 0, "bytes_per_s", NULL, "all"), "estimate",
	     128e6);
	trial = json_array_get(json_object_get(cell_of(summary, 0), "trials"),
			       0);
	near(trial, "value", 2e6);
	/* A trial's quartiles of time are 0.9 and 1.2 of its median. */
	near(trial, "p25", 2e6 / 1.2);
	near(trial, "p75", 2e6 / 0.9);
	json_decref(summary);
	json_decref(cell);
}

static void put_pair(const char *workload, const double *pipe,
		     const double *tcp, size_t n)
{
	json_t *a = put_cell(workload, "pipe", "same-pu", "block");
	json_t *b = put_cell(workload, "tcp", "same-pu", "block");

	put_blocks((json_int_t)n);
	put_trials(a, n, pipe, 0);
	put_trials(b, n, tcp, 0);
	json_decref(a);
	json_decref(b);
}

/* Block mates differ by 2 or 3, whatever the block; medians do not. */
static void test_ratio(void **state)
{
	static const double pipe[] = {1000, 2000, 4000, 8000, 16000, 32000};
	static const double tcp[] = {3000, 4000, 12000, 16000, 48000, 64000};
	json_t *summary, *figure;

	(void)state;
	put_pair("pingpong", pipe, tcp, 6);
	summary = summarise();
	figure = rtt_of(summary, 1);
	near(figure, "ratio.estimate", sqrt(6));
	near(figure, "ratio.lo", 2);
	near(figure, "ratio.hi", 3);
	near(figure, "ratio.level", 0.96875);
	assert_int_equal(6, json_int_at(figure, "ratio.n", 0));
	assert_int_equal(1, json_int_at(figure, "ratio.comparisons", 0));
	text_is(figure, "ratio.verdict", "slower");
	text_is(figure, "ratio.against",
		"pingpong/pipe/64/same-pu/process/block");
	null_at(figure, "ratio.why");
	null_at(figure, "ratio_why");
	json_decref(summary);
}

/* A lesson may find nothing of what it counts: that is a figure, not a ratio,
 * and no reason to give the summary up. */
static void test_zero(void **state)
{
	static const double pipe[] = {1000, 1000, 1000, 1000, 1000, 1000};
	json_t *cells[2] = {put_cell("pingpong", "pipe", "same-pu", "block"),
			    put_cell("pingpong", "tcp", "same-pu", "block")};
	json_t *summary;

	(void)state;
	put_blocks(6);
	put_trials(cells[0], 6, pipe, 0);
	for (json_int_t i = 0; i < 6; i++) {
		json_t *trial = fake_trial(results, cells[1], i, 1000, 0);

		json_object_set_new(trial, "lesson",
				    json_pack("{s:f}", "rtt", 0.0));
		fake_put(results, RESULTS_TRIALS, trial);
	}
	summary = summarise();
	near(rtt_of(summary, 1), "estimate", 0);
	null_at(rtt_of(summary, 1), "ratio");
	text_is(rtt_of(summary, 1), "ratio_why", "a figure of 0 has no ratio");
	json_decref(summary);
	json_decref(cells[0]);
	json_decref(cells[1]);
}

/* What a lesson did not find is none, not what its trial took: null is how
 * a figure that is not a number is recorded. */
static void test_nothing_found(void **state)
{
	json_t *cell = put_cell("stream", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(6);
	for (json_int_t i = 0; i < 6; i++) {
		json_t *trial = fake_trial(results, cell, i, 1000, 0);

		json_object_set_new(trial, "lesson",
				    json_pack("{s:f, s:n}", "messages_per_s",
					      5.0, "bytes_per_s"));
		fake_put(results, RESULTS_TRIALS, trial);
	}
	summary = summarise();
	near(figure_of(summary, 0, "messages_per_s", NULL, "all"), "estimate",
	     5);
	assert_null(figure_of(summary, 0, "bytes_per_s", NULL, "all"));
	json_decref(summary);
	json_decref(cell);
}

/* More is better for a rate. */
static void test_ratio_of_rates(void **state)
{
	static const double pipe[] = {1e6, 1e6, 1e6, 1e6, 1e6, 1e6};
	static const double tcp[] = {2e6, 2e6, 2e6, 2e6, 2e6, 2e6};
	json_t *summary;

	(void)state;
	put_pair("stream", pipe, tcp, 6);
	summary = summarise();
	text_is(figure_of(summary, 1, "messages_per_s", NULL, "all"),
		"ratio.verdict", "faster");
	near(figure_of(summary, 1, "bytes_per_s", NULL, "all"),
	     "ratio.estimate", 2);
	json_decref(summary);
}

static void test_same(void **state)
{
	static const double pipe[] = {1000, 1000, 1000, 1000, 1000, 1000};
	static const double tcp[] = {1010, 1015, 995, 1000, 1005, 990};
	json_t *summary;

	(void)state;
	put_pair("pingpong", pipe, tcp, 6);
	summary = summarise();
	text_is(rtt_of(summary, 1), "ratio.verdict", "same");
	json_decref(summary);
}

/* Two other back-ends are two comparisons: 97.5 % needs 7 pairs. */
static void test_comparisons(void **state)
{
	static const double ns[] = {1000, 1000, 1000, 1000, 1000, 1000};
	static const double more[] = {2000, 2000, 2000, 2000, 2000, 2000};
	json_t *third;
	json_t *summary, *figure;

	(void)state;
	put_pair("pingpong", ns, more, 6);
	third = put_cell("pingpong", "ring", "same-pu", "block");
	put_trials(third, 6, more, 0);
	summary = summarise();
	figure = rtt_of(summary, 1);
	assert_int_equal(2, json_int_at(figure, "ratio.comparisons", 0));
	text_is(figure, "ratio.verdict", "unresolved");
	text_has(figure, "ratio.why",
		 "6 of the 7 pairs that 2 comparisons need");
	/* Its own interval is there, with its level. */
	near(figure, "ratio.lo", 2);
	near(figure, "ratio.level", 0.96875);
	json_decref(summary);
	json_decref(third);
}

/* Another placement, space or workload is another table. */
static void test_tables_apart(void **state)
{
	static const double ns[] = {1000, 1000, 1000, 1000, 1000, 1000};
	json_t *a, *b, *summary;

	(void)state;
	put_pair("pingpong", ns, ns, 6);
	a = put_cell("pingpong", "pipe", "cross", "block");
	b = put_cell("pingpong", "tcp", "cross", "block");
	put_trials(a, 6, ns, 55);
	put_trials(b, 6, ns, 55);
	summary = summarise();
	assert_int_equal(
		1, json_int_at(rtt_of(summary, 1), "ratio.comparisons", 0));
	json_decref(summary);
	json_decref(a);
	json_decref(b);
}

/* Ratios of another size are looked at apart from these. */
static void test_sizes_apart(void **state)
{
	static const double ns[] = {1000, 1000, 1000, 1000, 1000, 1000};
	static const char *const backends[] = {"pipe", "tcp"};
	json_t *summary;

	(void)state;
	put_pair("pingpong", ns, ns, 6);
	for (size_t i = 0; i < 2; i++) {
		json_t *cell = fake_cell("pingpong", backends[i], 4096,
					 "same-pu", "block");

		fake_put(results, RESULTS_CELLS, json_incref(cell));
		put_trials(cell, 6, ns, 0);
		json_decref(cell);
	}
	summary = summarise();
	assert_int_equal(
		1, json_int_at(rtt_of(summary, 1), "ratio.comparisons", 0));
	text_is(rtt_of(summary, 3), "ratio.against",
		"pingpong/pipe/4096/same-pu/process/block");
	json_decref(summary);
}

/* The baseline does not spin, so what spins is held against its blocking. */
static void test_other_wait(void **state)
{
	static const double ns[] = {1000, 1000, 1000, 1000, 1000, 1000};
	json_t *pipe = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *ring = put_cell("pingpong", "ring", "same-pu", "spin");
	json_t *summary;

	(void)state;
	put_blocks(6);
	put_trials(pipe, 6, ns, 0);
	put_trials(ring, 6, ns, 0);
	summary = summarise();
	text_is(rtt_of(summary, 1), "ratio.against",
		"pingpong/pipe/64/same-pu/process/block");
	text_is(rtt_of(summary, 1), "ratio.why", "the baseline waits by block");
	text_is(rtt_of(summary, 1), "ratio.verdict", "same");
	json_decref(summary);
	json_decref(pipe);
	json_decref(ring);
}

/* Where it spins too, that one is taken, wherever it stands. */
static void test_same_wait(void **state)
{
	static const double ns[] = {1000, 1000, 1000, 1000, 1000, 1000};
	static const double spin[] = {500, 500, 500, 500, 500, 500};
	json_t *block = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *ring = put_cell("pingpong", "ring", "same-pu", "spin");
	json_t *pipe = put_cell("pingpong", "pipe", "same-pu", "spin");
	json_t *summary;

	(void)state;
	put_blocks(6);
	put_trials(block, 6, ns, 0);
	put_trials(ring, 6, ns, 0);
	put_trials(pipe, 6, spin, 0);
	summary = summarise();
	near(rtt_of(summary, 1), "ratio.estimate", 2);
	null_at(rtt_of(summary, 1), "ratio.why");
	json_decref(summary);
	json_decref(block);
	json_decref(ring);
	json_decref(pipe);
}

/* Checked in full is another task than checked at its ends, and PUs that stay
 * awake are another place. */
static void other_task(const char *key, const char *value)
{
	json_t *pipe = fake_cell("pingpong", "pipe", 64, "same-pu", "block");
	json_t *tcp = put_cell("pingpong", "tcp", "same-pu", "block");
	json_t *summary;

	put_blocks(1);
	json_object_set_new(pipe, key, json_string(value));
	fake_put(results, RESULTS_CELLS, json_incref(pipe));
	put_trial(pipe, 0, 1000, 0);
	put_trial(tcp, 0, 1000, 0);
	summary = summarise();
	text_is(rtt_of(summary, 0), "ratio_why",
		"the baseline has no such cell");
	json_decref(summary);
	json_decref(pipe);
	json_decref(tcp);
}

static void test_other_check(void **state)
{
	(void)state;
	other_task("verify", "full");
}

static void test_other_idle(void **state)
{
	(void)state;
	other_task("idle", "warm");
}

static void test_no_baseline(void **state)
{
	json_t *cell = put_cell("pingpong", "tcp", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(1);
	put_trial(cell, 0, 1000, 0);
	summary = summarise();
	null_at(rtt_of(summary, 0), "ratio");
	text_is(rtt_of(summary, 0), "ratio_why",
		"the baseline has no such cell");
	json_decref(summary);
	json_decref(cell);
}

/*
 * Blocks 0 and 1 are near, 2 and 3 far; in block 1 tcp was far while pipe was
 * near, in block 4 it changed. Near there is one pair, far there are two.
 */
static json_t *classed_run(void)
{
	json_t *pipe = put_cell("pingpong", "pipe", "cross", "block");
	json_t *tcp = put_cell("pingpong", "tcp", "cross", "block");
	json_t *trial;

	put_blocks(5);
	put_trial(pipe, 0, 1000, 54);
	put_trial(pipe, 1, 1000, 56);
	put_trial(pipe, 2, 5000, 205);
	put_trial(pipe, 3, 5000, 215);
	put_trial(pipe, 4, 1000, 55);
	put_trial(tcp, 0, 2000, 55);
	put_trial(tcp, 1, 15000, 210);
	put_trial(tcp, 2, 15000, 210);
	put_trial(tcp, 3, 15000, 210);
	trial = fake_trial(results, tcp, 4, 7000, 55);
	json_object_set_new(trial, "line_after_ns", json_real(210));
	fake_put(results, RESULTS_TRIALS, trial);
	json_decref(pipe);
	json_decref(tcp);
	return summarise();
}

static void test_classes(void **state)
{
	json_t *summary = classed_run(), *classes;

	(void)state;
	classes = json_object_get(summary, "classes");
	assert_int_equal(2, json_array_size(classes));
	text_is(json_array_get(classes, 0), "class", "55 ns");
	near(json_array_get(classes, 0), "min_ns", 54);
	near(json_array_get(classes, 0), "max_ns", 56);
	assert_int_equal(4,
			 json_int_at(json_array_get(classes, 0), "trials", 0));
	text_is(json_array_get(classes, 1), "class", "210 ns");
	assert_int_equal(5,
			 json_int_at(json_array_get(classes, 1), "trials", 0));
	text_is(summary, "headline_class", "210 ns");
	assert_int_equal(1, json_int_at(summary, "class_changed_trials", 0));
	text_has(summary, "class_rule", "55 ns (54 to 56 ns)");
	json_decref(summary);
}

static void test_pairs_within_class(void **state)
{
	json_t *summary = classed_run(), *near_one, *far;

	(void)state;
	near_one = figure_of(summary, 1, "rtt", "55 ns", "all");
	far = figure_of(summary, 1, "rtt", "210 ns", "all");
	assert_int_equal(1, json_int_at(near_one, "n", 0));
	assert_int_equal(1, json_int_at(near_one, "ratio.n", 0));
	near(near_one, "ratio.estimate", 2);
	assert_int_equal(3, json_int_at(far, "n", 0));
	assert_int_equal(2, json_int_at(far, "ratio.n", 0));
	near(far, "ratio.estimate", 3);
	json_decref(summary);
}

/* All cells of a place lead with one class, also if it is not their own
 * commonest. */
static void test_headline(void **state)
{
	json_t *summary = classed_run();
	json_t *a = figure_of(summary, 0, "rtt", "55 ns", "all");
	json_t *b = figure_of(summary, 0, "rtt", "210 ns", "all");

	(void)state;
	assert_true(json_is_false(json_object_get(a, "headline")));
	assert_true(json_is_true(json_object_get(b, "headline")));
	text_is(cell_of(summary, 0), "class", "210 ns");
	json_decref(summary);
}

static void test_changed(void **state)
{
	json_t *summary = classed_run(), *trial;

	(void)state;
	trial = json_array_get(json_object_get(cell_of(summary, 1), "trials"),
			       4);
	assert_true(json_is_true(json_object_get(trial, "changed")));
	null_at(trial, "class");
	near(trial, "value", 7000);
	assert_null(figure_of(summary, 1, "rtt", NULL, "all"));
	json_decref(summary);
}

/* A cell without a trial of the common class shows its own. */
static void test_lost_class(void **state)
{
	json_t *pipe = put_cell("pingpong", "pipe", "cross", "block");
	json_t *tcp = put_cell("pingpong", "tcp", "cross", "block");
	json_t *summary;

	(void)state;
	put_blocks(3);
	put_trial(pipe, 0, 1000, 55);
	put_trial(pipe, 1, 1000, 55);
	put_trial(tcp, 0, 2000, 210);
	summary = summarise();
	text_is(cell_of(summary, 0), "class", "55 ns");
	text_is(cell_of(summary, 1), "class", "210 ns");
	text_is(figure_of(summary, 1, "rtt", "210 ns", "all"), "ratio_why",
		"no block has both in this class");
	json_decref(summary);
	json_decref(pipe);
	json_decref(tcp);
}

static void test_clean(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *trial, *summary;

	(void)state;
	put_blocks(3);
	put_trial(cell, 0, 1000, 0);
	put_trial(cell, 1, 1200, 0);
	trial = fake_trial(results, cell, 2, 9000, 0);
	json_object_set_new(trial, "flags",
			    json_pack("[s, s]", "steal", "drift"));
	fake_put(results, RESULTS_TRIALS, trial);
	summary = summarise();
	near(rtt_of(summary, 0), "estimate", 1200);
	near(figure_of(summary, 0, "rtt", NULL, "clean"), "estimate", 1100);
	assert_int_equal(1, json_int_at(summary, "run.trials_flagged", 0));
	assert_int_equal(1, json_int_at(summary, "run.flags.steal", 0));
	json_decref(summary);
	json_decref(cell);
}

/* Nothing flagged: nothing to set apart. */
static void test_no_clean(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(1);
	put_trial(cell, 0, 1000, 0);
	summary = summarise();
	assert_null(figure_of(summary, 0, "rtt", NULL, "clean"));
	json_decref(summary);
	json_decref(cell);
}

/* The retry stands for its block; both are trials. */
static void test_retry(void **state)
{
	static const double pipe[] = {1000, 1000, 1000, 1000, 1000, 1000};
	static const double tcp[] = {2000, 2000, 2000, 2000, 2000, 9000};
	json_t *summary;
	json_t *cell;

	(void)state;
	put_pair("pingpong", pipe, tcp, 6);
	cell = fake_cell("pingpong", "tcp", 64, "same-pu", "block");
	put_trial(cell, 5, 2000, 0);
	summary = summarise();
	assert_int_equal(7, json_int_at(rtt_of(summary, 1), "n", 0));
	assert_int_equal(6, json_int_at(rtt_of(summary, 1), "ratio.n", 0));
	near(rtt_of(summary, 1), "ratio.hi", 2);
	json_decref(summary);
	json_decref(cell);
}

static void test_baseline_retried(void **state)
{
	static const double pipe[] = {1000, 1000, 1000, 1000, 1000, 9000};
	static const double tcp[] = {2000, 2000, 2000, 2000, 2000, 2000};
	json_t *summary;
	json_t *cell;

	(void)state;
	put_pair("pingpong", pipe, tcp, 6);
	cell = fake_cell("pingpong", "pipe", 64, "same-pu", "block");
	put_trial(cell, 5, 1000, 0);
	summary = summarise();
	near(rtt_of(summary, 1), "ratio.lo", 2);
	near(rtt_of(summary, 1), "ratio.hi", 2);
	json_decref(summary);
	json_decref(cell);
}

static void test_modes(void **state)
{
	static const double two[] = {1000, 1010, 1020, 1030, 1500, 1510};
	static const double one[] = {1000, 1010, 1020, 1030, 1040, 1510};
	json_t *summary, *modes;

	(void)state;
	put_pair("pingpong", two, one, 6);
	summary = summarise();
	modes = json_object_get(rtt_of(summary, 0), "modes");
	assert_int_equal(2, json_array_size(modes));
	near(json_array_get(modes, 0), "median", 1015);
	near(json_array_get(modes, 0), "share", 4.0 / 6);
	near(json_array_get(modes, 1), "median", 1505);
	/* One trial apart from the others is no mode. */
	modes = json_object_get(rtt_of(summary, 1), "modes");
	assert_int_equal(1, json_array_size(modes));
	near(json_array_get(modes, 0), "share", 1);
	json_decref(summary);
}

/* A trial of the cell that ended otherwise. */
static void put_failed(const json_t *cell, json_int_t block,
		       const char *verdict, const char *why, json_int_t wrong)
{
	json_t *trial = fake_trial(results, cell, block, 1000, 0);

	fake_fail(trial, verdict, why);
	json_object_set_new(trial, "wrong", json_integer(wrong));
	fake_put(results, RESULTS_TRIALS, trial);
}

/* What proves nothing has not failed. */
static void test_inconclusive(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(1);
	put_failed(cell, 0, "inconclusive", "the store grows", 0);
	summary = summarise();
	text_is(cell_of(summary, 0), "state", "skipped");
	text_is(cell_of(summary, 0), "state_why",
		"proves nothing here: the store grows");
	json_decref(summary);
	json_decref(cell);
}

static void test_wrong_data(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(3);
	put_trial(cell, 0, 1000, 0);
	put_failed(cell, 1, "fail", "late: killed after 10 s", 0);
	put_failed(cell, 2, "fail", "node 1 got 3 wrong messages", 3);
	summary = summarise();
	text_is(cell_of(summary, 0), "state", "failed");
	text_is(cell_of(summary, 0), "state_why",
		"node 1 got 3 wrong messages");
	assert_int_equal(0, json_array_size(json_object_get(cell_of(summary, 0),
							    "figures")));
	assert_int_equal(0, json_array_size(json_object_get(cell_of(summary, 0),
							    "tail")));
	assert_int_equal(0, json_array_size(json_object_get(cell_of(summary, 0),
							    "spectrum")));
	null_at(json_array_get(json_object_get(cell_of(summary, 0), "trials"),
			       0),
		"value");
	assert_int_equal(2, json_int_at(summary, "run.trials_failed", 0));
	json_decref(summary);
	json_decref(cell);
}

static void test_some_failed(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(4);
	put_trial(cell, 0, 1000, 0);
	put_failed(cell, 1, "fail", "late: killed after 10 s", 0);
	put_failed(cell, 2, "fail", "late: killed after 10 s", 0);
	put_trial(cell, 3, 3000, 0);
	summary = summarise();
	text_is(cell_of(summary, 0), "state", "measured");
	text_is(cell_of(summary, 0), "state_why",
		"2 of 4 trials failed: late: killed after 10 s");
	near(rtt_of(summary, 0), "estimate", 2000);
	assert_int_equal(2,
			 json_int_at(cell_of(summary, 0), "verdict.fail", 0));
	json_decref(summary);
	json_decref(cell);
}

static void test_all_failed(void **state)
{
	json_t *a = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *b = put_cell("pingpong", "tcp", "same-pu", "block");
	json_t *c = put_cell("pingpong", "ring", "same-pu", "block");
	json_t *summary;

	(void)state;
	put_blocks(2);
	put_failed(c, 0, "fail", "node 0 died", 0);
	put_failed(c, 1, "unsupported", "no such kernel", 0);
	put_failed(a, 0, "fail", "node 0 died", 0);
	put_failed(a, 1, "fail", "node 0 died", 0);
	put_failed(b, 0, "unsupported", "no such kernel", 0);
	put_failed(b, 1, "unsupported", "no such kernel", 0);
	summary = summarise();
	text_is(cell_of(summary, 0), "state", "failed");
	text_has(cell_of(summary, 0), "state_why", "all 2 trials: node 0 died");
	text_is(cell_of(summary, 1), "state", "skipped");
	text_is(cell_of(summary, 1), "state_why", "no such kernel");
	text_is(cell_of(summary, 2), "state", "failed");
	json_decref(summary);
	json_decref(c);
	json_decref(a);
	json_decref(b);
}

static void put_refused(const char *backend, const char *status,
			const char *reason)
{
	json_t *cell = fake_cell("pingpong", backend, 64, "same-pu", "block");

	json_object_set_new(cell, "status", json_string(status));
	json_object_set_new(cell, "reason", json_string(reason));
	fake_put(results, RESULTS_CELLS, cell);
}

static void test_untried(void **state)
{
	json_t *cell, *summary;

	(void)state;
	put_refused("tcp", "skipped", "no network");
	put_refused("ring", "failed", "calibration: node 1 died");
	cell = put_cell("pingpong", "pipe", "same-pu", "block");
	summary = summarise();
	text_is(cell_of(summary, 0), "state", "skipped");
	text_is(cell_of(summary, 0), "state_why", "no network");
	text_is(cell_of(summary, 1), "state", "failed");
	text_is(cell_of(summary, 1), "state_why", "calibration: node 1 died");
	text_is(cell_of(summary, 2), "state", "skipped");
	text_has(cell_of(summary, 2), "state_why", "before its first trial");
	json_decref(summary);
	json_decref(cell);
}

/* Only a floor may prove nothing. */
static void test_floor(void **state)
{
	json_t *floor = fake_cell("pingpong", "null", 64, "same-pu", "block");
	json_t *other = put_cell("pingpong", "tcp", "same-pu", "block");
	json_t *trial, *summary;

	(void)state;
	put_blocks(1);
	json_object_set_new(floor, "floor", json_true());
	fake_put(results, RESULTS_CELLS, json_incref(floor));
	trial = fake_trial(results, floor, 0, 10, 0);
	json_object_set_new(trial, "verdict", json_string("inconclusive"));
	json_object_set_new(trial, "verdict_why", json_string("a floor"));
	fake_put(results, RESULTS_TRIALS, trial);
	trial = fake_trial(results, other, 0, 10, 0);
	json_object_set_new(trial, "verdict", json_string("inconclusive"));
	json_object_set_new(trial, "verdict_why", json_string("no proof"));
	fake_put(results, RESULTS_TRIALS, trial);
	summary = summarise();
	near(rtt_of(summary, 1), "estimate", 10);
	text_is(rtt_of(summary, 1), "ratio_why", "a floor carries nothing");
	text_is(cell_of(summary, 1), "state", "measured");
	text_is(cell_of(summary, 0), "state", "skipped");
	text_has(cell_of(summary, 0), "state_why", "no proof");
	json_decref(summary);
	json_decref(floor);
	json_decref(other);
}

/* 20000 samples hold p99.9 and not p99.99. */
static void test_tail(void **state)
{
	static const double ns[] = {1000, 1100, 1200, 1300, 1400, 1500};
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary, *tail;

	(void)state;
	put_blocks(6);
	put_trials(cell, 6, ns, 0);
	summary = summarise();
	tail = json_object_get(cell_of(summary, 0), "tail");
	assert_int_equal(5, json_array_size(tail));
	text_is(json_array_get(tail, 2), "label", "p99");
	near(json_array_get(tail, 2), "estimate", 3 * 1250);
	near(json_array_get(tail, 2), "lo", 3000);
	near(json_array_get(tail, 2), "hi", 4500);
	assert_int_equal(120000,
			 json_int_at(json_array_get(tail, 2), "support", 0));
	null_at(json_array_get(tail, 4), "estimate");
	text_has(json_array_get(tail, 4), "estimate_why",
		 "fewer than the 100000 samples");
	assert_int_equal(0,
			 json_int_at(json_array_get(tail, 4), "support", -1));
	json_decref(summary);
	json_decref(cell);
}

/* 40000 samples: 10 lie beyond 1 - 1/4000, and the last tenth of a nine
 * before that is 1 - 10^-3.6. */
static void test_spectrum(void **state)
{
	static const double ns[] = {1000, 1000};
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary, *spectrum, *last;
	double before = 0;
	size_t n;

	(void)state;
	put_blocks(2);
	put_trials(cell, 2, ns, 0);
	summary = summarise();
	spectrum = json_object_get(cell_of(summary, 0), "spectrum");
	n = json_array_size(spectrum);
	assert_int_equal(37, n);
	last = json_array_get(spectrum, n - 1);
	assert_true(fabs(json_number_value(json_array_get(last, 0)) -
			 (1 - pow(10, -3.6))) < 1e-12);
	for (size_t i = 0; i < n; i++) {
		double value = json_number_value(
			json_array_get(json_array_get(spectrum, i), 1));

		assert_true(value >= before);
		before = value;
	}
	/* Half of the samples are in the bin of 1000, which is 8 wide. */
	for (size_t i = 0; i <= 2; i++)
		assert_true(fabs(json_number_value(json_array_get(
					 json_array_get(spectrum, i), 1)) -
				 1000) <= 8);
	json_decref(summary);
	json_decref(cell);
}

/* Rounds that are timed together have no quantiles of their own. */
static void test_batches(void **state)
{
	json_t *stream = put_cell("stream", "pipe", "same-pu", "block");
	json_t *ring = fake_cell("pingpong", "ring", 64, "same-pu", "spin");
	json_t *summary;

	(void)state;
	put_blocks(1);
	json_object_set_new(ring, "per_sample", json_integer(100));
	fake_put(results, RESULTS_CELLS, json_incref(ring));
	put_trial(stream, 0, 1e6, 0);
	put_trial(ring, 0, 1e7, 0);
	summary = summarise();
	for (size_t i = 0; i < 2; i++) {
		json_t *cell = cell_of(summary, i);

		assert_int_equal(
			0, json_array_size(json_object_get(cell, "tail")));
		assert_int_equal(
			0, json_array_size(json_object_get(cell, "spectrum")));
		assert_non_null(json_string_at(cell, "tail_why", NULL));
	}
	text_has(cell_of(summary, 1), "spectrum_why", "100 rounds");
	json_decref(summary);
	json_decref(stream);
	json_decref(ring);
}

/* The usage of a trial is of 20000 rounds. */
static void test_cost(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary, *cost, *counter;

	(void)state;
	put_blocks(2);
	put_trial(cell, 0, 1000, 0);
	put_trial(cell, 1, 1000, 0);
	summary = summarise();
	cost = json_object_get(cell_of(summary, 0), "cost");
	assert_int_equal(2, json_array_size(cost));
	near(json_array_get(cost, 1), "user_ns", 100);
	near(json_array_get(cost, 1), "system_ns", 200);
	near(json_array_get(cost, 1), "switches_voluntary", 1);
	near(json_array_get(cost, 1), "faults_minor", 0.002);
	counter = json_array_get(
		json_object_get(cell_of(summary, 0), "counters"), 0);
	text_is(counter, "status", "absent");
	text_is(counter, "why", "no PMU");
	assert_int_equal(2,
			 json_array_size(json_object_get(counter, "values")));
	assert_true(json_is_null(
		json_array_get(json_object_get(counter, "values"), 0)));
	json_decref(summary);
	json_decref(cell);
}

static void set_counter(json_t *trial, size_t node, json_int_t value)
{
	json_t *counter = json_array_get(
		json_array_get(json_object_get(trial, "counters"), node), 0);

	json_object_set_new(counter, "value", json_integer(value));
	json_object_set_new(counter, "status", json_string("ok"));
	json_object_set_new(counter, "why", json_null());
}

static void test_counters(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary, *counter, *trial;

	(void)state;
	put_blocks(1);
	trial = fake_trial(results, cell, 0, 1000, 0);
	set_counter(trial, 0, 60000);
	set_counter(trial, 1, 20000);
	fake_put(results, RESULTS_TRIALS, trial);
	summary = summarise();
	counter = json_array_get(
		json_object_get(cell_of(summary, 0), "counters"), 0);
	text_is(counter, "status", "ok");
	assert_true(json_number_value(json_array_get(
			    json_object_get(counter, "values"), 0)) == 3);
	assert_true(json_number_value(json_array_get(
			    json_object_get(counter, "values"), 1)) == 1);
	json_decref(summary);
	json_decref(cell);
}

static void test_floors(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "cross", "block");
	json_t *summary, *block, *point, *probe, *trial;

	(void)state;
	put_blocks(2);
	block = fake_block(results, 2);
	json_object_set_new(
		block, "memcpy",
		json_pack("[{s:i, s:f}]", "size_b", 4096, "bytes_per_s", 1e10));
	fake_put(results, RESULTS_BLOCKS, block);
	put_trial(cell, 0, 1000, 50);
	trial = fake_trial(results, cell, 1, 1000, 50);
	json_object_set_new(trial, "line_after_ns", json_real(58));
	json_object_set_new(trial, "mailbox_after_ns", json_real(87));
	fake_put(results, RESULTS_TRIALS, trial);
	put_trial(cell, 2, 1000, 60);
	summary = summarise();
	near(summary, "floors.timer_ns", 20);
	/* Readings 50 50, 50 58, 60 60: the class is 54, the trials' means are
	 * 50, 54, 60. */
	near(json_object_get(json_at(summary, "floors.line_ns"), "54 ns"),
	     "median", 54);
	near(json_object_get(json_at(summary, "floors.mailbox_ns"), "54 ns"),
	     "median", 81);
	/* 5e10, 5e10 and 1e10; of the other size the third has none. */
	point = json_array_get(json_at(summary, "floors.memcpy"), 0);
	near(point, "bytes_per_s", 5e10);
	assert_int_equal(3, json_int_at(point, "n", 0));
	point = json_array_get(json_at(summary, "floors.memcpy"), 1);
	assert_int_equal(2, json_int_at(point, "n", 0));
	probe = json_array_get(json_object_get(summary, "noise"), 1);
	assert_int_equal(1, json_int_at(probe, "pu", 0));
	near(probe, "lost_ppm", 200);
	json_decref(summary);
	json_decref(cell);
}

/* Each trial by the floor that was measured with it, not medians by medians. */
static void test_over_floor(void **state)
{
	json_t *ping = put_cell("pingpong", "pipe", "cross", "block");
	json_t *flow = put_cell("stream", "pipe", "cross", "block");
	json_t *summary, *figure;

	(void)state;
	for (int i = 0; i < 2; i++) {
		json_t *block = fake_block(results, i);

		json_object_set_new(block, "memcpy",
				    json_pack("[{s:i, s:f}]", "size_b", 64,
					      "bytes_per_s", i ? 2e10 : 1e10));
		fake_put(results, RESULTS_BLOCKS, block);
	}
	put_trial(ping, 0, 1500, 50); /* two lines take 75: 20 of them */
	put_trial(ping, 1, 4500, 50); /* 60 */
	put_trial(flow, 0, 1e6, 50);  /* 64 MB/s of 10 GB/s: 0.0064 */
	put_trial(flow, 1, 1e6, 50);  /* of 20 GB/s: 0.0032 */
	summary = summarise();
	figure = figure_of(summary, 0, "rtt", "50 ns", "all");
	text_is(figure, "over_floor.floor", "mailbox");
	near(figure, "over_floor.estimate", 40);
	figure = figure_of(summary, 1, "bytes_per_s", "50 ns", "all");
	text_is(figure, "over_floor.floor", "memcpy");
	near(figure, "over_floor.estimate", 0.0048);
	null_at(figure_of(summary, 1, "messages_per_s", "50 ns", "all"),
		"over_floor");
	json_decref(summary);
	json_decref(ping);
	json_decref(flow);
}

static json_t *graded(json_int_t pus, const char *host, const char *flag)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *trial, *summary;

	fake_files(results, pus, host);
	put_blocks(1);
	trial = fake_trial(results, cell, 0, 1000, 0);
	if (flag)
		json_object_set_new(trial, "flags", json_pack("[s]", flag));
	fake_put(results, RESULTS_TRIALS, trial);
	summary = summarise();
	json_decref(cell);
	return summary;
}

static void test_quiet(void **state)
{
	json_t *summary = graded(8, "none", NULL);

	(void)state;
	text_is(summary, "grade.grade", "quiet");
	assert_int_equal(0, json_array_size(json_at(summary, "grade.why")));
	near(summary, "delta", 0.02);
	json_decref(summary);
}

static void test_usable(void **state)
{
	json_t *summary = graded(8, "kvm", NULL);

	(void)state;
	text_is(summary, "grade.grade", "usable");
	near(summary, "delta", 0.02);
	json_decref(summary);
}

static void test_noisy_metal(void **state)
{
	json_t *summary = graded(8, "none", "drift");

	(void)state;
	text_is(summary, "grade.grade", "usable");
	json_decref(summary);
}

static void test_ratios_only(void **state)
{
	json_t *summary = graded(2, "none", "drift"), *tail;

	(void)state;
	text_is(summary, "grade.grade", "ratios-only");
	assert_int_equal(2, json_array_size(json_at(summary, "grade.why")));
	near(summary, "delta", 0.05);
	tail = json_object_get(cell_of(summary, 0), "tail");
	assert_true(json_is_false(
		json_object_get(json_array_get(tail, 2), "host_dominated")));
	assert_true(json_is_true(
		json_object_get(json_array_get(tail, 3), "host_dominated")));
	json_decref(summary);
}

/* Each sign alone, on a machine that is prone to it. */
static void test_lost(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *block, *summary;

	(void)state;
	fake_files(results, 8, "kvm");
	block = fake_block(results, 0);
	json_object_set_new(json_array_get(json_object_get(block, "noise"), 0),
			    "lost_ns", json_integer(25000000));
	fake_put(results, RESULTS_BLOCKS, block);
	put_trial(cell, 0, 1000, 0);
	summary = summarise();
	text_is(summary, "grade.grade", "ratios-only");
	json_decref(summary);
	json_decref(cell);
}

static void test_stolen(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *trial, *summary;

	(void)state;
	fake_files(results, 8, "kvm");
	put_blocks(1);
	trial = fake_trial(results, cell, 0, 1000, 0);
	json_object_set_new(json_array_get(json_object_get(trial, "ticks"), 0),
			    "steal", json_integer(1));
	fake_put(results, RESULTS_TRIALS, trial);
	summary = summarise();
	text_is(summary, "grade.grade", "ratios-only");
	json_decref(summary);
	json_decref(cell);
}

static void test_pressed(void **state)
{
	json_t *env = fake_env(8, "kvm");
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	json_object_set_new(json_object_get(env, "host"), "pressure_cpu",
			    json_string("some avg10=1.50 avg60=0.00"));
	assert_int_equal(0, results_put_json(results, "env.json", env));
	put_blocks(1);
	put_trial(cell, 0, 1000, 0);
	summary = summarise();
	text_is(summary, "grade.grade", "ratios-only");
	json_decref(summary);
	json_decref(cell);
	json_decref(env);
}

static void test_moved(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "cross", "block");
	json_t *summary;

	(void)state;
	fake_files(results, 8, "kvm");
	put_blocks(3);
	put_trial(cell, 0, 1000, 55);
	put_trial(cell, 1, 1000, 55);
	put_trial(cell, 2, 1000, 210);
	summary = summarise();
	text_is(summary, "grade.grade", "ratios-only");
	json_decref(summary);
	json_decref(cell);
}

/* Twelve trials that go up and up: each is like the one before. */
static void test_drift(void **state)
{
	json_t *cell = put_cell("pingpong", "pipe", "same-pu", "block");
	json_t *summary;

	(void)state;
	fake_files(results, 8, "kvm");
	put_blocks(12);
	for (json_int_t b = 0; b < 12; b++)
		put_trial(cell, b, 1000 + 50 * (double)b, 0);
	summary = summarise();
	text_is(summary, "grade.grade", "ratios-only");
	json_decref(summary);
	json_decref(cell);
}

/* A record may be odd; the summary is still one. */
static void test_odd_values(void **state)
{
	json_t *cell = put_cell("stream", "pipe", "cross", "block");
	json_t *trial, *summary;

	(void)state;
	put_blocks(1);
	trial = fake_trial(results, cell, 0, 1e6, 55);
	json_object_set_new(trial, "wall_ns", json_integer(0));
	json_object_set_new(trial, "line_before_ns", json_integer(0));
	fake_put(results, RESULTS_TRIALS, trial);
	summary = summarise();
	assert_int_equal(0, json_array_size(json_object_get(cell_of(summary, 0),
							    "figures")));
	json_decref(summary);
	json_decref(cell);
}

static void test_empty(void **state)
{
	json_t *summary = summarise();
	struct why why;

	(void)state;
	assert_int_equal(0, json_array_size(json_object_get(summary, "cells")));
	null_at(summary, "headline_class");
	assert_int_equal(0, schema_check(SCHEMA_SUMMARY, summary, true, &why));
	json_decref(summary);
}

static void test_csv(void **state)
{
	static const char head[] =
		"run_id,cell,workload,backend,size_b,placement,space,wait,api,"
		"idle,family,copies,calls_tx,calls_rx,wake,class,metric,unit,"
		"better,set,n,estimate,lo,hi,level,ratio,"
		"ratio_lo,ratio_hi,ratio_level,ratio_n,verdict,cv,modes\n";
	static const double pipe[] = {1000, 1000, 1000, 1000, 1000, 1000};
	static const double tcp[] = {2000, 2000, 2000, 2000, 2000, 2000};
	char due[2048], path[128], *text;
	const char *run_id;
	json_t *summary;
	struct why why;
	size_t len;

	(void)state;
	put_pair("pingpong", pipe, tcp, 6);
	summary = summarise();
	run_id = json_string_at(summary, "run.run_id", "");
	assert_int_equal(0, summary_write(dir, summary, &why));
	snprintf(path, sizeof(path), "%s/summary.csv", dir);
	assert_int_equal(0, file_read(-1, path, &text, &len));
	snprintf(due, sizeof(due),
		 "%s%s,pingpong/pipe/64/same-pu/process/block,pingpong,pipe,"
		 "64,same-pu,process,block,copy,cold,stream,2,write,read,call,"
		 ",rtt,ns,lower,all,6,1000,1000,"
		 "1000,0.96875,,,,,,,0,1\n"
		 "%s,pingpong/tcp/64/same-pu/process/block,pingpong,tcp,64,"
		 "same-pu,process,block,copy,cold,stream,2,write,read,call,,"
		 "rtt,ns,lower,all,6,2000,2000,"
		 "2000,0.96875,2,2,2,0.96875,6,slower,0,1\n",
		 head, run_id, run_id);
	assert_string_equal(due, text);
	free(text);
	json_decref(summary);
}

static void test_csv_quotes(void **state)
{
	json_t *cell = fake_cell("pingpong", "a,\"b\"", 64, "same-pu", "block");
	json_t *summary;
	char path[128], *text;
	struct why why;
	size_t len;

	(void)state;
	put_blocks(1);
	fake_put(results, RESULTS_CELLS, json_incref(cell));
	put_trial(cell, 0, 1000, 0);
	summary = summarise();
	assert_int_equal(0, summary_write(dir, summary, &why));
	snprintf(path, sizeof(path), "%s/summary.csv", dir);
	assert_int_equal(0, file_read(-1, path, &text, &len));
	assert_non_null(strstr(text, ",\"a,\"\"b\"\"\",64,"));
	free(text);
	json_decref(summary);
	json_decref(cell);
}

static void test_method(void **state)
{
	static const double ns[] = {1000, 1000};
	json_t *summary, *method;

	(void)state;
	put_pair("pingpong", ns, ns, 2);
	summary = summarise();
	method = json_object_get(summary, "method");
	assert_true(json_array_size(method) >= 6);
	assert_non_null(strstr(json_string_value(json_array_get(method, 0)),
			       "seed 42"));
	assert_non_null(strstr(json_string_value(json_array_get(method, 1)),
			       "2 blocks were measured"));
	json_decref(summary);
}

/* A large one, of which only the shape is known: it is a summary. */
static void test_large(void **state)
{
	json_t *summary;
	struct why why;
	char path[128];

	(void)state;
	results_close(results);
	snprintf(path, sizeof(path), "%s-large", dir);
	assert_int_equal(0, fake_run(path, 40, 12, 50));
	assert_int_equal(0, summary_refresh(path, &summary, &why));
	assert_int_equal(0, schema_check(SCHEMA_SUMMARY, summary, true, &why));
	assert_int_equal(480, json_int_at(summary, "run.trials", 0));
	assert_int_equal(2,
			 json_array_size(json_object_get(summary, "classes")));
	json_decref(summary);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(test_estimate),
		CASE(test_too_few_trials),
		CASE(test_rates),
		CASE(test_ratio),
		CASE(test_zero),
		CASE(test_nothing_found),
		CASE(test_inconclusive),
		CASE(test_ratio_of_rates),
		CASE(test_same),
		CASE(test_comparisons),
		CASE(test_tables_apart),
		CASE(test_sizes_apart),
		CASE(test_other_wait),
		CASE(test_same_wait),
		CASE(test_other_check),
		CASE(test_other_idle),
		CASE(test_no_baseline),
		CASE(test_classes),
		CASE(test_pairs_within_class),
		CASE(test_headline),
		CASE(test_changed),
		CASE(test_lost_class),
		CASE(test_clean),
		CASE(test_no_clean),
		CASE(test_retry),
		CASE(test_baseline_retried),
		CASE(test_modes),
		CASE(test_wrong_data),
		CASE(test_some_failed),
		CASE(test_all_failed),
		CASE(test_untried),
		CASE(test_floor),
		CASE(test_tail),
		CASE(test_spectrum),
		CASE(test_batches),
		CASE(test_cost),
		CASE(test_counters),
		CASE(test_floors),
		CASE(test_over_floor),
		CASE(test_quiet),
		CASE(test_usable),
		CASE(test_noisy_metal),
		CASE(test_ratios_only),
		CASE(test_lost),
		CASE(test_stolen),
		CASE(test_pressed),
		CASE(test_moved),
		CASE(test_drift),
		CASE(test_odd_values),
		CASE(test_empty),
		CASE(test_csv),
		CASE(test_csv_quotes),
		CASE(test_method),
		CASE(test_large),
	};

	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
