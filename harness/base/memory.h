/* SPDX-License-Identifier: MIT */
/*
 * How much memory may still be taken. Linux promises more than it has, and
 * kills somebody when it is called upon: so what is large asks first.
 */
#ifndef IPCBENCH_BASE_MEMORY_H
#define IPCBENCH_BASE_MEMORY_H

#include <stddef.h>

/*
 * Bytes that this process can have now without pushing anybody out: what the
 * kernel estimates for the machine, or what this process's control groups
 * leave of their limits if that is less; an eighth of it stays for others.
 * SIZE_MAX where the kernel does not say.
 */
size_t memory_available(void);

#endif
