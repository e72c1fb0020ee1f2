/* SPDX-License-Identifier: MIT */
/* Capabilities, without the library that no other part needs. */
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/rights.h"

enum { WORD_BITS = 32 };

bool rights_have(unsigned int capability)
{
	struct __user_cap_header_struct who = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &who, words) < 0)
		return false;
	return words[capability / WORD_BITS].effective >>
		       capability % WORD_BITS &
	       1;
}
