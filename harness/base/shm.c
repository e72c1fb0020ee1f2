/* SPDX-License-Identifier: MIT */
/* Anonymous shared memory on a memfd, in huge pages where they can be had. */
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/shm.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008u
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* An address range of its own, aligned, with nothing behind it yet. */
static void *reserve(size_t bytes, size_t align)
{
	size_t slack = align > page_bytes() ? align : 0, head;
	char *raw, *at;

	raw = mmap(NULL, bytes + slack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0);
	if (raw == MAP_FAILED)
		return NULL;
	at = (char *)shm_round((uintptr_t)raw, align);
	head = (size_t)(at - raw);
	if (head > 0)
		munmap(raw, head);
	if (slack > head)
		munmap(at + bytes, slack - head);
	return at;
}

/* Collapsing needs address and file offset to be aligned alike: offset 0. */
static void *map_aligned(int fd, size_t bytes, size_t align)
{
	void *at = reserve(bytes, align), *got;

	if (!at)
		return NULL;
	got = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		   fd, 0);
	if (got != MAP_FAILED)
		return got;
	munmap(at, bytes);
	return NULL;
}

/* Works after the fact and whatever the policy for shared memory is; a kernel
 * before 6.1 refuses, and so does one that has no 2 MiB to spare. */
static bool collapse(void *at, size_t bytes)
{
	return madvise(at, bytes, MADV_COLLAPSE) == 0;
}

/* Some machines allow only those that say that they hold no program; a kernel
 * before 6.3 does not know the word. */
static int memfd(const char *label)
{
	int fd = memfd_create(label, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(label, MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int shm_open_anon(struct shm *shm, const char *label, size_t bytes,
		  bool want_huge)
{
	size_t unit = want_huge ? SHM_HUGE : page_bytes();
	struct shm made = {0};
	int err;

	if (bytes == 0 || bytes > SIZE_MAX / 4)
		return -EINVAL;
	made.bytes = shm_round(bytes, unit);
	/* The kernel would promise it, and kill somebody when it is touched. */
	if (made.bytes > memory_available())
		return -ENOMEM;
	made.fd = memfd(label);
	if (made.fd < 0)
		return made.fd;
	if (ftruncate(made.fd, (off_t)made.bytes) < 0) {
		err = -errno;
		goto err_fd;
	}
	made.at = map_aligned(made.fd, made.bytes, unit);
	if (!made.at) {
		err = -ENOMEM;
		goto err_fd;
	}
	err = shm_fault_in(made.at, made.bytes);
	if (err)
		goto err_map;
	made.huge = want_huge && collapse(made.at, made.bytes);
	if (made.huge) {
		err = shm_fault_in(made.at, made.bytes);
		if (err)
			goto err_map;
	}
	*shm = made;
	return 0;

err_map:
	munmap(made.at, made.bytes);
err_fd:
	close(made.fd);
	return err;
}

void shm_close(struct shm *shm)
{
	if (!shm->at)
		return;
	munmap(shm->at, shm->bytes);
	close(shm->fd);
	*shm = (struct shm){.fd = -1};
}

/* Somebody else may be writing there already, so adding 0 is atomic; nothing
 * is passed on by it, so relaxed. */
static void touch(char *at, size_t bytes)
{
	size_t page = page_bytes(), i;

	for (i = 0; i < bytes; i += page)
		atomic_fetch_add_explicit((_Atomic char *)(at + i), 0,
					  memory_order_relaxed);
}

int shm_fault_in(void *at, size_t bytes)
{
	size_t page = page_bytes();
	size_t head = (uintptr_t)at & (page - 1);
	char *start = (char *)at - head;
	size_t whole = shm_round(bytes + head, page);

	if (bytes == 0)
		return 0;
	if (madvise(start, whole, MADV_POPULATE_WRITE) == 0)
		return 0;
	if (errno != EINVAL)
		return -errno;
	/* Old kernel, or bad range? A known advice takes an empty range. */
	if (madvise(start, 0, MADV_POPULATE_WRITE) == 0)
		return -EINVAL;
	touch(start, whole);
	return 0;
}
