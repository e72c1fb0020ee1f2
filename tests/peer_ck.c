/* SPDX-License-Identifier: MIT */
/* Concurrency Kit's ck_ring, one to one, by value. */
#include "tests/peer.h"

#if __has_include(<ck_ring.h>)
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#include <ck_pr.h>
#include <ck_ring.h>

#define PEER(tag, words, slots)                                                \
	struct message_##tag {                                                 \
		uint64_t word[words];                                          \
	};                                                                     \
	CK_RING_PROTOTYPE(tag, message_##tag)                                  \
	struct queue_##tag {                                                   \
		ck_ring_t ring;                                                \
		struct message_##tag slot[slots] __attribute__((aligned(64))); \
	};                                                                     \
	static void init_##tag(void *at)                                       \
	{                                                                      \
		ck_ring_init(&((struct queue_##tag *)at)->ring, slots);        \
	}                                                                      \
	static void source_##tag(void *at, uint64_t messages)                  \
	{                                                                      \
		struct queue_##tag *queue = at;                                \
                                                                               \
		for (uint64_t i = 0; i < messages; i++) {                      \
			struct message_##tag m;                                \
                                                                               \
			for (int k = 0; k < (words); k++)                      \
				m.word[k] = i;                                 \
			while (!CK_RING_ENQUEUE_SPSC(tag, &queue->ring,        \
						     queue->slot, &m))         \
				ck_pr_stall();                                 \
		}                                                              \
	}                                                                      \
	static uint64_t sink_##tag(void *at, uint64_t messages)                \
	{                                                                      \
		struct queue_##tag *queue = at;                                \
		uint64_t sum = 0;                                              \
                                                                               \
		for (uint64_t i = 0; i < messages; i++) {                      \
			struct message_##tag m;                                \
                                                                               \
			while (!CK_RING_DEQUEUE_SPSC(tag, &queue->ring,        \
						     queue->slot, &m))         \
				ck_pr_stall();                                 \
			for (int k = 0; k < (words); k++)                      \
				sum += m.word[k];                              \
		}                                                              \
		return sum;                                                    \
	}

#define ENTRY(tag)                                                 \
	{                                                          \
		"ck_ring", sizeof(struct queue_##tag), init_##tag, \
			source_##tag, sink_##tag                   \
	}

PEER(small8, 1, PEER_SLOTS_SMALL)
PEER(large8, 1, PEER_BYTES_LARGE / 8)
PEER(small64, 8, PEER_SLOTS_SMALL)
PEER(large64, 8, PEER_BYTES_LARGE / 64)

const struct peer peer_ck[PEER_SIZES][PEER_RINGS] = {
	{ENTRY(small8), ENTRY(large8)},
	{ENTRY(small64), ENTRY(large64)},
};
#else
const struct peer peer_ck[PEER_SIZES][PEER_RINGS];
#endif
