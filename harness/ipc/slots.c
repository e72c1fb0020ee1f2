/* SPDX-License-Identifier: MIT */
/*
 * Calls through slots in shared memory. The client writes its request into its
 * own slot and sleeps; a server takes the oldest request, and puts the reply
 * into the same slot, which the waiting client keeps free for it: a reply
 * needs nothing that could be short, and neither does a relay.
 *
 *	client	request -> slot, word PENDING, wake a server ... answered
 *	server	word HELD, copy out ... word USED, slot <- reply, answered
 *
 * Servers that sleep are woken one for each request, by the client; a relay
 * wakes the one that it is for. All of that are hints: the words in the cells
 * decide, and a client that was not answered for a while gives the hint again,
 * in case that its server was killed with it (ipc/desk.h).
 */
#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "base/clock.h"
#include "ipc/desk.h"

struct slots_service {
	struct call_service base;
	struct desk desk;
};

struct slots_port {
	struct call_port base;
	struct desk *desk;
	struct desk_cell *own; /* client */
};

enum { LOOK_TURNS = 64 }; /* of a poll between two looks at the clock */

static int slots_probe(const struct ipc_impl *impl,
		       const struct call_spec *spec, struct why *why)
{
	(void)impl;
	return desk_fits(spec, spec->msg_max, why);
}

static int slots_open(struct call_service *base)
{
	struct slots_service *service = (struct slots_service *)base;

	return desk_open(&service->desk, &base->spec, base->spec.msg_max);
}

static void slots_close(struct call_service *base)
{
	desk_close(&((struct slots_service *)base)->desk);
}

static int slots_attach(struct call_port *base)
{
	struct slots_port *port = (struct slots_port *)base;

	port->desk = &((struct slots_service *)base->service)->desk;
	if (base->role == CALL_CLIENT)
		port->own = desk_cell(port->desk, base->index);
	desk_join(port->desk, base);
	return shm_fault_in(port->desk->shm.at, port->desk->shm.bytes);
}

static void slots_detach(struct call_port *base)
{
	desk_leave(((struct slots_port *)base)->desk, base);
}

static void wake_server(struct slots_port *port, unsigned int server)
{
	struct desk_member *member = &port->desk->sets->server[server];

	if (!port->base.service->policy.sleeps)
		return;
	atomic_fetch_add_explicit(&member->posts, 1, memory_order_seq_cst);
	event_posted(&member->event, &member->posts,
		     &port->base.service->policy);
}

/*
 * Wake one of those that sleep, if any. A server says that it is idle and then
 * looks for requests, and this comes after a request was put into the set: of
 * the two at least one sees the other, by the order of seq_cst.
 */
static void wake_any(struct slots_port *port)
{
	_Atomic uint64_t *set = &port->desk->sets->idle;
	uint64_t idle;

	if (!port->base.service->policy.sleeps)
		return;
	while ((idle = atomic_load_explicit(set, memory_order_seq_cst))) {
		unsigned int s = (unsigned int)__builtin_ctzll(idle);

		if (atomic_fetch_and_explicit(set, ~desk_bit(s),
					      memory_order_seq_cst) &
		    desk_bit(s)) {
			wake_server(port, s);
			return;
		}
	}
}

static void offer(struct slots_port *port)
{
	atomic_fetch_or_explicit(&port->desk->sets->pending,
				 desk_bit(port->base.index),
				 memory_order_seq_cst);
	wake_any(port);
}

/*
 * Not answered for a while. Is the one that could still be there? If so, who
 * was killed in between may have kept a hint from it: give it again. If not,
 * the right is lost, and the call is taken back.
 */
