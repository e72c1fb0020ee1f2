/* SPDX-License-Identifier: MIT */
/*
 * Pages handed over: who reaches what after it, that nothing published waits,
 * that buffers are used in the order that was asked for, and that memory which
 * was under way is free when its participants were killed.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/options.h"

enum { SMALL = 100, LARGE = 4 << 20, PAGE_MAX = 1 << 16 };

static struct ipc_ops ops;
static struct why why;

static struct ipc_spec spec_of(const struct ipc_impl *impl, const char *options,
			       size_t msg_max, bool threads)
{
	struct ipc_spec spec = {.msg_max = msg_max,
				.depth = 8,
				.senders = 1,
				.receivers = 1,
				.threads = threads};

	options_preset(impl->options, spec.option);
	assert_int_equal(options_parse(impl->name, impl->options, options,
				       spec.option, &why),
			 0);
	return spec;
}

static int refusal(const char *name, const char *options, size_t msg_max)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, name, &why);
	struct ipc_spec spec = spec_of(impl, options, msg_max, true);

	why.text[0] = '\0';
	return ipc_check(impl, &spec, 0, &why);
}

static struct ipc_link *link_of(const char *name, const char *options,
				size_t msg_max, bool threads)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, name, &why);
	struct ipc_spec spec = spec_of(impl, options, msg_max, threads);
	struct ipc_link *link = NULL;

	ipc_resolve(impl, &ops);
	if (ipc_check(impl, &spec, 0, &why)) {
		print_message("%s: %s\n", name, why.text);
		skip();
	}
	assert_int_equal(ipc_link_open(impl, &spec, &ops, NULL, &link), 0);
	return link;
}

/* Both ends, in this thread. */
struct ends {
	struct ipc_link *link;
	struct ipc_port *tx, *rx;
};

static struct ends ends_of(const char *name, const char *options,
			   size_t msg_max)
{
	struct ends e = {.link = link_of(name, options, msg_max, true)};

	assert_int_equal(ipc_port_attach(e.link, IPC_TX, 0, &e.tx), 0);
	assert_int_equal(ipc_port_attach(e.link, IPC_RX, 0, &e.rx), 0);
	return e;
}

static void ends_close(struct ends *e)
{
	ipc_port_detach(e->tx);
	ipc_port_detach(e->rx);
	ipc_link_close(e->link);
}

/* Send a message full of one byte; returns where it was written. */
static unsigned char *publish(struct ends *e, unsigned char byte, size_t len)
{
	struct ipc_msg m;

	assert_int_equal(ipc_loan(e->tx, &m, len, IPC_NOWAIT), 0);
	memset(m.data, byte, len);
	assert_int_equal(ipc_publish(e->tx, &m), 0);
	return m.data;
}

static void expect_full(const unsigned char *at, unsigned char byte, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] != byte)
			fail_msg("byte %zu is %#x, not %#x", i, at[i], byte);
}

/* Copy on write: each side goes on in what it has, and stays alone. */
static void test_cow_isolates_both_ways(void **state)
{
	struct ends e = ends_of("cow", *state, PAGE_MAX);
	struct ipc_msg m;

	for (int lap = 0; lap < 3; lap++) {
		unsigned char *sent = publish(&e, 1, PAGE_MAX);

		memset(sent, 2, PAGE_MAX / 2); /* under way */
		assert_int_equal(ipc_take(e.rx, &m, IPC_NOWAIT), 0);
		expect_full(m.data, 1, PAGE_MAX);
		memset((char *)m.data + PAGE_MAX / 2, 4, PAGE_MAX / 2);
		expect_full(sent + PAGE_MAX / 2, 1, PAGE_MAX / 2);
		memset(m.data, 1, PAGE_MAX);
		memset(sent, 3, PAGE_MAX); /* taken */
		expect_full(m.data, 1, PAGE_MAX);
		memset(m.data, 4, PAGE_MAX);
		expect_full(sent, 3, PAGE_MAX);
		expect_full(m.data, 4, PAGE_MAX);
		assert_int_equal(ipc_release(e.rx, &m), 0);
	}
	ends_close(&e);
}

