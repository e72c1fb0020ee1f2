/* SPDX-License-Identifier: MIT */
/* process_vm_writev(2): the sender copies into the receiver's memory. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "ipc/cma.h"

static int push_attach(struct ipc_port *base)
{
	return cma_attach(base, base->side == IPC_RX);
}

static int push_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)tx;
	int err = parcel_room(&port->parcel, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = port->own;
	m->len = len;
	return 0;
}

static int push_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct cma_port *port = (struct cma_port *)tx;
	int err = cma_put(port, m->data, m->len);

	if (!err)
		parcel_post(&port->parcel, m->len);
	return err;
}

static ssize_t push_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)tx;
	int err = parcel_room(&port->parcel, flags);

	assert(len <= tx->msg_max);
	if (!err)
		err = cma_put(port, buf, len);
	if (err)
		return err;
	parcel_post(&port->parcel, len);
	return (ssize_t)len;
}

static ssize_t push_recv(struct ipc_port *rx, void *buf, size_t room,
			 unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)rx;
	size_t len;
	int err = parcel_next(&port->parcel, &len, flags);

	if (err)
		return err;
	if (len <= room)
		memcpy(buf, cma_buffer(port), len);
	parcel_done(&port->parcel);
	return len <= room ? (ssize_t)len : -EMSGSIZE;
}

static int push_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct cma_port *port = (struct cma_port *)rx;
	size_t len;
	int err = parcel_next(&port->parcel, &len, flags);

	if (err)
		return err;
	m->data = cma_buffer(port);
	m->len = len;
	return 0;
}

static int push_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	parcel_done(&((struct cma_port *)rx)->parcel);
	return 0;
}

static const struct ipc_ops push_ops = {
	.send = push_send,
	.recv = push_recv,
	.loan = push_loan,
	.publish = push_publish,
	.take = push_take,
	.release = push_release,
};

const struct ipc_impl cma_push_impl = {
	.name = "cma-push",
	.brief = "the sender copies into the receiver's memory",
	.about =
		"The receiver keeps a row of buffers in its private memory and "
		"says where. The sender copies each message into the next of "
		"them with process_vm_writev(2) and tells its length through "
		"shared memory: one copy, made by the kernel on the sender's "
		"side, and no buffer in the kernel. The receiver reads the "
		"message where it lies, and makes no system call unless the "
		"sender sleeps; that is on a futex. With the copying interface "
		"there is a copy more, out of the receiver's row.\n"
		"Against cma-pull the same bytes are moved by the other side. "
		"Whoever copies is the one that has them in its cache: here "
		"the sender, who has just written them, and the receiver finds "
		"them in the sender's cache; there the receiver, who fetches "
		"them itself and has them then.\n"
		"A call pins the pages of both sides, one after another, and "
		"copies between them; so there is a price per page beside the "
		"one per call, and short messages are faster through shared "
		"memory.\n"
		"The right to write is the right to trace: the same user, and "
		"a program that may be dumped. Where the security module Yama "
		"limits that to ancestors (kernel.yama.ptrace_scope is 1), the "
		"receiver allows its siblings with prctl(PR_SET_PTRACER). What "
		"the receiver gave back is written over in its own memory, so "
		"nothing is isolated. The first message waits until the "
		"receiver is there.\n"
		"man 2 process_vm_writev; mm/process_vm_access.c.\n",
	.contract = {.copies = {2, 1},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH, IPC_BY_SENDER},
		     .calls = {"process_vm_writev", ""},
		     .wake = IPC_WAKE_EXTRA},
	.memory = IPC_MEMORY_COPIED,
	CMA_IMPL,
	.attach = push_attach,
	.ops = &push_ops,
};
