/* SPDX-License-Identifier: MIT */
/*
 * Counters through PAPI, each thread counting itself. An event is believed
 * only after it has counted a stimulus that it cannot miss, in a child of its
 * own; PAPI says "does not exist" for most refusals, so that the reason comes
 * from the kernel's answer to the same question.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "trial/counters.h"

const char *const counter_status_names[COUNTER_STATUSES + 1] = {
	[COUNTER_OK] = "ok",
	[COUNTER_BLIND] = "blind",
	[COUNTER_ABSENT] = "absent",
	[COUNTER_DENIED] = "denied",
};

const char *const counter_defaults[] = {
	"PAPI_TOT_INS", "PAPI_TOT_CYC", "PAPI_L1_DCM", "PAPI_L2_DCM",
	"PAPI_L3_TCM",	"PAPI_TLB_DM",	NULL,
};

/* All events of the list, as not yet looked at; those too many are left out. */
static void plan_fill(struct counter_plan *plan, const char *const *events)
{
	struct counter *c;

	memset(plan, 0, sizeof(*plan));
	for (; *events && plan->n < COUNTERS_MAX; events++) {
		c = &plan->counter[plan->n++];
		snprintf(c->event, sizeof(c->event), "%s", *events);
		c->status = COUNTER_ABSENT;
	}
}

/* Give the reason to every counter that is not OK and has none yet. */
static void plan_rest(struct counter_plan *plan, const struct why *why)
{
	struct counter *c;
	size_t i;

	for (i = 0; i < plan->n; i++) {
		c = &plan->counter[i];
		if (c->status != COUNTER_OK && !c->why.text[0])
			c->why = *why;
	}
}

#if WITH_PAPI

#include <fcntl.h>
#include <linux/perf_event.h>
#include <papi.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	STIMULUS_SLEEPS = 8,
	STIMULUS_SLEEP_NS = 100000,
	STIMULUS_FAULTS = 64,
	STIMULUS_WALK_BYTES = 8 << 20,
	STIMULUS_STRIDE = 4096 + 64, /* another page and line each time */
	PROBE_LIMIT_S = 10,
};

struct counters {
	int set;
	size_t n;
	size_t index[COUNTERS_MAX]; /* in the plan, of the nth value */
};

/* What perf_event_open(2) says, 0 or a negative errno; PAPI flattens it. */
struct perf_right {
	int hardware; /* to count instructions, in user space */
	int kernel;   /* to count the kernel's part of anything */
	char paranoid[16];
};

