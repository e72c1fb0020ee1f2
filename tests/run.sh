#!/bin/sh
# SPDX-License-Identifier: MIT
# Run test programs one by one under a time limit; keep their output, show it
# where one fails, and count. Usage: tests/run.sh BUILD TEST...
set -u
build=$1
shift
mkdir -p "$build/log"
export O="$build"
failed=0

for test in "$@"; do
	name=$(basename "$test")
	log=$build/log/$name.log
	began=$(date +%s)
	case $test in
	*.py) set -- python3 "$test" ;;
	*) set -- "$test" ;;
	esac
	timeout -k 5 "${TEST_LIMIT:-900}" "$@" >"$log" 2>&1 </dev/null
	status=$?
	took=$(($(date +%s) - began))
	case $status in
	0) verdict=ok ;;
	77) verdict=skipped ;;
	*) verdict="FAILED ($status)" failed=$((failed + 1)) ;;
	esac
	printf '  %-28s %-12s %4d s\n' "$name" "$verdict" "$took"
	echo "$verdict" >"$build/log/$name.verdict"
	case $verdict in
	FAILED*) tail -n 60 "$log" ;;
	skipped) tail -n 1 "$log" ;;
	esac
done
[ $failed -eq 0 ]
