/* SPDX-License-Identifier: MIT */
/* Forms: the calls that move a message over a socket, and their flags. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { SENDER, RECEIVER, NODES };
enum { NAME, BYTES, ROUNDS };
enum { BYTES_PRESET = 64, BYTES_MAX = 4096 };
enum { ROUNDS_PRESET = 16, ROUNDS_MAX = 4096 };

/* Messages of a round: no more than a named datagram socket has room for. */
enum { BATCH = 8 };

/* What is sent to see how it comes. */
enum { PART = 24, WHOLE = 64, SHORT = 16, ROOM = 128, LETTERS = 3 };
enum { FIRST_URGENT = 'X', LAST_URGENT = 'Y', URGENT_ROUNDS = 3 };

/* What is sent without waiting until there is no room. */
enum { CHUNK = 256 << 10, PACKET = 32 << 10, CHUNKS_MAX = 64 };

enum { LOOK_NS = 20000, LOOKS_MAX = 5000 };
enum { SUM }; /* on the board */

enum {
	SENT, /* bytes, and what was received of them; by form */
	GOT = SENT + FORMS,
	JOINED = GOT + FORMS, /* what one receive gets of two sends */
	CUT,		      /* of a longer message */
	CUT_SEEN,	      /* and whether it says so */
	REST,		      /* and what comes then */
	PEEKED,		      /* looked at, */
	TAKEN,		      /* then taken, */
	EMPTY,		      /* then once more, without waiting */
	UNROUTED,	      /* with MSG_DONTROUTE, */
	ARRIVED,	      /* which arrived */
	URGENT,		      /* sent out of band, */
	OVERTOOK,	      /* and received before what was sent earlier */
	NO_MORE,	      /* and once more */
	LATEST,		      /* of two the one that is received, */
	AT_ONCE,	      /* and how many of them */
	FILLED,		      /* bytes sent without waiting, */
	DRAINED,	      /* and received */
	PARTIAL,	      /* bytes of a send that did not send all */
	FULL,		      /* the error in the end */
	QUESTIONS
};
/* A mark is MARK_SEND or MARK_RECEIVE, and the one after it its end; its value
 * is the form. */
enum { MARKS_A_ROUND = 2 };

enum {
	WRITE_NS,
	SEND_NS,
	SENDTO_NS,
	SENDMSG_NS,
	WRITEV_NS,
	SENDMMSG_NS,
	PARTIAL_BYTES,
	URGENT_PENDING
};

static const struct ipc_option forms_options[] = {
	[NAME] =
		{.name = "name",
		 .help = "what kind of name; own: the first kind that there is",
		 .kind = IPC_OPTION_CHOICE,
		 .preset = ENDPOINT_OWN,
		 .names = endpoint_naming_names},
	[BYTES] = {.name = "bytes",
		   .help = "bytes of a message",
		   .kind = IPC_OPTION_SIZE,
		   .preset = BYTES_PRESET,
		   .min = 2,
		   .max = BYTES_MAX},
	[ROUNDS] = {.name = "rounds",
		    .help = "times that each form moves eight messages",
		    .kind = IPC_OPTION_COUNT,
		    .preset = ROUNDS_PRESET,
		    .min = 1,
		    .max = ROUNDS_MAX},
	{.name = NULL},
};

static const struct figure_kind forms_figures[] = {
	[WRITE_NS] = {"write_read_ns", "ns", "lower",
		      "a message by write and then read, neither of which has "
		      "to wait (median of each); so the next ones"},
	[SEND_NS] = {"send_recv_ns", "ns", "lower", "by send and recv"},
	[SENDTO_NS] = {"sendto_recvfrom_ns", "ns", "lower",
		       "by sendto and recvfrom, with addresses where there "
		       "are datagrams"},
	[SENDMSG_NS] = {"sendmsg_recvmsg_ns", "ns", "lower",
			"by sendmsg and recvmsg"},
	[WRITEV_NS] = {"writev_readv_ns", "ns", "lower",
		       "by writev and readv, in two pieces"},
	[SENDMMSG_NS] = {"sendmmsg_recvmmsg_ns", "ns", "lower",
			 "by sendmmsg and recvmmsg, eight by one call"},
	[PARTIAL_BYTES] =
		{"partial_bytes", "B", "none",
		 "what a send of 256 KiB took that may not wait, with "
		 "room for less; none where it is all or nothing"},
	[URGENT_PENDING] = {"urgent_bytes", "1", "none",
			    "bytes out of band that are pending at once, of "
			    "two that were sent; none where there are none"},
	{NULL, NULL, NULL, NULL},
};

