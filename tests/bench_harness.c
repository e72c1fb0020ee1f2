/* SPDX-License-Identifier: MIT */
/* What the suite itself costs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "run/spawn.h"
#include "run/wire.h"
#include "tests/bench_bare.h"
#include "tests/fake_run.h"
#include "tests/selfbench.h"

void bench_harness(void);

enum {
	CELLS = 100, /* of the run that is reported: 5000 trials */
	BLOCKS = 50,
	BINS = 300,
	REPORTS = 3,
};
#define PINGPONG_LIMIT 1.02
#define STREAM_LIMIT 1.03
#define CALL_NS 3
#define SETUP_MS 20
#define REPORT_S 5

static void against_bare_loops(size_t size)
{
	const unsigned int *same = bench_pus.same, *cross = bench_pus.cross;

	bare_against(&bare_pipe, &bare_pingpong, size, same, PINGPONG_LIMIT);
	bare_against(&bare_pipe, &bare_pingpong_mean, size, same,
		     PINGPONG_LIMIT);
	bare_against(&bare_pipe, &bare_stream, size, same, STREAM_LIMIT);
	if (!bench_two_pus())
		return;
	bare_against(&bare_pipe, &bare_pingpong, size, cross, PINGPONG_LIMIT);
	bare_against(&bare_pipe, &bare_stream, size, cross, STREAM_LIMIT);
}

static void one_call(void)
{
	/* Calls of node 0 in a round: send and recv, or loan, publish, take
	 * and release. */
	static const double calls[IPC_APIS] = {2, 4};

	for (int api = 0; api < IPC_APIS; api++) {
		struct trial_spec spec = bare_spec(
			"null", "pingpong", 8, bench_pus.cross, IPC_WAIT_SPIN);
		double ns[BENCH_PAIRS];
		char name[64];

		spec.api = (enum ipc_api)api;
		bare_fit(&spec);
		for (size_t i = 0; i < BENCH_PAIRS; i++)
			ns[i] = bare_trial_ns(&spec) / calls[api];
		snprintf(name, sizeof(name), "null, pingpong, api %s: a call",
			 ipc_api_names[api]);
		bench_figure(name, bench_median(ns, BENCH_PAIRS), "ns",
			     CALL_NS);
	}
}

static void set_up_time(const char *backend)
{
	struct trial_spec spec = bare_spec(backend, "pingpong", 4096,
					   bench_pus.same, IPC_WAIT_BLOCK);
	struct journal journal;
	struct why why;
	double ms[BENCH_PAIRS];
	char name[64];

	if (journal_open(&journal, &why) != 0)
		exit(command_usage(&why));
	spec.calibrate_ns = 0;
	spec.samples = 100;
	spec.per_sample = 1;
	for (size_t i = 0; i < BENCH_PAIRS; i++) {
		json_t *record = NULL;

		if (spawn_trial(&spec, &journal, &record) != 0)
			exit(EXIT_FAILURE);
		ms[i] = json_number_value(json_object_get(record, "setup_ns")) /
			NS_PER_MS;
		json_decref(record);
	}
	journal_close(&journal);
	snprintf(name, sizeof(name), "%s: set-up of a trial, exec included",
		 backend);
	bench_figure(name, bench_median(ms, BENCH_PAIRS), "ms", SETUP_MS);
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
	double s[REPORTS];

	if (!mkdtemp(dir))
		exit(EXIT_FAILURE);
	snprintf(run, sizeof(run), "%s/run", dir);
	if (fake_run(run, CELLS, BLOCKS, BINS) != 0)
		exit(EXIT_FAILURE);
	for (size_t i = 0; i < REPORTS; i++)
		s[i] = report_s(program, run);
	bench_figure("report on a run with 5000 trials",
		     bench_median(s, REPORTS), "s", REPORT_S);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", dir);
}

void bench_harness(void)
{
	static const size_t sizes[] = {64, 4096};
	const char *program = getenv("IPCBENCH");

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		against_bare_loops(sizes[i]);
	one_call();
	if (spawn_init() != 0)
		exit(EXIT_FAILURE);
	set_up_time("pipe");
	set_up_time("ring");
	report_time(program ? program : "build/ipcbench");
}
