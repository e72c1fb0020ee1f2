/* SPDX-License-Identifier: MIT */
/* Bounded buffer, counted by a set of two System V semaphores. */
#include <errno.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>

/* The system's flag has the name of the contract's. */
enum { SYSV_NOWAIT = IPC_NOWAIT };
#undef IPC_NOWAIT

#include "ipc/counted.h"
#include "ipc/names.h"

enum { MODE = 0600, OPEN_TRIES = 16 };

struct sysv_sem_link {
	struct counted_link base;
	int id;
};

/* semctl(2) has its callers declare it. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *info;
};

/* semop(2) by the call that newer C libraries make of it, so that each makes
 * the same one. */
static int operate(struct counted_port *port, enum counted_which which,
		   short by, short how)
{
	int id = ((const struct sysv_sem_link *)port->base.link)->id;
	struct sembuf op = {(unsigned short)which, by, how};

	while (semtimedop(id, &op, 1, NULL) < 0) {
		if (errno == EIDRM || errno == EINVAL)
			return -EPIPE; /* the set is gone */
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static int sysv_sem_down(struct counted_port *port, enum counted_which which,
			 unsigned int flags)
{
	return operate(port, which, -1, flags & IPC_NOWAIT ? SYSV_NOWAIT : 0);
}

static int sysv_sem_up(struct counted_port *port, enum counted_which which)
{
	return operate(port, which, 1, 0);
}

static const struct counted_kind sysv_sem_kind = {
	.down = sysv_sem_down,
	.up = sysv_sem_up,
};

static int sysv_sem_probe(const struct ipc_spec *spec, struct why *why)
{
	struct seminfo info;

	if (semctl(0, 0, IPC_INFO, (union semun){.info = &info}) < 0)
		return why_not(why, -errno, "semctl: %s", strerror(errno));
	if (spec->depth > (uint32_t)info.semvmx)
		return why_not(why, -E2BIG,
			       "a semaphore counts to %d (SEMVMX), not to a "
			       "depth of %u",
			       info.semvmx, spec->depth);
	return counted_probe(spec, why);
}

static int sysv_sem_make(struct sysv_sem_link *link)
{
	for (int i = 0; i < OPEN_TRIES; i++) {
		int key = names_sysv_key("sem-key");

		if (key < 0)
			return key;
		link->id = semget(key, COUNTED_COUNTERS,
				  IPC_CREAT | IPC_EXCL | MODE);
		if (link->id >= 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int sysv_sem_open(struct ipc_link *base)
{
	struct sysv_sem_link *link = (struct sysv_sem_link *)base;
	unsigned short start[COUNTED_COUNTERS];
	int err = counted_open(base, &sysv_sem_kind);

	if (err)
		return err;
	err = sysv_sem_make(link);
	if (err)
		goto err_shared;
	for (enum counted_which i = 0; i < COUNTED_COUNTERS; i++)
		start[i] = (unsigned short)counted_start(&base->spec, i);
	if (semctl(link->id, 0, SETALL, (union semun){.array = start}) < 0) {
		err = -errno;
		goto err_set;
	}
	return 0;

err_set:
	semctl(link->id, 0, IPC_RMID);
err_shared:
	counted_close(base);
	return err;
}

static void sysv_sem_close(struct ipc_link *base)
{
	semctl(((struct sysv_sem_link *)base)->id, 0, IPC_RMID);
	counted_close(base);
}

const struct ipc_impl sysv_sem_impl = {
	.name = "sysv-sem",
	.brief = "slots in shared memory, counted by two System V semaphores",
	.about =
		"The sender writes a message into a slot of a bounded buffer "
		"in "
		"shared memory and adds one to a System V semaphore; the "
		"receiver takes one from it and reads the slot. A second "
		"semaphore of the same set counts the free slots. Every "
		"operation is a semop(2): two on each side for a message, "
		"whether somebody waits or not.\n"
		"The kernel keeps the counts, and wakes inside the call that "
		"makes an operation possible: it looks through those who wait, "
		"carries out what can go on, and the woken one returns with it "
		"done. That is dear and general: a semop(2) may change several "
		"semaphores in one step, wait for 0 and be undone when its "
		"process dies (SEM_UNDO). None of it is used here, so only its "
		"price is seen, against a POSIX semaphore, which is a word in "
		"shared memory.\n"
		"A semaphore counts to 32767 (SEMVMX), which bounds the depth. "
		"The set is an object with a key that outlives its processes: "
		"it is removed with the link. Nobody learns that the peer is "
		"gone, unless it removes the set.\n"
		"semop(2), sysvipc(7); ipc/sem.c in the kernel's sources.\n",
	.family = IPC_COUNTER,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"semtimedop semtimedop",
			       "semtimedop semtimedop"},
		     .wake = IPC_WAKE_CALL},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct sysv_sem_link),
	.port_size = sizeof(struct counted_port),
	.probe = sysv_sem_probe,
	.open = sysv_sem_open,
	.close = sysv_sem_close,
	.attach = counted_attach,
	.describe = counted_describe,
	.ops = &counted_ops,
};
