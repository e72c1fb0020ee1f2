/* SPDX-License-Identifier: MIT */
/* "ipcbench topo": PUs, how they are related, and which placements that gives. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/topology.h"
#include "cli/command.h"

enum {
	WIDTH = 80,
	INDENT = 11,  /* of what follows a placement's name */
	CACHES = 160, /* bytes of text about them */
	CORE = 64,    /* likewise, about a core's PUs */
};

struct args {
	const char *source;
	bool whole, pairs, json;
};

/* A topology, and what all its pairs add up to. */
struct view {
	const struct args *args;
	struct topology *topo;
	struct pair *pairs; /* the first is same-pu */
	size_t n;
	size_t count[RELATIONS];
};

/* What the two PUs of a placement have in common. */
static const struct {
	const char *name, *meaning;
} meanings[] = {
	{"same-pu", "the PU itself: they take turns"},
	{"smt", "a core: two threads of one"},
	{"l2", "an L2 cache, not a core"},
	{"l3", "an L3 cache, not an L2 cache or a core"},
	{"numa", "a NUMA node, no cache"},
	{"package", "a package, not a NUMA node"},
	{"cross", "the least that any two share"},
	{"all", "all of these: same-pu once, and every pair"},
};

static const char *meaning_of(const char *placement)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (strcmp(meanings[i].name, placement) == 0)
			return meanings[i].meaning;
	return "";
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* Words broken before WIDTH; the first line starts at column INDENT. */
static void print_folded(const char *text)
{
	size_t at = INDENT, len;

	for (; *text; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (at > INDENT && at + 1 + len > WIDTH) {
			printf("\n%*s", INDENT, "");
			at = INDENT;
		} else if (at > INDENT) {
			putchar(' ');
			at++;
		}
		printf("%.*s", (int)len, text);
		at += len;
	}
	putchar('\n');
}

/* In the topology's order the threads of a core follow each other. */
static bool leads_core(const struct view *view, unsigned int nth)
{
	const struct topology *topo = view->topo;

	return nth == 0 || topology_relation(topo, topology_pu(topo, nth - 1),
					     topology_pu(topo, nth)) != REL_SMT;
}

/* "0,64": a core's PUs, from its first on. */
static void core_text(const struct view *view, unsigned int nth, char *text,
		      size_t size)
{
	size_t at = 0;

	do {
		at += (size_t)snprintf(text + at, size - at, "%s%u",
				       at ? "," : "",
				       topology_pu(view->topo, nth));
		nth++;
	} while (at < size && nth < topology_pus(view->topo) &&
		 !leads_core(view, nth));
}

static size_t count_cores(const struct view *view)
{
	unsigned int i;
	size_t cores = 0;

	for (i = 0; i < topology_pus(view->topo); i++)
		cores += leads_core(view, i);
	return cores;
}

static void print_subject(const struct view *view)
{
	const struct args *args = view->args;
	size_t pus = topology_pus(view->topo), cores = count_cores(view);

	if (args->source)
		printf("Topology '%s', to be looked at, not measured on",
		       args->source);
	else if (!topology_is_here(view->topo))
		printf("Not this machine, but what hwloc's environment "
		       "variables show: to be looked at,\nnot measured on");
	else
		printf("This machine, %s",
		       args->whole ? "all of it"
				   : "the part that this process may use");
	printf(": %zu PU%s, %zu core%s\n", pus, plural(pus), cores,
	       plural(cores));
}

static void print_number(int number)
{
	if (number < 0)
		printf("  %4s", "-");
	else
		printf("  %4d", number);
}

static void print_core(const struct view *view, unsigned int nth, size_t core,
		       int width)
{
	unsigned int pu = topology_pu(view->topo, nth);
	char text[CORE], caches[CACHES];

	core_text(view, nth, text, sizeof(text));
	topology_caches(view->topo, pu, caches, sizeof(caches));
	printf("%4zu  %-*s", core, width, text);
	print_number(topology_numa(view->topo, pu));
	print_number(topology_kind(view->topo, pu));
	printf("  %s\n", *caches ? caches : "-");
}

/* Of the widest core's PUs. */
static int core_width(const struct view *view)
{
	size_t width = 3;
	unsigned int i;
	char text[CORE];

	for (i = 0; i < topology_pus(view->topo); i++) {
		core_text(view, i, text, sizeof(text));
		if (strlen(text) > width)
			width = strlen(text);
	}
	return (int)width;
}

