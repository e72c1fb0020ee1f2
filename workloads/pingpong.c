/* SPDX-License-Identifier: MIT */
/* Ping-pong: a message there and one back, one at a time. */
#include <errno.h>

#include "ipc/workload.h"

enum { PING, PONG, LINKS };
enum { DEPTH = 8 };

static int pingpong_plan(const struct params *par, struct plan *plan,
			 struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = 2;
	plan->links = LINKS;
	plan->link[PING].tx = plan->link[PONG].rx = NODE(0);
	plan->link[PONG].tx = plan->link[PING].rx = NODE(1);
	plan->link[PING].depth = plan->link[PONG].depth = depth;
	plan->link[PONG].answers = PING + 1;
	return 0;
}

IPC_INLINE int ping(struct node *node, uint64_t from, uint64_t rounds,
		    struct traffic traffic)
{
	struct ipc_port *tx = node->port[PING], *rx = node->port[PONG];
	int err = 0;

	for (uint64_t i = from; i < from + rounds && !err; i++) {
		err = node_put(node, tx, i, traffic);
		if (!err)
			err = node_get(node, rx, i, traffic);
	}
	return err;
}

IPC_INLINE int pong(struct node *node, uint64_t from, uint64_t rounds,
		    struct traffic traffic)
{
	struct ipc_port *tx = node->port[PONG], *rx = node->port[PING];
	int err = 0;

	for (uint64_t i = from; i < from + rounds && !err; i++) {
		err = node_get(node, rx, i, traffic);
		if (!err)
			err = node_put(node, tx, i, traffic);
	}
	return err;
}

IPC_INLINE int pingpong_rounds(struct node *node, uint64_t from,
			       uint64_t rounds, struct traffic traffic)
{
	return node->self == 0 ? ping(node, from, rounds, traffic)
			       : pong(node, from, rounds, traffic);
}

ROUNDS_DEFINE(pingpong_rounds)

const struct workload pingpong_workload = {
	.name = "pingpong",
	.brief = "round trip of one message between two nodes",
	.metric = "rtt",
	.meaning = "node 0 sends a message and waits for one of the same size "
		   "back; timed from before the first is written until the "
		   "second has been checked",
	.timing = TIMING_ROUND,
	.plan = pingpong_plan,
	.rounds = ROUNDS(pingpong_rounds),
};
