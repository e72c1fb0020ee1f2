/* SPDX-License-Identifier: MIT */
/* The lesson "overload": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { MESSAGES = 8, STEP = 100, MARK_REFUSED = MARK_STEP };
enum { GOODPUT, REFUSED, LOST, TRIES };

static struct {
	struct marks *tx, *rx;
	uint32_t caps;
	struct why why;
	double figure[FIGURES];
} act;

/* Message i of the sender: given up after three tries, or taken as number
 * seq. */
static void add_sent(uint64_t i, uint64_t seq, bool refused)
{
	marks_add(act.tx, MARK_SEND, (i + 1) * STEP, seq, 0);
	marks_add(act.tx, refused ? MARK_REFUSED : MARK_SENT,
		  (i + 1) * STEP + 10, seq, refused ? 3 : 1);
}

/* Six are taken, of which number 2 is lost, and two refused. */
static int start(void **state)
{
	uint64_t taken = 0;

	(void)state;
	act.tx = marks_new(2 * MESSAGES);
	act.rx = marks_new(2 * MESSAGES);
	act.caps = 0;
	for (uint64_t i = 0; i < MESSAGES; i++) {
		bool refused = i == 3 || i == 7;

		add_sent(i, taken, refused);
		taken += !refused;
	}
	for (uint64_t seq = 0; seq < taken; seq++)
		if (seq != 2)
			marks_add(act.rx, MARK_RECEIVED, (seq + 2) * STEP, seq,
				  0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.tx);
	free(act.rx);
	return 0;
}

static int judge(void)
{
	const struct workload *overload =
		catalogue_workload(&catalogue, "overload", NULL);
	struct ipc_impl impl = {.caps = act.caps};
	struct params par = {.size = 64, .option = {MESSAGES}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.tx;
	evidence.marks[1] = act.rx;
	return overload->judge(&evidence, act.figure, &act.why);
}

static void test_all_is_counted(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[GOODPUT] == 5 * 1e9 / (6 * STEP));
	assert_true(act.figure[REFUSED] == 2.0 / MESSAGES);
	assert_true(act.figure[LOST] == 1.0 / MESSAGES);
	assert_true(act.figure[TRIES] == 4.0 / MESSAGES);
}

static void test_reliable_loses_nothing(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "1 of 8 messages were lost, and it "
					  "is declared reliable");
}

/* At the end there is no number behind the gap. */
static void test_the_last_is_lost(void **state)
{
	(void)state;
	act.rx->n--;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[LOST] == 2.0 / MESSAGES);
	act.rx->n = 0;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[LOST] == 6.0 / MESSAGES);
	assert_true(isnan(act.figure[GOODPUT]));
}

static void test_again(void **state)
{
	(void)state;
	act.rx->at[3].seq = act.rx->at[2].seq;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "message 3 came after 3: again, or "
					  "out of order");
}

static void test_out_of_order(void **state)
{
	(void)state;
	act.rx->at[0].seq = 1;
	act.rx->at[1].seq = 0;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "message 0 came after 1: again, or "
					  "out of order");
}

static void test_never_sent(void **state)
{
	(void)state;
	act.rx->at[4].seq = 6;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "message 6 came, of 6 that were sent");
}

/* A message that is neither sent nor refused. */
static void test_sum(void **state)
{
	(void)state;
	act.tx->n -= 2;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "of 8 messages 5 were delivered, 1 "
					  "refused and 1 lost");
}

static void played(const char *impl, bool refuses, bool loses)
{
	/* Far too many. */
	const uint64_t option[IPC_OPTIONS] = {2000, 20000, 10000, 0};
	struct trial_record record;

	lesson_passes("overload", impl, option, &record);
	assert_true(refuses == (record.figure[REFUSED] > 0));
	assert_true(loses == (record.figure[LOST] > 0));
	trial_record_free(&record);
}

static void test_told(void **state)
{
	(void)state;
	played("ring", true, false);
	played("unix-dgram", true, false);
}

static void test_not_told(void **state)
{
	(void)state;
	played("udp", false, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_is_counted),
		TEST(test_reliable_loses_nothing),
		TEST(test_the_last_is_lost),
		TEST(test_again),
		TEST(test_out_of_order),
		TEST(test_never_sent),
		TEST(test_sum),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_not_told),
	};

	return cmocka_run_group_tests_name("overload", tests, NULL, NULL);
}
