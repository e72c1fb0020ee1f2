/* SPDX-License-Identifier: MIT */
/* A stream socket pair, sent to and received from through io_uring(7): each
 * side has a submission queue of its own. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "ipc/fd.h"
#include "ipc/uring.h"

enum { SNDBUF = FD_UNIX_SNDBUF, SQPOLL, FIXED };

static const struct ipc_option socket_options[] = {
	{"sndbuf", "bytes of the send buffer, SO_SNDBUF", IPC_OPTION_SIZE, 0,
	 FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	{"sqpoll", "1: a kernel thread takes submissions, without a call",
	 IPC_OPTION_COUNT, 0, 0, 1, NULL},
	{"fixed", "1: the socket is registered with the queue",
	 IPC_OPTION_COUNT, 0, 0, 1, NULL},
	{0},
};

struct socket_port {
	struct fd_port end;
	struct uring *ring;
};

static int socket_make(struct fd_link *link, struct why *why)
{
	return fd_unix_pair(link, SOCK_STREAM, why);
}

static int socket_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = uring_probe(1u << URING_SEND | 1u << URING_RECV,
			      spec->option[SQPOLL], why);

	return err ? err : fd_probe(socket_make, spec, why);
}

/* Blocking ends, whatever the wait kind: a queue never waits in a call for
 * them, but would hand their EAGAIN on. */
static int socket_open(struct ipc_link *base)
{
	struct fd_link *link = (struct fd_link *)base;
	int err;

	link->fd[IPC_TX] = link->fd[IPC_RX] = -1;
	err = socket_make(link, NULL);
	if (err)
		fd_close(base);
	return err;
}

static int socket_attach(struct ipc_port *base)
{
	struct socket_port *port = (struct socket_port *)base;
	const struct ipc_spec *spec = &base->link->spec;
	int err = fd_attach(base);
	struct uring_how how = {
		.sqpoll = spec->option[SQPOLL],
		.own = true,
		.fixed_fd = spec->option[FIXED] ? port->end.fd : -1,
	};

	if (err)
		return err;
	err = uring_open(&port->ring, &how, spec);
	if (err)
		fd_detach(base);
	return err;
}

static void socket_detach(struct ipc_port *base)
{
	uring_close(((struct socket_port *)base)->ring);
	fd_detach(base);
}

/* All of it, or the error that came before. A transfer stops short where the
 * peer went in the midst of it, or where a signal came. */
static ssize_t socket_all(struct socket_port *port, enum uring_op op, char *buf,
			  size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = uring_transfer(port->ring, op, port->end.fd,
					   buf + done, len - done);

		if (n == 0 || n == -ECONNRESET)
			return -EPIPE;
		if (n < 0 && n != -EINTR && n != -EAGAIN)
			return n;
		if (n > 0)
			done += (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t socket_send(struct ipc_port *tx, const void *buf, size_t len,
			   unsigned int flags)
{
	struct socket_port *port = (struct socket_port *)tx;

	if (__builtin_expect(flags & IPC_NOWAIT, 0) &&
	    fd_stream_full(&port->end, len))
		return -EAGAIN;
	return socket_all(port, URING_SEND, (char *)buf, len);
}

static ssize_t socket_recv(struct ipc_port *rx, void *buf, size_t len,
			   unsigned int flags)
{
	struct socket_port *port = (struct socket_port *)rx;

	if (__builtin_expect(flags & IPC_NOWAIT, 0) &&
	    !fd_ready(port->end.fd, POLLIN))
		return -EAGAIN;
	return socket_all(port, URING_RECV, buf, len);
}

static const struct ipc_ops socket_ops = {
	.send = socket_send,
	.recv = socket_recv,
};

const struct ipc_impl uring_impl = {
	.name = "uring",
	.brief = "unix stream socket pair through submission queues",
	.about =
		"The socket pair of unix-stream, but neither side calls "
		"send(2) or recv(2): each has an io_uring, two rings in "
		"memory that it shares with the kernel. It writes what is to "
		"be done into the submission ring, tells the kernel with "
		"io_uring_enter(2), and finds the result in the completion "
		"ring. The kernel copies as it does for the calls: two copies "
		"a message. Beside unix-stream, this shows what the queue "
		"itself costs where nothing is batched, one message at a "
		"time.\n"
		"How a side waits: with block the io_uring_enter that submits "
		"also waits for the completion, one call a message. With spin "
		"and the others the call returns at once and the completion "
		"ring is polled in user space; a receive that found nothing "
		"is finished later, by an interrupt of the polling thread, "
		"which the message's sender causes.\n"
		"\"sqpoll=1\" has a kernel thread poll the submission ring, "
		"so that submitting takes no call while that thread is awake "
		"(it sleeps after 10 ms without work). There is one for each "
		"port, and it wants a PU of its own: with fewer PUs than "
		"threads it is a loss. With spin no side makes a system call "
		"any more. \"fixed=1\" registers the socket, which saves "
		"looking up its descriptor for each operation.\n"
		"\"sndbuf\" is as with unix-stream. The queues pay off where "
		"many operations go with one call, which is not how a "
		"message waits for its answer. io_uring(7), io_uring_enter(2), "
		"io_uring/net.c.\n",
	.family = IPC_URING,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"io_uring_enter", "io_uring_enter"},
		     .wake = IPC_WAKE_CALL},
	.options = socket_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ISOLATED | IPC_PROCESSES |
		IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct fd_link),
	.port_size = sizeof(struct socket_port),
	.probe = socket_probe,
	.open = socket_open,
	.close = fd_close,
	.attach = socket_attach,
	.detach = socket_detach,
	.describe = fd_unix_describe,
	.ops = &socket_ops,
};
