/* SPDX-License-Identifier: MIT */
/* The lesson "starve": played, and its judge on marks that are made up. */
#include "tests/lesson.h"

enum { NODES = 2, DEPTH = 4, OLD = 0x11, NEW = 0x22, HELD_MAX = 1 << 17 };
enum {
	API,
	RECEIVE_WAITED,
	RECEIVE_FAILED,
	HELD,
	ROOM,
	CAME,
	SYNC_WAITED,
	SYNC_FAILED,
	STORED_OVER,
	SEEN
};
enum { ROOM_WAITS, ROOM_FAILS, COPIES = 6 };

static struct {
	struct marks *marks[NODES];
	uint32_t caps;
	struct why why;
	double figure[FIGURES];
} act;

static const uint64_t well[SEEN] = {IPC_API_COPY, 1, 1, DEPTH, DEPTH,
				    DEPTH,	  1, 1, OLD};

static int start(void **state)
{
	(void)state;
	act.caps = IPC_RELIABLE | IPC_DEPTH | IPC_COPY;
	for (unsigned int node = 0; node < NODES; node++)
		act.marks[node] = marks_new(SEEN);
	for (uint32_t i = 0; i < SEEN; i++)
		marks_add(act.marks[0], MARK_STEP, 1, well[i], i);
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
	const struct workload *starve =
		catalogue_workload(&catalogue, "starve", NULL);
	struct ipc_impl impl = *catalogue_impl(&catalogue, "pipe", NULL);
	struct params par = {.size = 64};
	struct plan plan = {.link = {{.depth = DEPTH}}};
	struct evidence evidence = {.impl = &impl, .par = &par, .plan = &plan};

	impl.caps = act.caps;
	for (unsigned int i = 0; i < NODES; i++)
		evidence.marks[i] = act.marks[i];
	return starve->judge(&evidence, act.figure, &act.why);
}

/* With this seen instead. */
static void fails(unsigned int seen, uint64_t value, int err, const char *why)
{
	act.marks[0]->at[seen].seq = value;
	assert_int_equal(judge(), err);
	assert_string_equal(act.why.text, why);
	act.marks[0]->at[seen].seq = well[seen];
	assert_int_equal(judge(), 0);
}

static void test_lacks(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[ROOM_WAITS] == DEPTH);
	assert_true(act.figure[ROOM_FAILS] == DEPTH);
	assert_true(act.figure[COPIES] == 2);
	fails(RECEIVE_WAITED, 0, -EBADMSG,
	      "a receive without a message did not wait");
	fails(RECEIVE_FAILED, 0, -EBADMSG,
	      "a receive that may not wait did not fail without a message");
	fails(SYNC_WAITED, 0, -EBADMSG,
	      "a synchronous send without a receiver did not wait");
	fails(SYNC_FAILED, 0, -EBADMSG,
	      "a synchronous send that may not wait did not fail without a "
	      "receiver");
}

static void test_room(void **state)
{
	(void)state;
	fails(CAME, DEPTH + 1, -EBADMSG,
	      "4 sends did not fail, and 5 messages came");
	fails(CAME, DEPTH - 1, -EBADMSG,
	      "4 sends did not fail, and 3 messages came");
	fails(HELD, DEPTH + 1, -EBADMSG,
	      "a send waited with 5 messages and failed with 4, and there is "
	      "room for 4");
	act.caps &= ~(uint32_t)IPC_DEPTH;
	fails(HELD, HELD_MAX, -ENODATA,
	      "131072 messages did not fill the link");
}

static void test_place(void **state)
{
	(void)state;
	fails(STORED_OVER, NEW, -EBADMSG,
	      "what was stored over the source of a message after its send "
	      "showed in it: it was in no buffer between");
}

static void test_played(void **state)
{
	static const char *const impls[] = {"ring", "pipe", "posix-mq", "pool"};
	const uint64_t option[IPC_OPTIONS] = {0};
	struct trial_record record;

	(void)state;
	for (size_t i = 0; i < sizeof(impls) / sizeof(impls[0]); i++) {
		lesson_passes("starve", impls[i], option, &record);
		trial_record_free(&record);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lacks),
		TEST(test_room),
		TEST(test_place),
		cmocka_unit_test(test_played),
	};

	return cmocka_run_group_tests_name("starve", tests, NULL, NULL);
}
