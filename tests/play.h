/* SPDX-License-Identifier: MIT */
/*
 * A link and its participants, as a trial has them: a process of its own
 * opens the links, starts the participants (processes or threads), closes the
 * links and looks at what is left. Whatever happens in there (a failed check,
 * a crash, no end) costs that one test.
 *
 *	test		play_case() .............................. fail or not
 *	trial		    play_links() open ......... close leftovers
 *	actors			         act  meet ...
 */
#ifndef IPCBENCH_TESTS_PLAY_H
#define IPCBENCH_TESTS_PLAY_H

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/checked.h"
#include "ipc/names.h"
#include "ipc/options.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PLAY_SANITIZED 1
#else
#define PLAY_SANITIZED 0
#endif

/* The thread sanitizer looks into one process: in others of one thread each
 * there is nothing for it to see. */
#ifdef __SANITIZE_THREAD__
#define PLAY_SEES_THREADS 1
#else
#define PLAY_SEES_THREADS 0
#endif

enum {
	PLAY_END_S = 60, /* longer than any case, also on a busy machine */
	PLAY_ACTORS = 4, /* at most */
	PLAY_SEEN = 1 << 10,
	PLAY_SPIN_NS = 20000,
	GUARD = 16, /* bytes behind a buffer that nobody may write */
	GUARD_BYTE = 0xa5,
	ANYWHERE = -1,
};

/* In memory that all of them share. */
struct stage {
	_Atomic uint32_t failed;
	_Atomic uint32_t met;
	_Atomic uint32_t count; /* for the case */
	_Atomic uint8_t seen[PLAY_SEEN];
	char about[80]; /* what the trial tries of several, or nothing */
	char why[400];	/* the first failure */
};

/* One back-end, waiting one way, in one kind of space. */
struct cell {
	const struct ipc_impl *impl;
	struct ipc_ops ops;
	uint32_t emulated;
	enum ipc_wait wait;
	bool threads;
	uint64_t option[IPC_OPTIONS];
};

struct actor;

struct play {
	size_t msg_max;
	uint32_t depth;
	bool back;  /* there is a link the other way, too */
	bool calls; /* and what it carries answers the other's messages */
	uint16_t senders, receivers; /* 0: one; with back one of each */
	int pu[2];		     /* by side */
	int (*act[2])(struct actor *actor);
};

/* Only its own thread uses it. */
struct actor {
	struct stage *stage;
	const struct cell *cell;
	const struct play *play;
	enum ipc_side side;
	uint16_t index;	     /* among those of this side */
	unsigned int actors; /* in the play */
	size_t msg_max;
	uint32_t depth;
	struct ipc_link *link, *back;	   /* back: the other way */
	struct ipc_port *port, *back_port; /* NULL without back */
	uint32_t meetings;
	unsigned char *buf; /* msg_max and a guard */
};

