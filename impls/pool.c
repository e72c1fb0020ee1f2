/* SPDX-License-Identifier: MIT */
/*
 * One-to-one pool of buffers in shared memory, passed by number.
 *
 * Two rings of numbers, one each way. A cell of the full ring is lap-stamped:
 * the receiver finds a message by looking at its cell alone. The other way
 * goes a count: the receiver writes the numbers that it is done with and
 * posts how many these are, each eighth of depth and whenever it finds
 * nothing; with reuse=lifo each of them, as it should be used at once.
 *
 * Who writes what, each on lines of its own:
 *
 *	sender		cells, buffers; "drained" while it sleeps
 *	receiver	returned, numbers; "filled" while it sleeps
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ipc/frames.h"

enum { POOL_LAG = 8 }; /* buffers go back by this part of depth */

enum { POOL_BYTES, POOL_REUSE, POOL_PAGES };
enum { REUSE_FIFO, REUSE_LIFO };

static const char *const reuse_names[] = {"fifo", "lifo", NULL};

static const struct ipc_option pool_options[] = {
	[POOL_BYTES] = {.name = "bytes",
			.help = "of all buffers, in bytes; there are at least "
				"as many as messages may be under way",
			.kind = IPC_OPTION_SIZE,
			.preset = 8 << 20,
			.min = 1,
			.max = 1 << 28},
	[POOL_REUSE] = {.name = "reuse",
			.help = "the buffer that came back first, or last",
			.kind = IPC_OPTION_CHOICE,
			.preset = REUSE_FIFO,
			.names = reuse_names},
	[POOL_PAGES] = PAGES_OPTION,
	{.name = NULL},
};

/* Positions count up and wrap; they start where each run crosses that. */
#define POOL_FIRST (0u - 256u)

struct pool_cell {
	_Atomic uint32_t stamp; /* position + 1 once it is filled */
	uint32_t buffer;
	uint32_t len;
	uint32_t unused;
};
_Static_assert(SHM_LINE % sizeof(struct pool_cell) == 0, "on one line each");

struct pool_shared {
	_Alignas(SHM_APART) _Atomic uint32_t returned;
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event drained;
	_Alignas(SHM_APART) struct pool_cell cells[];
	/* and, SHM_APART behind the cells, depth numbers that came back */
};

struct pool_link {
	struct ipc_link base;
	struct shm rings, buffers;
};

struct pool_port {
	struct ipc_port base;
	struct pool_shared *shared;
	uint32_t *numbers;
	unsigned char *buffers;
	size_t stride;
	uint32_t depth;
	uint32_t pos;	   /* of the next message to send or to receive */
	uint32_t returned; /* as the sender has read, the receiver posted */
	uint32_t lag;	   /* receiver: how far returned may fall behind pos */

	/* Sender: numbers that are free, the oldest at first. */
	uint32_t *free;
	uint32_t mask, first, last;
	bool lifo;
};

/* Buffers of different messages share no line. */
static size_t pool_stride(const struct ipc_spec *spec)
{
	return shm_round(spec->msg_max, SHM_LINE);
}

static size_t pool_buffers(const struct ipc_spec *spec)
{
	size_t n = spec->option[POOL_BYTES] / pool_stride(spec);

	return n > spec->depth ? n : spec->depth;
}

static int pool_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(pool_buffers(spec) * pool_stride(spec),
				  (enum pages)spec->option[POOL_PAGES], why);
}

/* From the start of the rings to the numbers, and to their end. */
static size_t pool_numbers_at(const struct ipc_spec *spec)
{
	size_t cells = spec->depth * sizeof(struct pool_cell);

	return sizeof(struct pool_shared) + shm_round(cells, SHM_APART);
}

static size_t pool_rings_bytes(const struct ipc_spec *spec)
{
	return pool_numbers_at(spec) + spec->depth * sizeof(uint32_t);
}

