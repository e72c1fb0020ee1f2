/* SPDX-License-Identifier: MIT */
/*
 * Primitives: send, receive, reply and relay, each alone and one way, and for
 * which of them its partner has to be there.
 *
 * An act is one operation of one node, the operator, on another, its partner,
 * that is there already, comes later, or does not come before the operation
 * has returned or is seen to be stuck. The last of these tells whether the
 * operation waits, by the order of what happens and by no time.
 */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { CLIENT, SERVER, OTHER, CALLER, NODES };
enum { LINK, LINKS };
enum { PLAIN, CHAIN, SERVICES }; /* the second one to relay on */
enum { REPEATS, LATE_US };
enum { REPEATS_PRESET = 12, REPEATS_MAX = 1024, LATE_PRESET = 2000 };
enum { DEPTH = 2, PAUSE_NS = 50000, NAP_NS = 20000 };
enum { US = 1000 }; /* nanoseconds */

enum op { CALL, SERVE, REPLY, RELAY, SEND, RECEIVE, OPS };

/* The partner: there before the operation begins, as often as is asked for;
 * then once later; then once not before it is clear whether that waits. */
enum state { WAITING, LATE, ABSENT };

/* On the board: what there is, and the last act for which it holds. */
enum {
	CLIENT_HAS,
	SERVER_HAS,
	READY, /* the partner, or about to be */
	TAKEN, /* the request that will be relayed */
	BEGUN, /* the operation */
	DONE,
	RELEASE, /* the client that was stopped */
	ENDED	 /* the partner's part */
};
enum { HAS_LINK = 1, HAS_CALLS = 2, HAS_HOLD = 4, HAS_CHAIN = 8, TOLD = 16 };

/* Two marks an act of operator and of partner, with its number: when it began
 * and when it was over; or one of who lets the client go. The value is the
 * act's op and state, and whether the operator was stuck. */
enum { STATES = 3, STUCK = 64, ROLE = 128 };
enum role { OPERATOR, PARTNER, RELEASER, ROLES };
enum { MARKS_AN_ACT = 2 };

enum { RELAY_ABSENT_NS = OPS, REPLY_ABSENT_NS };

static const struct ipc_option primitives_options[] = {
	[REPEATS] = {.name = "repeats",
		     .help = "times that each operation is timed",
		     .kind = IPC_OPTION_COUNT,
		     .preset = REPEATS_PRESET,
		     .min = 1,
		     .max = REPEATS_MAX},
	[LATE_US] = {.name = "late",
		     .help = "microseconds that a partner comes later",
		     .kind = IPC_OPTION_COUNT,
		     .preset = LATE_PRESET,
		     .min = 500,
		     .max = 1000000},
	{.name = NULL},
};

static const struct figure_kind primitives_figures[] = {
	[CALL] = {"request_ns", "ns", "lower",
		  "from before a call until the server, which waits, has the "
		  "request"},
	[SERVE] = {"take_ns", "ns", "lower",
		   "a server's receive of a request that is there"},
	[REPLY] = {"reply_ns", "ns", "lower",
		   "from before a reply until the call has returned"},
	[RELAY] = {"relay_ns", "ns", "lower",
		   "from before a relay until the other server, which waits, "
		   "has the request"},
	[SEND] = {"send_ns", "ns", "lower",
		  "from before a send until the receiver, which waits, has "
		  "the message"},
	[RECEIVE] = {"receive_ns", "ns", "lower",
		     "a receive of a message that is there"},
	[RELAY_ABSENT_NS] = {"relay_absent_ns", "ns", "lower",
			     "a relay to a server that does not come"},
	[REPLY_ABSENT_NS] = {"reply_absent_ns", "ns", "lower",
			     "a reply to a client that is stopped"},
	{NULL, NULL, NULL, NULL},
};

static int primitives_plan(const struct params *par, struct plan *plan,
			   struct why *why)
{
	uint64_t acts = OPS * (par->option[REPEATS] + 2);
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->marks = MARKS_AN_ACT * acts;
	plan->links = LINKS;
	plan->link[LINK].tx = NODE(CLIENT);
	plan->link[LINK].rx = NODE(SERVER);
	plan->link[LINK].depth = depth;
	plan->link[LINK].optional = true;
	plan->services = SERVICES;
	plan->service[PLAIN].clients = NODE(CLIENT);
	plan->service[PLAIN].servers = NODE(SERVER);
	plan->service[CHAIN].clients = NODE(CALLER);
	plan->service[CHAIN].servers = NODE(SERVER) | NODE(OTHER);
	plan->service[CHAIN].relays = true;
	for (int i = 0; i < SERVICES; i++) {
		plan->service[i].depth = depth;
		plan->service[i].optional = true;
	}
	return 0;
}

