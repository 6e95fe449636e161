#!/usr/bin/env bash
# README's first command, checked: `make run` answers and leaves nothing running; and the program that
# it builds, which has no S3, says so where S3 is asked for.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
log=build/run-test.log

fail() {
  printf 'run-test: %s\n' "$*" >&2
  tail -n 40 "$log" >&2
  exit 1
}
make --no-print-directory run 2>&1 | tee "$log" || fail "make run failed"
head -n 2 "$log" | grep -q '^== 1/4 build' || fail "the first line does not say what happens"
grep -qE '^answer +200 delivery' "$log" || fail "the answer is not the expected one"
grep -q '^{"_aws":' "$log" || fail "there is no EMF line"
port=$(sed -n 's/.*cargo lambda watch on port \([0-9]*\).*/\1/p' "$log")
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then fail "something still listens on port $port"; fi

hearth=${CARGO_TARGET_DIR:-target}/debug/hearth
said=$("$hearth" train --data s3://bucket/rows.csv --target y 2>&1) && fail "a build without S3 read from S3"
case $said in
  *"this build has no S3 support"*"cargo build --release -p hearth"*) ;;
  *) fail "a build without S3 says: $said" ;;
esac
echo "run-test: make run answers, and the program without S3 says how to get it"
