/* SPDX-License-Identifier: MIT */
/*
 * Conformance: what ipc/backend.h promises, asked of every back-end in the
 * catalogue, waiting each way, between processes and between threads. A new
 * back-end is tested by being in the list.
 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include <cmocka.h>

#include "cases.h"

#include "cli/command.h"

int pus[2] = {ANYWHERE, ANYWHERE};

static enum ipc_wait first_wait(const struct ipc_impl *impl)
{
	return (enum ipc_wait)__builtin_ctz(impl->waits);
}

/* An empty link says so, before the first message and after the last. */

static int empty_tx(struct actor *a)
{
	for (uint32_t round = 0; round < 4; round++)
		if (meet(a) ||
		    put(a, a->port, api_of(round), round, SMALL, 0) || meet(a))
			return -1;
	return 0;
}

static int empty_rx(struct actor *a)
{
	for (uint32_t round = 0; round < 4; round++)
		if (expect_empty(a, a->port) || meet(a) || meet(a) ||
		    get(a, a->port, api_of(round / 2), round, SMALL, 0))
			return -1;
	return expect_empty(a, a->port);
}

static int run_empty(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL,
			    .depth = 8,
			    .pu = {ANYWHERE, ANYWHERE},
			    .act = {empty_tx, empty_rx}};

	return play_links(stage, cell, &play);
}

/* A full link says so and loses nothing, lap by lap: each lap starts one slot
 * further. */

enum { FULL_LAPS = 4 };

static enum ipc_api fill_api(const struct actor *a, uint32_t lap)
{
	return a->cell->emulated & IPC_ZEROCOPY ? IPC_API_COPY : api_of(lap);
}

static int fill(struct actor *a, uint32_t lap, uint32_t *round)
{
	enum ipc_api api = fill_api(a, lap);
	uint32_t n;

	for (n = 0; n < FULL_MAX; n++) {
		int err = put(a, a->port, api, *round + n, SMALL, IPC_NOWAIT);

		if (err == -EAGAIN)
			break;
		if (err)
			return err;
	}
	/* Still full: to ask is not to make room. */
	if (put(a, a->port, api, 0, SMALL, IPC_NOWAIT) != -EAGAIN)
		return stage_fail(a->stage, "a full link took a message");
	if (n == 0)
		return stage_fail(a->stage, "an empty link took no message");
	if (has(a->cell, IPC_DEPTH) && n != a->depth)
		return stage_fail(a->stage, "depth %u held %u messages",
				  a->depth, n);
	*round += n;
	atomic_store(&a->stage->count, n);
	return 0;
}

static int full_tx(struct actor *a)
{
	uint32_t round = 0;

	for (uint32_t lap = 0; lap < FULL_LAPS; lap++) {
		if (fill(a, lap, &round) || meet(a) || meet(a))
			return -1;
		if (put(a, a->port, api_of(lap), round++, SMALL, 0))
			return -1;
		if (meet(a))
			return -1;
	}
	return 0;
}

static int drain(struct actor *a, uint32_t *round, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++, ++*round)
		if (get(a, a->port, api_of(*round / 2), *round, SMALL, 0))
			return -1;
	return 0;
}

static int full_rx(struct actor *a)
{
	uint32_t round = 0;

	for (uint32_t lap = 0; lap < FULL_LAPS; lap++) {
		if (meet(a) ||
		    drain(a, &round, atomic_load(&a->stage->count)) ||
		    expect_empty(a, a->port) || meet(a))
			return -1;
		/* Finding nothing gives all room back. */
		if (drain(a, &round, 1) || expect_empty(a, a->port) || meet(a))
			return -1;
	}
	return 0;
}

static int run_full(struct stage *stage, const struct cell *cell)
{
	static const uint32_t depths[] = {8, 1, 2, 64};
	size_t n = has(cell, IPC_DEPTH) ? LENGTH(depths) : 1;

	for (size_t i = 0; i < n; i++) {
		struct play play = {.msg_max = SMALL,
				    .depth = depths[i],
				    .pu = {ANYWHERE, ANYWHERE},
				    .act = {full_tx, full_rx}};

		if (play_links(stage, cell, &play))
			return -1;
	}
	return 0;
}

