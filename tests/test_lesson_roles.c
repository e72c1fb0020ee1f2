/* SPDX-License-Identifier: MIT */
/* The lesson "roles": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { CALLS = 3, ROUNDS = 2, LATE_US = 1000, LATE = LATE_US * 1000 };
enum { PROMPT, LATE_RECEIVE, LATE_REPLY, LATE_CALL, CLIENT_CANNOT, COURSES };
enum { ALL = CALLS + (COURSES - 1) * ROUNDS };
enum { SOON = 100, AWAY = LATE * 3 / 4 };
enum { CALL_NS, REPLY_NS, CALL_BLOCKED_NS, ANSWER_BLOCKED_NS, RECEIVE_BLOCKED };
enum { SEND, SENT };			    /* of the client */
enum { RECEIVE, RECEIVED, REPLY, REPLIED }; /* of the server */
enum { CLIENT_MARKS = 2, SERVER_MARKS = 4 };

static struct {
	struct marks *client, *server;
	const struct call_kind *call;
	struct why why;
	double figure[FIGURES];
} act;

/* One call as it should be, at t_ns. */
static void add_call(uint64_t i, uint32_t course, uint64_t t_ns)
{
	uint64_t send = t_ns + (course == LATE_CALL ? LATE + SOON : 0);
	uint64_t receive = t_ns + (course == LATE_RECEIVE ? LATE : 0);
	uint64_t received = (send > receive ? send : receive) + SOON;
	uint64_t reply = received + (course == LATE_REPLY ? LATE : 0);
	uint64_t sent = reply + (course == CLIENT_CANNOT ? AWAY : 2 * SOON);

	marks_add(act.client, MARK_SEND, send, i, course);
	marks_add(act.client, MARK_SENT, sent, i, course);
	marks_add(act.server, MARK_RECEIVE, receive, i, course);
	marks_add(act.server, MARK_RECEIVED, received, i, course);
	marks_add(act.server, MARK_REPLY, reply, i, course);
	marks_add(act.server, MARK_REPLIED, reply + SOON, i, course);
}

/* The first call of a course. */
static uint64_t first(uint32_t course)
{
	return course == PROMPT ? 0 : CALLS + (course - 1) * ROUNDS;
}

static uint32_t course_of(uint64_t i)
{
	uint32_t course = PROMPT;

	while (course + 1 < COURSES && i >= first(course + 1))
		course++;
	return course;
}

static int start(void **state)
{
	(void)state;
	act.client = marks_new(CLIENT_MARKS * ALL);
	act.server = marks_new(SERVER_MARKS * ALL);
	act.call = &call_slots;
	for (uint64_t i = 0; i < ALL; i++)
		add_call(i, course_of(i), (i + 1) * 4 * LATE);
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
	const struct workload *roles =
		catalogue_workload(&catalogue, "roles", NULL);
	struct ipc_impl impl = {.call = act.call};
	struct params par = {.size = 64, .option = {CALLS, ROUNDS, LATE_US}};
	struct plan plan = {.nodes = 3};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.client;
	evidence.marks[1] = act.server;
	return roles->judge(&evidence, act.figure, &act.why);
}

static uint64_t *client_at(uint64_t i, unsigned int what)
{
	return &act.client->at[CLIENT_MARKS * i + what].t_ns;
}

static uint64_t *server_at(uint64_t i, unsigned int what)
{
	return &act.server->at[SERVER_MARKS * i + what].t_ns;
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[CALL_NS] == 3 * SOON);
	assert_true(act.figure[REPLY_NS] == SOON);
	assert_true(act.figure[CALL_BLOCKED_NS] == LATE + 3 * SOON);
	assert_true(act.figure[ANSWER_BLOCKED_NS] == LATE + 3 * SOON);
	assert_true(act.figure[RECEIVE_BLOCKED] == LATE + 2 * SOON);
}

