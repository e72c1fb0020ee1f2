/* SPDX-License-Identifier: MIT */
/* Lessons: played once, judged from marks; and each lesson's judge refuses
 * marks that break its invariant. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cli/command.h"
#include "trial/trial.h"

enum { MARKED = 3, DEADLINE_S = 60 };

/* What the test's own lesson does, and how its judge decides. */
static struct {
	size_t room;	 /* for marks */
	int play_err;	 /* of node 1 */
	int verdict_err; /* of the judge */
	bool judged;
} act;

static int taught_plan(const struct params *par, struct plan *plan,
		       struct why *why)
{
	(void)par;
	(void)why;
	plan->nodes = 2;
	plan->links = 1;
	plan->link[0].tx = NODE(0);
	plan->link[0].rx = NODE(1);
	plan->link[0].depth = 2;
	plan->marks = act.room;
	return 0;
}

static int taught_play(struct node *node, struct traffic traffic)
{
	int err = 0;

	for (uint32_t i = 0; i < MARKED && !err; i++) {
		node_mark(node, node->self ? MARK_RECEIVE : MARK_SEND, i,
			  10 * i + node->self);
		err = node->self ? node_get(node, node->port[0], i, traffic)
				 : node_put(node, node->port[0], i, traffic);
		node_meet(node);
	}
	node_sleep(NS_PER_MS);
	return node->self ? act.play_err : err;
}

static int taught_judge(const struct evidence *evidence, double figure[FIGURES],
			struct why *why)
{
	act.judged = true;
	for (unsigned int node = 0; node < 2; node++) {
		const struct marks *marks = evidence->marks[node];

		assert_int_equal(marks->n, MARKED);
		for (uint32_t i = 0; i < MARKED; i++) {
			assert_int_equal(marks->at[i].seq, i);
			assert_int_equal(marks->at[i].value, 10 * i + node);
			assert_int_equal(marks->at[i].kind,
					 node ? MARK_RECEIVE : MARK_SEND);
			assert_true(i == 0 ||
				    marks->at[i].t_ns >= marks->at[i - 1].t_ns);
		}
	}
	assert_int_equal(evidence->plan->nodes, 2);
	assert_int_equal(evidence->par->size, 64);
	figure[0] = 42;
	figure[1] = NAN;
	return why_not(why, act.verdict_err, "as it was told");
}

static const struct figure_kind figures[] = {
	{"answer", "1", "none", "of all"},
	{"nothing_ns", "ns", "lower", "in any trial"},
	{NULL, NULL, NULL, NULL},
};

static const struct workload taught = {
	.name = "taught",
	.timing = TIMING_LESSON,
	.plan = taught_plan,
	.figures = figures,
	.play = taught_play,
	.judge = taught_judge,
};

static struct trial_record record;

static void run(bool threads, uint64_t calibrate_ns)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, "pipe", NULL),
		.workload = &taught,
		.par = {.size = 64},
		.threads = threads,
		.numa = -1,
		.samples = 1,
		.per_sample = 1,
		.calibrate_ns = calibrate_ns,
		.deadline_ns = DEADLINE_S * NS_PER_S,
	};

	act.judged = false;
	trial_run(&spec, &record);
}

static int start(void **state)
{
	(void)state;
	memset(&act, 0, sizeof(act));
	act.room = MARKED;
	return 0;
}

static int end(void **state)
{
	(void)state;
	trial_record_free(&record);
	return 0;
}

static void test_figures_of_a_lesson(void **state)
{
	(void)state;
	for (int threads = 0; threads < 2; threads++) {
		run(threads, 0);
		assert_string_equal(record.why.text, "");
		assert_int_equal(record.verdict, VERDICT_PASS);
		assert_true(record.figure[0] == 42);
		assert_true(isnan(record.figure[1]));
		assert_true(record.wall_ns >= NS_PER_MS);
		assert_int_equal(record.raw_n, 1);
		assert_int_equal(record.raw[0], record.wall_ns);
		trial_record_free(&record);
	}
}

static void test_verdicts(void **state)
{
	(void)state;
	act.verdict_err = -EBADMSG;
	run(false, 0);
	assert_int_equal(record.verdict, VERDICT_FAIL);
	assert_string_equal(record.why.text, "as it was told");
	trial_record_free(&record);
	act.verdict_err = -ENODATA;
	run(false, 0);
	assert_int_equal(record.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(record.why.text, "as it was told");
}

static void test_lost_marks_prove_nothing(void **state)
{
	(void)state;
	act.room = MARKED - 1;
	run(false, 0);
	assert_int_equal(record.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(record.why.text,
			    "node 0 made 3 marks, with room for 2");
	assert_false(act.judged);
}

static void test_a_node_that_fails_is_not_judged(void **state)
{
	(void)state;
	act.play_err = -EPIPE;
	run(false, 0);
	assert_int_equal(record.verdict, VERDICT_FAIL);
	assert_non_null(strstr(record.why.text, "node 1 failed in"));
	assert_false(act.judged);
}

static void test_calibration_plays_it_once(void **state)
{
	(void)state;
	run(false, NS_PER_MS);
	assert_int_equal(record.verdict, VERDICT_PASS);
	assert_true(record.round_ns >= NS_PER_MS);
}

static void test_median(void **state)
{
	double y[] = {3, 1, 2};

	(void)state;
	assert_true(lesson_median(y, 3) == 2);
	assert_true(isnan(lesson_median(y, 0)));
}

/* The lessons' own judges, on marks that are made up. */

enum { FAKE_MARKS = 64 };

static struct marks *fake_marks(void)
{
	struct marks *marks =
		calloc(1, sizeof(*marks) + FAKE_MARKS * sizeof(struct mark));

	assert_non_null(marks);
	marks->max = FAKE_MARKS;
	return marks;
}

static void add(struct marks *marks, uint64_t t_ns)
{
	assert_true(marks->n < marks->max);
	marks->at[marks->n++].t_ns = t_ns;
}

/* Two messages, the first of them received this long after its send began. */
static int judge_order(int64_t after_ns)
{
	const struct workload *order =
		catalogue_workload(&catalogue, "order", NULL);
	struct params par = {.size = 64, .option = {2}};
	struct plan plan = {0};
	struct marks *tx = fake_marks(), *rx = fake_marks();
	struct evidence evidence = {.par = &par, .plan = &plan};
	double figure[FIGURES];
	struct why why;
	int err;

	evidence.marks[0] = tx;
	evidence.marks[1] = rx;
	for (uint64_t i = 0; i < 2; i++) {
		uint64_t t_ns = 1000000 * (i + 1);

		add(tx, t_ns);
		add(tx, t_ns + 10);
		add(rx, t_ns - 500);
		add(rx,
		    i == 0 ? (uint64_t)((int64_t)t_ns + after_ns) : t_ns + 700);
	}
	err = order->judge(&evidence, figure, &why);
	if (err)
		assert_string_equal(why.text,
				    "message 0 was received before it was "
				    "sent");
	free(tx);
	free(rx);
	return err;
}

static void test_order_needs_the_send_first(void **state)
{
	(void)state;
	assert_int_equal(judge_order(700), 0);
	assert_int_equal(judge_order(1), 0);
	assert_int_equal(judge_order(0), -EBADMSG);
	assert_int_equal(judge_order(-300), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_figures_of_a_lesson),
		TEST(test_verdicts),
		TEST(test_lost_marks_prove_nothing),
		TEST(test_a_node_that_fails_is_not_judged),
		TEST(test_calibration_plays_it_once),
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_order_needs_the_send_first),
	};

	return cmocka_run_group_tests_name("lesson", tests, NULL, NULL);
}
