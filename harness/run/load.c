/* SPDX-License-Identifier: MIT */
/*
 * Reads a run's folder. A trial's histogram, which as JSON is most of the
 * run, is turned into an array as soon as its line is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "run/file.h"
#include "run/load.h"
#include "run/results.h"
#include "run/schema.h"

struct loader {
	struct run_data *data;
	int dir;
	json_t *index; /* cell's id: its place in cells */
	size_t room;   /* for trials */
	struct why *why;
};

typedef int take_fn(struct loader *loader, json_t *record, struct why *why);

static int parse(json_t **value, const char *text, size_t len, struct why *why)
{
	json_error_t error;

	*value = json_loadb(text, len, 0, &error);
	if (*value)
		return 0;
	return why_not(why, -EINVAL, "is not JSON: %.100s", error.text);
}

/* Put the folder, the file and the line in front of a reason. */
static int located(struct loader *loader, int err, const char *name,
		   size_t line, const struct why *why)
{
	if (line)
		return why_not(loader->why, err, "%s/%s:%zu: %s",
			       loader->data->dir, name, line, why->text);
	return why_not(loader->why, err, "%s/%s: %s", loader->data->dir, name,
		       why->text);
}

/* A file of records of one schema. */
struct records {
	struct loader *loader;
	enum schema schema;
	take_fn *take;
	struct why why;
};

/* The record is the taker's if it keeps a reference. */
static int load_line(void *arg, size_t line, const char *text, size_t len)
{
	struct records *records = arg;
	json_t *record;
	int err = parse(&record, text, len, &records->why);

	(void)line;
	if (err)
		return err;
	err = schema_check(records->schema, record, false, &records->why);
	if (!err)
		err = records->take(records->loader, record, &records->why);
	json_decref(record);
	return err;
}

static int load_lines(struct loader *loader, enum results_file file,
		      enum schema schema, take_fn *take)
{
	const char *name = results_file_names[file];
	struct records records = {loader, schema, take, {{0}}};
	size_t line;
	int err = file_lines(loader->dir, name, load_line, &records, &line,
			     &loader->data->torn);

	if (err && line == 0)
		why_not(&records.why, err, "%s", strerror(-err));
	return err ? located(loader, err, name, line, &records.why) : 0;
}

static int take_cell(struct loader *loader, json_t *record, struct why *why)
{
	json_t *cells = loader->data->cells;
	const char *id = json_string_at(record, "cell", "");
	const json_t *known = json_object_get(loader->index, id);
	int err;

	if (known)
		err = json_array_set(cells, (size_t)json_integer_value(known),
				     record);
	else if (json_object_set_new(
			 loader->index, id,
			 json_integer((json_int_t)json_array_size(cells))))
		err = -1;
	else
		err = json_array_append(cells, record);
	return err ? why_not(why, -ENOMEM, "no memory") : 0;
}

static int check_run(const struct loader *loader, const json_t *record,
		     struct why *why)
{
	const char *ours = json_string_at(loader->data->manifest, "run_id", "");
	const char *its = json_string_at(record, "run_id", "");

	if (!strcmp(ours, its))
		return 0;
	return why_not(why, -EINVAL, "belongs to run '%s', not to '%s'", its,
		       ours);
}

static int take_block(struct loader *loader, json_t *record, struct why *why)
{
	int err = check_run(loader, record, why);

	if (!err && json_array_append(loader->data->blocks, record))
		err = why_not(why, -ENOMEM, "no memory");
	return err;
}

static int take_bin(struct run_bin *bin, const json_t *pair, size_t nth,
		    struct why *why)
{
	const json_t *lower = json_array_get(pair, 0);
	const json_t *count = json_array_get(pair, 1);

	if (!json_is_integer(lower) || !json_is_integer(count) ||
	    json_integer_value(lower) < 0 || json_integer_value(count) < 1)
		return why_not(why, -EINVAL,
			       "'hist.bins[%zu]' is not [lower, count]", nth);
	bin->lower = (uint64_t)json_integer_value(lower);
	bin->count = (uint64_t)json_integer_value(count);
	return 0;
}

static int take_bins(struct run_trial *trial, struct why *why)
{
	const json_t *bins = json_at(trial->json, "hist.bins"), *pair;
	size_t i;

	if (!bins || json_array_size(bins) == 0)
		return 0;
	trial->bins = calloc(json_array_size(bins), sizeof(*trial->bins));
	if (!trial->bins)
		return why_not(why, -ENOMEM, "no memory");
	json_array_foreach(bins, i, pair)
	{
		int err = take_bin(&trial->bins[i], pair, i, why);

		if (err)
			return err;
	}
	trial->bins_n = json_array_size(bins);
	json_object_del(json_at(trial->json, "hist"), "bins");
	return 0;
}

static int make_room(struct loader *loader)
{
	size_t room = loader->room ? 2 * loader->room : 256;
	struct run_trial *more;

	if (loader->data->trials < loader->room)
		return 0;
	more = realloc(loader->data->trial, room * sizeof(*more));
	if (!more)
		return -ENOMEM;
	loader->data->trial = more;
	loader->room = room;
	return 0;
}

