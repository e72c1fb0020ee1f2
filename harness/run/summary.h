/* SPDX-License-Identifier: MIT */
/*
 * Every figure of a run, computed once, here, from its records: the table, the
 * report and the CSV only format what this made. results/README.md has the
 * shape.
 */
#ifndef IPCBENCH_RUN_SUMMARY_H
#define IPCBENCH_RUN_SUMMARY_H

#include <jansson.h>

#include "base/why.h"
#include "run/load.h"

/* A new object, or NULL where memory ran out. */
json_t *summary_build(const struct run_data *data);

/* Put summary.json, summary.csv and SHA256SUMS into the folder. 0, or a
 * negative errno and why. */
int summary_write(const char *dir, const json_t *summary, struct why *why);

/*
 * Load dir, compute, write. What `run` does at its end (after the last
 * manifest) and `report` before it draws. *summary is a new reference, set
 * only on success, and may be NULL where nobody wants it.
 */
int summary_refresh(const char *dir, json_t **summary, struct why *why);

#endif
