/* SPDX-License-Identifier: MIT */
/* The lesson "deadlock": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { ROOM = 4, STEP = 1000, MOST_MARKS = 32 };
enum { OBSERVER = 4, NODES };
enum { BELOW, STUCK, ORDERED, TRYING }; /* rounds */
enum { DEADLOCKED = 1, BOTH_ASLEEP = 6, ASLEEP_1 = 4 };
enum { PREDICTED, FOUND, BELOW_NS, REMEDY_NS, ORDERED_NS, TRYING_NS, REFUSED };

static struct {
	struct marks *marks[NODES];
	uint32_t caps;
	bool elastic;
	struct why why;
	double figure[FIGURES];
} act;

/* A round of both peers, from t_ns on; they need so long. */
static void add_round(uint64_t t_ns, uint64_t took_ns, uint64_t count,
		      uint32_t value)
{
	for (unsigned int i = 0; i < 2; i++) {
		marks_add(act.marks[i], MARK_SEND, t_ns + i, count, 0);
		marks_add(act.marks[i], MARK_SENT, t_ns + took_ns + i, count,
			  0);
	}
	marks_add(act.marks[OBSERVER], MARK_STEP, t_ns + STEP / 2, count,
		  value);
}

/* As it should be: room for four, stuck with five. */
static int start(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NODES; i++)
		act.marks[i] = marks_new(MOST_MARKS);
	act.caps = IPC_RELIABLE | IPC_DEPTH;
	for (uint64_t i = 0; i < 4; i++)
		marks_add(act.marks[OBSERVER], MARK_STEP, 1, ROOM, 0);
	add_round(10 * STEP, 70, ROOM, 0);
	add_round(20 * STEP, STEP, ROOM + 1, DEADLOCKED | BOTH_ASLEEP);
	add_round(30 * STEP, 80, ROOM + 1, 0);
	add_round(40 * STEP, 90, ROOM + 1, 0);
	act.marks[0]->at[2 * TRYING + 1].value = 2; /* refused */
	act.elastic = false;
	act.why.text[0] = '\0';
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NODES; i++)
		free(act.marks[i]);
	return 0;
}

static int judge(void)
{
	const struct workload *deadlock =
		catalogue_workload(&catalogue, "deadlock", NULL);
	struct ipc_impl impl = {.caps = act.caps,
				.contract = {.elastic = act.elastic}};
	struct params par = {.size = 64};
	struct plan plan = {.link = {{.depth = ROOM}}};
	static const char where[2][48] = {"pipe_write", "sock_alloc"};
	struct evidence evidence = {
		.impl = &impl, .par = &par, .plan = &plan, .shared = where};

	for (unsigned int i = 0; i < NODES; i++)
		evidence.marks[i] = act.marks[i];
	return deadlock->judge(&evidence, act.figure, &act.why);
}

/* The observer's mark of a round. */
static struct mark *seen(unsigned int round)
{
	return &act.marks[OBSERVER]->at[4 + round];
}

static void fails(int err, const char *why)
{
	assert_int_equal(judge(), err);
	assert_string_equal(act.why.text, why);
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[PREDICTED] == ROOM + 1);
	assert_true(act.figure[FOUND] == ROOM + 1);
	assert_true(act.figure[BELOW_NS] == 71);
	assert_true(act.figure[REMEDY_NS] == STEP / 2 + 1);
	assert_true(act.figure[ORDERED_NS] == 81);
	assert_true(act.figure[TRYING_NS] == 91);
	assert_true(act.figure[REFUSED] == 2);
	assert_string_equal(act.why.text,
			    "with 5 messages each peer 0 sleeps in pipe_write "
			    "and peer 1 in sock_alloc, both for room that the "
			    "other one's receive would make");
}

static void test_stuck_with_less(void **state)
{
	(void)state;
	seen(BELOW)->value = DEADLOCKED | BOTH_ASLEEP;
	fails(-EBADMSG, "two peers with 4 messages each were stuck; with room "
			"for 4 it should be 5");
}

static void test_stuck_with_more(void **state)
{
	(void)state;
	for (unsigned int round = STUCK; round <= TRYING; round++)
		seen(round)->seq = ROOM + 2;
	fails(-EBADMSG, "two peers with 6 messages each were stuck; with room "
			"for 4 it should be 5");
	act.elastic = true;
	act.caps = IPC_RELIABLE;
	assert_int_equal(judge(), 0);
	assert_non_null(strstr(act.why.text, "the kernel sizes what it holds "
					     "each time anew"));
}

