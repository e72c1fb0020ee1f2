/* SPDX-License-Identifier: MIT */
/*
 * Shared memory: zeroed, inherited, and without a fault left in it. The source
 * is included, for the way around what old kernels lack.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/shm.c"

enum { SMALL = 4096, MANY_PAGES = 64 };

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

/* Faults that writing to each page of the range takes; a sanitizer's notes on
 * it would take some as well. */
__attribute__((no_sanitize("address", "thread", "undefined"))) static long
faults_of_writing(void *at, size_t bytes)
{
	volatile char *byte = at;
	size_t page = page_bytes(), i;
	long before;

	/* The first look copies the pages of ours that a fork shares. */
	faults();
	before = faults();
	for (i = 0; i < bytes; i += page)
		byte[i] = 1;
	return faults() - before;
}

static bool is_zero(const void *at, size_t bytes)
{
	const char *byte = at;
	size_t i;

	for (i = 0; i < bytes; i++)
		if (byte[i])
			return false;
	return true;
}

/* The exit status of a child that does this. */
static int in_child(int (*act)(void *), void *arg)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(act(arg));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void opens_zeroed_whole_pages(void **state)
{
	struct shm shm = {0};
	struct stat stat;

	(void)state;
	assert_int_equal(shm_open_anon(&shm, "test", 1, false), 0);
	assert_int_equal(shm.bytes, page_bytes());
	assert_false(shm.huge);
	assert_true(is_zero(shm.at, shm.bytes));
	assert_int_equal(fstat(shm.fd, &stat), 0);
	assert_int_equal(stat.st_size, shm.bytes);
	assert_int_equal(fcntl(shm.fd, F_GETFD), FD_CLOEXEC);
	shm_close(&shm);

	assert_int_equal(shm_open_anon(&shm, "test", page_bytes() + 1, false),
			 0);
	assert_int_equal(shm.bytes, 2 * page_bytes());
	shm_close(&shm);
}

static void refuses_nonsense_and_touches_nothing(void **state)
{
	struct shm shm = {.fd = 77, .at = &shm, .bytes = 5, .huge = true};
	struct shm before = shm;
	char label[300];

	(void)state;
	memset(label, 'x', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	assert_int_equal(shm_open_anon(&shm, "test", 0, false), -EINVAL);
	assert_int_equal(shm_open_anon(&shm, "test", SIZE_MAX, true), -EINVAL);
	assert_true(shm_open_anon(&shm, "test", SIZE_MAX / 8, false) < 0);
	assert_int_equal(shm_open_anon(&shm, label, 1, false), -EINVAL);
	assert_memory_equal(&shm, &before, sizeof(shm));
}

/* A refusal gives back what it had already taken. */
static void refusals_leave_no_descriptor(void **state)
{
	struct shm shm;
	int next = dup(0), again;

	(void)state;
	close(next);
	assert_true(shm_open_anon(&shm, "test", SIZE_MAX / 8, false) < 0);
	again = dup(0);
	close(again);
	assert_int_equal(again, next);
}

static void closing_gives_all_back_once(void **state)
{
	struct shm shm = {0}, never = {0};
	void *at;
	int fd;

	(void)state;
	assert_int_equal(shm_open_anon(&shm, "test", SMALL, false), 0);
	at = shm.at;
	fd = shm.fd;
	shm_close(&shm);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(msync(at, page_bytes(), MS_ASYNC), -1);
	assert_null(shm.at);
	shm_close(&shm);
	shm_close(&never);
	assert_true(fcntl(0, F_GETFD) >= 0 || errno == EBADF);
}

static int write_there(void *arg)
{
	memcpy(arg, "child", 6);
	return 0;
}

static void is_shared_with_children(void **state)
{
	struct shm shm;

	(void)state;
	assert_int_equal(shm_open_anon(&shm, "test", SMALL, false), 0);
	assert_int_equal(in_child(write_there, shm.at), 0);
	assert_string_equal(shm.at, "child");
	shm_close(&shm);
}

static void has_no_fault_left(void **state)
{
	struct shm shm;

	(void)state;
	assert_int_equal(
		shm_open_anon(&shm, "test", MANY_PAGES * page_bytes(), false),
		0);
	assert_int_equal(faults_of_writing(shm.at, shm.bytes), 0);
	shm_close(&shm);
}

/* A fork inherits the mapping, not what is mapped in it. */
static int fault_in_and_count(void *arg)
{
	struct shm *shm = arg;

	if (shm_fault_in(shm->at, shm->bytes))
		return 100;
	return (int)faults_of_writing(shm->at, shm->bytes);
}

static int touch_and_count(void *arg)
{
	struct shm *shm = arg;

	touch(shm->at, shm->bytes);
	return (int)faults_of_writing(shm->at, shm->bytes);
}

static int count_only(void *arg)
{
	struct shm *shm = arg;
	long n = faults_of_writing(shm->at, shm->bytes);

	return n > 99 ? 99 : (int)n;
}

static void faults_in_for_a_child_too(void **state)
{
	struct shm shm;

	(void)state;
	assert_int_equal(
		shm_open_anon(&shm, "test", MANY_PAGES * page_bytes(), false),
		0);
	/* The check can fail: without it there are faults. */
	assert_true(in_child(count_only, &shm) > 0);
	assert_int_equal(in_child(fault_in_and_count, &shm), 0);
	assert_int_equal(in_child(touch_and_count, &shm), 0);
	shm_close(&shm);
}

static void faulting_in_keeps_what_is_there(void **state)
{
	char copy[3 * SMALL];
	struct shm shm;
	size_t i;

	(void)state;
	assert_int_equal(shm_open_anon(&shm, "test", sizeof(copy), false), 0);
	for (i = 0; i < sizeof(copy); i++)
		copy[i] = (char)(i * 31);
	memcpy(shm.at, copy, sizeof(copy));
	assert_int_equal(shm_fault_in(shm.at, shm.bytes), 0);
	touch(shm.at, shm.bytes);
	assert_memory_equal(shm.at, copy, sizeof(copy));
	shm_close(&shm);
}

/* Neither end need be a page's. */
static void faults_in_any_range(void **state)
{
	size_t page = page_bytes();
	char *at = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char in[4];

	(void)state;
	assert_true(at != MAP_FAILED);
	assert_int_equal(shm_fault_in(at, 0), 0);
	assert_int_equal(shm_fault_in(at + page - 1, page), 0);
	assert_int_equal(mincore(at, 4 * page, in), 0);
	assert_true(in[0] & 1);
	assert_true(in[1] & 1);
	assert_false(in[2] & 1);
	assert_false(in[3] & 1);
	munmap(at, 4 * page);
}

static void faulting_in_the_impossible_fails(void **state)
{
	size_t page = page_bytes();
	char *at = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	(void)state;
	assert_true(at != MAP_FAILED);
	if (madvise(at, 0, MADV_POPULATE_WRITE) < 0) {
		munmap(at, 2 * page);
		print_message("[  SKIP    ] before Linux 5.14 this faults\n");
		skip();
	}
	assert_true(shm_fault_in(at, page) < 0);
	munmap(at, 2 * page);
	assert_true(shm_fault_in(at, page) < 0);
}

enum { ADDS = 1000003 };

static void *add_up(void *arg)
{
	_Atomic char *byte = arg;
	int i;

	for (i = 0; i < ADDS; i++)
		atomic_fetch_add_explicit(byte, 1, memory_order_relaxed);
	return NULL;
}

/* Somebody writes while we touch, and loses nothing. */
static void touching_disturbs_no_writer(void **state)
{
	struct shm shm;
	pthread_t thread;
	int i;

	(void)state;
	assert_int_equal(shm_open_anon(&shm, "test", SMALL, false), 0);
	assert_int_equal(pthread_create(&thread, NULL, add_up, shm.at), 0);
	for (i = 0; i < 100000; i++)
		touch(shm.at, 1);
	pthread_join(thread, NULL);
	assert_int_equal(*(unsigned char *)shm.at, ADDS % 256);
	shm_close(&shm);
}

/* Kilobytes of it that the kernel maps in 2 MiB pages. */
static long huge_kib(const void *at)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	unsigned long from, to;
	char line[512];
	bool ours = false;
	long kib = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			ours = from <= (uintptr_t)at && (uintptr_t)at < to;
		else if (ours)
			sscanf(line, "ShmemPmdMapped: %ld", &kib);
	}
	fclose(maps);
	return kib;
}

