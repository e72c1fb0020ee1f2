/* SPDX-License-Identifier: MIT */
/* The lesson "dual": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { SENDER, RECEIVER, HELPER, NODES };
enum { SORTS = 3, AHEAD = 2 * SORTS, HANGS, EARLY, MOST_MARKS = 64 };
enum { QUEUE_LINK = 2, CAPACITY_1 = 5, UNCOLLECTED };
enum { N = 4, DEPTH = 4, STEP = 1000, HUNG_AT = 4 };
#define HUNG (1u << 31)
enum {
	ASYNC_NS,
	ACKED_NS,
	HELPED_NS,
	ASYNC_SLEEPS,
	AHEAD_MESSAGES = 6,
	HANG_MESSAGES
};

static struct {
	struct marks *marks[NODES];
	struct mark *alone, *ahead, *hang, *early;
	uint32_t caps;
	struct why why;
	double figure[FIGURES];
} act;

static int start(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE | IPC_DEPTH;
	for (unsigned int node = 0; node < NODES; node++) {
		act.marks[node] = marks_new(MOST_MARKS);
		for (uint32_t form = 0; form < SORTS; form++) {
			marks_add(act.marks[node], MARK_STEP, form * STEP, 0,
				  form);
			marks_add(act.marks[node], MARK_STEP,
				  form * STEP + 100 * N, N, SORTS + form);
		}
	}
	for (uint64_t i = 0; i < N; i++) {
		marks_add(act.marks[RECEIVER], MARK_RECEIVED, STEP + 10 * i, i,
			  0);
		marks_add(act.marks[SENDER], MARK_SENT, STEP + 10 * i + 5, i,
			  0);
	}
	act.alone =
		marks_add(act.marks[RECEIVER], MARK_STEP, 1, 0, AHEAD | HUNG);
	act.early = marks_add(act.marks[SENDER], MARK_STEP, 1, 0, EARLY);
	act.ahead = marks_add(act.marks[RECEIVER], MARK_STEP, 1, DEPTH, AHEAD);
	act.hang = marks_add(act.marks[HELPER], MARK_STEP, 1, HUNG_AT,
			     HANGS | HUNG);
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
	const struct workload *dual =
		catalogue_workload(&catalogue, "dual", NULL);
	struct ipc_impl impl = {.caps = act.caps};
	struct params par = {.size = 64, .option = {N}};
	struct plan plan = {.link = {[QUEUE_LINK] = {.depth = DEPTH},
				     [CAPACITY_1] = {.depth = 1},
				     [UNCOLLECTED] = {.depth = 1}}};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	for (unsigned int i = 0; i < NODES; i++)
		evidence.marks[i] = act.marks[i];
	return dual->judge(&evidence, act.figure, &act.why);
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
	assert_true(act.figure[ASYNC_NS] == 100);
	assert_true(act.figure[HELPED_NS] == 100);
	assert_true(act.figure[ASYNC_SLEEPS] == NODES);
	assert_true(act.figure[AHEAD_MESSAGES] == DEPTH);
	assert_true(act.figure[HANG_MESSAGES] == HUNG_AT);
}

static void test_acknowledged_early(void **state)
{
	struct marks *tx = act.marks[SENDER];

	(void)state;
	tx->at[2 * SORTS + N - 1].t_ns = STEP + 10 * (N - 1) - 1;
	fails(-EBADMSG, "send 3 was over before its message was received");
	act.early->seq = 1;
	fails(-EBADMSG, "a message was acknowledged before it was sent");
	act.early->seq = 0;
	tx->at[2 * SORTS + N - 1].kind = MARK_STEP;
	fails(-ENODATA, "3 of 4 acknowledged sends were seen");
}

static void test_alone_goes_ahead(void **state)
{
	(void)state;
	act.alone->seq = 1;
	fails(-EBADMSG, "1 acknowledged sends were over with the receiver "
			"away");
}

static void test_helper_does_not_help(void **state)
{
	(void)state;
	act.ahead->seq = DEPTH - 1;
	fails(-EBADMSG, "3 sends were over with the receiver away, and the "
			"helper's queue has room for 4");
	act.caps = IPC_RELIABLE;
	assert_int_equal(judge(), 0);
	act.ahead->seq = 0;
	fails(-EBADMSG, "0 sends were over with the receiver away, and the "
			"helper's queue has room for 1");
}

static void test_no_hang(void **state)
{
	(void)state;
	act.hang->seq = HUNG_AT + 1;
	fails(-EBADMSG, "both stopped at message 5, and by what fills up it "
			"should be 4");
	act.hang->value = HANGS;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "both went on"));
}

static void played(const char *impl)
{
	const uint64_t option[IPC_OPTIONS] = {16};
	struct trial_record record;

	lesson_passes("dual", impl, option, &record);
	assert_true(record.figure[ACKED_NS] > 0);
	assert_true(record.figure[HANG_MESSAGES] >= HUNG_AT);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("ring");
	played("unix-seqpacket");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),	     TEST(test_acknowledged_early),
		TEST(test_alone_goes_ahead), TEST(test_helper_does_not_help),
		TEST(test_no_hang),	     cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("dual", tests, NULL, NULL);
}
