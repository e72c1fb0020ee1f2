/* SPDX-License-Identifier: MIT */
/*
 * One-to-one ring of bytes in shared memory: records of any length, each in
 * one piece.
 *
 *	sender		head, the records; "drained" while it sleeps
 *	receiver	tail; "filled" while it sleeps
 *
 * Sizes and places are in units of 8 bytes, the alignment of a record. Head
 * counts all units, tail those of records alone: a filler, which stands where
 * the next record would not fit before the end, takes no room from anybody.
 * The ring has one longest record more than it may hold, so that there is
 * room for a filler always. As many of the longest fit as depth says, and
 * more of shorter ones.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/frames.h"

enum {
	BYTES_LAG = 8,	/* room is handed back by this part of the ring */
	BYTES_UNIT = 8, /* of sizes and places, bytes */
};
#define BYTES_FILLER UINT32_MAX
/* Counters of units wrap, and tell half of their range apart. */
#define BYTES_UNITS_MAX (UINT32_C(1) << 30)

enum { BYTES_PAGES };

static const struct ipc_option bytes_options[] = {
	[BYTES_PAGES] = PAGES_OPTION,
	{.name = NULL},
};

/* They start just before they wrap, so that no run goes without. */
#define BYTES_FIRST (0u - 256u)

struct bytes_record {
	uint32_t len; /* or BYTES_FILLER, up to the end of the ring */
	uint32_t unused;
	unsigned char payload[];
};
_Static_assert(sizeof(struct bytes_record) == BYTES_UNIT,
	       "a header fits before any end");

struct bytes_shared {
	_Alignas(SHM_APART) _Atomic uint32_t head;
	_Alignas(SHM_APART) _Atomic uint32_t tail;
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event drained;
	_Alignas(SHM_APART) unsigned char ring[];
};

struct bytes_link {
	struct ipc_link base;
	struct shm shm;
};

struct bytes_port {
	struct ipc_port base;
	struct bytes_shared *shared;
	uint32_t units;	 /* of the ring */
	uint32_t room;	 /* of them that records may take */
	uint32_t at;	 /* where the next record begins */
	uint32_t head;	 /* sender: published; receiver: as last read */
	uint32_t tail;	 /* receiver: published; sender: as last read */
	uint32_t pos;	 /* receiver: as head, of the next record */
	uint32_t done;	 /* as tail, of records sent or received */
	uint32_t lag;	 /* receiver: how far tail may fall behind done */
	uint32_t filler; /* sender: units before the record that is lent */
};

/* Of a record. */
static uint32_t bytes_units(size_t len)
{
	return (uint32_t)(1 + (len + BYTES_UNIT - 1) / BYTES_UNIT);
}

static size_t bytes_ring_units(const struct ipc_spec *spec)
{
	return ((size_t)spec->depth + 1) *
	       (1 + (spec->msg_max + BYTES_UNIT - 1) / BYTES_UNIT);
}

static size_t bytes_all(const struct ipc_spec *spec)
{
	return sizeof(struct bytes_shared) +
	       bytes_ring_units(spec) * BYTES_UNIT;
}

static int bytes_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t max = (size_t)BYTES_UNITS_MAX * BYTES_UNIT;

	if (spec->msg_max > max / ((size_t)spec->depth + 1) - 2 * BYTES_UNIT)
		return why_not(why, -E2BIG,
			       "%u messages of %zu B and one more are over the "
			       "%zu MiB that its counters can count",
			       spec->depth, spec->msg_max, max >> 20);
	return frames_probe(bytes_all(spec),
			    (enum pages)spec->option[BYTES_PAGES], why);
}

static int bytes_open(struct ipc_link *base)
{
	struct bytes_link *link = (struct bytes_link *)base;
	struct bytes_shared *shared;
	int err;

	err = frames_open(&link->shm, "ipcbench-ring-bytes",
			  bytes_all(&base->spec),
			  (enum pages)base->spec.option[BYTES_PAGES]);
	if (err)
		return err;
	shared = link->shm.at;
	/* Nobody else is here yet: what starts a node publishes these. */
	atomic_init(&shared->head, BYTES_FIRST);
	atomic_init(&shared->tail, BYTES_FIRST);
	return 0;
}

