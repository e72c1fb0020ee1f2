/* SPDX-License-Identifier: MIT */
/*
 * Messages over a descriptor, for every back-end that is one: bytes that are
 * counted by both sides (pipe, stream sockets), or packets that keep their
 * ends. Waiting is the link's policy: block uses a blocking descriptor, the
 * other kinds a non-blocking one that is polled.
 *
 * A back-end is one function that makes both ends, fd_make, and a table.
 */
#ifndef IPCBENCH_IPC_FD_H
#define IPCBENCH_IPC_FD_H

#include "ipc/backend.h"
#include "ipc/patience.h"

/* First member of the link of such a back-end. */
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

/* What the tables of such back-ends have in common. */
#define FD_IMPL                                                                \
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |  \
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD), \
	.link_size = sizeof(struct fd_link),                                   \
	.port_size = sizeof(struct fd_port), .close = fd_close,                \
	.attach = fd_attach, .detach = fd_detach

/*
 * Make both ends of a link whose spec is filled in and whose descriptors are
 * -1: fill fd and room_max. On failure, why says what the system refused; what
 * is in fd then is closed by the caller.
 */
typedef int (*fd_make)(struct fd_link *link, struct why *why);

/* For ipc_impl.probe: make it and close it. For .open: make it ready, blocking
 * or not as the link's wait kind needs. */
int fd_probe(fd_make make, const struct ipc_spec *spec, struct why *why);
int fd_open(fd_make make, struct ipc_link *link);

/*
 * ipc_impl.attach, .detach and .close. Without spec.threads attaching closes
 * the other side's descriptor and detaching its own, both in this process
 * only. The peer sees the end when every process has closed that side: also
 * the trial, which keeps both open and watches its nodes itself.
 */
int fd_attach(struct ipc_port *port);
void fd_detach(struct ipc_port *port);
void fd_close(struct ipc_link *link);

/*
 * For what is a pipe: the option "size", the only one; ask for that size
 * (rounded up to pages, and to a power of two of them) and leave what the
 * kernel gives in room_max; ipc_impl.describe.
 */
extern const struct ipc_option fd_pipe_options[];
int fd_pipe_size(struct fd_link *link, struct why *why);
void fd_pipe_describe(const struct ipc_link *link, char *buf, size_t size);

/*
 * Ask for a socket buffer, SO_SNDBUF or SO_RCVBUF, of bytes; 0 leaves the
 * kernel's choice. The kernel doubles what it is asked for, as it counts its
 * own records too, and cuts in silence what is above net.core.wmem_max or
 * rmem_max: that is -EPERM and why.
 */
int fd_socket_buffer(int fd, int which, uint64_t bytes, struct why *why);

/* What a buffer is now, doubled; 0 where the socket does not say. */
size_t fd_socket_bytes(int fd, int which);

enum { FD_BUFFER_MIN = 4 << 10, FD_BUFFER_MAX = 1 << 30 };

/*
 * For sockets of AF_UNIX, where what is under way counts against the sender's
 * buffer and there is no other: the option "sndbuf", the first; a connected
 * pair of this type; set the sender's buffer and leave what the kernel gives
 * in room_max; ipc_impl.describe.
 */
enum { FD_UNIX_SNDBUF };
extern const struct ipc_option fd_unix_options[];
int fd_unix_pair(struct fd_link *link, int type, struct why *why);
int fd_unix_sndbuf(struct fd_link *link, struct why *why);
void fd_unix_describe(const struct ipc_link *link, char *buf, size_t size);

/* Can a packet of spec.msg_max be sent at all? What fits is found by sending:
 * how much the kernel adds to a packet is its own affair. */
int fd_packet_fits(const struct fd_link *link, struct why *why);

/* A system call failed with error. 0: try again, after a turn of waiting (for
 * events, as poll(2) has them) where it would have waited; else the error as
 * the contract has it. */
int fd_after_error(const struct fd_port *port, int error, short events,
		   struct patience *p);

/* Would a stream have to wait with len bytes, the peer being there? */
bool fd_stream_full(const struct fd_port *port, size_t len);

/* Are these events there now? */
bool fd_ready(int fd, short events);

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
