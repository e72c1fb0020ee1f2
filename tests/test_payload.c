/* SPDX-License-Identifier: MIT */
/* What each amount of payload checking catches, whole and in traffic. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/workload.h"

static const size_t sizes[] = {
	1,  2,	3,  7,	 8,   9,   15,	 16,   17,   23,   24,	 63,   64,
	65, 71, 72, 127, 128, 129, 1000, 1024, 4095, 4096, 4099, 65536};
enum { SIZES = sizeof(sizes) / sizeof(*sizes), ROOM = 65536 + 64 };

static const uint64_t some_rounds[] = {
	0, 1, 2, 255, 256, 65535, UINT64_C(1) << 40};
enum { SOME_ROUNDS = sizeof(some_rounds) / sizeof(*some_rounds) };

static unsigned char *memory;

static int make_memory(void **state)
{
	(void)state;
	memory = malloc(ROOM);
	return memory ? 0 : -1;
}

static int free_memory(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static void test_written_passes_at_any_alignment(void **state)
{
	(void)state;
	for (int how = 0; how < PAYLOADS; how++)
		for (size_t s = 0; s < SIZES; s++)
			for (size_t r = 0; r < SOME_ROUNDS; r++)
				for (size_t at = 0; at < 9; at++) {
					payload_write(memory + at, sizes[s],
						      some_rounds[r], how);
					assert_true(payload_check(
						memory + at, sizes[s],
						some_rounds[r], how));
				}
}

static void test_write_keeps_to_its_size(void **state)
{
	(void)state;
	for (int how = 0; how < PAYLOADS; how++)
		for (size_t s = 0; s < SIZES; s++) {
			memset(memory, 0xa5, ROOM);
			payload_write(memory + 8, sizes[s], 77, how);
			for (size_t i = 0; i < 8; i++) {
				assert_int_equal(memory[i], 0xa5);
				assert_int_equal(memory[8 + sizes[s] + i],
						 0xa5);
			}
		}
}

static void test_other_round_fails(void **state)
{
	(void)state;
	for (int how = 0; how < PAYLOADS; how++)
		for (size_t s = 0; s < SIZES; s++)
			for (uint64_t r = 1; r < 300; r++) {
				payload_write(memory, sizes[s], r, how);
				assert_false(payload_check(memory, sizes[s],
							   r - 1, how));
				assert_false(payload_check(memory, sizes[s],
							   r + 1, how));
			}
}

static void test_zeroed_memory_fails(void **state)
{
	(void)state;
	memset(memory, 0, ROOM);
	for (int how = 0; how < PAYLOADS; how++)
		for (size_t s = 0; s < SIZES; s++)
			for (uint64_t r = 0; r < 255; r++)
				assert_false(payload_check(memory, sizes[s], r,
							   how));
}

static void test_any_flipped_byte_fails(void **state)
{
	(void)state;
	for (int how = PAYLOAD_TOUCH; how < PAYLOADS; how++)
		for (size_t s = 0; s < SIZES - 1; s++) {
			payload_write(memory, sizes[s], 5, how);
			for (size_t i = 0; i < sizes[s]; i++)
				for (int bit = 1; bit < 256; bit <<= 1) {
					memory[i] ^= (unsigned char)bit;
					assert_false(payload_check(
						memory, sizes[s], 5, how));
					memory[i] ^= (unsigned char)bit;
				}
			assert_true(payload_check(memory, sizes[s], 5, how));
		}
}

static void test_ends_catch_either_end(void **state)
{
	static const size_t at[] = {0, 7, 56, 63};

	(void)state;
	payload_write(memory, 64, 5, PAYLOAD_ENDS);
	for (size_t i = 0; i < 4; i++) {
		memory[at[i]] ^= 1;
		assert_false(payload_check(memory, 64, 5, PAYLOAD_ENDS));
		memory[at[i]] ^= 1;
	}
}

/* Two words that changed places have the same sum: only the full check sees
 * it. */
static void test_full_catches_exchanged_words(void **state)
{
	unsigned char word[8];

	(void)state;
	payload_write(memory, 64, 5, PAYLOAD_FULL);
	memcpy(word, memory + 16, 8);
	memcpy(memory + 16, memory + 24, 8);
	memcpy(memory + 24, word, 8);
	assert_false(payload_check(memory, 64, 5, PAYLOAD_FULL));
}

static void test_touch_catches_half_of_the_last_round(void **state)
{
	(void)state;
	for (size_t cut = 8; cut < 1024; cut += 8) {
		payload_write(memory, 1024, 6, PAYLOAD_TOUCH);
		payload_write(memory, cut, 7, PAYLOAD_TOUCH);
		assert_false(payload_check(memory, 1024, 7, PAYLOAD_TOUCH));
	}
}

