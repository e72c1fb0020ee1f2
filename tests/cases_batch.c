/* SPDX-License-Identifier: MIT */
/* Several messages by one call. */
#include "cases.h"

enum {
	BATCH_MAX = 24, /* messages of a call; more than BATCH_DEPTH */
	BATCH_DEPTH = 8,
	BATCH_ROUNDS = PLAY_SANITIZED ? 24 : 60,
	BATCH_ROUNDS_SLICES = 12, /* where each wait may cost a time slice */
	BATCH_NAP_US = 150,	  /* longer than a hybrid wait polls */
};

struct batch {
	unsigned char at[BATCH_MAX * SMALL + GUARD];
};

/* The same in place, in as many runs as it takes. */
static ssize_t put_runs(struct actor *a, uint32_t round, size_t len, uint32_t n,
			unsigned int flags)
{
	uint32_t sent = 0;

	while (sent < n) {
		struct ipc_run run;
		int err = ipc_loan_many(a->port, &run, len, n - sent, flags);
		unsigned char *at = run.first.data;

		if (err)
			return sent ? (ssize_t)sent : err;
		for (size_t i = 0; i < run.n; i++)
			pattern_write(at + i * run.stride, len, round + sent++);
		err = ipc_publish_many(a->port, &run);
		if (err)
			return err;
	}
	return (ssize_t)n;
}

/* n messages of len bytes, the first of them number round: copied or lent. */
static ssize_t put_batch(struct actor *a, uint32_t round, size_t len,
			 uint32_t n, unsigned int flags)
{
	struct batch b;

	/* An emulated publish may wait, whatever loan was told. */
	if (api_of(round) == IPC_API_LEND &&
	    (has(a->cell, IPC_ZEROCOPY) || !(flags & IPC_NOWAIT)))
		return put_runs(a, round, len, n, flags);
	for (uint32_t i = 0; i < n; i++)
		pattern_write(b.at + i * len, len, round + i);
	return ipc_send_many(a->port, b.at, len, n, flags);
}

/* Those of one run. */
static int get_run(struct actor *a, uint32_t round, size_t len, uint32_t most,
		   unsigned int flags)
{
	struct ipc_run run;
	const unsigned char *at;
	int err = ipc_take_many(a->port, &run, most, flags);

	if (err == -EAGAIN)
		return err;
	if (err || run.first.len != len)
		return stage_fail(a->stage, "a run from %u on: %d, of %zu B",
				  round, err, run.first.len);
	at = run.first.data;
	for (size_t i = 0; i < run.n; i++)
		if (pattern_check(a, at + i * run.stride, len,
				  round + (uint32_t)i))
			return -1;
	err = ipc_release_many(a->port, &run);
	return err ? stage_fail(a->stage, "release_many: %d", err) : (int)run.n;
}

/* The same, at most so many; returns how many came, -EAGAIN or, with the
 * reason on stage, -1. */
static int get_batch(struct actor *a, uint32_t round, size_t len, uint32_t most,
		     unsigned int flags)
{
	struct batch b;
	ssize_t n;

	/* Not in step with the sender, so that what one lends the other copies
	 * now and then. */
	if (api_of(round / 2) == IPC_API_LEND)
		return get_run(a, round, len, most, flags);
	memset(b.at, GUARD_BYTE, sizeof(b.at));
	n = ipc_recv_many(a->port, b.at, len, most, flags);
	if (n == -EAGAIN)
		return (int)n;
	if (n < 0)
		return stage_fail(a->stage, "%u messages from %u on: %zd", most,
				  round, n);
	for (uint32_t i = 0; i < n; i++)
		if (pattern_check(a, b.at + i * len, len, round + i))
			return -1;
	for (size_t i = most * len; i < sizeof(b.at); i++)
		if (b.at[i] != GUARD_BYTE)
			return stage_fail(a->stage,
					  "byte %zu behind the last message "
					  "was written",
					  i - most * len);
	return (int)n;
}

/* A full link takes what it has room for and says how many that was; an empty
 * one says that it is, and gives what there is. */

static int full_batch_tx(struct actor *a)
{
	uint32_t round = 0;

	if (meet(a))
		return -1;
	for (;;) {
		ssize_t n = put_batch(a, round, SMALL, BATCH_MAX, IPC_NOWAIT);

		if (n == -EAGAIN && round > 0)
			break;
		if (n < 0)
			return stage_fail(a->stage, "an empty link: %zd", n);
		round += (uint32_t)n;
	}
	if (has(a->cell, IPC_DEPTH) && round != a->depth)
		return stage_fail(a->stage, "depth %u held %u messages",
				  a->depth, round);
	atomic_store(&a->stage->count, round);
	return meet(a);
}

static int full_batch_rx(struct actor *a)
{
	uint32_t round = 0, count;

	if (get_batch(a, 0, SMALL, BATCH_MAX, IPC_NOWAIT) != -EAGAIN)
		return stage_fail(a->stage, "an empty link gave messages");
	if (meet(a) || meet(a))
		return -1;
	count = atomic_load(&a->stage->count);
	while (round < count) {
		int n = get_batch(a, round, SMALL, 1 + round % BATCH_MAX,
				  IPC_NOWAIT);

		if (n < 0)
			return stage_fail(a->stage, "%u of %u messages came",
					  round, count);
		round += (uint32_t)n;
	}
	return expect_empty(a, a->port);
}

