/* SPDX-License-Identifier: MIT */
/* What all commands share: errors, colours, options, where our files are. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

int command_usage(const struct why *why)
{
	fprintf(stderr, "ipcbench: %s\n", why->text);
	return EXIT_USAGE;
}

bool command_colour(int fd)
{
	const char *term = getenv("TERM");
	const char *no = getenv("NO_COLOR");

	return isatty(fd) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

/* A folder that has the report's script is the right one. */
static bool is_data_dir(const char *dir)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/report/report.py", dir);

	return n > 0 && n < PATH_MAX && access(path, R_OK) == 0;
}

const char *command_data_dir(struct why *why)
{
	static char found[PATH_MAX];
	static const char *const beside[] = {"..", "../..", "../../..",
					     "../share/ipcbench"};
	const char *named = getenv("IPCBENCH_DATA");
	char exe[PATH_MAX] = "";
	char *dir;

	if (named && is_data_dir(named))
		return named;
	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0) {
		why_not(why, -errno, "/proc/self/exe: %s", strerror(errno));
		return NULL;
	}
	dir = dirname(exe);
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		int n = snprintf(found, sizeof(found), "%s/%s", dir, beside[i]);

		if (n > 0 && n < PATH_MAX && is_data_dir(found))
			return found;
	}
	why_not(why, -ENOENT,
		"jobs and report scripts are not beside '%s'; set "
		"IPCBENCH_DATA to the folder that has report/report.py",
		dir);
	return NULL;
}

/* Does the table know this option, or the start of just one? */
static bool known_option(const struct argp_option *options, const char *name)
{
	size_t starts = 0;

	for (; options && (options->name || options->key || options->doc);
	     options++) {
		if (!options->name)
			continue;
		if (strcmp(options->name, name) == 0)
			return true;
		starts += strncmp(options->name, name, strlen(name)) == 0;
	}
	return starts == 1;
}

/* argp would say that an option is unknown, and not which was meant. */
static int check_options(const struct argp *argp, int argc, char **argv)
{
	static const struct argp_option own[] = {
		{"help", '?', 0, 0, "", 0}, {"usage", 1, 0, 0, "", 0}, {0}};
	const char *names[64] = {"help", "usage"};
	size_t n = 2;
	struct why why;

	for (const struct argp_option *o = argp->options;
	     o && (o->name || o->key || o->doc) && n < 63; o++) {
		if (o->name)
			names[n++] = o->name;
	}
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *name = argv[i] + 2;
		char bare[64];

		if (strncmp(argv[i], "--", 2) != 0)
			continue;
		snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(name, "="),
			 name);
		if (known_option(argp->options, bare) ||
		    known_option(own, bare))
			continue;
		why_unknown(&why, "option", bare, names);
		return command_usage(&why);
	}
	return 0;
}

int command_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	int err = check_options(argp, argc, argv);

	if (err)
		return err;
	argp_err_exit_status = EXIT_USAGE;
	return argp_parse(argp, argc, argv, 0, NULL, input) ? EXIT_USAGE : 0;
}
