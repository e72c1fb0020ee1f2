/* SPDX-License-Identifier: MIT */
/* A request comes out as it went in, or not at all; a record's figures are
 * those that one works out by hand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/options.h"
#include "run/schema.h"
#include "run/wire.h"

static struct why why;

/* Every field another value, and none a default. */
static struct trial_spec some_spec(void)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, "ring", NULL),
		.workload = catalogue_workload(&catalogue, "stream", NULL),
		.par = {.size = (size_t)1 << 30, .depth = 1 << 20},
		.api = IPC_API_LEND,
		.payload = PAYLOAD_FULL,
		.wait = IPC_WAIT_HYBRID,
		.spin_ns = 4000000000u,
		.threads = true,
		.idle = IDLE_WARM,
		.pu = {3, 1023},
		.numa = -1,
		.warmup = UINT64_C(1) << 40,
		.samples = (UINT64_C(1) << 41) + 1,
		.per_sample = (UINT64_C(1) << 42) + 3,
		.calibrate_ns = 5,
		.deadline_ns = UINT64_C(86400000000000),
		.spawned_ns = (UINT64_C(1) << 60) + 7,
		.line_ns = 11,
	};

	options_preset(spec.impl->options, spec.option);
	options_preset(spec.workload->options, spec.par.option);
	spec.option[0] = spec.impl->options[0].max;
	spec.par.option[0] = spec.workload->options[0].max;
	spec.events.n = 2;
	strcpy(spec.events.counter[0].event, "PAPI_TOT_INS");
	spec.events.counter[0].status = COUNTER_OK;
	spec.events.counter[0].kernel = true;
	memset(spec.events.counter[1].event, 'x',
	       sizeof(spec.events.counter[1].event) - 1);
	spec.events.counter[1].status = COUNTER_DENIED;
	why_not(&spec.events.counter[1].why, 0, "not \"permitted\"");
	return spec;
}

static void same_events(const struct counter_plan *a,
			const struct counter_plan *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_string_equal(a->counter[i].event, b->counter[i].event);
		assert_int_equal(a->counter[i].status, b->counter[i].status);
		assert_int_equal(a->counter[i].kernel, b->counter[i].kernel);
		assert_string_equal(a->counter[i].why.text,
				    b->counter[i].why.text);
	}
}

static void same_spec(const struct trial_spec *a, const struct trial_spec *b)
{
	assert_ptr_equal(a->impl, b->impl);
	assert_ptr_equal(a->workload, b->workload);
	assert_memory_equal(a->option, b->option, sizeof(a->option));
	assert_int_equal(a->par.size, b->par.size);
	assert_int_equal(a->par.depth, b->par.depth);
	assert_memory_equal(a->par.option, b->par.option,
			    sizeof(a->par.option));
	assert_int_equal(a->api, b->api);
	assert_int_equal(a->payload, b->payload);
	assert_int_equal(a->wait, b->wait);
	assert_int_equal(a->spin_ns, b->spin_ns);
	assert_int_equal(a->threads, b->threads);
	assert_int_equal(a->idle, b->idle);
	assert_int_equal(a->pu[0], b->pu[0]);
	assert_int_equal(a->pu[1], b->pu[1]);
	assert_int_equal(a->numa, b->numa);
	assert_int_equal(a->warmup, b->warmup);
	assert_int_equal(a->samples, b->samples);
	assert_int_equal(a->per_sample, b->per_sample);
	assert_int_equal(a->calibrate_ns, b->calibrate_ns);
	assert_int_equal(a->deadline_ns, b->deadline_ns);
	assert_int_equal(a->spawned_ns, b->spawned_ns);
	assert_int_equal(a->line_ns, b->line_ns);
	same_events(&a->events, &b->events);
}

/* As it travels: through text. */
static json_t *travelled(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	json_t *back = json_loads(text, 0, NULL);

	json_decref(json);
	free(text);
	assert_non_null(back);
	return back;
}

static void comes_back(const struct trial_spec *spec)
{
	json_t *json = travelled(wire_spec(spec));
	struct trial_spec back;

	if (wire_spec_read(json, &catalogue, &back, &why) != 0)
		fail_msg("%s", why.text);
	same_spec(spec, &back);
	json_decref(json);
}

static void test_request_comes_back(void **state)
{
	struct trial_spec spec = some_spec();

	(void)state;
	comes_back(&spec);
	spec.threads = false;
	spec.numa = 3;
	spec.events.n = 0;
	comes_back(&spec);
	spec.events.n = COUNTERS_MAX;
	comes_back(&spec);
}

