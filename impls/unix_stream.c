/* SPDX-License-Identifier: MIT */
/* socketpair(2), AF_UNIX, SOCK_STREAM: a stream of bytes through socket
 * buffers. */
#include <sys/socket.h>

#include "ipc/endpoint.h"
#include "ipc/fd.h"

static int make_stream(struct fd_link *link, struct why *why)
{
	return fd_unix_pair(link, SOCK_STREAM, why);
}

static int unix_stream_probe(const struct ipc_spec *spec, struct why *why)
{
	return fd_probe(make_stream, spec, why);
}

static int unix_stream_open(struct ipc_link *link)
{
	return fd_open(make_stream, link);
}

static const struct ipc_ops unix_stream_ops = {
	.send = fd_stream_send,
	.recv = fd_stream_recv,
};

const struct ipc_impl unix_stream_impl = {
	.name = "unix-stream",
	.brief = "unix stream socket pair; the kernel copies in and out",
	.about = "Two sockets of the AF_UNIX family that are connected to each "
		 "other. Each write(2) allocates a socket buffer, copies the "
		 "bytes into it and hangs it into the receiver's queue; "
		 "read(2) copies them out and frees it. Two copies and two "
		 "system calls a message, as with a pipe, and on top the "
		 "allocation and the layers of the socket interface.\n"
		 "It is a stream: a write may be cut into several buffers (of "
		 "up to 36 kB), several may be read at once, and "
		 "nothing says where a message ends.\n"
		 "What is under way counts against the sender's buffer, "
		 "\"sndbuf\" (SO_SNDBUF); the receiver's buffer size does not "
		 "matter. The kernel doubles what it is asked for and counts "
		 "its own records too, so that the default of 208 KiB holds "
		 "only some 278 small messages. The limit for all is "
		 "net.core.wmem_max.\n"
		 "What a pipe cannot do: both directions over one descriptor, "
		 "passing descriptors (SCM_RIGHTS) and credentials, and a "
		 "name to connect to. See unix(7), net/unix/af_unix.c.\n",
	.family = IPC_STREAM,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"write", "read"},
		     .wake = IPC_WAKE_CALL},
	.options = fd_unix_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ISOLATED | IPC_PROCESSES |
		IPC_THREADS,
	.senders_max = 1,
	.receivers_max = 1,
	FD_IMPL,
	.probe = unix_stream_probe,
	.open = unix_stream_open,
	.describe = fd_unix_describe,
	.ops = &unix_stream_ops,
	.endpoint = &endpoint_unix_stream,
};
