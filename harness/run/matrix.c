/* SPDX-License-Identifier: MIT */
/* Each back-end asked for each concept. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/endpoint.h"
#include "ipc/options.h"
#include "ipc/select.h"
#include "run/file.h"
#include "run/matrix.h"
#include "run/schema.h"
#include "trial/trial.h"

const char *const matrix_verdict_names[MATRIX_VERDICTS + 1] = {
	"pass", "fail", "inconclusive", "unsupported", "not run", NULL};

/* A back-end as its table has it: never asked what this machine can do. */
struct declared {
	struct ipc_impl impl;
	struct call_kind call;
	struct endpoint_kind endpoint;
	struct select_kind select;
};

static void declare(const struct ipc_impl *impl, struct declared *declared)
{
	declared->impl = *impl;
	declared->impl.probe = NULL;
	if (impl->call) {
		declared->call = *impl->call;
		declared->call.probe = NULL;
		declared->impl.call = &declared->call;
	}
	if (impl->endpoint) {
		declared->endpoint = *impl->endpoint;
		declared->endpoint.probe = NULL;
		declared->impl.endpoint = &declared->endpoint;
	}
	if (impl->select) {
		declared->select = *impl->select;
		declared->select.probe = NULL;
		declared->impl.select = &declared->select;
	}
}

static void make_spec(const struct ipc_impl *impl,
		      const struct workload *workload, enum ipc_wait wait,
		      bool threads, struct trial_spec *spec)
{
	*spec = (struct trial_spec){
		.impl = impl,
		.workload = workload,
		.par = {.size = MATRIX_SIZE},
		.wait = wait,
		.threads = threads,
	};
	options_preset(impl->options, spec->option);
	options_preset(workload->options, spec->par.option);
}

/* Emulated or not, where the workload does not say: as its calls are. */
static enum concept_way way_of_calls(const struct trial_spec *spec,
				     const struct plan *plan, struct why *by)
{
	static const struct {
		enum concept_way way;
		const char *by;
	} ways[CALL_WAYS] = {
		[CALL_NATIVE] = {CONCEPT_NATIVE, NULL},
		[CALL_DELEGATED] = {CONCEPT_EMULATED,
				    "delegated calls: the reply's own socket "
				    "travels with the request"},
		[CALL_LAYERED] = {CONCEPT_EMULATED,
				  "layered calls: links for requests and for "
				  "each client's replies"},
	};
	struct call_spec service;
	const struct call_kind *call;
	unsigned int i = trial_first_service(plan);

	if (i == plan->services)
		return CONCEPT_NATIVE;
	service = trial_call_spec(spec, plan, i);
	call = call_check(spec->impl, &service, by);
	if (ways[call->way].by)
		why_not(by, 0, "%s", ways[call->way].by);
	return ways[call->way].way;
}

static enum concept_way way_of(const struct ipc_impl *impl,
			       const struct trial_spec *spec,
			       const struct plan *plan, enum concept concept,
			       struct why *by)
{
	if (spec->workload->way)
		return spec->workload->way(impl, concept, by);
	return plan->services ? way_of_calls(spec, plan, by) : CONCEPT_NATIVE;
}

/* Nodes that spin keep each other off the PUs where they are more than
 * those. */
enum { SPINNERS = 2 };

/* As good a way: whether it can be had here, and of several refusals of one
 * workload the last, as the first way to wait is the pickiest. */
static bool is_better(const struct matrix_cell *found,
		      const struct matrix_cell *cell, int err)
{
	if (found->way != cell->way)
		return false;
	if (found->way != CONCEPT_ABSENT)
		return found->here && !cell->here;
	return err && found->workload == cell->workload;
}

/*
 * One space and one way to wait. cell is what was found so far, and has way
 * CONCEPT_WAYS before the first. A limit on a message's length is no machine's
 * fault.
 */
static void ask(const struct ipc_impl *impl, const struct workload *workload,
		enum ipc_wait wait, bool threads, enum concept concept,
		struct matrix_cell *cell)
{
	struct matrix_cell found = {.workload = workload};
	struct declared declared;
	struct trial_spec spec;
	struct plan plan = {0}, again = {0};
	int err, here = 0;

	declare(impl, &declared);
	make_spec(&declared.impl, workload, wait, threads, &spec);
	err = trial_plan(&spec, &plan, &found.why);
	if (!err && wait == IPC_WAIT_SPIN && plan.nodes > SPINNERS)
		return;
	if (!err) {
		found.why.text[0] = '\0'; /* of what was left out */
		found.way = way_of(impl, &spec, &plan, concept, &found.why);
		spec.impl = impl;
		here = trial_plan(&spec, &again, &found.here_why);
	}
	if (here == -EMSGSIZE) {
		err = here;
		found.why = found.here_why;
	}
	if (err)
		found.way = CONCEPT_ABSENT;
	found.here = here == 0;
	if (found.way < cell->way || is_better(&found, cell, err))
		*cell = found;
}

