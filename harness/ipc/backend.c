/* SPDX-License-Identifier: MIT */
/* Check, complete, open and attach a back-end, whichever it is. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/shm.h"
#include "ipc/backend.h"

static const struct {
	uint32_t cap;
	const char *name;
} caps[] = {
	{IPC_COPY, "copy"},	      {IPC_ZEROCOPY, "zero-copy"},
	{IPC_BOUNDARY, "boundary"},   {IPC_ISOLATED, "isolated"},
	{IPC_DEPTH, "depth"},	      {IPC_PROCESSES, "processes"},
	{IPC_THREADS, "threads"},     {IPC_VOID, "void"},
	{IPC_RELIABLE, "reliable"},   {IPC_CALLS, "calls"},
	{IPC_BROADCAST, "broadcast"},
};

enum { CAPS = sizeof(caps) / sizeof(*caps) };
_Static_assert((int)CAPS == (int)IPC_CAPS, "every capability has a name");

const char *const ipc_family_names[IPC_FAMILIES + 1] = {
	"floor", "stream",   "packet", "queue", "counter",
	"ring",	 "transfer", "uring",  "call",	NULL,
};

const char *const ipc_api_names[IPC_APIS + 1] = {"copy", "lend", NULL};

const char *const ipc_memory_names[IPC_MEMORIES + 1] = {
	[IPC_MEMORY_NONE] = "none",
	[IPC_MEMORY_SHARED] = "shared",
	[IPC_MEMORY_MOVED] = "moved",
	[IPC_MEMORY_GIVEN] = "given",
	[IPC_MEMORY_COW] = "copy on write",
	[IPC_MEMORY_SENDER] = "the sender's",
	[IPC_MEMORY_COPIED] = "copied",
};

const char *const ipc_store_names[IPC_STORES + 1] = {"none", "source", "buffer",
						     "place", NULL};

const char *const ipc_wake_names[IPC_WAKES + 1] = {"none", "call", "extra",
						   NULL};

const char *ipc_cap_name(uint32_t cap)
{
	for (size_t i = 0; i < CAPS; i++)
		if (caps[i].cap == cap)
			return caps[i].name;
	return "unknown";
}

/* Text of at most size bytes grows word by word: "a, b, c". */
static void list_add(char *list, size_t size, const char *word)
{
	size_t used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used ? ", " : "", word);
}

static int check_spec(const struct ipc_spec *spec, struct why *why)
{
	if (spec->msg_max == 0)
		return why_not(why, -EINVAL, "a message has at least 1 byte");
	if (spec->depth == 0 || spec->depth & (spec->depth - 1))
		return why_not(why, -EINVAL, "depth %u is not a power of two",
			       spec->depth);
	if (spec->wait >= IPC_WAIT_KINDS)
		return why_not(why, -EINVAL, "there is no kind of waiting %d",
			       (int)spec->wait);
	return 0;
}

static int check_caps(const struct ipc_impl *impl, uint32_t needs,
		      struct why *why)
{
	char missing[120] = "";

	for (size_t i = 0; i < CAPS; i++)
		if (needs & ~impl->caps & caps[i].cap)
			list_add(missing, sizeof(missing), caps[i].name);
	if (*missing == '\0')
		return 0;
	return why_not(why, -ENOTSUP, "lacks what the workload needs: %s",
		       missing);
}

static int check_wait(const struct ipc_impl *impl, enum ipc_wait wait,
		      struct why *why)
{
	char can[120] = "";

	if (impl->waits & IPC_CAN_WAIT(wait))
		return 0;
	for (int i = 0; i < IPC_WAIT_KINDS; i++)
		if (impl->waits & IPC_CAN_WAIT(i))
			list_add(can, sizeof(can), ipc_wait_names[i]);
	return why_not(why, -ENOTSUP, "cannot wait by %s; it can %s",
		       ipc_wait_names[wait], can);
}

static int check_ends(const char *what, uint16_t max, uint16_t n,
		      struct why *why)
{
	if (max == 0 || n <= max)
		return 0;
	return why_not(why, -ENOTSUP, "takes %u %s%s per link, not %u", max,
		       what, max == 1 ? "" : "s", n);
}

static int check_space(const struct ipc_impl *impl, bool threads,
		       struct why *why)
{
	if (impl->caps & (threads ? IPC_THREADS : IPC_PROCESSES))
		return 0;
	return why_not(why, -ENOTSUP, "cannot connect %s",
		       threads ? "threads of one process" : "processes");
}

static int check_calls(const struct ipc_impl *impl, bool calls, struct why *why)
{
	if (calls || !(impl->caps & IPC_CALLS))
		return 0;
	return why_not(why, -ENOTSUP,
		       "carries requests and their answers only: each message "
		       "has to be answered before the next");
}

