/* SPDX-License-Identifier: MIT */
/*
 * Starve: a send without a buffer and a receive without a message, each as an
 * operation that waits and as one that fails; and the same where a send is
 * synchronous, which here an acknowledgement makes it: then the buffer is the
 * receiver's own, and it is lacking as long as nobody receives.
 */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { DATA, ACK, LINKS };
enum { DEPTH = 4, HELD_MAX = 1 << 17 };
enum { OLD = 0x11, NEW = 0x22 };

/* On the board. */
enum {
	FILL,
	BEGUN = FILL + FILL_WORDS,
	DONE = BEGUN + NODES,
	WORDS = DONE + NODES
};
_Static_assert((int)WORDS <= (int)BOARD_WORDS, "they have room");

/* Marks: what was seen. */
enum seen {
	API,
	RECEIVE_WAITED, /* 1 */
	RECEIVE_FAILED, /* 1 */
	HELD,		/* until a send waited */
	ROOM,		/* until a send failed */
	CAME,		/* of those */
	SYNC_WAITED,	/* 1 */
	SYNC_FAILED,	/* 1: no acknowledgement yet */
	STORED_OVER,	/* OLD or NEW */
	SEEN
};

enum {
	ROOM_WAITS,
	ROOM_FAILS,
	RECEIVE_WAITS,
	RECEIVE_FAILS,
	SYNC_WAITS,
	SYNC_FAILS,
	COPIES
};

static const struct figure_kind starve_figures[] = {
	[ROOM_WAITS] =
		{"until_wait_messages", "1", "none",
		 "messages sent until a send lacked a buffer and waited"},
	[ROOM_FAILS] = {"until_fail_messages", "1", "none",
			"messages sent until a send lacked a buffer and "
			"failed, of which nothing arrived"},
	[RECEIVE_WAITS] = {"receive_waits", "1", "none",
			   "1: a receive without a message waited for one"},
	[RECEIVE_FAILS] = {"receive_fails", "1", "none",
			   "1: one that may not wait failed"},
	[SYNC_WAITS] = {"sync_waits", "1", "none",
			"1: a synchronous send without a receiver waited, with "
			"room for its message"},
	[SYNC_FAILS] = {"sync_fails", "1", "none",
			"1: one that may not wait saw that it had no receiver"},
	[COPIES] = {"copies", "1", "lower",
		    "of each message, by the back-end's table: through a "
		    "buffer two, into a target or out of a source one, "
		    "handed over none"},
	{NULL, NULL, NULL, NULL},
};

static int starve_plan(const struct params *par, struct plan *plan,
		       struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = LINKS;
	plan->link[DATA].tx = plan->link[ACK].rx = NODE(SENDER);
	plan->link[DATA].rx = plan->link[ACK].tx = NODE(RECEIVER);
	plan->link[DATA].depth = depth;
	plan->link[ACK].depth = 1;
	plan->marks = SEEN;
	return 0;
}

static void saw(struct node *node, enum seen what, uint64_t value)
{
	node_mark(node, MARK_STEP, value, what);
}

static bool waits(struct node *node, unsigned int other)
{
	return node_gets_stuck(node, other, BEGUN + other, DONE + other);
}

static void begin(struct node *node)
{
	node_meet(node);
	node_tell(node, BEGUN + node->self, 0);
	node_tell(node, DONE + node->self, 0);
	node_meet(node);
	node_tell(node, BEGUN + node->self, 1);
}

static void done(struct node *node)
{
	node_tell(node, DONE + node->self, 1);
}

/* A receive without a message: one that fails, and one that waits. */
static int no_message(struct node *node, uint64_t seq, struct traffic traffic)
{
	uint64_t got;
	int err;

	if (node->self == RECEIVER) {
		err = node_get_any(node, node->port[DATA], IPC_NOWAIT, traffic,
				   &got);
		saw(node, RECEIVE_FAILED, err == -EAGAIN);
		if (err && err != -EAGAIN)
			return err;
	}
	begin(node);
	if (node->self == RECEIVER) {
		err = node_get(node, node->port[DATA], seq, traffic);
		done(node);
		return err;
	}
	saw(node, RECEIVE_WAITED, waits(node, RECEIVER));
	return node_put(node, node->port[DATA], seq, traffic);
}

/* A send without a buffer, which waits. */
static int no_room(struct node *node, uint64_t *seq, struct traffic traffic)
{
	struct fill fill = {.words = FILL, .from = *seq, .max = HELD_MAX};
	int err = node->self == SENDER
			  ? node_fill(node, node->port[DATA], &fill, traffic)
			  : node_watch_fill(node, node->port[DATA], SENDER,
					    &fill, traffic);

	if (node->self == RECEIVER)
		saw(node, HELD, fill.held);
	*seq += fill.sent;
	return err;
}

/* And one that fails: those before it arrive, and nothing of it. */
static int no_room_fails(struct node *node, uint64_t *seq,
			 struct traffic traffic)
{
	struct ipc_port *port = node->port[DATA];
	uint64_t n = 0, got;
	int err = 0;

	begin(node);
	if (node->self == SENDER) {
		while (n < HELD_MAX && !err) {
			err = node_try_put(node, port, *seq + n, traffic);
			n += !err;
		}
		saw(node, ROOM, n);
		node_tell(node, DONE + SENDER, 1 + n);
		node_hear(node, DONE + RECEIVER, 1);
		*seq += n;
		return err == -EAGAIN ? 0 : err;
	}
	node_hear(node, DONE + SENDER, 1);
	for (err = 0; n < node_told(node, DONE + SENDER) - 1 && !err; n++)
		err = node_get(node, port, *seq + n, traffic);
	*seq += n;
	if (!err && node_get_any(node, port, IPC_NOWAIT, traffic, &got) == 0)
		n++;
	saw(node, CAME, n);
	done(node);
	return err;
}

