/* SPDX-License-Identifier: MIT */
/* TCP over the loopback interface, for every back-end that is that. */
#ifndef IPCBENCH_IPC_LOOPBACK_H
#define IPCBENCH_IPC_LOOPBACK_H

#include "ipc/fd.h"

struct loopback_tcp {
	bool nodelay;		 /* TCP_NODELAY */
	uint64_t sndbuf, rcvbuf; /* bytes; 0: the kernel's choice */
};

/*
 * As an fd_make: a connection to 127.0.0.1, one end for each side, and the
 * sender's buffer in room_max. Closing an end resets it, so that no port is
 * left in TIME_WAIT.
 */
int loopback_tcp(struct fd_link *link, const struct loopback_tcp *how,
		 struct why *why);

#endif
