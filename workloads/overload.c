/* SPDX-License-Identifier: MIT */
/* Overload: a sender that does not wait is faster than its receiver. */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { MESSAGES, CONSUME, LOAD, RETRIES };
enum { DEPTH = 8, PERCENT = 100 };
enum { MESSAGES_PRESET = 4096, MESSAGES_MAX = 1 << 16 };

enum { ACCEPTED, OVER }; /* on the board */

/* Marks of the sender: each message begins; it was sent, with its number on
 * the link, or given up. Both with the number of times it was tried. */
enum { MARK_REFUSED = MARK_STEP, MARKS_A_MESSAGE = 2 };

/* A receiver that finds nothing gives what may be on its way so long. */
enum { QUIET_NS = 2000000 };

enum { GOODPUT, REFUSED, LOST, TRIES };

static const struct ipc_option overload_options[] = {
	[MESSAGES] =
		{.name = "messages",
		 .help = "messages that the sender has; default: 4096, fewer "
			 "of more than 4 KiB",
		 .kind = IPC_OPTION_COUNT,
		 .preset = 0,
		 .min = 1,
		 .max = MESSAGES_MAX},
	[CONSUME] = {.name = "consume",
		     .help = "nanoseconds of the receiver's work for each "
			     "message",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 4000,
		     .min = 1,
		     .max = 1000000},
	[LOAD] = {.name = "load",
		  .help = "percent: the sender works on a message for "
			  "consume * 100 / load",
		  .kind = IPC_OPTION_COUNT,
		  .preset = 200,
		  .min = 10,
		  .max = 10000},
	[RETRIES] = {.name = "retries",
		     .help = "times that a message is tried again when there "
			     "is no room, before it is given up",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 2,
		     .min = 0,
		     .max = 1000},
	{.name = NULL},
};

static const struct figure_kind overload_figures[] = {
	[GOODPUT] = {"goodput_per_s", "1/s", "higher",
		     "messages received, from before the first try until the "
		     "last one has arrived"},
	[REFUSED] = {"refused_share", "1", "lower",
		     "messages that the sender gave up: it was told each time "
		     "that there was no room"},
	[LOST] = {"lost_share", "1", "lower",
		  "messages that were taken and never came: nobody was told"},
	[TRIES] = {"retries_per_message", "1", "lower",
		   "times that a message was tried again"},
	{NULL, NULL, NULL, NULL},
};

static uint64_t messages_of(const struct params *par)
{
	return plan_messages(par, par->option[MESSAGES], MESSAGES_PRESET);
}

static int overload_plan(const struct params *par, struct plan *plan,
			 struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < MESSAGE_MIN)
		return why_not(why, -EINVAL,
			       "a message says its number, in %d B at least",
			       MESSAGE_MIN);
	plan->nodes = NODES;
	plan->links = 1;
	plan->link[0].tx = NODE(SENDER);
	plan->link[0].rx = NODE(RECEIVER);
	plan->link[0].depth = depth;
	plan->marks = MARKS_A_MESSAGE * messages_of(par);
	return 0;
}

/* One message, which is number *accepted on the link if that takes it. */
static int offer(struct node *node, uint64_t *accepted, struct traffic traffic)
{
	const uint64_t *option = node->par->option;
	uint64_t work_ns = option[CONSUME] * PERCENT / option[LOAD];
	uint32_t tries = 0;
	int err;

	node_work(work_ns);
	node_mark(node, MARK_SEND, *accepted, 0);
	do {
		if (tries++ > 0)
			node_yield();
		err = node_try_put(node, node->port[0], *accepted, traffic);
	} while (err == -EAGAIN && tries <= option[RETRIES]);
	if (err && err != -EAGAIN)
		return err;
	node_mark(node, err ? MARK_REFUSED : MARK_SENT, *accepted, tries);
	*accepted += !err;
	return 0;
}

static int sender(struct node *node, struct traffic traffic)
{
	uint64_t accepted = 0;
	int err = 0;

	for (uint64_t i = 0; i < messages_of(node->par) && !err; i++)
		err = offer(node, &accepted, traffic);
	node_tell(node, ACCEPTED, accepted);
	node_tell(node, OVER, 1);
	return err;
}

/* Nothing there: is that the end? */
static bool is_over(struct node *node, bool reliable, uint64_t got, bool *quiet)
{
	if (!node_told(node, OVER)) {
		node_yield();
		return false;
	}
	if (got >= node_told(node, ACCEPTED))
		return true;
	if (reliable) { /* it is on its way */
		node_yield();
		return false;
	}
	if (*quiet)
		return true;
	node_sleep(QUIET_NS);
	*quiet = true;
	return false;
}

