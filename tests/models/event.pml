/* SPDX-License-Identifier: MIT */
/*
 * harness/base/event.c: does a waiter ever sleep with nobody left to wake it?
 *
 * One poster stores the word 1, 2, ... POSTS; each waiter goes on until it has
 * seen the last. A store is held in its process's store buffer and reaches
 * memory later, in order, at any time (x86 does that, and any weaker memory
 * may): so a load may overtake it. A fence empties the buffer. The kernel's
 * futex operations look at memory; FUTEX_WAKE is a fence before it does, and
 * the asymmetric variant needs that.
 *
 *	-DASYMMETRIC	the poster has no fence: the waiter's membarrier()
 *			empties the buffers of all, one by one, at any time
 *			during the call
 *	-DNO_POST_FENCE -DNO_WAIT_FENCE -DNO_MEMBARRIER -DNO_COMPARE
 *	-DNO_WAKE_FENCE	faults: each has to end with a waiter asleep
 */
#ifndef POSTS
#define POSTS 2
#endif
#define WAITERS 2
#define POSTER WAITERS	/* the poster's number */
#define PROCESSES 3

byte word, sleepers;
bool asleep[WAITERS];

/* Each buffered store adds to one of the two. */
mtype = { WORD, SLEEPERS };
chan buffer[PROCESSES] = [3] of { mtype, byte };

inline store(me, where, add)
{
	buffer[me] ! where, add
}

inline reach_memory(me)
{
	if
	:: buffer[me] ? WORD, amount -> word = word + amount
	:: buffer[me] ? SLEEPERS, amount -> sleepers = sleepers + amount
	fi
}

inline fence(me)
{
	atomic {
		do
		:: nempty(buffer[me]) -> reach_memory(me)
		:: empty(buffer[me]) -> break
		od;
		amount = 0
	}
}

proctype memory(byte me)
{
	byte amount;
end:
	do
	:: atomic { nempty(buffer[me]) -> reach_memory(me); amount = 0 }
	od
}

proctype poster()
{
	byte posted, amount, woken;

	do
	:: posted == POSTS -> break
	:: posted < POSTS ->
		/* event_post() */
		posted++;
		store(POSTER, WORD, 1);
#if !defined(ASYMMETRIC) && !defined(NO_POST_FENCE)
		fence(POSTER);
#endif
		if
		:: sleepers != 0 ->
#ifndef NO_WAKE_FENCE
			fence(POSTER);
#endif
			atomic { /* FUTEX_WAKE, all of them */
				do
				:: woken < WAITERS ->
					asleep[woken] = false;
					woken++
				:: else -> break
				od;
				woken = 0
			}
		:: sleepers == 0
		fi
	od
}

inline sleep(me)
{
	/* FUTEX_WAIT compares while it holds the lock that a wake needs; to
	 * enter the kernel does not empty the buffer of somebody else. */
	atomic {
#ifdef NO_COMPARE
		asleep[me] = true
#else
		if
		:: word == seen -> asleep[me] = true
		:: else
		fi
#endif
	}
	!asleep[me]
}

proctype waiter(byte me)
{
	byte seen, now, amount, other;

	do
	:: seen == POSTS -> break
	:: seen < POSTS ->
		/* event_wait(), event_sleep() */
		store(me, SLEEPERS, 1);
#ifndef NO_WAIT_FENCE
		fence(me);
#endif
#if defined(ASYMMETRIC) && !defined(NO_MEMBARRIER)
		other = 0;
		do
		:: other < PROCESSES -> fence(other); other++
		:: other == PROCESSES -> break
		od;
		other = 0;
#endif
		do
		:: atomic { word != seen -> now = word }; break
		:: word == seen -> sleep(me)
		od;
		store(me, SLEEPERS, 255);
		assert(now > seen && now <= POSTS);
		seen = now;
		now = 0
	od
}

init {
	atomic {
		byte i;
		do
		:: i < PROCESSES -> run memory(i); i++
		:: i == PROCESSES -> break
		od;
		run waiter(0);
		run waiter(1);
		run poster()
	}
}
