/* SPDX-License-Identifier: MIT */
/* Stages: a remote call, stamped wherever it passes from one part to the next.
 */
#include <string.h>

#include "ipc/workload.h"

enum { CLIENT, SERVER, NODES };
enum { SERVICE, SERVICES };
enum { CALLS, WORK_US }; /* options */
enum { CALLS_PRESET = 64, CALLS_MAX = 1 << 13, DEPTH = 2 };
enum { WORK_PRESET = 50, US = 1000 }; /* nanoseconds */

/* What lies between two stamps, in the order of the call. */
enum stage {
	PACK,	 /* client's stub: parameters into a request */
	REQUEST, /* it is sent, travels and is received */
	UNPACK,	 /* server's stub, the skeleton: parameters out of it */
	RUN,	 /* the procedure */
	RESULT,	 /* skeleton: its result into a reply */
	REPLY,	 /* it is sent, travels and is received */
	RETURN,	 /* client's stub: the result out of it */
	STAGES
};
static const char *const stage_names[STAGES] = {
	"pack", "request", "unpack", "procedure", "result", "reply", "return"};

/* A stage begins with the stamp of its number; the last one ends with LEFT. The
 * client's BEGAN and OVER are around all of them. */
enum stamp { LEFT = STAGES, BEGAN, OVER, STAMPS };
enum { CLIENT_STAMPS = 6, SERVER_STAMPS = 4 };

/* Before the calls the client stamps so often for nothing: what that costs. */
enum { FOR_NOTHING = 33 };

/* Calls are by turns one with the outer stamps alone and one with all. Then
 * come those in which one stage after the other is slowed down on purpose, so
 * often; but not those that are the back-end's. */
enum course { BARE, STAMPED, COURSES };
static const enum stage slowed[] = {PACK, UNPACK, RUN, RESULT, RETURN};
enum { SLOWED = sizeof(slowed) / sizeof(slowed[0]), SLOW_CALLS = 3 };

/* A call's number and the parameters' length; the parameters. */
enum { HEAD_BYTES = 12, BYTES_MAX = 1 << 16 };

/* The first is the whole, the next ones are the stages. */
enum { WHOLE_NS, STAGE_NS };

static const struct ipc_option stages_options[] = {
	[CALLS] = {.name = "calls",
		   .help = "calls with all stamps, and as many with the outer "
			   "ones only",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CALLS_PRESET,
		   .min = 4,
		   .max = CALLS_MAX},
	[WORK_US] = {.name = "work",
		     .help = "microseconds that a stage is slowed down by, to "
			     "see that it is the one between its stamps",
		     .kind = IPC_OPTION_COUNT,
		     .preset = WORK_PRESET,
		     .min = 10,
		     .max = 100000},
	{.name = NULL},
};

static const struct figure_kind stages_figures[] = {
	[WHOLE_NS] = {"whole_ns", "ns", "lower",
		      "all stages; each is the mean over the same calls, the "
		      "middle half of all, so that they add up"},
	[STAGE_NS + PACK] = {"pack_ns", "ns", "lower",
			     "client's stub: parameters into a request"},
	[STAGE_NS + REQUEST] = {"request_ns", "ns", "lower",
				"from before the request is sent until it is "
				"received"},
	[STAGE_NS + UNPACK] = {"unpack_ns", "ns", "lower",
			       "server's stub: parameters out of the request"},
	[STAGE_NS + RUN] = {"procedure_ns", "ns", "lower", "the procedure"},
	[STAGE_NS + RESULT] = {"result_ns", "ns", "lower",
			       "server's stub: the result into a reply"},
	[STAGE_NS + REPLY] = {"reply_ns", "ns", "lower",
			      "from before the reply is sent until the call "
			      "returns"},
	[STAGE_NS + RETURN] = {"return_ns", "ns", "lower",
			       "client's stub: the result out of the reply"},
	{NULL, NULL, NULL, NULL},
};
_Static_assert((int)STAGE_NS + (int)STAGES <= (int)FIGURES, "room for all");

static uint64_t calls_of(const struct params *par)
{
	return COURSES * par->option[CALLS] + SLOWED * SLOW_CALLS;
}

static enum course course_of(const struct params *par, uint64_t call)
{
	return call < COURSES * par->option[CALLS]
		       ? (enum course)(call % COURSES)
		       : STAMPED;
}

