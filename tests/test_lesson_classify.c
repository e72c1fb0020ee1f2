/* SPDX-License-Identifier: MIT */
/* The lesson "classify": played, and by back-ends whose tables lie. */
#include "tests/lesson.h"

enum { SYNCHRONOUS, IN_PLACE, HELD, LOST };

static struct trial_record record;

static void play_impl(const struct ipc_impl *impl, enum ipc_api api)
{
	struct trial_spec spec = {
		.impl = impl,
		.workload = catalogue_workload(&catalogue, "classify", NULL),
		.par = {.size = 56},
		.api = api,
		.threads = !(impl->caps & IPC_PROCESSES),
		.numa = -1,
		.samples = 1,
		.per_sample = 1,
		.deadline_ns = LESSON_DEADLINE_S * NS_PER_S,
	};

	options_preset(spec.impl->options, spec.option);
	while (!(impl->waits & IPC_CAN_WAIT(spec.wait)))
		spec.wait++;
	trial_run(&spec, &record);
}

static struct ipc_impl named(const char *name)
{
	return *catalogue_impl(&catalogue, name, NULL);
}

static void tells_truth(const char *name, enum ipc_api api)
{
	struct ipc_impl impl = named(name);

	play_impl(&impl, api);
	assert_string_equal(record.why.text, "");
	assert_int_equal(record.verdict, VERDICT_PASS);
	assert_true(*record.link);
}

static void is_caught(const struct ipc_impl *liar, enum ipc_api api,
		      const char *why)
{
	play_impl(liar, api);
	assert_int_equal(record.verdict, VERDICT_FAIL);
	if (!strstr(record.why.text, why))
		fail_msg("\"%s\", not \"%s\"", record.why.text, why);
	trial_record_free(&record);
}

/* What is found by the time that it takes, a busy machine may hide. */
static void is_caught_at_last(const struct ipc_impl *liar, enum ipc_api api,
			      const char *why)
{
	enum { TRIES = 8 };
	bool caught = false;

	for (int i = 0; i < TRIES && !caught; i++) {
		play_impl(liar, api);
		caught = record.verdict == VERDICT_FAIL &&
			 strstr(record.why.text, why);
		trial_record_free(&record);
	}
	assert_true(caught);
}

static void test_truth(void **state)
{
	(void)state;
	tells_truth("ring", IPC_API_COPY);
	assert_true(record.figure[SYNCHRONOUS] == 0);
	assert_true(record.figure[IN_PLACE] == 0);
	assert_true(record.figure[HELD] == 2);
	trial_record_free(&record);
	tells_truth("ring", IPC_API_LEND);
	assert_true(record.figure[IN_PLACE] == 1);
	trial_record_free(&record);
	tells_truth("pipe", IPC_API_COPY);
	trial_record_free(&record);
	tells_truth("seqlock", IPC_API_COPY);
	assert_true(record.figure[LOST] > 1);
	trial_record_free(&record);
}

/* What carries calls only: where the kernel lets it. */
static void test_calls(void **state)
{
	struct ipc_impl impl = named("seccomp-notify");

	(void)state;
	play_impl(&impl, IPC_API_COPY);
	if (record.verdict != VERDICT_UNSUPPORTED) {
		assert_string_equal(record.why.text, "");
		assert_true(record.figure[SYNCHRONOUS] == 1);
		assert_true(record.figure[IN_PLACE] == 1);
	}
	trial_record_free(&record);
	tells_truth("slot", IPC_API_LEND);
	trial_record_free(&record);
}

static void test_store(void **state)
{
	struct ipc_impl liar = named("ring");

	(void)state;
	liar.contract.store = IPC_STORE_SOURCE;
	is_caught(&liar, IPC_API_COPY,
		  "a send returned before the receiver, and its store is "
		  "declared as source");
	liar = named("pipe");
	liar.contract.store = IPC_STORE_PLACE;
	liar.memory = IPC_MEMORY_SHARED;
	is_caught(&liar, IPC_API_COPY,
		  "what was stored over a message did not show in it");
	liar = named("ring");
	liar.memory = IPC_MEMORY_GIVEN;
	is_caught(&liar, IPC_API_LEND,
		  "what was stored over a message showed in it");
}

static void test_reliable(void **state)
{
	struct ipc_impl liar = named("seqlock");

	(void)state;
	liar.caps |= IPC_RELIABLE;
	is_caught(&liar, IPC_API_COPY, "and it is declared reliable");
	liar = named("ring");
	liar.caps &= ~(uint32_t)IPC_RELIABLE;
	is_caught(&liar, IPC_API_COPY, "and it is declared unreliable");
}

static void test_depth(void **state)
{
	struct ipc_impl liar = named("posix-mq");

	(void)state;
	liar.caps |= IPC_DEPTH;
	is_caught(&liar, IPC_API_COPY, "and is declared to hold 2");
}

static void test_ends(void **state)
{
	struct ipc_impl liar = named("pipe");

	(void)state;
	liar.caps |= IPC_BOUNDARY;
	is_caught(&liar, IPC_API_COPY, "is declared to keep their ends");
	liar = named("ring");
	liar.caps &= ~(uint32_t)IPC_BOUNDARY;
	is_caught(&liar, IPC_API_COPY, "is declared a stream of bytes");
}

static void test_broadcast(void **state)
{
	struct ipc_impl liar = named("ring-mpmc");

	(void)state;
	liar.caps |= IPC_BROADCAST;
	is_caught(&liar, IPC_API_COPY, "is declared to go to every one");
	liar = named("seqlock");
	liar.caps &= ~(uint32_t)IPC_BROADCAST;
	is_caught(&liar, IPC_API_COPY, "is declared to go to one");
	liar = named("ring");
	liar.caps |= IPC_BROADCAST;
	is_caught(&liar, IPC_API_COPY, "has only one");
}

static void test_copier(void **state)
{
	struct ipc_impl liar = named("ring");

	(void)state;
#ifdef __SANITIZE_THREAD__
	/* Nothing is timed under it. */
	skip();
#endif
	liar.contract.copier[IPC_API_COPY] = IPC_BY_SENDER;
	is_caught_at_last(&liar, IPC_API_COPY, "a receive of some KiB took");
	liar.contract.copier[IPC_API_COPY] = IPC_BY_RECEIVER;
	is_caught_at_last(&liar, IPC_API_COPY, "a send of some KiB took");
	liar.contract.copier[IPC_API_LEND] = IPC_BY_RECEIVER;
	is_caught_at_last(&liar, IPC_API_LEND, "and is declared to copy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truth),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_reliable),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_broadcast),
		cmocka_unit_test(test_copier),
	};

	return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}
