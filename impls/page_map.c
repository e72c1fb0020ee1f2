/* SPDX-License-Identifier: MIT */
/* Pages mapped, touched and unmapped for each operation: what it costs to have
 * memory appear in an address space and go again. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/shm.h"
#include "ipc/floor.h"

struct page_map_port {
	struct floor_port floor;
	int fd; /* of the pages, all of them present */
	size_t page;
};

static int page_map_attach(struct ipc_port *base)
{
	struct page_map_port *port = (struct page_map_port *)base;
	struct shm shm;
	int err;

	floor_attach(base);
	port->fd = -1;
	if (port->floor.idle)
		return 0;
	err = shm_open_anon(&shm, "ipcbench-page-map", base->msg_max, false);
	if (err)
		return err;
	munmap(shm.at, shm.bytes);
	port->fd = shm.fd;
	port->page = (size_t)sysconf(_SC_PAGESIZE);
	return 0;
}

static void page_map_detach(struct ipc_port *base)
{
	int fd = ((struct page_map_port *)base)->fd;

	if (fd >= 0)
		close(fd);
}

static ssize_t page_map_step(struct ipc_port *base, size_t len)
{
	const struct page_map_port *port = (struct page_map_port *)base;
	unsigned char *at;

	if (port->floor.idle)
		return (ssize_t)len;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, port->fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	/* A store that the compiler cannot leave out. */
	for (size_t i = 0; i < len; i += port->page)
		__atomic_store_n(&at[i], 1, __ATOMIC_RELAXED);
	if (munmap(at, len) < 0)
		return -errno;
	return (ssize_t)len;
}

static ssize_t page_map_send(struct ipc_port *tx, const void *buf, size_t len,
			     unsigned int flags)
{
	(void)buf;
	(void)flags;
	return page_map_step(tx, len);
}

static ssize_t page_map_recv(struct ipc_port *rx, void *buf, size_t len,
			     unsigned int flags)
{
	(void)buf;
	(void)flags;
	return page_map_step(rx, len);
}

static const struct ipc_ops page_map_ops = {
	.send = page_map_send,
	.recv = page_map_recv,
};

const struct ipc_impl page_map_impl = {
	.name = "page-map",
	.brief = "the message's pages mapped, touched and unmapped",
	.about = "A send maps as many bytes as the message has of a memory "
		 "file (memfd_create(2)) with mmap(2), stores one byte in each "
		 "page, and unmaps them with munmap(2); a recv does the same "
		 "with pages of its own port. No byte of the message moves. A "
		 "round trip is two mappings, two unmappings and two faults a "
		 "page, all by node 0, while node 1 has nothing to do.\n"
		 "The pages are there all along: the fault only finds them and "
		 "fills in the page table (a minor fault). Unmapping clears "
		 "the entries and flushes them from the TLB. So this is the "
		 "floor of handing over memory by mapping it anew for each "
		 "message, and it grows with the number of pages, as copying "
		 "grows with the number of bytes. Beside memcpy it says from "
		 "which size on, if any, remapping is the cheaper way.\n"
		 "Between threads on two PUs, what is unmapped has to leave "
		 "both TLBs: the flush interrupts the other PU and waits for "
		 "it. Between processes it stays local. (In a stream both "
		 "nodes map, and threads also take turns on the lock of their "
		 "address space.)\n"
		 "mmap(2), mm/memory.c, mm/mmu_gather.c.\n",
	FLOOR_IMPL,
	.contract = {.copies = {0},
		     .store = IPC_STORE_NONE,
		     .calls = {"mmap munmap", "mmap munmap"},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS,
	.port_size = sizeof(struct page_map_port),
	.probe = floor_probe,
	.attach = page_map_attach,
	.detach = page_map_detach,
	.ops = &page_map_ops,
};
