/* SPDX-License-Identifier: MIT */
/* A system call of the client that the server answers in the kernel's place:
 * seccomp(2) with SECCOMP_RET_USER_NOTIF. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/cma.h"
#include "ipc/desk.h"
#include "ipc/fd.h"

/* Newer than the headers of some systems. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS _IOW(SECCOMP_IOC_MAGIC, 4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

/*
 * The call that is trapped: getppid(2), which takes no argument and cannot
 * fail, with this one in its first. Nobody else calls it so.
 */
#define TRAPPED SYS_getppid
#define TRAPPED_MAGIC 0x19c0be9cu

/* Its other arguments. */
enum { ARG_MAGIC, ARG_REQUEST, ARG_LEN, ARG_ANSWER, ARG_ROOM };

enum { SYNC };

static const struct ipc_option notify_options[] = {
	{"sync", "1: the one who wakes makes way for the woken",
	 IPC_OPTION_COUNT, 0, 0, 1, NULL},
	{0},
};

/* What the client knows of the call: its own thread's only. */
struct notify_client {
	void *answer; /* where the server is to put it */
	size_t room;
	size_t came; /* bytes of an answer that was not received yet; or 0 */
};

/* What the server knows of it. */
struct notify_server {
	int listener; /* -1: not here */
	struct seccomp_notif call;
	bool asked; /* the call is to be answered */
};

/* Of the link of the requests; that of the answers uses nothing of it. */
struct notify_link {
	struct ipc_link base;
	int pass[2]; /* a socket pair, by side: the listener goes through it */
	pid_t trial;
	_Alignas(SHM_APART) struct notify_client client;
	_Alignas(SHM_APART) struct notify_server server;
};

struct notify_port {
	struct ipc_port base;
	struct notify_link *call; /* the link of the requests */
	bool is_answers;
};

/* Trap the one call, let all others pass. Which ABI a call came through is not
 * looked at: this is no sandbox, and the magic number is in the way. */
static int filter_install(unsigned int flags)
{
	const uint32_t low =
		__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(uint32_t) : 0;
	const uint32_t nr = offsetof(struct seccomp_data, nr);
	const uint32_t arg = offsetof(struct seccomp_data, args[ARG_MAGIC]);
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, nr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TRAPPED, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arg + low),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TRAPPED_MAGIC, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};
	long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			  SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, &program);

	return fd < 0 ? -errno : (int)fd;
}

/*
 * Of the calling thread alone, for as long as it lives. Returns the listener
 * or a negative errno. A signal ends a call that waits, which then begins
 * anew; where the kernel can (since 5.19), not once the server has it.
 */
static int listener_open(void)
{
	int fd;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	fd = filter_install(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	return fd == -EINVAL ? filter_install(0) : fd;
}

static int listener_sync(int listener)
{
	unsigned long flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags) < 0)
		return -errno;
	return 0;
}

/* A filter stays with its thread, so that trying one takes a process. */
enum { TRY_SYNC = 128 }; /* in its status: which of the two failed */

static int try_status(bool sync)
{
	int listener = listener_open();
	int err = listener < 0 ? listener : 0;

	if (!err && sync)
		err = listener_sync(listener);
	if (err)
		return -err | (listener < 0 ? 0 : TRY_SYNC);
	return 0;
}

static int try_listener(bool sync, struct why *why)
{
	pid_t pid = vfork();
	int status;

	if (pid < 0)
		return why_not(why, -errno, "vfork: %s", strerror(errno));
	if (pid == 0)
		_exit(try_status(sync));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return why_not(why, -errno, "waitpid: %s",
				       strerror(errno));
	if (!WIFEXITED(status))
		return why_not(why, -EPERM, "seccomp: not allowed here");
	status = WEXITSTATUS(status);
	if (status == 0)
		return 0;
	return why_not(
		why, -(status & ~TRY_SYNC), "%s: %s",
		status & TRY_SYNC
			? "SECCOMP_IOCTL_NOTIF_SET_FLAGS"
			: "seccomp with SECCOMP_FILTER_FLAG_NEW_LISTENER",
		strerror(status & ~TRY_SYNC));
}

