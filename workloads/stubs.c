/* SPDX-License-Identifier: MIT */
/* Stubs: procedures called here, through stubs here, and through stubs over the
 * back-end; and what becomes of a call when a message or the server is lost. */
#include <math.h>
#include <string.h>

#include "ipc/workload.h"

enum { CLIENT, SERVER, NODES };
enum { SERVICE, SERVICES };
enum { PROCEDURE, CALLS }; /* options */
enum { CALLS_PRESET = 64, CALLS_MAX = 1 << 14, DEPTH = 2 };

/* NOTHING has no parameters: what is left are stubs and the way. */
enum procedure { INT, SMALL, BLOCK, LIST, POINTERS, NOTHING, PROCEDURES };
enum { SMALL_BYTES = 64, BLOCK_BYTES = 4096, LIST_ITEMS = 8 };

/* How a procedure is reached. */
enum reach { LOCAL, HERE, THERE, REACHES };

/* What a call promises about how often the procedure runs. */
enum promise { MAYBE, AT_LEAST_ONCE, AT_MOST_ONCE, PROMISES };

/* What is lost on purpose, the first time that a request is sent: nothing; the
 * request; the reply; the reply, and all that the server knew. */
enum loss { NO_LOSS, LOSE_REQUEST, LOSE_REPLY, LOSE_MEMORY, LOSSES };

/* Beside those of the options, a call for each promise and loss, the calls that
 * compare results, and the last, whose server is lost. */
enum { LAST_CALL = PROMISES * LOSSES, TRIES = 3 };

/* Marks. What was timed: the number of calls, and what. Results: the result and
 * the number of the comparison. Calls with losses: the call and its error, at
 * the client; the call, at the server, for each run of the procedure. */
enum mark_of { TIMED = MARK_SEND, RESULT = MARK_RECEIVE, CALLED = MARK_REPLY };
enum { RAN = MARK_STEP, LOST = MARK_RELAY };

/* Timed: by their way, and the procedure without parameters here. */
enum { DISPATCH = REACHES, TIMES };
enum { BATCHES = 9, BATCH = 128 };

/* A parameter that is compared: the procedures, and POINTERS once more with two
 * variables that are the same one. */
enum { SAME_VARIABLE = NOTHING, COMPARED };

enum {
	CALL_NS,
	LOCAL_NS,
	STUB_NS,
	MARSHAL_NS,
	DISPATCH_NS,
	TRANSPORT_NS,
	CRASH_TOLD_NS
};

static const char *const procedure_names[] = {
	[INT] = "int",	 [SMALL] = "small",	  [BLOCK] = "block",
	[LIST] = "list", [POINTERS] = "pointers", NULL,
};

static const char *const promise_names[PROMISES] = {
	[MAYBE] = "maybe",
	[AT_LEAST_ONCE] = "at least once",
	[AT_MOST_ONCE] = "at most once",
};

static const char *const loss_names[LOSSES] = {
	[NO_LOSS] = "nothing",
	[LOSE_REQUEST] = "its request",
	[LOSE_REPLY] = "its reply",
	[LOSE_MEMORY] = "its reply and the server's memory",
};

static const struct ipc_option stubs_options[] = {
	[PROCEDURE] = {.name = "procedure",
		       .help = "that is timed, by its parameter: a number, 64 "
			       "bytes, 4 KiB, a linked list, two pointers",
		       .kind = IPC_OPTION_CHOICE,
		       .preset = INT,
		       .names = procedure_names},
	[CALLS] = {.name = "calls",
		   .help = "calls over the back-end that are timed",
		   .kind = IPC_OPTION_COUNT,
		   .preset = CALLS_PRESET,
		   .min = 1,
		   .max = CALLS_MAX},
	{.name = NULL},
};