/* The stage that a call is slowed down in, or STAGES. */
static enum stage slow_stage(const struct params *par, uint64_t call)
{
	uint64_t first = COURSES * par->option[CALLS];

	return call < first ? STAGES : slowed[(call - first) / SLOW_CALLS];
}

static int stages_plan(const struct params *par, struct plan *plan,
		       struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	if (par->size <= HEAD_BYTES || par->size > BYTES_MAX)
		return why_not(why, -EINVAL,
			       "a request takes %d to %d bytes, not %zu",
			       HEAD_BYTES + 1, BYTES_MAX, par->size);
	plan->nodes = NODES;
	plan->services = SERVICES;
	plan->service[SERVICE].clients = NODE(CLIENT);
	plan->service[SERVICE].servers = NODE(SERVER);
	plan->service[SERVICE].depth = depth;
	plan->marks = FOR_NOTHING + CLIENT_STAMPS * calls_of(par);
	return 0;
}

/* What fills a request, in whole units of marshalling. */
static uint32_t parameter_bytes(const struct params *par)
{
	return (uint32_t)((par->size - HEAD_BYTES) & ~(size_t)3);
}

/* Begin the next stage of this call, and slow it down if it is the one. */
static void stamp(struct node *node, uint64_t call, enum stamp which)
{
	if (course_of(node->par, call) == BARE && which < BEGAN)
		return;
	node_mark(node, MARK_STEP, call, which);
	if (which < LEFT && (enum stage)which == slow_stage(node->par, call))
		node_work(node->par->option[WORK_US] * US);
}

/* The procedure. */
static __attribute__((noinline)) uint32_t sum_of(const unsigned char *bytes,
						 uint32_t len)
{
	uint32_t sum = len;

	for (uint32_t i = 0; i < len; i++)
		sum = sum * 31 + bytes[i];
	return sum;
}

static int call_once(struct node *node, uint64_t call,
		     const unsigned char *bytes, uint32_t len, uint32_t *result)
{
	size_t size = node->par->size;
	struct marshal m = marshal_in(node->buf, size);
	uint64_t number;
	ssize_t n;

	stamp(node, call, (enum stamp)PACK);
	put_u64(&m, call);
	put_bytes(&m, bytes, len);
	stamp(node, call, (enum stamp)REQUEST);
	n = call_call(node->client[SERVICE], node->buf, size, node->buf, size);
	if (n < 0)
		return (int)n;
	stamp(node, call, (enum stamp)RETURN);
	m = marshal_in(node->buf, (size_t)n);
	number = get_u64(&m);
	*result = get_u32(&m);
	stamp(node, call, LEFT);
	return marshal_ok(&m) && number == call ? 0 : -EPROTO;
}

static int client(struct node *node)
{
	static unsigned char bytes[BYTES_MAX];
	uint32_t len = parameter_bytes(node->par), due, result = 0;
	uint64_t calls = calls_of(node->par);
	int err = 0;

	payload_write_how(bytes, sizeof(bytes), 1, PAYLOAD_FULL);
	due = sum_of(bytes, len);
	for (int i = 0; i < FOR_NOTHING; i++)
		node_mark(node, MARK_STEP, 0, STAMPS);
	for (uint64_t i = 0; i < calls && !err; i++) {
		stamp(node, i, BEGAN);
		err = call_once(node, i, bytes, len, &result);
		stamp(node, i, OVER);
		if (result != due)
			node->wrong++;
	}
	return err;
}

static int serve(struct node *node, uint64_t call)
{
	static unsigned char bytes[BYTES_MAX];
	struct call_port *port = node->server[SERVICE];
	struct call_right right;
	struct marshal m;
	uint32_t len, result;
	uint64_t number;
	ssize_t n = call_receive(port, node->buf, node->par->size, &right, 0);

	if (n < 0)
		return (int)n;
	stamp(node, call, (enum stamp)UNPACK);
	m = marshal_in(node->buf, (size_t)n);
	number = get_u64(&m);
	len = get_bytes(&m, bytes, sizeof(bytes));
	if (!marshal_ok(&m) || number != call)
		return -EPROTO;
	stamp(node, call, (enum stamp)RUN);
	result = sum_of(bytes, len);
	stamp(node, call, (enum stamp)RESULT);
	m = marshal_in(node->buf, node->par->size);
	put_u64(&m, number);
	put_u32(&m, result);
	stamp(node, call, (enum stamp)REPLY);
	return call_reply(port, &right, node->buf,
			  (size_t)(m.at - (unsigned char *)node->buf));
}

