/* SPDX-License-Identifier: MIT */
/* Results folders out of thin air, for tests and for timing what reads them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hist.h"
#include "tests/fake_run.h"

enum { SAMPLES = 20000, ROUNDS = 1000000, BATCH = 100 };
#define T0_NS 1700000000000000000ll

static json_t *sound(json_t *value)
{
	if (!value)
		abort();
	return value;
}

static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, sound(value)))
		abort();
}

static json_t *fake_tool(void)
{
	return sound(json_pack(
		"{s:s, s:s, s:b, s:s, s:s, s:s, s:n, s:s, s:s, s:s}", "version",
		"0.0", "commit", "0123456789ab", "dirty", 0, "build_type",
		"release", "cc", "cc 1.0", "cflags", "-O2", "sanitizer",
		"hwloc", "2.9.0", "papi", "7.0.0", "jansson", "2.14"));
}

static json_t *fake_design(void)
{
	return sound(json_pack(
		"{s:s, s:s, s:i, s:i, s:i, s:n, s:f, s:I, s:I, s:I, s:I, s:f}",
		"preset", "quick", "order", "randomised complete blocks",
		"blocks_min", 2, "blocks_max", 10, "blocks_done", 10,
		"precision", "level", 0.95, "trial_time_ns",
		(json_int_t)50000000, "warmup_time_ns", (json_int_t)10000000,
		"budget_ns", (json_int_t)60000000000, "deadline_ns",
		(json_int_t)10000000000, "delta", 0.02));
}

json_t *fake_manifest(void)
{
	return sound(json_pack(
		"{s:s, s:n, s:n, s:s, s:n, s:[s, s, s], s:i, s:o, s:o, "
		"s:{s:s, s:i, s:i, s:i, s:i}, s:s, s:[], s:{}}",
		"status", "running", "status_why", "stop_reason", "started",
		"2026-01-02T03:04:05Z", "ended", "argv", "ipcbench", "run",
		"quick", "seed", 42, "tool", fake_tool(), "design",
		fake_design(), "clock", "id", "CLOCK_MONOTONIC", "step_ns", 10,
		"cost_min_ns", 19, "cost_p50_ns", 20, "cost_p99_ns", 31,
		"baseline", "pipe", "events", "tags"));
}

static json_t *fake_metrics(bool rounds)
{
	if (rounds)
		return sound(json_pack("[{s:s, s:s, s:s}]", "name", "rtt",
				       "unit", "ns", "better", "lower"));
	return sound(json_pack("[{s:s, s:s, s:s}, {s:s, s:s, s:s}]", "name",
			       "messages_per_s", "unit", "1/s", "better",
			       "higher", "name", "bytes_per_s", "unit", "B/s",
			       "better", "higher"));
}

json_t *fake_env(json_int_t pus, const char *hypervisor)
{
	return sound(json_pack("{s:s, s:{s:s, s:s}, s:{s:I}}", "schema",
			       "ipcbench.environment/1", "host", "hypervisor",
			       hypervisor, "pressure_cpu",
			       "some avg10=0.00 avg60=0.00", "cpu", "pus",
			       pus));
}

void fake_files(struct results *results, json_int_t pus, const char *hypervisor)
{
	json_t *env = fake_env(pus, hypervisor);

	if (results_put_json(results, "env.json", env) ||
	    results_put_json(results, "env-end.json", env) ||
	    results_put_json(results, "doctor.json", env) ||
	    results_put_json(results, "topo.xml", env) ||
	    results_put_text(results, "job.ini", "; nothing\n"))
		abort();
	json_decref(env);
}

json_t *fake_cell(const char *workload, const char *backend, json_int_t size_b,
		  const char *placement, const char *wait)
{
	bool rounds = !strcmp(workload, "pingpong");
	bool same = !strcmp(placement, "same-pu");
	json_t *cell = sound(json_pack(
		"{s:s, s:s, s:I, s:s, s:s, s:[i, i], s:[i, i], s:s, s:s, s:s, "
		"s:s, s:i, s:s, s:{}, s:{s:i, s:[s, s], s:s}, s:s, s:[], s:n, "
		"s:b, "
		"s:s, s:o, s:n, s:s, s:n, s:f, s:i, s:i, s:i}",
		"workload", workload, "backend", backend, "size_b", size_b,
		"placement", placement, "relation", same ? "same-pu" : "numa",
		"pus", 0, same ? 0 : 1, "numa", 0, 0, "space", "process",
		"wait", wait, "api", "copy", "verify",
		rounds ? "ends" : "touch", "depth", 0, "idle", "cold",
		"options", "contract", "copies", 2, "calls", "write", "read",
		"wake", "call", "family", "stream", "emulated", "way", "floor",
		0, "timing", rounds ? "round" : "batch", "metrics",
		fake_metrics(rounds), "link", "status", "planned", "reason",
		"round_ns", 1000.0, "per_sample", rounds ? 1 : BATCH, "samples",
		rounds ? SAMPLES : ROUNDS / BATCH, "warmup", 1000));

	set(cell, "cell",
	    json_sprintf("%s/%s/%d/%s/process/%s", workload, backend,
			 (int)size_b, placement, wait));
	return cell;
}

json_t *fake_block(const struct results *results, json_int_t block)
{
	return sound(json_pack(
		"{s:s, s:I, s:I, s:[{s:i, s:i, s:i, s:i, s:i, s:i, s:f}, "
		"{s:i, s:i, s:i, s:i, s:i, s:i, s:f}], s:[{s:i, s:f}, "
		"{s:i, s:f}], s:f, s:f}",
		"run_id", results_run_id(results), "block", block, "t_start_ns",
		(json_int_t)T0_NS + block * 1000000000, "noise", "pu", 0,
		"probed_ns", 50000000, "gap_limit_ns", 160, "gaps", 10,
		"lost_ns", 5000, "gap_max_ns", 900, "op_ns", 0.4, "pu", 1,
		"probed_ns", 50000000, "gap_limit_ns", 160, "gaps", 20,
		"lost_ns", 10000, "gap_max_ns", 1200, "op_ns", 0.4, "memcpy",
		"size_b", 4096, "bytes_per_s", 5e10, "size_b", 65536,
		"bytes_per_s", 4e10, "pressure_pct", 0.0, "load1", 0.5));
}

static json_t *fake_usage(void)
{
	return sound(json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "user_ns",
			       2000000, "system_ns", 4000000,
			       "switches_voluntary", 20000,
			       "switches_involuntary", 0, "faults_minor", 40,
			       "faults_major", 0, "runqueue_ns", 1000));
}

static json_t *fake_counter(void)
{
	return sound(json_pack("[{s:s, s:n, s:s, s:s}]", "event",
			       "PAPI_TOT_INS", "value", "status", "absent",
			       "why", "no PMU"));
}

static void add_bin(json_t *bins, double ns, json_int_t count)
{
	uint64_t lower = hist_lower(hist_bin((uint64_t)ns));
	const json_t *last = json_array_get(bins, json_array_size(bins) - 1);

	if (count < 1)
		return;
	if (last &&
	    json_integer_value(json_array_get(last, 0)) == (json_int_t)lower) {
		json_int_t sum =
			json_integer_value(json_array_get(last, 1)) + count;

		json_array_set_new(
			json_array_get(bins, json_array_size(bins) - 1), 1,
			sound(json_integer(sum)));
		return;
	}
	json_array_append_new(
		bins, sound(json_pack("[I, I]", (json_int_t)lower, count)));
}

/* Half of the samples at the value, the others in ever higher bins. */
static json_t *fake_bins(double ns, json_int_t samples, unsigned int n)
{
	json_t *bins = json_array();
	json_int_t left = samples - samples / 2;

	add_bin(bins, ns, samples / 2);
	for (unsigned int i = 1; i < n && left > 0; i++) {
		json_int_t count = left / (n - i) + (left % (n - i) != 0);

		ns *= 1.01;
		add_bin(bins, ns, count);
		left -= count;
	}
	add_bin(bins, ns * 1.01, left);
	return bins;
}

