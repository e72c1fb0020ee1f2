/* SPDX-License-Identifier: MIT */
/* Tax: one service as a library, as system calls and as a server, which replay
 * the same log. */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { CLIENT, SERVER, NODES };
enum { SERVICE, SERVICES };
enum { OPS, REPLAYS, CHANGES }; /* options */
enum { OPS_MAX = 1 << 16, OPS_PRESET = 128, REPLAYS_MAX = 64 };
enum { REPLAYS_PRESET = 3, CHANGES_PRESET = 25, DEPTH = 2 };

/* How the service is reached. The last is the library that says it did one
 * change, and did not: it must be found out. */
enum form { LIBRARY, KERNEL, REMOTE, LIAR, WAYS };

/* What takes no message is too short for the clock: so many passes. */
enum { PASSES = 8 };

/* The client's first and second mark of each replay in each form; the second's
 * number is the hash of the answers, its value how often it slept. The server
 * makes one mark a replay, its value being that. */
enum { MARKS_A_REPLAY = 2 };

enum {
	SERVER_NS,
	LIBRARY_NS,
	KERNEL_NS,
	TRAP_TAX,
	MESSAGE_TAX,
	SERVER_CALLS,
	SERVER_COPIES,
	SERVER_SLEEPS
};

static const char *const form_names[WAYS] = {
	[LIBRARY] = "library",
	[KERNEL] = "system call",
	[REMOTE] = "message",
	[LIAR] = "lie",
};

static const struct ipc_option tax_options[] = {
	[OPS] = {.name = "ops",
		 .help = "operations in the log",
		 .kind = IPC_OPTION_COUNT,
		 .preset = OPS_PRESET,
		 .min = OBJECTS_LOG_MIN,
		 .max = OPS_MAX},
	[REPLAYS] = {.name = "replays",
		     .help = "replays of the log in each form",
		     .kind = IPC_OPTION_COUNT,
		     .preset = REPLAYS_PRESET,
		     .min = 1,
		     .max = REPLAYS_MAX},
	[CHANGES] = {.name = "changes",
		     .help = "of 100 operations those that change an object; "
			     "the others ask for its attributes",
		     .kind = IPC_OPTION_COUNT,
		     .preset = CHANGES_PRESET,
		     .min = 0,
		     .max = 100},
	{.name = NULL},
};

static const struct figure_kind tax_figures[] = {
	[SERVER_NS] = {"server_ns", "ns", "lower",
		       "an operation, by a message to a server that has the "
		       "library, until its reply is here"},
	[LIBRARY_NS] = {"library_ns", "ns", "lower",
			"the same by a function call"},
	[KERNEL_NS] = {"kernel_ns", "ns", "lower",
		       "the same by a system call, on objects of the kernel"},
	[TRAP_TAX] = {"trap_tax", "1", "lower",
		      "time by system call, divided by that by function call"},
	[MESSAGE_TAX] = {"message_tax", "1", "lower",
			 "time by message, divided by that by system call"},
	[SERVER_CALLS] = {"server_calls", "1", "lower",
			  "system calls for a request and its reply, by "
			  "design and if neither side waits"},
	[SERVER_COPIES] = {"server_copies", "1", "lower",
			   "copies of a request and its reply, together"},
	[SERVER_SLEEPS] = {"server_sleeps", "1", "lower",
			   "times that client or server slept for one "
			   "operation"},
	{NULL, NULL, NULL, NULL},
};

static int tax_plan(const struct params *par, struct plan *plan,
		    struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < sizeof(struct object_request))
		return why_not(why, -EINVAL,
			       "a request takes %zu bytes, not %zu",
			       sizeof(struct object_request), par->size);
	plan->nodes = NODES;
	plan->services = SERVICES;
	plan->service[SERVICE].clients = NODE(CLIENT);
	plan->service[SERVICE].servers = NODE(SERVER);
	plan->service[SERVICE].depth = depth;
	plan->marks = MARKS_A_REPLAY * WAYS * par->option[REPLAYS];
	return 0;
}

static void log_entry(const struct params *par, uint64_t i,
		      struct object_request *request)
{
	objects_log(i, par->option[OPS], (unsigned int)par->option[CHANGES],
		    request);
}

