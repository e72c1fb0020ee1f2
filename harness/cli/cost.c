/* SPDX-License-Identifier: MIT */
/* What a round cost each node, and what the counters saw: a line per cell. */
#include <stdlib.h>
#include <string.h>

#include "cli/quantity.h"
#include "cli/show.h"
#include "run/schema.h"

enum { TEXT = 48, EVENTS = 16 };

/* The columns before the events. */
static const struct {
	const char *title, *key;
	bool time;
} kinds[] = {
	{"user", "user_ns", true},
	{"system", "system_ns", true},
	{"waits", "switches_voluntary", false},
	{"preempted", "switches_involuntary", false},
	{"faults", "faults_minor", false},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), COLUMNS = KINDS + EVENTS + 1 };

struct line {
	char text[COLUMNS][TEXT];
	const char *id;
};

static const char *value_text(const json_t *value, bool time, char buf[TEXT])
{
	double number;
	struct scale scale = {.divide = 1};
	char digits[24];

	if (!json_is_number(value))
		return "-";
	number = json_number_value(value);
	if (time && number > 0)
		scale = quantity_scale(number, "ns");
	if (number == 0)
		snprintf(digits, sizeof(digits), "0");
	else if (!time && number < 0.001)
		snprintf(digits, sizeof(digits), "<0.001");
	else
		quantity_digits(number / scale.divide, digits, sizeof(digits));
	snprintf(buf, TEXT, "%s%s%s", digits, time && number > 0 ? " " : "",
		 time && number > 0 ? scale.unit : "");
	return buf;
}

/* "first / second", or one dash where neither is known. */
static void pair_text(const json_t *a, const json_t *b, bool time, char *out)
{
	char first[TEXT], second[TEXT];

	if (!json_is_number(a) && !json_is_number(b))
		strcpy(out, "-");
	else
		snprintf(out, TEXT, "%.20s / %.20s", value_text(a, time, first),
			 value_text(b, time, second));
}

static size_t events_of(const json_t *cell)
{
	size_t n = json_array_size(json_object_get(cell, "counters"));

	return n < EVENTS ? n : EVENTS;
}

static void fill(struct line *line, const json_t *cell)
{
	const json_t *cost = json_object_get(cell, "cost");
	const json_t *a = json_array_get(cost, 0), *b = json_array_get(cost, 1);

	line->id = json_string_at(cell, "cell", "");
	for (size_t k = 0; k < KINDS; k++)
		pair_text(json_object_get(a, kinds[k].key),
			  json_object_get(b, kinds[k].key), kinds[k].time,
			  line->text[k]);
	for (size_t e = 0; e < events_of(cell); e++) {
		const json_t *event =
			json_array_get(json_object_get(cell, "counters"), e);
		const json_t *values = json_object_get(event, "values");

		pair_text(json_array_get(values, 0), json_array_get(values, 1),
			  false, line->text[KINDS + e]);
	}
}

/* A column is as wide as its texts, and away where none has a value: that is
 * an event which cannot be had, and the reason is told below. */
static size_t width_of(const struct line *line, size_t n, size_t column)
{
	size_t width = 0;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const char *text = line[i].text[column];
		size_t w = quantity_width(text);

		width = w > width ? w : width;
		any |= i > 0 && *text && strcmp(text, "-") != 0;
	}
	return any ? width : 0;
}

static void put_lines(const struct line *line, size_t n, FILE *out)
{
	size_t width[COLUMNS], id = 0;

	for (size_t c = 0; c < COLUMNS; c++)
		width[c] = width_of(line, n, c);
	for (size_t i = 0; i < n; i++)
		id = strlen(line[i].id) > id ? strlen(line[i].id) : id;
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "  %-*s", (int)id, line[i].id);
		for (size_t c = 0; c < COLUMNS; c++) {
			const char *text = line[i].text[c];

			if (width[c])
				fprintf(out, "  %*s%s",
					(int)(width[c] - quantity_width(text)),
					"", text);
		}
		fputs("\n", out);
	}
}

/* Why an event has no value: a run asks the same of all its cells. */
static void put_reasons(const json_t *cell, FILE *out)
{
	for (size_t e = 0; e < events_of(cell); e++) {
		const json_t *event =
			json_array_get(json_object_get(cell, "counters"), e);
		const char *why = json_string_at(event, "why", NULL);

		if (why)
			fprintf(out, "  %s: %s, %s\n",
				json_string_at(event, "event", ""),
				json_string_at(event, "status", ""), why);
	}
}

static void fill_titles(struct line *line, const json_t *cell)
{
	line->id = "";
	for (size_t k = 0; k < KINDS; k++)
		snprintf(line->text[k], TEXT, "%s", kinds[k].title);
	for (size_t e = 0; e < events_of(cell); e++) {
		const json_t *event =
			json_array_get(json_object_get(cell, "counters"), e);

		snprintf(line->text[KINDS + e], TEXT, "%.40s",
			 json_string_at(event, "event", ""));
	}
}

void show_cost(const json_t *summary, const struct show_options *options,
	       FILE *out)
{
	const json_t *cells = json_object_get(summary, "cells"), *cell;
	const json_t *last = NULL;
	struct line *line = calloc(json_array_size(cells) + 1, sizeof(*line));
	size_t i, n = 1;

	if (!line)
		return;
	json_array_foreach(cells, i, cell)
	{
		if (!show_passes(cell, options) ||
		    json_array_size(json_object_get(cell, "cost")) == 0)
			continue;
		last = cell;
		fill(&line[n++], cell);
	}
	if (last) {
		fill_titles(&line[0], last);
		fputs("Cost of a round, first node / second node; medians over "
		      "trials. The kernel may\ncount PU time in ticks, which "
		      "short trials see little of.\n",
		      out);
		put_lines(line, n, out);
		put_reasons(last, out);
		fputs("\n", out);
	}
	free(line);
}
