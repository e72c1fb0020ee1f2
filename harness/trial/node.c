/* SPDX-License-Identifier: MIT */
/* A participant: bound, attached, warmed up, timed. The one timed loop of the
 * program is here. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/topology.h"
#include "trial/deed.h"
#include "trial/node.h"

const char *const phase_names[PHASES] = {
	[PHASE_BIND] = "binding",      [PHASE_ATTACH] = "attaching",
	[PHASE_COUNTERS] = "counters", [PHASE_LINE] = "line probe",
	[PHASE_WARMUP] = "warm-up",    [PHASE_ROUNDS] = "timed rounds",
	[PHASE_DONE] = "the end",
};

/* A node and what only its own thread needs. */
struct play {
	struct stage *stage;
	struct seat *seat;
	struct node node;
	struct counters *counters;
	rounds_fn rounds;
	uint64_t next;	   /* number of the next round */
	uint32_t meetings; /* that this node has been to */
};

static bool is_lesson(const struct play *play)
{
	return play->stage->spec->workload->timing == TIMING_LESSON;
}

static void enter(struct play *play, enum phase phase)
{
	atomic_store_explicit(&play->seat->phase, phase, memory_order_relaxed);
}

/*
 * Wait until every node is here. It polls, for a sleeping barrier would start
 * the nodes one wake-up apart; on a PU that nodes share it gives the PU away.
 *
 * The release in the addition pairs with the acquire of the look: what a node
 * wrote into the stage before the meeting is seen by all after it.
 */
static void meet(struct play *play)
{
	struct stage *stage = play->stage;
	uint32_t all = ++play->meetings * stage->plan->nodes;
	bool shared = stage->plan->nodes > 2 ||
		      stage->spec->pu[0] == stage->spec->pu[1];

	atomic_fetch_add_explicit(&stage->arrived, 1, memory_order_release);
	for (unsigned int turn = 1;; turn++) {
		uint32_t here = atomic_load_explicit(&stage->arrived,
						     memory_order_acquire);

		if (here >= all)
			return;
		if (shared || turn % 1024 == 0)
			sched_yield();
		else
			event_relax();
	}
}

struct marks *stage_marks(const struct stage *stage, unsigned int node)
{
	return (void *)((char *)stage->marks.at + node * stage->marks_bytes);
}

static struct play *play_of(struct node *node)
{
	return (struct play *)((char *)node - offsetof(struct play, node));
}

/* node_meet(), for lessons. */
static void meet_node(struct node *node)
{
	meet(play_of(node));
}

/* node_look(), for lessons. They begin when every node has been at the gate,
 * so the seat is filled. */
static void look_at_node(struct node *node, unsigned int other,
			 struct node_deed *deed)
{
	deed_read(play_of(node)->stage->seat[other].tid, deed);
}

/* The one that nobody else uses, and that does nothing where it comes late. */
enum { HOLD_SIGNAL = SIGURG };
enum {
	HELD_LOOK_NS = 20000,
	HELD_LOOKS = 50, /* it is in a system call, most likely */
};

/* This thread's, while it plays a lesson. */
static _Thread_local struct play *playing;

static void look_again(void)
{
	const struct timespec pause = {.tv_nsec = HELD_LOOK_NS};

	nanosleep(&pause, NULL);
}

/* In a signal's handler: nothing but what may be done there. */
static void stand_still(int number)
{
	struct play *play = playing;
	struct hold *hold;
	int was = errno;

	(void)number;
	if (!play)
		return;
	hold = &play->stage->hold[play->node.self];
	atomic_store_explicit(&hold->is_held, true, memory_order_release);
	while (node_told(&play->node,
			 atomic_load_explicit(&hold->word,
					      memory_order_relaxed)) <
	       atomic_load_explicit(&hold->until, memory_order_relaxed))
		look_again();
	atomic_store_explicit(&hold->is_held, false, memory_order_release);
	errno = was;
}

