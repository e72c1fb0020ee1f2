/* SPDX-License-Identifier: MIT */
/* Blocks of trials, in an order drawn anew for each, until it is enough. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "base/stats.h"
#include "run/doctor.h"
#include "run/environment.h"
#include "run/results.h"
#include "run/run.h"
#include "run/spawn.h"
#include "run/summary.h"

enum {
	NOISE_PUS = 8,	     /* probed before each block, at most */
	TOO_LONG = 3,	     /* times the trial time: the cell is sized anew */
	STOP_FIRST = 12,     /* blocks before the first look at precision */
	STOP_EVERY = 4,	     /* blocks between two looks */
	GIVE_UP_AFTER = 3,   /* failed trials of a cell, one after another */
	ROOFLINE_SIZES = 32, /* sizes that memcpy is measured for */
};
#define NOISE_NS (20 * NS_PER_MS)
#define ROOFLINE_NS (1 * NS_PER_MS)
#define LINE_NS (200 * NS_PER_US)
#define CALIBRATE_MIN_NS (4 * NS_PER_MS)
#define LEVEL 0.95	/* of the intervals that are reported */
#define STOP_LEVEL 0.98 /* looking again and again costs coverage */

/* What the orchestrator remembers of a cell between blocks. */
struct track {
	double *value; /* by block; NaN where the trial gave none */
	size_t fails;  /* one after another */
};

struct run {
	const struct run_request *request;
	struct run_outcome *outcome;
	struct design design;
	struct results *results;
	struct journal journal;
	json_t *manifest;
	struct clock_facts clock;
	struct counter_plan events;
	struct track *track; /* of each cell */
	size_t *order;
	size_t planned; /* cells that are measured, in order[] */
	struct run_view view;
	uint64_t began_ns;
	uint64_t order_seq;
	const char *stop_reason;
};

static void set_time(json_t *object, const char *key)
{
	time_t now = time(NULL);
	char text[32];
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	json_object_set_new(object, key, json_string(text));
}

static json_t *argv_json(int argc, char **argv)
{
	json_t *list = json_array();

	for (int i = 0; i < argc; i++) {
		json_t *arg = json_string(argv[i]);

		/* Not UTF-8: cannot be said in JSON. */
		json_array_append_new(list, arg ? arg : json_string("?"));
	}
	return list;
}

static json_t *design_json(const struct design *d)
{
	return json_pack(
		"{s:s?, s:s, s:i, s:i, s:i, s:o, s:f, s:I, s:I, s:o, s:I, s:f, "
		"s:I}",
		"preset", d->preset[0] ? d->preset : NULL, "order",
		"randomised complete blocks", "blocks_min", (int)d->blocks_min,
		"blocks_max", (int)d->blocks_max, "blocks_done", 0, "precision",
		d->precision > 0 ? json_real(d->precision) : json_null(),
		"level", LEVEL, "trial_time_ns", (json_int_t)d->trial_time_ns,
		"warmup_time_ns", (json_int_t)d->warmup_time_ns, "budget_ns",
		d->budget_ns ? json_integer((json_int_t)d->budget_ns)
			     : json_null(),
		"deadline_ns", (json_int_t)d->deadline_ns, "delta", d->delta,
		"spin_ns", (json_int_t)d->spin_ns);
}

static json_t *clock_json(const struct clock_facts *clock)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I}", "id", "CLOCK_MONOTONIC",
			 "step_ns", (json_int_t)clock->step_ns, "cost_min_ns",
			 (json_int_t)clock->cost_min_ns, "cost_p50_ns",
			 (json_int_t)clock->cost_p50_ns, "cost_p99_ns",
			 (json_int_t)clock->cost_p99_ns);
}

static json_t *events_json(const struct counter_plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->n; i++) {
		const struct counter *c = &plan->counter[i];
		const char *why = c->status == COUNTER_OK ? NULL : c->why.text;

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s?}", "event",
						c->event, "status",
						counter_status_names[c->status],
						"why", why));
	}
	return list;
}

