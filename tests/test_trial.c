/* SPDX-License-Identifier: MIT */
/* A trial's figures, and its verdict whatever becomes of its nodes: between
 * processes and between threads, and nothing is left afterwards. */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cli/command.h"
#include "ipc/options.h"
#include "trial/trial.h"

enum {
	WARMUP = 5,
	SAMPLES = 20,
	PER_SAMPLE = 2,
	ROUNDS_ALL = 1 + WARMUP + SAMPLES * PER_SAMPLE,
	DEADLINE_S = 60, /* longer than any that shall end */
	NO_PU = 1000,	 /* topologies here are smaller */
};

/* Every process of threads would sleep for a second before it ends. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "atexit_sleep_ms=0";
}

/* What a node of the test's workload does when it comes to a round. */
enum deed {
	NOTHING,
	CRASH,
	EXIT,
	EXIT_AS_IF_WELL,
	BE_KILLED,
	HANG,
	FAIL,
	SEND_WRONG, /* one byte */
	SEND_STALE, /* the round before, again */
	SEND_TWICE,
	LOOK, /* who keeps PUs awake */
	STAND_STILL,
	DEEDS
};

static struct {
	enum deed deed;
	unsigned int who;
	uint64_t at;	       /* round */
	uint64_t for_ns;       /* node 0 takes this long for every round */
	unsigned int still_us; /* STAND_STILL */
} act;

/* What each node was called with, in memory that all processes share. */
struct seen {
	uint64_t next; /* round that is due */
	uint64_t calls;
	uint64_t out_of_order;
};

static struct shared {
	struct seen seen[2];
	_Atomic pid_t victim;
	_Atomic uint32_t hangs;
	_Atomic uint32_t warm; /* descriptors that keep PUs awake */
} * shared;

static unsigned int pus[2]; /* the same where there is one */

/* Whoever shall be killed waits for it. */
static void wait_for_the_end(void)
{
	for (;;)
		pause();
}

/* This process's descriptors of the device; one that is not there counts for
 * none. */
static uint32_t warm_fds(void)
{
	uint32_t n = 0;

	for (int fd = 0; fd < 64; fd++) {
		char path[32], to[64] = "";

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, to, sizeof(to) - 1) > 0)
			n += !strcmp(to, "/dev/cpu_dma_latency");
	}
	return n;
}

static int do_deed(const struct node *node, uint64_t round)
{
	if (node->self != act.who || round != act.at)
		return 0;
	switch (act.deed) {
	case CRASH:
		signal(SIGSEGV, SIG_DFL); /* also under a sanitizer */
		raise(SIGSEGV);
		return 0;
	case EXIT:
		_exit(7);
	case EXIT_AS_IF_WELL:
		_exit(0);
	case BE_KILLED:
		atomic_store(&shared->victim, getpid());
		wait_for_the_end();
		return 0;
	case HANG:
		atomic_fetch_add(&shared->hangs, 1);
		wait_for_the_end();
		return 0;
	case LOOK:
		atomic_store(&shared->warm, warm_fds());
		return 0;
	case STAND_STILL:
		usleep(act.still_us);
		return 0;
	case FAIL:
		return -EBADMSG;
	default:
		return 0;
	}
}

static int put_as_told(struct node *node, struct ipc_port *tx, uint64_t round,
		       struct traffic traffic)
{
	bool now = node->self == act.who && round == act.at;
	uint64_t stamp = now && act.deed == SEND_STALE ? round - 1 : round;
	int err;

	if (now && act.deed == SEND_WRONG) {
		payload_write(node->buf, tx->msg_max, round, traffic.how);
		((unsigned char *)node->buf)[tx->msg_max - 1] ^= 1;
		return ipc_send(tx, node->buf, tx->msg_max, 0) < 0 ? -EIO : 0;
	}
	err = node_put(node, tx, stamp, traffic);
	if (!err && now && act.deed == SEND_TWICE)
		err = node_put(node, tx, round, traffic);
	return err;
}

static void busy(uint64_t ns)
{
	uint64_t start = clock_ns();

	while (ns && clock_ns() - start < ns)
		;
}

