#!/bin/sh
# SPDX-License-Identifier: MIT
# Do the tests notice? Each mutant is one bug put into a copy of the sources on
# purpose; the tests named with it must then fail, and must pass without it.
#
#	make mutants			all of them
#	tests/mutants.sh NAME...	some
#
# A mutant that survives, whose edit does not apply any more or that does not
# build is an error. They are shared out among $JOBS workers, each with a copy
# of its own. $O is the build folder to start from, $KEEP=1 keeps the copies.
set -u
here=${MUTANTS_HERE:-$(cd "$(dirname "$0")/.." && pwd)}
build=${O:-build}
wanted=" $* "
limit=60 # seconds for a test; a hang counts as caught
most=4	 # workers: waits and time slices are not for a crowd
hang_s=5	 # for a play that a mutant may have stopped

# Those of this worker, by number; the one without a number starts them all.
all=${MUTANTS_OF:-0}
worker=${MUTANTS_WORKER:-}
number=0

default_jobs() {
	jobs=$(nproc)
	[ "$jobs" -le $most ] || jobs=$most
	[ $# -eq 0 ] || [ "$jobs" -le $# ] || jobs=$#
	echo "$jobs"
}

# Start the workers and add up what they say.
share_out() {
	jobs=${JOBS:-$(default_jobs "$@")}
	sums=$(mktemp -d)
	pids=''
	# The shell reads as it goes: an edit meanwhile is not for the workers.
	cp "$0" "$sums/script"
	trap 'kill $pids 2>/dev/null; wait; rm -rf "$sums"; exit 130' INT TERM
	for i in $(seq 0 $((jobs - 1))); do
		MUTANTS_HERE=$here MUTANTS_OF=$jobs MUTANTS_WORKER=$i \
			MUTANTS_SUM=$sums/sum$i "$sums/script" "$@" &
		pids="$pids $!"
	done
	wait
	ended=$(cat "$sums"/sum* 2>/dev/null | grep -c '^end$')
	caught=$(cat "$sums"/sum* 2>/dev/null | grep -c '^caught ')
	bad=$(cat "$sums"/sum* 2>/dev/null | sed -n 's/^bad / /p' | tr -d '\n')
	rm -rf "$sums"
	if [ -n "$bad" ] || [ "$ended" -ne "$jobs" ]; then
		echo "$caught caught; not caught:$bad"
		[ "$ended" -eq "$jobs" ] || echo "a worker did not end"
		exit 1
	fi
	echo "$caught caught, none survived"
	[ "$caught" -gt 0 ]
	exit
}

[ -n "$worker" ] || share_out "$@"

copy=$(mktemp -d)
# What a mutant leaves in the kernel goes with a namespace, where one may be
# had, and what it leaves in a folder goes with the copy.
apart=$(unshare -i true 2>/dev/null && echo 'unshare -i')
seen=' '

clean() {
	[ "${KEEP:-0}" = 1 ] || rm -rf "$copy"
}
trap clean EXIT
trap 'exit 130' INT TERM

make_copy() {
	(cd "$here" && cp -a Makefile harness impls workloads tests "$copy") ||
		exit 1
	# What is built is built: flags and times come along.
	case $build in
	/*) ;;
	*) [ -d "$here/$build" ] && mkdir -p "$copy/build" &&
		(cd "$here/$build" && tar -c --exclude=./san-* --exclude=./log .) |
		tar -x -C "$copy/build" ;;
	esac
}

# build_tests LOG TEST...: without sanitizers, as fast as it goes.
build_tests() {
	log=$1
	shift
	(cd "$copy" && unset O SAN WERROR MAKEFLAGS MFLAGS MAKELEVEL &&
		make -s -j2 $(printf 'build/tests/%s ' "$@")) >"$log" 2>&1
}

# run_test TEST [FILTER]: its status; one that runs nothing passes nothing.
run_test() {
	(cd "$copy" && TMPDIR=$copy timeout -k 2 $limit $apart \
		"build/tests/$1" ${2:+"$2"}) \
		>"$copy/log" 2>&1 </dev/null || return 1
	grep -q '  OK \]' "$copy/log"
}

# The test must pass as things are, or its failure says nothing.
control() {
	case $seen in
	*" $1:${2:-} "*) return 0 ;;
	esac
	build_tests "$copy/log" "$1" && run_test "$1" "${2:-}" || {
		echo "  $1 ${2:-} fails without a mutant:"
		grep 'ERROR: ' "$copy/log"
		tail -n 15 "$copy/log"
		return 1
	}
	seen="$seen$1:${2:-} "
}

error() {
	printf 'not ok %-28s %s\n' "$1" "$2"
	echo "bad $1" >>"$MUTANTS_SUM"
}

# try NAME FILE TEST FILTER: the edit is made already.
try() {
	if ! build_tests "$copy/log" "$3"; then
		error "$1" 'DOES NOT BUILD'
		tail -n 5 "$copy/log"
	elif PLAY_END_S=$hang_s run_test "$3" "$4"; then
		error "$1" "SURVIVED $3 $4"
	else
		printf 'ok %-28s caught by %s %s\n' "$1" "$3" "$4"
		echo "caught $1" >>"$MUTANTS_SUM"
	fi
}

# mutant NAME FILE TEST FILTER SED-SCRIPT: FILTER may be empty.
mutant() {
	case $wanted in
	'  ' | *" $1 "*) ;;
	*) return 0 ;;
	esac
	number=$((number + 1))
	[ $((number % all)) -eq "$worker" ] || return 0
	if ! control "$3" "$4"; then
		error "$1" 'NOT TRIED'
		return 0
	fi
	cp "$copy/$2" "$copy/original"
	sed -i "$5" "$copy/$2"
	if cmp -s "$copy/$2" "$copy/original"; then
		error "$1" "DOES NOT APPLY to $2"
	else
		try "$1" "$2" "$3" "$4"
	fi
	cp "$copy/original" "$copy/$2"
}

make_copy

# Waiting.
mutant wake-nobody harness/base/event.c test_impls \
	'ring/block/process/one-pu' \
	'/^void event_wake/,/^}/s/syscall(/if (policy->spin_ns == 7) syscall(/'
mutant wake-just-one harness/base/event.c test_event '' \
	's/INT_MAX/1/2; /FUTEX_WAKE/s/INT_MAX/1/'
mutant wake-in-own-process-only harness/base/event.c test_impls \
	'ring/block/process/two-pus' \
	's/return policy->private ? op | FUTEX_PRIVATE_FLAG : op/return op | FUTEX_PRIVATE_FLAG/'
mutant sleepers-count-up harness/base/event.c test_event '' \
	'/atomic_fetch_sub_explicit/d'
mutant signal-ends-wait harness/base/event.c test_event '' \
	'/^static uint32_t event_sleep/,/^}/s/while ((now/if ((now/'
mutant posted-wakes-nobody harness/base/event.h test_event '' \
	'/^static inline void event_posted/,/^}/s/event_wake(word, policy);/(void)word;/'
mutant wait-without-end harness/base/event.c test_event '' \
	'/^static uint32_t event_sleep/,/^}/s/seen, limit, NULL, 0/seen, NULL, NULL, 0/'
mutant yield-looks-once harness/base/event.c test_impls \
	'ring/yield/process/two-pus' \
	'/^static uint32_t event_yield/,/^}/s/while (now == seen)/while (0)/'

# The ring.
mutant ring-short-copy impls/ring.c test_impls \
	'ring/spin/thread/sizes' \
	's/memcpy(ring_data(port), buf, len)/memcpy(ring_data(port), buf, len - 1)/'
mutant ring-copy-overruns impls/ring.c test_impls \
	'ring/block/process/lengths' \
	'/^static ssize_t ring_recv/,/^}/s/got <= len/got/'
mutant ring-send-waits impls/ring.c test_impls \
	'ring/block/process/full' \
	'/^static int ring_room/,/^}/s/flags & IPC_NOWAIT/flags \& 2/'
mutant ring-recv-waits impls/ring.c test_impls \
	'ring/block/thread/empty' \
	'/ring_wait_filled(struct/,/^}/s/flags & IPC_NOWAIT/flags \& 2/'
mutant ring-lost-slot impls/ring.c test_impls \
	'ring/spin/process/full' \
	's/- port->tail >= port->depth/- port->tail + 1 >= port->depth + (port->depth < 8)/'
mutant ring-slot-too-many impls/ring.c test_impls \
	'ring/yield/process/full' \
	's/- port->tail >= port->depth/- port->tail > port->depth/'
mutant ring-torn-wrap impls/ring.c test_impls \
	'ring/hybrid/thread/one-pu' \
	's/port->pos - port->tail >= port->depth/port->pos >= port->tail + port->depth/'
mutant ring-tail-early impls/ring.c test_impls \
	'ring/block/process/held' \
	'/^static int ring_take/,/^}/s/m->len = .*;/& port->pos++; ring_drain(port); port->pos--;/'
mutant ring-stamp-early impls/ring.c test_impls \
	'ring/block/process/held' \
	'/^static void ring_lend/,/^}/s/m->len = len;/m->len = len; ring_slot(port)->stamp = port->pos + 1;/'
mutant ring-keeps-room impls/ring.c test_impls \
	'ring/block/process/full' \
	'/may be waiting for just the room/{n;d}'
mutant ring-room-too-late impls/ring.c test_impls \
	'ring/block/process/portion' \
	's/spec->depth \/ RING_LAG/spec->depth/'
mutant ring-claims-isolation impls/ring.c test_impls \
	'ring/block/process/*' \
	's/IPC_RELIABLE | IPC_COPY/IPC_RELIABLE | IPC_ISOLATED | IPC_COPY/'
mutant ring-not-closed impls/ring.c test_impls \
	'ring/block/thread/empty' \
	'/shm_close(/d'
mutant ring-batch-not-woken impls/ring.c test_impls \
	'ring/hybrid/process/batch' \
	'/^IPC_INLINE void ring_fill_run/,/^}/s/if (event_look(.*/if (false)/'
mutant ring-batch-overfills impls/ring.c test_impls \
	'ring/spin/process/batch' \
	's/return n < room ? (uint32_t)n : room;/return room ? (uint32_t)n : 0;/'

# Other rings, and what holds one message.
mutant ring-length-not-told impls/ring.c test_impls \
	'ring/block/process/lengths' \
	'/^static bool ring_is_uneven/,/^}/s/port->uneven = true/port->uneven = false/'
mutant index-lengths-not-told impls/ring_index.c test_impls \
	'ring-index/block/process/lengths' \
	'/atomic_store_explicit(&shared->uneven, 1/s/uneven, 1/uneven, 0/'
mutant index-batch-over-the-end impls/ring_index.c test_impls \
	'ring-index/spin/process/batch' \
	'/^static size_t index_run/,/^}/s/n > to_end/n > to_end + 1/'
mutant index-run-published-in-part impls/ring_index.c test_impls \
	'ring-index/spin/process/batch' \
	'/^static int index_publish_many/,/^}/s/i = 1;/i = 2;/'
mutant index-run-released-in-part impls/ring_index.c test_impls \
	'ring-index/spin/process/batch' \
	'/^static int index_release_many/,/^}/s/run->n - 1/(run->n > 1)/'
mutant index-run-of-what-did-not-come impls/ring_index.c test_impls \
	'ring-index/spin/process/batch' \
	'/^static int index_take_many/,/^}/s/port->seen - port->pos/port->mask/'
mutant index-run-of-two-lengths impls/ring_index.c test_impls \
	'ring-index/spin/process/batch' \
	'/^static int index_take_many/,/^}/s/port->uneven ? 1/false ? 1/'
mutant checked-any-run harness/ipc/checked.c test_checked '' \
	's/if (run->n != c->run)/if (0)/'
mutant each-waits-for-all harness/ipc/backend.c test_impls \
	'pipe/block/process/batch' \
	's/flags |= IPC_NOWAIT/flags |= 0/'
mutant index-slot-too-many impls/ring_index.c test_impls \
	'ring-index/spin/process/full' \
	's/port->pos - port->seen <= port->mask/port->pos - port->seen <= port->mask + 1/'
mutant bytes-filler-not-counted impls/ring_bytes.c test_impls \
	'ring-bytes/block/process/lengths' \
	's/port->head += port->filler + units/port->head += units/'
mutant bytes-room-too-little impls/ring_bytes.c test_impls \
	'ring-bytes/block/process/full' \
	's/port->room = port->units - bytes_units(spec->msg_max)/port->room = port->units - 2 * bytes_units(spec->msg_max)/'
mutant mpmc-wakes-its-own-side impls/ring_mpmc.c test_impls \
	'ring-mpmc/block/process/two-pus' \
	'/^static ssize_t mpmc_send/,/^}/s/shared->filled/shared->drained/'
mutant mpmc-position-not-taken impls/ring_mpmc.c test_impls \
	'ring-mpmc/yield/process/many' \
	's/port->next, &pos, pos + 1/port->next, \&pos, pos/'
mutant seqlock-value-again impls/seqlock.c test_impls \
	'seqlock/block/process/empty' \
	's/now == port->version || now & 1/now == 0 || now \& 1/'
mutant seqlock-torn-is-taken impls/seqlock.c test_seqlock '' \
	'/^static ssize_t seqlock_recv/,/^}/s/^\t\t version);/\t\t version \&\& 0);/'
mutant mailbox-overwrites impls/mailbox.c test_impls \
	'mailbox/block/process/full' \
	'/^static int mailbox_emptied/,/^}/s/== port->count)/!= port->count + 9)/'
mutant slot-request-comes-twice impls/slot.c test_impls \
	'slot/block/process/calls' \
	'/^static ssize_t slot_recv/,/^}/s/port->due += 2/port->due += 0/'
mutant line-overwrites impls/line.c test_line_floor '' \
	'/^static int line_turn/,/^}/s/== port->due)/!= port->due + 9)/'

# The page swap.
mutant swap-page-stays-mapped impls/pageswap.c test_impls \
	'pageswap/block/process/isolated' \
	's/int err = swap_map(port, next);/int err = (port->group = next, 0);/'
mutant swap-private-pages impls/pageswap.c test_impls \
	'pageswap/block/process/empty' \
	's/MAP_SHARED | MAP_FIXED/MAP_PRIVATE | MAP_FIXED/'
mutant swap-window-left impls/pageswap.c test_impls \
	'pageswap/block/thread/empty' \
	'/munmap(port->reserved/d'
mutant swap-frames-left impls/pageswap.c test_impls \
	'pageswap/block/process/empty' \
	'/^static void swap_close/,/^}/{/close(link->fd)/d}'
mutant swap-gives-frame-back-early impls/pageswap.c test_impls \
	'pageswap/block/process/isolated' \
	's/swap_give_back(port, old)/swap_give_back(port, old - old + entry->group)/'
mutant swap-part-of-group-waits impls/pageswap.c test_transfer \
	'groups of 8' \
	's/err = swap_read(port, entry, len);/err = -EAGAIN;/'

# Other pages handed over.
mutant pool-claims-isolation impls/pool.c test_impls \
	'pool/block/process/*' \
	's/IPC_BOUNDARY | IPC_DEPTH/IPC_BOUNDARY | IPC_ISOLATED | IPC_DEPTH/'
mutant pool-wrong-buffer-back impls/pool.c test_transfer \
	'test_reuse_is_as_asked' \
	'/^static int pool_release/,/^}/s/= (uint32_t)m->cookie/= 0 * (uint32_t)m->cookie/'
mutant pool-buffer-back-twice impls/pool.c test_transfer \
	'test_reuse_is_as_asked' \
	's/port->numbers\[port->returned &/port->numbers[(port->returned | 1) \&/'
mutant cow-aliases impls/cow.c test_transfer 'cow, lazy' \
	's/ | F_SEAL_WRITE//; /^static int cow_publish/,/^}/s/MAP_PRIVATE/MAP_SHARED/'
mutant cow-receiver-not-private impls/cow.c test_transfer 'cow, populated' \
	's/ | F_SEAL_WRITE//; /^static int cow_take/,/^}/s/MAP_PRIVATE/MAP_SHARED/'
mutant memfd-stays-mapped impls/memfd_pass.c test_impls \
	'memfd-pass/block/process/isolated' \
	'/^static int pass_publish/,/^}/s/int err = memfds_hide(memfds)/int err = 0/'
mutant memfd-descriptor-left impls/memfd_pass.c test_impls \
	'memfd-pass/block/thread/empty' \
	'/^static int pass_take/,/^}/{/close(fd)/d}'
mutant memfd-sockets-left harness/ipc/memfds.c test_impls \
	'cow/block/process/killed' \
	'/^void memfds_close/,/^}/s/side <= IPC_RX/side < IPC_RX/'
mutant moved-page-in-reach harness/ipc/moves.c test_impls \
	'uffd-move/block/thread/isolated' \
	'/^static int moves_loan/,/^}/s/port->sender + /port->transit + /
	/^static int moves_publish/,/^}/s/int err = port->move(.*/int err = 0 * (int)at;/'

# Pages and buffers lent to the kernel.
mutant parcel-one-buffer harness/ipc/parcel.h test_impls \
	'vmsplice/block/process/full' \
	's/return p->pos & (p->depth - 1)/return p->pos \& 0/'
mutant parcel-room-without-end harness/ipc/parcel.c test_impls \
	'cma-pull/block/process/full' \
	'/^int parcel_room/,/^}/s/if (p->pos - p->tail < limit)/if (limit)/'
mutant parcel-keeps-room harness/ipc/parcel.c test_impls \
	'cma-push/block/process/full' \
	'/may wait for just the room/{n;d}'
mutant parcel-room-too-late harness/ipc/parcel.c test_parcel '' \
	's/depth \/ PARCEL_LAG/depth/'
mutant parcel-post-wakes-nobody harness/ipc/parcel.c test_impls \
	'cma-pull/block/process/one-pu' \
	'/^void parcel_post/,/^}/s/event_post(&p->shared->filled/event_post(\&p->shared->drained/'
mutant splice-same-page impls/splice.c test_impls \
	'splice/block/process/full' \
	's/loff_t from = (loff_t)at/loff_t from = (loff_t)at * 0/'
mutant pagepipe-starts-again harness/ipc/pagepipe.c test_impls \
	'vmsplice/block/process/sizes' \
	's/port->put(port, at + done, len - done/port->put(port, at, len - done/'
mutant pagepipe-done-before-read harness/ipc/pagepipe.c test_impls \
	'vmsplice/block/process/full' \
	'/^static ssize_t pagepipe_recv/,/^}/s/ssize_t n = fd_stream_recv/ssize_t n; parcel_done(\&port->parcel); n = fd_stream_recv/'
mutant vmsplice-store-left harness/ipc/pagepipe.c test_impls \
	'vmsplice/block/thread/empty' \
	'/^void pagepipe_detach/,/^}/{/parcel_unmap/s/parcel_unmap/(void)/;s/(port->store, port->mapped)/0/}'
mutant cma-reads-itself harness/ipc/cma.c test_impls \
	'cma-pull/block/process/empty' \
	's/process_vm_readv(port->there.pid/process_vm_readv(getpid()/'
mutant cma-goes-on-too-early impls/cma_pull.c test_impls \
	'cma-pull/block/process/*' \
	'/^static ssize_t pull_recv/,/^}/s/err = len <= room ? cma_get/parcel_done(\&port->parcel); err = len <= room ? cma_get/'
mutant zerocopy-notice-off-by-one impls/tcp_zerocopy.c test_impls \
	'tcp-zerocopy/block/process/two-pus' \
	's/port->freed = high + 1/port->freed = high/'
mutant zerocopy-maps-too-much impls/tcp_zerocopy.c test_impls \
	'tcp-zerocopy/block/process/options' \
	's/memcpy(buf, port->map, z.length)/memcpy(buf, port->map, z.length - 1)/'

# Counters.
mutant counted-room-not-given-back harness/ipc/counted.c test_impls \
	'eventfd/block/process/full' \
	's/err = port->kind.up(port, COUNTED_FREE);/err = 0;/'
mutant counted-announced-at-loan harness/ipc/counted.c test_impls \
	'futex/block/process/held' \
	'/^static int counted_loan/,/^}/s/m->len = len;/m->len = len; slot_at(port)->len = (uint32_t)len; slot_at(port)->stamp = port->pos + 1; port->kind.up(port, COUNTED_FILLED);/
	/^static int counted_publish/,/^}/s/return filled(port, slot_at(port), m->len)/port->pos++; (void)m; return 0/'
mutant counted-takes-at-any-count harness/ipc/counted.c test_counted '' \
	'/^static int check_free/,/^}/s/< port->depth ? 0 : -EPROTO/< port->depth ? 0 : 0/'
mutant counted-slots-share-lines harness/ipc/counted.c test_counted '' \
	'/^static struct counted_layout layout/,/^}/s/msg_max, SHM_APART/msg_max, COUNTED_HEAD/'
mutant counted-block-polls-first harness/ipc/counted.c test_contract \
	'sysv-sem/process/calls' \
	'/^static int take_one/,/^}/s/return port->kind.down(port, which, flags);/port->kind.down(port, which, IPC_NOWAIT) == 0 \&\& port->kind.up(port, which);&/'
mutant counted-gone-sender-fails harness/ipc/counted.c test_counted '' \
	's/return err == -EPIPE ? 0 : err/return err/'
mutant eventfd-takes-all impls/eventfd.c test_impls \
	'eventfd/spin/process/full' \
	'/^static int eventfd_open/,/^}/s/ | EFD_SEMAPHORE//'
mutant signal-shared-by-links impls/signal.c test_impls \
	'signal/block/thread/one-pu' \
	's/if (sigismember(&blocked, number))/if (0)/'
mutant signal-to-the-process impls/signal.c test_impls \
	'signal/block/thread/two-pus' \
	's/SYS_rt_tgsigqueueinfo, pid, tid, port->number/SYS_rt_sigqueueinfo, pid + 0 * tid, port->number/'
mutant signal-number-kept impls/signal.c test_impls \
	'signal/block/process/empty' \
	'/SIG_UNBLOCK/d'
mutant sysv-sem-left impls/sysv_sem.c test_impls \
	'sysv-sem/block/process/empty' \
	'/^static void sysv_sem_close/,/^}/{/IPC_RMID/d}'
mutant sysv-sem-waits impls/sysv_sem.c test_impls \
	'sysv-sem/block/process/full' \
	's/flags & IPC_NOWAIT ? SYSV_NOWAIT : 0/flags \& 2 ? SYSV_NOWAIT : 0/'
mutant posix-sem-of-own-process impls/posix_sem.c test_impls \
	'posix-sem/block/process/one-pu' \
	's/!link->spec.threads/0/'
mutant condvar-signals-nobody impls/condvar.c test_impls \
	'condvar/block/thread/one-pu' \
	's/return -pthread_cond_signal(&counter->positive)/return 0/'
mutant futex-wakes-own-process impls/futex.c test_impls \
	'futex/block/process/two-pus' \
	's/if (port->base.link->spec.threads)/if (1)/'
mutant futex-wakes-nobody impls/futex.c test_impls \
	'futex/hybrid/process/one-pu' \
	's/futex(port, word, FUTEX_WAKE/futex(port, word + 1, FUTEX_WAKE/'

# Descriptors, queues, and what is filled in for them.
mutant stream-send-waits harness/ipc/fd.c test_impls \
	'pipe/block/process/full' \
	'/^ssize_t fd_stream_send/,/^}/s/flags & IPC_NOWAIT/flags \& 2/'
mutant stream-recv-waits harness/ipc/fd.c test_impls \
	'unix-stream/block/process/empty' \
	'/^ssize_t fd_stream_recv/,/^}/s/flags & IPC_NOWAIT/flags \& 2/'
mutant packet-waits harness/ipc/fd.c test_impls \
	'unix-seqpacket/block/process/full' \
	's/flags & IPC_NOWAIT ? MSG_DONTWAIT : 0/flags \& 2 ? MSG_DONTWAIT : 0/'
mutant packet-cut-in-silence harness/ipc/fd.c test_impls \
	'unix-seqpacket/block/process/lengths' \
	's/return n <= (ssize_t)len ? n : -EMSGSIZE/return n <= (ssize_t)len ? n : (ssize_t)len/'
mutant descriptor-left harness/ipc/fd.c test_impls \
	'pipe/block/thread/empty' \
	'/^void fd_close/,/^}/{/IPC_RX/d}'
mutant sysv-queue-left impls/sysv_msg.c test_impls \
	'sysv-msg/block/process/empty' \
	'/^static void sysv_msg_close/,/^}/{/msgctl/d}'
mutant stream-forgets-the-first-part harness/ipc/fd.c test_impls \
	'pipe/spin/process/sizes' \
	'/send_rest(/,/^}/s/done += (size_t)n/done = (size_t)n/'
mutant pipe-size-not-asked-for harness/ipc/fd.c test_channels '' \
	's/if (want && fcntl(fd, F_SETPIPE_SZ, (int)want) < 0)/if (want \&\& fd < 0)/'
mutant fifo-path-left impls/fifo.c test_channels '' \
	'/unlink(path);/d'
mutant tcp-always-delays harness/ipc/loopback.c test_channels '' \
	's/int on = nodelay;/int on = nodelay \& 0;/'
mutant buffer-cut-in-silence harness/ipc/fd.c test_channels '' \
	's/if (given == bytes)/if (given)/'
mutant packets-run-together impls/pipe_packet.c test_impls \
	'pipe-packet/block/process/lengths' \
	's/O_CLOEXEC | O_DIRECT/O_CLOEXEC/'
mutant pipe-packet-cut-in-silence impls/pipe_packet.c test_impls \
	'pipe-packet/block/thread/lengths' \
	's/return readv(port->fd, into, 2);/return readv(port->fd, into, 1);/'
mutant pipe-packet-send-waits impls/pipe_packet.c test_impls \
	'pipe-packet/block/process/full' \
	's/-1, RWF_NOWAIT/-1, 0/'
mutant udp-hears-everybody impls/udp.c test_channels '' \
	's/return err ? err : udp_connect(link->fd\[IPC_RX\], &at\[IPC_TX\]);/return err;/'
mutant datagrams-always-paired impls/unix_dgram.c test_channels '' \
	's/== PEER_NAME$/== 7/'
mutant sysv-receives-too-much impls/sysv_msg.c test_impls \
	'sysv-msg/block/process/lengths' \
	's/if (n > (ssize_t)len)/if (n > (ssize_t)room)/'
mutant sysv-size-not-asked-for impls/sysv_msg.c test_channels '' \
	's/ds.msg_qbytes = bytes;//'
mutant mq-name-left impls/posix_mq.c test_channels '' \
	'/mq_unlink(name);/d'
mutant mq-send-waits impls/posix_mq.c test_impls \
	'posix-mq/block/process/full' \
	's/__builtin_expect(flags & IPC_NOWAIT, 0)/flags \& 2/'
mutant mq-short-buffer impls/posix_mq.c test_impls \
	'posix-mq/spin/thread/lengths' \
	's/bool tight = .*/bool tight = false;/'
mutant mq-never-sleeps impls/posix_mq.c test_impls \
	'posix-mq/hybrid/process/one-pu' \
	's/\*mqd = port->mqd\[WAITING\]/return -error/'
mutant emulated-take-waits harness/ipc/backend.c test_impls \
	'pipe/block/process/empty' \
	'/^static int lent_take/,/^}/s/rx->msg_max, flags)/rx->msg_max, flags \& 0)/'
mutant emulated-copy-is-short harness/ipc/backend.c test_impls \
	'pageswap/block/process/sizes' \
	's/memcpy(m.data, buf, len)/memcpy(m.data, buf, len - 1)/'

# Floors, submission queues and calls.
mutant floor-memory-left harness/ipc/floor.c test_impls \
	'memcpy/block/thread/void' \
	'/^void floor_unmap/,/^}/s/munmap(at, bytes)/(void)at, (void)bytes/'
mutant floor-stack-left harness/ipc/strand.c test_impls \
	'fiber/block/thread/void' \
	'/^void strand_close/,/^}/s/munmap(/(void)(/'
mutant floor-fiber-stays-away impls/fiber.c test_impls \
	'fiber/block/process/void' \
	's/fiber_switch(&port->fiber, &port->caller)/fiber_switch(\&port->fiber, \&port->fiber)/'
mutant floor-pages-stay-mapped impls/page_map.c test_impls \
	'page-map/block/thread/void' \
	's/if (munmap(at, len) < 0)/if (!at)/'
mutant floor-no-system-call impls/syscall.c test_contract \
	'syscall/process/calls' \
	's/syscall(SYS_getppid)/(void)0/'
mutant floor-stays-protected impls/page_protect.c test_contract \
	'page-protect/process/calls' \
	's/ ||$/)/; s/mprotect(port->memory, len, PROT_READ | PROT_WRITE) < 0)//'
mutant uring-send-waits impls/uring.c test_impls \
	'uring/block/process/full' \
	'/^static ssize_t socket_send/,/^}/s/flags & IPC_NOWAIT/flags \& 2/'
mutant uring-recv-waits impls/uring.c test_impls \
	'uring/spin/process/empty' \
	'/^static ssize_t socket_recv/,/^}/s/flags & IPC_NOWAIT/flags \& 2/'
mutant uring-queue-left impls/uring.c test_impls \
	'uring/block/thread/empty' \
	'/uring_close(/d'
mutant uring-completion-stays harness/ipc/uring.c test_impls \
	'uring/block/process/sizes' \
	'/io_uring_cqe_seen(/d'
mutant uring-msg-inbox-left impls/uring_msg.c test_impls \
	'uring-msg/block/process/empty' \
	'/uring_close(link->inbox)/d'
mutant uring-msg-room-early impls/uring_msg.c test_impls \
	'uring-msg/block/process/held' \
	'/^static int post_take/,/^}/s/m->len = len;/m->len = len; port->pos++; post_drain(port); port->pos--;/'
mutant uring-msg-keeps-room impls/uring_msg.c test_impls \
	'uring-msg/block/process/full' \
	'/may be waiting for the room/{n;d}'
mutant uring-msg-slot-too-many impls/uring_msg.c test_impls \
	'uring-msg/spin/process/full' \
	's/- port->tail < port->depth/- port->tail <= port->depth/'
mutant call-answer-not-written impls/seccomp_notify.c test_impls \
	'seccomp-notify/block/process/calls' \
	'/^static int call_put/,/^}/s/process_vm_writev/process_vm_readv/'
mutant call-answer-comes-twice impls/seccomp_notify.c test_impls \
	'seccomp-notify/block/process/calls' \
	'/client->came = 0;/d'
mutant call-server-waits impls/seccomp_notify.c test_impls \
	'seccomp-notify/block/process/calls' \
	'/^static ssize_t request_recv/,/^}/s/flags & IPC_NOWAIT/flags \& 2/'
mutant call-listener-left impls/seccomp_notify.c test_impls \
	'seccomp-notify/block/thread/calls' \
	'/^static int attach_client/,/^}/{/close(listener)/d}'
mutant call-is-not-trapped impls/seccomp_notify.c test_impls \
	'seccomp-notify/block/process/calls' \
	's/TRAPPED_MAGIC, 0, 1)/TRAPPED_MAGIC, 1, 0)/'

# Services.
mutant right-works-twice harness/ipc/desk.c test_calls \
	'slot/block/process/once' \
	's/return desk_exchange(cell, held, used) ? 0 : -ESTALE/return desk_exchange(cell, held, used) * 0/'
mutant right-of-any-generation harness/ipc/desk.c test_calls \
	'slot/block/process/once' \
	'/^int desk_use/,/^}/s/right->token/desk_generation(cell->word) + 0 * right->token/'
mutant right-kept-by-relayer impls/seccomp_notify.c test_calls \
	'seccomp-notify/block/process/relay' \
	'/^static int notify_relay/,/^}/s/int err = desk_use(cell, right, server->index)/int err = 0/'
mutant right-used-delegated-twice harness/ipc/delegated.c test_calls \
	'unix-seqpacket/block/process/once' \
	'/^static int right_use/,/^}/s/mine->fd = -1;/;/'
mutant right-used-layered-twice harness/ipc/layered.c test_calls \
	'pipe/block/process/once' \
	'/^static int layered_reply/,/^}/s/--\*due;/;/'
mutant relay-forgets-client harness/ipc/desk.c test_calls \
	'seccomp-notify/block/process/relay' \
	'/^void desk_relay/,/^}/s/desk_bit(right->client)/0/'
mutant relay-takes-the-wrong-client harness/ipc/delegated.c test_calls \
	'unix-dgram/yield/thread/relay' \
	'/^static int delegated_relay/,/^}/s/right->client, buf, len, fd);/0, buf, len, fd);/'
mutant relay-to-nobody-in-time harness/ipc/slots.c test_calls \
	'slot/block/process/prompt' \
	'/^static int slots_relay/,/^}/s/wake_server(port, to)/(void)0/'
mutant request-wakes-nobody-in-time harness/ipc/slots.c test_calls \
	'slot/hybrid/thread/prompt' \
	'/^static void offer/,/^}/s/wake_any(port)/(void)0/'
mutant reply-to-the-wrong-client harness/ipc/slots.c test_calls \
	'slot/block/process/serve' \
	'/^static int slots_reply/,/^}/s/desk_cell(port->desk, right->client)/desk_cell(port->desk, (right->client + (right->token == 9)) % port->desk->clients)/'
mutant reply-to-the-first-client harness/ipc/layered.c test_calls \
	'sysv-msg/block/process/serve' \
	'/^static int layered_reply/,/^}/s/port->reply\[right->client\]/port->reply[port->base.index]/'
mutant reply-does-not-fit-unseen harness/ipc/slots.c test_calls \
	'slot/block/process/tight' \
	'/^static ssize_t slots_call/,/^}/s/(size_t)own->len > room/0/'
mutant lost-right-hangs harness/ipc/slots.c test_calls \
	'slot/block/process/lost' \
	'/^static bool is_lost/,/^}/s/return desk_exchange(/return false \&\& desk_exchange(/'
mutant lost-right-of-one-hangs impls/seccomp_notify.c test_calls \
	'seccomp-notify/block/process/survivor' \
	'/^static void look_for_dead/,/^}/s/desk->servers == 1/desk->servers >= 1/'
mutant lost-right-kept-by-client harness/ipc/delegated.c test_calls \
	'unix-seqpacket/block/process/lost' \
	'/Now only who receives it/{n;d}'
mutant listener-kept-by-client impls/seccomp_notify.c test_calls \
	'seccomp-notify/block/process/lost' \
	'/^static int attach_calling/,/^}/{/close(listener)/d}'
mutant bequest-dies-with-relayer harness/ipc/desk.c test_calls \
	'slot/block/process/bequest' \
	'/^void desk_relay/,/^}/s/token + 1, to, DESK_RELAYED/token + 1, !to, DESK_RELAYED/'

# What checks and what counts.
mutant payload-always-right harness/ipc/payload.h test_payload '' \
	'/^IPC_INLINE bool payload_check_full/,/^}/s/return differ == 0/return differ + 1/'
mutant payload-one-end harness/ipc/payload.h test_payload '' \
	'/^IPC_INLINE bool payload_check_ends/,/^}/s/size >= 2 . PAYLOAD_WORD/size == 0/'
mutant wrong-is-not-counted harness/ipc/workload.h test_payload '' \
	's/node->wrong++/(void)node/'
mutant rank-off-by-one harness/base/stats.c test_stats '' \
	's/(size_t)rank - 1 : n - 1/(size_t)rank : n - 1/'
mutant support-too-generous harness/base/stats.c test_stats '' \
	's/BEYOND_MIN = 10/BEYOND_MIN = 9/'
mutant loan-not-checked harness/ipc/checked.c test_checked '' \
	's/if (c->out && !out)/if (0)/'

# A trial, and what its run makes of it.
mutant trial-wrong-data-passes harness/trial/trial.c test_trial \
	'test_wrong_data_is*' \
	's/if (node->wrong && /if (node->wrong > 99 \&\& /'
mutant trial-calibration-unchecked harness/trial/node.c test_trial \
	'test_wrong_data_spoils*' \
	'/record.wrong = play->node.wrong/d'
mutant trial-deadline-ignored harness/trial/trial.c test_trial \
	'test_hang_ends*/process' \
	'/^static int watch/,/^}/s/remaining_ms(trial)/remaining_ms(trial) | -1/'
mutant trial-late-is-too-late harness/trial/trial.c test_trial \
	'test_late_once*/process' \
	'/^static bool is_late/,/^}/s/if (trial->was_late)/if (trial)/'
mutant trial-child-not-reaped harness/trial/trial.c test_trial \
	'test_crash/process' \
	'/^static void kill_children/,/^}/{/waitpid(/d}'
mutant trial-early-exit-is-well harness/trial/trial.c test_trial \
	'test_exit/thread' \
	'/^static int reap(/,/^}/s/at_end(trial, i)/at_end(trial, i) + 1/'
mutant trial-samples-not-all harness/trial/trial.c test_trial \
	'test_good_trial*' \
	'/^static int collect_samples/,/^}/s/size_t i = 0;/size_t i = 1;/'
mutant journal-live-is-swept harness/run/journal.c test_journal '' \
	's/LOCK_EX | LOCK_NB/LOCK_SH | LOCK_NB/'
mutant journal-of-anybody harness/run/journal.c test_journal '' \
	's/|| st.st_uid != geteuid()//'
mutant journal-name-ends-at-blank harness/run/journal.c test_journal '' \
	"s/char \*name = strchr(line, ' ')/char *name = strrchr(line, ' ')/"
mutant job-share-is-rounded harness/run/job.c test_job '' \
	's/digits <= 17/digits <= 10/'
mutant cell-spins-on-one-pu harness/run/cells.c test_cells '' \
	's/cell->wait == IPC_WAIT_SPIN &&/cell->wait == IPC_WAIT_KINDS \&\&/'
mutant trial-idles-cold harness/trial/trial.c test_trial '*test_warm*' \
	's/if (trial->spec->idle == IDLE_COLD)/if (trial->spec->idle <= IDLE_WARM)/'
mutant wire-forgets-idle harness/run/wire.c test_wire '' \
	's/\.idle = (enum idle)idle/.idle = IDLE_COLD/'
mutant ratio-across-idles harness/run/study.c test_summary '' \
	's/is_same(a, b, "idle") \&\& //'
mutant lesson-takes-its-time harness/run/study.c test_summary \
	test_nothing_found \
	'/"lesson"))) {/s/if (/if (0 \&\& /'
mutant native-wait-spins harness/run/cells.c test_cells '' \
	's/same ? IPC_WAIT_YIELD : IPC_WAIT_SPIN/IPC_WAIT_SPIN/'
mutant record-tail-of-batches harness/run/wire.c test_wire '' \
	's/(record->per_sample == 1 &&/(record->per_sample \&\&/'

# Lessons on links.
mutant late-believes-any-depth workloads/late.c test_lesson_late '' \
	's/declared && round\[i\].held != depth/declared \&\& 0 * depth/'
mutant late-full-need-not-wait workloads/late.c test_lesson_late '' \
	's/round\[i\].sent < round\[i\].receive)/0)/'
mutant late-takes-any-sleep-for-it workloads/late.c test_lesson_late '' \
	's/wait == IPC_WAIT_BLOCK && (busy > mostly ||/wait == IPC_WAIT_BLOCK \&\& (busy > 9 * mostly ||/'
mutant late-takes-a-message-there-for-a-wait workloads/late.c test_lesson_late '' \
	's/round\[i\].receive + late_ns \/ 2/0/'
mutant late-forgets-its-sleep workloads/late.c test_lesson_late test_played \
	'/^static void mark_both/,/^}/s/fill->span.slept/0 * fill->span.slept/'
mutant fill-counts-who-waits harness/ipc/fill.c test_lesson_buffer test_ring \
	's/fill->held = node_told(node, words + SENT)/fill->held = node_told(node, words + BEGUN)/'
mutant buffer-one-more-is-well workloads/buffer.c test_lesson_buffer '' \
	's/most = i + 1 - out/most = i - out/'
mutant ring-lost-credit impls/ring.c test_lesson_buffer test_ring \
	's/- port->tail >= port->depth/- port->tail + 1 >= port->depth/'
mutant overload-gap-not-counted workloads/overload.c test_lesson_overload '' \
	's/\*lost += seq - due;/*lost += 0 * (seq - due);/'
mutant overload-last-not-counted workloads/overload.c test_lesson_overload '' \
	'/\*lost += taken - due;/d'
mutant overload-udp-said-reliable impls/udp.c test_lesson_overload \
	test_not_told 's/\.caps = /.caps = IPC_RELIABLE | /'
mutant deadlock-less-not-tried workloads/deadlock.c test_lesson_deadlock \
	test_ring 's/count = room + round;/count = room + round + 1;/'
mutant deadlock-helpers-first workloads/deadlock.c test_lesson_deadlock \
	test_ring '/^static int helper_round/,/^}/{/node_hear(/d}'
mutant deadlock-polling-passes workloads/deadlock.c test_lesson_deadlock '' \
	's/if (!(stuck->value & ASLEEP << i))/if (0)/'
mutant deadlock-no-remedy workloads/deadlock.c test_lesson_deadlock '' \
	's/if (stuck\[1 + i\]\.value || /if (/'
mutant dual-acknowledged-early workloads/dual.c test_lesson_dual \
	test_played '/^static int receive_acked/,/^}/{
		s/node_get(node, node->port\[data\]/node_P(node, node->port[ack]/
		s/node_put(node, node->port\[ack\]/node_get(node, node->port[data]/
		s/node_P(/node_put(/}'
mutant dual-alone-goes-ahead workloads/dual.c test_lesson_dual '' \
	's/if (alone > 0)/if (0)/'
mutant dual-any-hang workloads/dual.c test_lesson_dual '' \
	's/ && mark->seq != due)/ \&\& 0)/'
mutant starve-refused-came workloads/starve.c test_lesson_starve '' \
	's/if (came != room)/if (came < room)/'
mutant starve-never-lacks workloads/starve.c test_lesson_starve '' \
	's/if (evidence_says(evidence, all\[i\]\.seen) != 1)/if (0)/'
mutant classify-drop-not-counted workloads/classify.c test_lesson_classify \
	test_reliable 's/ && got < sent))/ \&\& 0))/'
mutant classify-store-believed workloads/classify.c test_lesson_classify \
	test_store 's/if (waits != (store == IPC_STORE_SOURCE))/if (0)/'
mutant classify-copier-believed workloads/classify.c test_lesson_classify \
	test_copier 's/ && share > at_most)/ \&\& 0)/'
mutant deed-sleep-not-seen harness/trial/deed.c test_lesson_deadlock \
	test_ring "s/== 'S'/== 'Z'/"
mutant readers-twice-is-well workloads/readers.c test_lesson_readers '' \
	's/if (seen\[number\]++)/if (seen[number]++ > 1)/'
mutant readers-any-order workloads/readers.c test_lesson_readers '' \
	'/due\[from\] = nth + 1;/d'

mutant select-first-is-taken harness/ipc/select.c test_select '' \
	's/return head->key == wish->value;/return true;/'
mutant select-wrong-tie harness/ipc/select.c test_lesson_select \
	test_by_save_queue 's/bool oldest = wish->pick == SELECT_OLDEST/bool oldest = wish->pick != SELECT_OLDEST/'
mutant select-wrong-urgent-tie harness/ipc/select.c test_lesson_select \
	test_by_save_queue 's/key == least \&\& pick == SELECT_YOUNGEST/key == least \&\& pick == SELECT_OLDEST/'
mutant select-skipped-to-the-back harness/ipc/select.c test_lesson_select \
	test_by_save_queue '/^static ssize_t receive_saved/,/^}/s/take_out(rx, i);/take_out(rx, i); if ((i = rx->place[ANCHOR].next) != ANCHOR) { take_out(rx, i); rx->free = rx->place[i].next; append(rx, i); }/'
mutant select-skipped-is-lost harness/ipc/select.c test_lesson_select \
	test_by_save_queue '/^static ssize_t receive_saved/,/^}/s/take_out(rx, i);/{ uint32_t next = rx->place[i].next; take_out(rx, i); if (next != ANCHOR) take_out(rx, next); }/'
mutant select-lowest-type-not-asked impls/sysv_msg.c test_lesson_select \
	test_by_kernel 's/receive_typed(rx, -SELECT_KEYS, 0/receive_typed(rx, ANY_TYPE, 0/'
mutant select-except-not-said impls/sysv_msg.c test_lesson_select \
	test_by_kernel 's/receive_typed(rx, type, MSG_EXCEPT/receive_typed(rx, ANY_TYPE, 0/'
mutant select-priority-not-said impls/posix_mq.c test_lesson_select \
	test_by_kernel 's/return send_urgent(tx, key, /return send_urgent(tx, PRIORITY + 0 * key, /'
mutant select-queue-holds-any-number impls/posix_mq.c test_lesson_select \
	test_no_room 's/select->held <= spec->option\[MAXMSG\]/select->held <= spec->option[MAXMSG] * 1000/'
mutant select-any-choice-is-well workloads/select.c test_lesson_select '' \
	's/mark->seq != number_of(evidence->par, round, due) ||/0 * due ||/'
mutant select-early-is-well workloads/select.c test_lesson_select '' \
	's/if (began\[1\].t_ns < send->t_ns)/if (began[1].t_ns == 1)/'
mutant select-any-receive-proves workloads/select.c test_lesson_select '' \
	's/found->differ += due != oldest/found->differ += due + 1 != oldest/'
mutant offer-not-waited-for workloads/offer.c test_lesson_offer test_one \
	'/^static int send_all/,/^}/s/while (!err \&\& offers.n == 0) {/if (i == 0) add_offer(\&offers, 0);\n&/'
mutant offer-lost-credit workloads/offer.c test_lesson_offer test_one \
	'/^static int take_offer(/,/^}/s/add_offer(offers, receiver);/if (receiver == 1 \&\& number == 1) offers->open[1]++; else add_offer(offers, receiver);/'
mutant offer-lost-credit-of-many workloads/offer.c test_lesson_offer test_all \
	'/^static int answer(/,/^}/s/to_all(node->par) ? offers->n/to_all(node->par) \&\& message != 5 ? offers->n/'
mutant offer-before-is-well workloads/offer.c test_lesson_offer '' \
	's/if (i >= s->made || mark->t_ns < s->made_ns\[i\])/if (i >= s->made)/'
mutant offer-any-one-is-chosen workloads/offer.c test_lesson_offer '' \
	's/(at > 0 || sums->served))/sums->served)/'
mutant offer-some-of-all workloads/offer.c test_lesson_offer '' \
	's/uint64_t due = to_all(evidence->par) ? sums->had/uint64_t due = 0 ? sums->had/'
mutant offer-more-in-flight workloads/offer.c test_lesson_offer '' \
	's/s->sent > s->seen + window)/s->sent > s->seen + 2 * window)/'
mutant offer-lost-is-well workloads/offer.c test_lesson_offer '' \
	's/sums->taken\[i\] != side\[i\].made/0/'

# Lessons on calls.
mutant roles-early-receive-is-well workloads/roles.c test_lesson_roles '' \
	's/t->received < t->send/t->received < 1/'
mutant roles-early-return-is-well workloads/roles.c test_lesson_roles '' \
	's/t->sent < t->reply/t->sent < 1/'
mutant roles-reply-may-wait workloads/roles.c test_lesson_roles '' \
	's/if (reply_ns\[i\] < (double)least)/if (reply_ns[i] > 0)/'
mutant roles-nobody-is-waited-for workloads/roles.c test_lesson_roles '' \
	's/ns >= late_ns)/ns > 0)/'
mutant relay-right-works-twice-is-well workloads/relay.c test_lesson_relay '' \
	's/mark->value != ESTALE/mark->value > 4096/'
mutant relay-any-replier workloads/relay.c test_lesson_relay '' \
	's/from != deeds->replier/from > CHAIN_MAX/'
mutant relay-change-not-looked-at workloads/relay.c test_lesson_relay '' \
	's/deeds->positions != (1u << chain) - 1/deeds->positions == 0/'
mutant relay-layered-is-tried harness/trial/trial.c test_lesson_relay \
	'test_layered' \
	's/relays \&\& !call->relays/relays > 1/'
mutant relay-second-use-succeeds workloads/relay.c test_lesson_relay \
	'test_native' \
	's/err = call_reply(port, \&right, node->buf, size)/err = 0/'
mutant relay-relayer-replies-too workloads/relay.c test_lesson_relay \
	'test_native' \
	'/^static int pass_on/,/^}/s/node_mark(node, MARK_RELAY, i, at);/node_mark(node, MARK_REPLY, i, at);/'
mutant relay-to-itself-keeps-the-right harness/ipc/delegated.c \
	test_lesson_relay 'test_to_itself' \
	'/^static int right_use/,/^}/s/mine->fd = -1;/;/'
mutant reply-waits-natively harness/ipc/slots.c test_lesson_rude \
	'test_played' \
	'/^static int slots_reply/,/^}/s/return 0;/{ for (uint64_t end = clock_ns() + 60000000; clock_ns() < end;) sched_yield(); return 0; }/'
mutant reply-waits-delegated harness/ipc/delegated.c test_lesson_rude \
	'test_played' \
	'/^static int delegated_reply/,/^}/s/return err;/return poll(NULL, 0, 40) ? -EIO : err;/'
mutant reply-waits-for-the-stopped harness/ipc/slots.c \
	test_lesson_primitives 'test_played' \
	'/^static int slots_reply/,/^}/s/return 0;/{ for (uint64_t end = clock_ns() + 60000000; clock_ns() < end;) sched_yield(); return 0; }/'
mutant rude-block-is-not-needed workloads/rude.c test_lesson_rude '' \
	's/if (!course->stuck \&\& predicted < HELD_MAX)/if (0)/'
mutant rude-any-capacity workloads/rude.c test_lesson_rude '' \
	's/course->stuck_in == predicted/course->stuck_in > 0/'
mutant rude-reply-may-wait workloads/rude.c test_lesson_rude '' \
	's/if (course->replied >= course->released)/if (0)/'
mutant rude-no-control workloads/rude.c test_lesson_rude '' \
	's/!err \&\& !has_waited(&control)/0/'
mutant rude-victims-not-looked-at workloads/rude.c test_lesson_rude '' \
	's/course->first >= course->released/1/'
mutant held-goes-on harness/trial/node.c test_lesson_rude 'test_played' \
	'/^static void hold_node/,/^}/{/syscall(SYS_tgkill/d}'
mutant primitives-nothing-waits workloads/primitives.c \
	test_lesson_primitives '' \
	'/^static int judge_waits/,/^}/s/act->over\[OPERATOR\] >= act->began\[PARTNER\]/1/'
mutant primitives-reply-waits workloads/primitives.c \
	test_lesson_primitives '' \
	's/act->over\[OPERATOR\] < act->began\[away\]/1/'
mutant primitives-client-goes-on workloads/primitives.c \
	test_lesson_primitives '' \
	's/act->over\[PARTNER\] < act->began\[RELEASER\]/0/'
mutant fair-starved-is-well workloads/fair.c test_lesson_fair '' \
	's/if (took_ns < limit_ns)/if (took_ns > 0)/'
mutant fair-twice-is-well workloads/fair.c test_lesson_fair '' \
	's/mark->seq != due\[mark->value\])/mark->seq > calls)/'
mutant fair-reply-to-another workloads/fair.c test_lesson_fair \
	'test_native' \
	's/number + REPLY, traffic.how);$/(number ^ 1) + REPLY, traffic.how);/'
mutant fair-in-a-row-is-well workloads/fair.c test_lesson_fair '' \
	's/sums.began_ns >= sums.first_ns/sums.began_ns == 0/'

# Lessons on services and stubs.
mutant tax-library-skips-a-change harness/ipc/objects.c test_lesson_tax '' \
	'/^static void library_serve/,/^}/s/\.size = request->size;/.size += !request->size;/'
mutant tax-kernel-skips-a-change harness/ipc/objects.c test_lesson_tax '' \
	'/^static void kernel_serve/,/^}/s/fchmod(fd, request->mode) < 0/0/'
mutant tax-server-skips-an-operation workloads/tax.c test_lesson_tax '' \
	'/^static int serve(/,/^}/s/objects_serve(objects, &request, &answer);/if (request.op != OBJECT_CHMOD) objects_serve(objects, \&request, \&answer); else memset(\&answer, 0, sizeof(answer));/'
mutant tax-any-state-is-well workloads/tax.c test_lesson_tax '' \
	's/if (hash != due)/if (hash == 1)/'
mutant tax-lie-is-well workloads/tax.c test_lesson_tax '' \
	's/if (over(evidence, i, LIAR)->seq == due)/if (due == 1)/'
mutant tax-fewer-calls-declared harness/ipc/delegated.h test_lesson_tax '' \
	's/recvmsg sendto close/recvmsg sendto/'
mutant tax-one-way-declared harness/ipc/call.c test_lesson_tax '' \
	's/MESSAGES \* (words(/(words(/'
mutant peers-any-role workloads/peers.c test_lesson_peers '' \
	's/marks->at\[at + k\].kind == roles\[role\].does\[k\]/true/'
mutant peers-more-is-well workloads/peers.c test_lesson_peers '' \
	's/mark->kind != MARK_STEP)/mark->kind == MARKS)/'
mutant peers-early-receive-is-well workloads/peers.c test_lesson_peers '' \
	's/b\[1\].t_ns < a\[0\].t_ns ||/0 ||/'
mutant peers-early-return-is-well workloads/peers.c test_lesson_peers '' \
	's/|| a\[last\].t_ns < b\[2\].t_ns)/|| 0)/'
mutant peers-one-begins workloads/peers.c test_lesson_peers '' \
	'/^static int as_peer/,/^}/s/beginner(SYMMETRIC, i) == node->self/node->self == FIRST/'
mutant stubs-any-result workloads/stubs.c test_lesson_stubs '' \
	's/if (!found->compared\[i\] ||/if (i != 7 ||/'
mutant stubs-no-difference-is-well workloads/stubs.c test_lesson_stubs '' \
	's/if (same\[LOCAL\] == same\[THERE\])/if (same[LOCAL] == 1)/'
mutant stubs-passed-by-reference workloads/stubs.c test_lesson_stubs '' \
	'/case POINTERS: \/\* copy-out/,/break;/s/\*p->other = (int32_t)get_u32(m);/*p->other = (int32_t)get_u32(m) + 2;/'
mutant stubs-list-cut workloads/stubs.c test_lesson_stubs '' \
	'/^static struct item \*get_list/,/^}/s/i + 1 < n ?/i + 2 < n ?/'
mutant stubs-not-filtered workloads/stubs.c test_lesson_stubs '' \
	's/if (once \&\& head->call == memory->last)/if (once \&\& head->call == 0)/'
mutant stubs-any-life workloads/stubs.c test_lesson_stubs '' \
	's/head->life != memory->life/head->life > memory->life/'
mutant stubs-not-repeated workloads/stubs.c test_lesson_stubs '' \
	's/if (promise == MAYBE)$/if (promise < AT_MOST_ONCE)/'
mutant stubs-nothing-lost workloads/stubs.c test_lesson_stubs '' \
	's/\*runs = head->loss != LOSE_REQUEST;/*runs = true;/'
mutant stubs-twice-is-well workloads/stubs.c test_lesson_stubs '' \
	'/^static bool is_kept/,/^}/s/well ? ran == 1 : ran <= 1/ran >= 0/'
mutant stubs-never-is-well workloads/stubs.c test_lesson_stubs '' \
	'/^static bool is_kept/,/^}/s/return !well || ran >= 1/return true/'
mutant stubs-no-loss-proves workloads/stubs.c test_lesson_stubs '' \
	's/if (found->ran\[call\] == due\[i\].ran \&\&/if (found->ran[call] < 9 || /'
mutant stubs-crash-untold workloads/stubs.c test_lesson_stubs '' \
	's/if (found->lost\[1\].value != EPIPE)/if (found->lost[1].value > 9999)/'
mutant stubs-crash-keeps-rights harness/ipc/delegated.c test_lesson_stubs '' \
	'/^void delegated_detach/,/^}/s/close_fd(&port->right\[i\].fd);/(void)i;/'
mutant marshal-lowest-first harness/ipc/marshal.h test_lesson_stubs '' \
	's/8 \* (3 - i)/8 * i/'
mutant marshal-beyond-end harness/ipc/marshal.h test_lesson_stubs '' \
	's/all > (size_t)(m->end - at)/all > (size_t)(m->end - at) + 4/'
mutant stages-any-order workloads/stages.c test_lesson_stages '' \
	's/if (call->t_ns\[stage\] < last)/if (call->t_ns[stage] < 1)/'
mutant stages-stamp-left-out workloads/stages.c test_lesson_stages '' \
	'/^static int serve/,/^}/s/stamp(node, call, (enum stamp)RESULT);//'
mutant stages-stamp-too-late workloads/stages.c test_lesson_stages '' \
	'/^static void stamp/,/^}/{/node_mark(node, MARK_STEP, call, which);/d;s/^}/node_mark(node, MARK_STEP, call, which);\n}/}'
mutant stages-sum-lacks workloads/stages.c test_lesson_stages '' \
	's/if (median > limit || median < 0)/if (median < 0)/'
mutant stages-slow-not-seen workloads/stages.c test_lesson_stages '' \
	's/if (stage_ns(&call\[i\], stage) < work_ns)/if (0)/'
mutant stages-stamps-for-free workloads/stages.c test_lesson_stages '' \
	's/if (stamped <= limit)/if (limit >= 0)/'

# Lessons: endpoints, by their names, connections and calls.
mutant answers-all-right harness/ipc/lesson.c test_lesson_endpoint '' \
	's/if (answer != due\[i\]\.answer)/if (0)/'
mutant open-ones-not-counted harness/ipc/lesson.c test_lesson_endpoint '' \
	'/^int marks_check_open/,/^}/s/if (has != had)/if (has < had)/'
mutant fifo-name-taken-otherwise harness/ipc/endpoint_object.c \
	test_lesson_endpoint '' \
	'/endpoint_fifo = {/,/^}/s/-EEXIST/-EADDRINUSE/'
mutant path-goes-with-socket harness/ipc/endpoint_socket.c \
	test_lesson_endpoint '' \
	's/ENDPOINT_UNTIL_UNLINK/ENDPOINT_UNTIL_CLOSE/'
mutant bind-leaks-a-descriptor workloads/bind.c test_lesson_endpoint '' \
	'/^static int greet/,/^}/s/site->kind->close(end);//'
mutant bind-control-not-asked workloads/bind.c test_lesson_endpoint '' \
	's/held > before)/held >= before)/'
mutant queue-is-its-backlog workloads/accept.c test_lesson_endpoint '' \
	'/^static int judge_queue/,/^}/s/option\[BACKLOG\] + 1/option[BACKLOG]/'
mutant tcp-passes-all-on harness/ipc/endpoint_socket.c \
	test_lesson_endpoint '' \
	's/(OPTIONS_OF_ALL & ~BIT(NONBLOCK))/OPTIONS_OF_ALL/'
mutant options-not-compared workloads/accept.c test_lesson_endpoint '' \
	's/if (!others)/if (others + 1)/'
mutant accept-control-not-asked workloads/accept.c test_lesson_endpoint '' \
	's/if (set != (int64_t)kind->options || fresh != 0)/if (fresh != 0)/'
mutant no-end-of-connections harness/ipc/endpoint_socket.c \
	test_lesson_endpoint '' \
	'/define UNIX_CONNECTION/,/socket_accept/s/\.eof = true/.eof = false/'
mutant any-error-after-the-end workloads/connect.c test_lesson_endpoint '' \
	's/if (after == kind->after\[0\] ||/if (after ||/; s/if (after || .*/if (1)/'
mutant connect-loses-last-words workloads/connect.c test_lesson_endpoint '' \
	's/i <= LAST_WORDS \&\& !err/i < LAST_WORDS \&\& !err/'
mutant forms-sum-half-checked workloads/forms.c test_lesson_endpoint '' \
	's/if (sent != due || got != due)/if (sent != due)/'
mutant packets-in-part workloads/forms.c test_lesson_endpoint '' \
	's/if (part > 0 \&\& !(kind->can/if (0 \&\& !(kind->can/'
mutant drained-not-compared workloads/forms.c test_lesson_endpoint '' \
	's/drained != filled)/drained > filled)/'
mutant urgent-in-its-turn harness/ipc/endpoint_socket.c \
	test_lesson_endpoint '' \
	'/^static int form_flags/,/^}/s/MSG_OOB : 0/0 : 0/'

# Lessons on memory.
mutant variable-whole-passes workloads/variable.c test_lesson_variable \
	test_nothing_torn \
	's/if (tally->torn + tally->free\[TORN\] > 0)/if (tally->reads > 0)/'
mutant variable-twice-is-well workloads/variable.c test_lesson_variable \
	test_message_twice 's/if (mark->seq < \*due)/if (mark->seq + 1 < *due)/'
mutant variable-loss-is-well workloads/variable.c test_lesson_variable \
	test_message_lost \
	's/(tally->messages < sent \&\& /(tally->messages == 0 \&\& /'
mutant variable-writer-does-not-stop workloads/variable.c test_lesson_variable \
	test_played \
	's/store_words(node, records + 1 + i, 0, half)/store_words(node, records + 1 + i, 0, words)/'
mutant written-leak-not-seen workloads/written.c test_lesson_written \
	test_a_leak 's/err = judge_isolation(&rx\[2\], "receiver", why)/err = 0/'
mutant written-faults-do-not-count workloads/written.c test_lesson_written '' \
	's/sum->faults <= due + FAULTS_MORE/sum->faults > 0/'
mutant written-control-not-asked workloads/written.c test_lesson_written \
	test_control_does_not_leak 's/if (plain < NODES)/if (0)/'
mutant cow-maps-shared impls/cow.c test_lesson_written test_played \
	'/^static int cow_publish/,/^}/{s/MAP_PRIVATE/MAP_SHARED/;s/err = cow_seal(fd)/err = 0/};/^static int cow_take/,/^}/s/MAP_PRIVATE/MAP_SHARED/'
mutant cow-copies-at-once impls/cow.c test_lesson_written test_played \
	'/^static int cow_take/,/^}/s/MAP_PRIVATE)/MAP_PRIVATE | MAP_POPULATE)/'
mutant exchange-two-owners workloads/exchange.c test_lesson_exchange \
	test_two_owners \
	's/if (before \&\& deal->offer->t_ns < before->reply->t_ns)/if (0)/'
mutant exchange-copy-passes workloads/exchange.c test_lesson_exchange \
	test_copied 's/book.changed != (is_copied(evidence) ? 0 : book.came_back)/book.changed > book.came_back/'
mutant exchange-need-not-wait workloads/exchange.c test_lesson_exchange \
	test_does_not_wait \
	's/book.deal\[held\].offer->t_ns < book.late->t_ns/0/'
mutant pool-gives-the-wrong-one-back impls/pool.c test_lesson_exchange \
	test_played \
	'/^static int pool_release/,/^}/s/(uint32_t)m->cookie/(uint32_t)(0 * m->cookie)/'
mutant rendezvous-early-leave-is-well workloads/rendezvous.c \
	test_lesson_rendezvous test_one_leaves_early \
	's/meeting->left->t_ns < meeting->receive->t_ns/0/'
mutant rendezvous-any-place workloads/rendezvous.c test_lesson_rendezvous \
	test_a_buffer 's/if (!direct \&\& stored == waited)/if (0)/'
mutant rendezvous-guard-stays-open workloads/rendezvous.c \
	test_lesson_rendezvous test_played \
	's/if (i == closed || !(\*waiting \& NODE(i)))/if (!(*waiting \& NODE(i)))/'
mutant slot-said-to-hold-nothing impls/slot.c test_lesson_rendezvous \
	test_played 's/\.store = IPC_STORE_[A-Z]*/.store = IPC_STORE_SOURCE/'

# What a back-end says of itself.
mutant pipe-counts-other-calls impls/pipe.c test_contract \
	'pipe/process/calls' \
	's/"write", "read"/"write", "readv"/'
mutant ring-wakes-for-nothing impls/ring.c test_contract \
	'ring/process/wake' \
	's/IPC_WAKE_EXTRA/IPC_WAKE_CALL/'
mutant ring-claims-many-ends impls/ring.c test_impls \
	'ring/block/process/*' \
	's/_max = 1,/_max = 0,/'
mutant udp-claims-that-nothing-is-lost impls/udp.c test_impls \
	'udp/block/process/*' \
	's/\.caps = /.caps = IPC_RELIABLE | /'
mutant brief-ends-with-a-stop impls/pipe.c test_catalogue \
	'pipe' \
	's/\(\.brief = ".*\)",/\1.",/'

echo end >>"$MUTANTS_SUM"
