/* SPDX-License-Identifier: MIT */
/* Waiting for a word: each kind, several waiters, and wake-ups by the
 * thousand at the moment where one could be lost. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/shm.h"

enum {
	ROUNDS = 3000,
	WAITERS = 3,
	SPIN_NS = 3000, /* about what a delay below takes */
	DELAY_TURNS = 200,
	END_S = 60,
	LATE_S = 5, /* no wake-up takes half of it */
};

/* Two directions, as a link and its answers. */
struct shared {
	_Alignas(SHM_APART) struct event event[2];
	_Alignas(SHM_APART) _Atomic uint32_t word[2];
	_Alignas(SHM_APART) uint32_t data[2]; /* plain: ordered by the word */
	_Atomic uint32_t done;
};

struct side {
	struct shared *shared;
	struct event_policy policy;
	int self;
	uint32_t wrong;
};

static void delay(uint32_t *random)
{
	*random = *random * 1664525u + 1013904223u;
	for (uint32_t i = 0; i < (*random >> 8) % DELAY_TURNS; i++)
		event_relax();
}

/* Post to the other and wait for it; who is first differs per side. */
static void play(struct side *side)
{
	struct shared *s = side->shared;
	int out = side->self, in = !side->self;
	uint32_t random = (uint32_t)side->self + 7;

	for (uint32_t i = 1; i <= ROUNDS; i++) {
		if (side->self == 1) {
			event_wait(&s->event[in], &s->word[in], i - 1,
				   &side->policy);
			side->wrong += s->data[in] != i;
		}
		delay(&random);
		s->data[out] = i;
		event_post(&s->event[out], &s->word[out], i, &side->policy);
		if (side->self == 0) {
			delay(&random);
			event_wait(&s->event[in], &s->word[in], i - 1,
				   &side->policy);
			side->wrong += s->data[in] != i;
		}
	}
}

static void *play_thread(void *side)
{
	play(side);
	return NULL;
}

static struct shared *shared_new(void)
{
	void *at = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(at, MAP_FAILED);
	return at;
}

static void between_threads(enum ipc_wait wait)
{
	struct side side[2] = {{.self = 0}, {.self = 1}};
	struct shared *shared = shared_new();
	pthread_t thread;

	alarm(END_S);
	for (int i = 0; i < 2; i++) {
		side[i].shared = shared;
		event_policy(&side[i].policy, wait, SPIN_NS, true);
	}
	assert_int_equal(pthread_create(&thread, NULL, play_thread, &side[1]),
			 0);
	play(&side[0]);
	pthread_join(thread, NULL);
	alarm(0);
	assert_int_equal(side[0].wrong, 0);
	assert_int_equal(side[1].wrong, 0);
	/* Who slept is awake, and counted out. */
	assert_int_equal(shared->event[0].sleepers, 0);
	assert_int_equal(shared->event[1].sleepers, 0);
	munmap(shared, sizeof(*shared));
}

static void between_processes(enum ipc_wait wait)
{
	struct shared *shared = shared_new();
	struct side side = {.shared = shared, .self = 0};
	int status;
	pid_t pid;

	alarm(END_S);
	event_policy(&side.policy, wait, SPIN_NS, false);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		side.self = 1;
		play(&side);
		_exit(side.wrong != 0);
	}
	play(&side);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	alarm(0);
	assert_int_equal(status, 0);
	assert_int_equal(side.wrong, 0);
	munmap(shared, sizeof(*shared));
}

static void block_threads(void **state)
{
	(void)state;
	between_threads(IPC_WAIT_BLOCK);
}

static void hybrid_threads(void **state)
{
	(void)state;
	between_threads(IPC_WAIT_HYBRID);
}

static void yield_threads(void **state)
{
	(void)state;
	between_threads(IPC_WAIT_YIELD);
}

static void block_processes(void **state)
{
	(void)state;
	between_processes(IPC_WAIT_BLOCK);
}

