/* SPDX-License-Identifier: MIT */
/*
 * A small service, of the kind that a file system gives: some objects, each
 * with a size and a mode, which are asked for or changed. It comes in two forms
 * that answer alike: as a library, whose objects are in this address space, and
 * as system calls on objects that the kernel keeps. Reached by messages, it is
 * the library in another participant.
 *
 * The log is what the service is asked to do. It sets every object first and
 * asks for every one at the end, so the answers say what the log has left.
 */
#ifndef IPCBENCH_IPC_OBJECTS_H
#define IPCBENCH_IPC_OBJECTS_H

#include <stdint.h>

enum { OBJECTS = 8 };

enum objects_form { OBJECTS_LIBRARY, OBJECTS_KERNEL, OBJECTS_FORMS };

enum object_op { OBJECT_STAT, OBJECT_RESIZE, OBJECT_CHMOD };

struct object_request {
	uint16_t op;
	uint16_t object; /* OBJECTS and more: there is none */
	uint32_t mode;	 /* to change to */
	int64_t size;	 /* likewise */
};

/* Of an operation that fails, and of one that only changes something, all but
 * err is 0. */
struct object_answer {
	int32_t err; /* 0 or a negative errno */
	uint32_t mode;
	int64_t size;
};

struct objects {
	void (*serve)(struct objects *objects,
		      const struct object_request *request,
		      struct object_answer *answer);
	int fd[OBJECTS]; /* OBJECTS_KERNEL */
	struct {
		int64_t size;
		uint32_t mode;
	} at[OBJECTS];	/* OBJECTS_LIBRARY */
	uint64_t calls; /* system calls made to serve, so far */
};

/* 0 or a negative errno; then nothing is left. */
int objects_open(struct objects *objects, enum objects_form form);
void objects_close(struct objects *objects);

static inline void objects_serve(struct objects *objects,
				 const struct object_request *request,
				 struct object_answer *answer)
{
	objects->serve(objects, request, answer);
}

/* Entry i of a log of n, at least OBJECTS_LOG_MIN, of which about changes in
 * 100 change something. The same whenever it is asked for. */
enum { OBJECTS_LOG_MIN = 4 * OBJECTS };
void objects_log(uint64_t i, uint64_t n, unsigned int changes,
		 struct object_request *request);

/* The answers so far, and one more. */
static inline uint64_t objects_hash(uint64_t hash,
				    const struct object_answer *answer)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);

	hash = (hash ^ (uint32_t)answer->err) * factor;
	hash = (hash ^ hash >> 32 ^ answer->mode) * factor;
	return (hash ^ hash >> 32 ^ (uint64_t)answer->size) * factor;
}

#endif
