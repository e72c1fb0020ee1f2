/* SPDX-License-Identifier: MIT */
/*
 * Sorts a run's trials: by cell, by cache-line class, by what they are to be
 * compared with.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "run/schema.h"
#include "run/study.h"

/* Round trips of one line scatter by a quarter where nothing changed, and
 * differ by a factor of 2 and more between places. A single one that lies
 * apart is a class too: its trial ran partly elsewhere. */
#define CLASS_RATIO 1.35

void study_set(struct study *study, json_t *object, const char *key,
	       json_t *value)
{
	if (json_object_set_new(object, key, value))
		study->failed = true;
}

void study_add(struct study *study, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		study->failed = true;
}

static const char *text(const struct cell_view *cell, const char *key)
{
	return json_string_at(cell->json, key, "");
}

const char *study_class_name(const struct study *study, int class)
{
	return class == CLASS_NONE ? NULL : study->class[class].name;
}

bool value_at_path(const struct observation *seen, const void *what,
		   double *value)
{
	return json_number_at(seen->trial->json, what, value) &&
	       isfinite(*value);
}

static bool per_second(const struct observation *seen, const char *path,
		       double *value)
{
	double wall_ns, n;

	if (!json_number_at(seen->trial->json, "wall_ns", &wall_ns) ||
	    !json_number_at(seen->trial->json, path, &n) || wall_ns <= 0)
		return false;
	*value = n * 1e9 / wall_ns;
	return true;
}

bool value_of_metric(const struct observation *seen, const void *what,
		     double *value)
{
	const char *name = what;
	char path[64];
	bool has;

	/* What a lesson did not find has no other value: its trial's times are
	 * none of its figures. */
	if (json_object_size(json_at(seen->trial->json, "lesson"))) {
		snprintf(path, sizeof(path), "lesson.%s", name);
		return value_at_path(seen, path, value);
	}
	if (!strcmp(name, "messages_per_s"))
		has = per_second(seen, "rounds", value);
	else if (!strcmp(name, "bytes_per_s"))
		has = per_second(seen, "bytes", value);
	else
		has = value_at_path(seen, "stat.p50", value);
	/* A ratio of logarithms is taken of it. */
	return has && *value > 0;
}

static bool is_counted(const struct observation *seen,
		       const struct cell_view *cell)
{
	const char *verdict = json_string_at(seen->trial->json, "verdict", "");

	if (!strcmp(verdict, "inconclusive"))
		return cell->is_floor;
	return !strcmp(verdict, "pass");
}

/* Wrong data once: none of the cell's times can be believed. */
static bool is_broken(const struct study *study, const struct cell_view *cell)
{
	for (size_t i = 0; i < cell->n; i++) {
		const json_t *trial = study->seen[cell->of[i]].trial->json;
		const char *verdict = json_string_at(trial, "verdict", "");

		if (!strcmp(verdict, "fail") &&
		    json_int_at(trial, "wrong", 0) > 0)
			return true;
	}
	return false;
}

static void count_trials(struct study *study, struct cell_view *cell)
{
	bool broken = is_broken(study, cell);

	for (size_t i = 0; i < cell->n; i++) {
		struct observation *seen = &study->seen[cell->of[i]];

		seen->counts = !broken && is_counted(seen, cell);
		seen->flagged = json_array_size(json_at(seen->trial->json,
							"flags")) > 0;
		cell->counted += seen->counts;
	}
}

/* Count, then place: each cell's trials lie together in order. */
static void group_by_cell(struct study *study)
{
	const struct run_data *data = study->data;
	size_t at = 0;

	for (size_t i = 0; i < data->trials; i++)
		study->cell[data->trial[i].cell].n++;
	for (size_t c = 0; c < study->cells; c++) {
		study->cell[c].of = study->order + at;
		at += study->cell[c].n;
		study->cell[c].n = 0;
	}
	for (size_t i = 0; i < data->trials; i++) {
		struct cell_view *cell = &study->cell[data->trial[i].cell];

		study->seen[i].trial = &data->trial[i];
		study->seen[i].class = CLASS_NONE;
		cell->of[cell->n++] = i;
	}
}

static bool reading(const struct observation *seen, bool after, double *ns)
{
	return value_at_path(seen, after ? "line_after_ns" : "line_before_ns",
			     ns) &&
	       *ns > 0;
}

static size_t gather_readings(const struct study *study, double *ns)
{
	size_t n = 0;

	for (size_t i = 0; i < study->data->trials; i++) {
		n += reading(&study->seen[i], false, &ns[n]);
		n += reading(&study->seen[i], true, &ns[n]);
	}
	return n;
}

/* Two significant digits: neighbours are further apart than that. */
static void name_classes(struct study *study)
{
	for (size_t k = 0; k < study->classes; k++) {
		struct line_class *class = &study->class[k];
		double unit = pow(10, floor(log10(class->line_ns)) - 1);

		snprintf(class->name, sizeof(class->name), "%.12g ns",
			 round(class->line_ns / unit) * unit);
	}
}

