/* SPDX-License-Identifier: MIT */
/* What "ipcbench concepts" prints. */
#ifndef IPCBENCH_CLI_CONCEPTS_H
#define IPCBENCH_CLI_CONCEPTS_H

#include <stdio.h>

#include "run/matrix.h"

/* A run beside the declarations; dir is NULL where there is none. */
struct concepts_run {
	const char *dir;
	json_t *summary;
};

/* All back-ends and concepts, a letter each. */
void concepts_print_table(const struct matrix *matrix,
			  const struct concepts_run *run);

/* One back-end: each concept with its reason. */
void concepts_print_impl(const struct matrix *matrix,
			 const struct ipc_impl *impl,
			 const struct concepts_run *run);

/* One concept: its page, who has it how, and the run's figures. */
void concepts_print_page(const struct matrix *matrix, enum concept concept,
			 const struct concepts_run *run);

/* What is due in the run, a line each, and how much was proved; returns how
 * much was not. Of one back-end where only is not NULL, and of one concept
 * unless it is CONCEPTS. */
size_t concepts_print_due(const struct matrix *matrix,
			  const struct ipc_impl *only, enum concept concept,
			  const struct concepts_run *run, FILE *out);

#endif
