/* SPDX-License-Identifier: MIT */
/*
 * The table of a run: one for each workload, placement and space, in it a row
 * for each back-end and way of using it, by size.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "run/schema.h"

enum { SIZE, NAME, FIGURE, RATE, RATIO, VERDICT, COLUMNS };
enum { TEXT = 192, NOTES_MAX = 99 };

/* One line of a table: a figure of a cell. */
struct row {
	const json_t *cell, *figure;
	size_t nth; /* keeps the order of cells within a size */
	char text[COLUMNS][TEXT];
};

/* Tables' remarks, each said once. */
struct notes {
	const char *text[NOTES_MAX];
	size_t n;
};

struct sheet {
	const json_t *summary, *first; /* the first cell */
	const struct show_options *options;
	const char *metric;
	const char *class; /* that leads here; NULL: none */
	bool waits, apis;  /* rows differ in it */
	struct row *row;
	size_t n;
	struct notes notes;
};

static const char *text_of(const json_t *value, const char *path)
{
	return json_string_at(value, path, "");
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
	return !strcmp(text_of(a, key), text_of(b, key));
}

bool show_same_sheet(const json_t *a, const json_t *b)
{
	return same_text(a, b, "workload") && same_text(a, b, "placement") &&
	       same_text(a, b, "space") &&
	       json_equal(json_object_get(a, "pus"), json_object_get(b, "pus"));
}

/* Is word one of a list with commas between? */
static bool in_list(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		size_t item = strcspn(list, ",");

		if (item == len && !strncmp(list, word, len))
			return true;
		list += item + (list[item] == ',');
	}
	return false;
}

/* "4K" is as good as "4096". */
static bool size_in_list(const char *list, json_int_t size_b)
{
	while (*list) {
		char *end;
		json_int_t size = strtoll(list, &end, 10);

		if (end != list && (*end == 'K' || *end == 'k'))
			size *= 1024;
		if (end != list && *end == 'M')
			size *= 1024 * 1024;
		if (end != list && size == size_b)
			return true;
		list += strcspn(list, ",");
		list += *list == ',';
	}
	return false;
}

static const char *const filter_keys[] = {
	"workload", "backend", "family", "size",  "placement", "space",
	"wait",	    "api",     "idle",	 "state", NULL};

/* "pipe" is as good as "pipe:size=1M", and that is more than "pipe". Options
 * have commas between them, too, so all of the list may be one back-end. */
static bool backend_in_list(const char *list, const char *backend)
{
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(backend, ":"),
		 backend);
	return !strcmp(list, backend) || in_list(list, backend) ||
	       in_list(list, name);
}

static bool passes_one(const json_t *cell, const char *filter)
{
	size_t len = strcspn(filter, "=");
	const char *list = filter + len + (filter[len] == '=');

	if (len == 4 && !strncmp(filter, "size", len))
		return size_in_list(list, json_int_at(cell, "size_b", -1));
	if (len == 7 && !strncmp(filter, "backend", len))
		return backend_in_list(list, text_of(cell, "backend"));
	for (const char *const *key = filter_keys; *key; key++)
		if (strlen(*key) == len && !strncmp(filter, *key, len))
			return in_list(list, text_of(cell, *key));
	return false;
}

bool show_passes(const json_t *cell, const struct show_options *options)
{
	for (size_t i = 0; i < options->filters; i++)
		if (!passes_one(cell, options->filter[i]))
			return false;
	return true;
}

static int check_filter(const char *filter, struct why *why)
{
	char key[32];
	size_t len = strcspn(filter, "=");

	if (!filter[len] || !filter[len + 1] || len >= sizeof(key))
		return why_not(why, -EINVAL,
			       "filter '%.60s' is not KEY=VALUE, such as "
			       "size=64,4K",
			       filter);
	memcpy(key, filter, len);
	key[len] = 0;
	for (const char *const *k = filter_keys; *k; k++)
		if (!strcmp(key, *k))
			return 0;
	return why_unknown(why, "filter", key, filter_keys);
}

