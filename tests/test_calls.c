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

#include "game.h"

#include "cli/command.h"
#include "ipc/desk.h"

int pus[2] = {ANYWHERE, ANYWHERE};

/* Every request is answered once, to the client that made it. */

static int serve_client(struct part *p)
{
	for (uint32_t i = 0; i < part_rounds(p); i++)
		if (part_calls(p, i, part_length(p, i)))
			return -1;
	return part_ends(p);
}

static int serve_server(struct part *p)
{
	uint32_t requests = part_requests(p);

	for (uint32_t i = 0; i < requests; i++) {
		int stop = part_serves(p);

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
	} shapes[] = {{1, 1, SMALL}, {1, 1, MIDDLE}, {1, 1, LARGE},
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
		if (game_play(stage, cell, &game))
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
		    part_calls(p, i, part_length(p, i + 2)))
			return -1;
	return meet(&p->a) || meet(&p->a) ? -1 : 0;
}

static int expect_idle(struct part *p)
{
	struct call_right right;

	if (meet(&p->a) ||
	    part_expects(p, "receive of nothing",
			 call_receive(p->port, p->request, p->a.msg_max, &right,
				      IPC_NOWAIT),
			 -EAGAIN))
		return -1;
	return meet(&p->a);
}

/* Neither use of a right that is gone works. */
static int expect_stale(struct part *p, const struct call_right *right)
{
	bool relays = p->service->call->relays;

	memset(p->due, 0xee, p->a.msg_max);
	if (part_expects(p, "a second reply",
			 call_reply(p->port, right, p->due, 1), -ESTALE))
		return -1;
	return part_expects(p, "a relay after that",
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
		n = part_receive(p, &right);
		if (n < 0 || (i > 0 && expect_stale(p, &last)))
			return -1;
		len = turn_over(p->reply, p->request, (size_t)n, p->a.msg_max);
		if (part_reply(p, &right, len) || expect_stale(p, &right))
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

	return game_play(stage, cell, &game);
}

/* What does not fit: the request, then the client's call fails, or the reply;
 * and it goes on after that. */

enum { TIGHT = 10 };

static int tight_client(struct part *p)
{
	struct head head = {.client = p->index};

	message_write(p->request, p->a.msg_max, &head);
	if (part_expects(p, "a call with too long a request",
			 call_call(p->port, p->request, p->a.msg_max, p->reply,
				   p->a.msg_max),
			 -EPIPE) ||
	    part_calls(p, 0, TIGHT))
		return -1;
	memset(p->reply, GUARD_BYTE, TIGHT + GUARD);
	if (part_expects(p, "a call with too long a reply",
			 call_call(p->port, p->request, 1, p->reply, TIGHT),
			 -EMSGSIZE) ||
	    part_guarded(p, p->reply, TIGHT))
		return -1;
	return part_calls(p, 2, TIGHT);
}

static int tight_server(struct part *p)
{
	struct call_right right;

	memset(p->request, GUARD_BYTE, TIGHT + GUARD);
	if (part_expects(p, "receive of what is too long",
			 call_receive(p->port, p->request, TIGHT, &right, 0),
			 -EMSGSIZE) ||
	    part_guarded(p, p->request, TIGHT))
		return -1;
	for (int i = 0; i < 3; i++)
		if (part_serves(p))
			return -1;
	return 0;
}

static int run_tight(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 1,
			    .act = {tight_client, tight_server}};

	return game_play(stage, cell, &game);
}

/*
 * A relayed request is received anew, as the relayer has changed it, by the
 * server that it was relayed to, which replies; and the relayer cannot any
 * more. Without relays that is said, and the right stays.
 */

enum { HOPS = 3 };

static int relay_client(struct part *p)
{
	for (uint32_t i = 0; i < part_rounds(p); i++) {
		size_t len = HEAD + (i * 7919u) % (p->a.msg_max - HEAD + 1);
		struct head head = {.client = p->index, .round = i}, got;
		ssize_t n;

		message_write(p->request, len, &head);
		n = call_call(p->port, p->request, len, p->reply, p->a.msg_max);
		got = head_of(p->reply, (size_t)(n < 0 ? 0 : n));
		if (part_expects(p, "call", n, HEAD))
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
	return part_ends(p);
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
	if (part_expects(p, "relay",
			 call_relay(p->port, right, to, p->reply, len), 0))
		return -1;
	return expect_stale(p, right);
}

static int relay_server(struct part *p)
{
	struct call_right right;

	for (;;) {
		ssize_t n = part_receive(p, &right);
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
			err = part_reply(p, &right, head.stop ? 1 : HEAD);
		}
		if (err || head.stop)
			return err;
	}
}