static const struct figure_kind stubs_figures[] = {
	[LOCAL_NS] = {"local_ns", "ns", "lower", "the same by a local call"},
	[STUB_NS] = {"stub_ns", "ns", "lower",
		     "the same through both stubs, which call each other in "
		     "one address space"},
	[CALL_NS] = {"call_ns", "ns", "lower",
		     "the procedure, through stubs and over the back-end"},
	[MARSHAL_NS] = {"marshal_ns", "ns", "lower",
			"packing and unpacking of parameters and result: what "
			"of stub_ns is neither local_ns nor dispatch_ns"},
	[DISPATCH_NS] = {"dispatch_ns", "ns", "lower",
			 "stub_ns of a procedure without parameters"},
	[TRANSPORT_NS] = {"transport_ns", "ns", "lower",
			  "what of call_ns is not stub_ns"},
	[CRASH_TOLD_NS] = {"crash_told_ns", "ns", "lower",
			   "from before a call whose server is lost until the "
			   "client learns of it; none on links, where nobody "
			   "tells"},
	{NULL, NULL, NULL, NULL},
};

/* The longest message: a block, or what is smaller than it all. */
enum { HEAD_BYTES = 28 };
static size_t message_max(const struct params *par)
{
	return HEAD_BYTES + MARSHAL_UNIT +
	       (par->option[PROCEDURE] == BLOCK ? BLOCK_BYTES : SMALL_BYTES);
}
enum { MESSAGE_BYTES = HEAD_BYTES + MARSHAL_UNIT + BLOCK_BYTES };
_Static_assert((int)LIST_ITEMS *(int)MARSHAL_UNIT <= (int)SMALL_BYTES,
	       "a list is no longer than the small parameter");

static int stubs_plan(const struct params *par, struct plan *plan,
		      struct why *why)
{
	uint32_t depth;

	if (plan_depth(par, DEPTH, &depth, why))
		return -EINVAL;
	plan->nodes = NODES;
	plan->services = SERVICES;
	plan->service[SERVICE].clients = NODE(CLIENT);
	plan->service[SERVICE].servers = NODE(SERVER);
	plan->service[SERVICE].depth = depth;
	plan->service[SERVICE].msg_max = message_max(par);
	plan->marks = 2 * (TIMES * BATCHES + par->option[CALLS]) +
		      COMPARED * REACHES + TRIES * LAST_CALL + 2;
	return 0;
}

/* ---- The procedures, and their parameters. */

struct item {
	int32_t value;
	struct item *next;
};

/* In and out: a procedure's parameters and its result. */
struct parameters {
	int32_t number;
	uint32_t sum, len;
	const unsigned char *bytes;
	struct item *list;
	int32_t *one, *other;
};

static __attribute__((noinline)) int32_t of_int(int32_t number)
{
	return (int32_t)(3 * (uint32_t)number + 1);
}

static __attribute__((noinline)) uint32_t of_bytes(const unsigned char *bytes,
						   uint32_t len)
{
	uint32_t sum = len;

	for (uint32_t i = 0; i < len; i++)
		sum = sum * 31 + bytes[i];
	return sum;
}

static __attribute__((noinline)) uint32_t of_list(const struct item *list)
{
	uint32_t sum = 0;

	for (; list; list = list->next)
		sum = sum * 31 + (uint32_t)list->value;
	return sum;
}

/* Where both are the same variable, it depends on who passes it how. */
static __attribute__((noinline)) void of_pointers(int32_t *one, int32_t *other)
{
	*one = (int32_t)((uint32_t)*one + 1);
	*other = (int32_t)((uint32_t)*other * 2);
}

/* The procedure itself. */
static void run(enum procedure procedure, struct parameters *p)
{
	switch (procedure) {
	case INT:
		p->number = of_int(p->number);
		break;
	case SMALL:
	case BLOCK:
		p->sum = of_bytes(p->bytes, p->len);
		break;
	case LIST:
		p->sum = of_list(p->list);
		break;
	case POINTERS:
		of_pointers(p->one, p->other);
		break;
	default:
		break;
	}
}

/* ---- The client's stub. */

static void put_list(struct marshal *m, const struct item *list)
{
	uint32_t n = 0;

	for (const struct item *item = list; item; item = item->next)
		n++;
	put_u32(m, n);
	for (; list; list = list->next)
		put_u32(m, (uint32_t)list->value);
}

