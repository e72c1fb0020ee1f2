/* SPDX-License-Identifier: MIT */
/*
 * The contract row of every back-end against a trace: the system calls of each
 * message, side by side, as strace(1) names them.
 *
 *	test	strace -f -ff this --play NAME ... ......... read, compare
 *	play	    open  attach  {send} {recv} {send} {recv} ... detach  close
 *
 * What lies between two marks, which are writes to descriptor -1, is a
 * message's. Nobody waits: a message is received after it was sent, by turns.
 * Where a back-end wakes its peer with a call of its own, a ping-pong without
 * turns then shows at most one of them a message. Where messages are lent, the
 * kernel's page map tells whether the receiver reads the sender's page.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/options.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

enum {
	ROUNDS = 100,
	FIRST_ROUNDS = 4, /* before them, not counted */
	SIZE = 64,
	DEPTH = 64,
	IMPLS_MAX = 128,
	CALLS_LEN = 400,
	ROW_LEN = 160,
	LIMIT_S = 20, /* a play takes a second */
	EXIT_SKIP = 77,
};

enum mode { BY_TURNS, PING_PONG, MODES };
static const char *const mode_names[] = {"by-turns", "ping-pong"};

/* ---- The play, which is traced. */

/* In memory that both share. */
struct scene {
	sem_t turn[2];
	uint64_t frame; /* the page that the sender wrote */
	uint32_t same, other, unknown;
};

struct part {
	const struct ipc_impl *impl;
	struct scene *scene;
	enum mode mode;
	enum ipc_side side;
	enum ipc_api api;
	struct ipc_link *link, *back;
	struct ipc_port *port, *back_port; /* back_port: the other side's */
	int pagemap;
	bool pair;
	unsigned char buf[SIZE];
};

/* A message is a request and its answer where links come in pairs; else what
 * goes the other way is not counted. */
static bool counts(const struct part *part, unsigned int round,
		   const struct ipc_port *port)
{
	return round < ROUNDS && (port == part->port || part->pair);
}

/* Calls until unmark() belong to this side's message of this round. */
static void mark(const struct part *part, unsigned int round,
		 const struct ipc_port *port)
{
	char text[32];
	int n;

	if (!counts(part, round, port))
		return;
	n = snprintf(text, sizeof(text), "<%d %u", part->side, round);
	syscall(SYS_write, -1, text, (size_t)n);
}

static void unmark(const struct part *part, unsigned int round,
		   const struct ipc_port *port)
{
	if (counts(part, round, port))
		syscall(SYS_write, -1, ">", (size_t)1);
}

/* The frame behind an address, 0 if the kernel does not tell. */
static uint64_t frame_of(const struct part *part, const void *at)
{
	uint64_t entry = 0, frame = UINT64_MAX >> 9;
	long page = sysconf(_SC_PAGESIZE);
	off_t from = (off_t)((uintptr_t)at / (size_t)page * sizeof(entry));

	if (pread(part->pagemap, &entry, sizeof(entry), from) != sizeof(entry))
		return 0;
	return entry >> 63 ? entry & frame : 0;
}

static void part_fail(const char *what, ssize_t err)
{
	fprintf(stderr, "%s: %s\n", what, strerror((int)-err));
	_exit(1);
}

static void lend(struct part *part, struct ipc_port *tx, unsigned int round)
{
	struct ipc_msg m = {0};
	int err;

	mark(part, round, tx);
	err = ipc_loan(tx, &m, SIZE, 0);
	unmark(part, round, tx);
	if (err)
		part_fail("loan", err);
	memset(m.data, (int)round, SIZE);
	part->scene->frame = frame_of(part, m.data);
	mark(part, round, tx);
	err = ipc_publish(tx, &m);
	unmark(part, round, tx);
	if (err)
		part_fail("publish", err);
}

static void take(struct part *part, struct ipc_port *rx, unsigned int round)
{
	struct scene *scene = part->scene;
	struct ipc_msg m = {0};
	uint64_t frame;
	int err;

	mark(part, round, rx);
	err = ipc_take(rx, &m, 0);
	unmark(part, round, rx);
	if (err)
		part_fail("take", err);
	part->buf[0] = *(volatile unsigned char *)m.data;
	frame = frame_of(part, m.data);
	if (!frame || !scene->frame)
		scene->unknown++;
	else if (frame == scene->frame)
		scene->same++;
	else
		scene->other++;
	mark(part, round, rx);
	err = ipc_release(rx, &m);
	unmark(part, round, rx);
	if (err)
		part_fail("release", err);
}

