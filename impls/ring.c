/* SPDX-License-Identifier: MIT */
/*
 * One-to-one ring of slots in shared memory, each with a stamp of its own.
 *
 * Who writes what, each on lines of its own:
 *
 *	sender		the slots; "drained" while it sleeps
 *	receiver	tail; "filled" while it sleeps
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/frames.h"
#include "ipc/payload.h"

enum {
	RING_LAG = 8,	      /* room is handed back by this part of the ring */
	RING_HEAD = 8,	      /* bytes before the payload of a one-line slot */
	RING_SMALL = 8 << 10, /* bytes of slots that leave room for another ring
				 and for the rest in a cache of 32 KiB */
	RING_DENSE = 256,     /* bytes up to which slots stand side by side */
};

enum { RING_PAGES };

static const struct ipc_option ring_options[] = {
	[RING_PAGES] = PAGES_OPTION,
	{.name = NULL},
};

/* Waiting is kept out of the way of those that need not, who would save
 * registers for it. */
#define RING_COLD __attribute__((noinline, cold))

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
	struct event_policy policy; /* the link's, where it is at hand */
	unsigned char *slots;
	struct ring_layout at;
	uint32_t depth;
	uint32_t pos;  /* of the next message to send or to receive */
	uint32_t tail; /* sender: as last read; receiver: as last published */
	uint32_t lag;  /* receiver: how far tail may fall behind pos */
	bool uneven;   /* sender: it has sent a message shorter than the rest */
};

/*
 * A small ring stays in the first cache, and there a round trip takes half as
 * long again when one side's prefetcher fetches the neighbour of a line that
 * the other is about to write: so lines keep their distance. A message of up
 * to 56 bytes shares the line of its stamp.
 */
static struct ring_layout ring_apart(const struct ipc_spec *spec)
{
	bool one_line = spec->msg_max <= SHM_LINE - RING_HEAD;
	size_t payload = one_line ? RING_HEAD : SHM_APART;

	return (struct ring_layout){
		.stride = shm_round(payload + spec->msg_max, SHM_APART),
		.payload = payload,
	};
}

/*
 * A large ring is for throughput, and there lines count: short messages stand
 * side by side, and none that fits into a line lies across two. A long one
 * starts on a line of its own, where copies are aligned.
 */
static struct ring_layout ring_dense(const struct ipc_spec *spec)
{
	struct ring_layout at = {RING_HEAD + spec->msg_max, RING_HEAD};
	size_t stride = 2 * RING_HEAD;

	if (at.stride > RING_DENSE) {
		at.payload = SHM_LINE;
		at.stride = shm_round(SHM_LINE + spec->msg_max, SHM_LINE);
	} else if (at.stride > SHM_LINE) {
		at.stride = shm_round(at.stride, RING_HEAD);
	} else {
		while (stride < at.stride)
			stride *= 2;
		at.stride = stride;
	}
	return at;
}

static struct ring_layout ring_layout(const struct ipc_spec *spec)
{
	struct ring_layout apart = ring_apart(spec);

	if (apart.stride <= RING_SMALL / spec->depth)
		return apart;
	return ring_dense(spec);
}

static size_t ring_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct ring_shared) +
	       spec->depth * ring_layout(spec).stride;
}

static int ring_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(ring_bytes(spec),
				  (enum pages)spec->option[RING_PAGES], why);
}

static struct ring_slot *ring_slot_at(const struct ring_port *port,
				      uint32_t pos)
{
	size_t index = pos & (port->depth - 1);

	return (void *)(port->slots + index * port->at.stride);
}

static struct ring_slot *ring_slot(const struct ring_port *port)
{
	return ring_slot_at(port, port->pos);
}

static void *ring_data(const struct ring_port *port)
{
	return (unsigned char *)ring_slot(port) + port->at.payload;
}

static int ring_open(struct ipc_link *base)
{
	struct ring_link *link = (struct ring_link *)base;
	size_t bytes = ring_bytes(&base->spec);
	uint32_t depth = base->spec.depth;
	struct ring_shared *shared;
	int err;

	err = frames_open(&link->shm, "ipcbench-ring", bytes,
			  (enum pages)base->spec.option[RING_PAGES]);
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
		slot->len = (uint32_t)base->spec.msg_max;
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
	port->policy = base->link->policy;
	port->at = link->at;
	port->depth = spec->depth;
	port->pos = port->tail = RING_FIRST;
	port->lag = spec->depth > RING_LAG ? spec->depth / RING_LAG : 1;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void ring_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct ring_link *link = (const struct ring_link *)base;

	snprintf(buf, size, "%u slots of %zu B, %zu KiB pages",
		 base->spec.depth, link->at.stride,
		 frames_page_bytes(&link->shm) >> 10);
}

/* As far as the sender knows. */
static bool ring_is_full(const struct ring_port *port)
{
	return port->pos - port->tail >= port->depth;
}

