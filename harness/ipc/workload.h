/* SPDX-License-Identifier: MIT */
/*
 * What a workload promises, and all that it may use: it lays out nodes and
 * links, and plays one node for a number of rounds. It has no clock: the trial
 * calls rounds() for the warm-up and then once per sample between two clock
 * reads (the one timed loop is in trial/node.c).
 *
 *	trial	plan ...
 *	node	    ... rounds(0, 1) rounds(1, warmup) rounds(..) rounds(..) ...
 *
 * A lesson proves what a mechanism does rather than how fast it is over and
 * over: its nodes play once, mark what they see themselves do, and when all
 * are gone the trial has the marks judged.
 *
 *	trial	plan ...               ... judge
 *	node	    ... play, node_mark ...
 */
#ifndef IPCBENCH_IPC_WORKLOAD_H
#define IPCBENCH_IPC_WORKLOAD_H

#include <errno.h>
#include <stdatomic.h>

#include "base/shm.h"
#include "ipc/backend.h"
#include "ipc/call.h"
#include "ipc/concept.h"
#include "ipc/endpoint.h"
#include "ipc/marshal.h"
#include "ipc/objects.h"
#include "ipc/payload.h"
#include "ipc/select.h"

enum { PLAN_NODES = 16, PLAN_LINKS = 32, PLAN_SERVICES = 8 };

struct params {
	size_t size;	/* payload, bytes; at least 1 */
	uint32_t depth; /* messages in flight per link; 0: the workload's own */
	uint64_t option[IPC_OPTIONS]; /* by position in workload->options */
};

/* Who talks to whom; zeroed before plan(). A link's position is its number in
 * node->port[]. */
struct plan {
	unsigned int nodes;
	unsigned int links;
	size_t marks;  /* of a lesson: room for so many of each node */
	size_t bytes;  /* node->buf is so large, if that is more than
			  par->size */
	size_t shared; /* of a lesson: bytes of node->shared */
	bool copies;   /* messages are only sent and received: no lending */
	struct {
		uint64_t tx, rx; /* sets of nodes */
		uint32_t depth;	 /* as spec.depth */
		size_t msg_max;	 /* as spec.msg_max: the length of every message
				    on it, at most par->size or plan->bytes;
				    0: par->size */
		unsigned int answers; /* 1 + the link before this one whose
					 messages its own answer, each before
					 the next; 0: none */
		bool optional; /* where the back-end cannot have it, nobody is
				  on it: node->port[] is NULL; but it has to
				  have one of them, where there is nothing else
				  in the plan */
	} link[PLAN_LINKS];

	/* Who calls whom; a service's position is its number in node->client[]
	 * and node->server[]. */
	unsigned int services;
	struct {
		uint64_t clients, servers; /* sets of nodes */
		uint32_t depth;		   /* as call_spec.depth */
		size_t msg_max;		   /* likewise; 0: par->size */
		bool relays;		   /* servers call_relay() */
		bool optional;		   /* as a link's */
	} service[PLAN_SERVICES];

	/* How the receivers of the links select, whose specs are alike; held 0:
	 * they do not. */
	struct select_spec select;

	/* Endpoints of the back-end, which its nodes make and find by name. */
	struct {
		bool used;
		uint32_t needs; /* ENDPOINT_ bits */
		enum endpoint_naming naming;
	} endpoint;
};
#define NODE(n) (UINT64_C(1) << (n))

/* par->depth, or preset where that is 0, into depth. -EINVAL and why unless it
 * is a power of two. */
static inline int plan_depth(const struct params *par, uint32_t preset,
			     uint32_t *depth, struct why *why)
{
	*depth = par->depth ? par->depth : preset;
	if (*depth & (*depth - 1))
		return why_not(why, -EINVAL, "depth %u is not a power of two",
			       *depth);
	return 0;
}

/* How many messages a lesson has: as many as were asked for, or preset where
 * that is 0, but then fewer of large ones, that it may not take long. */
enum { PLAN_BYTES = 1 << 24, PLAN_MESSAGES_MIN = 32 };
static inline uint64_t plan_messages(const struct params *par, uint64_t asked,
				     uint64_t preset)
{
	uint64_t fit = PLAN_BYTES / par->size;

	if (fit < PLAN_MESSAGES_MIN)
		fit = PLAN_MESSAGES_MIN;
	return asked ? asked : fit < preset ? fit : preset;
}

/* How messages are produced and consumed: a constant in each instance of a
 * workload's rounds, see ROUNDS_DEFINE(). */
