/* SPDX-License-Identifier: MIT */
/* Numbers for people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/quantity.h"

struct scale quantity_scale(double largest, const char *unit)
{
	static const char *const times[] = {"ns", "µs", "ms", "s"};
	static const char *const prefixes[] = {"", "k", "M", "G", "T"};
	struct scale scale = {.divide = 1, .unit = ""};
	int is_time = !strcmp(unit, "ns");
	int last = is_time ? 3 : 4, i = 0;

	if (strcmp(unit, "1") == 0) /* a count is read as it is */
		return scale;
	/* 999.5 would be printed as 1000. */
	for (; i < last && largest / scale.divide >= 999.5; i++)
		scale.divide *= 1000;
	if (is_time)
		snprintf(scale.unit, sizeof(scale.unit), "%s", times[i]);
	else
		snprintf(scale.unit, sizeof(scale.unit), "%s%.11s", prefixes[i],
			 strcmp(unit, "1/s") ? unit : "msg/s");
	return scale;
}

const char *quantity_digits(double value, char *buf, size_t size)
{
	int before = value != 0 ? (int)floor(log10(fabs(value))) + 1 : 1;
	int after = before < 3 ? 3 - before : 0;

	/* 9.996 takes a digit more before the point than it seems. */
	if (fabs(value) + 0.5 * pow(10, -after) >= pow(10, before) && after)
		after--;
	snprintf(buf, size, "%.*f", after, value);
	return buf;
}

const char *quantity_size(int64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
	size_t i = 0;

	for (; i < 3 && bytes >= 1024 && bytes % 1024 == 0; i++)
		bytes /= 1024;
	snprintf(buf, size, "%lld %s", (long long)bytes, units[i]);
	return buf;
}

size_t quantity_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
