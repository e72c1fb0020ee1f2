/* SPDX-License-Identifier: MIT */
/*
 * The machine as JSON: a table of facts, each with the function that reads it
 * and what to read. Adding a fact is adding a line.
 */
#include <errno.h>
#include <glob.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/why.h"
#include "run/environment.h"
#include "run/facts.h"

#define ENVIRONMENT_SCHEMA "ipcbench.environment/1"

/* A value (new reference), or NULL and why. */
typedef json_t *fact_get(const char *arg, struct why *why);

struct fact {
	const char *group;
	const char *key;
	fact_get *get;
	const char *arg;
};

/* The value is missing; err says why. Returns NULL. */
static json_t *fact_missing(struct why *why, const char *what, int err)
{
	if (err == -ENOENT)
		why_not(why, err, "there is no %s", what);
	else if (err == -ENODATA)
		why_not(why, err, "%s says nothing", what);
	else
		why_not(why, err, "%s: %s", what, strerror(-err));
	return NULL;
}

/* As a whole number where it is one, else as text. */
static json_t *fact_text(const char *text, struct why *why)
{
	json_t *value;
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (end != text && !*end && !errno)
		return json_integer(number);
	value = json_string(text);
	if (!value)
		why_not(why, -EILSEQ, "it is not valid UTF-8");
	return value;
}

static json_t *get_line(const char *path, struct why *why)
{
	char line[LINE_BYTES];
	int err = fact_line(path, line, sizeof(line));

	return err ? fact_missing(why, path, err) : fact_text(line, why);
}

/* An empty file is a list without elements, and says so. */
static json_t *get_list(const char *path, struct why *why)
{
	char line[LINE_BYTES];
	int err = fact_line(path, line, sizeof(line));

	if (err == -ENODATA)
		return json_string("");
	return err ? fact_missing(why, path, err) : json_string(line);
}

/* Does it say where this machine's disks and programs are, and nothing that a
 * measurement feels? */
static bool is_place(const char *parameter)
{
	static const char *const places[] = {
		"BOOT_IMAGE=", "root=",	  "init=",
		"rdinit=",     "initrd=", "console="};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strncmp(parameter, places[i], strlen(places[i])) == 0)
			return true;
	}
	return false;
}

/* The kernel's own parameters: what follows "--" is for init, not for it. */
static json_t *get_parameters(const char *path, struct why *why)
{
	char line[LINE_BYTES], kept[LINE_BYTES] = "";
	int err = fact_line(path, line, sizeof(line));
	char *at = line, *parameter;

	if (err && err != -ENODATA)
		return fact_missing(why, path, err);
	while (!err && (parameter = strsep(&at, " ")) &&
	       strcmp(parameter, "--") != 0) {
		if (!*parameter || is_place(parameter))
			continue;
		if (kept[0])
			strcat(kept, " ");
		strcat(kept, parameter);
	}
	return json_string(kept);
}

/* "always [madvise] never": what is in brackets. */
static json_t *get_choice(const char *path, struct why *why)
{
	char line[LINE_BYTES];
	int err = fact_line(path, line, sizeof(line));
	char *from, *to;

	if (err)
		return fact_missing(why, path, err);
	from = strchr(line, '[');
	to = from ? strchr(from, ']') : NULL;
	return to ? json_stringn(from + 1, (size_t)(to - from - 1))
		  : fact_text(line, why);
}

/* Always as text: "0-1" and "0" are the same kind of thing. */
static json_t *get_field(const char *path, const char *key, struct why *why)
{
	char value[LINE_BYTES], what[PATH_BYTES];
	int err = fact_field(path, key, value, sizeof(value));

	if (!err)
		return json_string(value);
	snprintf(what, sizeof(what), "%s in %s", key, path);
	return fact_missing(why, err == -ENODATA ? what : path,
			    err == -ENODATA ? -ENOENT : err);
}

static json_t *get_cpuinfo(const char *key, struct why *why)
{
	return get_field("/proc/cpuinfo", key, why);
}

static json_t *get_status(const char *key, struct why *why)
{
	return get_field("/proc/self/status", key, why);
}

/* "123 kB" as bytes. */
static json_t *get_meminfo(const char *key, struct why *why)
{
	char value[64];
	int err = fact_field("/proc/meminfo", key, value, sizeof(value));

	if (err)
		return fact_missing(why, "/proc/meminfo", err);
	return json_integer(strtoll(value, NULL, 10) * 1024);
}

