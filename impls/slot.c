/* SPDX-License-Identifier: MIT */
/*
 * Request and answer in the same place: the client writes a request, the
 * server writes the answer over it.
 *
 *	turn	even	the client's: it has the last answer, or none yet
 *		odd	the server's: a request is there
 *
 *	client	the request, turn; "answered" while it sleeps
 *	server	the answer, turn; "asked" while it sleeps
 *
 * The link of the requests owns the place. That of the answers uses it too,
 * unless its messages are longer: then it brings a place for them.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/call.h"
#include "ipc/frames.h"

enum { SLOT_HEAD = 8 }; /* bytes before the message */

struct slot_shared {
	_Alignas(SHM_APART) struct event asked;
	_Alignas(SHM_APART) struct event answered;
	_Alignas(SHM_APART) _Atomic uint32_t turn;
	uint32_t len;
	unsigned char message[];
};
_Static_assert(offsetof(struct slot_shared, message) ==
		       2 * SHM_APART + SLOT_HEAD,
	       "a short message is on the line of its turn");

struct slot_link {
	struct ipc_link base;
	struct shm shm; /* none where the requests' is used */
};

struct slot_port {
	struct ipc_port base;
	struct slot_shared *shared; /* the requests' */
	unsigned char *message;
	uint32_t due; /* the turn in which this port does its next thing */
};

static size_t slot_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct slot_shared) + spec->msg_max;
}

static int slot_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(slot_bytes(spec), PAGES_TRANSPARENT, why);
}

static int slot_open(struct ipc_link *base)
{
	struct slot_link *link = (struct slot_link *)base;

	if (base->answers && base->answers->spec.msg_max >= base->spec.msg_max)
		return 0;
	return frames_open(&link->shm, "ipcbench-slot", slot_bytes(&base->spec),
			   PAGES_TRANSPARENT);
}

static void slot_close(struct ipc_link *base)
{
	shm_close(&((struct slot_link *)base)->shm);
}

/* Turns of the four ports: request sent and received, answer sent and
 * received. */
static uint32_t slot_first(const struct ipc_port *port)
{
	if (!port->link->answers)
		return port->side == IPC_TX ? 0 : 1;
	return port->side == IPC_TX ? 1 : 2;
}

static int slot_attach(struct ipc_port *base)
{
	struct slot_port *port = (struct slot_port *)base;
	struct slot_link *link = (struct slot_link *)base->link;
	struct slot_link *first =
		base->link->answers ? (struct slot_link *)link->base.answers
				    : link;
	struct slot_link *owner = link->shm.at ? link : first;
	int err;

	port->shared = first->shm.at;
	port->message = ((struct slot_shared *)owner->shm.at)->message;
	port->due = slot_first(base);
	err = shm_fault_in(first->shm.at, first->shm.bytes);
	if (!err && owner != first)
		err = shm_fault_in(owner->shm.at, owner->shm.bytes);
	return err;
}

static void slot_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct slot_link *link = (const struct slot_link *)base;

	if (!link->shm.at)
		snprintf(buf, size, "in the requests' place");
	else
		snprintf(buf, size, "1 place, %zu KiB pages",
			 frames_page_bytes(&link->shm) >> 10);
}

/* Who sends a request and who waits for an answer is the client. */
static struct event *slot_event(const struct slot_port *port, bool mine)
{
	bool client = (port->base.link->answers == NULL) ==
		      (port->base.side == IPC_TX);

	return client == mine ? &port->shared->answered : &port->shared->asked;
}

/* 0 when it is due, or -EAGAIN. */
static int slot_turn(struct slot_port *port, unsigned int flags)
{
	_Atomic uint32_t *turn = &port->shared->turn;
	/* Pairs with the release in slot_pass(): a message is seen whole, and
	 * the answer is not written before the request was read. */
	uint32_t now = atomic_load_explicit(turn, memory_order_acquire);

	if (now == port->due)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	while (now != port->due)
		now = event_wait(slot_event(port, true), turn, now,
				 &port->base.link->policy);
	return 0;
}

/* Give the message to the other side. */
static void slot_pass(struct slot_port *port, size_t len)
{
	port->shared->len = (uint32_t)len;
	event_post(slot_event(port, false), &port->shared->turn, port->due + 1,
		   &port->base.link->policy);
	port->due += 2;
}

static ssize_t slot_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct slot_port *port = (struct slot_port *)tx;
	int err = slot_turn(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(port->message, buf, len);
	slot_pass(port, len);
	return (ssize_t)len;
}

/* What was received stays this side's to write until it passes it on. */
static ssize_t slot_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	struct slot_port *port = (struct slot_port *)rx;
	ssize_t got = slot_turn(port, flags);

	if (got)
		return got;
	got = port->shared->len <= len ? (ssize_t)port->shared->len : -EMSGSIZE;
	if (got > 0)
		memcpy(buf, port->message, (size_t)got);
	port->due += 2;
	return got;
}

static int slot_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct slot_port *port = (struct slot_port *)tx;
	int err = slot_turn(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = port->message;
	m->len = len;
	return 0;
}

static int slot_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	slot_pass((struct slot_port *)tx, m->len);
	return 0;
}

static int slot_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct slot_port *port = (struct slot_port *)rx;
	int err = slot_turn(port, flags);

	if (err)
		return err;
	m->data = port->message;
	m->len = port->shared->len;
	return 0;
}

static int slot_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	((struct slot_port *)rx)->due += 2;
	return 0;
}

static const struct ipc_ops slot_ops = {
	.send = slot_send,
	.recv = slot_recv,
	.loan = slot_loan,
	.publish = slot_publish,
	.take = slot_take,
	.release = slot_release,
};

const struct ipc_impl slot_impl = {
	.name = "slot",
	.brief = "request and answer in one cache line of shared memory",
	.about = "A call needs less than two messages: who asks waits for the "
		 "answer, so there is never a second request under way, and "
		 "the place of the request is free for the answer. Client and "
		 "server share one place with a turn at its start. The client "
		 "writes its request and makes the turn odd; the server reads "
		 "the request, writes the answer over it and makes the turn "
		 "even. Up to 56 bytes are on the line of the turn, longer "
		 "messages go on in the lines behind it.\n"
		 "So one line goes to the server and comes back, where a "
		 "mailbox or a ring each way has two that both change owner: "
		 "the server fetches the line to read it, and has it when it "
		 "writes. With loan and take the server reads the request in "
		 "place and writes the answer over it, and nothing is "
		 "copied.\n"
		 "It carries calls only: its two links alternate. This is how "
		 "shared-memory RPC is done where every nanosecond counts, "
		 "and what the registers of a fast kernel IPC amount to. "
		 "Nobody makes a system call unless the other sleeps "
		 "(futex(2)).\n"
		 "As a service, each client has a place of its own, which is "
		 "copied into and out of. A server takes the oldest request, "
		 "and with it the right to reply: a word beside the place, "
		 "which one server at a time can exchange for the next, so "
		 "that a right works once. As the client waits it keeps its "
		 "place free, so a reply or a relay always has room and never "
		 "waits. Whoever waits looks every 50 ms whether those that "
		 "it waits for are alive (pidfd_open(2)): a client learns "
		 "within 100 ms that its right to reply died with a "
		 "server.\n",
	.family = IPC_CALL,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_PROCESSES | IPC_THREADS | IPC_CALLS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct slot_link),
	.port_size = sizeof(struct slot_port),
	.probe = slot_probe,
	.open = slot_open,
	.close = slot_close,
	.attach = slot_attach,
	.describe = slot_describe,
	.ops = &slot_ops,
	.call = &call_slots,
};