/* Store through a pointer that may be dead: false if it is. */
static bool stray_store(void *at, unsigned char byte)
{
	struct iovec from = {&byte, 1}, to = {at, 1};

	return process_vm_writev(getpid(), &from, 1, &to, 1, 0) == 1;
}

/* The address of what was sent is dead, not anybody else's by now. */
static void test_sent_memory_is_gone(void **state)
{
	struct ends e = ends_of("memfd-pass", *state, SMALL);
	unsigned char *sent = publish(&e, 1, SMALL);
	struct ipc_msg m;

	assert_false(stray_store(sent, 2));
	assert_int_equal(ipc_take(e.rx, &m, IPC_NOWAIT), 0);
	assert_false(stray_store(sent, 2));
	expect_full(m.data, 1, SMALL);
	assert_int_equal(ipc_release(e.rx, &m), 0);
	assert_false(stray_store(m.data, 2));
	ends_close(&e);
}

/*
 * Groups: whatever the turns of sender and receiver, each message comes once,
 * in order and whole, without another being sent; and an empty link has room.
 */

enum { WALK_STEPS = 20000 };

static unsigned int walk_random(uint32_t *random)
{
	*random = *random * 1664525u + 1013904223u;
	return *random >> 24;
}

static void walk_take(struct ends *e, uint32_t round)
{
	struct ipc_msg m;

	assert_int_equal(ipc_take(e->rx, &m, IPC_NOWAIT), 0);
	assert_int_equal(m.len, 1 + round % SMALL);
	expect_full(m.data, (unsigned char)round, m.len);
	assert_int_equal(ipc_release(e->rx, &m), 0);
}

static void test_groups_come_whole(void **state)
{
	struct ends e = ends_of("pageswap", *state, SMALL);
	uint32_t sent = 0, taken = 0, random = 1;
	struct ipc_msg m;

	for (unsigned int step = 0; step < WALK_STEPS; step++) {
		/* Spells of sending and of receiving. */
		bool send = walk_random(&random) % 8 < (step / 50 % 7);

		if (send && ipc_loan(e.tx, &m, 1 + sent % SMALL, IPC_NOWAIT)) {
			assert_true(sent != taken);
			send = false;
		} else if (send) {
			memset(m.data, (unsigned char)sent, m.len);
			assert_int_equal(ipc_publish(e.tx, &m), 0);
			sent++;
		}
		if (!send && sent != taken)
			walk_take(&e, taken++);
		else if (!send)
			assert_int_equal(ipc_take(e.rx, &m, IPC_NOWAIT),
					 -EAGAIN);
	}
	while (sent != taken)
		walk_take(&e, taken++);
	ends_close(&e);
}

/* After the hand-over, and whatever was read before it, a group is gone. */
static void test_group_is_gone_when_handed_over(void **state)
{
	struct ends e = ends_of("pageswap", "batch=2", SMALL);
	unsigned char *first = publish(&e, 1, SMALL);
	struct ipc_msg m;

	(void)state;
	publish(&e, 2, SMALL);
	memset(first, 9, SMALL); /* the next group's by now */
	assert_int_equal(ipc_take(e.rx, &m, IPC_NOWAIT), 0);
	expect_full(m.data, 1, SMALL);
	memset(first, 9, SMALL);
	expect_full(m.data, 1, SMALL);
	assert_int_equal(ipc_release(e.rx, &m), 0);
	ends_close(&e);
}

/* How many buffers a hundred round trips use. */
static size_t buffers_used(const char *options)
{
	struct ends e = ends_of("pool", options, SMALL);
	void *seen[100];
	size_t n = 0;

	for (int i = 0; i < 100; i++) {
		struct ipc_msg m;
		void *at = publish(&e, 1, SMALL);
		size_t k = 0;

		assert_int_equal(ipc_take(e.rx, &m, IPC_NOWAIT), 0);
		assert_ptr_equal(m.data, at);
		assert_int_equal(ipc_release(e.rx, &m), 0);
		/* Have room given back. */
		assert_int_equal(ipc_take(e.rx, &m, IPC_NOWAIT), -EAGAIN);
		while (k < n && seen[k] != at)
			k++;
		seen[k] = at;
		n += k == n;
	}
	ends_close(&e);
	return n;
}

