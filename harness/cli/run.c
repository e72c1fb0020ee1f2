/* SPDX-License-Identifier: MIT */
/* "ipcbench run": from options and job files to a results folder. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/jobs.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "run/load.h"
#include "run/run.h"
#include "run/summary.h"

enum {
	OVERRIDES = 32,
	KEY_BASE = 0x100, /* options without a letter: this + their number */
	KEY_PRESET = 0x200,
	KEY_PROGRESS,
	KEY_DRY_RUN,
	KEY_JSON,
};

enum progress { PROGRESS_AUTO, PROGRESS_PLAIN, PROGRESS_NONE };
static const char *const progress_names[] = {"auto", "plain", "none", NULL};

struct args {
	const char *job; /* a shipped name or a path */
	const char *preset;
	const char *output;
	enum progress progress;
	bool dry_run, json;
	struct {
		const char *key, *value;
	} override[OVERRIDES];
	size_t overrides;
	int err; /* an option was wrong; said already */
};

/* The shipped jobs stand behind the rest: see add_jobs(). */
static const char doc[] =
	"Measure, and write a folder under results/.\v"
	"JOB is a shipped job or a file of one's own; without it, quick. Axes "
	"given as options replace those of "
	"every section of the job; each combination of axes is a cell, and "
	"each block is one trial of every cell.\n\n"
	"  ipcbench run quick\n"
	"  ipcbench run -b pipe,ring -w pingpong -s 64 -p cross\n"
	"  ipcbench run my.ini --preset paper -o results/mine\n"
	"  ipcbench run quick --dry-run\n\n"
	"Ctrl-C ends a run; what was measured stays, marked interrupted.";

static int set_progress(struct args *args, const char *text)
{
	struct why why;

	for (int i = 0; progress_names[i]; i++) {
		if (strcmp(progress_names[i], text) == 0) {
			args->progress = (enum progress)i;
			return 0;
		}
	}
	why_unknown(&why, "progress", text, progress_names);
	args->err = command_usage(&why);
	return 0;
}

/* A key of a job file that came as an option. */
static bool set_key(struct args *args, int key, const char *value)
{
	for (size_t i = 0; job_keys[i].name; i++) {
		int own = job_keys[i].short_name ? job_keys[i].short_name
						 : KEY_BASE + (int)i;

		if (own != key || args->overrides == OVERRIDES)
			continue;
		args->override[args->overrides].key = job_keys[i].name;
		args->override[args->overrides++].value = value;
		return true;
	}
	return false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case KEY_PRESET:
		args->preset = arg;
		return 0;
	case 'o':
		args->output = arg;
		return 0;
	case KEY_PROGRESS:
		return set_progress(args, arg);
	case KEY_DRY_RUN:
		args->dry_run = true;
		return 0;
	case KEY_JSON:
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->job)
			argp_error(state, "'%s' is one job too many", arg);
		args->job = arg;
		return 0;
	default:
		return set_key(args, key, arg) ? 0 : ARGP_ERR_UNKNOWN;
	}
}

/* The job's keys as options, then the command's own. */
static const struct argp_option *options(void)
{
	static const struct argp_option own[] = {
		{"preset", KEY_PRESET, "NAME", 0,
		 "blocks, times and precision of this job, with the cells of "
		 "JOB",
		 2},
		{"output", 'o', "DIR", 0,
		 "the results folder, which must not exist", 2},
		{"dry-run", KEY_DRY_RUN, 0, 0,
		 "print cells, refusals and the time it would take", 2},
		{"json", KEY_JSON, 0, 0,
		 "print the summary, or the dry run, "
		 "as JSON",
		 2},
		{"progress", KEY_PROGRESS, "HOW", 0,
		 "auto (a line on a terminal), plain, none", 2},
	};
	static struct argp_option all[64];
	size_t n = 0;

	for (; job_keys[n].name; n++) {
		int letter = job_keys[n].short_name;

		all[n] = (struct argp_option){
			job_keys[n].name, letter ? letter : KEY_BASE + (int)n,
			job_keys[n].arg,  0,
			job_keys[n].help, 1};
	}
	memcpy(&all[n], own, sizeof(own));
	return all;
}

static int read_job(struct job *job, const char *name, bool design_only,
		    struct why *why)
{
	char path[4096];
	int err = jobs_path(name, path, sizeof(path), why);

