/* SPDX-License-Identifier: MIT */
/* The bounded buffer over counters that a test can see and bend: one process,
 * and threads where both sides have to be under way. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/counted.h"

enum {
	DEPTH = 4,
	LAPS = 200,	/* of DEPTH: positions begin 256 before they wrap */
	STREAM = 20000, /* messages between threads */
	SPIN_NS = 1000,
};

/* Counters that are plain words: for one thread. */
struct plain {
	uint32_t count;
	uint32_t tries, sleeps; /* how it was asked */
};

/* What the next calls return, unless 0. */
static int down_err, up_err;

static int plain_down(struct counted_port *port, enum counted_which which,
		      unsigned int flags)
{
	struct plain *counter = port->room[which];

	counter->tries += flags & IPC_NOWAIT;
	if (!(flags & IPC_NOWAIT)) {
		/* Nobody else could change it: as if it had been given. */
		counter->sleeps++;
		if (counter->count == 0)
			return -EINTR;
	}
	if (down_err)
		return down_err;
	if (counter->count == 0)
		return -EAGAIN;
	counter->count--;
	return 0;
}

static int plain_up(struct counted_port *port, enum counted_which which)
{
	struct plain *counter = port->room[which];

	counter->count++;
	return up_err;
}

static const struct counted_kind plain_kind = {plain_down, plain_up};

static int plain_open(struct ipc_link *link)
{
	int err = counted_open(link, &plain_kind);

	for (enum counted_which i = 0; !err && i < COUNTED_COUNTERS; i++) {
		struct plain *counter = counted_room(link, i);

		assert_int_equal(counter->count, 0);
		counter->count = counted_start(&link->spec, i);
	}
	return err;
}

static const struct ipc_impl plain_impl = {
	.name = "plain",
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_HYBRID),
	.link_size = sizeof(struct counted_link),
	.port_size = sizeof(struct counted_port),
	.probe = counted_probe,
	.open = plain_open,
	.close = counted_close,
	.attach = counted_attach,
	.describe = counted_describe,
	.ops = &counted_ops,
};

/* Counters that two threads can use. */
static int sem_down(struct counted_port *port, enum counted_which which,
		    unsigned int flags)
{
	if (flags & IPC_NOWAIT)
		return sem_trywait(port->room[which]) ? -errno : 0;
	while (sem_wait(port->room[which]))
		if (errno != EINTR)
			return -errno;
	return 0;
}

static int sem_up(struct counted_port *port, enum counted_which which)
{
	return sem_post(port->room[which]) ? -errno : 0;
}

static const struct counted_kind sem_kind = {sem_down, sem_up};

static int sem_open_link(struct ipc_link *link)
{
	int err = counted_open(link, &sem_kind);

	for (enum counted_which i = 0; !err && i < COUNTED_COUNTERS; i++)
		sem_init(counted_room(link, i), 0,
			 counted_start(&link->spec, i));
	return err;
}

/* A link with both its ends. */
struct pair {
	struct ipc_ops ops;
	struct ipc_impl impl;
	struct ipc_link *link;
	struct ipc_port *tx, *rx;
	struct plain *filled, *free;
};

static void pair_open(struct pair *pair, size_t msg_max, enum ipc_wait wait)
{
	struct ipc_spec spec = {.msg_max = msg_max,
				.depth = DEPTH,
				.spin_ns = SPIN_NS,
				.senders = 1,
				.receivers = 1,
				.wait = wait,
				.threads = true};

	down_err = up_err = 0;
	assert_int_equal(ipc_resolve(&pair->impl, &pair->ops), 0);
	assert_int_equal(ipc_check(&pair->impl, &spec, 0, NULL), 0);
	assert_int_equal(ipc_link_open(&pair->impl, &spec, &pair->ops, NULL,
				       &pair->link),
			 0);
	assert_int_equal(ipc_port_attach(pair->link, IPC_TX, 0, &pair->tx), 0);
	assert_int_equal(ipc_port_attach(pair->link, IPC_RX, 0, &pair->rx), 0);
	pair->filled = counted_room(pair->link, COUNTED_FILLED);
	pair->free = counted_room(pair->link, COUNTED_FREE);
}

static void pair_close(struct pair *pair)
{
	ipc_port_detach(pair->tx);
	ipc_port_detach(pair->rx);
	ipc_link_close(pair->link);
}

static uint32_t get_number(struct pair *pair)
{
	uint32_t got = 0;

	assert_int_equal(ipc_recv(pair->rx, &got, sizeof(got), IPC_NOWAIT),
			 sizeof(got));
	return got;
}

static void put_number(struct pair *pair, uint32_t number)
{
	assert_int_equal(
		ipc_send(pair->tx, &number, sizeof(number), IPC_NOWAIT),
		sizeof(number));
}

