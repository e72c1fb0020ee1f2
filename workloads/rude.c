/* SPDX-License-Identifier: MIT */
/*
 * Rude: a client that does not collect its replies. Where a reply is a send,
 * and needs room like any other, the server comes to wait for that client, and
 * everybody else for the server. Where a reply is not a send it does not.
 *
 *	rude	 request request request .................. collect collect
 *	server	 reply   reply   reply (waits) ............
 *	victim	                            call .........................
 *
 * A client that cannot send without waiting for the reply is stopped instead
 * before it has come. Where no reply waits there is one more round in which
 * the server does what such a reply would do, to see whether the lesson would
 * have seen that.
 */
#include <math.h>

#include "ipc/workload.h"

enum { RUDE, SERVER, VICTIM, WATCHER, OTHERS }; /* more victims last */
enum { SERVICE, SERVICES };
enum { LIKE_REPLIES, LINKS }; /* a link as that of the replies is, layered */
enum { REQUESTS, VICTIMS, CALLS, LATE_US };
enum { VICTIMS_MAX = 8, CALLS_MAX = 1024, DEPTH = 4, HELD_MAX = 1 << 17 };
enum { REQUESTS_PRESET = 64, CALLS_PRESET = 32, LATE_PRESET = 2000 };
enum { US = 1000 }; /* nanoseconds */

/* Requests of the rude one that the server did not receive yet, at most: it
 * may not come to wait for room itself, which some links have for one. */
enum { WINDOW = 1 };
enum { YIELDS = 64, PAUSE_NS = 20000 }; /* of who waits for that */

enum round { CALM, IS_RUDE, CONTROL, ROUNDS };

/* On the board; those that count go on from round to round, the others say the
 * last round, and one more, for which they hold. */
enum {
	FILL,
	RECEIVED = FILL + FILL_WORDS, /* requests of the rude one */
	BEGUN,			      /* replies to it */
	DONE,
	TARGET,	 /* replies when all are given, if it comes to that */
	VERDICT, /* that, or the server is stuck */
	GO,	 /* the victims may */
	RELEASE, /* it is time to collect */
	COLLECTING,
	CALLING, /* by victim */
	CALLED = CALLING + VICTIMS_MAX,
	WAY = CALLED + VICTIMS_MAX, /* 1 + the server's, once */
	WORDS
};
_Static_assert((int)WORDS <= (int)BOARD_WORDS, "they have room");

/* A message's number: of the request among those of its client, what it is, and
 * whether it is the reply. */
enum what { POST, END, CALL, WHATS };
enum { CLIENTS = VICTIMS_MAX + 1 };

/* Marks. The server says first how it has calls. Then, of each round with
 * somebody rude, the reply that took longest, and the one in which it was when
 * it was found stuck, if there is one: number of replies before, and 1 if so.
 */
enum { SAID = 1, LONGEST = 0, STUCK_IN = 2, SERVER_MARKS = 4 };
/* The watcher says what a link held; then, of each such round, when it was
 * clear whether the server is stuck, and when it was time to collect. */
enum { SEEN, RELEASED, WATCHER_MARKS };
/* The rude one: it begins to collect; how many it had to, when it is done. */
enum { COLLECT, COLLECTED, RUDE_MARKS };
enum { CALL_MARKS = 2 }; /* of a victim, a call */

enum {
	VICTIM_P99_NS,
	VICTIM_NS,
	CALM_NS,
	REPLY_MAX_NS,
	SERVER_BLOCKED_NS,
	UNCOLLECTED,
	PREDICTED
};

static const struct ipc_option rude_options[] = {
	[REQUESTS] = {.name = "requests",
		      .help = "requests whose replies are not collected; on "
			      "links as many as it takes",
		      .kind = IPC_OPTION_COUNT,
		      .preset = REQUESTS_PRESET,
		      .min = 1,
		      .max = CALL_POSTED},
	[VICTIMS] = {.name = "victims",
		     .help = "other clients of the server",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 1,
		     .min = 1,
		     .max = VICTIMS_MAX},
	[CALLS] = {.name = "calls",
		   .help = "calls of each victim in each round",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CALLS_PRESET,
		   .min = 1,
		   .max = CALLS_MAX},
	[LATE_US] = {.name = "late",
		     .help = "microseconds that a server that is stuck is "
			     "left so",
		     .kind = IPC_OPTION_COUNT,
		     .preset = LATE_PRESET,
		     .min = 500,
		     .max = 1000000},
	{.name = NULL},
};

