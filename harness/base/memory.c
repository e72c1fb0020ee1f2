/* SPDX-License-Identifier: MIT */
/* Memory that is left: /proc/meminfo, and control groups of both versions. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	PATH_BYTES = 4096,
	LINE_BYTES = 4096,
	RESERVE = 8, /* this part is left to others */
	KIB = 1024,
};

/* Where one version of control groups keeps what. */
struct groups {
	const char *list; /* begins our line in /proc/self/cgroup, in ':' */
	const char *mount;
	const char *limit, *used;
};

static const struct groups versions[] = {
	{"::", "/sys/fs/cgroup", "memory.max", "memory.current"},
	{":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes",
	 "memory.usage_in_bytes"},
};

/* The number after key, or the first in the file with a key of "". False:
 * there is none; a limit may be "max". */
static bool number_after(const char *path, const char *key, uint64_t *value)
{
	FILE *file = fopen(path, "re");
	char line[LINE_BYTES], *at, *end;
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		at = line + strlen(key);
		at += strspn(at, ": ");
		*value = strtoull(at, &end, 10);
		found = end != at;
	}
	fclose(file);
	return found;
}

static bool group_number(const struct groups *groups, const char *below,
			 const char *name, const char *key, uint64_t *value)
{
	char path[PATH_BYTES];
	int n = snprintf(path, sizeof(path), "%s%s/%s", groups->mount, below,
			 name);

	return n < (int)sizeof(path) && number_after(path, key, value);
}

/* What one group leaves. Pages of files count as used, and go when asked. */
static uint64_t group_left(const struct groups *groups, const char *below)
{
	static const char *const cached[] = {"inactive_file", "active_file"};
	uint64_t limit, used, cache;

	if (!group_number(groups, below, groups->limit, "", &limit) ||
	    !group_number(groups, below, groups->used, "", &used))
		return UINT64_MAX;
	for (size_t i = 0; i < sizeof(cached) / sizeof(*cached); i++)
		if (group_number(groups, below, "memory.stat", cached[i],
				 &cache))
			used -= cache < used ? cache : used;
	return limit > used ? limit - used : 0;
}

/* Where our group lies below the mount point, without a slash at its end. */
static bool group_find(const struct groups *groups, char *below, size_t size)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[LINE_BYTES], *at = NULL;

	if (!file)
		return false;
	while (!at && fgets(line, sizeof(line), file))
		at = strstr(line, groups->list);
	fclose(file);
	if (!at)
		return false;
	at += strlen(groups->list);
	at[strcspn(at, "\n")] = '\0';
	snprintf(below, size, "%s", strcmp(at, "/") == 0 ? "" : at);
	return true;
}

/* What our group and those around it leave. In a container the path may be
 * one of outside, but the mount point itself is ours. */
static uint64_t groups_left(const struct groups *groups)
{
	uint64_t least = UINT64_MAX, left;
	char below[PATH_BYTES / 2];
	char *slash;

	if (!group_find(groups, below, sizeof(below)))
		return UINT64_MAX;
	for (;;) {
		left = group_left(groups, below);
		if (left < least)
			least = left;
		slash = strrchr(below, '/');
		if (!slash)
			return least;
		*slash = '\0';
	}
}

size_t memory_available(void)
{
	uint64_t least = UINT64_MAX, left;

	if (number_after("/proc/meminfo", "MemAvailable", &left) &&
	    left < UINT64_MAX / KIB)
		least = left * KIB;
	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		left = groups_left(&versions[i]);
		if (left < least)
			least = left;
	}
	if (least >= SIZE_MAX)
		return SIZE_MAX;
	return (size_t)(least - least / RESERVE);
}
