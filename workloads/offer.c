/* SPDX-License-Identifier: MIT */
/*
 * Offer: nothing is sent that nobody has offered to take.
 *
 * Receivers say that they would take a message, each over a link of its own to
 * the sender, and offer anew when they have it. The sender waits for an offer
 * and answers the oldest one, or all that there are. Who offers first sees that
 * the sender has been waiting: that no send comes before its offer is no
 * accident then.
 */
#include <math.h>

#include "ipc/workload.h"

enum { SENDER }; /* the receivers come behind it */
enum { RECEIVERS, MESSAGES, MODE, WINDOW };
enum { ONE, ALL };
enum { RECEIVERS_PRESET = 3, RECEIVERS_MAX = PLAN_LINKS / 2 - 1 };
enum { MESSAGES_PRESET = 128, MESSAGES_MAX = 4096 };
enum { WINDOW_PRESET = 1, WINDOW_MAX = 16, DEPTH = 16 };
_Static_assert((int)RECEIVERS_MAX < (int)PLAN_NODES, "each is a node");

enum { WANTED }; /* on the board: the sender waits for offers */

/* A message's number, of one that says that there are no more. */
enum { LAST = 1 << 20 };

enum { MATCH_NS, FIRST_NS, RATE, CHOICE, IN_FLIGHT, WASTED };

static const char *const modes[] = {
	[ONE] = "one",
	[ALL] = "all",
	NULL,
};

static const struct ipc_option offer_options[] = {
	[RECEIVERS] = {.name = "receivers",
		       .help = "receivers that offer to take a message",
		       .kind = IPC_OPTION_COUNT,
		       .preset = RECEIVERS_PRESET,
		       .min = 1,
		       .max = RECEIVERS_MAX},
	[MESSAGES] = {.name = "messages",
		      .help = "messages that the sender has",
		      .kind = IPC_OPTION_COUNT,
		      .preset = MESSAGES_PRESET,
		      .min = 1,
		      .max = MESSAGES_MAX},
	[MODE] = {.name = "mode",
		  .help = "one: a message goes to whoever has offered longest; "
			  "all: to all who offer then",
		  .kind = IPC_OPTION_CHOICE,
		  .preset = ONE,
		  .names = modes},
	[WINDOW] = {.name = "window",
		    .help = "offers of one receiver at once",
		    .kind = IPC_OPTION_COUNT,
		    .preset = WINDOW_PRESET,
		    .min = 1,
		    .max = WINDOW_MAX},
	{.name = NULL},
};

static const struct figure_kind offer_figures[] = {
	[MATCH_NS] = {"match_ns", "ns", "lower",
		      "from when there are a message and an offer, whichever "
		      "comes later, until the receiver has the message"},
	[FIRST_NS] = {"first_offer_ns", "ns", "lower",
		      "from when the sender wants to send its first message "
		      "until it has an offer"},
	[RATE] = {"matches_per_s", "1/s", "higher",
		  "offers that are answered with a message"},
	[CHOICE] = {"choice_offers", "1", "none",
		    "offers that the sender had when it chose, on average"},
	[IN_FLIGHT] = {"in_flight_messages", "1", "none",
		       "most messages at once that were sent and not received"},
	[WASTED] = {"wasted_offers", "1", "lower",
		    "offers that no message came for"},
	{NULL, NULL, NULL, NULL},
};

static unsigned int receivers_of(const struct params *par)
{
	return (unsigned int)par->option[RECEIVERS];
}

static unsigned int window_of(const struct params *par)
{
	return (unsigned int)par->option[WINDOW];
}

static bool to_all(const struct params *par)
{
	return par->option[MODE] == ALL;
}

