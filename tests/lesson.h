/* SPDX-License-Identifier: MIT */
/* For tests of lessons: marks that are made up, and trials that are not. */
#ifndef IPCBENCH_TESTS_LESSON_H
#define IPCBENCH_TESTS_LESSON_H

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cli/command.h"
#include "ipc/options.h"
#include "trial/trial.h"

enum { LESSON_DEADLINE_S = 20 };

static inline struct marks *marks_new(size_t max)
{
	struct marks *marks =
		calloc(1, sizeof(*marks) + max * sizeof(struct mark));

	assert_non_null(marks);
	marks->max = max;
	return marks;
}

static inline struct mark *marks_add(struct marks *marks, enum mark_kind kind,
				     uint64_t t_ns, uint64_t seq,
				     uint32_t value)
{
	struct mark *mark = &marks->at[marks->n++];

	assert_true(marks->n <= marks->max);
	*mark = (struct mark){.t_ns = t_ns,
			      .seq = seq,
			      .value = value,
			      .kind = (uint16_t)kind};
	return mark;
}

/* Play it for real, between processes or threads on PUs 0 and 0. */
static inline void lesson_run(const char *workload, const char *impl,
			      const uint64_t option[IPC_OPTIONS], bool threads,
			      struct trial_record *record)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, impl, NULL),
		.workload = catalogue_workload(&catalogue, workload, NULL),
		.par = {.size = 64},
		.threads = threads,
		.numa = -1,
		.samples = 1,
		.per_sample = 1,
		.deadline_ns = LESSON_DEADLINE_S * NS_PER_S,
	};

	memcpy(spec.par.option, option, sizeof(spec.par.option));
	if (spec.impl->caps & IPC_ZEROCOPY)
		spec.api = IPC_API_LEND;
	options_preset(spec.impl->options, spec.option);
	trial_run(&spec, record);
}

/* It passes between processes and between threads; the record of the latter is
 * left for the caller to free. */
static inline void lesson_passes(const char *workload, const char *impl,
				 const uint64_t option[IPC_OPTIONS],
				 struct trial_record *record)
{
	for (int threads = 0; threads < 2; threads++) {
		if (threads)
			trial_record_free(record);
		lesson_run(workload, impl, option, threads, record);
		assert_string_equal(record->why.text, "");
		assert_int_equal(record->verdict, VERDICT_PASS);
	}
}

#endif
