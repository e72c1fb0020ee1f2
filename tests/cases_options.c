/* SPDX-License-Identifier: MIT */
/* What a back-end is asked before a link is opened: options, and probes. */
#include "base/clock.h"

#include "cases.h"

/* Each value of an option that is tried is refused with a reason, or works. */

enum {
	OPTIONS_LARGE = 70000, /* more than many a buffer that is to be had */
	OPTIONS_VALUES = 4,    /* of a size or a count */
	OPTIONS_OPEN_MAX = 64 << 20, /* bytes; a link of more is only asked
					for, as it takes seconds to fault in */
};

/* A power of two between both, in the middle of the powers of two. */
static uint64_t middle(const struct ipc_option *option)
{
	uint64_t low = option->min ? option->min : 1, value = 1;

	while (value < option->max / value * low)
		value *= 2;
	return value > option->max ? option->max : value;
}

/* How many values are tried, and which is number i. */
static size_t values(const struct ipc_option *option)
{
	size_t n = 0;

	if (option->kind != IPC_OPTION_CHOICE)
		return OPTIONS_VALUES;
	while (option->names[n])
		n++;
	return n;
}

static uint64_t value(const struct ipc_option *option, size_t i)
{
	const uint64_t tried[OPTIONS_VALUES] = {option->preset, option->min,
						middle(option), option->max};

	return option->kind == IPC_OPTION_CHOICE ? i : tried[i];
}

static int option_run(struct stage *stage, const struct cell *cell, bool huge)
{
	struct play play = {
		.msg_max = SMALL, .depth = 4, .calls = has(cell, IPC_CALLS)};
	struct ipc_spec spec = play_spec(cell, &play);
	struct why why;

	if (!play_fits(stage, cell, &spec, &why) || huge)
		return atomic_load(&stage->failed) ? -1 : 0;
	if (play_any(stage, cell, SMALL))
		return -1;
	play.msg_max = OPTIONS_LARGE;
	spec = play_spec(cell, &play);
	if (!play_fits(stage, cell, &spec, &why))
		return atomic_load(&stage->failed) ? -1 : 0;
	return play_any(stage, cell, OPTIONS_LARGE);
}

static bool is_huge(const struct ipc_option *option, uint64_t bytes)
{
	return option->kind == IPC_OPTION_SIZE && bytes > OPTIONS_OPEN_MAX &&
	       bytes <= option->max;
}

int run_options(struct stage *stage, const struct cell *cell)
{
	const struct ipc_option *options = cell->impl->options;
	char text[OPTIONS_TEXT];

	for (size_t i = 0; i < options_count(cell->impl->options); i++)
		for (size_t v = 0; v < values(&options[i]); v++) {
			struct cell with = *cell;

			with.option[i] = value(&options[i], v);
			snprintf(stage->about, sizeof(stage->about), "%.30s=%s",
				 options[i].name,
				 option_value_text(&options[i], with.option[i],
						   text));
			if (option_run(stage, &with,
				       is_huge(&options[i], with.option[i])))
				return -1;
		}
	return 0;
}

/*
 * A probe is asked of thousands of cells: whatever it is asked, it answers at
 * once, a refusal has its reason, and nothing is left.
 */

enum {
	PROBE_TRIES = 3,
	PROBE_LIMIT_NS = 20 * 1000 * 1000, /* the fastest of the tries */
};

static int probe_once(struct stage *stage, const struct cell *cell,
		      const struct ipc_spec *spec)
{
	uint64_t best_ns = UINT64_MAX;
	struct why why;

	snprintf(stage->about, sizeof(stage->about),
		 "%zu B, depth %u, %u to %u%s", spec->msg_max, spec->depth,
		 spec->senders, spec->receivers, spec->calls ? ", calls" : "");
	for (int i = 0; i < PROBE_TRIES && best_ns > PROBE_LIMIT_NS; i++) {
		uint64_t from_ns = clock_ns(), took_ns;

		if (!play_fits(stage, cell, spec, &why) &&
		    atomic_load(&stage->failed))
			return -1;
		took_ns = clock_ns() - from_ns;
		if (took_ns < best_ns)
			best_ns = took_ns;
	}
	if (best_ns > PROBE_LIMIT_NS)
		return stage_fail(stage, "a probe takes %llu us",
				  (unsigned long long)best_ns / 1000);
	return 0;
}

int run_probe(struct stage *stage, const struct cell *cell)
{
	static const size_t sizes[] = {1,	1 << 16,   1 << 20,
				       1 << 30, 1ul << 40, SIZE_MAX / 4};
	static const uint32_t depths[] = {1, 1 << 10, 1u << 31};
	static const uint16_t ends[] = {1, 2, 64};
	struct leftovers before = leftovers_now();
	size_t n = LENGTH(sizes) * LENGTH(depths) * LENGTH(ends) * 2;

	for (size_t i = 0; i < n; i++) {
		size_t end = i / 2 / LENGTH(sizes) / LENGTH(depths);
		struct play play = {
			.msg_max = sizes[i / 2 % LENGTH(sizes)],
			.depth = depths[i / 2 / LENGTH(sizes) % LENGTH(depths)],
			.senders = ends[end],
			.receivers = ends[LENGTH(ends) - 1 - end],
			.calls = i & 1,
		};
		struct ipc_spec spec = play_spec(cell, &play);

		if (probe_once(stage, cell, &spec))
			return -1;
	}
	return leftovers_check(stage, &before);
}