struct act {
	enum op op;
	enum state state;
	uint64_t number; /* of the first: 1 */
};

static uint32_t value_of(const struct act *act, enum role role)
{
	return (uint32_t)(role * ROLE + act->op * STATES + act->state);
}

static uint64_t late_of(const struct node *node)
{
	return node->par->option[LATE_US] * US;
}

/* A message's number: of the act, and whether it is a reply. */
static void write_request(struct node *node, const struct act *act,
			  struct traffic traffic)
{
	payload_write_how(node->buf, node->par->size, 2 * act->number,
			  traffic.how);
}

static void write_reply(struct node *node, const struct act *act,
			struct traffic traffic)
{
	payload_write_how(node->buf, node->par->size, 2 * act->number + 1,
			  traffic.how);
}

/* The operator has begun, and its partner is late or does not come before it
 * is clear what becomes of that. Returns STUCK or 0. */
static uint32_t stay_away(struct node *node, const struct act *act,
			  unsigned int operator)
{
	struct vigil vigil = {0};

	if (act->state == LATE) {
		node_hear(node, BEGUN, act->number);
		node_sleep(late_of(node));
	}
	while (act->state == ABSENT && node_told(node, DONE) < act->number)
		if (node_is_stuck(node, operator, BEGUN, DONE, &vigil))
			return STUCK;
	return 0;
}

/* Before its operation: the partner is there. */
static void await_partner(struct node *node, const struct act *act)
{
	if (act->state != WAITING)
		return;
	node_hear(node, READY, act->number);
	node_sleep(PAUSE_NS);
}

/* What a node waits for and what it notes around its part of an act. */
static void begin(struct node *node, const struct act *act, enum mark_kind kind,
		  enum role role, uint32_t stuck)
{
	if (role == OPERATOR)
		node_tell(node, BEGUN, act->number);
	node_mark(node, kind, act->number, value_of(act, role) | stuck);
}

static void end(struct node *node, const struct act *act, enum mark_kind kind,
		enum role role)
{
	node_mark(node, kind, act->number, value_of(act, role));
	if (role == OPERATOR)
		node_tell(node, DONE, act->number);
}

/* SEND and RECEIVE. */
static int put(struct node *node, const struct act *act, struct traffic traffic)
{
	enum role role = act->op == SEND ? OPERATOR : PARTNER;
	uint32_t stuck = 0;
	int err;

	if (role == OPERATOR)
		await_partner(node, act);
	else
		stuck = stay_away(node, act, SERVER);
	begin(node, act, MARK_SEND, role, stuck);
	err = node_put(node, node->port[LINK], act->number, traffic);
	end(node, act, MARK_SENT, role);
	if (role == PARTNER) {
		node_tell(node, READY, act->number);
		node_tell(node, ENDED, act->number);
	}
	return err;
}

static int get(struct node *node, const struct act *act, struct traffic traffic)
{
	enum role role = act->op == RECEIVE ? OPERATOR : PARTNER;
	uint32_t stuck = 0;
	int err;

	if (role == OPERATOR)
		await_partner(node, act);
	else
		stuck = stay_away(node, act, CLIENT);
	begin(node, act, MARK_RECEIVE, role, stuck);
	if (role == PARTNER)
		node_tell(node, READY, act->number);
	err = node_get(node, node->port[LINK], act->number, traffic);
	end(node, act, MARK_RECEIVED, role);
	if (role == PARTNER)
		node_tell(node, ENDED, act->number);
	return err;
}

/* The client's part of CALL, SERVE and REPLY. */
static int call(struct node *node, const struct act *act,
		struct traffic traffic)
{
	enum role role = act->op == CALL ? OPERATOR : PARTNER;
	size_t size = node->par->size;
	uint32_t stuck = 0;
	ssize_t n;