static void huge_is_aligned_and_whole(void **state)
{
	struct shm shm;

	(void)state;
	assert_int_equal(shm_open_anon(&shm, "test", SHM_HUGE + 1, true), 0);
	assert_int_equal(shm.bytes, 2 * SHM_HUGE);
	assert_int_equal((uintptr_t)shm.at % SHM_HUGE, 0);
	assert_true(is_zero(shm.at, shm.bytes));
	assert_int_equal(faults_of_writing(shm.at, shm.bytes), 0);
	shm_close(&shm);
}

static void huge_says_what_the_kernel_says(void **state)
{
	struct shm shm;
	bool huge;
	long kib;

	(void)state;
	assert_int_equal(shm_open_anon(&shm, "test", 2 * SHM_HUGE, true), 0);
	huge = shm.huge;
	kib = huge_kib(shm.at);
	shm_close(&shm);
	assert_int_equal(kib, huge ? 2 * SHM_HUGE / 1024 : 0);
	if (!huge) {
		print_message("[  SKIP    ] no 2 MiB pages to be had here\n");
		skip();
	}
}

/* The spare address space around an aligned mapping is given back. */
static void reserves_no_more_than_it_keeps(void **state)
{
	void *at = reserve(SMALL, SHM_HUGE);

	(void)state;
	assert_non_null(at);
	assert_int_equal((uintptr_t)at % SHM_HUGE, 0);
	assert_int_equal(msync(at, SMALL, MS_ASYNC), 0);
	assert_int_equal(msync((char *)at + SMALL, SMALL, MS_ASYNC), -1);
	munmap(at, SMALL);
}

static void rounds_up_to_units(void **state)
{
	(void)state;
	assert_int_equal(shm_round(0, 64), 0);
	assert_int_equal(shm_round(1, 64), 64);
	assert_int_equal(shm_round(64, 64), 64);
	assert_int_equal(shm_round(65, 64), 128);
	assert_int_equal(shm_round(5, 1), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_zeroed_whole_pages),
		cmocka_unit_test(refuses_nonsense_and_touches_nothing),
		cmocka_unit_test(refusals_leave_no_descriptor),
		cmocka_unit_test(closing_gives_all_back_once),
		cmocka_unit_test(is_shared_with_children),
		cmocka_unit_test(has_no_fault_left),
		cmocka_unit_test(faults_in_for_a_child_too),
		cmocka_unit_test(faulting_in_keeps_what_is_there),
		cmocka_unit_test(faults_in_any_range),
		cmocka_unit_test(faulting_in_the_impossible_fails),
		cmocka_unit_test(touching_disturbs_no_writer),
		cmocka_unit_test(huge_is_aligned_and_whole),
		cmocka_unit_test(huge_says_what_the_kernel_says),
		cmocka_unit_test(reserves_no_more_than_it_keeps),
		cmocka_unit_test(rounds_up_to_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
