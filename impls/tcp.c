/* SPDX-License-Identifier: MIT */
/*
 * TCP over the loopback interface, without Nagle's delay: a stream of bytes
 * that takes the kernel's whole network stack, down and up again.
 *
 *	copies		two, both by the kernel: into segments and out of them;
 *			loopback hands over the segment itself
 *	system calls	a write(2) and a read(2) a message; more where it is
 *			longer than what the buffers hold
 *	cost		headers, sequence numbers, acknowledgements and a soft
 *			interrupt for each segment of up to 64 KiB, most of it on
 *			the sender's PU
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/fd.h"

static int tcp_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static int tcp_listen(int fd, struct sockaddr_in *at)
{
	socklen_t size = sizeof(*at);

	*at = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (bind(fd, (struct sockaddr *)at, size) < 0 || listen(fd, 8) < 0)
		return -errno;
	return getsockname(fd, (struct sockaddr *)at, &size) < 0 ? -errno : 0;
}

/* Anyone on this machine may connect to the port while it is open: take the
 * connection that is ours. Returns a descriptor or a negative errno. */
static int tcp_accept(int listener, const struct sockaddr_in *ours)
{
	struct sockaddr_in from;

	for (;;) {
		socklen_t size = sizeof(from);
		int fd = accept4(listener, (struct sockaddr *)&from, &size,
				 SOCK_CLOEXEC);

		if (fd < 0 && errno == EINTR)
			continue;
		if (fd < 0)
			return -errno;
		if (from.sin_port == ours->sin_port &&
		    from.sin_addr.s_addr == ours->sin_addr.s_addr)
			return fd;
		close(fd);
	}
}

static int tcp_connect(int fd, int listener, const struct sockaddr_in *at)
{
	struct sockaddr_in ours;
	socklen_t size = sizeof(ours);

	if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&ours, &size) < 0)
		return -errno;
	return tcp_accept(listener, &ours);
}

/* Both ends into fd; the listener is gone before anything is sent. */
static int tcp_pair(int fd[2])
{
	int listener = tcp_socket(), err;
	struct sockaddr_in at;

	if (listener < 0)
		return listener;
	err = tcp_listen(listener, &at);
	if (err)
		goto err_listener;
	err = fd[IPC_TX] = tcp_socket();
	if (err < 0)
		goto err_listener;
	err = fd[IPC_RX] = tcp_connect(fd[IPC_TX], listener, &at);
	if (err < 0)
		goto err_connect;
	close(listener);
	return 0;

err_connect:
	close(fd[IPC_TX]);
err_listener:
	close(listener);
	return err;
}

static int set_nodelay(int fd)
{
	int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

static int tcp_open(struct ipc_link *link)
{
	struct fd_link *ends = (struct fd_link *)link;
	int err = tcp_pair(ends->fd);

	if (err)
		return err;
	err = set_nodelay(ends->fd[IPC_TX]);
	if (!err)
		err = set_nodelay(ends->fd[IPC_RX]);
	if (!err)
		err = fd_socket_room(ends);
	if (!err)
		err = fd_prepare(ends);
	if (err)
		fd_close(link);
	return err;
}

/* Reset instead of the orderly end, which would leave a port in TIME_WAIT for
 * a minute after each of many trials. */
static void tcp_close(struct ipc_link *link)
{
	struct fd_link *ends = (struct fd_link *)link;
	struct linger now = {.l_onoff = 1};

	for (int side = IPC_TX; side <= IPC_RX; side++)
		if (ends->fd[side] >= 0)
			setsockopt(ends->fd[side], SOL_SOCKET, SO_LINGER, &now,
				   sizeof(now));
	fd_close(link);
}

/* The kernel lets both grow while it sees fit. */
static void tcp_describe(const struct ipc_link *link, char *buf, size_t size)
{
	const struct fd_link *ends = (const struct fd_link *)link;
	int bytes = 0;
	socklen_t length = sizeof(bytes);

	getsockopt(ends->fd[IPC_RX], SOL_SOCKET, SO_RCVBUF, &bytes, &length);
	snprintf(buf, size, "send buffer %zu B, receive buffer %d B at first",
		 ends->room_max, bytes);
}

static const struct ipc_ops tcp_ops = {
	.send = fd_stream_send,
	.recv = fd_stream_recv,
};

const struct ipc_impl tcp_impl = {
	.name = "tcp",
	.brief = "TCP over loopback, TCP_NODELAY; the kernel copies in and out",
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
	.open = tcp_open,
	.close = tcp_close,
	.attach = fd_attach,
	.detach = fd_detach,
	.describe = tcp_describe,
	.ops = &tcp_ops,
};
