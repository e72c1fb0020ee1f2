/* SPDX-License-Identifier: MIT */
/* The matrix of back-ends and concepts: complete, with reasons, and what a run
 * makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "run/matrix.h"
#include "run/schema.h"

enum { TEXT_LEN = 250, NAME_LEN = 18 };

static struct matrix matrix;

static int build(void **state)
{
	(void)state;
	return matrix_build(&matrix, &catalogue);
}

static int drop(void **state)
{
	(void)state;
	matrix_free(&matrix);
	return 0;
}

static struct matrix_cell *cell_of(const char *name, enum concept concept)
{
	size_t i = 0;

	while (strcmp(catalogue.impls[i]->name, name) != 0)
		i++;
	return &matrix.cell[i][concept];
}

static void test_pages(void **state)
{
	(void)state;
	for (int c = 0; c < CONCEPTS; c++) {
		const struct concept_page *page = &concept_pages[c];
		size_t len = page->text ? strlen(page->text) : 0;

		if (!page->slide || !page->name || !page->german ||
		    !page->english || len < TEXT_LEN ||
		    page->text[len - 1] != '\n' || strstr(page->text, "\n\n") ||
		    strlen(page->name) > NAME_LEN ||
		    page->family >= CONCEPT_FAMILIES)
			fail_msg("page %d is not complete", c);
		if (c && page->family < concept_pages[c - 1].family)
			fail_msg("slide %s is not in its family's place",
				 page->slide);
	}
}

static void test_lookup(void **state)
{
	struct why why;

	(void)state;
	for (int c = 0; c < CONCEPTS; c++) {
		assert_int_equal(matrix_concept(concept_pages[c].slide, &why),
				 c);
		assert_int_equal(matrix_concept(concept_pages[c].name, &why),
				 c);
	}
	assert_int_equal(matrix_concept("deadlok", &why), CONCEPTS);
	assert_non_null(strstr(why.text, "did you mean 'deadlock'"));
	assert_int_equal(matrix_concept("5", &why), CONCEPTS);
	assert_int_equal(matrix_concept("33", &why), CONCEPTS);
}

static void check_cell(const char *name, int c, const struct matrix_cell *cell)
{
	const char *slide = concept_pages[c].slide;
	size_t len = strlen(cell->why.text);

	if (cell->way >= CONCEPT_WAYS)
		fail_msg("%s %s has no way", name, slide);
	if ((cell->way != CONCEPT_NATIVE) != (len > 0))
		fail_msg("%s %s is %s, and its reason is \"%s\"", name, slide,
			 concept_way_names[cell->way], cell->why.text);
	if (len &&
	    (strchr(cell->why.text, '\n') || cell->why.text[len - 1] == '.'))
		fail_msg("%s %s: no reason in one line without a full stop: "
			 "\"%s\"",
			 name, slide, cell->why.text);
	if (cell->way != CONCEPT_ABSENT && !cell->workload)
		fail_msg("%s %s is shown by nothing", name, slide);
	if (cell->way != CONCEPT_ABSENT && !cell->here && !*cell->here_why.text)
		fail_msg("%s %s is not here, and nobody knows why", name,
			 slide);
}

static void test_every_cell(void **state)
{
	(void)state;
	for (size_t i = 0; i < matrix.impls; i++)
		for (int c = 0; c < CONCEPTS; c++)
			check_cell(catalogue.impls[i]->name, c,
				   &matrix.cell[i][c]);
}

static bool is_shown(enum concept concept)
{
	for (size_t i = 0; catalogue.workloads[i]; i++)
		if (matrix_shows(catalogue.workloads[i], concept))
			return true;
	return false;
}

/* This is what the last slide asks for. */
static void test_every_slide_is_shown(void **state)
{
	int missing = 0;

	(void)state;
	for (int c = 0; c < CONCEPTS; c++) {
		if (is_shown((enum concept)c))
			continue;
		print_error("no workload shows slide %s, %s\n",
			    concept_pages[c].slide, concept_pages[c].name);
		missing++;
	}
	assert_int_equal(missing, 0);
}