	if (!err)
		err = job_read(job, path, design_only, why);
	if (!err)
		snprintf(job->design.preset, sizeof(job->design.preset), "%s",
			 name);
	return err;
}

/* Job, then the preset's design, then options. */
static int make_job(const struct args *args, struct job *job, struct why *why)
{
	const char *name = args->job ? args->job : args->preset;
	int err;

	job_init(job);
	err = read_job(job, name ? name : "quick", false, why);
	if (!err && args->job && args->preset)
		err = read_job(job, args->preset, true, why);
	for (size_t i = 0; !err && i < args->overrides; i++)
		err = job_override(job, args->override[i].key,
				   args->override[i].value, why);
	return err ? err : job_check(job, why);
}

static void time_text(double s, char *buf, size_t size)
{
	if (isnan(s))
		snprintf(buf, size, "?");
	else if (s < 90)
		snprintf(buf, size, "%.0fs", s);
	else if (s < 5400)
		snprintf(buf, size, "%.0fm%02.0fs", floor(s / 60),
			 floor(fmod(s, 60)));
	else
		snprintf(buf, size, "%.0fh%02.0fm", floor(s / 3600),
			 floor(fmod(s, 3600) / 60));
}

static void figure_text(const struct run_view *view, char *buf, size_t size)
{
	struct scale scale = quantity_scale(view->figure, view->figure_unit);
	char digits[32];

	snprintf(buf, size, "%s %s",
		 quantity_digits(view->figure / scale.divide, digits,
				 sizeof(digits)),
		 scale.unit);
}

static void line_text(const struct run_view *view, char *buf, size_t size)
{
	char figure[64] = "-";
	char width[16] = "";
	char worst[32] = "";
	char eta[16];

	if (strcmp(view->phase, "calibrating") == 0) {
		snprintf(buf, size, "calibrating %zu/%zu %s", view->at,
			 view->cells, view->cell->id);
		return;
	}
	if (!isnan(view->figure))
		figure_text(view, figure, sizeof(figure));
	if (!isnan(view->half_width))
		snprintf(width, sizeof(width), " ±%.1f%%",
			 view->half_width * 100);
	if (!isnan(view->worst_half_width))
		snprintf(worst, sizeof(worst), "  worst ±%.1f%%",
			 view->worst_half_width * 100);
	time_text(view->eta_s, eta, sizeof(eta));
	snprintf(buf, size,
		 "block %u/%u  cell %zu/%zu  eta %s%s  flagged %zu  failed "
		 "%zu  %s %s%s",
		 view->block, view->blocks_max, view->at, view->cells, eta,
		 worst, view->flagged, view->failed, view->cell->id, figure,
		 width);
}

/* A line that wraps could not be drawn over; the cursor needs a column. */
static void cut_to_terminal(char *line)
{
	struct winsize window;
	size_t width = 0;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 ||
	    window.ws_col == 0)
		return;
	for (; *line; line++) {
		bool starts = ((unsigned char)*line & 0xc0) != 0x80;

		if (starts && ++width >= window.ws_col) {
			*line = '\0';
			return;
		}
	}
}

/* Between two trials only, and on a terminal at most four times a second. */
struct drawing {
	bool terminal;
	uint64_t drawn_ns;
};

static void draw(void *arg, const struct run_view *view)
{
	struct drawing *drawing = arg;
	bool last = view->at == view->cells;
	uint64_t now = clock_ns();
	char line[400];

	if (drawing->terminal ? !last && now - drawing->drawn_ns < 250000000
			      : !last)
		return;
	drawing->drawn_ns = now;
	line_text(view, line, sizeof(line));
	if (drawing->terminal)
		cut_to_terminal(line);
	fprintf(stderr, drawing->terminal ? "\r\033[K%s" : "%s\n", line);
}

static bool is_refused_as(const struct cell *cell, const struct cell *other)
{
	return cell->status == other->status && cell->status != CELL_PLANNED &&
	       strcmp(cell->reason.text, other->reason.text) == 0;
}

/* A few by name, or the first of many. */
static void print_refused_as(const struct cells *cells, size_t first, FILE *out)
{
	enum { NAMED = 3 };
	const struct cell *cell = &cells->cell[first];
	const char *name[NAMED] = {cell->id};
	size_t n = 0;

	for (size_t i = first; i < cells->n; i++) {
		if (!is_refused_as(&cells->cell[i], cell))
			continue;
		if (n < NAMED)
			name[n] = cells->cell[i].id;
		n++;
	}
	fprintf(out, "  %s\n      %s", cell->reason.text, name[0]);
	for (size_t i = 1; i < n && n <= NAMED; i++)
		fprintf(out, "\n      %s", name[i]);
	if (n > NAMED)
		fprintf(out, " and %zu more", n - 1);
	fputc('\n', out);
}

