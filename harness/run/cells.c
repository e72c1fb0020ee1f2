/* SPDX-License-Identifier: MIT */
/* From a job's axes to cells with a place, or with a reason. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/size.h"
#include "ipc/options.h"
#include "run/cells.h"
#include "run/results.h"

const char *const cell_status_names[CELL_STATUSES + 1] = {"planned", "skipped",
							  "failed", NULL};

enum {
	AXIS_ITEMS = 512,  /* values that one axis of a section may have */
	CLOCK_FACTOR = 50, /* a sample is this many clock reads long */
	LAPS = 4,	   /* of a store whose size we chose, in a batch */
	BATCHES_MIN = 2,
	BATCHES = 10, /* samples of a trial whose rounds overlap */
	DEPTH_MIN = 2,
	DEPTH_MAX = 1 << 20,
};

/* One axis of a section, looked up. Only the member of its kind is used. */
union item {
	struct {
		const struct workload *workload;
		uint64_t option[IPC_OPTIONS];
	} workload;
	struct {
		const struct ipc_impl *impl;
		uint64_t option[IPC_OPTIONS];
		uint32_t depth; /* 0: the axis's */
	} backend;
	size_t size;
	struct {
		char name[32];
		struct pair pair;
		bool placed;
		struct why reason;
	} place;
	int choice;
};

struct items {
	size_t n;
	union item item[AXIS_ITEMS];
};

/* What is known while a section is looked up and combined. */
struct planner {
	const struct catalogue *cat;
	const struct topology *topo;
	const struct design *design;
	struct cells *cells;
	size_t room;
	struct items axis[AXES];
	struct items *now; /* the axis being looked up */
	bool has_options;  /* its last back-end has, and may get more */
	struct why *why;
};

static union item *add_item(struct planner *p)
{
	struct items *items = p->now;

	if (items->n == AXIS_ITEMS) {
		why_not(p->why, -EINVAL, "an axis has more than %d values",
			AXIS_ITEMS);
		return NULL;
	}
	return &items->item[items->n++];
}

static int add_workload(const struct workload *workload, struct planner *p)
{
	union item *item = workload ? add_item(p) : NULL;

	if (!item)
		return -EINVAL;
	item->workload.workload = workload;
	options_preset(workload->options, item->workload.option);
	return 0;
}

/* All of them, or those that show a concept. */
static int look_all_workloads(struct planner *p, bool shows)
{
	int err = 0;

	for (size_t i = 0; !err && p->cat->workloads[i]; i++)
		if (!shows || p->cat->workloads[i]->concepts)
			err = add_workload(p->cat->workloads[i], p);
	return err;
}

static int workload_option(const char *text, struct planner *p)
{
	union item *item = &p->now->item[p->now->n - 1];
	const struct workload *workload = item->workload.workload;

	return options_parse(workload->name, workload->options, text,
			     item->workload.option, p->why);
}

static int add_named_workload(const char *name, struct planner *p)
{
	return add_workload(catalogue_workload(p->cat, name, p->why), p);
}

static int add_backend(struct planner *p, const struct ipc_impl *impl)
{
	union item *item = add_item(p);

	if (!item)
		return -EINVAL;
	memset(item, 0, sizeof(*item));
	item->backend.impl = impl;
	options_preset(impl->options, item->backend.option);
	return 0;
}

static int look_all_backends(struct planner *p)
{
	int err = 0;

	for (size_t i = 0; !err && p->cat->impls[i]; i++)
		err = add_backend(p, p->cat->impls[i]);
	return err;
}

static int parse_depth(const char *text, uint32_t *depth, struct why *why)
{
	size_t got;

	if (job_parse_size(text, &got, NULL) || got & (got - 1) ||
	    got < DEPTH_MIN || got > DEPTH_MAX)
		return why_not(why, -EINVAL,
			       "depth '%s' is not a power of two from 2 to 1M",
			       text);
	*depth = (uint32_t)got;
	return 0;
}

/* Whoever holds as many messages as he is asked to can be asked here, too. */
static int backend_option(const char *text, struct planner *p)
{
	static const char key[] = "depth=";
	union item *item = &p->now->item[p->now->n - 1];
	const struct ipc_impl *impl = item->backend.impl;
	size_t len = strlen(key);

	if (impl->caps & IPC_DEPTH && strncmp(text, key, len) == 0)
		return parse_depth(text + len, &item->backend.depth, p->why);
	return options_parse(impl->name, impl->options, text,
			     item->backend.option, p->why);
}

