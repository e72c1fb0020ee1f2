/* SPDX-License-Identifier: MIT */
/*
 * Messages over a descriptor, for every back-end that is one: bytes that are
 * counted by both sides (pipe, stream sockets), or packets that keep their
 * ends. Waiting is the link's policy: block uses a blocking descriptor, the
 * other kinds a non-blocking one that is polled.
 */
#ifndef IPCBENCH_IPC_FD_H
#define IPCBENCH_IPC_FD_H

#include "ipc/backend.h"

/* First member of the port of such a back-end (after attach). */
struct fd_port {
	struct ipc_port base;
	int fd;
	size_t room_max; /* bytes the link can hold at most, for IPC_NOWAIT */
};

/* Set or clear O_NONBLOCK as the link's wait kind needs. */
int fd_prepare(int fd, const struct ipc_link *link);

/* ipc_ops.send and .recv over read(2) and write(2), whole messages always. */
ssize_t fd_stream_send(struct ipc_port *tx, const void *buf, size_t len,
		       unsigned int flags);
ssize_t fd_stream_recv(struct ipc_port *rx, void *buf, size_t len,
		       unsigned int flags);

/* ipc_ops.send and .recv over send(2) and recv(2), one packet a message. */
ssize_t fd_packet_send(struct ipc_port *tx, const void *buf, size_t len,
		       unsigned int flags);
ssize_t fd_packet_recv(struct ipc_port *rx, void *buf, size_t len,
		       unsigned int flags);

#endif
