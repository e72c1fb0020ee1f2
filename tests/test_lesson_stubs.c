/* SPDX-License-Identifier: MIT */
/* The lesson "stubs": played, its judge on marks that are made up, and
 * marshalling. */
#include "tests/lesson.h"

enum { CALLS = 4 };
enum { INT, SMALL, BLOCK, LIST, POINTERS, SAME_VARIABLE, COMPARED };
enum { LOCAL, HERE, THERE, DISPATCH, TIMES, REACHES = THERE + 1 };
enum { MAYBE, AT_LEAST_ONCE, AT_MOST_ONCE, PROMISES };
enum { NO_LOSS, LOSE_REQUEST, LOSE_REPLY, LOSE_MEMORY, LOSSES };
enum { LAST_CALL = PROMISES * LOSSES };
enum { TIMED = MARK_SEND, RESULT = MARK_RECEIVE, CALLED = MARK_REPLY };
enum { RAN = MARK_STEP, LOST = MARK_RELAY };
enum {
	CALL_NS,
	LOCAL_NS,
	STUB_NS,
	MARSHAL_NS,
	DISPATCH_NS,
	TRANSPORT_NS,
	CRASH_TOLD_NS
};
enum { TOLD_NS = 500, SOME = 256 };
enum { LOCALLY = 8, BY_COPY = 6, RESULTS = 1000 };

static const uint64_t takes_ns[TIMES] = {4, 50, 9000, 30};

/* What is due: how often the procedure runs, and what the client is told. */
static const struct {
	unsigned int ran;
	uint32_t error;
} due[LAST_CALL] = {
	{1, 0}, {0, ETIMEDOUT}, {1, ETIMEDOUT}, {1, ETIMEDOUT},
	{1, 0}, {1, 0},		{2, 0},		{2, 0},
	{1, 0}, {1, 0},		{1, 0},		{1, ECONNRESET},
};

static struct {
	struct marks *client, *server;
	struct mark *called[LAST_CALL], *same[REACHES], *lost;
	const char *impl;
	struct why why;
	double figure[FIGURES];
} act;

static void add_timed(unsigned int what, uint64_t n)
{
	uint64_t t_ns = 1000 * act.client->n;

	marks_add(act.client, (enum mark_kind)TIMED, t_ns, n, what);
	marks_add(act.client, (enum mark_kind)TIMED, t_ns + n * takes_ns[what],
		  n, what);
}

static void add_results(void)
{
	for (unsigned int i = 0; i < COMPARED; i++)
		for (unsigned int reach = 0; reach < REACHES; reach++) {
			uint64_t result = i != SAME_VARIABLE ? RESULTS + i
					  : reach == LOCAL   ? LOCALLY
							     : BY_COPY;

			act.same[reach] =
				marks_add(act.client, (enum mark_kind)RESULT, 0,
					  result, i * REACHES + reach);
		}
}

static int start(void **state)
{
	(void)state;
	act.impl = "slot";
	act.client = marks_new(SOME);
	act.server = marks_new(SOME);
	add_results();
	for (unsigned int what = 0; what < TIMES; what++)
		for (unsigned int i = 0; i < CALLS; i++)
			add_timed(what, what == THERE ? 1 : 100);
	for (unsigned int i = 0; i < LAST_CALL; i++) {
		act.called[i] = marks_add(act.client, (enum mark_kind)CALLED, 0,
					  i + 1, due[i].error);
		for (unsigned int k = 0; k < due[i].ran; k++)
			marks_add(act.server, (enum mark_kind)RAN, 0, i + 1, 0);
	}
	act.lost = marks_add(act.client, (enum mark_kind)LOST, 0, 0, 0);
	marks_add(act.client, (enum mark_kind)LOST, TOLD_NS, 1, EPIPE);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.client);
	free(act.server);
	return 0;
}

static int judge(void)
{
	const struct workload *stubs =
		catalogue_workload(&catalogue, "stubs", NULL);
	struct params par = {.size = 64, .option = {INT, CALLS}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {
		.impl = catalogue_impl(&catalogue, act.impl, NULL),
		.par = &par,
		.plan = &plan,
		.marks = {act.client, act.server}};

	return stubs->judge(&evidence, act.figure, &act.why);
}

/* The procedure runs once more, or once less, in this call. */
static void ran(int by, unsigned int promise, unsigned int loss)
{
	uint64_t call = promise * LOSSES + loss + 1;

	if (by > 0) {
		marks_add(act.server, (enum mark_kind)RAN, 0, call, 0);
		return;
	}
	for (size_t i = 0; i < act.server->n; i++)
		if (act.server->at[i].seq == call) {
			act.server->at[i].seq = UINT64_MAX;
			return;
		}
	fail_msg("it did not run");
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[LOCAL_NS] == 4);
	assert_true(act.figure[STUB_NS] == 50);
	assert_true(act.figure[DISPATCH_NS] == 30);
	assert_true(act.figure[MARSHAL_NS] == 16);
	assert_true(act.figure[CALL_NS] == 9000);
	assert_true(act.figure[TRANSPORT_NS] == 8950);
	assert_true(act.figure[CRASH_TOLD_NS] == TOLD_NS);
}

static void test_another_result(void **state)
{
	struct mark *mark = &act.client->at[LIST * REACHES + THERE];

	(void)state;
	mark->seq++;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "the procedure of \"list\""));
	mark->seq--;
	act.client->at[POINTERS * REACHES + HERE].seq++;
	assert_int_equal(judge(), -EBADMSG);
}

