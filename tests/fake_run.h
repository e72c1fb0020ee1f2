/* SPDX-License-Identifier: MIT */
/*
 * Makes results folders without measuring anything: records with every key
 * that results/README.md asks for and with the figures that the caller wants.
 */
#ifndef IPCBENCH_TESTS_FAKE_RUN_H
#define IPCBENCH_TESTS_FAKE_RUN_H

#include <jansson.h>

#include "run/results.h"

/* All of these return new references, complete and valid, to alter at will.
 * They abort where memory runs out. */
json_t *fake_manifest(void);

json_t *fake_env(json_int_t pus, const char *hypervisor);

/* Put env.json, env-end.json and job.ini: "none" and 8 PUs are a machine that
 * nothing speaks against. */
void fake_files(struct results *results, json_int_t pus,
		const char *hypervisor);

/* workload "pingpong" has metric rtt; any other the two rates. placement
 * "same-pu" is PU 0 alone, any other the PUs 0 and 1. */
json_t *fake_cell(const char *workload, const char *backend, json_int_t size_b,
		  const char *placement, const char *wait);

/* Two quiet PUs, two sizes copied. */
json_t *fake_block(const struct results *results, json_int_t block);

/*
 * A trial that passed. value is its first metric: ns, or messages per second.
 * line_ns is the round trip of a cache line before and after; 0 for none. The
 * samples lie in bins around the value.
 */
json_t *fake_trial(const struct results *results, const json_t *cell,
		   json_int_t block, double value, double line_ns);

/* Make the trial one that failed, without figures. */
void fake_fail(json_t *trial, const char *verdict, const char *why);

/* Append and drop the reference; aborts where that fails. */
void fake_put(struct results *results, enum results_file file, json_t *record);

/* Say in the manifest how it ended, and close. */
void fake_end(struct results *results, json_t *manifest, const char *status);

/*
 * A whole run of cells x blocks trials: several back-ends, both workloads,
 * sizes, placements, two cache-line classes, flags, modes, tails; each trial's
 * histogram has about this many bins. Returns 0 or a negative errno.
 */
int fake_run(const char *dir, unsigned int cells, unsigned int blocks,
	     unsigned int bins);

#endif
