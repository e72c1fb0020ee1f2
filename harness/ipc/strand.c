/* SPDX-License-Identifier: MIT */
/* A second stack: pages of its own, with one below them that nobody may
 * touch. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/shm.h"
#include "ipc/strand.h"

enum { STRAND_STACK = 64 << 10 }; /* bytes; sanitizers need most of it */

int strand_open(struct strand *strand)
{
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, guard + STRAND_STACK, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *low = map + guard;
	int err;

	if (map == MAP_FAILED)
		return -errno;
	err = mprotect(low, STRAND_STACK, PROT_READ | PROT_WRITE) < 0 ? -errno
								      : 0;
	if (!err)
		err = shm_fault_in(low, STRAND_STACK);
	if (err) {
		munmap(map, guard + STRAND_STACK);
		return err;
	}
	*strand =
		(struct strand){.low = low, .bytes = STRAND_STACK, .map = map};
#if STRAND_THREAD
	strand->fiber = __tsan_create_fiber(0);
#endif
	return 0;
}

void strand_close(struct strand *strand)
{
	size_t guard = (size_t)((char *)strand->low - (char *)strand->map);

#if STRAND_THREAD
	__tsan_destroy_fiber(strand->fiber);
#endif
	munmap(strand->map, guard + strand->bytes);
}
