/* SPDX-License-Identifier: MIT */
/* What a round costs each node, and what its hardware counters say. */
#include "base/stats.h"
#include "run/schema.h"
#include "run/study.h"

static const char *const kinds[] = {
	"user_ns",
	"system_ns",
	"switches_voluntary",
	"switches_involuntary",
	"faults_minor",
	"faults_major",
	"runqueue_ns",
	NULL,
};

/* Which number of which node. */
struct pick {
	size_t node;
	const char *kind; /* of usage */
	size_t event;	  /* of counters */
};

static bool per_round(const struct observation *seen, const json_t *number,
		      double *value)
{
	double rounds;

	if (!json_is_number(number) ||
	    !json_number_at(seen->trial->json, "rounds", &rounds) ||
	    rounds <= 0)
		return false;
	*value = json_number_value(number) / rounds;
	return true;
}

static bool value_of_usage(const struct observation *seen, const void *what,
			   double *value)
{
	const struct pick *pick = what;
	const json_t *usage = json_array_get(
		json_object_get(seen->trial->json, "usage"), pick->node);

	return per_round(seen, json_object_get(usage, pick->kind), value);
}

static const json_t *counter_at(const struct observation *seen,
				const struct pick *pick)
{
	const json_t *nodes = json_object_get(seen->trial->json, "counters");

	return json_array_get(json_array_get(nodes, pick->node), pick->event);
}

static bool value_of_counter(const struct observation *seen, const void *what,
			     double *value)
{
	return per_round(seen, json_object_get(counter_at(seen, what), "value"),
			 value);
}

static json_t *median_json(struct study *study, const struct cell_view *cell,
			   value_fn *value, const struct pick *pick)
{
	struct values values;
	json_t *median = NULL;

	if (study_values(study, cell, cell->shown, false, value, pick,
			 &values)) {
		stats_sort(values.y, values.n);
		median = json_real(stats_median(values.y, values.n));
	}
	values_free(&values);
	return median ? median : json_null();
}

/* The first trial that has figures stands for what there is to pick. */
static const struct observation *example(const struct study *study,
					 const struct cell_view *cell)
{
	for (size_t i = 0; i < cell->n; i++) {
		const struct observation *seen = &study->seen[cell->of[i]];

		if (seen->counts && !seen->changed &&
		    seen->class == cell->shown)
			return seen;
	}
	return NULL;
}

static json_t *node_cost(struct study *study, const struct cell_view *cell,
			 size_t node)
{
	json_t *cost = json_pack("{s:I}", "node", (json_int_t)node);

	for (const char *const *kind = kinds; *kind && cost; kind++) {
		struct pick pick = {.node = node, .kind = *kind};

		study_set(study, cost, *kind,
			  median_json(study, cell, value_of_usage, &pick));
	}
	return cost;
}

json_t *cost_json(struct study *study, const struct cell_view *cell)
{
	const struct observation *seen = example(study, cell);
	json_t *list = json_array();
	size_t nodes;

	if (!seen)
		return list;
	nodes = json_array_size(json_object_get(seen->trial->json, "usage"));
	for (size_t i = 0; i < nodes; i++)
		study_add(study, list, node_cost(study, cell, i));
	return list;
}

/* A status for all nodes: the first one's that is not ok says why. */
static const json_t *worst_counter(const struct observation *seen, size_t nodes,
				   size_t event)
{
	struct pick pick = {.event = event};
	const json_t *worst = counter_at(seen, &pick);

	for (pick.node = 0; pick.node < nodes; pick.node++) {
		const json_t *counter = counter_at(seen, &pick);

		if (!json_is_number(json_object_get(counter, "value")))
			return counter ? counter : worst;
	}
	return worst;
}

static json_t *event_json(struct study *study, const struct cell_view *cell,
			  const struct observation *seen, size_t nodes,
			  size_t event)
{
	const json_t *worst = worst_counter(seen, nodes, event);
	json_t *values = json_array();

	for (size_t i = 0; i < nodes; i++) {
		struct pick pick = {.node = i, .event = event};

		study_add(study, values,
			  median_json(study, cell, value_of_counter, &pick));
	}
	return json_pack("{s:s, s:s, s:s?, s:o}", "event",
			 json_string_at(worst, "event", ""), "status",
			 json_string_at(worst, "status", ""), "why",
			 json_string_at(worst, "why", NULL), "values", values);
}

json_t *counters_json(struct study *study, const struct cell_view *cell)
{
	const struct observation *seen = example(study, cell);
	const json_t *all;
	json_t *list = json_array();
	size_t nodes, events;

	if (!seen)
		return list;
	all = json_object_get(seen->trial->json, "counters");
	nodes = json_array_size(all);
	events = json_array_size(json_array_get(all, 0));
	for (size_t i = 0; i < events; i++)
		study_add(study, list, event_json(study, cell, seen, nodes, i));
	return list;
}
