/* SPDX-License-Identifier: MIT */
/* Checking, completing, opening and attaching; messages over descriptors. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/catalogue.h"
#include "ipc/options.h"
#include "ipc/fd.h"

/* In harness/cli/list.c. */
extern const struct catalogue catalogue;

static const struct ipc_spec plain = {
	.msg_max = 64,
	.depth = 8,
	.senders = 1,
	.receivers = 1,
	.threads = true,
};

/* The same for a back-end that may have options. */
static struct ipc_spec plain_of(const struct ipc_impl *impl)
{
	struct ipc_spec spec = plain;

	options_preset(impl->options, spec.option);
	return spec;
}

static const char *const streams[] = {"pipe", "unix-stream", "tcp"};
static const char *const packets[] = {"unix-seqpacket", "sysv-msg"};
enum { STREAMS = 3, PACKETS = 2 };

static const struct ipc_impl *impl_of(const char *name)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, name, NULL);

	assert_non_null(impl);
	return impl;
}

static int open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* A link with both its ends in this process. */
struct both {
	struct ipc_ops ops;
	uint32_t emulated;
	struct ipc_link *link;
	struct ipc_port *tx, *rx;
};

static void both_open(struct both *b, const struct ipc_impl *impl,
		      const struct ipc_spec *spec)
{
	b->emulated = ipc_resolve(impl, &b->ops);
	assert_int_equal(ipc_link_open(impl, spec, &b->ops, NULL, &b->link), 0);
	assert_int_equal(ipc_port_attach(b->link, IPC_TX, 0, &b->tx), 0);
	assert_int_equal(ipc_port_attach(b->link, IPC_RX, 0, &b->rx), 0);
}

static void both_close(struct both *b)
{
	ipc_port_detach(b->tx);
	ipc_port_detach(b->rx);
	ipc_link_close(b->link);
}

/* A back-end with one slot, that can only lend. */
struct slot_link {
	struct ipc_link base;
	_Alignas(16) unsigned char bytes[256];
	size_t len; /* 0: empty */
};

static int slot_open(struct ipc_link *link)
{
	(void)link;
	return 0;
}

static int slot_open_fails(struct ipc_link *link)
{
	(void)link;
	return -EMFILE;
}

static void slot_close(struct ipc_link *link)
{
	(void)link;
}

static int slot_attach_fails(struct ipc_port *port)
{
	(void)port;
	return -ENOMEM;
}

static int slot_probe(const struct ipc_spec *spec, struct why *why)
{
	(void)spec;
	return why_not(why, -ENODEV, "the slot is taken");
}

static int slot_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	struct slot_link *slot = (struct slot_link *)tx->link;

	(void)flags;
	if (slot->len)
		return -EAGAIN;
	m->data = slot->bytes;
	m->len = len;
	return 0;
}

static int slot_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	((struct slot_link *)tx->link)->len = m->len;
	return 0;
}

static int slot_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	struct slot_link *slot = (struct slot_link *)rx->link;

	(void)flags;
	if (!slot->len)
		return -EAGAIN;
	m->data = slot->bytes;
	m->len = slot->len;
	return 0;
}

static int slot_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)m;
	((struct slot_link *)rx->link)->len = 0;
	return 0;
}

static const struct ipc_ops slot_ops = {
	.loan = slot_loan,
	.publish = slot_publish,
	.take = slot_take,
	.release = slot_release,
};

static const struct ipc_impl slot_impl = {
	.name = "slot",
	.caps = IPC_ZEROCOPY | IPC_BOUNDARY | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN),
	.senders_max = 1,
	.receivers_max = 2,
	.link_size = sizeof(struct slot_link),
	.port_size = sizeof(struct ipc_port),
	.open = slot_open,
	.close = slot_close,
	.ops = &slot_ops,
};

static void refused(const struct ipc_impl *impl, const struct ipc_spec *spec,
		    uint32_t needs, int err, const char *text)
{
	struct why why = {""};

	assert_int_equal(ipc_check(impl, spec, needs, &why), err);
	assert_string_equal(why.text, text);
}

