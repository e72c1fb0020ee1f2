/* SPDX-License-Identifier: MIT */
/*
 * What the suite itself costs, side by side with loops that have no harness,
 * interleaved in one run: ratios of medians hold where absolute times do not.
 *
 *	make selfbench
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stats.h"
#include "base/topology.h"
#include "cli/command.h"
#include "run/spawn.h"
#include "run/wire.h"
#include "tests/fake_run.h"

enum {
	PAIRS = 21,
	BARE_PAIRS = 61, /* a pair is noisy: two trials on a shared machine */
	SIZE_MAX_B = 1 << 16,
	STAMPS = 1 << 14,
	BURSTS = 10,
	CELLS = 100, /* of the run that is reported: 5000 trials */
	BLOCKS = 50,
	BINS = 300,
};
#define TRIAL_NS (30 * NS_PER_MS)
#define CALIBRATE_NS (10 * NS_PER_MS)

static unsigned int failures;

static void verdict(const char *what, double got, const char *unit,
		    double limit)
{
	bool ok = got <= limit;

	failures += !ok;
	printf("  %-58s %7.4g %-3s limit %-5.4g %s\n", what, got, unit, limit,
	       ok ? "ok" : "ABOVE");
	fflush(stdout);
}

static double median(double *y, size_t n)
{
	stats_sort(y, n);
	return stats_median(y, n);
}

/* The bare loops: two processes, two pipes, nothing else. */
struct bare {
	size_t size;
	uint64_t rounds;
	int down[2], up[2];
	uint64_t *buf;
	uint64_t *stamps;
};

static void full_write(int fd, const void *buf, size_t size)
{
	if (write(fd, buf, size) != (ssize_t)size)
		_exit(EXIT_FAILURE);
}

static void full_read(int fd, void *buf, size_t size)
{
	char *at = buf;

	while (size) {
		ssize_t n = read(fd, at, size);

		if (n <= 0)
			_exit(EXIT_FAILURE);
		at += n;
		size -= (size_t)n;
	}
}

static void bare_pong(struct bare *b)
{
	for (uint64_t i = 0; i < b->rounds; i++) {
		full_read(b->down[0], b->buf, b->size);
		full_write(b->up[1], b->buf, b->size);
	}
}

/* Who wants percentiles looks at the clock after each round trip. */
static void bare_ping(struct bare *b)
{
	uint64_t then = clock_ns();

	for (uint64_t i = 0; i < b->rounds; i++) {
		uint64_t now;

		full_write(b->down[1], b->buf, b->size);
		full_read(b->up[0], b->buf, b->size);
		now = clock_ns();
		b->stamps[i % STAMPS] = now - then;
		then = now;
	}
}

/* Who wants a mean does not. */
static void bare_ping_mean(struct bare *b)
{
	for (uint64_t i = 0; i < b->rounds; i++) {
		full_write(b->down[1], b->buf, b->size);
		full_read(b->up[0], b->buf, b->size);
	}
}

/* A user's sink reads what it gets, a user's source makes it. As in the
 * suite, each of ten bursts ends when it is acknowledged. */
static void bare_sink(struct bare *b)
{
	size_t words = b->size / 8;
	uint64_t *buf = b->buf;

	for (int burst = 0; burst < BURSTS; burst++) {
		uint64_t sum = 0;

		for (uint64_t i = 0; i < b->rounds / BURSTS; i++) {
			full_read(b->down[0], buf, b->size);
			for (size_t k = 0; k < words; k++)
				sum += buf[k];
		}
		buf[0] = sum;
		full_write(b->up[1], buf, 8);
	}
}

static void bare_source(struct bare *b)
{
	size_t words = b->size / 8;
	uint64_t *buf = b->buf;

	for (int burst = 0; burst < BURSTS; burst++) {
		for (uint64_t i = 0; i < b->rounds / BURSTS; i++) {
			for (size_t k = 0; k < words; k++)
				buf[k] = i;
			full_write(b->down[1], buf, b->size);
		}
		full_read(b->up[0], buf, 8);
	}
}

struct bare_pair {
	void (*timed)(struct bare *b), (*other)(struct bare *b);
};

