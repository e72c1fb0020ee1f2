/* SPDX-License-Identifier: MIT */
/* Bytes as people write them: "64", "4K", "1M", "1G" (1024 each). */
#ifndef IPCBENCH_BASE_SIZE_H
#define IPCBENCH_BASE_SIZE_H

#include <stddef.h>
#include <stdint.h>

/* Into bytes. -EINVAL where text is not such a size; -ERANGE above max. */
int size_parse(const char *text, uint64_t max, uint64_t *bytes);

/* As size_parse() reads it, with the largest suffix that divides it; text has
 * room for SIZE_TEXT bytes. Returns text. */
enum { SIZE_TEXT = 24 };
char *size_text(uint64_t bytes, char *text);

#endif
