/* SPDX-License-Identifier: MIT */
/*
 * Deadlock: two peers send to each other before either receives.
 *
 * A peer is a node that sends and another that receives for it, as a port
 * belongs to one thread: its helper. As long as the peer sends the helper
 * stays away, as if they were one: send, send ... receive, receive ... Only
 * when both peers are found asleep in send the helpers are let go at once,
 * which is the remedy: from then on sending and receiving are two threads.
 */
#include <math.h>

#include "ipc/workload.h"

enum { PEERS = 2 };
enum { PEER, HELPER = PEER + PEERS, OBSERVER = HELPER + PEERS, NODES };
enum { DEPTH = 4, HELD_MAX = 1 << 17 };

/* Each link is filled so often: a store that the kernel sizes as it goes holds
 * more, or less, the next time. */
enum { FILLS = 2, FILLED = PEERS * FILLS };

/* Rounds with one message more each, the first with as many as there is room
 * for. */
enum { ROUNDS_MAX = 4 };

/* On the board; those of a peer one after the other. */
enum {
	FILL, /* FILL_WORDS each */
	HELD = FILL +
	       PEERS * FILL_WORDS, /* 1 + what its link held, FILLS each */
	COUNT = HELD + FILLED,	   /* 1 + messages; 0: the end */
	BEGUN,			   /* sends so far */
	SENT = BEGUN + PEERS,	   /* that returned */
	DONE = SENT + PEERS,	   /* rounds */
	GO = DONE + PEERS,	   /* its helper may: rounds */
	WORDS = GO + PEERS
};
_Static_assert((int)WORDS <= (int)BOARD_WORDS, "they have room");

/* The observer's marks: what each link held each time, then one a round, numbered by
 * its messages: when all were sent, or before the helpers are let go. A peer's:
 * before its first send of a round and after its last. */
enum { DEADLOCKED = 1, ASLEEP = 2 }; /* ASLEEP << peer */
enum { MARKS_A_ROUND = 2, ALL_MARKS = FILLED + ROUNDS_MAX * MARKS_A_ROUND };

enum { PREDICTED, FOUND, BELOW_NS, REMEDY_NS };

static const struct figure_kind deadlock_figures[] = {
	[PREDICTED] = {"predicted_messages", "1", "none",
		       "one more than filled a link with nobody receiving: "
		       "with so many each, both would wait"},
	[FOUND] = {"found_messages", "1", "none",
		   "with so many each, both slept in send for good"},
	[BELOW_NS] = {"below_ns", "ns", "lower",
		      "time for both to send, with one message less each"},
	[REMEDY_NS] = {"remedy_ns", "ns", "lower",
		       "from when the helpers were let go until both sends "
		       "returned"},
	{NULL, NULL, NULL, NULL},
};

static int deadlock_plan(const struct params *par, struct plan *plan,
			 struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = PEERS;
	for (unsigned int i = 0; i < PEERS; i++) {
		/* What one peer sends, the other's helper receives. */
		plan->link[i].tx = NODE(PEER + i);
		plan->link[i].rx = NODE(HELPER + (1 - i));
		plan->link[i].depth = depth;
	}
	plan->marks = ALL_MARKS;
	return 0;
}

/* Link i is full, each time; *sent is the number of messages that this took. */
static int fill_all(struct node *node, unsigned int i, struct traffic traffic,
		    uint64_t *sent)
{
	struct fill fill = {.words = FILL + i * FILL_WORDS, .max = HELD_MAX};
	struct ipc_port *port = node->port[i];
	int err = 0;

	for (unsigned int n = 0; n < FILLS && !err; n++) {
		if (node->self == PEER + i) {
			err = node_fill(node, port, &fill, traffic);
		} else {
			err = node_watch_fill(node, port, PEER + i, &fill,
					      traffic);
			node_tell(node, HELD + i * FILLS + n, fill.held + 1);
		}
		fill.from += fill.sent;
	}
	*sent = fill.from;
	return err;
}