/* The client's objects, and what it hears of the server's. */
struct replay {
	struct node *node;
	struct objects objects[OBJECTS_FORMS];
	uint64_t lie; /* the entry that the liar leaves out */
};

static int ask_server(struct node *node, const struct object_request *request,
		      struct object_answer *answer)
{
	size_t size = node->par->size;
	ssize_t n;

	memcpy(node->buf, request, sizeof(*request));
	n = call_call(node->client[SERVICE], node->buf, size, node->buf, size);
	if (n < 0)
		return (int)n;
	if ((size_t)n != size)
		node->wrong++;
	memcpy(answer, node->buf, sizeof(*answer));
	return 0;
}

static int serve_in(struct replay *replay, enum form form, uint64_t i,
		    const struct object_request *request,
		    struct object_answer *answer)
{
	if (form == REMOTE)
		return ask_server(replay->node, request, answer);
	if (form == LIAR && i == replay->lie) {
		*answer = (struct object_answer){0, 0, 0};
		return 0;
	}
	objects_serve(&replay->objects[form == KERNEL ? OBJECTS_KERNEL
						      : OBJECTS_LIBRARY],
		      request, answer);
	return 0;
}

/* The log from its first entry to its last, and the hash of its answers. */
static int pass(struct replay *replay, enum form form, uint64_t *hash)
{
	const struct params *par = replay->node->par;
	uint64_t ops = par->option[OPS], now = 0;

	for (uint64_t i = 0; i < ops; i++) {
		struct object_request request;
		struct object_answer answer;
		int err;

		log_entry(par, i, &request);
		err = serve_in(replay, form, i, &request, &answer);
		if (err)
			return err;
		now = objects_hash(now, &answer);
	}
	*hash = now;
	return 0;
}

static unsigned int passes_of(enum form form)
{
	return form == REMOTE ? 1 : PASSES;
}

static int replay_in(struct replay *replay, enum form form)
{
	uint64_t hash = 0, first = 0;
	struct span span;
	int err = 0;

	span_begin(&span);
	for (unsigned int i = 0; i < passes_of(form) && !err; i++) {
		err = pass(replay, form, &hash);
		if (i == 0)
			first = hash;
		else if (hash != first)
			replay->node->wrong++;
	}
	span_end(&span);
	node_mark_at(replay->node, span.began_ns, MARK_STEP, 0, form);
	node_mark_at(replay->node, span.over_ns, MARK_STEP, hash,
		     (uint32_t)span.slept);
	return err;
}

/* The last change that an answer would show. */
static uint64_t last_resize(const struct params *par)
{
	uint64_t last = 0;

	for (uint64_t i = 0; i < par->option[OPS]; i++) {
		struct object_request request;

		log_entry(par, i, &request);
		if (request.op == OBJECT_RESIZE && request.size >= 0)
			last = i;
	}
	return last;
}

static int client(struct node *node)
{
	struct replay replay = {.node = node, .lie = last_resize(node->par)};
	int forms = 0, err = 0;

	for (; forms < OBJECTS_FORMS && !err; forms++)
		err = objects_open(&replay.objects[forms],
				   (enum objects_form)forms);
	if (err)
		forms--;
	for (uint64_t i = 0; i < node->par->option[REPLAYS]; i++)
		for (int form = 0; form < WAYS && !err; form++)
			err = replay_in(&replay, (enum form)form);
	while (forms-- > 0)
		objects_close(&replay.objects[forms]);
	return err;
}

static int serve(struct node *node, struct objects *objects)
{
	struct call_port *port = node->server[SERVICE];
	size_t size = node->par->size;
	struct object_request request;
	struct object_answer answer;
	struct call_right right;
	ssize_t n = call_receive(port, node->buf, size, &right, 0);

	if (n < 0)
		return (int)n;
	if ((size_t)n != size)
		node->wrong++;
	memcpy(&request, node->buf, sizeof(request));
	objects_serve(objects, &request, &answer);
	memcpy(node->buf, &answer, sizeof(answer));
	return call_reply(port, &right, node->buf, size);
}

