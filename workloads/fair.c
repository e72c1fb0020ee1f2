/* SPDX-License-Identifier: MIT */
/* Fair: many clients of one server, each with a reply to every request, and
 * none of them left waiting. */
#include <string.h>

#include "ipc/workload.h"

enum { SERVICE, SERVICES };
enum { SERVER = 1 }; /* on the second PU, as with one client */
enum { CLIENTS, CALLS, LIMIT_MS };
enum { CLIENTS_MAX = 12, CLIENTS_PRESET = 4, DEPTH = 16 };
enum { CALLS_MAX = 1024, CALLS_PRESET = 64, LIMIT_PRESET = 500 };
enum { MS = 1000000 }; /* nanoseconds */

/* A message's number: of the call, whose it is, and whether it is a reply. */
enum { STRIDE = 32, REPLY = 16 };
_Static_assert((int)REPLY >= (int)CLIENTS_MAX, "there is one for each client");

enum { CLIENT_MARKS = 2 };
/* On the board. Each client says that it is about to call; the server waits for
 * all of them, or on one PU the first could be done before the last begins. */
enum { DONE, CALLS_NOW };
enum { WARM = 1 };	  /* calls that are not timed: they waited for that */
enum { NAP_NS = 500000 }; /* of a client that is done */

/* Who waits too long is starved if each other client was served so often
 * meanwhile; else nobody was served. */
enum { STARVED = 10 };

enum { RATE, LONGEST_NS, OVERTAKEN, FAIRNESS };

static const struct ipc_option fair_options[] = {
	[CLIENTS] = {.name = "clients",
		     .help = "that call the server at the same time",
		     .kind = IPC_OPTION_COUNT,
		     .preset = CLIENTS_PRESET,
		     .min = 2,
		     .max = CLIENTS_MAX},
	[CALLS] = {.name = "calls",
		   .help = "calls of each client",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CALLS_PRESET,
		   .min = 2,
		   .max = CALLS_MAX},
	[LIMIT_MS] = {.name = "limit",
		      .help = "milliseconds that no request may wait while "
			      "others are served",
		      .kind = IPC_OPTION_COUNT,
		      .preset = LIMIT_PRESET,
		      .min = 1,
		      .max = 10000},
	{.name = NULL},
};

static const struct figure_kind fair_figures[] = {
	[RATE] = {"requests_per_s", "1/s", "higher",
		  "requests of all clients that are replied to"},
	[LONGEST_NS] = {"longest_wait_ns", "ns", "lower",
			"the call that took longest, of any client"},
	[OVERTAKEN] = {"overtaken_requests", "1", "lower",
		       "most requests of others that were received while one "
		       "waited to be"},
	[FAIRNESS] = {"fairness_index", "1", "higher",
		      "Jain's index of the clients' median calls: 1 where all "
		      "are alike, 1/clients where one waits for all"},
	{NULL, NULL, NULL, NULL},
};

static unsigned int clients_of(const struct params *par)
{
	return (unsigned int)par->option[CLIENTS];
}

static int fair_plan(const struct params *par, struct plan *plan,
		     struct why *why)
{
	unsigned int clients = clients_of(par);
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < MESSAGE_MIN)
		return why_not(why, -EINVAL,
			       "a message's number takes %d bytes, not %zu",
			       MESSAGE_MIN, par->size);
	plan->nodes = clients + 1;
	plan->services = SERVICES;
	plan->service[SERVICE].servers = NODE(SERVER);
	plan->service[SERVICE].clients =
		(NODE(clients + 1) - 1) & ~NODE(SERVER);
	plan->service[SERVICE].depth = depth;
	plan->marks = clients * par->option[CALLS];
	return 0;
}

/* The clients are all nodes but the server. */
static unsigned int node_of(unsigned int client)
{
	return client < SERVER ? client : client + 1;
}

