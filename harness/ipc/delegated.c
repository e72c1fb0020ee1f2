/* SPDX-License-Identifier: MIT */
/*
 * Calls over AF_UNIX, the right to reply delegated by SCM_RIGHTS.
 *
 * All clients send to one socket, all servers receive from it. For every call
 * the client makes a connected pair, sends one end along with the request and
 * waits at the other. As it has closed its copy of that end, the end is in the
 * hands of whoever received it last, and nowhere else:
 *
 *	reply	send to the end, close it
 *	relay	send the request and the end to another server's socket, close
 *	lost	the end was closed by the death of its holder: end of file
 *
 * A reply has a socket of its own, which is empty, and so never waits for room.
 * A relay shares the other server's socket with others and may; one to oneself
 * is kept in memory instead.
 *
 * The kernel would pass on a second reply, or one of a server that has relayed
 * the request and kept a copy. That it is refused is done here: an end is
 * closed when it is used, and the right with it.
 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ipc/delegated.h"

/* Before every request. */
struct delegated_head {
	uint32_t client;
	uint32_t len;
};

struct delegated_kept {
	struct delegated_kept *next;
	int fd;
	struct delegated_head head;
	unsigned char data[];
};

/* The connected pair of a reply tells when its other end is closed, which one
 * of datagrams does not. */
enum { REPLY_TYPE = SOCK_SEQPACKET };

union fd_control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static struct ipc_spec waiting_of(const struct call_spec *spec)
{
	struct ipc_spec made = {.msg_max = sizeof(struct delegated_head) +
					   spec->msg_max,
				.wait = spec->wait,
				.spin_ns = spec->spin_ns,
				.threads = spec->threads};

	memcpy(made.option, spec->option, sizeof(made.option));
	return made;
}

static int fits(int type, const struct call_spec *spec, struct why *why)
{
	struct fd_link link = {.base.spec = waiting_of(spec), .fd = {-1, -1}};
	int err = fd_unix_pair(&link, type, why);

	if (!err)
		err = fd_packet_fits(&link, why);
	fd_close(&link.base);
	return err;
}

