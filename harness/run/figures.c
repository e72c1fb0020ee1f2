/* SPDX-License-Identifier: MIT */
/* A cell's figures: each metric in each class, with its interval, its ratio to
 * the baseline and its modes. */
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "run/schema.h"
#include "run/study.h"

/* Trials fall into modes where a gap of a quarter leaves a tenth of them, and
 * more than one, on each side. */
#define MODE_RATIO 1.25
#define MODE_SHARE 0.10
enum { MODE_LEAST = 2, MODES_MAX = 4 };

/* One figure's coordinates. */
struct figure {
	const struct cell_view *cell;
	const json_t *metric;
	const char *name;
	int class;
	bool clean;
};

static json_t *modes_json(struct study *study, const struct values *values)
{
	size_t n = values->n, at[MODES_MAX + 1], groups;
	double share = MODE_SHARE;
	json_t *modes = json_array();

	if (share * (double)n < MODE_LEAST)
		share = n ? (double)MODE_LEAST / (double)n : 1;
	groups = stats_modes(values->y, n, MODE_RATIO, share > 1 ? 1 : share,
			     at, MODES_MAX);
	for (size_t g = 0; g < groups; g++) {
		size_t size = at[g + 1] - at[g];

		study_add(study, modes,
			  json_pack("{s:f, s:f}", "median",
				    stats_median(values->y + at[g], size),
				    "share", (double)size / (double)n));
	}
	return modes;
}

/* The last value of a block: a retry stands for what it repeated. */
static bool value_of_block(const struct values *values, int64_t block,
			   double *y)
{
	for (size_t i = values->n; i-- > 0;) {
		if (values->block[i] != block)
			continue;
		*y = values->y[i];
		return true;
	}
	return false;
}

static bool is_last_of_block(const struct values *values, size_t nth)
{
	for (size_t i = nth + 1; i < values->n; i++)
		if (values->block[i] == values->block[nth])
			return false;
	return true;
}

/* Reduce both to the blocks that they share, in the same order. */
static size_t pair_up(struct values *ours, const struct values *theirs,
		      double *other)
{
	size_t pairs = 0;

	for (size_t i = 0; i < ours->n; i++) {
		if (!is_last_of_block(ours, i))
			continue;
		if (!value_of_block(theirs, ours->block[i], &other[pairs]))
			continue;
		ours->y[pairs++] = ours->y[i];
	}
	return pairs;
}

static json_t *reasons(const char *first, const char *second)
{
	if (first && second)
		return json_sprintf("%s; %s", first, second);
	return first || second ? json_string(first ? first : second)
			       : json_null();
}

/*
 * Too few pairs for all comparisons at once: the interval of this one alone is
 * given, with its level, but nothing is concluded from it.
 */
static void shrink(struct study *study, const struct figure *figure,
		   const double *ours, const double *theirs,
		   struct stats_estimate *e, char *why, size_t size)
{
	size_t m = figure->cell->comparisons, n = e->n;
	size_t needs = stats_median_needs(1 - (1 - study->level) / (double)m);

	if (stats_ratio(ours, theirs, n, study->level, 1, e))
		study->failed = true;
	snprintf(why, size, "%zu of the %zu pairs that %zu comparison%s%s", n,
		 needs, m, m == 1 ? " needs" : "s need",
		 e->has_interval ? ", so the interval is of this one alone"
				 : "");
}

static json_t *pack_ratio(struct study *study, const struct figure *figure,
			  const struct stats_estimate *e,
			  enum stats_verdict verdict, const char *why)
{
	const struct cell_view *against = &study->cell[figure->cell->against];
	json_t *ratio = json_object();

	study_set(study, ratio, "estimate", json_real(e->median));
	study_set(study, ratio, "lo",
		  e->has_interval ? json_real(e->lo) : json_null());
	study_set(study, ratio, "hi",
		  e->has_interval ? json_real(e->hi) : json_null());
	study_set(study, ratio, "level",
		  e->has_interval ? json_real(e->level) : json_null());
	study_set(study, ratio, "n", json_integer((json_int_t)e->n));
	study_set(study, ratio, "comparisons",
		  json_integer((json_int_t)figure->cell->comparisons));
	study_set(study, ratio, "verdict",
		  json_string(stats_verdict_names[verdict]));
	study_set(study, ratio, "against",
		  json_string(json_string_at(against->json, "cell", "")));
	study_set(study, ratio, "why", reasons(why, figure->cell->differs));
	return ratio;
}

static json_t *ratio_of_pairs(struct study *study, const struct figure *figure,
			      const double *ours, const double *theirs,
			      size_t n)
{
	const char *better = json_string_at(figure->metric, "better", "lower");
	enum stats_verdict verdict = STATS_UNRESOLVED;
	struct stats_estimate e = {0};
	char why[120] = "";

	if (stats_ratio(ours, theirs, n, study->level,
			figure->cell->comparisons, &e))
		study->failed = true;
	if (e.has_interval)
		verdict = stats_verdict(&e, study->delta,
					!strcmp(better, "lower"));
	else
		shrink(study, figure, ours, theirs, &e, why, sizeof(why));
	return pack_ratio(study, figure, &e, verdict, *why ? why : NULL);
}

