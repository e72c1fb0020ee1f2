/* SPDX-License-Identifier: MIT */
/*
 * One-to-one ring in shared memory, with a counter for each side.
 *
 * Who writes what, each on lines of its own:
 *
 *	sender		head, uneven; the slots and their lengths;
 *			"drained" while it sleeps
 *	receiver	tail; "filled" while it sleeps
 *
 * Slots hold payload and nothing else, so that messages of 64 bytes fill their
 * lines. Lengths are beside, and all are msg_max until the sender first sends
 * a shorter message; so they are neither written nor read before.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/frames.h"
#include "ipc/payload.h"

enum {
	INDEX_LAG = 8,	   /* room is handed back by this part of the ring */
	INDEX_ALIGN = 8,   /* of a payload that does not begin a line */
	INDEX_DENSE = 256, /* bytes up to which slots stand side by side */
	INDEX_BATCH = 32,  /* messages of one call that head counts at once */
};

enum { INDEX_PAGES };

static const struct ipc_option index_options[] = {
	[INDEX_PAGES] = PAGES_OPTION,
	{.name = NULL},
};

/* Positions count up and wrap. They start just before that, so that no run
 * goes without crossing it. */
#define INDEX_FIRST (0u - 256u)

struct index_shared {
	_Alignas(SHM_APART) _Atomic uint32_t head;
	_Atomic uint32_t uneven; /* 1: lengths count */
	_Alignas(SHM_APART) _Atomic uint32_t tail;
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event drained;
	_Alignas(SHM_APART) unsigned char slots[];
	/* and, SHM_APART behind the slots, depth lengths */
};

struct index_link {
	struct ipc_link base;
	struct shm shm;
	size_t stride;
};

struct index_port {
	struct ipc_port base;
	struct index_shared *shared;
	struct event_policy policy; /* the link's, where it is at hand */
	uint32_t *lengths;
	size_t stride;
	uint32_t mask;
	uint32_t pos;  /* of the next message to send or to receive */
	uint32_t seen; /* the other side's counter, as last read */
	uint32_t tail; /* receiver: as last published */
	uint32_t lag;  /* receiver: how far tail may fall behind pos */
	bool uneven;   /* sender: as published; receiver: as last read */
};

static size_t index_stride(const struct ipc_spec *spec)
{
	bool dense = spec->msg_max <= INDEX_DENSE;

	return shm_round(spec->msg_max, dense ? INDEX_ALIGN : SHM_LINE);
}

/* From the start of the shared memory to the lengths, and to their end. */
static size_t index_lengths_at(const struct ipc_spec *spec)
{
	return sizeof(struct index_shared) + SHM_APART +
	       shm_round(spec->depth * index_stride(spec), SHM_APART);
}

static size_t index_bytes(const struct ipc_spec *spec)
{
	return index_lengths_at(spec) + spec->depth * sizeof(uint32_t);
}

static uint32_t *index_lengths(const struct index_link *link)
{
	return (void *)((char *)link->shm.at +
			index_lengths_at(&link->base.spec));
}

static int index_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(index_bytes(spec),
				  (enum pages)spec->option[INDEX_PAGES], why);
}

static int index_open(struct ipc_link *base)
{
	struct index_link *link = (struct index_link *)base;
	const struct ipc_spec *spec = &base->spec;
	struct index_shared *shared;
	int err;

	link->stride = index_stride(spec);
	err = frames_open(&link->shm, "ipcbench-ring-index", index_bytes(spec),
			  (enum pages)spec->option[INDEX_PAGES]);
	if (err)
		return err;
	shared = link->shm.at;
	/* Nobody else is here yet: what starts a node publishes these. */
	atomic_init(&shared->head, INDEX_FIRST);
	atomic_init(&shared->tail, INDEX_FIRST);
	for (uint32_t i = 0; i < spec->depth; i++)
		index_lengths(link)[i] = (uint32_t)spec->msg_max;
	return 0;
}

static void index_close(struct ipc_link *base)
{
	shm_close(&((struct index_link *)base)->shm);
}

static int index_attach(struct ipc_port *base)
{
	struct index_port *port = (struct index_port *)base;
	const struct index_link *link = (struct index_link *)base->link;
	const struct ipc_spec *spec = &base->link->spec;

	port->shared = link->shm.at;
	port->policy = base->link->policy;
	port->lengths = index_lengths(link);
	port->stride = link->stride;
	port->mask = spec->depth - 1;
	port->pos = port->seen = port->tail = INDEX_FIRST;
	port->lag = spec->depth > INDEX_LAG ? spec->depth / INDEX_LAG : 1;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void index_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct index_link *link = (const struct index_link *)base;

	snprintf(buf, size, "%u slots of %zu B, %zu KiB pages",
		 base->spec.depth, link->stride,
		 frames_page_bytes(&link->shm) >> 10);
}

static void *index_slot(const struct index_port *port)
{
	size_t index = port->pos & port->mask;

	return port->shared->slots + index * port->stride;
}