/* Unsupported quantiles and those of batches are null. */
static json_t *fake_stat(double ns, bool batch)
{
	json_t *stat =
		sound(json_pack("{s:f, s:f, s:f, s:f, s:f, s:f}", "min",
				ns * 0.8, "max", ns * 40, "mean", ns * 1.1,
				"p25", ns * 0.9, "p50", ns, "p75", ns * 1.2));

	set(stat, "p90", batch ? json_null() : json_real(ns * 1.5));
	set(stat, "p99", batch ? json_null() : json_real(ns * 3));
	set(stat, "p999", batch ? json_null() : json_real(ns * 10));
	set(stat, "p9999", json_null());
	return stat;
}

static void set_figures(json_t *trial, bool batch, double ns, double per_s,
			json_int_t size_b)
{
	json_int_t rounds = batch ? ROUNDS : SAMPLES;
	json_int_t samples = batch ? ROUNDS / BATCH : SAMPLES;

	set(trial, "rounds", json_integer(rounds));
	set(trial, "per_sample", json_integer(batch ? BATCH : 1));
	set(trial, "samples", json_integer(samples));
	set(trial, "wall_ns",
	    json_integer(llround((double)rounds * 1e9 / per_s)));
	set(trial, "bytes", json_integer(rounds * size_b));
	set(trial, "stat", fake_stat(ns, batch));
	if (batch)
		set(trial, "stat_why", json_string("a sample is 100 rounds"));
	set(trial, "lesson", json_object());
	set(trial, "hist",
	    json_pack("{s:s, s:i, s:o}", "scheme", "loglin7", "per_sample",
		      batch ? BATCH : 1, "bins",
		      fake_bins(batch ? ns * BATCH : ns, samples, 20)));
}