static void put(struct part *part, struct ipc_port *tx, unsigned int round)
{
	ssize_t n;

	if (part->api == IPC_API_LEND) {
		lend(part, tx, round);
		return;
	}
	mark(part, round, tx);
	n = ipc_send(tx, part->buf, SIZE, 0);
	unmark(part, round, tx);
	if (n < 0)
		part_fail("send", n);
}

static void get(struct part *part, struct ipc_port *rx, unsigned int round)
{
	ssize_t n;

	if (part->api == IPC_API_LEND) {
		take(part, rx, round);
		return;
	}
	mark(part, round, rx);
	n = ipc_recv(rx, part->buf, SIZE, 0);
	unmark(part, round, rx);
	if (n < 0)
		part_fail("recv", n);
}

static void go(struct part *part)
{
	sem_post(&part->scene->turn[!part->side]);
}

static void wait_turn(struct part *part)
{
	while (sem_wait(&part->scene->turn[part->side]))
		;
}

/* One message, or a request and its answer. */
static void round_by_turns(struct part *part, unsigned int round)
{
	if (part->side == IPC_TX) {
		put(part, part->port, round);
		go(part);
		wait_turn(part);
		if (part->back_port)
			get(part, part->back_port, round);
	} else {
		wait_turn(part);
		get(part, part->port, round);
		if (part->back_port)
			put(part, part->back_port, round);
		go(part);
	}
}

static void round_ping_pong(struct part *part, unsigned int round)
{
	if (part->side == IPC_TX) {
		put(part, part->port, round);
		get(part, part->back_port, round);
	} else {
		get(part, part->port, round);
		put(part, part->back_port, round);
	}
}

static void attach(struct ipc_link *link, enum ipc_side side,
		   struct ipc_port **port)
{
	int err = link ? ipc_port_attach(link, side, 0, port) : 0;

	if (err)
		part_fail("attach", err);
}

static void *part_play(void *arg)
{
	struct part *part = arg;

	part->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	attach(part->link, part->side, &part->port);
	attach(part->back, !part->side, &part->back_port);
	/* The first rounds are below 0, that is, over ROUNDS. */
	for (unsigned int i = 0; i < FIRST_ROUNDS + ROUNDS; i++) {
		if (part->mode == BY_TURNS)
			round_by_turns(part, i - FIRST_ROUNDS);
		else
			round_ping_pong(part, i - FIRST_ROUNDS);
	}
	go(part);
	wait_turn(part); /* no detach while the other needs this end */
	ipc_port_detach(part->port);
	if (part->back_port)
		ipc_port_detach(part->back_port);
	close(part->pagemap);
	return NULL;
}

static int play_processes(struct part *parts)
{
	pid_t parent = getpid();
	int status, err = 0;

	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (pid != 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			part_play(&parts[i]);
		_exit(0);
	}
	for (int i = 0; i < 2; i++) {
		wait(&status);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			_exit(1); /* and the other dies with us */
	}
	return err;
}

static int play_threads(struct part *parts)
{
	pthread_t thread[2];

	for (int i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, part_play, &parts[i]))
			return -EAGAIN;
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

static struct ipc_spec spec_of(const struct ipc_impl *impl, bool threads)
{
	struct ipc_spec spec = {
		.msg_max = SIZE,
		.depth = DEPTH,
		.senders = 1,
		.receivers = 1,
		.wait = (enum ipc_wait)__builtin_ctz(impl->waits),
		.threads = threads,
		.calls = impl->caps & IPC_CALLS,
	};

	options_preset(impl->options, spec.option);
	return spec;
}

static int play_open(const struct ipc_impl *impl, const struct ipc_spec *spec,
		     enum mode mode, struct part *part)
{
	static struct ipc_ops ops;
	int err;

	ipc_resolve(impl, &ops);
	err = ipc_link_open(impl, spec, &ops, NULL, &part->link);
	if (err || !(spec->calls || mode == PING_PONG))
		return err;
	return ipc_link_open(impl, spec, &ops, spec->calls ? part->link : NULL,
			     &part->back);
}

