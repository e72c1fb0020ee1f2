/* SPDX-License-Identifier: MIT */
/* What a trial says where the process or the machine does not let it run, and
 * that it leaves nothing. */
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

/* Two PUs, where there are two. */
static void any_pus(unsigned int pu[2])
{
	struct topology *topo;

	assert_int_equal(topology_load(&topo, NULL, false, NULL), 0);
	pu[0] = topology_pu(topo, 0);
	pu[1] = topology_pu(topo, topology_pus(topo) > 1);
	topology_free(topo);
}

static struct trial_spec good_spec(void)
{
	struct trial_spec spec = {
		.impl = catalogue_impl(&catalogue, "pipe", NULL),
		.workload = catalogue_workload(&catalogue, "pingpong", NULL),
		.par = {.size = 64},
		.numa = -1,
		.samples = 10,
		.per_sample = 10,
		.deadline_ns = 30 * NS_PER_S,
	};

	any_pus(spec.pu);
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

static void test_trial__says_that_children_were_reaped_by_others(void **state)
{
	struct trial_spec spec = good_spec();
	void (*before)(int) = signal(SIGCHLD, SIG_IGN);

	(void)state;
	ends(&spec, VERDICT_FAIL, "watching the nodes");
	signal(SIGCHLD, before);
}

static void test_trial__refuses_buffers_that_do_not_fit(void **state)
{
	struct trial_spec spec = good_spec();

	(void)state;
	spec.par.size = (size_t)1 << 60;
	ends(&spec, VERDICT_UNSUPPORTED, "are left here");
	spec.par.size = SIZE_MAX;
	ends(&spec, VERDICT_UNSUPPORTED, "are left here");
	spec.impl = catalogue_impl(&catalogue, "ring", NULL);
	spec.par.size = (size_t)1 << 30;
	spec.par.depth = 1 << 20;
	ends(&spec, VERDICT_UNSUPPORTED, "MiB that a link may take");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_trial__says_that_children_were_reaped_by_others),
		cmocka_unit_test(test_trial__refuses_buffers_that_do_not_fit),
	};

	return cmocka_run_group_tests_name("trial limits", tests, NULL, NULL);
}
