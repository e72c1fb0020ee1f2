/* SPDX-License-Identifier: MIT */
/* A message that one side writes to when it is sent: with copy on write a page
 * is copied then, with a copy all of them were, and neither side ever sees what
 * the other writes. */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { MESSAGES, PAGES_SEEN, LINKS }; /* the second: a page, for the control */
enum { SIZE, FRACTION };
enum { DEPTH = 2, PAGE = 4096, SIZE_MAX_MIB = 64, PERCENT = 100 };
enum { FRACTION_PRESET = 50 };

/* So many messages of each course, fewer of large ones. */
enum { ROUNDS_MAX = 8, ROUNDS_BYTES = 1 << 24 };

/* Faults of a side while it writes, beside those for the pages it writes. */
enum { FAULTS_MORE = 8 };

/* Who writes to the message afterwards. */
enum course { NOBODY, SENDER_WRITES, RECEIVER_WRITES, COURSES };

/* What a page says: what was sent, or what one side wrote there. */
enum author { SENT, BY_SENDER, BY_RECEIVER };

enum { SENDER_DONE, RECEIVER_DONE }; /* on the board, counted */

/*
 * Of each message three marks of each side. MARK_SEND, before it is passed on
 * or MARK_RECEIVED, when every page was read: the number is the course, the
 * value the nanoseconds that a loan took. MARK_STEP, its writing: faults, and
 * nanoseconds. MARK_OFFER: pages that do not say what this side left there.
 * Then MARK_RELAY: what is known to leak, and what one copy takes.
 */
enum { MARKS_A_MESSAGE = 3, MARKS_BESIDE = 8 + ROUNDS_MAX };
enum { PLAIN_MEMORY, LENT, ONE_COPY }; /* their values */

enum {
	UNTOUCHED_NS,
	SENDER_WROTE_NS,
	RECEIVER_WROTE_NS,
	COPY_NS,
	SENDER_FAULTS,
	RECEIVER_FAULTS,
	PAGES_WRITTEN
};

static const struct ipc_option written_options[] = {
	[SIZE] = {.name = "size",
		  .help = "bytes of a message, in whole pages; default: what "
			  "is asked for as message size",
		  .kind = IPC_OPTION_SIZE,
		  .preset = 0,
		  .min = PAGE,
		  .max = (uint64_t)SIZE_MAX_MIB << 20},
	[FRACTION] = {.name = "fraction",
		      .help = "percent of its pages that are written to",
		      .kind = IPC_OPTION_COUNT,
		      .preset = FRACTION_PRESET,
		      .min = 0,
		      .max = PERCENT},
	{.name = NULL},
};

static const struct figure_kind written_figures[] = {
	[UNTOUCHED_NS] = {"untouched_ns", "ns", "lower",
			  "to pass a message on, until a word of each page is "
			  "read; nobody writes to it"},
	[SENDER_WROTE_NS] = {"sender_wrote_ns", "ns", "lower",
			     "the same, and the sender's writing afterwards"},
	[RECEIVER_WROTE_NS] = {"receiver_wrote_ns", "ns", "lower",
			       "the same, and the receiver's writing "
			       "afterwards"},
	[COPY_NS] = {"copy_ns", "ns", "lower",
		     "to copy so many bytes once, in memory of one's own"},
	[SENDER_FAULTS] = {"sender_faults", "1", "none",
			   "page faults of the sender's writing"},
	[RECEIVER_FAULTS] = {"receiver_faults", "1", "none",
			     "page faults of the receiver's writing"},
	[PAGES_WRITTEN] = {"pages_written", "1", "none",
			   "pages that were written to"},
	{NULL, NULL, NULL, NULL},
};

static size_t size_of(const struct params *par)
{
	size_t size = par->option[SIZE] ? par->option[SIZE] : par->size;

	return shm_round(size, PAGE);
}

static size_t pages_of(const struct params *par)
{
	return size_of(par) / PAGE;
}

/* How many are written to: one at least, unless none is asked for. */
static size_t written_of(const struct params *par)
{
	uint64_t fraction = par->option[FRACTION];
	size_t pages = pages_of(par) * fraction / PERCENT;

	return pages == 0 && fraction > 0 ? 1 : pages;
}

