/* SPDX-License-Identifier: MIT */
/* Counters of this very machine: the kernel's accounts, and PAPI's software
 * events against work of known effect. Hardware is in test_papi.c. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "trial/counters.h"

enum { FAULTS = 64, SLEEPS = 8, SLACK = 16, MANY = 64, NOBODY = 65534 };

#define FAULTS_EVENT "perf::PAGE-FAULTS"
#define SWITCHES_EVENT "perf::CONTEXT-SWITCHES"

static const char *const software[] = {FAULTS_EVENT, SWITCHES_EVENT, NULL};

/* Past the sanitizers, whose shadows would fault too. */
__attribute__((no_sanitize("address", "thread"))) static void fault(
	unsigned int pages)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = pages * page, i;
	char *at =
		(char *)syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		abort();
	madvise(at, bytes, MADV_NOHUGEPAGE);
	for (i = 0; i < bytes; i += page)
		at[i] = 1;
	syscall(SYS_munmap, at, bytes);
}

static void nap(unsigned int times)
{
	struct timespec t = {.tv_nsec = 100000};

	while (times--)
		nanosleep(&t, NULL);
}

static void burn(uint64_t ns)
{
	uint64_t start = clock_of(CLOCK_THREAD_CPUTIME_ID);

	while (clock_of(CLOCK_THREAD_CPUTIME_ID) - start < ns)
		;
}

static void usage_counts_what_was_done(void **state)
{
	struct usage before, after, used;

	(void)state;
	/* First calls fault their code in. */
	usage_read(&after);
	fault(FAULTS);
	nap(1);
	usage_read(&before);
	fault(FAULTS);
	nap(SLEEPS);
	usage_read(&after);
	used = usage_between(&before, &after);
	assert_in_range(used.faults_minor, FAULTS, FAULTS + SLACK);
	assert_in_range(used.switches_voluntary, SLEEPS, SLEEPS + SLACK);
	usage_read(&before);
	burn(20 * NS_PER_MS);
	usage_read(&after);
	used = usage_between(&before, &after);
	assert_true(used.user_ns + used.system_ns >= 10 * NS_PER_MS);
	if (access("/proc/thread-self/schedstat", R_OK))
		assert_false(used.has_runqueue);
	else
		assert_true(used.has_runqueue);
}

static void *fault_and_nap(void *arg)
{
	(void)arg;
	fault(MANY * FAULTS);
	nap(MANY * SLEEPS);
	return NULL;
}

