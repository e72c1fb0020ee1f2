/* SPDX-License-Identifier: MIT */
/*
 * Hardware counters without hardware: a double stands in for PAPI and for
 * perf_event_open(2), with events that count, that are refused, that stay 0
 * and that do not fit together. The whole path from probe to values runs on
 * it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "trial/counters.h"

#if WITH_PAPI

#include <papi.h>

enum { SETS = 8, COMPONENT = 3, PARANOID_BYTES = 16 };

enum temper {
	COUNTS,
	STAYS_0,
	REFUSED, /* no right */
	MISSING, /* the PU has none */
	CRASHES, /* on start */
};

static const struct event {
	const char *name;
	enum temper temper;
	long long value;
} events[] = {
	{"PAPI_TOT_INS", COUNTS, 1234567}, {"PAPI_TOT_CYC", COUNTS, 7654321},
	{"PAPI_TLB_DM", COUNTS, 42},	   {"PAPI_L1_DCM", REFUSED, 0},
	{"PAPI_L2_DCM", STAYS_0, 0},	   {"PAPI_L3_TCM", MISSING, 0},
	{"PAPI_BR_INS", CRASHES, 0},
};
enum { EVENTS = sizeof(events) / sizeof(*events) };

/* How the machine behind the double is. */
static struct machine {
	int perf;    /* 0, or the errno of perf_event_open(2) */
	size_t room; /* counters that count at the same time */
	int init;    /* 0, or what PAPI_library_init() says instead */
	int start;   /* 0, or what PAPI_start() says instead */
	bool talks;
	PAPI_component_info_t component;
} machine;

static struct set {
	bool used;
	bool running;
	size_t n;
	const struct event *event[EVENTS];
} sets[SETS];

static int reset(void **state)
{
	(void)state;
	memset(&machine, 0, sizeof(machine));
	memset(sets, 0, sizeof(sets));
	machine.room = EVENTS;
	machine.component.available_domains = PAPI_DOM_ALL;
	return 0;
}

static size_t sets_used(void)
{
	size_t i, n = 0;

	for (i = 0; i < SETS; i++)
		n += sets[i].used;
	return n;
}

