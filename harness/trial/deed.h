/* SPDX-License-Identifier: MIT */
/* What a thread does now, as the kernel tells whoever asks. */
#ifndef IPCBENCH_TRIAL_DEED_H
#define IPCBENCH_TRIAL_DEED_H

#include <sys/types.h>

#include "ipc/workload.h"

/* Of any thread of this user; without /proc it is "unknown". */
void deed_read(pid_t tid, struct node_deed *deed);

#endif
