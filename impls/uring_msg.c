/* SPDX-License-Identifier: MIT */
/* Slots in shared memory, announced by completions that one submission queue
 * posts into another (IORING_OP_MSG_RING). */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/shm.h"
#include "ipc/uring.h"

enum {
	POST_LAG = 8,	/* room is handed back by this part of the slots */
	POST_HEAD = 8,	/* bytes before the payload of a one-line slot */
	POST_SHARE = 4, /* a link may take this part of what is left */
};

enum { POST_SQPOLL };

static const struct ipc_option post_options[] = {
	{"sqpoll", "1: a kernel thread takes the sender's submissions",
	 IPC_OPTION_COUNT, 0, 0, 1, NULL},
	{0},
};

/* Positions wrap; they start where each run crosses that. */
#define POST_FIRST (0u - 256u)

struct post_slot {
	_Atomic uint32_t len; /* the sender's */
	uint32_t unused;
};
_Static_assert(sizeof(struct post_slot) == POST_HEAD, "payload is aligned");

struct post_shared {
	_Alignas(SHM_APART) _Atomic uint32_t tail; /* the receiver's */
	_Alignas(SHM_APART) struct event drained;  /* the sender sleeps */
	_Alignas(SHM_APART) unsigned char slots[]; /* the sender's */
};

struct post_link {
	struct ipc_link base;
	struct shm shm;
	struct uring *inbox; /* the receiver's */
	size_t payload, stride;
};

struct post_port {
	struct ipc_port base;
	struct post_shared *shared;
	struct uring *ring; /* sender: its own; receiver: the inbox */
	int to;		    /* sender: the inbox */
	size_t payload, stride;
	uint32_t depth;
	uint32_t pos;  /* of the next message to send or to receive */
	uint32_t tail; /* sender: as last read; receiver: as last published */
	uint32_t lag;  /* receiver: how far tail may fall behind pos */
};

/* A message of up to 56 bytes shares the line of its length; a longer one
 * starts on a line of its own. */
static size_t post_payload(const struct ipc_spec *spec)
{
	return spec->msg_max <= SHM_LINE - POST_HEAD ? POST_HEAD : SHM_LINE;
}

static size_t post_stride(const struct ipc_spec *spec)
{
	return shm_round(post_payload(spec) + spec->msg_max, SHM_APART);
}

static size_t post_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct post_shared) + spec->depth * post_stride(spec);
}

static int post_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t limit = memory_available() / POST_SHARE;
	int err = ipc_length_fits(spec->msg_max, why);

	if (err)
		return err;
	if (spec->depth > URING_COMPLETIONS_MAX)
		return why_not(why, -E2BIG,
			       "a completion queue for up to %u messages, not "
			       "%u",
			       URING_COMPLETIONS_MAX, spec->depth);
	if (post_bytes(spec) > limit)
		return why_not(why, -ENOMEM,
			       "%u slots of %zu B are %zu MiB, over the %zu "
			       "MiB that a link may take of what is left here",
			       spec->depth, post_stride(spec),
			       post_bytes(spec) >> 20, limit >> 20);
	return uring_probe(1u << URING_POST, spec->option[POST_SQPOLL], why);
}

static int post_open(struct ipc_link *base)
{
	struct post_link *link = (struct post_link *)base;
	const struct ipc_spec *spec = &base->spec;
	const struct uring_how how = {.completions = spec->depth,
				      .fixed_fd = -1};
	size_t bytes = post_bytes(spec);
	struct post_shared *shared;
	int err = shm_open_anon(&link->shm, "ipcbench-uring-msg", bytes,
				bytes >= SHM_HUGE);

	if (err)
		return err;
	/* Before the fork, so that the sender knows it. */
	err = uring_open(&link->inbox, &how, spec);
	if (err) {
		shm_close(&link->shm);
		return err;
	}
	link->payload = post_payload(spec);
	link->stride = post_stride(spec);
	shared = link->shm.at;
	/* Nobody else is here yet: what starts a node publishes it. */
	atomic_init(&shared->tail, POST_FIRST);
	return 0;
}

static void post_close(struct ipc_link *base)
{
	struct post_link *link = (struct post_link *)base;

	uring_close(link->inbox);
	shm_close(&link->shm);
}

static int post_attach(struct ipc_port *base)
{
	struct post_port *port = (struct post_port *)base;
	const struct post_link *link = (struct post_link *)base->link;
	const struct ipc_spec *spec = &base->link->spec;
	const struct uring_how how = {.sqpoll = spec->option[POST_SQPOLL],
				      .own = true,
				      .fixed_fd = -1};
	int err;

	port->shared = link->shm.at;
	port->ring = link->inbox;
	port->to = uring_fd(link->inbox);
	port->payload = link->payload;
	port->stride = link->stride;
	port->depth = spec->depth;
	port->pos = port->tail = POST_FIRST;
	port->lag = spec->depth > POST_LAG ? spec->depth / POST_LAG : 1;
	err = shm_fault_in(link->shm.at, link->shm.bytes);
	if (!err && base->side == IPC_TX)
		err = uring_open(&port->ring, &how, spec);
	return err;
}

static void post_detach(struct ipc_port *base)
{
	/* The inbox is the link's. */
	if (base->side == IPC_TX)
		uring_close(((struct post_port *)base)->ring);
}

static void post_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct post_link *link = (const struct post_link *)base;

	snprintf(buf, size, "%u slots of %zu B, %ld KiB pages",
		 base->spec.depth, link->stride,
		 link->shm.huge ? (long)(SHM_HUGE >> 10)
				: sysconf(_SC_PAGESIZE) >> 10);
}

