/* SPDX-License-Identifier: MIT */
/* The service of objects, in both of its forms. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/objects.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008u
#endif

/* Of an object's mode those that a file without the right to be executed, which
 * the kernel may be told to make only, can change. */
enum { MODES = 0666 };

enum { SIZES = 1 << 20 };

/* One in so many asks for an object that is not there, or a size that cannot
 * be. */
enum { WRONG = 16 };

static void library_serve(struct objects *objects,
			  const struct object_request *request,
			  struct object_answer *answer)
{
	*answer = (struct object_answer){0, 0, 0};
	if (request->op == OBJECT_RESIZE && request->size < 0) {
		answer->err = -EINVAL;
	} else if (request->object >= OBJECTS) {
		answer->err = -EBADF;
	} else if (request->op == OBJECT_RESIZE) {
		objects->at[request->object].size = request->size;
	} else if (request->op == OBJECT_CHMOD) {
		objects->at[request->object].mode = request->mode;
	} else {
		answer->mode = objects->at[request->object].mode;
		answer->size = objects->at[request->object].size;
	}
}

static void kernel_stat(int fd, struct object_answer *answer)
{
	struct stat status;

	if (fstat(fd, &status) < 0) {
		answer->err = -errno;
		return;
	}
	answer->mode = status.st_mode & ALLPERMS;
	answer->size = status.st_size;
}

static void kernel_serve(struct objects *objects,
			 const struct object_request *request,
			 struct object_answer *answer)
{
	int fd = request->object < OBJECTS ? objects->fd[request->object] : -1;

	*answer = (struct object_answer){0, 0, 0};
	objects->calls++;
	if (request->op == OBJECT_RESIZE)
		answer->err = ftruncate(fd, request->size) < 0 ? -errno : 0;
	else if (request->op == OBJECT_CHMOD)
		answer->err = fchmod(fd, request->mode) < 0 ? -errno : 0;
	else
		kernel_stat(fd, answer);
}

static int kernel_open(void)
{
	int fd = memfd_create("ipcbench-object", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL) /* before Linux 6.3 */
		fd = memfd_create("ipcbench-object", MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int objects_open(struct objects *objects, enum objects_form form)
{
	memset(objects, 0, sizeof(*objects));
	memset(objects->fd, -1, sizeof(objects->fd));
	objects->serve = form == OBJECTS_KERNEL ? kernel_serve : library_serve;
	for (int i = 0; i < OBJECTS && form == OBJECTS_KERNEL; i++) {
		int fd = kernel_open();

		if (fd < 0) {
			objects_close(objects);
			return fd;
		}
		objects->fd[i] = fd;
	}
	return 0;
}

void objects_close(struct objects *objects)
{
	for (int i = 0; i < OBJECTS; i++)
		if (objects->fd[i] >= 0)
			close(objects->fd[i]);
}

/* Bits that i stands for: the finalizer of splitmix64. */
static uint64_t scatter(uint64_t i)
{
	uint64_t z = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void objects_log(uint64_t i, uint64_t n, unsigned int changes,
		 struct object_request *request)
{
	const uint64_t bits = scatter(i);
	const bool sets = i < 2 * OBJECTS, asks = i + OBJECTS >= n;
	const bool wrong = (bits >> 8) % WRONG == 0 && !sets && !asks;

	*request = (struct object_request){
		.op = OBJECT_STAT,
		.object = (uint16_t)(sets || asks ? i % OBJECTS
						  : (bits >> 12) % OBJECTS),
		.mode = (uint32_t)(bits >> 16) & MODES,
		.size = (int64_t)((bits >> 32) % SIZES),
	};
	if (sets)
		request->op = i < OBJECTS ? OBJECT_RESIZE : OBJECT_CHMOD;
	else if (!asks && (bits >> 52) % 100 < changes)
		request->op = bits >> 63 ? OBJECT_RESIZE : OBJECT_CHMOD;
	if (wrong && request->op == OBJECT_RESIZE)
		request->size = -1 - request->size;
	else if (wrong)
		request->object = OBJECTS;
}
