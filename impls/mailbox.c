/* SPDX-License-Identifier: MIT */
/*
 * One message in shared memory, and a line for each side to say so.
 *
 *	sender		sent, the message; "emptied" while it sleeps
 *	receiver	taken; "filled" while it sleeps
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/endpoint.h"
#include "ipc/frames.h"

enum { MAILBOX_HEAD = 8 }; /* bytes before the message */

struct mailbox_shared {
	_Alignas(SHM_APART) _Atomic uint32_t taken; /* messages */
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event emptied;
	_Alignas(SHM_APART) _Atomic uint32_t sent; /* messages */
	uint32_t len;
	unsigned char message[];
};
_Static_assert(offsetof(struct mailbox_shared, message) ==
		       3 * SHM_APART + MAILBOX_HEAD,
	       "each writer has its own lines");

struct mailbox_link {
	struct ipc_link base;
	struct shm shm;
};

struct mailbox_port {
	struct ipc_port base;
	struct mailbox_shared *shared;
	uint32_t count; /* of messages that this side is done with */
};

static size_t mailbox_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct mailbox_shared) + spec->msg_max;
}

static int mailbox_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(mailbox_bytes(spec), PAGES_TRANSPARENT, why);
}

static int mailbox_open(struct ipc_link *base)
{
	struct mailbox_link *link = (struct mailbox_link *)base;

	return frames_open(&link->shm, "ipcbench-mailbox",
			   mailbox_bytes(&base->spec), PAGES_TRANSPARENT);
}

static void mailbox_close(struct ipc_link *base)
{
	shm_close(&((struct mailbox_link *)base)->shm);
}

static int mailbox_attach(struct ipc_port *base)
{
	struct mailbox_link *link = (struct mailbox_link *)base->link;

	((struct mailbox_port *)base)->shared = link->shm.at;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void mailbox_describe(const struct ipc_link *base, char *buf,
			     size_t size)
{
	const struct mailbox_link *link = (const struct mailbox_link *)base;

	snprintf(buf, size, "1 message, %zu KiB pages",
		 frames_page_bytes(&link->shm) >> 10);
}

/* 0 when the message has been taken, or -EAGAIN. */
static int mailbox_emptied(struct mailbox_port *port, unsigned int flags)
{
	_Atomic uint32_t *taken = &port->shared->taken;

	/* Pairs with the release in mailbox_release(): what the receiver read
	 * of the last message, it has read before we write there again. */
	if (atomic_load_explicit(taken, memory_order_acquire) == port->count)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(&port->shared->emptied, taken, port->count - 1,
		   &port->base.link->policy);
	return 0;
}

static int mailbox_filled(struct mailbox_port *port, unsigned int flags)
{
	_Atomic uint32_t *sent = &port->shared->sent;

	/* Pairs with the release in mailbox_post(). */
	if (atomic_load_explicit(sent, memory_order_acquire) != port->count)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(&port->shared->filled, sent, port->count,
		   &port->base.link->policy);
	return 0;
}

static void mailbox_post(struct mailbox_port *port, size_t len)
{
	port->shared->len = (uint32_t)len;
	/* Releases the message: its number must not be seen before it. */
	event_post(&port->shared->filled, &port->shared->sent, ++port->count,
		   &port->base.link->policy);
}

static void mailbox_taken(struct mailbox_port *port)
{
	/* Releases the place: no read of it may come after the next write. */
	event_post(&port->shared->emptied, &port->shared->taken, ++port->count,
		   &port->base.link->policy);
}

static ssize_t mailbox_send(struct ipc_port *tx, const void *buf, size_t len,
			    unsigned int flags)
{
	struct mailbox_port *port = (struct mailbox_port *)tx;
	int err = mailbox_emptied(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(port->shared->message, buf, len);
	mailbox_post(port, len);
	return (ssize_t)len;
}

static ssize_t mailbox_recv(struct ipc_port *rx, void *buf, size_t len,
			    unsigned int flags)
{
	struct mailbox_port *port = (struct mailbox_port *)rx;
	ssize_t got = mailbox_filled(port, flags);

	if (got)
		return got;
	got = port->shared->len <= len ? (ssize_t)port->shared->len : -EMSGSIZE;
	if (got > 0)
		memcpy(buf, port->shared->message, (size_t)got);
	mailbox_taken(port);
	return got;
}

static int mailbox_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
			unsigned int flags)
{
	struct mailbox_port *port = (struct mailbox_port *)tx;
	int err = mailbox_emptied(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = port->shared->message;
	m->len = len;
	return 0;
}

static int mailbox_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	mailbox_post((struct mailbox_port *)tx, m->len);
	return 0;
}

static int mailbox_take(struct ipc_port *rx, struct ipc_msg *m,
			unsigned int flags)
{
	struct mailbox_port *port = (struct mailbox_port *)rx;
	int err = mailbox_filled(port, flags);

	if (err)
		return err;
	m->data = port->shared->message;
	m->len = port->shared->len;
	return 0;
}

static int mailbox_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	mailbox_taken((struct mailbox_port *)rx);
	return 0;
}

static const struct ipc_ops mailbox_ops = {
	.send = mailbox_send,
	.recv = mailbox_recv,
	.loan = mailbox_loan,
	.publish = mailbox_publish,
	.take = mailbox_take,
	.release = mailbox_release,
};

const struct ipc_impl mailbox_impl = {
	.name = "mailbox",
	.brief = "one message in shared memory, a line for each writer",
	.about = "The simplest thing that works between two PUs: room for one "
		 "message in shared memory, a count of messages sent, which "
		 "only the sender writes, and a count of messages taken, "
		 "which only the receiver writes. They differ by one while a "
		 "message is there. Sent stands on the line where the message "
		 "begins, so up to 56 bytes come with it; taken has a line of "
		 "its own. No line has two writers.\n"
		 "A round trip is two lines that go over and come back, which "
		 "is about the least that two caches can do: rings are "
		 "measured against it. A stream suffers, for a message can be "
		 "written only after the last was taken: each costs a trip of "
		 "both lines, where a ring lets many be under way.\n"
		 "Nothing is copied when the message is written and read in "
		 "place (loan, take), and there is no system call unless "
		 "somebody sleeps (futex(2)).\n",
	.family = IPC_RING,
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
	.link_size = sizeof(struct mailbox_link),
	.port_size = sizeof(struct mailbox_port),
	.probe = mailbox_probe,
	.open = mailbox_open,
	.close = mailbox_close,
	.attach = mailbox_attach,
	.describe = mailbox_describe,
	.ops = &mailbox_ops,
	.endpoint = &endpoint_shm,
};