/* Somebody has each of them, and of those that carry nothing nobody has. */
static void test_somebody_has_it(void **state)
{
	(void)state;
	for (int c = 0; c < CONCEPTS; c++) {
		size_t have = 0;

		for (size_t i = 0; i < matrix.impls; i++) {
			bool has = matrix.cell[i][c].way != CONCEPT_ABSENT;

			have += has;
			if (has && catalogue.impls[i]->caps & IPC_VOID)
				fail_msg("%s has slide %s",
					 catalogue.impls[i]->name,
					 concept_pages[c].slide);
		}
		if (is_shown((enum concept)c) && have == 0)
			fail_msg("nobody has slide %s", concept_pages[c].slide);
	}
}

static void test_known_ways(void **state)
{
	(void)state;
	assert_int_equal(cell_of("pipe", CONCEPT_EXCHANGE)->way,
			 CONCEPT_NATIVE);
	assert_int_equal(cell_of("pipe", CONCEPT_ROLES)->way, CONCEPT_EMULATED);
	assert_non_null(
		strstr(cell_of("pipe", CONCEPT_ROLES)->why.text, "layered"));
	assert_int_equal(cell_of("slot", CONCEPT_ROLES)->way, CONCEPT_NATIVE);
	assert_int_equal(cell_of("slot", CONCEPT_RELAY)->way, CONCEPT_NATIVE);
	assert_int_equal(cell_of("unix-dgram", CONCEPT_RELAY)->way,
			 CONCEPT_EMULATED);
	assert_non_null(strstr(cell_of("unix-dgram", CONCEPT_RELAY)->why.text,
			       "delegated"));
	assert_int_equal(cell_of("pipe", CONCEPT_RELAY)->way, CONCEPT_ABSENT);
	assert_non_null(
		strstr(cell_of("udp", CONCEPT_SERVICE)->why.text, "reliable"));
}

static int no_machine(const struct ipc_spec *spec, struct why *why)
{
	(void)spec;
	return why_not(why, -ENOSYS, "this machine has none");
}

static int too_long(const struct ipc_spec *spec, struct why *why)
{
	(void)spec;
	return why_not(why, -EMSGSIZE, "messages up to 4 B, not 48");
}

/* What only the machine lacks takes nothing from what a back-end has; a limit
 * on its messages does. */
static void test_probe_is_apart(void **state)
{
	struct ipc_impl impl = *catalogue_impl(&catalogue, "pipe", NULL);
	const struct ipc_impl *const impls[] = {&impl, NULL};
	const struct catalogue own = {impls, catalogue.workloads};
	struct matrix one;
	struct matrix_cell *cell;

	(void)state;
	impl.probe = no_machine;
	assert_int_equal(matrix_build(&one, &own), 0);
	cell = &one.cell[0][CONCEPT_EXCHANGE];
	assert_int_equal(cell->way, CONCEPT_NATIVE);
	assert_false(cell->here);
	assert_string_equal(cell->here_why.text, "this machine has none");
	cell->verdict = MATRIX_SKIPPED;
	assert_false(matrix_is_due(cell));
	cell->verdict = MATRIX_FAIL;
	assert_true(matrix_is_due(cell));
	matrix_free(&one);

	impl.probe = too_long;
	assert_int_equal(matrix_build(&one, &own), 0);
	cell = &one.cell[0][CONCEPT_EXCHANGE];
	assert_int_equal(cell->way, CONCEPT_ABSENT);
	assert_string_equal(cell->why.text, "messages up to 4 B, not 48");
	matrix_free(&one);
}

static int no_room(const struct ipc_spec *spec,
		   const struct select_spec *select, struct why *why)
{
	(void)select;
	return no_machine(spec, why);
}

static int no_names(enum endpoint_naming naming, struct why *why)
{
	(void)naming;
	return no_machine(NULL, why);
}

static void is_kept(const struct ipc_impl *impl, enum concept concept)
{
	const struct ipc_impl *const impls[] = {impl, NULL};
	const struct catalogue own = {impls, catalogue.workloads};
	struct matrix one;

	assert_int_equal(matrix_build(&one, &own), 0);
	assert_int_equal(one.cell[0][concept].way, CONCEPT_NATIVE);
	assert_false(one.cell[0][concept].here);
	assert_string_equal(one.cell[0][concept].here_why.text,
			    "this machine has none");
	matrix_free(&one);
}

