/* SPDX-License-Identifier: MIT */
/* socketpair(2), AF_UNIX, SOCK_SEQPACKET: one socket buffer a message, which
 * keeps its ends. */
#include <sys/socket.h>

#include "ipc/delegated.h"
#include "ipc/endpoint.h"

static int make_seqpacket(struct fd_link *link, struct why *why)
{
	return fd_unix_pair(link, SOCK_SEQPACKET, why);
}

static int try_seqpacket(struct fd_link *link, struct why *why)
{
	int err = make_seqpacket(link, why);

	return err ? err : fd_packet_fits(link, why);
}

static int unix_seqpacket_probe(const struct ipc_spec *spec, struct why *why)
{
	return fd_probe(try_seqpacket, spec, why);
}

static int unix_seqpacket_open(struct ipc_link *link)
{
	return fd_open(make_seqpacket, link);
}

static const struct ipc_ops unix_seqpacket_ops = {
	.send = fd_packet_send,
	.recv = fd_packet_recv,
};

static int unix_seqpacket_calls_probe(const struct ipc_impl *impl,
				      const struct call_spec *spec,
				      struct why *why)
{
	(void)impl;
	return delegated_probe(SOCK_SEQPACKET, spec, why);
}

static int unix_seqpacket_calls_open(struct call_service *service)
{
	return delegated_open(service, SOCK_SEQPACKET);
}

static const struct call_kind unix_seqpacket_calls = {
	DELEGATED_KIND,
	.probe = unix_seqpacket_calls_probe,
	.open = unix_seqpacket_calls_open,
};

const struct ipc_impl unix_seqpacket_impl = {
	.name = "unix-seqpacket",
	.brief = "unix packet socket pair; the kernel copies in and out",
	.about = "As unix-stream, but each send(2) is a packet that keeps its "
		 "ends: one recv(2) gets one packet, whole, and what does not "
		 "fit into its buffer is lost. MSG_TRUNC tells the real "
		 "length, which is how a message that is too long is "
		 "noticed.\n"
		 "A packet is one socket buffer, allocated for it, so a send "
		 "is a copy in and a recv a copy out. It has to fit \"sndbuf\" "
		 "(SO_SNDBUF, 208 KiB by default) as a whole; a longer one is "
		 "refused with EMSGSIZE, where a stream would send it in "
		 "portions.\n"
		 "Connected like a stream: the receiver sees the end when the "
		 "sender is gone. Because packets are never mixed, several "
		 "processes may share either end; each packet goes to one "
		 "receiver. See unix(7), net/unix/af_unix.c.\n"
		 "As a service it delegates: all clients send to one socket, "
		 "and with each request goes a descriptor (SCM_RIGHTS), one "
		 "end of a socket pair made for this call, at whose other end "
		 "the client waits. Who has the descriptor can reply, or pass "
		 "it on to another server; when it is closed, by the death of "
		 "its holder too, the client sees the end. A reply has a "
		 "socket to itself and does not wait for room; a relay may. "
		 "The kernel would carry a second reply as well as the first: "
		 "that a right works once is kept by the servers, which close "
		 "what they have used, and not by the kernel. Each call costs "
		 "the making and closing of the pair.\n",
	.family = IPC_PACKET,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"sendto", "recvfrom"},
		     .wake = IPC_WAKE_CALL},
	.options = fd_unix_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	FD_IMPL,
	.probe = unix_seqpacket_probe,
	.open = unix_seqpacket_open,
	.describe = fd_unix_describe,
	.ops = &unix_seqpacket_ops,
	.endpoint = &endpoint_unix_seqpacket,
	.call = &unix_seqpacket_calls,
};
