#!/bin/sh
# SPDX-License-Identifier: MIT
# Adding a back-end is one file and one line: done here in a copy of the tree
# with tests/example_backend.c, as impls/README.md describes it. It is then in
# the list, the tests, a run and the report, with nothing else changed.
. "$(dirname "$0")/e2e.sh"
copy=$work/copy

copy_tree() {
	mkdir "$copy" && cd "$top" &&
		cp -a Makefile harness impls workloads report tests "$copy" ||
		return 1
	# What is built of this tree is built: times come along.
	case $O in
	"$top/build")
		mkdir "$copy/build" && cd "$O" &&
			tar -c --exclude=./san-* --exclude=./log . |
			tar -x -C "$copy/build"
		;;
	esac
	cd "$work"
}

add_example() {
	mv "$copy/tests/example_backend.c" "$copy/impls/example.c" &&
		sed -i '/^IMPL(ring)/a IMPL(example)' "$copy/impls/list.h" &&
		grep -q example "$copy/impls/list.h"
}

build() {
	(cd "$copy" && unset O SAN MAKEFLAGS MFLAGS MAKELEVEL &&
		make -s -j2 build/ipcbench build/tests/test_impls \
			build/tests/test_catalogue build/tests/test_contract) \
		>out 2>err
}

# in_copy TEST FILTER: it passes and has run something; 77 is a skip.
in_copy() {
	timeout -k 5 120 "$copy/build/tests/$1" "$2" >out 2>err </dev/null
	status=$?
	[ $status -eq 77 ] && {
		echo "skip $1: $(tail -n 1 out)"
		return 0
	}
	[ $status -eq 0 ] && cat out err | grep -q '  OK \]'
}

layers() {
	(cd "$copy" && tests/check-layers.sh) >out 2>err
}

check "copy" copy_tree
check "one file and one line" add_example
check "it builds" build
ipcbench=$copy/build/ipcbench
check "the floors hold" layers
check "list" run 0 list backends
check "list: it is there" grep -q "^example " out
check "list: its page" run 0 list example
check "list: what it says of itself" grep -q "gap" out
check "its table is complete" in_copy test_catalogue 'example'
check "the list is in order" in_copy test_catalogue 'test_order'
check "conformance" in_copy test_impls 'example/*'
check "its calls are as declared" in_copy test_contract 'example/*'
check "an option that it refuses" refuses 2 "gap" run -b example:gap=9999 \
	-w pingpong -n 1
check "run" run 0 run -b example,null -w pingpong,stream -s 64,4K \
	-p same-pu -W block,yield -n 1 -t 4ms --warmup-time 1ms \
	--progress none --events none -o r
check "run: in the table" grep -q "example" out
check "run: validates" run 0 validate r
check "report" run 0 report r --no-plots
check "report: on the page" grep -q "example" r/report.html
finish
