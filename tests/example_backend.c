/* SPDX-License-Identifier: MIT */
/*
 * A place for one message in shared memory, and a word that says whether it is
 * full. The smallest whole back-end: impls/README.md walks through it, and
 * tests/e2e_new_backend.sh adds it to a copy of the program.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/shm.h"
#include "ipc/backend.h"

enum { EXAMPLE_SHARE = 4 }; /* a link may take this part of what is left */

/* Even: empty, the sender's. Odd: full, the receiver's. */
struct example_shared {
	_Alignas(SHM_APART) _Atomic uint32_t turn;
	_Alignas(SHM_APART) struct event changed;
	_Alignas(SHM_APART) uint64_t len;
	unsigned char data[];
};

struct example_link {
	struct ipc_link base;
	struct shm shm;
};

struct example_port {
	struct ipc_port base;
	struct example_shared *shared;
	unsigned char *data;
	uint32_t turn; /* the next that is this side's */
};

enum { EXAMPLE_GAP };
static const struct ipc_option example_options[] = {
	[EXAMPLE_GAP] = {.name = "gap",
			 .help = "bytes between the length and the message",
			 .kind = IPC_OPTION_SIZE,
			 .preset = 0,
			 .min = 0,
			 .max = 4096},
	{.name = NULL},
};

static size_t example_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct example_shared) + spec->option[EXAMPLE_GAP] +
	       spec->msg_max;
}

static int example_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t limit = memory_available() / EXAMPLE_SHARE;

	if (spec->option[EXAMPLE_GAP] % sizeof(uint64_t))
		return why_not(why, -EINVAL, "gap is a multiple of %zu",
			       sizeof(uint64_t));
	if (spec->msg_max > limit)
		return why_not(why, -ENOMEM,
			       "messages up to %zu MiB of what is left here, "
			       "not %zu",
			       limit >> 20, spec->msg_max >> 20);
	return 0;
}

static int example_open(struct ipc_link *base)
{
	struct example_link *link = (struct example_link *)base;

	return shm_open_anon(&link->shm, "ipcbench-example",
			     example_bytes(&base->spec), false);
}

static void example_close(struct ipc_link *base)
{
	shm_close(&((struct example_link *)base)->shm);
}

static int example_attach(struct ipc_port *base)
{
	struct example_port *port = (struct example_port *)base;
	const struct example_link *link = (struct example_link *)base->link;

	port->shared = link->shm.at;
	port->data = port->shared->data + base->link->spec.option[EXAMPLE_GAP];
	port->turn = base->side == IPC_TX ? 0 : 1;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void example_describe(const struct ipc_link *base, char *buf,
			     size_t size)
{
	snprintf(buf, size, "one place of %zu B", base->spec.msg_max);
}

/* 0 when it is this side's turn, or -EAGAIN. */
static int example_turn(struct example_port *port, unsigned int flags)
{
	_Atomic uint32_t *turn = &port->shared->turn;
	/* Pairs with the release in example_pass(): what the other side wrote,
	 * or read, it has before we read, or write. */
	uint32_t now = atomic_load_explicit(turn, memory_order_acquire);

	if (now == port->turn)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(&port->shared->changed, turn, now, &port->base.link->policy);
	return 0;
}

/* Give the place to the other side. */
static void example_pass(struct example_port *port)
{
	event_post(&port->shared->changed, &port->shared->turn, port->turn + 1,
		   &port->base.link->policy);
	port->turn += 2;
}

static ssize_t example_send(struct ipc_port *tx, const void *buf, size_t len,
			    unsigned int flags)
{
	struct example_port *port = (struct example_port *)tx;
	int err = example_turn(port, flags);

	if (err)
		return err;
	memcpy(port->data, buf, len);
	port->shared->len = len;
	example_pass(port);
	return (ssize_t)len;
}

static ssize_t example_recv(struct ipc_port *rx, void *buf, size_t len,
			    unsigned int flags)
{
	struct example_port *port = (struct example_port *)rx;
	int err = example_turn(port, flags);
	ssize_t got;

	if (err)
		return err;
	got = port->shared->len <= len ? (ssize_t)port->shared->len : -EMSGSIZE;
	if (got > 0)
		memcpy(buf, port->data, (size_t)got);
	example_pass(port);
	return got;
}

static const struct ipc_ops example_ops = {
	.send = example_send,
	.recv = example_recv,
};

const struct ipc_impl example_impl = {
	.name = "example",
	.brief = "a place for one message in shared memory",
	.about = "Sender and receiver share a page that has room for one "
		 "message and a word that says whose turn it is. The sender "
		 "copies its message in and adds one to the word; the receiver "
		 "copies it out and adds one again.\n"
		 "No system call is made unless somebody has to sleep: then "
		 "one futex(2) call sleeps, and one wakes.\n"
		 "There is no second place, so a sender always waits for the "
		 "receiver before it goes on. A ring has many.\n",
	.family = IPC_RING,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.options = example_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_PROCESSES |
		IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct example_link),
	.port_size = sizeof(struct example_port),
	.probe = example_probe,
	.open = example_open,
	.close = example_close,
	.attach = example_attach,
	.describe = example_describe,
	.ops = &example_ops,
};
