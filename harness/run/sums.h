/* SPDX-License-Identifier: MIT */
/* SHA256SUMS of a results folder, as sha256sum(1) reads it. */
#ifndef IPCBENCH_RUN_SUMS_H
#define IPCBENCH_RUN_SUMS_H

#include "base/why.h"

#define SUMS_FILE "SHA256SUMS"

/* Write it anew, for every file beneath the folder that is not hidden or half
 * written. 0, or a negative errno and why. */
int sums_write(const char *dir, struct why *why);

/*
 * Compare: 0 where every listed file is there with its sum, -ENOENT where the
 * folder has no sums, -EINVAL and why, which names the first file that
 * differs; or another negative errno.
 */
int sums_check(const char *dir, struct why *why);

#endif
