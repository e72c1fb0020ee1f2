/* SPDX-License-Identifier: MIT */
/* The text table: what a person sees of a summary. */
#include <errno.h>
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

#include "cli/quantity.h"
#include "cli/show.h"
#include "run/load.h"
#include "run/summary.h"
#include "tests/fake_run.h"

static void digits_are(const char *due, double value)
{
	char buf[32];

	assert_string_equal(due, quantity_digits(value, buf, sizeof(buf)));
}

static void test_digits(void **state)
{
	(void)state;
	digits_are("0.00", 0);
	digits_are("0.0123", 0.0123);
	digits_are("0.123", 0.1234);
	digits_are("1.00", 1);
	digits_are("1.23", 1.234);
	digits_are("12.3", 12.34);
	digits_are("123", 123.4);
	digits_are("1234", 1234);
	/* Rounding up takes a digit before the point. */
	digits_are("1.00", 0.99999);
	digits_are("10.0", 9.999);
	digits_are("100", 99.99);
	digits_are("9.99", 9.994);
}

static void scale_is(const char *unit, double divide, double largest,
		     const char *of)
{
	struct scale scale = quantity_scale(largest, of);

	assert_string_equal(unit, scale.unit);
	assert_true(scale.divide == divide);
}

static void test_scale(void **state)
{
	(void)state;
	scale_is("ns", 1, 999, "ns");
	scale_is("µs", 1e3, 999.6, "ns");
	scale_is("µs", 1e3, 1000, "ns");
	scale_is("ms", 1e6, 5e6, "ns");
	scale_is("s", 1e9, 5e15, "ns");
	scale_is("msg/s", 1, 12, "1/s");
	scale_is("Mmsg/s", 1e6, 12e6, "1/s");
	scale_is("GB/s", 1e9, 4e10, "B/s");
}

static void size_is(const char *due, int64_t bytes)
{
	char buf[32];

	assert_string_equal(due, quantity_size(bytes, buf, sizeof(buf)));
}

static void test_size(void **state)
{
	(void)state;
	size_is("1 B", 1);
	size_is("1000 B", 1000);
	size_is("1 KiB", 1024);
	size_is("1025 B", 1025);
	size_is("64 KiB", 65536);
	size_is("2 MiB", 2 << 20);
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(0, quantity_width(""));
	assert_int_equal(5, quantity_width("12 µs"));
	assert_int_equal(2, quantity_width("†¹"));
}

/* Six blocks of a pipe that takes 1 µs and a tcp that takes 2, a ring that
 * spins in half of that, one refused cell and one that was killed. */
static void put_cells(struct results *results)
{
	static const struct {
		const char *backend, *wait;
		double ns;
	} kinds[] = {{"pipe", "block", 1000},
		     {"tcp", "block", 2000},
		     {"ring", "spin", 500}};

	for (size_t k = 0; k < 3; k++) {
		json_t *cell = fake_cell("pingpong", kinds[k].backend, 64,
					 "same-pu", kinds[k].wait);

		fake_put(results, RESULTS_CELLS, json_incref(cell));
		for (json_int_t b = 0; b < 7; b++)
			fake_put(results, RESULTS_TRIALS,
				 fake_trial(results, cell, b, kinds[k].ns, 0));
		json_decref(cell);
	}
}

static void put_refused(struct results *results, json_int_t size_b)
{
	json_t *cell =
		fake_cell("pingpong", "sysv-msg", size_b, "same-pu", "block");

	json_object_set_new(cell, "status", json_string("skipped"));
	json_object_set_new(cell, "reason", json_string("too long"));
	fake_put(results, RESULTS_CELLS, cell);
}

static json_t *summary_of(const char *dir)
{
	struct run_data *data;
	struct why why = {{0}};
	json_t *summary;

	if (run_load(&data, dir, &why))
		fail_msg("%s", why.text);
	summary = summary_build(data);
	run_free(data);
	return summary;
}

static json_t *make_summary(void)
{
	char dir[64] = "/tmp/ipcbench-show-XXXXXX", path[80], command[128];
	json_t *manifest = fake_manifest();
	struct results *results;
	struct why why;
	json_t *summary;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/run", dir);
	assert_int_equal(0,
			 results_create(&results, path, NULL, manifest, &why));
	fake_files(results, 8, "none");
	for (json_int_t b = 0; b < 7; b++)
		fake_put(results, RESULTS_BLOCKS, fake_block(results, b));
	put_cells(results);
	for (json_int_t size_b = 1; size_b <= 5; size_b++)
		put_refused(results, size_b << 20);
	fake_end(results, manifest, "complete");
	json_decref(manifest);
	summary = summary_of(path);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(0, system(command));
	return summary;
}