static void test_refusals_say_why(void **state)
{
	struct ipc_impl probed = slot_impl;
	struct ipc_spec spec = plain;

	(void)state;
	assert_int_equal(ipc_check(&slot_impl, &spec, IPC_BOUNDARY, NULL), 0);
	refused(&slot_impl, &spec, IPC_ISOLATED | IPC_COPY, -ENOTSUP,
		"lacks what the workload needs: copy, isolated");
	spec.wait = IPC_WAIT_YIELD;
	refused(&slot_impl, &spec, 0, -ENOTSUP,
		"cannot wait by yield; it can block, spin");
	spec = plain;
	spec.senders = 2;
	refused(&slot_impl, &spec, 0, -ENOTSUP,
		"takes 1 sender per link, not 2");
	spec = plain;
	spec.receivers = 3;
	refused(&slot_impl, &spec, 0, -ENOTSUP,
		"takes 2 receivers per link, not 3");
	spec = plain;
	spec.threads = false;
	refused(&slot_impl, &spec, 0, -ENOTSUP, "cannot connect processes");
	probed.probe = slot_probe;
	refused(&probed, &plain, 0, -ENODEV, "the slot is taken");
	probed.caps = IPC_ZEROCOPY | IPC_PROCESSES;
	refused(&probed, &plain, 0, -ENOTSUP,
		"cannot connect threads of one process");
}

static void test_specs_that_make_no_sense(void **state)
{
	struct ipc_spec spec = plain;

	(void)state;
	spec.msg_max = 0;
	refused(&slot_impl, &spec, 0, -EINVAL, "a message has at least 1 byte");
	spec = plain;
	spec.depth = 3;
	refused(&slot_impl, &spec, 0, -EINVAL, "depth 3 is not a power of two");
	spec.depth = 0;
	refused(&slot_impl, &spec, 0, -EINVAL, "depth 0 is not a power of two");
}

static void test_every_cap_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(ipc_cap_name(IPC_COPY), "copy");
	assert_string_equal(ipc_cap_name(IPC_ZEROCOPY), "zero-copy");
	for (uint32_t cap = 1; cap < 1u << IPC_CAPS; cap <<= 1)
		assert_string_not_equal(ipc_cap_name(cap), "unknown");
	assert_string_equal(ipc_cap_name(1u << IPC_CAPS), "unknown");
}

static void test_too_long_a_message_is_refused(void **state)
{
	struct ipc_spec spec = plain;

	(void)state;
	spec.msg_max = (size_t)256 << 20;
	for (int i = 0; i < PACKETS; i++) {
		struct why why = {""};

		options_preset(impl_of(packets[i])->options, spec.option);
		assert_int_equal(ipc_check(impl_of(packets[i]), &spec, 0, &why),
				 -EMSGSIZE);
		assert_non_null(strstr(why.text, "268435456"));
	}
}

/* What the check lets pass must really go through, to the byte. */
static void test_longest_packet_goes_through(void **state)
{
	const struct ipc_impl *impl = impl_of("unix-seqpacket");
	struct ipc_spec spec = plain_of(impl);
	size_t fits = 1, fails = (size_t)256 << 20;
	struct both b;
	char *buf;

	(void)state;
	while (fails - fits > 1) {
		spec.msg_max = (fits + fails) / 2;
		if (ipc_check(impl, &spec, 0, NULL))
			fails = spec.msg_max;
		else
			fits = spec.msg_max;
	}
	spec.msg_max = fits;
	buf = malloc(fits);
	assert_non_null(buf);
	both_open(&b, impl, &spec);
	payload_write(buf, fits, 3, PAYLOAD_FULL);
	assert_int_equal(ipc_send(b.tx, buf, fits, 0), fits);
	memset(buf, 0, fits);
	assert_int_equal(ipc_recv(b.rx, buf, fits, 0), fits);
	assert_true(payload_check(buf, fits, 3, PAYLOAD_FULL));
	both_close(&b);
	free(buf);
}

