/* SPDX-License-Identifier: MIT */
/* Order: a message is received after it was sent, whoever comes first. */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { ROUNDS, LATE_US };
enum { ROUNDS_MAX = 4096, MARKS_A_ROUND = 2, DEPTH = 2 };
enum { SEND_NS, QUEUED_NS, HANDED_NS };

static const struct ipc_option order_options[] = {
	[ROUNDS] = {.name = "rounds",
		    .help = "messages, half of them with the sender first",
		    .kind = IPC_OPTION_COUNT,
		    .preset = 64,
		    .min = 2,
		    .max = ROUNDS_MAX},
	[LATE_US] = {.name = "late",
		     .help = "microseconds that whoever is second comes later",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 300,
		     .min = 1,
		     .max = 1000000},
	{.name = NULL},
};

static const struct figure_kind order_figures[] = {
	[SEND_NS] = {"send_ns", "ns", "lower",
		     "from before a send until it returns, the receiver not "
		     "waiting"},
	[QUEUED_NS] = {"queued_ns", "ns", "lower",
		       "from before a receive until it returns, the message "
		       "sent long before"},
	[HANDED_NS] = {"handed_ns", "ns", "lower",
		       "from before a send until the receive that waits for "
		       "it returns"},
	{NULL, NULL, NULL, NULL},
};

static int order_plan(const struct params *par, struct plan *plan,
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
	plan->marks = MARKS_A_ROUND * par->option[ROUNDS];
	return 0;
}

/* Which of the two comes first, the same for both and in no pattern. */
static bool sender_first(uint64_t round)
{
	return payload_stamp(round) >> 63;
}

static int order_play(struct node *node, struct traffic traffic)
{
	uint64_t late_ns = node->par->option[LATE_US] * 1000;
	bool sends = node->self == SENDER;
	int err = 0;

	for (uint64_t i = 0; i < node->par->option[ROUNDS] && !err; i++) {
		node_meet(node);
		if (sends != sender_first(i))
			node_sleep(late_ns);
		node_mark(node, sends ? MARK_SEND : MARK_RECEIVE, i, 0);
		err = sends ? node_put(node, node->port[0], i, traffic)
			    : node_get(node, node->port[0], i, traffic);
		node_mark(node, sends ? MARK_SENT : MARK_RECEIVED, i, 0);
	}
	return err;
}

/* The i-th pair of marks: when it began, or was over. */
static uint64_t began(const struct marks *marks, uint64_t i)
{
	return marks->at[MARKS_A_ROUND * i].t_ns;
}

static uint64_t over(const struct marks *marks, uint64_t i)
{
	return marks->at[MARKS_A_ROUND * i + 1].t_ns;
}

static int order_judge(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	static double send[ROUNDS_MAX], queued[ROUNDS_MAX], handed[ROUNDS_MAX];
	size_t first = 0, second = 0;

	for (uint64_t i = 0; i < evidence->par->option[ROUNDS]; i++) {
		if (over(rx, i) <= began(tx, i))
			return why_not(
				why, -EBADMSG,
				"message %llu was received before it was "
				"sent",
				(unsigned long long)i);
		if (sender_first(i)) {
			send[first] = (double)(over(tx, i) - began(tx, i));
			queued[first++] = (double)(over(rx, i) - began(rx, i));
		} else {
			handed[second++] = (double)(over(rx, i) - began(tx, i));
		}
	}
	figure[SEND_NS] = lesson_median(send, first);
	figure[QUEUED_NS] = lesson_median(queued, first);
	figure[HANDED_NS] = lesson_median(handed, second);
	return 0;
}

const struct workload order_workload = {
	.name = "order",
	.brief = "a message is received after it was sent, whoever is first",
	.metric = "send_ns",
	.meaning = "one message at a time, the sender or the receiver first, "
		   "in no pattern; every receive has to end after its send "
		   "began",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(EXCHANGE),
	.options = order_options,
	.plan = order_plan,
	.figures = order_figures,
	.play = order_play,
	.judge = order_judge,
};