/* Room comes back in portions of an eighth of the depth at most. */

static uint32_t portion(const struct actor *a)
{
	return a->depth > 8 ? a->depth / 8 : 1;
}

static int portion_tx(struct actor *a)
{
	uint32_t round = 0;

	if (fill(a, 0, &round) || meet(a) || meet(a))
		return -1;
	for (uint32_t i = 0; i < portion(a); i++)
		if (put(a, a->port, fill_api(a, i), round++, SMALL, IPC_NOWAIT))
			return stage_fail(a->stage,
					  "no room for message %u of %u after "
					  "as many were received",
					  i + 1, portion(a));
	return meet(a);
}

static int portion_rx(struct actor *a)
{
	uint32_t round = 0;

	if (meet(a) || drain(a, &round, portion(a)) || meet(a))
		return -1;
	/* Who went on to receive would give back what is held back, too. */
	if (meet(a))
		return -1;
	return drain(a, &round, a->depth);
}

static int run_portion(struct stage *stage, const struct cell *cell)
{
	static const uint32_t depths[] = {1, 8, 64};

	for (size_t i = 0; i < LENGTH(depths); i++) {
		struct play play = {.msg_max = SMALL,
				    .depth = depths[i],
				    .pu = {ANYWHERE, ANYWHERE},
				    .act = {portion_tx, portion_rx}};

		if (play_links(stage, cell, &play))
			return -1;
	}
	return 0;
}

/* A loan is not seen before it is published, and a taken message stays as it
 * is until it is released, however much is sent meanwhile. */

enum { HELD_LOST = 200 }; /* where what is sent meanwhile may be lost */

static int held_tx(struct actor *a)
{
	bool reliable = has(a->cell, IPC_RELIABLE);
	uint32_t n = 1, most = reliable ? FULL_MAX : HELD_LOST;
	struct ipc_msg m;
	int err;

	if (ipc_loan(a->port, &m, SMALL, 0))
		return stage_fail(a->stage, "no loan");
	pattern_write(m.data, SMALL, 0);
	if (meet(a) || meet(a)) /* the receiver has looked for it */
		return -1;
	if (ipc_publish(a->port, &m))
		return stage_fail(a->stage, "not published");
	if (meet(a)) /* it is taken */
		return -1;
	do {
		err = put(a, a->port, IPC_API_COPY, n, SMALL, IPC_NOWAIT);
		n += !err;
	} while (!err && n < most);
	atomic_store(&a->stage->count, reliable ? n - 1 : 0);
	return err == -EAGAIN || !reliable ? meet(a) : -1;
}

static int held_rx(struct actor *a)
{
	uint32_t round = 1;
	struct ipc_msg m;

	if (meet(a) || expect_empty(a, a->port) || meet(a))
		return -1;
	if (ipc_take(a->port, &m, 0))
		return stage_fail(a->stage, "nothing to take");
	if (pattern_check(a, m.data, SMALL, 0) || meet(a) || meet(a) ||
	    pattern_check(a, m.data, SMALL, 0))
		return -1;
	if (ipc_release(a->port, &m))
		return stage_fail(a->stage, "not released");
	return drain(a, &round, atomic_load(&a->stage->count));
}

static int run_held(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL,
			    .depth = 4,
			    .pu = {ANYWHERE, ANYWHERE},
			    .act = {held_tx, held_rx}};

	return play_links(stage, cell, &play);
}

/* Every size that is accepted arrives whole, by both halves of the data path
 * on both sides. */

enum { SIZES_FEW = 7 };

static uint32_t sizes_rounds(const struct actor *a)
{
	/* Few laps of large messages, several of small ones. */
	return a->msg_max > 10000 ? 4 : 20;
}