int ipc_check(const struct ipc_impl *impl, const struct ipc_spec *spec,
	      uint32_t needs, struct why *why)
{
	int err = check_spec(spec, why);

	if (!err)
		err = check_caps(impl, needs, why);
	if (!err)
		err = check_wait(impl, spec->wait, why);
	if (!err)
		err = check_ends("sender", impl->senders_max, spec->senders,
				 why);
	if (!err)
		err = check_ends("receiver", impl->receivers_max,
				 spec->receivers, why);
	if (!err)
		err = check_space(impl, spec->threads, why);
	if (!err)
		err = check_calls(impl, spec->calls, why);
	if (!err && impl->probe)
		err = impl->probe(spec, why);
	return err;
}

int ipc_length_fits(size_t msg_max, struct why *why)
{
	/* Half of what the word holds: a header or rounding may come on top. */
	const uint32_t max = UINT32_MAX / 2;

	if (msg_max <= max)
		return 0;
	return why_not(why, -EMSGSIZE, "messages up to %u B, not %zu", max,
		       msg_max);
}

/* Copy from zero-copy: the caller's bytes go straight to and from what the
 * back-end lends, so no bounce buffer is needed. */

static ssize_t copied_send(struct ipc_port *tx, const void *buf, size_t len,
			   unsigned int flags)
{
	struct ipc_msg m;
	int err = tx->ops->loan(tx, &m, len, flags);

	if (err)
		return err;
	memcpy(m.data, buf, len);
	m.len = len;
	err = tx->ops->publish(tx, &m);
	return err ? err : (ssize_t)len;
}

static ssize_t copied_recv(struct ipc_port *rx, void *buf, size_t len,
			   unsigned int flags)
{
	struct ipc_msg m;
	size_t got;
	int err = rx->ops->take(rx, &m, flags);

	if (err)
		return err;
	got = m.len;
	if (got <= len)
		memcpy(buf, m.data, got);
	err = rx->ops->release(rx, &m);
	if (err)
		return err;
	return got <= len ? (ssize_t)got : -EMSGSIZE;
}

/* Zero-copy from copy: the port's bounce buffer is what is lent. */

static int lent_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		     unsigned int flags)
{
	(void)flags;
	m->data = tx->bounce;
	m->len = len;
	return 0;
}

static int lent_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	ssize_t n = tx->ops->send(tx, m->data, m->len, 0);

	return n < 0 ? (int)n : 0;
}

static int lent_take(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags)
{
	ssize_t n = rx->ops->recv(rx, rx->bounce, rx->msg_max, flags);

	if (n < 0)
		return (int)n;
	m->data = rx->bounce;
	m->len = (size_t)n;
	return 0;
}

static int lent_release(struct ipc_port *rx, struct ipc_msg *m)
{
	(void)rx;
	(void)m;
	return 0;
}

/* Several messages, one by one. */

static ssize_t each_send(struct ipc_port *tx, const void *buf, size_t len,
			 size_t n, unsigned int flags)
{
	const unsigned char *from = buf;

	for (size_t i = 0; i < n; i++) {
		ssize_t err = tx->ops->send(tx, from + i * len, len, flags);

		if (err < 0)
			return i ? (ssize_t)i : err;
	}
	return (ssize_t)n;
}

static ssize_t each_recv(struct ipc_port *rx, void *buf, size_t len, size_t n,
			 unsigned int flags)
{
	unsigned char *to = buf;

	for (size_t i = 0; i < n; i++) {
		ssize_t got = rx->ops->recv(rx, to + i * len, len, flags);

		if (got == -EMSGSIZE || (got >= 0 && (size_t)got != len))
			return -EMSGSIZE;
		if (got < 0)
			return i ? (ssize_t)i : got;
		flags |= IPC_NOWAIT;
	}
	return (ssize_t)n;
}

/* A row of one. */

static int one_loan(struct ipc_port *tx, struct ipc_run *run, size_t len,
		    size_t n, unsigned int flags)
{
	int err = tx->ops->loan(tx, &run->first, len, flags);

	(void)n;
	if (!err)
		run->n = 1;
	return err;
}

static int one_publish(struct ipc_port *tx, struct ipc_run *run)
{
	return tx->ops->publish(tx, &run->first);
}

static int one_take(struct ipc_port *rx, struct ipc_run *run, size_t n,
		    unsigned int flags)
{
	int err = rx->ops->take(rx, &run->first, flags);

	(void)n;
	if (!err)
		run->n = 1;
	return err;
}

static int one_release(struct ipc_port *rx, struct ipc_run *run)
{
	return rx->ops->release(rx, &run->first);
}

unsigned int ipc_copies(const struct ipc_impl *impl, enum ipc_api api)
{
	const uint8_t *copies = impl->contract.copies;

	if (api == IPC_API_COPY && !impl->ops->send)
		return copies[IPC_API_LEND] + 2; /* in, and out */
	if (api == IPC_API_LEND && !impl->ops->loan)
		return copies[IPC_API_COPY]; /* of the bounce buffer */
	return copies[api];
}

