/* SPDX-License-Identifier: MIT */
/* What the kernel accounted for the calling thread: always there, and what
 * switches and faults are taken from. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "trial/counters.h"

static uint64_t usage_timeval_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * NS_PER_S +
	       (uint64_t)t->tv_usec * NS_PER_US;
}

/* Second field of schedstat: time spent runnable and not running. */
static bool usage_runqueue(uint64_t *ns)
{
	int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	unsigned long long waited_ns;
	char text[96];
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return false;
	text[got] = '\0';
	if (sscanf(text, "%*u %llu", &waited_ns) != 1)
		return false;
	*ns = waited_ns;
	return true;
}

void usage_read(struct usage *usage)
{
	struct rusage r = {0};

	getrusage(RUSAGE_THREAD, &r);
	*usage = (struct usage){
		.user_ns = usage_timeval_ns(&r.ru_utime),
		.system_ns = usage_timeval_ns(&r.ru_stime),
		.switches_voluntary = (uint64_t)r.ru_nvcsw,
		.switches_involuntary = (uint64_t)r.ru_nivcsw,
		.faults_minor = (uint64_t)r.ru_minflt,
		.faults_major = (uint64_t)r.ru_majflt,
	};
	usage->has_runqueue = usage_runqueue(&usage->runqueue_ns);
}

/* The kernel rescales user and system time to their sum, so that one of them
 * can step back a little. */
static uint64_t usage_since(uint64_t earlier, uint64_t later)
{
	return later > earlier ? later - earlier : 0;
}

struct usage usage_between(const struct usage *earlier,
			   const struct usage *later)
{
	struct usage d = {
		.user_ns = usage_since(earlier->user_ns, later->user_ns),
		.system_ns = usage_since(earlier->system_ns, later->system_ns),
		.switches_voluntary = usage_since(earlier->switches_voluntary,
						  later->switches_voluntary),
		.switches_involuntary =
			usage_since(earlier->switches_involuntary,
				    later->switches_involuntary),
		.faults_minor =
			usage_since(earlier->faults_minor, later->faults_minor),
		.faults_major =
			usage_since(earlier->faults_major, later->faults_major),
		.has_runqueue = earlier->has_runqueue && later->has_runqueue,
	};

	if (d.has_runqueue)
		d.runqueue_ns =
			usage_since(earlier->runqueue_ns, later->runqueue_ns);
	return d;
}
