/* SPDX-License-Identifier: MIT */
/* Calls while a participant does not run, or after it was killed. */
#include "game.h"

/* Neither a relay nor the reply waits for a client that does not run. */

static int stopped_client(struct part *p)
{
	atomic_store(&p->a.stage->count, (uint32_t)getpid());
	return part_calls(p, 0, SMALL / 2);
}

static int stopped_server(struct part *p)
{
	pid_t client = (pid_t)0;
	struct call_right right;
	ssize_t n = part_receive(p, &right);
	uint64_t start;
	int err;

	if (n < 0)
		return -1;
	client = (pid_t)atomic_load(&p->a.stage->count);
	kill(client, SIGSTOP);
	usleep(2000);
	start = clock_ns();
	err = part_expects(
		p, "relay",
		call_relay(p->port, &right, 0, p->request, (size_t)n), 0);
	if (!err && part_receive(p, &right) != n)
		err = stage_fail(p->a.stage, "not relayed to itself");
	if (!err)
		err = part_reply(p, &right,
				 turn_over(p->reply, p->request, (size_t)n,
					   p->a.msg_max));
	if (!err && clock_ns() - start > NS_PER_S)
		err = stage_fail(p->a.stage, "waited for the client");
	kill(client, SIGCONT);
	return err;
}

int run_stopped(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .act = {stopped_client, stopped_server}};

	return game_play(stage, cell, &game);
}

/* A right that is lost by the death of its server ends the call, in time. */

static int lost_client(struct part *p)
{
	bool native = part_way(p) == CALL_NATIVE;
	struct head head = {.client = p->index};
	uint64_t start = clock_ns();

	for (int i = 0; i < 1 + native; i++) {
		message_write(p->request, SMALL, &head);
		if (part_expects(p, i ? "a call to nobody" : "call",
				 call_call(p->port, p->request, SMALL, p->reply,
					   SMALL),
				 -EPIPE))
			return -1;
	}
	if (clock_ns() - start > DEATH_S * NS_PER_S)
		return stage_fail(p->a.stage, "the death was found late");
	return 0;
}

static int die(void)
{
	kill(getpid(), SIGKILL);
	pause();
	return -1;
}

static int dying_server(struct part *p)
{
	struct call_right right;

	return part_receive(p, &right) < 0 ? -1 : die();
}

int run_lost(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .deaths = 1,
			    .act = {lost_client, dying_server}};

	return game_play(stage, cell, &game);
}

/* Of two servers one dies with the right: the call ends, and the other serves
 * the next. */

static int survivor_client(struct part *p)
{
	struct head head = {.client = p->index};

	message_write(p->request, SMALL, &head);
	if (part_expects(p, "call",
			 call_call(p->port, p->request, SMALL, p->reply, SMALL),
			 -EPIPE))
		return -1;
	return part_calls(p, 1, SMALL / 2);
}

static int survivor_server(struct part *p)
{
	struct call_right right;
	ssize_t n = part_receive(p, &right);

	if (n < 0)
		return -1;
	if (atomic_fetch_add(&p->a.stage->count, 1) == 0)
		return die();
	return part_reply(
		p, &right,
		turn_over(p->reply, p->request, (size_t)n, p->a.msg_max));
}

int run_survivor(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 2,
			    .deaths = 1,
			    .act = {survivor_client, survivor_server}};

	return game_play(stage, cell, &game);
}

/* A relayer that dies takes nothing along: the right is the other's. */

static int bequest_client(struct part *p)
{
	return part_calls(p, 0, SMALL / 2);
}

static int bequest_server(struct part *p)
{
	struct call_right right;
	ssize_t n = part_receive(p, &right);

	if (n < 0)
		return -1;
	if (atomic_fetch_add(&p->a.stage->count, 1) > 0)
		return part_reply(p, &right,
				  turn_over(p->reply, p->request, (size_t)n,
					    p->a.msg_max));
	if (part_expects(p, "relay",
			 call_relay(p->port, &right, !p->index, p->request,
				    (size_t)n),
			 0))
		return -1;
	return die();
}

int run_bequest(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 2,
			    .deaths = 1,
			    .act = {bequest_client, bequest_server}};

	return game_play(stage, cell, &game);
}

/* A right that was relayed is lost by the death of the one that has it now, also
 * where the one that gave it away lives on. */

static int heir_client(struct part *p)
{
	uint64_t start = clock_ns();
	struct head head = {.client = p->index};

	message_write(p->request, SMALL, &head);
	if (part_expects(p, "call",
			 call_call(p->port, p->request, SMALL, p->reply, SMALL),
			 -EPIPE))
		return -1;
	if (clock_ns() - start > DEATH_S * NS_PER_S)
		return stage_fail(p->a.stage, "the death was found late");
	return part_calls(p, 1, SMALL / 2);
}

