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

/* First member of the link of such a back-end: open fills fd, then calls
 * fd_prepare(). */
struct fd_link {
	struct ipc_link base;
	int fd[2];	 /* by enum ipc_side; -1: closed */
	size_t room_max; /* bytes the sender's kernel buffer is given */
};

/* First member of the port of such a back-end (after attach). */
struct fd_port {
	struct ipc_port base;
	int fd;
	size_t room_max; /* the link's, for IPC_NOWAIT */
};

/* Set or clear O_NONBLOCK on both ends, as the link's wait kind needs. */
int fd_prepare(const struct fd_link *link);

/*
 * ipc_impl.attach, .detach and .close. Without spec.threads attaching closes
 * the other side's descriptor and detaching its own, both in this process
 * only. The peer sees the end when every process has closed that side: also
 * the trial, which keeps both open and watches its nodes itself.
 */
int fd_attach(struct ipc_port *port);
void fd_detach(struct ipc_port *port);
void fd_close(struct ipc_link *link);

/* SO_SNDBUF of the sending side into room_max, for sockets. */
int fd_socket_room(struct fd_link *link);

/* ipc_impl.describe for sockets that have no other buffer: those of
 * AF_UNIX, where what is under way counts against the sender's. */
void fd_socket_describe(const struct ipc_link *link, char *buf, size_t size);

/*
 * ipc_ops.send and .recv over read(2) and write(2), whole messages always.
 * One sender and one receiver. The calling process ignores SIGPIPE, so that a
 * peer that is gone is -EPIPE.
 */
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
