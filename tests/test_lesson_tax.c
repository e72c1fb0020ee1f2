/* SPDX-License-Identifier: MIT */
/* The lesson "tax": played, its judge on marks that are made up, the service,
 * and what its calls are declared to cost against a trace. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lesson.h"

enum { OPS = 64, REPLAYS = 3, CHANGES = 25 };
enum { LIBRARY, KERNEL, REMOTE, LIAR, WAYS };
enum { PASSES = 8, MARKS_A_REPLAY = 2 };
enum {
	SERVER_NS,
	LIBRARY_NS,
	KERNEL_NS,
	TRAP_TAX,
	MESSAGE_TAX,
	SERVER_CALLS,
	SERVER_COPIES,
	SERVER_SLEEPS
};
enum { STATE = 77, ANOTHER = 78 };

static const uint64_t takes_ns[WAYS] = {10, 200, 5000, 10};

static struct {
	struct marks *client, *server;
	struct why why;
	double figure[FIGURES];
} act;

static int start(void **state)
{
	uint64_t t_ns = 1000;

	(void)state;
	act.client = marks_new(MARKS_A_REPLAY * WAYS * REPLAYS);
	act.server = marks_new(REPLAYS);
	for (uint32_t i = 0; i < REPLAYS; i++) {
		for (uint32_t form = 0; form < WAYS; form++) {
			marks_add(act.client, MARK_STEP, t_ns, 0, form);
			t_ns += OPS * takes_ns[form] *
				(form == REMOTE ? 1 : PASSES);
			marks_add(act.client, MARK_STEP, t_ns,
				  form == LIAR ? ANOTHER : STATE,
				  form == REMOTE ? OPS : 0);
		}
		marks_add(act.server, MARK_STEP, t_ns, OPS, OPS);
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(act.client);
	free(act.server);
	return 0;
}

/* The hash that a form ended a replay with. */
static uint64_t *state_of(unsigned int replay, unsigned int form)
{
	return &act.client->at[MARKS_A_REPLAY * (replay * WAYS + form) + 1].seq;
}

static int judge(void)
{
	const struct workload *tax =
		catalogue_workload(&catalogue, "tax", NULL);
	struct params par = {.size = 64, .option = {OPS, REPLAYS, CHANGES}};
	struct plan plan = {.nodes = 2};
	struct evidence evidence = {
		.impl = catalogue_impl(&catalogue, "pipe", NULL),
		.par = &par,
		.plan = &plan,
		.marks = {act.client, act.server}};

	return tax->judge(&evidence, act.figure, &act.why);
}

static void test_all_well(void **state)
{
	(void)state;
	assert_int_equal(judge(), 0);
	assert_true(act.figure[LIBRARY_NS] == 10);
	assert_true(act.figure[KERNEL_NS] == 200);
	assert_true(act.figure[SERVER_NS] == 5000);
	assert_true(act.figure[TRAP_TAX] == 20);
	assert_true(act.figure[MESSAGE_TAX] == 25);
	assert_true(act.figure[SERVER_CALLS] == 4);
	assert_true(act.figure[SERVER_COPIES] == 8);
	assert_true(act.figure[SERVER_SLEEPS] == 2);
}

static void test_another_state(void **state)
{
	(void)state;
	for (unsigned int form = LIBRARY; form < LIAR; form++) {
		*state_of(1, form) = ANOTHER;
		assert_int_equal(judge(), -EBADMSG);
		assert_non_null(strstr(act.why.text, "ended in state"));
		*state_of(1, form) = STATE;
	}
	assert_int_equal(judge(), 0);
}

static void test_lie_is_not_seen(void **state)
{
	(void)state;
	*state_of(2, LIAR) = STATE;
	assert_int_equal(judge(), -ENODATA);
}

/* Both forms answer alike, also where they refuse. */
static void test_objects(void **state)
{
	enum { MANY = 4096 };
	struct objects form[OBJECTS_FORMS];
	unsigned int refused = 0, changed = 0;

	(void)state;
	for (int i = 0; i < OBJECTS_FORMS; i++)
		assert_int_equal(objects_open(&form[i], (enum objects_form)i),
				 0);
	for (uint64_t i = 0; i < MANY; i++) {
		struct object_answer answer[OBJECTS_FORMS];
		struct object_request request;

		objects_log(i, MANY, CHANGES, &request);
		changed += request.op != OBJECT_STAT;
		for (int k = 0; k < OBJECTS_FORMS; k++)
			objects_serve(&form[k], &request, &answer[k]);
		assert_memory_equal(&answer[OBJECTS_LIBRARY],
				    &answer[OBJECTS_KERNEL], sizeof(answer[0]));
		refused += answer[OBJECTS_LIBRARY].err != 0;
	}
	assert_int_equal(form[OBJECTS_KERNEL].calls, MANY);
	assert_int_equal(form[OBJECTS_LIBRARY].calls, 0);
	assert_in_range(refused, MANY / 64, MANY / 8);
	assert_in_range(changed, MANY / 5, MANY / 3);
	for (int i = 0; i < OBJECTS_FORMS; i++)
		objects_close(&form[i]);
}