static int play_round(struct node *node, uint64_t round, struct traffic traffic)
{
	struct ipc_port *mine = node->port[node->self];
	struct ipc_port *others = node->port[!node->self];
	int err = do_deed(node, round);

	if (!err && node->self == 0)
		err = put_as_told(node, mine, round, traffic);
	if (!err)
		err = node_get(node, others, round, traffic);
	if (!err && node->self == 1)
		err = put_as_told(node, mine, round, traffic);
	if (node->self == 0)
		busy(act.for_ns);
	return err;
}

IPC_INLINE int play(struct node *node, uint64_t from, uint64_t rounds,
		    struct traffic traffic)
{
	struct seen *seen = &shared->seen[node->self];
	int err = 0;

	seen->out_of_order += from != seen->next;
	seen->next = from + rounds;
	seen->calls++;
	for (uint64_t i = from; i < from + rounds && !err; i++)
		err = play_round(node, i, traffic);
	return err;
}

ROUNDS_DEFINE(play)

static int play_plan(const struct params *par, struct plan *plan,
		     struct why *why)
{
	if (par->depth == 3)
		return why_not(why, -EINVAL, "three is too odd");
	plan->nodes = plan->links = 2;
	plan->link[0].tx = plan->link[1].rx = NODE(0);
	plan->link[1].tx = plan->link[0].rx = NODE(1);
	plan->link[0].depth = plan->link[1].depth = 8;
	return 0;
}

static const struct workload by_round = {
	.name = "by-round",
	.brief = "a round trip with accidents",
	.timing = TIMING_ROUND,
	.plan = play_plan,
	.rounds = ROUNDS(play),
};

static const struct workload by_batch = {
	.name = "by-batch",
	.brief = "the same, called alike on both nodes",
	.timing = TIMING_BATCH,
	.plan = play_plan,
	.rounds = ROUNDS(play),
};

/* A real one, of which the test counts and spoils calls. */
static struct ipc_impl odd;
static const struct ipc_impl *real;
static int opened, closed, opens_fail_at;
enum { NO_SIDE = IPC_RX + 1 };
static unsigned int attach_fails_on;

static int odd_open(struct ipc_link *link)
{
	if (opened == opens_fail_at)
		return -ENOSPC;
	opened++;
	return real->open(link);
}

static void odd_close(struct ipc_link *link)
{
	closed++;
	real->close(link);
}

static int odd_attach(struct ipc_port *port)
{
	if (port->side == attach_fails_on)
		return -EMFILE;
	return real->attach ? real->attach(port) : 0;
}

static const struct ipc_impl *impl(const char *name)
{
	const struct ipc_impl *found = catalogue_impl(&catalogue, name, NULL);

	assert_non_null(found);
	return found;
}

static const struct ipc_impl *make_odd(const char *name)
{
	real = impl(name);
	odd = *real;
	odd.open = odd_open;
	odd.close = odd_close;
	odd.attach = odd_attach;
	opened = closed = 0;
	opens_fail_at = -1;
	attach_fails_on = NO_SIDE;
	return &odd;
}

static struct trial_spec spec_of(const char *name, bool threads)
{
	memset(&act, 0, sizeof(act));
	memset(shared, 0, sizeof(*shared));
	return (struct trial_spec){
		.impl = impl(name),
		.workload = &by_round,
		.par = {.size = 64},
		.payload = PAYLOAD_FULL,
		.wait = IPC_WAIT_BLOCK,
		.threads = threads,
		.pu = {pus[0], pus[1]},
		.numa = -1,
		.warmup = WARMUP,
		.samples = SAMPLES,
		.per_sample = PER_SAMPLE,
		.deadline_ns = DEADLINE_S * NS_PER_S,
	};
}

