/* SPDX-License-Identifier: MIT */
/* Filling a link until its sender waits, with the receiver on watch. */
#include "ipc/workload.h"

enum { BEGUN, SENT, STOP, OVER, HELD }; /* of FILL_WORDS */
enum { GOING, STOPPED, DRAINED };	/* what STOP says */

enum {
	LOOK_NS = 1000000, /* between two looks at who may be stuck */
	LOOKS_ASLEEP = 6,  /* in a row, and it is not just a short sleep */
	LOOKS_BLIND = 100, /* where the kernel does not tell */
	RAN_NS = 10000000, /* polling; beside what a copy may take: */
	RAN_BYTE_NS = 2,
	PAUSE_NS = 20000, /* between two looks at the board */
};

bool node_is_stuck(struct node *node, unsigned int other, unsigned int begun,
		   unsigned int done, struct vigil *vigil)
{
	uint64_t ran_ns = RAN_NS + RAN_BYTE_NS * node->par->size;
	struct node_deed deed;
	uint64_t now;
	bool within;

	node_sleep(LOOK_NS);
	node_look(node, other, &deed);
	now = node_told(node, done);
	within = node_told(node, begun) > now;
	if (!vigil->on || !within || now != vigil->done) {
		*vigil = (struct vigil){.sleeps = vigil->sleeps,
					.on = within,
					.done = now,
					.ran_ns = deed.ran_ns};
		return false;
	}
	vigil->looks++;
	vigil->asleep = deed.asleep ? vigil->asleep + 1 : 0;
	if (vigil->asleep >= LOOKS_ASLEEP)
		return true;
	if (deed.ran_ns == 0)
		return vigil->looks >= LOOKS_BLIND;
	return !vigil->sleeps && deed.ran_ns - vigil->ran_ns >= ran_ns;
}

bool node_gets_stuck(struct node *node, unsigned int other, unsigned int begun,
		     unsigned int done)
{
	struct vigil vigil = {.on = false};

	while (!node_told(node, done))
		if (node_is_stuck(node, other, begun, done, &vigil))
			return true;
	return false;
}

/* One message, timed: it may be the one that waits. */
static int fill_one(struct node *node, struct ipc_port *tx, struct fill *fill,
		    struct traffic traffic)
{
	int err;

	node_tell(node, fill->words + BEGUN, fill->sent + 1);
	span_begin(&fill->span);
	err = node_put(node, tx, fill->from + fill->sent, traffic);
	span_end(&fill->span);
	fill->sent += !err;
	node_tell(node, fill->words + SENT, fill->sent);
	return err;
}

int node_fill(struct node *node, struct ipc_port *tx, struct fill *fill,
	      struct traffic traffic)
{
	unsigned int words = fill->words;
	int err = 0;

	fill->sent = 0;
	while (!err && fill->sent < fill->max &&
	       node_told(node, words + STOP) == GOING)
		err = fill_one(node, tx, fill, traffic);
	if (err)
		return err;
	node_tell(node, words + OVER, 1);
	node_hear(node, words + STOP, DRAINED);
	fill->held = node_told(node, words + HELD);
	node_tell(node, words + BEGUN, 0);
	node_tell(node, words + SENT, 0);
	node_tell(node, words + OVER, 0);
	/* The next fill must not find the end of this one. */
	while (node_told(node, words + STOP) != GOING)
		node_sleep(PAUSE_NS);
	return 0;
}

/* Receive all that is sent: a message that was begun will come. */
static int drain(struct node *node, struct ipc_port *rx, struct fill *fill,
		 struct traffic traffic)
{
	unsigned int words = fill->words;
	int err = 0;

	for (fill->sent = 0; !err;) {
		/* In this order: once it is over, nothing more is begun. */
		bool over = node_told(node, words + OVER);

		if (fill->sent < node_told(node, words + BEGUN))
			err = node_get(node, rx, fill->from + fill->sent++,
				       traffic);
		else if (over)
			break;
		else
			node_sleep(PAUSE_NS);
	}
	return err ? err : node_find_empty(node, rx, traffic);
}

int node_watch_fill(struct node *node, struct ipc_port *rx, unsigned int sender,
		    struct fill *fill, struct traffic traffic)
{
	unsigned int words = fill->words;
	enum ipc_wait wait = rx->link->spec.wait;
	struct vigil vigil = {.sleeps = wait == IPC_WAIT_BLOCK ||
					wait == IPC_WAIT_HYBRID};
	int err;

	while (!node_told(node, words + OVER) &&
	       !node_is_stuck(node, sender, words + BEGUN, words + SENT,
			      &vigil))
		;
	fill->held = node_told(node, words + SENT);
	node_tell(node, words + HELD, fill->held);
	node_tell(node, words + STOP, STOPPED);
	node_sleep(fill->late_ns);
	span_begin(&fill->span);
	err = drain(node, rx, fill, traffic);
	span_end(&fill->span);
	if (err)
		return err;
	node_tell(node, words + STOP, DRAINED);
	while (node_told(node, words + OVER))
		node_sleep(PAUSE_NS);
	node_tell(node, words + STOP, GOING);
	return 0;
}
