/* SPDX-License-Identifier: MIT */
/*
 * Classify: what a mechanism is found to be, axis by axis, against what it is
 * declared to be. Sender and receiver take turns at being late; a third node
 * stores into the message of a sender that waits, and is a second receiver.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, OTHER, NODES };

/* What only calls carry goes by the pair; the others have all but that. */
enum { MAIN, REQUEST, ANSWER, ENDS, MANY, LARGE, LESS, LINKS };
enum { DEPTH = 2, ENDS_DEPTH = 4 };
enum { LARGE_BYTES = 48 << 10, LESS_BYTES = 8 << 10 };
enum { FLOOD = 4096 }; /* messages that no unreliable store holds */
enum { US = 1000, LOOK_NS = 100 * US, LOOKS = 50, PATIENT = 100 };
/* Of each size, of which the one in the middle counts, and not the fastest: a
 * host's steal is taken off the time of whoever runs when it becomes known
 * (kernel/sched/core.c, update_rq_clock_task). */
enum { COPIES = 96 };

/* The thread sanitizer makes a memcpy take several times as long, and not what
 * the kernel copies: then there is nothing to count in. */
#ifdef __SANITIZE_THREAD__
enum { IS_TIMED = false };
#else
enum { IS_TIMED = true };
#endif

/* What the bytes are before and after they were stored over. */
enum { OLD = 0x11, NEW = 0x22 };

/* On the board. */
enum {
	STEP,	  /* that the receiver is at */
	BEGUN,	  /* sends */
	SENT,	  /* that returned */
	ENTERED,  /* receives */
	GOT,	  /* that returned */
	SYNC,	  /* 1: the send waits; 2: it does not */
	POISONED, /* 1 once it is */
	STOP,	  /* no more */
	OVER,	  /* there is no more */
	MANY_SENT,
	MANY_GOT,
	MANY_DONE,
	WORDS
};
_Static_assert((int)WORDS <= (int)BOARD_WORDS, "they have room");
enum { WAITS = 1, WAITS_NOT = 2 };

/* What was found: a mark's value says which, and its number what. */
enum found {
	F_API,
	F_RECEIVE, /* WAITS or WAITS_NOT for a message */
	F_SEND,	   /* for the receiver */
	F_PLACE,   /* OLD or NEW, or something else */
	F_HELD,
	F_SENT,
	F_GOT,
	F_DISORDER,
	F_ENDS, /* length of the first of two messages */
	F_MANY, /* how many got one message */
	F_BYTES,
	F_PUT_SMALL,
	F_PUT_LARGE,
	F_GET_SMALL,
	F_GET_LARGE,
	F_MEMCPY,
	F_NOTHING, /* what reading the clock takes of each */
	FOUNDS
};

enum {
	SYNCHRONOUS,
	IN_PLACE,
	HELD,
	LOST,
	DISORDER,
	SENDER_COPIES,
	RECEIVER_COPIES,
};

static const struct figure_kind classify_figures[] = {
	[SYNCHRONOUS] = {"synchronous", "1", "none",
			 "1: the send waited until the receive began; 0: it "
			 "returned before"},
	[IN_PLACE] = {"in_place", "1", "none",
		      "1: the message showed what was stored in its source "
		      "after it was sent; 0: it did not"},
	[HELD] = {"held_messages", "1", "none",
		  "messages sent before a send waited for the receiver"},
	[LOST] = {"lost_messages", "1", "lower",
		  "messages that were sent and not received"},
	[DISORDER] = {"disorder_messages", "1", "lower",
		      "messages that came before one that was sent earlier"},
	[SENDER_COPIES] = {"sender_memcpys", "1", "lower",
			   "time on the PU that a send takes longer for some "
			   "KiB, in memcpys of as many"},
	[RECEIVER_COPIES] = {"receiver_memcpys", "1", "lower",
			     "the same of a receive"},
	{NULL, NULL, NULL, NULL},
};

static void add_link(struct plan *plan, unsigned int i, uint64_t rx,
		     uint32_t depth, size_t msg_max)
{
	plan->link[i].tx = NODE(i == ANSWER ? RECEIVER : SENDER);
	plan->link[i].rx = rx;
	plan->link[i].depth = depth;
	plan->link[i].msg_max = msg_max;
	plan->link[i].optional = true;
}

