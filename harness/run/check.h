/* SPDX-License-Identifier: MIT */
/* Does a results folder keep what results/README.md promises? */
#ifndef IPCBENCH_RUN_CHECK_H
#define IPCBENCH_RUN_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

struct check {
	/* Called for each defect, with its file and line. */
	void (*defect)(void *arg, const struct why *why);
	void *arg;

	/* Filled. */
	size_t defects;
	size_t cells, trials, blocks;
	char status[16]; /* as the loader sees it */
	struct why status_why;
	bool torn;
	bool has_summary, has_sums;
};

/* Check it. 0 where it is sound, -EINVAL where it has defects. */
int run_check(const char *dir, struct check *check);

#endif
