/* SPDX-License-Identifier: MIT */
/*
 * Anonymous shared memory (memfd_create(2)): no name, gone with the last
 * process that has it, inherited by fork.
 */
#ifndef IPCBENCH_BASE_SHM_H
#define IPCBENCH_BASE_SHM_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SHM_LINE = 64,	 /* bytes between words of one writer and another's */
	SHM_APART = 128, /* two lines: the adjacent-line prefetcher's unit */
};
#define SHM_HUGE ((size_t)2 << 20)

struct shm {
	int fd;
	void *at;     /* the whole of it, mapped shared, faulted in */
	size_t bytes; /* rounded up to pages, to SHM_HUGE with want_huge */
	bool huge;    /* asked for, and all of it is in 2 MiB pages */
};

/*
 * Create and map bytes of zeroed memory. want_huge asks for 2 MiB pages
 * (MADV_COLLAPSE, then what the kernel gives); not getting them is no error.
 * Returns 0 or a negative errno: -ENOMEM also where the machine, or this
 * process's control group, has too little left (base/memory.h).
 */
int shm_open_anon(struct shm *shm, const char *label, size_t bytes,
		  bool want_huge);
void shm_close(struct shm *shm);

/* Make every page of the range present and writable in this process, so that
 * no fault falls into timed code. Contents are kept. 0 or negative errno. */
int shm_fault_in(void *at, size_t bytes);

/* bytes rounded up to a multiple of unit, which is a power of two. */
static inline size_t shm_round(size_t bytes, size_t unit)
{
	return (bytes + unit - 1) & ~(unit - 1);
}

#endif
