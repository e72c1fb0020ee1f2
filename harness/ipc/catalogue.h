/* SPDX-License-Identifier: MIT */
/*
 * All back-ends and workloads, in report order. Only the command line's list.c
 * knows their names; everything else is handed this.
 */
#ifndef IPCBENCH_IPC_CATALOGUE_H
#define IPCBENCH_IPC_CATALOGUE_H

#include "ipc/backend.h"
#include "ipc/workload.h"

struct catalogue {
	const struct ipc_impl *const *impls; /* ends with NULL */
	const struct workload *const *workloads;
};

/* NULL and why (with the nearest match) where there is none of that name. */
const struct ipc_impl *catalogue_impl(const struct catalogue *cat,
				      const char *name, struct why *why);
const struct workload *catalogue_workload(const struct catalogue *cat,
					  const char *name, struct why *why);

#endif
