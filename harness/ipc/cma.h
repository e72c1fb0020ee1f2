/* SPDX-License-Identifier: MIT */
/*
 * Cross memory attach: one process copies to or from the memory of another,
 * process_vm_readv(2) and process_vm_writev(2). One side keeps a store of
 * spec.depth buffers in its private memory and says where (ipc/parcel.h); the
 * other does all the copying. Participants may be threads of one process too.
 */
#ifndef IPCBENCH_IPC_CMA_H
#define IPCBENCH_IPC_CMA_H

#include "ipc/parcel.h"

struct cma_link {
	struct ipc_link base;
	struct shm parcels;
	pid_t trial; /* that all participants descend from */
};

struct cma_port {
	struct ipc_port base;
	struct parcel parcel;
	unsigned char *own; /* the store, or one buffer on the other side */
	size_t own_bytes;
	size_t stride;
	struct parcel_place there; /* the store, once it is known: pid not 0 */
};

/* What the tables of both back-ends have in common. */
#define CMA_IMPL                                                               \
	.family = IPC_TRANSFER,                                                \
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |        \
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,                       \
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |  \
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD), \
	.senders_max = 1, .receivers_max = 1,                                  \
	.link_size = sizeof(struct cma_link),                                  \
	.port_size = sizeof(struct cma_port), .probe = cma_probe,              \
	.open = cma_open, .close = cma_close, .detach = cma_detach,            \
	.describe = cma_describe

/*
 * Are both calls there, and would the kernel let one participant at another's
 * memory? That takes the right to trace it: the same user, a program that may
 * be dumped, and what Yama has to say (man 2 ptrace, kernel.yama.ptrace_scope).
 */
int cma_allowed(const struct ipc_spec *spec, struct why *why);

/* The same, and is there memory for the store? */
int cma_probe(const struct ipc_spec *spec, struct why *why);

int cma_open(struct ipc_link *base);
void cma_close(struct ipc_link *base);
void cma_describe(const struct ipc_link *base, char *buf, size_t size);

/* keeps: this side has the store. It lets the trial's processes at it. */
int cma_attach(struct ipc_port *base, bool keeps);
void cma_detach(struct ipc_port *base);

/*
 * Copy len bytes from the buffer at pos of the other side's store into buf, or
 * from buf into it. The first put waits for the other side to attach; the
 * first get does not, as its message came from there. 0, -EPIPE where the
 * other is gone, or another negative errno.
 */
int cma_get(struct cma_port *port, void *buf, size_t len);
int cma_put(struct cma_port *port, const void *buf, size_t len);

/* The buffer at pos of this side's store. */
static inline unsigned char *cma_buffer(const struct cma_port *port)
{
	return port->own + parcel_buffer(&port->parcel) * port->stride;
}

#endif
