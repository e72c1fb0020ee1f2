/* SPDX-License-Identifier: MIT */
/*
 * Pages handed over: buffers in place against memcpy() and against two of
 * them, pages remapped against copies and against buffers in place; from what
 * size on remapping pays, and what a remap consists of. In all of them the
 * sender writes every byte and the receiver reads every byte.
 *
 * pageswap cannot take 0.35 of the time of copies where pool, which does
 * nothing but write and read the bytes, takes 0.4 of it: of 4 MiB that is 73 us
 * in place, 15 more for the two remaps, 190 with two copies. The limit comes
 * from copies that took twice as long.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/shm.h"
#include "base/size.h"
#include "base/topology.h"
#include "ipc/frames.h"
#include "ipc/options.h"
#include "tests/bench_bare.h"
#include "tests/selfbench.h"

void bench_transfer(void);

enum {
	COPY_NS = 5 * NS_PER_MS,
	COPY_TURNS = 8, /* between two looks at the clock */
	CROSSOVER_PAIRS = 5,
	REMAPS = 101,
	PART_MAX = 4 << 20, /* longest window of which a remap is taken apart */
};

/* A stream of trials. */
static struct trial_spec stream_of(const char *name, const char *options,
				   size_t size)
{
	struct trial_spec spec =
		bare_spec(name, "stream", size, bench_pus.cross, IPC_WAIT_SPIN);
	struct why why;

	if (options_parse(name, spec.impl->options, options, spec.option,
			  &why)) {
		fprintf(stderr, "%s\n", why.text);
		exit(EXIT_FAILURE);
	}
	return spec;
}

/* Two streams of one size; without a floor, memcpy() is. */
struct duel {
	struct trial_spec own, floor;
};

static double own_ns(const void *arg)
{
	return bare_trial_ns(&((const struct duel *)arg)->own);
}

static double floor_ns(const void *arg)
{
	return bare_trial_ns(&((const struct duel *)arg)->floor);
}

static double own_rate(const void *arg)
{
	return 1 / own_ns(arg);
}

static double floor_rate(const void *arg)
{
	return 1 / floor_ns(arg);
}

static void *pages_for(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (at == MAP_FAILED)
		exit(EXIT_FAILURE);
	return at;
}

/* Copies of a message's size a ns, in one thread, from one buffer to one. */
static double copy_rate(const void *arg)
{
	const struct duel *duel = arg;
	size_t size = duel->own.par.size, copies = 0;
	unsigned char *from = pages_for(size), *to = pages_for(size);
	uint64_t start, now;

	if (topology_bind(bench_pus.cross[0], NULL))
		exit(EXIT_FAILURE);
	memcpy(to, from, size);
	start = now = clock_ns();
	while (now - start < COPY_NS) {
		for (int i = 0; i < COPY_TURNS; i++) {
			memcpy(to, from, size);
			bench_keep(to[i]);
		}
		copies += COPY_TURNS;
		now = clock_ns();
	}
	munmap(from, size);
	munmap(to, size);
	return (double)copies / (double)(now - start);
}

static void against_memcpy(size_t size, double limit)
{
	struct duel duel = {.own = stream_of("pool", "", size)};
	char name[96], text[SIZE_TEXT];
	struct bench_ratio ratio = {.name = name,
				    .limit = limit,
				    .at_least = true,
				    .cross = true,
				    .own = own_rate,
				    .floor = copy_rate,
				    .arg = &duel};

	snprintf(name, sizeof(name), "pool %s: bytes a second / memcpy",
		 size_text(size, text));
	bare_fit(&duel.own);
	bench_ratio(&ratio);
}

static void against_two_buffers(size_t size, double limit)
{
	struct duel duel = {.own = stream_of("pool", "", size),
			    .floor = stream_of("pool", "bytes=1", size)};
	char name[96], text[SIZE_TEXT];
	struct bench_ratio ratio = {.name = name,
				    .limit = limit,
				    .at_least = true,
				    .cross = true,
				    .own = own_rate,
				    .floor = floor_rate,
				    .arg = &duel};

	snprintf(name, sizeof(name), "pool %s: bytes a second / two buffers",
		 size_text(size, text));
	duel.floor.par.depth = 2;
	bare_fit(&duel.own);
	bare_fit(&duel.floor);
	bench_ratio(&ratio);
}

/* Time, so less is better. */
static void swap_against(const char *name, size_t size, const char *other,
			 enum ipc_api api, double limit)
{
	struct duel duel = {.own = stream_of("pageswap", "", size),
			    .floor = stream_of(other, "", size)};
	struct bench_ratio ratio = {.name = name,
				    .limit = limit,
				    .cross = true,
				    .own = own_ns,
				    .floor = floor_ns,
				    .arg = &duel};

	duel.floor.api = api;
	bare_fit(&duel.own);
	bare_fit(&duel.floor);
	bench_ratio(&ratio);
}

/* Median of few pairs, to find where it crosses 1; whatever the class. */
static double time_to_copy(const char *name, const char *options, size_t size)
{
	struct duel duel = {.own = stream_of(name, options, size),
			    .floor = stream_of("ring", "", size)};
	double y[CROSSOVER_PAIRS];

	duel.floor.api = IPC_API_COPY;
	bare_fit(&duel.own);
	bare_fit(&duel.floor);
	for (size_t i = 0; i < CROSSOVER_PAIRS; i++)
		y[i] = own_ns(&duel) / floor_ns(&duel);
	return bench_median(y, CROSSOVER_PAIRS);
}