static int forms_plan(const struct params *par, struct plan *plan,
		      struct why *why)
{
	(void)why;
	plan->nodes = NODES;
	plan->endpoint.used = true;
	plan->endpoint.needs = ENDPOINT_FORMS;
	plan->endpoint.naming = (enum endpoint_naming)par->option[NAME];
	plan->marks = QUESTIONS + MARKS_A_ROUND * FORMS * par->option[ROUNDS];
	plan->bytes = CHUNK;
	return 0;
}

/* A node's end of the connection. */
struct line {
	struct node *node;
	const struct endpoint_kind *kind;
	const struct endpoint_name *to;
	int end;
};

static ssize_t put(const struct line *line, const void *buf, size_t len,
		   unsigned int flags)
{
	return line->kind->put_as(line->end, FORM_SEND, line->to, buf, len, 1,
				  flags);
}

static ssize_t get(const struct line *line, void *buf, size_t len,
		   unsigned int flags)
{
	unsigned int seen;

	return line->kind->get_as(line->end, FORM_SEND, buf, len, 1, flags,
				  &seen);
}

/* Until so many bytes can be received at once: what was sent may take a while
 * through a network's layers. */
static void await(const struct line *line, size_t len)
{
	char room[ROOM];

	for (unsigned int i = 0; i < LOOKS_MAX; i++) {
		if (get(line, room, len, FORM_PEEK | FORM_DONTWAIT) >=
		    (ssize_t)len)
			return;
		node_sleep(LOOK_NS);
	}
}

/* All messages of a round, no two of them alike. */
static void fill(const struct line *line, enum endpoint_form form,
		 uint64_t round)
{
	size_t len = line->node->par->option[BYTES];
	unsigned char *at = line->node->buf;

	for (size_t i = 0; i < BATCH * len; i++)
		at[i] = (unsigned char)(i + 7 * round + 31 * (size_t)form);
}

static bool is_filled(const struct line *line, enum endpoint_form form,
		      uint64_t round)
{
	size_t len = line->node->par->option[BYTES];
	const unsigned char *at = line->node->buf;

	for (size_t i = 0; i < BATCH * len; i++)
		if (at[i] != (unsigned char)(i + 7 * round + 31 * (size_t)form))
			return false;
	return true;
}

static ssize_t send_round(const struct line *line, enum endpoint_form form,
			  uint64_t round)
{
	size_t len = line->node->par->option[BYTES];
	ssize_t n;

	fill(line, form, round);
	node_mark(line->node, MARK_SEND, round, form);
	n = line->kind->put_as(line->end, form, line->to, line->node->buf, len,
			       BATCH, 0);
	node_mark(line->node, MARK_SENT, round, form);
	return n;
}

/* A stream may give a message in parts. */
static ssize_t receive_round(const struct line *line, enum endpoint_form form,
			     uint64_t round)
{
	size_t len = line->node->par->option[BYTES];
	ssize_t due = (ssize_t)(BATCH * len), got = 0, n = 1;
	char *buf = line->node->buf;
	unsigned int seen;

	memset(buf, 0, (size_t)due);
	await(line, len < ROOM ? len : ROOM);
	node_mark(line->node, MARK_RECEIVE, round, form);
	n = line->kind->get_as(line->end, form, buf, len, BATCH, 0, &seen);
	node_mark(line->node, MARK_RECEIVED, round, form);
	for (got = n; n > 0 && got<due; got += n> 0 ? n : 0)
		n = get(line, buf + got, (size_t)(due - got), 0);
	if (n > 0 && !is_filled(line, form, round))
		line->node->wrong++;
	return n < 0 ? n : got;
}