static int take_trial(struct loader *loader, json_t *record, struct why *why)
{
	const char *id = json_string_at(record, "cell", "");
	const json_t *cell = json_object_get(loader->index, id);
	struct run_trial *trial;
	int err = check_run(loader, record, why);

	if (err)
		return err;
	if (!cell)
		return why_not(why, -EINVAL,
			       "is of cell '%s', which cells.jsonl lacks", id);
	err = make_room(loader);
	if (err)
		return why_not(why, err, "no memory");
	trial = &loader->data->trial[loader->data->trials++];
	*trial = (struct run_trial){
		.json = json_incref(record),
		.cell = (size_t)json_integer_value(cell),
		.block = json_int_at(record, "block", 0),
	};
	return take_bins(trial, why);
}

/* Load name into *value; that it is not there is no error unless needed. */
static int load_json(struct loader *loader, const char *name, bool needed,
		     json_t **value)
{
	struct why why = {{0}};
	char *text;
	size_t len;
	int err = file_read(loader->dir, name, &text, &len);

	if (err == -ENOENT && !needed)
		return 0;
	if (err == -ENOENT)
		return why_not(loader->why, err,
			       "'%s' is no results folder: it has no %s",
			       loader->data->dir, name);
	if (err) {
		why_not(&why, err, "%s", strerror(-err));
		return located(loader, err, name, 0, &why);
	}
	err = parse(value, text, len, &why);
	free(text);
	return err ? located(loader, err, name, 0, &why) : 0;
}

static int load_manifest(struct loader *loader)
{
	struct run_data *data = loader->data;
	struct why why = {{0}};
	int err = load_json(loader, "manifest.json", true, &data->manifest);

	if (err)
		return err;
	err = schema_check(SCHEMA_MANIFEST, data->manifest, false, &why);
	return err ? located(loader, err, "manifest.json", 0, &why) : 0;
}

/* The run holds a lock on its folder as long as it lives. */
static void find_status(struct run_data *data, bool live)
{
	data->status = json_string_at(data->manifest, "status", "");
	data->status_why = json_string_at(data->manifest, "status_why", NULL);
	if (strcmp(data->status, "running") != 0 || live)
		return;
	data->status = "failed";
	data->status_why = "its program ended without closing it: killed, or "
			   "the disk was full";
}

static int load_all(struct loader *loader)
{
	struct run_data *data = loader->data;
	/* Asked before anything is read: a run that ends now has lived. */
	bool live = flock(loader->dir, LOCK_SH | LOCK_NB) != 0;
	int err = load_manifest(loader);

	if (!err)
		err = load_json(loader, "env.json", false, &data->env);
	if (!err)
		err = load_json(loader, "env-end.json", false, &data->env_end);
	if (!err)
		err = load_json(loader, "doctor.json", false, &data->doctor);
	if (!err)
		err = load_lines(loader, RESULTS_CELLS, SCHEMA_CELL, take_cell);
	if (!err)
		err = load_lines(loader, RESULTS_BLOCKS, SCHEMA_BLOCK,
				 take_block);
	if (!err)
		err = load_lines(loader, RESULTS_TRIALS, SCHEMA_TRIAL,
				 take_trial);
	if (!err)
		find_status(data, live);
	return err;
}

static struct run_data *data_new(const char *dir)
{
	struct run_data *data = calloc(1, sizeof(*data));

	if (!data)
		return NULL;
	data->dir = strdup(dir);
	data->cells = json_array();
	data->blocks = json_array();
	if (data->dir && data->cells && data->blocks)
		return data;
	run_free(data);
	return NULL;
}

static int cannot_open(const char *dir, int error, struct why *why)
{
	if (error == ENOENT && !strcmp(dir, RESULTS_ROOT "/latest"))
		return why_not(why, -error,
			       "there is no '%s': 'ipcbench run' makes one, or "
			       "name a run's folder",
			       dir);
	return why_not(why, -error, "cannot read '%s': %s", dir,
		       strerror(error));
}

int run_load(struct run_data **data, const char *dir, struct why *why)
{
	struct loader loader = {.data = data_new(dir), .why = why};
	int err = -ENOMEM;

	loader.index = json_object();
	if (!loader.data || !loader.index) {
		why_not(why, err, "no memory");
		goto err_data;
	}
	loader.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (loader.dir < 0) {
		err = cannot_open(dir, errno, why);
		goto err_data;
	}
	err = load_all(&loader);
	close(loader.dir);
	if (err)
		goto err_data;
	json_decref(loader.index);
	*data = loader.data;
	return 0;
err_data:
	json_decref(loader.index);
	run_free(loader.data);
	return err;
}

void run_free(struct run_data *data)
{
	if (!data)
		return;
	for (size_t i = 0; i < data->trials; i++) {
		json_decref(data->trial[i].json);
		free(data->trial[i].bins);
	}
	free(data->trial);
	json_decref(data->manifest);
	json_decref(data->env);
	json_decref(data->env_end);
	json_decref(data->doctor);
	json_decref(data->cells);
	json_decref(data->blocks);
	free(data->dir);
	free(data);
}