static unsigned int rounds_of(const struct params *par)
{
	size_t fit = ROUNDS_BYTES / size_of(par);

	return fit < 1 ? 1 : fit < ROUNDS_MAX ? (unsigned int)fit : ROUNDS_MAX;
}

static int written_plan(const struct params *par, struct plan *plan,
			struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = LINKS;
	for (unsigned int i = 0; i < LINKS; i++) {
		plan->link[i].tx = NODE(SENDER);
		plan->link[i].rx = NODE(RECEIVER);
		plan->link[i].depth = depth;
	}
	plan->link[MESSAGES].msg_max = size_of(par);
	plan->link[PAGES_SEEN].msg_max = PAGE;
	plan->bytes = size_of(par);
	plan->shared = PAGE;
	plan->marks = MARKS_A_MESSAGE * COURSES * rounds_of(par) + MARKS_BESIDE;
	return 0;
}

/* Pages are written and read by one word each, and without what a sanitizer
 * adds, whose own pages would fault as well. */
#define BARE __attribute__((no_sanitize("address", "thread", "undefined")))

/* What page i of message number seq says, by whose hand. */
static uint64_t page_says(uint64_t seq, size_t i, enum author author)
{
	return (seq + 1) * UINT64_C(0x9e3779b97f4a7c15) +
	       4 * (uint64_t)i * PAGE + author;
}

/* Write to n of so many pages, evenly spread. */
BARE static void write_pages(void *at, size_t pages, size_t n, uint64_t seq,
			     enum author author)
{
	for (size_t k = 0; k < n; k++) {
		size_t i = k * pages / n;
		volatile uint64_t *word = (void *)((char *)at + i * PAGE);

		*word = page_says(seq, i, author);
	}
}

/* Pages that do not say what they should: n of them, as above, what author
 * wrote, the others what was sent. */
BARE static size_t count_others(const void *at, size_t pages, size_t n,
				uint64_t seq, enum author author)
{
	size_t others = 0, k = 0;

	for (size_t i = 0; i < pages; i++) {
		const volatile uint64_t *word =
			(const void *)((const char *)at + i * PAGE);
		bool mine = k < n && i == k * pages / n;

		k += mine;
		others += *word != page_says(seq, i, mine ? author : SENT);
	}
	return others;
}

/* Where there is nothing else, it is lent; else a send makes the copy that copy
 * on write does not. */
static bool is_lent(const struct ipc_impl *impl)
{
	return impl->memory == IPC_MEMORY_COW ||
	       impl->memory == IPC_MEMORY_MOVED ||
	       impl->memory == IPC_MEMORY_GIVEN;
}

/* Does the sender still have what it sent? */
static bool is_kept(const struct ipc_impl *impl)
{
	return impl->memory != IPC_MEMORY_MOVED &&
	       impl->memory != IPC_MEMORY_GIVEN;
}

static const struct ipc_impl *impl_of(const struct node *node)
{
	return node->port[MESSAGES]->link->impl;
}

/* This side's writing, if it is its turn, and what that took. */
static void write_afterwards(struct node *node, void *at, enum course course,
			     uint64_t seq)
{
	bool sends = node->self == SENDER;
	enum author author = sends ? BY_SENDER : BY_RECEIVER;
	bool mine = course == (sends ? SENDER_WRITES : RECEIVER_WRITES);
	size_t n = mine && (!sends || is_kept(impl_of(node)))
			   ? written_of(node->par)
			   : 0;
	struct span span;

	span_begin(&span);
	write_pages(at, pages_of(node->par), n, seq, author);
	span_end(&span);
	node_mark(node, MARK_STEP, span.faults,
		  (uint32_t)(span.over_ns - span.began_ns));
}

/* Does this side see what it left there, and nothing else? */
static void look_at_pages(struct node *node, const void *at, enum course course,
			  uint64_t seq)
{
	bool sends = node->self == SENDER;
	bool mine = course == (sends ? SENDER_WRITES : RECEIVER_WRITES);
	size_t n = mine ? written_of(node->par) : 0;

	node_mark(node, MARK_OFFER,
		  count_others(at, pages_of(node->par), n, seq,
			       sends ? BY_SENDER : BY_RECEIVER),
		  (uint32_t)course);
}

