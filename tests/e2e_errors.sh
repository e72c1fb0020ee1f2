#!/bin/sh
# SPDX-License-Identifier: MIT
# Bad input: one line that names the value, what is allowed and what was meant;
# exit 2; nothing touched.
. "$(dirname "$0")/e2e.sh"

usage "unknown command" "did you mean 'report'" reprot
usage "unknown back-end" "did you mean 'pipe'" run -b pip
usage "unknown back-end, list" "unix-stream" run -b nosuchthing
usage "unknown workload" "did you mean 'stream'" run -w steam
usage "unknown preset" "did you mean 'quick'" run --preset quik
usage "unknown job" "did you mean 'smoke'" run smok
usage "unknown option" "did you mean 'backend'" run --bakend=pipe
usage "unknown option of show" "did you mean 'metric'" show --metrik=rtt
usage "size 0" "size '0'" run -s 0
usage "negative size" "size '-5'" run -s -5
usage "overflowing size" "size '99999999999999999999'" run -s 99999999999999999999
usage "size over the limit" "size '2G'" run -s 2G
usage "size in words" "size 'big'" run -s big
usage "empty item" "empty item" run -s 64,,128
usage "bad range" "size range" run -s 8:64:x1
usage "CPU that does not exist" "99" run -p 0:99
usage "CPU in words" "did you mean 'cross'" run -p crsos
usage "range that ends before it begins" "'64K:64'" run -s 64K:64
usage "baseline that is not measured" "'tcp'" run --baseline=tcp -b pipe
usage "bad wait" "did you mean 'spin'" run -W spn
usage "bad space" "did you mean 'thread'" run -S thraed
usage "bad api" "native" run -a zero
usage "bad verify" "full" run -V fully
usage "bad depth" "power of two" run -d 3
usage "bad blocks" "blocks '0'" run -n 0
usage "blocks the wrong way" "blocks '9:3'" run -n 9:3
usage "bad trial time" "trial-time '5'" run -t 5
usage "bad precision" "precision '0'" run -e 0
usage "bad seed" "seed" run --seed=x
usage "bad baseline" "did you mean 'pipe'" run --baseline=pip -n 1
usage "bad progress" "plain" run --progress=fancy
usage "deadline under the trial time" "deadline" run -t 1s --deadline 1s
usage "missing job file" "nosuch/file.ini" run nosuch/file.ini

usage "unknown concept" "did you mean 'deadlock'" concepts deadlok
usage "slide that is not there" "'33'" concepts 33
usage "two concepts" "one concept too many" concepts 3 4
usage "unknown back-end, concepts" "did you mean 'pipe'" concepts -b pip
usage "unknown option of concepts" "did you mean 'check'" concepts --chek
usage "concepts of no run" "nosuch" concepts -i nosuch
usage "concepts: no run yet" "ipcbench run" concepts --check

printf '[global]\nbakend = pipe\n' >key.ini
usage "unknown job key" "did you mean 'backend'" run ./key.ini
usage "job file and line" "key.ini:2" run ./key.ini
printf '[global]\nsize = 64\n[a]\nblocks = 3\n' >place.ini
usage "design key in a section" "belongs to [global]" run ./place.ini
printf '[global]\nbackend = %0250d\n' 0 >long.ini
usage "line too long" "long.ini:2" run ./long.ini
printf 'nonsense\n' >nonsense.ini
usage "no key and value" "nonsense.ini:1" run ./nonsense.ini

mkdir there
usage "existing output folder" "there" run -n 1 -o there
usage "output under a file" "'out'" run -n 1 -o out/x
usage "output without a parent" "no/such" run -n 1 -o no/such/dir
if [ "$(id -u)" -ne 0 ]; then
	mkdir locked && chmod 555 locked
	usage "unwritable output" "locked/x" run -n 1 -o locked/x
fi

usage "show: no run yet" "ipcbench run" show
usage "show: no such run" "nowhere" show nowhere
usage "show: foreign folder" "there" show there
usage "report: foreign folder" "there" report there
usage "validate: foreign folder" "there" validate there
usage "validate: no folder" "nowhere" validate nowhere

check "refused: all cells" run 4 run -b sysv-msg -s 64K -p same-pu
check "refused: says why" grep -q "msgmax" err

check "too few PUs: said" sh -c "taskset -c 0 '$ipcbench' run -p cross -n 1 \
	>out 2>err; [ \$? -eq 4 ] && grep -q 'cross' err"
check "foreign topology: refused" sh -c "HWLOC_SYNTHETIC='pack:2 core:2 pu:1' \
	'$ipcbench' run -p cross -n 1 >out 2>err; [ \$? -eq 4 ]"
check "errors leave nothing" nothing_left
check "errors leave no journal" no_journal
check "errors make no results" test ! -e results

check "closed output is an error" sh -c "! '$ipcbench' list >&- 2>err"
check "closed output: said" grep -q "cannot write" err
check "help --help" run 0 help --help
run 0 && check "no argument: what to try" grep -q "ipcbench run quick" out
for command in list run show report topo env doctor validate; do
	check "--help of $command" run 0 "$command" --help
	check "help $command" run 0 help "$command"
	check "--help of $command on a full disk" sh -c "! '$ipcbench' \
		$command --help >/dev/full 2>err && grep -q 'No space' err"
	check "help $command says usage" grep -q "^Usage: ipcbench $command" out
done
finish
