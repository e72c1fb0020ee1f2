/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), for the check sums of a results folder. */
#ifndef IPCBENCH_RUN_SHA256_H
#define IPCBENCH_RUN_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BLOCK = 64, SHA256_HEX = 65 };

struct sha256 {
	uint32_t state[8];
	uint64_t bytes;
	unsigned char block[SHA256_BLOCK];
};

void sha256_start(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *data, size_t len);
/* 64 lower-case hexadecimal digits and a 0. */
void sha256_end(struct sha256 *sha, char hex[SHA256_HEX]);

#endif
