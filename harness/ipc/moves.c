/* SPDX-License-Identifier: MIT */
/* Buffers that move: their places, and whose turn it is. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/moves.h"

enum {
	MOVES_STORE = 16 << 20, /* bytes of buffers, if that is two and more */
	MOVES_HUGE_MIN = 1 << 17, /* a buffer of this size has a large page of
				     its own, which moves as one */
	MOVES_BUFFERS_MAX = 256,  /* each is a mapping or two, of which a
				     process may have 65530 */
};
const char *const moves_pages_names[] = {
	[PAGES_SMALL] = "small", [PAGES_TRANSPARENT] = "transparent", NULL};

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static bool want_huge(const struct ipc_spec *spec)
{
	return spec->option[MOVES_PAGES] == PAGES_TRANSPARENT &&
	       spec->msg_max >= MOVES_HUGE_MIN;
}

static size_t place_unit(const struct ipc_spec *spec)
{
	return want_huge(spec) ? SHM_HUGE : page_bytes();
}

static size_t place_stride(const struct ipc_spec *spec)
{
	return shm_round(spec->msg_max, place_unit(spec));
}

static uint32_t buffers_of(const struct ipc_spec *spec)
{
	size_t bytes = shm_round(spec->msg_max, page_bytes());
	uint32_t n = spec->depth;

	if (n > MOVES_BUFFERS_MAX)
		n = MOVES_BUFFERS_MAX;
	while (n > 2 && n * bytes > MOVES_STORE)
		n /= 2;
	return n;
}

int moves_probe(const struct ipc_spec *spec, struct why *why)
{
	return parcel_fits(spec->msg_max, place_stride(spec), buffers_of(spec),
			   why);
}

int moves_open(struct ipc_link *base)
{
	struct moves_link *link = (struct moves_link *)base;
	const struct ipc_spec *spec = &base->spec;
	size_t unit = place_unit(spec);
	void *at;
	int err;

	link->stride = place_stride(spec);
	link->buffers = buffers_of(spec);
	link->store_bytes = (2 * (size_t)link->buffers + 1) * link->stride;
	link->reserved_bytes = link->store_bytes + unit;
	err = parcel_open(&link->parcels, link->buffers);
	if (err)
		return err;
	at = mmap(NULL, link->reserved_bytes, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED) {
		err = -errno;
		shm_close(&link->parcels);
		return err;
	}
	link->reserved = at;
	link->store = (void *)shm_round((uintptr_t)at, unit);
	/* Advice: where it is not taken, pages are small. */
	madvise(link->store, link->store_bytes,
		want_huge(spec) ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return 0;
}

void moves_close(struct ipc_link *base)
{
	struct moves_link *link = (struct moves_link *)base;

	munmap(link->reserved, link->reserved_bytes);
	shm_close(&link->parcels);
}

int moves_attach(struct moves_port *port)
{
	const struct moves_link *link =
		(const struct moves_link *)port->base.link;
	size_t bytes = link->buffers * link->stride;
	int err;

	port->sender = link->store;
	port->transit = port->sender + bytes;
	port->window = port->transit + bytes;
	port->stride = link->stride;
	err = parcel_attach(&port->parcel, &link->parcels, link->buffers,
			    &link->base);
	if (err || port->base.side == IPC_RX)
		return err;
	return shm_fault_in(port->sender, bytes);
}

void moves_describe(const struct ipc_link *base, char *buf, size_t size)
{
	const struct moves_link *link = (const struct moves_link *)base;

	snprintf(buf, size, "%u buffers of %zu KiB, %s pages", link->buffers,
		 link->stride >> 10,
		 want_huge(&base->spec) ? "2048 KiB (as a wish)" : "small");
}

static size_t place_now(const struct moves_port *port)
{
	return parcel_buffer(&port->parcel) * port->stride;
}

static int moves_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		      unsigned int flags)
{
	struct moves_port *port = (struct moves_port *)tx;
	int err = parcel_room(&port->parcel, flags);

	assert(len <= tx->msg_max);
	if (err)
		return err;
	m->data = port->sender + place_now(port);
	m->len = len;
	return 0;
}

static int moves_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct moves_port *port = (struct moves_port *)tx;
	size_t at = place_now(port);
	int err = port->move(port, port->transit + at, port->sender + at);

	if (err)
		return err;
	parcel_post(&port->parcel, m->len);
	return 0;
}

static int moves_take(struct ipc_port *rx, struct ipc_msg *m,
		      unsigned int flags)
{
	struct moves_port *port = (struct moves_port *)rx;
	size_t len = 0;
	int err = parcel_next(&port->parcel, &len, flags);

	if (err)
		return err;
	err = port->move(port, port->window, port->transit + place_now(port));
	if (err)
		return err;
	m->data = port->window;
	m->len = len;
	return 0;
}

static int moves_release(struct ipc_port *rx, struct ipc_msg *m)
{
	struct moves_port *port = (struct moves_port *)rx;
	int err =
		port->move(port, port->sender + place_now(port), port->window);

	(void)m;
	if (err)
		return err;
	parcel_done(&port->parcel);
	return 0;
}

const struct ipc_ops moves_ops = {
	.loan = moves_loan,
	.publish = moves_publish,
	.take = moves_take,
	.release = moves_release,
};