static bool is_lost(struct slots_port *port, uint32_t answered)
{
	struct desk *desk = port->desk;
	uint64_t seen =
		atomic_load_explicit(&port->own->word, memory_order_acquire);
	unsigned int server = desk_server(seen);

	if (desk_phase(seen) == DESK_PENDING) {
		if (!desk_servers_gone(desk)) {
			offer(port);
			return false;
		}
	} else if (!desk_server_gone(desk, server)) {
		if (desk_phase(seen) != DESK_RELAYED)
			return false;
		atomic_fetch_or_explicit(&desk->sets->relayed[server].clients,
					 desk_bit(port->base.index),
					 memory_order_seq_cst);
		wake_server(port, server);
		return false;
	}
	/* It may have replied before it was found gone. */
	if (atomic_load_explicit(&port->own->answered, memory_order_acquire) !=
	    answered)
		return false;
	return desk_exchange(
		port->own, seen,
		DESK_WORD(desk_generation(seen) + 1, 0, DESK_IDLE));
}

static ssize_t slots_call(struct call_port *client, const void *req, size_t len,
			  void *rep, size_t room)
{
	struct slots_port *port = (struct slots_port *)client;
	const struct event_policy *policy = &client->service->policy;
	struct desk_cell *own = port->own;
	uint32_t seen =
		atomic_load_explicit(&own->answered, memory_order_relaxed);
	uint64_t last = atomic_load_explicit(&own->word, memory_order_relaxed);

	assert(len <= client->msg_max);
	memcpy(own->data, req, len);
	own->len = (int64_t)len;
	desk_number(port->desk, own);
	/* Pairs with the exchange by which a server takes it: it sees the
	 * request. */
	atomic_store_explicit(
		&own->word,
		DESK_WORD(desk_generation(last) + 1, 0, DESK_PENDING),
		memory_order_release);
	offer(port);
	while (event_wait_for(&own->event, &own->answered, seen, policy,
			      DESK_LOOK_NS) == seen)
		if (is_lost(port, seen))
			return -EPIPE;
	if (own->len < 0)
		return own->len;
	if ((size_t)own->len > room)
		return -EMSGSIZE;
	memcpy(rep, own->data, (size_t)own->len);
	return own->len;
}

/* The oldest request that is for anybody. */
static int take_pending(struct slots_port *port, struct call_right *right)
{
	_Atomic uint64_t *set = &port->desk->sets->pending;
	uint64_t clients;

	while ((clients = atomic_load_explicit(set, memory_order_acquire))) {
		unsigned int c = desk_oldest(port->desk, clients);
		struct desk_cell *cell = desk_cell(port->desk, c);
		uint64_t seen;

		/* Before the look: a bit that is set after it means another
		 * request. */
		atomic_fetch_and_explicit(set, ~desk_bit(c),
					  memory_order_acq_rel);
		seen = atomic_load_explicit(&cell->word, memory_order_acquire);
		right->client = (uint16_t)c;
		right->token = desk_generation(seen);
		if (desk_phase(seen) == DESK_PENDING &&
		    desk_exchange(cell, seen,
				  DESK_WORD(right->token, port->base.index,
					    DESK_HELD)))
			return (int)c;
	}
	return -1;
}

/* Is there a request for this server? */
static bool any(const struct slots_port *port)
{
	struct desk_sets *sets = port->desk->sets;

	return atomic_load_explicit(&sets->pending, memory_order_seq_cst) ||
	       atomic_load_explicit(&sets->relayed[port->base.index].clients,
				    memory_order_seq_cst);
}

static void sleep_for_request(struct slots_port *port)
{
	_Atomic uint64_t *idle = &port->desk->sets->idle;
	unsigned int self = port->base.index;
	struct desk_member *member = &port->desk->sets->server[self];
	uint32_t seen =
		atomic_load_explicit(&member->posts, memory_order_relaxed);

	/* Pairs with wake_any(). */
	atomic_fetch_or_explicit(idle, desk_bit(self), memory_order_seq_cst);
	if (!any(port))
		event_wait_for(&member->event, &member->posts, seen,
			       &port->base.service->policy, DESK_LOOK_NS);
	atomic_fetch_and_explicit(idle, ~desk_bit(self), memory_order_seq_cst);
}

