/* SPDX-License-Identifier: MIT */
/* Bind: a name is given to an endpoint, found by another process, refused to a
 * second owner, and lives as long as names of its kind do. */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { OWNER, FINDER, NODES };
enum { NAME, CYCLES };
enum { CYCLES_PRESET = 64, CYCLES_MAX = PHASES_MAX };

/* Questions, of both nodes. */
enum {
	UNFOUND,  /* finding a name that nobody has bound */
	FOUND,	  /* and one that somebody has */
	ARRIVED,  /* what was sent there */
	TAKEN,	  /* binding it a second time */
	CLOSED,	  /* finding what was closed and not unlinked */
	KEPT,	  /* what had been sent there */
	AGAIN,	  /* binding it then */
	UNLINKED, /* finding what was unlinked */
	ANEW,	  /* binding it then */
	BEFORE,	  /* descriptors at first, */
	HELD,	  /* with an endpoint open, */
	AFTER,	  /* and in the end */
	QUESTIONS
};
/* A mark of a cycle is MARK_OFFER; its value says what comes next. */
enum { PHASE_MAKE, PHASE_BIND, PHASE_CLOSE, PHASE_UNLINK, PHASE_END, PHASES };

enum { CYCLE_NS, MAKE_NS, BIND_NS, CLOSE_NS, UNLINK_NS, PER_S, LEFT };

static const uint64_t greeting = 0x676e697465657267, legacy = 0x796361676561ff;

static const struct ipc_option bind_options[] = {
	[NAME] =
		{.name = "name",
		 .help = "what kind of name; own: the first kind that there is",
		 .kind = IPC_OPTION_CHOICE,
		 .preset = ENDPOINT_OWN,
		 .names = endpoint_naming_names},
	[CYCLES] = {.name = "cycles",
		    .help = "endpoints that are made, bound and closed",
		    .kind = IPC_OPTION_COUNT,
		    .preset = CYCLES_PRESET,
		    .min = 1,
		    .max = CYCLES_MAX},
	{.name = NULL},
};

static const struct figure_kind bind_figures[] = {
	[CYCLE_NS] = {"cycle_ns", "ns", "lower",
		      "an endpoint is made, bound, closed and unlinked"},
	[MAKE_NS] = {"make_ns", "ns", "lower",
		     "making an endpoint; none where it comes with its name"},
	[BIND_NS] = {"bind_ns", "ns", "lower",
		     "giving it a name, or making it by its name"},
	[CLOSE_NS] = {"close_ns", "ns", "lower", "closing it"},
	[UNLINK_NS] = {"unlink_ns", "ns", "lower",
		       "removing the name; none where it goes by itself"},
	[PER_S] = {"endpoints_per_s", "1/s", "higher",
		   "endpoints made, bound and closed one after the other"},
	[LEFT] = {"left_descriptors", "1", "lower",
		  "descriptors that are open and were not before"},
	{NULL, NULL, NULL, NULL},
};

static int bind_plan(const struct params *par, struct plan *plan,
		     struct why *why)
{
	(void)why;
	plan->nodes = NODES;
	plan->endpoint.used = true;
	plan->endpoint.naming = (enum endpoint_naming)par->option[NAME];
	plan->marks = QUESTIONS + PHASES * par->option[CYCLES];
	return 0;
}

/* Find, and where that tells nothing, send: the second time it does. */
static int try_find(const struct endpoint_site *site)
{
	const struct endpoint_kind *kind = site->kind;
	int end = endpoint_found(kind, &site->name[0], 0);
	int err = 0;

	if (end < 0)
		return end;
	for (int i = 0; i < 2 && !err && site->rule.unfound == 0; i++)
		err = kind->put(end, &greeting, 0);
	kind->close(end);
	return err;
}

/* Bind, and close at once what should not have been given. */
static int try_bind(struct endpoint_site *site)
{
	int end = endpoint_bound(site->kind, &site->name[0]);

	if (end < 0)
		return end;
	site->kind->close(end);
	return 0;
}

/* A name to be looked for in vain: a port is one after it was used. */
static int give_back(struct endpoint_site *site)
{
	int err = try_bind(site);

	return err ? err : site->kind->unlink(&site->name[0]);
}

/* What comes to the owner's end, from whoever found it: at its close too. */
static int64_t hear_finder(struct node *node, int end)
{
	const struct endpoint_kind *kind = node->site->kind;
	uint64_t word = 0;
	int from = end;
	ssize_t n;

	if (kind->can & ENDPOINT_LISTENS)
		from = kind->accept(end, 0);
	if (from < 0)
		return from;
	n = kind->get(from, &word, 0);
	if (from != end)
		kind->close(from);
	return n < 0 ? n : word == greeting ? ENDPOINT_WORD : -EBADMSG;
}

