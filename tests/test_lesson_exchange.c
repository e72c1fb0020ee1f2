/* SPDX-License-Identifier: MIT */
/* The lesson "exchange": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { BUFFERS = 3, HELD = 2, MESSAGES = 9, SIZE = 4096, ALL_MARKS = 64 };
enum { EXCHANGE_NS, BYTES_PER_S, BUFFERS_SEEN, HELD_MESSAGES, BLOCKED_NS };
enum { STEP = 100, LATE = 100000, SOON = 10 };

static struct {
	struct marks *tx, *rx;
	enum ipc_memory memory;
	uint8_t copies;
	struct why why;
	double figure[FIGURES];
} act;

/* HELD messages before the receiver comes, then one by one. */
static uint64_t offered_ns(uint64_t k)
{
	return k < HELD ? (k + 1) * STEP : LATE + (k - HELD + 1) * STEP;
}

static uint64_t taken_ns(uint64_t k)
{
	return LATE + k * STEP + SOON;
}

static void add_message(uint64_t k)
{
	uint32_t buffer = k % BUFFERS;
	uint64_t left = k < BUFFERS ? UINT64_MAX : k - BUFFERS;

	marks_add(act.tx, MARK_OFFER, offered_ns(k), left, buffer);
	marks_add(act.tx, MARK_SEND, offered_ns(k) + 1, k, buffer);
	if (k == HELD - 1)
		marks_add(act.tx, MARK_STEP, offered_ns(k) + 2, HELD, 0);
	if (k == 0)
		marks_add(act.rx, MARK_STEP, LATE, 0, 0);
	marks_add(act.rx, MARK_RECEIVED, taken_ns(k), k, buffer);
	marks_add(act.rx, MARK_REPLY, taken_ns(k) + 1, k, buffer);
}

static int start(void **state)
{
	(void)state;
	act.tx = marks_new(ALL_MARKS);
	act.rx = marks_new(ALL_MARKS);
	act.memory = IPC_MEMORY_SHARED;
	act.copies = 0;
	for (uint64_t k = 0; k < MESSAGES; k++)
		add_message(k);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.tx);
	free(act.rx);
	return 0;
}

static int loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		unsigned int flags)
{
	(void)tx;
	(void)m;
	(void)len;
	(void)flags;
	return -ENOTSUP;
}

static int judge(void)
{
	const struct workload *exchange =
		catalogue_workload(&catalogue, "exchange", NULL);
	const struct ipc_ops ops = {.loan = loan};
	struct ipc_impl impl = {
		.memory = act.memory,
		.ops = &ops,
		.caps = IPC_ZEROCOPY,
		.contract.copies = {[IPC_API_LEND] = act.copies}};
	struct params par = {.size = 64, .option = {SIZE, 2}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.tx;
	evidence.marks[1] = act.rx;
	return exchange->judge(&evidence, act.figure, &act.why);
}

/* A mark of message k, which after HELD of the sender's come behind one more. */
static struct mark *offer(uint64_t k)
{
	return &act.tx->at[2 * k + (k >= HELD)];
}

static struct mark *received(uint64_t k)
{
	return &act.rx->at[1 + 2 * k];
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[BUFFERS_SEEN] == BUFFERS);
	assert_true(act.figure[HELD_MESSAGES] == HELD);
	assert_true(act.figure[BLOCKED_NS] == LATE + STEP - 2 * STEP - 2);
	assert_true(act.figure[EXCHANGE_NS] > 0);
}

static void test_two_owners(void **state)
{
	(void)state;
	offer(4)->t_ns = received(1)->t_ns - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "buffer 1 was the sender's before the receiver "
			    "gave it back");
	end(NULL);
	start(NULL);
	received(0)->t_ns = offer(0)->t_ns;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "buffer 0 was the receiver's before the sender "
			    "gave it");
}

static void test_another_buffer(void **state)
{
	(void)state;
	received(3)->value = 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "buffer 0 was given, and buffer 1 received");
}

/* What came back is not what the receiver had. */
static void test_copied(void **state)
{
	(void)state;
	offer(5)->seq = UINT64_MAX;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "of 6 buffers that came back 5 had been the "
			    "receiver's, with 0 copies a message");
	for (uint64_t k = 0; k < MESSAGES; k++)
		offer(k)->seq = UINT64_MAX;
	act.copies = 1;
	assert_int_equal(judge(), 0);
	offer(5)->seq = 2;
	assert_int_equal(judge(), -EBADMSG);
}

/* The number of buffers is constant. */
static void test_one_more(void **state)
{
	(void)state;
	offer(7)->value = received(7)->value = BUFFERS;
	offer(7)->seq = UINT64_MAX;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "4 buffers went round at the end, and 3 in the "
			    "first half");
}

static void test_does_not_wait(void **state)
{
	(void)state;
	offer(HELD)->t_ns = LATE - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "an empty buffer was there before any was taken, "
			    "after 2 that were all");
}

static void test_new_memory(void **state)
{
	(void)state;
	act.memory = IPC_MEMORY_GIVEN;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "6 buffers came back where each message is said to "
			    "have its own");
	for (uint32_t k = 0; k < MESSAGES; k++) {
		offer(k)->value = received(k)->value = k;
		offer(k)->seq = UINT64_MAX;
	}
	assert_int_equal(judge(), 0);
	assert_true(isnan(act.figure[BUFFERS_SEEN]));
	act.memory = IPC_MEMORY_SHARED;
	assert_int_equal(judge(), -ENODATA);
}

static void played(const char *impl, double buffers)
{
	const uint64_t option[IPC_OPTIONS] = {64 << 10, 2};
	struct trial_record record;

	lesson_passes("exchange", impl, option, &record);
	if (buffers > 0)
		assert_true(record.figure[BUFFERS_SEEN] == buffers);
	else
		assert_true(isnan(record.figure[BUFFERS_SEEN]));
	assert_true(record.figure[HELD_MESSAGES] > 0);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("ring", 8);
	played("pool", 128);
	played("pageswap", 10);
	played("mailbox", 1);
	played("cow", 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),	   TEST(test_two_owners),
		TEST(test_another_buffer), TEST(test_copied),
		TEST(test_one_more),	   TEST(test_does_not_wait),
		TEST(test_new_memory),	   cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
