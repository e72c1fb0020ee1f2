/* SPDX-License-Identifier: MIT */
/* SHA-256 as FIPS 180-4 writes it; speed does not matter here. */
#include <stdio.h>
#include <string.h>

#include "run/sha256.h"

enum { ROUNDS = 64 };

/* First 32 bits of the fractions of the cube roots of the first 64 primes. */
static const uint32_t constants[ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, unsigned int by)
{
	return x >> by | x << (32 - by);
}

static void schedule(uint32_t w[ROUNDS], const unsigned char *block)
{
	for (size_t t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 |
		       (uint32_t)block[4 * t + 1] << 16 |
		       (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (size_t t = 16; t < ROUNDS; t++) {
		uint32_t a = w[t - 15], b = w[t - 2];

		w[t] = w[t - 16] + w[t - 7] +
		       (turn(a, 7) ^ turn(a, 18) ^ a >> 3) +
		       (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
	}
}

/* s[0] .. s[7] are the standard's a .. h. */
static void compress(uint32_t state[8], const unsigned char *block)
{
	uint32_t w[ROUNDS], s[8];

	schedule(w, block);
	memcpy(s, state, sizeof(s));
	for (size_t t = 0; t < ROUNDS; t++) {
		uint32_t t1 =
			s[7] + constants[t] + w[t] +
			(turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) +
			((s[4] & s[5]) ^ (~s[4] & s[6]));
		uint32_t t2 =
			(turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) +
			((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (size_t i = 0; i < 8; i++)
		state[i] += s[i];
}

void sha256_start(struct sha256 *sha)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	memcpy(sha->state, start, sizeof(start));
	sha->bytes = 0;
}

void sha256_add(struct sha256 *sha, const void *data, size_t len)
{
	const unsigned char *at = data;

	while (len > 0) {
		size_t used = sha->bytes % SHA256_BLOCK;
		size_t part = SHA256_BLOCK - used;

		part = part < len ? part : len;
		memcpy(sha->block + used, at, part);
		sha->bytes += part;
		at += part;
		len -= part;
		if (used + part == SHA256_BLOCK)
			compress(sha->state, sha->block);
	}
}

void sha256_end(struct sha256 *sha, char hex[SHA256_HEX])
{
	static const unsigned char padding[SHA256_BLOCK] = {0x80};
	uint64_t bits = sha->bytes * 8;
	size_t used = sha->bytes % SHA256_BLOCK;
	unsigned char length[8];

	for (size_t i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(sha, padding, used < 56 ? 56 - used : 120 - used);
	sha256_add(sha, length, sizeof(length));
	for (size_t i = 0; i < 8; i++)
		snprintf(hex + 8 * i, 9, "%08x", sha->state[i]);
}