static int heir_server(struct part *p)
{
	struct call_right right;
	ssize_t n = part_receive(p, &right);

	if (n < 0)
		return -1;
	if (atomic_fetch_add(&p->a.stage->count, 1) > 0)
		return die();
	if (part_expects(p, "relay",
			 call_relay(p->port, &right, !p->index, p->request,
				    (size_t)n),
			 0) ||
	    part_expects(p, "the relayer's reply",
			 call_reply(p->port, &right, p->request, (size_t)n),
			 -ESTALE))
		return -1;
	return part_serves(p) < 0 ? -1 : 0;
}

int run_heir(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 2,
			    .deaths = 1,
			    .act = {heir_client, heir_server}};

	return game_play(stage, cell, &game);
}

/* A client dies while it waits: the reply to it does no harm, and others are
 * served. */

static int widow_client(struct part *p)
{
	if (p->index == 0) {
		atomic_store(&p->a.stage->count, (uint32_t)getpid());
		part_calls(p, 0, SMALL / 2);
		return stage_fail(p->a.stage, "a dead client lives");
	}
	while (atomic_load(&p->a.stage->seen[0]) == 0)
		sched_yield();
	return part_calls(p, 1, SMALL / 2);
}

/* Kill another, and wait until it is gone. */
static int kill_other(struct part *p, pid_t other)
{
	uint64_t end = clock_ns() + DEATH_S * NS_PER_S;

	kill(other, SIGKILL);
	while (kill(other, 0) == 0)
		if (clock_ns() > end)
			return stage_fail(p->a.stage, "it does not die");
	return 0;
}

static int widow_server(struct part *p)
{
	struct call_right right;
	ssize_t n = part_receive(p, &right);
	int err;

	if (n < 0)
		return -1;
	usleep(1000); /* most likely it waits now */
	if (kill_other(p, (pid_t)atomic_load(&p->a.stage->count)))
		return -1;
	err = call_reply(p->port, &right, p->request, (size_t)n);
	if (err && err != -EPIPE)
		return part_expects(p, "reply to the dead", err, -EPIPE);
	atomic_store(&p->a.stage->seen[0], 1);
	return part_serves(p);
}

int run_widow(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 2,
			    .servers = 1,
			    .deaths = 1,
			    .act = {widow_client, widow_server}};

	return game_play(stage, cell, &game);
}

/*
 * Of two servers one is killed at any time, whatever it does: receive, reply or
 * relay. A client loses one call by that at most, and nobody waits for ever.
 */

enum {
	ANY_TIME_GAMES = PLAY_SANITIZED ? 2 : 6,
	ANY_TIME_CALLERS = 2, /* and one who kills */
	ANY_TIME_US = 1000,
	ANY_TIME_MORE = 4, /* calls: so many times those of others */
};

/* Who uses which of the stage's words. */
enum { SEEN_KILLED, SEEN_DONE };

static int any_time_caller(struct part *p)
{
	struct stage *stage = p->a.stage;
	uint32_t lost = 0;

	for (uint32_t i = 0; i < ANY_TIME_MORE * part_rounds(p); i++) {
		int err = part_tries(p, i, part_length(p, i));

		if (err && err != -EPIPE)
			return -1;
		lost += err == -EPIPE;
	}
	if (lost > 1)
		return stage_fail(stage, "client %u lost %u calls", p->index,
				  lost);
	if (atomic_fetch_add(&stage->seen[SEEN_DONE], 1) + 1 < ANY_TIME_CALLERS)
		return 0;
	/* The survivor, not the other one. */
	while (atomic_load(&stage->seen[SEEN_KILLED]) == 0)
		sched_yield();
	return part_stops(p, 1);
}

static int any_time_killer(struct part *p)
{
	struct stage *stage = p->a.stage;

	while (atomic_load(&stage->count) == 0)
		sched_yield();
	usleep((useconds_t)(clock_ns() * 2654435761u >> 7) % ANY_TIME_US);
	if (kill_other(p, (pid_t)atomic_load(&stage->count)))
		return -1;
	atomic_store(&stage->seen[SEEN_KILLED], 1);
	return 0;
}

static int any_time_client(struct part *p)
{
	return p->index < ANY_TIME_CALLERS ? any_time_caller(p)
					   : any_time_killer(p);
}

/* Relays every second request to the survivor, and lives on until it is
 * killed. */
static int any_time_victim(struct part *p)
{
	struct call_right right;
	ssize_t n;

	atomic_store(&p->a.stage->count, (uint32_t)getpid());
	for (;;) {
		if (part_serves(p))
			return -1;
		n = part_receive(p, &right);
		if (n < 0 || part_expects(p, "relay",
					  call_relay(p->port, &right, 1,
						     p->request, (size_t)n),
					  0))
			return -1;
	}
}

static int any_time_server(struct part *p)
{
	int stop = 0;

	if (p->index == 0)
		return any_time_victim(p);
	while (stop == 0)
		stop = part_serves(p);
	return stop < 0 ? -1 : 0;
}

int run_any_time(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = ANY_TIME_CALLERS + 1,
			    .servers = 2,
			    .deaths = 1,
			    .act = {any_time_client, any_time_server}};

	for (int i = 0; i < ANY_TIME_GAMES; i++)
		if (game_play(stage, cell, &game))
			return -1;
	return 0;
}
