/* SPDX-License-Identifier: MIT */
/* The supervisor of one trial: it opens, starts, watches, collects, closes. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/topology.h"
#include "trial/deed.h"
#include "trial/node.h"

const char *const verdict_names[VERDICTS + 1] = {"pass", "fail", "unsupported",
						 "inconclusive", NULL};

enum { BUFFERS = 2 }; /* as large as a message, of a node */

/* A child of the trial: a node, or the one process of all threads. */
struct child {
	pid_t pid; /* 0: none, or reaped */
	int pidfd;
};

struct trial {
	const struct trial_spec *spec;
	struct trial_record *record;
	struct plan plan;
	struct ipc_ops ops;
	struct ipc_link *link[PLAN_LINKS];
	struct call_service *service[PLAN_SERVICES];
	struct endpoint_site *site;
	struct stage *stage;
	struct child child[PLAN_NODES];
	unsigned int children;
	int warm; /* descriptor that keeps PUs awake; -1: none */
	uint64_t began_ns, end_ns; /* when its nodes are late */
	bool was_late;
};

static void judge(struct trial *trial, enum verdict verdict,
		  const struct why *why)
{
	trial->record->verdict = verdict;
	trial->record->why = *why;
}

/* Nodes inherit it: PUs are warm until the last of them and the trial are
 * gone. */
static int keep_warm(struct trial *trial)
{
	struct why why;
	int fd;

	if (trial->spec->idle == IDLE_COLD)
		return 0;
	fd = idle_hold_warm(&why);
	if (fd < 0) {
		judge(trial, VERDICT_UNSUPPORTED, &why);
		return fd;
	}
	trial->warm = fd;
	return 0;
}

/* Is this link's traffic answered by another's, or an answer to it? */
static bool has_calls(const struct plan *plan, unsigned int link)
{
	for (unsigned int i = link; i < plan->links; i++)
		if (plan->link[i].answers == link + 1)
			return true;
	return plan->link[link].answers != 0;
}

struct ipc_spec trial_link_spec(const struct trial_spec *spec,
				const struct plan *plan, unsigned int link)
{
	uint64_t tx = plan->link[link].tx;
	uint64_t rx = plan->link[link].rx;
	size_t msg_max = plan->link[link].msg_max;
	struct ipc_spec made = {
		.msg_max = msg_max ? msg_max : spec->par.size,
		.depth = plan->link[link].depth,
		.spin_ns = spec->spin_ns,
		.senders = (uint16_t)__builtin_popcountll(tx),
		.receivers = (uint16_t)__builtin_popcountll(rx),
		.wait = spec->wait,
		.threads = spec->threads,
		.calls = has_calls(plan, link),
	};

	memcpy(made.option, spec->option, sizeof(made.option));
	return made;
}

size_t trial_buffer(const struct trial_spec *spec, const struct plan *plan)
{
	return plan->bytes > spec->par.size ? plan->bytes : spec->par.size;
}

unsigned int trial_first_service(const struct plan *plan)
{
	unsigned int i = 0;

	while (i < plan->services && !plan->service[i].servers)
		i++;
	return i;
}

/* The link that this one answers, or NULL. */
static struct ipc_link *answered(const struct trial *trial, unsigned int link)
{
	unsigned int answers = trial->plan.link[link].answers;

	return answers ? trial->link[answers - 1] : NULL;
}

struct call_spec trial_call_spec(const struct trial_spec *spec,
				 const struct plan *plan, unsigned int service)
{
	uint64_t clients = plan->service[service].clients;
	uint64_t servers = plan->service[service].servers;
	size_t msg_max = plan->service[service].msg_max;
	struct call_spec made = {
		.msg_max = msg_max ? msg_max : spec->par.size,
		.depth = plan->service[service].depth,
		.clients = (uint16_t)__builtin_popcountll(clients),
		.servers = (uint16_t)__builtin_popcountll(servers),
		.spin_ns = spec->spin_ns,
		.wait = spec->wait,
		.threads = spec->threads,
	};

	memcpy(made.option, spec->option, sizeof(made.option));
	return made;
}

