/* SPDX-License-Identifier: MIT */
/*
 * Calls on links. Client c calls server c modulo servers; requests travel over
 * a link to that server, which all its clients share where the back-end takes
 * many senders, and replies over a link to each client:
 *
 *	client 0 --+
 *	client 1 --+-> requests -> server
 *	client 2 --+                 |
 *	client 1 <---- replies ------+
 *
 * A message begins with who sent it and how long it is. Over a link that keeps
 * no ends every message has the full length.
 *
 * The reply is a send: where the client's link is full it waits, and a client
 * that calls without collecting its replies holds up the server and everybody
 * else. Rights cannot travel: only the server has the link to the client.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/call.h"
#include "ipc/patience.h"

struct layered_head {
	uint32_t client;
	uint32_t len; /* or LOST */
};

_Static_assert(sizeof(struct layered_head) == CALL_HEAD, "as is said");

/* A reply that says that there is none. */
#define LOST UINT32_MAX

struct layered_service {
	struct call_service base;
	struct ipc_ops ops; /* of the links */
	bool shared;	    /* the clients of a server share their link */
	struct ipc_link *request[CALL_CLIENTS]; /* by server if shared, else
						   by client */
	struct ipc_link *reply[CALL_CLIENTS];
};

struct layered_port {
	struct call_port base;
	/* A client uses the first of each. */
	struct ipc_port *request[CALL_CLIENTS];
	struct ipc_port *reply[CALL_CLIENTS];
	uint64_t due[CALL_CLIENTS];   /* server: requests received of a client
				       that are not replied to */
	uint64_t token[CALL_CLIENTS]; /* of the last */
	unsigned int next;	      /* server: link to look at first */
	struct layered_head *buf;     /* a head and msg_max */
};

static size_t link_max(const struct call_spec *spec)
{
	return sizeof(struct layered_head) + spec->msg_max;
}

static unsigned int server_of(const struct call_spec *spec, unsigned int client)
{
	return client % spec->servers;
}

/* How many clients a server has. */
static unsigned int clients_of(const struct call_spec *spec,
			       unsigned int server)
{
	return (spec->clients - server + spec->servers - 1u) / spec->servers;
}

/* One link takes them all; else each has its own. */
static bool is_shared(const struct ipc_impl *impl, unsigned int clients)
{
	return clients == 1 || impl->senders_max == 0 ||
	       impl->senders_max >= clients;
}

static struct ipc_spec link_spec(const struct call_spec *spec,
				 unsigned int senders)
{
	struct ipc_spec made = {
		.msg_max = link_max(spec),
		.depth = spec->depth,
		.spin_ns = spec->spin_ns,
		.senders = (uint16_t)senders,
		.receivers = 1,
		.wait = spec->wait,
		.threads = spec->threads,
	};

	memcpy(made.option, spec->option, sizeof(made.option));
	return made;
}

static int layered_probe(const struct ipc_impl *impl,
			 const struct call_spec *spec, struct why *why)
{
	unsigned int most = clients_of(spec, 0);
	bool shared = is_shared(impl, most);
	struct ipc_spec link = link_spec(spec, shared ? most : 1);

	if (impl->caps & IPC_VOID)
		return why_not(why, -ENOTSUP, "carries nothing, so no calls");
	if (!shared &&
	    (spec->wait == IPC_WAIT_BLOCK || spec->wait == IPC_WAIT_HYBRID))
		return why_not(why, -ENOTSUP,
			       "its links take one sender, and a server cannot "
			       "sleep for the links of %u clients; use wait "
			       "yield or spin",
			       most);
	return ipc_check(impl, &link, IPC_RELIABLE, why);
}

static void layered_close(struct call_service *base)
{
	struct layered_service *service = (struct layered_service *)base;

	for (unsigned int i = 0; i < CALL_CLIENTS; i++) {
		if (service->request[i])
			ipc_link_close(service->request[i]);
		if (service->reply[i])
			ipc_link_close(service->reply[i]);
	}
}

