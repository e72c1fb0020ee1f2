/* SPDX-License-Identifier: MIT */
/*
 * Select: the receiver wishes for a message, and gets it past others that came
 * before and do not fit.
 *
 * In a round there are messages that will not be wished for, the backlog, and
 * among them some that will. These are received first. Then the receiver wishes
 * for one more before it is sent, and last it receives what it skipped, up to a
 * message that says that it was all. Every second round has no backlog.
 */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, OTHER_SENDER, NODES_MAX };
enum { BY, PICK, MATCH, BACKLOG, ROUNDS, WAY };
enum { BACKLOG_PRESET = 8, BACKLOG_MAX = 1 << 14, BYTES_MAX = 1 << 26 };
enum { ROUNDS_PRESET = 12, ROUNDS_MAX = 256 };

/* Wished for in a round, all alike: which is taken shows the rule. */
enum { MATCHES = 2 };

/* The last numbers of a round, behind backlog and matches: one that does not
 * fit, and the one that is wished for before it is sent; the end. */
enum { LATE_OTHER, LATE_MATCH, END, MORE };

/* Keys: the end's, those of what is skipped, and that of what is wished for.
 * Each means another urgency, type, length or content. */
enum { END_KEY, OTHER_KEY, OTHER_KEYS = 3, MATCH_KEY = 5, KEYS };

/* A message's number. */
enum { INDEX_BITS = 16, KEY_BITS = 3 };
_Static_assert((int)BACKLOG_MAX + MATCHES + MORE < 1 << INDEX_BITS &&
		       (int)KEYS <= 1 << KEY_BITS,
	       "there are numbers for all");
enum { LENGTH_STEP = MESSAGE_MIN };

/* On the board: rounds. */
enum { SENT, SENT_TOO, WISHES, SKIPPED };
enum { NAP_NS = 50000 };

/* A receiver's marks have as value what it did; a sender's first mark of a round
 * has there how many it sent without somebody receiving. */
enum { WISH, LATE_WISH, DRAIN };
enum { WISH_MARKS = 2 * (MATCHES + 1), SENDER_MARKS = 2 };

enum { SELECT_NS, ALONE_NS, SLOPE_NS, SKIPPED_NS, WAITED_NS, STOOD };

enum { FIRST, LAST, ANYWHERE };
static const char *const matches[] = {
	[FIRST] = "head",
	[LAST] = "tail",
	[ANYWHERE] = "random",
	NULL,
};

enum { AUTO, QUEUE };
static const char *const ways[] = {
	[AUTO] = "auto",
	[QUEUE] = "queue",
	NULL,
};

static const struct ipc_option select_options[] = {
	[BY] = {.name = "by",
		.help = "what the receiver wishes for",
		.kind = IPC_OPTION_CHOICE,
		.preset = SELECT_URGENCY,
		.names = select_by_names},
	[PICK] = {.name = "pick",
		  .help = "which of several that fit",
		  .kind = IPC_OPTION_CHOICE,
		  .preset = SELECT_OLDEST,
		  .names = select_pick_names},
	[MATCH] = {.name = "match",
		   .help = "where in the backlog those are that fit",
		   .kind = IPC_OPTION_CHOICE,
		   .preset = LAST,
		   .names = matches},
	[BACKLOG] = {.name = "backlog",
		     .help = "messages that wait and do not fit",
		     .kind = IPC_OPTION_COUNT,
		     .preset = BACKLOG_PRESET,
		     .min = 2,
		     .max = BACKLOG_MAX},
	[ROUNDS] = {.name = "rounds",
		    .help = "rounds, of which every second has the backlog",
		    .kind = IPC_OPTION_COUNT,
		    .preset = ROUNDS_PRESET,
		    .min = 2,
		    .max = ROUNDS_MAX},
	[WAY] = {.name = "way",
		 .help = "queue: by a save queue also where the kernel selects",
		 .kind = IPC_OPTION_CHOICE,
		 .preset = AUTO,
		 .names = ways},
	{.name = NULL},
};

