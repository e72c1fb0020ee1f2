/* SPDX-License-Identifier: MIT */
/*
 * Memory for messages that stay where they are written, in small pages or in
 * pages of 2 MiB, and the option "pages" that says which.
 */
#ifndef IPCBENCH_IPC_FRAMES_H
#define IPCBENCH_IPC_FRAMES_H

#include "base/shm.h"
#include "ipc/backend.h"

enum pages {
	PAGES_SMALL,	   /* the machine's smallest */
	PAGES_TRANSPARENT, /* 2 MiB where the kernel gives them; from there on
			      it may split them again */
	PAGES_EXPLICIT,	   /* 2 MiB set aside by the administrator */
};
/* "small", "transparent", "explicit"; ends with NULL. */
extern const char *const pages_names[];

#define PAGES_OPTION                                                       \
	{                                                                  \
		.name = "pages",                                           \
		.help = "small ones, 2 MiB where the kernel has them, or " \
			"2 MiB set aside (vm.nr_hugepages)",               \
		.kind = IPC_OPTION_CHOICE, .preset = PAGES_TRANSPARENT,    \
		.names = pages_names,                                      \
	}

/*
 * Zeroed shared memory, as shm_open_anon() and for shm_close(). With
 * PAGES_TRANSPARENT less than 2 MiB is in small pages. shm->huge says what the
 * kernel gave.
 */
int frames_open(struct shm *shm, const char *label, size_t bytes,
		enum pages pages);

/* Would frames_open() give a link that much? Nothing is taken. What may be had
 * of common memory is a part of what is left. */
int frames_probe(size_t bytes, enum pages pages, struct why *why);

/* Bytes of the pages that shm is made of. */
size_t frames_page_bytes(const struct shm *shm);

#endif
