/* SPDX-License-Identifier: MIT */
/*
 * What a workload promises, and all that it may use: it lays out nodes and
 * links, and plays one node for a number of rounds. It has no clock: the trial
 * calls rounds() for the warm-up and then once per sample between two clock
 * reads (the one timed loop is in trial/node.c).
 *
 *	trial	plan ...
 *	node	    ... rounds(0, 1) rounds(1, warmup) rounds(..) rounds(..) ...
 */
#ifndef IPCBENCH_IPC_WORKLOAD_H
#define IPCBENCH_IPC_WORKLOAD_H

#include "ipc/backend.h"

enum { PLAN_NODES = 16, PLAN_LINKS = 32 };

/* Which half of the data path the messages take. */
enum ipc_api {
	IPC_API_COPY, /* send, recv */
	IPC_API_LEND, /* loan, publish; take, release */
	IPC_APIS
};
/* "copy", "lend"; ends with NULL. */
extern const char *const ipc_api_names[IPC_APIS + 1];

struct params {
	size_t size;	/* payload, bytes; at least 1 */
	uint32_t depth; /* messages in flight per link; 0: the workload's own */
};

/* Who talks to whom; zeroed before plan(). A link's position is its number in
 * node->port[]. */
struct plan {
	unsigned int nodes;
	unsigned int links;
	struct {
		uint64_t tx, rx; /* sets of nodes */
		uint32_t depth;	 /* as spec.depth */
		size_t msg_max;	 /* as spec.msg_max: the length of every message
				    on it, at most par->size; 0: par->size */
	} link[PLAN_LINKS];
};
#define NODE(n) (UINT64_C(1) << (n))

struct node;

/* How a node produces and consumes a message: chosen once per trial from the
 * interface and from how much of the payload is touched and checked. */
struct traffic {
	/* Write message number round, spec.msg_max long, and send it. A
	 * negative errno, or anything else: so that the last thing it does may
	 * be a jump into the back-end. */
	ssize_t (*put)(struct node *node, struct ipc_port *tx, uint64_t round);
	/* Receive a message, read it, and count it in node->wrong unless it is
	 * number round, whole. That is no error: nobody is left waiting. With
	 * IPC_VOID the count means nothing, and what reading costs stays. */
	int (*get)(struct node *node, struct ipc_port *rx, uint64_t round);
};

/* One participant's view. Only its own thread writes it. */
struct node {
	unsigned int self;
	const struct params *par;
	const struct traffic *traffic;
	void *buf;	/* par->size bytes, faulted in; IPC_API_COPY */
	uint64_t wrong; /* messages that were not what was due */
	struct ipc_port *port[PLAN_LINKS]; /* NULL where not on the link */
};

static inline int node_put(struct node *node, struct ipc_port *tx,
			   uint64_t round)
{
	ssize_t n = node->traffic->put(node, tx, round);

	return n < 0 ? (int)n : 0;
}

static inline int node_get(struct node *node, struct ipc_port *rx,
			   uint64_t round)
{
	return node->traffic->get(node, rx, round);
}

/* What one round's time means. */
enum timing {
	TIMING_ROUND, /* a round stands alone: it has a latency distribution */
	TIMING_BATCH, /* rounds overlap: only many of them have a rate */
};

struct workload {
	const char *name;
	const char *brief;
	const char *metric;  /* "rtt", "rate": what a sample is */
	const char *meaning; /* one sentence: what is timed, what is not */
	enum timing timing;
	bool touch;	/* every byte written and read, not both ends */
	uint32_t needs; /* IPC_ caps that it means nothing without */

	/* Lay out nodes and links. -EINVAL and why when params do not fit. */
	int (*plan)(const struct params *par, struct plan *plan,
		    struct why *why);

	/* Play node->self for this many rounds, the first numbered from. All
	 * nodes get the same calls in the same order. Returns 0 or a negative
	 * errno. Node 0's time is the sample: when it returns, every message
	 * of these rounds has arrived. */
	int (*rounds)(struct node *node, uint64_t from, uint64_t rounds);
};

/* How much of a payload is written and checked. */
enum payload {
	PAYLOAD_ENDS,  /* the round's number at both ends */
	PAYLOAD_TOUCH, /* every byte written, read and summed up */
	PAYLOAD_FULL,  /* every byte another, each compared */
	PAYLOADS
};

/* Whole messages, for tests and for what traffic is made of. */
void payload_write(void *buf, size_t size, uint64_t round, enum payload how);
bool payload_check(const void *buf, size_t size, uint64_t round,
		   enum payload how);

const struct traffic *traffic_of(enum ipc_api api, enum payload how);

#endif
