/* SPDX-License-Identifier: MIT */
/*
 * What a back-end promises.
 *
 * A link carries messages one way, from its senders to its receivers. The
 * trial opens every link before it starts a participant and closes it after
 * the last participant is gone, however that one ended. A participant attaches
 * to one side of a link and gets a port; only its own thread uses it.
 *
 *	trial		probe  open ............................ close
 *	participant		    attach  data path  detach
 *
 * Sizes are bytes, times nanoseconds. A function that can fail returns 0 or a
 * length, or a negative errno. Nothing here sets or reads errno.
 */
#ifndef IPCBENCH_IPC_BACKEND_H
#define IPCBENCH_IPC_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/event.h"
#include "base/why.h"

struct ipc_impl;
struct ipc_ops;
struct call_kind;
struct endpoint_kind;
struct select_kind;

/* What a back-end can do. A cell is refused, with the reason, when it needs a
 * bit that is not here. */
enum {
	IPC_COPY = 1u << 0,	  /* send, recv are native */
	IPC_ZEROCOPY = 1u << 1,	  /* loan, publish, take, release are */
	IPC_BOUNDARY = 1u << 2,	  /* messages of any length keep their ends */
	IPC_ISOLATED = 1u << 3,	  /* the sender cannot alter what it sent, nor
				     the receiver see what it gave back */
	IPC_DEPTH = 1u << 4,	  /* holds spec.depth messages of spec.msg_max;
				     without it the kernel sizes the store */
	IPC_PROCESSES = 1u << 5,  /* participants may be processes */
	IPC_THREADS = 1u << 6,	  /* participants may be threads of one */
	IPC_VOID = 1u << 7,	  /* carries nothing: a floor, not a mechanism;
				     its payload arrives unchecked */
	IPC_RELIABLE = 1u << 8,	  /* every message arrives; without it one that
				     the receiver is late for may be lost, never
				     torn, repeated or put out of order */
	IPC_CALLS = 1u << 9,	  /* carries nothing but requests and answers:
				     its links come in pairs, spec.calls */
	IPC_BROADCAST = 1u << 10, /* every receiver gets every message */
	IPC_CAPS = 11
};

/* A bit's name as printed: "copy", "zero-copy" ...; caps holds one bit. */
const char *ipc_cap_name(uint32_t cap);

/* What a mechanism is, for tables and figures. */
enum ipc_family {
	IPC_FLOOR,    /* what lies beneath the others; see IPC_VOID */
	IPC_STREAM,   /* bytes without ends */
	IPC_PACKET,   /* datagrams and records */
	IPC_QUEUE,    /* System V and POSIX message queues */
	IPC_COUNTER,  /* shared memory, and something that counts or signals */
	IPC_RING,     /* shared memory alone */
	IPC_TRANSFER, /* pages handed over, or one copy */
	IPC_URING,    /* submission queues */
	IPC_CALL,     /* request and answer in one step */
	IPC_FAMILIES
};
/* "floor", "stream" ...; ends with NULL. */
extern const char *const ipc_family_names[IPC_FAMILIES + 1];

/* Which half of the data path the messages take. */
enum ipc_api {
	IPC_API_COPY, /* send, recv */
	IPC_API_LEND, /* loan, publish; take, release */
	IPC_APIS
};
/* "copy", "lend"; ends with NULL. */
extern const char *const ipc_api_names[IPC_APIS + 1];

/* Whose memory a lent message is in, and what a side may touch there when the
 * message is not its own any more. */
enum ipc_memory {
	IPC_MEMORY_NONE,   /* lending is emulated */
	IPC_MEMORY_SHARED, /* buffers that both sides see at any time */
	IPC_MEMORY_MOVED,  /* buffers that one side at a time has: nobody may
				touch what it gave away or gave back */
	IPC_MEMORY_GIVEN,  /* new for each message, the receiver's from then
				on: the sender may not touch it */
	IPC_MEMORY_COW,	   /* new for each message, and copied page by page
				when one side writes there: the sender has it
				until its next loan, the receiver until its next
				take */
	IPC_MEMORY_SENDER, /* the sender's, until the message is fetched */
	IPC_MEMORY_COPIED, /* the sender's: publishing copies the message, and
				what was lent stays its own until the next
				loan */
	IPC_MEMORIES
};
/* "none", "shared" ...; ends with NULL. */
extern const char *const ipc_memory_names[IPC_MEMORIES + 1];

