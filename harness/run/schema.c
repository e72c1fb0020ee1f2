/* SPDX-License-Identifier: MIT */
/* Checks records against tables of their keys. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/workload.h"
#include "run/schema.h"
#include "trial/idle.h"

enum {
	CORE = 1 << 0,	  /* a summary needs it */
	NULL_OK = 1 << 1, /* null needs no reason beside it */
	FIGURE = 1 << 2,  /* null where the trial's verdict says so */
};

/*
 * One key. Types are letters: s string, i integer, n number, b boolean, o
 * object, a array; "as" is an array of strings. A null needs its reason under
 * why, or under the key and "_why".
 */
struct field {
	const char *path;
	const char *type;
	unsigned int flags;
	const char *why;
	const char *const *words; /* allowed, NULL: any */
};

static const char *const statuses[] = {"running", "complete", "interrupted",
				       "failed", NULL};
static const char *const stops[] = {"precision",   "budget", "max_blocks",
				    "interrupted", "failed", NULL};
static const char *const plans[] = {"planned", "skipped", "failed", NULL};
static const char *const verdicts[] = {"pass", "fail", "unsupported",
				       "inconclusive", NULL};
static const char *const grades[] = {"quiet", "usable", "ratios-only", NULL};

static const struct field manifest_fields[] = {
	{"run_id", "s", CORE, NULL, NULL},
	{"status", "s", CORE, NULL, statuses},
	{"status_why", "s", NULL_OK, NULL, NULL},
	{"stop_reason", "s", NULL_OK, NULL, stops},
	{"started", "s", CORE, NULL, NULL},
	{"ended", "s", NULL_OK, NULL, NULL},
	{"argv", "as", CORE, NULL, NULL},
	{"seed", "i", CORE, NULL, NULL},
	{"tool", "o", CORE, NULL, NULL},
	{"tool.version", "s", 0, NULL, NULL},
	{"tool.commit", "s", 0, "tool.commit_why", NULL},
	{"tool.dirty", "b", 0, "tool.dirty_why", NULL},
	{"tool.build_type", "s", 0, NULL, NULL},
	{"tool.cc", "s", 0, NULL, NULL},
	{"tool.cflags", "s", 0, NULL, NULL},
	{"tool.sanitizer", "s", NULL_OK, NULL, NULL},
	{"tool.hwloc", "s", 0, NULL, NULL},
	{"tool.papi", "s", NULL_OK, NULL, NULL},
	{"tool.jansson", "s", 0, NULL, NULL},
	{"design", "o", CORE, NULL, NULL},
	{"design.preset", "s", NULL_OK, NULL, NULL},
	{"design.order", "s", 0, NULL, NULL},
	{"design.blocks_min", "i", 0, NULL, NULL},
	{"design.blocks_max", "i", 0, NULL, NULL},
	{"design.blocks_done", "i", 0, NULL, NULL},
	{"design.precision", "n", NULL_OK, NULL, NULL},
	{"design.level", "n", 0, NULL, NULL},
	{"design.trial_time_ns", "i", 0, NULL, NULL},
	{"design.warmup_time_ns", "i", 0, NULL, NULL},
	{"design.budget_ns", "i", NULL_OK, NULL, NULL},
	{"design.deadline_ns", "i", 0, NULL, NULL},
	{"design.delta", "n", NULL_OK, NULL, NULL},
	{"clock", "o", CORE, NULL, NULL},
	{"clock.id", "s", 0, NULL, NULL},
	{"clock.step_ns", "n", 0, NULL, NULL},
	{"clock.cost_min_ns", "n", 0, NULL, NULL},
	{"clock.cost_p50_ns", "n", 0, NULL, NULL},
	{"clock.cost_p99_ns", "n", 0, NULL, NULL},
	{"baseline", "s", NULL_OK, NULL, NULL},
	{"events", "ao", 0, NULL, NULL},
	{"tags", "o", 0, NULL, NULL},
	{NULL, NULL, 0, NULL, NULL},
};