struct traffic {
	enum ipc_api api;
	enum payload how;
};

/* What a node sees itself do: each begins, or is over. */
enum mark_kind {
	MARK_SEND,
	MARK_SENT,
	MARK_RECEIVE,
	MARK_RECEIVED,
	MARK_REPLY,
	MARK_REPLIED,
	MARK_RELAY,
	MARK_OFFER,
	MARK_STEP, /* whatever the lesson says */
	MARKS
};
struct mark {
	uint64_t t_ns; /* clock_ns() */
	uint64_t seq;  /* the message's number */
	uint32_t value;
	uint16_t kind;
	uint16_t other; /* the other node, where one is meant */
};

/* In memory that the trial shares with the node; faulted in. */
struct marks {
	size_t n; /* that were marked, also those beyond max */
	size_t max;
	struct mark at[];
};

/* What the nodes of a lesson tell each other over no link: words that all of
 * them see, 0 at first, each on lines of its own. */
enum { BOARD_WORDS = 32 };
struct board {
	_Alignas(SHM_APART) _Atomic uint64_t word;
};

/* What another node does now, as the kernel tells. */
struct node_deed {
	bool asleep;	 /* neither on a PU nor waiting for one */
	uint64_t ran_ns; /* on a PU so far; 0: not known */
	char where[48];	 /* the kernel's function that it sleeps in, "running",
			    "gone" or "unknown" */
};

/* One participant's view. Only its own thread writes it. */
struct node {
	unsigned int self;
	const struct params *par;
	void *buf;	/* par->size bytes, faulted in; IPC_API_COPY */
	void *shared;	/* memory that all nodes see, at the same address, and
			   nothing guards; 0 at first */
	uint64_t wrong; /* messages that were not what was due */
	uint64_t tally[PLAN_NODES];	   /* the workload's own; 0 at first */
	struct ipc_port *port[PLAN_LINKS]; /* NULL where not on the link */
	struct call_port *client[PLAN_SERVICES]; /* likewise, by role */
	struct call_port *server[PLAN_SERVICES];
	struct endpoint_site *site;	 /* with plan->endpoint */
	struct marks *marks;		 /* of a lesson */
	struct board *board;		 /* BOARD_WORDS of them */
	void (*meet)(struct node *node); /* the harness's: node_meet() */
	void (*look)(struct node *node, unsigned int other,
		     struct node_deed *deed);
	void (*hold)(struct node *node, unsigned int other, unsigned int word,
		     uint64_t value);
};

/* Note the time of what happens now. Some 30 ns; marks beyond plan->marks are
 * counted, and then the trial proves nothing. */
void node_mark(struct node *node, enum mark_kind kind, uint64_t seq,
	       uint32_t value);

/* And of what happened at t_ns, by the same clock. */
void node_mark_at(struct node *node, uint64_t t_ns, enum mark_kind kind,
		  uint64_t seq, uint32_t value);

/* Note the answer to a question of the lesson's own, by its number; and, for a
 * judge, the last answer that this node noted: false if there is none. */
void node_found(struct node *node, uint32_t question, int64_t answer);
bool marks_found(const struct marks *marks, uint32_t question, int64_t *answer);

/* Answers as they are declared: lengths and negative errnos. 0; or -EBADMSG
 * and why for one that is another, -ENODATA for one that is not there. */
struct due {
	uint32_t question;
	int64_t answer;
	const char *what; /* "a second bind" */
};
int marks_check(const struct marks *marks, const struct due *due, size_t n,
		struct why *why);

/* Count this process's descriptors, for an answer: all nodes, one after the
 * other, for threads have theirs in common. And are there as many after as
 * before, in each node? left is how many more. */
void node_count_open(struct node *node, unsigned int nodes, uint32_t question);
struct evidence;
int marks_check_open(const struct evidence *evidence, unsigned int nodes,
		     uint32_t before, uint32_t after, double *left,
		     struct why *why);

/* What took some time: by that clock, with CPU time of this node in it, which
 * in a wait is polling, how often it went to sleep, and the page faults that no
 * device was asked for. */
struct span {
	uint64_t began_ns, over_ns, ran_ns, slept, faults;
};
void span_begin(struct span *span);
void span_end(struct span *span);

/* Wait until every node is here. Lessons only. */
static inline void node_meet(struct node *node)
{
	node->meet(node);
}

/* Be late: sleep so long. Lessons only. */
void node_sleep(uint64_t ns);

/* Be slow: keep the PU busy so long. Lessons only. */
void node_work(uint64_t ns);

