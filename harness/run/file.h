/* SPDX-License-Identifier: MIT */
/* Whole files, relative to an open folder: replaced in one step, read in one. */
#ifndef IPCBENCH_RUN_FILE_H
#define IPCBENCH_RUN_FILE_H

#include <stdbool.h>
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

/* Called with each line, counted from 1, without its line feed; not 0 ends
 * it. */
typedef int file_line_fn(void *arg, size_t line, const char *text, size_t len);

/* Walk through a file's lines. A last one without a line feed is torn: it is
 * left out and *torn becomes true. 0, what take returned, or a negative errno
 * of reading; *line tells them apart: 0 where reading failed. */
int file_lines(int dir, const char *name, file_line_fn *take, void *arg,
	       size_t *line, bool *torn);

#endif