static void bytes_close(struct ipc_link *base)
{
	shm_close(&((struct bytes_link *)base)->shm);
}

static int bytes_attach(struct ipc_port *base)
{
	struct bytes_port *port = (struct bytes_port *)base;
	const struct bytes_link *link = (struct bytes_link *)base->link;
	const struct ipc_spec *spec = &base->link->spec;

	port->shared = link->shm.at;
	port->units = (uint32_t)bytes_ring_units(spec);
	port->room = port->units - bytes_units(spec->msg_max);
	port->head = port->tail = port->pos = port->done = BYTES_FIRST;
	port->lag = port->room / BYTES_LAG;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void bytes_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct bytes_link *link = (const struct bytes_link *)base;

	snprintf(buf, size, "ring of %zu B, %zu KiB pages",
		 bytes_ring_units(&base->spec) * BYTES_UNIT,
		 frames_page_bytes(&link->shm) >> 10);
}

static struct bytes_record *bytes_record(const struct bytes_port *port,
					 uint32_t at)
{
	return (void *)(port->shared->ring + (size_t)at * BYTES_UNIT);
}

static bool bytes_fits(const struct bytes_port *port, uint32_t units)
{
	return port->done - port->tail + units <= port->room;
}

/* 0 when there is room for so many units, or -EAGAIN. */
static int bytes_room(struct bytes_port *port, uint32_t units,
		      unsigned int flags)
{
	_Atomic uint32_t *tail = &port->shared->tail;

	if (bytes_fits(port, units))
		return 0;
	/* Pairs with the release in bytes_drain(): what the receiver read
	 * there, it has read before we write again. */
	port->tail = atomic_load_explicit(tail, memory_order_acquire);
	while (!bytes_fits(port, units)) {
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		port->tail = event_wait(&port->shared->drained, tail,
					port->tail, &port->base.link->policy);
	}
	return 0;
}

/* Where a record of so many units goes, with a filler before it or without. */
static struct bytes_record *bytes_place(struct bytes_port *port, uint32_t units)
{
	uint32_t left = port->units - port->at;

	port->filler = units <= left ? 0 : left;
	if (port->filler)
		bytes_record(port, port->at)->len = BYTES_FILLER;
	return bytes_record(port, port->filler ? 0 : port->at);
}

static void bytes_fill(struct bytes_port *port, struct bytes_record *record,
		       size_t len)
{
	uint32_t units = bytes_units(len);

	record->len = (uint32_t)len;
	port->at = (port->filler ? 0 : port->at) + units;
	if (port->at == port->units)
		port->at = 0;
	port->done += units;
	port->head += port->filler + units;
	/* Releases the record, and the filler before it: head must not be seen
	 * before what it counts. */
	event_post(&port->shared->filled, &port->shared->head, port->head,
		   &port->base.link->policy);
}

/* Publish how far the receiver is. */
static void bytes_drain(struct bytes_port *port)
{
	if (port->tail == port->done)
		return;
	port->tail = port->done;
	/* Releases the records up to here: no read of them may come later than
	 * the sender's next write. */
	event_post(&port->shared->drained, &port->shared->tail, port->tail,
		   &port->base.link->policy);
}

/* The record at pos, or NULL for -EAGAIN. A filler never stands alone: it is
 * published with the record behind it. */
static struct bytes_record *bytes_filled(struct bytes_port *port,
					 unsigned int flags)
{
	_Atomic uint32_t *head = &port->shared->head;
	struct bytes_record *record;

	if (port->head == port->pos) {
		/* Pairs with the release in bytes_fill(). */
		port->head = atomic_load_explicit(head, memory_order_acquire);
		if (port->head == port->pos) {
			/* The sender may be waiting for just the room that we
			 * hold back. */
			bytes_drain(port);
			if (flags & IPC_NOWAIT)
				return NULL;
			port->head =
				event_wait(&port->shared->filled, head,
					   port->pos, &port->base.link->policy);
		}
	}
	record = bytes_record(port, port->at);
	if (record->len != BYTES_FILLER)
		return record;
	port->pos += port->units - port->at;
	port->at = 0;
	return bytes_record(port, 0);
}

