/* SPDX-License-Identifier: MIT */
/*
 * Parameters as bytes, in the form of XDR (RFC 4506): numbers of 4 or 8 bytes,
 * the highest byte first; of what has a length the length, then its bytes and
 * zeros up to a multiple of 4.
 *
 * Reading or writing beyond the end is remembered and does nothing else: whoever
 * has done all of it asks once, with marshal_ok().
 */
#ifndef IPCBENCH_IPC_MARSHAL_H
#define IPCBENCH_IPC_MARSHAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { MARSHAL_UNIT = 4 };

struct marshal {
	unsigned char *at, *end;
	bool failed;
};

static inline struct marshal marshal_in(void *buf, size_t size)
{
	unsigned char *at = buf;

	return (struct marshal){at, at + size, false};
}

static inline bool marshal_ok(const struct marshal *m)
{
	return !m->failed;
}

/* So many bytes of the message, rounded up to whole units, or NULL. */
static inline unsigned char *marshal_room(struct marshal *m, size_t bytes)
{
	size_t all = (bytes + MARSHAL_UNIT - 1) & ~(size_t)(MARSHAL_UNIT - 1);
	unsigned char *at = m->at;

	if (m->failed || all < bytes || all > (size_t)(m->end - at)) {
		m->failed = true;
		return NULL;
	}
	m->at += all;
	return at;
}

static inline void put_u32(struct marshal *m, uint32_t value)
{
	unsigned char *at = marshal_room(m, sizeof(value));

	for (int i = 0; at && i < (int)sizeof(value); i++)
		at[i] = (unsigned char)(value >> (8 * (3 - i)));
}

static inline uint32_t get_u32(struct marshal *m)
{
	const unsigned char *at = marshal_room(m, sizeof(uint32_t));
	uint32_t value = 0;

	for (int i = 0; at && i < (int)sizeof(value); i++)
		value = value << 8 | at[i];
	return value;
}

static inline void put_u64(struct marshal *m, uint64_t value)
{
	put_u32(m, (uint32_t)(value >> 32));
	put_u32(m, (uint32_t)value);
}

static inline uint64_t get_u64(struct marshal *m)
{
	uint64_t high = get_u32(m);

	return high << 32 | get_u32(m);
}

static inline void put_bytes(struct marshal *m, const void *bytes, uint32_t len)
{
	unsigned char *at;

	put_u32(m, len);
	at = marshal_room(m, len);
	if (!at)
		return;
	memcpy(at, bytes, len);
	memset(at + len, 0, (size_t)(m->at - (at + len)));
}

/* Copies up to room bytes out. Returns how many; 0 where they are more. */
static inline uint32_t get_bytes(struct marshal *m, void *bytes, size_t room)
{
	uint32_t len = get_u32(m);
	const unsigned char *at = marshal_room(m, len);

	if (!at || len > room) {
		m->failed = true;
		return 0;
	}
	memcpy(bytes, at, len);
	return len;
}

#endif