/* 0 when the slot at pos is the sender's to write, or -EAGAIN. */
static int index_room(struct index_port *port, unsigned int flags)
{
	_Atomic uint32_t *tail = &port->shared->tail;

	if (port->pos - port->seen <= port->mask)
		return 0;
	/* Pairs with the release in index_drain(): what the receiver read of
	 * the slot, it has read before we write there again. */
	port->seen = atomic_load_explicit(tail, memory_order_acquire);
	if (port->pos - port->seen <= port->mask)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	port->seen = event_wait(&port->shared->drained, tail, port->seen,
				&port->policy);
	return 0;
}

/* Where lengths first differ, all of them begin to count; those of messages
 * under way are right, as open has written them. */
static void index_count(struct index_port *port, size_t len)
{
	struct index_shared *shared = port->shared;

	if (len != port->base.msg_max && !port->uneven) {
		port->uneven = true;
		/* Relaxed: head releases it, before which nobody needs it. */
		atomic_store_explicit(&shared->uneven, 1, memory_order_relaxed);
	}
	if (port->uneven)
		port->lengths[port->pos & port->mask] = (uint32_t)len;
	port->pos++;
}

static void index_fill(struct index_port *port, size_t len)
{
	index_count(port, len);
	/* Releases the payload and its length: no counter may be seen before
	 * what it counts. */
	event_post(&port->shared->filled, &port->shared->head, port->pos,
		   &port->policy);
}

/* Publish how far the receiver is. */
static void index_drain(struct index_port *port)
{
	if (port->tail == port->pos)
		return;
	port->tail = port->pos;
	/* Releases the slots up to here: no read of them may come later than
	 * the sender's next write. */
	event_post(&port->shared->drained, &port->shared->tail, port->pos,
		   &port->policy);
}

/* 0 when the slot at pos holds a message, or -EAGAIN. */
static int index_filled(struct index_port *port, unsigned int flags)
{
	_Atomic uint32_t *head = &port->shared->head;

	if (port->seen != port->pos)
		return 0;
	/* Pairs with the release in index_fill(). */
	port->seen = atomic_load_explicit(head, memory_order_acquire);
	if (port->seen == port->pos) {
		/* The sender may be waiting for just the room that we hold
		 * back. */
		index_drain(port);
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		port->seen = event_wait(&port->shared->filled, head, port->pos,
					&port->policy);
	}
	port->uneven = atomic_load_explicit(&port->shared->uneven,
					    memory_order_relaxed);
	return 0;
}

static size_t index_length(const struct index_port *port)
{
	if (!port->uneven)
		return port->base.msg_max;
	return port->lengths[port->pos & port->mask];
}

static void index_next(struct index_port *port)
{
	port->pos++;
	if (port->pos - port->tail >= port->lag)
		index_drain(port);
}

static ssize_t index_send(struct ipc_port *tx, const void *buf, size_t len,
			  unsigned int flags)
{
	struct index_port *port = (struct index_port *)tx;
	int err = index_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(index_slot(port), buf, len);
	index_fill(port, len);
	return (ssize_t)len;
}

static ssize_t index_recv(struct ipc_port *rx, void *buf, size_t len,
			  unsigned int flags)
{
	struct index_port *port = (struct index_port *)rx;
	int err = index_filled(port, flags);
	size_t got;

	if (err)
		return err;
	got = index_length(port);
	if (got <= len)
		memcpy(buf, index_slot(port), got);
	index_next(port);
	return got <= len ? (ssize_t)got : -EMSGSIZE;
}

/* Slots that are the sender's, as far as it knows. */
static uint32_t index_left(const struct index_port *port)
{
	return port->mask + 1 - (port->pos - port->seen);
}

/* How many of n messages are side by side in the ring from pos on, of those
 * that the other side leaves us and of a batch. */
static size_t index_run(const struct index_port *port, uint32_t there, size_t n)
{
	size_t to_end = port->mask + 1 - (port->pos & port->mask);

	if (n > there)
		n = there;
	if (n > to_end)
		n = to_end;
	return n < INDEX_BATCH ? n : INDEX_BATCH;
}

/* Between a row of slots and a buffer. */
IPC_INLINE void index_copy(unsigned char *to, size_t to_stride,
			   const unsigned char *from, size_t from_stride,
			   size_t len, size_t n)
{
	if (to_stride == from_stride) {
		memcpy(to, from, n * to_stride);
		return;
	}
	for (size_t i = 0; i < n; i++)
		memcpy(to + i * to_stride, from + i * from_stride, len);
}

static ssize_t index_send_many(struct ipc_port *tx, const void *buf, size_t len,
			       size_t n, unsigned int flags)
{
	struct index_port *port = (struct index_port *)tx;
	const unsigned char *from = buf;
	size_t sent = 0;

	assert(len <= tx->msg_max);
	while (sent < n) {
		int err = index_room(port, flags);
		size_t run;

		if (err)
			return sent ? (ssize_t)sent : err;
		run = index_run(port, index_left(port), n - sent);
		index_copy(index_slot(port), port->stride, from + sent * len,
			   len, len, run);
		sent += run;
		while (--run)
			index_count(port, len);
		index_fill(port, len);
	}
	return (ssize_t)sent;
}