static int all_forms(const struct line *line)
{
	bool sends = line->node->self == SENDER;
	uint64_t rounds = line->node->par->option[ROUNDS];

	for (enum endpoint_form form = 0; form < FORMS; form++) {
		int64_t sum = 0;

		for (uint64_t i = 0; i < rounds; i++) {
			ssize_t n = 0;

			if (sends)
				n = send_round(line, form, i);
			node_meet(line->node);
			if (!sends)
				n = receive_round(line, form, i);
			node_meet(line->node);
			if (n < 0)
				return (int)n;
			sum += n;
		}
		node_found(line->node, (sends ? SENT : GOT) + form, sum);
	}
	return 0;
}

/* What follows is a sender's part and a receiver's each, one after the other.
 */

static void send_parts(const struct line *line)
{
	put(line, line->node->buf, PART, 0);
	put(line, line->node->buf, PART, 0);
}

static void receive_parts(const struct line *line)
{
	bool stream = line->kind->can & ENDPOINT_STREAM;
	char room[ROOM];

	await(line, stream ? 2 * PART : PART);
	node_found(line->node, JOINED, get(line, room, ROOM, 0));
	if (!stream)
		get(line, room, ROOM, 0);
}

static void send_whole(const struct line *line)
{
	put(line, line->node->buf, WHOLE, 0);
}

static void receive_cut(const struct line *line)
{
	unsigned int seen = 0;
	char room[ROOM];
	ssize_t n;

	await(line, WHOLE);
	n = line->kind->get_as(line->end, FORM_SENDMSG, room, SHORT, 1, 0,
			       &seen);
	node_found(line->node, CUT, n);
	node_found(line->node, CUT_SEEN, seen);
	node_found(line->node, REST, get(line, room, ROOM, FORM_DONTWAIT));
}

static void send_part(const struct line *line)
{
	put(line, line->node->buf, PART, 0);
}

static void receive_peeked(const struct line *line)
{
	char room[ROOM];

	await(line, PART);
	node_found(line->node, PEEKED, get(line, room, ROOM, FORM_PEEK));
	node_found(line->node, TAKEN, get(line, room, ROOM, 0));
	node_found(line->node, EMPTY, get(line, room, ROOM, FORM_DONTWAIT));
}

static void send_unrouted(const struct line *line)
{
	node_found(line->node, UNROUTED,
		   put(line, line->node->buf, PART, FORM_DONTROUTE));
}

static void receive_unrouted(const struct line *line)
{
	char room[ROOM];

	await(line, PART);
	node_found(line->node, ARRIVED, get(line, room, ROOM, FORM_DONTWAIT));
}

static void send_urgent(const struct line *line)
{
	const char urgent = FIRST_URGENT;
	bool can = line->kind->can & ENDPOINT_URGENT;

	if (can)
		put(line, "abc", LETTERS, 0);
	node_found(line->node, URGENT, put(line, &urgent, 1, FORM_OOB));
	if (can)
		put(line, "def", LETTERS, 0);
}

static void receive_all(const struct line *line)
{
	char room[ROOM];

	while (get(line, room, ROOM, FORM_DONTWAIT) > 0)
		;
}

/* The byte out of band, when it has come: nothing else was received yet. */
static int64_t urgent_byte(const struct line *line)
{
	ssize_t n = -EINVAL;
	char c = 0;

	for (unsigned int i = 0; i < LOOKS_MAX; i++) {
		n = get(line, &c, 1, FORM_OOB | FORM_DONTWAIT);
		if (n != -EINVAL && n != -EAGAIN)
			break;
		node_sleep(LOOK_NS);
	}
	return n < 0 ? n : c;
}