static int add_named_backend(const char *name, struct planner *p)
{
	const struct ipc_impl *found = catalogue_impl(p->cat, name, p->why);

	return found ? add_backend(p, found) : -EINVAL;
}

/*
 * "NAME", "NAME:KEY=VALUE", and then, as the list has it, "KEY=VALUE" for the
 * one before.
 */
static int look_named(const char *text, struct planner *p,
		      int (*add)(const char *name, struct planner *p),
		      int (*option)(const char *text, struct planner *p))
{
	size_t len = strcspn(text, ":");
	char name[JOB_VALUE];
	int err;

	if (!text[len] && strchr(text, '=')) {
		if (p->now->n && p->has_options)
			return option(text, p);
		return why_not(p->why, -EINVAL,
			       "option '%s' does not follow a name and a "
			       "colon, as in NAME:%s",
			       text, text);
	}
	p->has_options = text[len] == ':';
	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	err = add(name, p);
	return !err && text[len] ? option(text + len + 1, p) : err;
}

static int look_workload(const char *text, void *arg)
{
	struct planner *p = arg;
	bool shows = strcmp(text, "lessons") == 0;

	if (shows || strcmp(text, "all") == 0) {
		p->has_options = false;
		return look_all_workloads(p, shows);
	}
	return look_named(text, p, add_named_workload, workload_option);
}

static int look_backend(const char *text, void *arg)
{
	struct planner *p = arg;

	if (strcmp(text, "all") == 0) {
		p->has_options = false;
		return look_all_backends(p);
	}
	return look_named(text, p, add_named_backend, backend_option);
}

/* FROM:TO:xFACTOR */
static int look_size_range(const char *text, struct planner *p)
{
	char copy[JOB_VALUE];
	char *from = copy;
	char *to;
	char *step;
	char *end;
	size_t low;
	size_t high;
	unsigned long factor = 2;

	snprintf(copy, sizeof(copy), "%s", text);
	to = strchr(copy, ':');
	*to++ = '\0';
	step = strchr(to, ':');
	if (step) {
		*step++ = '\0';
		if (*step == 'x')
			step++;
		factor = strtoul(step, &end, 10);
		if (*end || factor < 2 || factor > 1024)
			return why_not(p->why, -EINVAL,
				       "size range '%s' is not FROM:TO:xFACTOR "
				       "with a factor from 2 to 1024",
				       text);
	}
	if (job_parse_size(from, &low, p->why) ||
	    job_parse_size(to, &high, p->why))
		return -EINVAL;
	if (low > high)
		return why_not(p->why, -EINVAL,
			       "size range '%s' ends before it begins", text);
	for (; low <= high; low *= factor) {
		union item *item = add_item(p);

		if (!item)
			return -EINVAL;
		item->size = low;
	}
	return 0;
}

static int look_size(const char *text, void *arg)
{
	struct planner *p = arg;
	union item *item;
	size_t size;

	if (strchr(text, ':'))
		return look_size_range(text, p);
	if (job_parse_size(text, &size, p->why))
		return -EINVAL;
	item = add_item(p);
	if (!item)
		return -EINVAL;
	item->size = size;
	return 0;
}

/* A placement that is missing here becomes one item with its reason. */
static int look_place(const char *text, void *arg)
{
	struct planner *p = arg;
	struct pair *pairs = NULL;
	struct why reason = {""};
	size_t n = 0;
	int err = topology_place(p->topo, text, &pairs, &n, &reason);
	bool missing = err == -ENODEV;

	if (missing)
		n = 1;
	else if (err)
		return why_not(p->why, -EINVAL, "%s", reason.text);
	for (size_t i = 0; i < n; i++) {
		union item *item = add_item(p);

		if (!item) {
			free(pairs);
			return -EINVAL;
		}
		snprintf(item->place.name, sizeof(item->place.name), "%s",
			 text);
		item->place.reason = reason;
		item->place.placed = !missing;
		if (missing)
			continue;
		item->place.pair = pairs[i];
		if (strcmp(text, "all") == 0)
			snprintf(item->place.name, sizeof(item->place.name),
				 "%u:%u", pairs[i].a, pairs[i].b);
	}
	free(pairs);
	return 0;
}