static unsigned int open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void no_child(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Run it; nothing may be left. trial_record_free() it. */
static struct trial_record run_once(const struct trial_spec *spec)
{
	struct trial_record record;
	unsigned int before = open_fds();

	trial_run(spec, &record);
	no_child();
	assert_int_equal(open_fds(), before);
	assert_true(record.t_end_ns >= record.t_start_ns);
	assert_true((record.verdict == VERDICT_PASS) != !!record.why.text[0]);
	return record;
}

static void says(const struct trial_record *record, const char *text)
{
	if (!strstr(record->why.text, text))
		fail_msg("'%s' does not say '%s'", record->why.text, text);
}

static void passes(const struct trial_spec *spec)
{
	struct trial_record record = run_once(spec);

	if (record.verdict != VERDICT_PASS)
		fail_msg("%s: %s", verdict_names[record.verdict],
			 record.why.text);
	trial_record_free(&record);
}

static void good_one_passes(bool threads)
{
	struct trial_spec spec = spec_of("pipe", threads);

	passes(&spec);
}

/* It ends with this verdict, says so, has no figures; the next one is good. */
static void ends(const struct trial_spec *spec, enum verdict verdict,
		 const char *text)
{
	struct trial_record record = run_once(spec);

	if (record.verdict != verdict)
		fail_msg("%s: %s", verdict_names[record.verdict],
			 record.why.text);
	says(&record, text);
	trial_record_free(&record);
	good_one_passes(spec->threads);
}

/* Every deed's test is run in both spaces: *state says in which. */
static bool threads_of(void **state)
{
	return *(const bool *)*state;
}

static struct trial_spec spec_with(void **state, enum deed deed,
				   unsigned int who)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));

	act.deed = deed;
	act.who = who;
	act.at = ROUNDS_ALL - 7;
	return spec;
}

/* Who it was, where nodes can be told apart. */
static const char *name_of(const struct trial_spec *spec, unsigned int who)
{
	if (spec->threads)
		return "the process of all nodes";
	return who ? "node 1" : "node 0";
}

static void test_warm(void **state)
{
	struct trial_spec spec = spec_with(state, LOOK, 1);

	passes(&spec);
	assert_int_equal(atomic_load(&shared->warm), 0);
	if (idle_check(IDLE_WARM, NULL) != 0)
		skip();
	spec.idle = IDLE_WARM;
	passes(&spec);
	assert_int_equal(atomic_load(&shared->warm), 1);
}

static void test_crash(void **state)
{
	for (unsigned int who = 0; who < 2; who++) {
		struct trial_spec spec = spec_with(state, CRASH, who);
		struct trial_record record = run_once(&spec);

		assert_int_equal(record.verdict, VERDICT_FAIL);
		says(&record, name_of(&spec, who));
		says(&record, "killed by signal 11");
		trial_record_free(&record);
		good_one_passes(spec.threads);
	}
}

/* The other node is told that its peer is gone, and may end first. */
static void test_crash_is_told_before_its_echo(void **state)
{
	if (threads_of(state))
		return;
	for (int i = 0; i < 8; i++) {
		struct trial_spec spec = spec_with(state, BE_KILLED, i % 2);
		struct trial_record record;

		act.deed = i % 4 < 2 ? CRASH : EXIT;
		record = run_once(&spec);
		says(&record, name_of(&spec, i % 2));
		says(&record, i % 4 < 2 ? "killed by signal 11" : "status 7");
		trial_record_free(&record);
	}
}

static void test_exit(void **state)
{
	for (unsigned int who = 0; who < 2; who++) {
		struct trial_spec spec = spec_with(state, EXIT, who);

		ends(&spec, VERDICT_FAIL, "ended with status 7");
		spec = spec_with(state, EXIT_AS_IF_WELL, who);
		ends(&spec, VERDICT_FAIL, "ended with status 0");
	}
}

/* A third process that kills the node as soon as it is told which. */
static pid_t start_killer(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	while (!atomic_load(&shared->victim))
		usleep(1000);
	kill(atomic_load(&shared->victim), SIGKILL);
	_exit(0);
}

static void test_killed_by_a_third(void **state)
{
	for (unsigned int who = 0; who < 2; who++) {
		struct trial_spec spec = spec_with(state, BE_KILLED, who);
		pid_t killer = start_killer();
		struct trial_record record;

		trial_run(&spec, &record);
		assert_int_equal(waitpid(killer, NULL, 0), killer);
		no_child();
		assert_int_equal(record.verdict, VERDICT_FAIL);
		says(&record, name_of(&spec, who));
		says(&record, "killed by signal 9");
		trial_record_free(&record);
		good_one_passes(spec.threads);
	}
}

