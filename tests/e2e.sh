# SPDX-License-Identifier: MIT
# Sourced by the end-to-end tests: runs the program as a user does, in a folder
# of its own, and says "ok" or "not ok" for each case.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
O=${O:-build}
case $O in /*) ;; *) O=$top/$O ;; esac
ipcbench=$O/ipcbench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR="$work"
cd "$work" || exit 1
bad=0

ok() {
	echo "ok $1"
}

not_ok() {
	echo "not ok $1"
	bad=1
	[ -f out ] && sed 's/^/    out: /' out | tail -n 20
	[ -f err ] && sed 's/^/    err: /' err | tail -n 20
}

# check NAME COMMAND...: the command succeeds.
check() {
	name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# run STATUS ARGUMENT...: the program ends with this status; output in out, err.
run() {
	want=$1
	shift
	timeout -k 5 "${LIMIT:-120}" "$ipcbench" "$@" >out 2>err </dev/null
	got=$?
	[ "$got" -eq "$want" ] && return 0
	echo "    ipcbench $*: status $got, not $want"
	return 1
}

# refuses STATUS TEXT ARGUMENT...: one line on stderr that has the text, and
# nothing on stdout.
refuses() {
	want=$1
	text=$2
	shift 2
	run "$want" "$@" && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
		grep -qF -- "$text" err
}

# usage NAME TEXT ARGUMENT...: bad input, exit 2.
usage() {
	name=$1
	shift
	check "$name" refuses 2 "$@"
}

# Processes of the program that this test started.
ours() {
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/exe" 2>/dev/null)" = "$ipcbench" ] &&
			grep -qz "^TMPDIR=$work" "$p/environ" 2>/dev/null &&
			echo "${p#/proc/}"
	done
}

# Nothing of ours is left: process, SysV queue. Others may make queues of their
# own meanwhile: those go again.
nothing_left() {
	for _ in $(seq 50); do
		left=$(ours)
		queues=$(new_queues)
		[ -z "$left$queues" ] && return 0
		sleep 0.2
	done
	echo "    left: processes $left, SysV queues $queues"
	return 1
}

sysv_queues() {
	awk 'NR > 1 { print $2 }' /proc/sysvipc/msg | sort
}

new_queues() {
	sysv_queues | comm -13 "$work/queues" -
}

no_journal() {
	! ls "$TMPDIR"/ipcbench-*.journal >/dev/null 2>&1
}

finish() {
	exit $bad
}

sysv_queues >"$work/queues"
