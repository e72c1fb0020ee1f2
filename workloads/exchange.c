/* SPDX-License-Identifier: MIT */
/* Buffer exchange: a full buffer is given for an empty one, and what is in it
 * is never copied. */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { SIZE, LAPS };
enum {
	DEPTH = 8,
	PAGE = 4096,
	SIZE_PRESET = 1 << 16,
	SIZE_MAX_MIB = 64,
	LAPS_PRESET = 2
};
enum { LAPS_MAX = 1024, MESSAGES_MAX = 1 << 14, HELD_MAX = 1 << 12 };
enum { FRESH = 32 }; /* messages that are enough where no buffer comes back */
enum { LATE_NS = 500000 };

/* Words at the start of a buffer. The second one stays there for good: the
 * sender writes it when it gets the buffer for the first time. */
enum {
	NUMBER,	  /* of the message, from the sender */
	BUFFER,	  /* of the buffer */
	RETURNED, /* the message's number, from the receiver */
	LAST,	  /* is this the last message? */
	WORDS
};

enum { FULL }; /* on the board */

/*
 * Of each message two marks of each side: it has the buffer (MARK_OFFER with
 * what the receiver left there, MARK_RECEIVED), and is about to give it away
 * (MARK_SEND, MARK_REPLY); the value is the buffer. MARK_STEP is before the
 * sender's first loan that has to wait, and before the receiver takes anything.
 */
enum { MARKS_A_MESSAGE = 2, MARKS_BESIDE = 4 };

enum { EXCHANGE_NS, BYTES_PER_S, BUFFERS, HELD, BLOCKED_NS };

static const struct ipc_option exchange_options[] = {
	[SIZE] = {.name = "size",
		  .help = "bytes of a buffer, in whole pages",
		  .kind = IPC_OPTION_SIZE,
		  .preset = SIZE_PRESET,
		  .min = PAGE,
		  .max = (uint64_t)SIZE_MAX_MIB << 20},
	[LAPS] = {.name = "laps",
		  .help = "times that the first buffer has to come back",
		  .kind = IPC_OPTION_COUNT,
		  .preset = LAPS_PRESET,
		  .min = 1,
		  .max = LAPS_MAX},
	{.name = NULL},
};

static const struct figure_kind exchange_figures[] = {
	[EXCHANGE_NS] = {"exchange_ns", "ns", "lower",
			 "for each full buffer that is given for an empty one, "
			 "of many in a row"},
	[BYTES_PER_S] = {"bytes_per_s", "B/s", "higher",
			 "what that is of buffers of this size, of which one "
			 "word is read"},
	[BUFFERS] = {"buffers", "1", "none", "buffers that go round"},
	[HELD] = {"held_messages", "1", "none",
		  "full buffers that were given before there was no empty one"},
	[BLOCKED_NS] = {"blocked_ns", "ns", "none",
			"how long the sender waited for an empty buffer, the "
			"receiver late"},
	{NULL, NULL, NULL, NULL},
};

static size_t size_of(const struct params *par)
{
	return shm_round(par->option[SIZE], PAGE);
}

static int exchange_plan(const struct params *par, struct plan *plan,
			 struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = 1;
	plan->link[0].tx = NODE(SENDER);
	plan->link[0].rx = NODE(RECEIVER);
	plan->link[0].depth = depth;
	plan->link[0].msg_max = size_of(par);
	plan->marks = MARKS_A_MESSAGE * (MESSAGES_MAX + 1) + MARKS_BESIDE;
	return 0;
}

static uint64_t get_word(const struct ipc_msg *m, unsigned int i)
{
	return payload_load((const unsigned char *)m->data + i * PAYLOAD_WORD);
}

static void set_word(struct ipc_msg *m, unsigned int i, uint64_t word)
{
	payload_store((unsigned char *)m->data + i * PAYLOAD_WORD, word);
}

/* Does an empty buffer come back when it was read? */
static bool goes_round(const struct ipc_impl *impl)
{
	return impl->memory != IPC_MEMORY_GIVEN &&
	       impl->memory != IPC_MEMORY_COW;
}

/* What the sender knows. */
struct giver {
	uint64_t sent;
	uint64_t buffers; /* that it has seen */
	uint64_t laps;	  /* the first of them came back so often */
};

/* Which buffer is it? One that says nothing is new. */
static uint64_t know_buffer(struct giver *giver, struct ipc_msg *m)
{
	uint64_t buffer = payload_round(get_word(m, BUFFER));

	if (buffer >= giver->buffers) {
		buffer = giver->buffers++;
		set_word(m, BUFFER, payload_stamp(buffer));
		set_word(m, RETURNED, 0);
	} else if (buffer == 0) {
		giver->laps++;
	}
	return buffer;
}

static bool is_enough(const struct node *node, const struct giver *giver)
{
	if (!goes_round(node->port[0]->link->impl))
		return giver->sent >= FRESH;
	return giver->laps >= node->par->option[LAPS] ||
	       giver->sent >= MESSAGES_MAX;
}

