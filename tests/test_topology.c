/* SPDX-License-Identifier: MIT */
/*
 * Topologies that are described, read from a file, restricted, foreign, and
 * this one. The source is included, to give to a process the affinity of a
 * machine that is larger than ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/topology.c"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static struct topology *load_ok(const char *source)
{
	struct topology *topo = NULL;
	struct why why = {""};

	if (topology_load(&topo, source, false, &why))
		fail_msg("'%s': %s", source, why.text);
	return topo;
}

/* Unordered pairs by relation, in words: "smt 16, l3 96". */
static const char *relations(const struct topology *topo, char *text,
			     size_t size)
{
	unsigned int of[RELATIONS] = {0}, n = topology_pus(topo), i, j;
	size_t at = 0;

	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++)
			of[topology_relation(topo, topology_pu(topo, i),
					     topology_pu(topo, j))]++;
	text[0] = '\0';
	for (i = 0; i < RELATIONS; i++)
		if (of[i])
			at += (size_t)snprintf(text + at, size - at, "%s%s %u",
					       at ? ", " : "",
					       relation_names[i], of[i]);
	return text;
}

static void assert_relations(const char *source, unsigned int pus,
			     const char *expected)
{
	struct topology *topo = load_ok(source);
	char text[128];

	assert_int_equal(topology_pus(topo), pus);
	assert_string_equal(relations(topo, text, sizeof(text)), expected);
	assert_false(topology_is_here(topo));
	topology_free(topo);
}

static void relations_of_described_machines(void **state)
{
	(void)state;
	assert_relations("pack:2 numa:1 l3:2 core:4 pu:2", 32,
			 "smt 16, l3 96, numa 128, machine 256");
	assert_relations("pack:1 numa:4 l3:2 core:8 pu:2", 128,
			 "smt 64, l3 896, numa 1024, package 6144");
	assert_relations("pack:1 l2:2 core:4 pu:1", 8, "l2 12, numa 16");
	/* A node that hwloc made up does not join packages. */
	assert_relations("pack:2 core:4 pu:2", 16,
			 "smt 8, numa 48, machine 64");
	assert_relations("pack:2 [numa] core:4 pu:2", 16,
			 "smt 8, numa 48, machine 64");
	assert_relations("[numa] pack:2 core:4 pu:2", 16,
			 "smt 8, numa 48, machine 64");
	assert_relations("pack:2 l3:1 l2:2 core:1 pu:1", 4, "l3 2, machine 4");
	assert_relations("core:2 pu:2", 4, "smt 2, numa 4");
	assert_relations("pu:1", 1, "");
	/* Threads that share an L1 and no core that is told of. */
	assert_relations("l1:2 pu:2", 4, "l2 2, numa 4");
	/* Slow memory of a package spans the nodes of its halves. */
	assert_relations("pack:1 [numa] group:2 [numa] core:2 pu:1", 4,
			 "numa 2, package 4");
}

static void relations_of_exported_machines(void **state)
{
	(void)state;
	assert_relations("tests/topo/hybrid.xml", 8, "smt 2, l2 6, l3 20");
	assert_relations("tests/topo/two-packages.xml", 16,
			 "smt 8, l3 16, package 32, machine 64");
}

static void relation_turns_round(void **state)
{
	struct topology *topo = load_ok("pack:2 numa:2 l3:2 core:2 pu:2");
	unsigned int a, b;

	(void)state;
	for (a = 0; a < topology_pus(topo); a++) {
		assert_int_equal(topology_relation(topo, a, a), REL_SAME_PU);
		for (b = 0; b < a; b++)
			assert_int_equal(topology_relation(topo, a, b),
					 topology_relation(topo, b, a));
	}
	topology_free(topo);
}

static void numbers_are_the_kernels(void **state)
{
	struct topology *topo = load_ok("tests/topo/two-packages.xml");

	(void)state;
	assert_int_equal(topology_pu(topo, 0), 0);
	assert_int_equal(topology_pu(topo, 1), 8);
	assert_int_equal(topology_pu(topo, 15), 15);
	assert_true(topology_has(topo, 15));
	assert_false(topology_has(topo, 16));
	assert_int_equal(topology_relation(topo, 0, 8), REL_SMT);
	assert_int_equal(topology_relation(topo, 0, 1), REL_L3);
	assert_int_equal(topology_relation(topo, 3, 4), REL_MACHINE);
	/* The near memory, not that of the whole package. */
	assert_int_equal(topology_numa(topo, 8), 0);
	assert_int_equal(topology_numa(topo, 2), 1);
	assert_int_equal(topology_numa(topo, 4), 3);
	assert_int_equal(topology_numa(topo, 15), 4);
	topology_free(topo);
}

