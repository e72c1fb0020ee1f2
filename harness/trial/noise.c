/* SPDX-License-Identifier: MIT */
/*
 * How quiet the machine is: one pinned child per PU watches the clock for
 * gaps and times chains of additions; /proc says what the kernel noticed.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stats.h"
#include "base/topology.h"
#include "trial/noise.h"

enum {
	NOISE_GAP_STEPS = 8,	 /* as hiccup probes do: so many times the */
	NOISE_STEP_LOOKS = 1000, /* smallest step of the loop, over these */
	NOISE_CHAINS = 16,
	NOISE_CHAIN_ADDS = 1 << 18, /* some 70 µs at 3.7 GHz */
	NOISE_CHAIN_UNROLL = 16,
	MEMCPY_BATCHES = 64,
};
/* Shorter than this, a pause is the PU's own doing (a neighbour in the core, a
 * cache miss), not the kernel's or the host's. */
#define NOISE_GAP_MIN_NS NS_PER_US
#define MEMCPY_BATCH_NS (20 * NS_PER_US)

/* Smallest time that a turn of the loop takes here, not 0. */
static uint64_t noise_step_ns(void)
{
	uint64_t best_ns = UINT64_MAX, last_ns = clock_ns(), now_ns;
	unsigned int i;

	for (i = 0; i < NOISE_STEP_LOOKS; i++, last_ns = now_ns) {
		now_ns = clock_ns();
		if (now_ns != last_ns && now_ns - last_ns < best_ns)
			best_ns = now_ns - last_ns;
	}
	return best_ns == UINT64_MAX ? 0 : best_ns;
}

static void noise_watch(struct noise *noise, uint64_t probe_ns)
{
	uint64_t start_ns = clock_ns(), last_ns = start_ns, now_ns, gap_ns;

	do {
		now_ns = clock_ns();
		gap_ns = now_ns - last_ns;
		last_ns = now_ns;
		if (gap_ns <= noise->gap_limit_ns)
			continue;
		noise->gaps++;
		noise->lost_ns += gap_ns;
		if (gap_ns > noise->gap_max_ns)
			noise->gap_max_ns = gap_ns;
	} while (now_ns - start_ns < probe_ns);
	noise->probed_ns = now_ns - start_ns;
}

/* Time of one addition in a chain of them. The addend is a value that the
 * compiler does not know: some PUs fold the addition of a constant away. */
static double noise_chain_ns(void)
{
	uint64_t sum = 1, addend = 1, start_ns;
	unsigned int i, j;

	__asm__ volatile("" : "+r"(addend));
	start_ns = clock_ns();
	for (i = 0; i < NOISE_CHAIN_ADDS / NOISE_CHAIN_UNROLL; i++) {
#pragma GCC unroll 16
		for (j = 0; j < NOISE_CHAIN_UNROLL; j++) {
			sum += addend;
			__asm__ volatile("" : "+r"(sum));
		}
	}
	return (double)(clock_ns() - start_ns) / NOISE_CHAIN_ADDS;
}

/* The lower quartile: an interrupted chain is too slow, never too fast. */
static double noise_op_ns(void)
{
	double chain_ns[NOISE_CHAINS];
	unsigned int i;

	for (i = 0; i < NOISE_CHAINS; i++)
		chain_ns[i] = noise_chain_ns();
	stats_sort(chain_ns, NOISE_CHAINS);
	return chain_ns[stats_rank(0.25, NOISE_CHAINS)];
}

static void noise_sleep_until(uint64_t at_ns)
{
	struct timespec at = {.tv_sec = (time_t)(at_ns / NS_PER_S),
			      .tv_nsec = (long)(at_ns % NS_PER_S)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) ==
	       EINTR)
		;
}

/* The child. noise is in memory that the parent sees; probed_ns is what says
 * that the rest is there, so that it is written last. */
static void noise_child(struct noise *noise, pid_t parent, uint64_t start_ns,
			uint64_t probe_ns)
{
	struct noise mine = {.pu = noise->pu};
	uint64_t step_ns;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || topology_bind(noise->pu, NULL))
		_exit(1);
	noise_sleep_until(start_ns);
	step_ns = noise_step_ns();
	mine.gap_limit_ns = step_ns * NOISE_GAP_STEPS;
	if (mine.gap_limit_ns < NOISE_GAP_MIN_NS)
		mine.gap_limit_ns = NOISE_GAP_MIN_NS;
	noise_watch(&mine, probe_ns);
	mine.op_ns = noise_op_ns();
	*noise = mine;
	_exit(0);
}

