/* SPDX-License-Identifier: MIT */
/* What a message costs by design, what a round cost each node, and what the
 * counters saw: a line per cell, or per back-end. */
#include <stdlib.h>
#include <string.h>

#include "cli/quantity.h"
#include "cli/show.h"
#include "run/schema.h"

enum { TEXT = 96, EVENTS = 16 };

/* The contract's columns; printed last, for the last may be long. */
static const char *const promises[] = {"copies", "wake", "calls"};
enum { PROMISES = sizeof(promises) / sizeof(promises[0]) };

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
enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0]),
	COUNTED = PROMISES + KINDS,
	COLUMNS = COUNTED + EVENTS + 1
};

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

static const char *calls_of(const json_t *contract, size_t side)
{
	const char *text = json_string_value(
		json_array_get(json_object_get(contract, "calls"), side));

	return text && *text ? text : "none";
}

/* Runs of older versions have no contracts, and then no such columns. */
static void fill_contract(struct line *line, const json_t *cell)
{
	const json_t *contract = json_object_get(cell, "contract");
	const json_t *copies = json_object_get(contract, "copies");

	if (!json_is_integer(copies))
		return;
	snprintf(line->text[0], TEXT, "%d", (int)json_integer_value(copies));
	snprintf(line->text[1], TEXT, "%s",
		 json_string_at(contract, "wake", ""));
	snprintf(line->text[2], TEXT, "%.44s / %.44s", calls_of(contract, 0),
		 calls_of(contract, 1));
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
	fill_contract(line, cell);
	for (size_t k = 0; k < KINDS; k++)
		pair_text(json_object_get(a, kinds[k].key),
			  json_object_get(b, kinds[k].key), kinds[k].time,
			  line->text[PROMISES + k]);
	for (size_t e = 0; e < events_of(cell); e++) {
		const json_t *event =
			json_array_get(json_object_get(cell, "counters"), e);
		const json_t *values = json_object_get(event, "values");

		pair_text(json_array_get(values, 0), json_array_get(values, 1),
			  false, line->text[COUNTED + e]);
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

static void put_right(const char *text, size_t width, FILE *out)
{
	if (width)
		fprintf(out, "  %*s%s", (int)(width - quantity_width(text)), "",
			text);
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
		for (size_t c = PROMISES; c < COLUMNS; c++)
			put_right(line[i].text[c], width[c], out);
		for (size_t c = 0; c + 1 < PROMISES; c++)
			put_right(line[i].text[c], width[c], out);
		if (width[PROMISES - 1])
			fprintf(out, "  %s", line[i].text[PROMISES - 1]);
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
	for (size_t p = 0; p < PROMISES; p++)
		snprintf(line->text[p], TEXT, "%s", promises[p]);
	for (size_t k = 0; k < KINDS; k++)
		snprintf(line->text[PROMISES + k], TEXT, "%s", kinds[k].title);
	for (size_t e = 0; e < events_of(cell); e++) {
		const json_t *event =
			json_array_get(json_object_get(cell, "counters"), e);

		snprintf(line->text[COUNTED + e], TEXT, "%.40s",
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
		      "short trials see little of. Copies, calls (sender / "
		      "receiver)\nand wake are what a message costs by design "
		      "when nobody waits.\n",
		      out);
		put_lines(line, n, out);
		put_reasons(last, out);
		fputs("\n", out);
	}
	free(line);
}

/* A back-end's lines differ by interface alone. */
static bool same_contract(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "backend"),
			  json_object_get(b, "backend")) &&
	       json_equal(json_object_get(a, "api"), json_object_get(b, "api"));
}

static bool is_told(const json_t *const *told, size_t n, const json_t *cell)
{
	for (size_t i = 0; i < n; i++)
		if (same_contract(told[i], cell))
			return true;
	return false;
}

enum { FIELDS = 7 };

struct contract {
	const char *field[FIELDS];
	char copies[16];
};

static void fill_fields(struct contract *line, const json_t *cell)
{
	const json_t *contract = json_object_get(cell, "contract");

	snprintf(line->copies, sizeof(line->copies), "%d",
		 (int)json_int_at(contract, "copies", 0));
	line->field[0] = json_string_at(cell, "backend", "");
	line->field[1] = json_string_at(cell, "family", "");
	line->field[2] = json_string_at(cell, "api", "");
	line->field[3] = line->copies;
	line->field[4] = calls_of(contract, 0);
	line->field[5] = calls_of(contract, 1);
	line->field[6] = json_string_at(contract, "wake", "");
}

static void put_contracts(const struct contract *line, size_t n, FILE *out)
{
	size_t width[FIELDS] = {0};

	for (size_t i = 0; i < n; i++)
		for (size_t f = 0; f < FIELDS; f++) {
			size_t len = strlen(line[i].field[f]);

			width[f] = len > width[f] ? len : width[f];
		}
	for (size_t i = 0; i < n; i++) {
		for (size_t f = 0; f < FIELDS; f++)
			fprintf(out, "  %-*s",
				f + 1 < FIELDS ? (int)width[f] : 0,
				line[i].field[f]);
		fputs("\n", out);
	}
}

void show_contract(const json_t *summary, const struct show_options *options,
		   FILE *out)
{
	static const struct contract titles = {
		.field = {"back-end", "family", "api", "copies", "sender",
			  "receiver", "wake"},
	};
	const json_t *cells = json_object_get(summary, "cells"), *cell;
	size_t most = json_array_size(cells) + 1, i, n = 0;
	const json_t **told = calloc(most, sizeof(*told));
	struct contract *line = calloc(most, sizeof(*line));

	json_array_foreach(cells, i, cell)
	{
		if (!told || !line || !show_passes(cell, options) ||
		    !json_is_object(json_object_get(cell, "contract")) ||
		    is_told(told, n, cell))
			continue;
		told[n++] = cell;
		fill_fields(&line[n], cell);
	}
	if (n) {
		line[0] = titles;
		fputs("What a message costs by design, when nobody waits: "
		      "copies of the payload, system\n"
		      "calls of the sender and of the receiver, and what wakes "
		      "one that sleeps (call: the\n"
		      "kernel in those calls; extra: one more).\n",
		      out);
		put_contracts(line, n + 1, out);
		fputs("\n", out);
	}
	free(told);
	free(line);
}
