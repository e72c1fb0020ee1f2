/* SPDX-License-Identifier: MIT */
/* The lesson "primitives": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { CLIENT, SERVER, OTHER, CALLER, NODES };
enum op { CALL, SERVE, REPLY, RELAY, SEND, RECEIVE, OPS };
enum { WAITING, LATE, ABSENT, STATES };
enum { OPERATOR, PARTNER, RELEASER };
enum { STUCK = 64, ROLE = 128 };
enum { REPEATS = 2, ACTS = REPEATS + 2 };
enum { STEP = 1000000, TOOK = 300, ONE_WAY = 500, AWAY = 100000 };
enum { RELAY_ABSENT_NS = OPS, REPLY_ABSENT_NS };

static struct {
	struct marks *node[NODES];
	struct ipc_impl impl;
	struct why why;
	double figure[FIGURES];
} act;

static bool waits(enum op op)
{
	return op == CALL || op == SERVE || op == RECEIVE;
}

/* Who does it, and whom to. */
static const unsigned int operators[OPS] = {CLIENT, SERVER, SERVER,
					    SERVER, CLIENT, SERVER};
static const unsigned int partners[OPS] = {SERVER, CLIENT, CLIENT,
					   OTHER,  SERVER, CLIENT};

static uint64_t number_of(enum op op, int nth)
{
	return (uint64_t)op * ACTS + (uint64_t)nth + 1;
}

static void add(unsigned int node, uint64_t t_ns, uint64_t number,
		uint32_t value)
{
	marks_add(act.node[node], MARK_STEP, t_ns, number, value);
}

static void add_act(enum op op, int nth)
{
	int state = nth < REPEATS ? WAITING : nth - REPEATS + 1;
	uint32_t value = (uint32_t)(op * STATES + state);
	uint64_t number = number_of(op, nth);
	uint64_t began = number * STEP, came = began - TOOK;
	uint64_t over = began + TOOK, arrived = began + ONE_WAY;

	if (state != WAITING && op != REPLY)
		came = began + AWAY;
	if (state != WAITING && waits(op))
		over = came + TOOK;
	if (state != WAITING)
		arrived = came + AWAY + TOOK;
	add(operators[op], began, number, OPERATOR * ROLE + value);
	add(operators[op], over, number, OPERATOR * ROLE + value);
	if (op == REPLY && state != WAITING) {
		add(OTHER, began + AWAY, number, RELEASER * ROLE + value);
		arrived = began + AWAY + TOOK;
	}
	if (state == ABSENT && waits(op))
		value |= STUCK;
	add(partners[op], came, number, PARTNER * ROLE + value);
	value &= ~(uint32_t)STUCK;
	add(partners[op], arrived, number, PARTNER * ROLE + value);
}

static int start(void **state)
{
	(void)state;
	memset(&act.impl, 0, sizeof(act.impl));
	act.impl.caps = IPC_DEPTH;
	for (int i = 0; i < NODES; i++)
		act.node[i] = marks_new(2 * ACTS * OPS);
	for (int op = 0; op < OPS; op++)
		for (int i = 0; i < ACTS; i++)
			add_act((enum op)op, i);
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (int i = 0; i < NODES; i++)
		free(act.node[i]);
	return 0;
}

static int judge(void)
{
	const struct workload *primitives =
		catalogue_workload(&catalogue, "primitives", NULL);
	struct params par = {.size = 64, .option = {REPEATS, 2000}};
	struct plan plan = {.nodes = NODES};
	struct evidence evidence = {
		.impl = &act.impl, .par = &par, .plan = &plan};

	for (int i = 0; i < NODES; i++)
		evidence.marks[i] = act.node[i];
	return primitives->judge(&evidence, act.figure, &act.why);
}

/* The time at which a node's nth mark of an act was made. */
static uint64_t *at(unsigned int node, enum op op, int state, int nth)
{
	uint64_t number =
		number_of(op, state == WAITING ? 0 : REPEATS + state - 1);

	for (size_t i = 0; i < act.node[node]->n; i++)
		if (act.node[node]->at[i].seq == number && nth-- == 0)
			return &act.node[node]->at[i].t_ns;
	fail();
	return NULL;
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[CALL] == ONE_WAY);
	assert_true(act.figure[SERVE] == TOOK);
	assert_true(act.figure[REPLY] == ONE_WAY);
	assert_true(act.figure[RELAY] == ONE_WAY);
	assert_true(act.figure[SEND] == ONE_WAY);
	assert_true(act.figure[RECEIVE] == TOOK);
	assert_true(act.figure[RELAY_ABSENT_NS] == TOOK);
	assert_true(act.figure[REPLY_ABSENT_NS] == TOOK);
}

/* What waits came back before its partner came. */
static void test_not_waited(void **state)
{
	const enum op ops[] = {CALL, SERVE, RECEIVE};

	(void)state;
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		for (int late = LATE; late <= ABSENT; late++) {
			uint64_t *over = at(operators[ops[i]], ops[i], late, 1);
			uint64_t was_ns = *over;

			*over = *at(partners[ops[i]], ops[i], late, 0) - 1;
			assert_int_equal(judge(), -EBADMSG);
			assert_non_null(strstr(act.why.text,
					       "returned 1 ns before its "
					       "partner came"));
			*over = was_ns;
		}
	}
	assert_int_equal(judge(), 0);
}

/* A reply, a relay, and a send that has room wait for nobody. */
static void test_waited(void **state)
{
	(void)state;
	*at(SERVER, RELAY, LATE, 1) += STEP / 2;
	*at(SERVER, REPLY, LATE, 1) += AWAY - TOOK - 1;
	assert_int_equal(judge(), 0);
	*at(SERVER, RELAY, ABSENT, 1) += AWAY;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "a relay waited for its partner, 100300 ns");
	*at(SERVER, RELAY, ABSENT, 1) -= AWAY;
	*at(SERVER, REPLY, ABSENT, 1) += AWAY;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "a reply waited for its partner, 100300 ns");
	*at(SERVER, REPLY, ABSENT, 1) -= AWAY;
	*at(CLIENT, SEND, ABSENT, 1) += AWAY;
	assert_int_equal(judge(), -EBADMSG);
	act.impl.caps = 0;
	assert_int_equal(judge(), 0);
}

static void test_client_is_not_stopped(void **state)
{
	(void)state;
	*at(CLIENT, REPLY, ABSENT, 1) = *at(OTHER, REPLY, ABSENT, 0) - 1;
	assert_int_equal(judge(), -ENODATA);
	assert_non_null(strstr(act.why.text, "was not stopped"));
}

static void played(const char *impl, uint64_t has)
{
	const uint64_t option[IPC_OPTIONS] = {8, 1000};
	struct trial_record record;

	lesson_passes("primitives", impl, option, &record);
	for (int op = 0; op < OPS; op++)
		assert_int_equal(!isnan(record.figure[op]), has >> op & 1);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	const uint64_t links = 1 << SEND | 1 << RECEIVE;
	const uint64_t calls = 1 << CALL | 1 << SERVE | 1 << REPLY;
	const uint64_t relays = 1 << RELAY;

	(void)state;
	played("slot", calls | relays);
	played("unix-seqpacket", links | calls | relays);
	played("pipe", links | calls);
	played("udp", links);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_not_waited),
		TEST(test_waited),
		TEST(test_client_is_not_stopped),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("primitives", tests, NULL, NULL);
}
