/* SPDX-License-Identifier: MIT */
/*
 * A name with its options, as it is typed: "pipe:size=1M",
 * "tcp:nodelay=0,sndbuf=64K", or just the name. A table of them, which may be
 * NULL, belongs to a back-end or to a workload; values live in ipc_spec.option
 * or in params.option, by their position in the table.
 */
#ifndef IPCBENCH_IPC_OPTIONS_H
#define IPCBENCH_IPC_OPTIONS_H

#include "ipc/backend.h"

enum { OPTIONS_TEXT = 96, OPTIONS_NAME = 128 };

/* Every option at its preset. */
void options_preset(const struct ipc_option *table,
		    uint64_t option[IPC_OPTIONS]);

/*
 * Read "key=value,key=value" on top of what option holds; an empty text is
 * none. -EINVAL and why: no such key (with the nearest), a value out of its
 * range (with what is allowed). name is whose options they are.
 */
int options_parse(const char *name, const struct ipc_option *table,
		  const char *text, uint64_t option[IPC_OPTIONS],
		  struct why *why);

/* What differs from the presets, in table order, as options_parse() reads it;
 * text has room for OPTIONS_TEXT bytes. Returns text. */
char *options_text(const struct ipc_option *table,
		   const uint64_t option[IPC_OPTIONS], char *text);

/* The name, and what options_text() says after a colon; text has room for
 * OPTIONS_NAME bytes. Returns text. */
char *options_name(const char *name, const struct ipc_option *table,
		   const uint64_t option[IPC_OPTIONS], char *text);

/* One value as it is typed, or "default"; text has room for OPTIONS_TEXT. */
char *option_value_text(const struct ipc_option *option, uint64_t value,
			char *text);

/* What is allowed: "4K to 1M", "0 to 1", "small, huge". */
char *option_range_text(const struct ipc_option *option, char *text);

size_t options_count(const struct ipc_option *table);

#endif