static const struct figure_kind select_figures[] = {
	[SELECT_NS] = {"select_ns", "ns", "lower",
		       "from before the receive of a message that waits behind "
		       "the backlog, or in it, until it returns"},
	[ALONE_NS] = {"alone_ns", "ns", "lower", "the same with no backlog"},
	[SLOPE_NS] = {"entry_ns", "ns", "lower",
		      "the difference, for each message of the backlog"},
	[SKIPPED_NS] = {"skipped_ns", "ns", "lower",
			"for each message that was skipped, from one to the "
			"next, when they are received at last"},
	[WAITED_NS] = {"waited_ns", "ns", "lower",
		       "from before the send of a message that is wished for "
		       "until the receiver that waits has it"},
	[STOOD] = {"backlog_messages", "1", "none",
		   "messages that waited and did not fit"},
	{NULL, NULL, NULL, NULL},
};

static struct select_spec spec_of(const struct params *par)
{
	return (struct select_spec){
		.by = (enum select_by)par->option[BY],
		.pick = (enum select_pick)par->option[PICK],
		.held = (uint32_t)par->option[BACKLOG] + MATCHES,
		.queue = par->option[WAY] == QUEUE,
	};
}

static bool is_by(const struct params *par, enum select_by by)
{
	return par->option[BY] == by;
}

/* Does every message fit? */
static bool all_fit(const struct params *par)
{
	return is_by(par, SELECT_URGENCY) || is_by(par, SELECT_AGE);
}

static unsigned int links_of(const struct params *par)
{
	return is_by(par, SELECT_SENDER) ? 2 : 1;
}

static int select_plan(const struct params *par, struct plan *plan,
		       struct why *why)
{
	size_t least = SELECT_HEAD + MESSAGE_MIN;
	uint64_t backlog = par->option[BACKLOG];
	uint32_t depth = 1;

	plan->copies = true;
	if (is_by(par, SELECT_LENGTH))
		least += MATCH_KEY * LENGTH_STEP;
	if (par->size < least)
		return why_not(why, -EINVAL,
			       "a message and what is said of it take %zu "
			       "bytes, not %zu",
			       least, par->size);
	if (par->size > BYTES_MAX / backlog)
		return why_not(why, -EINVAL,
			       "%llu messages of %zu B are more than %d MiB, "
			       "which is the most that a backlog takes here",
			       (unsigned long long)backlog, par->size,
			       BYTES_MAX >> 20);
	while (depth < backlog + MATCHES)
		depth *= 2;
	if (par->depth && plan_depth(par, depth, &depth, why))
		return -EINVAL;
	plan->nodes = is_by(par, SELECT_SENDER) ? NODES_MAX : OTHER_SENDER;
	plan->links = links_of(par);
	for (unsigned int i = 0; i < plan->links; i++) {
		plan->link[i].tx = NODE(i == 0 ? SENDER : OTHER_SENDER);
		plan->link[i].rx = NODE(RECEIVER);
		plan->link[i].depth = depth;
	}
	plan->select = spec_of(par);
	plan->marks = par->option[ROUNDS] *
		      (backlog + WISH_MARKS + MATCHES + 2 * MORE);
	return 0;
}

static uint64_t backlog_of(const struct params *par, uint64_t round)
{
	return round % 2 ? par->option[BACKLOG] : 0;
}

/* Does the message come among the first, have a place in the backlog, or is it
 * behind? One that does not fit comes before all of them, or whoever takes the
 * first would be right. */
static bool is_match(const struct params *par, uint64_t round, uint64_t index)
{
	uint64_t backlog = backlog_of(par, round);
	uint64_t at = backlog ? 1 : 0;

	if (is_by(par, SELECT_SENDER) || par->option[MATCH] == LAST)
		at = backlog;
	else if (par->option[MATCH] == ANYWHERE && backlog)
		at += payload_stamp(round) % backlog;
	return index >= at && index < at + MATCHES;
}

