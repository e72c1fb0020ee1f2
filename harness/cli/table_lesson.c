/* SPDX-License-Identifier: MIT */
/*
 * A lesson's table: a row for each back-end, a column for each figure. A
 * figure's name stands upright, a word a line, and its unit with the value.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/quantity.h"
#include "cli/show.h"
#include "run/schema.h"

enum { WIDTH = 80, FIGURES_MAX = 8, WORDS = 4, TEXT = 64, NAME = 96 };

/* Numbers up to here are printed whole, where they are. */
#define WHOLE 1e15

struct column {
	const char *metric, *unit;
	char word[WORDS][TEXT]; /* the last ones are used */
	size_t words, width;
};

struct lesson {
	const json_t *cells, *first;
	const struct show_options *options;
	bool sizes, waits; /* rows differ in it */
	size_t name;	   /* width of the first column */
	size_t rows, shown;
	struct column column[FIGURES_MAX];
	size_t columns;
};

static const json_t *figure_of(const json_t *cell, const char *metric)
{
	const json_t *figures = json_object_get(cell, "figures"), *figure;
	size_t i;

	json_array_foreach(figures, i, figure)
	{
		if (!strcmp(json_string_at(figure, "metric", ""), metric) &&
		    !strcmp(json_string_at(figure, "set", ""), "all") &&
		    json_is_true(json_object_get(figure, "headline")))
			return figure;
	}
	return NULL;
}

/* In this table, with some figure. */
static const json_t *row_at(const struct lesson *lesson, size_t i)
{
	const json_t *cell = json_array_get(lesson->cells, i);

	return show_same_sheet(cell, lesson->first) &&
			       show_passes(cell, lesson->options) &&
			       json_array_size(json_object_get(cell, "figures"))
		       ? cell
		       : NULL;
}

static void value_text(const json_t *cell, const struct column *column,
		       char text[TEXT])
{
	const json_t *figure = figure_of(cell, column->metric);
	char digits[32];
	struct scale scale;
	double value;

	snprintf(text, TEXT, "-");
	if (!figure || !json_number_at(figure, "estimate", &value))
		return;
	scale = quantity_scale(value, column->unit);
	value /= scale.divide;
	if (!*scale.unit && fabs(value) < WHOLE && value == trunc(value))
		snprintf(text, TEXT, "%.0f", value);
	else
		snprintf(text, TEXT, "%s%s%s",
			 quantity_digits(value, digits, sizeof(digits)),
			 *scale.unit ? " " : "", scale.unit);
}

static void name_text(const struct lesson *lesson, const json_t *cell,
		      char text[NAME])
{
	char size[32] = "";

	if (lesson->sizes)
		quantity_size(json_int_at(cell, "size_b", 0), size,
			      sizeof(size));
	snprintf(text, NAME, "%s%s%s%s%s", json_string_at(cell, "backend", ""),
		 lesson->waits ? " " : "",
		 lesson->waits ? json_string_at(cell, "wait", "") : "",
		 *size ? " " : "", size);
}

/* Words of the name, without the unit at its end. */
static void name_column(struct column *column)
{
	const char *at = column->metric;
	size_t len = strlen(at), unit = strlen(column->unit);

	if (len > unit + 1 && at[len - unit - 1] == '_' &&
	    strcmp(at + len - unit, column->unit) == 0)
		len -= unit + 1;
	while (len && column->words < WORDS) {
		size_t word = strcspn(at, "_");

		word = word < len ? word : len;
		snprintf(column->word[column->words], TEXT, "%.*s", (int)word,
			 at);
		column->words++;
		if (word > column->width)
			column->width = word;
		word += word < len;
		at += word;
		len -= word;
	}
}

static void find_columns(struct lesson *lesson)
{
	const json_t *metrics = json_object_get(lesson->first, "metrics"),
		     *metric;
	size_t i;

	json_array_foreach(metrics, i, metric)
	{
		struct column *column = &lesson->column[lesson->columns];

		if (lesson->columns == FIGURES_MAX)
			return;
		column->metric = json_string_at(metric, "name", "");
		column->unit = json_string_at(metric, "unit", "");
		name_column(column);
		lesson->columns++;
	}
}

