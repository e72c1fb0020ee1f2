/* SPDX-License-Identifier: MIT */
/* How a cell's messages spread: quantiles of the tail, over trials, and the
 * spectrum of all of them together. */
#include <math.h>
#include <stdlib.h>

#include "base/hist.h"
#include "base/stats.h"
#include "run/schema.h"
#include "run/study.h"

static const struct {
	double q;
	const char *label, *path;
} quantiles[] = {
	{0.5, "p50", "stat.p50"},	  {0.9, "p90", "stat.p90"},
	{0.99, "p99", "stat.p99"},	  {0.999, "p99.9", "stat.p999"},
	{0.9999, "p99.99", "stat.p9999"},
};
enum { QUANTILES = sizeof(quantiles) / sizeof(quantiles[0]) };

/* Samples of all trials that a quantile was found in. */
static double count_samples(struct study *study, const struct cell_view *cell,
			    const char *path)
{
	double sum = 0;

	for (size_t i = 0; i < cell->n; i++) {
		const struct observation *seen = &study->seen[cell->of[i]];
		double value, samples;

		if (!seen->counts || seen->changed ||
		    seen->class != cell->shown)
			continue;
		if (value_at_path(seen, path, &value) &&
		    value_at_path(seen, "samples", &samples))
			sum += samples;
	}
	return sum;
}

static json_t *quantile_json(struct study *study, const struct cell_view *cell,
			     size_t nth)
{
	const char *path = quantiles[nth].path;
	double q = quantiles[nth].q;
	json_t *json =
		json_pack("{s:f, s:s}", "q", q, "label", quantiles[nth].label);
	struct values values;

	if (!json)
		return NULL;
	study_values(study, cell, cell->shown, false, value_at_path, path,
		     &values);
	study_estimate(study, json, "estimate", &values);
	study_set(study, json, "estimate_why",
		  values.n ? json_null()
			   : json_sprintf("fewer than the %.0f samples that "
					  "%s needs in a trial",
					  10 / (1 - q), quantiles[nth].label));
	study_set(study, json, "support",
		  json_integer((json_int_t)count_samples(study, cell, path)));
	study_set(study, json, "host_dominated",
		  json_boolean(study->host_dominated && q > 0.99));
	values_free(&values);
	return json;
}

/* A batch's time says nothing about its slowest message. */
json_t *tail_json(struct study *study, const struct cell_view *cell)
{
	json_t *list = json_array();

	if (cell->is_batch || !cell->counted)
		return list;
	for (size_t i = 0; i < QUANTILES; i++)
		study_add(study, list, quantile_json(study, cell, i));
	return list;
}

static void add_bins(struct hist *hist, const struct run_trial *trial)
{
	for (size_t i = 0; i < trial->bins_n; i++) {
		const struct run_bin *bin = &trial->bins[i];
		uint64_t last = hist_upper(hist_bin(bin->lower)) - 1;

		if (hist->count == 0 || bin->lower < hist->min)
			hist->min = bin->lower;
		if (last > hist->max)
			hist->max = last;
		hist->count += bin->count;
		hist->bins[hist_bin(bin->lower)] += bin->count;
	}
}

static void merge(struct study *study, const struct cell_view *cell,
		  struct hist *hist)
{
	for (size_t i = 0; i < cell->n; i++) {
		const struct observation *seen = &study->seen[cell->of[i]];

		if (seen->counts && !seen->changed &&
		    seen->class == cell->shown)
			add_bins(hist, seen->trial);
	}
}

/* Ten points for each further nine of the quantile, as far as it holds. */
enum { POINTS_PER_NINE = 10 };

static void add_points(struct study *study, json_t *list,
		       const struct hist *hist)
{
	for (int i = 0;; i++) {
		double q = 1 - pow(10, -(double)i / POINTS_PER_NINE);
		double ns;

		if (hist->count == 0 || !stats_supported(q, hist->count))
			return;
		ns = q > 0 ? hist_quantile(hist, q) : (double)hist->min;
		study_add(study, list, json_pack("[f, f]", q, ns));
	}
}

json_t *spectrum_json(struct study *study, const struct cell_view *cell)
{
	struct hist *hist;
	json_t *list = json_array();

	if (cell->is_batch || !cell->counted)
		return list;
	hist = calloc(1, sizeof(*hist));
	if (!hist) {
		study->failed = true;
		return list;
	}
	merge(study, cell, hist);
	add_points(study, list, hist);
	free(hist);
	return list;
}
