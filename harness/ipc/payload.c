/* SPDX-License-Identifier: MIT */
/*
 * What a message says and how it is written, sent, received and checked.
 *
 * Every message says its round. A function here that takes "how" is inlined
 * with a constant, so that no option is tested per message; at the end stands
 * one pair of functions for each interface and amount.
 */
#include <errno.h>
#include <string.h>

#include "ipc/workload.h"

#define INLINE static inline __attribute__((always_inline))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

enum { WORD = sizeof(uint64_t), BLOCK = 64 };

const char *const ipc_api_names[IPC_APIS + 1] = {
	[IPC_API_COPY] = "copy",
	[IPC_API_LEND] = "lend",
};

/* Two words, which every 64-bit machine adds at once; four pairs of sums side
 * by side keep its adders busy. */
typedef uint64_t pair __attribute__((vector_size(2 * WORD)));

/* A round's own word. The factor is odd, so the low bytes alone tell any 256
 * rounds in a row apart, and it spreads small numbers over all bytes. */
INLINE uint64_t stamp(uint64_t round)
{
	return (round + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Word i of a full payload: no two alike within 2^64 words. */
INLINE uint64_t nth(uint64_t first, size_t i)
{
	return first + i * UINT64_C(0xd1b54a32d192ed03);
}

INLINE uint64_t load(const unsigned char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

INLINE pair load_pair(const unsigned char *at)
{
	pair words;

	memcpy(&words, at, sizeof(words));
	return words;
}

INLINE void store(unsigned char *at, uint64_t word)
{
	memcpy(at, &word, sizeof(word));
}

/* Byte i of a word, the lowest first, on any machine. */
INLINE unsigned char byte_of(uint64_t word, size_t i)
{
	return (unsigned char)(word >> (8 * i));
}

/* The word at both ends: twice, once, or as much of it as there is room. */
INLINE void ends_write(unsigned char *at, size_t size, uint64_t word)
{
	if (likely(size >= 2 * WORD))
		store(at + size - WORD, word);
	if (size >= WORD)
		store(at, word);
	else
		for (size_t i = 0; i < size; i++)
			at[i] = byte_of(word, i);
}

INLINE bool ends_check(const unsigned char *at, size_t size, uint64_t word)
{
	if (likely(size >= 2 * WORD))
		return load(at) == word && load(at + size - WORD) == word;
	if (size >= WORD)
		return load(at) == word;
	for (size_t i = 0; i < size; i++)
		if (at[i] != byte_of(word, i))
			return false;
	return true;
}

/* The word all over, and its low bytes in what is left. */
INLINE void touch_write(unsigned char *at, size_t size, uint64_t word)
{
	size_t words = size / WORD, i;

	for (i = 0; i < words; i++)
		store(at + i * WORD, word);
	for (i = words * WORD; i < size; i++)
		at[i] = byte_of(word, i % WORD);
}

/* Sum of all words, and of the bytes that are left. */
INLINE uint64_t touch_sum(const unsigned char *at, size_t size)
{
	pair a = {0}, b = {0}, c = {0}, d = {0};
	uint64_t sum;
	size_t i = 0;

	for (; i + BLOCK <= size; i += BLOCK) {
		a += load_pair(at + i);
		b += load_pair(at + i + 2 * WORD);
		c += load_pair(at + i + 4 * WORD);
		d += load_pair(at + i + 6 * WORD);
	}
	a += b + c + d;
	sum = a[0] + a[1];
	for (; i + WORD <= size; i += WORD)
		sum += load(at + i);
	for (; i < size; i++)
		sum += at[i];
	return sum;
}

INLINE bool touch_check(const unsigned char *at, size_t size, uint64_t word)
{
	size_t words = size / WORD;
	uint64_t due = words * word;

	for (size_t i = 0; i < size % WORD; i++)
		due += byte_of(word, i);
	if (touch_sum(at, size) != due)
		return false;
	return size < WORD ||
	       (load(at) == word && load(at + (words - 1) * WORD) == word);
}

INLINE void full_write(unsigned char *at, size_t size, uint64_t word)
{
	size_t words = size / WORD, i;

	for (i = 0; i < words; i++)
		store(at + i * WORD, nth(word, i));
	for (i = words * WORD; i < size; i++)
		at[i] = byte_of(nth(word, words), i % WORD);
}

INLINE bool full_check(const unsigned char *at, size_t size, uint64_t word)
{
	size_t words = size / WORD, i;
	uint64_t differ = 0;

	for (i = 0; i < words; i++)
		differ |= load(at + i * WORD) ^ nth(word, i);
	for (i = words * WORD; i < size; i++)
		differ |= at[i] ^ byte_of(nth(word, words), i % WORD);
	return differ == 0;
}

INLINE void write_how(void *buf, size_t size, uint64_t round, enum payload how)
{
	uint64_t word = stamp(round);

	if (how == PAYLOAD_ENDS)
		ends_write(buf, size, word);
	else if (how == PAYLOAD_TOUCH)
		touch_write(buf, size, word);
	else
		full_write(buf, size, word);
}

INLINE bool check_how(const void *buf, size_t size, uint64_t round,
		      enum payload how)
{
	uint64_t word = stamp(round);

	if (how == PAYLOAD_ENDS)
		return ends_check(buf, size, word);
	if (how == PAYLOAD_TOUCH)
		return touch_check(buf, size, word);
	return full_check(buf, size, word);
}

void payload_write(void *buf, size_t size, uint64_t round, enum payload how)
{
	write_how(buf, size, round, how);
}

bool payload_check(const void *buf, size_t size, uint64_t round,
		   enum payload how)
{
	return check_how(buf, size, round, how);
}

INLINE ssize_t put_copy(struct node *node, struct ipc_port *tx, uint64_t round,
			enum payload how)
{
	size_t size = tx->msg_max;

	write_how(node->buf, size, round, how);
	return ipc_send(tx, node->buf, size, 0);
}

/* node->buf may still hold what this node sent, which in a round trip is what
 * is due: spoil its ends, or a message that never came would pass. */
INLINE int get_copy(struct node *node, struct ipc_port *rx, uint64_t round,
		    enum payload how)
{
	size_t size = rx->msg_max;
	ssize_t n;

	ends_write(node->buf, size, ~stamp(round));
	n = ipc_recv(rx, node->buf, size, 0);
	if (unlikely(n < 0 && n != -EMSGSIZE))
		return (int)n;
	if (unlikely(n != (ssize_t)size ||
		     !check_how(node->buf, size, round, how)))
		node->wrong++;
	return 0;
}

INLINE ssize_t put_lend(struct node *node, struct ipc_port *tx, uint64_t round,
			enum payload how)
{
	struct ipc_msg m;
	int err = ipc_loan(tx, &m, tx->msg_max, 0);

	(void)node;
	if (err)
		return err;
	write_how(m.data, m.len, round, how);
	return ipc_publish(tx, &m);
}

INLINE int get_lend(struct node *node, struct ipc_port *rx, uint64_t round,
		    enum payload how)
{
	size_t size = rx->msg_max;
	struct ipc_msg m;
	int err = ipc_take(rx, &m, 0);

	if (unlikely(err))
		return err;
	if (unlikely(m.len != size || !check_how(m.data, size, round, how)))
		node->wrong++;
	return ipc_release(rx, &m);
}

#define TRAFFIC(api, name, how)                                                \
	static ssize_t put_##api##_##name(struct node *node,                   \
					  struct ipc_port *tx, uint64_t round) \
	{                                                                      \
		return put_##api(node, tx, round, how);                        \
	}                                                                      \
	static int get_##api##_##name(struct node *node, struct ipc_port *rx,  \
				      uint64_t round)                          \
	{                                                                      \
		return get_##api(node, rx, round, how);                        \
	}                                                                      \
	static const struct traffic api##_##name = {put_##api##_##name,        \
						    get_##api##_##name};

TRAFFIC(copy, ends, PAYLOAD_ENDS)
TRAFFIC(copy, touch, PAYLOAD_TOUCH)
TRAFFIC(copy, full, PAYLOAD_FULL)
TRAFFIC(lend, ends, PAYLOAD_ENDS)
TRAFFIC(lend, touch, PAYLOAD_TOUCH)
TRAFFIC(lend, full, PAYLOAD_FULL)

const struct traffic *traffic_of(enum ipc_api api, enum payload how)
{
	static const struct traffic *const table[IPC_APIS][PAYLOADS] = {
		[IPC_API_COPY] = {&copy_ends, &copy_touch, &copy_full},
		[IPC_API_LEND] = {&lend_ends, &lend_touch, &lend_full},
	};

	return table[api][how];
}