static int perf_try(uint32_t type, uint64_t config, bool kernel)
{
	struct perf_event_attr attr = {
		.type = type,
		.size = sizeof(attr),
		.config = config,
		.disabled = 1,
		.exclude_kernel = !kernel,
		.exclude_hv = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			  PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	close((int)fd);
	return 0;
}

static void perf_rights(struct perf_right *right)
{
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");

	right->hardware =
		perf_try(PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, false);
	right->kernel = perf_try(PERF_TYPE_SOFTWARE,
				 PERF_COUNT_SW_CONTEXT_SWITCHES, true);
	if (!file || fscanf(file, "%15s", right->paranoid) != 1)
		strcpy(right->paranoid, "unreadable");
	if (file)
		fclose(file);
}

static bool perf_denied(int err)
{
	return err == -EACCES || err == -EPERM;
}

static unsigned long counters_thread(void)
{
	return (unsigned long)pthread_self();
}

/* The number of the component that counts for perf_event_open(2), ready, in
 * *cid and its facts in *info. */
static int papi_component(int *cid, const PAPI_component_info_t **info,
			  struct why *why)
{
	*info = NULL;
	*cid = PAPI_get_component_index("perf_event");
	if (*cid < 0)
		return why_not(why, -ENOTSUP,
			       "PAPI was built without perf_event");
	*info = PAPI_get_component_info(*cid);
	if (!*info)
		return why_not(why, -ENOTSUP,
			       "PAPI tells nothing about perf_event");
	if ((*info)->disabled)
		return why_not(why, -ENOTSUP, "PAPI's perf_event is off: %s",
			       (*info)->disabled_reason);
	return 0;
}

/*
 * Start PAPI in this process. The kernel's part is asked for through the
 * component, whose default every event set then has: the same request for one
 * set fails where there is no PMU. It is cut down to what is permitted without
 * a word, so that *kernel is told from the component's facts.
 */
static int papi_init(bool *kernel, struct why *why)
{
	int rc = PAPI_library_init(PAPI_VER_CURRENT), cid;
	const PAPI_component_info_t *info;
	int err;

	if (rc != PAPI_VER_CURRENT)
		return why_not(why, -ENOTSUP, "PAPI does not start: %s",
			       rc > 0 ? "it is of another version"
				      : PAPI_strerror(rc));
	rc = PAPI_thread_init(counters_thread);
	if (rc != PAPI_OK)
		return why_not(why, -ENOTSUP, "PAPI refuses threads: %s",
			       PAPI_strerror(rc));
	err = papi_component(&cid, &info, why);
	if (err)
		return err;
	*kernel = PAPI_set_cmp_domain(PAPI_DOM_ALL, cid) == PAPI_OK &&
		  info->available_domains & PAPI_DOM_KERNEL;
	return 0;
}

static void set_destroy(int set)
{
	PAPI_cleanup_eventset(set);
	PAPI_destroy_eventset(&set);
}

/* An empty event set of the component. */
static int set_create(int *set)
{
	const PAPI_component_info_t *info;
	int made = PAPI_NULL, cid, rc;

	if (papi_component(&cid, &info, NULL))
		return PAPI_ECMP;
	rc = PAPI_create_eventset(&made);
	if (rc != PAPI_OK)
		return rc;
	rc = PAPI_assign_eventset_component(made, cid);
	if (rc != PAPI_OK) {
		set_destroy(made);
		return rc;
	}
	*set = made;
	return PAPI_OK;
}

/* Memory for the stimulus to walk through, faulted in. NULL: it will not. */
static char *stimulus_memory(void)
{
	char *at = mmap(NULL, STIMULUS_WALK_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	madvise(at, STIMULUS_WALK_BYTES, MADV_NOHUGEPAGE);
	memset(at, 1, STIMULUS_WALK_BYTES);
	return at;
}

/* Miss every cache and the TLB, some two thousand times. */
static void stimulus_walk(const char *at)
{
	unsigned int sum = 0;
	size_t i;

#if defined(__x86_64__)
	for (i = 0; i < STIMULUS_WALK_BYTES; i += STIMULUS_STRIDE)
		__builtin_ia32_clflush(at + i);
#endif
	for (i = 0; i < STIMULUS_WALK_BYTES; i += STIMULUS_STRIDE)
		sum += (unsigned char)at[i];
	__asm__ volatile("" : : "r"(sum));
}

static void stimulus_fault(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = STIMULUS_FAULTS * page, i;
	char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return;
	madvise(at, bytes, MADV_NOHUGEPAGE);
	for (i = 0; i < bytes; i += page)
		at[i] = 1;
	__asm__ volatile("" : : "r"(at) : "memory");
	munmap(at, bytes);
}

static void stimulus(const char *memory)
{
	struct timespec t = {.tv_nsec = STIMULUS_SLEEP_NS};
	unsigned int i;

	for (i = 0; i < STIMULUS_SLEEPS; i++)
		nanosleep(&t, NULL);
	stimulus_fault();
	if (memory)
		stimulus_walk(memory);
}

static void probe_denied(struct counter *c, int err,
			 const struct perf_right *right)
{
	c->status = COUNTER_DENIED;
	why_not(&c->why, 0,
		"not permitted (%s): kernel.perf_event_paranoid is %s, and a "
		"container may filter perf_event_open(2)",
		strerror(-err), right->paranoid);
}

/* PAPI did not take the event: find out why. */
static void probe_refused(struct counter *c, int rc,
			  const struct perf_right *right)
{
	int code;

	if (perf_denied(right->hardware))
		probe_denied(c, right->hardware, right);
	else if (rc == PAPI_EPERM)
		probe_denied(c, -EPERM, right);
	else if (PAPI_event_name_to_code(c->event, &code) != PAPI_OK)
		why_not(&c->why, 0, "PAPI knows no event of this name here");
	else if (right->hardware == -ENOSYS)
		why_not(&c->why, 0, "the kernel has no perf events");
	else if (right->hardware)
		why_not(&c->why, 0,
			"no PMU: the machine, or its hypervisor, offers no "
			"hardware counters (%s)",
			strerror(-right->hardware));
	else
		why_not(&c->why, 0, "this PU has no such counter (PAPI: %s)",
			PAPI_strerror(rc));
}

/* It counted value of the stimulus. */
static void probe_judge(struct counter *c, long long value,
			const struct perf_right *right)
{
	if (value != 0) {
		c->status = COUNTER_OK;
		return;
	}
	c->status = COUNTER_BLIND;
	why_not(&c->why, 0,
		"stayed 0 through %d sleeps, %d page faults and %d cache "
		"misses%s%s",
		STIMULUS_SLEEPS, STIMULUS_FAULTS,
		STIMULUS_WALK_BYTES / STIMULUS_STRIDE,
		c->kernel ? ""
			  : "; the kernel's part is hidden from us, "
			    "kernel.perf_event_paranoid is ",
		c->kernel ? "" : right->paranoid);
}

/* One event in a set of its own, so that its failure stays alone. */
static void probe_one(struct counter *c, const struct perf_right *right,
		      const char *memory)
{
	long long value = 0;
	int set, rc;

	rc = set_create(&set);
	if (rc != PAPI_OK) {
		probe_refused(c, rc, right);
		return;
	}
	rc = PAPI_add_named_event(set, c->event);
	if (rc != PAPI_OK)
		goto err_set;
	rc = PAPI_start(set);
	if (rc != PAPI_OK)
		goto err_set;
	stimulus(memory);
	rc = PAPI_stop(set, &value);
err_set:
	set_destroy(set);
	if (rc == PAPI_OK)
		probe_judge(c, value, right);
	else
		probe_refused(c, rc, right);
}

/* Add every counter that is OK to one set. Returns PAPI_OK, or what PAPI says
 * and in *at the counter that it says it of. */
static int set_fill(struct counters *counters, const struct counter_plan *plan,
		    size_t *at)
{
	int rc;
	size_t i;

	counters->n = 0;
	for (i = 0; i < plan->n; i++) {
		if (plan->counter[i].status != COUNTER_OK)
			continue;
		*at = i;
		rc = PAPI_add_named_event(counters->set,
					  plan->counter[i].event);
		if (rc != PAPI_OK)
			return rc;
		counters->index[counters->n++] = i;
	}
	return PAPI_OK;
}

/* Do they all count at the same time? If not, *at is one too many. */
static int probe_set(const struct counter_plan *plan, size_t *at)
{
	long long values[COUNTERS_MAX];
	struct counters all;
	int rc;

	rc = set_create(&all.set);
	if (rc != PAPI_OK)
		return rc;
	rc = set_fill(&all, plan, at);
	if (rc == PAPI_OK && all.n > 0)
		rc = PAPI_start(all.set);
	if (rc == PAPI_OK && all.n > 0)
		rc = PAPI_stop(all.set, values);
	set_destroy(all.set);
	return rc;
}

/* A PU has few counters. Those that are one too many are left out and say so:
 * taking turns would make estimates of all. */
static void probe_together(struct counter_plan *plan)
{
	struct counter *c;
	size_t at = plan->n;
	int rc;

	while ((rc = probe_set(plan, &at)) != PAPI_OK && at < plan->n) {
		c = &plan->counter[at];
		c->status = COUNTER_ABSENT;
		why_not(&c->why, 0,
			"does not fit beside the events before it, the PU has "
			"too few counters (PAPI: %s); ask for it alone",
			PAPI_strerror(rc));
		at = plan->n;
	}
}

/* PAPI talks to the terminal; nobody asked it. */
static void probe_hush(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

/* In the child. plan is in memory that the parent sees. */
static void probe_child(struct counter_plan *plan, pid_t parent)
{
	struct perf_right right;
	struct why why = {""};
	bool kernel = false;
	char *memory;
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	probe_hush();
	signal(SIGALRM, SIG_DFL);
	alarm(PROBE_LIMIT_S);
	perf_rights(&right);
	if (papi_init(&kernel, &why)) {
		for (i = 0; perf_denied(right.hardware) && i < plan->n; i++)
			probe_denied(&plan->counter[i], right.hardware, &right);
		plan_rest(plan, &why);
		_exit(0);
	}
	memory = stimulus_memory();
	for (i = 0; i < plan->n; i++) {
		plan->counter[i].kernel = kernel && right.kernel == 0;
		probe_one(&plan->counter[i], &right, memory);
	}
	probe_together(plan);
	_exit(0);
}

static void probe_reap(pid_t pid, struct why *why)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR) {
			why_not(why, 0, "the probe is gone: %s",
				strerror(errno));
			return;
		}
	if (WIFSIGNALED(status))
		why_not(why, 0, "the probe of the counters died: %s%s",
			strsignal(WTERMSIG(status)),
			WTERMSIG(status) == SIGALRM ? ", it was late" : "");
	else
		why_not(why, 0, "the probe of the counters did not finish");
}

void counters_probe(struct counter_plan *plan, const char *const *events)
{
	struct counter_plan *shared;
	struct why why = {""};
	pid_t parent = getpid(), pid;

	plan_fill(plan, events);
	if (plan->n == 0)
		return;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		why_not(&why, 0, "no memory to probe in: %s", strerror(errno));
		goto err_rest;
	}
	*shared = *plan;
	pid = fork();
	if (pid == 0)
		probe_child(shared, parent);
	if (pid > 0)
		probe_reap(pid, &why);
	else
		why_not(&why, 0, "no process to probe in: %s", strerror(errno));
	*plan = *shared;
	munmap(shared, sizeof(*shared));
err_rest:
	plan_rest(plan, &why);
}

