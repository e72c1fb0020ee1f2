/* SPDX-License-Identifier: MIT */
/* POSIX message queue: the kernel keeps each message whole, by priority. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/sysctl.h"
#include "ipc/endpoint.h"
#include "ipc/names.h"
#include "ipc/patience.h"
#include "ipc/select.h"

enum { MODE = 0600, PRIORITY = 0, NAME_BYTES = 64 };
enum { MAXMSG };

/* What the kernel gives who does not ask, and the most it ever gives. */
enum { MAXMSG_PRESET = 10, MAXMSG_MAX = 65536 };

static const struct ipc_option posix_mq_options[] = {
	[MAXMSG] = {"maxmsg", "messages in the queue, mq_maxmsg",
		    IPC_OPTION_COUNT, MAXMSG_PRESET, 1, MAXMSG_MAX, NULL},
	{0},
};

/* One queue, open twice: for calls that wait and for those that do not. */
enum { WAITING, TRYING, WAYS };

struct mq_link {
	struct ipc_link base;
	mqd_t mqd[WAYS];
};

struct mq_port {
	struct ipc_port base;
	mqd_t mqd[WAYS];
	mqd_t first;  /* for the first try */
	char *bounce; /* a message's length */
};

static void posix_mq_close(struct ipc_link *link)
{
	struct mq_link *queue = (struct mq_link *)link;

	for (int way = 0; way < WAYS; way++)
		if (queue->mqd[way] >= 0)
			mq_close(queue->mqd[way]);
}

static int open_ways(struct mq_link *queue, const char *name)
{
	struct mq_attr attr = {
		.mq_maxmsg = (long)queue->base.spec.option[MAXMSG],
		.mq_msgsize = (long)queue->base.spec.msg_max,
	};

	queue->mqd[WAITING] = mq_open(
		name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, MODE, &attr);
	if (queue->mqd[WAITING] < 0)
		return -errno;
	queue->mqd[TRYING] = mq_open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return queue->mqd[TRYING] < 0 ? -errno : 0;
}

/* The name is gone as soon as the queue is open. */
static int posix_mq_open(struct ipc_link *link)
{
	struct mq_link *queue = (struct mq_link *)link;
	char name[NAME_BYTES];
	int err;

	queue->mqd[WAITING] = queue->mqd[TRYING] = -1;
	err = names_fresh("mq-name", "/ipcbench-", name, sizeof(name));
	if (err)
		return err;
	err = open_ways(queue, name);
	mq_unlink(name);
	if (err)
		posix_mq_close(link);
	return err;
}

/* Why there is no such queue. */
static int explain(const struct ipc_spec *spec, int err, struct why *why)
{
	size_t msgsize_max = sysctl_number("fs/mqueue/msgsize_max");
	size_t msg_max = sysctl_number("fs/mqueue/msg_max");
	size_t maxmsg = spec->option[MAXMSG];
	struct rlimit bytes = {0};

	if (err == -EINVAL && spec->msg_max > msgsize_max)
		return why_not(why, -EMSGSIZE,
			       "messages up to %zu B (fs.mqueue.msgsize_max), "
			       "not %zu",
			       msgsize_max, spec->msg_max);
	if (err == -EINVAL && maxmsg > msg_max)
		return why_not(why, err,
			       "queues of up to %zu messages "
			       "(fs.mqueue.msg_max), not %zu",
			       msg_max, maxmsg);
	getrlimit(RLIMIT_MSGQUEUE, &bytes);
	if (err == -EMFILE)
		return why_not(why, err,
			       "a queue of %zu messages of %zu B: mq_open: %s; "
			       "all of a user's may take %llu B "
			       "(RLIMIT_MSGQUEUE)",
			       maxmsg, spec->msg_max, strerror(-err),
			       (unsigned long long)bytes.rlim_cur);
	return why_not(why, err, "mq_open: %s", strerror(-err));
}

/* Limits depend on privileges and on what else the user has: ask for the
 * queue itself, of which the kernel makes next to nothing before it is used. */
static int posix_mq_probe(const struct ipc_spec *spec, struct why *why)
{
	struct mq_link queue = {.base.spec = *spec};
	int err = posix_mq_open(&queue.base);

	if (err)
		return explain(spec, err, why);
	posix_mq_close(&queue.base);
	return 0;
}

static void posix_mq_describe(const struct ipc_link *link, char *buf,
			      size_t size)
{
	struct mq_attr attr;

	if (mq_getattr(((const struct mq_link *)link)->mqd[WAITING], &attr) < 0)
		snprintf(buf, size, "queue of unknown size");
	else
		snprintf(buf, size, "queue of %ld messages of %ld B",
			 attr.mq_maxmsg, attr.mq_msgsize);
}

static int posix_mq_attach(struct ipc_port *base)
{
	const struct mq_link *queue = (struct mq_link *)base->link;
	struct mq_port *port = (struct mq_port *)base;
	bool polls = base->link->spec.wait != IPC_WAIT_BLOCK;

	memcpy(port->mqd, queue->mqd, sizeof(port->mqd));
	port->first = port->mqd[polls ? TRYING : WAITING];
	port->bounce = calloc(1, base->link->spec.msg_max);
	return port->bounce ? 0 : -ENOMEM;
}

static void posix_mq_detach(struct ipc_port *port)
{
	free(((struct mq_port *)port)->bounce);
}

static mqd_t first_way(const struct mq_port *port, unsigned int flags)
{
	if (__builtin_expect(flags & IPC_NOWAIT, 0))
		return port->mqd[TRYING];
	return port->first;
}

