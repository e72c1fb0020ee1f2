/* SPDX-License-Identifier: MIT */
/*
 * impls/ring_index.c and, with places for slots, impls/ring_bytes.c: one
 * counter says how far the sender is, another how far the receiver. Each side
 * keeps what it last read of the other's and looks again only when that does
 * not do; room is handed back late. Each message arrives once, in order and
 * whole, and nobody sleeps for ever.
 *
 * Stores are held back as in event.pml. A payload may reach memory after any
 * later store but a head that counts it. What a waiter announces is at once in
 * memory (event.pml is about that).
 *
 *	-DASYMMETRIC	as in event.pml
 *	-DLAG=n		room is handed back by this many, at most DEPTH
 *	-DBATCH=n	messages are made known by this many, or as many as
 *			there is room for
 *	-DNO_RELEASE -DNO_POST_FENCE -DNO_MEMBARRIER -DTAIL_EARLY
 *	-DSLOT_TOO_MANY -DKEPT_BACK	faults: each has to be found
 */
#ifndef DEPTH
#define DEPTH 2
#endif
#ifndef LAG
#define LAG DEPTH
#endif
#ifndef BATCH
#define BATCH 1
#endif
#ifndef MESSAGES
#define MESSAGES 5
#endif

/* Memory. */
byte payload[DEPTH], head, tail;
bool filled_sleeper, drained_sleeper; /* the events' counts */
bool receiver_asleep, sender_asleep;  /* in the futex's queue */

/* Stores under way: slot and value; the counters' values. How many payloads
 * have arrived, and the first head that has not. */
chan payloads = [DEPTH + 1] of { byte, byte };
chan heads = [2] of { byte };
chan tails = [2] of { byte };
byte arrived, first_head;

#ifdef NO_RELEASE
#define RELEASED nempty(heads)
#else
#define RELEASED (nempty(heads) && first_head <= arrived)
#endif

inline payload_arrives()
{
	payloads ? at, value;
	payload[at] = value;
	arrived++;
	at = 0; value = 0
}

inline head_arrives()
{
	heads ? value;
	head = value;
	value = 0;
	if
	:: heads ? <first_head>
	:: empty(heads) -> first_head = 0
	fi
}

inline sender_fence()
{
	atomic {
		do
		:: nempty(payloads) -> payload_arrives()
		:: RELEASED -> head_arrives()
		:: empty(payloads) && empty(heads) -> break
		od
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
	:: atomic { nempty(payloads) -> payload_arrives() }
	:: atomic { RELEASED -> head_arrives() }
	:: atomic { tails ? value -> tail = value; value = 0 }
	od
}

/* index_fill() */
inline make_known()
{
	if
	:: told != pos ->
		told = pos;
		atomic {
			if
			:: empty(heads) -> first_head = pos
			:: nempty(heads)
			fi;
			heads ! pos
		}
#if !defined(ASYMMETRIC) && !defined(NO_POST_FENCE)
		sender_fence();
#endif
		if
		:: filled_sleeper ->
			sender_fence();
			receiver_asleep = false
		:: !filled_sleeper
		fi
	:: else
	fi
}

#ifdef SLOT_TOO_MANY
#define FULL (pos - seen > DEPTH)
#else
#define FULL (pos - seen == DEPTH)
#endif

proctype sender()
{
	byte pos, told, seen, at, value;

	do
	:: pos == MESSAGES -> make_known(); break
	:: pos < MESSAGES ->
		/* index_room() */
		if
		:: FULL ->
#ifndef KEPT_BACK
			make_known();
#endif
			seen = tail
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
		payloads ! pos % DEPTH, pos;
		pos++;
		if
		:: pos - told >= BATCH -> make_known()
		:: else
		fi
	od
}

inline index_drain()
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
	byte pos, told, seen, at, value;

	do
	:: pos == MESSAGES -> break
	:: pos < MESSAGES ->
		/* index_filled() */
		if
		:: seen == pos -> seen = head
		:: else
		fi;
		if
		:: seen == pos ->
			index_drain();
			atomic { receiver_fence(); filled_sleeper = true }
#if defined(ASYMMETRIC) && !defined(NO_MEMBARRIER)
			sender_fence();
#endif
			do
			:: atomic { head != seen -> seen = head }; break
			:: head == seen ->
				atomic {
					if
					:: head == seen ->
						receiver_asleep = true
					:: else
					fi
				}
				!receiver_asleep
			od;
			filled_sleeper = false
		:: else
		fi;
		assert(seen > pos && seen - pos <= DEPTH);
#ifdef TAIL_EARLY
		pos++; index_drain(); pos--;
#endif
		assert(payload[pos % DEPTH] == pos);
		/* index_next() */
		pos++;
		if
		:: pos - told >= LAG -> index_drain()
		:: else
		fi
	od
}

init {
	atomic {
		run memory();
		run sender();
		run receiver()
	}
}
