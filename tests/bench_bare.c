/* SPDX-License-Identifier: MIT */
/* Bare loops, and trials beside them. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The system's flag has the name of the contract's. */
#undef IPC_NOWAIT

#include "base/clock.h"
#include "base/topology.h"
#include "cli/command.h"
#include "ipc/options.h"
#include "tests/bench_bare.h"
#include "tests/selfbench.h"

enum {
	STAMPS = 1 << 14,
	BURSTS = 10,
	MQ_MESSAGES = 8, /* what anybody may have is 10 */
	ANY_TYPE = 0,
	OUR_TYPE = 1,
};
#define TRIAL_NS (30 * NS_PER_MS)
#define CALIBRATE_NS (10 * NS_PER_MS)
#define DEADLINE_NS (20 * NS_PER_S)

/* Word 0 is a System V message's type; buf begins behind it. */
struct bare {
	const struct bare_kind *kind;
	size_t size;
	uint64_t rounds;
	int down[2], up[2]; /* [0] is read, [1] written */
	uint64_t *buf;
	uint64_t *stamps;
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bare loop: %s: %s\n", what, strerror(errno));
	_exit(EXIT_FAILURE);
}

static void stream_put(int fd, const uint64_t *buf, size_t size)
{
	must(write(fd, buf, size) == (ssize_t)size, "write");
}

static void stream_get(int fd, uint64_t *buf, size_t size)
{
	char *at = (char *)buf;

	while (size) {
		ssize_t n = read(fd, at, size);

		must(n > 0, "read");
		at += n;
		size -= (size_t)n;
	}
}

static void stream_close(int fd[2])
{
	close(fd[0]);
	close(fd[1]);
}

static void pipe_open(int fd[2])
{
	must(pipe2(fd, O_CLOEXEC) == 0, "pipe2");
}

const struct bare_kind bare_pipe = {"pipe", pipe_open, stream_put, stream_get,
				    stream_close};

static void unix_open(int fd[2])
{
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == 0,
	     "socketpair");
}

const struct bare_kind bare_unix_stream = {"unix-stream", unix_open, stream_put,
					   stream_get, stream_close};

static void mq_bare_open(int fd[2])
{
	struct mq_attr attr = {.mq_maxmsg = MQ_MESSAGES,
			       .mq_msgsize = BARE_SIZE_MAX / MQ_MESSAGES};
	char name[64];

	snprintf(name, sizeof(name), "/ipcbench-selfbench-%d", getpid());
	fd[0] = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600,
			&attr);
	must(fd[0] >= 0, "mq_open");
	mq_unlink(name);
	fd[1] = dup(fd[0]);
}

static void mq_put(int fd, const uint64_t *buf, size_t size)
{
	must(mq_send(fd, (const char *)buf, size, 0) == 0, "mq_send");
}

static void mq_get(int fd, uint64_t *buf, size_t size)
{
	must(mq_receive(fd, (char *)buf, BARE_SIZE_MAX / MQ_MESSAGES, NULL) ==
		     (ssize_t)size,
	     "mq_receive");
}

const struct bare_kind bare_posix_mq = {"posix-mq", mq_bare_open, mq_put,
					mq_get, stream_close};

static void sysv_open(int fd[2])
{
	fd[0] = fd[1] = msgget(IPC_PRIVATE, 0600);
	must(fd[0] >= 0, "msgget");
}

static void sysv_put(int fd, const uint64_t *buf, size_t size)
{
	must(msgsnd(fd, buf - 1, size, 0) == 0, "msgsnd");
}

static void sysv_get(int fd, uint64_t *buf, size_t size)
{
	must(msgrcv(fd, buf - 1, size, ANY_TYPE, 0) == (ssize_t)size, "msgrcv");
	buf[-1] = OUR_TYPE;
}

static void sysv_close(int fd[2])
{
	msgctl(fd[0], IPC_RMID, NULL);
}

const struct bare_kind bare_sysv_msg = {"sysv-msg", sysv_open, sysv_put,
					sysv_get, sysv_close};

static void put_down(struct bare *b)
{
	b->kind->put(b->down[1], b->buf, b->size);
}

static void get_down(struct bare *b)
{
	b->kind->get(b->down[0], b->buf, b->size);
}

static void put_up(struct bare *b, size_t size)
{
	b->kind->put(b->up[1], b->buf, size);
}

static void get_up(struct bare *b, size_t size)
{
	b->kind->get(b->up[0], b->buf, size);
}

static void pong(struct bare *b)
{
	for (uint64_t i = 0; i < b->rounds; i++) {
		get_down(b);
		put_up(b, b->size);
	}
}

/* Who wants percentiles looks at the clock after each round trip. */
static void ping(struct bare *b)
{
	uint64_t then = clock_ns();

	for (uint64_t i = 0; i < b->rounds; i++) {
		uint64_t now;

		put_down(b);
		get_up(b, b->size);
		now = clock_ns();
		b->stamps[i % STAMPS] = now - then;
		then = now;
	}
}

const struct bare_play bare_pingpong = {"pingpong", ping, pong, ""};

/* Who wants a mean does not. */
static void ping_mean(struct bare *b)
{
	for (uint64_t i = 0; i < b->rounds; i++) {
		put_down(b);
		get_up(b, b->size);
	}
}

const struct bare_play bare_pingpong_mean = {"pingpong", ping_mean, pong,
					     ", no stamps"};

/* A user's sink reads what it gets, a user's source makes it. As in the
 * suite, each of ten bursts ends when it is acknowledged. */
