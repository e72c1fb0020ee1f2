/* SPDX-License-Identifier: MIT */
/*
 * What a message says: how it is written and how it is checked.
 *
 * Every message says its round. A function here that takes "how" is inlined
 * with a constant, so that no option is tested per message.
 */
#ifndef IPCBENCH_IPC_PAYLOAD_H
#define IPCBENCH_IPC_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How much of a payload is written and checked. */
enum payload {
	PAYLOAD_ENDS,  /* the round's number at both ends */
	PAYLOAD_TOUCH, /* every byte written, read and summed up */
	PAYLOAD_FULL,  /* every byte another, each compared */
	PAYLOADS
};

#define IPC_INLINE static inline __attribute__((always_inline))
enum { PAYLOAD_WORD = sizeof(uint64_t), PAYLOAD_BLOCK = 64 };

/* Two words, which every 64-bit machine adds at once; four pairs of sums side
 * by side keep its adders busy. */
typedef uint64_t payload_pair __attribute__((vector_size(2 * PAYLOAD_WORD)));

/* A round's own word. The factor is odd, so the low bytes alone tell any 256
 * rounds in a row apart, and it spreads small numbers over all bytes. */
IPC_INLINE uint64_t payload_stamp(uint64_t round)
{
	return (round + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The round whose stamp this is: multiplied by the inverse of that factor. */
IPC_INLINE uint64_t payload_round(uint64_t stamp)
{
	return stamp * UINT64_C(0xf1de83e19937733d) - 1;
}

/* Word i of a full payload: no two alike within 2^64 words. */
IPC_INLINE uint64_t payload_nth(uint64_t first, size_t i)
{
	return first + i * UINT64_C(0xd1b54a32d192ed03);
}

IPC_INLINE uint64_t payload_load(const unsigned char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

IPC_INLINE payload_pair payload_load_pair(const unsigned char *at)
{
	payload_pair words;

	memcpy(&words, at, sizeof(words));
	return words;
}

IPC_INLINE void payload_store(unsigned char *at, uint64_t word)
{
	memcpy(at, &word, sizeof(word));
}

/* Byte i of a word, the lowest first, on any machine. */
IPC_INLINE unsigned char payload_byte(uint64_t word, size_t i)
{
	return (unsigned char)(word >> (8 * i));
}

/* The word at both ends: twice, once, or as much of it as there is room. */
IPC_INLINE void payload_write_ends(unsigned char *at, size_t size,
				   uint64_t word)
{
	if (__builtin_expect(size >= 2 * PAYLOAD_WORD, 1))
		payload_store(at + size - PAYLOAD_WORD, word);
	if (size >= PAYLOAD_WORD)
		payload_store(at, word);
	else
		for (size_t i = 0; i < size; i++)
			at[i] = payload_byte(word, i);
}

IPC_INLINE bool payload_check_ends(const unsigned char *at, size_t size,
				   uint64_t word)
{
	if (__builtin_expect(size >= 2 * PAYLOAD_WORD, 1))
		return payload_load(at) == word &&
		       payload_load(at + size - PAYLOAD_WORD) == word;
	if (size >= PAYLOAD_WORD)
		return payload_load(at) == word;
	for (size_t i = 0; i < size; i++)
		if (at[i] != payload_byte(word, i))
			return false;
	return true;
}

/* The word all over, and its low bytes in what is left. */
IPC_INLINE void payload_write_touch(unsigned char *at, size_t size,
				    uint64_t word)
{
	size_t words = size / PAYLOAD_WORD, i;

	for (i = 0; i < words; i++)
		payload_store(at + i * PAYLOAD_WORD, word);
	for (i = words * PAYLOAD_WORD; i < size; i++)
		at[i] = payload_byte(word, i % PAYLOAD_WORD);
}

/* Sum of all words, and of the bytes that are left. */
IPC_INLINE uint64_t payload_sum(const unsigned char *at, size_t size)
{
	payload_pair a = {0}, b = {0}, c = {0}, d = {0};
	uint64_t sum;
	size_t i = 0;

	for (; i + PAYLOAD_BLOCK <= size; i += PAYLOAD_BLOCK) {
		a += payload_load_pair(at + i);
		b += payload_load_pair(at + i + 2 * PAYLOAD_WORD);
		c += payload_load_pair(at + i + 4 * PAYLOAD_WORD);
		d += payload_load_pair(at + i + 6 * PAYLOAD_WORD);
	}
	a += b + c + d;
	sum = a[0] + a[1];
	for (; i + PAYLOAD_WORD <= size; i += PAYLOAD_WORD)
		sum += payload_load(at + i);
	for (; i < size; i++)
		sum += at[i];
	return sum;
}

IPC_INLINE bool payload_check_touch(const unsigned char *at, size_t size,
				    uint64_t word)
{
	size_t words = size / PAYLOAD_WORD;
	uint64_t due = words * word;

	for (size_t i = 0; i < size % PAYLOAD_WORD; i++)
		due += payload_byte(word, i);
	if (payload_sum(at, size) != due)
		return false;
	return size < PAYLOAD_WORD ||
	       (payload_load(at) == word &&
		payload_load(at + (words - 1) * PAYLOAD_WORD) == word);
}

IPC_INLINE void payload_write_full(unsigned char *at, size_t size,
				   uint64_t word)
{
	size_t words = size / PAYLOAD_WORD, i;

	for (i = 0; i < words; i++)
		payload_store(at + i * PAYLOAD_WORD, payload_nth(word, i));
	for (i = words * PAYLOAD_WORD; i < size; i++)
		at[i] = payload_byte(payload_nth(word, words),
				     i % PAYLOAD_WORD);
}

IPC_INLINE bool payload_check_full(const unsigned char *at, size_t size,
				   uint64_t word)
{
	size_t words = size / PAYLOAD_WORD, i;
	uint64_t differ = 0;

	for (i = 0; i < words; i++)
		differ |= payload_load(at + i * PAYLOAD_WORD) ^
			  payload_nth(word, i);
	for (i = words * PAYLOAD_WORD; i < size; i++)
		differ |= at[i] ^ payload_byte(payload_nth(word, words),
					       i % PAYLOAD_WORD);
	return differ == 0;
}

IPC_INLINE void payload_write_how(void *buf, size_t size, uint64_t round,
				  enum payload how)
{
	uint64_t word = payload_stamp(round);

	if (how == PAYLOAD_ENDS)
		payload_write_ends(buf, size, word);
	else if (how == PAYLOAD_TOUCH)
		payload_write_touch(buf, size, word);
	else
		payload_write_full(buf, size, word);
}

IPC_INLINE bool payload_check_how(const void *buf, size_t size, uint64_t round,
				  enum payload how)
{
	uint64_t word = payload_stamp(round);

	if (how == PAYLOAD_ENDS)
		return payload_check_ends(buf, size, word);
	if (how == PAYLOAD_TOUCH)
		return payload_check_touch(buf, size, word);
	return payload_check_full(buf, size, word);
}

#endif