static int classify_plan(const struct params *par, struct plan *plan,
			 struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = LINKS;
	add_link(plan, MAIN, NODE(RECEIVER), depth, 0);
	add_link(plan, REQUEST, NODE(RECEIVER), 1, LARGE_BYTES);
	add_link(plan, ANSWER, NODE(SENDER), 1, 0);
	plan->link[ANSWER].answers = 1 + REQUEST;
	add_link(plan, ENDS, NODE(RECEIVER), ENDS_DEPTH, 0);
	add_link(plan, MANY, NODE(RECEIVER) | NODE(OTHER), ENDS_DEPTH, 0);
	add_link(plan, LARGE, NODE(RECEIVER), depth, LARGE_BYTES);
	add_link(plan, LESS, NODE(RECEIVER), depth, LESS_BYTES);
	plan->bytes = plan->shared = LARGE_BYTES;
	if (par->size > LARGE_BYTES)
		plan->shared = plan->bytes = par->size;
	plan->marks = FOUNDS;
	return 0;
}

static void found(struct node *node, enum found what, uint64_t value)
{
	node_mark(node, MARK_STEP, value, what);
}

/* The link, or the pair where there is none. */
static unsigned int way_of(const struct node *node)
{
	return node->port[MAIN] ? MAIN : REQUEST;
}

/* Send len bytes; where to store over them later is left in *at. What a loan
 * takes is not a part of the span, nor is writing the message. */
static int put(struct node *node, struct ipc_port *tx, size_t len, void **at,
	       struct span *span, struct traffic traffic)
{
	struct ipc_msg m = {.data = node->shared};
	ssize_t n;
	int err = 0;

	if (traffic.api == IPC_API_LEND)
		err = ipc_loan(tx, &m, len, 0);
	if (err)
		return err;
	*at = m.data;
	m.len = len;
	memset(m.data, OLD, len);
	span_begin(span);
	if (traffic.api == IPC_API_LEND)
		err = ipc_publish(tx, &m);
	else if ((n = ipc_send(tx, m.data, len, 0)) < 0)
		err = (int)n;
	span_end(span);
	return err;
}

/* What all the bytes are; 0: not all the same. */
static unsigned int look(const unsigned char *at, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (at[i] != at[0])
			return 0;
	return at[0];
}

/* Receive len bytes and say what they are. */
static int get(struct node *node, struct ipc_port *rx, size_t len,
	       unsigned int *bytes, struct span *span, struct traffic traffic)
{
	struct ipc_msg m = {.data = node->buf, .len = len};
	ssize_t n;
	int err = 0;

	memset(node->buf, 0, len);
	span_begin(span);
	if (traffic.api == IPC_API_LEND)
		err = ipc_take(rx, &m, 0);
	else if ((n = ipc_recv(rx, node->buf, len, 0)) < 0)
		err = (int)n;
	span_end(span);
	if (err)
		return err;
	*bytes = m.len >= len ? look(m.data, len) : 0;
	return traffic.api == IPC_API_LEND ? ipc_release(rx, &m) : 0;
}

/* Where messages are answered before the next. */
static int answer(struct node *node)
{
	size_t size = node->par->size;
	struct ipc_port *port = node->port[ANSWER];
	ssize_t n;

	if (way_of(node) != REQUEST)
		return 0;
	n = node->self == RECEIVER ? ipc_send(port, node->buf, size, 0)
				   : ipc_recv(port, node->buf, size, 0);
	return n < 0 ? (int)n : 0;
}

/* The receiver comes first. */
static int receive_first(struct node *node, struct traffic traffic)
{
	struct ipc_port *port = node->port[way_of(node)];
	size_t size = node->par->size;
	struct vigil vigil = {0};
	struct span span;
	unsigned int bytes;
	void *at;
	int err = 0;

	if (node->self == RECEIVER) {
		node_tell(node, ENTERED, 1);
		err = get(node, port, size, &bytes, &span, traffic);
		node_tell(node, GOT, 1);
	} else {
		while (!node_told(node, GOT) &&
		       !node_is_stuck(node, RECEIVER, ENTERED, GOT, &vigil))
			;
		found(node, F_RECEIVE,
		      node_told(node, GOT) ? WAITS_NOT : WAITS);
		err = put(node, port, size, &at, &span, traffic);
	}
	return err ? err : answer(node);
}

