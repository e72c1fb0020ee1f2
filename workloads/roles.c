/* SPDX-License-Identifier: MIT */
/* Roles: of client and server, who waits for whom. A call and a receive wait, a
 * reply does not. */
#include <math.h>

#include "ipc/workload.h"

/* The crowd takes the client's PU while the server replies. */
enum { CLIENT, SERVER, CROWD, NODES };
enum { SERVICE, SERVICES };
enum { CALLS, ROUNDS, LATE_US };
enum { CALLS_MAX = 4096, ROUNDS_MAX = 256, DEPTH = 2 };
enum { CALLS_PRESET = 64, ROUNDS_PRESET = 6, LATE_PRESET = 2000 };
enum { US = 1000 }; /* nanoseconds */

/* Of the crowd: turns in which it works until the reply; how many make up the
 * time that one is late. */
enum { TURNS = 8, PATIENCE = 10 * TURNS };

/* The client is kept away for so many turns after the reply. It has been away
 * if it came back so many after the reply began, and then one that takes so
 * many waited for it. */
enum { AWAY = 6, WAS_AWAY = 4, WAITED = 2 };

/* Who is late, with what. */
enum course {
	PROMPT,	       /* nobody */
	LATE_RECEIVE,  /* the server */
	LATE_REPLY,    /* the server */
	LATE_CALL,     /* the client */
	CLIENT_CANNOT, /* the client is off the PU when the reply comes */
	COURSES
};

/* On the board: the last call for which it holds, and one more. */
enum { CALLING, RECEIVING, CALLED, TO_CROWD, CROWDED, REPLIED };

/* Of each call; the value is its course. */
enum { CLIENT_MARKS = 2, SERVER_MARKS = 4 };

enum { CALL_NS, REPLY_NS, CALL_BLOCKED_NS, ANSWER_BLOCKED_NS, RECEIVE_BLOCKED };

static const struct ipc_option roles_options[] = {
	[CALLS] = {.name = "calls",
		   .help = "calls with nobody late",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CALLS_PRESET,
		   .min = 1,
		   .max = CALLS_MAX},
	[ROUNDS] = {.name = "rounds",
		    .help = "calls for each way of being late",
		    .kind = IPC_OPTION_COUNT,
		    .preset = ROUNDS_PRESET,
		    .min = 1,
		    .max = ROUNDS_MAX},
	[LATE_US] = {.name = "late",
		     .help = "microseconds that client or server are late",
		     .kind = IPC_OPTION_COUNT,
		     .preset = LATE_PRESET,
		     .min = 500,
		     .max = 1000000},
	{.name = NULL},
};

static const struct figure_kind roles_figures[] = {
	[CALL_NS] = {"call_ns", "ns", "lower",
		     "from before a call until it returns, nobody late"},
	[REPLY_NS] = {"reply_ns", "ns", "lower",
		      "from before a reply until it returns, the client off "
		      "its PU meanwhile"},
	[CALL_BLOCKED_NS] = {"call_blocked_ns", "ns", "none",
			     "a call whose server is late in receiving"},
	[ANSWER_BLOCKED_NS] = {"answer_blocked_ns", "ns", "none",
			       "a call whose server is late in replying"},
	[RECEIVE_BLOCKED] = {"receive_blocked_ns", "ns", "none",
			     "a receive whose client is late"},
	{NULL, NULL, NULL, NULL},
};

static uint64_t calls_of(const struct params *par)
{
	return par->option[CALLS] + (COURSES - 1) * par->option[ROUNDS];
}

static enum course course_of(const struct params *par, uint64_t call)
{
	if (call < par->option[CALLS])
		return PROMPT;
	call -= par->option[CALLS];
	return (enum course)(LATE_RECEIVE + call / par->option[ROUNDS]);
}

static uint64_t late_of(const struct params *par)
{
	return par->option[LATE_US] * US;
}

static int roles_plan(const struct params *par, struct plan *plan,
		      struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->services = SERVICES;
	plan->service[SERVICE].clients = NODE(CLIENT);
	plan->service[SERVICE].servers = NODE(SERVER);
	plan->service[SERVICE].depth = depth;
	plan->marks = SERVER_MARKS * calls_of(par);
	return 0;
}

static uint64_t request_of(uint64_t call)
{
	return 2 * call;
}

static uint64_t reply_of(uint64_t call)
{
	return 2 * call + 1;
}

