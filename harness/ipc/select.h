/* SPDX-License-Identifier: MIT */
/*
 * Selective receive: of the messages that wait, the one that is wished for.
 *
 * A wish is a criterion, and among several that fit the oldest or the youngest.
 * Where nothing fits the receiver waits, and what does not fit stays where it
 * is, in its order. There are three ways to that:
 *
 *	native	the kernel's queue is searched by the receive call itself
 *	links	nothing is searched: the link's own order will do, or each
 *		sender has a link of its own, and that one is received from
 *	queue	a save queue: the receiver takes all messages off its links,
 *		keeps them in the order in which they came, and searches there
 *
 * A port is put around the ports of its links, in the participant that uses
 * them; only its own thread uses it.
 */
#ifndef IPCBENCH_IPC_SELECT_H
#define IPCBENCH_IPC_SELECT_H

#include "ipc/backend.h"

/* What is looked at. The first four are said by the sender or known by where a
 * message came from; it is sent with one number, its key. */
enum select_by {
	SELECT_URGENCY, /* the highest of all that wait: they all fit */
	SELECT_TYPE,	/* key is the value */
	SELECT_EXCEPT,	/* key is anything but the value */
	SELECT_SENDER,	/* came over the link whose number is the value */
	SELECT_LENGTH,	/* as many bytes as the value */
	SELECT_CONTENT, /* whatever fits() says */
	SELECT_AGE,	/* nothing else counts: they all fit */
	SELECT_BYS
};
/* "urgency", "type" ...; ends with NULL. */
extern const char *const select_by_names[SELECT_BYS + 1];

enum select_pick { SELECT_OLDEST, SELECT_YOUNGEST, SELECT_PICKS };
extern const char *const select_pick_names[SELECT_PICKS + 1];

enum select_way { SELECT_NATIVE, SELECT_LINKS, SELECT_QUEUE };

/* Keys are less. */
enum { SELECT_KEYS = 1 << 15 };

/* In front of each message on a link: its key and its length. */
enum { SELECT_HEAD = 8 };

/* How messages will be wished for. */
struct select_spec {
	enum select_by by;
	enum select_pick pick;
	uint32_t held; /* messages that wait at once, at most */
	bool queue;    /* by a save queue also where there is another way */
};

struct select_wish {
	enum select_by by;
	enum select_pick pick;
	uint64_t value;
	/* Of SELECT_CONTENT. */
	bool (*fits)(const void *msg, size_t len, uint64_t value);
};

/* Of a back-end whose kernel can search; see ipc_impl.select. */
struct select_kind {
	uint32_t by; /* 1 << SELECT_..., for each of which it finds the oldest;
			with none but SELECT_URGENCY it knows no other wish */

	/* Is there room for select->held messages? 0, or a negative errno and
	 * why. Optional. */
	int (*probe)(const struct ipc_spec *spec,
		     const struct select_spec *select, struct why *why);

	/* As ipc_ops.send; by is what the link's messages are wished by. */
	ssize_t (*send)(struct ipc_port *tx, enum select_by by, uint32_t key,
			const void *buf, size_t len, unsigned int flags);

	/* As ipc_ops.recv; the wish is by select->by or by SELECT_AGE. */
	ssize_t (*receive)(struct ipc_port *rx, const struct select_wish *wish,
			   void *buf, size_t len, unsigned int flags);
};

enum select_way select_way(const struct ipc_impl *impl,
			   const struct select_spec *select);

/* Can it be had on such links? 0, or a negative errno and why. */
int select_check(const struct ipc_impl *impl, const struct ipc_spec *spec,
		 const struct select_spec *select, struct why *why);

struct select_port;

/* Around n links of one side, in the order of their senders. The ports are the
 * caller's, and stay attached as long. Returns 0 or a negative errno. */
int select_attach(struct ipc_port *const link[], unsigned int n,
		  const struct select_spec *select, struct select_port **port);
void select_detach(struct select_port *port);

/* Over the first link; len is SELECT_HEAD less than its msg_max at most.
 * Returns len, -EAGAIN (only with IPC_NOWAIT) or -EPIPE. */
ssize_t select_send(struct select_port *tx, uint32_t key, const void *buf,
		    size_t len, unsigned int flags);

/* What is wished for, waiting for it: by SELECT_SENDER at that sender's link,
 * else at the first one alone, whatever comes over the others meanwhile.
 * Returns the length, -EAGAIN (only with IPC_NOWAIT), -EPIPE, -EMSGSIZE (longer
 * than room; it is lost), -ENOBUFS (it would wait, and the save queue is full)
 * or -EPROTO (something came that select_send() has not sent). */
ssize_t select_receive(struct select_port *rx, const struct select_wish *wish,
		       void *buf, size_t room, unsigned int flags);

/* Take count messages off this link into the save queue, waiting for them.
 * Returns 0 or a negative errno. */
int select_gather(struct select_port *rx, unsigned int link, uint32_t count);

#endif
