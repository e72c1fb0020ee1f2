/* SPDX-License-Identifier: MIT */
/* The contract checker: a back-end made for it breaks one rule at a time, and
 * so does a caller; each must end the process, and keeping them must not. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/checked.h"

enum { MSG_MAX = 64 };

/* What the back-end answers, set by each rule. */
static struct {
	ssize_t n;
	int err;
	void *data;
	size_t len;
	size_t stride;
} answer;

static uint64_t memory[MSG_MAX / 8];

static ssize_t fake_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	(void)tx, (void)buf, (void)flags, (void)len;
	return answer.n;
}

static ssize_t fake_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	(void)rx, (void)buf, (void)flags, (void)len;
	return answer.n;
}

static int fake_lend(struct ipc_msg *m)
{
	if (answer.err && answer.len == 0)
		return answer.err;
	m->data = answer.data;
	m->len = answer.len;
	m->cookie = 42;
	return answer.err;
}

static int fake_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	(void)tx, (void)len, (void)flags;
	return fake_lend(m);
}

static int fake_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	(void)rx, (void)flags;
	return fake_lend(m);
}

static int fake_give(struct ipc_port *port, struct ipc_msg *m)
{
	(void)port, (void)m;
	return answer.err;
}

static int fake_lend_run(struct ipc_run *run)
{
	int err = fake_lend(&run->first);

	run->stride = answer.stride;
	run->n = (size_t)answer.n;
	return err;
}

static int fake_loan_many(struct ipc_port *tx, struct ipc_run *run, size_t len,
			  size_t n, unsigned int flags)
{
	(void)tx, (void)len, (void)n, (void)flags;
	return fake_lend_run(run);
}

static int fake_take_many(struct ipc_port *rx, struct ipc_run *run, size_t n,
			  unsigned int flags)
{
	(void)rx, (void)n, (void)flags;
	return fake_lend_run(run);
}

static int fake_give_run(struct ipc_port *port, struct ipc_run *run)
{
	(void)port, (void)run;
	return answer.err;
}

static const struct ipc_ops ops = {
	.send = fake_send,
	.recv = fake_recv,
	.loan = fake_loan,
	.publish = fake_give,
	.take = fake_take,
	.release = fake_give,
	.loan_many = fake_loan_many,
	.publish_many = fake_give_run,
	.take_many = fake_take_many,
	.release_many = fake_give_run,
};

static const struct ipc_impl impl_bounded = {.name = "bounded",
					     .caps = IPC_BOUNDARY};
static const struct ipc_impl impl_stream = {.name = "stream"};

static struct ipc_link link_of = {.ops = &ops, .spec = {.msg_max = MSG_MAX}};

static struct ipc_port *port_new(enum ipc_side side)
{
	static struct ipc_port inner;

	inner = (struct ipc_port){.ops = &ops, .link = &link_of, .side = side};
	return checked_new(&inner);
}

static void answer_lend(void *data, size_t len)
{
	answer.err = 0;
	answer.data = data;
	answer.len = len;
}

/* The same, n of them. */
static void answer_run(size_t len, size_t stride, ssize_t n)
{
	answer_lend(memory, len);
	answer.stride = stride;
	answer.n = n;
}

/* Rules kept: each returns what the back-end said. */

static void kept_send(struct ipc_port *tx)
{
	answer.n = 8;
	assert_int_equal(ipc_send(tx, memory, 8, 0), 8);
	answer.n = -EAGAIN;
	assert_int_equal(ipc_send(tx, memory, 8, IPC_NOWAIT), -EAGAIN);
	answer.n = -EPIPE;
	assert_int_equal(ipc_send(tx, memory, MSG_MAX, 0), -EPIPE);
}

static void kept_loan(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 16);
	assert_int_equal(ipc_loan(tx, &m, 16, 0), 0);
	assert_ptr_equal(m.data, memory);
	m.len = 8;
	assert_int_equal(ipc_publish(tx, &m), 0);
	answer_lend(NULL, 0);
	answer.err = -EAGAIN;
	assert_int_equal(ipc_loan(tx, &m, 16, IPC_NOWAIT), -EAGAIN);
}

static void kept_recv(struct ipc_port *rx)
{
	answer.n = 3;
	assert_int_equal(ipc_recv(rx, memory, MSG_MAX, 0), 3);
	answer.n = -EMSGSIZE;
	assert_int_equal(ipc_recv(rx, memory, 8, 0), -EMSGSIZE);
}

static void kept_take(struct ipc_port *rx)
{
	struct ipc_msg m;

	answer_lend(memory, 5);
	assert_int_equal(ipc_take(rx, &m, 0), 0);
	assert_int_equal(ipc_release(rx, &m), 0);
}

