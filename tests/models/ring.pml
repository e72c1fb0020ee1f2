/* SPDX-License-Identifier: MIT */
/*
 * impls/ring.c: slots with lap stamps, room that is handed back late, and both
 * sides that sleep. Each message arrives once, in order and whole, and nobody
 * sleeps for ever.
 *
 * Stores are held back as in event.pml. A payload may reach memory after any
 * later store but the stamp that releases it. Positions start at DEPTH, so
 * that a lap earlier is a number; what a waiter announces is at once in memory
 * (event.pml is about that).
 *
 *	-DASYMMETRIC	as in event.pml
 *	-DLAG=n		room is handed back by this many, at most DEPTH
 *	-DNO_RELEASE -DNO_POST_FENCE -DNO_MEMBARRIER -DTAIL_EARLY
 *	-DSLOT_TOO_MANY	faults: each has to be found
 */
#ifndef DEPTH
#define DEPTH 2
#endif
#ifndef LAG
#define LAG DEPTH
#endif
#ifndef MESSAGES
#define MESSAGES 5
#endif
#define FIRST DEPTH
#define LAST (FIRST + MESSAGES)

/* Memory. */
byte stamp[DEPTH], payload[DEPTH], tail = FIRST;
bool filled_sleeper, drained_sleeper;	/* the event's count */
bool receiver_asleep, sender_asleep;	/* in the futex's queue */
byte receiver_on;			/* ... of this slot's stamp */

/* Stores under way: slot and value; the tail's value. How many of each of the
 * sender's two have arrived: one of either a message. */
chan payloads = [2] of { byte, byte };
chan stamps = [2] of { byte, byte };
chan tails = [2] of { byte };
byte payloads_done, stamps_done;

#ifdef NO_RELEASE
#define RELEASED true
#else
#define RELEASED (payloads_done > stamps_done)
#endif

inline sender_fence()
{
	atomic {
		do
		:: payloads ? at, value ->
			payload[at] = value; payloads_done++
		:: RELEASED && nempty(stamps) ->
			stamps ? at, value; stamp[at] = value; stamps_done++
		:: empty(payloads) && empty(stamps) -> break
		od;
		at = 0; value = 0
	}
}

inline receiver_fence()
{
	atomic {
		do
		:: tails ? value -> tail = value
		:: empty(tails) -> break
		od;
		value = 0
	}
}

proctype memory()
{
	byte at, value;
end:
	do
	:: atomic { payloads ? at, value ->
		payload[at] = value; payloads_done++; at = 0; value = 0 }
	:: atomic { RELEASED && nempty(stamps) ->
		stamps ? at, value; stamp[at] = value; stamps_done++;
		at = 0; value = 0 }
	:: atomic { tails ? value -> tail = value; value = 0 }
	od
}

proctype sender()
{
	byte pos = FIRST, seen = FIRST, at, value;

	do
	:: pos == LAST -> break
	:: pos < LAST ->
		/* ring_room() */
#ifdef SLOT_TOO_MANY
#define FULL (pos - seen > DEPTH)
#else
#define FULL (pos - seen == DEPTH)
#endif
		if
		:: FULL -> seen = tail
		:: else
		fi;
		if
		:: FULL ->
			atomic { sender_fence(); drained_sleeper = true }
#if defined(ASYMMETRIC) && !defined(NO_MEMBARRIER)
			receiver_fence();
#endif
			do
			:: atomic { tail != seen -> seen = tail }; break
			:: tail == seen ->
				atomic {
					if
					:: tail == seen -> sender_asleep = true
					:: else
					fi
				}
				!sender_asleep
			od;
			drained_sleeper = false
		:: else
		fi;
		/* ring_fill() */
		payloads ! pos % DEPTH, pos;
		stamps ! pos % DEPTH, pos + 1;
		pos++;
#if !defined(ASYMMETRIC) && !defined(NO_POST_FENCE)
		sender_fence();
#endif
		if
		:: filled_sleeper ->
			sender_fence();
			atomic {
				if
				:: receiver_asleep &&
				   receiver_on == (pos - 1) % DEPTH ->
					receiver_asleep = false
				:: else
				fi
			}
		:: !filled_sleeper
		fi
	od
}

inline ring_drain()
{
	if
	:: told != pos ->
		told = pos;
		tails ! pos;
#if !defined(ASYMMETRIC) && !defined(NO_POST_FENCE)
		receiver_fence();
#endif
		if
		:: drained_sleeper ->
			receiver_fence();
			sender_asleep = false
		:: !drained_sleeper
		fi
	:: else
	fi
}

proctype receiver()
{
	byte pos = FIRST, told = FIRST, at, value;

	do
	:: pos == LAST -> break
	:: pos < LAST ->
		/* ring_filled() */
		if
		:: stamp[pos % DEPTH] != pos + 1 - DEPTH
		:: stamp[pos % DEPTH] == pos + 1 - DEPTH ->
			ring_drain();
			atomic { receiver_fence(); filled_sleeper = true }
#if defined(ASYMMETRIC) && !defined(NO_MEMBARRIER)
			sender_fence();
#endif
			do
			:: stamp[pos % DEPTH] != pos + 1 - DEPTH -> break
			:: stamp[pos % DEPTH] == pos + 1 - DEPTH ->
				atomic {
					if
					:: stamp[pos % DEPTH] == pos + 1 - DEPTH ->
						receiver_on = pos % DEPTH;
						receiver_asleep = true
					:: else
					fi
				}
				!receiver_asleep
			od;
			filled_sleeper = false
		fi;
		assert(stamp[pos % DEPTH] == pos + 1);
#ifdef TAIL_EARLY
		pos++; ring_drain(); pos--;
#endif
		assert(payload[pos % DEPTH] == pos);
		/* ring_next() */
		pos++;
		if
		:: pos - told >= LAG -> ring_drain()
		:: else
		fi
	od
}

init {
	atomic {
		byte i;
		do
		:: i < DEPTH -> stamp[(FIRST + i) % DEPTH] = i + 1; i++
		:: i == DEPTH -> break
		od;
		run memory();
		run sender();
		run receiver()
	}
}
