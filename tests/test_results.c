/* SPDX-License-Identifier: MIT */
/* A results folder: written whole, read back strictly, checked; whatever ends
 * the program that writes it. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/check.h"
#include "run/file.h"
#include "run/load.h"
#include "run/results.h"
#include "run/schema.h"
#include "run/sha256.h"
#include "run/summary.h"
#include "run/sums.h"
#include "tests/fake_run.h"

static char root[64];

static int make_root(void **state)
{
	(void)state;
	strcpy(root, "/tmp/ipcbench-results-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return system(command);
}

/* A path under the test's own folder. */
static const char *under(const char *name)
{
	static char path[4][512];
	static unsigned int next;
	char *buf = path[next++ % 4];

	snprintf(buf, sizeof(path[0]), "%s/%s", root, name);
	return buf;
}

static struct results *make(const char *name)
{
	json_t *manifest = fake_manifest();
	struct results *results;
	struct why why = {{0}};

	assert_int_equal(
		0, results_create(&results, under(name), NULL, manifest, &why));
	json_decref(manifest);
	return results;
}

/* A folder with one cell, a block and this many trials, closed. */
static void make_small(const char *name, unsigned int trials)
{
	json_t *manifest = fake_manifest();
	json_t *cell = fake_cell("pingpong", "pipe", 64, "cross", "block");
	struct results *results;
	struct why why;

	assert_int_equal(
		0, results_create(&results, under(name), NULL, manifest, &why));
	fake_files(results, 8, "none");
	fake_put(results, RESULTS_CELLS, json_incref(cell));
	for (unsigned int i = 0; i < trials; i++) {
		fake_put(results, RESULTS_BLOCKS, fake_block(results, i));
		fake_put(results, RESULTS_TRIALS,
			 fake_trial(results, cell, i, 1000 + i, 55));
	}
	json_decref(cell);
	fake_end(results, manifest, "complete");
	json_decref(manifest);
}

static void put_bytes(const char *path, const char *text, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | flags, 0666);

	assert_true(fd >= 0);
	assert_int_equal((ssize_t)strlen(text), write(fd, text, strlen(text)));
	close(fd);
}

static char *get_bytes(const char *path, size_t *len)
{
	char *text;

	assert_int_equal(0, file_read(AT_FDCWD, path, &text, len));
	return text;
}

static void assert_says(const struct why *why, const char *part)
{
	if (!strstr(why->text, part))
		fail_msg("'%s' does not say '%s'", why->text, part);
}

static void assert_refused(const char *name, const char *part)
{
	struct run_data *data;
	struct why why = {{0}};

	assert_true(run_load(&data, under(name), &why) < 0);
	assert_says(&why, part);
	assert_null(strchr(why.text, '\n'));
}

static struct run_data *load(const char *name)
{
	struct run_data *data;
	struct why why = {{0}};

	if (run_load(&data, under(name), &why))
		fail_msg("%s", why.text);
	return data;
}

static void sha256_of(const char *text, size_t times, char hex[SHA256_HEX])
{
	struct sha256 sha;

	sha256_start(&sha);
	for (size_t i = 0; i < times; i++)
		sha256_add(&sha, text, strlen(text));
	sha256_end(&sha, hex);
}

/* Vectors that the standard's publisher gives. */
static void test_sha256(void **state)
{
	static const struct {
		const char *text;
		size_t times;
		const char *hex;
	} vector[] = {
		{"", 1,
		 "e3b0c44298fc1c149afbf4c8996fb924"
		 "27ae41e4649b934ca495991b7852b855"},
		{"abc", 1,
		 "ba7816bf8f01cfea414140de5dae2223"
		 "b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		 "248d6a61d20638b8e5c026930c3e6039"
		 "a33ce45964ff2167f6ecedd419db06c1"},
		{"a", 1000000,
		 "cdc76e5c9914fb9281a1c7e284d73e67"
		 "f1809a48a497200e046d39ccc7112cd0"},
	};
	char hex[SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++) {
		sha256_of(vector[i].text, vector[i].times, hex);
		assert_string_equal(vector[i].hex, hex);
	}
}

