/* SPDX-License-Identifier: MIT */
/* Late: one of the two comes later, and what that costs the other. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { ROUNDS, LATE_US };
enum { DEPTH = 2, HELD_MAX = 1 << 17 };
enum { ROUNDS_PRESET = 4, ROUNDS_MAX = 256, LATE_PRESET = 2000 };

/* Who is late, and whether there is room meanwhile. */
enum course { ROOM, NO_MESSAGE, NO_ROOM, COURSES };

enum { FILL };	    /* on the board */
enum { US = 1000 }; /* nanoseconds */

/* The sender says first how it waits. Then each round has two marks; the first
 * one's value is the course, its number what the link held; the second's value
 * is what the operation had of the PU, in microseconds, and its number how often
 * it slept. */
enum { SAID = 1, MARKS_A_ROUND = 2 };

enum {
	SEND_NS,
	SEND_BLOCKED_NS,
	SEND_FREED_NS,
	SEND_BUSY,
	RECEIVE_BLOCKED_NS,
	RECEIVE_FREED_NS,
	RECEIVE_BUSY,
	HELD_MESSAGES
};

static const struct ipc_option late_options[] = {
	[ROUNDS] = {.name = "rounds",
		    .help = "times that each of the three things is tried",
		    .kind = IPC_OPTION_COUNT,
		    .preset = ROUNDS_PRESET,
		    .min = 1,
		    .max = ROUNDS_MAX},
	[LATE_US] = {.name = "late",
		     .help = "microseconds that sender or receiver come later",
		     .kind = IPC_OPTION_COUNT,
		     .preset = LATE_PRESET,
		     .min = 500,
		     .max = 1000000},
	{.name = NULL},
};

static const struct figure_kind late_figures[] = {
	[SEND_NS] = {"send_ns", "ns", "lower",
		     "from before a send until it returns, the receiver late "
		     "and the link empty"},
	[SEND_BLOCKED_NS] = {"send_blocked_ns", "ns", "none",
			     "the same with the link full, the receiver late "
			     "by some milliseconds more"},
	[SEND_FREED_NS] = {"send_freed_ns", "ns", "lower",
			   "from before the late receiver's first receive "
			   "until the blocked send returns"},
	[SEND_BUSY] = {"send_busy_share", "1", "lower",
		       "part of the blocked send that polled; the rest slept"},
	[RECEIVE_BLOCKED_NS] = {"receive_blocked_ns", "ns", "none",
				"from before a receive until it returns, the "
				"sender late"},
	[RECEIVE_FREED_NS] = {"receive_freed_ns", "ns", "lower",
			      "from before the late send until the blocked "
			      "receive returns"},
	[RECEIVE_BUSY] = {"receive_busy_share", "1", "lower",
			  "part of the blocked receive that polled"},
	[HELD_MESSAGES] = {"held_messages", "1", "none",
			   "messages that the link held when a send waited"},
	{NULL, NULL, NULL, NULL},
};

static int late_plan(const struct params *par, struct plan *plan,
		     struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = 1;
	plan->link[0].tx = NODE(SENDER);
	plan->link[0].rx = NODE(RECEIVER);
	plan->link[0].depth = depth;
	plan->marks = SAID + MARKS_A_ROUND * COURSES * par->option[ROUNDS];
	return 0;
}

/* What an operation had of the PU shows whether it polled. */
static void mark_both(struct node *node, enum course course,
		      const struct fill *fill)
{
	bool sends = node->self == SENDER;

	node_mark_at(node, fill->span.began_ns,
		     sends ? MARK_SEND : MARK_RECEIVE, fill->held, course);
	node_mark_at(node, fill->span.over_ns,
		     sends ? MARK_SENT : MARK_RECEIVED, fill->span.slept,
		     (uint32_t)(fill->span.ran_ns / US));
}

/* One message, and one of the two comes late. */
static int one_message(struct node *node, enum course course, uint64_t seq,
		       struct traffic traffic)
{
	bool sends = node->self == SENDER;
	struct ipc_port *port = node->port[0];
	struct fill fill = {.held = 0};
	int err;