static void test_unknown_names_are_corrected(void **state)
{
	struct why why = {""};

	(void)state;
	assert_null(catalogue_impl(&catalogue, "unix-strem", &why));
	assert_non_null(strstr(why.text, "unix-stream"));
	assert_null(catalogue_workload(&catalogue, "pingpon", &why));
	assert_non_null(strstr(why.text, "pingpong"));
	assert_non_null(catalogue_workload(&catalogue, "stream", &why));
}

static void test_resolve_completes_and_says_so(void **state)
{
	struct ipc_ops ops;

	(void)state;
	assert_int_equal(ipc_resolve(&slot_impl, &ops), IPC_COPY);
	assert_non_null(ops.send);
	assert_non_null(ops.recv);
	assert_ptr_equal(ops.take, slot_take);
	assert_int_equal(ipc_resolve(impl_of("pipe"), &ops), IPC_ZEROCOPY);
	assert_ptr_equal(ops.send, fd_stream_send);
	assert_non_null(ops.loan);
	assert_non_null(ops.publish);
	assert_non_null(ops.take);
	assert_non_null(ops.release);
	assert_int_equal(ipc_resolve(impl_of("null"), &ops), 0);
}

/* A claimed half is native, an emulated one is not claimed. */
static void test_caps_agree_with_ops(void **state)
{
	struct ipc_ops ops;

	(void)state;
	for (size_t i = 0; catalogue.impls[i]; i++) {
		const struct ipc_impl *impl = catalogue.impls[i];
		uint32_t halves = impl->caps & (IPC_COPY | IPC_ZEROCOPY);

		assert_int_equal(ipc_resolve(impl, &ops) ^ halves,
				 IPC_COPY | IPC_ZEROCOPY);
	}
}

static void test_copy_over_lend(void **state)
{
	char out[64] = "over a slot", in[64];
	struct both b;

	(void)state;
	both_open(&b, &slot_impl, &plain);
	assert_null(b.tx->bounce); /* the caller's buffer is enough */
	assert_int_equal(ipc_recv(b.rx, in, 64, IPC_NOWAIT), -EAGAIN);
	assert_int_equal(ipc_send(b.tx, out, 12, 0), 12);
	assert_int_equal(ipc_send(b.tx, out, 12, IPC_NOWAIT), -EAGAIN);
	memset(in, 'x', sizeof(in));
	assert_int_equal(ipc_recv(b.rx, in, 64, 0), 12);
	assert_string_equal(in, out);
	assert_int_equal(in[12], 'x');
	assert_int_equal(ipc_send(b.tx, out, 12, 0), 12);
	assert_int_equal(ipc_recv(b.rx, in, 11, 0), -EMSGSIZE);
	assert_int_equal(ipc_recv(b.rx, in, 64, IPC_NOWAIT), -EAGAIN);
	both_close(&b);
}

static void test_lend_over_copy(void **state)
{
	struct ipc_msg m;
	struct both b;

	(void)state;
	both_open(&b, impl_of("pipe"), &plain);
	assert_int_equal(b.emulated, IPC_ZEROCOPY);
	assert_int_equal((uintptr_t)b.tx->bounce % 4096, 0);
	assert_int_equal(ipc_take(b.rx, &m, IPC_NOWAIT), -EAGAIN);
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(ipc_loan(b.tx, &m, 64, 0), 0);
		payload_write(m.data, 64, i, PAYLOAD_FULL);
		assert_int_equal(ipc_publish(b.tx, &m), 0);
	}
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(ipc_take(b.rx, &m, 0), 0);
		assert_int_equal(m.len, 64);
		assert_true(payload_check(m.data, 64, i, PAYLOAD_FULL));
		assert_int_equal(ipc_release(b.rx, &m), 0);
	}
	both_close(&b);
}

static void test_failures_leave_nothing(void **state)
{
	struct ipc_impl fails = slot_impl;
	struct ipc_link *link = NULL;
	struct ipc_port *port = NULL;
	struct ipc_ops ops;

	(void)state;
	ipc_resolve(&fails, &ops);
	fails.open = slot_open_fails;
	assert_int_equal(ipc_link_open(&fails, &plain, &ops, NULL, &link),
			 -EMFILE);
	assert_null(link);
	fails.open = slot_open;
	fails.attach = slot_attach_fails;
	assert_int_equal(ipc_link_open(&fails, &plain, &ops, NULL, &link), 0);
	assert_int_equal(ipc_port_attach(link, IPC_TX, 0, &port), -ENOMEM);
	assert_null(port);
	ipc_link_close(link);
}

