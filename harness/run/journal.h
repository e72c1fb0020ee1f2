/* SPDX-License-Identifier: MIT */
/*
 * What a run must not leave behind, on paper before it exists.
 *
 * A journal is a file of the run's user in the folder for temporary files,
 * locked while its run lives. Trials append the names of kernel objects to it
 * (ipc/names.h); the run removes them after each trial, and the file at its
 * end. A journal whose lock is free belongs to a run that was killed: the next
 * start removes what it lists, then the file.
 */
#ifndef IPCBENCH_RUN_JOURNAL_H
#define IPCBENCH_RUN_JOURNAL_H

#include "base/why.h"

struct journal {
	int fd;
	char path[256];
};

/* Make this run's journal. 0, or a negative errno and why. */
int journal_open(struct journal *journal, struct why *why);

/* Remove every object that it lists, and forget them. */
void journal_sweep(struct journal *journal);

/* Sweep, and remove the file. */
void journal_close(struct journal *journal);

/* Sweep the journals of dead runs of this user. Returns how many objects were
 * removed. */
unsigned int journal_sweep_dead(void);

#endif
