/* SPDX-License-Identifier: MIT */
/* Memory that is left, and that what wants more is refused, not killed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/shm.h"

static size_t installed(void)
{
	return (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
}

static void test_memory__is_a_part_of_the_machine(void **state)
{
	(void)state;
	assert_true(memory_available() > 0);
	assert_true(memory_available() < installed());
}

static void test_memory__refuses_what_is_not_there(void **state)
{
	struct shm shm, untouched;

	(void)state;
	memset(&shm, 0x5a, sizeof(shm));
	untouched = shm;
	assert_int_equal(shm_open_anon(&shm, "test", installed(), false),
			 -ENOMEM);
	assert_int_equal(shm_open_anon(&shm, "test", installed(), true),
			 -ENOMEM);
	assert_memory_equal(&shm, &untouched, sizeof(shm));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory__is_a_part_of_the_machine),
		cmocka_unit_test(test_memory__refuses_what_is_not_there),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