static void played(const char *impl)
{
	const uint64_t option[IPC_OPTIONS] = {OPS, REPLAYS, CHANGES};
	struct trial_record record;

	lesson_passes("tax", impl, option, &record);
	assert_true(record.figure[LIBRARY_NS] > 0);
	assert_true(record.figure[KERNEL_NS] > 0);
	assert_true(record.figure[SERVER_NS] > 0);
	trial_record_free(&record);
}

static void test_played(void **state)
{
	(void)state;
	played("pipe");
	played("slot");
	played("unix-seqpacket");
}

static void test_too_small(void **state)
{
	const struct workload *tax =
		catalogue_workload(&catalogue, "tax", NULL);
	struct params par = {.size = 8, .option = {OPS, REPLAYS, CHANGES}};
	struct plan plan = {.nodes = 0};
	struct why why;

	(void)state;
	assert_int_equal(tax->plan(&par, &plan, &why), -EINVAL);
	assert_string_equal(why.text, "a request takes 16 bytes, not 8");
}

/* ---- What a call costs: the system calls of two trials, one with more
 * operations, as strace(1) counts them. */

static char me[4096]; /* this program */

/* What checks the program makes calls of its own, or cannot be traced. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif

/* Those of the service itself are the same in any back-end; and who waits for
 * the others to begin gives the PU away as often as it takes. */
static bool is_beside(const char *line)
{
	static const char *const of[] = {"fstat(", "newfstatat(", "ftruncate(",
					 "fchmod(", "sched_yield("};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (strstr(line, of[i]))
			return true;
	return false;
}

static long count_calls(const char *impl, unsigned int ops)
{
	char trace[] = "/tmp/test-tax-XXXXXX", line[512], number[16];
	int fd = mkstemp(trace), status;
	long calls = 0;
	FILE *file;
	pid_t pid;

	assert_true(fd >= 0);
	snprintf(number, sizeof(number), "%u", ops);
	pid = fork();
	if (pid == 0) {
		execlp("strace", "strace", "-f", "-qq", "-o", trace, me,
		       "--play", impl, number, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	file = fdopen(fd, "r");
	assert_non_null(file);
	/* A call that another thread's came between has two lines. */
	while (fgets(line, sizeof(line), file))
		calls += strchr(line, '(') && !strstr(line, " resumed>") &&
			 !is_beside(line);
	fclose(file);
	unlink(trace);
	return status == 0 ? calls : -1;
}

static void costs(const char *impl)
{
	enum { FEW = 64, MORE = 320 };
	const struct ipc_impl *found = catalogue_impl(&catalogue, impl, NULL);
	long few = count_calls(impl, FEW), more = count_calls(impl, MORE);
	double each = (double)(more - few) / (MORE - FEW);

	assert_true(few > 0 && more > 0);
	/* Whoever waits for a turn may be interrupted, now and then. */
	if (each < call_cost(found).calls - 0.1 ||
	    each > call_cost(found).calls + 0.1)
		fail_msg("%s: %.2f system calls each, not %u", impl, each,
			 call_cost(found).calls);
}

static void test_costs(void **state)
{
	(void)state;
	if (IS_SANITIZED || system("strace -V >/dev/null 2>&1") != 0)
		skip();
	costs("pipe");
	costs("sysv-msg");
	costs("unix-seqpacket");
	costs("unix-dgram");
	costs("seccomp-notify");
}

static int play(const char *impl, const char *ops)
{
	const uint64_t option[IPC_OPTIONS] = {strtoull(ops, NULL, 10), 1,
					      CHANGES};
	struct trial_record record;

	lesson_run("tax", impl, option, false, &record);
	return record.verdict == VERDICT_PASS ? 0 : 1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_well),	       TEST(test_another_state),
		TEST(test_lie_is_not_seen),    cmocka_unit_test(test_objects),
		cmocka_unit_test(test_played), cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_costs),
	};

	if (argc == 4 && strcmp(argv[1], "--play") == 0)
		return play(argv[2], argv[3]);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	if (readlink("/proc/self/exe", me, sizeof(me) - 1) < 0)
		return 1;
	return cmocka_run_group_tests_name("tax", tests, NULL, NULL);
}
