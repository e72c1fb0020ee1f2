/* SPDX-License-Identifier: MIT */
/* The lesson "written": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { PAGES = 100, SIZE = PAGES * 4096, FRACTION = 10, WRITTEN = 10 };
enum { ROUNDS = 8, COURSES = 3, A_MESSAGE = 3, ALL_MARKS = 96 };
enum { NOBODY, SENDER_WRITES, RECEIVER_WRITES };
enum { PLAIN_MEMORY, LENT, ONE_COPY };
enum {
	UNTOUCHED_NS,
	SENDER_WROTE_NS,
	RECEIVER_WROTE_NS,
	COPY_NS,
	SENDER_FAULTS,
	RECEIVER_FAULTS,
	PAGES_WRITTEN
};
enum { PASS = 1000, LOAN = 50, WRITE = 700, COPY = 400, MORE = 8 };

static struct {
	struct marks *tx, *rx;
	enum ipc_memory memory;
	struct why why;
	double figure[FIGURES];
} act;

static void add_message(uint64_t i)
{
	uint64_t course = i % COURSES, t_ns = (i + 1) * 10 * PASS;
	bool tx = course == SENDER_WRITES, rx = course == RECEIVER_WRITES;

	marks_add(act.tx, MARK_SEND, t_ns, course, LOAN);
	marks_add(act.tx, MARK_STEP, t_ns, tx ? WRITTEN : 0, tx ? WRITE : 0);
	marks_add(act.tx, MARK_OFFER, t_ns, 0, (uint32_t)course);
	marks_add(act.rx, MARK_RECEIVED, t_ns + PASS, course, 0);
	marks_add(act.rx, MARK_STEP, t_ns, rx ? WRITTEN : 0, rx ? WRITE : 0);
	marks_add(act.rx, MARK_OFFER, t_ns, 0, (uint32_t)course);
}

static int start(void **state)
{
	(void)state;
	act.tx = marks_new(ALL_MARKS);
	act.rx = marks_new(ALL_MARKS);
	act.memory = IPC_MEMORY_COW;
	for (uint64_t i = 0; i < ROUNDS * COURSES; i++)
		add_message(i);
	marks_add(act.tx, MARK_RELAY, 0, 1, PLAIN_MEMORY);
	marks_add(act.rx, MARK_RELAY, 0, 1, PLAIN_MEMORY);
	marks_add(act.tx, MARK_RELAY, 0, COPY, ONE_COPY);
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
	const struct workload *written =
		catalogue_workload(&catalogue, "written", NULL);
	struct ipc_impl impl = {.memory = act.memory};
	struct params par = {.size = 64, .option = {SIZE, FRACTION}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.tx;
	evidence.marks[1] = act.rx;
	return written->judge(&evidence, act.figure, &act.why);
}

/* The first of a message's marks. */
static struct mark *nth(struct marks *marks, uint64_t round, uint64_t course)
{
	return &marks->at[A_MESSAGE * (COURSES * round + course)];
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[UNTOUCHED_NS] == LOAN + PASS);
	assert_true(act.figure[SENDER_WROTE_NS] == LOAN + PASS + WRITE);
	assert_true(act.figure[RECEIVER_WROTE_NS] == LOAN + PASS + WRITE);
	assert_true(act.figure[COPY_NS] == COPY);
	assert_true(act.figure[SENDER_FAULTS] == WRITTEN);
	assert_true(act.figure[RECEIVER_FAULTS] == WRITTEN);
	assert_true(act.figure[PAGES_WRITTEN] == WRITTEN);
}

/* Whatever one side writes, the other does not see. */
static void test_a_leak(void **state)
{
	(void)state;
	nth(act.rx, 2, SENDER_WRITES)[2].seq = 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "the receiver saw what the other side wrote after "
			    "the message was sent, in 1 pages");
	nth(act.rx, 2, SENDER_WRITES)[2].seq = 0;
	nth(act.tx, 3, RECEIVER_WRITES)[2].seq = 2;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "the sender saw what the other side wrote after "
			    "the message was sent, in 2 pages");
}

