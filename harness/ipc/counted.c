/* SPDX-License-Identifier: MIT */
/*
 * Slots, positions and the order of things; how a counter counts is its
 * back-end's affair. Who writes what, each on lines of its own:
 *
 *	sender		the slots
 *	receiver	freed
 *	both		the counters
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "ipc/counted.h"
#include "ipc/patience.h"

enum {
	COUNTED_HEAD = 8,  /* bytes before the payload of a one-line slot */
	COUNTED_SHARE = 4, /* a link may take this part of what is left */
};

/* Positions count up and wrap. They start just before that, so that no run
 * goes without crossing it. */
#define COUNTED_FIRST (0u - 256u)

struct counted_slot {
	_Atomic uint32_t stamp; /* position + 1 once it is filled */
	uint32_t len;
};
_Static_assert(sizeof(struct counted_slot) == COUNTED_HEAD,
	       "payload is aligned");

struct counted_shared {
	_Alignas(SHM_APART) unsigned char room[COUNTED_COUNTERS][COUNTED_ROOM];
	_Alignas(SHM_APART) _Atomic uint32_t freed;
	_Alignas(SHM_APART) unsigned char slots[];
};
_Static_assert(offsetof(struct counted_shared, slots) ==
		       COUNTED_COUNTERS * COUNTED_ROOM + SHM_APART,
	       "each writer has its own lines");

/* A message of up to 56 bytes shares the line of its stamp; a longer one starts
 * on a line of its own, where copies are aligned. No two messages share a line,
 * nor a pair of lines, which a prefetcher takes for one. */
static struct counted_layout layout(const struct ipc_spec *spec)
{
	bool one_line = spec->msg_max <= SHM_LINE - COUNTED_HEAD;
	size_t payload = one_line ? COUNTED_HEAD : SHM_LINE;

	return (struct counted_layout){
		.stride = shm_round(payload + spec->msg_max, SHM_APART),
		.payload = payload,
	};
}

static size_t shared_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct counted_shared) +
	       spec->depth * layout(spec).stride;
}

int counted_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t limit = memory_available() / COUNTED_SHARE;
	int err = ipc_length_fits(spec->msg_max, why);

	if (err)
		return err;
	if (shared_bytes(spec) > limit)
		return why_not(why, -ENOMEM,
			       "%u slots of %zu B are %zu MiB, over the %zu "
			       "MiB that a link may take of what is left here",
			       spec->depth, layout(spec).stride,
			       shared_bytes(spec) >> 20, limit >> 20);
	return 0;
}

int counted_open(struct ipc_link *base, const struct counted_kind *kind)
{
	struct counted_link *link = (struct counted_link *)base;
	size_t bytes = shared_bytes(&base->spec);
	struct counted_shared *shared;
	int err;

	err = shm_open_anon(&link->shm, "ipcbench-counted", bytes,
			    bytes >= SHM_HUGE);
	if (err)
		return err;
	link->kind = kind;
	link->at = layout(&base->spec);
	shared = link->shm.at;
	/* Nobody else is here yet: what starts a node publishes it. */
	atomic_init(&shared->freed, COUNTED_FIRST);
	return 0;
}

void counted_close(struct ipc_link *base)
{
	shm_close(&((struct counted_link *)base)->shm);
}

void *counted_room(struct ipc_link *base, enum counted_which which)
{
	struct counted_shared *shared = ((struct counted_link *)base)->shm.at;

	return shared->room[which];
}

int counted_open_words(struct ipc_link *link, const struct counted_kind *kind)
{
	int err = counted_open(link, kind);

	if (err)
		return err;
	for (enum counted_which i = 0; i < COUNTED_COUNTERS; i++) {
		_Atomic uint32_t *word = counted_room(link, i);

		atomic_init(word, counted_start(&link->spec, i));
	}
	return 0;
}

int counted_attach(struct ipc_port *base)
{
	struct counted_port *port = (struct counted_port *)base;
	const struct counted_link *link = (struct counted_link *)base->link;

	port->kind = *link->kind;
	port->shared = link->shm.at;
	port->slots = port->shared->slots;
	for (int i = 0; i < COUNTED_COUNTERS; i++)
		port->room[i] = port->shared->room[i];
	port->at = link->at;
	port->depth = base->link->spec.depth;
	port->pos = port->freed = COUNTED_FIRST;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

void counted_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct counted_link *link = (const struct counted_link *)base;

	snprintf(buf, size, "%u slots of %zu B, %ld KiB pages",
		 base->spec.depth, link->at.stride,
		 link->shm.huge ? (long)(SHM_HUGE >> 10)
				: sysconf(_SC_PAGESIZE) >> 10);
}

