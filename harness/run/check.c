/* SPDX-License-Identifier: MIT */
/*
 * Checks a folder against its schema and its files against each other. Runs
 * may end at any moment, so what a run that was not completed lacks is no
 * defect; what is there must be right.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hist.h"
#include "run/check.h"
#include "run/file.h"
#include "run/load.h"
#include "run/results.h"
#include "run/schema.h"
#include "run/sums.h"

struct checker {
	struct check *check;
	const struct run_data *data;
	const char *dir;
	int fd;
	const char *name; /* of the file that is looked at */
	enum schema schema;
};

static void report(struct check *check, const struct why *why)
{
	check->defects++;
	if (check->defect)
		check->defect(check->arg, why);
}

static void defect(const struct checker *checker, size_t line,
		   const struct why *reason)
{
	struct why why;

	if (line)
		why_not(&why, 0, "%s/%s:%zu: %s", checker->dir, checker->name,
			line, reason->text);
	else
		why_not(&why, 0, "%s/%s: %s", checker->dir, checker->name,
			reason->text);
	report(checker->check, &why);
}

/* Every bin one of ours, in order, and all samples in them. */
static int check_bins(const json_t *trial, struct why *why)
{
	const json_t *bins = json_at(trial, "hist.bins"), *bin;
	json_int_t samples = json_int_at(trial, "samples", 0), sum = 0;
	json_int_t last = -1;
	size_t i;

	json_array_foreach(bins, i, bin)
	{
		json_int_t lower = json_integer_value(json_array_get(bin, 0));

		if (lower <= last ||
		    hist_lower(hist_bin((uint64_t)lower)) != (uint64_t)lower)
			return why_not(why, -EINVAL,
				       "'hist.bins[%zu]' starts at %lld, where "
				       "no bin starts or that is out of order",
				       i, (long long)lower);
		last = lower;
		sum += json_integer_value(json_array_get(bin, 1));
	}
	if (bins && sum != samples)
		return why_not(why, -EINVAL,
			       "'hist' has %lld samples, not the %lld of "
			       "'samples'",
			       (long long)sum, (long long)samples);
	return 0;
}

static bool is_pass(const json_t *trial)
{
	return !strcmp(json_string_at(trial, "verdict", ""), "pass");
}

static int check_counts(const json_t *trial, struct why *why)
{
	json_int_t rounds = json_int_at(trial, "samples", 0) *
			    json_int_at(trial, "per_sample", 0);
	int err = check_bins(trial, why);

	if (!err && is_pass(trial) &&
	    json_int_at(trial, "rounds", -1) != rounds)
		err = why_not(why, -EINVAL,
			      "'rounds' is not 'samples' times 'per_sample'");
	return err;
}

static int check_trial(const struct checker *checker, const json_t *trial,
		       struct why *why)
{
	json_int_t block = json_int_at(trial, "block", -1);
	const json_t *known;
	size_t i;

	if (!is_pass(trial) && !json_string_at(trial, "verdict_why", NULL))
		return why_not(why, -EINVAL,
			       "'verdict_why' is missing, though it did not "
			       "pass");
	if (is_pass(trial) && json_int_at(trial, "wrong", 0) != 0)
		return why_not(why, -EINVAL,
			       "passed with 'wrong' messages in it");
	json_array_foreach(checker->data->blocks, i,
			   known) if (json_int_at(known, "block", -1) ==
				      block) return check_counts(trial, why);
	return why_not(why, -EINVAL,
		       "is of block %lld, which blocks.jsonl lacks",
		       (long long)block);
}

static int check_cell(const json_t *cell, struct why *why)
{
	const char *status = json_string_at(cell, "status", "");

	if (strcmp(status, "planned") != 0 &&
	    !json_string_at(cell, "reason", NULL))
		return why_not(why, -EINVAL, "is %s without a 'reason'",
			       status);
	if (json_array_size(json_object_get(cell, "metrics")) == 0)
		return why_not(why, -EINVAL, "has no 'metrics'");
	return 0;
}

/* The loader has parsed it, so it is JSON. */
static int check_line(void *arg, size_t line, const char *text, size_t len)
{
	const struct checker *checker = arg;
	json_t *record = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	struct why why;
	int err;

	if (!record) {
		err = why_not(&why, -EINVAL, "has a key twice");
	} else {
		err = schema_check(checker->schema, record, true, &why);
		if (!err && checker->schema == SCHEMA_TRIAL)
			err = check_trial(checker, record, &why);
		if (!err && checker->schema == SCHEMA_CELL)
			err = check_cell(record, &why);
	}
	if (err)
		defect(checker, line, &why);
	json_decref(record);
	return 0;
}

static void check_lines(struct checker *checker, enum results_file file,
			enum schema schema)
{
	size_t line;
	bool torn;

	checker->name = results_file_names[file];
	checker->schema = schema;
	file_lines(checker->fd, checker->name, check_line, checker, &line,
		   &torn);
}

static void check_manifest(struct checker *checker)
{
	struct why why;

	checker->name = "manifest.json";
	if (schema_check(SCHEMA_MANIFEST, checker->data->manifest, true, &why))
		defect(checker, 0, &why);
}