/* Of every back-end that can be had here, in both spaces and every wait. */
static void test_links_leave_no_descriptor(void **state)
{
	int before = open_fds();

	(void)state;
	for (size_t i = 0; catalogue.impls[i]; i++) {
		for (int wait = 0; wait < IPC_WAIT_KINDS; wait++) {
			const struct ipc_impl *impl = catalogue.impls[i];
			struct ipc_spec spec = plain_of(impl);
			struct both b;

			spec.wait = wait;
			if (ipc_check(impl, &spec, 0, NULL))
				continue;
			both_open(&b, impl, &spec);
			both_close(&b);
			spec.threads = false;
			if (ipc_check(impl, &spec, 0, NULL))
				continue;
			assert_int_equal(ipc_link_open(impl, &spec, &b.ops,
						       NULL, &b.link),
					 0);
			assert_true(b.link->spec.wait == spec.wait);
			ipc_link_close(b.link);
		}
	}
	assert_int_equal(open_fds(), before);
}

static void test_links_describe_themselves(void **state)
{
	static const struct {
		const char *name, *says;
	} expect[] = {
		{"pipe", "pipe buffer "},
		{"unix-stream", "send buffer "},
		{"unix-seqpacket", "send buffer "},
		{"tcp", "send buffer "},
		{"sysv-msg", "queue "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expect) / sizeof(*expect); i++) {
		const struct ipc_impl *impl = impl_of(expect[i].name);
		char text[160] = "";
		int bytes = 0;
		struct both b;

		if (ipc_check(impl, &plain, 0, NULL))
			continue;
		both_open(&b, impl, &plain);
		impl->describe(b.link, text, sizeof(text));
		assert_int_equal(
			strncmp(text, expect[i].says, strlen(expect[i].says)),
			0);
		sscanf(text + strlen(expect[i].says), "%d", &bytes);
		assert_true(bytes >= 4096);
		both_close(&b);
	}
}

/* Fill a stream without waiting until it refuses, then empty it: nothing is
 * lost or torn. Would a message be begun that does not fit, this would hang. */
static void fill_and_empty(const struct ipc_impl *impl, size_t size,
			   enum ipc_wait wait)
{
	char *buf = malloc(size);
	struct ipc_spec spec = plain_of(impl);
	uint64_t sent = 0, got = 0;
	struct both b;
	ssize_t n;

	assert_non_null(buf);
	spec.msg_max = size;
	spec.wait = wait;
	both_open(&b, impl, &spec);
	assert_int_equal(ipc_recv(b.rx, buf, size, IPC_NOWAIT), -EAGAIN);
	do {
		payload_write(buf, size, sent, PAYLOAD_FULL);
		n = ipc_send(b.tx, buf, size, IPC_NOWAIT);
		if (n > 0)
			sent++;
	} while (n == (ssize_t)size);
	assert_int_equal(n, -EAGAIN);
	assert_true(sent > 0);
	while (got < sent) {
		/* Over a network the last bytes may be under way. */
		do
			n = ipc_recv(b.rx, buf, size, IPC_NOWAIT);
		while (n == -EAGAIN);
		assert_int_equal(n, size);
		assert_true(payload_check(buf, size, got++, PAYLOAD_FULL));
	}
	assert_int_equal(ipc_recv(b.rx, buf, size, IPC_NOWAIT), -EAGAIN);
	both_close(&b);
	free(buf);
}

