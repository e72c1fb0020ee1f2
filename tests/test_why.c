/* SPDX-License-Identifier: MIT */
/* Reasons: one line, valid UTF-8, and a guess that is neither wild nor shy. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/why.h"

enum { LENGTH_MAX = sizeof(((struct why *)0)->text) - 1 };

static void says_and_returns(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(why_not(&why, -ENODEV, "no %s, %d of them", "x", 3),
			 -ENODEV);
	assert_string_equal(why.text, "no x, 3 of them");
	assert_int_equal(why_not(NULL, -EPERM, "%s", "unheard"), -EPERM);
}

/* Is it JSON's idea of a string? */
static void assert_clean(const struct why *why)
{
	json_t *string = json_string(why->text);

	assert_non_null(string);
	json_decref(string);
	assert_null(strpbrk(why->text, "\n\r\t\033\177"));
	assert_true(strlen(why->text) <= LENGTH_MAX);
}

static void stays_one_clean_line(void **state)
{
	static const char *const raw[] = {
		"two\nlines\tand a tab",
		"\033[31mred\033[0m \177",
		"stray \x80 and \xff and \xc0\xaf",
		"half \xe2\x82",
		"surrogate \xed\xa0\x80",
		"too far \xf4\x90\x80\x80",
		"overlong \xe0\x80\xaf \xf0\x80\x80\xaf",
		"\xc3",
	};
	struct why why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		why_not(&why, 0, "%s", raw[i]);
		assert_clean(&why);
	}
	why_not(&why, 0, "%s", raw[0]);
	assert_string_equal(why.text, "two lines and a tab");
	why_not(&why, 0, "%s", raw[1]);
	assert_string_equal(why.text, "?[31mred?[0m ?");
	why_not(&why, 0, "%s", "kept: \xc2\xb5s \xe2\x82\xac \xf0\x9f\x98\x80");
	assert_string_equal(why.text,
			    "kept: \xc2\xb5s \xe2\x82\xac \xf0\x9f\x98\x80");
}

/* First and last of each length, and on both sides of the surrogates. */
static void keeps_every_character(void **state)
{
	static const char whole[] =
		" ~\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"
		"\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf";
	struct why why;

	(void)state;
	why_not(&why, 0, "%s", whole);
	assert_string_equal(why.text, whole);
	assert_clean(&why);
}

/* Every way in which a two-byte character can meet the end. */
static void cuts_between_characters(void **state)
{
	char raw[2 * LENGTH_MAX + 8];
	struct why why;
	size_t shift, at;

	(void)state;
	for (shift = 0; shift < 4; shift++) {
		memset(raw, 'a', shift);
		for (at = shift; at + 2 < sizeof(raw); at += 2)
			memcpy(raw + at, "\xc3\xa9", 2);
		raw[at] = '\0';
		why_not(&why, 0, "%s", raw);
		assert_clean(&why);
		assert_string_equal(why.text + strlen(why.text) - 3, "...");
		assert_null(strchr(why.text, '?'));
		assert_true(strlen(why.text) >= LENGTH_MAX - 1);
	}
}

static void fits_to_the_last_byte(void **state)
{
	char raw[LENGTH_MAX + 2];
	struct why why;

	(void)state;
	memset(raw, 'x', sizeof(raw));
	raw[LENGTH_MAX] = '\0';
	why_not(&why, 0, "%s", raw);
	assert_string_equal(why.text, raw);
	raw[LENGTH_MAX] = 'x';
	raw[LENGTH_MAX + 1] = '\0';
	why_not(&why, 0, "%s", raw);
	assert_int_equal(strlen(why.text), LENGTH_MAX);
	assert_string_equal(why.text + LENGTH_MAX - 4, "x...");
}

static const char *const names[] = {
	"unix-stream", "unix-seqpacket", "pipe", "ring", "l2", "l3", NULL,
};

static void assert_nearest(const char *word, const char *nearest)
{
	const char *got = why_nearest(word, names);

	if (!nearest && got)
		fail_msg("'%s' gave '%s'", word, got);
	if (nearest && !got)
		fail_msg("'%s' gave nothing", word);
	if (nearest)
		assert_string_equal(got, nearest);
}

static void nearest_forgives_one_slip(void **state)
{
	(void)state;
	assert_nearest("pipe", "pipe");
	assert_nearest("pip", "pipe");
	assert_nearest("pipes", "pipe");
	assert_nearest("pope", "pipe");
	assert_nearest("ippe", "pipe"); /* swapped */
	assert_nearest("PIPE", "pipe");
	assert_nearest("rin", "ring");
	assert_nearest("L3", "l3");
}

static void nearest_forgives_more_in_long_words(void **state)
{
	(void)state;
	assert_nearest("unix_strem", "unix-stream");
	assert_nearest("unixstraem", "unix-stream");
	/* Three slips of eleven letters, and then a fourth. */
	assert_nearest("unxi-strea", "unix-stream");
	assert_nearest("nuxi-straem", "unix-stream");
	assert_nearest("nuxi_straem", NULL);
}