static void test_call_returns_before_the_reply(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ALL; i++) {
		uint64_t was_ns = *client_at(i, SENT);

		*client_at(i, SENT) = *server_at(i, REPLY) - 1;
		assert_int_equal(judge(), -EBADMSG);
		assert_non_null(strstr(act.why.text, "1 ns before its reply"));
		*client_at(i, SENT) = was_ns;
	}
	assert_int_equal(judge(), 0);
}

static void test_receive_returns_before_the_call(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ALL; i++) {
		uint64_t was_ns = *server_at(i, RECEIVED);

		*server_at(i, RECEIVED) = *client_at(i, SEND) - 1;
		assert_int_equal(judge(), -EBADMSG);
		assert_non_null(strstr(act.why.text, "1 ns before its call"));
		*server_at(i, RECEIVED) = was_ns;
	}
	assert_int_equal(judge(), 0);
}

/* Somebody who was late was not waited for. */
static void test_nobody_waits(void **state)
{
	(void)state;
	for (uint32_t course = LATE_RECEIVE; course <= LATE_REPLY; course++) {
		uint64_t *send_ns = client_at(first(course) + 1, SEND);
		uint64_t was_ns = *send_ns;

		*send_ns = *client_at(first(course) + 1, SENT) - LATE;
		*server_at(first(course) + 1, RECEIVED) += 3 * SOON;
		assert_int_equal(judge(), 0);
		*send_ns += 1;
		assert_int_equal(judge(), -EBADMSG);
		assert_non_null(strstr(act.why.text, "a call took 999999 ns, "
						     "with the server late"));
		*send_ns = was_ns;
	}
	*server_at(first(LATE_CALL), RECEIVE) += 2 * SOON + 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "a receive took 999999 ns, with "
					     "the client late"));
}

/* One reply that does not wait is enough, and there has to be one, unless it
 * is a message on a link. */
static void test_reply_waits(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		uint64_t call = first(CLIENT_CANNOT) + i;

		assert_int_equal(judge(), 0);
		*server_at(call, REPLIED) = *client_at(call, SENT);
	}
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "each of 2 replies that the client could not take "
			    "at once took more than 250000 ns");
	act.call = NULL;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[REPLY_NS] == AWAY);
}

static void test_client_is_there(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		uint64_t call = first(CLIENT_CANNOT) + i;

		assert_int_equal(judge(), 0);
		*client_at(call, SENT) = *server_at(call, REPLIED);
	}
	assert_int_equal(judge(), -ENODATA);
	assert_true(isnan(act.figure[REPLY_NS]));
	act.call = NULL;
	assert_int_equal(judge(), 0);
}

/* Where others want the PUs the client may come back too early every time. */
static void played(const char *impl)
{
	const uint64_t option[IPC_OPTIONS] = {16, 4, 1000};
	struct trial_record record;

	for (int threads = 0; threads < 2; threads++) {
		lesson_run("roles", impl, option, threads, &record);
		if (record.verdict == VERDICT_INCONCLUSIVE) {
			trial_record_free(&record);
			continue;
		}
		assert_string_equal(record.why.text, "");
		assert_int_equal(record.verdict, VERDICT_PASS);
		assert_true(record.figure[CALL_BLOCKED_NS] >= 1000000);
		assert_true(record.figure[ANSWER_BLOCKED_NS] >= 1000000);
		assert_true(record.figure[RECEIVE_BLOCKED] >= 1000000);
		trial_record_free(&record);
	}
}

static void test_native(void **state)
{
	(void)state;
	played("slot");
}

static void test_delegated(void **state)
{
	(void)state;
	played("unix-seqpacket");
}

static void test_layered(void **state)
{
	(void)state;
	played("pipe");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_call_returns_before_the_reply),
		TEST(test_receive_returns_before_the_call),
		TEST(test_nobody_waits),
		TEST(test_reply_waits),
		TEST(test_client_is_there),
		cmocka_unit_test(test_native),
		cmocka_unit_test(test_delegated),
		cmocka_unit_test(test_layered),
	};

	return cmocka_run_group_tests_name("roles", tests, NULL, NULL);
}
