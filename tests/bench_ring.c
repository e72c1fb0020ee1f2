/* SPDX-License-Identifier: MIT */
/*
 * Rings against floors and against other people's rings, between two PUs.
 *
 * Ours go through the port's table, as everything in the suite does, in a loop
 * without a harness: a word by send and recv, longer messages by loan and
 * publish, take and release, and where it says so many of them by one call,
 * copied or in place. Floors and peers are inlined. Both sides are threads of one
 * process, bound to a PU each; every byte of a message is written and read.
 *
 * What keeps some limits from being met:
 *
 *	8 B, a call each	a call through a table stores what an inlined
 *		loop keeps in registers, and each store takes a place in the
 *		store buffer that a line under way needs
 *	64 B in batches, 4 MiB	there are two paces. A receiver that is far
 *		behind reads from the cache that both share, one close behind
 *		from the sender's own, at a third of that; and at that pace it
 *		stays where it is. Which of them a run gets, and keeps, is open
 *	1024 slots		the ring does not fit into the first cache;
 *		neither slots apart, nor in another order, nor fetching the
 *		next one early makes a difference
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/shm.h"
#include "cli/command.h"
#include "ipc/options.h"
#include "tests/peer.h"
#include "tests/selfbench.h"

void bench_ring(void);

enum {
	WORD = 8,
	LINE_PAYLOAD = 56, /* bytes that share a line with a stamp */
	TRIPS = 20000,	   /* of a figure */
	LAPS = 6,	   /* of a stream through its ring, at least */
	MESSAGES = 300000, /* of a stream, at least */
	ROOM_NS_HYBRID = 2000,
	BATCH = 64, /* messages of a call that takes several */
};

/* How the messages of a stream go: one by one; several by send_many and
 * recv_many; several by loan_many and its like. */
enum way { EACH, COPIED, LENT };

/* One of ours: a link each way, and the ports of both sides. */
struct ours {
	const char *name; /* of the back-end; its options are at preset */
	uint32_t depth;
	size_t size;
	enum ipc_wait wait;
	enum way way;
	uint64_t messages;
	struct ipc_ops ops;
	struct ipc_link *link[2];
	struct ipc_port *tx[2], *rx[2];
};

enum { THERE, BACK };

static void must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(-err));
	exit(EXIT_FAILURE);
}

static struct ipc_spec ours_spec(const struct ours *o,
				 const struct ipc_impl *impl)
{
	struct ipc_spec spec = {
		.msg_max = o->size,
		.depth = o->depth,
		.spin_ns = ROOM_NS_HYBRID,
		.senders = 1,
		.receivers = 1,
		.wait = o->wait,
		.threads = true,
		.calls = impl->caps & IPC_CALLS,
	};

	options_preset(impl->options, spec.option);
	return spec;
}

/* False, with the limit reported as absent, where the machine cannot. */
static bool ours_open(struct ours *o, const char *limit)
{
	const struct ipc_impl *impl = catalogue_impl(&catalogue, o->name, NULL);
	struct ipc_spec spec;
	struct why why;

	if (!impl) {
		bench_absent(limit, "not here: the back-end");
		return false;
	}
	spec = ours_spec(o, impl);
	if (ipc_check(impl, &spec, 0, &why)) {
		bench_absent(limit, why.text);
		return false;
	}
	ipc_resolve(impl, &o->ops);
	for (int i = THERE; i <= BACK; i++) {
		must(ipc_link_open(impl, &spec, &o->ops,
				   i && spec.calls ? o->link[THERE] : NULL,
				   &o->link[i]),
		     "open");
		must(ipc_port_attach(o->link[i], IPC_TX, 0, &o->tx[i]),
		     "attach");
		must(ipc_port_attach(o->link[i], IPC_RX, 0, &o->rx[i]),
		     "attach");
	}
	return true;
}

static void ours_close(struct ours *o)
{
	for (int i = BACK; i >= THERE; i--) {
		ipc_port_detach(o->tx[i]);
		ipc_port_detach(o->rx[i]);
		ipc_link_close(o->link[i]);
	}
}

IPC_INLINE void put(struct ipc_port *tx, size_t size, uint64_t value)
{
	struct ipc_msg m;
	uint64_t *word;

	if (size == WORD) {
		must(ipc_send(tx, &value, WORD, 0) == WORD ? 0 : -EIO, "send");
		return;
	}
	must(ipc_loan(tx, &m, size, 0), "loan");
	word = m.data;
	for (size_t i = 0; i < size / WORD; i++)
		word[i] = value;
	must(ipc_publish(tx, &m), "publish");
}