/* Of a figure that may be 0, as a lesson's may: 0 times as much as nothing says
 * nothing. */
static bool has_zero(const double *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (y[i] <= 0)
			return true;
	return false;
}

static json_t *pair_json(struct study *study, const struct figure *figure,
			 struct values *ours, const char **why)
{
	const struct cell_view *against = &study->cell[figure->cell->against];
	double *other = calloc(ours->n + 1, sizeof(*other));
	struct values theirs;
	json_t *ratio = NULL;
	size_t pairs = 0;

	study_values(study, against, figure->class, figure->clean,
		     value_of_metric, figure->name, &theirs);
	if (other)
		pairs = pair_up(ours, &theirs, other);
	else
		study->failed = true;
	if (pairs == 0)
		*why = "no block has both in this class";
	else if (has_zero(ours->y, pairs) || has_zero(other, pairs))
		*why = "a figure of 0 has no ratio";
	else
		ratio = ratio_of_pairs(study, figure, ours->y, other, pairs);
	free(other);
	values_free(&theirs);
	return ratio;
}

static const char *no_ratio(const struct study *study,
			    const struct figure *figure)
{
	const struct cell_view *cell = figure->cell;

	if (!strcmp(json_string_at(figure->metric, "better", ""), "none"))
		return "neither more nor less of it is better";
	if (cell->is_floor)
		return "a floor carries nothing";
	if (cell->against == NO_CELL)
		return "the baseline has no such cell";
	if (cell == &study->cell[cell->against])
		return "this is the baseline";
	return NULL;
}

static void set_ratio(struct study *study, const struct figure *figure,
		      json_t *json, struct values *values)
{
	const char *why = no_ratio(study, figure);
	json_t *ratio = NULL;

	if (!why)
		ratio = pair_json(study, figure, values, &why);
	study_set(study, json, "ratio", ratio ? ratio : json_null());
	study_set(study, json, "ratio_why",
		  ratio ? json_null() : json_string(why));
}

static json_t *figure_json(struct study *study, const struct figure *figure,
			   struct values *values)
{
	const char *class = study_class_name(study, figure->class);
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:s?, s:b, s:s}", "metric", figure->name,
		"unit", json_string_at(figure->metric, "unit", ""), "better",
		json_string_at(figure->metric, "better", "lower"), "class",
		class, "headline", figure->class == figure->cell->shown, "set",
		figure->clean ? "clean" : "all");

	if (!json)
		return NULL;
	study_estimate(study, json, "estimate", values);
	study_set(study, json, "cv",
		  values->n > 1 ? json_real(stats_cv(values->y, values->n))
				: json_null());
	set_ratio(study, figure, json, values);
	study_set(study, json, "over_floor",
		  over_floor_json(study, figure->cell, figure->name,
				  figure->class));
	return json;
}

/* Modes need sorted values and ratios need blocks beside them, so the modes
 * are found in values gathered again. */
static void add_figure(struct study *study, const struct figure *figure,
		       json_t *list, size_t unless)
{
	struct values values, sorted;
	json_t *json = NULL;

	study_values(study, figure->cell, figure->class, figure->clean,
		     value_of_metric, figure->name, &values);
	study_values(study, figure->cell, figure->class, figure->clean,
		     value_of_metric, figure->name, &sorted);
	if (values.n && sorted.n && values.n != unless) {
		stats_sort(sorted.y, sorted.n);
		json = figure_json(study, figure, &values);
		study_set(study, json, "modes", modes_json(study, &sorted));
		study_add(study, list, json);
	}
	values_free(&values);
	values_free(&sorted);
}

/* Of all trials, and of the unflagged ones where that is not the same. */
static void add_figures(struct study *study, struct figure *figure,
			json_t *list)
{
	struct values all;
	size_t n = study_values(study, figure->cell, figure->class, false,
				value_of_metric, figure->name, &all);

	values_free(&all);
	figure->clean = false;
	add_figure(study, figure, list, 0);
	figure->clean = true;
	add_figure(study, figure, list, n);
}

json_t *figures_json(struct study *study, const struct cell_view *cell)
{
	const json_t *metrics = json_object_get(cell->json, "metrics"), *metric;
	json_t *list = json_array();
	size_t i;

	json_array_foreach(metrics, i, metric)
	{
		struct figure figure = {
			.cell = cell,
			.metric = metric,
			.name = json_string_at(metric, "name", ""),
		};

		for (int k = CLASS_NONE; k < (int)study->classes; k++) {
			figure.class = k;
			add_figures(study, &figure, list);
		}
	}
	return list;
}