/* What this workload shows of it on that back-end, at best. */
static void ask_workload(const struct ipc_impl *impl,
			 const struct workload *workload, enum concept concept,
			 struct matrix_cell *best)
{
	static const uint32_t space[] = {IPC_PROCESSES, IPC_THREADS};
	uint32_t waits = impl->waits & workload->waits;

	if (!waits) /* all of them, or none: then it says so itself */
		waits = impl->waits;
	for (int i = 0; i < 2 * IPC_WAIT_KINDS; i++) {
		bool threads = i >= IPC_WAIT_KINDS;
		enum ipc_wait wait = (enum ipc_wait)(i % IPC_WAIT_KINDS);

		if (best->way == CONCEPT_NATIVE && best->here)
			return;
		if (impl->caps & space[threads] && waits & IPC_CAN_WAIT(wait))
			ask(impl, workload, wait, threads, concept, best);
	}
}

static void fill_cell(const struct matrix *matrix, const struct ipc_impl *impl,
		      enum concept concept, struct matrix_cell *cell)
{
	const struct workload *const *workload = matrix->cat->workloads;
	struct matrix_cell best = {.way = CONCEPT_WAYS};

	for (; *workload; workload++)
		if (matrix_shows(*workload, concept))
			ask_workload(impl, *workload, concept, &best);
	if (best.way == CONCEPT_WAYS) {
		best.way = CONCEPT_ABSENT;
		why_not(&best.why, 0, "no workload shows it");
	}
	best.verdict = MATRIX_NOT_RUN;
	*cell = best;
}

int matrix_build(struct matrix *matrix, const struct catalogue *cat)
{
	*matrix = (struct matrix){.cat = cat};
	while (cat->impls[matrix->impls])
		matrix->impls++;
	matrix->cell = calloc(matrix->impls + 1, sizeof(*matrix->cell));
	if (!matrix->cell)
		return -ENOMEM;
	for (size_t i = 0; i < matrix->impls; i++)
		for (int c = 0; c < CONCEPTS; c++)
			fill_cell(matrix, cat->impls[i], (enum concept)c,
				  &matrix->cell[i][c]);
	return 0;
}

void matrix_free(struct matrix *matrix)
{
	free(matrix->cell);
	matrix->cell = NULL;
}

/* "NAME" or "NAME:KEY=VALUE" of that name? */
static bool is_of(const char *text, const char *name)
{
	size_t len = strlen(name);

	return strncmp(text, name, len) == 0 &&
	       (text[len] == '\0' || text[len] == ':');
}

static const struct workload *workload_of(const struct catalogue *cat,
					  const json_t *cell)
{
	const char *name = json_string_at(cell, "workload", "");
	size_t i = 0;

	while (cat->workloads[i] && !is_of(name, cat->workloads[i]->name))
		i++;
	return cat->workloads[i];
}

bool matrix_has(const struct catalogue *cat, const json_t *cell)
{
	const struct workload *workload = workload_of(cat, cell);

	return workload && workload->concepts;
}

static enum matrix_verdict verdict_of(const json_t *cell)
{
	if (!strcmp(json_string_at(cell, "state", ""), "failed") ||
	    json_int_at(cell, "verdict.fail", 0))
		return MATRIX_FAIL;
	if (json_int_at(cell, "verdict.pass", 0))
		return MATRIX_PASS;
	return json_int_at(cell, "verdict.inconclusive", 0) ? MATRIX_NOTHING
							    : MATRIX_SKIPPED;
}

/* What is worse counts, but whatever was not tried counts least. */
static bool is_above(enum matrix_verdict a, enum matrix_verdict b)
{
	static const int rank[MATRIX_VERDICTS] = {
		[MATRIX_FAIL] = 4,    [MATRIX_PASS] = 3,
		[MATRIX_NOTHING] = 2, [MATRIX_SKIPPED] = 1,
		[MATRIX_NOT_RUN] = 0,
	};

	return rank[a] > rank[b];
}

static void judge(struct matrix_cell *cells, const struct workload *workload,
		  const json_t *cell)
{
	enum matrix_verdict verdict = verdict_of(cell);
	const char *why = json_string_at(cell, "state_why", NULL);

	for (int c = 0; c < CONCEPTS; c++) {
		if (!matrix_shows(workload, (enum concept)c) ||
		    !is_above(verdict, cells[c].verdict))
			continue;
		cells[c].verdict = verdict;
		why_not(&cells[c].verdict_why, 0, "%s",
			verdict != MATRIX_PASS && why ? why : "");
	}
}

void matrix_judge(struct matrix *matrix, const json_t *summary)
{
	const json_t *cells = json_object_get(summary, "cells"), *cell;
	size_t n;

	json_array_foreach(cells, n, cell)
	{
		const struct workload *workload =
			workload_of(matrix->cat, cell);
		const char *name = json_string_at(cell, "backend", "");

		for (size_t i = 0; workload && i < matrix->impls; i++)
			if (is_of(name, matrix->cat->impls[i]->name))
				judge(matrix->cell[i], workload, cell);
	}
}

