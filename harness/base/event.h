/* SPDX-License-Identifier: MIT */
/*
 * Waiting, for every back-end in shared memory: until a 32-bit word changes.
 *
 * The word belongs to the back-end (a stamp in a slot, a position); the event
 * holds who sleeps on it. One side posts, the other waits:
 *
 *	poster	store the data; event_post(): store the word, wake a sleeper
 *	waiter	event_wait(): until the word differs from what it saw; then
 *		read the data
 *
 * event_post() releases and event_wait() acquires, so what the poster wrote
 * before is visible after. How a sleeper is never missed is argued in event.c.
 * What polls is inline, what enters the kernel is not.
 */
#ifndef IPCBENCH_BASE_EVENT_H
#define IPCBENCH_BASE_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* How a port waits for a message or for room. */
enum ipc_wait {
	IPC_WAIT_BLOCK,	 /* sleep in the kernel at once */
	IPC_WAIT_SPIN,	 /* poll, never sleep; needs a PU of its own */
	IPC_WAIT_HYBRID, /* poll for spin_ns, then sleep */
	IPC_WAIT_YIELD,	 /* poll, giving the PU away between two looks */
	IPC_WAIT_KINDS
};
#define IPC_CAN_WAIT(kind) (1u << (kind))

/* "block", "spin", "hybrid", "yield"; ends with NULL. */
extern const char *const ipc_wait_names[IPC_WAIT_KINDS + 1];

/* How one participant waits; the same for all ports of a link. Made once, by
 * event_policy(). */
struct event_policy {
	enum ipc_wait wait;
	uint32_t spin_ns; /* IPC_WAIT_HYBRID only */
	bool sleeps;	  /* somebody may be asleep: posters must look */
	bool private;	  /* all participants share an address space */
	bool asymmetric;  /* the sleeper pays for the poster's fence */
};

/* In shared memory, zeroed, on a line that no hot word shares. */
struct event {
	_Atomic uint32_t sleepers;
};

/*
 * Fill policy. Registers the calling process for expedited barriers where the
 * kernel has them (membarrier(2)) and falls back to a fence where not; every
 * process that posts or waits must have called it (a fork inherits it).
 * spin_ns 0 sleeps at once: right where both sides share a PU, for then
 * polling only keeps the other from posting.
 */
void event_policy(struct event_policy *policy, enum ipc_wait wait,
		  uint32_t spin_ns, bool threads);

/* One turn of a spin: tells the PU that somebody polls. */
static inline void event_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb" ::: "memory");
#else
	atomic_signal_fence(memory_order_seq_cst);
#endif
}

/* The parts of the two below that enter the kernel. */
void event_wake(_Atomic uint32_t *word, const struct event_policy *policy);
uint32_t event_wait_yielding(struct event *event, _Atomic uint32_t *word,
			     uint32_t seen, const struct event_policy *policy);

/* Wake who sleeps on a word that was changed by other means: an atomic
 * operation with seq_cst. */
static inline void event_posted(struct event *event, _Atomic uint32_t *word,
				const struct event_policy *policy)
{
	/* Pairs with the seq_cst pair in event_sleep(). */
	if (policy->sleeps &&
	    atomic_load_explicit(&event->sleepers, memory_order_seq_cst))
		event_wake(word, policy);
}

/* Can one look tell for several words, which were stored with release order,
 * whether somebody sleeps on one? Else each has to be posted. */
static inline bool event_looks_once(const struct event_policy *policy)
{
	return !policy->sleeps || policy->asymmetric;
}

/* That look. Where it is true, each of the words has to be woken. */
static inline bool event_look(struct event *event,
			      const struct event_policy *policy)
{
	if (!policy->sleeps)
		return false;
	/* Pairs with the membarrier in event_sleep(). */
	atomic_signal_fence(memory_order_seq_cst);
	return atomic_load_explicit(&event->sleepers, memory_order_relaxed);
}

/* Store value into word, with release order, and wake who sleeps on it. */
static inline void event_post(struct event *event, _Atomic uint32_t *word,
			      uint32_t value, const struct event_policy *policy)
{
	uint32_t sleepers = 0;

	if (!policy->sleeps) {
		atomic_store_explicit(word, value, memory_order_release);
	} else if (policy->asymmetric) {
		atomic_store_explicit(word, value, memory_order_release);
		/* Pairs with the membarrier in event_sleep(). */
		atomic_signal_fence(memory_order_seq_cst);
		sleepers = atomic_load_explicit(&event->sleepers,
						memory_order_relaxed);
	} else {
		/* Pairs with the seq_cst pair in event_sleep(). */
		atomic_store_explicit(word, value, memory_order_seq_cst);
		sleepers = atomic_load_explicit(&event->sleepers,
						memory_order_seq_cst);
	}
	if (__builtin_expect(sleepers != 0, 0))
		event_wake(word, policy);
}

/* Wait until word is not seen; returns what it is then, with acquire order. */
static inline uint32_t event_wait(struct event *event, _Atomic uint32_t *word,
				  uint32_t seen,
				  const struct event_policy *policy)
{
	uint32_t now = atomic_load_explicit(word, memory_order_acquire);

	if (now != seen)
		return now;
	if (policy->wait != IPC_WAIT_SPIN)
		return event_wait_yielding(event, word, seen, policy);
	do {
		event_relax();
		now = atomic_load_explicit(word, memory_order_acquire);
	} while (now == seen);
	return now;
}

/* The same for about ns at most; it may be less. Returns seen if nothing came
 * of it. For who has to look around now and then. */
uint32_t event_wait_for(struct event *event, _Atomic uint32_t *word,
			uint32_t seen, const struct event_policy *policy,
			uint64_t ns);

#endif
