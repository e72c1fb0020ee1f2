/* SPDX-License-Identifier: MIT */
/*
 * One trial in a process of its own: a fresh exec of this program, so that
 * each has its own address layout and no memory of the last. The caller sleeps
 * until its record is there, it died, it is late, or the run is interrupted.
 */
#ifndef IPCBENCH_RUN_SPAWN_H
#define IPCBENCH_RUN_SPAWN_H

#include <jansson.h>

#include "run/journal.h"
#include "trial/trial.h"

/* Descriptors of the trial's process, when "ipcbench trial" starts. */
enum { SPAWN_REQUEST = 3, SPAWN_RECORD = 4, SPAWN_JOURNAL = 5 };

/* Once, before the first trial: orphans of a dead trial become children of
 * this process, and SIGINT and SIGTERM are kept for spawn_trial(). */
int spawn_init(void);

/*
 * Run it. *record is a new reference, always set except for -EINTR (the run
 * was interrupted; spawn_interrupted() says so from then on) and -ENOMEM: a
 * trial that left no record gets one with its verdict "fail" and the reason.
 * No process of the trial is left, nor anything in the journal.
 */
int spawn_trial(const struct trial_spec *spec, struct journal *journal,
		json_t **record);

/* Has SIGINT or SIGTERM come? Does not wait. */
bool spawn_interrupted(void);

#endif
