/* SPDX-License-Identifier: MIT */
/* Every back-end and workload, from the two lists: no other file sees them. */
#include "cli/command.h"

#define IMPL(name) extern const struct ipc_impl name##_impl;
#include "impls/list.h"
#undef IMPL

#define WORKLOAD(name) extern const struct workload name##_workload;
#include "workloads/list.h"
#undef WORKLOAD

static const struct ipc_impl *const impls[] = {
#define IMPL(name) &name##_impl,
#include "impls/list.h"
#undef IMPL
	NULL,
};

static const struct workload *const workloads[] = {
#define WORKLOAD(name) &name##_workload,
#include "workloads/list.h"
#undef WORKLOAD
	NULL,
};

const struct catalogue catalogue = {
	.impls = impls,
	.workloads = workloads,
};
