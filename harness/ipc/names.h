/* SPDX-License-Identifier: MIT */
/*
 * Kernel objects that outlive their processes, so that none is left behind.
 *
 * A back-end announces a name before it creates the object. Announcing appends
 * a line to the run's journal; whoever finds the journal later, after the
 * trial or after the whole program was killed, removes what it lists.
 */
#ifndef IPCBENCH_IPC_NAMES_H
#define IPCBENCH_IPC_NAMES_H

#include <stddef.h>

/* Append announcements to this descriptor from now on; -1 (the start value):
 * nowhere, for tests. */
void names_journal(int fd);

/*
 * Say that the object is about to be created. kind is one of "msg-key",
 * "sem-key", "shm-key" (name: the key, decimal), "mq-name", "shm-name",
 * "sem-name" (name with its slash), "path" (absolute, a file or socket).
 * Returns 0 or a negative errno: then do not create it.
 */
int names_announce(const char *kind, const char *name);

/* A name that nothing has: prefix and random digits, announced as kind. Create
 * with O_EXCL. Returns 0 or a negative errno. */
int names_fresh(const char *kind, const char *prefix, char *name, size_t size);

/* A SysV key that nothing uses now, announced as kind. Create with IPC_CREAT |
 * IPC_EXCL. Returns the key (positive) or a negative errno. */
int names_sysv_key(const char *kind);

/* Remove the object; one that is not there is no error. */
int names_remove(const char *kind, const char *name);

#endif
