/* SPDX-License-Identifier: MIT */
/*
 * The clock: CLOCK_MONOTONIC through the vDSO, in integer nanoseconds. It is
 * one clock for all PUs and all processes, so two nodes' stamps compare.
 */
#ifndef IPCBENCH_BASE_CLOCK_H
#define IPCBENCH_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US 1000ull
#define NS_PER_MS 1000000ull
#define NS_PER_S 1000000000ull

static inline uint64_t clock_of(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static inline uint64_t clock_ns(void)
{
	return clock_of(CLOCK_MONOTONIC);
}

/* Nanoseconds since 1970: for time stamps of records, never for durations. */
static inline uint64_t clock_wall_ns(void)
{
	return clock_of(CLOCK_REALTIME);
}

/* What reading the clock costs on the PU that the caller runs on. */
struct clock_facts {
	uint64_t step_ns;     /* smallest difference seen that is not 0 */
	uint64_t cost_min_ns; /* of one read, from batches */
	uint64_t cost_p50_ns; /* back-to-back reads */
	uint64_t cost_p99_ns;
};

/* Takes about a millisecond. */
void clock_measure(struct clock_facts *facts);

#endif
