/* SPDX-License-Identifier: MIT */
/* Three files of /proc: state, time on a PU, and the function slept in. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trial/deed.h"

/* The file as text; its length or a negative errno. */
static int read_text(pid_t tid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	n = n < 0 ? -errno : n;
	close(fd);
	return (int)n;
}

/* The state's letter is behind the name, which may hold anything. */
static char state_of(const char *stat)
{
	const char *end = strrchr(stat, ')');

	return end && end[1] == ' ' ? end[2] : '?';
}

void deed_read(pid_t tid, struct node_deed *deed)
{
	char text[512];
	int n;

	memset(deed, 0, sizeof(*deed));
	n = read_text(tid, "wchan", deed->where, sizeof(deed->where));
	if (n < 0)
		snprintf(deed->where, sizeof(deed->where), "%s",
			 n == -ENOENT ? "gone" : "unknown");
	else if (n == 0 || strcmp(deed->where, "0") == 0)
		snprintf(deed->where, sizeof(deed->where), "running");
	if (read_text(tid, "stat", text, sizeof(text)) > 0)
		deed->asleep = state_of(text) == 'S';
	if (read_text(tid, "schedstat", text, sizeof(text)) > 0)
		deed->ran_ns = strtoull(text, NULL, 10);
}