/* The sender comes first. Does it wait for the receiver? And where is the
 * message meanwhile? */
static int send_first(struct node *node, struct traffic traffic)
{
	size_t size = node->par->size;
	struct span span;
	void *at;
	int err;

	node_tell(node, BEGUN, 1);
	err = put(node, node->port[way_of(node)], size, &at, &span, traffic);
	node_tell(node, SENT, 1);
	if (err)
		return err;
	node_hear(node, SYNC, WAITS);
	if (node_told(node, SYNC) == WAITS_NOT) {
		node_poke(at, NEW, size);
		node_tell(node, POISONED, 1);
	}
	return answer(node);
}

static int receive_second(struct node *node, struct traffic traffic)
{
	size_t size = node->par->size;
	struct vigil vigil = {0};
	struct span span;
	unsigned int bytes;
	int err;

	while (!node_told(node, SENT) &&
	       !node_is_stuck(node, SENDER, BEGUN, SENT, &vigil))
		;
	node_tell(node, SYNC, node_told(node, SENT) ? WAITS_NOT : WAITS);
	found(node, F_SEND, node_told(node, SYNC));
	node_hear(node, POISONED, 1);
	err = get(node, node->port[way_of(node)], size, &bytes, &span, traffic);
	found(node, F_PLACE, bytes);
	return err ? err : answer(node);
}

/* The sender of a message that waits cannot store over it itself. */
static void poison(struct node *node)
{
	node_hear(node, SYNC, WAITS);
	if (node_told(node, SYNC) != WAITS)
		return;
	node_poke(node->shared, NEW, node->par->size);
	node_tell(node, POISONED, 1);
}

/* As many as there is room for, and more. */
static int flood(struct node *node, struct traffic traffic)
{
	uint64_t n = 0;
	int err = 0;

	while (!err && n < FLOOD && !node_told(node, STOP)) {
		node_tell(node, BEGUN, n + 1);
		err = node_put(node, node->port[MAIN], n, traffic);
		node_tell(node, SENT, ++n);
	}
	found(node, F_SENT, n);
	node_tell(node, OVER, 1);
	return err;
}

/* Receive until there is nothing more. What is sent is there soon. */
static int drain(struct node *node, uint64_t *got, uint64_t *disorder,
		 struct traffic traffic)
{
	uint64_t seq, next = 0;
	unsigned int looks = 0;
	int err = 0;

	while (looks < LOOKS) {
		bool over = node_told(node, OVER);

		if (over && *got == node_told(node, SENT))
			break;
		err = node_get_any(node, node->port[MAIN], IPC_NOWAIT, traffic,
				   &seq);
		if (err && err != -EAGAIN)
			return err;
		if (err) {
			looks += over;
			node_sleep(LOOK_NS);
			continue;
		}
		looks = 0;
		++*got;
		*disorder += seq < next;
		next = seq + 1;
	}
	return 0;
}

static int be_flooded(struct node *node, struct traffic traffic)
{
	uint64_t got = 0, disorder = 0;
	struct vigil vigil = {0};
	int err;

	while (!node_told(node, OVER) &&
	       !node_is_stuck(node, SENDER, BEGUN, SENT, &vigil))
		;
	found(node, F_HELD, node_told(node, SENT));
	node_tell(node, STOP, 1);
	err = drain(node, &got, &disorder, traffic);
	found(node, F_GOT, got);
	found(node, F_DISORDER, disorder);
	return err;
}

/* Two short messages, and a receive with room for both; by what only calls
 * carry one, with room for more. */
static int send_ends(struct node *node)
{
	bool calls = way_of(node) == REQUEST;
	size_t half = node->par->size / 2;
	ssize_t n;

	memset(node->buf, OLD, half);
	n = ipc_send(node->port[calls ? REQUEST : ENDS], node->buf, half, 0);
	if (n >= 0 && !calls)
		n = ipc_send(node->port[ENDS], node->buf, half, 0);
	return n < 0 ? (int)n : answer(node);
}