static void print_cores(const struct view *view)
{
	bool kinds = false;
	int width = core_width(view);
	unsigned int i;
	size_t core = 0;

	printf("\nCORE  %-*s  NUMA  KIND  CACHES\n", width, "PUs");
	for (i = 0; i < topology_pus(view->topo); i++) {
		unsigned int pu = topology_pu(view->topo, i);

		if (leads_core(view, i))
			print_core(view, i, core++, width);
		kinds = kinds || topology_kind(view->topo, pu) >= 0;
	}
	if (kinds)
		printf("KIND: of core, from 0, the most efficient, up.\n");
}

/* One pair of a placement and how many there are of that relation. */
static void print_place(const struct view *view, const char *name,
			const struct pair *pairs, size_t n)
{
	char pus[32] = "";
	size_t count = n;

	if (n == 1) {
		snprintf(pus, sizeof(pus), "%u:%u", pairs->a, pairs->b);
		count = view->count[pairs->relation];
	}
	printf("%-9s  %-9s  %6zu  %s", name, pus, count, meaning_of(name));
	if (strcmp(name, "cross") == 0)
		printf(": %s", relation_names[pairs->relation]);
	putchar('\n');
}

static void print_places(const struct view *view)
{
	struct pair *pairs;
	size_t i, n, missing = 0;
	struct why why;

	printf("\n%-9s  %-9s  %6s  %s\n", "PLACEMENT", "PUs", "PAIRS",
	       "THE TWO SHARE");
	for (i = 0; placement_names[i]; i++) {
		if (topology_place(view->topo, placement_names[i], &pairs, &n,
				   NULL)) {
			missing++;
			continue;
		}
		print_place(view, placement_names[i], pairs, n);
		free(pairs);
	}
	if (missing)
		printf("\nNot to be had:\n");
	for (i = 0; missing && placement_names[i]; i++) {
		if (topology_place(view->topo, placement_names[i], &pairs, &n,
				   &why) == 0) {
			free(pairs);
			continue;
		}
		printf("%-*s", INDENT, placement_names[i]);
		print_folded(why.text);
	}
}

/* Only where it can be typed as it stands. */
static void print_hint(const struct view *view)
{
	unsigned int last =
		topology_pu(view->topo, topology_pus(view->topo) - 1);

	if (!topology_is_here(view->topo) || view->args->whole)
		return;
	printf("\nType a placement's name, or two PUs of your own:\n"
	       "  ipcbench run --place %s\n"
	       "  ipcbench run --place %u:%u\n",
	       view->n > 1 ? "same-pu,cross" : "same-pu",
	       topology_pu(view->topo, 0), last);
}

static void print_summary(const struct view *view)
{
	print_subject(view);
	print_cores(view);
	print_places(view);
	print_hint(view);
}

static void print_pairs(const struct view *view)
{
	size_t i;

	print_subject(view);
	printf("\n%-11s  %s\n", "PAIR", "RELATION");
	for (i = 0; i < view->n; i++) {
		const struct pair *pair = &view->pairs[i];
		char text[32];

		if (pair->relation == REL_SAME_PU)
			continue;
		snprintf(text, sizeof(text), "%u:%u", pair->a, pair->b);
		printf("%-11s  %s\n", text, relation_names[pair->relation]);
	}
}

/* JSON: the same. */

static void set_number(json_t *object, const char *key, int number,
		       const char *why)
{
	char key_why[32];

	if (number >= 0) {
		json_object_set_new(object, key, json_integer(number));
		return;
	}
	snprintf(key_why, sizeof(key_why), "%s_why", key);
	json_object_set_new(object, key, json_null());
	json_object_set_new(object, key_why, json_string(why));
}

static json_t *json_pu(const struct view *view, unsigned int pu, size_t core)
{
	json_t *object = json_object();
	char caches[CACHES];

	topology_caches(view->topo, pu, caches, sizeof(caches));
	json_object_set_new(object, "pu", json_integer(pu));
	json_object_set_new(object, "core", json_integer((json_int_t)core));
	set_number(object, "numa", topology_numa(view->topo, pu),
		   "no NUMA node is local to it");
	set_number(object, "kind", topology_kind(view->topo, pu),
		   "all cores are alike, or the machine does not say");
	json_object_set_new(object, "caches", json_string(caches));
	return object;
}

static json_t *json_pus(const struct view *view)
{
	json_t *array = json_array();
	size_t cores = 0;
	unsigned int i;

	for (i = 0; i < topology_pus(view->topo); i++) {
		unsigned int pu = topology_pu(view->topo, i);

		cores += leads_core(view, i);
		json_array_append_new(array, json_pu(view, pu, cores - 1));
	}
	return array;
}