static void receive_urgent(const struct line *line)
{
	char c;

	if (!(line->kind->can & ENDPOINT_URGENT))
		return;
	await(line, LETTERS);
	node_found(line->node, OVERTOOK, urgent_byte(line));
	node_found(line->node, NO_MORE,
		   get(line, &c, 1, FORM_OOB | FORM_DONTWAIT));
	node_sleep(LOOK_NS);
	receive_all(line);
}

static void send_two_urgent(const struct line *line)
{
	const char urgent[] = {FIRST_URGENT, LAST_URGENT};

	if (!(line->kind->can & ENDPOINT_URGENT))
		return;
	put(line, &urgent[0], 1, FORM_OOB);
	put(line, &urgent[1], 1, FORM_OOB);
}

/* The second may be on its way still when the first is received: so this is
 * done some times over, and what is found last stays only if it is better. */
static void receive_two_urgent(const struct line *line)
{
	int64_t first, best = 0;
	int at_once = 1;
	char c;

	if (!(line->kind->can & ENDPOINT_URGENT))
		return;
	node_sleep(LOOK_NS);
	first = urgent_byte(line);
	while (get(line, &c, 1, FORM_OOB | FORM_DONTWAIT) == 1)
		at_once++;
	receive_all(line);
	if (marks_found(line->node->marks, LATEST, &best) &&
	    best == LAST_URGENT)
		return;
	node_found(line->node, LATEST, first);
	node_found(line->node, AT_ONCE, at_once);
}

/* Until there is no room. Of what may be lost so many are sent at most. */
static void send_till_full(const struct line *line)
{
	bool stream = line->kind->can & ENDPOINT_STREAM;
	size_t len = stream ? CHUNK : PACKET;
	int64_t sum = 0, partial = 0;
	ssize_t n = 0;

	for (int i = 0; i < CHUNKS_MAX && n >= 0; i++) {
		n = put(line, line->node->buf, len, FORM_DONTWAIT);
		sum += n > 0 ? n : 0;
		if (n > 0 && n < (ssize_t)len)
			partial = n;
	}
	node_found(line->node, FILLED, sum);
	node_found(line->node, PARTIAL, partial);
	node_found(line->node, FULL, n < 0 ? n : 0);
	node_tell(line->node, SUM, (uint64_t)sum);
}

static void receive_till_empty(const struct line *line)
{
	bool unsure = line->kind->can & ENDPOINT_UNSURE;
	int64_t due = (int64_t)node_told(line->node, SUM), sum = 0;
	ssize_t n = 1;

	while (n > 0 && sum < due) {
		n = get(line, line->node->buf, CHUNK,
			unsure ? FORM_DONTWAIT : 0);
		sum += n > 0 ? n : 0;
	}
	node_found(line->node, DRAINED, sum);
}

typedef void (*part_fn)(const struct line *line);
static const part_fn parts[][NODES] = {
	{send_parts, receive_parts},
	{send_whole, receive_cut},
	{send_part, receive_peeked},
	{send_unrouted, receive_unrouted},
	{send_urgent, receive_urgent},
	{send_two_urgent, receive_two_urgent},
	{send_two_urgent, receive_two_urgent},
	{send_two_urgent, receive_two_urgent},
	{send_till_full, receive_till_empty},
};

static int converse(const struct line *line)
{
	int err = all_forms(line);

	if (err)
		return err;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		for (unsigned int who = SENDER; who < NODES; who++) {
			if (who == line->node->self)
				parts[i][who](line);
			node_meet(line->node);
		}
	}
	return 0;
}

static int be_receiver(struct node *node)
{
	struct endpoint_site *site = node->site;
	struct line line = {.node = node, .kind = site->kind};
	bool accepts = site->kind->can & ENDPOINT_LISTENS;
	int owner = endpoint_bound(site->kind, &site->name[0]), err = 0;

	if (owner < 0)
		return owner;
	if (accepts)
		err = site->kind->listen(owner, 1);
	if (err)
		return err;
	node_meet(node);
	line.end = accepts ? site->kind->accept(owner, 0) : owner;
	if (line.end < 0)
		return line.end;
	err = converse(&line);
	node_meet(node); /* the sender has closed */
	site->kind->close(owner);
	if (accepts)
		site->kind->close(line.end);
	return err ? err : site->kind->unlink(&site->name[0]);
}