static int check_link(const struct trial_spec *spec, struct plan *plan,
		      unsigned int i, struct why *why)
{
	uint32_t *depth = &plan->link[i].depth;

	for (;; *depth /= 2) {
		struct ipc_spec link = trial_link_spec(spec, plan, i);
		int err = ipc_check(spec->impl, &link, spec->workload->needs,
				    why);

		if (err != -E2BIG || spec->par.depth || *depth <= 1)
			return err;
	}
}

static int can_serve(const struct trial_spec *spec, const struct plan *plan,
		     unsigned int i, struct why *why)
{
	struct call_spec service = trial_call_spec(spec, plan, i);
	const struct call_kind *call = call_check(spec->impl, &service, why);

	if (!call)
		return -ENOTSUP;
	if (plan->service[i].relays && !call->relays)
		return why_not(why, -ENOTSUP,
			       "its calls are %s, and cannot be relayed",
			       call_way_names[call->way]);
	return 0;
}

static int check_select(const struct trial_spec *spec, const struct plan *plan,
			struct why *why)
{
	struct ipc_spec link = trial_link_spec(spec, plan, 0);

	return select_check(spec->impl, &link, &plan->select, why);
}

static int check_service(const struct trial_spec *spec, struct plan *plan,
			 unsigned int i, struct why *why)
{
	int err = can_serve(spec, plan, i, why);

	if (!err || !plan->service[i].optional)
		return err;
	plan->service[i].clients = plan->service[i].servers = 0;
	return 0;
}

/* What the workload cannot do with, or can only do with. */
static int check_sense(const struct trial_spec *spec, struct why *why)
{
	const struct workload *workload = spec->workload;
	uint32_t barred = spec->impl->caps & workload->bars;

	if (workload->timing == TIMING_LESSON && spec->impl->caps & IPC_VOID)
		return why_not(why, -ENOTSUP,
			       "carries nothing, so there is nothing to prove");
	if (barred)
		return why_not(why, -ENOTSUP, "means nothing where it is %s",
			       ipc_cap_name(barred & -barred));
	if (workload->waits && !(workload->waits & IPC_CAN_WAIT(spec->wait)))
		return why_not(why, -ENOTSUP,
			       "means nothing where waiting is %s",
			       ipc_wait_names[spec->wait]);
	return 0;
}

/* What is refused of what may be left out has nobody on it. */
static int check_links(const struct trial_spec *spec, struct plan *plan,
		       struct why *why)
{
	unsigned int left = 0;
	struct why first = {""}, here;
	int first_err = 0;

	for (unsigned int i = 0; i < plan->links; i++) {
		int err = check_link(spec, plan, i, &here);

		if (err && !plan->link[i].optional)
			return why_not(why, err, "%s", here.text);
		if (!err)
			continue;
		plan->link[i].tx = plan->link[i].rx = 0;
		if (left++ > 0)
			continue;
		first = here;
		first_err = err;
	}
	if (left < plan->links || plan->services || plan->endpoint.used)
		return 0;
	return why_not(why, first_err, "%s", first.text);
}

int trial_plan(const struct trial_spec *spec, struct plan *plan,
	       struct why *why)
{
	int err = spec->workload->plan(&spec->par, plan, why);

	if (!err)
		err = check_sense(spec, why);
	if (!err)
		err = check_links(spec, plan, why);
	for (unsigned int i = 0; !err && i < plan->services; i++)
		err = check_service(spec, plan, i, why);
	if (!err && plan->select.held)
		err = check_select(spec, plan, why);
	if (!err && plan->endpoint.used)
		err = endpoint_check(spec->impl, plan->endpoint.needs,
				     plan->endpoint.naming, why);
	return err;
}