/* One of a few names: its number. */
static int look_choice(const char *text, struct planner *p, const char *what,
		       const char *const *names)
{
	for (int i = 0; names[i]; i++) {
		union item *item;

		if (strcmp(names[i], text) != 0)
			continue;
		item = add_item(p);
		if (!item)
			return -EINVAL;
		item->choice = i;
		return 0;
	}
	return why_unknown(p->why, what, text, names);
}

/* "quick" is the workload's own: both ends, or a sum over every byte. */
static enum payload own_payload(const struct workload *workload)
{
	return workload->touch ? PAYLOAD_TOUCH : PAYLOAD_ENDS;
}

static enum payload payload_of(const struct workload *workload, int choice)
{
	static const enum payload chosen[] = {PAYLOAD_ENDS, PAYLOAD_TOUCH,
					      PAYLOAD_FULL};

	return choice ? chosen[choice] : own_payload(workload);
}

static const char *const space_names[] = {"process", "thread", NULL};

/* The space of a back-end's own is processes, where it can connect those. */
enum { SPACE_PROCESS, SPACE_THREAD, SPACE_NATIVE };
static const char *const asked_spaces[] = {"process", "thread", "native", NULL};

static const char *const verify_names[] = {"quick", "touch", "full", NULL};

/* "native" is the interface that a back-end has in its own right. */
enum { API_NATIVE = IPC_APIS };
static const char *const api_names[] = {"copy", "lend", "native", NULL};

/* So is the way to wait: block, where it has that. */
enum { WAIT_NATIVE = IPC_WAIT_KINDS };
static const char *const wait_names[] = {"block", "spin",   "hybrid",
					 "yield", "native", NULL};

static int look_space(const char *text, void *arg)
{
	return look_choice(text, arg, "space", asked_spaces);
}

static int look_wait(const char *text, void *arg)
{
	return look_choice(text, arg, "wait", wait_names);
}

static int look_api(const char *text, void *arg)
{
	return look_choice(text, arg, "api", api_names);
}

static int look_verify(const char *text, void *arg)
{
	return look_choice(text, arg, "verify", verify_names);
}

static int look_depth(const char *text, void *arg)
{
	struct planner *p = arg;
	union item *item;
	uint32_t depth;

	if (parse_depth(text, &depth, p->why))
		return -EINVAL;
	item = add_item(p);
	if (!item)
		return -EINVAL;
	item->choice = (int)depth;
	return 0;
}

static int look_idle(const char *text, void *arg)
{
	return look_choice(text, arg, "idle", idle_names);
}

static int (*const look[AXES])(const char *text, void *arg) = {
	[AXIS_WORKLOAD] = look_workload, [AXIS_BACKEND] = look_backend,
	[AXIS_SIZE] = look_size,	 [AXIS_PLACE] = look_place,
	[AXIS_SPACE] = look_space,	 [AXIS_WAIT] = look_wait,
	[AXIS_API] = look_api,		 [AXIS_VERIFY] = look_verify,
	[AXIS_DEPTH] = look_depth,	 [AXIS_IDLE] = look_idle,
};

static int look_section(struct planner *p, const struct job *job,
			const struct section *section)
{
	for (size_t i = 0; i < AXES; i++) {
		const char *list = section->axis[i][0] ? section->axis[i]
						       : job->all.axis[i];
		int err;

		p->now = &p->axis[i];
		p->now->n = 0;
		if (i == AXIS_DEPTH && !list[0]) {
			p->now->item[p->now->n++].choice = 0;
			continue;
		}
		err = job_each(list, look[i], p, p->why);
		if (err)
			return err;
	}
	return 0;
}

static const char *verify_text(enum payload how)
{
	static const char *const names[PAYLOADS] = {"ends", "touch", "full"};

	return names[how];
}

static bool only_copies(const struct cell *cell)
{
	struct plan plan = {0};
	struct why why;

	/* What it refuses is refused when it is tried. */
	cell->workload->plan(&cell->par, &plan, &why);
	return plan.copies;
}

static enum ipc_api native_api(const struct cell *cell)
{
	bool lends = cell->impl->caps & IPC_ZEROCOPY &&
		     !cell->workload->calls && !only_copies(cell);

	return lends ? IPC_API_LEND : IPC_API_COPY;
}