/* Cut anywhere, a message has one sum. */
static void test_sha256_pieces(void **state)
{
	char text[200], whole[SHA256_HEX], hex[SHA256_HEX];
	struct sha256 sha;

	(void)state;
	memset(text, 'x', sizeof(text));
	sha256_start(&sha);
	sha256_add(&sha, text, sizeof(text));
	sha256_end(&sha, whole);
	for (size_t cut = 0; cut <= sizeof(text); cut++) {
		sha256_start(&sha);
		sha256_add(&sha, text, cut);
		sha256_add(&sha, text + cut, sizeof(text) - cut);
		sha256_end(&sha, hex);
		assert_string_equal(whole, hex);
	}
}

static void test_replace_keeps_old(void **state)
{
	size_t len;
	char *text;

	(void)state;
	assert_int_equal(0, file_replace(AT_FDCWD, under("f"), "old", 3));
	/* What it would write to first cannot be written to. */
	assert_int_equal(0, mkdir(under("f.tmp"), 0777));
	assert_true(file_replace(AT_FDCWD, under("f"), "new", 3) < 0);
	text = get_bytes(under("f"), &len);
	assert_string_equal("old", text);
	free(text);
}

/* Half a file is not put in place of a whole one. */
static void test_replace_in_part(void **state)
{
	static char much[5000];
	struct rlimit old, limit;
	size_t len;
	char *text;

	(void)state;
	assert_int_equal(0, file_replace(AT_FDCWD, under("f"), "old", 3));
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	limit.rlim_cur = 1000;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(
		-EFBIG, file_replace(AT_FDCWD, under("f"), much, sizeof(much)));
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	text = get_bytes(under("f"), &len);
	assert_string_equal("old", text);
	assert_int_equal(-1, access(under("f.tmp"), F_OK));
	free(text);
}

static void test_create_given(void **state)
{
	struct results *results = make("run/");
	json_t *manifest;
	struct stat st;

	(void)state;
	assert_int_equal(0, stat(under("run/cells.jsonl"), &st));
	manifest = json_load_file(under("run/manifest.json"), 0, NULL);
	assert_string_equal("ipcbench.manifest/1",
			    json_string_at(manifest, "schema", ""));
	assert_string_equal(results_run_id(results),
			    json_string_at(manifest, "run_id", ""));
	json_decref(manifest);
	results_close(results);
}

static void assert_not_made(const char *dir, int err, const char *part)
{
	json_t *manifest = fake_manifest();
	struct results *results;
	struct why why = {{0}};

	assert_int_equal(err,
			 results_create(&results, dir, NULL, manifest, &why));
	assert_says(&why, part);
	assert_null(strchr(why.text, '\n'));
	json_decref(manifest);
}

static void test_create_refused(void **state)
{
	(void)state;
	assert_int_equal(0, mkdir(under("there"), 0777));
	assert_not_made(under("there"), -EEXIST, under("there"));
	assert_not_made(under("no/such/parent"), -ENOENT, under("no/such"));
	put_bytes(under("file"), "", 0);
	assert_not_made(under("file/run"), -ENOTDIR, under("file"));
	assert_not_made("/proc/ipcbench-run", -ENOENT, "/proc/ipcbench-run");
	assert_not_made("", -EINVAL, "cannot be");
	assert_not_made("..", -EINVAL, "cannot be");
	/* Nothing was left by any of them. */
	assert_int_equal(-1, access(under(".there.ipcbench-new"), F_OK));
}

static char *make_under_root(void)
{
	json_t *manifest = fake_manifest();
	struct results *results;
	struct why why = {{0}};
	char *dir;

	assert_int_equal(0, results_create(&results, NULL, under("results"),
					   manifest, &why));
	dir = strdup(results_run_id(results));
	assert_non_null(strstr(results_dir(results), dir));
	results_close(results);
	json_decref(manifest);
	return dir;
}

static void assert_latest(const char *run_id)
{
	char to[256] = "";

	assert_true(readlink(under("results/latest"), to, sizeof(to) - 1) > 0);
	assert_string_equal(run_id, to);
}

static void test_latest(void **state)
{
	char *first, *second;

	(void)state;
	first = make_under_root();
	assert_latest(first);
	second = make_under_root();
	assert_string_not_equal(first, second);
	assert_latest(second);
	assert_int_equal(0,
			 access(under("results/latest/manifest.json"), R_OK));
	free(first);
	free(second);
}

