/* SPDX-License-Identifier: MIT */
/*
 * Conformance: what ipc/call.h promises, asked of every back-end that has
 * calls, natively, delegated or layered on its links, waiting each way,
 * between processes and between threads.
 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cases.h"

#include "base/clock.h"
#include "cli/command.h"
#include "ipc/call.h"

int pus[2] = {ANYWHERE, ANYWHERE};

enum {
	PARTS = 6, /* at most */
	MIDDLE = 5000,
	HUGE = (1 << 20) + 1,
	ROUNDS = 24,
	ROUNDS_HUGE = 4,
	ROUNDS_SLICES = 3, /* where each wait costs time slices */
	DEATH_S = 10,	   /* in which everybody learns of a death */
};

struct part;

/* A service and what its participants do. */
struct game {
	size_t msg_max;
	uint16_t clients, servers;
	unsigned int deaths; /* by SIGKILL, that are as they should be */
	int (*act[2])(struct part *); /* by role */
};

/* A participant. Only its own thread uses it. */
struct part {
	struct actor a; /* its stage, cell, msg_max and meetings */
	const struct game *game;
	struct call_service *service;
	struct call_port *port;
	enum call_role role;
	uint16_t index;
	unsigned char *request, *reply, *due; /* msg_max and a guard */
};

static struct call_spec spec_of(const struct cell *cell,
				const struct game *game)
{
	struct call_spec spec = {
		.msg_max = game->msg_max,
		.depth = 8,
		.spin_ns = PLAY_SPIN_NS,
		.clients = game->clients,
		.servers = game->servers,
		.wait = cell->wait,
		.threads = cell->threads,
	};

	memcpy(spec.option, cell->option, sizeof(spec.option));
	return spec;
}

static enum call_way way_of(const struct part *p)
{
	return p->service->call->way;
}

static int part_play(struct part *p)
{
	int err = call_port_attach(p->service, p->role, p->index, &p->port);

	if (err)
		return stage_fail(p->a.stage, "attach: %s", strerror(-err));
	err = p->game->act[p->role](p);
	/* No detach while another who lives still needs this end. */
	if (!err)
		err = meet(&p->a);
	call_port_detach(p->port);
	return err;
}

static int part_run(struct part *p)
{
	size_t bytes = p->a.msg_max + GUARD;
	int err;

	p->request = malloc(bytes);
	p->reply = malloc(bytes);
	p->due = malloc(bytes);
	if (p->request && p->reply && p->due)
		err = part_play(p);
	else
		err = stage_fail(p->a.stage, "no memory");
	free(p->request);
	free(p->reply);
	free(p->due);
	return err;
}

static void *part_thread(void *part)
{
	/* Another may wait for this one for ever: end all. */
	if (part_run(part))
		_exit(1);
	return NULL;
}

static int play_parts_as_threads(struct part *part, unsigned int n)
{
	pthread_t thread[PARTS];

	for (unsigned int i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, part_thread, &part[i]))
			return stage_fail(part->a.stage, "no thread");
	for (unsigned int i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

static pid_t part_fork(struct part *p)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		play_die_with(parent);
		signal(SIGPIPE, SIG_IGN);
		_exit(part_run(p) ? 1 : 0);
	}
	return pid;
}

static int play_parts(struct part *part, unsigned int n)
{
	unsigned int deaths = part->game->deaths;
	pid_t pid[PARTS];
	int status, err = 0;

	for (unsigned int i = 0; i < n; i++)
		pid[i] = part_fork(&part[i]);
	for (unsigned int i = 0; i < n; i++) {
		pid_t done = waitpid(-1, &status, 0);

		if (done < 0)
			return stage_fail(part->a.stage, "waitpid: %m");
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL &&
		    deaths > 0) {
			deaths--;
		} else if (!err && play_status(part->a.stage, status)) {
			err = -1;
			actors_kill(pid, n, done);
		}
	}
	return err;
}

