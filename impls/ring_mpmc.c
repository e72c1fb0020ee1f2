/* SPDX-License-Identifier: MIT */
/*
 * Many-to-many ring of slots in shared memory.
 *
 *	turn of a slot	2 lap		free, for the sender of this lap
 *			2 lap + 1	filled, for its receiver
 *
 * A position is taken by whoever moves the counter over it while its slot is
 * ready; the slot then belongs to that port until it writes the next turn.
 * Turns, unlike positions, tell a full ring of one slot from an empty one.
 *
 *	senders		sent, slots; "drained" while they sleep
 *	receivers	received, turns of slots; "filled" while they sleep
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/frames.h"

enum { MPMC_HEAD = 8 }; /* bytes before the payload of a slot */

enum { MPMC_PAGES };

static const struct ipc_option mpmc_options[] = {
	[MPMC_PAGES] = PAGES_OPTION,
	{.name = NULL},
};

/* Turns wrap; they start just before, so that no run goes without it. Even. */
#define MPMC_FIRST (0u - 16u)

struct mpmc_slot {
	_Atomic uint32_t turn;
	uint32_t len;
	unsigned char payload[];
};
_Static_assert(sizeof(struct mpmc_slot) == MPMC_HEAD, "payload is aligned");

struct mpmc_shared {
	_Alignas(SHM_APART) _Atomic uint64_t sent;
	_Alignas(SHM_APART) _Atomic uint64_t received;
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event drained;
	_Alignas(SHM_APART) unsigned char slots[];
};

struct mpmc_link {
	struct ipc_link base;
	struct shm shm;
	size_t stride;
};

struct mpmc_port {
	struct ipc_port base;
	struct mpmc_shared *shared;
	_Atomic uint64_t *next; /* the counter of this side */
	struct event *event;	/* and what this side sleeps on */
	size_t stride;
	uint32_t mask, shift;	/* of positions */
	struct mpmc_slot *slot; /* that this port has */
	uint32_t turn;		/* of it */
};

/* Slots are written by different PUs: no two share a line. */
static size_t mpmc_stride(const struct ipc_spec *spec)
{
	return shm_round(MPMC_HEAD + spec->msg_max, SHM_LINE);
}

static size_t mpmc_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct mpmc_shared) + spec->depth * mpmc_stride(spec);
}

static int mpmc_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(mpmc_bytes(spec),
				  (enum pages)spec->option[MPMC_PAGES], why);
}

static struct mpmc_slot *mpmc_slot(struct mpmc_shared *shared, size_t index,
				   size_t stride)
{
	return (void *)(shared->slots + index * stride);
}

static int mpmc_open(struct ipc_link *base)
{
	struct mpmc_link *link = (struct mpmc_link *)base;
	const struct ipc_spec *spec = &base->spec;
	int err;

	link->stride = mpmc_stride(spec);
	err = frames_open(&link->shm, "ipcbench-ring-mpmc", mpmc_bytes(spec),
			  (enum pages)spec->option[MPMC_PAGES]);
	if (err)
		return err;
	/* Nobody else is here yet: what starts a node publishes these. */
	for (uint32_t i = 0; i < spec->depth; i++)
		atomic_init(&mpmc_slot(link->shm.at, i, link->stride)->turn,
			    MPMC_FIRST);
	return 0;
}

static void mpmc_close(struct ipc_link *base)
{
	shm_close(&((struct mpmc_link *)base)->shm);
}

static int mpmc_attach(struct ipc_port *base)
{
	struct mpmc_port *port = (struct mpmc_port *)base;
	const struct mpmc_link *link = (struct mpmc_link *)base->link;
	bool tx = base->side == IPC_TX;

	port->shared = link->shm.at;
	port->next = tx ? &port->shared->sent : &port->shared->received;
	port->event = tx ? &port->shared->drained : &port->shared->filled;
	port->stride = link->stride;
	port->mask = base->link->spec.depth - 1;
	port->shift = (uint32_t)__builtin_ctz(base->link->spec.depth);
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void mpmc_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct mpmc_link *link = (const struct mpmc_link *)base;

	snprintf(buf, size, "%u slots of %zu B, %zu KiB pages",
		 base->spec.depth, link->stride,
		 frames_page_bytes(&link->shm) >> 10);
}

/*
 * Get the next slot that is ready for this side: 0 or -EAGAIN.
 *
 * A turn that is behind says that its position is not taken yet, for turns
 * only grow: so it is the one to wait for. A turn that is ahead says that the
 * counter has moved on since it was read.
 */
