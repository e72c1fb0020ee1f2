/* SPDX-License-Identifier: MIT */
/*
 * What on this machine would spoil a measurement of IPC: checks, each with
 * what was found, whether that is good, why it matters and the command that
 * would change it. Nothing is changed.
 */
#ifndef IPCBENCH_RUN_DOCTOR_H
#define IPCBENCH_RUN_DOCTOR_H

#include <jansson.h>

enum doctor_verdict {
	DOCTOR_OK,
	DOCTOR_WARN,	/* figures need care */
	DOCTOR_BAD,	/* figures are not worth much */
	DOCTOR_UNKNOWN, /* the machine does not tell */
	DOCTOR_VERDICTS
};
/* "ok", "warn", "bad", "unknown"; ends with NULL. */
extern const char *const doctor_verdict_names[DOCTOR_VERDICTS + 1];

/*
 * Look at this machine; takes about a third of a second. "ipcbench.doctor/1":
 * {"schema", "t_ns", "checks": [{"id", "value" (null, "value_why"), "verdict",
 * "why", "command" (null where nothing here can change it), "needs_root"}]}.
 * New reference; NULL: no memory.
 */
json_t *doctor_run(void);

/* The checks of how a machine is set, from a capture of its environment
 * (run/environment.h): the array "checks" without what has to be measured. New
 * reference; NULL: no memory. */
json_t *doctor_judge(const json_t *env);

#endif
