/* SPDX-License-Identifier: MIT */
/* MSG_ZEROCOPY and TCP_ZEROCOPY_RECEIVE: TCP over loopback that is asked not
 * to copy. */
#include <time.h> /* for the next that needs it */

#include <assert.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/errqueue.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rights.h"
#include "ipc/endpoint.h"
#include "ipc/loopback.h"
#include "ipc/parcel.h"

enum { RECEIVE };
enum { RECEIVE_COPY, RECEIVE_MAP };

static const char *const receive_names[] = {"copy", "map", NULL};

static const struct ipc_option zc_options[] = {
	[RECEIVE] = {"receive",
		     "copy: read(2); map: TCP_ZEROCOPY_RECEIVE, then a copy",
		     IPC_OPTION_CHOICE, RECEIVE_COPY, 0, 0, receive_names},
	{0},
};

enum {
	BUFFERS_MIN = 2,
	BUFFERS_MAX = 16,     /* few, or the kernel runs out of memory for
				 notices (net.core.optmem_max) */
	BUFFERS_TAKEN = 1,    /* of the receiver, for lent messages */
	STORE = 4 << 20,      /* bytes of buffers, if that is two and more */
	MAP_MAX = 1 << 20,    /* bytes that are mapped at once */
	OVERHEAD = 4,	      /* socket buffer used for a byte, at most */
	NOTICE_ROOM = 128,    /* bytes of ancillary data */
	BUSY_MS = 1,	      /* until memory is tried for again */
	TRY_MS = 100,	      /* for the notice that describe asks for */
	TRY_BYTES = 64 << 10, /* so many that zero-copy would be worth it */
};

struct zc_link {
	struct fd_link ends;
	struct shm parcels;
	size_t stride;
	uint32_t depth;
};

struct zc_port {
	struct fd_port end;
	struct parcel parcel;
	unsigned char *own; /* the store, or the receiver's one buffer */
	size_t own_bytes;
	size_t stride;
	unsigned char *map; /* receiver: pages of the socket, or NULL */
	size_t map_bytes;

	/* Sender: each send(2) has a number, and a notice says which ones the
	 * kernel has let go of. */
	uint32_t sent;		   /* next number */
	uint32_t freed;		   /* all before this one are let go of */
	uint32_t ahead;		   /* so many more, not in a row */
	uint32_t due[BUFFERS_MAX]; /* freed gets here: the buffer is ours */
};

static int make_sockets(struct fd_link *link, struct why *why)
{
	struct loopback_tcp how = {.nodelay = true};
	int err = loopback_tcp(link, &how, why), on = 1;

	if (err)
		return err;
	if (setsockopt(link->fd[IPC_TX], SOL_SOCKET, SO_ZEROCOPY, &on,
		       sizeof(on)) < 0)
		return why_not(why, -errno, "SO_ZEROCOPY: %s", strerror(errno));
	return 0;
}

static void *map_socket(int fd, size_t bytes)
{
	return mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
}

static int make_probe(struct fd_link *link, struct why *why)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int err = make_sockets(link, why);
	void *at;

	if (err || link->base.spec.option[RECEIVE] != RECEIVE_MAP)
		return err;
	at = map_socket(link->fd[IPC_RX], page);
	if (at == MAP_FAILED)
		return why_not(why, -errno,
			       "mmap of a socket, for TCP_ZEROCOPY_RECEIVE: %s",
			       strerror(errno));
	munmap(at, page);
	return 0;
}

static uint32_t buffers_for(const struct ipc_spec *spec)
{
	uint32_t n = BUFFERS_MIN;

	while (2 * n <= BUFFERS_MAX &&
	       2 * n * parcel_stride(spec->msg_max) <= STORE)
		n *= 2;
	return n;
}

static int zc_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t buffers = buffers_for(spec) + BUFFERS_TAKEN;
	struct rlimit pinned;
	int err;

	err = parcel_fits(spec->msg_max, parcel_stride(spec->msg_max), buffers,
			  why);
	if (err)
		return err;
	if (!rights_have(CAP_IPC_LOCK) &&
	    getrlimit(RLIMIT_MEMLOCK, &pinned) == 0 &&
	    parcel_stride(spec->msg_max) > pinned.rlim_cur / 2)
		return why_not(why, -ENOBUFS,
			       "two messages of %zu B, pinned until they are "
			       "acknowledged, are over RLIMIT_MEMLOCK, %zu B",
			       spec->msg_max, (size_t)pinned.rlim_cur);
	return fd_probe(make_probe, spec, why);
}

static int zc_open(struct ipc_link *base)
{
	struct zc_link *link = (struct zc_link *)base;
	int err = fd_open(make_sockets, base);

	if (err)
		return err;
	link->stride = parcel_stride(base->spec.msg_max);
	link->depth = buffers_for(&base->spec);
	err = parcel_open(&link->parcels, link->depth);
	if (err)
		fd_close(base);
	return err;
}

