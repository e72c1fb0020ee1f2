/* SPDX-License-Identifier: MIT */
/* Requests and records of trials as JSON; a trial's own statistics. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/stats.h"
#include "ipc/options.h"
#include "run/results.h"
#include "run/wire.h"

/* Flags: see wire_flags(). */
enum {
	PREEMPTED_PER_S = 10, /* involuntary switches, on a PU of one's own */
};
#define DRIFT_SHARE 0.05 /* between the medians of both halves */
#define BUSY_SHARE 0.9	 /* of the wall time that a spinning node must use */

static json_t *events_json(const struct counter_plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->n; i++) {
		const struct counter *c = &plan->counter[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:i, s:b, s:s}", "event",
						c->event, "status",
						(int)c->status, "kernel",
						c->kernel, "why", c->why.text));
	}
	return list;
}

json_t *wire_spec(const struct trial_spec *spec)
{
	char options[OPTIONS_TEXT], variant[OPTIONS_TEXT];

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:I, s:I, s:i, s:i, s:i, s:I, s:b, s:i, "
		"s:[i, i], s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
		"backend", spec->impl->name, "options",
		options_text(spec->impl->options, spec->option, options),
		"workload", spec->workload->name, "variant",
		options_text(spec->workload->options, spec->par.option,
			     variant),
		"size_b", (json_int_t)spec->par.size, "depth",
		(json_int_t)spec->par.depth, "api", (int)spec->api, "payload",
		(int)spec->payload, "wait", (int)spec->wait, "spin_ns",
		(json_int_t)spec->spin_ns, "threads", spec->threads, "idle",
		(int)spec->idle, "pus", (int)spec->pu[0], (int)spec->pu[1],
		"numa", spec->numa, "warmup", (json_int_t)spec->warmup,
		"samples", (json_int_t)spec->samples, "per_sample",
		(json_int_t)spec->per_sample, "calibrate_ns",
		(json_int_t)spec->calibrate_ns, "deadline_ns",
		(json_int_t)spec->deadline_ns, "spawned_ns",
		(json_int_t)spec->spawned_ns, "line_ns",
		(json_int_t)spec->line_ns, "events",
		events_json(&spec->events));
}

static int read_event(json_t *event, struct counter *c)
{
	const char *name;
	const char *why;
	int status;
	int kernel;

	if (json_unpack(event, "{s:s, s:i, s:b, s:s}", "event", &name, "status",
			&status, "kernel", &kernel, "why", &why) != 0 ||
	    strlen(name) >= sizeof(c->event) || status < 0 ||
	    status >= COUNTER_STATUSES)
		return -EINVAL;
	strcpy(c->event, name);
	c->status = (enum counter_status)status;
	c->kernel = kernel;
	why_not(&c->why, 0, "%s", why);
	return 0;
}

static int read_events(const json_t *list, struct counter_plan *plan)
{
	if (!json_is_array(list) || json_array_size(list) > COUNTERS_MAX)
		return -EINVAL;
	plan->n = json_array_size(list);
	for (size_t i = 0; i < plan->n; i++) {
		int err =
			read_event(json_array_get(list, i), &plan->counter[i]);

		if (err)
			return err;
	}
	return 0;
}

/* A number that will be an index, or of a narrower type. */
static bool within(json_int_t value, json_int_t from, json_int_t below)
{
	return value >= from && value < below;
}

/* Of the back-end and of the workload, which are known then. */
static int read_options(const char *backends, const char *workloads,
			struct trial_spec *spec, struct why *why)
{
	const struct ipc_impl *impl = spec->impl;
	const struct workload *workload = spec->workload;
	int err;

	if (!impl || !workload)
		return -EINVAL;
	options_preset(impl->options, spec->option);
	options_preset(workload->options, spec->par.option);
	err = options_parse(impl->name, impl->options, backends, spec->option,
			    why);
	if (err)
		return err;
	return options_parse(workload->name, workload->options, workloads,
			     spec->par.option, why);
}

int wire_spec_read(const json_t *request, const struct catalogue *cat,
		   struct trial_spec *spec, struct why *why)
{
	const char *backend;
	const char *options;
	const char *workload;
	const char *variant;
	json_t *events;
	json_int_t size, depth, spin, warmup, samples, per_sample, calibrate;
	json_int_t deadline, spawned, line;
	int api, payload, wait, threads, idle, pu[2], numa;

