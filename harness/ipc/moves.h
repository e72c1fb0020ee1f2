/* SPDX-License-Identifier: MIT */
/*
 * Messages whose pages move from place to place within one address space, for
 * back-ends between threads. A buffer is at one of three places, and whoever
 * may not touch it has no pages there:
 *
 *	sender's place	-publish->  transit  -take->  receiver's window
 *	       ^                                            |
 *	       +------------------ release -----------------+
 *
 * How pages are moved is the back-end's.
 */
#ifndef IPCBENCH_IPC_MOVES_H
#define IPCBENCH_IPC_MOVES_H

#include "base/shm.h"
#include "ipc/frames.h"
#include "ipc/parcel.h"

/* First option of such a back-end. */
enum { MOVES_PAGES };
#define MOVES_PAGES_OPTION                                                \
	{                                                                 \
		.name = "pages",                                          \
		.help = "small ones, or 2 MiB where the kernel has them", \
		.kind = IPC_OPTION_CHOICE, .preset = PAGES_TRANSPARENT,   \
		.names = moves_pages_names,                               \
	}
/* Of enum pages, those that private memory can have; ends with NULL. */
extern const char *const moves_pages_names[];

/* First member of the link. */
struct moves_link {
	struct ipc_link base;
	struct shm parcels;
	unsigned char *reserved; /* all places, and what aligns them */
	unsigned char *store;	 /* sender's places, transit, the window */
	size_t reserved_bytes, store_bytes;
	size_t stride;	  /* from one place to the next */
	uint32_t buffers; /* a power of two */
};

/* First member of the port. */
struct moves_port {
	struct ipc_port base;
	struct parcel parcel;
	unsigned char *sender, *transit, *window;
	size_t stride;
	/* Set before moves_attach(): move stride bytes of pages. The source is
	 * left without any; the target has none. 0 or a negative errno. */
	int (*move)(struct moves_port *port, void *to, void *from);
};

/* ipc_impl.probe, or the last part of it: is there memory? */
int moves_probe(const struct ipc_spec *spec, struct why *why);

/* ipc_impl.open and .close. Places without pages: a process that is forked
 * from here gets its own. */
int moves_open(struct ipc_link *base);
void moves_close(struct ipc_link *base);

/* The last part of ipc_impl.attach; there is nothing to detach. The sender's
 * side puts the pages there. */
int moves_attach(struct moves_port *port);

void moves_describe(const struct ipc_link *base, char *buf, size_t size);

/* ipc_impl.ops: loan, publish, take and release. */
extern const struct ipc_ops moves_ops;

#endif
