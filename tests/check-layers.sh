#!/bin/sh
# SPDX-License-Identifier: MIT
# The floors hold: a file includes from its own floor and from those beneath,
# and nothing under the command line knows a back-end or a workload by name.
set -u
bad=0

# floor FOLDER ALLOWED...: every project include of its files is allowed.
floor() {
	dir=$1
	shift
	allowed=$(echo "$*" | tr ' ' '|')
	hits=$(grep -nE '^#include "' "$dir"/*.[ch] 2>/dev/null |
		grep -vE "#include \"($allowed)")
	if [ -n "$hits" ]; then
		printf '%s may include %s only:\n%s\n' "$dir" "$*" "$hits"
		bad=1
	fi
}

floor harness/base base/
floor harness/ipc base/ ipc/
floor harness/trial base/ ipc/ trial/
floor harness/run base/ ipc/ trial/ run/
floor harness/cli base/ ipc/ trial/ run/ cli/ impls/list.h workloads/list.h
floor impls base/ ipc/
floor workloads ipc/workload.h

# hwloc, PAPI and liburing stay in one file each.
hits=$(grep -lE '#include <(hwloc|papi|liburing)' -r harness impls workloads |
	grep -vE '^harness/(base/topology|ipc/uring|trial/counters|run/tool)\.c$')
if [ -n "$hits" ]; then
	printf 'hwloc, PAPI or liburing outside their files:\n%s\n' "$hits"
	bad=1
fi

# Words that also name a way to wait, a place of messages, a floor, a family or a
# scheduler's policy are known by symbol; and a concept may have the name of what shows it.
words='^(buffer|yield|call|fifo|line|memcpy|mailbox|order|ring|slot|stream|uring)$'
names=$(sed -nE 's/^	\.name = "([a-z0-9-]+)",/\1/p' impls/*.c workloads/*.c)
for name in $names; do
	hits=
	echo "$name" | grep -qE "$words" ||
		hits=$(grep -nE "\"$name\"" -r harness/base harness/ipc \
			harness/trial harness/run |
			grep -v '^harness/ipc/concept\.c:')
	symbol=$(echo "$name" | tr - _)
	hits="$hits$(grep -nE "\\b${symbol}_(impl|workload)\\b" -r \
		harness/base harness/ipc harness/trial harness/run)"
	if [ -n "$hits" ]; then
		printf '%s is named beneath the command line:\n%s\n' \
			"$name" "$hits"
		bad=1
	fi
done

hits=$(grep -nE 'impls/list.h|workloads/list.h' -r harness tests --include='*.[ch]' |
	grep -v '^harness/cli/list.c:')
if [ -n "$hits" ]; then
	printf 'only harness/cli/list.c sees both lists:\n%s\n' "$hits"
	bad=1
fi

for file in harness/*/*.[ch] impls/*.[ch] workloads/*.[ch] tests/*.[ch]; do
	if ! head -n 1 "$file" | grep -q 'SPDX-License-Identifier: MIT'; then
		echo "$file: no SPDX line"
		bad=1
	fi
done

[ $bad -eq 0 ] && echo "layers hold"
exit $bad