/* True if the child ended as it should. */
static bool noise_reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int noise_run(struct noise *shared, size_t n, uint64_t probe_ns,
		     pid_t *pids)
{
	uint64_t start_ns = clock_ns() + NS_PER_MS * (1 + n);
	pid_t parent = getpid();
	size_t i, started;
	int err = 0;

	for (started = 0; started < n; started++) {
		pids[started] = fork();
		if (pids[started] == 0)
			noise_child(&shared[started], parent, start_ns,
				    probe_ns);
		if (pids[started] < 0) {
			err = -errno;
			break;
		}
	}
	for (i = 0; i < started; i++) {
		if (err)
			kill(pids[i], SIGKILL);
		if (!noise_reap(pids[i]))
			shared[i].probed_ns = 0;
	}
	return err;
}

int noise_probe(struct noise *noise, const unsigned int *pus, size_t n,
		uint64_t probe_ns)
{
	size_t bytes = n * sizeof(*noise);
	struct noise *shared;
	pid_t *pids;
	size_t i;
	int err;

	if (n == 0)
		return 0;
	pids = calloc(n, sizeof(*pids));
	if (!pids)
		return -ENOMEM;
	shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		err = -errno;
		goto err_pids;
	}
	for (i = 0; i < n; i++)
		shared[i].pu = pus[i];
	err = noise_run(shared, n, probe_ns, pids);
	if (!err)
		memcpy(noise, shared, n * sizeof(*noise));
	munmap(shared, bytes);
err_pids:
	free(pids);
	return err;
}

bool noise_ticks(unsigned int pu, struct pu_ticks *ticks)
{
	FILE *file = fopen("/proc/stat", "re");
	unsigned long long irq, softirq, steal;
	bool found = false;
	unsigned int cpu;
	char line[512];

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "cpu%u %*u %*u %*u %*u %*u %llu %llu %llu",
			       &cpu, &irq, &softirq, &steal) == 4 &&
			cpu == pu;
	fclose(file);
	if (found)
		*ticks = (struct pu_ticks){
			.steal = steal, .irq = irq, .softirq = softirq};
	return found;
}

double noise_pressure(void)
{
	FILE *file = fopen("/proc/pressure/cpu", "re");
	double avg10;
	int got;

	if (!file)
		return -1;
	got = fscanf(file, "some avg10=%lf", &avg10);
	fclose(file);
	return got == 1 ? avg10 : -1;
}

/* How often to copy between two clock reads so that they do not show. */
static uint64_t memcpy_repeats(size_t size)
{
	/* 20 GB/s, roughly: only the order of magnitude matters. */
	uint64_t once_ns = size / 20 + 10;

	return MEMCPY_BATCH_NS / once_ns + 1;
}

static uint64_t memcpy_batch_ns(void *to, const void *from, size_t size,
				uint64_t repeats)
{
	uint64_t start_ns = clock_ns(), i;

	for (i = 0; i < repeats; i++) {
		memcpy(to, from, size);
		/* Somebody reads it: no copy can be left out. */
		__asm__ volatile("" : : "r"(to) : "memory");
	}
	return clock_ns() - start_ns;
}

static double memcpy_measure(char *to, char *from, size_t size,
			     uint64_t budget_ns)
{
	uint64_t end_ns = clock_ns() + budget_ns, n = 0;
	uint64_t repeats = memcpy_repeats(size);
	double batch_ns[MEMCPY_BATCHES];

	memset(from, 0x5a, size);
	memset(to, 0, size);
	memcpy_batch_ns(to, from, size, repeats);
	do
		batch_ns[n++ % MEMCPY_BATCHES] =
			(double)memcpy_batch_ns(to, from, size, repeats);
	while (clock_ns() < end_ns);
	if (memcmp(to, from, size) != 0)
		return 0;
	n = n < MEMCPY_BATCHES ? n : MEMCPY_BATCHES;
	stats_sort(batch_ns, n);
	return (double)(repeats * size) * NS_PER_S / stats_median(batch_ns, n);
}

double noise_memcpy_byte_per_s(size_t size, uint64_t budget_ns)
{
	char *from = NULL, *to = NULL;
	double byte_per_s = 0;

	if (size == 0 || posix_memalign((void **)&from, 4096, size))
		return 0;
	if (posix_memalign((void **)&to, 4096, size))
		goto err_from;
	byte_per_s = memcpy_measure(to, from, size, budget_ns);
	free(to);
err_from:
	free(from);
	return byte_per_s;
}