static void test_full_and_empty(void **state)
{
	struct pair pair = {.impl = plain_impl};
	struct ipc_msg m;
	uint32_t number = 0, due = 0;

	(void)state;
	pair_open(&pair, sizeof(number), IPC_WAIT_BLOCK);
	/* Each lap begins one slot further, and all cross the wrap. */
	for (int lap = 0; lap < LAPS; lap++) {
		assert_int_equal(
			ipc_recv(pair.rx, &number, sizeof(number), IPC_NOWAIT),
			-EAGAIN);
		assert_int_equal(ipc_take(pair.rx, &m, IPC_NOWAIT), -EAGAIN);
		for (uint32_t i = 0; i < DEPTH; i++)
			put_number(&pair, due + i);
		assert_int_equal(pair.free->count, 0);
		assert_int_equal(pair.filled->count, DEPTH);
		assert_int_equal(
			ipc_send(pair.tx, &number, sizeof(number), IPC_NOWAIT),
			-EAGAIN);
		assert_int_equal(ipc_loan(pair.tx, &m, 1, IPC_NOWAIT), -EAGAIN);
		for (uint32_t i = 0; i < DEPTH; i++)
			assert_int_equal(get_number(&pair), due++);
		put_number(&pair, due);
		assert_int_equal(get_number(&pair), due++);
	}
	pair_close(&pair);
}

static void test_one_counts(void **state)
{
	struct pair pair = {.impl = plain_impl};
	struct ipc_msg out, in;

	(void)state;
	pair_open(&pair, 8, IPC_WAIT_BLOCK);
	/* A counter changes at the ends of a loan, and only there. */
	assert_int_equal(ipc_loan(pair.tx, &out, 8, 0), 0);
	assert_int_equal(pair.free->count, DEPTH - 1);
	assert_int_equal(pair.filled->count, 0);
	assert_int_equal(ipc_publish(pair.tx, &out), 0);
	assert_int_equal(pair.filled->count, 1);
	assert_int_equal(ipc_take(pair.rx, &in, 0), 0);
	assert_ptr_equal(in.data, out.data);
	assert_int_equal(pair.filled->count, 0);
	assert_int_equal(pair.free->count, DEPTH - 1);
	assert_int_equal(ipc_release(pair.rx, &in), 0);
	assert_int_equal(pair.free->count, DEPTH);
	pair_close(&pair);
}

static void test_too_long_is_gone(void **state)
{
	struct pair pair = {.impl = plain_impl};
	char text[16] = "fifteen letters", got[4] = "abc";

	(void)state;
	pair_open(&pair, sizeof(text), IPC_WAIT_BLOCK);
	assert_int_equal(ipc_send(pair.tx, text, sizeof(text), 0),
			 sizeof(text));
	put_number(&pair, 7);
	assert_int_equal(ipc_recv(pair.rx, got, sizeof(got), 0), -EMSGSIZE);
	assert_string_equal(got, "abc");
	assert_int_equal(get_number(&pair), 7);
	assert_int_equal(pair.free->count, DEPTH);
	pair_close(&pair);
}

static bool one_line(const void *a, const void *b)
{
	return (uintptr_t)a / SHM_LINE == (uintptr_t)b / SHM_LINE;
}

static void test_lines(void **state)
{
	static const size_t sizes[] = {1, 8, 55, 56, 57, 63, 64, 65, 4096};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct pair pair = {.impl = plain_impl};
		const char *last = NULL, *first = NULL;
		struct ipc_msg m;

		pair_open(&pair, sizes[i], IPC_WAIT_BLOCK);
		assert_false(one_line(pair.filled, pair.free));
		for (int slot = 0; slot < DEPTH; slot++) {
			assert_int_equal(ipc_loan(pair.tx, &m, sizes[i], 0), 0);
			assert_int_equal((uintptr_t)m.data % 8, 0);
			if (sizes[i] >= SHM_LINE)
				assert_int_equal((uintptr_t)m.data % SHM_LINE,
						 0);
			/* Neither two messages, nor one and a counter. */
			if (last)
				assert_false(one_line(last, m.data));
			assert_false(one_line(pair.filled, m.data));
			assert_false(one_line(pair.free, m.data));
			last = (const char *)m.data + sizes[i] - 1;
			first = first ? first : m.data;
			assert_int_equal(ipc_publish(pair.tx, &m), 0);
		}
		/* The slots are in a row: around again, the first. */
		assert_int_equal(ipc_take(pair.rx, &m, 0), 0);
		assert_ptr_equal(m.data, first);
		assert_int_equal(ipc_release(pair.rx, &m), 0);
		pair_close(&pair);
	}
}

static void test_wrong_counts(void **state)
{
	struct pair pair = {.impl = plain_impl};
	uint32_t number = 0;

	(void)state;
	pair_open(&pair, sizeof(number), IPC_WAIT_BLOCK);
	/* One message is announced that nobody sent. */
	pair.filled->count++;
	assert_int_equal(ipc_recv(pair.rx, &number, sizeof(number), 0),
			 -EPROTO);
	pair_close(&pair);

	pair_open(&pair, sizeof(number), IPC_WAIT_BLOCK);
	/* Room that nobody gave. */
	for (uint32_t i = 0; i < DEPTH; i++)
		put_number(&pair, i);
	pair.free->count++;
	assert_int_equal(ipc_send(pair.tx, &number, sizeof(number), 0),
			 -EPROTO);
	pair_close(&pair);
}