static int sizes_tx(struct actor *a)
{
	for (uint32_t i = 0; i < sizes_rounds(a); i++)
		if (put(a, a->port, api_of(i), i, a->msg_max, 0) || in_step(a))
			return -1;
	return 0;
}

static int sizes_rx(struct actor *a)
{
	for (uint32_t i = 0; i < sizes_rounds(a); i++)
		if (get(a, a->port, api_of(i / 2), i, a->msg_max, 0) ||
		    in_step(a))
			return -1;
	return 0;
}

static int run_sizes(struct stage *stage, const struct cell *cell)
{
	/* The first ones say enough where a sanitizer takes its time, and for
	 * each other way to wait. */
	static const size_t sizes[] = {
		1,  8,	56, 65, 4097, 65536, 1 << 20,	    7, 9, 15, 16, 17,
		55, 57, 63, 64, 4095, 4096,  (2 << 20) + 1,
	};
	bool few = PLAY_SANITIZED || cell->wait != first_wait(cell->impl);
	size_t n = few ? SIZES_FEW : LENGTH(sizes);

	for (size_t i = 0; i < n; i++) {
		struct play play = {.msg_max = sizes[i],
				    .depth = 4,
				    .pu = {ANYWHERE, ANYWHERE},
				    .act = {sizes_tx, sizes_rx}};
		struct ipc_spec spec = play_spec(cell, &play);
		struct why why;

		if (!play_fits(stage, cell, &spec, &why)) {
			if (sizes[i] <= LARGEST)
				return stage_fail(stage, "%zu B: %s", sizes[i],
						  why.text);
			continue;
		}
		if (play_links(stage, cell, &play))
			return -1;
	}
	return 0;
}

/* IPC_BOUNDARY: lengths differ and each is kept; what does not fit is said to
 * be too long and is gone. */

enum { LENGTHS_ROUNDS = 60, LENGTHS_TIGHT = 10 };

static int lengths_tx(struct actor *a)
{
	uint32_t i;

	for (i = 0; i < LENGTHS_ROUNDS; i++)
		if (put(a, a->port, api_of(i), i, length_of(a, i, 1), 0) ||
		    in_step(a))
			return -1;
	if (put(a, a->port, IPC_API_COPY, i, a->msg_max, 0) || in_step(a))
		return -1;
	return put(a, a->port, IPC_API_COPY, i + 1, 1, 0);
}

static int lengths_rx(struct actor *a)
{
	ssize_t n;
	uint32_t i;

	for (i = 0; i < LENGTHS_ROUNDS; i++)
		if (get(a, a->port, api_of(i / 2), i, length_of(a, i, 1), 0) ||
		    in_step(a))
			return -1;
	memset(a->buf, GUARD_BYTE, LENGTHS_TIGHT + GUARD);
	n = ipc_recv(a->port, a->buf, LENGTHS_TIGHT, 0);
	if (n != -EMSGSIZE)
		return stage_fail(a->stage, "%zu B into %d: %zd", a->msg_max,
				  LENGTHS_TIGHT, n);
	if (guard_check(a, LENGTHS_TIGHT) || in_step(a))
		return -1;
	return get(a, a->port, IPC_API_COPY, i + 1, 1, 0);
}

static int run_lengths(struct stage *stage, const struct cell *cell)
{
	static const size_t sizes[] = {300, 4000, 8000};

	for (size_t i = 0; i < LENGTH(sizes); i++) {
		struct play play = {.msg_max = sizes[i],
				    .depth = 4,
				    .pu = {ANYWHERE, ANYWHERE},
				    .act = {lengths_tx, lengths_rx}};
		struct ipc_spec spec = play_spec(cell, &play);
		struct why why;

		if (sizes[i] > LARGEST && !play_fits(stage, cell, &spec, &why))
			continue;
		if (play_links(stage, cell, &play))
			return -1;
	}
	return 0;
}

