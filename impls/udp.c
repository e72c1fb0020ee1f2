/* SPDX-License-Identifier: MIT */
/* UDP over the loopback interface: datagrams that take the network stack and
 * are lost where the receiver is late. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "ipc/endpoint.h"
#include "ipc/fd.h"

enum { SNDBUF, RCVBUF };

/* What an IPv4 packet has left after its own header and UDP's. */
enum { DATAGRAM_MAX = 65535 - 20 - 8 };

static const struct ipc_option udp_options[] = {
	[SNDBUF] = {"sndbuf", "bytes of the send buffer, SO_SNDBUF",
		    IPC_OPTION_SIZE, 0, FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	[RCVBUF] = {"rcvbuf", "bytes of the receive buffer, SO_RCVBUF",
		    IPC_OPTION_SIZE, 0, FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	{0},
};

static int udp_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* To a port of its own, which *at then says. */
static int udp_bind(int fd, struct sockaddr_in *at)
{
	socklen_t size = sizeof(*at);

	*at = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (bind(fd, (struct sockaddr *)at, size) < 0 ||
	    getsockname(fd, (struct sockaddr *)at, &size) < 0)
		return -errno;
	return 0;
}

static int udp_connect(int fd, const struct sockaddr_in *to)
{
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		return -errno;
	return 0;
}

/* Connected both ways, so that neither hears anybody else. */
static int connect_ends(struct fd_link *link)
{
	struct sockaddr_in at[2];
	int err = 0;

	for (int side = IPC_TX; side <= IPC_RX; side++) {
		link->fd[side] = udp_socket();
		if (link->fd[side] < 0)
			return link->fd[side];
		err = udp_bind(link->fd[side], &at[side]);
		if (err)
			return err;
	}
	err = udp_connect(link->fd[IPC_TX], &at[IPC_RX]);
	return err ? err : udp_connect(link->fd[IPC_RX], &at[IPC_TX]);
}

static int make_udp(struct fd_link *link, struct why *why)
{
	const uint64_t *option = link->base.spec.option;
	int err = connect_ends(link);

	if (err)
		return why_not(why, err, "UDP over 127.0.0.1: %s",
			       strerror(-err));
	err = fd_socket_buffer(link->fd[IPC_TX], SO_SNDBUF, option[SNDBUF],
			       why);
	if (!err)
		err = fd_socket_buffer(link->fd[IPC_RX], SO_RCVBUF,
				       option[RCVBUF], why);
	link->room_max = fd_socket_bytes(link->fd[IPC_RX], SO_RCVBUF);
	return err;
}

static int udp_probe(const struct ipc_spec *spec, struct why *why)
{
	if (spec->msg_max > DATAGRAM_MAX)
		return why_not(why, -EMSGSIZE,
			       "a datagram is up to %d B, not %zu",
			       DATAGRAM_MAX, spec->msg_max);
	return fd_probe(make_udp, spec, why);
}

static int udp_open(struct ipc_link *link)
{
	return fd_open(make_udp, link);
}

static void udp_describe(const struct ipc_link *link, char *buf, size_t size)
{
	const struct fd_link *ends = (const struct fd_link *)link;

	snprintf(buf, size, "send buffer %zu B, receive buffer %zu B",
		 fd_socket_bytes(ends->fd[IPC_TX], SO_SNDBUF), ends->room_max);
}

static const struct ipc_ops udp_ops = {
	.send = fd_packet_send,
	.recv = fd_packet_recv,
};

const struct ipc_impl udp_impl = {
	.name = "udp",
	.brief = "UDP over loopback, may lose; the kernel copies in and out",
	.about = "Datagrams between two sockets of this machine, 127.0.0.1, "
		 "connected to each other. A send(2) copies the message into a "
		 "socket buffer, which passes through UDP, IP and the "
		 "loopback interface into the receiver's queue within the "
		 "same call; recv(2) copies it out. Two copies, and much less "
		 "on the way than TCP has: no acknowledgement, no timer, no "
		 "window.\n"
		 "So nobody waits for the receiver. A datagram that finds the "
		 "receive buffer full is dropped, and the sender is told that "
		 "all went well: the back-end is not reliable, and what is "
		 "measured of it can only be what arrives. \"rcvbuf\" "
		 "(SO_RCVBUF, 208 KiB by default) decides how late a receiver "
		 "may be; the kernel counts its own records too, so that the "
		 "default holds some 270 small messages. On loopback "
		 "nothing else is lost and the order stays; on a network "
		 "neither is promised.\n"
		 "A message keeps its ends and is up to 65507 bytes long. A "
		 "connected socket hears its peer only and gets ECONNREFUSED "
		 "when that one is gone. See udp(7), net/ipv4/udp.c.\n",
	.family = IPC_PACKET,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"sendto", "recvfrom"},
		     .wake = IPC_WAKE_CALL},
	.options = udp_options,
	.caps = IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED | IPC_PROCESSES |
		IPC_THREADS,
	FD_IMPL,
	.probe = udp_probe,
	.open = udp_open,
	.describe = udp_describe,
	.ops = &udp_ops,
	.endpoint = &endpoint_udp,
};