static void zc_close(struct ipc_link *base)
{
	shm_close(&((struct zc_link *)base)->parcels);
	fd_close(base);
}

/* The window that the kernel maps what has arrived into. */
static int map_window(struct zc_port *port)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = shm_round(port->end.base.msg_max, page);
	void *at;

	port->map_bytes = bytes < MAP_MAX ? bytes : MAP_MAX;
	at = map_socket(port->end.fd, port->map_bytes);
	if (at == MAP_FAILED)
		return -errno;
	port->map = at;
	return 0;
}

static void zc_detach(struct ipc_port *base)
{
	struct zc_port *port = (struct zc_port *)base;

	if (port->map)
		munmap(port->map, port->map_bytes);
	fd_detach(base);
	parcel_unmap(port->own, port->own_bytes);
}

/* Messages that the socket surely has room for, as IPC_NOWAIT asks. */
static uint32_t eager(const struct zc_link *link)
{
	size_t fit = link->ends.room_max / OVERHEAD / link->stride;

	if (fit == 0)
		return 1;
	return fit < link->depth ? (uint32_t)fit : link->depth;
}

static int zc_attach(struct ipc_port *base)
{
	struct zc_port *port = (struct zc_port *)base;
	const struct zc_link *link = (struct zc_link *)base->link;
	bool maps = base->link->spec.option[RECEIVE] == RECEIVE_MAP;
	bool sends = base->side == IPC_TX;
	void *at;
	int err;

	err = parcel_attach(&port->parcel, &link->parcels, link->depth,
			    base->link);
	if (err)
		return err;
	port->parcel.eager = eager(link);
	port->stride = link->stride;
	port->own_bytes = (sends ? link->depth : BUFFERS_TAKEN) * link->stride;
	err = parcel_map(&at, port->own_bytes);
	if (err)
		return err;
	port->own = at;
	err = fd_attach(base);
	if (err) {
		parcel_unmap(port->own, port->own_bytes);
		return err;
	}
	err = maps && !sends ? map_window(port) : 0;
	if (err)
		zc_detach(base);
	return err;
}

/* What the error queue says next: the numbers from *low to *high are let go
 * of, and whether they were copied. 0, -EAGAIN or another negative errno. */
static int read_notice(int fd, uint32_t *low, uint32_t *high, bool *copied)
{
	_Alignas(struct cmsghdr) char room[NOTICE_ROOM];
	struct msghdr msg = {.msg_control = room,
			     .msg_controllen = sizeof(room)};
	const struct sock_extended_err *e;
	struct cmsghdr *c;

	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return -errno;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_level != SOL_IP || c->cmsg_type != IP_RECVERR)
		return -EPROTO;
	e = (const void *)CMSG_DATA(c);
	if (e->ee_origin != SO_EE_ORIGIN_ZEROCOPY)
		return -EPROTO;
	*low = e->ee_info;
	*high = e->ee_data;
	*copied = e->ee_code & SO_EE_CODE_ZEROCOPY_COPIED;
	return 0;
}

/*
 * Read one notice, where there is one. They come in order unless TCP had to
 * send something again: then what came early counts once all of it is there.
 */
static int reap(struct zc_port *port)
{
	uint32_t low, high;
	bool copied;
	int err = read_notice(port->end.fd, &low, &high, &copied);

	if (err)
		return err;
	if (low == port->freed)
		port->freed = high + 1;
	else
		port->ahead += high - low + 1;
	if (port->freed + port->ahead == port->sent) {
		port->freed = port->sent;
		port->ahead = 0;
	}
	return 0;
}

/* Between two looks at the error queue, which poll(2) always asks for. */
static int await_notice(struct zc_port *port, struct patience *p,
			int timeout_ms)
{
	struct pollfd look = {.fd = port->end.fd};
	int err = reap(port);

	if (err != -EAGAIN)
		return err;
	if (patience_poll(p, &port->end.base.link->spec))
		return 0;
	if (poll(&look, 1, timeout_ms) > 0 && look.revents & POLLHUP &&
	    reap(port) == -EAGAIN)
		return -EPIPE;
	return 0;
}

/*
 * 0 once the buffer at pos is ours: the receiver has read the message that was
 * in it, and the kernel has let go of its pages, which it keeps until the
 * receiver's side acknowledges them. One notice is read for each message, as
 * one comes for each.
 */
static int zc_room(struct zc_port *port, unsigned int flags)
{
	uint32_t due = port->due[parcel_buffer(&port->parcel)];
	struct patience p = {0};
	int err = parcel_room(&port->parcel, flags);

	if (err)
		return err;
	err = reap(port);
	if (err && err != -EAGAIN)
		return err;
	while ((int32_t)(port->freed - due) < 0) {
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		err = await_notice(port, &p, -1);
		if (err)
			return err;
	}
	return 0;
}