static bool plan_counts(const struct counter_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (plan->counter[i].status == COUNTER_OK)
			return true;
	return false;
}

int counters_init(const struct counter_plan *plan, struct why *why)
{
	bool kernel;

	return plan_counts(plan) ? papi_init(&kernel, why) : 0;
}

/* PAPI keeps names and sets in tables of the process and guards them with
 * locks of its own making; threads of one trial open at the same time. */
static pthread_mutex_t papi_tables = PTHREAD_MUTEX_INITIALIZER;

/* PAPI_OK, or what PAPI says, in *at the counter that it says it of. */
static int counters_fill(struct counters *counters,
			 const struct counter_plan *plan, size_t *at)
{
	int rc = PAPI_register_thread();

	if (rc != PAPI_OK)
		return rc;
	rc = set_create(&counters->set);
	if (rc != PAPI_OK)
		goto err_thread;
	rc = set_fill(counters, plan, at);
	if (rc == PAPI_OK)
		return PAPI_OK;
	set_destroy(counters->set);
err_thread:
	PAPI_unregister_thread();
	return rc;
}

struct counters *counters_open(const struct counter_plan *plan, struct why *why)
{
	struct counters *counters;
	size_t at = 0;
	int rc;

	if (!plan_counts(plan))
		return NULL;
	counters = calloc(1, sizeof(*counters));
	if (!counters) {
		why_not(why, 0, "no memory for counters");
		return NULL;
	}
	pthread_mutex_lock(&papi_tables);
	rc = counters_fill(counters, plan, &at);
	pthread_mutex_unlock(&papi_tables);
	if (rc == PAPI_OK)
		return counters;
	why_not(why, 0, "PAPI cannot open the counters, it failed at %s: %s",
		plan->counter[at].event, PAPI_strerror(rc));
	free(counters);
	return NULL;
}