static json_t *get_os(const char *key, struct why *why)
{
	char value[256];
	int err = fact_field("/etc/os-release", key, value, sizeof(value));
	size_t n;

	if (err)
		return fact_missing(why, "/etc/os-release", err);
	n = strlen(value);
	if (n >= 2 && value[0] == '"' && value[n - 1] == '"')
		return json_stringn(value + 1, n - 2);
	return json_string(value);
}

static json_t *get_uname(const char *which, struct why *why)
{
	struct utsname u;

	if (uname(&u))
		return fact_missing(why, "uname(2)", -errno);
	switch (*which) {
	case 'n':
		return json_string(u.nodename);
	case 'r':
		return json_string(u.release);
	case 'v':
		return json_string(u.version);
	default:
		return json_string(u.machine);
	}
}

/* The nth word of a file, counted from 0: which is "N PATH". */
static json_t *get_word(const char *which, struct why *why)
{
	char line[LINE_BYTES];
	unsigned int nth = (unsigned int)(which[0] - '0');
	const char *path = which + 2;
	int err = fact_line(path, line, sizeof(line));
	char *word, *rest;

	if (err)
		return fact_missing(why, path, err);
	word = strtok_r(line, " \t", &rest);
	while (word && nth--)
		word = strtok_r(NULL, " \t", &rest);
	if (!word)
		return fact_missing(why, path, -ENODATA);
	return strchr(word, '.') ? json_real(strtod(word, NULL))
				 : json_string(word);
}

/* Who put us into a box, as far as it left a mark. */
static json_t *get_container(const char *arg, struct why *why)
{
	static const struct {
		const char *path, *name;
	} marks[] = {
		{"/.dockerenv", "docker"},
		{"/run/.containerenv", "podman"},
		{"/run/systemd/container", "systemd"},
		{"/dev/lxd", "lxd"},
	};
	const char *env = getenv("container");
	size_t i;

	(void)arg, (void)why;
	for (i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (access(marks[i].path, F_OK) == 0)
			return json_string(marks[i].name);
	return env && *env ? json_string(env) : json_string("none");
}

static json_t *get_hypervisor(const char *arg, struct why *why)
{
	char flags[LINE_BYTES], type[64];

	(void)arg;
	if (!fact_line("/sys/hypervisor/type", type, sizeof(type)))
		return json_string(type);
	if (fact_field("/proc/cpuinfo", "flags", flags, sizeof(flags)))
		return fact_missing(why, "flags line in /proc/cpuinfo",
				    -ENOENT);
	return json_string(strstr(flags, " hypervisor") ? "yes" : "none");
}

static bool config_wanted(const char *line)
{
	static const char *const wanted[] = {"PREEMPT", "HZ", "NO_HZ",
					     "MITIGATION", "CPU_MITIGATIONS"};
	size_t i;

	if (strncmp(line, "CONFIG_", 7) != 0)
		return false;
	for (i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (!strncmp(line + 7, wanted[i], strlen(wanted[i])))
			return true;
	return false;
}

static json_t *config_read(FILE *file)
{
	json_t *config = json_object();
	char line[LINE_BYTES];
	char *value;

	while (config && fgets(line, sizeof(line), file)) {
		value = config_wanted(line) ? strchr(line, '=') : NULL;
		if (!value)
			continue;
		*value = '\0';
		json_object_set_new(config, line + 7,
				    json_string(fact_trim(value + 1)));
	}
	return config;
}

static json_t *get_config(const char *arg, struct why *why)
{
	char path[PATH_BYTES];
	struct utsname u;
	json_t *config;
	FILE *file;

	(void)arg;
	if (uname(&u))
		return fact_missing(why, "uname(2)", -errno);
	snprintf(path, sizeof(path), "/boot/config-%s", u.release);
	file = fopen(path, "re");
	if (file) {
		config = config_read(file);
		fclose(file);
		return config;
	}
	if (access("/proc/config.gz", R_OK))
		return fact_missing(why, path, -ENOENT);
	file = popen("gzip -dc /proc/config.gz 2>/dev/null", "re");
	if (!file)
		return fact_missing(why, "gzip(1)", -errno);
	config = config_read(file);
	if (pclose(file) == 0)
		return config;
	json_decref(config);
	return fact_missing(why, "gzip(1) to read /proc/config.gz", -ENOENT);
}

/* All online PUs, for a file that each has: one value where they agree, else
 * an object from PU to value. pattern has one %d. */
static json_t *get_every_pu(const char *pattern, struct why *why)
{
	json_t *all = json_object(), *value, *first = NULL;
	int pus = (int)sysconf(_SC_NPROCESSORS_CONF), pu;
	const char *at = strstr(pattern, "%d");
	char path[PATH_BYTES], key[16];
	struct why other;
	bool alike = true;

	for (pu = 0; pu < pus; pu++) {
		snprintf(path, sizeof(path), "%.*s%d%s", (int)(at - pattern),
			 pattern, pu, at + 2);
		value = get_line(path, pu ? &other : why);
		if (!value)
			continue;
		snprintf(key, sizeof(key), "%d", pu);
		json_object_set_new(all, key, value);
		first = first ? first : value;
		alike = alike && json_equal(first, value);
	}
	if (first && !alike)
		return all;
	json_incref(first);
	json_decref(all);
	return first;
}

/* Every file that matches, as an object from the name that says which it is
 * (the file's, or with by_dir the folder's) to its first line. */
static json_t *glob_lines(const char *pattern, bool by_dir, struct why *why)
{
	json_t *lines = json_object();
	char line[LINE_BYTES], *name;
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found)) {
		json_decref(lines);
		return fact_missing(why, pattern, -ENOENT);
	}
	for (i = 0; i < found.gl_pathc; i++) {
		if (fact_line(found.gl_pathv[i], line, sizeof(line)))
			continue;
		name = strrchr(found.gl_pathv[i], '/');
		if (by_dir) {
			*name = '\0';
			name = strrchr(found.gl_pathv[i], '/');
		}
		json_object_set_new(lines, name + 1, fact_text(line, why));
	}
	globfree(&found);
	return lines;
}

