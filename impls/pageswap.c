/* SPDX-License-Identifier: MIT */
/*
 * One-to-one exchange of pages: no byte is copied, and what is sent leaves the
 * sender.
 *
 * Each side sees exactly one frame of a memfd, through a window at an address
 * that never changes. To publish, the sender maps an empty frame into its
 * window, in place of the one that it wrote, and passes that one's number on.
 * To take, the receiver maps the full frame into its window, in place of the
 * one that it was done with, and passes that one's number back. So each side
 * remaps once for each message, and a frame is never in two windows:
 *
 *	sender's window  -> full queue  -> receiver's window
 *	       ^                                  |
 *	       +--------- empty queue <-----------+
 *
 *	copies		none; send and recv, which the harness makes of these,
 *			one each, into the window and out of it
 *	system calls	two mmap(2) a message, one on each side, whatever its
 *			size; and as a ring's to sleep and to wake
 *	cost		page table entries that are torn down, flushed from the
 *			TLB and filled in, 4 KiB (or 2 MiB) each
 *
 * What is isolated is the mapping: a stray store through the old pointer
 * cannot reach a message that was sent. The descriptor of the memfd stays
 * open in both processes, so one that wants to can map any frame again.
 *
 * Frames from 2 MiB up are made of 2 MiB pages where the kernel gives them,
 * and a remap is then a few entries instead of thousands.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/shm.h"
#include "ipc/backend.h"

enum {
	SWAP_WINDOWS = 2,      /* one for each side */
	SWAP_SHARE = 4,	       /* a link may take this part of what is left */
	SWAP_STORE = 16 << 20, /* bytes of frames, if that is two and more */
};

/* Which frame each window shows at first; the others are empty. */
enum { SWAP_SENDER, SWAP_RECEIVER, SWAP_EMPTY };

/* Positions wrap; they start where each run crosses that. */
#define SWAP_FIRST (0u - 16u)

struct swap_entry {
	uint32_t frame;
	uint32_t len; /* of the message; full queue only */
};

/*
 * Frame numbers, one way. head is the writer's; what the reader has read needs
 * no telling, as there are never more than depth frames under way: with as
 * many entries as that, a frame comes round again only after its entry was
 * read.
 */
struct swap_queue {
	_Alignas(SHM_APART) _Atomic uint32_t head;
	_Alignas(SHM_APART) struct event filled; /* the reader sleeps */
	_Alignas(SHM_APART) struct swap_entry entries[];
};

struct swap_link {
	struct ipc_link base;
	struct shm queues; /* full, then empty */
	size_t queue_bytes;
	int fd; /* of the frames */
	bool huge;
	size_t frame_bytes;
};

struct swap_port {
	struct ipc_port base;
	struct swap_queue *full, *empty;
	size_t frame_bytes;
	unsigned char *window;
	unsigned char *reserved; /* the window and what aligns it */
	size_t reserved_bytes;
	int fd;
	uint32_t frame;	   /* in the window */
	uint32_t mask;	   /* of positions, in either queue */
	uint32_t full_pos; /* next entry to write or to read */
	uint32_t empty_pos;
};

static size_t swap_unit(const struct ipc_spec *spec)
{
	return spec->msg_max >= SHM_HUGE ? SHM_HUGE
					 : (size_t)sysconf(_SC_PAGESIZE);
}

static size_t swap_frame_bytes(const struct ipc_spec *spec)
{
	return shm_round(spec->msg_max, swap_unit(spec));
}

/* A small message takes a page all the same: as many as it asks for, or as
 * many as a cache may hold. */
static uint32_t swap_depth(const struct ipc_spec *spec)
{
	uint32_t depth = spec->depth;

	while (depth > 2 && depth * swap_frame_bytes(spec) > SWAP_STORE)
		depth /= 2;
	return depth;
}

static size_t swap_frames(const struct ipc_spec *spec)
{
	return (size_t)swap_depth(spec) + SWAP_WINDOWS;
}