static int mpmc_get(struct mpmc_port *port, unsigned int flags)
{
	uint32_t odd = port->base.side == IPC_RX;
	/* Relaxed: what a slot holds comes with its turn. */
	uint64_t pos = atomic_load_explicit(port->next, memory_order_relaxed);

	for (;;) {
		struct mpmc_slot *slot =
			mpmc_slot(port->shared, pos & port->mask, port->stride);
		uint32_t due =
			MPMC_FIRST + 2 * (uint32_t)(pos >> port->shift) + odd;
		/* Pairs with the release in mpmc_pass(): a message is seen
		 * whole, and not written before the last one was read. */
		uint32_t turn =
			atomic_load_explicit(&slot->turn, memory_order_acquire);

		if (turn == due &&
		    atomic_compare_exchange_weak_explicit(
			    port->next, &pos, pos + 1, memory_order_relaxed,
			    memory_order_relaxed)) {
			port->slot = slot;
			port->turn = due;
			return 0;
		}
		if (turn == due)
			continue; /* pos is what it is now */
		if ((int32_t)(turn - due) < 0) {
			if (flags & IPC_NOWAIT)
				return -EAGAIN;
			event_wait(port->event, &slot->turn, turn,
				   &port->base.link->policy);
		}
		pos = atomic_load_explicit(port->next, memory_order_relaxed);
	}
}

/* Give the slot to the other side, who may sleep on event. */
static void mpmc_pass(struct mpmc_port *port, struct event *event)
{
	event_post(event, &port->slot->turn, port->turn + 1,
		   &port->base.link->policy);
}

static ssize_t mpmc_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct mpmc_port *port = (struct mpmc_port *)tx;
	int err = mpmc_get(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(port->slot->payload, buf, len);
	port->slot->len = (uint32_t)len;
	mpmc_pass(port, &port->shared->filled);
	return (ssize_t)len;
}

static ssize_t mpmc_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	struct mpmc_port *port = (struct mpmc_port *)rx;
	ssize_t got = mpmc_get(port, flags);

	if (got)
		return got;
	got = port->slot->len <= len ? (ssize_t)port->slot->len : -EMSGSIZE;
	if (got > 0)
		memcpy(buf, port->slot->payload, (size_t)got);
	mpmc_pass(port, &port->shared->drained);
	return got;
}

static int mpmc_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct mpmc_port *port = (struct mpmc_port *)tx;
	int err = mpmc_get(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = port->slot->payload;
	m->len = len;
	return 0;
}

static int mpmc_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct mpmc_port *port = (struct mpmc_port *)tx;

	port->slot->len = (uint32_t)m->len;
	mpmc_pass(port, &port->shared->filled);
	return 0;
}

static int mpmc_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct mpmc_port *port = (struct mpmc_port *)rx;
	int err = mpmc_get(port, flags);

	if (err)
		return err;
	m->data = port->slot->payload;
	m->len = port->slot->len;
	return 0;
}

static int mpmc_release(struct ipc_port *rx, struct ipc_msg *m)
{
	struct mpmc_port *port = (struct mpmc_port *)rx;

	(void)m;
	mpmc_pass(port, &port->shared->drained);
	return 0;
}

static const struct ipc_ops mpmc_ops = {
	.send = mpmc_send,
	.recv = mpmc_recv,
	.loan = mpmc_loan,
	.publish = mpmc_publish,
	.take = mpmc_take,
	.release = mpmc_release,
};

const struct ipc_impl ring_mpmc_impl = {
	.name = "ring-mpmc",
	.brief = "many-to-many ring of slots in shared memory",
	.about = "A ring that any number of senders and receivers share. Two "
		 "counters say which position is sent and which is received "
		 "next; a participant takes a position by moving the counter "
		 "over it with a compare-and-swap, and has its slot to "
		 "itself from then on. Each slot has a turn, which says whose "
		 "it is: even for the sender of this lap, odd for its "
		 "receiver. So a slow sender holds up the receiver of its "
		 "message, but no other sender.\n"
		 "Compared with ring, each message moves a counter's line "
		 "between all that send, another between all that receive, "
		 "and each slot's line there and back, and costs two locked "
		 "operations. With one sender and one receiver that is the "
		 "price of the generality; with many the counters are where "
		 "they meet, whatever the depth.\n"
		 "Messages of one sender arrive in order; each is received by "
		 "one receiver. Send and recv copy; loan and take lend the "
		 "slot. Who finds nothing polls or sleeps on the turn "
		 "(futex(2)), and a change of it wakes all that do. A "
		 "participant that dies with a slot in its hands stops the "
		 "ring when that slot is due.\n"
		 "The scheme is that of D. Vyukov's bounded queue, with turns "
		 "for its sequence numbers.\n",
	.family = IPC_RING,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.options = mpmc_options,
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 0,
	.receivers_max = 0,
	.link_size = sizeof(struct mpmc_link),
	.port_size = sizeof(struct mpmc_port),
	.probe = mpmc_probe,
	.open = mpmc_open,
	.close = mpmc_close,
	.attach = mpmc_attach,
	.describe = mpmc_describe,
	.ops = &mpmc_ops,
};