static const struct figure_kind rude_figures[] = {
	[VICTIM_P99_NS] =
		{"victim_p99_ns", "ns", "lower",
		 "a victim's call while replies are not collected: 99 "
		 "of 100 take no longer"},
	[VICTIM_NS] = {"victim_ns", "ns", "lower", "the same (median)"},
	[CALM_NS] = {"calm_ns", "ns", "lower",
		     "a victim's call with nobody rude (median)"},
	[REPLY_MAX_NS] = {"reply_max_ns", "ns", "lower",
			  "the longest reply to the rude client"},
	[SERVER_BLOCKED_NS] = {"server_blocked_ns", "ns", "lower",
			       "how long the server waited in a reply for the "
			       "rude client to collect, which is as long as "
			       "that likes; 0: it did not"},
	[UNCOLLECTED] = {"uncollected_replies", "1", "none",
			 "replies that were given and not collected, when the "
			 "server waited or there were no more"},
	[PREDICTED] = {"predicted_replies", "1", "none",
		       "messages that filled a link like that of the replies"},
	{NULL, NULL, NULL, NULL},
};

static unsigned int victims_of(const struct params *par)
{
	return (unsigned int)par->option[VICTIMS];
}

static unsigned int victim_node(unsigned int victim)
{
	return victim == 0 ? VICTIM : OTHERS + victim - 1;
}

static unsigned int victim_of(unsigned int node)
{
	return node == VICTIM ? 0 : node - OTHERS + 1;
}

static int rude_plan(const struct params *par, struct plan *plan,
		     struct why *why)
{
	uint64_t calls = CALL_MARKS * ROUNDS * par->option[CALLS];
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < MESSAGE_MIN)
		return why_not(why, -EINVAL,
			       "a message's number takes %d bytes, not %zu",
			       MESSAGE_MIN, par->size);
	plan->nodes = OTHERS + victims_of(par) - 1;
	plan->services = SERVICES;
	plan->service[SERVICE].clients = NODE(RUDE);
	for (unsigned int v = 0; v < victims_of(par); v++)
		plan->service[SERVICE].clients |= NODE(victim_node(v));
	plan->service[SERVICE].servers = NODE(SERVER);
	plan->service[SERVICE].depth = depth;
	plan->links = LINKS;
	plan->bytes = par->size + CALL_HEAD;
	plan->link[LIKE_REPLIES].tx = NODE(SERVER);
	plan->link[LIKE_REPLIES].rx = NODE(WATCHER);
	plan->link[LIKE_REPLIES].depth = depth;
	plan->link[LIKE_REPLIES].msg_max = plan->bytes;
	plan->link[LIKE_REPLIES].optional = true;
	plan->marks = calls > SAID + SERVER_MARKS * ROUNDS
			      ? calls
			      : SAID + SERVER_MARKS * ROUNDS;
	return 0;
}

static uint64_t number_of(uint64_t seq, unsigned int client, enum what what)
{
	return 2 * ((seq * CLIENTS + client) * WHATS + what);
}

static void write_number(struct node *node, uint64_t number,
			 struct traffic traffic)
{
	payload_write_how(node->buf, node->par->size, number, traffic.how);
}

/* A whole call. */
static int call_once(struct node *node, uint64_t seq, enum what what,
		     struct traffic traffic)
{
	struct call_port *port = node->client[SERVICE];
	size_t size = node->par->size;
	uint64_t number = number_of(seq, port->index, what);
	ssize_t n;

	write_number(node, number, traffic);
	n = call_call(port, node->buf, size, node->buf, size);
	if (n < 0)
		return (int)n;
	node_check(node, n, number + 1, traffic);
	return 0;
}

/* Not so many that the requests want for room. False: there is no need for
 * more. */
