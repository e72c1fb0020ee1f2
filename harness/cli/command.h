/* SPDX-License-Identifier: MIT */
/* A command of the program: one file each, one table entry in main.c. */
#ifndef IPCBENCH_CLI_COMMAND_H
#define IPCBENCH_CLI_COMMAND_H

#include <argp.h>
#include <stdbool.h>

#include "base/why.h"
#include "ipc/catalogue.h"

enum {
	EXIT_OK = 0,
	EXIT_INTERNAL = 1,
	EXIT_USAGE = 2, /* bad input; nothing was touched */
	EXIT_REGRESSION = 3,
	EXIT_ENVIRONMENT = 4, /* the machine lacks something */
	EXIT_CELLS = 5,	      /* it ran, and some cells failed */
	EXIT_INTERRUPTED = 130,
};

struct command {
	const char *name;
	const char *brief; /* one line, for help */
	bool hidden;
	/* argv[0] is "ipcbench NAME", for argp's messages. Returns the exit
	 * status. */
	int (*run)(int argc, char **argv);
};

/* In list.c, the one file that sees all of them. */
extern const struct catalogue catalogue;

extern const struct command list_command;
extern const struct command run_command;
extern const struct command show_command;
extern const struct command report_command;
extern const struct command topo_command;
extern const struct command env_command;
extern const struct command doctor_command;
extern const struct command concepts_command;
extern const struct command validate_command;
extern const struct command trial_command; /* hidden: one trial */

/* "ipcbench: WHY" to stderr; returns EXIT_USAGE. */
int command_usage(const struct why *why);

/* argp_parse(3), with one line and the nearest match for an unknown option.
 * Returns 0 or EXIT_USAGE; --help ends the program. */
int command_parse(const struct argp *argp, int argc, char **argv, void *input);

/* The folder that holds jobs and report scripts: $IPCBENCH_DATA, or found from
 * where the program lies. Returns a path in static memory, or NULL and why. */
const char *command_data_dir(struct why *why);

/* True if output to this descriptor may be coloured: a terminal, no NO_COLOR,
 * TERM not "dumb". */
bool command_colour(int fd);

#endif