static void poll_for_request(struct slots_port *port)
{
	bool yields = port->base.service->policy.wait == IPC_WAIT_YIELD;
	uint64_t end_ns = 0;

	for (unsigned int turn = 1; !any(port); turn++) {
		if (yields)
			sched_yield();
		else
			event_relax();
		if (turn % LOOK_TURNS != 0)
			continue;
		if (end_ns == 0)
			end_ns = clock_ns() + DESK_LOOK_NS;
		if (clock_ns() >= end_ns)
			return;
	}
}

static int wait_for_request(struct slots_port *port)
{
	if (port->base.service->policy.sleeps)
		sleep_for_request(port);
	else
		poll_for_request(port);
	return any(port) || !desk_clients_gone(port->desk) ? 0 : -EPIPE;
}

/* What is in the slot, or an error, is the reply. */
static void answer(struct slots_port *port, struct desk_cell *cell, int64_t len)
{
	/* Its own, as it is the only one that used the right. */
	uint32_t last =
		atomic_load_explicit(&cell->answered, memory_order_relaxed);

	cell->len = len;
	event_post(&cell->event, &cell->answered, last + 1,
		   &port->base.service->policy);
}

static ssize_t copy_out(struct slots_port *port, struct call_right *right,
			void *buf, size_t room)
{
	struct desk_cell *cell = desk_cell(port->desk, right->client);

	/* Whoever was woken for another request has this one instead. */
	if (atomic_load_explicit(&port->desk->sets->pending,
				 memory_order_relaxed))
		wake_any(port);
	if ((size_t)cell->len > room) {
		desk_use(cell, right, port->base.index);
		answer(port, cell, -EPIPE);
		return -EMSGSIZE;
	}
	memcpy(buf, cell->data, (size_t)cell->len);
	return cell->len;
}

static ssize_t slots_receive(struct call_port *server, void *buf, size_t room,
			     struct call_right *right, unsigned int flags)
{
	struct slots_port *port = (struct slots_port *)server;

	for (;;) {
		int err;

		if (desk_take_relayed(port->desk, server->index, right) >= 0 ||
		    take_pending(port, right) >= 0)
			return copy_out(port, right, buf, room);
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		err = wait_for_request(port);
		if (err)
			return err;
	}
}

static int slots_reply(struct call_port *server, const struct call_right *right,
		       const void *buf, size_t len)
{
	struct slots_port *port = (struct slots_port *)server;
	struct desk_cell *cell = desk_cell(port->desk, right->client);
	int err = desk_use(cell, right, server->index);

	if (err)
		return err;
	assert(len <= server->msg_max);
	memcpy(cell->data, buf, len);
	answer(port, cell, (int64_t)len);
	return 0;
}

static int slots_relay(struct call_port *server, const struct call_right *right,
		       unsigned int to, const void *buf, size_t len)
{
	struct slots_port *port = (struct slots_port *)server;
	struct desk_cell *cell = desk_cell(port->desk, right->client);
	int err = desk_use(cell, right, server->index);

	if (err)
		return err;
	assert(len <= server->msg_max && to < port->desk->servers);
	memcpy(cell->data, buf, len);
	cell->len = (int64_t)len;
	desk_relay(port->desk, right, to);
	wake_server(port, to);
	return 0;
}

static const struct call_ops slots_ops = {
	.call = slots_call,
	.receive = slots_receive,
	.reply = slots_reply,
	.relay = slots_relay,
};

const struct call_kind call_slots = {
	.way = CALL_NATIVE,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.relays = true,
	.copies = 4,
	.calls = {"", ""},
	.service_size = sizeof(struct slots_service),
	.port_size = sizeof(struct slots_port),
	.probe = slots_probe,
	.open = slots_open,
	.close = slots_close,
	.attach = slots_attach,
	.detach = slots_detach,
	.ops = &slots_ops,
};