/* Give the PU away between two tries, so that whoever shares it gets on. */
void node_yield(void);

/* Have the PU only where nobody else wants it, or as before: as soon as another
 * node works there, this one is off it. Lessons only. */
void node_give_way(bool all);

/* Serve no more, as one that crashed does: this node's end of the service is
 * closed, and rights to reply that it has are lost with it. Lessons only. */
void node_crash(struct node *node, unsigned int service);

/*
 * Stop another node, wherever it is, until a word of the board is value or
 * more: a signal comes, in whose handler it sleeps. A system call that signals
 * do not end has to be over first, and then the node is stopped before it sees
 * what came of it. Returns when it has been stopped, or after a while in which
 * it was not. Lessons only.
 */
static inline void node_hold(struct node *node, unsigned int other,
			     unsigned int word, uint64_t value)
{
	node->hold(node, other, word, value);
}

/* Store this byte len times at an address that may not be there any more, or
 * may be somebody else's by now. Lessons only. */
void node_poke(void *at, unsigned char byte, size_t len);

/* What the other node does now. Costs three files of /proc. Lessons only. */
static inline void node_look(struct node *node, unsigned int other,
			     struct node_deed *deed)
{
	node->look(node, other, deed);
}

/* Write a word of the board. What this node did before, whoever reads the word
 * sees: the release pairs with the acquire in node_told(). */
static inline void node_tell(struct node *node, unsigned int word,
			     uint64_t value)
{
	atomic_store_explicit(&node->board[word].word, value,
			      memory_order_release);
}

static inline uint64_t node_told(struct node *node, unsigned int word)
{
	return atomic_load_explicit(&node->board[word].word,
				    memory_order_acquire);
}

/* Wait until a word is value or more; sleeps between two looks. */
void node_hear(struct node *node, unsigned int word, uint64_t value);

/* For a judge: the median of n values, and the least that 99 of 100 are not
 * above, which of fewer is the greatest; both sort them. NAN of none. */
double lesson_median(double *y, size_t n);
double lesson_p99(double *y, size_t n);

/* The median time from one mark to another of this kind, by their values; of
 * at most so many. */
enum { PHASES_MAX = 1 << 16 };
double marks_phase_ns(const struct marks *marks, enum mark_kind kind,
		      uint32_t from, uint32_t to);

#define ipc_unlikely(x) __builtin_expect(!!(x), 0)

IPC_INLINE int put_copy(struct node *node, struct ipc_port *tx, uint64_t round,
			enum payload how)
{
	ssize_t n;

	payload_write_how(node->buf, tx->msg_max, round, how);
	n = ipc_send(tx, node->buf, tx->msg_max, 0);
	return ipc_unlikely(n < 0) ? (int)n : 0;
}

/* node->buf may still hold what this node sent, which in a round trip is what
 * is due: spoil its ends, or a message that never came would pass. */
IPC_INLINE int get_copy(struct node *node, struct ipc_port *rx, uint64_t round,
			enum payload how)
{
	size_t size = rx->msg_max;
	ssize_t n;

	payload_write_ends(node->buf, size, ~payload_stamp(round));
	n = ipc_recv(rx, node->buf, size, 0);
	if (ipc_unlikely(n < 0 && n != -EMSGSIZE))
		return (int)n;
	if (ipc_unlikely(n != (ssize_t)size ||
			 !payload_check_how(node->buf, size, round, how)))
		node->wrong++;
	return 0;
}

IPC_INLINE int put_lend(struct node *node, struct ipc_port *tx, uint64_t round,
			enum payload how)
{
	struct ipc_msg m;
	int err = ipc_loan(tx, &m, tx->msg_max, 0);

	(void)node;
	if (err)
		return err;
	payload_write_how(m.data, m.len, round, how);
	return ipc_publish(tx, &m);
}

IPC_INLINE int get_lend(struct node *node, struct ipc_port *rx, uint64_t round,
			enum payload how)
{
	size_t size = rx->msg_max;
	struct ipc_msg m;
	int err = ipc_take(rx, &m, 0);

	if (ipc_unlikely(err))
		return err;
	if (ipc_unlikely(m.len != size ||
			 !payload_check_how(m.data, size, round, how)))
		node->wrong++;
	return ipc_release(rx, &m);
}

/* Write message number round, spec.msg_max long, and send it. 0 or a negative
 * errno. */
IPC_INLINE int node_put(struct node *node, struct ipc_port *tx, uint64_t round,
			struct traffic traffic)
{
	return traffic.api == IPC_API_COPY
		       ? put_copy(node, tx, round, traffic.how)
		       : put_lend(node, tx, round, traffic.how);
}

