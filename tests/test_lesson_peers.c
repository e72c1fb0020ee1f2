/* SPDX-License-Identifier: MIT */
/* The lesson "peers": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { EXCHANGES = 4, STEP = 1000, WAY = 100 };
enum { SYMMETRIC, ASYMMETRIC, MODELS };
enum { PEER_MARKS = 4, CLIENT_MARKS = 2, SERVER_MARKS = 4 };
enum {
	PEERS_NS,
	CALL_NS,
	PEERS_MESSAGES,
	CALL_MESSAGES,
	PEERS_SLEEPS,
	CALL_SLEEPS,
	CALL_RATIO
};

/* Where the second model begins in a node's marks. */
enum { SECOND_MODEL = EXCHANGES * PEER_MARKS + 1 };

static struct {
	struct marks *node[2];
	struct why why;
	double figure[FIGURES];
} act;

static void add(unsigned int node, enum mark_kind kind, uint64_t t_ns,
		uint32_t model)
{
	marks_add(act.node[node], kind, t_ns, 0, model);
}

static void add_peers(unsigned int first, uint64_t t_ns)
{
	unsigned int other = !first;

	add(first, MARK_SEND, t_ns, SYMMETRIC);
	add(first, MARK_SENT, t_ns + 1, SYMMETRIC);
	add(first, MARK_RECEIVE, t_ns + 2, SYMMETRIC);
	add(first, MARK_RECEIVED, t_ns + 2 * WAY, SYMMETRIC);
	add(other, MARK_RECEIVE, t_ns, SYMMETRIC);
	add(other, MARK_RECEIVED, t_ns + WAY, SYMMETRIC);
	add(other, MARK_SEND, t_ns + WAY + 1, SYMMETRIC);
	add(other, MARK_SENT, t_ns + WAY + 2, SYMMETRIC);
}

static void add_call(uint64_t t_ns)
{
	add(0, MARK_SEND, t_ns, ASYMMETRIC);
	add(0, MARK_SENT, t_ns + 4 * WAY, ASYMMETRIC);
	add(1, MARK_RECEIVE, t_ns, ASYMMETRIC);
	add(1, MARK_RECEIVED, t_ns + WAY, ASYMMETRIC);
	add(1, MARK_REPLY, t_ns + WAY + 1, ASYMMETRIC);
	add(1, MARK_REPLIED, t_ns + WAY + 2, ASYMMETRIC);
}

static void add_sleeps(uint64_t n, uint32_t model)
{
	for (int node = 0; node < 2; node++)
		marks_add(act.node[node], MARK_STEP, 0, n, model);
}

static int start(void **state)
{
	(void)state;
	for (int node = 0; node < 2; node++)
		act.node[node] = marks_new(MODELS * SECOND_MODEL + 1);
	for (unsigned int i = 0; i < EXCHANGES; i++)
		add_peers(i % 2, (i + 1) * STEP);
	add_sleeps(EXCHANGES, SYMMETRIC);
	for (unsigned int i = 0; i < EXCHANGES; i++)
		add_call((EXCHANGES + i + 1) * STEP);
	add_sleeps(2 * EXCHANGES, ASYMMETRIC);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.node[0]);
	free(act.node[1]);
	return 0;
}

static int judge(void)
{
	const struct workload *peers =
		catalogue_workload(&catalogue, "peers", NULL);
	struct params par = {.size = 64, .option = {EXCHANGES}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {.par = &par,
				    .plan = &plan,
				    .marks = {act.node[0], act.node[1]}};

	return peers->judge(&evidence, act.figure, &act.why);
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[PEERS_NS] == 2 * WAY);
	assert_true(act.figure[CALL_NS] == 4 * WAY);
	assert_true(act.figure[PEERS_MESSAGES] == 2);
	assert_true(act.figure[CALL_MESSAGES] == 2);
	assert_true(act.figure[PEERS_SLEEPS] == 2);
	assert_true(act.figure[CALL_SLEEPS] == 4);
	assert_true(act.figure[CALL_RATIO] == 2);
}

static void judged_out_of(const char *role)
{
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, role));
}

/* A server that sends, a client that receives, a peer that does not send. */
static void test_out_of_role(void **state)
{
	(void)state;
	act.node[1]->at[SECOND_MODEL + 2].kind = MARK_SEND;
	judged_out_of("node 1, a server");
	act.node[1]->at[SECOND_MODEL + 2].kind = MARK_REPLY;
	act.node[0]->at[SECOND_MODEL].kind = MARK_RECEIVE;
	judged_out_of("node 0, a client");
	act.node[0]->at[SECOND_MODEL].kind = MARK_SEND;
	act.node[1]->at[2].kind = MARK_RECEIVE;
	judged_out_of("node 1, a peer that follows");
	act.node[1]->at[2].kind = MARK_SEND;
	act.node[1]->at[PEER_MARKS].kind = MARK_RECEIVE;
	judged_out_of("node 1, a peer that begins");
	act.node[1]->at[PEER_MARKS].kind = MARK_SEND;
	assert_int_equal(judge(), 0);
}

/* The server begins something by itself. */
static void test_does_more(void **state)
{
	struct marks *server = act.node[1];

	(void)state;
	server->at[server->n] = server->at[server->n - 1];
	server->at[server->n - 1].kind = MARK_SEND;
	server->n++;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "node 1 did more than its role asks for");
}

static void test_does_less(void **state)
{
	(void)state;
	act.node[0]->n--;
	assert_int_equal(judge(), -EBADMSG);
}

static void test_before_it_was_sent(void **state)
{
	(void)state;
	act.node[1]->at[1].t_ns = STEP - 1;
	assert_int_equal(judge(), -EBADMSG);
	act.node[1]->at[1].t_ns = STEP + WAY;
	act.node[0]->at[SECOND_MODEL + 1].t_ns = (EXCHANGES + 1) * STEP + WAY;
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, "before it was sent"));
}

static void played(const char *impl)
{
	const uint64_t option[IPC_OPTIONS] = {64};
	struct trial_record record;

	lesson_passes("peers", impl, option, &record);
	assert_true(record.figure[PEERS_MESSAGES] == 2);
	assert_true(record.figure[PEERS_NS] > 0);
	assert_true(record.figure[CALL_NS] > 0);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("pipe");
	played("ring");
	played("unix-seqpacket");
	played("pageswap");
}

/* Where every message has to be answered nobody is a peer. */
static void test_calls_only(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {64};
	struct trial_record record;

	(void)state;
	lesson_run("peers", "slot", option, false, &record);
	assert_int_equal(record.verdict, VERDICT_UNSUPPORTED);
	trial_record_free(&record);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_out_of_role),
		TEST(test_does_more),
		TEST(test_does_less),
		TEST(test_before_it_was_sent),
		cmocka_unit_test(test_played),
		cmocka_unit_test(test_calls_only),
	};

	return cmocka_run_group_tests_name("peers", tests, NULL, NULL);
}