/* The kernel's records may have grown. */
static int try_sizes(struct why *why)
{
	struct seccomp_notif_sizes sizes;

	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
		return why_not(why, -errno,
			       "seccomp with SECCOMP_GET_NOTIF_SIZES: %s",
			       strerror(errno));
	if (sizes.seccomp_notif <= sizeof(struct seccomp_notif) &&
	    sizes.seccomp_notif_resp <= sizeof(struct seccomp_notif_resp))
		return 0;
	return why_not(why, -ENOTSUP,
		       "the kernel's notifications are of %u B, not %zu",
		       sizes.seccomp_notif, sizeof(struct seccomp_notif));
}

static int notify_probe(const struct ipc_spec *spec, struct why *why)
{
	int err;

	if (spec->msg_max > INT32_MAX)
		return why_not(why, -EMSGSIZE,
			       "messages up to %d B, not %zu: more than "
			       "process_vm_readv copies at once",
			       INT32_MAX, spec->msg_max);
	err = cma_allowed(spec, why);
	if (!err)
		err = try_sizes(why);
	if (!err)
		err = try_listener(spec->option[SYNC], why);
	return err;
}

static int notify_open(struct ipc_link *base)
{
	struct notify_link *link = (struct notify_link *)base;

	link->pass[IPC_TX] = link->pass[IPC_RX] = -1;
	link->server.listener = -1;
	link->trial = getpid();
	if (base->answers)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link->pass) <
	    0)
		return -errno;
	return 0;
}

static void notify_close(struct ipc_link *base)
{
	struct notify_link *link = (struct notify_link *)base;

	for (int side = IPC_TX; side <= IPC_RX; side++)
		if (link->pass[side] >= 0)
			close(link->pass[side]);
}

/* A message that carries one descriptor and who sends it. */
union pass_control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static int pass_send(int socket, int fd, unsigned char sender)
{
	struct iovec iov = {&sender, 1};
	union pass_control control = {0};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* The descriptor or a negative errno; waits for it. */
static int pass_receive(int socket, unsigned char *sender)
{
	struct iovec iov = {sender, 1};
	union pass_control control = {0};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	struct cmsghdr *header;
	int fd;

	while (recvmsg(socket, &msg, MSG_CMSG_CLOEXEC) < 0)
		if (errno != EINTR)
			return -errno;
	header = CMSG_FIRSTHDR(&msg);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -EPIPE;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* The client's thread is filtered: the listener, or a negative errno. */
static int client_filter(pid_t trial, bool sync)
{
	int listener, err;

	/* Where Yama lets only ancestors at a process. */
	prctl(PR_SET_PTRACER, (unsigned long)trial);
	listener = listener_open();
	if (listener < 0 || !sync)
		return listener;
	err = listener_sync(listener);
	if (!err)
		return listener;
	close(listener);
	return err;
}

/* The server gets the listener: only the server, so that its death is seen. */
static int attach_client(struct notify_link *link)
{
	int listener, err;

	listener = client_filter(link->trial, link->base.spec.option[SYNC]);
	if (listener < 0)
		return listener;
	err = pass_send(link->pass[IPC_TX], listener, 0);
	close(listener);
	return err;
}

static int attach_server(struct notify_link *link)
{
	unsigned char sender;
	int listener = pass_receive(link->pass[IPC_RX], &sender);

	if (listener < 0)
		return listener;
	link->server.listener = listener;
	return 0;
}

static int attach_answers(struct notify_client *client, size_t room)
{
	client->answer = calloc(1, room);
	if (!client->answer)
		return -ENOMEM;
	client->room = room;
	return shm_fault_in(client->answer, room);
}

static int notify_attach(struct ipc_port *base)
{
	struct notify_port *port = (struct notify_port *)base;
	struct ipc_link *requests = base->link->answers;

	port->is_answers = requests != NULL;
	port->call = (void *)(requests ? requests : base->link);
	if (!port->is_answers)
		return (base->side == IPC_TX ? attach_client
					     : attach_server)(port->call);
	if (base->side == IPC_RX)
		return attach_answers(&port->call->client, base->msg_max);
	return 0;
}

static void notify_detach(struct ipc_port *base)
{
	struct notify_port *port = (struct notify_port *)base;
	struct notify_link *link = port->call;

	if (base->side == IPC_TX)
		return; /* a filter cannot be taken off */
	if (port->is_answers) {
		free(link->client.answer);
		link->client.answer = NULL;
	} else {
		close(link->server.listener);
		link->server.listener = -1;
	}
}

/* The call itself: it returns when the server has answered. */
static ssize_t request_send(struct notify_client *client, const void *buf,
			    size_t len)
{
	long came = syscall(TRAPPED, TRAPPED_MAGIC, buf, len, client->answer,
			    client->room);

	/* ENOSYS: nobody listens any more. */
	if (came <= 0)
		return -EPIPE;
	client->came = (size_t)came;
	return (ssize_t)len;
}

static ssize_t answer_recv(struct notify_client *client, void *buf, size_t len,
			   unsigned int flags)
{
	size_t came = client->came;

	/* Without a request there is nothing to wait for. */
	if (came == 0)
		return flags & IPC_NOWAIT ? -EAGAIN : -EPIPE;
	client->came = 0;
	if (came > len)
		return -EMSGSIZE;
	memcpy(buf, client->answer, came);
	return (ssize_t)came;
}

/* Errors of whoever may have been killed meanwhile. */
static int gone(int error)
{
	return error == ESRCH || error == ENOENT || error == EFAULT ? -EPIPE
								    : -error;
}

/* The next call; waits for one. */
static int call_wait(int listener, struct seccomp_notif *call)
{
	for (;;) {
		/* The kernel insists on zeros. */
		memset(call, 0, sizeof(*call));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, call) == 0)
			return 0;
		/* ENOENT: a signal took the call back, or there will never be
		 * another (a kernel before 6.11 waits for ever). */
		if (errno != EINTR && errno != ENOENT)
			return -errno;
		if (errno == ENOENT && fd_ready(listener, 0))
			return -EPIPE;
	}
}

