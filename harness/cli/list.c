/* SPDX-License-Identifier: MIT */
/* "ipcbench list", and the catalogue: no other file sees the two lists. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/topology.h"
#include "cli/command.h"
#include "ipc/options.h"
#include "trial/counters.h"

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

enum {
	WIDTH = 80,
	INDENT = 16,  /* of a page's second column */
	TRIED_B = 64, /* message that availability is asked for */
	TRIED_DEPTH = 8,
	NAMES_MAX = 128,
	KEY_JSON = 0x100,
};

/* What a capability means to a reader; the interfaces and spaces have lines of
 * their own. */
static const struct {
	uint32_t cap;
	const char *meaning;
} promises[] = {
	{IPC_BOUNDARY, "messages of any length keep their ends"},
	{IPC_ISOLATED, "neither side sees or alters what is the other's"},
	{IPC_DEPTH, "holds as many messages as it is asked to"},
	{IPC_VOID, "carries nothing: a floor, not a mechanism"},
};
enum { PROMISES = sizeof(promises) / sizeof(promises[0]) };

static const char *const timing_names[] = {
	[TIMING_ROUND] = "round",
	[TIMING_BATCH] = "batch",
};

/* Figures of the report, by how a workload is timed. */
static const struct {
	const char *name, *unit, *better, *meaning;
	enum timing timing;
} metrics[] = {
	{"rtt", "ns", "lower", "the trial's median round", TIMING_ROUND},
	{"messages_per_s", "1/s", "higher", "messages over all timed rounds",
	 TIMING_BATCH},
	{"bytes_per_s", "B/s", "higher", "payload over all timed rounds",
	 TIMING_BATCH},
};
enum { METRICS = sizeof(metrics) / sizeof(metrics[0]) };

/* Text: pages and tables. */

/* Words of text, broken before WIDTH; the first line starts at column at, the
 * others are indented. */
static void print_wrapped(size_t at, size_t indent, const char *text)
{
	const char *gap = "";

	while (*text) {
		size_t len = strcspn(text, " ");

		if (*gap && at + 1 + len > WIDTH) {
			printf("\n%*s", (int)indent, "");
			at = indent;
			gap = "";
		}
		at += (size_t)printf("%s%.*s", gap, (int)len, text);
		text += len + strspn(text + len, " ");
		gap = " ";
	}
	putchar('\n');
}

static void print_item(const char *label, const char *text)
{
	printf("%-*s", INDENT, label);
	print_wrapped(INDENT, INDENT, text);
}

static void text_add(char *text, size_t size, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? ", " : "", word);
}

static void waits_text(const struct ipc_impl *impl, char *text, size_t size)
{
	*text = '\0';
	for (int i = 0; i < IPC_WAIT_KINDS; i++)
		if (impl->waits & IPC_CAN_WAIT(i))
			text_add(text, size, ipc_wait_names[i]);
}

static const char *spaces_text(const struct ipc_impl *impl)
{
	uint32_t both = IPC_PROCESSES | IPC_THREADS;

	if ((impl->caps & both) == both)
		return "process, thread";
	return impl->caps & IPC_PROCESSES ? "process" : "thread";
}

static const char *native_text(const struct ipc_impl *impl)
{
	uint32_t both = IPC_COPY | IPC_ZEROCOPY;

	if ((impl->caps & both) == both)
		return "copy, lend";
	return impl->caps & IPC_COPY ? "copy" : "lend";
}

static int check_here(const struct ipc_impl *impl, enum ipc_wait wait,
		      bool threads, struct why *why)
{
	struct ipc_spec spec = {
		.msg_max = TRIED_B,
		.depth = TRIED_DEPTH,
		.senders = 1,
		.receivers = 1,
		.wait = wait,
		.threads = threads,
		.calls = true,
	};

	options_preset(impl, spec.option);
	return ipc_check(impl, &spec, 0, why);
}

/* Is this wait to be had here, in each space that the back-end claims? The
 * first refusal's reason is left in why. */
static bool wait_here(const struct ipc_impl *impl, enum ipc_wait wait,
		      struct why *why)
{
	if (impl->caps & IPC_PROCESSES && check_here(impl, wait, false, why))
		return false;
	return !(impl->caps & IPC_THREADS) ||
	       check_here(impl, wait, true, why) == 0;
}

