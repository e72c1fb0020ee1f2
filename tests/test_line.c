/* SPDX-License-Identifier: MIT */
/* The cache-line probe: figures from two PUs, and no hang without a peer. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/topology.h"
#include "trial/line.h"

#define BUDGET_NS (NS_PER_MS / 10)
/* Any machine's caches answer between these: a figure outside is a mistake in
 * units, not a slow machine. */
#define TRIP_MIN_NS 1.0
#define TRIP_MAX_NS 100000.0

struct side {
	struct line_probe *probe;
	unsigned int side;
	unsigned int pu;
	struct line_floor floor;
};

static void *play(void *arg)
{
	struct side *side = arg;

	topology_bind(side->pu, NULL);
	line_measure(side->probe, side->side, BUDGET_NS, &side->floor);
	return NULL;
}

/* The first two PUs that we may use; false where there is one only. */
static bool two_pus(unsigned int pus[2])
{
	unsigned int pu, n = 0;
	cpu_set_t allowed;

	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	for (pu = 0; pu < CPU_SETSIZE && n < 2; pu++)
		if (CPU_ISSET(pu, &allowed))
			pus[n++] = pu;
	return n == 2;
}

static void measure_both(struct side sides[2])
{
	pthread_t thread[2];
	unsigned int i;

	for (i = 0; i < 2; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, play, &sides[i]), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

static void two_pus_have_figures(void **state)
{
	static struct line_probe probe;
	struct side sides[2] = {{.probe = &probe, .side = 0},
				{.probe = &probe, .side = 1}};
	unsigned int pus[2], tries;

	(void)state;
	if (!two_pus(pus)) {
		print_message("two PUs are needed and there is one\n");
		skip();
	}
	sides[0].pu = pus[0];
	sides[1].pu = pus[1];
	/* On a busy machine a side may not get its PU in time. */
	for (tries = 0; tries < 100 && !sides[0].floor.mailbox_ns; tries++) {
		memset(&probe, 0, sizeof(probe));
		measure_both(sides);
	}
	if (!sides[0].floor.mailbox_ns) {
		print_message("the PUs were never free at the same time\n");
		skip();
	}
	assert_true(sides[0].floor.line_ns > TRIP_MIN_NS);
	assert_true(sides[0].floor.line_ns < TRIP_MAX_NS);
	assert_true(sides[0].floor.mailbox_ns > TRIP_MIN_NS);
	assert_true(sides[0].floor.mailbox_ns < TRIP_MAX_NS);
	assert_true(sides[1].floor.line_ns == 0);
	assert_true(sides[1].floor.mailbox_ns == 0);
	/* Both sides played: 0 has even values, 1 odd ones. */
	assert_true(atomic_load(&probe.cas) > 2);
	assert_true(atomic_load(&probe.mail[1][0]) > 0);
	assert_int_equal(atomic_load(&probe.mail[0][0]),
			 atomic_load(&probe.mail[1][0]));
}

static void alone_there_is_no_figure(void **state)
{
	unsigned int side;

	(void)state;
	for (side = 0; side < 2; side++) {
		struct line_floor floor = {.line_ns = 1, .mailbox_ns = 1};
		struct line_probe probe = {0};

		line_measure(&probe, side, BUDGET_NS, &floor);
		assert_true(floor.line_ns == 0);
		assert_true(floor.mailbox_ns == 0);
	}
}

/* A peer that came to the meeting and died there. */
static void a_peer_that_dies_costs_the_figure(void **state)
{
	unsigned int side;

	(void)state;
	for (side = 0; side < 2; side++) {
		struct line_floor floor = {.line_ns = 1, .mailbox_ns = 1};
		struct line_probe probe = {0};

		atomic_store(&probe.here[!side], 1);
		line_measure(&probe, side, BUDGET_NS, &floor);
		assert_true(floor.line_ns == 0);
		assert_true(floor.mailbox_ns == 0);
	}
}

/* One PU for both: the answers come with the time slices, and it ends. */
static void one_pu_ends(void **state)
{
	static struct line_probe probe;
	struct side sides[2] = {{.probe = &probe, .side = 0},
				{.probe = &probe, .side = 1}};
	unsigned int pus[2];

	(void)state;
	two_pus(pus);
	sides[0].pu = sides[1].pu = pus[0];
	memset(&probe, 0, sizeof(probe));
	measure_both(sides);
	assert_true(sides[0].floor.line_ns >= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_pus_have_figures),
		cmocka_unit_test(alone_there_is_no_figure),
		cmocka_unit_test(a_peer_that_dies_costs_the_figure),
		cmocka_unit_test(one_pu_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