/* Fetch the request. -EMSGSIZE where it is longer than room. */
static ssize_t call_fetch(const struct seccomp_notif *call, void *buf,
			  size_t room)
{
	const __u64 *args = call->data.args;
	struct iovec from, to;
	ssize_t n;

	if (args[ARG_LEN] > room)
		return -EMSGSIZE;
	from.iov_base = (void *)(uintptr_t)args[ARG_REQUEST];
	to.iov_base = buf;
	from.iov_len = to.iov_len = (size_t)args[ARG_LEN];
	n = process_vm_readv((pid_t)call->pid, &to, 1, &from, 1, 0);
	return n < 0 ? gone(errno) : n;
}

/* Put the answer to where the client has room for it. */
static int call_put(const struct seccomp_notif *call, const void *buf,
		    size_t len)
{
	const __u64 *args = call->data.args;
	struct iovec from = {(void *)buf, len};
	struct iovec to = {(void *)(uintptr_t)args[ARG_ANSWER], len};
	pid_t pid = (pid_t)call->pid;

	return process_vm_writev(pid, &from, 1, &to, 1, 0) < 0 ? gone(errno)
							       : 0;
}

/* Let the call return: a length, or a negative errno. */
static int call_return(int listener, uint64_t id, long result)
{
	struct seccomp_notif_resp answer = {.id = id};

	if (result < 0)
		answer.error = (int)result;
	else
		answer.val = result;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0)
		return gone(errno);
	return 0;
}

static ssize_t request_recv(struct notify_server *server, void *buf, size_t len,
			    unsigned int flags)
{
	int err;

	if (flags & IPC_NOWAIT && !fd_ready(server->listener, POLLIN))
		return -EAGAIN;
	err = call_wait(server->listener, &server->call);
	if (err)
		return err;
	server->asked = true;
	return call_fetch(&server->call, buf, len);
}

static ssize_t answer_send(struct notify_server *server, const void *buf,
			   size_t len)
{
	int err;

	if (!server->asked || len > server->call.data.args[ARG_ROOM])
		return -EPIPE;
	server->asked = false;
	err = call_put(&server->call, buf, len);
	if (!err)
		err = call_return(server->listener, server->call.id, (long)len);
	return err ? err : (ssize_t)len;
}

static ssize_t notify_send(struct ipc_port *tx, const void *buf, size_t len,
			   unsigned int flags)
{
	struct notify_port *port = (struct notify_port *)tx;

	(void)flags; /* there is always room: for one */
	if (port->is_answers)
		return answer_send(&port->call->server, buf, len);
	return request_send(&port->call->client, buf, len);
}

