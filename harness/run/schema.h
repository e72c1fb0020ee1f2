/* SPDX-License-Identifier: MIT */
/* What each kind of record holds: the tables behind results/README.md. */
#ifndef IPCBENCH_RUN_SCHEMA_H
#define IPCBENCH_RUN_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

#include "base/why.h"

enum schema {
	SCHEMA_MANIFEST,
	SCHEMA_CELL,
	SCHEMA_BLOCK,
	SCHEMA_TRIAL,
	SCHEMA_SUMMARY,
	SCHEMAS
};

/* "ipcbench.manifest/1" ...; ends with NULL. */
extern const char *const schema_names[SCHEMAS + 1];

/*
 * Is it such a record? Always: an object of that schema, in which what is
 * there has the right type and what a summary cannot do without is there.
 * Strictly: everything is there, and what is null gives its reason. Returns 0,
 * or -EINVAL and why, which names the key.
 */
int schema_check(enum schema schema, const json_t *record, bool strict,
		 struct why *why);

/* The value at a path of keys with dots between; NULL where there is none. */
json_t *json_at(const json_t *value, const char *path);

/* The number there into *number; false, and untouched, where there is none. */
bool json_number_at(const json_t *value, const char *path, double *number);

/* The same with what is returned where there is none. */
json_int_t json_int_at(const json_t *value, const char *path,
		       json_int_t otherwise);
const char *json_string_at(const json_t *value, const char *path,
			   const char *otherwise);

#endif