enum ipc_side { IPC_TX, IPC_RX };

/*
 * Data path: return -EAGAIN where the operation would wait. A byte stream may
 * still wait for the rest of a message whose first byte is under way; it
 * begins one only when it sees room for it, or holds nothing at all.
 */
#define IPC_NOWAIT 1u

/* A knob of a mechanism: "size=1M" after its name and a colon. */
enum ipc_option_kind {
	IPC_OPTION_SIZE,   /* bytes: 64, 4K, 1M */
	IPC_OPTION_COUNT,  /* a number */
	IPC_OPTION_CHOICE, /* one of names; its value is the position */
};
struct ipc_option {
	const char *name;
	const char *help; /* one line, with the unit */
	enum ipc_option_kind kind;
	uint64_t preset;   /* unless given; outside min to max: the system's own
			      choice, printed as "default" */
	uint64_t min, max; /* of a size or a count */
	const char *const *names; /* of a choice; ends with NULL */
};
enum { IPC_OPTIONS = 6 };

/* What wakes a participant that sleeps for a message or for room. */
enum ipc_wake {
	IPC_WAKE_NONE,	/* nobody ever sleeps */
	IPC_WAKE_CALL,	/* the kernel, in the call that moves the message */
	IPC_WAKE_EXTRA, /* one more system call, where somebody sleeps */
	IPC_WAKES
};
/* "none", "call", "extra"; ends with NULL. */
extern const char *const ipc_wake_names[IPC_WAKES + 1];

/* Where a message is while nobody has received it; by interface, see
 * ipc_store(). */
enum ipc_store {
	IPC_STORE_NONE,	  /* nowhere: a floor */
	IPC_STORE_SOURCE, /* where the sender has it, and the send waits until
			     it was received: it is synchronous */
	IPC_STORE_BUFFER, /* in a buffer between the two */
	IPC_STORE_PLACE,  /* where the sender wrote it: what it lies in is
			     handed over */
	IPC_STORES
};
/* "none", "source", "buffer", "place"; ends with NULL. */
extern const char *const ipc_store_names[IPC_STORES + 1];

/* On whose time a message is copied, be it in the kernel. */
enum {
	IPC_BY_SENDER = 1,
	IPC_BY_RECEIVER = 2,
	IPC_BY_BOTH = IPC_BY_SENDER | IPC_BY_RECEIVER,
	IPC_BY_PAGES = 4, /* and what is no copy costs something a page */
};

/*
 * What a message costs by design, printed beside every figure: one message of
 * 64 bytes with every option at its preset, when neither side has to wait.
 * tests/test_contract counts the system calls of a trace against it.
 */
struct ipc_contract {
	/* Copies of the payload on its way from the sender's hands into the
	 * receiver's, whoever makes them; by interface. An emulated one is not
	 * filled in: ipc_copies() knows. */
	uint8_t copies[IPC_APIS];

	/* Of send and recv, where they are native. Of loan and take it follows
	 * from ipc_impl.memory: ipc_store() knows. */
	enum ipc_store store;

	/* Without IPC_DEPTH: how many messages it holds is for the kernel to
	 * decide each time anew. */
	bool elastic;

	/* IPC_BY_ bits, by interface; an emulated one is not filled in:
	 * ipc_copier() knows. With IPC_CALLS of a request. */
	uint8_t copier[IPC_APIS];

	/* System calls a message, by side: "write", "mmap mmap futex", "" for
	 * none, in the order of the calls. IPC_API_COPY where that is native,
	 * else IPC_API_LEND. With IPC_CALLS a request and its answer are one
	 * message, and the client is its sender. */
	const char *calls[2];

	enum ipc_wake wake;
};

