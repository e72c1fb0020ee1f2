/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/sysctl.h"

enum { PATH_BYTES = 128 };

size_t sysctl_number(const char *name)
{
	char path[PATH_BYTES];
	size_t value = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%zu", &value) != 1)
		value = 0;
	fclose(f);
	return value;
}
