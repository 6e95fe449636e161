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

say "1/4 build (the first time takes some minutes)"
# One after the other: built together, the two share features, and cargo lambda would build again.
cargo build -p training
cargo build -p function

say "2/4 train (params.yaml)"
cargo run --quiet -p training -- train

say "3/4 serve (cargo lambda watch on port $port; its log is $log)"
# A process group of its own, so that it can be stopped with all that it starts.
set -m
MODEL_PATH=$PWD/model.hearth cargo lambda watch --package function --bin function \
  --invoke-address 127.0.0.1 --invoke-port "$port" --ignore-changes >"$log" 2>&1 &
watch=$!
set +m
stop() {
  kill -TERM -- "-$watch" 2>/dev/null || true
  wait "$watch" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

# The server takes invocations once it listens; the first one waits until the function is built.
for _ in $(seq 100); do
  kill -0 "$watch" 2>/dev/null || fail "cargo lambda watch ended; see $log"
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  sleep 0.1
done

say "4/4 ask (cargo lambda invoke with the API Gateway event $event)"
cargo lambda invoke --invoke-address 127.0.0.1 --invoke-port "$port" function \
  --data-file "$event" >build/answer.json || fail "the function did not answer; see $log"
python3 scripts/show.py "$event" build/answer.json "$log"

url="http://127.0.0.1:$port/lambda-url/function/predict"
curl="curl $url -H 'content-type: application/json' -d '{\"text\": \"I was charged twice for my order\"}'"
if [ "$mode" = stay ]; then
  printf '\nThe function stays up until Ctrl-C. In another terminal:\n  %s\n\n' "$curl"
  tail -n 0 -f "$log" &
  wait "$watch"
else
  printf '\nNothing is left running. Next, keep it up and ask it yourself:\n  make serve\n  %s\n' "$curl"
fi