static bool may_post(struct node *node, uint64_t posted, uint64_t round)
{
	for (unsigned int turn = 0;
	     posted >= node_told(node, RECEIVED) + WINDOW; turn++) {
		if (node_told(node, VERDICT) >= round)
			return false;
		if (turn < YIELDS)
			node_yield();
		else
			node_sleep(PAUSE_NS);
	}
	return true;
}

/* Send requests until the server is stuck, or as many as were asked for. Those
 * of rounds before count. */
static int post_all(struct node *node, uint64_t from, uint64_t round,
		    uint64_t *posted, struct traffic traffic)
{
	struct call_port *port = node->client[SERVICE];
	bool layered = port->service->call->way == CALL_LAYERED;
	uint64_t most = layered ? HELD_MAX : node->par->option[REQUESTS];
	int err = 0;

	while (!err && *posted < most && node_told(node, VERDICT) < round &&
	       may_post(node, from + *posted, round)) {
		write_number(node, number_of(from + *posted, port->index, POST),
			     traffic);
		err = call_post(port, node->buf, node->par->size);
		*posted += !err;
	}
	if (*posted == most)
		node_tell(node, TARGET, from + most);
	return err;
}

static int collect_all(struct node *node, uint64_t from, uint64_t posted,
		       struct traffic traffic)
{
	struct call_port *port = node->client[SERVICE];
	size_t size = node->par->size;

	for (uint64_t i = 0; i < posted; i++) {
		ssize_t n = call_collect(port, node->buf, size);

		if (n < 0)
			return (int)n;
		node_check(node, n, number_of(from + i, port->index, POST) + 1,
			   traffic);
	}
	return 0;
}

/* The server has this one stopped before it replies. */
static int call_and_stand_still(struct node *node, uint64_t from,
				uint64_t round, struct traffic traffic)
{
	int err;

	node_tell(node, TARGET, from + 1);
	err = call_once(node, from, POST, traffic);
	node_mark(node, MARK_RECEIVE, 0, 0);
	node_tell(node, COLLECTING, round);
	return err;
}

static int rude_round(struct node *node, uint64_t *from, uint64_t round,
		      struct traffic traffic)
{
	uint64_t posted = 0;
	int err;

	if (!call_can_post(node->client[SERVICE])) {
		posted = 1;
		err = call_and_stand_still(node, *from, round, traffic);
	} else {
		err = post_all(node, *from, round, &posted, traffic);
		if (err)
			return err;
		node_hear(node, RELEASE, round);
		node_mark(node, MARK_RECEIVE, 0, 0);
		node_tell(node, COLLECTING, round);
		err = collect_all(node, *from, posted, traffic);
	}
	node_mark(node, MARK_RECEIVED, posted, 0);
	*from += posted;
	return err;
}

/* What came, in a round: who is still to call. */
struct serving {
	uint64_t round; /* and one more */
	uint64_t calls; /* of victims, to come */
	bool ends;	/* the rude one is done */
	bool is_stuck;	/* one reply was found stuck */
	struct span longest, stuck;
	uint64_t stuck_in; /* replies before that */
};

/* A reply to the rude one. In the control round it waits for that as one would
 * that wanted for room. */
static int reply_to_rude(struct node *node, const struct call_right *right,
			 struct serving *serving)
{
	uint64_t done = node_told(node, DONE);
	struct span span;
	bool found;
	int err;

	node_tell(node, RECEIVED, done + 1);
	node_tell(node, BEGUN, done + 1);
	found = node_told(node, VERDICT) >= serving->round;
	span_begin(&span);
	err = call_reply(node->server[SERVICE], right, node->buf,
			 node->par->size);
	if (serving->round == CONTROL + 1)
		node_hear(node, COLLECTING, serving->round);
	span_end(&span);
	found = !found && node_told(node, VERDICT) >= serving->round;
	if (found && !serving->is_stuck) {
		serving->is_stuck = true;
		serving->stuck = span;
		serving->stuck_in = done;
	}
	if (span.over_ns - span.began_ns >
	    serving->longest.over_ns - serving->longest.began_ns)
		serving->longest = span;
	node_tell(node, DONE, done + 1);
	return err;
}

static int serve_once(struct node *node, struct serving *serving,
		      struct traffic traffic)
{
	struct call_port *port = node->server[SERVICE];
	size_t size = node->par->size;
	struct call_right right;
	ssize_t n = call_receive(port, node->buf, size, &right, 0);
	uint64_t number;

