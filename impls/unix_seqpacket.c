/* SPDX-License-Identifier: MIT */
/*
 * socketpair(2), AF_UNIX, SOCK_SEQPACKET: one socket buffer a message, which
 * keeps its ends. It has to fit the send buffer as a whole.
 *
 *	copies		two, both by the kernel: into the packet and out of it
 *	system calls	a send(2) and a recv(2) a message, always
 *	cost		a stream socket's; a long packet needs its pages at once
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ipc/fd.h"

static int make_pair(int fd[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0)
		return -errno;
	return 0;
}

/* What fits is found by sending: how much the kernel adds to a packet is its
 * own affair. */
static int try_packet(const struct fd_link *ends, size_t bytes)
{
	void *packet = calloc(1, bytes);
	ssize_t n;

	if (!packet)
		return -ENOMEM;
	n = send(ends->fd[IPC_TX], packet, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
	n = n < 0 ? -errno : 0;
	free(packet);
	return (int)n;
}

static int unix_seqpacket_probe(const struct ipc_spec *spec, struct why *why)
{
	struct fd_link ends = {.fd = {-1, -1}};
	int err = make_pair(ends.fd);

	if (err)
		return why_not(why, err, "no SOCK_SEQPACKET pair: %s",
			       strerror(-err));
	err = fd_socket_room(&ends);
	if (!err)
		err = try_packet(&ends, spec->msg_max);
	fd_close(&ends.base);
	if (err == -EMSGSIZE)
		return why_not(why, err,
			       "a message of %zu B and what the kernel adds to "
			       "it is more than the send buffer's %zu B",
			       spec->msg_max, ends.room_max);
	if (err)
		return why_not(why, err,
			       "a message of %zu B cannot be sent: %s",
			       spec->msg_max, strerror(-err));
	return 0;
}

static int unix_seqpacket_open(struct ipc_link *link)
{
	struct fd_link *ends = (struct fd_link *)link;
	int err = make_pair(ends->fd);

	if (err)
		return err;
	err = fd_socket_room(ends);
	if (!err)
		err = fd_prepare(ends);
	if (err)
		fd_close(link);
	return err;
}

static const struct ipc_ops unix_seqpacket_ops = {
	.send = fd_packet_send,
	.recv = fd_packet_recv,
};

const struct ipc_impl unix_seqpacket_impl = {
	.name = "unix-seqpacket",
	.brief = "unix packet socket pair; the kernel copies in and out",
	.family = IPC_PACKET,
	.contract = {.copies = {2},
		     .calls = {"sendto", "recvfrom"},
		     .wake = IPC_WAKE_CALL},
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.link_size = sizeof(struct fd_link),
	.port_size = sizeof(struct fd_port),
	.probe = unix_seqpacket_probe,
	.open = unix_seqpacket_open,
	.close = fd_close,
	.attach = fd_attach,
	.detach = fd_detach,
	.describe = fd_socket_describe,
	.ops = &unix_seqpacket_ops,
};