/* Take one from a counter, as spec.wait has it: block leaves the first try to
 * the call that would sleep, so that a message costs one call, not two. */
static int take_one(struct counted_port *port, enum counted_which which,
		    unsigned int flags)
{
	const struct ipc_spec *spec = &port->base.link->spec;
	struct patience p = {0};
	int err;

	if (spec->wait == IPC_WAIT_BLOCK)
		return port->kind.down(port, which, flags);
	while ((err = port->kind.down(port, which, IPC_NOWAIT)) == -EAGAIN) {
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		if (!patience_poll(&p, spec))
			return port->kind.down(port, which, 0);
	}
	return err;
}

static struct counted_slot *slot_at(const struct counted_port *port)
{
	size_t index = port->pos & (port->depth - 1);

	return (void *)(port->slots + index * port->at.stride);
}

static void *data_of(const struct counted_port *port, struct counted_slot *slot)
{
	return (unsigned char *)slot + port->at.payload;
}

/* The counter says that the slot at pos is free: so must the receiver. */
static int check_free(struct counted_port *port)
{
	if (port->pos - port->freed < port->depth)
		return 0;
	/* Pairs with the release in drained(): what the receiver read of the
	 * slot, it has read before we write there again. */
	port->freed = atomic_load_explicit(&port->shared->freed,
					   memory_order_acquire);
	return port->pos - port->freed < port->depth ? 0 : -EPROTO;
}

static int room(struct counted_port *port, unsigned int flags)
{
	int err = take_one(port, COUNTED_FREE, flags);

	return err ? err : check_free(port);
}

static int filled(struct counted_port *port, struct counted_slot *slot,
		  size_t len)
{
	slot->len = (uint32_t)len;
	/* Releases the payload and its length, whatever the counter does. */
	atomic_store_explicit(&slot->stamp, ++port->pos, memory_order_release);
	return port->kind.up(port, COUNTED_FILLED);
}

/* 0 when the next message is in its slot, or a negative errno. */
static int message(struct counted_port *port, unsigned int flags)
{
	struct counted_slot *slot = slot_at(port);
	int err = take_one(port, COUNTED_FILLED, flags);

	if (err)
		return err;
	/* Pairs with the release in filled(). */
	return atomic_load_explicit(&slot->stamp, memory_order_acquire) ==
			       port->pos + 1
		       ? 0
		       : -EPROTO;
}

static int drained(struct counted_port *port)
{
	int err;

	/* Releases the slot: no read of it may come later than the sender's
	 * next write. */
	atomic_store_explicit(&port->shared->freed, ++port->pos,
			      memory_order_release);
	err = port->kind.up(port, COUNTED_FREE);
	/* A sender that is gone needs no room. */
	return err == -EPIPE ? 0 : err;
}

static ssize_t counted_send(struct ipc_port *tx, const void *buf, size_t len,
			    unsigned int flags)
{
	struct counted_port *port = (struct counted_port *)tx;
	struct counted_slot *slot = slot_at(port);
	int err = room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(data_of(port, slot), buf, len);
	err = filled(port, slot, len);
	return err ? err : (ssize_t)len;
}

static ssize_t counted_recv(struct ipc_port *rx, void *buf, size_t len,
			    unsigned int flags)
{
	struct counted_port *port = (struct counted_port *)rx;
	struct counted_slot *slot = slot_at(port);
	int err = message(port, flags);
	ssize_t got;

	if (err)
		return err;
	got = slot->len <= len ? (ssize_t)slot->len : -EMSGSIZE;
	if (got > 0)
		memcpy(buf, data_of(port, slot), (size_t)got);
	err = drained(port);
	return err ? err : got;
}

static int counted_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
			unsigned int flags)
{
	struct counted_port *port = (struct counted_port *)tx;
	int err = room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = data_of(port, slot_at(port));
	m->len = len;
	return 0;
}

static int counted_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct counted_port *port = (struct counted_port *)tx;

	return filled(port, slot_at(port), m->len);
}

static int counted_take(struct ipc_port *rx, struct ipc_msg *m,
			unsigned int flags)
{
	struct counted_port *port = (struct counted_port *)rx;
	struct counted_slot *slot = slot_at(port);
	int err = message(port, flags);

	if (err)
		return err;
	m->data = data_of(port, slot);
	m->len = slot->len;
	return 0;
}

static int counted_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	return drained((struct counted_port *)rx);
}

const struct ipc_ops counted_ops = {
	.send = counted_send,
	.recv = counted_recv,
	.loan = counted_loan,
	.publish = counted_publish,
	.take = counted_take,
	.release = counted_release,
};
