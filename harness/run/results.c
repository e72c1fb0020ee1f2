/* SPDX-License-Identifier: MIT */
/*
 * Writes a run's folder. It is made under a hidden name, filled with its
 * manifest and empty files, and only then gets its own name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "run/file.h"
#include "run/results.h"

#define NEW_SUFFIX ".ipcbench-new"
#define LATEST "latest"
#define MANIFEST "manifest.json"
#define MANIFEST_SCHEMA "ipcbench.manifest/1"

const char *const results_file_names[RESULTS_FILES + 1] = {
	[RESULTS_CELLS] = "cells.jsonl",
	[RESULTS_BLOCKS] = "blocks.jsonl",
	[RESULTS_TRIALS] = "trials.jsonl",
};

const char *const results_schemas[RESULTS_FILES + 1] = {
	[RESULTS_CELLS] = "ipcbench.cell/1",
	[RESULTS_BLOCKS] = "ipcbench.block/1",
	[RESULTS_TRIALS] = "ipcbench.trial/1",
};

struct results {
	char *dir;
	char *run_id;
	int dirfd; /* holds the lock */
	struct {
		int fd;
		off_t end; /* of the last whole line */
	} file[RESULTS_FILES];
};

/* Where the folder is to be, while it is made. */
struct site {
	int parent;
	char *name;   /* in parent */
	char *hidden; /* its name until it is complete */
};

json_t *json_real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_string_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

char *json_text(const json_t *value, bool pretty, size_t *len)
{
	size_t flags = JSON_REAL_PRECISION(12) |
		       (pretty ? JSON_INDENT(1) : JSON_COMPACT);
	char *text = json_dumps(value, flags);
	char *line;

	if (!text)
		return NULL;
	*len = strlen(text) + 1;
	line = realloc(text, *len + 1);
	if (!line) {
		free(text);
		return NULL;
	}
	memcpy(line + *len - 1, "\n", 2);
	return line;
}

