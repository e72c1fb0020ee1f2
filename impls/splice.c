/* SPDX-License-Identifier: MIT */
/* splice(2): a pipe that refers to pages of a memfd that the sender writes. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ipc/pagepipe.h"

static ssize_t splice_put(const struct pagepipe_port *port, size_t at,
			  size_t len, unsigned int how)
{
	loff_t from = (loff_t)at;

	return splice(port->store_fd, &from, port->end.fd, NULL, len, how);
}

static int splice_probe(const struct ipc_spec *spec, struct why *why)
{
	/* Where there is such a call, it looks at the descriptors first. */
	if (splice(-1, NULL, -1, NULL, 1, 0) < 0 && errno != EBADF)
		return why_not(why, -errno, "splice: %s", strerror(errno));
	return pagepipe_probe(spec, why);
}

static int splice_open(struct ipc_link *base)
{
	((struct pagepipe_link *)base)->put = splice_put;
	return pagepipe_open(base, true);
}

const struct ipc_impl splice_impl = {
	.name = "splice",
	.brief = "pages of a memfd in a pipe; the kernel copies once",
	.about = "The sender writes its message into a mapping of a memfd, an "
		 "unnamed file in memory, and splice(2) puts the file's pages "
		 "into a pipe: the slots of the pipe refer to them and no byte "
		 "moves. The receiver's read(2) copies them out. With the "
		 "copying interface there is a copy more, of the caller's "
		 "buffer into the memfd, as the caller wants it back at once.\n"
		 "It is what sendfile(2) does for web servers, with the pages "
		 "of a file that are cached anyway. Against vmsplice, which "
		 "has to walk the sender's page tables to find its pages, the "
		 "file's own index gives them.\n"
		 "The pages in the pipe are the file's, not a copy: what is "
		 "stored there before the receiver has read shows in the "
		 "message. So the receiver counts in shared memory what it has "
		 "read, and the sender writes into a buffer of the file again "
		 "only when its message has been counted. There are as many "
		 "buffers as the pipe holds messages, at least two; a message "
		 "takes a slot for each page, and 16 slots are what a pipe has "
		 "unless size says otherwise. A message longer than that fills "
		 "and drains the pipe by turns.\n"
		 "The receiver sleeps in read(2) and is woken by splice(2). A "
		 "sender that waits for a buffer sleeps on a futex, and waking "
		 "it is a system call of the receiver's.\n"
		 "man 2 splice, man 2 memfd_create; fs/splice.c, mm/shmem.c.\n",
	.contract = {.copies = {2, 1},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH, IPC_BY_RECEIVER | IPC_BY_PAGES},
		     .calls = {"splice", "read"},
		     .wake = IPC_WAKE_CALL},
	.options = fd_pipe_options,
	.probe = splice_probe,
	.open = splice_open,
	PAGEPIPE_IMPL,
};
