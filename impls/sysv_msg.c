/* SPDX-License-Identifier: MIT */
/* System V message queue: the kernel keeps each message whole, in memory that
 * it allocates for it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

/* The system's flag has the name of the contract's. */
enum { SYSV_NOWAIT = IPC_NOWAIT };
#undef IPC_NOWAIT

#include "base/sysctl.h"
#include "ipc/endpoint.h"
#include "ipc/names.h"
#include "ipc/patience.h"
#include "ipc/select.h"

enum { MODE = 0600, ANY_TYPE = 0, OUR_TYPE = 1, OPEN_TRIES = 16 };
enum { QBYTES };

static const struct ipc_option sysv_msg_options[] = {
	[QBYTES] = {"qbytes", "bytes of messages in the queue, msg_qbytes",
		    IPC_OPTION_SIZE, 0, 64, 1 << 30, NULL},
	{0},
};

struct sysv_link {
	struct ipc_link base;
	int id;
};

struct sysv_buf {
	long type;
	char text[];
};

struct sysv_port {
	struct ipc_port base;
	int id;
	struct sysv_buf *buf;
};

static int set_qbytes(int id, uint64_t bytes)
{
	struct msqid_ds ds;

	if (msgctl(id, IPC_STAT, &ds) < 0)
		return -errno;
	ds.msg_qbytes = bytes;
	return msgctl(id, IPC_SET, &ds) < 0 ? -errno : 0;
}

static void sysv_msg_close(struct ipc_link *link)
{
	msgctl(((struct sysv_link *)link)->id, IPC_RMID, NULL);
}