static void test_errors(void **state)
{
	struct pair pair = {.impl = plain_impl};
	uint32_t number = 0;
	struct ipc_msg m;

	(void)state;
	pair_open(&pair, sizeof(number), IPC_WAIT_BLOCK);
	put_number(&pair, 1);
	put_number(&pair, 2);
	down_err = -EPIPE;
	assert_int_equal(ipc_send(pair.tx, &number, 4, 0), -EPIPE);
	assert_int_equal(ipc_loan(pair.tx, &m, 4, 0), -EPIPE);
	assert_int_equal(ipc_recv(pair.rx, &number, 4, 0), -EPIPE);
	assert_int_equal(ipc_take(pair.rx, &m, 0), -EPIPE);
	down_err = 0;
	up_err = -EPIPE;
	assert_int_equal(ipc_send(pair.tx, &number, 4, 0), -EPIPE);
	/* What a sender sent before it went arrives all the same. */
	assert_int_equal(get_number(&pair), 1);
	assert_int_equal(ipc_take(pair.rx, &m, 0), 0);
	assert_int_equal(ipc_release(pair.rx, &m), 0);
	pair_close(&pair);
}

static void test_waits(void **state)
{
	struct pair pair = {.impl = plain_impl};
	uint32_t number = 0;

	(void)state;
	/* block: the first call is the one that would sleep. */
	pair_open(&pair, sizeof(number), IPC_WAIT_BLOCK);
	assert_int_equal(ipc_send(pair.tx, &number, 4, 0), 4);
	assert_int_equal(pair.free->sleeps, 1);
	assert_int_equal(pair.free->tries, 0);
	pair_close(&pair);

	/* hybrid: tries for a while, and then that one. */
	pair_open(&pair, sizeof(number), IPC_WAIT_HYBRID);
	assert_int_equal(ipc_send(pair.tx, &number, 4, 0), 4);
	assert_int_equal(pair.free->tries, 1);
	assert_int_equal(pair.free->sleeps, 0);
	assert_int_equal(get_number(&pair), 0);
	pair.filled->tries = 0;
	assert_int_equal(ipc_recv(pair.rx, &number, 4, IPC_NOWAIT), -EAGAIN);
	assert_int_equal(pair.filled->tries, 1);
	assert_int_equal(pair.filled->sleeps, 0);
	assert_int_equal(ipc_recv(pair.rx, &number, 4, 0), -EINTR);
	assert_true(pair.filled->tries > 2);
	assert_int_equal(pair.filled->sleeps, 1);
	pair_close(&pair);
}

static void test_refusals(void **state)
{
	struct ipc_spec spec = {.msg_max = (size_t)UINT32_MAX,
				.depth = 2,
				.senders = 1,
				.receivers = 1};
	struct why why;

	(void)state;
	assert_int_equal(counted_probe(&spec, &why), -EMSGSIZE);
	spec.msg_max = UINT32_MAX / 2;
	spec.depth = 1u << 31;
	assert_int_equal(counted_probe(&spec, &why), -ENOMEM);
	assert_non_null(strstr(why.text, "MiB"));
	spec.msg_max = 64;
	spec.depth = 2;
	assert_int_equal(counted_probe(&spec, &why), 0);
}

static void *send_numbers(void *arg)
{
	struct pair *pair = arg;

	for (uint32_t i = 0; i < STREAM; i++)
		if (ipc_send(pair->tx, &i, sizeof(i), 0) != sizeof(i))
			return pair;
	return NULL;
}

/* Both sides at once; a sanitizer sees the order of their stores too. */
static void test_threads(void **state)
{
	struct pair pair = {.impl = plain_impl};
	pthread_t thread;
	void *failed;

	(void)state;
	pair.impl.open = sem_open_link;
	pair_open(&pair, sizeof(uint32_t), IPC_WAIT_BLOCK);
	assert_int_equal(pthread_create(&thread, NULL, send_numbers, &pair), 0);
	for (uint32_t i = 0; i < STREAM; i++) {
		struct ipc_msg m;

		assert_int_equal(ipc_take(pair.rx, &m, 0), 0);
		assert_int_equal(m.len, sizeof(i));
		assert_int_equal(*(uint32_t *)m.data, i);
		assert_int_equal(ipc_release(pair.rx, &m), 0);
	}
	pthread_join(thread, &failed);
	assert_null(failed);
	pair_close(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_and_empty),
		cmocka_unit_test(test_one_counts),
		cmocka_unit_test(test_too_long_is_gone),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_wrong_counts),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("counted", tests, NULL, NULL);
}