static bool has_metric(const json_t *cell, const char *name)
{
	json_t *metric;
	size_t i;

	json_array_foreach(
		json_object_get(cell, "metrics"), i,
		metric) if (!strcmp(text_of(metric, "name"), name)) return true;
	return false;
}

static int unknown_metric(const json_t *summary, const char *name,
			  struct why *why)
{
	const char *names[SHOW_FILTERS + 1] = {NULL};
	json_t *cell, *metric;
	size_t i, k, n = 0;

	json_array_foreach(json_object_get(summary, "cells"), i, cell)
		json_array_foreach(json_object_get(cell, "metrics"), k, metric)
	{
		const char *text = text_of(metric, "name");
		size_t at = 0;

		while (at < n && strcmp(names[at], text) != 0)
			at++;
		if (at == n && n < SHOW_FILTERS)
			names[n++] = text;
	}
	return why_unknown(why, "metric", name, names);
}

int show_check(const json_t *summary, const struct show_options *options,
	       struct why *why)
{
	const json_t *cells = json_object_get(summary, "cells"), *cell;
	size_t i, left = 0, measuring = 0;

	for (i = 0; i < options->filters; i++) {
		int err = check_filter(options->filter[i], why);

		if (err)
			return err;
	}
	json_array_foreach(cells, i, cell)
	{
		left += show_passes(cell, options);
		measuring +=
			!options->metric || has_metric(cell, options->metric);
	}
	if (!measuring && json_array_size(cells))
		return unknown_metric(summary, options->metric, why);
	if (!left && options->filters)
		return why_not(why, -EINVAL,
			       "no cell passes the filter '%.80s'",
			       options->filter[options->filters - 1]);
	return 0;
}

/* Which remark this is, from 1; 0 where there are too many. */
static size_t note(struct notes *notes, const char *text)
{
	size_t i = 0;

	while (i < notes->n && strcmp(notes->text[i], text) != 0)
		i++;
	if (i == NOTES_MAX)
		return 0;
	if (i == notes->n)
		notes->text[notes->n++] = text;
	return i + 1;
}

/* Its number, raised; nothing for 0. */
static const char *mark(size_t nth, char buf[8])
{
	static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴",
					     "⁵", "⁶", "⁷", "⁸", "⁹"};

	snprintf(buf, 8, "%s%s", nth > 9 ? digits[nth / 10 % 10] : "",
		 nth ? digits[nth % 10] : "");
	return buf;
}

static bool is_wanted(const struct sheet *sheet, const json_t *figure)
{
	return !strcmp(text_of(figure, "set"), "all") &&
	       !strcmp(text_of(figure, "metric"), sheet->metric) &&
	       (sheet->options->all_classes ||
		json_is_true(json_object_get(figure, "headline")));
}

static void add_rows(struct sheet *sheet, const json_t *cell)
{
	json_t *figure;
	size_t i;

	json_array_foreach(json_object_get(cell, "figures"), i, figure)
	{
		if (!is_wanted(sheet, figure))
			continue;
		sheet->row[sheet->n] = (struct row){
			.cell = cell, .figure = figure, .nth = sheet->n};
		sheet->n++;
	}
}

static size_t most_figures(const json_t *cells)
{
	json_t *cell;
	size_t i, n = 0;

	json_array_foreach(cells, i, cell) n +=
		json_array_size(json_object_get(cell, "figures"));
	return n;
}

static int by_size(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	json_int_t s = json_int_at(x->cell, "size_b", 0);
	json_int_t t = json_int_at(y->cell, "size_b", 0);

	if (s != t)
		return s < t ? -1 : 1;
	return x->nth < y->nth ? -1 : x->nth > y->nth;
}

