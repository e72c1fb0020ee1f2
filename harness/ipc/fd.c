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
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sysctl.h"
#include "ipc/fd.h"

enum {
	OVERHEAD = 2, /* buffer bytes used for a byte held, at most ... */
	OVERHEAD_FIX = 8192, /* ... and on top of that */
	SOCKET_DOUBLED = 2,  /* what is asked for becomes this much more */
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

/* As the link's wait kind needs it. */
static int set_waiting(const struct fd_link *link)
{
	bool polls = link->base.spec.wait != IPC_WAIT_BLOCK;
	int err = set_nonblock(link->fd[IPC_TX], polls);

	return err ? err : set_nonblock(link->fd[IPC_RX], polls);
}

int fd_probe(fd_make make, const struct ipc_spec *spec, struct why *why)
{
	struct fd_link link = {.base.spec = *spec, .fd = {-1, -1}};
	int err = make(&link, why);

	fd_close(&link.base);
	return err;
}

int fd_open(fd_make make, struct ipc_link *base)
{
	struct fd_link *link = (struct fd_link *)base;
	int err;

	link->fd[IPC_TX] = link->fd[IPC_RX] = -1;
	err = make(link, NULL);
	if (!err)
		err = set_waiting(link);
	if (err)
		fd_close(base);
	return err;
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

const struct ipc_option fd_pipe_options[] = {
	{"size", "bytes of the pipe's buffer, rounded up to pages",
	 IPC_OPTION_SIZE, 0, FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	{0},
};

/* The two limits on a pipe: of each, and of all that a user has. */
static int pipe_refused(size_t want, int err, struct why *why)
{
	size_t max = sysctl_number("fs/pipe-max-size");
	size_t soft = sysctl_number("fs/pipe-user-pages-soft");
	const char *error = strerror(-err);

	if (want > max)
		return why_not(why, err,
			       "a pipe of %zu B: F_SETPIPE_SZ: %s; "
			       "fs.pipe-max-size is %zu",
			       want, error, max);
	return why_not(why, err,
		       "a pipe of %zu B: F_SETPIPE_SZ: %s; "
		       "fs.pipe-user-pages-soft is %zu, of all of a user's "
		       "pipes",
		       want, error, soft);
}

int fd_pipe_size(struct fd_link *link, struct why *why)
{
	uint64_t want = link->base.spec.option[0];
	int fd = link->fd[IPC_TX], bytes;

	if (want && fcntl(fd, F_SETPIPE_SZ, (int)want) < 0)
		return pipe_refused((size_t)want, -errno, why);
	bytes = fcntl(fd, F_GETPIPE_SZ);
	if (bytes < 0)
		return why_not(why, -errno, "F_GETPIPE_SZ: %s",
			       strerror(errno));
	link->room_max = (size_t)bytes;
	return 0;
}

void fd_pipe_describe(const struct ipc_link *link, char *buf, size_t size)
{
	snprintf(buf, size, "pipe buffer %zu B",
		 ((const struct fd_link *)link)->room_max);
}

size_t fd_socket_bytes(int fd, int which)
{
	socklen_t size = sizeof(int);
	int bytes;

	if (getsockopt(fd, SOL_SOCKET, which, &bytes, &size) < 0)
		return 0;
	return (size_t)bytes;
}

int fd_socket_buffer(int fd, int which, uint64_t bytes, struct why *why)
{
	bool sends = which == SO_SNDBUF;
	int want = (int)bytes;
	size_t given;

	if (bytes == 0)
		return 0;
	if (setsockopt(fd, SOL_SOCKET, which, &want, sizeof(want)) < 0)
		return why_not(why, -errno, "%s: %s",
			       sends ? "SO_SNDBUF" : "SO_RCVBUF",
			       strerror(errno));
	given = fd_socket_bytes(fd, which) / SOCKET_DOUBLED;
	if (given == bytes)
		return 0;
	return why_not(why, -EPERM,
		       "a %s buffer of %zu B; the kernel gives %zu, "
		       "net.core.%s",
		       sends ? "send" : "receive", (size_t)bytes, given,
		       sends ? "wmem_max" : "rmem_max");
}

const struct ipc_option fd_unix_options[] = {
	{"sndbuf", "bytes of the send buffer, SO_SNDBUF", IPC_OPTION_SIZE, 0,
	 FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	{0},
};

int fd_unix_sndbuf(struct fd_link *link, struct why *why)
{
	int fd = link->fd[IPC_TX];
	int err = fd_socket_buffer(fd, SO_SNDBUF,
				   link->base.spec.option[FD_UNIX_SNDBUF], why);

	link->room_max = fd_socket_bytes(fd, SO_SNDBUF);
	return err;
}

int fd_unix_pair(struct fd_link *link, int type, struct why *why)
{
	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, link->fd) < 0)
		return why_not(why, -errno, "socketpair: %s", strerror(errno));
	return fd_unix_sndbuf(link, why);
}

void fd_unix_describe(const struct ipc_link *link, char *buf, size_t size)
{
	snprintf(buf, size, "send buffer %zu B",
		 ((const struct fd_link *)link)->room_max);
}

static int packet_try(const struct fd_link *link, size_t bytes)
{
	void *packet = calloc(1, bytes);
	ssize_t n;
	int err;

	if (!packet)
		return -ENOMEM;
	n = send(link->fd[IPC_TX], packet, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
	err = n < 0 ? -errno : 0;
	free(packet);
	return err;
}

int fd_packet_fits(const struct fd_link *link, struct why *why)
{
	size_t bytes = link->base.spec.msg_max;
	int err = -EMSGSIZE;

	if (bytes <= link->room_max)
		err = packet_try(link, bytes);
	if (err == -EMSGSIZE)
		return why_not(why, err,
			       "a message of %zu B and what the kernel adds to "
			       "it is more than the send buffer's %zu B",
			       bytes, link->room_max);
	if (err)
		return why_not(why, err, "a message of %zu B: send: %s", bytes,
			       strerror(-err));
	return 0;
}

bool fd_ready(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, 0) > 0;
}

static void sleep_until_ready(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	poll(&p, 1, -1);
}

int fd_after_error(const struct fd_port *port, int error, short events,
		   struct patience *p)
{
	switch (error) {
	case EINTR:
		return 0;
	case EAGAIN:
		if (!patience_poll(p, &port->base.link->spec))
			sleep_until_ready(port->fd, events);
		return 0;
	case ECONNRESET:   /* a stream's peer closed, or */
	case ECONNREFUSED: /* a datagram's, or before that */
	case ENOTCONN:
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

bool fd_stream_full(const struct fd_port *port, size_t len)
{
	return !has_room(port, len) && !peer_gone(port->fd);
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
		err = n < 0 ? fd_after_error(port, errno, POLLOUT, &p) : 0;
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

	if (__builtin_expect(flags & IPC_NOWAIT, 0) &&
	    fd_stream_full(port, len))
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
		err = n < 0 ? fd_after_error(port, errno, POLLIN, &p) : 0;
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
	    !fd_ready(port->fd, POLLIN))
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
		err = fd_after_error(port, errno, POLLOUT, &p);
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
		err = fd_after_error(port, errno, POLLIN, &p);
		if (err)
			return err;
	}
}
