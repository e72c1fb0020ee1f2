/* SPDX-License-Identifier: MIT */
/* Rendezvous: two meet, each with a value for the other, and part when both
 * have it. The acceptor has several entries, each with a guard. */
#include <math.h>

#include "ipc/workload.h"

enum { ACCEPTOR, CALLER }; /* and more callers, one for each entry */
enum { ROUNDS, ENTRIES, SKEW_US };
enum { DEPTH = 2, ROUNDS_PRESET = 4, ROUNDS_MAX = 256 };
enum { ENTRIES_PRESET = 3, ENTRIES_MAX = 6, SKEW_PRESET = 200 };
enum { US = 1000 }; /* nanoseconds */

/* On the board: calls of the first caller, begun and done; then of each caller
 * the last that it has begun, counted over all its calls. */
enum { BEGUN, DONE, ARRIVED };

/* A value's number: of the call, and what it is. */
enum { REQUEST, STORED_LATE, REPLY, NUMBERS = 4 };

/*
 * A caller's marks are MARK_SEND and MARK_SENT, by number of the call. The
 * acceptor's are MARK_RECEIVE when it comes, MARK_RECEIVED with what the value
 * was, MARK_REPLIED when it leaves, with whether the reply was in the caller's
 * memory by then; and of guarded entries MARK_OFFER when the last guard opens.
 */
enum { MARKS_A_CALL = 4 };

enum { MET_NS, CALLED_NS, GUARDED_NS, STORE_SEEN };

static const struct ipc_option rendezvous_options[] = {
	[ROUNDS] = {.name = "rounds",
		    .help = "times that the two meet, and as many with guards",
		    .kind = IPC_OPTION_COUNT,
		    .preset = ROUNDS_PRESET,
		    .min = 2,
		    .max = ROUNDS_MAX},
	[ENTRIES] = {.name = "entries",
		     .help = "entries, each with a guard and a caller; one is "
			     "closed",
		     .kind = IPC_OPTION_COUNT,
		     .preset = ENTRIES_PRESET,
		     .min = 1,
		     .max = ENTRIES_MAX},
	[SKEW_US] = {.name = "skew",
		     .help = "microseconds between the one's coming and the "
			     "other's, and that a guard stays closed longer",
		     .kind = IPC_OPTION_COUNT,
		     .preset = SKEW_PRESET,
		     .min = 1,
		     .max = 1000000},
	{.name = NULL},
};

static const struct figure_kind rendezvous_figures[] = {
	[MET_NS] = {"met_ns", "ns", "lower",
		    "from the caller's coming until it leaves, the acceptor "
		    "there"},
	[CALLED_NS] = {"called_ns", "ns", "lower",
		       "from the acceptor's coming until the caller leaves, "
		       "the caller there"},
	[GUARDED_NS] = {"guarded_ns", "ns", "lower",
			"the same from the opening of a guard"},
	[STORE_SEEN] = {"store_seen_share", "1", "none",
			"calls whose acceptor got what was stored in the "
			"caller's memory while that waited: 1 where there is "
			"no buffer between them"},
	{NULL, NULL, NULL, NULL},
};

static unsigned int entries_of(const struct params *par)
{
	return (unsigned int)par->option[ENTRIES];
}

static int rendezvous_plan(const struct params *par, struct plan *plan,
			   struct why *why)
{
	unsigned int entries = entries_of(par);
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < MESSAGE_MIN)
		return why_not(why, -EINVAL,
			       "a value's number takes %d bytes, not %zu",
			       MESSAGE_MIN, par->size);
	plan->nodes = CALLER + entries;
	plan->services = entries;
	for (unsigned int i = 0; i < entries; i++) {
		plan->service[i].clients = NODE(CALLER + i);
		plan->service[i].servers = NODE(ACCEPTOR);
		plan->service[i].depth = depth;
	}
	plan->shared = 2 * par->size;
	plan->marks = MARKS_A_CALL * par->option[ROUNDS] * (1 + entries);
	return 0;
}

/* Where the first caller has its request, and its reply: memory that the
 * acceptor can reach while it waits. */
static unsigned char *request_at(const struct node *node)
{
	return node->shared;
}

static unsigned char *reply_at(const struct node *node)
{
	return (unsigned char *)node->shared + node->par->size;
}

/* Without what a sanitizer adds: nothing orders the two, that is the point. */
#define BARE __attribute__((no_sanitize("address", "thread", "undefined")))