static void hybrid_processes(void **state)
{
	(void)state;
	between_processes(IPC_WAIT_HYBRID);
}

static void spin_processes(void **state)
{
	(void)state;
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip(); /* each turn would take a time slice */
	between_processes(IPC_WAIT_SPIN);
}

/* A changed word is seen at once, whatever the kind: nobody is there who
 * could post. */
static void no_wait_when_changed(void **state)
{
	(void)state;
	for (int wait = 0; wait < IPC_WAIT_KINDS; wait++) {
		_Atomic uint32_t word = 5;
		struct event event = {0};
		struct event_policy policy;

		event_policy(&policy, (enum ipc_wait)wait, SPIN_NS, true);
		assert_int_equal(event_wait(&event, &word, 4, &policy), 5);
		event_post(&event, &word, 6, &policy);
		assert_int_equal(word, 6);
		assert_int_equal(event.sleepers, 0);
	}
}

/* Who waits for a while only comes back, and not at once, with what the word
 * is; nobody is left among the sleepers. */
static void wait_has_an_end(void **state)
{
	const uint64_t ns = 20 * NS_PER_MS;

	(void)state;
	for (int wait = 0; wait < IPC_WAIT_KINDS; wait++) {
		_Atomic uint32_t word = 5;
		struct event event = {0};
		struct event_policy policy;
		uint64_t start = clock_ns();

		event_policy(&policy, (enum ipc_wait)wait, SPIN_NS, true);
		while (clock_ns() - start < ns)
			assert_int_equal(
				event_wait_for(&event, &word, 5, &policy, ns),
				5);
		assert_true(clock_ns() - start < END_S * NS_PER_S);
		assert_int_equal(event_wait_for(&event, &word, 4, &policy, ns),
				 5);
		assert_int_equal(event.sleepers, 0);
	}
}

/* It changes the word by other means, and wakes. */
static void *add_one(void *shared)
{
	struct shared *s = shared;
	struct event_policy policy;

	event_policy(&policy, IPC_WAIT_BLOCK, 0, true);
	while (atomic_load(&s->event[0].sleepers) == 0)
		sched_yield();
	atomic_fetch_add_explicit(&s->word[0], 1, memory_order_seq_cst);
	event_posted(&s->event[0], &s->word[0], &policy);
	return NULL;
}

static void posted_wakes(void **state)
{
	static struct shared s;
	struct event_policy policy;
	pthread_t thread;
	uint64_t start = clock_ns();

	(void)state;
	event_policy(&policy, IPC_WAIT_BLOCK, 0, true);
	assert_int_equal(pthread_create(&thread, NULL, add_one, &s), 0);
	assert_int_equal(event_wait_for(&s.event[0], &s.word[0], 0, &policy,
					LATE_S * NS_PER_S),
			 1);
	assert_true(clock_ns() - start < LATE_S * NS_PER_S / 2);
	pthread_join(thread, NULL);
}

struct crowd {
	struct shared *shared;
	struct event_policy policy;
	_Atomic uint32_t word[WAITERS];
};

struct one {
	struct crowd *crowd;
	pthread_t waiter;
	_Atomic uint32_t *word;
};

static void *sleep_once(void *arg)
{
	struct one *one = arg;

	event_wait(&one->crowd->shared->event[0], one->word, 0,
		   &one->crowd->policy);
	atomic_fetch_add(&one->crowd->shared->done, 1);
	return NULL;
}