static const struct field cell_fields[] = {
	{"cell", "s", CORE, NULL, NULL},
	{"workload", "s", CORE, NULL, NULL},
	{"backend", "s", CORE, NULL, NULL},
	{"size_b", "i", CORE, NULL, NULL},
	{"placement", "s", CORE, NULL, NULL},
	{"relation", "s", 0, "reason", NULL},
	{"pus", "ai", 0, "reason", NULL},
	{"numa", "ai", 0, "reason", NULL},
	{"space", "s", CORE, NULL, NULL},
	{"wait", "s", CORE, NULL, NULL},
	{"api", "s", CORE, NULL, NULL},
	{"verify", "s", 0, NULL, NULL},
	{"depth", "i", 0, "reason", NULL},
	{"idle", "s", 0, NULL, idle_names},
	{"options", "o", 0, NULL, NULL},
	{"contract", "o", 0, NULL, NULL},
	{"contract.copies", "i", 0, NULL, NULL},
	{"contract.calls", "as", 0, NULL, NULL},
	{"contract.wake", "s", 0, NULL, ipc_wake_names},
	{"family", "s", 0, NULL, ipc_family_names},
	{"emulated", "as", 0, NULL, NULL},
	{"way", "s", NULL_OK, NULL, call_way_names},
	{"floor", "b", 0, NULL, NULL},
	{"timing", "s", CORE, NULL, timing_names},
	{"metrics", "ao", CORE, NULL, NULL},
	{"link", "s", NULL_OK, NULL, NULL},
	{"status", "s", CORE, NULL, plans},
	{"reason", "s", NULL_OK, NULL, NULL},
	{"round_ns", "n", NULL_OK, NULL, NULL},
	{"per_sample", "i", NULL_OK, NULL, NULL},
	{"samples", "i", NULL_OK, NULL, NULL},
	{"warmup", "i", NULL_OK, NULL, NULL},
	{NULL, NULL, 0, NULL, NULL},
};

static const struct field block_fields[] = {
	{"run_id", "s", CORE, NULL, NULL},
	{"block", "i", CORE, NULL, NULL},
	{"t_start_ns", "i", 0, NULL, NULL},
	{"noise", "ao", CORE, NULL, NULL},
	{"memcpy", "ao", CORE, NULL, NULL},
	{"pressure_pct", "n", 0, NULL, NULL},
	{"load1", "n", 0, NULL, NULL},
	{NULL, NULL, 0, NULL, NULL},
};

static const struct field trial_fields[] = {
	{"run_id", "s", CORE, NULL, NULL},
	{"cell", "s", CORE, NULL, NULL},
	{"block", "i", CORE, NULL, NULL},
	{"slot", "i", 0, NULL, NULL},
	{"order_seq", "i", CORE, NULL, NULL},
	{"verdict", "s", CORE, NULL, verdicts},
	{"verdict_why", "s", NULL_OK, NULL, NULL},
	{"t_start_ns", "i", 0, "verdict_why", NULL},
	{"t_end_ns", "i", 0, "verdict_why", NULL},
	{"setup_ns", "i", FIGURE, NULL, NULL},
	{"env_pad_b", "i", 0, NULL, NULL},
	{"pus", "ai", 0, "verdict_why", NULL},
	{"pus_seen", "ai", FIGURE, NULL, NULL},
	{"pids", "ai", FIGURE, NULL, NULL},
	{"line_before_ns", "n", FIGURE, "line_why", NULL},
	{"line_after_ns", "n", FIGURE, "line_why", NULL},
	{"mailbox_before_ns", "n", FIGURE, "line_why", NULL},
	{"mailbox_after_ns", "n", FIGURE, "line_why", NULL},
	{"cold_ns", "i", FIGURE, NULL, NULL},
	{"warmup", "o", FIGURE, NULL, NULL},
	{"rounds", "i", CORE | FIGURE, NULL, NULL},
	{"per_sample", "i", CORE | FIGURE, NULL, NULL},
	{"samples", "i", CORE | FIGURE, NULL, NULL},
	{"wall_ns", "i", CORE | FIGURE, NULL, NULL},
	{"bytes", "i", CORE | FIGURE, NULL, NULL},
	{"wrong", "i", FIGURE, NULL, NULL},
	{"lesson", "o", FIGURE, NULL, NULL},
	{"stat", "o", CORE | FIGURE, NULL, NULL},
	{"stat.min", "n", FIGURE, "stat_why", NULL},
	{"stat.max", "n", FIGURE, "stat_why", NULL},
	{"stat.mean", "n", FIGURE, "stat_why", NULL},
	{"stat.p25", "n", FIGURE | NULL_OK, NULL, NULL},
	{"stat.p50", "n", FIGURE, "stat_why", NULL},
	{"stat.p75", "n", FIGURE | NULL_OK, NULL, NULL},
	{"stat.p90", "n", FIGURE | NULL_OK, NULL, NULL},
	{"stat.p99", "n", FIGURE | NULL_OK, NULL, NULL},
	{"stat.p999", "n", FIGURE | NULL_OK, NULL, NULL},
	{"stat.p9999", "n", FIGURE | NULL_OK, NULL, NULL},
	{"half_p50", "an", FIGURE, NULL, NULL},
	{"acf1", "n", FIGURE, NULL, NULL},
	{"hist", "o", CORE | FIGURE, NULL, NULL},
	{"hist.scheme", "s", FIGURE, "hist_why", NULL},
	{"hist.per_sample", "i", FIGURE, "hist_why", NULL},
	{"hist.bins", "aa", CORE | FIGURE, "hist_why", NULL},
	{"usage", "ao", FIGURE, NULL, NULL},
	{"counters", "aa", FIGURE, NULL, NULL},
	{"ticks", "ao", FIGURE, NULL, NULL},
	{"flags", "as", CORE, NULL, NULL},
	{NULL, NULL, 0, NULL, NULL},
};

