/* SPDX-License-Identifier: MIT */
/* Who may copy, where from, and the copy itself. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/rights.h"
#include "base/sysctl.h"
#include "ipc/cma.h"

enum {
	BUFFERS_OTHER = 1, /* on the side that has not the store */
	DUMPABLE = 1,
};

/* kernel.yama.ptrace_scope; without Yama nothing more is asked for. */
enum { SCOPE_CLASSIC, SCOPE_RESTRICTED, SCOPE_ADMIN, SCOPE_NONE };

/* The calls themselves may be missing, or a filter may forbid them. */
static int probe_calls(struct why *why)
{
	char from = 1, to = 0;
	struct iovec source = {&from, 1}, sink = {&to, 1};

	if (process_vm_readv(getpid(), &sink, 1, &source, 1, 0) != 1)
		return why_not(why, -errno, "process_vm_readv: %s",
			       strerror(errno));
	if (process_vm_writev(getpid(), &source, 1, &sink, 1, 0) != 1)
		return why_not(why, -errno, "process_vm_writev: %s",
			       strerror(errno));
	return 0;
}

static int probe_rights(struct why *why)
{
	size_t scope = sysctl_number("kernel/yama/ptrace_scope");

	if (scope >= SCOPE_NONE)
		return why_not(why, -EPERM,
			       "process_vm_readv of another process: "
			       "kernel.yama.ptrace_scope is %zu",
			       scope);
	if (rights_have(CAP_SYS_PTRACE))
		return 0;
	if (scope == SCOPE_ADMIN)
		return why_not(why, -EPERM,
			       "process_vm_readv of another process: "
			       "kernel.yama.ptrace_scope is %zu and "
			       "CAP_SYS_PTRACE is missing",
			       scope);
	if (prctl(PR_GET_DUMPABLE) != DUMPABLE)
		return why_not(
			why, -EPERM,
			"process_vm_readv of another process: this "
			"program may not be dumped (PR_GET_DUMPABLE) and "
			"CAP_SYS_PTRACE is missing");
	return 0;
}

int cma_allowed(const struct ipc_spec *spec, struct why *why)
{
	int err = probe_calls(why);

	return err || spec->threads ? err : probe_rights(why);
}

int cma_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t buffers = (size_t)spec->depth + BUFFERS_OTHER;
	int err = cma_allowed(spec, why);

	if (!err)
		err = parcel_fits(spec->msg_max, parcel_stride(spec->msg_max),
				  buffers, why);
	return err;
}

int cma_open(struct ipc_link *base)
{
	struct cma_link *link = (struct cma_link *)base;

	link->trial = getpid();
	return parcel_open(&link->parcels, base->spec.depth);
}

void cma_close(struct ipc_link *base)
{
	shm_close(&((struct cma_link *)base)->parcels);
}

void cma_describe(const struct ipc_link *base, char *buf, size_t size)
{
	snprintf(buf, size, "%u buffers of %zu B in private memory",
		 base->spec.depth, parcel_stride(base->spec.msg_max));
}

/*
 * With Yama's restricted scope a process is traced by its ancestors only, and
 * participants are siblings: let the trial's descendants too. Without Yama
 * there is no such call, and no need of it.
 */
static void admit(const struct cma_link *link)
{
	if (!link->base.spec.threads)
		prctl(PR_SET_PTRACER, (unsigned long)link->trial);
}

int cma_attach(struct ipc_port *base, bool keeps)
{
	struct cma_port *port = (struct cma_port *)base;
	const struct cma_link *link = (struct cma_link *)base->link;
	uint32_t depth = base->link->spec.depth;
	void *at;
	int err;

	err = parcel_attach(&port->parcel, &link->parcels, depth, base->link);
	if (err)
		return err;
	port->stride = parcel_stride(base->msg_max);
	port->own_bytes = (keeps ? depth : BUFFERS_OTHER) * port->stride;
	err = parcel_map(&at, port->own_bytes);
	if (err)
		return err;
	port->own = at;
	if (keeps) {
		admit(link);
		parcel_here(&port->parcel, at);
	}
	return 0;
}

void cma_detach(struct ipc_port *base)
{
	struct cma_port *port = (struct cma_port *)base;

	parcel_unmap(port->own, port->own_bytes);
}

/* Where the other side has the buffer at pos. */
static struct iovec remote(struct cma_port *port, size_t len)
{
	size_t at = parcel_buffer(&port->parcel) * port->stride;

	if (port->there.pid == 0)
		port->there = parcel_there(&port->parcel);
	return (struct iovec){(char *)port->there.at + at, len};
}

/* One vector is copied whole, or not. */
static int copied(ssize_t n, size_t len)
{
	if (n == (ssize_t)len)
		return 0;
	if (n >= 0)
		return -EFAULT;
	return errno == ESRCH ? -EPIPE : -errno;
}

int cma_get(struct cma_port *port, void *buf, size_t len)
{
	struct iovec from = remote(port, len), to = {buf, len};

	return copied(process_vm_readv(port->there.pid, &to, 1, &from, 1, 0),
		      len);
}

int cma_put(struct cma_port *port, const void *buf, size_t len)
{
	struct iovec to = remote(port, len), from = {(void *)buf, len};

	return copied(process_vm_writev(port->there.pid, &from, 1, &to, 1, 0),
		      len);
}