static void find_differences(struct sheet *sheet)
{
	for (size_t i = 1; i < sheet->n; i++) {
		const json_t *a = sheet->row[0].cell, *b = sheet->row[i].cell;

		sheet->waits |= !same_text(a, b, "wait");
		sheet->apis |= !same_text(a, b, "api");
	}
}

/* The class that most rows are of: there is one for a place, but a cell that
 * has none of it shows another. */
static const char *common_class(const struct sheet *sheet)
{
	const char *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < sheet->n; i++) {
		const json_t *figure = sheet->row[i].figure;
		size_t n = 0;

		for (size_t k = 0; k < sheet->n; k++)
			n += same_text(figure, sheet->row[k].figure, "class");
		if (n <= most)
			continue;
		most = n;
		best = json_string_at(figure, "class", NULL);
	}
	return best;
}

/* What else was chosen: the id's parts behind the wait, but for the interface,
 * which has a word of its own. */
static void add_choices(const json_t *cell, char *buf)
{
	const char *at = text_of(cell, "cell");
	size_t len = strlen(buf);

	for (int i = 0; i < 6 && at; i++) {
		at = strchr(at, '/');
		at += at != NULL;
	}
	while (at && *at) {
		size_t part = strcspn(at, "/");

		if (strncmp(at, "api=", 4) != 0)
			len += (size_t)snprintf(buf + len, TEXT - len, " %.*s",
						(int)part, at);
		if (len >= TEXT)
			return;
		at += part + (at[part] == '/');
	}
}

static void name_text(const struct sheet *sheet, struct row *row)
{
	char *buf = row->text[NAME];
	const json_t *cell = row->cell;
	const char *class = json_string_at(row->figure, "class", NULL);
	bool off = sheet->class && class && strcmp(class, sheet->class) != 0;
	bool emulated = json_array_size(json_object_get(cell, "emulated")) > 0;

	snprintf(buf, TEXT, "%s%s%s%s%s%s", text_of(cell, "backend"),
		 sheet->waits ? " " : "",
		 sheet->waits ? text_of(cell, "wait") : "",
		 sheet->apis ? " " : "",
		 sheet->apis ? text_of(cell, "api") : "", emulated ? "*" : "");
	add_choices(cell, buf);
	if (off && strlen(buf) < TEXT - 1)
		snprintf(buf + strlen(buf), TEXT - strlen(buf), " @ %s", class);
}

/* "~12.3 [11.9, 13.0] µs †2" */
static void figure_text(const struct sheet *sheet, struct row *row,
			struct scale scale)
{
	char mid[32], lo[32], hi[32], modes[32] = "", interval[72] = "";
	const char *grade = text_of(sheet->summary, "grade.grade");
	const char *unit = text_of(row->figure, "unit");
	bool sure = strcmp(grade, "ratios-only") || !strcmp(unit, "1");
	size_t n = json_array_size(json_object_get(row->figure, "modes"));
	double value, low, high;

	if (!json_number_at(row->figure, "estimate", &value))
		return;
	/* A floor may lie far beneath the others. */
	if (value < 0.01 * scale.divide)
		scale = quantity_scale(value, unit);
	quantity_digits(value / scale.divide, mid, sizeof(mid));
	if (json_number_at(row->figure, "lo", &low) &&
	    json_number_at(row->figure, "hi", &high))
		snprintf(interval, sizeof(interval), " [%s, %s]",
			 quantity_digits(low / scale.divide, lo, sizeof(lo)),
			 quantity_digits(high / scale.divide, hi, sizeof(hi)));
	if (n > 1)
		snprintf(modes, sizeof(modes), " †%zu", n);
	snprintf(row->text[FIGURE], TEXT, "%s%s%s %s%s", sure ? "" : "~", mid,
		 interval, scale.unit, modes);
}

static const json_t *sibling(const struct row *row, const char *metric)
{
	json_t *figure;
	size_t i;

	json_array_foreach(
		json_object_get(row->cell, "figures"), i,
		figure) if (!strcmp(text_of(figure, "metric"), metric) &&
			    same_text(figure, row->figure, "set") &&
			    same_text(figure, row->figure,
				      "class")) return figure;
	return NULL;
}

