/* SPDX-License-Identifier: MIT */
/* "ipcbench validate": checks results folders and says what is wrong. */
#include <argp.h>
#include <stdio.h>

#include "cli/command.h"
#include "run/check.h"
#include "run/results.h"

enum { DEFECTS_SHOWN = 20 };

struct args {
	char **dir;
	int dirs;
};

static const char doc[] =
	"Check results folders against the format's description.\v"
	"DIR is a folder that 'ipcbench run' made; without one, the latest. "
	"Checked are every record's keys and types, that what is null has its "
	"reason, that every cell has trials or a reason, that histograms add "
	"up, and the check sums. Runs that were interrupted or killed are "
	"valid as far as they got.\n\n"
	"Prints a line per folder; each defect is a line with file and line "
	"number on standard error, and then the exit status is 2.\n\n"
	"  ipcbench validate results/*/";

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	(void)arg;
	if (key != ARGP_KEY_ARGS)
		return ARGP_ERR_UNKNOWN;
	args->dir = state->argv + state->next;
	args->dirs = state->argc - state->next;
	return 0;
}

static const struct argp argp = {NULL, parse, "[DIR...]", doc, 0, 0, 0};

static void tell(void *arg, const struct why *why)
{
	size_t *told = arg;

	if ((*told)++ < DEFECTS_SHOWN)
		command_usage(why);
}

static void describe(const char *dir, const struct check *check)
{
	printf("%s: valid, %s%s%s%s: %zu trials of %zu cells in %zu blocks%s%s",
	       dir, check->status, *check->status_why.text ? " (" : "",
	       check->status_why.text, *check->status_why.text ? ")" : "",
	       check->trials, check->cells, check->blocks,
	       check->torn ? "; a torn last line is left out" : "",
	       check->has_summary ? "" : "; no summary yet");
	puts(check->has_summary && !check->has_sums ? "; no check sums" : "");
}

static int validate(const char *dir)
{
	size_t told = 0;
	struct check check = {.defect = tell, .arg = &told};

	if (!run_check(dir, &check)) {
		describe(dir, &check);
		return EXIT_OK;
	}
	if (told > DEFECTS_SHOWN)
		fprintf(stderr, "ipcbench: %s: and %zu more defects\n", dir,
			told - DEFECTS_SHOWN);
	return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
	static char latest[] = RESULTS_ROOT "/latest";
	char *only[] = {latest};
	struct args args = {.dir = only, .dirs = 1};
	int worst = EXIT_OK;
	int err = command_parse(&argp, argc, argv, &args);

	if (err)
		return err;
	for (int i = 0; i < args.dirs; i++) {
		int status = validate(args.dir[i]);

		worst = status > worst ? status : worst;
	}
	return worst;
}

const struct command validate_command = {
	.name = "validate",
	.brief = "check results folders",
	.run = run,
};
