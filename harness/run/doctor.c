/* SPDX-License-Identifier: MIT */
/*
 * The doctor's checks: a table, and a function for each that looks. Most judge
 * a capture of the environment; the others measure for a moment.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "base/clock.h"
#include "base/why.h"
#include "run/doctor.h"
#include "run/environment.h"
#include "run/facts.h"
#include "run/schema.h"
#include "trial/counters.h"
#include "trial/noise.h"

#define DOCTOR_SCHEMA "ipcbench.doctor/1"

enum {
	DOCTOR_PUS = 8, /* probed for gaps at most */
	BUSIEST = 3,	/* processes named */
};
#define DOCTOR_GAPS_NS (50 * NS_PER_MS)
#define DOCTOR_LOAD_NS (200 * NS_PER_MS)
#define DOCTOR_STEP_NS 100 /* a clock that steps further is a coarse one */
#define DOCTOR_IDLE_US 10  /* waking from there shows in every round trip */

const char *const doctor_verdict_names[DOCTOR_VERDICTS + 1] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_WARN] = "warn",
	[DOCTOR_BAD] = "bad",
	[DOCTOR_UNKNOWN] = "unknown",
};

/* What the checks look at: one capture, and one probe that two of them use. */
struct patient {
	const json_t *env;
	struct noise noise[DOCTOR_PUS];
	size_t pus;
	int probed; /* 0, or why the probe is not there */
	uint64_t stolen;
	bool has_stolen;
};

struct finding {
	enum doctor_verdict verdict;
	struct why value;    /* or, if unknown, the reason */
	const char *command; /* the check's own, unless set */
};

struct check {
	const char *id;
	void (*look)(const struct patient *patient, const struct check *check,
		     struct finding *finding);
	const char *fact; /* in the capture, for look */
	long long bound;  /* likewise */
	const char *why;
	const char *command;
	bool needs_root;
	bool live; /* measures; not for a capture alone */
};

static void found(struct finding *finding, enum doctor_verdict verdict,
		  const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void found(struct finding *finding, enum doctor_verdict verdict,
		  const char *fmt, ...)
{
	va_list args;

	finding->verdict = verdict;
	va_start(args, fmt);
	vsnprintf(finding->value.text, sizeof(finding->value.text), fmt, args);
	va_end(args);
}

/* Unknown, for the reason that the capture gives. */
static void found_nothing(struct finding *finding, const json_t *env,
			  const char *fact)
{
	char key[64];

	snprintf(key, sizeof(key), "%s_why", fact);
	found(finding, DOCTOR_UNKNOWN, "%s",
	      json_string_at(env, key, "it was not captured"));
}

/* A number, also where it was written as text. */
static bool fact_number(const json_t *env, const char *fact, long long *number)
{
	const json_t *value = json_at(env, fact);
	const char *text = json_string_value(value);
	char *end;

	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return true;
	}
	if (!text || !*text)
		return false;
	*number = strtoll(text, &end, 10);
	return !*end;
}

static void look_clock(const struct patient *patient, const struct check *check,
		       struct finding *finding)
{
	static const char *const fast[] = {"tsc", "arch_sys_counter",
					   "kvm-clock",
					   "hyperv_clocksource_tsc_page"};
	const char *source = json_string_at(patient->env, check->fact, NULL);
	struct clock_facts clock;
	bool known = !source;
	size_t i;

	for (i = 0; source && i < sizeof(fast) / sizeof(*fast); i++)
		known = known || !strcmp(source, fast[i]);
	clock_measure(&clock);
	found(finding,
	      known && clock.step_ns <= DOCTOR_STEP_NS ? DOCTOR_OK
						       : DOCTOR_WARN,
	      "%s, step %llu ns, a read costs %llu ns (p99 %llu ns)",
	      source ? source : "source not told",
	      (unsigned long long)clock.step_ns,
	      (unsigned long long)clock.cost_p50_ns,
	      (unsigned long long)clock.cost_p99_ns);
}

static void look_governor(const struct patient *patient,
			  const struct check *check, struct finding *finding)
{
	const json_t *value = json_at(patient->env, check->fact);
	const char *governor = json_string_value(value);

	if (json_is_object(value))
		found(finding, DOCTOR_WARN, "differs from PU to PU");
	else if (!governor)
		found_nothing(finding, patient->env, check->fact);
	else
		found(finding,
		      strcmp(governor, "performance") ? DOCTOR_WARN : DOCTOR_OK,
		      "%s", governor);
}