static void kinds_of_cores(void **state)
{
	struct topology *topo = load_ok("tests/topo/hybrid.xml");

	(void)state;
	assert_int_equal(topology_kind(topo, 0), 1);
	assert_int_equal(topology_kind(topo, 3), 1);
	assert_int_equal(topology_kind(topo, 4), 0);
	assert_int_equal(topology_kind(topo, 7), 0);
	topology_free(topo);
	topo = load_ok("core:2 pu:2");
	assert_int_equal(topology_kind(topo, 0), -1);
	topology_free(topo);
}

static void caches_largest_first(void **state)
{
	struct topology *topo = load_ok("tests/topo/hybrid.xml");
	char text[80];

	(void)state;
	assert_string_equal(topology_caches(topo, 0, text, sizeof(text)),
			    "L3 18 MiB, L2 1280 KiB, L1d 48 KiB");
	assert_string_equal(topology_caches(topo, 7, text, sizeof(text)),
			    "L3 18 MiB, L2 2 MiB, L1d 32 KiB");
	assert_string_equal(topology_caches(topo, 0, text, 12), "L3 18 MiB, ");
	topology_free(topo);
	topo = load_ok("core:2 pu:2");
	assert_string_equal(topology_caches(topo, 0, text, sizeof(text)), "");
	topology_free(topo);
	topo = load_ok("l2:1(size=1000) pu:1");
	assert_string_equal(topology_caches(topo, 0, text, sizeof(text)),
			    "L2 1000 B");
	topology_free(topo);
}

static void xml_comes_back_the_same(void **state)
{
	static const char spec[] = "pack:2 numa:2 l3:2 core:2 pu:2";
	struct topology *topo = load_ok(spec);
	char path[] = "/tmp/topology-XXXXXX.xml", was[128], is[128];
	char *xml = topology_xml(topo);
	int fd = mkstemps(path, 4);

	(void)state;
	assert_non_null(xml);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, xml, strlen(xml)), strlen(xml));
	close(fd);
	relations(topo, was, sizeof(was));
	topology_free(topo);
	topo = load_ok(path);
	unlink(path);
	assert_string_equal(relations(topo, is, sizeof(is)), was);
	topology_free(topo);
	free(xml);
}

static void assert_no_load(const char *source, int err, const char *says)
{
	struct topology *topo = (struct topology *)&topo, *before = topo;
	struct why why = {""};

	assert_int_equal(topology_load(&topo, source, false, &why), err);
	assert_ptr_equal(topo, before);
	if (!strstr(why.text, says))
		fail_msg("'%s' does not say '%s'", why.text, says);
	assert_int_equal(topology_load(&topo, source, false, NULL), err);
}

static void bad_sources_are_named(void **state)
{
	(void)state;
	assert_no_load("bogus:2 pu:2", -EINVAL, "topology 'bogus:2 pu:2' is");
	assert_no_load("pack:2 pu:0", -EINVAL, "'pack:2 pu:0'");
	assert_no_load("pack:2", -EINVAL, "'pack:2'");
	assert_no_load("", -EINVAL, "''");
	assert_no_load("no/such.xml", -ENOENT,
		       "'no/such.xml': No such file or directory");
	/* Files, but not of this sort. */
	assert_no_load("tests/test_topology.c", -EINVAL,
		       "'tests/test_topology.c' is not an XML export");
	assert_no_load("tests", -EINVAL, "'tests' is not an XML export");
	assert_no_load("/dev/null", -EINVAL, "'/dev/null' is not an XML");
}

/* Where a placement leads: "0:2 l3", or the reason why not. */
static const char *place(const struct topology *topo, const char *placement,
			 int expected)
{
	static char text[sizeof(struct why)];
	struct pair *pairs = (struct pair *)text, *before = pairs;
	struct why why = {""};
	size_t n = 12345;
	int err = topology_place(topo, placement, &pairs, &n, &why);

	if (err != expected)
		fail_msg("%s: %d, '%s'", placement, err, why.text);
	if (err) {
		assert_ptr_equal(pairs, before);
		assert_int_equal(n, 12345);
		strcpy(text, why.text);
		return text;
	}
	assert_int_equal(n, 1);
	assert_int_equal(topology_relation(topo, pairs->a, pairs->b),
			 pairs->relation);
	snprintf(text, sizeof(text), "%u:%u %s", pairs->a, pairs->b,
		 relation_names[pairs->relation]);
	free(pairs);
	return text;
}