static int receiver(struct node *node, struct traffic traffic)
{
	bool reliable = node->port[0]->link->impl->caps & IPC_RELIABLE;
	bool quiet = false;
	uint64_t got = 0, seq;

	for (;;) {
		int err = node_get_any(node, node->port[0], IPC_NOWAIT, traffic,
				       &seq);

		if (err == -EAGAIN) {
			if (is_over(node, reliable, got, &quiet))
				return 0;
			continue;
		}
		if (err)
			return err;
		node_mark(node, MARK_RECEIVED, seq, 0);
		quiet = false;
		got++;
		node_work(node->par->option[CONSUME]);
	}
}

static int overload_play(struct node *node, struct traffic traffic)
{
	node_meet(node);
	return node->self == SENDER ? sender(node, traffic)
				    : receiver(node, traffic);
}

/* What the sender did with its messages. */
struct offered {
	uint64_t taken, refused, retries;
};

static struct offered count_offered(const struct marks *tx)
{
	struct offered offered = {0, 0, 0};

	for (size_t i = 0; i < tx->n; i++) {
		if (tx->at[i].kind == MARK_SEND)
			continue;
		offered.retries += tx->at[i].value - 1;
		if (tx->at[i].kind == MARK_SENT)
			offered.taken++;
		else
			offered.refused++;
	}
	return offered;
}

/* What is missing between the numbers that came, which only grow. */
static int count_gaps(const struct marks *rx, uint64_t taken, uint64_t *lost,
		      struct why *why)
{
	uint64_t due = 0;

	*lost = 0;
	for (size_t i = 0; i < rx->n; i++) {
		uint64_t seq = rx->at[i].seq;

		if (seq >= taken)
			return why_not(why, -EBADMSG,
				       "message %llu came, of %llu that were "
				       "sent",
				       (unsigned long long)seq,
				       (unsigned long long)taken);
		if (seq < due)
			return why_not(why, -EBADMSG,
				       "message %llu came after %llu: again, "
				       "or out of order",
				       (unsigned long long)seq,
				       (unsigned long long)(due - 1));
		*lost += seq - due;
		due = seq + 1;
	}
	*lost += taken - due;
	return 0;
}

/* attempted = delivered + refused + lost */
static int judge_sum(const struct evidence *evidence,
		     const struct offered *offered, uint64_t lost,
		     struct why *why)
{
	uint64_t attempted = messages_of(evidence->par);
	uint64_t delivered = evidence->marks[RECEIVER]->n;

	if (attempted != delivered + offered->refused + lost)
		return why_not(why, -EBADMSG,
			       "of %llu messages %llu were delivered, %llu "
			       "refused and %llu lost",
			       (unsigned long long)attempted,
			       (unsigned long long)delivered,
			       (unsigned long long)offered->refused,
			       (unsigned long long)lost);
	if (lost && evidence->impl->caps & IPC_RELIABLE)
		return why_not(why, -EBADMSG,
			       "%llu of %llu messages were lost, and it is "
			       "declared reliable",
			       (unsigned long long)lost,
			       (unsigned long long)attempted);
	return 0;
}

static int overload_judge(const struct evidence *evidence,
			  double figure[FIGURES], struct why *why)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	double attempted = (double)messages_of(evidence->par);
	struct offered offered = count_offered(tx);
	uint64_t lost;
	int err = count_gaps(rx, offered.taken, &lost, why);

	if (!err)
		err = judge_sum(evidence, &offered, lost, why);
	if (err)
		return err;
	figure[GOODPUT] = NAN;
	if (rx->n > 0)
		figure[GOODPUT] =
			(double)rx->n * 1e9 /
			(double)(rx->at[rx->n - 1].t_ns - tx->at[0].t_ns);
	figure[REFUSED] = (double)offered.refused / attempted;
	figure[LOST] = (double)lost / attempted;
	figure[TRIES] = (double)offered.retries / attempted;
	return 0;
}

const struct workload overload_workload = {
	.name = "overload",
	.brief = "a sender that does not wait, faster than its receiver",
	.metric = "goodput_per_s",
	.meaning =
		"every message is tried some times and then given up; each "
		"one was delivered, whole and in its turn, or refused, or "
		"lost without a word, and only an unreliable mechanism loses",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(UNRELIABLE_SEND),
	.options = overload_options,
	.plan = overload_plan,
	.figures = overload_figures,
	.play = overload_play,
	.judge = overload_judge,
};
