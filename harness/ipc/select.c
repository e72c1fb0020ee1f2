/* SPDX-License-Identifier: MIT */
/*
 * Selective receive over any reliable link. The save queue is a list in the
 * order of arrival, so that who is skipped stays where it is; the search goes
 * through it from its front, past everything that does not fit.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/select.h"

const char *const select_by_names[SELECT_BYS + 1] = {
	[SELECT_URGENCY] = "urgency", [SELECT_TYPE] = "type",
	[SELECT_EXCEPT] = "except",   [SELECT_SENDER] = "sender",
	[SELECT_LENGTH] = "length",   [SELECT_CONTENT] = "content",
	[SELECT_AGE] = "age",
};

const char *const select_pick_names[SELECT_PICKS + 1] = {"oldest", "youngest",
							 NULL};

enum { LINKS_MAX = 16 };

struct head {
	uint32_t key;
	uint32_t len;
};
_Static_assert(sizeof(struct head) == SELECT_HEAD, "as it is said");

/* A place for a message: in the list of those that wait, or in that of those
 * that are free. Place 0 is the first list's anchor. */
struct place {
	uint32_t next, prev;
	unsigned int link; /* that it came over */
};
enum { ANCHOR };

struct select_port {
	struct select_spec spec;
	enum select_way way;
	const struct select_kind *kind;
	unsigned int links;
	struct ipc_port *link[LINKS_MAX];
	size_t msg_max; /* of a link */

	/* The save queue; at holds a message for each place. That of the anchor
	 * is for one that goes or comes at once. */
	struct place *place;
	char *at;
	uint32_t free; /* the first; ANCHOR: none */
};

enum select_way select_way(const struct ipc_impl *impl,
			   const struct select_spec *select)
{
	if (select->queue || select->pick != SELECT_OLDEST)
		return SELECT_QUEUE;
	if (select->by == SELECT_AGE || select->by == SELECT_SENDER)
		return SELECT_LINKS;
	if (impl->select && impl->select->by & 1u << select->by)
		return SELECT_NATIVE;
	return SELECT_QUEUE;
}

int select_check(const struct ipc_impl *impl, const struct ipc_spec *spec,
		 const struct select_spec *select, struct why *why)
{
	if (select_way(impl, select) != SELECT_NATIVE || !impl->select->probe)
		return 0;
	return impl->select->probe(spec, select, why);
}

static struct head *message(const struct select_port *port, uint32_t place)
{
	return (struct head *)(port->at + place * port->msg_max);
}

static void append(struct select_port *port, uint32_t i)
{
	struct place *anchor = &port->place[ANCHOR];
	uint32_t last = anchor->prev;

	port->place[i].next = ANCHOR;
	port->place[i].prev = last;
	port->place[last].next = i;
	anchor->prev = i;
}

static void set_free(struct select_port *port, uint32_t i)
{
	port->place[i].next = port->free;
	port->free = i;
}

static void take_out(struct select_port *port, uint32_t i)
{
	struct place *place = &port->place[i];

	port->place[place->prev].next = place->next;
	port->place[place->next].prev = place->prev;
	set_free(port, i);
}

static int make_queue(struct select_port *port)
{
	size_t places = 1 + (port->way == SELECT_QUEUE ? port->spec.held : 0);

	port->place = calloc(places, sizeof(*port->place));
	port->at = malloc(places * port->msg_max);
	if (!port->place || !port->at)
		return -ENOMEM;
	memset(port->at, 0, places * port->msg_max); /* faulted in */
	while (places-- > 1)
		set_free(port, (uint32_t)places);
	return 0;
}

int select_attach(struct ipc_port *const link[], unsigned int n,
		  const struct select_spec *select, struct select_port **port)
{
	const struct ipc_impl *impl = link[0]->link->impl;
	struct select_port *made = calloc(1, sizeof(*made));
	int err;

	assert(n >= 1 && n <= LINKS_MAX);
	if (!made)
		return -ENOMEM;
	made->spec = *select;
	made->way = select_way(impl, select);
	made->kind = impl->select;
	made->links = n;
	/* Heads are words. */
	made->msg_max = (link[0]->msg_max + SELECT_HEAD - 1) / SELECT_HEAD *
			SELECT_HEAD;
	memcpy(made->link, link, n * sizeof(*link));
	err = make_queue(made);
	if (err)
		select_detach(made);
	else
		*port = made;
	return err;
}

void select_detach(struct select_port *port)
{
	free(port->place);
	free(port->at);
	free(port);
}

ssize_t select_send(struct select_port *tx, uint32_t key, const void *buf,
		    size_t len, unsigned int flags)
{
	struct head *head = message(tx, ANCHOR);
	struct ipc_port *link = tx->link[0];
	bool ends = link->link->impl->caps & IPC_BOUNDARY;
	ssize_t n;

	assert(key < SELECT_KEYS && len + SELECT_HEAD <= link->msg_max);
	if (tx->way == SELECT_NATIVE)
		return tx->kind->send(link, tx->spec.by, key, buf, len, flags);
	*head = (struct head){key, (uint32_t)len};
	memcpy(head + 1, buf, len);
	n = ipc_send(link, head, ends ? SELECT_HEAD + len : link->msg_max,
		     flags);
	return n < 0 ? n : (ssize_t)len;
}