static void look_turbo(const struct patient *patient, const struct check *check,
		       struct finding *finding)
{
	long long off, boost;

	if (fact_number(patient->env, "cpu.no_turbo", &off)) {
		found(finding, off ? DOCTOR_OK : DOCTOR_WARN,
		      off ? "off" : "on");
		finding->command = "echo 1 > /sys/devices/system/cpu/"
				   "intel_pstate/no_turbo";
	} else if (fact_number(patient->env, check->fact, &boost)) {
		found(finding, boost ? DOCTOR_WARN : DOCTOR_OK,
		      boost ? "on" : "off");
	} else {
		found_nothing(finding, patient->env, check->fact);
	}
}

static void look_cstates(const struct patient *patient,
			 const struct check *check, struct finding *finding)
{
	const char *driver =
		json_string_at(patient->env, "cpu.idle_driver", "none");
	const json_t *states = json_at(patient->env, check->fact), *state;
	const char *name = "none";
	json_int_t deepest_us = 0, us;
	bool slow;
	size_t i;

	if (!json_array_size(states)) {
		found_nothing(finding, patient->env, check->fact);
		return;
	}
	json_array_foreach(states, i, state)
	{
		us = json_int_at(state, "latency_us", 0);
		if (json_int_at(state, "disabled", 0) || us < deepest_us)
			continue;
		deepest_us = us;
		name = json_string_at(state, "name", "?");
	}
	slow = deepest_us > DOCTOR_IDLE_US || !strcmp(driver, "haltpoll");
	found(finding, slow ? DOCTOR_WARN : DOCTOR_OK,
	      "driver %s, deepest state %s, %lld us to wake by its own account",
	      driver, name, (long long)deepest_us);
}

/* A switch that is best at check->bound. */
static void look_switch(const struct patient *patient,
			const struct check *check, struct finding *finding)
{
	enum doctor_verdict verdict;
	long long number;

	if (!fact_number(patient->env, check->fact, &number)) {
		found_nothing(finding, patient->env, check->fact);
		return;
	}
	verdict = number == check->bound ? DOCTOR_OK : DOCTOR_WARN;
	if (number == 0)
		found(finding, verdict, "off");
	else
		found(finding, verdict, "on (%lld)", number);
}

/* A limit that had better be check->bound at least. */
static void look_limit(const struct patient *patient, const struct check *check,
		       struct finding *finding)
{
	const char *text = json_string_at(patient->env, check->fact, "");
	long long number;

	if (!strcmp(text, "unlimited"))
		found(finding, DOCTOR_OK, "unlimited");
	else if (!fact_number(patient->env, check->fact, &number))
		found_nothing(finding, patient->env, check->fact);
	else
		found(finding, number < check->bound ? DOCTOR_WARN : DOCTOR_OK,
		      "%lld", number);
}

static void look_isolation(const struct patient *patient,
			   const struct check *check, struct finding *finding)
{
	const char *isolated = json_string_at(patient->env, check->fact, "");
	const char *tickless =
		json_string_at(patient->env, "cpu.nohz_full", "");

	if (!json_at(patient->env, check->fact))
		found_nothing(finding, patient->env, check->fact);
	else
		found(finding, *isolated && *tickless ? DOCTOR_OK : DOCTOR_WARN,
		      "isolated PUs: %s; without a tick: %s",
		      *isolated ? isolated : "none",
		      *tickless ? tickless : "none");
}

/* The name that the hypervisor gives itself, into name. */
static void virt_name(char name[16])
{
	unsigned int eax = 0, ebx = 0, ecx = 0, edx = 0;

#if defined(__x86_64__) || defined(__i386__)
	__cpuid(0x40000000, eax, ebx, ecx, edx);
#endif
	memset(name, 0, 16);
	memcpy(name, &ebx, 4);
	memcpy(name + 4, &ecx, 4);
	memcpy(name + 8, &edx, 4);
	for (eax = 0; name[eax]; eax++)
		if (!isprint((unsigned char)name[eax]))
			name[eax] = '?';
}

static void look_virt(const struct patient *patient, const struct check *check,
		      struct finding *finding)
{
	const char *kind = json_string_at(patient->env, check->fact, NULL);
	char name[16];

	if (!kind) {
		found_nothing(finding, patient->env, check->fact);
		return;
	}
	if (!strcmp(kind, "none")) {
		found(finding, DOCTOR_OK, "no hypervisor");
		return;
	}
	virt_name(name);
	found(finding, DOCTOR_WARN, "a virtual machine%s%s", *name ? ", " : "",
	      name);
}

