/* SPDX-License-Identifier: MIT */
/* The list of what would outlive a killed run. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/names.h"
#include "run/journal.h"

enum { DYING_LOOKS = 200 }; /* 10 ms apart */

static const char *folder(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && dir[0] == '/' ? dir : "/tmp";
}

/* "ipcbench-UID-": what is ours, and nobody else's. */
static void prefix(char *buf, size_t size)
{
	snprintf(buf, size, "ipcbench-%u-", (unsigned int)geteuid());
}

/* Ours, a file, and locked by us: 0 or a negative errno. -EAGAIN: a run that
 * sweeps has taken it for a dead one's, and removes it. */
static int claim(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return -EPERM;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return -EBUSY;
	if (fstat(fd, &st) != 0)
		return -errno;
	return st.st_nlink ? 0 : -EAGAIN;
}

int journal_open(struct journal *journal, struct why *why)
{
	char start[32];
	int err;
	int len;

	prefix(start, sizeof(start));
	len = snprintf(journal->path, sizeof(journal->path), "%s/%s%d.journal",
		       folder(), start, (int)getpid());
	if (len >= (int)sizeof(journal->path))
		return why_not(why, -ENAMETOOLONG,
			       "journal '%.80s...': the path is too long",
			       journal->path);
	do {
		/* A number comes round again: what is there is a dead run's,
		 * and journal_sweep_dead() has had it. */
		journal->fd = open(journal->path,
				   O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC |
					   O_NOFOLLOW | O_NONBLOCK,
				   0600);
		if (journal->fd < 0)
			return why_not(why, -errno, "journal '%s': %s",
				       journal->path, strerror(errno));
		err = claim(journal->fd);
		if (err)
			close(journal->fd);
	} while (err == -EAGAIN);
	if (err)
		return why_not(why, err, "journal '%s' is %s", journal->path,
			       err == -EBUSY ? "in use" : "not ours");
	return 0;
}

/* Remove what a line "KIND NAME" lists. A name may have blanks; a line without
 * an end was cut, and with it its name. */
static bool sweep_line(char *line)
{
	char *end = strchr(line, '\n');
	char *name = strchr(line, ' ');

	if (!end || !name)
		return false;
	*end = '\0';
	*name++ = '\0';
	return names_remove(line, name) == 0;
}

/* Remove what the open journal lists. */
static unsigned int sweep(int fd)
{
	unsigned int removed = 0;
	char *line = NULL;
	size_t room = 0;
	int copy = dup(fd);
	FILE *file = copy < 0 ? NULL : fdopen(copy, "r");

	if (!file) {
		if (copy >= 0)
			close(copy);
		return 0;
	}
	rewind(file);
	while (getline(&line, &room, file) >= 0)
		removed += sweep_line(line);
	free(line);
	fclose(file);
	return removed;
}

void journal_sweep(struct journal *journal)
{
	struct stat st;

	if (fstat(journal->fd, &st) == 0 && st.st_size == 0)
		return;
	sweep(journal->fd);
	if (ftruncate(journal->fd, 0) != 0)
		return; /* listed twice is removed twice: no harm */
}

void journal_close(struct journal *journal)
{
	journal_sweep(journal);
	unlink(journal->path);
	close(journal->fd);
}

/* Is the lock to be had? A process of a run that was killed may hold it for
 * the moment that it takes to die; a run that lives holds it for good. */
static bool lock_dead(int fd, pid_t head)
{
	const struct timespec pause = {0, 10 * NS_PER_MS};

	for (int i = 0; i < DYING_LOOKS; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (kill(head, 0) == 0 || errno != ESRCH)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* name is PREFIX, the head's pid, ".journal". */
static unsigned int sweep_if_dead(int dir, const char *name, pid_t head)
{
	unsigned int removed = 0;
	struct stat st;
	int fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && lock_dead(fd, head)) {
		removed = sweep(fd);
		unlinkat(dir, name, 0);
	}
	close(fd);
	return removed;
}

unsigned int journal_sweep_dead(void)
{
	unsigned int removed = 0;
	DIR *dir = opendir(folder());
	struct dirent *entry;
	char start[32];

	if (!dir)
		return 0;
	prefix(start, sizeof(start));
	while ((entry = readdir(dir))) {
		const char *number = entry->d_name + strlen(start);
		char *end;
		long head;

		if (strncmp(entry->d_name, start, strlen(start)) != 0)
			continue;
		head = strtol(number, &end, 10);
		if (end != number && strcmp(end, ".journal") == 0)
			removed += sweep_if_dead(dirfd(dir), entry->d_name,
						 (pid_t)head);
	}
	closedir(dir);
	return removed;
}