/* A call failed. 0: try again, by *mqd; else the error as the contract has
 * it. */
static int after_error(const struct mq_port *port, int error,
		       unsigned int flags, mqd_t *mqd, struct patience *p)
{
	if (error == EINTR)
		return 0;
	if (error != EAGAIN || flags & IPC_NOWAIT)
		return -error;
	if (!patience_poll(p, &port->base.link->spec))
		*mqd = port->mqd[WAITING];
	return 0;
}

static inline ssize_t send_urgent(struct ipc_port *tx, unsigned int priority,
				  const void *buf, size_t len,
				  unsigned int flags)
{
	struct mq_port *port = (struct mq_port *)tx;
	mqd_t mqd = first_way(port, flags);
	struct patience p = {0};
	int err = 0;

	while (!err) {
		if (mq_send(mqd, buf, len, priority) == 0)
			return (ssize_t)len;
		err = after_error(port, errno, flags, &mqd, &p);
	}
	return err;
}

static ssize_t posix_mq_send(struct ipc_port *tx, const void *buf, size_t len,
			     unsigned int flags)
{
	return send_urgent(tx, PRIORITY, buf, len, flags);
}

/* The kernel takes no buffer that is shorter than the longest message. */
static ssize_t posix_mq_recv(struct ipc_port *rx, void *buf, size_t len,
			     unsigned int flags)
{
	struct mq_port *port = (struct mq_port *)rx;
	bool tight = __builtin_expect(len < rx->msg_max, 0);
	char *into = tight ? port->bounce : buf;
	size_t room = tight ? rx->msg_max : len;
	mqd_t mqd = first_way(port, flags);
	struct patience p = {0};
	int err = 0;

	while (!err) {
		ssize_t n = mq_receive(mqd, into, room, NULL);

		if (n > (ssize_t)len)
			return -EMSGSIZE;
		if (n >= 0 && tight)
			memcpy(buf, into, (size_t)n);
		if (n >= 0)
			return n;
		err = after_error(port, errno, flags, &mqd, &p);
	}
	return err;
}

static ssize_t posix_mq_select_send(struct ipc_port *tx, enum select_by by,
				    uint32_t key, const void *buf, size_t len,
				    unsigned int flags)
{
	(void)by; /* there is urgency alone */
	return send_urgent(tx, key, buf, len, flags);
}

/* Whatever the wish, it gets the oldest of the most urgent. */
static ssize_t posix_mq_select_receive(struct ipc_port *rx,
				       const struct select_wish *wish,
				       void *buf, size_t len,
				       unsigned int flags)
{
	(void)wish;
	return posix_mq_recv(rx, buf, len, flags);
}

static int posix_mq_select_probe(const struct ipc_spec *spec,
				 const struct select_spec *select,
				 struct why *why)
{
	if (select->held <= spec->option[MAXMSG])
		return 0;
	return why_not(why, -ENOBUFS,
		       "%u messages are more than the %zu that the queue holds "
		       "(maxmsg; fs.mqueue.msg_max is %zu)",
		       select->held, (size_t)spec->option[MAXMSG],
		       sysctl_number("fs/mqueue/msg_max"));
}

static const struct select_kind posix_mq_select = {
	.by = 1u << SELECT_URGENCY,
	.probe = posix_mq_select_probe,
	.send = posix_mq_select_send,
	.receive = posix_mq_select_receive,
};

static const struct ipc_ops posix_mq_ops = {
	.send = posix_mq_send,
	.recv = posix_mq_recv,
};

const struct ipc_impl posix_mq_impl = {
	.name = "posix-mq",
	.brief = "POSIX message queue; the kernel copies in and out",
	.about = "A message queue with a name, mq_open(3). mq_send(3) "
		 "allocates memory for the message, copies it in and sorts it "
		 "into the queue, or hands it straight to a receiver that "
		 "sleeps; mq_receive(3) copies it out. The bytes may lie "
		 "anywhere, so unlike System V's queue it takes two copies, "
		 "both the kernel's. A message keeps its ends.\n"
		 "Each message has a priority, and a receiver gets the oldest "
		 "of the highest: the kernel keeps a list for each in a tree. "
		 "Here all have the same. Any number of processes may send "
		 "and receive.\n"
		 "How many messages and how long they may be is said when the "
		 "queue is made. Without privileges that is 10 messages "
		 "(\"maxmsg\", fs.mqueue.msg_max) of 8 KiB "
		 "(fs.mqueue.msgsize_max), and all of a user's queues "
		 "together may take RLIMIT_MSGQUEUE bytes, 800 KiB as a rule, "
		 "whether they are filled or not. A queue so short makes "
		 "sender and receiver take turns, which is most of what a "
		 "stream of messages costs.\n"
		 "A queue outlives its processes until it is unlinked, and "
		 "nobody learns that the other side died. On Linux it is a "
		 "descriptor that can be polled. See mq_overview(7), "
		 "ipc/mqueue.c.\n",
	.family = IPC_QUEUE,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"mq_timedsend", "mq_timedreceive"},
		     .wake = IPC_WAKE_CALL},
	.options = posix_mq_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.link_size = sizeof(struct mq_link),
	.port_size = sizeof(struct mq_port),
	.probe = posix_mq_probe,
	.open = posix_mq_open,
	.close = posix_mq_close,
	.attach = posix_mq_attach,
	.detach = posix_mq_detach,
	.describe = posix_mq_describe,
	.ops = &posix_mq_ops,
	.endpoint = &endpoint_mq,
	.select = &posix_mq_select,
};
