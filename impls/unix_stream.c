/* SPDX-License-Identifier: MIT */
/*
 * socketpair(2), AF_UNIX, SOCK_STREAM: a stream of bytes through socket buffers
 * that the kernel allocates for each write and hangs into the receiver's queue.
 *
 *	copies		two, both by the kernel, as with a pipe
 *	system calls	a write(2) and a read(2) a message; more where it is
 *			longer than the send buffer
 *	cost		a pipe's, and a buffer that is allocated and freed; what
 *			is under way counts against the sender's buffer only
 */
#include <errno.h>
#include <sys/socket.h>

#include "ipc/fd.h"

static int unix_stream_open(struct ipc_link *link)
{
	struct fd_link *ends = (struct fd_link *)link;
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends->fd) < 0)
		return -errno;
	err = fd_socket_room(ends);
	if (!err)
		err = fd_prepare(ends);
	if (err)
		fd_close(link);
	return err;
}

static const struct ipc_ops unix_stream_ops = {
	.send = fd_stream_send,
	.recv = fd_stream_recv,
};

const struct ipc_impl unix_stream_impl = {
	.name = "unix-stream",
	.brief = "unix stream socket pair; the kernel copies in and out",
	.family = IPC_STREAM,
	.contract = {.copies = {2},
		     .calls = {"write", "read"},
		     .wake = IPC_WAKE_CALL},
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ISOLATED | IPC_PROCESSES |
		IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct fd_link),
	.port_size = sizeof(struct fd_port),
	.open = unix_stream_open,
	.close = fd_close,
	.attach = fd_attach,
	.detach = fd_detach,
	.describe = fd_socket_describe,
	.ops = &unix_stream_ops,
};
