/* SPDX-License-Identifier: MIT */
/* Participants of a service, and the messages that they check. */
#include "game.h"

struct call_spec game_spec(const struct cell *cell, const struct game *game)
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

enum call_way part_way(const struct part *p)
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
	for (unsigned int i = 0; i < PARTS; i++)
		atomic_store(&stage->seen[i], 0);
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
static int try_game(struct stage *stage, const struct cell *cell,
		    const struct game *game)
{
	struct call_spec spec = game_spec(cell, game);
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

int game_play(struct stage *stage, const struct cell *cell,
	      const struct game *game)
{
	return try_game(stage, cell, game) < 0 ? -1 : 0;
}

uint32_t number_of(const struct head *head)
{
	return head->client * 4096 + head->round * 8 + head->hops;
}

void message_write(unsigned char *at, size_t len, const struct head *head)
{
	pattern_write(at, len, number_of(head));
	if (len >= HEAD)
		memcpy(at, head, HEAD);
}

struct head head_of(const unsigned char *at, size_t len)
{
	struct head head = {0};

	if (len >= HEAD)
		memcpy(&head, at, HEAD);
	return head;
}

int part_guarded(struct part *p, unsigned char *at, size_t from)
{
	struct actor a = {.stage = p->a.stage, .buf = at};

	return guard_check(&a, from);
}

int part_expects(struct part *p, const char *what, ssize_t got, ssize_t due)
{
	if (got == due)
		return 0;
	return stage_fail(p->a.stage, "%s %u: %s returned %zd (%s), not %zd",
			  p->role == CALL_CLIENT ? "client" : "server",
			  p->index, what, got,
			  got < 0 ? strerror((int)-got) : "no error", due);
}

ssize_t part_receive(struct part *p, struct call_right *right)
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
	return part_guarded(p, p->request, (size_t)n) ? -1 : n;
}

int part_reply(struct part *p, const struct call_right *right, size_t len)
{
	return part_expects(p, "reply",
			    call_reply(p->port, right, p->reply, len), 0);
}

size_t turn_over(unsigned char *at, const unsigned char *request, size_t len,
		 size_t msg_max)
{
	size_t n = msg_max - len + 1;

	for (size_t i = 0; i < n; i++)
		at[i] = (unsigned char)~(request[i % len] + i / len);
	for (size_t i = n; i < len; i++)
		at[i % n] = (unsigned char)(at[i % n] * 3 + request[i]);
	return n;
}

size_t part_length(const struct part *p, uint32_t round)
{
	if (round < 2)
		return round ? 1 : p->a.msg_max;
	return 1 + (round * 7919u + p->index * 331u) % p->a.msg_max;
}

int part_tries(struct part *p, uint32_t round, size_t len)
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
	if (n == -EPIPE)
		return -EPIPE;
	if (part_expects(p, "call", n, (ssize_t)due))
		return -1;
	if (memcmp(into, p->due, due) != 0)
		return stage_fail(p->a.stage,
				  "client %u, round %u: a wrong reply",
				  p->index, round);
	return into == p->reply ? part_guarded(p, into, due) : 0;
}

int part_calls(struct part *p, uint32_t round, size_t len)
{
	int err = part_tries(p, round, len);

	return err == -EPIPE ? part_expects(p, "call", err, 0) : err;
}

/* Let every server go that may take any client's request. */
int part_stops(struct part *p, unsigned int servers)
{
	struct head head = {.client = p->index, .stop = 1};

	for (unsigned int i = 0; i < servers; i++) {
		message_write(p->request, HEAD, &head);
		if (part_expects(p, "the last call",
				 call_call(p->port, p->request, HEAD, p->reply,
					   p->a.msg_max),
				 1))
			return -1;
	}
	return 0;
}

int part_ends(struct part *p)
{
	uint32_t before = atomic_fetch_add(&p->a.stage->count, 1);

	if (part_way(p) == CALL_LAYERED || before + 1 < p->game->clients)
		return 0;
	return part_stops(p, p->game->servers);
}

uint32_t part_rounds(const struct part *p)
{
	if (p->a.cell->wait == IPC_WAIT_SPIN && p->a.actors > 2)
		return ROUNDS_SLICES;
	return p->a.msg_max > MIDDLE ? ROUNDS_LARGE : ROUNDS;
}

uint32_t part_requests(const struct part *p)
{
	uint32_t servers = p->game->servers;

	if (part_way(p) != CALL_LAYERED)
		return UINT32_MAX;
	return (p->game->clients - p->index + servers - 1) / servers *
	       part_rounds(p);
}

int part_serves(struct part *p)
{
	struct call_right right;
	ssize_t n = part_receive(p, &right);
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
	if (part_reply(p, &right, len))
		return -1;
	return head.stop;
}
