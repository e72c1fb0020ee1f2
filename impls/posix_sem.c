/* SPDX-License-Identifier: MIT */
/* Bounded buffer, counted by two POSIX semaphores in the shared memory. */
#include <errno.h>
#include <limits.h>
#include <semaphore.h>

#include "ipc/counted.h"

_Static_assert(sizeof(sem_t) <= COUNTED_ROOM, "a semaphore has room");

static int posix_sem_down(struct counted_port *port, enum counted_which which,
			  unsigned int flags)
{
	sem_t *sem = port->room[which];

	if (flags & IPC_NOWAIT) {
		while (sem_trywait(sem) < 0)
			if (errno != EINTR)
				return -errno;
		return 0;
	}
	while (sem_wait(sem) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static int posix_sem_up(struct counted_port *port, enum counted_which which)
{
	return sem_post(port->room[which]) < 0 ? -errno : 0;
}

static const struct counted_kind posix_sem_kind = {
	.down = posix_sem_down,
	.up = posix_sem_up,
};

static int posix_sem_probe(const struct ipc_spec *spec, struct why *why)
{
	if (spec->depth > SEM_VALUE_MAX)
		return why_not(why, -E2BIG,
			       "a semaphore counts to %d (SEM_VALUE_MAX), not "
			       "to a depth of %u",
			       SEM_VALUE_MAX, spec->depth);
	return counted_probe(spec, why);
}

/* Nothing undoes sem_init(): a semaphore is its memory. (sem_destroy() would
 * read it, and a participant that was killed may have left anything there.) */
static int posix_sem_open(struct ipc_link *link)
{
	int err = counted_open(link, &posix_sem_kind);

	for (enum counted_which i = 0; !err && i < COUNTED_COUNTERS; i++)
		if (sem_init(counted_room(link, i), !link->spec.threads,
			     counted_start(&link->spec, i)) < 0) {
			err = -errno;
			counted_close(link);
		}
	return err;
}

const struct ipc_impl posix_sem_impl = {
	.name = "posix-sem",
	.brief =
		"slots in shared memory, counted by two POSIX semaphores there",
	.about =
		"The sender writes a message into a slot of a bounded buffer "
		"in shared memory and posts a semaphore; the receiver waits "
		"for it and reads the slot. A second semaphore counts the free "
		"slots. This is the bounded buffer of the textbooks, with "
		"sem_wait(3) for P and sem_post(3) for V.\n"
		"The semaphores are unnamed ones, initialised in the shared "
		"memory itself (sem_init(3), shared between processes). Their "
		"count is a word there, next to the number of those who sleep: "
		"while the count is positive, waiting and posting are each one "
		"atomic operation without a system call. Only who finds 0 "
		"sleeps, by futex(2), and only who posts while somebody sleeps "
		"makes the second call that wakes.\n"
		"A System V semaphore, for comparison, enters the kernel for "
		"every operation. Each semaphore is changed by both sides, so "
		"its line moves between their caches for each message.\n"
		"A semaphore has no owner: nobody learns that the peer is "
		"gone. sem_overview(7); E. W. Dijkstra, Cooperating Sequential "
		"Processes (EWD 123), 1965; nptl/sem_waitcommon.c in the C "
		"library's sources.\n",
	.family = IPC_COUNTER,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct counted_link),
	.port_size = sizeof(struct counted_port),
	.probe = posix_sem_probe,
	.open = posix_sem_open,
	.close = counted_close,
	.attach = counted_attach,
	.describe = counted_describe,
	.ops = &counted_ops,
};
