/* SPDX-License-Identifier: MIT */
/*
 * "ipcbench list": what list.c, which knows every name, has printed by
 * list_text.c as pages and tables or made into JSON by list_json.c. Both ask
 * list_here.c what this machine can do.
 */
#ifndef IPCBENCH_CLI_LIST_H
#define IPCBENCH_CLI_LIST_H

#include <jansson.h>
#include <stdbool.h>

#include "ipc/catalogue.h"

/* Figures of the report, by how a workload is timed; ends with name NULL. */
struct list_metric {
	const char *name, *unit, *better, *meaning;
	enum timing timing;
};
extern const struct list_metric list_metrics[];

/* Is this wait to be had here, in each space that the back-end claims? The
 * first refusal's reason is left in why. */
bool list_wait_here(const struct ipc_impl *impl, enum ipc_wait wait,
		    struct why *why);

/* A word more in text, which has room for size bytes: "a, b, c". */
void list_text_add(char *text, size_t size, const char *word);

/* "yes", "no: REASON", or "not by block: REASON". */
void list_here_text(const struct ipc_impl *impl, char *text, size_t size);

/* The longest message that it takes here, up to 1 GiB, in bytes (from 1 MiB
 * up in powers of two), and why it takes none longer; 0: none at all. */
size_t list_msg_max(const struct ipc_impl *impl, struct why *why);

/* Words of text, broken before the line's end; the first line starts at column
 * at, the others are indented. */
void list_wrap(size_t at, size_t indent, const char *text);

/* Text whose paragraphs end with a line feed, broken likewise, with an empty
 * line after each. */
void list_print_paragraphs(const char *text);

/* Tables of everything, in report order. */
void list_print_impls(const struct catalogue *cat);
void list_print_workloads(const struct catalogue *cat);
void list_print_placements(const struct catalogue *cat);
void list_print_idle(const struct catalogue *cat);
void list_print_metrics(const struct catalogue *cat);
void list_print_events(const struct catalogue *cat);

/* Pages. */
void list_print_impl(const struct ipc_impl *impl, const struct catalogue *cat);
void list_print_workload(const struct workload *workload);

/* The same as JSON, new references. */
json_t *list_json_impls(const struct catalogue *cat);
json_t *list_json_workloads(const struct catalogue *cat);
json_t *list_json_placements(const struct catalogue *cat);
json_t *list_json_idle(const struct catalogue *cat);
json_t *list_json_metrics(const struct catalogue *cat);
json_t *list_json_events(const struct catalogue *cat);
json_t *list_json_impl(const struct ipc_impl *impl);
json_t *list_json_workload(const struct workload *workload);

#endif