/*
 * IPC_ISOLATED: a store through the pointer of a published message does not
 * reach it, and what the next sender writes does not show through the pointer
 * of a released one. Through system calls, as the pointers may be dead.
 */

enum { ISOLATED_LAPS = 4, ISOLATED_DEPTH = 2 };

/* How many are sent while one is held. */
static uint32_t isolated_more(const struct actor *a)
{
	return has(a->cell, IPC_RELIABLE) ? ISOLATED_DEPTH : 1;
}

static void stray_store(void *at, size_t len)
{
	unsigned char bad[SMALL];
	struct iovec from = {bad, len}, to = {at, len};

	memset(bad, 0xee, sizeof(bad));
	(void)!process_vm_writev(getpid(), &from, 1, &to, 1, 0);
}

static void stray_load(const void *at, unsigned char *into, size_t len)
{
	struct iovec from = {(void *)at, len}, to = {into, len};

	memset(into, 0, len);
	(void)!process_vm_readv(getpid(), &to, 1, &from, 1, 0);
}

/* Send one by loan, and say through which pointer. */
static int isolated_put(struct actor *a, uint32_t round, void **at)
{
	struct ipc_msg m;

	if (ipc_loan(a->port, &m, SMALL, 0))
		return stage_fail(a->stage, "no loan");
	pattern_write(m.data, SMALL, round);
	if (ipc_publish(a->port, &m))
		return stage_fail(a->stage, "not published");
	*at = m.data;
	return 0;
}

/* Stray stores at each moment after the message was published: while it is
 * under way, while it is taken, and whatever else is sent meanwhile. */
static int isolated_sender(struct actor *a, uint32_t *round)
{
	enum ipc_api api = fill_api(a, 1);
	uint32_t n;
	void *at;

	if (isolated_put(a, (*round)++, &at))
		return -1;
	stray_store(at, SMALL);
	if (meet(a))
		return -1;
	for (n = 0; n < isolated_more(a); n++) {
		int err = put(a, a->port, api, *round, SMALL, IPC_NOWAIT);

		stray_store(at, SMALL);
		if (err)
			break;
		++*round;
	}
	atomic_store(&a->stage->count, n);
	return meet(a) || meet(a) ? -1 : 0;
}

static int isolated_sent(struct actor *a, uint32_t *round)
{
	struct ipc_msg m;

	if (ipc_take(a->port, &m, 0))
		return stage_fail(a->stage, "nothing to take");
	if (meet(a) || meet(a) || pattern_check(a, m.data, SMALL, *round))
		return -1;
	++*round;
	if (ipc_release(a->port, &m))
		return stage_fail(a->stage, "not released");
	if (drain(a, round, atomic_load(&a->stage->count)))
		return -1;
	return meet(a);
}

/* The link is empty; what is sent now must not show through the pointer. */
static int isolated_given(struct actor *a, uint32_t *round)
{
	unsigned char given[SMALL], later[SMALL];
	struct ipc_msg m;

	if (ipc_take(a->port, &m, 0))
		return stage_fail(a->stage, "nothing to take");
	++*round;
	if (ipc_release(a->port, &m))
		return stage_fail(a->stage, "not released");
	stray_load(m.data, given, SMALL);
	if (meet(a) || meet(a))
		return -1;
	stray_load(m.data, later, SMALL);
	if (memcmp(given, later, SMALL) != 0)
		return stage_fail(a->stage, "a released message shows what "
					    "was sent later");
	return drain(a, round, isolated_more(a)) || meet(a) ? -1 : 0;
}

static int isolated_tx(struct actor *a)
{
	uint32_t round = 0;

	for (int lap = 0; lap < ISOLATED_LAPS; lap++) {
		void *at;

		if (isolated_sender(a, &round) ||
		    isolated_put(a, round++, &at) || meet(a))
			return -1;
		for (uint32_t i = 0; i < isolated_more(a); i++)
			if (isolated_put(a, round++, &at))
				return -1;
		if (meet(a) || meet(a))
			return -1;
	}
	return 0;
}

