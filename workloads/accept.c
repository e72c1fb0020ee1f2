/* SPDX-License-Identifier: MIT */
/* Accept: clients connect to a listener, whose queue holds as many of them as
 * its backlog says; and what an accepted endpoint has of its listener's. */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { SERVER, PROBER };
enum { NAME, CLIENTS, BACKLOG, CONNECTS };
enum { CLIENTS_PRESET = 3, CLIENTS_MAX = PLAN_NODES - 1 };
enum { BACKLOG_PRESET = 4, BACKLOG_MAX = 128 };
enum { CONNECTS_PRESET = 16, CONNECTS_MAX = 4096 };

/* More than the queue holds, by so many; and which name is whose. */
enum { EXTRA = 3, QUEUE_MAX = BACKLOG_MAX + 1 + EXTRA };
enum { STORM_NAME, OPTIONS_NAME };

enum {
	EMPTY,	       /* accepting where nobody connects */
	ADMITTED,      /* connections made before any was accepted */
	AGAIN,	       /* refused with EAGAIN */
	PENDING,       /* neither made nor refused */
	ACCEPTED,      /* without waiting */
	ACCEPT_WAITS,  /* accepting where nobody connects yet */
	CONNECT_WAITS, /* connecting where the queue is full */
	SET,	       /* options that the listener has, */
	FRESH,	       /* that one has which nobody listened with, */
	INHERITED,     /* and that what it accepts has */
	BEFORE,
	AFTER,
	QUESTIONS
};
enum { MARKS_A_CONNECT = 2 };

/* On the board: who is about to wait, and has done so. */
enum { SERVER_BEGUN, SERVER_DONE, PROBER_BEGUN, PROBER_DONE };

/* A pending attempt is made again after a second: looking takes less. */
enum { LOOK_NS = 100000, LOOKS_MAX = 1000, RETRY_NS = 900000000 };

enum {
	CONNECT_NS,
	CONNECT_P99_NS,
	PER_S,
	ADMITTED_CONNECTIONS,
	LEFT_OUT,
	INHERITED_OPTIONS,
	OPTIONS,
	LEFT
};

static const uint64_t word = 0x746e6573;

static const struct ipc_option accept_options[] = {
	[NAME] =
		{.name = "name",
		 .help = "what kind of name; own: the first kind that there is",
		 .kind = IPC_OPTION_CHOICE,
		 .preset = ENDPOINT_OWN,
		 .names = endpoint_naming_names},
	[CLIENTS] = {.name = "clients",
		     .help = "nodes that connect at the same time",
		     .kind = IPC_OPTION_COUNT,
		     .preset = CLIENTS_PRESET,
		     .min = 1,
		     .max = CLIENTS_MAX},
	[BACKLOG] = {.name = "backlog",
		     .help = "what the listener is asked to keep waiting",
		     .kind = IPC_OPTION_COUNT,
		     .preset = BACKLOG_PRESET,
		     .min = 1,
		     .max = BACKLOG_MAX},
	[CONNECTS] = {.name = "connects",
		      .help = "connections that each client makes",
		      .kind = IPC_OPTION_COUNT,
		      .preset = CONNECTS_PRESET,
		      .min = 1,
		      .max = CONNECTS_MAX},
	{.name = NULL},
};

static const struct figure_kind accept_figures[] = {
	[CONNECT_NS] = {"connect_ns", "ns", "lower",
			"from before an endpoint is made until it is "
			"connected, all clients at once (median)"},
	[CONNECT_P99_NS] = {"connect_p99_ns", "ns", "lower",
			    "the same: 99 of 100 take no longer"},
	[PER_S] = {"connects_per_s", "1/s", "higher",
		   "connections made, accepted, used once and closed"},
	[ADMITTED_CONNECTIONS] = {"admitted_connections", "1", "none",
				  "connections that are made before any is "
				  "accepted: the backlog and one more"},
	[LEFT_OUT] = {"left_out_connections", "1", "none",
		      "of three more, those that are refused or stay pending"},
	[INHERITED_OPTIONS] = {"inherited_options", "1", "none",
			       "options of the listener that what it accepts "
			       "has as well; the record names them"},
	[OPTIONS] = {"tried_options", "1", "none",
		     "options that the listener was given"},
	[LEFT] = {"left_descriptors", "1", "lower",
		  "descriptors that are open and were not before"},
	{NULL, NULL, NULL, NULL},
};