static unsigned int key_of(const struct params *par, uint64_t round,
			   uint64_t index)
{
	uint64_t behind = backlog_of(par, round) + MATCHES;
	bool match = index < behind ? is_match(par, round, index)
				    : index == behind + LATE_MATCH;

	if (match)
		return MATCH_KEY;
	/* All that does not fit has one type, if it is named. */
	if (is_by(par, SELECT_EXCEPT))
		return OTHER_KEY;
	if (index == behind + END)
		return END_KEY;
	return OTHER_KEY + (payload_stamp(index) >> 32) % OTHER_KEYS;
}

static uint64_t number_of(const struct params *par, uint64_t round,
			  uint64_t index)
{
	return (round << INDEX_BITS | index) << KEY_BITS |
	       key_of(par, round, index);
}

static uint64_t index_of(uint64_t number)
{
	return number >> KEY_BITS & ((1u << INDEX_BITS) - 1);
}

static size_t length_of(const struct params *par, unsigned int key)
{
	size_t size = par->size - SELECT_HEAD;

	return is_by(par, SELECT_LENGTH) ? size - key * LENGTH_STEP : size;
}

/* Of SELECT_CONTENT: the key is in the number, which the message begins with.
 */
static bool says_key(const void *msg, size_t len, uint64_t value)
{
	return len >= MESSAGE_MIN && (payload_round(payload_load(msg)) &
				      ((1u << KEY_BITS) - 1)) == value;
}

/* What is wished for first, and what gets all that was skipped. */
static struct select_wish wish_of(const struct params *par)
{
	struct select_wish wish = {
		.by = (enum select_by)par->option[BY],
		.pick = (enum select_pick)par->option[PICK],
		.value = MATCH_KEY,
		.fits = says_key,
	};

	if (wish.by == SELECT_EXCEPT)
		wish.value = OTHER_KEY;
	if (wish.by == SELECT_SENDER)
		wish.value = 1; /* the second link's */
	if (wish.by == SELECT_LENGTH)
		wish.value = length_of(par, MATCH_KEY);
	return wish;
}

/* Where the kernel sorts by urgency the oldest of all cannot be had, and where
 * each sender has its link there is none. */
static struct select_wish drain_of(const struct params *par)
{
	struct select_wish wish = {.by = SELECT_AGE, .pick = SELECT_OLDEST};

	if (is_by(par, SELECT_SENDER) ||
	    (is_by(par, SELECT_URGENCY) && par->option[PICK] == SELECT_OLDEST))
		wish.by = (enum select_by)par->option[BY];
	return wish;
}

static int put(struct node *node, struct select_port *tx, uint64_t round,
	       uint64_t index, unsigned int flags, enum payload how)
{
	unsigned int key = key_of(node->par, round, index);
	size_t len = length_of(node->par, key);
	ssize_t n;

	payload_write_how(node->buf, len, number_of(node->par, round, index),
			  how);
	n = select_send(tx, key, node->buf, len, flags);
	return n < 0 ? (int)n : 0;
}

static int get(struct node *node, struct select_port *rx,
	       const struct select_wish *wish, uint32_t what, uint64_t *number,
	       enum payload how)
{
	size_t room = length_of(node->par, END_KEY);
	ssize_t n;

	n = select_receive(rx, wish, node->buf, room, 0);
	if (n < 0)
		return (int)n;
	*number = payload_round(payload_load(node->buf));
	node_mark(node, MARK_RECEIVED, *number, what);
	if (!payload_check_how(node->buf, (size_t)n, *number, how))
		node->wrong++;
	return 0;
}

/* Which messages of a round this sender sends before anything is received. */
static void share_of(const struct params *par, unsigned int self,
		     uint64_t round, uint64_t *from, uint64_t *to)
{
	uint64_t backlog = backlog_of(par, round);

	*from = self == OTHER_SENDER ? backlog : 0;
	*to = backlog + MATCHES;
	if (is_by(par, SELECT_SENDER) && self == SENDER)
		*to = backlog;
}

/* All that a round begins with. Where nobody makes room, as many as there is
 * room for; but somebody waits for the matches. */