static int play_service(struct stage *stage, const struct cell *cell,
			const struct game *game, struct call_service *service)
{
	unsigned int n = (unsigned int)game->clients + game->servers;
	struct part part[PARTS];

	for (unsigned int i = 0; i < n; i++) {
		bool client = i < game->clients;

		part[i] = (struct part){
			.a = {.stage = stage,
			      .cell = cell,
			      .actors = n - game->deaths,
			      .msg_max = game->msg_max},
			.game = game,
			.service = service,
			.role = client ? CALL_CLIENT : CALL_SERVER,
			.index = (uint16_t)(client ? i : i - game->clients),
		};
	}
	atomic_store(&stage->met, 0);
	atomic_store(&stage->count, 0);
	return (cell->threads ? play_parts_as_threads : play_parts)(part, n);
}

/* Stacks of threads stay mapped for the next ones: have them before. */
static void warm_threads(void)
{
	pthread_t thread[PARTS];
	int made = 0;

	for (int i = 0; i < PARTS; i++)
		made += !pthread_create(&thread[made], NULL, nothing, NULL);
	while (made-- > 0)
		pthread_join(thread[made], NULL);
}

/* Open the service, play, close, look what is left. 1: it is not for this. */
static int play_game(struct stage *stage, const struct cell *cell,
		     const struct game *game)
{
	struct call_spec spec = spec_of(cell, game);
	struct why why;
	const struct call_kind *call = call_check(cell->impl, &spec, &why);
	int journal = memfd_create("journal", MFD_CLOEXEC);
	struct call_service *service;
	struct leftovers before;
	int err;

	if (!call) {
		close(journal);
		return 1;
	}
	if (cell->threads)
		warm_threads();
	before = leftovers_now();
	names_journal(journal);
	err = call_service_open(cell->impl, call, &spec, &service);
	if (err) {
		stage_fail(stage, "open: %s", strerror(-err));
	} else {
		err = play_service(stage, cell, game, service);
		call_service_close(service);
	}
	if (!err)
		err = leftovers_check(stage, &before);
	return names_check(stage, journal) ? -1 : err;
}

/* As it has to be, or where it is not for this. */
static int must_play(struct stage *stage, const struct cell *cell,
		     const struct game *game)
{
	return play_game(stage, cell, game) < 0 ? -1 : 0;
}

/* What is in the front of a message that has room for it. */
struct head {
	uint32_t client, round;
	uint16_t hops, first; /* relays so far; who received it first */
	uint16_t last;	      /* who replies */
	uint16_t stop;	      /* the server is to go */
};
enum { HEAD = sizeof(struct head) };

static uint32_t number_of(const struct head *head)
{
	return head->client * 4096 + head->round * 8 + head->hops;
}

static void message_write(unsigned char *at, size_t len,
			  const struct head *head)
{
	pattern_write(at, len, number_of(head));
	if (len >= HEAD)
		memcpy(at, head, HEAD);
}

static struct head head_of(const unsigned char *at, size_t len)
{
	struct head head = {0};

	if (len >= HEAD)
		memcpy(&head, at, HEAD);
	return head;
}

static int guarded(struct part *p, unsigned char *at, size_t from)
{
	struct actor a = {.stage = p->a.stage, .buf = at};

	return guard_check(&a, from);
}

static int expect_result(struct part *p, const char *what, ssize_t got,
			 ssize_t due)
{
	if (got == due)
		return 0;
	return stage_fail(p->a.stage, "%s %u: %s returned %zd (%s), not %zd",
			  p->role == CALL_CLIENT ? "client" : "server",
			  p->index, what, got,
			  got < 0 ? strerror((int)-got) : "no error", due);
}

/* Receive into p->request; -1 and a reason where it fails. */
static ssize_t receive(struct part *p, struct call_right *right)
{
	ssize_t n;

	memset(p->request, GUARD_BYTE, p->a.msg_max + GUARD);
	n = call_receive(p->port, p->request, p->a.msg_max, right, 0);
	if (n <= 0)
		return stage_fail(p->a.stage, "server %u: receive: %s",
				  p->index, strerror((int)-n));
	if (right->client >= p->game->clients)
		return stage_fail(p->a.stage, "a right to client %u of %u",
				  right->client, p->game->clients);
	return guarded(p, p->request, (size_t)n) ? -1 : n;
}

static int reply(struct part *p, const struct call_right *right, size_t len)
{
	return expect_result(p, "reply",
			     call_reply(p->port, right, p->reply, len), 0);
}

/* The reply to a request tells that it was read, byte by byte: each is turned
 * over, and it is as short as the request is long. */