/* Send as many as there are to send before anything is received. */
static int peer_round(struct node *node, uint64_t from, uint64_t count,
		      uint64_t round, struct traffic traffic)
{
	unsigned int i = node->self - PEER;
	int err = 0;

	node_mark(node, MARK_SEND, count, 0);
	for (uint64_t n = 0; n < count && !err; n++) {
		node_tell(node, BEGUN + i, from + n + 1);
		err = node_put(node, node->port[i], from + n, traffic);
		node_tell(node, SENT + i, from + n + 1);
	}
	node_mark(node, MARK_SENT, count, 0);
	node_tell(node, DONE + i, round);
	if (!err)
		node_tell(node, GO + i, round);
	return err;
}

static int helper_round(struct node *node, uint64_t from, uint64_t count,
			uint64_t round, struct traffic traffic)
{
	unsigned int i = node->self - HELPER;
	struct ipc_port *port = node->port[1 - i];
	int err = 0;

	node_hear(node, GO + i, round);
	for (uint64_t n = 0; n < count && !err; n++)
		err = node_get(node, port, from + n, traffic);
	return err ? err : node_find_empty(node, port, traffic);
}

static bool is_done(struct node *node, uint64_t round)
{
	return node_told(node, DONE) >= round &&
	       node_told(node, DONE + 1) >= round;
}

/* Does neither get on? One that is done lets the other one go. */
static bool are_stuck(struct node *node, struct vigil vigil[PEERS])
{
	unsigned int stuck = 0;

	for (unsigned int i = 0; i < PEERS; i++)
		stuck += node_is_stuck(node, PEER + i, BEGUN + i, SENT + i,
				       &vigil[i]);
	return stuck == PEERS;
}

static uint32_t who_sleeps(struct node *node)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < PEERS; i++) {
		struct node_deed deed;

		node_look(node, PEER + i, &deed);
		value |= deed.asleep ? ASLEEP << i : 0;
	}
	return value;
}

/* Was it a deadlock? Then the helpers are let go. */
static bool observe_round(struct node *node, uint64_t count, uint64_t round)
{
	struct vigil vigil[PEERS] = {{0}, {0}};
	uint32_t value;

	while (!are_stuck(node, vigil)) {
		if (!is_done(node, round))
			continue;
		node_mark(node, MARK_STEP, count, 0);
		return false;
	}
	value = DEADLOCKED | who_sleeps(node);
	node_mark(node, MARK_STEP, count, value);
	for (unsigned int i = 0; i < PEERS; i++)
		node_tell(node, GO + i, round);
	return true;
}

/* Is it always the same that a link holds, and less than too much? */
static bool is_steady(const struct mark *held)
{
	for (unsigned int i = 0; i < PEERS; i++)
		for (unsigned int n = 0; n < FILLS; n++)
			if (held[i * FILLS + n].seq != held[i * FILLS].seq ||
			    held[i * FILLS + n].seq == HELD_MAX)
				return false;
	return true;
}

/* The greater of what both links hold: a peer that gets through lets the other
 * one go. */
static uint64_t room_of(const struct mark *held)
{
	return held[0].seq > held[FILLS].seq ? held[0].seq : held[FILLS].seq;
}

static void mark_held(struct node *node)
{
	for (unsigned int i = 0; i < FILLED; i++) {
		node_hear(node, HELD + i, 1);
		node_mark(node, MARK_STEP, node_told(node, HELD + i) - 1, 0);
	}
}

/* One message more each time, until it does not work any more. */
static void observe(struct node *node)
{
	uint64_t room;
	bool stuck;

	mark_held(node);
	room = room_of(node->marks->at);
	stuck = !is_steady(node->marks->at);
	for (uint64_t round = 1; round <= ROUNDS_MAX && !stuck; round++) {
		uint64_t count = room + round - 1;

		node_tell(node, COUNT, 1 + count);
		node_meet(node);
		stuck = observe_round(node, count, round);
		node_meet(node);
	}
	node_tell(node, COUNT, 0);
	node_meet(node);
}

/* Peer and helper, as often as the observer says. */
static int take_part(struct node *node, struct traffic traffic)
{
	bool sends = node->self < HELPER;
	unsigned int link =
		sends ? node->self - PEER : 1 - (node->self - HELPER);
	uint64_t from;
	int err = fill_all(node, link, traffic, &from);

	for (uint64_t round = 1; !err; round++) {
		uint64_t count;

		node_meet(node);
		count = node_told(node, COUNT);
		if (count-- == 0)
			return 0;
		err = (sends ? peer_round : helper_round)(node, from, count,
							  round, traffic);
		from += count;
		node_meet(node);
	}
	return err;
}