static void is_torn(json_t *json, const char *what)
{
	struct trial_spec spec;

	why.text[0] = '\0';
	if (wire_spec_read(json, &catalogue, &spec, &why) != -EINVAL)
		fail_msg("taken: %s", what);
	assert_true(why.text[0]);
	json_decref(json);
}

static void test_torn_requests_are_refused(void **state)
{
	struct trial_spec spec = some_spec();
	json_t *whole = wire_spec(&spec);
	const char *key;
	json_t *value;

	(void)state;
	is_torn(json_object(), "nothing");
	is_torn(json_array(), "an array");
	is_torn(NULL, "NULL");
	json_object_foreach(whole, key, value)
	{
		json_t *less = json_copy(whole);
		json_t *other = json_copy(whole);

		json_object_del(less, key);
		is_torn(less, key);
		json_object_set_new(other, key, json_null());
		is_torn(other, key);
	}
	json_decref(whole);
}

static void test_numbers_out_of_range_are_refused(void **state)
{
	static const struct {
		const char *key;
		json_int_t value;
	} wrong[] = {
		{"api", -1},	 {"api", IPC_APIS},
		{"payload", -1}, {"payload", PAYLOADS},
		{"wait", -1},	 {"wait", IPC_WAIT_KINDS},
		{"size_b", 0},	 {"size_b", -5},
		{"depth", -1},	 {"depth", INT64_C(1) << 32},
		{"spin_ns", -1}, {"spin_ns", INT64_C(1) << 32},
		{"idle", -1},	 {"idle", IDLES},
	};
	struct trial_spec spec = some_spec();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		json_t *json = wire_spec(&spec);

		json_object_set_new(json, wrong[i].key,
				    json_integer(wrong[i].value));
		is_torn(json, wrong[i].key);
	}
}

static void test_torn_events_are_refused(void **state)
{
	struct trial_spec spec = some_spec();
	json_t *json = wire_spec(&spec);
	json_t *event = json_array_get(json_object_get(json, "events"), 1);

	(void)state;
	json_object_set_new(event, "status", json_integer(COUNTER_STATUSES));
	is_torn(json, "status");
	json = wire_spec(&spec);
	json_array_append_new(json_object_get(json, "events"), json_object());
	is_torn(json, "an empty event");
	spec.events.n = COUNTERS_MAX;
	json = wire_spec(&spec);
	event = json_array_get(json_object_get(json, "events"), 0);
	json_array_append(json_object_get(json, "events"), event);
	is_torn(json, "one too many");
}

static void test_unknown_names_are_refused(void **state)
{
	struct trial_spec spec = some_spec();
	json_t *json = wire_spec(&spec);

	(void)state;
	json_object_set_new(json, "backend", json_string("rign"));
	is_torn(json_incref(json), "backend");
	assert_non_null(strstr(why.text, "'ring'"));
	json_object_set_new(json, "backend", json_string("ring"));
	json_object_set_new(json, "workload", json_string("steam"));
	is_torn(json, "workload");
	assert_non_null(strstr(why.text, "'stream'"));
}

/* Records. */

static struct hist hist;
static uint64_t raw[2000];
static struct trial_spec spec;
static struct trial_record record;

static void add_samples(size_t n, uint64_t (*value)(size_t i))
{
	record.samples = record.raw_n = n;
	for (size_t i = 0; i < n; i++) {
		raw[i] = value(i);
		hist_add(&hist, raw[i]);
		record.wall_ns += raw[i];
	}
}

static int start(void **state)
{
	(void)state;
	memset(&hist, 0, sizeof(hist));
	spec = some_spec();
	spec.calibrate_ns = 0;
	spec.warmup = 9;
	spec.par.size = 64;
	spec.pu[0] = 0;
	spec.pu[1] = 1;
	record = (struct trial_record){
		.verdict = VERDICT_PASS,
		.t_start_ns = 100,
		.t_end_ns = 200,
		.setup_ns = 50,
		.nodes = 2,
		.node = {{.pid = 11, .usage = {.user_ns = 5}},
			 {.pid = 12, .pu = 1, .pu_seen = 1}},
		.before = {55, 33},
		.after = {56, 34},
		.has_ticks = true,
		.cold_ns = 777,
		.warmup_ns = 888,
		.per_sample = 1,
		.hist = &hist,
		.raw = raw,
	};
	return 0;
}

/* From 1000 down to 1, so that order must not matter. */
static uint64_t falling(size_t i)
{
	return 1000 - i;
}

static uint64_t thousand(size_t i)
{
	(void)i;
	return 1000;
}

