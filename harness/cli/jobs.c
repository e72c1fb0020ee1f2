/* SPDX-License-Identifier: MIT */
/* Shipped jobs, found where the program's data are. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/jobs.h"

enum { JOBS = 32, NAME = 32, SENTENCE = 400 };

struct jobs {
	char dir[PATH_MAX];
	char name[JOBS][NAME];
	size_t n;
};

static const char suffix[] = ".ini";

static int is_job(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	size_t tail = strlen(suffix);

	return entry->d_name[0] != '.' && len > tail && len < NAME &&
	       strcmp(entry->d_name + len - tail, suffix) == 0;
}

/* By name. -ENOENT and why where the program's data are not found. */
static int find(struct jobs *jobs, struct why *why)
{
	const char *data = command_data_dir(why);
	struct dirent **entry;
	int n;

	jobs->n = 0;
	if (!data)
		return -ENOENT;
	snprintf(jobs->dir, sizeof(jobs->dir), "%s/harness/jobs", data);
	n = scandir(jobs->dir, &entry, is_job, alphasort);
	if (n < 0)
		return why_not(why, -errno, "%s: %s", jobs->dir,
			       strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *name = entry[i]->d_name;

		if (jobs->n < JOBS)
			snprintf(jobs->name[jobs->n++], NAME, "%.*s",
				 (int)(strlen(name) - strlen(suffix)), name);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

static bool is_file(const char *name)
{
	struct stat found;

	return stat(name, &found) == 0 && S_ISREG(found.st_mode);
}

int jobs_path(const char *name, char *path, size_t size, struct why *why)
{
	const char *names[JOBS + 1] = {NULL};
	struct jobs jobs;
	int err;

	if (strchr(name, '/') || is_file(name)) {
		snprintf(path, size, "%s", name);
		return 0;
	}
	err = find(&jobs, why);
	if (err)
		return err;
	for (size_t i = 0; i < jobs.n; i++) {
		names[i] = jobs.name[i];
		if (strcmp(name, names[i]) != 0)
			continue;
		snprintf(path, size, "%s/%s%s", jobs.dir, name, suffix);
		return 0;
	}
	return why_unknown(why, "job", name, names);
}

/* The comment that a job begins with, up to its first full stop, without the
 * name before its colon. */
static void read_sentence(FILE *file, char sentence[SENTENCE])
{
	char line[256];
	char *from;
	size_t len = 0;

	sentence[0] = '\0';
	while (fgets(line, sizeof(line), file) && line[0] == '#' &&
	       len < SENTENCE - sizeof(line)) {
		line[strcspn(line, "\n")] = '\0';
		len += (size_t)snprintf(sentence + len, SENTENCE - len, "%s%s",
					len ? " " : "",
					line + 1 + (line[1] == ' '));
	}
	from = strstr(sentence, ". ");
	if (from)
		*from = '\0';
	from = strstr(sentence, ": ");
	if (from)
		memmove(sentence, from + 2, strlen(from + 2) + 1);
	len = strlen(sentence);
	if (len && sentence[len - 1] == '.')
		sentence[len - 1] = '\0';
}

static void put_job(const struct jobs *jobs, size_t nth, FILE *out)
{
	char path[PATH_MAX + NAME + sizeof(suffix)];
	char sentence[SENTENCE] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", jobs->dir, jobs->name[nth],
		 suffix);
	file = fopen(path, "re");
	if (file) {
		read_sentence(file, sentence);
		fclose(file);
	}
	fprintf(out, "  %-12s%s\n", jobs->name[nth], sentence);
}

char *jobs_text(void)
{
	struct jobs jobs;
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	if (find(&jobs, NULL) || jobs.n == 0)
		return NULL;
	out = open_memstream(&text, &len);
	if (!out)
		return NULL;
	for (size_t i = 0; i < jobs.n; i++)
		put_job(&jobs, i, out);
	fclose(out);
	return text;
}
