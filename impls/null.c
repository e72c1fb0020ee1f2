/* SPDX-License-Identifier: MIT */
/* Nothing: no operation waits, carries or copies. The harness itself, the floor
 * under every other row. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/shm.h"
#include "ipc/floor.h"

struct null_port {
	struct ipc_port base;
	void *memory; /* lent again and again */
};

static int null_attach(struct ipc_port *port)
{
	struct null_port *null = (struct null_port *)port;
	size_t bytes = shm_round(port->link->spec.msg_max, SHM_APART);

	null->memory = aligned_alloc(SHM_APART, bytes);
	if (!null->memory)
		return -ENOMEM;
	memset(null->memory, 0, bytes);
	return 0;
}

static void null_detach(struct ipc_port *port)
{
	free(((struct null_port *)port)->memory);
}

static ssize_t null_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	(void)tx;
	(void)buf;
	(void)flags;
	return (ssize_t)len;
}

static ssize_t null_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	(void)rx;
	(void)buf;
	(void)flags;
	return (ssize_t)len;
}

static int null_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	(void)flags;
	m->data = ((struct null_port *)tx)->memory;
	m->len = len;
	return 0;
}

static int null_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	(void)flags;
	m->data = ((struct null_port *)rx)->memory;
	m->len = rx->link->spec.msg_max;
	return 0;
}

static int null_give(struct ipc_port *port, struct ipc_msg *m)
{
	(void)port;
	(void)m;
	return 0;
}

static const struct ipc_ops null_ops = {
	.send = null_send,
	.recv = null_recv,
	.loan = null_loan,
	.publish = null_give,
	.take = null_take,
	.release = null_give,
};

const struct ipc_impl null_impl = {
	.name = "null",
	.brief = "nothing is carried: what the harness itself costs",
	.about = "A send returns the message's length and a recv the length "
		 "asked for; a loan lends the same memory again and again. No "
		 "byte moves, no operation waits, no system call is made, and "
		 "the two nodes do not meet: each runs through its rounds by "
		 "itself.\n"
		 "What is left is the harness: a call through the port's table "
		 "for each operation, the loop around it, and what the "
		 "workload does with a payload, which is written before it is "
		 "sent and read after it was received. So a figure of null is "
		 "the part of every other figure that belongs to measuring. "
		 "It is stated, and never subtracted: the parts overlap in "
		 "the processor.\n"
		 "With a payload that is touched in full, null shows what "
		 "writing and reading the bytes costs by itself, which for "
		 "large messages is most of a round trip.\n",
	FLOOR_IMPL,
	.contract = {.copies = {0, 0},
		     .store = IPC_STORE_NONE,
		     .calls = {"", ""},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS | IPC_ZEROCOPY,
	.port_size = sizeof(struct null_port),
	.probe = floor_probe,
	.attach = null_attach,
	.detach = null_detach,
	.ops = &null_ops,
};
