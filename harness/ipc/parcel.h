/* SPDX-License-Identifier: MIT */
/*
 * Whose buffer it is, for back-ends whose bytes go through the kernel while
 * the buffers stay where they are: lent to a pipe or a socket, or copied from
 * process to process. One sender, one receiver.
 *
 * A store has depth buffers, used in turn, in whichever process the back-end
 * likes. What passes here, in shared memory, is only how far each side is:
 *
 *	sender		parcel_room(), write the buffer, then hand it over:
 *			parcel_post() tells the receiver its length, or
 *			parcel_sent() counts on where the kernel tells it
 *	receiver	parcel_next() finds the next length (after a post only),
 *			reads the buffer; parcel_done() gives it back
 *
 * parcel_post() releases what was written and parcel_next() acquires it;
 * parcel_done() releases what was read and parcel_room() acquires it: so the
 * system call that reads a buffer is over before the sender writes there
 * again, which neither the pages' owner nor the kernel would see to.
 */
#ifndef IPCBENCH_IPC_PARCEL_H
#define IPCBENCH_IPC_PARCEL_H

#include "base/shm.h"
#include "ipc/backend.h"

struct parcel_shared;

/* What a side needs to know of the other, where buffers are not inherited. */
struct parcel_place {
	pid_t pid;
	void *at; /* its store, at its own address */
};

/* One side's view; only its own thread uses it. */
struct parcel {
	struct parcel_shared *shared;
	const struct event_policy *policy;
	uint32_t depth; /* buffers, a power of two */
	uint32_t eager; /* messages under way with which IPC_NOWAIT still has
			   room: depth, or less */
	uint32_t pos;	/* of the next message to send or to receive */
	uint32_t tail;	/* sender: as last read; receiver: as last published */
	uint32_t lag;	/* receiver: how far tail may fall behind pos */
};

/* The shared part; shm_close() undoes it. 0 or a negative errno. */
int parcel_open(struct shm *shm, uint32_t depth);

/* A side's view of it; as many eager as deep. */
int parcel_attach(struct parcel *p, const struct shm *shm, uint32_t depth,
		  const struct ipc_link *link);

/* 0 once the buffer at pos is the sender's to write, or -EAGAIN. */
int parcel_room(struct parcel *p, unsigned int flags);
void parcel_post(struct parcel *p, size_t len);
void parcel_sent(struct parcel *p);

/* 0 once there is a message at pos, and its length; or -EAGAIN. */
int parcel_next(struct parcel *p, size_t *len, unsigned int flags);
/* The buffer at pos is read. Its room is published with that of others, an
 * eighth of the depth at a time. */
void parcel_done(struct parcel *p);
/* The receiver found nothing: publish all room. parcel_next() does. */
void parcel_flush(struct parcel *p);

/* Say where this side's store is, once a link; and learn it, waiting as the
 * link's policy has it for the side that says it. */
void parcel_here(struct parcel *p, void *at);
struct parcel_place parcel_there(struct parcel *p);

/* Number of the buffer at pos. */
static inline uint32_t parcel_buffer(const struct parcel *p)
{
	return p->pos & (p->depth - 1);
}

/*
 * Bytes from one buffer of a store to the next: a short message shares no line
 * with another and is on one page only, a longer one starts a page.
 */
size_t parcel_stride(size_t msg_max);

/* A private store, faulted in; in *at, parcel_unmap() undoes it. 0 or a
 * negative errno. */
int parcel_map(void **at, size_t bytes);
void parcel_unmap(void *at, size_t bytes);

/* May a link have so many buffers of stride bytes? 0, or -ENOMEM and why;
 * -EMSGSIZE where a length of msg_max cannot be told. */
int parcel_fits(size_t msg_max, size_t stride, size_t buffers, struct why *why);

#endif