/* Ours in place of the C library's: only one call is another. */
long syscall(long number, ...)
{
	long (*next)(long, ...) =
		(long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long arg[6];
	va_list args;
	int i;

	if (number == SYS_perf_event_open && machine.perf) {
		errno = machine.perf;
		return -1;
	}
	if (number == SYS_perf_event_open)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	va_start(args, number);
	for (i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	return next(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

int PAPI_library_init(int version)
{
	static const char noise[] = "the double talks\n";

	if (machine.talks)
		assert_int_equal(write(STDERR_FILENO, noise, sizeof(noise)),
				 sizeof(noise));
	return machine.init ? machine.init : version;
}

int PAPI_thread_init(unsigned long (*id)(void))
{
	return id ? PAPI_OK : PAPI_EINVAL;
}

int PAPI_register_thread(void)
{
	return PAPI_OK;
}

int PAPI_unregister_thread(void)
{
	return PAPI_OK;
}

int PAPI_get_component_index(const char *name)
{
	return strcmp(name, "perf_event") ? PAPI_ENOCMP : COMPONENT;
}

const PAPI_component_info_t *PAPI_get_component_info(int cid)
{
	return cid == COMPONENT ? &machine.component : NULL;
}

int PAPI_set_cmp_domain(int domain, int cid)
{
	return domain == PAPI_DOM_ALL && cid == COMPONENT ? PAPI_OK
							  : PAPI_EINVAL;
}

/* These two fail where there is no PMU, or count somebody else. */
int PAPI_set_opt(int option, PAPI_option_t *value)
{
	(void)option, (void)value;
	abort();
}

int PAPI_attach(int set, unsigned long tid)
{
	(void)set, (void)tid;
	abort();
}

int PAPI_create_eventset(int *set)
{
	int i;

	if (*set != PAPI_NULL)
		return PAPI_EINVAL;
	for (i = 0; i < SETS; i++)
		if (!sets[i].used) {
			sets[i] = (struct set){.used = true};
			*set = i;
			return PAPI_OK;
		}
	return PAPI_ENOMEM;
}

int PAPI_assign_eventset_component(int set, int cid)
{
	return sets[set].used && cid == COMPONENT ? PAPI_OK : PAPI_EINVAL;
}

static const struct event *event_of(const char *name)
{
	size_t i;

	for (i = 0; i < EVENTS; i++)
		if (!strcmp(events[i].name, name))
			return &events[i];
	return NULL;
}

int PAPI_event_name_to_code(const char *name, int *code)
{
	*code = 1;
	return event_of(name) ? PAPI_OK : PAPI_ENOEVNT;
}

int PAPI_add_named_event(int set, const char *name)
{
	const struct event *event = event_of(name);

	if (!event || event->temper == MISSING)
		return PAPI_ENOEVNT;
	if (event->temper == REFUSED)
		return PAPI_EPERM;
	if (sets[set].n == machine.room)
		return PAPI_ECNFLCT;
	sets[set].event[sets[set].n++] = event;
	return PAPI_OK;
}

int PAPI_start(int set)
{
	if (!sets[set].used || sets[set].running)
		return PAPI_EISRUN;
	if (machine.start)
		return machine.start;
	if (sets[set].n && sets[set].event[0]->temper == CRASHES)
		raise(SIGKILL);
	sets[set].running = true;
	return PAPI_OK;
}

int PAPI_stop(int set, long long *values)
{
	size_t i;

	if (!sets[set].running)
		return PAPI_ENOTRUN;
	sets[set].running = false;
	for (i = 0; i < sets[set].n; i++)
		values[i] = sets[set].event[i]->value;
	return PAPI_OK;
}

int PAPI_cleanup_eventset(int set)
{
	sets[set].n = 0;
	return PAPI_OK;
}

int PAPI_destroy_eventset(int *set)
{
	if (sets[*set].n)
		return PAPI_EINVAL;
	sets[*set].used = false;
	*set = PAPI_NULL;
	return PAPI_OK;
}

char *PAPI_strerror(int code)
{
	static char text[32];

	snprintf(text, sizeof(text), "the double's %d", code);
	return text;
}

static void assert_counter(const struct counter_plan *plan, size_t i,
			   enum counter_status status, const char *why)
{
	const struct counter *c = &plan->counter[i];

	if (c->status != status || !strstr(c->why.text, why))
		fail_msg("%s is %s, \"%s\"; expected %s, \"%s\"", c->event,
			 counter_status_names[c->status], c->why.text,
			 counter_status_names[status], why);
	if (status == COUNTER_OK)
		assert_string_equal(c->why.text, "");
}

static void each_event_has_its_status(void **state)
{
	static const char *const names[] = {
		"PAPI_L1_DCM",	"PAPI_TOT_INS", "PAPI_L2_DCM", "PAPI_L3_TCM",
		"PAPI_TOT_CYC", "PAPI_NO_SUCH", NULL};
	struct counter_plan plan;
	size_t i;

	(void)state;
	counters_probe(&plan, names);
	assert_int_equal(plan.n, 6);
	for (i = 0; i < plan.n; i++) {
		assert_string_equal(plan.counter[i].event, names[i]);
		assert_true(plan.counter[i].kernel);
	}
	assert_counter(&plan, 0, COUNTER_DENIED, "perf_event_paranoid is ");
	assert_counter(&plan, 1, COUNTER_OK, "");
	assert_counter(&plan, 2, COUNTER_BLIND, "stayed 0");
	assert_counter(&plan, 3, COUNTER_ABSENT, "no such counter");
	assert_counter(&plan, 4, COUNTER_OK, "");
	assert_counter(&plan, 5, COUNTER_ABSENT, "no event of this name");
}

/* Values stand at their event's place; the others' places stay as they were. */
static void values_find_their_events(void **state)
{
	static const char *const names[] = {"PAPI_L1_DCM",  "PAPI_TOT_INS",
					    "PAPI_L2_DCM",  "PAPI_TLB_DM",
					    "PAPI_TOT_CYC", NULL};
	static const int64_t expected[] = {-1, 1234567, -1, 42, 7654321};
	int64_t values[COUNTERS_MAX] = {-1, -1, -1, -1, -1};
	struct counter_plan plan;
	struct counters *counters;
	struct why why = {""};
	size_t i;

	(void)state;
	counters_probe(&plan, names);
	assert_int_equal(counters_init(&plan, &why), 0);
	counters = counters_open(&plan, &why);
	assert_non_null(counters);
	assert_int_equal(sets_used(), 1);
	assert_int_equal(counters_start(counters), 0);
	assert_int_equal(counters_stop(counters, values), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(values[i], expected[i]);
	counters_close(counters);
	assert_int_equal(sets_used(), 0);
	assert_string_equal(why.text, "");
}

static void one_too_many_is_left_out(void **state)
{
	static const char *const names[] = {"PAPI_TOT_INS", "PAPI_TLB_DM",
					    "PAPI_TOT_CYC", NULL};
	int64_t values[COUNTERS_MAX] = {-1, -1, -1};
	struct counter_plan plan;
	struct counters *counters;

	(void)state;
	machine.room = 2;
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_OK, "");
	assert_counter(&plan, 1, COUNTER_OK, "");
	assert_counter(&plan, 2, COUNTER_ABSENT, "does not fit");
	counters = counters_open(&plan, NULL);
	assert_non_null(counters);
	assert_int_equal(counters_start(counters), 0);
	assert_int_equal(counters_stop(counters, values), 0);
	assert_int_equal(values[0], 1234567);
	assert_int_equal(values[1], 42);
	assert_int_equal(values[2], -1);
	counters_close(counters);
}

/* PAPI says the same of both: "does not exist". The kernel knows better. */
static void no_right_is_not_no_hardware(void **state)
{
	static const char *const names[] = {"PAPI_L3_TCM", NULL};
	static const struct {
		int perf;
		enum counter_status status;
		const char *why;
	} cases[] = {
		{0, COUNTER_ABSENT, "no such counter"},
		{ENOENT, COUNTER_ABSENT, "no PMU"},
		{EOPNOTSUPP, COUNTER_ABSENT, "no PMU"},
		{ENODEV, COUNTER_ABSENT, "no PMU"},
		{ENOSYS, COUNTER_ABSENT, "no perf events"},
		{EACCES, COUNTER_DENIED, "perf_event_paranoid is "},
		{EPERM, COUNTER_DENIED, "perf_event_paranoid is "},
	};
	struct counter_plan plan;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine.perf = cases[i].perf;
		counters_probe(&plan, names);
		assert_counter(&plan, 0, cases[i].status, cases[i].why);
	}
}

static void the_level_is_named(void **state)
{
	static const char *const names[] = {"PAPI_L3_TCM", NULL};
	char level[PARANOID_BYTES], expected[64];
	struct counter_plan plan;
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");

	(void)state;
	if (!file || fscanf(file, "%15s", level) != 1) {
		print_message("this kernel has no perf_event_paranoid\n");
		skip();
	}
	fclose(file);
	snprintf(expected, sizeof(expected), "perf_event_paranoid is %s",
		 level);
	machine.perf = EACCES;
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_DENIED, expected);
}

static void user_space_only_is_said(void **state)
{
	static const char *const names[] = {"PAPI_TOT_INS", "PAPI_L2_DCM",
					    NULL};
	struct counter_plan plan;

	(void)state;
	machine.component.available_domains = PAPI_DOM_USER;
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_OK, "");
	assert_counter(&plan, 1, COUNTER_BLIND, "kernel's part is hidden");
	assert_false(plan.counter[0].kernel);
	assert_false(plan.counter[1].kernel);
}

static void a_papi_that_does_not_start_is_absent(void **state)
{
	static const char *const names[] = {"PAPI_TOT_INS", "PAPI_TOT_CYC",
					    NULL};
	struct counter_plan plan;
	struct why why = {""};

	(void)state;
	machine.init = PAPI_ESYS;
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_ABSENT, "PAPI does not start");
	assert_counter(&plan, 1, COUNTER_ABSENT, "PAPI does not start");
	machine.init = PAPI_VER_CURRENT + (1 << 24);
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_ABSENT, "another version");
	/* And in a trial, after a probe that went well. */
	plan.counter[0].status = COUNTER_OK;
	assert_int_equal(counters_init(&plan, &why), -ENOTSUP);
	assert_non_null(strstr(why.text, "another version"));
}