/* Were it passed by reference, a remote call would be a local one. */
static void test_same_variable(void **state)
{
	(void)state;
	act.same[HERE]->seq = act.same[THERE]->seq = LOCALLY;
	assert_int_equal(judge(), -ENODATA);
	assert_non_null(strstr(act.why.text, "no difference was seen"));
	act.same[HERE]->seq = BY_COPY;
	assert_int_equal(judge(), -EBADMSG);
}

static void test_runs_too_often(void **state)
{
	(void)state;
	ran(+1, AT_MOST_ONCE, LOSE_REPLY);
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "a call promised as \"at most once\" that lost its "
			    "reply ran 2 times, and the client was told error "
			    "0");
	end(NULL);
	start(NULL);
	ran(+1, MAYBE, LOSE_REPLY);
	assert_int_equal(judge(), -EBADMSG);
	end(NULL);
	start(NULL);
	ran(+1, AT_MOST_ONCE, LOSE_MEMORY);
	assert_int_equal(judge(), -EBADMSG);
}

static void test_runs_too_rarely(void **state)
{
	(void)state;
	ran(-1, AT_LEAST_ONCE, LOSE_REQUEST);
	assert_int_equal(judge(), -EBADMSG);
	end(NULL);
	start(NULL);
	ran(-1, AT_MOST_ONCE, NO_LOSS);
	assert_int_equal(judge(), -EBADMSG);
}

/* Nothing was lost, so nothing was put to the test. */
static void test_no_loss(void **state)
{
	(void)state;
	ran(-1, AT_LEAST_ONCE, LOSE_REPLY);
	assert_int_equal(judge(), -ENODATA);
	end(NULL);
	start(NULL);
	ran(+1, MAYBE, LOSE_REQUEST);
	assert_int_equal(judge(), -ENODATA);
	end(NULL);
	start(NULL);
	act.called[0]->kind = MARK_SENT;
	assert_int_equal(judge(), -ENODATA);
}

static void test_crash(void **state)
{
	(void)state;
	act.lost[1].value = 0;
	assert_int_equal(judge(), -EBADMSG);
	act.lost[1].value = EPIPE;
	act.client->n -= 2;
	assert_int_equal(judge(), -ENODATA);
	/* Where nobody tells there is no such call. */
	act.impl = "pipe";
	assert_int_equal(judge(), 0);
	assert_true(isnan(act.figure[CRASH_TOLD_NS]));
}

static void played(const char *impl, uint64_t procedure, bool told)
{
	const uint64_t option[IPC_OPTIONS] = {procedure, 16};
	struct trial_record record;

	lesson_passes("stubs", impl, option, &record);
	assert_true(record.figure[LOCAL_NS] > 0);
	assert_true(record.figure[STUB_NS] > 0);
	assert_true(isnan(record.figure[CRASH_TOLD_NS]) == !told);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	for (uint64_t procedure = INT; procedure <= POINTERS; procedure++) {
		played("slot", procedure, true);
		played("pipe", procedure, false);
	}
	played("unix-seqpacket", INT, true);
	played("unix-dgram", BLOCK, true);
	played("ring", LIST, false);
}

static void test_block_does_not_fit(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {BLOCK, 16};
	struct trial_record record;

	(void)state;
	lesson_run("stubs", "pipe-packet", option, false, &record);
	assert_int_equal(record.verdict, VERDICT_UNSUPPORTED);
	assert_non_null(strstr(record.why.text, "up to 4096 B"));
	trial_record_free(&record);
}

/* As the standard has it, byte by byte; and nothing beyond the end. */
static void test_marshal(void **state)
{
	static const unsigned char due_bytes[] = {
		1, 2, 3, 4, 0,	 0,   0,   0,	0,   0, 0, 9,
		0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o', 0, 0, 0};
	unsigned char buf[sizeof(due_bytes)], out[8];
	struct marshal m = marshal_in(buf, sizeof(buf));

	(void)state;
	memset(buf, 0xff, sizeof(buf));
	put_u32(&m, 0x01020304);
	put_u64(&m, 9);
	put_bytes(&m, "hello", 5);
	assert_true(marshal_ok(&m));
	assert_ptr_equal(m.at, m.end);
	assert_memory_equal(buf, due_bytes, sizeof(buf));
	put_u32(&m, 1);
	assert_false(marshal_ok(&m));
	m = marshal_in(buf, sizeof(buf));
	assert_int_equal(get_u32(&m), 0x01020304);
	assert_int_equal(get_u64(&m), 9);
	assert_int_equal(get_bytes(&m, out, sizeof(out)), 5);
	assert_memory_equal(out, "hello", 5);
	assert_true(marshal_ok(&m));
	assert_int_equal(get_u32(&m), 0);
	assert_false(marshal_ok(&m));
}

/* A length that is not true, or more than there is room for. */
static void test_marshal_length(void **state)
{
	unsigned char buf[16], out[4];
	struct marshal m = marshal_in(buf, sizeof(buf));

	(void)state;
	put_bytes(&m, "12345678", 8);
	m = marshal_in(buf, sizeof(buf));
	assert_int_equal(get_bytes(&m, out, sizeof(out)), 0);
	assert_false(marshal_ok(&m));
	memset(buf, 0xff, sizeof(buf));
	m = marshal_in(buf, sizeof(buf));
	assert_int_equal(get_bytes(&m, out, sizeof(out)), 0);
	assert_false(marshal_ok(&m));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marshal),
		cmocka_unit_test(test_marshal_length),
		TEST(test_all_well),
		TEST(test_another_result),
		TEST(test_same_variable),
		TEST(test_runs_too_often),
		TEST(test_runs_too_rarely),
		TEST(test_no_loss),
		TEST(test_crash),
		cmocka_unit_test(test_played),
		cmocka_unit_test(test_block_does_not_fit),
	};

	return cmocka_run_group_tests_name("stubs", tests, NULL, NULL);
}