/* Once more with twice the time where the machine was too busy for it to come
 * as far as it should. */
static struct trial_record run_late(struct trial_spec *spec)
{
	struct trial_record record;
	uint64_t before = spec->deadline_ns = 250 * NS_PER_MS;

	for (;;) {
		record = run_once(spec);
		if (atomic_load(&shared->hangs) || before > 20 * NS_PER_S)
			return record;
		before = spec->deadline_ns *= 2;
		trial_record_free(&record);
	}
}

static void test_hang_ends_at_the_deadline(void **state)
{
	for (unsigned int who = 0; who < 2; who++) {
		struct trial_spec spec = spec_with(state, HANG, who);
		struct trial_record record = run_late(&spec);

		assert_int_equal(record.verdict, VERDICT_FAIL);
		says(&record, "no end within");
		says(&record, "node 0 in timed rounds");
		says(&record, "node 1 in timed rounds");
		trial_record_free(&record);
		good_one_passes(spec.threads);
	}
}

/* With more time where the machine is too busy for the rest of it. */
static void test_late_once_is_not_late(void **state)
{
	enum verdict verdict = VERDICT_FAIL;

	for (unsigned int ms = 250; verdict && ms <= 2000; ms *= 2) {
		struct trial_spec spec = spec_with(state, STAND_STILL, 1);
		struct trial_record record;

		spec.deadline_ns = ms * NS_PER_MS;
		act.still_us = ms * 1250;
		record = run_once(&spec);
		verdict = record.verdict;
		trial_record_free(&record);
	}
	assert_int_equal(verdict, VERDICT_PASS);
}

static void test_hang_in_the_warm_up_says_so(void **state)
{
	struct trial_spec spec = spec_with(state, HANG, 1);
	struct trial_record record;

	act.at = 0;
	record = run_late(&spec);
	says(&record, "node 0 in warm-up");
	says(&record, "node 1 in warm-up");
	trial_record_free(&record);
}

static void test_error(void **state)
{
	for (unsigned int who = 0; who < 2; who++) {
		struct trial_spec spec = spec_with(state, FAIL, who);

		ends(&spec, VERDICT_FAIL,
		     who ? "node 1 failed in timed rounds: Bad message"
			 : "node 0 failed in timed rounds: Bad message");
		spec = spec_with(state, FAIL, who);
		act.at = WARMUP;
		ends(&spec, VERDICT_FAIL,
		     who ? "node 1 failed in warm-up: Bad message"
			 : "node 0 failed in warm-up: Bad message");
	}
}

/* As many messages as this fail the check of the node that receives them. */
static void wrong_is(const struct trial_spec *spec, uint64_t wrong)
{
	struct trial_record record = run_once(spec);
	unsigned int receiver = !act.who;
	char text[40];

	assert_int_equal(record.verdict, VERDICT_FAIL);
	snprintf(text, sizeof(text), "node %u received wrong data: %llu ",
		 receiver, (unsigned long long)wrong);
	says(&record, text);
	assert_int_equal(record.node[receiver].wrong, wrong);
	assert_int_equal(record.node[!receiver].wrong, 0);
	trial_record_free(&record);
}

static void test_wrong_data_is_counted(void **state)
{
	for (unsigned int who = 0; who < 2; who++)
		for (int deed = SEND_WRONG; deed <= SEND_STALE; deed++) {
			struct trial_spec spec = spec_with(state, deed, who);

			wrong_is(&spec, 1);
			/* Also what was wrong before the clock ran. */
			spec = spec_with(state, deed, who);
			act.at = WARMUP;
			wrong_is(&spec, 1);
			good_one_passes(spec.threads);
		}
}

/* From then on every message is the one before the one due. */
static void test_a_message_twice_is_counted_from_there(void **state)
{
	struct trial_spec spec = spec_with(state, SEND_TWICE, 1);

	wrong_is(&spec, ROUNDS_ALL - 1 - act.at);
	good_one_passes(spec.threads);
}