static json_t *get_files(const char *pattern, struct why *why)
{
	return glob_lines(pattern, false, why);
}

static json_t *get_folders(const char *pattern, struct why *why)
{
	return glob_lines(pattern, true, why);
}

/* Sum of a number in every file that matches. */
static json_t *get_sum(const char *pattern, struct why *why)
{
	json_int_t sum = 0;
	char line[64];
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found))
		return fact_missing(why, pattern, -ENOENT);
	for (i = 0; i < found.gl_pathc; i++)
		if (!fact_line(found.gl_pathv[i], line, sizeof(line)))
			sum += strtoll(line, NULL, 10);
	globfree(&found);
	return json_integer(sum);
}

static json_t *idle_state(const char *dir)
{
	static const struct {
		const char *key, *file;
	} parts[] = {
		{"name", "name"},
		{"latency_us", "latency"},
		{"disabled", "disable"},
	};
	json_t *state = json_object();
	char path[PATH_BYTES];
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, parts[i].file);
		json_object_set_new(state, parts[i].key, get_line(path, &why));
	}
	return state;
}

static json_t *get_idle_states(const char *pattern, struct why *why)
{
	json_t *states;
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found))
		return fact_missing(why, pattern, -ENOENT);
	states = json_array();
	for (i = 0; i < found.gl_pathc; i++)
		json_array_append_new(states, idle_state(found.gl_pathv[i]));
	globfree(&found);
	return states;
}

static json_t *get_pus(const char *arg, struct why *why)
{
	(void)arg, (void)why;
	return json_integer(sysconf(_SC_NPROCESSORS_ONLN));
}

/* The soft limit. */
static json_t *get_rlimit(const char *name, struct why *why)
{
	static const struct {
		const char *name;
		int resource;
	} limits[] = {
		{"nofile", RLIMIT_NOFILE},     {"memlock", RLIMIT_MEMLOCK},
		{"msgqueue", RLIMIT_MSGQUEUE}, {"nproc", RLIMIT_NPROC},
		{"rtprio", RLIMIT_RTPRIO},     {"stack", RLIMIT_STACK},
	};
	struct rlimit limit;
	size_t i = 0;

	while (strcmp(limits[i].name, name) != 0)
		i++;
	if (getrlimit((__rlimit_resource_t)limits[i].resource, &limit))
		return fact_missing(why, "getrlimit(2)", -errno);
	if (limit.rlim_cur == RLIM_INFINITY)
		return json_string("unlimited");
	return json_integer((json_int_t)limit.rlim_cur);
}

