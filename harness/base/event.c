/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a word to change: polling, giving the PU away, sleeping on a
 * futex, and the argument that no sleeper is missed.
 *
 * The hazard: the waiter finds the word unchanged and decides to sleep; the
 * poster changes the word, finds nobody asleep and goes; the waiter sleeps for
 * ever. Each side writes its own word and then reads the other's:
 *
 *	poster	W: word = value		R: sleepers?	-> wake
 *	waiter	W: sleepers + 1		R: word?	-> futex_wait(word, seen)
 *
 * The waiter is missed only if both reads return the old value, that is, if
 * both reads come before the other side's write. Two ways to exclude that:
 *
 *   - Both sides use seq_cst for all four. These have one total order, in
 *     which each side's write is before its read, so at least one of the two
 *     reads comes after both writes and sees the other's. The poster pays:
 *     its store must have reached memory before it reads.
 *
 *   - asymmetric: the poster only keeps the compiler from swapping its two,
 *     and the waiter calls membarrier(2) between its own, which makes every
 *     running thread of the registered processes execute a full barrier at
 *     some point during the call. If the poster's barrier falls after its
 *     store, the waiter reads the word after the call and sees it. If it
 *     falls before, the poster's read comes after the barrier, and the
 *     waiter's count was written before it. A poster that is not running has
 *     had its barrier when it was switched out. A poster that sees the count
 *     while its store is still under way wakes with it: FUTEX_WAKE is a full
 *     barrier before it looks for waiters.
 *
 * From the waiter's last look to the moment it is queued, futex_wait() itself
 * compares the word with seen while it holds the lock that a wake needs.
 *
 * sleepers counts, so several waiters, on one word or on several, may share an
 * event: a wake goes to all that sleep on the posted word, as each of them
 * waited for just this change; sleepers on other words cost the poster a
 * system call in vain, never a lost wake-up. tests/models/event.pml goes
 * through all of this state by state.
 */
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/event.h"

/* Turns of a poll between two looks at the clock, which cost as much as one
 * turn. */
enum { TURNS = 16 };

_Static_assert(sizeof(_Atomic uint32_t) == 4, "a futex is 4 bytes");

const char *const ipc_wait_names[IPC_WAIT_KINDS + 1] = {
	[IPC_WAIT_BLOCK] = "block",
	[IPC_WAIT_SPIN] = "spin",
	[IPC_WAIT_HYBRID] = "hybrid",
	[IPC_WAIT_YIELD] = "yield",
};

static long barrier(int command)
{
	return syscall(SYS_membarrier, command, 0, 0);
}

static bool barrier_register(bool private)
{
	if (private)
		return !barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
	return !barrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED);
}

void event_policy(struct event_policy *policy, enum ipc_wait wait,
		  uint32_t spin_ns, bool threads)
{
	policy->wait = wait;
	policy->spin_ns = spin_ns;
	policy->sleeps = wait == IPC_WAIT_BLOCK || wait == IPC_WAIT_HYBRID;
	policy->private = threads;
	/* Who sleeps at each wait would pay more than the posters save. */
	policy->asymmetric =
		wait == IPC_WAIT_HYBRID && barrier_register(threads);
}

static int futex_op(int op, const struct event_policy *policy)
{
	return policy->private ? op | FUTEX_PRIVATE_FLAG : op;
}

void event_wake(_Atomic uint32_t *word, const struct event_policy *policy)
{
	syscall(SYS_futex, word, futex_op(FUTEX_WAKE, policy), INT_MAX, NULL,
		NULL, 0);
}

/* limit: of one sleep, and then there is just one; or NULL. */
static uint32_t event_sleep(struct event *event, _Atomic uint32_t *word,
			    uint32_t seen, const struct event_policy *policy,
			    const struct timespec *limit)
{
	int op = futex_op(FUTEX_WAIT, policy);
	bool over = false;
	uint32_t now;

	/* Pairs with event_post(); see the top. */
	atomic_fetch_add_explicit(&event->sleepers, 1, memory_order_seq_cst);
	if (policy->asymmetric)
		barrier(policy->private ? MEMBARRIER_CMD_PRIVATE_EXPEDITED
					: MEMBARRIER_CMD_GLOBAL_EXPEDITED);
	/* A signal or somebody else's wake-up ends a sleep too. */
	while ((now = atomic_load_explicit(word, memory_order_seq_cst)) ==
		       seen &&
	       !over) {
		syscall(SYS_futex, word, op, seen, limit, NULL, 0);
		over = limit != NULL;
	}
	atomic_fetch_sub_explicit(&event->sleepers, 1, memory_order_relaxed);
	return now;
}

/* Poll for about spin_ns, and at least TURNS times if that is not 0. */
static uint32_t event_poll(_Atomic uint32_t *word, uint32_t seen,
			   uint64_t spin_ns)
{
	uint64_t end_ns = 0, now_ns = 0;
	uint32_t now = seen;

	while (now_ns <= end_ns && spin_ns) {
		for (unsigned int i = 0; i < TURNS && now == seen; i++) {
			event_relax();
			now = atomic_load_explicit(word, memory_order_acquire);
		}
		if (now != seen)
			break;
		now_ns = clock_ns();
		if (!end_ns)
			end_ns = now_ns + spin_ns;
	}
	return now;
}

static uint32_t event_yield(_Atomic uint32_t *word, uint32_t seen)
{
	uint32_t now;

	do {
		sched_yield();
		now = atomic_load_explicit(word, memory_order_acquire);
	} while (now == seen);
	return now;
}

uint32_t event_wait_yielding(struct event *event, _Atomic uint32_t *word,
			     uint32_t seen, const struct event_policy *policy)
{
	uint32_t now;

	if (policy->wait == IPC_WAIT_YIELD)
		return event_yield(word, seen);
	if (policy->wait == IPC_WAIT_HYBRID) {
		now = event_poll(word, seen, policy->spin_ns);
		if (now != seen)
			return now;
	}
	return event_sleep(event, word, seen, policy, NULL);
}

uint32_t event_wait_for(struct event *event, _Atomic uint32_t *word,
			uint32_t seen, const struct event_policy *policy,
			uint64_t ns)
{
	const struct timespec limit = {(time_t)(ns / NS_PER_S),
				       (long)(ns % NS_PER_S)};
	uint32_t now = atomic_load_explicit(word, memory_order_acquire);
	uint64_t end_ns;

	if (now != seen)
		return now;
	if (policy->wait == IPC_WAIT_SPIN)
		return event_poll(word, seen, ns);
	if (policy->wait == IPC_WAIT_HYBRID)
		now = event_poll(word, seen, policy->spin_ns);
	if (policy->wait != IPC_WAIT_YIELD)
		return now != seen
			       ? now
			       : event_sleep(event, word, seen, policy, &limit);
	end_ns = clock_ns() + ns;
	while (now == seen && clock_ns() < end_ns) {
		sched_yield();
		now = atomic_load_explicit(word, memory_order_acquire);
	}
	return now;
}