static ssize_t notify_recv(struct ipc_port *rx, void *buf, size_t len,
			   unsigned int flags)
{
	struct notify_port *port = (struct notify_port *)rx;

	if (port->is_answers)
		return answer_recv(&port->call->client, buf, len, flags);
	return request_recv(&port->call->server, buf, len, flags);
}

static const struct ipc_ops notify_ops = {
	.send = notify_send,
	.recv = notify_recv,
};

/*
 * As a service. Every client's thread is filtered, and every server gets every
 * listener. What the kernel does not know is on the desk: which server has
 * the right to reply, by one word of each client's cell, and what was relayed.
 * The notification is there as well, for whoever replies in the end.
 */

struct notify_service {
	struct call_service base;
	struct desk desk;
	pid_t trial;
	int pass[CALL_SERVERS][2]; /* listeners go to each server */
	int told[CALL_SERVERS];	   /* counts what was relayed to it */
};

struct notify_end {
	struct call_port base;
	struct notify_service *service;
	struct desk_cell *own; /* client */
	/* server */
	int listener[CALL_CLIENTS]; /* -1: the client is gone */
	unsigned int clients;	    /* that are not */
	int poll;		    /* an epoll of them, and of told */
	uint64_t look_ns;	    /* when to look for dead servers */
};

/* Of a cell's data: the notification, then a request that was relayed. */
enum { RELAYED_AT = SHM_APART };
_Static_assert(sizeof(struct seccomp_notif) <= RELAYED_AT, "it has room");

static struct seccomp_notif *notif_of(struct desk_cell *cell)
{
	return (void *)cell->data;
}

static int notify_service_probe(const struct ipc_impl *impl,
				const struct call_spec *spec, struct why *why)
{
	struct ipc_spec link = {.msg_max = spec->msg_max,
				.threads = spec->threads};
	int err;

	(void)impl;
	link.option[SYNC] = spec->option[SYNC];
	err = notify_probe(&link, why);
	return err ? err : desk_fits(spec, RELAYED_AT + spec->msg_max, why);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void notify_service_close(struct call_service *base)
{
	struct notify_service *service = (struct notify_service *)base;

	for (unsigned int i = 0; i < CALL_SERVERS; i++) {
		close_fd(service->pass[i][IPC_TX]);
		close_fd(service->pass[i][IPC_RX]);
		close_fd(service->told[i]);
	}
	desk_close(&service->desk);
}

static int open_server(struct notify_service *service, unsigned int i)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
		       service->pass[i]) < 0)
		return -errno;
	service->told[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return service->told[i] < 0 ? -errno : 0;
}

static int notify_service_open(struct call_service *base)
{
	struct notify_service *service = (struct notify_service *)base;
	int err;

	memset(service->pass, -1, sizeof(service->pass));
	memset(service->told, -1, sizeof(service->told));
	service->trial = getpid();
	err = desk_open(&service->desk, &base->spec,
			RELAYED_AT + base->spec.msg_max);
	if (err)
		return err;
	for (unsigned int i = 0; i < base->spec.servers && !err; i++)
		err = open_server(service, i);
	if (err)
		notify_service_close(base);
	return err;
}

/* Never waits for servers: who is both has to come to be one. */
static int attach_calling(struct notify_end *end)
{
	struct notify_service *service = end->service;
	int listener =
		client_filter(service->trial, service->base.spec.option[SYNC]);
	int err = 0;

	if (listener < 0)
		return listener;
	end->own = desk_cell(&service->desk, end->base.index);
	for (unsigned int i = 0; i < service->desk.servers && !err; i++)
		err = pass_send(service->pass[i][IPC_TX], listener,
				(unsigned char)end->base.index);
	close(listener);
	return err;
}