static void name_cell(struct cell *cell)
{
	char size[SIZE_TEXT];
	int n;

	options_name(cell->workload->name, cell->workload->options,
		     cell->par.option, cell->variant);
	options_name(cell->impl->name, cell->impl->options, cell->option,
		     cell->backend);
	n = snprintf(cell->id, sizeof(cell->id), "%s/%s/%s/%s/%s/%s",
		     cell->variant, cell->backend,
		     size_text(cell->par.size, size), cell->placement,
		     space_names[cell->threads], ipc_wait_names[cell->wait]);
	if (cell->api != native_api(cell))
		n += snprintf(cell->id + n, sizeof(cell->id) - (size_t)n,
			      "/api=%s", ipc_api_names[cell->api]);
	if (cell->par.depth)
		n += snprintf(cell->id + n, sizeof(cell->id) - (size_t)n,
			      "/depth=%u", cell->par.depth);
	if (cell->payload != own_payload(cell->workload))
		n += snprintf(cell->id + n, sizeof(cell->id) - (size_t)n,
			      "/verify=%s", verify_text(cell->payload));
	if (cell->idle != IDLE_COLD)
		snprintf(cell->id + n, sizeof(cell->id) - (size_t)n, "/idle=%s",
			 idle_names[cell->idle]);
}

static void refuse(struct cell *cell, const struct why *why)
{
	cell->status = CELL_SKIPPED;
	cell->reason = *why;
}

/* Which way its calls go, and that they are asked for as they are. */
static int check_calls(struct cell *cell, const struct trial_spec *spec,
		       const struct plan *plan, struct why *why)
{
	unsigned int first = trial_first_service(plan);
	struct call_spec service;

	if (first == plan->services)
		return 0;
	service = trial_call_spec(spec, plan, first);
	cell->way = call_way_names[call_check(cell->impl, &service, why)->way];
	if (cell->api == IPC_API_COPY)
		return 0;
	return why_not(why, -EINVAL, "calls copy: there is no lending them");
}

/* Would it run? Asks what the trial will ask, without opening anything. */
static int try_cell(const struct planner *p, struct cell *cell, struct why *why)
{
	struct trial_spec spec;
	struct plan plan = {0};
	int err;

	cell_spec(cell, p->design, &spec);
	err = trial_plan(&spec, &plan, why);
	cell->depth = plan.links ? plan.link[0].depth : plan.service[0].depth;
	if (!err && plan.services)
		err = check_calls(cell, &spec, &plan, why);
	if (!err && plan.copies && cell->api != IPC_API_COPY)
		err = why_not(why, -EINVAL,
			      "its messages are copied: there is no lending "
			      "them");
	if (!err && cell->wait == IPC_WAIT_SPIN && plan.nodes > 2)
		err = why_not(why, -EINVAL,
			      "%u spinning nodes outnumber the PUs; use wait "
			      "yield",
			      plan.nodes);
	if (!err && cell->wait == IPC_WAIT_SPIN &&
	    cell->pair.a == cell->pair.b && !(cell->impl->caps & IPC_VOID))
		err = why_not(why, -EINVAL,
			      "spinning nodes would take PU %u from each other "
			      "for whole time slices; use wait yield",
			      cell->pair.a);
	return err;
}

static void check_cell(const struct planner *p, struct cell *cell)
{
	struct why why = {""};
	int err = try_cell(p, cell, &why);

	if (!err)
		err = idle_check(cell->idle, &why);
	if (err)
		refuse(cell, &why);
}

/* Whoever polls beside the other gives the PU away, and alone on one keeps it.
 * A wait by which the cell would run is better than one by which it would
 * not. */
static enum ipc_wait native_wait(const struct planner *p,
				 const struct cell *cell)
{
	bool same = cell->pair.a == cell->pair.b;
	const enum ipc_wait nth[] = {
		IPC_WAIT_BLOCK, same ? IPC_WAIT_YIELD : IPC_WAIT_SPIN,
		same ? IPC_WAIT_SPIN : IPC_WAIT_YIELD, IPC_WAIT_HYBRID};
	enum ipc_wait first = IPC_WAIT_KINDS;
	struct why why;

	for (size_t i = 0; i < sizeof(nth) / sizeof(nth[0]); i++) {
		struct cell tried = *cell;

		if (!(cell->impl->waits & IPC_CAN_WAIT(nth[i])))
			continue;
		if (first == IPC_WAIT_KINDS)
			first = nth[i];
		tried.wait = nth[i];
		if (try_cell(p, &tried, &why) == 0)
			return nth[i];
	}
	return first == IPC_WAIT_KINDS ? IPC_WAIT_BLOCK : first;
}

