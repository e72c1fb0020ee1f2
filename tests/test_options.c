/* SPDX-License-Identifier: MIT */
/* Options as they are typed: there and back, and what is refused. Sizes, too,
 * which they are made of. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/size.h"
#include "ipc/options.h"

static const char *const pages[] = {"small", "huge", NULL};
static const struct ipc_option table[] = {
	{.name = "size",
	 .help = "bytes",
	 .kind = IPC_OPTION_SIZE,
	 .min = 4096,
	 .max = 1 << 20},
	{.name = "batch",
	 .help = "messages",
	 .kind = IPC_OPTION_COUNT,
	 .preset = 1,
	 .min = 1,
	 .max = 64},
	{.name = "pages",
	 .help = "of which size",
	 .kind = IPC_OPTION_CHOICE,
	 .preset = 1,
	 .names = pages},
	{.name = NULL},
};

static uint64_t option[IPC_OPTIONS];
static struct why why;

static int parse(const char *text)
{
	options_preset(table, option);
	return options_parse("tube", table, text, option, &why);
}

static void presets(void **state)
{
	char text[OPTIONS_TEXT];

	(void)state;
	assert_int_equal(options_count(table), 3);
	assert_int_equal(options_count(NULL), 0);
	assert_int_equal(parse(""), 0);
	assert_int_equal(option[0], 0);
	assert_int_equal(option[1], 1);
	assert_int_equal(option[2], 1);
	assert_string_equal(options_text(table, option, text), "");
}

static void there_and_back(void **state)
{
	char text[OPTIONS_NAME];

	(void)state;
	assert_int_equal(parse("pages=small,size=64K"), 0);
	assert_int_equal(option[0], 65536);
	assert_int_equal(option[1], 1);
	assert_int_equal(option[2], 0);
	/* In the table's order, so that one configuration has one name. */
	assert_string_equal(options_text(table, option, text),
			    "size=64K,pages=small");
	assert_string_equal(options_name("tube", table, option, text),
			    "tube:size=64K,pages=small");
	assert_int_equal(parse("size=64K,batch=1,pages=huge"), 0);
	assert_string_equal(options_name("tube", table, option, text),
			    "tube:size=64K");
	options_preset(NULL, option);
	assert_string_equal(options_name("plain", NULL, option, text), "plain");
}

static void values(void **state)
{
	char text[OPTIONS_TEXT];

	(void)state;
	assert_string_equal(option_value_text(&table[0], 0, text), "default");
	assert_string_equal(option_value_text(&table[0], 5000, text), "5000");
	assert_string_equal(option_value_text(&table[2], 1, text), "huge");
	assert_string_equal(option_range_text(&table[0], text), "4K to 1M");
	assert_string_equal(option_range_text(&table[1], text), "1 to 64");
	assert_string_equal(option_range_text(&table[2], text), "small, huge");
}

static void refused(const char *text, const char *expected)
{
	assert_int_equal(parse(text), -EINVAL);
	assert_string_equal(why.text, expected);
}

static void refusals(void **state)
{
	(void)state;
	refused("siez=64K", "option of tube 'siez' is unknown; allowed: size, "
			    "batch, pages; did you mean 'size'?");
	refused("size=2M", "tube:size '2M' is not allowed: 4K to 1M");
	refused("size=1", "tube:size '1' is not allowed: 4K to 1M");
	refused("size=", "tube:size '' is not allowed: 4K to 1M");
	refused("batch=-1", "tube:batch '-1' is not allowed: 1 to 64");
	refused("batch= 2", "tube:batch ' 2' is not allowed: 1 to 64");
	refused("batch=2x", "tube:batch '2x' is not allowed: 1 to 64");
	refused("batch=0", "tube:batch '0' is not allowed: 1 to 64");
	refused("batch=99999999999999999999",
		"tube:batch '99999999999999999999' is not allowed: 1 to 64");
	refused("pages=big",
		"tube:pages 'big' is unknown; allowed: small, huge");
	refused("pages=hug", "tube:pages 'hug' is unknown; allowed: small, "
			     "huge; did you mean 'huge'?");
	refused("batch", "option 'batch' of tube is not key=value");
	refused("size=4K,oops=1", "option of tube 'oops' is unknown; allowed: "
				  "size, batch, pages");
	options_preset(NULL, option);
	assert_int_equal(options_parse("plain", NULL, "size=1", option, &why),
			 -EINVAL);
	assert_string_equal(why.text, "plain has no options, so no 'size'");
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		int err;
		uint64_t bytes;
	} rows[] = {
		{"0", 0, 0},
		{"64", 0, 64},
		{"4K", 0, 4096},
		{"4k", 0, 4096},
		{"3M", 0, 3 << 20},
		{"1G", 0, 1 << 30},
		{"2G", -ERANGE, 0},
		{"1073741825", -ERANGE, 0},
		{"18446744073709551616", -ERANGE, 0},
		{"17592186044416M", -ERANGE, 0},
		{"", -EINVAL, 0},
		{"K", -EINVAL, 0},
		{"-1", -EINVAL, 0},
		{" 1", -EINVAL, 0},
		{"1KB", -EINVAL, 0},
		{"1T", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t bytes = 0;

		assert_int_equal(size_parse(rows[i].text, 1 << 30, &bytes),
				 rows[i].err);
		assert_int_equal(bytes, rows[i].bytes);
	}
}

static void size_texts(void **state)
{
	char text[SIZE_TEXT];

	(void)state;
	assert_string_equal(size_text(0, text), "0");
	assert_string_equal(size_text(1000, text), "1000");
	assert_string_equal(size_text(4096, text), "4K");
	assert_string_equal(size_text(3 << 20, text), "3M");
	assert_string_equal(size_text(UINT64_C(1) << 40, text), "1024G");
	assert_string_equal(size_text(UINT64_MAX, text),
			    "18446744073709551615");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presets), cmocka_unit_test(there_and_back),
		cmocka_unit_test(values),  cmocka_unit_test(refusals),
		cmocka_unit_test(sizes),   cmocka_unit_test(size_texts),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
