/* SPDX-License-Identifier: MIT */
/* vmsplice(2): a pipe that refers to pages of the sender's private memory. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ipc/pagepipe.h"

enum { VMSPLICE_SIZE = PAGEPIPE_SIZE, VMSPLICE_GIFT };

static const struct ipc_option vmsplice_options[] = {
	{"size", "bytes of the pipe's buffer, rounded up to pages",
	 IPC_OPTION_SIZE, 0, FD_BUFFER_MIN, FD_BUFFER_MAX, NULL},
	{"gift", "1: give the pages away, SPLICE_F_GIFT", IPC_OPTION_COUNT, 0,
	 0, 1, NULL},
	{0},
};

static ssize_t vmsplice_put(const struct pagepipe_port *port, size_t at,
			    size_t len, unsigned int how)
{
	struct iovec pages = {port->store + at, len};

	return vmsplice(port->end.fd, &pages, 1, how);
}

static ssize_t vmsplice_put_gift(const struct pagepipe_port *port, size_t at,
				 size_t len, unsigned int how)
{
	return vmsplice_put(port, at, len, how | SPLICE_F_GIFT);
}

static int vmsplice_probe(const struct ipc_spec *spec, struct why *why)
{
	/* Where there is such a call, it looks at the descriptor first. */
	if (vmsplice(-1, NULL, 0, 0) < 0 && errno != EBADF)
		return why_not(why, -errno, "vmsplice: %s", strerror(errno));
	return pagepipe_probe(spec, why);
}

static int vmsplice_open(struct ipc_link *base)
{
	bool gift = base->spec.option[VMSPLICE_GIFT];

	((struct pagepipe_link *)base)->put =
		gift ? vmsplice_put_gift : vmsplice_put;
	return pagepipe_open(base, false);
}

const struct ipc_impl vmsplice_impl = {
	.name = "vmsplice",
	.brief = "pages of the sender in a pipe; the kernel copies once",
	.about =
		"A pipe is a row of slots, each of which refers to a page. "
		"write(2) fills new pages with a copy of the sender's bytes; "
		"vmsplice(2) has the slots refer to the sender's own pages "
		"instead, so that only the receiver's read(2) copies. The "
		"figures of the copying interface have one copy more: send() "
		"must give its caller's buffer back at once, so it copies the "
		"message into a buffer of its own and lends that.\n"
		"What is in the pipe stays the sender's memory: a store to it "
		"shows in what the receiver will read. Nothing in the kernel "
		"says when a page is free again, so the receiver counts in "
		"shared memory what it has read, and the sender writes into a "
		"buffer again only when its message has been counted. There "
		"are as many buffers as the pipe holds messages, at least two; "
		"a message takes a slot for each page, and 16 slots are what a "
		"pipe has unless size says otherwise. A message longer than "
		"that fills and drains the pipe by turns.\n"
		"The receiver sleeps in read(2) and is woken by vmsplice(2). A "
		"sender that waits for a buffer sleeps on a futex, and waking "
		"it is a system call of the receiver's. What is saved is one "
		"copy; what is paid is the walk of the page tables and a "
		"reference to each page, so short messages gain nothing.\n"
		"gift=1 sets SPLICE_F_GIFT, by which the sender promises not "
		"to touch the pages again, so that a receiver which splices "
		"them on could keep them. This one reads, the pages are never "
		"taken, and they are used again all the same.\n"
		"man 2 vmsplice; fs/splice.c.\n",
	.contract = {.copies = {2, 1},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH, IPC_BY_RECEIVER | IPC_BY_PAGES},
		     .calls = {"vmsplice", "read"},
		     .wake = IPC_WAKE_CALL},
	.options = vmsplice_options,
	.probe = vmsplice_probe,
	.open = vmsplice_open,
	PAGEPIPE_IMPL,
};
