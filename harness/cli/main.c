/* SPDX-License-Identifier: MIT */
/* The program: picks the command. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

static const struct command *const commands[] = {
	&run_command,	   &show_command,  &report_command, &list_command,
	&concepts_command, &topo_command,  &doctor_command, &env_command,
	&validate_command, &trial_command,
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_commands(FILE *out)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!commands[i]->hidden)
			fprintf(out, "  %-9s %s\n", commands[i]->name,
				commands[i]->brief);
	}
	fprintf(out, "  %-9s %s\n", "help", "explain a command");
}

static void introduce(FILE *out)
{
	fprintf(out,
		"ipcbench measures inter-process communication on Linux: the "
		"same work over\npipes, sockets, queues and shared memory, "
		"pinned to the PUs you choose, with\nintervals and with a "
		"check that every message arrived.\n\n"
		"Try first:\n"
		"  ipcbench run quick    measure every mechanism, about two "
		"minutes\n"
		"  ipcbench report       turn the last run into a page with "
		"plots\n\n"
		"Commands:\n");
	print_commands(out);
	fprintf(out, "\n'ipcbench help COMMAND' explains one.\n");
}

static const struct command *find(const char *name, struct why *why)
{
	const char *names[COMMANDS + 2];
	size_t n = 0;

	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
		if (!commands[i]->hidden)
			names[n++] = commands[i]->name;
	}
	names[n++] = "help";
	names[n] = NULL;
	why_unknown(why, "command", name, names);
	return NULL;
}

static int run(const struct command *command, int argc, char **argv)
{
	static char title[64];

	snprintf(title, sizeof(title), "ipcbench %s", command->name);
	argv[0] = title;
	program_invocation_name = title;
	return command->run(argc, argv);
}

static int help(const char *name)
{
	char option[] = "--help";
	char *argv[] = {NULL, option, NULL};
	const struct command *command;
	struct why why;

	if (!name || *name == '-') {
		introduce(stdout);
		return EXIT_OK;
	}
	command = find(name, &why);
	return command ? run(command, 2, argv) : command_usage(&why);
}

/* A file that we open must not become our output because that was closed.
 * Writing to these fails, as it would to a closed one. */
static void fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* A table that a full disk cut short must not look like success. argp and
 * others end the program by exit(3), so this is asked for there. */
static void check_output(void)
{
	bool bad = ferror(stdout) != 0;

	errno = 0;
	if (fflush(stdout) == 0 && !bad)
		return;
	fprintf(stderr, "ipcbench: cannot write the output%s%s\n",
		errno ? ": " : "", errno ? strerror(errno) : "");
	_exit(EXIT_INTERNAL);
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct why why;

	fill_standard();
	atexit(check_output);
	if (argc < 2) {
		introduce(stdout);
		return EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("ipcbench %s\n", IPCBENCH_VERSION);
		return EXIT_OK;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "-?") == 0)
		return help(argc > 2 ? argv[2] : NULL);
	command = find(argv[1], &why);
	if (!command)
		return command_usage(&why);
	return run(command, argc - 1, argv + 1);
}
