/* SPDX-License-Identifier: MIT */
/*
 * One-to-one exchange of pages by remapping.
 *
 * Frames come in groups, as many as one mmap(2) moves. Each side sees one
 * group, through a window at an address that never changes:
 *
 *	sender's window  -> full queue  -> receiver's window
 *	       ^                                  |
 *	       +--------- empty queue <-----------+
 *
 * The sender hands a group over when all its frames are published. A group of
 * several it hands over earlier when the receiver waits for it, and what the
 * receiver finds published in a group that is not handed over, it reads
 * through the descriptor: so nothing that is published waits.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/frames.h"

enum {
	SWAP_WINDOWS = 2,	 /* one for each side */
	SWAP_STORE = 16 << 20,	 /* bytes of frames, if that is two groups */
	SWAP_HUGE_MIN = 1 << 17, /* a group of this size has a large page of its
				    own: one entry to remap, not one for each
				    4 KiB */
	SWAP_BATCH_MAX = 64,
};

enum { SWAP_BATCH, SWAP_FAULT, SWAP_PAGES };
enum { FAULT_LAZY, FAULT_POPULATE };

static const char *const fault_names[] = {"lazy", "populate", NULL};

static const struct ipc_option swap_options[] = {
	[SWAP_BATCH] = {.name = "batch",
			.help = "messages remapped by one system call; over 1, "
				"the sender can still reach those that wait "
				"for the call",
			.kind = IPC_OPTION_COUNT,
			.preset = 1,
			.min = 1,
			.max = SWAP_BATCH_MAX},
	[SWAP_FAULT] = {.name = "fault",
			.help = "page table entries are filled in when a page "
				"is touched, or with the remap",
			.kind = IPC_OPTION_CHOICE,
			.preset = FAULT_POPULATE,
			.names = fault_names},
	[SWAP_PAGES] = PAGES_OPTION,
	{.name = NULL},
};

/* Which group each window shows at first; the others are empty. */
enum { SWAP_SENDER, SWAP_RECEIVER, SWAP_EMPTY };

/* Positions wrap; they start where each run crosses that. */
#define SWAP_FIRST (0u - 16u)

struct swap_entry {
	uint32_t group;
	uint32_t count; /* of its messages, once it is handed over */
	uint32_t len[SWAP_BATCH_MAX];
};

/*
 * Both queues. Entries need no count of those that were read: a group is in
 * one place at a time, and there are more entries than groups.
 */
struct swap_shared {
	/* The sender's. */
	_Alignas(SHM_APART) _Atomic uint32_t published; /* messages */
	_Atomic uint32_t handed;			/* groups */
	/* The receiver's: empty groups that it gave back. */
	_Alignas(SHM_APART) _Atomic uint32_t returned;
	_Atomic uint32_t hungry; /* it found nothing, or a part of a group */
	/* Of whoever sleeps. */
	_Alignas(SHM_APART) struct event filled;
	_Alignas(SHM_APART) struct event emptied;
};

struct swap_link {
	struct ipc_link base;
	struct shm queues; /* shared, entries, empty groups */
	int fd;		   /* of the frames */
	size_t page_bytes; /* that they are made of */
};

struct swap_port {
	struct ipc_port base;
	struct swap_shared *shared;
	struct swap_entry *full;
	uint32_t *empty;
	uint32_t mask; /* of positions, in either queue */
	uint32_t batch;

	unsigned char *window;
	unsigned char *reserved; /* the window and what aligns it */
	size_t reserved_bytes;
	unsigned char *aside; /* receiver: a message that was read */
	size_t frame_bytes, group_bytes;
	int map_flags;
	int fd;

	uint32_t group;	    /* in the window */
	uint32_t used;	    /* of the entry at full_pos: messages published or
			       taken */
	uint32_t pos;	    /* messages published or taken, of all */
	uint32_t full_pos;  /* entry that is written or read */
	uint32_t empty_pos; /* next empty group to take or to give back */
	bool here;	    /* receiver: the entry's group is in the window */
	bool hungry;	    /* receiver: as in shared */
};