static size_t turn_over(unsigned char *at, const unsigned char *request,
			size_t len, size_t msg_max)
{
	size_t n = msg_max - len + 1;

	for (size_t i = 0; i < n; i++)
		at[i] = (unsigned char)~(request[i % len] + i / len);
	for (size_t i = n; i < len; i++)
		at[i % n] = (unsigned char)(at[i % n] * 3 + request[i]);
	return n;
}

static size_t length_in_round(const struct part *p, uint32_t round)
{
	if (round < 2)
		return round ? 1 : p->a.msg_max;
	return 1 + (round * 7919u + p->index * 331u) % p->a.msg_max;
}

/* Call, and check that the reply is this request's. Every second time it comes
 * over the request. */
static int call_once(struct part *p, uint32_t round, size_t len)
{
	struct head head = {.client = p->index, .round = round};
	unsigned char *into = round & 1 ? p->request : p->reply;
	size_t due;
	ssize_t n;

	message_write(p->request, len, &head);
	due = turn_over(p->due, p->request, len, p->a.msg_max);
	if (into == p->reply)
		memset(into, GUARD_BYTE, p->a.msg_max + GUARD);
	n = call_call(p->port, p->request, len, into, p->a.msg_max);
	if (expect_result(p, "call", n, (ssize_t)due))
		return -1;
	if (memcmp(into, p->due, due) != 0)
		return stage_fail(p->a.stage,
				  "client %u, round %u: a wrong reply",
				  p->index, round);
	return into == p->reply ? guarded(p, into, due) : 0;
}

/* Let every server go that may take any client's request. */
static int call_stop(struct part *p)
{
	struct head head = {.client = p->index, .stop = 1};

	for (unsigned int i = 0; i < p->game->servers; i++) {
		message_write(p->request, HEAD, &head);
		if (expect_result(p, "the last call",
				  call_call(p->port, p->request, HEAD, p->reply,
					    p->a.msg_max),
				  1))
			return -1;
	}
	return 0;
}

/* The last client that is ready stops the servers, where these do not know
 * themselves whom they serve. */
static int client_end(struct part *p)
{
	uint32_t before = atomic_fetch_add(&p->a.stage->count, 1);

	if (way_of(p) == CALL_LAYERED || before + 1 < p->game->clients)
		return 0;
	return call_stop(p);
}

static uint32_t rounds_of(const struct part *p)
{
	if (p->a.cell->wait == IPC_WAIT_SPIN && p->a.actors > 2)
		return ROUNDS_SLICES;
	return p->a.msg_max > MIDDLE ? ROUNDS_HUGE : ROUNDS;
}

/* Requests that a server gets; no end where others may take them too. */
static uint32_t requests_of(const struct part *p)
{
	uint32_t servers = p->game->servers;

	if (way_of(p) != CALL_LAYERED)
		return UINT32_MAX;
	return (p->game->clients - p->index + servers - 1) / servers *
	       rounds_of(p);
}

/* Every request is answered once, to the client that made it. */

static int serve_client(struct part *p)
{
	for (uint32_t i = 0; i < rounds_of(p); i++)
		if (call_once(p, i, length_in_round(p, i)))
			return -1;
	return client_end(p);
}

/* One request. 1: it is to stop. */
static int serve_once(struct part *p)
{
	struct call_right right;
	ssize_t n = receive(p, &right);
	struct head head;
	size_t len = 1;

	if (n < 0)
		return -1;
	head = head_of(p->request, (size_t)n);
	if (n >= HEAD && head.client != right.client)
		return stage_fail(p->a.stage,
				  "client %u's request, a right to client %u",
				  head.client, right.client);
	if (!head.stop)
		len = turn_over(p->reply, p->request, (size_t)n, p->a.msg_max);
	if (reply(p, &right, len))
		return -1;
	return head.stop;
}

static int serve_server(struct part *p)
{
	uint32_t requests = requests_of(p);

	for (uint32_t i = 0; i < requests; i++) {
		int stop = serve_once(p);

		if (stop)
			return stop < 0 ? -1 : 0;
	}
	return 0;
}

