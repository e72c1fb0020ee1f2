/* SPDX-License-Identifier: MIT */
/*
 * Messages over descriptors. The first try is one bare system call, whatever
 * the wait kind; only what that leaves undone comes to the loops below.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/fd.h"
#include "ipc/patience.h"

enum {
	OVERHEAD = 2,	    /* buffer bytes used for a byte held, at most ... */
	OVERHEAD_FIX = 8192 /* ... and on top of that */
};

static int set_nonblock(int fd, bool on)
{
	int now = fcntl(fd, F_GETFL);
	int want = on ? now | O_NONBLOCK : now & ~O_NONBLOCK;

	if (now < 0)
		return -errno;
	if (want != now && fcntl(fd, F_SETFL, want) < 0)
		return -errno;
	return 0;
}

int fd_prepare(const struct fd_link *link)
{
	bool polls = link->base.spec.wait != IPC_WAIT_BLOCK;
	int err = set_nonblock(link->fd[IPC_TX], polls);

	return err ? err : set_nonblock(link->fd[IPC_RX], polls);
}

static void close_side(struct fd_link *link, enum ipc_side side)
{
	if (link->fd[side] >= 0)
		close(link->fd[side]);
	link->fd[side] = -1;
}

int fd_attach(struct ipc_port *port)
{
	struct fd_link *link = (struct fd_link *)port->link;
	struct fd_port *end = (struct fd_port *)port;

	if (link->fd[port->side] < 0)
		return -EBADF;
	end->fd = link->fd[port->side];
	end->room_max = link->room_max;
	if (!port->link->spec.threads)
		close_side(link, port->side == IPC_TX ? IPC_RX : IPC_TX);
	return 0;
}

void fd_detach(struct ipc_port *port)
{
	if (!port->link->spec.threads)
		close_side((struct fd_link *)port->link, port->side);
}

void fd_close(struct ipc_link *link)
{
	close_side((struct fd_link *)link, IPC_TX);
	close_side((struct fd_link *)link, IPC_RX);
}

int fd_socket_room(struct fd_link *link)
{
	socklen_t size = sizeof(int);
	int bytes;

	if (getsockopt(link->fd[IPC_TX], SOL_SOCKET, SO_SNDBUF, &bytes, &size) <
	    0)
		return -errno;
	link->room_max = (size_t)bytes;
	return 0;
}

void fd_socket_describe(const struct ipc_link *link, char *buf, size_t size)
{
	snprintf(buf, size, "send buffer %zu B",
		 ((const struct fd_link *)link)->room_max);
}

static bool ready(int fd, short events, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, timeout_ms) > 0;
}

/* A system call failed. 0: try again, after a turn of waiting where it is not
 * ready; else the error as the contract has it. */
static int after_error(const struct fd_port *port, int error, short events,
		       struct patience *p)
{
	switch (error) {
	case EINTR:
		return 0;
	case EAGAIN:
		if (!patience_poll(p, &port->base.link->spec))
			ready(port->fd, events, -1);
		return 0;
	case ECONNRESET:
		return -EPIPE;
	default:
		return -error;
	}
}

/* Bytes in the kernel that the receiver has not taken (a pipe), or that still
 * use the sender's buffer (a socket). */
static int held_bytes(int fd)
{
	int held;

	if (ioctl(fd, SIOCOUTQ, &held) < 0 && ioctl(fd, FIONREAD, &held) < 0)
		return -errno;
	return held;
}

/*
 * Is there surely room for len bytes, so that writing them will not wait? The
 * kernel counts buffers, not bytes: pages of a pipe, of which two in a row
 * hold more than one page, and blocks of a socket with their headers. This
 * takes each byte for two, so it refuses early and never begins in vain.
 */
static bool has_room(const struct fd_port *port, size_t len)
{
	int held = held_bytes(port->fd);

	if (held <= 0)
		return held == 0;
	return OVERHEAD * ((size_t)held + len) + OVERHEAD_FIX <= port->room_max;
}