static void test_reuse_is_as_asked(void **state)
{
	(void)state;
	assert_int_equal(buffers_used("bytes=4K,reuse=lifo"), 1);
	/* 4 KiB of 128 B each; at least depth of them. */
	assert_int_equal(buffers_used("bytes=4K"), 32);
	assert_int_equal(buffers_used("bytes=1"), 8);
}

/* Killed participants. */

static size_t shmem_kib(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	size_t kib = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Shmem: %zu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static void die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* A sender with as much under way as there is room for, and a loan. */
static pid_t busy_sender(struct ipc_link *link, int said)
{
	pid_t pid = fork();
	struct ipc_port *tx;
	struct ipc_msg m;

	if (pid != 0)
		return pid;
	die_with_parent();
	if (ipc_port_attach(link, IPC_TX, 0, &tx))
		_exit(1);
	while (ipc_loan(tx, &m, LARGE, IPC_NOWAIT) == 0) {
		memset(m.data, 1, LARGE);
		if (ipc_publish(tx, &m))
			_exit(1);
	}
	(void)!write(said, "s", 1);
	if (ipc_loan(tx, &m, LARGE, 0) == 0)
		memset(m.data, 1, LARGE);
	pause();
	_exit(1);
}

/* A receiver with a message in its hands. */
static pid_t busy_receiver(struct ipc_link *link, int said)
{
	pid_t pid = fork();
	struct ipc_port *rx;
	struct ipc_msg m;

	if (pid != 0)
		return pid;
	die_with_parent();
	if (ipc_port_attach(link, IPC_RX, 0, &rx) || ipc_take(rx, &m, 0))
		_exit(1);
	(void)!write(said, "r", 1);
	pause();
	_exit(1);
}

static unsigned int open_files(void)
{
	unsigned int n = 0;
	char path[32], to[64];

	for (int fd = 0; fd < 256; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n += readlink(path, to, sizeof(to)) > 0;
	}
	return n;
}

/* The machine's figure: others may use memory meanwhile. */
static bool comes_down_to(size_t kib)
{
	for (int i = 0; i < 500; i++) {
		if (shmem_kib() <= kib)
			return true;
		usleep(10000);
	}
	return false;
}

struct killed {
	const char *name, *options;
	size_t least_kib; /* that is under way or kept, when they are killed */
};

static void test_killed_leave_no_memory(void **state)
{
	const struct killed *k = *state;
	size_t before = shmem_kib(), during;
	unsigned int files = open_files();
	struct ipc_link *link = link_of(k->name, k->options, LARGE, false);
	pid_t pid[2];
	int said[2];
	char c;

	assert_int_equal(pipe(said), 0);
	pid[0] = busy_sender(link, said[1]);
	pid[1] = busy_receiver(link, said[1]);
	for (int i = 0; i < 2; i++)
		assert_int_equal(read(said[0], &c, 1), 1);
	during = shmem_kib();
	for (int i = 0; i < 2; i++)
		kill(pid[i], SIGKILL);
	for (int i = 0; i < 2; i++)
		waitpid(pid[i], NULL, 0);
	ipc_link_close(link);
	close(said[0]);
	close(said[1]);
	if (during < before + k->least_kib)
		fail_msg("%zu KiB under way", during - before);
	if (!comes_down_to(before + k->least_kib / 2))
		fail_msg("%zu KiB before, %zu with messages under way, %zu "
			 "after",
			 before, during, shmem_kib());
	assert_int_equal(open_files(), files);
}

/* What the machine lacks is refused by the name of the call. */

static void test_no_explicit_pages(void **state)
{
	static const char *const names[] = {"pool", "pageswap"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		/* More than anybody sets aside. */
		if (refusal(names[i], "pages=explicit", 1 << 30) == 0)
			skip();
		assert_non_null(strstr(why.text, "vm.nr_hugepages"));
		assert_true(strncmp(why.text, "mmap", 4) == 0 ||
			    strncmp(why.text, "memfd_create", 12) == 0);
	}
}

/* From here on the call fails; of a process of its own. */
static int deny(long call)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof(code) / sizeof(*code), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return -errno;
	return 0;
}