BARE static void store_late(unsigned char *at, size_t size, uint64_t word)
{
	volatile unsigned char *byte = at;

	for (size_t i = 0; i < size; i++)
		byte[i] = (unsigned char)(word >> (8 * (i % sizeof(word))));
}

BARE static bool is_there(const unsigned char *at, size_t size, uint64_t word)
{
	const volatile unsigned char *byte = at;
	bool all = true;

	for (size_t i = 0; i < size; i++)
		all &= byte[i] ==
		       (unsigned char)(word >> (8 * (i % sizeof(word))));
	return all;
}

static uint64_t number_of(uint64_t call, unsigned int what)
{
	return call * NUMBERS + what;
}

static int call(struct node *node, unsigned int entry, uint64_t nth,
		const void *req, void *rep)
{
	size_t size = node->par->size;
	ssize_t n;

	payload_write_how((void *)req, size, number_of(nth, REQUEST),
			  PAYLOAD_TOUCH);
	node_mark(node, MARK_SEND, nth, entry);
	node_tell(node, ARRIVED + entry, nth + 1);
	if (entry == 0)
		node_tell(node, BEGUN, nth + 1);
	n = call_call(node->client[entry], req, size, rep, size);
	node_mark(node, MARK_SENT, nth, entry);
	if (entry == 0)
		node_tell(node, DONE, nth + 1);
	if (n < 0)
		return (int)n;
	if ((size_t)n != size ||
	    !payload_check_how(rep, size, number_of(nth, REPLY), PAYLOAD_TOUCH))
		node->wrong++;
	return 0;
}

/* Give the acceptor's value for the caller's, which is in node->buf. */
static int answer(struct node *node, unsigned int entry, uint64_t nth,
		  ssize_t n, const struct call_right *right)
{
	size_t size = node->par->size;
	unsigned int what = REQUEST;
	int err;

	if (n == (ssize_t)size &&
	    payload_check_how(node->buf, size, number_of(nth, STORED_LATE),
			      PAYLOAD_TOUCH))
		what = STORED_LATE;
	else if (n != (ssize_t)size ||
		 !payload_check_how(node->buf, size, number_of(nth, REQUEST),
				    PAYLOAD_TOUCH))
		node->wrong++;
	node_mark(node, MARK_RECEIVED, nth, what);
	payload_write_how(node->buf, size, number_of(nth, REPLY),
			  PAYLOAD_TOUCH);
	err = call_reply(node->server[entry], right, node->buf, size);
	node_mark(node, MARK_REPLIED, nth,
		  entry == 0 && is_there(reply_at(node), size,
					 payload_stamp(number_of(nth, REPLY))));
	return err;
}

static int accept_one(struct node *node, unsigned int entry, uint64_t nth)
{
	struct call_right right;
	ssize_t n;

	node_mark(node, MARK_RECEIVE, nth, entry);
	n = call_receive(node->server[entry], node->buf, node->par->size,
			 &right, 0);
	return n < 0 ? (int)n : answer(node, entry, nth, n, &right);
}

static bool caller_first(uint64_t round)
{
	return round % 2 == 0;
}

/* The caller waits in its call: another value is stored where it has its own,
 * and then the acceptor comes. */
static int meet_who_waits(struct node *node, uint64_t round)
{
	struct vigil vigil = {.on = false};

	while (node_told(node, DONE) <= round &&
	       !node_is_stuck(node, CALLER, BEGUN, DONE, &vigil))
		;
	store_late(request_at(node), node->par->size,
		   payload_stamp(number_of(round, STORED_LATE)));
	node_sleep(node->par->option[SKEW_US] * US);
	return accept_one(node, 0, round);
}

/* The two of them, the one or the other first. */
static int meet_once(struct node *node, uint64_t round)
{
	node_meet(node);
	if (node->self > CALLER)
		return 0;
	if (node->self == CALLER) {
		if (!caller_first(round))
			node_sleep(node->par->option[SKEW_US] * US);
		return call(node, 0, round, request_at(node), reply_at(node));
	}
	return caller_first(round) ? meet_who_waits(node, round)
				   : accept_one(node, 0, round);
}