static void put_parameters(struct marshal *m, enum procedure procedure,
			   const struct parameters *p)
{
	switch (procedure) {
	case INT:
		put_u32(m, (uint32_t)p->number);
		break;
	case SMALL:
	case BLOCK:
		put_bytes(m, p->bytes, p->len);
		break;
	case LIST:
		put_list(m, p->list);
		break;
	case POINTERS: /* what they point to: copy-in */
		put_u32(m, (uint32_t)*p->one);
		put_u32(m, (uint32_t)*p->other);
		break;
	default:
		break;
	}
}

static void get_results(struct marshal *m, enum procedure procedure,
			struct parameters *p)
{
	switch (procedure) {
	case INT:
		p->number = (int32_t)get_u32(m);
		break;
	case SMALL:
	case BLOCK:
	case LIST:
		p->sum = get_u32(m);
		break;
	case POINTERS: /* copy-out, in this order */
		*p->one = (int32_t)get_u32(m);
		*p->other = (int32_t)get_u32(m);
		break;
	default:
		break;
	}
}

/* ---- The server's stub, the skeleton. */

/* Where what the parameters point to is at the server. */
struct there {
	unsigned char bytes[BLOCK_BYTES];
	struct item item[LIST_ITEMS];
	int32_t one, other;
};

static struct item *get_list(struct marshal *m, struct item item[LIST_ITEMS])
{
	uint32_t n = get_u32(m);

	if (n > LIST_ITEMS)
		m->failed = true;
	for (uint32_t i = 0; i < n && marshal_ok(m); i++)
		item[i] = (struct item){(int32_t)get_u32(m),
					i + 1 < n ? &item[i + 1] : NULL};
	return n && marshal_ok(m) ? item : NULL;
}

static void get_parameters(struct marshal *m, enum procedure procedure,
			   struct parameters *p, struct there *there)
{
	switch (procedure) {
	case INT:
		p->number = (int32_t)get_u32(m);
		break;
	case SMALL:
	case BLOCK:
		p->len = get_bytes(m, there->bytes, sizeof(there->bytes));
		p->bytes = there->bytes;
		break;
	case LIST:
		p->list = get_list(m, there->item);
		break;
	case POINTERS:
		there->one = (int32_t)get_u32(m);
		there->other = (int32_t)get_u32(m);
		p->one = &there->one;
		p->other = &there->other;
		break;
	default:
		break;
	}
}

static void put_results(struct marshal *m, enum procedure procedure,
			const struct parameters *p)
{
	switch (procedure) {
	case INT:
		put_u32(m, (uint32_t)p->number);
		break;
	case SMALL:
	case BLOCK:
	case LIST:
		put_u32(m, p->sum);
		break;
	case POINTERS:
		put_u32(m, (uint32_t)*p->one);
		put_u32(m, (uint32_t)*p->other);
		break;
	default:
		break;
	}
}

/* ---- Requests and replies. */

/* Before the parameters. A request is known by its number, and by the life of
 * the server that it is for: a server that crashed begins another. */
struct head {
	uint64_t call;
	uint32_t procedure, promise, loss, life;
};

/* Before the results. LATE stands for none: where a timer of the client would
 * have run out. */
enum status { DONE, LATE, STALE, GARBLED };

/* What the server remembers, until it crashes, and what it has done. */
struct memory {
	uint64_t last; /* call of a client that may be repeated; 0: none */
	int32_t result;
	uint32_t life;
	struct node *node; /* marks each run; NULL: nobody asks */
};

static void put_head(struct marshal *m, const struct head *head)
{
	put_u64(m, head->call);
	put_u32(m, head->procedure);
	put_u32(m, head->promise);
	put_u32(m, head->loss);
	put_u32(m, head->life);
}

static struct head get_head(struct marshal *m)
{
	struct head head = {.call = get_u64(m)};

