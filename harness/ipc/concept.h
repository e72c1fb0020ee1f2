/* SPDX-License-Identifier: MIT */
/*
 * The concepts of message passing that a workload can show, in the order of
 * the lecture that they come from: D. Beuche, W. Schroeder-Preikschat,
 * Betriebssysteme, Interprozesskommunikation, 2008. A concept's number is its
 * slide's; slide 5 has two.
 *
 * Every back-end has a concept natively, has it by something that stands in for
 * it, or does not have it, and then there is a reason. That is read from the
 * tables of back-ends and workloads: what a workload says that it shows
 * (workload.concepts), whether it can be planned on this back-end, and by what
 * way (workload.way).
 */
#ifndef IPCBENCH_IPC_CONCEPT_H
#define IPCBENCH_IPC_CONCEPT_H

#include <stddef.h>
#include <stdint.h>

enum concept {
	CONCEPT_CHANNEL,	   /* 1 shared variable and channel */
	CONCEPT_EXCHANGE,	   /* 2 sent before it is received */
	CONCEPT_BUFFER,		   /* 3 producer, consumer, bounded buffer */
	CONCEPT_PRIMITIVES,	   /* 4 send, receive, reply, relay */
	CONCEPT_SELECTIVE_RECEIVE, /* 5a */
	CONCEPT_SELECTIVE_SEND,	   /* 5b */
	CONCEPT_TAX,		   /* 6 service by message or by procedure */
	CONCEPT_NAMING,		   /* 7 socket, bind, close */
	CONCEPT_ACCEPT,		   /* 8 connect, listen, accept */
	CONCEPT_FORMS,		   /* 9 forms of send and receive, flags */
	CONCEPT_MODELS,		   /* 10 symmetric and asymmetric */
	CONCEPT_DEADLOCK,	   /* 11 peers that send to each other */
	CONCEPT_ROLES,		   /* 12 client and server: who waits */
	CONCEPT_SERVICE,	   /* 13 many clients, many servers */
	CONCEPT_RELAY,		   /* 14 */
	CONCEPT_REPLY,		   /* 15 reply is not send */
	CONCEPT_RPC,		   /* 16 remote procedure call */
	CONCEPT_STAGES,		   /* 17 its stages */
	CONCEPT_RENDEZVOUS,	   /* 18 */
	CONCEPT_COW,		   /* 19 copy on write */
	CONCEPT_COURSES,	   /* 20 synchronous, asynchronous ... */
	CONCEPT_SENDER_SYNC,	   /* 21 the send waits for the receive */
	CONCEPT_RECEIVER_SYNC,	   /* 22 the receive waits for the send */
	CONCEPT_CLIENT_SYNC,	   /* 23 the call waits for the reply */
	CONCEPT_SERVER_SYNC,	   /* 24 the server waits for any client */
	CONCEPT_BLOCKING_SEND,	   /* 25 asynchronous, waits for room */
	CONCEPT_UNRELIABLE_SEND,   /* 26 asynchronous, fails or loses */
	CONCEPT_BUFFER_EXCHANGE,   /* 27 full for empty, nothing copied */
	CONCEPT_DUALITY,	   /* 28 each of the two from the other */
	CONCEPT_RESOURCES,	   /* 29 buffer and message that are lacking */
	CONCEPT_ADDRESSING,	   /* 30 port and mailbox */
	CONCEPT_CONNECTION,	   /* 31 set-up, use, tear-down */
	CONCEPT_SUMMARY,	   /* 32 the axes of all of these */
	CONCEPTS
};
_Static_assert(CONCEPTS <= 64, "one bit each");

/* For workload.concepts: SHOWS(RELAY) | SHOWS(SERVICE). */
#define SHOWS(name) (UINT64_C(1) << CONCEPT_##name)

/* How a back-end has it. */
enum concept_way {
	CONCEPT_NATIVE,	  /* of its own */
	CONCEPT_EMULATED, /* by something that stands in for it */
	CONCEPT_ABSENT,	  /* not at all */
	CONCEPT_WAYS
};
/* "N", "E", "X"; ends with NULL. */
extern const char *const concept_way_names[CONCEPT_WAYS + 1];

/* The part of the lecture that a concept belongs to. */
enum concept_family {
	CONCEPT_BASICS,	    /* 1 to 6 */
	CONCEPT_ENDPOINTS,  /* 7 to 9: the system calls */
	CONCEPT_PARTNERS,   /* 10 to 15: peers, clients and servers */
	CONCEPT_PROCEDURES, /* 16 to 19: calls, rendezvous, copy on write */
	CONCEPT_ASYNCHRONY, /* 20 to 29: courses and their resources */
	CONCEPT_CHANNELS,   /* 30 to 32: addressing, connections */
	CONCEPT_FAMILIES
};
/* "basics", "endpoints" ...; ends with NULL. */
extern const char *const concept_family_names[CONCEPT_FAMILIES + 1];

struct concept_page {
	const char *slide;   /* "5a" */
	const char *name;    /* as typed: "selective-receive" */
	const char *german;  /* the lecture's term */
	const char *english; /* the field's */
	enum concept_family family;

	/* For a student, a few sentences: who waits for what and until when,
	 * by which means, what is measured and what is proved. Paragraphs end
	 * with a line feed. */
	const char *text;
};
extern const struct concept_page concept_pages[CONCEPTS];

#endif
