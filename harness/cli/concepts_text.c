/* SPDX-License-Identifier: MIT */
/* "ipcbench concepts" as a table and pages. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/concepts.h"
#include "cli/list.h"
#include "cli/quantity.h"
#include "run/schema.h"

enum {
	NAME_WIDTH = 14, /* of a back-end */
	SLIDE_WIDTH = 4,
	PAGE_NAME = 18, /* of a concept */
	INDENT = 4,
	TEXT = 1024,
};

/* What a run made of it, where it is not as declared. */
static char letter_of(const struct matrix_cell *cell, bool judged)
{
	static const char found[MATRIX_VERDICTS] = {
		[MATRIX_FAIL] = '!',
		[MATRIX_NOTHING] = '?',
		[MATRIX_SKIPPED] = '-',
		[MATRIX_NOT_RUN] = '-',
	};

	if (cell->way == CONCEPT_ABSENT)
		return judged ? '.' : 'X';
	if (judged && cell->verdict != MATRIX_PASS)
		return found[cell->verdict];
	return concept_way_names[cell->way][0];
}

/* Slide numbers, upright: two lines. */
static void print_head(void)
{
	for (int line = 0; line < 2; line++) {
		printf("%-*s", NAME_WIDTH, line ? "" : "slide");
		for (int c = 0; c < CONCEPTS; c++) {
			const char *slide = concept_pages[c].slide;
			size_t len = strlen(slide);

			printf(" %c", len > 1 ? slide[line]
				      : line  ? slide[0]
					      : ' ');
		}
		putchar('\n');
	}
}

static void count_ways(const struct matrix *matrix, bool judged)
{
	size_t n[CONCEPT_WAYS] = {0}, passed = 0, due = 0;

	for (size_t i = 0; i < matrix->impls; i++)
		for (int c = 0; c < CONCEPTS; c++) {
			const struct matrix_cell *cell = &matrix->cell[i][c];

			n[cell->way]++;
			passed += cell->way != CONCEPT_ABSENT &&
				  cell->verdict == MATRIX_PASS;
			due += matrix_is_due(cell);
		}
	printf("\n%zu N: natively; %zu E: by something that stands in for it; "
	       "%zu X: not at all\n",
	       n[CONCEPT_NATIVE], n[CONCEPT_EMULATED], n[CONCEPT_ABSENT]);
	if (judged)
		printf("Of N and E %zu passed in this run and %zu are due: "
		       "! failed, ? proved nothing,\n- not run or not to be "
		       "had "
		       "there; . is X.\n",
		       passed, due);
}

void concepts_print_table(const struct matrix *matrix,
			  const struct concepts_run *run)
{
	const struct ipc_impl *const *impl = matrix->cat->impls;

	printf("Concepts: which back-end has them, by the lecture's "
	       "slide%s%s\n\n",
	       run->dir ? ", and what was found in " : "",
	       run->dir ? run->dir : "");
	print_head();
	for (size_t i = 0; i < matrix->impls; i++) {
		if (i == 0 || impl[i]->family != impl[i - 1]->family)
			printf("%s:\n", ipc_family_names[impl[i]->family]);
		printf("%-*s", NAME_WIDTH, impl[i]->name);
		for (int c = 0; c < CONCEPTS; c++)
			printf(" %c", letter_of(&matrix->cell[i][c],
						run->dir != NULL));
		putchar('\n');
	}
	count_ways(matrix, run->dir != NULL);
	puts("'ipcbench concepts SLIDE' explains one, '-b NAME' tells a "
	     "back-end's reasons.\n");
	for (int c = 0; c < CONCEPTS; c++) {
		if (c == 0 ||
		    concept_pages[c].family != concept_pages[c - 1].family)
			printf("%s:\n",
			       concept_family_names[concept_pages[c].family]);
		printf("%*s  %-*s %s\n", SLIDE_WIDTH, concept_pages[c].slide,
		       PAGE_NAME, concept_pages[c].name,
		       concept_pages[c].english);
	}
}

