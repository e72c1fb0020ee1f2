/* SPDX-License-Identifier: MIT */
/*
 * The cache-line round trip between two nodes: a compare-and-swap on one
 * line, and two lines with a writer each ("mailbox"). The first tells where
 * a hypervisor really put the PUs, which the topology that it shows does not;
 * the second is the floor under every round trip in shared memory.
 */
#ifndef IPCBENCH_TRIAL_LINE_H
#define IPCBENCH_TRIAL_LINE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/shm.h"

/* In memory that both nodes share, zeroed before each use. */
struct line_probe {
	_Alignas(SHM_APART) _Atomic uint64_t cas;
	_Alignas(SHM_APART) _Atomic uint64_t mail[2][SHM_APART / 8];
	_Alignas(SHM_APART) _Atomic uint64_t here[2];
	_Atomic uint64_t stop;
};

struct line_floor {
	double line_ns;	   /* 0: not measured, the peer did not answer */
	double mailbox_ns; /* likewise */
};

/*
 * Play side 0 or 1. Both call it at about the same time, on different PUs;
 * each phase takes about budget_ns and gives up after ten milliseconds without
 * an answer. Only side 0 gets figures.
 */
void line_measure(struct line_probe *probe, unsigned int side,
		  uint64_t budget_ns, struct line_floor *floor);

#endif
