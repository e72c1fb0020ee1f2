/* SPDX-License-Identifier: MIT */
/*
 * The cache-line round trip: two phases, each begun together, timed by side 0
 * in small batches. Whoever waits for the other gives up after a while, so a
 * dead or unscheduled peer costs milliseconds and no figure, never a hang.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/stats.h"
#include "trial/line.h"

enum {
	LINE_TRIPS = 50,   /* round trips between two clock reads: some µs */
	LINE_BATCHES = 64, /* the last so many count */
	LINE_POLLS = 1024, /* between two looks at the clock while waiting */
};
#define LINE_PATIENCE_NS (10 * NS_PER_MS)

/* In stop: the phase that is over, or this where a side has given up. */
#define LINE_LEFT UINT64_MAX

enum line_phase { LINE_CAS = 1, LINE_MAIL };

/* One side's wait for the other. */
struct line_wait {
	struct line_probe *probe;
	unsigned int side;
	enum line_phase phase;
	uint64_t end_ns; /* of the phase, whatever happens */
};

/* Move the line on from value, which is this side's to take. False where it
 * has another value. Relaxed: nothing is published through it. */
static bool line_swap(struct line_probe *probe, uint64_t value)
{
	return atomic_compare_exchange_strong_explicit(
		&probe->cas, &value, value + 1, memory_order_relaxed,
		memory_order_relaxed);
}

/* The peer's letter is value. Acquires, as a message's reader would; pairs
 * with the release in line_post(). */
static bool line_arrived(struct line_probe *probe, unsigned int side,
			 uint64_t value)
{
	return atomic_load_explicit(&probe->mail[!side][0],
				    memory_order_acquire) == value;
}

static void line_post(struct line_probe *probe, unsigned int side,
		      uint64_t value)
{
	atomic_store_explicit(&probe->mail[side][0], value,
			      memory_order_release);
}

/* The answer is late, or the phase as a whole is. */
static bool line_late(const struct line_wait *wait, uint64_t since_ns)
{
	uint64_t now_ns = clock_ns();

	return now_ns - since_ns > LINE_PATIENCE_NS || now_ns > wait->end_ns;
}

/* The phase was ended. Looking is cheap: nobody writes this line meanwhile.
 * Pairs with the release in line_stop(). */
static bool line_stopped(const struct line_wait *wait)
{
	return atomic_load_explicit(&wait->probe->stop, memory_order_acquire) >=
	       wait->phase;
}

static void line_stop(struct line_probe *probe, uint64_t what)
{
	atomic_store_explicit(&probe->stop, what, memory_order_release);
}

/* Take the line when it is value. False: the peer does not answer. */
static bool line_swap_wait(const struct line_wait *wait, uint64_t value)
{
	uint64_t since_ns = 0;
	unsigned int polls = 0;

	while (!line_swap(wait->probe, value)) {
		if (line_stopped(wait))
			return false;
		if (++polls % LINE_POLLS)
			continue;
		if (!since_ns)
			since_ns = clock_ns();
		if (line_late(wait, since_ns))
			return false;
	}
	return true;
}

static bool line_mail_wait(const struct line_wait *wait, uint64_t value)
{
	uint64_t since_ns = 0;
	unsigned int polls = 0;

	while (!line_arrived(wait->probe, wait->side, value)) {
		event_relax();
		if (line_stopped(wait))
			return false;
		if (++polls % LINE_POLLS)
			continue;
		if (!since_ns)
			since_ns = clock_ns();
		if (line_late(wait, since_ns))
			return false;
	}
	return true;
}

/* Say that this side has come to the phase and wait for the other. */
static bool line_meet(const struct line_wait *wait)
{
	_Atomic uint64_t *here = wait->probe->here;
	uint64_t since_ns = clock_ns();

	/* Pairs with the acquire below, in the peer. */
	atomic_store_explicit(&here[wait->side], wait->phase,
			      memory_order_release);
	while (atomic_load_explicit(&here[!wait->side], memory_order_acquire) <
	       wait->phase) {
		if (line_stopped(wait) ||
		    clock_ns() - since_ns > LINE_PATIENCE_NS)
			return false;
		event_relax();
	}
	return true;
}