static void set_line(json_t *trial, double line_ns)
{
	static const char *const keys[] = {"line_before_ns", "line_after_ns",
					   "mailbox_before_ns",
					   "mailbox_after_ns"};

	for (size_t i = 0; i < 4; i++)
		set(trial, keys[i],
		    line_ns > 0 ? json_real(i < 2 ? line_ns : 1.5 * line_ns)
				: json_null());
	set(trial, "line_why",
	    line_ns > 0 ? json_null() : json_string("both nodes on one PU"));
}

json_t *fake_trial(const struct results *results, const json_t *cell,
		   json_int_t block, double value, double line_ns)
{
	json_int_t per_sample =
		json_integer_value(json_object_get(cell, "per_sample"));
	bool batch = per_sample > 1;
	double ns = batch ? 1e9 / value : value;
	json_int_t t = T0_NS + block * 1000000000;
	json_t *trial = sound(json_pack(
		"{s:s, s:O, s:I, s:i, s:I, s:s, s:n, s:I, s:I, s:i, s:i, s:O, "
		"s:O, s:[i, i], s:i, s:{s:i, s:i}, s:i, s:[f, f], s:f, "
		"s:[o, o], s:[o, o], s:[{s:i, s:i, s:i, s:i}], s:[]}",
		"run_id", results_run_id(results), "cell",
		json_object_get(cell, "cell"), "block", block, "slot", 0,
		"order_seq", block, "verdict", "pass", "verdict_why",
		"t_start_ns", t + 100, "t_end_ns", t + 50000000, "setup_ns",
		2000000, "env_pad_b", 100, "pus", json_object_get(cell, "pus"),
		"pus_seen", json_object_get(cell, "pus"), "pids", 100, 101,
		"cold_ns", 40000, "warmup", "rounds", 1000, "ns", 1000000,
		"wrong", 0, "half_p50", ns, ns, "acf1", 0.1, "usage",
		fake_usage(), fake_usage(), "counters", fake_counter(),
		fake_counter(), "ticks", "pu", 0, "steal", 0, "irq", 0,
		"softirq", 0, "flags"));

	set_line(trial, line_ns);
	set_figures(trial, batch, ns, batch ? value : 1e9 / (ns * 1.1),
		    json_integer_value(json_object_get(cell, "size_b")));
	return trial;
}

void fake_fail(json_t *trial, const char *verdict, const char *why)
{
	static const char *const figures[] = {
		"stat", "hist",	    "rounds",	"samples", "wall_ns", "bytes",
		"acf1", "half_p50", "stat_why", "warmup",  "cold_ns", NULL};

	for (const char *const *key = figures; *key; key++)
		json_object_del(trial, *key);
	set(trial, "verdict", json_string(verdict));
	set(trial, "verdict_why", json_string(why));
}

