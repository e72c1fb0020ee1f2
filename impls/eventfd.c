/* SPDX-License-Identifier: MIT */
/* Bounded buffer, counted by two eventfd(2) in semaphore mode. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ipc/counted.h"

struct eventfd_link {
	struct counted_link base;
	int fd[COUNTED_COUNTERS];
};

static int fd_of(const struct counted_port *port, enum counted_which which)
{
	return ((const struct eventfd_link *)port->base.link)->fd[which];
}

static bool positive(int fd, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, timeout_ms) > 0;
}

static int eventfd_down(struct counted_port *port, enum counted_which which,
			unsigned int flags)
{
	bool blocks = port->base.link->spec.wait == IPC_WAIT_BLOCK;
	int fd = fd_of(port, which);
	uint64_t one;

	/* Nobody else takes from it: what is there stays there. */
	if (blocks && flags & IPC_NOWAIT && !positive(fd, 0))
		return -EAGAIN;
	while (read(fd, &one, sizeof(one)) < 0) {
		if (errno == EAGAIN && flags & IPC_NOWAIT)
			return -EAGAIN;
		if (errno == EAGAIN)
			positive(fd, -1);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static int eventfd_up(struct counted_port *port, enum counted_which which)
{
	static const uint64_t one = 1;

	/* Far from the largest count, so it never waits. */
	return write(fd_of(port, which), &one, sizeof(one)) < 0 ? -errno : 0;
}

static const struct counted_kind eventfd_kind = {
	.down = eventfd_down,
	.up = eventfd_up,
};

static int eventfd_probe(const struct ipc_spec *spec, struct why *why)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);

	if (fd < 0)
		return why_not(why, -errno, "eventfd: %s", strerror(errno));
	close(fd);
	return counted_probe(spec, why);
}

static int eventfd_open(struct ipc_link *base)
{
	struct eventfd_link *link = (struct eventfd_link *)base;
	bool blocks = base->spec.wait == IPC_WAIT_BLOCK;
	int how = EFD_CLOEXEC | EFD_SEMAPHORE | (blocks ? 0 : EFD_NONBLOCK);
	int err = counted_open(base, &eventfd_kind);

	if (err)
		return err;
	link->fd[COUNTED_FILLED] =
		eventfd(counted_start(&base->spec, COUNTED_FILLED), how);
	if (link->fd[COUNTED_FILLED] < 0) {
		err = -errno;
		goto err_shared;
	}
	link->fd[COUNTED_FREE] =
		eventfd(counted_start(&base->spec, COUNTED_FREE), how);
	if (link->fd[COUNTED_FREE] < 0) {
		err = -errno;
		goto err_filled;
	}
	return 0;

err_filled:
	close(link->fd[COUNTED_FILLED]);
err_shared:
	counted_close(base);
	return err;
}

static void eventfd_close(struct ipc_link *base)
{
	struct eventfd_link *link = (struct eventfd_link *)base;

	close(link->fd[COUNTED_FREE]);
	close(link->fd[COUNTED_FILLED]);
	counted_close(base);
}

const struct ipc_impl eventfd_impl = {
	.name = "eventfd",
	.brief = "slots in shared memory, counted by two eventfd(2)",
	.about = "The sender writes a message into a slot of a bounded buffer "
		 "in shared memory and then 8 bytes, the number 1, into an "
		 "eventfd(2): a descriptor that holds nothing but a 64-bit "
		 "count. The receiver reads from it, which takes one (the "
		 "descriptor is in semaphore mode) and sleeps while the count "
		 "is 0. A second eventfd counts the free slots, so each side "
		 "makes one read(2) and one write(2) a message.\n"
		 "The payload never enters the kernel, only the news of it "
		 "does: messages of any size cost the same two calls on each "
		 "side, where a pipe copies every byte twice. The kernel wakes "
		 "the sleeper inside write(2), under the lock of the eventfd's "
		 "wait queue.\n"
		 "It costs two calls a side even when nobody sleeps, which a "
		 "semaphore in shared memory does not. What it has that "
		 "semaphores lack: it is a descriptor, so one poll(2) or "
		 "epoll(7) can wait for it and for others. Nobody learns from "
		 "an eventfd that the peer is gone.\n"
		 "eventfd(2); fs/eventfd.c in the kernel's sources.\n",
	.family = IPC_COUNTER,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"read write", "read write"},
		     .wake = IPC_WAKE_CALL},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct eventfd_link),
	.port_size = sizeof(struct counted_port),
	.probe = eventfd_probe,
	.open = eventfd_open,
	.close = eventfd_close,
	.attach = counted_attach,
	.describe = counted_describe,
	.ops = &counted_ops,
};