static void test_wrong_data_spoils_a_calibration(void **state)
{
	struct trial_spec spec = spec_with(state, SEND_WRONG, 1);

	act.at = 1; /* the shortest calibration has that one */
	spec.calibrate_ns = NS_PER_MS;
	ends(&spec, VERDICT_FAIL, "received wrong data");
}

static void test_pu_that_is_not_there(void **state)
{
	for (unsigned int who = 0; who < 2; who++) {
		struct trial_spec spec = spec_with(state, NOTHING, 0);

		spec.pu[who] = NO_PU;
		ends(&spec, VERDICT_FAIL, "1000");
	}
}

static void test_memory_of_a_node_that_is_not_there(void **state)
{
	struct trial_spec spec = spec_with(state, NOTHING, 0);

	spec.numa = NO_PU;
	ends(&spec, VERDICT_FAIL, "NUMA node 1000");
}

static void test_failing_open(void **state)
{
	for (int at = 0; at < 2; at++) {
		struct trial_spec spec = spec_with(state, NOTHING, 0);
		char text[40];

		spec.impl = make_odd("pipe");
		opens_fail_at = at;
		snprintf(text, sizeof(text), "opening link %d: No space", at);
		ends(&spec, VERDICT_FAIL, text);
		assert_int_equal(opened, at);
		assert_int_equal(closed, at);
	}
}

static void test_failing_attach(void **state)
{
	struct trial_spec spec = spec_with(state, NOTHING, 0);

	for (unsigned int side = IPC_TX; side <= IPC_RX; side++) {
		spec.impl = make_odd("pipe");
		attach_fails_on = side;
		ends(&spec, VERDICT_FAIL,
		     "failed in attaching: Too many open files");
		assert_int_equal(opened, 2);
		assert_int_equal(closed, 2);
	}
}

static void test_links_are_closed_after_a_crash(void **state)
{
	struct trial_spec spec = spec_with(state, CRASH, 1);

	spec.impl = make_odd("sysv-msg");
	ends(&spec, VERDICT_FAIL, "killed by signal 11");
	assert_int_equal(opened, 2);
	assert_int_equal(closed, 2);
}

static void test_unsupported(void **state)
{
	struct trial_spec spec = spec_with(state, NOTHING, 0);

	spec.impl = make_odd("pipe");
	odd.waits &= ~IPC_CAN_WAIT(IPC_WAIT_YIELD);
	spec.wait = IPC_WAIT_YIELD;
	ends(&spec, VERDICT_UNSUPPORTED, "cannot wait by yield");
	spec.wait = IPC_WAIT_BLOCK;
	odd.caps &= ~(IPC_THREADS | IPC_PROCESSES);
	ends(&spec, VERDICT_UNSUPPORTED, "cannot connect");
	spec.impl = impl("pipe");
	spec.par.depth = 3;
	ends(&spec, VERDICT_UNSUPPORTED, "three is too odd");
	assert_int_equal(opened, 0);
}

static void test_a_floor_proves_nothing(void **state)
{
	struct trial_spec spec = spec_with(state, NOTHING, 0);
	struct trial_record record;

	spec.impl = impl("null");
	record = run_once(&spec);
	assert_int_equal(record.verdict, VERDICT_INCONCLUSIVE);
	says(&record, "carries nothing");
	assert_int_equal(record.raw_n, SAMPLES);
	assert_int_equal(record.hist->count, SAMPLES);
	trial_record_free(&record);
}

