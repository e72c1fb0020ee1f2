/* SPDX-License-Identifier: MIT */
/* The cells of clients and the right to reply to them. */
#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "ipc/board.h"
#include "ipc/fd.h"

enum {
	BOARD_SHARE = 2, /* of the memory that is left: a part in so many */
	BOARD_LEFT = -1
};

static size_t stride_of(size_t room)
{
	return shm_round(sizeof(struct board_cell) + room, SHM_APART);
}

int board_fits(const struct call_spec *spec, size_t room, struct why *why)
{
	size_t limit = memory_available() / BOARD_SHARE;

	if (room <= limit && spec->clients <= limit / stride_of(room))
		return 0;
	return why_not(why, -ENOMEM,
		       "%u cells of %zu B are more than the %zu MiB that a "
		       "service may take of what is left here",
		       spec->clients, room, limit >> 20);
}

int board_open(struct board *board, const struct call_spec *spec, size_t room)
{
	size_t sets = shm_round(sizeof(struct board_sets), SHM_APART);
	size_t stride = stride_of(room);
	int err = shm_open_anon(&board->shm, "ipcbench-board",
				sets + spec->clients * stride, false);

	if (err)
		return err;
	board->sets = board->shm.at;
	board->cells = (unsigned char *)board->shm.at + sets;
	board->stride = stride;
	board->clients = spec->clients;
	board->servers = spec->servers;
	return 0;
}

void board_close(struct board *board)
{
	shm_close(&board->shm);
}

static struct board_member *member_of(const struct board *board,
				      const struct call_port *port)
{
	return port->role == CALL_CLIENT ? &board->sets->client[port->index]
					 : &board->sets->server[port->index];
}

void board_join(struct board *board, const struct call_port *port)
{
	atomic_store_explicit(&member_of(board, port)->pid, getpid(),
			      memory_order_release);
}

/* Releases what the member did last: who sees that it left sees that, too. */
void board_leave(struct board *board, const struct call_port *port)
{
	atomic_store_explicit(&member_of(board, port)->pid, BOARD_LEFT,
			      memory_order_release);
}

/* One that has not come yet will. */
static bool is_gone(const struct board_member *member)
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

bool board_server_gone(const struct board *board, unsigned int server)
{
	return is_gone(&board->sets->server[server]);
}

bool board_servers_gone(const struct board *board)
{
	for (unsigned int i = 0; i < board->servers; i++)
		if (!is_gone(&board->sets->server[i]))
			return false;
	return true;
}

bool board_clients_gone(const struct board *board)
{
	for (unsigned int i = 0; i < board->clients; i++)
		if (!is_gone(&board->sets->client[i]))
			return false;
	return true;
}

void board_number(struct board *board, struct board_cell *cell)
{
	uint64_t ticket;

	if (board->clients == 1)
		return;
	ticket = atomic_fetch_add_explicit(&board->sets->tickets, 1,
					   memory_order_relaxed);
	atomic_store_explicit(&cell->ticket, ticket, memory_order_relaxed);
}

static uint64_t ticket_of(const struct board *board, unsigned int client)
{
	return atomic_load_explicit(&board_cell(board, client)->ticket,
				    memory_order_relaxed);
}

unsigned int board_oldest(const struct board *board, uint64_t clients)
{
	unsigned int oldest = (unsigned int)__builtin_ctzll(clients);

	for (clients &= clients - 1; clients; clients &= clients - 1) {
		unsigned int c = (unsigned int)__builtin_ctzll(clients);

		if (ticket_of(board, c) < ticket_of(board, oldest))
			oldest = c;
	}
	return oldest;
}

int board_take_relayed(struct board *board, unsigned int self,
		       struct call_right *right)
{
	_Atomic uint64_t *set = &board->sets->relayed[self].clients;
	uint64_t clients;

	while ((clients = atomic_load_explicit(set, memory_order_acquire))) {
		unsigned int c = board_oldest(board, clients);
		struct board_cell *cell = board_cell(board, c);
		uint64_t seen;

		/* Before the look: a bit that is set after it means another
		 * request. */
		atomic_fetch_and_explicit(set, ~board_bit(c),
					  memory_order_acq_rel);
		seen = atomic_load_explicit(&cell->word, memory_order_acquire);
		right->client = (uint16_t)c;
		right->token = board_generation(seen);
		if (seen == BOARD_WORD(right->token, self, BOARD_RELAYED) &&
		    board_exchange(cell, seen,
				   BOARD_WORD(right->token, self, BOARD_HELD)))
			return (int)c;
	}
	return -1;
}

int board_use(struct board_cell *cell, const struct call_right *right,
	      unsigned int self)
{
	uint64_t held = BOARD_WORD(right->token, self, BOARD_HELD);
	uint64_t used = BOARD_WORD(right->token, self, BOARD_USED);

	return board_exchange(cell, held, used) ? 0 : -ESTALE;
}

void board_relay(struct board *board, const struct call_right *right,
		 unsigned int to)
{
	struct board_cell *cell = board_cell(board, right->client);

	/* Pairs with the exchange by which the other server takes it: it sees
	 * the request that is in the cell. */
	atomic_store_explicit(&cell->word,
			      BOARD_WORD(right->token + 1, to, BOARD_RELAYED),
			      memory_order_release);
	atomic_fetch_or_explicit(&board->sets->relayed[to].clients,
				 board_bit(right->client),
				 memory_order_seq_cst);
}