static json_t *get_policy(const char *arg, struct why *why)
{
	int policy = sched_getscheduler(0);

	(void)arg;
	switch (policy) {
	case SCHED_OTHER:
		return json_string("other");
	case SCHED_FIFO:
		return json_string("fifo");
	case SCHED_RR:
		return json_string("rr");
	case SCHED_BATCH:
		return json_string("batch");
	case SCHED_IDLE:
		return json_string("idle");
	}
	if (policy < 0)
		return fact_missing(why, "sched_getscheduler(2)", -errno);
	return json_integer(policy);
}

static json_t *get_priority(const char *arg, struct why *why)
{
	struct sched_param param;

	(void)arg;
	if (sched_getparam(0, &param))
		return fact_missing(why, "sched_getparam(2)", -errno);
	return json_integer(param.sched_priority);
}

static json_t *get_nice(const char *arg, struct why *why)
{
	int nice_now;

	(void)arg;
	errno = 0;
	nice_now = getpriority(PRIO_PROCESS, 0);
	if (nice_now == -1 && errno)
		return fact_missing(why, "getpriority(2)", -errno);
	return json_integer(nice_now);
}

static json_t *get_uid(const char *arg, struct why *why)
{
	(void)arg, (void)why;
	return json_integer(geteuid());
}

static json_t *get_lines(const char *path, struct why *why)
{
	FILE *file = fopen(path, "re");
	json_t *lines = json_array();
	char line[LINE_BYTES];

	if (!file) {
		json_decref(lines);
		return fact_missing(why, path, -errno);
	}
	while (fgets(line, sizeof(line), file))
		json_array_append_new(lines, json_string(fact_trim(line)));
	fclose(file);
	return lines;
}

static json_t *get_cgroup(const char *name, struct why *why)
{
	char path[PATH_BYTES];

	if (!fact_cgroup(name, path, sizeof(path)))
		return get_line(path, why);
	why_not(why, -ENOENT, "this process's cgroup has no %s", name);
	return NULL;
}

static json_t *get_cgroup_lines(const char *name, struct why *why)
{
	char path[PATH_BYTES];

	if (!fact_cgroup(name, path, sizeof(path)))
		return get_lines(path, why);
	why_not(why, -ENOENT, "this process's cgroup has no %s", name);
	return NULL;
}

#define CPU "/sys/devices/system/cpu/"
#define CPUFREQ CPU "cpu%d/cpufreq/"
#define SOURCE "/sys/devices/system/clocksource/clocksource0/"
#define DMI "/sys/class/dmi/id/"
#define KERNEL "/proc/sys/kernel/"
#define THP "/sys/kernel/mm/transparent_hugepage/"
#define NET "/proc/sys/net/"