static int open_link(struct trial *trial, unsigned int i)
{
	const struct trial_spec *spec = trial->spec;
	struct ipc_spec link = trial_link_spec(spec, &trial->plan, i);
	struct why why;
	int err;

	if (!trial->plan.link[i].tx)
		return 0;
	err = ipc_link_open(spec->impl, &link, &trial->ops, answered(trial, i),
			    &trial->link[i]);
	if (err) {
		why_not(&why, err, "opening link %u: %s", i, strerror(-err));
		judge(trial, VERDICT_FAIL, &why);
	}
	return err;
}

static int open_service(struct trial *trial, unsigned int i)
{
	const struct trial_spec *spec = trial->spec;
	struct call_spec service = trial_call_spec(spec, &trial->plan, i);
	const struct call_kind *call;
	struct why why;
	int err = -ENOTSUP;

	if (!trial->plan.service[i].servers)
		return 0;
	call = call_check(spec->impl, &service, &why);
	if (call)
		err = call_service_open(spec->impl, call, &service,
					&trial->service[i]);
	if (err) {
		why_not(&why, err, "opening service %u: %s", i, strerror(-err));
		judge(trial, VERDICT_FAIL, &why);
		return err;
	}
	trial->record->way = call_way_names[call->way];
	return 0;
}

static int open_site(struct trial *trial)
{
	struct why why;
	int err = endpoint_open(trial->spec->impl, trial->plan.endpoint.naming,
				&trial->site, &why);

	if (err)
		judge(trial, VERDICT_FAIL, &why);
	return err;
}

static int open_links(struct trial *trial)
{
	const struct trial_spec *spec = trial->spec;
	struct why why = {""};
	int err;

	err = trial_plan(spec, &trial->plan, &why);
	if (err) {
		judge(trial, VERDICT_UNSUPPORTED, &why);
		return err;
	}
	trial->record->nodes = trial->plan.nodes;
	trial->record->emulated = ipc_resolve(spec->impl, &trial->ops);
	for (unsigned int i = 0; !err && i < trial->plan.links; i++)
		err = open_link(trial, i);
	for (unsigned int i = 0; !err && i < trial->plan.services; i++)
		err = open_service(trial, i);
	if (!err && trial->plan.endpoint.used)
		err = open_site(trial);
	if (!err && trial->link[0] && spec->impl->describe)
		spec->impl->describe(trial->link[0], trial->record->link,
				     sizeof(trial->record->link));
	return err;
}

/* A node has a buffer, and its back-end may have another. Their pages come
 * when they are touched, when it is too late to refuse. */
static int check_buffers(struct trial *trial)
{
	size_t size = trial_buffer(trial->spec, &trial->plan);
	size_t limit = memory_available();
	struct why why;

	if (size <= limit / (BUFFERS * trial->plan.nodes))
		return 0;
	why_not(&why, 0,
		"%u nodes take %u buffers of %zu MiB each; %zu MiB are left "
		"here",
		trial->plan.nodes, BUFFERS, size >> 20, limit >> 20);
	judge(trial, VERDICT_UNSUPPORTED, &why);
	return -ENOMEM;
}

static void close_links(struct trial *trial)
{
	if (trial->site)
		endpoint_close(trial->site);
	for (unsigned int i = 0; i < PLAN_SERVICES; i++) {
		if (trial->service[i])
			call_service_close(trial->service[i]);
	}
	/* An answer's link goes before the one of the request. */
	for (unsigned int i = PLAN_LINKS; i > 0; i--) {
		if (trial->link[i - 1])
			ipc_link_close(trial->link[i - 1]);
	}
}

/* Room for what the nodes of a lesson mark, on pages of each one's own. */
static int make_marks(struct trial *trial)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t max = trial->plan.marks;
	struct stage *stage = trial->stage;
	int err;

	stage->marks_bytes = shm_round(
		sizeof(struct marks) + max * sizeof(struct mark), page);
	err = shm_open_anon(&stage->marks, "ipcbench-marks",
			    stage->marks_bytes * trial->plan.nodes, false);
	for (unsigned int i = 0; !err && i < trial->plan.nodes; i++)
		stage_marks(stage, i)->max = max;
	return err;
}

