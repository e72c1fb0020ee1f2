/* SPDX-License-Identifier: MIT */
/*
 * Dual: each of synchronous and asynchronous made from the other, for the same
 * traffic. An acknowledgement makes a send wait for its receive; a helper that
 * waits in the sender's place makes it return at once again. And what is an
 * answer is a send, which may lack its own buffer: who does not collect
 * acknowledgements stops both.
 */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, HELPER, NODES };
enum { DATA, ACK, QUEUE, RELAY, BACK, CAPACITY_1, UNCOLLECTED, LINKS };
enum { MESSAGES };
enum { DEPTH = 4, MESSAGES_PRESET = 64, MESSAGES_MAX = 4096 };
enum { RUDE_MAX = 1 << 18 };

/* Forms of the traffic. */
enum sort { ASYNC, ACKED, HELPED, SORTS };

/* On the board. */
enum { BEGUN, SENT = BEGUN + NODES, AWAY = SENT + NODES, FREE, WORDS };
_Static_assert((int)WORDS <= (int)BOARD_WORDS, "they have room");

/* A mark's value: of what sort the whole begins or is over, with how often the
 * node slept; or what was seen; or of the message of that number. */
enum { WHOLE, WHOLE_OVER = SORTS, AHEAD = 2 * SORTS, HANGS, EARLY, MARK_KINDS };
enum { HUNG = 1u << 31 };

enum {
	ASYNC_NS,
	ACKED_NS,
	HELPED_NS,
	ASYNC_SLEEPS,
	ACKED_SLEEPS,
	HELPED_SLEEPS,
	AHEAD_MESSAGES,
	HANG_MESSAGES
};

static const struct ipc_option dual_options[] = {
	[MESSAGES] = {.name = "messages",
		      .help = "messages sent in each of the three ways",
		      .kind = IPC_OPTION_COUNT,
		      .preset = MESSAGES_PRESET,
		      .min = 1,
		      .max = MESSAGES_MAX},
	{.name = NULL},
};

static const struct figure_kind dual_figures[] = {
	[ASYNC_NS] = {"async_ns", "ns", "lower",
		      "time for a message, sends asynchronous"},
	[ACKED_NS] = {"acked_ns", "ns", "lower",
		      "the same, each send waiting for an acknowledgement: "
		      "synchronous"},
	[HELPED_NS] = {"helped_ns", "ns", "lower",
		       "the same, a helper waiting in the sender's place: "
		       "asynchronous again"},
	[ASYNC_SLEEPS] = {"async_sleeps", "1", "lower",
			  "times that a node slept, for a message"},
	[ACKED_SLEEPS] = {"acked_sleeps", "1", "lower",
			  "the same with acknowledgements"},
	[HELPED_SLEEPS] = {"helped_sleeps", "1", "lower",
			   "the same with a helper"},
	[AHEAD_MESSAGES] = {"ahead_messages", "1", "none",
			    "sends that returned by means of the helper with "
			    "the receiver away; none does with "
			    "acknowledgements alone"},
	[HANG_MESSAGES] = {"hang_messages", "1", "none",
			   "the message with which both stopped, the sender "
			   "not collecting acknowledgements"},
	{NULL, NULL, NULL, NULL},
};

static void add_link(struct plan *plan, unsigned int i, unsigned int tx,
		     unsigned int rx, uint32_t depth)
{
	plan->link[i].tx = NODE(tx);
	plan->link[i].rx = NODE(rx);
	plan->link[i].depth = depth;
}

static int dual_plan(const struct params *par, struct plan *plan,
		     struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = LINKS;
	add_link(plan, DATA, SENDER, RECEIVER, depth);
	add_link(plan, ACK, RECEIVER, SENDER, depth);
	add_link(plan, QUEUE, SENDER, HELPER, depth);
	add_link(plan, RELAY, HELPER, RECEIVER, depth);
	add_link(plan, BACK, RECEIVER, HELPER, depth);
	/* What the sender should collect, the helper does when it is let. */
	add_link(plan, CAPACITY_1, SENDER, RECEIVER, 1);
	add_link(plan, UNCOLLECTED, RECEIVER, HELPER, 1);
	plan->marks = 2 * SORTS + par->option[MESSAGES] + MARK_KINDS;
	return 0;
}

/* A send is over when its acknowledgement is there. */
static int send_acked(struct node *node, unsigned int data, unsigned int ack,
		      uint64_t i, struct traffic traffic)
{
	int err = node_put(node, node->port[data], i, traffic);

	return err ? err : node_get(node, node->port[ack], i, traffic);
}

