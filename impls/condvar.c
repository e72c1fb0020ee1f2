/* SPDX-License-Identifier: MIT */
/* Bounded buffer, counted by plain words, each under a mutex with a condition
 * variable. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "ipc/counted.h"

struct condvar_counter {
	pthread_mutex_t lock;
	pthread_cond_t positive;
	uint32_t count; /* under lock */
};
_Static_assert(sizeof(struct condvar_counter) <= COUNTED_ROOM,
	       "a counter has room");

/* The mutex is robust: its owner died. What it protects is one word, and that
 * is as it was before or after, so nothing is to be mended. */
static int owner_died(struct condvar_counter *counter)
{
	pthread_mutex_consistent(&counter->lock);
	pthread_mutex_unlock(&counter->lock);
	return -EPIPE;
}

/* Enter. Who polls for messages does not sleep for the lock either. */
static int enter(const struct counted_port *port,
		 struct condvar_counter *counter)
{
	enum ipc_wait wait = port->base.link->spec.wait;
	bool sleeps = wait == IPC_WAIT_BLOCK || wait == IPC_WAIT_HYBRID;
	int err;

	if (sleeps) {
		err = pthread_mutex_lock(&counter->lock);
	} else {
		while ((err = pthread_mutex_trylock(&counter->lock)) == EBUSY) {
			if (wait == IPC_WAIT_YIELD)
				sched_yield();
			else
				event_relax();
		}
	}
	return err == EOWNERDEAD ? owner_died(counter) : -err;
}

static int condvar_down(struct counted_port *port, enum counted_which which,
			unsigned int flags)
{
	struct condvar_counter *counter = port->room[which];
	bool some;
	int err = enter(port, counter);

	if (err)
		return err;
	while (counter->count == 0 && !(flags & IPC_NOWAIT)) {
		err = pthread_cond_wait(&counter->positive, &counter->lock);
		if (err == EOWNERDEAD)
			return owner_died(counter);
	}
	some = counter->count > 0;
	counter->count -= some;
	pthread_mutex_unlock(&counter->lock);
	return some ? 0 : -EAGAIN;
}

static int condvar_up(struct counted_port *port, enum counted_which which)
{
	struct condvar_counter *counter = port->room[which];
	int err = enter(port, counter);

	if (err)
		return err;
	counter->count++;
	pthread_mutex_unlock(&counter->lock);
	/* After the lock is free, or who is woken would run into it. */
	return -pthread_cond_signal(&counter->positive);
}

static const struct counted_kind condvar_kind = {
	.down = condvar_down,
	.up = condvar_up,
};

static int lock_init(pthread_mutex_t *lock, bool threads)
{
	pthread_mutexattr_t attr;
	int err = pthread_mutexattr_init(&attr);

	if (err)
		return -err;
	if (!threads)
		err = pthread_mutexattr_setpshared(&attr,
						   PTHREAD_PROCESS_SHARED);
	if (!threads && !err)
		err = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	if (!err)
		err = pthread_mutex_init(lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return -err;
}

static int cond_init(pthread_cond_t *cond, bool threads)
{
	pthread_condattr_t attr;
	int err = pthread_condattr_init(&attr);

	if (err)
		return -err;
	if (!threads)
		err = pthread_condattr_setpshared(&attr,
						  PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
	return -err;
}

/* Nothing undoes the initialisation of what is only memory. (Destroying would
 * read it, and wait for participants that were killed in it.) */
static int condvar_open(struct ipc_link *link)
{
	bool threads = link->spec.threads;
	int err = counted_open(link, &condvar_kind);

	if (err)
		return err;
	for (enum counted_which i = 0; !err && i < COUNTED_COUNTERS; i++) {
		struct condvar_counter *counter = counted_room(link, i);

		counter->count = counted_start(&link->spec, i);
		err = lock_init(&counter->lock, threads);
		if (!err)
			err = cond_init(&counter->positive, threads);
	}
	if (err)
		counted_close(link);
	return err;
}

const struct ipc_impl condvar_impl = {
	.name = "condvar",
	.brief = "slots in shared memory, counted under mutex and condition",
	.about =
		"The sender writes a message into a slot of a bounded buffer "
		"in shared memory, locks a mutex, adds one to a plain counter, "
		"unlocks and signals a condition variable; the receiver locks, "
		"waits on the condition while the counter is 0, takes one and "
		"reads the slot. A second counter with a mutex and a condition "
		"of its own counts the free slots: the monitor of the "
		"textbooks.\n"
		"Locking, unlocking and signalling are atomic operations in "
		"shared memory as long as nobody contends and nobody sleeps; "
		"then no system call is made. Who finds 0 sleeps in futex(2), "
		"who signals a sleeper wakes it by futex(2), and the woken one "
		"must get the mutex before it can go on: it is signalled after "
		"the mutex is free, so that it does not run into it.\n"
		"Per message each side goes through two counters, and so locks "
		"twice and signals once: several atomic operations where a "
		"semaphore has one. Between processes both are shared and the "
		"mutex is robust: the kernel releases it when its owner dies, "
		"and the other side learns of it (EOWNERDEAD). Who dies "
		"outside the lock is not missed by anybody.\n"
		"With the waits that never sleep the lock is polled too "
		"(pthread_mutex_trylock). pthread_cond_wait(3), "
		"pthread_mutexattr_setrobust(3); C. A. R. Hoare, Monitors: An "
		"Operating System Structuring Concept, 1974.\n",
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
	.probe = counted_probe,
	.open = condvar_open,
	.close = counted_close,
	.attach = counted_attach,
	.describe = counted_describe,
	.ops = &counted_ops,
};