static bool has(const struct checker *checker, const char *name)
{
	return faccessat(checker->fd, name, R_OK, 0) == 0;
}

/* What is written before the first trial and before a run is complete. */
static void check_files(struct checker *checker)
{
	static const char *const due[] = {"job.ini",	  "env.json",
					  "env-end.json", "doctor.json",
					  "topo.xml",	  NULL};
	bool complete = !strcmp(checker->data->status, "complete");
	struct why why;

	for (const char *const *name = due; *name && complete; name++) {
		if (has(checker, *name))
			continue;
		checker->name = *name;
		why_not(&why, 0, "is missing, though the run is complete");
		defect(checker, 0, &why);
	}
}

static size_t trials_of(const struct run_data *data, size_t cell)
{
	size_t n = 0;

	for (size_t i = 0; i < data->trials; i++)
		n += data->trial[i].cell == cell;
	return n;
}

/* Nothing vanishes: a cell has trials or a reason. */
static void check_cells(struct checker *checker)
{
	const struct run_data *data = checker->data;
	json_t *cell;
	struct why why;
	size_t i;

	checker->name = results_file_names[RESULTS_CELLS];
	json_array_foreach(data->cells, i, cell)
	{
		bool planned =
			!strcmp(json_string_at(cell, "status", ""), "planned");

		if (strcmp(data->status, "complete") != 0 || !planned ||
		    trials_of(data, i))
			continue;
		why_not(&why, 0, "'%s' has neither a trial nor a reason",
			json_string_at(cell, "cell", ""));
		defect(checker, 0, &why);
	}
}

/* One entry per cell of the run, in order. */
static int compare_cells(const struct checker *checker, const json_t *summary,
			 struct why *why)
{
	const json_t *ours = json_object_get(summary, "cells"), *cell;
	size_t i;

	if (json_array_size(ours) != json_array_size(checker->data->cells))
		return why_not(why, -EINVAL, "has %zu cells, the run %zu",
			       json_array_size(ours),
			       json_array_size(checker->data->cells));
	json_array_foreach(checker->data->cells, i, cell)
	{
		const char *id = json_string_at(cell, "cell", "");

		if (strcmp(id, json_string_at(json_array_get(ours, i), "cell",
					      "")) != 0)
			return why_not(why, -EINVAL, "has no cell '%s'", id);
	}
	return 0;
}

static int check_summary_of(const struct checker *checker,
			    const json_t *summary, struct why *why)
{
	const char *run_id =
		json_string_at(checker->data->manifest, "run_id", "");
	int err;

	if (!summary)
		return why_not(why, -EINVAL, "is not JSON");
	err = schema_check(SCHEMA_SUMMARY, summary, true, why);
	if (err)
		return err;
	if (strcmp(json_string_at(summary, "run.run_id", ""), run_id) != 0)
		return why_not(why, -EINVAL, "is of another run");
	if (json_int_at(summary, "run.trials", -1) !=
	    (json_int_t)checker->data->trials)
		return why_not(why, -EINVAL, "is not of all the %zu trials",
			       checker->data->trials);
	return compare_cells(checker, summary, why);
}

static void check_summary(struct checker *checker)
{
	struct why why = {{0}};
	json_t *summary;
	char *text;
	size_t len;

	checker->name = "summary.json";
	if (file_read(checker->fd, checker->name, &text, &len))
		return;
	checker->check->has_summary = true;
	summary = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	if (check_summary_of(checker, summary, &why))
		defect(checker, 0, &why);
	json_decref(summary);
}

static void check_sums(struct checker *checker)
{
	struct why why;
	int err = sums_check(checker->dir, &why);

	checker->check->has_sums = err != -ENOENT;
	if (err && err != -ENOENT)
		report(checker->check, &why);
}

static void describe(struct check *check, const struct run_data *data)
{
	snprintf(check->status, sizeof(check->status), "%s", data->status);
	why_not(&check->status_why, 0, "%s",
		data->status_why ? data->status_why : "");
	check->cells = json_array_size(data->cells);
	check->blocks = json_array_size(data->blocks);
	check->trials = data->trials;
	check->torn = data->torn;
}

static void check_all(struct checker *checker)
{
	check_manifest(checker);
	check_files(checker);
	check_lines(checker, RESULTS_CELLS, SCHEMA_CELL);
	check_lines(checker, RESULTS_BLOCKS, SCHEMA_BLOCK);
	check_lines(checker, RESULTS_TRIALS, SCHEMA_TRIAL);
	check_cells(checker);
	check_summary(checker);
	check_sums(checker);
}

int run_check(const char *dir, struct check *check)
{
	struct checker checker = {.check = check, .dir = dir};
	struct run_data *data;
	struct why why;

	check->defects = 0;
	if (run_load(&data, dir, &why)) {
		report(check, &why);
		return -EINVAL;
	}
	describe(check, data);
	checker.data = data;
	checker.fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (checker.fd < 0) {
		why_not(&why, 0, "%s: %s", dir, strerror(errno));
		report(check, &why);
	} else {
		check_all(&checker);
		close(checker.fd);
	}
	run_free(data);
	return check->defects ? -EINVAL : 0;
}
