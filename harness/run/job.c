/* SPDX-License-Identifier: MIT */
/* Job files and the options that mean the same. */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/size.h"
#include "run/job.h"

enum { SIZE_MAX_BYTES = 1 << 30 };

/* How a design key's text is read into its field. */
typedef int (*read_fn)(struct design *design, const char *value,
		       struct why *why);

static int read_time(const char *key, const char *value, uint64_t least_ns,
		     uint64_t most_ns, uint64_t *ns, struct why *why)
{
	struct why cause;
	uint64_t got;

	if (job_parse_time(value, &got, &cause) != 0 || got < least_ns ||
	    got > most_ns)
		return why_not(why, -EINVAL,
			       "%s '%s' is not a time from %.3g ms to %.3g s, "
			       "such as 20ms",
			       key, value, (double)least_ns / NS_PER_MS,
			       (double)most_ns / NS_PER_S);
	*ns = got;
	return 0;
}

static int read_trial_time(struct design *d, const char *value, struct why *why)
{
	return read_time("trial-time", value, NS_PER_MS, 600 * NS_PER_S,
			 &d->trial_time_ns, why);
}

static int read_warmup_time(struct design *d, const char *value,
			    struct why *why)
{
	return read_time("warmup-time", value, 0, 600 * NS_PER_S,
			 &d->warmup_time_ns, why);
}

static int read_budget(struct design *d, const char *value, struct why *why)
{
	if (strcmp(value, "none") == 0) {
		d->budget_ns = 0;
		return 0;
	}
	return read_time("budget", value, NS_PER_S, 30 * 86400 * NS_PER_S,
			 &d->budget_ns, why);
}

static int read_deadline(struct design *d, const char *value, struct why *why)
{
	return read_time("deadline", value, 10 * NS_PER_MS, 86400 * NS_PER_S,
			 &d->deadline_ns, why);
}

static int read_spin_time(struct design *d, const char *value, struct why *why)
{
	uint64_t ns;
	int err = read_time("spin-time", value, 0, NS_PER_S, &ns, why);

	if (!err)
		d->spin_ns = (uint32_t)ns;
	return err;
}

static int read_count(const char **text, uint32_t *count)
{
	char *end;
	unsigned long got;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	errno = 0;
	got = strtoul(*text, &end, 10);
	if (errno || got < 1 || got > JOB_BLOCKS_MAX)
		return -EINVAL;
	*count = (uint32_t)got;
	*text = end;
	return 0;
}

static int read_blocks(struct design *d, const char *value, struct why *why)
{
	const char *at = value;
	uint32_t low;
	uint32_t high;
	int err = read_count(&at, &low);

	high = low;
	if (!err && *at == ':') {
		at++;
		err = read_count(&at, &high);
	}
	if (err || *at || high < low)
		return why_not(why, -EINVAL,
			       "blocks '%s' is not N or MIN:MAX with 1 <= MIN "
			       "<= MAX <= %d",
			       value, JOB_BLOCKS_MAX);
	d->blocks_min = low;
	d->blocks_max = high;
	return 0;
}

static int read_fraction(const char *key, const char *value, double *fraction,
			 struct why *why)
{
	char *end;
	double got = strtod(value, &end);

	if (end != value && *end == '%') {
		got /= 100;
		end++;
	}
	if (end == value || *end || !isfinite(got) || got <= 0 || got > 1)
		return why_not(
			why, -EINVAL,
			"%s '%s' is not a share above 0 and up to 100%%, "
			"such as 2%%",
			key, value);
	*fraction = got;
	return 0;
}

static int read_precision(struct design *d, const char *value, struct why *why)
{
	if (strcmp(value, "none") == 0) {
		d->precision = 0;
		return 0;
	}
	return read_fraction("precision", value, &d->precision, why);
}

static int read_delta(struct design *d, const char *value, struct why *why)
{
	return read_fraction("delta", value, &d->delta, why);
}

static int read_seed(struct design *d, const char *value, struct why *why)
{
	char *end;
	unsigned long long got;

	errno = 0;
	got = strtoull(value, &end, 0);
	if (errno || *end || !isdigit((unsigned char)*value) || got == 0 ||
	    got > INT64_MAX)
		return why_not(why, -EINVAL,
			       "seed '%s' is not a number from 1 to 2^63-1",
			       value);
	d->seed = got;
	return 0;
}

static int keep(char *field, size_t size, const char *key, const char *value,
		struct why *why)
{
	if (strlen(value) >= size)
		return why_not(why, -EINVAL, "%s '%.40s...' is longer than %zu",
			       key, value, size - 1);
	strcpy(field, value);
	return 0;
}