static void places_by_relation(void **state)
{
	struct topology *topo = load_ok("pack:2 numa:2 l3:2 l2:2 core:2 pu:2");

	(void)state;
	assert_string_equal(place(topo, "same-pu", 0), "0:0 same-pu");
	assert_string_equal(place(topo, "smt", 0), "0:1 smt");
	assert_string_equal(place(topo, "l2", 0), "0:2 l2");
	assert_string_equal(place(topo, "l3", 0), "0:4 l3");
	assert_string_equal(place(topo, "numa", 0), "0:8 numa");
	assert_string_equal(place(topo, "package", 0), "0:16 package");
	assert_string_equal(place(topo, "cross", 0), "0:32 machine");
	topology_free(topo);
	topo = load_ok("tests/topo/two-packages.xml");
	assert_string_equal(place(topo, "smt", 0), "0:8 smt");
	assert_string_equal(place(topo, "l3", 0), "0:1 l3");
	assert_string_equal(place(topo, "package", 0), "0:2 package");
	assert_string_equal(place(topo, "cross", 0), "0:4 machine");
	topology_free(topo);
	/* The first there is, not the first PU's. */
	topo = load_ok("tests/topo/hybrid.xml");
	assert_string_equal(place(topo, "l2", 0), "4:5 l2");
	assert_string_equal(place(topo, "cross", 0), "0:2 l3");
	topology_free(topo);
}

static void places_by_number(void **state)
{
	struct topology *topo = load_ok("pack:2 core:4 pu:2");

	(void)state;
	assert_string_equal(place(topo, "0:1", 0), "0:1 smt");
	assert_string_equal(place(topo, "15:0", 0), "15:0 machine");
	assert_string_equal(place(topo, "7:7", 0), "7:7 same-pu");
	assert_string_equal(place(topo, "16:0", -EINVAL),
			    "placement '16:0': PU 16 does not exist; allowed: "
			    "PUs 0-15");
	assert_string_equal(place(topo, "0:4294967296", -EINVAL),
			    "placement '0:4294967296': PU 4294967296 does not "
			    "exist; allowed: PUs 0-15");
	assert_non_null(strstr(place(topo, "0:99999999999999999999", -EINVAL),
			       "does not exist"));
	topology_free(topo);
	topo = load_ok("pu:1");
	assert_string_equal(place(topo, "0:1", -EINVAL),
			    "placement '0:1': PU 1 does not exist; allowed: PU "
			    "0");
	topology_free(topo);
}

static void places_no_half_numbers(void **state)
{
	static const char *const bad[] = {
		":",	"0:",	":1",	"a:b",	"0:b",	 "0x1:0", "-1:0",
		"0:-1", "+0:1", " 0:1", "0: 1", "0:1:0", "0:1 ",  "0:1,",
	};
	struct topology *topo = load_ok("pack:2 core:4 pu:2");
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bad); i++)
		assert_non_null(strstr(place(topo, bad[i], -EINVAL),
				       "is not two numbers of PUs"));
	topology_free(topo);
}

static void places_no_unknown_name(void **state)
{
	struct topology *topo = load_ok("pack:2 core:4 pu:2");

	(void)state;
	assert_string_equal(place(topo, "croos", -EINVAL),
			    "placement 'croos' is unknown; allowed: same-pu, "
			    "smt, l2, l3, numa, package, cross, all, A:B; did "
			    "you mean 'cross'?");
	assert_non_null(strstr(place(topo, "L3", -EINVAL), "mean 'l3'"));
	/* A relation, and no placement: that is what cross is for. */
	place(topo, "machine", -EINVAL);
	place(topo, "", -EINVAL);
	topology_free(topo);
}

