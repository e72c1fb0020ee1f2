/* SPDX-License-Identifier: MIT */
/* The lesson "fair": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { CLIENTS = 3, CALLS = 30, REQUESTS = CLIENTS * CALLS, SERVER = 1 };
enum { LIMIT_MS = 1, MS = 1000000, STEP = 1000, SOON = 100 };
enum { RATE, LONGEST_NS, OVERTAKEN, FAIRNESS };

static struct {
	struct marks *client[CLIENTS], *server;
	struct why why;
	double figure[FIGURES];
} act;

static uint64_t served_ns(uint64_t i, unsigned int c)
{
	return (i * CLIENTS + c + CLIENTS) * STEP;
}

/* In turn: each calls again as soon as it has been served. */
static int start(void **state)
{
	(void)state;
	act.server = marks_new(REQUESTS);
	for (unsigned int c = 0; c < CLIENTS; c++)
		act.client[c] = marks_new(2 * CALLS);
	for (uint64_t i = 0; i < CALLS; i++) {
		for (uint32_t c = 0; c < CLIENTS; c++) {
			uint64_t now_ns = served_ns(i, c);

			marks_add(act.client[c], MARK_SEND,
				  now_ns - CLIENTS * STEP + 2 * SOON, i, c);
			marks_add(act.client[c], MARK_SENT, now_ns + SOON, i,
				  c);
			marks_add(act.server, MARK_RECEIVED, now_ns, i, c);
		}
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.server);
	for (unsigned int c = 0; c < CLIENTS; c++)
		free(act.client[c]);
	return 0;
}

static int judge(void)
{
	const struct workload *fair =
		catalogue_workload(&catalogue, "fair", NULL);
	struct params par = {.size = 64, .option = {CLIENTS, CALLS, LIMIT_MS}};
	struct plan plan = {.nodes = CLIENTS + 1};
	struct evidence evidence = {.par = &par, .plan = &plan};

	evidence.marks[SERVER] = act.server;
	evidence.marks[0] = act.client[0];
	for (unsigned int c = 1; c < CLIENTS; c++)
		evidence.marks[c + 1] = act.client[c];
	return fair->judge(&evidence, act.figure, &act.why);
}

static void test_all_well(void **state)
{
	const double took_ns = CLIENTS * STEP - SOON;
	const double all_ns = (REQUESTS - CLIENTS + 1) * STEP + 2 * STEP - SOON;

	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[LONGEST_NS] == took_ns);
	assert_true(act.figure[OVERTAKEN] == CLIENTS - 1);
	assert_true(act.figure[FAIRNESS] == 1);
	assert_true(act.figure[RATE] == REQUESTS * 1e9 / all_ns);
}

/* As if one client had each of its calls for itself, and fast. */
static void test_one_is_preferred(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < CALLS; i++)
		act.client[0]->at[2 * i].t_ns = served_ns(i, 0);
	assert_int_equal(judge(), 0);
	assert_true(act.figure[FAIRNESS] > 0.6 && act.figure[FAIRNESS] < 0.75);
}

static void test_received_twice(void **state)
{
	(void)state;
	act.server->at[CLIENTS].seq = 0;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "request 0 of client 0 was received, which was "
			    "not due");
}

static void test_anothers_request(void **state)
{
	(void)state;
	act.server->at[CLIENTS].value = CLIENTS;
	assert_int_equal(judge(), -EBADMSG);
	act.server->at[CLIENTS].value = 1;
	assert_int_equal(judge(), -EBADMSG);
}

static void test_never_received(void **state)
{
	(void)state;
	act.server->n--;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "29 of 30 requests of client 2 were received");
}

static void test_reply_without_request(void **state)
{
	struct mark *sent = &act.client[1]->at[3];

	(void)state;
	sent->t_ns = served_ns(1, 1) - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "request 1 of client 1 was not received during "
			    "its call");
	sent->t_ns = served_ns(1, 1);
	assert_int_equal(judge(), 0);
	act.client[1]->at[2].t_ns = served_ns(1, 1) + 1;
	assert_int_equal(judge(), -EBADMSG);
}

/* The last request of the last client came before 30 of others, and was
 * received after them. */
static void test_starved(void **state)
{
	const uint64_t last = CALLS - 1;
	struct mark *call = &act.client[2]->at[2 * last];

	(void)state;
	call[0].t_ns -= 28 * STEP;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[OVERTAKEN] == 30);
	call[1].t_ns += MS;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "client 2 was starved: it waited for 1 ms, and 30 "
			    "others were served");
}

/* Everything stood still: no one is preferred. */
static void test_nobody_served(void **state)
{
	(void)state;
	act.client[2]->at[2 * CALLS - 1].t_ns += MS;
	assert_int_equal(judge(), -ENODATA);
}

static void test_one_after_the_other(void **state)
{
	(void)state;
	/* The last one's first call begins when the first one is done. */
	act.client[2]->at[0].t_ns = act.client[0]->at[2 * CALLS - 1].t_ns;
	act.server->at[2].t_ns = act.client[2]->at[0].t_ns;
	act.client[2]->at[1].t_ns = act.client[2]->at[0].t_ns + 1;
	assert_int_equal(judge(), -ENODATA);
	assert_string_equal(act.why.text,
			    "the clients did not all call at the same time");
}

static void played(const char *impl, uint64_t clients)
{
	const uint64_t option[IPC_OPTIONS] = {clients, 32, 5000};
	struct trial_record record;

	lesson_passes("fair", impl, option, &record);
	assert_true(record.figure[FAIRNESS] > 1.0 / (double)clients - 1e-9);
	assert_true(record.figure[FAIRNESS] < 1 + 1e-9);
	trial_record_free(&record);
}

static void test_native(void **state)
{
	(void)state;
	played("slot", 2);
	played("slot", 12);
}

static void test_delegated(void **state)
{
	(void)state;
	played("unix-seqpacket", 5);
}

static void test_layered(void **state)
{
	(void)state;
	played("ring-mpmc", 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_one_is_preferred),
		TEST(test_received_twice),
		TEST(test_anothers_request),
		TEST(test_never_received),
		TEST(test_reply_without_request),
		TEST(test_starved),
		TEST(test_nobody_served),
		TEST(test_one_after_the_other),
		cmocka_unit_test(test_native),
		cmocka_unit_test(test_delegated),
		cmocka_unit_test(test_layered),
	};

	return cmocka_run_group_tests_name("fair", tests, NULL, NULL);
}