static void nearest_does_not_guess_wildly(void **state)
{
	char endless[200];

	(void)state;
	assert_nearest("xyzzy", NULL);
	assert_nearest("", NULL);
	assert_nearest("tcp", NULL);
	assert_nearest("pp", NULL); /* two slips in a short word */
	assert_nearest("k7", NULL);
	assert_nearest("x", NULL);  /* one slip, but nothing in common */
	assert_nearest("l4", "l2"); /* the first of equals */
	memset(endless, 'p', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_nearest(endless, NULL);
}

static void nearest_skips_what_nobody_types(void **state)
{
	char endless[100];
	const char *const odd[] = {endless, "pipe", NULL};

	(void)state;
	memset(endless, 'p', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_ptr_equal(why_nearest("pipee", odd), odd[1]);
}

/* Up to 63 letters are compared, on either side. */
static void nearest_knows_its_limit(void **state)
{
	static const char *const single[] = {"a", NULL};
	char word[65], candidate[65];
	const char *const one[] = {candidate, NULL};

	(void)state;
	memset(word, 'p', sizeof(word));
	memset(candidate, 'p', sizeof(candidate));
	word[62] = candidate[63] = '\0';
	assert_ptr_equal(why_nearest(word, one), candidate);
	word[62] = 'p';
	word[63] = '\0';
	assert_ptr_equal(why_nearest(word, one), candidate);
	word[63] = 'p';
	word[64] = '\0';
	assert_null(why_nearest(word, one));
	word[63] = '\0';
	candidate[63] = 'p';
	candidate[64] = '\0';
	assert_null(why_nearest(word, one));
	/* Near enough by number, and still not meant. */
	assert_null(why_nearest("x", single));
	assert_null(why_nearest("", single));
	assert_ptr_equal(why_nearest("ba", single), single[0]);
}

static void nearest_takes_the_nearer(void **state)
{
	static const char *const near[] = {"stream-a", "streams", "stream",
					   NULL};

	(void)state;
	assert_string_equal(why_nearest("steam", near), "stream");
	assert_string_equal(why_nearest("streamsa", near), "stream-a");
}

static void unknown_lists_and_guesses(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(why_unknown(&why, "back-end", "pip", names), -EINVAL);
	assert_string_equal(why.text,
			    "back-end 'pip' is unknown; allowed: unix-stream, "
			    "unix-seqpacket, pipe, ring, l2, l3; did you mean "
			    "'pipe'?");
	why_unknown(&why, "back-end", "xyzzy", names);
	assert_string_equal(why.text,
			    "back-end 'xyzzy' is unknown; allowed: unix-stream,"
			    " unix-seqpacket, pipe, ring, l2, l3");
	assert_int_equal(why_unknown(NULL, "back-end", "pip", names), -EINVAL);
}

enum { MANY = 60 };

static void unknown_cuts_the_list_not_the_guess(void **state)
{
	static char text[MANY][24];
	const char *many[MANY + 1];
	const char *list, *item;
	struct why why;
	int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof(text[i]), "candidate-%d", i);
		many[i] = text[i];
	}
	many[MANY] = NULL;
	why_unknown(&why, "thing", "candidate-559", many);
	assert_clean(&why);
	assert_non_null(strstr(why.text, "; did you mean 'candidate-55'?"));
	assert_non_null(strstr(why.text, ", ...; did"));
	/* Whole candidates only, in order, and as many as fit. */
	list = strstr(why.text, "allowed: ") + strlen("allowed: ");
	for (i = 0; strncmp(list, "...", 3) != 0; i++) {
		item = many[i];
		assert_int_equal(strncmp(list, item, strlen(item)), 0);
		list += strlen(item) + 2;
	}
	assert_true(i > 5);
	assert_true(strlen(why.text) + strlen(", candidate-10") > LENGTH_MAX);
}

static void unknown_repeats_little_of_a_monster(void **state)
{
	char endless[5000];
	struct why why;

	(void)state;
	memset(endless, 'z', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	why_unknown(&why, "key", endless, names);
	assert_clean(&why);
	assert_non_null(strstr(why.text, "zzz...' is unknown; allowed: unix-"));
	assert_non_null(strstr(why.text, ", l2, l3"));
	endless[61] = '\0';
	why_unknown(&why, "key", endless, names);
	assert_non_null(strstr(why.text, "zzz...' is"));
	endless[60] = '\0';
	why_unknown(&why, "key", endless, names);
	assert_non_null(strstr(why.text, "zzz' is"));
}

/* Nothing to choose from is not a crash. */
static void unknown_among_none(void **state)
{
	static const char *const none[] = {NULL};
	struct why why;

	(void)state;
	assert_int_equal(why_unknown(&why, "key", "a", none), -EINVAL);
	assert_non_null(strstr(why.text, "key 'a' is unknown"));
	assert_null(strstr(why.text, "mean"));
	assert_null(strstr(why.text, "allowed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_and_returns),
		cmocka_unit_test(stays_one_clean_line),
		cmocka_unit_test(keeps_every_character),
		cmocka_unit_test(cuts_between_characters),
		cmocka_unit_test(fits_to_the_last_byte),
		cmocka_unit_test(nearest_forgives_one_slip),
		cmocka_unit_test(nearest_forgives_more_in_long_words),
		cmocka_unit_test(nearest_does_not_guess_wildly),
		cmocka_unit_test(nearest_skips_what_nobody_types),
		cmocka_unit_test(nearest_knows_its_limit),
		cmocka_unit_test(nearest_takes_the_nearer),
		cmocka_unit_test(unknown_lists_and_guesses),
		cmocka_unit_test(unknown_cuts_the_list_not_the_guess),
		cmocka_unit_test(unknown_repeats_little_of_a_monster),
		cmocka_unit_test(unknown_among_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
