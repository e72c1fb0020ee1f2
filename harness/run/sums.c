/* SPDX-License-Identifier: MIT */
/* Check sums of a folder: a walk, sorted by name. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/file.h"
#include "run/sha256.h"
#include "run/sums.h"

enum { DEPTH_MAX = 4, CHUNK = 1 << 16 };

static int sum_of(int dir, const char *name, char hex[SHA256_HEX])
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *chunk = malloc(CHUNK);
	struct sha256 sha;
	ssize_t n = -1;

	if (fd < 0 || !chunk)
		goto err_fd;
	sha256_start(&sha);
	while ((n = read(fd, chunk, CHUNK)) > 0)
		sha256_add(&sha, chunk, (size_t)n);
	if (n == 0)
		sha256_end(&sha, hex);
err_fd:
	n = n < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	free(chunk);
	return (int)n;
}

static bool is_tmp(const char *name)
{
	size_t len = strlen(name), tmp = strlen(FILE_TMP);

	return len > tmp && !strcmp(name + len - tmp, FILE_TMP);
}

static bool is_wanted(const char *name)
{
	return name[0] != '.' && !is_tmp(name) && strcmp(name, SUMS_FILE) != 0;
}

static int filter(const struct dirent *entry)
{
	return is_wanted(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk(FILE *out, int dir, const char *prefix, int depth);

static int sum_entry(FILE *out, int dir, const char *prefix, const char *name,
		     int depth)
{
	char path[1024], hex[SHA256_HEX];
	struct stat st;
	int len = snprintf(path, sizeof(path), "%s%s", prefix, name);
	int err;

	if (len < 0 || (size_t)len + 2 > sizeof(path))
		return -ENAMETOOLONG;
	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX) {
		strcat(path, "/");
		return walk(out, dir, path, depth + 1);
	}
	if (!S_ISREG(st.st_mode))
		return 0;
	err = sum_of(dir, path, hex);
	if (!err)
		fprintf(out, "%s  %s\n", hex, path);
	return err;
}

/* prefix is empty or ends with a slash; dir stays the folder itself. */
static int walk(FILE *out, int dir, const char *prefix, int depth)
{
	struct dirent **entry;
	int n = scandirat(dir, *prefix ? prefix : ".", &entry, filter, by_name);
	int err = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		if (!err)
			err = sum_entry(out, dir, prefix, entry[i]->d_name,
					depth);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return err;
}

static int write_sums(int dir)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out)
		return -ENOMEM;
	err = walk(out, dir, "", 0);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (!err)
		err = file_replace(dir, SUMS_FILE, text, len);
	free(text);
	return err;
}

int sums_write(const char *dir, struct why *why)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 ? -errno : write_sums(fd);

	if (fd >= 0)
		close(fd);
	if (err)
		return why_not(why, err, "cannot write %s/" SUMS_FILE ": %s",
			       dir, strerror(-err));
	return 0;
}

/* line: 64 digits, two spaces, a path within the folder. */
static int check_line(int dir, char *line, struct why *why)
{
	char hex[SHA256_HEX];
	const char *path = line + SHA256_HEX + 1;
	int err;

	if (strlen(line) < SHA256_HEX + 2 || line[SHA256_HEX - 1] != ' ' ||
	    line[SHA256_HEX] != ' ' || *path == '/' || strstr(path, ".."))
		return why_not(why, -EINVAL, "is no line of sha256sum(1)");
	err = sum_of(dir, path, hex);
	if (err)
		return why_not(why, -EINVAL, "%.120s: %s", path,
			       strerror(-err));
	if (strncmp(hex, line, SHA256_HEX - 1) != 0)
		return why_not(why, -EINVAL,
			       "%.120s is not what it was when it was summed",
			       path);
	return 0;
}

static int check_lines(int dir, const char *name, char *text, struct why *why)
{
	struct why reason, first = {{0}};
	size_t number = 0, at = 0, differ = 0;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		number++;
		if (!*line || !check_line(dir, line, &reason) || differ++)
			continue;
		first = reason;
		at = number;
	}
	if (differ == 0)
		return 0;
	if (differ == 1)
		return why_not(why, -EINVAL, "%s/" SUMS_FILE ":%zu: %s", name,
			       at, first.text);
	return why_not(why, -EINVAL, "%s/" SUMS_FILE ":%zu: %s; and %zu more",
		       name, at, first.text, differ - 1);
}

int sums_check(const char *dir, struct why *why)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *text = NULL;
	size_t len;
	int err = fd < 0 ? -errno : file_read(fd, SUMS_FILE, &text, &len);

	if (!err)
		err = check_lines(fd, dir, text, why);
	else
		why_not(why, err, "%s/" SUMS_FILE ": %s", dir, strerror(-err));
	free(text);
	if (fd >= 0)
		close(fd);
	return err;
}