static int receive_acked(struct node *node, unsigned int data, unsigned int ack,
			 uint64_t i, struct traffic traffic)
{
	int err = node_get(node, node->port[data], i, traffic);

	if (node->tally[SENDER]) /* all() wants to see it */
		node_mark(node, MARK_RECEIVED, i, 0);
	return err ? err : node_put(node, node->port[ack], i, traffic);
}

static int one_sent(struct node *node, enum sort sort, uint64_t i,
		    struct traffic traffic)
{
	if (sort == ACKED)
		return send_acked(node, DATA, ACK, i, traffic);
	return node_put(node, node->port[sort == ASYNC ? DATA : QUEUE], i,
			traffic);
}

static int one_received(struct node *node, enum sort sort, uint64_t i,
			struct traffic traffic)
{
	if (sort == ASYNC)
		return node_get(node, node->port[DATA], i, traffic);
	if (sort == ACKED)
		return receive_acked(node, DATA, ACK, i, traffic);
	return receive_acked(node, RELAY, BACK, i, traffic);
}

static int one_helped(struct node *node, enum sort sort, uint64_t i,
		      struct traffic traffic)
{
	int err = 0;

	if (sort == HELPED)
		err = node_get(node, node->port[QUEUE], i, traffic);
	if (!err && sort == HELPED)
		err = send_acked(node, RELAY, BACK, i, traffic);
	return err;
}

typedef int (*one_fn)(struct node *node, enum sort sort, uint64_t i,
		      struct traffic traffic);
static const one_fn ones[NODES] = {one_sent, one_received, one_helped};

/* All messages; each one's end is said, and marked where seen is. */
static int all(struct node *node, enum sort sort, bool seen,
	       struct traffic traffic)
{
	uint64_t n = node->par->option[MESSAGES];
	int err = 0;

	node->tally[SENDER] = seen;
	for (uint64_t i = 0; i < n && !err; i++) {
		node_tell(node, BEGUN + node->self, i + 1);
		err = ones[node->self](node, sort, i, traffic);
		if (seen && node->self == SENDER)
			node_mark(node, MARK_SENT, i, 0);
		node_tell(node, SENT + node->self, i + 1);
	}
	return err;
}

static void start(struct node *node)
{
	node_meet(node);
	node_tell(node, BEGUN + node->self, 0);
	node_tell(node, SENT + node->self, 0);
	node_meet(node);
}

/* How fast. */
static int time_form(struct node *node, enum sort sort, struct traffic traffic)
{
	struct span span;
	int err;

	start(node);
	span_begin(&span);
	err = all(node, sort, sort == ACKED, traffic);
	span_end(&span);
	node_mark_at(node, span.began_ns, MARK_STEP, 0, WHOLE + sort);
	node_mark_at(node, span.over_ns, MARK_STEP, span.slept,
		     WHOLE_OVER + sort);
	return err;
}

/* Nothing is acknowledged as long as the receiver waits for it. */
static int not_early(struct node *node, struct traffic traffic)
{
	struct vigil vigil = {0};
	uint64_t got;
	int err;

	start(node);
	if (node->self == RECEIVER) {
		node_tell(node, BEGUN + RECEIVER, 1);
		err = receive_acked(node, DATA, ACK, 0, traffic);
		node_tell(node, SENT + RECEIVER, 1);
		return err;
	}
	if (node->self == HELPER)
		return 0;
	while (!node_is_stuck(node, RECEIVER, BEGUN + RECEIVER, SENT + RECEIVER,
			      &vigil))
		;
	err = node_get_any(node, node->port[ACK], IPC_NOWAIT, traffic, &got);
	node_mark(node, MARK_STEP, err != -EAGAIN, EARLY);
	if (err && err != -EAGAIN)
		return err;
	return err ? send_acked(node, DATA, ACK, 0, traffic)
		   : node_put(node, node->port[DATA], 0, traffic);
}

/* How far the sender comes with the receiver away. */
static int go_ahead(struct node *node, enum sort sort, struct traffic traffic)
{
	struct vigil vigil = {0};
	uint64_t n = node->par->option[MESSAGES];

	start(node);
	if (node->self != RECEIVER)
		return all(node, sort, false, traffic);
	while (node_told(node, SENT + SENDER) < n &&
	       !node_is_stuck(node, SENDER, BEGUN + SENDER, SENT + SENDER,
			      &vigil))
		;
	node_mark(node, MARK_STEP, node_told(node, SENT + SENDER),
		  AHEAD + (sort == ACKED ? HUNG : 0));
	return all(node, sort, false, traffic);
}

