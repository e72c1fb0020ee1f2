/* SPDX-License-Identifier: MIT */
/* Whole files, relative to an open folder: replaced in one step, read in one. */
#ifndef IPCBENCH_RUN_FILE_H
#define IPCBENCH_RUN_FILE_H

#include <stddef.h>

/* What a file is called while it is written; a killed program may leave it. */
#define FILE_TMP ".tmp"

/*
 * Put data under name, in place of what was there: a reader sees the old file
 * or the new one, never a part. On disk when it returns. 0 or a negative
 * errno; then the old file is untouched.
 */
int file_replace(int dir, const char *name, const void *data, size_t len);

/* All of the file into *data (malloc'ed, with a 0 after it, which len does not
 * count). 0 or a negative errno. */
int file_read(int dir, const char *name, char **data, size_t *len);

#endif
