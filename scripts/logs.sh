#!/usr/bin/env bash
# Shows the function's log as it is written, until Ctrl-C: scripts/logs.sh prod [ENDPOINT]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
target=$(environment "${1:-}")
endpoint=${2:-}
if [ -z "$endpoint" ]; then
  endpoint=$(needed "$target" Release | python3 -c 'import json, sys; print(next(iter(json.load(sys.stdin))))')
fi
exec python3 scripts/logs.py "/hearth/$target/$endpoint/function"
