/* SPDX-License-Identifier: MIT */
/*
 * Lengths and positions of buffers that are lent. A length is in a slot that
 * carries the stamp of its lap, so the receiver looks at no line that the
 * sender writes for another message; room comes back in portions, so the
 * sender sleeps and wakes less often than the receiver reads.
 */
#include <assert.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "ipc/parcel.h"

enum {
	PARCEL_LAG = 8,	  /* room is handed back by this part of the depth */
	PARCEL_SHARE = 4, /* a link may take this part of what is left */
};

/* Positions wrap; they start where each run crosses that. */
#define PARCEL_FIRST (0u - 256u)

struct parcel_slot {
	_Atomic uint32_t stamp; /* position + 1 once it is filled */
	uint32_t len;
};

/* Each writer has lines of its own. */
struct parcel_shared {
	_Alignas(SHM_APART) _Atomic uint32_t tail; /* receiver */
	_Alignas(SHM_APART) struct event filled;   /* who sleeps for a slot */
	_Alignas(SHM_APART) struct event drained;  /* ... and for tail */
	_Alignas(SHM_APART) struct event met;	   /* ... and for the place */
	_Atomic uint32_t here;
	struct parcel_place place;
	_Alignas(SHM_APART) struct parcel_slot slots[]; /* sender */
};

int parcel_open(struct shm *shm, uint32_t depth)
{
	struct parcel_shared *shared;
	int err;

	assert(depth > 0 && (depth & (depth - 1)) == 0);
	err = shm_open_anon(shm, "ipcbench-parcels",
			    sizeof(*shared) + depth * sizeof(*shared->slots),
			    false);
	if (err)
		return err;
	shared = shm->at;
	/* Nobody else is here yet: what starts a node publishes these. */
	atomic_init(&shared->tail, PARCEL_FIRST);
	for (uint32_t i = 0; i < depth; i++) {
		uint32_t pos = PARCEL_FIRST + i;

		/* As a lap earlier would have left it. */
		atomic_init(&shared->slots[pos & (depth - 1)].stamp,
			    pos + 1 - depth);
	}
	return 0;
}

int parcel_attach(struct parcel *p, const struct shm *shm, uint32_t depth,
		  const struct ipc_link *link)
{
	*p = (struct parcel){
		.shared = shm->at,
		.policy = &link->policy,
		.depth = depth,
		.eager = depth,
		.pos = PARCEL_FIRST,
		.tail = PARCEL_FIRST,
		.lag = depth > PARCEL_LAG ? depth / PARCEL_LAG : 1,
	};
	return shm_fault_in(shm->at, shm->bytes);
}

int parcel_room(struct parcel *p, unsigned int flags)
{
	_Atomic uint32_t *tail = &p->shared->tail;
	uint32_t limit = flags & IPC_NOWAIT ? p->eager : p->depth;

	if (p->pos - p->tail < limit)
		return 0;
	/* Pairs with the release in parcel_flush(): the bytes of the buffer
	 * have left it before we write there again. */
	p->tail = atomic_load_explicit(tail, memory_order_acquire);
	if (p->pos - p->tail < limit)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	p->tail = event_wait(&p->shared->drained, tail, p->tail, p->policy);
	return 0;
}

void parcel_sent(struct parcel *p)
{
	p->pos++;
}

void parcel_post(struct parcel *p, size_t len)
{
	struct parcel_slot *slot = &p->shared->slots[parcel_buffer(p)];

	slot->len = (uint32_t)len;
	/* Releases the length and the buffer: the receiver must not fetch what
	 * was there a lap ago. */
	event_post(&p->shared->filled, &slot->stamp, ++p->pos, p->policy);
}

void parcel_flush(struct parcel *p)
{
	if (p->tail == p->pos)
		return;
	p->tail = p->pos;
	/* Releases the buffers up to here: no read of them may come later than
	 * the sender's next write. */
	event_post(&p->shared->drained, &p->shared->tail, p->pos, p->policy);
}

void parcel_done(struct parcel *p)
{
	p->pos++;
	if (p->pos - p->tail >= p->lag)
		parcel_flush(p);
}

int parcel_next(struct parcel *p, size_t *len, unsigned int flags)
{
	struct parcel_slot *slot = &p->shared->slots[parcel_buffer(p)];
	uint32_t before = p->pos + 1 - p->depth;

	/* Pairs with the release in parcel_post(). */
	if (atomic_load_explicit(&slot->stamp, memory_order_acquire) ==
	    before) {
		/* The sender may wait for just the room that we hold back. */
		parcel_flush(p);
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		event_wait(&p->shared->filled, &slot->stamp, before, p->policy);
	}
	*len = slot->len;
	return 0;
}

void parcel_here(struct parcel *p, void *at)
{
	p->shared->place = (struct parcel_place){getpid(), at};
	/* Releases the place. */
	event_post(&p->shared->met, &p->shared->here, 1, p->policy);
}

struct parcel_place parcel_there(struct parcel *p)
{
	/* Pairs with the release in parcel_here(). */
	event_wait(&p->shared->met, &p->shared->here, 0, p->policy);
	return p->shared->place;
}

size_t parcel_stride(size_t msg_max)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), stride = SHM_LINE;

	if (msg_max >= page)
		return shm_round(msg_max, page);
	while (stride < msg_max)
		stride *= 2;
	return stride;
}

int parcel_map(void **at, size_t bytes)
{
	void *got = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (got == MAP_FAILED)
		return -errno;
	*at = got;
	return 0;
}

void parcel_unmap(void *at, size_t bytes)
{
	if (at)
		munmap(at, bytes);
}

int parcel_fits(size_t msg_max, size_t stride, size_t buffers, struct why *why)
{
	size_t limit = memory_available() / PARCEL_SHARE;
	int err = ipc_length_fits(msg_max, why);

	if (err)
		return err;
	if (buffers > limit / stride)
		return why_not(why, -ENOMEM,
			       "%zu buffers of %zu B are %zu MiB, over the %zu "
			       "MiB that a link may take of what is left here",
			       buffers, stride, buffers * stride >> 20,
			       limit >> 20);
	return 0;
}