/* It may be lost, whatever is declared. */
static ssize_t receive_second_end(struct node *node, struct ipc_port *rx)
{
	ssize_t n = -EAGAIN;

	for (unsigned int i = 0; i < LOOKS && n == -EAGAIN; i++) {
		n = ipc_recv(rx, node->buf, node->par->size, IPC_NOWAIT);
		if (n == -EAGAIN)
			node_sleep(LOOK_NS);
	}
	return n == -EAGAIN ? 0 : n;
}

static int receive_ends(struct node *node)
{
	bool calls = way_of(node) == REQUEST;
	size_t half = node->par->size / 2;
	struct ipc_port *rx = node->port[calls ? REQUEST : ENDS];
	ssize_t n = ipc_recv(rx, node->buf, 2 * half, 0);

	if (n < 0)
		return (int)n;
	found(node, F_ENDS, (uint64_t)n);
	if ((size_t)n == half && !calls)
		n = receive_second_end(node, rx);
	return n < 0 ? (int)n : answer(node);
}

/* One message, and two that receive. */
static int send_to_many(struct node *node)
{
	ssize_t n;

	memset(node->buf, OLD, node->par->size);
	n = ipc_send(node->port[MANY], node->buf, node->par->size, 0);
	node_tell(node, MANY_SENT, 1);
	return n < 0 ? (int)n : 0;
}

static int be_one_of_many(struct node *node)
{
	bool second = node->self == OTHER;
	ssize_t n = -EAGAIN;

	node_hear(node, MANY_SENT, 1);
	for (unsigned int i = 0; i < LOOKS && n == -EAGAIN; i++) {
		n = ipc_recv(node->port[MANY], node->buf, node->par->size,
			     IPC_NOWAIT);
		/* The other one has it, and this one may have it soon. */
		if (n == -EAGAIN && i < LOOKS / 2 &&
		    node_told(node, second ? MANY_DONE : MANY_GOT))
			i = LOOKS / 2;
		if (n == -EAGAIN)
			node_sleep(LOOK_NS);
	}
	if (n != -EAGAIN)
		node_tell(node, second ? MANY_GOT : MANY_DONE, 1);
	node_meet(node);
	if (!second)
		found(node, F_MANY,
		      node_told(node, MANY_GOT) + node_told(node, MANY_DONE));
	return n < 0 && n != -EAGAIN ? (int)n : 0;
}

/* The port that large messages go by, and their length; NULL: none does. */
static struct ipc_port *large_port(const struct node *node, size_t *bytes)
{
	*bytes = LARGE_BYTES;
	if (way_of(node) == REQUEST)
		return node->port[REQUEST];
	if (node->port[LARGE])
		return node->port[LARGE];
	*bytes = LESS_BYTES;
	return node->port[LESS];
}

/* Time on the PU of a send or of a receive. The receiver comes when the message
 * is there, or the sender seems to wait. */
static int time_copy(struct node *node, struct ipc_port *port, size_t len,
		     double *ns, struct traffic traffic)
{
	struct span span = {0};
	unsigned int bytes;
	void *at;
	int err = 0;

	if (node->self == SENDER)
		node_tell(node, SENT, 0);
	node_meet(node);
	if (node->self == SENDER) {
		err = put(node, port, len, &at, &span, traffic);
		node_tell(node, SENT, 1);
	} else if (node->self == RECEIVER) {
		for (int n = 0; n < PATIENT && !node_told(node, SENT); n++)
			node_yield();
		err = get(node, port, len, &bytes, &span, traffic);
	}
	if (!err && node->self != OTHER) {
		err = answer(node);
		*ns = (double)span.ran_ns;
	}
	node_meet(node);
	return err;
}

/* What copying as much takes here, from cache to cache, and what timing takes
 * of it. */
static void time_memcpy(struct node *node, size_t len, double *ns,
			double *nothing_ns)
{
	struct span span;

	for (int i = 0; i < 2; i++) {
		span_begin(&span);
		memcpy(node->shared, node->buf, len);
		span_end(&span);
	}
	*ns = (double)span.ran_ns;
	span_begin(&span);
	span_end(&span);
	*nothing_ns = (double)span.ran_ns;
}

static void found_ns(struct node *node, enum found what, double ns[COPIES])
{
	found(node, what, (uint64_t)lesson_median(ns, COPIES));
}