static int run_serve(struct stage *stage, const struct cell *cell)
{
	static const struct {
		uint16_t clients, servers;
		size_t msg_max;
	} shapes[] = {{1, 1, SMALL}, {1, 1, MIDDLE}, {1, 1, HUGE},
		      {3, 1, SMALL}, {3, 2, SMALL},  {3, 2, MIDDLE},
		      {1, 2, SMALL}};

	for (size_t i = 0; i < LENGTH(shapes); i++) {
		struct game game = {.msg_max = shapes[i].msg_max,
				    .clients = shapes[i].clients,
				    .servers = shapes[i].servers,
				    .act = {serve_client, serve_server}};

		snprintf(stage->about, sizeof(stage->about),
			 "%u clients, %u servers, %zu B", game.clients,
			 game.servers, game.msg_max);
		if (must_play(stage, cell, &game))
			return -1;
	}
	return 0;
}

/* A right works once, and not later for another call; a service without a
 * request says so. */

static int once_client(struct part *p)
{
	for (uint32_t i = 0; i < 3; i++)
		if (meet(&p->a) || meet(&p->a) ||
		    call_once(p, i, length_in_round(p, i + 2)))
			return -1;
	return meet(&p->a) || meet(&p->a) ? -1 : 0;
}

static int expect_idle(struct part *p)
{
	struct call_right right;

	if (meet(&p->a) ||
	    expect_result(p, "receive of nothing",
			  call_receive(p->port, p->request, p->a.msg_max,
				       &right, IPC_NOWAIT),
			  -EAGAIN))
		return -1;
	return meet(&p->a);
}

/* Neither use of a right that is gone works. */
static int expect_stale(struct part *p, const struct call_right *right)
{
	bool relays = p->service->call->relays;

	memset(p->due, 0xee, p->a.msg_max);
	if (expect_result(p, "a second reply",
			  call_reply(p->port, right, p->due, 1), -ESTALE))
		return -1;
	return expect_result(p, "a relay after that",
			     call_relay(p->port, right, p->index, p->due, 1),
			     relays ? -ESTALE : -EOPNOTSUPP);
}

static int once_server(struct part *p)
{
	struct call_right last = {0}, right;

	for (uint32_t i = 0; i < 3; i++) {
		ssize_t n;
		size_t len;

		if (expect_idle(p))
			return -1;
		n = receive(p, &right);
		if (n < 0 || (i > 0 && expect_stale(p, &last)))
			return -1;
		len = turn_over(p->reply, p->request, (size_t)n, p->a.msg_max);
		if (reply(p, &right, len) || expect_stale(p, &right))
			return -1;
		last = right;
	}
	return expect_idle(p);
}

static int run_once(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .act = {once_client, once_server}};

	return must_play(stage, cell, &game);
}

/* What does not fit: the request, then the client's call fails, or the reply;
 * and it goes on after that. */

enum { TIGHT = 10 };

static int tight_client(struct part *p)
{
	struct head head = {.client = p->index};

	message_write(p->request, p->a.msg_max, &head);
	if (expect_result(p, "a call with too long a request",
			  call_call(p->port, p->request, p->a.msg_max, p->reply,
				    p->a.msg_max),
			  -EPIPE) ||
	    call_once(p, 0, TIGHT))
		return -1;
	memset(p->reply, GUARD_BYTE, TIGHT + GUARD);
	if (expect_result(p, "a call with too long a reply",
			  call_call(p->port, p->request, 1, p->reply, TIGHT),
			  -EMSGSIZE) ||
	    guarded(p, p->reply, TIGHT))
		return -1;
	return call_once(p, 2, TIGHT);
}

static int tight_server(struct part *p)
{
	struct call_right right;

	memset(p->request, GUARD_BYTE, TIGHT + GUARD);
	if (expect_result(p, "receive of what is too long",
			  call_receive(p->port, p->request, TIGHT, &right, 0),
			  -EMSGSIZE) ||
	    guarded(p, p->request, TIGHT))
		return -1;
	for (int i = 0; i < 3; i++)
		if (serve_once(p))
			return -1;
	return 0;
}

static int run_tight(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .act = {tight_client, tight_server}};

	return must_play(stage, cell, &game);
}

/*
 * A relayed request is received anew, as the relayer has changed it, by the
 * server that it was relayed to, which replies; and the relayer cannot any
 * more. Without relays that is said, and the right stays.
 */

