/* SPDX-License-Identifier: MIT */
/*
 * The one file that sees hwloc. The topology is always loaded whole, also what
 * this process may not use: relations stay those of the machine, and a refusal
 * can tell a machine that lacks something from an affinity that hides it.
 */
#include <errno.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <hwloc.h>

#include "base/topology.h"

/* Version 3 changes object types and info attributes. */
_Static_assert(HWLOC_API_VERSION >= 0x00020400, "hwloc 2.4 or later");

enum {
	PUS_MAX = 8192,	  /* what Linux can be built for */
	NODES_MAX = 1024, /* likewise */
	CACHES_MAX = 8,	  /* around one PU; hwloc knows five levels */
	BITS = 8 * sizeof(unsigned long),
};

const char *const relation_names[RELATIONS + 1] = {
	[REL_SAME_PU] = "same-pu", [REL_SMT] = "smt",
	[REL_L2] = "l2",	   [REL_L3] = "l3",
	[REL_NUMA] = "numa",	   [REL_PACKAGE] = "package",
	[REL_MACHINE] = "machine",
};

const char *const placement_names[] = {
	"same-pu", "smt", "l2", "l3", "numa", "package", "cross", "all", NULL,
};

/* A PU and the NUMA node that it is local to. */
struct seat {
	hwloc_obj_t pu, node;
};

struct topology {
	hwloc_topology_t hw;
	bool here;
	struct seat *seats; /* of all PUs in hw, by os_index */
	size_t seats_n;
	hwloc_bitmap_t usable; /* a part of the PUs in hw */
	unsigned int n;
	unsigned int *pu; /* the usable ones, in logical order */
};

/* With one of these hwloc shows another machine, and binding pretends to work.
 * HWLOC_THISSYSTEM would make hwloc itself deny that. */