static int put_all(struct node *node, struct select_port *tx, uint64_t round,
		   bool links, enum payload how)
{
	unsigned int said = node->self == SENDER ? SENT : SENT_TOO;
	unsigned int flags = links ? IPC_NOWAIT : 0;
	bool owes = !is_by(node->par, SELECT_SENDER) || said == SENT_TOO;
	uint64_t from, to, i;
	int err = 0;

	share_of(node->par, node->self, round, &from, &to);
	for (i = from; i < to && !err; i++)
		err = put(node, tx, round, i, flags, how);
	if (err == -EAGAIN) {
		err = 0;
		i--;
	}
	node_mark(node, MARK_SENT, round, (uint32_t)i);
	node_tell(node, said, round + 1);
	for (; owes && i < from + MATCHES && !err; i++)
		err = put(node, tx, round, i, 0, how);
	return err;
}

/* The receiver waits, and of two that come the second is for it. */
static int put_late(struct node *node, struct select_port *tx, uint64_t round,
		    enum payload how)
{
	uint64_t behind = backlog_of(node->par, round) + MATCHES;
	bool both = !is_by(node->par, SELECT_SENDER);
	int err = 0;

	node_hear(node, WISHES, round + 1);
	node_sleep(NAP_NS);
	if (!all_fit(node->par) && node->self == SENDER)
		err = put(node, tx, round, behind + LATE_OTHER, 0, how);
	if (err || !(both || node->self == OTHER_SENDER))
		return err;
	node_mark(node, MARK_SEND, round, LATE_WISH);
	return put(node, tx, round, behind + LATE_MATCH, 0, how);
}

static int send_round(struct node *node, struct select_port *tx, uint64_t round,
		      bool links, enum payload how)
{
	uint64_t behind = backlog_of(node->par, round) + MATCHES;
	bool late_last = all_fit(node->par);
	int err = put_all(node, tx, round, links, how);

	if (!err && !late_last)
		err = put_late(node, tx, round, how);
	if (!err && node->self == SENDER) {
		node_hear(node, SKIPPED, round + 1);
		err = put(node, tx, round, behind + END, 0, how);
	}
	if (!err && late_last)
		err = put_late(node, tx, round, how);
	return err;
}

/* All that was sent is there, to be chosen from. */
static int await_all(struct node *node, struct select_port *rx, uint64_t round,
		     bool saves)
{
	uint64_t backlog = backlog_of(node->par, round);
	bool two = is_by(node->par, SELECT_SENDER);
	int err;

	if (!saves) {
		node_hear(node, SENT, round + 1);
		if (two)
			node_hear(node, SENT_TOO, round + 1);
		return 0;
	}
	err = select_gather(rx, 0, (uint32_t)backlog + (two ? 0 : MATCHES));
	return err || !two ? err : select_gather(rx, 1, MATCHES);
}

static int get_late(struct node *node, struct select_port *rx, uint64_t round,
		    enum payload how)
{
	struct select_wish wish = wish_of(node->par);
	uint64_t number;

	node_mark(node, MARK_RECEIVE, round, LATE_WISH);
	node_tell(node, WISHES, round + 1);
	return get(node, rx, &wish, LATE_WISH, &number, how);
}

static int drain(struct node *node, struct select_port *rx, uint64_t round,
		 enum payload how)
{
	uint64_t most = backlog_of(node->par, round) + MATCHES + MORE;
	struct select_wish wish = drain_of(node->par);
	uint64_t number = 0, last = most - MORE + END;
	int err = 0;

	node_tell(node, SKIPPED, round + 1);
	for (uint64_t i = 0; i < most && index_of(number) != last && !err; i++)
		err = get(node, rx, &wish, DRAIN, &number, how);
	return err;
}