/* A program that was killed while it made a folder. */
static void test_sweep(void **state)
{
	char *run_id;

	(void)state;
	assert_int_equal(0, mkdir(under("results"), 0777));
	assert_int_equal(0, mkdir(under("results/.x.ipcbench-new"), 0777));
	put_bytes(under("results/.x.ipcbench-new/manifest.json.tmp"), "{", 0);
	put_bytes(under("results/.x.ipcbench-new/trials.jsonl"), "", 0);
	/* Not ours: it has something of somebody else in it. */
	assert_int_equal(0, mkdir(under("results/.y.ipcbench-new"), 0777));
	put_bytes(under("results/.y.ipcbench-new/letter"), "dear", 0);
	run_id = make_under_root();
	assert_int_equal(-1, access(under("results/.x.ipcbench-new"), F_OK));
	assert_int_equal(0,
			 access(under("results/.y.ipcbench-new/letter"), F_OK));
	free(run_id);
}

/* A program that is about to make one. */
static void test_sweep_spares(void **state)
{
	char *run_id;
	int fd;

	(void)state;
	assert_int_equal(0, mkdir(under("results"), 0777));
	assert_int_equal(0, mkdir(under("results/.x.ipcbench-new"), 0777));
	fd = open(under("results/.x.ipcbench-new"), O_RDONLY | O_DIRECTORY);
	assert_int_equal(0, flock(fd, LOCK_EX));
	run_id = make_under_root();
	assert_int_equal(0, access(under("results/.x.ipcbench-new"), F_OK));
	close(fd);
	free(run_id);
}

/* Many starts at once do not sweep each other's folders away. */
static void test_starts_at_once(void **state)
{
	enum { STARTS = 16 };
	pid_t pid[STARTS];

	(void)state;
	for (int i = 0; i < STARTS; i++) {
		json_t *manifest = fake_manifest();
		struct results *results;
		struct why why;

		pid[i] = fork();
		if (pid[i] == 0)
			_exit(results_create(&results, NULL, under("results"),
					     manifest, &why) != 0);
		json_decref(manifest);
	}
	for (int i = 0; i < STARTS; i++) {
		int status;

		assert_int_equal(pid[i], waitpid(pid[i], &status, 0));
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void test_status(void **state)
{
	struct results *results = make("run");
	struct run_data *data = load("run");

	(void)state;
	assert_string_equal("running", data->status);
	run_free(data);
	results_close(results);
	data = load("run");
	assert_string_equal("failed", data->status);
	assert_non_null(strstr(data->status_why, "killed"));
	run_free(data);
	make_small("done", 1);
	data = load("done");
	assert_string_equal("complete", data->status);
	run_free(data);
}

/* SIGKILL in the middle of writing, many times over. */
static void test_killed(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		struct run_data *data;
		char name[16];
		pid_t pid;

		snprintf(name, sizeof(name), "run%u", i);
		pid = fork();
		if (pid == 0) {
			struct results *results = make(name);
			json_t *cell = fake_cell("pingpong", "pipe", 64,
						 "cross", "block");

			fake_put(results, RESULTS_CELLS, json_incref(cell));
			for (json_int_t b = 0;; b++)
				fake_put(
					results, RESULTS_TRIALS,
					fake_trial(results, cell, b, 1000, 55));
		}
		for (int t = 0; t < 100000 && access(under(name), F_OK); t++)
			usleep(100);
		usleep(i * 200);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		data = load(name);
		assert_string_equal("failed", data->status);
		run_free(data);
	}
}

static void test_append(void **state)
{
	struct results *results = make("run");
	json_t *record =
		json_pack("{s:i, s:o}", "a", 1, "b", json_real_or_null(NAN));
	json_t *other = json_array();
	size_t len;
	char *text;

	(void)state;
	assert_int_equal(0, results_append(results, RESULTS_BLOCKS, record));
	assert_int_equal(0, results_append(results, RESULTS_BLOCKS, record));
	assert_int_equal(-EINVAL,
			 results_append(results, RESULTS_BLOCKS, other));
	assert_int_equal(0, results_sync(results));
	text = get_bytes(under("run/blocks.jsonl"), &len);
	assert_string_equal(
		"{\"schema\":\"ipcbench.block/1\",\"a\":1,\"b\":null}\n"
		"{\"schema\":\"ipcbench.block/1\",\"a\":1,\"b\":null}\n",
		text);
	free(text);
	json_decref(record);
	json_decref(other);
	results_close(results);
}

static void test_finite(void **state)
{
	static const double bad[] = {NAN, INFINITY, -INFINITY};
	json_t *value;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		value = json_real_or_null(bad[i]);
		assert_true(json_is_null(value));
		json_decref(value);
	}
	value = json_real_or_null(1.5);
	assert_true(json_real_value(value) == 1.5);
	json_decref(value);
}

