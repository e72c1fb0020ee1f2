/* SPDX-License-Identifier: MIT */
/* mkfifo(3): a pipe that is found by a path. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/endpoint.h"
#include "ipc/fd.h"
#include "ipc/names.h"

enum { MODE = 0600, DIRECTORY_MAX = 200, PATH_BYTES = 256 };

static const char *directory(void)
{
	const char *dir = getenv("TMPDIR");

	/* In a longer one the path would not fit PATH_BYTES. */
	return dir && *dir == '/' && strlen(dir) <= DIRECTORY_MAX ? dir
								  : "/tmp";
}

/* The reader first and without waiting for a writer, who then need not wait
 * for a reader. */
static int open_ends(struct fd_link *link, const char *path)
{
	link->fd[IPC_RX] = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (link->fd[IPC_RX] < 0)
		return -errno;
	link->fd[IPC_TX] = open(path, O_WRONLY | O_CLOEXEC);
	return link->fd[IPC_TX] < 0 ? -errno : 0;
}

/* The path is gone as soon as both ends are open. */
static int make_fifo(struct fd_link *link, struct why *why)
{
	char prefix[PATH_BYTES], path[PATH_BYTES];
	int err;

	snprintf(prefix, sizeof(prefix), "%s/ipcbench-fifo-", directory());
	err = names_fresh("path", prefix, path, sizeof(path));
	if (err)
		return why_not(why, err, "no name for a fifo: %s",
			       strerror(-err));
	if (mkfifo(path, MODE) < 0)
		return why_not(why, -errno, "mkfifo in %.100s: %s", directory(),
			       strerror(errno));
	err = open_ends(link, path);
	unlink(path);
	if (err)
		return why_not(why, err, "a fifo in %.100s: open: %s",
			       directory(), strerror(-err));
	return fd_pipe_size(link, why);
}

/* A path is not made just to ask. */
static int make_nameless(struct fd_link *link, struct why *why)
{
	int fd[2];

	if (access(directory(), W_OK | X_OK) < 0)
		return why_not(why, -errno, "a fifo in %.100s: %s", directory(),
			       strerror(errno));
	if (pipe2(fd, O_CLOEXEC) < 0)
		return why_not(why, -errno, "pipe2: %s", strerror(errno));
	link->fd[IPC_TX] = fd[1];
	link->fd[IPC_RX] = fd[0];
	return fd_pipe_size(link, why);
}

static int fifo_probe(const struct ipc_spec *spec, struct why *why)
{
	return fd_probe(make_nameless, spec, why);
}

static int fifo_open(struct ipc_link *link)
{
	return fd_open(make_fifo, link);
}

static const struct ipc_ops fifo_ops = {
	.send = fd_stream_send,
	.recv = fd_stream_recv,
};

const struct ipc_impl fifo_impl = {
	.name = "fifo",
	.brief = "mkfifo(3), a pipe with a path; the kernel copies in and out",
	.about = "A pipe that is found by a path instead of being inherited: "
		 "mkfifo(3) makes an entry in a directory, and whoever opens "
		 "it for reading and for writing meets at the same pipe in "
		 "the kernel. The file system holds the name only, no byte of "
		 "a message ever gets there.\n"
		 "Once it is open, everything is as with pipe: two copies, "
		 "a write(2) and a read(2) a message, the same buffer and "
		 "\"size\". A difference between the two in a table is "
		 "scatter, which makes the pair a useful check of the "
		 "measurement.\n"
		 "What differs is the beginning: open(2) waits until the other "
		 "side opens too, unless O_NONBLOCK says not to; any process "
		 "with the right to the path may come; and the path stays "
		 "until somebody unlinks it. Here that is done as soon as "
		 "both ends are open, in $TMPDIR or /tmp. See fifo(7), "
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
	.probe = fifo_probe,
	.open = fifo_open,
	.describe = fd_pipe_describe,
	.ops = &fifo_ops,
	.endpoint = &endpoint_fifo,
};