static int be_sender(struct node *node)
{
	const struct endpoint_site *site = node->site;
	struct line line = {.node = node, .kind = site->kind};
	int err = 0;

	node_meet(node);
	line.end = endpoint_found(site->kind, &site->name[0], 0);
	if (line.end < 0)
		return line.end;
	if (site->kind->put_to)
		line.to = &site->name[0];
	/* What is small is to be sent at once. */
	if (site->kind->options & 1u << ENDPOINT_NODELAY)
		err = site->kind->set(line.end, ENDPOINT_NODELAY);
	if (!err)
		err = converse(&line);
	site->kind->close(line.end);
	if (!err)
		node_meet(node);
	return err;
}

static int forms_play(struct node *node, struct traffic traffic)
{
	(void)traffic;
	return node->self == SENDER ? be_sender(node) : be_receiver(node);
}

static int judge_sums(const struct evidence *evidence, struct why *why)
{
	static const char *const names[FORMS] = {
		"write", "send", "sendto", "sendmsg", "writev", "sendmmsg"};
	int64_t due = (int64_t)(BATCH * evidence->par->option[BYTES] *
				evidence->par->option[ROUNDS]);

	for (uint32_t i = 0; i < FORMS; i++) {
		int64_t sent = -1, got = -1;

		marks_found(evidence->marks[SENDER], SENT + i, &sent);
		marks_found(evidence->marks[RECEIVER], GOT + i, &got);
		if (sent != due || got != due)
			return why_not(why, -EBADMSG,
				       "%s returned %lld bytes and its receive "
				       "%lld, of %lld",
				       names[i], (long long)sent,
				       (long long)got, (long long)due);
	}
	return 0;
}

static int judge_parts(const struct evidence *evidence,
		       const struct endpoint_kind *kind, struct why *why)
{
	bool stream = kind->can & ENDPOINT_STREAM;
	const struct due sender[] = {
		{UNROUTED, PART, "a send with MSG_DONTROUTE"},
	};
	const struct due receiver[] = {
		{JOINED, stream ? 2 * PART : PART, "one receive of two sends"},
		{CUT, SHORT, "a receive that is shorter"},
		{CUT_SEEN, stream ? 0 : FORM_TRUNCATED, "its MSG_TRUNC"},
		{REST, stream ? WHOLE - SHORT : -EAGAIN, "the rest of it"},
		{PEEKED, PART, "a receive with MSG_PEEK"},
		{TAKEN, PART, "the receive after it"},
		{EMPTY, -EAGAIN, "a receive of nothing with MSG_DONTWAIT"},
		{ARRIVED, PART, "what was sent with MSG_DONTROUTE"},
	};
	int err = marks_check(evidence->marks[SENDER], sender, 1, why);

	return err ? err
		   : marks_check(evidence->marks[RECEIVER], receiver,
				 sizeof(receiver) / sizeof(receiver[0]), why);
}

/* A kernel may have been built without it for AF_UNIX. */
static int judge_urgent(const struct evidence *evidence,
			const struct endpoint_kind *kind, struct why *why)
{
	bool can = kind->can & ENDPOINT_URGENT;
	const struct due sender[] = {
		{URGENT, can ? 1 : -EOPNOTSUPP, "a send with MSG_OOB"},
	};
	const struct due receiver[] = {
		{OVERTOOK, FIRST_URGENT, "the byte received out of band"},
		{NO_MORE, -EINVAL, "receiving another one"},
		{LATEST, LAST_URGENT, "the one received of two"},
		{AT_ONCE, 1, "bytes pending out of band"},
	};
	int64_t sent = 0;
	int err;

	marks_found(evidence->marks[SENDER], URGENT, &sent);
	if (can && sent == -EOPNOTSUPP)
		return why_not(why, -ENODATA,
			       "this kernel sends nothing out of band here");
	err = marks_check(evidence->marks[SENDER], sender, 1, why);
	if (err || !can)
		return err;
	return marks_check(evidence->marks[RECEIVER], receiver,
			   sizeof(receiver) / sizeof(receiver[0]), why);
}

