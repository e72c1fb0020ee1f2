/* SPDX-License-Identifier: MIT */
/* Every back-end, in report order: one line each. */
IMPL(null)
IMPL(pipe)
IMPL(unix_stream)
IMPL(unix_seqpacket)
IMPL(tcp)
IMPL(sysv_msg)
IMPL(ring)
IMPL(pool)
IMPL(pageswap)
