/* SPDX-License-Identifier: MIT */
/* Single values out of the files in which the kernel says how it is set. */
#ifndef IPCBENCH_RUN_FACTS_H
#define IPCBENCH_RUN_FACTS_H

#include <stddef.h>

/* Long enough for a line of /proc/cpuinfo, and for a path. */
enum { LINE_BYTES = 8192, PATH_BYTES = 512 };

/* Cut spaces off both ends, in place. Returns where the text starts now. */
char *fact_trim(char *text);

/* First line of a file, trimmed, into buf. 0 or a negative errno; -ENODATA
 * where it is empty. */
int fact_line(const char *path, char *buf, size_t size);

/* The value of the first line "KEY: value" or "KEY=value" of a file. 0 or a
 * negative errno; -ENODATA where no line has the key. */
int fact_field(const char *path, const char *key, char *buf, size_t size);

/*
 * The path of a file of this process's cgroup: "FILE" where version 2 is used
 * ("cpu.max"), "CONTROLLER/FILE" for version 1 ("cpu/cpu.cfs_quota_us"). 0 or
 * -ENOENT.
 */
int fact_cgroup(const char *name, char *path, size_t size);

#endif
