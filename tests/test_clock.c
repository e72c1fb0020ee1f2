/* SPDX-License-Identifier: MIT */
/* The clock: one for all processes, and facts about it that make sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static void never_goes_back(void **state)
{
	uint64_t last = clock_ns(), now;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		now = clock_ns();
		assert_true(now >= last);
		last = now;
	}
}

/* Two nodes' stamps compare. */
static void is_one_for_all_processes(void **state)
{
	uint64_t before = clock_ns(), within = 0, after;
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		within = clock_ns();
		_exit(write(ends[1], &within, sizeof(within)) < 0);
	}
	assert_int_equal(read(ends[0], &within, sizeof(within)),
			 sizeof(within));
	after = clock_ns();
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(ends[0]);
	close(ends[1]);
	assert_true(before <= within && within <= after);
}

static void joins_seconds_and_nanoseconds(void **state)
{
	struct timespec t;
	uint64_t low, high;

	(void)state;
	low = clock_ns();
	clock_gettime(CLOCK_MONOTONIC, &t);
	high = clock_ns();
	assert_in_range((uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec,
			low, high);
}

static void wall_time_is_since_1970(void **state)
{
	time_t now = time(NULL);
	uint64_t wall_s = clock_wall_ns() / NS_PER_S;

	(void)state;
	assert_in_range(wall_s, (uint64_t)now - 1, (uint64_t)now + 60);
}

/* Nothing about how fast it is, only what must hold on any machine. */
static void facts_fit_each_other(void **state)
{
	struct clock_facts facts = {0, UINT64_MAX, UINT64_MAX, 0};
	uint64_t before = clock_ns(), took;

	(void)state;
	clock_measure(&facts);
	took = clock_ns() - before;
	assert_true(facts.step_ns > 0);
	assert_true(facts.step_ns <= took);
	assert_true(facts.cost_p50_ns <= facts.cost_p99_ns);
	assert_true(facts.cost_p99_ns <= took);
	assert_true(facts.cost_min_ns <= took);
	/* A median that is not 0 is a difference, and none was smaller. */
	if (facts.cost_p50_ns > 0)
		assert_true(facts.step_ns <= facts.cost_p50_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_goes_back),
		cmocka_unit_test(is_one_for_all_processes),
		cmocka_unit_test(joins_seconds_and_nanoseconds),
		cmocka_unit_test(wall_time_is_since_1970),
		cmocka_unit_test(facts_fit_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
