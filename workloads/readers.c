/* SPDX-License-Identifier: MIT */
/* Readers: a mailbox that many fill and many empty. */
#include <string.h>

#include "ipc/workload.h"

enum { WRITERS, READERS, MESSAGES };
enum { DEPTH = 16, SIDE_MAX = PLAN_NODES / 2 };
enum { MESSAGES_PRESET = 4096, MESSAGES_MAX = 1 << 16 };

/* No writer's number: whoever receives one of these has received its last. */
#define LAST (UINT64_C(1) << 62)

/* Marks of a writer: before its first send and after its last. */
enum { MARKS_A_WRITER = 2 };

enum { PER_S, FAIRNESS };

static const struct ipc_option readers_options[] = {
	[WRITERS] = {.name = "writers",
		     .help = "nodes that send into it",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 2,
		     .min = 1,
		     .max = SIDE_MAX},
	[READERS] = {.name = "readers",
		     .help = "nodes that receive from it",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 2,
		     .min = 1,
		     .max = SIDE_MAX},
	[MESSAGES] =
		{.name = "messages",
		 .help = "messages of all writers together; default: 4096, "
			 "fewer of more than 4 KiB",
		 .kind = IPC_OPTION_COUNT,
		 .preset = 0,
		 .min = SIDE_MAX,
		 .max = MESSAGES_MAX},
	{.name = NULL},
};

static const struct figure_kind readers_figures[] = {
	[PER_S] = {"messages_per_s", "1/s", "higher",
		   "of all writers, from before the first send until the last "
		   "receive returns"},
	[FAIRNESS] = {"fairness_index", "1", "higher",
		      "of what each reader got, by Jain: 1 is equal parts, one "
		      "reader's part is all to one"},
	{NULL, NULL, NULL, NULL},
};

/* Writers come first, then readers. */
static unsigned int writers_of(const struct params *par)
{
	return (unsigned int)par->option[WRITERS];
}

static unsigned int readers_of(const struct params *par)
{
	return (unsigned int)par->option[READERS];
}

static uint64_t messages_of(const struct params *par)
{
	return plan_messages(par, par->option[MESSAGES], MESSAGES_PRESET);
}

/* Of each writer: what cannot be shared out equally is not sent. */
static uint64_t share_of(const struct params *par)
{
	return messages_of(par) / writers_of(par);
}

static uint64_t total_of(const struct params *par)
{
	return share_of(par) * writers_of(par);
}

static int readers_plan(const struct params *par, struct plan *plan,
			struct why *why)
{
	unsigned int writers = writers_of(par), readers = readers_of(par);
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < MESSAGE_MIN)
		return why_not(why, -EINVAL,
			       "a message says its number, in %d B at least",
			       MESSAGE_MIN);
	plan->nodes = writers + readers;
	plan->links = 1;
	plan->link[0].tx = NODE(writers) - 1;
	plan->link[0].rx = (NODE(readers) - 1) << writers;
	plan->link[0].depth = depth;
	plan->marks = total_of(par) + MARKS_A_WRITER;
	return 0;
}

/* When all have written all, one more for each reader. */
static int write_last(struct node *node, struct traffic traffic)
{
	const struct params *par = node->par;
	int err = 0;

	for (unsigned int i = 0; i < writers_of(par); i++)
		node_hear(node, i, 1);
	for (unsigned int i = 0; i < readers_of(par) && !err; i++)
		err = node_put(node, node->port[0], LAST + i, traffic);
	return err;
}

static int writer(struct node *node, struct traffic traffic)
{
	const struct params *par = node->par;
	uint64_t share = share_of(par);
	int err = 0;

	node_mark(node, MARK_SEND, 0, 0);
	for (uint64_t i = 0; i < share && !err; i++)
		err = node_put(node, node->port[0],
			       i * writers_of(par) + node->self, traffic);
	node_mark(node, MARK_SENT, share, 0);
	node_tell(node, node->self, 1);
	if (!err && node->self == 0)
		err = write_last(node, traffic);
	return err;
}

static int reader(struct node *node, struct traffic traffic)
{
	for (;;) {
		uint64_t number;
		int err =
			node_get_any(node, node->port[0], 0, traffic, &number);

		if (err)
			return err;
		if (number >= LAST)
			return 0;
		node_mark(node, MARK_RECEIVED, number, 0);
	}
}

