/* SPDX-License-Identifier: MIT */
/* Every key of a job, what it takes and what it refuses, and that a job that
 * was written reads back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "run/job.h"

static char folder[] = "/tmp/ipcbench-test-job-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/job.ini", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void put_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

/* why has the text; else both are shown. */
static void why_has(const struct why *why, const char *text)
{
	if (!strstr(why->text, text))
		fail_msg("'%s' does not say '%s'", why->text, text);
}

static void accepts(struct job *job, const char *key, const char *value)
{
	struct why why = {""};

	if (job_set(job, NULL, key, value, &why) != 0)
		fail_msg("%s = %s: %s", key, value, why.text);
}

static struct design design_of(const char *key, const char *value)
{
	struct job job;

	job_init(&job);
	accepts(&job, key, value);
	return job.design;
}

static void test_defaults_are_a_job(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	job_init(&job);
	assert_int_equal(job_check(&job, &why), 0);
	assert_int_equal(job.sections, 0);
	for (size_t i = 0; i < AXES; i++)
		assert_true(i == AXIS_DEPTH || job.all.axis[i][0]);
	assert_true(job.design.blocks_min >= 1);
	assert_true(job.design.blocks_min <= job.design.blocks_max);
	assert_true(job.design.trial_time_ns > 0);
	assert_true(job.design.delta > 0);
}

static void test_each_axis_is_kept_as_given(void **state)
{
	struct job job;
	size_t axes = 0;

	(void)state;
	job_init(&job);
	for (size_t i = 0; job_keys[i].name; i++) {
		if (!job_keys[i].axis)
			continue;
		accepts(&job, job_keys[i].name, "some, text");
		assert_string_equal(job.all.axis[i], "some, text");
		axes++;
	}
	assert_int_equal(axes, AXES);
}

static void test_counts(void **state)
{
	struct design d = design_of("blocks", "7");

	(void)state;
	assert_int_equal(d.blocks_min, 7);
	assert_int_equal(d.blocks_max, 7);
	d = design_of("blocks", "3:1000");
	assert_int_equal(d.blocks_min, 3);
	assert_int_equal(d.blocks_max, 1000);
	assert_int_equal(design_of("seed", "0x10").seed, 16);
	assert_int_equal(design_of("seed", "1").seed, 1);
	assert_true(design_of("seed", "9223372036854775807").seed == INT64_MAX);
}

static void test_times(void **state)
{
	(void)state;
	assert_int_equal(design_of("trial-time", "20ms").trial_time_ns,
			 20 * NS_PER_MS);
	assert_int_equal(design_of("trial-time", "1.5s").trial_time_ns,
			 1500 * NS_PER_MS);
	assert_int_equal(design_of("warmup-time", "0ns").warmup_time_ns, 0);
	assert_int_equal(design_of("budget", "10m").budget_ns, 600 * NS_PER_S);
	assert_int_equal(design_of("budget", "none").budget_ns, 0);
	assert_int_equal(design_of("deadline", "1h").deadline_ns,
			 3600 * NS_PER_S);
	assert_int_equal(design_of("spin-time", "250us").spin_ns, 250000);
}

static void test_shares_and_names(void **state)
{
	(void)state;
	assert_true(design_of("precision", "2%").precision == 0.02);
	assert_true(design_of("precision", "0.02").precision == 0.02);
	assert_true(design_of("precision", "none").precision == 0);
	assert_true(design_of("precision", "100%").precision == 1);
	assert_true(design_of("delta", "5%").delta == 0.05);
	assert_string_equal(design_of("baseline", "pipe").baseline, "pipe");
	assert_string_equal(design_of("events", "A,B").events, "A,B");
	assert_string_equal(design_of("events", "none").events, "none");
}

