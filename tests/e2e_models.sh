#!/bin/sh
# SPDX-License-Identifier: MIT
# The protocols of sleeping, waking and handing slots over, as models that Spin
# goes through state by state; and the same with a fault in each, which it has
# to find. Skipped where there is no Spin.
set -u
models=$(cd "$(dirname "$0")/models" && pwd)
command -v spin >/dev/null || {
	echo "there is no spin to check the models with"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
depth=1000000 # steps; a search that is cut there says so
bad=0

# explore MODEL FLAG...: pan's output in out.
explore() {
	model=$1
	shift
	# A folder each: Spin's names are fixed.
	dir=$work/$model$(echo "$*" | tr -d ' ')
	mkdir -p "$dir" && cd "$dir" || return 1
	spin -a "$@" "$models/$model.pml" >out 2>&1 &&
		${CC:-cc} -O0 -w -DSAFETY -DMEMLIM=1000 -o pan pan.c >>out 2>&1 &&
		timeout -k 1 60 ./pan -m$depth >out 2>&1
}

states() {
	sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' out
}

say() {
	printf '%s\n' "$1 $2"
	[ "$1" = ok ] && return 0
	bad=1
	tail -n 20 out | sed 's/^/    /'
}

# holds MODEL FLAG...: every state was seen, and none is wrong.
holds() {
	name="$*"
	if explore "$@" && grep -q 'errors: 0$' out &&
		! grep -qi 'search.*truncated\|not completed\|too small' out; then
		say ok "model $name: $(states) states, none wrong"
	else
		say 'not ok' "model $name"
	fi
}

# finds TEXT MODEL FLAG...: the fault leads there.
finds() {
	text=$1
	shift
	explore "$@"
	if grep -q "^pan:1: $text" out; then
		say ok "fault $*: $text"
	else
		say 'not ok' "fault $*: no $text"
	fi
}

asleep='invalid end state'
wrong='assertion violated'

holds event
holds event -DPOSTS=3
holds event -DASYMMETRIC
holds event -DASYMMETRIC -DPOSTS=3
finds "$asleep" event -DNO_POST_FENCE
finds "$asleep" event -DNO_WAIT_FENCE
finds "$asleep" event -DNO_COMPARE
finds "$asleep" event -DASYMMETRIC -DNO_MEMBARRIER
finds "$asleep" event -DASYMMETRIC -DNO_WAKE_FENCE

holds ring
holds ring -DLAG=1
holds ring -DDEPTH=4 -DLAG=2 -DMESSAGES=7
holds ring -DASYMMETRIC
holds ring -DASYMMETRIC -DDEPTH=4 -DLAG=2 -DMESSAGES=7
finds "$wrong" ring -DNO_RELEASE
finds "$wrong" ring -DTAIL_EARLY
finds "$wrong" ring -DSLOT_TOO_MANY
finds "$asleep" ring -DNO_POST_FENCE
finds "$asleep" ring -DASYMMETRIC -DNO_MEMBARRIER

holds counters
holds counters -DLAG=1
holds counters -DDEPTH=4 -DLAG=2 -DBATCH=3 -DMESSAGES=7
holds counters -DASYMMETRIC
holds counters -DASYMMETRIC -DDEPTH=4 -DLAG=2 -DBATCH=2 -DMESSAGES=7
finds "$wrong" counters -DNO_RELEASE
finds "$wrong" counters -DTAIL_EARLY
finds "$wrong" counters -DSLOT_TOO_MANY
finds "$asleep" counters -DNO_POST_FENCE
finds "$asleep" counters -DKEPT_BACK -DBATCH=3
finds "$asleep" counters -DASYMMETRIC -DNO_MEMBARRIER

holds mpmc -DEACH=1
holds mpmc -DRECEIVERS=1
holds mpmc -DRECEIVERS=1 -DDEPTH=2
holds mpmc -DSENDERS=1 -DEACH=4 -DDEPTH=2
holds mpmc -DASYMMETRIC -DRECEIVERS=1
finds "$wrong" mpmc -DNO_RELEASE -DRECEIVERS=1
finds "$wrong" mpmc -DTURN_EARLY -DRECEIVERS=1
finds "$wrong" mpmc -DNO_SWAP -DRECEIVERS=1
finds "$wrong" mpmc -DNO_SWAP -DSENDERS=1
finds "$asleep" mpmc -DNO_POST_FENCE -DRECEIVERS=1
finds "$asleep" mpmc -DWAKE_ONE -DRECEIVERS=1
finds "$asleep" mpmc -DASYMMETRIC -DNO_MEMBARRIER -DRECEIVERS=1

exit $bad