static int stages_play(struct node *node, struct traffic traffic)
{
	uint64_t calls = calls_of(node->par);
	int err = 0;

	(void)traffic;
	if (node->self == CLIENT)
		return client(node);
	for (uint64_t i = 0; i < calls && !err; i++)
		err = serve(node, i);
	return err;
}

/* The stamps of one call, and which are there. */
struct call {
	uint64_t t_ns[STAMPS];
	unsigned int has;
};

static void find(const struct evidence *evidence, struct call *call)
{
	uint64_t calls = calls_of(evidence->par);

	memset(call, 0, calls * sizeof(*call));
	for (unsigned int node = CLIENT; node < NODES; node++) {
		const struct marks *marks = evidence->marks[node];

		for (size_t i = 0; i < marks->n; i++) {
			const struct mark *mark = &marks->at[i];

			if (mark->value >= STAMPS || mark->seq >= calls)
				continue;
			call[mark->seq].t_ns[mark->value] = mark->t_ns;
			call[mark->seq].has |= 1u << mark->value;
		}
	}
}

static double whole_ns(const struct call *call)
{
	return (double)(call->t_ns[OVER] - call->t_ns[BEGAN]);
}

static double stage_ns(const struct call *call, unsigned int stage)
{
	return (double)(call->t_ns[stage + 1] - call->t_ns[stage]);
}

static double all_stages_ns(const struct call *call)
{
	double sum = 0;

	for (unsigned int stage = 0; stage < STAGES; stage++)
		sum += stage_ns(call, stage);
	return sum;
}

/* A call is in one stage after the other, by one clock. */
static int judge_order(const struct params *par, uint64_t i,
		       const struct call *call, struct why *why)
{
	static const unsigned int has[COURSES] = {
		[BARE] = 1u << BEGAN | 1u << OVER,
		[STAMPED] = (1u << STAMPS) - 1,
	};
	uint64_t last = call->t_ns[BEGAN];

	if (call->has != has[course_of(par, i)])
		return why_not(why, -EBADMSG, "call %llu lacks a stamp",
			       (unsigned long long)i);
	if (course_of(par, i) == BARE)
		return 0;
	for (unsigned int stage = 0; stage <= STAGES; stage++) {
		if (call->t_ns[stage] < last)
			return why_not(why, -EBADMSG,
				       "in call %llu the stage \"%s\" ended "
				       "before it began",
				       (unsigned long long)i,
				       stage_names[stage ? stage - 1 : 0]);
		last = call->t_ns[stage];
	}
	return 0;
}

/* A stage that is slowed down takes at least so long, or the stamps are not
 * where it begins and ends. One that always takes as long proves nothing. */
static int judge_slowed(const struct params *par, const struct call *call,
			const double mean_ns[STAGES], struct why *why)
{
	double work_ns = (double)(par->option[WORK_US] * US);

	for (uint64_t i = COURSES * par->option[CALLS]; i < calls_of(par);
	     i++) {
		enum stage stage = slow_stage(par, i);

		if (mean_ns[stage] >= work_ns)
			return why_not(why, -ENODATA,
				       "the stage \"%s\" takes %.0f ns as it "
				       "is, so %.0f more are not seen",
				       stage_names[stage], mean_ns[stage],
				       work_ns);
		if (stage_ns(&call[i], stage) < work_ns)
			return why_not(why, -EBADMSG,
				       "the stage \"%s\" took %.0f ns, and was "
				       "slowed down by %.0f",
				       stage_names[stage],
				       stage_ns(&call[i], stage), work_ns);
	}
	return 0;
}

/* What one stamp costs, where many follow each other. */
static double stamp_ns(const struct marks *client)
{
	double y[FOR_NOTHING];

	for (int i = 1; i < FOR_NOTHING; i++)
		y[i - 1] =
			(double)(client->at[i].t_ns - client->at[i - 1].t_ns);
	return lesson_median(y, FOR_NOTHING - 1);
}

