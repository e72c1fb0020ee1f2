/* SPDX-License-Identifier: MIT */
/* Peers: the same payload goes both ways between two that are alike, and
 * between a client and a server. */
#include "ipc/workload.h"

enum { FIRST, SECOND, NODES };
enum { TO_SECOND, TO_FIRST, LINKS };
enum { SERVICE, SERVICES };
enum { EXCHANGES }; /* option */
enum { EXCHANGES_PRESET = 128, EXCHANGES_MAX = 1 << 14, DEPTH = 8 };

/* Alike first, then not; and the first of the two is the client. */
enum model { SYMMETRIC, ASYMMETRIC, MODELS };

/* At the end of each model each of the two says how often it slept in it. An
 * exchange has four marks of each, whose value is the model. */
enum { MARKS_A_MODEL = 1, MARKS_AN_EXCHANGE = 4 };

enum {
	PEERS_NS,
	CALL_NS,
	PEERS_MESSAGES,
	CALL_MESSAGES,
	PEERS_SLEEPS,
	CALL_SLEEPS,
	CALL_RATIO
};

static const struct ipc_option peers_options[] = {
	[EXCHANGES] = {.name = "exchanges",
		       .help = "payloads that go there and back, in each model",
		       .kind = IPC_OPTION_COUNT,
		       .preset = EXCHANGES_PRESET,
		       .min = 2,
		       .max = EXCHANGES_MAX},
	{.name = NULL},
};

static const struct figure_kind peers_figures[] = {
	[PEERS_NS] = {"peers_ns", "ns", "lower",
		      "from before a peer sends until it has received what "
		      "the other sent then"},
	[CALL_NS] = {"call_ns", "ns", "lower",
		     "from before a client calls until it has the reply"},
	[PEERS_MESSAGES] = {"peers_messages", "1", "lower",
			    "messages of an exchange between peers"},
	[CALL_MESSAGES] = {"call_messages", "1", "lower",
			   "requests and replies of a call"},
	[PEERS_SLEEPS] = {"peers_sleeps", "1", "lower",
			  "times that one of the peers slept for an exchange"},
	[CALL_SLEEPS] = {"call_sleeps", "1", "lower",
			 "times that client or server slept for a call"},
	[CALL_RATIO] = {"call_ratio", "1", "lower",
			"time as client and server, divided by that as peers"},
	{NULL, NULL, NULL, NULL},
};

static int peers_plan(const struct params *par, struct plan *plan,
		      struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->links = LINKS;
	plan->link[TO_SECOND].tx = plan->link[TO_FIRST].rx = NODE(FIRST);
	plan->link[TO_FIRST].tx = plan->link[TO_SECOND].rx = NODE(SECOND);
	plan->link[TO_SECOND].depth = plan->link[TO_FIRST].depth = depth;
	plan->services = SERVICES;
	plan->service[SERVICE].clients = NODE(FIRST);
	plan->service[SERVICE].servers = NODE(SECOND);
	plan->service[SERVICE].depth = depth;
	plan->marks = MODELS * (MARKS_A_MODEL +
				MARKS_AN_EXCHANGE * par->option[EXCHANGES]);
	return 0;
}

/* What goes there in exchange i, and what comes back. */
static uint64_t there(uint64_t i)
{
	return 2 * i;
}

static uint64_t back(uint64_t i)
{
	return 2 * i + 1;
}

/* Who begins: peers by turns, as either may. */
static unsigned int beginner(enum model model, uint64_t i)
{
	return model == SYMMETRIC ? (unsigned int)(i % NODES) : FIRST;
}

static int put(struct node *node, uint64_t number, struct traffic traffic)
{
	struct ipc_port *tx =
		node->port[node->self == FIRST ? TO_SECOND : TO_FIRST];
	int err;

	node_mark(node, MARK_SEND, number, SYMMETRIC);
	err = node_put(node, tx, number, traffic);
	node_mark(node, MARK_SENT, number, SYMMETRIC);
	return err;
}