/* Append trials until it fails; returns how. */
static int fill(struct results *results, unsigned int *lines)
{
	json_t *cell = fake_cell("pingpong", "pipe", 64, "cross", "block");
	int err = results_append(results, RESULTS_CELLS, cell);

	for (*lines = 0; !err && *lines < 100000; ++*lines) {
		json_t *trial = fake_trial(results, cell, *lines, 1000, 55);

		err = results_append(results, RESULTS_TRIALS, trial);
		json_decref(trial);
	}
	json_decref(cell);
	return err;
}

static void test_file_too_long(void **state)
{
	struct rlimit old, limit;
	struct results *results = make("run");
	struct run_data *data;
	unsigned int lines;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	limit.rlim_cur = 100000; /* within a line */
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_true(fill(results, &lines) < 0);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	results_close(results);
	data = load("run");
	assert_false(data->torn);
	assert_int_equal(lines - 1, data->trials);
	run_free(data);
}

static void test_disk_full(void **state)
{
	struct results *results;
	struct run_data *data;
	unsigned int lines;

	(void)state;
	assert_int_equal(0, mkdir(under("disk"), 0777));
	if (mount("none", under("disk"), "tmpfs", 0, "size=256k")) {
		print_message("skipped: no right to mount a tmpfs: %s\n",
			      strerror(errno));
		skip();
	}
	results = make("disk/run");
	assert_int_equal(-ENOSPC, fill(results, &lines));
	results_close(results);
	data = load("disk/run");
	assert_false(data->torn);
	assert_int_equal(lines - 1, data->trials);
	assert_string_equal("failed", data->status);
	run_free(data);
	umount(under("disk"));
}

static void test_load(void **state)
{
	struct run_data *data;
	uint64_t samples = 0;

	(void)state;
	make_small("run", 3);
	data = load("run");
	assert_int_equal(1, json_array_size(data->cells));
	assert_int_equal(3, json_array_size(data->blocks));
	assert_int_equal(3, data->trials);
	assert_int_equal(2, data->trial[2].block);
	assert_int_equal(0, data->trial[2].cell);
	assert_non_null(data->env);
	assert_non_null(data->doctor);
	for (size_t i = 0; i < data->trial[2].bins_n; i++)
		samples += data->trial[2].bins[i].count;
	assert_int_equal(json_int_at(data->trial[2].json, "samples", 0),
			 samples);
	run_free(data);
}

/* The last line of a cell counts, at the place of its first. */
static void test_cell_again(void **state)
{
	struct results *results = make("run");
	json_t *a = fake_cell("pingpong", "pipe", 64, "cross", "block");
	json_t *b = fake_cell("pingpong", "tcp", 64, "cross", "block");
	struct run_data *data;

	(void)state;
	fake_put(results, RESULTS_CELLS, json_incref(a));
	fake_put(results, RESULTS_CELLS, b);
	json_object_set_new(a, "status", json_string("failed"));
	fake_put(results, RESULTS_CELLS, a);
	results_close(results);
	data = load("run");
	assert_int_equal(2, json_array_size(data->cells));
	assert_string_equal(
		"failed",
		json_string_at(json_array_get(data->cells, 0), "status", ""));
	run_free(data);
}