static int isolated_rx(struct actor *a)
{
	uint32_t round = 0;

	for (int lap = 0; lap < ISOLATED_LAPS; lap++)
		if (isolated_sent(a, &round) || isolated_given(a, &round))
			return -1;
	return 0;
}

static int run_isolated(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL,
			    .depth = ISOLATED_DEPTH,
			    .pu = {ANYWHERE, ANYWHERE},
			    .act = {isolated_tx, isolated_rx}};

	return play_links(stage, cell, &play);
}

/*
 * Both sides wait for each other, again and again: for a message (most
 * rounds), and for room (bursts longer than the link holds), with delays that
 * let either side be the one that sleeps. A lost wake-up has no end.
 */

enum {
	CROSS_MSG = LARGEST,
	CROSS_DEPTH = 2,
	CROSS_ROUNDS = PLAY_SANITIZED ? 100 : 400,
	CROSS_ROUNDS_AWAKE = 100, /* where nobody sleeps */
	CROSS_ROUNDS_SLICES = 3,  /* where each wait costs a time slice */
	CROSS_BURST = 160,	  /* more bytes than a pipe holds */
	CROSS_BURST_EVERY = 64,
	CROSS_DELAY_TURNS = 600,
};

static uint32_t cross_rounds(const struct actor *a)
{
	switch (a->cell->wait) {
	case IPC_WAIT_SPIN:
		return a->play->pu[0] == a->play->pu[1] ? CROSS_ROUNDS_SLICES
							: CROSS_ROUNDS_AWAKE;
	case IPC_WAIT_YIELD:
		return CROSS_ROUNDS_AWAKE;
	default:
		return CROSS_ROUNDS;
	}
}

static uint32_t cross_burst(const struct actor *a, uint32_t round)
{
	/* Where one may be lost, or has to be answered, there is just one. */
	if (!has(a->cell, IPC_RELIABLE) || has(a->cell, IPC_CALLS))
		return 1;
	return round % CROSS_BURST_EVERY == 3 ? CROSS_BURST : 1 + round % 5;
}

static void cross_delay(uint32_t *random)
{
	*random = *random * 1664525u + 1013904223u;
	if (*random >> 30)
		return;
	for (uint32_t i = 0; i < (*random >> 8) % CROSS_DELAY_TURNS; i++)
		event_relax();
}

static int cross_tx(struct actor *a)
{
	uint32_t round, n = 0, random = 1;

	for (round = 0; round < cross_rounds(a); round++) {
		for (uint32_t i = 0; i < cross_burst(a, round); i++, n++)
			if (put(a, a->port, api_of(n), n, CROSS_MSG, 0))
				return -1;
		cross_delay(&random);
		if (get(a, a->back_port, api_of(n), round, CROSS_MSG, 0))
			return -1;
	}
	return 0;
}

static int cross_rx(struct actor *a)
{
	uint32_t round, n = 0, random = 2;

	for (round = 0; round < cross_rounds(a); round++) {
		cross_delay(&random);
		for (uint32_t i = 0; i < cross_burst(a, round); i++, n++)
			if (get(a, a->port, api_of(n / 2), n, CROSS_MSG, 0))
				return -1;
		cross_delay(&random);
		if (put(a, a->back_port, api_of(n), round, CROSS_MSG, 0))
			return -1;
	}
	return 0;
}

static int run_cross(struct stage *stage, const struct cell *cell, int pu0,
		     int pu1)
{
	struct play play = {.msg_max = CROSS_MSG,
			    .depth = CROSS_DEPTH,
			    .back = true,
			    .calls = has(cell, IPC_CALLS),
			    .pu = {pu0, pu1},
			    .act = {cross_tx, cross_rx}};

	return play_links(stage, cell, &play);
}

static int run_one_pu(struct stage *stage, const struct cell *cell)
{
	return run_cross(stage, cell, pus[0], pus[0]);
}

