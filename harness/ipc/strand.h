/* SPDX-License-Identifier: MIT */
/*
 * Two flows of control in one thread, each on a stack of its own, that hand
 * the PU to each other; how they switch is their owner's business. This holds
 * the second stack, and tells sanitizers, which would otherwise take the one
 * for the other:
 *
 *	strand_leave(a, b); ... switch ... strand_arrive(b, a);
 */
#ifndef IPCBENCH_IPC_STRAND_H
#define IPCBENCH_IPC_STRAND_H

#include <stddef.h>

#if defined(__has_feature)
#define STRAND_FEATURE(name) __has_feature(name)
#else
#define STRAND_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || STRAND_FEATURE(address_sanitizer)
#define STRAND_ADDRESS 1
#include <sanitizer/common_interface_defs.h>
#else
#define STRAND_ADDRESS 0
#endif
#if defined(__SANITIZE_THREAD__) || STRAND_FEATURE(thread_sanitizer)
#define STRAND_THREAD 1
#include <sanitizer/tsan_interface.h>
#else
#define STRAND_THREAD 0
#endif

struct strand {
	void *low;    /* the stack's lowest byte */
	size_t bytes; /* and its size */
	void *map;    /* with a page that guards it; NULL: the thread's own */
	void *fake;   /* of the address sanitizer */
	void *fiber;  /* of the thread sanitizer */
};

/* A stack of its own, faulted in. 0 or a negative errno. */
int strand_open(struct strand *strand);
void strand_close(struct strand *strand);

/* The flow of control that the calling thread has anyway. */
static inline struct strand strand_own(void)
{
#if STRAND_THREAD
	return (struct strand){.fiber = __tsan_get_current_fiber()};
#else
	return (struct strand){0};
#endif
}

static inline void strand_leave(struct strand *from, struct strand *to)
{
	(void)from;
	(void)to;
#if STRAND_ADDRESS
	__sanitizer_start_switch_fiber(&from->fake, to->low, to->bytes);
#endif
#if STRAND_THREAD
	__tsan_switch_to_fiber(to->fiber, 0);
#endif
}

static inline void strand_arrive(struct strand *self, struct strand *from)
{
	(void)self;
	(void)from;
#if STRAND_ADDRESS
	__sanitizer_finish_switch_fiber(self->fake, (const void **)&from->low,
					&from->bytes);
#endif
}

#endif
