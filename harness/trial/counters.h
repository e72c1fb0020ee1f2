/* SPDX-License-Identifier: MIT */
/*
 * Counters around the timed rounds of one node. What the kernel accounts
 * (getrusage(2), schedstat) is always there; hardware counters come through
 * PAPI where the machine has them. A counter that cannot be had has no value,
 * but a status and a reason.
 *
 * Probing is done once per run, in a child of its own (PAPI keeps state), and
 * its outcome is handed to the trials.
 */
#ifndef IPCBENCH_TRIAL_COUNTERS_H
#define IPCBENCH_TRIAL_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/why.h"

enum { COUNTERS_MAX = 16 };

enum counter_status {
	COUNTER_OK,	/* counts, and passed the stimulus */
	COUNTER_BLIND,	/* opens and stays 0 where it must not (no right to
			   see the kernel) */
	COUNTER_ABSENT, /* the machine or the build has no such counter */
	COUNTER_DENIED, /* there is one, we may not have it */
	COUNTER_STATUSES
};
/* "ok", "blind", "absent", "denied"; ends with NULL. */
extern const char *const counter_status_names[COUNTER_STATUSES + 1];

struct counter {
	char event[64]; /* PAPI's name: "PAPI_TOT_INS", "perf::PAGE-FAULTS" */
	enum counter_status status;
	bool kernel;	/* counts the kernel's part too ("uk"), else "u" */
	struct why why; /* unless COUNTER_OK */
};

struct counter_plan {
	size_t n;
	struct counter counter[COUNTERS_MAX];
};

/* Instructions, cycles, L1d, L2, last-level and data TLB misses. */
extern const char *const counter_defaults[];

/*
 * Fill plan from a list of event names that ends with NULL, each with its
 * status. Never fails: what cannot be found out is COUNTER_ABSENT with its
 * reason. Forks a child; takes tens of milliseconds, or none without PAPI.
 */
void counters_probe(struct counter_plan *plan, const char *const *events);

/* Start PAPI in the trial, before it forks nodes or starts threads, if any
 * counter of the plan is COUNTER_OK. 0, or -ENOTSUP and why. */
int counters_init(const struct counter_plan *plan, struct why *why);

struct counters;

/* In the node's own thread. NULL if no counter is COUNTER_OK, or with why
 * filled if opening failed. */
struct counters *counters_open(const struct counter_plan *plan,
			       struct why *why);
int counters_start(struct counters *counters);
/* values[i] belongs to plan->counter[i], if that is COUNTER_OK. */
int counters_stop(struct counters *counters, int64_t values[COUNTERS_MAX]);
void counters_close(struct counters *counters);

/* What the kernel accounted for the calling thread. */
struct usage {
	uint64_t user_ns, system_ns;
	uint64_t switches_voluntary, switches_involuntary;
	uint64_t faults_minor, faults_major;
	uint64_t runqueue_ns; /* waited for the PU, /proc/self/schedstat */
	bool has_runqueue;
};

void usage_read(struct usage *usage);
/* later - earlier, field by field. */
struct usage usage_between(const struct usage *earlier,
			   const struct usage *later);

#endif
