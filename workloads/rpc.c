/* SPDX-License-Identifier: MIT */
/* Remote procedure call: clients call one server, each one at a time. */
#include "ipc/workload.h"

enum { SERVICE, SERVICES };
enum { CLIENTS };
enum { CLIENTS_MAX = PLAN_NODES - 1, DEPTH = 8 };

static const struct ipc_option rpc_options[] = {
	[CLIENTS] = {.name = "clients",
		     .help = "that call the server at the same time",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 1,
		     .min = 1,
		     .max = CLIENTS_MAX},
	{.name = NULL},
};

static unsigned int clients_of(const struct params *par)
{
	return (unsigned int)par->option[CLIENTS];
}

static int rpc_plan(const struct params *par, struct plan *plan,
		    struct why *why)
{
	unsigned int clients = clients_of(par);
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = clients + 1;
	plan->services = SERVICES;
	/* The server is node 1, on the second PU: so it is with one client,
	 * too. */
	plan->service[SERVICE].servers = NODE(1);
	plan->service[SERVICE].clients = (NODE(clients + 1) - 1) & ~NODE(1);
	plan->service[SERVICE].depth = depth;
	return 0;
}

/* Every client's every request is another; its reply, yet another. */
static uint64_t request_of(unsigned int client, uint64_t round)
{
	return round * 2 * PLAN_NODES + client;
}

static uint64_t reply_of(unsigned int client, uint64_t round)
{
	return request_of(client, round) + PLAN_NODES;
}

IPC_INLINE int client(struct node *node, uint64_t from, uint64_t rounds,
		      struct traffic traffic)
{
	struct call_port *port = node->client[SERVICE];
	unsigned int self = port->index;
	size_t size = port->msg_max;

	for (uint64_t i = from; i < from + rounds; i++) {
		ssize_t n;

		payload_write_how(node->buf, size, request_of(self, i),
				  traffic.how);
		n = call_call(port, node->buf, size, node->buf, size);
		if (n < 0)
			return (int)n;
		if (ipc_unlikely((size_t)n != size ||
				 !payload_check_how(node->buf, size,
						    reply_of(self, i),
						    traffic.how)))
			node->wrong++;
	}
	return 0;
}

/* One request. A client that is ahead of the others may be in rounds that the
 * server was not told of yet, so their number is the client's own. */
IPC_INLINE int serve(struct node *node, struct traffic traffic)
{
	struct call_port *port = node->server[SERVICE];
	size_t size = port->msg_max;
	struct call_right right;
	uint64_t now;
	ssize_t n = call_receive(port, node->buf, size, &right, 0);

	if (n < 0)
		return (int)n;
	now = node->tally[right.client]++;
	if (ipc_unlikely((size_t)n != size ||
			 !payload_check_how(node->buf, size,
					    request_of(right.client, now),
					    traffic.how)))
		node->wrong++;
	payload_write_how(node->buf, size, reply_of(right.client, now),
			  traffic.how);
	return call_reply(port, &right, node->buf, size);
}

IPC_INLINE int server(struct node *node, uint64_t rounds,
		      struct traffic traffic)
{
	uint64_t requests = rounds * clients_of(node->par);
	int err = 0;

	for (uint64_t i = 0; i < requests && !err; i++)
		err = serve(node, traffic);
	return err;
}

IPC_INLINE int rpc_rounds(struct node *node, uint64_t from, uint64_t rounds,
			  struct traffic traffic)
{
	return node->server[SERVICE] ? server(node, rounds, traffic)
				     : client(node, from, rounds, traffic);
}

ROUNDS_DEFINE(rpc_rounds)

const struct workload rpc_workload = {
	.name = "rpc",
	.brief = "clients call a server and wait for its replies",
	.metric = "rtt",
	.meaning = "node 0 calls and waits for the reply, as the other clients "
		   "do at the same time; timed from before a request is "
		   "written until its reply has been checked",
	.timing = TIMING_ROUND,
	.concepts = SHOWS(SERVICE),
	.calls = true,
	.options = rpc_options,
	.plan = rpc_plan,
	.rounds = ROUNDS(rpc_rounds),
};