static unsigned int nodes_of(const struct params *par)
{
	return 1 + (unsigned int)par->option[CLIENTS];
}

static int accept_plan(const struct params *par, struct plan *plan,
		       struct why *why)
{
	(void)why;
	plan->nodes = nodes_of(par);
	plan->endpoint.used = true;
	plan->endpoint.needs = ENDPOINT_LISTENS;
	plan->endpoint.naming = (enum endpoint_naming)par->option[NAME];
	plan->marks = QUESTIONS + MARKS_A_CONNECT * par->option[CONNECTS];
	return 0;
}

/* The prober's attempts, and the server's other ends of them. */
struct queue {
	int end[QUEUE_MAX];
	unsigned int n;
};

static void close_all(const struct endpoint_kind *kind, struct queue *queue)
{
	while (queue->n)
		kind->close(queue->end[--queue->n]);
}

static unsigned int count_linked(const struct endpoint_kind *kind,
				 const struct queue *queue)
{
	unsigned int linked = 0;

	for (unsigned int i = 0; i < queue->n; i++)
		linked += kind->linked(queue->end[i]);
	return linked;
}

/* How many there are in the end, after as many as are due. */
static unsigned int await_linked(const struct endpoint_kind *kind,
				 const struct queue *queue, unsigned int due)
{
	for (unsigned int i = 0; i < LOOKS_MAX; i++) {
		if (count_linked(kind, queue) >= due)
			break;
		node_sleep(LOOK_NS);
	}
	node_sleep(LOOK_NS);
	return count_linked(kind, queue);
}

/* So many attempts without waiting; returns how many were refused, or another
 * error. */
static int attempt(struct node *node, struct queue *queue, unsigned int n)
{
	const struct endpoint_site *site = node->site;
	int refused = 0;

	for (unsigned int i = 0; i < n; i++) {
		int end = endpoint_found(site->kind, &site->name[STORM_NAME],
					 ENDPOINT_NOWAIT);

		if (end >= 0)
			queue->end[queue->n++] = end;
		else if (end == -EAGAIN)
			refused++;
		else
			return end;
	}
	return refused;
}

/* Accept what can be without waiting; returns why there is no more. */
static int drain(struct node *node, int listener, struct queue *queue)
{
	const struct endpoint_kind *kind = node->site->kind;

	while (queue->n < QUEUE_MAX) {
		int end = kind->accept(listener, ENDPOINT_NOWAIT);

		if (end < 0)
			return end;
		queue->end[queue->n++] = end;
	}
	return -EMFILE;
}

static int probe_queue(struct node *node)
{
	const struct endpoint_kind *kind = node->site->kind;
	unsigned int due = (unsigned int)node->par->option[BACKLOG] + 1;
	struct queue queue = {.n = 0};
	unsigned int linked;
	int refused;

	node_meet(node); /* it listens */
	node_mark(node, MARK_OFFER, 0, 0);
	refused = attempt(node, &queue, due + EXTRA);
	linked = await_linked(kind, &queue, due);
	node_found(node, ADMITTED, linked);
	node_found(node, AGAIN, refused);
	node_found(node, PENDING, (int64_t)queue.n - linked);
	node_meet(node);
	node_meet(node); /* they are accepted */
	node_mark(node, MARK_OFFER, 0, 0);
	close_all(kind, &queue);
	node_meet(node);
	return refused < 0 ? refused : 0;
}

static int serve_queue(struct node *node, int listener)
{
	const struct endpoint_kind *kind = node->site->kind;
	struct queue queue = {.n = 0};
	int err = kind->accept(listener, ENDPOINT_NOWAIT);

	node_found(node, EMPTY, err);
	node_meet(node);
	node_meet(node); /* the queue is full */
	err = drain(node, listener, &queue);
	node_found(node, ACCEPTED, queue.n);
	node_meet(node);
	node_meet(node); /* who connected has closed */
	close_all(kind, &queue);
	return err == -EAGAIN ? 0 : err;
}

/* The server accepts before anybody connects; and the prober connects where
 * there is no room. */
