/* SPDX-License-Identifier: MIT */
/*
 * One-to-one ring of slots in shared memory: the sender writes a message into
 * a slot, the receiver reads it there.
 *
 *	copies		send one, into the slot; recv one, out of it; none of
 *			them where messages are lent
 *	system calls	none a message; one to sleep (two with hybrid, which
 *			has the sleeper pay for a barrier) and one to wake
 *	cost		the lines of stamp and payload move from one PU's
 *			cache to the other's
 *
 * A slot is lap-stamped: its stamp says which position it holds, so the
 * receiver finds a message by looking at the slot alone, and there is no line
 * that both sides touch for each message. Room is the other direction: the
 * receiver publishes its position, but only each eighth of the ring and
 * whenever it finds the ring empty, and the sender reads it only when the
 * ring is full as far as it knows. So a full ring has room for an eighth, or
 * for all of it, before its sender goes on.
 *
 * Who writes what, each on lines of its own:
 *
 *	sender		the slots
 *	receiver	tail; "filled" while it sleeps
 *	sender		"drained" while it sleeps
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/shm.h"
#include "ipc/backend.h"

enum {
	RING_LAG = 8,	      /* room is handed back by this part of the ring */
	RING_HEAD = 8,	      /* bytes before the payload of a one-line slot */
	RING_SHARE = 4,	      /* a ring may take this part of what is left */
	RING_SMALL = 8 << 10, /* bytes of slots that leave room for another ring
				 and for the rest in a cache of 32 KiB */
};

/* Positions count up and wrap. They start just before that, so that no run
 * goes without crossing it. */
#define RING_FIRST (0u - 256u)

struct ring_slot {
	_Atomic uint32_t stamp; /* position + 1 once it is filled */
	uint32_t len;
};
_Static_assert(sizeof(struct ring_slot) == RING_HEAD, "payload is aligned");

struct ring_shared {
	_Alignas(SHM_APART) _Atomic uint32_t tail;
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event drained;
	_Alignas(SHM_APART) unsigned char slots[];
};
_Static_assert(offsetof(struct ring_shared, slots) == 3 * SHM_APART,
	       "each writer has its own lines");

/* Bytes from one slot to the next, and from a slot to its payload. */
struct ring_layout {
	size_t stride, payload;
};

struct ring_link {
	struct ipc_link base;
	struct shm shm;
	struct ring_layout at;
};

struct ring_port {
	struct ipc_port base;
	struct ring_shared *shared;
	unsigned char *slots;
	struct ring_layout at;
	uint32_t depth;
	uint32_t pos;  /* of the next message to send or to receive */
	uint32_t tail; /* sender: as last read; receiver: as last published */
	uint32_t lag;  /* receiver: how far tail may fall behind pos */
};

/* A message of up to 56 bytes shares the line of its stamp; a longer one
 * starts on a line of its own, where copies are aligned. Lines that different
 * messages, or a stamp and its payload, come to be on are so far apart. */
static struct ring_layout ring_spread(const struct ipc_spec *spec, size_t apart)
{
	bool one_line = spec->msg_max <= SHM_LINE - RING_HEAD;
	size_t payload = one_line ? RING_HEAD : apart;
	size_t unit = one_line ? apart : SHM_APART;

	return (struct ring_layout){
		.stride = shm_round(payload + spec->msg_max, unit),
		.payload = payload,
	};
}

/*
 * A small ring stays in the first cache, and there a round trip takes half as
 * long again when one side's prefetcher fetches the neighbour of a line that
 * the other is about to write: so lines keep their distance. A large ring is
 * for throughput, where the same prefetcher is welcome.
 */
static struct ring_layout ring_layout(const struct ipc_spec *spec)
{
	struct ring_layout apart = ring_spread(spec, SHM_APART);

	if (apart.stride <= RING_SMALL / spec->depth)
		return apart;
	return ring_spread(spec, SHM_LINE);
}

static size_t ring_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct ring_shared) +
	       spec->depth * ring_layout(spec).stride;
}

static int ring_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t limit = memory_available() / RING_SHARE;

	if (spec->msg_max > UINT32_MAX / 2)
		return why_not(why, -EINVAL,
			       "takes messages up to %u bytes, not %zu",
			       UINT32_MAX / 2, spec->msg_max);
	if (ring_bytes(spec) > limit)
		return why_not(why, -ENOMEM,
			       "%u slots of %zu B are %zu MiB, over the %zu "
			       "MiB that a link may take of what is left here",
			       spec->depth, ring_layout(spec).stride,
			       ring_bytes(spec) >> 20, limit >> 20);
	return 0;
}

static struct ring_slot *ring_slot(const struct ring_port *port)
{
	size_t index = port->pos & (port->depth - 1);

	return (void *)(port->slots + index * port->at.stride);
}

static void *ring_data(const struct ring_port *port, struct ring_slot *slot)
{
	return (unsigned char *)slot + port->at.payload;
}

static int ring_open(struct ipc_link *base)
{
	struct ring_link *link = (struct ring_link *)base;
	size_t bytes = ring_bytes(&base->spec);
	uint32_t depth = base->spec.depth;
	struct ring_shared *shared;
	int err;

	err = shm_open_anon(&link->shm, "ipcbench-ring", bytes,
			    bytes >= SHM_HUGE);
	if (err)
		return err;
	link->at = ring_layout(&base->spec);
	shared = link->shm.at;
	/* Nobody else is here yet: what starts a node publishes these. */
	atomic_init(&shared->tail, RING_FIRST);
	for (uint32_t i = 0; i < depth; i++) {
		uint32_t pos = RING_FIRST + i;
		size_t at = (pos & (depth - 1)) * link->at.stride;
		struct ring_slot *slot = (void *)(shared->slots + at);

		/* As a lap earlier would have left it. */
		atomic_init(&slot->stamp, pos + 1 - depth);
	}
	return 0;
}