/* node_hold(), for lessons. The kernel orders what is stored before the signal
 * before what its handler loads. */
static void hold_node(struct node *node, unsigned int other, unsigned int word,
		      uint64_t value)
{
	struct stage *stage = play_of(node)->stage;
	const struct seat *seat = &stage->seat[other];
	struct hold *hold = &stage->hold[other];

	atomic_store_explicit(&hold->word, word, memory_order_relaxed);
	atomic_store_explicit(&hold->until, value, memory_order_relaxed);
	syscall(SYS_tgkill, seat->record.pid, seat->tid, HOLD_SIGNAL);
	for (int i = 0; i < HELD_LOOKS; i++) {
		if (atomic_load_explicit(&hold->is_held, memory_order_acquire))
			return;
		look_again();
	}
}

static void expect_hold(struct play *play)
{
	struct sigaction action = {.sa_handler = stand_still,
				   .sa_flags = SA_RESTART};

	playing = play;
	sigemptyset(&action.sa_mask);
	sigaction(HOLD_SIGNAL, &action, NULL);
}

/* Node 0 says how many rounds come next, all nodes hear it. */
static uint64_t agree(struct play *play, uint64_t rounds)
{
	if (play->node.self == 0)
		play->stage->agreed = rounds;
	meet(play);
	rounds = play->stage->agreed;
	meet(play); /* nobody changes it before all have read it */
	return rounds;
}

static int play_rounds(struct play *play, uint64_t rounds)
{
	uint64_t from = play->next;

	play->next += rounds;
	return play->rounds(&play->node, from, rounds);
}

/* Number among those of its role. */
static uint16_t among(uint64_t set, unsigned int self)
{
	return (uint16_t)__builtin_popcountll(set & (NODE(self) - 1));
}

static int attach_ports(struct play *play)
{
	const struct plan *plan = play->stage->plan;
	uint64_t self = NODE(play->node.self);

	for (unsigned int i = 0; i < plan->links; i++) {
		uint64_t side = plan->link[i].tx & self ? plan->link[i].tx
							: plan->link[i].rx;
		int err;

		if (!(side & self))
			continue;
		err = ipc_port_attach(play->stage->link[i],
				      plan->link[i].tx & self ? IPC_TX : IPC_RX,
				      among(side, play->node.self),
				      &play->node.port[i]);
		if (err)
			return err;
	}
	return 0;
}

static int attach_services(struct play *play)
{
	const struct plan *plan = play->stage->plan;
	unsigned int self = play->node.self;
	int err = 0;

	for (unsigned int i = 0; i < plan->services && !err; i++) {
		struct call_service *service = play->stage->service[i];
		uint64_t clients = plan->service[i].clients;
		uint64_t servers = plan->service[i].servers;

		if (clients & NODE(self))
			err = call_port_attach(service, CALL_CLIENT,
					       among(clients, self),
					       &play->node.client[i]);
		if (!err && servers & NODE(self))
			err = call_port_attach(service, CALL_SERVER,
					       among(servers, self),
					       &play->node.server[i]);
	}
	return err;
}

static void detach_ports(struct play *play)
{
	for (unsigned int i = 0; i < play->stage->plan->services; i++) {
		if (play->node.client[i])
			call_port_detach(play->node.client[i]);
		if (play->node.server[i])
			call_port_detach(play->node.server[i]);
	}
	for (unsigned int i = 0; i < play->stage->plan->links; i++) {
		if (play->node.port[i])
			ipc_port_detach(play->node.port[i]);
	}
}

static int make_buffer(struct play *play)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = shm_round(
		trial_buffer(play->stage->spec, play->stage->plan), page);

	play->node.buf = aligned_alloc(page, bytes);
	if (!play->node.buf)
		return -ENOMEM;
	/* Not one zero page: every page is the node's own. */
	memset(play->node.buf, 0xa5, bytes);
	return 0;
}

