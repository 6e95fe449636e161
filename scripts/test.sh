#!/usr/bin/env bash
# Runs the tests of the programs and, at the same time, those of the infrastructure. Either of them
# leaves cores idle: tests wait for processes, rehearsals for one another. The output of the second
# follows that of the first. Ends with 1 if either failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
mkdir -p build
log=build/test-cdk.log

# A process group of its own, which Ctrl-C and a failure end as a whole.
set -m
make --no-print-directory test-cdk >"$log" 2>&1 </dev/null &
infrastructure=$!
set +m
trap 'kill -- -$infrastructure 2>/dev/null' EXIT
trap 'exit 130' INT TERM

echo "test: the infrastructure's tests run beside the others and are shown after them; $log has them now"
failed=
cargo test --workspace || failed=1
wait "$infrastructure" || failed=1
cat "$log"
[ -z "$failed" ] || { echo "test: failed" >&2; exit 1; }