static int offer_plan(const struct params *par, struct plan *plan,
		      struct why *why)
{
	unsigned int n = receivers_of(par);
	uint64_t messages = par->option[MESSAGES];
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size < MESSAGE_MIN)
		return why_not(why, -EINVAL,
			       "a message's number takes %d bytes, not %zu",
			       MESSAGE_MIN, par->size);
	plan->nodes = n + 1;
	plan->links = 2 * n;
	for (unsigned int i = 0; i < n; i++) {
		plan->link[i].tx = plan->link[n + i].rx = NODE(i + 1);
		plan->link[i].rx = plan->link[n + i].tx = NODE(SENDER);
		plan->link[i].depth = plan->link[n + i].depth = depth;
		/* One offer at a time: each message answers one. */
		if (window_of(par) == 1)
			plan->link[n + i].answers = i + 1;
	}
	plan->marks = messages * (1 + 2 * (to_all(par) ? n : 1)) +
		      n * window_of(par) + 1;
	return 0;
}

static int make_offer(struct node *node, uint64_t *made, struct traffic traffic)
{
	uint64_t i = (*made)++;

	node_mark(node, MARK_OFFER, i, 0);
	return node_put(node, node->port[node->self - 1], i, traffic);
}

static int receive_all(struct node *node, struct traffic traffic)
{
	unsigned int n = receivers_of(node->par);
	struct ipc_port *rx = node->port[n + node->self - 1];
	uint64_t made = 0, number = 0;
	int err = 0;

	node_hear(node, WANTED, 1);
	while (made < window_of(node->par) && !err)
		err = make_offer(node, &made, traffic);
	while (!err) {
		err = node_get_any(node, rx, 0, traffic, &number);
		if (err || number == LAST)
			break;
		node_mark(node, MARK_RECEIVED, number, 0);
		err = make_offer(node, &made, traffic);
	}
	return err;
}

/* The offers that the sender has, the oldest first. */
struct offers {
	unsigned int n;
	unsigned int of[RECEIVERS_MAX * WINDOW_MAX];
	unsigned int open[RECEIVERS_MAX]; /* of each receiver */
};

static void add_offer(struct offers *offers, unsigned int receiver)
{
	offers->of[offers->n++] = receiver;
	offers->open[receiver]++;
}

static void drop_offer(struct offers *offers, unsigned int at)
{
	offers->open[offers->of[at]]--;
	offers->n--;
	for (; at < offers->n; at++)
		offers->of[at] = offers->of[at + 1];
}

/* One offer more of a receiver; with IPC_NOWAIT -EAGAIN if it has made none. */
static int take_offer(struct node *node, struct offers *offers,
		      unsigned int receiver, unsigned int flags,
		      struct traffic traffic)
{
	uint64_t number;
	int err = node_get_any(node, node->port[receiver], flags, traffic,
			       &number);

	if (err)
		return err;
	node_mark(node, MARK_OFFER, number, receiver);
	add_offer(offers, receiver);
	return 0;
}

/* Look at each receiver's link in turn. None makes more offers than its window
 * before one is answered. */
static int take_offers(struct node *node, struct offers *offers,
		       struct traffic traffic)
{
	for (unsigned int i = 0; i < receivers_of(node->par); i++) {
		int err = 0;

		while (!err && offers->open[i] < window_of(node->par))
			err = take_offer(node, offers, i, IPC_NOWAIT, traffic);
		if (err && err != -EAGAIN)
			return err;
	}
	return 0;
}

/* Who has offered more than a link holds is still about to say so, and receives
 * only when that is done: meanwhile the sender has to listen. */
static int send_to(struct node *node, struct offers *offers,
		   unsigned int receiver, uint64_t message,
		   struct traffic traffic)
{
	struct ipc_port *tx = node->port[receivers_of(node->par) + receiver];
	int err;

	node_mark(node, MARK_SENT, message, receiver);
	err = node_try_put(node, tx, message, traffic);
	while (err == -EAGAIN) {
		node_yield();
		err = take_offers(node, offers, traffic);
		if (!err)
			err = node_try_put(node, tx, message, traffic);
	}
	return err;
}

