/* SPDX-License-Identifier: MIT */
/* Connect: a connection is set up, used and torn down, each phase by itself;
 * and after how many calls it was worth it, against none at all. */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { SERVER, CLIENT, NODES };
enum { NAME, CYCLES, CALLS };
enum { CYCLES_PRESET = 16, CYCLES_MAX = 16384 };
/* No more than a named datagram socket has room for, when nobody answers. */
enum { CALLS_PRESET = 4, CALLS_MAX = 8 };

/* Which name is whose; words sent before a close; and tries of a put that tells
 * late that nobody is there. */
enum { CONNECTED_NAME, OPEN_NAME };
enum { LAST_WORDS = 5, TRIES = 3, BACKLOG = 4 };

enum {
	BEFORE_SETUP, /* a put before there is a connection */
	DELIVERED,    /* words received whose sender had closed before */
	END,	      /* what a get says then */
	AFTER_END,    /* a put to an end that is closed */
	BEFORE,
	AFTER,
	QUESTIONS
};

/* A mark of a cycle is MARK_OFFER, its value says what comes next; and in one
 * without a connection MARK_SEND. */
enum { PHASE_SETUP, PHASE_FIRST, PHASE_USE, PHASE_TEARDOWN, PHASE_END, PHASES };

enum {
	SETUP_NS,
	FIRST_NS,
	USE_NS,
	TEARDOWN_NS,
	FREE_SETUP_NS,
	FREE_USE_NS,
	WORTH_CALLS,
	LEFT
};

static const struct ipc_option connect_options[] = {
	[NAME] =
		{.name = "name",
		 .help = "what kind of name; own: the first kind that there is",
		 .kind = IPC_OPTION_CHOICE,
		 .preset = ENDPOINT_OWN,
		 .names = endpoint_naming_names},
	[CYCLES] = {.name = "cycles",
		    .help = "connections set up and torn down",
		    .kind = IPC_OPTION_COUNT,
		    .preset = CYCLES_PRESET,
		    .min = 1,
		    .max = CYCLES_MAX},
	[CALLS] = {.name = "calls",
		   .help = "calls over each, after the first one",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CALLS_PRESET,
		   .min = 1,
		   .max = CALLS_MAX},
	{.name = NULL},
};

static const struct figure_kind connect_figures[] = {
	[SETUP_NS] = {"setup_ns", "ns", "lower",
		      "an endpoint is made and connected"},
	[FIRST_NS] = {"first_ns", "ns", "lower",
		      "the first call: a word there and, where an end takes "
		      "both ways, back"},
	[USE_NS] = {"use_ns", "ns", "lower", "each later one"},
	[TEARDOWN_NS] = {"teardown_ns", "ns", "lower",
			 "the endpoint is closed"},
	[FREE_SETUP_NS] = {"connectionless_setup_ns", "ns", "lower",
			   "making and closing an endpoint that is not "
			   "connected"},
	[FREE_USE_NS] = {"connectionless_use_ns", "ns", "lower",
			 "a call by it, to the name of the other one"},
	[WORTH_CALLS] = {"worth_calls", "1", "lower",
			 "calls after which setting up and tearing down has "
			 "paid; none where a call without is not dearer"},
	[LEFT] = {"left_descriptors", "1", "lower",
		  "descriptors that are open and were not before"},
	{NULL, NULL, NULL, NULL},
};

static int connect_plan(const struct params *par, struct plan *plan,
			struct why *why)
{
	(void)why;
	plan->nodes = NODES;
	plan->endpoint.used = true;
	plan->endpoint.needs = ENDPOINT_CONNECTS;
	plan->endpoint.naming = (enum endpoint_naming)par->option[NAME];
	plan->marks = QUESTIONS + 2 * PHASES * par->option[CYCLES];
	return 0;
}

/* A kind that accepts has an end of each connection; one that does not has one
 * for all. */
static bool accepts(const struct endpoint_kind *kind)
{
	return kind->can & ENDPOINT_LISTENS;
}

static bool answers(const struct endpoint_kind *kind)
{
	return kind->can & ENDPOINT_ANSWERS;
}

/* Before there is a connection: of what has no end before, a put to none. */
static int put_before(const struct endpoint_kind *kind)
{
	uint64_t word = 0;
	int end = kind->make ? kind->make() : -1;
	int err = kind->make && end < 0 ? end : kind->put(end, &word, 0);

	if (kind->make && end >= 0)
		kind->close(end);
	return err;
}

