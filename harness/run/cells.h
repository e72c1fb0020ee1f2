/* SPDX-License-Identifier: MIT */
/*
 * The cells of a job: every combination of its axes, each with its place on
 * this machine, or with the reason why it cannot be measured.
 */
#ifndef IPCBENCH_RUN_CELLS_H
#define IPCBENCH_RUN_CELLS_H

#include <jansson.h>

#include "base/topology.h"
#include "ipc/catalogue.h"
#include "ipc/options.h"
#include "run/job.h"
#include "trial/trial.h"

enum cell_status {
	CELL_PLANNED,
	CELL_SKIPPED, /* cannot be done; nothing was started */
	CELL_FAILED,  /* its calibration failed, so it was not measured */
	CELL_STATUSES
};
extern const char *const cell_status_names[CELL_STATUSES + 1];

struct cell {
	char id[256];
	const struct ipc_impl *impl;
	uint64_t option[IPC_OPTIONS];
	char backend[OPTIONS_NAME]; /* impl and its options, as typed */
	char variant[OPTIONS_NAME]; /* workload and its options, likewise */
	const struct workload *workload;
	struct params par;
	char placement[32];
	bool placed; /* pair is known */
	struct pair pair;
	int numa[2];
	bool threads;
	enum idle idle;
	enum ipc_wait wait;
	enum ipc_api api;
	enum payload payload;
	uint32_t spin_ns;
	uint32_t depth;	   /* of its first link, as planned */
	uint32_t emulated; /* of the interface that is used */
	const char *way;   /* of its calls; NULL: it has none */
	enum cell_status status;
	struct why reason; /* unless planned */

	/* Calibrated, once. */
	double round_ns;
	uint64_t warmup, samples, per_sample;
	char link[LINK_TEXT];
};

struct cells {
	struct cell *cell;
	size_t n;
};

/*
 * Make the cells, in report order, each combination once. -EINVAL and why for
 * a value that does not exist; combinations that this machine or a back-end
 * cannot serve are cells with their reason. A placement that is missing here
 * is a reason too, unless job names PUs (A:B) that do not exist.
 */
int cells_plan(struct cells *cells, const struct job *job,
	       const struct catalogue *cat, const struct topology *topo,
	       struct why *why);
void cells_free(struct cells *cells);

/* What ratios are against: design's choice, else the first that carries
 * messages. NULL and why where there is no such back-end. */
const struct ipc_impl *cells_baseline(const struct design *design,
				      const struct catalogue *cat,
				      struct why *why);

size_t cells_count(const struct cells *cells, enum cell_status status);

/*
 * From the calibrated time of a round: how many rounds between two clock reads
 * (one, where a round is at least 50 times the clock's cost), how many samples
 * fill the trial's time, how many rounds the warm-up. A batch goes round the
 * store several times, if that takes longer.
 */
void cell_size(struct cell *cell, double round_ns, const struct design *design,
	       uint64_t clock_cost_ns);

/* What its trials are handed; line_ns and events are the caller's. */
void cell_spec(const struct cell *cell, const struct design *design,
	       struct trial_spec *spec);

/* Its record for cells.jsonl. New reference; NULL: no memory. */
json_t *cell_json(const struct cell *cell);

#endif
