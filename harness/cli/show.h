/* SPDX-License-Identifier: MIT */
/* The table of a run, as text. It formats a summary and computes nothing. */
#ifndef IPCBENCH_CLI_SHOW_H
#define IPCBENCH_CLI_SHOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/why.h"

enum { SHOW_FILTERS = 16 };

struct show_options {
	const char *metric; /* NULL: each workload's first */
	bool all_classes;   /* not only the class that leads */
	bool cost;	    /* also what a round cost each node */
	bool contract;	    /* also what a message costs by design */
	bool colour;
	const char *filter[SHOW_FILTERS]; /* "KEY=VALUE,VALUE" */
	size_t filters;
};

/* Is there a cell that the options leave, and do they name what exists? 0, or
 * -EINVAL and why. */
int show_check(const json_t *summary, const struct show_options *options,
	       struct why *why);

/* Do the filters leave this cell? */
bool show_passes(const json_t *cell, const struct show_options *options);

/* Do two cells belong into one table? */
bool show_same_sheet(const json_t *a, const json_t *b);

/* The table of a lesson, whose first cell this is: a column for each of its
 * figures. */
void show_lesson(const json_t *summary, size_t first,
		 const struct show_options *options, FILE *out);

/* What a round of each cell cost its nodes, and what the counters saw. */
void show_cost(const json_t *summary, const struct show_options *options,
	       FILE *out);

/* What a message costs by design, per back-end and interface. */
void show_contract(const json_t *summary, const struct show_options *options,
		   FILE *out);

/* Everything: what the run was, its tables, what was not measured and why. */
void show_print(const json_t *summary, const struct show_options *options,
		FILE *out);

/* The same with no options, coloured if out is a terminal that can. */
void show_table(const json_t *summary, FILE *out);

#endif
