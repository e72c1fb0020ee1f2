/* SPDX-License-Identifier: MIT */
/*
 * How far the machine may be believed: what it is, and what was seen to
 * disturb the run. Where both speak against it, only ratios hold.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "run/schema.h"
#include "run/study.h"

#define DELTA 0.02	 /* ratios this near to 1 are the same ... */
#define DELTA_NOISY 0.05 /* ... and where the host decides */
#define LOST_MAX 0.01
#define PRESSURE_MAX_PCT 1.0
#define FLAGGED_MAX 0.25
#define MOVED_MAX 0.03
enum { ACF_TRIALS = 10 }; /* of a cell, before its drift is looked at */

static void say_prone(struct study *study, json_t *why)
{
	const json_t *env = study->data->env;
	const char *host = json_string_at(env, "host.hypervisor", "none");
	json_int_t pus = json_int_at(env, "cpu.pus", 0);

	if (!env)
		study_add(study, why,
			  json_string("env.json is missing: nothing is known "
				      "of the machine"));
	if (strcmp(host, "none") != 0)
		study_add(study, why,
			  json_string("a hypervisor shares the PUs with "
				      "others, unseen"));
	if (pus > 0 && pus <= 2)
		study_add(study, why,
			  json_sprintf("%d PU%s: everything else runs on the "
				       "ones that measure",
				       (int)pus, pus == 1 ? "" : "s"));
}

static void say_lost(struct study *study, json_t *why)
{
	double lost = 0, probed = 0, some;
	json_t *block, *noise;
	size_t i, k;

	json_array_foreach(study->data->blocks, i, block)
	{
		json_array_foreach(json_object_get(block, "noise"), k, noise)
		{
			if (json_number_at(noise, "lost_ns", &some))
				lost += some;
			if (json_number_at(noise, "probed_ns", &some))
				probed += some;
		}
	}
	if (probed > 0 && lost > LOST_MAX * probed)
		study_add(study, why,
			  json_sprintf("%.1f %% of the time was taken away "
				       "from idle probes before the blocks",
				       100 * lost / probed));
}

/* Before the run: in it, our own trials press. */
static void say_pressure(struct study *study, json_t *why)
{
	const char *line =
		json_string_at(study->data->env, "host.pressure_cpu", "");
	const char *at = strstr(line, "avg10=");
	double percent = at ? strtod(at + strlen("avg10="), NULL) : 0;

	if (percent > PRESSURE_MAX_PCT)
		study_add(study, why,
			  json_sprintf("others waited for a PU %.1f %% of the "
				       "10 s before the run",
				       percent));
}

static bool was_stolen(const json_t *trial)
{
	json_t *ticks;
	size_t i;

	json_array_foreach(json_object_get(trial, "ticks"), i,
			   ticks) if (json_int_at(ticks, "steal", 0) >
				      0) return true;
	return false;
}

static void say_trials(struct study *study, json_t *why)
{
	size_t n = study->data->trials, stolen = 0, flagged = 0;

	for (size_t i = 0; i < n; i++) {
		stolen += was_stolen(study->seen[i].trial->json);
		flagged += study->seen[i].flagged;
	}
	if (stolen)
		study_add(study, why,
			  json_sprintf("steal time in %zu of %zu trials",
				       stolen, n));
	if ((double)flagged > FLAGGED_MAX * (double)n)
		study_add(study, why,
			  json_sprintf("%zu of %zu trials are flagged", flagged,
				       n));
}

/* Trials of a place that were not in the class of most of them. */
static void say_moved(struct study *study, json_t *why)
{
	size_t crossing = 0, moved = 0;

	for (size_t c = 0; c < study->cells; c++) {
		const struct cell_view *cell = &study->cell[c];

		for (size_t i = 0; i < cell->n; i++) {
			const struct observation *seen =
				&study->seen[cell->of[i]];
			bool known = seen->class != CLASS_NONE;

			crossing += seen->changed || known;
			moved += seen->changed ||
				 (known && seen->class != cell->headline);
		}
	}
	if ((double)moved > MOVED_MAX * (double)crossing)
		study_add(study, why,
			  json_sprintf("the host moved the PUs: %zu of %zu "
				       "trials ran in another cache-line class "
				       "than most",
				       moved, crossing));
}

static bool acf_of(struct study *study, const struct cell_view *cell,
		   double *acf, double *limit)
{
	const json_t *metric =
		json_array_get(json_object_get(cell->json, "metrics"), 0);
	struct values values;
	size_t n =
		study_values(study, cell, cell->shown, false, value_of_metric,
			     json_string_at(metric, "name", ""), &values);

	/* A lesson's figure may be 0, and has no logarithm then. */
	for (size_t i = 0; i < n; i++)
		if (values.y[i] <= 0)
			n = 0;
	for (size_t i = 0; i < n; i++)
		values.y[i] = log(values.y[i]);
	if (n >= ACF_TRIALS) {
		*acf = stats_acf1(values.y, n);
		*limit = 2 / sqrt((double)n);
	}
	values_free(&values);
	return n >= ACF_TRIALS;
}

/* One cell in forty exceeds the limit by chance; half of them do not. */
static void say_drift(struct study *study, json_t *why)
{
	size_t cells = 0, drifting = 0;

	for (size_t c = 0; c < study->cells; c++) {
		double acf, limit;

		if (!acf_of(study, &study->cell[c], &acf, &limit))
			continue;
		cells++;
		drifting += acf > limit;
	}
	if (cells && 2 * drifting > cells)
		study_add(study, why,
			  json_sprintf("in %zu of %zu cells a trial resembles "
				       "the one before: the machine drifts",
				       drifting, cells));
}

static void settle(struct study *study)
{
	study->delta = DELTA;
	json_number_at(study->data->manifest, "design.delta", &study->delta);
	if (study->host_dominated && study->delta < DELTA_NOISY)
		study->delta = DELTA_NOISY;
}

json_t *grade_json(struct study *study)
{
	json_t *why = json_array();
	const char *grade;
	size_t prone, noisy;

	say_prone(study, why);
	prone = json_array_size(why);
	say_lost(study, why);
	say_pressure(study, why);
	say_trials(study, why);
	say_moved(study, why);
	say_drift(study, why);
	noisy = json_array_size(why) - prone;
	study->host_dominated = prone && noisy;
	settle(study);
	grade = prone && noisy	 ? "ratios-only"
		: prone || noisy ? "usable"
				 : "quiet";
	return json_pack("{s:s, s:o}", "grade", grade, "why", why);
}
