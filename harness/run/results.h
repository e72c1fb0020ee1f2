/* SPDX-License-Identifier: MIT */
/*
 * The folder of a run that is going on: made at the start, locked for the
 * run's life, grown line by line. results/README.md says what is in it.
 *
 *	results_create  put ...  append ... sync  append ...  manifest  close
 *
 * A folder has its manifest from the moment it has its name, and no line is
 * ever left in part by us, so a folder can be loaded whenever the program
 * ends and however.
 */
#ifndef IPCBENCH_RUN_RESULTS_H
#define IPCBENCH_RUN_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

#define RESULTS_ROOT "results"

enum results_file {
	RESULTS_CELLS,
	RESULTS_BLOCKS,
	RESULTS_TRIALS,
	RESULTS_FILES
};

/* Their names ("cells.jsonl") and the schemas of their records. */
extern const char *const results_file_names[RESULTS_FILES + 1];
extern const char *const results_schemas[RESULTS_FILES + 1];

struct results;

/*
 * Make the folder, lock it and put the manifest in it. dir NULL: a new one
 * under root, named after its run id, and root/latest points at it; root is
 * made if it is not there. Otherwise dir, which must not exist and whose
 * parent must. Cleans up what a killed run left half made beside it.
 *
 * manifest (borrowed, an object) gains "schema" and "run_id". Returns 0, or a
 * negative errno and why; then nothing is left.
 */
int results_create(struct results **results, const char *dir, const char *root,
		   json_t *manifest, struct why *why);

/* As given, or root/RUN_ID. Live as long as results. */
const char *results_dir(const struct results *results);
const char *results_run_id(const struct results *results);

/* Replace manifest.json whole, in one step; gains "schema" and "run_id". */
int results_manifest(struct results *results, json_t *manifest);

/*
 * Append one record (borrowed, an object): a line, in one write. "schema" is
 * put in front. Returns 0, -EINVAL where the record is no object, or the
 * write's negative errno (-ENOSPC ...); then the file is cut back to its last
 * whole line.
 */
int results_append(struct results *results, enum results_file file,
		   const json_t *record);

/* What was appended is on disk when this returns: once per block. */
int results_sync(struct results *results);

/* Put a file beside: "env.json", "env-end.json", "doctor.json", "job.ini",
 * "topo.xml". In one step. */
int results_put_json(struct results *results, const char *name,
		     const json_t *value);
int results_put_text(struct results *results, const char *name,
		     const char *text);

/* Unlock and free. The manifest stays as it was last put. NULL is fine. */
void results_close(struct results *results);

/* A real, or null where it is not finite: give the reason beside it. New
 * reference. */
json_t *json_real_or_null(double value);

/* A string, or null where text is NULL. New reference. */
json_t *json_string_or_null(const char *text);

/* How all our files are dumped: "{...}", reals to 12 digits; in lines where
 * pretty. malloc'ed, ends with a line feed; NULL where memory ran out. */
char *json_text(const json_t *value, bool pretty, size_t *len);

#endif
