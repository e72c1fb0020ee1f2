/* SPDX-License-Identifier: MIT */
/* The lesson "stages": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { CALLS = 8, WORK_US = 50, WORK = WORK_US * 1000 };
enum { PACK, REQUEST, UNPACK, RUN, RESULT, REPLY, RETURN, STAGES };
enum { LEFT = STAGES, BEGAN, OVER, STAMPS };
enum { SLOWED = 5, SLOW_CALLS = 3, FOR_NOTHING = 33 };
enum { ALL = 2 * CALLS + SLOWED * SLOW_CALLS };
enum { COST = 10, BARE_NS = 10000, STEP = 1000000 };
enum { WHOLE_NS, STAGE_NS };

static const uint64_t takes_ns[STAGES] = {100, 5000, 200, 300, 100, 4000, 100};
static const unsigned int slowed[SLOWED] = {PACK, UNPACK, RUN, RESULT, RETURN};

static struct {
	struct marks *node[2];
	struct mark *at[ALL][STAMPS];
	struct why why;
	double figure[FIGURES];
} act;

static void add(uint64_t call, unsigned int stamp, uint64_t t_ns)
{
	bool server = stamp >= UNPACK && stamp <= REPLY;

	act.at[call][stamp] =
		marks_add(act.node[server], MARK_STEP, t_ns, call, stamp);
}

static unsigned int slow_stage(uint64_t call)
{
	return call < 2 * CALLS ? (unsigned int)STAGES
				: slowed[(call - 2 * CALLS) / SLOW_CALLS];
}

static void add_call(uint64_t call)
{
	uint64_t t_ns = (call + 1) * STEP;

	add(call, BEGAN, t_ns);
	if (call < 2 * CALLS && call % 2 == 0) {
		add(call, OVER, t_ns + BARE_NS);
		return;
	}
	t_ns += COST;
	for (unsigned int stage = 0; stage < STAGES; stage++) {
		add(call, stage, t_ns);
		t_ns += takes_ns[stage] +
			(stage == slow_stage(call) ? WORK : 0);
	}
	add(call, LEFT, t_ns);
	add(call, OVER, t_ns + COST);
}

static int start(void **state)
{
	(void)state;
	for (int node = 0; node < 2; node++)
		act.node[node] = marks_new(FOR_NOTHING + 6 * ALL);
	for (uint64_t i = 0; i < FOR_NOTHING; i++)
		marks_add(act.node[0], MARK_STEP, i * COST, 0, STAMPS);
	for (uint64_t i = 0; i < ALL; i++)
		add_call(i);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.node[0]);
	free(act.node[1]);
	return 0;
}

static int judge(void)
{
	const struct workload *stages =
		catalogue_workload(&catalogue, "stages", NULL);
	struct params par = {.size = 64, .option = {CALLS, WORK_US}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {.par = &par,
				    .plan = &plan,
				    .marks = {act.node[0], act.node[1]}};

	return stages->judge(&evidence, act.figure, &act.why);
}

static void test_all_well(void **state)
{
	double sum = 0;

	(void)state;
	assert_int_equal(judge(), 0);
	for (unsigned int stage = 0; stage < STAGES; stage++) {
		assert_true(act.figure[STAGE_NS + stage] ==
			    (double)takes_ns[stage]);
		sum += (double)takes_ns[stage];
	}
	assert_true(act.figure[WHOLE_NS] == sum);
}

static void test_out_of_order(void **state)
{
	(void)state;
	/* The server has it before the client has sent it. */
	act.at[3][UNPACK]->t_ns = act.at[3][REQUEST]->t_ns - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(
		act.why.text,
		"in call 3 the stage \"request\" ended before it began");
}

static void test_no_stamp(void **state)
{
	(void)state;
	act.at[5][RESULT]->value = STAMPS;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "call 5 lacks a stamp");
	act.at[5][RESULT]->value = RESULT;
	assert_int_equal(judge(), 0);
}

/* What nobody stamps is missing from the sum; not in one call, but always. */
static void test_lacks(void **state)
{
	(void)state;
	act.at[1][OVER]->t_ns += 10 * BARE_NS;
	assert_int_equal(judge(), 0);
	for (uint64_t i = 1; i < 2 * CALLS; i += 2)
		act.at[i][OVER]->t_ns += BARE_NS / 10;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "the stages lack 1020 of"));
}

/* The procedure runs outside of its stamps. */
static void test_slow_stage_is_not_it(void **state)
{
	uint64_t call = 2 * CALLS + 2 * SLOW_CALLS;

	(void)state;
	act.at[call][RESULT]->t_ns -= WORK;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "the stage \"procedure\" took "
					     "300 ns"));
}

/* A stage that takes so long anyway cannot be seen to be slowed down. */
static void test_slow_anyway(void **state)
{
	(void)state;
	for (uint64_t i = 1; i < 2 * CALLS; i += 2)
		for (unsigned int stamp = RESULT; stamp <= OVER; stamp++)
			if (stamp != BEGAN)
				act.at[i][stamp]->t_ns += WORK;
	assert_int_equal(judge(), -ENODATA);
}

static void test_stamps_cost_too_much(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 2 * CALLS; i += 2)
		act.at[i][OVER]->t_ns -= BARE_NS - BARE_NS / 10;
	assert_int_equal(judge(), -ENODATA);
	assert_non_null(strstr(act.why.text, "with stamps a call took"));
}

static void played(const char *impl)
{
	const uint64_t option[IPC_OPTIONS] = {64, WORK_US};
	struct trial_record record;
	double sum = 0;

	lesson_passes("stages", impl, option, &record);
	for (unsigned int stage = 0; stage < STAGES; stage++) {
		assert_true(record.figure[STAGE_NS + stage] > 0);
		sum += record.figure[STAGE_NS + stage];
	}
	assert_true(fabs(sum - record.figure[WHOLE_NS]) < 1);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("pipe");
	played("slot");
	played("unix-seqpacket");
	played("ring");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_out_of_order),
		TEST(test_no_stamp),
		TEST(test_lacks),
		TEST(test_slow_stage_is_not_it),
		TEST(test_slow_anyway),
		TEST(test_stamps_cost_too_much),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("stages", tests, NULL, NULL);
}
