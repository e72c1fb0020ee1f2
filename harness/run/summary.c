/* SPDX-License-Identifier: MIT */
/* Puts a run's figures together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/schema.h"
#include "run/study.h"
#include "run/summary.h"

static const char *const verdicts[] = {"pass", "fail", "unsupported",
				       "inconclusive", NULL};

static const char *verdict_of(const struct study *study,
			      const struct cell_view *cell, size_t nth)
{
	return json_string_at(study->seen[cell->of[nth]].trial->json, "verdict",
			      "");
}

static size_t count_verdict(const struct study *study,
			    const struct cell_view *cell, const char *verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->n; i++)
		n += !strcmp(verdict_of(study, cell, i), verdict);
	return n;
}

static json_t *verdicts_json(struct study *study, const struct cell_view *cell)
{
	json_t *json = json_object();

	for (const char *const *v = verdicts; *v; v++)
		study_set(study, json, *v,
			  json_integer(
				  (json_int_t)count_verdict(study, cell, *v)));
	return json;
}

/* The reason of a trial that counts for nothing, if it is of a verdict. */
static const char *reason_of(const struct study *study,
			     const struct cell_view *cell, size_t nth)
{
	const struct observation *seen = &study->seen[cell->of[nth]];

	if (seen->counts || !strcmp(verdict_of(study, cell, nth), "pass"))
		return NULL;
	return json_string_at(seen->trial->json, "verdict_why",
			      "no reason was given");
}

static size_t count_reason(const struct study *study,
			   const struct cell_view *cell, const char *reason)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->n; i++) {
		const char *other = reason_of(study, cell, i);

		n += other && !strcmp(other, reason);
	}
	return n;
}

static const char *commonest_reason(const struct study *study,
				    const struct cell_view *cell)
{
	const char *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < cell->n; i++) {
		const char *reason = reason_of(study, cell, i);
		size_t n = reason ? count_reason(study, cell, reason) : 0;

		if (n <= most)
			continue;
		best = reason;
		most = n;
	}
	return best;
}

/* Wrong data beats every other reason. */
static const char *wrong_reason(const struct study *study,
				const struct cell_view *cell)
{
	for (size_t i = 0; i < cell->n; i++) {
		const json_t *trial = study->seen[cell->of[i]].trial->json;

		if (!strcmp(verdict_of(study, cell, i), "fail") &&
		    json_int_at(trial, "wrong", 0) > 0)
			return json_string_at(trial, "verdict_why",
					      "wrong data arrived");
	}
	return NULL;
}

static size_t count_changed(const struct study *study,
			    const struct cell_view *cell)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->n; i++)
		n += study->seen[cell->of[i]].counts &&
		     study->seen[cell->of[i]].changed;
	return n;
}

static json_t *measured_why(const struct study *study,
			    const struct cell_view *cell)
{
	const char *reason = commonest_reason(study, cell);
	size_t lost = cell->n - cell->counted;
	size_t changed = count_changed(study, cell);

	if (lost && reason)
		return json_sprintf("%zu of %zu trials failed: %s", lost,
				    cell->n, reason);
	if (changed == 1 && cell->counted == 1)
		return json_string("its only trial changed its cache-line "
				   "class while it ran, so there is no figure");
	if (changed == cell->counted)
		return json_sprintf("all %zu trials changed their cache-line "
				    "class while they ran, so there is no "
				    "figure",
				    changed);
	return json_null();
}

static json_t *set_state(const char *state, json_t *json, json_t *why)
{
	json_object_set_new(json, "state", json_string(state));
	json_object_set_new(json, "state_why", why);
	return json;
}

/* No trial was even tried. */
static void untried_state(const struct study *study,
			  const struct cell_view *cell, json_t *json)
{
	const char *status = json_string_at(cell->json, "status", "");
	const char *reason =
		json_string_at(cell->json, "reason", "no reason was given");

	if (!strcmp(status, "planned"))
		set_state("skipped", json,
			  json_sprintf("the run ended (%s) before its first "
				       "trial",
				       study->data->status));
	else
		set_state(status, json, json_string(reason));
}

static void cell_state(const struct study *study, const struct cell_view *cell,
		       json_t *json)
{
	const char *wrong = wrong_reason(study, cell);
	const char *why = commonest_reason(study, cell);
	size_t unsupported = count_verdict(study, cell, "unsupported");
	size_t inconclusive = count_verdict(study, cell, "inconclusive");

	if (cell->n == 0)
		untried_state(study, cell, json);
	else if (wrong)
		set_state("failed", json, json_string(wrong));
	else if (cell->counted)
		set_state("measured", json, measured_why(study, cell));
	else if (unsupported == cell->n)
		set_state("skipped", json, json_string(why));
	else if (unsupported + inconclusive == cell->n)
		set_state("skipped", json,
			  json_sprintf("proves nothing here: %s", why));
	else
		set_state("failed", json,
			  json_sprintf("all %zu trials: %s", cell->n,
				       why ? why : "no figure"));
}