/* What a good trial's record has, whatever its figures are. */
static void record_adds_up(const struct trial_spec *spec,
			   const struct trial_record *record)
{
	uint64_t sum = 0;

	assert_int_equal(record->samples, spec->samples);
	assert_int_equal(record->per_sample, spec->per_sample);
	assert_int_equal(record->raw_n, spec->samples);
	assert_int_equal(record->hist->count, spec->samples);
	for (size_t i = 0; i < record->raw_n; i++)
		sum += record->raw[i];
	assert_int_equal(sum, record->wall_ns);
	assert_int_equal(record->hist->sum, record->wall_ns);
	assert_true(record->wall_ns > 0);
	assert_true(record->cold_ns > 0);
	assert_true((record->warmup_ns > 0) ==
		    (spec->workload->timing != TIMING_LESSON));
	assert_true(record->setup_ns > 0);
	assert_true(
		record->nodes == 2 ||
		(record->nodes > 2 && spec->workload->timing == TIMING_LESSON));
	for (unsigned int i = 0; i < record->nodes; i++) {
		assert_true(spec->impl->caps & IPC_VOID ||
			    record->node[i].wrong == 0);
		assert_int_equal(record->node[i].pu, pus[i % 2]);
		assert_int_equal(record->node[i].pu_seen, pus[i % 2]);
		assert_true(record->node[i].pid > 0);
	}
	assert_int_equal(record->node[0].pid == record->node[1].pid,
			 spec->threads);
	assert_true(record->node[0].pid != getpid());
}

/* Both nodes got every round, in order, none twice. */
static void rounds_were(uint64_t rounds, uint64_t calls0, uint64_t calls1)
{
	const uint64_t calls[2] = {calls0, calls1};

	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(shared->seen[i].out_of_order, 0);
		assert_int_equal(shared->seen[i].next, rounds);
		assert_int_equal(shared->seen[i].calls, calls[i]);
	}
}

static void test_good_trial(void **state)
{
	static const char *const names[] = {"pipe", "ring", "unix-seqpacket"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct trial_spec spec = spec_of(names[i], threads_of(state));
		struct trial_record record = run_once(&spec);

		if (record.verdict != VERDICT_PASS)
			fail_msg("%s: %s", names[i], record.why.text);
		record_adds_up(&spec, &record);
		/* The first, the warm-up, the samples; the other node gets
		 * those at once. */
		rounds_were(ROUNDS_ALL, 2 + SAMPLES, 3);
		trial_record_free(&record);
	}
}

static void test_batches_end_on_both_nodes(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));
	struct trial_record record;

	spec.workload = &by_batch;
	record = run_once(&spec);
	assert_int_equal(record.verdict, VERDICT_PASS);
	record_adds_up(&spec, &record);
	rounds_were(ROUNDS_ALL, 2 + SAMPLES, 2 + SAMPLES);
	trial_record_free(&record);
}

static void test_no_warm_up_but_the_first(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));

	spec.warmup = 0;
	spec.samples = 1;
	spec.per_sample = 1;
	passes(&spec);
	rounds_were(2, 2, 2);
}

/* Whatever is in the catalogue passes with what is in the catalogue. */
static void test_catalogue(void **state)
{
#ifdef __SANITIZE_THREAD__
	/* It looks into one process, and has a thread in each of these. */
	if (!threads_of(state))
		skip();
#endif
	for (size_t i = 0; catalogue.impls[i]; i++)
		for (size_t w = 0; catalogue.workloads[w]; w++) {
			struct trial_spec spec =
				spec_of("pipe", threads_of(state));
			struct trial_record record;

			spec.impl = catalogue.impls[i];
			spec.workload = catalogue.workloads[w];
			options_preset(spec.impl->options, spec.option);
			options_preset(spec.workload->options, spec.par.option);
			spec.api = spec.impl->caps & IPC_ZEROCOPY
					   ? IPC_API_LEND
					   : IPC_API_COPY;
			record = run_once(&spec);
			if (record.verdict != VERDICT_PASS &&
			    record.verdict != VERDICT_INCONCLUSIVE &&
			    record.verdict != VERDICT_UNSUPPORTED)
				fail_msg("%s %s: %s", spec.impl->name,
					 spec.workload->name, record.why.text);
			if (record.verdict == VERDICT_UNSUPPORTED)
				print_message("%s: %s\n", spec.impl->name,
					      record.why.text);
			else
				record_adds_up(&spec, &record);
			trial_record_free(&record);
		}
}

/* Holds 8 messages and no more. */
static int holds_eight(const struct ipc_spec *spec, struct why *why)
{
	return spec->depth > 8 ? why_not(why, -E2BIG, "holds 8 messages") : 0;
}

