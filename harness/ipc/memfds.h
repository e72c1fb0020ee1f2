/* SPDX-License-Identifier: MIT */
/*
 * Messages that are a memfd each: the descriptor passes through a pair of
 * sockets (SCM_RIGHTS), and how many the receiver is done with is counted in
 * shared memory, so that the sender never finds the socket full. One sender,
 * one receiver.
 *
 * Each side sees a message through a window at an address of its own, which
 * shows nothing in between: no other mapping can come to lie there, so a
 * pointer that should be dead is.
 */
#ifndef IPCBENCH_IPC_MEMFDS_H
#define IPCBENCH_IPC_MEMFDS_H

#include "base/shm.h"
#include "ipc/parcel.h"

/* First member of the link. */
struct memfds_link {
	struct ipc_link base;
	struct shm parcels;
	int fd[2];	    /* by enum ipc_side; -1: closed */
	uint32_t hold;	    /* messages under way; a power of two */
	size_t bytes;	    /* of a memfd: msg_max in pages */
	unsigned int flags; /* for memfd_create() */
};

/* First member of the port. */
struct memfds_port {
	struct ipc_port base;
	struct parcel parcel;
	unsigned char *window;
	size_t bytes;
	unsigned int flags;
	int fd; /* socket */
};

/* The functions of ipc_impl, or what they have in common. */
int memfds_probe(const struct ipc_spec *spec, struct why *why);
int memfds_open(struct ipc_link *base);
void memfds_close(struct ipc_link *base);
int memfds_attach(struct ipc_port *base);
void memfds_detach(struct ipc_port *base);
void memfds_describe(const struct ipc_link *base, char *buf, size_t size);

/* A memfd of the port's bytes, which may be sealed; or a negative errno. */
int memfds_make(const struct memfds_port *port, const char *label);

/* Show it in the window, with mmap(2)'s flags MAP_SHARED or MAP_PRIVATE and
 * others; or show nothing. */
int memfds_show(const struct memfds_port *port, int fd, int flags);
int memfds_hide(const struct memfds_port *port);

/* Pass it on, as a message of len bytes; fd stays the caller's. parcel_room()
 * has given room, parcel_sent() is the caller's. 0 or a negative errno. */
int memfds_send(const struct memfds_port *port, int fd, size_t len);

/* The next one, in *len its message's length. Waits as the link's policy has
 * it. Returns a descriptor or a negative errno. */
int memfds_recv(struct memfds_port *port, size_t *len, unsigned int flags);

#endif
