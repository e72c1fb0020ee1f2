/* SPDX-License-Identifier: MIT */
/* The lessons on endpoints, "bind", "accept", "connect" and "forms": played,
 * and their judges on answers that are made up. */
#include "tests/lesson.h"

enum { ANSWERS_MAX = 40, MARKS_MAX = 64, CYCLES = 2 };

struct answer {
	unsigned int node;
	uint32_t question;
	int64_t is;
	int64_t wrong; /* which the judge must not take */
};

/* One lesson as it should be on one kind of endpoint. */
struct scene {
	const char *workload;
	const struct endpoint_kind *kind;
	uint64_t option[IPC_OPTIONS];
	struct answer answer[ANSWERS_MAX];
};

/* As the lessons number them. */
enum { UNFOUND, FOUND, HEARD, TAKEN, CLOSED, KEPT, AGAIN, UNLINKED, ANEW };
enum { BIND_BEFORE = ANEW + 1, HELD, BIND_AFTER };

static const struct scene bind_fifo = {
	.workload = "bind",
	.kind = &endpoint_fifo,
	.option = {ENDPOINT_OWN, CYCLES},
	.answer = {{1, UNFOUND, -ENOENT, 0},
		   {1, FOUND, 0, -ENOENT},
		   {0, HEARD, ENDPOINT_WORD, -EBADMSG},
		   {0, TAKEN, -EEXIST, 0},
		   {1, TAKEN, -EEXIST, 0},
		   {1, CLOSED, -ENXIO, 0},
		   {0, AGAIN, -EEXIST, 0},
		   {1, UNLINKED, -ENOENT, -ENXIO},
		   {0, ANEW, 0, -EEXIST},
		   {0, BIND_BEFORE, 4, 3},
		   {1, BIND_BEFORE, 4, 3},
		   {0, BIND_AFTER, 4, 5},
		   {1, BIND_AFTER, 4, 5}},
};

static const struct scene bind_queue = {
	.workload = "bind",
	.kind = &endpoint_mq,
	.option = {ENDPOINT_OBJECT, CYCLES},
	.answer = {{1, UNFOUND, -ENOENT, 0},
		   {1, FOUND, 0, -ENOENT},
		   {0, HEARD, ENDPOINT_WORD, -EAGAIN},
		   {0, TAKEN, -EEXIST, 0},
		   {1, TAKEN, -EEXIST, 0},
		   {1, CLOSED, 0, -ENOENT},
		   {1, KEPT, ENDPOINT_WORD, -EAGAIN},
		   {0, AGAIN, -EEXIST, 0},
		   {1, UNLINKED, -ENOENT, 0},
		   {0, ANEW, 0, -EEXIST},
		   {0, BIND_BEFORE, 4, 3},
		   {1, BIND_BEFORE, 4, 3},
		   {0, BIND_AFTER, 4, 5},
		   {1, BIND_AFTER, 4, 5}},
};

enum { EMPTY, ADMITTED, REFUSED, PENDING, ACCEPTED, ACCEPT_WAITS };
enum { CONNECT_WAITS = ACCEPT_WAITS + 1, SET, FRESH, INHERITED };
enum { ACCEPT_BEFORE = INHERITED + 1, ACCEPT_AFTER };
enum { BACKLOG = 4, EXTRA = 3 };

static const struct scene accept_unix = {
	.workload = "accept",
	.kind = &endpoint_unix_stream,
	.option = {ENDPOINT_OWN, 1, BACKLOG, 1},
	.answer = {{0, EMPTY, -EAGAIN, 0},
		   {1, ADMITTED, BACKLOG + 1, BACKLOG},
		   {1, REFUSED, EXTRA, EXTRA - 1},
		   {1, PENDING, 0, 1},
		   {0, ACCEPTED, BACKLOG + 1, BACKLOG + 2},
		   {1, ACCEPT_WAITS, 1, 0},
		   {0, CONNECT_WAITS, 1, 0},
		   {0, INHERITED, 1 << ENDPOINT_PASSCRED,
		    1 << ENDPOINT_PASSCRED | 1 << ENDPOINT_NONBLOCK},
		   {0, ACCEPT_BEFORE, 4, 3},
		   {1, ACCEPT_BEFORE, 4, 3},
		   {0, ACCEPT_AFTER, 4, 5},
		   {1, ACCEPT_AFTER, 4, 5}},
};

