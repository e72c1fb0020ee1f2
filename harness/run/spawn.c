/* SPDX-License-Identifier: MIT */
/* Starting a trial's process, reading its record, leaving nothing of it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/spawn.h"
#include "run/wire.h"

enum {
	PAD_MAX = 4096, /* random bytes in a trial's environment */
	GRACE_MS = 5000 + TRIAL_AGAIN_MS, /* a trial ends itself before */
	RECORD_MAX = 64 << 20,		  /* bytes of a record that is one */
};

static int signals = -1;
static bool interrupted;

int spawn_init(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
	    prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return -errno;
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals < 0 ? -errno : 0;
}

bool spawn_interrupted(void)
{
	struct signalfd_siginfo info;

	while (signals >= 0 && read(signals, &info, sizeof(info)) > 0)
		interrupted = true;
	return interrupted;
}

static int request_file(const struct trial_spec *spec)
{
	json_t *request = wire_spec(spec);
	int fd = memfd_create("ipcbench-request", MFD_CLOEXEC);

	if (!request || fd < 0 || json_dumpfd(request, fd, JSON_COMPACT) != 0 ||
	    lseek(fd, 0, SEEK_SET) != 0) {
		if (fd >= 0)
			close(fd);
		fd = -ENOMEM;
	}
	json_decref(request);
	return fd;
}

/* Descriptors at their numbers, above all of them first so that none is
 * overwritten before it was moved. */
static void place_fds(int request, int record, int journal)
{
	int from[] = {request, record, journal};

	for (int i = 0; i < 3; i++)
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 64);
	for (int i = 0; i < 3; i++) {
		if (from[i] < 0 || dup2(from[i], SPAWN_REQUEST + i) < 0)
			_exit(EXIT_FAILURE);
	}
}

/* The child's side; does not return. */
static void become_trial(pid_t parent, int request, int record, int journal,
			 size_t pad)
{
	char *argv[] = {(char *)"ipcbench", (char *)"trial", NULL};
	char padding[PAD_MAX + 1];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	setpgid(0, 0); /* Ctrl-C is the orchestrator's */
	place_fds(request, record, journal);
	memset(padding, 'x', pad);
	padding[pad] = '\0';
	setenv("IPCBENCH_PAD", padding, 1);
	execv("/proc/self/exe", argv);
	_exit(EXIT_FAILURE);
}

/* A growing buffer for what the trial writes. */
struct text {
	char *at;
	size_t len, room;
};

/* Returns 0 at the end of the stream, 1 for more, or a negative errno. */
static int read_some(struct text *text, int fd)
{
	ssize_t n;

	if (text->len == text->room) {
		size_t room = text->room ? text->room * 2 : 1 << 16;
		char *more = room > RECORD_MAX ? NULL : realloc(text->at, room);

		if (!more)
			return -ENOMEM;
		text->at = more;
		text->room = room;
	}
	n = read(fd, text->at + text->len, text->room - text->len);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	text->len += (size_t)n;
	return n > 0;
}

/* Sleep until the record is whole (0), or -ETIMEDOUT, -EINTR, ... A machine
 * that stood still has some time again, see TRIAL_AGAIN_MS. */
static int wait_record(struct text *text, int fd, uint64_t end_ns)
{
	struct pollfd fds[2] = {{.fd = fd, .events = POLLIN},
				{.fd = signals, .events = POLLIN}};
	bool was_late = false;

	for (;;) {
		uint64_t now = clock_ns();
		int n = now >= end_ns
				? 0
				: poll(fds, 2,
				       (int)((end_ns - now) / 1000000) + 1);

		if (n == 0 && was_late)
			return -ETIMEDOUT;
		if (n == 0) {
			was_late = true;
			end_ns = clock_ns() + GRACE_MS * NS_PER_MS;
		}
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && fds[1].revents && spawn_interrupted())
			return -EINTR;
		if (n > 0 && fds[0].revents) {
			n = read_some(text, fd);
			if (n <= 0)
				return n;
		}
	}
}

/* Nothing of the trial is left when this returns: nodes of a trial that died
 * were killed with it and are ours to bury. */
static int bury(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	return status;
}

static json_t *no_record(const struct trial_spec *spec, int err, int status,
			 uint64_t start_ns)
{
	struct why why;

	if (err == -ETIMEDOUT)
		why_not(&why, 0, "the trial itself was late and was killed");
	else if (err)
		why_not(&why, 0, "no record of the trial: %s", strerror(-err));
	else if (WIFSIGNALED(status))
		why_not(&why, 0, "the trial was killed by signal %d (%s)",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		why_not(&why, 0, "the trial ended without a record, status %d",
			WEXITSTATUS(status));
	return json_pack("{s:s, s:s, s:I, s:I, s:[i, i], s:[]}", "verdict",
			 "fail", "verdict_why", why.text, "t_start_ns",
			 (json_int_t)start_ns, "t_end_ns",
			 (json_int_t)clock_wall_ns(), "pus", (int)spec->pu[0],
			 (int)spec->pu[1], "flags");
}

static size_t draw_pad(void)
{
	uint16_t pad = 0;

	if (getrandom(&pad, sizeof(pad), 0) < 0)
		return 0;
	return pad % PAD_MAX;
}

int spawn_trial(const struct trial_spec *spec, struct journal *journal,
		json_t **record)
{
	struct trial_spec timed = *spec;
	struct text text = {NULL, 0, 0};
	uint64_t start_ns = clock_wall_ns();
	size_t pad = draw_pad();
	pid_t me = getpid();
	int request;
	int ends[2];
	int status;
	int err;
	pid_t pid;

	if (spawn_interrupted())
		return -EINTR;
	timed.spawned_ns = clock_ns();
	request = request_file(&timed);
	if (request < 0)
		return request;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		close(request);
		return -ENOMEM;
	}
	pid = fork();
	if (pid == 0)
		become_trial(me, request, ends[1], journal->fd, pad);
	close(request);
	close(ends[1]);
	err = pid < 0 ? -EAGAIN
		      : wait_record(&text, ends[0],
				    timed.spawned_ns + spec->deadline_ns +
					    GRACE_MS * NS_PER_MS);
	close(ends[0]);
	if (pid > 0 && err)
		kill(pid, SIGKILL);
	status = pid > 0 ? bury(pid) : 0;
	journal_sweep(journal);
	*record = err ? NULL : json_loadb(text.at, text.len, 0, NULL);
	free(text.at);
	if (err == -EINTR)
		return err;
	if (!*record)
		*record = no_record(spec, err, status, start_ns);
	if (*record)
		json_object_set_new(*record, "env_pad_b",
				    json_integer((json_int_t)pad));
	return *record ? 0 : -ENOMEM;
}