static void look_aslr(const struct patient *patient, const struct check *check,
		      struct finding *finding)
{
	const char *personality =
		json_string_at(patient->env, "process.personality", "0");
	bool off = strtoul(personality, NULL, 16) & 0x0040000;

	look_switch(patient, check, finding);
	if (off)
		found(finding, DOCTOR_WARN,
		      "off for this process (personality %s)", personality);
}

static void look_thp(const struct patient *patient, const struct check *check,
		     struct finding *finding)
{
	const char *thp = json_string_at(patient->env, check->fact, NULL);

	if (!thp)
		found_nothing(finding, patient->env, check->fact);
	else
		found(finding, strcmp(thp, "always") ? DOCTOR_OK : DOCTOR_WARN,
		      "%s", thp);
}

static void look_quota(const struct patient *patient, const struct check *check,
		       struct finding *finding)
{
	const char *max = json_string_at(patient->env, check->fact, "max");
	long long quota_us = -1;

	if (strncmp(max, "max", 3) != 0)
		found(finding, DOCTOR_BAD, "%s (us of each period, period)",
		      max);
	else if (fact_number(patient->env, "process.cpu_cfs_quota_us",
			     &quota_us) &&
		 quota_us >= 0)
		found(finding, DOCTOR_BAD, "%lld us of each period", quota_us);
	else
		found(finding, DOCTOR_OK, "none");
}

static void look_mitigations(const struct patient *patient,
			     const struct check *check, struct finding *finding)
{
	unsigned int mitigated = 0, vulnerable = 0, immune = 0;
	json_t *all = json_at(patient->env, check->fact), *value;
	const char *name, *text;

	if (!json_is_object(all)) {
		found_nothing(finding, patient->env, check->fact);
		return;
	}
	json_object_foreach(all, name, value)
	{
		text = json_is_string(value) ? json_string_value(value) : "";
		mitigated += !strncmp(text, "Mitigation", 10);
		vulnerable += !strncmp(text, "Vulnerable", 10);
		immune += !strncmp(text, "Not affected", 12);
	}
	found(finding, DOCTOR_OK, "%u mitigated, %u open, %u do not apply",
	      mitigated, vulnerable, immune);
}

struct process {
	long pid;
	unsigned long long ticks;
	char name[32];
};

/* User and system time of one process; false where it is gone. */
static bool process_read(long pid, struct process *process)
{
	unsigned long long user, kernel;
	char path[64], line[1024], *name, *rest;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	if (fact_line(path, line, sizeof(line)))
		return false;
	name = strchr(line, '(');
	rest = strrchr(line, ')');
	if (!name || !rest)
		return false;
	*rest = '\0';
	if (sscanf(rest + 2,
		   "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
		   &user, &kernel) != 2)
		return false;
	process->pid = pid;
	process->ticks = user + kernel;
	snprintf(process->name, sizeof(process->name), "%s", name + 1);
	for (i = 0; process->name[i]; i++)
		if (!isprint((unsigned char)process->name[i]))
			process->name[i] = '?';
	return true;
}

/* All processes but this one, in the folder's order, malloc'ed. */
static struct process *processes_read(size_t *n)
{
	struct process *all = NULL, *grown;
	struct dirent *entry;
	size_t room = 0;
	DIR *dir = opendir("/proc");
	long pid;

	*n = 0;
	while (dir && (entry = readdir(dir))) {
		pid = strtol(entry->d_name, NULL, 10);
		if (pid <= 0 || pid == getpid())
			continue;
		if (*n == room) {
			room = room ? 2 * room : 256;
			grown = realloc(all, room * sizeof(*all));
			if (!grown)
				break;
			all = grown;
		}
		*n += process_read(pid, &all[*n]);
	}
	if (dir)
		closedir(dir);
	return all;
}

static int busier(const void *a, const void *b)
{
	const struct process *x = a, *y = b;

	return (x->ticks < y->ticks) - (x->ticks > y->ticks);
}

/* Leave in later what each process has used since before. */
static void processes_since(struct process *later, size_t n,
			    const struct process *before, size_t before_n)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < before_n; j++)
			if (before[j].pid == later[i].pid)
				break;
		later[i].ticks -=
			j < before_n ? before[j].ticks : later[i].ticks;
	}
	qsort(later, n, sizeof(*later), busier);
}

