/* SPDX-License-Identifier: MIT */
/* Says how the run was made and what its figures are, in paragraphs that can
 * go into a paper as they are. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/stats.h"
#include "run/schema.h"
#include "run/study.h"

static double design(const struct study *study, const char *path,
		     double otherwise)
{
	double value = otherwise;

	json_number_at(study->data->manifest, path, &value);
	return value;
}

static json_t *program(const struct study *study)
{
	const json_t *m = study->data->manifest;
	const json_t *dirty = json_at(m, "tool.dirty");

	return json_sprintf(
		"Measured with ipcbench %s (commit %s%s), built by %s with "
		"\"%s\", seed %" JSON_INTEGER_FORMAT ".",
		json_string_at(m, "tool.version", "of unknown version"),
		json_string_at(m, "tool.commit", "unknown"),
		json_is_true(dirty) ? ", with local changes" : "",
		json_string_at(m, "tool.cc", "an unknown compiler"),
		json_string_at(m, "tool.cflags", ""),
		json_int_at(m, "seed", 0));
}

static size_t blocks_done(const struct study *study)
{
	return json_array_size(study->data->blocks);
}

static json_t *trials(const struct study *study)
{
	const json_t *m = study->data->manifest;

	return json_sprintf(
		"The design is one of randomised complete blocks: a block is "
		"one trial of every cell, in an order drawn anew, and a trial "
		"is a fresh start of all nodes in processes of their own, each "
		"pinned to its PU. %zu blocks were measured (%g to %g were "
		"allowed; the run ended by: %s). A trial is calibrated once "
		"per cell to about %.3g ms after a warm-up of about %.3g ms, "
		"so "
		"all trials of a cell do the same number of rounds.",
		blocks_done(study), design(study, "design.blocks_min", 0),
		design(study, "design.blocks_max", 0),
		json_string_at(m, "stop_reason", "not known"),
		design(study, "design.trial_time_ns", 0) / (double)NS_PER_MS,
		design(study, "design.warmup_time_ns", 0) / (double)NS_PER_MS);
}

static json_t *timing(const struct study *study)
{
	return json_sprintf(
		"Time is %s, which steps by %g ns and costs %g ns to read "
		"(99 %% of reads: at most %g ns); nothing is subtracted. A "
		"round that takes 50 reads or more is timed alone; shorter "
		"ones are timed in batches, and then no quantile of single "
		"messages is given. A round trip is that of a closed loop: the "
		"next message leaves when the reply has come. A rate is the "
		"count of all timed rounds over the time of all of them. "
		"Every message is checked; a cell with one wrong message gives "
		"no figure.",
		json_string_at(study->data->manifest, "clock.id",
			       "CLOCK_MONOTONIC"),
		design(study, "clock.step_ns", 0),
		design(study, "clock.cost_p50_ns", 0),
		design(study, "clock.cost_p99_ns", 0));
}

static json_t *intervals(const struct study *study)
{
	return json_sprintf(
		"The unit of inference is the trial. A figure is the median "
		"over trials, in brackets its interval by order statistics "
		"(sign test) at %g %% or more, whatever the distribution; the "
		"level that it really has is recorded, and under %zu trials "
		"there is none. No interval is computed over the samples of "
		"one trial.",
		100 * study->level, stats_median_needs(study->level));
}

static json_t *ratios(const struct study *study)
{
	return json_sprintf(
		"Ratios are to the back-end '%s' in the cell of the same "
		"workload, size, placement and space: the median over blocks "
		"of the logarithm of the quotient of block mates, with its "
		"interval at a level corrected (Bonferroni) for all ratios of "
		"that workload, size, placement and space. A ratio is 'same' "
		"where its interval lies within [1/%g, %g], else 'faster' or "
		"'slower' where it excludes 1, else 'unresolved'.",
		json_string_at(study->data->manifest, "baseline", "none"),
		1 + study->delta, 1 + study->delta);
}

static json_t *classes(const struct study *study, const char *rule)
{
	return json_sprintf(
		"Just before and just after each trial on two PUs, the round "
		"trip of one cache line between them is measured. %s Trials "
		"are compared only within a class; %zu changed class while "
		"they ran and are in no figure, though in the list of trials.",
		rule, study->changed);
}

static json_t *quality(const struct study *study)
{
	if (!study->host_dominated)
		return json_string(
			"Trials during which something else happened (steal "
			"time, preemption, migration, drift) are flagged, "
			"never "
			"dropped: figures are of all trials, and beside them "
			"of "
			"the unflagged ones.");
	return json_string(
		"The host decides about absolute figures here: only ratios of "
		"block mates hold, and quantiles beyond the 99th percentile "
		"tell about the host. Flagged trials are never dropped: "
		"figures are of all trials, and beside them of the unflagged "
		"ones.");
}

json_t *method_json(struct study *study, const char *class_rule)
{
	json_t *list = json_array();

	study_add(study, list, program(study));
	study_add(study, list, trials(study));
	study_add(study, list, timing(study));
	study_add(study, list, intervals(study));
	study_add(study, list, ratios(study));
	if (study->classes)
		study_add(study, list, classes(study, class_rule));
	study_add(study, list, quality(study));
	return list;
}