enum { BEFORE_SETUP, DELIVERED, END, AFTER_END };
enum { CONNECT_BEFORE = AFTER_END + 1, CONNECT_AFTER };

static const struct scene connect_stream = {
	.workload = "connect",
	.kind = &endpoint_unix_stream,
	.option = {ENDPOINT_OWN, CYCLES, 1},
	.answer = {{1, BEFORE_SETUP, -ENOTCONN, 0},
		   {0, DELIVERED, 5, 4},
		   {0, END, 0, -EAGAIN},
		   {1, AFTER_END, -EPIPE, 0},
		   {0, CONNECT_BEFORE, 4, 3},
		   {1, CONNECT_BEFORE, 4, 3},
		   {0, CONNECT_AFTER, 4, 5},
		   {1, CONNECT_AFTER, 4, 5}},
};

enum { SENT, GOT = SENT + FORMS, JOINED = GOT + FORMS, CUT, CUT_SEEN, REST };
enum { PEEKED = REST + 1, TOOK, NOTHING, UNROUTED, ARRIVED, URGENT };
enum { OVERTOOK = URGENT + 1, NO_MORE, LATEST, AT_ONCE };
enum { FILLED = AT_ONCE + 1, DRAINED, PARTIAL, FULL };
enum { BYTES = 64, SUM = 8 * BYTES };

#define SUMS(form)                            \
	{0, SENT + (form), SUM, SUM + 1},     \
	{                                     \
		1, GOT + (form), SUM, SUM - 1 \
	}

static const struct scene forms_stream = {
	.workload = "forms",
	.kind = &endpoint_unix_stream,
	.option = {ENDPOINT_OWN, BYTES, 1},
	.answer = {SUMS(FORM_WRITE),
		   SUMS(FORM_SEND),
		   SUMS(FORM_SENDTO),
		   SUMS(FORM_SENDMSG),
		   SUMS(FORM_WRITEV),
		   SUMS(FORM_SENDMMSG),
		   {1, JOINED, 48, 24},
		   {1, CUT, 16, 64},
		   {1, CUT_SEEN, 0, FORM_TRUNCATED},
		   {1, REST, 48, -EAGAIN},
		   {1, PEEKED, 24, 0},
		   {1, TOOK, 24, -EAGAIN},
		   {1, NOTHING, -EAGAIN, 24},
		   {0, UNROUTED, 24, -EINVAL},
		   {1, ARRIVED, 24, -EAGAIN},
		   {0, URGENT, 1, -EINVAL},
		   {1, OVERTOOK, 'X', 'a'},
		   {1, NO_MORE, -EINVAL, 1},
		   {1, LATEST, 'Y', 'X'},
		   {1, AT_ONCE, 1, 2},
		   {0, FILLED, 1000, 1001},
		   {1, DRAINED, 1000, 999},
		   {0, FULL, -EAGAIN, -EPIPE}},
};

