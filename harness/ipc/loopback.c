/* SPDX-License-Identifier: MIT */
/* A TCP connection of two ends in one process, made by connecting to oneself:
 * what is a pair for others. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/loopback.h"

enum { BACKLOG = 8 };

static int tcp_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static int tcp_listen(int fd, struct sockaddr_in *at)
{
	socklen_t size = sizeof(*at);

	*at = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (bind(fd, (struct sockaddr *)at, size) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	return getsockname(fd, (struct sockaddr *)at, &size) < 0 ? -errno : 0;
}

/* Anyone on this machine may connect to the port while it is open: take the
 * connection that is ours. Returns a descriptor or a negative errno. */
static int tcp_accept(int listener, const struct sockaddr_in *ours)
{
	struct sockaddr_in from;

	for (;;) {
		socklen_t size = sizeof(from);
		int fd = accept4(listener, (struct sockaddr *)&from, &size,
				 SOCK_CLOEXEC);

		if (fd < 0 && errno == EINTR)
			continue;
		if (fd < 0)
			return -errno;
		if (from.sin_port == ours->sin_port &&
		    from.sin_addr.s_addr == ours->sin_addr.s_addr)
			return fd;
		close(fd);
	}
}

static int tcp_connect(int fd, int listener, const struct sockaddr_in *at)
{
	struct sockaddr_in ours;
	socklen_t size = sizeof(ours);

	if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&ours, &size) < 0)
		return -errno;
	return tcp_accept(listener, &ours);
}

/* The accepted end has the listener's buffer: its window is agreed upon while
 * the connection is made. */
static int connect_ends(struct fd_link *link, const struct loopback_tcp *how,
			int listener, struct why *why)
{
	struct sockaddr_in at;
	int fd, err;

	fd = link->fd[IPC_TX] = tcp_socket();
	if (fd < 0)
		return why_not(why, fd, "socket: %s", strerror(-fd));
	err = fd_socket_buffer(fd, SO_SNDBUF, how->sndbuf, why);
	if (!err)
		err = fd_socket_buffer(listener, SO_RCVBUF, how->rcvbuf, why);
	if (err)
		return err;
	err = tcp_listen(listener, &at);
	if (err)
		return why_not(why, err, "listen on 127.0.0.1: %s",
			       strerror(-err));
	err = link->fd[IPC_RX] = tcp_connect(fd, listener, &at);
	if (err < 0)
		return why_not(why, err, "connect to 127.0.0.1: %s",
			       strerror(-err));
	return 0;
}

/* Closing resets: the orderly end would leave a port in TIME_WAIT for a minute
 * after each of many trials. */
static int set_up_end(int fd, bool nodelay)
{
	struct linger now = {.l_onoff = 1};
	int on = nodelay;

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

/* The listener is gone before anything is sent. */
int loopback_tcp(struct fd_link *link, const struct loopback_tcp *how,
		 struct why *why)
{
	int listener = tcp_socket(), err;

	if (listener < 0)
		return why_not(why, listener, "socket: %s",
			       strerror(-listener));
	err = connect_ends(link, how, listener, why);
	close(listener);
	if (err)
		return err;
	link->room_max = fd_socket_bytes(link->fd[IPC_TX], SO_SNDBUF);
	err = set_up_end(link->fd[IPC_TX], how->nodelay);
	if (!err)
		err = set_up_end(link->fd[IPC_RX], how->nodelay);
	return err ? why_not(why, err, "setsockopt: %s", strerror(-err)) : 0;
}
