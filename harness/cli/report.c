/* SPDX-License-Identifier: MIT */
/* "ipcbench report": computes the summary anew, and has it drawn as a page. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "run/file.h"
#include "run/matrix.h"
#include "run/results.h"
#include "run/summary.h"
#include "run/sums.h"

#define CONCEPTS_FILE "concepts.json"

enum { KEY_NO_PLOTS = 1, KEY_FLOORS };

struct args {
	const char *dir;
	const char *output;
	const char *floors; /* a folder to take floors from */
	const char *extra;  /* a second folder */
	bool no_plots;
};

static const char doc[] =
	"Turn a results folder into one page with tables and plots.\v"
	"DIR is a folder that 'ipcbench run' made; without it, the latest. "
	"The figures are computed again from the recorded trials, so this "
	"works on an interrupted run too, but not on one that is still going "
	"on.\n\n"
	"Written are DIR/report.html, which needs nothing beside it, and "
	"DIR/plots, which has every figure as PDF at the width of a paper's "
	"column, as SVG, and as the gnuplot script and data that it was drawn "
	"from. The path of the page is printed.\n\n"
	"Floors lie beneath the figures as lines: those that the run measured, "
	"or those of a run of 'floors' on the same machine.\n\n"
	"  ipcbench report\n"
	"  ipcbench report --floors results/floors\n"
	"  ipcbench report results/mine -o page.html";

static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "the page (DIR/report.html)", 0},
	{"floors", KEY_FLOORS, "DIR", 0,
	 "a run of this machine to take the floors from", 0},
	{"no-plots", KEY_NO_PLOTS, 0, 0, "tables only; needs no gnuplot", 0},
	{0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case 'o':
		args->output = arg;
		return 0;
	case KEY_FLOORS:
		args->floors = arg;
		return 0;
	case KEY_NO_PLOTS:
		args->no_plots = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			args->extra = arg;
		else
			args->dir = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {options, parse, "[DIR]", doc, 0, 0, 0};

/* What became of the script, which has said itself what went wrong if it
 * ended by itself. */
static int script_status(int status)
{
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "ipcbench: the report script was killed: %s\n",
			strsignal(WTERMSIG(status)));
		return EXIT_INTERNAL;
	}
	switch (WEXITSTATUS(status)) {
	case EXIT_OK:
	case EXIT_INTERNAL:
	case EXIT_USAGE:
	case EXIT_ENVIRONMENT:
		return WEXITSTATUS(status);
	default:
		fprintf(stderr, "ipcbench: the report script ended with %d\n",
			WEXITSTATUS(status));
		return EXIT_INTERNAL;
	}
}

/* Run the script, without a shell. Its output is ours. */
static int draw(const struct args *args, const char *script)
{
	/* The shape of exec's arguments; nothing writes to them. */
	char *argv[12] = {(char *)"python3", (char *)script};
	extern char **environ;
	int argc = 2;
	int status;
	pid_t pid;
	int err;

	if (args->no_plots)
		argv[argc++] = (char *)"--no-plots";
	if (args->output) {
		argv[argc++] = (char *)"-o";
		argv[argc++] = (char *)args->output;
	}
	if (args->floors) {
		argv[argc++] = (char *)"--floors";
		argv[argc++] = (char *)args->floors;
	}
	argv[argc++] = (char *)"--";
	argv[argc++] = (char *)args->dir;
	err = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (err) {
		fprintf(stderr,
			"ipcbench: no python3 (%s); the data is kept in '%s', "
			"install it with: apt-get install python3\n",
			strerror(err), args->dir);
		return EXIT_ENVIRONMENT;
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return EXIT_INTERNAL;
	}
	return script_status(status);
}

/* Drawing takes PUs and replaces files: not under a run's hands, which holds
 * a lock on its folder. */
static int refuse_live(const char *dir, struct why *why)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool live = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 &&
		    errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	if (!live)
		return 0;
	return why_not(
		why, -EBUSY,
		"'%s' is of a run that is still going on, which a report "
		"would disturb; 'ipcbench show' can be used",
		dir);
}

/* What is declared and what the run found, beside it for the script, where the
 * run has lessons. */
static int write_concepts(const char *dir, const json_t *summary)
{
	struct matrix matrix;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	json_t *json = NULL;
	char *text = NULL;
	size_t len;
	int err = fd < 0 ? -errno : matrix_build(&matrix, &catalogue);

	if (err)
		goto err_dir;
	matrix_judge(&matrix, summary);
	json = matrix_json(&matrix, NULL, CONCEPTS, true);
	matrix_free(&matrix);
	text = json ? json_text(json, true, &len) : NULL;
	err = text ? file_replace(fd, CONCEPTS_FILE, text, len) : -ENOMEM;
	free(text);
	json_decref(json);
err_dir:
	if (fd >= 0)
		close(fd);
	return err;
}

static int add_concepts(const char *dir, const json_t *summary, struct why *why)
{
	const json_t *cells = json_object_get(summary, "cells"), *cell;
	bool shows = false;
	size_t i;
	int err;

	json_array_foreach(cells, i, cell)
	{
		shows |= matrix_has(&catalogue, cell);
	}
	err = shows ? write_concepts(dir, summary) : 0;
	return err ? why_not(why, err, "%s/%s: %s", dir, CONCEPTS_FILE,
			     strerror(-err))
		   : 0;
}

static int report(const struct args *args)
{
	char script[PATH_MAX];
	struct why why;
	const char *data = command_data_dir(&why);
	json_t *summary = NULL;
	int err, status;

	if (!data) {
		fprintf(stderr, "ipcbench: %s\n", why.text);
		return EXIT_ENVIRONMENT;
	}
	snprintf(script, sizeof(script), "%s/report/report.py", data);
	err = refuse_live(args->dir, &why);
	if (!err)
		err = summary_refresh(args->dir, &summary, &why);
	if (!err)
		err = add_concepts(args->dir, summary, &why);
	json_decref(summary);
	if (err)
		return command_usage(&why);
	status = draw(args, script);
	/* The page and the plots are among the sums, too, whatever came of
	 * them. */
	if (sums_write(args->dir, &why) < 0) {
		fprintf(stderr, "ipcbench: %s\n", why.text);
		return EXIT_INTERNAL;
	}
	return status;
}

static int run(int argc, char **argv)
{
	struct args args = {.dir = RESULTS_ROOT "/latest"};
	struct why why;
	int err = command_parse(&argp, argc, argv, &args);

	if (err)
		return err;
	if (args.extra) {
		why_not(&why, -EINVAL, "one folder at a time, not also '%s'",
			args.extra);
		return command_usage(&why);
	}
	return report(&args);
}

const struct command report_command = {
	.name = "report",
	.brief = "turn a run into a page with tables and plots",
	.run = run,
};