static void test_nowait_never_tears(void **state)
{
	static const size_t sizes[] = {1,    7,	   100,	  4096,
				       4097, 5000, 20000, 40000};

	(void)state;
	for (int i = 0; i < STREAMS; i++)
		for (size_t s = 0; s < 8; s++) {
			/* Megabytes, byte by byte, would only take long. */
			if (sizes[s] < 100 && streams[i][0] == 't')
				continue;
			fill_and_empty(impl_of(streams[i]), sizes[s],
				       IPC_WAIT_BLOCK);
			fill_and_empty(impl_of(streams[i]), sizes[s],
				       IPC_WAIT_SPIN);
		}
	for (int i = 0; i < PACKETS; i++)
		for (size_t s = 0; s < 6; s++) {
			struct ipc_spec spec = plain_of(impl_of(packets[i]));

			spec.msg_max = sizes[s];
			if (ipc_check(impl_of(packets[i]), &spec, 0, NULL))
				continue;
			fill_and_empty(impl_of(packets[i]), sizes[s],
				       IPC_WAIT_BLOCK);
			fill_and_empty(impl_of(packets[i]), sizes[s],
				       IPC_WAIT_SPIN);
		}
}

static void test_packets_keep_their_ends(void **state)
{
	(void)state;
	for (int i = 0; i < PACKETS; i++) {
		char buf[64] = "twelve bytes";
		struct both b;

		if (ipc_check(impl_of(packets[i]), &plain, 0, NULL))
			continue;
		both_open(&b, impl_of(packets[i]), &plain);
		assert_int_equal(ipc_send(b.tx, buf, 12, 0), 12);
		assert_int_equal(ipc_send(b.tx, buf, 5, 0), 5);
		assert_int_equal(ipc_send(b.tx, buf, 1, 0), 1);
		assert_int_equal(ipc_recv(b.rx, buf, 64, 0), 12);
		assert_int_equal(ipc_recv(b.rx, buf, 4, 0), -EMSGSIZE);
		assert_int_equal(ipc_recv(b.rx, buf, 64, 0), 1); /* 5 is lost */
		assert_int_equal(ipc_recv(b.rx, buf, 64, IPC_NOWAIT), -EAGAIN);
		both_close(&b);
	}
}

/* A sender in a thread of its own. */
struct sending {
	struct ipc_port *tx;
	size_t size;
	uint64_t messages;
	unsigned int flags;
};

static void *send_all(void *arg)
{
	struct sending *s = arg;
	char *buf = malloc(s->size);

	for (uint64_t i = 0; buf && i < s->messages; i++) {
		ssize_t n;

		payload_write(buf, s->size, i, PAYLOAD_FULL);
		do
			n = ipc_send(s->tx, buf, s->size, s->flags);
		while (n == -EAGAIN);
		if (n != (ssize_t)s->size)
			break;
	}
	free(buf);
	return NULL;
}

static void recv_all(struct ipc_port *rx, size_t size, uint64_t messages)
{
	char *buf = malloc(size);

	assert_non_null(buf);
	for (uint64_t i = 0; i < messages; i++) {
		assert_int_equal(ipc_recv(rx, buf, size, 0), size);
		assert_true(payload_check(buf, size, i, PAYLOAD_FULL));
	}
	free(buf);
}

static void between_threads(const struct ipc_impl *impl, enum ipc_wait wait,
			    size_t size, unsigned int flags)
{
	struct ipc_spec spec = plain_of(impl);
	struct sending s = {.size = size, .messages = 5, .flags = flags};
	pthread_t sender;
	struct both b;

	spec.msg_max = size;
	spec.wait = wait;
	spec.spin_ns = 1000;
	if (ipc_check(impl, &spec, 0, NULL))
		return;
	both_open(&b, impl, &spec);
	s.tx = b.tx;
	assert_int_equal(pthread_create(&sender, NULL, send_all, &s), 0);
	recv_all(b.rx, size, s.messages);
	pthread_join(sender, NULL);
	both_close(&b);
}

/* Some are longer than any kernel buffer here, so both sides wait within. */
static void test_every_wait_carries_every_size(void **state)
{
	static const size_t sizes[] = {1, 4097, 150000, 8 << 20};

	(void)state;
	for (int wait = 0; wait < IPC_WAIT_KINDS; wait++)
		for (size_t s = 0; s < 4; s++) {
			for (int i = 0; i < STREAMS; i++)
				between_threads(impl_of(streams[i]), wait,
						sizes[s], 0);
			for (int i = 0; i < PACKETS; i++)
				between_threads(impl_of(packets[i]), wait,
						sizes[s], 0);
		}
}