static int read_baseline(struct design *d, const char *value, struct why *why)
{
	return keep(d->baseline, sizeof(d->baseline), "baseline", value, why);
}

static int read_events(struct design *d, const char *value, struct why *why)
{
	return keep(d->events, sizeof(d->events), "events", value, why);
}

const struct job_key job_keys[] = {
	{"workload", "LIST", "what the nodes do, 'all', or 'lessons'", 'w',
	 true},
	{"backend", "LIST", "mechanisms, or 'all'", 'b', true},
	{"size", "LIST", "payload bytes: 64,4K,1M or FROM:TO:xFACTOR", 's',
	 true},
	{"place", "LIST",
	 "PUs: same-pu, smt, l2, l3, numa, package, cross, all, or CPU:CPU",
	 'p', true},
	{"space", "LIST",
	 "process, thread, or native (process, else what there is)", 'S', true},
	{"wait", "LIST",
	 "block, spin, hybrid, yield, or native (block, else what there is)",
	 'W', true},
	{"api", "LIST", "native, copy, lend", 'a', true},
	{"verify", "HOW",
	 "quick (the workload's own), touch (a sum), full (every byte)", 'V',
	 true},
	{"depth", "N", "messages in flight, a power of two", 'd', true},
	{"idle", "LIST",
	 "cold (as the system does it), warm (PUs are kept from halting)", 'i',
	 true},
	{"blocks", "N|MIN:MAX", "trials of each cell", 'n', false},
	{"trial-time", "TIME", "timed part of a trial: 20ms, 1s", 't', false},
	{"warmup-time", "TIME", "rounds before it, not timed", 0, false},
	{"precision", "SHARE|none", "stop when every interval is this narrow",
	 'e', false},
	{"budget", "TIME|none", "stop after the block that ends later", 'B',
	 false},
	{"deadline", "TIME", "kill a trial that takes longer", 0, false},
	{"delta", "SHARE", "ratios within it count as the same", 0, false},
	{"spin-time", "TIME", "how long wait=hybrid polls", 0, false},
	{"seed", "N", "of the order of trials", 0, false},
	{"baseline", "BACKEND", "what ratios are against; else the first", 0,
	 false},
	{"events", "LIST|none", "hardware counters, by PAPI's names", 'E',
	 false},
	{NULL, NULL, NULL, 0, false},
};

/* In the order of job_keys, from the first that is no axis. */
static const read_fn readers[] = {
	read_blocks, read_trial_time, read_warmup_time, read_precision,
	read_budget, read_deadline,   read_delta,	read_spin_time,
	read_seed,   read_baseline,   read_events,
};
_Static_assert(sizeof(job_keys) / sizeof(job_keys[0]) ==
		       AXES + sizeof(readers) / sizeof(readers[0]) + 1,
	       "a reader for each design key");

void job_init(struct job *job)
{
	memset(job, 0, sizeof(*job));
	job->design = (struct design){
		.blocks_min = 8,
		.blocks_max = 8,
		.trial_time_ns = 50 * NS_PER_MS,
		.warmup_time_ns = 10 * NS_PER_MS,
		.deadline_ns = 20 * NS_PER_S,
		.delta = 0.02,
		.spin_ns = 50000,
	};
	strcpy(job->all.name, "global");
	strcpy(job->all.axis[AXIS_WORKLOAD], "all");
	strcpy(job->all.axis[AXIS_BACKEND], "all");
	strcpy(job->all.axis[AXIS_SIZE], "64,4K,64K");
	strcpy(job->all.axis[AXIS_PLACE], "same-pu,cross");
	strcpy(job->all.axis[AXIS_SPACE], "process");
	strcpy(job->all.axis[AXIS_WAIT], "block");
	strcpy(job->all.axis[AXIS_API], "native");
	strcpy(job->all.axis[AXIS_VERIFY], "quick");
	strcpy(job->all.axis[AXIS_IDLE], "cold");
}

static int find_key(const char *key, struct why *why)
{
	const char *names[AXES + sizeof(readers) / sizeof(readers[0]) + 1];
	const char *near;
	size_t i;

	for (i = 0; job_keys[i].name; i++) {
		if (strcmp(job_keys[i].name, key) == 0)
			return (int)i;
		names[i] = job_keys[i].name;
	}
	names[i] = NULL;
	/* All of them would leave no room for the one that is meant. */
	near = why_nearest(key, names);
	if (near)
		return why_not(why, -EINVAL,
			       "key '%s' is unknown; did you mean '%s'?", key,
			       near);
	return why_unknown(why, "key", key, names);
}

