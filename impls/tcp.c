/* SPDX-License-Identifier: MIT */
/* TCP over the loopback interface: a stream of bytes that takes the kernel's
 * whole network stack, down and up again. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/fd.h"

enum { NODELAY, SNDBUF, RCVBUF };
enum { BACKLOG = 8 };

static const struct ipc_option tcp_options[] = {
	[NODELAY] = {"nodelay",
		     "1 sends at once, 0 waits for acknowledgements (Nagle)",
		     IPC_OPTION_COUNT, 1, 0, 1, NULL},
	[SNDBUF] = {"sndbuf", "bytes of the send buffer, SO_SNDBUF",
		    IPC_OPTION_SIZE, 0, FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	[RCVBUF] = {"rcvbuf", "bytes of the receive buffer, SO_RCVBUF",
		    IPC_OPTION_SIZE, 0, FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	{0},
};

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
	if (bind(fd, (struct sockaddr *)at, size) < 0 ||
	    listen(fd, BACKLOG) < 0)
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

/* The accepted end has the listener's buffer: its window is agreed upon while
 * the connection is made. */
static int connect_ends(struct fd_link *link, int listener, struct why *why)
{
	const uint64_t *option = link->base.spec.option;
	struct sockaddr_in at;
	int fd, err;

	fd = link->fd[IPC_TX] = tcp_socket();
	if (fd < 0)
		return why_not(why, fd, "socket: %s", strerror(-fd));
	err = fd_socket_buffer(fd, SO_SNDBUF, option[SNDBUF], why);
	if (!err)
		err = fd_socket_buffer(listener, SO_RCVBUF, option[RCVBUF],
				       why);
	if (err)
		return err;
	err = tcp_listen(listener, &at);
	if (err)
		return why_not(why, err, "listen on 127.0.0.1: %s",
			       strerror(-err));
	err = link->fd[IPC_RX] = tcp_connect(fd, listener, &at);
	if (err < 0)
		return why_not(why, err, "connect to 127.0.0.1: %s",
			       strerror(-err));
	return 0;
}

/* Closing resets: the orderly end would leave a port in TIME_WAIT for a minute
 * after each of many trials. */
static int set_up_end(int fd, bool nodelay)
{
	struct linger now = {.l_onoff = 1};
	int on = nodelay;

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

/* The listener is gone before anything is sent. */
static int make_tcp(struct fd_link *link, struct why *why)
{
	bool nodelay = link->base.spec.option[NODELAY];
	int listener = tcp_socket(), err;

	if (listener < 0)
		return why_not(why, listener, "socket: %s",
			       strerror(-listener));
	err = connect_ends(link, listener, why);
	close(listener);
	if (err)
		return err;
	link->room_max = fd_socket_bytes(link->fd[IPC_TX], SO_SNDBUF);
	err = set_up_end(link->fd[IPC_TX], nodelay);
	if (!err)
		err = set_up_end(link->fd[IPC_RX], nodelay);
	return err ? why_not(why, err, "setsockopt: %s", strerror(-err)) : 0;
}

static int tcp_probe(const struct ipc_spec *spec, struct why *why)
{
	return fd_probe(make_tcp, spec, why);
}

static int tcp_open(struct ipc_link *link)
{
	return fd_open(make_tcp, link);
}

/* The kernel lets those that were not asked for grow while it sees fit. */
static void tcp_describe(const struct ipc_link *link, char *buf, size_t size)
{
	const struct fd_link *ends = (const struct fd_link *)link;
	const uint64_t *option = link->spec.option;

	snprintf(buf, size, "send buffer %zu B%s, receive buffer %zu B%s",
		 ends->room_max, option[SNDBUF] ? "" : " at first",
		 fd_socket_bytes(ends->fd[IPC_RX], SO_RCVBUF),
		 option[RCVBUF] ? "" : " at first");
}

static const struct ipc_ops tcp_ops = {
	.send = fd_stream_send,
	.recv = fd_stream_recv,
};

const struct ipc_impl tcp_impl = {
	.name = "tcp",
	.brief = "TCP over loopback, TCP_NODELAY; the kernel copies in and out",
	.about = "A connection between two sockets of this machine, 127.0.0.1. "
		 "A write(2) copies the bytes into segments, which pass "
		 "through TCP, IP and the loopback interface up into the "
		 "receiver's queue within the same call, most of it in a soft "
		 "interrupt on the sender's PU; a read(2) copies them out. "
		 "Loopback hands over the segment itself, so there are two "
		 "copies, as with a pipe. What costs more is the rest: "
		 "headers, sequence numbers, timers and acknowledgements, for "
		 "segments of up to 64 KiB.\n"
		 "TCP promises order and arrival, and controls flow by the "
		 "receiver's window: who sends faster than the other reads "
		 "fills first the receive buffer, then its own, and waits. "
		 "The kernel lets both grow as it sees fit; \"sndbuf\" and "
		 "\"rcvbuf\" fix them.\n"
		 "With \"nodelay=0\" a small message waits until what was "
		 "sent before is acknowledged (Nagle's algorithm, RFC 896), so "
		 "that small messages gather into larger segments. On a "
		 "connection that carries answers too, the receiver holds its "
		 "acknowledgement back for up to 40 ms, hoping to send it "
		 "along with one: together they ruin a round trip, and that "
		 "is why most programs set TCP_NODELAY. Here each connection "
		 "carries messages one way, and the receiver acknowledges "
		 "when it has read all there is. TCP_QUICKACK is no option: "
		 "it holds for a while only, so each message would need "
		 "another system call.\n"
		 "It is what a program has that may run on two machines one "
		 "day; on one, AF_UNIX does the same for less. See tcp(7), "
		 "net/ipv4/tcp.c.\n",
	.family = IPC_STREAM,
	.contract = {.copies = {2},
		     .calls = {"write", "read"},
		     .wake = IPC_WAKE_CALL},
	.options = tcp_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ISOLATED | IPC_PROCESSES |
		IPC_THREADS,
	.senders_max = 1,
	.receivers_max = 1,
	FD_IMPL,
	.probe = tcp_probe,
	.open = tcp_open,
	.describe = tcp_describe,
	.ops = &tcp_ops,
};