/* --play NAME SPACE MODE: what it found about frames goes to stdout. */
static int play(const char *name, bool threads, enum mode mode)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, name, NULL);
	struct ipc_spec spec = spec_of(impl, threads);
	struct scene *scene = mmap(NULL, sizeof(*scene), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct part parts[2] = {{0}};
	int err;

	if (scene == MAP_FAILED)
		return EXIT_FAILURE;
	signal(SIGPIPE, SIG_IGN);
	sem_init(&scene->turn[0], 1, 0);
	sem_init(&scene->turn[1], 1, 0);
	parts[0] = (struct part){
		.impl = impl,
		.scene = scene,
		.mode = mode,
		.side = IPC_TX,
		.pair = spec.calls,
		.api = impl->caps & IPC_COPY ? IPC_API_COPY : IPC_API_LEND,
	};
	if (getenv("CONTRACT_LEND"))
		parts[0].api = IPC_API_LEND;
	err = play_open(impl, &spec, mode, &parts[0]);
	if (err)
		part_fail("open", err);
	parts[1] = parts[0];
	parts[1].side = IPC_RX;
	err = threads ? play_threads(parts) : play_processes(parts);
	if (parts[0].back)
		ipc_link_close(parts[0].back);
	ipc_link_close(parts[0].link);
	printf("%u %u %u\n", scene->same, scene->other, scene->unknown);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- The test, which reads the trace. */

static char self[512], work[64];

struct trace {
	char calls[2][ROUNDS][CALLS_LEN]; /* by side, a space after each */
	unsigned int receiver_wakes;	  /* of a futex, among them */
	unsigned int same, other, unknown;
};
static struct trace trace; /* of the play that came last */

/* What is printed at the end. */
static struct row {
	const char *name;
	char declared[ROW_LEN], counted[ROW_LEN], note[ROW_LEN];
} rows[IMPLS_MAX];

static int trace_mark(const char *line, int *side, unsigned int *round)
{
	return sscanf(line, "write(-1, \"<%d %u\"", side, round) == 2 &&
	       *side <= IPC_RX && *round < ROUNDS;
}

static void trace_call(const char *line, int side, unsigned int round)
{
	char *calls = trace.calls[side][round];
	size_t used = strlen(calls), len = strcspn(line, "(");

	if (line[0] == '-' || line[0] == '+' || line[len] != '(' ||
	    used + len + 2 > CALLS_LEN)
		return;
	snprintf(calls + used, CALLS_LEN - used, "%.*s ", (int)len, line);
	if (side == IPC_RX && strncmp(line, "futex(", len + 1) == 0 &&
	    strstr(line, "_WAKE"))
		trace.receiver_wakes++;
}

/* The trace of one thread. */
static void trace_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[1024];
	unsigned int round;
	bool counts = false;
	int side;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (trace_mark(line, &side, &round))
			counts = true;
		else if (strncmp(line, "write(-1, \">\"", 13) == 0)
			counts = false;
		else if (counts)
			trace_call(line, side, round);
	}
	fclose(f);
}

static void path_in_work(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", work, name);
}

/* Read, or only remove, what a play has left. */
static void work_files(void (*each)(const char *path), const char *prefix)
{
	DIR *dir = opendir(work);
	struct dirent *entry;
	char path[400];

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		path_in_work(path, sizeof(path), entry->d_name);
		each(path);
	}
	closedir(dir);
}

static void file_remove(const char *path)
{
	unlink(path);
}

/* In the child: become strace over a play. */
static void traced_exec(const char *name, bool threads, enum mode mode,
			bool lends)
{
	char prefix[100], out[100];
	int fd;

	path_in_work(prefix, sizeof(prefix), "trace");
	path_in_work(out, sizeof(out), "out");
	fd = open(out, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	if (lends)
		setenv("CONTRACT_LEND", "1", 1);
	execlp("timeout", "timeout", "-s", "KILL", "20", "strace", "-f", "-ff",
	       "-qq", "-e", "signal=none", "-o", prefix, self, "--play", name,
	       threads ? "thread" : "process", mode_names[mode], (char *)NULL);
	_exit(127);
}

static void out_read(int status)
{
	char path[100], text[400] = "";
	FILE *f;
	size_t n;

	path_in_work(path, sizeof(path), "out");
	f = fopen(path, "re");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	if (status)
		fail_msg("the play ended with status %#x: %s", status, text);
	if (sscanf(text, "%u %u %u", &trace.same, &trace.other,
		   &trace.unknown) != 3)
		fail_msg("the play said: %s", text);
}

/* Play under strace and fill trace. */
static void traced_play(const struct ipc_impl *impl, bool threads,
			enum mode mode, bool lends)
{
	int status;
	pid_t pid;

	memset(&trace, 0, sizeof(trace));
	work_files(file_remove, "trace");
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		traced_exec(impl->name, threads, mode, lends);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	kill(-pid, SIGKILL);
	out_read(status);
	work_files(trace_file, "trace");
}

/* "write x97, write munmap x3": the kinds of rounds, most of them first seen
 * first. */
static void summarize(int side, char *text, size_t size)
{
	bool told[ROUNDS] = {false};
	size_t used = 0;

	for (int i = 0; i < ROUNDS && used < size; i++) {
		const char *calls = trace.calls[side][i];
		int n = 0;

		for (int j = i; !told[i] && j < ROUNDS; j++) {
			if (strcmp(calls, trace.calls[side][j]) != 0)
				continue;
			n++;
			told[j] = j != i;
		}
		if (n == 0)
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%.*s",
					 used ? ", " : "",
					 *calls ? (int)strlen(calls) - 1 : 4,
					 *calls ? calls : "none");
		if (n < ROUNDS && used < size)
			used += (size_t)snprintf(text + used, size - used,
						 " x%d", n);
	}
}