/* "yes", "no: REASON", or "not by block: REASON". */
static void here_text(const struct ipc_impl *impl, char *text, size_t size)
{
	struct why why = {""};
	char not_by[64] = "";
	unsigned int claimed = 0, missing = 0;

	for (int i = 0; i < IPC_WAIT_KINDS; i++) {
		if (!(impl->waits & IPC_CAN_WAIT(i)))
			continue;
		claimed++;
		if (wait_here(impl, i, &why))
			continue;
		missing++;
		text_add(not_by, sizeof(not_by), ipc_wait_names[i]);
	}
	if (missing == 0)
		snprintf(text, size, "yes");
	else if (missing == claimed)
		snprintf(text, size, "no: %s", why.text);
	else
		snprintf(text, size, "not by %s: %s", not_by, why.text);
}

static void print_impls(void)
{
	char waits[64], here[320];

	printf("Back-ends: what carries the messages\n\n"
	       "%-15s %-11s %-16s %-28s %s\n",
	       "NAME", "NATIVE", "SPACE", "WAIT", "HERE");
	for (size_t i = 0; impls[i]; i++) {
		bool yes;

		waits_text(impls[i], waits, sizeof(waits));
		here_text(impls[i], here, sizeof(here));
		yes = strcmp(here, "yes") == 0;
		printf("%-15s %-11s %-16s %-28s %s\n", impls[i]->name,
		       native_text(impls[i]), spaces_text(impls[i]), waits,
		       yes ? here : "see below");
		printf("  %s\n", impls[i]->brief);
		if (!yes)
			printf("  %s\n", here);
	}
	printf("\nNATIVE: the interface it has itself; the other one is "
	       "emulated by a copy.\n");
}

static void print_workloads(void)
{
	printf("Workloads: what is done with the messages\n\n"
	       "%-15s %-7s %s\n",
	       "NAME", "METRIC", "MEANING");
	for (size_t i = 0; workloads[i]; i++)
		printf("%-15s %-7s %s\n", workloads[i]->name,
		       workloads[i]->metric, workloads[i]->brief);
}

static void print_metrics(void)
{
	printf("Metrics: the figures of a cell\n\n"
	       "%-15s %-5s %-7s %-6s %s\n",
	       "NAME", "UNIT", "BETTER", "TIMED", "MEANING");
	for (size_t i = 0; i < METRICS; i++)
		printf("%-15s %-5s %-7s %-6s %s\n", metrics[i].name,
		       metrics[i].unit, metrics[i].better,
		       timing_names[metrics[i].timing], metrics[i].meaning);
	printf("\nround: each round has a time of its own, so there is a "
	       "distribution.\n"
	       "batch: rounds overlap, so only many of them have a rate.\n");
}

static void print_event(const struct counter *counter)
{
	char status[64];

	snprintf(status, sizeof(status), "%-16s%-8s", counter->event,
		 counter_status_names[counter->status]);
	printf("%s ", status);
	print_wrapped(25, 25,
		      counter->status == COUNTER_OK ? "" : counter->why.text);
}

static void print_events(void)
{
	struct counter_plan plan;

	counters_probe(&plan, counter_defaults);
	printf("Events: hardware counters, per node and message\n\n"
	       "%-16s%-8s %s\n",
	       "NAME", "STATUS", "REASON");
	for (size_t i = 0; i < plan.n; i++)
		print_event(&plan.counter[i]);
}

/* What a placement means on this machine, or why it means nothing. */
static void place_text(const struct topology *topo, const char *placement,
		       char *text, size_t size)
{
	struct pair *pairs;
	struct why why;
	size_t n;

	if (topology_place(topo, placement, &pairs, &n, &why)) {
		snprintf(text, size, "no: %s", why.text);
		return;
	}
	if (n == 1)
		snprintf(text, size, "PU %u and PU %u (%s)", pairs[0].a,
			 pairs[0].b, relation_names[pairs[0].relation]);
	else
		snprintf(text, size, "%zu pairs", n);
	free(pairs);
}