static uint32_t swap_batch(const struct ipc_spec *spec)
{
	return (uint32_t)spec->option[SWAP_BATCH];
}

static size_t swap_frame_bytes(const struct ipc_spec *spec)
{
	return shm_round(spec->msg_max, (size_t)sysconf(_SC_PAGESIZE));
}

/* What a group's address and offset are multiples of: a page table entry maps
 * 2 MiB only where both are aligned so. */
static size_t swap_unit(const struct ipc_spec *spec)
{
	size_t bytes = swap_batch(spec) * swap_frame_bytes(spec);
	enum pages pages = (enum pages)spec->option[SWAP_PAGES];

	if (pages == PAGES_EXPLICIT ||
	    (pages == PAGES_TRANSPARENT && bytes >= SWAP_HUGE_MIN))
		return SHM_HUGE;
	return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t swap_group_bytes(const struct ipc_spec *spec)
{
	return shm_round(swap_batch(spec) * swap_frame_bytes(spec),
			 swap_unit(spec));
}

/* A small message takes a page all the same: as many as it asks for, or as
 * many as a cache may hold. */
static uint32_t swap_empty_groups(const struct ipc_spec *spec)
{
	uint32_t n = spec->depth / swap_batch(spec);

	while (n > 2 &&
	       n * swap_frame_bytes(spec) * swap_batch(spec) > SWAP_STORE)
		n /= 2;
	return n > 1 ? n : 1;
}

static uint32_t swap_groups(const struct ipc_spec *spec)
{
	return swap_empty_groups(spec) + SWAP_WINDOWS;
}

/* A power of two, and more than groups. */
static uint32_t swap_entries(const struct ipc_spec *spec)
{
	uint32_t entries = 1;

	while (entries <= swap_groups(spec))
		entries *= 2;
	return entries;
}

static int swap_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(swap_groups(spec) * swap_group_bytes(spec),
				  (enum pages)spec->option[SWAP_PAGES], why);
}

/* The frames, all of them present, and mapped nowhere. */
static int swap_open_frames(struct swap_link *link)
{
	const struct ipc_spec *spec = &link->base.spec;
	struct shm shm;
	int err = frames_open(&shm, "ipcbench-pageswap",
			      swap_groups(spec) * swap_group_bytes(spec),
			      (enum pages)spec->option[SWAP_PAGES]);

	if (err)
		return err;
	link->fd = shm.fd;
	link->page_bytes = frames_page_bytes(&shm);
	munmap(shm.at, shm.bytes);
	return 0;
}

static size_t swap_full_at(void)
{
	return shm_round(sizeof(struct swap_shared), SHM_APART);
}

static size_t swap_empty_at(const struct ipc_spec *spec)
{
	return swap_full_at() +
	       shm_round(swap_entries(spec) * sizeof(struct swap_entry),
			 SHM_APART);
}

static int swap_open_queues(struct swap_link *link)
{
	const struct ipc_spec *spec = &link->base.spec;
	uint32_t entries = swap_entries(spec), n = swap_empty_groups(spec);
	struct swap_shared *shared;
	uint32_t *empty;
	int err = shm_open_anon(&link->queues, "ipcbench-pageswap-queues",
				swap_empty_at(spec) + entries * sizeof(*empty),
				false);

	if (err)
		return err;
	shared = link->queues.at;
	empty = (void *)((char *)link->queues.at + swap_empty_at(spec));
	for (uint32_t i = 0; i < n; i++)
		empty[(SWAP_FIRST + i) & (entries - 1)] = SWAP_EMPTY + i;
	/* Nobody else is here yet: what starts a node publishes these. */
	atomic_init(&shared->returned, SWAP_FIRST + n);
	atomic_init(&shared->published, SWAP_FIRST);
	atomic_init(&shared->handed, SWAP_FIRST);
	return 0;
}

