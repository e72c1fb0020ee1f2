/* SPDX-License-Identifier: MIT */
/* AF_UNIX, SOCK_DGRAM: packets between sockets that need not know each other,
 * and that arrive all the same. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/sysctl.h"
#include "ipc/delegated.h"
#include "ipc/endpoint.h"

enum { PEER = FD_UNIX_SNDBUF + 1 };
enum { PEER_PAIR, PEER_NAME };

static const char *const peers[] = {"pair", "name", NULL};

static const struct ipc_option unix_dgram_options[] = {
	[FD_UNIX_SNDBUF] = {"sndbuf", "bytes of the send buffer, SO_SNDBUF",
			    IPC_OPTION_SIZE, 0, FD_BUFFER_MIN, FD_BUFFER_MAX,
			    NULL},
	[PEER] = {"peer",
		  "a socketpair, or a sender connected to a receiver's name",
		  IPC_OPTION_CHOICE, PEER_PAIR, 0, 0, peers},
	{0},
};

static int dgram_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* Binding without a name has the kernel choose one, in no directory, that is
 * gone with the socket. */
static int connect_to_name(int tx, int rx)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t size = offsetof(struct sockaddr_un, sun_path);

	if (bind(rx, (struct sockaddr *)&at, size) < 0)
		return -errno;
	size = sizeof(at);
	if (getsockname(rx, (struct sockaddr *)&at, &size) < 0 ||
	    connect(tx, (struct sockaddr *)&at, size) < 0)
		return -errno;
	return 0;
}

static int make_named(struct fd_link *link, struct why *why)
{
	int err;

	err = link->fd[IPC_TX] = dgram_socket();
	if (err >= 0)
		err = link->fd[IPC_RX] = dgram_socket();
	if (err >= 0)
		err = connect_to_name(link->fd[IPC_TX], link->fd[IPC_RX]);
	if (err < 0)
		return why_not(why, err, "a named datagram socket: %s",
			       strerror(-err));
	return fd_unix_sndbuf(link, why);
}

static int make_dgram(struct fd_link *link, struct why *why)
{
	return link->base.spec.option[PEER] == PEER_NAME
		       ? make_named(link, why)
		       : fd_unix_pair(link, SOCK_DGRAM, why);
}

static int try_dgram(struct fd_link *link, struct why *why)
{
	int err = make_dgram(link, why);

	return err ? err : fd_packet_fits(link, why);
}

static int unix_dgram_probe(const struct ipc_spec *spec, struct why *why)
{
	return fd_probe(try_dgram, spec, why);
}

static int unix_dgram_open(struct ipc_link *link)
{
	return fd_open(make_dgram, link);
}

/* Packets that a receiver may have waiting, beside what the buffer holds. */
static void unix_dgram_describe(const struct ipc_link *link, char *buf,
				size_t size)
{
	size_t waiting = 0, used;

	fd_unix_describe(link, buf, size);
	used = strlen(buf);
	if (link->spec.option[PEER] == PEER_NAME)
		waiting = sysctl_number("net/unix/max_dgram_qlen");
	if (waiting)
		snprintf(buf + used, size - used,
			 ", net.unix.max_dgram_qlen %zu", waiting);
}

static const struct ipc_ops unix_dgram_ops = {
	.send = fd_packet_send,
	.recv = fd_packet_recv,
};

static int unix_dgram_calls_probe(const struct ipc_impl *impl,
				  const struct call_spec *spec, struct why *why)
{
	(void)impl;
	if (spec->option[PEER] != PEER_PAIR)
		return why_not(why, -ENOTSUP,
			       "calls go over a pair, not to a name");
	return delegated_probe(SOCK_DGRAM, spec, why);
}

static int unix_dgram_calls_open(struct call_service *service)
{
	return delegated_open(service, SOCK_DGRAM);
}

static const struct call_kind unix_dgram_calls = {
	DELEGATED_KIND,
	.probe = unix_dgram_calls_probe,
	.open = unix_dgram_calls_open,
};

const struct ipc_impl unix_dgram_impl = {
	.name = "unix-dgram",
	.brief = "unix datagram sockets; the kernel copies in and out",
	.about = "Datagrams between two sockets of this machine. Each send(2) "
		 "allocates a socket buffer, copies the message into it and "
		 "hangs it into the receiver's queue; recv(2) copies it out. "
		 "Messages keep their ends, and unlike UDP's they are never "
		 "lost nor out of order: a sender without room waits.\n"
		 "How much room there is depends on how they are joined. As a "
		 "pair (socketpair(2)) only the sender's buffer counts, "
		 "\"sndbuf\", some 278 small messages by default. With "
		 "\"peer=name\" the receiver has a name and the sender "
		 "connects to it, as to a system's log: then the receiver's "
		 "queue takes net.unix.max_dgram_qlen + 1 messages, 11 as a "
		 "rule, and the sender sleeps and is woken that much more "
		 "often.\n"
		 "A datagram has to fit the send buffer as a whole. There is "
		 "no connection that could end: a receiver never learns that "
		 "its sender is gone, while a sender gets ECONNREFUSED. "
		 "Several processes may share either end. See unix(7), "
		 "net/unix/af_unix.c.\n"
		 "As a service it delegates, as unix-seqpacket does: each "
		 "request, a datagram, brings the descriptor of one end of a "
		 "pair that was made for its reply. That pair is of packets, "
		 "not of datagrams, for the client would not be told that the "
		 "right to reply was lost.\n",
	.family = IPC_PACKET,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"sendto", "recvfrom"},
		     .wake = IPC_WAKE_CALL},
	.options = unix_dgram_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	FD_IMPL,
	.probe = unix_dgram_probe,
	.open = unix_dgram_open,
	.describe = unix_dgram_describe,
	.ops = &unix_dgram_ops,
	.endpoint = &endpoint_unix_dgram,
	.call = &unix_dgram_calls,
};
