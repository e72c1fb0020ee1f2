/* SPDX-License-Identifier: MIT */
/* The machine as JSON: complete, explained where it is not, comparable. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/environment.h"
#include "run/facts.h"

static json_t *env;

static int setup(void **state)
{
	(void)state;
	env = environment_capture();
	return env ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	json_decref(env);
	return 0;
}

static json_t *fact(const char *group, const char *key)
{
	json_t *value = json_object_get(json_object_get(env, group), key);

	if (!value)
		fail_msg("there is no %s.%s", group, key);
	return value;
}

/* A file with this text; the caller removes it. */
static void write_file(char path[32], const char *text)
{
	int fd;

	strcpy(path, "/tmp/ipcbench-fact-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void lines_are_trimmed(void **state)
{
	char path[32], line[16] = "untouched";

	(void)state;
	write_file(path, "  first line \t\nsecond\n");
	assert_int_equal(fact_line(path, line, sizeof(line)), 0);
	assert_string_equal(line, "first line");
	unlink(path);
	assert_int_equal(fact_line(path, line, sizeof(line)), -ENOENT);
	assert_int_equal(fact_line("/", line, sizeof(line)), -EISDIR);
	write_file(path, " \n");
	assert_int_equal(fact_line(path, line, sizeof(line)), -ENODATA);
	unlink(path);
	write_file(path, "");
	assert_int_equal(fact_line(path, line, sizeof(line)), -ENODATA);
	unlink(path);
	assert_string_equal(line, "first line");
}

static void long_lines_are_cut(void **state)
{
	char path[32], line[8];

	(void)state;
	write_file(path, "0123456789\n");
	assert_int_equal(fact_line(path, line, sizeof(line)), 0);
	assert_string_equal(line, "0123456");
	unlink(path);
}

static void fields_have_keys(void **state)
{
	char path[32], value[32] = "untouched";

	(void)state;
	write_file(path, "CpusX:\tno\nNo Cpus: no\nCpus\nCpus\t : 0-3 \n"
			 "Cpus: later\nNAME=\"a b\"\n");
	assert_int_equal(fact_field(path, "Cpus", value, sizeof(value)), 0);
	assert_string_equal(value, "0-3");
	assert_int_equal(fact_field(path, "NAME", value, sizeof(value)), 0);
	assert_string_equal(value, "\"a b\"");
	assert_int_equal(fact_field(path, "Cp", value, sizeof(value)),
			 -ENODATA);
	unlink(path);
	assert_int_equal(fact_field(path, "Cpus", value, sizeof(value)),
			 -ENOENT);
	assert_string_equal(value, "\"a b\"");
}

static void cgroup_files_are_found_or_not(void **state)
{
	char path[PATH_BYTES];

	(void)state;
	assert_int_equal(fact_cgroup("no.such.file", path, sizeof(path)),
			 -ENOENT);
	assert_int_equal(fact_cgroup("cpu/no.such.file", path, sizeof(path)),
			 -ENOENT);
	if (fact_cgroup("cgroup.procs", path, sizeof(path)) == 0)
		assert_int_equal(access(path, R_OK), 0);
}

static void has_all_groups(void **state)
{
	static const char *const groups[] = {"host", "cpu", "kernel",
					     "ipc_limits", "process"};
	size_t i;

	(void)state;
	assert_string_equal(json_string_value(json_object_get(env, "schema")),
			    "ipcbench.environment/1");
	assert_true(json_is_integer(json_object_get(env, "t_ns")));
	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		assert_true(json_object_size(json_object_get(env, groups[i])) >
			    5);
}

/* Null has a reason beside it, and nothing else has. */
static void assert_explained(json_t *group)
{
	char why_key[64];
	const char *key;
	json_t *value, *why;
	size_t n;

	json_object_foreach(group, key, value)
	{
		n = strlen(key);
		if (n > 4 && !strcmp(key + n - 4, "_why")) {
			snprintf(why_key, sizeof(why_key), "%.*s", (int)n - 4,
				 key);
			assert_true(
				json_is_null(json_object_get(group, why_key)));
			continue;
		}
		snprintf(why_key, sizeof(why_key), "%s_why", key);
		why = json_object_get(group, why_key);
		if (json_is_null(value) && !json_string_length(why))
			fail_msg("%s is null without a reason", key);
		if (!json_is_null(value))
			assert_null(why);
	}
}

static void what_is_missing_is_explained(void **state)
{
	const char *name;
	json_t *group;

	(void)state;
	json_object_foreach(env, name, group) if (json_is_object(group))
		assert_explained(group);
}

static void facts_are_true(void **state)
{
	struct utsname u;
	struct rlimit limit;

	(void)state;
	assert_int_equal(uname(&u), 0);
	assert_string_equal(json_string_value(fact("host", "release")),
			    u.release);
	assert_int_equal(json_integer_value(fact("cpu", "pus")),
			 sysconf(_SC_NPROCESSORS_ONLN));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_cur == RLIM_INFINITY)
		assert_string_equal(
			json_string_value(fact("ipc_limits", "nofile")),
			"unlimited");
	else
		assert_int_equal(
			json_integer_value(fact("ipc_limits", "nofile")),
			limit.rlim_cur);
	assert_int_equal(json_integer_value(fact("process", "uid")), geteuid());
	assert_int_equal(json_integer_value(fact("ipc_limits", "msgmax")) > 0,
			 access("/proc/sys/kernel/msgmax", R_OK) == 0);
	assert_true(json_integer_value(fact("host", "memory_b")) > 1 << 20);
	assert_true(json_real_value(fact("host", "uptime_s")) > 0);
}

static void the_chosen_one_is_shown(void **state)
{
	const char *thp = json_string_value(fact("kernel", "thp"));

	(void)state;
	if (!thp) {
		print_message("this kernel has no transparent huge pages\n");
		skip();
	}
	assert_true(!strcmp(thp, "always") || !strcmp(thp, "madvise") ||
		    !strcmp(thp, "never"));
}

/* What json_dumps() refuses cannot be stored. */
static void it_can_be_stored(void **state)
{
	char *text = json_dumps(env, JSON_COMPACT);
	json_t *back;

	(void)state;
	assert_non_null(text);
	back = json_loads(text, 0, NULL);
	assert_true(json_equal(env, back));
	json_decref(back);
	free(text);
}

static void the_program_knows_its_build(void **state)
{
	static const char *const keys[] = {"version",	 "commit", "dirty",
					   "build_type", "cc",	   "cflags",
					   "sanitizer",	 "libc",   "hwloc",
					   "papi",	 "jansson"};
	json_t *tool = environment_tool();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		assert_non_null(json_object_get(tool, keys[i]));
	assert_explained(tool);
	assert_true(json_is_string(json_object_get(tool, "version")));
	assert_true(json_is_string(json_object_get(tool, "jansson")));
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	assert_true(json_is_string(json_object_get(tool, "sanitizer")));
	assert_string_equal(
		json_string_value(json_object_get(tool, "build_type")),
		"sanitizer");
#endif
#if WITH_PAPI
	assert_true(json_is_string(json_object_get(tool, "papi")));
#else
	assert_true(json_is_null(json_object_get(tool, "papi")));
#endif
	json_decref(tool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_trimmed),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(fields_have_keys),
		cmocka_unit_test(cgroup_files_are_found_or_not),
		cmocka_unit_test(has_all_groups),
		cmocka_unit_test(what_is_missing_is_explained),
		cmocka_unit_test(facts_are_true),
		cmocka_unit_test(the_chosen_one_is_shown),
		cmocka_unit_test(it_can_be_stored),
		cmocka_unit_test(the_program_knows_its_build),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