/* The record, as a line of trials.jsonl, which it must be. */
static json_t *made(void)
{
	json_t *json = wire_record(&spec, &record);

	assert_non_null(json);
	json_object_set_new(json, "schema",
			    json_string(schema_names[SCHEMA_TRIAL]));
	json_object_set_new(json, "run_id", json_string("r"));
	json_object_set_new(json, "cell", json_string("c"));
	json_object_set_new(json, "block", json_integer(0));
	json_object_set_new(json, "slot", json_integer(0));
	json_object_set_new(json, "order_seq", json_integer(0));
	json_object_set_new(json, "env_pad_b", json_integer(0));
	if (schema_check(SCHEMA_TRIAL, json, true, &why) != 0)
		fail_msg("%s", why.text);
	return travelled(json);
}

static void number_is(const json_t *json, const char *path, double due)
{
	double got;

	if (!json_number_at(json, path, &got))
		fail_msg("%s is no number", path);
	if (got < due * (1 - 1e-9) || got > due * (1 + 1e-9))
		fail_msg("%s is %g, not %g", path, got, due);
}

static void is_null(const json_t *json, const char *path)
{
	if (!json_is_null(json_at(json, path)))
		fail_msg("%s is not null", path);
}

static double nth(const json_t *json, const char *path, size_t i)
{
	return json_number_value(json_array_get(json_at(json, path), i));
}

static bool flagged(const json_t *json, const char *name)
{
	const json_t *flag;
	size_t i;

	json_array_foreach(json_object_get(json, "flags"), i, flag)
	{
		if (strcmp(json_string_value(flag), name) == 0)
			return true;
	}
	return false;
}

static void test_figures(void **state)
{
	json_t *json;

	(void)state;
	add_samples(1000, falling);
	json = made();
	number_is(json, "stat.min", 1);
	number_is(json, "stat.max", 1000);
	number_is(json, "stat.mean", 500.5);
	number_is(json, "stat.p25", 250);
	number_is(json, "stat.p50", 500);
	number_is(json, "stat.p75", 750);
	number_is(json, "stat.p90", 900);
	number_is(json, "stat.p99", 990); /* ten lie beyond it */
	is_null(json, "stat.p999");
	is_null(json, "stat.p9999");
	assert_true(nth(json, "half_p50", 0) == 750);
	assert_true(nth(json, "half_p50", 1) == 250);
	number_is(json, "rounds", 1000);
	number_is(json, "bytes", 64000);
	number_is(json, "wall_ns", 500500);
	number_is(json, "cold_ns", 777);
	number_is(json, "warmup.rounds", 9);
	number_is(json, "line_before_ns", 55);
	number_is(json, "mailbox_after_ns", 34);
	is_null(json, "line_why");
	assert_string_equal(json_string_at(json, "verdict", ""), "pass");
	assert_true(flagged(json, "drift"));
	json_decref(json);
}

static void test_no_tail_without_support(void **state)
{
	json_t *json;

	(void)state;
	add_samples(999, falling);
	json = made();
	is_null(json, "stat.p99");
	assert_false(json_is_null(json_at(json, "stat.p90")));
	json_decref(json);
}

static void test_several_rounds_a_sample_have_no_tail(void **state)
{
	json_t *json;

	(void)state;
	record.per_sample = 4;
	add_samples(2000, thousand);
	json = made();
	number_is(json, "stat.p50", 250);
	number_is(json, "stat.mean", 250);
	number_is(json, "stat.p75", 250);
	is_null(json, "stat.p90");
	is_null(json, "stat.p99");
	assert_non_null(strstr(json_string_at(json, "stat_why", ""), "4 "));
	number_is(json, "rounds", 8000);
	number_is(json, "bytes", 8000 * 64);
	assert_true(nth(json, "half_p50", 0) == 250);
	number_is(json, "hist.per_sample", 4);
	assert_int_equal(json_array_size(json_at(json, "hist.bins")), 1);
	assert_false(flagged(json, "drift"));
	json_decref(json);
}

static void test_one_sample_has_no_halves(void **state)
{
	json_t *json;

	(void)state;
	add_samples(1, thousand);
	json = made();
	number_is(json, "stat.p50", 1000);
	is_null(json, "half_p50");
	assert_false(flagged(json, "drift"));
	json_decref(json);
}

static void test_beyond_the_raw_ones_the_histogram_counts(void **state)
{
	json_t *json;

	(void)state;
	add_samples(100, thousand);
	for (int i = 0; i < 900; i++)
		hist_add(&hist, 10);
	record.samples = 1000;
	json = made();
	number_is(json, "stat.p50", 10);
	json_decref(json);
}

