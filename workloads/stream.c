/* SPDX-License-Identifier: MIT */
/* Stream: messages one way as fast as the receiver reads them. */
#include <errno.h>

#include "ipc/workload.h"

enum { DATA, ACK, LINKS };
enum {
	STORE = 4 << 20, /* bytes in flight, unless depth is given */
	DEPTH_MIN = 2,
	DEPTH_MAX = 65536,
	LINE = 64, /* a shorter message uses a cache line all the same */
	ACK_MAX = 8,
};

static uint32_t depth_for(size_t size)
{
	uint32_t depth = DEPTH_MAX;

	while (depth > DEPTH_MIN && depth > STORE / (size < LINE ? LINE : size))
		depth /= 2;
	return depth;
}

static int stream_plan(const struct params *par, struct plan *plan,
		       struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, depth_for(par->size), &depth, why))
		return -EINVAL;
	plan->nodes = 2;
	plan->links = LINKS;
	plan->link[DATA].tx = plan->link[ACK].rx = NODE(0);
	plan->link[ACK].tx = plan->link[DATA].rx = NODE(1);
	plan->link[DATA].depth = depth;
	plan->link[ACK].depth = 2;
	plan->link[ACK].msg_max = par->size < ACK_MAX ? par->size : ACK_MAX;
	return 0;
}

IPC_INLINE int source(struct node *node, uint64_t from, uint64_t rounds,
		      struct traffic traffic)
{
	struct ipc_port *tx = node->port[DATA];
	uint64_t end = from + rounds;
	int err = 0;

	for (uint64_t i = from; i < end && !err; i++)
		err = node_put(node, tx, i, traffic);
	return err ? err : node_get(node, node->port[ACK], end - 1, traffic);
}

IPC_INLINE int sink(struct node *node, uint64_t from, uint64_t rounds,
		    struct traffic traffic)
{
	struct ipc_port *rx = node->port[DATA];
	uint64_t end = from + rounds;
	int err = 0;

	for (uint64_t i = from; i < end && !err; i++)
		err = node_get(node, rx, i, traffic);
	return err ? err : node_put(node, node->port[ACK], end - 1, traffic);
}

IPC_INLINE int stream_rounds(struct node *node, uint64_t from, uint64_t rounds,
			     struct traffic traffic)
{
	return node->self == 0 ? source(node, from, rounds, traffic)
			       : sink(node, from, rounds, traffic);
}

ROUNDS_DEFINE(stream_rounds)

const struct workload stream_workload = {
	.name = "stream",
	.brief = "messages one way, as fast as the receiver reads them",
	.metric = "rate",
	.meaning = "node 0 writes every byte of its messages and sends them, "
		   "node 1 reads every byte; timed from before the first is "
		   "written until node 1 has acknowledged the last",
	.timing = TIMING_BATCH,
	.touch = true,
	.needs = IPC_RELIABLE,
	.plan = stream_plan,
	.rounds = ROUNDS(stream_rounds),
};