static int make_stage(struct trial *trial)
{
	const struct trial_spec *spec = trial->spec;
	size_t raw_max = spec->calibrate_ns ? 1 : (size_t)spec->samples;
	size_t bytes;
	struct stage *stage;
	int err = 0;

	if (raw_max > TRIAL_RAW_MAX)
		raw_max = TRIAL_RAW_MAX;
	bytes = sizeof(*stage) + raw_max * sizeof(stage->raw[0]);
	stage = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return -errno;
	stage->bytes = bytes;
	stage->spec = spec;
	stage->plan = &trial->plan;
	stage->link = trial->link;
	stage->service = trial->service;
	stage->site = trial->site;
	stage->raw_max = raw_max;
	trial->stage = stage;
	if (trial->plan.shared)
		err = shm_open_anon(&stage->shared, "ipcbench-shared",
				    trial->plan.shared, false);
	return err || !trial->plan.marks ? err : make_marks(trial);
}

/* A child dies with the trial, and cannot be killed by a closed pipe: that is
 * an error that its back-end reports. */
static void settle(pid_t trial)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != trial)
		_exit(EXIT_FAILURE);
	signal(SIGPIPE, SIG_IGN);
}

struct thread {
	pthread_t id;
	struct stage *stage;
	unsigned int self;
};

static void *thread_main(void *arg)
{
	struct thread *thread = arg;

	if (node_play(thread->stage, thread->self))
		_exit(EXIT_FAILURE); /* the others would wait for ever */
	return NULL;
}

static void threads_main(struct stage *stage)
{
	struct thread thread[PLAN_NODES];
	unsigned int n = stage->plan->nodes;

	for (unsigned int i = 0; i < n; i++) {
		thread[i].stage = stage;
		thread[i].self = i;
		if (pthread_create(&thread[i].id, NULL, thread_main,
				   &thread[i]) != 0)
			_exit(EXIT_FAILURE);
	}
	for (unsigned int i = 0; i < n; i++)
		pthread_join(thread[i].id, NULL);
}

static int start_child(struct trial *trial, unsigned int self)
{
	struct child *child = &trial->child[trial->children];
	pid_t me = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		settle(me);
		if (trial->spec->threads)
			threads_main(trial->stage);
		else if (node_play(trial->stage, self))
			_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	child->pid = pid;
	child->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	trial->children++;
	return child->pidfd < 0 ? -errno : 0;
}

static int start_children(struct trial *trial)
{
	unsigned int n = trial->spec->threads ? 1 : trial->plan.nodes;

	for (unsigned int i = 0; i < n; i++) {
		int err = start_child(trial, i);

		if (err)
			return err;
	}
	return 0;
}

/* What the node's seat says of its failure. */
static bool seat_failed(const struct trial *trial, unsigned int node,
			struct why *why)
{
	struct seat *seat = &trial->stage->seat[node];
	uint32_t phase =
		atomic_load_explicit(&seat->phase, memory_order_relaxed);

	if (!seat->err)
		return false;
	if (seat->why.text[0])
		why_not(why, 0, "node %u: %s", node, seat->why.text);
	else
		why_not(why, 0, "node %u failed in %s: %s", node,
			phase_names[phase], strerror(-seat->err));
	return true;
}

/* Why a child ended as it did; a node that said so itself goes first. */
static void explain_end(struct trial *trial, unsigned int child,
			const siginfo_t *info)
{
	char who[40];
	struct why why;

	for (unsigned int i = 0; i < trial->plan.nodes; i++) {
		if (seat_failed(trial, i, &why)) {
			judge(trial, VERDICT_FAIL, &why);
			return;
		}
	}
	snprintf(who, sizeof(who), "node %u", child);
	if (trial->spec->threads)
		snprintf(who, sizeof(who), "the process of all nodes");
	if (info->si_code == CLD_EXITED)
		why_not(&why, 0, "%s ended with status %d", who,
			info->si_status);
	else
		why_not(&why, 0, "%s was killed by signal %d (%s)", who,
			info->si_status, strsignal(info->si_status));
	judge(trial, VERDICT_FAIL, &why);
}

