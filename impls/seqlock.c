/* SPDX-License-Identifier: MIT */
/*
 * The latest value, for any number of readers, behind a sequence lock.
 *
 *	sender		version (odd while it writes), the message
 *	receivers	"changed" while they sleep
 *
 * The words of the message are atomic, as a reader may look while they are
 * written. The stores release and the loads acquire, which takes the place of
 * the two fences of the textbook: no word is stored before the odd version is,
 * and the version is loaded again after all words.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ipc/endpoint.h"
#include "ipc/frames.h"

enum { SEQLOCK_WORD = sizeof(uint64_t) };

struct seqlock_shared {
	_Alignas(SHM_APART) struct event changed;
	_Alignas(SHM_APART) _Atomic uint32_t version;
	_Atomic uint32_t len;
	_Atomic uint64_t words[];
};

struct seqlock_link {
	struct ipc_link base;
	struct shm shm;
};

struct seqlock_port {
	struct ipc_port base;
	struct seqlock_shared *shared;
	uint32_t version; /* as last sent, or as last received */
};

static size_t seqlock_bytes(const struct ipc_spec *spec)
{
	return sizeof(struct seqlock_shared) +
	       shm_round(spec->msg_max, SEQLOCK_WORD);
}

static int seqlock_probe(const struct ipc_spec *spec, struct why *why)
{
	int err = ipc_length_fits(spec->msg_max, why);

	return err ? err
		   : frames_probe(seqlock_bytes(spec), PAGES_TRANSPARENT, why);
}

static int seqlock_open(struct ipc_link *base)
{
	struct seqlock_link *link = (struct seqlock_link *)base;

	return frames_open(&link->shm, "ipcbench-seqlock",
			   seqlock_bytes(&base->spec), PAGES_TRANSPARENT);
}

static void seqlock_close(struct ipc_link *base)
{
	shm_close(&((struct seqlock_link *)base)->shm);
}

static int seqlock_attach(struct ipc_port *base)
{
	struct seqlock_link *link = (struct seqlock_link *)base->link;

	((struct seqlock_port *)base)->shared = link->shm.at;
	return shm_fault_in(link->shm.at, link->shm.bytes);
}

static void seqlock_describe(const struct ipc_link *base, char *buf,
			     size_t size)
{
	const struct seqlock_link *link = (const struct seqlock_link *)base;

	snprintf(buf, size, "1 value, %zu KiB pages",
		 frames_page_bytes(&link->shm) >> 10);
}

static void words_store(_Atomic uint64_t *words, const unsigned char *from,
			size_t len)
{
	for (size_t i = 0; i < len; i += SEQLOCK_WORD) {
		size_t left = len - i;
		uint64_t word = 0;

		if (left >= SEQLOCK_WORD)
			memcpy(&word, from + i, SEQLOCK_WORD);
		else
			memcpy(&word, from + i, left);
		/* Not before the odd version, which is our store, too. */
		atomic_store_explicit(&words[i / SEQLOCK_WORD], word,
				      memory_order_release);
	}
}

static void words_load(unsigned char *into, const _Atomic uint64_t *words,
		       size_t len)
{
	for (size_t i = 0; i < len; i += SEQLOCK_WORD) {
		size_t left = len - i;
		/* Not after the version is looked at again. */
		uint64_t word = atomic_load_explicit(&words[i / SEQLOCK_WORD],
						     memory_order_acquire);

		if (left >= SEQLOCK_WORD)
			memcpy(into + i, &word, SEQLOCK_WORD);
		else
			memcpy(into + i, &word, left);
	}
}

