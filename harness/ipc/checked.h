/* SPDX-License-Identifier: MIT */
/*
 * A port that checks the contract: it stands before another port, passes each
 * operation on, and ends the process with a message when the caller or the
 * back-end breaks a rule of ipc/backend.h. For tests; it costs time.
 */
#ifndef IPCBENCH_IPC_CHECKED_H
#define IPCBENCH_IPC_CHECKED_H

#include "ipc/backend.h"

/* A port in front of inner, to be used in its place; NULL without memory.
 * inner stays the caller's. */
struct ipc_port *checked_new(struct ipc_port *inner);

/* Returns inner. */
struct ipc_port *checked_free(struct ipc_port *port);

#endif