static int swap_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t limit = memory_available() / SWAP_SHARE;
	size_t bytes;

	if (spec->msg_max > UINT32_MAX / 2)
		return why_not(why, -EINVAL,
			       "takes messages up to %u bytes, not %zu",
			       UINT32_MAX / 2, spec->msg_max);
	bytes = swap_frames(spec) * swap_frame_bytes(spec);
	if (bytes > limit)
		return why_not(why, -ENOMEM,
			       "%zu frames of %zu KiB are %zu MiB, over the "
			       "%zu MiB that a link may take of what is left "
			       "here",
			       swap_frames(spec), swap_frame_bytes(spec) >> 10,
			       bytes >> 20, limit >> 20);
	return 0;
}

/* The frames, all of them present, and mapped nowhere. */
static int swap_open_frames(struct swap_link *link)
{
	const struct ipc_spec *spec = &link->base.spec;
	struct shm shm;
	int err;

	link->frame_bytes = swap_frame_bytes(spec);
	err = shm_open_anon(&shm, "ipcbench-pageswap",
			    swap_frames(spec) * link->frame_bytes,
			    swap_unit(spec) == SHM_HUGE);
	if (err)
		return err;
	link->fd = shm.fd;
	link->huge = shm.huge;
	munmap(shm.at, shm.bytes);
	return 0;
}

static struct swap_queue *swap_full(const struct swap_link *link)
{
	return link->queues.at;
}

static struct swap_queue *swap_empty(const struct swap_link *link)
{
	return (void *)((char *)link->queues.at + link->queue_bytes);
}

static int swap_open(struct ipc_link *base)
{
	struct swap_link *link = (struct swap_link *)base;
	uint32_t depth = swap_depth(&base->spec);
	struct swap_queue *empty;
	int err;

	link->queue_bytes = shm_round(sizeof(struct swap_queue) +
					      depth * sizeof(struct swap_entry),
				      SHM_APART);
	err = swap_open_frames(link);
	if (err)
		return err;
	err = shm_open_anon(&link->queues, "ipcbench-pageswap-queues",
			    2 * link->queue_bytes, false);
	if (err)
		goto err_frames;
	empty = swap_empty(link);
	for (uint32_t i = 0; i < depth; i++)
		empty->entries[(SWAP_FIRST + i) & (depth - 1)].frame =
			SWAP_EMPTY + i;
	/* Nobody else is here yet: what starts a node publishes these. */
	atomic_init(&empty->head, SWAP_FIRST + depth);
	atomic_init(&swap_full(link)->head, SWAP_FIRST);
	return 0;

err_frames:
	close(link->fd);
	return err;
}

static void swap_close(struct ipc_link *base)
{
	struct swap_link *link = (struct swap_link *)base;

	shm_close(&link->queues);
	close(link->fd);
}

/* Show a frame in the window, in place of what was there. */
static int swap_map(struct swap_port *port, uint32_t frame)
{
	off_t at = (off_t)frame * (off_t)port->frame_bytes;

	if (mmap(port->window, port->frame_bytes, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED | MAP_POPULATE, port->fd,
		 at) == MAP_FAILED)
		return -errno;
	port->frame = frame;
	return 0;
}

