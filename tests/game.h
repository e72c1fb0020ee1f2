/* SPDX-License-Identifier: MIT */
/*
 * A service and its participants, played as tests/play.h plays links: in a
 * process of its own, and whoever is killed in it is expected or a failure.
 */
#ifndef IPCBENCH_TESTS_GAME_H
#define IPCBENCH_TESTS_GAME_H

#include "cases.h"

#include "base/clock.h"
#include "ipc/call.h"

enum {
	PARTS = 6, /* at most */
	MIDDLE = 5000,
	LARGE = (1 << 20) + 1,
	ROUNDS = 24,
	ROUNDS_LARGE = 4,
	ROUNDS_SLICES = 3, /* where each wait costs time slices */
	DEATH_S = 10,	   /* in which everybody learns of a death */
};

struct part;

/* A service and what its participants do. */
struct game {
	size_t msg_max;
	uint16_t clients, servers;
	unsigned int deaths; /* by SIGKILL, that are as they should be */
	int (*act[2])(struct part *); /* by role */
};

/* A participant. Only its own thread uses it. */
struct part {
	struct actor a; /* its stage, cell, msg_max and meetings */
	const struct game *game;
	struct call_service *service;
	struct call_port *port;
	enum call_role role;
	uint16_t index;
	unsigned char *request, *reply, *due; /* msg_max and a guard */
};

/* What is in the front of a message that has room for it. */
struct head {
	uint32_t client, round;
	uint16_t hops, first; /* relays so far; who received it first */
	uint16_t last;	      /* who replies */
	uint16_t stop;	      /* the server is to go */
};
enum { HEAD = sizeof(struct head) };

struct call_spec game_spec(const struct cell *cell, const struct game *game);

/* Open the service, have it played, close it, look what is left. 0 also where
 * the back-end does not take it; -1 and the reason on stage. */
int game_play(struct stage *stage, const struct cell *cell,
	      const struct game *game);

enum call_way part_way(const struct part *p);
uint32_t number_of(const struct head *head);

/* A message of that number, the head in front where there is room for it. */
void message_write(unsigned char *at, size_t len, const struct head *head);
struct head head_of(const unsigned char *at, size_t len);

/* The reply to a request tells that it was read, byte by byte: each is turned
 * over, and it is as short as the request is long. */
size_t turn_over(unsigned char *at, const unsigned char *request, size_t len,
		 size_t msg_max);

/* What a participant does; 0, or -1 and the reason on stage. */

/* Nothing was written from there on. */
int part_guarded(struct part *p, unsigned char *at, size_t from);
int part_expects(struct part *p, const char *what, ssize_t got, ssize_t due);

/* Client: call, and check that the reply is this request's. Every second time
 * it comes over the request. */
int part_calls(struct part *p, uint32_t round, size_t len);
/* The same, but -EPIPE is for the caller to judge. */
int part_tries(struct part *p, uint32_t round, size_t len);
size_t part_length(const struct part *p, uint32_t round);
uint32_t part_rounds(const struct part *p);

/* Client: the last one that is ready stops the servers, where these do not
 * know themselves whom they serve. */
int part_ends(struct part *p);
/* Client: let so many servers go. */
int part_stops(struct part *p, unsigned int servers);

/* Server: receive into p->request, its length; reply with what is in p->reply;
 * answer one request, 1 if it is to stop; requests that it gets, with no end
 * where others may take them too. */
ssize_t part_receive(struct part *p, struct call_right *right);
int part_reply(struct part *p, const struct call_right *right, size_t len);
int part_serves(struct part *p);
uint32_t part_requests(const struct part *p);

/* Cases in which somebody does not run, or is killed. */
int run_stopped(struct stage *stage, const struct cell *cell);
int run_lost(struct stage *stage, const struct cell *cell);
int run_survivor(struct stage *stage, const struct cell *cell);
int run_bequest(struct stage *stage, const struct cell *cell);
int run_heir(struct stage *stage, const struct cell *cell);
int run_widow(struct stage *stage, const struct cell *cell);
int run_any_time(struct stage *stage, const struct cell *cell);

#endif