int delegated_probe(int type, const struct call_spec *spec, struct why *why)
{
	int err = fits(type, spec, why);

	return err || type == REPLY_TYPE ? err : fits(REPLY_TYPE, spec, why);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void delegated_close(struct call_service *base)
{
	struct delegated_service *service = (struct delegated_service *)base;

	for (int side = IPC_TX; side <= IPC_RX; side++) {
		close_fd(&service->request[side]);
		for (unsigned int i = 0; i < CALL_SERVERS; i++)
			close_fd(&service->relay[i][side]);
	}
}

static int pair(const struct call_spec *spec, int type, int fd[2])
{
	struct fd_link link = {.base.spec = waiting_of(spec), .fd = {-1, -1}};
	int err = fd_unix_pair(&link, type, NULL);

	memcpy(fd, link.fd, sizeof(link.fd));
	return err;
}

int delegated_open(struct call_service *base, int type)
{
	struct delegated_service *service = (struct delegated_service *)base;
	int err;

	service->type = type;
	memset(service->request, -1, sizeof(service->request));
	memset(service->relay, -1, sizeof(service->relay));
	err = pair(&base->spec, type, service->request);
	for (unsigned int i = 0; i < base->spec.servers && !err; i++)
		err = pair(&base->spec, type, service->relay[i]);
	if (err)
		delegated_close(base);
	return err;
}

int delegated_attach(struct call_port *base)
{
	struct delegated_port *port = (struct delegated_port *)base;

	port->waiting = waiting_of(&base->service->spec);
	for (unsigned int i = 0; i < CALL_CLIENTS; i++)
		port->right[i].fd = -1;
	port->last = &port->first;
	return 0;
}

/* The end of the oldest request, which is the caller's now. */
static int posted_next(struct delegated_port *port)
{
	int fd = port->posted[port->oldest];

	port->oldest = (port->oldest + 1) % CALL_POSTED;
	port->posts--;
	return fd;
}

static struct delegated_kept *kept_next(struct delegated_port *port)
{
	struct delegated_kept *kept = port->first;

	if (!kept)
		return NULL;
	port->first = kept->next;
	if (!port->first)
		port->last = &port->first;
	return kept;
}

/* Rights that it still has are lost. */
void delegated_detach(struct call_port *base)
{
	struct delegated_port *port = (struct delegated_port *)base;
	struct delegated_kept *kept;

	for (unsigned int i = 0; i < CALL_CLIENTS; i++)
		close_fd(&port->right[i].fd);
	while (port->posts > 0)
		close(posted_next(port));
	while ((kept = kept_next(port))) {
		close(kept->fd);
		free(kept);
	}
}

/* How the kernel is asked: to wait itself, or not. */
static int waits(const struct delegated_port *port)
{
	return port->waiting.wait == IPC_WAIT_BLOCK ? 0 : MSG_DONTWAIT;
}

/* A call on fd failed. 0: try again, after a turn of waiting where it would
 * have waited; else the error as the contract has it. */
static int after_error(struct delegated_port *port, int fd, short events,
		       struct patience *patience)
{
	struct fd_port end = {.base.link = NULL, .fd = fd};
	struct ipc_link link = {.spec = port->waiting};

	end.base.link = &link;
	return fd_after_error(&end, errno, events, patience);
}

/* Send a request and the end to reply to, waiting for room. */
static int request_send(struct delegated_port *port, int to, uint32_t client,
			const void *buf, size_t len, int end)
{
	struct delegated_head head = {client, (uint32_t)len};
	struct iovec iov[] = {{&head, sizeof(head)}, {(void *)buf, len}};
	union fd_control control = {0};
	struct msghdr msg = {.msg_iov = iov,
			     .msg_iovlen = 2,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	struct patience patience = {0};
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(end));
	memcpy(CMSG_DATA(header), &end, sizeof(end));
	while (sendmsg(to, &msg, waits(port) | MSG_NOSIGNAL) < 0) {
		int err = after_error(port, to, POLLOUT, &patience);

		if (err)
			return err;
	}
	return 0;
}

static ssize_t reply_recv(struct delegated_port *port, int fd, void *rep,
			  size_t room)
{
	struct patience patience = {0};
	bool ended = false;
	int err = 0;

	do {
		ssize_t n = recv(fd, rep, room, waits(port) | MSG_TRUNC);

		if (n > 0)
			return n <= (ssize_t)room ? n : -EMSGSIZE;
		/* Nobody has the other end any more. But who does not wait may
		 * be told so of a queue that he found empty just before the
		 * reply came and the end was closed: it has to be empty after
		 * that, too (unix_dgram_recvmsg in net/unix/af_unix.c). */
		if (n == 0 && ended)
			return -EPIPE;
		ended = n == 0;
		if (!ended)
			err = after_error(port, fd, POLLIN, &patience);
	} while (!err);
	return err;
}

/* Returns the end where the reply will come, or a negative errno. */
static int request_begin(struct call_port *client, const void *req, size_t len)
{
	struct delegated_port *port = (struct delegated_port *)client;
	struct delegated_service *service =
		(struct delegated_service *)client->service;
	int fd[2];
	int err;

	assert(len <= client->msg_max);
	err = pair(&client->service->spec, REPLY_TYPE, fd);
	if (!err)
		err = request_send(port, service->request[IPC_TX],
				   client->index, req, len, fd[IPC_TX]);
	/* Now only who receives it has it. */
	close_fd(&fd[IPC_TX]);
	if (err)
		close_fd(&fd[IPC_RX]);
	return err ? err : fd[IPC_RX];
}

static ssize_t delegated_call(struct call_port *client, const void *req,
			      size_t len, void *rep, size_t room)
{
	struct delegated_port *port = (struct delegated_port *)client;
	int fd = request_begin(client, req, len);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = reply_recv(port, fd, rep, room);
	close(fd);
	return n;
}

/* Each reply that is not collected has a socket pair of its own. */
static int delegated_post(struct call_port *client, const void *req, size_t len)
{
	struct delegated_port *port = (struct delegated_port *)client;
	int fd;

	if (port->posts == CALL_POSTED)
		return -EMFILE;
	fd = request_begin(client, req, len);
	if (fd < 0)
		return fd;
	port->posted[(port->oldest + port->posts++) % CALL_POSTED] = fd;
	return 0;
}

static ssize_t delegated_collect(struct call_port *client, void *rep,
				 size_t room)
{
	struct delegated_port *port = (struct delegated_port *)client;
	int fd;
	ssize_t n;

	assert(port->posts > 0);
	fd = posted_next(port);
	n = reply_recv(port, fd, rep, room);
	close(fd);
	return n;
}

static int fd_of(struct msghdr *msg)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(msg);
	int fd;

	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static void right_add(struct delegated_port *port, uint32_t client, int fd,
		      struct call_right *right)
{
	struct delegated_right *mine = &port->right[client];

	/* Of a call before this one, which is over then. */
	close_fd(&mine->fd);
	mine->fd = fd;
	mine->token++;
	*right = (struct call_right){(uint16_t)client, mine->token};
}

/* One request from the socket, if there is one or flags allow to wait. */
static ssize_t request_recv(struct delegated_port *port, int from, void *buf,
			    size_t room, struct call_right *right, int flags)
{
	struct delegated_head head;
	struct iovec iov[] = {{&head, sizeof(head)}, {buf, room}};
	union fd_control control;
	struct msghdr msg = {.msg_iov = iov,
			     .msg_iovlen = 2,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(from, &msg, flags | MSG_CMSG_CLOEXEC);
	int fd;

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	fd = fd_of(&msg);
	if (n < (ssize_t)sizeof(head) || fd < 0)
		return -EPIPE;
	if (msg.msg_flags & MSG_TRUNC) {
		close(fd);
		return -EMSGSIZE;
	}
	right_add(port, head.client, fd, right);
	return (ssize_t)head.len;
}

static ssize_t kept_recv(struct delegated_port *port, void *buf, size_t room,
			 struct call_right *right)
{
	struct delegated_kept *kept = kept_next(port);
	ssize_t n = -EMSGSIZE;

	if (kept->head.len <= room) {
		n = (ssize_t)kept->head.len;
		memcpy(buf, kept->data, kept->head.len);
		right_add(port, kept->head.client, kept->fd, right);
	} else {
		close(kept->fd);
	}
	free(kept);
	return n;
}

static const struct delegated_service *service_of(
	const struct delegated_port *port)
{
	return (const struct delegated_service *)port->base.service;
}

/* Look at both sockets once. */
static ssize_t any_recv(struct delegated_port *port, void *buf, size_t room,
			struct call_right *right)
{
	const struct delegated_service *service = service_of(port);
	ssize_t n = -EAGAIN;

	if (port->base.service->spec.servers > 1)
		n = request_recv(port, service->relay[port->base.index][IPC_RX],
				 buf, room, right, MSG_DONTWAIT);
	if (n == -EAGAIN)
		n = request_recv(port, service->request[IPC_RX], buf, room,
				 right, MSG_DONTWAIT);
	return n;
}

static void sleep_for_any(const struct delegated_port *port)
{
	const struct delegated_service *service = service_of(port);
	struct pollfd p[] = {
		{.fd = service->request[IPC_RX], .events = POLLIN},
		{.fd = service->relay[port->base.index][IPC_RX],
		 .events = POLLIN},
	};

	poll(p, 2, -1);
}

static ssize_t delegated_receive(struct call_port *server, void *buf,
				 size_t room, struct call_right *right,
				 unsigned int flags)
{
	struct delegated_port *port = (struct delegated_port *)server;
	struct patience patience = {0};
	ssize_t n;

	if (port->first)
		return kept_recv(port, buf, room, right);
	/* There is nothing else to wait for. */
	if (server->service->spec.servers == 1 && waits(port) == 0 &&
	    !(flags & IPC_NOWAIT)) {
		do
			n = request_recv(port,
					 service_of(port)->request[IPC_RX], buf,
					 room, right, 0);
		while (n == -EAGAIN);
		return n;
	}
	while ((n = any_recv(port, buf, room, right)) == -EAGAIN &&
	       !(flags & IPC_NOWAIT))
		if (!patience_poll(&patience, &port->waiting))
			sleep_for_any(port);
	return n;
}

/* The end to reply to, of which the right is used up; -1: it was before. */
static int right_use(struct delegated_port *port,
		     const struct call_right *right)
{
	struct delegated_right *mine = &port->right[right->client];
	int fd = mine->fd;

	if (right->token != mine->token)
		return -1;
	mine->fd = -1;
	return fd;
}

static int delegated_reply(struct call_port *server,
			   const struct call_right *right, const void *buf,
			   size_t len)
{
	struct delegated_port *port = (struct delegated_port *)server;
	int fd = right_use(port, right), err = 0;

	if (fd < 0)
		return -ESTALE;
	if (send(fd, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		err = errno == ECONNRESET ? -EPIPE : -errno;
	close(fd);
	return err;
}

static int keep(struct delegated_port *port, uint32_t client, const void *buf,
		size_t len, int fd)
{
	struct delegated_kept *kept = malloc(sizeof(*kept) + len);

	if (!kept)
		return -ENOMEM;
	kept->next = NULL;
	kept->fd = fd;
	kept->head = (struct delegated_head){client, (uint32_t)len};
	memcpy(kept->data, buf, len);
	*port->last = kept;
	port->last = &kept->next;
	return 0;
}

static int delegated_relay(struct call_port *server,
			   const struct call_right *right, unsigned int to,
			   const void *buf, size_t len)
{
	struct delegated_port *port = (struct delegated_port *)server;
	int fd = right_use(port, right), err;

	if (fd < 0)
		return -ESTALE;
	assert(to < server->service->spec.servers);
	if (to == server->index)
		return keep(port, right->client, buf, len, fd);
	err = request_send(port, service_of(port)->relay[to][IPC_TX],
			   right->client, buf, len, fd);
	close(fd);
	return err;
}

const struct call_ops delegated_ops = {
	.call = delegated_call,
	.post = delegated_post,
	.collect = delegated_collect,
	.receive = delegated_receive,
	.reply = delegated_reply,
	.relay = delegated_relay,
};
