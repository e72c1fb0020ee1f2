/* SPDX-License-Identifier: MIT */
/*
 * What the trial and its nodes share: a stage in anonymous shared memory, with
 * a seat for each node. The trial fills it before the first node starts and
 * reads it after the last one is gone.
 */
#ifndef IPCBENCH_TRIAL_NODE_H
#define IPCBENCH_TRIAL_NODE_H

#include <stdatomic.h>

#include "trial/trial.h"

/* How far a node came; names the place where it failed. */
enum phase {
	PHASE_BIND,
	PHASE_ATTACH,
	PHASE_COUNTERS,
	PHASE_LINE,
	PHASE_WARMUP,
	PHASE_ROUNDS,
	PHASE_DONE,
	PHASES
};
extern const char *const phase_names[PHASES];

/* Written by its node alone. */
struct seat {
	_Alignas(SHM_APART) _Atomic uint32_t phase;
	int err; /* negative errno of the phase that failed */
	struct why why;
	pid_t tid;
	struct node_record record;
};

/* node_hold(): what a node is to stop for. */
struct hold {
	_Alignas(SHM_APART) _Atomic uint64_t until;
	_Atomic uint32_t word;
	_Atomic bool is_held;
};

struct stage {
	const struct trial_spec *spec;
	const struct plan *plan;
	struct ipc_link *const *link;
	struct call_service *const *service;
	struct endpoint_site *site; /* or NULL */
	size_t bytes;		    /* of this mapping */
	struct shm marks;	    /* of a lesson: marks_bytes for each node */
	size_t marks_bytes;
	struct shm shared; /* of a lesson: plan->shared bytes, if any */

	/* node_meet(): who has come, counted over all meetings. */
	_Alignas(SHM_APART) _Atomic uint32_t arrived;
	_Alignas(SHM_APART) struct line_probe line[2];

	struct board board[BOARD_WORDS]; /* of a lesson */
	struct hold hold[PLAN_NODES];

	/* Written by node 0. */
	_Alignas(SHM_APART) uint64_t agreed; /* rounds of the next call */
	uint64_t ready_ns;		     /* all nodes are at the gate */
	struct line_floor floor[2];
	uint64_t cold_ns, warmup_ns, wall_ns;
	double round_ns;

	struct seat seat[PLAN_NODES];
	struct hist hist; /* samples beyond the raw ones */
	size_t raw_max, raw_n;
	uint64_t raw[]; /* raw_max */
};

/* A node's marks, in a lesson. */
struct marks *stage_marks(const struct stage *stage, unsigned int node);

/* Play one node from binding to the end. Returns 0 or the negative errno that
 * is in its seat as well. */
int node_play(struct stage *stage, unsigned int self);

#endif