	if (n < 0)
		return (int)n;
	number = payload_round(payload_load(node->buf));
	if ((size_t)n != size || number / 2 / WHATS % CLIENTS != right.client ||
	    !payload_check_how(node->buf, size, number, traffic.how))
		node->wrong++;
	write_number(node, number + 1, traffic);
	if (number / 2 % WHATS == POST) {
		if (!port->service->call->ops->post)
			node_hold(node, RUDE, RELEASE, serving->round);
		return reply_to_rude(node, &right, serving);
	}
	serving->ends |= number / 2 % WHATS == END;
	serving->calls -= number / 2 % WHATS == CALL;
	return call_reply(port, &right, node->buf, size);
}

static int server_round(struct node *node, uint64_t round,
			struct traffic traffic)
{
	struct serving serving = {
		.round = round,
		.calls = victims_of(node->par) * node->par->option[CALLS],
	};
	uint64_t before = node_told(node, DONE);
	int err = 0;

	serving.ends = round == CALM + 1;
	while (!err && (serving.calls > 0 || !serving.ends))
		err = serve_once(node, &serving, traffic);
	if (round == CALM + 1)
		return err;
	node_mark_at(node, serving.longest.began_ns, MARK_REPLY, 0, 0);
	node_mark_at(node, serving.longest.over_ns, MARK_REPLIED, 0, 0);
	node_mark_at(node, serving.stuck.began_ns, MARK_REPLY,
		     serving.is_stuck ? serving.stuck_in - before : 0,
		     serving.is_stuck);
	node_mark_at(node, serving.stuck.over_ns, MARK_REPLIED, 0,
		     serving.is_stuck);
	return err;
}

/* Is the server stuck in a reply, or are all given? The others hear it. */
static bool watch(struct node *node, uint64_t before, uint64_t round)
{
	struct vigil vigil = {0};
	bool stuck = false;

	for (;;) {
		uint64_t target = node_told(node, TARGET);

		if (target > before && node_told(node, DONE) >= target)
			break;
		stuck = node_is_stuck(node, SERVER, BEGUN, DONE, &vigil);
		if (stuck)
			break;
	}
	node_mark(node, MARK_STEP, node_told(node, DONE) - before, stuck);
	node_tell(node, VERDICT, round);
	return stuck;
}

/* Victims call after it is clear whether the server is stuck; if it is, it is
 * let go while they wait, else after they are done. */
static void watcher_round(struct node *node, uint64_t before, uint64_t round)
{
	bool rude = round != CALM + 1;
	bool stuck = rude && watch(node, before, round);

	node_tell(node, GO, round);
	for (unsigned int v = 0; v < victims_of(node->par); v++)
		node_hear(node, (stuck ? CALLING : CALLED) + v, round);
	if (stuck)
		node_sleep(node->par->option[LATE_US] * US);
	if (rude)
		node_mark(node, MARK_STEP, 0, 0);
	node_tell(node, RELEASE, round);
}

static int victim_round(struct node *node, uint64_t round,
			struct traffic traffic)
{
	unsigned int self = victim_of(node->self);
	uint64_t calls = node->par->option[CALLS];
	int err = 0;

	node_hear(node, GO, round);
	for (uint64_t i = 0; i < calls && !err; i++) {
		uint64_t seq = round * calls + i;

		node_mark(node, MARK_SEND, seq, 0);
		if (i == 0)
			node_tell(node, CALLING + self, round);
		err = call_once(node, seq, CALL, traffic);
		node_mark(node, MARK_SENT, seq, 0);
	}
	node_tell(node, CALLED + self, round);
	return err;
}

/* What a link like that of the replies holds. */
static int predict(struct node *node, struct traffic traffic)
{
	struct fill fill = {.words = FILL, .max = HELD_MAX, .held = HELD_MAX};
	struct ipc_port *port = node->port[LIKE_REPLIES];
	int err = 0;

	if (port && node->self == SERVER)
		err = node_fill(node, port, &fill, traffic);
	else if (port)
		err = node_watch_fill(node, port, SERVER, &fill, traffic);
	if (node->self == WATCHER)
		node_mark(node, MARK_STEP, fill.held, 0);
	return err;
}

