/* SPDX-License-Identifier: MIT */
/* pipe(2): a stream of bytes through pages that the kernel holds. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ipc/fd.h"

static int make_pipe(struct fd_link *link, struct why *why)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) < 0)
		return why_not(why, -errno, "pipe2: %s", strerror(errno));
	link->fd[IPC_TX] = fd[1];
	link->fd[IPC_RX] = fd[0];
	return fd_pipe_size(link, why);
}

static int pipe_probe(const struct ipc_spec *spec, struct why *why)
{
	return fd_probe(make_pipe, spec, why);
}

static int pipe_open(struct ipc_link *link)
{
	return fd_open(make_pipe, link);
}

static const struct ipc_ops pipe_ops = {
	.send = fd_stream_send,
	.recv = fd_stream_recv,
};

const struct ipc_impl pipe_impl = {
	.name = "pipe",
	.brief = "pipe(2), a stream of bytes; the kernel copies in and out",
	.about = "A pipe is a queue of pages in the kernel, 16 of them as a "
		 "rule. write(2) copies the sender's bytes into the pages and "
		 "read(2) copies them out, so a message takes two copies and "
		 "two system calls, each under the pipe's lock. A reader that "
		 "finds nothing sleeps, and the next write wakes it within "
		 "the same call.\n"
		 "It is a stream: nothing says where a message ends. Both "
		 "sides know the length here; a program that does not has to "
		 "send it along. Only writes of up to PIPE_BUF, 4096 bytes, "
		 "are never mixed with those of another writer.\n"
		 "What does not fit goes in portions: the writer fills the "
		 "pages, sleeps within its call, and goes on when the reader "
		 "has emptied some, which takes that one several calls. So a "
		 "message longer than the buffer costs switches between the "
		 "two, and \"size\" (F_SETPIPE_SZ) is the knob to try. The "
		 "kernel rounds it up, to pages and to a power of two of "
		 "them; a user without privileges may have up to "
		 "fs.pipe-max-size, 1 MiB as a rule. A larger buffer does not "
		 "fit into the caches, so it is not always the faster one.\n"
		 "A reader sees the end when the last writer has closed, a "
		 "writer EPIPE when the last reader has. See pipe(7), "
		 "fs/pipe.c.\n",
	.family = IPC_STREAM,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"write", "read"},
		     .wake = IPC_WAKE_CALL},
	.options = fd_pipe_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ISOLATED | IPC_PROCESSES |
		IPC_THREADS,
	.senders_max = 1,
	.receivers_max = 1,
	FD_IMPL,
	.probe = pipe_probe,
	.open = pipe_open,
	.describe = fd_pipe_describe,
	.ops = &pipe_ops,
};