static const struct fact facts[] = {
	{"host", "name", get_uname, "n"},
	{"host", "release", get_uname, "r"},
	{"host", "version", get_uname, "v"},
	{"host", "machine", get_uname, "m"},
	{"host", "os", get_os, "PRETTY_NAME"},
	{"host", "cmdline", get_parameters, "/proc/cmdline"},
	{"host", "built", get_line, "/proc/version"},
	{"host", "config", get_config, NULL},
	{"host", "vendor", get_line, DMI "sys_vendor"},
	{"host", "product", get_line, DMI "product_name"},
	{"host", "bios", get_line, DMI "bios_version"},
	{"host", "hypervisor", get_hypervisor, NULL},
	{"host", "container", get_container, NULL},
	{"host", "memory_b", get_meminfo, "MemTotal"},
	{"host", "memory_available_b", get_meminfo, "MemAvailable"},
	{"host", "swap_b", get_meminfo, "SwapTotal"},
	{"host", "uptime_s", get_word, "0 /proc/uptime"},
	{"host", "load1", get_word, "0 /proc/loadavg"},
	{"host", "load5", get_word, "1 /proc/loadavg"},
	{"host", "load15", get_word, "2 /proc/loadavg"},
	{"host", "runnable", get_word, "3 /proc/loadavg"},
	{"host", "pressure_cpu", get_line, "/proc/pressure/cpu"},

	{"cpu", "model", get_cpuinfo, "model name"},
	{"cpu", "microcode", get_cpuinfo, "microcode"},
	{"cpu", "flags", get_cpuinfo, "flags"},
	{"cpu", "bugs", get_cpuinfo, "bugs"},
	{"cpu", "pus", get_pus, NULL},
	{"cpu", "online", get_list, CPU "online"},
	{"cpu", "isolated", get_list, CPU "isolated"},
	{"cpu", "nohz_full", get_list, CPU "nohz_full"},
	{"cpu", "smt_active", get_line, CPU "smt/active"},
	{"cpu", "smt_control", get_line, CPU "smt/control"},
	{"cpu", "scaling_driver", get_every_pu, CPUFREQ "scaling_driver"},
	{"cpu", "governor", get_every_pu, CPUFREQ "scaling_governor"},
	{"cpu", "khz_min", get_every_pu, CPUFREQ "scaling_min_freq"},
	{"cpu", "khz_max", get_every_pu, CPUFREQ "scaling_max_freq"},
	{"cpu", "khz_now", get_every_pu, CPUFREQ "scaling_cur_freq"},
	{"cpu", "energy_preference", get_every_pu,
	 CPUFREQ "energy_performance_preference"},
	{"cpu", "no_turbo", get_line, CPU "intel_pstate/no_turbo"},
	{"cpu", "boost", get_line, CPU "cpufreq/boost"},
	{"cpu", "amd_pstate", get_line, CPU "amd_pstate/status"},
	{"cpu", "idle_driver", get_line, CPU "cpuidle/current_driver"},
	{"cpu", "idle_governor", get_line, CPU "cpuidle/current_governor"},
	{"cpu", "idle_states", get_idle_states, CPU "cpu0/cpuidle/state*"},
	{"cpu", "vulnerabilities", get_files, CPU "vulnerabilities/*"},
	{"cpu", "throttled", get_sum,
	 CPU "cpu*/thermal_throttle/core_throttle_count"},
	{"cpu", "temperature_mc", get_folders,
	 "/sys/class/thermal/thermal_zone*/temp"},
	{"cpu", "power_online", get_folders,
	 "/sys/class/power_supply/*/online"},
	{"cpu", "clocksource", get_line, SOURCE "current_clocksource"},
	{"cpu", "clocksources", get_line, SOURCE "available_clocksource"},
	{"cpu", "numa_distance", get_folders,
	 "/sys/devices/system/node/node*/distance"},

	{"kernel", "randomize_va_space", get_line, KERNEL "randomize_va_space"},
	{"kernel", "perf_event_paranoid", get_line,
	 KERNEL "perf_event_paranoid"},
	{"kernel", "nmi_watchdog", get_line, KERNEL "nmi_watchdog"},
	{"kernel", "numa_balancing", get_line, KERNEL "numa_balancing"},
	{"kernel", "sched_rt_runtime_us", get_line,
	 KERNEL "sched_rt_runtime_us"},
	{"kernel", "sched_autogroup", get_line,
	 KERNEL "sched_autogroup_enabled"},
	{"kernel", "timer_migration", get_line, KERNEL "timer_migration"},
	{"kernel", "io_uring_disabled", get_line, KERNEL "io_uring_disabled"},
	{"kernel", "preempt", get_choice, "/sys/kernel/debug/sched/preempt"},
	{"kernel", "sched_features", get_line,
	 "/sys/kernel/debug/sched/features"},
	{"kernel", "realtime", get_line, "/sys/kernel/realtime"},
	{"kernel", "thp", get_choice, THP "enabled"},
	{"kernel", "thp_defrag", get_choice, THP "defrag"},
	{"kernel", "thp_shmem", get_choice, THP "shmem_enabled"},
	{"kernel", "ksm_run", get_line, "/sys/kernel/mm/ksm/run"},
	{"kernel", "swappiness", get_line, "/proc/sys/vm/swappiness"},
	{"kernel", "overcommit_memory", get_line,
	 "/proc/sys/vm/overcommit_memory"},
	{"kernel", "stat_interval", get_line, "/proc/sys/vm/stat_interval"},
	{"kernel", "nr_hugepages", get_line, "/proc/sys/vm/nr_hugepages"},
	{"kernel", "hugepages_2m", get_sum,
	 "/sys/devices/system/node/node*/hugepages/hugepages-2048kB/"
	 "nr_hugepages"},

	{"ipc_limits", "pipe_max_size", get_line, "/proc/sys/fs/pipe-max-size"},
	{"ipc_limits", "pipe_user_pages_soft", get_line,
	 "/proc/sys/fs/pipe-user-pages-soft"},
	{"ipc_limits", "mq_msg_max", get_line, "/proc/sys/fs/mqueue/msg_max"},
	{"ipc_limits", "mq_msgsize_max", get_line,
	 "/proc/sys/fs/mqueue/msgsize_max"},
	{"ipc_limits", "mq_queues_max", get_line,
	 "/proc/sys/fs/mqueue/queues_max"},
	{"ipc_limits", "msgmax", get_line, KERNEL "msgmax"},
	{"ipc_limits", "msgmnb", get_line, KERNEL "msgmnb"},
	{"ipc_limits", "msgmni", get_line, KERNEL "msgmni"},
	{"ipc_limits", "shmmax", get_line, KERNEL "shmmax"},
	{"ipc_limits", "sem", get_line, KERNEL "sem"},
	{"ipc_limits", "rmem_default", get_line, NET "core/rmem_default"},
	{"ipc_limits", "rmem_max", get_line, NET "core/rmem_max"},
	{"ipc_limits", "wmem_default", get_line, NET "core/wmem_default"},
	{"ipc_limits", "wmem_max", get_line, NET "core/wmem_max"},
	{"ipc_limits", "busy_poll", get_line, NET "core/busy_poll"},
	{"ipc_limits", "somaxconn", get_line, NET "core/somaxconn"},
	{"ipc_limits", "unix_max_dgram_qlen", get_line,
	 NET "unix/max_dgram_qlen"},
	{"ipc_limits", "tcp_rmem", get_line, NET "ipv4/tcp_rmem"},
	{"ipc_limits", "tcp_wmem", get_line, NET "ipv4/tcp_wmem"},
	{"ipc_limits", "tcp_congestion_control", get_line,
	 NET "ipv4/tcp_congestion_control"},
	{"ipc_limits", "nofile", get_rlimit, "nofile"},
	{"ipc_limits", "memlock_b", get_rlimit, "memlock"},
	{"ipc_limits", "msgqueue_b", get_rlimit, "msgqueue"},
	{"ipc_limits", "nproc", get_rlimit, "nproc"},
	{"ipc_limits", "rtprio", get_rlimit, "rtprio"},
	{"ipc_limits", "stack_b", get_rlimit, "stack"},

	{"process", "uid", get_uid, NULL},
	{"process", "affinity", get_status, "Cpus_allowed_list"},
	{"process", "memory_nodes", get_status, "Mems_allowed_list"},
	{"process", "capabilities", get_status, "CapEff"},
	{"process", "seccomp", get_status, "Seccomp"},
	{"process", "policy", get_policy, NULL},
	{"process", "priority", get_priority, NULL},
	{"process", "nice", get_nice, NULL},
	{"process", "personality", get_list, "/proc/self/personality"},
	{"process", "timerslack_ns", get_line, "/proc/self/timerslack_ns"},
	{"process", "cpu_max", get_cgroup, "cpu.max"},
	{"process", "cpu_stat", get_cgroup_lines, "cpu.stat"},
	{"process", "cpuset", get_cgroup, "cpuset.cpus.effective"},
	{"process", "memory_max", get_cgroup, "memory.max"},
	{"process", "cpu_cfs_quota_us", get_cgroup, "cpu/cpu.cfs_quota_us"},
	{"process", "cpu_cfs_period_us", get_cgroup, "cpu/cpu.cfs_period_us"},
	{"process", "cpu_cfs_stat", get_cgroup_lines, "cpu/cpu.stat"},
	{"process", "cpuset_cpus", get_cgroup, "cpuset/cpuset.cpus"},
};

