/* SPDX-License-Identifier: MIT */
/* swapcontext(3) there and back for each operation: the C library's switch of
 * stacks and registers, which asks the kernel too. */
#include <errno.h>
#include <stdint.h>
#include <ucontext.h>

#include "ipc/floor.h"
#include "ipc/strand.h"

enum { HALF = 32 }; /* bits of a pointer that an argument carries */

struct swapcontext_port {
	struct floor_port floor;
	struct strand caller_strand, other_strand;
	const unsigned char *message;
	size_t len;
	unsigned char seen; /* so that looking has an effect */
	ucontext_t caller, other;
};

/* The other flow of control: looks at a message each time it is let. The
 * arguments are halves of the port's address, being of type int. */
static void swapcontext_main(unsigned int high, unsigned int low)
{
	uintptr_t at = (uintptr_t)((uint64_t)high << HALF | low);
	struct swapcontext_port *port = (struct swapcontext_port *)at;

	for (;;) {
		strand_arrive(&port->other_strand, &port->caller_strand);
		port->seen ^= port->message[0] ^ port->message[port->len - 1];
		strand_leave(&port->other_strand, &port->caller_strand);
		swapcontext(&port->other, &port->caller);
	}
}

static ssize_t swapcontext_step(struct ipc_port *base, const void *buf,
				size_t len)
{
	struct swapcontext_port *port = (struct swapcontext_port *)base;
	int err;

	if (port->floor.idle)
		return (ssize_t)len;
	port->message = buf;
	port->len = len;
	strand_leave(&port->caller_strand, &port->other_strand);
	err = swapcontext(&port->caller, &port->other) < 0 ? -errno : 0;
	strand_arrive(&port->caller_strand, &port->other_strand);
	return err ? err : (ssize_t)len;
}

static int swapcontext_attach(struct ipc_port *base)
{
	struct swapcontext_port *port = (struct swapcontext_port *)base;
	uint64_t at = (uintptr_t)port;
	int err = strand_open(&port->other_strand);

	if (err)
		return err;
	floor_attach(base);
	if (getcontext(&port->other) < 0) {
		err = -errno;
		strand_close(&port->other_strand);
		return err;
	}
	port->caller_strand = strand_own();
	port->other.uc_stack.ss_sp = port->other_strand.low;
	port->other.uc_stack.ss_size = port->other_strand.bytes;
	port->other.uc_link = NULL;
	makecontext(&port->other, (void (*)(void))swapcontext_main, 2,
		    (unsigned int)(at >> HALF), (unsigned int)at);
	return 0;
}

static void swapcontext_detach(struct ipc_port *base)
{
	strand_close(&((struct swapcontext_port *)base)->other_strand);
}

static ssize_t swapcontext_send(struct ipc_port *tx, const void *buf,
				size_t len, unsigned int flags)
{
	(void)flags;
	return swapcontext_step(tx, buf, len);
}

static ssize_t swapcontext_recv(struct ipc_port *rx, void *buf, size_t len,
				unsigned int flags)
{
	(void)flags;
	return swapcontext_step(rx, buf, len);
}

static const struct ipc_ops swapcontext_ops = {
	.send = swapcontext_send,
	.recv = swapcontext_recv,
};

#define TWO_MASKS "rt_sigprocmask rt_sigprocmask"

const struct ipc_impl swapcontext_impl = {
	.name = "swapcontext",
	.brief = "swapcontext(3) to another stack and back",
	.about = "A send switches to a second flow of control in the same "
		 "thread with swapcontext(3); that looks at the message's "
		 "first and last byte and switches back the same way. A recv "
		 "does the same. A round trip is four switches, all by node "
		 "0, while node 1 has nothing to do.\n"
		 "It does what the fiber floor does, and takes many times as "
		 "long: a context in the sense of POSIX includes the mask of "
		 "blocked signals, which only the kernel knows, so that each "
		 "switch makes an rt_sigprocmask(2). It also saves and loads "
		 "the state of the floating point unit. The gap between the "
		 "two floors is the price of an interface that was specified "
		 "before anyone switched a million times a second.\n"
		 "makecontext(3); POSIX removed these functions in 2008.\n",
	FLOOR_IMPL,
	.contract = {.copies = {0},
		     .store = IPC_STORE_NONE,
		     .calls = {TWO_MASKS, TWO_MASKS},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS,
	.port_size = sizeof(struct swapcontext_port),
	.attach = swapcontext_attach,
	.detach = swapcontext_detach,
	.ops = &swapcontext_ops,
};
