/* SPDX-License-Identifier: MIT */
/* The lesson "late": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { ROUNDS = 3, COURSES = 3, ALL_MARKS = 1 + 2 * COURSES * ROUNDS };
enum { ROOM, NO_MESSAGE, NO_ROOM };
enum { LATE = 2000000, SOON = 5000, DEPTH = 2, HELD_MAX = 1 << 17 };
enum {
	SEND_NS,
	SEND_BLOCKED_NS,
	SEND_FREED_NS,
	SEND_BUSY,
	RECEIVE_BLOCKED_NS,
	RECEIVE_FREED_NS,
	RECEIVE_BUSY,
	HELD_MESSAGES
};

/* Two nodes' marks, whose rounds a test alters before they are judged. */
static struct {
	struct marks *tx, *rx;
	uint32_t caps;
	struct why why;
	double figure[FIGURES];
} act;

static struct marks *new_marks(void)
{
	struct marks *marks =
		calloc(1, sizeof(*marks) + ALL_MARKS * sizeof(struct mark));

	assert_non_null(marks);
	marks->max = ALL_MARKS;
	return marks;
}

static void add(struct marks *marks, uint64_t t_ns, uint64_t seq,
		uint32_t value)
{
	marks->at[marks->n++] =
		(struct mark){.t_ns = t_ns, .seq = seq, .value = value};
}

/* One course as it should be: whoever is late is so by LATE. */
static void add_round(uint32_t course, uint64_t t_ns)
{
	uint64_t late_ns = t_ns + LATE;
	uint64_t send_ns = course == NO_MESSAGE ? late_ns : t_ns;
	uint64_t receive_ns = course == NO_MESSAGE ? t_ns : late_ns;
	uint64_t sent_ns = course == NO_ROOM ? late_ns + SOON : send_ns + SOON;
	uint64_t held = course == NO_ROOM ? DEPTH : 0;

	add(act.tx, send_ns, held, course);
	add(act.tx, sent_ns, 1, 10); /* slept once */
	add(act.rx, receive_ns, held, course);
	add(act.rx, late_ns + 2 * SOON, 1, 20);
}

static int start(void **state)
{
	(void)state;
	act.tx = new_marks();
	act.rx = new_marks();
	act.caps = IPC_RELIABLE | IPC_DEPTH;
	add(act.tx, 1, 0, IPC_WAIT_BLOCK);
	add(act.rx, 1, 0, IPC_WAIT_BLOCK);
	for (uint64_t i = 0; i < ROUNDS; i++)
		for (uint32_t course = ROOM; course < COURSES; course++)
			add_round(course,
				  (i * COURSES + course + 1) * 10 * LATE);
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
	const struct workload *late =
		catalogue_workload(&catalogue, "late", NULL);
	struct ipc_impl impl = {.caps = act.caps};
	struct params par = {.size = 64, .option = {ROUNDS, LATE / 1000}};
	struct plan plan = {.link = {{.depth = DEPTH}}};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.tx;
	evidence.marks[1] = act.rx;
	return late->judge(&evidence, act.figure, &act.why);
}

/* The first mark of a round of a course, of which the next one is the end. */
static struct mark *nth(struct marks *marks, uint32_t course, uint64_t i)
{
	return &marks->at[1 + 2 * (COURSES * i + course)];
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[SEND_NS] == SOON);
	assert_true(act.figure[SEND_BLOCKED_NS] == LATE + SOON);
	assert_true(act.figure[SEND_FREED_NS] == SOON);
	assert_true(act.figure[RECEIVE_BLOCKED_NS] == LATE + 2 * SOON);
	assert_true(act.figure[RECEIVE_FREED_NS] == 2 * SOON);
	assert_true(act.figure[HELD_MESSAGES] == DEPTH);
	assert_true(act.figure[SEND_BUSY] > 0 && act.figure[SEND_BUSY] < 0.1);
}

static void test_received_before_sent(void **state)
{
	(void)state;
	for (uint32_t course = ROOM; course < COURSES; course++) {
		struct mark *sent = nth(act.tx, course, 1);
		struct mark *received = nth(act.rx, course, 1) + 1;
		uint64_t was_ns = received->t_ns;

		received->t_ns = sent->t_ns - 1;
		assert_int_equal(judge(), -EBADMSG);
		assert_string_equal(act.why.text,
				    "a message was received 1 ns before it was "
				    "sent");
		received->t_ns = was_ns;
	}
	assert_int_equal(judge(), 0);
}

/* One send that did not wait is enough, and there has to be one. */
static void test_synchronous_with_room(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		assert_int_equal(judge(), 0);
		nth(act.tx, ROOM, i)[1].t_ns = nth(act.rx, ROOM, i)->t_ns + 1;
	}
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "none of 3 sends returned before the receiver "
			    "came, with room for 2 messages");
}

/* One that did not sleep did not wait, however late it is. */
static void test_late_for_other_reasons(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++)
		nth(act.tx, ROOM, i)[1].t_ns = nth(act.rx, ROOM, i)->t_ns + 1;
	nth(act.tx, ROOM, 1)[1].seq = 0;
	assert_int_equal(judge(), 0);
}