static int deadlock_play(struct node *node, struct traffic traffic)
{
	if (node->self != OBSERVER)
		return take_part(node, traffic);
	observe(node);
	return 0;
}

/* From the first of both peers' sends in this round to the last one's end; or
 * from that other time on. */
static double sending_ns(const struct evidence *evidence, size_t round,
			 uint64_t from_ns)
{
	uint64_t first_ns = UINT64_MAX, last_ns = 0;

	for (unsigned int i = 0; i < PEERS; i++) {
		const struct marks *marks = evidence->marks[PEER + i];
		const struct mark *send = &marks->at[MARKS_A_ROUND * round];

		if (send[0].t_ns < first_ns)
			first_ns = send[0].t_ns;
		if (send[1].t_ns > last_ns)
			last_ns = send[1].t_ns;
	}
	return (double)last_ns - (double)(from_ns ? from_ns : first_ns);
}

static int judge_held(const struct evidence *evidence, const struct mark *held,
		      struct why *why)
{
	uint32_t depth = evidence->plan->link[0].depth;
	bool declared = evidence->impl->caps & IPC_DEPTH;

	for (unsigned int i = 0; i < FILLED; i++) {
		if (declared && held[i].seq != depth)
			return why_not(why, -EBADMSG,
				       "a link held %llu messages, and is "
				       "declared to hold %u",
				       (unsigned long long)held[i].seq, depth);
		if (held[i].seq == HELD_MAX)
			return why_not(why, -ENODATA,
				       "%d messages did not fill a link",
				       HELD_MAX);
	}
	for (unsigned int i = 0; i < FILLED; i++)
		if (held[i].seq != held[i / FILLS * FILLS].seq)
			return why_not(
				why, -ENODATA,
				"a link held %llu messages and then %llu: its "
				"store is not of one size, so nothing can be "
				"predicted",
				(unsigned long long)held[i / FILLS * FILLS].seq,
				(unsigned long long)held[i].seq);
	return 0;
}

static int judge_found(uint64_t predicted, const struct mark *last,
		       struct why *why)
{
	if (!(last->value & DEADLOCKED))
		return why_not(why, -EBADMSG,
			       "two peers with %llu messages each got through, "
			       "with room for %llu",
			       (unsigned long long)last->seq,
			       (unsigned long long)(predicted - 1));
	if (last->seq != predicted)
		return why_not(why, -EBADMSG,
			       "two peers with %llu messages each were stuck; "
			       "with room for %llu it should be %llu",
			       (unsigned long long)last->seq,
			       (unsigned long long)(predicted - 1),
			       (unsigned long long)predicted);
	for (unsigned int i = 0; i < PEERS; i++)
		if (!(last->value & ASLEEP << i))
			return why_not(why, -EBADMSG,
				       "peer %u was stuck, and not asleep", i);
	return 0;
}

static int deadlock_judge(const struct evidence *evidence,
			  double figure[FIGURES], struct why *why)
{
	const struct marks *seen = evidence->marks[OBSERVER];
	const struct mark *held = seen->at, *last = &seen->at[seen->n - 1];
	uint64_t room = room_of(held);
	int err = judge_held(evidence, held, why);
	size_t round;

	if (!err)
		err = judge_found(room + 1, last, why);
	if (err)
		return err;
	round = seen->n - 1 - FILLED;
	if (round == 0)
		return why_not(why, -ENODATA, "fewer messages were not tried");
	figure[PREDICTED] = (double)(room + 1);
	figure[FOUND] = (double)last->seq;
	figure[BELOW_NS] = sending_ns(evidence, round - 1, 0);
	figure[REMEDY_NS] = sending_ns(evidence, round, last->t_ns);
	return 0;
}

const struct workload deadlock_workload = {
	.name = "deadlock",
	.brief = "two that send to each other until neither has room",
	.metric = "found_messages",
	.meaning = "both peers send a number of messages before they receive "
		   "any; with as many as a link holds they get through, with "
		   "one more both sleep in send for good, until two other "
		   "threads receive for them",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(DEADLOCK),
	.needs = IPC_RELIABLE,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_HYBRID),
	.plan = deadlock_plan,
	.figures = deadlock_figures,
	.play = deadlock_play,
	.judge = deadlock_judge,
};