static int probe_waits(struct node *node)
{
	const struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	const struct endpoint_name *name = &site->name[STORM_NAME];
	unsigned int room = (unsigned int)node->par->option[BACKLOG] + 1;
	struct queue queue = {.n = 0};
	int end, err = 0;

	node_found(node, ACCEPT_WAITS,
		   node_gets_stuck(node, SERVER, SERVER_BEGUN, SERVER_DONE));
	end = endpoint_found(kind, name, 0);
	node_meet(node);
	if (end >= 0)
		kind->close(end);
	if (end >= 0 && kind->full == ENDPOINT_FULL_AGAIN) {
		err = attempt(node, &queue, room);
		node_tell(node, PROBER_BEGUN, 1);
		end = endpoint_found(kind, name, 0);
		node_tell(node, PROBER_DONE, 1);
		if (end >= 0)
			kind->close(end);
		close_all(kind, &queue);
	}
	node_meet(node);
	return end < 0 ? end : err;
}

static int serve_waits(struct node *node, int listener)
{
	const struct endpoint_kind *kind = node->site->kind;
	struct queue queue = {.n = 0};
	int end, err = 0;

	node_tell(node, SERVER_BEGUN, 1);
	end = kind->accept(listener, 0);
	node_tell(node, SERVER_DONE, 1);
	node_meet(node);
	if (end >= 0 && kind->full == ENDPOINT_FULL_AGAIN) {
		node_found(node, CONNECT_WAITS,
			   node_gets_stuck(node, PROBER, PROBER_BEGUN,
					   PROBER_DONE));
		err = drain(node, listener, &queue);
		node_hear(node, PROBER_DONE, 1);
	}
	node_meet(node); /* all have closed */
	if (err == -EAGAIN || err == 0)
		err = drain(node, listener, &queue);
	close_all(kind, &queue);
	if (end >= 0)
		kind->close(end);
	return end < 0 ? end : err == -EAGAIN ? 0 : err;
}

static uint32_t options_had(const struct endpoint_kind *kind, int end)
{
	uint32_t set = 0;

	for (int i = 0; i < ENDPOINT_OPTIONS; i++)
		if (kind->options & 1u << i &&
		    kind->has(end, (enum endpoint_option)i))
			set |= 1u << i;
	return set;
}

static int found_fresh(struct node *node)
{
	const struct endpoint_kind *kind = node->site->kind;
	int end = kind->make();

	if (end < 0)
		return end;
	node_found(node, FRESH, options_had(kind, end));
	kind->close(end);
	return 0;
}

/* A listener that has every option there is, before anybody connects. */
static int listen_with_options(struct node *node)
{
	struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	int end = endpoint_bound(kind, &site->name[OPTIONS_NAME]);
	int err = end < 0 ? end : found_fresh(node);

	for (int i = 0; i < ENDPOINT_OPTIONS && !err; i++)
		if (kind->options & 1u << i)
			err = kind->set(end, (enum endpoint_option)i);
	if (!err)
		err = kind->listen(end, 1);
	if (!err)
		node_found(node, SET, options_had(kind, end));
	if (err && end >= 0)
		kind->close(end);
	return err ? err : end;
}

static int serve_options(struct node *node)
{
	const struct endpoint_kind *kind = node->site->kind;
	int listener = listen_with_options(node);
	int end;

	if (listener < 0)
		return listener;
	node_meet(node);
	node_meet(node); /* one has connected */
	while ((end = kind->accept(listener, 0)) == -EAGAIN)
		node_yield();
	if (end >= 0)
		node_found(node, INHERITED, options_had(kind, end));
	node_meet(node);
	node_meet(node); /* and closed */
	if (end >= 0)
		kind->close(end);
	kind->close(listener);
	return end < 0 ? end : kind->unlink(&node->site->name[OPTIONS_NAME]);
}

static int probe_options(struct node *node)
{
	const struct endpoint_site *site = node->site;
	int end;

	node_meet(node);
	end = endpoint_found(site->kind, &site->name[OPTIONS_NAME], 0);
	node_meet(node);
	node_meet(node);
	if (end >= 0)
		site->kind->close(end);
	node_meet(node);
	return end < 0 ? end : 0;
}

/* All of them, each one connection after the other. */
static int storm(struct node *node)
{
	const struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	ssize_t got = ENDPOINT_WORD;

	for (uint64_t i = 0; i < node->par->option[CONNECTS] && got > 0; i++) {
		uint64_t heard = 0;
		int end;

		node_mark(node, MARK_SEND, i, 0);
		end = endpoint_found(kind, &site->name[STORM_NAME], 0);
		node_mark(node, MARK_SENT, i, 0);
		if (end < 0)
			return end;
		got = kind->get(end, &heard, 0);
		if (heard != word)
			node->wrong++;
		kind->close(end);
	}
	return got < 0 ? (int)got : 0;
}