	if (sends == (course == NO_MESSAGE))
		node_sleep(node->par->option[LATE_US] * US);
	span_begin(&fill.span);
	err = sends ? node_put(node, port, seq, traffic)
		    : node_get(node, port, seq, traffic);
	span_end(&fill.span);
	mark_both(node, course, &fill);
	if (!err && !sends)
		err = node_find_empty(node, port, traffic);
	return err;
}

/* As many messages as there is room for and one more, which is the one that
 * is marked; the receiver comes late, and what it receives is what makes room.
 */
static int one_too_many(struct node *node, uint64_t *seq,
			struct traffic traffic)
{
	struct fill fill = {
		.words = FILL,
		.from = *seq,
		.max = HELD_MAX,
		.late_ns = node->par->option[LATE_US] * US,
	};
	int err = node->self == SENDER
			  ? node_fill(node, node->port[0], &fill, traffic)
			  : node_watch_fill(node, node->port[0], SENDER, &fill,
					    traffic);

	if (!err)
		mark_both(node, NO_ROOM, &fill);
	*seq += fill.sent;
	return err;
}

static int late_play(struct node *node, struct traffic traffic)
{
	const struct ipc_link *link = node->port[0]->link;
	bool reliable = link->impl->caps & IPC_RELIABLE;
	uint64_t rounds = node->par->option[ROUNDS], seq = 0;
	int err = 0;

	node_mark(node, MARK_STEP, 0, (uint32_t)link->spec.wait);
	for (uint64_t i = 0; i < rounds && !err; i++) {
		for (int course = ROOM; course < NO_ROOM && !err; course++) {
			node_meet(node);
			err = one_message(node, (enum course)course, seq++,
					  traffic);
		}
		node_meet(node);
		/* What is not waited for is lost. */
		if (reliable && !err)
			err = one_too_many(node, &seq, traffic);
	}
	return err;
}

/* How one round was for both; of one course, in the order of the rounds. */
struct round {
	uint64_t held, send, sent, receive, received;
	double send_ns, receive_ns;	  /* how long */
	double send_freed, receive_freed; /* after the other came */
	double send_busy, receive_busy;	  /* share of it */
	double send_slept, receive_slept; /* how often */
};

static double busy_share(const struct mark *began, const struct mark *over)
{
	double ns = (double)(over->t_ns - began->t_ns);

	return ns > 0 ? over->value * (double)US / ns : 0;
}

static struct round round_of(const struct mark *s, const struct mark *r)
{
	return (struct round){
		.held = r[0].seq,
		.send = s[0].t_ns,
		.sent = s[1].t_ns,
		.receive = r[0].t_ns,
		.received = r[1].t_ns,
		.send_ns = (double)(s[1].t_ns - s[0].t_ns),
		.receive_ns = (double)(r[1].t_ns - r[0].t_ns),
		.send_freed = (double)s[1].t_ns - (double)r[0].t_ns,
		.receive_freed = (double)r[1].t_ns - (double)s[0].t_ns,
		.send_busy = busy_share(&s[0], &s[1]),
		.receive_busy = busy_share(&r[0], &r[1]),
		.send_slept = (double)s[1].seq,
		.receive_slept = (double)r[1].seq,
	};
}

static size_t rounds_of(const struct evidence *evidence, enum course course,
			struct round round[ROUNDS_MAX])
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	size_t n = 0;

	for (size_t i = SAID; i + 1 < tx->n && i + 1 < rx->n && n < ROUNDS_MAX;
	     i += MARKS_A_ROUND)
		if (tx->at[i].value == course)
			round[n++] = round_of(&tx->at[i], &rx->at[i]);
	return n;
}

/* Sends that returned before the receiver came. */
static size_t not_waiting(const struct round *round, size_t n)
{
	size_t free = 0;

	for (size_t i = 0; i < n; i++)
		free += round[i].sent < round[i].receive;
	return free;
}

/* No receive ends before its send began, in any course. */
static int judge_sequence(const struct round *round, size_t n, struct why *why)
{
	for (size_t i = 0; i < n; i++)
		if (round[i].received < round[i].send)
			return why_not(why, -EBADMSG,
				       "a message was received %llu ns before "
				       "it was sent",
				       (unsigned long long)(round[i].send -
							    round[i].received));
	return 0;
}

/* Sends that needed no receiver: they returned before it came, or did not sleep
 * and are only late because others had the PU. */