static struct post_slot *post_slot(const struct post_port *port)
{
	size_t index = port->pos & (port->depth - 1);

	return (void *)(port->shared->slots + index * port->stride);
}

static void *post_data(const struct post_port *port)
{
	return (unsigned char *)post_slot(port) + port->payload;
}

/* 0 when the slot at pos is the sender's to write, or -EAGAIN. */
static int post_room(struct post_port *port, unsigned int flags)
{
	_Atomic uint32_t *tail = &port->shared->tail;

	if (port->pos - port->tail < port->depth)
		return 0;
	/* Pairs with the release in post_drain(): what the receiver read of
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

static int post_fill(struct post_port *port, size_t len)
{
	uint32_t pos = port->pos;

	/* Releases the payload. The kernel orders it before the completion
	 * all the same; that is not said in terms of the language. */
	atomic_store_explicit(&post_slot(port)->len, (uint32_t)len,
			      memory_order_release);
	port->pos++;
	return uring_post(port->ring, port->to, pos, (uint32_t)len);
}

/* Publish how far the receiver is. */
static void post_drain(struct post_port *port)
{
	if (port->tail == port->pos)
		return;
	port->tail = port->pos;
	/* Releases the slots up to here: no read of them may come later than
	 * the sender's next write. */
	event_post(&port->shared->drained, &port->shared->tail, port->pos,
		   &port->base.link->policy);
}

/* A message is at pos, with its length in *len; or a negative errno. */
static int post_filled(struct post_port *port, uint32_t *len,
		       unsigned int flags)
{
	uint64_t value;
	int err;

	while (uring_peek(port->ring, &value, len)) {
		/* The sender may be waiting for the room held back here. */
		post_drain(port);
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		err = uring_wait(port->ring);
		if (err)
			return err;
	}
	assert((uint32_t)value == port->pos);
	/* Pairs with the release in post_fill(): the payload is this
	 * message's, not what the slot held before. */
	*len = atomic_load_explicit(&post_slot(port)->len,
				    memory_order_acquire);
	return 0;
}

static void post_next(struct post_port *port)
{
	port->pos++;
	if (port->pos - port->tail >= port->lag)
		post_drain(port);
}

static ssize_t post_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct post_port *port = (struct post_port *)tx;
	int err = post_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(post_data(port), buf, len);
	err = post_fill(port, len);
	return err ? err : (ssize_t)len;
}

static ssize_t post_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	struct post_port *port = (struct post_port *)rx;
	uint32_t got;
	int err = post_filled(port, &got, flags);

	if (err)
		return err;
	if (got <= len)
		memcpy(buf, post_data(port), got);
	post_next(port);
	return got <= len ? (ssize_t)got : -EMSGSIZE;
}

static int post_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct post_port *port = (struct post_port *)tx;
	int err = post_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = post_data(port);
	m->len = len;
	return 0;
}

static int post_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	return post_fill((struct post_port *)tx, m->len);
}

static int post_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct post_port *port = (struct post_port *)rx;
	uint32_t len;
	int err = post_filled(port, &len, flags);

	if (err)
		return err;
	m->data = post_data(port);
	m->len = len;
	return 0;
}

static int post_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	post_next((struct post_port *)rx);
	return 0;
}

static const struct ipc_ops post_ops = {
	.send = post_send,
	.recv = post_recv,
	.loan = post_loan,
	.publish = post_publish,
	.take = post_take,
	.release = post_release,
};

const struct ipc_impl uring_msg_impl = {
	.name = "uring-msg",
	.brief = "slots in shared memory, announced from queue to queue",
	.about = "The payload lies in a slot of shared memory, as in ring; "
		 "what tells the receiver is an io_uring operation, "
		 "IORING_OP_MSG_RING: the sender submits it to its own queue, "
		 "and the kernel puts a completion with the slot's position "
		 "and the message's length into the receiver's queue. That is "
		 "one io_uring_enter(2) for the sender and none for the "
		 "receiver, who finds the completion in memory. Only a "
		 "receiver that sleeps makes a call, and the sender's call "
		 "wakes it.\n"
		 "So it stands between a ring, where the sender touches memory "
		 "only and has to wake the receiver by a call of its own, and "
		 "an eventfd, where both sides call. Copies are a ring's: one "
		 "in and one out, none where messages are lent.\n"
		 "Room comes back without the queues, by a position in shared "
		 "memory that the receiver writes each eighth of the depth and "
		 "whenever it finds nothing; a sender that sleeps for room "
		 "sleeps on a futex. There are never more messages under way "
		 "than the receiver's completion queue holds.\n"
		 "\"sqpoll=1\" lets a kernel thread submit for the sender, "
		 "which then makes no call either; the thread wants a PU of "
		 "its own and sleeps after 10 ms without work. A queue may be "
		 "posted to by many, but a link has one sender here. "
		 "io_uring_enter(2), io_uring/msg_ring.c; since Linux 5.18.\n",
	.family = IPC_URING,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"io_uring_enter", ""},
		     .wake = IPC_WAKE_CALL},
	.options = post_options,
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct post_link),
	.port_size = sizeof(struct post_port),
	.probe = post_probe,
	.open = post_open,
	.close = post_close,
	.attach = post_attach,
	.detach = post_detach,
	.describe = post_describe,
	.ops = &post_ops,
};
