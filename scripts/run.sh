#!/usr/bin/env bash
# Trains the example model, serves it as a Lambda function on this machine, and asks it once.
#
#   scripts/run.sh once    ask, show the answer and the metrics, stop
#   scripts/run.sh stay    the same, then stay up until Ctrl-C
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-once}
event=tests/events/apigw-http.json
log=build/run.log
mkdir -p build

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'run: %s\n' "$*" >&2
  exit 1
}

target=${CARGO_TARGET_DIR:-target}/debug
if [ -x "$target/hearth" ] && [ -x "$target/function" ]; then
  say "1/4 build (only what changed)"
else
  say "1/4 build (the first time takes about 3 minutes on 2 cores, and downloads about 50 MB)"
fi
make --no-print-directory setup
scripts/build.sh

say "2/4 train (params.yaml)"
"$target/hearth" train

# cargo lambda's own port where it is free, else any.
port=$(python3 - <<'PY'
import socket
for port in (9000, 0):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(s.getsockname()[1])
        break
PY
)

say "3/4 serve (cargo lambda watch on port $port; the function's log is $log)"
# cargo lambda is the Runtime API here and starts nothing: by itself it would compile the function
# once more, with other features. Each is a process group of its own, so that both can be stopped.
set -m
cargo lambda watch --only-lambda-apis --invoke-address 127.0.0.1 --invoke-port "$port" >build/watch.log 2>&1 &
watch=$!
set +m
function=
stop() {
  for group in $function $watch; do
    kill -TERM -- "-$group" 2>/dev/null || true
    wait "$group" 2>/dev/null || true
  done
}
trap stop EXIT
trap 'exit 130' INT TERM
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
for _ in $(seq 100); do
  kill -0 "$watch" 2>/dev/null || fail "cargo lambda watch ended; see build/watch.log"
  if listens; then break; fi
  sleep 0.1
done
listens || fail "cargo lambda watch does not listen on port $port; see build/watch.log"
set -m
MODEL_PATH=$PWD/model.hearth AWS_LAMBDA_RUNTIME_API=http://127.0.0.1:$port/.rt/function \
  AWS_LAMBDA_FUNCTION_NAME=function AWS_LAMBDA_FUNCTION_VERSION=1 AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512 \
  "$target/function" >"$log" 2>&1 &
function=$!
set +m

say "4/4 ask (cargo lambda invoke with the API Gateway event $event)"
cargo lambda invoke --invoke-address 127.0.0.1 --invoke-port "$port" function \
  --data-file "$event" >build/answer.json || fail "the function did not answer; see $log"
python3 scripts/show.py "$event" build/answer.json "$log"

url="http://127.0.0.1:$port/lambda-url/function/predict"
curl="curl $url -H 'content-type: application/json' -d '{\"text\": \"I was charged twice for my order\"}'"
if [ "$mode" = stay ]; then
  printf '\nThe function stays up until Ctrl-C. In another terminal:\n  %s\n\n' "$curl"
  tail -n 0 -f "$log" &
  wait "$function"
else
  printf '\nNothing is left running. Next, keep it up and ask it yourself:\n  make serve\n  %s\n' "$curl"
fi
