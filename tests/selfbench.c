/* SPDX-License-Identifier: MIT */
/* The frame of make selfbench: subjects, pairs, classes, verdicts. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/stats.h"
#include "base/topology.h"
#include "cli/command.h"
#include "tests/selfbench.h"
#include "trial/line.h"

/* Every subject, in the order in which they run. */
#define SUBJECTS(subject) \
	subject(harness) subject(kernel) subject(ring) subject(transfer)

#define DECLARE(name) void bench_##name(void);
SUBJECTS(DECLARE)

static const struct {
	const char *name;
	void (*run)(void);
} subjects[] = {
#define ENTRY(name) {#name, bench_##name},
	SUBJECTS(ENTRY)};
enum { SUBJECTS_N = sizeof(subjects) / sizeof(*subjects) };

enum class { CLASS_S, CLASS_C, CLASS_X, CLASS_NONE, CLASSES };
static const char class_names[CLASSES] = "SCX-";

#define CLASS_C_NS 40 /* from here */
#define CLASS_X_NS 90 /* beyond this */
#define LINE_BUDGET_NS (200 * NS_PER_US)

enum {
	TRIES = 4, /* as many pairs as wanted may be spoilt, and more */
	PAIRS_MAX = 64,
	NAME_WIDTH = 58,
};

struct bench_pus bench_pus;
static unsigned int failures;

bool bench_two_pus(void)
{
	return bench_pus.cross[0] != bench_pus.cross[1];
}

double bench_median(double *y, size_t n)
{
	stats_sort(y, n);
	return stats_median(y, n);
}

void bench_figure(const char *name, double got, const char *unit, double limit)
{
	bool ok = got <= limit;

	failures += !ok;
	printf("  %-*s %7.4g %-3s <= %-5.4g %s\n", NAME_WIDTH, name, got, unit,
	       limit, ok ? "ok" : "OVER");
	fflush(stdout);
}

void bench_absent(const char *name, const char *why)
{
	printf("  %-*s not judged: %s\n", NAME_WIDTH, name, why);
	fflush(stdout);
}

/* Two threads that begin together. */
struct gate {
	_Atomic unsigned int here;
	void (*run)(void *);
	void *arg;
};

/* Relaxed would do: the threads share nothing through it but the moment. */
static void gate_meet(struct gate *gate)
{
	atomic_fetch_add(&gate->here, 1);
	while (atomic_load(&gate->here) < 2)
		event_relax();
}

static void bind(unsigned int pu)
{
	struct why why;

	if (topology_bind(pu, &why) == 0)
		return;
	fprintf(stderr, "%s\n", why.text);
	exit(EXIT_FAILURE);
}

static void *duo_other(void *arg)
{
	struct gate *gate = arg;

	bind(bench_pus.cross[1]);
	gate_meet(gate);
	gate->run(gate->arg);
	return NULL;
}

double bench_duo_args(void (*timed)(void *), void *timed_arg,
		      void (*other)(void *), void *other_arg)
{
	struct gate gate = {.run = other, .arg = other_arg};
	pthread_attr_t attr;
	pthread_t thread;
	uint64_t start, end;
	cpu_set_t set;

	/* Born there: here it would wait for the caller, who polls. */
	CPU_ZERO(&set);
	CPU_SET(bench_pus.cross[1], &set);
	if (pthread_attr_init(&attr) ||
	    pthread_attr_setaffinity_np(&attr, sizeof(set), &set) ||
	    pthread_create(&thread, &attr, duo_other, &gate))
		exit(EXIT_FAILURE);
	pthread_attr_destroy(&attr);
	bind(bench_pus.cross[0]);
	gate_meet(&gate);
	start = clock_ns();
	timed(timed_arg);
	end = clock_ns();
	pthread_join(thread, NULL);
	return (double)(end - start);
}

double bench_duo(void (*timed)(void *), void (*other)(void *), void *arg)
{
	return bench_duo_args(timed, arg, other, arg);
}

/* The class of the two PUs at this moment. */
struct line_side {
	struct line_probe *probe;
	unsigned int side;
	struct line_floor floor;
};

static void line_play(void *arg)
{
	struct line_side *side = arg;

	line_measure(side->probe, side->side, LINE_BUDGET_NS, &side->floor);
}

static enum class class_now(void) {
	static struct line_probe probe;
	struct line_side a = {&probe, 0, {0, 0}}, b = {&probe, 1, {0, 0}};

