/* SPDX-License-Identifier: MIT */
/* The rules of the contract, each as one test around the call it is about. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/checked.h"

struct checked {
	struct ipc_port port;
	struct ipc_port *inner;
	bool out;	     /* a message is lent */
	struct ipc_msg lent; /* as it was lent */
	size_t run;	     /* messages of a run, of which lent is the first */
};

static void breach(const struct checked *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));

static void breach(const struct checked *c, const char *fmt, ...)
{
	const struct ipc_port *port = &c->port;
	va_list args;

	fprintf(stderr, "contract: %s, %s port %u: ", port->link->impl->name,
		port->side == IPC_TX ? "sending" : "receiving", port->index);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

/* What the caller must keep to before any operation. */
static void check_call(const struct checked *c, enum ipc_side side, bool out,
		       const char *op)
{
	if (c->port.side != side)
		breach(c, "%s on the wrong side", op);
	if (c->out && !out)
		breach(c, "%s while a message is lent", op);
	if (!c->out && out)
		breach(c, "%s, but nothing is lent", op);
}

static void check_flags(const struct checked *c, unsigned int flags,
			const char *op)
{
	if (flags & ~IPC_NOWAIT)
		breach(c, "%s with unknown flags %#x", op, flags);
}

static void check_length(const struct checked *c, size_t len, const char *op)
{
	if (len == 0 || len > c->port.link->spec.msg_max)
		breach(c, "%s of %zu bytes, of %zu at most", op, len,
		       c->port.link->spec.msg_max);
}

/* The errors that may come back, whatever the operation. */
static void check_error(const struct checked *c, ssize_t err,
			unsigned int flags, const char *op)
{
	if (err == -EPIPE || (err == -EAGAIN && flags & IPC_NOWAIT))
		return;
	breach(c, "%s returned %zd (%s)", op, err,
	       err == -EAGAIN ? "and was to wait" : strerror((int)-err));
}

static ssize_t checked_send(struct ipc_port *tx, const void *buf, size_t len,
			    unsigned int flags)
{
	struct checked *c = (struct checked *)tx;
	ssize_t n;

	check_call(c, IPC_TX, false, "send");
	check_flags(c, flags, "send");
	check_length(c, len, "send");
	n = ipc_send(c->inner, buf, len, flags);
	if (n < 0)
		check_error(c, n, flags, "send");
	else if ((size_t)n != len)
		breach(c, "send of %zu bytes returned %zd", len, n);
	return n;
}

static bool boundary(const struct checked *c)
{
	return c->port.link->impl->caps & IPC_BOUNDARY;
}

static ssize_t checked_recv(struct ipc_port *rx, void *buf, size_t len,
			    unsigned int flags)
{
	struct checked *c = (struct checked *)rx;
	ssize_t n;

	check_call(c, IPC_RX, false, "recv");
	check_flags(c, flags, "recv");
	n = ipc_recv(c->inner, buf, len, flags);
	if (n == -EMSGSIZE && boundary(c) && len < rx->link->spec.msg_max)
		return n;
	if (n < 0)
		check_error(c, n, flags, "recv");
	else if (n == 0 || (size_t)n > len)
		breach(c, "recv into %zu bytes returned %zd", len, n);
	else if ((size_t)n != len && !boundary(c))
		breach(c, "recv of %zu bytes returned %zd", len, n);
	return n;
}

/* Both ways to get hold of a message end here. */
static int lend(struct checked *c, const struct ipc_msg *before,
		struct ipc_msg *m, int err, unsigned int flags, const char *op)
{
	if (err > 0)
		breach(c, "%s returned %d", op, err);
	if (err) {
		check_error(c, err, flags, op);
		if (memcmp(before, m, sizeof(*m)) != 0)
			breach(c, "%s failed and changed the message", op);
		return err;
	}
	if (!m->data || (uintptr_t)m->data % 8 != 0)
		breach(c, "%s lent memory at %p", op, m->data);
	check_length(c, m->len, op);
	c->lent = *m;
	c->out = true;
	return 0;
}

static int checked_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
			unsigned int flags)
{
	struct checked *c = (struct checked *)tx;
	struct ipc_msg before;
	int err;

	check_call(c, IPC_TX, false, "loan");
	check_flags(c, flags, "loan");
	check_length(c, len, "loan");
	memset(m, 0, sizeof(*m));
	before = *m;
	err = ipc_loan(c->inner, m, len, flags);
	if (!err && m->len != len)
		breach(c, "loan of %zu bytes lent %zu", len, m->len);
	return lend(c, &before, m, err, flags, "loan");
}

