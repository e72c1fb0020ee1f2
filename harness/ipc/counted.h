/* SPDX-License-Identifier: MIT */
/*
 * The bounded buffer: slots in shared memory, and two counters that say how
 * many of them each side may take. A back-end supplies the counters; all else
 * is here, so that what differs between two such back-ends is only what they
 * count with.
 *
 *	sender		down(FREE)   write a slot   up(FILLED)
 *	receiver	down(FILLED) read it        up(FREE)
 *
 * The counters alone decide who may touch a slot. Two words go along with
 * them, because most counters are kept by the kernel, where neither C nor a
 * sanitizer sees that they order memory: a stamp in each slot, on the line
 * that carries the message's length anyway, and the receiver's position, which
 * the sender reads once a lap. They cost no line that would not move without
 * them, and a counter that is wrong is caught by them: -EPROTO.
 *
 * One sender and one receiver. Peers that are gone are seen where the counter
 * says so.
 */
#ifndef IPCBENCH_IPC_COUNTED_H
#define IPCBENCH_IPC_COUNTED_H

#include "base/shm.h"
#include "ipc/backend.h"

enum counted_which {
	COUNTED_FILLED, /* taken by the receiver; 0 at first */
	COUNTED_FREE,	/* taken by the sender; spec.depth at first */
	COUNTED_COUNTERS
};

enum {
	/* Shared memory that each counter may use, zeroed, on lines that
	 * nothing else is on. */
	COUNTED_ROOM = SHM_APART,
};

struct counted_port;

/* What a back-end supplies. */
struct counted_kind {
	/*
	 * Take one. With IPC_NOWAIT: at once or -EAGAIN. Without: as long as it
	 * takes, asleep if the kind of waiting allows it; called only when
	 * polling is over, so never with IPC_WAIT_SPIN and IPC_WAIT_YIELD.
	 * Signals that interrupt are ignored. 0 or a negative errno.
	 */
	int (*down)(struct counted_port *port, enum counted_which which,
		    unsigned int flags);

	/* Give one, and wake who sleeps for it. Never waits for the peer. 0 or
	 * a negative errno; -EPIPE where the peer is known to be gone. */
	int (*up)(struct counted_port *port, enum counted_which which);
};

/* Bytes from one slot to the next, and from a slot to its payload. */
struct counted_layout {
	size_t stride, payload;
};

struct counted_shared;

/* First member of the link of such a back-end. */
struct counted_link {
	struct ipc_link base;
	const struct counted_kind *kind;
	struct shm shm;
	struct counted_layout at;
};

/* First member of the port of such a back-end. */
struct counted_port {
	struct ipc_port base;
	struct counted_kind kind;     /* the link's: a copy beside the port */
	void *room[COUNTED_COUNTERS]; /* counted_room() */
	struct counted_shared *shared;
	unsigned char *slots;
	struct counted_layout at;
	uint32_t depth;
	uint32_t pos;	/* of the next message to send or to receive */
	uint32_t freed; /* sender: the receiver's position as last read */
};

/* ipc_impl.probe, or the first part of it: is there memory for the slots? */
int counted_probe(const struct ipc_spec *spec, struct why *why);

/*
 * Make and map the slots; then the back-end makes its counters, in the room
 * that counted_room() gives where they live in shared memory. Anything that
 * counted_open() made is gone after counted_close(), which is ipc_impl.close
 * for a back-end without kernel objects of its own.
 */
int counted_open(struct ipc_link *link, const struct counted_kind *kind);
void counted_close(struct ipc_link *link);
void *counted_room(struct ipc_link *link, enum counted_which which);

/* counted_open(), and counters that are one word each, for
 * counted_word_take() and counted_word_give(). */
int counted_open_words(struct ipc_link *link, const struct counted_kind *kind);

/* ipc_impl.attach, or the first part of it. */
int counted_attach(struct ipc_port *port);

/* ipc_impl.describe, or the first part of it. */
void counted_describe(const struct ipc_link *link, char *buf, size_t size);

/* ipc_impl.ops: all six. */
extern const struct ipc_ops counted_ops;

/* The counter that a side takes from. */
static inline enum counted_which counted_taken_by(enum ipc_side side)
{
	return side == IPC_TX ? COUNTED_FREE : COUNTED_FILLED;
}

/* What a counter is at first. */
static inline uint32_t counted_start(const struct ipc_spec *spec,
				     enum counted_which which)
{
	return which == COUNTED_FREE ? spec->depth : 0;
}

/* A counter that is one word, for back-ends that need no more: take one if
 * there is one. Only one side takes, so what it saw there stays. */
static inline bool counted_word_take(_Atomic uint32_t *word)
{
	if (atomic_load_explicit(word, memory_order_relaxed) == 0)
		return false;
	/* Pairs with counted_word_give(): the slot that is ours from here on
	 * is as the other side left it. */
	atomic_fetch_sub_explicit(word, 1, memory_order_acquire);
	return true;
}

static inline void counted_word_give(_Atomic uint32_t *word)
{
	/* Releases the slot: all that we did there comes before the other
	 * side takes it. */
	atomic_fetch_add_explicit(word, 1, memory_order_release);
}

#endif
