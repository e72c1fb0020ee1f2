/* SPDX-License-Identifier: MIT */
/*
 * The kernel's channels: their options do what they say, what the kernel does
 * not give is refused by name, and names are announced and gone.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/fd.h"
#include "ipc/names.h"
#include "ipc/options.h"

enum { MANY = 1 << 16, SMALL = 100 };

static struct ipc_ops ops;
static struct why why;

static struct ipc_spec spec_of(const struct ipc_impl *impl, const char *options,
			       size_t msg_max)
{
	struct ipc_spec spec = {.msg_max = msg_max,
				.depth = 4,
				.senders = 1,
				.receivers = 1,
				.threads = true};

	options_preset(impl->options, spec.option);
	assert_int_equal(options_parse(impl->name, impl->options, options,
				       spec.option, &why),
			 0);
	return spec;
}

/* Why there is no such link, or 0. */
static int refusal(const char *name, const char *options, size_t msg_max)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, name, &why);
	struct ipc_spec spec = spec_of(impl, options, msg_max);

	why.text[0] = '\0';
	return ipc_check(impl, &spec, 0, &why);
}

static struct ipc_link *link_of(const char *name, const char *options,
				size_t msg_max)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, name, &why);
	struct ipc_spec spec = spec_of(impl, options, msg_max);
	struct ipc_link *link = NULL;

	ipc_resolve(impl, &ops);
	if (ipc_check(impl, &spec, 0, &why)) {
		print_message("%s: %s\n", name, why.text);
		skip();
	}
	assert_int_equal(ipc_link_open(impl, &spec, &ops, NULL, &link), 0);
	return link;
}

static struct ipc_port *port_of(struct ipc_link *link, enum ipc_side side)
{
	struct ipc_port *port = NULL;

	assert_int_equal(ipc_port_attach(link, side, 0, &port), 0);
	return port;
}

/* Small messages that go without waiting; each is received again. */
static unsigned int holds(struct ipc_link *link)
{
	struct ipc_port *tx = port_of(link, IPC_TX);
	struct ipc_port *rx = port_of(link, IPC_RX);
	char buf[SMALL] = "";
	unsigned int n = 0;

	while (n < MANY && ipc_send(tx, buf, SMALL, IPC_NOWAIT) == SMALL)
		n++;
	for (unsigned int i = 0; i < n; i++)
		assert_int_equal(ipc_recv(rx, buf, SMALL, IPC_NOWAIT), SMALL);
	assert_int_equal(ipc_recv(rx, buf, SMALL, IPC_NOWAIT), -EAGAIN);
	ipc_port_detach(tx);
	ipc_port_detach(rx);
	return n;
}

static int end_of(const struct ipc_link *link, enum ipc_side side)
{
	return ((const struct fd_link *)link)->fd[side];
}

static int socket_value(int fd, int level, int which)
{
	socklen_t size = sizeof(int);
	int value = -1;

	assert_int_equal(getsockopt(fd, level, which, &value, &size), 0);
	return value;
}

static unsigned int proc_number(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned int n = 0;

	assert_true(f && fscanf(f, "%u", &n) == 1);
	fclose(f);
	return n;
}

static const char *const pipes[] = {"pipe", "fifo", "pipe-packet"};

static void test_pipe_has_the_size_asked_for(void **state)
{
	char text[128];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct ipc_link *link = link_of(pipes[i], "size=16K", SMALL);

		assert_int_equal(fcntl(end_of(link, IPC_RX), F_GETPIPE_SZ),
				 16384);
		link->impl->describe(link, text, sizeof(text));
		assert_non_null(strstr(text, "16384 B"));
		ipc_link_close(link);
	}
}

static void test_pipe_above_the_limit_is_refused(void **state)
{
	unsigned int max = proc_number("/proc/sys/fs/pipe-max-size");
	char options[64];

	(void)state;
	snprintf(options, sizeof(options), "size=%u", max + 1);
	for (size_t i = 0; i < 3; i++) {
		int err = refusal(pipes[i], options, SMALL);

		if (err == 0) {
			print_message("privileged, so there is no limit\n");
			skip();
		}
		assert_int_equal(err, -EPERM);
		assert_non_null(strstr(why.text, "fs.pipe-max-size"));
	}
}