static void test_depth_is_what_can_be_had(void **state)
{
	struct trial_spec spec = spec_of("ring", threads_of(state));
	struct ipc_impl shallow = *spec.impl;
	struct plan plan = {0};
	struct why why;

	shallow.probe = holds_eight;
	spec.impl = &shallow;
	spec.workload = catalogue_workload(&catalogue, "stream", NULL);
	assert_int_equal(trial_plan(&spec, &plan, &why), 0);
	assert_int_equal(plan.link[0].depth, 8);
	/* But not where more was asked for. */
	memset(&plan, 0, sizeof(plan));
	spec.par.depth = 16;
	assert_int_equal(trial_plan(&spec, &plan, &why), -E2BIG);
	assert_string_equal(why.text, "holds 8 messages");
	assert_int_equal(plan.link[0].depth, 16);
}

static void test_emulation_is_recorded(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));
	struct trial_record record;

	spec.api = IPC_API_LEND;
	record = run_once(&spec);
	assert_int_equal(record.verdict, VERDICT_PASS);
	assert_int_equal(record.emulated, IPC_ZEROCOPY);
	assert_non_null(strstr(record.link, "pipe buffer"));
	trial_record_free(&record);
}

static void test_more_samples_than_are_kept(void **state)
{
	struct trial_spec spec = spec_of("null", threads_of(state));
	struct trial_record record;
	uint64_t sum = 0;

	spec.payload = PAYLOAD_ENDS;
	spec.samples = TRIAL_RAW_MAX + 1000;
	spec.per_sample = 1;
	record = run_once(&spec);
	assert_int_equal(record.verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(record.samples, spec.samples);
	assert_int_equal(record.raw_n, TRIAL_RAW_MAX);
	assert_int_equal(record.hist->count, spec.samples);
	assert_int_equal(record.hist->sum, record.wall_ns);
	for (size_t i = 0; i < record.raw_n; i++)
		sum += record.raw[i];
	assert_true(sum < record.wall_ns);
	trial_record_free(&record);
}

/* No sample is shorter than what it holds. */
static void test_a_known_delay_is_found(void **state)
{
	const uint64_t delay_ns = 100 * NS_PER_US;

	for (uint64_t per = 1; per <= 3; per += 2) {
		struct trial_spec spec = spec_of("pipe", threads_of(state));
		struct trial_record record;

		spec.per_sample = per;
		act.for_ns = delay_ns;
		record = run_once(&spec);
		assert_int_equal(record.verdict, VERDICT_PASS);
		for (size_t i = 0; i < record.raw_n; i++)
			assert_true(record.raw[i] >= per * delay_ns);
		assert_true(record.hist->min >= per * delay_ns);
		assert_true(record.cold_ns >= delay_ns);
		assert_true(record.warmup_ns >= WARMUP * delay_ns);
		trial_record_free(&record);
	}
}

static void calibrates(const struct trial_spec *spec)
{
	struct trial_record record = run_once(spec);

	assert_int_equal(record.verdict, VERDICT_PASS);
	assert_true(record.round_ns >= (double)act.for_ns);
	assert_true(record.round_ns > 0);
	assert_int_equal(shared->seen[0].out_of_order, 0);
	assert_int_equal(shared->seen[1].out_of_order, 0);
	assert_int_equal(shared->seen[0].next, shared->seen[1].next);
	assert_int_equal(shared->seen[0].calls, shared->seen[1].calls);
	/* It has grown the calls until they took a while. */
	assert_true(shared->seen[0].calls > 2);
	trial_record_free(&record);
}

static void test_calibration_finds_a_round(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));

	spec.calibrate_ns = 300 * NS_PER_MS;
	calibrates(&spec);
	spec = spec_of("pipe", threads_of(state));
	spec.calibrate_ns = 300 * NS_PER_MS;
	spec.workload = &by_batch;
	act.for_ns = 50 * NS_PER_US;
	calibrates(&spec);
}

static void test_setup_counts_from_the_start(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));
	struct trial_record record;

	spec.spawned_ns = clock_ns() - NS_PER_S;
	record = run_once(&spec);
	assert_true(record.setup_ns >= NS_PER_S);
	trial_record_free(&record);
}

