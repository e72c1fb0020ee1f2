/* SPDX-License-Identifier: MIT */
/* What a lesson's nodes may do beside their messages. */
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stats.h"
#include "ipc/workload.h"

enum { HEAR_NS = 20000 }; /* between two looks at the board */
enum { POKE_BYTES = 4096 };

const char *const timing_names[TIMINGS + 1] = {"round", "batch", "lesson",
					       NULL};

void node_mark_at(struct node *node, uint64_t t_ns, enum mark_kind kind,
		  uint64_t seq, uint32_t value)
{
	struct marks *marks = node->marks;
	size_t n = marks->n++;

	if (n >= marks->max)
		return;
	marks->at[n] = (struct mark){
		.t_ns = t_ns,
		.seq = seq,
		.value = value,
		.kind = (uint16_t)kind,
	};
}

void node_mark(struct node *node, enum mark_kind kind, uint64_t seq,
	       uint32_t value)
{
	node_mark_at(node, clock_ns(), kind, seq, value);
}

void node_found(struct node *node, uint32_t question, int64_t answer)
{
	node_mark(node, MARK_STEP, (uint64_t)answer, question);
}

bool marks_found(const struct marks *marks, uint32_t question, int64_t *answer)
{
	for (size_t i = marks->n; i > 0; i--) {
		const struct mark *mark = &marks->at[i - 1];

		if (mark->kind != MARK_STEP || mark->value != question)
			continue;
		*answer = (int64_t)mark->seq;
		return true;
	}
	return false;
}

static const char *answer_text(int64_t answer, char text[32])
{
	if (answer < 0)
		return endpoint_error((int)answer);
	snprintf(text, 32, "%lld", (long long)answer);
	return text;
}

int marks_check(const struct marks *marks, const struct due *due, size_t n,
		struct why *why)
{
	char is[32], declared[32];
	int64_t answer;

	for (size_t i = 0; i < n; i++) {
		if (!marks_found(marks, due[i].question, &answer))
			return why_not(why, -ENODATA, "%s: not tried",
				       due[i].what);
		if (answer != due[i].answer)
			return why_not(why, -EBADMSG,
				       "%s: %s, and is declared to be %s",
				       due[i].what, answer_text(answer, is),
				       answer_text(due[i].answer, declared));
	}
	return 0;
}

void node_count_open(struct node *node, unsigned int nodes, uint32_t question)
{
	for (unsigned int i = 0; i < nodes; i++) {
		node_meet(node);
		if (i == node->self)
			node_found(node, question, endpoint_descriptors());
	}
	node_meet(node);
}

int marks_check_open(const struct evidence *evidence, unsigned int nodes,
		     uint32_t before, uint32_t after, double *left,
		     struct why *why)
{
	*left = 0;
	for (unsigned int i = 0; i < nodes; i++) {
		int64_t had, has;

		if (!marks_found(evidence->marks[i], before, &had) ||
		    !marks_found(evidence->marks[i], after, &has) || had < 0 ||
		    has < 0)
			return why_not(why, -ENODATA,
				       "descriptors were not counted");
		*left += (double)(has - had);
		if (has != had)
			return why_not(why, -EBADMSG,
				       "node %u has %lld descriptors open, "
				       "and had %lld before",
				       i, (long long)has, (long long)had);
	}
	return 0;
}

void node_sleep(uint64_t ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};

	while (nanosleep(&until, &until) < 0)
		;
}

void node_work(uint64_t ns)
{
	uint64_t until = clock_ns() + ns;

	while (clock_ns() < until)
		event_relax();
}

/* The kernel stores it, in read(2), and fails where nothing is. Not by the C
 * library's, as the race is meant. */
void node_poke(void *at, unsigned char byte, size_t len)
{
	unsigned char bytes[POKE_BYTES];
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) < 0)
		return;
	memset(bytes, byte, sizeof(bytes));
	for (size_t done = 0; done < len;) {
		size_t n =
			len - done < sizeof(bytes) ? len - done : sizeof(bytes);

		if (write(fd[1], bytes, n) != (ssize_t)n ||
		    syscall(SYS_read, fd[0], (char *)at + done, n) !=
			    (ssize_t)n)
			break;
		done += n;
	}
	close(fd[0]);
	close(fd[1]);
}

void node_yield(void)
{
	sched_yield();
}

/* Where it is not allowed nothing changes, which a judge sees. */
void node_give_way(bool all)
{
	const struct sched_param none = {.sched_priority = 0};

	sched_setscheduler(0, all ? SCHED_IDLE : SCHED_OTHER, &none);
}

static struct rusage usage_so_far(void)
{
	struct rusage usage = {0};

	getrusage(RUSAGE_THREAD, &usage);
	return usage;
}

void span_begin(struct span *span)
{
	struct rusage before = usage_so_far();

	span->slept = (uint64_t)before.ru_nvcsw;
	span->faults = (uint64_t)before.ru_minflt;
	span->ran_ns = clock_of(CLOCK_THREAD_CPUTIME_ID);
	span->began_ns = clock_ns();
}

