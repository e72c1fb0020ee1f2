#!/bin/sh
# SPDX-License-Identifier: MIT
# The closing line of "make test": the cases of all test programs, from their
# logs: cmocka's, unittest's, and "ok" lines of scripts. Usage: tally.sh BUILD
set -u
logs=$(find "$1/log" "$1"/san-*/log -name '*.log' 2>/dev/null)
[ -n "$logs" ] || {
	echo "tally: no test has run"
	exit 1
}
count() {
	# shellcheck disable=SC2086
	cat $logs | grep -cE "$1"
}
sum() {
	# shellcheck disable=SC2086
	cat $logs | sed -nE "s/$1/\\1/p" | awk '{ n += $1 } END { print n + 0 }'
}
ran=$(sum '^Ran ([0-9]+) tests? in .*')
broken=$(($(sum '^FAILED \(.*failures=([0-9]+).*') +
	$(sum '^FAILED \(.*errors=([0-9]+).*')))
unskipped=$(sum '.*\(.*skipped=([0-9]+).*\)$')
passed=$(($(count '^\[ +OK \]|^ok ') + ran - broken - unskipped))
failed=$(($(count '^\[  FAILED  \] [0-9]+ test|^not ok ') + broken))
skipped=$(($(count '^\[  SKIPPED \] [^0-9]|^skip ') + unskipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
