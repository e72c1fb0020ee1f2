/* SPDX-License-Identifier: MIT */
/* A system call of the client that the server answers in the kernel's place:
 * seccomp(2) with SECCOMP_RET_USER_NOTIF. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/shm.h"
#include "ipc/cma.h"
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

/* A message that carries one descriptor. */
union pass_control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static int pass_send(int socket, int fd)
{
	char byte = 0;
	struct iovec iov = {&byte, 1};
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
static int pass_receive(int socket)
{
	char byte;
	struct iovec iov = {&byte, 1};
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

/* The client's thread is filtered, and the server gets the listener: only the
 * server, so that its death is seen. */
static int attach_client(struct notify_link *link)
{
	int listener, err = 0;

	/* Where Yama lets only ancestors at a process. */
	prctl(PR_SET_PTRACER, (unsigned long)link->trial);
	listener = listener_open();
	if (listener < 0)
		return listener;
	if (link->base.spec.option[SYNC])
		err = listener_sync(listener);
	if (!err)
		err = pass_send(link->pass[IPC_TX], listener);
	close(listener);
	return err;
}

static int attach_server(struct notify_link *link)
{
	int listener = pass_receive(link->pass[IPC_RX]);

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

/* The next call into server->call; waits for one. */
static int call_wait(struct notify_server *server)
{
	for (;;) {
		/* The kernel insists on zeros. */
		memset(&server->call, 0, sizeof(server->call));
		if (ioctl(server->listener, SECCOMP_IOCTL_NOTIF_RECV,
			  &server->call) == 0)
			return 0;
		/* ENOENT: a signal took the call back, or there will never be
		 * another (a kernel before 6.11 waits for ever). */
		if (errno != EINTR && errno != ENOENT)
			return -errno;
		if (errno == ENOENT && fd_ready(server->listener, 0))
			return -EPIPE;
	}
}

static ssize_t request_recv(struct notify_server *server, void *buf, size_t len,
			    unsigned int flags)
{
	const __u64 *args = server->call.data.args;
	struct iovec from, to;
	ssize_t n;
	int err;

	if (flags & IPC_NOWAIT && !fd_ready(server->listener, POLLIN))
		return -EAGAIN;
	err = call_wait(server);
	if (err)
		return err;
	server->asked = true;
	if (args[ARG_LEN] > len)
		return -EMSGSIZE;
	from.iov_base = (void *)(uintptr_t)args[ARG_REQUEST];
	to.iov_base = buf;
	from.iov_len = to.iov_len = (size_t)args[ARG_LEN];
	n = process_vm_readv((pid_t)server->call.pid, &to, 1, &from, 1, 0);
	return n < 0 ? gone(errno) : n;
}

static ssize_t answer_send(struct notify_server *server, const void *buf,
			   size_t len)
{
	const __u64 *args = server->call.data.args;
	struct seccomp_notif_resp answer = {.id = server->call.id,
					    .val = (long)len};
	struct iovec from = {(void *)buf, len};
	struct iovec to = {(void *)(uintptr_t)args[ARG_ANSWER], len};

	if (!server->asked || len > args[ARG_ROOM])
		return -EPIPE;
	server->asked = false;
	if (process_vm_writev((pid_t)server->call.pid, &from, 1, &to, 1, 0) < 0)
		return gone(errno);
	if (ioctl(server->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0)
		return gone(errno);
	return (ssize_t)len;
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
};
