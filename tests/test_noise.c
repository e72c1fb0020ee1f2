/* SPDX-License-Identifier: MIT */
/* The noise probe sees what disturbs a PU, and says where it could not look. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/topology.h"
#include "trial/noise.h"

#define PROBE_NS (10 * NS_PER_MS)

static unsigned int first_pu(void)
{
	unsigned int pu = 0;
	cpu_set_t allowed;

	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	while (!CPU_ISSET(pu, &allowed))
		pu++;
	return pu;
}

static void assert_probed(const struct noise *noise, unsigned int pu,
			  uint64_t probe_ns)
{
	assert_int_equal(noise->pu, pu);
	assert_true(noise->probed_ns >= probe_ns);
	assert_true(noise->gap_limit_ns >= NS_PER_US);
	assert_true(noise->lost_ns <= noise->probed_ns);
	assert_true(noise->gap_max_ns <= noise->lost_ns);
	assert_true(noise->lost_ns >= noise->gaps * noise->gap_limit_ns);
	assert_int_equal(noise->gaps == 0, noise->gap_max_ns == 0);
	/* From 100 GHz to 10 MHz. */
	assert_true(noise->op_ns > 0.01 && noise->op_ns < 100);
}

static void a_pu_is_probed(void **state)
{
	unsigned int pu = first_pu();
	struct noise noise = {0};

	(void)state;
	assert_int_equal(noise_probe(&noise, &pu, 1, PROBE_NS), 0);
	assert_probed(&noise, pu, PROBE_NS);
}

/* Three probes of one PU take turns: what one gets is a gap to the others. */
static void others_on_the_pu_are_gaps(void **state)
{
	unsigned int pu = first_pu(), pus[3] = {pu, pu, pu}, i;
	uint64_t lost_ns = 0, probed_ns = 0;
	struct noise noise[3];

	(void)state;
	assert_int_equal(noise_probe(noise, pus, 3, 10 * PROBE_NS), 0);
	for (i = 0; i < 3; i++) {
		assert_probed(&noise[i], pu, 10 * PROBE_NS);
		assert_true(noise[i].gaps > 0);
		lost_ns += noise[i].lost_ns;
		probed_ns += noise[i].probed_ns;
	}
	/* Two thirds in theory, were all three there all of the time. */
	assert_true(lost_ns * 4 > probed_ns);
}

static void a_pu_that_is_not_there_is_not_probed(void **state)
{
	unsigned int pus[2] = {CPU_SETSIZE - 1, first_pu()};
	struct noise noise[2];

	(void)state;
	if (topology_bind(pus[0], NULL) == 0) {
		print_message("this machine has all PUs there can be\n");
		skip();
	}
	assert_int_equal(noise_probe(noise, pus, 2, PROBE_NS), 0);
	assert_int_equal(noise[0].pu, pus[0]);
	assert_int_equal(noise[0].probed_ns, 0);
	assert_int_equal(noise[0].gaps, 0);
	assert_probed(&noise[1], pus[1], PROBE_NS);
}

static void no_pus_are_no_error(void **state)
{
	(void)state;
	assert_int_equal(noise_probe(NULL, NULL, 0, PROBE_NS), 0);
}

static void no_child_is_left(void **state)
{
	(void)state;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void ticks_are_of_one_pu(void **state)
{
	struct pu_ticks ticks = {1, 2, 3}, later;
	unsigned int pu = first_pu();

	(void)state;
	assert_false(noise_ticks(CPU_SETSIZE * 16, &ticks));
	assert_int_equal(ticks.steal, 1);
	assert_true(noise_ticks(pu, &ticks));
	assert_true(noise_ticks(pu, &later));
	assert_true(later.steal >= ticks.steal);
	assert_true(later.irq >= ticks.irq);
	assert_true(later.softirq >= ticks.softirq);
}

static void pressure_is_a_percentage(void **state)
{
	double percent = noise_pressure();

	(void)state;
	if (access("/proc/pressure/cpu", R_OK))
		assert_true(percent < 0);
	else
		assert_true(percent >= 0 && percent <= 100);
}

static void memcpy_has_a_bandwidth(void **state)
{
	static const size_t sizes[] = {1, 64, 4096, 65536, 1 << 20, 16 << 20};
	double byte_per_s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		byte_per_s = noise_memcpy_byte_per_s(sizes[i], NS_PER_MS);
		/* Between a tape and all of a machine's caches at once. */
		assert_true(byte_per_s > 1e6 && byte_per_s < 1e13);
	}
	assert_true(noise_memcpy_byte_per_s(0, NS_PER_MS) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pu_is_probed),
		cmocka_unit_test(others_on_the_pu_are_gaps),
		cmocka_unit_test(a_pu_that_is_not_there_is_not_probed),
		cmocka_unit_test(no_pus_are_no_error),
		cmocka_unit_test(no_child_is_left),
		cmocka_unit_test(ticks_are_of_one_pu),
		cmocka_unit_test(pressure_is_a_percentage),
		cmocka_unit_test(memcpy_has_a_bandwidth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