static bool has_floors(const struct trial_record *r)
{
	return r->before.line_ns > 0 && r->after.line_ns > 0 &&
	       r->before.mailbox_ns > 0 && r->after.mailbox_ns > 0;
}

static void test_no_line_floor_on_one_pu(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));
	struct trial_record record;

	spec.pu[1] = spec.pu[0];
	spec.line_ns = NS_PER_MS;
	record = run_once(&spec);
	assert_int_equal(record.verdict, VERDICT_PASS);
	assert_false(record.before.line_ns > 0 || record.after.line_ns > 0);
	assert_non_null(strstr(record.line_why.text, "one PU"));
	trial_record_free(&record);
}

static void test_line_floor_on_two_pus(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));
	bool found = false;

	if (pus[0] == pus[1]) {
		print_message("this machine gives us one PU\n");
		skip();
	}
	/* On a busy machine the peer may be late with its answer. */
	for (int i = 0; i < 50 && !found; i++) {
		struct trial_record record;

		spec.line_ns = NS_PER_MS;
		record = run_once(&spec);
		assert_int_equal(record.verdict, VERDICT_PASS);
		found = has_floors(&record);
		assert_true(found != !!record.line_why.text[0]);
		trial_record_free(&record);
	}
	assert_true(found);
}

static void test_line_floor_not_asked_for(void **state)
{
	struct trial_spec spec = spec_of("pipe", threads_of(state));
	struct trial_record record;

	if (pus[0] == pus[1])
		skip();
	record = run_once(&spec);
	assert_false(has_floors(&record));
	assert_non_null(strstr(record.line_why.text, "not asked for"));
	trial_record_free(&record);
}

static int make_shared(void **state)
{
	struct rlimit no_core = {0, 0};
	cpu_set_t set;
	int n = 0;

	(void)state;
	setrlimit(RLIMIT_CORE, &no_core);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || sched_getaffinity(0, sizeof(set), &set))
		return -1;
	for (int pu = 0; pu < CPU_SETSIZE && n < 2; pu++)
		if (CPU_ISSET((size_t)pu, &set))
			pus[n++] = (unsigned int)pu;
	if (n == 1)
		pus[1] = pus[0];
	return n ? 0 : -1;
}

static bool in_processes = false, in_threads = true;

#define BOTH(test)                                             \
	{#test "/process", test, NULL, NULL, &in_processes},   \
	{                                                      \
#test "/thread", test, NULL, NULL, &in_threads \
	}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_warm),
		BOTH(test_crash),
		BOTH(test_crash_is_told_before_its_echo),
		BOTH(test_exit),
		BOTH(test_killed_by_a_third),
		BOTH(test_hang_ends_at_the_deadline),
		BOTH(test_late_once_is_not_late),
		BOTH(test_hang_in_the_warm_up_says_so),
		BOTH(test_error),
		BOTH(test_wrong_data_is_counted),
		BOTH(test_a_message_twice_is_counted_from_there),
		BOTH(test_wrong_data_spoils_a_calibration),
		BOTH(test_pu_that_is_not_there),
		BOTH(test_memory_of_a_node_that_is_not_there),
		BOTH(test_failing_open),
		BOTH(test_failing_attach),
		BOTH(test_links_are_closed_after_a_crash),
		BOTH(test_unsupported),
		BOTH(test_a_floor_proves_nothing),
		BOTH(test_good_trial),
		BOTH(test_batches_end_on_both_nodes),
		BOTH(test_no_warm_up_but_the_first),
		BOTH(test_catalogue),
		BOTH(test_depth_is_what_can_be_had),
		BOTH(test_emulation_is_recorded),
		BOTH(test_more_samples_than_are_kept),
		BOTH(test_a_known_delay_is_found),
		BOTH(test_calibration_finds_a_round),
		BOTH(test_setup_counts_from_the_start),
		BOTH(test_no_line_floor_on_one_pu),
		BOTH(test_line_floor_on_two_pus),
		BOTH(test_line_floor_not_asked_for),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, make_shared, NULL);
}
