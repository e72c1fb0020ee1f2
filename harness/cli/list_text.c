/* SPDX-License-Identifier: MIT */
/* "ipcbench list" as tables and pages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/topology.h"
#include "cli/list.h"
#include "cli/quantity.h"
#include "ipc/options.h"
#include "trial/counters.h"
#include "trial/idle.h"

enum {
	WIDTH = 80,
	INDENT = 16, /* of a page's second column */
	REASON = 25, /* column of an event's third */
	TRY_SIZE = 64,
	COPIER = 48,
};

static const char *const families[IPC_FAMILIES] = {
	[IPC_FLOOR] = "what lies beneath the others",
	[IPC_STREAM] = "bytes without ends, through the kernel",
	[IPC_PACKET] = "datagrams and records, through the kernel",
	[IPC_QUEUE] = "message queues of System V and of POSIX",
	[IPC_COUNTER] = "shared memory, and something that counts or signals",
	[IPC_RING] = "shared memory alone",
	[IPC_TRANSFER] = "pages handed over, or a single copy",
	[IPC_URING] = "submission and completion queues",
	[IPC_CALL] = "request and answer in one step",
};

static const char *const wakes[IPC_WAKES] = {
	[IPC_WAKE_NONE] = "nobody ever sleeps",
	[IPC_WAKE_CALL] = "by the kernel, in the call that moves the message",
	[IPC_WAKE_EXTRA] = "one more system call, where somebody sleeps",
};

static const char *const stores[IPC_STORES] = {
	[IPC_STORE_NONE] = "nowhere",
	[IPC_STORE_SOURCE] = "where the sender has it",
	[IPC_STORE_BUFFER] = "in a buffer between the two",
	[IPC_STORE_PLACE] = "where the sender wrote it",
};

static const char *const memories[IPC_MEMORIES] = {
	[IPC_MEMORY_SHARED] = "both sides see it at any time",
	[IPC_MEMORY_MOVED] = "one side at a time has it",
	[IPC_MEMORY_GIVEN] = "new for each message, the receiver's then",
	[IPC_MEMORY_COW] = "new for each message, copied where one side writes",
	[IPC_MEMORY_SENDER] = "the sender's, until the message is fetched",
	[IPC_MEMORY_COPIED] = "the sender's; publishing copies the message",
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
	{IPC_RELIABLE, "every message arrives"},
	{IPC_BROADCAST, "a message is for all receivers, not for one"},
	{IPC_CALLS, "carries requests and their answers, nothing else"},
	{IPC_VOID, "carries nothing: a floor, not a mechanism"},
};
enum { PROMISES = sizeof(promises) / sizeof(promises[0]) };

/* Whoever carries nothing promises nothing else. */
static uint32_t promised(const struct ipc_impl *impl)
{
	return impl->caps & IPC_VOID ? IPC_VOID : impl->caps;
}

void list_wrap(size_t at, size_t indent, const char *text)
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
	list_wrap(INDENT, INDENT, text);
}

static void waits_text(const struct ipc_impl *impl, char *text, size_t size)
{
	*text = '\0';
	for (int i = 0; i < IPC_WAIT_KINDS; i++)
		if (impl->waits & IPC_CAN_WAIT(i))
			list_text_add(text, size, ipc_wait_names[i]);
}