static int client(struct node *node, struct traffic traffic)
{
	struct call_port *port = node->client[SERVICE];
	size_t size = node->par->size;

	for (uint64_t i = 0; i < node->par->option[CALLS]; i++) {
		uint64_t number = i * STRIDE + port->index;
		ssize_t n;

		payload_write_how(node->buf, size, number, traffic.how);
		node_mark(node, MARK_SEND, i, port->index);
		if (i == 0)
			node_tell(node, CALLS_NOW + port->index, 1);
		n = call_call(port, node->buf, size, node->buf, size);
		node_mark(node, MARK_SENT, i, port->index);
		if (n < 0)
			return (int)n;
		if ((size_t)n != size ||
		    !payload_check_how(node->buf, size, number + REPLY,
				       traffic.how))
			node->wrong++;
	}
	/* Not to be in the way of those that still call. */
	while (!node_told(node, DONE))
		node_sleep(NAP_NS);
	return 0;
}

/* The mark says whose request it was by what is in it. */
static int serve(struct node *node, struct traffic traffic)
{
	struct call_port *port = node->server[SERVICE];
	size_t size = node->par->size;
	struct call_right right;
	ssize_t n = call_receive(port, node->buf, size, &right, 0);
	uint64_t number;

	if (n < 0)
		return (int)n;
	number = payload_round(payload_load(node->buf));
	node_mark(node, MARK_RECEIVED, number / STRIDE,
		  (uint32_t)(number % STRIDE));
	if ((size_t)n != size || number % STRIDE != right.client ||
	    !payload_check_how(node->buf, size, number, traffic.how))
		node->wrong++;
	payload_write_how(node->buf, size, number + REPLY, traffic.how);
	return call_reply(port, &right, node->buf, size);
}

static int fair_play(struct node *node, struct traffic traffic)
{
	uint64_t requests = clients_of(node->par) * node->par->option[CALLS];
	int err = 0;

	if (node->self != SERVER)
		return client(node, traffic);
	for (unsigned int c = 0; c < clients_of(node->par); c++)
		node_hear(node, CALLS_NOW + c, 1);
	for (uint64_t i = 0; i < requests && !err; i++)
		err = serve(node, traffic);
	node_tell(node, DONE, 1);
	return err;
}

/* When each request was received, and as the how manyth. */
struct receipt {
	uint64_t t_ns, nth;
};
static struct receipt receipt[CLIENTS_MAX][CALLS_MAX];

/* Every request once, and each client's in its order. */
static int judge_receipts(const struct evidence *evidence, struct why *why)
{
	const struct marks *marks = evidence->marks[SERVER];
	unsigned int clients = clients_of(evidence->par);
	uint64_t due[CLIENTS_MAX] = {0};
	uint64_t calls = evidence->par->option[CALLS];

	for (size_t i = 0; i < marks->n; i++) {
		const struct mark *mark = &marks->at[i];

		if (mark->value >= clients || mark->seq >= calls ||
		    mark->seq != due[mark->value])
			return why_not(why, -EBADMSG,
				       "request %llu of client %u was "
				       "received, which was not due",
				       (unsigned long long)mark->seq,
				       mark->value);
		due[mark->value]++;
		receipt[mark->value][mark->seq] =
			(struct receipt){mark->t_ns, i};
	}
	for (unsigned int c = 0; c < clients; c++)
		if (due[c] != calls)
			return why_not(why, -EBADMSG,
				       "%llu of %llu requests of client %u "
				       "were received",
				       (unsigned long long)due[c],
				       (unsigned long long)calls, c);
	return 0;
}

/* What all clients together come to. */
struct sums {
	uint64_t began_ns; /* the last client to call first did so */
	uint64_t first_ns; /* a client had its last reply, and was the first */
	uint64_t last_ns;  /* ... or the last */
	uint64_t longest_ns, overtaken;
	double median, square; /* sums over clients */
};

/* Requests that were received between two times. */
static uint64_t received_in(const struct marks *marks, uint64_t from_ns,
			    uint64_t to_nth)
{
	uint64_t n = 0;

	while (n < to_nth && marks->at[to_nth - 1 - n].t_ns > from_ns)
		n++;
	return n;
}