static bool peer_gone(int fd)
{
	struct pollfd p = {.fd = fd};

	return poll(&p, 1, 0) > 0 && p.revents & (POLLERR | POLLHUP | POLLNVAL);
}

/* n is what the first try returned, errno what it left. */
static __attribute__((noinline)) ssize_t send_rest(const struct fd_port *port,
						   const char *buf, size_t len,
						   ssize_t n)
{
	struct patience p = {0};
	size_t done = 0;
	int err;

	for (;;) {
		if (n > 0)
			done += (size_t)n;
		if (done == len)
			return (ssize_t)len;
		err = n < 0 ? after_error(port, errno, POLLOUT, &p) : 0;
		if (err)
			return err;
		n = write(port->fd, buf + done, len - done);
	}
}

ssize_t fd_stream_send(struct ipc_port *tx, const void *buf, size_t len,
		       unsigned int flags)
{
	struct fd_port *port = (struct fd_port *)tx;
	ssize_t n;

	if (__builtin_expect(flags & IPC_NOWAIT, 0) && !has_room(port, len) &&
	    !peer_gone(port->fd))
		return -EAGAIN;
	n = write(port->fd, buf, len);
	if (n == (ssize_t)len)
		return n;
	return send_rest(port, buf, len, n);
}

static __attribute__((noinline)) ssize_t recv_rest(const struct fd_port *port,
						   char *buf, size_t len,
						   ssize_t n)
{
	struct patience p = {0};
	size_t done = 0;
	int err;

	for (;;) {
		if (n > 0)
			done += (size_t)n;
		if (done == len)
			return (ssize_t)len;
		if (n == 0)
			return -EPIPE;
		err = n < 0 ? after_error(port, errno, POLLIN, &p) : 0;
		if (err)
			return err;
		n = read(port->fd, buf + done, len - done);
	}
}

ssize_t fd_stream_recv(struct ipc_port *rx, void *buf, size_t len,
		       unsigned int flags)
{
	struct fd_port *port = (struct fd_port *)rx;
	ssize_t n;

	if (__builtin_expect(flags & IPC_NOWAIT, 0) &&
	    !ready(port->fd, POLLIN, 0))
		return -EAGAIN;
	n = read(port->fd, buf, len);
	if (n == (ssize_t)len)
		return n;
	return recv_rest(port, buf, len, n);
}

static int packet_flags(unsigned int flags)
{
	return flags & IPC_NOWAIT ? MSG_DONTWAIT : 0;
}

ssize_t fd_packet_send(struct ipc_port *tx, const void *buf, size_t len,
		       unsigned int flags)
{
	struct fd_port *port = (struct fd_port *)tx;
	struct patience p = {0};
	int how = packet_flags(flags) | MSG_NOSIGNAL;

	for (;;) {
		ssize_t n = send(port->fd, buf, len, how);
		int err;

		if (n >= 0)
			return n;
		if (errno == EAGAIN && flags & IPC_NOWAIT)
			return -EAGAIN;
		err = after_error(port, errno, POLLOUT, &p);
		if (err)
			return err;
	}
}

ssize_t fd_packet_recv(struct ipc_port *rx, void *buf, size_t len,
		       unsigned int flags)
{
	struct fd_port *port = (struct fd_port *)rx;
	struct patience p = {0};
	int how = packet_flags(flags) | MSG_TRUNC;

	for (;;) {
		ssize_t n = recv(port->fd, buf, len, how);
		int err;

		if (n > 0)
			return n <= (ssize_t)len ? n : -EMSGSIZE;
		if (n == 0)
			return -EPIPE;
		if (errno == EAGAIN && flags & IPC_NOWAIT)
			return -EAGAIN;
		err = after_error(port, errno, POLLIN, &p);
		if (err)
			return err;
	}
}