IPC_INLINE uint64_t get(struct ipc_port *rx, size_t size)
{
	struct ipc_msg m;
	const uint64_t *word;
	uint64_t sum = 0;

	if (size == WORD) {
		must(ipc_recv(rx, &sum, WORD, 0) == WORD ? 0 : -EIO, "recv");
		return sum;
	}
	must(ipc_take(rx, &m, 0), "take");
	word = m.data;
	for (size_t i = 0; i < size / WORD; i++)
		sum += word[i];
	must(ipc_release(rx, &m), "release");
	return sum;
}

/* The same of messages that begin with number first, BATCH at most. */
IPC_INLINE void put_many(struct ipc_port *tx, size_t size, uint64_t first,
			 uint64_t n)
{
	_Alignas(SHM_LINE) uint64_t buf[BATCH * SHM_LINE / WORD];

	for (uint64_t i = 0; i < n; i++)
		for (size_t k = 0; k < size / WORD; k++)
			buf[(size_t)i * (size / WORD) + k] = first + i;
	must(ipc_send_many(tx, buf, size, n, 0) == (ssize_t)n ? 0 : -EIO,
	     "send_many");
}

IPC_INLINE uint64_t get_many(struct ipc_port *rx, size_t size, uint64_t n,
			     uint64_t *sum)
{
	_Alignas(SHM_LINE) uint64_t buf[BATCH * SHM_LINE / WORD];
	ssize_t got = ipc_recv_many(rx, buf, size, n, 0);

	must(got > 0 ? 0 : (int)got, "recv_many");
	for (ssize_t i = 0; i < got; i++)
		for (size_t k = 0; k < size / WORD; k++)
			*sum += buf[(size_t)i * (size / WORD) + k];
	return (uint64_t)got;
}

/* In place, of n that are left; returns how many. */
IPC_INLINE uint64_t put_run(struct ipc_port *tx, size_t size, uint64_t first,
			    uint64_t n)
{
	struct ipc_run run;
	unsigned char *at;
	size_t stride;

	must(ipc_loan_many(tx, &run, size, n < BATCH ? n : BATCH, 0),
	     "loan_many");
	/* What is stored might be the run, for all that the compiler knows. */
	at = run.first.data;
	stride = run.stride;
	n = run.n;
	for (size_t i = 0; i < n; i++, at += stride)
		for (size_t k = 0; k < size / WORD; k++)
			((uint64_t *)at)[k] = first + i;
	must(ipc_publish_many(tx, &run), "publish_many");
	return n;
}

IPC_INLINE uint64_t get_run(struct ipc_port *rx, size_t size, uint64_t n,
			    uint64_t *sum)
{
	struct ipc_run run;
	const unsigned char *at;

	must(ipc_take_many(rx, &run, n < BATCH ? n : BATCH, 0), "take_many");
	at = run.first.data;
	for (size_t i = 0; i < run.n; i++, at += run.stride)
		for (size_t k = 0; k < size / WORD; k++)
			*sum += ((const uint64_t *)at)[k];
	must(ipc_release_many(rx, &run), "release_many");
	return run.n;
}