/* Behind what is in text already, as much as there is room for. */
__attribute__((format(printf, 3, 4))) static void add(char *text, size_t size,
						      const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

/* By what, or why not; whether it can be had here; what was found. */
static void cell_text(const struct matrix_cell *cell, bool judged, char *text,
		      size_t size)
{
	if (cell->way == CONCEPT_NATIVE)
		snprintf(text, size, "by %s", cell->workload->name);
	else if (cell->way == CONCEPT_EMULATED)
		snprintf(text, size, "by %s, %s", cell->workload->name,
			 cell->why.text);
	else
		snprintf(text, size, "%s", cell->why.text);
	if (cell->way == CONCEPT_ABSENT)
		return;
	if (!cell->here)
		add(text, size, "; not here: %s", cell->here_why.text);
	if (judged)
		add(text, size, "; %s%s%s", matrix_verdict_names[cell->verdict],
		    *cell->verdict_why.text ? ": " : "",
		    cell->verdict_why.text);
}

void concepts_print_impl(const struct matrix *matrix,
			 const struct ipc_impl *impl,
			 const struct concepts_run *run)
{
	size_t i = 0;
	char text[TEXT];

	while (matrix->cat->impls[i] != impl)
		i++;
	printf("%s: %s\n", impl->name, impl->brief);
	if (run->dir)
		printf("With the verdicts of %s\n", run->dir);
	for (int c = 0; c < CONCEPTS; c++) {
		const struct concept_page *page = &concept_pages[c];
		int at;

		if (c == 0 || page->family != concept_pages[c - 1].family)
			printf("\n%s:\n", concept_family_names[page->family]);
		at = printf("%*s  %-*s %s  ", SLIDE_WIDTH, page->slide,
			    PAGE_NAME, page->name,
			    concept_way_names[matrix->cell[i][c].way]);
		cell_text(&matrix->cell[i][c], run->dir != NULL, text,
			  sizeof(text));
		list_wrap((size_t)at, (size_t)at, text);
	}
}

/* Cells of one way and one reason share a line. */
static bool is_alike(const struct matrix_cell *a, const struct matrix_cell *b)
{
	return a->way == b->way && strcmp(a->why.text, b->why.text) == 0;
}

static void print_names(const struct matrix *matrix, enum concept concept,
			size_t first)
{
	const struct matrix_cell *cell = &matrix->cell[first][concept];
	char text[4 * TEXT] = "";

	for (size_t i = first; i < matrix->impls; i++) {
		const struct matrix_cell *other = &matrix->cell[i][concept];

		if (is_alike(cell, other))
			list_text_add(text, sizeof(text),
				      matrix->cat->impls[i]->name);
	}
	printf("%*s", INDENT, "");
	list_wrap(INDENT, INDENT, text);
}

static void print_who(const struct matrix *matrix, enum concept concept)
{
	for (int way = 0; way < CONCEPT_WAYS; way++)
		for (size_t i = 0; i < matrix->impls; i++) {
			const struct matrix_cell *cell =
				&matrix->cell[i][concept];
			size_t same = 0;

			while (!is_alike(cell, &matrix->cell[same][concept]))
				same++;
			if ((int)cell->way != way || same < i)
				continue;
			printf("%s  ", concept_way_names[way]);
			list_wrap(3, 3,
				  way == CONCEPT_NATIVE ? "of their own"
							: cell->why.text);
			print_names(matrix, concept, i);
		}
}

static void print_not_here(const struct matrix *matrix, enum concept concept)
{
	for (size_t i = 0; i < matrix->impls; i++) {
		const struct matrix_cell *cell = &matrix->cell[i][concept];

		if (cell->way != CONCEPT_ABSENT && !cell->here)
			printf("%s cannot be had here: %s\n",
			       matrix->cat->impls[i]->name,
			       cell->here_why.text);
	}
}

/* The figure that leads, of one cell. */
static const json_t *leading(const json_t *cell)
{
	const json_t *figures = json_object_get(cell, "figures"), *figure;
	size_t n;

	json_array_foreach(figures, n, figure)
	{
		if (json_is_true(json_object_get(figure, "headline")))
			return figure;
	}
	return NULL;
}

static void print_figure(const json_t *cell)
{
	const json_t *figure = leading(cell);
	const char *unit = json_string_at(figure, "unit", "");
	double value = json_number_value(json_at(figure, "estimate"));
	char digits[32];
	struct scale scale;

	printf("%*s%-*s %-11s %-8s ", INDENT, "", NAME_WIDTH,
	       json_string_at(cell, "backend", ""),
	       json_string_at(cell, "placement", ""),
	       json_string_at(cell, "space", ""));
	if (!figure || !json_is_number(json_at(figure, "estimate"))) {
		puts("no figure");
		return;
	}
	scale = quantity_scale(value, unit);
	printf("%s%s%s\n",
	       quantity_digits(value / scale.divide, digits, sizeof(digits)),
	       *scale.unit ? " " : "", scale.unit);
}

static size_t print_found(const struct workload *workload,
			  const struct concepts_run *run)
{
	const json_t *cells = json_object_get(run->summary, "cells"), *cell;
	size_t n, found = 0;

	json_array_foreach(cells, n, cell)
	{
		const char *name = json_string_at(cell, "workload", "");

		if (strcmp(name, workload->name) != 0 ||
		    strcmp(json_string_at(cell, "state", ""), "measured") != 0)
			continue;
		if (!found++)
			printf("\n%s of %s in %s:\n", workload->metric, name,
			       run->dir);
		print_figure(cell);
	}
	return found;
}

void concepts_print_page(const struct matrix *matrix, enum concept concept,
			 const struct concepts_run *run)
{
	const struct concept_page *page = &concept_pages[concept];
	const struct workload *const *workload = matrix->cat->workloads;
	size_t found = 0;

	printf("%s %s: %s (%s)\n", page->slide, page->name, page->english,
	       page->german);
	putchar('\n');
	list_print_paragraphs(page->text);
	print_who(matrix, concept);
	print_not_here(matrix, concept);
	puts("\nIt is shown by:");
	for (size_t i = 0; workload[i]; i++)
		if (matrix_shows(workload[i], concept)) {
			printf("%*s%-*s ", INDENT, "", NAME_WIDTH,
			       workload[i]->name);
			list_wrap(INDENT + NAME_WIDTH + 1,
				  INDENT + NAME_WIDTH + 1, workload[i]->brief);
			printf("%*sipcbench run -w %s -b all -s %d\n",
			       INDENT + NAME_WIDTH + 1, "", workload[i]->name,
			       MATRIX_SIZE);
		}
	for (size_t i = 0; run->dir && workload[i]; i++)
		if (matrix_shows(workload[i], concept))
			found += print_found(workload[i], run);
	if (run->dir && !found)
		printf("\n%s has no figure of it.\n", run->dir);
}

size_t concepts_print_due(const struct matrix *matrix,
			  const struct ipc_impl *only, enum concept concept,
			  const struct concepts_run *run, FILE *out)
{
	size_t due = 0, passed = 0;

	for (size_t i = 0; i < matrix->impls; i++)
		for (int c = 0; c < CONCEPTS; c++) {
			const struct matrix_cell *cell = &matrix->cell[i][c];
			const char *why = cell->verdict_why.text;

			if ((only && matrix->cat->impls[i] != only) ||
			    (concept != CONCEPTS && c != (int)concept))
				continue;
			passed += cell->way != CONCEPT_ABSENT &&
				  cell->verdict == MATRIX_PASS;
			if (!matrix_is_due(cell))
				continue;
			due++;
			fprintf(out, "%s %s %s %s: %s%s%s\n",
				matrix->cat->impls[i]->name,
				concept_pages[c].slide, concept_pages[c].name,
				concept_way_names[cell->way],
				matrix_verdict_names[cell->verdict],
				*why ? ": " : "", why);
		}
	fprintf(out, "%s: %zu proved, %zu not\n", run->dir, passed, due);
	return due;
}
