/* SPDX-License-Identifier: MIT */
/* Messages that tell what and where they are, byte by byte. */
#include "cases.h"

static unsigned char pattern(uint32_t round, size_t i)
{
	/* Not the same again after 64 KiB, which is what a pipe holds. */
	return (unsigned char)(round * 167 + i * 13 + (i >> 8) * 7 +
			       (i >> 16) * 3 + 1);
}

void pattern_write(unsigned char *at, size_t len, uint32_t round)
{
	for (size_t i = 0; i < len; i++)
		at[i] = pattern(round, i);
}

int pattern_check(struct actor *a, const unsigned char *at, size_t len,
		  uint32_t round)
{
	unsigned char differ = 0;

	/* Without a way out of the loop, which is long for some. */
	for (size_t i = 0; i < len; i++)
		differ |= at[i] ^ pattern(round, i);
	for (size_t i = 0; differ && i < len; i++)
		if (at[i] != pattern(round, i))
			return stage_fail(a->stage,
					  "message %u of %zu B: byte %zu is "
					  "%#x, not %#x",
					  round, len, i, at[i],
					  pattern(round, i));
	return 0;
}

int guard_check(struct actor *a, size_t from)
{
	for (size_t i = from; i < from + GUARD; i++)
		if (a->buf[i] != GUARD_BYTE)
			return stage_fail(a->stage,
					  "byte %zu behind a buffer of %zu is "
					  "written",
					  i - from, from);
	return 0;
}

bool has(const struct cell *cell, uint32_t cap)
{
	return cell->impl->caps & cap;
}

/* Both ends use both halves of the data path in turn; a native loan says when
 * there is no room, an emulated one cannot. */
enum ipc_api api_of(uint32_t round)
{
	return round & 1 ? IPC_API_LEND : IPC_API_COPY;
}

static int lend_put(struct ipc_port *tx, uint32_t round, size_t len,
		    unsigned int flags)
{
	struct ipc_msg m;
	int err = ipc_loan(tx, &m, len, flags);

	if (err)
		return err;
	pattern_write(m.data, len, round);
	return ipc_publish(tx, &m);
}

static int copy_put(struct actor *a, struct ipc_port *tx, uint32_t round,
		    size_t len, unsigned int flags)
{
	ssize_t n;

	pattern_write(a->buf, len, round);
	n = ipc_send(tx, a->buf, len, flags);
	/* The buffer is the sender's again: the message must be out of it. */
	memset(a->buf, 0, len);
	return n < 0 ? (int)n : 0;
}

/* 0, -EAGAIN or, with the reason on stage, -1. */
int put(struct actor *a, struct ipc_port *tx, enum ipc_api api, uint32_t round,
	size_t len, unsigned int flags)
{
	int err = api == IPC_API_LEND ? lend_put(tx, round, len, flags)
				      : copy_put(a, tx, round, len, flags);

	if (!err || err == -EAGAIN)
		return err;
	return stage_fail(a->stage, "message %u was not sent: %s", round,
			  strerror(-err));
}

static int lend_get(struct actor *a, struct ipc_port *rx, uint32_t round,
		    size_t len, unsigned int flags)
{
	struct ipc_msg m;
	int err = ipc_take(rx, &m, flags);

	if (err)
		return err;
	if (m.len != len)
		return stage_fail(a->stage, "message %u is %zu B long, not %zu",
				  round, m.len, len);
	if (pattern_check(a, m.data, len, round))
		return -1;
	return ipc_release(rx, &m);
}

static int copy_get(struct actor *a, struct ipc_port *rx, uint32_t round,
		    size_t len, unsigned int flags)
{
	size_t room = has(a->cell, IPC_BOUNDARY) ? a->msg_max : len;
	ssize_t n;

	memset(a->buf, GUARD_BYTE, room + GUARD);
	n = ipc_recv(rx, a->buf, room, flags);
	if (n < 0)
		return (int)n;
	if ((size_t)n != len)
		return stage_fail(a->stage, "message %u is %zd B long, not %zu",
				  round, n, len);
	if (pattern_check(a, a->buf, len, round))
		return -1;
	return guard_check(a, room);
}

int get(struct actor *a, struct ipc_port *rx, enum ipc_api api, uint32_t round,
	size_t len, unsigned int flags)
{
	int err = api == IPC_API_LEND ? lend_get(a, rx, round, len, flags)
				      : copy_get(a, rx, round, len, flags);

	if (err >= -1 || err == -EAGAIN)
		return err;
	return stage_fail(a->stage, "message %u did not come: %s", round,
			  strerror(-err));
}