/* The same rate in bytes, where messages are shown. */
static void rate_text(const struct sheet *sheet, struct row *row)
{
	const json_t *bytes = strcmp(sheet->metric, "messages_per_s")
				      ? NULL
				      : sibling(row, "bytes_per_s");
	struct scale scale;
	char digits[32];
	double value;

	if (!json_number_at(bytes, "estimate", &value))
		return;
	scale = quantity_scale(value, "B/s");
	snprintf(row->text[RATE], TEXT, "%s %s",
		 quantity_digits(value / scale.divide, digits, sizeof(digits)),
		 scale.unit);
}

static void ratio_text(struct sheet *sheet, struct row *row)
{
	const json_t *ratio = json_object_get(row->figure, "ratio");
	const char *why = json_string_at(ratio, "why", NULL);
	char mid[32], lo[32], hi[32], raised[8];
	double value, low, high;
	int len;

	if (!json_number_at(ratio, "estimate", &value))
		return;
	len = snprintf(row->text[RATIO], TEXT, "%s",
		       quantity_digits(value, mid, sizeof(mid)));
	if (json_number_at(ratio, "lo", &low) &&
	    json_number_at(ratio, "hi", &high))
		len += snprintf(row->text[RATIO] + len, TEXT - (size_t)len,
				" [%s, %s]",
				quantity_digits(low, lo, sizeof(lo)),
				quantity_digits(high, hi, sizeof(hi)));
	snprintf(row->text[RATIO] + len, TEXT - (size_t)len, "%s",
		 mark(why ? note(&sheet->notes, why) : 0, raised));
}

static void verdict_text(struct sheet *sheet, struct row *row)
{
	const char *backend = text_of(row->cell, "backend");
	const char *why = json_string_at(row->figure, "ratio_why", NULL);
	const char *text = text_of(row->figure, "ratio.verdict");
	size_t remark = 0;
	char raised[8];

	if (json_is_true(json_object_get(row->cell, "floor")))
		text = "floor";
	else if (why &&
		 !strcmp(backend, text_of(sheet->summary, "run.baseline")))
		text = "baseline";
	else if (why)
		remark = note(&sheet->notes, why);
	snprintf(row->text[VERDICT], TEXT, "%s%s", remark ? "-" : text,
		 mark(remark, raised));
}

/* All rows of a size share a unit, so that they can be compared by eye. */
static void fill_group(struct sheet *sheet, size_t from, size_t to)
{
	double largest = 0, value;
	struct scale scale;

	for (size_t i = from; i < to; i++)
		if (json_number_at(sheet->row[i].figure, "estimate", &value) &&
		    value > largest)
			largest = value;
	scale = quantity_scale(largest,
			       text_of(sheet->row[from].figure, "unit"));
	quantity_size(json_int_at(sheet->row[from].cell, "size_b", 0),
		      sheet->row[from].text[SIZE], TEXT);
	for (size_t i = from; i < to; i++) {
		name_text(sheet, &sheet->row[i]);
		figure_text(sheet, &sheet->row[i], scale);
		rate_text(sheet, &sheet->row[i]);
		ratio_text(sheet, &sheet->row[i]);
		verdict_text(sheet, &sheet->row[i]);
	}
}

static void fill(struct sheet *sheet)
{
	size_t from = 0;

	while (from < sheet->n) {
		json_int_t size =
			json_int_at(sheet->row[from].cell, "size_b", 0);
		size_t to = from;

		while (to < sheet->n &&
		       json_int_at(sheet->row[to].cell, "size_b", 0) == size)
			to++;
		fill_group(sheet, from, to);
		from = to;
	}
}