/* The finder's end of a name that is bound, with a word sent there; for what
 * stays in the kernel another one, that nobody receives at first. */
static int greet(struct node *node)
{
	const struct endpoint_site *site = node->site;
	int end = endpoint_found(site->kind, &site->name[0], 0);
	int err;

	if (end < 0)
		return end;
	err = site->kind->put(end, &greeting, 0);
	node_found(node, HELD, endpoint_descriptors());
	site->kind->close(end);
	return err;
}

/* Found again with no owner: is what was left there? */
static int64_t inherit(const struct endpoint_site *site)
{
	const struct endpoint_kind *kind = site->kind;
	int end = endpoint_found(kind, &site->name[0], 0);
	uint64_t word = 0;
	ssize_t n;

	if (end < 0)
		return end;
	n = kind->get(end, &word, 0);
	kind->close(end);
	return n < 0 ? n : word == legacy ? ENDPOINT_WORD : -EBADMSG;
}

static int own_name(struct node *node)
{
	struct endpoint_site *site = node->site;
	const struct endpoint_kind *kind = site->kind;
	int end, err = 0;

	node_meet(node); /* the name was not found */
	end = endpoint_bound(kind, &site->name[0]);
	if (end < 0)
		return end;
	if (kind->can & ENDPOINT_LISTENS)
		err = kind->listen(end, 1);
	node_meet(node); /* it is now */
	node_meet(node);
	node_found(node, ARRIVED, hear_finder(node, end));
	node_found(node, TAKEN, try_bind(site));
	node_meet(node); /* and to the other one */
	node_meet(node);
	if (!err && site->rule.life == ENDPOINT_IN_KERNEL)
		err = kind->put(end, &legacy, 0);
	kind->close(end);
	node_meet(node); /* nobody has it open */
	node_meet(node);
	node_found(node, AGAIN, try_bind(site));
	if (!err)
		err = kind->unlink(&site->name[0]);
	node_meet(node); /* nor is it there */
	node_meet(node);
	node_found(node, ANEW, try_bind(site));
	return err ? err : kind->unlink(&site->name[0]);
}

static int find_name(struct node *node)
{
	struct endpoint_site *site = node->site;

	node_found(node, UNFOUND, try_find(site));
	node_meet(node);
	node_meet(node);
	node_found(node, FOUND, greet(node));
	node_meet(node);
	node_meet(node);
	node_found(node, TAKEN, try_bind(site));
	node_meet(node);
	node_meet(node);
	node_found(node, CLOSED, try_find(site));
	if (site->rule.life == ENDPOINT_IN_KERNEL)
		node_found(node, KEPT, inherit(site));
	node_meet(node);
	node_meet(node);
	node_found(node, UNLINKED, try_find(site));
	node_meet(node);
	return 0;
}

static void mark_phase(struct node *node, uint64_t cycle, uint32_t phase)
{
	node_mark(node, MARK_OFFER, cycle, phase);
}

static int one_cycle(struct node *node, uint64_t cycle)
{
	const struct endpoint_kind *kind = node->site->kind;
	struct endpoint_name *name = &node->site->name[0];
	int end = -1, err;

	name->port = 0; /* one that the kernel chooses */
	mark_phase(node, cycle, PHASE_MAKE);
	if (kind->make)
		end = kind->make();
	if (kind->make && end < 0)
		return end;
	mark_phase(node, cycle, PHASE_BIND);
	err = kind->bind(name, &end);
	mark_phase(node, cycle, PHASE_CLOSE);
	if (!err || kind->make)
		kind->close(end);
	mark_phase(node, cycle, PHASE_UNLINK);
	if (!err)
		err = kind->unlink(name);
	mark_phase(node, cycle, PHASE_END);
	return err;
}

static int bind_play(struct node *node, struct traffic traffic)
{
	bool owns = node->self == OWNER;
	int err;

	(void)traffic;
	err = owns ? give_back(node->site) : 0;
	node_count_open(node, NODES, BEFORE);
	if (!err)
		err = owns ? own_name(node) : find_name(node);
	for (uint64_t i = 0; owns && !err && i < node->par->option[CYCLES]; i++)
		err = one_cycle(node, i);
	if (err)
		return err;
	node_meet(node);
	node_count_open(node, NODES, AFTER);
	return 0;
}

