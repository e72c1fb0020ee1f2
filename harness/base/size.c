/* SPDX-License-Identifier: MIT */
/* Sizes with the suffixes K, M and G. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

static const char suffixes[] = "KMG";
enum { SUFFIX_BITS = 10 };

int size_parse(const char *text, uint64_t max, uint64_t *bytes)
{
	unsigned long long got;
	const char *suffix;
	char *end;
	int shift = 0;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	got = strtoull(text, &end, 10);
	suffix = *end ? strchr(suffixes, toupper((unsigned char)*end)) : NULL;
	if (suffix) {
		shift = SUFFIX_BITS * (int)(suffix - suffixes + 1);
		end++;
	}
	if (*end)
		return -EINVAL;
	if (errno || got > max >> shift)
		return -ERANGE;
	*bytes = (uint64_t)got << shift;
	return 0;
}

char *size_text(uint64_t bytes, char *text)
{
	int n = 0;

	while (suffixes[n] && bytes && bytes % (1u << SUFFIX_BITS) == 0) {
		bytes >>= SUFFIX_BITS;
		n++;
	}
	snprintf(text, SIZE_TEXT, "%llu%.*s", (unsigned long long)bytes, n > 0,
		 n > 0 ? &suffixes[n - 1] : "");
	return text;
}