/* To whom a message goes: each offer is answered once, and nobody gets the
 * message twice. */
static int answer(struct node *node, struct offers *offers, uint64_t message,
		  struct traffic traffic)
{
	unsigned int most = to_all(node->par) ? offers->n : 1;
	uint64_t served = 0;
	int err = 0;

	for (unsigned int at = 0, i = 0; i < most && !err; i++) {
		unsigned int receiver = offers->of[at];

		if (served & NODE(receiver)) {
			at++;
			continue;
		}
		served |= NODE(receiver);
		drop_offer(offers, at);
		err = send_to(node, offers, receiver, message, traffic);
	}
	return err;
}

/* Every receiver still offers; it is told that there is nothing more. */
static int end_all(struct node *node, struct offers *offers,
		   struct traffic traffic)
{
	unsigned int n = receivers_of(node->par);
	int err = 0;

	for (unsigned int i = 0; i < n && !err; i++)
		while (offers->open[i] < window_of(node->par) && !err)
			err = take_offer(node, offers, i, 0, traffic);
	for (unsigned int i = 0; i < n && !err; i++)
		err = node_put(node, node->port[n + i], LAST, traffic);
	return err;
}

static int send_all(struct node *node, struct traffic traffic)
{
	struct offers offers = {.n = 0};
	int err = 0;

	for (uint64_t i = 0; i < node->par->option[MESSAGES] && !err; i++) {
		node_mark(node, MARK_SEND, i, 0);
		node_tell(node, WANTED, 1);
		err = take_offers(node, &offers, traffic);
		while (!err && offers.n == 0) {
			node_yield();
			err = take_offers(node, &offers, traffic);
		}
		if (!err)
			err = answer(node, &offers, i, traffic);
	}
	return err ? err : end_all(node, &offers, traffic);
}

static int offer_play(struct node *node, struct traffic traffic)
{
	node_meet(node);
	return node->self == SENDER ? send_all(node, traffic)
				    : receive_all(node, traffic);
}

/* One receiver's side, in its order. */
struct side {
	uint64_t made_ns[MESSAGES_MAX + WINDOW_MAX]; /* offers */
	uint64_t has_ns[MESSAGES_MAX];		     /* messages */
	uint64_t number[MESSAGES_MAX];
	size_t made, has;
	size_t sent, seen; /* so far: to it, and of those received */
};
static struct side side[RECEIVERS_MAX];
static double match_ns[RECEIVERS_MAX * MESSAGES_MAX];

/* What comes of going through the sender's marks. */
struct sums {
	struct offers offers;
	uint64_t taken[RECEIVERS_MAX];
	uint64_t wanted_ns, want;
	uint64_t first_ns; /* when the first offer was taken; 0: not yet */
	uint64_t served;   /* set of those who got this message */
	uint64_t had;	   /* set of those who offered before */
	uint64_t waited;   /* offers that the sender waited for */
	uint64_t choices, chosen_of;
	size_t matches, most_in_flight;
	uint64_t began_ns, over_ns;
};

static void read_side(const struct marks *marks, struct side *s)
{
	s->made = s->has = s->sent = s->seen = 0;
	for (size_t i = 0; i < marks->n; i++) {
		const struct mark *mark = &marks->at[i];

		if (mark->kind == MARK_OFFER &&
		    s->made < MESSAGES_MAX + WINDOW_MAX)
			s->made_ns[s->made++] = mark->t_ns;
		if (mark->kind == MARK_RECEIVED && s->has < MESSAGES_MAX) {
			s->number[s->has] = mark->seq;
			s->has_ns[s->has++] = mark->t_ns;
		}
	}
}