/* Accept the first open entry that has a caller. */
static int accept_any(struct node *node, uint64_t nth, unsigned int closed,
		      uint64_t *waiting)
{
	size_t size = node->par->size;
	struct call_right right;

	for (unsigned int i = 0;; i = (i + 1) % entries_of(node->par)) {
		ssize_t n;

		if (i == closed || !(*waiting & NODE(i)))
			continue;
		n = call_receive(node->server[i], node->buf, size, &right,
				 IPC_NOWAIT);
		if (n == -EAGAIN) {
			node_yield();
			continue;
		}
		if (n < 0)
			return (int)n;
		node_mark(node, MARK_RECEIVE, nth, i);
		*waiting &= ~NODE(i);
		return answer(node, i, nth, n, &right);
	}
}

/* All callers come; one entry stays closed until the others are served, and for
 * some time more, in which its caller would get in if it could. */
static int guard_once(struct node *node, uint64_t nth)
{
	unsigned int entries = entries_of(node->par);
	unsigned int closed = (unsigned int)(nth % entries);
	uint64_t waiting = NODE(entries) - 1;
	int err = 0;

	node_meet(node);
	if (node->self != ACCEPTOR)
		return call(node, node->self - CALLER, nth,
			    node->self == CALLER ? request_at(node) : node->buf,
			    node->self == CALLER ? reply_at(node) : node->buf);
	for (unsigned int i = 0; i < entries; i++)
		node_hear(node, ARRIVED + i, nth + 1);
	while (!err && waiting != NODE(closed))
		err = accept_any(node, nth, closed, &waiting);
	node_sleep(node->par->option[SKEW_US] * US);
	node_mark(node, MARK_OFFER, nth, closed);
	return err ? err : accept_one(node, closed, nth);
}

static int rendezvous_play(struct node *node, struct traffic traffic)
{
	uint64_t rounds = node->par->option[ROUNDS];
	int err = 0;

	(void)traffic;
	for (uint64_t i = 0; i < rounds && !err; i++)
		err = meet_once(node, i);
	for (uint64_t i = rounds; i < 2 * rounds && !err; i++)
		err = guard_once(node, i);
	return err;
}

/* The first mark of this kind and number; with entry, of that one. NULL: none.
 */
static const struct mark *find(const struct marks *marks, enum mark_kind kind,
			       uint64_t nth, int entry)
{
	for (size_t i = 0; i < marks->n; i++) {
		const struct mark *mark = &marks->at[i];

		if (mark->kind == kind && mark->seq == nth &&
		    (entry < 0 || mark->value == (uint32_t)entry))
			return mark;
	}
	return NULL;
}

/* Of one round between the two. */
struct meeting {
	const struct mark *came, *left; /* the caller */
	const struct mark *receive, *received, *replied;
};

static int find_meeting(const struct evidence *evidence, uint64_t round,
			struct meeting *meeting, struct why *why)
{
	const struct marks *acceptor = evidence->marks[ACCEPTOR];
	const struct marks *caller = evidence->marks[CALLER];

	*meeting = (struct meeting){
		.came = find(caller, MARK_SEND, round, 0),
		.left = find(caller, MARK_SENT, round, 0),
		.receive = find(acceptor, MARK_RECEIVE, round, 0),
		.received = find(acceptor, MARK_RECEIVED, round, -1),
		.replied = find(acceptor, MARK_REPLIED, round, -1),
	};
	if (meeting->came && meeting->left && meeting->receive &&
	    meeting->received && meeting->replied)
		return 0;
	return why_not(why, -EBADMSG, "nobody met in round %llu",
		       (unsigned long long)round);
}

/* Nobody leaves before both have come. */
static int judge_meeting(const struct meeting *meeting, struct why *why)
{
	if (meeting->left->t_ns < meeting->receive->t_ns)
		return why_not(why, -EBADMSG,
			       "the caller left before the acceptor came");
	if (meeting->replied->t_ns < meeting->came->t_ns)
		return why_not(why, -EBADMSG,
			       "the acceptor left before the caller came");
	return 0;
}

static bool is_direct(const struct ipc_impl *impl)
{
	return impl->call && impl->contract.store == IPC_STORE_SOURCE;
}

/* Where the value was while its caller waited, and where the reply goes. */
static int judge_place(const struct evidence *evidence, size_t waited,
		       size_t stored, size_t placed, struct why *why)
{
	bool direct = is_direct(evidence->impl);

	if (waited == 0)
		return why_not(why, -ENODATA, "no caller waited");
	if (direct && (stored < waited || placed < waited))
		return why_not(why, -EBADMSG,
			       "of %zu calls %zu were read from the caller's "
			       "memory and %zu answered there, and no buffer "
			       "is said to be between them",
			       waited, stored, placed);
	if (!direct && stored == waited)
		return why_not(why, -EBADMSG,
			       "%zu calls were read from the caller's memory, "
			       "and a buffer is said to be between them",
			       stored);
	return 0;
}