/* Trials behind each figure: all have the same where nothing failed. */
static void put_counts(const struct sheet *sheet, FILE *out)
{
	json_int_t least = INT64_MAX, most = 0;

	for (size_t i = 0; i < sheet->n; i++) {
		json_int_t n = json_int_at(sheet->row[i].figure, "n", 0);

		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	fprintf(out, "; n = %d", (int)least);
	if (most > least)
		fprintf(out, " to %d", (int)most);
}

static bool has_ratios(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->n; i++)
		if (json_is_object(
			    json_object_get(sheet->row[i].figure, "ratio")))
			return true;
	return false;
}

static void put_title(const struct sheet *sheet, FILE *out)
{
	const json_t *figure = sheet->row[0].figure, *cell = sheet->first;
	const json_t *pus = json_object_get(cell, "pus");
	const char *baseline =
		json_string_at(sheet->summary, "run.baseline", NULL);

	fprintf(out, "%s, %s (PUs %d, %d), %s", text_of(cell, "workload"),
		text_of(cell, "placement"),
		(int)json_integer_value(json_array_get(pus, 0)),
		(int)json_integer_value(json_array_get(pus, 1)),
		text_of(cell, "space"));
	if (!sheet->waits)
		fprintf(out, ", %s", text_of(cell, "wait"));
	if (!sheet->apis)
		fprintf(out, ", %s", text_of(cell, "api"));
	if (sheet->class)
		fprintf(out, "; class %s", sheet->class);
	fprintf(out, "\n%s, %s is better", sheet->metric,
		text_of(figure, "better"));
	if (baseline && has_ratios(sheet))
		fprintf(out, "; ratios to %s in the same blocks", baseline);
	put_counts(sheet, out);
	fputs("\n", out);
}

static const char *colour_of(const struct sheet *sheet, const struct row *row)
{
	const char *verdict = text_of(row->figure, "ratio.verdict");

	if (!sheet->options->colour)
		return NULL;
	if (!strcmp(verdict, "faster"))
		return "\033[32m";
	if (!strcmp(verdict, "slower"))
		return "\033[31m";
	return strcmp(verdict, "unresolved") ? NULL : "\033[2m";
}

static void find_widths(const struct sheet *sheet, size_t width[COLUMNS])
{
	for (size_t i = 0; i < sheet->n; i++)
		for (size_t c = 0; c < COLUMNS; c++) {
			size_t w = quantity_width(sheet->row[i].text[c]);

			width[c] = w > width[c] ? w : width[c];
		}
}

static void put_row(const struct sheet *sheet, const struct row *row,
		    const size_t *width, FILE *out)
{
	const char *colour = colour_of(sheet, row);
	size_t owed = 0; /* spaces before the next text */

	for (size_t c = 0; c < COLUMNS; c++) {
		const char *text = row->text[c];
		bool tint = c == VERDICT && colour;

		if (width[c] == 0)
			continue;
		owed += 2;
		if (*text) {
			fprintf(out, "%*s%s%s%s", (int)owed, "",
				tint ? colour : "", text,
				tint ? "\033[0m" : "");
			owed = 0;
		}
		owed += width[c] - quantity_width(text);
	}
	fputs("\n", out);
}

static void put_sheet(struct sheet *sheet, FILE *out)
{
	size_t width[COLUMNS] = {0};
	char raised[8];

	qsort(sheet->row, sheet->n, sizeof(*sheet->row), by_size);
	find_differences(sheet);
	sheet->class = common_class(sheet);
	fill(sheet);
	find_widths(sheet, width);
	put_title(sheet, out);
	for (size_t i = 0; i < sheet->n; i++)
		put_row(sheet, &sheet->row[i], width, out);
	for (size_t i = 0; i < sheet->notes.n; i++)
		fprintf(out, "  %s %s\n", mark(i + 1, raised),
			sheet->notes.text[i]);
	fputs("\n", out);
}

static const char *metric_of(const json_t *cell,
			     const struct show_options *options)
{
	const json_t *metrics = json_object_get(cell, "metrics");

	if (!options->metric)
		return text_of(json_array_get(metrics, 0), "name");
	return has_metric(cell, options->metric) ? options->metric : NULL;
}

