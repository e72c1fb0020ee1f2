/* SPDX-License-Identifier: MIT */
/* "ipcbench list", and the catalogue: no other file sees the two lists. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/list.h"

#define IMPL(name) extern const struct ipc_impl name##_impl;
#include "impls/list.h"
#undef IMPL

#define WORKLOAD(name) extern const struct workload name##_workload;
#include "workloads/list.h"
#undef WORKLOAD

static const struct ipc_impl *const impls[] = {
#define IMPL(name) &name##_impl,
#include "impls/list.h"
#undef IMPL
	NULL,
};

static const struct workload *const workloads[] = {
#define WORKLOAD(name) &name##_workload,
#include "workloads/list.h"
#undef WORKLOAD
	NULL,
};

const struct catalogue catalogue = {
	.impls = impls,
	.workloads = workloads,
};

enum { NAMES_MAX = 128, KEY_JSON = 0x100 };

/* Figures of the report, by how a workload is timed. */
const struct list_metric list_metrics[] = {
	{"rtt", "ns", "lower", "the trial's median round", TIMING_ROUND},
	{"messages_per_s", "1/s", "higher", "messages over all timed rounds",
	 TIMING_BATCH},
	{"bytes_per_s", "B/s", "higher", "payload over all timed rounds",
	 TIMING_BATCH},
	{NULL, NULL, NULL, NULL, TIMING_ROUND},
};

/* What can be asked for. */
static const struct {
	const char *name;
	void (*print)(const struct catalogue *cat);
	json_t *(*json)(const struct catalogue *cat);
} topics[] = {
	{"backends", list_print_impls, list_json_impls},
	{"workloads", list_print_workloads, list_json_workloads},
	{"placements", list_print_placements, list_json_placements},
	{"idle", list_print_idle, list_json_idle},
	{"metrics", list_print_metrics, list_json_metrics},
	{"events", list_print_events, list_json_events},
};
enum { TOPICS = sizeof(topics) / sizeof(topics[0]) };

/* Print it after the schema's name, and let go of it. */
static int dump(json_t *object)
{
	json_t *all = json_pack("{ss}", "schema", "ipcbench.list/1");
	int err;

	if (!all || !object || json_object_update(all, object)) {
		json_decref(all);
		json_decref(object);
		return EXIT_INTERNAL;
	}
	err = json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
	json_decref(object);
	return err ? EXIT_INTERNAL : EXIT_OK;
}

/* Everything, or one topic. */
static int list_topics(size_t from, size_t to, bool as_json)
{
	json_t *object = as_json ? json_object() : NULL;

	for (size_t i = from; i < to; i++) {
		if (as_json) {
			json_object_set_new(object, topics[i].name,
					    topics[i].json(&catalogue));
			continue;
		}
		if (i > from)
			putchar('\n');
		topics[i].print(&catalogue);
	}
	if (as_json)
		return dump(object);
	if (to - from > 1)
		printf("\n'ipcbench list NAME' explains a back-end or a "
		       "workload.\n");
	return EXIT_OK;
}

static int unknown(const char *name)
{
	const char *names[NAMES_MAX + 1];
	struct why why;
	size_t n = 0;

	for (size_t i = 0; i < TOPICS; i++)
		names[n++] = topics[i].name;
	for (size_t i = 0; impls[i] && n < NAMES_MAX; i++)
		names[n++] = impls[i]->name;
	for (size_t i = 0; workloads[i] && n < NAMES_MAX; i++)
		names[n++] = workloads[i]->name;
	names[n] = NULL;
	why_unknown(&why, "name", name, names);
	return command_usage(&why);
}

static int list_one(const char *name, bool as_json)
{
	const struct workload *workload;
	const struct ipc_impl *impl;

	for (size_t i = 0; i < TOPICS; i++)
		if (strcmp(topics[i].name, name) == 0)
			return list_topics(i, i + 1, as_json);
	impl = catalogue_impl(&catalogue, name, NULL);
	workload = catalogue_workload(&catalogue, name, NULL);
	if (!impl && !workload)
		return unknown(name);
	if (as_json)
		return dump(impl ? list_json_impl(impl)
				 : list_json_workload(workload));
	if (impl)
		list_print_impl(impl, &catalogue);
	else
		list_print_workload(workload);
	return EXIT_OK;
}

struct args {
	const char *name;
	bool json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case KEY_JSON:
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->name)
			argp_error(state, "'%s' is one name too many", arg);
		args->name = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char doc[] =
	"Show what can be measured on this machine, and how.\v"
	"Without a word it lists everything. A word names a list, or one "
	"back-end or workload, which is then explained. What this machine "
	"cannot do is listed with the reason; availability is asked for "
	"messages of 8 B.\n\n"
	"  ipcbench list\n"
	"  ipcbench list placements\n"
	"  ipcbench list pipe\n"
	"  ipcbench list --json";

static int list_run(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"json", KEY_JSON, 0, 0, "print the same as JSON", 0}, {0}};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[backends|workloads|placements|idle|metrics|"
			    "events|NAME]",
		.doc = doc,
	};
	struct args args = {NULL, false};
	int err = command_parse(&argp, argc, argv, &args);

	if (err)
		return err;
	if (args.name)
		return list_one(args.name, args.json);
	return list_topics(0, TOPICS, args.json);
}

const struct command list_command = {
	.name = "list",
	.brief = "show back-ends, workloads, placements, metrics, events",
	.run = list_run,
};