/* Cut off after any byte, it loads with the lines that are whole. */
static void test_cut_anywhere(void **state)
{
	size_t len, whole = 0;
	char *text;

	(void)state;
	make_small("run", 3);
	text = get_bytes(under("run/trials.jsonl"), &len);
	for (size_t n = 0; n <= len; n += n < 40 || n > len - 40 ? 1 : 37) {
		struct run_data *data;

		assert_int_equal(0, truncate(under("run/trials.jsonl"), 0));
		assert_int_equal(0, file_replace(AT_FDCWD,
						 under("run/trials.jsonl"),
						 text, n));
		whole = 0;
		for (size_t i = 0; i < n; i++)
			whole += text[i] == '\n';
		data = load("run");
		assert_int_equal(whole, data->trials);
		assert_int_equal(n > 0 && text[n - 1] != '\n', data->torn);
		run_free(data);
	}
	assert_int_equal(3, whole);
	free(text);
}

static void test_corrupt_line(void **state)
{
	(void)state;
	make_small("run", 3);
	put_bytes(under("run/trials.jsonl"), "{\"half\": \n", O_APPEND);
	assert_refused("run", "trials.jsonl:4: is not JSON");
}

static void test_zeroes(void **state)
{
	size_t len;
	char *text;

	(void)state;
	make_small("run", 3);
	text = get_bytes(under("run/trials.jsonl"), &len);
	memset(text + 100, 0, 50);
	assert_int_equal(0, file_replace(AT_FDCWD, under("run/trials.jsonl"),
					 text, len));
	free(text);
	assert_refused("run", "trials.jsonl:1: is not JSON");
}

static void test_foreign(void **state)
{
	(void)state;
	assert_refused("nowhere", "nowhere");
	assert_int_equal(0, mkdir(under("empty"), 0777));
	assert_refused("empty", "no results folder");
	put_bytes(under("empty/manifest.json"), "{\"schema\": \"other/1\"}", 0);
	assert_refused("empty", "'other/1'");
	put_bytes(under("empty/manifest.json"), "[]", O_TRUNC);
	assert_refused("empty", "manifest.json: is not an object");
	put_bytes(under("empty/manifest.json"), "", O_TRUNC);
	assert_refused("empty", "manifest.json: is not JSON");
	put_bytes(under("file"), "", 0);
	assert_refused("file", "Not a directory");
}

static void test_missing_file(void **state)
{
	(void)state;
	make_small("run", 1);
	assert_int_equal(0, unlink(under("run/blocks.jsonl")));
	assert_refused("run", "blocks.jsonl: No such file");
}

/* What the caller makes of a sound trial, as the only one of a folder. */
static void put_trial(const char *name, const char *key, json_t *value)
{
	struct results *results = make(name);
	json_t *cell = fake_cell("pingpong", "pipe", 64, "cross", "block");
	json_t *trial;

	fake_put(results, RESULTS_BLOCKS, fake_block(results, 0));
	trial = fake_trial(results, cell, 0, 1000, 55);
	if (value)
		json_object_set_new(trial, key, value);
	else
		json_object_del(trial, key);
	fake_put(results, RESULTS_CELLS, cell);
	fake_put(results, RESULTS_TRIALS, trial);
	results_close(results);
}

static void test_wrong_records(void **state)
{
	(void)state;
	put_trial("a", "cell", json_string("no/such"));
	assert_refused("a", "trials.jsonl:1: is of cell 'no/such'");
	put_trial("b", "run_id", json_string("another"));
	assert_refused("b", "belongs to run 'another'");
	put_trial("c", "block", json_string("0"));
	assert_refused("c", "'block' is not an integer");
	put_trial("d", "verdict", json_string("maybe"));
	assert_refused("d", "'verdict' is 'maybe'");
	put_trial("e", "rounds", NULL);
	assert_refused("e", "'rounds' is missing");
	put_trial("f", "stat", json_null());
	assert_refused("f", "'stat' is null without a reason");
	put_trial("g", "flags", json_pack("[i]", 1));
	assert_refused("g", "'flags[0]' is not a string");
	put_trial("h", "hist",
		  json_pack("{s:s, s:i, s:[[i]]}", "scheme", "loglin7",
			    "per_sample", 1, "bins", 5));
	assert_refused("h", "'hist.bins[0]'");
}

/* The defects of a folder, one text. */
struct found {
	char text[4096];
};

static void keep(void *arg, const struct why *why)
{
	struct found *found = arg;

	strncat(found->text, why->text,
		sizeof(found->text) - strlen(found->text) - 1);
	strncat(found->text, "\n",
		sizeof(found->text) - strlen(found->text) - 1);
}