/* The board is told before the call begins to be late for, and after its mark:
 * whoever hears it knows that the clock has been read. */
static int call_once(struct node *node, uint64_t i, struct traffic traffic)
{
	enum course course = course_of(node->par, i);
	size_t size = node->par->size;
	ssize_t n;

	if (course == LATE_CALL) {
		node_hear(node, RECEIVING, i + 1);
		node_sleep(late_of(node->par));
	}
	if (course == CLIENT_CANNOT)
		node_give_way(true);
	payload_write_how(node->buf, size, request_of(i), traffic.how);
	node_mark(node, MARK_SEND, i, course);
	node_tell(node, CALLING, i + 1);
	n = call_call(node->client[SERVICE], node->buf, size, node->buf, size);
	node_mark(node, MARK_SENT, i, course);
	if (course == CLIENT_CANNOT)
		node_give_way(false);
	node_tell(node, CALLED, i + 1);
	if (n < 0)
		return (int)n;
	node_check(node, n, reply_of(i), traffic);
	return 0;
}

static int reply_once(struct node *node, const struct call_right *right,
		      uint64_t i, struct traffic traffic)
{
	enum course course = course_of(node->par, i);
	size_t size = node->par->size;
	int err;

	payload_write_how(node->buf, size, reply_of(i), traffic.how);
	if (course == LATE_REPLY)
		node_sleep(late_of(node->par));
	if (course == CLIENT_CANNOT) {
		node_tell(node, TO_CROWD, i + 1);
		node_hear(node, CROWDED, i + 1);
	}
	node_mark(node, MARK_REPLY, i, course);
	err = call_reply(node->server[SERVICE], right, node->buf, size);
	node_mark(node, MARK_REPLIED, i, course);
	node_tell(node, REPLIED, i + 1);
	/* It keeps its PU, which may be the client's too, for some time; then
	 * it sleeps, so that the client comes to return. */
	if (course == CLIENT_CANNOT)
		node_work(late_of(node->par) / TURNS * AWAY);
	if (course != PROMPT && !err)
		node_hear(node, CALLED, i + 1);
	return err;
}

static int serve_once(struct node *node, uint64_t i, struct traffic traffic)
{
	enum course course = course_of(node->par, i);
	struct call_right right;
	ssize_t n;

	if (course == LATE_RECEIVE) {
		node_hear(node, CALLING, i + 1);
		node_sleep(late_of(node->par));
	}
	node_mark(node, MARK_RECEIVE, i, course);
	node_tell(node, RECEIVING, i + 1);
	n = call_receive(node->server[SERVICE], node->buf, node->par->size,
			 &right, 0);
	node_mark(node, MARK_RECEIVED, i, course);
	if (n < 0)
		return (int)n;
	node_check(node, n, request_of(i), traffic);
	return reply_once(node, &right, i, traffic);
}

/* Until the client would be late had it been waited for; not for ever, which it
 * may be. Far from the board before, not to be in the client's way. */
static int crowd(struct node *node, uint64_t i)
{
	if (course_of(node->par, i) != CLIENT_CANNOT)
		return 0;
	while (node_told(node, TO_CROWD) < i + 1)
		node_sleep(late_of(node->par) / 4);
	node_tell(node, CROWDED, i + 1);
	for (int turn = 0; turn < PATIENCE; turn++) {
		if (node_told(node, REPLIED) > i)
			break;
		node_work(late_of(node->par) / TURNS);
	}
	node_work(late_of(node->par) / TURNS * AWAY);
	return 0;
}

static int roles_play(struct node *node, struct traffic traffic)
{
	uint64_t calls = calls_of(node->par);
	int err = 0;

	for (uint64_t i = 0; i < calls && !err; i++)
		err = node->self == CLIENT   ? call_once(node, i, traffic)
		      : node->self == SERVER ? serve_once(node, i, traffic)
					     : crowd(node, i);
	return err;
}

/* When a call was sent, received, replied to and over: began, over. */
struct call_times {
	uint64_t send, sent, receive, received, reply, replied;
};

static struct call_times times_of(const struct evidence *evidence, uint64_t i)
{
	const struct mark *q = &evidence->marks[CLIENT]->at[CLIENT_MARKS * i];
	const struct mark *p = &evidence->marks[SERVER]->at[SERVER_MARKS * i];

	return (struct call_times){q[0].t_ns, q[1].t_ns, p[0].t_ns,
				   p[1].t_ns, p[2].t_ns, p[3].t_ns};
}

