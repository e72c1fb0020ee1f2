/* SPDX-License-Identifier: MIT */
/* Links in pairs: requests one way, their answers the other. */
#include "cases.h"

/*
 * The sender is the client: each message is answered before the next is sent.
 * Both links are empty before and after, and say so; when both wait, nothing
 * is lost.
 */

enum {
	CALLS_ANSWER = 1000, /* what an answer adds to its request's number */
	CALLS_QUIET = 4,     /* each so many rounds, both look for nothing */
	CALLS_MANY = 24,
	CALLS_FEW = 8, /* of large messages */
	CALLS_LARGE = 10000,
	CALLS_SIZES = 2, /* for links that are no pairs by nature */
};

static uint32_t calls_rounds(const struct actor *a)
{
	return a->msg_max > CALLS_LARGE ? CALLS_FEW : CALLS_MANY;
}

/* Half of them first without waiting, which has to do nothing or all. */
static int call_put(struct actor *a, struct ipc_port *tx, uint32_t round,
		    uint32_t number)
{
	size_t len = length_of(a, number, 1);
	enum ipc_api api = api_of(round);
	int err = -EAGAIN;

	if (round & 2)
		err = put(a, tx, api, number, len, IPC_NOWAIT);
	return err == -EAGAIN ? put(a, tx, api, number, len, 0) : err;
}

static int call_get(struct actor *a, struct ipc_port *rx, uint32_t round,
		    uint32_t number)
{
	return get(a, rx, api_of(round / 2), number, length_of(a, number, 1),
		   0);
}

/* Nobody has sent anything. */
static int calls_quiet(struct actor *a, struct ipc_port *rx, uint32_t round)
{
	if (round % CALLS_QUIET)
		return 0;
	return meet(a) || expect_empty(a, rx) || meet(a) ? -1 : 0;
}

static int calls_tx(struct actor *a)
{
	uint32_t rounds = calls_rounds(a);

	for (uint32_t i = 0; i < rounds; i++)
		if (calls_quiet(a, a->back_port, i) ||
		    call_put(a, a->port, i, i) ||
		    call_get(a, a->back_port, i, i + CALLS_ANSWER))
			return -1;
	return calls_quiet(a, a->back_port, 0);
}

static int calls_rx(struct actor *a)
{
	uint32_t rounds = calls_rounds(a);

	for (uint32_t i = 0; i < rounds; i++)
		if (calls_quiet(a, a->port, i) || call_get(a, a->port, i, i) ||
		    call_put(a, a->back_port, i, i + CALLS_ANSWER))
			return -1;
	return calls_quiet(a, a->port, 0);
}

int play_any(struct stage *stage, const struct cell *cell, size_t msg_max)
{
	struct play play = {.msg_max = msg_max,
			    .depth = 4,
			    .back = true,
			    .calls = true,
			    .pu = {ANYWHERE, ANYWHERE},
			    .act = {calls_tx, calls_rx}};
	struct ipc_spec spec = play_spec(cell, &play);
	struct why why;

	if (play_fits(stage, cell, &spec, &why))
		return play_links(stage, cell, &play);
	if (msg_max > (has(cell, IPC_CALLS) ? SMALL : LARGEST))
		return atomic_load(&stage->failed) ? -1 : 0;
	return stage_fail(stage, "%zu B: %s", msg_max, why.text);
}

int run_calls(struct stage *stage, const struct cell *cell)
{
	/* The first ones for all; the others are tried one way, too. */
	static const size_t sizes[] = {
		57, 4097, 1, 8, 9, 56, 64, 65, 4096, 65536, (1 << 20) + 1,
	};
	size_t n = has(cell, IPC_CALLS) ? LENGTH(sizes) : CALLS_SIZES;

	for (size_t i = 0; i < n; i++)
		if (play_any(stage, cell, sizes[i]))
			return -1;
	return 0;
}

/*
 * One of the two is killed while a request is unanswered. The other gets
 * -EPIPE, or waits until it is killed too; closing leaves nothing.
 */

enum {
	EXIT_PIPE = 9,
	KILLED_SLEEP_US = 1000, /* most likely the client waits now */
	KILLED_GRACE_US = 5000, /* not a limit: who waits after it is free to */
};