static int find_classes(struct study *study)
{
	size_t at[CLASSES_MAX + 1], n;
	double *ns = calloc(2 * study->data->trials + 1, sizeof(*ns));

	if (!ns)
		return -ENOMEM;
	n = gather_readings(study, ns);
	stats_sort(ns, n);
	study->classes = stats_modes(ns, n, CLASS_RATIO, 0, at, CLASSES_MAX);
	for (size_t k = 0; k < study->classes; k++) {
		struct line_class *class = &study->class[k];

		class->line_ns = stats_median(ns + at[k], at[k + 1] - at[k]);
		class->min_ns = ns[at[k]];
		class->max_ns = ns[at[k + 1] - 1];
	}
	free(ns);
	name_classes(study);
	return 0;
}

static int class_of(const struct study *study, double ns)
{
	for (size_t k = 0; k < study->classes; k++)
		if (ns <= study->class[k].max_ns)
			return (int)k;
	return CLASS_NONE;
}

static void classify(struct study *study, struct observation *seen)
{
	double before, after;
	int class;

	if (!reading(seen, false, &before) || !reading(seen, true, &after))
		return;
	class = class_of(study, before);
	seen->changed = class != class_of(study, after);
	study->changed += seen->changed;
	if (seen->changed || class == CLASS_NONE)
		return;
	seen->class = class;
	study->class[class].trials++;
}

static bool is_same(const struct cell_view *a, const struct cell_view *b,
		    const char *key)
{
	return json_equal(json_object_get(a->json, key),
			  json_object_get(b->json, key)) ||
	       (!json_object_get(a->json, key) &&
		!json_object_get(b->json, key));
}

static bool is_same_place(const struct cell_view *a, const struct cell_view *b)
{
	return is_same(a, b, "placement") && is_same(a, b, "pus");
}

/* Which class most of these trials are of; the nearer of two equal ones. */
static int commonest(const struct study *study, const size_t *count)
{
	int best = CLASS_NONE;

	for (size_t k = 0; k < study->classes; k++)
		if (count[k] > (best == CLASS_NONE ? 0 : count[best]))
			best = (int)k;
	return best;
}

static void count_classes(const struct study *study,
			  const struct cell_view *cell, size_t *count)
{
	for (size_t i = 0; i < cell->n; i++) {
		const struct observation *seen = &study->seen[cell->of[i]];

		if (seen->counts && seen->class != CLASS_NONE)
			count[seen->class]++;
	}
}

static bool has_class(const struct study *study, const struct cell_view *cell,
		      int class)
{
	for (size_t i = 0; i < cell->n; i++) {
		const struct observation *seen = &study->seen[cell->of[i]];

		if (seen->counts && !seen->changed && seen->class == class)
			return true;
	}
	return false;
}

/* One class for all cells of a place, so that its table compares like with
 * like. */
static void find_headlines(struct study *study)
{
	for (size_t c = 0; c < study->cells; c++) {
		size_t all[CLASSES_MAX] = {0};
		struct cell_view *cell = &study->cell[c];

		if (cell->place < c) {
			cell->headline = study->cell[cell->place].headline;
			continue;
		}
		for (size_t d = c; d < study->cells; d++)
			if (study->cell[d].place == c)
				count_classes(study, &study->cell[d], all);
		cell->headline = commonest(study, all);
	}
}

static void find_shown(struct study *study)
{
	for (size_t c = 0; c < study->cells; c++) {
		struct cell_view *cell = &study->cell[c];
		size_t own[CLASSES_MAX] = {0};

		cell->shown = cell->headline;
		if (has_class(study, cell, cell->headline))
			continue;
		count_classes(study, cell, own);
		cell->shown = commonest(study, own);
	}
}

static bool is_same_task(const struct cell_view *a, const struct cell_view *b)
{
	return is_same(a, b, "workload") && is_same(a, b, "size_b") &&
	       is_same(a, b, "space") && is_same(a, b, "verify") &&
	       is_same(a, b, "idle") && is_same_place(a, b);
}

/* How well b serves as what a is compared with; 0: not at all. */
static int likeness(const struct cell_view *a, const struct cell_view *b,
		    const char **differs)
{
	bool wait = is_same(a, b, "wait");
	bool api = is_same(a, b, "api");
	bool rest = is_same(a, b, "depth");

	if (!b->counted || !is_same_task(a, b))
		return 0;
	if (!wait && strcmp(text(b, "wait"), "block") != 0)
		return 0;
	if (!wait)
		*differs = "the baseline waits by block";
	else if (!api)
		*differs = "the baseline's interface is another";
	else if (!rest)
		*differs = "the baseline's depth is another";
	else
		*differs = NULL;
	return 1 + 4 * wait + 2 * api + rest;
}

static void find_against(struct study *study, struct cell_view *cell,
			 const char *baseline)
{
	int best = 0;

	cell->against = NO_CELL;
	if (cell->is_floor || !cell->counted)
		return;
	for (size_t c = 0; c < study->cells; c++) {
		const char *differs = NULL;
		int like;

		if (study->cell[c].row != cell->row ||
		    strcmp(text(&study->cell[c], "backend"), baseline) != 0)
			continue;
		like = likeness(cell, &study->cell[c], &differs);
		if (like <= best)
			continue;
		best = like;
		cell->against = c;
		cell->differs = differs;
	}
}

