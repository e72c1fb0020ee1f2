/* SPDX-License-Identifier: MIT */
/*
 * Which back-end has which concept, how, and what a run found: from the tables
 * of back-ends and workloads alone, and from a summary.
 *
 * A back-end has a concept where a workload shows it there, in some space and
 * by some way of waiting. Its table and the workload's plan decide that; what
 * only this machine lacks, which a probe finds, takes nothing from it.
 */
#ifndef IPCBENCH_RUN_MATRIX_H
#define IPCBENCH_RUN_MATRIX_H

#include <jansson.h>
#include <stdbool.h>

#include "ipc/catalogue.h"

/* What a run knows of a back-end's concept. */
enum matrix_verdict {
	MATRIX_PASS,	/* a trial passed and none failed */
	MATRIX_FAIL,	/* one did */
	MATRIX_NOTHING, /* tried, and nothing was proved */
	MATRIX_SKIPPED, /* refused there */
	MATRIX_NOT_RUN, /* no cell of it */
	MATRIX_VERDICTS
};
/* "pass", "fail", "inconclusive", "unsupported", "not run"; ends with NULL. */
extern const char *const matrix_verdict_names[MATRIX_VERDICTS + 1];

struct matrix_cell {
	enum concept_way way;
	struct why why; /* unless native: what stands in for it, or why not */
	const struct workload *workload; /* that shows it so; NULL: none does
					    anywhere */

	/* Unless absent: can this machine do it, or why not? */
	bool here;
	struct why here_why;

	/* Of a run, matrix_judge(). */
	enum matrix_verdict verdict;
	struct why verdict_why; /* unless it passed or was not run */
};

struct matrix {
	const struct catalogue *cat;
	size_t impls;
	struct matrix_cell (*cell)[CONCEPTS]; /* by position in cat->impls */
};

/* The length of messages that it is asked for: what all back-ends carry, also
 * with the head of a layered call. */
enum { MATRIX_SIZE = 48 };

/* Does this workload show that concept? */
static inline bool matrix_shows(const struct workload *workload,
				enum concept concept)
{
	return workload->concepts >> concept & 1;
}

/* 0 or -ENOMEM. */
int matrix_build(struct matrix *matrix, const struct catalogue *cat);
void matrix_free(struct matrix *matrix);

/* Fill in the verdicts of a run from its summary. */
void matrix_judge(struct matrix *matrix, const json_t *summary);

/* Is it a cell (of a summary) of a workload that shows some concept? */
bool matrix_has(const struct catalogue *cat, const json_t *cell);

/* Has the back-end it, in a way that this machine can show, with no pass in
 * that run? */
bool matrix_is_due(const struct matrix_cell *cell);

/* The concept of a slide ("5a") or a name; CONCEPTS and why, with the nearest
 * match, where there is none. */
enum concept matrix_concept(const char *word, struct why *why);

/* All of it; of one back-end where impl is not NULL, of one concept unless that
 * is CONCEPTS; with the run's verdicts, where judged. New reference. */
json_t *matrix_json(const struct matrix *matrix, const struct ipc_impl *impl,
		    enum concept concept, bool judged);

#endif
