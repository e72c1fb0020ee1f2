/* SPDX-License-Identifier: MIT */
/* Single values out of the files in which the kernel says how it is set. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "run/facts.h"

char *fact_trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	return text;
}

int fact_line(const char *path, char *buf, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[LINE_BYTES];
	char *text = NULL;
	int err;

	if (!file)
		return -errno;
	errno = 0;
	text = fgets(line, sizeof(line), file);
	err = errno;
	fclose(file);
	if (!text)
		return err ? -err : -ENODATA;
	text = fact_trim(text);
	if (!*text)
		return -ENODATA;
	snprintf(buf, size, "%s", text);
	return 0;
}

/* The value in a line of that key, or NULL. */
static char *field_value(char *line, const char *key)
{
	size_t n = strlen(key);
	char *value;

	if (strncmp(line, key, n) != 0)
		return NULL;
	value = line + n;
	while (isblank((unsigned char)*value))
		value++;
	if (*value != ':' && *value != '=')
		return NULL;
	return fact_trim(value + 1);
}

int fact_field(const char *path, const char *key, char *buf, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[LINE_BYTES];
	char *value = NULL;

	if (!file)
		return -errno;
	while (!value && fgets(line, sizeof(line), file))
		value = field_value(line, key);
	fclose(file);
	if (!value)
		return -ENODATA;
	snprintf(buf, size, "%s", value);
	return 0;
}

/* Is name one of "a,b,c"? "" is one of "". */
static bool names_have(const char *names, const char *name)
{
	size_t n = strlen(name);
	const char *end;

	for (;; names = end + 1) {
		end = strchrnul(names, ',');
		if ((size_t)(end - names) == n && !strncmp(names, name, n))
			return true;
		if (!*end)
			return false;
	}
}

/* Where this process's group of a controller lies below the mount point; ""
 * names the unified hierarchy, whose line has no controller. */
static int cgroup_below(const char *controller, char *path, size_t size)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[LINE_BYTES], *names, *at;
	int err = -ENOENT;

	if (!file)
		return -errno;
	while (err && fgets(line, sizeof(line), file)) {
		names = strchr(line, ':');
		at = names ? strchr(names + 1, ':') : NULL;
		if (!at)
			continue;
		*at = '\0';
		if (!names_have(names + 1, controller))
			continue;
		snprintf(path, size, "%s", fact_trim(at + 1));
		err = 0;
	}
	fclose(file);
	return err;
}

/* The path of a file of our group. In a container the group may be one of
 * outside; then the mount point itself is ours. */
static bool cgroup_find(const char *mount, const char *controller,
			const char *name, char *path, size_t size)
{
	char below[PATH_BYTES / 2] = "";

	cgroup_below(controller, below, sizeof(below));
	for (;; below[0] = '\0') {
		snprintf(path, size, "%s%s/%s", mount, below, name);
		if (access(path, R_OK) == 0)
			return true;
		if (!below[0])
			return false;
	}
}

int fact_cgroup(const char *name, char *path, size_t size)
{
	const char *file = strchr(name, '/');
	char mount[64], controller[32];

	if (!file) {
		if (cgroup_find("/sys/fs/cgroup", "", name, path, size) ||
		    cgroup_find("/sys/fs/cgroup/unified", "", name, path, size))
			return 0;
		return -ENOENT;
	}
	snprintf(controller, sizeof(controller), "%.*s", (int)(file - name),
		 name);
	snprintf(mount, sizeof(mount), "/sys/fs/cgroup/%s", controller);
	return cgroup_find(mount, controller, file + 1, path, size) ? 0
								    : -ENOENT;
}