static void print_placements(void)
{
	struct topology *topo = NULL;
	struct why why;
	char text[320];
	int err = topology_load(&topo, NULL, false, &why);

	printf("Placements: how the two nodes' PUs are related\n\n"
	       "%-15s %s\n",
	       "NAME", "HERE");
	for (size_t i = 0; placement_names[i]; i++) {
		if (err)
			snprintf(text, sizeof(text), "no: %s", why.text);
		else
			place_text(topo, placement_names[i], text,
				   sizeof(text));
		print_item(placement_names[i], text);
	}
	print_item("A:B", "PU A and PU B, by their numbers");
	if (!err)
		topology_free(topo);
}

static const char *end_text(unsigned int max, const char *what, char *text,
			    size_t size)
{
	if (max == 0)
		snprintf(text, size, "any number of %ss", what);
	else
		snprintf(text, size, "%u %s%s", max, what, max == 1 ? "" : "s");
	return text;
}

static void ends_text(const struct ipc_impl *impl, char *text, size_t size)
{
	char tx[40], rx[40];

	snprintf(text, size, "%s, %s",
		 end_text(impl->senders_max, "sender", tx, sizeof(tx)),
		 end_text(impl->receivers_max, "receiver", rx, sizeof(rx)));
}

static const char *interface_text(const struct ipc_impl *impl)
{
	struct ipc_ops ops;
	uint32_t emulated = ipc_resolve(impl, &ops);

	if (emulated == IPC_COPY)
		return "lend is native, copy is emulated by a copy";
	if (emulated == IPC_ZEROCOPY)
		return "copy is native, lend is emulated by a copy";
	return "copy and lend are both native";
}

static void print_impl(const struct ipc_impl *impl)
{
	char text[320];

	printf("%s: ", impl->name);
	print_wrapped(strlen(impl->name) + 2, 2, impl->brief);
	putchar('\n');
	print_item("interface", interface_text(impl));
	for (size_t i = 0; i < PROMISES; i++)
		if (impl->caps & promises[i].cap)
			print_item(ipc_cap_name(promises[i].cap),
				   promises[i].meaning);
	print_item("space", spaces_text(impl));
	waits_text(impl, text, sizeof(text));
	print_item("wait", text);
	ends_text(impl, text, sizeof(text));
	print_item("link", text);
	here_text(impl, text, sizeof(text));
	print_item("here", text);
	printf("\nTry: ipcbench run -b %s -w %s -s 64\n", impl->name,
	       workloads[0]->name);
}

static void needs_text(const struct workload *workload, char *text, size_t size)
{
	snprintf(text, size, "%s", workload->needs ? "" : "nothing special");
	for (uint32_t cap = 1; cap && cap <= workload->needs; cap <<= 1)
		if (workload->needs & cap)
			text_add(text, size, ipc_cap_name(cap));
}

static void print_workload(const struct workload *workload)
{
	char text[160];

	printf("%s: ", workload->name);
	print_wrapped(strlen(workload->name) + 2, 2, workload->brief);
	putchar('\n');
	print_item("metric", workload->metric);
	print_item("timed", workload->meaning);
	print_item("samples", workload->timing == TIMING_ROUND
				      ? "each round stands alone: it has a "
					"latency distribution"
				      : "rounds overlap: only many of them "
					"have a rate");
	print_item("payload", workload->touch
				      ? "every byte is written and read"
				      : "the round's number at both ends is "
					"written and checked");
	needs_text(workload, text, sizeof(text));
	print_item("needs", text);
	printf("\nTry: ipcbench run -w %s -s 64,4K\n", workload->name);
}

/* JSON: the same. */

static json_t *json_caps(uint32_t caps)
{
	json_t *array = json_array();

	for (uint32_t cap = 1; cap < 1u << IPC_CAPS; cap <<= 1)
		if (caps & cap)
			json_array_append_new(array,
					      json_string(ipc_cap_name(cap)));
	return array;
}

/* A limit; null is none. */
static json_t *json_limit(unsigned int max)
{
	return max ? json_integer(max) : json_null();
}

/* "here", and the reason if it is not. */
static json_t *json_here(json_t *object, bool here, const struct why *why)
{
	json_object_set_new(object, "here", json_boolean(here));
	if (!here)
		json_object_set_new(object, "here_why", json_string(why->text));
	return object;
}

