/* SPDX-License-Identifier: MIT */
/* Services, whichever way a back-end comes to have them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/shm.h"
#include "ipc/call.h"

const char *const call_way_names[CALL_WAYS + 1] = {"native", "delegated",
						   "layered", NULL};

static int check_ends(const char *what, unsigned int max, unsigned int n,
		      struct why *why)
{
	if (n >= 1 && n <= max)
		return 0;
	return why_not(why, -ENOTSUP, "a service here has 1 to %u %s, not %u",
		       max, what, n);
}

static int check_space(const struct ipc_impl *impl, bool threads,
		       struct why *why)
{
	if (impl->caps & (threads ? IPC_THREADS : IPC_PROCESSES))
		return 0;
	return why_not(why, -ENOTSUP, "cannot connect %s",
		       threads ? "threads of one process" : "processes");
}

const struct call_kind *call_check(const struct ipc_impl *impl,
				   const struct call_spec *spec,
				   struct why *why)
{
	const struct call_kind *call = impl->call ? impl->call : &call_layered;
	unsigned int clients =
		call->clients_max ? call->clients_max : CALL_CLIENTS;
	unsigned int servers =
		call->servers_max ? call->servers_max : CALL_SERVERS;

	if (check_ends("clients", clients, spec->clients, why) ||
	    check_ends("servers", servers, spec->servers, why) ||
	    check_space(impl, spec->threads, why))
		return NULL;
	if (call->waits && !(call->waits & IPC_CAN_WAIT(spec->wait))) {
		why_not(why, -ENOTSUP, "calls cannot wait by %s",
			ipc_wait_names[spec->wait]);
		return NULL;
	}
	return call->probe && call->probe(impl, spec, why) ? NULL : call;
}

/* Words of a list. */
static unsigned int words(const char *list)
{
	unsigned int n = 0;

	for (const char *at = list; at && *at; n++) {
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	return n;
}

/* A layered message is copied once more on either side, behind its head. */
enum { HEAD_COPIES = 2, MESSAGES = 2 };

struct call_cost call_cost(const struct ipc_impl *impl)
{
	const char *const *link = impl->contract.calls;
	const struct call_kind *call = impl->call;

	if (call)
		return (struct call_cost){
			call->copies, words(call->calls[CALL_CLIENT]) +
					      words(call->calls[CALL_SERVER])};
	return (struct call_cost){
		MESSAGES * (HEAD_COPIES + ipc_copies(impl, IPC_API_COPY)),
		MESSAGES * (words(link[IPC_TX]) + words(link[IPC_RX]))};
}

/* Zeroed, hence faulted in; apart from what other threads allocate. */
static void *alloc_apart(size_t bytes)
{
	size_t all = shm_round(bytes, SHM_APART);
	void *at = aligned_alloc(SHM_APART, all);

	return at ? memset(at, 0, all) : NULL;
}

int call_service_open(const struct ipc_impl *impl, const struct call_kind *call,
		      const struct call_spec *spec,
		      struct call_service **service)
{
	struct call_service *made = alloc_apart(call->service_size);
	int err;

	if (!made)
		return -ENOMEM;
	made->impl = impl;
	made->call = call;
	made->spec = *spec;
	event_policy(&made->policy, spec->wait, spec->spin_ns, spec->threads);
	err = call->open(made);
	if (err) {
		free(made);
		return err;
	}
	*service = made;
	return 0;
}

void call_service_close(struct call_service *service)
{
	service->call->close(service);
	free(service);
}

int call_port_attach(struct call_service *service, enum call_role role,
		     uint16_t index, struct call_port **port)
{
	const struct call_kind *call = service->call;
	struct call_port *made = alloc_apart(call->port_size);
	int err;

	if (!made)
		return -ENOMEM;
	made->ops = call->ops;
	made->service = service;
	made->msg_max = service->spec.msg_max;
	made->role = role;
	made->index = index;
	err = call->attach ? call->attach(made) : 0;
	if (err) {
		free(made);
		return err;
	}
	*port = made;
	return 0;
}

void call_port_detach(struct call_port *port)
{
	if (port->service->call->detach)
		port->service->call->detach(port);
	free(port);
}
