/* SPDX-License-Identifier: MIT */
/* Several senders and receivers on a link, and messages that may be lost. */
#include "cases.h"

/*
 * Each message arrives once, whole, and a receiver gets one sender's in the
 * order in which they were sent. How many there are is known, so every
 * receiver waits for its share of them.
 */

enum {
	MANY_SENDERS = 3,
	MANY_DEPTH = 4,
	MANY_ROUNDS = 240,	 /* of each sender; a multiple of 2 and of 3 */
	MANY_ROUNDS_SLICES = 24, /* where a wait may cost a time slice */
	MANY_LARGE = 5000,	 /* more than a pipe takes in one piece */
};

static const struct {
	uint16_t senders, receivers;
} many[] = {{2, 2}, {3, 1}, {1, 3}};

/* More participants spin than there are PUs. */
static uint32_t many_rounds(const struct cell *cell)
{
	bool slices = cell->wait == IPC_WAIT_SPIN || PLAY_SANITIZED;

	return slices ? MANY_ROUNDS_SLICES : MANY_ROUNDS;
}

static int many_tx(struct actor *a)
{
	uint32_t senders = a->play->senders;
	uint32_t rounds = many_rounds(a->cell);

	for (uint32_t i = 0; i < rounds * senders; i++) {
		struct stamp stamp = {a->index, i / senders};

		if (i % senders == a->index &&
		    stamped_put(a, api_of(stamp.round), stamp, 0))
			return -1;
		if (in_step(a))
			return -1;
	}
	return 0;
}

static int many_note(struct actor *a, struct stamp got, uint32_t *next)
{
	uint32_t rounds = many_rounds(a->cell);

	if (got.sender >= a->play->senders || got.round >= rounds)
		return stage_fail(a->stage,
				  "nobody sent message %u of sender %u",
				  got.round, got.sender);
	if (got.round < next[got.sender])
		return stage_fail(a->stage,
				  "message %u of sender %u came after its "
				  "message %u",
				  got.round, got.sender, next[got.sender] - 1);
	next[got.sender] = got.round + 1;
	if (atomic_fetch_add(&a->stage->seen[got.sender * rounds + got.round],
			     1) != 0)
		return stage_fail(a->stage,
				  "message %u of sender %u came again",
				  got.round, got.sender);
	return 0;
}

static int many_rx(struct actor *a)
{
	uint32_t share =
		many_rounds(a->cell) * a->play->senders / a->play->receivers;
	uint32_t next[MANY_SENDERS] = {0};
	struct stamp got;

	for (uint32_t i = 0; i < share; i++)
		if (stamped_get(a, api_of(i / 2), &got, 0) ||
		    many_note(a, got, next) || in_step(a))
			return -1;
	return 0;
}

/* Nothing is left once each receiver has had its share. */
static int many_rx_all(struct actor *a)
{
	if (many_rx(a) || meet(a))
		return -1;
	return expect_empty(a, a->port);
}

static int many_tx_all(struct actor *a)
{
	return many_tx(a) || meet(a) ? -1 : 0;
}

static struct play many_play(size_t i, size_t msg_max)
{
	return (struct play){.msg_max = msg_max,
			     .depth = MANY_DEPTH,
			     .senders = many[i].senders,
			     .receivers = many[i].receivers,
			     .pu = {ANYWHERE, ANYWHERE},
			     .act = {many_tx_all, many_rx_all}};
}

/* Who gets a message is told by one receiver, or by none of them losing any. */
static int many_fits(const struct cell *cell, const struct play *play,
		     struct why *why)
{
	struct ipc_spec spec = play_spec(cell, play);

	if (play->receivers > 1 && has(cell, IPC_BROADCAST))
		return why_not(why, -ENOTSUP, "each receiver gets them all");
	if (play->receivers > 1 && !has(cell, IPC_RELIABLE))
		return why_not(why, -ENOTSUP, "some messages may be lost");
	return ipc_check(cell->impl, &spec, 0, why);
}

int many_skips(const struct cell *cell, struct why *why)
{
	int err = 0;

	for (size_t i = 0; i < LENGTH(many); i++) {
		struct play play = many_play(i, SMALL);

		err = many_fits(cell, &play, why);
		if (!err)
			return 0;
	}
	return err;
}

int run_many(struct stage *stage, const struct cell *cell)
{
	static const size_t sizes[] = {SMALL, MANY_LARGE};
	struct why why;

	for (size_t i = 0; i < LENGTH(many) * LENGTH(sizes); i++) {
		struct play play =
			many_play(i / LENGTH(sizes), sizes[i % LENGTH(sizes)]);

		if (many_fits(cell, &play, &why))
			continue;
		snprintf(stage->about, sizeof(stage->about),
			 "%u senders, %u receivers, %zu B", play.senders,
			 play.receivers, play.msg_max);
		memset(stage->seen, 0, sizeof(stage->seen));
		if (play_links(stage, cell, &play))
			return -1;
	}
	return 0;
}

/*
 * IPC_BROADCAST: each receiver gets each message where none is lost. Where
 * some are, what it gets is new each time, and the last one reaches it.
 */