/* What they all say of names of this kind. */
static int judge_name(const struct evidence *evidence,
		      const struct endpoint_kind *kind,
		      const struct endpoint_rule *rule, struct why *why)
{
	bool kept = rule->life == ENDPOINT_IN_KERNEL;
	bool until_close = rule->life == ENDPOINT_UNTIL_CLOSE;
	int unfound = rule->unfound ? rule->unfound : kind->after[0];
	int orphan = rule->orphan || kept ? rule->orphan : kind->after[0];
	const struct due owner[] = {
		{ARRIVED, ENDPOINT_WORD, "a word sent to the name"},
		{TAKEN, rule->taken, "a second bind"},
		{AGAIN, until_close ? 0 : rule->taken,
		 "binding what was closed"},
		{ANEW, 0, "binding what was unlinked"},
	};
	const struct due finder[] = {
		{UNFOUND, unfound, "finding what is not bound"},
		{FOUND, 0, "finding what is bound"},
		{TAKEN, rule->taken, "a bind by another node"},
		{CLOSED, orphan, "finding what was closed"},
		{UNLINKED, unfound, "finding what was unlinked"},
		{KEPT, ENDPOINT_WORD, "a word left where nobody was"},
	};
	size_t asked = sizeof(finder) / sizeof(finder[0]) - !kept;
	int err = marks_check(evidence->marks[OWNER], owner,
			      sizeof(owner) / sizeof(owner[0]), why);

	return err ? err
		   : marks_check(evidence->marks[FINDER], finder, asked, why);
}

/* Nothing is left open; and an end that is open is seen by who counts. */
static int judge_descriptors(const struct evidence *evidence,
			     const struct endpoint_kind *kind, double *left,
			     struct why *why)
{
	int64_t before, held;
	int err = marks_check_open(evidence, NODES, BEFORE, AFTER, left, why);

	if (err || kind->can & ENDPOINT_NUMBERED)
		return err;
	if (marks_found(evidence->marks[FINDER], BEFORE, &before) &&
	    marks_found(evidence->marks[FINDER], HELD, &held) && held > before)
		return 0;
	return why_not(why, -ENODATA,
		       "an open endpoint was not among the descriptors");
}

/* The median time from one phase to another, over all cycles. */
static double phase_ns(const struct evidence *evidence, uint32_t from,
		       uint32_t to)
{
	return marks_phase_ns(evidence->marks[OWNER], MARK_OFFER, from, to);
}

/* Which names these were, as the site had it. */
static enum endpoint_naming naming_of(const struct evidence *evidence)
{
	enum endpoint_naming naming =
		(enum endpoint_naming)evidence->par->option[NAME];

	return endpoint_naming_of(evidence->impl->endpoint, naming);
}

static int bind_judge(const struct evidence *evidence, double figure[FIGURES],
		      struct why *why)
{
	const struct endpoint_kind *kind = evidence->impl->endpoint;
	enum endpoint_naming naming = naming_of(evidence);
	const struct endpoint_rule *rule = &kind->rule[naming];
	int err = judge_name(evidence, kind, rule, why);

	if (!err)
		err = judge_descriptors(evidence, kind, &figure[LEFT], why);
	if (err)
		return err;
	figure[MAKE_NS] =
		kind->make ? phase_ns(evidence, PHASE_MAKE, PHASE_BIND) : NAN;
	figure[BIND_NS] = phase_ns(evidence, PHASE_BIND, PHASE_CLOSE);
	figure[CLOSE_NS] = phase_ns(evidence, PHASE_CLOSE, PHASE_UNLINK);
	figure[UNLINK_NS] =
		rule->life == ENDPOINT_UNTIL_CLOSE
			? NAN
			: phase_ns(evidence, PHASE_UNLINK, PHASE_END);
	figure[CYCLE_NS] = phase_ns(evidence, PHASE_MAKE, PHASE_END);
	figure[PER_S] = 1e9 / figure[CYCLE_NS];
	return why_not(why, 0, "name: %s, lives %s; a second bind is %s",
		       endpoint_naming_names[naming],
		       endpoint_life_names[rule->life],
		       endpoint_error(rule->taken));
}

static enum concept_way bind_way(const struct ipc_impl *impl,
				 enum concept concept, struct why *by)
{
	(void)concept;
	if (!impl->endpoint->stand_in)
		return CONCEPT_NATIVE;
	why_not(by, 0, "%s", impl->endpoint->stand_in);
	return CONCEPT_EMULATED;
}

const struct workload bind_workload = {
	.name = "bind",
	.brief = "an endpoint is made, gets a name, and is found by it",
	.metric = "cycle_ns",
	.meaning = "an endpoint is made, bound to a name and closed, over and "
		   "over; a second bind is refused, another node finds it by "
		   "its name and sends there, the name lives as long as is "
		   "declared, and no descriptor is left",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(NAMING),
	.way = bind_way,
	.options = bind_options,
	.plan = bind_plan,
	.figures = bind_figures,
	.play = bind_play,
	.judge = bind_judge,
};