/* Where a late node is: "timed rounds (pipe_read)". */
static void late_place(const struct seat *seat, char *buf, size_t size)
{
	uint32_t phase =
		atomic_load_explicit(&seat->phase, memory_order_relaxed);
	struct node_deed deed = {.where = "not begun"};

	if (seat->tid)
		deed_read(seat->tid, &deed);
	snprintf(buf, size, "%s (%s)", phase_names[phase], deed.where);
}

static void explain_late(struct trial *trial)
{
	char place[2][80] = {"no place", "no place"};
	struct why why;

	for (unsigned int i = 0; i < 2 && i < trial->plan.nodes; i++)
		late_place(&trial->stage->seat[i], place[i], sizeof(place[i]));
	why_not(&why, 0, "no end within %.3g s: node 0 in %s, node 1 in %s",
		(double)trial->spec->deadline_ns / NS_PER_S, place[0],
		place[1]);
	judge(trial, VERDICT_FAIL, &why);
}

static int cannot_watch(struct trial *trial, int err)
{
	struct why why;

	why_not(&why, err, "watching the nodes: %s", strerror(-err));
	judge(trial, VERDICT_FAIL, &why);
	return err;
}

/* Did every node of this child play to the end? */
static bool at_end(const struct trial *trial, unsigned int child)
{
	const struct seat *seat = &trial->stage->seat[child];
	unsigned int nodes = trial->spec->threads ? trial->plan.nodes : 1;

	for (unsigned int i = 0; i < nodes; i++) {
		if (atomic_load_explicit(&seat[i].phase,
					 memory_order_relaxed) != PHASE_DONE)
			return false;
	}
	return true;
}

/* Reap a child that has ended. Returns 0 if it did well. */
static int reap(struct trial *trial, unsigned int i)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)trial->child[i].pid, &info, WEXITED) < 0)
		return cannot_watch(trial, -errno);
	trial->child[i].pid = 0;
	if (info.si_code == CLD_EXITED && info.si_status == EXIT_SUCCESS &&
	    at_end(trial, i))
		return 0;
	explain_end(trial, i, &info);
	return -ECHILD;
}

static int remaining_ms(const struct trial *trial)
{
	uint64_t now = clock_ns();

	return now >= trial->end_ns
		       ? 0
		       : (int)((trial->end_ns - now) / NS_PER_MS + 1);
}

/* A virtual machine may stand still for seconds, in which its clock goes on:
 * so who is late is looked at once more, when it has had some time again. */
static bool is_late(struct trial *trial)
{
	uint64_t again_ns = trial->spec->deadline_ns;

	if (trial->was_late)
		return true;
	trial->was_late = true;
	if (again_ns > TRIAL_AGAIN_MS * NS_PER_MS)
		again_ns = TRIAL_AGAIN_MS * NS_PER_MS;
	trial->end_ns = clock_ns() + again_ns;
	return false;
}

/* Sleep until every child has ended, one has failed, or time is up. */
static int watch(struct trial *trial)
{
	struct pollfd fds[PLAN_NODES];
	unsigned int left = trial->children;

	for (unsigned int i = 0; i < trial->children; i++)
		fds[i] = (struct pollfd){.fd = trial->child[i].pidfd,
					 .events = POLLIN};
	while (left) {
		int n = poll(fds, trial->children, remaining_ms(trial));

		if (n < 0 && errno != EINTR)
			return cannot_watch(trial, -errno);
		if (n == 0 && is_late(trial)) {
			explain_late(trial);
			return -ETIMEDOUT;
		}
		for (unsigned int i = 0; n > 0 && i < trial->children; i++) {
			int err = 0;

			if (fds[i].fd < 0 || !(fds[i].revents & POLLIN))
				continue;
			err = reap(trial, i);
			if (err)
				return err;
			fds[i].fd = -1;
			left--;
		}
	}
	return 0;
}