static int who_copies(struct node *node, struct traffic traffic)
{
	size_t len = LARGE_BYTES, small = node->par->size;
	struct ipc_port *port = node->port[way_of(node)];
	struct ipc_port *large = large_port(node, &len);
	bool sends = node->self == SENDER;
	double small_ns[COPIES], large_ns[COPIES];
	double memcpy_ns[COPIES], nothing_ns[COPIES];
	int err = 0;

	/* The third has no port to see it by. */
	if (sends && (!IS_TIMED || !large || len <= small))
		node_tell(node, STEP, 1);
	node_meet(node);
	if (node_told(node, STEP))
		return 0;
	/* In turn: what disturbs one disturbs the others. */
	for (unsigned int i = 0; i < COPIES && !err; i++) {
		if (sends)
			time_memcpy(node, len, &memcpy_ns[i], &nothing_ns[i]);
		err = time_copy(node, port, small, &small_ns[i], traffic);
		if (!err)
			err = time_copy(node, large, len, &large_ns[i],
					traffic);
	}
	if (err || node->self == OTHER)
		return err;
	found_ns(node, sends ? F_PUT_SMALL : F_GET_SMALL, small_ns);
	found_ns(node, sends ? F_PUT_LARGE : F_GET_LARGE, large_ns);
	if (sends) {
		found(node, F_BYTES, len);
		found_ns(node, F_NOTHING, nothing_ns);
		found_ns(node, F_MEMCPY, memcpy_ns);
	}
	return 0;
}

/* Everything that is sent once, and the flood. */
static int taste(struct node *node, struct traffic traffic)
{
	bool sends = node->self == SENDER, receives = node->self == RECEIVER;
	int err = 0;

	if (sends)
		found(node, F_API, traffic.api);
	node_meet(node);
	if (sends || receives)
		err = receive_first(node, traffic);
	node_meet(node);
	if (err)
		return err;
	if (sends)
		err = send_first(node, traffic);
	else if (receives)
		err = receive_second(node, traffic);
	else
		poison(node);
	node_meet(node);
	if (!err && (sends || receives) && node->par->size > 1)
		err = sends ? send_ends(node) : receive_ends(node);
	return err;
}

static int classify_play(struct node *node, struct traffic traffic)
{
	bool sends = node->self == SENDER;
	int err = taste(node, traffic);

	node_meet(node);
	if (!err)
		err = who_copies(node, traffic);
	node_meet(node);
	if (!err && node->port[MANY])
		err = sends ? send_to_many(node) : be_one_of_many(node);
	if (sends && node->port[MANY])
		node_meet(node);
	if (sends) {
		node_tell(node, SENT, 0);
		node_tell(node, BEGUN, 0);
	}
	node_meet(node);
	if (err || node->self == OTHER)
		return err;
	if (node->port[MAIN])
		err = sends ? flood(node, traffic) : be_flooded(node, traffic);
	return err;
}

/* Does what is stored into a message that was sent show in it? */
static bool shows(const struct ipc_impl *impl, enum ipc_store store)
{
	if (store == IPC_STORE_PLACE)
		return impl->memory == IPC_MEMORY_SHARED ||
		       impl->memory == IPC_MEMORY_SENDER;
	return store == IPC_STORE_SOURCE;
}

/* Who waits for whom, and where the message is meanwhile. */
static int judge_store(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	const struct ipc_impl *impl = evidence->impl;
	enum ipc_store store =
		ipc_store(impl, (enum ipc_api)evidence_says(evidence, F_API));
	const char *name = ipc_store_names[store];
	bool waits = evidence_says(evidence, F_SEND) == WAITS;
	uint64_t bytes = evidence_says(evidence, F_PLACE);

	figure[SYNCHRONOUS] = waits;
	figure[IN_PLACE] = bytes == NEW;
	if (evidence_says(evidence, F_RECEIVE) != WAITS)
		return why_not(why, -EBADMSG,
			       "a receive did not wait for a message");
	if (waits != (store == IPC_STORE_SOURCE))
		return why_not(why, -EBADMSG,
			       "a send %s the receiver, and its store is "
			       "declared as %s",
			       waits ? "waited for" : "returned before", name);
	if (bytes != OLD && bytes != NEW)
		return why_not(why, -EBADMSG,
			       "a message was neither what was sent nor what "
			       "was stored over it");
	if ((bytes == NEW) != shows(impl, store))
		return why_not(why, -EBADMSG,
			       "what was stored over a message %s, and its "
			       "store is declared as %s, %s",
			       bytes == NEW ? "showed in it"
					    : "did not show in it",
			       name, ipc_memory_names[impl->memory]);
	return 0;
}

