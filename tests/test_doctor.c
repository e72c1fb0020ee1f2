/* SPDX-License-Identifier: MIT */
/* The doctor's verdicts on machines that we do not have, and on this one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "run/doctor.h"

static json_t *check_of(const json_t *checks, const char *id)
{
	json_t *check;
	size_t i;

	json_array_foreach(
		checks, i,
		check) if (!strcmp(json_string_value(json_object_get(check,
								     "id")),
				   id)) return check;
	fail_msg("there is no check %s", id);
	return NULL;
}

static const char *text_of(const json_t *check, const char *key)
{
	const char *text = json_string_value(json_object_get(check, key));

	return text ? text : "";
}

struct verdict_case {
	const char *env; /* what was captured */
	const char *id;
	const char *verdict;
	const char *value; /* part of the value, or of the reason */
};

static void judge(const struct verdict_case *c)
{
	json_t *env = json_loads(c->env, 0, NULL);
	json_t *checks, *check;
	bool unknown = !strcmp(c->verdict, "unknown");

	assert_non_null(env);
	checks = doctor_judge(env);
	check = check_of(checks, c->id);
	if (strcmp(text_of(check, "verdict"), c->verdict) ||
	    !strstr(text_of(check, unknown ? "value_why" : "value"), c->value))
		fail_msg("%s: %s is %s, \"%s%s\"; expected %s, \"%s\"", c->env,
			 c->id, text_of(check, "verdict"),
			 text_of(check, "value"), text_of(check, "value_why"),
			 c->verdict, c->value);
	json_decref(checks);
	json_decref(env);
}

#define GOVERNOR(value) "{\"cpu\":{\"governor\":" value "}}"
#define CPU(key, value) "{\"cpu\":{\"" key "\":" value "}}"
#define KERNEL(key, value) "{\"kernel\":{\"" key "\":" value "}}"
#define LIMIT(key, value) "{\"ipc_limits\":{\"" key "\":" value "}}"
#define PROCESS(key, value) "{\"process\":{\"" key "\":" value "}}"
#define IDLE(driver, states)                                                \
	"{\"cpu\":{\"idle_driver\":\"" driver "\",\"idle_states\":[" states \
	"]}}"
#define STATE(name, us, off) \
	"{\"name\":\"" name "\",\"latency_us\":" us ",\"disabled\":" off "}"

static const struct verdict_case cases[] = {
	{GOVERNOR("\"performance\""), "governor", "ok", "performance"},
	{GOVERNOR("\"powersave\""), "governor", "warn", "powersave"},
	{GOVERNOR("{\"0\":\"performance\",\"1\":\"powersave\"}"), "governor",
	 "warn", "differs"},
	{"{\"cpu\":{\"governor\":null,\"governor_why\":\"no cpufreq\"}}",
	 "governor", "unknown", "no cpufreq"},
	{"{}", "governor", "unknown", "not captured"},

	{CPU("no_turbo", "0"), "turbo", "warn", "on"},
	{CPU("no_turbo", "1"), "turbo", "ok", "off"},
	{CPU("boost", "1"), "turbo", "warn", "on"},
	{CPU("boost", "0"), "turbo", "ok", "off"},
	{"{}", "turbo", "unknown", "not captured"},

	{IDLE("intel_idle", STATE("POLL", "0", "0")), "cstates", "ok", "POLL"},
	{IDLE("intel_idle",
	      STATE("POLL", "0", "0") "," STATE("C6", "133", "0")),
	 "cstates", "warn", "C6, 133 us"},
	{IDLE("intel_idle", STATE("C1", "2", "0") "," STATE("C6", "133", "1")),
	 "cstates", "ok", "C1, 2 us"},
	{IDLE("haltpoll", STATE("haltpoll idle", "1", "0")), "cstates", "warn",
	 "haltpoll"},
	{"{}", "cstates", "unknown", "not captured"},

	{CPU("smt_active", "0"), "smt", "ok", "off"},
	{CPU("smt_active", "1"), "smt", "warn", "on"},
	{"{\"cpu\":{\"isolated\":\"2-3\",\"nohz_full\":\"2-3\"}}", "isolation",
	 "ok", "2-3"},
	{"{\"cpu\":{\"isolated\":\"2-3\",\"nohz_full\":null}}", "isolation",
	 "warn", "without a tick: none"},
	{CPU("isolated", "\"\""), "isolation", "warn", "none"},
	{"{}", "isolation", "unknown", "not captured"},

	{"{\"host\":{\"hypervisor\":\"none\"}}", "virt", "ok", "no hypervisor"},
	{"{\"host\":{\"hypervisor\":\"xen\"}}", "virt", "warn",
	 "virtual machine"},
	{"{}", "virt", "unknown", "not captured"},

	{KERNEL("randomize_va_space", "2"), "aslr", "ok", "2"},
	{KERNEL("randomize_va_space", "1"), "aslr", "warn", "1"},
	{KERNEL("randomize_va_space", "0"), "aslr", "warn", "off"},
	{"{\"kernel\":{\"randomize_va_space\":2},\"process\":"
	 "{\"personality\":\"00040000\"}}",
	 "aslr", "warn", "this process"},
	{KERNEL("nmi_watchdog", "1"), "watchdog", "warn", "on"},
	{KERNEL("thp", "\"always\""), "thp", "warn", "always"},
	{KERNEL("thp", "\"madvise\""), "thp", "ok", "madvise"},
	{KERNEL("numa_balancing", "1"), "numa-balancing", "warn", "on"},
	{KERNEL("ksm_run", "0"), "ksm", "ok", "off"},

	{PROCESS("cpu_max", "\"max 100000\""), "quota", "ok", "none"},
	{PROCESS("cpu_max", "\"50000 100000\""), "quota", "bad", "50000"},
	{PROCESS("cpu_cfs_quota_us", "-1"), "quota", "ok", "none"},
	{PROCESS("cpu_cfs_quota_us", "20000"), "quota", "bad", "20000"},
	{"{}", "quota", "ok", "none"},

	{CPU("vulnerabilities",
	     "{\"a\":\"Mitigation: x\",\"b\":\"Vulnerable\","
	     "\"c\":\"Not affected\",\"d\":\"Not affected\"}"),
	 "mitigations", "ok", "1 mitigated, 1 open, 2 do not apply"},
	{"{}", "mitigations", "unknown", "not captured"},

	{LIMIT("msgmax", "8192"), "msgmax", "warn", "8192"},
	{LIMIT("msgmax", "65536"), "msgmax", "ok", "65536"},
	{LIMIT("msgmax", "\"18446744073692774399\""), "msgmax", "ok", ""},
	{LIMIT("memlock_b", "\"unlimited\""), "memlock", "ok", "unlimited"},
	{LIMIT("memlock_b", "65536"), "memlock", "warn", "65536"},
	{LIMIT("pipe_max_size", "1048575"), "pipe-max-size", "warn", "1048575"},
	{LIMIT("nofile", "1024"), "nofile", "ok", "1024"},
	{"{}", "wmem", "unknown", "not captured"},
};