static const struct bad {
	const char *key, *value, *says;
} bad[] = {
	{"blocks", "0", "MIN:MAX"},
	{"blocks", "1001", "1000"},
	{"blocks", "8:4", "MIN:MAX"},
	{"blocks", "8:", "MIN:MAX"},
	{"blocks", ":8", "MIN:MAX"},
	{"blocks", "-1", "MIN:MAX"},
	{"blocks", "1:2:3", "MIN:MAX"},
	{"blocks", "many", "MIN:MAX"},
	{"blocks", "99999999999999999999", "1000"},
	{"trial-time", "20", "such as 20ms"},
	{"trial-time", "0.5ms", "from 1 ms"},
	{"trial-time", "601s", "600 s"},
	{"trial-time", "ms", "such as 20ms"},
	{"trial-time", "-1s", "such as 20ms"},
	{"trial-time", "infs", "such as 20ms"},
	{"trial-time", "nanms", "such as 20ms"},
	{"trial-time", "20parsecs", "such as 20ms"},
	{"trial-time", "1e300h", "such as 20ms"},
	{"trial-time", "none", "such as 20ms"},
	{"warmup-time", "1h", "600 s"},
	{"warmup-time", "x", "such as 20ms"},
	{"budget", "1ms", "such as 20ms"},
	{"budget", "31000h", "such as 20ms"},
	{"deadline", "1ms", "from 10 ms"},
	{"deadline", "25h", "such as 20ms"},
	{"spin-time", "2s", "1 s"},
	{"precision", "0", "share"},
	{"precision", "101%", "100%"},
	{"precision", "-1%", "share"},
	{"precision", "nan", "share"},
	{"precision", "inf", "share"},
	{"precision", "2%%", "share"},
	{"precision", "two", "share"},
	{"delta", "none", "share"},
	{"delta", "0%", "share"},
	{"delta", "%", "share"},
	{"seed", "0", "from 1"},
	{"seed", "-1", "from 1"},
	{"seed", " -1", "from 1"},
	{"seed", "1x", "from 1"},
	{"seed", "x", "from 1"},
	{"seed", "18446744073709551616", "from 1"},
	/* A record's integers have a sign. */
	{"seed", "9223372036854775808", "from 1"},
	{"baseline", "a-name-that-no-back-end-has-ever-had-so-far", "longer"},
};

static void test_bad_values_say_what_is_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct why why = {""};
		struct job job;
		struct design before;
		int err;

		job_init(&job);
		before = job.design;
		err = job_set(&job, NULL, bad[i].key, bad[i].value, &why);
		if (err != -EINVAL)
			fail_msg("%s = %s: %d", bad[i].key, bad[i].value, err);
		why_has(&why, bad[i].key);
		why_has(&why, bad[i].says);
		if (strlen(bad[i].value) < 30)
			why_has(&why, bad[i].value);
		assert_memory_equal(&before, &job.design, sizeof(before));
	}
}

static void test_no_value_is_bad_for_every_key(void **state)
{
	struct job job;

	(void)state;
	job_init(&job);
	for (size_t i = 0; job_keys[i].name; i++) {
		struct why why = {""};

		assert_int_equal(
			job_set(&job, NULL, job_keys[i].name, "", &why),
			-EINVAL);
		why_has(&why, job_keys[i].name);
	}
}

static void test_too_long_is_refused_whole(void **state)
{
	char text[2 * JOB_VALUE];

	(void)state;
	memset(text, '1', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; job_keys[i].name; i++) {
		struct why why = {""};
		struct job job;

		job_init(&job);
		assert_int_equal(
			job_set(&job, NULL, job_keys[i].name, text, &why),
			-EINVAL);
		why_has(&why, job_keys[i].name);
		assert_true(i >= AXES || !strstr(job.all.axis[i], "111"));
	}
}

static void test_unknown_key_names_the_nearest(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	job_init(&job);
	assert_int_equal(job_set(&job, NULL, "blocs", "8", &why), -EINVAL);
	why_has(&why, "key 'blocs' is unknown");
	why_has(&why, "did you mean 'blocks'?");
	assert_int_equal(job_override(&job, "szie", "8", &why), -EINVAL);
	why_has(&why, "did you mean 'size'?");
	assert_int_equal(job_set(&job, "a", "backends", "8", &why), -EINVAL);
	why_has(&why, "did you mean 'backend'?");
}

static void test_sections_have_axes_only(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	job_init(&job);
	assert_int_equal(job_set(&job, "a", "size", "8", &why), 0);
	assert_int_equal(job_set(&job, "b", "size", "9", &why), 0);
	assert_int_equal(job_set(&job, "a", "wait", "spin", &why), 0);
	assert_int_equal(job.sections, 2);
	assert_string_equal(job.section[0].name, "a");
	assert_string_equal(job.section[0].axis[AXIS_SIZE], "8");
	assert_string_equal(job.section[0].axis[AXIS_WAIT], "spin");
	assert_string_equal(job.section[1].axis[AXIS_SIZE], "9");
	assert_string_equal(job.section[1].axis[AXIS_WAIT], "");
	assert_int_equal(job_set(&job, "b", "blocks", "9", &why), -EINVAL);
	why_has(&why, "blocks belongs to [global], not to [b]");
	assert_int_equal(job_set(&job, "global", "blocks", "9", &why), 0);
	assert_int_equal(job.design.blocks_max, 9);
	assert_int_equal(job.sections, 2);
}