static int run_two_pus(struct stage *stage, const struct cell *cell)
{
	return run_cross(stage, cell, pus[0], pus[1]);
}

/* A peer that was killed: the other may wait or get -EPIPE, may always be
 * killed itself, and closing leaves nothing. */

enum { EXIT_PIPE = 9 };

/* An actor that says when it is about to wait for a message that does not
 * come; with first, it gets one before. */
static pid_t killed_waiter(struct actor *a)
{
	pid_t parent = getpid(), pid = fork();
	ssize_t n;

	if (pid != 0)
		return pid;
	play_die_with(parent);
	if (actor_attach(a, a->link, IPC_RX, &a->port) ||
	    get(a, a->port, IPC_API_COPY, 0, SMALL, 0))
		_exit(1);
	atomic_fetch_add(&a->stage->met, 1);
	n = ipc_recv(a->port, a->buf, SMALL, 0);
	_exit(n == -EPIPE ? EXIT_PIPE : 1);
}

/* An actor that sends one message and then as many as go at once when it is
 * told that its peer is dead. */
static pid_t killed_sender(struct actor *a)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	play_die_with(parent);
	if (actor_attach(a, a->link, IPC_TX, &a->port) ||
	    put(a, a->port, IPC_API_COPY, 0, SMALL, 0))
		_exit(1);
	atomic_fetch_add(&a->stage->met, 1);
	while (atomic_load(&a->stage->count) == 0)
		sched_yield();
	for (int i = 0; i < 20; i++) {
		ssize_t n = ipc_send(a->port, a->buf, SMALL, IPC_NOWAIT);

		if (n != SMALL && n != -EAGAIN && n != -EPIPE)
			_exit(1);
	}
	_exit(0);
}

static int killed_end(struct stage *stage, pid_t pid, bool may_wait)
{
	int status;

	/* Not a limit: whoever still waits after it is free to. */
	usleep(may_wait ? 5000 : 0);
	if (may_wait)
		kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) < 0)
		return stage_fail(stage, "waitpid: %m");
	if (may_wait && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_PIPE)
		return 0;
	return play_status(stage, status);
}

static int killed_play(struct actor *a, bool kill_sender)
{
	struct stage *stage = a->stage;
	pid_t rx, tx;
	int status, err;

	atomic_store(&stage->met, 0);
	atomic_store(&stage->count, 0);
	rx = killed_waiter(a);
	tx = killed_sender(a);
	while (atomic_load(&stage->met) < 2) {
		if (atomic_load(&stage->failed))
			return -1;
		sched_yield();
	}
	usleep(1000); /* most likely the waiter sleeps now */
	kill(kill_sender ? tx : rx, SIGKILL);
	waitpid(kill_sender ? tx : rx, &status, 0);
	atomic_store(&stage->count, 1);
	err = killed_end(stage, kill_sender ? rx : tx, kill_sender);
	return err;
}

static int run_killed(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL, .depth = 4};
	struct ipc_spec spec = play_spec(cell, &play);
	unsigned char buf[SMALL + GUARD];

	for (int i = 0; i < 2; i++) {
		struct leftovers before = leftovers_now();
		struct actor a = {.stage = stage,
				  .cell = cell,
				  .msg_max = SMALL,
				  .depth = spec.depth,
				  .buf = buf};
		int err;

		a.link = play_open(stage, cell, &spec, NULL);
		if (!a.link)
			return -1;
		err = killed_play(&a, i == 0);
		ipc_link_close(a.link);
		if (err || leftovers_check(stage, &before))
			return -1;
	}
	return 0;
}

/* IPC_VOID: every operation comes back at once and says that it worked. */

static int void_tx(struct actor *a)
{
	struct ipc_msg m;

	memset(a->buf, 0, SMALL);
	for (int i = 0; i < 100; i++)
		if (ipc_send(a->port, a->buf, SMALL, 0) != SMALL ||
		    ipc_loan(a->port, &m, SMALL, 0) || ipc_publish(a->port, &m))
			return stage_fail(a->stage, "nothing was not sent");
	return 0;
}