static void usage_is_the_threads_own(void **state)
{
	struct usage before, after, used;
	pthread_t thread;

	(void)state;
	usage_read(&before);
	assert_int_equal(pthread_create(&thread, NULL, fault_and_nap, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	usage_read(&after);
	used = usage_between(&before, &after);
	assert_true(used.faults_minor < MANY * FAULTS);
	assert_true(used.switches_voluntary < MANY * SLEEPS);
}

static void differences_never_wrap(void **state)
{
	struct usage before = {.user_ns = 5,
			       .system_ns = 1,
			       .has_runqueue = true,
			       .runqueue_ns = 7};
	struct usage after = {.user_ns = 3,
			      .system_ns = 4,
			      .faults_major = 2,
			      .runqueue_ns = 9};
	struct usage used = usage_between(&before, &after);

	(void)state;
	assert_int_equal(used.user_ns, 0);
	assert_int_equal(used.system_ns, 3);
	assert_int_equal(used.faults_major, 2);
	assert_false(used.has_runqueue);
	assert_int_equal(used.runqueue_ns, 0);
	after.has_runqueue = true;
	used = usage_between(&before, &after);
	assert_true(used.has_runqueue);
	assert_int_equal(used.runqueue_ns, 2);
}

/* Whatever the machine has: a status, and a reason unless it is ok. */
static void assert_explained(const struct counter_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++) {
		assert_in_range(plan->counter[i].status, 0,
				COUNTER_STATUSES - 1);
		if (plan->counter[i].status == COUNTER_OK)
			assert_string_equal(plan->counter[i].why.text, "");
		else
			assert_string_not_equal(plan->counter[i].why.text, "");
	}
}

static void every_default_is_explained(void **state)
{
	struct counter_plan plan;
	size_t n = 0;

	(void)state;
	while (counter_defaults[n])
		n++;
	counters_probe(&plan, counter_defaults);
	assert_int_equal(plan.n, n);
	assert_explained(&plan);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void too_many_and_none(void **state)
{
	const char *many[COUNTERS_MAX + 2];
	const char *const none[] = {NULL};
	struct counter_plan plan;
	size_t i;

	(void)state;
	for (i = 0; i <= COUNTERS_MAX; i++)
		many[i] = "no::SUCH-EVENT";
	many[i] = NULL;
	counters_probe(&plan, many);
	assert_int_equal(plan.n, COUNTERS_MAX);
	assert_explained(&plan);
	for (i = 0; i < plan.n; i++)
		assert_int_equal(plan.counter[i].status, COUNTER_ABSENT);
	counters_probe(&plan, none);
	assert_int_equal(plan.n, 0);
	assert_null(counters_open(&plan, NULL));
	assert_int_equal(counters_init(&plan, NULL), 0);
}

#if WITH_PAPI

/* In a child, for PAPI keeps state: its exit status is the verdict. */
static int in_child(int (*play)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(play());
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Count faults and sleeps of the calling thread. Exit statuses name the step
 * that failed; 0 is right. */
static int count_software(const struct counter_plan *plan)
{
	int64_t values[COUNTERS_MAX] = {-1, -1};
	struct counters *counters = counters_open(plan, NULL);
	unsigned int turn;

	if (!counters)
		return 2;
	for (turn = 1; turn <= 2; turn++) {
		if (counters_start(counters))
			return 3;
		fault(turn * FAULTS);
		nap(turn * SLEEPS);
		if (counters_stop(counters, values))
			return 4;
		if (values[0] < turn * FAULTS ||
		    values[0] > turn * FAULTS + SLACK)
			return 5;
		if (values[1] < turn * SLEEPS ||
		    values[1] > turn * SLEEPS + SLACK)
			return 6;
	}
	counters_close(counters);
	return 0;
}

static int play_software(void)
{
	struct counter_plan plan;

	counters_probe(&plan, software);
	if (counters_init(&plan, NULL))
		return 1;
	return count_software(&plan);
}

static int play_fork(void)
{
	struct counter_plan plan;
	int status;
	pid_t pid;

	counters_probe(&plan, software);
	if (counters_init(&plan, NULL))
		return 1;
	pid = fork();
	if (pid == 0)
		_exit(count_software(&plan));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 7;
	return WEXITSTATUS(status);
}

static void *count_in_thread(void *arg)
{
	return (void *)(intptr_t)count_software(arg);
}

static int play_threads(void)
{
	struct counter_plan plan;
	pthread_t thread[2];
	void *result[2];
	int i;

	counters_probe(&plan, software);
	if (counters_init(&plan, NULL))
		return 1;
	for (i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, count_in_thread, &plan))
			return 8;
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], &result[i]);
	return (int)(intptr_t)(result[0] ? result[0] : result[1]);
}

/* The counters that a root finds here; skips where it finds none. */
static void need_software(void)
{
	struct counter_plan plan;

	counters_probe(&plan, software);
	assert_int_equal(plan.n, 2);
	assert_explained(&plan);
	if (plan.counter[0].status == COUNTER_OK &&
	    plan.counter[1].status == COUNTER_OK)
		return;
	print_message("%s: %s; %s: %s\n", plan.counter[0].event,
		      plan.counter[0].why.text, plan.counter[1].event,
		      plan.counter[1].why.text);
	skip();
}

static void a_process_counts_itself(void **state)
{
	(void)state;
	need_software();
	assert_int_equal(in_child(play_software), 0);
}

