/* SPDX-License-Identifier: MIT */
/*
 * One trial: open the links, start the nodes, watch them, close the links.
 * Runs in a process of its own; all that is left of it is the record.
 *
 * The trial sleeps while its nodes work. A node that dies, fails or is late
 * costs the trial, with the reason in the record; the others are killed.
 */
#ifndef IPCBENCH_TRIAL_TRIAL_H
#define IPCBENCH_TRIAL_TRIAL_H

#include <sys/types.h>

#include "base/hist.h"
#include "ipc/workload.h"
#include "trial/counters.h"
#include "trial/idle.h"
#include "trial/line.h"
#include "trial/noise.h"

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,	      /* an invariant does not hold, or no end */
	VERDICT_UNSUPPORTED,  /* it cannot be done here */
	VERDICT_INCONCLUSIVE, /* it ran, and proves nothing */
	VERDICTS
};
/* "pass", "fail", "unsupported", "inconclusive"; ends with NULL. */
extern const char *const verdict_names[VERDICTS + 1];

/* Who is late at the deadline is killed after as long again, or so long: a
 * virtual machine may stand still for seconds in which its clock goes on, and
 * no trial has hung then. */
enum { TRIAL_AGAIN_MS = 3000 };

/* Samples kept one by one, beside the histogram, which takes all. */
enum { TRIAL_RAW_MAX = 1 << 20 };

struct trial_spec {
	const struct ipc_impl *impl;
	uint64_t option[IPC_OPTIONS]; /* of impl */
	const struct workload *workload;
	struct params par;
	enum ipc_api api;
	enum payload payload;
	enum ipc_wait wait;
	uint32_t spin_ns;
	bool threads;
	enum idle idle;
	unsigned int pu[2]; /* node i runs on pu[i % 2] */
	int numa;	    /* node to take memory from, -1: any */

	uint64_t warmup; /* rounds */
	uint64_t samples;
	uint64_t per_sample; /* rounds between two clock reads */

	/* Not 0: find out what a round takes instead, in about this time; the
	 * three above are not used. */
	uint64_t calibrate_ns;

	uint64_t deadline_ns; /* from trial_run(); then it is late, and killed:
				see TRIAL_AGAIN_MS */
	uint64_t spawned_ns;  /* clock_ns() when this process was started, for
				 setup_ns; 0: trial_run() was the start */
	uint64_t line_ns;     /* time for each line probe; 0: none */
	struct counter_plan events; /* already probed */
};

struct node_record {
	pid_t pid;
	unsigned int pu, pu_seen; /* asked for, and found after the rounds */
	struct usage usage;	  /* of the timed rounds */
	int64_t counters[COUNTERS_MAX];
	bool has_counters;
	struct why counters_why;
	uint64_t wrong; /* messages that failed the payload check */
};

enum { LINK_TEXT = 400 };

struct trial_record {
	enum verdict verdict;
	struct why why;		       /* unless VERDICT_PASS */
	uint64_t t_start_ns, t_end_ns; /* since 1970 */
	uint64_t setup_ns;	       /* from spawned_ns to the start gate */
	uint32_t emulated;	       /* caps */
	char link[LINK_TEXT];	       /* what the back-end says of its link,
					  and what a lesson found there */
	const char *way;	       /* of its calls; NULL: it has none */

	unsigned int nodes;
	struct node_record node[PLAN_NODES];

	struct line_floor before, after;
	struct why line_why; /* where they were not measured */
	struct pu_ticks ticks[2];
	bool has_ticks;

	uint64_t cold_ns; /* the first message, or the first round */
	uint64_t warmup_ns;
	uint64_t samples, per_sample, wall_ns;

	/* Calibration only: time per round. */
	double round_ns;

	double figure[FIGURES]; /* of a lesson; NAN: none */

	/* Sample durations, in memory that trial_record_free() gives back. */
	struct hist *hist;
	uint64_t *raw; /* the first raw_n samples, in time order */
	size_t raw_n;
};

/* What one link of a plan is opened with: from the spec's size, options, wait,
 * spin_ns and threads. */
struct ipc_spec trial_link_spec(const struct trial_spec *spec,
				const struct plan *plan, unsigned int link);

/* How large a node's buffer is. */
size_t trial_buffer(const struct trial_spec *spec, const struct plan *plan);

/* And one service. */
struct call_spec trial_call_spec(const struct trial_spec *spec,
				 const struct plan *plan, unsigned int service);

/* The first service that was not left out; plan->services: there is none. */
unsigned int trial_first_service(const struct plan *plan);

/*
 * The workload's plan, and whether its links and services can be had: 0, or
 * why not. A depth that the workload chose by itself is halved until it is not
 * too much for the back-end; one that was asked for (par.depth) stays.
 */
int trial_plan(const struct trial_spec *spec, struct plan *plan,
	       struct why *why);

/*
 * Run it. Always fills record, with VERDICT_FAIL or VERDICT_UNSUPPORTED and
 * the reason where there are no figures. Uses SIGCHLD's default disposition
 * and leaves no child behind.
 */
void trial_run(const struct trial_spec *spec, struct trial_record *record);
void trial_record_free(struct trial_record *record);

#endif