/* Until it is said that nobody is there. */
static int put_after(const struct endpoint_kind *kind, int end)
{
	uint64_t word = 0;
	int err = 0;

	for (int i = 0; i < (kind->late ? TRIES : 1) && !err; i++)
		err = kind->put(end, &word, 0);
	return err;
}

/* Words in their order, then what comes behind them. */
static int64_t count_words(const struct endpoint_kind *kind, int end,
			   int64_t *behind)
{
	unsigned int flags = kind->eof && kind->make ? 0 : ENDPOINT_NOWAIT;
	uint64_t word;
	int64_t n = 0;

	while ((*behind = kind->get(end, &word, flags)) == ENDPOINT_WORD &&
	       word == (uint64_t)n + 1)
		n++;
	return n;
}

/* Words are sent, the connection is closed, and then they are received; and
 * one is sent where the other end is closed. */
static int ends_of_client(struct node *node)
{
	const struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	const struct endpoint_name *name = &site->name[CONNECTED_NAME];
	int end, err = 0;

	node_found(node, BEFORE_SETUP, put_before(kind));
	node_meet(node); /* somebody listens */
	end = endpoint_found(kind, name, 0);
	if (end < 0)
		return end;
	for (uint64_t i = 1; i <= LAST_WORDS && !err; i++)
		err = kind->put(end, &i, 0);
	kind->close(end);
	node_meet(node);
	node_meet(node); /* they are received */
	end = endpoint_found(kind, name, 0);
	node_meet(node);
	node_meet(node); /* the other end is closed */
	if (end < 0)
		return end;
	node_found(node, AFTER_END, put_after(kind, end));
	kind->close(end);
	node_meet(node);
	return err;
}

/* The end that a client is connected to, where it is not the owner's own. */
static int end_of_one(const struct endpoint_kind *kind, int owner)
{
	return accepts(kind) ? kind->accept(owner, 0) : owner;
}

static int ends_of_server(struct node *node, int *owner)
{
	struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	int64_t behind;
	int end;

	node_meet(node);
	node_meet(node); /* the client has closed */
	end = end_of_one(kind, *owner);
	if (end < 0)
		return end;
	node_found(node, DELIVERED, count_words(kind, end, &behind));
	node_found(node, END, behind);
	if (end != *owner)
		kind->close(end);
	node_meet(node);
	node_meet(node); /* it has connected again */
	end = end_of_one(kind, *owner);
	if (end < 0)
		return end;
	kind->close(end);
	node_meet(node);
	node_meet(node); /* and has sent */
	if (end != *owner)
		return 0;
	kind->unlink(&site->name[CONNECTED_NAME]);
	*owner = endpoint_bound(kind, &site->name[CONNECTED_NAME]);
	return *owner < 0 ? *owner : 0;
}

static void mark_phase(struct node *node, uint64_t cycle, uint32_t phase)
{
	node_mark(node, MARK_OFFER, cycle, phase);
}

/* A word there, and the same one back. */
static int call(const struct endpoint_kind *kind, int end, uint64_t word)
{
	uint64_t back = 0;
	int err = kind->put(end, &word, 0);
	ssize_t n;

	if (err || !answers(kind))
		return err;
	n = kind->get(end, &back, 0);
	if (n < 0)
		return (int)n;
	return n == ENDPOINT_WORD && back == word ? 0 : -EBADMSG;
}

static int one_connection(struct node *node, uint64_t cycle)
{
	const struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	uint64_t calls = node->par->option[CALLS];
	int end, err;

	mark_phase(node, cycle, PHASE_SETUP);
	end = endpoint_found(kind, &site->name[CONNECTED_NAME], 0);
	mark_phase(node, cycle, PHASE_FIRST);
	if (end < 0)
		return end;
	err = call(kind, end, 1);
	mark_phase(node, cycle, PHASE_USE);
	for (uint64_t i = 0; i < calls && !err; i++)
		err = call(kind, end, 2 + i);
	mark_phase(node, cycle, PHASE_TEARDOWN);
	kind->close(end);
	mark_phase(node, cycle, PHASE_END);
	return err;
}

/* All calls of one connection, and where it says so its end. */
static int serve_connection(struct node *node, int owner)
{
	const struct endpoint_kind *kind = node->site->kind;
	uint64_t calls = 1 + node->par->option[CALLS], word;
	int end = end_of_one(kind, owner), err = 0;

	if (end < 0)
		return end;
	for (uint64_t i = 0; i < calls && !err; i++) {
		ssize_t n = kind->get(end, &word, 0);

		if (n < 0)
			err = (int)n;
		else if (n != ENDPOINT_WORD || word != i + 1)
			node->wrong++;
		if (!err && answers(kind))
			err = kind->put(end, &word, 0);
	}
	if (end != owner) {
		if (kind->get(end, &word, 0) != 0)
			node->wrong++;
		kind->close(end);
	}
	return err;
}