static int pool_open(struct ipc_link *base)
{
	struct pool_link *link = (struct pool_link *)base;
	const struct ipc_spec *spec = &base->spec;
	struct pool_shared *shared;
	int err;

	err = shm_open_anon(&link->rings, "ipcbench-pool-rings",
			    pool_rings_bytes(spec), false);
	if (err)
		return err;
	err = frames_open(&link->buffers, "ipcbench-pool",
			  pool_buffers(spec) * pool_stride(spec),
			  (enum pages)spec->option[POOL_PAGES]);
	if (err)
		goto err_rings;
	shared = link->rings.at;
	/* Nobody else is here yet: what starts a node publishes these. */
	atomic_init(&shared->returned, POOL_FIRST);
	for (uint32_t i = 0; i < spec->depth; i++) {
		uint32_t pos = POOL_FIRST + i;

		/* As a lap earlier would have left it. */
		atomic_init(&shared->cells[pos & (spec->depth - 1)].stamp,
			    pos + 1 - spec->depth);
	}
	return 0;

err_rings:
	shm_close(&link->rings);
	return err;
}

static void pool_close(struct ipc_link *base)
{
	struct pool_link *link = (struct pool_link *)base;

	shm_close(&link->buffers);
	shm_close(&link->rings);
}

/* The sender begins with all buffers. */
static int pool_fill_free(struct pool_port *port, uint32_t buffers)
{
	uint32_t room = 1;

	while (room < buffers)
		room *= 2;
	port->free = malloc(room * sizeof(*port->free));
	if (!port->free)
		return -ENOMEM;
	port->mask = room - 1;
	for (uint32_t i = 0; i < room; i++)
		port->free[i] = i;
	port->last = buffers;
	return 0;
}

static int pool_attach(struct ipc_port *base)
{
	struct pool_port *port = (struct pool_port *)base;
	const struct pool_link *link = (struct pool_link *)base->link;
	const struct ipc_spec *spec = &base->link->spec;
	int err;

	port->shared = link->rings.at;
	port->numbers =
		(void *)((char *)link->rings.at + pool_numbers_at(spec));
	port->buffers = link->buffers.at;
	port->stride = pool_stride(spec);
	port->depth = spec->depth;
	port->pos = port->returned = POOL_FIRST;
	port->lifo = spec->option[POOL_REUSE] == REUSE_LIFO;
	port->lag = 1;
	if (!port->lifo && spec->depth > POOL_LAG)
		port->lag = spec->depth / POOL_LAG;
	err = shm_fault_in(link->rings.at, link->rings.bytes);
	if (!err)
		err = shm_fault_in(link->buffers.at, link->buffers.bytes);
	if (!err && base->side == IPC_TX)
		err = pool_fill_free(port, (uint32_t)pool_buffers(spec));
	return err;
}

static void pool_detach(struct ipc_port *base)
{
	free(((struct pool_port *)base)->free);
}

static void pool_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct pool_link *link = (const struct pool_link *)base;

	snprintf(buf, size, "%zu buffers of %zu B, %zu KiB pages",
		 pool_buffers(&base->spec), pool_stride(&base->spec),
		 frames_page_bytes(&link->buffers) >> 10);
}

static struct pool_cell *pool_cell(const struct pool_port *port)
{
	return &port->shared->cells[port->pos & (port->depth - 1)];
}

/* Put what came back, up to head, with what is free. */
static void pool_collect(struct pool_port *port, uint32_t head)
{
	for (; port->returned != head; port->returned++)
		port->free[port->last++ & port->mask] =
			port->numbers[port->returned & (port->depth - 1)];
}

/* 0 when a buffer is free and so is a cell, or -EAGAIN. */
static int pool_room(struct pool_port *port, unsigned int flags)
{
	_Atomic uint32_t *returned = &port->shared->returned;

	if (port->pos - port->returned < port->depth && !port->lifo)
		return 0;
	/* Pairs with the release in pool_return(): what the receiver read of
	 * the buffers, it has read before we write there again. */
	pool_collect(port,
		     atomic_load_explicit(returned, memory_order_acquire));
	if (port->pos - port->returned < port->depth)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	pool_collect(port,
		     event_wait(&port->shared->drained, returned,
				port->returned, &port->base.link->policy));
	return 0;
}

static int pool_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct pool_port *port = (struct pool_port *)tx;
	int err = pool_room(port, flags);
	uint32_t buffer;

	assert(len <= tx->msg_max);
	if (err)
		return err;
	buffer = port->lifo ? port->free[--port->last & port->mask]
			    : port->free[port->first++ & port->mask];
	m->data = port->buffers + buffer * port->stride;
	m->len = len;
	m->cookie = buffer;
	return 0;
}