/* Send on and on, and let another one collect what comes back. */
static int be_rude(struct node *node, struct traffic traffic)
{
	uint64_t i = 0;
	int err = 0;

	for (; i < RUDE_MAX && !node_told(node, FREE) && !err; i++) {
		node_tell(node, BEGUN + SENDER, i + 1);
		err = node_put(node, node->port[CAPACITY_1], i, traffic);
		node_tell(node, SENT + SENDER, i + 1);
	}
	node_tell(node, AWAY, i + 1);
	return err;
}

/* How many there are in all is known when the rude one has stopped. */
static bool is_more(struct node *node, uint64_t i)
{
	uint64_t all_of_them;

	while ((all_of_them = node_told(node, AWAY)) == 0 &&
	       node_told(node, BEGUN + SENDER) <= i)
		node_yield();
	return node_told(node, BEGUN + SENDER) > i;
}

static int serve_rude(struct node *node, struct traffic traffic)
{
	int err = 0;

	for (uint64_t i = 0; !err && is_more(node, i); i++) {
		err = node_get(node, node->port[CAPACITY_1], i, traffic);
		node_tell(node, BEGUN + RECEIVER, i + 1);
		if (!err)
			err = node_put(node, node->port[UNCOLLECTED], i,
				       traffic);
		node_tell(node, SENT + RECEIVER, i + 1);
	}
	return err;
}

/* Do they stop? Then collect. */
static int watch_rude(struct node *node, struct traffic traffic)
{
	struct vigil sender = {0}, receiver = {0};
	bool stuck = false;
	int err = 0;

	while (!stuck && !node_told(node, AWAY)) {
		bool sends = node_is_stuck(node, SENDER, BEGUN + SENDER,
					   SENT + SENDER, &sender);
		bool answers = node_is_stuck(node, RECEIVER, BEGUN + RECEIVER,
					     SENT + RECEIVER, &receiver);

		stuck = sends && answers;
	}
	node_mark(node, MARK_STEP, node_told(node, BEGUN + SENDER),
		  HANGS | (stuck ? HUNG : 0));
	node_tell(node, FREE, 1);
	for (uint64_t i = 0; !err && is_more(node, i); i++)
		err = node_get(node, node->port[UNCOLLECTED], i, traffic);
	return err;
}

static int dual_play(struct node *node, struct traffic traffic)
{
	int err = 0;

	for (int sort = ASYNC; sort < SORTS && !err; sort++)
		err = time_form(node, (enum sort)sort, traffic);
	for (int sort = ACKED; sort < SORTS && !err; sort++)
		err = go_ahead(node, (enum sort)sort, traffic);
	if (!err)
		err = not_early(node, traffic);
	if (err)
		return err;
	start(node);
	if (node->self == HELPER)
		return watch_rude(node, traffic);
	return node->self == SENDER ? be_rude(node, traffic)
				    : serve_rude(node, traffic);
}

static const struct mark *step_of(const struct evidence *evidence,
				  unsigned int node, uint32_t value)
{
	const struct marks *marks = evidence->marks[node];

	for (size_t i = 0; i < marks->n; i++)
		if (marks->at[i].kind == MARK_STEP &&
		    marks->at[i].value == value)
			return &marks->at[i];
	return NULL;
}

/* From the sender's begin to the receiver's end, and who slept. */
static void time_of(const struct evidence *evidence, enum sort sort,
		    double figure[FIGURES])
{
	double n = (double)evidence->par->option[MESSAGES], slept = 0;
	const struct mark *began = step_of(evidence, SENDER, WHOLE + sort);
	const struct mark *over =
		step_of(evidence, RECEIVER, WHOLE_OVER + sort);

	for (unsigned int node = 0; node < NODES; node++)
		slept +=
			(double)step_of(evidence, node, WHOLE_OVER + sort)->seq;
	figure[ASYNC_NS + sort] =
		((double)over->t_ns - (double)began->t_ns) / n;
	figure[ASYNC_SLEEPS + sort] = slept / n;
}

