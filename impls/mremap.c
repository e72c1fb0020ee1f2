/* SPDX-License-Identifier: MIT */
/*
 * Pages moved within one address space by mremap(2), between threads.
 *
 * MREMAP_DONTUNMAP leaves the source mapped, with nothing in it: so nobody
 * else's mmap(2) can come to lie in a place that a buffer has just left.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/moves.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
enum { MOVE_FLAGS = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP };

static const struct ipc_option mremap_options[] = {
	[MOVES_PAGES] = MOVES_PAGES_OPTION,
	{.name = NULL},
};

static int mremap_move(struct moves_port *port, void *to, void *from)
{
	if (mremap(from, port->stride, port->stride, MOVE_FLAGS, to) ==
	    MAP_FAILED)
		return -errno;
	return 0;
}

/* A kernel before 5.7 does not know how to leave the source. */
static int try_move(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int err = 0;

	if (at == MAP_FAILED)
		return -errno;
	if (mremap(at, page, page, MOVE_FLAGS, at + page) == MAP_FAILED)
		err = -errno;
	munmap(at, 2 * page);
	return err;
}

static int mremap_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = try_move();

	if (err)
		return why_not(why, err, "mremap with MREMAP_DONTUNMAP: %s",
			       strerror(-err));
	return moves_probe(spec, why);
}

static int mremap_attach(struct ipc_port *base)
{
	struct moves_port *port = (struct moves_port *)base;

	port->move = mremap_move;
	return moves_attach(port);
}

const struct ipc_impl mremap_impl = {
	.name = "mremap",
	.brief = "pages moved from thread to thread by mremap(2)",
	.about = "Threads share an address space, so a page cannot be taken "
		 "from one and given to another; but it can be moved to an "
		 "address that only the other one knows. The sender writes a "
		 "message at its own place. To publish, it has mremap(2) move "
		 "the pages to a place where nobody looks; the receiver moves "
		 "them on into its window, and when it has read them, back to "
		 "the sender's place. So the sender calls once a message, the "
		 "receiver twice, and no byte is copied.\n"
		 "An old pointer finds an empty page where the message was: a "
		 "stray store goes there, not into the message. The address of "
		 "every page is known to whoever asks, as threads share all "
		 "that they have: this guards against mistakes, not against "
		 "malice.\n"
		 "The kernel moves page table entries one by one, or a whole "
		 "table of them where source and target are aligned to 2 MiB; "
		 "messages of 128 KiB and more have a 2 MiB page of their own "
		 "unless pages=small. What is left is two mappings changed "
		 "under one lock for all threads, and an interrupt to each PU "
		 "that runs one, to flush its TLB. See mremap(2) and "
		 "mm/mremap.c.\n",
	.family = IPC_TRANSFER,
	.contract = {.copies = {[IPC_API_LEND] = 0},
		     .copier = {[IPC_API_LEND] = IPC_BY_PAGES},
		     .calls = {"mremap", "mremap mremap"},
		     .wake = IPC_WAKE_EXTRA},
	.options = mremap_options,
	.memory = IPC_MEMORY_MOVED,
	.caps = IPC_RELIABLE | IPC_ZEROCOPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct moves_link),
	.port_size = sizeof(struct moves_port),
	.probe = mremap_probe,
	.open = moves_open,
	.close = moves_close,
	.attach = mremap_attach,
	.describe = moves_describe,
	.ops = &moves_ops,
};