static void kill_children(struct trial *trial)
{
	for (unsigned int i = 0; i < trial->children; i++) {
		if (trial->child[i].pid) {
			kill(trial->child[i].pid, SIGKILL);
			waitpid(trial->child[i].pid, NULL, 0);
		}
		if (trial->child[i].pidfd >= 0)
			close(trial->child[i].pidfd);
	}
}

/* The invariant of every workload here: each message arrived once, in its
 * turn, whole. And each node ran where it was put. */
static void judge_nodes(struct trial *trial)
{
	const struct trial_record *record = trial->record;
	struct why why;

	for (unsigned int i = 0; i < record->nodes; i++) {
		const struct node_record *node = &record->node[i];

		if (node->wrong && !(trial->spec->impl->caps & IPC_VOID)) {
			why_not(&why, 0,
				"node %u received wrong data: %llu messages "
				"were not the ones due",
				i, (unsigned long long)node->wrong);
			judge(trial, VERDICT_FAIL, &why);
			return;
		}
		if (!trial->spec->calibrate_ns && node->pu_seen != node->pu) {
			why_not(&why, 0, "node %u ran on PU %u, not on %u", i,
				node->pu_seen, node->pu);
			judge(trial, VERDICT_FAIL, &why);
			return;
		}
	}
	if (trial->spec->impl->caps & IPC_VOID) {
		why_not(&why, 0, "carries nothing: a floor, not a mechanism");
		judge(trial, VERDICT_INCONCLUSIVE, &why);
		return;
	}
	trial->record->verdict = VERDICT_PASS;
}

/* What a lesson found, behind what the back-end says of its link. */
static void add_note(struct trial_record *record, const char *text)
{
	size_t len = strlen(record->link);

	snprintf(record->link + len, sizeof(record->link) - len, "%s%s",
		 len ? "; " : "", text);
}

/* Every mark of a lesson is there, and its invariants hold. */
static void judge_lesson(struct trial *trial)
{
	const struct trial_spec *spec = trial->spec;
	struct evidence evidence = {.impl = spec->impl,
				    .par = &spec->par,
				    .plan = &trial->plan,
				    .shared = trial->stage->shared.at};
	struct why why = {""};
	int err;

	for (unsigned int i = 0; i < trial->plan.nodes; i++) {
		evidence.marks[i] = stage_marks(trial->stage, i);
		if (evidence.marks[i]->n <= evidence.marks[i]->max)
			continue;
		why_not(&why, 0, "node %u made %zu marks, with room for %zu", i,
			evidence.marks[i]->n, evidence.marks[i]->max);
		judge(trial, VERDICT_INCONCLUSIVE, &why);
		return;
	}
	err = spec->workload->judge(&evidence, trial->record->figure, &why);
	if (err)
		judge(trial,
		      err == -ENODATA ? VERDICT_INCONCLUSIVE : VERDICT_FAIL,
		      &why);
	else if (why.text[0])
		add_note(trial->record, why.text);
}

static void collect_line(struct trial *trial)
{
	struct trial_record *record = trial->record;
	const struct trial_spec *spec = trial->spec;

	record->before = trial->stage->floor[0];
	record->after = trial->stage->floor[1];
	if (spec->pu[0] == spec->pu[1])
		why_not(&record->line_why, 0, "both nodes on one PU");
	else if (!spec->line_ns)
		why_not(&record->line_why, 0, "not asked for");
	else if (record->before.line_ns <= 0 || record->after.line_ns <= 0 ||
		 record->before.mailbox_ns <= 0 ||
		 record->after.mailbox_ns <= 0)
		why_not(&record->line_why, 0, "the peer did not answer");
}

static int collect_samples(struct trial *trial)
{
	const struct stage *stage = trial->stage;
	struct trial_record *record = trial->record;

	record->hist = malloc(sizeof(*record->hist));
	record->raw = malloc((stage->raw_n + 1) * sizeof(*record->raw));
	if (!record->hist || !record->raw)
		return -ENOMEM;
	*record->hist = stage->hist;
	record->raw_n = stage->raw_n;
	memcpy(record->raw, stage->raw, stage->raw_n * sizeof(*record->raw));
	for (size_t i = 0; i < stage->raw_n; i++)
		hist_add(record->hist, stage->raw[i]);
	return 0;
}