static int serve_storm(struct node *node, int listener)
{
	const struct endpoint_kind *kind = node->site->kind;
	uint64_t due = node->par->option[CLIENTS] * node->par->option[CONNECTS];
	int err = 0;

	for (uint64_t i = 0; i < due && !err; i++) {
		uint64_t heard;
		int end = kind->accept(listener, 0);

		if (end < 0)
			return end;
		err = kind->put(end, &word, 0);
		if (!err && kind->get(end, &heard, 0) != 0)
			node->wrong++;
		kind->close(end);
	}
	return err;
}

static int be_server(struct node *node)
{
	struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	int listener = endpoint_bound(kind, &site->name[STORM_NAME]);
	int err;

	if (listener < 0)
		return listener;
	err = kind->listen(listener, (unsigned int)node->par->option[BACKLOG]);
	if (!err)
		err = serve_queue(node, listener);
	if (!err)
		err = serve_waits(node, listener);
	if (!err)
		err = serve_options(node);
	if (err)
		return err;
	node_meet(node);
	err = serve_storm(node, listener);
	kind->close(listener);
	return err ? err : kind->unlink(&site->name[STORM_NAME]);
}

/* Meetings of the server and the prober, which the other clients attend. */
enum { MEETINGS = 4 + 2 + 4 };

static int be_client(struct node *node)
{
	int err = 0;

	if (node->self == PROBER) {
		err = probe_queue(node);
		if (!err)
			err = probe_waits(node);
		if (!err)
			err = probe_options(node);
	} else {
		for (int i = 0; i < MEETINGS; i++)
			node_meet(node);
	}
	if (err)
		return err;
	node_meet(node);
	return storm(node);
}

static int accept_play(struct node *node, struct traffic traffic)
{
	unsigned int nodes = nodes_of(node->par);
	int err;

	(void)traffic;
	node_count_open(node, nodes, BEFORE);
	err = node->self == SERVER ? be_server(node) : be_client(node);
	if (err)
		return err;
	node_count_open(node, nodes, AFTER);
	return 0;
}

/* As many as the backlog says, and one more; then what is declared. */
static int judge_queue(const struct evidence *evidence,
		       const struct endpoint_kind *kind, struct why *why)
{
	int64_t due = (int64_t)evidence->par->option[BACKLOG] + 1;
	bool again = kind->full == ENDPOINT_FULL_AGAIN;
	const struct due prober[] = {
		{ADMITTED, due, "connections made before one is accepted"},
		{AGAIN, again ? EXTRA : 0, "refused with EAGAIN"},
		{PENDING, again ? 0 : EXTRA, "connections pending"},
		{ACCEPT_WAITS, 1, "accepting waits for a client"},
	};
	const struct due server[] = {
		{EMPTY, -EAGAIN, "accepting without waiting"},
		{ACCEPTED, due, "connections accepted without waiting"},
		{CONNECT_WAITS, 1, "connecting waits for room"},
	};
	int err = marks_check(evidence->marks[PROBER], prober,
			      sizeof(prober) / sizeof(prober[0]), why);

	return err ? err
		   : marks_check(evidence->marks[SERVER], server,
				 sizeof(server) / sizeof(server[0]) - !again,
				 why);
}

/* A pending attempt has not been made again meanwhile. */
static int judge_in_time(const struct evidence *evidence, struct why *why)
{
	const struct marks *marks = evidence->marks[PROBER];
	uint64_t at[2] = {0, 0};
	int n = 0;

	for (size_t i = 0; i < marks->n && n < 2; i++)
		if (marks->at[i].kind == MARK_OFFER)
			at[n++] = marks->at[i].t_ns;
	if (at[1] - at[0] < RETRY_NS)
		return 0;
	return why_not(why, -ENODATA,
		       "looking at the queue took so long that attempts were "
		       "made again");
}

static void list_options(char *text, size_t size, uint32_t set)
{
	text[0] = '\0';
	for (int i = 0; i < ENDPOINT_OPTIONS; i++) {
		if (!(set & 1u << i))
			continue;
		strncat(text, " ", size - strlen(text) - 1);
		strncat(text, endpoint_option_names[i],
			size - strlen(text) - 1);
	}
}

