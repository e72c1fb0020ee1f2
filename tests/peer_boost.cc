// SPDX-License-Identifier: MIT
// boost::lockfree::spsc_queue of fixed capacity, by value.
#include <boost/lockfree/spsc_queue.hpp>
#include <new>

#include "tests/peer.h"

namespace
{

template <int Words> struct message {
	uint64_t word[Words];
};

template <int Words, size_t Slots>
using queue =
	boost::lockfree::spsc_queue<message<Words>,
				    boost::lockfree::capacity<Slots>>;

inline void stall()
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

template <int Words, size_t Slots> void init(void *at)
{
	new (at) queue<Words, Slots>();
}

template <int Words, size_t Slots> void source(void *at, uint64_t messages)
{
	auto *q = static_cast<queue<Words, Slots> *>(at);

	for (uint64_t i = 0; i < messages; i++) {
		message<Words> m;

		for (auto &word : m.word)
			word = i;
		while (!q->push(m))
			stall();
	}
}

template <int Words, size_t Slots> uint64_t sink(void *at, uint64_t messages)
{
	auto *q = static_cast<queue<Words, Slots> *>(at);
	uint64_t sum = 0;

	for (uint64_t i = 0; i < messages; i++) {
		message<Words> m;

		while (!q->pop(m))
			stall();
		for (auto word : m.word)
			sum += word;
	}
	return sum;
}

template <int Words, size_t Slots> constexpr peer entry()
{
	return {"spsc_queue", sizeof(queue<Words, Slots>), init<Words, Slots>,
		source<Words, Slots>, sink<Words, Slots>};
}

} // namespace

const struct peer peer_boost[PEER_SIZES][PEER_RINGS] = {
	{entry<1, PEER_SLOTS_SMALL>(), entry<1, PEER_BYTES_LARGE / 8>()},
	{entry<8, PEER_SLOTS_SMALL>(), entry<8, PEER_BYTES_LARGE / 64>()},
};