	memset(&probe, 0, sizeof(probe));
	bench_duo_args(line_play, &a, line_play, &b);
	if (a.floor.line_ns <= 0) return CLASS_NONE;
	if (a.floor.line_ns > CLASS_X_NS) return CLASS_X;
	return a.floor.line_ns < CLASS_C_NS ? CLASS_S : CLASS_C;
}

/* Ratios by class; what is not between two PUs has no class. */
struct tally {
	double y[CLASSES][PAIRS_MAX];
	size_t n[CLASSES];
	unsigned int changed; /* pairs that do not count */
};

/* Each goes first in turn: the host drifts within a pair. */
static double pair_ratio(const struct bench_ratio *ratio, unsigned int turn)
{
	double own, floor = 0;

	if (turn % 2)
		floor = ratio->floor(ratio->arg);
	own = ratio->own(ratio->arg);
	if (turn % 2 == 0)
		floor = ratio->floor(ratio->arg);
	return own / floor;
}

static void measure_pairs(const struct bench_ratio *ratio, size_t pairs,
			  struct tally *tally)
{
	enum class before = CLASS_NONE, after = CLASS_NONE;
	enum class wanted = ratio->cross ? CLASS_C : CLASS_NONE;
	unsigned int turn;

	for (turn = 0; turn < TRIES * pairs; turn++) {
		double y;

		if (ratio->cross)
			before = class_now();
		y = pair_ratio(ratio, turn);
		if (ratio->cross)
			after = class_now();
		if (before != after || tally->n[after] == pairs) {
			tally->changed += before != after;
			continue;
		}
		tally->y[after][tally->n[after]++] = y;
		if (tally->n[ratio->any ? after : wanted] == pairs)
			return;
	}
}

static void report_class(const struct bench_ratio *ratio, struct tally *tally,
			 enum class class, bool judged)
{
	double median = bench_median(tally->y[class], tally->n[class]);
	bool ok = ratio->at_least ? median >= ratio->limit
				  : median <= ratio->limit;

	failures += judged && !ok;
	printf("  %-*s %7.3f     %s %-5.4g %-10s class %c, %zu pairs",
	       NAME_WIDTH, ratio->name, median,
	       ratio->at_least ? ">=" : "<=", ratio->limit,
	       !judged ? "not judged"
	       : ok    ? "ok"
		       : "OVER",
	       class_names[class], tally->n[class]);
	if (tally->changed)
		printf(", %u changed class", tally->changed);
	printf("\n");
	fflush(stdout);
}

void bench_ratio(const struct bench_ratio *ratio)
{
	size_t pairs = ratio->pairs ? ratio->pairs : BENCH_PAIRS;
	struct tally tally = {0};

	if (ratio->cross && !bench_two_pus()) {
		bench_absent(ratio->name, "not here: two PUs");
		return;
	}
	measure_pairs(ratio, pairs, &tally);
	for (enum class class = 0; class < CLASSES; class ++) {
		bool counts = !ratio->cross || ratio->any || class == CLASS_C;

		if (tally.n[class] == 0)
			continue;
		report_class(ratio, &tally, class,
			     counts && tally.n[class] == pairs);
	}
}

static void find_pus(void)
{
	struct topology *topo;
	struct pair *pair;
	struct why why;
	size_t n;

	if (topology_load(&topo, NULL, false, &why) != 0)
		exit(command_usage(&why));
	for (int i = 0; i < 2; i++)
		bench_pus.same[i] = bench_pus.cross[i] = topology_pu(topo, 0);
	if (topology_place(topo, "cross", &pair, &n, &why) == 0) {
		bench_pus.cross[0] = pair->a;
		bench_pus.cross[1] = pair->b;
		free(pair);
	}
	topology_free(topo);
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc <= 1;
}

int main(int argc, char **argv)
{
	unsigned int ran = 0;

	/* spawn_trial() starts this very program. */
	if (argc > 1 && strcmp(argv[1], "trial") == 0)
		return trial_command.run(argc - 1, argv + 1);
	find_pus();
	for (size_t i = 0; i < SUBJECTS_N; i++)
		if (wanted(subjects[i].name, argc, argv)) {
			printf("%s\n", subjects[i].name);
			subjects[i].run();
			ran++;
		}
	if (!ran)
		fprintf(stderr, "selfbench: no such subject\n");
	return failures || !ran ? EXIT_FAILURE : EXIT_SUCCESS;
}