static int void_rx(struct actor *a)
{
	struct ipc_msg m;

	for (int i = 0; i < 100; i++)
		if (ipc_recv(a->port, a->buf, SMALL, 0) != SMALL ||
		    ipc_take(a->port, &m, 0) || ipc_release(a->port, &m))
			return stage_fail(a->stage, "nothing did not come");
	return 0;
}

static int run_void(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL,
			    .depth = 8,
			    .pu = {ANYWHERE, ANYWHERE},
			    .act = {void_tx, void_rx}};

	return play_links(stage, cell, &play);
}

/* How a case connects its two. */
enum links {
	ONE_WAY, /* or not at all */
	PAIR,	 /* requests and answers */
	ANY,	 /* as the back-end can */
};

static const struct test_case {
	const char *name;
	int (*run)(struct stage *stage, const struct cell *cell);
	uint32_t needs, excludes; /* caps */
	enum links links;
	bool processes; /* only between processes */
	int pus;	/* that it is pinned to */
	int (*skips)(const struct cell *cell, struct why *why); /* or NULL */
} cases[] = {
	{"empty", run_empty, 0, IPC_VOID, ONE_WAY, false, 0, NULL},
	{"full", run_full, IPC_RELIABLE, IPC_VOID, ONE_WAY, false, 0, NULL},
	{"portion", run_portion, IPC_DEPTH | IPC_RELIABLE, IPC_VOID, ONE_WAY,
	 false, 0, NULL},
	{"held", run_held, 0, IPC_VOID, ONE_WAY, false, 0, NULL},
	{"sizes", run_sizes, 0, IPC_VOID, ONE_WAY, false, 0, NULL},
	{"lengths", run_lengths, IPC_BOUNDARY, IPC_VOID, ONE_WAY, false, 0,
	 NULL},
	{"batch", run_batch, IPC_RELIABLE, IPC_VOID, ONE_WAY, false, 0, NULL},
	{"isolated", run_isolated, IPC_ISOLATED, IPC_VOID, ONE_WAY, false, 0,
	 NULL},
	{"one-pu", run_one_pu, 0, IPC_VOID, ANY, false, 1, NULL},
	{"two-pus", run_two_pus, 0, IPC_VOID, ANY, false, 2, NULL},
	{"killed", run_killed, 0, IPC_VOID, ONE_WAY, true, 0, NULL},
	{"calls", run_calls, 0, IPC_VOID, PAIR, false, 0, NULL},
	{"calls-killed", run_calls_killed, 0, IPC_VOID, PAIR, true, 0, NULL},
	{"many", run_many, 0, IPC_VOID, ONE_WAY, false, 0, many_skips},
	{"broadcast", run_broadcast, IPC_BROADCAST, IPC_VOID, ONE_WAY, false, 0,
	 NULL},
	{"loses", run_loses, 0, IPC_VOID | IPC_RELIABLE, ONE_WAY, false, 0,
	 NULL},
	{"options", run_options, 0, IPC_VOID, ANY, false, 0, NULL},
	{"probe", run_probe, 0, 0, ANY, false, 0, NULL},
	{"void", run_void, IPC_VOID, 0, ANY, false, 0, NULL},
};

/* A case of a cell, as cmocka's state. */
struct test {
	struct cell cell;
	const struct test_case *test;
	char name[80];
};

/* What the back-end does not claim is not asked. */
static bool test_applies(const struct test *test)
{
	const struct ipc_impl *impl = test->cell.impl;
	const struct test_case *tc = test->test;
	uint32_t space = test->cell.threads ? IPC_THREADS : IPC_PROCESSES;

	if (tc->run == run_options && (options_count(impl->options) == 0 ||
				       test->cell.wait != first_wait(impl)))
		return false;
	if (tc->run == run_many && impl->senders_max == 1 &&
	    impl->receivers_max == 1)
		return false;
	return impl->waits & IPC_CAN_WAIT(test->cell.wait) &&
	       ((tc->needs | space) & ~impl->caps) == 0 &&
	       (impl->caps & tc->excludes) == 0 &&
	       !(tc->processes && test->cell.threads);
}

