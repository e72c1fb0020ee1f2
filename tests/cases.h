/* SPDX-License-Identifier: MIT */
/*
 * The cases of the conformance suite, and the messages that they send: each
 * tells which one it is and is checked byte by byte.
 */
#ifndef IPCBENCH_TESTS_CASES_H
#define IPCBENCH_TESTS_CASES_H

#include "play.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

enum {
	SMALL = 100,	    /* bytes, where the size does not matter */
	LARGEST = 2048,	    /* that each back-end has to take; more may be
				 refused, with the reason */
	FULL_MAX = 1 << 20, /* a link that takes more messages has no end */
};

/* PUs that a case may be pinned to, or ANYWHERE. */
extern int pus[2];

/* A case of a cell, played in the trial: 0, or -1 and the reason on stage. */
int run_calls(struct stage *stage, const struct cell *cell);
int run_calls_killed(struct stage *stage, const struct cell *cell);
int run_many(struct stage *stage, const struct cell *cell);
int run_batch(struct stage *stage, const struct cell *cell);
int run_broadcast(struct stage *stage, const struct cell *cell);
int run_loses(struct stage *stage, const struct cell *cell);
int run_options(struct stage *stage, const struct cell *cell);
int run_probe(struct stage *stage, const struct cell *cell);

/* Why run_many() has nothing to play here, or 0. */
int many_skips(const struct cell *cell, struct why *why);

/* True if the back-end claims any of these. */
bool has(const struct cell *cell, uint32_t cap);

void pattern_write(unsigned char *at, size_t len, uint32_t round);
int pattern_check(struct actor *a, const unsigned char *at, size_t len,
		  uint32_t round);

/* Nothing was written into the GUARD bytes from there on. */
int guard_check(struct actor *a, size_t from);

/* Which half of the data path a round takes: both in turn. */
enum ipc_api api_of(uint32_t round);

/* Send or receive the message of this round: 0, -EAGAIN or, with the reason on
 * stage, -1. */
int put(struct actor *a, struct ipc_port *tx, enum ipc_api api, uint32_t round,
	size_t len, unsigned int flags);
int get(struct actor *a, struct ipc_port *rx, enum ipc_api api, uint32_t round,
	size_t len, unsigned int flags);

/* Nothing is there: recv and take both say so. */
int expect_empty(struct actor *a, struct ipc_port *rx);

/* A length for this round, least to a->msg_max; that one without
 * IPC_BOUNDARY. */
size_t length_of(const struct actor *a, uint32_t round, size_t least);

/*
 * Messages for several ends, and for links that lose some: each begins with
 * who sent it and its number, and the receiver learns which it got.
 */
struct stamp {
	uint32_t sender, round;
};
int stamped_put(struct actor *a, enum ipc_api api, struct stamp stamp,
		unsigned int flags);
int stamped_get(struct actor *a, enum ipc_api api, struct stamp *stamp,
		unsigned int flags);

/* After each message over a link that may lose one that nobody waits for: meet,
 * so that there is only one under way. */
int in_step(struct actor *a);

/* Both play this, a round trip of each message, many times and by both
 * halves, with a spread of sizes: no matter what kind of link. */
int play_any(struct stage *stage, const struct cell *cell, size_t msg_max);

#endif
