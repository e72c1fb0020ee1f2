/* SPDX-License-Identifier: MIT */
/* A switch of stacks and registers, there and back, for each operation: what
 * handing over control costs when no kernel takes part. */
#include <errno.h>

#include "ipc/floor.h"
#include "ipc/strand.h"

#if defined(__x86_64__) || defined(__aarch64__)
#define FIBER_HERE 1
#else
#define FIBER_HERE 0
#define FIBER_FRAME 0
#endif

/* Where a flow of control goes on. All else that it needs, the compiler has
 * put on its stack. */
struct fiber_at {
	void *sp, *fp, *ip;
};

struct fiber_port {
	struct floor_port floor;
	struct fiber_at caller, fiber;
	struct strand caller_strand, fiber_strand;
	const unsigned char *message;
	size_t len;
	unsigned char seen; /* so that looking has an effect */
};

/*
 * Stop here, at "from", and go on at "to". Every register is clobbered that a
 * call need not keep or that a callee would save, so the compiler saves those
 * that hold something; only stack pointer and frame pointer are ours to keep.
 * (Rounding modes are not switched: nobody changes them.)
 *
 * It jumps and does not return: a return that was not called for would be
 * predicted wrongly, each time.
 *
 * Where "to" is a function's first instruction, it is called with from and to.
 */
#if defined(__x86_64__)
#define FIBER_SWITCH                \
	"leaq 1f(%%rip), %%rax\n\t" \
	"movq %%rsp, 0(%%rdi)\n\t"  \
	"movq %%rbp, 8(%%rdi)\n\t"  \
	"movq %%rax, 16(%%rdi)\n\t" \
	"movq 0(%%rsi), %%rsp\n\t"  \
	"movq 8(%%rsi), %%rbp\n\t"  \
	"jmpq *16(%%rsi)\n"         \
	"1:\n"
#define FIBER_FRAME 8 /* a return address, under 16 bytes of alignment */
#define FIBER_FROM "rdi"
#define FIBER_TO "rsi"
#ifdef __AVX512F__
#define FIBER_CLOBBERS_WIDE                                                    \
	, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22",       \
		"xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", \
		"xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#else
#define FIBER_CLOBBERS_WIDE
#endif
#define FIBER_CLOBBERS                                                        \
	"rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13",   \
		"r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", \
		"xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",    \
		"xmm13", "xmm14", "xmm15" FIBER_CLOBBERS_WIDE
#elif defined(__aarch64__)
/* The hint is a landing place for jumps, where the processor asks for one. */
#define FIBER_SWITCH             \
	"adr x16, 1f\n\t"        \
	"mov x17, sp\n\t"        \
	"stp x17, x29, [x0]\n\t" \
	"str x16, [x0, #16]\n\t" \
	"ldp x17, x29, [x1]\n\t" \
	"ldr x16, [x1, #16]\n\t" \
	"mov sp, x17\n\t"        \
	"br x16\n"               \
	"1: hint #38\n"
#define FIBER_FRAME 0 /* 16 bytes of alignment */
#define FIBER_FROM "x0"
#define FIBER_TO "x1"
#define FIBER_CLOBBERS                                                         \
	"x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",   \
		"x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", \
		"x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0",  \
		"v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10",   \
		"v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", \
		"v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", \
		"v29", "v30", "v31"
#endif

static inline __attribute__((always_inline)) void fiber_switch(
	struct fiber_at *from, struct fiber_at *to)
{
#if FIBER_HERE
	register struct fiber_at *at0 __asm__(FIBER_FROM) = from;
	register struct fiber_at *at1 __asm__(FIBER_TO) = to;

	__asm__ volatile(FIBER_SWITCH
			 : "+r"(at0), "+r"(at1)
			 :
			 : FIBER_CLOBBERS, "cc", "memory");
#else
	(void)from;
	(void)to;
#endif
}

