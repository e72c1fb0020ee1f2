#!/bin/sh
# SPDX-License-Identifier: MIT
# The closing line of "make test": cases of all test programs that ran, from
# their logs. Usage: tests/tally.sh BUILD
set -u
count() {
	cat "$1"/log/*.log "$1"/san-*/log/*.log 2>/dev/null | grep -cE "$2"
}
passed=$(count "$1" '^\[ +OK \]|^ok ')
failed=$(count "$1" '^\[ +FAILED +\] [a-z0-9_/-]+$|^not ok ')
skipped=$(count "$1" '^\[ +SKIPPED +\] [^0-9]|^skip ')
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