static int swap_open(struct ipc_link *base)
{
	struct swap_link *link = (struct swap_link *)base;
	int err = swap_open_frames(link);

	if (err)
		return err;
	err = swap_open_queues(link);
	if (err)
		close(link->fd);
	return err;
}

static void swap_close(struct ipc_link *base)
{
	struct swap_link *link = (struct swap_link *)base;

	shm_close(&link->queues);
	close(link->fd);
}

/* Show a group in the window, in place of what was there. */
static int swap_map(struct swap_port *port, uint32_t group)
{
	off_t at = (off_t)group * (off_t)port->group_bytes;

	if (mmap(port->window, port->group_bytes, PROT_READ | PROT_WRITE,
		 port->map_flags, port->fd, at) == MAP_FAILED)
		return -errno;
	port->group = group;
	return 0;
}

static int swap_reserve(struct swap_port *port)
{
	size_t unit = swap_unit(&port->base.link->spec);
	void *at;

	port->reserved_bytes = port->group_bytes + unit;
	at = mmap(NULL, port->reserved_bytes, PROT_NONE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return -errno;
	port->reserved = at;
	port->window = (void *)shm_round((uintptr_t)at, unit);
	return 0;
}

/* Where a message is read to that is not handed over yet. */
static int swap_make_aside(struct swap_port *port)
{
	void *at;

	if (port->base.side == IPC_TX || port->batch == 1)
		return 0;
	at = mmap(NULL, port->frame_bytes, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (at == MAP_FAILED)
		return -errno;
	port->aside = at;
	return 0;
}

static void swap_detach(struct ipc_port *base)
{
	struct swap_port *port = (struct swap_port *)base;

	if (port->aside)
		munmap(port->aside, port->frame_bytes);
	munmap(port->reserved, port->reserved_bytes);
}

static void swap_fill_port(struct swap_port *port, const struct swap_link *link)
{
	const struct ipc_spec *spec = &link->base.spec;
	char *queues = link->queues.at;

	port->shared = link->queues.at;
	port->full = (void *)(queues + swap_full_at());
	port->empty = (void *)(queues + swap_empty_at(spec));
	port->mask = swap_entries(spec) - 1;
	port->batch = swap_batch(spec);
	port->frame_bytes = swap_frame_bytes(spec);
	port->group_bytes = swap_group_bytes(spec);
	port->map_flags = MAP_SHARED | MAP_FIXED;
	if (spec->option[SWAP_FAULT] == FAULT_POPULATE)
		port->map_flags |= MAP_POPULATE;
	port->fd = link->fd;
	port->pos = port->full_pos = port->empty_pos = SWAP_FIRST;
	if (port->base.side == IPC_RX)
		port->empty_pos += swap_empty_groups(spec);
}

static int swap_attach(struct ipc_port *base)
{
	struct swap_port *port = (struct swap_port *)base;
	const struct swap_link *link = (struct swap_link *)base->link;
	bool tx = base->side == IPC_TX;
	int err;

	swap_fill_port(port, link);
	err = shm_fault_in(link->queues.at, link->queues.bytes);
	if (err)
		return err;
	err = swap_reserve(port);
	if (err)
		return err;
	err = swap_make_aside(port);
	if (!err)
		err = swap_map(port, tx ? SWAP_SENDER : SWAP_RECEIVER);
	if (err)
		swap_detach(base);
	else if (tx)
		port->full[port->full_pos & port->mask].group = SWAP_SENDER;
	return err;
}

static void swap_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct swap_link *link = (const struct swap_link *)base;
	const struct ipc_spec *spec = &base->spec;

	snprintf(buf, size, "%u groups of %u x %zu KiB, %zu KiB pages",
		 swap_groups(spec), swap_batch(spec),
		 swap_frame_bytes(spec) >> 10, link->page_bytes >> 10);
}

/* 0 when an empty group is there to take, or -EAGAIN. */
static int swap_room(struct swap_port *port, unsigned int flags)
{
	_Atomic uint32_t *returned = &port->shared->returned;

	/* Pairs with the release in swap_give_back(). */
	if (atomic_load_explicit(returned, memory_order_acquire) !=
	    port->empty_pos)
		return 0;
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(&port->shared->emptied, returned, port->empty_pos,
		   &port->base.link->policy);
	return 0;
}

/* The message that completes a group takes an empty one, as publishing it must
 * not wait. */
static int swap_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct swap_port *port = (struct swap_port *)tx;
	int err = 0;

	assert(len <= tx->msg_max);
	if (port->used + 1 == port->batch)
		err = swap_room(port, flags);
	if (err)
		return err;
	m->data = port->window + port->used * port->frame_bytes;
	m->len = len;
	return 0;
}

