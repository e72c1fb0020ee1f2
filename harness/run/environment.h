/* SPDX-License-Identifier: MIT */
/*
 * The machine that a run was made on, as JSON: what it is and how it is set,
 * at the start and at the end. What cannot be read is null, with the reason
 * under the same key plus "_why"; capturing never fails for it.
 */
#ifndef IPCBENCH_RUN_ENVIRONMENT_H
#define IPCBENCH_RUN_ENVIRONMENT_H

#include <jansson.h>

/*
 * "ipcbench.environment/1": the groups host, cpu, kernel, ipc_limits and
 * process, each an object of facts. New reference; NULL: no memory.
 */
json_t *environment_capture(void);

/* The program itself, as manifest.json has it under "tool". New reference;
 * NULL: no memory. */
json_t *environment_tool(void);

#endif