static json_t *json_waits(const struct ipc_impl *impl)
{
	json_t *array = json_array();

	for (int i = 0; i < IPC_WAIT_KINDS; i++) {
		struct why why = {""};
		bool here;

		if (!(impl->waits & IPC_CAN_WAIT(i)))
			continue;
		here = wait_here(impl, i, &why);
		json_array_append_new(
			array,
			json_here(json_pack("{ss}", "wait", ipc_wait_names[i]),
				  here, &why));
	}
	return array;
}

static json_t *json_impl(const struct ipc_impl *impl)
{
	struct ipc_ops ops;

	return json_pack("{ss ss so so so so so}", "name", impl->name, "brief",
			 impl->brief, "caps", json_caps(impl->caps), "emulated",
			 json_caps(ipc_resolve(impl, &ops)), "waits",
			 json_waits(impl), "senders_max",
			 json_limit(impl->senders_max), "receivers_max",
			 json_limit(impl->receivers_max));
}

static json_t *json_workload(const struct workload *workload)
{
	return json_pack("{ss ss ss ss ss sb so}", "name", workload->name,
			 "brief", workload->brief, "metric", workload->metric,
			 "meaning", workload->meaning, "timing",
			 timing_names[workload->timing], "touch",
			 (int)workload->touch, "needs",
			 json_caps(workload->needs));
}

static json_t *json_impls(void)
{
	json_t *array = json_array();

	for (size_t i = 0; impls[i]; i++)
		json_array_append_new(array, json_impl(impls[i]));
	return array;
}

static json_t *json_workloads(void)
{
	json_t *array = json_array();

	for (size_t i = 0; workloads[i]; i++)
		json_array_append_new(array, json_workload(workloads[i]));
	return array;
}

static json_t *json_metrics(void)
{
	json_t *array = json_array();

	for (size_t i = 0; i < METRICS; i++)
		json_array_append_new(array,
				      json_pack("{ss ss ss ss ss}", "name",
						metrics[i].name, "unit",
						metrics[i].unit, "better",
						metrics[i].better, "timing",
						timing_names[metrics[i].timing],
						"meaning", metrics[i].meaning));
	return array;
}

static json_t *json_events(void)
{
	struct counter_plan plan;
	json_t *array = json_array();

	counters_probe(&plan, counter_defaults);
	for (size_t i = 0; i < plan.n; i++) {
		const struct counter *c = &plan.counter[i];
		bool ok = c->status == COUNTER_OK;

		json_array_append_new(
			array,
			json_pack("{ss ss ss?}", "event", c->event, "status",
				  counter_status_names[c->status], "why",
				  ok ? NULL : c->why.text));
	}
	return array;
}

static json_t *json_pairs(const struct pair *pairs, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			array, json_pack("{s[ii] ss}", "pus", (int)pairs[i].a,
					 (int)pairs[i].b, "relation",
					 relation_names[pairs[i].relation]));
	return array;
}

static json_t *json_placement(const struct topology *topo, const char *name,
			      struct why *why)
{
	json_t *object = json_pack("{ss}", "name", name);
	struct pair *pairs;
	size_t n;
	bool here = topo && topology_place(topo, name, &pairs, &n, why) == 0;

	if (here) {
		json_object_set_new(object, "pairs", json_pairs(pairs, n));
		free(pairs);
	}
	return json_here(object, here, why);
}

static json_t *json_placements(void)
{
	struct topology *topo = NULL;
	json_t *array = json_array();
	struct why why = {""};

	topology_load(&topo, NULL, false, &why);
	for (size_t i = 0; placement_names[i]; i++)
		json_array_append_new(
			array, json_placement(topo, placement_names[i], &why));
	if (topo)
		topology_free(topo);
	return array;
}

/* What can be asked for. */
static const struct {
	const char *name;
	void (*print)(void);
	json_t *(*json)(void);
} topics[] = {
	{"backends", print_impls, json_impls},
	{"workloads", print_workloads, json_workloads},
	{"placements", print_placements, json_placements},
	{"metrics", print_metrics, json_metrics},
	{"events", print_events, json_events},
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
					    topics[i].json());
			continue;
		}
		if (i > from)
			putchar('\n');
		topics[i].print();
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
		return dump(impl ? json_impl(impl) : json_workload(workload));
	if (impl)
		print_impl(impl);
	else
		print_workload(workload);
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
	"messages of 64 B.\n\n"
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
		.args_doc =
			"[backends|workloads|placements|metrics|events|NAME]",
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