/* The table that the cell is the first of. */
static void one_sheet(const json_t *summary, size_t first,
		      const struct show_options *options, struct row *rows,
		      FILE *out)
{
	const json_t *cells = json_object_get(summary, "cells");
	struct sheet sheet = {
		.summary = summary,
		.first = json_array_get(cells, first),
		.options = options,
		.row = rows,
	};

	if (!options->metric &&
	    !strcmp(text_of(sheet.first, "timing"), "lesson")) {
		show_lesson(summary, first, options, out);
		return;
	}
	sheet.metric = metric_of(sheet.first, options);
	if (!sheet.metric)
		return;
	for (size_t i = first; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i);

		if (show_same_sheet(cell, sheet.first) &&
		    show_passes(cell, options))
			add_rows(&sheet, cell);
	}
	if (sheet.n)
		put_sheet(&sheet, out);
}

static bool is_first(const json_t *cells, size_t nth,
		     const struct show_options *options)
{
	const json_t *cell = json_array_get(cells, nth);

	if (!show_passes(cell, options))
		return false;
	for (size_t i = 0; i < nth; i++) {
		const json_t *other = json_array_get(cells, i);

		if (show_same_sheet(cell, other) && show_passes(other, options))
			return false;
	}
	return true;
}

static void put_sheets(const json_t *summary,
		       const struct show_options *options, FILE *out)
{
	const json_t *cells = json_object_get(summary, "cells");
	struct row *rows = calloc(most_figures(cells) + 1, sizeof(*rows));

	for (size_t i = 0; rows && i < json_array_size(cells); i++)
		if (is_first(cells, i, options))
			one_sheet(summary, i, options, rows, out);
	free(rows);
}

/* "1 trial", "2 trials" */
static void put_count(FILE *out, json_int_t n, const char *what)
{
	fprintf(out, "%" JSON_INTEGER_FORMAT " %s%s", n, what,
		n == 1 ? "" : "s");
}

static void put_classes(const json_t *summary, FILE *out)
{
	json_int_t changed = json_int_at(summary, "class_changed_trials", 0);
	const json_t *classes = json_object_get(summary, "classes"), *class;
	size_t i, n = 0;

	json_array_foreach(classes, i, class)
	{
		json_int_t trials = json_int_at(class, "trials", 0);

		/* One that trials only passed through says nothing here. */
		if (trials == 0)
			continue;
		fprintf(out, "%s%s (", n++ ? ", " : "cache-line classes: ",
			text_of(class, "class"));
		put_count(out, trials, "trial");
		fputs(")", out);
	}
	if (n == 0)
		return;
	if (changed)
		fprintf(out, "; %d changed class, in no figure", (int)changed);
	fputs("\n", out);
}

static void put_header(const json_t *summary, FILE *out)
{
	const json_t *run = json_object_get(summary, "run");
	const char *why = json_string_at(run, "status_why", NULL);
	const char *ended = json_string_at(run, "stop_reason", NULL);
	json_t *reason;
	size_t i;

	fprintf(out, "%s: %s%s%s%s\n", text_of(run, "run_id"),
		text_of(run, "status"), why ? " (" : "", why ? why : "",
		why ? ")" : "");
	put_count(out, json_int_at(run, "blocks_done", 0), "block");
	fputs(", ", out);
	put_count(out, json_int_at(run, "trials", 0), "trial");
	fprintf(out, ", %d failed, %d flagged",
		(int)json_int_at(run, "trials_failed", 0),
		(int)json_int_at(run, "trials_flagged", 0));
	if (ended)
		fprintf(out, "; ended by %s", ended);
	fputs("\n", out);
	fprintf(out, "grade: %s\n", text_of(summary, "grade.grade"));
	json_array_foreach(json_at(summary, "grade.why"), i, reason)
		fprintf(out, "  %s\n", json_string_value(reason));
	put_classes(summary, out);
	fputs("\n", out);
}