static int pass_on(struct node *node, struct ipc_msg *m, enum course course,
		   uint64_t seq)
{
	struct ipc_port *tx = node->port[MESSAGES];
	size_t size = size_of(node->par), pages = pages_of(node->par);
	bool lent = is_lent(impl_of(node));
	struct span span;
	ssize_t n = 0;

	span_begin(&span);
	*m = (struct ipc_msg){.data = node->buf, .len = size};
	if (lent)
		n = ipc_loan(tx, m, size, 0);
	span_end(&span);
	if (n < 0)
		return (int)n;
	write_pages(m->data, pages, pages, seq, SENT);
	node_mark(node, MARK_SEND, course,
		  lent ? (uint32_t)(span.over_ns - span.began_ns) : 0);
	n = lent ? ipc_publish(tx, m) : ipc_send(tx, m->data, size, 0);
	return n < 0 ? (int)n : 0;
}

static int sender(struct node *node, enum course course, uint64_t seq)
{
	struct ipc_msg m;
	int err = pass_on(node, &m, course, seq);

	if (err)
		return err;
	write_afterwards(node, m.data, course, seq);
	node_tell(node, SENDER_DONE, seq + 1);
	node_hear(node, RECEIVER_DONE, seq + 1);
	if (is_kept(impl_of(node)))
		look_at_pages(node, m.data, course, seq);
	else
		node_mark(node, MARK_OFFER, 0, (uint32_t)course);
	return 0;
}

static int get(struct node *node, struct ipc_msg *m)
{
	struct ipc_port *rx = node->port[MESSAGES];
	size_t size = size_of(node->par);
	ssize_t n;

	if (is_lent(impl_of(node)))
		return ipc_take(rx, m, 0);
	*m = (struct ipc_msg){.data = node->buf, .len = size};
	n = ipc_recv(rx, node->buf, size, 0);
	return n < 0 ? (int)n : 0;
}

/* With copy on write the sender may write before the receiver comes, and later
 * too. */
static int receiver(struct node *node, enum course course, uint64_t seq)
{
	const struct ipc_impl *impl = impl_of(node);
	size_t pages = pages_of(node->par);
	bool late = impl->memory == IPC_MEMORY_COW && course == SENDER_WRITES &&
		    (seq / COURSES) % 2;
	struct ipc_msg m;
	int err;

	if (late)
		node_hear(node, SENDER_DONE, seq + 1);
	err = get(node, &m);
	if (err)
		return err;
	if (m.len != size_of(node->par) ||
	    (course != SENDER_WRITES &&
	     count_others(m.data, pages, 0, seq, SENT)))
		node->wrong++;
	node_mark(node, MARK_RECEIVED, course, 0);
	node_hear(node, SENDER_DONE, seq + 1);
	write_afterwards(node, m.data, course, seq);
	look_at_pages(node, m.data, course, seq);
	if (is_lent(impl))
		err = ipc_release(node->port[MESSAGES], &m);
	node_tell(node, RECEIVER_DONE, seq + 1);
	return err;
}

/* Memory that both see is not isolated: what is counted above has to count
 * there. */
static void leak_both_ways(struct node *node, uint64_t seq)
{
	bool sends = node->self == SENDER;

	if (sends) {
		write_pages(node->shared, 1, 1, seq, SENT);
		write_pages(node->shared, 1, 1, seq, BY_SENDER);
		node_tell(node, SENDER_DONE, seq + 1);
		node_hear(node, RECEIVER_DONE, seq + 1);
	} else {
		node_hear(node, SENDER_DONE, seq + 1);
	}
	node_mark(node, MARK_RELAY, count_others(node->shared, 1, 0, seq, SENT),
		  PLAIN_MEMORY);
	if (!sends) {
		write_pages(node->shared, 1, 1, seq, SENT);
		write_pages(node->shared, 1, 1, seq, BY_RECEIVER);
		node_tell(node, RECEIVER_DONE, seq + 1);
	}
}

/* And so it has to where a back-end lends memory that both see. */
static int leak_what_is_lent(struct node *node, uint64_t seq)
{
	struct ipc_port *port = node->port[PAGES_SEEN];
	struct ipc_msg m;
	int err;

	if (node->self == SENDER) {
		err = ipc_loan(port, &m, PAGE, 0);
		if (err)
			return err;
		write_pages(m.data, 1, 1, seq, SENT);
		err = ipc_publish(port, &m);
		if (!err)
			write_pages(m.data, 1, 1, seq, BY_SENDER);
		node_tell(node, SENDER_DONE, seq + 1);
		return err;
	}
	node_hear(node, SENDER_DONE, seq + 1);
	err = ipc_take(port, &m, 0);
	if (err)
		return err;
	node_mark(node, MARK_RELAY, count_others(m.data, 1, 0, seq, SENT),
		  LENT);
	return ipc_release(port, &m);
}

