/* SPDX-License-Identifier: MIT */
/*
 * A run's folder, read back and checked against its schema, so that what
 * comes after need not check again. A torn last line is ignored; anything
 * else that is wrong is refused with its file and line.
 */
#ifndef IPCBENCH_RUN_LOAD_H
#define IPCBENCH_RUN_LOAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/why.h"

struct run_bin {
	uint64_t lower, count;
};

struct run_trial {
	json_t *json; /* the record, without its histogram */
	size_t cell;  /* which of run_data.cells */
	int64_t block;
	struct run_bin *bins;
	size_t bins_n;
};

struct run_data {
	char *dir;
	json_t *manifest;
	json_t *env, *env_end, *doctor; /* NULL where there is none */
	json_t *cells;	/* array; the last line of a cell, in first order */
	json_t *blocks; /* array */
	struct run_trial *trial;
	size_t trials;

	/* As the manifest says, but "failed" where it says "running" and
	 * nobody holds the folder's lock. */
	const char *status;
	const char *status_why; /* may be NULL */
	bool torn;		/* a torn last line was left out */
};

/* 0, or a negative errno and why, which names file and line. */
int run_load(struct run_data **data, const char *dir, struct why *why);
void run_free(struct run_data *data);

#endif