static const struct scene forms_packet = {
	.workload = "forms",
	.kind = &endpoint_unix_seqpacket,
	.option = {ENDPOINT_OWN, BYTES, 1},
	.answer = {SUMS(FORM_WRITE),
		   SUMS(FORM_SEND),
		   SUMS(FORM_SENDTO),
		   SUMS(FORM_SENDMSG),
		   SUMS(FORM_WRITEV),
		   SUMS(FORM_SENDMMSG),
		   {1, JOINED, 24, 48},
		   {1, CUT, 16, 64},
		   {1, CUT_SEEN, FORM_TRUNCATED, 0},
		   {1, REST, -EAGAIN, 48},
		   {1, PEEKED, 24, 0},
		   {1, TOOK, 24, -EAGAIN},
		   {1, NOTHING, -EAGAIN, 24},
		   {0, UNROUTED, 24, -EINVAL},
		   {1, ARRIVED, 24, -EAGAIN},
		   {0, URGENT, -EOPNOTSUPP, 1},
		   {0, FILLED, 1000, 1001},
		   {1, DRAINED, 1000, 999},
		   {0, PARTIAL, 0, 500},
		   {0, FULL, -EAGAIN, -EPIPE}},
};

static struct {
	struct marks *marks[2];
	struct why why;
	double figure[FIGURES];
} act;

/* What a listener was given, and an endpoint does not have of itself: it is no
 * invariant that these are so, but without them nothing is proved. */
static void add_control(const struct scene *scene, bool seen)
{
	if (scene->kind == &endpoint_fifo || scene->kind == &endpoint_mq)
		marks_add(act.marks[1], MARK_STEP, 1, seen ? 5 : 4, HELD);
	if (strcmp(scene->workload, "accept") != 0)
		return;
	marks_add(act.marks[0], MARK_STEP, 1, seen ? scene->kind->options : 0,
		  SET);
	marks_add(act.marks[0], MARK_STEP, 1, 0, FRESH);
}

enum { RIGHT, WRONG, MISSING };

/* All answers, but for one that is another, or that is not there. */
static int judge(const struct scene *scene, size_t which, int how, bool control)
{
	const struct workload *workload =
		catalogue_workload(&catalogue, scene->workload, NULL);
	struct ipc_impl impl = {.endpoint = scene->kind};
	struct params par = {.size = 64};
	struct plan plan = {0};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	memcpy(par.option, scene->option, sizeof(par.option));
	for (int i = 0; i < 2; i++) {
		act.marks[i]->n = 0;
		evidence.marks[i] = act.marks[i];
	}
	add_control(scene, control);
	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		const struct answer *a = &scene->answer[i];

		if ((!a->is && !a->wrong) || (i == which && how == MISSING))
			continue;
		marks_add(act.marks[a->node], MARK_STEP, 1,
			  (uint64_t)(i == which && how == WRONG ? a->wrong
								: a->is),
			  a->question);
	}
	return workload->judge(&evidence, act.figure, &act.why);
}

static int start(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		act.marks[i] = marks_new(MARKS_MAX);
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		free(act.marks[i]);
	return 0;
}

/* Every answer counts. */
static void every_answer(const struct scene *scene)
{
	assert_int_equal(judge(scene, 0, RIGHT, true), 0);
	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		const struct answer *a = &scene->answer[i];

		if (!a->is && !a->wrong)
			continue;
		if (judge(scene, i, WRONG, true) != -EBADMSG)
			fail_msg("%s takes answer %zu", scene->workload, i);
		assert_true(act.why.text[0]);
	}
}

static void test_bind_answers(void **state)
{
	(void)state;
	every_answer(&bind_fifo);
	every_answer(&bind_queue);
	assert_int_equal(judge(&bind_fifo, 3, MISSING, true), -ENODATA);
	assert_string_equal(act.why.text, "a second bind: not tried");
	assert_int_equal(judge(&bind_fifo, 3, WRONG, true), -EBADMSG);
	assert_string_equal(act.why.text, "a second bind: 0, and is declared "
					  "to be EEXIST");
	/* An open end that is not counted: the count says nothing. */
	assert_int_equal(judge(&bind_fifo, 0, RIGHT, false), -ENODATA);
}