/* Why a test has nothing to say here, or 0. */
static int test_skips(const struct test *test, struct why *why)
{
	const struct test_case *tc = test->test;
	const struct cell *cell = &test->cell;
	bool calls =
		tc->links == PAIR || (tc->links == ANY && has(cell, IPC_CALLS));
	struct play play = {.msg_max = SMALL, .depth = 8, .calls = calls};
	struct ipc_spec spec = play_spec(cell, &play);
	int err = ipc_check(cell->impl, &spec, 0, why);

	if (!err && tc->skips)
		err = tc->skips(cell, why);
	if (err)
		return err;
	if (tc->pus > 0 && pus[tc->pus - 1] == ANYWHERE)
		return why_not(why, -ENODEV, "needs %d PUs", tc->pus);
	return 0;
}

static void conformance(void **state)
{
	const struct test *test = *state;
	const char *failure;
	struct why why;

	if (test_skips(test, &why)) {
		print_message("%s: %s\n", test->name, why.text);
		skip();
	}
	failure = play_case(&test->cell, test->test->run);
	if (failure)
		fail_msg("%s: %s", test->name, failure);
}

static void find_pus(void)
{
	cpu_set_t set;
	size_t n = 0;

	if (sched_getaffinity(0, sizeof(set), &set))
		return;
	for (int pu = 0; pu < CPU_SETSIZE && n < LENGTH(pus); pu++)
		if (CPU_ISSET((size_t)pu, &set))
			pus[n++] = pu;
}

static void fill_test(struct test *test, const struct ipc_impl *impl,
		      enum ipc_wait wait, bool threads,
		      const struct test_case *tc)
{
	test->cell.impl = impl;
	test->cell.emulated = ipc_resolve(impl, &test->cell.ops);
	test->cell.wait = wait;
	test->cell.threads = threads;
	options_preset(impl->options, test->cell.option);
	test->test = tc;
	snprintf(test->name, sizeof(test->name), "%s/%s/%s/%s", impl->name,
		 ipc_wait_names[wait], threads ? "thread" : "process",
		 tc->name);
}

static size_t make_tests(struct test *tests)
{
	size_t n = 0;

	for (size_t i = 0; catalogue.impls[i]; i++)
		for (int wait = 0; wait < IPC_WAIT_KINDS; wait++)
			for (size_t c = 0; c < 2 * LENGTH(cases); c++) {
				fill_test(&tests[n], catalogue.impls[i],
					  (enum ipc_wait)wait, c & 1,
					  &cases[c / 2]);
				n += test_applies(&tests[n]);
			}
	return n;
}

/* An argument picks tests by name, with the shell's wildcards. */
int main(int argc, char **argv)
{
	struct CMUnitTest *units;
	struct test *tests;
	size_t impls = 0, most, n;
	int failed;

	/* System V objects of other programs are none of ours; without the
	 * right to this, they are counted along. */
	if (unshare(CLONE_NEWIPC))
		print_message("System V ids are counted machine-wide: %m\n");
	/* Mappings are counted: the allocator keeps none for later. */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 1 << 17);
	find_pus();
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	while (catalogue.impls[impls])
		impls++;
	most = impls * IPC_WAIT_KINDS * 2 * LENGTH(cases);
	tests = calloc(most, sizeof(*tests));
	units = calloc(most, sizeof(*units));
	if (!tests || !units)
		return EXIT_FAILURE;
	n = make_tests(tests);
	for (size_t i = 0; i < n; i++)
		units[i] = (struct CMUnitTest){.name = tests[i].name,
					       .test_func = conformance,
					       .initial_state = &tests[i]};
	failed = _cmocka_run_group_tests("impls", units, n, NULL, NULL);
	free(units);
	free(tests);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
