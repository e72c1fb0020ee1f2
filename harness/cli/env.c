/* SPDX-License-Identifier: MIT */
/* "ipcbench env": the machine and the program, as a run writes them down. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "run/environment.h"

enum { COLUMN_KEY = 24 };

static const char doc[] =
	"Print what a run would write down about this machine and this "
	"program.\v"
	"A value that cannot be had is \"-\", with the reason. A run stores "
	"the same as env.json at its start and env-end.json at its end.";

static const struct argp_option options[] = {
	{"json", 'j', 0, 0, "print it as JSON", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != 'j')
		return ARGP_ERR_UNKNOWN;
	*(bool *)state->input = true;
	return 0;
}

static const struct argp argp = {options, parse, NULL, doc, NULL, NULL, NULL};

static bool is_why(const char *key)
{
	size_t n = strlen(key);

	return n > 4 && !strcmp(key + n - 4, "_why");
}

static void print_scalar(const json_t *value)
{
	if (json_is_string(value))
		fputs(json_string_value(value), stdout);
	else
		json_dumpf(value, stdout,
			   JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
}

/* In one line: "a, b" or "key value, key value", nested alike. */
static void print_value(const json_t *value)
{
	const json_t *item;
	const char *key;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, item)
		{
			fputs(i ? "; " : "", stdout);
			print_value(item);
		}
	} else if (json_is_object(value)) {
		i = 0;
		json_object_foreach((json_t *)value, key, item)
		{
			printf("%s%s ", i++ ? ", " : "", key);
			print_value(item);
		}
	} else {
		print_scalar(value);
	}
}

static void print_group(const char *name, json_t *group)
{
	char why_key[64];
	const char *key, *why;
	json_t *value;

	printf("\n%s\n", name);
	json_object_foreach(group, key, value)
	{
		if (is_why(key))
			continue;
		printf("  %-*s", COLUMN_KEY, key);
		if (json_is_null(value)) {
			snprintf(why_key, sizeof(why_key), "%s_why", key);
			why = json_string_value(
				json_object_get(group, why_key));
			printf("-  (%s)", why ? why : "no reason given");
		} else {
			print_value(value);
		}
		putchar('\n');
	}
}

static void print_all(json_t *env)
{
	const char *name;
	json_t *group;

	json_object_foreach(env, name, group) if (json_is_object(group))
		print_group(name, group);
}

static int env_main(int argc, char **argv)
{
	bool as_json = false;
	int status = command_parse(&argp, argc, argv, &as_json);
	json_t *env;

	if (status)
		return status;
	env = environment_capture();
	if (!env || json_object_set_new(env, "tool", environment_tool())) {
		fprintf(stderr, "ipcbench: out of memory\n");
		json_decref(env);
		return EXIT_INTERNAL;
	}
	if (as_json) {
		json_dumpf(env, stdout,
			   JSON_INDENT(2) | JSON_REAL_PRECISION(12));
		putchar('\n');
	} else {
		print_all(env);
	}
	json_decref(env);
	return EXIT_OK;
}

const struct command env_command = {
	.name = "env",
	.brief = "print what a run writes down about this machine",
	.run = env_main,
};