static int get(struct node *node, uint64_t number, struct traffic traffic)
{
	struct ipc_port *rx =
		node->port[node->self == FIRST ? TO_FIRST : TO_SECOND];
	int err;

	node_mark(node, MARK_RECEIVE, number, SYMMETRIC);
	err = node_get(node, rx, number, traffic);
	node_mark(node, MARK_RECEIVED, number, SYMMETRIC);
	return err;
}

static int as_peer(struct node *node, uint64_t i, struct traffic traffic)
{
	bool begins = beginner(SYMMETRIC, i) == node->self;
	int err = begins ? put(node, there(i), traffic)
			 : get(node, there(i), traffic);

	if (err)
		return err;
	return begins ? get(node, back(i), traffic)
		      : put(node, back(i), traffic);
}

static int as_client(struct node *node, uint64_t i, struct traffic traffic)
{
	size_t size = node->par->size;
	ssize_t n;

	node_mark(node, MARK_SEND, there(i), ASYMMETRIC);
	payload_write_how(node->buf, size, there(i), traffic.how);
	n = call_call(node->client[SERVICE], node->buf, size, node->buf, size);
	if (n < 0)
		return (int)n;
	node_check(node, n, back(i), traffic);
	node_mark(node, MARK_SENT, there(i), ASYMMETRIC);
	return 0;
}

static int as_server(struct node *node, uint64_t i, struct traffic traffic)
{
	struct call_port *port = node->server[SERVICE];
	size_t size = node->par->size;
	struct call_right right;
	ssize_t n;
	int err;

	node_mark(node, MARK_RECEIVE, there(i), ASYMMETRIC);
	n = call_receive(port, node->buf, size, &right, 0);
	if (n < 0)
		return (int)n;
	node_check(node, n, there(i), traffic);
	node_mark(node, MARK_RECEIVED, there(i), ASYMMETRIC);
	payload_write_how(node->buf, size, back(i), traffic.how);
	node_mark(node, MARK_REPLY, back(i), ASYMMETRIC);
	err = call_reply(port, &right, node->buf, size);
	node_mark(node, MARK_REPLIED, back(i), ASYMMETRIC);
	return err;
}

static int exchange(struct node *node, enum model model, uint64_t i,
		    struct traffic traffic)
{
	if (model == SYMMETRIC)
		return as_peer(node, i, traffic);
	return node->self == FIRST ? as_client(node, i, traffic)
				   : as_server(node, i, traffic);
}

static int peers_play(struct node *node, struct traffic traffic)
{
	uint64_t n = node->par->option[EXCHANGES];
	int err = 0;

	for (int model = 0; model < MODELS && !err; model++) {
		struct span span;

		node_meet(node);
		span_begin(&span);
		for (uint64_t i = 0; i < n && !err; i++)
			err = exchange(node, (enum model)model, i, traffic);
		span_end(&span);
		node_mark(node, MARK_STEP, span.slept, (uint32_t)model);
	}
	return err;
}

/* What a node does in an exchange, by its role. */
enum role { BEGINS, FOLLOWS, CALLS, SERVES, ROLES };
static const struct {
	const char *name;
	enum mark_kind does[MARKS_AN_EXCHANGE];
	unsigned int marks;
} roles[ROLES] = {
	[BEGINS] = {"peer that begins",
		    {MARK_SEND, MARK_SENT, MARK_RECEIVE, MARK_RECEIVED},
		    4},
	[FOLLOWS] = {"peer that follows",
		     {MARK_RECEIVE, MARK_RECEIVED, MARK_SEND, MARK_SENT},
		     4},
	[CALLS] = {"client", {MARK_SEND, MARK_SENT}, 2},
	[SERVES] = {"server",
		    {MARK_RECEIVE, MARK_RECEIVED, MARK_REPLY, MARK_REPLIED},
		    4},
};

/* Where the judge is in the marks of each, and what it has counted of each
 * model. */
struct trace {
	const struct marks *marks[NODES];
	size_t at[NODES];
	uint64_t messages[MODELS], slept[MODELS];
	double ns[MODELS][EXCHANGES_MAX];
};