/* Empty, a stream takes a message that can never fit, and waits. */
static void test_nowait_begins_what_cannot_fit(void **state)
{
	(void)state;
	for (int i = 0; i < STREAMS; i++) {
		between_threads(impl_of(streams[i]), IPC_WAIT_BLOCK, 8 << 20,
				IPC_NOWAIT);
		between_threads(impl_of(streams[i]), IPC_WAIT_SPIN, 8 << 20,
				IPC_NOWAIT);
	}
}

static void on_signal(int number)
{
	(void)number;
}

static void *recv_one(void *arg)
{
	char buf[64];
	ssize_t n = ipc_recv(arg, buf, sizeof(buf), 0);

	return (void *)(intptr_t)n;
}

/* A signal that is handled is nobody's error. */
static void test_signals_do_not_end_a_wait(void **state)
{
	struct sigaction act = {.sa_handler = on_signal};
	static const char *const names[] = {"pipe", "unix-stream", "tcp",
					    "unix-seqpacket", "sysv-msg"};
	char buf[64] = "";

	(void)state;
	sigaction(SIGUSR1, &act, NULL);
	for (int i = 0; i < 5; i++) {
		pthread_t receiver;
		struct both b;
		void *n;

		if (ipc_check(impl_of(names[i]), &plain, 0, NULL))
			continue;
		both_open(&b, impl_of(names[i]), &plain);
		assert_int_equal(
			pthread_create(&receiver, NULL, recv_one, b.rx), 0);
		for (int k = 0; k < 200; k++) {
			pthread_kill(receiver, SIGUSR1);
			usleep(50);
		}
		assert_int_equal(ipc_send(b.tx, buf, sizeof(buf), 0), 64);
		pthread_join(receiver, &n);
		assert_int_equal((intptr_t)n, 64);
		both_close(&b);
	}
}

static const char *const ends[] = {"pipe", "unix-stream", "tcp",
				   "unix-seqpacket"};
enum { ENDS = 4 };

/* Attach to one side in a child, use it once, and be gone. Returns the
 * child's exit status. */
static int child_uses(struct ipc_link *link, enum ipc_side side)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct ipc_port *port;
		char buf[64] = "from the child";
		bool ok;

		if (ipc_port_attach(link, side, 0, &port))
			_exit(1);
		ok = side == IPC_RX || ipc_send(port, buf, 64, 0) == 64;
		ipc_port_detach(port);
		_exit(!ok);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_receiver_sees_the_end(void **state)
{
	(void)state;
	for (int i = 0; i < ENDS; i++)
		for (int wait = 0; wait < IPC_WAIT_KINDS; wait++) {
			struct ipc_spec spec = plain_of(impl_of(ends[i]));
			struct both b;
			char buf[64];

			spec.threads = false;
			spec.wait = wait;
			ipc_resolve(impl_of(ends[i]), &b.ops);
			assert_int_equal(ipc_link_open(impl_of(ends[i]), &spec,
						       &b.ops, NULL, &b.link),
					 0);
			assert_int_equal(child_uses(b.link, IPC_TX), 0);
			assert_int_equal(
				ipc_port_attach(b.link, IPC_RX, 0, &b.rx), 0);
			assert_int_equal(ipc_recv(b.rx, buf, 64, 0), 64);
			assert_string_equal(buf, "from the child");
			assert_int_equal(ipc_recv(b.rx, buf, 64, 0), -EPIPE);
			assert_int_equal(ipc_recv(b.rx, buf, 64, IPC_NOWAIT),
					 -EPIPE);
			ipc_port_detach(b.rx);
			ipc_link_close(b.link);
		}
}