static int receive_round(struct node *node, struct select_port *rx,
			 uint64_t round, bool saves, enum payload how)
{
	struct select_wish wish = wish_of(node->par);
	bool late_last = all_fit(node->par);
	int err = await_all(node, rx, round, saves);
	uint64_t number;

	for (unsigned int i = 0; i < MATCHES && !err; i++) {
		node_mark(node, MARK_RECEIVE, round, WISH);
		err = get(node, rx, &wish, WISH, &number, how);
	}
	if (!err && !late_last)
		err = get_late(node, rx, round, how);
	if (!err)
		err = drain(node, rx, round, how);
	if (!err && late_last)
		err = get_late(node, rx, round, how);
	return err;
}

static int select_play(struct node *node, struct traffic traffic)
{
	struct select_spec spec = spec_of(node->par);
	bool receives = node->self == RECEIVER;
	unsigned int n = receives ? links_of(node->par) : 1;
	struct ipc_port **link = &node->port[node->self == OTHER_SENDER];
	enum select_way way = select_way((*link)->link->impl, &spec);
	struct select_port *port;
	int err = select_attach(link, n, &spec, &port);

	if (err)
		return err;
	for (uint64_t i = 0; i < node->par->option[ROUNDS] && !err; i++) {
		node_meet(node);
		err = receives ? receive_round(node, port, i,
					       way == SELECT_QUEUE, traffic.how)
			       : send_round(node, port, i, way == SELECT_LINKS,
					    traffic.how);
	}
	select_detach(port);
	return err;
}

/* What waits, by key, each kind in its order: what should be received. */
enum { WAIT_MAX = BACKLOG_MAX + MATCHES + MORE };
static struct waiting {
	struct {
		uint32_t first, n;
		uint16_t index[WAIT_MAX];
	} of[KEYS];
} waiting;

static void start_waiting(void)
{
	for (unsigned int key = 0; key < KEYS; key++)
		waiting.of[key].first = waiting.of[key].n = 0;
}

static void add_waiting(const struct params *par, uint64_t round,
			uint64_t index)
{
	unsigned int key = key_of(par, round, index);

	waiting.of[key].index[waiting.of[key].n++] = (uint16_t)index;
}

static bool key_fits(unsigned int key, const struct select_wish *wish)
{
	switch (wish->by) {
	case SELECT_URGENCY:
	case SELECT_AGE:
		return true;
	case SELECT_SENDER: /* whose second sends nothing else */
		return (key == MATCH_KEY) == (wish->value == 1);
	default:
		return key == MATCH_KEY;
	}
}

/* The number that is due; UINT32_MAX: there is none that fits. With no wish
 * the oldest of all, which is not taken. */
static uint32_t choose(const struct select_wish *wish)
{
	bool oldest = !wish || wish->pick == SELECT_OLDEST;
	uint32_t chosen = UINT32_MAX, from = KEYS;

	for (unsigned int key = KEYS; key-- > 0;) {
		uint32_t first = waiting.of[key].first, n = waiting.of[key].n;
		uint32_t index;

		if (first == n || (wish && !key_fits(key, wish)))
			continue;
		index = waiting.of[key].index[oldest ? first : n - 1];
		if (chosen == UINT32_MAX || (index < chosen) == oldest) {
			chosen = index;
			from = key;
		}
		if (wish && wish->by == SELECT_URGENCY)
			break;
	}
	if (wish && from < KEYS && oldest)
		waiting.of[from].first++;
	else if (wish && from < KEYS)
		waiting.of[from].n--;
	return chosen;
}

/* What was found while the receiver's marks are gone through. */
struct found {
	size_t at;	 /* next mark */
	uint64_t differ; /* choices other than the oldest of all */
	uint64_t waits;	 /* wishes that were there before what fits */
	uint64_t least;	 /* of the backlogs */
	size_t wishes[2], drains, lates;
};
static double wish_ns[2][MATCHES * ROUNDS_MAX], late_ns[ROUNDS_MAX];
static double drain_ns[1 << 17];
enum { DRAINS_MAX = sizeof(drain_ns) / sizeof(drain_ns[0]) };

static const char *const deeds[] = {
	[WISH] = "the wish",
	[LATE_WISH] = "the wish that waited",
	[DRAIN] = "the receive of what was skipped",
};

