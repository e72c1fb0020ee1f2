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
	BATCH_MAX = 1024,
};

enum { BATCH };

static const struct ipc_option stream_options[] = {
	[BATCH] =
		{.name = "batch",
		 .help = "messages that go in one call, send_many and "
			 "recv_many where they are copied, loan_many, "
			 "publish_many, take_many and release_many where they "
			 "are lent; 1: one by one",
		 .kind = IPC_OPTION_COUNT,
		 .preset = 1,
		 .min = 1,
		 .max = BATCH_MAX},
	{.name = NULL},
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
	plan->bytes = par->option[BATCH] * par->size;
	plan->links = LINKS;
	plan->link[DATA].tx = plan->link[ACK].rx = NODE(0);
	plan->link[ACK].tx = plan->link[DATA].rx = NODE(1);
	plan->link[DATA].depth = depth;
	plan->link[ACK].depth = 2;
	plan->link[ACK].msg_max = par->size < ACK_MAX ? par->size : ACK_MAX;
	return 0;
}

/* Messages from number from on, up to end, a batch at a time. */
IPC_INLINE int source_copied(struct node *node, uint64_t from, uint64_t end,
			     enum payload how)
{
	struct ipc_port *tx = node->port[DATA];
	uint64_t batch = node->par->option[BATCH];
	size_t size = tx->msg_max;

	while (from < end) {
		uint64_t n = batch < end - from ? batch : end - from;
		unsigned char *at = node->buf;
		ssize_t sent;

		for (uint64_t i = 0; i < n; i++)
			payload_write_how(at + i * size, size, from + i, how);
		sent = ipc_send_many(tx, at, size, n, 0);
		if (sent != (ssize_t)n)
			return sent < 0 ? (int)sent : -EPIPE;
		from += n;
	}
	return 0;
}

IPC_INLINE int sink_copied(struct node *node, uint64_t from, uint64_t end,
			   enum payload how)
{
	struct ipc_port *rx = node->port[DATA];
	uint64_t batch = node->par->option[BATCH];
	size_t size = rx->msg_max;

	while (from < end) {
		uint64_t n = batch < end - from ? batch : end - from;
		const unsigned char *at = node->buf;
		ssize_t got = ipc_recv_many(rx, node->buf, size, n, 0);

		if (ipc_unlikely(got < 0))
			return (int)got;
		for (ssize_t i = 0; i < got; i++, at += size)
			if (ipc_unlikely(
				    !payload_check_how(at, size, from++, how)))
				node->wrong++;
	}
	return 0;
}

/* What is written might be the run, for all that the compiler knows: so what
 * it says is read before. */
IPC_INLINE void write_run(const struct ipc_run *run, size_t size, uint64_t from,
			  enum payload how)
{
	unsigned char *at = run->first.data;
	size_t stride = run->stride, n = run->n;

	for (size_t i = 0; i < n; i++, at += stride)
		payload_write_how(at, size, from + i, how);
}

IPC_INLINE uint64_t wrong_in_run(const struct ipc_run *run, size_t size,
				 uint64_t from, enum payload how)
{
	const unsigned char *at = run->first.data;
	uint64_t wrong = 0;

	if (ipc_unlikely(run->first.len != size))
		return run->n;
	for (size_t i = 0; i < run->n; i++, at += run->stride)
		if (ipc_unlikely(!payload_check_how(at, size, from + i, how)))
			wrong++;
	return wrong;
}

/* The same in place: as many of a batch as lie in a row. */
IPC_INLINE int source_lent(struct node *node, uint64_t from, uint64_t end,
			   enum payload how)
{
	struct ipc_port *tx = node->port[DATA];
	uint64_t batch = node->par->option[BATCH];
	size_t size = tx->msg_max;
	int err = 0;

	while (from < end && !err) {
		uint64_t n = batch < end - from ? batch : end - from;
		struct ipc_run run;

		err = ipc_loan_many(tx, &run, size, n, 0);
		if (ipc_unlikely(err))
			break;
		write_run(&run, size, from, how);
		from += run.n;
		err = ipc_publish_many(tx, &run);
	}
	return err;
}

IPC_INLINE int sink_lent(struct node *node, uint64_t from, uint64_t end,
			 enum payload how)
{
	struct ipc_port *rx = node->port[DATA];
	uint64_t batch = node->par->option[BATCH];
	size_t size = rx->msg_max;
	int err = 0;

	while (from < end && !err) {
		uint64_t n = batch < end - from ? batch : end - from;
		struct ipc_run run;

		err = ipc_take_many(rx, &run, n, 0);
		if (ipc_unlikely(err))
			break;
		node->wrong += wrong_in_run(&run, size, from, how);
		from += run.n;
		err = ipc_release_many(rx, &run);
	}
	return err;
}

IPC_INLINE int source_many(struct node *node, uint64_t from, uint64_t end,
			   struct traffic traffic)
{
	return traffic.api == IPC_API_COPY
		       ? source_copied(node, from, end, traffic.how)
		       : source_lent(node, from, end, traffic.how);
}

IPC_INLINE int sink_many(struct node *node, uint64_t from, uint64_t end,
			 struct traffic traffic)
{
	return traffic.api == IPC_API_COPY
		       ? sink_copied(node, from, end, traffic.how)
		       : sink_lent(node, from, end, traffic.how);
}

IPC_INLINE bool in_batches(const struct node *node)
{
	return node->par->option[BATCH] > 1;
}

IPC_INLINE int source(struct node *node, uint64_t from, uint64_t rounds,
		      struct traffic traffic)
{
	struct ipc_port *tx = node->port[DATA];
	uint64_t end = from + rounds;
	int err = 0;

	if (in_batches(node))
		err = source_many(node, from, end, traffic);
	else
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

	if (in_batches(node))
		err = sink_many(node, from, end, traffic);
	else
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
	.options = stream_options,
	.plan = stream_plan,
	.rounds = ROUNDS(stream_rounds),
};