static void ring_close(struct ipc_link *base)
{
	shm_close(&((struct ring_link *)base)->shm);
}

static int ring_attach(struct ipc_port *base)
{
	struct ring_port *port = (struct ring_port *)base;
	const struct ring_link *link = (struct ring_link *)base->link;
	const struct ipc_spec *spec = &base->link->spec;

	port->shared = link->shm.at;
	port->slots = port->shared->slots;
	port->at = link->at;
	port->depth = spec->depth;
	port->pos = port->tail = RING_FIRST;
	port->lag = spec->depth > RING_LAG ? spec->depth / RING_LAG : 1;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void ring_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct ring_link *link = (const struct ring_link *)base;

	snprintf(buf, size, "%u slots of %zu B, %ld KiB pages",
		 base->spec.depth, link->at.stride,
		 link->shm.huge ? (long)(SHM_HUGE >> 10)
				: sysconf(_SC_PAGESIZE) >> 10);
}

/* 0 when the slot at pos is the sender's to write, or -EAGAIN. */
static int ring_room(struct ring_port *port, unsigned int flags)
{
	_Atomic uint32_t *tail = &port->shared->tail;

	if (port->pos - port->tail < port->depth)
		return 0;
	/* Pairs with the release in ring_drain(): what the receiver read of
	 * the slot, it has read before we write there again. */
	port->tail = atomic_load_explicit(tail, memory_order_acquire);
	if (port->pos - port->tail < port->depth)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	port->tail = event_wait(&port->shared->drained, tail, port->tail,
				&port->base.link->policy);
	return 0;
}

static void ring_fill(struct ring_port *port, struct ring_slot *slot,
		      size_t len)
{
	slot->len = (uint32_t)len;
	/* Releases the payload and its length: the receiver must not see the
	 * stamp of this lap over the bytes of the last. */
	event_post(&port->shared->filled, &slot->stamp, ++port->pos,
		   &port->base.link->policy);
}

/* Publish how far the receiver is. */
static void ring_drain(struct ring_port *port)
{
	if (port->tail == port->pos)
		return;
	port->tail = port->pos;
	/* Releases the slots up to here: no read of them may come later than
	 * the sender's next write. */
	event_post(&port->shared->drained, &port->shared->tail, port->pos,
		   &port->base.link->policy);
}

/* The slot at pos with its message in it, or NULL for -EAGAIN. */
static struct ring_slot *ring_filled(struct ring_port *port, unsigned int flags)
{
	struct ring_slot *slot = ring_slot(port);
	uint32_t before = port->pos + 1 - port->depth;

	/* Pairs with the release in ring_fill(). */
	if (atomic_load_explicit(&slot->stamp, memory_order_acquire) != before)
		return slot;
	/* The sender may be waiting for just the room that we hold back. */
	ring_drain(port);
	if (flags & IPC_NOWAIT)
		return NULL;
	event_wait(&port->shared->filled, &slot->stamp, before,
		   &port->base.link->policy);
	return slot;
}

static void ring_next(struct ring_port *port)
{
	port->pos++;
	if (port->pos - port->tail >= port->lag)
		ring_drain(port);
}

static ssize_t ring_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)tx;
	struct ring_slot *slot = ring_slot(port);
	int err = ring_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(ring_data(port, slot), buf, len);
	ring_fill(port, slot, len);
	return (ssize_t)len;
}

static ssize_t ring_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)rx;
	struct ring_slot *slot = ring_filled(port, flags);
	ssize_t got;

	if (!slot)
		return -EAGAIN;
	got = slot->len <= len ? (ssize_t)slot->len : -EMSGSIZE;
	if (got > 0)
		memcpy(buf, ring_data(port, slot), (size_t)got);
	ring_next(port);
	return got;
}

static int ring_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)tx;
	int err = ring_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = ring_data(port, ring_slot(port));
	m->len = len;
	return 0;
}

static int ring_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct ring_port *port = (struct ring_port *)tx;

	ring_fill(port, ring_slot(port), m->len);
	return 0;
}

static int ring_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)rx;
	struct ring_slot *slot = ring_filled(port, flags);

	if (!slot)
		return -EAGAIN;
	m->data = ring_data(port, slot);
	m->len = slot->len;
	return 0;
}

static int ring_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	ring_next((struct ring_port *)rx);
	return 0;
}

static const struct ipc_ops ring_ops = {
	.send = ring_send,
	.recv = ring_recv,
	.loan = ring_loan,
	.publish = ring_publish,
	.take = ring_take,
	.release = ring_release,
};

const struct ipc_impl ring_impl = {
	.name = "ring",
	.brief = "one-to-one ring of slots in shared memory",
	.family = IPC_RING,
	.contract = {.copies = {2, 0},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct ring_link),
	.port_size = sizeof(struct ring_port),
	.probe = ring_probe,
	.open = ring_open,
	.close = ring_close,
	.attach = ring_attach,
	.describe = ring_describe,
	.ops = &ring_ops,
};