/* A packet takes a page. */
static void test_pipe_packets_are_pages(void **state)
{
	struct ipc_link *link = link_of("pipe-packet", "size=16K", SMALL);

	(void)state;
	assert_int_equal(holds(link), 16384 / sysconf(_SC_PAGESIZE));
	ipc_link_close(link);
	assert_int_equal(refusal("pipe-packet", "", 4096), 0);
	assert_int_equal(refusal("pipe-packet", "", 4097), -EMSGSIZE);
	assert_non_null(strstr(why.text, "PIPE_BUF"));
}

static const struct {
	const char *name, *option;
	enum ipc_side side;
	int which;
} buffers[] = {
	{"unix-stream", "sndbuf", IPC_TX, SO_SNDBUF},
	{"unix-seqpacket", "sndbuf", IPC_TX, SO_SNDBUF},
	{"unix-dgram", "sndbuf", IPC_TX, SO_SNDBUF},
	{"unix-dgram", "peer=name,sndbuf", IPC_TX, SO_SNDBUF},
	{"tcp", "sndbuf", IPC_TX, SO_SNDBUF},
	{"tcp", "rcvbuf", IPC_RX, SO_RCVBUF},
	{"udp", "sndbuf", IPC_TX, SO_SNDBUF},
	{"udp", "rcvbuf", IPC_RX, SO_RCVBUF},
};

static void test_socket_has_the_buffer_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(buffers) / sizeof(*buffers); i++) {
		struct ipc_link *link;
		char options[64];

		snprintf(options, sizeof(options), "%s=32K", buffers[i].option);
		link = link_of(buffers[i].name, options, SMALL);
		/* The kernel doubles it. */
		assert_int_equal(socket_value(end_of(link, buffers[i].side),
					      SOL_SOCKET, buffers[i].which),
				 2 * 32768);
		ipc_link_close(link);
	}
}

static void test_socket_buffer_above_the_limit_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(buffers) / sizeof(*buffers); i++) {
		bool sends = buffers[i].which == SO_SNDBUF;
		const char *limit =
			sends ? "net.core.wmem_max" : "net.core.rmem_max";
		char options[64];

		snprintf(options, sizeof(options), "%s=1G", buffers[i].option);
		assert_int_equal(refusal(buffers[i].name, options, SMALL),
				 -EPERM);
		assert_non_null(strstr(why.text, limit));
	}
}

static void test_packet_above_the_buffer_is_refused(void **state)
{
	(void)state;
	assert_int_equal(refusal("unix-seqpacket", "sndbuf=4K", 4096), 0);
	assert_int_equal(refusal("unix-seqpacket", "sndbuf=4K", 9000),
			 -EMSGSIZE);
	assert_int_equal(refusal("unix-dgram", "sndbuf=4K", 9000), -EMSGSIZE);
	assert_int_equal(refusal("udp", "", 65507), 0);
	assert_int_equal(refusal("udp", "", 65508), -EMSGSIZE);
	assert_non_null(strstr(why.text, "65507"));
}

static void test_tcp_delays_when_asked_to(void **state)
{
	(void)state;
	for (int nodelay = 0; nodelay < 2; nodelay++) {
		struct ipc_link *link = link_of(
			"tcp", nodelay ? "nodelay=1" : "nodelay=0", SMALL);

		for (int side = IPC_TX; side <= IPC_RX; side++) {
			int fd = end_of(link, (enum ipc_side)side);
			int now = socket_value(fd, IPPROTO_TCP, TCP_NODELAY);

			assert_int_equal(now != 0, nodelay);
		}
		ipc_link_close(link);
	}
}

static void test_datagrams_wait_as_their_ends_are_joined(void **state)
{
	unsigned int limit = proc_number("/proc/sys/net/unix/max_dgram_qlen");
	struct ipc_link *link;

	(void)state;
	link = link_of("unix-dgram", "peer=name", SMALL);
	assert_int_equal(holds(link), limit + 1);
	ipc_link_close(link);
	link = link_of("unix-dgram", "", SMALL);
	assert_true(holds(link) > limit + 1);
	ipc_link_close(link);
}

