/* SPDX-License-Identifier: MIT */
/* The lesson "rude": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { RUDE, SERVER, VICTIM, WATCHER, NODES };
enum { CALM, IS_RUDE, CONTROL, ROUNDS };
enum { CALLS = 4, DEPTH = 4, HELD_MAX = 1 << 17 };
enum { STEP = 1000000, TOOK = 300, LATE = 200000, BLOCKED = 250000 };
enum {
	VICTIM_P99_NS,
	VICTIM_NS,
	CALM_NS,
	REPLY_MAX_NS,
	SERVER_BLOCKED_NS,
	UNCOLLECTED,
	PREDICTED
};

/* Where in the marks. */
enum { SAID = 1, STUCK_IN = 2, SERVER_MARKS = 4, WATCHER_MARKS = 2 };
enum { SEEN, RELEASED };

static struct {
	struct marks *node[NODES];
	struct ipc_impl impl;
	struct why why;
	double figure[FIGURES];
} act;

static void add_calls(uint64_t round, uint64_t t_ns, uint64_t late_ns)
{
	for (uint64_t i = 0; i < CALLS; i++, t_ns += TOOK) {
		uint64_t over = t_ns + TOOK + (i == 0 ? late_ns : 0);

		marks_add(act.node[VICTIM], MARK_SEND, t_ns, round, 0);
		marks_add(act.node[VICTIM], MARK_SENT, over, round, 0);
		t_ns = over - TOOK;
	}
}

/* The server is stuck at t_ns, and let go later; or is not. */
static void add_rude(uint64_t round, bool stuck, uint64_t replies)
{
	uint64_t t_ns = (round + 1) * STEP;
	uint64_t released = t_ns + LATE;
	uint64_t began = t_ns - BLOCKED + LATE;

	marks_add(act.node[SERVER], MARK_REPLY, began, 0, 0);
	marks_add(act.node[SERVER], MARK_REPLIED,
		  began + (stuck ? BLOCKED + 1 : TOOK), 0, 0);
	marks_add(act.node[SERVER], MARK_REPLY, stuck ? began : 0,
		  stuck ? replies : 0, stuck);
	marks_add(act.node[SERVER], MARK_REPLIED,
		  stuck ? began + BLOCKED + 1 : 0, 0, stuck);
	marks_add(act.node[WATCHER], MARK_STEP, t_ns, replies, stuck);
	marks_add(act.node[WATCHER], MARK_STEP, released, 0, 0);
	marks_add(act.node[RUDE], MARK_RECEIVE, released + 1, 0, 0);
	marks_add(act.node[RUDE], MARK_RECEIVED, released + 2, replies, 0);
	add_calls(round, t_ns + 1, stuck ? LATE : 0);
}

static void start_as(enum call_way way, uint64_t held)
{
	memset(&act.impl, 0, sizeof(act.impl));
	for (int i = 0; i < NODES; i++)
		act.node[i] = marks_new(2 * ROUNDS * CALLS + SERVER_MARKS);
	marks_add(act.node[SERVER], MARK_STEP, 1, 0, way);
	marks_add(act.node[WATCHER], MARK_STEP, 1, held, 0);
	add_calls(CALM, STEP, 0);
	add_rude(IS_RUDE, way == CALL_LAYERED, way == CALL_LAYERED ? held : 1);
	if (way != CALL_LAYERED)
		add_rude(CONTROL, true, 0);
}

static int start_layered(void **state)
{
	(void)state;
	start_as(CALL_LAYERED, DEPTH);
	act.impl.caps = IPC_DEPTH;
	return 0;
}

static int start_native(void **state)
{
	(void)state;
	start_as(CALL_NATIVE, HELD_MAX);
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
	const struct workload *rude =
		catalogue_workload(&catalogue, "rude", NULL);
	struct params par = {.size = 64, .option = {64, 1, CALLS, 2000}};
	struct plan plan = {.nodes = NODES, .service = {{.depth = DEPTH}}};
	struct evidence evidence = {
		.impl = &act.impl, .par = &par, .plan = &plan};

	for (int i = 0; i < NODES; i++)
		evidence.marks[i] = act.node[i];
	return rude->judge(&evidence, act.figure, &act.why);
}

static struct mark *of_server(int round, int what)
{
	return &act.node[SERVER]
			->at[SAID + SERVER_MARKS * (round - IS_RUDE) + what];
}

static struct mark *of_watcher(int round, int what)
{
	return &act.node[WATCHER]
			->at[SAID + WATCHER_MARKS * (round - IS_RUDE) + what];
}

/* A call of the victim: when it is over. */
static uint64_t *call_over(int round, int call)
{
	return &act.node[VICTIM]->at[2 * (CALLS * round + call) + 1].t_ns;
}