static int judge_sequence(const struct call_times *t, uint64_t i,
			  struct why *why)
{
	if (t->sent < t->reply)
		return why_not(why, -EBADMSG,
			       "call %llu returned %llu ns before its reply "
			       "began",
			       (unsigned long long)i,
			       (unsigned long long)(t->reply - t->sent));
	if (t->received < t->send)
		return why_not(why, -EBADMSG,
			       "receive %llu returned %llu ns before its call "
			       "began",
			       (unsigned long long)i,
			       (unsigned long long)(t->send - t->received));
	return 0;
}

/* Whoever is late is so after the other has begun to wait, so there is no
 * tolerance. */
static int judge_wait(enum course course, const struct call_times *t,
		      uint64_t late_ns, struct why *why)
{
	bool calls = course == LATE_RECEIVE || course == LATE_REPLY;
	uint64_t ns = calls ? t->sent - t->send : t->received - t->receive;

	if ((!calls && course != LATE_CALL) || ns >= late_ns)
		return 0;
	return why_not(
		why, -EBADMSG, "a %s took %llu ns, with the %s late by %llu ns",
		calls ? "call" : "receive", (unsigned long long)ns,
		calls ? "server" : "client", (unsigned long long)late_ns);
}

static double duration(enum course course, const struct call_times *t)
{
	if (course == CLIENT_CANNOT)
		return (double)(t->replied - t->reply);
	return (double)(course == LATE_CALL ? t->received - t->receive
					    : t->sent - t->send);
}

/* Did the client take the reply so late that a reply that waits for it would
 * be seen? */
static bool could_not(const struct call_times *t, uint64_t late_ns)
{
	return t->sent - t->reply >= late_ns / TURNS * WAS_AWAY;
}

/*
 * With calls of its own a back-end has room for the reply where the client
 * waits. On links it is one message more, which has no such promise.
 *
 * A reply may take long for other reasons, so one that did not wait is enough.
 */
static int judge_reply(const struct evidence *evidence, const double *reply_ns,
		       size_t n, struct why *why)
{
	uint64_t least = late_of(evidence->par) / TURNS * WAITED;

	if (!evidence->impl->call)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (reply_ns[i] < (double)least)
			return 0;
	if (n == 0)
		return why_not(why, -ENODATA,
			       "the client was never off its PU for long when "
			       "a reply came");
	return why_not(why, -EBADMSG,
		       "each of %zu replies that the client could not take at "
		       "once took more than %llu ns",
		       n, (unsigned long long)least);
}

static int roles_judge(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	static const unsigned int figure_of[COURSES] = {
		[PROMPT] = CALL_NS,
		[LATE_RECEIVE] = CALL_BLOCKED_NS,
		[LATE_REPLY] = ANSWER_BLOCKED_NS,
		[LATE_CALL] = RECEIVE_BLOCKED,
		[CLIENT_CANNOT] = REPLY_NS,
	};
	static double y[COURSES][CALLS_MAX];
	uint64_t late_ns = late_of(evidence->par);
	size_t n[COURSES] = {0};

	for (uint64_t i = 0; i < calls_of(evidence->par); i++) {
		enum course course = course_of(evidence->par, i);
		struct call_times t = times_of(evidence, i);

		if (judge_sequence(&t, i, why) ||
		    judge_wait(course, &t, late_ns, why))
			return -EBADMSG;
		if (course != CLIENT_CANNOT || could_not(&t, late_ns))
			y[course][n[course]++] = duration(course, &t);
	}
	for (int course = 0; course < COURSES; course++)
		figure[figure_of[course]] = lesson_median(y[course], n[course]);
	return judge_reply(evidence, y[CLIENT_CANNOT], n[CLIENT_CANNOT], why);
}

const struct workload roles_workload = {
	.name = "roles",
	.brief = "client and server: a call and a receive wait, a reply does "
		 "not",
	.metric = "call_ns",
	.meaning = "calls with nobody late, with the server late in receiving "
		   "or in replying, with the client late, and with the client "
		   "off its PU when the reply comes; a call waits for its "
		   "reply, a receive for a request, and a reply for nobody",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(ROLES) | SHOWS(CLIENT_SYNC) | SHOWS(SERVER_SYNC),
	.calls = true,
	.options = roles_options,
	.plan = roles_plan,
	.figures = roles_figures,
	.play = roles_play,
	.judge = roles_judge,
};
