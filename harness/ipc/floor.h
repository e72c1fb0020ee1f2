/* SPDX-License-Identifier: MIT */
/*
 * What the floors share: back-ends that carry nothing and never wait, so that
 * all they measure is the one step that they take for each operation.
 *
 * Of a round trip node 0, which has the clock, takes every step: the ports of
 * whoever only answers are idle. So nobody shares its PU or its memory, and in
 * a stream, which nothing answers, the sender takes its steps and the receiver
 * takes its own.
 */
#ifndef IPCBENCH_IPC_FLOOR_H
#define IPCBENCH_IPC_FLOOR_H

#include "ipc/backend.h"

#define FLOOR_CAPS \
	(IPC_RELIABLE | IPC_COPY | IPC_PROCESSES | IPC_THREADS | IPC_VOID)

/* What their tables have in common. No wait is ever used. */
#define FLOOR_IMPL                                                             \
	.family = IPC_FLOOR,                                                   \
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |  \
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD), \
	.link_size = sizeof(struct ipc_link), .open = floor_open,              \
	.close = floor_close

/* First member of their ports. */
struct floor_port {
	struct ipc_port base;
	bool idle; /* an operation takes no step */
};

/* ipc_impl.attach; those of back-ends with more to do begin with it. */
int floor_attach(struct ipc_port *port);

/* ipc_impl.open and .close: there is nothing between the two sides. */
int floor_open(struct ipc_link *link);
void floor_close(struct ipc_link *link);

/* ipc_impl.probe for those whose ports hold spec.msg_max each. */
int floor_probe(const struct ipc_spec *spec, struct why *why);

/* Bytes of memory of the port's own, zeroed and faulted in, shared with nobody
 * (but MAP_SHARED); floor_unmap() undoes it, and takes NULL. NULL: no
 * memory. */
void *floor_map(size_t bytes);
void floor_unmap(void *at, size_t bytes);

#endif