static bool environment_is_foreign(void)
{
	static const char *const names[] = {
		"HWLOC_SYNTHETIC",
		"HWLOC_XMLFILE",
		"HWLOC_FSROOT",
		"HWLOC_CPUID_PATH",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (getenv(names[i]))
			return true;
	return false;
}

static bool names_a_file(const char *source)
{
	static const char ext[] = ".xml";
	size_t len = strlen(source), tail = sizeof(ext) - 1;

	if (len >= tail && strcmp(source + len - tail, ext) == 0)
		return true;
	return access(source, F_OK) == 0;
}

static int not_xml(const char *path, struct why *why)
{
	return why_not(why, -EINVAL,
		       "topology file '%s' is not an XML export of hwloc",
		       path);
}

static int set_file(hwloc_topology_t hw, const char *path, struct why *why)
{
	int err;

	if (access(path, R_OK) < 0) {
		err = -errno;
		return why_not(why, err, "topology file '%s': %s", path,
			       strerror(-err));
	}
	return hwloc_topology_set_xml(hw, path) < 0 ? not_xml(path, why) : 0;
}

static int set_source(hwloc_topology_t hw, const char *source, struct why *why)
{
	if (!source)
		return 0;
	if (names_a_file(source))
		return set_file(hw, source, why);
	if (hwloc_topology_set_synthetic(hw, source) < 0)
		return why_not(why, -EINVAL,
			       "topology '%s' is neither a file nor an hwloc "
			       "synthetic description, such as \"pack:2 core:4 "
			       "pu:2\"",
			       source);
	return 0;
}

/* What hwloc only finds when it looks: mostly files. */
static int not_loaded(const char *source, struct why *why)
{
	if (!source)
		return why_not(why, -EIO,
			       "hwloc cannot find out this machine's topology");
	if (names_a_file(source))
		return not_xml(source, why);
	return why_not(why, -EINVAL, "hwloc cannot load the topology '%s'",
		       source);
}

static int load(struct topology *topo, const char *source, struct why *why)
{
	int err;

	if (hwloc_topology_init(&topo->hw) < 0)
		return why_not(why, -ENOMEM, "hwloc cannot start");
	hwloc_topology_set_flags(topo->hw,
				 HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	err = set_source(topo->hw, source, why);
	if (!err && hwloc_topology_load(topo->hw) < 0)
		err = not_loaded(source, why);
	if (err) {
		hwloc_topology_destroy(topo->hw);
		return err;
	}
	topo->here = !source && !environment_is_foreign() &&
		     hwloc_topology_is_thissystem(topo->hw);
	return 0;
}

/* The NUMA node with the fewest PUs that is local to this one. Nodes are no
 * ancestors of PUs, so they are found by their sets; and a node of slow memory
 * may span others. */
static hwloc_obj_t local_node(const struct topology *topo, unsigned int pu)
{
	hwloc_obj_t node = NULL, best = NULL;

	while ((node = hwloc_get_next_obj_by_type(topo->hw, HWLOC_OBJ_NUMANODE,
						  node))) {
		if (!hwloc_bitmap_isset(node->cpuset, pu))
			continue;
		if (!best || hwloc_bitmap_weight(node->cpuset) <
				     hwloc_bitmap_weight(best->cpuset))
			best = node;
	}
	return best;
}

/* hwloc would look through all PUs for each that it is asked for. */
static int seat_all(struct topology *topo, struct why *why)
{
	hwloc_const_bitmap_t all = hwloc_topology_get_topology_cpuset(topo->hw);
	hwloc_obj_t pu = NULL;
	int last = hwloc_bitmap_last(all);

	if (last < 0)
		return why_not(why, -ENODEV, "hwloc shows no PU");
	topo->seats_n = (size_t)last + 1;
	topo->seats = calloc(topo->seats_n, sizeof(*topo->seats));
	if (!topo->seats)
		return why_not(why, -ENOMEM, "no memory for %d PUs", last + 1);
	while ((pu = hwloc_get_next_obj_by_type(topo->hw, HWLOC_OBJ_PU, pu)))
		topo->seats[pu->os_index] = (struct seat){
			.pu = pu, .node = local_node(topo, pu->os_index)};
	return 0;
}

/* All PUs, or those of the caller's affinity. */
static int find_usable(struct topology *topo, bool whole, struct why *why)
{
	hwloc_const_bitmap_t all = hwloc_topology_get_topology_cpuset(topo->hw);

	topo->usable = hwloc_bitmap_dup(all);
	if (!topo->usable)
		return why_not(why, -ENOMEM, "no memory for a set of PUs");
	if (whole || !topo->here)
		return 0;
	if (hwloc_get_cpubind(topo->hw, topo->usable, HWLOC_CPUBIND_THREAD) < 0)
		return why_not(why, -errno, "affinity cannot be read: %s",
			       strerror(errno));
	hwloc_bitmap_and(topo->usable, topo->usable, all);
	return 0;
}

static int list_usable(struct topology *topo, struct why *why)
{
	int n = hwloc_bitmap_weight(topo->usable);
	hwloc_obj_t pu = NULL;

	if (n < 1)
		return why_not(why, -ENODEV,
			       "hwloc shows none of the PUs that this process "
			       "may use");
	topo->pu = calloc((size_t)n, sizeof(*topo->pu));
	if (!topo->pu)
		return why_not(why, -ENOMEM, "no memory for %d PUs", n);
	while ((pu = hwloc_get_next_obj_by_type(topo->hw, HWLOC_OBJ_PU, pu)))
		if (topology_has(topo, pu->os_index))
			topo->pu[topo->n++] = pu->os_index;
	return 0;
}

int topology_load(struct topology **topo, const char *source, bool whole,
		  struct why *why)
{
	struct topology *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return why_not(why, -ENOMEM, "no memory for a topology");
	err = load(made, source, why);
	if (err)
		goto err_made;
	err = seat_all(made, why);
	if (err)
		goto err_load;
	err = find_usable(made, whole, why);
	if (err)
		goto err_load;
	err = list_usable(made, why);
	if (err)
		goto err_load;
	*topo = made;
	return 0;

err_load:
	hwloc_bitmap_free(made->usable);
	free(made->seats);
	hwloc_topology_destroy(made->hw);
err_made:
	free(made);
	return err;
}

void topology_free(struct topology *topo)
{
	if (!topo)
		return;
	free(topo->pu);
	free(topo->seats);
	hwloc_bitmap_free(topo->usable);
	hwloc_topology_destroy(topo->hw);
	free(topo);
}

bool topology_is_here(const struct topology *topo)
{
	return topo->here;
}

unsigned int topology_pus(const struct topology *topo)
{
	return topo->n;
}

unsigned int topology_pu(const struct topology *topo, unsigned int nth)
{
	return topo->pu[nth];
}

bool topology_has(const struct topology *topo, unsigned int pu)
{
	return hwloc_bitmap_isset(topo->usable, pu);
}

/* The nearest relation that containing an object of this type is. */
static enum relation relation_of_type(hwloc_obj_type_t type)
{
	switch (type) {
	case HWLOC_OBJ_CORE:
		return REL_SMT;
	case HWLOC_OBJ_L1CACHE:
	case HWLOC_OBJ_L2CACHE:
		return REL_L2;
	case HWLOC_OBJ_L3CACHE:
	case HWLOC_OBJ_L4CACHE:
	case HWLOC_OBJ_L5CACHE:
		return REL_L3;
	case HWLOC_OBJ_PACKAGE:
		return REL_PACKAGE;
	default:
		return REL_MACHINE;
	}
}

static unsigned int count(const struct topology *topo, hwloc_obj_type_t type)
{
	int n = hwloc_get_nbobjs_by_type(topo->hw, type);

	return n > 0 ? (unsigned int)n : 0;
}

enum relation topology_relation(const struct topology *topo, unsigned int a,
				unsigned int b)
{
	const struct seat *x = &topo->seats[a], *y = &topo->seats[b];
	enum relation nearest = REL_MACHINE, shared;
	hwloc_obj_t up;

	if (a == b)
		return REL_SAME_PU;
	up = hwloc_get_common_ancestor_obj(topo->hw, x->pu, y->pu);
	for (; up; up = up->parent) {
		shared = relation_of_type(up->type);
		if (shared < nearest)
			nearest = shared;
	}
	if (nearest < REL_NUMA)
		return nearest;
	/* A node of the whole machine is hwloc's way to say that there are
	 * none; it does not bring two packages together. */
	if (x->node && x->node == y->node &&
	    (nearest == REL_PACKAGE || count(topo, HWLOC_OBJ_PACKAGE) < 2))
		return REL_NUMA;
	return nearest;
}

int topology_numa(const struct topology *topo, unsigned int pu)
{
	hwloc_obj_t node = topo->seats[pu].node;

	return node ? (int)node->os_index : -1;
}

int topology_kind(const struct topology *topo, unsigned int pu)
{
	hwloc_obj_t obj = topo->seats[pu].pu;
	int kind, efficiency = -1;

	if (hwloc_cpukinds_get_nr(topo->hw, 0) < 2)
		return -1;
	kind = hwloc_cpukinds_get_by_cpuset(topo->hw, obj->cpuset, 0);
	if (kind < 0 ||
	    hwloc_cpukinds_get_info(topo->hw, (unsigned int)kind, NULL,
				    &efficiency, NULL, NULL, 0) < 0)
		return -1;
	return efficiency;
}

char *topology_xml(const struct topology *topo)
{
	char *xml, *copy;
	int len;

	if (hwloc_topology_export_xmlbuffer(topo->hw, &xml, &len, 0) < 0)
		return NULL;
	copy = strdup(xml);
	hwloc_free_xmlbuffer(topo->hw, xml);
	return copy;
}

/* "L2 1280 KiB", in the largest unit of which it is a multiple. */
static void print_cache(char *buf, size_t size, hwloc_obj_t cache)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
	unsigned long long bytes = cache->attr->cache.size;
	size_t unit = 0;
	char name[16];

	hwloc_obj_type_snprintf(name, sizeof(name), cache, 0);
	while (unit < 3 && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	if (bytes)
		snprintf(buf, size, "%s %llu %s", name, bytes, units[unit]);
	else
		snprintf(buf, size, "%s", name);
}

/* Add to a list in buf, as far as it fits. */
static void append(char *buf, size_t size, const char *item)
{
	size_t at = strlen(buf);

	snprintf(buf + at, size - at, "%s%s", at ? ", " : "", item);
}

const char *topology_caches(const struct topology *topo, unsigned int pu,
			    char *buf, size_t size)
{
	hwloc_obj_t up = topo->seats[pu].pu;
	hwloc_obj_t caches[CACHES_MAX];
	size_t n = 0;
	char one[64];

	for (; up && n < CACHES_MAX; up = up->parent)
		if (hwloc_obj_type_is_dcache(up->type))
			caches[n++] = up;
	snprintf(buf, size, "%s", "");
	while (n > 0) {
		print_cache(one, sizeof(one), caches[--n]);
		append(buf, size, one);
	}
	return buf;
}

/* One more pair that a placement means; room is for all there can be. */
static void add(const struct topology *topo, struct pair *pairs, size_t *n,
		unsigned int a, unsigned int b)
{
	pairs[(*n)++] = (struct pair){a, b, topology_relation(topo, a, b)};
}

/* The first pair of usable PUs that is so related. */
static bool first_pair(const struct topology *topo, enum relation relation,
		       struct pair *pair)
{
	unsigned int i, j;

	for (i = 0; i < topo->n; i++) {
		/* A PU is its own neighbour, and nobody else's but once. */
		for (j = relation == REL_SAME_PU ? i : i + 1; j < topo->n;
		     j++) {
			unsigned int a = topo->pu[i], b = topo->pu[j];

			if (topology_relation(topo, a, b) != relation)
				continue;
			*pair = (struct pair){a, b, relation};
			return true;
		}
	}
	return false;
}

/* Likewise among all PUs of the machine. */
static bool first_pair_hidden(const struct topology *topo,
			      enum relation relation, struct pair *pair)
{
	struct topology all = *topo;
	hwloc_obj_t pu = NULL;
	bool found;

	all.n = 0;
	all.pu = calloc(count(topo, HWLOC_OBJ_PU), sizeof(*all.pu));
	if (!all.pu)
		return false;
	while ((pu = hwloc_get_next_obj_by_type(topo->hw, HWLOC_OBJ_PU, pu)))
		all.pu[all.n++] = pu->os_index;
	found = all.n > topo->n && first_pair(&all, relation, pair);
	free(all.pu);
	return found;
}

static const char *noun(const struct topology *topo)
{
	return topo->here ? "this machine" : "this topology";
}

static const char *plural(unsigned int n)
{
	return n == 1 ? "" : "s";
}

/* "PU 0" or "PUs 0-3,8". */
static const char *list_pus(const struct topology *topo, char *buf, size_t size)
{
	int at = snprintf(buf, size, "PU%s ", plural(topo->n));

	hwloc_bitmap_list_snprintf(buf + at, size - (size_t)at, topo->usable);
	return buf;
}

static int too_few(const struct topology *topo, const char *placement,
		   struct why *why)
{
	char pus[64];

	list_pus(topo, pus, sizeof(pus));
	if (count(topo, HWLOC_OBJ_PU) > topo->n)
		return why_not(why, -ENODEV,
			       "%s needs 2 PUs; this process may use %u (%s)",
			       placement, topo->n, pus);
	return why_not(why, -ENODEV, "%s needs 2 PUs; %s has %u (%s)",
		       placement, noun(topo), topo->n, pus);
}

static const char *const shared_names[RELATIONS] = {
	[REL_SMT] = "a core",
	[REL_L2] = "an L2 cache but no core",
	[REL_L3] = "an L3 cache but nothing nearer",
	[REL_NUMA] = "a NUMA node but nothing nearer",
	[REL_PACKAGE] = "a package but nothing nearer",
};

/* The machine has such pairs, the affinity leaves none. */
static int hidden(const struct topology *topo, enum relation relation,
		  const struct pair *pair, struct why *why)
{
	char pus[64];

	return why_not(why, -ENODEV,
		       "no two of the %u PUs that this process may use share "
		       "%s (%s); %s has such pairs, %u:%u for one",
		       topo->n, shared_names[relation],
		       list_pus(topo, pus, sizeof(pus)), noun(topo), pair->a,
		       pair->b);
}

static int no_smt(const struct topology *topo, struct why *why)
{
	unsigned int pus = count(topo, HWLOC_OBJ_PU);
	unsigned int cores = count(topo, HWLOC_OBJ_CORE);

	if (cores == 0)
		return why_not(why, -ENODEV,
			       "no two PUs share a core: %s does not say which "
			       "cores it has",
			       noun(topo));
	return why_not(why, -ENODEV,
		       "no two PUs share a core: %s has no SMT (%u PUs, %u "
		       "core%s)",
		       noun(topo), pus, cores, plural(cores));
}

static int no_cache(const struct topology *topo, enum relation relation,
		    struct why *why)
{
	hwloc_obj_type_t type =
		relation == REL_L2 ? HWLOC_OBJ_L2CACHE : HWLOC_OBJ_L3CACHE;
	const char *level = relation == REL_L2 ? "L2" : "L3";
	unsigned int pus = count(topo, HWLOC_OBJ_PU);
	unsigned int caches = count(topo, type);

	if (caches == 0)
		return why_not(why, -ENODEV, "%s shows no %s cache", noun(topo),
			       level);
	return why_not(
		why, -ENODEV, "no two PUs share %s (%u PUs, %u %s cache%s)",
		shared_names[relation], pus, caches, level, plural(caches));
}

static bool widest_pair(const struct topology *topo, struct pair *pair)
{
	enum relation relation;

	for (relation = REL_MACHINE; relation > REL_SAME_PU; relation--)
		if (first_pair(topo, relation, pair))
			return true;
	return false;
}

static int no_memory(const struct topology *topo, enum relation relation,
		     struct why *why)
{
	unsigned int pus = count(topo, HWLOC_OBJ_PU);
	unsigned int nodes = count(topo, HWLOC_OBJ_NUMANODE);
	unsigned int packages = count(topo, HWLOC_OBJ_PACKAGE);
	struct pair widest;

	/* The caller has seen that there are two PUs. */
	if (!widest_pair(topo, &widest))
		return too_few(topo, relation_names[relation], why);
	return why_not(why, -ENODEV,
		       "no two PUs share %s (%u PUs, %u NUMA node%s, %u "
		       "package%s); the widest relation here is %s",
		       shared_names[relation], pus, nodes, plural(nodes),
		       packages, plural(packages),
		       relation_names[widest.relation]);
}

static int refuse(const struct topology *topo, enum relation relation,
		  struct why *why)
{
	struct pair pair;

	if (topo->n < 2)
		return too_few(topo, relation_names[relation], why);
	if (first_pair_hidden(topo, relation, &pair))
		return hidden(topo, relation, &pair, why);
	if (relation == REL_SMT)
		return no_smt(topo, why);
	if (relation == REL_L2 || relation == REL_L3)
		return no_cache(topo, relation, why);
	return no_memory(topo, relation, why);
}

static int place_widest(const struct topology *topo, struct pair *pair,
			struct why *why)
{
	if (!widest_pair(topo, pair))
		return too_few(topo, "cross", why);
	return 0;
}

static void place_all(const struct topology *topo, struct pair *pairs,
		      size_t *n)
{
	unsigned int i, j;

	add(topo, pairs, n, topo->pu[0], topo->pu[0]);
	for (i = 0; i < topo->n; i++)
		for (j = i + 1; j < topo->n; j++)
			add(topo, pairs, n, topo->pu[i], topo->pu[j]);
}

static int no_pu(const struct topology *topo, const char *placement,
		 unsigned long pu, struct why *why)
{
	bool is = pu < topo->seats_n && topo->seats[pu].pu;
	char pus[64];

	list_pus(topo, pus, sizeof(pus));
	if (is)
		return why_not(why, -EINVAL,
			       "placement '%.40s': this process may not use PU "
			       "%lu, only %s",
			       placement, pu, pus);
	return why_not(
		why, -EINVAL, "placement '%.40s': PU %lu does not exist; %s %s",
		placement, pu,
		count(topo, HWLOC_OBJ_PU) > topo->n ? "this process may use"
						    : "allowed:",
		pus);
}

/* A PU's number from text up to end, which must be one that may be used. */
static int parse_pu(const struct topology *topo, const char *placement,
		    const char *text, char end, unsigned int *pu,
		    struct why *why)
{
	unsigned long value;
	char *after;

	/* Too large a number comes back as the largest: no PU either. */
	value = strtoul(text, &after, 10);
	if (text[0] < '0' || text[0] > '9' || *after != end)
		return why_not(why, -EINVAL,
			       "placement '%.40s' is not two numbers of PUs, "
			       "such as 0:1",
			       placement);
	if (value >= PUS_MAX || !topology_has(topo, (unsigned int)value))
		return no_pu(topo, placement, value, why);
	*pu = (unsigned int)value;
	return 0;
}

static int place_numbers(const struct topology *topo, const char *placement,
			 struct pair *pair, struct why *why)
{
	const char *second = strchr(placement, ':') + 1;
	unsigned int a, b;
	int err;

	err = parse_pu(topo, placement, placement, ':', &a, why);
	if (!err)
		err = parse_pu(topo, placement, second, '\0', &b, why);
	if (!err)
		*pair = (struct pair){a, b, topology_relation(topo, a, b)};
	return err;
}

static int unknown(const char *placement, struct why *why)
{
	enum { NAMES = sizeof(placement_names) / sizeof(placement_names[0]) };
	const char *accepted[NAMES + 1];

	memcpy(accepted, placement_names, sizeof(placement_names));
	accepted[NAMES - 1] = "A:B";
	accepted[NAMES] = NULL;
	return why_unknown(why, "placement", placement, accepted);
}

static int place_related(const struct topology *topo, const char *placement,
			 struct pair *pair, struct why *why)
{
	enum relation relation;

	for (relation = 0; relation < REL_MACHINE; relation++) {
		if (strcmp(placement, relation_names[relation]) != 0)
			continue;
		if (first_pair(topo, relation, pair))
			return 0;
		return refuse(topo, relation, why);
	}
	return unknown(placement, why);
}

static int place_one(const struct topology *topo, const char *placement,
		     struct pair *pair, struct why *why)
{
	if (strchr(placement, ':'))
		return place_numbers(topo, placement, pair, why);
	if (strcmp(placement, "cross") == 0)
		return place_widest(topo, pair, why);
	return place_related(topo, placement, pair, why);
}

int topology_place(const struct topology *topo, const char *placement,
		   struct pair **pairs, size_t *n, struct why *why)
{
	bool all = strcmp(placement, "all") == 0;
	size_t room = all ? 1 + (size_t)topo->n * (topo->n - 1) / 2 : 1;
	struct pair *made = calloc(room, sizeof(*made));
	size_t used = 0;
	int err;

	if (!made)
		return why_not(why, -ENOMEM, "no memory for %zu pairs", room);
	if (all) {
		place_all(topo, made, &used);
	} else {
		err = place_one(topo, placement, made, why);
		if (err) {
			free(made);
			return err;
		}
		used = 1;
	}
	*pairs = made;
	*n = used;
	return 0;
}

int topology_bind(unsigned int pu, struct why *why)
{
	cpu_set_t want[PUS_MAX / CPU_SETSIZE], got[PUS_MAX / CPU_SETSIZE];
	int err, now;

	if (pu >= PUS_MAX)
		return why_not(why, -EINVAL, "there is no PU %u", pu);
	CPU_ZERO_S(sizeof(want), want);
	CPU_ZERO_S(sizeof(got), got);
	CPU_SET_S(pu, sizeof(want), want);
	if (sched_setaffinity(0, sizeof(want), want) < 0) {
		err = -errno;
		return why_not(why, err, "cannot bind to PU %u: %s", pu,
			       err == -EINVAL ? "it does not exist, is off "
						"line or not allowed here"
					      : strerror(-err));
	}
	if (sched_getaffinity(0, sizeof(got), got) < 0 ||
	    !CPU_EQUAL_S(sizeof(want), want, got))
		return why_not(why, -EIO,
			       "binding to PU %u was accepted but did not take",
			       pu);
	now = sched_getcpu();
	if (now != (int)pu)
		return why_not(why, -EIO,
			       "bound to PU %u, but running on PU %d", pu, now);
	return 0;
}

int topology_bind_memory(int numa, struct why *why)
{
	unsigned long nodes[NODES_MAX / BITS] = {0};
	int err;

	if (numa < 0)
		return 0;
	if (numa >= NODES_MAX)
		return why_not(why, -EINVAL, "there is no NUMA node %d", numa);
	nodes[(size_t)numa / BITS] |= 1ul << ((size_t)numa % BITS);
	/* The kernel looks at one bit less than it is told. */
	if (syscall(SYS_set_mempolicy, MPOL_BIND, nodes, NODES_MAX + 1ul) == 0)
		return 0;
	err = -errno;
	if (err == -ENOSYS)
		return why_not(why, err, "this kernel has no NUMA policies");
	if (err == -EINVAL)
		return why_not(why, err,
			       "NUMA node %d does not exist, has no memory or "
			       "is not allowed here",
			       numa);
	return why_not(why, err, "cannot bind memory to NUMA node %d: %s", numa,
		       strerror(-err));
}