static size_t without_receiver(const struct round *round, size_t n,
			       enum ipc_wait wait)
{
	size_t free = not_waiting(round, n);

	for (size_t i = 0; i < n && wait == IPC_WAIT_BLOCK; i++)
		free += round[i].sent >= round[i].receive &&
			round[i].send_slept < 1;
	return free;
}

/* Asynchronous as far as there is room: no send needs the receiver. One that
 * came late for other reasons proves nothing, so one that did not is enough. */
static int judge_room(const struct round *round, size_t n, uint64_t held,
		      enum ipc_wait wait, struct why *why)
{
	size_t returned = not_waiting(round, n);

	if (held > 0 && without_receiver(round, n, wait) == 0)
		return why_not(why, -EBADMSG,
			       "none of %zu sends returned before the receiver "
			       "came, with room for %llu messages",
			       n, (unsigned long long)held);
	if (held == 0 && returned > 0)
		return why_not(why, -EBADMSG,
			       "%zu of %zu sends returned before the receiver "
			       "came, with no room for one message",
			       returned, n);
	return 0;
}

/* And not a message further, which is as far as was declared. */
static int judge_no_room(const struct evidence *evidence,
			 const struct round *round, size_t n, struct why *why)
{
	uint32_t depth = evidence->plan->link[0].depth;
	bool declared = evidence->impl->caps & IPC_DEPTH;

	for (size_t i = 0; i < n; i++) {
		if (declared && round[i].held != depth)
			return why_not(why, -EBADMSG,
				       "the link held %llu messages, and is "
				       "declared to hold %u",
				       (unsigned long long)round[i].held,
				       depth);
		if (round[i].held < HELD_MAX &&
		    round[i].sent < round[i].receive)
			return why_not(why, -EBADMSG,
				       "a send returned before the receiver "
				       "came, with %llu messages in the link",
				       (unsigned long long)round[i].held);
	}
	return 0;
}

/* Whoever is said to sleep does, and whoever is said to poll does not. How much
 * of the PU polling gets depends on who else wants it. */
static int judge_wait(enum ipc_wait wait, const char *what, double busy,
		      double slept, struct why *why)
{
	const double mostly = 0.5;

	if (wait == IPC_WAIT_BLOCK && (busy > mostly || slept < 1))
		return why_not(why, -EBADMSG,
			       "a %s that was to sleep slept %.0f times and "
			       "kept the PU busy for %.0f %% of its wait",
			       what, slept, 100 * busy);
	if ((wait == IPC_WAIT_SPIN || wait == IPC_WAIT_YIELD) && slept >= 1)
		return why_not(why, -EBADMSG,
			       "a %s that was to poll slept %.0f times", what,
			       slept);
	return 0;
}

/* The median over rounds of one number of each. */
static double median_of(const struct round *round, size_t n, size_t at)
{
	double y[ROUNDS_MAX];

	for (size_t i = 0; i < n; i++)
		memcpy(&y[i], (const char *)&round[i] + at, sizeof(y[i]));
	return lesson_median(y, n);
}
#define MEDIAN(round, n, what) median_of(round, n, offsetof(struct round, what))

/* Those in which the receiver waited for the sender come first: who is kept
 * from the PU as long as the sender is late finds the message there. Returns
 * how many there are. */
static size_t waiting_ones(const struct evidence *evidence, struct round *round,
			   size_t n)
{
	uint64_t late_ns = evidence->par->option[LATE_US] * US;
	size_t waiting = 0;

	for (size_t i = 0; i < n; i++)
		if (round[i].send >= round[i].receive + late_ns / 2)
			round[waiting++] = round[i];
	return waiting;
}

static int judge_receiver(const struct evidence *evidence, enum ipc_wait wait,
			  double figure[FIGURES], struct why *why)
{
	static struct round round[ROUNDS_MAX];
	size_t n = rounds_of(evidence, NO_MESSAGE, round);

	if (judge_sequence(round, n, why))
		return -EBADMSG;
	n = waiting_ones(evidence, round, n);
	if (n == 0)
		return why_not(why, -ENODATA,
			       "the receiver never came before the sender, so "
			       "that how it waits was not seen");
	figure[RECEIVE_BLOCKED_NS] = MEDIAN(round, n, receive_ns);
	figure[RECEIVE_FREED_NS] = MEDIAN(round, n, receive_freed);
	figure[RECEIVE_BUSY] = MEDIAN(round, n, receive_busy);
	return judge_wait(wait, "receive", figure[RECEIVE_BUSY],
			  MEDIAN(round, n, receive_slept), why);
}