/* One half over the other, and back. */
static void copy_once(struct node *node)
{
	size_t half = size_of(node->par) / 2;
	char *at = node->buf;
	struct span span;

	span_begin(&span);
	memcpy(at, at + half, half);
	__asm__ volatile("" ::"r"(at) : "memory");
	memcpy(at + half, at, half);
	__asm__ volatile("" ::"r"(at) : "memory");
	span_end(&span);
	node_mark(node, MARK_RELAY, span.over_ns - span.began_ns, ONE_COPY);
}

static bool is_seen_by_both(const struct ipc_impl *impl)
{
	return impl->memory == IPC_MEMORY_SHARED ||
	       impl->memory == IPC_MEMORY_SENDER;
}

static int written_play(struct node *node, struct traffic traffic)
{
	unsigned int rounds = rounds_of(node->par);
	bool sends = node->self == SENDER;
	uint64_t seq = 0;
	int err = 0;

	(void)traffic;
	for (; seq < rounds * COURSES && !err; seq++) {
		enum course course = (enum course)(seq % COURSES);

		node_meet(node);
		err = (sends ? sender : receiver)(node, course, seq);
	}
	if (err)
		return err;
	node_meet(node);
	leak_both_ways(node, seq++);
	if (is_seen_by_both(impl_of(node)))
		err = leak_what_is_lent(node, seq++);
	for (unsigned int i = 0; sends && i < rounds; i++)
		copy_once(node);
	return err;
}

/* Of one course, for both sides. */
struct sums {
	double pass_ns[ROUNDS_MAX];
	double write_ns[ROUNDS_MAX];
	uint64_t faults; /* the fewest: what else happens only adds */
	size_t n;
};

static int judge_isolation(const struct mark *look, const char *side,
			   struct why *why)
{
	if (look->seq == 0)
		return 0;
	return why_not(why, -EBADMSG,
		       "the %s saw what the other side wrote after the message "
		       "was sent, in %llu pages",
		       side, (unsigned long long)look->seq);
}

/* One message: which course it was of, and what it adds to that. */
static int add_message(struct sums sums[COURSES], const struct mark *tx,
		       const struct mark *rx, struct why *why)
{
	struct sums *sum = &sums[tx[0].seq % COURSES];
	const struct mark *wrote =
		tx[0].seq == RECEIVER_WRITES ? &rx[1] : &tx[1];
	int err = judge_isolation(&tx[2], "sender", why);

	if (!err)
		err = judge_isolation(&rx[2], "receiver", why);
	if (err || sum->n == ROUNDS_MAX)
		return err;
	sum->pass_ns[sum->n] =
		(double)tx[0].value + (double)rx[0].t_ns - (double)tx[0].t_ns;
	sum->write_ns[sum->n] = wrote->value;
	if (sum->n == 0 || wrote->seq < sum->faults)
		sum->faults = wrote->seq;
	sum->n++;
	return 0;
}

/* The pages that were written to are copied by their faults, one each; those
 * that were copied before have none. */
static int judge_faults(const struct evidence *evidence, const char *side,
			const struct sums *sum, struct why *why)
{
	bool cow = evidence->impl->memory == IPC_MEMORY_COW;
	uint64_t due = cow ? written_of(evidence->par) : 0;

	if (sum->faults >= due && sum->faults <= due + FAULTS_MORE)
		return 0;
	return why_not(why, -EBADMSG,
		       "the %s's writing to %zu pages took %llu page faults, "
		       "not %llu to %llu",
		       side, written_of(evidence->par),
		       (unsigned long long)sum->faults, (unsigned long long)due,
		       (unsigned long long)due + FAULTS_MORE);
}

/* What is known to leak was seen to, from the one side and from the other; and
 * median of the copies. */
static int judge_leaks(const struct evidence *evidence, double *copy_ns,
		       struct why *why)
{
	double took[ROUNDS_MAX];
	unsigned int plain = 0, lent = 0;
	size_t copies = 0;