enum {
	BROADCAST_RECEIVERS = 3,
	BROADCAST_LAPS = 6,
	BROADCAST_BURST = 100,
};

static int broadcast_tx(struct actor *a)
{
	struct stamp stamp = {0};

	for (uint32_t lap = 0; lap < BROADCAST_LAPS; lap++) {
		for (uint32_t i = 0; i < BROADCAST_BURST; i++, stamp.round++)
			if (stamped_put(a, api_of(i), stamp, 0))
				return -1;
		if (meet(a))
			return -1;
	}
	return 0;
}

/* Up to the message before end; laps by turns with and without waiting. */
static int broadcast_lap(struct actor *a, uint32_t *next, uint32_t end,
			 unsigned int flags)
{
	bool reliable = has(a->cell, IPC_RELIABLE);
	struct stamp got;

	while (*next < end) {
		int err = stamped_get(a, api_of(*next), &got, flags);

		if (err == -EAGAIN) {
			if (atomic_load(&a->stage->failed))
				return -1;
			sched_yield();
			continue;
		}
		if (err)
			return err;
		if (got.round < *next || (reliable && got.round != *next))
			return stage_fail(a->stage, "message %u came, not %u",
					  got.round, *next);
		*next = got.round + 1;
	}
	return expect_empty(a, a->port);
}

static int broadcast_rx(struct actor *a)
{
	uint32_t next = 0;

	for (uint32_t lap = 0; lap < BROADCAST_LAPS; lap++)
		if (broadcast_lap(a, &next, (lap + 1) * BROADCAST_BURST,
				  lap & 1 ? IPC_NOWAIT : 0) ||
		    meet(a))
			return -1;
	return 0;
}

int run_broadcast(struct stage *stage, const struct cell *cell)
{
	for (uint16_t n = 1; n <= BROADCAST_RECEIVERS; n++) {
		struct play play = {.msg_max = SMALL,
				    .depth = 4,
				    .senders = 1,
				    .receivers = n,
				    .pu = {ANYWHERE, ANYWHERE},
				    .act = {broadcast_tx, broadcast_rx}};
		struct ipc_spec spec = play_spec(cell, &play);
		struct why why;

		snprintf(stage->about, sizeof(stage->about), "%u receivers", n);
		if (!play_fits(stage, cell, &spec, &why))
			return stage_fail(stage, "%s", why.text);
		if (play_links(stage, cell, &play))
			return -1;
	}
	return 0;
}

/*
 * Without IPC_RELIABLE: whoever sends far more than fits loses messages, but
 * none is torn, repeated or put out of order, and afterwards the link works
 * as before.
 */

enum { LOSES_LAPS = 4, LOSES_MANY = 3000, LOSES_AFTER = 5 };

static int loses_tx(struct actor *a)
{
	struct stamp stamp = {0};

	for (uint32_t lap = 0; lap < LOSES_LAPS; lap++) {
		for (uint32_t i = 0; i < LOSES_MANY; i++, stamp.round++)
			if (stamped_put(a, api_of(lap), stamp, IPC_NOWAIT) ==
			    -1)
				return -1;
		if (meet(a) || meet(a)) /* what was left is received */
			return -1;
		for (uint32_t i = 0; i < LOSES_AFTER; i++, stamp.round++)
			if (stamped_put(a, api_of(i), stamp, 0) || meet(a))
				return -1;
	}
	return 0;
}

/* Whatever is there; at least one message is. */
static int loses_drain(struct actor *a, uint32_t *next, uint32_t end)
{
	struct stamp got;
	uint32_t n;
	int err = 0;

	for (n = 0; n < LOSES_MANY && !err; n += !err) {
		err = stamped_get(a, api_of(n), &got, IPC_NOWAIT);
		if (err)
			break;
		if (got.round < *next || got.round >= end)
			return stage_fail(a->stage,
					  "message %u came, not one of %u to "
					  "%u",
					  got.round, *next, end - 1);
		*next = got.round + 1;
	}
	if (n == 0)
		return stage_fail(a->stage, "all messages were lost");
	return err == -EAGAIN || !err ? expect_empty(a, a->port) : err;
}

static int loses_rx(struct actor *a)
{
	uint32_t next = 0, end = 0;
	struct stamp got;

	for (uint32_t lap = 0; lap < LOSES_LAPS; lap++) {
		end += LOSES_MANY;
		if (meet(a) || loses_drain(a, &next, end) || meet(a))
			return -1;
		for (uint32_t i = 0; i < LOSES_AFTER; i++, end++) {
			if (stamped_get(a, api_of(i), &got, 0))
				return -1;
			if (got.round != end)
				return stage_fail(a->stage,
						  "message %u came, not %u",
						  got.round, end);
			if (meet(a))
				return -1;
		}
		next = end;
	}
	return 0;
}

int run_loses(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL,
			    .depth = 4,
			    .pu = {ANYWHERE, ANYWHERE},
			    .act = {loses_tx, loses_rx}};

	return play_links(stage, cell, &play);
}
