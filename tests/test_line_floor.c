/* SPDX-License-Identifier: MIT */
/*
 * The floor of one cache line, whose messages are too short for the cases of
 * the conformance suite: it is full with one message, refuses a longer one
 * with the number, and loses none however its two sides wait.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/options.h"

enum { LONGEST = 56, ROUNDS = 200, SPIN_NS = 20000 };

static struct ipc_ops ops;

static const struct ipc_impl *line(void)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, "line", NULL);

	assert_non_null(impl);
	ipc_resolve(impl, &ops);
	return impl;
}

static struct ipc_spec spec_of(enum ipc_wait wait)
{
	return (struct ipc_spec){
		.msg_max = LONGEST,
		.depth = 1,
		.spin_ns = SPIN_NS,
		.senders = 1,
		.receivers = 1,
		.wait = wait,
		.threads = true,
	};
}

/* A link and both its ports. */
struct ends {
	struct ipc_link *link;
	struct ipc_port *tx, *rx;
};

static struct ends ends_open(enum ipc_wait wait)
{
	struct ipc_spec spec = spec_of(wait);
	struct ends ends;

	assert_int_equal(ipc_link_open(line(), &spec, &ops, NULL, &ends.link),
			 0);
	assert_int_equal(ipc_port_attach(ends.link, IPC_TX, 0, &ends.tx), 0);
	assert_int_equal(ipc_port_attach(ends.link, IPC_RX, 0, &ends.rx), 0);
	return ends;
}

static void ends_close(struct ends *ends)
{
	ipc_port_detach(ends->tx);
	ipc_port_detach(ends->rx);
	ipc_link_close(ends->link);
}

static void test_refuses_by_number(void **state)
{
	struct ipc_spec spec = spec_of(IPC_WAIT_BLOCK);
	struct why why;

	(void)state;
	assert_int_equal(ipc_check(line(), &spec, 0, &why), 0);
	spec.msg_max++;
	assert_int_equal(ipc_check(line(), &spec, 0, &why), -EMSGSIZE);
	assert_non_null(strstr(why.text, "56"));
	assert_non_null(strstr(why.text, "57"));
}

/* Holds one, whole and as long as it is; a loan is not seen before it is
 * published, a message stays until it is released. */
static void test_holds_one(void **state)
{
	struct ends ends = ends_open(IPC_WAIT_BLOCK);
	char out[LONGEST] = "out", in[LONGEST];
	struct ipc_msg m;

	(void)state;
	assert_int_equal(ipc_recv(ends.rx, in, LONGEST, IPC_NOWAIT), -EAGAIN);
	assert_int_equal(ipc_send(ends.tx, out, 5, IPC_NOWAIT), 5);
	assert_int_equal(ipc_send(ends.tx, out, 5, IPC_NOWAIT), -EAGAIN);
	assert_int_equal(ipc_loan(ends.tx, &m, 5, IPC_NOWAIT), -EAGAIN);
	assert_int_equal(ipc_take(ends.rx, &m, IPC_NOWAIT), 0);
	assert_int_equal(m.len, 5);
	assert_memory_equal(m.data, out, 5);
	assert_int_equal(ipc_send(ends.tx, out, 5, IPC_NOWAIT), -EAGAIN);
	assert_int_equal(ipc_release(ends.rx, &m), 0);
	assert_int_equal(ipc_loan(ends.tx, &m, LONGEST, IPC_NOWAIT), 0);
	assert_int_equal((uintptr_t)m.data % 8, 0);
	memset(m.data, 'x', LONGEST);
	assert_int_equal(ipc_recv(ends.rx, in, LONGEST, IPC_NOWAIT), -EAGAIN);
	assert_int_equal(ipc_publish(ends.tx, &m), 0);
	assert_int_equal(ipc_recv(ends.rx, in, LONGEST - 1, IPC_NOWAIT),
			 -EMSGSIZE);
	assert_int_equal(ipc_recv(ends.rx, in, LONGEST, IPC_NOWAIT), -EAGAIN);
	ends_close(&ends);
}

static void *send_all(void *arg)
{
	struct ends *ends = arg;
	char out[LONGEST];

	for (int i = 0; i < ROUNDS; i++) {
		memset(out, i, LONGEST);
		if (i % 16 == 3)
			sched_yield();
		if (ipc_send(ends->tx, out, 1 + (size_t)i % LONGEST, 0) < 0)
			return arg;
	}
	return NULL;
}

static void test_loses_none(void **state)
{
	enum ipc_wait wait = (enum ipc_wait)(uintptr_t)*state;
	struct ends ends = ends_open(wait);
	char in[LONGEST], due[LONGEST];
	pthread_t thread;
	void *failed;

	assert_int_equal(pthread_create(&thread, NULL, send_all, &ends), 0);
	for (int i = 0; i < ROUNDS; i++) {
		size_t len = 1 + (size_t)i % LONGEST;

		if (i % 16 == 11)
			sched_yield();
		memset(due, i, LONGEST);
		assert_int_equal(ipc_recv(ends.rx, in, LONGEST, 0), len);
		assert_memory_equal(in, due, len);
	}
	pthread_join(thread, &failed);
	assert_null(failed);
	ends_close(&ends);
}

#define WAITS(kind)                                                    \
	{                                                              \
		"test_loses_none/" #kind, test_loses_none, NULL, NULL, \
			(void *)(uintptr_t)IPC_WAIT_##kind             \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refuses_by_number),
		cmocka_unit_test(test_holds_one),
		WAITS(BLOCK),
		WAITS(SPIN),
		WAITS(HYBRID),
		WAITS(YIELD),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
