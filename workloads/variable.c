/* SPDX-License-Identifier: MIT */
/* A record as a variable in shared memory that nobody guards, and as a message:
 * what is torn, lost or seen twice of the one, and nothing of the other. */
#include <math.h>

#include "ipc/workload.h"

enum { WRITER, READER, NODES };
enum { RECORDS, STOPS };
enum { DEPTH = 8, WORDS_MIN = 2, MARKS_BESIDE = 8 };
enum { RECORDS_PRESET = 1024, RECORDS_MAX = 1 << 16 };
enum { STOPS_PRESET = 8, STOPS_MAX = 1024 };
enum { QUIET_NS = 500000 }; /* then what was sent has come, or is lost */

/* On the board: stops begun and looked at, over all; records that were sent. */
enum { STOPPED, LOOKED, SENT };

/*
 * The reader's marks: MARK_STEP, how many of its reads found what, by number;
 * MARK_OFFER, a read while the writer stops; MARK_RECEIVE, a look then for the
 * message that is half written; MARK_RECEIVED, a message.
 */
enum seen { WHOLE, TORN, AGAIN, SEEN };

/* What was found there. */
enum { IS_WELL, IS_TORN };

enum { CHANNEL_NS, VARIABLE_NS, TORN_READS, LOST, SEEN_AGAIN, CHANNEL_LOST };

static const struct ipc_option variable_options[] = {
	[RECORDS] = {.name = "records",
		     .help = "records that are written to the variable, and "
			     "sent; default: 1024, fewer of more than 16 KiB",
		     .kind = IPC_OPTION_COUNT,
		     .preset = 0,
		     .min = 1,
		     .max = RECORDS_MAX},
	[STOPS] = {.name = "stops",
		   .help = "records more in which the writer stops half-way, "
			   "and the reader looks",
		   .kind = IPC_OPTION_COUNT,
		   .preset = STOPS_PRESET,
		   .min = 1,
		   .max = STOPS_MAX},
	{.name = NULL},
};

static const struct figure_kind variable_figures[] = {
	[VARIABLE_NS] =
		{"variable_ns", "ns", "lower",
		 "to write one record to shared memory and tell nobody"},
	[CHANNEL_NS] = {"channel_ns", "ns", "lower",
			"to send and receive one record, of many in a row"},
	[TORN_READS] = {"torn_reads", "1", "none",
			"reads of the variable that found parts of two "
			"records"},
	[LOST] = {"lost_records", "1", "none",
		  "records of the variable that no read found"},
	[SEEN_AGAIN] = {"again_reads", "1", "none",
			"reads of the variable that found a record again"},
	[CHANNEL_LOST] = {"channel_lost_records", "1", "lower",
			  "records that were sent and did not come: where "
			  "messages may be lost"},
	{NULL, NULL, NULL, NULL},
};

static uint64_t records_of(const struct params *par)
{
	return plan_messages(par, par->option[RECORDS], RECORDS_PRESET);
}

static size_t words_of(const struct params *par)
{
	return par->size / PAYLOAD_WORD;
}

static int variable_plan(const struct params *par, struct plan *plan,
			 struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (words_of(par) < WORDS_MIN)
		return why_not(why, -EINVAL,
			       "a record of %zu B is stored at once: it takes "
			       "%d to tear",
			       par->size, WORDS_MIN * PAYLOAD_WORD);
	plan->nodes = NODES;
	plan->links = 1;
	plan->link[0].tx = NODE(WRITER);
	plan->link[0].rx = NODE(READER);
	plan->link[0].depth = depth;
	plan->shared = par->size;
	plan->marks = records_of(par) + 3 * par->option[STOPS] + MARKS_BESIDE;
	return 0;
}

/* Some words of a record. Atomic one by one, and no more than that: relaxed,
 * as nothing is to be guarded here. */
static void store_words(struct node *node, uint64_t record, size_t from,
			size_t to)
{
	_Atomic uint64_t *words = node->shared;
	uint64_t first = payload_stamp(record);

	for (size_t i = from; i < to; i++)
		atomic_store_explicit(&words[i], payload_nth(first, i),
				      memory_order_relaxed);
}

/* Read the variable. Returns whether it is one record, whose number it says. */
static bool load_words(struct node *node, uint64_t *record)
{
	const _Atomic uint64_t *words = node->shared;
	uint64_t first = atomic_load_explicit(&words[0], memory_order_relaxed);
	bool whole = true;

	for (size_t i = 1; i < words_of(node->par); i++)
		whole &=
			atomic_load_explicit(&words[i], memory_order_relaxed) ==
			payload_nth(first, i);
	*record = payload_round(first);
	return whole;
}

/* Record after record, as fast as it goes. Number 0 is there already. */
static void write_freely(struct node *node)
{
	uint64_t records = records_of(node->par);

	node_mark(node, MARK_SEND, 0, 0);
	for (uint64_t i = 1; i <= records; i++)
		store_words(node, i, 0, words_of(node->par));
	node_mark(node, MARK_SENT, records, 0);
}

/* Read until the last record is there. Who finds nothing new gives way, as the
 * writer may be waiting for the PU. */
