/* SPDX-License-Identifier: MIT */
/*
 * What a PU does when nobody runs on it. Cold: what the system chooses, mostly
 * to halt, so that waking it takes tens of microseconds on some machines.
 * Warm: it stays awake and polls, on the whole machine, while a descriptor is
 * held; see Documentation/power/pm_qos_interface.rst of the kernel.
 */
#ifndef IPCBENCH_TRIAL_IDLE_H
#define IPCBENCH_TRIAL_IDLE_H

#include "base/why.h"

enum idle { IDLE_COLD, IDLE_WARM, IDLES };
/* "cold", "warm"; ends with NULL. */
extern const char *const idle_names[IDLES + 1];

/* Can it be had here? 0 or a negative errno and why. Changes nothing. */
int idle_check(enum idle idle, struct why *why);

/* Have it, until the descriptor is closed or its last holder is gone. Returns
 * that descriptor, or a negative errno and why. */
int idle_hold_warm(struct why *why);

#endif