static void sink(struct bare *b)
{
	size_t words = b->size / 8;

	for (int burst = 0; burst < BURSTS; burst++) {
		uint64_t sum = 0;

		for (uint64_t i = 0; i < b->rounds / BURSTS; i++) {
			get_down(b);
			for (size_t k = 0; k < words; k++)
				sum += b->buf[k];
		}
		b->buf[0] = sum;
		put_up(b, 8);
	}
}

static void source(struct bare *b)
{
	size_t words = b->size / 8;

	for (int burst = 0; burst < BURSTS; burst++) {
		for (uint64_t i = 0; i < b->rounds / BURSTS; i++) {
			for (size_t k = 0; k < words; k++)
				b->buf[k] = i;
			put_down(b);
		}
		get_up(b, 8);
	}
}

const struct bare_play bare_stream = {"stream", source, sink, ""};

/* ns per round; the first tenth is warm-up. */
static double bare_ns(const struct bare_kind *kind,
		      const struct bare_play *play, const unsigned int pu[2],
		      size_t size, uint64_t rounds)
{
	static _Alignas(4096) uint64_t buf[8 + BARE_SIZE_MAX / 8];
	static uint64_t stamps[STAMPS];
	struct bare b = {.kind = kind,
			 .size = size,
			 .rounds = rounds / 10 + 1,
			 .buf = buf + 8,
			 .stamps = stamps};
	uint64_t start;
	pid_t pid;
	int status;

	kind->open(b.down);
	kind->open(b.up);
	memset(buf, 1, sizeof(buf));
	b.buf[-1] = OUR_TYPE;
	pid = fork();
	if (pid == 0) {
		must(topology_bind(pu[1], NULL) == 0, "bind");
		play->other(&b);
		b.rounds = rounds;
		play->other(&b);
		_exit(EXIT_SUCCESS);
	}
	must(pid > 0 && topology_bind(pu[0], NULL) == 0, "start");
	play->timed(&b);
	b.rounds = rounds;
	start = clock_ns();
	play->timed(&b);
	start = clock_ns() - start;
	waitpid(pid, &status, 0);
	kind->close(b.down);
	kind->close(b.up);
	return (double)start / (double)rounds;
}

struct trial_spec bare_spec(const char *backend, const char *workload,
			    size_t size, const unsigned int pu[2],
			    enum ipc_wait wait)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, backend, NULL),
		.workload = catalogue_workload(&catalogue, workload, NULL),
		.par = {.size = size},
		.wait = wait,
		.pu = {pu[0], pu[1]},
		.numa = -1,
		.calibrate_ns = CALIBRATE_NS,
		.deadline_ns = DEADLINE_NS,
	};

	spec.payload = spec.workload->touch ? PAYLOAD_TOUCH : PAYLOAD_ENDS;
	spec.api = spec.impl->caps & IPC_ZEROCOPY ? IPC_API_LEND : IPC_API_COPY;
	options_preset(spec.impl->options, spec.option);
	return spec;
}

double bare_trial_ns(const struct trial_spec *spec)
{
	struct trial_record record;
	double ns;

	trial_run(spec, &record);
	ns = spec->calibrate_ns
		     ? record.round_ns
		     : (double)record.wall_ns /
			       (double)(record.samples * record.per_sample);
	if (record.verdict == VERDICT_FAIL ||
	    record.verdict == VERDICT_UNSUPPORTED) {
		fprintf(stderr, "%s: %s\n", spec->impl->name, record.why.text);
		exit(EXIT_FAILURE);
	}
	trial_record_free(&record);
	return ns;
}

void bare_fit(struct trial_spec *spec)
{
	double round_ns = bare_trial_ns(spec);
	double rounds = (double)TRIAL_NS / round_ns;
	bool batch =
		spec->workload->timing == TIMING_BATCH || round_ns < 50 * 24;

	spec->calibrate_ns = 0;
	spec->samples = batch ? BURSTS : (uint64_t)rounds;
	spec->per_sample = batch ? (uint64_t)(rounds / BURSTS) + 1 : 1;
	spec->warmup = (uint64_t)(rounds / 10) + 1;
}

struct against {
	struct trial_spec spec;
	const struct bare_kind *kind;
	const struct bare_play *play;
};

static double against_suite(const void *arg)
{
	return bare_trial_ns(&((const struct against *)arg)->spec);
}

static double against_bare(const void *arg)
{
	const struct against *a = arg;

	return bare_ns(a->kind, a->play, a->spec.pu, a->spec.par.size,
		       a->spec.samples * a->spec.per_sample);
}

void bare_against(const struct bare_kind *kind, const struct bare_play *play,
		  size_t size, const unsigned int pu[2], double limit)
{
	bool cross = pu[0] != pu[1];
	struct against a = {.kind = kind, .play = play};
	char name[96];
	struct bench_ratio ratio = {
		.name = name,
		.limit = limit,
		.cross = cross,
		.any = true,
		.pairs = BENCH_PAIRS_NOISY,
		.own = against_suite,
		.floor = against_bare,
		.arg = &a,
	};

	snprintf(name, sizeof(name), "%s %s %zu B, %s: suite / bare loop%s",
		 kind->name, play->workload, size,
		 cross ? "two PUs" : "same PU", play->note);
	if (!catalogue_impl(&catalogue, kind->name, NULL)) {
		bench_absent(name, "not here: the back-end");
		return;
	}
	a.spec =
		bare_spec(kind->name, play->workload, size, pu, IPC_WAIT_BLOCK);
	bare_fit(&a.spec);
	bench_ratio(&ratio);
}