static void crossover(const char *name, const char *options)
{
	static const size_t sizes[] = {4 << 10,	  16 << 10, 64 << 10, 128 << 10,
				       256 << 10, 1 << 20,  4 << 20,  16 << 20};
	size_t from = 0;
	char text[SIZE_TEXT];

	printf("  %s:%s, time / ring with copies:\n   ", name, options);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		double y = time_to_copy(name, options, sizes[i]);

		printf(" %s %.3g", size_text(sizes[i], text), y);
		fflush(stdout);
		if (y >= 1)
			from = 0;
		else if (from == 0)
			from = sizes[i];
	}
	if (from)
		printf("\n    less from %s on\n", size_text(from, text));
	else
		printf("\n    less nowhere\n");
}

/* What a remap consists of: system calls alone, on a window of our own. */
struct window {
	unsigned char *at;
	size_t bytes, unit;
	int fd;
	unsigned int turn;
	double ns[REMAPS];
};

/* The next of two frames, in place of the one that is there. */
static void remap(struct window *w, int flags)
{
	off_t frame = (off_t)(shm_round(w->bytes, w->unit) * (w->turn++ % 2));

	if (mmap(w->at, w->bytes, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED | flags, w->fd, frame) == MAP_FAILED)
		exit(EXIT_FAILURE);
}

static void touch(struct window *w)
{
	for (size_t i = 0; i < w->bytes; i += 4096)
		((volatile unsigned char *)w->at)[i] = 1;
}

/* Times the second of two remaps; the first leaves the window with entries
 * or without. */
static double remap_ns(struct window *w, bool mapped, int flags)
{
	for (size_t i = 0; i < REMAPS; i++) {
		uint64_t start;

		remap(w, 0);
		if (mapped)
			touch(w);
		start = clock_ns();
		remap(w, flags);
		w->ns[i] = (double)(clock_ns() - start);
	}
	return bench_median(w->ns, REMAPS);
}

/* The same beside a thread that runs on the other PU. */
struct beside {
	struct window *w;
	double ns;
	_Atomic bool stop;
};

static void remap_beside(void *arg)
{
	struct beside *b = arg;

	b->ns = remap_ns(b->w, true, 0);
	/* Orders nothing: ends the other. */
	atomic_store_explicit(&b->stop, true, memory_order_relaxed);
}

static void run_beside(void *arg)
{
	struct beside *b = arg;

	while (!atomic_load_explicit(&b->stop, memory_order_relaxed))
		event_relax();
}

static void remap_parts(struct window *w, const char *pages)
{
	double call, gone, filled;
	struct beside beside = {.w = w};
	char text[SIZE_TEXT];

	if (topology_bind(bench_pus.cross[0], NULL))
		exit(EXIT_FAILURE);
	call = remap_ns(w, false, 0);
	gone = remap_ns(w, true, 0) - call;
	filled = remap_ns(w, false, MAP_POPULATE) - call;
	printf("    %5s %-4s remap %7.2f  fault in %7.2f  take down and flush "
	       "%7.2f",
	       size_text(w->bytes, text), pages, call / NS_PER_US,
	       filled / NS_PER_US, gone / NS_PER_US);
	if (bench_two_pus()) {
		bench_duo(remap_beside, run_beside, &beside);
		printf("  flush another PU %7.2f",
		       (beside.ns - call - gone) / NS_PER_US);
	}
	printf("\n");
	fflush(stdout);
}

/* As pageswap has it: from 128 KiB on in whole pages of 2 MiB. */
static const size_t small_windows[] = {4 << 10, 64 << 10, 1 << 20, PART_MAX, 0};
static const size_t huge_windows[] = {4 << 10, 64 << 10, 2 << 20, PART_MAX, 0};

static void remap_split(bool huge)
{
	const size_t *bytes = huge ? huge_windows : small_windows;
	struct window w = {.unit = SHM_HUGE};
	struct shm shm;
	void *room = mmap(NULL, PART_MAX + SHM_HUGE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED ||
	    frames_open(&shm, "ipcbench-selfbench", 2 * PART_MAX,
			huge ? PAGES_TRANSPARENT : PAGES_SMALL))
		exit(EXIT_FAILURE);
	munmap(shm.at, shm.bytes);
	w.at = (void *)shm_round((uintptr_t)room, SHM_HUGE);
	w.fd = shm.fd;
	if (huge && !shm.huge)
		printf("    no 2 MiB pages to be had\n");
	else
		for (; *bytes; bytes++) {
			w.bytes = *bytes;
			remap_parts(&w, huge ? "2M" : "4K");
		}
	close(shm.fd);
	munmap(room, PART_MAX + SHM_HUGE);
}

void bench_transfer(void)
{
	against_memcpy(64 << 10, 0.8);
	against_memcpy(1 << 20, 1.1);
	against_two_buffers(64 << 10, 4.5);
	swap_against("pageswap 4M: time / ring with copies", 4 << 20, "ring",
		     IPC_API_COPY, 0.35);
	swap_against("pageswap 4M: time / pool", 4 << 20, "pool", IPC_API_LEND,
		     1.4);
	/* What no transfer can be faster than comes first. */
	crossover("pool", "pages=transparent");
	crossover("pageswap", "pages=transparent");
	crossover("pageswap", "pages=small");
	printf("  us of a remap, by bare mmap(2):\n");
	remap_split(false);
	remap_split(true);
}
