/* SPDX-License-Identifier: MIT */
/*
 * The suite's trials against bare loops over the same system calls: two
 * processes, a connection each way, nothing else.
 */
#ifndef IPCBENCH_TESTS_BENCH_BARE_H
#define IPCBENCH_TESTS_BENCH_BARE_H

#include <stddef.h>
#include <stdint.h>

#include "trial/trial.h"

enum { BARE_SIZE_MAX = 1 << 16 };

struct bare;

/* A mechanism: a connection one way. Numbers of errors end the program. */
struct bare_kind {
	const char *name; /* the back-end's */
	void (*open)(int fd[2]);
	void (*put)(int fd, const uint64_t *buf, size_t size);
	void (*get)(int fd, uint64_t *buf, size_t size);
	void (*close)(int fd[2]);
};
extern const struct bare_kind bare_pipe, bare_unix_stream, bare_posix_mq,
	bare_sysv_msg;

/* What the two processes do. */
struct bare_play {
	const char *workload;
	void (*timed)(struct bare *), (*other)(struct bare *);
	const char *note; /* for the limit's name */
};
extern const struct bare_play bare_pingpong, bare_pingpong_mean, bare_stream;

/* The trial's wall time over the loop's is at most limit. */
void bare_against(const struct bare_kind *kind, const struct bare_play *play,
		  size_t size, const unsigned int pu[2], double limit);

/* A trial's parameters, to be fitted or not. */
struct trial_spec bare_spec(const char *backend, const char *workload,
			    size_t size, const unsigned int pu[2],
			    enum ipc_wait wait);

/* Fill in a trial as "ipcbench run" would: one round a sample, or ten
 * batches. */
void bare_fit(struct trial_spec *spec);

/* ns a round of a trial; a failure ends the program. */
double bare_trial_ns(const struct trial_spec *spec);

#endif