static void row_fill(size_t i, const struct ipc_impl *impl)
{
	char counted[2][ROW_LEN];

	for (int side = 0; side < 2; side++)
		summarize(side, counted[side], sizeof(counted[side]));
	rows[i].name = impl->name;
	snprintf(rows[i].declared, ROW_LEN, "%s | %s",
		 *impl->contract.calls[IPC_TX] ? impl->contract.calls[IPC_TX]
					       : "none",
		 *impl->contract.calls[IPC_RX] ? impl->contract.calls[IPC_RX]
					       : "none");
	snprintf(rows[i].counted, ROW_LEN, "%.70s | %.70s", counted[0],
		 counted[1]);
}

/* Each round of this side makes the calls that are declared, in their order. */
static void check_side(const struct ipc_impl *impl, int side)
{
	const char *declared = impl->contract.calls[side];
	char due[CALLS_LEN], got[CALLS_LEN];

	snprintf(due, sizeof(due), "%s%s", declared, *declared ? " " : "");
	for (int i = 0; i < ROUNDS; i++) {
		if (strcmp(trace.calls[side][i], due) == 0)
			continue;
		summarize(side, got, sizeof(got));
		fail_msg("%s: the %s declares \"%s\" and makes %s", impl->name,
			 side == IPC_TX ? "sender" : "receiver", declared, got);
	}
}

struct test {
	const struct ipc_impl *impl;
	size_t row;
	bool threads;
	char name[80];
};

static void skip_because(const struct test *test, const char *why)
{
	rows[test->row].name = test->impl->name;
	snprintf(rows[test->row].note, ROW_LEN, "%.*s", ROW_LEN - 1, why);
	print_message("%s: %s\n", test->name, why);
	skip();
}

static void skip_unless_here(const struct test *test)
{
	struct ipc_spec spec = spec_of(test->impl, test->threads);
	struct why why;

	if (ipc_check(test->impl, &spec, 0, &why))
		skip_because(test, why.text);
}

/* Links that come in pairs and whose calls wait in the kernel cannot be played
 * by turns: a call there ends when it is answered. */
static enum mode mode_of(const struct ipc_impl *impl)
{
	bool waits =
		impl->caps & IPC_CALLS && impl->contract.wake == IPC_WAKE_CALL;

	return waits ? PING_PONG : BY_TURNS;
}

static void test_calls(void **state)
{
	const struct test *test = *state;

	skip_unless_here(test);
	traced_play(test->impl, test->threads, mode_of(test->impl), false);
	row_fill(test->row, test->impl);
	check_side(test->impl, IPC_TX);
	check_side(test->impl, IPC_RX);
}

static unsigned int words(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += *text != ' ' && (text[1] == ' ' || text[1] == '\0');
	return n;
}

/*
 * With a peer that sleeps: sending makes the calls that are declared, and with
 * IPC_WAKE_EXTRA at most one more.
 */
static void test_wake(void **state)
{
	const struct test *test = *state;
	const struct ipc_impl *impl = test->impl;
	bool extra = impl->contract.wake == IPC_WAKE_EXTRA;
	unsigned int due = words(impl->contract.calls[IPC_TX]), woken = 0;

	skip_unless_here(test);
	traced_play(impl, test->threads, PING_PONG, false);
	for (int i = 0; i < ROUNDS; i++) {
		unsigned int n = words(trace.calls[IPC_TX][i]);

		if (n > due + extra)
			fail_msg("message %d: the sender declares \"%s\" and "
				 "makes %s",
				 i, impl->contract.calls[IPC_TX],
				 trace.calls[IPC_TX][i]);
		woken += n > due;
	}
	if (extra && woken == 0)
		fail_msg("wake-ups are declared, but there were none");
	if (extra)
		snprintf(rows[test->row].note, ROW_LEN,
			 "with a sleeper: %u of %d sends make one call more%s",
			 woken, ROUNDS,
			 trace.receiver_wakes > ROUNDS / 2
				 ? ", and so do receives"
				 : "");
}