static int pool_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct pool_port *port = (struct pool_port *)tx;
	struct pool_cell *cell = pool_cell(port);

	cell->buffer = (uint32_t)m->cookie;
	cell->len = (uint32_t)m->len;
	/* Releases the buffer and its number: the receiver must not see the
	 * stamp of this lap with the number of the last. */
	event_post(&port->shared->filled, &cell->stamp, ++port->pos,
		   &port->base.link->policy);
	return 0;
}

/* Post how many numbers the receiver has written. */
static void pool_return(struct pool_port *port)
{
	if (port->returned == port->pos)
		return;
	port->returned = port->pos;
	/* Releases the numbers, and the buffers: no read of them may come
	 * later than the sender's next write. */
	event_post(&port->shared->drained, &port->shared->returned, port->pos,
		   &port->base.link->policy);
}

static int pool_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct pool_port *port = (struct pool_port *)rx;
	struct pool_cell *cell = pool_cell(port);
	uint32_t before = port->pos + 1 - port->depth;

	/* Pairs with the release in pool_publish(). */
	if (atomic_load_explicit(&cell->stamp, memory_order_acquire) ==
	    before) {
		/* The sender may be waiting for just the buffers that we hold
		 * back. */
		pool_return(port);
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		event_wait(&port->shared->filled, &cell->stamp, before,
			   &port->base.link->policy);
	}
	m->data = port->buffers + cell->buffer * port->stride;
	m->len = cell->len;
	m->cookie = cell->buffer;
	return 0;
}

static int pool_release(struct ipc_port *rx, struct ipc_msg *m)
{
	struct pool_port *port = (struct pool_port *)rx;

	port->numbers[port->pos++ & (port->depth - 1)] = (uint32_t)m->cookie;
	if (port->pos - port->returned >= port->lag)
		pool_return(port);
	return 0;
}

static const struct ipc_ops pool_ops = {
	.loan = pool_loan,
	.publish = pool_publish,
	.take = pool_take,
	.release = pool_release,
};

const struct ipc_impl pool_impl = {
	.name = "pool",
	.brief = "one-to-one pool of shared buffers, passed by number",
	.about =
		"The sender asks for an empty buffer, writes the message there "
		"and passes the buffer's number on; the receiver reads the "
		"message where it is and passes the number back. Both numbers "
		"travel in small rings in shared memory. Nobody copies, "
		"nothing is mapped or unmapped, and the kernel is called only "
		"to sleep and to wake (futex(2)).\n"
		"What moves is cache lines, and the order in which buffers are "
		"used again decides how far. With reuse=fifo a buffer comes "
		"round when all others were used: if they are together larger "
		"than a PU's own caches and smaller than the shared one, then "
		"its lines have left the receiver's cache by themselves, and "
		"the sender does not have to fetch each from there. On two PUs "
		"that is worth several times the bandwidth of two buffers in "
		"turn. On one PU it is the reverse: reuse=lifo, or few bytes, "
		"keeps them in the first cache. Beyond the last cache, memory "
		"sets the pace.\n"
		"Nothing is isolated: both sides can write to all buffers at "
		"any time, also after they have given them away. What that "
		"safety costs is the difference to pageswap, which has the "
		"same two rings and remaps each buffer.\n"
		"A send or recv is a copy more on each side: what ring does, "
		"whose slots are such buffers, used in a fixed order. See "
		"memfd_create(2), futex(2), and the virtqueues of virtio 1.2 "
		"(2.6) for the same pair of rings in hardware.\n",
	.family = IPC_TRANSFER,
	.contract = {.copies = {[IPC_API_LEND] = 0},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.options = pool_options,
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_ZEROCOPY | IPC_BOUNDARY | IPC_DEPTH |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct pool_link),
	.port_size = sizeof(struct pool_port),
	.probe = pool_probe,
	.open = pool_open,
	.close = pool_close,
	.attach = pool_attach,
	.detach = pool_detach,
	.describe = pool_describe,
	.ops = &pool_ops,
};