/* The cache-line floors, between the first two nodes, if they are on two PUs.
 */
static void probe_line(struct play *play, unsigned int when)
{
	struct stage *stage = play->stage;
	unsigned int self = play->node.self;
	struct line_floor unused;

	if (stage->spec->line_ns && stage->plan->nodes > 1 && self < 2 &&
	    stage->spec->pu[0] != stage->spec->pu[1])
		line_measure(&stage->line[when], self, stage->spec->line_ns,
			     self == 0 ? &stage->floor[when] : &unused);
	meet(play);
}

/* Rounds that are not samples: the first by itself, then the warm-up. */
static int warm_up(struct play *play, uint64_t rounds)
{
	uint64_t start = clock_ns();
	uint64_t cold;
	int err = play_rounds(play, 1);

	cold = clock_ns();
	if (!err && rounds)
		err = play_rounds(play, rounds);
	if (play->node.self == 0) {
		play->stage->cold_ns = cold - start;
		play->stage->warmup_ns = clock_ns() - cold;
	}
	return err;
}

/*
 * Double the rounds until a call takes a fair part of the time allowed. Of the
 * last two calls the faster counts: one that was disturbed would make trials
 * too short, and short calls find caches and stores that long ones overflow.
 */
static int calibrate(struct play *play)
{
	uint64_t budget_ns = play->stage->spec->calibrate_ns;
	uint64_t began = clock_ns();
	uint64_t rounds = 1;
	double last_ns = 0;

	while ((rounds = agree(play, rounds)) != 0) {
		uint64_t start = clock_ns();
		double round_ns;
		uint64_t now;
		int err = play_rounds(play, rounds);

		if (err)
			return err;
		now = clock_ns();
		if (play->node.self != 0)
			continue;
		round_ns = (double)(now - start) / (double)rounds;
		play->stage->round_ns =
			rounds > 1 && last_ns < round_ns ? last_ns : round_ns;
		last_ns = round_ns;
		rounds *= 2;
		if (now - start > budget_ns / 3 || now - began > budget_ns)
			rounds = 0;
	}
	return 0;
}

/* The timed loop. One clock read a sample: its end is the next one's start. */
static int timed_rounds(struct play *play)
{
	struct stage *stage = play->stage;
	const uint64_t samples = stage->spec->samples;
	const uint64_t per_sample = stage->spec->per_sample;
	const rounds_fn rounds = play->rounds;
	uint64_t next = play->next;
	uint64_t start = clock_ns();
	uint64_t then = start;

	for (uint64_t i = 0; i < samples; i++) {
		int err = rounds(&play->node, next, per_sample);
		uint64_t now = clock_ns();

		if (err)
			return err;
		if (i < stage->raw_max)
			stage->raw[i] = now - then;
		else
			hist_add(&stage->hist, now - then);
		then = now;
		next += per_sample;
	}
	play->next = next;
	stage->wall_ns = then - start;
	stage->raw_n = samples < stage->raw_max ? samples : stage->raw_max;
	return 0;
}

/* A lesson, which is one round that is one sample. */
static int play_lesson(struct play *play)
{
	const struct trial_spec *spec = play->stage->spec;
	struct traffic traffic = {spec->api, spec->payload};
	struct stage *stage = play->stage;
	uint64_t start = clock_ns();
	int err = spec->workload->play(&play->node, traffic);

	playing = NULL;
	if (play->node.self != 0)
		return err;
	stage->wall_ns = stage->cold_ns = clock_ns() - start;
	stage->round_ns = (double)stage->wall_ns;
	stage->raw[0] = stage->wall_ns;
	stage->raw_n = stage->raw_max;
	return err;
}

/* The same rounds, for the nodes that do not hold the clock: in the same
 * calls only where a call ends with something of its own. */