/* last, where it is asked for: say whether this one is, to both. */
static int give(struct node *node, struct giver *giver, bool *last,
		unsigned int flags)
{
	struct ipc_port *tx = node->port[0];
	struct ipc_msg m;
	uint64_t buffer;
	int err = ipc_loan(tx, &m, tx->msg_max, flags);

	if (err)
		return err;
	buffer = know_buffer(giver, &m);
	node_mark(node, MARK_OFFER, payload_round(get_word(&m, RETURNED)),
		  (uint32_t)buffer);
	set_word(&m, RETURNED, 0);
	set_word(&m, NUMBER, payload_stamp(giver->sent));
	if (last)
		*last = is_enough(node, giver);
	set_word(&m, LAST, last && *last);
	node_mark(node, MARK_SEND, giver->sent, (uint32_t)buffer);
	giver->sent++;
	return ipc_publish(tx, &m);
}

/* As many as there are empty buffers for; the next one is waited for. */
static int sender(struct node *node)
{
	struct giver giver = {.sent = 0};
	bool last = false;
	int err = 0;

	while (!err && giver.sent < HELD_MAX)
		err = give(node, &giver, NULL, IPC_NOWAIT);
	if (err && err != -EAGAIN)
		return err;
	node_mark(node, MARK_STEP, giver.sent, 0);
	node_tell(node, FULL, 1);
	for (err = 0; !err && !last;)
		err = give(node, &giver, &last, 0);
	return err;
}

static int receiver(struct node *node)
{
	struct ipc_port *rx = node->port[0];
	bool last = false;

	node_hear(node, FULL, 1);
	node_sleep(LATE_NS);
	node_mark(node, MARK_STEP, 0, 0);
	for (uint64_t i = 0; !last; i++) {
		struct ipc_msg m;
		uint32_t buffer;
		int err = ipc_take(rx, &m, 0);

		if (err)
			return err;
		if (get_word(&m, NUMBER) != payload_stamp(i))
			node->wrong++;
		buffer = (uint32_t)payload_round(get_word(&m, BUFFER));
		last = get_word(&m, LAST);
		node_mark(node, MARK_RECEIVED, i, buffer);
		set_word(&m, RETURNED, payload_stamp(i));
		node_mark(node, MARK_REPLY, i, buffer);
		err = ipc_release(rx, &m);
		if (err)
			return err;
	}
	return 0;
}

static int exchange_play(struct node *node, struct traffic traffic)
{
	(void)traffic;
	node_meet(node);
	return node->self == SENDER ? sender(node) : receiver(node);
}

/* One message: both sides' marks. */
struct deal {
	const struct mark *offer, *send, *received, *reply;
};

static struct {
	struct deal deal[MESSAGES_MAX + 1];
	size_t n;
	const struct mark *full;	 /* before the first loan that waits */
	const struct mark *late;	 /* before the first message is taken */
	uint32_t last[MESSAGES_MAX + 1]; /* 1 + number of the message that was
					    last in a buffer */
	size_t buffers, came_back, changed;
} book;

static int read_book(const struct evidence *evidence, struct why *why)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	size_t n = 0;

	memset(&book, 0, sizeof(book));
	for (size_t i = 0; i < tx->n; i++) {
		const struct mark *mark = &tx->at[i];

		if (mark->kind == MARK_STEP)
			book.full = mark;
		else if (mark->kind == MARK_OFFER && book.n <= MESSAGES_MAX)
			book.deal[book.n].offer = mark;
		else if (mark->kind == MARK_SEND && book.n <= MESSAGES_MAX)
			book.deal[book.n++].send = mark;
	}
	book.late = &rx->at[0];
	for (size_t i = 1; i + 1 < rx->n && n < book.n;
	     i += MARKS_A_MESSAGE, n++) {
		book.deal[n].received = &rx->at[i];
		book.deal[n].reply = &rx->at[i + 1];
	}
	if (n == book.n && book.full && n > 0)
		return 0;
	return why_not(why, -EBADMSG, "%zu buffers were given and %zu taken",
		       book.n, n);
}

static bool is_copied(const struct evidence *evidence)
{
	return ipc_copies(evidence->impl, IPC_API_LEND) > 0;
}

/* One owner at a time: whoever has it got it after the other gave it away. */
static int judge_owner(size_t k, const struct deal *before, struct why *why)
{
	const struct deal *deal = &book.deal[k];

	if (deal->received->t_ns < deal->send->t_ns)
		return why_not(why, -EBADMSG,
			       "buffer %u was the receiver's before the sender "
			       "gave it",
			       deal->offer->value);
	if (before && deal->offer->t_ns < before->reply->t_ns)
		return why_not(why, -EBADMSG,
			       "buffer %u was the sender's before the receiver "
			       "gave it back",
			       deal->offer->value);
	return 0;
}

static int judge_deal(const struct evidence *evidence, size_t k,
		      struct why *why)
{
	const struct deal *deal = &book.deal[k], *before = NULL;
	uint32_t buffer = deal->offer->value;

