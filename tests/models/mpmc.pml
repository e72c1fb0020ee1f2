/* SPDX-License-Identifier: MIT */
/*
 * impls/ring_mpmc.c: two counters that whoever moves them takes a position by,
 * slots with turns, and both sides asleep. Each message is received by one
 * receiver, whole, and nobody sleeps for ever.
 *
 * Stores are held back as in event.pml. A payload may reach memory after any
 * later store but the turn that releases it; to move a counter is relaxed, and
 * holds nothing back. What a waiter announces is at once in memory (event.pml
 * is about that).
 *
 *	-DASYMMETRIC	as in event.pml
 *	-DNO_RELEASE -DNO_POST_FENCE -DNO_MEMBARRIER -DNO_SWAP -DTURN_EARLY
 *	-DWAKE_ONE	faults: each has to be found
 */
#ifndef DEPTH
#define DEPTH 1
#endif
#ifndef SENDERS
#define SENDERS 2
#endif
#ifndef RECEIVERS
#define RECEIVERS 2
#endif
#ifndef EACH
#define EACH 2 /* messages that a sender sends */
#endif
#define MESSAGES (SENDERS * EACH)
#define PARTIES (SENDERS + RECEIVERS)

/* Memory. Sides are 0, that of the senders, and 1. */
byte next[2], turn[DEPTH], payload[DEPTH];
byte sleepers[2];      /* the events' counts */
bool asleep[PARTIES];  /* in the futex's queue */
byte asleep_on[PARTIES]; /* ... of this slot's turn */

/* What there is to be received, and what was. */
byte given[MESSAGES];
bool taken[MESSAGES];

/* Stores under way: slot and value. How many payloads have arrived before
 * their turn has. */
chan payloads[PARTIES] = [2] of { byte, byte };
chan turns[PARTIES] = [2] of { byte, byte };
byte ahead[PARTIES];

#ifdef NO_RELEASE
#define RELEASED(me) true
#else
#define RELEASED(me) (me >= SENDERS || ahead[me] > 0)
#endif

inline arrive(me)
{
	if
	:: payloads[me] ? at, value -> payload[at] = value; ahead[me]++
	:: RELEASED(me) && nempty(turns[me]) ->
		turns[me] ? at, value; turn[at] = value;
		if
		:: ahead[me] > 0 -> ahead[me]--
		:: else
		fi
	fi;
	at = 0; value = 0
}

inline fence(me)
{
	atomic {
		do
		:: nempty(payloads[me]) || nempty(turns[me]) -> arrive(me)
		:: empty(payloads[me]) && empty(turns[me]) -> break
		od
	}
}

proctype memory(byte me)
{
	byte at, value;
end:
	do
	:: atomic { nempty(payloads[me]) || (RELEASED(me) && nempty(turns[me])) ->
		arrive(me) }
	od
}

/* event_wait() for the slot's turn to be another one. */
inline wait_turn()
{
	atomic { fence(me); sleepers[side]++ }
#if defined(ASYMMETRIC) && !defined(NO_MEMBARRIER)
	who = 0;
	do
	:: who < PARTIES -> fence(who); who++
	:: who == PARTIES -> break
	od;
	who = 0;
#endif
	do
	:: turn[slot] != seen -> break
	:: turn[slot] == seen ->
		atomic {
			if
			:: turn[slot] == seen ->
				asleep_on[me] = slot;
				asleep[me] = true
			:: else
			fi
		}
		!asleep[me]
	od;
	sleepers[side]--
}

/* event_post() of the slot's next turn. */
inline post_turn()
{
	turns[me] ! slot, due + 1;
#if !defined(ASYMMETRIC) && !defined(NO_POST_FENCE)
	fence(me);
#endif
	if
	:: sleepers[1 - side] != 0 ->
		fence(me);
		atomic {
			do
			:: who < PARTIES ->
				if
				:: asleep[who] && asleep_on[who] == slot ->
					asleep[who] = false;
#ifdef WAKE_ONE
					break
#endif
				:: else
				fi;
				who++
			:: who == PARTIES -> break
			od;
			who = 0
		}
	:: sleepers[1 - side] == 0
	fi
}

/* mpmc_get() */
inline get()
{
	pos = next[side];
	do
	:: slot = pos % DEPTH;
		due = 2 * (pos / DEPTH) + side;
		seen = turn[slot];
		if
		:: seen == due ->
#ifdef NO_SWAP
			next[side] = pos + 1;
			break
#else
			atomic {
				if
				:: next[side] == pos ->
					next[side] = pos + 1;
					break
				:: next[side] != pos -> pos = next[side]
				fi
			}
#endif
		:: seen < due -> wait_turn(); pos = next[side]
		:: seen > due -> pos = next[side]
		fi
	od
}

proctype party(byte me; bit side; byte count)
{
	byte pos, slot, due, seen, who, at, value;

	do
	:: count == 0 -> break
	:: count > 0 ->
		count--;
		get();
		if
		:: side == 0 ->
			assert(given[pos] == 0);
			given[pos] = 1 + me * EACH + count;
			payloads[me] ! slot, given[pos]
		:: side == 1 ->
			assert(!taken[pos]);
			taken[pos] = true;
#ifndef TURN_EARLY
			assert(payload[slot] == given[pos])
#endif
		fi;
		post_turn();
#ifdef TURN_EARLY
		assert(side == 0 || payload[slot] == given[pos]);
#endif
		pos = 0; slot = 0; due = 0; seen = 0
	od
}

init {
	atomic {
		byte i;
		do
		:: i < PARTIES -> run memory(i); i++
		:: i == PARTIES -> break
		od;
		i = 0;
		do
		:: i < SENDERS -> run party(i, 0, EACH); i++
		:: i == SENDERS -> break
		od;
		do
		:: i < PARTIES -> run party(i, 1, MESSAGES / RECEIVERS); i++
		:: i == PARTIES -> break
		od
	}
}
