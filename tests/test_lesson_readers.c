/* SPDX-License-Identifier: MIT */
/* The lesson "readers": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { WRITERS = 2, READERS = 2, NODES = WRITERS + READERS };
enum { MESSAGES = 12, STEP = 100, MOST_MARKS = 32 };
enum { PER_S, FAIRNESS };

static struct {
	struct marks *marks[NODES];
	struct why why;
	double figure[FIGURES];
} act;

static struct marks *reader(unsigned int i)
{
	return act.marks[WRITERS + i];
}

/* The first reader gets every third message, the second one all others. */
static int start(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NODES; i++)
		act.marks[i] = marks_new(MOST_MARKS);
	for (unsigned int i = 0; i < WRITERS; i++) {
		marks_add(act.marks[i], MARK_SEND, STEP + i, 0, 0);
		marks_add(act.marks[i], MARK_SENT, 20 * STEP, 6, 0);
	}
	for (uint64_t n = 0; n < MESSAGES; n++)
		marks_add(reader(n % 3 != 0), MARK_RECEIVED, (n + 2) * STEP, n,
			  0);
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
	const struct workload *readers =
		catalogue_workload(&catalogue, "readers", NULL);
	/* One more than can be shared out. */
	struct params par = {.size = 64,
			     .option = {WRITERS, READERS, MESSAGES + 1}};
	struct plan plan = {.nodes = NODES};
	struct evidence evidence = {.par = &par, .plan = &plan};

	for (unsigned int i = 0; i < NODES; i++)
		evidence.marks[i] = act.marks[i];
	return readers->judge(&evidence, act.figure, &act.why);
}

static void fails(const char *why)
{
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, why);
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(fabs(act.figure[PER_S] - MESSAGES * 1e9 / (12 * STEP)) < 1);
	assert_true(fabs(act.figure[FAIRNESS] - 144.0 / (2 * (16 + 64))) <
		    1e-9);
}

static void test_to_both(void **state)
{
	(void)state;
	reader(1)->at[0].seq = 0;
	fails("message 0 of writer 0 came twice");
}

static void test_to_one_twice(void **state)
{
	(void)state;
	reader(0)->at[1].seq = reader(0)->at[0].seq;
	fails("message 0 of writer 0 came twice");
}

static void test_to_nobody(void **state)
{
	(void)state;
	reader(1)->n--;
	fails("message 5 of writer 1 was received by nobody");
}

/* Messages 1, 5 and 7 are of the second writer. */
static void test_out_of_order(void **state)
{
	(void)state;
	reader(1)->at[0].seq = 5;
	reader(1)->at[3].seq = 1;
	fails("message 0 of writer 1 came after message 2");
}

/* Two readers' orders do not compare. */
static void test_order_of_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < reader(0)->n; i++)
		reader(0)->at[i].t_ns += 50 * STEP;
	assert_int_equal(judge(), 0);
}

static void test_never_sent(void **state)
{
	(void)state;
	reader(0)->at[3].seq = MESSAGES;
	fails("message 12 came, of 12 that were sent");
}

static void test_one_gets_all(void **state)
{
	(void)state;
	reader(0)->n = reader(1)->n = 0;
	for (uint64_t n = 0; n < MESSAGES; n++)
		marks_add(reader(0), MARK_RECEIVED, (n + 2) * STEP, n, 0);
	assert_int_equal(judge(), 0);
	assert_true(act.figure[FAIRNESS] == 0.5);
}

static void played(const char *impl, unsigned int writers, unsigned int readers)
{
	const uint64_t option[IPC_OPTIONS] = {writers, readers, 200};
	struct trial_record record;

	lesson_passes("readers", impl, option, &record);
	assert_int_equal(record.nodes, writers + readers);
	assert_true(record.figure[FAIRNESS] <= 1);
	assert_true(record.figure[FAIRNESS] * readers >= 1);
	trial_record_free(&record);
}

static void test_mailboxes(void **state)
{
	(void)state;
	played("unix-dgram", 2, 2);
	played("unix-seqpacket", 1, 4);
	played("unix-dgram", 3, 1);
}

static int plan(struct trial_spec *spec, struct why *why)
{
	struct plan made = {0};

	return trial_plan(spec, &made, why);
}

static void test_refused(void **state)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, "ring", NULL),
		.workload = catalogue_workload(&catalogue, "readers", NULL),
		.par = {.size = 64, .option = {2, 2, 100}},
	};
	struct ipc_impl impl;
	struct why why;

	(void)state;
	assert_int_equal(plan(&spec, &why), -ENOTSUP);
	assert_string_equal(why.text, "takes 1 sender per link, not 2");
	impl = *catalogue_impl(&catalogue, "unix-dgram", NULL);
	spec.impl = &impl;
	assert_int_equal(plan(&spec, &why), 0);
	impl.caps |= IPC_BROADCAST;
	assert_int_equal(plan(&spec, &why), -ENOTSUP);
	assert_string_equal(why.text, "means nothing where it is broadcast");
	impl.caps &= ~(uint32_t)IPC_BROADCAST;
	spec.par.size = 7;
	assert_int_equal(plan(&spec, &why), -EINVAL);
	assert_string_equal(why.text,
			    "a message says its number, in 8 B at least");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),
		TEST(test_to_both),
		TEST(test_to_one_twice),
		TEST(test_to_nobody),
		TEST(test_out_of_order),
		TEST(test_order_of_each),
		TEST(test_never_sent),
		TEST(test_one_gets_all),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("readers", tests, NULL, NULL);
}