static void assert_defect(const char *name, const char *part)
{
	struct found found = {{0}};
	struct check check = {.defect = keep, .arg = &found};

	assert_int_equal(-EINVAL, run_check(under(name), &check));
	if (!strstr(found.text, part))
		fail_msg("'%s' is not in:\n%s", part, found.text);
}

static void assert_sound(const char *name, const char *status)
{
	struct found found = {{0}};
	struct check check = {.defect = keep, .arg = &found};

	if (run_check(under(name), &check))
		fail_msg("%s", found.text);
	assert_string_equal(status, check.status);
}

static void test_check_sound(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(0, fake_run(under("run"), 20, 4, 30));
	assert_sound("run", "complete");
	assert_int_equal(0, summary_refresh(under("run"), NULL, &why));
	assert_sound("run", "complete");
	put_bytes(under("run/summary.json.tmp"), "{", 0);
	assert_sound("run", "complete");
	results_close(make("young"));
	assert_sound("young", "failed");
}

static void test_check_records(void **state)
{
	(void)state;
	put_trial("a", "setup_ns", NULL);
	assert_defect("a", "trials.jsonl:1: 'setup_ns' is missing");
	put_trial("b", "ticks", json_null());
	assert_defect("b", "'ticks' is null without a reason");
	put_trial("c", "line_after_ns", json_null());
	assert_defect("c", "'line_after_ns' is null without a reason");
	put_trial("d", "block", json_integer(7));
	assert_defect("d", "is of block 7, which blocks.jsonl lacks");
	put_trial("e", "samples", json_integer(7));
	assert_defect("e", "not the 7 of 'samples'");
	put_trial("r", "rounds", json_integer(7));
	assert_defect("r", "'rounds' is not 'samples' times");
	put_trial("f", "wrong", json_integer(1));
	assert_defect("f", "'wrong'");
	put_trial("g", "verdict", json_string("fail"));
	assert_defect("g", "'verdict_why' is missing");
	put_trial("h", "hist",
		  json_pack("{s:s, s:i, s:[[i, i]]}", "scheme", "loglin7",
			    "per_sample", 1, "bins", 1001, 20000));
	assert_defect("h", "'hist.bins[0]' starts at 1001");
}

/* A reason beside it makes a null whole. */
static void test_check_reasons(void **state)
{
	struct results *results = make("run");
	json_t *cell = fake_cell("pingpong", "pipe", 64, "cross", "block");
	json_t *trial;

	(void)state;
	fake_put(results, RESULTS_BLOCKS, fake_block(results, 0));
	trial = fake_trial(results, cell, 0, 1000, 55);
	json_object_set_new(trial, "ticks", json_null());
	json_object_set_new(trial, "ticks_why", json_string("no /proc"));
	json_object_set_new(trial, "line_after_ns", json_null());
	json_object_set_new(trial, "line_why", json_string("no answer"));
	fake_put(results, RESULTS_TRIALS, trial);
	trial = fake_trial(results, cell, 0, 1000, 55);
	fake_fail(trial, "fail", "node 1 was killed by signal 9");
	fake_put(results, RESULTS_TRIALS, trial);
	fake_put(results, RESULTS_CELLS, cell);
	results_close(results);
	assert_sound("run", "failed");
}

static void test_check_cells(void **state)
{
	json_t *manifest = fake_manifest();
	struct results *results;
	json_t *cell;
	struct why why;

	(void)state;
	assert_int_equal(0, results_create(&results, under("run"), NULL,
					   manifest, &why));
	fake_files(results, 8, "none");
	fake_put(results, RESULTS_CELLS,
		 fake_cell("pingpong", "pipe", 64, "cross", "block"));
	cell = fake_cell("pingpong", "tcp", 64, "cross", "block");
	json_object_set_new(cell, "status", json_string("skipped"));
	fake_put(results, RESULTS_CELLS, cell);
	fake_end(results, manifest, "complete");
	json_decref(manifest);
	assert_defect("run", "'pingpong/pipe/64/cross/process/block' has "
			     "neither a trial nor a reason");
	assert_defect("run", "cells.jsonl:2: is skipped without a 'reason'");
}