static int readers_play(struct node *node, struct traffic traffic)
{
	node_meet(node);
	return node->self < writers_of(node->par) ? writer(node, traffic)
						  : reader(node, traffic);
}

/* One reader's messages: each was sent, nobody else has it, and those of a
 * writer are in the order of their sending. */
static int judge_reader(const struct params *par, const struct marks *marks,
			uint8_t *seen, struct why *why)
{
	unsigned int writers = writers_of(par);
	uint64_t due[SIDE_MAX] = {0};

	for (size_t i = 0; i < marks->n; i++) {
		uint64_t number = marks->at[i].seq;
		uint64_t nth = number / writers;
		unsigned int from = (unsigned int)(number % writers);

		if (number >= total_of(par))
			return why_not(why, -EBADMSG,
				       "message %llu came, of %llu that were "
				       "sent",
				       (unsigned long long)number,
				       (unsigned long long)total_of(par));
		if (seen[number]++)
			return why_not(why, -EBADMSG,
				       "message %llu of writer %u came twice",
				       (unsigned long long)nth, from);
		if (nth < due[from])
			return why_not(why, -EBADMSG,
				       "message %llu of writer %u came after "
				       "message %llu",
				       (unsigned long long)nth, from,
				       (unsigned long long)due[from] - 1);
		due[from] = nth + 1;
	}
	return 0;
}

/* What was sent and what was received, all readers together, is the same. */
static int judge_all(const struct evidence *evidence, struct why *why)
{
	static uint8_t seen[MESSAGES_MAX];
	const struct params *par = evidence->par;
	unsigned int writers = writers_of(par);
	int err = 0;

	memset(seen, 0, sizeof(seen));
	for (unsigned int i = 0; i < readers_of(par) && !err; i++)
		err = judge_reader(par, evidence->marks[writers + i], seen,
				   why);
	for (uint64_t n = 0; n < total_of(par) && !err; n++)
		if (!seen[n])
			err = why_not(why, -EBADMSG,
				      "message %llu of writer %llu was "
				      "received by nobody",
				      (unsigned long long)(n / writers),
				      (unsigned long long)(n % writers));
	return err;
}

/* From the first send to the last receive. */
static double taken_ns(const struct evidence *evidence)
{
	unsigned int writers = writers_of(evidence->par);
	uint64_t first_ns = UINT64_MAX, last_ns = 0;

	for (unsigned int i = 0; i < writers; i++)
		if (evidence->marks[i]->at[0].t_ns < first_ns)
			first_ns = evidence->marks[i]->at[0].t_ns;
	for (unsigned int i = 0; i < readers_of(evidence->par); i++) {
		const struct marks *marks = evidence->marks[writers + i];

		if (marks->n && marks->at[marks->n - 1].t_ns > last_ns)
			last_ns = marks->at[marks->n - 1].t_ns;
	}
	return (double)last_ns - (double)first_ns;
}

/* Square of the sum over n times the sum of squares. */
static double fairness(const struct evidence *evidence)
{
	unsigned int writers = writers_of(evidence->par);
	unsigned int readers = readers_of(evidence->par);
	double sum = 0, squares = 0;

	for (unsigned int i = 0; i < readers; i++) {
		double got = (double)evidence->marks[writers + i]->n;

		sum += got;
		squares += got * got;
	}
	return sum * sum / (readers * squares);
}

static int readers_judge(const struct evidence *evidence,
			 double figure[FIGURES], struct why *why)
{
	int err = judge_all(evidence, why);

	if (err)
		return err;
	figure[PER_S] =
		(double)total_of(evidence->par) * 1e9 / taken_ns(evidence);
	figure[FAIRNESS] = fairness(evidence);
	return 0;
}

const struct workload readers_workload = {
	.name = "readers",
	.brief = "a mailbox with several writers and several readers",
	.metric = "messages_per_s",
	.meaning = "all writers send into one link that all readers receive "
		   "from; every message comes whole, to exactly one of them, "
		   "and a writer's messages come to each reader in their order",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(ADDRESSING),
	.needs = IPC_RELIABLE,
	.bars = IPC_BROADCAST,
	.options = readers_options,
	.plan = readers_plan,
	.figures = readers_figures,
	.play = readers_play,
	.judge = readers_judge,
};