static int cannot_relay_server(struct part *p)
{
	struct call_right right;
	ssize_t n = part_receive(p, &right);

	if (n < 0 ||
	    part_expects(p, "relay",
			 call_relay(p->port, &right, 0, p->request, (size_t)n),
			 -EOPNOTSUPP))
		return -1;
	return part_reply(
		p, &right,
		turn_over(p->reply, p->request, (size_t)n, p->a.msg_max));
}

static int cannot_relay_client(struct part *p)
{
	return part_calls(p, 0, SMALL / 2);
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
		if (game_play(stage, cell, &game))
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

	return game_play(stage, cell, &game);
}

/*
 * Nobody sleeps until it looks around for the dead: what is to be done wakes
 * whoever is to do it. Two servers, and every request is relayed once.
 */

enum { PROMPT_CALLS = 40 };

static int prompt_client(struct part *p)
{
	struct head head = {.client = p->index};
	unsigned int late = 0;

	for (uint32_t i = 0; i < PROMPT_CALLS; i++) {
		uint64_t start = clock_ns();

		message_write(p->request, SMALL, &head);
		if (part_expects(p, "call",
				 call_call(p->port, p->request, SMALL, p->reply,
					   SMALL),
				 SMALL))
			return -1;
		late += clock_ns() - start > DESK_LOOK_NS / 2;
		/* So that they all sleep again. */
		usleep(200);
	}
	/* On a busy machine some are. */
	if (late > PROMPT_CALLS * 3 / 4)
		return stage_fail(p->a.stage, "%u of %u calls were late", late,
				  PROMPT_CALLS);
	return part_ends(p);
}

static int prompt_server(struct part *p)
{
	for (;;) {
		struct call_right right;
		ssize_t n = part_receive(p, &right);
		struct head head = head_of(p->request, (size_t)(n < 0 ? 0 : n));
		bool relays = head.hops == 0 && !head.stop;

		if (n < 0)
			return -1;
		head.hops++;
		message_write(p->reply, SMALL, &head);
		if (!relays) {
			if (part_reply(p, &right, head.stop ? 1 : SMALL))
				return -1;
		} else if (part_expects(p, "relay",
					call_relay(p->port, &right, !p->index,
						   p->reply, SMALL),
					0)) {
			return -1;
		}
		if (head.stop)
			return 0;
	}
}

static int run_prompt(struct stage *stage, const struct cell *cell)
{
	struct game game = {.msg_max = SMALL,
			    .clients = 1,
			    .servers = 2,
			    .act = {prompt_client, prompt_server}};

	return game_play(stage, cell, &game);
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
	{"prompt", run_prompt, NATIVE, 1, 2, false, RELAYS},
	{"stopped", run_stopped, NATIVE | DELEGATED, 1, 1, true, RELAYS},
	{"lost", run_lost, NATIVE | DELEGATED, 1, 1, true, EITHER},
	{"survivor", run_survivor, NATIVE | DELEGATED, 1, 2, true, EITHER},
	{"bequest", run_bequest, NATIVE | DELEGATED, 1, 2, true, RELAYS},
	{"heir", run_heir, NATIVE | DELEGATED, 1, 2, true, RELAYS},
	{"any-time", run_any_time, NATIVE | DELEGATED, 3, 2, true, RELAYS},
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

	/* Who never sleeps need not be woken. */
	if (tc->run == run_prompt && (test->cell.wait == IPC_WAIT_SPIN ||
				      test->cell.wait == IPC_WAIT_YIELD))
		return false;
	if (PLAY_SEES_THREADS && !test->cell.threads &&
	    impl->caps & IPC_THREADS)
		return false;
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
	struct call_spec spec = game_spec(&test->cell, &game);
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
