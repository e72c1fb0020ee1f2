/* SPDX-License-Identifier: MIT */
/* All that knows liburing. */
#include <errno.h>

#include "ipc/patience.h"
#include "ipc/uring.h"

#if WITH_URING

#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	URING_ENTRIES = 8,     /* submissions: one at a time, or a few that a
				  kernel thread has not seen yet */
	URING_IDLE_MS = 10,    /* before that thread goes to sleep */
	URING_FIXED_INDEX = 0, /* of the one descriptor that is registered */
};

struct uring {
	struct io_uring ring;
	const struct ipc_spec *spec;
	bool fixed;
};

static struct io_uring_params params_of(const struct uring_how *how,
					const struct ipc_spec *spec)
{
	struct io_uring_params params = {
		.flags = IORING_SETUP_CQSIZE,
		.cq_entries = how->completions,
		.sq_thread_idle = URING_IDLE_MS,
	};

	if (params.cq_entries < URING_ENTRIES)
		params.cq_entries = URING_ENTRIES;
	if (how->sqpoll)
		params.flags |= IORING_SETUP_SQPOLL;
	else if (how->own)
		params.flags |= IORING_SETUP_SINGLE_ISSUER;
	/* What the kernel still has to do for a completion, it does in the
	 * call that waits; whoever polls needs to be interrupted for it. */
	if (!how->sqpoll && how->own && spec->wait == IPC_WAIT_BLOCK)
		params.flags |= IORING_SETUP_DEFER_TASKRUN;
	return params;
}

static int ring_init(struct io_uring *ring, const struct uring_how *how,
		     const struct ipc_spec *spec)
{
	const uint32_t hints =
		IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
	struct io_uring_params params = params_of(how, spec);
	uint32_t flags = params.flags;
	int err = io_uring_queue_init_params(URING_ENTRIES, ring, &params);

	if (err != -EINVAL || !(flags & hints))
		return err;
	/* A kernel before 6.1 does not know the hints. */
	params = params_of(how, spec);
	params.flags &= ~hints;
	return io_uring_queue_init_params(URING_ENTRIES, ring, &params);
}

static int probe_ops(struct io_uring *ring, unsigned int ops, struct why *why)
{
	static const struct {
		int op;
		const char *name;
	} known[URING_OPS] = {
		[URING_SEND] = {IORING_OP_SEND, "IORING_OP_SEND"},
		[URING_RECV] = {IORING_OP_RECV, "IORING_OP_RECV"},
		[URING_POST] = {IORING_OP_MSG_RING, "IORING_OP_MSG_RING"},
	};
	struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
	int err = 0;

	if (!probe)
		return why_not(why, -ENOTSUP,
			       "io_uring_register: the kernel does not say "
			       "which operations it knows");
	for (int i = 0; i < URING_OPS && !err; i++)
		if (ops & 1u << i &&
		    !io_uring_opcode_supported(probe, known[i].op))
			err = why_not(why, -ENOTSUP,
				      "the kernel's io_uring has no %s",
				      known[i].name);
	io_uring_free_probe(probe);
	return err;
}

int uring_probe(unsigned int ops, bool sqpoll, struct why *why)
{
	const struct uring_how how = {.sqpoll = sqpoll, .fixed_fd = -1};
	const struct ipc_spec spec = {.wait = IPC_WAIT_SPIN};
	struct io_uring ring;
	int err = ring_init(&ring, &how, &spec);

	if (err)
		return why_not(why, err, "io_uring_setup%s: %s",
			       sqpoll ? " with IORING_SETUP_SQPOLL" : "",
			       strerror(-err));
	err = probe_ops(&ring, ops, why);
	io_uring_queue_exit(&ring);
	return err;
}

int uring_open(struct uring **ring, const struct uring_how *how,
	       const struct ipc_spec *spec)
{
	struct uring *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return -ENOMEM;
	err = ring_init(&made->ring, how, spec);
	if (err)
		goto err_free;
	made->spec = spec;
	made->fixed = how->fixed_fd >= 0;
	if (made->fixed)
		err = io_uring_register_files(&made->ring, &how->fixed_fd, 1);
	if (err)
		goto err_ring;
	*ring = made;
	return 0;

err_ring:
	io_uring_queue_exit(&made->ring);
err_free:
	free(made);
	return err;
}

void uring_close(struct uring *ring)
{
	if (!ring)
		return;
	io_uring_queue_exit(&ring->ring);
	free(ring);
}

int uring_fd(const struct uring *ring)
{
	return ring->ring.ring_fd;
}

