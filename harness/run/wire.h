/* SPDX-License-Identifier: MIT */
/*
 * What goes between the orchestrator and a trial's process: a request one way,
 * a record the other, both JSON. The record has the fields of a line of
 * trials.jsonl that a trial knows; the orchestrator adds where in the design
 * it stands.
 */
#ifndef IPCBENCH_RUN_WIRE_H
#define IPCBENCH_RUN_WIRE_H

#include <jansson.h>

#include "ipc/catalogue.h"
#include "trial/trial.h"

/* New reference; NULL: no memory. */
json_t *wire_spec(const struct trial_spec *spec);

/* -EINVAL and why for what wire_spec() has not written. */
int wire_spec_read(const json_t *request, const struct catalogue *cat,
		   struct trial_spec *spec, struct why *why);

/* Sorts record->raw. New reference; NULL: no memory. */
json_t *wire_record(const struct trial_spec *spec, struct trial_record *record);

#endif