/* Each reason once. */
static void print_skips(const struct cells *cells, FILE *out)
{
	for (size_t i = 0; i < cells->n; i++) {
		const struct cell *cell = &cells->cell[i];
		size_t first = 0;

		while (first < i && !is_refused_as(&cells->cell[first], cell))
			first++;
		if (first == i && cell->status != CELL_PLANNED)
			print_refused_as(cells, i, out);
	}
}

static void print_planned(const struct cells *cells, FILE *out)
{
	int width = 0;

	for (size_t i = 0; i < cells->n; i++) {
		int len = (int)strlen(cells->cell[i].id);

		if (cells->cell[i].status == CELL_PLANNED && len > width)
			width = len;
	}
	for (size_t i = 0; i < cells->n; i++) {
		const struct cell *cell = &cells->cell[i];

		if (cell->status == CELL_PLANNED)
			fprintf(out, "  %-*s  PUs %u,%u\n", width, cell->id,
				cell->pair.a, cell->pair.b);
	}
}

static int dry_run(const struct args *args, const struct job *job,
		   const struct cells *cells)
{
	size_t planned = cells_count(cells, CELL_PLANNED);
	double s = run_estimate_s(job, cells);
	char text[16];

	if (args->json) {
		json_t *list = json_array();
		json_t *all;

		for (size_t i = 0; i < cells->n; i++)
			json_array_append_new(list, cell_json(&cells->cell[i]));
		all = json_pack("{s:s, s:I, s:I, s:i, s:i, s:f, s:o}", "schema",
				"ipcbench.dry-run/1", "planned",
				(json_int_t)planned, "skipped",
				(json_int_t)(cells->n - planned), "blocks_min",
				(int)job->design.blocks_min, "blocks_max",
				(int)job->design.blocks_max, "estimate_s", s,
				"cells", list);
		json_dumpf(all, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(all);
		return EXIT_OK;
	}
	printf("%zu cell%s would be measured%s\n", planned,
	       planned == 1 ? "" : "s", planned ? ":" : "");
	print_planned(cells, stdout);
	if (cells->n > planned)
		printf("%zu would be skipped:\n", cells->n - planned);
	print_skips(cells, stdout);
	time_text(s, text, sizeof(text));
	printf("%u blocks at most, about %s in all. Nothing was run.\n",
	       job->design.blocks_max, text);
	return EXIT_OK;
}

static int print_result(const struct args *args, const char *dir,
			struct why *why)
{
	struct run_data *data;
	json_t *summary;
	int err = run_load(&data, dir, why);

	if (err)
		return err;
	summary = summary_build(data);
	run_free(data);
	if (!summary)
		return why_not(why, -ENOMEM, "no memory for the summary");
	if (args->json) {
		json_dumpf(summary, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		show_table(summary, stdout);
	}
	json_decref(summary);
	return 0;
}

static int measure(const struct args *args, const struct job *job,
		   struct cells *cells, const struct topology *topo, int argc,
		   char **argv)
{
	struct drawing drawing = {
		args->progress == PROGRESS_AUTO && isatty(STDERR_FILENO), 0};
	struct run_request request = {
		.job = job,
		.cells = cells,
		.topo = topo,
		.cat = &catalogue,
		.dir = args->output,
		.argc = argc,
		.argv = argv,
		.progress = args->progress == PROGRESS_NONE ? NULL : draw,
		.progress_arg = &drawing,
	};
	struct run_outcome outcome;
	struct why why = {""};
	int err;

	/* Whoever read the progress may go away; the run goes on. */
	signal(SIGPIPE, SIG_IGN);
	err = run_job(&request, &outcome, &why);
	if (drawing.terminal)
		fprintf(stderr, "\r\033[K");
	if (err) {
		command_usage(&why);
		return err == -EEXIST || err == -EACCES || err == -ENOENT ||
				       err == -EROFS || err == -EINVAL ||
				       err == -ENOTDIR
			       ? EXIT_USAGE
			       : EXIT_ENVIRONMENT;
	}
	signal(SIGPIPE, SIG_DFL);
	err = print_result(args, outcome.dir, &why);
	fflush(stdout);
	signal(SIGPIPE, SIG_IGN);
	if (err) {
		command_usage(&why);
		return EXIT_INTERNAL;
	}
	fprintf(stderr, "%s: %zu trials; 'ipcbench report %s' makes the page\n",
		outcome.dir, outcome.trials, outcome.dir);
	if (strcmp(outcome.status, "interrupted") == 0)
		return EXIT_INTERRUPTED;
	return outcome.trials_failed || cells_count(cells, CELL_FAILED)
		       ? EXIT_CELLS
		       : EXIT_OK;
}

static bool is_measured(const struct cells *cells, const char *backend)
{
	for (size_t i = 0; i < cells->n; i++) {
		if (cells->cell[i].status == CELL_PLANNED &&
		    strcmp(cells->cell[i].impl->name, backend) == 0)
			return true;
	}
	return false;
}

static bool was_given(const struct args *args, const char *key)
{
	for (size_t i = 0; i < args->overrides; i++) {
		if (strcmp(args->override[i].key, key) == 0)
			return true;
	}
	return false;
}

/*
 * A job's baseline need not be among the back-ends that options chose: then
 * the first of these that is no floor takes its place. One that was asked for
 * must be there.
 */
static int settle_baseline(const struct args *args, struct design *design,
			   const struct cells *cells, struct why *why)
{
	const char *now = cells_baseline(design, &catalogue, NULL)->name;

	if (is_measured(cells, now))
		return 0;
	if (was_given(args, "baseline"))
		return why_not(why, -EINVAL,
			       "baseline '%s' is not among what would be "
			       "measured: add it with --backend",
			       now);
	for (size_t i = 0; i < cells->n; i++) {
		const struct cell *cell = &cells->cell[i];

		if (cell->status != CELL_PLANNED || cell->impl->caps & IPC_VOID)
			continue;
		snprintf(design->baseline, sizeof(design->baseline), "%s",
			 cell->impl->name);
		break;
	}
	return 0;
}

/* Everything is known to be right but the machine. */
static int plan_and_run(const struct args *args, struct job *job, int argc,
			char **argv)
{
	struct topology *topo;
	struct cells cells;
	struct why why;
	int status;

	if (topology_load(&topo, NULL, false, &why) != 0) {
		command_usage(&why);
		return EXIT_ENVIRONMENT;
	}
	if (cells_plan(&cells, job, &catalogue, topo, &why) != 0 ||
	    settle_baseline(args, &job->design, &cells, &why) != 0) {
		status = command_usage(&why);
	} else if (args->dry_run) {
		status = dry_run(args, job, &cells);
	} else if (!topology_is_here(topo)) {
		why_not(&why, 0,
			"the topology is not this machine's (HWLOC_XMLFILE or "
			"HWLOC_SYNTHETIC is set): nothing can be pinned");
		command_usage(&why);
		status = EXIT_ENVIRONMENT;
	} else if (cells_count(&cells, CELL_PLANNED) == 0) {
		why_not(&why, 0,
			"nothing to measure: all %zu cells are "
			"refused",
			cells.n);
		command_usage(&why);
		print_skips(&cells, stderr);
		status = EXIT_ENVIRONMENT;
	} else {
		status = measure(args, job, &cells, topo, argc, argv);
	}
	cells_free(&cells);
	topology_free(topo);
	return status;
}

/* Of argp, which frees what is not the text that it gave. */
static char *add_jobs(int key, const char *text, void *input)
{
	char *jobs, *all;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC || !text)
		return (char *)text;
	jobs = jobs_text();
	if (!jobs || asprintf(&all, "%s\n\nShipped jobs:\n%s", text, jobs) < 0)
		all = (char *)text;
	free(jobs);
	return all;
}

static int run_main(int argc, char **argv)
{
	struct argp argp = {options(), parse,	 "[JOB]", doc,
			    NULL,      add_jobs, NULL};
	struct args args = {0};
	struct job *job;
	struct why why;
	int status = command_parse(&argp, argc, argv, &args);

	if (status || args.err)
		return EXIT_USAGE;
	job = malloc(sizeof(*job));
	if (!job)
		return EXIT_INTERNAL;
	if (make_job(&args, job, &why) != 0)
		status = command_usage(&why);
	else
		status = plan_and_run(&args, job, argc, argv);
	free(job);
	return status;
}

const struct command run_command = {
	.name = "run",
	.brief = "measure, and write a results folder",
	.run = run_main,
};
