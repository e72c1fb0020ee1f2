/* SPDX-License-Identifier: MIT */
/* The bounded buffer: what is sent and not yet received never exceeds what the
 * link holds, whoever of the two is the slower one. */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { MESSAGES, PRODUCE, CONSUME };
enum { DEPTH = 8, HELD_MAX = 1 << 17, WORK_MAX = 1000000 };
enum { MESSAGES_PRESET = 4096, MESSAGES_MAX = 1 << 16 };

enum { FILL, TRIED = FILL + FILL_WORDS }; /* on the board */

/* The receiver says first how many messages the link held, by number, and the
 * sender how many it took without waiting; then two marks a message. */
enum { SAID = 1, MARKS_A_MESSAGE = 2 };

enum { CAPACITY, TAKEN, OCCUPANCY, SEND_NS, RECEIVE_NS, PER_S };

static const struct ipc_option buffer_options[] = {
	[MESSAGES] = {.name = "messages",
		      .help = "messages that are sent; default: 4096, fewer of "
			      "more than 4 KiB",
		      .kind = IPC_OPTION_COUNT,
		      .preset = 0,
		      .min = 1,
		      .max = MESSAGES_MAX},
	[PRODUCE] = {.name = "produce",
		     .help = "nanoseconds of work for each message before it "
			     "is sent",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 1000,
		     .min = 0,
		     .max = WORK_MAX},
	[CONSUME] = {.name = "consume",
		     .help = "nanoseconds of work for each message after it "
			     "was received",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 4000,
		     .min = 0,
		     .max = WORK_MAX},
	{.name = NULL},
};

static const struct figure_kind buffer_figures[] = {
	[CAPACITY] = {"capacity_messages", "1", "none",
		      "messages that filled the link, with nobody receiving"},
	[TAKEN] = {"taken_messages", "1", "none",
		   "messages that it took from a sender that does not wait; a "
		   "byte stream refuses early"},
	[OCCUPANCY] = {"occupancy_messages", "1", "none",
		       "most messages that were surely in it at once"},
	[SEND_NS] = {"send_ns", "ns", "lower",
		     "a message's mean time in send, waiting for room "
		     "included"},
	[RECEIVE_NS] = {"receive_ns", "ns", "lower",
			"a message's mean time in receive, waiting for it "
			"included"},
	[PER_S] = {"messages_per_s", "1/s", "higher",
		   "from before the first send until the last receive returns"},
	{NULL, NULL, NULL, NULL},
};

static uint64_t messages_of(const struct params *par)
{
	return plan_messages(par, par->option[MESSAGES], MESSAGES_PRESET);
}

static int buffer_plan(const struct params *par, struct plan *plan,
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
	plan->marks = SAID + MARKS_A_MESSAGE * messages_of(par);
	return 0;
}

/* As many as it takes without waiting; all are received. */
static int take_all(struct node *node, uint64_t from, struct traffic traffic,
		    uint64_t *taken)
{
	struct ipc_port *port = node->port[0];
	int err = 0;

	*taken = 0;
	if (node->self == SENDER) {
		while (!err && *taken < HELD_MAX) {
			err = node_try_put(node, port, from + *taken, traffic);
			*taken += !err;
		}
		node_tell(node, TRIED, *taken);
	}
	node_meet(node);
	if (node->self == SENDER)
		return err == -EAGAIN ? 0 : err;
	for (uint64_t n = node_told(node, TRIED); *taken < n && !err;)
		err = node_get(node, port, from + (*taken)++, traffic);
	return err ? err : node_find_empty(node, port, traffic);
}

/* What the link holds, found in two ways; *seq is the next message. */
static int measure(struct node *node, struct traffic traffic, uint64_t *seq)
{
	struct fill fill = {.words = FILL, .max = HELD_MAX};
	uint64_t taken = 0;
	int err = node->self == SENDER
			  ? node_fill(node, node->port[0], &fill, traffic)
			  : node_watch_fill(node, node->port[0], SENDER, &fill,
					    traffic);

	node_meet(node);
	/* A byte stream that does not even hold one message would begin it,
	 * and wait. */
	if (!err && fill.held > 0)
		err = take_all(node, fill.sent, traffic, &taken);
	else
		node_meet(node);
	node_mark(node, MARK_STEP, node->self == SENDER ? taken : fill.held, 0);
	*seq = fill.sent + taken;
	return err;
}