/* A host's name as far as it can be part of a path, cut at its first dot. */
static void host_name(char *buf, size_t size)
{
	if (gethostname(buf, size) || buf[0] == 0)
		snprintf(buf, size, "host");
	buf[size - 1] = 0;
	buf[strcspn(buf, ".")] = 0;
	for (char *c = buf; *c; c++)
		if (!strchr("-_0123456789abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			    *c))
			*c = '_';
}

static char *run_id_new(void)
{
	char host[33], stamp[32];
	unsigned int salt = 0;
	time_t now = time(NULL);
	struct tm tm;
	char *id;

	if (getrandom(&salt, sizeof(salt), 0) < 0)
		salt = (unsigned int)getpid();
	host_name(host, sizeof(host));
	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (asprintf(&id, "%s-%s-%06x", stamp, host, salt & 0xffffff) < 0)
		return NULL;
	return id;
}

/* Remove a folder that holds nothing but what results_create() puts there. */
static void remove_young(int parent, const char *name)
{
	int fd = openat(parent, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	unlinkat(fd, MANIFEST FILE_TMP, 0);
	unlinkat(fd, MANIFEST, 0);
	for (size_t i = 0; i < RESULTS_FILES; i++)
		unlinkat(fd, results_file_names[i], 0);
	close(fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}

static bool is_locked(int parent, const char *name)
{
	int fd = openat(parent, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;

	if (fd >= 0)
		close(fd);
	return locked;
}

/*
 * Keep two starts at the same time apart, until the parent is closed: one
 * would sweep what the other makes. Somebody may hold that lock for long for a
 * reason of his own, so this gives up after a second.
 */
static void claim(int parent)
{
	struct timespec nap = {.tv_nsec = 10000000};

	for (int i = 0; i < 100 && flock(parent, LOCK_EX | LOCK_NB); i++)
		nanosleep(&nap, NULL);
}

/* What programs that were killed within results_create() left behind. */
static void sweep(int parent)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (entry->d_name[0] != '.' || len < sizeof(NEW_SUFFIX) ||
		    strcmp(entry->d_name + len + 1 - sizeof(NEW_SUFFIX),
			   NEW_SUFFIX) != 0)
			continue;
		if (!is_locked(parent, entry->d_name))
			remove_young(parent, entry->d_name);
	}
	closedir(dir);
}

static int parent_open(struct site *site, const char *path, struct why *why)
{
	site->parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (site->parent < 0)
		return why_not(why, -errno, "cannot write to '%s': %s", path,
			       strerror(errno));
	return 0;
}

/* Split dir, without slashes at its end, into its parent and its name. */
static int site_given(struct site *site, char *dir, struct why *why)
{
	size_t len = strlen(dir);
	char *slash;
	int err;

	while (len > 1 && dir[len - 1] == '/')
		dir[--len] = 0;
	slash = strrchr(dir, '/');
	site->name = strdup(slash ? slash + 1 : dir);
	if (!site->name)
		return -ENOMEM;
	if (!*site->name || !strcmp(site->name, ".") ||
	    !strcmp(site->name, ".."))
		return why_not(why, -EINVAL,
			       "'%s' cannot be a new results folder", dir);
	if (!slash)
		return parent_open(site, ".", why);
	if (slash == dir)
		return parent_open(site, "/", why);
	*slash = 0;
	err = parent_open(site, dir, why);
	*slash = '/';
	return err;
}

static int site_under(struct site *site, const char *root, const char *run_id,
		      struct why *why)
{
	if (mkdir(root, 0777) && errno != EEXIST)
		return why_not(why, -errno, "cannot make the folder '%s': %s",
			       root, strerror(errno));
	site->name = strdup(run_id);
	return site->name ? parent_open(site, root, why) : -ENOMEM;
}

static int site_find(struct site *site, struct results *results,
		     const char *root, bool given, struct why *why)
{
	struct stat st;
	int err;

	err = given ? site_given(site, results->dir, why)
		    : site_under(site, root, results->run_id, why);
	if (err)
		return err;
	if (!fstatat(site->parent, site->name, &st, AT_SYMLINK_NOFOLLOW))
		return why_not(why, -EEXIST,
			       "'%s' exists already: name another folder, or "
			       "remove it first",
			       results->dir);
	if (asprintf(&site->hidden, ".%s" NEW_SUFFIX, site->name) < 0) {
		site->hidden = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void site_free(struct site *site)
{
	if (site->parent >= 0)
		close(site->parent);
	free(site->name);
	free(site->hidden);
}

static int open_files(struct results *results)
{
	for (size_t i = 0; i < RESULTS_FILES; i++) {
		results->file[i].fd =
			openat(results->dirfd, results_file_names[i],
			       O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		if (results->file[i].fd < 0)
			return -errno;
	}
	return 0;
}

/* Lock the folder, still under its hidden name, and give it its first
 * files. */
static int site_fill(const struct site *site, struct results *results,
		     json_t *manifest)
{
	int err;

	results->dirfd = openat(site->parent, site->hidden,
				O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (results->dirfd < 0)
		return -errno;
	if (flock(results->dirfd, LOCK_EX | LOCK_NB))
		return -errno;
	err = open_files(results);
	return err ? err : results_manifest(results, manifest);
}

/* Not every file system knows RENAME_NOREPLACE; we have looked before. */
static int site_name(const struct site *site)
{
	if (!renameat2(site->parent, site->hidden, site->parent, site->name,
		       RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	return renameat(site->parent, site->hidden, site->parent, site->name)
		       ? -errno
		       : 0;
}

static int site_link(const struct site *site)
{
	static const char link[] = "." LATEST NEW_SUFFIX;

	if (unlinkat(site->parent, link, 0) && errno != ENOENT)
		return -errno;
	if (symlinkat(site->name, site->parent, link))
		return -errno;
	if (renameat(site->parent, link, site->parent, LATEST)) {
		int err = -errno;

		unlinkat(site->parent, link, 0);
		return err;
	}
	return 0;
}

static int site_make(const struct site *site, struct results *results,
		     json_t *manifest)
{
	int err;

	if (mkdirat(site->parent, site->hidden, 0777))
		return -errno;
	err = site_fill(site, results, manifest);
	if (!err)
		err = site_name(site);
	if (err)
		remove_young(site->parent, site->hidden);
	return err;
}

static int make(const struct site *site, struct results *results,
		json_t *manifest, bool given, struct why *why)
{
	int err;

	claim(site->parent);
	sweep(site->parent);
	err = site_make(site, results, manifest);
	if (err)
		return why_not(why, err,
			       "cannot make the results folder '%s': %s",
			       results->dir, strerror(-err));
	err = given ? 0 : site_link(site);
	if (err) {
		remove_young(site->parent, site->name);
		return why_not(why, err,
			       "cannot point the link '" LATEST "' at '%s': %s",
			       results->dir, strerror(-err));
	}
	return 0;
}

static struct results *results_new(const char *dir, const char *root)
{
	struct results *results = calloc(1, sizeof(*results));

	if (!results)
		return NULL;
	results->dirfd = -1;
	for (size_t i = 0; i < RESULTS_FILES; i++)
		results->file[i].fd = -1;
	results->run_id = run_id_new();
	if (!results->run_id)
		goto err_results;
	if (dir)
		results->dir = strdup(dir);
	else if (asprintf(&results->dir, "%s/%s", root, results->run_id) < 0)
		results->dir = NULL;
	if (results->dir)
		return results;
err_results:
	results_close(results);
	return NULL;
}

int results_create(struct results **results, const char *dir, const char *root,
		   json_t *manifest, struct why *why)
{
	struct site site = {.parent = -1};
	struct results *made = results_new(dir, root);
	int err;

	if (!made)
		return why_not(why, -ENOMEM, "no memory");
	err = site_find(&site, made, root, dir, why);
	if (!err)
		err = make(&site, made, manifest, dir, why);
	site_free(&site);
	if (err)
		results_close(made);
	else
		*results = made;
	return err;
}

const char *results_dir(const struct results *results)
{
	return results->dir;
}

const char *results_run_id(const struct results *results)
{
	return results->run_id;
}

/* A copy of the object with these in front. */
static json_t *headed(const char *schema, const char *run_id,
		      const json_t *value)
{
	json_t *copy = json_pack("{s:s}", "schema", schema);

	if (!copy)
		return NULL;
	if ((run_id &&
	     json_object_set_new(copy, "run_id", json_string(run_id))) ||
	    json_object_update_missing(copy, (json_t *)value)) {
		json_decref(copy);
		return NULL;
	}
	return copy;
}

int results_manifest(struct results *results, json_t *manifest)
{
	json_t *copy = headed(MANIFEST_SCHEMA, results->run_id, manifest);
	int err;

	if (!copy)
		return -EINVAL;
	err = results_put_json(results, MANIFEST, copy);
	if (!err && json_object_update(manifest, copy))
		err = -ENOMEM;
	json_decref(copy);
	return err;
}

/* A line that is written only in part goes away again: on a full disk the
 * lines before it are still a run. */
static int append_line(struct results *results, enum results_file file,
		       const char *line, size_t len)
{
	off_t end = results->file[file].end;
	int fd = results->file[file].fd;
	ssize_t n;
	int err;

	do
		n = write(fd, line, len);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)len) {
		results->file[file].end = end + n;
		return 0;
	}
	err = n < 0 ? -errno : -ENOSPC;
	if (n > 0 && ftruncate(fd, end))
		err = -errno;
	return err;
}

int results_append(struct results *results, enum results_file file,
		   const json_t *record)
{
	json_t *copy = headed(results_schemas[file], NULL, record);
	char *line;
	size_t len;
	int err;

	if (!copy)
		return -EINVAL;
	line = json_text(copy, false, &len);
	json_decref(copy);
	if (!line)
		return -ENOMEM;
	err = append_line(results, file, line, len);
	free(line);
	return err;
}

int results_sync(struct results *results)
{
	for (size_t i = 0; i < RESULTS_FILES; i++)
		if (fdatasync(results->file[i].fd))
			return -errno;
	return 0;
}

int results_put_json(struct results *results, const char *name,
		     const json_t *value)
{
	size_t len;
	char *text = json_text(value, true, &len);
	int err;

	if (!text)
		return -ENOMEM;
	err = file_replace(results->dirfd, name, text, len);
	free(text);
	return err;
}

int results_put_text(struct results *results, const char *name,
		     const char *text)
{
	return file_replace(results->dirfd, name, text, strlen(text));
}

void results_close(struct results *results)
{
	if (!results)
		return;
	for (size_t i = 0; i < RESULTS_FILES; i++)
		if (results->file[i].fd >= 0)
			close(results->file[i].fd);
	if (results->dirfd >= 0)
		close(results->dirfd);
	free(results->run_id);
	free(results->dir);
	free(results);
}