/* Whoever knows the port may send to it, and is not heard. */
static void test_udp_hears_its_peer_only(void **state)
{
	struct ipc_link *link = link_of("udp", "", SMALL);
	struct ipc_port *tx = port_of(link, IPC_TX);
	struct ipc_port *rx = port_of(link, IPC_RX);
	int stranger = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char buf[SMALL] = "stranger";
	struct sockaddr_in at;
	socklen_t size = sizeof(at);

	(void)state;
	assert_int_equal(getsockname(end_of(link, IPC_RX),
				     (struct sockaddr *)&at, &size),
			 0);
	sendto(stranger, buf, 8, 0, (struct sockaddr *)&at, size);
	assert_int_equal(ipc_send(tx, "peer", 4, 0), 4);
	assert_int_equal(ipc_recv(rx, buf, SMALL, 0), 4);
	assert_memory_equal(buf, "peer", 4);
	assert_int_equal(ipc_recv(rx, buf, SMALL, IPC_NOWAIT), -EAGAIN);
	close(stranger);
	ipc_port_detach(tx);
	ipc_port_detach(rx);
	ipc_link_close(link);
}

/* The name that opening this announced. */
static void announced(const char *backend, const char *kind, char *name)
{
	int journal = memfd_create("journal", MFD_CLOEXEC);
	char lines[1024] = "", *last, *end;
	struct ipc_link *link;

	assert_true(journal >= 0);
	names_journal(journal);
	link = link_of(backend, "", SMALL);
	names_journal(-1);
	ipc_link_close(link);
	assert_true(pread(journal, lines, sizeof(lines) - 1, 0) > 0);
	close(journal);
	lines[strlen(lines) - 1] = '\0';
	end = strrchr(lines, '\n');
	last = end ? end + 1 : lines;
	assert_int_equal(strncmp(last, kind, strlen(kind)), 0);
	snprintf(name, 256, "%s", strchr(last, ' ') + 1);
}

static void test_fifo_leaves_no_path(void **state)
{
	char path[256];

	(void)state;
	announced("fifo", "path", path);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(errno, ENOENT);
}

static void test_posix_queue_leaves_no_name(void **state)
{
	char name[256];

	(void)state;
	announced("posix-mq", "mq-name", name);
	assert_int_equal(mq_open(name, O_RDONLY), -1);
	assert_int_equal(errno, ENOENT);
}

static void test_posix_queue_holds_what_is_asked_for(void **state)
{
	struct ipc_link *link = link_of("posix-mq", "maxmsg=3", SMALL);

	(void)state;
	assert_int_equal(holds(link), 3);
	ipc_link_close(link);
	assert_int_equal(refusal("posix-mq", "", 1 << 26), -EMSGSIZE);
	assert_non_null(strstr(why.text, "fs.mqueue.msgsize_max"));
	/* More than anybody's queues may take, or more messages than that. */
	assert_int_not_equal(refusal("posix-mq", "maxmsg=65536", 8192), 0);
	assert_true(strstr(why.text, "fs.mqueue.msg_max") ||
		    strstr(why.text, "RLIMIT_MSGQUEUE"));
}

static void test_sysv_queue_holds_what_is_asked_for(void **state)
{
	unsigned int most = proc_number("/proc/sys/kernel/msgmnb");
	struct ipc_link *link = link_of("sysv-msg", "qbytes=256", SMALL);
	char options[64];
	int err;

	(void)state;
	assert_int_equal(holds(link), 256 / SMALL);
	ipc_link_close(link);
	assert_int_equal(refusal("sysv-msg", "qbytes=64", SMALL), -EMSGSIZE);
	snprintf(options, sizeof(options), "qbytes=%u", most + 1);
	err = refusal("sysv-msg", options, SMALL);
	if (err) {
		assert_int_equal(err, -EPERM);
		assert_non_null(strstr(why.text, "kernel.msgmnb"));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe_has_the_size_asked_for),
		cmocka_unit_test(test_pipe_above_the_limit_is_refused),
		cmocka_unit_test(test_pipe_packets_are_pages),
		cmocka_unit_test(test_socket_has_the_buffer_asked_for),
		cmocka_unit_test(test_socket_buffer_above_the_limit_is_refused),
		cmocka_unit_test(test_packet_above_the_buffer_is_refused),
		cmocka_unit_test(test_tcp_delays_when_asked_to),
		cmocka_unit_test(test_datagrams_wait_as_their_ends_are_joined),
		cmocka_unit_test(test_udp_hears_its_peer_only),
		cmocka_unit_test(test_fifo_leaves_no_path),
		cmocka_unit_test(test_posix_queue_leaves_no_name),
		cmocka_unit_test(test_posix_queue_holds_what_is_asked_for),
		cmocka_unit_test(test_sysv_queue_holds_what_is_asked_for),
	};

	return cmocka_run_group_tests_name("channels", tests, NULL, NULL);
}