bool matrix_is_due(const struct matrix_cell *cell)
{
	return cell->way != CONCEPT_ABSENT && cell->verdict != MATRIX_PASS &&
	       (cell->here || cell->verdict != MATRIX_SKIPPED);
}

enum concept matrix_concept(const char *word, struct why *why)
{
	const char *names[CONCEPTS + 1];

	for (int c = 0; c < CONCEPTS; c++) {
		if (strcmp(concept_pages[c].slide, word) == 0 ||
		    strcmp(concept_pages[c].name, word) == 0)
			return (enum concept)c;
		names[c] = concept_pages[c].name;
	}
	names[CONCEPTS] = NULL;
	why_unknown(why, "concept", word, names);
	return CONCEPTS;
}

static json_t *shown_by(const struct catalogue *cat, enum concept concept)
{
	json_t *list = json_array();

	for (size_t i = 0; cat->workloads[i]; i++)
		if (matrix_shows(cat->workloads[i], concept))
			json_array_append_new(
				list, json_string(cat->workloads[i]->name));
	return list;
}

static bool is_asked(enum concept asked, int concept)
{
	return asked == CONCEPTS || (int)asked == concept;
}

static json_t *pages_json(const struct catalogue *cat, enum concept concept)
{
	json_t *list = json_array();

	for (int c = 0; c < CONCEPTS; c++) {
		const struct concept_page *page = &concept_pages[c];

		if (!is_asked(concept, c))
			continue;
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}",
					"slide", page->slide, "name",
					page->name, "german", page->german,
					"english", page->english, "family",
					concept_family_names[page->family],
					"text", page->text, "workloads",
					shown_by(cat, (enum concept)c)));
	}
	return list;
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static json_t *cell_json(const struct matrix_cell *cell, enum concept concept,
			 bool judged)
{
	bool absent = cell->way == CONCEPT_ABSENT;
	json_t *json = json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "slide",
				 concept_pages[concept].slide, "name",
				 concept_pages[concept].name, "way",
				 concept_way_names[cell->way], "why",
				 or_null(cell->why.text), "workload",
				 cell->workload ? cell->workload->name : NULL);

	if (json && !absent) {
		json_object_set_new(json, "here", json_boolean(cell->here));
		if (!cell->here)
			json_object_set_new(json, "here_why",
					    json_string(cell->here_why.text));
	}
	if (json && judged) {
		json_object_set_new(
			json, "verdict",
			json_string(matrix_verdict_names[cell->verdict]));
		json_object_set_new(
			json, "verdict_why",
			json_pack("s?", or_null(cell->verdict_why.text)));
	}
	return json;
}

static json_t *row_json(const struct matrix *matrix, size_t i,
			enum concept concept, bool judged)
{
	const struct ipc_impl *impl = matrix->cat->impls[i];
	json_t *cells = json_array();

	for (int c = 0; c < CONCEPTS; c++)
		if (is_asked(concept, c))
			json_array_append_new(
				cells, cell_json(&matrix->cell[i][c],
						 (enum concept)c, judged));
	return json_pack("{s:s, s:s, s:o}", "backend", impl->name, "family",
			 ipc_family_names[impl->family], "concepts", cells);
}

static json_t *shows_json(const struct workload *workload)
{
	json_t *list = json_array();

	for (int c = 0; c < CONCEPTS; c++)
		if (matrix_shows(workload, (enum concept)c))
			json_array_append_new(
				list, json_string(concept_pages[c].slide));
	return list;
}

/* Its options and what each is unless given. */
static json_t *presets_json(const struct workload *workload)
{
	json_t *json = json_object();

	for (size_t i = 0; i < options_count(workload->options); i++) {
		const struct ipc_option *option = &workload->options[i];
		char text[OPTIONS_TEXT];

		json_object_set_new(json, option->name,
				    json_string(option_value_text(
					    option, option->preset, text)));
	}
	return json;
}

/* What shows the concept, or any where that is CONCEPTS. */
static json_t *workloads_json(const struct catalogue *cat, enum concept concept)
{
	json_t *list = json_array();

	for (size_t i = 0; cat->workloads[i]; i++) {
		const struct workload *workload = cat->workloads[i];

		if (!workload->concepts ||
		    (concept != CONCEPTS && !matrix_shows(workload, concept)))
			continue;
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:o, s:o}",
						"name", workload->name, "brief",
						workload->brief, "meaning",
						workload->meaning, "slides",
						shows_json(workload), "options",
						presets_json(workload)));
	}
	return list;
}

json_t *matrix_json(const struct matrix *matrix, const struct ipc_impl *impl,
		    enum concept concept, bool judged)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < matrix->impls; i++)
		if (!impl || matrix->cat->impls[i] == impl)
			json_array_append_new(
				rows, row_json(matrix, i, concept, judged));
	return json_pack(
		"{s:s, s:o, s:o, s:o}", "schema", "ipcbench.concepts/1",
		"concepts", pages_json(matrix->cat, concept), "workloads",
		workloads_json(matrix->cat, concept), "backends", rows);
}