/* ns per round; the first tenth is warm-up. */
static double bare_round_ns(struct bare_pair pair, const unsigned int pu[2],
			    size_t size, uint64_t rounds)
{
	static _Alignas(4096) uint64_t buf[SIZE_MAX_B / 8];
	static uint64_t stamps[STAMPS];
	struct bare b = {.size = size,
			 .rounds = rounds / 10 + 1,
			 .buf = buf,
			 .stamps = stamps};
	uint64_t start;
	pid_t pid;
	int status;

	if (pipe2(b.down, O_CLOEXEC) || pipe2(b.up, O_CLOEXEC))
		exit(EXIT_FAILURE);
	memset(buf, 1, sizeof(buf));
	pid = fork();
	if (pid == 0) {
		if (topology_bind(pu[1], NULL))
			_exit(EXIT_FAILURE);
		pair.other(&b);
		b.rounds = rounds;
		pair.other(&b);
		_exit(EXIT_SUCCESS);
	}
	if (pid < 0 || topology_bind(pu[0], NULL))
		exit(EXIT_FAILURE);
	pair.timed(&b);
	b.rounds = rounds;
	start = clock_ns();
	pair.timed(&b);
	start = clock_ns() - start;
	waitpid(pid, &status, 0);
	for (int i = 0; i < 2; i++) {
		close(b.down[i]);
		close(b.up[i]);
	}
	return (double)start / (double)rounds;
}

static struct trial_spec spec_of(const char *backend, const char *workload,
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
		.deadline_ns = 20 * NS_PER_S,
	};

	spec.payload = spec.workload->touch ? PAYLOAD_TOUCH : PAYLOAD_ENDS;
	spec.api = spec.impl->caps & IPC_ZEROCOPY ? IPC_API_LEND : IPC_API_COPY;
	return spec;
}

static double wall_round_ns(const struct trial_spec *spec, const char *what)
{
	struct trial_record record;
	double ns;

	trial_run(spec, &record);
	ns = spec->calibrate_ns
		     ? record.round_ns
		     : (double)record.wall_ns /
			       (double)(record.samples * record.per_sample);
	if (record.verdict == VERDICT_FAIL) {
		fprintf(stderr, "%s: %s\n", what, record.why.text);
		exit(EXIT_FAILURE);
	}
	trial_record_free(&record);
	return ns;
}

/* Fill a trial as "ipcbench run" would: one round a sample, or ten batches. */
static void fit(struct trial_spec *spec, double round_ns)
{
	double rounds = (double)TRIAL_NS / round_ns;
	bool batch =
		spec->workload->timing == TIMING_BATCH || round_ns < 50 * 24;

	spec->calibrate_ns = 0;
	spec->samples = batch ? BURSTS : (uint64_t)rounds;
	spec->per_sample = batch ? (uint64_t)(rounds / BURSTS) + 1 : 1;
	spec->warmup = (uint64_t)(rounds / 10) + 1;
}

static void against_bare(const char *workload, struct bare_pair pair,
			 size_t size, const unsigned int pu[2], double limit)
{
	struct trial_spec spec =
		spec_of("pipe", workload, size, pu, IPC_WAIT_BLOCK);
	double ratio[BARE_PAIRS];
	char what[96];

	fit(&spec, wall_round_ns(&spec, workload));
	for (size_t i = 0; i < BARE_PAIRS; i++) {
		uint64_t rounds = spec.samples * spec.per_sample;
		double bare = 0;
		double suite;

		/* Each goes first in turn: the host drifts within a pair. */
		if (i % 2)
			bare = bare_round_ns(pair, pu, size, rounds);
		suite = wall_round_ns(&spec, workload);
		if (i % 2 == 0)
			bare = bare_round_ns(pair, pu, size, rounds);
		ratio[i] = suite / bare;
	}
	snprintf(what, sizeof(what),
		 "(a) pipe %s %zu B, %s: suite / bare loop%s", workload, size,
		 pu[0] == pu[1] ? "same PU" : "two PUs",
		 pair.timed == bare_ping_mean ? ", no stamps" : "");
	verdict(what, median(ratio, BARE_PAIRS), "", limit);
}

