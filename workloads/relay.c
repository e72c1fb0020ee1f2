/* SPDX-License-Identifier: MIT */
/* Relay: a server gives a request away together with the right to reply, or
 * calls the next one itself and passes its reply on. */
#include <string.h>

#include "ipc/workload.h"

enum { CLIENT };	     /* the servers come behind it */
enum { CHAIN, CALLS, MODE }; /* options */
enum { RELAY, PROXY, SELF };
enum { CHAIN_MAX = 8, CHAIN_PRESET = 3, DEPTH = 2 };
enum { CALLS_MAX = 4096, CALLS_PRESET = 128 };

/* At the end come calls in which every server that has used its right tries to
 * use it once more. */
enum { RUDE = 16 };

/* A message's number: of the call, and what happened to it. */
enum { STRIDE = 32, REPLIED_BY = 16 };
_Static_assert((int)REPLIED_BY >= (int)CHAIN_MAX &&
		       STRIDE - REPLIED_BY >= (int)CHAIN_MAX,
	       "there is a number for every server");

/* The value is the server's position in the chain; of MARK_STEP, which is a
 * right used once more, the error. Every node has room for as many. */
enum { MARKS_A_CALL = 2 };

enum { CALL_NS, HOP_NS, RETURN_MESSAGES };

static const char *const modes[] = {
	[RELAY] = "relay",
	[PROXY] = "proxy",
	[SELF] = "self",
	NULL,
};

static const struct ipc_option relay_options[] = {
	[CHAIN] = {.name = "chain",
		   .help = "servers, of which the last one replies",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CHAIN_PRESET,
		   .min = 1,
		   .max = CHAIN_MAX},
	[CALLS] = {.name = "calls",
		   .help = "calls that are timed",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CALLS_PRESET,
		   .min = 1,
		   .max = CALLS_MAX},
	[MODE] = {.name = "mode",
		  .help = "relay: the right to reply goes on with the request; "
			  "proxy: each calls the next; self: one server "
			  "relays to itself",
		  .kind = IPC_OPTION_CHOICE,
		  .preset = RELAY,
		  .names = modes},
	{.name = NULL},
};

static const struct figure_kind relay_figures[] = {
	[CALL_NS] = {"call_ns", "ns", "lower",
		     "from before a call until it returns"},
	[HOP_NS] = {"hop_ns", "ns", "lower", "the same for each server"},
	[RETURN_MESSAGES] = {"return_messages", "1", "lower",
			     "replies that one call takes"},
	{NULL, NULL, NULL, NULL},
};

static unsigned int chain_of(const struct params *par)
{
	return (unsigned int)par->option[CHAIN];
}

static uint64_t calls_of(const struct params *par)
{
	return par->option[CALLS] + RUDE;
}

static bool is_relay(const struct params *par)
{
	return par->option[MODE] != PROXY;
}

static unsigned int servers_of(const struct params *par)
{
	return par->option[MODE] == SELF ? 1 : chain_of(par);
}

/* How often each server receives a call's request. */
static unsigned int turns_of(const struct params *par)
{
	return par->option[MODE] == SELF ? chain_of(par) : 1;
}

static int relay_plan(const struct params *par, struct plan *plan,
		      struct why *why)
{
	unsigned int chain = chain_of(par);
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < MESSAGE_MIN)
		return why_not(why, -EINVAL,
			       "a message's number takes %d bytes, not %zu",
			       MESSAGE_MIN, par->size);
	plan->nodes = servers_of(par) + 1;
	plan->marks = MARKS_A_CALL * calls_of(par) * turns_of(par);
	plan->services = is_relay(par) ? 1 : chain;
	for (unsigned int i = 0; i < plan->services; i++) {
		plan->service[i].clients = NODE(i);
		plan->service[i].servers = NODE(i + 1);
		plan->service[i].depth = depth;
	}
	if (is_relay(par)) {
		plan->service[0].servers = NODE(plan->nodes) - NODE(1);
		plan->service[0].relays = chain > 1;
	}
	return 0;
}