	head.procedure = get_u32(m);
	head.promise = get_u32(m);
	head.loss = get_u32(m);
	head.life = get_u32(m);
	return head;
}

/* The reply is the status, the life, and behind them results. */
static size_t put_status(struct marshal *m, const unsigned char *from,
			 enum status status, uint32_t life)
{
	put_u32(m, status);
	put_u32(m, life);
	return (size_t)(m->at - from);
}

/* A procedure that has run, on the way back. */
static enum status after_run(struct memory *memory, const struct head *head,
			     const struct parameters *p)
{
	if (memory->node && head->call)
		node_mark(memory->node, (enum mark_kind)RAN, head->call, 0);
	memory->last = head->call;
	memory->result = p->number;
	if (head->loss == LOSE_MEMORY) {
		memory->last = 0;
		memory->life++;
	}
	return head->loss == LOSE_REPLY || head->loss == LOSE_MEMORY ? LATE
								     : DONE;
}

/* Does the procedure have to run? At most once means: not for a request that
 * was served, nor for one that a server in an earlier life may have served. */
static enum status before_run(const struct memory *memory,
			      const struct head *head, bool *runs)
{
	bool once = head->promise == AT_MOST_ONCE && head->call;

	*runs = head->loss != LOSE_REQUEST;
	if (!*runs)
		return LATE;
	if (once && head->life != memory->life)
		*runs = false;
	if (once && head->life != memory->life)
		return STALE;
	if (once && head->call == memory->last)
		*runs = false;
	return DONE;
}

/* One request into one reply. Returns the reply's length. */
static size_t skeleton(struct memory *memory, unsigned char *req, size_t len,
		       unsigned char *rep, size_t room)
{
	struct marshal in = marshal_in(req, len), out = marshal_in(rep, room);
	struct head head = get_head(&in);
	struct parameters p = {.number = memory->result};
	enum procedure procedure = (enum procedure)head.procedure;
	struct there there;
	enum status status;
	bool runs;

	status = before_run(memory, &head, &runs);
	if (runs) {
		get_parameters(&in, procedure, &p, &there);
		if (!marshal_ok(&in) || procedure >= PROCEDURES)
			return put_status(&out, rep, GARBLED, memory->life);
		run(procedure, &p);
		status = after_run(memory, &head, &p);
	}
	put_status(&out, rep, status, memory->life);
	if (status == DONE)
		put_results(&out, procedure, &p);
	return marshal_ok(&out) ? (size_t)(out.at - rep) : 0;
}

/* What the client's stub hands its messages to. */
struct way {
	struct call_port *port; /* NULL: a skeleton here */
	struct memory *memory;	/* of that */
	size_t room;
	uint32_t life; /* of the server, as the last reply said */
};

static ssize_t send_on(struct way *way, unsigned char *req, size_t len,
		       unsigned char *rep)
{
	if (way->port)
		return call_call(way->port, req, len, rep, way->room);
	return (ssize_t)skeleton(way->memory, req, len, rep, way->room);
}

/* Pack, send, wait, unpack: once. */
static int call_once(struct way *way, const struct head *head,
		     struct parameters *p, enum status *status)
{
	enum procedure procedure = (enum procedure)head->procedure;
	unsigned char req[MESSAGE_BYTES], rep[MESSAGE_BYTES];
	struct marshal m = marshal_in(req, way->room);
	ssize_t n;

	put_head(&m, head);
	put_parameters(&m, procedure, p);
	if (!marshal_ok(&m))
		return -EMSGSIZE;
	n = send_on(way, req, (size_t)(m.at - req), rep);
	if (n < 0)
		return (int)n;
	m = marshal_in(rep, (size_t)n);
	*status = (enum status)get_u32(&m);
	way->life = get_u32(&m);
	if (*status == DONE)
		get_results(&m, procedure, p);
	return marshal_ok(&m) && *status != GARBLED ? 0 : -EPROTO;
}

/* A call that nothing is lost of. */
static int call_by(struct way *way, enum procedure procedure,
		   struct parameters *p)
{
	struct head head = {.procedure = procedure};
	enum status status;
	int err;

