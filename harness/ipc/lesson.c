/* SPDX-License-Identifier: MIT */
/* What a lesson's nodes may do beside their messages. */
#include <math.h>
#include <time.h>

#include "base/clock.h"
#include "base/stats.h"
#include "ipc/workload.h"

const char *const timing_names[TIMINGS + 1] = {"round", "batch", "lesson",
					       NULL};

void node_mark(struct node *node, enum mark_kind kind, uint64_t seq,
	       uint32_t value)
{
	struct marks *marks = node->marks;
	size_t n = marks->n++;

	if (n >= marks->max)
		return;
	marks->at[n] = (struct mark){
		.t_ns = clock_ns(),
		.seq = seq,
		.value = value,
		.kind = (uint16_t)kind,
	};
}

void node_sleep(uint64_t ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};

	while (nanosleep(&until, &until) < 0)
		;
}

double lesson_median(double *y, size_t n)
{
	if (n == 0)
		return NAN;
	stats_sort(y, n);
	return stats_median(y, n);
}