static void a_forked_node_counts_itself(void **state)
{
	(void)state;
	need_software();
	assert_int_equal(in_child(play_fork), 0);
}

static void threads_count_themselves(void **state)
{
	(void)state;
	need_software();
	assert_int_equal(in_child(play_threads), 0);
}

/* Without the right to see the kernel, switches stay 0: that must not pass for
 * a count. */
static int play_nobody(void)
{
	struct counter_plan plan;

	if (setgid(NOBODY) || setuid(NOBODY))
		return 1;
	counters_probe(&plan, software);
	switch (plan.counter[1].status) {
	case COUNTER_OK:
		return plan.counter[1].kernel ? 77 : 2;
	case COUNTER_BLIND:
	case COUNTER_DENIED:
		if (plan.counter[1].kernel)
			return 3;
		return strstr(plan.counter[1].why.text,
			      "kernel.perf_event_paranoid is ")
			       ? 0
			       : 4;
	default:
		return 5;
	}
}

static void nobody_is_blind_or_denied(void **state)
{
	int status;

	(void)state;
	if (geteuid() != 0) {
		print_message("only root can become nobody\n");
		skip();
	}
	need_software();
	status = in_child(play_nobody);
	if (status == 77) {
		print_message("here everybody may see the kernel\n");
		skip();
	}
	assert_int_equal(status, 0);
}

/* Where there is no PMU, nothing that needs one may have a value. */
static void hardware_is_counted_or_explained(void **state)
{
	static const char *const events[] = {
		"PAPI_TOT_INS", "perf::INSTRUCTIONS", FAULTS_EVENT, NULL};
	struct counter_plan plan;
	struct counters *counters;
	struct why why = {""};
	int i;

	(void)state;
	need_software();
	counters_probe(&plan, events);
	assert_explained(&plan);
	for (i = 0; i < 2; i++)
		if (plan.counter[i].status == COUNTER_ABSENT)
			assert_true(strstr(plan.counter[i].why.text, "PMU") ||
				    strstr(plan.counter[i].why.text,
					   "no such counter"));
	assert_int_equal(plan.counter[2].status, COUNTER_OK);
	assert_int_equal(counters_init(&plan, &why), 0);
	counters = counters_open(&plan, &why);
	assert_non_null(counters);
	counters_close(counters);
}

static void a_wrong_name_is_called_so(void **state)
{
	static const char *const events[] = {"perf::NO-SUCH-THING", NULL};
	struct counter_plan plan;

	(void)state;
	need_software();
	counters_probe(&plan, events);
	assert_int_equal(plan.counter[0].status, COUNTER_ABSENT);
	assert_non_null(strstr(plan.counter[0].why.text, "name"));
}

#else

static void without_papi_all_are_absent(void **state)
{
	struct counter_plan plan;
	size_t i;

	(void)state;
	counters_probe(&plan, software);
	assert_int_equal(plan.n, 2);
	for (i = 0; i < plan.n; i++) {
		assert_int_equal(plan.counter[i].status, COUNTER_ABSENT);
		assert_string_equal(plan.counter[i].why.text,
				    "built without PAPI");
	}
	assert_int_equal(counters_init(&plan, NULL), 0);
	assert_null(counters_open(&plan, NULL));
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usage_counts_what_was_done),
		cmocka_unit_test(usage_is_the_threads_own),
		cmocka_unit_test(differences_never_wrap),
		cmocka_unit_test(every_default_is_explained),
		cmocka_unit_test(too_many_and_none),
#if WITH_PAPI
		cmocka_unit_test(a_process_counts_itself),
		cmocka_unit_test(a_forked_node_counts_itself),
		cmocka_unit_test(threads_count_themselves),
		cmocka_unit_test(nobody_is_blind_or_denied),
		cmocka_unit_test(hardware_is_counted_or_explained),
		cmocka_unit_test(a_wrong_name_is_called_so),
#else
		cmocka_unit_test(without_papi_all_are_absent),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