/* "; busiest: NAME (PID) 40 %, ..." into text, or nothing. */
static void load_busiest(char *text, size_t size)
{
	struct timespec wait = {.tv_nsec = DOCTOR_LOAD_NS};
	size_t n, before_n, i, at = 0;
	struct process *before, *later;
	long hertz = sysconf(_SC_CLK_TCK);
	double percent;

	*text = '\0';
	before = processes_read(&before_n);
	nanosleep(&wait, NULL);
	later = processes_read(&n);
	if (!before || !later)
		goto err_free;
	processes_since(later, n, before, before_n);
	for (i = 0; i < n && i < BUSIEST && later[i].ticks; i++) {
		percent = 100.0 * (double)later[i].ticks / (double)hertz *
			  NS_PER_S / DOCTOR_LOAD_NS;
		at += (size_t)snprintf(text + at, size - at,
				       "%s%s (%ld) %.0f %%",
				       i ? ", " : "; busiest: ", later[i].name,
				       later[i].pid, percent);
	}
err_free:
	free(before);
	free(later);
}

static void look_load(const struct patient *patient, const struct check *check,
		      struct finding *finding)
{
	const char *runnable = json_string_at(patient->env, check->fact, "1");
	long others = strtol(runnable, NULL, 10) - 1;
	double pressure = noise_pressure();
	char busiest[160], waits[64] = "";

	load_busiest(busiest, sizeof(busiest));
	if (pressure >= 0)
		snprintf(waits, sizeof(waits),
			 ", some wait for a PU %.1f %% of the time", pressure);
	found(finding,
	      others > 0 || pressure > 1 || *busiest ? DOCTOR_WARN : DOCTOR_OK,
	      "%ld others runnable%s%s", others > 0 ? others : 0, waits,
	      busiest);
}

static double lost_percent(const struct noise *noise)
{
	if (!noise->probed_ns)
		return 0;
	return 100.0 * (double)noise->lost_ns / (double)noise->probed_ns;
}

static void look_gaps(const struct patient *patient, const struct check *check,
		      struct finding *finding)
{
	const struct noise *worst = &patient->noise[0];
	double lost;
	size_t i;

	(void)check;
	if (patient->probed) {
		found(finding, DOCTOR_UNKNOWN, "the probe failed: %s",
		      strerror(-patient->probed));
		return;
	}
	for (i = 1; i < patient->pus; i++)
		if (lost_percent(&patient->noise[i]) > lost_percent(worst))
			worst = &patient->noise[i];
	lost = lost_percent(worst);
	found(finding,
	      lost > 1	   ? DOCTOR_BAD
	      : lost > 0.1 ? DOCTOR_WARN
			   : DOCTOR_OK,
	      "worst of %zu PUs: PU %u lost %.2f %% in %llu gaps, the longest "
	      "%.1f us",
	      patient->pus, worst->pu, lost, (unsigned long long)worst->gaps,
	      (double)worst->gap_max_ns / NS_PER_US);
}

static void look_steal(const struct patient *patient, const struct check *check,
		       struct finding *finding)
{
	(void)check;
	if (!patient->has_stolen)
		found(finding, DOCTOR_UNKNOWN, "/proc/stat does not tell");
	else
		found(finding, patient->stolen ? DOCTOR_WARN : DOCTOR_OK,
		      "%llu ticks while the PUs were probed",
		      (unsigned long long)patient->stolen);
}

static void look_pmu(const struct patient *patient, const struct check *check,
		     struct finding *finding)
{
	static const char *const events[] = {"PAPI_TOT_INS", NULL};
	const struct counter *counter;
	struct counter_plan plan;
	long long paranoid;

	counters_probe(&plan, events);
	counter = &plan.counter[0];
	if (counter->status != COUNTER_OK)
		found(finding, DOCTOR_WARN, "%s: %s",
		      counter_status_names[counter->status], counter->why.text);
	else if (counter->kernel)
		found(finding, DOCTOR_OK, "counts, the kernel's part too");
	else if (fact_number(patient->env, check->fact, &paranoid))
		found(finding, DOCTOR_WARN,
		      "counts user space only, kernel.perf_event_paranoid is "
		      "%lld",
		      paranoid);
	else
		found(finding, DOCTOR_WARN, "counts user space only");
	if (counter->status == COUNTER_ABSENT)
		finding->command = NULL;
}

#define SYS_CPU "/sys/devices/system/cpu/"

