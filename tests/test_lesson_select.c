/* SPDX-License-Identifier: MIT */
/* The lesson "select": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { BY, PICK, MATCH, BACKLOG, ROUNDS, WAY };
enum { FIRST, LAST, ANYWHERE };
enum { SELECT_NS, ALONE_NS, SLOPE_NS, SKIPPED_NS, WAITED_NS, STOOD };
enum { WISH, LATE_WISH, DRAIN };
enum { MATCHES = 2, OTHER_KEY = 1, MATCH_KEY = 5, ALL_MARKS = 64 };
enum { STEP = 1000, FEW = 3 };

/* By a type that is not wished for, so that all others have one; a test alters
 * the marks before they are judged. */
static struct {
	struct marks *tx, *rx;
	uint64_t option[IPC_OPTIONS];
	uint64_t t_ns;
	size_t wish[MATCHES], late, drain; /* marks of the last round */
	struct why why;
	double figure[FIGURES];
} act;

static uint64_t number(uint64_t round, uint64_t index, uint64_t key)
{
	return (round << 16 | index) << 3 | key;
}

static size_t add(struct marks *marks, enum mark_kind kind, uint64_t seq,
		  uint32_t value)
{
	act.t_ns += STEP;
	marks_add(marks, kind, act.t_ns, seq, value);
	return marks->n - 1;
}

static size_t received(uint64_t round, uint64_t index, uint64_t key,
		       uint32_t what)
{
	return add(act.rx, MARK_RECEIVED, number(round, index, key), what);
}

/* The key of a message that may be any. */
static uint64_t key_by_age(uint64_t round, uint64_t index)
{
	return round % 2 ? OTHER_KEY + (payload_stamp(index) >> 32) % 3
			 : MATCH_KEY;
}

/* One as it should be: the backlog, behind it what is wished for. */
static void add_round(uint64_t round)
{
	uint64_t backlog = round % 2 ? FEW : 0;
	uint64_t behind = backlog + MATCHES;

	add(act.tx, MARK_SENT, round, (uint32_t)behind);
	for (uint64_t i = 0; i < MATCHES; i++) {
		add(act.rx, MARK_RECEIVE, round, WISH);
		act.wish[i] = received(round, backlog + i, MATCH_KEY, WISH);
	}
	add(act.rx, MARK_RECEIVE, round, LATE_WISH);
	add(act.tx, MARK_SEND, round, LATE_WISH);
	act.late = received(round, behind + 1, MATCH_KEY, LATE_WISH);
	act.drain = act.rx->n;
	for (uint64_t i = 0; i < backlog; i++)
		received(round, i, OTHER_KEY, DRAIN);
	received(round, behind, OTHER_KEY, DRAIN);
	received(round, behind + 2, OTHER_KEY, DRAIN);
}

static int start(void **state)
{
	(void)state;
	memset(&act, 0, sizeof(act));
	act.tx = marks_new(ALL_MARKS);
	act.rx = marks_new(ALL_MARKS);
	act.option[BY] = SELECT_EXCEPT;
	act.option[MATCH] = LAST;
	act.option[BACKLOG] = FEW;
	act.option[ROUNDS] = 2;
	add_round(0);
	add_round(1);
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
	const struct workload *select =
		catalogue_workload(&catalogue, "select", NULL);
	struct ipc_impl impl = {.caps = IPC_RELIABLE};
	struct params par = {.size = 64};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	memcpy(par.option, act.option, sizeof(par.option));
	evidence.marks[0] = act.tx;
	evidence.marks[1] = act.rx;
	return select->judge(&evidence, act.figure, &act.why);
}

static void swap(size_t a, size_t b)
{
	uint64_t was = act.rx->at[a].seq;

	act.rx->at[a].seq = act.rx->at[b].seq;
	act.rx->at[b].seq = was;
}

static void fails(const char *why)
{
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, why));
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[SELECT_NS] == STEP);
	assert_true(act.figure[SLOPE_NS] == 0);
	assert_true(act.figure[SKIPPED_NS] == STEP);
	assert_true(act.figure[WAITED_NS] == STEP);
	assert_true(act.figure[STOOD] == FEW);
}

/* As a receive that takes whatever is next. */
static void test_first_instead_of_wish(void **state)
{
	(void)state;
	swap(act.wish[0], act.drain);
	fails("the wish got message 0, and 3 was due by except");
}

static void test_wrong_tie(void **state)
{
	(void)state;
	swap(act.wish[0], act.wish[1]);
	fails("the wish got message 4, and 3 was due by except, the oldest");
}

/* Here the other order is the right one. */
static void test_youngest(void **state)
{
	(void)state;
	act.option[PICK] = SELECT_YOUNGEST;
	fails("the youngest first");
	swap(1, 3); /* also of the round without a backlog */
	swap(act.wish[0], act.wish[1]);
	assert_int_equal(judge(), 0);
}

static void test_skipped_out_of_order(void **state)
{
	(void)state;
	swap(act.drain, act.drain + 1);
	fails("the receive of what was skipped got message 1, and 0 was due");
}

static void test_skipped_lost(void **state)
{
	(void)state;
	for (size_t i = act.drain; i + 1 < act.rx->n; i++)
		act.rx->at[i] = act.rx->at[i + 1];
	act.rx->n--;
	fails("got message 1, and 0 was due");
}

static void test_last_lost(void **state)
{
	(void)state;
	act.rx->n--;
	fails("round 1 ended before message 7 of it was received");
}