static void test_sections_are_limited(void **state)
{
	struct why why = {""};
	struct job job;
	char name[16];

	(void)state;
	job_init(&job);
	for (int i = 0; i < JOB_SECTIONS; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		assert_int_equal(job_set(&job, name, "size", "8", &why), 0);
	}
	assert_int_equal(job_set(&job, "more", "size", "8", &why), -EINVAL);
	why_has(&why, "section 'more' is one too many: 16 allowed");
	assert_int_equal(job_set(&job, "s3", "size", "9", &why), 0);
	job_init(&job);
	assert_int_equal(job_set(&job, "a-section-whose-name-has-no-end-at-all",
				 "size", "8", &why),
			 -EINVAL);
	why_has(&why, "longer than 31");
	assert_int_equal(job.sections, 0);
}

static void test_override_replaces_axes_everywhere(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	job_init(&job);
	job_set(&job, "a", "size", "8", &why);
	job_set(&job, "a", "wait", "spin", &why);
	job_set(&job, "b", "size", "9", &why);
	assert_int_equal(job_override(&job, "size", "1K", &why), 0);
	assert_string_equal(job.all.axis[AXIS_SIZE], "1K");
	assert_string_equal(job.section[0].axis[AXIS_SIZE], "");
	assert_string_equal(job.section[1].axis[AXIS_SIZE], "");
	assert_string_equal(job.section[0].axis[AXIS_WAIT], "spin");
	assert_int_equal(job_override(&job, "blocks", "3", &why), 0);
	assert_int_equal(job.design.blocks_max, 3);
	assert_int_equal(job_override(&job, "size", "", &why), -EINVAL);
}