static struct section *find_section(struct job *job, const char *name,
				    struct why *why)
{
	struct section *section;

	if (!name || strcmp(name, "global") == 0)
		return &job->all;
	for (size_t i = 0; i < job->sections; i++) {
		if (strcmp(job->section[i].name, name) == 0)
			return &job->section[i];
	}
	if (job->sections == JOB_SECTIONS) {
		why_not(why, -EINVAL,
			"section '%s' is one too many: %d allowed", name,
			JOB_SECTIONS);
		return NULL;
	}
	section = &job->section[job->sections];
	if (keep(section->name, sizeof(section->name), "section", name, why))
		return NULL;
	job->sections++;
	return section;
}

int job_set(struct job *job, const char *section, const char *key,
	    const char *value, struct why *why)
{
	struct section *at = find_section(job, section, why);
	int found = find_key(key, why);

	if (!at || found < 0)
		return -EINVAL;
	if (!*value)
		return why_not(why, -EINVAL, "%s has no value", key);
	if (found < AXES)
		return keep(at->axis[found], JOB_VALUE, key, value, why);
	if (at != &job->all)
		return why_not(why, -EINVAL,
			       "%s belongs to [global], not to [%s]", key,
			       section);
	return readers[found - AXES](&job->design, value, why);
}

int job_override(struct job *job, const char *key, const char *value,
		 struct why *why)
{
	int err = job_set(job, NULL, key, value, why);
	int found = find_key(key, why);

	if (err || found >= AXES)
		return err;
	for (size_t i = 0; i < job->sections; i++)
		job->section[i].axis[found][0] = '\0';
	return 0;
}

/* What inih's callback needs. */
struct reading {
	struct job *job;
	bool design_only;
	struct why *why;
	bool failed;
};

static int read_line(void *arg, const char *section, const char *key,
		     const char *value)
{
	struct reading *reading = arg;
	int found;

	if (reading->failed)
		return 1;
	if (reading->design_only) {
		found = find_key(key, reading->why);
		if (found >= 0 && found < AXES)
			return 1;
	}
	if (job_set(reading->job, *section ? section : NULL, key, value,
		    reading->why) == 0)
		return 1;
	reading->failed = true;
	return 0;
}

/* inih cuts a line that is too long, and takes the rest for the next one. A
 * value that fits into its field fits into a line. */
enum { LINE_MAX_BYTES = 198 };
_Static_assert(JOB_VALUE + sizeof("workload = ") - 1 <= LINE_MAX_BYTES,
	       "what was written can be read");

/* Some builds of inih take an indented line for another value of the key
 * before it, which it would replace. */
static bool indented(const char *line)
{
	size_t blank = strspn(line, " \t\r\n");

	return blank && line[blank] && !strchr(";#", line[blank]);
}

static int check_line(const char *line, ssize_t len, const char *path,
		      int number, struct why *why)
{
	if (len > LINE_MAX_BYTES)
		return why_not(why, -EINVAL,
			       "%s:%d: a line of %zd bytes; up to %d are "
			       "allowed",
			       path, number, len, LINE_MAX_BYTES);
	if (indented(line))
		return why_not(why, -EINVAL,
			       "%s:%d: a line that starts with a blank", path,
			       number);
	return 0;
}

static int check_lines(FILE *file, const char *path, struct why *why)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int number = 0;
	int err = 0;

	while (!err && (len = getline(&line, &room, file)) >= 0)
		err = check_line(line, len, path, ++number, why);
	if (!err && ferror(file))
		err = why_not(why, -errno, "job file '%s': %s", path,
			      strerror(errno));
	free(line);
	rewind(file);
	return err;
}

int job_read(struct job *job, const char *path, bool design_only,
	     struct why *why)
{
	struct why cause = {""};
	struct reading reading = {job, design_only, &cause, false};
	FILE *file = fopen(path, "re");
	int line;

	if (!file)
		return why_not(why, -errno, "job file '%s': %s", path,
			       strerror(errno));
	line = check_lines(file, path, why);
	if (line) {
		fclose(file);
		return line;
	}
	line = ini_parse_file(file, read_line, &reading);
	fclose(file);
	if (line < 0)
		return why_not(why, -EIO, "job file '%s' cannot be read", path);
	if (line == 0)
		return 0;
	return why_not(why, -EINVAL, "%s:%d: %s", path, line,
		       reading.failed ? cause.text : "not 'key = value'");
}

