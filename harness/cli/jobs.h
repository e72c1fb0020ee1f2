/* SPDX-License-Identifier: MIT */
/* The jobs that come with the program: every NAME.ini of harness/jobs. */
#ifndef IPCBENCH_CLI_JOBS_H
#define IPCBENCH_CLI_JOBS_H

#include <stddef.h>

#include "base/why.h"

/* Where a job is: "quick" names a shipped one, "./quick" or an existing file
 * that file. 0, or a negative errno and why, with the names there are. */
int jobs_path(const char *name, char *path, size_t size, struct why *why);

/* A line for each, with what its file says of itself first. NULL where there
 * are none; the caller frees it. */
char *jobs_text(void);

#endif
