/* SPDX-License-Identifier: MIT */
/*
 * What an endpoint of a back-end can do by itself: be made, get a name, be
 * found by it, listen, connect, accept, and end. (A link is opened before its
 * participants are there, and they inherit it: it needs none of that.)
 *
 *	owner	make  bind  listen     accept  get ... close     unlink
 *	finder	                  find         put ... close
 *
 * The operations are for all back-ends alike; what they do where there is
 * nobody, or somebody already, differs. That is declared here, and a lesson
 * proves it. An end is an int: a descriptor, or a System V identifier. Names
 * belong to a site, which the trial opens before its nodes start and removes
 * after they are gone; only what is on this machine can reach them.
 *
 * Functions return 0, an end or a length, or a negative errno.
 */
#ifndef IPCBENCH_IPC_ENDPOINT_H
#define IPCBENCH_IPC_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/why.h"

struct ipc_impl;

/* What a name is. */
enum endpoint_naming {
	ENDPOINT_OWN,	   /* the back-end's own choice: the first it has */
	ENDPOINT_PATH,	   /* an entry in a directory */
	ENDPOINT_ABSTRACT, /* of AF_UNIX, in no directory */
	ENDPOINT_PORT,	   /* an address and a number that the kernel chooses */
	ENDPOINT_OBJECT,   /* "/name" of POSIX, in a file system of its own */
	ENDPOINT_KEY,	   /* a number, System V */
	ENDPOINT_NAMINGS
};
/* "own", "path", "abstract" ...; ends with NULL. */
extern const char *const endpoint_naming_names[ENDPOINT_NAMINGS + 1];

/* How long a name lives. */
enum endpoint_life {
	ENDPOINT_UNTIL_CLOSE,  /* as long as somebody has the endpoint open */
	ENDPOINT_UNTIL_UNLINK, /* longer; but then nobody answers to it */
	ENDPOINT_IN_KERNEL,    /* longer, with all that is in the endpoint */
	ENDPOINT_LIVES
};
/* "until close" ...; ends with NULL. */
extern const char *const endpoint_life_names[ENDPOINT_LIVES + 1];

/* Names of one kind, as this back-end has them. */
struct endpoint_rule {
	enum endpoint_life life;
	int taken;   /* error of binding what is bound; 0: no such names */
	int unfound; /* error of finding what nobody has bound; 0: that is not
			told before something is sent */
	int orphan;  /* error of finding what was closed and not unlinked */
};

/* What it can do, beyond being found by a name. */
enum {
	ENDPOINT_LISTENS = 1u << 0, /* listen, accept */
	ENDPOINT_CONNECTS = 1u
			    << 1,   /* what find gives is linked to the owner */
	ENDPOINT_FORMS = 1u << 2,   /* put_as, get_as */
	ENDPOINT_ANSWERS = 1u << 3, /* both ways over one end */
	ENDPOINT_STREAM = 1u << 4,  /* bytes without ends */
	ENDPOINT_URGENT = 1u << 5,  /* FORM_OOB */
	ENDPOINT_UNSURE = 1u << 6,  /* may lose what it has no room for */
	ENDPOINT_NUMBERED = 1u << 7, /* an end is no descriptor */
};

/* What comes when the queue of a listener is full. */
enum endpoint_full {
	ENDPOINT_FULL_AGAIN,   /* EAGAIN; who may wait sleeps until there is
				  room */
	ENDPOINT_FULL_PENDING, /* the attempt stays pending, and is made again
				  after about a second */
};

/* Options of a listener that what it accepts may or may not have too. */
enum endpoint_option {
	ENDPOINT_NONBLOCK,
	ENDPOINT_SNDBUF,
	ENDPOINT_RCVBUF,
	ENDPOINT_SNDTIMEO,
	ENDPOINT_RCVTIMEO,
	ENDPOINT_KEEPALIVE,
	ENDPOINT_PASSCRED,
	ENDPOINT_NODELAY,
	ENDPOINT_OPTIONS
};
/* "O_NONBLOCK", "SO_SNDBUF" ...; ends with NULL. */
extern const char *const endpoint_option_names[ENDPOINT_OPTIONS + 1];

/* Which system call moves a message. */
enum endpoint_form {
	FORM_WRITE,    /* write, read */
	FORM_SEND,     /* send, recv */
	FORM_SENDTO,   /* sendto, recvfrom: with an address where it may */
	FORM_SENDMSG,  /* sendmsg, recvmsg */
	FORM_WRITEV,   /* writev, readv: in two pieces */
	FORM_SENDMMSG, /* sendmmsg, recvmmsg: all messages by one call */
	FORMS
};
/* Their flags, and what a receive says of itself. */
enum {
	FORM_DONTWAIT = 1u << 0,
	FORM_OOB = 1u << 1,
	FORM_DONTROUTE = 1u << 2,
	FORM_PEEK = 1u << 3,
	FORM_TRUNCATED = 1u << 4, /* seen: the rest of the message is lost */
};

/* A name, in memory that all nodes share. */
struct endpoint_name {
	enum endpoint_naming naming;
	char text[108];	  /* path, abstract name, object: what fits sun_path */
	uint32_t address; /* of a port: in 127.0.0.0/8, this site's own */
	uint16_t port;	  /* 0 until it is bound for the first time */
	int key;
};

enum { ENDPOINT_NOWAIT = 1u };
enum { ENDPOINT_WORD = 8 }; /* bytes of every message of put and get */