/* A send that is emulated copies into a loan, and a receive out of what was
 * taken; a loan that is emulated is sent when it is published. */
unsigned int ipc_copier(const struct ipc_impl *impl, enum ipc_api api)
{
	const uint8_t *copier = impl->contract.copier;

	if (api == IPC_API_COPY && !impl->ops->send)
		return IPC_BY_BOTH;
	if (api == IPC_API_LEND && !impl->ops->loan)
		return copier[IPC_API_COPY];
	return copier[api];
}

enum ipc_store ipc_store(const struct ipc_impl *impl, enum ipc_api api)
{
	if (impl->caps & IPC_VOID)
		return IPC_STORE_NONE;
	/* A send that is emulated copies into what was lent. */
	if (api == IPC_API_COPY && !impl->ops->send)
		return IPC_STORE_BUFFER;
	if (api == IPC_API_COPY || !impl->ops->loan)
		return impl->contract.store;
	return impl->memory == IPC_MEMORY_COPIED ? IPC_STORE_BUFFER
						 : IPC_STORE_PLACE;
}

uint32_t ipc_resolve(const struct ipc_impl *impl, struct ipc_ops *ops)
{
	uint32_t emulated = 0;

	*ops = *impl->ops;
	assert((ops->send && ops->recv) ||
	       (ops->loan && ops->publish && ops->take && ops->release));
	if (!ops->send) {
		ops->send = copied_send;
		ops->recv = copied_recv;
		emulated |= IPC_COPY;
	}
	if (!ops->loan) {
		ops->loan = lent_loan;
		ops->publish = lent_publish;
		ops->take = lent_take;
		ops->release = lent_release;
		emulated |= IPC_ZEROCOPY;
	}
	if (!ops->send_many)
		ops->send_many = each_send;
	if (!ops->recv_many)
		ops->recv_many = each_recv;
	if (!ops->loan_many) {
		ops->loan_many = one_loan;
		ops->publish_many = one_publish;
		ops->take_many = one_take;
		ops->release_many = one_release;
	}
	return emulated;
}

/* Zeroed, hence faulted in; apart from what other threads allocate. */
static void *alloc_apart(size_t bytes)
{
	size_t all = shm_round(bytes, SHM_APART);
	void *at = aligned_alloc(SHM_APART, all);

	return at ? memset(at, 0, all) : NULL;
}

int ipc_link_open(const struct ipc_impl *impl, const struct ipc_spec *spec,
		  const struct ipc_ops *ops, struct ipc_link *answers,
		  struct ipc_link **link)
{
	struct ipc_link *made = alloc_apart(impl->link_size);
	int err;

	assert(impl->link_size >= sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->impl = impl;
	made->ops = ops;
	made->spec = *spec;
	made->answers = answers;
	event_policy(&made->policy, spec->wait, spec->spin_ns, spec->threads);
	err = impl->open(made);
	if (err) {
		free(made);
		return err;
	}
	*link = made;
	return 0;
}

void ipc_link_close(struct ipc_link *link)
{
	link->impl->close(link);
	free(link);
}

/* In pages of its own, so that ports stay side by side. */
static int bounce_map(struct ipc_port *port)
{
	void *at = mmap(NULL, port->msg_max, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (at == MAP_FAILED)
		return -errno;
	port->bounce = at;
	return 0;
}

static void port_free(struct ipc_port *port)
{
	if (port->bounce)
		munmap(port->bounce, port->msg_max);
	free(port);
}

static int attach(struct ipc_port *port)
{
	const struct ipc_link *link = port->link;
	int err = link->ops->loan == lent_loan ? bounce_map(port) : 0;

	return !err && link->impl->attach ? link->impl->attach(port) : err;
}

int ipc_port_attach(struct ipc_link *link, enum ipc_side side, uint16_t index,
		    struct ipc_port **port)
{
	size_t size = shm_round(link->impl->port_size, SHM_LINE);
	struct ipc_port *made = alloc_apart(size + sizeof(struct ipc_ops));
	struct ipc_ops *ops;
	int err;

	assert(link->impl->port_size >= sizeof(*made));
	if (!made)
		return -ENOMEM;
	/* Beside the port, on a page that is used for each message anyway. */
	ops = (struct ipc_ops *)((char *)made + size);
	*ops = *link->ops;
	made->ops = ops;
	made->link = link;
	made->msg_max = link->spec.msg_max;
	made->side = side;
	made->index = index;
	err = attach(made);
	if (err) {
		port_free(made);
		return err;
	}
	*port = made;
	return 0;
}

void ipc_port_detach(struct ipc_port *port)
{
	if (port->link->impl->detach)
		port->link->impl->detach(port);
	port_free(port);
}