int job_check(const struct job *job, struct why *why)
{
	const struct design *design = &job->design;

	if (design->deadline_ns < design->trial_time_ns * 2)
		return why_not(why, -EINVAL,
			       "deadline of %.3g s is under twice the trial "
			       "time of %.3g s",
			       (double)design->deadline_ns / NS_PER_S,
			       (double)design->trial_time_ns / NS_PER_S);
	return 0;
}

static size_t write_axes(const struct section *section, FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; i < AXES; i++) {
		if (!section->axis[i][0])
			continue;
		fprintf(out, "%s = %s\n", job_keys[i].name, section->axis[i]);
		n++;
	}
	return n;
}

/* A section without a line is none to whoever reads it, but its cells are
 * those of [global]'s axes. */
static void write_section(const struct job *job, const struct section *section,
			  FILE *out)
{
	fprintf(out, "\n[%s]\n", section->name);
	if (write_axes(section, out) == 0)
		fprintf(out, "%s = %s\n", job_keys[AXIS_WORKLOAD].name,
			job->all.axis[AXIS_WORKLOAD]);
}

/* In as few digits as read back to the same. */
static void write_share(FILE *out, const char *key, double share)
{
	char text[32] = "none";

	for (int digits = 6; share > 0 && digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, share);
		if (strtod(text, NULL) == share)
			break;
	}
	fprintf(out, "%s = %s\n", key, text);
}

int job_write(const struct job *job, FILE *out)
{
	const struct design *d = &job->design;

	fprintf(out, "# Repeat with: ipcbench run job.ini\n[global]\n");
	fprintf(out, "blocks = %u:%u\n", d->blocks_min, d->blocks_max);
	fprintf(out, "trial-time = %lluns\nwarmup-time = %lluns\n",
		(unsigned long long)d->trial_time_ns,
		(unsigned long long)d->warmup_time_ns);
	write_share(out, "precision", d->precision);
	write_share(out, "delta", d->delta);
	if (d->budget_ns)
		fprintf(out, "budget = %lluns\n",
			(unsigned long long)d->budget_ns);
	fprintf(out, "deadline = %lluns\nspin-time = %uns\n",
		(unsigned long long)d->deadline_ns, d->spin_ns);
	if (d->seed)
		fprintf(out, "seed = %llu\n", (unsigned long long)d->seed);
	if (d->baseline[0])
		fprintf(out, "baseline = %s\n", d->baseline);
	if (d->events[0])
		fprintf(out, "events = %s\n", d->events);
	write_axes(&job->all, out);
	for (size_t i = 0; i < job->sections; i++)
		write_section(job, &job->section[i], out);
	return ferror(out) ? -EIO : 0;
}

int job_parse_size(const char *text, size_t *bytes, struct why *why)
{
	uint64_t got = 0;

	if (size_parse(text, SIZE_MAX_BYTES, &got) || got < 1)
		return why_not(why, -EINVAL,
			       "size '%s' is not allowed: 1 to 1G bytes, such "
			       "as 64, 4K, 1M",
			       text);
	*bytes = (size_t)got;
	return 0;
}

int job_parse_time(const char *text, uint64_t *ns, struct why *why)
{
	static const struct {
		const char *name;
		double ns;
	} unit[] = {{"ns", 1},	 {"us", 1e3},	{"ms", 1e6},  {"s", 1e9},
		    {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}};
	char *end;
	double got = strtod(text, &end);

	for (size_t i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
		if (end == text || strcmp(end, unit[i].name) != 0)
			continue;
		if (!isfinite(got) || got < 0 || got * unit[i].ns > 1e18)
			break;
		*ns = (uint64_t)llround(got * unit[i].ns);
		return 0;
	}
	return why_not(why, -EINVAL,
		       "time '%s' is not a number and ns, us, ms, s, m or h",
		       text);
}

int job_each(const char *list, int (*each)(const char *item, void *arg),
	     void *arg, struct why *why)
{
	char copy[JOB_VALUE];
	char *at = copy;
	char *item;

	if (strlen(list) >= sizeof(copy))
		return why_not(why, -EINVAL, "list '%.40s...' is too long",
			       list);
	strcpy(copy, list);
	while ((item = strsep(&at, ","))) {
		int err;

		while (isspace((unsigned char)*item))
			item++;
		for (char *end = item + strlen(item);
		     end > item && isspace((unsigned char)end[-1]);)
			*--end = '\0';
		if (!*item)
			return why_not(why, -EINVAL,
				       "list '%s' has an empty item", list);
		err = each(item, arg);
		if (err)
			return err;
	}
	return 0;
}