/* With so many messages that something has to wait or to be lost. */
static int judge_flood(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	uint32_t caps = evidence->impl->caps;
	uint32_t depth = evidence->plan->link[MAIN].depth;
	uint64_t held = evidence_says(evidence, F_HELD);
	uint64_t sent = evidence_says(evidence, F_SENT);
	uint64_t got = evidence_says(evidence, F_GOT);

	if (sent == UINT64_MAX)
		return 0;
	figure[LOST] = (double)sent - (double)got;
	figure[DISORDER] = (double)evidence_says(evidence, F_DISORDER);
	if (held < FLOOD)
		figure[HELD] = (double)held;
	if (got > sent || (caps & IPC_RELIABLE && got < sent))
		return why_not(
			why, -EBADMSG,
			"%llu messages were sent and %llu received, and "
			"it is declared %s",
			(unsigned long long)sent, (unsigned long long)got,
			caps & IPC_RELIABLE ? "reliable" : "to repeat none");
	if (figure[DISORDER] > 0)
		return why_not(why, -EBADMSG,
			       "%.0f messages came before an earlier one",
			       figure[DISORDER]);
	if (!(caps & IPC_RELIABLE) && held < FLOOD)
		return why_not(why, -EBADMSG,
			       "a send waited with %llu messages, and it is "
			       "declared unreliable",
			       (unsigned long long)held);
	if (!(caps & IPC_RELIABLE) && got == sent)
		return why_not(why, -ENODATA, "of %d messages none was lost",
			       FLOOD);
	if (caps & IPC_DEPTH && caps & IPC_RELIABLE && held != depth)
		return why_not(why, -EBADMSG,
			       "it held %llu messages, and is declared to hold "
			       "%u",
			       (unsigned long long)held, depth);
	return 0;
}

static int judge_ends(const struct evidence *evidence, struct why *why)
{
	uint32_t caps = evidence->impl->caps;
	uint64_t half = evidence->par->size / 2;
	uint64_t ends = evidence_says(evidence, F_ENDS);
	uint64_t many = evidence_says(evidence, F_MANY);

	if (ends != UINT64_MAX &&
	    ends != (caps & IPC_BOUNDARY ? half : 2 * half))
		return why_not(why, -EBADMSG,
			       "with two messages of %llu B a receive got "
			       "%llu B, and it is declared %s",
			       (unsigned long long)half,
			       (unsigned long long)ends,
			       caps & IPC_BOUNDARY ? "to keep their ends"
						   : "a stream of bytes");
	if (many != UINT64_MAX && many != (caps & IPC_BROADCAST ? 2 : 1))
		return why_not(why, -EBADMSG,
			       "%llu of two receivers got one message, and it "
			       "is declared to go to %s",
			       (unsigned long long)many,
			       caps & IPC_BROADCAST ? "every one" : "one");
	if (many == UINT64_MAX && caps & IPC_BROADCAST)
		return why_not(why, -EBADMSG,
			       "it is declared to go to every receiver, and "
			       "has only one");
	return 0;
}

/*
 * One side. A copy takes its time: even the best one some part of a memcpy. And
 * what is no copy does not: what a long message takes more than a short one.
 */
static int judge_copier(unsigned int copier, unsigned int side, double share,
			double whole, struct why *why)
{
	const double at_least = 0.3, at_most = 0.7;
	const char *name = side == IPC_BY_SENDER ? "send" : "receive";

	if (copier & side && whole < at_least)
		return why_not(why, -EBADMSG,
			       "a %s of some KiB took only %.2g memcpys on the "
			       "PU, and is declared to copy",
			       name, whole);
	if (!(copier & side) && !(copier & IPC_BY_PAGES) && share > at_most)
		return why_not(why, -EBADMSG,
			       "a %s of some KiB took %.2g memcpys longer on "
			       "the PU, and is declared not to copy",
			       name, share);
	return 0;
}