	for (unsigned int node = 0; node < NODES; node++) {
		const struct marks *marks = evidence->marks[node];

		for (size_t i = 0; i < marks->n; i++) {
			const struct mark *mark = &marks->at[i];

			if (mark->kind != MARK_RELAY)
				continue;
			plain += mark->value == PLAIN_MEMORY && mark->seq > 0;
			lent += mark->value == LENT && mark->seq > 0;
			if (mark->value == ONE_COPY && copies < ROUNDS_MAX)
				took[copies++] = (double)mark->seq;
		}
	}
	*copy_ns = lesson_median(took, copies);
	if (plain < NODES)
		return why_not(why, -ENODATA,
			       "what was written to memory that both see was "
			       "not seen");
	if (is_seen_by_both(evidence->impl) && lent == 0)
		return why_not(why, -EBADMSG,
			       "what the sender wrote to a message that it had "
			       "lent was not seen, in memory that is said to "
			       "be %s",
			       ipc_memory_names[evidence->impl->memory]);
	return 0;
}

static void fill_figures(const struct evidence *evidence,
			 struct sums sums[COURSES], double figure[FIGURES])
{
	double pass_ns = lesson_median(sums[NOBODY].pass_ns, sums[NOBODY].n);

	figure[UNTOUCHED_NS] = pass_ns;
	figure[RECEIVER_WROTE_NS] =
		pass_ns + lesson_median(sums[RECEIVER_WRITES].write_ns,
					sums[RECEIVER_WRITES].n);
	figure[RECEIVER_FAULTS] = (double)sums[RECEIVER_WRITES].faults;
	figure[PAGES_WRITTEN] = (double)written_of(evidence->par);
	if (!is_kept(evidence->impl))
		return;
	figure[SENDER_WROTE_NS] =
		pass_ns + lesson_median(sums[SENDER_WRITES].write_ns,
					sums[SENDER_WRITES].n);
	figure[SENDER_FAULTS] = (double)sums[SENDER_WRITES].faults;
}

static int written_judge(const struct evidence *evidence,
			 double figure[FIGURES], struct why *why)
{
	const struct marks *tx = evidence->marks[SENDER];
	const struct marks *rx = evidence->marks[RECEIVER];
	size_t messages = (size_t)rounds_of(evidence->par) * COURSES;
	struct sums sums[COURSES] = {{.n = 0}};
	int err = 0;

	for (size_t i = 0; i < FIGURES; i++)
		figure[i] = NAN;
	for (size_t i = 0; i < messages && !err; i++)
		err = add_message(sums, &tx->at[MARKS_A_MESSAGE * i],
				  &rx->at[MARKS_A_MESSAGE * i], why);
	if (!err && is_kept(evidence->impl))
		err = judge_faults(evidence, "sender", &sums[SENDER_WRITES],
				   why);
	if (!err)
		err = judge_faults(evidence, "receiver", &sums[RECEIVER_WRITES],
				   why);
	if (!err)
		err = judge_leaks(evidence, &figure[COPY_NS], why);
	if (!err)
		fill_figures(evidence, sums, figure);
	return err;
}

static enum concept_way written_way(const struct ipc_impl *impl,
				    enum concept concept, struct why *by)
{
	(void)concept;
	if (impl->memory == IPC_MEMORY_COW)
		return CONCEPT_NATIVE;
	if (!is_kept(impl)) {
		why_not(by, 0,
			"the pages of a message are taken from its sender, who "
			"has nothing left to write to");
		return CONCEPT_ABSENT;
	}
	if (!(impl->caps & IPC_COPY)) {
		why_not(by, 0,
			"both sides have the same pages, and see what the "
			"other writes there");
		return CONCEPT_ABSENT;
	}
	why_not(by, 0, "a copy of the whole message when it is sent");
	return CONCEPT_EMULATED;
}

const struct workload written_workload = {
	.name = "written",
	.brief = "a message that is written to after it was sent",
	.metric = "untouched_ns",
	.meaning = "a message is passed on, and then the sender or the "
		   "receiver writes to some of its pages; neither may see "
		   "what the other writes, and with copy on write each page "
		   "that is written to costs one fault",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(COW),
	.way = written_way,
	.options = written_options,
	.plan = written_plan,
	.figures = written_figures,
	.play = written_play,
	.judge = written_judge,
};