int counters_start(struct counters *counters)
{
	return PAPI_start(counters->set) == PAPI_OK ? 0 : -EIO;
}

int counters_stop(struct counters *counters, int64_t values[COUNTERS_MAX])
{
	long long got[COUNTERS_MAX];
	size_t i;

	if (PAPI_stop(counters->set, got) != PAPI_OK)
		return -EIO;
	for (i = 0; i < counters->n; i++)
		values[counters->index[i]] = got[i];
	return 0;
}

void counters_close(struct counters *counters)
{
	pthread_mutex_lock(&papi_tables);
	set_destroy(counters->set);
	PAPI_unregister_thread();
	pthread_mutex_unlock(&papi_tables);
	free(counters);
}

#else

void counters_probe(struct counter_plan *plan, const char *const *events)
{
	struct why why;

	plan_fill(plan, events);
	why_not(&why, 0, "built without PAPI");
	plan_rest(plan, &why);
}

/* No counter is ever COUNTER_OK, so that there is nothing to do. */
int counters_init(const struct counter_plan *plan, struct why *why)
{
	(void)plan, (void)why;
	return 0;
}

struct counters *counters_open(const struct counter_plan *plan, struct why *why)
{
	(void)plan, (void)why;
	return NULL;
}

int counters_start(struct counters *counters)
{
	(void)counters;
	return -ENOTSUP;
}

int counters_stop(struct counters *counters, int64_t values[COUNTERS_MAX])
{
	(void)counters, (void)values;
	return -ENOTSUP;
}

void counters_close(struct counters *counters)
{
	(void)counters;
}

#endif