static void put_flags(const json_t *summary, FILE *out)
{
	json_t *flags = json_at(summary, "run.flags"), *count;
	const char *name;
	size_t n = 0;

	json_object_foreach(flags, name, count) fprintf(
		out, "%s%s %d", n++ ? ", " : "flagged trials count: ", name,
		(int)json_integer_value(count));
	if (n)
		fputs("\n", out);
}

static void put_footer(const json_t *summary, FILE *out)
{
	bool host = !strcmp(text_of(summary, "grade.grade"), "ratios-only");
	double level = 0.95, delta = 0.02;

	json_number_at(summary, "run.design.level", &level);
	json_number_at(summary, "delta", &delta);
	fprintf(out,
		"Medians over n trials, in brackets their %g %% intervals (a "
		"ratio's corrected\nfor all of its size). same: within "
		"%g %% of 1. †k: the trials fall into k groups.\n*: "
		"emulated interface.\n",
		100 * level, 100 * delta);
	put_flags(summary, out);
	if (host)
		fputs("~: the host decides about absolute figures here; go by "
		      "the ratios.\n",
		      out);
}

/* What became of it, for a reader: that it ran is no news. */
static const char *fate(const json_t *cell)
{
	const char *state = text_of(cell, "state");

	if (strcmp(state, "measured") != 0)
		return state;
	return json_array_size(json_object_get(cell, "figures"))
		       ? "measured in part"
		       : "no figure";
}

/* Cells with the same state and reason are one paragraph. */
static bool same_fate(const json_t *a, const json_t *b)
{
	return same_text(a, b, "state_why") && !strcmp(fate(a), fate(b));
}

static bool is_noteworthy(const json_t *cell,
			  const struct show_options *options)
{
	return show_passes(cell, options) &&
	       json_is_string(json_object_get(cell, "state_why"));
}

static bool is_first_fate(const json_t *cells, size_t nth,
			  const struct show_options *options)
{
	const json_t *cell = json_array_get(cells, nth);

	for (size_t i = 0; i < nth; i++) {
		const json_t *other = json_array_get(cells, i);

		if (is_noteworthy(other, options) && same_fate(cell, other))
			return false;
	}
	return is_noteworthy(cell, options);
}

/* A few by name, or the first of many. */
static void put_fate(const json_t *cells, size_t first,
		     const struct show_options *options, FILE *out)
{
	enum { NAMED = 3 };
	const json_t *cell = json_array_get(cells, first);
	const char *name[NAMED];
	size_t n = 0;

	for (size_t i = first; i < json_array_size(cells); i++) {
		const json_t *other = json_array_get(cells, i);

		if (!is_noteworthy(other, options) || !same_fate(cell, other))
			continue;
		if (n < NAMED)
			name[n] = text_of(other, "cell");
		n++;
	}
	fprintf(out, "%s: %s\n  %s", fate(cell), text_of(cell, "state_why"),
		name[0]);
	for (size_t i = 1; i < n && n <= NAMED; i++)
		fprintf(out, "\n  %s", name[i]);
	if (n > NAMED)
		fprintf(out, " and %zu more", n - 1);
	fputs("\n", out);
}

void show_print(const json_t *summary, const struct show_options *options,
		FILE *out)
{
	const json_t *cells = json_object_get(summary, "cells");

	put_header(summary, out);
	put_sheets(summary, options, out);
	if (options->contract)
		show_contract(summary, options, out);
	if (options->cost)
		show_cost(summary, options, out);
	for (size_t i = 0; i < json_array_size(cells); i++)
		if (is_first_fate(cells, i, options))
			put_fate(cells, i, options, out);
	if (most_figures(cells))
		put_footer(summary, out);
}

void show_table(const json_t *summary, FILE *out)
{
	struct show_options options = {
		.colour = command_colour(fileno(out)),
	};

	show_print(summary, &options, out);
}