static json_t *manifest_json(const struct run *run)
{
	json_t *manifest = json_pack(
		"{s:s, s:n, s:n, s:n, s:o, s:I, s:o, s:o, s:o, s:s, s:o, s:{}}",
		"status", "running", "status_why", "stop_reason", "ended",
		"argv", argv_json(run->request->argc, run->request->argv),
		"seed", (json_int_t)run->design.seed, "tool",
		environment_tool(), "design", design_json(&run->design),
		"clock", clock_json(&run->clock), "baseline",
		cells_baseline(&run->design, run->request->cat, NULL)->name,
		"events", events_json(&run->events), "tags");

	if (manifest)
		set_time(manifest, "started");
	return manifest;
}

static int put_job(struct run *run)
{
	struct job job = *run->request->job;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out)
		return -ENOMEM;
	job.design = run->design;
	err = job_write(&job, out);
	fclose(out);
	if (!err)
		err = results_put_text(run->results, "job.ini", text);
	free(text);
	return err;
}

static int put_value(struct run *run, const char *name, json_t *value)
{
	int err = value ? results_put_json(run->results, name, value) : -ENOMEM;

	json_decref(value);
	return err;
}

static int put_start(struct run *run)
{
	char *xml = topology_xml(run->request->topo);
	int err = put_job(run);

	if (!err)
		err = put_value(run, "env.json", environment_capture());
	if (!err)
		err = put_value(run, "doctor.json", doctor_run());
	if (!err && xml)
		err = results_put_text(run->results, "topo.xml", xml);
	free(xml);
	return err;
}

static int append(struct run *run, enum results_file file, json_t *record)
{
	int err;

	if (!record)
		return -ENOMEM;
	json_object_set_new(record, "run_id",
			    json_string(results_run_id(run->results)));
	err = results_append(run->results, file, record);
	json_decref(record);
	return err;
}

static int append_cell(struct run *run, const struct cell *cell)
{
	return append(run, RESULTS_CELLS, cell_json(cell));
}

static void show(struct run *run)
{
	if (run->request->progress)
		run->request->progress(run->request->progress_arg, &run->view);
}

/* The figure that a trial gives its cell: the median round, or the rate. */
static double trial_value(const struct cell *cell, const json_t *record)
{
	const json_t *stat = json_object_get(record, "stat");
	double rounds = json_number_value(json_object_get(record, "rounds"));
	double wall_ns = json_number_value(json_object_get(record, "wall_ns"));

	if (!json_is_object(stat))
		return NAN;
	if (cell->workload->timing == TIMING_LESSON)
		return json_number_value(
			json_object_get(json_object_get(record, "lesson"),
					cell->workload->figures[0].name));
	if (cell->workload->timing == TIMING_ROUND)
		return json_number_value(json_object_get(stat, "p50"));
	return wall_ns > 0 ? rounds * NS_PER_S / wall_ns : NAN;
}

static const char *figure_unit(const struct cell *cell)
{
	if (cell->workload->timing == TIMING_LESSON)
		return cell->workload->figures[0].unit;
	return cell->workload->timing == TIMING_ROUND ? "ns" : "1/s";
}

static const char *text_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

static void fail_cell(struct cell *cell, enum cell_status status,
		      const char *what, const json_t *record)
{
	cell->status = status;
	why_not(&cell->reason, 0, "%s%s", what, text_of(record, "verdict_why"));
}

/* Find out what a round takes here, and so how many fill a trial. */
static int calibrate(struct run *run, struct cell *cell)
{
	struct trial_spec spec;
	json_t *record = NULL;
	double round_ns;
	int err;

	cell_spec(cell, &run->design, &spec);
	spec.calibrate_ns = run->design.trial_time_ns / 5;
	if (spec.calibrate_ns < CALIBRATE_MIN_NS)
		spec.calibrate_ns = CALIBRATE_MIN_NS;
	err = spawn_trial(&spec, &run->journal, &record);
	if (err)
		return err;
	round_ns = json_number_value(json_object_get(record, "round_ns"));
	if (strcmp(text_of(record, "verdict"), "unsupported") == 0)
		fail_cell(cell, CELL_SKIPPED, "", record);
	else if (strcmp(text_of(record, "verdict"), "fail") == 0)
		fail_cell(cell, CELL_FAILED, "calibration: ", record);
	else
		cell_size(cell, round_ns, &run->design, run->clock.cost_p50_ns);
	snprintf(cell->link, sizeof(cell->link), "%s", text_of(record, "link"));
	json_decref(record);
	return append_cell(run, cell);
}

