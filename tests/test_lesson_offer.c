/* SPDX-License-Identifier: MIT */
/* The lesson "offer": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { RECEIVERS, MESSAGES, MODE, WINDOW };
enum { ONE, ALL };
enum { MATCH_NS, FIRST_NS, RATE, CHOICE, IN_FLIGHT, WASTED };
enum { RECEIVERS_N = 2, NODES = 1 + RECEIVERS_N, ALL_MARKS = 64, STEP = 1000 };

static struct {
	struct marks *of[NODES];
	uint64_t option[IPC_OPTIONS];
	uint64_t t_ns;
	uint64_t made[RECEIVERS_N];
	struct why why;
	double figure[FIGURES];
} act;

static struct mark *add(unsigned int node, enum mark_kind kind, uint64_t seq,
			uint32_t value)
{
	act.t_ns += STEP;
	return marks_add(act.of[node], kind, act.t_ns, seq, value);
}

/* A receiver offers, and the sender has the offer. */
static struct mark *offer(uint32_t receiver)
{
	uint64_t i = act.made[receiver]++;
	struct mark *made = add(1 + receiver, MARK_OFFER, i, 0);

	add(0, MARK_OFFER, i, receiver);
	return made;
}

static struct mark *want(uint64_t message)
{
	return add(0, MARK_SEND, message, 0);
}

static void match(uint64_t message, uint32_t receiver)
{
	add(0, MARK_SENT, message, receiver);
	add(1 + receiver, MARK_RECEIVED, message, 0);
}

static int start(void **state)
{
	(void)state;
	memset(&act, 0, sizeof(act));
	for (unsigned int i = 0; i < NODES; i++)
		act.of[i] = marks_new(ALL_MARKS);
	act.option[RECEIVERS] = RECEIVERS_N;
	act.option[MESSAGES] = 2;
	act.option[WINDOW] = 1;
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NODES; i++)
		free(act.of[i]);
	return 0;
}

static int judge(void)
{
	const struct workload *workload =
		catalogue_workload(&catalogue, "offer", NULL);
	struct ipc_impl impl = {.caps = IPC_RELIABLE};
	struct params par = {.size = 64};
	struct plan plan = {.nodes = NODES};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	memcpy(par.option, act.option, sizeof(par.option));
	for (unsigned int i = 0; i < NODES; i++)
		evidence.marks[i] = act.of[i];
	return workload->judge(&evidence, act.figure, &act.why);
}

static void fails(const char *why)
{
	assert_int_equal(judge(), -EBADMSG);
	assert_non_null(strstr(act.why.text, why));
}

/* Message 0 to 1, who offered first; message 1 to 0. */
static void one_each(void)
{
	want(0);
	offer(1);
	offer(0);
	match(0, 1);
	offer(1);
	want(1);
	match(1, 0);
	offer(0);
}

static void test_all_well(void **state)
{
	(void)state;
	one_each();
	assert_int_equal(judge(), 0);
	assert_true(act.figure[MATCH_NS] > 0);
	assert_true(act.figure[FIRST_NS] == 2 * STEP);
	assert_true(act.figure[CHOICE] == 2);
	assert_true(act.figure[IN_FLIGHT] == 1);
	assert_true(act.figure[WASTED] == RECEIVERS_N);
}

static void test_sent_before_offer(void **state)
{
	struct mark *made;

	(void)state;
	want(0);
	made = offer(1);
	offer(0);
	match(0, 1);
	made->t_ns += 5 * STEP;
	fails("message 0 was sent to receiver 1 before it offered");
}

static void test_sent_without_offer(void **state)
{
	(void)state;
	want(0);
	match(0, 1);
	fails("message 0 was sent to receiver 1 before it offered");
}

/* One offer is good for one message. */
static void test_offer_answered_twice(void **state)
{
	(void)state;
	want(0);
	offer(1);
	match(0, 1);
	want(1);
	match(1, 1);
	fails("message 1 was sent to receiver 1 before it offered");
}