void fake_put(struct results *results, enum results_file file, json_t *record)
{
	if (results_append(results, file, sound(record)))
		abort();
	json_decref(record);
}

void fake_end(struct results *results, json_t *manifest, const char *status)
{
	bool complete = !strcmp(status, "complete");

	set(manifest, "status", json_string(status));
	set(manifest, "stop_reason",
	    json_string(complete ? "max_blocks" : status));
	set(manifest, "ended", json_string("2026-01-02T03:05:05Z"));
	if (results_manifest(results, manifest))
		abort();
	results_close(results);
}

/* What the nth cell of a large run is. */
struct kind {
	const char *backend, *workload, *placement;
	json_int_t size_b;
	double scale;
};

static struct kind kind_of(unsigned int nth)
{
	static const char *const backends[] = {"pipe", "unix-stream", "tcp",
					       "sysv-msg", "ring"};
	static const double scales[] = {1, 1.3, 1.8, 1.01, 0.1};
	struct kind kind = {
		.backend = backends[nth % 5],
		.workload = nth / 5 % 2 ? "stream" : "pingpong",
		.placement = nth / 10 % 2 ? "same-pu" : "cross",
		.size_b = (json_int_t)64 << (2 * (nth / 20)),
		.scale = scales[nth % 5],
	};

	if (nth / 20 > 15)
		kind.size_b = 64 + nth;
	return kind;
}

/* The same noise in every build: a trial's share of the block's, and its
 * own. */
static double noise(unsigned int a, unsigned int b)
{
	unsigned int x = a * 2654435761u ^ b * 40503u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return (double)(x % 1000) / 1000;
}

static json_t *large_trial(const struct results *results, const json_t *cell,
			   unsigned int nth, unsigned int block,
			   unsigned int bins)
{
	struct kind kind = kind_of(nth);
	bool cross = !strcmp(kind.placement, "cross");
	bool far = block % 8 == 7; /* the host has moved the PUs */
	bool batch = strcmp(kind.workload, "pingpong") != 0;
	double host = 1 + 0.2 * noise(block, 0) + (far && cross ? 1.5 : 0);
	double ns = 5000 * kind.scale * host * (1 + 0.05 * noise(nth, block));
	double line =
		cross ? (far ? 210 : 55) * (1 + 0.1 * noise(block, nth)) : 0;
	json_t *trial =
		fake_trial(results, cell, block, batch ? 2e9 / ns : ns, line);
	json_t *hist = json_object_get(trial, "hist");

	set(hist, "bins",
	    fake_bins(batch ? ns * BATCH / 2 : ns,
		      json_integer_value(json_object_get(trial, "samples")),
		      bins));
	if (noise(nth, block + 1000) < 0.1)
		set(trial, "flags", json_pack("[s]", "drift"));
	set(trial, "order_seq", json_integer(nth));
	return trial;
}

static void large_cells(struct results *results, json_t **cell, unsigned int n)
{
	for (unsigned int c = 0; c < n; c++) {
		struct kind kind = kind_of(c);

		cell[c] = fake_cell(kind.workload, kind.backend, kind.size_b,
				    kind.placement, "block");
		fake_put(results, RESULTS_CELLS, json_incref(cell[c]));
	}
}

int fake_run(const char *dir, unsigned int cells, unsigned int blocks,
	     unsigned int bins)
{
	json_t *manifest = fake_manifest();
	json_t **cell = calloc(cells + 1, sizeof(*cell));
	struct results *results;
	struct why why;
	int err = results_create(&results, dir, NULL, manifest, &why);

	if (err || !cell)
		goto err_cell;
	fake_files(results, 2, "yes");
	large_cells(results, cell, cells);
	for (unsigned int b = 0; b < blocks; b++) {
		fake_put(results, RESULTS_BLOCKS, fake_block(results, b));
		for (unsigned int c = 0; c < cells; c++)
			fake_put(results, RESULTS_TRIALS,
				 large_trial(results, cell[c], c, b, bins));
	}
	for (unsigned int c = 0; c < cells; c++)
		json_decref(cell[c]);
	fake_end(results, manifest, "complete");
err_cell:
	free(cell);
	json_decref(manifest);
	return err;
}