static void test_file(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	put_file("# a comment\n"
		 "; another\n"
		 "\n"
		 "seed = 5\n"
		 "[global]\n"
		 "blocks=4:9\n"
		 "size =  64, 4K  \n"
		 "  # indented, and a comment\n"
		 "[ring]\n"
		 "backend = ring\n"
		 "wait = spin,hybrid ; and why\n"
		 "[other]\n"
		 "place = 0:1\n"
		 "[ring]\n"
		 "space = thread\n");
	job_init(&job);
	if (job_read(&job, path, false, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(job.design.seed, 5);
	assert_int_equal(job.design.blocks_min, 4);
	assert_string_equal(job.all.axis[AXIS_SIZE], "64, 4K");
	assert_int_equal(job.sections, 2);
	assert_string_equal(job.section[0].axis[AXIS_WAIT], "spin,hybrid");
	assert_string_equal(job.section[0].axis[AXIS_SPACE], "thread");
	assert_string_equal(job.section[1].axis[AXIS_PLACE], "0:1");
	assert_string_equal(job.section[1].axis[AXIS_SPACE], "");
}

static void test_design_only_leaves_axes_out(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	put_file("[global]\nblocks = 4\nsize = 8\n[a]\nwait = spin\n");
	job_init(&job);
	job_set(&job, NULL, "size", "1K", &why);
	assert_int_equal(job_read(&job, path, true, &why), 0);
	assert_int_equal(job.design.blocks_max, 4);
	assert_string_equal(job.all.axis[AXIS_SIZE], "1K");
	assert_int_equal(job.sections, 0);
	put_file("[global]\nblock = 4\n");
	assert_int_equal(job_read(&job, path, true, &why), -EINVAL);
	why_has(&why, "did you mean 'blocks'?");
}

/* The file is refused, and the reason has the line and the text. */
static void file_refused(const char *text, int line, const char *says)
{
	struct why why = {""};
	char place[80];
	struct job job;

	put_file(text);
	job_init(&job);
	assert_int_equal(job_read(&job, path, false, &why), -EINVAL);
	snprintf(place, sizeof(place), "%s:%d: ", path, line);
	why_has(&why, place);
	why_has(&why, says);
}

static void test_bad_files_name_the_line(void **state)
{
	char text[400];

	(void)state;
	file_refused("[global]\n\nblocks = none\n", 3, "MIN:MAX");
	file_refused("[a]\nsize = 8\ncolour = red\n", 3,
		     "key 'colour' is unknown");
	file_refused("[a]\nseed = 8\n", 2, "belongs to [global]");
	file_refused("blocks = 8\nnonsense\n", 2, "not 'key = value'");
	file_refused("blocks = 8\n[global\n", 2, "not 'key = value'");
	file_refused("size =\n", 1, "size has no value");
	/* Not the last of two values. */
	file_refused("size = 64,\n  128\n", 2, "starts with a blank");
	file_refused("size = 64,\n\twait = spin\n", 2, "starts with a blank");
	/* The first of two, not the last. */
	file_refused("blocks = x\nblocks = y\n", 1, "'x'");
	memset(text, 'x', sizeof(text));
	memcpy(text, "[a]\nbackend = ", 14);
	strcpy(text + 300, "\n");
	file_refused(text, 2, "198 are allowed");
}

static void test_missing_file_says_so(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	unlink(path);
	job_init(&job);
	assert_int_equal(job_read(&job, path, false, &why), -ENOENT);
	why_has(&why, path);
	why_has(&why, "No such file");
	assert_true(job_read(&job, folder, false, &why) < 0);
	why_has(&why, folder);
}

static void test_check_sees_the_whole(void **state)
{
	struct why why = {""};
	struct job job;

	(void)state;
	job_init(&job);
	accepts(&job, "trial-time", "5s");
	accepts(&job, "deadline", "10s");
	assert_int_equal(job_check(&job, &why), 0);
	accepts(&job, "deadline", "9.9s");
	assert_int_equal(job_check(&job, &why), -EINVAL);
	why_has(&why, "deadline");
	why_has(&why, "9.9");
}

static void section_equal(const struct section *a, const struct section *b)
{
	assert_string_equal(a->name, b->name);
	for (size_t i = 0; i < AXES; i++)
		assert_string_equal(a->axis[i], b->axis[i]);
}

/* Field by field: there is padding between them. */
static void design_equal(const struct design *a, const struct design *b)
{
	assert_int_equal(a->blocks_min, b->blocks_min);
	assert_int_equal(a->blocks_max, b->blocks_max);
	assert_int_equal(a->trial_time_ns, b->trial_time_ns);
	assert_int_equal(a->warmup_time_ns, b->warmup_time_ns);
	assert_int_equal(a->budget_ns, b->budget_ns);
	assert_int_equal(a->deadline_ns, b->deadline_ns);
	assert_true(a->precision == b->precision);
	assert_true(a->delta == b->delta);
	assert_true(a->seed == b->seed);
	assert_int_equal(a->spin_ns, b->spin_ns);
	assert_string_equal(a->baseline, b->baseline);
	assert_string_equal(a->events, b->events);
}

static void written_reads_back(const struct job *job)
{
	struct why why = {""};
	FILE *file = fopen(path, "w");
	struct job back;

	assert_non_null(file);
	assert_int_equal(job_write(job, file), 0);
	fclose(file);
	job_init(&back);
	if (job_read(&back, path, false, &why) != 0)
		fail_msg("%s", why.text);
	design_equal(&job->design, &back.design);
	section_equal(&job->all, &back.all);
	assert_int_equal(job->sections, back.sections);
	for (size_t i = 0; i < job->sections; i++)
		section_equal(&job->section[i], &back.section[i]);
}

static void test_written_reads_back(void **state)
{
	static const char *const values[][2] = {
		{"blocks", "3:17"},
		{"trial-time", "1.234567ms"},
		{"warmup-time", "0ms"},
		{"precision", "0.0333333333333333"},
		{"budget", "1.5h"},
		{"deadline", "7s"},
		{"delta", "1.23456789012345%"},
		{"spin-time", "1us"},
		{"seed", "9007199254740993"},
		{"baseline", "tcp"},
		{"events", "PAPI_TOT_INS,perf::PAGE-FAULTS:u"},
		{"size", "1:1M:x4, 3"},
		{"place", "0:1,cross"},
		{"depth", "8"},
	};
	struct why why;
	struct job job;

	(void)state;
	job_init(&job);
	written_reads_back(&job);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		accepts(&job, values[i][0], values[i][1]);
		written_reads_back(&job);
	}
	job_set(&job, "one", "backend", "ring,pipe", &why);
	job_set(&job, "the other", "space", "thread", &why);
	job_set(&job, "one", "wait", "block", &why);
	written_reads_back(&job);
}

/* What the command line took, a file must take again. */
static void test_longest_value_reads_back(void **state)
{
	char text[JOB_VALUE];
	struct job job;

	(void)state;
	job_init(&job);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	accepts(&job, "workload", text);
	accepts(&job, "events", text);
	written_reads_back(&job);
}

/* A section whose only axis was replaced still is one: its cells are those of
 * [global]'s axes, beside those of the other sections. */
static void test_emptied_section_reads_back(void **state)
{
	struct why why = {""};
	struct job job;
	struct job back;
	FILE *file;

	(void)state;
	job_init(&job);
	job_set(&job, "a", "wait", "spin", &why);
	job_set(&job, "b", "size", "8", &why);
	job_override(&job, "size", "4K", &why);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(job_write(&job, file), 0);
	fclose(file);
	job_init(&back);
	assert_int_equal(job_read(&back, path, false, &why), 0);
	assert_int_equal(back.sections, 2);
	assert_string_equal(back.section[1].name, "b");
	for (size_t i = 0; i < AXES; i++)
		if (back.section[1].axis[i][0])
			assert_string_equal(back.section[1].axis[i],
					    job.all.axis[i]);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		size_t bytes;
	} good[] = {
		{"1", 1},
		{"64", 64},
		{"4K", 4096},
		{"4k", 4096},
		{"1M", 1 << 20},
		{"3m", 3 << 20},
		{"1G", 1 << 30},
		{"1024M", 1 << 30},
		{"1048576K", 1 << 30},
		{"010", 10},
		{"1073741824", 1 << 30},
	};
	static const char *const wrong[] = {
		"",
		"0",
		"0K",
		"-1",
		"+1",
		" 1",
		"1 ",
		"K",
		"4KB",
		"2G",
		"1.5",
		"0x10",
		"1e3",
		"1025M",
		"1T",
		"four",
		"1073741825",
		"18446744073709551617",
		"17179869185G",
	};
	size_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(job_parse_size(good[i].text, &bytes, NULL), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct why why = {""};
		char quoted[40];

		bytes = 77;
		if (job_parse_size(wrong[i], &bytes, &why) != -EINVAL)
			fail_msg("size '%s' is taken", wrong[i]);
		assert_int_equal(bytes, 77);
		snprintf(quoted, sizeof(quoted), "'%s'", wrong[i]);
		why_has(&why, quoted);
		why_has(&why, "1 to 1G");
	}
}