static int make(void **state)
{
	*state = make_summary();
	return *state ? 0 : -1;
}

static int drop(void **state)
{
	json_decref(*state);
	return 0;
}

static char *print(const json_t *summary, const struct show_options *options)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	show_print(summary, options, out);
	assert_int_equal(0, fclose(out));
	assert_non_null(text);
	return text;
}

static void says(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text ? text : "");
}

static void test_rows(void **state)
{
	static const struct show_options options;
	char *text = print(*state, &options);

	says(text, ": complete\n");
	says(text, "7 blocks, 21 trials, 0 failed, 0 flagged; ended by "
		   "max_blocks\ngrade: quiet\n");
	says(text, "pingpong, same-pu (PUs 0, 0), process, copy\n"
		   "rtt, lower is better; ratios to pipe in the same blocks; "
		   "n = 7\n");
	says(text, "  64 B  pipe block  1.00 [1.00, 1.00] µs                "
		   "            baseline\n"
		   "        tcp block   2.00 [2.00, 2.00] µs     "
		   "2.00 [2.00, 2.00]      slower\n"
		   "        ring spin   0.500 [0.500, 0.500] µs  "
		   "0.500 [0.500, 0.500]¹  faster\n"
		   "  ¹ the baseline waits by block\n");
	free(text);
}

/* Equal reasons are one line, however many cells have them. */
static void test_reasons(void **state)
{
	static const struct show_options options;
	char *text = print(*state, &options);

	says(text, "skipped: too long\n"
		   "  pingpong/sysv-msg/1048576/same-pu/process/block "
		   "and 4 more\n");
	free(text);
}

static void test_colour(void **state)
{
	struct show_options options = {.colour = false};
	char *text = print(*state, &options);

	assert_null(strchr(text, '\033'));
	free(text);
	options.colour = true;
	text = print(*state, &options);
	says(text, "\033[31mslower\033[0m\n");
	says(text, "\033[32mfaster\033[0m\n");
	free(text);
}

static void test_filter(void **state)
{
	struct show_options options = {
		.filter = {"backend=tcp,pipe", "size=64"}, .filters = 2};
	char *text;
	struct why why;

	assert_int_equal(0, show_check(*state, &options, &why));
	text = print(*state, &options);
	says(text, "tcp");
	assert_null(strstr(text, "ring"));
	assert_null(strstr(text, "sysv-msg"));
	free(text);
	/* Sizes as they are typed elsewhere. */
	options.filter[0] = "size=1024K";
	options.filters = 1;
	assert_int_equal(0, show_check(*state, &options, &why));
	options.filter[0] = "state=skipped";
	text = print(*state, &options);
	assert_null(strstr(text, "tcp"));
	says(text, "too long");
	free(text);
}

/* A back-end's name is enough, and with its options it is one of several. */
static void test_options_and_idle(void **state)
{
	struct show_options options = {.filters = 1};
	json_t *summary = json_deep_copy(*state);
	json_t *cells = json_object_get(summary, "cells");
	struct why why;
	char *text;

	json_object_set_new(json_array_get(cells, 1), "backend",
			    json_string("tcp:nodelay=0,sndbuf=64K"));
	json_object_set_new(
		json_array_get(cells, 2), "cell",
		json_string("pingpong/ring/64/same-pu/process/spin/api=lend/"
			    "depth=16/idle=warm"));
	json_object_set_new(json_array_get(cells, 2), "idle",
			    json_string("warm"));
	options.filter[0] = "backend=tcp";
	text = print(summary, &options);
	says(text, "  64 B  tcp:nodelay=0,sndbuf=64K  2.00 [");
	free(text);
	options.filter[0] = "backend=tcp:nodelay=0,sndbuf=64K";
	assert_int_equal(0, show_check(summary, &options, &why));
	options.filter[0] = "backend=tcp:nodelay=0";
	assert_int_equal(-EINVAL, show_check(summary, &options, &why));
	options.filter[0] = "idle=warm";
	text = print(summary, &options);
	says(text, "  64 B  ring depth=16 idle=warm  500 [500, 500] ns");
	free(text);
	options.filter[0] = "family=stream";
	assert_int_equal(0, show_check(summary, &options, &why));
	json_decref(summary);
}