static void read_freely(struct node *node)
{
	uint64_t records = records_of(node->par), last = 0, record;
	uint64_t seen[SEEN] = {0};

	while (last < records) {
		bool whole = load_words(node, &record);
		bool again = whole && record == last;

		seen[!whole ? TORN : again ? AGAIN : WHOLE]++;
		if (whole)
			last = record;
		if (again)
			node_yield();
	}
	for (uint32_t i = 0; i < SEEN; i++)
		node_mark(node, MARK_STEP, seen[i], i);
}

/* The writer is half-way through a record until the reader has looked. */
static void stop(struct node *node, uint64_t nth)
{
	node_tell(node, STOPPED, nth + 1);
	node_hear(node, LOOKED, nth + 1);
}

static void write_and_stop(struct node *node)
{
	uint64_t records = records_of(node->par);
	size_t words = words_of(node->par), half = words / 2;

	for (uint64_t i = 0; i < node->par->option[STOPS]; i++) {
		store_words(node, records + 1 + i, 0, half);
		stop(node, i);
		store_words(node, records + 1 + i, half, words);
	}
}

static void read_at_stops(struct node *node)
{
	for (uint64_t i = 0; i < node->par->option[STOPS]; i++) {
		uint64_t record;
		bool whole;

		node_hear(node, STOPPED, i + 1);
		whole = load_words(node, &record);
		node_mark(node, MARK_OFFER, i, whole ? IS_WELL : IS_TORN);
		node_tell(node, LOOKED, i + 1);
	}
}

/* The first half of what the message will be. */
static void write_half(unsigned char *at, size_t words, uint64_t record)
{
	for (size_t i = 0; i < words / 2; i++)
		payload_store(at + i * PAYLOAD_WORD,
			      payload_nth(payload_stamp(record), i));
}

/* The same with a message, which is in the sender's hands meanwhile. */
static int send_and_stop(struct node *node, uint64_t nth, uint64_t record,
			 enum ipc_api api)
{
	size_t size = node->par->size;
	struct ipc_port *tx = node->port[0];
	struct ipc_msg m = {.data = node->buf, .len = size};
	ssize_t n = 0;

	if (api == IPC_API_LEND)
		n = ipc_loan(tx, &m, size, 0);
	if (n < 0)
		return (int)n;
	write_half(m.data, words_of(node->par), record);
	stop(node, nth);
	payload_write_how(m.data, size, record, PAYLOAD_FULL);
	if (api == IPC_API_LEND)
		return ipc_publish(tx, &m);
	n = ipc_send(tx, m.data, size, 0);
	return n < 0 ? (int)n : 0;
}

/* The reader sees nothing of it, and the whole message later. */
static int receive_at_stop(struct node *node, uint64_t nth,
			   struct traffic traffic)
{
	struct ipc_port *rx = node->port[0];
	uint64_t record;
	int err;

	node_hear(node, STOPPED, nth + 1);
	err = node_get_any(node, rx, IPC_NOWAIT, traffic, &record);
	node_mark(node, MARK_RECEIVE, nth, err == -EAGAIN ? IS_WELL : IS_TORN);
	node_tell(node, LOOKED, nth + 1);
	if (err != -EAGAIN)
		return err ? err : -EPROTO;
	err = node_get_any(node, rx, 0, traffic, &record);
	node_mark(node, MARK_RECEIVED, record, 0);
	return err;
}

static int send_freely(struct node *node, uint64_t from, struct traffic traffic)
{
	uint64_t end = from + records_of(node->par);
	int err = 0;

	node_mark(node, MARK_SEND, from, 0);
	for (uint64_t i = from; i < end && !err; i++)
		err = node_put(node, node->port[0], i, traffic);
	node_tell(node, SENT, 1);
	return err;
}

/* Where messages may be lost, the end is when there has been none for a while
 * after the last was sent. */
static int receive_what_comes(struct node *node, uint64_t end,
			      struct traffic traffic)
{
	bool quiet = false;
	uint64_t record = 0;

	while (record + 1 < end) {
		bool sent = node_told(node, SENT);
		int err = node_get_any(node, node->port[0], IPC_NOWAIT, traffic,
				       &record);

		if (!err)
			node_mark(node, MARK_RECEIVED, record, 0);
		else if (err != -EAGAIN)
			return err;
		else if (quiet)
			return 0;
		else if (sent)
			node_sleep(QUIET_NS);
		else
			node_yield();
		quiet = err && sent;
	}
	return 0;
}

static int receive_freely(struct node *node, uint64_t from,
			  struct traffic traffic)
{
	struct ipc_port *rx = node->port[0];
	uint64_t end = from + records_of(node->par), record;
	int err = 0;

	if (!(rx->link->impl->caps & IPC_RELIABLE))
		return receive_what_comes(node, end, traffic);
	for (uint64_t i = from; i < end && !err; i++) {
		err = node_get_any(node, rx, 0, traffic, &record);
		node_mark(node, MARK_RECEIVED, record, 0);
	}
	return err ? err : node_find_empty(node, rx, traffic);
}