enum { FACTS = sizeof(facts) / sizeof(*facts) };

/* The group's object in all, made where it is new. */
static json_t *group_of(json_t *all, const char *name)
{
	json_t *group = json_object_get(all, name);

	if (group)
		return group;
	group = json_object();
	return json_object_set_new(all, name, group) ? NULL : group;
}

/* Put a value (its reference is taken), or null and why. */
static int put_or_why(json_t *group, const char *key, json_t *value,
		      const struct why *why)
{
	char why_key[64];

	if (value)
		return json_object_set_new(group, key, value);
	snprintf(why_key, sizeof(why_key), "%s_why", key);
	if (json_object_set_new(group, key, json_null()))
		return -1;
	return json_object_set_new(group, why_key, json_string(why->text));
}

json_t *environment_capture(void)
{
	json_t *all = json_pack("{s:s, s:I}", "schema", ENVIRONMENT_SCHEMA,
				"t_ns", (json_int_t)clock_wall_ns());
	struct why why;
	json_t *group;
	size_t i;

	for (i = 0; all && i < FACTS; i++) {
		why_not(&why, 0, "it could not be read");
		group = group_of(all, facts[i].group);
		if (!group ||
		    put_or_why(group, facts[i].key,
			       facts[i].get(facts[i].arg, &why), &why)) {
			json_decref(all);
			return NULL;
		}
	}
	return all;
}