/* The other space, if that is all there is, or the cell would run nowhere
 * else. */
static bool native_threads(const struct planner *p, const struct cell *cell,
			   bool own_wait)
{
	struct cell tried = *cell;
	struct why why;

	if (!(cell->impl->caps & IPC_THREADS))
		return false;
	if (!(cell->impl->caps & IPC_PROCESSES))
		return true;
	for (int threads = 0; threads < 2; threads++) {
		tried.threads = threads == 1;
		if (own_wait)
			tried.wait = native_wait(p, &tried);
		if (try_cell(p, &tried, &why) == 0)
			return tried.threads;
	}
	return false;
}

static uint32_t emulated_caps(const struct cell *cell)
{
	struct ipc_ops ops;
	uint32_t cap = cell->api == IPC_API_COPY ? IPC_COPY : IPC_ZEROCOPY;

	if (cell->workload->calls)
		return 0; /* the cell says which way they go */
	return ipc_resolve(cell->impl, &ops) & cap;
}

static void fill_cell(const struct planner *p, const size_t at[AXES],
		      struct cell *cell)
{
	const union item *workload =
		&p->axis[AXIS_WORKLOAD].item[at[AXIS_WORKLOAD]];
	const union item *backend =
		&p->axis[AXIS_BACKEND].item[at[AXIS_BACKEND]];
	const union item *place = &p->axis[AXIS_PLACE].item[at[AXIS_PLACE]];
	int api = p->axis[AXIS_API].item[at[AXIS_API]].choice;
	int wait = p->axis[AXIS_WAIT].item[at[AXIS_WAIT]].choice;
	int space = p->axis[AXIS_SPACE].item[at[AXIS_SPACE]].choice;

	memset(cell, 0, sizeof(*cell));
	cell->workload = workload->workload.workload;
	memcpy(cell->par.option, workload->workload.option,
	       sizeof(cell->par.option));
	cell->impl = backend->backend.impl;
	memcpy(cell->option, backend->backend.option, sizeof(cell->option));
	cell->par.size = p->axis[AXIS_SIZE].item[at[AXIS_SIZE]].size;
	cell->par.depth = backend->backend.depth ? backend->backend.depth
						 : (uint32_t)p->axis[AXIS_DEPTH]
							   .item[at[AXIS_DEPTH]]
							   .choice;
	snprintf(cell->placement, sizeof(cell->placement), "%s",
		 place->place.name);
	cell->placed = place->place.placed;
	cell->pair = place->place.pair;
	cell->idle = (enum idle)p->axis[AXIS_IDLE].item[at[AXIS_IDLE]].choice;
	cell->api = api == API_NATIVE ? native_api(cell) : (enum ipc_api)api;
	cell->wait = (enum ipc_wait)wait;
	cell->threads = space == SPACE_THREAD;
	if (space == SPACE_NATIVE)
		cell->threads = native_threads(p, cell, wait == WAIT_NATIVE);
	if (wait == WAIT_NATIVE)
		cell->wait = native_wait(p, cell);
	cell->payload =
		payload_of(cell->workload,
			   p->axis[AXIS_VERIFY].item[at[AXIS_VERIFY]].choice);
	cell->emulated = emulated_caps(cell);
	name_cell(cell);
	if (!cell->placed) {
		cell->numa[0] = cell->numa[1] = -1;
		refuse(cell, &place->place.reason);
		return;
	}
	cell->numa[0] = topology_numa(p->topo, cell->pair.a);
	cell->numa[1] = topology_numa(p->topo, cell->pair.b);
	/* A waiter that polls on the poster's own PU only delays it. */
	cell->spin_ns = cell->pair.a == cell->pair.b ? 0 : p->design->spin_ns;
	check_cell(p, cell);
}

static int add_cell(struct planner *p, const size_t at[AXES])
{
	struct cells *cells = p->cells;
	struct cell *cell;

	if (cells->n == p->room) {
		size_t room = p->room ? p->room * 2 : 64;
		struct cell *more =
			realloc(cells->cell, room * sizeof(*cells->cell));

		if (!more)
			return why_not(p->why, -ENOMEM, "no memory for cells");
		cells->cell = more;
		p->room = room;
	}
	cell = &cells->cell[cells->n];
	fill_cell(p, at, cell);
	for (size_t i = 0; i < cells->n; i++) {
		if (strcmp(cells->cell[i].id, cell->id) == 0)
			return 0;
	}
	cells->n++;
	return 0;
}

