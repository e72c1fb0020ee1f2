/* SPDX-License-Identifier: MIT */
/*
 * The value behind a sequence lock while it is overwritten without a pause:
 * what is received is never torn, and always newer than what was before.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/options.h"

enum { WORDS = 512, BYTES = WORDS * 8, VALUES = 100000, SHORTEST = 8 };

static struct ipc_ops ops;
static cpu_set_t pus;

/* Values differ in length, too: whole words, each the value's number. */
static size_t length_of(uint64_t number)
{
	return BYTES - SHORTEST * (number % (WORDS / 2));
}

struct reader {
	struct ipc_port *rx;
	_Atomic bool *ready;
	uint64_t got, torn, old;
};

/* On the nth PU that this process may use, if it has so many: both at once
 * is what tears. */
static void pin(int nth)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	for (size_t pu = 0; pu < CPU_SETSIZE; pu++)
		if (CPU_ISSET(pu, &pus) && nth-- == 0)
			CPU_SET(pu, &one);
	if (CPU_COUNT(&one) > 0)
		sched_setaffinity(0, sizeof(one), &one);
}

static void *read_all(void *arg)
{
	struct reader *reader = arg;
	uint64_t in[WORDS], last = 0;

	pin(1);
	atomic_store(reader->ready, true);
	while (last < VALUES) {
		ssize_t n = ipc_recv(reader->rx, in, BYTES, 0);

		reader->torn += n != (ssize_t)length_of(in[0]);
		for (size_t i = 0; i < (size_t)n / SHORTEST; i++)
			reader->torn += in[i] != in[0];
		reader->old += in[0] <= last;
		reader->got++;
		last = in[0];
	}
	return NULL;
}

static void write_all(struct ipc_port *tx)
{
	uint64_t out[WORDS];

	for (uint64_t number = 1; number <= VALUES; number++) {
		for (size_t i = 0; i < WORDS; i++)
			out[i] = number;
		assert_int_equal(ipc_send(tx, out, length_of(number), 0),
				 length_of(number));
	}
}

static void test_never_torn(void **state)
{
	enum ipc_wait wait = (enum ipc_wait)(uintptr_t)*state;
	const struct ipc_impl *impl =
		catalogue_impl(&catalogue, "seqlock", NULL);
	struct ipc_spec spec = {.msg_max = BYTES,
				.depth = 1,
				.senders = 1,
				.receivers = 1,
				.wait = wait,
				.threads = true};
	_Atomic bool ready = false;
	struct reader reader = {.ready = &ready};
	struct ipc_link *link;
	struct ipc_port *tx;
	pthread_t thread;

	assert_non_null(impl);
	ipc_resolve(impl, &ops);
	assert_int_equal(ipc_link_open(impl, &spec, &ops, NULL, &link), 0);
	assert_int_equal(ipc_port_attach(link, IPC_TX, 0, &tx), 0);
	assert_int_equal(ipc_port_attach(link, IPC_RX, 0, &reader.rx), 0);
	assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
	while (!atomic_load(&ready))
		sched_yield();
	pin(0);
	write_all(tx);
	pthread_join(thread, NULL);
	assert_int_equal(reader.torn, 0);
	assert_int_equal(reader.old, 0);
	assert_true(reader.got > 0);
	ipc_port_detach(tx);
	ipc_port_detach(reader.rx);
	ipc_link_close(link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"test_never_torn/spin", test_never_torn, NULL, NULL,
		 (void *)(uintptr_t)IPC_WAIT_SPIN},
		{"test_never_torn/block", test_never_torn, NULL, NULL,
		 (void *)(uintptr_t)IPC_WAIT_BLOCK},
	};

	if (sched_getaffinity(0, sizeof(pus), &pus))
		CPU_ZERO(&pus);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