/* What was sent without waiting arrives, in parts only from a stream. */
static int judge_full(const struct evidence *evidence,
		      const struct endpoint_kind *kind, double *partial,
		      struct why *why)
{
	bool unsure = kind->can & ENDPOINT_UNSURE;
	int64_t filled = -1, drained = -2, part = 0, full = 0;

	marks_found(evidence->marks[SENDER], FILLED, &filled);
	marks_found(evidence->marks[SENDER], PARTIAL, &part);
	marks_found(evidence->marks[SENDER], FULL, &full);
	marks_found(evidence->marks[RECEIVER], DRAINED, &drained);
	*partial = part > 0 ? (double)part : NAN;
	if (part > 0 && !(kind->can & ENDPOINT_STREAM))
		return why_not(why, -EBADMSG,
			       "a packet was sent in part, %lld bytes",
			       (long long)part);
	if (unsure ? drained > filled : drained != filled)
		return why_not(why, -EBADMSG,
			       "%lld bytes were received of %lld sent without "
			       "waiting",
			       (long long)drained, (long long)filled);
	if (unsure || full == -EAGAIN)
		return 0;
	return why_not(why, full ? -EBADMSG : -ENODATA,
		       "sending without waiting ended with %s",
		       endpoint_error((int)full));
}

static size_t collect(const struct marks *marks, enum mark_kind began,
		      uint32_t form, double y[ROUNDS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < marks->n && n < ROUNDS_MAX; i++)
		if (marks->at[i].kind == began && marks->at[i].value == form)
			y[n++] = (double)(marks->at[i + 1].t_ns -
					  marks->at[i].t_ns);
	return n;
}

/* Both calls of a message. */
static double form_ns(const struct evidence *evidence, uint32_t form)
{
	static double y[ROUNDS_MAX];
	double sum;
	size_t n;

	n = collect(evidence->marks[SENDER], MARK_SEND, form, y);
	sum = lesson_median(y, n);
	n = collect(evidence->marks[RECEIVER], MARK_RECEIVE, form, y);
	return (sum + lesson_median(y, n)) / BATCH;
}

static int forms_judge(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	const struct endpoint_kind *kind = evidence->impl->endpoint;
	bool urgent = kind->can & ENDPOINT_URGENT;
	int64_t at_once = 0;
	int err = judge_sums(evidence, why);

	if (!err)
		err = judge_parts(evidence, kind, why);
	if (!err)
		err = judge_urgent(evidence, kind, why);
	if (!err)
		err = judge_full(evidence, kind, &figure[PARTIAL_BYTES], why);
	if (err)
		return err;
	for (uint32_t i = 0; i < FORMS; i++)
		figure[WRITE_NS + i] = form_ns(evidence, i);
	marks_found(evidence->marks[RECEIVER], AT_ONCE, &at_once);
	figure[URGENT_PENDING] = urgent ? (double)at_once : NAN;
	return why_not(why, 0,
		       "MSG_DONTROUTE: %s; MSG_OOB: %s; a short "
		       "receive %s",
		       kind->rule[ENDPOINT_PORT].taken ? "no gateway here"
						       : "no-op",
		       urgent ? "one byte" : "EOPNOTSUPP",
		       kind->can & ENDPOINT_STREAM ? "leaves the rest"
						   : "loses the rest");
}

const struct workload forms_workload = {
	.name = "forms",
	.brief = "the calls that move messages over a socket, and their flags",
	.metric = "write_read_ns",
	.meaning = "the same messages by each pair of calls, none of which "
		   "waits; what is sent is received, ends are kept or not as "
		   "declared, and the flags do what they say: out of band, "
		   "not routed, not waiting, peeked at, cut short",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(FORMS),
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK),
	.options = forms_options,
	.plan = forms_plan,
	.figures = forms_figures,
	.play = forms_play,
	.judge = forms_judge,
};