static void collect(struct trial *trial)
{
	const struct stage *stage = trial->stage;
	struct trial_record *record = trial->record;
	const struct trial_spec *spec = trial->spec;
	struct why why;

	for (unsigned int i = 0; i < record->nodes; i++)
		record->node[i] = stage->seat[i].record;
	record->setup_ns =
		stage->ready_ns -
		(spec->spawned_ns ? spec->spawned_ns : trial->began_ns);
	record->cold_ns = stage->cold_ns;
	record->warmup_ns = stage->warmup_ns;
	record->wall_ns = stage->wall_ns;
	record->round_ns = stage->round_ns;
	record->samples = spec->samples;
	record->per_sample = spec->per_sample;
	collect_line(trial);
	judge_nodes(trial);
	if (record->verdict == VERDICT_PASS && trial->plan.marks)
		judge_lesson(trial);
	if (collect_samples(trial)) {
		why_not(&why, 0, "no memory for the samples");
		judge(trial, VERDICT_FAIL, &why);
	}
}

static void count_ticks(struct trial *trial, int sign)
{
	struct trial_record *record = trial->record;

	record->has_ticks = true;
	for (unsigned int i = 0; i < 2; i++) {
		struct pu_ticks now = {0, 0, 0};
		struct pu_ticks *sum = &record->ticks[i];

		record->has_ticks &= noise_ticks(trial->spec->pu[i], &now);
		sum->steal = now.steal - (sign > 0 ? sum->steal : 0);
		sum->irq = now.irq - (sign > 0 ? sum->irq : 0);
		sum->softirq = now.softirq - (sign > 0 ? sum->softirq : 0);
	}
}

/* Everything from the stage to the last child's end. */
static int perform(struct trial *trial)
{
	const struct trial_spec *spec = trial->spec;
	struct why why = {""};
	int err;

	err = make_stage(trial);
	if (err)
		why_not(&why, err, "the trial's memory: %s", strerror(-err));
	if (!err)
		err = counters_init(&spec->events, &why);
	if (!err) {
		err = start_children(trial);
		if (err)
			why_not(&why, err, "starting nodes: %s",
				strerror(-err));
	}
	if (err) {
		judge(trial, VERDICT_FAIL, &why);
		return err;
	}
	count_ticks(trial, -1);
	err = watch(trial);
	count_ticks(trial, +1);
	return err;
}

void trial_run(const struct trial_spec *spec, struct trial_record *record)
{
	struct trial trial = {.spec = spec, .record = record, .warm = -1};
	struct why why;
	int err;

	memset(record, 0, sizeof(*record));
	record->verdict = VERDICT_FAIL;
	record->t_start_ns = clock_wall_ns();
	trial.began_ns = clock_ns();
	trial.end_ns = trial.began_ns + spec->deadline_ns;
	err = topology_bind_memory(spec->numa, &why);
	if (err)
		judge(&trial, VERDICT_FAIL, &why);
	if (!err)
		err = keep_warm(&trial);
	if (!err)
		err = open_links(&trial);
	if (!err)
		err = check_buffers(&trial);
	if (!err)
		err = perform(&trial);
	kill_children(&trial);
	if (!err)
		collect(&trial);
	close_links(&trial);
	if (trial.warm >= 0)
		close(trial.warm);
	if (trial.stage && trial.stage->shared.at)
		shm_close(&trial.stage->shared);
	if (trial.stage && trial.stage->marks.at)
		shm_close(&trial.stage->marks);
	if (trial.stage)
		munmap(trial.stage, trial.stage->bytes);
	record->t_end_ns = clock_wall_ns();
}

void trial_record_free(struct trial_record *record)
{
	free(record->hist);
	free(record->raw);
	record->hist = NULL;
	record->raw = NULL;
}