enum { HOPS = 3 };

static int relay_client(struct part *p)
{
	for (uint32_t i = 0; i < rounds_of(p); i++) {
		size_t len = HEAD + (i * 7919u) % (p->a.msg_max - HEAD + 1);
		struct head head = {.client = p->index, .round = i}, got;
		ssize_t n;

		message_write(p->request, len, &head);
		n = call_call(p->port, p->request, len, p->reply, p->a.msg_max);
		got = head_of(p->reply, (size_t)(n < 0 ? 0 : n));
		if (expect_result(p, "call", n, HEAD))
			return -1;
		if (got.client != p->index || got.round != i ||
		    got.hops != HOPS ||
		    got.last != (got.first + HOPS) % p->game->servers)
			return stage_fail(
				p->a.stage,
				"client %u, round %u: a reply to %u, %u after "
				"%u relays from %u by %u",
				p->index, i, got.client, got.round, got.hops,
				got.first, got.last);
	}
	return client_end(p);
}

static int relay_on(struct part *p, const struct call_right *right,
		    struct head head)
{
	unsigned int to = (p->index + 1u) % p->game->servers;
	size_t len =
		HEAD + (number_of(&head) * 31u) % (p->a.msg_max - HEAD + 1);

	if (head.hops == 0)
		head.first = p->index;
	head.hops++;
	message_write(p->reply, len, &head);
	if (expect_result(p, "relay",
			  call_relay(p->port, right, to, p->reply, len), 0))
		return -1;
	return expect_stale(p, right);
}

static int relay_server(struct part *p)
{
	struct call_right right;

	for (;;) {
		ssize_t n = receive(p, &right);
		struct head head;
		int err;

		if (n < 0)
			return -1;
		head = head_of(p->request, (size_t)n);
		message_write(p->due, (size_t)n, &head);
		if (n < HEAD || head.client != right.client ||
		    memcmp(p->due, p->request, (size_t)n) != 0)
			return stage_fail(p->a.stage,
					  "server %u: not what was relayed",
					  p->index);
		if (!head.stop && head.hops < HOPS) {
			err = relay_on(p, &right, head);
		} else {
			head.last = p->index;
			message_write(p->reply, HEAD, &head);
			err = reply(p, &right, head.stop ? 1 : HEAD);
		}
		if (err || head.stop)
			return err;
	}
}

static int cannot_relay_server(struct part *p)
{
	struct call_right right;
	ssize_t n = receive(p, &right);

	if (n < 0 ||
	    expect_result(p, "relay",
			  call_relay(p->port, &right, 0, p->request, (size_t)n),
			  -EOPNOTSUPP))
		return -1;
	return reply(p, &right,
		     turn_over(p->reply, p->request, (size_t)n, p->a.msg_max));
}

static int cannot_relay_client(struct part *p)
{
	return call_once(p, 0, SMALL / 2);
}

static int run_relay(struct stage *stage, const struct cell *cell)
{
	static const struct {
		uint16_t clients, servers;
		size_t msg_max;
	} shapes[] = {{1, 1, SMALL}, {1, 3, SMALL}, {3, 2, MIDDLE}};

	for (size_t i = 0; i < LENGTH(shapes); i++) {
		struct game game = {.msg_max = shapes[i].msg_max,
				    .clients = shapes[i].clients,
				    .servers = shapes[i].servers,
				    .act = {relay_client, relay_server}};

		snprintf(stage->about, sizeof(stage->about),
			 "%u clients, %u servers", game.clients, game.servers);
		if (must_play(stage, cell, &game))
			return -1;
	}
	return 0;
}

static int run_cannot_relay(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .act = {cannot_relay_client, cannot_relay_server}};

	return must_play(stage, cell, &game);
}

/* Neither a relay nor the reply waits for a client that does not run. */

static int stopped_client(struct part *p)
{
	atomic_store(&p->a.stage->count, (uint32_t)getpid());
	return call_once(p, 0, SMALL / 2);
}