/* The next mark is of what should be received. */
static int judge_receipt(const struct evidence *evidence, struct found *found,
			 uint64_t round, uint32_t what,
			 const struct select_wish *wish, struct why *why)
{
	const struct marks *marks = evidence->marks[RECEIVER];
	uint32_t oldest = choose(NULL), due = choose(wish);
	const struct mark *mark;

	if (found->at >= marks->n)
		return why_not(why, -EBADMSG,
			       "round %llu ended before message %u of it was "
			       "received",
			       (unsigned long long)round, due);
	mark = &marks->at[found->at++];
	if (mark->seq != number_of(evidence->par, round, due) ||
	    mark->value != what)
		return why_not(why, -EBADMSG,
			       "in round %llu %s got message %llu, and %u was "
			       "due by %s, the %s first",
			       (unsigned long long)round, deeds[what],
			       (unsigned long long)index_of(mark->seq), due,
			       select_by_names[wish->by],
			       select_pick_names[wish->pick]);
	found->differ += due != oldest;
	return 0;
}

static int judge_wishes(const struct evidence *evidence, struct found *found,
			uint64_t round, struct why *why)
{
	const struct mark *at = evidence->marks[RECEIVER]->at;
	struct select_wish wish = wish_of(evidence->par);
	unsigned int which = round % 2;
	int err = 0;

	for (unsigned int i = 0; i < MATCHES && !err; i++) {
		const struct mark *began = &at[found->at++];

		err = judge_receipt(evidence, found, round, WISH, &wish, why);
		if (!err)
			wish_ns[which][found->wishes[which]++] =
				(double)(began[1].t_ns - began->t_ns);
	}
	return err;
}

/* The mark of whoever sent what was waited for. */
static const struct mark *late_send(const struct evidence *evidence,
				    uint64_t round)
{
	bool two = is_by(evidence->par, SELECT_SENDER);

	return &evidence->marks[two ? OTHER_SENDER : SENDER]
			->at[SENDER_MARKS * round + 1];
}

static int judge_late(const struct evidence *evidence, struct found *found,
		      uint64_t round, struct why *why)
{
	uint64_t behind = backlog_of(evidence->par, round) + MATCHES;
	const struct mark *send = late_send(evidence, round);
	const struct mark *began = &evidence->marks[RECEIVER]->at[found->at++];
	struct select_wish wish = wish_of(evidence->par);
	int err;

	if (!all_fit(evidence->par))
		add_waiting(evidence->par, round, behind + LATE_OTHER);
	add_waiting(evidence->par, round, behind + LATE_MATCH);
	err = judge_receipt(evidence, found, round, LATE_WISH, &wish, why);
	if (err)
		return err;
	if (began[1].t_ns < send->t_ns)
		return why_not(why, -EBADMSG,
			       "in round %llu a wish was met before what fits "
			       "was sent",
			       (unsigned long long)round);
	found->waits += began->t_ns < send->t_ns;
	late_ns[found->lates++] = (double)(began[1].t_ns - send->t_ns);
	return 0;
}

/* Up to the end, which has to be the last. */
static int judge_drain(const struct evidence *evidence, struct found *found,
		       uint64_t round, struct why *why)
{
	const struct mark *at = evidence->marks[RECEIVER]->at;
	uint64_t behind = backlog_of(evidence->par, round) + MATCHES;
	struct select_wish wish = drain_of(evidence->par);
	int err = 0;

	add_waiting(evidence->par, round, behind + END);
	for (size_t from = found->at; choose(NULL) != UINT32_MAX && !err;) {
		err = judge_receipt(evidence, found, round, DRAIN, &wish, why);
		if (!err && round % 2 && found->at - from > 1 &&
		    found->drains < DRAINS_MAX)
			drain_ns[found->drains++] =
				(double)(at[found->at - 1].t_ns -
					 at[found->at - 2].t_ns);
	}
	return err;
}

