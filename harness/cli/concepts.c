/* SPDX-License-Identifier: MIT */
/* "ipcbench concepts": which back-end has which concept, and what a run found
 * of it. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/concepts.h"
#include "run/load.h"
#include "run/results.h"
#include "run/summary.h"

#define LATEST RESULTS_ROOT "/latest"

enum { KEY_JSON = 1, KEY_CHECK };

struct args {
	const char *page;  /* a slide or a name */
	const char *extra; /* a second one */
	const char *backend;
	const char *dir;
	bool json;
	bool check;
};

static const char doc[] =
	"Show which back-end has which concept of message passing.\v"
	"The concepts are those of a lecture, numbered by its slides. Each "
	"back-end has each of them of its own (N), by something that stands "
	"in for it (E), or not at all (X); -b tells the reasons. That is what "
	"the tables of back-ends and workloads declare, whatever this machine "
	"can do; with -i a run's verdicts stand beside it.\n\n"
	"A slide's number or a name explains one concept: what waits for what, "
	"what is measured, what is proved, who has it, and what the run found "
	"(the latest, if there is one).\n\n"
	"--check lists what a back-end has and this machine can do, but no "
	"trial of the run proved, and then the exit status is 5.\n\n"
	"  ipcbench concepts\n"
	"  ipcbench concepts 14\n"
	"  ipcbench concepts -b pipe\n"
	"  ipcbench run lecture --preset smoke && ipcbench concepts --check";

static const struct argp_option options[] = {
	{"backend", 'b', "NAME", 0, "only this one, with all its reasons", 0},
	{"input", 'i', "DIR", 0, "also what that run found", 0},
	{"check", KEY_CHECK, 0, 0,
	 "is each of them proved by the run? (" LATEST ")", 0},
	{"json", KEY_JSON, 0, 0, "print the same as JSON", 0},
	{0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case 'b':
		args->backend = arg;
		return 0;
	case 'i':
		args->dir = arg;
		return 0;
	case KEY_CHECK:
		args->check = true;
		return 0;
	case KEY_JSON:
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			args->extra = arg;
		else
			args->page = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {options, parse, "[SLIDE|NAME]", doc, 0, 0, 0};

static int load_run(struct concepts_run *run, const char *dir, struct why *why)
{
	struct run_data *data;
	int err = run_load(&data, dir, why);

	if (err)
		return err;
	run->summary = summary_build(data);
	run_free(data);
	if (!run->summary)
		return why_not(why, -ENOMEM, "no memory for '%s'", dir);
	run->dir = dir;
	return 0;
}

/* The run that was asked for; the latest where one is needed, or would be of
 * use and is there. */
static int find_run(const struct args *args, struct concepts_run *run,
		    struct why *why)
{
	if (args->dir || args->check)
		return load_run(run, args->dir ? args->dir : LATEST, why);
	if (args->page && access(LATEST "/cells.jsonl", R_OK) == 0)
		return load_run(run, LATEST, why);
	return 0;
}

static int dump(json_t *json)
{
	int err = json ? json_dumpf(json, stdout, JSON_INDENT(2)) : -1;

	putchar('\n');
	json_decref(json);
	return err ? EXIT_INTERNAL : EXIT_OK;
}

static int print(const struct args *args, const struct matrix *matrix,
		 const struct ipc_impl *impl, enum concept concept,
		 const struct concepts_run *run)
{
	if (args->json)
		return dump(
			matrix_json(matrix, impl, concept, run->dir != NULL));
	if (args->check)
		return EXIT_OK;
	if (concept != CONCEPTS)
		concepts_print_page(matrix, concept, run);
	else if (impl)
		concepts_print_impl(matrix, impl, run);
	else
		concepts_print_table(matrix, run);
	return EXIT_OK;
}

static int concepts(const struct args *args, const struct ipc_impl *impl,
		    enum concept concept, const struct concepts_run *run)
{
	struct matrix matrix;
	int status = EXIT_OK;

	if (matrix_build(&matrix, &catalogue))
		return EXIT_INTERNAL;
	if (run->dir)
		matrix_judge(&matrix, run->summary);
	status = print(args, &matrix, impl, concept, run);
	if (!status && args->check &&
	    concepts_print_due(&matrix, impl, concept, run,
			       args->json ? stderr : stdout))
		status = EXIT_CELLS;
	matrix_free(&matrix);
	return status;
}

static int run(int argc, char **argv)
{
	struct args args = {NULL};
	struct concepts_run found = {NULL, NULL};
	const struct ipc_impl *impl = NULL;
	enum concept concept = CONCEPTS;
	struct why why;
	int err = command_parse(&argp, argc, argv, &args);

	if (err)
		return err;
	if (args.extra) {
		why_not(&why, -EINVAL, "'%s' is one concept too many",
			args.extra);
		return command_usage(&why);
	}
	if (args.backend) {
		impl = catalogue_impl(&catalogue, args.backend, &why);
		if (!impl)
			return command_usage(&why);
	}
	if (args.page) {
		concept = matrix_concept(args.page, &why);
		if (concept == CONCEPTS)
			return command_usage(&why);
	}
	if (find_run(&args, &found, &why))
		return command_usage(&why);
	err = concepts(&args, impl, concept, &found);
	json_decref(found.summary);
	return err;
}

const struct command concepts_command = {
	.name = "concepts",
	.brief = "show which back-end has which concept, and how",
	.run = run,
};