/* The number of a message of call i, without STRIDE * i. */
static unsigned int read_number(struct node *node, ssize_t n, uint64_t i,
				struct traffic traffic)
{
	uint64_t number = payload_round(payload_load(node->buf));

	if ((size_t)n != node->par->size || number / STRIDE != i ||
	    !payload_check_how(node->buf, (size_t)n, number, traffic.how))
		node->wrong++;
	return (unsigned int)(number % STRIDE);
}

static void write_number(struct node *node, uint64_t i, unsigned int number,
			 struct traffic traffic)
{
	payload_write_how(node->buf, node->par->size, i * STRIDE + number,
			  traffic.how);
}

/* Returns what the reply is, which is in node->buf, or a negative errno. */
static int call_on(struct node *node, struct call_port *port, uint64_t i,
		   unsigned int number, struct traffic traffic)
{
	size_t size = node->par->size;
	ssize_t n;

	write_number(node, i, number, traffic);
	n = call_call(port, node->buf, size, node->buf, size);
	return n < 0 ? (int)n : (int)read_number(node, n, i, traffic);
}

static int client(struct node *node, uint64_t i, struct traffic traffic)
{
	int got;

	node_mark(node, MARK_SEND, i, 0);
	got = call_on(node, node->client[0], i, 0, traffic);
	if (got < 0)
		return got;
	node_mark(node, MARK_SENT, i, (uint32_t)got - REPLIED_BY);
	return 0;
}

/* In a chain of calls one server is always the first. In a chain of relays it
 * is whoever received the client's request: the others come in turn. So each
 * one receives every request once, and the request says how far it is. */
static int pass_on(struct node *node, struct call_port *port,
		   const struct call_right *right, uint64_t i, unsigned int at,
		   struct traffic traffic)
{
	unsigned int chain = chain_of(node->par);
	size_t size = node->par->size;
	int got;

	if (at + 1 < chain && is_relay(node->par)) {
		write_number(node, i, at + 1, traffic);
		node_mark(node, MARK_RELAY, i, at);
		return call_relay(port, right,
				  (port->index + 1) % servers_of(node->par),
				  node->buf, size);
	}
	if (at + 1 < chain) {
		got = call_on(node, node->client[node->self], i, at + 1,
			      traffic);
		if (got < 0)
			return got;
	} else {
		write_number(node, i, REPLIED_BY + node->self - 1, traffic);
	}
	node_mark(node, MARK_REPLY, i, at);
	return call_reply(port, right, node->buf, size);
}

static int server(struct node *node, uint64_t i, struct traffic traffic)
{
	unsigned int service = is_relay(node->par) ? 0 : node->self - 1;
	struct call_port *port = node->server[service];
	size_t size = node->par->size;
	struct call_right right;
	unsigned int at;
	int err;
	ssize_t n = call_receive(port, node->buf, size, &right, 0);

	if (n < 0)
		return (int)n;
	at = read_number(node, n, i, traffic);
	if (at >= chain_of(node->par))
		return -EPROTO;
	err = pass_on(node, port, &right, i, at, traffic);
	if (err || i < node->par->option[CALLS])
		return err;
	err = call_reply(port, &right, node->buf, size);
	node_mark(node, MARK_STEP, i, (uint32_t)-err);
	return 0;
}

static int relay_play(struct node *node, struct traffic traffic)
{
	uint64_t turns = node->self == CLIENT ? 1 : turns_of(node->par);
	uint64_t parts = calls_of(node->par) * turns;
	int err = 0;

	for (uint64_t i = 0; i < parts && !err; i++)
		err = node->self == CLIENT ? client(node, i, traffic)
					   : server(node, i / turns, traffic);
	return err;
}

/* What the servers did with one call. */
struct deeds {
	unsigned int replies, relays, refused;
	unsigned int replier;	/* of the last reply: the server ... */
	unsigned int position;	/* ... and where in the chain */
	unsigned int positions; /* set of those that did something */
};

