/* SPDX-License-Identifier: MIT */
/* The cheapest system call for each operation: what entering the kernel and
 * leaving it costs. */
#include <sys/syscall.h>
#include <unistd.h>

#include "ipc/floor.h"

static ssize_t syscall_send(struct ipc_port *tx, const void *buf, size_t len,
			    unsigned int flags)
{
	(void)buf;
	(void)flags;
	/* By number: a library may remember what it returned. */
	if (!((struct floor_port *)tx)->idle)
		syscall(SYS_getppid);
	return (ssize_t)len;
}

static ssize_t syscall_recv(struct ipc_port *rx, void *buf, size_t len,
			    unsigned int flags)
{
	return syscall_send(rx, buf, len, flags);
}

static const struct ipc_ops syscall_ops = {
	.send = syscall_send,
	.recv = syscall_recv,
};

const struct ipc_impl syscall_impl = {
	.name = "syscall",
	.brief = "one getppid(2) an operation: what entering the kernel costs",
	.about = "A send is one getppid(2), and a recv is another; the message "
		 "is not looked at and goes nowhere. getppid does next to "
		 "nothing in the kernel: it reads one number, without a lock. "
		 "What is left is the entry, the dispatch and the way back. A "
		 "round trip is two of them, both by node 0, while node 1 has "
		 "nothing to do.\n"
		 "It is the floor of every mechanism with a system call a "
		 "message: a pipe, which needs a write and a read on each "
		 "side, cannot be below it. Times the number of calls that a "
		 "back-end names, it says how much of a figure is just the "
		 "border.\n"
		 "What the border costs is a property of processor and kernel "
		 "together: defences against speculation (separate page "
		 "tables, return thunks, indirect branch barriers) are paid "
		 "there, and are listed in "
		 "/sys/devices/system/cpu/vulnerabilities. So are seccomp "
		 "filters, as containers have them.\n",
	FLOOR_IMPL,
	.contract = {.copies = {0},
		     .store = IPC_STORE_NONE,
		     .calls = {"getppid", "getppid"},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS,
	.port_size = sizeof(struct floor_port),
	.attach = floor_attach,
	.ops = &syscall_ops,
};