/* The other flow of control: looks at a message each time it is let. */
static void fiber_main(struct fiber_at *from, struct fiber_at *self)
{
	size_t at = offsetof(struct fiber_port, fiber);
	struct fiber_port *port = (void *)((char *)self - at);

	(void)from;
	for (;;) {
		strand_arrive(&port->fiber_strand, &port->caller_strand);
		port->seen ^= port->message[0] ^ port->message[port->len - 1];
		strand_leave(&port->fiber_strand, &port->caller_strand);
		fiber_switch(&port->fiber, &port->caller);
	}
}

static ssize_t fiber_step(struct ipc_port *base, const void *buf, size_t len)
{
	struct fiber_port *port = (struct fiber_port *)base;

	if (port->floor.idle)
		return (ssize_t)len;
	port->message = buf;
	port->len = len;
	strand_leave(&port->caller_strand, &port->fiber_strand);
	fiber_switch(&port->caller, &port->fiber);
	strand_arrive(&port->caller_strand, &port->fiber_strand);
	return (ssize_t)len;
}

static int fiber_probe(const struct ipc_spec *spec, struct why *why)
{
	(void)spec;
	if (FIBER_HERE)
		return 0;
	return why_not(why, -ENOTSUP,
		       "switches registers on x86-64 and aarch64 only");
}

/* As a call would leave it at the first instruction of fiber_main(). */
static void *fiber_first_sp(const struct strand *strand)
{
	return (char *)strand->low + strand->bytes - FIBER_FRAME;
}

static int fiber_attach(struct ipc_port *base)
{
	struct fiber_port *port = (struct fiber_port *)base;
	int err = strand_open(&port->fiber_strand);

	if (err)
		return err;
	floor_attach(base);
	port->caller_strand = strand_own();
	port->fiber.sp = fiber_first_sp(&port->fiber_strand);
	port->fiber.ip = (void *)fiber_main;
	return 0;
}

static void fiber_detach(struct ipc_port *base)
{
	strand_close(&((struct fiber_port *)base)->fiber_strand);
}

static ssize_t fiber_send(struct ipc_port *tx, const void *buf, size_t len,
			  unsigned int flags)
{
	(void)flags;
	return fiber_step(tx, buf, len);
}

static ssize_t fiber_recv(struct ipc_port *rx, void *buf, size_t len,
			  unsigned int flags)
{
	(void)flags;
	return fiber_step(rx, buf, len);
}

static const struct ipc_ops fiber_ops = {
	.send = fiber_send,
	.recv = fiber_recv,
};

const struct ipc_impl fiber_impl = {
	.name = "fiber",
	.brief = "a switch to another stack and back, in user space",
	.about = "A send switches to a second flow of control in the same "
		 "thread, which has a stack of its own; that looks at the "
		 "message's first and last byte and switches back. A recv does "
		 "the same. Each port has its own fiber, which never leaves "
		 "its thread. A round trip is four switches, all by "
		 "node 0, while node 1 has nothing to do.\n"
		 "A switch is a handful of instructions: save the registers "
		 "that are in use, exchange the stack pointer, and jump to "
		 "where the other flow stopped. The kernel is not asked and "
		 "knows nothing of it. That is how coroutines and threads of "
		 "user-space libraries hand over control, and the floor of "
		 "everything where two parties share one PU: a switch between "
		 "threads by the kernel adds the way in and out, the "
		 "scheduler's choice, and between processes another address "
		 "space.\n"
		 "The switch jumps instead of returning, since processors "
		 "predict a return from the calls before it and would be wrong "
		 "each time. The swapcontext floor is the C library's version "
		 "of the same.\n"
		 "Implemented for x86-64 and aarch64.\n",
	FLOOR_IMPL,
	.contract = {.copies = {0},
		     .store = IPC_STORE_NONE,
		     .calls = {"", ""},
		     .wake = IPC_WAKE_NONE},
	.caps = FLOOR_CAPS,
	.port_size = sizeof(struct fiber_port),
	.probe = fiber_probe,
	.attach = fiber_attach,
	.detach = fiber_detach,
	.ops = &fiber_ops,
};