/* Take the group out of the window, for good, and let the receiver have it. */
static int swap_hand_over(struct swap_port *port)
{
	struct swap_entry *entry = &port->full[port->full_pos & port->mask];
	uint32_t next = port->empty[port->empty_pos & port->mask];
	int err = swap_map(port, next);

	if (err)
		return err;
	port->empty_pos++;
	entry->count = port->used;
	port->used = 0;
	port->full_pos++;
	port->full[port->full_pos & port->mask].group = next;
	/* Releases count and frames: all stores through the window are
	 * before it. */
	atomic_store_explicit(&port->shared->handed, port->full_pos,
			      memory_order_release);
	return 0;
}

/* Is the receiver there already, and may we give it less than a group? */
static bool swap_is_due(struct swap_port *port)
{
	return port->used == port->batch ||
	       (atomic_load_explicit(&port->shared->hungry,
				     memory_order_relaxed) &&
		swap_room(port, IPC_NOWAIT) == 0);
}

static int swap_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct swap_port *port = (struct swap_port *)tx;
	struct swap_entry *entry = &port->full[port->full_pos & port->mask];
	int err = 0;

	entry->len[port->used++] = (uint32_t)m->len;
	if (swap_is_due(port))
		err = swap_hand_over(port);
	if (err) {
		port->used--;
		return err;
	}
	/* Releases the entry and, where it is not handed over, the message:
	 * the receiver may read it now. */
	event_post(&port->shared->filled, &port->shared->published, ++port->pos,
		   &port->base.link->policy);
	return 0;
}

static void swap_set_hungry(struct swap_port *port, bool hungry)
{
	if (port->batch == 1 || port->hungry == hungry)
		return;
	port->hungry = hungry;
	/* A hint: who misses it hands over later. */
	atomic_store_explicit(&port->shared->hungry, hungry,
			      memory_order_relaxed);
}

/* 0 once a message is published that is not taken, or -EAGAIN. */
static int swap_ready(struct swap_port *port, unsigned int flags)
{
	_Atomic uint32_t *published = &port->shared->published;

	/* Pairs with the release in swap_publish(). */
	if (atomic_load_explicit(published, memory_order_acquire) != port->pos)
		return 0;
	swap_set_hungry(port, true);
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	event_wait(&port->shared->filled, published, port->pos,
		   &port->base.link->policy);
	return 0;
}

static void swap_give_back(struct swap_port *port, uint32_t group)
{
	port->empty[port->empty_pos & port->mask] = group;
	/* Releases the group: no read of it comes later. */
	event_post(&port->shared->emptied, &port->shared->returned,
		   ++port->empty_pos, &port->base.link->policy);
}

/* Is the entry that is read handed over? */
static bool swap_handed(const struct swap_port *port)
{
	/* Pairs with the release in swap_hand_over(). */
	return atomic_load_explicit(&port->shared->handed,
				    memory_order_acquire) != port->full_pos;
}

/* The entry of the next message. A group that is done with has been in the
 * window: its last message is published after it is handed over. */