static void a_component_that_is_off_says_why(void **state)
{
	static const char *const names[] = {"PAPI_TOT_INS", NULL};
	struct counter_plan plan;

	(void)state;
	machine.component.disabled = PAPI_ECMP_DISABLED;
	strcpy(machine.component.disabled_reason, "the double is tired");
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_ABSENT, "the double is tired");
	machine.perf = EACCES;
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_DENIED, "perf_event_paranoid is ");
}

static void a_probe_that_dies_is_absent(void **state)
{
	static const char *const names[] = {"PAPI_L3_TCM", "PAPI_BR_INS",
					    "PAPI_TOT_INS", NULL};
	struct counter_plan plan;

	(void)state;
	counters_probe(&plan, names);
	assert_counter(&plan, 0, COUNTER_ABSENT, "no such counter");
	assert_counter(&plan, 1, COUNTER_ABSENT, "died");
	assert_counter(&plan, 2, COUNTER_ABSENT, "died");
}

static void opening_may_fail_after_all(void **state)
{
	static const char *const names[] = {"PAPI_TOT_INS", "PAPI_TOT_CYC",
					    NULL};
	struct counter_plan plan;
	struct why why = {""};

	(void)state;
	counters_probe(&plan, names);
	machine.room = 1;
	assert_null(counters_open(&plan, &why));
	assert_non_null(strstr(why.text, "PAPI_TOT_CYC"));
	assert_int_equal(sets_used(), 0);
}