static void verdicts_follow_the_facts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		judge(&cases[i]);
}

/* The command is that of the driver which the machine has. */
static void turbo_has_two_commands(void **state)
{
	json_t *intel = json_loads(CPU("no_turbo", "0"), 0, NULL);
	json_t *others = json_loads(CPU("boost", "1"), 0, NULL);
	json_t *checks;

	(void)state;
	checks = doctor_judge(intel);
	assert_non_null(strstr(text_of(check_of(checks, "turbo"), "command"),
			       "intel_pstate/no_turbo"));
	json_decref(checks);
	checks = doctor_judge(others);
	assert_non_null(strstr(text_of(check_of(checks, "turbo"), "command"),
			       "cpufreq/boost"));
	json_decref(checks);
	json_decref(intel);
	json_decref(others);
}

static bool is_verdict(const char *text)
{
	size_t i;

	for (i = 0; i < DOCTOR_VERDICTS; i++)
		if (!strcmp(doctor_verdict_names[i], text))
			return true;
	return false;
}

/* Found or explained, never both, and why it matters always. */
static void assert_whole(const json_t *check)
{
	json_t *value = json_object_get(check, "value");
	json_t *why = json_object_get(check, "value_why");
	json_t *command = json_object_get(check, "command");

	assert_true(is_verdict(text_of(check, "verdict")));
	assert_int_equal(json_is_null(value),
			 !strcmp(text_of(check, "verdict"), "unknown"));
	if (json_is_null(value))
		assert_true(json_string_length(why) > 0);
	else
		assert_true(json_string_length(value) > 0 && !why);
	assert_true(json_string_length(json_object_get(check, "why")) > 20);
	assert_true(json_is_null(command) || json_string_length(command) > 0);
	assert_true(json_is_boolean(json_object_get(check, "needs_root")));
	if (json_is_null(command))
		assert_true(
			json_is_false(json_object_get(check, "needs_root")));
}

static void this_machine_is_looked_at(void **state)
{
	static const char *const ids[] = {
		"clock",  "governor",	   "turbo", "cstates",	 "smt",
		"load",	  "gaps",	   "steal", "isolation", "pmu",
		"virt",	  "aslr",	   "thp",   "quota",	 "mitigations",
		"msgmax", "pipe-max-size", "wmem",  "memlock",	 "nofile"};
	json_t *doctor = doctor_run(), *checks, *check;
	char *text;
	size_t i;

	(void)state;
	assert_non_null(doctor);
	assert_string_equal(text_of(doctor, "schema"), "ipcbench.doctor/1");
	assert_true(json_is_integer(json_object_get(doctor, "t_ns")));
	checks = json_object_get(doctor, "checks");
	for (i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		check_of(checks, ids[i]);
	json_array_foreach(checks, i, check) assert_whole(check);
	/* Measured, so never unknown here. */
	assert_string_not_equal(text_of(check_of(checks, "clock"), "value"),
				"");
	assert_non_null(
		strstr(text_of(check_of(checks, "gaps"), "value"), "PU"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	text = json_dumps(doctor, 0);
	assert_non_null(text);
	free(text);
	json_decref(doctor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_follow_the_facts),
		cmocka_unit_test(turbo_has_two_commands),
		cmocka_unit_test(this_machine_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