/* What was sent in the beginning: the first so many, and the matches always. */
static void begin_round(const struct evidence *evidence, struct found *found,
			uint64_t round)
{
	const struct params *par = evidence->par;
	uint64_t backlog = backlog_of(par, round);
	bool two = is_by(par, SELECT_SENDER);
	const struct mark *sent =
		&evidence->marks[SENDER]->at[(two ? 1 : SENDER_MARKS) * round];
	uint64_t stood = two			 ? sent->value
			 : sent->value < MATCHES ? 0
						 : sent->value - MATCHES;

	start_waiting();
	for (uint64_t i = 0; i < stood; i++)
		add_waiting(par, round, i);
	for (uint64_t i = two ? backlog : stood; i < backlog + MATCHES; i++)
		if (two || i < stood + MATCHES)
			add_waiting(par, round, i);
	if (backlog && stood < found->least)
		found->least = stood;
}

static int judge_round(const struct evidence *evidence, struct found *found,
		       uint64_t round, struct why *why)
{
	bool late_last = all_fit(evidence->par);
	int err;

	begin_round(evidence, found, round);
	err = judge_wishes(evidence, found, round, why);
	if (!err && !late_last)
		err = judge_late(evidence, found, round, why);
	if (!err)
		err = judge_drain(evidence, found, round, why);
	if (!err && late_last)
		err = judge_late(evidence, found, round, why);
	return err;
}

/* Is anything proved? */
static int judge_proof(const struct evidence *evidence,
		       const struct found *found, struct why *why)
{
	if (found->least == 0)
		return why_not(why, -ENODATA,
			       "the link holds nothing that nobody receives: "
			       "there is no backlog");
	if (!found->differ && (!is_by(evidence->par, SELECT_AGE) ||
			       evidence->par->option[PICK] != SELECT_OLDEST))
		return why_not(why, -ENODATA,
			       "what was wished for was always the oldest, "
			       "which a receive of anything gets");
	if (!found->waits)
		return why_not(why, -ENODATA,
			       "no wish was there before what fits was sent");
	return 0;
}

static int select_judge(const struct evidence *evidence, double figure[FIGURES],
			struct why *why)
{
	struct found found = {.least = UINT64_MAX};
	int err = 0;

	for (uint64_t i = 0; i < evidence->par->option[ROUNDS] && !err; i++)
		err = judge_round(evidence, &found, i, why);
	if (!err)
		err = judge_proof(evidence, &found, why);
	if (err)
		return err;
	figure[SELECT_NS] = lesson_median(wish_ns[1], found.wishes[1]);
	figure[ALONE_NS] = lesson_median(wish_ns[0], found.wishes[0]);
	figure[SLOPE_NS] =
		(figure[SELECT_NS] - figure[ALONE_NS]) / (double)found.least;
	figure[SKIPPED_NS] = lesson_median(drain_ns, found.drains);
	figure[WAITED_NS] = lesson_median(late_ns, found.lates);
	figure[STOOD] = (double)found.least;
	return 0;
}

static enum concept_way select_way_of(const struct ipc_impl *impl,
				      enum concept concept, struct why *by)
{
	struct select_spec preset = {.by = SELECT_URGENCY,
				     .pick = SELECT_OLDEST};

	(void)concept;
	if (select_way(impl, &preset) == SELECT_NATIVE)
		return CONCEPT_NATIVE;
	why_not(by, 0, "a save queue");
	return CONCEPT_EMULATED;
}

const struct workload select_workload = {
	.name = "select",
	.brief = "the receiver takes what it wishes for, past what waits",
	.metric = "select_ns",
	.meaning = "a receiver wishes for messages by a criterion while others "
		   "wait; it gets the one that is due, waits where nothing "
		   "fits, and has what it skipped later, whole and in order",
	.timing = TIMING_LESSON,
	.needs = IPC_RELIABLE,
	.concepts = SHOWS(SELECTIVE_RECEIVE),
	.way = select_way_of,
	.options = select_options,
	.plan = select_plan,
	.figures = select_figures,
	.play = select_play,
	.judge = select_judge,
};