/* A message that is longer than the store needs the receiver. */
static void test_no_room_for_one(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		nth(act.rx, NO_ROOM, i)->seq = 0;
		nth(act.tx, ROOM, i)[1].t_ns = nth(act.rx, ROOM, i)->t_ns + 1;
	}
	assert_int_equal(judge(), 0);
	nth(act.tx, ROOM, 2)[1].t_ns -= 2;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "1 of 3 sends returned before the receiver came, "
			    "with no room for one message");
}

static void test_full_link_takes_one_more(void **state)
{
	(void)state;
	nth(act.tx, NO_ROOM, 1)[1].t_ns = nth(act.rx, NO_ROOM, 1)->t_ns - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "a send returned before the receiver came, with 2 "
			    "messages in the link");
}

static void test_another_depth_than_declared(void **state)
{
	(void)state;
	nth(act.rx, NO_ROOM, 2)->seq = DEPTH + 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "the link held 3 messages, and is "
					  "declared to hold 2");
	act.caps = IPC_RELIABLE;
	assert_int_equal(judge(), 0);
}

static void test_never_full(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		nth(act.rx, NO_ROOM, i)->seq = HELD_MAX;
		nth(act.tx, NO_ROOM, i)[1].t_ns -= LATE;
	}
	assert_int_equal(judge(), 0);
	assert_true(isnan(act.figure[SEND_BLOCKED_NS]));
	assert_true(isnan(act.figure[HELD_MESSAGES]));
}

/* A round in which it was not says nothing of blocked sends. */
static void test_sometimes_full(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE;
	for (uint64_t i = 0; i + 1 < ROUNDS; i++) {
		nth(act.rx, NO_ROOM, i)->seq = HELD_MAX;
		nth(act.tx, NO_ROOM, i)[1].value = LATE / 1000;
	}
	assert_int_equal(judge(), 0);
	assert_true(act.figure[HELD_MESSAGES] == DEPTH);
	assert_true(act.figure[SEND_BUSY] < 0.1);
}

/* The values of the second marks are microseconds on the PU. */
static void test_sleepers_sleep(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++)
		nth(act.rx, NO_MESSAGE, i)[1].value = LATE / 1000;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "a receive that was to sleep"));
	act.tx->at[0].value = IPC_WAIT_HYBRID;
	assert_int_equal(judge(), 0);
	act.tx->at[0].value = IPC_WAIT_BLOCK;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		nth(act.rx, NO_MESSAGE, i)[1].value = 20;
		nth(act.tx, NO_ROOM, i)[1].value = LATE / 1000;
	}
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "a send that was to sleep"));
}

static void test_sleepers_sleep_at_least_once(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++)
		nth(act.tx, NO_ROOM, i)[1].seq = 0;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "a send that was to sleep slept 0 "
					     "times"));
}

static void test_pollers_poll(void **state)
{
	(void)state;
	act.tx->at[0].value = IPC_WAIT_YIELD;
	for (uint64_t i = 0; i < ROUNDS; i++)
		nth(act.tx, NO_ROOM, i)[1].seq = 0;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "a receive that was to poll slept 1 "
					  "times");
	for (uint64_t i = 0; i < ROUNDS; i++)
		nth(act.rx, NO_MESSAGE, i)[1].seq = 0;
	assert_int_equal(judge(), 0);
	for (uint64_t i = 0; i < ROUNDS; i++)
		nth(act.tx, NO_ROOM, i)[1].seq = 2;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "a send that was to poll slept 2 "
					  "times");
}

/* Who finds the message there did not wait for it, and shows nothing. */
static void test_receiver_too_late(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		struct mark *receive = nth(act.rx, NO_MESSAGE, i);

		receive->t_ns = nth(act.tx, NO_MESSAGE, i)->t_ns + 1;
		receive[1].seq = 0;
	}
	assert_int_equal(judge(), -ENODATA);
	nth(act.rx, NO_MESSAGE, 0)->t_ns -= LATE;
	assert_int_equal(judge(), -EBADMSG);
	nth(act.rx, NO_MESSAGE, 0)[1].seq = 1;
	assert_int_equal(judge(), 0);
}

static void played(const char *impl, double held)
{
	const uint64_t option[IPC_OPTIONS] = {4, 5000};
	struct trial_record record;

	lesson_passes("late", impl, option, &record);
	assert_true(record.figure[RECEIVE_BLOCKED_NS] >= 2 * NS_PER_MS);
	if (held == 0)
		assert_true(isnan(record.figure[SEND_BLOCKED_NS]));
	else
		assert_true(record.figure[SEND_BLOCKED_NS] >= NS_PER_MS);
	if (held > 0)
		assert_true(record.figure[HELD_MESSAGES] == held);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("ring", 2);
	played("pipe", -1);
	played("udp", 0); /* which never waits */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_received_before_sent),
		TEST(test_synchronous_with_room),
		TEST(test_late_for_other_reasons),
		TEST(test_no_room_for_one),
		TEST(test_full_link_takes_one_more),
		TEST(test_another_depth_than_declared),
		TEST(test_never_full),
		TEST(test_sometimes_full),
		TEST(test_sleepers_sleep),
		TEST(test_sleepers_sleep_at_least_once),
		TEST(test_pollers_poll),
		TEST(test_receiver_too_late),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