/* A page table entry maps 2 MiB only where address and offset are aligned. */
static int swap_reserve(struct swap_port *port)
{
	size_t unit = swap_unit(&port->base.link->spec);
	void *at;

	port->reserved_bytes = port->frame_bytes + unit;
	at = mmap(NULL, port->reserved_bytes, PROT_NONE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return -errno;
	port->reserved = at;
	port->window = (void *)shm_round((uintptr_t)at, unit);
	return 0;
}

static void swap_detach(struct ipc_port *base)
{
	struct swap_port *port = (struct swap_port *)base;

	munmap(port->reserved, port->reserved_bytes);
}

static int swap_attach(struct ipc_port *base)
{
	struct swap_port *port = (struct swap_port *)base;
	const struct swap_link *link = (struct swap_link *)base->link;
	int err;

	port->full = swap_full(link);
	port->empty = swap_empty(link);
	port->frame_bytes = link->frame_bytes;
	port->fd = link->fd;
	port->mask = swap_depth(&base->link->spec) - 1;
	port->full_pos = SWAP_FIRST;
	port->empty_pos = SWAP_FIRST;
	if (base->side == IPC_RX)
		port->empty_pos += port->mask + 1;
	err = shm_fault_in(link->queues.at, link->queues.bytes);
	if (err)
		return err;
	err = swap_reserve(port);
	if (err)
		return err;
	err = swap_map(port,
		       base->side == IPC_TX ? SWAP_SENDER : SWAP_RECEIVER);
	if (err)
		swap_detach(base);
	return err;
}

static void swap_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct swap_link *link = (const struct swap_link *)base;

	snprintf(buf, size, "%zu frames of %zu KiB, %ld KiB pages",
		 swap_frames(&base->spec), link->frame_bytes >> 10,
		 link->huge ? (long)(SHM_HUGE >> 10)
			    : sysconf(_SC_PAGESIZE) >> 10);
}

static void swap_push(struct swap_port *port, struct swap_queue *queue,
		      uint32_t *pos, struct swap_entry entry)
{
	queue->entries[*pos & port->mask] = entry;
	/* Releases the entry, and with it the frame: all stores to it, or all
	 * reads of it, come before the other side has its number. */
	event_post(&queue->filled, &queue->head, ++*pos,
		   &port->base.link->policy);
}

/* 0 once the queue has an entry at pos, or -EAGAIN. */
static int swap_ready(struct swap_port *port, struct swap_queue *queue,
		      uint32_t pos, unsigned int flags)
{
	/* Pairs with the release in swap_push(). */
	if (atomic_load_explicit(&queue->head, memory_order_acquire) != pos)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(&queue->filled, &queue->head, pos, &port->base.link->policy);
	return 0;
}

static int swap_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct swap_port *port = (struct swap_port *)tx;
	int err = swap_ready(port, port->empty, port->empty_pos, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = port->window;
	m->len = len;
	return 0;
}

static int swap_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct swap_port *port = (struct swap_port *)tx;
	struct swap_entry entry = {port->frame, (uint32_t)m->len};
	uint32_t next =
		port->empty->entries[port->empty_pos & port->mask].frame;
	int err = swap_map(port, next);

	if (err)
		return err;
	port->empty_pos++;
	swap_push(port, port->full, &port->full_pos, entry);
	return 0;
}

static int swap_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct swap_port *port = (struct swap_port *)rx;
	struct swap_entry old = {port->frame, 0}, entry;
	int err = swap_ready(port, port->full, port->full_pos, flags);

	if (err)
		return err;
	entry = port->full->entries[port->full_pos & port->mask];
	err = swap_map(port, entry.frame);
	if (err)
		return err;
	port->full_pos++;
	swap_push(port, port->empty, &port->empty_pos, old);
	m->data = port->window;
	m->len = entry.len;
	return 0;
}

/* The frame stays in the window, where only we can see it, until the next
 * message takes its place. */
static int swap_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)rx;
	(void)m;
	return 0;
}

static const struct ipc_ops swap_ops = {
	.loan = swap_loan,
	.publish = swap_publish,
	.take = swap_take,
	.release = swap_release,
};

const struct ipc_impl pageswap_impl = {
	.name = "pageswap",
	.brief = "one-to-one exchange of pages by remapping",
	.family = IPC_TRANSFER,
	.contract = {.copies = {[IPC_API_LEND] = 0},
		     .calls = {"mmap", "mmap"},
		     .wake = IPC_WAKE_EXTRA},
	.caps = IPC_RELIABLE | IPC_ZEROCOPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct swap_link),
	.port_size = sizeof(struct swap_port),
	.probe = swap_probe,
	.open = swap_open,
	.close = swap_close,
	.attach = swap_attach,
	.detach = swap_detach,
	.describe = swap_describe,
	.ops = &swap_ops,
};