	write_request(node, act, traffic);
	if (role == OPERATOR)
		await_partner(node, act);
	else if (act->op == SERVE)
		stuck = stay_away(node, act, SERVER);
	begin(node, act, MARK_SEND, role, stuck);
	if (role == PARTNER)
		node_tell(node, READY, act->number);
	n = call_call(node->client[PLAIN], node->buf, size, node->buf, size);
	end(node, act, MARK_SENT, role);
	if (n < 0)
		return (int)n;
	node_check(node, n, 2 * act->number + 1, traffic);
	if (role == PARTNER)
		node_tell(node, ENDED, act->number);
	return 0;
}

static int receive(struct node *node, unsigned int service,
		   const struct act *act, struct call_right *right,
		   struct traffic traffic)
{
	ssize_t n = call_receive(node->server[service], node->buf,
				 node->par->size, right, 0);

	if (n < 0)
		return (int)n;
	node_check(node, n, 2 * act->number, traffic);
	return 0;
}

/* The server's of CALL and SERVE. */
static int serve(struct node *node, const struct act *act,
		 struct traffic traffic)
{
	enum role role = act->op == SERVE ? OPERATOR : PARTNER;
	struct call_right right;
	uint32_t stuck = 0;
	int err;

	if (role == OPERATOR)
		await_partner(node, act);
	else
		stuck = stay_away(node, act, CLIENT);
	begin(node, act, MARK_RECEIVE, role, stuck);
	if (role == PARTNER)
		node_tell(node, READY, act->number);
	err = receive(node, PLAIN, act, &right, traffic);
	end(node, act, MARK_RECEIVED, role);
	if (err)
		return err;
	write_reply(node, act, traffic);
	err = call_reply(node->server[PLAIN], &right, node->buf,
			 node->par->size);
	if (role == PARTNER)
		node_tell(node, ENDED, act->number);
	return err;
}

/* REPLY: to a client that waits, or that is stopped. */
static int reply(struct node *node, const struct act *act,
		 struct traffic traffic)
{
	struct call_right right;
	int err = receive(node, PLAIN, act, &right, traffic);

	if (err)
		return err;
	write_reply(node, act, traffic);
	node_sleep(PAUSE_NS);
	if (act->state != WAITING)
		node_hold(node, CLIENT, RELEASE, act->number);
	begin(node, act, MARK_REPLY, OPERATOR, 0);
	err = call_reply(node->server[PLAIN], &right, node->buf,
			 node->par->size);
	end(node, act, MARK_REPLIED, OPERATOR);
	return err;
}

/* Let the client go that is stopped for REPLY. */
static int release(struct node *node, const struct act *act)
{
	uint32_t stuck;

	if (act->state == WAITING)
		return 0;
	stuck = stay_away(node, act, SERVER);
	begin(node, act, MARK_STEP, RELEASER, stuck);
	node_tell(node, RELEASE, act->number);
	return 0;
}

/* RELAY: from one server to the other. That one does not come before the first
 * has the request, or it would receive that. */
static int relay(struct node *node, const struct act *act,
		 struct traffic traffic)
{
	struct call_port *port = node->server[CHAIN];
	struct call_right right;
	int err = receive(node, CHAIN, act, &right, traffic);

	if (err)
		return err;
	node_tell(node, TAKEN, act->number);
	await_partner(node, act);
	begin(node, act, MARK_RELAY, OPERATOR, 0);
	err = call_relay(port, &right, !port->index, node->buf,
			 node->par->size);
	end(node, act, MARK_STEP, OPERATOR);
	return err;
}

static int receive_relayed(struct node *node, const struct act *act,
			   struct traffic traffic)
{
	struct call_right right;
	uint32_t stuck = stay_away(node, act, SERVER);
	int err;

	node_hear(node, TAKEN, act->number);
	begin(node, act, MARK_RECEIVE, PARTNER, stuck);
	node_tell(node, READY, act->number);
	err = receive(node, CHAIN, act, &right, traffic);
	end(node, act, MARK_RECEIVED, PARTNER);
	if (err)
		return err;
	write_reply(node, act, traffic);
	return call_reply(node->server[CHAIN], &right, node->buf,
			  node->par->size);
}

static int call_for_relay(struct node *node, const struct act *act,
			  struct traffic traffic)
{
	size_t size = node->par->size;
	ssize_t n;

	write_request(node, act, traffic);
	n = call_call(node->client[CHAIN], node->buf, size, node->buf, size);
	if (n < 0)
		return (int)n;
	node_check(node, n, 2 * act->number + 1, traffic);
	node_tell(node, ENDED, act->number);
	return 0;
}