	if (!way) {
		run(procedure, p);
		return 0;
	}
	err = call_once(way, &head, p, &status);
	return err ? err : status == DONE ? 0 : -EPROTO;
}

/* And one that something is lost of, repeated as its promise allows. */
static int call_again(struct way *way, uint64_t call, enum promise promise,
		      enum loss loss)
{
	struct head head = {.call = call,
			    .procedure = INT,
			    .promise = promise,
			    .loss = loss,
			    .life = way->life};

	for (int try = 0; try < TRIES; try++) {
		struct parameters p = {.number = (int32_t)call};
		enum status status;
		int err = call_once(way, &head, &p, &status);

		if (err)
			return err;
		if (status == DONE)
			return p.number == of_int((int32_t)call) ? 0 : -EPROTO;
		if (status == STALE)
			return -ECONNRESET;
		if (promise == MAYBE)
			break;
		head.loss = NO_LOSS;
	}
	return -ETIMEDOUT;
}

/* ---- The client. */

struct caller {
	struct node *node;
	struct way here, there;
	struct memory memory; /* of the skeleton here */
	unsigned char bytes[BLOCK_BYTES];
	struct item item[LIST_ITEMS];
	int32_t x, y;
};

static struct way *way_to(struct caller *caller, enum reach reach)
{
	return reach == LOCAL  ? NULL
	       : reach == HERE ? &caller->here
			       : &caller->there;
}

static struct parameters fresh(struct caller *caller, unsigned int compared)
{
	struct parameters p = {
		.number = 7,
		.bytes = caller->bytes,
		.len = compared == BLOCK ? BLOCK_BYTES : SMALL_BYTES,
		.list = caller->item,
		.one = &caller->x,
		.other = compared == SAME_VARIABLE ? &caller->x : &caller->y,
	};

	caller->x = 3;
	caller->y = 5;
	return p;
}

static uint64_t result_of(const struct caller *caller, unsigned int compared,
			  const struct parameters *p)
{
	if (compared == INT)
		return (uint32_t)p->number;
	if (compared < POINTERS)
		return p->sum;
	return (uint64_t)(uint32_t)caller->x << 32 | (uint32_t)caller->y;
}

/* What it makes of the same parameters, by each way. */
static int compare(struct caller *caller, unsigned int compared)
{
	enum procedure procedure =
		compared == SAME_VARIABLE ? POINTERS : (enum procedure)compared;
	int err = 0;

	if (procedure == BLOCK && caller->node->par->option[PROCEDURE] != BLOCK)
		return 0;
	for (int reach = LOCAL; reach < REACHES && !err; reach++) {
		struct parameters p = fresh(caller, compared);

		err = call_by(way_to(caller, (enum reach)reach), procedure, &p);
		node_mark(caller->node, (enum mark_kind)RESULT,
			  result_of(caller, compared, &p),
			  compared * REACHES + (uint32_t)reach);
	}
	return err;
}

/* Nothing of the loop may be left out because nobody looks at it. */
#define LOOKED_AT(p) __asm__ volatile("" : : "r"(p) : "memory")

static int time_batch(struct caller *caller, unsigned int what, uint64_t n)
{
	enum procedure procedure =
		what == DISPATCH
			? NOTHING
			: (enum procedure)caller->node->par->option[PROCEDURE];
	struct way *way =
		way_to(caller, what == DISPATCH ? HERE : (enum reach)what);
	struct parameters p = fresh(caller, procedure);
	int err = 0;

	node_mark(caller->node, (enum mark_kind)TIMED, n, what);
	for (uint64_t i = 0; i < n && !err; i++) {
		LOOKED_AT(&p);
		err = call_by(way, procedure, &p);
	}
	node_mark(caller->node, (enum mark_kind)TIMED, n, what);
	return err;
}

