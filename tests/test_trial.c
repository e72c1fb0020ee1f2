/* SPDX-License-Identifier: MIT */
/* A trial's end, however it comes: with figures or a reason, and with nothing
 * left behind. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/topology.h"
#include "cli/command.h"
#include "trial/trial.h"

static struct workload bad; /* ping-pong, but node 1 */
static int fail_last(struct node *node, uint64_t from, uint64_t rounds)
{
	if (node->self == 1)
		return -EBADMSG;
	return catalogue_workload(&catalogue, "pingpong", NULL)
		->rounds[IPC_API_COPY][PAYLOAD_ENDS](node, from, rounds);
}

static int die_last(struct node *node, uint64_t from, uint64_t rounds)
{
	if (node->self == 1)
		kill(getpid(), SIGKILL);
	return fail_last(node, from, rounds);
}

static int sleep_last(struct node *node, uint64_t from, uint64_t rounds)
{
	if (node->self == 1)
		pause();
	return fail_last(node, from, rounds);
}

/* Two PUs, where there are two. */
static void any_pus(unsigned int pu[2])
{
	struct topology *topo;

	assert_int_equal(topology_load(&topo, NULL, false, NULL), 0);
	pu[0] = topology_pu(topo, 0);
	pu[1] = topology_pu(topo, topology_pus(topo) > 1);
	topology_free(topo);
}

static struct trial_spec spec_of(rounds_fn rounds, bool threads)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, "pipe", NULL),
		.workload = catalogue_workload(&catalogue, "pingpong", NULL),
		.par = {.size = 64},
		.threads = threads,
		.numa = -1,
		.samples = 10,
		.per_sample = 10,
		.deadline_ns = 30 * NS_PER_S,
	};

	any_pus(spec.pu);
	if (rounds) {
		bad = *spec.workload;
		bad.rounds[IPC_API_COPY][PAYLOAD_ENDS] = rounds;
		spec.workload = &bad;
	}
	return spec;
}

static unsigned int descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Run it, and see that it left nothing. */
static void run(const struct trial_spec *spec, struct trial_record *record)
{
	unsigned int before = descriptors();

	trial_run(spec, record);
	assert_int_equal(descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Run it, and see that it ends with this reason. */
static void ends(const struct trial_spec *spec, enum verdict verdict,
		 const char *why)
{
	struct trial_record record;

	run(spec, &record);
	assert_int_equal(record.verdict, verdict);
	if (!strstr(record.why.text, why))
		fail_msg("\"%s\", not \"%s\"", record.why.text, why);
	trial_record_free(&record);
}

static void passes(bool threads)
{
	struct trial_spec spec = spec_of(NULL, threads);
	struct trial_record record;

	run(&spec, &record);
	assert_string_equal(record.why.text, "");
	assert_int_equal(record.verdict, VERDICT_PASS);
	assert_int_equal(record.raw_n, spec.samples);
	assert_int_equal(record.hist->count, spec.samples);
	trial_record_free(&record);
}

static void test_trial__passes(void **state)
{
	(void)state;
	passes(false);
	passes(true);
}

static void test_trial__blames_the_node_that_failed(void **state)
{
	struct trial_spec processes = spec_of(fail_last, false);
	struct trial_spec threads = spec_of(fail_last, true);

	(void)state;
	ends(&processes, VERDICT_FAIL, "node 1 failed in warm-up: Bad message");
	ends(&threads, VERDICT_FAIL, "node 1 failed in warm-up: Bad message");
}

static void test_trial__blames_the_node_that_was_killed(void **state)
{
	struct trial_spec processes = spec_of(die_last, false);
	struct trial_spec threads = spec_of(die_last, true);

	(void)state;
	ends(&processes, VERDICT_FAIL, "node 1 was killed by signal 9");
	ends(&threads, VERDICT_FAIL,
	     "the process of all nodes was killed by signal 9");
}

static void test_trial__ends_at_the_deadline(void **state)
{
	struct trial_spec spec = spec_of(sleep_last, false);

	(void)state;
	spec.deadline_ns = 200 * NS_PER_MS;
	ends(&spec, VERDICT_FAIL, "no end within 0.2 s");
	spec.threads = true;
	ends(&spec, VERDICT_FAIL, "no end within 0.2 s");
}

static void test_trial__says_that_children_were_reaped_by_others(void **state)
{
	struct trial_spec spec = spec_of(NULL, false);
	void (*before)(int) = signal(SIGCHLD, SIG_IGN);

	(void)state;
	ends(&spec, VERDICT_FAIL, "watching the nodes");
	signal(SIGCHLD, before);
}

static void test_trial__refuses_buffers_that_do_not_fit(void **state)
{
	struct trial_spec spec = spec_of(NULL, false);

	(void)state;
	spec.par.size = (size_t)1 << 60;
	ends(&spec, VERDICT_UNSUPPORTED, "are left here");
	spec.par.size = SIZE_MAX;
	ends(&spec, VERDICT_UNSUPPORTED, "are left here");
	spec.impl = catalogue_impl(&catalogue, "ring", NULL);
	spec.par.size = (size_t)1 << 30;
	spec.par.depth = 1 << 20;
	ends(&spec, VERDICT_UNSUPPORTED, "1048576 slots");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trial__passes),
		cmocka_unit_test(test_trial__blames_the_node_that_failed),
		cmocka_unit_test(test_trial__blames_the_node_that_was_killed),
		cmocka_unit_test(test_trial__ends_at_the_deadline),
		cmocka_unit_test(
			test_trial__says_that_children_were_reaped_by_others),
		cmocka_unit_test(test_trial__refuses_buffers_that_do_not_fit),
	};

	return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