static int layered_open(struct call_service *base)
{
	struct layered_service *service = (struct layered_service *)base;
	const struct call_spec *spec = &base->spec;
	struct ipc_spec one = link_spec(spec, 1);
	unsigned int links;
	int err = 0;

	ipc_resolve(base->impl, &service->ops);
	service->shared = is_shared(base->impl, clients_of(spec, 0));
	links = service->shared ? spec->servers : spec->clients;
	for (unsigned int i = 0; i < links && !err; i++) {
		struct ipc_spec link = one;

		if (service->shared)
			link.senders = (uint16_t)clients_of(spec, i);
		err = ipc_link_open(base->impl, &link, &service->ops, NULL,
				    &service->request[i]);
	}
	for (unsigned int i = 0; i < spec->clients && !err; i++)
		err = ipc_link_open(base->impl, &one, &service->ops, NULL,
				    &service->reply[i]);
	if (err)
		layered_close(base);
	return err;
}

static int attach_client(struct layered_port *port,
			 struct layered_service *service)
{
	const struct call_spec *spec = &service->base.spec;
	unsigned int self = port->base.index;
	unsigned int server = server_of(spec, self);
	struct ipc_link *request =
		service->request[service->shared ? server : self];
	uint16_t among = service->shared ? (uint16_t)(self / spec->servers) : 0;
	int err = ipc_port_attach(request, IPC_TX, among, &port->request[0]);

	if (!err)
		err = ipc_port_attach(service->reply[self], IPC_RX, 0,
				      &port->reply[0]);
	return err;
}

static int attach_server(struct layered_port *port,
			 struct layered_service *service)
{
	const struct call_spec *spec = &service->base.spec;
	unsigned int self = port->base.index;
	int err = 0;

	if (service->shared)
		err = ipc_port_attach(service->request[self], IPC_RX, 0,
				      &port->request[0]);
	for (unsigned int c = self; c < spec->clients && !err;
	     c += spec->servers) {
		if (!service->shared)
			err = ipc_port_attach(service->request[c], IPC_RX, 0,
					      &port->request[c]);
		if (!err)
			err = ipc_port_attach(service->reply[c], IPC_TX, 0,
					      &port->reply[c]);
	}
	return err;
}

static void layered_detach(struct call_port *base)
{
	struct layered_port *port = (struct layered_port *)base;

	for (unsigned int i = 0; i < CALL_CLIENTS; i++) {
		if (port->request[i])
			ipc_port_detach(port->request[i]);
		if (port->reply[i])
			ipc_port_detach(port->reply[i]);
	}
	free(port->buf);
}

static int layered_attach(struct call_port *base)
{
	struct layered_port *port = (struct layered_port *)base;
	struct layered_service *service =
		(struct layered_service *)base->service;
	int err;

	port->buf = calloc(1, link_max(&base->service->spec));
	if (!port->buf)
		return -ENOMEM;
	err = base->role == CALL_CLIENT ? attach_client(port, service)
					: attach_server(port, service);
	if (err)
		layered_detach(base);
	return err;
}

static ssize_t put(struct layered_port *port, struct ipc_port *tx,
		   uint32_t client, const void *buf, size_t len)
{
	bool ends = port->base.service->impl->caps & IPC_BOUNDARY;
	size_t all = ends ? sizeof(*port->buf) + len : tx->msg_max;

	assert(len <= port->base.msg_max);
	*port->buf = (struct layered_head){client, (uint32_t)len};
	memcpy(port->buf + 1, buf, len);
	return ipc_send(tx, port->buf, all, 0);
}

/* The next message's payload into buf; its head stays in port->buf. */
static ssize_t get(struct layered_port *port, struct ipc_port *rx, void *buf,
		   size_t room, unsigned int flags)
{
	ssize_t n = ipc_recv(rx, port->buf, rx->msg_max, flags);

	if (n < 0)
		return n;
	if (port->buf->len == LOST)
		return -EPIPE;
	if (port->buf->len > room)
		return -EMSGSIZE;
	memcpy(buf, port->buf + 1, port->buf->len);
	return (ssize_t)port->buf->len;
}