static const struct field summary_fields[] = {
	{"run", "o", CORE, NULL, NULL},
	{"run.run_id", "s", CORE, NULL, NULL},
	{"run.status", "s", CORE, NULL, statuses},
	{"run.trials", "i", CORE, NULL, NULL},
	{"run.trials_failed", "i", CORE, NULL, NULL},
	{"run.trials_flagged", "i", CORE, NULL, NULL},
	{"grade", "o", CORE, NULL, NULL},
	{"grade.grade", "s", CORE, NULL, grades},
	{"grade.why", "as", CORE, NULL, NULL},
	{"classes", "ao", CORE, NULL, NULL},
	{"class_rule", "s", CORE, NULL, NULL},
	{"headline_class", "s", NULL_OK, NULL, NULL},
	{"class_changed_trials", "i", CORE, NULL, NULL},
	{"delta", "n", CORE, NULL, NULL},
	{"floors", "o", CORE, NULL, NULL},
	{"noise", "ao", CORE, NULL, NULL},
	{"method", "as", CORE, NULL, NULL},
	{"cells", "ao", CORE, NULL, NULL},
	{NULL, NULL, 0, NULL, NULL},
};

static const struct field *const fields[SCHEMAS] = {
	[SCHEMA_MANIFEST] = manifest_fields, [SCHEMA_CELL] = cell_fields,
	[SCHEMA_BLOCK] = block_fields,	     [SCHEMA_TRIAL] = trial_fields,
	[SCHEMA_SUMMARY] = summary_fields,
};

const char *const schema_names[SCHEMAS + 1] = {
	[SCHEMA_MANIFEST] = "ipcbench.manifest/1",
	[SCHEMA_CELL] = "ipcbench.cell/1",
	[SCHEMA_BLOCK] = "ipcbench.block/1",
	[SCHEMA_TRIAL] = "ipcbench.trial/1",
	[SCHEMA_SUMMARY] = "ipcbench.summary/1",
};

json_t *json_at(const json_t *value, const char *path)
{
	char key[64];

	while (value) {
		size_t len = strcspn(path, ".");

		assert(len < sizeof(key));
		memcpy(key, path, len);
		key[len] = 0;
		value = json_is_array(value)
				? json_array_get(value, strtoul(key, NULL, 10))
				: json_object_get(value, key);
		if (!path[len])
			break;
		path += len + 1;
	}
	return (json_t *)value;
}

bool json_number_at(const json_t *value, const char *path, double *number)
{
	const json_t *at = json_at(value, path);

	if (!json_is_number(at))
		return false;
	*number = json_number_value(at);
	return true;
}

json_int_t json_int_at(const json_t *value, const char *path,
		       json_int_t otherwise)
{
	const json_t *at = json_at(value, path);

	return json_is_integer(at) ? json_integer_value(at) : otherwise;
}

const char *json_string_at(const json_t *value, const char *path,
			   const char *otherwise)
{
	const json_t *at = json_at(value, path);

	return json_is_string(at) ? json_string_value(at) : otherwise;
}

