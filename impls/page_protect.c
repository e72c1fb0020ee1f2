/* SPDX-License-Identifier: MIT */
/* Write access taken away and given back for each operation: what it costs to
 * have every PU forget what it knows of a page. */
#include <errno.h>
#include <sys/mman.h>

#include "ipc/floor.h"

struct page_protect_port {
	struct floor_port floor;
	void *memory; /* shared: so access comes back without a fault */
};

static int page_protect_attach(struct ipc_port *base)
{
	struct page_protect_port *port = (struct page_protect_port *)base;

	floor_attach(base);
	if (port->floor.idle)
		return 0;
	port->memory = floor_map(base->msg_max);
	return port->memory ? 0 : -ENOMEM;
}

static void page_protect_detach(struct ipc_port *base)
{
	floor_unmap(((struct page_protect_port *)base)->memory, base->msg_max);
}

static ssize_t page_protect_step(struct ipc_port *base, size_t len)
{
	const struct page_protect_port *port = (struct page_protect_port *)base;

	if (port->floor.idle)
		return (ssize_t)len;
	if (mprotect(port->memory, len, PROT_READ) < 0 ||
	    mprotect(port->memory, len, PROT_READ | PROT_WRITE) < 0)
		return -errno;
	return (ssize_t)len;
}

static ssize_t page_protect_send(struct ipc_port *tx, const void *buf,
				 size_t len, unsigned int flags)
{
	(void)buf;
	(void)flags;
	return page_protect_step(tx, len);
}

static ssize_t page_protect_recv(struct ipc_port *rx, void *buf, size_t len,
				 unsigned int flags)
{
	(void)buf;
	(void)flags;
	return page_protect_step(rx, len);
}

static const struct ipc_ops page_protect_ops = {
	.send = page_protect_send,
	.recv = page_protect_recv,
};

const struct ipc_impl page_protect_impl = {
	.name = "page-protect",
	.brief = "the message's pages made read-only and writable again",
	.about = "A send makes as many bytes as the message has, of memory of "
		 "the port, read-only with mprotect(2) and writable again with "
		 "a second call; a recv does the same with the memory of its "
		 "own port. Nothing is copied and no page faults. A round "
		 "trip is four calls, two of which take access away, all by "
		 "node 0, while node 1 polls on its PU.\n"
		 "Each call rewrites the page table entries of the range. "
		 "Taking access away must also be known at once: whatever PU "
		 "may have an entry in its TLB has to drop it before the call "
		 "returns. Giving it back could do without, as a stale entry "
		 "only faults once more; Linux on x86-64 flushes then, too. So "
		 "this is the floor of transfers that revoke the sender's "
		 "access instead of copying.\n"
		 "Compare threads with processes, on two PUs: a TLB belongs "
		 "to an address space. Where a second thread of the process "
		 "runs on another PU, the flush is an interrupt sent there "
		 "and waited for (a shootdown); between processes it stays "
		 "local. Some processors can flush others by an "
		 "instruction (aarch64, recent AMD).\n"
		 "mprotect(2), mm/mprotect.c, arch/x86/mm/tlb.c.\n",
	FLOOR_IMPL,
	.contract = {.copies = {0},
		     .store = IPC_STORE_NONE,
		     .calls = {"mprotect mprotect", "mprotect mprotect"},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS,
	.port_size = sizeof(struct page_protect_port),
	.probe = floor_probe,
	.attach = page_protect_attach,
	.detach = page_protect_detach,
	.ops = &page_protect_ops,
};
