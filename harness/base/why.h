/* SPDX-License-Identifier: MIT */
/*
 * A reason: one line for a person, without a full stop, written by whoever
 * found the cause and passed up unchanged. It becomes a row of the report, a
 * record's "*_why" or the line of an error.
 */
#ifndef IPCBENCH_BASE_WHY_H
#define IPCBENCH_BASE_WHY_H

#include <stddef.h>

struct why {
	char text[240];
};

/* Write the reason (cut where it is too long) and return err, so that a
 * refusal reads "return why_not(why, -EINVAL, ...)". why may be NULL. */
int why_not(struct why *why, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The candidate nearest to word by edit distance (with transpositions), or
 * NULL when none is near enough to be meant. Candidates end with NULL.
 */
const char *why_nearest(const char *word, const char *const *candidates);

/*
 * "WHAT 'word' is unknown; allowed: a, b, c; did you mean 'b'?" into why.
 * Returns -EINVAL.
 */
int why_unknown(struct why *why, const char *what, const char *word,
		const char *const *candidates);

#endif
