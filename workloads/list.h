/* SPDX-License-Identifier: MIT */
/* Every workload, in report order: one line each. */
WORKLOAD(pingpong)
WORKLOAD(stream)
WORKLOAD(rpc)
WORKLOAD(order)
WORKLOAD(late)
WORKLOAD(buffer)
WORKLOAD(overload)
WORKLOAD(deadlock)
WORKLOAD(readers)
WORKLOAD(roles)
WORKLOAD(relay)
WORKLOAD(fair)
