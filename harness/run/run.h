/* SPDX-License-Identifier: MIT */
/*
 * The orchestrator: calibrates every cell, then runs blocks, each one trial of
 * every cell in an order of its own, until the intervals are narrow enough,
 * the budget is spent or the blocks are done. It sleeps while a trial runs,
 * and writes each record before the next trial starts.
 */
#ifndef IPCBENCH_RUN_RUN_H
#define IPCBENCH_RUN_RUN_H

#include "run/cells.h"
#include "run/job.h"

/* Where a run stands: what the progress line shows. */
struct run_view {
	const char *phase;	    /* "calibrating", "measuring" */
	uint32_t block, blocks_max; /* from 1 */
	size_t at, cells;	    /* trials of this block that are done */
	const struct cell *cell;    /* the last one, or NULL */
	double figure;		    /* its figure over trials; NaN: none yet */
	const char *figure_unit;    /* "ns" or "1/s" */
	double half_width;	    /* of its interval; NaN: none */
	double worst_half_width;    /* of all; NaN: some have none */
	size_t flagged, failed;	    /* trials so far */
	double eta_s;		    /* NaN: not known yet */
};

struct run_request {
	const struct job *job;
	struct cells *cells;
	const struct topology *topo;
	const struct catalogue *cat;
	const char *dir; /* NULL: a new one under results/ */
	int argc;	 /* command line, for the manifest */
	char **argv;
	/* Called between two trials; may be NULL. */
	void (*progress)(void *arg, const struct run_view *view);
	void *progress_arg;
};

struct run_outcome {
	char dir[512];
	const char *status; /* as the manifest's */
	uint32_t blocks;
	size_t trials, trials_failed;
};

/*
 * Run it. 0 when the folder is whole, also after an interruption; a negative
 * errno and why when it could not be made (then nothing was measured), or not
 * be written on (then outcome->status is "failed" and what is there loads).
 */
int run_job(const struct run_request *request, struct run_outcome *outcome,
	    struct why *why);

/* About how long it would take, before anything is known of the cells. */
double run_estimate_s(const struct job *job, const struct cells *cells);

#endif