/* What the workload asks of one link. */
struct ipc_spec {
	size_t msg_max;	  /* longest message, at least 1 */
	uint32_t depth;	  /* messages held before a sender waits; a power of
			     two; see IPC_DEPTH. Room may come back late: up
			     to an eighth of depth, until the receiver finds
			     the link empty */
	uint32_t spin_ns; /* IPC_WAIT_HYBRID only */
	uint16_t senders;
	uint16_t receivers;
	enum ipc_wait wait;
	bool threads; /* all participants share a process */
	bool calls;   /* its messages and those of another link alternate: each
			 is answered before the next is sent */
	uint64_t option[IPC_OPTIONS]; /* by position in impl->options */
};

/* First member of every back-end's link: zeroed, then filled by the harness
 * before open. Lives in the trial, is inherited by fork. */
struct ipc_link {
	const struct ipc_impl *impl;
	const struct ipc_ops *ops; /* complete: no slot is NULL */
	struct ipc_spec spec;
	struct event_policy policy; /* of spec.wait, for event_wait() */
	struct ipc_link *answers;   /* with spec.calls: the link, open already,
				       whose messages this one's answer; NULL on
				       the link of the requests */
};

/* First member of every back-end's port: zeroed, then filled before attach. */
struct ipc_port {
	const struct ipc_ops *ops; /* as the link's: a copy beside the port */
	struct ipc_link *link;
	size_t msg_max; /* the link's spec.msg_max, where it is at hand */
	void *bounce;	/* harness: buffer of an emulated operation */
	enum ipc_side side;
	uint16_t index; /* among the ports of this side */
};

/* A message in memory that the back-end owns. */
struct ipc_msg {
	void *data;
	size_t len;
	uint64_t cookie; /* private to the back-end */
};

/* Messages in place, all of one length, the next stride bytes behind the one
 * before; what the first has in its cookie goes for all. */
struct ipc_run {
	struct ipc_msg first;
	size_t stride;
	size_t n;
};

/*
 * The data path. A back-end leaves out the half that it cannot do;
 * ipc_resolve() fills the gap from the other half, copying through
 * port->bounce, and the result says so.
 */
struct ipc_ops {
	/* Copy len bytes of buf into the link; 1 <= len <= spec.msg_max. buf
	 * is free on return. Waits for room. Returns len, -EAGAIN (only with
	 * IPC_NOWAIT) or -EPIPE (the peer is gone). */
	ssize_t (*send)(struct ipc_port *tx, const void *buf, size_t len,
			unsigned int flags);

	/* Copy the next message into buf, which has room for len bytes. Waits
	 * for a message. Without IPC_BOUNDARY len must be what the sender
	 * sent; with it, a longer message is -EMSGSIZE and lost. Returns the
	 * message's length, -EAGAIN or -EPIPE. */
	ssize_t (*recv)(struct ipc_port *rx, void *buf, size_t len,
			unsigned int flags);

	/* Lend m->data with room for len bytes (1 <= len <= spec.msg_max),
	 * aligned to 8 at least. Waits for room. The port holds at most one
	 * loan. The caller writes it, then publishes it; what the memory holds
	 * before is unspecified. Returns 0, -EAGAIN or -EPIPE, as take does;
	 * then *m is as it was. */
	int (*loan)(struct ipc_port *tx, struct ipc_msg *m, size_t len,
		    unsigned int flags);

	/* Give the loan away, m->len bytes of it: the caller may not touch
	 * m->data again. Never waits (loan has waited for room), except where
	 * it is emulated by a send, and in a byte stream that has no room for
	 * two such messages, where it waits as a send does. */
	int (*publish)(struct ipc_port *tx, struct ipc_msg *m);

	/* Lend the next message to read; waits for one. The port holds at most
	 * one. Emulated over a link without IPC_BOUNDARY, every message is
	 * spec.msg_max long. */
	int (*take)(struct ipc_port *rx, struct ipc_msg *m, unsigned int flags);

	/* Give a taken message back; m->data is gone. Never waits. */
	int (*release)(struct ipc_port *rx, struct ipc_msg *m);

