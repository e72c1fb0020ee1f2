/* SPDX-License-Identifier: MIT */
/*
 * How long an operation polls before it sleeps, for back-ends whose waiting is
 * a system call that is tried again. (Those in shared memory use base/event.h.)
 */
#ifndef IPCBENCH_IPC_PATIENCE_H
#define IPCBENCH_IPC_PATIENCE_H

#include <sched.h>

#include "base/clock.h"
#include "ipc/backend.h"

/* One operation's polling so far: zeroed before. */
struct patience {
	uint64_t until_ns;
	unsigned int turns;
};

/* Polls between two looks at the clock, which costs less than one of them. */
enum { PATIENCE_TURNS = 8 };

static inline bool patience_hybrid(struct patience *p, uint32_t spin_ns)
{
	event_relax();
	if (p->turns++ % PATIENCE_TURNS != 0)
		return true;
	if (p->until_ns == 0)
		p->until_ns = clock_ns() + spin_ns;
	return clock_ns() < p->until_ns;
}

/* One turn between two tries, as spec.wait has it. False: sleep instead. */
static inline bool patience_poll(struct patience *p,
				 const struct ipc_spec *spec)
{
	switch (spec->wait) {
	case IPC_WAIT_SPIN:
		event_relax();
		return true;
	case IPC_WAIT_YIELD:
		sched_yield();
		return true;
	case IPC_WAIT_HYBRID:
		return patience_hybrid(p, spec->spin_ns);
	default:
		return false;
	}
}

#endif
