/* SPDX-License-Identifier: MIT */
/* What this process may do beyond its user's rights (man 7 capabilities). */
#ifndef IPCBENCH_BASE_RIGHTS_H
#define IPCBENCH_BASE_RIGHTS_H

#include <stdbool.h>

/* Is CAP_... in effect? False where the kernel does not say. */
bool rights_have(unsigned int capability);

#endif