static int checked_take(struct ipc_port *rx, struct ipc_msg *m,
			unsigned int flags)
{
	struct checked *c = (struct checked *)rx;
	struct ipc_msg before;
	int err;

	check_call(c, IPC_RX, false, "take");
	check_flags(c, flags, "take");
	memset(m, 0, sizeof(*m));
	before = *m;
	err = ipc_take(c->inner, m, flags);
	if (!err && !boundary(c) && m->len != rx->link->spec.msg_max)
		breach(c, "take of %zu bytes, though none has ends", m->len);
	return lend(c, &before, m, err, flags, "take");
}

/* The message comes back as it was lent; only a sender may shorten it. */
static void check_back(struct checked *c, const struct ipc_msg *m,
		       const char *op)
{
	if (m->data != c->lent.data || m->cookie != c->lent.cookie)
		breach(c, "%s of a message that was not lent", op);
	if (m->len == 0 || m->len > c->lent.len)
		breach(c, "%s of %zu bytes, of %zu lent", op, m->len,
		       c->lent.len);
	c->out = false;
}

static int checked_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	struct checked *c = (struct checked *)tx;
	int err;

	check_call(c, IPC_TX, true, "publish");
	check_back(c, m, "publish");
	err = ipc_publish(c->inner, m);
	if (err)
		check_error(c, err, 0, "publish");
	return err;
}

static int checked_release(struct ipc_port *rx, struct ipc_msg *m)
{
	struct checked *c = (struct checked *)rx;
	int err;

	check_call(c, IPC_RX, true, "release");
	check_back(c, m, "release");
	err = ipc_release(c->inner, m);
	if (err)
		check_error(c, err, 0, "release");
	return err;
}

static void check_many(const struct checked *c, ssize_t got, size_t n,
		       const char *op)
{
	if (got == 0 || (got > 0 && (size_t)got > n))
		breach(c, "%s of %zu messages returned %zd", op, n, got);
}

static ssize_t checked_send_many(struct ipc_port *tx, const void *buf,
				 size_t len, size_t n, unsigned int flags)
{
	struct checked *c = (struct checked *)tx;
	ssize_t sent;

	check_call(c, IPC_TX, false, "send_many");
	check_flags(c, flags, "send_many");
	check_length(c, len, "send_many");
	if (n == 0)
		breach(c, "send_many of nothing");
	sent = ipc_send_many(c->inner, buf, len, n, flags);
	if (sent < 0)
		check_error(c, sent, flags, "send_many");
	check_many(c, sent, n, "send_many");
	return sent;
}

static ssize_t checked_recv_many(struct ipc_port *rx, void *buf, size_t len,
				 size_t n, unsigned int flags)
{
	struct checked *c = (struct checked *)rx;
	ssize_t got;

	check_call(c, IPC_RX, false, "recv_many");
	check_flags(c, flags, "recv_many");
	check_length(c, len, "recv_many");
	if (n == 0)
		breach(c, "recv_many of nothing");
	got = ipc_recv_many(c->inner, buf, len, n, flags);
	if (got < 0 && (got != -EMSGSIZE || !boundary(c)))
		check_error(c, got, flags, "recv_many");
	check_many(c, got, n, "recv_many");
	return got;
}

