/* SPDX-License-Identifier: MIT */
/*
 * Pages moved within one address space by UFFDIO_MOVE, between threads.
 *
 * The places are registered, so that who touches one that a buffer has left
 * gets SIGBUS rather than a page of zeroes, which would be in the buffer's way
 * when it comes back.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ipc/moves.h"

/* Linux 6.8; what we build with may be older. */
#ifndef UFFDIO_MOVE
#define UFFD_FEATURE_MOVE (1 << 16)
struct uffdio_move {
	__u64 dst, src, len, mode;
	__s64 move;
};
#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

static const struct ipc_option uffd_options[] = {
	[MOVES_PAGES] = MOVES_PAGES_OPTION,
	{.name = NULL},
};

struct uffd_link {
	struct moves_link moves;
	int fd; /* of the threads' process, made by the sender's; -1: none */
};

struct uffd_port {
	struct moves_port moves;
	struct uffd_link *link;
};

/* A descriptor that can move pages, or a negative errno; then *call is what
 * failed. Faults by the kernel are not asked for, which would take a privilege
 * (vm.unprivileged_userfaultfd). */
static int uffd_make(const char **call)
{
	struct uffdio_api api = {.api = UFFD_API,
				 .features = UFFD_FEATURE_MOVE |
					     UFFD_FEATURE_SIGBUS};
	long fd;
	int err;

	*call = "userfaultfd";
	fd = syscall(SYS_userfaultfd,
		     O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
	if (fd < 0)
		return -errno;
	*call = "UFFDIO_API with UFFD_FEATURE_MOVE";
	if (ioctl((int)fd, UFFDIO_API, &api) == 0)
		return (int)fd;
	err = -errno;
	close((int)fd);
	return err;
}

static int uffd_probe(const struct ipc_spec *spec, struct why *why)
{
	const char *call;
	int fd = uffd_make(&call);

	if (fd < 0)
		return why_not(why, fd, "%s: %s", call, strerror(-fd));
	close(fd);
	return moves_probe(spec, why);
}

static int uffd_open(struct ipc_link *base)
{
	((struct uffd_link *)base)->fd = -1;
	return moves_open(base);
}

static void uffd_close(struct ipc_link *base)
{
	struct uffd_link *link = (struct uffd_link *)base;

	if (link->fd >= 0)
		close(link->fd);
	moves_close(base);
}

/* Where the kernel stopped half-way, it says how far it came. */
static int uffd_move(struct moves_port *base, void *to, void *from)
{
	const struct uffd_port *port = (const struct uffd_port *)base;
	size_t done = 0;

	while (done < base->stride) {
		struct uffdio_move move = {
			.dst = (uintptr_t)to + done,
			.src = (uintptr_t)from + done,
			.len = base->stride - done,
		};

		if (ioctl(port->link->fd, UFFDIO_MOVE, &move) == 0)
			return 0;
		if (errno != EAGAIN)
			return -errno;
		if (move.move > 0)
			done += (size_t)move.move;
	}
	return 0;
}

/* Once the pages are there: a fault would not make them any more. */
static int uffd_register(struct uffd_link *link)
{
	struct uffdio_register range = {
		.range = {.start = (uintptr_t)link->moves.store,
			  .len = link->moves.store_bytes},
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	const char *call;
	int fd = uffd_make(&call);

	if (fd < 0)
		return fd;
	if (ioctl(fd, UFFDIO_REGISTER, &range)) {
		int err = -errno;

		close(fd);
		return err;
	}
	/* The receiver reads it after the first message has come. */
	link->fd = fd;
	return 0;
}

static int uffd_attach(struct ipc_port *base)
{
	struct uffd_port *port = (struct uffd_port *)base;
	int err;

	port->link = (struct uffd_link *)base->link;
	port->moves.move = uffd_move;
	err = moves_attach(&port->moves);
	return err || base->side == IPC_RX ? err : uffd_register(port->link);
}

const struct ipc_impl uffd_move_impl = {
	.name = "uffd-move",
	.brief = "pages moved from thread to thread by UFFDIO_MOVE",
	.about =
		"As mremap, a message's pages go from the sender's place to "
		"one where nobody looks, on into the receiver's window, and "
		"back: one call of the sender and two of the receiver, no byte "
		"copied. Here the call is an ioctl(2) on a userfaultfd(2), "
		"which was made for collectors and migration to put pages "
		"where they are missing. It leaves the mappings as they are "
		"and moves only what is in them, so threads contend for less "
		"than with mremap(2).\n"
		"An old pointer finds nothing: the range is registered, and "
		"whoever touches it where a page is missing gets SIGBUS. Only "
		"private anonymous memory of one process can be moved, and "
		"pages that somebody else has a reference to cannot: the call "
		"then fails.\n"
		"Each page is locked, unmapped, flushed from the TLB of every "
		"PU that runs a thread of the process, and mapped again, which "
		"costs more than to copy a page; a 2 MiB page moves as one. "
		"So messages of 128 KiB and more have one of their own unless "
		"pages=small. Linux 6.8; needs no privilege, as faults of the "
		"kernel are not handled. See ioctl_userfaultfd(2) and "
		"mm/userfaultfd.c.\n",
	.family = IPC_TRANSFER,
	.contract = {.copies = {[IPC_API_LEND] = 0},
		     .copier = {[IPC_API_LEND] = IPC_BY_PAGES},
		     .calls = {"ioctl", "ioctl ioctl"},
		     .wake = IPC_WAKE_EXTRA},
	.options = uffd_options,
	.memory = IPC_MEMORY_MOVED,
	.caps = IPC_RELIABLE | IPC_ZEROCOPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct uffd_link),
	.port_size = sizeof(struct uffd_port),
	.probe = uffd_probe,
	.open = uffd_open,
	.close = uffd_close,
	.attach = uffd_attach,
	.describe = moves_describe,
	.ops = &moves_ops,
};