static int untimed_rounds(struct play *play)
{
	const struct trial_spec *spec = play->stage->spec;
	uint64_t calls = spec->samples;
	uint64_t rounds = spec->per_sample;
	int err = 0;

	if (spec->workload->timing == TIMING_ROUND) {
		rounds *= calls;
		calls = 1;
	}
	for (uint64_t i = 0; !err && i < calls; i++)
		err = play_rounds(play, rounds);
	return err;
}

/* The timed rounds, with what the kernel and the PU count around them. */
static int counted_rounds(struct play *play)
{
	struct node_record *record = &play->seat->record;
	struct usage before;
	struct usage after;
	bool counts;
	int err;
	int (*part)(struct play * play) =
		play->node.self == 0 ? timed_rounds : untimed_rounds;

	if (is_lesson(play))
		part = play_lesson;
	usage_read(&before);
	counts = play->counters && counters_start(play->counters) == 0;
	if (play->counters && !counts)
		why_not(&record->counters_why, 0, "the counters do not start");
	err = part(play);
	if (counts)
		record->has_counters =
			counters_stop(play->counters, record->counters) == 0;
	usage_read(&after);
	record->usage = usage_between(&before, &after);
	record->pu_seen = (unsigned int)sched_getcpu();
	return err;
}

static int set_up(struct play *play)
{
	const struct trial_spec *spec = play->stage->spec;
	struct node_record *record = &play->seat->record;
	int err;

	enter(play, PHASE_BIND);
	record->pu = spec->pu[play->node.self % 2];
	err = topology_bind(record->pu, &play->seat->why);
	if (err)
		return err;
	enter(play, PHASE_ATTACH);
	err = attach_ports(play);
	if (!err)
		err = attach_services(play);
	if (!err)
		err = make_buffer(play);
	if (!err && play->node.self == 0)
		err = shm_fault_in(play->stage, play->stage->bytes);
	if (err)
		return err;
	enter(play, PHASE_COUNTERS);
	play->counters = counters_open(&spec->events, &record->counters_why);
	return 0;
}

static int perform(struct play *play)
{
	const struct trial_spec *spec = play->stage->spec;
	int err;

	if (is_lesson(play))
		expect_hold(play);
	enter(play, PHASE_LINE);
	meet(play);
	if (play->node.self == 0)
		play->stage->ready_ns = clock_ns();
	probe_line(play, 0);
	enter(play, PHASE_WARMUP);
	err = is_lesson(play)
		      ? 0
		      : warm_up(play, spec->calibrate_ns ? 0 : spec->warmup);
	if (err)
		return err;
	enter(play, PHASE_ROUNDS);
	err = (spec->calibrate_ns && !is_lesson(play) ? calibrate
						      : counted_rounds)(play);
	play->seat->record.wrong = play->node.wrong;
	if (err)
		return err;
	enter(play, PHASE_LINE);
	meet(play);
	probe_line(play, 1);
	return 0;
}

int node_play(struct stage *stage, unsigned int self)
{
	const struct trial_spec *spec = stage->spec;
	struct play play = {
		.stage = stage,
		.seat = &stage->seat[self],
		.rounds = spec->workload->rounds[spec->api][spec->payload],
		.node = {.self = self,
			 .par = &stage->spec->par,
			 .site = stage->site,
			 .board = stage->board,
			 .shared = stage->shared.at,
			 .meet = meet_node,
			 .look = look_at_node,
			 .hold = hold_node},
	};
	int err;

	if (stage->marks.at)
		play.node.marks = stage_marks(stage, self);
	play.seat->tid = gettid();
	play.seat->record.pid = getpid();
	err = set_up(&play);
	if (!err)
		err = perform(&play);
	/* Said before the ends are closed, which may make others fail. */
	play.seat->err = err;
	if (play.counters)
		counters_close(play.counters);
	detach_ports(&play);
	free(play.node.buf);
	if (!err)
		enter(&play, PHASE_DONE);
	return err;
}
