/* SPDX-License-Identifier: MIT */
/* Announced names reach the journal; every kind can be removed, twice. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/names.h"

static int journal_fd;

static int open_journal(void **state)
{
	(void)state;
	journal_fd = memfd_create("journal", MFD_CLOEXEC);
	names_journal(journal_fd);
	return journal_fd < 0 ? -1 : 0;
}

static int close_journal(void **state)
{
	(void)state;
	names_journal(-1);
	return close(journal_fd);
}

static void journal_is(const char *text)
{
	char read_back[1024] = "";

	assert_true(pread(journal_fd, read_back, sizeof(read_back) - 1, 0) >=
		    0);
	assert_string_equal(read_back, text);
}

static void test_announcements_are_lines(void **state)
{
	(void)state;
	assert_int_equal(names_announce("msg-key", "1234"), 0);
	assert_int_equal(names_announce("mq-name", "/q"), 0);
	assert_int_equal(names_announce("path", "/tmp/a b"), 0);
	journal_is("msg-key 1234\nmq-name /q\npath /tmp/a b\n");
}

static void test_fresh_names_are_announced_and_differ(void **state)
{
	char first[40], second[40], text[128];

	(void)state;
	assert_int_equal(names_fresh("mq-name", "/a-", first, 40), 0);
	assert_int_equal(names_fresh("path", "/tmp/a-", second, 40), 0);
	snprintf(text, sizeof(text), "mq-name %s\npath %s\n", first, second);
	journal_is(text);
	assert_int_equal(strncmp(first, "/a-", 3), 0);
	assert_string_not_equal(first + strlen("/a-"),
				second + strlen("/tmp/a-"));
	assert_int_equal(names_fresh("path", "/a-", first, 8), -ENAMETOOLONG);
	assert_int_equal(names_fresh("path", "a-", first, 40), -EINVAL);
	journal_is(text);
}

static void test_unfit_names_are_refused_unwritten(void **state)
{
	static const char *const unfit[][2] = {
		{"nonsense", "/a"},
		{"msg-key", "/a"},
		{"sem-key", "0"},
		{"shm-key", "-1"},
		{"msg-key", ""},
		{"msg-key", "12x"},
		{"msg-key", "99999999999"},
		{"mq-name", "q"},
		{"shm-name", "/"},
		{"path", "relative"},
		{"path", "/two\nlines"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(unfit) / sizeof(*unfit); i++) {
		assert_int_equal(names_announce(unfit[i][0], unfit[i][1]),
				 -EINVAL);
		assert_int_equal(names_remove(unfit[i][0], unfit[i][1]),
				 -EINVAL);
	}
	journal_is("");
}

static void test_long_name_is_refused_unwritten(void **state)
{
	char name[2000];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(names_announce("path", name), -ENAMETOOLONG);
	journal_is("");
}

static void test_no_journal_is_no_error(void **state)
{
	(void)state;
	names_journal(-1);
	assert_int_equal(names_announce("mq-name", "/q"), 0);
	journal_is("");
}

static void test_unwritable_journal_is_an_error(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	names_journal(fd);
	assert_int_equal(names_announce("mq-name", "/q"), -ENOSPC);
	assert_int_equal(names_sysv_key("msg-key"), -ENOSPC);
	close(fd);
}

static int make_msg(key_t key)
{
	return msgget(key, IPC_CREAT | IPC_EXCL | 0600);
}

static int make_sem(key_t key)
{
	return semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
}

static int make_shm(key_t key)
{
	return shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600);
}

static const struct {
	const char *kind;
	int (*make)(key_t key);
} sysv[] = {
	{"msg-key", make_msg}, {"sem-key", make_sem}, {"shm-key", make_shm}};

static void test_sysv_keys_are_free_announced_and_removable(void **state)
{
	char text[256] = "", name[16];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		int key = names_sysv_key(sysv[i].kind), id;

		assert_true(key > 0);
		snprintf(name, sizeof(name), "%d", key);
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s %s\n", sysv[i].kind, name);
		journal_is(text);
		id = sysv[i].make(key);
		assert_true(id >= 0);
		assert_int_equal(names_remove(sysv[i].kind, name), 0);
		id = sysv[i].make(key); /* free again */
		assert_true(id >= 0);
		assert_int_equal(names_remove(sysv[i].kind, name), 0);
		assert_int_equal(names_remove(sysv[i].kind, name), 0);
	}
	assert_int_equal(names_sysv_key("path"), -EINVAL);
	assert_int_equal(names_sysv_key("nonsense"), -EINVAL);
}

static void test_posix_names_are_removed(void **state)
{
	char name[64];
	sem_t *sem;
	mqd_t mq;
	int fd;

	(void)state;
	snprintf(name, sizeof(name), "/ipcbench-test-%d", (int)getpid());

	fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(names_remove("shm-name", name), 0);
	assert_true(shm_open(name, O_RDWR, 0) < 0);
	assert_int_equal(names_remove("shm-name", name), 0);

	sem = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
	assert_true(sem != SEM_FAILED);
	sem_close(sem);
	assert_int_equal(names_remove("sem-name", name), 0);
	assert_true(sem_open(name, 0) == SEM_FAILED);
	assert_int_equal(names_remove("sem-name", name), 0);

	mq = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL);
	if (mq < 0 && errno == ENOSYS) {
		print_message("no POSIX message queues here\n");
		skip();
	}
	assert_true(mq >= 0);
	mq_close(mq);
	assert_int_equal(names_remove("mq-name", name), 0);
	assert_true(mq_open(name, O_RDWR) < 0);
	assert_int_equal(names_remove("mq-name", name), 0);
}

static void test_paths_are_removed(void **state)
{
	char path[] = "/tmp/ipcbench-test-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(names_remove("path", path), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(names_remove("path", path), 0);
	assert_true(mkdir(path, 0700) == 0);
	assert_true(names_remove("path", path) < 0); /* not ours */
	assert_int_equal(rmdir(path), 0);
}

#define NAMES_TEST(f) \
	cmocka_unit_test_setup_teardown(f, open_journal, close_journal)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMES_TEST(test_announcements_are_lines),
		NAMES_TEST(test_fresh_names_are_announced_and_differ),
		NAMES_TEST(test_unfit_names_are_refused_unwritten),
		NAMES_TEST(test_long_name_is_refused_unwritten),
		NAMES_TEST(test_no_journal_is_no_error),
		NAMES_TEST(test_unwritable_journal_is_an_error),
		NAMES_TEST(test_sysv_keys_are_free_announced_and_removable),
		NAMES_TEST(test_posix_names_are_removed),
		NAMES_TEST(test_paths_are_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