/* WAITERS sleep under one event, on one word or each on its own. */
static void crowd_wakes(bool own_words)
{
	struct crowd crowd = {.shared = shared_new()};
	struct event *event = &crowd.shared->event[0];
	pthread_t thread[WAITERS];
	struct one one[WAITERS];

	alarm(END_S);
	event_policy(&crowd.policy, IPC_WAIT_BLOCK, 0, true);
	for (int i = 0; i < WAITERS; i++) {
		one[i].crowd = &crowd;
		one[i].word = &crowd.word[own_words ? i : 0];
		assert_int_equal(
			pthread_create(&thread[i], NULL, sleep_once, &one[i]),
			0);
	}
	while (atomic_load(&event->sleepers) < WAITERS)
		sched_yield();
	assert_int_equal(crowd.shared->done, 0);
	for (int i = 0; i < (own_words ? WAITERS : 1); i++)
		event_post(event, &crowd.word[i], 1, &crowd.policy);
	for (int i = 0; i < WAITERS; i++)
		pthread_join(thread[i], NULL);
	alarm(0);
	assert_int_equal(crowd.shared->done, WAITERS);
	assert_int_equal(event->sleepers, 0);
	munmap(crowd.shared, sizeof(*crowd.shared));
}

static void crowd_on_one_word(void **state)
{
	(void)state;
	crowd_wakes(false);
}

static void crowd_on_own_words(void **state)
{
	(void)state;
	crowd_wakes(true);
}

static void on_nothing(int signal)
{
	(void)signal;
}

static void *interrupt(void *arg)
{
	struct one *one = arg;
	struct event *event = &one->crowd->shared->event[0];

	while (atomic_load(&event->sleepers) == 0)
		sched_yield();
	for (int i = 0; i < 50; i++) {
		pthread_kill(one->waiter, SIGUSR1);
		sched_yield();
	}
	atomic_store(&one->crowd->shared->done, 1);
	event_post(event, one->word, 1, &one->crowd->policy);
	return NULL;
}

/* A signal ends the sleep in the kernel, not the wait. */
static void signals_do_not_end_a_wait(void **state)
{
	struct sigaction act = {.sa_handler = on_nothing};
	struct crowd crowd = {.shared = shared_new()};
	struct one one = {&crowd, pthread_self(), &crowd.word[0]};
	pthread_t thread;

	(void)state;
	alarm(END_S);
	sigaction(SIGUSR1, &act, NULL);
	event_policy(&crowd.policy, IPC_WAIT_BLOCK, 0, true);
	pthread_create(&thread, NULL, interrupt, &one);
	assert_int_equal(
		event_wait(&crowd.shared->event[0], one.word, 0, &crowd.policy),
		1);
	assert_int_equal(crowd.shared->done, 1);
	pthread_join(thread, NULL);
	alarm(0);
	signal(SIGUSR1, SIG_DFL);
	munmap(crowd.shared, sizeof(*crowd.shared));
}

static void policy_is_as_asked(void **state)
{
	struct event_policy policy;

	(void)state;
	event_policy(&policy, IPC_WAIT_SPIN, 1, true);
	assert_false(policy.sleeps);
	assert_false(policy.asymmetric);
	assert_true(policy.private);
	event_policy(&policy, IPC_WAIT_YIELD, 1, false);
	assert_false(policy.sleeps);
	assert_false(policy.private);
	event_policy(&policy, IPC_WAIT_BLOCK, 1, false);
	assert_true(policy.sleeps);
	/* Each of its waits would pay for the barrier. */
	assert_false(policy.asymmetric);
	event_policy(&policy, IPC_WAIT_HYBRID, 77, false);
	assert_true(policy.sleeps);
	assert_int_equal(policy.spin_ns, 77);
	assert_string_equal(ipc_wait_names[IPC_WAIT_HYBRID], "hybrid");
	assert_null(ipc_wait_names[IPC_WAIT_KINDS]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_is_as_asked),
		cmocka_unit_test(no_wait_when_changed),
		cmocka_unit_test(wait_has_an_end),
		cmocka_unit_test(posted_wakes),
		cmocka_unit_test(block_threads),
		cmocka_unit_test(hybrid_threads),
		cmocka_unit_test(yield_threads),
		cmocka_unit_test(block_processes),
		cmocka_unit_test(hybrid_processes),
		cmocka_unit_test(spin_processes),
		cmocka_unit_test(crowd_on_one_word),
		cmocka_unit_test(crowd_on_own_words),
		cmocka_unit_test(signals_do_not_end_a_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