/* Loops of a size that the compiler knows, as for the peers. */
#define OURS_LOOPS(size)                                                      \
	static void ours_source_##size(void *arg)                             \
	{                                                                     \
		struct ours *o = arg;                                         \
                                                                              \
		for (uint64_t i = 0; i < o->messages; i++)                    \
			put(o->tx[THERE], size, i);                           \
		bench_keep(get(o->rx[BACK], size));                           \
	}                                                                     \
	static void ours_sink_##size(void *arg)                               \
	{                                                                     \
		struct ours *o = arg;                                         \
		uint64_t sum = 0;                                             \
                                                                              \
		for (uint64_t i = 0; i < o->messages; i++)                    \
			sum += get(o->rx[THERE], size);                       \
		put(o->tx[BACK], size, sum);                                  \
	}                                                                     \
	static void ours_source_many_##size(void *arg)                        \
	{                                                                     \
		struct ours *o = arg;                                         \
                                                                              \
		for (uint64_t i = 0; i < o->messages; i += BATCH)             \
			put_many(o->tx[THERE], size, i, BATCH);               \
		bench_keep(get(o->rx[BACK], size));                           \
	}                                                                     \
	static void ours_sink_many_##size(void *arg)                          \
	{                                                                     \
		struct ours *o = arg;                                         \
		uint64_t sum = 0;                                             \
                                                                              \
		for (uint64_t i = 0; i < o->messages;)                        \
			i += get_many(o->rx[THERE], size, BATCH, &sum);       \
		put(o->tx[BACK], size, sum);                                  \
	}                                                                     \
	static void ours_source_lent_##size(void *arg)                        \
	{                                                                     \
		struct ours *o = arg;                                         \
                                                                              \
		for (uint64_t i = 0; i < o->messages;)                        \
			i += put_run(o->tx[THERE], size, i, o->messages - i); \
		bench_keep(get(o->rx[BACK], size));                           \
	}                                                                     \
	static void ours_sink_lent_##size(void *arg)                          \
	{                                                                     \
		struct ours *o = arg;                                         \
		uint64_t sum = 0;                                             \
                                                                              \
		for (uint64_t i = 0; i < o->messages;)                        \
			i += get_run(o->rx[THERE], size, o->messages - i,     \
				     &sum);                                   \
		put(o->tx[BACK], size, sum);                                  \
	}                                                                     \
	static void ours_ping_##size(void *arg)                               \
	{                                                                     \
		struct ours *o = arg;                                         \
                                                                              \
		for (uint64_t i = 0; i < TRIPS; i++) {                        \
			put(o->tx[THERE], size, i);                           \
			bench_keep(get(o->rx[BACK], size));                   \
		}                                                             \
	}                                                                     \
	static void ours_pong_##size(void *arg)                               \
	{                                                                     \
		struct ours *o = arg;                                         \
                                                                              \
		for (uint64_t i = 0; i < TRIPS; i++)                          \
			put(o->tx[BACK], size, get(o->rx[THERE], size));      \
	}
OURS_LOOPS(8)
OURS_LOOPS(56)
OURS_LOOPS(64)

