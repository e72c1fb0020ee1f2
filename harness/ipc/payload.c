/* SPDX-License-Identifier: MIT */
/* Whole messages, for whoever does not inline them, and names. */
#include "ipc/workload.h"

void payload_write(void *buf, size_t size, uint64_t round, enum payload how)
{
	payload_write_how(buf, size, round, how);
}

bool payload_check(const void *buf, size_t size, uint64_t round,
		   enum payload how)
{
	return payload_check_how(buf, size, round, how);
}