static int judge_call(const struct evidence *evidence, unsigned int c,
		      const struct mark *call, struct sums *sums,
		      struct why *why)
{
	const struct receipt *r = &receipt[c][call[0].seq];
	uint64_t took_ns = call[1].t_ns - call[0].t_ns;
	uint64_t limit_ns = evidence->par->option[LIMIT_MS] * MS;
	uint64_t others =
		received_in(evidence->marks[SERVER], call[0].t_ns, r->nth);

	if (r->t_ns < call[0].t_ns || r->t_ns > call[1].t_ns)
		return why_not(why, -EBADMSG,
			       "request %llu of client %u was not received "
			       "during its call",
			       (unsigned long long)call[0].seq, c);
	if (call[0].seq >= WARM && took_ns > sums->longest_ns)
		sums->longest_ns = took_ns;
	if (call[0].seq >= WARM && others > sums->overtaken)
		sums->overtaken = others;
	if (took_ns < limit_ns)
		return 0;
	if (others < STARVED * (clients_of(evidence->par) - 1))
		return why_not(why, -ENODATA,
			       "client %u waited for %llu ms, and %llu others "
			       "were served: that is nobody's turn",
			       c, (unsigned long long)(took_ns / MS),
			       (unsigned long long)others);
	return why_not(why, -EBADMSG,
		       "client %u was starved: it waited for %llu ms, and "
		       "%llu others were served",
		       c, (unsigned long long)(took_ns / MS),
		       (unsigned long long)others);
}

static int judge_client(const struct evidence *evidence, unsigned int c,
			struct sums *sums, struct why *why)
{
	const struct mark *at = evidence->marks[node_of(c)]->at;
	uint64_t calls = evidence->par->option[CALLS];
	const struct mark *last = &at[CLIENT_MARKS * calls - 1];
	static double took_ns[CALLS_MAX];
	double median;
	int err = 0;

	for (uint64_t i = 0; i < calls && !err; i++) {
		const struct mark *call = &at[CLIENT_MARKS * i];

		err = judge_call(evidence, c, call, sums, why);
		took_ns[i] = (double)(call[1].t_ns - call[0].t_ns);
	}
	median = lesson_median(took_ns + WARM, calls - WARM);
	sums->median += median;
	sums->square += median * median;
	if (at->t_ns > sums->began_ns)
		sums->began_ns = at->t_ns;
	if (last->t_ns < sums->first_ns)
		sums->first_ns = last->t_ns;
	if (last->t_ns > sums->last_ns)
		sums->last_ns = last->t_ns;
	return err;
}

static int fair_judge(const struct evidence *evidence, double figure[FIGURES],
		      struct why *why)
{
	struct sums sums = {.first_ns = UINT64_MAX};
	unsigned int clients = clients_of(evidence->par);
	double requests = (double)(clients * evidence->par->option[CALLS]);
	int err = judge_receipts(evidence, why);

	for (unsigned int c = 0; c < clients && !err; c++)
		err = judge_client(evidence, c, &sums, why);
	if (err)
		return err;
	if (sums.began_ns >= sums.first_ns)
		return why_not(why, -ENODATA,
			       "the clients did not all call at the same time");
	figure[RATE] = requests * 1e9 / (double)(sums.last_ns - sums.began_ns);
	figure[LONGEST_NS] = (double)sums.longest_ns;
	figure[OVERTAKEN] = (double)sums.overtaken;
	figure[FAIRNESS] = sums.median * sums.median / (clients * sums.square);
	return 0;
}

const struct workload fair_workload = {
	.name = "fair",
	.brief = "many clients of one server: each is replied to, none starves",
	.metric = "requests_per_s",
	.meaning = "clients call one server as fast as they can; every request "
		   "is received once and replied to with its own, and none "
		   "waits beyond a limit while others are served",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(SERVICE),
	.calls = true,
	.options = fair_options,
	.plan = fair_plan,
	.figures = fair_figures,
	.play = fair_play,
	.judge = fair_judge,
};
