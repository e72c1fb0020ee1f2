/* SPDX-License-Identifier: MIT */
/* What a read of the clock costs and how finely it steps. */
#include "base/clock.h"
#include "base/stats.h"

enum {
	READS_MIN = 200, /* even where the clock is slow */
	READS_MAX = 8192,
	BATCH = 64, /* reads whose mean is one value of the cost */
	BATCHES = 64,
	BUDGET_NS = 400000 /* for each of the two loops */
};

/* Differences between neighbouring reads; returns how many there are. */
static size_t back_to_back(uint64_t *gaps)
{
	uint64_t first = clock_ns(), last = first, now;
	size_t n = 0;

	while (n < READS_MAX && (n < READS_MIN || last - first < BUDGET_NS)) {
		now = clock_ns();
		gaps[n++] = now - last;
		last = now;
	}
	return n;
}

/* Waits for a step where the clock is so coarse that none was seen. */
static uint64_t smallest_step(const uint64_t *sorted, size_t n)
{
	uint64_t start, now;
	size_t i;

	for (i = 0; i < n; i++)
		if (sorted[i] > 0)
			return sorted[i];
	start = clock_ns();
	do {
		now = clock_ns();
	} while (now == start);
	return now - start;
}

/* Least mean cost of a batch: what neither interrupt nor neighbour delayed. */
static uint64_t batch_cost(void)
{
	uint64_t first = clock_ns(), start = first, end, least = UINT64_MAX;
	int batch, i;

	for (batch = 0; batch < BATCHES; batch++) {
		for (i = 0; i < BATCH - 1; i++)
			clock_ns();
		end = clock_ns();
		if (end - start < least)
			least = end - start;
		start = end;
		if (end - first > BUDGET_NS)
			break;
	}
	return (least + BATCH / 2) / BATCH;
}

void clock_measure(struct clock_facts *facts)
{
	uint64_t gaps[READS_MAX];
	size_t n = back_to_back(gaps);

	stats_sort_u64(gaps, n);
	facts->step_ns = smallest_step(gaps, n);
	facts->cost_p50_ns = gaps[stats_rank(0.5, n)];
	facts->cost_p99_ns = gaps[stats_rank(0.99, n)];
	facts->cost_min_ns = batch_cost();
}
