// SPDX-License-Identifier: MIT
// boost::lockfree::spsc_queue, as its authors would have it used.
#include <boost/lockfree/spsc_queue.hpp>
