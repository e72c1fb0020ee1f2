/* SPDX-License-Identifier: MIT */
/*
 * Whose buffer it is: as many as the store has, in turn, across the wrap of
 * positions; room that comes back in portions, or at once where nothing is
 * left to read; and capabilities, which decide who may copy.
 */
#include <errno.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rights.h"
#include "ipc/parcel.h"

enum {
	DEPTH = 16,
	PORTION = 2, /* an eighth of it */
	EAGER = 3,
	LAPS = 40, /* more than 256 messages: positions wrap */
	PAGE = 4096,
};

/* Both sides of a store, in one thread: nothing here ever waits. */
struct pair {
	struct ipc_link link;
	struct shm shm;
	struct parcel tx, rx;
};

static void pair_open(struct pair *pair, uint32_t depth)
{
	memset(pair, 0, sizeof(*pair));
	event_policy(&pair->link.policy, IPC_WAIT_BLOCK, 0, true);
	assert_int_equal(parcel_open(&pair->shm, depth), 0);
	assert_int_equal(
		parcel_attach(&pair->tx, &pair->shm, depth, &pair->link), 0);
	assert_int_equal(
		parcel_attach(&pair->rx, &pair->shm, depth, &pair->link), 0);
}

static void pair_close(struct pair *pair)
{
	shm_close(&pair->shm);
}

static bool room(struct pair *pair)
{
	int err = parcel_room(&pair->tx, IPC_NOWAIT);

	assert_true(err == 0 || err == -EAGAIN);
	return err == 0;
}

static void test_full_and_empty(void **state)
{
	static const uint32_t depths[] = {1, 2, 8, DEPTH};
	struct pair pair;
	size_t len;

	(void)state;
	for (size_t d = 0; d < sizeof(depths) / sizeof(*depths); d++) {
		uint32_t depth = depths[d];

		pair_open(&pair, depth);
		for (uint32_t lap = 0; lap < LAPS; lap++) {
			for (uint32_t i = 0; i < depth; i++) {
				assert_true(room(&pair));
				assert_int_equal(parcel_buffer(&pair.tx), i);
				parcel_post(&pair.tx, lap * depth + i + 1);
			}
			assert_false(room(&pair));
			for (uint32_t i = 0; i < depth; i++) {
				assert_int_equal(parcel_next(&pair.rx, &len, 0),
						 0);
				assert_int_equal(len, lap * depth + i + 1);
				assert_int_equal(parcel_buffer(&pair.rx), i);
				parcel_done(&pair.rx);
			}
			assert_int_equal(
				parcel_next(&pair.rx, &len, IPC_NOWAIT),
				-EAGAIN);
		}
		pair_close(&pair);
	}
}

static void test_a_message_is_there_until_it_is_done(void **state)
{
	struct pair pair;
	size_t len;

	(void)state;
	pair_open(&pair, 1);
	parcel_post(&pair.tx, 5);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(parcel_next(&pair.rx, &len, IPC_NOWAIT), 0);
		assert_int_equal(len, 5);
		assert_false(room(&pair));
	}
	parcel_done(&pair.rx);
	assert_true(room(&pair));
	pair_close(&pair);
}

static void fill(struct pair *pair)
{
	while (room(pair))
		parcel_sent(&pair->tx);
}

/* Where the kernel brings the messages, nothing is posted. */
static void test_room_comes_in_portions(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair, DEPTH);
	fill(&pair);
	for (int i = 0; i < PORTION - 1; i++) {
		parcel_done(&pair.rx);
		assert_false(room(&pair));
	}
	parcel_done(&pair.rx);
	assert_true(room(&pair));
	fill(&pair);
	parcel_done(&pair.rx);
	assert_false(room(&pair));
	parcel_flush(&pair.rx);
	assert_true(room(&pair));
	pair_close(&pair);
}

/* With fewer messages in sight than buffers, who does not want to wait is
 * refused, and who would may go on. */
static void test_eager_is_less(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair, DEPTH);
	pair.tx.eager = EAGER;
	for (int i = 0; i < EAGER; i++) {
		assert_true(room(&pair));
		parcel_sent(&pair.tx);
	}
	assert_false(room(&pair));
	for (int i = EAGER; i < DEPTH; i++) {
		assert_int_equal(parcel_room(&pair.tx, 0), 0);
		parcel_sent(&pair.tx);
	}
	pair_close(&pair);
}

static void test_place(void **state)
{
	struct parcel_place place;
	struct pair pair;

	(void)state;
	pair_open(&pair, 1);
	parcel_here(&pair.rx, &pair);
	place = parcel_there(&pair.tx);
	assert_int_equal(place.pid, getpid());
	assert_ptr_equal(place.at, &pair);
	pair_close(&pair);
}

/* No line is shared, and what fits a page is on one. */
static void test_stride(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	(void)state;
	for (size_t size = 1; size <= 3 * PAGE; size++) {
		size_t stride = parcel_stride(size);

		assert_true(stride >= size);
		assert_int_equal(stride % SHM_LINE, 0);
		assert_true(stride < page ? page % stride == 0
					  : stride % page == 0);
		assert_true(stride < 2 * size || stride == SHM_LINE);
	}
}

static void test_what_does_not_fit(void **state)
{
	struct why why = {""};

	(void)state;
	assert_int_equal(parcel_fits(1, SHM_LINE, 1, &why), 0);
	assert_int_equal(parcel_fits(SIZE_MAX / 2, SHM_LINE, 1, &why),
			 -EMSGSIZE);
	assert_true(why.text[0] != '\0');
	why.text[0] = '\0';
	/* More than an address has bits for. */
	assert_int_equal(parcel_fits(PAGE, PAGE, SIZE_MAX / PAGE, &why),
			 -ENOMEM);
	assert_true(why.text[0] != '\0');
}

/* Whoever has a right has it no more as another user. */
static void test_rights(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0 || !rights_have(CAP_SETUID)) {
		print_message("needs the right to become another user\n");
		skip();
	}
	pid = fork();
	if (pid == 0)
		_exit(setuid(65534) || rights_have(CAP_SETUID) ||
		      rights_have(CAP_SYS_PTRACE));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_and_empty),
		cmocka_unit_test(test_a_message_is_there_until_it_is_done),
		cmocka_unit_test(test_room_comes_in_portions),
		cmocka_unit_test(test_eager_is_less),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_stride),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_rights),
	};

	return cmocka_run_group_tests_name("parcel", tests, NULL, NULL);
}