static void test_skipped_twice(void **state)
{
	(void)state;
	act.rx->at[act.drain + 1].seq = act.rx->at[act.drain].seq;
	fails("got message 0, and 1 was due");
}

static void test_met_too_early(void **state)
{
	(void)state;
	act.rx->at[act.late].t_ns = act.tx->at[act.tx->n - 1].t_ns - 1;
	fails("in round 1 a wish was met before what fits was sent");
}

static void test_never_waited(void **state)
{
	(void)state;
	act.rx->at[act.late - 1].t_ns = act.rx->at[act.late].t_ns;
	assert_int_equal(judge(), 0); /* once is enough */
	act.rx->at[4].t_ns = act.rx->at[5].t_ns;
	assert_int_equal(judge(), -ENODATA);
	assert_string_equal(act.why.text,
			    "no wish was there before what fits was sent");
}

/* With nothing less urgent in front any receive would have done. */
static void test_nothing_to_choose(void **state)
{
	(void)state;
	act.option[BY] = SELECT_URGENCY;
	act.option[ROUNDS] = 1;
	act.rx->n = 4;
	received(0, 4, 0, DRAIN);
	add(act.rx, MARK_RECEIVE, 0, LATE_WISH);
	act.tx->at[1].t_ns = act.t_ns + 1;
	received(0, 3, MATCH_KEY, LATE_WISH);
	assert_int_equal(judge(), -ENODATA);
	assert_non_null(strstr(act.why.text, "always the oldest"));
}

/* Nor where the link holds nothing that nobody receives. */
static void test_no_backlog(void **state)
{
	(void)state;
	act.option[BY] = SELECT_AGE;
	act.rx->n = act.tx->n = 0;
	for (uint64_t round = 0; round < 2; round++) {
		uint64_t behind = MATCHES + FEW * round;

		add(act.tx, MARK_SENT, round, 1);
		for (uint64_t i = 0; i < MATCHES; i++) {
			add(act.rx, MARK_RECEIVE, round, WISH);
			received(round, i, key_by_age(round, i), WISH);
		}
		received(round, behind + 2, 0, DRAIN);
		add(act.rx, MARK_RECEIVE, round, LATE_WISH);
		add(act.tx, MARK_SEND, round, LATE_WISH);
		received(round, behind + 1, MATCH_KEY, LATE_WISH);
	}
	assert_int_equal(judge(), -ENODATA);
	assert_non_null(strstr(act.why.text, "there is no backlog"));
}

/* Where the machine has it. */
static void played(const char *impl, enum select_by by, enum select_pick pick,
		   int match, bool queue)
{
	const uint64_t option[IPC_OPTIONS] = {by, pick, (uint64_t)match,
					      8,  4,	queue};
	struct trial_record record;

	for (int threads = 0; threads < 2; threads++) {
		lesson_run("select", impl, option, threads, &record);
		if (record.verdict != VERDICT_UNSUPPORTED) {
			assert_string_equal(record.why.text, "");
			assert_int_equal(record.verdict, VERDICT_PASS);
			assert_true(record.figure[STOOD] == 8);
		}
		trial_record_free(&record);
	}
}

static void test_by_save_queue(void **state)
{
	(void)state;
	for (int by = 0; by < SELECT_BYS; by++)
		for (int pick = 0; pick < SELECT_PICKS; pick++)
			played("pipe", (enum select_by)by,
			       (enum select_pick)pick, ANYWHERE, true);
	played("ring", SELECT_URGENCY, SELECT_OLDEST, LAST, false);
	played("unix-seqpacket", SELECT_TYPE, SELECT_OLDEST, FIRST, false);
}

static void test_by_kernel(void **state)
{
	(void)state;
	for (int match = FIRST; match <= ANYWHERE; match++) {
		played("posix-mq", SELECT_URGENCY, SELECT_OLDEST, match, false);
		for (int by = SELECT_URGENCY; by <= SELECT_EXCEPT; by++)
			played("sysv-msg", (enum select_by)by, SELECT_OLDEST,
			       match, false);
	}
}

static void test_by_links(void **state)
{
	(void)state;
	played("ring", SELECT_SENDER, SELECT_OLDEST, LAST, false);
	played("pipe", SELECT_AGE, SELECT_OLDEST, LAST, false);
}

static void refused(const char *impl, const uint64_t option[IPC_OPTIONS],
		    const char *why)
{
	struct trial_record record;

	lesson_run("select", impl, option, false, &record);
	assert_int_equal(record.verdict, VERDICT_UNSUPPORTED);
	assert_non_null(strstr(record.why.text, why));
	trial_record_free(&record);
}

/* What does not fit the kernel's queue is refused, not cut. */
static void test_no_room(void **state)
{
	const uint64_t many[IPC_OPTIONS] = {
		SELECT_URGENCY, SELECT_OLDEST, LAST, 1000, 2, 0};

	(void)state;
	refused("sysv-msg", many, "the queue holds");
	refused("posix-mq", many,
		"1002 messages are more than the 10 that the queue holds");
	refused("udp", many, "reliable");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_first_instead_of_wish),
		TEST(test_wrong_tie),
		TEST(test_youngest),
		TEST(test_skipped_out_of_order),
		TEST(test_skipped_lost),
		TEST(test_last_lost),
		TEST(test_skipped_twice),
		TEST(test_met_too_early),
		TEST(test_never_waited),
		TEST(test_nothing_to_choose),
		TEST(test_no_backlog),
		cmocka_unit_test(test_by_save_queue),
		cmocka_unit_test(test_by_kernel),
		cmocka_unit_test(test_by_links),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
