/* SPDX-License-Identifier: MIT */
/* Selective receive by a save queue: on a link whose two ends are one thread's.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/options.h"
#include "ipc/select.h"
#include "ipc/workload.h"

enum { MSG_MAX = 32, DEPTH = 16, HELD = 4 };

static struct {
	struct ipc_ops ops;
	struct ipc_link *link;
	struct ipc_port *port[2];
	struct select_port *select[2];
} act;

static void open_all(const char *name)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, name, NULL);
	const struct select_spec select = {
		.by = SELECT_TYPE, .held = HELD, .queue = true};
	struct ipc_spec spec = {.msg_max = MSG_MAX,
				.depth = DEPTH,
				.senders = 1,
				.receivers = 1,
				.threads = true};

	options_preset(impl->options, spec.option);
	ipc_resolve(impl, &act.ops);
	assert_int_equal(ipc_link_open(impl, &spec, &act.ops, NULL, &act.link),
			 0);
	for (int side = IPC_TX; side <= IPC_RX; side++) {
		assert_int_equal(ipc_port_attach(act.link, (enum ipc_side)side,
						 0, &act.port[side]),
				 0);
		assert_int_equal(select_attach(&act.port[side], 1, &select,
					       &act.select[side]),
				 0);
	}
}

static int start_ring(void **state)
{
	(void)state;
	open_all("ring");
	return 0;
}

/* Which keeps no ends. */
static int start_pipe(void **state)
{
	(void)state;
	open_all("pipe");
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (int side = IPC_TX; side <= IPC_RX; side++) {
		select_detach(act.select[side]);
		ipc_port_detach(act.port[side]);
	}
	ipc_link_close(act.link);
	return 0;
}

static void send_text(uint32_t key, const char *text)
{
	size_t len = strlen(text) + 1;

	assert_int_equal(select_send(act.select[IPC_TX], key, text, len, 0),
			 len);
}

static ssize_t wish_for(enum select_by by, enum select_pick pick,
			uint64_t value, char *text, size_t room)
{
	const struct select_wish wish = {
		.by = by, .pick = pick, .value = value};

	return select_receive(act.select[IPC_RX], &wish, text, room,
			      IPC_NOWAIT);
}

static void gets(enum select_by by, enum select_pick pick, uint64_t value,
		 const char *due)
{
	char text[MSG_MAX] = "";

	assert_int_equal(wish_for(by, pick, value, text, sizeof(text)),
			 strlen(due) + 1);
	assert_string_equal(text, due);
}

static void gets_nothing(enum select_by by, uint64_t value, int err)
{
	char text[MSG_MAX];

	assert_int_equal(wish_for(by, SELECT_OLDEST, value, text, sizeof(text)),
			 err);
}

static void test_by_type(void **state)
{
	(void)state;
	send_text(1, "a");
	send_text(2, "b");
	send_text(1, "c");
	send_text(2, "d");
	gets_nothing(SELECT_TYPE, 3, -EAGAIN);
	gets(SELECT_TYPE, SELECT_YOUNGEST, 1, "c");
	gets(SELECT_TYPE, SELECT_OLDEST, 2, "b");
	/* Those that were skipped, in their order. */
	gets(SELECT_AGE, SELECT_OLDEST, 0, "a");
	gets(SELECT_AGE, SELECT_OLDEST, 0, "d");
	gets_nothing(SELECT_AGE, 0, -EAGAIN);
}

static void test_by_urgency(void **state)
{
	(void)state;
	send_text(1, "a");
	send_text(3, "b");
	send_text(2, "c");
	send_text(3, "d");
	gets(SELECT_URGENCY, SELECT_YOUNGEST, 0, "d");
	send_text(3, "e");
	gets(SELECT_URGENCY, SELECT_OLDEST, 0, "b");
	gets(SELECT_URGENCY, SELECT_OLDEST, 0, "e");
	gets(SELECT_URGENCY, SELECT_OLDEST, 0, "c");
	gets(SELECT_URGENCY, SELECT_OLDEST, 0, "a");
	gets_nothing(SELECT_URGENCY, 0, -EAGAIN);
}

static void test_by_others(void **state)
{
	(void)state;
	send_text(1, "long");
	send_text(1, "b");
	send_text(2, "c");
	gets(SELECT_EXCEPT, SELECT_OLDEST, 1, "c");
	gets_nothing(SELECT_EXCEPT, 1, -EAGAIN);
	gets(SELECT_LENGTH, SELECT_OLDEST, 2, "b");
	gets_nothing(SELECT_SENDER, 1, -EAGAIN);
	gets(SELECT_SENDER, SELECT_OLDEST, 0, "long");
}

/* What finds no room stays on the link, and comes when there is some. */
static void test_full(void **state)
{
	static const char *const text[] = {"a", "b", "c", "d", "e", "f"};

	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		send_text(i, text[i]);
	gets_nothing(SELECT_TYPE, 9, -EAGAIN);
	gets_nothing(SELECT_TYPE, 4, -EAGAIN);
	gets(SELECT_TYPE, SELECT_OLDEST, 2, "c");
	gets(SELECT_TYPE, SELECT_OLDEST, 4, "e");
	gets(SELECT_AGE, SELECT_OLDEST, 0, "a");
	gets(SELECT_AGE, SELECT_OLDEST, 0, "b");
	gets(SELECT_AGE, SELECT_OLDEST, 0, "d");
	gets(SELECT_AGE, SELECT_OLDEST, 0, "f");
}

/* Who would wait for what cannot come is told. */
static void test_full_and_waits(void **state)
{
	const struct select_wish wish = {.by = SELECT_TYPE, .value = 9};
	char text[MSG_MAX];

	(void)state;
	for (uint32_t i = 0; i < HELD; i++)
		send_text(i, "a");
	assert_int_equal(select_gather(act.select[IPC_RX], 0, HELD), 0);
	assert_int_equal(select_gather(act.select[IPC_RX], 0, 1), -ENOBUFS);
	assert_int_equal(select_receive(act.select[IPC_RX], &wish, text,
					sizeof(text), 0),
			 -ENOBUFS);
}

static void test_too_long(void **state)
{
	char text[2];

	(void)state;
	send_text(1, "long");
	send_text(1, "b");
	assert_int_equal(
		wish_for(SELECT_AGE, SELECT_OLDEST, 0, text, sizeof(text)),
		-EMSGSIZE);
	gets(SELECT_AGE, SELECT_OLDEST, 0, "b");
}

#define TEST(name, start) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by_type, start_ring),
		TEST(test_by_type, start_pipe),
		TEST(test_by_urgency, start_ring),
		TEST(test_by_others, start_ring),
		TEST(test_by_others, start_pipe),
		TEST(test_full, start_ring),
		TEST(test_full_and_waits, start_ring),
		TEST(test_too_long, start_ring),
	};

	return cmocka_run_group_tests_name("select-queue", tests, NULL, NULL);
}