static int count_deed(struct deeds *deeds, const struct mark *mark,
		      unsigned int server, struct why *why)
{
	if (mark->kind == MARK_STEP) {
		if (mark->value != ESTALE)
			return why_not(why, -EBADMSG,
				       "in call %llu server %u used its right "
				       "twice (error %u)",
				       (unsigned long long)mark->seq, server,
				       mark->value);
		deeds->refused++;
		return 0;
	}
	deeds->positions |= 1u << mark->value;
	deeds->relays += mark->kind == MARK_RELAY;
	if (mark->kind != MARK_REPLY)
		return 0;
	deeds->replies++;
	if (deeds->replies == 1 || mark->value > deeds->position) {
		deeds->position = mark->value;
		deeds->replier = server;
	}
	return 0;
}

static int count_deeds(const struct evidence *evidence, struct deeds *deeds,
		       struct why *why)
{
	uint64_t calls = calls_of(evidence->par);
	int err = 0;

	memset(deeds, 0, calls * sizeof(*deeds));
	for (unsigned int s = 0; s < servers_of(evidence->par); s++) {
		const struct marks *marks = evidence->marks[s + 1];

		for (size_t i = 0; i < marks->n && !err; i++)
			if (marks->at[i].seq < calls)
				err = count_deed(&deeds[marks->at[i].seq],
						 &marks->at[i], s, why);
	}
	return err;
}

static int judge_call(const struct params *par, uint64_t i,
		      const struct deeds *deeds, unsigned int from,
		      struct why *why)
{
	unsigned int chain = chain_of(par);
	unsigned int replies = is_relay(par) ? 1 : chain;
	unsigned long long call = i;

	if (deeds->replies != replies)
		return why_not(why, -EBADMSG,
			       "call %llu had %u replies, not %u", call,
			       deeds->replies, replies);
	if (deeds->positions != (1u << chain) - 1 ||
	    deeds->relays + deeds->replies != chain)
		return why_not(why, -EBADMSG,
			       "call %llu did not come to each of %u servers "
			       "once, changed by the one before",
			       call, chain);
	if (from != deeds->replier || deeds->position + 1 != chain)
		return why_not(why, -EBADMSG,
			       "call %llu was replied to by server %u, and "
			       "the last of the chain was %u",
			       call, from, deeds->replier);
	if (i >= par->option[CALLS] && deeds->refused != chain)
		return why_not(why, -ENODATA,
			       "in call %llu only %u of %u servers tried to "
			       "use their right twice",
			       call, deeds->refused, chain);
	return 0;
}

static int relay_judge(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	static struct deeds deeds[CALLS_MAX + RUDE];
	static double call_ns[CALLS_MAX];
	const struct params *par = evidence->par;
	const struct marks *client = evidence->marks[CLIENT];
	uint64_t calls = calls_of(par), replies = 0;
	int err = count_deeds(evidence, deeds, why);

	for (uint64_t i = 0; i < calls && !err; i++) {
		const struct mark *mark = &client->at[MARKS_A_CALL * i];

		err = judge_call(par, i, &deeds[i], mark[1].value, why);
		replies += deeds[i].replies;
		if (i < par->option[CALLS])
			call_ns[i] = (double)(mark[1].t_ns - mark[0].t_ns);
	}
	if (err)
		return err;
	figure[CALL_NS] = lesson_median(call_ns, par->option[CALLS]);
	figure[HOP_NS] = figure[CALL_NS] / chain_of(par);
	figure[RETURN_MESSAGES] = (double)replies / (double)calls;
	return 0;
}

const struct workload relay_workload = {
	.name = "relay",
	.brief = "a request and the right to reply go from server to server",
	.metric = "call_ns",
	.meaning = "a client's call goes through a chain of servers, each of "
		   "which changes the request; with relays the last one "
		   "replies to the client, with proxies every reply goes back "
		   "through all; a right that was used or given away must "
		   "not work again",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(RELAY),
	.calls = true,
	.options = relay_options,
	.plan = relay_plan,
	.figures = relay_figures,
	.play = relay_play,
	.judge = relay_judge,
};