static void set_faults(struct marks *marks, uint64_t course, uint64_t faults)
{
	for (uint64_t i = 0; i < ROUNDS; i++)
		nth(marks, i, course)[1].seq = faults;
}

static void test_pages_are_copied_one_by_one(void **state)
{
	(void)state;
	set_faults(act.tx, SENDER_WRITES, WRITTEN + MORE);
	assert_int_equal(judge(), 0);
	set_faults(act.tx, SENDER_WRITES, WRITTEN + MORE + 1);
	assert_int_equal(judge(), -EBADMSG);
	nth(act.tx, 5, SENDER_WRITES)[1].seq = WRITTEN; /* others disturbed */
	assert_int_equal(judge(), 0);
	set_faults(act.rx, RECEIVER_WRITES, WRITTEN - 1);
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "the receiver's writing to 10 pages took 9 page "
			    "faults, not 10 to 18");
}

static void test_copied_before(void **state)
{
	(void)state;
	act.memory = IPC_MEMORY_COPIED;
	assert_int_equal(judge(), -EBADMSG);
	set_faults(act.tx, SENDER_WRITES, 0);
	set_faults(act.rx, RECEIVER_WRITES, 0);
	assert_int_equal(judge(), 0);
}

/* What is taken away is not written to. */
static void test_taken_away(void **state)
{
	(void)state;
	act.memory = IPC_MEMORY_MOVED;
	set_faults(act.tx, SENDER_WRITES, 0);
	set_faults(act.rx, RECEIVER_WRITES, 0);
	assert_int_equal(judge(), 0);
	assert_true(isnan(act.figure[SENDER_WROTE_NS]));
	assert_true(isnan(act.figure[SENDER_FAULTS]));
}

static void test_control_does_not_leak(void **state)
{
	(void)state;
	act.tx->at[act.tx->n - 2].seq = 0;
	assert_int_equal(judge(), -ENODATA);
}

static void test_what_is_shared_leaks(void **state)
{
	(void)state;
	act.memory = IPC_MEMORY_SHARED;
	set_faults(act.tx, SENDER_WRITES, 0);
	set_faults(act.rx, RECEIVER_WRITES, 0);
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "what the sender wrote to a message that it had "
			    "lent was not seen, in memory that is said to be "
			    "shared");
	marks_add(act.rx, MARK_RELAY, 0, 1, LENT);
	assert_int_equal(judge(), 0);
}

static void test_way(void **state)
{
	const struct workload *written =
		catalogue_workload(&catalogue, "written", NULL);
	struct ipc_impl impl = {.memory = IPC_MEMORY_COW};
	struct why by;

	(void)state;
	assert_int_equal(written->way(&impl, CONCEPT_COW, &by), CONCEPT_NATIVE);
	impl.memory = IPC_MEMORY_GIVEN;
	assert_int_equal(written->way(&impl, CONCEPT_COW, &by), CONCEPT_ABSENT);
	impl.memory = IPC_MEMORY_SHARED;
	assert_int_equal(written->way(&impl, CONCEPT_COW, &by), CONCEPT_ABSENT);
	impl.caps = IPC_COPY;
	assert_int_equal(written->way(&impl, CONCEPT_COW, &by),
			 CONCEPT_EMULATED);
}

static void played(const char *impl, double faults)
{
	const uint64_t option[IPC_OPTIONS] = {64 << 10, 50};
	struct trial_record record;

	lesson_passes("written", impl, option, &record);
	assert_true(record.figure[RECEIVER_FAULTS] >= faults);
	assert_true(record.figure[PAGES_WRITTEN] == 8);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("cow", 8);
	played("pipe", 0);
	played("ring", 0);
	played("pool", 0);
	played("vmsplice", 0);
	played("pageswap", 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_a_leak),
		TEST(test_pages_are_copied_one_by_one),
		TEST(test_copied_before),
		TEST(test_taken_away),
		TEST(test_control_does_not_leak),
		TEST(test_what_is_shared_leaks),
		cmocka_unit_test(test_way),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("written", tests, NULL, NULL);
}
