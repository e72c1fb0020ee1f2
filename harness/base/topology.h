/* SPDX-License-Identifier: MIT */
/*
 * The machine's PUs, how each two are related, and which of them a placement
 * means. The only file that knows hwloc. PUs are named by the number that the
 * kernel gives them (os_index), as taskset(1) does.
 */
#ifndef IPCBENCH_BASE_TOPOLOGY_H
#define IPCBENCH_BASE_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

/* Nearest thing that two PUs share, nearest first. */
enum relation {
	REL_SAME_PU, /* they are one */
	REL_SMT,     /* a core */
	REL_L2,	     /* an L2 cache, not a core */
	REL_L3,	     /* an L3 cache */
	REL_NUMA,    /* a NUMA node (or there is just one in the package) */
	REL_PACKAGE, /* a package */
	REL_MACHINE, /* nothing but the machine: across packages */
	RELATIONS
};

/* "same-pu" "smt" "l2" "l3" "numa" "package" "machine"; ends with NULL. */
extern const char *const relation_names[RELATIONS + 1];

struct topology;

/*
 * Load the topology: source NULL is this machine, restricted to the PUs that
 * this process may use unless whole; otherwise an hwloc synthetic description
 * ("pack:2 core:4 pu:2") or the path of an XML export, which can be looked at
 * but not measured on. On failure *topo is untouched and why is filled.
 */
int topology_load(struct topology **topo, const char *source, bool whole,
		  struct why *why);
void topology_free(struct topology *topo);

/* False for a synthetic or foreign topology, also when hwloc's environment
 * variables brought it in: nothing may be pinned or measured then. */
bool topology_is_here(const struct topology *topo);

unsigned int topology_pus(const struct topology *topo);
/* The nth PU's number, in the topology's logical order. */
unsigned int topology_pu(const struct topology *topo, unsigned int nth);
bool topology_has(const struct topology *topo, unsigned int pu);
/* Both PUs must exist. */
enum relation topology_relation(const struct topology *topo, unsigned int a,
				unsigned int b);
/* NUMA node (os_index) that the PU is local to, or -1. */
int topology_numa(const struct topology *topo, unsigned int pu);
/* Kind of the PU's core, from 0 (most efficient) up, or -1 where all cores
 * are alike or the machine does not say. */
int topology_kind(const struct topology *topo, unsigned int pu);

struct pair {
	unsigned int a, b;
	enum relation relation;
};

/*
 * The pairs that a placement means, into *pairs (malloc'ed; the caller frees)
 * and *n:
 *
 *	same-pu smt l2 l3 numa package	one pair so related, the first there is
 *	cross				one pair of the widest relation
 *	all				same-pu and every pair of two PUs
 *	A:B				those two
 *
 * -EINVAL: no such placement; -ENODEV: right, but this machine (or this
 * process's affinity) lacks it; why says what is missing.
 */
int topology_place(const struct topology *topo, const char *placement,
		   struct pair **pairs, size_t *n, struct why *why);

/* Names of placements, without A:B; ends with NULL. */
extern const char *const placement_names[];

/* hwloc's XML of it, malloc'ed; NULL where that fails. */
char *topology_xml(const struct topology *topo);

/* The caches around a PU, largest first, as one line of text, such as
 * "L3 32 MiB, L2 1 MiB, L1d 32 KiB". Returns buf. */
const char *topology_caches(const struct topology *topo, unsigned int pu,
			    char *buf, size_t size);

/* Bind the calling thread to one PU and check that it took. */
int topology_bind(unsigned int pu, struct why *why);

/* Bind all memory that the caller faults in from now on to a NUMA node
 * (set_mempolicy(2)); -1 leaves it. */
int topology_bind_memory(int numa, struct why *why);

#endif
