/* SPDX-License-Identifier: MIT */
/*
 * A memfd a message, passed by SCM_RIGHTS.
 *
 * A fresh one is closed by the sender when it is sent, so the receiver has it
 * alone. Pooled ones the sender keeps and uses in turn: which is free follows
 * from how many the receiver is done with.
 */
#include <assert.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/memfds.h"

enum { PASS_MEMFD };
enum { MEMFD_FRESH, MEMFD_POOLED };

static const char *const memfd_names[] = {"fresh", "pooled", NULL};

static const struct ipc_option pass_options[] = {
	[PASS_MEMFD] = {.name = "memfd",
			.help = "a new one for each message, or some that are "
				"used again and again",
			.kind = IPC_OPTION_CHOICE,
			.preset = MEMFD_FRESH,
			.names = memfd_names},
	{.name = NULL},
};

enum { POOL_MAX = 64 }; /* more than are ever under way */

struct pass_port {
	struct memfds_port memfds;
	bool pooled;
	int fd[POOL_MAX]; /* sender: of the pool, or -1 */
};

static void pass_detach(struct ipc_port *base)
{
	struct pass_port *port = (struct pass_port *)base;

	for (int i = 0; i < POOL_MAX; i++)
		if (port->fd[i] >= 0)
			close(port->fd[i]);
	memfds_detach(base);
}

/* With all their pages: these are used again. */
static int pass_fill_pool(struct pass_port *port)
{
	const struct memfds_port *memfds = &port->memfds;
	int err = 0;

	assert(memfds->parcel.depth <= POOL_MAX);
	for (uint32_t i = 0; i < memfds->parcel.depth && !err; i++) {
		port->fd[i] = memfds_make(memfds, "ipcbench-memfd-pass");
		err = port->fd[i] < 0
			      ? port->fd[i]
			      : memfds_show(memfds, port->fd[i], MAP_SHARED);
		if (!err)
			err = shm_fault_in(memfds->window, memfds->bytes);
	}
	return err ? err : memfds_hide(memfds);
}

static int pass_attach(struct ipc_port *base)
{
	struct pass_port *port = (struct pass_port *)base;
	int err;

	for (int i = 0; i < POOL_MAX; i++)
		port->fd[i] = -1;
	port->pooled = base->link->spec.option[PASS_MEMFD] == MEMFD_POOLED;
	err = memfds_attach(base);
	if (!err && port->pooled && base->side == IPC_TX) {
		err = pass_fill_pool(port);
		if (err)
			pass_detach(base);
	}
	return err;
}

static int pass_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct pass_port *port = (struct pass_port *)tx;
	struct memfds_port *memfds = &port->memfds;
	int err = parcel_room(&memfds->parcel, flags);
	int fd;

	assert(len <= tx->msg_max);
	if (err)
		return err;
	fd = port->pooled ? port->fd[parcel_buffer(&memfds->parcel)]
			  : memfds_make(memfds, "ipcbench-memfd-pass");
	if (fd < 0)
		return fd;
	err = memfds_show(memfds, fd, MAP_SHARED | MAP_POPULATE);
	if (err) {
		if (!port->pooled)
			close(fd);
		return err;
	}
	m->data = memfds->window;
	m->len = len;
	m->cookie = (uint64_t)fd;
	return 0;
}

static int pass_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct pass_port *port = (struct pass_port *)tx;
	struct memfds_port *memfds = &port->memfds;
	int fd = (int)m->cookie;
	int err = memfds_hide(memfds);

	if (!err)
		err = memfds_send(memfds, fd, m->len);
	if (!port->pooled)
		close(fd);
	if (!err)
		parcel_sent(&memfds->parcel);
	return err;
}

static int pass_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct memfds_port *memfds = &((struct pass_port *)rx)->memfds;
	size_t len = 0;
	int fd = memfds_recv(memfds, &len, flags), err;

	if (fd < 0)
		return fd;
	err = memfds_show(memfds, fd, MAP_SHARED | MAP_POPULATE);
	close(fd);
	if (err)
		return err;
	m->data = memfds->window;
	m->len = len;
	return 0;
}

static int pass_release(struct ipc_port *rx, struct ipc_msg *m)
{
	struct memfds_port *memfds = &((struct pass_port *)rx)->memfds;
	int err = memfds_hide(memfds);

	(void)m;
	if (err)
		return err;
	parcel_done(&memfds->parcel);
	return 0;
}

static const struct ipc_ops pass_ops = {
	.loan = pass_loan,
	.publish = pass_publish,
	.take = pass_take,
	.release = pass_release,
};

const struct ipc_impl memfd_pass_impl = {
	.name = "memfd-pass",
	.brief = "a memfd a message, its descriptor passed through a socket",
	.about =
		"The sender makes an anonymous file in memory (memfd_create"
		"(2)), maps it, writes the message there, unmaps it, and sends "
		"the descriptor through a socket pair (SCM_RIGHTS); then it "
		"closes its own. The receiver gets a descriptor of the same "
		"file, maps it and reads. No byte is copied, and after the "
		"close nobody but the receiver has the memory: what it gets is "
		"a capability, which it might pass on. The sleeping and the "
		"waking are the socket's.\n"
		"Six system calls on one side and four on the other are the "
		"smaller part of the cost. The larger one is that every page "
		"is new: it is allocated, zeroed, mapped twice and freed, for "
		"each message. memfd=pooled shows how much that is: there the "
		"sender keeps its descriptors, and uses a file again once the "
		"receiver is done with it. What is left is two mappings a "
		"message and the socket; and the sender could map again what "
		"it sent, so only the mapping is isolated.\n"
		"At most 32 messages are under way, fewer of large ones, as "
		"descriptors in flight count against RLIMIT_NOFILE. A "
		"descriptor that its receiver never takes is closed with the "
		"socket. A receiver that trusts nobody seals the file first "
		"(see cow), or the sender may shrink it under its hands. See "
		"unix(7), memfd_create(2), net/unix/garbage.c.\n",
	.family = IPC_TRANSFER,
	.contract = {.copies = {[IPC_API_LEND] = 0},
		     .copier = {[IPC_API_LEND] = IPC_BY_PAGES},
		     .calls = {"memfd_create ftruncate mmap mmap sendmsg close",
			       "recvmsg mmap close mmap"},
		     .wake = IPC_WAKE_CALL},
	.options = pass_options,
	.memory = IPC_MEMORY_GIVEN,
	.caps = IPC_RELIABLE | IPC_ZEROCOPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct memfds_link),
	.port_size = sizeof(struct pass_port),
	.probe = memfds_probe,
	.open = memfds_open,
	.close = memfds_close,
	.attach = pass_attach,
	.detach = pass_detach,
	.describe = memfds_describe,
	.ops = &pass_ops,
};