static void test_parses_times(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{"0ns", 0},
		{"80ns", 80},
		{"250us", 250000},
		{"20ms", 20000000},
		{"0.1us", 100},
		{"1s", NS_PER_S},
		{"1.5s", 1500000000},
		{"2m", 120 * NS_PER_S},
		{"2min", 120 * NS_PER_S},
		{"1h", 3600 * NS_PER_S},
	};
	static const char *const wrong[] = {
		"",   "1",    "s",     "-1s", "1 s",   "1d",
		"1S", "infs", "nanms", "1ss", "1e20h", "one s",
	};
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(job_parse_time(good[i].text, &ns, NULL), 0);
		assert_true(ns == good[i].ns);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct why why = {""};

		if (job_parse_time(wrong[i], &ns, &why) != -EINVAL)
			fail_msg("time '%s' is taken", wrong[i]);
		why_has(&why, wrong[i]);
		why_has(&why, "ns, us, ms, s, m or h");
	}
}

static int join(const char *item, void *arg)
{
	char *all = arg;

	if (strcmp(item, "stop") == 0)
		return -ECANCELED;
	strcat(strcat(all, item), "|");
	return 0;
}

static void test_lists(void **state)
{
	static const char *const empty[] = {"",	  " ",	  ",",	  "a,",
					    ",a", "a,,b", "a, ,b"};
	char longest[2 * JOB_VALUE];
	struct why why = {""};
	char all[64] = "";

	(void)state;
	assert_int_equal(job_each(" a, b c ,d", join, all, &why), 0);
	assert_string_equal(all, "a|b c|d|");
	all[0] = '\0';
	assert_int_equal(job_each("a,stop,b", join, all, &why), -ECANCELED);
	assert_string_equal(all, "a|");
	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++) {
		all[0] = '\0';
		assert_int_equal(job_each(empty[i], join, all, &why), -EINVAL);
		why_has(&why, "empty item");
	}
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	all[0] = '\0';
	assert_int_equal(job_each(longest, join, all, &why), -EINVAL);
	why_has(&why, "too long");
	assert_string_equal(all, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_a_job),
		cmocka_unit_test(test_each_axis_is_kept_as_given),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_shares_and_names),
		cmocka_unit_test(test_bad_values_say_what_is_allowed),
		cmocka_unit_test(test_no_value_is_bad_for_every_key),
		cmocka_unit_test(test_too_long_is_refused_whole),
		cmocka_unit_test(test_unknown_key_names_the_nearest),
		cmocka_unit_test(test_sections_have_axes_only),
		cmocka_unit_test(test_sections_are_limited),
		cmocka_unit_test(test_override_replaces_axes_everywhere),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_design_only_leaves_axes_out),
		cmocka_unit_test(test_bad_files_name_the_line),
		cmocka_unit_test(test_missing_file_says_so),
		cmocka_unit_test(test_check_sees_the_whole),
		cmocka_unit_test(test_written_reads_back),
		cmocka_unit_test(test_longest_value_reads_back),
		cmocka_unit_test(test_emptied_section_reads_back),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_parses_times),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