static void test_never_stuck(void **state)
{
	(void)state;
	seen(STUCK)->value = 0;
	fails(-EBADMSG, "two peers with 5 messages each got through, with room "
			"for 4");
}

static void test_remedies_not_tried(void **state)
{
	(void)state;
	act.marks[OBSERVER]->n--;
	fails(-ENODATA, "the remedies were not tried");
}

static void test_no_remedy(void **state)
{
	(void)state;
	seen(ORDERED)->value = DEADLOCKED | BOTH_ASLEEP;
	fails(-EBADMSG, "two peers of which one receives before it sends did "
			"not get through with 5 messages each");
	seen(ORDERED)->value = 0;
	seen(TRYING)->seq = ROOM;
	fails(-EBADMSG, "two peers whose sends fail rather than wait did not "
			"get through with 5 messages each");
}

static void test_nobody_refused(void **state)
{
	(void)state;
	act.marks[0]->at[2 * TRYING + 1].value = 0;
	fails(-EBADMSG, "none of 5 sends each was refused, and there is no "
			"room for all");
}

/* That it works with less is a part of the proof. */
static void test_less_not_tried(void **state)
{
	(void)state;
	for (unsigned int round = BELOW; round < TRYING; round++)
		*seen(round) = *seen(round + 1);
	act.marks[OBSERVER]->n--;
	fails(-ENODATA, "fewer messages were not tried");
}

static void test_not_asleep(void **state)
{
	(void)state;
	seen(STUCK)->value = DEADLOCKED | ASLEEP_1;
	fails(-EBADMSG, "peer 0 was stuck, and not asleep");
}

static void test_another_depth_than_declared(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		act.marks[OBSERVER]->at[i].seq = ROOM + 1;
	fails(-EBADMSG, "a link held 5 messages, and is declared to hold 4");
}

static void test_store_of_no_one_size(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE;
	act.marks[OBSERVER]->at[3].seq = ROOM + 1;
	fails(-ENODATA, "a link held 4 messages and then 5: its store is not "
			"of one size, so nothing can be predicted");
}

/* A peer that gets through lets the other one go: the greater link counts. */
static void test_links_of_two_sizes(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE;
	act.marks[OBSERVER]->at[0].seq = ROOM - 1;
	act.marks[OBSERVER]->at[1].seq = ROOM - 1;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[PREDICTED] == ROOM + 1);
}

static void played(const char *impl, double found)
{
	const uint64_t option[IPC_OPTIONS] = {0};
	struct trial_record record;

	lesson_passes("deadlock", impl, option, &record);
	if (found > 0)
		assert_true(record.figure[FOUND] == found);
	assert_true(record.figure[PREDICTED] == record.figure[FOUND]);
	assert_true(record.figure[REMEDY_NS] > 0);
	trial_record_free(&record);
}

static void test_ring(void **state)
{
	(void)state;
	played("ring", ROOM + 1);
}

static void test_unix(void **state)
{
	(void)state;
	played("unix-seqpacket", 0);
}

/* Of a store that grows and shrinks as the kernel sees fit. */
static void test_tcp(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {0};
	struct trial_record record;

	(void)state;
	lesson_passes("deadlock", "tcp", option, &record);
	assert_true(record.figure[FOUND] > 1);
	trial_record_free(&record);
}

/* Nobody sleeps who polls, and what is lost is not waited for. */
static void test_refused(void **state)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, "ring", NULL),
		.workload = catalogue_workload(&catalogue, "deadlock", NULL),
		.par = {.size = 64},
		.wait = IPC_WAIT_YIELD,
	};
	struct plan plan = {0};
	struct why why;

	(void)state;
	assert_int_equal(trial_plan(&spec, &plan, &why), -ENOTSUP);
	assert_string_equal(why.text, "means nothing where waiting is yield");
	spec.wait = IPC_WAIT_BLOCK;
	assert_int_equal(trial_plan(&spec, &plan, &why), 0);
	spec.impl = catalogue_impl(&catalogue, "udp", NULL);
	assert_int_equal(trial_plan(&spec, &plan, &why), -ENOTSUP);
	assert_string_equal(why.text, "lacks what the workload needs: "
				      "reliable");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_stuck_with_less),
		TEST(test_stuck_with_more),
		TEST(test_never_stuck),
		TEST(test_remedies_not_tried),
		TEST(test_no_remedy),
		TEST(test_nobody_refused),
		TEST(test_less_not_tried),
		TEST(test_not_asleep),
		TEST(test_another_depth_than_declared),
		TEST(test_store_of_no_one_size),
		TEST(test_links_of_two_sizes),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_unix),
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("deadlock", tests, NULL, NULL);
}