/* This node's part of an act; it comes when the one before is over. */
static int take_part(struct node *node, const struct act *act,
		     struct traffic traffic)
{
	unsigned int self = node->self;

	node_hear(node, DONE, act->number - 1);
	node_hear(node, ENDED, act->number - 1);
	switch (act->op) {
	case SEND:
	case RECEIVE:
		return (self == CLIENT ? put : get)(node, act, traffic);
	case CALL:
	case SERVE:
		return (self == CLIENT ? call : serve)(node, act, traffic);
	case REPLY:
		return self == CLIENT	? call(node, act, traffic)
		       : self == SERVER ? reply(node, act, traffic)
					: release(node, act);
	default:
		return self == SERVER  ? relay(node, act, traffic)
		       : self == OTHER ? receive_relayed(node, act, traffic)
				       : call_for_relay(node, act, traffic);
	}
}

/* The nodes of each operation. */
static const uint64_t parts[OPS] = {
	[SEND] = NODE(CLIENT) | NODE(SERVER),
	[RECEIVE] = NODE(CLIENT) | NODE(SERVER),
	[CALL] = NODE(CLIENT) | NODE(SERVER),
	[SERVE] = NODE(CLIENT) | NODE(SERVER),
	[REPLY] = NODE(CLIENT) | NODE(SERVER) | NODE(OTHER),
	[RELAY] = NODE(SERVER) | NODE(OTHER) | NODE(CALLER),
};

static const uint64_t wants[OPS] = {
	[SEND] = HAS_LINK,   [RECEIVE] = HAS_LINK, [CALL] = HAS_CALLS,
	[SERVE] = HAS_CALLS, [REPLY] = HAS_CALLS,  [RELAY] = HAS_CHAIN,
};

/* What the back-end can do is known to who has the ports. A client that sleeps
 * on a link is not stopped: the link may take that amiss. */
static uint64_t look_around(struct node *node)
{
	const struct call_port *client = node->client[PLAIN];

	if (node->self == CLIENT) {
		bool layered =
			client && client->service->call->way == CALL_LAYERED;

		node_tell(node, CLIENT_HAS,
			  TOLD | (node->port[LINK] ? HAS_LINK : 0) |
				  (client ? HAS_CALLS : 0) |
				  (client && !layered ? HAS_HOLD : 0));
	}
	if (node->self == SERVER)
		node_tell(node, SERVER_HAS,
			  TOLD | (node->server[CHAIN] ? HAS_CHAIN : 0));
	node_hear(node, CLIENT_HAS, TOLD);
	node_hear(node, SERVER_HAS, TOLD);
	return node_told(node, CLIENT_HAS) | node_told(node, SERVER_HAS);
}

static int primitives_play(struct node *node, struct traffic traffic)
{
	uint64_t has = look_around(node), n = 0;
	uint64_t repeats = node->par->option[REPEATS];
	int err = 0;

	for (int op = 0; op < OPS; op++) {
		uint64_t acts = repeats + STATES - 1;

		if (!(has & wants[op]))
			continue;
		if (op == REPLY && !(has & HAS_HOLD))
			acts = repeats;
		for (uint64_t i = 0; i < acts && !err; i++) {
			struct act act = {.op = (enum op)op, .number = ++n};

			act.state = i < repeats ? WAITING
						: (enum state)(i - repeats + 1);
			if (parts[op] & NODE(node->self))
				err = take_part(node, &act, traffic);
		}
	}
	return err;
}

/* When each role began and was over, of one act. */
struct seen {
	uint64_t began[ROLES], over[ROLES];
	bool stuck;
};

enum { ACTS_MAX = OPS * (REPEATS_MAX + 2) };
static struct seen seen[ACTS_MAX];
static uint32_t what[ACTS_MAX]; /* op and state */

/* All marks by act. Returns how many acts there were. */
static uint64_t collect(const struct evidence *evidence)
{
	uint64_t acts = 0;

	memset(seen, 0, sizeof(seen));
	for (unsigned int node = 0; node < NODES; node++) {
		const struct marks *marks = evidence->marks[node];

		for (size_t i = 0; i < marks->n; i++) {
			const struct mark *mark = &marks->at[i];
			struct seen *act = &seen[mark->seq - 1];
			unsigned int role = mark->value / ROLE;

			if (mark->seq > acts)
				acts = mark->seq;
			what[mark->seq - 1] = mark->value % STUCK;
			act->stuck |= (mark->value & STUCK) != 0;
			if (!act->began[role])
				act->began[role] = mark->t_ns;
			else
				act->over[role] = mark->t_ns;
		}
	}
	return acts;
}

