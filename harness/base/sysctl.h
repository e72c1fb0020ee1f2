/* SPDX-License-Identifier: MIT */
/* The kernel's limits, as /proc/sys has them. */
#ifndef IPCBENCH_BASE_SYSCTL_H
#define IPCBENCH_BASE_SYSCTL_H

#include <stddef.h>

/* One that is a number, by its path below /proc/sys: "fs/pipe-max-size". 0
 * where the kernel does not say. */
size_t sysctl_number(const char *name);

#endif