/*
 * Trips of one batch, the first numbered from. Side 0 takes even values and
 * side 1 odd ones, so side 0 has trip n's answer when it takes the line for
 * trip n + 1.
 */
static bool line_batch_cas(const struct line_wait *wait, uint64_t from)
{
	uint64_t n;

	for (n = from; n < from + LINE_TRIPS; n++)
		if (!line_swap_wait(wait, 2 * n))
			return false;
	return true;
}

static bool line_batch_mail(const struct line_wait *wait, uint64_t from)
{
	uint64_t n;

	for (n = from; n < from + LINE_TRIPS; n++) {
		line_post(wait->probe, 0, n + 1);
		if (!line_mail_wait(wait, n + 1))
			return false;
	}
	return true;
}

static double line_median(double *trip_ns, size_t n)
{
	n = n < LINE_BATCHES ? n : LINE_BATCHES;
	if (n == 0)
		return 0;
	stats_sort(trip_ns, n);
	return stats_median(trip_ns, n);
}

/* The median batch's time per trip: one preemption does not spoil it. The
 * first batch, with the lines still elsewhere, does not count. */
static double line_lead(const struct line_wait *wait, uint64_t budget_ns)
{
	bool (*batch)(const struct line_wait *wait, uint64_t from) =
		wait->phase == LINE_CAS ? line_batch_cas : line_batch_mail;
	double trip_ns[LINE_BATCHES];
	uint64_t end_ns = clock_ns() + budget_ns;
	uint64_t n = 0, before_ns, after_ns;

	if (!batch(wait, 0))
		goto err_leave;
	after_ns = clock_ns();
	do {
		before_ns = after_ns;
		if (!batch(wait, (n + 1) * LINE_TRIPS))
			goto err_leave;
		after_ns = clock_ns();
		trip_ns[n++ % LINE_BATCHES] =
			(double)(after_ns - before_ns) / LINE_TRIPS;
	} while (after_ns < end_ns);
	line_stop(wait->probe, wait->phase);
	return line_median(trip_ns, n);

err_leave:
	line_stop(wait->probe, LINE_LEFT);
	return 0;
}

/* Answer until the other side ends the phase. False: it went away. */
static bool line_follow(const struct line_wait *wait)
{
	uint64_t n = 0;

	if (wait->phase == LINE_CAS)
		while (line_swap_wait(wait, 2 * n + 1))
			n++;
	else
		for (; line_mail_wait(wait, n + 1); n++)
			line_post(wait->probe, 1, n + 1);
	if (atomic_load_explicit(&wait->probe->stop, memory_order_acquire) ==
	    wait->phase)
		return true;
	line_stop(wait->probe, LINE_LEFT);
	return false;
}

/* One phase of one side; figure stays 0 where there is none. */
static bool line_phase(struct line_probe *probe, unsigned int side,
		       enum line_phase phase, uint64_t budget_ns,
		       double *figure)
{
	struct line_wait wait = {probe, side, phase, 0};

	wait.end_ns = clock_ns() + budget_ns + 2 * LINE_PATIENCE_NS;
	if (!line_meet(&wait)) {
		line_stop(probe, LINE_LEFT);
		return false;
	}
	if (side)
		return line_follow(&wait);
	*figure = line_lead(&wait, budget_ns);
	return *figure > 0;
}

void line_measure(struct line_probe *probe, unsigned int side,
		  uint64_t budget_ns, struct line_floor *floor)
{
	floor->line_ns = 0;
	floor->mailbox_ns = 0;
	if (line_phase(probe, side, LINE_CAS, budget_ns, &floor->line_ns))
		line_phase(probe, side, LINE_MAIL, budget_ns,
			   &floor->mailbox_ns);
}