static void refuses_with_the_cause(void **state)
{
	struct topology *topo = load_ok("pack:1 l3:1 l2:2 core:1 pu:1");

	(void)state;
	assert_string_equal(place(topo, "smt", -ENODEV),
			    "no two PUs share a core: this topology has no SMT "
			    "(2 PUs, 2 cores)");
	assert_string_equal(place(topo, "l2", -ENODEV),
			    "no two PUs share an L2 cache but no core (2 PUs, "
			    "2 L2 caches)");
	assert_string_equal(place(topo, "numa", -ENODEV),
			    "no two PUs share a NUMA node but nothing nearer "
			    "(2 PUs, 1 NUMA node, 1 package); the widest "
			    "relation here is l3");
	assert_string_equal(place(topo, "package", -ENODEV),
			    "no two PUs share a package but nothing nearer (2 "
			    "PUs, 1 NUMA node, 1 package); the widest relation "
			    "here is l3");
	topology_free(topo);

	topo = load_ok("pack:2 numa:1 l3:1 pu:2");
	assert_string_equal(place(topo, "smt", -ENODEV),
			    "no two PUs share a core: this topology does not "
			    "say which cores it has");
	assert_string_equal(place(topo, "l2", -ENODEV),
			    "this topology shows no L2 cache");
	topology_free(topo);

	topo = load_ok("l3:1 l2:1 core:1 pu:2");
	assert_string_equal(place(topo, "l3", -ENODEV),
			    "no two PUs share an L3 cache but nothing nearer "
			    "(2 PUs, 1 L3 cache)");
	topology_free(topo);
}

static void one_pu_is_no_pair(void **state)
{
	static const char *const pairs[] = {"smt",  "l2",      "l3",
					    "numa", "package", "cross"};
	struct topology *topo = load_ok("core:1 pu:1");
	char text[80];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(pairs); i++) {
		snprintf(text, sizeof(text),
			 "%s needs 2 PUs; this topology has 1 (PU 0)",
			 pairs[i]);
		assert_string_equal(place(topo, pairs[i], -ENODEV), text);
	}
	assert_string_equal(place(topo, "same-pu", 0), "0:0 same-pu");
	assert_string_equal(place(topo, "all", 0), "0:0 same-pu");
	topology_free(topo);
}

static void all_is_every_pair_once(void **state)
{
	struct topology *topo = load_ok("pack:2 numa:1 l3:2 core:4 pu:2");
	bool seen[32][32] = {{false}};
	struct pair *pairs;
	size_t n, i;

	(void)state;
	assert_int_equal(topology_place(topo, "all", &pairs, &n, NULL), 0);
	assert_int_equal(n, 1 + 32 * 31 / 2);
	assert_int_equal(pairs[0].relation, REL_SAME_PU);
	for (i = 1; i < n; i++) {
		unsigned int a = pairs[i].a, b = pairs[i].b;

		assert_true(a != b && a < 32 && b < 32);
		assert_false(seen[a][b] || seen[b][a]);
		seen[a][b] = true;
		assert_int_equal(pairs[i].relation,
				 topology_relation(topo, a, b));
	}
	free(pairs);
	topology_free(topo);
}

/* Every name that is listed is one that is known, and ends the list. */
static void names_are_known(void **state)
{
	struct topology *topo = load_ok("pack:2 numa:2 l3:2 l2:2 core:2 pu:2");
	struct pair *pairs;
	size_t i, n;

	(void)state;
	for (i = 0; placement_names[i]; i++) {
		assert_int_equal(topology_place(topo, placement_names[i],
						&pairs, &n, NULL),
				 0);
		free(pairs);
	}
	assert_int_equal(i, 8);
	for (i = 0; i < RELATIONS; i++)
		assert_non_null(relation_names[i]);
	assert_null(relation_names[RELATIONS]);
	topology_free(topo);
}

/* Pretend that it is this machine, and that our affinity is these PUs. */
static struct topology *load_as_ours(const char *source, const char *affinity)
{
	struct topology *topo = load_ok(source);

	topo->here = true;
	hwloc_bitmap_list_sscanf(topo->usable, affinity);
	free(topo->pu);
	topo->n = 0;
	assert_int_equal(list_usable(topo, NULL), 0);
	return topo;
}

static void affinity_hides_pairs(void **state)
{
	struct topology *topo =
		load_as_ours("pack:2 numa:2 l3:2 core:2 pu:2", "0,2,8,16");

	(void)state;
	assert_int_equal(topology_pus(topo), 4);
	assert_int_equal(topology_pu(topo, 3), 16);
	assert_false(topology_has(topo, 1));
	assert_string_equal(place(topo, "l3", 0), "0:2 l3");
	assert_string_equal(place(topo, "cross", 0), "0:16 machine");
	assert_string_equal(place(topo, "smt", -ENODEV),
			    "no two of the 4 PUs that this process may use "
			    "share a core (PUs 0,2,8,16); this machine has "
			    "such pairs, 0:1 for one");
	assert_string_equal(place(topo, "numa", -ENODEV),
			    "no two of the 4 PUs that this process may use "
			    "share a NUMA node but nothing nearer (PUs "
			    "0,2,8,16); this machine has such pairs, 0:4 for "
			    "one");
	/* What the machine has not is not the affinity's fault. */
	assert_string_equal(place(topo, "l2", -ENODEV),
			    "this machine shows no L2 cache");
	assert_string_equal(place(topo, "0:1", -EINVAL),
			    "placement '0:1': this process may not use PU 1, "
			    "only PUs 0,2,8,16");
	assert_string_equal(place(topo, "0:32", -EINVAL),
			    "placement '0:32': PU 32 does not exist; this "
			    "process may use PUs 0,2,8,16");
	topology_free(topo);
}