static bool is_type(const json_t *value, char type)
{
	switch (type) {
	case 's':
		return json_is_string(value);
	case 'i':
		return json_is_integer(value);
	case 'n':
		return json_is_number(value);
	case 'b':
		return json_is_boolean(value);
	case 'o':
		return json_is_object(value);
	default:
		return json_is_array(value);
	}
}

static const char *type_name(char type)
{
	switch (type) {
	case 's':
		return "a string";
	case 'i':
		return "an integer";
	case 'n':
		return "a number";
	case 'b':
		return "true or false";
	case 'o':
		return "an object";
	default:
		return "an array";
	}
}

static int check_type(const struct field *field, const json_t *value,
		      struct why *why)
{
	const json_t *item;
	size_t i;

	if (!is_type(value, field->type[0]))
		return why_not(why, -EINVAL, "'%s' is not %s", field->path,
			       type_name(field->type[0]));
	if (field->type[0] != 'a' || !field->type[1])
		return 0;
	json_array_foreach(value, i, item) if (
		!is_type(item,
			 field->type[1])) return why_not(why, -EINVAL,
							 "'%s[%zu]' is not %s",
							 field->path, i,
							 type_name(
								 field->type
									 [1]));
	return 0;
}

static int check_word(const struct field *field, const json_t *value,
		      struct why *why)
{
	const char *word = json_string_value(value);

	for (const char *const *w = field->words; *w; w++)
		if (!strcmp(word, *w))
			return 0;
	return why_not(why, -EINVAL, "'%s' is '%s', which is unknown",
		       field->path, word);
}

/* A trial that did not pass may have a verdict instead of figures. */
static bool has_figures(const json_t *record)
{
	return !strcmp(json_string_at(record, "verdict", ""), "pass");
}

static bool has_reason(const struct field *field, const json_t *record)
{
	char key[64];
	size_t len = strlen(field->path);

	if (field->why)
		return json_is_string(json_at(record, field->why));
	assert(len + sizeof("_why") <= sizeof(key));
	memcpy(key, field->path, len);
	memcpy(key + len, "_why", sizeof("_why"));
	return json_is_string(json_at(record, key));
}

/* The parent of a nested key is null or missing: that is told there. */
static bool has_parent(const struct field *field, const json_t *record)
{
	const char *dot = strrchr(field->path, '.');
	char path[64];

	if (!dot)
		return true;
	assert((size_t)(dot - field->path) < sizeof(path));
	memcpy(path, field->path, (size_t)(dot - field->path));
	path[dot - field->path] = 0;
	return json_is_object(json_at(record, path));
}

static int check_absent(const struct field *field, const json_t *record,
			const json_t *value, bool strict, struct why *why)
{
	bool excused = field->flags & FIGURE && !has_figures(record);

	if (!has_parent(field, record))
		return 0;
	if (!value && (strict || field->flags & CORE) && !excused)
		return why_not(why, -EINVAL, "'%s' is missing", field->path);
	if (!value || excused || field->flags & NULL_OK)
		return 0;
	if (!has_reason(field, record) && (strict || field->flags & CORE))
		return why_not(why, -EINVAL, "'%s' is null without a reason",
			       field->path);
	return 0;
}

static int check_field(const struct field *field, const json_t *record,
		       bool strict, struct why *why)
{
	const json_t *value = json_at(record, field->path);
	int err;

	if (!value || json_is_null(value))
		return check_absent(field, record, value, strict, why);
	err = check_type(field, value, why);
	if (!err && field->words)
		err = check_word(field, value, why);
	return err;
}

int schema_check(enum schema schema, const json_t *record, bool strict,
		 struct why *why)
{
	const char *name = json_string_at(record, "schema", NULL);
	int err = 0;

	if (!json_is_object(record))
		return why_not(why, -EINVAL, "is not an object");
	if (!name)
		return why_not(why, -EINVAL, "says no 'schema', %s is due",
			       schema_names[schema]);
	if (strcmp(name, schema_names[schema]) != 0)
		return why_not(why, -EINVAL, "is of schema '%s', not '%s'",
			       name, schema_names[schema]);
	for (const struct field *f = fields[schema]; f->path && !err; f++)
		err = check_field(f, record, strict, why);
	return err;
}