/* Who asks for many gets what there is. */

static int few_tx(struct actor *a)
{
	if (put_batch(a, 0, SMALL, 1, 0) != 1)
		return stage_fail(a->stage, "one message was not sent");
	return meet(a) || meet(a) ? -1 : 0;
}

static int few_rx(struct actor *a)
{
	if (meet(a))
		return -1;
	if (get_batch(a, 0, SMALL, BATCH_MAX, 0) != 1)
		return stage_fail(a->stage, "one message did not come");
	return meet(a);
}

/* Batches of every length, also longer than the link, between single messages;
 * now and then either side comes late, and the other sleeps. */

static uint32_t batch_rounds(const struct actor *a)
{
	bool slices = a->cell->wait == IPC_WAIT_SPIN;

	return slices ? BATCH_ROUNDS_SLICES : BATCH_ROUNDS;
}

/* The messages of a round, and how long each is. */
static uint32_t batch_count(uint32_t round)
{
	return 1 + round * 7 % BATCH_MAX;
}

static size_t batch_length(const struct actor *a, uint32_t round)
{
	/* At first all alike: back-ends may know that. */
	return round < batch_rounds(a) / 2 ? SMALL : length_of(a, round, 1);
}

static int batch_tx(struct actor *a)
{
	uint32_t n = 0;

	if (full_batch_tx(a) || meet(a) || few_tx(a))
		return -1;
	for (uint32_t round = 0; round < batch_rounds(a); round++) {
		uint32_t count = batch_count(round);
		size_t len = batch_length(a, round);
		ssize_t sent;

		if (round % 8 == 3)
			usleep(BATCH_NAP_US);
		sent = put_batch(a, n, len, count, 0);
		if (sent != (ssize_t)count)
			return stage_fail(a->stage, "%u messages: %zd", count,
					  sent);
		n += count;
		if (round % 3 == 0 &&
		    put(a, a->port, api_of(round), n++, len, 0))
			return -1;
	}
	return 0;
}

static int batch_rx(struct actor *a)
{
	uint32_t n = 0;

	if (full_batch_rx(a) || meet(a) || few_rx(a))
		return -1;
	for (uint32_t round = 0; round < batch_rounds(a); round++) {
		uint32_t end = n + batch_count(round);
		size_t len = batch_length(a, round);

		if (round % 8 == 7)
			usleep(BATCH_NAP_US);
		while (n < end) {
			uint32_t most = 1 + (round + n) % BATCH_MAX;
			int got = get_batch(a, n, len,
					    most < end - n ? most : end - n, 0);

			if (got < 0)
				return -1;
			n += (uint32_t)got;
		}
		if (round % 3 == 0 &&
		    get(a, a->port, api_of(round), n++, len, 0))
			return -1;
	}
	return expect_empty(a, a->port);
}

/* IPC_BOUNDARY: a message of another length is said to be, and is gone. */

static int odd_tx(struct actor *a)
{
	for (uint32_t i = 0; i < 8; i++)
		if (put(a, a->port, IPC_API_COPY, i, i % 2 ? 1 : SMALL, 0))
			return -1;
	return 0;
}

/* Ask for messages of len bytes where there is one of another length. */
static int expect_odd(struct actor *a, size_t len)
{
	struct batch b;
	ssize_t n;

	memset(b.at, GUARD_BYTE, sizeof(b.at));
	n = ipc_recv_many(a->port, b.at, len, 1, 0);
	if (n != -EMSGSIZE)
		return stage_fail(a->stage, "asked for %zu B: %zd", len, n);
	for (size_t i = len; i < sizeof(b.at); i++)
		if (b.at[i] != GUARD_BYTE)
			return stage_fail(a->stage, "byte %zu written", i);
	return 0;
}

static int odd_rx(struct actor *a)
{
	if (expect_odd(a, 1) || expect_odd(a, SMALL) ||
	    get(a, a->port, IPC_API_COPY, 2, SMALL, 0) ||
	    get(a, a->port, IPC_API_COPY, 3, 1, 0))
		return -1;
	/* No run goes from one length to another. */
	for (uint32_t i = 4; i < 8; i++) {
		int n = get_run(a, i, i % 2 ? 1 : SMALL, 8 - i, 0);

		if (n != 1)
			return n < 0 ? -1
				     : stage_fail(a->stage,
						  "a run of two lengths");
	}
	return expect_empty(a, a->port);
}

int run_batch(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL,
			    .depth = BATCH_DEPTH,
			    .pu = {ANYWHERE, ANYWHERE},
			    .act = {batch_tx, batch_rx}};
	struct play odd = {.msg_max = SMALL,
			   .depth = BATCH_DEPTH,
			   .pu = {ANYWHERE, ANYWHERE},
			   .act = {odd_tx, odd_rx}};

	if (play_links(stage, cell, &play))
		return -1;
	return has(cell, IPC_BOUNDARY) ? play_links(stage, cell, &odd) : 0;
}
