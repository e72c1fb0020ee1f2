/* SPDX-License-Identifier: MIT */
/*
 * Request and reply: what a service promises.
 *
 * A client calls: it sends a request and waits for the reply. A server
 * receives a request and with it the right to reply to that client, which can
 * be used once: reply() uses it up, relay() gives it away together with the
 * request, and then another server receives both. Whoever replies in the end,
 * the client has been waiting for just that one reply all the time.
 *
 *	client	call ................................... returns
 *	server	     receive  relay
 *	server                     receive  reply
 *
 * call and receive wait. reply and relay never do, where the mechanism is
 * native: the client that waits is itself what holds the room for its reply.
 * Layered on links a reply is a message like any other, and waits for room
 * like any other: that is what a lesson shows.
 *
 * The terms are those of the QNX, V and Thoth family of systems: Send, Receive,
 * Reply and Relay (in V: Forward).
 */
#ifndef IPCBENCH_IPC_CALL_H
#define IPCBENCH_IPC_CALL_H

#include "ipc/backend.h"

enum { CALL_CLIENTS = 64, CALL_SERVERS = 8 };

/* How a back-end comes to have calls. */
enum call_way {
	CALL_NATIVE,	/* it is made for them */
	CALL_DELEGATED, /* the reply's own channel travels with the request */
	CALL_LAYERED,	/* on links, one for requests and one for each client's
			   replies: emulated */
	CALL_WAYS
};
/* "native", "delegated", "layered"; ends with NULL. */
extern const char *const call_way_names[CALL_WAYS + 1];

enum call_role { CALL_CLIENT, CALL_SERVER };

struct call_kind;
struct call_ops;

/* Layered, what a message has in front of a request or a reply, bytes. */
enum { CALL_HEAD = 8 };

/* Requests whose replies a client has yet to collect, at most, unless layered:
 * then its link is what holds them. */
enum { CALL_POSTED = 256 };

/* What a workload asks of a service. */
struct call_spec {
	size_t msg_max;	  /* longest request and longest reply */
	uint32_t depth;	  /* layered: of each link, as ipc_spec.depth */
	uint16_t clients; /* up to CALL_CLIENTS */
	uint16_t servers; /* up to CALL_SERVERS */
	uint32_t spin_ns;
	enum ipc_wait wait;
	bool threads;
	uint64_t option[IPC_OPTIONS]; /* of the back-end */
};

/* First member of every service: zeroed, then filled before open. Lives in the
 * trial, is inherited by fork. */
struct call_service {
	const struct ipc_impl *impl;
	const struct call_kind *call;
	struct call_spec spec;
	struct event_policy policy;
};

/* First member of every port: zeroed, then filled before attach. Only its own
 * thread uses it. */
struct call_port {
	const struct call_ops *ops;
	struct call_service *service;
	size_t msg_max;
	enum call_role role;
	uint16_t index; /* among the ports of this role */
};

/* The right to reply to one request of one client. Copies of it are the same
 * right: the first that is used is the only one that works. */
struct call_right {
	uint16_t client;
	uint64_t token; /* private to the back-end */
};

struct call_ops {
	/* Client: send len bytes of req and wait for the reply, of which up to
	 * room bytes come into rep, which may be req. Returns its length,
	 * -EMSGSIZE (longer: lost) or -EPIPE: the right to reply was lost with
	 * whoever held it, so there is no reply any more. Layered, nobody
	 * tells, and the call does not end. */
	ssize_t (*call)(struct call_port *client, const void *req, size_t len,
			void *rep, size_t room);

	/* Client: a call in two halves, where it can be had so; else both are
	 * NULL: then a client cannot but wait, and that is what holds the room
	 * for its reply. post sends a request and does not wait for the reply,
	 * only for room where requests need it; 0, -EMFILE (CALL_POSTED are
	 * not collected) or an error. collect waits for the reply to the
	 * oldest request, as a call does. No call comes in between. */
	int (*post)(struct call_port *client, const void *req, size_t len);
	ssize_t (*collect)(struct call_port *client, void *rep, size_t room);