static int calibrate_all(struct run *run)
{
	struct cells *cells = run->request->cells;

	run->view.phase = "calibrating";
	run->view.cells = cells_count(cells, CELL_PLANNED);
	for (size_t i = 0; i < cells->n; i++) {
		struct cell *cell = &cells->cell[i];
		int err;

		if (cell->status != CELL_PLANNED) {
			err = append_cell(run, cell);
		} else {
			err = calibrate(run, cell);
			run->view.at++;
			run->view.cell = cell;
			show(run);
		}
		if (err)
			return err;
		if (cell->status == CELL_PLANNED)
			run->order[run->planned++] = i;
	}
	return 0;
}

/* SplitMix64 (Steele, Lea and Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014): every bit of the seed counts. */
static uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Fisher and Yates, from the run's seed and the block's number. */
static void shuffle(struct run *run, uint32_t block)
{
	uint64_t state = run->design.seed ^ (uint64_t)block << 32;

	for (size_t i = run->planned; i > 1; i--) {
		size_t j = random_next(&state) % i;
		size_t other = run->order[j];

		run->order[j] = run->order[i - 1];
		run->order[i - 1] = other;
	}
}

static size_t used_pus(const struct cells *cells, unsigned int *pus)
{
	size_t n = 0;

	for (size_t i = 0; i < cells->n && n < NOISE_PUS; i++) {
		unsigned int pair[2] = {cells->cell[i].pair.a,
					cells->cell[i].pair.b};

		if (cells->cell[i].status != CELL_PLANNED)
			continue;
		for (size_t k = 0; k < 2 && n < NOISE_PUS; k++) {
			size_t at = 0;

			while (at < n && pus[at] != pair[k])
				at++;
			if (at == n)
				pus[n++] = pair[k];
		}
	}
	return n;
}

static json_t *noise_json(const struct cells *cells)
{
	unsigned int pus[NOISE_PUS];
	struct noise noise[NOISE_PUS] = {0};
	size_t n = used_pus(cells, pus);
	json_t *list = json_array();

	if (noise_probe(noise, pus, n, NOISE_NS) != 0)
		n = 0;
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			list,
			json_pack("{s:i, s:I, s:I, s:I, s:I, s:I, s:o}", "pu",
				  (int)noise[i].pu, "probed_ns",
				  (json_int_t)noise[i].probed_ns,
				  "gap_limit_ns",
				  (json_int_t)noise[i].gap_limit_ns, "gaps",
				  (json_int_t)noise[i].gaps, "lost_ns",
				  (json_int_t)noise[i].lost_ns, "gap_max_ns",
				  (json_int_t)noise[i].gap_max_ns, "op_ns",
				  json_real_or_null(noise[i].op_ns)));
	return list;
}

static json_t *roofline_json(const struct cells *cells)
{
	size_t sizes[ROOFLINE_SIZES];
	size_t n = 0;
	json_t *list = json_array();

	for (size_t i = 0; i < cells->n && n < ROOFLINE_SIZES; i++) {
		size_t size = cells->cell[i].par.size;
		size_t at = 0;

		while (at < n && sizes[at] != size)
			at++;
		if (at < n || cells->cell[i].status != CELL_PLANNED)
			continue;
		sizes[n++] = size;
		json_array_append_new(
			list,
			json_pack("{s:I, s:o}", "size_b", (json_int_t)size,
				  "bytes_per_s",
				  json_real_or_null(noise_memcpy_byte_per_s(
					  size, ROOFLINE_NS))));
	}
	return list;
}