/* Every combination, the last axis fastest. */
static int combine(struct planner *p)
{
	size_t at[AXES] = {0};

	for (;;) {
		size_t axis = AXES;
		int err = add_cell(p, at);

		if (err)
			return err;
		while (axis > 0 && ++at[axis - 1] == p->axis[axis - 1].n)
			at[--axis] = 0;
		if (axis == 0)
			return 0;
	}
}

static int plan_sections(struct planner *p, const struct job *job)
{
	size_t sections = job->sections ? job->sections : 1;
	int err = 0;

	for (size_t i = 0; !err && i < sections; i++) {
		err = look_section(
			p, job, job->sections ? &job->section[i] : &job->all);
		if (!err)
			err = combine(p);
	}
	return err;
}

const struct ipc_impl *cells_baseline(const struct design *design,
				      const struct catalogue *cat,
				      struct why *why)
{
	size_t i = 0;

	if (design->baseline[0])
		return catalogue_impl(cat, design->baseline, why);
	while (cat->impls[i] && cat->impls[i]->caps & IPC_VOID)
		i++;
	if (!cat->impls[i])
		why_not(why, -EINVAL, "no back-end here carries messages");
	return cat->impls[i];
}

int cells_plan(struct cells *cells, const struct job *job,
	       const struct catalogue *cat, const struct topology *topo,
	       struct why *why)
{
	struct planner *p = calloc(1, sizeof(*p));
	int err;

	*cells = (struct cells){NULL, 0};
	if (!p)
		return why_not(why, -ENOMEM, "no memory for cells");
	p->cat = cat;
	p->topo = topo;
	p->design = &job->design;
	p->cells = cells;
	p->why = why;
	err = cells_baseline(&job->design, cat, why) ? plan_sections(p, job)
						     : -EINVAL;
	free(p);
	if (err)
		cells_free(cells);
	return err;
}

void cells_free(struct cells *cells)
{
	free(cells->cell);
	*cells = (struct cells){NULL, 0};
}

size_t cells_count(const struct cells *cells, enum cell_status status)
{
	size_t n = 0;

	for (size_t i = 0; i < cells->n; i++)
		n += cells->cell[i].status == status;
	return n;
}

static uint64_t at_least_one(double value)
{
	return value < 1 ? 1 : (uint64_t)llround(value);
}

static double batch_rounds(const struct cell *cell, double round_ns,
			   const struct design *design)
{
	double rounds = (double)design->trial_time_ns / BATCHES / round_ns;

	/* A batch that fits into the store would be timed while nothing is
	 * full: what streams is then not seen. */
	if (cell->impl->caps & IPC_DEPTH)
		return fmax(rounds, (double)cell->depth * LAPS);
	return rounds;
}

void cell_size(struct cell *cell, double round_ns, const struct design *design,
	       uint64_t clock_cost_ns)
{
	bool batch = cell->workload->timing == TIMING_BATCH;
	double sample_ns = (double)(clock_cost_ns * CLOCK_FACTOR);
	double samples;

	if (round_ns < 0.1)
		round_ns = 0.1;
	cell->round_ns = round_ns;
	if (cell->workload->timing == TIMING_LESSON) {
		cell->samples = cell->per_sample = 1;
		return;
	}
	cell->per_sample =
		at_least_one(ceil(batch ? batch_rounds(cell, round_ns, design)
					: sample_ns / round_ns));
	samples = (double)design->trial_time_ns /
		  (round_ns * (double)cell->per_sample);
	cell->samples =
		at_least_one(batch ? fmax(samples, BATCHES_MIN) : samples);
	cell->warmup = at_least_one((double)design->warmup_time_ns / round_ns);
}

void cell_spec(const struct cell *cell, const struct design *design,
	       struct trial_spec *spec)
{
	*spec = (struct trial_spec){
		.impl = cell->impl,
		.workload = cell->workload,
		.par = cell->par,
		.api = cell->api,
		.payload = cell->payload,
		.wait = cell->wait,
		.spin_ns = cell->spin_ns,
		.threads = cell->threads,
		.idle = cell->idle,
		.pu = {cell->pair.a, cell->pair.b},
		.numa = cell->numa[0],
		.warmup = cell->warmup,
		.samples = cell->samples,
		.per_sample = cell->per_sample,
		.deadline_ns = design->deadline_ns,
	};
	memcpy(spec->option, cell->option, sizeof(spec->option));
}