/* 0 when the slot at pos is the sender's to write, or -EAGAIN. */
static int ring_room(struct ring_port *port, unsigned int flags)
{
	_Atomic uint32_t *tail = &port->shared->tail;

	if (!ring_is_full(port))
		return 0;
	/* Pairs with the release in ring_drain(): what the receiver read of
	 * the slot, it has read before we write there again. */
	port->tail = atomic_load_explicit(tail, memory_order_acquire);
	if (!ring_is_full(port))
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	port->tail = event_wait(&port->shared->drained, tail, port->tail,
				&port->policy);
	return 0;
}

/* Slots say msg_max until the first shorter message: a store less. */
static bool ring_is_uneven(struct ring_port *port, size_t len)
{
	if (len != port->base.msg_max && !port->uneven)
		port->uneven = true;
	return port->uneven;
}

static inline void ring_fill(struct ring_port *port, size_t len)
{
	struct ring_slot *slot = ring_slot(port);

	if (ring_is_uneven(port, len))
		slot->len = (uint32_t)len;
	port->pos++;
	/* Releases the payload and its length: the receiver must not see the
	 * stamp of this lap over the bytes of the last. */
	event_post(&port->shared->filled, &slot->stamp, port->pos,
		   &port->policy);
}

/* A word takes no call. */
static void ring_copy(void *to, const void *from, size_t len)
{
	if (len == sizeof(uint64_t))
		memcpy(to, from, sizeof(uint64_t));
	else
		memcpy(to, from, len);
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
		   &port->policy);
}

/* As below, when the slot is empty. */
static RING_COLD int ring_wait_filled(struct ring_port *port,
				      unsigned int flags)
{
	/* The sender may be waiting for just the room that we hold back. */
	ring_drain(port);
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(&port->shared->filled, &ring_slot(port)->stamp,
		   port->pos + 1 - port->depth, &port->policy);
	return 0;
}

/* 0 when the slot at pos has its message in it, or -EAGAIN. */
static int ring_filled(struct ring_port *port, unsigned int flags)
{
	/* Pairs with the release in ring_fill(). */
	if (atomic_load_explicit(&ring_slot(port)->stamp,
				 memory_order_acquire) == port->pos + 1)
		return 0;
	return ring_wait_filled(port, flags);
}

static void ring_next(struct ring_port *port)
{
	port->pos++;
	if (port->pos - port->tail >= port->lag)
		ring_drain(port);
}

/* As below, for any length, and when the ring may be full. */
static __attribute__((noinline)) ssize_t ring_send_any(struct ipc_port *tx,
						       const void *buf,
						       size_t len,
						       unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)tx;
	int err = ring_room(port, flags);

	if (err)
		return err;
	memcpy(ring_data(port), buf, len);
	ring_fill(port, len);
	return (ssize_t)len;
}

/*
 * A word is copied without a call, and without a store to save a register: a
 * PU holds back some tens of stores while it waits for a line that the
 * receiver has, and gets the next lines meanwhile if their stores are among
 * these. So each store that is not part of a message costs a stream dearly.
 */
static ssize_t ring_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)tx;

	assert(len <= tx->msg_max);
	if (len != sizeof(uint64_t) || ring_is_full(port))
		return ring_send_any(tx, buf, len, flags);
	memcpy(ring_data(port), buf, sizeof(uint64_t));
	ring_fill(port, sizeof(uint64_t));
	return (ssize_t)len;
}

static ssize_t ring_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)rx;
	int err = ring_filled(port, flags);
	size_t got;

	if (err)
		return err;
	got = ring_slot(port)->len;
	if (got <= len)
		ring_copy(buf, ring_data(port), got);
	ring_next(port);
	return got <= len ? (ssize_t)got : -EMSGSIZE;
}

/* Wake who sleeps on one of the n stamps before pos. */
static RING_COLD void ring_wake(struct ring_port *port, uint32_t n)
{
	for (uint32_t i = n; i > 0; i--)
		event_wake(&ring_slot_at(port, port->pos - i)->stamp,
			   &port->policy);
}

/* Slots that the sender may fill, n at most. */
static uint32_t ring_run(const struct ring_port *port, size_t n)
{
	uint32_t room = port->depth - (port->pos - port->tail);

	return n < room ? (uint32_t)n : room;
}

/* Fill n slots, each with its stamp as soon as it is filled. */
IPC_INLINE void ring_fill_run(struct ring_port *port, const unsigned char *from,
			      size_t len, uint32_t n)
{
	const struct ring_port at = *port;
	uint32_t pos = at.pos;

	for (uint32_t i = 0; i < n; i++, from += len) {
		struct ring_slot *slot = ring_slot_at(&at, pos);

		memcpy((unsigned char *)slot + at.at.payload, from, len);
		/* As in ring_fill(). */
		atomic_store_explicit(&slot->stamp, ++pos,
				      memory_order_release);
	}
	port->pos = pos;
	if (event_look(&port->shared->filled, &port->policy))
		ring_wake(port, n);
}

/* As below, with a look for sleepers or a length for each message. */
static ssize_t ring_send_each(struct ipc_port *tx, const unsigned char *from,
			      size_t len, size_t n, unsigned int flags)
{
	for (size_t i = 0; i < n; i++) {
		ssize_t err = ring_send(tx, from + i * len, len, flags);

		if (err < 0)
			return i ? (ssize_t)i : err;
	}
	return (ssize_t)n;
}