/* Quartiles of a rate are those of the time, turned over. */
static json_t *quartile(const struct observation *seen, bool rate, bool upper)
{
	double ns;

	if (!value_at_path(seen, upper != rate ? "stat.p75" : "stat.p25",
			   &ns) ||
	    !seen->counts)
		return json_null();
	if (!rate)
		return json_real(ns);
	return ns > 0 ? json_real(1e9 / ns) : json_null();
}

static json_t *trial_json(struct study *study, const struct cell_view *cell,
			  const struct observation *seen, json_int_t t0_ns)
{
	const json_t *trial = seen->trial->json;
	const json_t *metric =
		json_array_get(json_object_get(cell->json, "metrics"), 0);
	const char *name = json_string_at(metric, "name", "");
	bool rate = !strcmp(name, "messages_per_s");
	json_int_t start = json_int_at(trial, "t_start_ns", t0_ns);
	double value = 0;
	bool has = seen->counts && value_of_metric(seen, name, &value);
	json_t *json = json_pack(
		"{s:I, s:I, s:f, s:s?, s:b, s:s, s:s?}", "block",
		(json_int_t)seen->trial->block, "order_seq",
		json_int_at(trial, "order_seq", 0), "t_s",
		(double)(start - t0_ns) / 1e9, "class",
		study_class_name(study, seen->class), "changed", seen->changed,
		"verdict", json_string_at(trial, "verdict", ""), "verdict_why",
		json_string_at(trial, "verdict_why", NULL));

	study_set(study, json, "value", has ? json_real(value) : json_null());
	study_set(study, json, "p25", quartile(seen, rate, false));
	study_set(study, json, "p75", quartile(seen, rate, true));
	study_set(study, json, "flags",
		  json_incref(json_object_get(trial, "flags")));
	return json;
}

static json_int_t first_start(const struct study *study)
{
	json_int_t first = INT64_MAX;

	for (size_t i = 0; i < study->data->trials; i++) {
		json_int_t t = json_int_at(study->seen[i].trial->json,
					   "t_start_ns", INT64_MAX);

		first = t < first ? t : first;
	}
	return first == INT64_MAX ? 0 : first;
}

static json_t *trials_json(struct study *study, const struct cell_view *cell,
			   json_int_t t0_ns)
{
	json_t *list = json_array();

	for (size_t i = 0; i < cell->n; i++)
		study_add(study, list,
			  trial_json(study, cell, &study->seen[cell->of[i]],
				     t0_ns));
	return list;
}

static json_t *batch_why(const struct cell_view *cell)
{
	if (!cell->counted || !cell->is_batch)
		return json_null();
	if (!strcmp(json_string_at(cell->json, "timing", ""), "batch"))
		return json_string("rounds overlap, so a single one has no "
				   "time of its own");
	return json_sprintf("a sample is %" JSON_INTEGER_FORMAT
			    " rounds, so nothing is known of single ones",
			    json_int_at(cell->json, "per_sample", 0));
}

static json_t *cell_summary(struct study *study, const struct cell_view *cell,
			    json_int_t t0_ns)
{
	json_t *json = json_copy((json_t *)cell->json);

	if (!json)
		return NULL;
	json_object_del(json, "schema");
	json_object_del(json, "run_id");
	cell_state(study, cell, json);
	study_set(study, json, "verdict", verdicts_json(study, cell));
	study_set(study, json, "class",
		  json_pack("s?", study_class_name(study, cell->shown)));
	study_set(study, json, "figures", figures_json(study, cell));
	study_set(study, json, "tail", tail_json(study, cell));
	study_set(study, json, "tail_why", batch_why(cell));
	study_set(study, json, "spectrum", spectrum_json(study, cell));
	study_set(study, json, "spectrum_why", batch_why(cell));
	study_set(study, json, "trials", trials_json(study, cell, t0_ns));
	study_set(study, json, "cost", cost_json(study, cell));
	study_set(study, json, "counters", counters_json(study, cell));
	return json;
}

static json_t *cells_json(struct study *study)
{
	json_int_t t0_ns = first_start(study);
	json_t *list = json_array();

	for (size_t c = 0; c < study->cells; c++)
		study_add(study, list,
			  cell_summary(study, &study->cell[c], t0_ns));
	return list;
}

/* Blocks that have a trial. */
static size_t count_blocks(const struct study *study)
{
	size_t n = 0;
	json_t *block;
	size_t i;

	json_array_foreach(study->data->blocks, i,
			   block) for (size_t k = 0; k < study->data->trials;
				       k++) if (study->data->trial[k].block ==
						json_int_at(block, "block", -1))
	{
		n++;
		break;
	}
	return n;
}

/* How many trials have each flag. */
static json_t *flags_json(struct study *study)
{
	json_t *counts = json_object(), *flag;
	size_t k;

	for (size_t i = 0; i < study->data->trials; i++) {
		const json_t *trial = study->seen[i].trial->json;

		json_array_foreach(json_object_get(trial, "flags"), k, flag)
		{
			const char *name = json_string_value(flag);
			json_int_t n = json_int_at(counts, name, 0);

			study_set(study, counts, name, json_integer(n + 1));
		}
	}
	return counts;
}