static void test_flags(void **state)
{
	json_t *json;

	(void)state;
	add_samples(1000, thousand); /* a millisecond */
	spec.wait = IPC_WAIT_SPIN;
	record.node[0].usage.user_ns = 950000;
	record.node[1].usage.user_ns = 950000;
	json = made();
	assert_int_equal(json_array_size(json_object_get(json, "flags")), 0);
	json_decref(json);
	record.ticks[1].steal = 1;
	record.node[1].pu_seen = 0;
	record.node[0].usage.switches_involuntary = 100;
	record.node[1].usage.faults_major = 1;
	record.node[1].usage.user_ns = 800000;
	json = made();
	assert_true(flagged(json, "steal"));
	assert_true(flagged(json, "migrated"));
	assert_true(flagged(json, "preempted"));
	assert_true(flagged(json, "major-faults"));
	assert_true(flagged(json, "off-cpu"));
	json_decref(json);
	/* Who shares a PU is taken off it. */
	spec.pu[1] = spec.pu[0];
	json = made();
	assert_false(flagged(json, "preempted"));
	assert_false(flagged(json, "off-cpu"));
	json_decref(json);
}

static void test_nodes_and_counters(void **state)
{
	const json_t *counter;
	json_t *json;

	(void)state;
	add_samples(10, thousand);
	record.node[0].has_counters = true;
	record.node[0].counters[0] = 1234;
	why_not(&record.node[1].counters_why, 0, "lost");
	json = made();
	assert_true(nth(json, "pids", 1) == 12);
	assert_true(nth(json, "pus", 1) == 1);
	counter =
		json_array_get(json_array_get(json_at(json, "counters"), 0), 0);
	number_is(counter, "value", 1234);
	counter =
		json_array_get(json_array_get(json_at(json, "counters"), 0), 1);
	is_null(counter, "value");
	assert_string_equal(json_string_at(counter, "status", ""), "denied");
	assert_string_equal(json_string_at(counter, "why", ""),
			    "not \"permitted\"");
	counter =
		json_array_get(json_array_get(json_at(json, "counters"), 1), 0);
	is_null(counter, "value");
	assert_string_equal(json_string_at(counter, "why", ""), "lost");
	json_decref(json);
}

static void test_what_was_not_measured_says_why(void **state)
{
	json_t *json;

	(void)state;
	add_samples(10, thousand);
	record.before = record.after = (struct line_floor){0, 0};
	why_not(&record.line_why, 0, "both nodes on one PU");
	record.has_ticks = false;
	json = made();
	is_null(json, "line_before_ns");
	is_null(json, "mailbox_after_ns");
	is_null(json, "ticks");
	assert_string_equal(json_string_at(json, "line_why", ""),
			    "both nodes on one PU");
	json_decref(json);
}

static void has_no_figure(const json_t *json)
{
	static const char *const keys[] = {"stat", "hist",     "wall_ns",
					   "acf1", "half_p50", "bytes"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		assert_null(json_object_get(json, keys[i]));
}

static void test_only_what_is_proved_has_figures(void **state)
{
	json_t *json;

	(void)state;
	add_samples(10, thousand);
	record.verdict = VERDICT_FAIL;
	why_not(&record.why, 0, "wrong data");
	record.node[1].wrong = 3;
	json = made();
	has_no_figure(json);
	assert_string_equal(json_string_at(json, "verdict", ""), "fail");
	assert_string_equal(json_string_at(json, "verdict_why", ""),
			    "wrong data");
	number_is(json, "wrong", 3);
	assert_int_equal(json_array_size(json_object_get(json, "flags")), 0);
	json_decref(json);
	record.verdict = VERDICT_UNSUPPORTED;
	json = made();
	has_no_figure(json);
	json_decref(json);
	record.verdict = VERDICT_INCONCLUSIVE;
	json = made();
	number_is(json, "stat.p50", 1000);
	json_decref(json);
}

static void test_calibration_has_its_figure_only(void **state)
{
	json_t *json;

	(void)state;
	spec.calibrate_ns = 1;
	record.round_ns = 12.5;
	json = wire_record(&spec, &record);
	number_is(json, "round_ns", 12.5);
	has_no_figure(json);
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_comes_back),
		cmocka_unit_test(test_torn_requests_are_refused),
		cmocka_unit_test(test_numbers_out_of_range_are_refused),
		cmocka_unit_test(test_torn_events_are_refused),
		cmocka_unit_test(test_unknown_names_are_refused),
		TEST(test_figures),
		TEST(test_no_tail_without_support),
		TEST(test_several_rounds_a_sample_have_no_tail),
		TEST(test_one_sample_has_no_halves),
		TEST(test_beyond_the_raw_ones_the_histogram_counts),
		TEST(test_flags),
		TEST(test_nodes_and_counters),
		TEST(test_what_was_not_measured_says_why),
		TEST(test_only_what_is_proved_has_figures),
		TEST(test_calibration_has_its_figure_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
