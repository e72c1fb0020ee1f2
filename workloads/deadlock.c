/* SPDX-License-Identifier: MIT */
/*
 * Deadlock: two peers send to each other before either receives.
 *
 * A peer is a node that sends and another that receives for it, as a port
 * belongs to one thread: its helper. As long as the peer sends the helper
 * stays away, as if they were one: send, send ... receive, receive ... Only
 * when both peers are found asleep in send the helpers are let go at once,
 * which is a remedy: from then on sending and receiving are two threads. The
 * other two are tried with as many messages: an order, in which one peer
 * receives before it sends, and sends that fail rather than wait.
 */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { PEERS = 2 };
enum { PEER, HELPER = PEER + PEERS, OBSERVER = HELPER + PEERS, NODES };
enum { DEPTH = 4, HELD_MAX = 1 << 17 };

/* Each link is filled so often: a store that the kernel sizes as it goes holds
 * more, or less, the next time. */
enum { FILLS = 2, FILLED = PEERS * FILLS };

/*
 * Rounds with one message more each, the first with as many as there is room
 * for. Where the store is elastic, one with far fewer, and one with as many as
 * it takes. Then one for each of the other remedies.
 */
enum { PLAIN_MAX = 4, REMEDIES = 2, ROUNDS_MAX = PLAIN_MAX + REMEDIES };
enum { ELASTIC_PART = 8 }; /* of what it held */
enum { PAUSE_NS = 50000 }; /* of a peer that was refused */
enum kind { PLAIN, ORDERED, TRYING };

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
	HELPED = GO + PEERS,	   /* its helper did: rounds */
	KIND = HELPED + PEERS,
	ELASTIC, /* is its store */
	WORDS
};
_Static_assert((int)WORDS <= (int)BOARD_WORDS, "they have room");

/* The observer's marks: what each link held each time, then one a round, numbered
 * by its messages: when all were sent, or before the helpers are let go. A
 * peer's: before its first send of a round and after its last, whose value is
 * how many of them were refused. */
enum { DEADLOCKED = 1, ASLEEP = 2 }; /* ASLEEP << peer */
enum { MARKS_A_ROUND = 2, ALL_MARKS = FILLED + ROUNDS_MAX * MARKS_A_ROUND };

/* In memory that is shared: where they slept. */
struct chain {
	char where[PEERS][48];
};

enum { PREDICTED, FOUND, BELOW_NS, REMEDY_NS, ORDERED_NS, TRYING_NS, REFUSED };

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
	[ORDERED_NS] = {"ordered_ns", "ns", "lower",
			"time for both to send as many, where one receives "
			"before it sends"},
	[TRYING_NS] = {"trying_ns", "ns", "lower",
		       "the same where a send fails rather than wait: the peer "
		       "then lets its helper receive, and tries again"},
	[REFUSED] = {"refused_sends", "1", "lower", "sends that failed so"},
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
	plan->shared = sizeof(struct chain);
	return 0;
}

static bool is_elastic(const struct ipc_impl *impl)
{
	return impl->contract.elastic;
}

/* Link i is full, each time; *sent is the number of messages that this took.
 * An elastic store holds something else the next time anyway. */
