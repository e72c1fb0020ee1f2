/* SPDX-License-Identifier: MIT */
/* A job's axes become cells: on machines that are made up, so that each has
 * every relation. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cli/command.h"
#include "run/cells.h"
#include "run/schema.h"

/* Two packages, in each four cores of two PUs, two of them to an L3. */
#define MACHINE "pack:2 numa:1 l3:2 core:2 pu:2"

static struct topology *topo;
static struct job job;
static struct cells cells;
static struct why why;

static int load_machine(void **state)
{
	(void)state;
	return topology_load(&topo, MACHINE, true, &why);
}

static int free_machine(void **state)
{
	(void)state;
	topology_free(topo);
	return 0;
}

static void set(const char *section, const char *key, const char *value)
{
	if (job_set(&job, section, key, value, &why) != 0)
		fail_msg("%s", why.text);
}

/* A job of one cell, to be changed. */
static int start(void **state)
{
	(void)state;
	job_init(&job);
	set(NULL, "workload", "pingpong");
	set(NULL, "backend", "pipe");
	set(NULL, "size", "64");
	set(NULL, "place", "smt");
	why.text[0] = '\0';
	return 0;
}

static int end(void **state)
{
	(void)state;
	cells_free(&cells);
	return 0;
}

static void plan(void)
{
	cells_free(&cells);
	if (cells_plan(&cells, &job, &catalogue, topo, &why) != 0)
		fail_msg("%s", why.text);
}

static const struct cell *only(void)
{
	plan();
	assert_int_equal(cells.n, 1);
	return &cells.cell[0];
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' does not say '%s'", text, part);
}

static void refused(const char *key, const char *value, const char *says)
{
	cells_free(&cells);
	set(NULL, key, value);
	assert_int_equal(cells_plan(&cells, &job, &catalogue, topo, &why),
			 -EINVAL);
	has(why.text, says);
	assert_int_equal(cells.n, 0);
	assert_null(cells.cell);
	start(NULL);
}

static void skipped(const struct cell *cell, const char *says)
{
	assert_int_equal(cell->status, CELL_SKIPPED);
	has(cell->reason.text, says);
}