/* Native loans: copies[IPC_API_LEND] is 0 if and only if the receiver reads
 * the page that the sender wrote. */
static void test_frames(void **state)
{
	const struct test *test = *state;
	unsigned int copies = test->impl->contract.copies[IPC_API_LEND];

	skip_unless_here(test);
	traced_play(test->impl, test->threads, mode_of(test->impl), true);
	if (trace.unknown || trace.same + trace.other == 0)
		skip_because(test, "the kernel does not tell which page it is");
	if (copies == 0 && trace.other)
		fail_msg("%u of %u messages lie on another page than the one "
			 "written, and no copy is declared",
			 trace.other, trace.same + trace.other);
	if (copies > 0 && trace.same)
		fail_msg("%u of %u messages lie on the page that was written, "
			 "and a copy is declared",
			 trace.same, trace.same + trace.other);
}

/* ---- What is asked of which back-end. */

static bool sleeps(const struct ipc_impl *impl)
{
	return impl->waits & IPC_CAN_WAIT(IPC_WAIT_BLOCK) &&
	       impl->contract.wake != IPC_WAKE_NONE &&
	       !(impl->caps & (IPC_CALLS | IPC_VOID));
}

static void add(struct CMUnitTest *units, struct test *tests, size_t *n,
		const struct test *test, void (*run)(void **), const char *what)
{
	struct test *made = &tests[*n];

	*made = *test;
	snprintf(made->name, sizeof(made->name), "%s/%s/%s", test->impl->name,
		 test->threads ? "thread" : "process", what);
	units[*n] = (struct CMUnitTest){
		.name = made->name, .test_func = run, .initial_state = made};
	++*n;
}

static size_t make_tests(struct CMUnitTest *units, struct test *tests)
{
	size_t n = 0;

	for (size_t i = 0; catalogue.impls[i] && i < IMPLS_MAX; i++)
		for (int threads = 0; threads < 2; threads++) {
			const struct ipc_impl *impl = catalogue.impls[i];
			struct test test = {impl, i, threads, ""};

			if (!(impl->caps &
			      (threads ? IPC_THREADS : IPC_PROCESSES)))
				continue;
			add(units, tests, &n, &test, test_calls, "calls");
			if (sleeps(impl))
				add(units, tests, &n, &test, test_wake, "wake");
			if (impl->caps & IPC_ZEROCOPY &&
			    !(impl->caps & IPC_VOID))
				add(units, tests, &n, &test, test_frames,
				    "frames");
		}
	return n;
}

static void print_table(void)
{
	printf("\n%-16s %-36s %s\n", "back-end", "declared: send | receive",
	       "counted");
	for (size_t i = 0; i < IMPLS_MAX; i++) {
		if (!rows[i].name)
			continue;
		printf("%-16s %-36s %s\n", rows[i].name, rows[i].declared,
		       rows[i].counted);
		if (*rows[i].note)
			printf("%16s %s\n", "", rows[i].note);
	}
}

/* Why nothing can be traced here, or NULL. */
static const char *no_trace(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return "a sanitizer makes system calls of its own";
#endif
	if (system("strace -V >/dev/null 2>&1") != 0)
		return "there is no strace";
	if (system("strace -f -o /dev/null true >/dev/null 2>&1") != 0)
		return "strace may not trace here";
	return NULL;
}

static int play_asked(char **argv)
{
	bool threads = strcmp(argv[1], "thread") == 0;
	bool by_turns = strcmp(argv[2], mode_names[BY_TURNS]) == 0;

	return play(argv[0], threads, by_turns ? BY_TURNS : PING_PONG);
}

/* An argument picks tests by name, with the shell's wildcards. */
int main(int argc, char **argv)
{
	static struct CMUnitTest units[IMPLS_MAX * 6];
	static struct test tests[IMPLS_MAX * 6];
	const char *none;
	int failed;

	if (argc == 5 && strcmp(argv[1], "--play") == 0)
		return play_asked(argv + 2);
	none = no_trace();
	if (none) {
		printf("%s\n", none);
		return EXIT_SKIP;
	}
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return EXIT_FAILURE;
	snprintf(work, sizeof(work), "/tmp/ipcbench-contract-XXXXXX");
	if (!mkdtemp(work))
		return EXIT_FAILURE;
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	failed = _cmocka_run_group_tests("contract", units,
					 make_tests(units, tests), NULL, NULL);
	print_table();
	work_files(file_remove, "");
	rmdir(work);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
