/* SPDX-License-Identifier: MIT */
/* Bounded buffer, counted by words in shared memory; futex(2) to sleep on them,
 * and to wake whether somebody sleeps or not. */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ipc/counted.h"

enum { ONE_SLEEPER = 1 };

_Static_assert(sizeof(_Atomic uint32_t) == 4, "a futex is 4 bytes");

static long futex(const struct counted_port *port, _Atomic uint32_t *word,
		  int op, uint32_t value)
{
	if (port->base.link->spec.threads)
		op |= FUTEX_PRIVATE_FLAG;
	return syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

static int futex_down(struct counted_port *port, enum counted_which which,
		      unsigned int flags)
{
	_Atomic uint32_t *word = port->room[which];

	while (!counted_word_take(word)) {
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		/* Asleep only if the word is still 0 when the kernel has us in
		 * its queue, so no wake-up is missed. Why it returned, a wake
		 * or a signal or another value, the next look says. */
		futex(port, word, FUTEX_WAIT, 0);
	}
	return 0;
}

static int futex_up(struct counted_port *port, enum counted_which which)
{
	_Atomic uint32_t *word = port->room[which];

	counted_word_give(word);
	return futex(port, word, FUTEX_WAKE, ONE_SLEEPER) < 0 ? -errno : 0;
}

static const struct counted_kind futex_kind = {
	.down = futex_down,
	.up = futex_up,
};

static int futex_open(struct ipc_link *link)
{
	return counted_open_words(link, &futex_kind);
}

const struct ipc_impl futex_impl = {
	.name = "futex",
	.brief = "slots in shared memory, futex(2) wakes at every message",
	.about =
		"The sender writes a message into a slot of a bounded buffer "
		"in shared memory, adds one to the counter of filled slots and "
		"calls futex(FUTEX_WAKE); the receiver takes one from the "
		"counter, or sleeps in futex(FUTEX_WAIT) while it is 0, and "
		"reads the slot. Room goes back the same way over a counter of "
		"free slots.\n"
		"This is the bare mechanism: the wake-up is made for every "
		"message, though most of the time nobody sleeps. Such a call "
		"hashes the address, finds an empty queue and returns; it "
		"costs an entry into the kernel all the same. Avoiding it is "
		"what the state in a semaphore or in the ring is for, and "
		"comparing them with this one shows what it saves.\n"
		"A futex is only a word and a queue in the kernel that its "
		"address finds. FUTEX_WAIT compares the word while it holds "
		"the queue's lock, so a change between the waiter's last look "
		"and its sleep is never missed. Between threads of one process "
		"the futexes are private: the address alone is the key, and "
		"the kernel need not find out which file's page it is.\n"
		"Somebody who polls needs no wake-up, so this one sleeps, at "
		"once or after a while. futex(2); U. Drepper, Futexes Are "
		"Tricky, 2011; kernel/futex/ in the kernel's sources.\n",
	.family = IPC_COUNTER,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"futex", "futex"},
		     .wake = IPC_WAKE_CALL},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_HYBRID),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct counted_link),
	.port_size = sizeof(struct counted_port),
	.probe = counted_probe,
	.open = futex_open,
	.close = counted_close,
	.attach = counted_attach,
	.describe = counted_describe,
	.ops = &counted_ops,
};
