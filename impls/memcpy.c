/* SPDX-License-Identifier: MIT */
/* memcpy(3) in and out, in one thread: what two copies cost when nobody else
 * takes part. */
#include <errno.h>
#include <string.h>

#include "ipc/floor.h"

struct memcpy_port {
	struct floor_port floor;
	void *memory; /* a page's alignment */
};

static int memcpy_attach(struct ipc_port *base)
{
	struct memcpy_port *port = (struct memcpy_port *)base;

	floor_attach(base);
	if (port->floor.idle)
		return 0;
	port->memory = floor_map(base->msg_max);
	return port->memory ? 0 : -ENOMEM;
}

static void memcpy_detach(struct ipc_port *base)
{
	floor_unmap(((struct memcpy_port *)base)->memory, base->msg_max);
}

static ssize_t memcpy_send(struct ipc_port *tx, const void *buf, size_t len,
			   unsigned int flags)
{
	struct memcpy_port *port = (struct memcpy_port *)tx;

	(void)flags;
	if (!port->floor.idle)
		memcpy(port->memory, buf, len);
	return (ssize_t)len;
}

static ssize_t memcpy_recv(struct ipc_port *rx, void *buf, size_t len,
			   unsigned int flags)
{
	const struct memcpy_port *port = (struct memcpy_port *)rx;

	(void)flags;
	if (!port->floor.idle)
		memcpy(buf, port->memory, len);
	return (ssize_t)len;
}

static const struct ipc_ops memcpy_ops = {
	.send = memcpy_send,
	.recv = memcpy_recv,
};

const struct ipc_impl memcpy_impl = {
	.name = "memcpy",
	.brief = "two copies in one thread: what moving the bytes costs",
	.about = "A send copies the message into a buffer of the sending "
		 "port, and a recv copies as many bytes out of a buffer of the "
		 "receiving port. Nothing goes from one node to the other, and "
		 "no system call is made. A round trip is one copy in and one "
		 "copy out, both by node 0, while node 1 has nothing to do; in "
		 "a stream the sender copies in and the receiver out, each for "
		 "itself.\n"
		 "It is the floor of every mechanism that copies twice, and "
		 "half of it that of those that copy once. The gap to it is "
		 "what reaching the other side costs: cache lines that have "
		 "to come from another core, entries into the kernel, "
		 "wake-ups.\n"
		 "A message that fits the first or second cache stays there, "
		 "which no transfer between two cores can have: for small "
		 "sizes this floor lies far below what is possible. For "
		 "sizes beyond the caches it is the bandwidth of memory that "
		 "one PU gets.\n"
		 "memcpy(3); the C library picks its loop by size and "
		 "processor, and switches to stores past the caches where a "
		 "message is larger than a part of the last one.\n",
	FLOOR_IMPL,
	.contract = {.copies = {2},
		     .store = IPC_STORE_NONE,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS,
	.port_size = sizeof(struct memcpy_port),
	.probe = floor_probe,
	.attach = memcpy_attach,
	.detach = memcpy_detach,
	.ops = &memcpy_ops,
};