/*
 * Receive a message, read it, and count it in node->wrong unless it is number
 * round, whole. That is no error: nobody is left waiting. With IPC_VOID the
 * count means nothing, and what reading costs stays.
 */
IPC_INLINE int node_get(struct node *node, struct ipc_port *rx, uint64_t round,
			struct traffic traffic)
{
	return traffic.api == IPC_API_COPY
		       ? get_copy(node, rx, round, traffic.how)
		       : get_lend(node, rx, round, traffic.how);
}

/* For lessons: not inlined, so each costs some nanoseconds more. */

/* As node_put(), but -EAGAIN instead of waiting. A back-end whose lending is
 * emulated cannot refuse a loan, and copies here. */
int node_try_put(struct node *node, struct ipc_port *tx, uint64_t round,
		 struct traffic traffic);

/* Receive whatever message comes and say its number, of which there is room
 * for in MESSAGE_MIN bytes; counted in node->wrong unless it is whole. With
 * IPC_NOWAIT -EAGAIN instead of waiting. */
enum { MESSAGE_MIN = PAYLOAD_WORD };
int node_get_any(struct node *node, struct ipc_port *rx, unsigned int flags,
		 struct traffic traffic, uint64_t *round);

/* A message of n bytes in node->buf is number due and whole; else it is counted
 * in node->wrong. For what services carry, which node_get() does not receive. */
void node_check(struct node *node, ssize_t n, uint64_t due,
		struct traffic traffic);

/* Is the link empty? 0, or -EPROTO: there is one message more. (Looking gives
 * back room that was kept, see ipc_spec.depth.) */
int node_find_empty(struct node *node, struct ipc_port *rx,
		    struct traffic traffic);

/*
 * How many messages does a link hold, whose sender waits as it always does?
 * The sender sends until it has to wait; the receiver is away, watches, and
 * when that has happened receives all of them. Both are called at the same
 * time, filled in alike. (Without waiting a byte stream may refuse what there
 * would be room for, see IPC_NOWAIT.)
 */
enum { FILL_WORDS = 5 };
struct fill {
	unsigned int words; /* the first of FILL_WORDS on the board, which are 0
			       before and after */
	uint64_t from, max; /* the first message's number; how many at most */
	uint64_t late_ns;   /* the receiver comes so long after it saw that */

	/* Found. */
	uint64_t held;	  /* sent before one waited; max: none did */
	uint64_t sent;	  /* with the one that waited */
	struct span span; /* of the sender: its last send; of the receiver: its
			     receiving */
};
int node_fill(struct node *node, struct ipc_port *tx, struct fill *fill,
	      struct traffic traffic);
int node_watch_fill(struct node *node, struct ipc_port *rx, unsigned int sender,
		    struct fill *fill, struct traffic traffic);

/* Is the other one stuck: for some time asleep, or polling, within what it has
 * begun and not done? It counts both on the board, in that order; who has begun
 * nothing may sleep for another reason, and as long as the machine likes. To
 * be asked again and again, about 1 ms each. */
struct vigil {
	bool sleeps; /* whoever waits there sleeps in the end: what keeps the PU
			busy is work, however long it takes */

	/* Zeroed before. */
	bool on;
	unsigned int looks, asleep;
	uint64_t done, ran_ns; /* when it last went on */
};
bool node_is_stuck(struct node *node, unsigned int other, unsigned int begun,
		   unsigned int done, struct vigil *vigil);

/* The same until it is clear: true: it is stuck; false: done is not 0. */
bool node_gets_stuck(struct node *node, unsigned int other, unsigned int begun,
		     unsigned int done);

/* Play node->self for this many rounds, the first numbered from. */
typedef int (*rounds_fn)(struct node *node, uint64_t from, uint64_t rounds);

/*
 * Make an instance of play(node, from, rounds, traffic), which is IPC_INLINE,
 * for each kind of traffic, so that its loop tests no option; ROUNDS(play) is
 * the table of them. The calls that a message costs beside its back-end's own
 * would be mispredicted after each switch between nodes, and seen in a round
 * trip.
 */
#define ROUNDS_INSTANCE(play, name, api, how)                                \
	static int play##_##name(struct node *node, uint64_t from,           \
				 uint64_t rounds)                            \
	{                                                                    \
		return play(node, from, rounds, (struct traffic){api, how}); \
	}