/* No acknowledged send is over before its message was received. */
static int judge_acked(const struct evidence *evidence, struct why *why)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	uint64_t n = evidence->par->option[MESSAGES], seen = 0;

	if (step_of(evidence, SENDER, EARLY)->seq)
		return why_not(why, -EBADMSG,
			       "a message was acknowledged before it was sent");
	for (size_t i = 0, j = 0; i < tx->n; i++) {
		if (tx->at[i].kind != MARK_SENT)
			continue;
		while (j < rx->n && rx->at[j].kind != MARK_RECEIVED)
			j++;
		if (j < rx->n && tx->at[i].t_ns < rx->at[j].t_ns)
			return why_not(
				why, -EBADMSG,
				"send %llu was over before its message was "
				"received",
				(unsigned long long)tx->at[i].seq);
		seen += j++ < rx->n;
	}
	if (seen != n)
		return why_not(why, -ENODATA,
			       "%llu of %llu acknowledged sends were seen",
			       (unsigned long long)seen, (unsigned long long)n);
	return 0;
}

/* With the receiver away: alone not one send, by the helper as many as its
 * queue holds. */
static int judge_ahead(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	uint64_t alone = step_of(evidence, RECEIVER, AHEAD + HUNG)->seq;
	uint64_t ahead = step_of(evidence, RECEIVER, AHEAD)->seq;
	uint64_t least = evidence->impl->caps & IPC_DEPTH
				 ? evidence->plan->link[QUEUE].depth
				 : 1;

	if (least > evidence->par->option[MESSAGES])
		least = evidence->par->option[MESSAGES];
	figure[AHEAD_MESSAGES] = (double)ahead;
	if (alone > 0)
		return why_not(why, -EBADMSG,
			       "%llu acknowledged sends were over with the "
			       "receiver away",
			       (unsigned long long)alone);
	if (ahead < least)
		return why_not(why, -EBADMSG,
			       "%llu sends were over with the receiver away, "
			       "and the helper's queue has room for %llu",
			       (unsigned long long)ahead,
			       (unsigned long long)least);
	return 0;
}

/* Two stores and a message in the hands of each fill up. */
static int judge_hang(const struct evidence *evidence, double figure[FIGURES],
		      struct why *why)
{
	uint64_t due = evidence->plan->link[CAPACITY_1].depth +
		       evidence->plan->link[UNCOLLECTED].depth + 2;
	const struct mark *mark = step_of(evidence, HELPER, HANGS | HUNG);

	if (!mark)
		return why_not(why, -EBADMSG,
			       "nobody collected acknowledgements, and both "
			       "went on for %d messages",
			       RUDE_MAX);
	figure[HANG_MESSAGES] = (double)mark->seq;
	if (evidence->impl->caps & IPC_DEPTH && mark->seq != due)
		return why_not(why, -EBADMSG,
			       "both stopped at message %llu, and by what "
			       "fills up it should be %llu",
			       (unsigned long long)mark->seq,
			       (unsigned long long)due);
	return 0;
}

static int dual_judge(const struct evidence *evidence, double figure[FIGURES],
		      struct why *why)
{
	int err;

	for (int sort = ASYNC; sort < SORTS; sort++)
		time_of(evidence, (enum sort)sort, figure);
	err = judge_acked(evidence, why);
	if (!err)
		err = judge_ahead(evidence, figure, why);
	return err ? err : judge_hang(evidence, figure, why);
}

/* Where there is a buffer, a synchronous send needs something more. */
static enum concept_way dual_way(const struct ipc_impl *impl,
				 enum concept concept, struct why *by)
{
	(void)impl;
	why_not(by, 0, "%s",
		concept == CONCEPT_SENDER_SYNC
			? "an acknowledgement"
			: "helpers and acknowledgements");
	return CONCEPT_EMULATED;
}

const struct workload dual_workload = {
	.name = "dual",
	.brief = "synchronous from asynchronous, and the reverse",
	.metric = "helped_ns",
	.meaning = "the same messages are sent asynchronously, then each with "
		   "an acknowledgement that the sender waits for, then with a "
		   "helper that waits in its place; with the receiver away no "
		   "acknowledged send is over, and those by the helper are "
		   "until its queue is full; a sender that does not collect "
		   "acknowledgements stops both sides",
	.timing = TIMING_LESSON,
	.needs = IPC_RELIABLE,
	.concepts = SHOWS(DUALITY) | SHOWS(SENDER_SYNC),
	.way = dual_way,
	.options = dual_options,
	.plan = dual_plan,
	.figures = dual_figures,
	.play = dual_play,
	.judge = dual_judge,
};