static json_t *lesson_metrics(const struct figure_kind *kind)
{
	json_t *list = json_array();

	for (; kind->name; kind++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s}", "name",
						kind->name, "unit", kind->unit,
						"better", kind->better));
	return list;
}

static json_t *metrics_json(const struct workload *workload)
{
	if (workload->timing == TIMING_LESSON)
		return lesson_metrics(workload->figures);
	if (workload->timing == TIMING_ROUND)
		return json_pack("[{s:s, s:s, s:s}]", "name", "rtt", "unit",
				 "ns", "better", "lower");
	return json_pack("[{s:s, s:s, s:s}, {s:s, s:s, s:s}]", "name",
			 "messages_per_s", "unit", "1/s", "better", "higher",
			 "name", "bytes_per_s", "unit", "B/s", "better",
			 "higher");
}

/* Every option's value, also where it is the preset. */
static json_t *options_json(const struct cell *cell)
{
	json_t *json = json_object();

	for (size_t i = 0; i < options_count(cell->impl->options); i++) {
		const struct ipc_option *option = &cell->impl->options[i];
		char text[OPTIONS_TEXT];

		json_object_set_new(json, option->name,
				    json_string(option_value_text(
					    option, cell->option[i], text)));
	}
	return json;
}

/* What a message costs by design, through the cell's interface. */
static json_t *contract_json(const struct cell *cell)
{
	const struct ipc_contract *contract = &cell->impl->contract;

	return json_pack("{s:i, s:[s, s], s:s}", "copies",
			 (int)ipc_copies(cell->impl, cell->api), "calls",
			 contract->calls[IPC_TX], contract->calls[IPC_RX],
			 "wake", ipc_wake_names[contract->wake]);
}

static json_t *emulated_json(uint32_t caps)
{
	json_t *list = json_array();

	for (uint32_t cap = 1; caps; cap <<= 1) {
		if (caps & cap)
			json_array_append_new(list,
					      json_string(ipc_cap_name(cap)));
		caps &= ~cap;
	}
	return list;
}

json_t *cell_json(const struct cell *cell)
{
	json_t *pus = cell->placed ? json_pack("[i, i]", (int)cell->pair.a,
					       (int)cell->pair.b)
				   : json_null();
	const char *relation =
		cell->placed ? relation_names[cell->pair.relation] : NULL;
	bool calibrated = cell->round_ns > 0;

	return json_pack(
		"{s:s, s:s, s:s, s:I, s:s, s:s?, s:o, s:[i, i], s:s, s:s, "
		"s:s, s:s, s:I, s:s, s:o, s:o, s:s, s:o, s:s?, s:b, s:s, s:o, "
		"s:s?, s:s, s:s?, s:o, s:I, s:I, s:I}",
		"cell", cell->id, "workload", cell->variant, "backend",
		cell->backend, "size_b", (json_int_t)cell->par.size,
		"placement", cell->placement, "relation", relation, "pus", pus,
		"numa", cell->numa[0], cell->numa[1], "space",
		space_names[cell->threads], "wait", ipc_wait_names[cell->wait],
		"api", ipc_api_names[cell->api], "verify",
		verify_text(cell->payload), "depth", (json_int_t)cell->depth,
		"idle", idle_names[cell->idle], "options", options_json(cell),
		"contract", contract_json(cell), "family",
		ipc_family_names[cell->impl->family], "emulated",
		emulated_json(cell->emulated), "way", cell->way, "floor",
		(cell->impl->caps & IPC_VOID) != 0, "timing",
		timing_names[cell->workload->timing], "metrics",
		metrics_json(cell->workload), "link",
		cell->link[0] ? cell->link : NULL, "status",
		cell_status_names[cell->status], "reason",
		cell->status == CELL_PLANNED ? NULL : cell->reason.text,
		"round_ns",
		calibrated ? json_real(cell->round_ns) : json_null(),
		"per_sample", (json_int_t)cell->per_sample, "samples",
		(json_int_t)cell->samples, "warmup", (json_int_t)cell->warmup);
}