static int watch(struct notify_end *end, int fd, uint32_t number)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};

	return epoll_ctl(end->poll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* Just one client and one server: who receives waits in the kernel's queue of
 * notifications, and not for several things at once. */
static bool is_alone(const struct notify_end *end)
{
	return end->service->desk.clients == 1 &&
	       end->service->desk.servers == 1;
}

static int attach_serving(struct notify_end *end)
{
	struct notify_service *service = end->service;
	unsigned int self = end->base.index;
	unsigned char client;
	int err = 0;

	end->poll = epoll_create1(EPOLL_CLOEXEC);
	if (end->poll < 0)
		return -errno;
	err = watch(end, service->told[self], CALL_CLIENTS);
	while (!err && end->clients < service->desk.clients) {
		int fd = pass_receive(service->pass[self][IPC_RX], &client);

		if (fd < 0)
			return fd;
		end->listener[client] = fd;
		end->clients++;
		err = watch(end, fd, client);
	}
	return err;
}

static void notify_service_detach(struct call_port *base)
{
	struct notify_end *end = (struct notify_end *)base;

	desk_leave(&end->service->desk, base);
	close_fd(end->poll);
	for (unsigned int i = 0; i < CALL_CLIENTS; i++)
		close_fd(end->listener[i]);
}

static int notify_service_attach(struct call_port *base)
{
	struct notify_end *end = (struct notify_end *)base;
	struct desk *desk;
	int err;

	end->service = (struct notify_service *)base->service;
	desk = &end->service->desk;
	end->poll = -1;
	memset(end->listener, -1, sizeof(end->listener));
	desk_join(desk, base);
	err = base->role == CALL_CLIENT ? attach_calling(end)
					: attach_serving(end);
	if (!err)
		err = shm_fault_in(desk->shm.at, desk->shm.bytes);
	if (err)
		notify_service_detach(base);
	return err;
}

static ssize_t notify_call(struct call_port *client, const void *req,
			   size_t len, void *rep, size_t room)
{
	struct notify_end *end = (struct notify_end *)client;
	long came;

	desk_number(&end->service->desk, end->own);
	came = syscall(TRAPPED, TRAPPED_MAGIC, req, len, rep, room);
	if (came >= 0)
		return came;
	return errno == EMSGSIZE ? -EMSGSIZE : -EPIPE;
}

/*
 * The next notification of a client that has one becomes this server's. What
 * the word was does not matter: the client has called anew. But another server
 * may be about to take just this one: it says so in the word first, and this
 * one looks after it has read the word whether the notification is there.
 */
static int notify_take(struct notify_end *end, unsigned int c,
		       struct call_right *right)
{
	struct desk_cell *cell = desk_cell(&end->service->desk, c);
	unsigned int self = end->base.index;
	uint64_t seen = atomic_load_explicit(&cell->word, memory_order_acquire);
	uint64_t token = desk_generation(seen) + 1;
	int err;

	if (end->service->desk.servers > 1 &&
	    (desk_phase(seen) == DESK_TAKING ||
	     !fd_ready(end->listener[c], POLLIN)))
		return -EAGAIN;
	if (!desk_exchange(cell, seen, DESK_WORD(token, self, DESK_TAKING)))
		return -EAGAIN;
	if (is_alone(end)) {
		err = call_wait(end->listener[c], notif_of(cell));
	} else {
		memset(notif_of(cell), 0, sizeof(struct seccomp_notif));
		err = ioctl(end->listener[c], SECCOMP_IOCTL_NOTIF_RECV,
			    notif_of(cell)) < 0
			      ? -EAGAIN /* a signal took it back */
			      : 0;
	}
	atomic_store_explicit(
		&cell->word,
		DESK_WORD(token, self, err ? DESK_IDLE : DESK_HELD),
		memory_order_release);
	*right = (struct call_right){(uint16_t)c, token};
	return err;
}

/* A right that a dead server had is lost, and the client is told. */
static void tell_lost(struct notify_end *end, unsigned int c, uint64_t dead)
{
	struct desk_cell *cell = desk_cell(&end->service->desk, c);
	uint64_t seen = atomic_load_explicit(&cell->word, memory_order_acquire);
	uint64_t used = DESK_WORD(desk_generation(seen) + 1, end->base.index,
				  DESK_USED);
	uint64_t id;

	if (desk_phase(seen) == DESK_IDLE ||
	    !(dead & desk_bit(desk_server(seen))))
		return;
	id = notif_of(cell)->id;
	/* One that was replied to before, or that nobody received, does not
	 * mind: the kernel knows its number no more, or not yet. */
	if (desk_exchange(cell, seen, used) && end->listener[c] >= 0)
		call_return(end->listener[c], id, -EPIPE);
}

static void look_for_dead(struct notify_end *end)
{
	struct desk *desk = &end->service->desk;
	uint64_t now_ns = clock_ns(), dead = 0;

	if (desk->servers == 1 || now_ns < end->look_ns)
		return;
	end->look_ns = now_ns + DESK_LOOK_NS;
	for (unsigned int i = 0; i < desk->servers; i++)
		if (desk_server_gone(desk, i))
			dead |= desk_bit(i);
	for (unsigned int c = 0; dead && c < desk->clients; c++)
		tell_lost(end, c, dead);
}

/* A client's thread has ended, and its filter with it. */
static void forget_client(struct notify_end *end, unsigned int c)
{
	close_fd(end->listener[c]);
	end->listener[c] = -1;
	end->clients--;
}

/* Which clients have a notification; with wait, until one has, or something
 * else happens. */
static uint64_t find_calls(struct notify_end *end, bool wait)
{
	int most = end->service->desk.servers > 1
			   ? (int)(DESK_LOOK_NS / NS_PER_MS)
			   : -1;
	struct epoll_event event[CALL_CLIENTS + 1];
	int n = epoll_wait(end->poll, event, CALL_CLIENTS + 1, wait ? most : 0);
	uint64_t calls = 0, count;

	for (int i = 0; i < n; i++) {
		uint32_t c = event[i].data.u32;

		if (c == CALL_CLIENTS)
			(void)!read(end->service->told[end->base.index], &count,
				    sizeof(count));
		else if (event[i].events & EPOLLIN)
			calls |= desk_bit(c);
		else
			forget_client(end, c);
	}
	return calls;
}

/* The oldest of them, taken. */
static int take_oldest(struct notify_end *end, uint64_t calls,
		       struct call_right *right)
{
	while (calls) {
		unsigned int c = desk_oldest(&end->service->desk, calls);

		if (notify_take(end, c, right) == 0)
			return 0;
		calls &= ~desk_bit(c);
	}
	return -EAGAIN;
}

/* Once: 0, -EAGAIN or -EPIPE. */
static int find_request(struct notify_end *end, bool wait,
			struct call_right *right)
{
	int err;

	if (is_alone(end)) {
		if (!wait && !fd_ready(end->listener[0], POLLIN))
			return -EAGAIN;
		return notify_take(end, 0, right);
	}
	look_for_dead(end);
	if (end->clients == 0)
		return -EPIPE;
	err = take_oldest(end, find_calls(end, wait), right);
	/* Another that has just taken it needs a turn to finish. */
	if (err && wait)
		sched_yield();
	return err;
}

static int end_call(struct notify_end *end, const struct call_right *right,
		    int error)
{
	struct desk_cell *cell = desk_cell(&end->service->desk, right->client);

	if (desk_use(cell, right, end->base.index) == 0)
		call_return(end->listener[right->client], notif_of(cell)->id,
			    error);
	return error;
}

static ssize_t notify_receive(struct call_port *server, void *buf, size_t room,
			      struct call_right *right, unsigned int flags)
{
	struct notify_end *end = (struct notify_end *)server;
	bool wait = !(flags & IPC_NOWAIT);
	struct desk_cell *cell;
	ssize_t n;
	int c, err;

	for (;;) {
		c = desk_take_relayed(&end->service->desk, server->index,
				      right);
		err = c >= 0 ? 0 : find_request(end, wait, right);
		if (err == -EAGAIN && wait)
			continue;
		if (err)
			return err;
		cell = desk_cell(&end->service->desk, right->client);
		if (c < 0) {
			n = call_fetch(notif_of(cell), buf, room);
		} else {
			n = (size_t)cell->len <= room ? cell->len : -EMSGSIZE;
			if (n > 0)
				memcpy(buf, cell->data + RELAYED_AT, (size_t)n);
		}
		if (n >= 0)
			return n;
		/* Too long; or the client was killed, but there are others. */
		end_call(end, right, -EPIPE);
		if (n == -EMSGSIZE || !wait)
			return n == -EMSGSIZE ? n : -EAGAIN;
	}
}

static int notify_reply(struct call_port *server,
			const struct call_right *right, const void *buf,
			size_t len)
{
	struct notify_end *end = (struct notify_end *)server;
	struct desk_cell *cell = desk_cell(&end->service->desk, right->client);
	struct seccomp_notif call;
	long result = (long)len;
	int put = 0, err = desk_use(cell, right, server->index);

	if (err)
		return err;
	/* Once the call returns, the next one may be in the cell. */
	call = *notif_of(cell);
	if (len > call.data.args[ARG_ROOM])
		result = -EMSGSIZE;
	else
		put = call_put(&call, buf, len);
	err = call_return(end->listener[right->client], call.id,
			  put ? put : result);
	return put ? put : err;
}

static int notify_relay(struct call_port *server,
			const struct call_right *right, unsigned int to,
			const void *buf, size_t len)
{
	struct notify_end *end = (struct notify_end *)server;
	struct desk *desk = &end->service->desk;
	struct desk_cell *cell = desk_cell(desk, right->client);
	const uint64_t one = 1;
	int err = desk_use(cell, right, server->index);

	if (err)
		return err;
	memcpy(cell->data + RELAYED_AT, buf, len);
	cell->len = (int64_t)len;
	desk_relay(desk, right, to);
	if (to != server->index)
		(void)!write(end->service->told[to], &one, sizeof(one));
	return 0;
}

static const struct call_ops notify_call_ops = {
	.call = notify_call,
	.receive = notify_receive,
	.reply = notify_reply,
	.relay = notify_relay,
};

static const struct call_kind notify_calls = {
	.way = CALL_NATIVE,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK),
	.relays = true,
	.copies = 2,
	.calls = {"getppid", "ioctl process_vm_readv process_vm_writev ioctl"},
	.service_size = sizeof(struct notify_service),
	.port_size = sizeof(struct notify_end),
	.probe = notify_service_probe,
	.open = notify_service_open,
	.close = notify_service_close,
	.attach = notify_service_attach,
	.detach = notify_service_detach,
	.ops = &notify_call_ops,
};

