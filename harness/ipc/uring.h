/* SPDX-License-Identifier: MIT */
/*
 * Submission queues, for the back-ends that use them: io_uring(7) through
 * liburing, which is optional when this is built (URING=0). Without it
 * uring_probe() says so, and all else is -ENOTSUP.
 *
 * A queue belongs to whoever submits to it, or reads its completions: one
 * thread. One that is only read may be made before a fork.
 */
#ifndef IPCBENCH_IPC_URING_H
#define IPCBENCH_IPC_URING_H

#include "ipc/backend.h"

struct uring;

/* What is submitted. */
enum uring_op { URING_SEND, URING_RECV, URING_POST, URING_OPS };

struct uring_how {
	uint32_t completions; /* that it holds, at least */
	bool sqpoll;	      /* a kernel thread looks for submissions */
	bool own;	      /* only the calling thread will ever use it */
	int fixed_fd;	      /* registered for send and recv; -1: none */
};

enum { URING_COMPLETIONS_MAX = 1 << 15 };

/* Can such queues be made here, and do they know these operations (1 << op)?
 * Else a negative errno and why. */
int uring_probe(unsigned int ops, bool sqpoll, struct why *why);

/* How to wait is spec's, which stays. 0 or a negative errno. */
int uring_open(struct uring **ring, const struct uring_how *how,
	       const struct ipc_spec *spec);
void uring_close(struct uring *ring); /* NULL: nothing */

/* For others to post to. */
int uring_fd(const struct uring *ring);

/* Send or receive over a stream socket, and wait for the completion: all of
 * buf, unless the peer is gone in the midst of it. Returns its result, bytes
 * or a negative errno; 0 from URING_RECV is the end. */
ssize_t uring_transfer(struct uring *ring, enum uring_op op, int fd, void *buf,
		       size_t len);

/* Put a completion (value, len) into another queue; waits for nobody. Returns
 * 0 or a negative errno; what fails later is said by a later call. */
int uring_post(struct uring *ring, int to_fd, uint64_t value, uint32_t len);

/* What was posted to this queue: 0, or -EAGAIN where there is nothing yet. */
int uring_peek(struct uring *ring, uint64_t *value, uint32_t *len);

/* Until there is something to peek at; or less, so look again. 0 or a negative
 * errno. */
int uring_wait(struct uring *ring);

#endif
