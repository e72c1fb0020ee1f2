/* SPDX-License-Identifier: MIT */
/*
 * A pipe that pages are put into instead of bytes: the pipe then refers to the
 * sender's own pages, and the receiver's read(2) is the only copy. For
 * vmsplice(2) and splice(2).
 *
 * The sender writes a message in a buffer of its store, puts the buffer's
 * pages into the pipe and must not write there again before the receiver has
 * read them: that is counted as ipc/parcel.h has it. Each message takes as
 * many of the pipe's slots as it has pages, however short the last, so the
 * sender knows how many messages the pipe has room for: that many buffers it
 * has, a power of two of them, and then a put never waits. Where not even two
 * fit, it has two all the same, so that it can write one while the other is
 * read; then the put of a message waits for room, and one that is longer than
 * the pipe fills and drains it by turns.
 */
#ifndef IPCBENCH_IPC_PAGEPIPE_H
#define IPCBENCH_IPC_PAGEPIPE_H

#include "ipc/fd.h"
#include "ipc/parcel.h"

struct pagepipe_port;

/* Put len bytes of the store, from byte at on, into the pipe; how: flags of
 * splice(2). Returns how many were put, which may be fewer, or -1 and errno. */
typedef ssize_t (*pagepipe_put)(const struct pagepipe_port *port, size_t at,
				size_t len, unsigned int how);

struct pagepipe_link {
	struct fd_link ends;
	struct shm parcels;
	struct shm store; /* the sender's, where it is shared memory */
	pagepipe_put put;
	size_t stride; /* of the store */
	uint32_t depth;
	uint32_t eager;
};

struct pagepipe_port {
	struct fd_port end;
	struct parcel parcel;
	pagepipe_put put;
	unsigned char *store; /* sender; receiver: of a taken message */
	size_t stride;
	size_t mapped;	  /* bytes of store that are this port's own */
	unsigned int how; /* for put */
	int store_fd;
};

/* What the tables of such back-ends have in common; "size" is the first of
 * their options. */
enum { PAGEPIPE_SIZE };
#define PAGEPIPE_IMPL                                                          \
	.family = IPC_TRANSFER, .memory = IPC_MEMORY_SENDER,                   \
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_PROCESSES |       \
		IPC_THREADS,                                                   \
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |  \
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD), \
	.senders_max = 1, .receivers_max = 1,                                  \
	.link_size = sizeof(struct pagepipe_link),                             \
	.port_size = sizeof(struct pagepipe_port), .close = pagepipe_close,    \
	.attach = pagepipe_attach, .detach = pagepipe_detach,                  \
	.describe = pagepipe_describe, .ops = &pagepipe_ops

/* For probe: can the pipe be made, and is there memory? */
int pagepipe_probe(const struct ipc_spec *spec, struct why *why);

/* For open: all of it; the back-end fills put first. shared: the store is
 * shared memory, else private memory of the sender. */
int pagepipe_open(struct ipc_link *base, bool shared);
void pagepipe_close(struct ipc_link *base);
int pagepipe_attach(struct ipc_port *base);
void pagepipe_detach(struct ipc_port *base);
void pagepipe_describe(const struct ipc_link *base, char *buf, size_t size);

/* ipc_impl.ops: all six. */
extern const struct ipc_ops pagepipe_ops;

#endif