static void kept_runs(struct ipc_port *tx, struct ipc_port *rx)
{
	struct ipc_run run;

	answer_run(8, 8, 3);
	assert_int_equal(ipc_loan_many(tx, &run, 8, 3, 0), 0);
	assert_int_equal(ipc_publish_many(tx, &run), 0);
	assert_int_equal(ipc_take_many(rx, &run, 4, 0), 0);
	assert_int_equal(run.n, 3);
	assert_int_equal(ipc_release_many(rx, &run), 0);
	/* One lies nowhere from the next. */
	answer_run(8, 0, 1);
	assert_int_equal(ipc_take_many(rx, &run, 4, 0), 0);
	assert_int_equal(ipc_release_many(rx, &run), 0);
}

static void rules_kept(void **state)
{
	struct ipc_port *port;

	(void)state;
	link_of.impl = &impl_bounded;
	port = port_new(IPC_TX);
	kept_send(port);
	kept_loan(port);
	checked_free(port);
	port = port_new(IPC_RX);
	kept_recv(port);
	kept_take(port);
	checked_free(port);
}

static void rules_of_runs_kept(void **state)
{
	struct ipc_port tx_of = {.ops = &ops, .link = &link_of, .side = IPC_TX};
	struct ipc_port rx_of = {.ops = &ops, .link = &link_of, .side = IPC_RX};
	struct ipc_port *tx = checked_new(&tx_of), *rx = checked_new(&rx_of);

	(void)state;
	link_of.impl = &impl_bounded;
	kept_runs(tx, rx);
	checked_free(tx);
	checked_free(rx);
}

/* Rules broken: by the back-end's answer, */

static void sends_short(struct ipc_port *tx)
{
	answer.n = 7;
	ipc_send(tx, memory, 8, 0);
}

static void send_refuses_to_wait(struct ipc_port *tx)
{
	answer.n = -EAGAIN;
	ipc_send(tx, memory, 8, 0);
}

static void send_has_an_error_of_its_own(struct ipc_port *tx)
{
	answer.n = -EINTR;
	ipc_send(tx, memory, 8, 0);
}

static void loans_nothing(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(NULL, 8);
	ipc_loan(tx, &m, 8, 0);
}

static void loans_unaligned(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend((char *)memory + 4, 8);
	ipc_loan(tx, &m, 8, 0);
}

static void loans_too_little(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 7);
	ipc_loan(tx, &m, 8, 0);
}

static void failed_loan_writes(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	answer.err = -EPIPE;
	ipc_loan(tx, &m, 8, 0);
}

static void publish_waits(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	ipc_loan(tx, &m, 8, 0);
	answer.err = -EAGAIN;
	ipc_publish(tx, &m);
}

static void recv_overflows(struct ipc_port *rx)
{
	answer.n = 9;
	ipc_recv(rx, memory, 8, 0);
}

static void recv_gets_nothing(struct ipc_port *rx)
{
	answer.n = 0;
	ipc_recv(rx, memory, 8, 0);
}

static void stream_recv_is_short(struct ipc_port *rx)
{
	link_of.impl = &impl_stream;
	answer.n = 7;
	ipc_recv(rx, memory, 8, 0);
}

static void stream_message_is_too_long(struct ipc_port *rx)
{
	link_of.impl = &impl_stream;
	answer.n = -EMSGSIZE;
	ipc_recv(rx, memory, 8, 0);
}

static void too_long_for_the_longest(struct ipc_port *rx)
{
	answer.n = -EMSGSIZE;
	ipc_recv(rx, memory, MSG_MAX, 0);
}

static void takes_too_much(struct ipc_port *rx)
{
	struct ipc_msg m;

	answer_lend(memory, MSG_MAX + 1);
	ipc_take(rx, &m, 0);
}

/* ... and by the caller. */

static void sends_too_much(struct ipc_port *tx)
{
	answer.n = MSG_MAX + 1;
	ipc_send(tx, memory, MSG_MAX + 1, 0);
}

static void sends_nothing(struct ipc_port *tx)
{
	answer.n = 0;
	ipc_send(tx, memory, 0, 0);
}

static void receives_from_a_sender(struct ipc_port *tx)
{
	answer.n = 8;
	ipc_recv(tx, memory, 8, 0);
}

static void loans_twice(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	ipc_loan(tx, &m, 8, 0);
	ipc_loan(tx, &m, 8, 0);
}

static void sends_over_a_loan(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	ipc_loan(tx, &m, 8, 0);
	answer.n = 8;
	ipc_send(tx, memory, 8, 0);
}

static void publishes_no_loan(struct ipc_port *tx)
{
	struct ipc_msg m = {memory, 8, 42};

	answer_lend(memory, 8);
	ipc_publish(tx, &m);
}

static void publishes_another(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	ipc_loan(tx, &m, 8, 0);
	m.data = &memory[1];
	ipc_publish(tx, &m);
}