static int append_block(struct run *run, uint32_t block)
{
	const struct cells *cells = run->request->cells;
	double pressure = noise_pressure();
	double load = 0;
	json_t *record;

	if (getloadavg(&load, 1) != 1)
		load = NAN;
	record =
		json_pack("{s:i, s:I, s:o, s:o, s:o, s:o}", "block", (int)block,
			  "t_start_ns", (json_int_t)clock_wall_ns(), "noise",
			  noise_json(cells), "memcpy", roofline_json(cells),
			  "pressure_pct",
			  json_real_or_null(pressure < 0 ? NAN : pressure),
			  "load1", json_real_or_null(load));
	if (record && pressure < 0)
		json_object_set_new(record, "pressure_pct_why",
				    json_string("no /proc/pressure/cpu"));
	return append(run, RESULTS_BLOCKS, record);
}

/* Values of a cell so far, without holes. */
static size_t values_of(const struct run *run, size_t cell, double *out)
{
	size_t n = 0;

	for (uint32_t b = 0; b < run->view.block; b++) {
		if (!isnan(run->track[cell].value[b]))
			out[n++] = run->track[cell].value[b];
	}
	return n;
}

static double half_width(const struct run *run, size_t cell, double level,
			 double *median)
{
	double y[JOB_BLOCKS_MAX];
	struct stats_estimate estimate;
	size_t n = values_of(run, cell, y);

	if (n == 0 || stats_estimate(y, n, level, &estimate) != 0)
		return NAN;
	if (median)
		*median = estimate.median;
	return estimate.has_interval ? stats_half_width(&estimate) : NAN;
}

/* NaN as soon as one has none. */
static double worst_half_width(const struct run *run, double level)
{
	double worst = 0;

	for (size_t i = 0; i < run->planned; i++) {
		double w = half_width(run, run->order[i], level, NULL);

		if (isnan(w))
			return NAN;
		worst = fmax(worst, w);
	}
	return worst;
}

static double eta_s(const struct run *run, uint64_t blocks_began_ns)
{
	double done = (double)run->view.block - 1 +
		      (double)run->view.at / (double)run->view.cells;
	double took = (double)(clock_ns() - blocks_began_ns) / NS_PER_S;
	double left = ((double)run->design.blocks_max - done) * took / done;
	double spent = (double)(clock_ns() - run->began_ns) / NS_PER_S;
	double budget = (double)run->design.budget_ns / NS_PER_S;

	if (done <= 0)
		return NAN;
	if (run->design.budget_ns && left > budget - spent)
		left = fmax(0, budget - spent);
	return left;
}

/* A mechanism with two paces may have been calibrated in the faster one: give
 * it as many rounds as the slower pace allows, from the next block on. */
static bool shrink(const struct run *run, struct cell *cell,
		   const json_t *record)
{
	double rounds = json_number_value(json_object_get(record, "rounds"));
	double wall_ns = json_number_value(json_object_get(record, "wall_ns"));

	struct cell smaller = *cell;

	if (!(rounds > 0) ||
	    wall_ns <= TOO_LONG * (double)run->design.trial_time_ns)
		return false;
	cell_size(&smaller, wall_ns / rounds, &run->design,
		  run->clock.cost_p50_ns);
	if ((double)(smaller.samples * smaller.per_sample) >= rounds)
		return false;
	*cell = smaller;
	return true;
}

static int measure(struct run *run, uint32_t block, size_t slot)
{
	size_t index = run->order[slot];
	struct cell *cell = &run->request->cells->cell[index];
	struct track *track = &run->track[index];
	struct trial_spec spec;
	json_t *record = NULL;
	double value;
	bool changed;
	int err;

	cell_spec(cell, &run->design, &spec);
	spec.line_ns = LINE_NS;
	spec.events = run->events;
	err = spawn_trial(&spec, &run->journal, &record);
	if (err)
		return err;
	value = trial_value(cell, record);
	track->value[block] = value;
	track->fails = isnan(value) ? track->fails + 1 : 0;
	run->outcome->trials++;
	run->outcome->trials_failed += isnan(value);
	run->view.failed += isnan(value);
	run->view.flagged +=
		json_array_size(json_object_get(record, "flags")) > 0;
	changed = shrink(run, cell, record);
	if (track->fails == GIVE_UP_AFTER)
		fail_cell(cell, CELL_FAILED, "given up, last: ", record);
	json_object_set_new(record, "cell", json_string(cell->id));
	json_object_set_new(record, "block", json_integer(block));
	json_object_set_new(record, "slot", json_integer((json_int_t)slot));
	json_object_set_new(record, "order_seq",
			    json_integer((json_int_t)run->order_seq++));
	err = append(run, RESULTS_TRIALS, record);
	if (!err && (changed || cell->status == CELL_FAILED))
		err = append_cell(run, cell);
	return err;
}

