/* SPDX-License-Identifier: MIT */
/*
 * A job: which cells, and by which design they are measured. The same keys are
 * lines of a job file and long options of "ipcbench run":
 *
 *	# my.ini
 *	[global]		 design, and axes for every section
 *	blocks = 12
 *	size = 64,4K
 *	[rings]			 a section: its axes are combined, each with each
 *	backend = ring
 *	wait = spin,hybrid
 *
 * Values stay text here, so that a job can be written back as it was given;
 * axes are looked up when the cells are made of them (run/cells.h).
 */
#ifndef IPCBENCH_RUN_JOB_H
#define IPCBENCH_RUN_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/why.h"

enum axis {
	AXIS_WORKLOAD,
	AXIS_BACKEND,
	AXIS_SIZE,
	AXIS_PLACE,
	AXIS_SPACE,
	AXIS_WAIT,
	AXIS_API,
	AXIS_VERIFY,
	AXIS_DEPTH,
	AXIS_IDLE,
	AXES
};

enum {
	JOB_SECTIONS = 16,
	JOB_BLOCKS_MAX = 1000,
	JOB_VALUE = 184, /* bytes of one value, with its end: a line of a file
			    holds it and its key */
	JOB_EVENTS = 16,
};

struct section {
	char name[32];
	char axis[AXES][JOB_VALUE]; /* empty: not given */
};

struct design {
	char preset[32];
	uint32_t blocks_min, blocks_max;
	uint64_t trial_time_ns, warmup_time_ns, budget_ns, deadline_ns;
	double precision; /* half width that ends the run; 0: none */
	double delta;	  /* ratios within 1 +- delta are "same" */
	uint64_t seed;	  /* 0: one is drawn */
	uint32_t spin_ns;
	char baseline[32]; /* empty: the first that carries messages */
	char events[JOB_VALUE];
};

struct job {
	struct design design;
	struct section all; /* [global]'s axes */
	struct section section[JOB_SECTIONS];
	size_t sections;
};

/* A key's description, for help: name, example, what it is. */
struct job_key {
	const char *name;
	const char *arg;
	const char *help;
	int short_name; /* of the option, or 0 */
	bool axis;
};
extern const struct job_key job_keys[]; /* ends with name NULL */

/* Everything at its default, no sections. */
void job_init(struct job *job);

/* Set one key in [global] (section NULL), or in the section of that name,
 * which is made where it is new. -EINVAL and why: unknown key (with the
 * nearest), bad value (with what is allowed). */
int job_set(struct job *job, const char *section, const char *key,
	    const char *value, struct why *why);

/* Like a command line's option: a design key as job_set(), an axis in every
 * section, in place of what it had. */
int job_override(struct job *job, const char *key, const char *value,
		 struct why *why);

/* Read a job file into job, on top of what is there. design_only leaves its
 * sections and axes out. -EINVAL or the file's errno, and why with the line. */
int job_read(struct job *job, const char *path, bool design_only,
	     struct why *why);

/* Check what only the whole shows. */
int job_check(const struct job *job, struct why *why);

/* Write it as a job file that reads back to the same job. */
int job_write(const struct job *job, FILE *out);

/* "64", "4K", "1M" into bytes (1 to 1G). */
int job_parse_size(const char *text, size_t *bytes, struct why *why);

/* "20ms", "1.5s", "10m", "250us", "80ns" into nanoseconds. */
int job_parse_time(const char *text, uint64_t *ns, struct why *why);

/*
 * Call each(item) for every item of a list "a,b,c" in turn; stops at the first
 * that does not return 0, and returns that. An empty item is -EINVAL.
 */
int job_each(const char *list, int (*each)(const char *item, void *arg),
	     void *arg, struct why *why);

#endif