/* A run: its first message is what was lent, and how many it has. */
static int lend_run(struct checked *c, const struct ipc_run *before,
		    struct ipc_run *run, size_t n, int err, unsigned int flags,
		    const char *op)
{
	err = lend(c, &before->first, &run->first, err, flags, op);
	if (err)
		return err;
	if (run->n == 0 || run->n > n)
		breach(c, "%s of %zu messages lent %zu", op, n, run->n);
	if (run->n > 1 && run->stride < run->first.len)
		breach(c, "%s lent messages of %zu bytes %zu apart", op,
		       run->first.len, run->stride);
	c->run = run->n;
	return 0;
}

static void check_run(const struct checked *c, const struct ipc_run *run,
		      const char *op)
{
	if (run->first.len != c->lent.len)
		breach(c, "%s of %zu bytes, of %zu lent", op, run->first.len,
		       c->lent.len);
	if (run->n != c->run)
		breach(c, "%s of %zu messages, of %zu lent", op, run->n,
		       c->run);
}

static int checked_loan_many(struct ipc_port *tx, struct ipc_run *run,
			     size_t len, size_t n, unsigned int flags)
{
	struct checked *c = (struct checked *)tx;
	struct ipc_run before;
	int err;

	check_call(c, IPC_TX, false, "loan_many");
	check_flags(c, flags, "loan_many");
	check_length(c, len, "loan_many");
	if (n == 0)
		breach(c, "loan_many of nothing");
	memset(run, 0, sizeof(*run));
	before = *run;
	err = ipc_loan_many(c->inner, run, len, n, flags);
	if (!err && run->first.len != len)
		breach(c, "loan_many of %zu bytes lent %zu", len,
		       run->first.len);
	return lend_run(c, &before, run, n, err, flags, "loan_many");
}

static int checked_publish_many(struct ipc_port *tx, struct ipc_run *run)
{
	struct checked *c = (struct checked *)tx;
	int err;

	check_call(c, IPC_TX, true, "publish_many");
	check_run(c, run, "publish_many");
	check_back(c, &run->first, "publish_many");
	err = ipc_publish_many(c->inner, run);
	if (err)
		check_error(c, err, 0, "publish_many");
	return err;
}

static int checked_take_many(struct ipc_port *rx, struct ipc_run *run, size_t n,
			     unsigned int flags)
{
	struct checked *c = (struct checked *)rx;
	struct ipc_run before;
	int err;

	check_call(c, IPC_RX, false, "take_many");
	check_flags(c, flags, "take_many");
	if (n == 0)
		breach(c, "take_many of nothing");
	memset(run, 0, sizeof(*run));
	before = *run;
	err = ipc_take_many(c->inner, run, n, flags);
	return lend_run(c, &before, run, n, err, flags, "take_many");
}

static int checked_release_many(struct ipc_port *rx, struct ipc_run *run)
{
	struct checked *c = (struct checked *)rx;
	int err;

	check_call(c, IPC_RX, true, "release_many");
	check_run(c, run, "release_many");
	check_back(c, &run->first, "release_many");
	err = ipc_release_many(c->inner, run);
	if (err)
		check_error(c, err, 0, "release_many");
	return err;
}

static const struct ipc_ops checked_ops = {
	.send = checked_send,
	.recv = checked_recv,
	.loan = checked_loan,
	.publish = checked_publish,
	.take = checked_take,
	.release = checked_release,
	.send_many = checked_send_many,
	.recv_many = checked_recv_many,
	.loan_many = checked_loan_many,
	.publish_many = checked_publish_many,
	.take_many = checked_take_many,
	.release_many = checked_release_many,
};

struct ipc_port *checked_new(struct ipc_port *inner)
{
	struct checked *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->port.ops = &checked_ops;
	c->port.link = inner->link;
	c->port.msg_max = inner->msg_max;
	c->port.side = inner->side;
	c->port.index = inner->index;
	c->inner = inner;
	return &c->port;
}

struct ipc_port *checked_free(struct ipc_port *port)
{
	struct ipc_port *inner = ((struct checked *)port)->inner;

	free(port);
	return inner;
}