/* A send(2) failed. The kernel may be out of memory for notices or for what a
 * user may pin, and a notice that waits would end poll(2) at once. */
static int after_send(struct zc_port *port, int error, struct patience *p)
{
	int err;

	if (error == ENOBUFS)
		return await_notice(port, p, BUSY_MS);
	err = error == EAGAIN && port->freed != port->sent ? reap(port) : 0;
	if (err && err != -EAGAIN)
		return err;
	return fd_after_error(&port->end, error, POLLOUT, p);
}

/* Send the buffer at pos, all of it. */
static int send_all(struct zc_port *port, size_t len)
{
	uint32_t buffer = parcel_buffer(&port->parcel);
	const unsigned char *at = port->own + buffer * port->stride;
	struct patience p = {0};
	size_t done = 0;

	while (done < len) {
		ssize_t n = send(port->end.fd, at + done, len - done,
				 MSG_ZEROCOPY | MSG_NOSIGNAL);
		int err = n < 0 ? after_send(port, errno, &p) : 0;

		if (err)
			return err;
		if (n > 0) {
			done += (size_t)n;
			port->due[buffer] = ++port->sent;
		}
	}
	parcel_sent(&port->parcel);
	return 0;
}

static unsigned char *buffer_at(const struct zc_port *port)
{
	return port->own + parcel_buffer(&port->parcel) * port->stride;
}

static int zc_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		   unsigned int flags)
{
	struct zc_port *port = (struct zc_port *)tx;
	int err = zc_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = buffer_at(port);
	m->len = len;
	return 0;
}

static int zc_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	return send_all((struct zc_port *)tx, m->len);
}

static ssize_t zc_send(struct ipc_port *tx, const void *buf, size_t len,
		       unsigned int flags)
{
	struct zc_port *port = (struct zc_port *)tx;
	int err = zc_room(port, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(buffer_at(port), buf, len);
	err = send_all(port, len);
	return err ? err : (ssize_t)len;
}

/* What has arrived in whole pages is mapped and copied from there. Returns the
 * bytes, or a negative errno; in *odd how many are to be read instead. */
static ssize_t recv_mapped(const struct zc_port *port, unsigned char *buf,
			   size_t len, size_t *odd)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t want = len < port->map_bytes ? len : port->map_bytes;
	struct tcp_zerocopy_receive z = {
		.address = (uintptr_t)port->map,
		.length = (uint32_t)(want & ~(page - 1)),
	};
	socklen_t size = sizeof(z);

	if (getsockopt(port->end.fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &z,
		       &size) < 0)
		return errno == EIO ? -EPIPE : -errno;
	if (z.length > 0) {
		memcpy(buf, port->map, z.length);
		/* They count against the receive buffer while mapped. */
		madvise(port->map, z.length, MADV_DONTNEED);
	}
	*odd = z.recv_skip_hint;
	return z.length;
}

/* Bytes that were mapped or read, or a negative errno. */
static ssize_t recv_some(const struct zc_port *port, unsigned char *buf,
			 size_t len)
{
	size_t odd = len;
	ssize_t n = 0, more;

	if (len >= (size_t)sysconf(_SC_PAGESIZE))
		n = recv_mapped(port, buf, len, &odd);
	if (n < 0)
		return n;
	len -= (size_t)n;
	if (odd == 0 || len == 0)
		return n > 0 ? n : -EAGAIN;
	more = read(port->end.fd, buf + n, odd < len ? odd : len);
	if (more > 0)
		return n + more;
	if (n > 0)
		return n;
	return more < 0 ? -errno : -EPIPE;
}

static ssize_t recv_map(struct zc_port *port, unsigned char *buf, size_t len)
{
	struct patience p = {0};
	size_t done = 0;

	while (done < len) {
		ssize_t n = recv_some(port, buf + done, len - done);
		int err =
			n < 0 ? fd_after_error(&port->end, (int)-n, POLLIN, &p)
			      : 0;

		if (err)
			return err;
		if (n > 0)
			done += (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t recv_any(struct zc_port *port, void *buf, size_t len,
			unsigned int flags)
{
	if (!port->map)
		return fd_stream_recv(&port->end.base, buf, len, flags);
	if (flags & IPC_NOWAIT && !fd_ready(port->end.fd, POLLIN))
		return -EAGAIN;
	return recv_map(port, buf, len);
}

static ssize_t zc_recv(struct ipc_port *rx, void *buf, size_t len,
		       unsigned int flags)
{
	struct zc_port *port = (struct zc_port *)rx;
	ssize_t n = recv_any(port, buf, len, flags);

	if (n > 0)
		parcel_done(&port->parcel);
	else
		parcel_flush(&port->parcel);
	return n;
}

static int zc_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct zc_port *port = (struct zc_port *)rx;
	ssize_t n = zc_recv(rx, port->own, rx->msg_max, flags);

	if (n < 0)
		return (int)n;
	m->data = port->own;
	m->len = (size_t)n;
	return 0;
}

/* The message is a copy of the receiver's own, and its buffer given back. */
static int zc_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)rx;
	(void)m;
	return 0;
}

