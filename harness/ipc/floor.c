/* SPDX-License-Identifier: MIT */
/* Links without anything in them, and memory for their ports. */
#include <errno.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "ipc/floor.h"

/* A port may take this part of what is left: a round trip has two that hold a
 * message, beside what its nodes have. */
enum { FLOOR_SHARE = 8 };

int floor_open(struct ipc_link *link)
{
	(void)link;
	return 0;
}

void floor_close(struct ipc_link *link)
{
	(void)link;
}

int floor_attach(struct ipc_port *port)
{
	const struct ipc_link *link = port->link;
	enum ipc_side served = link->answers ? IPC_TX : IPC_RX;

	((struct floor_port *)port)->idle =
		link->spec.calls && port->side == served;
	return 0;
}

int floor_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t limit = memory_available() / FLOOR_SHARE;

	if (spec->msg_max <= limit)
		return 0;
	return why_not(why, -ENOMEM,
		       "a port holds a message, %zu MiB, over the %zu MiB that "
		       "one may take of what is left here",
		       spec->msg_max >> 20, limit >> 20);
}

void *floor_map(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void floor_unmap(void *at, size_t bytes)
{
	if (at)
		munmap(at, bytes);
}
