/* SPDX-License-Identifier: MIT */
/*
 * Bounded buffer, counted by queued real-time signals: a counter is the number
 * of signals that are pending for the thread that takes from it.
 *
 * One signal number serves both counters of a link, as each has its own
 * thread. Links of one trial have different numbers: a number is in use while
 * it is blocked, from open to close, and who takes part inherits that.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ipc/counted.h"

enum {
	SIGNAL_SHARE = 4, /* a link may take this part of what may be queued */
};

/* In the counter's room: who takes from it. */
struct signal_taker {
	_Atomic uint32_t tid; /* 0 until it is attached */
	uint32_t pid;
	struct event attached;
};
_Static_assert(sizeof(struct signal_taker) <= COUNTED_ROOM, "a taker has room");

struct signal_link {
	struct counted_link base;
	int number;
};

struct signal_port {
	struct counted_port base;
	int number;
	sigset_t set; /* number alone */
	siginfo_t info;
	/* Who takes from the counter that this side gives to; learned when it
	 * is needed, as the peer may not be attached before. */
	pid_t peer_pid, peer_tid;
};

static int queue_one(const struct signal_port *port, pid_t pid, pid_t tid)
{
	if (syscall(SYS_rt_tgsigqueueinfo, pid, tid, port->number,
		    &port->info) == 0)
		return 0;
	switch (errno) {
	case ESRCH: /* no such thread any more */
		return -EPIPE;
	case EAGAIN: /* RLIMIT_SIGPENDING; must not look like a full link */
		return -ENOBUFS;
	default:
		return -errno;
	}
}

static void learn_peer(struct signal_port *port, struct signal_taker *taker)
{
	uint32_t tid = event_wait(&taker->attached, &taker->tid, 0,
				  &port->base.base.link->policy);

	/* Acquired with tid, which say_taker() releases. */
	port->peer_pid = (pid_t)taker->pid;
	port->peer_tid = (pid_t)tid;
}

static int signal_up(struct counted_port *base, enum counted_which which)
{
	struct signal_port *port = (struct signal_port *)base;

	if (port->peer_tid == 0)
		learn_peer(port, base->room[which]);
	return queue_one(port, port->peer_pid, port->peer_tid);
}