static int time_all(struct caller *caller)
{
	uint64_t calls = caller->node->par->option[CALLS];
	int err = 0;

	for (int batch = 0; batch < BATCHES && !err; batch++)
		for (int what = 0; what < TIMES && !err; what++)
			if (what != THERE)
				err = time_batch(caller, (unsigned int)what,
						 BATCH);
	for (uint64_t i = 0; i < calls && !err; i++)
		err = time_batch(caller, THERE, 1);
	return err;
}

/* Every promise, with every loss. What the client is told, it marks. */
static int lose_all(struct caller *caller)
{
	for (uint64_t call = 0; call < LAST_CALL; call++) {
		int err = call_again(&caller->there, call + 1,
				     (enum promise)(call / LOSSES),
				     (enum loss)(call % LOSSES));

		if (err && err != -ETIMEDOUT && err != -ECONNRESET)
			return err;
		node_mark(caller->node, (enum mark_kind)CALLED, call + 1,
			  (uint32_t)-err);
	}
	return 0;
}

/* On links nobody would tell, and the call would not end. */
static bool is_told(const struct call_port *port)
{
	return port->service->call->way != CALL_LAYERED;
}

static int lose_server(struct caller *caller)
{
	struct parameters p = fresh(caller, INT);
	int err;

	if (!is_told(caller->there.port))
		return 0;
	node_mark(caller->node, (enum mark_kind)LOST, 0, 0);
	err = call_by(&caller->there, INT, &p);
	node_mark(caller->node, (enum mark_kind)LOST, 1, (uint32_t)-err);
	return 0;
}

static int client(struct node *node)
{
	struct caller caller = {.node = node};
	int err = 0;

	caller.here = (struct way){.memory = &caller.memory,
				   .room = message_max(node->par)};
	caller.there = (struct way){.port = node->client[SERVICE],
				    .room = message_max(node->par)};
	payload_write_how(caller.bytes, sizeof(caller.bytes), 1, PAYLOAD_FULL);
	for (int i = 0; i < LIST_ITEMS; i++)
		caller.item[i] = (struct item){
			i + 1, i + 1 < LIST_ITEMS ? &caller.item[i + 1] : NULL};
	for (unsigned int i = 0; i < COMPARED && !err; i++)
		err = compare(&caller, i);
	if (!err)
		err = time_all(&caller);
	if (!err)
		err = lose_all(&caller);
	return err ? err : lose_server(&caller);
}

/* ---- The server. */

static int serve(struct node *node, struct memory *memory, bool *over)
{
	struct call_port *port = node->server[SERVICE];
	unsigned char req[MESSAGE_BYTES], rep[MESSAGE_BYTES];
	struct call_right right;
	struct marshal m;
	struct head head;
	ssize_t n = call_receive(port, req, sizeof(req), &right, 0);

	if (n < 0)
		return (int)n;
	m = marshal_in(req, (size_t)n);
	head = get_head(&m);
	/* The call after the last that something is lost of; of calls with no
	 * promises, the first after that. */
	if (!head.call && *over) {
		node_crash(node, SERVICE);
		return 0;
	}
	n = (ssize_t)skeleton(memory, req, (size_t)n, rep, sizeof(rep));
	*over = head.call == LAST_CALL && head.loss == NO_LOSS;
	return call_reply(port, &right, rep, (size_t)n);
}

static int server(struct node *node)
{
	struct memory memory = {.node = node};
	bool told = is_told(node->server[SERVICE]), over = false;
	int err = 0;

	while (!err && node->server[SERVICE] && (told || !over))
		err = serve(node, &memory, &over);
	return err;
}

static int stubs_play(struct node *node, struct traffic traffic)
{
	(void)traffic;
	return node->self == CLIENT ? client(node) : server(node);
}

/* ---- The judge. */

struct found {
	bool compared[COMPARED];
	uint64_t result[COMPARED][REACHES];
	unsigned int ran[LAST_CALL + 1];
	uint32_t error[LAST_CALL + 1]; /* that the client was told */
	unsigned int called;
	const struct mark *lost; /* of the call whose server was lost: two */
	double ns[TIMES][CALLS_MAX];
	size_t n[TIMES];
};