/* Never waits: who has not read the last value will not get it any more. */
static ssize_t seqlock_send(struct ipc_port *tx, const void *buf, size_t len,
			    unsigned int flags)
{
	struct seqlock_port *port = (struct seqlock_port *)tx;
	struct seqlock_shared *shared = port->shared;

	(void)flags;
	assert(len <= tx->msg_max);
	/* Readers that see any word below see this, or a later version. */
	atomic_store_explicit(&shared->version, port->version + 1,
			      memory_order_relaxed);
	atomic_store_explicit(&shared->len, (uint32_t)len,
			      memory_order_release);
	words_store(shared->words, buf, len);
	port->version += 2;
	event_post(&shared->changed, &shared->version, port->version,
		   &tx->link->policy);
	return (ssize_t)len;
}

/* An even version that this port has not received: 0, or -EAGAIN. */
static int seqlock_wait(struct seqlock_port *port, uint32_t *version,
			unsigned int flags)
{
	struct seqlock_shared *shared = port->shared;
	/* Pairs with the release in event_post(). */
	uint32_t now =
		atomic_load_explicit(&shared->version, memory_order_acquire);

	while (now == port->version || now & 1) {
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		now = event_wait(&shared->changed, &shared->version, now,
				 &port->base.link->policy);
	}
	*version = now;
	return 0;
}

/* Torn reads are tried again. */
static ssize_t seqlock_recv(struct ipc_port *rx, void *buf, size_t len,
			    unsigned int flags)
{
	struct seqlock_port *port = (struct seqlock_port *)rx;
	struct seqlock_shared *shared = port->shared;
	uint32_t version, got;

	do {
		int err = seqlock_wait(port, &version, flags);

		if (err)
			return err;
		got = atomic_load_explicit(&shared->len, memory_order_acquire);
		words_load(buf, shared->words, got <= len ? got : 0);
	} while (atomic_load_explicit(&shared->version, memory_order_relaxed) !=
		 version);
	port->version = version;
	return got <= len ? (ssize_t)got : -EMSGSIZE;
}

static const struct ipc_ops seqlock_ops = {
	.send = seqlock_send,
	.recv = seqlock_recv,
};

const struct ipc_impl seqlock_impl = {
	.name = "seqlock",
	.brief = "the latest value for any number of readers, seqlock",
	.about = "Not a queue but a value: one sender overwrites it, any "
		 "number of receivers read it, and nobody waits for a "
		 "receiver. Before it writes, the sender makes a version odd, "
		 "and even after. A receiver reads the version, copies the "
		 "value, and reads the version again: if that is still the "
		 "same even number, the copy is whole; if not, it was torn "
		 "and is made again. A receiver here waits for a version newer "
		 "than the last it saw, so it gets no value twice, and misses "
		 "those that were overwritten.\n"
		 "Receivers write nothing, so any number of them costs the "
		 "sender no more than one does: the line moves into the "
		 "caches of all that look. Clocks, sensors and configuration "
		 "are shared this way; so does the kernel publish the time "
		 "to gettimeofday(2) in the vDSO.\n"
		 "There are two copies, into the value and out of it; a "
		 "receiver cannot read in place, for what it reads may change "
		 "meanwhile. They are made by 8 bytes at a time, as C has no "
		 "other way to read what is being written, so long messages "
		 "are slower than memcpy(3) would be. See H.-J. Boehm, Can "
		 "Seqlocks Get Along With Programming Language Memory Models? "
		 "(MSPC 2012).\n",
	.family = IPC_RING,
	.contract = {.copies = {2},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_EXTRA},
	.caps = IPC_COPY | IPC_BOUNDARY | IPC_PROCESSES | IPC_THREADS |
		IPC_BROADCAST | IPC_ISOLATED,
	.waits = IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_SPIN) |
		 IPC_CAN_WAIT(IPC_WAIT_HYBRID) | IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 0,
	.link_size = sizeof(struct seqlock_link),
	.port_size = sizeof(struct seqlock_port),
	.probe = seqlock_probe,
	.open = seqlock_open,
	.close = seqlock_close,
	.attach = seqlock_attach,
	.describe = seqlock_describe,
	.ops = &seqlock_ops,
	.endpoint = &endpoint_shm,
};