/* Relations stay the machine's, with one package in reach or two. */
static void affinity_changes_no_relation(void **state)
{
	struct topology *topo = load_as_ours("pack:2 core:2 pu:1", "1-2");

	(void)state;
	assert_string_equal(place(topo, "cross", 0), "1:2 machine");
	topology_free(topo);
	topo = load_as_ours("pack:2 core:2 pu:1", "3");
	assert_string_equal(place(topo, "cross", -ENODEV),
			    "cross needs 2 PUs; this process may use 1 (PU 3)");
	assert_string_equal(place(topo, "same-pu", 0), "3:3 same-pu");
	topology_free(topo);
}

/* This machine. */

static void is_here_and_has_our_pus(void **state)
{
	struct topology *topo = load_ok(NULL);
	cpu_set_t set[PUS_MAX / CPU_SETSIZE];
	unsigned int i;

	(void)state;
	CPU_ZERO_S(sizeof(set), set);
	assert_int_equal(sched_getaffinity(0, sizeof(set), set), 0);
	assert_true(topology_is_here(topo));
	assert_int_equal(topology_pus(topo), CPU_COUNT_S(sizeof(set), set));
	for (i = 0; i < topology_pus(topo); i++) {
		assert_true(
			CPU_ISSET_S(topology_pu(topo, i), sizeof(set), set));
		assert_true(topology_has(topo, topology_pu(topo, i)));
	}
	topology_free(topo);
}

/* Runs act in a child, whose affinity is its own. Its asserts do not reach
 * us: it returns 0, or the number of the check that failed. */
static int in_child(int (*act)(unsigned int), unsigned int arg)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(act(arg));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int check_bound(unsigned int pu)
{
	struct why why = {""};
	cpu_set_t set;

	if (topology_bind(pu, &why) || why.text[0])
		return 1;
	if (sched_getcpu() != (int)pu)
		return 2;
	if (sched_getaffinity(0, sizeof(set), &set) || CPU_COUNT(&set) != 1)
		return 3;
	return CPU_ISSET(pu, &set) ? 0 : 4;
}

static void binds_to_each_pu(void **state)
{
	struct topology *topo = load_ok(NULL);
	unsigned int i;

	(void)state;
	for (i = 0; i < topology_pus(topo); i++)
		assert_int_equal(in_child(check_bound, topology_pu(topo, i)),
				 0);
	topology_free(topo);
}

static void binds_to_nothing_else(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(topology_bind(PUS_MAX - 1, &why), -EINVAL);
	assert_string_equal(why.text,
			    "cannot bind to PU 8191: it does not exist, is off "
			    "line or not allowed here");
	assert_int_equal(topology_bind(PUS_MAX, &why), -EINVAL);
	assert_string_equal(why.text, "there is no PU 8192");
	assert_int_equal(topology_bind(~0u, NULL), -EINVAL);
}

/* Loaded by a process that may use one PU, with whole and without. */
static int check_restricted(unsigned int pu)
{
	unsigned int all = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	struct topology *topo;
	struct pair *pairs;
	struct why why;
	size_t n;

	if (topology_bind(pu, NULL) || topology_load(&topo, NULL, false, NULL))
		return 1;
	if (topology_pus(topo) != 1 || topology_pu(topo, 0) != pu)
		return 2;
	if (topology_place(topo, "cross", &pairs, &n, &why) != -ENODEV)
		return 3;
	if (!strstr(why.text,
		    all > 1 ? "this process may use 1" : "this machine has 1"))
		return 4;
	topology_free(topo);
	if (topology_load(&topo, NULL, true, NULL))
		return 5;
	if (topology_pus(topo) < all || !topology_is_here(topo))
		return 6;
	topology_free(topo);
	return 0;
}

static void heeds_affinity(void **state)
{
	struct topology *topo = load_ok(NULL);
	unsigned int last = topology_pu(topo, topology_pus(topo) - 1);

	(void)state;
	topology_free(topo);
	assert_int_equal(in_child(check_restricted, last), 0);
}