/* Every byte is written and compared, or a torn one would pass. */
static int variable_play(struct node *node, struct traffic traffic)
{
	struct traffic full = {traffic.api, PAYLOAD_FULL};
	uint64_t stops = node->par->option[STOPS];
	bool writes = node->self == WRITER;
	int err = 0;

	if (writes)
		store_words(node, 0, 0, words_of(node->par));
	node_meet(node);
	(writes ? write_freely : read_freely)(node);
	node_meet(node);
	(writes ? write_and_stop : read_at_stops)(node);
	for (uint64_t i = 0; i < stops && !err; i++)
		err = writes ? send_and_stop(node, stops + i, i, full.api)
			     : receive_at_stop(node, stops + i, full);
	if (err)
		return err;
	node_meet(node);
	return (writes ? send_freely : receive_freely)(node, stops, full);
}

/* What was seen of the variable. */
struct tally {
	uint64_t free[SEEN];
	uint64_t reads, torn; /* at stops */
	uint64_t messages, last_ns;
};

/* One message after those before: none again, none earlier. */
static int count_message(struct tally *tally, const struct mark *mark,
			 uint64_t *due, struct why *why)
{
	if (mark->seq < *due)
		return why_not(why, -EBADMSG,
			       "record %llu was received after record %llu",
			       (unsigned long long)mark->seq,
			       (unsigned long long)*due - 1);
	*due = mark->seq + 1;
	tally->messages++;
	tally->last_ns = mark->t_ns;
	return 0;
}

static int count_mark(struct tally *tally, const struct mark *mark,
		      uint64_t *due, struct why *why)
{
	if (mark->kind == MARK_STEP && mark->value < SEEN)
		tally->free[mark->value] = mark->seq;
	if (mark->kind == MARK_OFFER) {
		tally->reads++;
		tally->torn += mark->value == IS_TORN;
	}
	if (mark->kind == MARK_RECEIVE && mark->value != IS_WELL)
		return why_not(why, -EBADMSG,
			       "a record was received that the sender had "
			       "written half of");
	return mark->kind == MARK_RECEIVED
		       ? count_message(tally, mark, due, why)
		       : 0;
}

static int judge_channel(const struct evidence *evidence,
			 const struct tally *tally, struct why *why)
{
	const struct params *par = evidence->par;
	uint64_t sent = records_of(par) + par->option[STOPS];

	if (tally->messages == 0)
		return why_not(why, -ENODATA, "not one record was received");
	if (tally->messages > sent ||
	    (tally->messages < sent && evidence->impl->caps & IPC_RELIABLE))
		return why_not(why, -EBADMSG,
			       "%llu records were sent and %llu received",
			       (unsigned long long)sent,
			       (unsigned long long)tally->messages);
	return 0;
}

/* What is claimed of the channel means something only if the same schedule
 * tears what nobody guards. */
static int judge_variable(const struct tally *tally, struct why *why)
{
	if (tally->torn + tally->free[TORN] > 0)
		return 0;
	return why_not(why, -ENODATA,
		       "%llu reads of the variable half-way through a write "
		       "were all whole",
		       (unsigned long long)tally->reads);
}

static void fill_figures(const struct evidence *evidence,
			 const struct tally *tally, double figure[FIGURES])
{
	const struct mark *tx = evidence->marks[WRITER]->at;
	uint64_t records = records_of(evidence->par);

	figure[VARIABLE_NS] =
		(double)(tx[1].t_ns - tx[0].t_ns) / (double)records;
	figure[CHANNEL_NS] =
		((double)tally->last_ns - (double)tx[2].t_ns) / (double)records;
	figure[TORN_READS] = (double)(tally->torn + tally->free[TORN]);
	figure[LOST] = (double)records - (double)tally->free[WHOLE];
	figure[SEEN_AGAIN] = (double)tally->free[AGAIN];
	figure[CHANNEL_LOST] =
		(double)(records + evidence->par->option[STOPS]) -
		(double)tally->messages;
}

static int variable_judge(const struct evidence *evidence,
			  double figure[FIGURES], struct why *why)
{
	const struct marks *rx = evidence->marks[READER];
	struct tally tally = {.last_ns = 0};
	uint64_t due = 0;
	int err = 0;

	for (size_t i = 0; i < FIGURES; i++)
		figure[i] = NAN;
	for (size_t i = 0; i < rx->n && !err; i++)
		err = count_mark(&tally, &rx->at[i], &due, why);
	if (!err)
		err = judge_channel(evidence, &tally, why);
	if (!err)
		err = judge_variable(&tally, why);
	if (!err)
		fill_figures(evidence, &tally, figure);
	return err;
}

const struct workload variable_workload = {
	.name = "variable",
	.brief = "a record in shared memory that nobody guards, and as a "
		 "message",
	.metric = "channel_ns",
	.meaning = "a record is written over and over in shared memory while "
		   "the other reads it, and is seen torn, again and not at "
		   "all; sent with the same pauses it comes whole, once, and "
		   "where messages are reliable always",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(CHANNEL),
	.options = variable_options,
	.plan = variable_plan,
	.figures = variable_figures,
	.play = variable_play,
	.judge = variable_judge,
};
