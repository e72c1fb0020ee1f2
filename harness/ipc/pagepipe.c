/* SPDX-License-Identifier: MIT */
/* Messages whose pages are lent to a pipe, put there by a function of the
 * back-end's and read by read(2). */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ipc/pagepipe.h"

enum {
	BUFFERS_MIN = 2,
	BUFFERS_TAKEN = 1, /* of the receiver, for lent messages */
};

static int make_pipe(struct fd_link *link, struct why *why)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) < 0)
		return why_not(why, -errno, "pipe2: %s", strerror(errno));
	link->fd[IPC_TX] = fd[1];
	link->fd[IPC_RX] = fd[0];
	return fd_pipe_size(link, why);
}

/* Messages of msg_max that surely fit a pipe of so many bytes. */
static size_t messages_in(size_t pipe_bytes, size_t msg_max)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t fit = pipe_bytes / shm_round(msg_max, page);

	return fit > 0 ? fit : 1;
}

static uint32_t buffers_for(size_t messages)
{
	uint32_t n = BUFFERS_MIN;

	while (2 * n <= messages)
		n *= 2;
	return n;
}

int pagepipe_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t stride = parcel_stride(spec->msg_max);
	size_t pipe_bytes = (size_t)spec->option[PAGEPIPE_SIZE];
	uint32_t n = buffers_for(messages_in(pipe_bytes, spec->msg_max));
	int err = fd_probe(make_pipe, spec, why);

	return err ? err
		   : parcel_fits(spec->msg_max, stride, n + BUFFERS_TAKEN, why);
}

static int open_memory(struct pagepipe_link *link, bool shared)
{
	int err = parcel_open(&link->parcels, link->depth);

	if (err || !shared)
		return err;
	err = shm_open_anon(&link->store, "ipcbench-pages",
			    link->depth * link->stride, false);
	if (err)
		shm_close(&link->parcels);
	return err;
}

int pagepipe_open(struct ipc_link *base, bool shared)
{
	struct pagepipe_link *link = (struct pagepipe_link *)base;
	size_t fit;
	int err = fd_open(make_pipe, base);

	if (err)
		return err;
	fit = messages_in(link->ends.room_max, base->spec.msg_max);
	link->stride = parcel_stride(base->spec.msg_max);
	link->depth = buffers_for(fit);
	link->eager = fit < link->depth ? (uint32_t)fit : link->depth;
	err = open_memory(link, shared);
	if (err)
		fd_close(base);
	return err;
}

void pagepipe_close(struct ipc_link *base)
{
	struct pagepipe_link *link = (struct pagepipe_link *)base;

	shm_close(&link->store);
	shm_close(&link->parcels);
	fd_close(base);
}

/* The port's own memory: of the sender's store unless that is shared, or for
 * the message that the receiver has taken. */
static int map_store(struct pagepipe_port *port,
		     const struct pagepipe_link *link)
{
	bool sends = port->end.base.side == IPC_TX;
	size_t buffers = sends ? link->depth : BUFFERS_TAKEN;
	void *at;
	int err;

	if (sends && link->store.at) {
		port->store = link->store.at;
		port->store_fd = link->store.fd;
		return shm_fault_in(link->store.at, link->store.bytes);
	}
	err = parcel_map(&at, buffers * link->stride);
	if (err)
		return err;
	port->store = at;
	port->mapped = buffers * link->stride;
	return 0;
}

int pagepipe_attach(struct ipc_port *base)
{
	struct pagepipe_port *port = (struct pagepipe_port *)base;
	const struct pagepipe_link *link = (struct pagepipe_link *)base->link;
	int err;

	err = parcel_attach(&port->parcel, &link->parcels, link->depth,
			    base->link);
	if (err)
		return err;
	port->parcel.eager = link->eager;
	port->put = link->put;
	port->stride = link->stride;
	if (base->link->spec.wait != IPC_WAIT_BLOCK)
		port->how = SPLICE_F_NONBLOCK;
	err = map_store(port, link);
	if (err)
		return err;
	err = fd_attach(base);
	if (err && port->mapped)
		parcel_unmap(port->store, port->mapped);
	return err;
}

void pagepipe_detach(struct ipc_port *base)
{
	struct pagepipe_port *port = (struct pagepipe_port *)base;

	fd_detach(base);
	if (port->mapped)
		parcel_unmap(port->store, port->mapped);
}

void pagepipe_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct pagepipe_link *link = (const struct pagepipe_link *)base;

	snprintf(buf, size, "pipe buffer %zu B, %u buffers of %zu B",
		 link->ends.room_max, link->depth, link->stride);
}

static unsigned char *buffer_at(const struct pagepipe_port *port)
{
	return port->store + parcel_buffer(&port->parcel) * port->stride;
}

/* Put the buffer at pos into the pipe, all of it. */
static int put_all(struct pagepipe_port *port, size_t len)
{
	size_t at = parcel_buffer(&port->parcel) * port->stride, done = 0;
	struct patience p = {0};

	while (done < len) {
		ssize_t n = port->put(port, at + done, len - done, port->how);
		int err = n < 0 ? fd_after_error(&port->end, errno, POLLOUT, &p)
				: 0;

		if (err)
			return err;
		if (n > 0)
			done += (size_t)n;
	}
	parcel_sent(&port->parcel);
	return 0;
}

static int pagepipe_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
			 unsigned int flags)
{
	struct pagepipe_port *port = (struct pagepipe_port *)tx;
	int err = parcel_room(&port->parcel, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = buffer_at(port);
	m->len = len;
	return 0;
}

static int pagepipe_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	return put_all((struct pagepipe_port *)tx, m->len);
}

static ssize_t pagepipe_send(struct ipc_port *tx, const void *buf, size_t len,
			     unsigned int flags)
{
	struct pagepipe_port *port = (struct pagepipe_port *)tx;
	int err = parcel_room(&port->parcel, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	memcpy(buffer_at(port), buf, len);
	err = put_all(port, len);
	return err ? err : (ssize_t)len;
}

static ssize_t pagepipe_recv(struct ipc_port *rx, void *buf, size_t len,
			     unsigned int flags)
{
	struct pagepipe_port *port = (struct pagepipe_port *)rx;
	ssize_t n = fd_stream_recv(rx, buf, len, flags);

	if (n > 0)
		parcel_done(&port->parcel);
	else
		parcel_flush(&port->parcel);
	return n;
}

static int pagepipe_take(struct ipc_port *rx, struct ipc_msg *m,
			 unsigned int flags)
{
	struct pagepipe_port *port = (struct pagepipe_port *)rx;
	ssize_t n = pagepipe_recv(rx, port->store, rx->msg_max, flags);

	if (n < 0)
		return (int)n;
	m->data = port->store;
	m->len = (size_t)n;
	return 0;
}

/* The message is a copy of the receiver's own, and its buffer given back. */
static int pagepipe_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)rx;
	(void)m;
	return 0;
}

const struct ipc_ops pagepipe_ops = {
	.send = pagepipe_send,
	.recv = pagepipe_recv,
	.loan = pagepipe_loan,
	.publish = pagepipe_publish,
	.take = pagepipe_take,
	.release = pagepipe_release,
};