	if (json_unpack((json_t *)request,
			"{s:s, s:s, s:s, s:s, s:I, s:I, s:i, s:i, s:i, s:I, "
			"s:b, s:i, "
			"s:[i, i], s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
			"s:o}",
			"backend", &backend, "options", &options, "workload",
			&workload, "variant", &variant, "size_b", &size,
			"depth", &depth, "api", &api, "payload", &payload,
			"wait", &wait, "spin_ns", &spin, "threads", &threads,
			"idle", &idle, "pus", &pu[0], &pu[1], "numa", &numa,
			"warmup", &warmup, "samples", &samples, "per_sample",
			&per_sample, "calibrate_ns", &calibrate, "deadline_ns",
			&deadline, "spawned_ns", &spawned, "line_ns", &line,
			"events", &events) != 0 ||
	    !within(api, 0, IPC_APIS) || !within(payload, 0, PAYLOADS) ||
	    !within(wait, 0, IPC_WAIT_KINDS) || !within(idle, 0, IDLES) ||
	    size < 1 || pu[0] < 0 || pu[1] < 0 ||
	    !within(depth, 0, UINT32_MAX) || !within(spin, 0, UINT32_MAX))
		return why_not(why, -EINVAL, "the trial's request is torn");
	*spec = (struct trial_spec){
		.impl = catalogue_impl(cat, backend, why),
		.workload = catalogue_workload(cat, workload, why),
		.par = {.size = (size_t)size, .depth = (uint32_t)depth},
		.api = (enum ipc_api)api,
		.payload = (enum payload)payload,
		.wait = (enum ipc_wait)wait,
		.spin_ns = (uint32_t)spin,
		.threads = threads,
		.idle = (enum idle)idle,
		.pu = {(unsigned int)pu[0], (unsigned int)pu[1]},
		.numa = numa,
		.warmup = (uint64_t)warmup,
		.samples = (uint64_t)samples,
		.per_sample = (uint64_t)per_sample,
		.calibrate_ns = (uint64_t)calibrate,
		.deadline_ns = (uint64_t)deadline,
		.spawned_ns = (uint64_t)spawned,
		.line_ns = (uint64_t)line,
	};
	if (read_events(events, &spec->events) != 0)
		return why_not(why, -EINVAL,
			       "the events of the trial's request are torn");
	return read_options(options, variant, spec, why);
}

/* The quantiles of a record, and the fewest samples for each are in stats.h. */
static const struct {
	const char *name;
	double q;
	bool tail; /* needs a sample to be a message */
} quantiles[] = {
	{"p25", 0.25, false},	 {"p50", 0.50, false}, {"p75", 0.75, false},
	{"p90", 0.90, true},	 {"p99", 0.99, true},  {"p999", 0.999, true},
	{"p9999", 0.9999, true},
};

/* Exact from the raw samples; beyond those from the histogram. */
static double sample_quantile(const struct trial_record *record, double q)
{
	if (record->raw_n == record->samples)
		return (double)record->raw[stats_rank(q, record->raw_n)];
	return hist_quantile(record->hist, q);
}

static json_t *stat_json(const struct trial_record *record)
{
	double per = (double)record->per_sample;
	double n = (double)record->samples;
	json_t *stat = json_pack("{s:f, s:f, s:f}", "min",
				 (double)record->hist->min / per, "max",
				 (double)record->hist->max / per, "mean",
				 (double)record->hist->sum / n / per);

	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		double q = quantiles[i].q;
		bool sound = !quantiles[i].tail ||
			     (record->per_sample == 1 &&
			      stats_supported(q, (size_t)record->samples));

		json_object_set_new(
			stat, quantiles[i].name,
			sound ? json_real(sample_quantile(record, q) / per)
			      : json_null());
	}
	return stat;
}

static double half_median(const uint64_t *raw, size_t n)
{
	uint64_t *copy = malloc((n + 1) * sizeof(*copy));
	double median = 0;

	if (copy && n) {
		memcpy(copy, raw, n * sizeof(*copy));
		stats_sort_u64(copy, n);
		median = (double)copy[stats_rank(0.5, n)];
	}
	free(copy);
	return median;
}

static double raw_acf1(const struct trial_record *record)
{
	double *y = malloc((record->raw_n + 1) * sizeof(*y));
	double acf = 0;

	if (y) {
		for (size_t i = 0; i < record->raw_n; i++)
			y[i] = (double)record->raw[i];
		acf = stats_acf1(y, record->raw_n);
	}
	free(y);
	return acf;
}

static json_t *hist_json(const struct trial_record *record)
{
	json_t *bins = json_array();

	for (size_t i = 0; i < HIST_BINS; i++) {
		if (record->hist->bins[i])
			json_array_append_new(
				bins,
				json_pack("[I, I]", (json_int_t)hist_lower(i),
					  (json_int_t)record->hist->bins[i]));
	}
	return json_pack("{s:s, s:I, s:o}", "scheme", "loglin7", "per_sample",
			 (json_int_t)record->per_sample, "bins", bins);
}