static int signal_down(struct counted_port *base, enum counted_which which,
		       unsigned int flags)
{
	static const struct timespec at_once = {0, 0};
	const struct timespec *end = flags & IPC_NOWAIT ? &at_once : NULL;
	struct signal_port *port = (struct signal_port *)base;

	(void)which; /* this thread's */
	while (sigtimedwait(&port->set, NULL, end) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static const struct counted_kind signal_kind = {
	.down = signal_down,
	.up = signal_up,
};

static int signal_probe(const struct ipc_spec *spec, struct why *why)
{
	struct rlimit pending;

	if (getrlimit(RLIMIT_SIGPENDING, &pending))
		return why_not(why, -errno, "getrlimit: %s", strerror(errno));
	if (spec->depth > pending.rlim_cur / SIGNAL_SHARE)
		return why_not(why, -E2BIG,
			       "%u signals in the queue are over the %llu that "
			       "a link may take of RLIMIT_SIGPENDING (%llu)",
			       spec->depth,
			       (unsigned long long)pending.rlim_cur /
				       SIGNAL_SHARE,
			       (unsigned long long)pending.rlim_cur);
	return counted_probe(spec, why);
}

static void only(sigset_t *set, int number)
{
	sigemptyset(set);
	sigaddset(set, number);
}

/* A number that no other link of this process uses, blocked from here on; or a
 * negative errno. */
static int reserve_number(void)
{
	sigset_t blocked, one;

	if (pthread_sigmask(SIG_BLOCK, NULL, &blocked))
		return -EINVAL;
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++) {
		if (sigismember(&blocked, number))
			continue;
		only(&one, number);
		return pthread_sigmask(SIG_BLOCK, &one, NULL) ? -EINVAL
							      : number;
	}
	return -ENOSPC;
}

static int signal_open(struct ipc_link *base)
{
	struct signal_link *link = (struct signal_link *)base;
	int err = counted_open(base, &signal_kind);

	if (err)
		return err;
	link->number = reserve_number();
	if (link->number < 0) {
		counted_close(base);
		return link->number;
	}
	return 0;
}

static void signal_close(struct ipc_link *base)
{
	struct signal_link *link = (struct signal_link *)base;
	sigset_t one;

	only(&one, link->number);
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	counted_close(base);
}

/* What is pending goes with the thread, but that may live on. */
static void signal_detach(struct ipc_port *base)
{
	enum counted_which which = counted_taken_by(base->side);

	while (signal_down((struct counted_port *)base, which, IPC_NOWAIT) == 0)
		continue;
}

/* The counter that this side takes from gets its thread and what it starts
 * with. */
static int say_taker(struct signal_port *port)
{
	struct ipc_link *link = port->base.base.link;
	enum counted_which which = counted_taken_by(port->base.base.side);
	struct signal_taker *taker = port->base.room[which];
	pid_t pid = getpid(), tid = gettid();
	int err = 0;

	for (uint32_t i = counted_start(&link->spec, which); !err && i > 0; i--)
		err = queue_one(port, pid, tid);
	if (err) {
		signal_detach(&port->base.base);
		return err;
	}
	taker->pid = (uint32_t)pid;
	/* Releases pid: who sees the one has the other. */
	event_post(&taker->attached, &taker->tid, (uint32_t)tid, &link->policy);
	return 0;
}

static int signal_attach(struct ipc_port *base)
{
	struct signal_port *port = (struct signal_port *)base;
	int err = counted_attach(base);

	if (err)
		return err;
	port->number = ((const struct signal_link *)base->link)->number;
	only(&port->set, port->number);
	port->info.si_signo = port->number;
	port->info.si_code = SI_QUEUE;
	port->info.si_pid = getpid();
	port->info.si_uid = getuid();
	return say_taker(port);
}

static void signal_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct signal_link *link = (const struct signal_link *)base;
	size_t used;

	counted_describe(base, buf, size);
	used = strlen(buf);
	snprintf(buf + used, size - used, ", signal %d", link->number);
}

const struct ipc_impl signal_impl = {
	.name = "signal",
	.brief = "slots in shared memory, counted by queued real-time signals",
	.about =
		"The sender writes a message into a slot of a bounded buffer "
		"in shared memory and queues a real-time signal for the "
		"receiver, which has it blocked and fetches it with "
		"sigtimedwait(2): no handler runs. Real-time signals are not "
		"merged as the old ones are, so those that are pending are a "
		"count of filled slots. The receiver queues one for the sender "
		"in return for each slot that is free again. Each side makes "
		"two system calls a message.\n"
		"The signals go to one thread of the peer "
		"(rt_tgsigqueueinfo(2), which is behind pthread_sigqueue(3)), "
		"not to its process, where any thread might fetch them. Who is "
		"where both sides read in the shared memory when they attach. "
		"The kernel wakes the sleeper in the call that queues.\n"
		"A queued signal takes memory in the kernel, about 80 bytes, "
		"allocated and freed for each message, and all of a user's may "
		"be RLIMIT_SIGPENDING at most, so the depth has a limit. "
		"Fetching one searches the thread's queue from its front, past "
		"signals of other numbers: a thread that has much room on one "
		"link fetches more slowly on another. A round trip over two "
		"links took twice as long with a depth of 1024 as with 8, and "
		"twenty times as long with 16384.\n"
		"Who signals a peer that is gone is told (ESRCH), but who "
		"waits for one is not. And if its number has meanwhile gone to "
		"some other process, that one gets the signal: process "
		"descriptors (pidfd_send_signal(2)) were made against that. "
		"signal(7), sigqueue(3), rt_sigqueueinfo(2); kernel/signal.c "
		"in the kernel's sources.\n",
	.family = IPC_COUNTER,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"rt_sigtimedwait rt_tgsigqueueinfo",
			       "rt_sigtimedwait rt_tgsigqueueinfo"},
		     .wake = IPC_WAKE_CALL},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct signal_link),
	.port_size = sizeof(struct signal_port),
	.probe = signal_probe,
	.open = signal_open,
	.close = signal_close,
	.attach = signal_attach,
	.detach = signal_detach,
	.describe = signal_describe,
	.ops = &counted_ops,
};