static void a_start_that_fails_is_told(void **state)
{
	static const char *const names[] = {"PAPI_TOT_INS", NULL};
	int64_t values[COUNTERS_MAX] = {-1};
	struct counter_plan plan;
	struct counters *counters;

	(void)state;
	counters_probe(&plan, names);
	counters = counters_open(&plan, NULL);
	assert_non_null(counters);
	machine.start = PAPI_ESYS;
	assert_int_equal(counters_start(counters), -EIO);
	assert_int_equal(counters_stop(counters, values), -EIO);
	assert_int_equal(values[0], -1);
	counters_close(counters);
}

static void a_talking_papi_is_hushed(void **state)
{
	static const char *const names[] = {"PAPI_TOT_INS", NULL};
	int was = dup(STDERR_FILENO), heard = memfd_create("stderr", 0);
	struct counter_plan plan;

	(void)state;
	assert_true(was >= 0 && heard >= 0);
	machine.talks = true;
	dup2(heard, STDERR_FILENO);
	counters_probe(&plan, names);
	dup2(was, STDERR_FILENO);
	assert_counter(&plan, 0, COUNTER_OK, "");
	assert_int_equal(lseek(heard, 0, SEEK_END), 0);
	close(was);
	close(heard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_event_has_its_status, reset),
		cmocka_unit_test_setup(values_find_their_events, reset),
		cmocka_unit_test_setup(one_too_many_is_left_out, reset),
		cmocka_unit_test_setup(no_right_is_not_no_hardware, reset),
		cmocka_unit_test_setup(the_level_is_named, reset),
		cmocka_unit_test_setup(user_space_only_is_said, reset),
		cmocka_unit_test_setup(a_papi_that_does_not_start_is_absent,
				       reset),
		cmocka_unit_test_setup(a_component_that_is_off_says_why, reset),
		cmocka_unit_test_setup(a_probe_that_dies_is_absent, reset),
		cmocka_unit_test_setup(opening_may_fail_after_all, reset),
		cmocka_unit_test_setup(a_start_that_fails_is_told, reset),
		cmocka_unit_test_setup(a_talking_papi_is_hushed, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void built_without_papi(void **state)
{
	(void)state;
	print_message("built without PAPI: there is nothing to double\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_without_papi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
