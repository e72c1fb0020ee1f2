/* SPDX-License-Identifier: MIT */
/* What a killed run leaves is removed by the next, and nothing else is. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/names.h"
#include "run/journal.h"

static char folder[48];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/ipcbench-test-journal-XXXXXX");
	return mkdtemp(folder) ? setenv("TMPDIR", folder, 1) : -1;
}

/* Also after a test that failed half way. */
static int remove_folder(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	(void)state;
	names_journal(-1);
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	return rmdir(folder);
}

/* A path in the folder, in static memory. */
static const char *in_folder(const char *name)
{
	static char path[16][400];
	static unsigned int turn;
	char *at = path[turn++ % 16];

	snprintf(at, sizeof(path[0]), "%s/%s", folder, name);
	return at;
}

static const char *journal_name(int number)
{
	static char name[64];

	snprintf(name, sizeof(name), "ipcbench-%u-%d.journal",
		 (unsigned int)geteuid(), number);
	return name;
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void append(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* A file that the journal's run would have made: announced, then there. */
static void make_announced(const char *path)
{
	assert_int_equal(names_announce("path", path), 0);
	put_file(path, "");
}

static void remove_file(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

static void test_close_removes_the_file_and_what_it_lists(void **state)
{
	const char *object = in_folder("object");
	struct journal journal;
	struct why why = {""};

	(void)state;
	assert_int_equal(journal_open(&journal, &why), 0);
	assert_string_equal(journal.path, in_folder(journal_name(getpid())));
	assert_true(exists(journal.path));
	names_journal(journal.fd);
	make_announced(object);
	journal_close(&journal);
	assert_false(exists(object));
	assert_false(exists(journal.path));
}

static void test_sweep_forgets(void **state)
{
	const char *object = in_folder("object");
	struct journal journal;
	struct stat st;
	struct why why;

	(void)state;
	assert_int_equal(journal_open(&journal, &why), 0);
	names_journal(journal.fd);
	make_announced(object);
	journal_sweep(&journal);
	assert_false(exists(object));
	assert_int_equal(fstat(journal.fd, &st), 0);
	assert_int_equal(st.st_size, 0);
	/* It is not listed any more, so it is not ours. */
	put_file(object, "");
	journal_sweep(&journal);
	assert_true(exists(object));
	/* And what is announced after a sweep is swept by the next. */
	remove_file(object);
	make_announced(object);
	journal_close(&journal);
	assert_false(exists(object));
}

static void test_names_with_blanks_and_long_names(void **state)
{
	const char *with = in_folder("with a blank");
	const char *cut = in_folder("with");
	const char *after = in_folder("after");
	char name[250];
	const char *longest;
	const char *shorter;
	struct journal journal;
	struct why why;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[240] = '\0';
	longest = in_folder(name);
	assert_int_equal(journal_open(&journal, &why), 0);
	names_journal(journal.fd);
	put_file(cut, "not ours");
	make_announced(with);
	make_announced(longest);
	name[199 - strlen(folder) - 1] = '\0';
	shorter = in_folder(name);
	put_file(shorter, "not ours");
	journal_sweep(&journal);
	assert_false(exists(with));
	assert_false(exists(longest));
	assert_true(exists(cut));
	assert_true(exists(shorter));
	remove_file(shorter);
	remove_file(cut);
	make_announced(after);
	journal_close(&journal);
	assert_false(exists(after));
}

/* A disk that is full cuts a line: half a name is another file's. */
static void test_torn_line_removes_nothing(void **state)
{
	const char *object = in_folder("object");
	const char *whole = in_folder("whole");
	struct journal journal;
	char text[500];
	struct why why;

	(void)state;
	put_file(object, "not ours");
	assert_int_equal(journal_open(&journal, &why), 0);
	names_journal(journal.fd);
	make_announced(whole);
	snprintf(text, sizeof(text), "path %s", object);
	append(journal.fd, text);
	journal_close(&journal);
	assert_true(exists(object));
	assert_false(exists(whole));
	remove_file(object);
}

static void test_nonsense_lines_are_passed_over(void **state)
{
	const char *object = in_folder("object");
	struct journal journal;
	struct why why;

	(void)state;
	assert_int_equal(journal_open(&journal, &why), 0);
	names_journal(journal.fd);
	append(journal.fd, "\n \npath\npath \nfolder /\nmsg-key x\n"
			   "path relative\nmsg-key 0\n");
	make_announced(object);
	journal_close(&journal);
	assert_false(exists(object));
}

/* What a run has that gets as far as making objects; said through the pipe. */
struct left {
	pid_t pid;
	int queue; /* System V, its key was announced */
};

static void be_a_run(int out, const char *object)
{
	struct left left = {.pid = getpid()};
	struct journal journal;
	struct why why;
	int key;

	if (journal_open(&journal, &why) != 0)
		_exit(1);
	names_journal(journal.fd);
	key = names_sysv_key("msg-key");
	left.queue = key < 0 ? -1 : msgget(key, IPC_CREAT | IPC_EXCL | 0600);
	if (left.queue < 0 || names_announce("path", object) != 0 ||
	    close(open(object, O_CREAT | O_EXCL | O_WRONLY, 0600)) != 0 ||
	    names_announce("shm-name", "/ipcbench-test-journal") != 0 ||
	    close(shm_open("/ipcbench-test-journal", O_CREAT | O_RDWR, 0600)) !=
		    0 ||
	    write(out, &left, sizeof(left)) != sizeof(left))
		_exit(1);
	for (;;)
		pause();
}

static struct left start_run(const char *object)
{
	struct left left = {0, -1};
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		be_a_run(ends[1], object);
	close(ends[1]);
	assert_int_equal(read(ends[0], &left, sizeof(left)), sizeof(left));
	close(ends[0]);
	return left;
}

static void kill_run(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static bool queue_exists(int id)
{
	struct msqid_ds ds;

	return msgctl(id, IPC_STAT, &ds) == 0;
}

static bool shm_exists(void)
{
	return exists("/dev/shm/ipcbench-test-journal");
}

static void test_a_dead_run_is_swept_and_a_live_one_is_not(void **state)
{
	const char *object = in_folder("object");
	struct left left = start_run(object);

	(void)state;
	assert_int_equal(journal_sweep_dead(), 0);
	assert_true(exists(in_folder(journal_name(left.pid))));
	assert_true(exists(object));
	assert_true(queue_exists(left.queue));
	assert_true(shm_exists());
	kill_run(left.pid);
	assert_true(exists(object));
	assert_int_equal(journal_sweep_dead(), 3);
	assert_false(exists(in_folder(journal_name(left.pid))));
	assert_false(exists(object));
	assert_false(queue_exists(left.queue));
	assert_false(shm_exists());
	assert_int_equal(journal_sweep_dead(), 0);
}

/* The trial holds the journal too: as long as it lives, nothing is swept under
 * it. */
static void test_a_living_child_keeps_it(void **state)
{
	const char *object = in_folder("object");
	struct journal journal;
	struct why why;
	pid_t pid;

	(void)state;
	assert_int_equal(journal_open(&journal, &why), 0);
	names_journal(journal.fd);
	make_announced(object);
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	close(journal.fd);
	assert_int_equal(journal_sweep_dead(), 0);
	assert_true(exists(object));
	kill_run(pid);
	assert_int_equal(journal_sweep_dead(), 1);
	assert_false(exists(object));
}

/* Our number was a dead run's before. */
static void test_a_number_that_comes_round_again(void **state)
{
	const char *object = in_folder("object");
	struct journal journal;
	char text[500];
	struct why why;

	(void)state;
	put_file(object, "");
	snprintf(text, sizeof(text), "path %s\n", object);
	put_file(in_folder(journal_name(getpid())), text);
	assert_int_equal(journal_open(&journal, &why), 0);
	journal_close(&journal);
	assert_false(exists(object));
}

static void test_in_use_is_refused(void **state)
{
	struct journal journal;
	struct journal again;
	struct why why = {""};

	(void)state;
	assert_int_equal(journal_open(&journal, &why), 0);
	assert_int_equal(journal_open(&again, &why), -EBUSY);
	assert_non_null(strstr(why.text, "in use"));
	assert_true(exists(journal.path));
	journal_close(&journal);
}

static void test_files_named_otherwise_are_spared(void **state)
{
	const char *object = in_folder("object");
	static const char *const names[] = {
		"ipcbench-4000000-1.journal",
		"ipcbench.journal",
		"1.journal",
		"ipcbench-notes.txt",
	};
	char text[500];

	(void)state;
	put_file(object, "");
	snprintf(text, sizeof(text), "path %s\n", object);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_file(in_folder(names[i]), text);
	assert_int_equal(journal_sweep_dead(), 0);
	assert_true(exists(object));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		remove_file(in_folder(names[i]));
	remove_file(object);
}

/* Links, folders and pipes named like a journal. */
static void test_what_is_no_file_is_spared(void **state)
{
	const char *object = in_folder("object");
	const char *target = in_folder("target");
	const char *link = in_folder(journal_name(1));
	char text[500];

	(void)state;
	put_file(object, "");
	snprintf(text, sizeof(text), "path %s\n", object);
	put_file(target, text);
	assert_int_equal(symlink(target, link), 0);
	assert_int_equal(journal_sweep_dead(), 0);
	assert_true(exists(object));
	assert_true(exists(target));
	remove_file(link);
	assert_int_equal(mkdir(link, 0700), 0);
	assert_int_equal(journal_sweep_dead(), 0);
	assert_int_equal(rmdir(link), 0);
	assert_int_equal(mkfifo(link, 0600), 0);
	assert_int_equal(journal_sweep_dead(), 0);
	remove_file(link);
	remove_file(target);
	remove_file(object);
}

static void test_a_link_at_our_number_is_refused(void **state)
{
	const char *target = in_folder("target");
	const char *link = in_folder(journal_name(getpid()));
	struct journal journal;
	struct why why = {""};

	(void)state;
	put_file(target, "");
	assert_int_equal(symlink(target, link), 0);
	assert_true(journal_open(&journal, &why) < 0);
	assert_non_null(strstr(why.text, link));
	remove_file(link);
	remove_file(target);
}

/* Whoever may write into the folder must not choose what we remove. */
static void test_another_users_file_is_spared(void **state)
{
	const char *object = in_folder("object");
	const char *dead = in_folder(journal_name(1));
	const char *own = in_folder(journal_name(getpid()));
	struct journal journal;
	struct why why = {""};
	char text[500];

	(void)state;
	if (geteuid() != 0) {
		print_message("only root can make another user's file\n");
		skip();
	}
	put_file(object, "");
	snprintf(text, sizeof(text), "path %s\n", object);
	put_file(dead, text);
	put_file(own, text);
	assert_int_equal(chown(dead, 12345, 12345), 0);
	assert_int_equal(chown(own, 12345, 12345), 0);
	assert_int_equal(journal_sweep_dead(), 0);
	assert_true(exists(dead));
	assert_true(exists(object));
	assert_true(journal_open(&journal, &why) < 0);
	assert_non_null(strstr(why.text, own));
	assert_true(exists(own));
	assert_true(exists(object));
	remove_file(own);
	remove_file(dead);
	remove_file(object);
}

static void test_folders_that_will_not_do(void **state)
{
	char endless[400];
	struct journal journal;
	struct why why = {""};

	(void)state;
	memset(endless, 'x', sizeof(endless));
	endless[0] = '/';
	endless[245] = '\0';
	setenv("TMPDIR", endless, 1);
	assert_true(journal_open(&journal, &why) < 0);
	assert_non_null(strstr(why.text, "too long"));
	assert_int_equal(journal_sweep_dead(), 0);
	setenv("TMPDIR", in_folder("missing"), 1);
	assert_int_equal(journal_open(&journal, &why), -ENOENT);
	assert_non_null(strstr(why.text, "missing"));
	assert_int_equal(journal_sweep_dead(), 0);
	setenv("TMPDIR", folder, 1);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_close_removes_the_file_and_what_it_lists),
		TEST(test_sweep_forgets),
		TEST(test_names_with_blanks_and_long_names),
		TEST(test_torn_line_removes_nothing),
		TEST(test_nonsense_lines_are_passed_over),
		TEST(test_a_dead_run_is_swept_and_a_live_one_is_not),
		TEST(test_a_living_child_keeps_it),
		TEST(test_a_number_that_comes_round_again),
		TEST(test_in_use_is_refused),
		TEST(test_files_named_otherwise_are_spared),
		TEST(test_what_is_no_file_is_spared),
		TEST(test_a_link_at_our_number_is_refused),
		TEST(test_another_users_file_is_spared),
		TEST(test_folders_that_will_not_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