static int buffer_play(struct node *node, struct traffic traffic)
{
	const uint64_t *option = node->par->option;
	struct ipc_port *port = node->port[0];
	bool sends = node->self == SENDER;
	uint64_t from;
	int err = measure(node, traffic, &from);

	if (err)
		return err;
	node_meet(node);
	for (uint64_t i = 0; i < messages_of(node->par) && !err; i++) {
		if (sends)
			node_work(option[PRODUCE]);
		node_mark(node, sends ? MARK_SEND : MARK_RECEIVE, i, 0);
		err = sends ? node_put(node, port, from + i, traffic)
			    : node_get(node, port, from + i, traffic);
		node_mark(node, sends ? MARK_SENT : MARK_RECEIVED, i, 0);
		if (!sends)
			node_work(option[CONSUME]);
	}
	/* Everything is out again, and no more than was put in. */
	return err || sends ? err : node_find_empty(node, port, traffic);
}

static uint64_t began(const struct marks *marks, uint64_t i)
{
	return marks->at[SAID + MARKS_A_MESSAGE * i].t_ns;
}

static uint64_t over(const struct marks *marks, uint64_t i)
{
	return marks->at[SAID + MARKS_A_MESSAGE * i + 1].t_ns;
}

/* Never below 0: each message was sent before it was received. */
static int judge_below(const struct evidence *evidence, struct why *why)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];

	for (uint64_t i = 0; i < messages_of(evidence->par); i++)
		if (over(rx, i) < began(tx, i))
			return why_not(why, -EBADMSG,
				       "message %llu was received before it "
				       "was sent",
				       (unsigned long long)i);
	return 0;
}

/*
 * When a send has returned its message is in the link or beyond, and a message
 * whose receive has not begun is still in it. What lies between these two
 * counts was surely there at once.
 */
static uint64_t most_at_once(const struct evidence *evidence)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	uint64_t n = messages_of(evidence->par);
	uint64_t out = 0, most = 0;

	for (uint64_t i = 0; i < n; i++) {
		while (out < n && began(rx, out) <= over(tx, i))
			out++;
		if (i + 1 > out && i + 1 - out > most)
			most = i + 1 - out;
	}
	return most;
}

static int judge_above(const struct evidence *evidence, uint64_t capacity,
		       uint64_t most, struct why *why)
{
	bool declared = evidence->impl->caps & IPC_DEPTH;

	if (most <= capacity || capacity == HELD_MAX)
		return 0;
	if (declared)
		return why_not(why, -EBADMSG,
			       "%llu messages were in a link that holds %llu",
			       (unsigned long long)most,
			       (unsigned long long)capacity);
	return why_not(why, -ENODATA,
		       "%llu messages were in a link that %llu had filled: "
		       "its store is not of one size",
		       (unsigned long long)most, (unsigned long long)capacity);
}

static int judge_capacity(const struct evidence *evidence, uint64_t held,
			  const char *how, struct why *why)
{
	uint32_t depth = evidence->plan->link[0].depth;

	if (!(evidence->impl->caps & IPC_DEPTH) || held == depth)
		return 0;
	return why_not(why, -EBADMSG,
		       "%s it held %llu messages, and is declared to hold %u",
		       how, (unsigned long long)held, depth);
}

static double mean_ns(const struct marks *marks, uint64_t n)
{
	double sum = 0;

	for (uint64_t i = 0; i < n; i++)
		sum += (double)(over(marks, i) - began(marks, i));
	return sum / (double)n;
}

static int buffer_judge(const struct evidence *evidence, double figure[FIGURES],
			struct why *why)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	uint64_t n = messages_of(evidence->par);
	uint64_t held = rx->at[0].seq, taken = tx->at[0].seq;
	uint64_t most = most_at_once(evidence);
	int err;

	figure[CAPACITY] = held < HELD_MAX ? (double)held : NAN;
	figure[TAKEN] = taken < HELD_MAX ? (double)taken : NAN;
	figure[OCCUPANCY] = (double)most;
	figure[SEND_NS] = mean_ns(tx, n);
	figure[RECEIVE_NS] = mean_ns(rx, n);
	figure[PER_S] =
		(double)n * 1e9 / (double)(over(rx, n - 1) - began(tx, 0));
	err = judge_capacity(evidence, held, "filled", why);
	if (!err)
		err = judge_capacity(evidence, taken, "without waiting", why);
	if (!err)
		err = judge_below(evidence, why);
	return err ? err : judge_above(evidence, held, most, why);
}

const struct workload buffer_workload = {
	.name = "buffer",
	.brief = "a bounded buffer between two that are not equally fast",
	.metric = "messages_per_s",
	.meaning = "the link is filled once, then messages are sent and "
		   "received, each after some work; there are never more in it "
		   "than filled it, never fewer than none, and none in the end",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(BUFFER),
	.needs = IPC_RELIABLE,
	.options = buffer_options,
	.plan = buffer_plan,
	.figures = buffer_figures,
	.play = buffer_play,
	.judge = buffer_judge,
};