	/*
	 * Several messages by one call, all of len bytes, one behind the other
	 * in buf; n is at least 1. A back-end that leaves these two out is
	 * asked for one message after the other.
	 *
	 * As n times send: waits for room for each. A message may be held back
	 * until the last one of the call, but not while the call waits. Returns
	 * how many were sent: n, or fewer if -EAGAIN or -EPIPE came in between;
	 * that error if it was none.
	 */
	ssize_t (*send_many)(struct ipc_port *tx, const void *buf, size_t len,
			     size_t n, unsigned int flags);

	/* As recv of the next messages, n at most: waits for the first and
	 * takes what has come by then. Each message has to be len bytes long,
	 * also with IPC_BOUNDARY: another one is -EMSGSIZE and lost, with
	 * those before it in this call. Returns how many were received, at
	 * least 1, -EAGAIN or -EPIPE. */
	ssize_t (*recv_many)(struct ipc_port *rx, void *buf, size_t len,
			     size_t n, unsigned int flags);

	/*
	 * Several messages in place. A back-end that leaves these four out
	 * lends one at a time; who asks for n, which is at least 1, gets fewer
	 * wherever no more lie in a row, and run->n says how many.
	 *
	 * As loan of messages of len bytes: waits for room for one, and lends
	 * that and what more there is. The port holds a run or a loan, not
	 * both.
	 */
	int (*loan_many)(struct ipc_port *tx, struct ipc_run *run, size_t len,
			 size_t n, unsigned int flags);

	/* As publish, of all messages of the run, which are run->first.len
	 * bytes long as when they were lent. They may come to the receiver at
	 * once or one by one. */
	int (*publish_many)(struct ipc_port *tx, struct ipc_run *run);

	/* As take: waits for the first, and lends what has come by then of
	 * those that are as long as that. */
	int (*take_many)(struct ipc_port *rx, struct ipc_run *run, size_t n,
			 unsigned int flags);

	/* As release, of all messages of the run. */
	int (*release_many)(struct ipc_port *rx, struct ipc_run *run);
};

struct ipc_impl {
	const char *name;  /* as typed and as reported */
	const char *brief; /* one line */

	/* For whoever meets it the first time: how a message travels, what
	 * that costs, what to know before comparing; with the man page or the
	 * paper. Paragraphs end with a line feed. */
	const char *about;
	enum ipc_family family;
	struct ipc_contract contract;
	const struct ipc_option *options; /* ends with name NULL; or NULL */
	enum ipc_memory memory;		  /* with every option at its preset */
	uint32_t caps;
	uint32_t waits;	      /* IPC_CAN_WAIT bits */
	uint16_t senders_max; /* per link; 0: no limit */
	uint16_t receivers_max;
	size_t link_size; /* the harness allocates both */
	size_t port_size;

	/* Can this machine do it? Optional; the harness has checked caps,
	 * waits and the two limits already. Fills why on failure; -E2BIG says
	 * that only the depth is too much. */
	int (*probe)(const struct ipc_spec *spec, struct why *why);

	/* Create every kernel object and mapping of the link. Anything with a
	 * name is made here and announced first (ipc/names.h). On failure
	 * nothing is left. */
	int (*open)(struct ipc_link *link);

	/* Undo open. No participant is alive; shared memory may hold anything
	 * and is not read. */
	void (*close)(struct ipc_link *link);

	/* Make the port ready to use, and fault its memory in. Without
	 * spec.threads every port has a process of its own, and may close here
	 * what only the other side needs. Participants ignore SIGPIPE.
	 * Optional. */
	int (*attach)(struct ipc_port *port);

	/* Undo attach. Not called in a participant that was killed. Optional. */
	void (*detach)(struct ipc_port *port);

	/* What the kernel gave, for the record: "pipe buffer 65536 B". In the
	 * trial, after open. Optional. */
	void (*describe)(const struct ipc_link *link, char *buf, size_t size);

	const struct ipc_ops *ops;

	/* Request and reply in its own way (ipc/call.h); NULL: layered on its
	 * links. */
	const struct call_kind *call;

	/* Endpoints with names, as its own could have (ipc/endpoint.h); NULL:
	 * it has none. */
	const struct endpoint_kind *endpoint;

