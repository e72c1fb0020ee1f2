/* SPDX-License-Identifier: MIT */
/* The lesson "buffer": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { MESSAGES = 6, HELD = 2, STEP = 100 };
enum { CAPACITY, TAKEN, OCCUPANCY, SEND_NS, RECEIVE_NS, PER_S };

static struct {
	struct marks *tx, *rx;
	uint32_t caps;
	struct why why;
	double figure[FIGURES];
} act;

/* Each message is received when the one after the next is to be sent. */
static int start(void **state)
{
	(void)state;
	act.tx = marks_new(1 + 2 * MESSAGES);
	act.rx = marks_new(1 + 2 * MESSAGES);
	act.caps = IPC_RELIABLE | IPC_DEPTH;
	marks_add(act.tx, MARK_STEP, 1, HELD, 0);
	marks_add(act.rx, MARK_STEP, 1, HELD, 0);
	for (uint64_t i = 0; i < MESSAGES; i++) {
		uint64_t send_ns = (i + 1) * STEP;
		uint64_t receive_ns = (i + 1 + HELD) * STEP;

		marks_add(act.tx, MARK_SEND, send_ns, i, 0);
		marks_add(act.tx, MARK_SENT, send_ns + 10, i, 0);
		marks_add(act.rx, MARK_RECEIVE, receive_ns, i, 0);
		marks_add(act.rx, MARK_RECEIVED, receive_ns + 5, i, 0);
	}
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
	const struct workload *buffer =
		catalogue_workload(&catalogue, "buffer", NULL);
	struct ipc_impl impl = {.caps = act.caps};
	struct params par = {.size = 64, .option = {MESSAGES}};
	struct plan plan = {.link = {{.depth = HELD}}};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.tx;
	evidence.marks[1] = act.rx;
	return buffer->judge(&evidence, act.figure, &act.why);
}

static struct mark *nth(struct marks *marks, uint64_t i)
{
	return &marks->at[1 + 2 * i];
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[CAPACITY] == HELD);
	assert_true(act.figure[TAKEN] == HELD);
	assert_true(act.figure[OCCUPANCY] == HELD);
	assert_true(act.figure[SEND_NS] == 10);
	assert_true(act.figure[RECEIVE_NS] == 5);
	assert_true(fabs(act.figure[PER_S] -
			 MESSAGES * 1e9 / ((MESSAGES - 1 + HELD) * STEP + 5)) <
		    1);
}

static void test_one_more_than_it_holds(void **state)
{
	(void)state;
	nth(act.tx, 3)[1].t_ns = nth(act.rx, 1)->t_ns - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "3 messages were in a link that holds 2");
	assert_true(act.figure[OCCUPANCY] == HELD + 1);
	/* Whose store is the kernel's: it may have grown. */
	act.caps = IPC_RELIABLE;
	assert_int_equal(judge(), -ENODATA);
	nth(act.tx, 3)[1].t_ns = nth(act.rx, 1)->t_ns;
	assert_int_equal(judge(), 0);
}

static void test_fewer_than_none(void **state)
{
	(void)state;
	nth(act.rx, 4)[1].t_ns = nth(act.tx, 4)->t_ns - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "message 4 was received before it was sent");
}

static void test_another_depth_than_declared(void **state)
{
	(void)state;
	act.rx->at[0].seq = HELD - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "filled it held 1 messages, and is "
					  "declared to hold 2");
	act.rx->at[0].seq = HELD;
	act.tx->at[0].seq = HELD + 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "without waiting it held 3 messages, and is "
			    "declared to hold 2");
}

static void played(const char *impl, double capacity)
{
	const uint64_t option[IPC_OPTIONS] = {64, 0, 2000};
	struct trial_record record;

	lesson_passes("buffer", impl, option, &record);
	if (capacity > 0)
		assert_true(record.figure[CAPACITY] == capacity);
	assert_true(record.figure[TAKEN] <= record.figure[CAPACITY]);
	assert_true(record.figure[OCCUPANCY] <= record.figure[CAPACITY]);
	trial_record_free(&record);
}

static void test_ring(void **state)
{
	(void)state;
	played("ring", 8);
}

/* A pipe has 16 pages unless told otherwise, and refuses early. */
static void test_pipe(void **state)
{
	(void)state;
	played("pipe", 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_one_more_than_it_holds),
		TEST(test_fewer_than_none),
		TEST(test_another_depth_than_declared),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_pipe),
	};

	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