	if (buffer > book.buffers || deal->received->value != buffer)
		return why_not(why, -EBADMSG,
			       "buffer %u was given, and buffer %u received",
			       buffer, deal->received->value);
	if (book.last[buffer] > 0)
		before = &book.deal[book.last[buffer] - 1];
	else
		book.buffers++;
	if (before) {
		book.came_back++;
		book.changed += deal->offer->seq == book.last[buffer] - 1;
	}
	book.last[buffer] = (uint32_t)k + 1;
	/* A buffer that is copied from stays the sender's. */
	return judge_owner(k, is_copied(evidence) ? NULL : before, why);
}

/* What is read of the buffers in the second half: are they all known? */
static int judge_constant(struct why *why)
{
	uint32_t most = 0;

	for (size_t k = 0; k < book.n / 2; k++)
		if (book.deal[k].offer->value > most)
			most = book.deal[k].offer->value;
	if ((size_t)most + 1 == book.buffers)
		return 0;
	return why_not(why, -EBADMSG,
		       "%zu buffers went round at the end, and %u in the first "
		       "half",
		       book.buffers, most + 1);
}

/* Is it the memory itself that goes and comes back? What the receiver writes
 * there, the sender finds when it has that buffer again. */
static int judge_memory(const struct evidence *evidence, struct why *why)
{
	if (!goes_round(evidence->impl)) {
		if (book.came_back == 0)
			return 0;
		return why_not(why, -EBADMSG,
			       "%zu buffers came back where each message is "
			       "said to have its own",
			       book.came_back);
	}
	if (book.came_back == 0)
		return why_not(why, -ENODATA,
			       "no buffer came back within %zu messages",
			       book.n);
	if (book.changed != (is_copied(evidence) ? 0 : book.came_back))
		return why_not(why, -EBADMSG,
			       "of %zu buffers that came back %zu had been the "
			       "receiver's, with %u copies a message",
			       book.came_back, book.changed,
			       ipc_copies(evidence->impl, IPC_API_LEND));
	return judge_constant(why);
}

/* With no empty buffer the sender waits until one comes back. */
static int judge_empty(struct why *why)
{
	size_t held = book.full->seq;

	if (held >= HELD_MAX || held >= book.n)
		return why_not(why, -ENODATA,
			       "%zu full buffers were given, and there was "
			       "still an empty one",
			       held);
	if (book.deal[held].offer->t_ns < book.late->t_ns)
		return why_not(
			why, -EBADMSG,
			"an empty buffer was there before any was taken, "
			"after %zu that were all",
			held);
	return 0;
}

static void fill_figures(const struct evidence *evidence,
			 double figure[FIGURES])
{
	size_t held = book.full->seq;
	const struct mark *first = book.deal[held].offer;
	double ns =
		(double)book.deal[book.n - 1].reply->t_ns - (double)first->t_ns;

	figure[HELD] = (double)held;
	figure[BLOCKED_NS] = (double)(first->t_ns - book.full->t_ns);
	figure[EXCHANGE_NS] = ns / (double)(book.n - held);
	figure[BYTES_PER_S] =
		(double)size_of(evidence->par) * 1e9 / figure[EXCHANGE_NS];
	if (goes_round(evidence->impl))
		figure[BUFFERS] = (double)book.buffers;
}

static int exchange_judge(const struct evidence *evidence,
			  double figure[FIGURES], struct why *why)
{
	int err = read_book(evidence, why);

	for (size_t i = 0; i < FIGURES; i++)
		figure[i] = NAN;
	for (size_t k = 0; k < book.n && !err; k++)
		err = judge_deal(evidence, k, why);
	if (!err)
		err = judge_memory(evidence, why);
	/* What is copied may have room in what it is copied to. */
	if (!err && !is_copied(evidence))
		err = judge_empty(why);
	if (!err)
		fill_figures(evidence, figure);
	return err;
}

static enum concept_way exchange_way(const struct ipc_impl *impl,
				     enum concept concept, struct why *by)
{
	(void)concept;
	if (!goes_round(impl)) {
		why_not(by, 0,
			"each message is in new memory, and its sender gets no "
			"empty buffer for it");
		return CONCEPT_ABSENT;
	}
	if (ipc_copies(impl, IPC_API_LEND) == 0)
		return CONCEPT_NATIVE;
	why_not(by, 0,
		"a message is copied out of a buffer that stays the sender's");
	return CONCEPT_ABSENT;
}

const struct workload exchange_workload = {
	.name = "exchange",
	.brief = "full buffers are given for empty ones, nothing is copied",
	.metric = "exchange_ns",
	.meaning =
		"the sender gives full buffers as long as it gets empty ones "
		"for them, and then waits for one; each buffer has one "
		"owner at a time, is the same memory for both, and comes "
		"back with what the receiver left in it",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(BUFFER_EXCHANGE),
	.way = exchange_way,
	.needs = IPC_ZEROCOPY | IPC_RELIABLE,
	.options = exchange_options,
	.plan = exchange_plan,
	.figures = exchange_figures,
	.play = exchange_play,
	.judge = exchange_judge,
};
