/* SPDX-License-Identifier: MIT */
/*
 * Other people's rings, for selfbench alone: one sender and one receiver move
 * messages of words, each written, sent one by one, received and read in
 * full. Code is inlined as their authors would have it. A peer that was not
 * there to be compiled has a table of NULL names.
 */
#ifndef IPCBENCH_TESTS_PEER_H
#define IPCBENCH_TESTS_PEER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Message sizes 8 and 64 B; rings of 1024 messages, and of 4 MiB. */
enum { PEER_8, PEER_64, PEER_SIZES };
enum { PEER_SMALL, PEER_LARGE, PEER_RINGS };
enum { PEER_SLOTS_SMALL = 1024, PEER_BYTES_LARGE = 4 << 20 };

struct peer {
	const char *name;
	size_t bytes;
	void (*init)(void *at); /* in zeroed memory */
	void (*source)(void *at, uint64_t messages);
	uint64_t (*sink)(void *at, uint64_t messages); /* the sum of words */
};

extern const struct peer peer_ck[PEER_SIZES][PEER_RINGS];
extern const struct peer peer_boost[PEER_SIZES][PEER_RINGS]
	__attribute__((weak));

#ifdef __cplusplus
}
#endif

#endif