/* Nor does what its other tables ask of the machine. */
static void test_every_probe_is_apart(void **state)
{
	struct ipc_impl impl = *catalogue_impl(&catalogue, "sysv-msg", NULL);
	struct select_kind select = *impl.select;
	struct endpoint_kind endpoint = *impl.endpoint;

	(void)state;
	select.probe = no_room;
	impl.select = &select;
	is_kept(&impl, CONCEPT_SELECTIVE_RECEIVE);
	endpoint.probe = no_names;
	impl.endpoint = &endpoint;
	is_kept(&impl, CONCEPT_NAMING);
}

/* A summary of one cell, and what it makes of a concept. */
static enum matrix_verdict judged(const char *workload, const char *backend,
				  const char *state, int pass, int fail,
				  int inconclusive)
{
	json_t *summary = json_pack(
		"{s:[{s:s, s:s, s:s, s:s, s:{s:i, s:i, s:i}}]}", "cells",
		"workload", workload, "backend", backend, "state", state,
		"state_why", "for a reason", "verdict", "pass", pass, "fail",
		fail, "inconclusive", inconclusive);
	struct matrix_cell *cell = cell_of("pipe", CONCEPT_EXCHANGE);

	assert_non_null(summary);
	matrix_judge(&matrix, summary);
	json_decref(summary);
	return cell->verdict;
}

static void test_verdicts(void **state)
{
	struct matrix_cell *cell = cell_of("pipe", CONCEPT_EXCHANGE);

	(void)state;
	assert_int_equal(cell->verdict, MATRIX_NOT_RUN);
	assert_true(matrix_is_due(cell));
	assert_int_equal(judged("pingpong", "pipe", "measured", 2, 0, 0),
			 MATRIX_NOT_RUN);
	assert_int_equal(judged("order", "pipe-packet", "measured", 2, 0, 0),
			 MATRIX_NOT_RUN);
	assert_int_equal(judged("order", "pipe", "skipped", 0, 0, 0),
			 MATRIX_SKIPPED);
	assert_string_equal(cell->verdict_why.text, "for a reason");
	assert_int_equal(judged("order", "pipe", "skipped", 0, 0, 2),
			 MATRIX_NOTHING);
	assert_int_equal(
		judged("order:n=4", "pipe:size=1M", "measured", 1, 0, 1),
		MATRIX_PASS);
	assert_false(matrix_is_due(cell));
	assert_int_equal(judged("order", "pipe", "skipped", 0, 0, 2),
			 MATRIX_PASS);
	assert_int_equal(judged("order", "pipe", "failed", 1, 1, 0),
			 MATRIX_FAIL);
	assert_true(matrix_is_due(cell));
}

static void test_json(void **state)
{
	json_t *json = matrix_json(&matrix, NULL, CONCEPTS, false);
	const json_t *rows = json_object_get(json, "backends"), *row;
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(json_object_get(json, "concepts")),
			 CONCEPTS);
	assert_int_equal(json_array_size(rows), matrix.impls);
	json_array_foreach(rows, i, row)
	{
		assert_string_equal(json_string_at(row, "backend", ""),
				    catalogue.impls[i]->name);
		assert_int_equal(
			json_array_size(json_object_get(row, "concepts")),
			CONCEPTS);
	}
	json_decref(json);
	json = matrix_json(&matrix, catalogue.impls[1], CONCEPT_RELAY, true);
	assert_int_equal(json_array_size(json_object_get(json, "concepts")), 1);
	row = json_array_get(json_object_get(json, "backends"), 0);
	row = json_array_get(json_object_get(row, "concepts"), 0);
	assert_string_equal(json_string_at(row, "slide", ""), "14");
	assert_string_equal(json_string_at(row, "verdict", ""), "not run");
	json_decref(json);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, build, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pages),	    TEST(test_lookup),
		TEST(test_every_cell),	    TEST(test_every_slide_is_shown),
		TEST(test_somebody_has_it), TEST(test_known_ways),
		TEST(test_probe_is_apart),  TEST(test_every_probe_is_apart),
		TEST(test_verdicts),	    TEST(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
