/* SPDX-License-Identifier: MIT */
/* What the machine itself takes: a cache line there and back, a copy, a look
 * at the clock; and how quiet it was before each block. */
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "run/schema.h"
#include "run/study.h"

/* Both readings of each trial of a class. */
static size_t gather(const struct study *study, int class, const char *before,
		     const char *after, double *y)
{
	size_t n = 0;

	for (size_t i = 0; i < study->data->trials; i++) {
		const struct observation *seen = &study->seen[i];
		double a, b;

		/* Readings of a trial are one observation, not two. */
		if (seen->class == class && value_at_path(seen, before, &a) &&
		    value_at_path(seen, after, &b))
			y[n++] = (a + b) / 2;
	}
	return n;
}

static json_t *floor_json(struct study *study, int class, const char *before,
			  const char *after)
{
	struct values values = {
		.y = calloc(study->data->trials + 1, sizeof(double)),
	};
	json_t *json = json_object();

	if (!values.y) {
		study->failed = true;
		return json;
	}
	values.n = gather(study, class, before, after, values.y);
	study_estimate(study, json, "median", &values);
	values_free(&values);
	return json;
}

static json_t *per_class(struct study *study, const char *before,
			 const char *after)
{
	json_t *json = json_object();

	for (size_t k = 0; k < study->classes; k++)
		study_set(study, json, study->class[k].name,
			  floor_json(study, (int)k, before, after));
	return json;
}

static bool memcpy_of(const json_t *block, json_int_t size_b, double *rate)
{
	json_t *point;
	size_t i;

	json_array_foreach(
		json_object_get(block, "memcpy"), i,
		point) if (json_int_at(point, "size_b", -1) ==
			   size_b) return json_number_at(point, "bytes_per_s",
							 rate);
	return false;
}

static json_t *memcpy_point(struct study *study, json_int_t size_b)
{
	size_t blocks = json_array_size(study->data->blocks);
	struct values values = {.y = calloc(blocks + 1, sizeof(double))};
	json_t *json = json_pack("{s:I}", "size_b", size_b);

	if (!values.y) {
		study->failed = true;
		return json;
	}
	for (size_t i = 0; i < blocks; i++)
		values.n += memcpy_of(json_array_get(study->data->blocks, i),
				      size_b, &values.y[values.n]);
	study_estimate(study, json, "bytes_per_s", &values);
	values_free(&values);
	return json;
}

/* What value_over_floor() needs beside a trial. */
struct over_floor {
	const struct study *study;
	const char *metric;
	json_int_t size_b;
};

/* Quotient of a trial's figure and of the floor that was measured with it: two
 * cache lines by the trial itself, a copy of the size before its block. */
static bool value_over_floor(const struct observation *seen, const void *what,
			     double *value)
{
	const struct over_floor *over = what;
	double floor = 0, after = 0;
	bool has;

	if (strcmp(over->metric, "bytes_per_s") == 0) {
		has = memcpy_of(json_array_get(over->study->data->blocks,
					       (size_t)seen->trial->block),
				over->size_b, &floor);
	} else {
		has = value_at_path(seen, "mailbox_before_ns", &floor) &&
		      value_at_path(seen, "mailbox_after_ns", &after);
		floor = (floor + after) / 2;
	}
	if (!has || floor <= 0 || !value_of_metric(seen, over->metric, value))
		return false;
	*value /= floor;
	return true;
}

json_t *over_floor_json(struct study *study, const struct cell_view *cell,
			const char *metric, int class)
{
	const struct over_floor over = {study, metric,
					json_int_at(cell->json, "size_b", 0)};
	struct values values;
	json_t *json = NULL;

	if (strcmp(metric, "messages_per_s") == 0)
		return json_null();
	study_values(study, cell, class, false, value_over_floor, &over,
		     &values);
	if (values.n) {
		json = json_pack("{s:s}", "floor",
				 strcmp(metric, "rtt") == 0 ? "mailbox"
							    : "memcpy");
		study_estimate(study, json, "estimate", &values);
	}
	values_free(&values);
	return json ? json : json_null();
}

/* For the sizes of the first block: all blocks have the same. */
static json_t *memcpy_json(struct study *study)
{
	const json_t *first = json_array_get(study->data->blocks, 0);
	json_t *list = json_array(), *point;
	size_t i;

	json_array_foreach(json_object_get(first, "memcpy"), i, point)
		study_add(study, list,
			  memcpy_point(study, json_int_at(point, "size_b", 0)));
	return list;
}

json_t *floors_json(struct study *study)
{
	json_t *json = json_object();
	json_t *timer = json_at(study->data->manifest, "clock.cost_p50_ns");

	study_set(study, json, "timer_ns",
		  json_is_number(timer) ? json_incref(timer) : json_null());
	study_set(study, json, "mailbox_ns",
		  per_class(study, "mailbox_before_ns", "mailbox_after_ns"));
	study_set(study, json, "line_ns",
		  per_class(study, "line_before_ns", "line_after_ns"));
	study_set(study, json, "memcpy", memcpy_json(study));
	return json;
}

static json_t *probe_json(const json_t *block, const json_t *noise)
{
	double probed = 0, lost = 0;
	json_t *json =
		json_pack("{s:I, s:I}", "block", json_int_at(block, "block", 0),
			  "pu", json_int_at(noise, "pu", 0));

	json_number_at(noise, "probed_ns", &probed);
	json_number_at(noise, "lost_ns", &lost);
	json_object_set_new(json, "lost_ppm",
			    probed > 0 ? json_real(1e6 * lost / probed)
				       : json_null());
	json_object_set_new(json, "lost_ppm_why",
			    probed > 0 ? json_null()
				       : json_string("it was not probed"));
	json_object_set(json, "gaps", json_object_get(noise, "gaps"));
	json_object_set(json, "gap_max_ns",
			json_object_get(noise, "gap_max_ns"));
	json_object_set(json, "op_ns", json_object_get(noise, "op_ns"));
	return json;
}

json_t *noise_json(struct study *study)
{
	json_t *list = json_array(), *block, *noise;
	size_t i, k;

	json_array_foreach(study->data->blocks, i, block)
		json_array_foreach(json_object_get(block, "noise"), k, noise)
			study_add(study, list, probe_json(block, noise));
	return list;
}
