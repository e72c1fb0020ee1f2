/* SPDX-License-Identifier: MIT */
/* Reasons, kept to one line of valid UTF-8, and what a mistyped word meant. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/why.h"

enum {
	WORD_MAX = 63,	/* longer words are nobody's typing error */
	QUOTE_MAX = 60, /* bytes of a bad word that are repeated */
};

/* Bytes of the UTF-8 character at s, or 0 where there is none. Overlong forms
 * and surrogates count as none: JSON refuses them. */
static size_t utf8_length(const unsigned char *s)
{
	size_t n, i;

	if (*s < 0x80)
		return 1;
	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	n = *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* Leave one line that a terminal and a JSON file can both take. */
static void make_line(char *text)
{
	unsigned char *s = (unsigned char *)text;

	while (*s) {
		size_t n = utf8_length(s);

		if (n == 0 || *s < 0x20 || *s == 0x7f) {
			*s = *s == '\n' || *s == '\t' ? ' ' : '?';
			n = 1;
		}
		s += n;
	}
}

/* Mark a text that did not fit, and cut it between two characters. */
static void mark_cut(char *text, size_t size)
{
	static const char mark[] = "...";
	size_t end = size - sizeof(mark);

	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, mark, sizeof(mark));
}

int why_not(struct why *why, int err, const char *fmt, ...)
{
	va_list args;
	int n;

	if (!why)
		return err;
	va_start(args, fmt);
	n = vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	if (n < 0)
		why->text[0] = '\0';
	else if ((size_t)n >= sizeof(why->text))
		mark_cut(why->text, sizeof(why->text));
	make_line(why->text);
	return err;
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int least = a < b ? a : b;

	return least < c ? least : c;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment: insert, delete, change one, swap two neighbours.
 * Case does not count. Neither word is longer than WORD_MAX. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int rows[3][WORD_MAX + 1];
	unsigned int *two = rows[0], *one = rows[1], *now = rows[2], *oldest;
	size_t na = strlen(a), nb = strlen(b), i, j;

	for (j = 0; j <= nb; j++)
		one[j] = (unsigned int)j;
	for (i = 1; i <= na; i++) {
		now[0] = (unsigned int)i;
		for (j = 1; j <= nb; j++) {
			now[j] = min3(one[j] + 1, now[j - 1] + 1,
				      one[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]) && two[j - 2] + 1 < now[j])
				now[j] = two[j - 2] + 1;
		}
		oldest = two;
		two = one;
		one = now;
		now = oldest;
	}
	return one[nb];
}

const char *why_nearest(const char *word, const char *const *candidates)
{
	size_t len = strlen(word), longer;
	unsigned int limit = len / 3 > 1 ? (unsigned int)(len / 3) : 1, d;
	const char *nearest = NULL;

	if (len > WORD_MAX)
		return NULL;
	for (; *candidates; candidates++) {
		longer = strlen(*candidates);
		if (longer > WORD_MAX)
			continue;
		if (longer < len)
			longer = len;
		d = distance(word, *candidates);
		/* With no letter in common it was not meant, however short. */
		if (d > limit || d >= longer)
			continue;
		if (nearest && d >= distance(word, nearest))
			continue;
		nearest = *candidates;
	}
	return nearest;
}

/* "a, b, c" into buf, ending with "..." after the last that fits whole. */
static void join(char *buf, size_t size, const char *const *candidates)
{
	static const char more[] = ", ...";
	size_t at = 0;

	buf[0] = '\0';
	for (; *candidates; candidates++) {
		const char *comma = at ? ", " : "";
		size_t need = strlen(comma) + strlen(*candidates);
		size_t after = candidates[1] ? sizeof(more) : 1;

		if (at + need + after > size) {
			snprintf(buf + at, size - at, "%s", at ? more : "...");
			return;
		}
		at += (size_t)sprintf(buf + at, "%s%s", comma, *candidates);
	}
}

int why_unknown(struct why *why, const char *what, const char *word,
		const char *const *candidates)
{
	const char *nearest = why_nearest(word, candidates);
	const char *dots = strlen(word) > QUOTE_MAX ? "..." : "";
	char head[140], tail[sizeof("; did you mean ''?") + WORD_MAX] = "";
	char list[sizeof(why->text)];
	size_t taken;

	if (nearest)
		snprintf(tail, sizeof(tail), "; did you mean '%s'?", nearest);
	snprintf(head, sizeof(head), "%.40s '%.*s%s' is unknown%s", what,
		 QUOTE_MAX, word, dots, *candidates ? "; allowed: " : "");
	taken = strlen(head) + strlen(tail);
	join(list, sizeof(why->text) - taken, candidates);
	return why_not(why, -EINVAL, "%s%s%s", head, list, tail);
}