static int stopped_server(struct part *p)
{
	pid_t client = (pid_t)0;
	struct call_right right;
	ssize_t n = receive(p, &right);
	uint64_t start;
	int err;

	if (n < 0)
		return -1;
	client = (pid_t)atomic_load(&p->a.stage->count);
	kill(client, SIGSTOP);
	usleep(2000);
	start = clock_ns();
	err = expect_result(
		p, "relay",
		call_relay(p->port, &right, 0, p->request, (size_t)n), 0);
	if (!err && receive(p, &right) != n)
		err = stage_fail(p->a.stage, "not relayed to itself");
	if (!err)
		err = reply(p, &right,
			    turn_over(p->reply, p->request, (size_t)n,
				      p->a.msg_max));
	if (!err && clock_ns() - start > NS_PER_S)
		err = stage_fail(p->a.stage, "waited for the client");
	kill(client, SIGCONT);
	return err;
}

static int run_stopped(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .act = {stopped_client, stopped_server}};

	return must_play(stage, cell, &game);
}

/* A right that is lost by the death of its server ends the call, in time. */

static int lost_client(struct part *p)
{
	bool native = way_of(p) == CALL_NATIVE;
	struct head head = {.client = p->index};
	uint64_t start = clock_ns();

	for (int i = 0; i < 1 + native; i++) {
		message_write(p->request, SMALL, &head);
		if (expect_result(p, i ? "a call to nobody" : "call",
				  call_call(p->port, p->request, SMALL,
					    p->reply, SMALL),
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

	return receive(p, &right) < 0 ? -1 : die();
}

static int run_lost(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .deaths = 1,
			    .act = {lost_client, dying_server}};

	return must_play(stage, cell, &game);
}

/* Of two servers one dies with the right: the call ends, and the other serves
 * the next. */

static int survivor_client(struct part *p)
{
	struct head head = {.client = p->index};

	message_write(p->request, SMALL, &head);
	if (expect_result(
		    p, "call",
		    call_call(p->port, p->request, SMALL, p->reply, SMALL),
		    -EPIPE))
		return -1;
	return call_once(p, 1, SMALL / 2);
}

static int survivor_server(struct part *p)
{
	struct call_right right;
	ssize_t n = receive(p, &right);

	if (n < 0)
		return -1;
	if (atomic_fetch_add(&p->a.stage->count, 1) == 0)
		return die();
	return reply(p, &right,
		     turn_over(p->reply, p->request, (size_t)n, p->a.msg_max));
}

static int run_survivor(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 2,
			    .deaths = 1,
			    .act = {survivor_client, survivor_server}};

	return must_play(stage, cell, &game);
}

/* A relayer that dies takes nothing along: the right is the other's. */

static int bequest_client(struct part *p)
{
	return call_once(p, 0, SMALL / 2);
}

static int bequest_server(struct part *p)
{
	struct call_right right;
	ssize_t n = receive(p, &right);

	if (n < 0)
		return -1;
	if (atomic_fetch_add(&p->a.stage->count, 1) > 0)
		return reply(p, &right,
			     turn_over(p->reply, p->request, (size_t)n,
				       p->a.msg_max));
	if (expect_result(p, "relay",
			  call_relay(p->port, &right, !p->index, p->request,
				     (size_t)n),
			  0))
		return -1;
	return die();
}

static int run_bequest(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 2,
			    .deaths = 1,
			    .act = {bequest_client, bequest_server}};

	return must_play(stage, cell, &game);
}

/* A client dies while it waits: the reply to it does no harm, and others are
 * served. */

static int widow_client(struct part *p)
{
	if (p->index == 0) {
		atomic_store(&p->a.stage->count, (uint32_t)getpid());
		call_once(p, 0, SMALL / 2);
		return stage_fail(p->a.stage, "a dead client lives");
	}
	while (atomic_load(&p->a.stage->seen[0]) == 0)
		sched_yield();
	return call_once(p, 1, SMALL / 2);
}

/* Kill it while it waits, and wait until it is gone. */
static int kill_client(struct part *p)
{
	pid_t client = (pid_t)atomic_load(&p->a.stage->count);
	uint64_t end = clock_ns() + DEATH_S * NS_PER_S;

	usleep(1000); /* most likely it waits now */
	kill(client, SIGKILL);
	while (kill(client, 0) == 0)
		if (clock_ns() > end)
			return stage_fail(p->a.stage, "it does not die");
	return 0;
}