int expect_empty(struct actor *a, struct ipc_port *rx)
{
	struct ipc_msg m;
	ssize_t n = ipc_recv(rx, a->buf, a->msg_max, IPC_NOWAIT);

	if (n != -EAGAIN)
		return stage_fail(a->stage, "recv from an empty link: %zd", n);
	n = ipc_take(rx, &m, IPC_NOWAIT);
	if (n != -EAGAIN)
		return stage_fail(a->stage, "take from an empty link: %zd", n);
	return 0;
}

size_t length_of(const struct actor *a, uint32_t round, size_t least)
{
	if (!has(a->cell, IPC_BOUNDARY) || a->msg_max <= least)
		return a->msg_max;
	return least + (round * 2654435761u >> 8) % (a->msg_max - least + 1);
}

/* What the message holds after its stamp. */
static uint32_t stamp_round(struct stamp stamp)
{
	return stamp.round + (stamp.sender << 5);
}

static void stamped_write(void *at, size_t len, struct stamp stamp)
{
	memcpy(at, &stamp, sizeof(stamp));
	pattern_write((unsigned char *)at + sizeof(stamp), len - sizeof(stamp),
		      stamp_round(stamp));
}

static int stamped_check(struct actor *a, const void *at, size_t len,
			 struct stamp *stamp)
{
	size_t due;

	if (len < sizeof(*stamp))
		return stage_fail(a->stage, "a message of %zu B came", len);
	memcpy(stamp, at, sizeof(*stamp));
	due = length_of(a, stamp->round, sizeof(*stamp));
	if (len != due)
		return stage_fail(a->stage,
				  "message %u of sender %u is %zu B long, not "
				  "%zu",
				  stamp->round, stamp->sender, len, due);
	return pattern_check(a, (const unsigned char *)at + sizeof(*stamp),
			     len - sizeof(*stamp), stamp_round(*stamp));
}

static int stamped_lend(struct actor *a, struct stamp stamp, size_t len,
			unsigned int flags)
{
	struct ipc_msg m;
	int err = ipc_loan(a->port, &m, len, flags);

	if (err)
		return err;
	stamped_write(m.data, len, stamp);
	return ipc_publish(a->port, &m);
}

static int stamped_copy(struct actor *a, struct stamp stamp, size_t len,
			unsigned int flags)
{
	ssize_t n;

	stamped_write(a->buf, len, stamp);
	n = ipc_send(a->port, a->buf, len, flags);
	memset(a->buf, 0, len);
	return n < 0 ? (int)n : 0;
}

int stamped_put(struct actor *a, enum ipc_api api, struct stamp stamp,
		unsigned int flags)
{
	size_t len = length_of(a, stamp.round, sizeof(stamp));
	int err = api == IPC_API_LEND ? stamped_lend(a, stamp, len, flags)
				      : stamped_copy(a, stamp, len, flags);

	if (!err || err == -EAGAIN)
		return err;
	return stage_fail(a->stage, "message %u of sender %u was not sent: %s",
			  stamp.round, stamp.sender, strerror(-err));
}

static int stamped_take(struct actor *a, struct stamp *stamp,
			unsigned int flags)
{
	struct ipc_msg m;
	int err = ipc_take(a->port, &m, flags);

	if (err)
		return err;
	if (stamped_check(a, m.data, m.len, stamp))
		return -1;
	return ipc_release(a->port, &m);
}

static int stamped_recv(struct actor *a, struct stamp *stamp,
			unsigned int flags)
{
	ssize_t n;

	memset(a->buf, GUARD_BYTE, a->msg_max + GUARD);
	n = ipc_recv(a->port, a->buf, a->msg_max, flags);
	if (n < 0)
		return (int)n;
	if (stamped_check(a, a->buf, (size_t)n, stamp))
		return -1;
	return guard_check(a, a->msg_max);
}

int stamped_get(struct actor *a, enum ipc_api api, struct stamp *stamp,
		unsigned int flags)
{
	int err = api == IPC_API_LEND ? stamped_take(a, stamp, flags)
				      : stamped_recv(a, stamp, flags);

	if (err >= -1 || err == -EAGAIN)
		return err;
	return stage_fail(a->stage, "no message came: %s", strerror(-err));
}

int in_step(struct actor *a)
{
	return has(a->cell, IPC_RELIABLE) ? 0 : meet(a);
}