static void test_check_files(void **state)
{
	(void)state;
	make_small("run", 1);
	assert_sound("run", "complete");
	assert_int_equal(0, unlink(under("run/env-end.json")));
	assert_defect("run", "env-end.json: is missing");
}

static void test_check_summary(void **state)
{
	struct why why;
	json_t *summary;

	(void)state;
	make_small("run", 2);
	assert_int_equal(0, summary_refresh(under("run"), &summary, &why));
	assert_sound("run", "complete");
	json_array_clear(json_object_get(summary, "cells"));
	assert_int_equal(0, summary_write(under("run"), summary, &why));
	assert_defect("run", "summary.json: has 0 cells, the run 1");
	json_object_set_new(json_object_get(summary, "run"), "trials",
			    json_integer(1));
	assert_int_equal(0, summary_write(under("run"), summary, &why));
	assert_defect("run", "summary.json: is not of all the 2 trials");
	/* A summary that was not written to its end has no sums. */
	assert_int_equal(0, mkdir(under("run/summary.csv.tmp"), 0777));
	assert_true(summary_write(under("run"), summary, &why) < 0);
	assert_int_equal(-ENOENT, sums_check(under("run"), &why));
	json_decref(summary);
}

static void test_sums(void **state)
{
	struct why why;

	(void)state;
	make_small("run", 1);
	assert_int_equal(-ENOENT, sums_check(under("run"), &why));
	assert_int_equal(0, mkdir(under("run/plots"), 0777));
	put_bytes(under("run/plots/a.gp"), "plot x", 0);
	put_bytes(under("run/b.tmp"), "half", 0);
	assert_int_equal(0, sums_write(under("run"), &why));
	assert_int_equal(0, sums_check(under("run"), &why));
	put_bytes(under("run/b.tmp"), "more", O_TRUNC);
	assert_int_equal(0, sums_check(under("run"), &why));
	put_bytes(under("run/plots/a.gp"), "plot y", O_TRUNC);
	assert_int_equal(-EINVAL, sums_check(under("run"), &why));
	assert_says(&why, "plots/a.gp");
	assert_int_equal(0, sums_write(under("run"), &why));
	assert_int_equal(0, unlink(under("run/plots/a.gp")));
	assert_int_equal(-EINVAL, sums_check(under("run"), &why));
	assert_says(&why, "plots/a.gp");
	put_bytes(under("run/SHA256SUMS"), "nothing", O_TRUNC);
	assert_int_equal(-EINVAL, sums_check(under("run"), &why));
	assert_says(&why, "SHA256SUMS:1");
}

/* What sha256sum(1) makes of it, where there is one. */
static void test_sums_elsewhere(void **state)
{
	char command[256];
	struct why why;

	(void)state;
	if (system("command -v sha256sum >/dev/null")) {
		print_message("skipped: no sha256sum\n");
		skip();
	}
	make_small("run", 1);
	assert_int_equal(0, sums_write(under("run"), &why));
	snprintf(command, sizeof(command),
		 "cd '%s' && sha256sum --strict --quiet -c SHA256SUMS",
		 under("run"));
	assert_int_equal(0, system(command));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(test_sha256),
		CASE(test_sha256_pieces),
		CASE(test_replace_keeps_old),
		CASE(test_replace_in_part),
		CASE(test_create_given),
		CASE(test_create_refused),
		CASE(test_latest),
		CASE(test_sweep),
		CASE(test_sweep_spares),
		CASE(test_starts_at_once),
		CASE(test_status),
		CASE(test_killed),
		CASE(test_append),
		CASE(test_finite),
		CASE(test_file_too_long),
		CASE(test_disk_full),
		CASE(test_load),
		CASE(test_cell_again),
		CASE(test_cut_anywhere),
		CASE(test_corrupt_line),
		CASE(test_zeroes),
		CASE(test_foreign),
		CASE(test_missing_file),
		CASE(test_wrong_records),
		CASE(test_check_sound),
		CASE(test_check_records),
		CASE(test_check_reasons),
		CASE(test_check_cells),
		CASE(test_check_files),
		CASE(test_check_summary),
		CASE(test_sums),
		CASE(test_sums_elsewhere),
	};

	return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