static const char *const names[OPS] = {
	[CALL] = "call",   [SERVE] = "receive", [REPLY] = "reply",
	[RELAY] = "relay", [SEND] = "send",	[RECEIVE] = "receive",
};

/* What waits for its partner is not over before that came. */
static int judge_waits(const struct seen *act, enum op op, struct why *why)
{
	if (act->over[OPERATOR] >= act->began[PARTNER])
		return 0;
	return why_not(why, -EBADMSG,
		       "a %s returned %llu ns before its partner came",
		       names[op],
		       (unsigned long long)(act->began[PARTNER] -
					    act->over[OPERATOR]));
}

/* What does not wait is over when nobody has come yet. */
static int judge_free(const struct seen *act, enum op op, struct why *why)
{
	enum role away = op == REPLY ? RELEASER : PARTNER;

	if (op == REPLY && act->over[PARTNER] < act->began[RELEASER])
		return why_not(
			why, -ENODATA,
			"the client was not stopped when the reply came");
	if (act->over[OPERATOR] < act->began[away])
		return 0;
	return why_not(why, -EBADMSG, "a %s waited for its partner, %llu ns",
		       names[op],
		       (unsigned long long)(act->over[OPERATOR] -
					    act->began[OPERATOR]));
}

/* A send that has room waits for nobody, but not every link says that it has.
 */
static int judge_act(const struct evidence *evidence, const struct seen *act,
		     uint32_t of, struct why *why)
{
	enum op op = (enum op)(of / STATES);
	enum state state = (enum state)(of % STATES);

	if (state == WAITING)
		return 0;
	if (op == RECEIVE || op == CALL || op == SERVE)
		return judge_waits(act, op, why);
	if (state == LATE)
		return 0;
	if (op == SEND && !(evidence->impl->caps & IPC_DEPTH))
		return act->stuck ? judge_waits(act, op, why) : 0;
	return judge_free(act, op, why);
}

/* One way, from the operator to the partner; or of the operator alone. */
static double time_of(const struct seen *act, enum op op)
{
	bool alone = op == RECEIVE || op == SERVE;
	uint64_t over_ns = act->over[alone ? OPERATOR : PARTNER];

	return (double)over_ns - (double)act->began[OPERATOR];
}

static int primitives_judge(const struct evidence *evidence,
			    double figure[FIGURES], struct why *why)
{
	static double ns[OPS][REPEATS_MAX];
	size_t n[OPS] = {0};
	uint64_t acts = collect(evidence);
	int err = 0;

	for (int i = 0; i < FIGURES; i++)
		figure[i] = NAN;
	for (uint64_t i = 0; i < acts && !err; i++) {
		const struct seen *act = &seen[i];
		enum op op = (enum op)(what[i] / STATES);
		double alone_ns =
			(double)(act->over[OPERATOR] - act->began[OPERATOR]);

		err = judge_act(evidence, act, what[i], why);
		if (what[i] % STATES == WAITING)
			ns[op][n[op]++] = time_of(act, op);
		else if (what[i] == RELAY * STATES + ABSENT)
			figure[RELAY_ABSENT_NS] = alone_ns;
		else if (what[i] == REPLY * STATES + ABSENT)
			figure[REPLY_ABSENT_NS] = alone_ns;
	}
	for (int op = 0; op < OPS; op++)
		figure[op] = lesson_median(ns[op], n[op]);
	return err;
}

const struct workload primitives_workload = {
	.name = "primitives",
	.brief = "send, receive, reply and relay: each alone, one way",
	.metric = "request_ns",
	.meaning = "each operation is timed with its partner waiting for it, "
		   "from before it in one until it arrived at the other; then "
		   "the partner comes late, and then not before the operation "
		   "has returned or is stuck: a receive and a call wait for "
		   "their partner, a reply and a relay do not",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(PRIMITIVES),
	.calls = true,
	.options = primitives_options,
	.plan = primitives_plan,
	.figures = primitives_figures,
	.play = primitives_play,
	.judge = primitives_judge,
};