static int make_queue(struct sysv_link *queue)
{
	for (int i = 0; i < OPEN_TRIES; i++) {
		int key = names_sysv_key("msg-key");

		if (key < 0)
			return key;
		queue->id = msgget(key, IPC_CREAT | IPC_EXCL | MODE);
		if (queue->id >= 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int sysv_msg_open(struct ipc_link *link)
{
	struct sysv_link *queue = (struct sysv_link *)link;
	uint64_t qbytes = link->spec.option[QBYTES];
	int err = make_queue(queue);

	if (err || qbytes == 0)
		return err;
	err = set_qbytes(queue->id, qbytes);
	if (err)
		sysv_msg_close(link);
	return err;
}

/* Only the privileged may have more than msgmnb, and who that is, is for the
 * kernel to say. */
static int try_qbytes(const struct ipc_spec *spec, size_t msgmnb,
		      struct why *why)
{
	struct sysv_link queue = {.base.spec = *spec};
	int err = sysv_msg_open(&queue.base);

	if (err)
		return why_not(
			why, err, "a queue of %zu B: %s; kernel.msgmnb is %zu",
			(size_t)spec->option[QBYTES], strerror(-err), msgmnb);
	sysv_msg_close(&queue.base);
	return 0;
}

static int sysv_msg_probe(const struct ipc_spec *spec, struct why *why)
{
	size_t qbytes = spec->option[QBYTES];
	size_t msgmax = sysctl_number("kernel/msgmax");
	size_t msgmnb = sysctl_number("kernel/msgmnb");

	if (!msgmax || !msgmnb)
		return why_not(why, -ENOTSUP,
			       "the kernel has no System V message queues");
	if (spec->msg_max > msgmax)
		return why_not(why, -EMSGSIZE,
			       "messages up to %zu B (kernel.msgmax), not %zu",
			       msgmax, spec->msg_max);
	if (qbytes && spec->msg_max > qbytes)
		return why_not(why, -EMSGSIZE,
			       "a message of %zu B does not fit a queue of "
			       "%zu B, qbytes",
			       spec->msg_max, qbytes);
	if (qbytes > msgmnb)
		return try_qbytes(spec, msgmnb, why);
	if (!qbytes && spec->msg_max > msgmnb)
		return why_not(why, -EMSGSIZE,
			       "messages up to %zu B (kernel.msgmnb), not %zu",
			       msgmnb, spec->msg_max);
	return 0;
}

static void sysv_msg_describe(const struct ipc_link *link, char *buf,
			      size_t size)
{
	struct msqid_ds ds;

	if (msgctl(((const struct sysv_link *)link)->id, IPC_STAT, &ds) < 0)
		snprintf(buf, size, "queue of unknown size");
	else
		snprintf(buf, size, "queue %lu B",
			 (unsigned long)ds.msg_qbytes);
}

static int sysv_msg_attach(struct ipc_port *port)
{
	struct sysv_port *end = (struct sysv_port *)port;
	size_t bytes = sizeof(*end->buf) + port->link->spec.msg_max;

	end->id = ((struct sysv_link *)port->link)->id;
	end->buf = malloc(bytes);
	if (!end->buf)
		return -ENOMEM;
	memset(end->buf, 0, bytes);
	end->buf->type = OUR_TYPE;
	return 0;
}

static void sysv_msg_detach(struct ipc_port *port)
{
	free(((struct sysv_port *)port)->buf);
}

/* How the first try is made: it waits in the kernel only for block. */
static int first_how(const struct ipc_port *port, unsigned int flags)
{
	bool waits = port->link->spec.wait == IPC_WAIT_BLOCK;

	return waits && !(flags & IPC_NOWAIT) ? 0 : SYSV_NOWAIT;
}

/* A system call failed. 0: try again, and *how says how; else the error as the
 * contract has it. */
static int after_error(const struct ipc_port *port, int error,
		       unsigned int flags, int *how, struct patience *p)
{
	switch (error) {
	case EINTR:
		return 0;
	case EAGAIN:
	case ENOMSG:
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		if (!patience_poll(p, &port->link->spec))
			*how = 0;
		return 0;
	case EIDRM:
	case EINVAL: /* there is no such queue any more */
		return -EPIPE;
	default:
		return -error;
	}
}

static inline ssize_t send_typed(struct ipc_port *tx, long type,
				 const void *buf, size_t len,
				 unsigned int flags)
{
	struct sysv_port *port = (struct sysv_port *)tx;
	int how = first_how(tx, flags), err = 0;
	struct patience p = {0};

	port->buf->type = type;
	memcpy(port->buf->text, buf, len);
	while (!err) {
		if (msgsnd(port->id, port->buf, len, how) == 0)
			return (ssize_t)len;
		err = after_error(tx, errno, flags, &how, &p);
	}
	return err;
}

static ssize_t sysv_msg_send(struct ipc_port *tx, const void *buf, size_t len,
			     unsigned int flags)
{
	return send_typed(tx, OUR_TYPE, buf, len, flags);
}

/* With type and others as msgrcv(2) has them. */
static inline ssize_t receive_typed(struct ipc_port *rx, long type, int others,
				    void *buf, size_t len, unsigned int flags)
{
	struct sysv_port *port = (struct sysv_port *)rx;
	size_t room = rx->link->spec.msg_max;
	int how = first_how(rx, flags), err = 0;
	struct patience p = {0};

	while (!err) {
		ssize_t n =
			msgrcv(port->id, port->buf, room, type, how | others);

		if (n > (ssize_t)len)
			return -EMSGSIZE;
		if (n >= 0) {
			memcpy(buf, port->buf->text, (size_t)n);
			return n;
		}
		err = after_error(rx, errno, flags, &how, &p);
	}
	return err;
}

static ssize_t sysv_msg_recv(struct ipc_port *rx, void *buf, size_t len,
			     unsigned int flags)
{
	return receive_typed(rx, ANY_TYPE, 0, buf, len, flags);
}

/* Types begin with 1, and the most urgent message has the lowest. */
static ssize_t sysv_msg_select_send(struct ipc_port *tx, enum select_by by,
				    uint32_t key, const void *buf, size_t len,
				    unsigned int flags)
{
	long type = by == SELECT_URGENCY ? SELECT_KEYS - (long)key
					 : OUR_TYPE + (long)key;

	return send_typed(tx, type, buf, len, flags);
}

static ssize_t sysv_msg_select_receive(struct ipc_port *rx,
				       const struct select_wish *wish,
				       void *buf, size_t len,
				       unsigned int flags)
{
	long type = OUR_TYPE + (long)wish->value;

	switch (wish->by) {
	case SELECT_URGENCY: /* the lowest up to the highest that there is */
		return receive_typed(rx, -SELECT_KEYS, 0, buf, len, flags);
	case SELECT_TYPE:
		return receive_typed(rx, type, 0, buf, len, flags);
	case SELECT_EXCEPT:
		return receive_typed(rx, type, MSG_EXCEPT, buf, len, flags);
	default:
		return receive_typed(rx, ANY_TYPE, 0, buf, len, flags);
	}
}

static int sysv_msg_select_probe(const struct ipc_spec *spec,
				 const struct select_spec *select,
				 struct why *why)
{
	size_t qbytes = spec->option[QBYTES];
	size_t holds = qbytes ? qbytes : sysctl_number("kernel/msgmnb");
	size_t bytes = select->held * spec->msg_max;

	if (bytes <= holds)
		return 0;
	return why_not(why, -ENOBUFS,
		       "%u messages of %zu B are more than the %zu B that the "
		       "queue holds (%s)",
		       select->held, spec->msg_max, holds,
		       qbytes ? "qbytes" : "kernel.msgmnb");
}

static const struct select_kind sysv_msg_select = {
	.by = 1u << SELECT_URGENCY | 1u << SELECT_TYPE | 1u << SELECT_EXCEPT,
	.probe = sysv_msg_select_probe,
	.send = sysv_msg_select_send,
	.receive = sysv_msg_select_receive,
};

static const struct ipc_ops sysv_msg_ops = {
	.send = sysv_msg_send,
	.recv = sysv_msg_recv,
};

const struct ipc_impl sysv_msg_impl = {
	.name = "sysv-msg",
	.brief = "System V message queue; the kernel copies in and out",
	.about = "A message queue as of UNIX System V, found by a number, the "
		 "key. msgsnd(2) allocates memory for the message, copies it "
		 "in and appends it to the queue, or hands it straight to a "
		 "receiver that sleeps; msgrcv(2) copies it out and frees it. "
		 "A message keeps its ends.\n"
		 "The interface wants a message to begin with its type, a "
		 "number, in front of the bytes. Who has the bytes somewhere "
		 "else must copy them behind such a number first, and out "
		 "again after receiving: that makes four copies here, two of "
		 "the kernel's and one of each side's own.\n"
		 "The type is what the queue is for: a receiver may ask for "
		 "one type, or for the lowest, and leaves the others where "
		 "they are, at the price of a search. Here all have the same. "
		 "Any number of processes may send and receive.\n"
		 "kernel.msgmax limits a message, 8 KiB as a rule, and "
		 "kernel.msgmnb what a queue holds, 16 KiB; \"qbytes\" asks "
		 "for less or, with privileges, for more. A queue outlives "
		 "its processes until it is removed, and nobody learns that "
		 "the other side died. See sysvipc(7), msgop(2), ipc/msg.c.\n",
	.family = IPC_QUEUE,
	.contract = {.copies = {4},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"msgsnd", "msgrcv"},
		     .wake = IPC_WAKE_CALL},
	.options = sysv_msg_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.link_size = sizeof(struct sysv_link),
	.port_size = sizeof(struct sysv_port),
	.probe = sysv_msg_probe,
	.open = sysv_msg_open,
	.close = sysv_msg_close,
	.attach = sysv_msg_attach,
	.detach = sysv_msg_detach,
	.describe = sysv_msg_describe,
	.ops = &sysv_msg_ops,
	.endpoint = &endpoint_sysv,
	.select = &sysv_msg_select,
};
