/* SPDX-License-Identifier: MIT */
/*
 * Copy on write: a sealed memfd a message, mapped private by both sides.
 *
 * The order is the kernel's: F_SEAL_WRITE is refused while somebody has the
 * file mapped shared and writable, so the sender maps it private, over the
 * mapping it wrote through, before it seals.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/memfds.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

enum { COW_FAULT };
enum { FAULT_LAZY, FAULT_POPULATE };

static const char *const fault_names[] = {"lazy", "populate", NULL};

static const struct ipc_option cow_options[] = {
	[COW_FAULT] = {.name = "fault",
		       .help = "the receiver maps pages as it reads them, or "
			       "all with one more call",
		       .kind = IPC_OPTION_CHOICE,
		       .preset = FAULT_LAZY,
		       .names = fault_names},
	{.name = NULL},
};

enum { COW_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

struct cow_port {
	struct memfds_port memfds;
	bool populate;
};

static int cow_attach(struct ipc_port *base)
{
	struct cow_port *port = (struct cow_port *)base;

	port->populate = base->link->spec.option[COW_FAULT] == FAULT_POPULATE;
	return memfds_attach(base);
}

static int cow_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		    unsigned int flags)
{
	struct memfds_port *memfds = &((struct cow_port *)tx)->memfds;
	int err = parcel_room(&memfds->parcel, flags);
	int fd;

	assert(len <= tx->msg_max);
	if (err)
		return err;
	fd = memfds_make(memfds, "ipcbench-cow");
	if (fd < 0)
		return fd;
	/* All of it will be written. */
	err = memfds_show(memfds, fd, MAP_SHARED | MAP_POPULATE);
	if (err) {
		close(fd);
		return err;
	}
	m->data = memfds->window;
	m->len = len;
	m->cookie = (uint64_t)fd;
	return 0;
}

static int cow_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, COW_SEALS) ? -errno : 0;
}

/* The sender still sees what it sent, until its next loan. To populate this
 * mapping would copy all of it. */
static int cow_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct memfds_port *memfds = &((struct cow_port *)tx)->memfds;
	int fd = (int)m->cookie;
	int err = memfds_show(memfds, fd, MAP_PRIVATE);

	if (!err)
		err = cow_seal(fd);
	if (!err)
		err = memfds_send(memfds, fd, m->len);
	close(fd);
	if (!err)
		parcel_sent(&memfds->parcel);
	return err;
}

static int cow_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct cow_port *port = (struct cow_port *)rx;
	struct memfds_port *memfds = &port->memfds;
	size_t len = 0;
	int fd = memfds_recv(memfds, &len, flags), err;

	if (fd < 0)
		return fd;
	err = memfds_show(memfds, fd, MAP_PRIVATE);
	close(fd);
	/* For reading: entries for writing would have to be copies. */
	if (!err && port->populate &&
	    madvise(memfds->window, memfds->bytes, MADV_POPULATE_READ))
		err = -errno;
	if (err)
		return err;
	m->data = memfds->window;
	m->len = len;
	return 0;
}

/* It stays in the window, as it is, until the next one replaces it. */
static int cow_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	parcel_done(&((struct cow_port *)rx)->memfds.parcel);
	return 0;
}

static int cow_probe(const struct ipc_spec *spec, struct why *why)
{
	/* Of no pages: a kernel before 5.14 refuses this advice, and takes
	 * others. */
	if (spec->option[COW_FAULT] == FAULT_POPULATE &&
	    madvise(NULL, 0, MADV_POPULATE_READ))
		return why_not(why, -errno, "madvise(MADV_POPULATE_READ): %s",
			       strerror(errno));
	return memfds_probe(spec, why);
}

static const struct ipc_ops cow_ops = {
	.loan = cow_loan,
	.publish = cow_publish,
	.take = cow_take,
	.release = cow_release,
};

const struct ipc_impl cow_impl = {
	.name = "cow",
	.brief = "copy on write: a sealed memfd, private to both sides",
	.about =
		"To send by copy on write, both sides share the pages of a "
		"message for reading, and who writes to one gets a copy of it "
		"first. Linux has no call for that between processes that are "
		"not parent and child, but it can be put together. The sender "
		"writes into a fresh memfd that it has mapped shared, maps the "
		"same file private over it, seals the file against writing "
		"(F_SEAL_WRITE) and passes the descriptor through a socket "
		"pair (SCM_RIGHTS). The receiver maps it private, too. From "
		"the seal on, nobody can change the file: a store of either "
		"side copies that page for it alone.\n"
		"Without the seal this would be no snapshot: pages of a "
		"private mapping that were not written yet show what others "
		"store in the file. And the order matters: the kernel refuses "
		"the seal while a shared writable mapping exists, and to "
		"pre-fault the private mapping for writing would copy all of "
		"it at once.\n"
		"Isolation is complete, against malice as well, and both may "
		"go on writing in what they have. The price is that a sealed "
		"file cannot be used again: every page of every message is "
		"allocated, zeroed, mapped and freed. fault=populate has the "
		"receiver map all pages with one madvise(2) in place of a "
		"fault for every 16 of them. What a workload here does not do "
		"is write to messages: then each page costs a fault and a copy "
		"more.\n"
		"At most 32 messages are under way, fewer of large ones. "
		"See fcntl(2), memfd_create(2), mm/memfd.c, and for copy on "
		"write as a way to send Rashid et al., Machine-Independent "
		"Virtual Memory Management (ASPLOS 1987).\n",
	.family = IPC_TRANSFER,
	.contract = {.copies = {[IPC_API_LEND] = 0},
		     .copier = {[IPC_API_LEND] = IPC_BY_PAGES},
		     .calls = {"memfd_create ftruncate mmap mmap fcntl sendmsg "
			       "close",
			       "recvmsg mmap close"},
		     .wake = IPC_WAKE_CALL},
	.options = cow_options,
	.memory = IPC_MEMORY_COW,
	.caps = IPC_RELIABLE | IPC_ZEROCOPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct memfds_link),
	.port_size = sizeof(struct cow_port),
	.probe = cow_probe,
	.open = memfds_open,
	.close = memfds_close,
	.attach = cow_attach,
	.detach = memfds_detach,
	.describe = memfds_describe,
	.ops = &cow_ops,
};