static void test_sender_sees_the_end(void **state)
{
	(void)state;
	for (int i = 0; i < ENDS; i++)
		for (int wait = 0; wait < IPC_WAIT_KINDS; wait++) {
			struct ipc_spec spec = plain_of(impl_of(ends[i]));
			char buf[64] = "";
			struct both b;
			ssize_t n;

			spec.threads = false;
			spec.wait = wait;
			ipc_resolve(impl_of(ends[i]), &b.ops);
			assert_int_equal(ipc_link_open(impl_of(ends[i]), &spec,
						       &b.ops, NULL, &b.link),
					 0);
			assert_int_equal(child_uses(b.link, IPC_RX), 0);
			assert_int_equal(
				ipc_port_attach(b.link, IPC_TX, 0, &b.tx), 0);
			do /* TCP takes one before it is told */
				n = ipc_send(b.tx, buf, 64, 0);
			while (n == 64);
			assert_int_equal(n, -EPIPE);
			assert_int_equal(ipc_send(b.tx, buf, 64, IPC_NOWAIT),
					 -EPIPE);
			ipc_port_detach(b.tx);
			ipc_link_close(b.link);
		}
}

/* Half a message and then the end is no message. */
static void test_half_a_message_is_the_end(void **state)
{
	char buf[64] = "";
	struct both b;

	(void)state;
	both_open(&b, impl_of("pipe"), &plain);
	assert_int_equal(ipc_send(b.tx, buf, 30, 0), 30);
	close(((struct fd_link *)b.link)->fd[IPC_TX]);
	((struct fd_link *)b.link)->fd[IPC_TX] = -1;
	assert_int_equal(ipc_recv(b.rx, buf, 64, 0), -EPIPE);
	both_close(&b);
}

static void test_removed_queue_is_the_end(void **state)
{
	char buf[64] = "";
	struct both b;

	(void)state;
	if (ipc_check(impl_of("sysv-msg"), &plain, 0, NULL)) {
		print_message("no System V message queues here\n");
		skip();
	}
	both_open(&b, impl_of("sysv-msg"), &plain);
	b.link->impl->close(b.link);
	assert_int_equal(ipc_send(b.tx, buf, 64, 0), -EPIPE);
	assert_int_equal(ipc_recv(b.rx, buf, 64, 0), -EPIPE);
	both_close(&b);
}

/* A workload's nodes, in this process: node 1 in a thread. */
struct player {
	rounds_fn rounds;
	struct node node;
	int err;
};

static void *play(void *arg)
{
	struct player *p = arg;
	uint64_t from = 0;

	for (uint64_t n = 1; n < 40 && !p->err; from += n, n *= 3)
		p->err = p->rounds(&p->node, from, n);
	return NULL;
}

static void play_over(const struct ipc_impl *impl, const struct workload *w,
		      enum ipc_api api, enum payload how, size_t size)
{
	struct params par = {.size = size};
	struct plan plan = {0};
	struct player p[2] = {{.rounds = w->rounds[api][how]},
			      {.rounds = w->rounds[api][how]}};
	struct ipc_link *links[2];
	struct ipc_ops ops;
	pthread_t thread;

	ipc_resolve(impl, &ops);
	assert_int_equal(w->plan(&par, &plan, NULL), 0);
	assert_int_equal(plan.nodes, 2);
	assert_int_equal(plan.links, 2);
	for (unsigned int i = 0; i < 2; i++) {
		p[i].node = (struct node){
			.self = i,
			.par = &par,
			.buf = calloc(1, size),
		};
		assert_non_null(p[i].node.buf);
	}
	for (unsigned int i = 0; i < 2; i++) {
		struct ipc_spec spec = plain_of(impl);

		spec.msg_max =
			plan.link[i].msg_max ? plan.link[i].msg_max : size;
		spec.depth = plan.link[i].depth;
		assert_int_equal(ipc_check(impl, &spec, w->needs, NULL), 0);
		assert_int_equal(
			ipc_link_open(impl, &spec, &ops, NULL, &links[i]), 0);
		assert_int_equal(
			ipc_port_attach(
				links[i], IPC_TX, 0,
				&p[plan.link[i].tx != NODE(0)].node.port[i]),
			0);
		assert_int_equal(
			ipc_port_attach(
				links[i], IPC_RX, 0,
				&p[plan.link[i].rx != NODE(0)].node.port[i]),
			0);
	}
	assert_int_equal(pthread_create(&thread, NULL, play, &p[1]), 0);
	play(&p[0]);
	pthread_join(thread, NULL);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(p[i].err, 0);
		assert_int_equal(p[i].node.wrong, 0);
		free(p[i].node.buf);
	}
	for (unsigned int i = 0; i < 2; i++) {
		ipc_port_detach(p[0].node.port[i]);
		ipc_port_detach(p[1].node.port[i]);
		ipc_link_close(links[i]);
	}
}