static void test_offer_forgotten(void **state)
{
	(void)state;
	want(0);
	offer(1);
	offer(0);
	match(0, 0);
	fails("message 0 was sent to receiver 0, and another had offered "
	      "longer");
}

static void test_one_to_two(void **state)
{
	(void)state;
	want(0);
	offer(1);
	offer(0);
	match(0, 1);
	match(0, 0);
	fails("message 0 was sent to receiver 0, and to another one too");
}

static void to_both(void)
{
	want(0);
	offer(1);
	offer(0);
	match(0, 1);
	match(0, 0);
	offer(0);
	want(1);
	match(1, 0);
	offer(1);
	offer(0);
}

static void test_all_are_served(void **state)
{
	(void)state;
	act.option[MODE] = ALL;
	to_both();
	assert_int_equal(judge(), 0);
	assert_true(act.figure[CHOICE] == 1.5);
}

static void test_one_is_left_out(void **state)
{
	(void)state;
	act.option[MODE] = ALL;
	one_each();
	fails("message 0 was sent to 1 of 2 receivers that offered");
}

static void test_one_is_served_twice(void **state)
{
	(void)state;
	act.option[MODE] = ALL;
	act.option[WINDOW] = 2;
	want(0);
	offer(1);
	offer(1);
	match(0, 1);
	match(0, 1);
	fails("message 0 was sent to receiver 1, of which the sender had no "
	      "offer for it");
}

static void test_not_received(void **state)
{
	(void)state;
	one_each();
	act.of[1]->at[1].seq = 7;
	fails("message 1 was sent to receiver 0 and not received there in its "
	      "turn");
}

static void test_received_too_early(void **state)
{
	(void)state;
	one_each();
	act.of[2]->at[1].t_ns = 1;
	fails("receiver 1 had message 0 before it was sent");
}

static void test_more_in_flight_than_offers(void **state)
{
	(void)state;
	one_each();
	want(2);
	match(2, 1);
	offer(1);
	act.option[MESSAGES] = 3;
	assert_int_equal(judge(), 0);
	/* It has the first one only after the second was sent to it. */
	act.of[2]->at[1].t_ns = act.t_ns - STEP;
	fails("2 messages were on their way to receiver 1, which had offered "
	      "to take 1 at once");
}

static void test_offer_lost(void **state)
{
	(void)state;
	one_each();
	act.of[0]->n--; /* the last thing that the sender took */
	fails("receiver 0 made 2 offers and has 1 messages; the sender took 1 "
	      "offers and sent 1");
}

static void test_never_waited(void **state)
{
	(void)state;
	offer(1);
	offer(0);
	want(0);
	match(0, 1);
	offer(1);
	act.option[MESSAGES] = 1;
	assert_int_equal(judge(), -ENODATA);
}

static void played(const char *impl, const uint64_t option[IPC_OPTIONS],
		   double wasted)
{
	struct trial_record record;

	lesson_passes("offer", impl, option, &record);
	assert_true(record.figure[WASTED] == wasted);
	trial_record_free(&record);
}

static void test_one(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {3, 64, ONE, 1};

	(void)state;
	played("ring", option, 3);
	played("pipe", option, 3);
	played("slot", option, 3);
}

static void test_all(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {3, 64, ALL, 1};

	(void)state;
	played("ring", option, 3);
	played("unix-dgram", option, 3);
}

/* More offers than the links hold. */
static void test_window(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {2, 64, ONE, 16};

	(void)state;
	played("ring", option, 32);
	played("mailbox", option, 32);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_sent_before_offer),
		TEST(test_sent_without_offer),
		TEST(test_offer_answered_twice),
		TEST(test_offer_forgotten),
		TEST(test_one_to_two),
		TEST(test_all_are_served),
		TEST(test_one_is_left_out),
		TEST(test_one_is_served_twice),
		TEST(test_not_received),
		TEST(test_received_too_early),
		TEST(test_more_in_flight_than_offers),
		TEST(test_offer_lost),
		TEST(test_never_waited),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_window),
	};

	return cmocka_run_group_tests_name("offer", tests, NULL, NULL);
}