static void publishes_more(struct ipc_port *tx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	ipc_loan(tx, &m, 8, 0);
	m.len = 9;
	ipc_publish(tx, &m);
}

static void loses_the_cookie(struct ipc_port *rx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	ipc_take(rx, &m, 0);
	m.cookie = 0;
	ipc_release(rx, &m);
}

static void releases_twice(struct ipc_port *rx)
{
	struct ipc_msg m;

	answer_lend(memory, 8);
	ipc_take(rx, &m, 0);
	ipc_release(rx, &m);
	ipc_release(rx, &m);
}

static void lends_no_run(struct ipc_port *tx)
{
	struct ipc_run run;

	answer_run(8, 8, 0);
	ipc_loan_many(tx, &run, 8, 3, 0);
}

static void lends_too_long_a_run(struct ipc_port *tx)
{
	struct ipc_run run;

	answer_run(8, 8, 4);
	ipc_loan_many(tx, &run, 8, 3, 0);
}

static void lends_one_in_another(struct ipc_port *rx)
{
	struct ipc_run run;

	answer_run(9, 8, 2);
	ipc_take_many(rx, &run, 2, 0);
}

static void publishes_part_of_a_run(struct ipc_port *tx)
{
	struct ipc_run run;

	answer_run(8, 8, 3);
	ipc_loan_many(tx, &run, 8, 3, 0);
	run.n = 2;
	ipc_publish_many(tx, &run);
}

static void shortens_a_run(struct ipc_port *tx)
{
	struct ipc_run run;

	answer_run(8, 8, 3);
	ipc_loan_many(tx, &run, 8, 3, 0);
	run.first.len = 7;
	ipc_publish_many(tx, &run);
}

static void takes_over_a_run(struct ipc_port *rx)
{
	struct ipc_run run;

	answer_run(8, 8, 2);
	ipc_take_many(rx, &run, 2, 0);
	ipc_take_many(rx, &run, 2, 0);
}

static void takes_a_run_of_none(struct ipc_port *rx)
{
	struct ipc_run run;

	answer_run(8, 8, 0);
	ipc_take_many(rx, &run, 0, 0);
}

static const struct {
	const char *name;
	enum ipc_side side;
	void (*act)(struct ipc_port *port);
} breaches[] = {
#define BREACH(side, name)        \
	{                         \
#name, side, name \
	}
	BREACH(IPC_TX, sends_short),
	BREACH(IPC_TX, send_refuses_to_wait),
	BREACH(IPC_TX, send_has_an_error_of_its_own),
	BREACH(IPC_TX, loans_nothing),
	BREACH(IPC_TX, loans_unaligned),
	BREACH(IPC_TX, loans_too_little),
	BREACH(IPC_TX, failed_loan_writes),
	BREACH(IPC_TX, publish_waits),
	BREACH(IPC_RX, recv_overflows),
	BREACH(IPC_RX, recv_gets_nothing),
	BREACH(IPC_RX, stream_recv_is_short),
	BREACH(IPC_RX, stream_message_is_too_long),
	BREACH(IPC_RX, too_long_for_the_longest),
	BREACH(IPC_RX, takes_too_much),
	BREACH(IPC_TX, sends_too_much),
	BREACH(IPC_TX, sends_nothing),
	BREACH(IPC_TX, receives_from_a_sender),
	BREACH(IPC_TX, loans_twice),
	BREACH(IPC_TX, sends_over_a_loan),
	BREACH(IPC_TX, publishes_no_loan),
	BREACH(IPC_TX, publishes_another),
	BREACH(IPC_TX, publishes_more),
	BREACH(IPC_RX, loses_the_cookie),
	BREACH(IPC_RX, releases_twice),
	BREACH(IPC_TX, lends_no_run),
	BREACH(IPC_TX, lends_too_long_a_run),
	BREACH(IPC_RX, lends_one_in_another),
	BREACH(IPC_TX, publishes_part_of_a_run),
	BREACH(IPC_TX, shortens_a_run),
	BREACH(IPC_RX, takes_over_a_run),
	BREACH(IPC_RX, takes_a_run_of_none),
#undef BREACH
};

static void rules_broken(void **state)
{
	const struct rlimit no_core = {0, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(breaches) / sizeof(*breaches); i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			setrlimit(RLIMIT_CORE, &no_core);
			/* What it says there is not news here. */
			if (!freopen("/dev/null", "w", stderr))
				_exit(0);
			signal(SIGABRT, SIG_DFL);
			link_of.impl = &impl_bounded;
			breaches[i].act(port_new(breaches[i].side));
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
			fail_msg("%s: not noticed, status %#x",
				 breaches[i].name, (unsigned int)status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_kept),
		cmocka_unit_test(rules_of_runs_kept),
		cmocka_unit_test(rules_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