/* How many messages are on their way, one to this receiver with them. */
static int judge_flight(const struct evidence *evidence, struct sums *sums,
			unsigned int receiver, uint64_t now_ns, struct why *why)
{
	unsigned int window = window_of(evidence->par);
	size_t all = 0;

	for (unsigned int i = 0; i < receivers_of(evidence->par); i++) {
		struct side *s = &side[i];

		while (s->seen < s->has && s->has_ns[s->seen] < now_ns)
			s->seen++;
		if (s->sent > s->seen)
			all += s->sent - s->seen;
		if (i == receiver && s->sent > s->seen + window)
			return why_not(why, -EBADMSG,
				       "%zu messages were on their way to "
				       "receiver %u, which had offered to take "
				       "%u at once",
				       s->sent - s->seen, receiver, window);
	}
	if (all > sums->most_in_flight)
		sums->most_in_flight = all;
	return 0;
}

/* A message goes to a receiver: its nth offer was made before. */
static int judge_match(const struct evidence *evidence, struct sums *sums,
		       const struct mark *mark, struct why *why)
{
	unsigned int receiver = mark->value;
	struct side *s = &side[receiver];
	size_t i = s->sent++;
	uint64_t from_ns;

	if (i >= s->made || mark->t_ns < s->made_ns[i])
		return why_not(why, -EBADMSG,
			       "message %llu was sent to receiver %u before it "
			       "offered to take it",
			       (unsigned long long)mark->seq, receiver);
	if (i >= s->has || s->number[i] != mark->seq)
		return why_not(why, -EBADMSG,
			       "message %llu was sent to receiver %u and not "
			       "received there in its turn",
			       (unsigned long long)mark->seq, receiver);
	if (s->has_ns[i] < mark->t_ns)
		return why_not(why, -EBADMSG,
			       "receiver %u had message %llu before it was "
			       "sent",
			       receiver, (unsigned long long)mark->seq);
	from_ns = s->made_ns[i] > sums->wanted_ns ? s->made_ns[i]
						  : sums->wanted_ns;
	sums->waited += s->made_ns[i] > sums->wanted_ns;
	match_ns[sums->matches++] = (double)(s->has_ns[i] - from_ns);
	if (s->has_ns[i] > sums->over_ns)
		sums->over_ns = s->has_ns[i];
	return judge_flight(evidence, sums, receiver, mark->t_ns, why);
}

/* Who was chosen: the oldest offer, or each one who offers. */
static int judge_choice(const struct evidence *evidence, struct sums *sums,
			const struct mark *mark, struct why *why)
{
	struct offers *offers = &sums->offers;
	unsigned int at = 0;

	if (sums->served == 0) {
		sums->choices++;
		sums->chosen_of += offers->n;
		for (unsigned int i = 0; i < offers->n; i++)
			sums->had |= NODE(offers->of[i]);
	}
	while (at < offers->n && (offers->of[at] != mark->value ||
				  sums->served & NODE(mark->value)))
		at++;
	if (at == offers->n)
		return why_not(why, -EBADMSG,
			       "message %llu was sent to receiver %u, of which "
			       "the sender had no offer for it",
			       (unsigned long long)mark->seq, mark->value);
	if (!to_all(evidence->par) && (at > 0 || sums->served))
		return why_not(why, -EBADMSG,
			       "message %llu was sent to receiver %u, and %s",
			       (unsigned long long)mark->seq, mark->value,
			       at > 0 ? "another had offered longer"
				      : "to another one too");
	sums->served |= NODE(mark->value);
	drop_offer(offers, at);
	return 0;
}

/* The message before is done with. */
static int judge_message(const struct evidence *evidence,
			 const struct sums *sums, struct why *why)
{
	uint64_t due = to_all(evidence->par) ? sums->had : sums->served;

	if (sums->want == 0 || (sums->served && sums->served == due))
		return 0;
	return why_not(why, -EBADMSG,
		       "message %llu was sent to %d of %d receivers that "
		       "offered",
		       (unsigned long long)sums->want - 1,
		       __builtin_popcountll(sums->served),
		       __builtin_popcountll(due));
}