static void find_one(struct found *found, const struct mark *mark)
{
	switch ((int)mark->kind) {
	case TIMED:
		if (found->n[mark->value] < CALLS_MAX)
			found->ns[mark->value][found->n[mark->value]++] =
				(double)(mark[1].t_ns - mark[0].t_ns) /
				(double)mark->seq;
		break;
	case RESULT:
		found->compared[mark->value / REACHES] = true;
		found->result[mark->value / REACHES][mark->value % REACHES] =
			mark->seq;
		break;
	case CALLED:
		found->error[mark->seq] = mark->value;
		found->called++;
		break;
	case LOST:
		if (mark->seq == 0)
			found->lost = mark;
		break;
	default:
		break;
	}
}

static void find(const struct evidence *evidence, struct found *found)
{
	const struct marks *client = evidence->marks[CLIENT];
	const struct marks *server = evidence->marks[SERVER];

	*found = (struct found){.lost = NULL};
	for (size_t i = 0; i < client->n; i++) {
		find_one(found, &client->at[i]);
		i += client->at[i].kind == TIMED || client->at[i].kind == LOST;
	}
	for (size_t i = 0; i < server->n; i++)
		if (server->at[i].kind == RAN && server->at[i].seq <= LAST_CALL)
			found->ran[server->at[i].seq]++;
}

/* Parameters come over as they are, but for what points to the same variable:
 * copied in and out it is two, of which the last comes back. */
static int judge_results(const struct found *found, struct why *why)
{
	const uint64_t *same = found->result[SAME_VARIABLE];

	for (unsigned int i = 0; i < SAME_VARIABLE; i++) {
		const uint64_t *result = found->result[i];

		if (!found->compared[i] || (result[LOCAL] == result[HERE] &&
					    result[LOCAL] == result[THERE]))
			continue;
		return why_not(why, -EBADMSG,
			       "the procedure of \"%s\" gave %llx by a local "
			       "call, %llx through stubs and %llx from the "
			       "server",
			       procedure_names[i],
			       (unsigned long long)result[LOCAL],
			       (unsigned long long)result[HERE],
			       (unsigned long long)result[THERE]);
	}
	if (same[HERE] != same[THERE])
		return why_not(why, -EBADMSG,
			       "one variable by two pointers became %u through "
			       "stubs here, and %u over the back-end",
			       (unsigned int)(same[HERE] >> 32),
			       (unsigned int)(same[THERE] >> 32));
	if (same[LOCAL] == same[THERE])
		return why_not(why, -ENODATA,
			       "one variable by two pointers became %u both "
			       "locally and by copies: no difference was seen",
			       (unsigned int)(same[LOCAL] >> 32));
	return 0;
}

/* How often may the procedure have run, if the client was told that it had, or
 * an error? */
static bool is_kept(enum promise promise, bool well, unsigned int ran)
{
	if (promise == AT_LEAST_ONCE)
		return !well || ran >= 1;
	return well ? ran == 1 : ran <= 1;
}

static int judge_promises(const struct found *found, struct why *why)
{
	for (unsigned int call = 0; call < LAST_CALL; call++) {
		enum promise promise = (enum promise)(call / LOSSES);
		enum loss loss = (enum loss)(call % LOSSES);
		unsigned int ran = found->ran[call + 1];
		bool well = found->error[call + 1] == 0;

		if (is_kept(promise, well, ran) && (well || loss != NO_LOSS))
			continue;
		return why_not(why, -EBADMSG,
			       "a call promised as \"%s\" that lost %s ran %u "
			       "times, and the client was told error %u",
			       promise_names[promise], loss_names[loss], ran,
			       found->error[call + 1]);
	}
	return 0;
}

/* A promise that was kept because nothing was lost proves nothing. And one that
 * repeats its requests gets all of them through, but for what only a server
 * that has forgotten could tell. */