static size_t count_of(const void *const *list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static void test_one_cell(void **state)
{
	const struct cell *cell = only();

	(void)state;
	assert_string_equal(cell->id, "pingpong/pipe/64/smt/process/block");
	assert_int_equal(cell->status, CELL_PLANNED);
	assert_string_equal(cell->reason.text, "");
	assert_true(cell->placed);
	assert_int_equal(cell->pair.relation, REL_SMT);
	assert_int_equal(cell->par.size, 64);
	assert_int_equal(cell->par.depth, 0);
	assert_true(cell->depth > 0);
	assert_int_equal(cell->payload, PAYLOAD_ENDS);
	assert_int_equal(cell->api, IPC_API_COPY);
	assert_int_equal(cell->numa[0], 0);
	assert_int_equal(cells_count(&cells, CELL_PLANNED), 1);
	assert_int_equal(cells_count(&cells, CELL_SKIPPED), 0);
}

static void test_every_combination_once_in_order(void **state)
{
	static const char *const due[] = {
		"pingpong/pipe/64/smt/process/block",
		"pingpong/pipe/64/smt/process/yield",
		"pingpong/pipe/64/cross/process/block",
		"pingpong/pipe/64/cross/process/yield",
		"pingpong/pipe/4K/smt/process/block",
		"pingpong/pipe/4K/smt/process/yield",
		"pingpong/pipe/4K/cross/process/block",
		"pingpong/pipe/4K/cross/process/yield",
	};

	(void)state;
	set(NULL, "size", "64,4K");
	set(NULL, "place", "smt,cross");
	set(NULL, "wait", "block,yield");
	plan();
	assert_int_equal(cells.n, 8);
	for (size_t i = 0; i < cells.n; i++)
		assert_string_equal(cells.cell[i].id, due[i]);
	set(NULL, "space", "process,thread");
	set(NULL, "backend", "pipe,ring,tcp");
	set(NULL, "workload", "pingpong,stream");
	plan();
	assert_int_equal(cells.n, 8 * 2 * 3 * 2);
	for (size_t i = 0; i < cells.n; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(cells.cell[i].id,
						cells.cell[j].id);
}

static void test_all_means_all(void **state)
{
	(void)state;
	set(NULL, "backend", "all");
	plan();
	assert_int_equal(cells.n,
			 count_of((const void *const *)catalogue.impls));
	start(NULL);
	set(NULL, "workload", "all");
	plan();
	assert_int_equal(cells.n,
			 count_of((const void *const *)catalogue.workloads));
	/* The default, as it comes. */
	job_init(&job);
	set(NULL, "size", "64");
	set(NULL, "place", "smt");
	plan();
	assert_int_equal(
		cells.n,
		count_of((const void *const *)catalogue.impls) *
			count_of((const void *const *)catalogue.workloads));
}

static void test_sections_are_added_up_and_merged(void **state)
{
	(void)state;
	set("a", "size", "64,128");
	set("b", "size", "128,256");
	set("c", "api", "copy"); /* what pipe's own is: the same as a's */
	plan();
	assert_int_equal(cells.n, 3);
	assert_string_equal(cells.cell[2].id,
			    "pingpong/pipe/256/smt/process/block");
	set("d", "wait", "yield");
	plan();
	assert_int_equal(cells.n, 4);
	assert_string_equal(cells.cell[3].id,
			    "pingpong/pipe/64/smt/process/yield");
}

static void test_ids_say_what_was_chosen(void **state)
{
	(void)state;
	set(NULL, "size", "3M");
	set(NULL, "space", "thread");
	assert_string_equal(only()->id, "pingpong/pipe/3M/smt/thread/block");
	set(NULL, "size", "1000");
	set(NULL, "depth", "16");
	set(NULL, "api", "lend");
	set(NULL, "verify", "full");
	assert_string_equal(only()->id,
			    "pingpong/pipe/1000/smt/thread/block/api=lend/"
			    "depth=16/verify=full");
	assert_int_equal(cells.cell[0].depth, 16);
	assert_int_equal(cells.cell[0].par.depth, 16);
	assert_int_equal(cells.cell[0].payload, PAYLOAD_FULL);
}

static void test_options_are_part_of_the_name(void **state)
{
	(void)state;
	set(NULL, "backend", "ring:depth=16,pipe,ring:depth=4");
	plan();
	assert_int_equal(cells.n, 3);
	assert_string_equal(cells.cell[0].id,
			    "pingpong/ring/64/smt/process/block/depth=16");
	assert_int_equal(cells.cell[0].depth, 16);
	assert_int_equal(cells.cell[1].par.depth, 0);
	assert_string_equal(cells.cell[2].id,
			    "pingpong/ring/64/smt/process/block/depth=4");
	set(NULL, "backend", "pipe:size=1M,pipe:size=64K,pipe");
	plan();
	assert_int_equal(cells.n, 3);
	assert_string_equal(cells.cell[0].backend, "pipe:size=1M");
	assert_string_equal(cells.cell[0].id,
			    "pingpong/pipe:size=1M/64/smt/process/block");
	assert_string_equal(cells.cell[2].backend, "pipe");
	/* Several options of one, between others. */
	set(NULL, "backend", "ring,tcp:nodelay=0,sndbuf=64K,pipe");
	plan();
	assert_int_equal(cells.n, 3);
	assert_string_equal(cells.cell[1].backend, "tcp:nodelay=0,sndbuf=64K");
}

static void test_bad_options_refuse_the_job(void **state)
{
	(void)state;
	refused("backend", "pipe:siez=1M", "did you mean 'size'?");
	refused("backend", "pipe:size=1T", "pipe:size '1T' is not allowed: ");
	refused("backend", "pipe:size", "'size' of pipe is not key=value");
	refused("backend", "ring:depth=3", "power of two");
	refused("backend", "null:depth=4", "has no options, so no 'depth'");
	refused("backend", "ring,depth=4", "as in NAME:depth=4");
	refused("backend", "all,depth=4", "as in NAME:depth=4");
	refused("backend", "pip:size=1M", "did you mean 'pipe'?");
}

/* A catalogue's only back-end, which waits in these ways. */
static void waits_natively(uint32_t waits, const char *place, enum ipc_wait is)
{
	struct ipc_impl impl = *catalogue_impl(&catalogue, "pipe", NULL);
	const struct ipc_impl *const impls[] = {&impl, NULL};
	const struct catalogue own = {impls, catalogue.workloads};

	impl.waits = waits;
	set(NULL, "wait", "native");
	set(NULL, "place", place);
	cells_free(&cells);
	if (cells_plan(&cells, &job, &own, topo, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(cells.n, 1);
	assert_int_equal(cells.cell[0].wait, is);
	assert_int_equal(cells.cell[0].status, CELL_PLANNED);
	has(cells.cell[0].id, ipc_wait_names[is]);
	cells_free(&cells);
}

static void test_native_wait(void **state)
{
	const uint32_t spin = IPC_CAN_WAIT(IPC_WAIT_SPIN);
	const uint32_t yield = IPC_CAN_WAIT(IPC_WAIT_YIELD);

	(void)state;
	waits_natively(IPC_CAN_WAIT(IPC_WAIT_BLOCK) | spin | yield, "same-pu",
		       IPC_WAIT_BLOCK);
	waits_natively(spin | yield, "same-pu", IPC_WAIT_YIELD);
	waits_natively(spin | yield, "smt", IPC_WAIT_SPIN);
	waits_natively(yield, "smt", IPC_WAIT_YIELD);
	waits_natively(IPC_CAN_WAIT(IPC_WAIT_HYBRID), "smt", IPC_WAIT_HYBRID);
}

/* A wait by which it cannot run is not what it does of its own. */
static void test_native_wait_runs(void **state)
{
	(void)state;
	set(NULL, "workload", "fair");
	set(NULL, "backend", "ring");
	set(NULL, "wait", "native");
	set(NULL, "place", "smt");
	plan();
	assert_int_equal(cells.n, 1);
	assert_int_equal(cells.cell[0].wait, IPC_WAIT_YIELD);
	assert_int_equal(cells.cell[0].status, CELL_PLANNED);
}

static void test_native_space(void **state)
{
	(void)state;
	set(NULL, "backend", "pipe,mremap,uffd-move");
	set(NULL, "space", "native");
	set(NULL, "place", "same-pu");
	plan();
	assert_int_equal(cells.n, 3);
	assert_false(cells.cell[0].threads);
	assert_true(cells.cell[1].threads);
	assert_true(cells.cell[2].threads);
	has(cells.cell[0].id, "/process/");
	has(cells.cell[1].id, "/thread/");
	refused("space", "threads", "native");
}

static void test_idle(void **state)
{
	struct why reason = {""};
	bool warm = idle_check(IDLE_WARM, &reason) == 0;

	(void)state;
	set(NULL, "idle", "cold,warm");
	plan();
	assert_int_equal(cells.n, 2);
	assert_string_equal(cells.cell[0].id,
			    "pingpong/pipe/64/smt/process/block");
	assert_int_equal(cells.cell[0].idle, IDLE_COLD);
	assert_string_equal(cells.cell[1].id,
			    "pingpong/pipe/64/smt/process/block/idle=warm");
	assert_int_equal(cells.cell[1].idle, IDLE_WARM);
	assert_int_equal(cells.cell[1].status,
			 warm ? CELL_PLANNED : CELL_SKIPPED);
	assert_string_equal(cells.cell[1].reason.text, reason.text);
}

/* A reason of its own, whoever else would be allowed to. */
static void test_idle_needs_rights(void **state)
{
	struct why reason = {""};
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0 || access("/dev/cpu_dma_latency", F_OK) != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		if (setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		_exit(idle_check(IDLE_COLD, NULL) != 0 ||
		      idle_check(IDLE_WARM, &reason) != -EACCES ||
		      strcmp(reason.text, "/dev/cpu_dma_latency: Permission "
					  "denied") != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_verify(void **state)
{
	(void)state;
	set(NULL, "workload", "pingpong,stream");
	set(NULL, "verify", "quick,touch,full");
	plan();
	/* stream's own is touch. */
	assert_int_equal(cells.n, 5);
	assert_int_equal(cells.cell[0].payload, PAYLOAD_ENDS);
	assert_int_equal(cells.cell[1].payload, PAYLOAD_TOUCH);
	has(cells.cell[1].id, "/verify=touch");
	assert_int_equal(cells.cell[3].payload, PAYLOAD_TOUCH);
	assert_string_equal(cells.cell[3].id,
			    "stream/pipe/64/smt/process/block");
	has(cells.cell[4].id, "/verify=full");
}

static void test_interfaces(void **state)
{
	static const struct {
		const char *backend, *api;
		enum ipc_api is;
		uint32_t emulated;
	} due[] = {
		{"pipe", "native", IPC_API_COPY, 0},
		{"pipe", "copy", IPC_API_COPY, 0},
		{"pipe", "lend", IPC_API_LEND, IPC_ZEROCOPY},
		{"pageswap", "native", IPC_API_LEND, 0},
		{"pageswap", "lend", IPC_API_LEND, 0},
		{"pageswap", "copy", IPC_API_COPY, IPC_COPY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(due) / sizeof(*due); i++) {
		set(NULL, "backend", due[i].backend);
		set(NULL, "api", due[i].api);
		assert_int_equal(only()->api, due[i].is);
		assert_int_equal(cells.cell[0].emulated, due[i].emulated);
	}
}

static void test_placements(void **state)
{
	(void)state;
	set(NULL, "place", "same-pu,smt,l3,package,cross,0:3");
	plan();
	assert_int_equal(cells.n, 6);
	assert_int_equal(cells.cell[0].pair.a, cells.cell[0].pair.b);
	assert_int_equal(cells.cell[1].pair.relation, REL_SMT);
	assert_int_equal(cells.cell[2].pair.relation, REL_L3);
	assert_int_equal(cells.cell[4].pair.relation, REL_MACHINE);
	assert_int_not_equal(cells.cell[4].numa[0], cells.cell[4].numa[1]);
	assert_int_equal(cells.cell[5].pair.a, 0);
	assert_int_equal(cells.cell[5].pair.b, 3);
	assert_string_equal(cells.cell[5].placement, "0:3");
	start(NULL);
	set(NULL, "place", "all,0:3");
	plan();
	/* 16 PUs in pairs, and one alone; 0:3 is among them. */
	assert_int_equal(cells.n, 16 * 15 / 2 + 1);
}

/* Missing here: a row that says so. It has no PUs that one could believe. */
static void test_missing_placement_is_a_reason(void **state)
{
	const struct cell *cell;
	json_t *json;

	(void)state;
	set(NULL, "place", "l2");
	cell = only();
	skipped(cell, "L2");
	assert_false(cell->placed);
	assert_string_equal(cell->id, "pingpong/pipe/64/l2/process/block");
	assert_int_equal(cell->numa[0], -1);
	json = cell_json(cell);
	assert_true(json_is_null(json_object_get(json, "pus")));
	assert_true(json_is_null(json_object_get(json, "relation")));
	assert_string_equal(json_string_at(json, "status", ""), "skipped");
	has(json_string_at(json, "reason", ""), "L2");
	json_decref(json);
}

static void test_spin_on_one_pu_is_refused(void **state)
{
	const struct cell *cell;

	(void)state;
	set(NULL, "place", "same-pu");
	set(NULL, "wait", "spin");
	cell = only();
	skipped(cell, "use wait yield");
	set(NULL, "wait", "yield");
	assert_int_equal(only()->status, CELL_PLANNED);
	/* It waits for nobody. */
	set(NULL, "wait", "spin");
	set(NULL, "backend", "null");
	assert_int_equal(only()->status, CELL_PLANNED);
	start(NULL);
	set(NULL, "wait", "spin");
	assert_int_equal(only()->status, CELL_PLANNED);
}

static void test_hybrid_does_not_poll_on_one_pu(void **state)
{
	(void)state;
	set(NULL, "wait", "hybrid");
	set(NULL, "spin-time", "7us");
	assert_int_equal(only()->spin_ns, 7000);
	set(NULL, "place", "same-pu");
	assert_int_equal(only()->spin_ns, 0);
}

static void test_mechanisms_limit_is_a_reason(void **state)
{
	FILE *file = fopen("/proc/sys/kernel/msgmax", "r");
	const struct cell *cell;
	char limit[32];

	(void)state;
	if (!file) {
		print_message("no System V message queues\n");
		skip();
	}
	assert_int_equal(fscanf(file, "%31s", limit), 1);
	fclose(file);
	set(NULL, "backend", "sysv-msg");
	set(NULL, "size", "1G");
	cell = only();
	skipped(cell, "not 1073741824");
	has(cell->reason.text, limit);
	assert_true(cell->placed);
}

static void test_bad_values_refuse_the_job(void **state)
{
	(void)state;
	refused("workload", "pingpon", "did you mean 'pingpong'?");
	refused("backend", "pipe,rign", "did you mean 'ring'?");
	refused("wait", "spn", "did you mean 'spin'?");
	refused("space", "processes", "did you mean 'process'?");
	refused("api", "borrow", "native");
	refused("verify", "fully", "did you mean 'full'?");
	refused("idle", "wram", "did you mean 'warm'?");
	refused("place", "smtt", "smtt");
	refused("place", "0:99", "99");
	refused("size", "0", "'0'");
	refused("size", "64,,4K", "empty item");
	refused("depth", "3", "power of two");
	refused("depth", "1", "power of two");
	refused("depth", "2M", "power of two");
	refused("baseline", "pip", "did you mean 'pipe'?");
}

static void test_size_ranges(void **state)
{
	static const char *const wrong[] = {
		"64:4K:x1", "64:4K:x", "64:4K:x2000", "64:4K:2:3",
		"64:2G",    ":4K",     "64:",	      "4K:64",
	};
	char text[JOB_VALUE];

	(void)state;
	set(NULL, "size", "64:1000:x4");
	plan();
	assert_int_equal(cells.n, 2);
	assert_int_equal(cells.cell[1].par.size, 256);
	set(NULL, "size", "64:1K");
	plan();
	assert_int_equal(cells.n, 5);
	set(NULL, "size", "1G:1G:x1024");
	assert_int_equal(only()->par.size, 1 << 30);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		refused("size", wrong[i], "size");
	memset(text, '0', sizeof(text));
	strcpy(text + 100, "64:64");
	set(NULL, "size", text);
	assert_int_equal(only()->par.size, 64);
}

static void test_baseline(void **state)
{
	static const struct ipc_impl *floors[2];
	struct catalogue empty = {floors, catalogue.workloads};
	const struct ipc_impl *first;

	(void)state;
	first = cells_baseline(&job.design, &catalogue, &why);
	assert_non_null(first);
	assert_false(first->caps & IPC_VOID);
	for (size_t i = 0; catalogue.impls[i] != first; i++)
		assert_true(catalogue.impls[i]->caps & IPC_VOID);
	set(NULL, "baseline", "ring");
	assert_string_equal(cells_baseline(&job.design, &catalogue, &why)->name,
			    "ring");
	start(NULL);
	floors[0] = catalogue_impl(&catalogue, "null", NULL);
	assert_null(cells_baseline(&job.design, &empty, &why));
	has(why.text, "carries messages");
}

static void test_sizing_of_round_trips(void **state)
{
	struct cell cell = *only();
	struct design d = job.design;

	(void)state;
	d.trial_time_ns = 10 * NS_PER_MS;
	d.warmup_time_ns = NS_PER_MS;
	/* 50 clock reads of 20 ns. */
	cell_size(&cell, 1000, &d, 20);
	assert_int_equal(cell.per_sample, 1);
	assert_int_equal(cell.samples, 10000);
	assert_int_equal(cell.warmup, 1000);
	assert_true(cell.round_ns == 1000);
	cell_size(&cell, 999, &d, 20);
	assert_int_equal(cell.per_sample, 2);
	cell_size(&cell, 10, &d, 20);
	assert_int_equal(cell.per_sample, 100);
	assert_int_equal(cell.samples, 10000);
	/* Longer than a trial. */
	cell_size(&cell, 1e9, &d, 20);
	assert_int_equal(cell.per_sample, 1);
	assert_int_equal(cell.samples, 1);
	assert_int_equal(cell.warmup, 1);
	/* Nothing takes no time at all. */
	cell_size(&cell, 0, &d, 20);
	assert_true(cell.round_ns > 0);
	assert_true(cell.per_sample >= 1 && cell.samples >= 1);
}

static void test_sizing_of_batches(void **state)
{
	struct cell cell;
	struct design d = job.design;

	(void)state;
	d.trial_time_ns = 10 * NS_PER_MS;
	set(NULL, "workload", "stream");
	cell = *only();
	cell_size(&cell, 100, &d, 20);
	/* A tenth of the time each. */
	assert_int_equal(cell.per_sample, 10000);
	assert_int_equal(cell.samples, 10);
	/* The store that we chose is gone round, however long it takes. */
	set(NULL, "backend", "ring");
	set(NULL, "depth", "64K");
	cell = *only();
	cell_size(&cell, 100, &d, 20);
	assert_true(cell.per_sample >= 4 * 65536);
	assert_true(cell.samples >= 2);
	cell_size(&cell, 1e9, &d, 20);
	assert_true(cell.per_sample >= 4 * 65536);
	assert_true(cell.samples >= 2);
}

static void test_spec_is_the_cell(void **state)
{
	struct trial_spec spec;
	struct cell cell;

	(void)state;
	set(NULL, "place", "cross");
	set(NULL, "space", "thread");
	set(NULL, "wait", "hybrid");
	set(NULL, "api", "lend");
	set(NULL, "depth", "16");
	set(NULL, "deadline", "3s");
	cell = *only();
	cell_size(&cell, 5000, &job.design, 20);
	cell_spec(&cell, &job.design, &spec);
	assert_ptr_equal(spec.impl, cell.impl);
	assert_ptr_equal(spec.workload, cell.workload);
	assert_int_equal(spec.par.size, 64);
	assert_int_equal(spec.par.depth, 16);
	assert_int_equal(spec.api, IPC_API_LEND);
	assert_int_equal(spec.wait, IPC_WAIT_HYBRID);
	assert_int_equal(spec.spin_ns, job.design.spin_ns);
	assert_true(spec.threads);
	assert_int_equal(spec.pu[0], cell.pair.a);
	assert_int_equal(spec.pu[1], cell.pair.b);
	assert_int_equal(spec.numa, cell.numa[0]);
	assert_int_equal(spec.samples, cell.samples);
	assert_int_equal(spec.per_sample, cell.per_sample);
	assert_int_equal(spec.warmup, cell.warmup);
	assert_int_equal(spec.deadline_ns, 3 * NS_PER_S);
	assert_int_equal(spec.calibrate_ns, 0);
}

static void is_valid(const struct cell *cell)
{
	json_t *json = cell_json(cell);

	assert_non_null(json);
	json_object_set_new(json, "schema",
			    json_string(schema_names[SCHEMA_CELL]));
	if (schema_check(SCHEMA_CELL, json, true, &why) != 0)
		fail_msg("%s: %s", cell->id, why.text);
	assert_string_equal(json_string_at(json, "cell", ""), cell->id);
	json_decref(json);
}

static void test_records_are_valid(void **state)
{
	struct cell cell;

	(void)state;
	set(NULL, "workload", "all");
	set(NULL, "backend", "all");
	set(NULL, "place", "same-pu,l2,cross");
	set(NULL, "wait", "block,spin");
	set(NULL, "api", "copy,lend");
	set(NULL, "size", "1,1G");
	plan();
	for (size_t i = 0; i < cells.n; i++)
		is_valid(&cells.cell[i]);
	assert_true(cells_count(&cells, CELL_PLANNED) > 0);
	assert_true(cells_count(&cells, CELL_SKIPPED) > 0);
	start(NULL);
	cell = *only();
	cell_size(&cell, 5000, &job.design, 20);
	is_valid(&cell);
	cell.status = CELL_FAILED;
	strcpy(cell.reason.text, "its calibration failed");
	is_valid(&cell);
}

static void test_record_says_what_it_is(void **state)
{
	json_t *json;

	(void)state;
	set(NULL, "backend", "pageswap");
	set(NULL, "api", "copy");
	json = cell_json(only());
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(json, "emulated"), 0)),
			    "copy");
	assert_true(json_is_false(json_object_get(json, "floor")));
	assert_string_equal(json_string_at(json, "timing", ""), "round");
	assert_true(json_is_null(json_object_get(json, "round_ns")));
	assert_true(json_is_null(json_object_get(json, "reason")));
	json_decref(json);
	set(NULL, "backend", "null");
	set(NULL, "workload", "stream");
	json = cell_json(only());
	assert_true(json_is_true(json_object_get(json, "floor")));
	assert_string_equal(json_string_at(json, "timing", ""), "batch");
	assert_int_equal(json_array_size(json_object_get(json, "metrics")), 2);
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_cell),
		TEST(test_every_combination_once_in_order),
		TEST(test_all_means_all),
		TEST(test_sections_are_added_up_and_merged),
		TEST(test_ids_say_what_was_chosen),
		TEST(test_verify),
		TEST(test_options_are_part_of_the_name),
		TEST(test_bad_options_refuse_the_job),
		TEST(test_native_wait),
		TEST(test_native_wait_runs),
		TEST(test_native_space),
		TEST(test_idle),
		TEST(test_idle_needs_rights),
		TEST(test_interfaces),
		TEST(test_placements),
		TEST(test_missing_placement_is_a_reason),
		TEST(test_spin_on_one_pu_is_refused),
		TEST(test_hybrid_does_not_poll_on_one_pu),
		TEST(test_mechanisms_limit_is_a_reason),
		TEST(test_bad_values_refuse_the_job),
		TEST(test_size_ranges),
		TEST(test_baseline),
		TEST(test_sizing_of_round_trips),
		TEST(test_sizing_of_batches),
		TEST(test_spec_is_the_cell),
		TEST(test_records_are_valid),
		TEST(test_record_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, load_machine, free_machine);
}