static void bytes_next(struct bytes_port *port, uint32_t units)
{
	port->at += units;
	if (port->at == port->units)
		port->at = 0;
	port->pos += units;
	port->done += units;
	if (port->done - port->tail >= port->lag)
		bytes_drain(port);
}

static ssize_t bytes_send(struct ipc_port *tx, const void *buf, size_t len,
			  unsigned int flags)
{
	struct bytes_port *port = (struct bytes_port *)tx;
	uint32_t units = bytes_units(len);
	struct bytes_record *record;
	int err = bytes_room(port, units, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	record = bytes_place(port, units);
	memcpy(record->payload, buf, len);
	bytes_fill(port, record, len);
	return (ssize_t)len;
}

static ssize_t bytes_recv(struct ipc_port *rx, void *buf, size_t len,
			  unsigned int flags)
{
	struct bytes_port *port = (struct bytes_port *)rx;
	struct bytes_record *record = bytes_filled(port, flags);
	size_t got;

	if (!record)
		return -EAGAIN;
	got = record->len;
	if (got <= len)
		memcpy(buf, record->payload, got);
	bytes_next(port, bytes_units(got));
	return got <= len ? (ssize_t)got : -EMSGSIZE;
}

static int bytes_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		      unsigned int flags)
{
	struct bytes_port *port = (struct bytes_port *)tx;
	uint32_t units = bytes_units(len);
	struct bytes_record *record;
	int err = bytes_room(port, units, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	record = bytes_place(port, units);
	m->data = record->payload;
	m->len = len;
	return 0;
}

/* As much of it as was written: the rest is the next record's. */
static int bytes_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct bytes_port *port = (struct bytes_port *)tx;

	bytes_fill(port, bytes_record(port, port->filler ? 0 : port->at),
		   m->len);
	return 0;
}

static int bytes_take(struct ipc_port *rx, struct ipc_msg *m,
		      unsigned int flags)
{
	struct bytes_port *port = (struct bytes_port *)rx;
	struct bytes_record *record = bytes_filled(port, flags);

	if (!record)
		return -EAGAIN;
	m->data = record->payload;
	m->len = record->len;
	m->cookie = bytes_units(record->len);
	return 0;
}

static int bytes_release(struct ipc_port *rx, struct ipc_msg *m)
{
	bytes_next((struct bytes_port *)rx, (uint32_t)m->cookie);
	return 0;
}

static const struct ipc_ops bytes_ops = {
	.send = bytes_send,
	.recv = bytes_recv,
	.loan = bytes_loan,
	.publish = bytes_publish,
	.take = bytes_take,
	.release = bytes_release,
};

const struct ipc_impl ring_bytes_impl = {
	.name = "ring-bytes",
	.brief = "one-to-one ring of bytes, records of any length",
	.about = "A ring of slots wastes what a message leaves of its slot. "
		 "Here records stand one behind the other, each as long as "
		 "its message plus 8 bytes for the length, rounded up to 8. "
		 "The sender writes a record and then moves its counter; the "
		 "receiver reads records up to there. This is how logs and "
		 "traces are carried (ftrace in the kernel, Aeron outside).\n"
		 "A record is never split, so that it can be lent in place: "
		 "one that does not fit before the end of the ring begins "
		 "at its start, and a filler says so. The ring holds one "
		 "longest message more than it promises, so fillers never "
		 "cost a message its room.\n"
		 "Compared with ring-index, which it is otherwise like, a "
		 "length is read with each message, and where the next "
		 "begins is known only then: prefetchers guess it, a "
		 "processor that runs ahead cannot. Short messages are dense, "
		 "several to a line.\n"
		 "No system call is made for a message; who sleeps, sleeps on "
		 "the other side's counter (futex(2)).\n",
	.family = IPC_RING,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.options = bytes_options,
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct bytes_link),
	.port_size = sizeof(struct bytes_port),
	.probe = bytes_probe,
	.open = bytes_open,
	.close = bytes_close,
	.attach = bytes_attach,
	.describe = bytes_describe,
	.ops = &bytes_ops,
};
