/* SPDX-License-Identifier: MIT */
/*
 * Calls over sockets of AF_UNIX that carry the right to reply with them: a
 * request comes with one end of a socket pair that was made for it, and
 * whoever has that end can reply. See delegated.c.
 */
#ifndef IPCBENCH_IPC_DELEGATED_H
#define IPCBENCH_IPC_DELEGATED_H

#include "ipc/call.h"
#include "ipc/fd.h"

/* First member of the service; the back-end's open fills it. */
struct delegated_service {
	struct call_service base;
	int type; /* of the sockets of requests: SOCK_SEQPACKET ... */
	int request[2];
	int relay[CALL_SERVERS][2]; /* to each server, from the others */
};

struct delegated_right {
	int fd; /* the end to reply to, or -1 */
	uint64_t token;
};

/* A request that a server relayed to itself. */
struct delegated_kept;

struct delegated_port {
	struct call_port base;
	struct ipc_spec waiting;		    /* for ipc/patience.h */
	struct delegated_right right[CALL_CLIENTS]; /* server */
	struct delegated_kept *first, **last;
	int posted[CALL_POSTED]; /* client: where the replies will come */
	unsigned int oldest, posts;
};

/* What the kinds of such back-ends have in common; .probe and .open are what
 * makes them differ. */
#define DELEGATED_KIND                                                         \
	.way = CALL_DELEGATED,                                                 \
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |  \
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD), \
	.relays = true, .copies = 4,                                           \
	.calls = {"socketpair getsockopt sendmsg close recvfrom close",        \
		  "recvmsg sendto close"},                                     \
	.service_size = sizeof(struct delegated_service),                      \
	.port_size = sizeof(struct delegated_port), .close = delegated_close,  \
	.attach = delegated_attach, .detach = delegated_detach,                \
	.ops = &delegated_ops

int delegated_probe(int type, const struct call_spec *spec, struct why *why);
int delegated_open(struct call_service *base, int type);
void delegated_close(struct call_service *base);
int delegated_attach(struct call_port *base);
void delegated_detach(struct call_port *base);
extern const struct call_ops delegated_ops;

#endif