static enum role role_of(enum model model, uint64_t i, unsigned int node)
{
	if (model == ASYMMETRIC)
		return node == FIRST ? CALLS : SERVES;
	return beginner(model, i) == node ? BEGINS : FOLLOWS;
}

/* The marks of one node in one exchange are those of its role. */
static int judge_role(struct trace *trace, enum model model, uint64_t i,
		      unsigned int node, const struct mark **mark,
		      struct why *why)
{
	enum role role = role_of(model, i, node);
	const struct marks *marks = trace->marks[node];
	size_t at = trace->at[node];

	for (unsigned int k = 0; k < roles[role].marks; k++) {
		if (at + k < marks->n && marks->at[at + k].value == model &&
		    marks->at[at + k].kind == roles[role].does[k])
			continue;
		return why_not(why, -EBADMSG,
			       "in exchange %llu node %u, a %s, did not do "
			       "what one does",
			       (unsigned long long)i, node, roles[role].name);
	}
	*mark = &marks->at[at];
	trace->at[node] += roles[role].marks;
	return 0;
}

/* Who begins waits for the other, and nobody receives what was not sent. */
static int judge_exchange(struct trace *trace, enum model model, uint64_t i,
			  struct why *why)
{
	unsigned int one = beginner(model, i), other = !one;
	unsigned int last = model == SYMMETRIC ? 3 : 1;
	const struct mark *a, *b;

	if (judge_role(trace, model, i, one, &a, why) ||
	    judge_role(trace, model, i, other, &b, why))
		return -EBADMSG;
	if (b[1].t_ns < a[0].t_ns || a[last].t_ns < b[2].t_ns)
		return why_not(why, -EBADMSG,
			       "in exchange %llu a message was received before "
			       "it was sent",
			       (unsigned long long)i);
	trace->ns[model][i] = (double)(a[last].t_ns - a[0].t_ns);
	trace->messages[model] += 2;
	return 0;
}

/* At the end of a model each has said how often it slept, and nothing else. */
static int judge_end(struct trace *trace, enum model model, struct why *why)
{
	for (unsigned int node = 0; node < NODES; node++) {
		size_t at = trace->at[node]++;
		const struct mark *mark = &trace->marks[node]->at[at];

		if (at >= trace->marks[node]->n || mark->kind != MARK_STEP)
			return why_not(why, -EBADMSG,
				       "node %u did more than its role asks "
				       "for",
				       node);
		trace->slept[model] += mark->seq;
	}
	return 0;
}

static int peers_judge(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	static struct trace trace;
	uint64_t n = evidence->par->option[EXCHANGES];
	int err = 0;

	trace = (struct trace){
		.marks = {evidence->marks[FIRST], evidence->marks[SECOND]}};
	for (int model = 0; model < MODELS && !err; model++) {
		for (uint64_t i = 0; i < n && !err; i++)
			err = judge_exchange(&trace, (enum model)model, i, why);
		if (!err)
			err = judge_end(&trace, (enum model)model, why);
	}
	if (err)
		return err;
	for (int model = 0; model < MODELS; model++) {
		figure[PEERS_NS + model] = lesson_median(trace.ns[model], n);
		figure[PEERS_MESSAGES + model] =
			(double)trace.messages[model] / (double)n;
		figure[PEERS_SLEEPS + model] =
			(double)trace.slept[model] / (double)n;
	}
	figure[CALL_RATIO] = figure[CALL_NS] / figure[PEERS_NS];
	return 0;
}

const struct workload peers_workload = {
	.name = "peers",
	.brief = "the same payload both ways: between peers, and as client "
		 "and server",
	.metric = "peers_ns",
	.meaning = "two peers, each of which sends and receives over a link "
		   "each way and of which either begins, and a client that "
		   "calls a server; each must do what its role asks for and "
		   "nothing else: a client receives nothing that is no reply, "
		   "a server begins nothing",
	.timing = TIMING_LESSON,
	.needs = IPC_RELIABLE,
	.concepts = SHOWS(MODELS),
	.calls = true,
	.options = peers_options,
	.plan = peers_plan,
	.figures = peers_figures,
	.play = peers_play,
	.judge = peers_judge,
};
