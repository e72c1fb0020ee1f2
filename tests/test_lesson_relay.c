/* SPDX-License-Identifier: MIT */
/* The lesson "relay": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { CHAIN = 3, CALLS = 2, RUDE = 16, ALL = CALLS + RUDE };
enum { RELAY, PROXY, SELF };
enum { STEP = 1000, TOOK = 300, MARKS_A_CALL = 2 };
enum { CALL_NS, HOP_NS, RETURN_MESSAGES };

static struct {
	struct marks *client, *server[CHAIN];
	uint64_t mode;
	struct why why;
	double figure[FIGURES];
} act;

/* The chain begins at another server each time if that is relayed. */
static unsigned int server_at(uint64_t call, unsigned int position)
{
	return act.mode == RELAY ? (unsigned int)(call + position) % CHAIN
				 : position;
}

static void add_call(uint64_t i)
{
	uint64_t t_ns = (i + 1) * STEP;

	marks_add(act.client, MARK_SEND, t_ns, i, 0);
	marks_add(act.client, MARK_SENT, t_ns + TOOK, i,
		  server_at(i, CHAIN - 1));
	for (unsigned int at = 0; at < CHAIN; at++) {
		struct marks *marks = act.server[server_at(i, at)];
		bool relays = act.mode == RELAY && at + 1 < CHAIN;

		marks_add(marks, relays ? MARK_RELAY : MARK_REPLY,
			  t_ns + at + 1, i, at);
		if (i >= CALLS)
			marks_add(marks, MARK_STEP, t_ns + TOOK, i, ESTALE);
	}
}

static void start_as(uint64_t mode)
{
	act.mode = mode;
	act.client = marks_new(MARKS_A_CALL * ALL);
	for (unsigned int i = 0; i < CHAIN; i++)
		act.server[i] = marks_new(MARKS_A_CALL * ALL);
	for (uint64_t i = 0; i < ALL; i++)
		add_call(i);
}

static int start(void **state)
{
	(void)state;
	start_as(RELAY);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.client);
	for (unsigned int i = 0; i < CHAIN; i++)
		free(act.server[i]);
	return 0;
}

static int judge(void)
{
	const struct workload *relay =
		catalogue_workload(&catalogue, "relay", NULL);
	struct params par = {.size = 64, .option = {CHAIN, CALLS, act.mode}};
	struct plan plan = {.nodes = CHAIN + 1};
	struct evidence evidence = {.par = &par, .plan = &plan};

	evidence.marks[0] = act.client;
	for (unsigned int i = 0; i < CHAIN; i++)
		evidence.marks[i + 1] = act.server[i];
	return relay->judge(&evidence, act.figure, &act.why);
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[CALL_NS] == TOOK);
	assert_true(act.figure[HOP_NS] == TOOK / CHAIN);
	assert_true(act.figure[RETURN_MESSAGES] == 1);
	end(NULL);
	start_as(PROXY);
	assert_int_equal(judge(), 0);
	assert_true(act.figure[RETURN_MESSAGES] == CHAIN);
}

static void test_two_replies(void **state)
{
	(void)state;
	/* Server 0 has the first place in call 0. */
	act.server[0]->at[0].kind = MARK_REPLY;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "call 0 had 2 replies, not 1");
	end(NULL);
	start_as(PROXY);
	act.server[1]->at[1].kind = MARK_RELAY;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "call 1 had 2 replies, not 3");
}

static void test_no_reply(void **state)
{
	(void)state;
	act.server[2]->at[0].kind = MARK_RELAY;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "call 0 had 0 replies, not 1");
}

static void test_another_replies(void **state)
{
	(void)state;
	act.client->at[1].value = 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "call 0 was replied to by server 1, and the last "
			    "of the chain was 2");
}

/* The second server sees the request as the first one received it. */
static void test_change_is_not_seen(void **state)
{
	(void)state;
	act.server[1]->at[0].value = 0;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "call 0 did not come to each of 3 "
					     "servers once"));
}

static void test_right_works_twice(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CHAIN; i++) {
		uint32_t *err = &act.server[i]->at[CALLS + 1].value;

		*err = 0;
		assert_int_equal(judge(), -EBADMSG);
		assert_non_null(strstr(act.why.text, "used its right twice"));
		*err = ESTALE;
	}
	assert_int_equal(judge(), 0);
	act.server[1]->n--;
	assert_int_equal(judge(), -ENODATA);
}

static void played(const char *impl, uint64_t chain, uint64_t mode)
{
	const uint64_t option[IPC_OPTIONS] = {chain, 32, mode};
	struct trial_record record;

	lesson_passes("relay", impl, option, &record);
	assert_true(record.figure[RETURN_MESSAGES] ==
		    (mode == PROXY ? (double)chain : 1));
	trial_record_free(&record);
}

static void test_native(void **state)
{
	(void)state;
	for (uint64_t chain = 1; chain <= 8; chain++)
		played("slot", chain, RELAY);
	played("slot", 8, PROXY);
}

static void test_delegated(void **state)
{
	(void)state;
	played("unix-seqpacket", 2, RELAY);
	played("unix-dgram", 8, RELAY);
	played("unix-dgram", 3, PROXY);
}

/* One server gives the right to itself, and has to receive it anew. */
static void test_to_itself(void **state)
{
	(void)state;
	played("slot", 4, SELF);
	played("unix-seqpacket", 4, SELF);
	played("pipe", 1, SELF);
}

/* Only the server has the link to the client. */
static void test_layered(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {2, 32, RELAY};
	struct trial_record record;

	(void)state;
	played("pipe", 1, RELAY);
	played("pipe", 4, PROXY);
	lesson_run("relay", "pipe", option, false, &record);
	assert_int_equal(record.verdict, VERDICT_UNSUPPORTED);
	assert_string_equal(record.why.text,
			    "its calls are layered, and cannot be relayed");
	trial_record_free(&record);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_two_replies),
		TEST(test_no_reply),
		TEST(test_another_replies),
		TEST(test_change_is_not_seen),
		TEST(test_right_works_twice),
		cmocka_unit_test(test_native),
		cmocka_unit_test(test_delegated),
		cmocka_unit_test(test_to_itself),
		cmocka_unit_test(test_layered),
	};

	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