/* Those in which the link was full come first; *held is the least that it
 * held then. Returns how many there are. */
static size_t full_ones(struct round *round, size_t n, uint64_t *held)
{
	size_t full = 0;

	*held = HELD_MAX;
	for (size_t i = 0; i < n; i++) {
		if (round[i].held == HELD_MAX)
			continue;
		*held = round[i].held < *held ? round[i].held : *held;
		round[full++] = round[i];
	}
	return full;
}

/* A full link. *held is the least that one held. */
static int judge_full(const struct evidence *evidence, enum ipc_wait wait,
		      double figure[FIGURES], uint64_t *held, struct why *why)
{
	static struct round round[ROUNDS_MAX];
	size_t n = rounds_of(evidence, NO_ROOM, round);

	if (judge_sequence(round, n, why) ||
	    judge_no_room(evidence, round, n, why))
		return -EBADMSG;
	n = full_ones(round, n, held);
	if (n == 0)
		return 0;
	figure[HELD_MESSAGES] = (double)*held;
	figure[SEND_BLOCKED_NS] = MEDIAN(round, n, send_ns);
	figure[SEND_FREED_NS] = MEDIAN(round, n, send_freed);
	figure[SEND_BUSY] = MEDIAN(round, n, send_busy);
	return judge_wait(wait, "send", figure[SEND_BUSY],
			  MEDIAN(round, n, send_slept), why);
}

static int judge_empty(const struct evidence *evidence, uint64_t held,
		       enum ipc_wait wait, double figure[FIGURES],
		       struct why *why)
{
	static struct round round[ROUNDS_MAX];
	size_t n = rounds_of(evidence, ROOM, round);

	figure[SEND_NS] = MEDIAN(round, n, send_ns);
	return judge_sequence(round, n, why) ||
			       judge_room(round, n, held, wait, why)
		       ? -EBADMSG
		       : 0;
}

static int late_judge(const struct evidence *evidence, double figure[FIGURES],
		      struct why *why)
{
	enum ipc_wait wait =
		(enum ipc_wait)evidence->marks[SENDER]->at[0].value;
	uint64_t held;
	int err;

	for (size_t i = 0; i < FIGURES; i++)
		figure[i] = NAN;
	err = judge_full(evidence, wait, figure, &held, why);
	if (!err)
		err = judge_empty(evidence, held, wait, figure, why);
	if (!err)
		err = judge_receiver(evidence, wait, figure, why);
	return err;
}

/* What waits in its source needs no room: its send is synchronous. */
static enum concept_way late_way(const struct ipc_impl *impl,
				 enum concept concept, struct why *by)
{
	bool source = impl->contract.store == IPC_STORE_SOURCE;

	if (concept == CONCEPT_SENDER_SYNC && !source) {
		why_not(by, 0,
			"a buffer between the two: a send is over when it "
			"has the message");
		return CONCEPT_ABSENT;
	}
	if (concept == CONCEPT_BLOCKING_SEND && source) {
		why_not(by, 0, "no buffer, so no send waits for one");
		return CONCEPT_ABSENT;
	}
	if (concept == CONCEPT_BLOCKING_SEND && !(impl->caps & IPC_RELIABLE)) {
		why_not(by, 0, "no send waits: what has no room is lost");
		return CONCEPT_ABSENT;
	}
	return CONCEPT_NATIVE;
}

const struct workload late_workload = {
	.name = "late",
	.brief = "one of the two comes late: who waits, how long, how",
	.metric = "receive_blocked_ns",
	.meaning =
		"a send while the receiver is late, into an empty link and "
		"into a full one, and a receive while the sender is late; a "
		"send waits where there is no room, a receive where there is "
		"no message, and neither anywhere else",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(COURSES) | SHOWS(SENDER_SYNC) | SHOWS(RECEIVER_SYNC) |
		    SHOWS(BLOCKING_SEND),
	.way = late_way,
	.options = late_options,
	.plan = late_plan,
	.figures = late_figures,
	.play = late_play,
	.judge = late_judge,
};
