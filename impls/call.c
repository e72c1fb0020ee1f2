/* SPDX-License-Identifier: MIT */
/* A function call for each operation: the floor of request and answer. */
#include "ipc/floor.h"

struct call_port {
	struct floor_port floor;
	unsigned char seen; /* so that looking has an effect */
};

/* The callee. What it may not become is part of its caller. */
static __attribute__((noinline)) ssize_t call_serve(
	struct call_port *port, const unsigned char *message, size_t len)
{
	port->seen ^= message[0] ^ message[len - 1];
	return (ssize_t)len;
}

static ssize_t call_send(struct ipc_port *tx, const void *buf, size_t len,
			 unsigned int flags)
{
	struct call_port *port = (struct call_port *)tx;

	(void)flags;
	return port->floor.idle ? (ssize_t)len : call_serve(port, buf, len);
}

static ssize_t call_recv(struct ipc_port *rx, void *buf, size_t len,
			 unsigned int flags)
{
	return call_send(rx, buf, len, flags);
}

static const struct ipc_ops call_ops = {
	.send = call_send,
	.recv = call_recv,
};

const struct ipc_impl call_impl = {
	.name = "call",
	.brief = "one direct function call an operation",
	.about = "A send calls a function with the message's address and "
		 "length, which looks at its first and last byte and returns; "
		 "a recv does the same. The function is kept from being "
		 "inlined, so there is a call and a return, arguments in "
		 "registers, and no copy. A round trip is two such calls, "
		 "both by node 0, while node 1 has nothing to do.\n"
		 "It is what all communication between programs replaces: "
		 "caller and callee in one address space, on one stack, in "
		 "one thread. The price of isolation, of a second thread or "
		 "of a second PU is the distance from here.\n"
		 "Below it lies only null, which leaves this call out but not "
		 "the one through the port's table that every back-end has. "
		 "Both are a few nanoseconds: compare them by many rounds at "
		 "once, and not by a single one.\n",
	FLOOR_IMPL,
	.contract = {.copies = {0},
		     .store = IPC_STORE_NONE,
		     .calls = {"", ""},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS,
	.port_size = sizeof(struct call_port),
	.attach = floor_attach,
	.ops = &call_ops,
};
