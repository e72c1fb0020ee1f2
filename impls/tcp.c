/* SPDX-License-Identifier: MIT */
/* TCP over the loopback interface: a stream of bytes that takes the kernel's
 * whole network stack, down and up again. */
#include <stdio.h>
#include <sys/socket.h>

#include "ipc/endpoint.h"
#include "ipc/loopback.h"

enum { NODELAY, SNDBUF, RCVBUF };

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

static int make_tcp(struct fd_link *link, struct why *why)
{
	const uint64_t *option = link->base.spec.option;
	struct loopback_tcp how = {
		.nodelay = option[NODELAY],
		.sndbuf = option[SNDBUF],
		.rcvbuf = option[RCVBUF],
	};

	return loopback_tcp(link, &how, why);
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
		     .store = IPC_STORE_BUFFER,
		     .elastic = true,
		     .copier = {IPC_BY_BOTH},
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
	.endpoint = &endpoint_tcp,
};