static json_t *json_pair(const struct pair *pair)
{
	return json_pack("{s[ii] ss}", "pus", (int)pair->a, (int)pair->b,
			 "relation", relation_names[pair->relation]);
}

static json_t *json_place(const struct view *view, const char *name)
{
	json_t *object;
	struct pair *pairs;
	struct why why;
	size_t n;

	if (topology_place(view->topo, name, &pairs, &n, &why))
		return json_pack("{ss sn ss}", "name", name, "example",
				 "example_why", why.text);
	object =
		json_pack("{ss so}", "name", name, "example", json_pair(pairs));
	if (n == 1)
		n = view->count[pairs->relation];
	json_object_set_new(object, "count", json_integer((json_int_t)n));
	free(pairs);
	return object;
}

static json_t *json_places(const struct view *view)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; placement_names[i]; i++)
		json_array_append_new(array,
				      json_place(view, placement_names[i]));
	return array;
}

static json_t *json_pairs(const struct view *view)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < view->n; i++)
		if (view->pairs[i].relation != REL_SAME_PU)
			json_array_append_new(array,
					      json_pair(&view->pairs[i]));
	return array;
}

static int print_json(const struct view *view)
{
	const struct args *args = view->args;
	json_t *object = json_pack(
		"{ss ss? sb sb so so}", "schema", "ipcbench.topo/1", "source",
		args->source, "here", (int)topology_is_here(view->topo),
		"whole", (int)args->whole, "pus", json_pus(view), "placements",
		json_places(view));
	int err;

	if (!object)
		return EXIT_INTERNAL;
	if (args->pairs)
		json_object_set_new(object, "pairs", json_pairs(view));
	err = json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
	return err ? EXIT_INTERNAL : EXIT_OK;
}

/* "all" has same-pu once; there are as many as PUs. */
static int look(struct view *view, struct why *why)
{
	size_t i;
	int err =
		topology_place(view->topo, "all", &view->pairs, &view->n, why);

	if (err)
		return err;
	for (i = 0; i < view->n; i++)
		view->count[view->pairs[i].relation]++;
	view->count[REL_SAME_PU] = topology_pus(view->topo);
	return 0;
}

static int show(const struct view *view)
{
	if (view->args->json)
		return print_json(view);
	if (view->args->pairs)
		print_pairs(view);
	else
		print_summary(view);
	return EXIT_OK;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case 't':
		args->source = arg;
		return 0;
	case 'w':
		args->whole = true;
		return 0;
	case 'p':
		args->pairs = true;
		return 0;
	case 'j':
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state,
			   "'%s' is one word too many; a topology follows "
			   "--topology",
			   arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"pairs", 'p', 0, 0, "print every pair of PUs with its relation", 0},
	{"topology", 't', "SPEC", 0,
	 "look at another machine: an hwloc synthetic description or an XML "
	 "export (a file)",
	 0},
	{"whole", 'w', 0, 0,
	 "all PUs, not just those that this process may use", 0},
	{"json", 'j', 0, 0, "print the same as JSON", 0},
	{0},
};

static const char doc[] =
	"Show this machine's PUs (hardware threads), what each two of them "
	"share, and the placements that follow from it.\v"
	"Where the two sides of a benchmark run matters as much as how they "
	"talk. A placement says it: 'l3' means two PUs that share an L3 cache "
	"and nothing nearer, '0:1' means PUs 0 and 1. What a machine lacks is "
	"listed with the reason.\n\n"
	"  ipcbench topo\n"
	"  taskset -c 0 ipcbench topo\n"
	"  ipcbench topo --pairs\n"
	"  ipcbench topo -t \"pack:2 numa:1 l3:2 core:4 pu:2\"\n"
	"  lstopo other.xml; ipcbench topo -t other.xml";

static int topo_run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options, .parser = parse, .doc = doc};
	struct args args = {0};
	struct view view = {.args = &args};
	struct why why;
	int status = command_parse(&argp, argc, argv, &args);

	if (status)
		return status;
	if (topology_load(&view.topo, args.source, args.whole, &why)) {
		status = command_usage(&why);
		return args.source ? status : EXIT_ENVIRONMENT;
	}
	if (look(&view, &why)) {
		command_usage(&why);
		status = EXIT_INTERNAL;
	} else {
		status = show(&view);
		free(view.pairs);
	}
	topology_free(view.topo);
	return status;
}

const struct command topo_command = {
	.name = "topo",
	.brief = "show PUs, how they are related, and placements",
	.run = topo_run,
};