static void measure_row(struct lesson *lesson, const json_t *cell)
{
	char text[NAME];

	name_text(lesson, cell, text);
	lesson->name =
		strlen(text) > lesson->name ? strlen(text) : lesson->name;
	for (size_t c = 0; c < lesson->columns; c++) {
		size_t width;

		value_text(cell, &lesson->column[c], text);
		width = quantity_width(text);
		if (width > lesson->column[c].width)
			lesson->column[c].width = width;
	}
	lesson->rows++;
}

static void find_widths(struct lesson *lesson)
{
	size_t width, n = json_array_size(lesson->cells);

	for (size_t i = 0; i < n; i++) {
		const json_t *cell = row_at(lesson, i);

		if (!cell)
			continue;
		lesson->sizes |= json_int_at(cell, "size_b", 0) !=
				 json_int_at(lesson->first, "size_b", 0);
		lesson->waits |=
			strcmp(json_string_at(cell, "wait", ""),
			       json_string_at(lesson->first, "wait", "")) != 0;
	}
	for (size_t i = 0; i < n; i++)
		if (row_at(lesson, i))
			measure_row(lesson, row_at(lesson, i));
	width = 2 + lesson->name;
	while (lesson->shown < lesson->columns) {
		width += 2 + lesson->column[lesson->shown].width;
		if (width > WIDTH && lesson->shown)
			break;
		lesson->shown++;
	}
}

static void put_head(const struct lesson *lesson, FILE *out)
{
	size_t lines = 0;

	for (size_t c = 0; c < lesson->shown; c++)
		if (lesson->column[c].words > lines)
			lines = lesson->column[c].words;
	for (size_t line = 0; line < lines; line++) {
		fprintf(out, "  %*s", (int)lesson->name, "");
		for (size_t c = 0; c < lesson->shown; c++) {
			const struct column *column = &lesson->column[c];
			size_t above = lines - column->words;

			fprintf(out, "  %*s", (int)column->width,
				line < above ? "" : column->word[line - above]);
		}
		fputs("\n", out);
	}
}

static void put_row(const struct lesson *lesson, const json_t *cell, FILE *out)
{
	char text[NAME];

	name_text(lesson, cell, text);
	fprintf(out, "  %-*s", (int)lesson->name, text);
	for (size_t c = 0; c < lesson->shown; c++) {
		value_text(cell, &lesson->column[c], text);
		fprintf(out, "  %*s%s",
			(int)(lesson->column[c].width - quantity_width(text)),
			"", text);
	}
	fputs("\n", out);
}

static void put_rest(const struct lesson *lesson, FILE *out)
{
	if (lesson->shown == lesson->columns)
		return;
	fputs("  by --metric:", out);
	for (size_t c = lesson->shown; c < lesson->columns; c++)
		fprintf(out, " %s", lesson->column[c].metric);
	fputs("\n", out);
}

void show_lesson(const json_t *summary, size_t first,
		 const struct show_options *options, FILE *out)
{
	struct lesson lesson = {.cells = json_object_get(summary, "cells"),
				.options = options};
	const json_t *cell = json_array_get(lesson.cells, first);
	const json_t *pus = json_object_get(cell, "pus");

	lesson.first = cell;
	find_columns(&lesson);
	find_widths(&lesson);
	if (lesson.rows == 0)
		return;
	fprintf(out, "%s, %s (PUs %d, %d), %s%s%s: proved\n",
		json_string_at(cell, "workload", ""),
		json_string_at(cell, "placement", ""),
		(int)json_integer_value(json_array_get(pus, 0)),
		(int)json_integer_value(json_array_get(pus, 1)),
		json_string_at(cell, "space", ""), lesson.waits ? "" : ", ",
		lesson.waits ? "" : json_string_at(cell, "wait", ""));
	put_head(&lesson, out);
	for (size_t i = 0; i < json_array_size(lesson.cells); i++)
		if (row_at(&lesson, i))
			put_row(&lesson, row_at(&lesson, i), out);
	put_rest(&lesson, out);
	fputs("\n", out);
}