/* As below, of messages that have come and may differ in length. */
static ssize_t index_recv_each(struct ipc_port *rx, unsigned char *to,
			       size_t len, size_t n)
{
	struct index_port *port = (struct index_port *)rx;
	size_t got;

	for (got = 0; got < n && port->seen != port->pos; got++)
		if (index_recv(rx, to + got * len, len, 0) != (ssize_t)len)
			return -EMSGSIZE;
	return (ssize_t)got;
}

static ssize_t index_recv_many(struct ipc_port *rx, void *buf, size_t len,
			       size_t n, unsigned int flags)
{
	struct index_port *port = (struct index_port *)rx;
	unsigned char *to = buf;
	size_t got = 0;
	int err = index_filled(port, flags);

	if (err)
		return err;
	if (port->uneven || len != rx->msg_max)
		return index_recv_each(rx, buf, len, n);
	while (got < n && port->seen != port->pos) {
		size_t run = index_run(port, port->seen - port->pos, n - got);

		index_copy(to + got * len, len, index_slot(port), port->stride,
			   len, run);
		got += run;
		port->pos += (uint32_t)run - 1;
		index_next(port);
	}
	return (ssize_t)got;
}

static int index_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		      unsigned int flags)
{
	struct index_port *port = (struct index_port *)tx;
	int err = index_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = index_slot(port);
	m->len = len;
	return 0;
}

static int index_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	index_fill((struct index_port *)tx, m->len);
	return 0;
}

static int index_take(struct ipc_port *rx, struct ipc_msg *m,
		      unsigned int flags)
{
	struct index_port *port = (struct index_port *)rx;
	int err = index_filled(port, flags);

	if (err)
		return err;
	m->data = index_slot(port);
	m->len = index_length(port);
	return 0;
}

static int index_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	index_next((struct index_port *)rx);
	return 0;
}

static int index_loan_many(struct ipc_port *tx, struct ipc_run *run, size_t len,
			   size_t n, unsigned int flags)
{
	struct index_port *port = (struct index_port *)tx;
	int err = index_loan(tx, &run->first, len, flags);

	if (err)
		return err;
	run->stride = port->stride;
	run->n = index_run(port, index_left(port), n);
	return 0;
}

static int index_publish_many(struct ipc_port *tx, struct ipc_run *run)
{
	struct index_port *port = (struct index_port *)tx;

	for (size_t i = 1; i < run->n; i++)
		index_count(port, run->first.len);
	index_fill(port, run->first.len);
	return 0;
}

static int index_take_many(struct ipc_port *rx, struct ipc_run *run, size_t n,
			   unsigned int flags)
{
	struct index_port *port = (struct index_port *)rx;
	int err = index_take(rx, &run->first, flags);

	if (err)
		return err;
	run->stride = port->stride;
	run->n = port->uneven ? 1 : index_run(port, port->seen - port->pos, n);
	return 0;
}

static int index_release_many(struct ipc_port *rx, struct ipc_run *run)
{
	struct index_port *port = (struct index_port *)rx;

	port->pos += (uint32_t)run->n - 1;
	index_next(port);
	return 0;
}

static const struct ipc_ops index_ops = {
	.send = index_send,
	.recv = index_recv,
	.loan = index_loan,
	.publish = index_publish,
	.take = index_take,
	.release = index_release,
	.send_many = index_send_many,
	.recv_many = index_recv_many,
	.loan_many = index_loan_many,
	.publish_many = index_publish_many,
	.take_many = index_take_many,
	.release_many = index_release_many,
};

const struct ipc_impl ring_index_impl = {
	.name = "ring-index",
	.brief = "one-to-one ring with a counter for each side",
	.about = "The classical ring: the sender counts what it has written "
		 "(head), the receiver what it has read (tail), and each has "
		 "a line for its counter. Each side remembers what it last "
		 "saw of the other's counter and looks again only when that "
		 "does not suffice: the sender when the ring seems full, the "
		 "receiver when it seems empty. The receiver posts its "
		 "counter each eighth of the ring and when it finds nothing.\n"
		 "In a stream with the receiver well behind, a message costs "
		 "the lines of its payload and hardly anything else, and "
		 "slots hold nothing but payload: this is the ring for bulk. "
		 "A receiver that keeps up, though, fetches the line of head "
		 "for each message, beside that of the payload, and the sender "
		 "has to get it back to write it: so a round trip takes two "
		 "lines each way where ring, with stamps in its slots, takes "
		 "one.\n"
		 "No system call is made for a message; who sleeps, sleeps on "
		 "the other side's counter (futex(2)). See L. Lamport, "
		 "Specifying Concurrent Program Modules (1983), and J. "
		 "Giacomoni, FastForward (2008), on why rings should not "
		 "share counters.\n",
	.family = IPC_RING,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.options = index_options,
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct index_link),
	.port_size = sizeof(struct index_port),
	.probe = index_probe,
	.open = index_open,
	.close = index_close,
	.attach = index_attach,
	.describe = index_describe,
	.ops = &index_ops,
};