static int judge_mark(const struct evidence *evidence, struct sums *sums,
		      const struct mark *mark, struct why *why)
{
	int err;

	switch (mark->kind) {
	case MARK_SEND:
		err = judge_message(evidence, sums, why);
		sums->want++;
		sums->wanted_ns = mark->t_ns;
		sums->served = sums->had = 0;
		return err;
	case MARK_OFFER:
		if (sums->first_ns == 0)
			sums->first_ns = mark->t_ns;
		if (mark->seq != sums->taken[mark->value]++)
			return why_not(why, -EBADMSG,
				       "offer %llu of receiver %u came out of "
				       "turn",
				       (unsigned long long)mark->seq,
				       mark->value);
		if (sums->offers.n < RECEIVERS_MAX * WINDOW_MAX)
			add_offer(&sums->offers, mark->value);
		return 0;
	default:
		err = judge_match(evidence, sums, mark, why);
		return err ? err : judge_choice(evidence, sums, mark, why);
	}
}

/* Each offer was answered, or is left over at the end. */
static int judge_rest(const struct evidence *evidence, const struct sums *sums,
		      struct why *why)
{
	for (unsigned int i = 0; i < receivers_of(evidence->par); i++)
		if (side[i].has != side[i].sent ||
		    side[i].made != side[i].sent + window_of(evidence->par) ||
		    sums->taken[i] != side[i].made)
			return why_not(why, -EBADMSG,
				       "receiver %u made %zu offers and has "
				       "%zu messages; the sender took %llu "
				       "offers and sent %zu",
				       i, side[i].made, side[i].has,
				       (unsigned long long)sums->taken[i],
				       side[i].sent);
	return 0;
}

static int offer_judge(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	const struct marks *marks = evidence->marks[SENDER];
	struct sums sums = {.want = 0};
	uint64_t began_ns;
	int err = 0;

	for (unsigned int i = 0; i < receivers_of(evidence->par); i++)
		read_side(evidence->marks[i + 1], &side[i]);
	for (size_t i = 0; i < marks->n && !err; i++)
		err = judge_mark(evidence, &sums, &marks->at[i], why);
	if (!err)
		err = judge_message(evidence, &sums, why);
	if (!err)
		err = judge_rest(evidence, &sums, why);
	if (!err && sums.waited == 0)
		err = why_not(why, -ENODATA,
			      "every offer was there before the sender wanted "
			      "to send");
	if (err)
		return err;
	began_ns = marks->at[0].t_ns;
	figure[MATCH_NS] = lesson_median(match_ns, sums.matches);
	figure[FIRST_NS] = (double)(sums.first_ns - began_ns);
	figure[RATE] = (double)sums.matches * 1e9 /
		       (double)(sums.over_ns - sums.first_ns);
	figure[CHOICE] = (double)sums.chosen_of / (double)sums.choices;
	figure[IN_FLIGHT] = (double)sums.most_in_flight;
	figure[WASTED] = (double)sums.offers.n;
	return 0;
}

/* Only where a message is an answer the sender cannot do otherwise. */
static enum concept_way offer_way(const struct ipc_impl *impl,
				  enum concept concept, struct why *by)
{
	(void)concept;
	if (impl->caps & IPC_CALLS)
		return CONCEPT_NATIVE;
	why_not(by, 0, "messages that are offers");
	return CONCEPT_EMULATED;
}

const struct workload offer_workload = {
	.name = "offer",
	.brief = "a message is sent when a receiver has offered to take it",
	.metric = "match_ns",
	.meaning = "receivers offer to take a message, and the sender, which "
		   "waits for that, answers the oldest offer or all of them; "
		   "nothing is sent before its offer, and no offer is answered "
		   "twice",
	.timing = TIMING_LESSON,
	.needs = IPC_RELIABLE,
	.concepts = SHOWS(SELECTIVE_SEND),
	.way = offer_way,
	.options = offer_options,
	.plan = offer_plan,
	.figures = offer_figures,
	.play = offer_play,
	.judge = offer_judge,
};