/* A synchronous send whose receiver is away, with room for the message. What is
 * stored over it while it waits shows where it is. */
static int no_receiver(struct node *node, uint64_t seq, struct traffic traffic)
{
	uint64_t got;
	int err;

	begin(node);
	if (node->self == SENDER) {
		err = node_put(node, node->port[DATA], seq, traffic);
		if (err)
			return err;
		err = node_get_any(node, node->port[ACK], IPC_NOWAIT, traffic,
				   &got);
		saw(node, SYNC_FAILED, err == -EAGAIN);
		if (err == -EAGAIN)
			err = node_get(node, node->port[ACK], seq, traffic);
		done(node);
		return err;
	}
	saw(node, SYNC_WAITED, waits(node, SENDER));
	err = node_get(node, node->port[DATA], seq, traffic);
	return err ? err : node_put(node, node->port[ACK], seq, traffic);
}

/* Where is an asynchronous message? By the copying interface, whose source is
 * the sender's own. */
static int where_it_is(struct node *node)
{
	size_t size = node->par->size;
	ssize_t n;

	begin(node);
	if (node->self == SENDER) {
		memset(node->buf, OLD, size);
		n = ipc_send(node->port[DATA], node->buf, size, 0);
		memset(node->buf, NEW, size);
		done(node);
		return n < 0 ? (int)n : 0;
	}
	node_hear(node, DONE + SENDER, 1);
	n = ipc_recv(node->port[DATA], node->buf, size, 0);
	saw(node, STORED_OVER, *(const unsigned char *)node->buf);
	return n < 0 ? (int)n : 0;
}

static int starve_play(struct node *node, struct traffic traffic)
{
	uint64_t seq = 0;
	int err;

	if (node->self == SENDER)
		saw(node, API, traffic.api);
	err = no_message(node, seq++, traffic);
	node_meet(node);
	if (!err)
		err = no_room(node, &seq, traffic);
	if (!err)
		err = no_room_fails(node, &seq, traffic);
	if (!err)
		err = no_receiver(node, seq, traffic);
	return err ? err : where_it_is(node);
}

/* What lacks a message or a receiver. */
static int judge_lacks(const struct evidence *evidence, struct why *why)
{
	static const struct {
		enum seen seen;
		const char *what;
	} all[] = {
		{RECEIVE_WAITED, "a receive without a message did not wait"},
		{RECEIVE_FAILED, "a receive that may not wait did not fail "
				 "without a message"},
		{SYNC_WAITED, "a synchronous send without a receiver did not "
			      "wait"},
		{SYNC_FAILED, "a synchronous send that may not wait did not "
			      "fail without a receiver"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (evidence_says(evidence, all[i].seen) != 1)
			return why_not(why, -EBADMSG, "%s", all[i].what);
	return 0;
}

/* Without a buffer. A byte stream may refuse what there would be room for. */
static int judge_room(const struct evidence *evidence, double figure[FIGURES],
		      struct why *why)
{
	uint32_t caps = evidence->impl->caps;
	uint32_t depth = evidence->plan->link[DATA].depth;
	uint64_t held = evidence_says(evidence, HELD);
	uint64_t room = evidence_says(evidence, ROOM);
	uint64_t came = evidence_says(evidence, CAME);

	figure[ROOM_WAITS] = (double)held;
	figure[ROOM_FAILS] = (double)room;
	if (came != room)
		return why_not(why, -EBADMSG,
			       "%llu sends did not fail, and %llu messages "
			       "came",
			       (unsigned long long)room,
			       (unsigned long long)came);
	if (held == HELD_MAX || room == HELD_MAX)
		return why_not(why, -ENODATA,
			       "%d messages did not fill the link", HELD_MAX);
	if (caps & IPC_DEPTH && (held != depth || room != depth))
		return why_not(why, -EBADMSG,
			       "a send waited with %llu messages and failed "
			       "with %llu, and there is room for %u",
			       (unsigned long long)held,
			       (unsigned long long)room, depth);
	return 0;
}

static int starve_judge(const struct evidence *evidence, double figure[FIGURES],
			struct why *why)
{
	enum ipc_api api = (enum ipc_api)evidence_says(evidence, API);
	int err = judge_lacks(evidence, why);

	if (!err)
		err = judge_room(evidence, figure, why);
	if (!err && evidence_says(evidence, STORED_OVER) != OLD)
		err = why_not(why, -EBADMSG,
			      "what was stored over the source of a message "
			      "after its send showed in it: it was in no "
			      "buffer between");
	if (err)
		return err;
	figure[RECEIVE_WAITS] = figure[RECEIVE_FAILS] = 1;
	figure[SYNC_WAITS] = figure[SYNC_FAILS] = 1;
	figure[COPIES] = ipc_copies(evidence->impl, api);
	return 0;
}

const struct workload starve_workload = {
	.name = "starve",
	.brief = "no buffer, no message: who waits, who fails",
	.metric = "until_wait_messages",
	.meaning = "a send into a full link and a receive from an empty one, "
		   "as operations that wait and that fail, and a send that an "
		   "acknowledgement makes synchronous without a receiver; each "
		   "does what it should, and nothing that failed arrives",
	.timing = TIMING_LESSON,
	.needs = IPC_RELIABLE,
	.concepts = SHOWS(RESOURCES),
	.plan = starve_plan,
	.figures = starve_figures,
	.play = starve_play,
	.judge = starve_judge,
};