static int server(struct node *node)
{
	uint64_t ops = node->par->option[OPS];
	struct objects objects;
	int err = objects_open(&objects, OBJECTS_LIBRARY);

	for (uint64_t i = 0; i < node->par->option[REPLAYS] && !err; i++) {
		struct span span;

		span_begin(&span);
		for (uint64_t op = 0; op < ops && !err; op++)
			err = serve(node, &objects);
		span_end(&span);
		node_mark(node, MARK_STEP, ops, (uint32_t)span.slept);
	}
	objects_close(&objects);
	return err;
}

static int tax_play(struct node *node, struct traffic traffic)
{
	(void)traffic;
	return node->self == CLIENT ? client(node) : server(node);
}

/* The second mark of a replay; the first is before it. */
static const struct mark *over(const struct evidence *evidence, uint64_t replay,
			       enum form form)
{
	uint64_t at = MARKS_A_REPLAY * (replay * WAYS + form) + 1;

	return &evidence->marks[CLIENT]->at[at];
}

/* The same log, the same answers, whichever the form. */
static int judge_state(const struct evidence *evidence, struct why *why)
{
	uint64_t due = over(evidence, 0, LIBRARY)->seq;

	for (uint64_t i = 0; i < evidence->par->option[REPLAYS]; i++) {
		for (int form = 0; form < LIAR; form++) {
			uint64_t hash = over(evidence, i, (enum form)form)->seq;

			if (hash != due)
				return why_not(
					why, -EBADMSG,
					"replay %llu by %s ended in state "
					"%016llx, and the first by %s in "
					"%016llx",
					(unsigned long long)i, form_names[form],
					(unsigned long long)hash,
					form_names[LIBRARY],
					(unsigned long long)due);
		}
		if (over(evidence, i, LIAR)->seq == due)
			return why_not(why, -ENODATA,
				       "a change that was left out on purpose "
				       "was not seen in the state");
	}
	return 0;
}

static double median_ns(const struct evidence *evidence, enum form form)
{
	uint64_t ops = evidence->par->option[OPS] * passes_of(form);
	uint64_t replays = evidence->par->option[REPLAYS];
	double y[REPLAYS_MAX];

	for (uint64_t i = 0; i < replays; i++) {
		const struct mark *end = over(evidence, i, form);

		y[i] = (double)(end->t_ns - end[-1].t_ns) / (double)ops;
	}
	return lesson_median(y, replays);
}

static double sleeps(const struct evidence *evidence)
{
	uint64_t replays = evidence->par->option[REPLAYS];
	uint64_t slept = 0;

	for (uint64_t i = 0; i < replays; i++)
		slept += over(evidence, i, REMOTE)->value +
			 evidence->marks[SERVER]->at[i].value;
	return (double)slept / (double)(replays * evidence->par->option[OPS]);
}

static int tax_judge(const struct evidence *evidence, double figure[FIGURES],
		     struct why *why)
{
	struct call_cost cost = call_cost(evidence->impl);
	int err = judge_state(evidence, why);

	if (err)
		return err;
	figure[LIBRARY_NS] = median_ns(evidence, LIBRARY);
	figure[KERNEL_NS] = median_ns(evidence, KERNEL);
	figure[SERVER_NS] = median_ns(evidence, REMOTE);
	figure[TRAP_TAX] = figure[KERNEL_NS] / figure[LIBRARY_NS];
	figure[MESSAGE_TAX] = figure[SERVER_NS] / figure[KERNEL_NS];
	figure[SERVER_CALLS] = cost.calls;
	figure[SERVER_COPIES] = cost.copies;
	figure[SERVER_SLEEPS] = sleeps(evidence);
	return 0;
}

const struct workload tax_workload = {
	.name = "tax",
	.brief = "one service as library, as system calls, as a server",
	.metric = "server_ns",
	.meaning = "the same log of operations on a few objects, which are "
		   "asked for their attributes, resized or have their mode "
		   "changed, by function calls, by system calls and by "
		   "messages to a server; all three must give the same "
		   "answers, and a form that leaves out one change must be "
		   "found out; timed with reading the log and hashing the "
		   "answers",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(TAX),
	.calls = true,
	.options = tax_options,
	.plan = tax_plan,
	.figures = tax_figures,
	.play = tax_play,
	.judge = tax_judge,
};