static int fill_all(struct node *node, unsigned int i, struct traffic traffic,
		    uint64_t *sent)
{
	struct fill fill = {.words = FILL + i * FILL_WORDS, .max = HELD_MAX};
	struct ipc_port *port = node->port[i];
	bool once = is_elastic(port->link->impl);
	int err = 0;

	for (unsigned int n = 0; n < FILLS && !err; n++) {
		if (n > 0 && once) {
			node_tell(node, HELD + i * FILLS + n, fill.held + 1);
			continue;
		}
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

/* How many there are to send: the observer may lower it as they go. */
static uint64_t count_of(struct node *node)
{
	return node_told(node, COUNT) - 1;
}

/* One message after the other; each may have to wait. */
static int send_all(struct node *node, uint64_t from, struct traffic traffic)
{
	unsigned int i = node->self - PEER;
	int err = 0;

	for (uint64_t n = 0; n < count_of(node) && !err; n++) {
		node_tell(node, BEGUN + i, from + n + 1);
		err = node_put(node, node->port[i], from + n, traffic);
		node_tell(node, SENT + i, from + n + 1);
	}
	return err;
}

/* None of them waits: who is refused receives, and tries again. */
static int try_all(struct node *node, uint64_t from, uint64_t round,
		   struct traffic traffic, uint32_t *refused)
{
	unsigned int i = node->self - PEER;
	uint64_t count = count_of(node);

	for (uint64_t n = 0; n < count;) {
		int err = node_try_put(node, node->port[i], from + n, traffic);

		if (err && err != -EAGAIN)
			return err;
		n += !err;
		if (!err)
			continue;
		++*refused;
		node_tell(node, GO + i, round);
		node_sleep(PAUSE_NS); /* it may receive more than one */
	}
	node_tell(node, BEGUN + i, from + count);
	node_tell(node, SENT + i, from + count);
	return 0;
}

/* Send as many as there are to send before anything is received; but not with
 * the remedies. */
static int peer_round(struct node *node, uint64_t from, uint64_t round,
		      struct traffic traffic)
{
	enum kind kind = (enum kind)node_told(node, KIND);
	unsigned int i = node->self - PEER;
	uint32_t refused = 0;
	int err;

	if (kind == ORDERED && i > 0) {
		node_tell(node, GO + i, round);
		node_hear(node, HELPED + i, round);
	}
	node_mark(node, MARK_SEND, count_of(node), 0);
	err = kind == TRYING ? try_all(node, from, round, traffic, &refused)
			     : send_all(node, from, traffic);
	node_mark(node, MARK_SENT, count_of(node), refused);
	node_tell(node, DONE + i, round);
	if (!err)
		node_tell(node, GO + i, round);
	return err;
}

static int helper_round(struct node *node, uint64_t from, uint64_t round,
			struct traffic traffic)
{
	unsigned int i = node->self - HELPER;
	struct ipc_port *port = node->port[1 - i];
	uint64_t count;
	int err = 0;

	node_hear(node, GO + i, round);
	count = count_of(node);
	for (uint64_t n = 0; n < count && !err; n++)
		err = node_get(node, port, from + n, traffic);
	node_tell(node, HELPED + i, round);
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
	struct chain *chain = node->shared;
	uint32_t value = 0;

	for (unsigned int i = 0; i < PEERS; i++) {
		struct node_deed deed;

		node_look(node, PEER + i, &deed);
		value |= deed.asleep ? ASLEEP << i : 0;
		memcpy(chain->where[i], deed.where, sizeof(chain->where[i]));
	}
	return value;
}

/* Where a round began, and how far the one that came farther has got. */
static uint64_t farthest(struct node *node, const uint64_t start[PEERS])
{
	uint64_t most = 0;

	for (unsigned int i = 0; i < PEERS; i++) {
		uint64_t sent = node_told(node, SENT + i) - start[i];

		most = sent > most ? sent : most;
	}
	return most;
}

/* Was it a deadlock? Then the helpers are let go; and both send as many as the
 * one did that came farther, and the one in which it is stuck. */
static bool observe_round(struct node *node, const uint64_t start[PEERS],
			  uint64_t round)
{
	struct vigil vigil[PEERS] = {{0}, {0}};
	uint64_t count = count_of(node);
	uint32_t value;

	while (!are_stuck(node, vigil)) {
		if (!is_done(node, round))
			continue;
		node_mark(node, MARK_STEP, count, 0);
		return false;
	}
	value = DEADLOCKED | who_sleeps(node);
	if (count == HELD_MAX)
		count = farthest(node, start) + 1;
	node_mark(node, MARK_STEP, count, value);
	node_tell(node, COUNT, 1 + count);
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

static bool round_of(struct node *node, enum kind kind, uint64_t count,
		     uint64_t round)
{
	uint64_t start[PEERS];
	bool stuck;

	node_tell(node, COUNT, 1 + count);
	node_tell(node, KIND, kind);
	/* Nobody sends before the meeting. */
	for (unsigned int i = 0; i < PEERS; i++)
		start[i] = node_told(node, SENT + i);
	node_meet(node);
	stuck = observe_round(node, start, round);
	node_meet(node);
	return stuck;
}

/* With so many that they get through, and with so many that they do not.
 * Returns how many rounds that took; *count: messages of the last one. */
static uint64_t find(struct node *node, bool elastic, uint64_t *count)
{
	uint64_t room = room_of(node->marks->at);
	uint64_t round = 0;
	bool stuck = false;

	while (round < PLAIN_MAX && !stuck) {
		*count = room + round;
		if (elastic)
			*count = round ? HELD_MAX : 1 + room / ELASTIC_PART;
		stuck = round_of(node, PLAIN, *count, ++round);
	}
	*count = count_of(node);
	return stuck ? round : PLAIN_MAX;
}

static void observe(struct node *node)
{
	uint64_t count = 0, round = PLAIN_MAX;

	mark_held(node);
	node_meet(node);
	if (is_steady(node->marks->at))
		round = find(node, node_told(node, ELASTIC), &count);
	for (int kind = ORDERED; kind <= TRYING && round < PLAIN_MAX; kind++)
		round_of(node, (enum kind)kind, count, ++round);
	node_tell(node, COUNT, 0);
	node_meet(node);
}

/* Peer and helper, as often as the observer says. */
static int take_part(struct node *node, unsigned int link,
		     struct traffic traffic)
{
	bool sends = node->self < HELPER;
	uint64_t from;
	int err = fill_all(node, link, traffic, &from);

	node_tell(node, ELASTIC, is_elastic(node->port[link]->link->impl));
	if (sends) {
		node_tell(node, BEGUN + link, from);
		node_tell(node, SENT + link, from);
	}
	node_meet(node);
	for (uint64_t round = 1; !err; round++) {
		node_meet(node);
		if (node_told(node, COUNT) == 0)
			return 0;
		err = (sends ? peer_round : helper_round)(node, from, round,
							  traffic);
		from += count_of(node);
		node_meet(node);
	}
	return err;
}

static int deadlock_play(struct node *node, struct traffic traffic)
{
	const struct ipc_port *port = node->port[0];
	unsigned int link = port ? 0 : 1;

	if (node->self != OBSERVER)
		return take_part(node, link, traffic);
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

static int judge_asleep(const struct mark *stuck, struct why *why)
{
	for (unsigned int i = 0; i < PEERS; i++)
		if (!(stuck->value & ASLEEP << i))
			return why_not(why, -EBADMSG,
				       "peer %u was stuck, and not asleep", i);
	return 0;
}

static int judge_found(const struct evidence *evidence, uint64_t predicted,
		       const struct mark *stuck, struct why *why)
{
	if (!(stuck->value & DEADLOCKED))
		return why_not(why, -EBADMSG,
			       "two peers with %llu messages each got through, "
			       "with room for %llu",
			       (unsigned long long)stuck->seq,
			       (unsigned long long)(predicted - 1));
	if (!is_elastic(evidence->impl) && stuck->seq != predicted)
		return why_not(why, -EBADMSG,
			       "two peers with %llu messages each were stuck; "
			       "with room for %llu it should be %llu",
			       (unsigned long long)stuck->seq,
			       (unsigned long long)(predicted - 1),
			       (unsigned long long)predicted);
	return judge_asleep(stuck, why);
}

static uint32_t refused_in(const struct evidence *evidence, size_t round)
{
	uint32_t refused = 0;

	for (unsigned int i = 0; i < PEERS; i++)
		refused += evidence->marks[PEER + i]
				   ->at[MARKS_A_ROUND * round + 1]
				   .value;
	return refused;
}

/* With as many messages as before they get through now. */
static int judge_remedies(const struct evidence *evidence,
			  const struct mark *stuck, size_t round,
			  double figure[FIGURES], struct why *why)
{
	static const char *const names[REMEDIES] = {
		"of which one receives before it sends",
		"whose sends fail rather than wait"};
	const struct marks *seen = evidence->marks[OBSERVER];

	if (seen->n != (size_t)(stuck - seen->at) + 1 + REMEDIES)
		return why_not(why, -ENODATA, "the remedies were not tried");
	for (unsigned int i = 0; i < REMEDIES; i++)
		if (stuck[1 + i].value || stuck[1 + i].seq != stuck->seq)
			return why_not(why, -EBADMSG,
				       "two peers %s did not get through with "
				       "%llu messages each",
				       names[i],
				       (unsigned long long)stuck->seq);
	figure[ORDERED_NS] = sending_ns(evidence, round + ORDERED, 0);
	figure[TRYING_NS] = sending_ns(evidence, round + TRYING, 0);
	figure[REFUSED] = refused_in(evidence, round + TRYING);
	if (figure[REFUSED] < 1 && !is_elastic(evidence->impl))
		return why_not(why, -EBADMSG,
			       "none of %llu sends each was refused, and there "
			       "is no room for all",
			       (unsigned long long)stuck->seq);
	return 0;
}

/* Who waits for whom, and where the kernel has them sleep. */
static void note_chain(const struct evidence *evidence, uint64_t predicted,
		       const struct mark *stuck, struct why *why)
{
	const struct chain *chain = evidence->shared;

	why_not(why, 0,
		"with %llu messages each peer 0 sleeps in %.40s and peer 1 in "
		"%.40s, both for room that the other one's receive would "
		"make%s",
		(unsigned long long)stuck->seq, chain->where[0],
		chain->where[1],
		stuck->seq == predicted
			? ""
			: "; the kernel sizes what it holds each time anew");
}

/* The round in which they were stuck, or the last one. */
static const struct mark *stuck_in(const struct marks *seen)
{
	const struct mark *mark = &seen->at[FILLED];

	while (mark < &seen->at[seen->n - 1] && !(mark->value & DEADLOCKED))
		mark++;
	return mark;
}

static int deadlock_judge(const struct evidence *evidence,
			  double figure[FIGURES], struct why *why)
{
	const struct marks *seen = evidence->marks[OBSERVER];
	const struct mark *held = seen->at, *stuck = stuck_in(seen);
	uint64_t predicted = room_of(held) + 1;
	size_t round = (size_t)(stuck - &held[FILLED]);
	int err = judge_held(evidence, held, why);

	if (!err)
		err = judge_found(evidence, predicted, stuck, why);
	if (!err && round == 0)
		err = why_not(why, -ENODATA, "fewer messages were not tried");
	if (!err)
		err = judge_remedies(evidence, stuck, round, figure, why);
	if (err)
		return err;
	figure[PREDICTED] = (double)predicted;
	figure[FOUND] = (double)stuck->seq;
	figure[BELOW_NS] = sending_ns(evidence, round - 1, 0);
	figure[REMEDY_NS] = sending_ns(evidence, round, stuck->t_ns);
	note_chain(evidence, predicted, stuck, why);
	return 0;
}

const struct workload deadlock_workload = {
	.name = "deadlock",
	.brief = "two that send to each other until neither has room",
	.metric = "found_messages",
	.meaning = "both peers send a number of messages before they receive "
		   "any; with as many as a link holds they get through, with "
		   "one more both sleep in send for good, until two other "
		   "threads receive for them; in an order, or where a send "
		   "fails rather than wait, they get through",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(DEADLOCK),
	.needs = IPC_RELIABLE,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_HYBRID),
	.plan = deadlock_plan,
	.figures = deadlock_figures,
	.play = deadlock_play,
	.judge = deadlock_judge,
};