static void test_accept_answers(void **state)
{
	(void)state;
	every_answer(&accept_unix);
	assert_int_equal(judge(&accept_unix, 1, MISSING, true), -ENODATA);
	assert_int_equal(judge(&accept_unix, 7, WRONG, true), -EBADMSG);
	assert_string_equal(act.why.text, "inherited, and declared not to be: "
					  "O_NONBLOCK");
	/* Options that the listener does not have cannot be inherited. */
	assert_int_equal(judge(&accept_unix, 0, RIGHT, false), -ENODATA);
}

static void test_connect_answers(void **state)
{
	(void)state;
	every_answer(&connect_stream);
	assert_int_equal(judge(&connect_stream, 3, MISSING, true), -ENODATA);
	assert_int_equal(judge(&connect_stream, 3, WRONG, true), -EBADMSG);
	assert_string_equal(act.why.text,
			    "sending after the tear-down: 0, and is declared "
			    "to be EPIPE");
}

static void test_forms_answers(void **state)
{
	(void)state;
	every_answer(&forms_stream);
	every_answer(&forms_packet);
}

static void played(const char *workload, const char *impl,
		   const uint64_t option[IPC_OPTIONS])
{
	struct trial_record record;

	lesson_passes(workload, impl, option, &record);
	assert_true(record.figure[0] > 0);
	assert_true(record.link[0]);
	trial_record_free(&record);
}

static void test_bind_played(void **state)
{
	const uint64_t own[IPC_OPTIONS] = {ENDPOINT_OWN, CYCLES};
	const uint64_t abstract[IPC_OPTIONS] = {ENDPOINT_ABSTRACT, CYCLES};

	(void)state;
	played("bind", "fifo", own);
	played("bind", "tcp", own);
	played("bind", "udp", own);
	played("bind", "unix-dgram", own);
	played("bind", "unix-stream", abstract);
	played("bind", "sysv-msg", own);
}

/* Names that it does not have are refused, as are back-ends without any. */
static void test_bind_refused(void **state)
{
	const uint64_t port[IPC_OPTIONS] = {ENDPOINT_PORT, CYCLES};
	struct trial_record record;

	(void)state;
	lesson_run("bind", "unix-stream", port, false, &record);
	assert_int_equal(record.verdict, VERDICT_UNSUPPORTED);
	assert_string_equal(record.why.text, "has names of another kind: path");
	trial_record_free(&record);
	lesson_run("bind", "pipe", port, false, &record);
	assert_int_equal(record.verdict, VERDICT_UNSUPPORTED);
	assert_string_equal(record.why.text,
			    "its link is inherited and has no name: there is "
			    "no endpoint to be found");
	trial_record_free(&record);
}

static void test_accept_played(void **state)
{
	const uint64_t one[IPC_OPTIONS] = {ENDPOINT_OWN, 1, 1, 4};
	const uint64_t three[IPC_OPTIONS] = {ENDPOINT_OWN, 3, 5, 4};

	(void)state;
	played("accept", "unix-stream", three);
	played("accept", "unix-seqpacket", one);
	played("accept", "tcp", three);
}

static void test_connect_played(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {ENDPOINT_OWN, 8, 4};

	(void)state;
	played("connect", "unix-stream", option);
	played("connect", "unix-dgram", option);
	played("connect", "tcp", option);
	played("connect", "udp", option);
	played("connect", "fifo", option);
}

static void test_forms_played(void **state)
{
	const uint64_t option[IPC_OPTIONS] = {ENDPOINT_OWN, BYTES, 2};

	(void)state;
	played("forms", "unix-stream", option);
	played("forms", "unix-seqpacket", option);
	played("forms", "unix-dgram", option);
	played("forms", "tcp", option);
	played("forms", "udp", option);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bind_answers),
		TEST(test_accept_answers),
		TEST(test_connect_answers),
		TEST(test_forms_answers),
		cmocka_unit_test(test_bind_played),
		cmocka_unit_test(test_bind_refused),
		cmocka_unit_test(test_accept_played),
		cmocka_unit_test(test_connect_played),
		cmocka_unit_test(test_forms_played),
	};

	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
