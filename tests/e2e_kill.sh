#!/bin/bash
# SPDX-License-Identifier: MIT
# SIGKILL of any one process of a run at any moment: the run ends by itself, or
# the next start cleans up; every results folder validates.
. "$(dirname "$0")/e2e.sh"
kills=${KILLS:-20}
RANDOM=${SEED:-$$}
echo "# seed ${SEED:-$$}"

# A process of the run with this head, drawn at random: 0 the head itself, else
# a trial or a node.
victim() {
	local head=$1 all
	mapfile -t all < <(ours)
	case $((RANDOM % 3)) in
	0) echo "$head" ;;
	*) echo "${all[RANDOM % ${#all[@]}]:-$head}" ;;
	esac
}

for i in $(seq "$kills"); do
	dir=run$i
	"$ipcbench" run -b pipe,sysv-msg,ring -w pingpong,stream -s 64,4K \
		-p same-pu,cross -S process,thread -n 2 -t 4ms \
		--warmup-time 1ms --progress none --events none -o "$dir" \
		>out 2>err </dev/null &
	head=$!
	sleep "$((RANDOM % 3)).$((RANDOM % 10))"
	target=$(victim "$head")
	kill -9 "$target" 2>/dev/null
	if [ "$target" != "$head" ]; then
		timeout 100 tail --pid="$head" -f /dev/null ||
			{ not_ok "kill $i: run ends"; kill -9 "$head"; }
	fi
	wait "$head" 2>/dev/null
	# The next start sweeps what a dead head left.
	"$ipcbench" run -b pipe -w pingpong -s 64 -p same-pu -n 1 -t 4ms \
		--progress none --events none -o "next$i" >/dev/null 2>&1
	check "kill $i (pid $target, head $head): nothing left" nothing_left
	check "kill $i: no journal left" no_journal
	if [ -e "$dir" ]; then
		check "kill $i: validates" run 0 validate "$dir"
		check "kill $i: no half-written file" sh -c "! ls $dir/*.tmp 2>/dev/null"
	fi
	rm -rf "$dir" "next$i"
done
finish