static const struct check checks[] = {
	{"clock", look_clock, "cpu.clocksource", 0,
	 "Every figure is a difference of two readings of this clock. A source "
	 "other than the PU's own counter makes each reading a system call, "
	 "and a coarse step hides short times.",
	 "echo tsc > /sys/devices/system/clocksource/clocksource0/"
	 "current_clocksource",
	 true, true},
	{"governor", look_governor, "cpu.governor", 0,
	 "A governor that follows the load lowers the frequency while a node "
	 "sleeps and waits for its message, so blocking waits look slower "
	 "than they are and change with the message rate.",
	 "cpupower frequency-set -g performance", true, false},
	{"turbo", look_turbo, "cpu.boost", 0,
	 "With turbo the frequency depends on temperature and on what other "
	 "PUs do, so that two trials of one cell run at different speeds.",
	 "echo 0 > " SYS_CPU "cpufreq/boost", true, false},
	{"cstates", look_cstates, "cpu.idle_states", 0,
	 "A node that sleeps lets its PU fall into a deep state, or a virtual "
	 "one halt in the host, and waking it dominates every blocking round "
	 "trip between two PUs. Report it; the command keeps PUs awake while "
	 "it runs, which other users of the machine pay for.",
	 "(printf '\\0\\0\\0\\0'; sleep infinity) > /dev/cpu_dma_latency", true,
	 false},
	{"smt", look_switch, "cpu.smt_active", 0,
	 "Two PUs of a core share its units and caches: work on one slows the "
	 "other, and a pair placed there by accident measures something else. "
	 "Choose the pair with --place.",
	 "echo off > " SYS_CPU "smt/control", true, false},
	{"load", look_load, "host.runnable", 0,
	 "Whatever else runs takes PU time and cache from the nodes, and wakes "
	 "up beside them.",
	 "top -b -n 1 -o %CPU | head -20", false, true},
	{"gaps", look_gaps, NULL, 0,
	 "A pinned loop that only reads the clock was interrupted: interrupts, "
	 "other threads, or the host took the PU. Trials are hit alike; tails "
	 "beyond the median show it first.",
	 "systemctl list-units --type=service --state=running  # and stop "
	 "what is not needed",
	 true, true},
	{"steal", look_steal, NULL, 0,
	 "The host gave our PU to somebody else. It does not always admit it: "
	 "no steal is no proof of quiet.",
	 NULL, false, true},
	{"isolation", look_isolation, "cpu.isolated", 0,
	 "On PUs that are not isolated the scheduler may place other threads, "
	 "and the timer tick interrupts every node some hundred times a "
	 "second. On a machine of two PUs there is none to spare.",
	 "echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX "
	 "isolcpus=managed_irq,domain,2,3 nohz_full=2,3 rcu_nocbs=2,3\"' >> "
	 "/etc/default/grub && update-grub  # your PUs; then reboot",
	 true, false},
	{"pmu", look_pmu, "kernel.perf_event_paranoid", 0,
	 "Without hardware counters there are no instructions and cache misses "
	 "per message to explain a figure with; times are not affected.",
	 "sysctl kernel.perf_event_paranoid=1", true, true},
	{"watchdog", look_switch, "kernel.nmi_watchdog", 0,
	 "The watchdog keeps one hardware counter for itself and interrupts "
	 "each PU with it.",
	 "sysctl kernel.nmi_watchdog=0", true, false},
	{"virt", look_virt, "host.hypervisor", 0,
	 "Under a hypervisor the host decides where and when a PU runs, and "
	 "moves it: absolute figures depend on the neighbours. Rely on ratios "
	 "within one run, and on the cache-line class of each trial.",
	 NULL, false, false},
	{"aslr", look_aslr, "kernel.randomize_va_space", 2,
	 "Each trial gets a new layout of memory, so that no layout's luck "
	 "becomes a result. Without it, all trials share one.",
	 "sysctl kernel.randomize_va_space=2", true, false},
	{"thp", look_thp, "kernel.thp", 0,
	 "With \"always\" the kernel merges small pages into large ones in the "
	 "background, in some trials and not in others.",
	 "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled", true,
	 false},
	{"numa-balancing", look_switch, "kernel.numa_balancing", 0,
	 "The kernel unmaps pages to see who uses them, and moves them: page "
	 "faults and copies within the measurement.",
	 "sysctl kernel.numa_balancing=0", true, false},
	{"ksm", look_switch, "kernel.ksm_run", 0,
	 "Merging of equal pages makes later writes to them fault and copy.",
	 "echo 0 > /sys/kernel/mm/ksm/run", true, false},
	{"quota", look_quota, "process.cpu_max", 0,
	 "A CPU quota stops all nodes for the rest of a period, some 100 ms, "
	 "whenever it is used up; a spinning node uses it up.",
	 "systemctl set-property --runtime UNIT CPUQuota=  # the unit or "
	 "container that we run in",
	 true, false},
	{"mitigations", look_mitigations, "cpu.vulnerabilities", 0,
	 "They are part of what a system call costs. State them beside the "
	 "figures; leave them on.",
	 NULL, false, false},
	{"msgmax", look_limit, "ipc_limits.msgmax", 65536,
	 "A System V message cannot be longer: cells with larger sizes are "
	 "refused.",
	 "sysctl kernel.msgmax=65536 kernel.msgmnb=1048576", true, false},
	{"pipe-max-size", look_limit, "ipc_limits.pipe_max_size", 1048576,
	 "A pipe cannot hold more: large messages take more turns of sender "
	 "and receiver.",
	 "sysctl fs.pipe-max-size=1048576", true, false},
	{"wmem", look_limit, "ipc_limits.wmem_max", 212992,
	 "A socket cannot hold more: large messages wait for the receiver, or "
	 "are refused where they have to fit.",
	 "sysctl net.core.wmem_max=4194304 net.core.rmem_max=4194304", true,
	 false},
	{"memlock", look_limit, "ipc_limits.memlock_b", 8388608,
	 "Memory that cannot be locked may be paged out under the nodes.",
	 "ulimit -l unlimited", true, false},
	{"nofile", look_limit, "ipc_limits.nofile", 1024,
	 "Many nodes need many descriptors.", "ulimit -n 4096", false, false},
};