/* The kernel thread may be behind with what it was given. */
static struct io_uring_sqe *entry(struct uring *ring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring->ring);

	while (!sqe) {
		io_uring_sqring_wait(&ring->ring);
		sqe = io_uring_get_sqe(&ring->ring);
	}
	return sqe;
}

/* Hand over what was filled in, and wait for completions. */
static int submit(struct uring *ring, unsigned int completions)
{
	int n;

	do
		n = io_uring_submit_and_wait(&ring->ring, completions);
	while (n == -EINTR || n == -EAGAIN || n == -EBUSY);
	return n < 0 ? n : 0;
}

int uring_wait(struct uring *ring)
{
	struct patience p = {0};
	struct io_uring_cqe *cqe;
	int err;

	while (io_uring_cq_ready(&ring->ring) == 0) {
		if (patience_poll(&p, ring->spec))
			continue;
		err = io_uring_wait_cqe(&ring->ring, &cqe);
		if (err && err != -EINTR && err != -EAGAIN)
			return err;
	}
	return 0;
}

struct completion {
	uint64_t value;
	int32_t result;
};

/* The oldest completion, which is there; it is taken from the queue. */
static struct completion taken(struct uring *ring)
{
	struct completion done;
	struct io_uring_cqe *cqe;

	io_uring_peek_cqe(&ring->ring, &cqe);
	done.value = cqe->user_data;
	done.result = cqe->res;
	io_uring_cqe_seen(&ring->ring, cqe);
	return done;
}

static void prepare(struct uring *ring, enum uring_op op, int fd, void *buf,
		    size_t len)
{
	int at = ring->fixed ? URING_FIXED_INDEX : fd;
	struct io_uring_sqe *sqe = entry(ring);

	/* All of it, by one submission: the kernel goes on when it can. */
	if (op == URING_SEND)
		io_uring_prep_send(sqe, at, buf, len,
				   MSG_WAITALL | MSG_NOSIGNAL);
	else
		io_uring_prep_recv(sqe, at, buf, len, MSG_WAITALL);
	if (ring->fixed)
		io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE);
}

ssize_t uring_transfer(struct uring *ring, enum uring_op op, int fd, void *buf,
		       size_t len)
{
	bool sleeps = ring->spec->wait == IPC_WAIT_BLOCK;
	int err;

	prepare(ring, op, fd, buf, len);
	err = submit(ring, sleeps);
	if (!err)
		err = uring_wait(ring);
	return err ? err : taken(ring).result;
}

int uring_post(struct uring *ring, int to_fd, uint64_t value, uint32_t len)
{
	struct io_uring_sqe *sqe = entry(ring);
	int err;

	io_uring_prep_msg_ring(sqe, to_fd, len, value, 0);
	/* A completion of its own only where it fails. */
	io_uring_sqe_set_flags(sqe, IOSQE_CQE_SKIP_SUCCESS);
	err = submit(ring, 0);
	if (!err && io_uring_cq_ready(&ring->ring) > 0)
		err = taken(ring).result;
	return err;
}

int uring_peek(struct uring *ring, uint64_t *value, uint32_t *len)
{
	struct completion done;

	if (io_uring_cq_ready(&ring->ring) == 0)
		return -EAGAIN;
	done = taken(ring);
	*value = done.value;
	*len = (uint32_t)done.result;
	return 0;
}

#else

int uring_probe(unsigned int ops, bool sqpoll, struct why *why)
{
	(void)ops;
	(void)sqpoll;
	return why_not(why, -ENOTSUP, "built without liburing");
}

int uring_open(struct uring **ring, const struct uring_how *how,
	       const struct ipc_spec *spec)
{
	(void)ring;
	(void)how;
	(void)spec;
	return -ENOTSUP;
}

void uring_close(struct uring *ring)
{
	(void)ring;
}

int uring_fd(const struct uring *ring)
{
	(void)ring;
	return -1;
}

ssize_t uring_transfer(struct uring *ring, enum uring_op op, int fd, void *buf,
		       size_t len)
{
	(void)ring;
	(void)op;
	(void)fd;
	(void)buf;
	(void)len;
	return -ENOTSUP;
}

int uring_post(struct uring *ring, int to_fd, uint64_t value, uint32_t len)
{
	(void)ring;
	(void)to_fd;
	(void)value;
	(void)len;
	return -ENOTSUP;
}

int uring_peek(struct uring *ring, uint64_t *value, uint32_t *len)
{
	(void)ring;
	(void)value;
	(void)len;
	return -ENOTSUP;
}

int uring_wait(struct uring *ring)
{
	(void)ring;
	return -ENOTSUP;
}

#endif