static struct swap_entry *swap_entry(struct swap_port *port)
{
	struct swap_entry *entry = &port->full[port->full_pos & port->mask];

	if (!port->here || port->used < entry->count)
		return entry;
	port->here = false;
	port->used = 0;
	return &port->full[++port->full_pos & port->mask];
}

/* Put the entry's group into the window, and what was there back. */
static int swap_show(struct swap_port *port, const struct swap_entry *entry)
{
	uint32_t old = port->group;
	int err = swap_map(port, entry->group);

	if (err)
		return err;
	port->here = true;
	swap_give_back(port, old);
	swap_set_hungry(port, false);
	return 0;
}

/* Read a message of a group that is still in the sender's window. */
static int swap_read(struct swap_port *port, const struct swap_entry *entry,
		     size_t len)
{
	off_t at = (off_t)entry->group * (off_t)port->group_bytes +
		   (off_t)(port->used * port->frame_bytes);
	ssize_t n = pread(port->fd, port->aside, len, at);

	if (n < 0)
		return -errno;
	swap_set_hungry(port, true);
	return (size_t)n == len ? 0 : -EIO;
}

static int swap_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct swap_port *port = (struct swap_port *)rx;
	int err = swap_ready(port, flags);
	const struct swap_entry *entry;
	size_t len;

	if (err)
		return err;
	entry = swap_entry(port);
	len = entry->len[port->used];
	if (!port->here && swap_handed(port))
		err = swap_show(port, entry);
	else if (!port->here)
		err = swap_read(port, entry, len);
	if (err)
		return err;
	m->data = port->here ? port->window + port->used * port->frame_bytes
			     : port->aside;
	m->len = len;
	port->used++;
	port->pos++;
	return 0;
}

/* The frame stays in the window, where only we can see it, until the next
 * group takes its place. */
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
	.about =
		"A message is written into pages that the sender sees through "
		"a window of its address space. To publish, it maps empty "
		"pages there in place of the full ones, with one mmap(2), and "
		"passes the number of the full ones on; the receiver maps them "
		"into its own window, in place of those that it has read, and "
		"passes those back. No byte is copied, and a page is never in "
		"two windows: a stray store through an old pointer cannot "
		"reach a message that was sent, nor an old pointer of the "
		"receiver see one that it was not given. What is isolated is "
		"the mapping: the descriptor of the memory stays open on both "
		"sides, and whoever wants to can map it again.\n"
		"The price does not depend on the bytes but on page table "
		"entries: each remap tears down the old ones, flushes them "
		"from the TLB and fills in the new. With 4 KiB pages that is "
		"hundreds of ns a page, more than to copy it; with one 2 MiB "
		"page it is some us for all. So a group of 128 KiB and more "
		"has 2 MiB pages of its own, unless pages=small. Between "
		"threads each remap also interrupts the other's PU, which "
		"single-threaded processes are spared.\n"
		"fault=lazy leaves the entries to page faults, one for each "
		"4 KiB that is written. batch=N remaps N messages with one "
		"call on either side. Then a message that waits for the others "
		"of its group is visible to the receiver, which reads it with "
		"pread(2), a copy, rather than wait; the sender hands over "
		"less than a group once it sees the receiver wait. Isolation "
		"begins with that hand-over: a stray store reaches a message "
		"that was published, but not handed over yet.\n"
		"Compare with pool, which leaves everything mapped, and with "
		"ring, which copies through send and recv. See mmap(2), "
		"MADV_COLLAPSE in madvise(2), mm/shmem.c, and for the idea "
		"Druschel and Peterson, Fbufs (SOSP 1993).\n",
	.family = IPC_TRANSFER,
	.contract = {.copies = {[IPC_API_LEND] = 0},
		     .copier = {[IPC_API_LEND] = IPC_BY_PAGES},
		     .calls = {"mmap", "mmap"},
		     .wake = IPC_WAKE_EXTRA},
	.options = swap_options,
	.memory = IPC_MEMORY_MOVED,
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