enum { CHECKS = sizeof(checks) / sizeof(*checks) };

static json_t *check_json(const struct patient *patient,
			  const struct check *check)
{
	struct finding finding = {.command = check->command};
	bool unknown;

	check->look(patient, check, &finding);
	unknown = finding.verdict == DOCTOR_UNKNOWN;
	return json_pack("{s:s, s:s?, s:s*, s:s, s:s, s:s?, s:b}", "id",
			 check->id, "value",
			 unknown ? NULL : finding.value.text, "value_why",
			 unknown ? finding.value.text : NULL, "verdict",
			 doctor_verdict_names[finding.verdict], "why",
			 check->why, "command", finding.command, "needs_root",
			 finding.command && check->needs_root);
}

static json_t *checks_json(const struct patient *patient, bool live)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < CHECKS; i++) {
		if (checks[i].live && !live)
			continue;
		if (json_array_append_new(all,
					  check_json(patient, &checks[i]))) {
			json_decref(all);
			return NULL;
		}
	}
	return all;
}

json_t *doctor_judge(const json_t *env)
{
	struct patient patient = {.env = env};

	return checks_json(&patient, false);
}

/* Steal ticks of all the patient's PUs; false where they are not told. */
static bool stolen(const unsigned int *pus, size_t n, uint64_t *ticks)
{
	struct pu_ticks pu;
	size_t i;

	*ticks = 0;
	for (i = 0; i < n; i++) {
		if (!noise_ticks(pus[i], &pu))
			return false;
		*ticks += pu.steal;
	}
	return n > 0;
}

/* Watch the PUs that we may use, or the first of them. */
static void patient_probe(struct patient *patient)
{
	unsigned int pus[DOCTOR_PUS], pu;
	uint64_t before, after;
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed)) {
		patient->probed = -errno;
		return;
	}
	for (pu = 0; pu < CPU_SETSIZE && patient->pus < DOCTOR_PUS; pu++)
		if (CPU_ISSET(pu, &allowed))
			pus[patient->pus++] = pu;
	patient->has_stolen = stolen(pus, patient->pus, &before);
	patient->probed =
		noise_probe(patient->noise, pus, patient->pus, DOCTOR_GAPS_NS);
	patient->has_stolen =
		patient->has_stolen && stolen(pus, patient->pus, &after);
	if (patient->has_stolen)
		patient->stolen = after - before;
}

json_t *doctor_run(void)
{
	struct patient patient = {0};
	json_t *env = environment_capture(), *all;

	if (!env)
		return NULL;
	patient.env = env;
	patient_probe(&patient);
	all = checks_json(&patient, true);
	json_decref(env);
	if (!all)
		return NULL;
	return json_pack("{s:s, s:I, s:o}", "schema", DOCTOR_SCHEMA, "t_ns",
			 (json_int_t)clock_wall_ns(), "checks", all);
}
