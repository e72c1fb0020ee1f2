/* SPDX-License-Identifier: MIT */
/* Back-ends and workloads by name. */
#include <assert.h>
#include <string.h>

#include "ipc/catalogue.h"

enum { NAMES_MAX = 128 };

const struct ipc_impl *catalogue_impl(const struct catalogue *cat,
				      const char *name, struct why *why)
{
	const char *names[NAMES_MAX + 1] = {NULL};

	for (size_t i = 0; cat->impls[i]; i++) {
		assert(i < NAMES_MAX);
		if (strcmp(cat->impls[i]->name, name) == 0)
			return cat->impls[i];
		names[i] = cat->impls[i]->name;
	}
	why_unknown(why, "back-end", name, names);
	return NULL;
}

const struct workload *catalogue_workload(const struct catalogue *cat,
					  const char *name, struct why *why)
{
	const char *names[NAMES_MAX + 1] = {NULL};

	for (size_t i = 0; cat->workloads[i]; i++) {
		assert(i < NAMES_MAX);
		if (strcmp(cat->workloads[i]->name, name) == 0)
			return cat->workloads[i];
		names[i] = cat->workloads[i]->name;
	}
	why_unknown(why, "workload", name, names);
	return NULL;
}
