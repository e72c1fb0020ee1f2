/* SPDX-License-Identifier: MIT */
/* The lesson "rendezvous": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { ROUNDS = 4, ENTRIES = 3, ALL_MARKS = 64 };
enum { REQUEST, STORED_LATE };
enum { MET_NS, CALLED_NS, GUARDED_NS, STORE_SEEN };
enum { STEP = 100000, SKEW = 2000, TOOK = 50 };

static struct {
	struct marks *acceptor, *caller[ENTRIES];
	enum ipc_store store;
	struct why why;
	double figure[FIGURES];
} act;

static bool caller_first(uint64_t round)
{
	return round % 2 == 0;
}

static void add_accepted(uint64_t t_ns, uint64_t nth, uint32_t entry,
			 uint32_t what)
{
	marks_add(act.acceptor, MARK_RECEIVE, t_ns, nth, entry);
	marks_add(act.acceptor, MARK_RECEIVED, t_ns + 1, nth, what);
	marks_add(act.acceptor, MARK_REPLIED, t_ns + 2, nth,
		  what == STORED_LATE);
}

static void add_meeting(uint64_t nth)
{
	uint64_t t_ns = (nth + 1) * STEP, both_ns = t_ns + SKEW;
	bool first = caller_first(nth);

	marks_add(act.caller[0], MARK_SEND, first ? t_ns : both_ns, nth, 0);
	marks_add(act.caller[0], MARK_SENT, both_ns + TOOK, nth, 0);
	marks_add(act.acceptor, MARK_RECEIVE, first ? both_ns : t_ns, nth, 0);
	marks_add(act.acceptor, MARK_RECEIVED, both_ns + 1, nth,
		  first ? STORED_LATE : REQUEST);
	marks_add(act.acceptor, MARK_REPLIED, both_ns + 2, nth, first);
}

static void add_guards(uint64_t nth)
{
	uint64_t t_ns = (nth + 1) * STEP;
	uint32_t closed = nth % ENTRIES;

	for (uint32_t i = 0; i < ENTRIES; i++) {
		bool last = i == closed;

		marks_add(act.caller[i], MARK_SEND, t_ns, nth, i);
		marks_add(act.caller[i], MARK_SENT,
			  t_ns + (last ? 2 * SKEW : SKEW) + TOOK, nth, i);
		if (!last)
			add_accepted(t_ns + SKEW, nth, i, REQUEST);
	}
	marks_add(act.acceptor, MARK_OFFER, t_ns + 2 * SKEW, nth, closed);
	add_accepted(t_ns + 2 * SKEW, nth, closed, REQUEST);
}

static int start(void **state)
{
	(void)state;
	act.acceptor = marks_new(ALL_MARKS);
	for (unsigned int i = 0; i < ENTRIES; i++)
		act.caller[i] = marks_new(ALL_MARKS);
	act.store = IPC_STORE_SOURCE;
	for (uint64_t i = 0; i < ROUNDS; i++)
		add_meeting(i);
	for (uint64_t i = ROUNDS; i < 2 * ROUNDS; i++)
		add_guards(i);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.acceptor);
	for (unsigned int i = 0; i < ENTRIES; i++)
		free(act.caller[i]);
	return 0;
}

static int judge(void)
{
	const struct workload *rendezvous =
		catalogue_workload(&catalogue, "rendezvous", NULL);
	struct ipc_impl impl = {.call = &call_slots,
				.contract.store = act.store};
	struct params par = {.size = 64, .option = {ROUNDS, ENTRIES, 100}};
	struct plan plan = {.nodes = 1 + ENTRIES};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	evidence.marks[0] = act.acceptor;
	for (unsigned int i = 0; i < ENTRIES; i++)
		evidence.marks[i + 1] = act.caller[i];
	return rendezvous->judge(&evidence, act.figure, &act.why);
}

static struct mark *find(struct marks *marks, enum mark_kind kind, uint64_t nth)
{
	for (size_t i = 0; i < marks->n; i++)
		if (marks->at[i].kind == kind && marks->at[i].seq == nth)
			return &marks->at[i];
	fail_msg("no such mark");
	return NULL;
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[MET_NS] == TOOK);
	assert_true(act.figure[CALLED_NS] == TOOK);
	assert_true(act.figure[GUARDED_NS] == TOOK);
	assert_true(act.figure[STORE_SEEN] == 1);
}

/* min(exit) is not before max(arrive). */
static void test_one_leaves_early(void **state)
{
	struct mark *left, *replied;
	uint64_t was_ns;

	(void)state;
	left = find(act.caller[0], MARK_SENT, 2);
	was_ns = left->t_ns;
	left->t_ns = find(act.acceptor, MARK_RECEIVE, 2)->t_ns - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "the caller left before the acceptor came");
	left->t_ns = was_ns;
	replied = find(act.acceptor, MARK_REPLIED, 1);
	replied->t_ns = find(act.caller[0], MARK_SEND, 1)->t_ns - 1;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "the acceptor left before the caller came");
}

/* A buffer between the two does not see what is stored late. */
static void test_a_buffer(void **state)
{
	(void)state;
	find(act.acceptor, MARK_RECEIVED, 2)->value = REQUEST;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "of 2 calls 1 were read from the caller's memory "
			    "and 2 answered there, and no buffer is said to be "
			    "between them");
	act.store = IPC_STORE_BUFFER;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[STORE_SEEN] == 0.5);
	find(act.acceptor, MARK_RECEIVED, 2)->value = STORED_LATE;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "2 calls were read from the caller's memory, and a "
			    "buffer is said to be between them");
}

static void test_reply_elsewhere(void **state)
{
	(void)state;
	find(act.acceptor, MARK_REPLIED, 0)->value = 0;
	assert_int_equal(judge(), -EBADMSG);
	act.store = IPC_STORE_BUFFER;
	find(act.acceptor, MARK_RECEIVED, 0)->value = REQUEST;
	assert_int_equal(judge(), 0);
}

static void test_closed_is_accepted(void **state)
{
	struct mark *open = find(act.acceptor, MARK_OFFER, ROUNDS);

	(void)state;
	open->t_ns += SKEW;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "entry 1 was accepted while its "
					  "guard was closed");
}

static void test_open_is_not_accepted(void **state)
{
	struct mark *open = find(act.acceptor, MARK_OFFER, ROUNDS);

	(void)state;
	open->t_ns -= 2 * SKEW;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text,
			    "entry 0 was open, and accepted after the one that "
			    "was closed");
	find(act.caller[2], MARK_SENT, ROUNDS)->kind = MARK_STEP;
	open->t_ns += 2 * SKEW;
	assert_int_equal(judge(), -EBADMSG);
	assert_string_equal(act.why.text, "entry 2 was not accepted");
}

static void played(const char *impl, double seen)
{
	const uint64_t option[IPC_OPTIONS] = {2, 2, 100};
	struct trial_record record;

	lesson_run("rendezvous", impl, option, false, &record);
	if (record.verdict == VERDICT_UNSUPPORTED) { /* as the kernel has it */
		trial_record_free(&record);
		return;
	}
	trial_record_free(&record);
	lesson_passes("rendezvous", impl, option, &record);
	assert_true(record.figure[STORE_SEEN] == seen);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("seccomp-notify", 1);
	played("slot", 0);
	played("ring", 0);
	played("pipe", 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),	       TEST(test_one_leaves_early),
		TEST(test_a_buffer),	       TEST(test_reply_elsewhere),
		TEST(test_closed_is_accepted), TEST(test_open_is_not_accepted),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("rendezvous", tests, NULL, NULL);
}