static json_t *usage_json(const struct usage *usage)
{
	return json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "user_ns",
		(json_int_t)usage->user_ns, "system_ns",
		(json_int_t)usage->system_ns, "switches_voluntary",
		(json_int_t)usage->switches_voluntary, "switches_involuntary",
		(json_int_t)usage->switches_involuntary, "faults_minor",
		(json_int_t)usage->faults_minor, "faults_major",
		(json_int_t)usage->faults_major, "runqueue_ns",
		usage->has_runqueue
			? json_integer((json_int_t)usage->runqueue_ns)
			: json_null());
}

static json_t *node_counters(const struct counter_plan *plan,
			     const struct node_record *node)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->n; i++) {
		const struct counter *c = &plan->counter[i];
		bool ok = c->status == COUNTER_OK && node->has_counters;
		const char *why = c->status == COUNTER_OK
					  ? node->counters_why.text
					  : c->why.text;

		json_array_append_new(
			list,
			json_pack("{s:s, s:o, s:s, s:s?}", "event", c->event,
				  "value",
				  ok ? json_integer(node->counters[i])
				     : json_null(),
				  "status", counter_status_names[c->status],
				  "why", ok ? NULL : why));
	}
	return list;
}

static void add_nodes(json_t *out, const struct trial_spec *spec,
		      const struct trial_record *record)
{
	json_t *pus = json_array();
	json_t *seen = json_array();
	json_t *pids = json_array();
	json_t *usage = json_array();
	json_t *counters = json_array();
	json_int_t wrong = 0;

	for (unsigned int i = 0; i < record->nodes; i++) {
		const struct node_record *node = &record->node[i];

		json_array_append_new(pus, json_integer(node->pu));
		json_array_append_new(seen, json_integer(node->pu_seen));
		json_array_append_new(pids, json_integer(node->pid));
		json_array_append_new(usage, usage_json(&node->usage));
		json_array_append_new(counters,
				      node_counters(&spec->events, node));
		wrong += (json_int_t)node->wrong;
	}
	json_object_set_new(out, "pus", pus);
	json_object_set_new(out, "pus_seen", seen);
	json_object_set_new(out, "pids", pids);
	json_object_set_new(out, "wrong", json_integer(wrong));
	json_object_set_new(out, "usage", usage);
	json_object_set_new(out, "counters", counters);
}

static void add_floor(json_t *out, const char *key, double ns)
{
	json_object_set_new(out, key, ns > 0 ? json_real(ns) : json_null());
}

static void add_line(json_t *out, const struct trial_record *record)
{
	add_floor(out, "line_before_ns", record->before.line_ns);
	add_floor(out, "line_after_ns", record->after.line_ns);
	add_floor(out, "mailbox_before_ns", record->before.mailbox_ns);
	add_floor(out, "mailbox_after_ns", record->after.mailbox_ns);
	json_object_set_new(out, "line_why",
			    json_string_or_null(record->line_why.text[0]
							? record->line_why.text
							: NULL));
}

static void add_ticks(json_t *out, const struct trial_spec *spec,
		      const struct trial_record *record)
{
	json_t *list = json_array();

	if (!record->has_ticks) {
		json_decref(list);
		json_object_set_new(out, "ticks", json_null());
		json_object_set_new(out, "ticks_why",
				    json_string("/proc/stat has no such PU"));
		return;
	}
	for (unsigned int i = 0; i < 2; i++)
		json_array_append_new(
			list,
			json_pack("{s:i, s:I, s:I, s:I}", "pu",
				  (int)spec->pu[i], "steal",
				  (json_int_t)record->ticks[i].steal, "irq",
				  (json_int_t)record->ticks[i].irq, "softirq",
				  (json_int_t)record->ticks[i].softirq));
	json_object_set_new(out, "ticks", list);
}

static void flag(json_t *flags, bool raised, const char *name)
{
	if (raised)
		json_array_append_new(flags, json_string(name));
}