static inline int stage_fail(struct stage *stage, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Keep the first reason; returns -1. */
static inline int stage_fail(struct stage *stage, const char *fmt, ...)
{
	va_list args;

	if (atomic_fetch_add(&stage->failed, 1) != 0)
		return -1;
	va_start(args, fmt);
	vsnprintf(stage->why, sizeof(stage->why), fmt, args);
	va_end(args);
	return -1;
}

/* Wait until all actors are here. */
static inline int meet(struct actor *a)
{
	uint32_t due = a->actors * ++a->meetings;

	atomic_fetch_add(&a->stage->met, 1);
	while (atomic_load(&a->stage->met) < due) {
		if (atomic_load(&a->stage->failed))
			return -1;
		sched_yield();
	}
	return 0;
}

static inline struct ipc_spec play_spec(const struct cell *cell,
					const struct play *play)
{
	struct ipc_spec spec = {
		.msg_max = play->msg_max,
		.depth = play->depth,
		.spin_ns = PLAY_SPIN_NS,
		.senders = play->senders ? play->senders : 1,
		.receivers = play->receivers ? play->receivers : 1,
		.wait = cell->wait,
		.threads = cell->threads,
		.calls = play->calls,
	};

	memcpy(spec.option, cell->option, sizeof(spec.option));
	return spec;
}

/* Whether the back-end takes it. A refusal has its reason: one line, no full
 * stop; else it is a failure too. */
static inline bool play_fits(struct stage *stage, const struct cell *cell,
			     const struct ipc_spec *spec, struct why *why)
{
	size_t len;

	why->text[0] = '\0';
	if (ipc_check(cell->impl, spec, 0, why) == 0)
		return true;
	len = strlen(why->text);
	if (len == 0)
		stage_fail(stage, "refused without a reason");
	else if (strchr(why->text, '\n') || why->text[len - 1] == '.')
		stage_fail(stage, "not one line without a full stop: \"%s\"",
			   why->text);
	return false;
}

static inline int play_pin(int pu)
{
	cpu_set_t set;

	if (pu == ANYWHERE)
		return 0;
	CPU_ZERO(&set);
	CPU_SET((size_t)pu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/* A port that is checked, in *port. */
static inline int actor_attach(struct actor *a, struct ipc_link *link,
			       enum ipc_side side, struct ipc_port **port)
{
	struct ipc_port *inner;
	int err = ipc_port_attach(link, side, a->index, &inner);

	if (err)
		return stage_fail(a->stage, "attach: %s", strerror(-err));
	*port = checked_new(inner);
	return *port ? 0 : stage_fail(a->stage, "no memory");
}

static inline void actor_detach(struct ipc_port *port)
{
	if (port)
		ipc_port_detach(checked_free(port));
}

static inline int actor_run(struct actor *a)
{
	enum ipc_side other = a->side == IPC_TX ? IPC_RX : IPC_TX;
	int pu = a->play->pu[a->side], err = play_pin(pu);

	if (err)
		return stage_fail(a->stage, "pin to %d: %s", pu,
				  strerror(-err));
	a->buf = malloc(a->msg_max + GUARD);
	if (!a->buf)
		return stage_fail(a->stage, "no memory");
	err = actor_attach(a, a->link, a->side, &a->port);
	if (!err && a->back)
		err = actor_attach(a, a->back, other, &a->back_port);
	if (!err)
		err = a->play->act[a->side](a);
	/* No detach while another still needs this end to be there. */
	if (!err)
		err = meet(a);
	actor_detach(a->port);
	actor_detach(a->back_port);
	free(a->buf);
	return err;
}

static inline void *actor_thread(void *actor)
{
	/* Another may wait for this one for ever: end all. */
	if (actor_run(actor))
		_exit(1);
	return NULL;
}

static inline void play_die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

static inline pid_t actor_fork(struct actor *a)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		play_die_with(parent);
		_exit(actor_run(a) ? 1 : 0);
	}
	return pid;
}

/* Say how a process ended, unless it said itself. */
static inline int play_status(struct stage *stage, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return stage_fail(stage, "died of signal %d (%s)",
				  WTERMSIG(status),
				  strsignal(WTERMSIG(status)));
	return stage_fail(stage, "ended with status %d", WEXITSTATUS(status));
}

/* One of n ended; the others would wait for it. */
static inline void actors_kill(const pid_t *pid, unsigned int n, pid_t but)
{
	for (unsigned int i = 0; i < n; i++)
		if (pid[i] != but)
			kill(pid[i], SIGKILL);
}

static inline int play_processes(struct actor *actors)
{
	struct stage *stage = actors->stage;
	unsigned int n = actors->actors;
	pid_t pid[PLAY_ACTORS];
	int status, err = 0;

	for (unsigned int i = 0; i < n; i++)
		pid[i] = actor_fork(&actors[i]);
	for (unsigned int i = 0; i < n; i++) {
		pid_t done = waitpid(-1, &status, 0);

		if (done < 0)
			return stage_fail(stage, "waitpid: %m");
		if (!err && play_status(stage, status)) {
			err = -1;
			actors_kill(pid, n, done);
		}
	}
	return err;
}

static inline int play_threads(struct actor *actors)
{
	unsigned int n = actors->actors;
	pthread_t thread[PLAY_ACTORS];

	for (unsigned int i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, actor_thread, &actors[i]))
			return stage_fail(actors->stage, "no thread");
	for (unsigned int i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

/* What a process has open, or mapped, or blocked, or the SysV ids that its
 * namespace holds. */
struct leftovers {
	unsigned int files, maps, ids, signals;
};

/* Lines, without those that hold a word. */
static inline unsigned int count_lines(const char *path, const char *without)
{
	FILE *f = fopen(path, "re");
	unsigned int lines = 0;
	char line[512];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		lines += !without || !strstr(line, without);
	fclose(f);
	return lines;
}

static inline unsigned int count_files(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 256; fd++) {
		char path[32], to[64];

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n += readlink(path, to, sizeof(to)) > 0;
	}
	return n;
}

static inline unsigned int count_blocked_signals(void)
{
	unsigned int n = 0;
	sigset_t blocked;

	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	for (int number = 1; number <= SIGRTMAX; number++)
		n += sigismember(&blocked, number) == 1;
	return n;
}

static inline struct leftovers leftovers_now(void)
{
	return (struct leftovers){
		.files = count_files(),
		/* The heap after a fork goes on in a mapping of its own. */
		.maps = PLAY_SANITIZED
				? 0
				: count_lines("/proc/self/maps", "[heap]"),
		.ids = count_lines("/proc/sysvipc/msg", NULL) +
		       count_lines("/proc/sysvipc/shm", NULL) +
		       count_lines("/proc/sysvipc/sem", NULL),
		.signals = count_blocked_signals(),
	};
}

static inline int leftovers_check(struct stage *stage,
				  const struct leftovers *before)
{
	struct leftovers now = leftovers_now();

	if (now.files > before->files)
		return stage_fail(stage, "%u descriptors are left open",
				  now.files - before->files);
	if (now.maps > before->maps)
		return stage_fail(stage, "%u mappings are left",
				  now.maps - before->maps);
	if (now.ids > before->ids)
		return stage_fail(stage, "%u System V objects are left",
				  now.ids - before->ids);
	if (now.signals > before->signals)
		return stage_fail(stage, "%u signals are left blocked",
				  now.signals - before->signals);
	return 0;
}

static inline void *nothing(void *unused)
{
	return unused;
}

/* Stacks of threads stay mapped for the next ones: have them before. */
static inline void play_warm(void)
{
	pthread_t thread[PLAY_ACTORS];
	int made = 0;

	for (int i = 0; i < PLAY_ACTORS; i++)
		made += !pthread_create(&thread[made], NULL, nothing, NULL);
	while (made-- > 0)
		pthread_join(thread[made], NULL);
}

static inline struct ipc_link *play_open(struct stage *stage,
					 const struct cell *cell,
					 const struct ipc_spec *spec,
					 struct ipc_link *answers)
{
	struct ipc_link *link = NULL;
	int err = ipc_link_open(cell->impl, spec, &cell->ops, answers, &link);

	if (err)
		stage_fail(stage, "open: %s", strerror(-err));
	return link;
}

/* Is an object of this name there? (System V's are counted.) */
static inline bool name_exists(const char *kind, const char *name)
{
	char path[600];
	mqd_t queue;

	if (strcmp(kind, "mq-name") == 0) {
		queue = mq_open(name, O_RDONLY | O_CLOEXEC);
		return queue != (mqd_t)-1 && mq_close(queue) == 0;
	}
	if (strcmp(kind, "shm-name") == 0)
		snprintf(path, sizeof(path), "/dev/shm%s", name);
	else if (strcmp(kind, "sem-name") == 0)
		snprintf(path, sizeof(path), "/dev/shm/sem.%s", name + 1);
	else
		snprintf(path, sizeof(path), "%s", name);
	return path[0] == '/' && access(path, F_OK) == 0;
}

/* Every name in the journal is gone. Closes it. */
static inline int names_check(struct stage *stage, int journal)
{
	FILE *f = fdopen(journal, "r");
	char kind[16], name[500];
	int err = 0;

	names_journal(-1);
	if (!f)
		return stage_fail(stage, "no journal");
	rewind(f);
	while (fscanf(f, "%15s %499[^\n]", kind, name) == 2)
		if (name_exists(kind, name))
			err = stage_fail(stage, "%s %s is left", kind, name);
	fclose(f);
	return err;
}

static inline void actors_fill(struct actor *actors, struct stage *stage,
			       const struct cell *cell, const struct play *play)
{
	struct ipc_spec spec = play_spec(cell, play);
	unsigned int n = spec.senders + spec.receivers;

	for (unsigned int i = 0; i < n; i++)
		actors[i] = (struct actor){
			.stage = stage,
			.cell = cell,
			.play = play,
			.side = i < spec.senders ? IPC_TX : IPC_RX,
			.index =
				(uint16_t)(i < spec.senders ? i
							    : i - spec.senders),
			.actors = n,
			.msg_max = play->msg_max,
			.depth = play->depth,
		};
}

/* With the links open: play, and close them. */
static inline int play_opened(struct stage *stage, const struct cell *cell,
			      const struct play *play, struct ipc_link *link,
			      struct ipc_link *back)
{
	struct actor actors[PLAY_ACTORS] = {{0}};
	int err = -1;

	actors_fill(actors, stage, cell, play);
	for (unsigned int i = 0; i < actors->actors; i++) {
		actors[i].link = link;
		actors[i].back = back;
	}
	if (!play->back || back)
		err = (cell->threads ? play_threads : play_processes)(actors);
	if (back)
		ipc_link_close(back);
	ipc_link_close(link);
	return err;
}

/* In the trial: open what the play needs, have it played, close, and look. */
static inline int play_links(struct stage *stage, const struct cell *cell,
			     const struct play *play)
{
	struct ipc_spec spec = play_spec(cell, play);
	struct ipc_link *link, *back = NULL;
	int journal = memfd_create("journal", MFD_CLOEXEC);
	struct leftovers before;
	int err;

	if (cell->threads)
		play_warm();
	before = leftovers_now();
	names_journal(journal);
	atomic_store(&stage->met, 0);
	link = play_open(stage, cell, &spec, NULL);
	if (link && play->back)
		back = play_open(stage, cell, &spec, play->calls ? link : NULL);
	err = link ? play_opened(stage, cell, play, link, back) : -1;
	if (!err)
		err = leftovers_check(stage, &before);
	return names_check(stage, journal) ? -1 : err;
}

static inline struct stage *stage_new(void)
{
	struct stage *stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return stage == MAP_FAILED ? NULL : stage;
}

/* Whoever expects a hang can say how long to wait for it. */
static inline int play_end_s(void)
{
	const char *end_s = getenv("PLAY_END_S");

	return end_s ? atoi(end_s) : PLAY_END_S;
}

/* Wait for the trial, but not for ever; then it and its actors are gone. */
static inline void play_wait(struct stage *stage, pid_t trial)
{
	struct pollfd p = {.fd = (int)syscall(SYS_pidfd_open, trial, 0),
			   .events = POLLIN};
	int status;

	if (poll(&p, 1, play_end_s() * 1000) <= 0) {
		stage_fail(stage, "no end after %d s: a wake-up is lost?",
			   play_end_s());
		kill(trial, SIGKILL);
	}
	close(p.fd);
	waitpid(trial, &status, 0);
	play_status(stage, status);
}

/* Play a case in a trial of its own. Returns NULL, or why it failed, in
 * memory that stays. */
static inline const char *play_case(const struct cell *cell,
				    int (*run)(struct stage *stage,
					       const struct cell *cell))
{
	static char why[500];
	struct stage *stage = stage_new();
	pid_t parent = getpid(), trial;
	bool failed;

	if (!stage)
		return "no memory";
	fflush(NULL);
	trial = fork();
	if (trial == 0) {
		play_die_with(parent);
		_exit(run(stage, cell) ? 1 : 0);
	}
	play_wait(stage, trial);
	failed = atomic_load(&stage->failed);
	snprintf(why, sizeof(why), "%s%s%s", stage->about,
		 stage->about[0] ? ": " : "", stage->why);
	munmap(stage, sizeof(*stage));
	return failed ? why : NULL;
}

#endif
