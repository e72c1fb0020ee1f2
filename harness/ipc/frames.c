/* SPDX-License-Identifier: MIT */
/* Memory for messages, in the pages that were asked for. */
#include <errno.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "ipc/frames.h"

enum { SHARE = 4 }; /* a link may take this part of what is left */

const char *const pages_names[] = {"small", "transparent", "explicit", NULL};

/* Pages that were set aside, reserved here and not touched yet. On failure
 * *call says which call it was. */
static int explicit_open(struct shm *shm, const char *label, size_t bytes,
			 const char **call)
{
	struct shm made = {.bytes = shm_round(bytes, SHM_HUGE), .huge = true};
	int err;

	*call = "memfd_create";
	made.fd = memfd_create(label, MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);
	if (made.fd < 0)
		return -errno;
	*call = "ftruncate";
	if (ftruncate(made.fd, (off_t)made.bytes) < 0)
		goto err_fd;
	*call = "mmap";
	made.at = mmap(NULL, made.bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		       made.fd, 0);
	if (made.at == MAP_FAILED)
		goto err_fd;
	*shm = made;
	return 0;

err_fd:
	err = -errno;
	close(made.fd);
	return err;
}

int frames_open(struct shm *shm, const char *label, size_t bytes,
		enum pages pages)
{
	const char *call;
	int err;

	if (pages != PAGES_EXPLICIT)
		return shm_open_anon(shm, label, bytes,
				     pages == PAGES_TRANSPARENT &&
					     bytes >= SHM_HUGE);
	err = explicit_open(shm, label, bytes, &call);
	if (err)
		return err;
	err = shm_fault_in(shm->at, shm->bytes);
	if (err)
		shm_close(shm);
	return err;
}

static int explicit_probe(size_t bytes, struct why *why)
{
	const char *call;
	struct shm shm;
	int err = explicit_open(&shm, "ipcbench-probe", bytes, &call);

	if (err)
		return why_not(why, err,
			       "%s of %zu pages of 2 MiB: %s (are they set "
			       "aside in vm.nr_hugepages?)",
			       call, shm_round(bytes, SHM_HUGE) / SHM_HUGE,
			       strerror(-err));
	shm_close(&shm);
	return 0;
}

int frames_probe(size_t bytes, enum pages pages, struct why *why)
{
	size_t limit;

	if (pages == PAGES_EXPLICIT)
		return explicit_probe(bytes, why);
	limit = memory_available() / SHARE;
	if (bytes <= limit)
		return 0;
	return why_not(why, -ENOMEM,
		       "%zu MiB of messages are over the %zu MiB that a link "
		       "may take of what is left here",
		       bytes >> 20, limit >> 20);
}

size_t frames_page_bytes(const struct shm *shm)
{
	return shm->huge ? SHM_HUGE : (size_t)sysconf(_SC_PAGESIZE);
}