/* Leave out of the next blocks what was given up. */
static void drop_failed(struct run *run)
{
	size_t kept = 0;

	for (size_t i = 0; i < run->planned; i++) {
		size_t cell = run->order[i];

		if (run->request->cells->cell[cell].status == CELL_PLANNED)
			run->order[kept++] = cell;
	}
	run->planned = kept;
}

static int run_block(struct run *run, uint32_t block, uint64_t began_ns)
{
	int err = append_block(run, block);

	shuffle(run, block);
	run->view.block = block + 1;
	run->view.cells = run->planned;
	run->view.at = 0;
	for (size_t i = 0; !err && i < run->planned; i++) {
		size_t cell = run->order[i];

		err = measure(run, block, i);
		run->view.at = i + 1;
		run->view.cell = &run->request->cells->cell[cell];
		run->view.figure = NAN;
		run->view.half_width =
			half_width(run, cell, LEVEL, &run->view.figure);
		run->view.figure_unit = figure_unit(run->view.cell);
		run->view.eta_s = eta_s(run, began_ns);
		show(run);
	}
	drop_failed(run);
	run->view.worst_half_width = worst_half_width(run, LEVEL);
	if (!err)
		err = results_sync(run->results);
	return err;
}

/* Enough? Precision, never significance, ends a run. */
static const char *stop_now(const struct run *run, uint32_t done,
			    uint64_t blocks_began_ns)
{
	const struct design *d = &run->design;
	double block_ns = (double)(clock_ns() - blocks_began_ns) / (double)done;
	double spent_ns = (double)(clock_ns() - run->began_ns);

	if (run->planned == 0)
		return "failed";
	if (done >= d->blocks_max)
		return "max_blocks";
	if (d->budget_ns && spent_ns + block_ns > (double)d->budget_ns)
		return "budget";
	if (d->precision > 0 && done >= d->blocks_min && done >= STOP_FIRST &&
	    (done - STOP_FIRST) % STOP_EVERY == 0 &&
	    worst_half_width(run, STOP_LEVEL) <= d->precision)
		return "precision";
	return NULL;
}

static int run_blocks(struct run *run)
{
	uint64_t began_ns = clock_ns();
	int err = 0;

	run->view.phase = "measuring";
	run->view.blocks_max = run->design.blocks_max;
	if (run->planned == 0)
		run->stop_reason = "failed";
	for (uint32_t block = 0; !err && !run->stop_reason; block++) {
		err = run_block(run, block, began_ns);
		if (err)
			break;
		run->outcome->blocks = block + 1;
		run->stop_reason = stop_now(run, block + 1, began_ns);
	}
	return err;
}

/* The manifest's last state. err says how the run ended. */
static int finish(struct run *run, int err, struct why *why)
{
	json_t *design = json_object_get(run->manifest, "design");
	int last;

	run->outcome->status = "complete";
	if (err == -EINTR)
		run->outcome->status = run->stop_reason = "interrupted";
	else if (err)
		run->outcome->status = run->stop_reason = "failed";
	json_object_set_new(design, "blocks_done",
			    json_integer(run->outcome->blocks));
	json_object_set_new(run->manifest, "status",
			    json_string(run->outcome->status));
	json_object_set_new(run->manifest, "stop_reason",
			    json_string(run->stop_reason));
	if (err && err != -EINTR)
		json_object_set_new(run->manifest, "status_why",
				    json_string(strerror(-err)));
	set_time(run->manifest, "ended");
	last = put_value(run, "env-end.json", environment_capture());
	if (!last)
		last = results_manifest(run->results, run->manifest);
	if (!last)
		last = results_sync(run->results);
	if (err == -EINTR)
		err = 0;
	if (!err)
		err = last;
	if (err)
		return why_not(why, err, "writing to '%s': %s",
			       run->outcome->dir, strerror(-err));
	return summary_refresh(run->outcome->dir, NULL, why);
}