void span_end(struct span *span)
{
	struct rusage after;

	span->over_ns = clock_ns();
	span->ran_ns = clock_of(CLOCK_THREAD_CPUTIME_ID) - span->ran_ns;
	after = usage_so_far();
	span->slept = (uint64_t)after.ru_nvcsw - span->slept;
	span->faults = (uint64_t)after.ru_minflt - span->faults;
}

void node_crash(struct node *node, unsigned int service)
{
	call_port_detach(node->server[service]);
	node->server[service] = NULL;
}

void node_hear(struct node *node, unsigned int word, uint64_t value)
{
	while (node_told(node, word) < value)
		node_sleep(HEAR_NS);
}

int node_try_put(struct node *node, struct ipc_port *tx, uint64_t round,
		 struct traffic traffic)
{
	bool lends = tx->link->impl->caps & IPC_ZEROCOPY;
	struct ipc_msg m;
	ssize_t n;
	int err;

	if (traffic.api == IPC_API_COPY || !lends) {
		payload_write_how(node->buf, tx->msg_max, round, traffic.how);
		n = ipc_send(tx, node->buf, tx->msg_max, IPC_NOWAIT);
		return n < 0 ? (int)n : 0;
	}
	err = ipc_loan(tx, &m, tx->msg_max, IPC_NOWAIT);
	if (err)
		return err;
	payload_write_how(m.data, m.len, round, traffic.how);
	return ipc_publish(tx, &m);
}

/* The number of a message, and whether it is all there. */
static uint64_t look_at(struct node *node, const void *at, size_t len,
			size_t due, enum payload how)
{
	uint64_t round = len >= MESSAGE_MIN ? payload_round(payload_load(at))
					    : UINT64_MAX;

	if (len != due || len < MESSAGE_MIN ||
	    !payload_check_how(at, len, round, how))
		node->wrong++;
	return round;
}

int node_get_any(struct node *node, struct ipc_port *rx, unsigned int flags,
		 struct traffic traffic, uint64_t *round)
{
	size_t size = rx->msg_max;
	struct ipc_msg m;
	ssize_t n;
	int err;

	if (traffic.api == IPC_API_COPY) {
		/* What was received before would pass for a message. */
		memset(node->buf, 0, size < MESSAGE_MIN ? size : MESSAGE_MIN);
		n = ipc_recv(rx, node->buf, size, flags);
		if (n < 0 && n != -EMSGSIZE)
			return (int)n;
		*round = look_at(node, node->buf, n < 0 ? 0 : (size_t)n, size,
				 traffic.how);
		return 0;
	}
	err = ipc_take(rx, &m, flags);
	if (err)
		return err;
	*round = look_at(node, m.data, m.len, size, traffic.how);
	return ipc_release(rx, &m);
}

void node_check(struct node *node, ssize_t n, uint64_t due,
		struct traffic traffic)
{
	size_t size = node->par->size;

	if (n != (ssize_t)size ||
	    !payload_check_how(node->buf, size, due, traffic.how))
		node->wrong++;
}

int node_find_empty(struct node *node, struct ipc_port *rx,
		    struct traffic traffic)
{
	struct ipc_msg m;
	ssize_t n = traffic.api == IPC_API_COPY
			    ? ipc_recv(rx, node->buf, rx->msg_max, IPC_NOWAIT)
			    : ipc_take(rx, &m, IPC_NOWAIT);

	if (n == -EAGAIN)
		return 0;
	return n < 0 ? (int)n : -EPROTO;
}

double lesson_median(double *y, size_t n)
{
	if (n == 0)
		return NAN;
	stats_sort(y, n);
	return stats_median(y, n);
}

double lesson_p99(double *y, size_t n)
{
	const size_t one_of = 100; /* may be above */

	if (n == 0)
		return NAN;
	stats_sort(y, n);
	return y[n - 1 - n / one_of];
}

double marks_phase_ns(const struct marks *marks, enum mark_kind kind,
		      uint32_t from, uint32_t to)
{
	static double y[PHASES_MAX];
	uint64_t began_ns = 0;
	size_t n = 0;

	for (size_t i = 0; i < marks->n && n < PHASES_MAX; i++) {
		const struct mark *mark = &marks->at[i];

		if (mark->kind != kind)
			continue;
		if (mark->value == from)
			began_ns = mark->t_ns;
		if (mark->value == to)
			y[n++] = (double)(mark->t_ns - began_ns);
	}
	return lesson_median(y, n);
}

uint64_t evidence_says(const struct evidence *evidence, uint32_t value)
{
	for (unsigned int node = 0; node < PLAN_NODES; node++) {
		const struct marks *marks = evidence->marks[node];

		for (size_t i = 0; marks && i < marks->n; i++)
			if (marks->at[i].value == value)
				return marks->at[i].seq;
	}
	return UINT64_MAX;
}
