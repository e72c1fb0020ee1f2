/* SPDX-License-Identifier: MIT */
/* Whole files: written beside, then renamed over; read into memory of their
 * size. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/file.h"

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Some file systems tell about a full disk only at fsync(2) or close(2). */
static int write_out(int dir, const char *name, const void *data, size_t len)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0666);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, data, len);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int file_replace(int dir, const char *name, const void *data, size_t len)
{
	char *tmp;
	int err;

	if (asprintf(&tmp, "%s" FILE_TMP, name) < 0)
		return -ENOMEM;
	err = write_out(dir, tmp, data, len);
	if (!err && renameat(dir, tmp, dir, name))
		err = -errno;
	if (err)
		unlinkat(dir, tmp, 0);
	free(tmp);
	return err;
}

static int read_all(int fd, char *data, size_t *len)
{
	size_t room = *len;
	size_t have = 0;

	while (have < room) {
		ssize_t n = read(fd, data + have, room - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	data[have] = 0;
	*len = have;
	return 0;
}

static int read_sized(int fd, char **data, size_t *len)
{
	struct stat st;
	char *at;
	int err;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	*len = (size_t)st.st_size;
	at = malloc(*len + 1);
	if (!at)
		return -ENOMEM;
	err = read_all(fd, at, len);
	if (err)
		free(at);
	else
		*data = at;
	return err;
}

int file_read(int dir, const char *name, char **data, size_t *len)
{
	/* Not to hang where the name is a FIFO. */
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err;

	if (fd < 0)
		return -errno;
	err = read_sized(fd, data, len);
	close(fd);
	return err;
}

int file_lines(int dir, const char *name, file_line_fn *take, void *arg,
	       size_t *line, bool *torn)
{
	char *text, *at, *end;
	size_t len;
	int err = file_read(dir, name, &text, &len);

	*line = 0;
	if (err)
		return err;
	for (at = text; !err && at < text + len; at = end + 1) {
		end = memchr(at, '\n', len - (size_t)(at - text));
		if (!end) {
			*torn = true;
			break;
		}
		err = take(arg, ++*line, at, (size_t)(end - at));
	}
	free(text);
	return err;
}