static void harness_cost(const unsigned int pu[2])
{
	/* Calls of node 0 in a round: send and recv, or loan, publish, take
	 * and release. */
	static const double calls[IPC_APIS] = {2, 4};

	for (int api = 0; api < IPC_APIS; api++) {
		struct trial_spec spec =
			spec_of("null", "pingpong", 8, pu, IPC_WAIT_SPIN);
		double ns[PAIRS];
		char what[64];

		spec.api = (enum ipc_api)api;
		fit(&spec, wall_round_ns(&spec, "null"));
		for (size_t i = 0; i < PAIRS; i++)
			ns[i] = wall_round_ns(&spec, "null") / calls[api];
		snprintf(what, sizeof(what),
			 "(b) null, pingpong, api %s: a call",
			 ipc_api_names[api]);
		verdict(what, median(ns, PAIRS), "ns", 3);
	}
}

static void set_up_time(const char *backend, const unsigned int pu[2])
{
	struct trial_spec spec =
		spec_of(backend, "pingpong", 4096, pu, IPC_WAIT_BLOCK);
	struct journal journal;
	struct why why;
	double ms[PAIRS];
	char what[64];

	if (journal_open(&journal, &why) != 0)
		exit(command_usage(&why));
	spec.calibrate_ns = 0;
	spec.samples = 100;
	spec.per_sample = 1;
	for (size_t i = 0; i < PAIRS; i++) {
		json_t *record = NULL;

		if (spawn_trial(&spec, &journal, &record) != 0)
			exit(EXIT_FAILURE);
		ms[i] = json_number_value(json_object_get(record, "setup_ns")) /
			NS_PER_MS;
		json_decref(record);
	}
	journal_close(&journal);
	snprintf(what, sizeof(what), "(c) %s: set-up of a trial, exec included",
		 backend);
	verdict(what, median(ms, PAIRS), "ms", 20);
}

static double report_s(const char *program, const char *dir)
{
	uint64_t start = clock_ns();
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execl(program, program, "report", dir, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status != 0) {
		fprintf(stderr, "report ended with status %d\n", status);
		exit(EXIT_FAILURE);
	}
	return (double)(clock_ns() - start) / NS_PER_S;
}

static void report_time(const char *program)
{
	char dir[] = "/tmp/ipcbench-selfbench-XXXXXX";
	char run[64];
	char command[96];
	double s[3];

	if (!mkdtemp(dir))
		exit(EXIT_FAILURE);
	snprintf(run, sizeof(run), "%s/run", dir);
	if (fake_run(run, CELLS, BLOCKS, BINS) != 0)
		exit(EXIT_FAILURE);
	for (size_t i = 0; i < 3; i++)
		s[i] = report_s(program, run);
	verdict("(d) report on a run with 5000 trials", median(s, 3), "s", 5);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", dir);
}

static void find_pus(unsigned int same[2], unsigned int cross[2])
{
	struct topology *topo;
	struct pair *pair;
	struct why why;
	size_t n;

	if (topology_load(&topo, NULL, false, &why) != 0)
		exit(command_usage(&why));
	same[0] = same[1] = topology_pu(topo, 0);
	cross[0] = cross[1] = same[0];
	if (topology_place(topo, "cross", &pair, &n, &why) == 0) {
		cross[0] = pair->a;
		cross[1] = pair->b;
		free(pair);
	}
	topology_free(topo);
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = {64, 4096};
	static const struct bare_pair pingpong = {bare_ping, bare_pong};
	static const struct bare_pair mean = {bare_ping_mean, bare_pong};
	static const struct bare_pair stream = {bare_source, bare_sink};
	const char *program = getenv("IPCBENCH");
	unsigned int same[2];
	unsigned int cross[2];

	/* spawn_trial() starts this very program. */
	if (argc > 1 && strcmp(argv[1], "trial") == 0)
		return trial_command.run(argc - 1, argv + 1);
	find_pus(same, cross);
	printf("medians: (a) of %d interleaved pairs, (b) and (c) of %d "
	       "repetitions, (d) of 3\n",
	       BARE_PAIRS, PAIRS);
	for (size_t i = 0; i < 2; i++) {
		against_bare("pingpong", pingpong, sizes[i], same, 1.02);
		against_bare("pingpong", mean, sizes[i], same, 1.02);
		against_bare("stream", stream, sizes[i], same, 1.03);
		if (cross[0] == cross[1])
			continue;
		against_bare("pingpong", pingpong, sizes[i], cross, 1.02);
		against_bare("stream", stream, sizes[i], cross, 1.03);
	}
	harness_cost(cross);
	if (spawn_init() != 0)
		return EXIT_FAILURE;
	set_up_time("pipe", same);
	set_up_time("ring", same);
	report_time(program ? program : "build/ipcbench");
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