static void probe_events(struct run *run)
{
	const char *list[COUNTERS_MAX + 1] = {NULL};
	char text[JOB_VALUE];
	char *at = text;
	size_t n = 0;

	if (strcmp(run->design.events, "none") == 0)
		return;
	if (!run->design.events[0]) {
		counters_probe(&run->events, counter_defaults);
		return;
	}
	strcpy(text, run->design.events);
	while (at && n < COUNTERS_MAX)
		list[n++] = strsep(&at, ",");
	counters_probe(&run->events, list);
}

static int set_up(struct run *run, struct why *why)
{
	size_t cells = run->request->cells->n;
	int err;

	run->track = calloc(cells + 1, sizeof(*run->track));
	run->order = calloc(cells + 1, sizeof(*run->order));
	if (!run->track || !run->order)
		return why_not(why, -ENOMEM, "no memory for %zu cells", cells);
	for (size_t i = 0; i < cells; i++) {
		run->track[i].value =
			calloc(run->design.blocks_max, sizeof(double));
		if (!run->track[i].value)
			return why_not(why, -ENOMEM, "no memory for trials");
		for (uint32_t b = 0; b < run->design.blocks_max; b++)
			run->track[i].value[b] = NAN;
	}
	clock_measure(&run->clock);
	probe_events(run);
	run->manifest = manifest_json(run);
	if (!run->manifest)
		return why_not(why, -ENOMEM, "no memory for the manifest");
	err = spawn_init();
	if (err)
		return why_not(why, err, "signals: %s", strerror(-err));
	return 0;
}

static void tear_down(struct run *run)
{
	for (size_t i = 0; run->track && i < run->request->cells->n; i++)
		free(run->track[i].value);
	free(run->track);
	free(run->order);
	json_decref(run->manifest);
}

static int run_in_folder(struct run *run, struct why *why)
{
	int err = results_create(&run->results, run->request->dir, RESULTS_ROOT,
				 run->manifest, why);

	if (err)
		return err;
	snprintf(run->outcome->dir, sizeof(run->outcome->dir), "%s",
		 results_dir(run->results));
	err = put_start(run);
	if (!err)
		err = calibrate_all(run);
	if (!err)
		err = run_blocks(run);
	err = finish(run, err, why);
	results_close(run->results);
	return err;
}

int run_job(const struct run_request *request, struct run_outcome *outcome,
	    struct why *why)
{
	struct run run = {.request = request,
			  .outcome = outcome,
			  .design = request->job->design};
	int err;

	memset(outcome, 0, sizeof(*outcome));
	run.began_ns = clock_ns();
	run.view.figure = run.view.half_width = NAN;
	run.view.worst_half_width = run.view.eta_s = NAN;
	/* Seeds stay below 2^53, so that every JSON reader keeps them. */
	while (run.design.seed == 0 &&
	       getrandom(&run.design.seed, sizeof(run.design.seed), 0) > 0)
		run.design.seed &= (1ull << 53) - 1;
	journal_sweep_dead();
	err = journal_open(&run.journal, why);
	if (err)
		return err;
	err = set_up(&run, why);
	if (!err)
		err = run_in_folder(&run, why);
	tear_down(&run);
	journal_close(&run.journal);
	return err;
}

double run_estimate_s(const struct job *job, const struct cells *cells)
{
	const struct design *d = &job->design;
	double each_ns = (double)(d->trial_time_ns + d->warmup_time_ns) +
			 20.0 * NS_PER_MS;
	double n = (double)cells_count(cells, CELL_PLANNED);
	double blocks = (double)d->blocks_max + 0.5; /* and calibration */
	double total_s = n * blocks * each_ns / NS_PER_S + 1;

	if (d->budget_ns && total_s > (double)d->budget_ns / NS_PER_S)
		total_s = (double)d->budget_ns / NS_PER_S;
	return total_s;
}