#define ROUNDS_DEFINE(play)                                            \
	ROUNDS_INSTANCE(play, copy_ends, IPC_API_COPY, PAYLOAD_ENDS)   \
	ROUNDS_INSTANCE(play, copy_touch, IPC_API_COPY, PAYLOAD_TOUCH) \
	ROUNDS_INSTANCE(play, copy_full, IPC_API_COPY, PAYLOAD_FULL)   \
	ROUNDS_INSTANCE(play, lend_ends, IPC_API_LEND, PAYLOAD_ENDS)   \
	ROUNDS_INSTANCE(play, lend_touch, IPC_API_LEND, PAYLOAD_TOUCH) \
	ROUNDS_INSTANCE(play, lend_full, IPC_API_LEND, PAYLOAD_FULL)
#define ROUNDS(play)                                                   \
	{                                                              \
		[IPC_API_COPY] = {play##_copy_ends, play##_copy_touch, \
				  play##_copy_full},                   \
		[IPC_API_LEND] = {play##_lend_ends, play##_lend_touch, \
				  play##_lend_full},                   \
	}

/* What one round's time means. */
enum timing {
	TIMING_ROUND,  /* a round stands alone: it has a latency distribution */
	TIMING_BATCH,  /* rounds overlap: only many of them have a rate */
	TIMING_LESSON, /* played once; its figures are its own */
	TIMINGS
};
/* "round", "batch", "lesson"; ends with NULL. */
extern const char *const timing_names[TIMINGS + 1];

/* A figure of a lesson. */
struct figure_kind {
	const char *name;   /* with its unit at the end: "queued_ns" */
	const char *unit;   /* "ns", "1/s", "1" ... */
	const char *better; /* "lower", "higher"; "none": neither is */
	const char *meaning;
};
enum { FIGURES = 8 };

/* What is left of a lesson when its nodes are gone. */
struct evidence {
	const struct ipc_impl *impl;
	const struct params *par;
	const struct plan *plan;
	const struct marks *marks[PLAN_NODES];
	const void *shared; /* node->shared */
};

/* The number of the first mark with this value, of any node; UINT64_MAX: there
 * is none. */
uint64_t evidence_says(const struct evidence *evidence, uint32_t value);

struct workload {
	const char *name;
	const char *brief;
	const char *metric;  /* "rtt", "rate": what a sample is */
	const char *meaning; /* one sentence: what is timed, what is not */
	enum timing timing;
	bool touch;	/* every byte written and read, not both ends */
	uint32_t needs; /* IPC_ caps that it means nothing without */
	uint32_t bars;	/* and with */
	uint32_t waits; /* IPC_CAN_WAIT bits that it means something with; 0:
			   all */
	bool calls;	/* it uses services: its messages are always copied */

	/* Concepts that it shows where it runs: SHOWS(RELAY) | ... */
	uint64_t concepts;

	/* How impl has one of them: natively; or emulated, and then by names
	 * what stands in for it ("a save queue"); or absent, and by is why:
	 * the workload may run there, and shows the others. NULL: natively, or
	 * as its calls are where it uses services. */
	enum concept_way (*way)(const struct ipc_impl *impl,
				enum concept concept, struct why *by);

	/* As a back-end's: "NAME:KEY=VALUE"; ends with name NULL, or NULL. */
	const struct ipc_option *options;

	/* Lay out nodes and links. -EINVAL and why when params do not fit. */
	int (*plan)(const struct params *par, struct plan *plan,
		    struct why *why);

	/* ROUNDS(play). All nodes get the same rounds in the same order, and
	 * with TIMING_BATCH in the same calls. Returns 0 or a negative errno.
	 * Node 0's time is the sample: when it returns, every message of these
	 * rounds has arrived. */
	rounds_fn rounds[IPC_APIS][PAYLOADS];

	/* Instead of rounds, with TIMING_LESSON: */
	const struct figure_kind *figures; /* ends with name NULL */

	/* Play node->self, once. Returns 0 or a negative errno. */
	int (*play)(struct node *node, struct traffic traffic);

	/* In the trial, afterwards: do the invariants hold? Fills figure, by
	 * position in figures, where NAN is none. 0: they hold, and why may be
	 * a note for the record; else why, and -EBADMSG: one does not;
	 * -ENODATA: nothing is proved. */
	int (*judge)(const struct evidence *evidence, double figure[FIGURES],
		     struct why *why);
};

/* Whole messages, for tests. */
void payload_write(void *buf, size_t size, uint64_t round, enum payload how);
bool payload_check(const void *buf, size_t size, uint64_t round,
		   enum payload how);

#endif