#define OURS_ENTRY(size)                                              \
	{                                                             \
		size,                                                 \
			{ours_source_##size, ours_source_many_##size, \
			 ours_source_lent_##size},                    \
			{ours_sink_##size, ours_sink_many_##size,     \
			 ours_sink_lent_##size},                      \
			ours_ping_##size, ours_pong_##size            \
	}
static const struct ours_loops {
	size_t size;
	void (*source[LENT + 1])(void *), (*sink[LENT + 1])(void *);
	void (*ping)(void *), (*pong)(void *);
} ours_loops[] = {OURS_ENTRY(8), OURS_ENTRY(56), OURS_ENTRY(64)};

static const struct ours_loops *ours_find(size_t size)
{
	const struct ours_loops *loops = ours_loops;

	while (loops->size != size)
		loops++;
	return loops;
}

static double ours_trip_ns(const void *arg)
{
	struct ours *o = (struct ours *)arg;
	const struct ours_loops *loops = ours_find(o->size);

	return bench_duo(loops->ping, loops->pong, o) / TRIPS;
}

/* M/s. */
static double ours_rate(const void *arg)
{
	struct ours *o = (struct ours *)arg;
	const struct ours_loops *loops = ours_find(o->size);

	return 1e3 * (double)o->messages /
	       bench_duo(loops->source[o->way], loops->sink[o->way], o);
}

/* The floor of a round trip: a line each way, with one writer each. */

struct mailbox {
	_Alignas(SHM_APART) _Atomic uint64_t there;
	_Alignas(SHM_APART) _Atomic uint64_t back;
};

static void mail_wait(_Atomic uint64_t *line, uint64_t value)
{
	while (atomic_load_explicit(line, memory_order_acquire) != value)
		event_relax();
}

static void mail_ping(void *arg)
{
	struct mailbox *box = arg;

	for (uint64_t i = 1; i <= TRIPS; i++) {
		atomic_store_explicit(&box->there, i, memory_order_release);
		mail_wait(&box->back, i);
	}
}

static void mail_pong(void *arg)
{
	struct mailbox *box = arg;

	for (uint64_t i = 1; i <= TRIPS; i++) {
		mail_wait(&box->there, i);
		atomic_store_explicit(&box->back, i, memory_order_release);
	}
}

static double mailbox_trip_ns(const void *arg)
{
	static struct mailbox box;

	(void)arg;
	memset(&box, 0, sizeof(box));
	return bench_duo(mail_ping, mail_pong, &box) / TRIPS;
}

static void trip(const char *name, struct ours o, double limit)
{
	struct bench_ratio ratio = {
		.name = name,
		.limit = limit,
		.cross = true,
		.own = ours_trip_ns,
		.floor = mailbox_trip_ns,
		.arg = &o,
	};

	o.wait = IPC_WAIT_SPIN;
	if (!ours_open(&o, name))
		return;
	bench_ratio(&ratio);
	ours_close(&o);
}

static void bench_trips(void)
{
	trip("ring: round trip 8 B, 8 slots / mailbox",
	     (struct ours){.name = "ring", .depth = 8, .size = WORD}, 1.15);
	trip("ring: round trip 56 B, 8 slots / mailbox",
	     (struct ours){.name = "ring", .depth = 8, .size = LINE_PAYLOAD},
	     1.15);
	trip("ring: round trip 56 B, 1024 slots / mailbox",
	     (struct ours){.name = "ring", .depth = 1024, .size = LINE_PAYLOAD},
	     1.5);
	trip("slot: round trip 8 B / mailbox",
	     (struct ours){.name = "slot", .depth = 1, .size = WORD}, 0.75);
}

/*
 * Streams against peers: each has its best of a small and a large ring. All
 * publish each message on its own: the ring by its stamp, also where one call
 * of send_many stores BATCH of them, and peers by their counters.
 */

struct peer_run {
	const struct peer *peer;
	void *at;
	uint64_t messages;
	uint64_t sum;
	_Atomic uint32_t done;
};

static void peer_source(void *arg)
{
	struct peer_run *run = arg;

	run->peer->source(run->at, run->messages);
	while (!atomic_load_explicit(&run->done, memory_order_acquire))
		event_relax();
}

static void peer_sink(void *arg)
{
	struct peer_run *run = arg;

	run->sum = run->peer->sink(run->at, run->messages);
	atomic_store_explicit(&run->done, 1, memory_order_release);
}

static uint64_t stream_messages(uint32_t depth)
{
	uint64_t laps = (uint64_t)LAPS * depth;

	laps = laps > MESSAGES ? laps : MESSAGES;
	return laps - laps % BATCH;
}

/* M/s of one queue in memory like that of our large rings. */
static double peer_rate(const struct peer *peer, void *at, uint32_t depth)
{
	struct peer_run run = {
		.peer = peer, .at = at, .messages = stream_messages(depth)};

	memset(at, 0, peer->bytes);
	peer->init(at);
	return 1e3 * (double)run.messages /
	       bench_duo(peer_source, peer_sink, &run);
}

/* Two of ours and all of theirs, of one message size. */
struct contest {
	size_t size;
	struct ours ours[PEER_RINGS];
	struct shm memory;
};

static uint32_t contest_depth(size_t size, int ring)
{
	return ring == PEER_SMALL ? PEER_SLOTS_SMALL
				  : (uint32_t)(PEER_BYTES_LARGE / size);
}

static double contest_ours(const void *arg)
{
	const struct contest *c = arg;
	double small = ours_rate(&c->ours[PEER_SMALL]);
	double large = ours_rate(&c->ours[PEER_LARGE]);

	return small > large ? small : large;
}

static double contest_theirs(const void *arg)
{
	const struct contest *c = arg;
	const struct peer(*tables[])[PEER_RINGS] = {peer_ck, peer_boost};
	int size = c->size == WORD ? PEER_8 : PEER_64;
	double best = 0;

	for (size_t i = 0; i < 2; i++)
		for (int ring = 0; tables[i] && ring < PEER_RINGS; ring++) {
			const struct peer *peer = &tables[i][size][ring];
			double rate = peer->name
					      ? peer_rate(peer, c->memory.at,
							  contest_depth(c->size,
									ring))
					      : 0;

			best = rate > best ? rate : best;
		}
	return best;
}

static void contest(const char *name, const char *backend, size_t size,
		    enum way way, double limit)
{
	struct contest c = {.size = size};
	struct bench_ratio ratio = {
		.name = name,
		.limit = limit,
		.at_least = true,
		.cross = true,
		.own = contest_ours,
		.floor = contest_theirs,
		.arg = &c,
	};

	if (!peer_ck[0][0].name && !peer_boost) {
		bench_absent(name, "not here: ck_ring.h, boost/lockfree");
		return;
	}
	must(shm_open_anon(&c.memory, "ipcbench-peer", 2 * PEER_BYTES_LARGE,
			   true),
	     "memory");
	for (int i = 0; i < PEER_RINGS; i++) {
		uint32_t depth = contest_depth(size, i);

		c.ours[i] = (struct ours){.name = backend,
					  .depth = depth,
					  .size = size,
					  .wait = IPC_WAIT_SPIN,
					  .way = way,
					  .messages = stream_messages(depth)};
		if (!ours_open(&c.ours[i], name))
			exit(EXIT_FAILURE);
	}
	bench_ratio(&ratio);
	for (int i = 0; i < PEER_RINGS; i++)
		ours_close(&c.ours[i]);
	shm_close(&c.memory);
}

/*
 * The floor of a stream: lines that one side writes and the other reads, in as
 * many of them as our ring has, with a counter that is posted once a batch.
 */

enum { HAND_BATCH = 32, HAND_LAG = 8, LINE_WORDS = SHM_LINE / WORD };

struct hand_off {
	_Alignas(SHM_APART) _Atomic uint64_t head;
	_Alignas(SHM_APART) _Atomic uint64_t tail;
	_Alignas(SHM_APART) _Atomic uint64_t done;
	_Alignas(SHM_APART) uint64_t lines; /* in all */
	uint64_t room;			    /* lines of the ring */
	uint64_t (*ring)[LINE_WORDS];
};

/* Wait until counter is beyond from; returns what it is then. */
static uint64_t hand_wait(_Atomic uint64_t *counter, uint64_t from)
{
	uint64_t now;

	while ((now = atomic_load_explicit(counter, memory_order_acquire)) <=
	       from)
		event_relax();
	return now;
}

static void hand_source(void *arg)
{
	struct hand_off *h = arg;
	uint64_t end = h->room;

	for (uint64_t i = 0; i < h->lines; i++) {
		uint64_t *line = h->ring[i & (h->room - 1)];

		if (i == end)
			end = h->room + hand_wait(&h->tail, i - h->room);
		for (int k = 0; k < LINE_WORDS; k++)
			line[k] = i;
		if ((i + 1) % HAND_BATCH == 0)
			atomic_store_explicit(&h->head, i + 1,
					      memory_order_release);
	}
	hand_wait(&h->done, 0);
}

static void hand_sink(void *arg)
{
	struct hand_off *h = arg;
	uint64_t head = 0, sum = 0, lag = h->room / HAND_LAG;

	for (uint64_t i = 0; i < h->lines; i++) {
		const uint64_t *line = h->ring[i & (h->room - 1)];

		if (i == head)
			head = hand_wait(&h->head, i);
		for (int k = 0; k < LINE_WORDS; k++)
			sum += line[k];
		if (((i + 1) & (lag - 1)) == 0)
			atomic_store_explicit(&h->tail, i + 1,
					      memory_order_release);
	}
	bench_keep(sum);
	atomic_store_explicit(&h->done, 1, memory_order_release);
}

/*
 * Streams of ours beside it; bytes are compared. Two of the very same kind
 * differ by where their pages lie, those of more than a second cache by a
 * multiple: so there are several of each, which take turns.
 */
enum { PLACES = 16 };
struct bulk {
	struct ours ours[PLACES];
	struct shm memory[PLACES]; /* of the floor */
	unsigned int turn, floor_turn;
};

/* GB/s. */
static double bulk_ours(const void *arg)
{
	struct bulk *b = (struct bulk *)arg;
	struct ours *o = &b->ours[b->turn++ % PLACES];

	return ours_rate(o) * (double)o->size / 1e3;
}

static double bulk_floor(const void *arg)
{
	struct bulk *b = (struct bulk *)arg;
	const struct shm *memory = &b->memory[b->floor_turn++ % PLACES];
	struct hand_off h = {
		.room = memory->bytes / SHM_LINE,
		.lines = b->ours[0].messages * b->ours[0].size / SHM_LINE,
		.ring = memory->at,
	};

	h.lines -= h.lines % HAND_BATCH;
	return (double)h.lines * SHM_LINE /
	       bench_duo(hand_source, hand_sink, &h);
}

static void bulk(const char *name, const struct ours *o, double limit)
{
	static struct bulk b;
	const struct bench_ratio ratio = {
		.name = name,
		.limit = limit,
		.at_least = true,
		.cross = true,
		.own = bulk_ours,
		.floor = bulk_floor,
		.arg = &b,
	};
	size_t bytes = o->depth * o->size;

	b.turn = b.floor_turn = 0;
	for (int i = 0; i < PLACES; i++) {
		b.ours[i] = *o;
		b.ours[i].wait = IPC_WAIT_SPIN;
		b.ours[i].messages = stream_messages(o->depth);
		if (!ours_open(&b.ours[i], name))
			return;
		must(shm_open_anon(&b.memory[i], "ipcbench-floor", bytes,
				   bytes >= SHM_HUGE),
		     "memory");
	}
	bench_ratio(&ratio);
	for (int i = 0; i < PLACES; i++) {
		shm_close(&b.memory[i]);
		ours_close(&b.ours[i]);
	}
}

/* Who posts and looks for sleepers, beside who need not. Nobody sleeps. Two
 * links of the very same kind differ by a sixth, by where their pages lie: so
 * there are many of each kind, which take turns. */
enum { HOT_LINKS = 16 };
struct hot {
	struct ours link[HOT_LINKS];
	unsigned int turn;
};
struct hot_pair {
	struct hot *waits, *spins;
};

static double hot_rate(struct hot *hot)
{
	return ours_rate(&hot->link[hot->turn++ % HOT_LINKS]);
}

static double hot_waits(const void *arg)
{
	return hot_rate(((const struct hot_pair *)arg)->waits);
}

static double hot_spins(const void *arg)
{
	return hot_rate(((const struct hot_pair *)arg)->spins);
}

/* False as ours_open(). */
static bool hot_open(struct hot *hot, const struct ours *o, enum ipc_wait wait,
		     const char *limit)
{
	hot->turn = 0;
	for (int i = 0; i < HOT_LINKS; i++) {
		hot->link[i] = *o;
		hot->link[i].wait = wait;
		hot->link[i].messages = stream_messages(o->depth);
		if (!ours_open(&hot->link[i], limit))
			return false;
	}
	return true;
}

static void hot_close(struct hot *hot)
{
	for (int i = 0; i < HOT_LINKS; i++)
		ours_close(&hot->link[i]);
}

static void hot(const char *name, const struct ours *o, double limit)
{
	static struct hot waits, spins;
	const struct hot_pair pair = {&waits, &spins};
	const struct bench_ratio ratio = {
		.name = name,
		.limit = limit,
		.at_least = true,
		.cross = true,
		.own = hot_waits,
		.floor = hot_spins,
		.arg = &pair,
	};

	if (!hot_open(&waits, o, IPC_WAIT_HYBRID, name) ||
	    !hot_open(&spins, o, IPC_WAIT_SPIN, name))
		exit(EXIT_FAILURE);
	bench_ratio(&ratio);
	hot_close(&waits);
	hot_close(&spins);
}

void bench_ring(void)
{
	struct ours small = {.depth = PEER_SLOTS_SMALL, .size = SHM_LINE};
	struct ours large = {.depth = PEER_BYTES_LARGE / SHM_LINE,
			     .size = SHM_LINE};
	struct ours words = {.name = "ring", .depth = 1 << 16, .size = WORD};

	bench_trips();
	contest("ring: stream 8 B one by one, a call each / peers", "ring",
		WORD, EACH, 2);
	contest("ring: stream 8 B one by one, 64 a call / peers", "ring", WORD,
		COPIED, 2);
	contest("ring-index: stream 64 B one by one / the better peer",
		"ring-index", SHM_LINE, EACH, 1.1);
	small.name = large.name = "ring-index";
	/* Batches on both sides: its counter is posted each 32 messages. */
	small.way = large.way = LENT;
	bulk("ring-index: 64 B, 64 KiB / lines handed over in batches", &small,
	     0.9);
	bulk("ring-index: 64 B, 4 MiB / lines handed over in batches", &large,
	     0.9);
	small.name = large.name = "ring";
	large.name = "ring";
	large.way = EACH;
	hot("ring: stream 8 B, wait=hybrid / wait=spin", &words, 0.95);
	hot("ring: stream 64 B, wait=hybrid / wait=spin", &large, 0.95);
}