static int widow_server(struct part *p)
{
	struct call_right right;
	ssize_t n = receive(p, &right);
	int err;

	if (n < 0 || kill_client(p))
		return -1;
	err = call_reply(p->port, &right, p->request, (size_t)n);
	if (err && err != -EPIPE)
		return expect_result(p, "reply to the dead", err, -EPIPE);
	atomic_store(&p->a.stage->seen[0], 1);
	return serve_once(p);
}

static int run_widow(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 2,
			    .servers = 1,
			    .deaths = 1,
			    .act = {widow_client, widow_server}};

	return must_play(stage, cell, &game);
}

enum {
	NATIVE = 1 << CALL_NATIVE,
	DELEGATED = 1 << CALL_DELEGATED,
	LAYERED = 1 << CALL_LAYERED,
	ALL = NATIVE | DELEGATED | LAYERED,
};

static const struct test_case {
	const char *name;
	int (*run)(struct stage *stage, const struct cell *cell);
	uint32_t ways;
	uint16_t clients, servers; /* that it needs at least */
	bool processes;		   /* only between processes */
	enum { EITHER, RELAYS, NO_RELAYS } relays;
} cases[] = {
	{"serve", run_serve, ALL, 1, 1, false, EITHER},
	{"once", run_once, ALL, 1, 1, false, EITHER},
	{"tight", run_tight, ALL, 1, 1, false, EITHER},
	{"relay", run_relay, ALL, 1, 1, false, RELAYS},
	{"cannot-relay", run_cannot_relay, ALL, 1, 1, false, NO_RELAYS},
	{"stopped", run_stopped, NATIVE | DELEGATED, 1, 1, true, RELAYS},
	{"lost", run_lost, NATIVE | DELEGATED, 1, 1, true, EITHER},
	{"survivor", run_survivor, NATIVE | DELEGATED, 1, 2, true, EITHER},
	{"bequest", run_bequest, NATIVE | DELEGATED, 1, 2, true, RELAYS},
	{"widow", run_widow, ALL, 2, 1, true, EITHER},
};

/* A case of a cell, as cmocka's state. */
struct test {
	struct cell cell;
	const struct test_case *test;
	char name[80];
};

static const struct call_kind *call_of(const struct ipc_impl *impl)
{
	return impl->call ? impl->call : &call_layered;
}

/* What the back-end does not claim is not asked. */
static bool test_applies(const struct test *test)
{
	const struct ipc_impl *impl = test->cell.impl;
	const struct call_kind *call = call_of(impl);
	const struct test_case *tc = test->test;
	uint32_t waits = call->waits ? call->waits : impl->waits;
	uint32_t space = test->cell.threads ? IPC_THREADS : IPC_PROCESSES;

	/* On links calls are the same, whatever the wait. */
	if (PLAY_SANITIZED && call->way == CALL_LAYERED &&
	    (unsigned int)test->cell.wait != (unsigned int)__builtin_ctz(waits))
		return false;
	return waits & IPC_CAN_WAIT(test->cell.wait) && space & impl->caps &&
	       !(impl->caps & IPC_VOID) && tc->ways & 1u << call->way &&
	       !(tc->processes && test->cell.threads) &&
	       (tc->relays == EITHER || call->relays == (tc->relays == RELAYS));
}

static void conformance(void **state)
{
	const struct test *test = *state;
	struct game game = {.msg_max = SMALL,
			    .clients = test->test->clients,
			    .servers = test->test->servers};
	struct call_spec spec = spec_of(&test->cell, &game);
	const char *failure;
	struct why why;

	if (!call_check(test->cell.impl, &spec, &why)) {
		print_message("%s: %s\n", test->name, why.text);
		skip();
	}
	failure = play_case(&test->cell, test->test->run);
	if (failure)
		fail_msg("%s: %s", test->name, failure);
}

static void fill_test(struct test *test, const struct ipc_impl *impl,
		      enum ipc_wait wait, bool threads,
		      const struct test_case *tc)
{
	test->cell.impl = impl;
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

	/* As in test_impls. */
	if (unshare(CLONE_NEWIPC))
		print_message("System V ids are counted machine-wide: %m\n");
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 1 << 17);
	signal(SIGPIPE, SIG_IGN);
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
	failed = _cmocka_run_group_tests("calls", units, n, NULL, NULL);
	free(units);
	free(tests);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