struct endpoint_kind {
	struct endpoint_rule rule[ENDPOINT_NAMINGS];
	uint32_t can;

	/* What stands in for a named endpoint of the back-end's own; or NULL. */
	const char *stand_in;

	/* What stands in for connecting, where that is not a connection:
	 * "connect(2) only notes the other's name"; or NULL. */
	const char *linked_by;

	/* Of what ENDPOINT_CONNECTS. Errors of a put: before a connection, and
	 * when the other end is closed, where they may be one of two; with
	 * late the first put tells nothing. eof: a get says the end too. */
	int before;
	int after[2];
	bool late, eof;

	/* Of what ENDPOINT_LISTENS: bits of enum endpoint_option. */
	enum endpoint_full full;
	uint32_t options;  /* that it has */
	uint32_t inherits; /* of these */

	/* What carries messages between the same kind of names without a
	 * connection; or NULL. */
	const struct endpoint_kind *connectionless;

	/* Kind of its names that outlive it, for names_announce(); or NULL. */
	const char *journal;

	/* Can this machine do it, with names of this kind? 0, or a negative
	 * errno and why. Optional. */
	int (*probe)(enum endpoint_naming naming, struct why *why);

	/* An endpoint without a name; NULL: it comes with its name only. */
	int (*make)(void);

	/* Give *end the name; without make, make it and set *end. A port that
	 * is 0 becomes one that is free. */
	int (*bind)(struct endpoint_name *name, int *end);

	/* Lead *end to whoever has the name; without make, set *end. */
	int (*find)(const struct endpoint_name *name, int *end,
		    unsigned int flags);
	int (*unlink)(const struct endpoint_name *name);
	void (*close)(int end);

	/* A message of ENDPOINT_WORD bytes. With ENDPOINT_NOWAIT -EAGAIN
	 * instead of waiting. get returns its length; 0: the end. */
	int (*put)(int end, const void *word, unsigned int flags);
	ssize_t (*get)(int end, void *word, unsigned int flags);

	/* With ENDPOINT_LISTENS: backlog is as listen(2) has it. What is
	 * accepted resets its connection when it is closed, so that no port is
	 * left in TIME_WAIT. */
	int (*listen)(int end, unsigned int backlog);
	int (*accept)(int end, unsigned int flags);

	/* Is a connection there, that was begun with ENDPOINT_NOWAIT? */
	bool (*linked)(int end);

	/* Set an option to what it is not of itself; is it so? */
	int (*set)(int end, enum endpoint_option option);
	bool (*has)(int end, enum endpoint_option option);

	/* Not connected, by the name: a message to it, and back to whoever sent
	 * the last one that this end got. */
	int (*put_to)(int end, const struct endpoint_name *to,
		      const void *word);
	int (*answer)(int end);

	/* With ENDPOINT_FORMS: n messages of len bytes, one behind the other
	 * in buf. to is the peer where put_to can name it, or NULL. Return
	 * how many bytes went or came in all, or the error of the first; seen
	 * is FORM_TRUNCATED or 0. */
	ssize_t (*put_as)(int end, enum endpoint_form form,
			  const struct endpoint_name *to, const void *buf,
			  size_t len, size_t n, unsigned int flags);
	ssize_t (*get_as)(int end, enum endpoint_form form, void *buf,
			  size_t len, size_t n, unsigned int flags,
			  unsigned int *seen);
};

/* Those that several back-ends share, or that is best told together. */
extern const struct endpoint_kind endpoint_unix_stream, endpoint_unix_seqpacket,
	endpoint_unix_dgram, endpoint_tcp, endpoint_udp;
extern const struct endpoint_kind endpoint_fifo, endpoint_mq, endpoint_sysv,
	endpoint_shm;

/* Where the endpoints of a trial meet: two names, announced (ipc/names.h) and
 * not yet bound. In memory that all nodes share. */
enum { ENDPOINT_NAMES = 2 };
struct endpoint_site {
	const struct endpoint_kind *kind;
	struct endpoint_name name[ENDPOINT_NAMES];
	struct endpoint_rule rule; /* of these names */

	/* What a client of kind->connectionless calls itself: the cheapest
	 * there is, and gone when it is closed. For each to copy. */
	struct endpoint_name client;
};

/* naming, or the first that kind has where that is ENDPOINT_OWN. */
enum endpoint_naming endpoint_naming_of(const struct endpoint_kind *kind,
					enum endpoint_naming naming);

/* For a probe of whoever has paths: may one be made in TMPDIR, or /tmp? */
int endpoint_probe_path(enum endpoint_naming naming, struct why *why);

/* 0 if impl has endpoints that can do this and are named so; or why not. */
int endpoint_check(const struct ipc_impl *impl, uint32_t needs,
		   enum endpoint_naming naming, struct why *why);
int endpoint_open(const struct ipc_impl *impl, enum endpoint_naming naming,
		  struct endpoint_site **site, struct why *why);
void endpoint_close(struct endpoint_site *site);

/* An end with the name, or one that is led to it. On failure nothing is left.
 */
int endpoint_bound(const struct endpoint_kind *kind,
		   struct endpoint_name *name);
int endpoint_found(const struct endpoint_kind *kind,
		   const struct endpoint_name *name, unsigned int flags);

/* Descriptors that this process has open: is one left? */
int endpoint_descriptors(void);

/* "EADDRINUSE" of -EADDRINUSE; "0" of what is no error. */
const char *endpoint_error(int err);

#endif