static bool has_ratio(const struct study *study, const struct cell_view *cell)
{
	return cell->against != NO_CELL && cell != &study->cell[cell->against];
}

static bool is_same_row(const struct cell_view *a, const struct cell_view *b)
{
	return is_same(a, b, "workload") && is_same(a, b, "size_b") &&
	       is_same(a, b, "space") && is_same_place(a, b);
}

/* Ratios that are looked at together, those of the mechanisms for one size,
 * share one error probability. */
static void count_comparisons(struct study *study)
{
	for (size_t c = 0; c < study->cells; c++) {
		struct cell_view *cell = &study->cell[c];

		study->cell[cell->row].comparisons += has_ratio(study, cell);
	}
	for (size_t c = 0; c < study->cells; c++) {
		struct cell_view *cell = &study->cell[c];

		cell->comparisons = study->cell[cell->row].comparisons;
	}
}

/* The first cell that is alike: those that are are few, or lie near. */
static size_t first_like(const struct study *study, size_t c, bool row)
{
	const struct cell_view *cell = &study->cell[c];

	for (size_t d = c; d-- > 0;) {
		const struct cell_view *other = &study->cell[d];

		if (row ? is_same_row(cell, other) : is_same_place(cell, other))
			return row ? other->row : other->place;
	}
	return c;
}

static void view_cells(struct study *study)
{
	for (size_t c = 0; c < study->cells; c++) {
		struct cell_view *cell = &study->cell[c];

		cell->json = json_array_get(study->data->cells, c);
		cell->is_floor =
			json_is_true(json_object_get(cell->json, "floor"));
		cell->is_batch = json_int_at(cell->json, "per_sample", 1) > 1 ||
				 !strcmp(text(cell, "timing"), "batch");
		cell->place = first_like(study, c, false);
		cell->row = first_like(study, c, true);
	}
}

int study_begin(struct study *study, const struct run_data *data)
{
	const char *baseline = json_string_at(data->manifest, "baseline", "");
	int err;

	*study = (struct study){.data = data, .level = 0.95};
	json_number_at(data->manifest, "design.level", &study->level);
	study->cells = json_array_size(data->cells);
	study->seen = calloc(data->trials + 1, sizeof(*study->seen));
	study->order = calloc(data->trials + 1, sizeof(*study->order));
	study->cell = calloc(study->cells + 1, sizeof(*study->cell));
	if (!study->seen || !study->order || !study->cell)
		return -ENOMEM;
	view_cells(study);
	group_by_cell(study);
	for (size_t c = 0; c < study->cells; c++)
		count_trials(study, &study->cell[c]);
	err = find_classes(study);
	if (err)
		return err;
	for (size_t i = 0; i < data->trials; i++)
		classify(study, &study->seen[i]);
	find_headlines(study);
	find_shown(study);
	for (size_t c = 0; c < study->cells; c++)
		find_against(study, &study->cell[c], baseline);
	count_comparisons(study);
	return 0;
}

void study_end(struct study *study)
{
	free(study->seen);
	free(study->order);
	free(study->cell);
}

size_t study_values(struct study *study, const struct cell_view *cell,
		    int class, bool clean, value_fn *value, const void *what,
		    struct values *values)
{
	values->n = 0;
	values->y = calloc(cell->n + 1, sizeof(*values->y));
	values->block = calloc(cell->n + 1, sizeof(*values->block));
	if (!values->y || !values->block) {
		study->failed = true;
		return 0;
	}
	for (size_t i = 0; i < cell->n; i++) {
		const struct observation *seen = &study->seen[cell->of[i]];

		if (!seen->counts || seen->changed || seen->class != class ||
		    (clean && seen->flagged))
			continue;
		if (!value(seen, what, &values->y[values->n]))
			continue;
		values->block[values->n++] = seen->trial->block;
	}
	return values->n;
}

void values_free(struct values *values)
{
	free(values->y);
	free(values->block);
	*values = (struct values){0};
}

static void set_interval(struct study *study, json_t *object,
			 const struct stats_estimate *e)
{
	study_set(study, object, "lo",
		  e->has_interval ? json_real(e->lo) : json_null());
	study_set(study, object, "hi",
		  e->has_interval ? json_real(e->hi) : json_null());
	study_set(study, object, "level",
		  e->has_interval ? json_real(e->level) : json_null());
	study_set(study, object, "interval_why",
		  e->has_interval
			  ? json_null()
			  : json_sprintf("%zu of the %zu trials that a %g %% "
					 "interval needs",
					 e->n, stats_median_needs(study->level),
					 100 * study->level));
}

void study_estimate(struct study *study, json_t *object, const char *name,
		    const struct values *values)
{
	struct stats_estimate e = {0};

	if (values->n && stats_estimate(values->y, values->n, study->level, &e))
		study->failed = true;
	study_set(study, object, "n", json_integer((json_int_t)values->n));
	study_set(study, object, name,
		  values->n ? json_real(e.median) : json_null());
	set_interval(study, object, &e);
}
