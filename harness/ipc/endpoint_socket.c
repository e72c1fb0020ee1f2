/* SPDX-License-Identifier: MIT */
/* Endpoints that are sockets: AF_UNIX by a path or an abstract name, TCP and
 * UDP by a port of an address of this machine. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc/endpoint.h"

/* What options are set to, which none of them is of itself. */
enum { BUFFER_BYTES = 24 << 10, TIMEO_S = 3 };

/* Room for the names of messages of one call. */
enum { MESSAGES_MAX = 64, PIECES = 2 };

union address {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in in;
};

static socklen_t unix_address(const struct endpoint_name *name,
			      union address *at)
{
	size_t len = strlen(name->text);

	*at = (union address){.un.sun_family = AF_UNIX};
	memcpy(at->un.sun_path, name->text, len);
	if (name->naming == ENDPOINT_PATH)
		return sizeof(at->un);
	at->un.sun_path[0] = '\0'; /* for the @ that is printed */
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static socklen_t address_of(const struct endpoint_name *name, union address *at)
{
	if (name->naming != ENDPOINT_PORT)
		return unix_address(name, at);
	*at = (union address){.in = {.sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(name->address),
				     .sin_port = htons(name->port)}};
	return sizeof(at->in);
}

static int made(int family, int type)
{
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static int make_unix_stream(void)
{
	return made(AF_UNIX, SOCK_STREAM);
}

static int make_unix_seqpacket(void)
{
	return made(AF_UNIX, SOCK_SEQPACKET);
}

static int make_unix_dgram(void)
{
	return made(AF_UNIX, SOCK_DGRAM);
}

static int make_tcp(void)
{
	return made(AF_INET, SOCK_STREAM);
}

static int make_udp(void)
{
	return made(AF_INET, SOCK_DGRAM);
}

static int socket_bind(struct endpoint_name *name, int *end)
{
	union address at;
	socklen_t size = address_of(name, &at);

	if (bind(*end, &at.any, size) < 0)
		return -errno;
	if (name->naming != ENDPOINT_PORT || name->port != 0)
		return 0;
	size = sizeof(at);
	if (getsockname(*end, &at.any, &size) < 0)
		return -errno;
	name->port = ntohs(at.in.sin_port);
	return 0;
}

static int set_nonblock(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -errno;
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(fd, F_SETFL, flags) < 0 ? -errno : 0;
}

static int socket_find(const struct endpoint_name *name, int *end,
		       unsigned int flags)
{
	union address at;
	socklen_t size = address_of(name, &at);
	bool waits = !(flags & ENDPOINT_NOWAIT);
	int err = waits ? 0 : set_nonblock(*end, true);
	int back;

	while (!err && connect(*end, &at.any, size) < 0) {
		if (errno != EINTR)
			err = -errno;
	}
	back = waits ? 0 : set_nonblock(*end, false);
	if (err == -EINPROGRESS)
		err = 0;
	return err ? err : back;
}

static int socket_unlink(const struct endpoint_name *name)
{
	if (name->naming != ENDPOINT_PATH || unlink(name->text) == 0)
		return 0;
	return errno == ENOENT ? 0 : -errno;
}

static void socket_close(int end)
{
	close(end);
}

static int how(unsigned int flags)
{
	return MSG_NOSIGNAL | (flags & ENDPOINT_NOWAIT ? MSG_DONTWAIT : 0);
}

static int socket_put(int end, const void *word, unsigned int flags)
{
	ssize_t n;

	do
		n = send(end, word, ENDPOINT_WORD, how(flags));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n == ENDPOINT_WORD ? 0 : -EIO;
}

/* A stream that has begun one has the rest of it soon. */
static ssize_t socket_get(int end, void *word, unsigned int flags)
{
	ssize_t n;

	do
		n = recv(end, word, ENDPOINT_WORD,
			 how(flags) | (flags ? 0 : MSG_WAITALL));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static int socket_listen(int end, unsigned int backlog)
{
	return listen(end, (int)backlog) < 0 ? -errno : 0;
}

static int reset_on_close(int fd)
{
	struct linger now = {.l_onoff = 1};

	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) < 0
		       ? -errno
		       : 0;
}

static int socket_accept(int end, unsigned int flags)
{
	bool waits = !(flags & ENDPOINT_NOWAIT);
	int err = waits ? 0 : set_nonblock(end, true);
	int fd = -1, back;

	if (err)
		return err;
	do
		fd = accept4(end, NULL, NULL, SOCK_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	err = fd < 0 ? -errno : 0;
	back = waits ? 0 : set_nonblock(end, false);
	if (!err)
		err = back;
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

/* One of AF_UNIX is always reset, as it were. */
static int tcp_accept(int end, unsigned int flags)
{
	int fd = socket_accept(end, flags);
	int err = fd < 0 ? 0 : reset_on_close(fd);

	if (err)
		close(fd);
	return err ? err : fd;
}

static bool socket_linked(int end)
{
	struct pollfd poll_end = {.fd = end, .events = POLLOUT};
	union address at;
	socklen_t size = sizeof(at);

	return poll(&poll_end, 1, 0) == 1 && poll_end.revents & POLLOUT &&
	       getpeername(end, &at.any, &size) == 0;
}

static int set_int(int end, int level, int option, int value)
{
	return setsockopt(end, level, option, &value, sizeof(value)) < 0
		       ? -errno
		       : 0;
}

static int get_int(int end, int level, int option)
{
	socklen_t size = sizeof(int);
	int value = -1;

	return getsockopt(end, level, option, &value, &size) < 0 ? -1 : value;
}

static int set_timeout(int end, int option)
{
	struct timeval t = {.tv_sec = TIMEO_S};

	return setsockopt(end, SOL_SOCKET, option, &t, sizeof(t)) < 0 ? -errno
								      : 0;
}

static bool has_timeout(int end, int option)
{
	struct timeval t = {0};
	socklen_t size = sizeof(t);

	return getsockopt(end, SOL_SOCKET, option, &t, &size) == 0 &&
	       t.tv_sec == TIMEO_S;
}

static int socket_set(int end, enum endpoint_option option)
{
	switch (option) {
	case ENDPOINT_NONBLOCK:
		return set_nonblock(end, true);
	case ENDPOINT_SNDBUF:
		return set_int(end, SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
	case ENDPOINT_RCVBUF:
		return set_int(end, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
	case ENDPOINT_SNDTIMEO:
		return set_timeout(end, SO_SNDTIMEO);
	case ENDPOINT_RCVTIMEO:
		return set_timeout(end, SO_RCVTIMEO);
	case ENDPOINT_KEEPALIVE:
		return set_int(end, SOL_SOCKET, SO_KEEPALIVE, 1);
	case ENDPOINT_PASSCRED:
		return set_int(end, SOL_SOCKET, SO_PASSCRED, 1);
	case ENDPOINT_NODELAY:
		return set_int(end, IPPROTO_TCP, TCP_NODELAY, 1);
	default:
		return -ENOPROTOOPT;
	}
}

/* The kernel doubles what it is asked for of a buffer. */
static bool socket_has(int end, enum endpoint_option option)
{
	switch (option) {
	case ENDPOINT_NONBLOCK:
		return fcntl(end, F_GETFL) & O_NONBLOCK;
	case ENDPOINT_SNDBUF:
		return get_int(end, SOL_SOCKET, SO_SNDBUF) == 2 * BUFFER_BYTES;
	case ENDPOINT_RCVBUF:
		return get_int(end, SOL_SOCKET, SO_RCVBUF) == 2 * BUFFER_BYTES;
	case ENDPOINT_SNDTIMEO:
		return has_timeout(end, SO_SNDTIMEO);
	case ENDPOINT_RCVTIMEO:
		return has_timeout(end, SO_RCVTIMEO);
	case ENDPOINT_KEEPALIVE:
		return get_int(end, SOL_SOCKET, SO_KEEPALIVE) == 1;
	case ENDPOINT_PASSCRED:
		return get_int(end, SOL_SOCKET, SO_PASSCRED) == 1;
	case ENDPOINT_NODELAY:
		return get_int(end, IPPROTO_TCP, TCP_NODELAY) == 1;
	default:
		return false;
	}
}

static int socket_put_to(int end, const struct endpoint_name *to,
			 const void *word)
{
	union address at;
	socklen_t size = address_of(to, &at);
	ssize_t n;

	do
		n = sendto(end, word, ENDPOINT_WORD, MSG_NOSIGNAL, &at.any,
			   size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

static int socket_answer(int end)
{
	char word[ENDPOINT_WORD];
	union address at;
	socklen_t size = sizeof(at);
	ssize_t n;

	do
		n = recvfrom(end, word, sizeof(word), 0, &at.any, &size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (sendto(end, word, (size_t)n, MSG_NOSIGNAL, &at.any, size) < 0)
		return -errno;
	return 0;
}

/* The forms. */

static int form_flags(unsigned int flags)
{
	return MSG_NOSIGNAL | (flags & FORM_DONTWAIT ? MSG_DONTWAIT : 0) |
	       (flags & FORM_OOB ? MSG_OOB : 0) |
	       (flags & FORM_DONTROUTE ? MSG_DONTROUTE : 0) |
	       (flags & FORM_PEEK ? MSG_PEEK : 0);
}

/* Two pieces, where there are two bytes. */
static int in_pieces(struct iovec iov[PIECES], void *buf, size_t len)
{
	size_t first = len / PIECES;

	iov[0] = (struct iovec){buf, first};
	iov[1] = (struct iovec){(char *)buf + first, len - first};
	return PIECES;
}

static ssize_t put_to(int end, const struct endpoint_name *to, const void *buf,
		      size_t len, int flags)
{
	union address at;
	socklen_t size;

	if (!to)
		return sendto(end, buf, len, flags, NULL, 0);
	size = address_of(to, &at);
	return sendto(end, buf, len, flags, &at.any, size);
}

static ssize_t put_one(int end, enum endpoint_form form,
		       const struct endpoint_name *to, void *buf, size_t len,
		       unsigned int flags)
{
	struct iovec iov[PIECES] = {{buf, len}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 1};

	switch (form) {
	case FORM_WRITE:
		return write(end, buf, len);
	case FORM_SENDTO:
		return put_to(end, to, buf, len, form_flags(flags));
	case FORM_SENDMSG:
		return sendmsg(end, &msg, form_flags(flags));
	case FORM_WRITEV:
		return writev(end, iov, in_pieces(iov, buf, len));
	default:
		return send(end, buf, len, form_flags(flags));
	}
}

static ssize_t get_one(int end, enum endpoint_form form, void *buf, size_t len,
		       unsigned int flags, unsigned int *seen)
{
	struct iovec iov[PIECES] = {{buf, len}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 1};
	union address from;
	socklen_t size = sizeof(from);
	ssize_t n;

	switch (form) {
	case FORM_WRITE:
		return read(end, buf, len);
	case FORM_SENDTO:
		return recvfrom(end, buf, len, form_flags(flags), &from.any,
				&size);
	case FORM_SENDMSG:
		n = recvmsg(end, &msg, form_flags(flags));
		*seen = n >= 0 && msg.msg_flags & MSG_TRUNC ? FORM_TRUNCATED
							    : 0;
		return n;
	case FORM_WRITEV:
		return readv(end, iov, in_pieces(iov, buf, len));
	default:
		return recv(end, buf, len, form_flags(flags));
	}
}

/* n headers, of one piece each. */
static void fill_headers(struct mmsghdr *msg, struct iovec *iov, char *buf,
			 size_t len, size_t n)
{
	memset(msg, 0, n * sizeof(*msg));
	for (size_t i = 0; i < n; i++) {
		iov[i] = (struct iovec){buf + i * len, len};
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
}

static ssize_t many(int end, char *buf, size_t len, size_t n,
		    unsigned int flags, bool puts)
{
	struct mmsghdr msg[MESSAGES_MAX];
	struct iovec iov[MESSAGES_MAX];
	ssize_t sum = 0;
	int done;

	if (n > MESSAGES_MAX)
		return -EINVAL;
	fill_headers(msg, iov, buf, len, n);
	done = puts ? sendmmsg(end, msg, (unsigned int)n, form_flags(flags))
		    : recvmmsg(end, msg, (unsigned int)n, form_flags(flags),
			       NULL);
	for (int i = 0; i < done; i++)
		sum += msg[i].msg_len;
	return done < 0 ? -errno : sum;
}

static ssize_t socket_put_as(int end, enum endpoint_form form,
			     const struct endpoint_name *to, const void *buf,
			     size_t len, size_t n, unsigned int flags)
{
	char *at = (char *)buf; /* read only, which struct iovec cannot say */
	ssize_t sum = 0;

	if (form == FORM_SENDMMSG)
		return many(end, at, len, n, flags, true);
	for (size_t i = 0; i < n; i++) {
		ssize_t done = put_one(end, form, to, at + i * len, len, flags);

		if (done < 0)
			return i ? sum : -errno;
		sum += done;
	}
	return sum;
}

static ssize_t socket_get_as(int end, enum endpoint_form form, void *buf,
			     size_t len, size_t n, unsigned int flags,
			     unsigned int *seen)
{
	char *at = buf;
	ssize_t sum = 0;

	*seen = 0;
	if (form == FORM_SENDMMSG)
		return many(end, at, len, n, flags, false);
	for (size_t i = 0; i < n; i++) {
		ssize_t done =
			get_one(end, form, at + i * len, len, flags, seen);

		if (done < 0)
			return i ? sum : -errno;
		sum += done;
	}
	return sum;
}

#define BIT(option) (1u << ENDPOINT_##option)
#define OPTIONS_OF_ALL                                               \
	(BIT(NONBLOCK) | BIT(SNDBUF) | BIT(RCVBUF) | BIT(SNDTIMEO) | \
	 BIT(RCVTIMEO) | BIT(KEEPALIVE))

#define SOCKET_OPS                                                           \
	.bind = socket_bind, .find = socket_find, .unlink = socket_unlink,   \
	.close = socket_close, .put = socket_put, .get = socket_get,         \
	.listen = socket_listen, .linked = socket_linked, .set = socket_set, \
	.has = socket_has, .put_as = socket_put_as, .get_as = socket_get_as

#define UNIX_RULES                                                        \
	.journal = "path", .probe = endpoint_probe_path,                  \
	.rule = {                                                         \
		[ENDPOINT_PATH] = {ENDPOINT_UNTIL_UNLINK, -EADDRINUSE,    \
				   -ENOENT, -ECONNREFUSED},               \
		[ENDPOINT_ABSTRACT] = {ENDPOINT_UNTIL_CLOSE, -EADDRINUSE, \
				       -ECONNREFUSED, -ECONNREFUSED},     \
	}

/* What a listener passes on of itself, a few lines of net/unix/af_unix.c
 * say: the credentials that it wants, and nothing else. */
#define UNIX_CONNECTION                                                       \
	.connectionless = &endpoint_unix_dgram, .before = -ENOTCONN,          \
	.after = {-EPIPE, -EPIPE}, .eof = true, .full = ENDPOINT_FULL_AGAIN,  \
	.options = OPTIONS_OF_ALL | BIT(PASSCRED), .inherits = BIT(PASSCRED), \
	.accept = socket_accept

const struct endpoint_kind endpoint_unix_stream = {
	UNIX_RULES,
	.can = ENDPOINT_LISTENS | ENDPOINT_CONNECTS | ENDPOINT_FORMS |
	       ENDPOINT_ANSWERS | ENDPOINT_STREAM | ENDPOINT_URGENT,
	UNIX_CONNECTION,
	SOCKET_OPS,
	.make = make_unix_stream,
};

const struct endpoint_kind endpoint_unix_seqpacket = {
	UNIX_RULES,
	.can = ENDPOINT_LISTENS | ENDPOINT_CONNECTS | ENDPOINT_FORMS |
	       ENDPOINT_ANSWERS,
	UNIX_CONNECTION,
	SOCKET_OPS,
	.make = make_unix_seqpacket,
};

const struct endpoint_kind endpoint_unix_dgram = {
	UNIX_RULES,
	.can = ENDPOINT_CONNECTS | ENDPOINT_FORMS,
	.linked_by = "connect(2), which only notes whom a datagram goes to",
	.connectionless = &endpoint_unix_dgram,
	.before = -ENOTCONN,
	.after = {-ECONNREFUSED, -ECONNREFUSED},
	SOCKET_OPS,
	.make = make_unix_dgram,
	.put_to = socket_put_to,
	.answer = socket_answer,
};

#define PORT_RULE(unfound)                                             \
	.rule = {[ENDPOINT_PORT] = {ENDPOINT_UNTIL_CLOSE, -EADDRINUSE, \
				    unfound, unfound}}

/* A connection is a copy of its listener, but for what fcntl(2) sets. */
const struct endpoint_kind endpoint_tcp = {
	PORT_RULE(-ECONNREFUSED),
	.can = ENDPOINT_LISTENS | ENDPOINT_CONNECTS | ENDPOINT_FORMS |
	       ENDPOINT_ANSWERS | ENDPOINT_STREAM | ENDPOINT_URGENT,
	.connectionless = &endpoint_udp,
	.before = -EPIPE,
	.after = {-EPIPE, -ECONNRESET},
	.late = true,
	.eof = true,
	.full = ENDPOINT_FULL_PENDING,
	.options = OPTIONS_OF_ALL | BIT(NODELAY),
	.inherits = (OPTIONS_OF_ALL & ~BIT(NONBLOCK)) | BIT(NODELAY),
	SOCKET_OPS,
	.accept = tcp_accept,
	.make = make_tcp,
};

const struct endpoint_kind endpoint_udp = {
	PORT_RULE(0),
	.can = ENDPOINT_CONNECTS | ENDPOINT_FORMS | ENDPOINT_UNSURE,
	.linked_by = "connect(2), which only notes whom a datagram goes to",
	.connectionless = &endpoint_udp,
	.before = -EDESTADDRREQ,
	.after = {-ECONNREFUSED, -ECONNREFUSED},
	.late = true,
	SOCKET_OPS,
	.make = make_udp,
	.put_to = socket_put_to,
	.answer = socket_answer,
};