static int judge_copies(const struct evidence *evidence, double figure[FIGURES],
			struct why *why)
{
	enum ipc_api api = (enum ipc_api)evidence_says(evidence, F_API);
	unsigned int copier = ipc_copier(evidence->impl, api);
	bool waits = ipc_store(evidence->impl, api) == IPC_STORE_SOURCE;
	double nothing_ns = (double)evidence_says(evidence, F_NOTHING);
	double ns = (double)evidence_says(evidence, F_MEMCPY) - nothing_ns;
	double put_ns = (double)evidence_says(evidence, F_PUT_LARGE);
	double get_ns = (double)evidence_says(evidence, F_GET_LARGE);
	int err;

	if (evidence_says(evidence, F_BYTES) == UINT64_MAX || ns <= 0)
		return 0;
	figure[SENDER_COPIES] =
		(put_ns - (double)evidence_says(evidence, F_PUT_SMALL)) / ns;
	figure[RECEIVER_COPIES] =
		(get_ns - (double)evidence_says(evidence, F_GET_SMALL)) / ns;
	/* A send that waits takes something for that, and longer for longer. */
	err = judge_copier(copier, IPC_BY_SENDER,
			   waits ? NAN : figure[SENDER_COPIES],
			   (put_ns - nothing_ns) / ns, why);
	return err ? err
		   : judge_copier(copier, IPC_BY_RECEIVER,
				  figure[RECEIVER_COPIES],
				  (get_ns - nothing_ns) / ns, why);
}

/* One label of each axis, for the record. */
static void label(const struct evidence *evidence, struct why *why)
{
	static const char *const copiers[] = {"nobody", "the sender",
					      "the receiver", "both"};
	const struct ipc_impl *impl = evidence->impl;
	enum ipc_api api = (enum ipc_api)evidence_says(evidence, F_API);
	uint64_t held = evidence_says(evidence, F_HELD);
	char room[40] = "";

	if (held < FLOOD)
		snprintf(room, sizeof(room), ", blocking at %llu",
			 (unsigned long long)held);
	why_not(why, 0, "%s%s; store: %s; copied by %s; %s, in order, %s",
		evidence_says(evidence, F_SEND) == WAITS ? "synchronous"
							 : "asynchronous",
		room, ipc_store_names[ipc_store(impl, api)],
		copiers[ipc_copier(impl, api) & IPC_BY_BOTH],
		impl->caps & IPC_RELIABLE ? "reliable" : "unreliable",
		impl->caps & IPC_BOUNDARY ? "ends kept" : "a stream");
}

static int classify_judge(const struct evidence *evidence,
			  double figure[FIGURES], struct why *why)
{
	int err;

	for (size_t i = 0; i < FIGURES; i++)
		figure[i] = NAN;
	err = judge_store(evidence, figure, why);
	if (!err)
		err = judge_ends(evidence, why);
	if (!err)
		err = judge_flood(evidence, figure, why);
	if (!err)
		err = judge_copies(evidence, figure, why);
	if (!err)
		label(evidence, why);
	return err;
}

/* Only what waits in its source is synchronous. */
static enum concept_way classify_way(const struct ipc_impl *impl,
				     enum concept concept, struct why *by)
{
	if (concept != CONCEPT_SENDER_SYNC ||
	    impl->contract.store == IPC_STORE_SOURCE)
		return CONCEPT_NATIVE;
	why_not(by, 0,
		"a buffer between the two: a send is over when it has the "
		"message");
	return CONCEPT_ABSENT;
}

const struct workload classify_workload = {
	.name = "classify",
	.brief = "what it is found to be, against what it is declared to be",
	.metric = "held_messages",
	.meaning = "each side comes late once, the message is stored over "
		   "while it waits, two short messages are sent, a flood, and "
		   "some of many KiB: who waits for whom, where the message "
		   "is, who copies it, what is lost; a difference from the "
		   "back-end's table fails",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(COURSES) | SHOWS(SENDER_SYNC) | SHOWS(SUMMARY),
	.way = classify_way,
	.plan = classify_plan,
	.figures = classify_figures,
	.play = classify_play,
	.judge = classify_judge,
};