static int play_round(struct node *node, uint64_t round, uint64_t *from,
		      struct traffic traffic)
{
	uint64_t before = node_told(node, DONE);
	int err;

	/* Whoever comes late to the round must not count what the others have
	 * done in it as done before. */
	node_meet(node);
	if (node->self == SERVER)
		return server_round(node, round, traffic);
	if (node->self == WATCHER) {
		watcher_round(node, before, round);
		return 0;
	}
	if (node->self != RUDE)
		return victim_round(node, round, traffic);
	/* What was never used holds what another that was not does. */
	if (round == CALM + 1)
		return 0;
	err = rude_round(node, from, round, traffic);
	return err ? err : call_once(node, *from, END, traffic);
}

static int rude_play(struct node *node, struct traffic traffic)
{
	struct call_port *port = node->server[SERVICE];
	uint64_t from = 0, rounds;
	int err = 0;

	if (port) {
		node_mark(node, MARK_STEP, 0, port->service->call->way);
		node_tell(node, WAY, 1 + port->service->call->way);
	}
	if (node->self == SERVER || node->self == WATCHER)
		err = predict(node, traffic);
	node_meet(node);
	/* On links there is no need for another who waits. */
	rounds = node_told(node, WAY) == 1 + CALL_LAYERED ? CONTROL : ROUNDS;
	for (uint64_t round = CALM; round < rounds && !err; round++) {
		node_meet(node);
		err = play_round(node, round + 1, &from, traffic);
	}
	return err;
}

/* Of one round with somebody rude. */
struct course {
	bool stuck;	    /* was found so */
	uint64_t replies;   /* that were given by then */
	uint64_t stuck_in;  /* replies before the one that waited */
	uint64_t released;  /* when */
	uint64_t collected; /* it began then */
	uint64_t replied;   /* the reply that was found stuck was over */
	double blocked_ns, longest_ns;
	uint64_t first; /* the first call of a victim was over */
	uint64_t last;	/* the last */
};

static void add_victim(const struct evidence *evidence, enum round round,
		       unsigned int v, struct course *course)
{
	const struct marks *marks = evidence->marks[victim_node(v)];
	uint64_t calls = evidence->par->option[CALLS];
	const struct mark *at = &marks->at[CALL_MARKS * calls * round];

	for (uint64_t i = 0; i < calls; i++) {
		uint64_t over = at[CALL_MARKS * i + 1].t_ns;

		if (over < course->first)
			course->first = over;
		if (over > course->last)
			course->last = over;
	}
}

static struct course course_of(const struct evidence *evidence,
			       enum round round)
{
	unsigned int nth = round - IS_RUDE;
	const struct mark *server =
		&evidence->marks[SERVER]->at[SAID + SERVER_MARKS * nth];
	const struct mark *seen =
		&evidence->marks[WATCHER]->at[SAID + WATCHER_MARKS * nth];
	struct course course = {
		.stuck = seen[SEEN].value,
		.replies = seen[SEEN].seq,
		.stuck_in = server[STUCK_IN].seq,
		.released = seen[RELEASED].t_ns,
		.collected = evidence->marks[RUDE]->at[RUDE_MARKS * nth].t_ns,
		.replied =
			server[STUCK_IN].value ? server[STUCK_IN + 1].t_ns : 0,
		.longest_ns = (double)(server[LONGEST + 1].t_ns -
				       server[LONGEST].t_ns),
		.first = UINT64_MAX,
	};

	if (course.replied)
		course.blocked_ns =
			(double)(course.replied - server[STUCK_IN].t_ns);
	for (unsigned int v = 0; v < victims_of(evidence->par); v++)
		add_victim(evidence, round, v, &course);
	return course;
}

/* The server waited for the rude client, and the victims for the server. By the
 * order of what happened, whatever it took. */
static bool has_waited(const struct course *course)
{
	return course->stuck && course->replied >= course->released &&
	       course->first >= course->released;
}

static int judge_layered(const struct evidence *evidence,
			 const struct course *course, uint64_t held,
			 struct why *why)
{
	bool declared = evidence->impl->caps & IPC_DEPTH;
	uint32_t depth = evidence->plan->service[SERVICE].depth;
	uint64_t predicted = declared ? depth : held;