static int layered_post(struct call_port *client, const void *req, size_t len)
{
	struct layered_port *port = (struct layered_port *)client;
	ssize_t n = put(port, port->request[0], client->index, req, len);

	return n < 0 ? (int)n : 0;
}

static ssize_t layered_collect(struct call_port *client, void *rep, size_t room)
{
	struct layered_port *port = (struct layered_port *)client;

	return get(port, port->reply[0], rep, room, 0);
}

static ssize_t layered_call(struct call_port *client, const void *req,
			    size_t len, void *rep, size_t room)
{
	int err = layered_post(client, req, len);

	return err ? err : layered_collect(client, rep, room);
}

/* Look at every client's link once, beginning behind the one that was last. */
static ssize_t get_any(struct layered_port *port, void *buf, size_t room)
{
	const struct call_spec *spec = &port->base.service->spec;

	for (unsigned int i = 0; i < spec->clients; i++) {
		unsigned int c = (port->next + i) % spec->clients;
		ssize_t n;

		if (!port->request[c])
			continue;
		n = get(port, port->request[c], buf, room, IPC_NOWAIT);
		if (n == -EAGAIN)
			continue;
		port->next = c + 1;
		return n;
	}
	return -EAGAIN;
}

static ssize_t get_request(struct layered_port *port, void *buf, size_t room,
			   unsigned int flags)
{
	const struct layered_service *service =
		(struct layered_service *)port->base.service;
	struct patience patience = {0, 0};
	ssize_t n;

	if (service->shared)
		return get(port, port->request[0], buf, room, flags);
	do {
		n = get_any(port, buf, room);
	} while (n == -EAGAIN && !(flags & IPC_NOWAIT) &&
		 patience_poll(&patience,
			       &port->request[port->base.index]->link->spec));
	return n;
}

/* The client's call fails: the request was too long. */
static void refuse(struct layered_port *port)
{
	uint32_t client = port->buf->client;
	struct ipc_port *tx = port->reply[client];

	*port->buf = (struct layered_head){client, LOST};
	ipc_send(tx, port->buf, tx->msg_max, 0);
}

static ssize_t layered_receive(struct call_port *server, void *buf, size_t room,
			       struct call_right *right, unsigned int flags)
{
	struct layered_port *port = (struct layered_port *)server;
	ssize_t n = get_request(port, buf, room, flags);
	uint32_t client;

	if (n == -EMSGSIZE)
		refuse(port);
	if (n < 0)
		return n;
	client = port->buf->client;
	right->client = (uint16_t)client;
	right->token = ++port->token[client];
	port->due[client]++;
	return n;
}

static int layered_reply(struct call_port *server,
			 const struct call_right *right, const void *buf,
			 size_t len)
{
	struct layered_port *port = (struct layered_port *)server;
	uint64_t *due = &port->due[right->client];
	ssize_t n;

	/* The link would carry a second reply as well as the first: what makes
	 * the right a single one is kept here. */
	if (*due == 0 || right->token + *due <= port->token[right->client])
		return -ESTALE;
	--*due;
	n = put(port, port->reply[right->client], server->index, buf, len);
	return n < 0 ? (int)n : 0;
}

static int layered_relay(struct call_port *server,
			 const struct call_right *right, unsigned int to,
			 const void *buf, size_t len)
{
	(void)server;
	(void)right;
	(void)to;
	(void)buf;
	(void)len;
	return -EOPNOTSUPP;
}

static const struct call_ops layered_ops = {
	.call = layered_call,
	.post = layered_post,
	.collect = layered_collect,
	.receive = layered_receive,
	.reply = layered_reply,
	.relay = layered_relay,
};

const struct call_kind call_layered = {
	.way = CALL_LAYERED,
	.service_size = sizeof(struct layered_service),
	.port_size = sizeof(struct layered_port),
	.probe = layered_probe,
	.open = layered_open,
	.close = layered_close,
	.attach = layered_attach,
	.detach = layered_detach,
	.ops = &layered_ops,
};
