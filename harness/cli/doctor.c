/* SPDX-License-Identifier: MIT */
/* "ipcbench doctor": what on this machine would spoil a measurement. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "run/doctor.h"

enum {
	WIDTH = 100, /* where there is no terminal to ask */
	WIDTH_MIN = 40,
	COLUMN_ID = 16,
	COLUMN_VERDICT = 9,
	INDENT = 4,
};

struct args {
	bool json, strict;
};

static const char doc[] =
	"Look at this machine as one who wants to measure on it: what would "
	"disturb, why it matters for IPC, and the command that would change "
	"it. Changes nothing itself.\v"
	"Verdicts: ok; warn, figures need care; bad, figures are not worth "
	"much; unknown, the machine does not tell. Commands are to be run as "
	"root where they say so, and most last until the next boot.\n\n"
	"Every run stores this under doctor.json.\n\n"
	"Exit status: 0; with --strict 4 where any check is warn or bad.";

static const struct argp_option options[] = {
	{"json", 'j', 0, 0, "print the checks as JSON", 0},
	{"strict", 's', 0, 0, "exit 4 unless every check is ok or unknown", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		args->json = true;
		return 0;
	case 's':
		args->strict = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {options, parse, NULL, doc, NULL, NULL, NULL};

static const char *text_of(const json_t *check, const char *key)
{
	return json_string_value(json_object_get(check, key));
}

static bool is_finding(const json_t *check)
{
	return !strcmp(text_of(check, "verdict"), "warn") ||
	       !strcmp(text_of(check, "verdict"), "bad");
}

static size_t terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH;
	return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
}

/* Print text from column at on, its further lines indented alike, ending the
 * line. A word that is longer than a line stays whole. */
static void print_wrapped(const char *text, size_t at, size_t width)
{
	size_t column = at, word;

	for (; *text; text += word) {
		text += strspn(text, " ");
		word = strcspn(text, " ");
		if (column > at && column + 1 + word > width) {
			printf("\n%*s", (int)at, "");
			column = at;
		}
		column += (size_t)printf("%s%.*s", column > at ? " " : "",
					 (int)word, text);
	}
	putchar('\n');
}

static const char *colour_of(const char *verdict)
{
	if (!strcmp(verdict, "ok"))
		return "\033[32m";
	if (!strcmp(verdict, "warn"))
		return "\033[33m";
	return strcmp(verdict, "bad") ? "\033[2m" : "\033[31m";
}

static void print_row(const json_t *check, bool colour, size_t width)
{
	const char *verdict = text_of(check, "verdict");
	const char *value = text_of(check, "value");

	printf("%-*s%s%-*s%s", COLUMN_ID, text_of(check, "id"),
	       colour ? colour_of(verdict) : "", COLUMN_VERDICT, verdict,
	       colour ? "\033[0m" : "");
	print_wrapped(value ? value : text_of(check, "value_why"),
		      COLUMN_ID + COLUMN_VERDICT, width);
}

/* The command stands on a line of its own, unwrapped, to be copied. */
static void print_advice(const json_t *check, size_t width)
{
	const char *command = text_of(check, "command");
	bool root = json_is_true(json_object_get(check, "needs_root"));

	printf("\n%s: %s\n%*s", text_of(check, "id"), text_of(check, "verdict"),
	       INDENT, "");
	print_wrapped(text_of(check, "why"), INDENT, width);
	if (command)
		printf("%*s%s %s\n", INDENT, "", root ? "#" : "$", command);
}

static void print_table(const json_t *checks)
{
	bool colour = command_colour(STDOUT_FILENO);
	size_t width = terminal_width(), findings = 0, i;
	const json_t *check;

	printf("%-*s%-*s%s\n", COLUMN_ID, "check", COLUMN_VERDICT, "verdict",
	       "found");
	json_array_foreach(checks, i, check)
	{
		print_row(check, colour, width);
		findings += is_finding(check);
	}
	json_array_foreach(checks, i, check) if (is_finding(check))
		print_advice(check, width);
	printf("\n%zu of %zu checks need care. Nothing was changed; lines with "
	       "# need root.\n",
	       findings, json_array_size(checks));
}

static bool any_finding(const json_t *checks)
{
	const json_t *check;
	size_t i;

	json_array_foreach(checks, i, check) if (is_finding(check)) return true;
	return false;
}

static int doctor_main(int argc, char **argv)
{
	struct args args = {0};
	int status = command_parse(&argp, argc, argv, &args);
	json_t *doctor, *checks;

	if (status)
		return status;
	doctor = doctor_run();
	if (!doctor) {
		fprintf(stderr, "ipcbench: out of memory\n");
		return EXIT_INTERNAL;
	}
	checks = json_object_get(doctor, "checks");
	if (args.json) {
		json_dumpf(doctor, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_table(checks);
	}
	status =
		args.strict && any_finding(checks) ? EXIT_ENVIRONMENT : EXIT_OK;
	json_decref(doctor);
	return status;
}

const struct command doctor_command = {
	.name = "doctor",
	.brief = "say what on this machine would spoil a measurement",
	.run = doctor_main,
};
