#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job as a user runs it: plan, measure, show, validate.
. "$(dirname "$0")/e2e.sh"
short="-t 4ms --warmup-time 1ms --progress none --events none"

json() {
	python3 -c "import json,sys; d=json.load(open(sys.argv[1])); sys.exit(0 if ($2) else 1)" "$1"
}

json_key() {
	python3 -c "import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])" "$1" "$2"
}

check "dry run" run 0 run smoke --dry-run
check "dry run says that nothing ran" grep -q "Nothing was run" out
check "dry run as JSON" run 0 run smoke --dry-run --json
check "dry run: JSON has cells" json out "len(d['cells']) > 50 and d['planned'] > 50"
check "dry run: a placement that is missing has its reason" sh -c "
	'$ipcbench' run -p smt,numa,same-pu -b pipe -n 1 --dry-run >out &&
	grep -B1 '/smt/' out | grep -qi 'core'"

check "help names the shipped jobs" sh -c "
	'$ipcbench' run --help >out &&
	for job in '$top'/harness/jobs/*.ini; do
		grep -q \"^  \$(basename \$job .ini)  *[a-z]\" out || exit 1
	done"
check "every shipped job can be planned" sh -c "
	for job in '$top'/harness/jobs/*.ini; do
		'$ipcbench' run \$(basename \$job .ini) --dry-run >out || exit 1
	done"
check "a folder is no job" sh -c "
	mkdir smoke && '$ipcbench' run smoke --dry-run >out && rmdir smoke"
check "a mechanism that cannot block waits as it can" run 0 run -b yield \
	-W native -w pingpong -s 64 -p same-pu --dry-run
check "it is planned" grep -q "/yield " out

check "all workloads" run 0 run -w all -b pipe -p same-pu -W block --dry-run
check "all workloads: both" sh -c "grep -q pingpong/ out && grep -q stream/ out"
check "no baseline among them: the first" run 0 run -b tcp,ring -w pingpong \
	-s 64 -p same-pu -W block -n 1 $short -o f
check "no baseline among them: in the job" grep -q "^baseline = tcp" f/job.ini

check "run" run 0 run smoke -n 2 $short -b pipe,ring,null -s 64,4K -o a
check "run: table" grep -q "pipe" out
check "run: validates" run 0 validate a
check "run: all files" sh -c 'cd a && ls manifest.json job.ini env.json \
	env-end.json topo.xml cells.jsonl blocks.jsonl trials.jsonl \
	summary.json summary.csv SHA256SUMS >/dev/null'
check "run: complete" json a/manifest.json "d['status'] == 'complete' and d['stop_reason'] == 'max_blocks'"
check "run: checksums" sh -c 'cd a && sha256sum --quiet -c SHA256SUMS'
check "show" run 0 show a
check "show with costs" run 0 show a --cost
check "show: costs of a cell" grep -q "pingpong/pipe/64/same-pu/process/block .* / " out
check "show as JSON" run 0 show --json a
check "show: JSON" json out "d['schema'] == 'ipcbench.summary/1'"
check "no colour in a file" sh -c "! grep -q '$(printf '\033')' out"

check "show: contracts" run 0 show a --contract
check "show: copies and calls of a mechanism" grep -q "^  pipe  *stream  *copy  *2  *write  *read  *call" out
check "report above its own floors" run 0 report a --no-plots
check "floors of another run" run 0 run -b null,syscall,memcpy -n 1 $short \
	-w pingpong -s 64 -p same-pu -o i
check "report above another run's floors" run 0 report a --no-plots --floors i
check "report says whose floors they are" grep -q "of run $(json_key i/manifest.json run_id)" a/report.html
check "no floors in there" refuses 2 "no floor was measured" report i --no-plots --floors f

check "concepts" run 0 concepts
check "concepts: a row for each back-end" grep -q "^pipe  *[NEX ]*$" out
check "concepts: no wider than a terminal" sh -c "! grep -q '.\{81\}' out"
check "concepts as JSON" run 0 concepts --json
check "concepts: no empty cell" json out "len(d['concepts']) == 33 and \
	all(len(b['concepts']) == 33 and all(c['way'] == 'N' or c['why'] \
	for c in b['concepts']) for b in d['backends'])"
check "a concept's page" run 0 concepts 14
check "a concept's page: who has it" grep -q "relay of a request (Weiterleitung)" out
check "a back-end's concepts" run 0 concepts -b pipe
check "a back-end's concepts: why not" grep -q "relay  *X  " out
check "a run proved nothing" run 5 concepts --check -i a
check "what it did not prove" grep -q "^pipe 2 exchange N: not run" out
check "lessons" run 0 run -w order -b pipe -s 56 -p same-pu -S native -n 2 $short -o k
check "lessons: a table of their figures" grep -q "^order, same-pu .*: proved" out
check "they proved it" run 0 concepts 2 -b pipe --check -i k
check "the page of a concept with its figure" run 0 concepts exchange -i k
check "that figure" grep -q "^send_ns of order in k:" out
check "report of lessons" run 0 report k --no-plots
check "report of lessons: the matrix" grep -q 'id="concepts-basics"' k/report.html
check "report of lessons: validates" run 0 validate k

if [ "$(id -u)" -eq 0 ] && run 0 list idle && grep -q "^warm *yes" out; then
	check "warm" run 0 run -b pipe -i cold,warm -n 2 $short -w pingpong \
		-s 64 -p same-pu -o j
	check "warm: told" grep -q "pipe idle=warm" out
	check "warm: validates" run 0 validate j
	check "warm: both passed" test "$(grep -c '"verdict": *"pass"' j/trials.jsonl)" -eq 4
else
	echo "skip warm: /dev/cpu_dma_latency is not to be had"
fi
if [ "$(id -u)" -eq 0 ] && [ -e /dev/cpu_dma_latency ]; then
	check "warm needs rights" sh -c "
		cp '$ipcbench' ipcbench && chmod 755 . && IPCBENCH_DATA='$top' setpriv --reuid=65534 \
			--regid=65534 --clear-groups ./ipcbench run -b pipe \
			-i warm --dry-run >out 2>err;
		grep -q 'cpu_dma_latency: Permission denied' out"
fi

check "resolved job repeats" run 0 run a/job.ini $short -n 1 -s 64 -b pipe -o b
check "resolved job: same seed" sh -c 'grep -q "$(grep ^seed a/job.ini)" b/job.ini'

check "wrong sizes are refused, the rest is measured" run 0 run -b sysv-msg \
	-w pingpong -s 64,64K -p same-pu -n 1 $short -o c
check "refused cell has its reason" grep -q "msgmax" c/cells.jsonl

# Every back-end: the longest of these checks.
LIMIT=400
check "threads, both interfaces, every byte checked" run 0 run -n 1 $short \
	-b all -S process,thread -a copy,lend -V full -s 1,4097 -p same-pu \
	-W native -o d
LIMIT=120
check "threads: validates" run 0 validate d
check "emulated halves are named" grep -q '"emulated": *\["' d/cells.jsonl
check "every planned cell passed" sh -c '! grep -q "\"verdict\": *\"fail\"" d/trials.jsonl'

check "spin on one PU is refused" run 4 run -b ring -W spin -p same-pu -n 1
check "spin on one PU: yield is named" grep -q "yield" err

check "progress is read no more" sh -c "
	{ '$ipcbench' run -b pipe -w pingpong -p same-pu -W block -s 64 -n 9 \
		-t 4ms --events none -o g 2>&1 >out; echo \$? >status; } |
		head -n 1 >/dev/null
	[ -d g ]"
check "progress is read no more: complete" json g/manifest.json "d['status'] == 'complete'"

check "report of a run that goes on" sh -c "
	'$ipcbench' run -b pipe -s 64 -n 200 $short -o h >out 2>err &
	pid=\$!
	while [ ! -e h/manifest.json ]; do sleep 0.1; done
	'$ipcbench' report h 2>err
	[ \$? -eq 2 ] && grep -q 'going on' err
	bad=\$?
	'$ipcbench' show h >/dev/null || bad=1
	kill -INT \$pid
	wait \$pid
	exit \$bad"

check "interrupted" sh -c "
	'$ipcbench' run -b pipe -s 64 -n 200 $short -o e >out 2>err &
	pid=\$!
	sleep 2
	kill -INT \$pid
	wait \$pid
	[ \$? -eq 130 ]"
check "interrupted: marked" json e/manifest.json "d['status'] == 'interrupted'"
check "interrupted: validates" run 0 validate e
check "interrupted: shows" run 0 show e

if [ "$(id -u)" -eq 0 ] && mkdir disk && mount -t tmpfs -o size=256k none disk 2>/dev/null; then
	check "full disk" run 4 run -b pipe -w pingpong -s 64 -n 200 $short -o disk/r
	check "full disk: one line" test "$(wc -l <err)" -eq 1
	check "full disk: still loads" run 0 show disk/r
	check "full disk: validates" run 0 validate disk/r
	umount disk
else
	echo "skip full disk: not root, or no tmpfs may be mounted"
fi

truncate -s -40 a/trials.jsonl
check "torn last line is ignored" run 0 show a
sed -i '3s/^{/{{/' a/trials.jsonl
check "corrupt line is named" refuses 2 "trials.jsonl:3" show a
check "the reference run validates" run 0 validate "$top/results/reference"
check "nothing left" nothing_left
check "no journal left" no_journal
finish