/* Every option, expected and observed. */
static int judge_options(const struct evidence *evidence,
			 const struct endpoint_kind *kind,
			 double figure[FIGURES], struct why *why)
{
	const struct marks *marks = evidence->marks[SERVER];
	int64_t set = 0, fresh = -1, inherited = 0;
	uint32_t others;
	char text[100];

	if (!marks_found(marks, SET, &set) ||
	    !marks_found(marks, FRESH, &fresh) ||
	    !marks_found(marks, INHERITED, &inherited))
		return why_not(why, -ENODATA, "options were not looked at");
	figure[INHERITED_OPTIONS] = __builtin_popcountll((uint64_t)inherited);
	figure[OPTIONS] = __builtin_popcountll((uint64_t)set);
	if (set != (int64_t)kind->options || fresh != 0)
		return why_not(why, -ENODATA,
			       "options could not be told from what endpoints "
			       "have of themselves");
	others = (uint32_t)inherited ^ kind->inherits;
	if (!others)
		return 0;
	list_options(text, sizeof(text), others & (uint32_t)inherited);
	if (text[0])
		return why_not(why, -EBADMSG,
			       "inherited, and declared not to be:%s", text);
	list_options(text, sizeof(text), others);
	return why_not(why, -EBADMSG, "not inherited, and declared to be:%s",
		       text);
}

/* Into figure: how long connecting took, and how many were made in a second.
 */
static void count_storm(const struct evidence *evidence, double figure[FIGURES])
{
	static double y[CLIENTS_MAX * CONNECTS_MAX];
	uint64_t began = UINT64_MAX, over = 0;
	size_t n = 0;

	for (unsigned int i = PROBER; i < nodes_of(evidence->par); i++) {
		const struct marks *marks = evidence->marks[i];

		for (size_t k = 0; k + 1 < marks->n; k++) {
			const struct mark *mark = &marks->at[k];

			if (mark->kind != MARK_SEND)
				continue;
			y[n++] = (double)(mark[1].t_ns - mark->t_ns);
			began = mark->t_ns < began ? mark->t_ns : began;
			over = mark[1].t_ns > over ? mark[1].t_ns : over;
		}
	}
	figure[CONNECT_NS] = lesson_median(y, n);
	figure[CONNECT_P99_NS] = lesson_p99(y, n);
	figure[PER_S] = (double)n * 1e9 / (double)(over - began);
}

static void tell(const struct endpoint_kind *kind, struct why *why)
{
	char has[100], lacks[100];

	list_options(has, sizeof(has), kind->inherits);
	list_options(lacks, sizeof(lacks), kind->options & ~kind->inherits);
	why_not(why, 0, "queue full: %s; inherited:%s; not inherited:%s",
		kind->full == ENDPOINT_FULL_AGAIN ? "EAGAIN" : "pending", has,
		lacks);
}

static int accept_judge(const struct evidence *evidence, double figure[FIGURES],
			struct why *why)
{
	const struct endpoint_kind *kind = evidence->impl->endpoint;
	int64_t admitted, out;
	int err = judge_in_time(evidence, why);

	if (!err)
		err = judge_queue(evidence, kind, why);
	if (!err)
		err = judge_options(evidence, kind, figure, why);
	if (!err)
		err = marks_check_open(evidence, nodes_of(evidence->par),
				       BEFORE, AFTER, &figure[LEFT], why);
	if (err)
		return err;
	marks_found(evidence->marks[PROBER], ADMITTED, &admitted);
	marks_found(evidence->marks[PROBER],
		    kind->full == ENDPOINT_FULL_AGAIN ? AGAIN : PENDING, &out);
	figure[ADMITTED_CONNECTIONS] = (double)admitted;
	figure[LEFT_OUT] = (double)out;
	count_storm(evidence, figure);
	tell(kind, why);
	return 0;
}

const struct workload accept_workload = {
	.name = "accept",
	.brief = "clients connect to a listener, whose queue is short",
	.metric = "connect_ns",
	.meaning = "clients connect, use the connection once and close it; a "
		   "listener that accepts nothing admits its backlog and one "
		   "more, accepting waits for a client, and what is accepted "
		   "has of its listener's options those that are declared",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(ACCEPT),
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK),
	.options = accept_options,
	.plan = accept_plan,
	.figures = accept_figures,
	.play = accept_play,
	.judge = accept_judge,
};