static void count_run(struct study *study, json_t *run)
{
	size_t failed = 0, flagged = 0;

	for (size_t i = 0; i < study->data->trials; i++) {
		const json_t *trial = study->seen[i].trial->json;

		failed += !strcmp(json_string_at(trial, "verdict", ""), "fail");
		flagged += study->seen[i].flagged;
	}
	study_set(study, run, "blocks_done",
		  json_integer((json_int_t)count_blocks(study)));
	study_set(study, run, "trials",
		  json_integer((json_int_t)study->data->trials));
	study_set(study, run, "trials_failed",
		  json_integer((json_int_t)failed));
	study_set(study, run, "trials_flagged",
		  json_integer((json_int_t)flagged));
	study_set(study, run, "flags", flags_json(study));
}

static json_t *run_json(struct study *study)
{
	static const char *const keys[] = {
		"run_id", "stop_reason", "started", "ended",	"argv", "seed",
		"tool",	  "design",	 "clock",   "baseline", "tags", NULL};
	const struct run_data *data = study->data;
	json_t *run = json_object();

	for (const char *const *key = keys; *key; key++) {
		json_t *value = json_object_get(data->manifest, *key);

		study_set(study, run, *key,
			  value ? json_incref(value) : json_null());
	}
	study_set(study, run, "status", json_string(data->status));
	study_set(study, run, "status_why", json_pack("s?", data->status_why));
	count_run(study, run);
	return run;
}

static json_t *classes_json(struct study *study)
{
	json_t *list = json_array();

	for (size_t k = 0; k < study->classes; k++) {
		const struct line_class *class = &study->class[k];

		study_add(study, list,
			  json_pack("{s:s, s:f, s:f, s:f, s:I}", "class",
				    class->name, "line_ns", class->line_ns,
				    "min_ns", class->min_ns, "max_ns",
				    class->max_ns, "trials",
				    (json_int_t) class->trials));
	}
	return list;
}

/* Three digits or all before the point, and no exponent. */
static void put_ns(double ns, FILE *out)
{
	if (ns < 999.5)
		fprintf(out, "%.3g", ns);
	else
		fprintf(out, "%.0f", ns);
}

static void describe_classes(const struct study *study, FILE *out)
{
	if (study->classes == 0) {
		fputs("No cache-line round trip was measured, so there is one "
		      "class, without a name.",
		      out);
		return;
	}
	fputs("Classes are the groups of all these round trips that lie apart "
	      "by more than a factor of 1.35: ",
	      out);
	for (size_t k = 0; k < study->classes; k++) {
		const struct line_class *class = &study->class[k];

		fprintf(out, "%s%s (", k ? ", " : "", class->name);
		put_ns(class->min_ns, out);
		fputs(" to ", out);
		put_ns(class->max_ns, out);
		fputs(" ns)", out);
	}
	fputs(study->classes == 1 ? ", a single one." : ".", out);
}

static char *class_rule(const struct study *study)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	describe_classes(study, out);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static json_t *headline_json(const struct study *study)
{
	int best = CLASS_NONE;

	for (size_t k = 0; k < study->classes; k++)
		if (best == CLASS_NONE ||
		    study->class[k].trials > study->class[best].trials)
			best = (int)k;
	return best == CLASS_NONE ? json_null()
				  : json_string(study->class[best].name);
}

static json_t *build(struct study *study)
{
	json_t *json = json_pack("{s:s}", "schema", "ipcbench.summary/1");
	char *rule = class_rule(study);

	if (!json || !rule) {
		study->failed = true;
		free(rule);
		return json;
	}
	study_set(study, json, "run", run_json(study));
	study_set(study, json, "grade", grade_json(study));
	study_set(study, json, "delta", json_real(study->delta));
	study_set(study, json, "classes", classes_json(study));
	study_set(study, json, "class_rule", json_string(rule));
	study_set(study, json, "headline_class", headline_json(study));
	study_set(study, json, "class_changed_trials",
		  json_integer((json_int_t)study->changed));
	study_set(study, json, "floors", floors_json(study));
	study_set(study, json, "noise", noise_json(study));
	study_set(study, json, "method", method_json(study, rule));
	study_set(study, json, "cells", cells_json(study));
	free(rule);
	return json;
}

json_t *summary_build(const struct run_data *data)
{
	struct study study;
	json_t *json = NULL;

	if (!study_begin(&study, data))
		json = build(&study);
	if (study.failed) {
		json_decref(json);
		json = NULL;
	}
	study_end(&study);
	return json;
}

int summary_refresh(const char *dir, json_t **summary, struct why *why)
{
	struct run_data *data;
	json_t *made;
	int err = run_load(&data, dir, why);

	if (err)
		return err;
	made = summary_build(data);
	run_free(data);
	if (!made)
		return why_not(why, -ENOMEM, "no memory for the summary");
	err = summary_write(dir, made, why);
	if (!err && summary)
		*summary = json_incref(made);
	json_decref(made);
	return err;
}
