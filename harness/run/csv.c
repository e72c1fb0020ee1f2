/* SPDX-License-Identifier: MIT */
/* The summary as one row per figure, and the three files of a summary. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/file.h"
#include "run/results.h"
#include "run/schema.h"
#include "run/summary.h"
#include "run/sums.h"

/* Where each column's value is: in the run, the cell or the figure. */
enum from { RUN, CELL, FIGURE };

static const struct {
	const char *name, *path;
	enum from from;
} columns[] = {
	{"run_id", "run_id", RUN},
	{"cell", "cell", CELL},
	{"workload", "workload", CELL},
	{"backend", "backend", CELL},
	{"size_b", "size_b", CELL},
	{"placement", "placement", CELL},
	{"space", "space", CELL},
	{"wait", "wait", CELL},
	{"api", "api", CELL},
	{"idle", "idle", CELL},
	{"family", "family", CELL},
	{"copies", "contract.copies", CELL},
	{"calls_tx", "contract.calls.0", CELL},
	{"calls_rx", "contract.calls.1", CELL},
	{"wake", "contract.wake", CELL},
	{"class", "class", FIGURE},
	{"metric", "metric", FIGURE},
	{"unit", "unit", FIGURE},
	{"better", "better", FIGURE},
	{"set", "set", FIGURE},
	{"n", "n", FIGURE},
	{"estimate", "estimate", FIGURE},
	{"lo", "lo", FIGURE},
	{"hi", "hi", FIGURE},
	{"level", "level", FIGURE},
	{"ratio", "ratio.estimate", FIGURE},
	{"ratio_lo", "ratio.lo", FIGURE},
	{"ratio_hi", "ratio.hi", FIGURE},
	{"ratio_level", "ratio.level", FIGURE},
	{"ratio_n", "ratio.n", FIGURE},
	{"verdict", "ratio.verdict", FIGURE},
	{"cv", "cv", FIGURE},
	{"modes", "modes", FIGURE},
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* RFC 4180: quoted where a reader would stumble. */
static void put_text(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

/* null is an empty field, an array its length. */
static void put_value(FILE *out, const json_t *value)
{
	if (json_is_string(value))
		put_text(out, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(out, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
	else if (json_is_real(value))
		fprintf(out, "%.12g", json_real_value(value));
	else if (json_is_array(value))
		fprintf(out, "%zu", json_array_size(value));
}

static void put_row(FILE *out, const json_t *run, const json_t *cell,
		    const json_t *figure)
{
	const json_t *const from[] = {run, cell, figure};

	for (size_t i = 0; i < COLUMNS; i++) {
		if (i)
			putc(',', out);
		put_value(out, json_at(from[columns[i].from], columns[i].path));
	}
	putc('\n', out);
}

static void put_rows(FILE *out, const json_t *summary)
{
	const json_t *run = json_object_get(summary, "run");
	json_t *cell, *figure;
	size_t i, k;

	for (i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%s", i ? "," : "", columns[i].name);
	putc('\n', out);
	json_array_foreach(json_object_get(summary, "cells"), i, cell)
		json_array_foreach(json_object_get(cell, "figures"), k, figure)
			put_row(out, run, cell, figure);
}

static int write_csv(int dir, const json_t *summary)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out)
		return -ENOMEM;
	put_rows(out, summary);
	err = fclose(out) ? -ENOMEM : 0;
	if (!err)
		err = file_replace(dir, "summary.csv", text, len);
	free(text);
	return err;
}

static int write_json(int dir, const json_t *summary)
{
	size_t len;
	char *text = json_text(summary, false, &len);
	int err;

	if (!text)
		return -ENOMEM;
	err = file_replace(dir, "summary.json", text, len);
	free(text);
	return err;
}

int summary_write(const char *dir, const json_t *summary, struct why *why)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 ? -errno : 0;

	/* Sums of what is about to change are worse than none. */
	if (!err && unlinkat(fd, SUMS_FILE, 0) && errno != ENOENT)
		err = -errno;
	if (!err)
		err = write_json(fd, summary);
	if (!err)
		err = write_csv(fd, summary);
	if (fd >= 0)
		close(fd);
	if (err)
		return why_not(why, err, "cannot write %s/summary.json: %s",
			       dir, strerror(-err));
	return sums_write(dir, why);
}