static void test_layered_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[CALM_NS] == TOOK);
	assert_true(act.figure[VICTIM_NS] == TOOK);
	assert_true(act.figure[VICTIM_P99_NS] == TOOK + LATE);
	assert_true(act.figure[SERVER_BLOCKED_NS] == BLOCKED + 1);
	assert_true(act.figure[UNCOLLECTED] == DEPTH);
	assert_true(act.figure[PREDICTED] == DEPTH);
}

static void test_layered_does_not_wait(void **state)
{
	(void)state;
	of_watcher(IS_RUDE, SEEN)->value = 0;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "4 replies that nobody collected did not make the "
			    "server wait, with room for 4");
}

/* The server seemed to be stuck, and was not. */
static void test_layered_does_not_wait_for_that(void **state)
{
	struct mark *over = of_server(IS_RUDE, STUCK_IN + 1);
	uint64_t was_ns = over->t_ns;

	(void)state;
	over->t_ns = of_watcher(IS_RUDE, RELEASED)->t_ns - 1;
	assert_int_equal(judge(), -ENODATA);
	over->t_ns = was_ns;
	assert_int_equal(judge(), 0);
	*call_over(IS_RUDE, 0) = of_watcher(IS_RUDE, RELEASED)->t_ns - 1;
	assert_int_equal(judge(), -ENODATA);
}

static void test_layered_waits_elsewhere(void **state)
{
	(void)state;
	of_server(IS_RUDE, STUCK_IN)->seq = DEPTH - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "the server waited after 3 replies, "
					  "and there was to be room for 4");
	act.impl.caps = 0;
	assert_int_equal(judge(), -ENODATA);
	act.impl.contract.elastic = true;
	assert_int_equal(judge(), 0);
	assert_true(isnan(act.figure[PREDICTED]));
}

static void test_native_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[REPLY_MAX_NS] == TOOK);
	assert_true(act.figure[SERVER_BLOCKED_NS] == 0);
	assert_true(act.figure[VICTIM_P99_NS] == TOOK);
	assert_true(act.figure[UNCOLLECTED] == 1);
	assert_true(isnan(act.figure[PREDICTED]));
}

static void test_native_waits(void **state)
{
	struct mark *reply = of_server(IS_RUDE, STUCK_IN);

	(void)state;
	of_watcher(IS_RUDE, SEEN)->value = 1;
	reply[0].t_ns = of_watcher(IS_RUDE, SEEN)->t_ns;
	reply[0].value = reply[1].value = 1;
	reply[1].t_ns = of_watcher(IS_RUDE, RELEASED)->t_ns;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "a reply waited for a client that did not collect "
			    "it, for 200000 ns");
	/* It took long, and was over before. */
	reply[1].t_ns--;
	assert_int_equal(judge(), -ENODATA);
}

static void test_rude_one_is_held(void **state)
{
	struct mark *collect = &act.node[RUDE]->at[0];

	(void)state;
	collect->t_ns = of_watcher(IS_RUDE, RELEASED)->t_ns - 1;
	assert_int_equal(judge(), -ENODATA);
	assert_non_null(strstr(act.why.text, "was not held"));
}

/* No proof without one who waits, seen. */
static void test_control(void **state)
{
	(void)state;
	of_watcher(CONTROL, SEEN)->value = 0;
	assert_int_equal(judge(), -ENODATA);
	assert_non_null(strstr(act.why.text, "proves nothing"));
	of_watcher(CONTROL, SEEN)->value = 1;
	*call_over(CONTROL, 0) = of_watcher(CONTROL, RELEASED)->t_ns - 1;
	assert_int_equal(judge(), -ENODATA);
}

static void played(const char *impl, double replies, double predicted)
{
	const uint64_t option[IPC_OPTIONS] = {16, 1, 8, 1000};
	struct trial_record record;

	lesson_passes("rude", impl, option, &record);
	if (predicted > 0)
		assert_true(record.figure[PREDICTED] == predicted);
	assert_true(record.figure[UNCOLLECTED] == replies);
	if (predicted > 0)
		assert_true(record.figure[SERVER_BLOCKED_NS] >= NS_PER_MS);
	else
		assert_true(record.figure[SERVER_BLOCKED_NS] == 0);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("slot", 1, 0);
	played("unix-seqpacket", 16, 0);
	played("ring-mpmc", 4, 4);
}

#define TEST(name, how) cmocka_unit_test_setup_teardown(name, start_##how, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_layered_well, layered),
		TEST(test_layered_does_not_wait, layered),
		TEST(test_layered_does_not_wait_for_that, layered),
		TEST(test_layered_waits_elsewhere, layered),
		TEST(test_native_well, native),
		TEST(test_native_waits, native),
		TEST(test_rude_one_is_held, native),
		TEST(test_control, native),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("rude", tests, NULL, NULL);
}