	if (!course->stuck && predicted < HELD_MAX)
		return why_not(why, -EBADMSG,
			       "%llu replies that nobody collected did not "
			       "make the server wait, with room for %llu",
			       (unsigned long long)course->replies,
			       (unsigned long long)predicted);
	if (!has_waited(course))
		return why_not(why, -ENODATA,
			       "the server was not seen to wait for the rude "
			       "client");
	if (evidence->impl->contract.elastic || course->stuck_in == predicted)
		return 0;
	return why_not(why, declared ? -EBADMSG : -ENODATA,
		       "the server waited after %llu replies, and there was "
		       "to be room for %llu",
		       (unsigned long long)course->stuck_in,
		       (unsigned long long)predicted);
}

/* Neither the server waits nor a victim, all the time that nothing is
 * collected. */
static int judge_unaffected(const struct course *course, struct why *why)
{
	if (course->replied >= course->released)
		return why_not(why, -EBADMSG,
			       "a reply waited for a client that did not "
			       "collect it, for %.0f ns",
			       course->blocked_ns);
	if (course->stuck || course->last > course->released)
		return why_not(why, -ENODATA,
			       "the server was taken for stuck, and was not");
	if (course->collected < course->released)
		return why_not(why, -ENODATA,
			       "the rude client was not held, and collected "
			       "its reply");
	return 0;
}

static int judge_others(const struct evidence *evidence,
			const struct course *course, struct why *why)
{
	struct course control = course_of(evidence, CONTROL);
	int err = judge_unaffected(course, why);

	if (!err && !has_waited(&control))
		return why_not(why, -ENODATA,
			       "a server that waited was not seen to, so that "
			       "one that did not proves nothing");
	return err;
}

/* Calls of all victims in a round. */
static size_t victims_calls(const struct evidence *evidence, enum round round,
			    double *ns)
{
	uint64_t calls = evidence->par->option[CALLS];
	size_t n = 0;

	for (unsigned int v = 0; v < victims_of(evidence->par); v++) {
		const struct mark *at =
			&evidence->marks[victim_node(v)]
				 ->at[CALL_MARKS * calls * round];

		for (uint64_t i = 0; i < calls; i++, at += CALL_MARKS)
			ns[n++] = (double)(at[1].t_ns - at[0].t_ns);
	}
	return n;
}

static int rude_judge(const struct evidence *evidence, double figure[FIGURES],
		      struct why *why)
{
	static double ns[VICTIMS_MAX * CALLS_MAX];
	enum call_way way = (enum call_way)evidence->marks[SERVER]->at[0].value;
	uint64_t held = evidence->marks[WATCHER]->at[0].seq;
	struct course course = course_of(evidence, IS_RUDE);
	size_t n = victims_calls(evidence, CALM, ns);

	figure[CALM_NS] = lesson_median(ns, n);
	n = victims_calls(evidence, IS_RUDE, ns);
	figure[VICTIM_NS] = lesson_median(ns, n);
	figure[VICTIM_P99_NS] = lesson_p99(ns, n);
	figure[REPLY_MAX_NS] = course.longest_ns;
	figure[SERVER_BLOCKED_NS] = course.blocked_ns;
	figure[UNCOLLECTED] = (double)course.replies;
	figure[PREDICTED] = NAN;
	if (way != CALL_LAYERED)
		return judge_others(evidence, &course, why);
	if (held < HELD_MAX && !evidence->impl->contract.elastic)
		figure[PREDICTED] = (double)held;
	return judge_layered(evidence, &course, held, why);
}

const struct workload rude_workload = {
	.name = "rude",
	.brief = "a client that does not collect its replies: who waits for it",
	.metric = "victim_p99_ns",
	.meaning = "a client sends requests and collects no reply, or is "
		   "stopped before its reply comes, while others call the "
		   "server; where a reply is a send the server waits in it as "
		   "soon as the link is full, and the others wait for the "
		   "server; where a reply is no send nobody waits",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(REPLY),
	.calls = true,
	.options = rude_options,
	.plan = rude_plan,
	.figures = rude_figures,
	.play = rude_play,
	.judge = rude_judge,
};