const struct ipc_impl seccomp_notify_impl = {
	.name = "seccomp-notify",
	.brief = "a system call that another process answers",
	.about = "The client makes a system call and the server, another "
		 "process, answers it in place of the kernel. A seccomp filter "
		 "of the client's thread picks one call that is harmless "
		 "otherwise, getppid(2) with a magic argument; the kernel "
		 "stops the caller in it and queues a notification, which the "
		 "server reads from a descriptor "
		 "(SECCOMP_IOCTL_NOTIF_RECV). What the server answers "
		 "(SECCOMP_IOCTL_NOTIF_SEND) is what the call returns. So the "
		 "request is the trap and the answer is the return: the client "
		 "cannot go on before, and the server cannot be kept waiting "
		 "by a client that does not take its answer.\n"
		 "The payload is in the client's memory, and its address among "
		 "the call's arguments: the server fetches the request with "
		 "process_vm_readv(2) into its own buffer, one copy, and puts "
		 "the answer into a buffer of the client with "
		 "process_vm_writev(2), another, which the client copies out "
		 "when it receives. That is two copies for an answer and one "
		 "for a request; the client makes one call a round trip and "
		 "the server four.\n"
		 "Both sides sleep in the kernel: no other way to wait is "
		 "there. On two PUs each direction costs a wake-up of another "
		 "PU. \"sync=1\" (since Linux 6.6) tells the scheduler that "
		 "the one who wakes is about to sleep, so that the woken may "
		 "take over its PU at once; nodes that are bound to two PUs "
		 "cannot gain by it.\n"
		 "It was made for container managers that perform mount(2) or "
		 "mknod(2) on behalf of others, not for speed. Every other "
		 "system call of the client goes by the filter too, which "
		 "adds some tens of nanoseconds to each. seccomp_unotify(2), "
		 "kernel/seccomp.c.\n",
	.family = IPC_CALL,
	.contract = {.copies = {2},
		     .store = IPC_STORE_SOURCE,
		     .copier = {IPC_BY_RECEIVER},
		     .calls = {"getppid", "ioctl process_vm_readv "
					  "process_vm_writev ioctl"},
		     .wake = IPC_WAKE_CALL},
	.options = notify_options,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_BOUNDARY | IPC_ISOLATED |
		IPC_PROCESSES | IPC_THREADS | IPC_CALLS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct notify_link),
	.port_size = sizeof(struct notify_port),
	.probe = notify_probe,
	.open = notify_open,
	.close = notify_close,
	.attach = notify_attach,
	.detach = notify_detach,
	.ops = &notify_ops,
	.call = &notify_calls,
};