static void test_contract(void **state)
{
	struct show_options options = {.contract = true, .cost = true};
	json_t *summary = json_deep_copy(*state);
	json_t *cells = json_object_get(summary, "cells");
	char *text;

	json_object_set_new(json_array_get(cells, 2), "contract",
			    json_pack("{s:i, s:[s, s], s:s}", "copies", 0,
				      "calls", "", "mmap mmap", "wake",
				      "extra"));
	text = print(summary, &options);
	says(text, "  back-end  family  api   copies  sender  receiver   "
		   "wake\n"
		   "  pipe      stream  copy  2       write   read       "
		   "call\n");
	says(text, "  ring      stream  copy  0       none    mmap mmap  "
		   "extra\n");
	/* One line, though four of its sizes are refused. */
	assert_null(strstr(strstr(text, "sysv-msg") + 1, "  sysv-msg  "));
	says(text, "  copies   wake  calls\n");
	says(text, "       2   call  write / read\n");
	says(text, "       0  extra  none / mmap mmap\n");
	free(text);
	/* Older runs have none. */
	for (size_t i = 0; i < json_array_size(cells); i++)
		json_object_del(json_array_get(cells, i), "contract");
	text = print(summary, &options);
	assert_null(strstr(text, "copies  "));
	free(text);
	json_decref(summary);
}

static void refused(const json_t *summary, const char *filter,
		    const char *metric, const char *part)
{
	struct show_options options = {.metric = metric,
				       .filter = {filter},
				       .filters = filter != NULL};
	struct why why = {{0}};

	assert_int_equal(-EINVAL, show_check(summary, &options, &why));
	says(why.text, part);
}

static void test_refused(void **state)
{
	refused(*state, "backend", NULL, "KEY=VALUE");
	refused(*state, "=x", NULL, "");
	refused(*state, "backend=", NULL, "KEY=VALUE");
	refused(*state, "bakend=pipe", NULL, "'backend'");
	refused(*state, "backend=nothing", NULL, "no cell passes");
	/* A part of a name is not the name. */
	refused(*state, "backend=pip", NULL, "no cell passes");
	refused(*state, "backend=pipes", NULL, "no cell passes");
	refused(*state, NULL, "rt", "'rtt'");
}

/* A host that decides marks absolute figures; modes and other classes show. */
static void test_marks(void **state)
{
	static const struct show_options options;
	json_t *summary = json_deep_copy(*state);
	json_t *cell = json_array_get(json_object_get(summary, "cells"), 1);
	json_t *figure = json_array_get(json_object_get(cell, "figures"), 0);
	char *text;

	json_object_set_new(json_object_get(summary, "grade"), "grade",
			    json_string("ratios-only"));
	json_array_append_new(json_object_get(figure, "modes"), json_object());
	json_object_set_new(cell, "emulated", json_pack("[s]", "copy"));
	text = print(summary, &options);
	says(text, "tcp block*  ~2.00 [2.00, 2.00] µs †2");
	says(text, "~: the host decides");
	free(text);
	json_decref(summary);
}

static void test_classes(void **state)
{
	struct show_options options = {.all_classes = false};
	char path[] = "/tmp/ipcbench-show-XXXXXX", dir[64], command[128];
	json_t *summary;
	char *text;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(dir, sizeof(dir), "%s/run", path);
	assert_int_equal(0, fake_run(dir, 20, 16, 20));
	summary = summary_of(dir);
	text = print(summary, &options);
	says(text, "class 58 ns\n");
	assert_null(strstr(text, "@ 220 ns"));
	free(text);
	options.all_classes = true;
	text = print(summary, &options);
	says(text, "pipe @ 220 ns");
	free(text);
	json_decref(summary);
	snprintf(command, sizeof(command), "rm -rf '%s'", path);
	assert_int_equal(0, system(command));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_width),
		CASE(test_rows),
		CASE(test_reasons),
		CASE(test_colour),
		CASE(test_filter),
		CASE(test_options_and_idle),
		CASE(test_contract),
		CASE(test_refused),
		CASE(test_marks),
		cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