/* Where nothing tells the server that there is one more, the two meet. */
static int cycles(struct node *node, int owner)
{
	bool meets = !answers(node->site->kind);
	int err = 0;

	for (uint64_t i = 0; i < node->par->option[CYCLES] && !err; i++) {
		if (node->self == CLIENT)
			err = one_connection(node, i);
		if (meets)
			node_meet(node);
		if (node->self == SERVER)
			err = serve_connection(node, owner);
		if (meets)
			node_meet(node);
	}
	return err;
}

/* A call that goes to a name: whoever receives it answers whom it came from. */
static int free_call(const struct endpoint_kind *kind, int end,
		     const struct endpoint_name *to, uint64_t word)
{
	uint64_t back = 0;
	int err = kind->put_to(end, to, &word);
	ssize_t n;

	if (err)
		return err;
	n = kind->get(end, &back, 0);
	if (n < 0)
		return (int)n;
	return n == ENDPOINT_WORD && back == word ? 0 : -EBADMSG;
}

/* The same without a connection; the endpoint has a name to be answered by. */
static int one_without(struct node *node, uint64_t cycle,
		       struct endpoint_name *own)
{
	struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind->connectionless;
	uint64_t calls = node->par->option[CALLS];
	int end, err = 0;

	node_mark(node, MARK_SEND, cycle, PHASE_SETUP);
	end = endpoint_bound(kind, own);
	node_mark(node, MARK_SEND, cycle, PHASE_FIRST);
	if (end < 0)
		return end;
	err = free_call(kind, end, &site->name[OPEN_NAME], 1);
	node_mark(node, MARK_SEND, cycle, PHASE_USE);
	for (uint64_t i = 0; i < calls && !err; i++)
		err = free_call(kind, end, &site->name[OPEN_NAME], 2 + i);
	node_mark(node, MARK_SEND, cycle, PHASE_TEARDOWN);
	kind->close(end);
	node_mark(node, MARK_SEND, cycle, PHASE_END);
	return err;
}

static int without(struct node *node)
{
	struct endpoint_name own = node->site->client;
	uint64_t n = node->par->option[CYCLES];
	int err = 0;

	node_meet(node);
	for (uint64_t i = 0; i < n && !err; i++)
		err = one_without(node, i, &own);
	return err;
}

static int serve_without(struct node *node)
{
	struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind->connectionless;
	struct endpoint_name *name = &site->name[OPEN_NAME];
	uint64_t n = node->par->option[CYCLES] * (1 + node->par->option[CALLS]);
	int end = endpoint_bound(kind, name), err = 0;

	if (end < 0)
		return end;
	node_meet(node);
	for (uint64_t i = 0; i < n && !err; i++)
		err = kind->answer(end);
	kind->close(end);
	return err ? err : kind->unlink(name);
}

static int be_server(struct node *node)
{
	struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	struct endpoint_name *name = &site->name[CONNECTED_NAME];
	int owner = endpoint_bound(kind, name);
	int err = owner < 0 ? owner : 0;

	if (!err && accepts(kind))
		err = kind->listen(owner, BACKLOG);
	if (!err)
		err = ends_of_server(node, &owner);
	if (err)
		return err;
	node_meet(node);
	err = cycles(node, owner);
	kind->close(owner);
	if (!err)
		err = kind->unlink(name);
	if (!err && kind->connectionless)
		err = serve_without(node);
	return err;
}

static int be_client(struct node *node)
{
	int err = ends_of_client(node);

	if (err)
		return err;
	node_meet(node);
	err = cycles(node, -1);
	if (!err && node->site->kind->connectionless)
		err = without(node);
	return err;
}

static int connect_play(struct node *node, struct traffic traffic)
{
	int err;

	(void)traffic;
	node_count_open(node, NODES, BEFORE);
	err = node->self == SERVER ? be_server(node) : be_client(node);
	if (err)
		return err;
	node_count_open(node, NODES, AFTER);
	return 0;
}