struct killed {
	struct actor a;
	struct ipc_link *requests, *answers;
};

static bool is_peer_gone(struct actor *a, ssize_t n)
{
	if (n == -EPIPE)
		return true;
	stage_fail(a->stage, "the peer is dead: %s, not EPIPE",
		   n < 0 ? strerror((int)-n) : "no error");
	return false;
}

static int killed_client(struct killed *k)
{
	struct actor *a = &k->a;
	struct ipc_port *requests, *answers;
	ssize_t n;

	if (actor_attach(a, k->requests, IPC_TX, &requests) ||
	    actor_attach(a, k->answers, IPC_RX, &answers))
		return 1;
	pattern_write(a->buf, SMALL, 0);
	n = ipc_send(requests, a->buf, SMALL, 0);
	if (n == SMALL)
		n = ipc_recv(answers, a->buf, SMALL, 0);
	return is_peer_gone(a, n) ? EXIT_PIPE : 1;
}

/* Gets the request and, where the client is killed, answers it all the same
 * and waits for the next. */
static int killed_server(struct killed *k)
{
	struct actor *a = &k->a;
	struct ipc_port *requests, *answers;
	ssize_t n;

	if (actor_attach(a, k->requests, IPC_RX, &requests) ||
	    actor_attach(a, k->answers, IPC_TX, &answers) ||
	    get(a, requests, IPC_API_COPY, 0, SMALL, 0))
		return 1;
	atomic_store(&a->stage->met, 1);
	while (atomic_load(&a->stage->count) == 0)
		sched_yield();
	n = ipc_send(answers, a->buf, SMALL, IPC_NOWAIT);
	if (n == SMALL || n == -EAGAIN)
		n = ipc_recv(requests, a->buf, SMALL, 0);
	return is_peer_gone(a, n) ? EXIT_PIPE : 1;
}

static pid_t killed_fork(struct killed *k, int (*play)(struct killed *k))
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		play_die_with(parent);
		_exit(play(k));
	}
	return pid;
}

static int killed_play(struct killed *k, bool kill_client)
{
	struct stage *stage = k->a.stage;
	pid_t server, client, dead, alive;
	int status;

	atomic_store(&stage->met, 0);
	atomic_store(&stage->count, 0);
	server = killed_fork(k, killed_server);
	client = killed_fork(k, killed_client);
	while (atomic_load(&stage->met) == 0) {
		if (atomic_load(&stage->failed))
			return -1;
		sched_yield();
	}
	usleep(KILLED_SLEEP_US);
	dead = kill_client ? client : server;
	alive = kill_client ? server : client;
	kill(dead, SIGKILL);
	waitpid(dead, &status, 0);
	atomic_store(&stage->count, 1);
	usleep(KILLED_GRACE_US);
	kill(alive, SIGKILL);
	if (waitpid(alive, &status, 0) < 0)
		return stage_fail(stage, "waitpid: %m");
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_PIPE)
		return 0;
	return play_status(stage, status);
}

static int killed_pair(struct killed *k, const struct ipc_spec *spec,
		       bool kill_client)
{
	struct stage *stage = k->a.stage;
	struct leftovers before = leftovers_now();
	int err = -1;

	k->requests = play_open(stage, k->a.cell, spec, NULL);
	if (!k->requests)
		return -1;
	k->answers = play_open(stage, k->a.cell, spec, k->requests);
	if (k->answers) {
		err = killed_play(k, kill_client);
		ipc_link_close(k->answers);
	}
	ipc_link_close(k->requests);
	return err ? err : leftovers_check(stage, &before);
}

int run_calls_killed(struct stage *stage, const struct cell *cell)
{
	struct play play = {.msg_max = SMALL, .depth = 4, .calls = true};
	struct ipc_spec spec = play_spec(cell, &play);
	unsigned char buf[SMALL + GUARD];
	struct killed k = {.a = {.stage = stage,
				 .cell = cell,
				 .msg_max = SMALL,
				 .depth = play.depth,
				 .buf = buf}};

	return killed_pair(&k, &spec, true) || killed_pair(&k, &spec, false)
		       ? -1
		       : 0;
}