	/* Server: wait for a request, copy it into buf and get the right to
	 * reply. What was relayed to it, then any client's, the oldest first.
	 * Returns its length, -EAGAIN (only with IPC_NOWAIT), -EMSGSIZE (longer
	 * than room: the client's call ends with -EPIPE) or, where the
	 * mechanism tells, -EPIPE (no client is left). */
	ssize_t (*receive)(struct call_port *server, void *buf, size_t room,
			   struct call_right *right, unsigned int flags);

	/* Server: the reply, which ends the client's call. 0; -ESTALE: the
	 * right was used or given away before; -EPIPE: the client is gone,
	 * where the mechanism tells. */
	int (*reply)(struct call_port *server, const struct call_right *right,
		     const void *buf, size_t len);

	/* Server: give the right away with a request, changed or not, which
	 * server number to receives next; it may be this one. Errors as with
	 * reply; -EOPNOTSUPP where rights cannot travel: then the only way is
	 * to call the other server and to pass its reply on. */
	int (*relay)(struct call_port *server, const struct call_right *right,
		     unsigned int to, const void *buf, size_t len);
};

struct call_kind {
	enum call_way way;
	uint32_t waits;	      /* IPC_CAN_WAIT bits */
	uint16_t clients_max; /* 0: CALL_CLIENTS */
	uint16_t servers_max;
	bool relays; /* relay() works */

	/* What a call costs by design, as ipc_contract has it: copies of the
	 * request and of the reply, together, and the system calls by role;
	 * one client, one server, and neither waits. Layered: what the links
	 * cost, see call_cost(). */
	uint8_t copies;
	const char *calls[2];

	size_t service_size; /* the harness allocates both */
	size_t port_size;

	/* As those of ipc_impl. */
	int (*probe)(const struct ipc_impl *impl, const struct call_spec *spec,
		     struct why *why);
	int (*open)(struct call_service *service);
	void (*close)(struct call_service *service);
	int (*attach)(struct call_port *port);
	void (*detach)(struct call_port *port);
	const struct call_ops *ops;
};

/* How impl has calls: its own way, or layered. NULL and why where neither
 * will do for this spec. */
const struct call_kind *call_check(const struct ipc_impl *impl,
				   const struct call_spec *spec,
				   struct why *why);

/* And what a call costs there, by design. */
struct call_cost {
	unsigned int copies;
	unsigned int calls; /* system calls of both roles */
};
struct call_cost call_cost(const struct ipc_impl *impl);

/* As ipc_link_open() and the others. */
int call_service_open(const struct ipc_impl *impl, const struct call_kind *call,
		      const struct call_spec *spec,
		      struct call_service **service);
void call_service_close(struct call_service *service);
int call_port_attach(struct call_service *service, enum call_role role,
		     uint16_t index, struct call_port **port);
void call_port_detach(struct call_port *port);

/* Calls through slots in shared memory, one of each client: native. */
extern const struct call_kind call_slots;

/* Calls on links: requests of all clients to a server over one link that takes
 * many senders, or over a link from each; replies over a link to each client. */
extern const struct call_kind call_layered;

static inline ssize_t call_call(struct call_port *client, const void *req,
				size_t len, void *rep, size_t room)
{
	return client->ops->call(client, req, len, rep, room);
}

static inline bool call_can_post(const struct call_port *client)
{
	return client->ops->post != NULL;
}

static inline int call_post(struct call_port *client, const void *req,
			    size_t len)
{
	return client->ops->post(client, req, len);
}

static inline ssize_t call_collect(struct call_port *client, void *rep,
				   size_t room)
{
	return client->ops->collect(client, rep, room);
}

static inline ssize_t call_receive(struct call_port *server, void *buf,
				   size_t room, struct call_right *right,
				   unsigned int flags)
{
	return server->ops->receive(server, buf, room, right, flags);
}

static inline int call_reply(struct call_port *server,
			     const struct call_right *right, const void *buf,
			     size_t len)
{
	return server->ops->reply(server, right, buf, len);
}

static inline int call_relay(struct call_port *server,
			     const struct call_right *right, unsigned int to,
			     const void *buf, size_t len)
{
	return server->ops->relay(server, right, to, buf, len);
}

#endif
