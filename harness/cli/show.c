/* SPDX-License-Identifier: MIT */
/* "ipcbench show": the table of a run, computed anew from its records. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/show.h"
#include "run/load.h"
#include "run/results.h"
#include "run/summary.h"

enum { KEY_JSON = 1, KEY_ALL_CLASSES, KEY_COST, KEY_CONTRACT };

struct args {
	const char *dir;
	bool json;
	struct show_options show;
};

static const char doc[] =
	"Print the table of a run.\v"
	"DIR is a folder that 'ipcbench run' made; without it, the latest. "
	"Nothing in it is changed; a run that is still going on, was "
	"interrupted or was killed can be looked at too.\n\n"
	"There is a table for each workload, placement and space. A row is a "
	"median over trials with its interval, the ratio to the baseline in "
	"the same blocks, and a verdict: faster, slower, same, or unresolved "
	"where the trials do not tell. Absolute figures with a ~ are the "
	"host's more than the mechanism's.\n\n"
	"Filters are on workload, backend (with its options or without), "
	"family, size, placement, space, wait, api, idle and state.\n\n"
	"  ipcbench show\n"
	"  ipcbench show results/mine --filter backend=pipe,ring --filter "
	"size=64,4K\n"
	"  ipcbench show --metric bytes_per_s\n"
	"  ipcbench show --json | python3 -m json.tool";

static const struct argp_option options[] = {
	{"metric", 'm', "NAME", 0,
	 "show this one (rtt, messages_per_s, bytes_per_s), not each "
	 "workload's first",
	 0},
	{"filter", 'f', "KEY=VALUE[,VALUE...]", 0,
	 "only cells that have one of these; may be given again", 0},
	{"all-classes", KEY_ALL_CLASSES, 0, 0,
	 "a row for each cache-line class, not only the one that leads", 0},
	{"cost", KEY_COST, 0, 0,
	 "also PU time, switches, faults and counters per round", 0},
	{"contract", KEY_CONTRACT, 0, 0,
	 "also copies, system calls and wake-ups a message, by design", 0},
	{"json", KEY_JSON, 0, 0, "the whole summary, as JSON", 0},
	{0}};

static int add_filter(struct show_options *show, const char *filter,
		      struct argp_state *state)
{
	if (show->filters == SHOW_FILTERS)
		argp_error(state, "more than %d filters", SHOW_FILTERS);
	else
		show->filter[show->filters++] = filter;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case 'm':
		args->show.metric = arg;
		return 0;
	case 'f':
		return add_filter(&args->show, arg, state);
	case KEY_ALL_CLASSES:
		args->show.all_classes = true;
		return 0;
	case KEY_COST:
		args->show.cost = true;
		return 0;
	case KEY_CONTRACT:
		args->show.contract = true;
		return 0;
	case KEY_JSON:
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one folder at a time, not also '%s'",
				   arg);
		args->dir = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {options, parse, "[DIR]", doc, 0, 0, 0};

static int print_json(const json_t *summary)
{
	size_t len;
	char *text = json_text(summary, true, &len);
	bool all = text && fwrite(text, 1, len, stdout) == len;

	free(text);
	return all ? EXIT_OK : EXIT_INTERNAL;
}

static int print(const struct args *args, const json_t *summary)
{
	struct why why;

	if (show_check(summary, &args->show, &why))
		return command_usage(&why);
	if (args->json)
		return print_json(summary);
	show_print(summary, &args->show, stdout);
	return EXIT_OK;
}

static int show(const struct args *args)
{
	struct run_data *data;
	struct why why;
	json_t *summary;
	int status;

	if (run_load(&data, args->dir, &why))
		return command_usage(&why);
	summary = summary_build(data);
	run_free(data);
	if (!summary)
		return EXIT_INTERNAL;
	status = print(args, summary);
	json_decref(summary);
	return status;
}

static int run(int argc, char **argv)
{
	struct args args = {
		.dir = RESULTS_ROOT "/latest",
		.show.colour = command_colour(STDOUT_FILENO),
	};
	int err = command_parse(&argp, argc, argv, &args);

	return err ? err : show(&args);
}

const struct command show_command = {
	.name = "show",
	.brief = "print the table of a run",
	.run = run,
};