/* What happened to the trial that its figure does not say. */
static json_t *flags_json(const struct trial_spec *spec,
			  const struct trial_record *record, double half[2])
{
	double wall_s = (double)record->wall_ns / NS_PER_S;
	bool alone = spec->pu[0] != spec->pu[1];
	json_t *flags = json_array();
	bool preempted = false;
	bool migrated = false;
	bool off_cpu = false;
	bool major = false;

	for (unsigned int i = 0; i < record->nodes; i++) {
		const struct node_record *node = &record->node[i];
		const struct usage *u = &node->usage;
		double busy_ns = (double)(u->user_ns + u->system_ns);

		preempted |= alone && (double)u->switches_involuntary >
					      PREEMPTED_PER_S * wall_s + 1;
		migrated |= node->pu != node->pu_seen;
		off_cpu |= alone && spec->wait == IPC_WAIT_SPIN &&
			   busy_ns < BUSY_SHARE * (double)record->wall_ns;
		major |= u->faults_major > 0;
	}
	flag(flags, record->ticks[0].steal || record->ticks[1].steal, "steal");
	flag(flags, preempted, "preempted");
	flag(flags, migrated, "migrated");
	flag(flags,
	     half[0] > 0 && (half[1] > half[0] * (1 + DRIFT_SHARE) ||
			     half[0] > half[1] * (1 + DRIFT_SHARE)),
	     "drift");
	flag(flags, off_cpu, "off-cpu");
	flag(flags, major, "major-faults");
	return flags;
}

/* What a lesson found; null where it has no such figure in this trial. */
static json_t *lesson_json(const struct trial_spec *spec,
			   const struct trial_record *record)
{
	const struct figure_kind *kind = spec->workload->figures;
	json_t *json = json_object();

	for (size_t i = 0; kind && kind[i].name; i++)
		json_object_set_new(json, kind[i].name,
				    json_real_or_null(record->figure[i]));
	return json;
}

static void add_figures(json_t *out, const struct trial_spec *spec,
			struct trial_record *record)
{
	double per = (double)record->per_sample;
	size_t half = record->raw_n / 2;
	double halves[2] = {
		half_median(record->raw, half) / per,
		half_median(record->raw + half, record->raw_n - half) / per,
	};
	double acf1 = raw_acf1(record);
	uint64_t rounds = record->samples * record->per_sample;

	stats_sort_u64(record->raw, record->raw_n);
	json_object_set_new(out, "cold_ns",
			    json_integer((json_int_t)record->cold_ns));
	json_object_set_new(out, "warmup",
			    json_pack("{s:I, s:I}", "rounds",
				      (json_int_t)spec->warmup, "ns",
				      (json_int_t)record->warmup_ns));
	json_object_set_new(out, "rounds", json_integer((json_int_t)rounds));
	json_object_set_new(out, "per_sample",
			    json_integer((json_int_t)record->per_sample));
	json_object_set_new(out, "samples",
			    json_integer((json_int_t)record->samples));
	json_object_set_new(out, "wall_ns",
			    json_integer((json_int_t)record->wall_ns));
	json_object_set_new(
		out, "bytes",
		json_integer((json_int_t)(rounds * spec->par.size)));
	json_object_set_new(out, "lesson", lesson_json(spec, record));
	json_object_set_new(out, "stat", stat_json(record));
	if (record->per_sample > 1)
		json_object_set_new(
			out, "stat_why",
			json_sprintf("a sample is %llu rounds, so no tail of "
				     "single ones",
				     (unsigned long long)record->per_sample));
	json_object_set_new(out, "half_p50",
			    half ? json_pack("[f, f]", halves[0], halves[1])
				 : json_null());
	if (!half)
		json_object_set_new(out, "half_p50_why",
				    json_string("one sample has no halves"));
	json_object_set_new(out, "acf1", json_real(acf1));
	json_object_set_new(out, "hist", hist_json(record));
	json_object_set_new(out, "flags", flags_json(spec, record, halves));
}

json_t *wire_record(const struct trial_spec *spec, struct trial_record *record)
{
	bool proved = record->verdict == VERDICT_PASS ||
		      record->verdict == VERDICT_INCONCLUSIVE;
	json_t *out = json_pack("{s:s, s:s?, s:I, s:I, s:I, s:s?}", "verdict",
				verdict_names[record->verdict], "verdict_why",
				record->why.text[0] ? record->why.text : NULL,
				"t_start_ns", (json_int_t)record->t_start_ns,
				"t_end_ns", (json_int_t)record->t_end_ns,
				"setup_ns", (json_int_t)record->setup_ns,
				"link", record->link[0] ? record->link : NULL);

	if (!out)
		return NULL;
	add_nodes(out, spec, record);
	add_line(out, record);
	add_ticks(out, spec, record);
	if (spec->calibrate_ns)
		json_object_set_new(out, "round_ns",
				    json_real_or_null(record->round_ns));
	else if (proved && record->samples)
		add_figures(out, spec, record);
	if (!json_object_get(out, "flags"))
		json_object_set_new(out, "flags", json_array());
	return out;
}