static int judge_ends(const struct evidence *evidence,
		      const struct endpoint_kind *kind, struct why *why)
{
	const struct due client[] = {
		{BEFORE_SETUP, kind->before, "sending before the set-up"},
	};
	const struct due server[] = {
		{DELIVERED, LAST_WORDS,
		 "words received of those sent before "
		 "the close"},
		{END, kind->eof ? 0 : -EAGAIN, "receiving behind them"},
	};
	int64_t after;
	int err = marks_check(evidence->marks[CLIENT], client, 1, why);

	if (!err)
		err = marks_check(evidence->marks[SERVER], server, 2, why);
	if (err)
		return err;
	if (!marks_found(evidence->marks[CLIENT], AFTER_END, &after))
		return why_not(why, -ENODATA, "nobody sent after the end");
	if (after == kind->after[0] || after == kind->after[1])
		return 0;
	return why_not(why, -EBADMSG,
		       "sending after the tear-down: %s, and is declared to be "
		       "%s",
		       endpoint_error((int)after),
		       endpoint_error(kind->after[0]));
}

/* The median time from one phase to another, of cycles of one kind. */
static double phase_ns(const struct evidence *evidence, enum mark_kind kind,
		       uint32_t from, uint32_t to)
{
	return marks_phase_ns(evidence->marks[CLIENT], kind, from, to);
}

/* What set-up and tear-down cost more, over what a call costs less. */
static double worth_calls(const double figure[FIGURES])
{
	double more =
		figure[SETUP_NS] + figure[TEARDOWN_NS] - figure[FREE_SETUP_NS];
	double less = figure[FREE_USE_NS] - figure[USE_NS];

	if (isnan(more) || isnan(less) || less <= 0)
		return NAN;
	return more <= 0 ? 0 : ceil(more / less);
}

static void fill_figures(const struct evidence *evidence,
			 const struct endpoint_kind *kind,
			 double figure[FIGURES])
{
	double calls = (double)evidence->par->option[CALLS];

	figure[SETUP_NS] =
		phase_ns(evidence, MARK_OFFER, PHASE_SETUP, PHASE_FIRST);
	figure[FIRST_NS] =
		phase_ns(evidence, MARK_OFFER, PHASE_FIRST, PHASE_USE);
	figure[USE_NS] =
		phase_ns(evidence, MARK_OFFER, PHASE_USE, PHASE_TEARDOWN) /
		calls;
	figure[TEARDOWN_NS] =
		phase_ns(evidence, MARK_OFFER, PHASE_TEARDOWN, PHASE_END);
	figure[FREE_SETUP_NS] =
		phase_ns(evidence, MARK_SEND, PHASE_SETUP, PHASE_FIRST) +
		phase_ns(evidence, MARK_SEND, PHASE_TEARDOWN, PHASE_END);
	figure[FREE_USE_NS] =
		phase_ns(evidence, MARK_SEND, PHASE_USE, PHASE_TEARDOWN) /
		calls;
	/* Where it is not answered a call is another thing. */
	figure[WORTH_CALLS] = answers(kind) ? worth_calls(figure) : NAN;
}

static int connect_judge(const struct evidence *evidence,
			 double figure[FIGURES], struct why *why)
{
	const struct endpoint_kind *kind = evidence->impl->endpoint;
	int err = judge_ends(evidence, kind, why);

	if (!err)
		err = marks_check_open(evidence, NODES, BEFORE, AFTER,
				       &figure[LEFT], why);
	if (err)
		return err;
	fill_figures(evidence, kind, figure);
	return why_not(why, 0, "sending before: %s, after: %s; then %s",
		       endpoint_error(kind->before),
		       endpoint_error(kind->after[0]),
		       kind->eof ? "the end" : "nothing");
}

static enum concept_way connect_way(const struct ipc_impl *impl,
				    enum concept concept, struct why *by)
{
	(void)concept;
	if (!impl->endpoint->linked_by)
		return CONCEPT_NATIVE;
	why_not(by, 0, "%s", impl->endpoint->linked_by);
	return CONCEPT_EMULATED;
}

const struct workload connect_workload = {
	.name = "connect",
	.brief = "a connection is set up, used and torn down",
	.metric = "setup_ns",
	.meaning = "connections are set up, used and torn down one after the "
		   "other, and the same calls made without; sending before and "
		   "after fails as declared, what was sent before the end "
		   "still arrives, and no descriptor is left",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(CONNECTION),
	.way = connect_way,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK),
	.options = connect_options,
	.plan = connect_plan,
	.figures = connect_figures,
	.play = connect_play,
	.judge = connect_judge,
};
