/* SPDX-License-Identifier: MIT */
/*
 * Limits that the suite and its back-ends keep, proved by measurement: each is
 * a ratio of two figures that were taken by turns in one run, for ratios hold
 * where absolute times do not.
 *
 *	make selfbench			every subject
 *	make selfbench BENCH=ring	some
 *
 * A subject is a file tests/bench_NAME.c with a function bench_NAME() and a
 * line in the table of tests/selfbench.c. A limit prints one line: its name,
 * the median ratio, the limit, and "ok", "OVER" or "not judged".
 *
 * How fast two PUs share a cache line depends on where a hypervisor put them,
 * and that changes. So it is measured before and after each pair of figures
 * (trial/line.h) and named:
 *
 *	S	below 40 ns: one core
 *	C	40 to 90 ns: two cores of one cache
 *	X	above
 *
 * A pair whose class changed does not count. A limit that depends on the
 * class is judged in class C alone; other classes are printed.
 */
#ifndef IPCBENCH_TESTS_SELFBENCH_H
#define IPCBENCH_TESTS_SELFBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BENCH_PAIRS = 21,	/* that a median is taken of */
	BENCH_PAIRS_NOISY = 61, /* where a pair is two trials */
};

/* The PUs that everything runs on; cross[0] == cross[1] where there is only
 * one. */
struct bench_pus {
	unsigned int same[2], cross[2];
};
extern struct bench_pus bench_pus;
bool bench_two_pus(void);

/* Two figures of one kind, and what their ratio has to be. */
struct bench_ratio {
	const char *name;
	double limit;
	bool at_least;	    /* ratio >= limit; else ratio <= limit */
	bool cross;	    /* between two PUs: the class is watched */
	bool any;	    /* judged in whatever class most pairs were */
	unsigned int pairs; /* 0: BENCH_PAIRS */
	double (*own)(const void *); /* the figure, such as ns or M/s */
	double (*floor)(const void *);
	const void *arg; /* of both */
};
void bench_ratio(const struct bench_ratio *ratio);

/* A figure that has a limit of its own, whatever the class. */
void bench_figure(const char *name, double got, const char *unit, double limit);

/* A limit that cannot be measured here: "not here: boost/lockfree". */
void bench_absent(const char *name, const char *why);

double bench_median(double *y, size_t n);

/*
 * Run both, each in a thread bound to its PU of cross, begun together: the
 * caller's thread runs timed. Returns ns until timed is back; the other has
 * ended then, too.
 */
double bench_duo(void (*timed)(void *), void (*other)(void *), void *arg);

/* The same with an argument each. */
double bench_duo_args(void (*timed)(void *), void *timed_arg,
		      void (*other)(void *), void *other_arg);

/* Keep the compiler from leaving out what made value. */
static inline void bench_keep(uint64_t value)
{
	__asm__ volatile("" : : "r"(value) : "memory");
}

#endif