static void test_workloads_play(void **state)
{
	static const size_t sizes[] = {1, 5, 64, 100000};

	(void)state;
	for (size_t i = 0; catalogue.workloads[i]; i++) {
		const struct workload *w = catalogue.workloads[i];

		if (w->calls || w->timing == TIMING_LESSON)
			continue;
		for (int api = 0; api < IPC_APIS; api++)
			for (int how = 0; how < PAYLOADS; how++)
				for (size_t s = 0; s < 4; s++)
					play_over(impl_of("pipe"), w, api, how,
						  sizes[s]);
	}
}

static uint32_t stream_depth(size_t size, uint32_t asked)
{
	const struct workload *w =
		catalogue_workload(&catalogue, "stream", NULL);
	struct params par = {.size = size, .depth = asked};
	struct plan plan = {0};

	assert_int_equal(w->plan(&par, &plan, NULL), 0);
	return plan.link[0].depth;
}

static void test_stream_holds_four_mebibytes(void **state)
{
	(void)state;
	assert_int_equal(stream_depth(1, 0), 65536);
	assert_int_equal(stream_depth(64, 0), 65536);
	assert_int_equal(stream_depth(65, 0), 32768);
	assert_int_equal(stream_depth(4096, 0), 1024);
	assert_int_equal(stream_depth(1 << 20, 0), 4);
	assert_int_equal(stream_depth(2 << 20, 0), 2);
	assert_int_equal(stream_depth(64 << 20, 0), 2);
	assert_int_equal(stream_depth(64, 16), 16);
}

static void test_plans_refuse_odd_depths(void **state)
{
	struct params par = {.size = 64, .depth = 12};

	(void)state;
	for (size_t w = 0; catalogue.workloads[w]; w++) {
		struct plan plan = {0};
		struct why why = {""};

		int err;

		options_preset(catalogue.workloads[w]->options, par.option);
		err = catalogue.workloads[w]->plan(&par, &plan, &why);
		if (!err && !plan.links && !plan.services)
			continue; /* it has nothing that is so deep */
		if (err != -EINVAL)
			fail_msg("%s: taken", catalogue.workloads[w]->name);
		assert_string_equal(why.text, "depth 12 is not a power of two");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals_say_why),
		cmocka_unit_test(test_specs_that_make_no_sense),
		cmocka_unit_test(test_every_cap_has_a_name),
		cmocka_unit_test(test_too_long_a_message_is_refused),
		cmocka_unit_test(test_longest_packet_goes_through),
		cmocka_unit_test(test_unknown_names_are_corrected),
		cmocka_unit_test(test_resolve_completes_and_says_so),
		cmocka_unit_test(test_caps_agree_with_ops),
		cmocka_unit_test(test_copy_over_lend),
		cmocka_unit_test(test_lend_over_copy),
		cmocka_unit_test(test_failures_leave_nothing),
		cmocka_unit_test(test_links_leave_no_descriptor),
		cmocka_unit_test(test_links_describe_themselves),
		cmocka_unit_test(test_nowait_never_tears),
		cmocka_unit_test(test_packets_keep_their_ends),
		cmocka_unit_test(test_every_wait_carries_every_size),
		cmocka_unit_test(test_nowait_begins_what_cannot_fit),
		cmocka_unit_test(test_signals_do_not_end_a_wait),
		cmocka_unit_test(test_receiver_sees_the_end),
		cmocka_unit_test(test_sender_sees_the_end),
		cmocka_unit_test(test_half_a_message_is_the_end),
		cmocka_unit_test(test_removed_queue_is_the_end),
		cmocka_unit_test(test_workloads_play),
		cmocka_unit_test(test_stream_holds_four_mebibytes),
		cmocka_unit_test(test_plans_refuse_odd_depths),
	};

	signal(SIGPIPE, SIG_IGN); /* as a participant does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