static int judge_losses(const struct found *found, struct why *why)
{
	static const struct {
		enum promise promise;
		enum loss loss;
		unsigned int ran;
		bool well;
	} due[] = {
		{MAYBE, LOSE_REQUEST, 0, false},
		{MAYBE, LOSE_REPLY, 1, false},
		{AT_LEAST_ONCE, LOSE_REQUEST, 1, true},
		{AT_LEAST_ONCE, LOSE_REPLY, 2, true},
		{AT_LEAST_ONCE, LOSE_MEMORY, 2, true},
		{AT_MOST_ONCE, LOSE_REQUEST, 1, true},
		{AT_MOST_ONCE, LOSE_REPLY, 1, true},
		{AT_MOST_ONCE, LOSE_MEMORY, 1, false},
	};

	if (found->called != LAST_CALL)
		return why_not(why, -ENODATA,
			       "%u calls lost something, and not %d",
			       found->called, LAST_CALL);
	for (size_t i = 0; i < sizeof(due) / sizeof(due[0]); i++) {
		unsigned int call = due[i].promise * LOSSES + due[i].loss + 1;

		if (found->ran[call] == due[i].ran &&
		    (found->error[call] == 0) == due[i].well)
			continue;
		return why_not(why, -ENODATA,
			       "a call promised as \"%s\" that was to lose %s "
			       "ran %u times, and not %u",
			       promise_names[due[i].promise],
			       loss_names[due[i].loss], found->ran[call],
			       due[i].ran);
	}
	return 0;
}

/* A client that waits for a server that is lost learns of it, where calls are
 * more than messages on links. */
static int judge_crash(const struct evidence *evidence,
		       const struct found *found, double *told_ns,
		       struct why *why)
{
	*told_ns = NAN;
	if (!evidence->impl->call)
		return 0;
	if (!found->lost)
		return why_not(why, -ENODATA, "no server was lost");
	if (found->lost[1].value != EPIPE)
		return why_not(why, -EBADMSG,
			       "a call whose server was lost ended with error "
			       "%u, not %d",
			       found->lost[1].value, EPIPE);
	*told_ns = (double)(found->lost[1].t_ns - found->lost[0].t_ns);
	return 0;
}

static int stubs_judge(const struct evidence *evidence, double figure[FIGURES],
		       struct why *why)
{
	static struct found found;
	int err;

	find(evidence, &found);
	err = judge_results(&found, why);
	if (!err)
		err = judge_promises(&found, why);
	if (!err)
		err = judge_losses(&found, why);
	if (!err)
		err = judge_crash(evidence, &found, &figure[CRASH_TOLD_NS],
				  why);
	if (err)
		return err;
	figure[LOCAL_NS] = lesson_median(found.ns[LOCAL], found.n[LOCAL]);
	figure[STUB_NS] = lesson_median(found.ns[HERE], found.n[HERE]);
	figure[CALL_NS] = lesson_median(found.ns[THERE], found.n[THERE]);
	figure[DISPATCH_NS] =
		lesson_median(found.ns[DISPATCH], found.n[DISPATCH]);
	figure[MARSHAL_NS] =
		figure[STUB_NS] - figure[DISPATCH_NS] - figure[LOCAL_NS];
	figure[TRANSPORT_NS] = figure[CALL_NS] - figure[STUB_NS];
	return 0;
}

const struct workload stubs_workload = {
	.name = "stubs",
	.brief = "remote procedure call: what stubs and transport cost, what "
		 "differs from a local call",
	.metric = "call_ns",
	.meaning = "procedures are called locally, through stubs in one "
		   "address space, and through stubs over the back-end, with "
		   "the same results but for a variable that two parameters "
		   "point to; calls that lose a message or the server's "
		   "memory run their procedure as often as was promised; a "
		   "client whose server is lost is told, but not where calls "
		   "are messages on links",
	.timing = TIMING_LESSON,
	.concepts = SHOWS(RPC),
	.calls = true,
	.options = stubs_options,
	.plan = stubs_plan,
	.figures = stubs_figures,
	.play = stubs_play,
	.judge = stubs_judge,
};
