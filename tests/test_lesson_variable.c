/* SPDX-License-Identifier: MIT */
/* The lesson "variable": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { RECORDS = 4, STOPS = 2, MESSAGES = RECORDS + STOPS, ALL_MARKS = 32 };
enum { WHOLE, TORN, AGAIN };
enum { IS_WELL, IS_TORN };
enum { CHANNEL_NS, VARIABLE_NS, TORN_READS, LOST, SEEN_AGAIN, CHANNEL_LOST };
enum { STEP = 1000 };

static struct {
	struct marks *tx, *rx;
	uint32_t caps;
	struct why why;
	double figure[FIGURES];
} act;

/* The reader's marks: three counts, two reads, two looks, and messages. */
enum { COUNTS = 0, READS = 3, LOOKS = 5, FIRST_MESSAGE = 7 };

static int start(void **state)
{
	(void)state;
	act.tx = marks_new(ALL_MARKS);
	act.rx = marks_new(ALL_MARKS);
	act.caps = IPC_RELIABLE;
	marks_add(act.tx, MARK_SEND, STEP, 0, 0);
	marks_add(act.tx, MARK_SENT, STEP + RECORDS * 5, RECORDS, 0);
	marks_add(act.tx, MARK_SEND, 10 * STEP, STOPS, 0);
	marks_add(act.rx, MARK_STEP, STEP, 1, WHOLE);
	marks_add(act.rx, MARK_STEP, STEP, 0, TORN);
	marks_add(act.rx, MARK_STEP, STEP, 3, AGAIN);
	for (uint64_t i = 0; i < STOPS; i++)
		marks_add(act.rx, MARK_OFFER, 2 * STEP, i, IS_TORN);
	for (uint64_t i = 0; i < STOPS; i++)
		marks_add(act.rx, MARK_RECEIVE, 3 * STEP, STOPS + i, IS_WELL);
	for (uint64_t i = 0; i < MESSAGES; i++)
		marks_add(act.rx, MARK_RECEIVED, (10 + i + 1 - STOPS) * STEP, i,
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
	const struct workload *variable =
		catalogue_workload(&catalogue, "variable", NULL);
	struct ipc_impl impl = {.caps = act.caps};
	struct params par = {.size = 64, .option = {RECORDS, STOPS}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.tx;
	evidence.marks[1] = act.rx;
	return variable->judge(&evidence, act.figure, &act.why);
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[VARIABLE_NS] == 5);
	assert_true(act.figure[CHANNEL_NS] == STEP);
	assert_true(act.figure[TORN_READS] == STOPS);
	assert_true(act.figure[LOST] == RECORDS - 1);
	assert_true(act.figure[SEEN_AGAIN] == 3);
	assert_true(act.figure[CHANNEL_LOST] == 0);
}

static void test_nothing_torn(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < STOPS; i++)
		act.rx->at[READS + i].value = IS_WELL;
	assert_int_equal(judge(), -ENODATA);
	assert_string_equal(act.why.text,
			    "2 reads of the variable half-way through a write "
			    "were all whole");
	act.rx->at[COUNTS + TORN].seq = 1;
	assert_int_equal(judge(), 0);
}

static void test_half_a_message(void **state)
{
	(void)state;
	act.rx->at[LOOKS].value = IS_TORN;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "a record was received that the "
					  "sender had written half of");
}

static void test_message_twice(void **state)
{
	(void)state;
	act.rx->at[FIRST_MESSAGE + 3].seq = 2;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "record 2 was received after record 2");
}

static void test_message_lost(void **state)
{
	(void)state;
	act.rx->at[FIRST_MESSAGE + 3].kind = MARK_SENT;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "6 records were sent and 5 received");
	act.caps = 0;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[CHANNEL_LOST] == 1);
}

static void test_nothing_received(void **state)
{
	(void)state;
	act.caps = 0;
	act.rx->n = FIRST_MESSAGE;
	assert_int_equal(judge(), -ENODATA);
}

static void played(const char *impl)
{
	const uint64_t option[IPC_OPTIONS] = {256, 4};
	struct trial_record record;

	lesson_passes("variable", impl, option, &record);
	assert_true(record.figure[TORN_READS] >= 4);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("ring");
	played("pipe");
	played("seqlock");
	played("udp");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),	       TEST(test_nothing_torn),
		TEST(test_half_a_message),     TEST(test_message_twice),
		TEST(test_message_lost),       TEST(test_nothing_received),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("variable", tests, NULL, NULL);
}