struct denied {
	const char *name;
	long call;
	const char *reason;
};

static int denied_child(const struct denied *d)
{
	if (deny(d->call))
		return 77;
	if (refusal(d->name, "", SMALL) == 0)
		return 1;
	return strcmp(why.text, d->reason) == 0 ? 0 : 2;
}

static void test_denied_call_is_named(void **state)
{
	const struct denied *d = *state;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(denied_child(d));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Moving pages takes no privilege. */
static void test_uffd_move_for_everybody(void **state)
{
	int status, as_we_are = refusal("uffd-move", "", SMALL);
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		if (setresuid(65534, 65534, 65534))
			_exit(77);
		_exit(refusal("uffd-move", "", SMALL) != as_we_are);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

#define WITH(f, title, arg)                                    \
	{                                                      \
		title, f, NULL, NULL, (void *)(uintptr_t)(arg) \
	}

int main(void)
{
	static const struct killed killed[] = {
		{"memfd-pass", "", 2 * LARGE >> 10},
		{"memfd-pass", "memfd=pooled", 2 * LARGE >> 10},
		{"cow", "", 2 * LARGE >> 10},
		{"pageswap", "", 2 * LARGE >> 10},
		{"pool", "", 2 * LARGE >> 10},
	};
	static const struct denied denied[] = {
		{"uffd-move", SYS_userfaultfd,
		 "userfaultfd: Operation not permitted"},
		{"mremap", SYS_mremap,
		 "mremap with MREMAP_DONTUNMAP: Operation not permitted"},
		{"cow", SYS_memfd_create,
		 "memfd_create: Operation not permitted"},
	};
	const struct CMUnitTest tests[] = {
		WITH(test_cow_isolates_both_ways, "cow, lazy", "fault=lazy"),
		WITH(test_cow_isolates_both_ways, "cow, populated",
		     "fault=populate"),
		WITH(test_sent_memory_is_gone, "memfd-pass, fresh", ""),
		WITH(test_sent_memory_is_gone, "memfd-pass, pooled",
		     "memfd=pooled"),
		WITH(test_groups_come_whole, "groups of 1", "batch=1"),
		WITH(test_groups_come_whole, "groups of 2", "batch=2"),
		WITH(test_groups_come_whole, "groups of 3", "batch=3"),
		WITH(test_groups_come_whole, "groups of 8", "batch=8"),
		WITH(test_groups_come_whole, "groups of 64, lazy",
		     "batch=64,fault=lazy,pages=small"),
		cmocka_unit_test(test_group_is_gone_when_handed_over),
		cmocka_unit_test(test_reuse_is_as_asked),
		WITH(test_killed_leave_no_memory, "killed, memfd-pass",
		     &killed[0]),
		WITH(test_killed_leave_no_memory, "killed, memfd-pass pooled",
		     &killed[1]),
		WITH(test_killed_leave_no_memory, "killed, cow", &killed[2]),
		WITH(test_killed_leave_no_memory, "killed, pageswap",
		     &killed[3]),
		WITH(test_killed_leave_no_memory, "killed, pool", &killed[4]),
		cmocka_unit_test(test_no_explicit_pages),
		WITH(test_denied_call_is_named, "denied, uffd-move",
		     &denied[0]),
		WITH(test_denied_call_is_named, "denied, mremap", &denied[1]),
		WITH(test_denied_call_is_named, "denied, cow", &denied[2]),
		cmocka_unit_test(test_uffd_move_for_everybody),
	};

	return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
