/* SPDX-License-Identifier: MIT */
/*
 * How quiet the machine is, seen from a PU: gaps in a loop that does nothing
 * but read the clock, speed of a chain of dependent additions, and what the
 * kernel says was taken from the PU.
 */
#ifndef IPCBENCH_TRIAL_NOISE_H
#define IPCBENCH_TRIAL_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct noise {
	unsigned int pu;
	uint64_t probed_ns;
	uint64_t gap_limit_ns; /* longer than this between two reads: a gap */
	uint64_t gaps;
	uint64_t lost_ns; /* sum of the gaps */
	uint64_t gap_max_ns;
	double op_ns; /* one dependent addition: the inverse of frequency */
};

/*
 * Probe n PUs at the same time for probe_ns each, from children pinned to
 * them. Returns 0 or a negative errno; a PU that could not be probed has
 * probed_ns 0.
 */
int noise_probe(struct noise *noise, const unsigned int *pus, size_t n,
		uint64_t probe_ns);

/* Ticks that /proc/stat counts for one PU; false where it does not list it. */
struct pu_ticks {
	uint64_t steal, irq, softirq;
};
bool noise_ticks(unsigned int pu, struct pu_ticks *ticks);

/* "some avg10" of /proc/pressure/cpu in percent; negative where absent. */
double noise_pressure(void);

/* Bandwidth of memcpy(3) for a size, from a warm source to a warm
 * destination, both touched before: the roofline of a copy. Takes about
 * budget_ns. */
double noise_memcpy_byte_per_s(size_t size, uint64_t budget_ns);

#endif
