/* SPDX-License-Identifier: MIT */
/* process_vm_readv(2): the receiver copies out of the sender's memory. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "ipc/cma.h"

static int pull_attach(struct ipc_port *base)
{
	return cma_attach(base, base->side == IPC_TX);
}

static int pull_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)tx;
	int err = parcel_room(&port->parcel, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = cma_buffer(port);
	m->len = len;
	return 0;
}

static int pull_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	parcel_post(&((struct cma_port *)tx)->parcel, m->len);
	return 0;
}

static ssize_t pull_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)tx;
	int err = parcel_room(&port->parcel, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(cma_buffer(port), buf, len);
	parcel_post(&port->parcel, len);
	return (ssize_t)len;
}

/* The message at pos into buf, and its buffer back to the sender. */
static ssize_t pull_recv(struct ipc_port *rx, void *buf, size_t room,
			 unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)rx;
	size_t len;
	int err = parcel_next(&port->parcel, &len, flags);

	if (err)
		return err;
	err = len <= room ? cma_get(port, buf, len) : -EMSGSIZE;
	if (!err || err == -EMSGSIZE)
		parcel_done(&port->parcel);
	return err ? err : (ssize_t)len;
}

static int pull_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)rx;
	ssize_t n = pull_recv(rx, port->own, rx->msg_max, flags);

	if (n < 0)
		return (int)n;
	m->data = port->own;
	m->len = (size_t)n;
	return 0;
}

/* The message is a copy of the receiver's own, and its buffer given back. */
static int pull_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)rx;
	(void)m;
	return 0;
}

static const struct ipc_ops pull_ops = {
	.send = pull_send,
	.recv = pull_recv,
	.loan = pull_loan,
	.publish = pull_publish,
	.take = pull_take,
	.release = pull_release,
};

const struct ipc_impl cma_pull_impl = {
	.name = "cma-pull",
	.brief = "the receiver copies out of the sender's memory",
	.about =
		"The sender leaves a message where it wrote it, in its private "
		"memory, and tells its length through shared memory. The "
		"receiver copies it from there into its own memory with "
		"process_vm_readv(2): one copy, made by the kernel on the "
		"receiver's side, and no buffer in the kernel. Then it says, "
		"in shared memory again, that the buffer is free. The sender "
		"makes no system call, unless the receiver sleeps; that is on "
		"a futex. With the copying interface there is a copy more, "
		"into the buffer where the message waits.\n"
		"It is what message passing libraries for parallel programs "
		"do with long messages between processes of one machine "
		"(cross memory attach). A call pins the pages of both sides, "
		"one after another, and copies between them; so there is a "
		"price per page beside the one per call, and short messages "
		"are faster through shared memory.\n"
		"The right to read is the right to trace: the same user, and "
		"a program that may be dumped. Where the security module Yama "
		"limits that to ancestors (kernel.yama.ptrace_scope is 1), the "
		"sender allows its siblings with prctl(PR_SET_PTRACER).\n"
		"Whoever may read may do so at any time, so nothing is "
		"isolated: what the sender stores before the message was "
		"fetched shows in it.\n"
		"man 2 process_vm_readv; mm/process_vm_access.c.\n",
	.contract = {.copies = {2, 1},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH, IPC_BY_RECEIVER},
		     .calls = {"", "process_vm_readv"},
		     .wake = IPC_WAKE_EXTRA},
	.memory = IPC_MEMORY_SENDER,
	CMA_IMPL,
	.attach = pull_attach,
	.ops = &pull_ops,
};