static ssize_t ring_send_many(struct ipc_port *tx, const void *buf, size_t len,
			      size_t n, unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)tx;
	const unsigned char *from = buf;
	size_t sent = 0;

	assert(len <= tx->msg_max);
	if (ring_is_uneven(port, len) || !event_looks_once(&port->policy))
		return ring_send_each(tx, from, len, n, flags);
	while (sent < n) {
		int err = ring_room(port, flags);
		uint32_t run;

		if (err)
			return sent ? (ssize_t)sent : err;
		run = ring_run(port, n - sent);
		if (len == sizeof(uint64_t))
			ring_fill_run(port, from, sizeof(uint64_t), run);
		else
			ring_fill_run(port, from, len, run);
		from += run * len;
		sent += run;
	}
	return (ssize_t)sent;
}

/* Copy what is filled, n slots at most; returns how many. Stops at one of
 * another length. */
IPC_INLINE uint32_t ring_take_run(struct ring_port *port, unsigned char *to,
				  size_t len, uint32_t n)
{
	const struct ring_port at = *port;
	uint32_t i;

	for (i = 0; i < n; i++, to += len) {
		struct ring_slot *slot = ring_slot_at(&at, at.pos + i);

		/* Pairs with the release in ring_fill(). */
		if (atomic_load_explicit(&slot->stamp, memory_order_acquire) !=
			    at.pos + i + 1 ||
		    slot->len != len)
			break;
		memcpy(to, (unsigned char *)slot + at.at.payload, len);
	}
	port->pos += i;
	if (port->pos - port->tail >= port->lag)
		ring_drain(port);
	return i;
}

static ssize_t ring_recv_many(struct ipc_port *rx, void *buf, size_t len,
			      size_t n, unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)rx;
	unsigned char *to = buf;
	size_t got = 0;
	int err = ring_filled(port, flags);

	if (err)
		return err;
	while (got < n) {
		uint32_t most =
			n - got < port->lag ? (uint32_t)(n - got) : port->lag;
		uint32_t run = len == sizeof(uint64_t)
				       ? ring_take_run(port, to,
						       sizeof(uint64_t), most)
				       : ring_take_run(port, to, len, most);

		got += run;
		to += run * len;
		if (run < most)
			break;
	}
	if (got)
		return (ssize_t)got;
	ring_next(port);
	return -EMSGSIZE;
}

static void ring_lend(struct ring_port *port, struct ipc_msg *m, size_t len)
{
	m->data = ring_data(port);
	m->len = len;
}

/* As below, when the ring may be full. */
static RING_COLD int ring_loan_late(struct ring_port *port, struct ipc_msg *m,
				    size_t len, unsigned int flags)
{
	int err = ring_room(port, flags);

	if (!err)
		ring_lend(port, m, len);
	return err;
}

static int ring_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)tx;

	assert(len <= tx->msg_max);
	if (ring_is_full(port))
		return ring_loan_late(port, m, len, flags);
	ring_lend(port, m, len);
	return 0;
}

static int ring_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	ring_fill((struct ring_port *)tx, m->len);
	return 0;
}

static int ring_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct ring_port *port = (struct ring_port *)rx;
	int err = ring_filled(port, flags);

	if (err)
		return err;
	m->data = ring_data(port);
	m->len = ring_slot(port)->len;
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
	.send_many = ring_send_many,
	.recv_many = ring_recv_many,
};

const struct ipc_impl ring_impl = {
	.name = "ring",
	.brief = "one-to-one ring of slots in shared memory",
	.about = "Sender and receiver share a ring of slots. The sender writes "
		 "a message into the next slot and then the slot's stamp, "
		 "which says which position of the endless stream it holds; "
		 "the receiver polls the stamp of the slot that is due and "
		 "reads the message behind it. There is no shared counter of "
		 "messages: what moves from one PU's cache to the other's is "
		 "the line of stamp and payload, and up to 56 bytes need no "
		 "second line. With send and recv there is a copy at each "
		 "end; with loan and take the message is written and read in "
		 "its slot, and nothing is copied.\n"
		 "Room goes the other way by one counter, which the receiver "
		 "publishes each eighth of the ring and whenever it finds "
		 "nothing, and which the sender reads only when the ring is "
		 "full as far as it knows. So a full ring has room for an "
		 "eighth, or for all of it, before its sender goes on.\n"
		 "No system call is made for a message. Who finds nothing "
		 "polls, or sleeps on the stamp itself (futex(2)); who fills a "
		 "slot looks whether somebody sleeps and makes the call only "
		 "then. With wait=hybrid the sleeper pays for the memory "
		 "barrier between the two (membarrier(2)), with wait=block "
		 "each message does.\n"
		 "A ring of up to 8 KiB keeps its slots two lines apart, for "
		 "latency; a larger one packs short messages side by side, "
		 "for throughput. Compare with ring-index, the classical ring "
		 "of two counters, and with mailbox, which holds one "
		 "message.\n",
	.family = IPC_RING,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.options = ring_options,
	.memory = IPC_MEMORY_SHARED,
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