/* In hwloc's own words such a topology may well be this system's. */
static int check_foreign(unsigned int insist)
{
	struct topology *topo;
	bool here;

	setenv("HWLOC_SYNTHETIC", "pack:3 core:5 pu:1", 1);
	if (insist)
		setenv("HWLOC_THISSYSTEM", "1", 1);
	if (topology_load(&topo, NULL, false, NULL))
		return 1;
	here = topology_is_here(topo);
	if (topology_pus(topo) != 15)
		return 2;
	topology_free(topo);
	return here ? 3 : 0;
}

static int check_described(unsigned int insist)
{
	struct topology *topo;
	bool here;

	setenv("HWLOC_SYNTHETIC", "pack:3 core:5 pu:1", 1);
	if (insist)
		setenv("HWLOC_THISSYSTEM", "1", 1);
	if (topology_load(&topo, "core:3 pu:2", false, NULL))
		return 1;
	here = topology_is_here(topo);
	if (topology_pus(topo) != 6)
		return 2;
	topology_free(topo);
	return here ? 3 : 0;
}

static void foreign_is_not_here(void **state)
{
	(void)state;
	assert_int_equal(in_child(check_foreign, false), 0);
	assert_int_equal(in_child(check_foreign, true), 0);
	assert_int_equal(in_child(check_described, false), 0);
	assert_int_equal(in_child(check_described, true), 0);
}

enum { NO_POLICIES = 77 };

/* What is asked for is what the kernel then says it does. */
static int check_memory(unsigned int node)
{
	unsigned long nodes[NODES_MAX / BITS] = {0};
	int err = topology_bind_memory((int)node, NULL), mode = -1;

	if (err == -ENOSYS || err == -EPERM)
		return NO_POLICIES;
	if (err)
		return 1;
	if (syscall(SYS_get_mempolicy, &mode, nodes, NODES_MAX + 1ul, NULL,
		    0ul))
		return 2;
	if (mode != MPOL_BIND)
		return 3;
	return nodes[node / BITS] == 1ul << (node % BITS) ? 0 : 4;
}

static void binds_memory(void **state)
{
	struct topology *topo = load_ok(NULL);
	int node = topology_numa(topo, topology_pu(topo, 0)), got;

	(void)state;
	topology_free(topo);
	assert_true(node >= 0);
	got = in_child(check_memory, (unsigned int)node);
	if (got == NO_POLICIES) {
		print_message("[  SKIP    ] no NUMA policies here\n");
		skip();
	}
	assert_int_equal(got, 0);
}

static void binds_no_memory_that_is_not_there(void **state)
{
	struct why why = {""};
	int err;

	(void)state;
	assert_int_equal(topology_bind_memory(-1, &why), 0);
	assert_string_equal(why.text, "");
	assert_int_equal(topology_bind_memory(NODES_MAX, &why), -EINVAL);
	assert_string_equal(why.text, "there is no NUMA node 1024");
	err = topology_bind_memory(NODES_MAX - 1, &why);
	assert_true(err < 0);
	assert_true(strlen(why.text) > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relations_of_described_machines),
		cmocka_unit_test(relations_of_exported_machines),
		cmocka_unit_test(relation_turns_round),
		cmocka_unit_test(numbers_are_the_kernels),
		cmocka_unit_test(kinds_of_cores),
		cmocka_unit_test(caches_largest_first),
		cmocka_unit_test(xml_comes_back_the_same),
		cmocka_unit_test(bad_sources_are_named),
		cmocka_unit_test(places_by_relation),
		cmocka_unit_test(places_by_number),
		cmocka_unit_test(places_no_half_numbers),
		cmocka_unit_test(places_no_unknown_name),
		cmocka_unit_test(refuses_with_the_cause),
		cmocka_unit_test(one_pu_is_no_pair),
		cmocka_unit_test(all_is_every_pair_once),
		cmocka_unit_test(names_are_known),
		cmocka_unit_test(affinity_hides_pairs),
		cmocka_unit_test(affinity_changes_no_relation),
		cmocka_unit_test(is_here_and_has_our_pus),
		cmocka_unit_test(binds_to_each_pu),
		cmocka_unit_test(binds_to_nothing_else),
		cmocka_unit_test(heeds_affinity),
		cmocka_unit_test(foreign_is_not_here),
		cmocka_unit_test(binds_memory),
		cmocka_unit_test(binds_no_memory_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