/* The next message of a link, into a place. */
static int get(struct select_port *rx, unsigned int link, uint32_t place,
	       unsigned int flags)
{
	struct ipc_port *port = rx->link[link];
	struct head *head = message(rx, place);
	ssize_t n = ipc_recv(port, head, port->msg_max, flags);

	if (n < 0)
		return (int)n;
	rx->place[place].link = link;
	return n < SELECT_HEAD || (size_t)n - SELECT_HEAD < head->len ? -EPROTO
								      : 0;
}

static ssize_t give(const struct select_port *rx, uint32_t place, void *buf,
		    size_t room)
{
	const struct head *head = message(rx, place);

	if (head->len > room)
		return -EMSGSIZE;
	memcpy(buf, head + 1, head->len);
	return (ssize_t)head->len;
}

/* One message more in the save queue. */
static int take_in(struct select_port *rx, unsigned int link,
		   unsigned int flags)
{
	uint32_t i = rx->free;
	int err;

	if (i == ANCHOR)
		return -ENOBUFS;
	err = get(rx, link, i, flags);
	if (err)
		return err;
	rx->free = rx->place[i].next;
	append(rx, i);
	return 0;
}

int select_gather(struct select_port *rx, unsigned int link, uint32_t count)
{
	int err = 0;

	for (uint32_t i = 0; i < count && !err; i++)
		err = take_in(rx, link, 0);
	return err;
}

/* Whatever is there by now, as much as there is room for. */
static int take_in_all(struct select_port *rx)
{
	for (unsigned int link = 0; link < rx->links; link++) {
		int err = 0;

		while (!err)
			err = take_in(rx, link, IPC_NOWAIT);
		if (err != -EAGAIN)
			return err == -ENOBUFS ? 0 : err;
	}
	return 0;
}

static bool fits(const struct select_port *rx, uint32_t i,
		 const struct select_wish *wish)
{
	const struct head *head = message(rx, i);

	switch (wish->by) {
	case SELECT_TYPE:
		return head->key == wish->value;
	case SELECT_EXCEPT:
		return head->key != wish->value;
	case SELECT_SENDER:
		return rx->place[i].link == wish->value;
	case SELECT_LENGTH:
		return head->len == wish->value;
	case SELECT_CONTENT:
		return wish->fits(head + 1, head->len, wish->value);
	default:
		return true;
	}
}

/* The first that fits, from the front for the oldest. */
static uint32_t search(const struct select_port *rx,
		       const struct select_wish *wish)
{
	bool oldest = wish->pick == SELECT_OLDEST;
	uint32_t i = ANCHOR;

	do {
		i = oldest ? rx->place[i].next : rx->place[i].prev;
	} while (i != ANCHOR && !fits(rx, i, wish));
	return i;
}

/* The most urgent one, which nobody knows before having seen all of them. */
static uint32_t search_urgent(const struct select_port *rx,
			      enum select_pick pick)
{
	const struct place *place = rx->place;
	uint32_t best = place[ANCHOR].next;

	for (uint32_t i = best; i != ANCHOR; i = place[i].next) {
		uint32_t key = message(rx, i)->key;
		uint32_t least = message(rx, best)->key;

		if (key > least || (key == least && pick == SELECT_YOUNGEST))
			best = i;
	}
	return best;
}

/* Nothing that is there fits: which link to wait for. */
static unsigned int link_for(const struct select_port *rx,
			     const struct select_wish *wish)
{
	if (wish->by != SELECT_SENDER)
		return 0;
	assert(wish->value < rx->links);
	return (unsigned int)wish->value;
}

static ssize_t receive_saved(struct select_port *rx,
			     const struct select_wish *wish, void *buf,
			     size_t room, unsigned int flags)
{
	int err = take_in_all(rx);

	while (!err) {
		uint32_t i = wish->by == SELECT_URGENCY
				     ? search_urgent(rx, wish->pick)
				     : search(rx, wish);
		ssize_t n;

		if (i != ANCHOR) {
			n = give(rx, i, buf, room);
			take_out(rx, i);
			return n;
		}
		err = flags & IPC_NOWAIT ? -EAGAIN
					 : take_in(rx, link_for(rx, wish), 0);
	}
	return err;
}

ssize_t select_receive(struct select_port *rx, const struct select_wish *wish,
		       void *buf, size_t room, unsigned int flags)
{
	int err;

	switch (rx->way) {
	case SELECT_NATIVE:
		return rx->kind->receive(rx->link[0], wish, buf, room, flags);
	case SELECT_LINKS:
		err = get(rx, link_for(rx, wish), ANCHOR, flags);
		return err ? err : give(rx, ANCHOR, buf, room);
	default:
		return receive_saved(rx, wish, buf, room, flags);
	}
}
