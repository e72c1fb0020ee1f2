/* SPDX-License-Identifier: MIT */
/* memfds that travel: sockets, windows, and how many are under way. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/memfds.h"
#include "ipc/patience.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008u
#endif

enum {
	MEMFDS_HOLD = 32,	 /* under way: a user's descriptors are, in
				    sockets, as limited as open ones */
	MEMFDS_STORE = 32 << 20, /* bytes of them, if that is two and more */
	PACKET_ROOM = 2048,	 /* what one takes of a send buffer, and more */
};

/* The packet's data; its descriptor is beside it. */
struct memfds_packet {
	uint64_t len;
};

/* With CMSG_SPACE()'s alignment. */
union memfds_control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static size_t memfd_bytes(const struct ipc_spec *spec)
{
	return shm_round(spec->msg_max, (size_t)sysconf(_SC_PAGESIZE));
}

static uint32_t hold_of(const struct ipc_spec *spec)
{
	uint32_t hold = spec->depth < MEMFDS_HOLD ? spec->depth : MEMFDS_HOLD;

	while (hold > 2 && hold * memfd_bytes(spec) > MEMFDS_STORE)
		hold /= 2;
	return hold;
}

int memfds_probe(const struct ipc_spec *spec, struct why *why)
{
	int fd =
		memfd_create("ipcbench-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		fd = memfd_create("ipcbench-probe",
				  MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	if (fd < 0)
		return why_not(why, -errno, "memfd_create: %s",
			       strerror(errno));
	close(fd);
	return parcel_fits(spec->msg_max, memfd_bytes(spec), hold_of(spec),
			   why);
}

/* Some machines allow only memfds that say that they hold no program; a kernel
 * before 6.3 does not know the word. Either can be sealed. */
static unsigned int memfd_flags(void)
{
	unsigned int flags = MFD_CLOEXEC | MFD_NOEXEC_SEAL;
	int fd = memfd_create("ipcbench-probe", flags);

	if (fd < 0)
		return MFD_CLOEXEC | MFD_ALLOW_SEALING;
	close(fd);
	return flags;
}

/* Packets that the send buffer is sure to take. */
static uint32_t socket_hold(int fd, uint32_t hold)
{
	int room = 0;
	socklen_t size = sizeof(room);

	getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &size);
	while (hold > 1 && hold * PACKET_ROOM > (uint32_t)room)
		hold /= 2;
	return hold;
}

int memfds_open(struct ipc_link *base)
{
	struct memfds_link *link = (struct memfds_link *)base;
	int err;

	link->bytes = memfd_bytes(&base->spec);
	link->flags = memfd_flags();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link->fd) < 0)
		return -errno;
	link->hold = socket_hold(link->fd[IPC_TX], hold_of(&base->spec));
	err = parcel_open(&link->parcels, link->hold);
	if (err) {
		close(link->fd[IPC_TX]);
		close(link->fd[IPC_RX]);
	}
	return err;
}

/* What is under way goes with the sockets. */
void memfds_close(struct ipc_link *base)
{
	struct memfds_link *link = (struct memfds_link *)base;

	for (int side = IPC_TX; side <= IPC_RX; side++)
		if (link->fd[side] >= 0)
			close(link->fd[side]);
	shm_close(&link->parcels);
}

/* In a process of its own a side needs no other end than its own. */
static void close_other(struct memfds_link *link, enum ipc_side side)
{
	enum ipc_side other = side == IPC_TX ? IPC_RX : IPC_TX;

	if (link->base.spec.threads || link->fd[other] < 0)
		return;
	close(link->fd[other]);
	link->fd[other] = -1;
}

int memfds_attach(struct ipc_port *base)
{
	struct memfds_port *port = (struct memfds_port *)base;
	struct memfds_link *link = (struct memfds_link *)base->link;
	void *at;
	int err;

	port->fd = link->fd[base->side];
	port->bytes = link->bytes;
	port->flags = link->flags;
	at = mmap(NULL, port->bytes, PROT_NONE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return -errno;
	port->window = at;
	err = parcel_attach(&port->parcel, &link->parcels, link->hold,
			    &link->base);
	if (err) {
		munmap(port->window, port->bytes);
		return err;
	}
	close_other(link, base->side);
	return 0;
}

void memfds_detach(struct ipc_port *base)
{
	struct memfds_port *port = (struct memfds_port *)base;
	struct memfds_link *link = (struct memfds_link *)base->link;

	munmap(port->window, port->bytes);
	if (link->base.spec.threads)
		return;
	close(port->fd);
	link->fd[base->side] = -1;
}

void memfds_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct memfds_link *link = (const struct memfds_link *)base;

	snprintf(buf, size, "%u memfds of %zu KiB under way at most",
		 link->hold, link->bytes >> 10);
}

int memfds_make(const struct memfds_port *port, const char *label)
{
	int fd = memfd_create(label, port->flags);
	int err;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)port->bytes) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int memfds_show(const struct memfds_port *port, int fd, int flags)
{
	void *at = mmap(port->window, port->bytes, PROT_READ | PROT_WRITE,
			flags | MAP_FIXED, fd, 0);

	return at == MAP_FAILED ? -errno : 0;
}

int memfds_hide(const struct memfds_port *port)
{
	void *at = mmap(port->window, port->bytes, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
			-1, 0);

	return at == MAP_FAILED ? -errno : 0;
}

int memfds_send(const struct memfds_port *port, int fd, size_t len)
{
	struct memfds_packet packet = {len};
	struct iovec iov = {&packet, sizeof(packet)};
	union memfds_control control = {.room = {0}};
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	while (sendmsg(port->fd, &m, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* One packet, or a negative errno. */
static int receive(const struct memfds_port *port, size_t *len, int flags)
{
	struct memfds_packet packet;
	struct iovec iov = {&packet, sizeof(packet)};
	union memfds_control control;
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(port->fd, &m, flags | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fd;

	if (n == 0)
		return -EPIPE;
	if (n < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	/* The descriptor is missing where this process may open no more. */
	if (!c || c->cmsg_type != SCM_RIGHTS || m.msg_flags & MSG_CTRUNC)
		return -EMFILE;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	*len = packet.len;
	return fd;
}

int memfds_recv(struct memfds_port *port, size_t *len, unsigned int flags)
{
	const struct ipc_spec *spec = &port->base.link->spec;
	struct patience patience = {0};
	int fd = receive(port, len, MSG_DONTWAIT);

	if (fd != -EAGAIN)
		return fd;
	/* The sender may wait for just the room that we hold back. */
	parcel_flush(&port->parcel);
	if (flags & IPC_NOWAIT)
		return -EAGAIN;
	while ((fd == -EAGAIN || fd == -EINTR) &&
	       patience_poll(&patience, spec))
		fd = receive(port, len, MSG_DONTWAIT);
	while (fd == -EAGAIN || fd == -EINTR)
		fd = receive(port, len, 0);
	return fd;
}