static int judge_meetings(const struct evidence *evidence,
			  double figure[FIGURES], struct why *why)
{
	uint64_t rounds = evidence->par->option[ROUNDS];
	double met[ROUNDS_MAX], called[ROUNDS_MAX];
	size_t waited = 0, came_later = 0, stored = 0, placed = 0;

	for (uint64_t i = 0; i < rounds; i++) {
		struct meeting m;

		if (find_meeting(evidence, i, &m, why) ||
		    judge_meeting(&m, why))
			return -EBADMSG;
		if (!caller_first(i)) {
			met[came_later++] =
				(double)(m.left->t_ns - m.came->t_ns);
			continue;
		}
		called[waited++] = (double)(m.left->t_ns - m.receive->t_ns);
		stored += m.received->value == STORED_LATE;
		placed += m.replied->value;
	}
	figure[MET_NS] = lesson_median(met, came_later);
	figure[CALLED_NS] = lesson_median(called, waited);
	figure[STORE_SEEN] = (double)stored / (double)waited;
	return judge_place(evidence, waited, stored, placed, why);
}

/* Each entry was accepted once, the closed one when it was open. */
static int judge_guards(const struct evidence *evidence, uint64_t nth,
			double *took_ns, struct why *why)
{
	const struct marks *acceptor = evidence->marks[ACCEPTOR];
	unsigned int entries = entries_of(evidence->par);
	unsigned int closed = (unsigned int)(nth % entries);
	const struct mark *open = find(acceptor, MARK_OFFER, nth, (int)closed);

	for (unsigned int i = 0; i < entries; i++) {
		const struct marks *caller = evidence->marks[CALLER + i];
		const struct mark *left = find(caller, MARK_SENT, nth, (int)i);
		const struct mark *receive =
			find(acceptor, MARK_RECEIVE, nth, (int)i);

		if (!open || !left || !receive)
			return why_not(why, -EBADMSG,
				       "entry %u was not accepted", i);
		if (i == closed &&
		    (receive->t_ns < open->t_ns || left->t_ns < open->t_ns))
			return why_not(why, -EBADMSG,
				       "entry %u was accepted while its guard "
				       "was closed",
				       i);
		if (i != closed && receive->t_ns > open->t_ns)
			return why_not(why, -EBADMSG,
				       "entry %u was open, and accepted after "
				       "the one that was closed",
				       i);
		if (i == closed)
			*took_ns = (double)(left->t_ns - open->t_ns);
	}
	return 0;
}

static int rendezvous_judge(const struct evidence *evidence,
			    double figure[FIGURES], struct why *why)
{
	uint64_t rounds = evidence->par->option[ROUNDS];
	double guarded[ROUNDS_MAX];
	int err;

	for (size_t i = 0; i < FIGURES; i++)
		figure[i] = NAN;
	err = judge_meetings(evidence, figure, why);
	for (uint64_t i = 0; i < rounds && !err; i++)
		err = judge_guards(evidence, rounds + i, &guarded[i], why);
	if (!err)
		figure[GUARDED_NS] = lesson_median(guarded, rounds);
	return err;
}

static enum concept_way rendezvous_way(const struct ipc_impl *impl,
				       enum concept concept, struct why *by)
{
	(void)concept;
	if (is_direct(impl))
		return CONCEPT_NATIVE;
	why_not(by, 0,
		"a reply that the caller waits for, each value in a buffer "
		"between the two");
	return CONCEPT_EMULATED;
}

const struct workload rendezvous_workload = {
	.name = "rendezvous",
	.brief = "two meet, exchange values and part; guarded entries",
	.metric = "met_ns",
	.meaning = "caller and acceptor wait for each other, the one or the "
		   "other first; nobody leaves before both have come, each has "
		   "the other's value, and an entry whose guard is closed is "
		   "not accepted",
	.timing = TIMING_LESSON,
	.calls = true,
	.concepts = SHOWS(RENDEZVOUS),
	.way = rendezvous_way,
	.options = rendezvous_options,
	.plan = rendezvous_plan,
	.figures = rendezvous_figures,
	.play = rendezvous_play,
	.judge = rendezvous_judge,
};
