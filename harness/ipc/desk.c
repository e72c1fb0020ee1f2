/* SPDX-License-Identifier: MIT */
/* The cells of clients and the right to reply to them. */
#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "ipc/desk.h"
#include "ipc/fd.h"

enum {
	DESK_SHARE = 2, /* of the memory that is left: a part in so many */
	DESK_LEFT = -1
};

static size_t stride_of(size_t room)
{
	return shm_round(sizeof(struct desk_cell) + room, SHM_APART);
}

int desk_fits(const struct call_spec *spec, size_t room, struct why *why)
{
	size_t limit = memory_available() / DESK_SHARE;

	if (room <= limit && spec->clients <= limit / stride_of(room))
		return 0;
	return why_not(why, -ENOMEM,
		       "%u cells of %zu B are more than the %zu MiB that a "
		       "service may take of what is left here",
		       spec->clients, room, limit >> 20);
}

int desk_open(struct desk *desk, const struct call_spec *spec, size_t room)
{
	size_t sets = shm_round(sizeof(struct desk_sets), SHM_APART);
	size_t stride = stride_of(room);
	int err = shm_open_anon(&desk->shm, "ipcbench-desk",
				sets + spec->clients * stride, false);

	if (err)
		return err;
	desk->sets = desk->shm.at;
	desk->cells = (unsigned char *)desk->shm.at + sets;
	desk->stride = stride;
	desk->clients = spec->clients;
	desk->servers = spec->servers;
	return 0;
}

void desk_close(struct desk *desk)
{
	shm_close(&desk->shm);
}

static struct desk_member *member_of(const struct desk *desk,
				     const struct call_port *port)
{
	return port->role == CALL_CLIENT ? &desk->sets->client[port->index]
					 : &desk->sets->server[port->index];
}

void desk_join(struct desk *desk, const struct call_port *port)
{
	atomic_store_explicit(&member_of(desk, port)->pid, getpid(),
			      memory_order_release);
}

/* Releases what the member did last: who sees that it left sees that, too. */
void desk_leave(struct desk *desk, const struct call_port *port)
{
	atomic_store_explicit(&member_of(desk, port)->pid, DESK_LEFT,
			      memory_order_release);
}

/* One that has not come yet will. */
static bool is_gone(const struct desk_member *member)
{
	pid_t pid = atomic_load_explicit(&member->pid, memory_order_acquire);
	bool gone;
	int fd;

	if (pid <= 0 || pid == getpid())
		return pid < 0;
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return errno == ESRCH;
	gone = fd_ready(fd, POLLIN);
	close(fd);
	return gone;
}

bool desk_server_gone(const struct desk *desk, unsigned int server)
{
	return is_gone(&desk->sets->server[server]);
}

bool desk_servers_gone(const struct desk *desk)
{
	for (unsigned int i = 0; i < desk->servers; i++)
		if (!is_gone(&desk->sets->server[i]))
			return false;
	return true;
}

bool desk_clients_gone(const struct desk *desk)
{
	for (unsigned int i = 0; i < desk->clients; i++)
		if (!is_gone(&desk->sets->client[i]))
			return false;
	return true;
}

void desk_number(struct desk *desk, struct desk_cell *cell)
{
	uint64_t ticket;

	if (desk->clients == 1)
		return;
	ticket = atomic_fetch_add_explicit(&desk->sets->tickets, 1,
					   memory_order_relaxed);
	atomic_store_explicit(&cell->ticket, ticket, memory_order_relaxed);
}

static uint64_t ticket_of(const struct desk *desk, unsigned int client)
{
	return atomic_load_explicit(&desk_cell(desk, client)->ticket,
				    memory_order_relaxed);
}

unsigned int desk_oldest(const struct desk *desk, uint64_t clients)
{
	unsigned int oldest = (unsigned int)__builtin_ctzll(clients);

	for (clients &= clients - 1; clients; clients &= clients - 1) {
		unsigned int c = (unsigned int)__builtin_ctzll(clients);

		if (ticket_of(desk, c) < ticket_of(desk, oldest))
			oldest = c;
	}
	return oldest;
}

int desk_take_relayed(struct desk *desk, unsigned int self,
		      struct call_right *right)
{
	_Atomic uint64_t *set = &desk->sets->relayed[self].clients;
	uint64_t clients;

	while ((clients = atomic_load_explicit(set, memory_order_acquire))) {
		unsigned int c = desk_oldest(desk, clients);
		struct desk_cell *cell = desk_cell(desk, c);
		uint64_t seen;

		/* Before the look: a bit that is set after it means another
		 * request. */
		atomic_fetch_and_explicit(set, ~desk_bit(c),
					  memory_order_acq_rel);
		seen = atomic_load_explicit(&cell->word, memory_order_acquire);
		right->client = (uint16_t)c;
		right->token = desk_generation(seen);
		if (seen == DESK_WORD(right->token, self, DESK_RELAYED) &&
		    desk_exchange(cell, seen,
				  DESK_WORD(right->token, self, DESK_HELD)))
			return (int)c;
	}
	return -1;
}

int desk_use(struct desk_cell *cell, const struct call_right *right,
	     unsigned int self)
{
	uint64_t held = DESK_WORD(right->token, self, DESK_HELD);
	uint64_t used = DESK_WORD(right->token, self, DESK_USED);

	return desk_exchange(cell, held, used) ? 0 : -ESTALE;
}

void desk_relay(struct desk *desk, const struct call_right *right,
		unsigned int to)
{
	struct desk_cell *cell = desk_cell(desk, right->client);

	/* Pairs with the exchange by which the other server takes it: it sees
	 * the request that is in the cell. */
	atomic_store_explicit(&cell->word,
			      DESK_WORD(right->token + 1, to, DESK_RELAYED),
			      memory_order_release);
	atomic_fetch_or_explicit(&desk->sets->relayed[to].clients,
				 desk_bit(right->client), memory_order_seq_cst);
}
