/* SPDX-License-Identifier: MIT */
/*
 * Who calls and who holds the right to reply, in shared memory: for back-ends
 * with calls of their own.
 *
 * Each client has a cell, for a client has one call at a time. A cell's word
 * says everything about the right to reply: its generation, which grows
 * whenever the right changes hands, the server that it belongs to, and what
 * has become of it. Whoever wants to use the right exchanges the word for
 * another, which works for one only and only once:
 *
 *	IDLE .. PENDING ... HELD ........... USED	a reply, which ends it
 *	                    HELD .. USED .. RELAYED ... HELD	a relay
 *
 * Sets of clients are words too, a bit each, and hints: the cell's word
 * decides. A participant that is killed leaves no lock and no list behind.
 */
#ifndef IPCBENCH_IPC_DESK_H
#define IPCBENCH_IPC_DESK_H

#include "base/shm.h"
#include "ipc/call.h"

enum desk_phase {
	DESK_IDLE,    /* there is no right */
	DESK_PENDING, /* a request that nobody received yet */
	DESK_TAKING,  /* a server is about to receive it */
	DESK_HELD,    /* a server has the right */
	DESK_USED,    /* and makes use of it, or has done so */
	DESK_RELAYED, /* a request for one server */
};

/* The right to reply to a client. generation: all that does not fit in the
 * other two. */
#define DESK_WORD(generation, server, phase) \
	((uint64_t)(generation) << 16 | (uint64_t)(server) << 8 | (phase))

static inline uint64_t desk_generation(uint64_t word)
{
	return word >> 16;
}

static inline unsigned int desk_server(uint64_t word)
{
	return (unsigned int)(word >> 8 & 0xff);
}

static inline enum desk_phase desk_phase(uint64_t word)
{
	return (enum desk_phase)(word & 0xff);
}

/* What comes behind it is the back-end's. */
struct desk_cell {
	_Atomic uint64_t word;
	_Atomic uint64_t ticket;   /* when the client called: lower is older */
	_Atomic uint32_t answered; /* changes when the reply is here */
	struct event event;	   /* of answered */
	int64_t len;		   /* of what is in data, or a negative errno */
	_Alignas(SHM_APART) unsigned char data[];
};

/* Whether a client or a server is there. */
struct desk_member {
	_Alignas(SHM_APART) _Atomic int32_t pid; /* 0: not yet; below: left */
	_Atomic uint32_t posts; /* a server's: changes to wake it */
	struct event event;	/* of posts */
};

struct desk_sets {
	_Alignas(SHM_APART) _Atomic uint64_t tickets;
	_Alignas(SHM_APART) _Atomic uint64_t pending; /* for any server */
	_Alignas(SHM_APART) _Atomic uint64_t idle;    /* servers, that sleep */
	struct {
		_Alignas(SHM_APART) _Atomic uint64_t clients;
	} relayed[CALL_SERVERS];
	struct desk_member server[CALL_SERVERS];
	struct desk_member client[CALL_CLIENTS];
};

/* Opened in the trial, inherited. */
struct desk {
	struct shm shm;
	struct desk_sets *sets;
	unsigned char *cells;
	size_t stride;
	unsigned int clients, servers;
};

_Static_assert(CALL_CLIENTS <= 64 && CALL_SERVERS <= 64, "a set is a word");

static inline struct desk_cell *desk_cell(const struct desk *desk,
					  unsigned int client)
{
	return (void *)(desk->cells + client * desk->stride);
}

static inline uint64_t desk_bit(unsigned int member)
{
	return UINT64_C(1) << member;
}

/* room: bytes of data that each cell has. */
int desk_fits(const struct call_spec *spec, size_t room, struct why *why);
int desk_open(struct desk *desk, const struct call_spec *spec, size_t room);
void desk_close(struct desk *desk);

/* In the participant: it is here; it leaves. */
void desk_join(struct desk *desk, const struct call_port *port);
void desk_leave(struct desk *desk, const struct call_port *port);

/*
 * A participant that waits looks whether those that it depends on are still
 * there, this often. So this bounds how long after the death of the last one
 * that could reply the client learns of it: twice as long, and no more.
 */
#define DESK_LOOK_NS UINT64_C(50000000)

/* It has left, or it is dead. */
bool desk_server_gone(const struct desk *desk, unsigned int server);
bool desk_servers_gone(const struct desk *desk); /* all of them */
bool desk_clients_gone(const struct desk *desk);

/* Client: the number of this call among all. */
void desk_number(struct desk *desk, struct desk_cell *cell);

/* Of a set, which is not empty: who has called first. */
unsigned int desk_oldest(const struct desk *desk, uint64_t clients);

/* Server: the oldest request that was relayed to it, taken: its client and the
 * right; -1 where there is none. */
int desk_take_relayed(struct desk *desk, unsigned int self,
		      struct call_right *right);

/* The word as it was seen becomes another, if it still is as it was. */
static inline bool desk_exchange(struct desk_cell *cell, uint64_t seen,
				 uint64_t word)
{
	/* Acquires what the one before left in the cell, and releases what is
	 * left there for the next. */
	return atomic_compare_exchange_strong_explicit(&cell->word, &seen, word,
						       memory_order_acq_rel,
						       memory_order_acquire);
}

/* Server: use the right up. 0 or -ESTALE. */
int desk_use(struct desk_cell *cell, const struct call_right *right,
	     unsigned int self);

/* Afterwards: give it to another server, with what is in the cell. */
void desk_relay(struct desk *desk, const struct call_right *right,
		unsigned int to);

#endif