/*
 * The stages are the whole but for the outer stamps: two of them, which may be
 * slower than those that followed each other; or a twentieth of it, where that
 * is more. The median over calls: in one of them others may have had the PU.
 */
static int judge_sum(const double *lacking, size_t n, double whole, double cost,
		     struct why *why)
{
	static double y[CALLS_MAX];
	double limit = 4 * cost > whole / 20 ? 4 * cost : whole / 20;
	double median;

	memcpy(y, lacking, n * sizeof(*y));
	median = lesson_median(y, n);
	if (median > limit || median < 0)
		return why_not(why, -EBADMSG,
			       "the stages lack %.0f of %.0f ns, with stamps "
			       "of %.0f ns",
			       median, whole, cost);
	return 0;
}

/* And with all the stamps a call is still much what it is without. */
static int judge_stamps(double bare, double stamped, double cost,
			struct why *why)
{
	double limit = 2 * bare + 2 * STAMPS * cost;

	if (stamped <= limit)
		return 0;
	return why_not(why, -ENODATA,
		       "with stamps a call took %.0f ns, and %.0f without",
		       stamped, bare);
}

/* Each stage's mean over the calls that took neither short nor long. */
static void means(const struct call *call, uint64_t n, double low, double high,
		  double mean_ns[STAGES])
{
	size_t taken = 0;

	memset(mean_ns, 0, STAGES * sizeof(*mean_ns));
	for (uint64_t i = STAMPED; i < n; i += COURSES) {
		double whole = whole_ns(&call[i]);

		if (whole < low || whole > high)
			continue;
		taken++;
		for (unsigned int stage = 0; stage < STAGES; stage++)
			mean_ns[stage] += stage_ns(&call[i], stage);
	}
	for (unsigned int stage = 0; stage < STAGES; stage++)
		mean_ns[stage] /= (double)taken;
}

static int stages_judge(const struct evidence *evidence, double figure[FIGURES],
			struct why *why)
{
	static struct call call[COURSES * CALLS_MAX + SLOWED * SLOW_CALLS];
	static double whole[COURSES][CALLS_MAX], lacking[CALLS_MAX];
	const struct params *par = evidence->par;
	uint64_t n = par->option[CALLS];
	double cost = stamp_ns(evidence->marks[CLIENT]);
	double mean_ns[STAGES], bare, stamped;
	int err = 0;

	find(evidence, call);
	for (uint64_t i = 0; i < calls_of(par) && !err; i++)
		err = judge_order(par, i, &call[i], why);
	if (err)
		return err;
	for (uint64_t i = 0; i < n; i++) {
		const struct call *pair = &call[COURSES * i];

		whole[BARE][i] = whole_ns(&pair[BARE]);
		whole[STAMPED][i] = whole_ns(&pair[STAMPED]);
		lacking[i] = whole_ns(&pair[STAMPED]) -
			     all_stages_ns(&pair[STAMPED]);
	}
	bare = lesson_median(whole[BARE], n);
	stamped = lesson_median(whole[STAMPED], n);
	/* Which has them in order now. */
	means(call, COURSES * n, whole[STAMPED][n / 4],
	      whole[STAMPED][n - 1 - n / 4], mean_ns);
	err = judge_sum(lacking, n, stamped, cost, why);
	if (!err)
		err = judge_slowed(par, call, mean_ns, why);
	if (!err)
		err = judge_stamps(bare, stamped, cost, why);
	figure[WHOLE_NS] = 0;
	for (unsigned int stage = 0; stage < STAGES; stage++) {
		figure[STAGE_NS + stage] = mean_ns[stage];
		figure[WHOLE_NS] += mean_ns[stage];
	}
	return err;
}

const struct workload stages_workload = {
	.name = "stages",
	.brief = "a remote call from stage to stage, which sum to the whole",
	.metric = "whole_ns",
	.meaning = "a call through stubs is stamped wherever it passes from "
		   "one part to the next; no stage ends before it began, "
		   "together they are the whole but for what the outer stamps "
		   "cost, or 5 %, and a stage that is slowed down on purpose "
		   "is the one that takes longer",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(STAGES),
	.calls = true,
	.options = stages_options,
	.plan = stages_plan,
	.figures = stages_figures,
	.play = stages_play,
	.judge = stages_judge,
};