/* Send a message over a connection of its own and see what the notice says. */
static const char *try_copied(void)
{
	struct fd_link link = {.fd = {-1, -1}};
	struct pollfd look;
	const char *said = "no notice came";
	void *at = NULL;
	uint32_t low, high;
	bool copied;

	if (make_sockets(&link, NULL) || parcel_map(&at, TRY_BYTES))
		goto out;
	look = (struct pollfd){.fd = link.fd[IPC_TX]};
	if (send(link.fd[IPC_TX], at, TRY_BYTES, MSG_ZEROCOPY | MSG_NOSIGNAL) >
		    0 &&
	    poll(&look, 1, TRY_MS) > 0 &&
	    read_notice(link.fd[IPC_TX], &low, &high, &copied) == 0)
		said = copied ? "loopback copies all the same"
			      : "loopback does not copy";
	parcel_unmap(at, TRY_BYTES);
out:
	fd_close(&link.base);
	return said;
}

static void zc_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct zc_link *link = (const struct zc_link *)base;

	snprintf(buf, size,
		 "send buffer %zu B at first, %u buffers of %zu B; %s",
		 link->ends.room_max, link->depth, link->stride, try_copied());
}

static const struct ipc_ops zc_ops = {
	.send = zc_send,
	.recv = zc_recv,
	.loan = zc_loan,
	.publish = zc_publish,
	.take = zc_take,
	.release = zc_release,
};

const struct ipc_impl tcp_zerocopy_impl = {
	.name = "tcp-zerocopy",
	.brief = "TCP over loopback with MSG_ZEROCOPY, which copies there",
	.about =
		"With MSG_ZEROCOPY send(2) does not copy the message: the "
		"segments refer to the sender's pages, which are pinned until "
		"the other side has acknowledged them. When they are let go "
		"of, the kernel puts a notice into the socket's error queue, "
		"and recvmsg(2) with MSG_ERRQUEUE reads it: a system call "
		"more for each message. Only then may the sender write there "
		"again; here it also waits until the receiver has counted the "
		"message in shared memory, so that a sender never runs more "
		"than its 2 to 16 buffers ahead.\n"
		"It was made for network cards that fetch the pages "
		"themselves. Loopback has none: the receiver's queue must not "
		"hold pages that another program may alter, so the kernel "
		"copies them when the segment is turned round, and the notice "
		"says so (SO_EE_CODE_ZEROCOPY_COPIED); the record of a trial "
		"has what it said. So the copy is not saved, it is made later, "
		"and pinning and notices come on top: expect it to be slower "
		"than plain TCP. With the copying interface there is a copy "
		"more, as send() must give its caller's buffer back at once.\n"
		"With receive=map the receiver asks for the segments' pages "
		"to be mapped into its memory (TCP_ZEROCOPY_RECEIVE), which "
		"needs whole pages: after a plain send the bytes do not lie "
		"so, after MSG_ZEROCOPY most do. A segment begins and ends "
		"where it likes, and what is no whole page must be read; a "
		"message has to be in one piece, so it is copied from the "
		"mapping to where the rest is read. That replaces the "
		"kernel's copy by one of the program's own, and making and "
		"undoing the mapping comes on top.\n"
		"Messages of 1 MiB sometimes wait for TCP's timers, those of "
		"plain TCP over loopback too (/proc/net/netstat counts loss "
		"probes and delayed acknowledgements): such trials are a mode "
		"of their own.\n"
		"Documentation/networking/msg_zerocopy.rst; man 7 tcp; "
		"net/core/skbuff.c (skb_orphan_frags_rx), net/ipv4/tcp.c.\n",
	.family = IPC_TRANSFER,
	.contract = {.copies = {3, 2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH, IPC_BY_BOTH},
		     .calls = {"recvmsg sendto", "read"},
		     .wake = IPC_WAKE_CALL},
	.options = zc_options,
	.memory = IPC_MEMORY_COPIED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_PROCESSES |
		IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct zc_link),
	.port_size = sizeof(struct zc_port),
	.probe = zc_probe,
	.open = zc_open,
	.close = zc_close,
	.attach = zc_attach,
	.detach = zc_detach,
	.describe = zc_describe,
	.ops = &zc_ops,
	.endpoint = &endpoint_tcp,
};
