/* SPDX-License-Identifier: MIT */
/*
 * pipe(2): a stream of bytes through pages that the kernel holds.
 *
 *	copies		two, both by the kernel: the sender's bytes into pages,
 *			the pages into the receiver's buffer
 *	system calls	a write(2) and a read(2) a message; more where it is
 *			longer than the pipe's buffer (16 pages as a rule), which
 *			then fills and drains by turns
 *	cost		two entries into the kernel, the pipe's lock, and a
 *			wake-up where the other side sleeps
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ipc/fd.h"

static int pipe_open(struct ipc_link *link)
{
	struct fd_link *ends = (struct fd_link *)link;
	int fd[2], bytes, err;

	if (pipe2(fd, O_CLOEXEC) < 0)
		return -errno;
	ends->fd[IPC_TX] = fd[1];
	ends->fd[IPC_RX] = fd[0];
	bytes = fcntl(fd[1], F_GETPIPE_SZ);
	err = bytes < 0 ? -errno : fd_prepare(ends);
	if (err) {
		fd_close(link);
		return err;
	}
	ends->room_max = (size_t)bytes;
	return 0;
}

static void pipe_describe(const struct ipc_link *link, char *buf, size_t size)
{
	snprintf(buf, size, "pipe buffer %zu B",
		 ((const struct fd_link *)link)->room_max);
}

static const struct ipc_ops pipe_ops = {
	.send = fd_stream_send,
	.recv = fd_stream_recv,
};

const struct ipc_impl pipe_impl = {
	.name = "pipe",
	.brief = "pipe(2), default size; the kernel copies in and out",
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
	.open = pipe_open,
	.close = fd_close,
	.attach = fd_attach,
	.detach = fd_detach,
	.describe = pipe_describe,
	.ops = &pipe_ops,
};
