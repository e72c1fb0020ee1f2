/* SPDX-License-Identifier: MIT */
/* Back-ends that are system calls cost what the calls do. */
#include "tests/bench_bare.h"
#include "tests/selfbench.h"

void bench_kernel(void);

#define LIMIT 1.03
enum { SIZE = 64 };

void bench_kernel(void)
{
	static const struct bare_kind *const kinds[] = {
		&bare_pipe,
		&bare_unix_stream,
		&bare_posix_mq,
		&bare_sysv_msg,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		bare_against(kinds[i], &bare_pingpong, SIZE, bench_pus.same,
			     LIMIT);
		if (bench_two_pus())
			bare_against(kinds[i], &bare_pingpong, SIZE,
				     bench_pus.cross, LIMIT);
	}
}