/* A back-end that does to a message what the test says, on its way through
 * one buffer. */
enum fault { NONE, SHORT, LOST, STALE, LONG, BROKEN };

static struct {
	unsigned char bytes[4096];
	enum fault fault;
} wire;

static ssize_t wire_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	(void)tx, (void)flags;
	if (wire.fault == BROKEN)
		return -EPIPE;
	if (wire.fault != STALE)
		memcpy(wire.bytes, buf, len);
	return (ssize_t)len;
}

static ssize_t wire_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	(void)rx, (void)flags;
	if (wire.fault == BROKEN)
		return -EPIPE;
	if (wire.fault == LONG)
		return -EMSGSIZE;
	if (wire.fault != LOST)
		memcpy(buf, wire.bytes, len);
	return (ssize_t)len - (wire.fault == SHORT);
}

static int wire_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	static unsigned char old[4096];

	(void)tx, (void)flags;
	m->data = wire.fault == STALE ? old : wire.bytes;
	m->len = len;
	return wire.fault == BROKEN ? -EPIPE : 0;
}

static int wire_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	(void)flags;
	m->data = wire.bytes;
	m->len = rx->msg_max - (wire.fault == SHORT) + (wire.fault == LONG);
	return wire.fault == BROKEN ? -EPIPE : 0;
}

static int wire_give(struct ipc_port *port, struct ipc_msg *m)
{
	(void)port, (void)m;
	return 0;
}

static const struct ipc_ops wire_ops = {
	.send = wire_send,
	.recv = wire_recv,
	.loan = wire_loan,
	.publish = wire_give,
	.take = wire_take,
	.release = wire_give,
};

/* A workload of one node that hears itself. */
IPC_INLINE int echo(struct node *node, uint64_t from, uint64_t rounds,
		    struct traffic traffic)
{
	int err = 0;

	for (uint64_t i = from; i < from + rounds && !err; i++) {
		err = node_put(node, node->port[0], i, traffic);
		if (!err)
			err = node_get(node, node->port[0], i, traffic);
	}
	return err;
}

ROUNDS_DEFINE(echo)

/* Messages counted wrong in ten rounds, or the first error. */
static int play(enum ipc_api api, enum payload how, size_t size,
		enum fault fault)
{
	static const rounds_fn rounds[IPC_APIS][PAYLOADS] = ROUNDS(echo);
	struct ipc_port port = {.ops = &wire_ops, .msg_max = size};
	struct params par = {.size = size};
	struct node node = {.par = &par, .buf = memory, .port = {&port}};
	int err;

	memset(&wire, 0, sizeof(wire));
	wire.fault = fault;
	err = rounds[api][how](&node, 0, 10);
	return err ? err : (int)node.wrong;
}

static void test_traffic_counts_what_is_wrong(void **state)
{
	(void)state;
	for (int api = 0; api < IPC_APIS; api++)
		for (int how = 0; how < PAYLOADS; how++)
			for (size_t s = 0; s < SIZES && sizes[s] < 4096; s++) {
				size_t size = sizes[s];

				assert_int_equal(play(api, how, size, NONE), 0);
				assert_int_equal(play(api, how, size, SHORT),
						 10);
				assert_int_equal(play(api, how, size, STALE),
						 10);
				assert_int_equal(play(api, how, size, LONG),
						 10);
				assert_int_equal(play(api, how, size, BROKEN),
						 -EPIPE);
			}
}

/* The receiving buffer still holds what was sent from it. */
static void test_traffic_catches_a_receive_that_did_nothing(void **state)
{
	(void)state;
	for (int how = 0; how < PAYLOADS; how++)
		for (size_t s = 0; s < SIZES && sizes[s] < 4096; s++)
			assert_int_equal(
				play(IPC_API_COPY, how, sizes[s], LOST), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_passes_at_any_alignment),
		cmocka_unit_test(test_write_keeps_to_its_size),
		cmocka_unit_test(test_other_round_fails),
		cmocka_unit_test(test_zeroed_memory_fails),
		cmocka_unit_test(test_any_flipped_byte_fails),
		cmocka_unit_test(test_ends_catch_either_end),
		cmocka_unit_test(test_full_catches_exchanged_words),
		cmocka_unit_test(test_touch_catches_half_of_the_last_round),
		cmocka_unit_test(test_traffic_counts_what_is_wrong),
		cmocka_unit_test(
			test_traffic_catches_a_receive_that_did_nothing),
	};

	return cmocka_run_group_tests(tests, make_memory, free_memory);
}
