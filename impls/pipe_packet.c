/* SPDX-License-Identifier: MIT */
/* pipe2(2) with O_DIRECT: a pipe whose writes stay apart. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ipc/fd.h"

static int make_packets(struct fd_link *link, struct why *why)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC | O_DIRECT) < 0)
		return why_not(why, -errno, "pipe2 with O_DIRECT: %s",
			       strerror(errno));
	link->fd[IPC_TX] = fd[1];
	link->fd[IPC_RX] = fd[0];
	return fd_pipe_size(link, why);
}

static int pipe_packet_probe(const struct ipc_spec *spec, struct why *why)
{
	if (spec->msg_max > PIPE_BUF)
		return why_not(why, -EMSGSIZE,
			       "a packet is up to %d B, PIPE_BUF, not %zu",
			       PIPE_BUF, spec->msg_max);
	return fd_probe(make_packets, spec, why);
}

static int pipe_packet_open(struct ipc_link *link)
{
	return fd_open(make_packets, link);
}

static void pipe_packet_describe(const struct ipc_link *link, char *buf,
				 size_t size)
{
	const struct fd_link *ends = (const struct fd_link *)link;

	snprintf(buf, size, "pipe buffer %zu B, %zu packets", ends->room_max,
		 ends->room_max / (size_t)sysconf(_SC_PAGESIZE));
}

/* With IPC_NOWAIT: others may use this end too, so room or a packet that
 * poll(2) sees may be gone. An older kernel has no better way. */

static ssize_t write_now(int fd, const void *buf, size_t len)
{
	struct iovec from = {(void *)buf, len};
	ssize_t n = pwritev2(fd, &from, 1, -1, RWF_NOWAIT);

	if (n >= 0 || errno != EOPNOTSUPP)
		return n;
	if (fd_ready(fd, POLLOUT))
		return write(fd, buf, len);
	errno = EAGAIN;
	return -1;
}

static ssize_t readv_now(int fd, const struct iovec *into, int n_into)
{
	ssize_t n = preadv2(fd, into, n_into, -1, RWF_NOWAIT);

	if (n >= 0 || errno != EOPNOTSUPP)
		return n;
	if (fd_ready(fd, POLLIN))
		return readv(fd, into, n_into);
	errno = EAGAIN;
	return -1;
}

/* Neither is ever in part: a packet is within a page. */

static ssize_t pipe_packet_send(struct ipc_port *tx, const void *buf,
				size_t len, unsigned int flags)
{
	struct fd_port *port = (struct fd_port *)tx;
	struct patience p = {0};

	for (;;) {
		bool now = __builtin_expect(flags & IPC_NOWAIT, 0);
		ssize_t n = now ? write_now(port->fd, buf, len)
				: write(port->fd, buf, len);
		int err;

		if (n >= 0)
			return n;
		if (errno == EAGAIN && now)
			return -EAGAIN;
		err = fd_after_error(port, errno, POLLOUT, &p);
		if (err)
			return err;
	}
}

/* A read takes one packet and drops what it has no room for, without a word:
 * one byte more than there is room for tells. */
static ssize_t read_packet(const struct fd_port *port, void *buf, size_t len,
			   bool now)
{
	char more;
	struct iovec into[] = {{buf, len}, {&more, sizeof(more)}};

	if (now)
		return readv_now(port->fd, into, 2);
	if (__builtin_expect(len < port->base.msg_max, 0))
		return readv(port->fd, into, 2);
	return read(port->fd, buf, len);
}

static ssize_t pipe_packet_recv(struct ipc_port *rx, void *buf, size_t len,
				unsigned int flags)
{
	struct fd_port *port = (struct fd_port *)rx;
	struct patience p = {0};

	for (;;) {
		bool now = __builtin_expect(flags & IPC_NOWAIT, 0);
		ssize_t n = read_packet(port, buf, len, now);
		int err;

		if (n > 0)
			return n <= (ssize_t)len ? n : -EMSGSIZE;
		if (n == 0)
			return -EPIPE;
		if (errno == EAGAIN && now)
			return -EAGAIN;
		err = fd_after_error(port, errno, POLLIN, &p);
		if (err)
			return err;
	}
}

static const struct ipc_ops pipe_packet_ops = {
	.send = pipe_packet_send,
	.recv = pipe_packet_recv,
};

const struct ipc_impl pipe_packet_impl = {
	.name = "pipe-packet",
	.brief = "pipe of packets, O_DIRECT; the kernel copies in and out",
	.about =
		"A pipe opened with O_DIRECT keeps each write apart: one "
		"write(2) is one packet, and one read(2) gets one packet. "
		"Otherwise it is as pipe, with two copies and two system calls "
		"a message, so what a table shows between the two is the "
		"price of keeping the ends: next to nothing.\n"
		"A packet is up to PIPE_BUF, 4096 bytes; a longer write is "
		"cut into several, so longer messages are refused here. "
		"Each packet takes a page of the buffer, however short it "
		"is: 16 messages are under way at most, where a pipe without "
		"O_DIRECT gathers a thousand of 64 bytes. \"size\" "
		"(F_SETPIPE_SZ) gives more pages.\n"
		"A read with too little room drops the rest of the packet "
		"and does not say so; whoever needs to know offers a byte "
		"more. Packets are never mixed, so several processes may "
		"share either end, each packet going to one of them. It has "
		"nothing to do with the O_DIRECT of files. See pipe(2), "
		"fs/pipe.c.\n",
	.family = IPC_PACKET,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"write", "read"},
		     .wake = IPC_WAKE_CALL},
	.options = fd_pipe_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	FD_IMPL,
	.probe = pipe_packet_probe,
	.open = pipe_packet_open,
	.describe = pipe_packet_describe,
	.ops = &pipe_packet_ops,
};
