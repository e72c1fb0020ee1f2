/* SPDX-License-Identifier: MIT */
/*
 * A run as its summary looks at it: which trials count, of which cache-line
 * class each is, which cell is compared with which. Private to the files that
 * make a summary.
 */
#ifndef IPCBENCH_RUN_STUDY_H
#define IPCBENCH_RUN_STUDY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/load.h"

enum { CLASSES_MAX = 8 };
enum { CLASS_NONE = -1 }; /* not measured: same PU, or no answer */
#define NO_CELL SIZE_MAX

struct line_class {
	char name[24];
	double line_ns, min_ns, max_ns; /* median, ends */
	size_t trials;
};

struct observation {
	const struct run_trial *trial;
	bool counts; /* has a figure that may be shown */
	bool flagged;
	bool changed; /* of one class before, of another after */
	int class;    /* CLASS_NONE, also where it changed */
};

/* What is known of a cell before any figure. */
struct cell_view {
	const json_t *json;
	size_t *of; /* its trials, as indices into seen, in file order */
	size_t n;
	size_t counted;
	size_t place, row; /* first cell of the same place, of the same work at
			      the same place */
	int headline;	   /* class that its placement's trials are mostly of */
	int shown;	/* that, or its own commonest where it has none of it */
	size_t against; /* the baseline's cell, or NO_CELL */
	const char *differs; /* in what, beside the back-end; NULL: nothing */
	size_t comparisons;  /* ratios in its table */
	bool is_floor;
	bool is_batch; /* a sample is several rounds, or they overlap */
};

struct study {
	const struct run_data *data;
	struct observation *seen;
	size_t *order; /* memory behind cell_view.of */
	struct cell_view *cell;
	size_t cells;
	struct line_class class[CLASSES_MAX];
	size_t classes;
	size_t changed;
	double level;
	double delta;
	bool host_dominated; /* grade is ratios-only */
	bool failed;	     /* memory ran out somewhere */
};

/* 0 or -ENOMEM. level is the design's; delta is not set. */
int study_begin(struct study *study, const struct run_data *data);
void study_end(struct study *study);

/* Class's name, or NULL for CLASS_NONE. */
const char *study_class_name(const struct study *study, int class);

/* object[key] = value, which it takes; notes a failure in the study. */
void study_set(struct study *study, json_t *object, const char *key,
	       json_t *value);
void study_add(struct study *study, json_t *array, json_t *value);

/* Values of one figure over trials, in file order. */
struct values {
	double *y;
	int64_t *block;
	size_t n;
};

/* One trial's value; false where it has none. */
typedef bool value_fn(const struct observation *seen, const void *what,
		      double *value);

/*
 * From the trials of a cell that count and are of this class, only unflagged
 * ones if clean. values_free() it, always. Returns how many.
 */
size_t study_values(struct study *study, const struct cell_view *cell,
		    int class, bool clean, value_fn *value, const void *what,
		    struct values *values);
void values_free(struct values *values);

/* A metric's value; what is its name. */
value_fn value_of_metric;
/* A number in the record; what is its path. */
value_fn value_at_path;

/* Add median, lo, hi, level and n of the values to an object; null where there
 * are none, and where the interval has no support, with the reason. name is
 * the key of the median. */
void study_estimate(struct study *study, json_t *object, const char *name,
		    const struct values *values);

/* The parts, each a new reference. */
json_t *figures_json(struct study *study, const struct cell_view *cell);
json_t *tail_json(struct study *study, const struct cell_view *cell);
json_t *spectrum_json(struct study *study, const struct cell_view *cell);
json_t *cost_json(struct study *study, const struct cell_view *cell);
json_t *counters_json(struct study *study, const struct cell_view *cell);
json_t *floors_json(struct study *study);
/* A figure as a multiple of its floor, or null where it has none. */
json_t *over_floor_json(struct study *study, const struct cell_view *cell,
			const char *metric, int class);
json_t *noise_json(struct study *study);
/* Also settles delta and host_dominated. */
json_t *grade_json(struct study *study);
/* class_rule: as in the summary. */
json_t *method_json(struct study *study, const char *class_rule);

#endif