	/* Selective receive in the kernel (ipc/select.h), or NULL. */
	const struct select_kind *select;
};

/* 0 if impl can serve spec for a workload that needs these caps; else a
 * negative errno and the reason. */
int ipc_check(const struct ipc_impl *impl, const struct ipc_spec *spec,
	      uint32_t needs, struct why *why);

/* For a probe of whoever tells a message's length in 32 bits of shared memory:
 * 0, or -EMSGSIZE and why. */
int ipc_length_fits(size_t msg_max, struct why *why);

/* Copies of a payload through this interface, emulated or not. */
unsigned int ipc_copies(const struct ipc_impl *impl, enum ipc_api api);

/* Who copies it there, IPC_BY_ bits, and where it waits; emulated or not. */
unsigned int ipc_copier(const struct ipc_impl *impl, enum ipc_api api);
enum ipc_store ipc_store(const struct ipc_impl *impl, enum ipc_api api);

/* Complete impl->ops into ops. Returns the caps that are emulated: IPC_COPY,
 * IPC_ZEROCOPY or neither. */
uint32_t ipc_resolve(const struct ipc_impl *impl, struct ipc_ops *ops);

/*
 * Allocate, fill and open a link; *link is set only on success. ops, which
 * ipc_resolve() filled, must outlive it; answers, where it is not NULL, is
 * closed after it. Returns 0 or a negative errno.
 */
int ipc_link_open(const struct ipc_impl *impl, const struct ipc_spec *spec,
		  const struct ipc_ops *ops, struct ipc_link *answers,
		  struct ipc_link **link);
void ipc_link_close(struct ipc_link *link);

/* Allocate, fill and attach a port, in the participant that will use it. */
int ipc_port_attach(struct ipc_link *link, enum ipc_side side, uint16_t index,
		    struct ipc_port **port);
void ipc_port_detach(struct ipc_port *port);

static inline ssize_t ipc_send(struct ipc_port *tx, const void *buf, size_t len,
			       unsigned int flags)
{
	return tx->ops->send(tx, buf, len, flags);
}

static inline ssize_t ipc_recv(struct ipc_port *rx, void *buf, size_t len,
			       unsigned int flags)
{
	return rx->ops->recv(rx, buf, len, flags);
}

static inline ssize_t ipc_send_many(struct ipc_port *tx, const void *buf,
				    size_t len, size_t n, unsigned int flags)
{
	return tx->ops->send_many(tx, buf, len, n, flags);
}

static inline ssize_t ipc_recv_many(struct ipc_port *rx, void *buf, size_t len,
				    size_t n, unsigned int flags)
{
	return rx->ops->recv_many(rx, buf, len, n, flags);
}

static inline int ipc_loan(struct ipc_port *tx, struct ipc_msg *m, size_t len,
			   unsigned int flags)
{
	return tx->ops->loan(tx, m, len, flags);
}

static inline int ipc_publish(struct ipc_port *tx, struct ipc_msg *m)
{
	return tx->ops->publish(tx, m);
}

static inline int ipc_take(struct ipc_port *rx, struct ipc_msg *m,
			   unsigned int flags)
{
	return rx->ops->take(rx, m, flags);
}

static inline int ipc_release(struct ipc_port *rx, struct ipc_msg *m)
{
	return rx->ops->release(rx, m);
}

static inline int ipc_loan_many(struct ipc_port *tx, struct ipc_run *run,
				size_t len, size_t n, unsigned int flags)
{
	return tx->ops->loan_many(tx, run, len, n, flags);
}

static inline int ipc_publish_many(struct ipc_port *tx, struct ipc_run *run)
{
	return tx->ops->publish_many(tx, run);
}

static inline int ipc_take_many(struct ipc_port *rx, struct ipc_run *run,
				size_t n, unsigned int flags)
{
	return rx->ops->take_many(rx, run, n, flags);
}

static inline int ipc_release_many(struct ipc_port *rx, struct ipc_run *run)
{
	return rx->ops->release_many(rx, run);
}

#endif
