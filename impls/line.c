/* SPDX-License-Identifier: MIT */
/*
 * One cache line with a flag and a message, which both sides write.
 *
 *	sender		the message and an odd flag; "emptied" while it sleeps
 *	receiver	an even flag; "filled" while it sleeps
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/shm.h"
#include "ipc/backend.h"

enum { LINE_HEAD = 8, LINE_MAX = SHM_LINE - LINE_HEAD };

struct line_shared {
	_Alignas(SHM_APART) _Atomic uint32_t flag; /* odd: a message is here */
	uint32_t len;
	unsigned char message[LINE_MAX];
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event emptied;
};
_Static_assert(offsetof(struct line_shared, message) == LINE_HEAD,
	       "flag, length and message are one line");

struct line_link {
	struct ipc_link base;
	struct shm shm;
};

struct line_port {
	struct ipc_port base;
	struct line_shared *shared;
	uint32_t due; /* what the flag is when it is this side's turn */
};

static int line_probe(const struct ipc_spec *spec, struct why *why)
{
	if (spec->msg_max <= LINE_MAX)
		return 0;
	return why_not(why, -EMSGSIZE,
		       "messages up to %d B, what a line has beside the flag, "
		       "not %zu",
		       LINE_MAX, spec->msg_max);
}

static int line_open(struct ipc_link *base)
{
	return shm_open_anon(&((struct line_link *)base)->shm, "ipcbench-line",
			     sizeof(struct line_shared), false);
}

static void line_close(struct ipc_link *base)
{
	shm_close(&((struct line_link *)base)->shm);
}

static int line_attach(struct ipc_port *base)
{
	struct line_link *link = (struct line_link *)base->link;
	struct line_port *port = (struct line_port *)base;

	port->shared = link->shm.at;
	port->due = base->side == IPC_RX;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

/* 0 when it is this side's turn, or -EAGAIN. */
static int line_turn(struct line_port *port, struct event *event,
		     unsigned int flags)
{
	_Atomic uint32_t *flag = &port->shared->flag;

	/* Pairs with the release in line_pass(): a message is seen whole, and
	 * is not written before the last one was read. */
	if (atomic_load_explicit(flag, memory_order_acquire) == port->due)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(event, flag, port->due - 1, &port->base.link->policy);
	return 0;
}

static int line_room(struct line_port *port, unsigned int flags)
{
	return line_turn(port, &port->shared->emptied, flags);
}

static int line_full(struct line_port *port, unsigned int flags)
{
	return line_turn(port, &port->shared->filled, flags);
}

/* Make it the other side's turn, who may sleep on event. */
static void line_pass(struct line_port *port, struct event *event)
{
	event_post(event, &port->shared->flag, port->due + 1,
		   &port->base.link->policy);
	port->due += 2;
}

static ssize_t line_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct line_port *port = (struct line_port *)tx;
	int err = line_room(port, flags);

	assert(len <= LINE_MAX);
	if (err)
		return err;
	memcpy(port->shared->message, buf, len);
	port->shared->len = (uint32_t)len;
	line_pass(port, &port->shared->filled);
	return (ssize_t)len;
}

static ssize_t line_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	struct line_port *port = (struct line_port *)rx;
	ssize_t got = line_full(port, flags);

	if (got)
		return got;
	got = port->shared->len <= len ? (ssize_t)port->shared->len : -EMSGSIZE;
	if (got > 0)
		memcpy(buf, port->shared->message, (size_t)got);
	line_pass(port, &port->shared->emptied);
	return got;
}

static int line_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct line_port *port = (struct line_port *)tx;
	int err = line_room(port, flags);

	assert(len <= LINE_MAX);
	if (err)
		return err;
	m->data = port->shared->message;
	m->len = len;
	return 0;
}

static int line_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct line_port *port = (struct line_port *)tx;

	port->shared->len = (uint32_t)m->len;
	line_pass(port, &port->shared->filled);
	return 0;
}

static int line_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct line_port *port = (struct line_port *)rx;
	int err = line_full(port, flags);

	if (err)
		return err;
	m->data = port->shared->message;
	m->len = port->shared->len;
	return 0;
}

static int line_release(struct ipc_port *rx, struct ipc_msg *m)
{
	struct line_port *port = (struct line_port *)rx;

	(void)m;
	line_pass(port, &port->shared->emptied);
	return 0;
}

static const struct ipc_ops line_ops = {
	.send = line_send,
	.recv = line_recv,
	.loan = line_loan,
	.publish = line_publish,
	.take = line_take,
	.release = line_release,
};

const struct ipc_impl line_impl = {
	.name = "line",
	.brief = "one cache line with flag and message, written by both sides",
	.about =
		"A cache line of 64 bytes is the unit in which PUs share "
		"memory: to write it, a PU must be its only owner, and to "
		"read what another wrote, it must fetch a copy. Here a single "
		"line carries everything: a flag, a length and up to 56 bytes. "
		"The sender writes the message and makes the flag odd, the "
		"receiver reads it and makes the flag even. Longer messages "
		"are refused.\n"
		"It is a floor: nothing that two PUs exchange through their "
		"caches takes fewer lines. It is not always the fastest, for "
		"the line changes its owner twice a message, once to be "
		"filled and once to be given back; the mailbox, where each "
		"line has one writer, shows the difference, and slot uses "
		"one line for request and answer.\n"
		"What a trip of a line costs depends on where the two PUs "
		"are: the same core, the same cache, or neither.\n",
	.family = IPC_FLOOR,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct line_link),
	.port_size = sizeof(struct line_port),
	.probe = line_probe,
	.open = line_open,
	.close = line_close,
	.attach = line_attach,
	.ops = &line_ops,
};