static bool is_lossy(const struct ipc_impl *impl)
{
	return !(impl->caps & (IPC_RELIABLE | IPC_VOID));
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

/* Its promises, the longest message, and who may be at its ends. */
static void limits_text(const struct ipc_impl *impl, char *text, size_t size)
{
	size_t longest = list_msg_max(impl, NULL);
	char word[32], ends[96];

	*text = '\0';
	for (size_t i = 0; i < PROMISES; i++)
		if (promised(impl) & promises[i].cap)
			list_text_add(text, size,
				      ipc_cap_name(promises[i].cap));
	if (is_lossy(impl))
		list_text_add(text, size, "lossy");
	if (longest) {
		snprintf(ends, sizeof(ends), "up to %s",
			 quantity_size((int64_t)longest, word, sizeof(word)));
		list_text_add(text, size, ends);
	}
	ends_text(impl, ends, sizeof(ends));
	list_text_add(text, size, ends);
}

static void print_row(const struct ipc_impl *impl)
{
	char waits[64], here[320], limits[320];
	bool yes;

	waits_text(impl, waits, sizeof(waits));
	list_here_text(impl, here, sizeof(here));
	limits_text(impl, limits, sizeof(limits));
	yes = strcmp(here, "yes") == 0;
	printf("%-15s %-11s %-16s %-28s %s\n", impl->name, native_text(impl),
	       spaces_text(impl), waits, yes ? here : "see below");
	printf("  %s\n  %s\n", impl->brief, limits);
	if (!yes)
		printf("  %s\n", here);
}

void list_print_impls(const struct catalogue *cat)
{
	const struct ipc_impl *const *impl = cat->impls;

	printf("Back-ends: what carries the messages\n\n"
	       "%-15s %-11s %-16s %-28s %s\n",
	       "NAME", "NATIVE", "SPACE", "WAIT", "HERE");
	for (size_t i = 0; impl[i]; i++) {
		if (i == 0 || impl[i]->family != impl[i - 1]->family)
			printf("\n%s: %s\n", ipc_family_names[impl[i]->family],
			       families[impl[i]->family]);
		print_row(impl[i]);
	}
	printf("\nNATIVE: the interface it has itself; the other one is "
	       "emulated by a copy.\n");
}

void list_print_workloads(const struct catalogue *cat)
{
	printf("Workloads: what is done with the messages\n\n"
	       "%-15s %-19s %s\n",
	       "NAME", "METRIC", "MEANING");
	for (size_t i = 0; cat->workloads[i]; i++)
		printf("%-15s %-19s %s\n", cat->workloads[i]->name,
		       cat->workloads[i]->metric, cat->workloads[i]->brief);
}

void list_print_metrics(const struct catalogue *cat)
{
	(void)cat;
	printf("Metrics: the figures of a cell\n\n"
	       "%-15s %-5s %-7s %-6s %s\n",
	       "NAME", "UNIT", "BETTER", "TIMED", "MEANING");
	for (size_t i = 0; list_metrics[i].name; i++)
		printf("%-15s %-5s %-7s %-6s %s\n", list_metrics[i].name,
		       list_metrics[i].unit, list_metrics[i].better,
		       timing_names[list_metrics[i].timing],
		       list_metrics[i].meaning);
	printf("\nround: each round has a time of its own, so there is a "
	       "distribution.\n"
	       "batch: rounds overlap, so only many of them have a rate.\n"
	       "A workload may have figures of its own, which its page "
	       "names.\n");
}

static void print_event(const struct counter *counter)
{
	char status[64];

	snprintf(status, sizeof(status), "%-16s%-8s", counter->event,
		 counter_status_names[counter->status]);
	printf("%s ", status);
	list_wrap(REASON, REASON,
		  counter->status == COUNTER_OK ? "" : counter->why.text);
}

void list_print_events(const struct catalogue *cat)
{
	struct counter_plan plan;

	(void)cat;
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

void list_print_placements(const struct catalogue *cat)
{
	struct topology *topo = NULL;
	struct why why;
	char text[320];
	int err = topology_load(&topo, NULL, false, &why);

	(void)cat;
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

void list_print_idle(const struct catalogue *cat)
{
	static const char *const means[IDLES] = {
		[IDLE_COLD] = "as the system does it: most PUs halt, and take "
			      "their time to wake",
		[IDLE_WARM] = "PUs are kept from halting while a trial runs",
	};

	(void)cat;
	printf("Idle: what a PU does while its node sleeps\n\n%-15s %s\n",
	       "NAME", "HERE");
	for (enum idle idle = IDLE_COLD; idle < IDLES; idle++) {
		struct why why;
		char text[320];

		if (idle_check(idle, &why))
			snprintf(text, sizeof(text), "no: %s", why.text);
		else
			snprintf(text, sizeof(text), "yes: %s", means[idle]);
		print_item(idle_names[idle], text);
	}
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

static const char *copier_text(unsigned int copier, char text[COPIER])
{
	static const char *const sides[] = {
		[0] = "nobody",
		[IPC_BY_SENDER] = "the sender",
		[IPC_BY_RECEIVER] = "the receiver",
		[IPC_BY_BOTH] = "both sides",
	};

	snprintf(text, COPIER, "%s%s", sides[copier & IPC_BY_BOTH],
		 copier & IPC_BY_PAGES ? " (work for each page)" : "");
	return text;
}

/* By interface, or once where both are alike. */
static void print_by_api(const char *label, const char *copy, const char *lend)
{
	char text[160];

	if (strcmp(copy, lend) == 0) {
		print_item(label, copy);
		return;
	}
	snprintf(text, sizeof(text), "%s through copy, %s through lend", copy,
		 lend);
	print_item(label, text);
}

/* Who copies a message, and where it waits meanwhile. */
static void print_store(const struct ipc_impl *impl)
{
	char copy[COPIER], lend[COPIER];

	print_by_api("copied by",
		     copier_text(ipc_copier(impl, IPC_API_COPY), copy),
		     copier_text(ipc_copier(impl, IPC_API_LEND), lend));
	print_by_api("store", stores[ipc_store(impl, IPC_API_COPY)],
		     stores[ipc_store(impl, IPC_API_LEND)]);
	if (impl->contract.elastic)
		print_item("holds", "as many messages as the kernel decides "
				    "each time anew");
	if (impl->memory != IPC_MEMORY_NONE)
		print_item("lent memory", memories[impl->memory]);
}

static void print_contract(const struct ipc_impl *impl)
{
	const struct ipc_contract *contract = &impl->contract;
	char text[240];

	snprintf(text, sizeof(text), "%u through copy, %u through lend",
		 ipc_copies(impl, IPC_API_COPY),
		 ipc_copies(impl, IPC_API_LEND));
	print_item("copies", text);
	if (!(impl->caps & IPC_VOID))
		print_store(impl);
	snprintf(text, sizeof(text), "%s by the sender, %s by the receiver",
		 *contract->calls[IPC_TX] ? contract->calls[IPC_TX] : "none",
		 *contract->calls[IPC_RX] ? contract->calls[IPC_RX] : "none");
	print_item("system calls", text);
	print_item("wake-up", wakes[contract->wake]);
}

/* A name, and what is said of it on lines of its own. */
static void print_entry(const char *label, const char *name, const char *text)
{
	print_item(label, name);
	printf("%*s", INDENT + 2, "");
	list_wrap(INDENT + 2, INDENT + 2, text);
}

static void print_options(const struct ipc_option *table)
{
	for (size_t i = 0; i < options_count(table); i++) {
		char value[OPTIONS_TEXT], range[OPTIONS_TEXT], text[400];

		snprintf(text, sizeof(text), "%s; %s; unless given %s",
			 table[i].help, option_range_text(&table[i], range),
			 option_value_text(&table[i], table[i].preset, value));
		print_entry(i ? "" : "options", table[i].name, text);
	}
}

static void print_impl_options(const struct ipc_impl *impl)
{
	print_options(impl->options);
	if (impl->caps & IPC_DEPTH)
		print_entry(impl->options ? "" : "options", "depth",
			    "messages in flight, as --depth, for this back-end "
			    "alone; a power of two from 2 to 1M");
}

static void print_figures(const struct figure_kind *kind)
{
	for (size_t i = 0; kind && kind[i].name; i++)
		print_entry(i ? "" : "figures", kind[i].name, kind[i].meaning);
}

static void print_longest(const struct ipc_impl *impl)
{
	struct why why = {""};
	size_t longest = list_msg_max(impl, &why);
	char size[32], text[320];

	if (longest == 0)
		return;
	snprintf(text, sizeof(text), "up to %s%s%s",
		 quantity_size((int64_t)longest, size, sizeof(size)),
		 *why.text ? ": " : "", why.text);
	print_item("messages", text);
}

void list_print_paragraphs(const char *text)
{
	char paragraph[1600];

	while (text && *text) {
		size_t len = strcspn(text, "\n");

		snprintf(paragraph, sizeof(paragraph), "%.*s", (int)len, text);
		list_wrap(0, 0, paragraph);
		putchar('\n');
		text += len + strspn(text + len, "\n");
	}
}

/* A value to try beside the preset, one that needs no privilege: another
 * choice, the other of two, half of the preset, or a few times the least. */
static uint64_t other_value(const struct ipc_option *option)
{
	if (option->kind == IPC_OPTION_CHOICE)
		return option->preset == 0;
	if (option->max - option->min == 1)
		return option->preset == option->min ? option->max
						     : option->min;
	if (option->preset > option->min && option->preset <= option->max)
		return option->preset / 2;
	return option->min * 8 < option->max ? option->min * 8 : option->max;
}

/* A first run, with what jobs do not ask for by themselves, and the first
 * option at another value. */
static void print_try(const struct ipc_impl *impl, const struct catalogue *cat)
{
	const struct ipc_option *option = impl->options;
	const char *space = impl->caps & IPC_PROCESSES ? "" : " -S thread";
	const char *wait =
		impl->waits & IPC_CAN_WAIT(IPC_WAIT_BLOCK) ? "" : " -W native";
	size_t longest = list_msg_max(impl, NULL);
	char value[OPTIONS_TEXT];

	printf("\nTry: ipcbench run -b %s -w %s -s %zu%s%s\n", impl->name,
	       cat->workloads[0]->name,
	       longest && longest < TRY_SIZE ? longest : TRY_SIZE, space, wait);
	if (option)
		printf("     ipcbench run -b %s,%s:%s=%s%s%s\n", impl->name,
		       impl->name, option->name,
		       option_value_text(option, other_value(option), value),
		       space, wait);
}

void list_print_impl(const struct ipc_impl *impl, const struct catalogue *cat)
{
	char text[320];

	printf("%s: ", impl->name);
	list_wrap(strlen(impl->name) + 2, 2, impl->brief);
	putchar('\n');
	list_print_paragraphs(impl->about);
	print_item("family", families[impl->family]);
	print_item("interface", interface_text(impl));
	print_contract(impl);
	for (size_t i = 0; i < PROMISES; i++)
		if (promised(impl) & promises[i].cap)
			print_item(ipc_cap_name(promises[i].cap),
				   promises[i].meaning);
	if (is_lossy(impl))
		print_item("lossy", "messages may be dropped or overwritten");
	print_item("space", spaces_text(impl));
	waits_text(impl, text, sizeof(text));
	print_item("wait", text);
	ends_text(impl, text, sizeof(text));
	print_item("link", text);
	print_longest(impl);
	print_impl_options(impl);
	list_here_text(impl, text, sizeof(text));
	print_item("here", text);
	print_try(impl, cat);
}

static void needs_text(const struct workload *workload, char *text, size_t size)
{
	snprintf(text, size, "%s", workload->needs ? "" : "nothing special");
	for (uint32_t cap = 1; cap && cap <= workload->needs; cap <<= 1)
		if (workload->needs & cap)
			list_text_add(text, size, ipc_cap_name(cap));
}

static const char *const samples[TIMINGS] = {
	[TIMING_ROUND] =
		"each round stands alone: it has a latency distribution",
	[TIMING_BATCH] = "rounds overlap: only many of them have a rate",
	[TIMING_LESSON] = "a trial is played once, and judged from what its "
			  "nodes mark",
};

void list_print_workload(const struct workload *workload)
{
	char text[160];

	printf("%s: ", workload->name);
	list_wrap(strlen(workload->name) + 2, 2, workload->brief);
	putchar('\n');
	print_item("metric", workload->metric);
	print_item("timed", workload->meaning);
	print_item("samples", samples[workload->timing]);
	print_figures(workload->figures);
	print_item("payload", workload->touch
				      ? "every byte is written and read"
				      : "the round's number at both ends is "
					"written and checked");
	print_options(workload->options);
	needs_text(workload, text, sizeof(text));
	print_item("needs", text);
	printf("\nTry: ipcbench run -w %s -s 64,4K\n", workload->name);
}
