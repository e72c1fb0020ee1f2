/* SPDX-License-Identifier: MIT */
/* Bounded buffer, counted by words in shared memory that are polled with
 * sched_yield(2) between two looks. */
#include <errno.h>

#include "ipc/counted.h"

static int yield_down(struct counted_port *port, enum counted_which which,
		      unsigned int flags)
{
	(void)flags; /* whoever waits does so in ipc/patience.h */
	return counted_word_take(port->room[which]) ? 0 : -EAGAIN;
}

static int yield_up(struct counted_port *port, enum counted_which which)
{
	counted_word_give(port->room[which]);
	return 0;
}

static const struct counted_kind yield_kind = {
	.down = yield_down,
	.up = yield_up,
};

static int yield_open(struct ipc_link *link)
{
	return counted_open_words(link, &yield_kind);
}

const struct ipc_impl yield_impl = {
	.name = "yield",
	.brief = "slots in shared memory, counters polled with sched_yield(2)",
	.about =
		"The sender writes a message into a slot of a bounded buffer "
		"in shared memory and adds one to a counter; the receiver "
		"polls that counter, takes one from it and reads the slot. A "
		"second counter says how many slots are free. Between two "
		"looks at a counter that is 0 the poller calls sched_yield(2), "
		"which gives the processor to whoever else wants it.\n"
		"The kernel takes no part in a message, and nobody is ever "
		"woken. Where both sides share a processor, yielding is what "
		"lets the other one run, and a message costs about a switch "
		"between them; where each has its own, the call finds nobody "
		"to run and is only a slow way to poll. A waiter burns its "
		"processor all the time, as with spinning.\n"
		"Both sides change both counters, with atomic additions, so "
		"the lines that hold them move to and fro for each message. "
		"The ring needs no such line: comparing the two, both waiting "
		"by yield, shows what that costs.\n"
		"sched_yield(2) promises little: under the fair scheduler a "
		"task that yields may be picked again at once. Its manual page "
		"advises against this very use.\n",
	.family = IPC_COUNTER,
	.contract = {.copies = {2, 0},
		     .store = IPC_STORE_BUFFER,
		     .copier = {IPC_BY_BOTH},
		     .calls = {"", ""},
		     .wake = IPC_WAKE_NONE},
	.memory = IPC_MEMORY_SHARED,
	.caps = IPC_RELIABLE | IPC_COPY | IPC_ZEROCOPY | IPC_BOUNDARY |
		IPC_DEPTH | IPC_PROCESSES | IPC_THREADS,
	.waits = IPC_CAN_WAIT(IPC_WAIT_YIELD),
	.senders_max = 1,
	.receivers_max = 1,
	.link_size = sizeof(struct counted_link),
	.port_size = sizeof(struct counted_port),
	.probe = counted_probe,
	.open = yield_open,
	.close = counted_close,
	.attach = counted_attach,
	.describe = counted_describe,
	.ops = &counted_ops,
};
