#!/usr/bin/env bash
# Shows the function's log as it is written, until Ctrl-C: scripts/logs.sh prod [ENDPOINT]
# ONLY=problems, ONLY=captured or ONLY=metrics leaves out the other lines.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
in_region
target=$(environment "${1:-}")
endpoint=${2:-}
if [ -z "$endpoint" ]; then
  endpoint=$(needed "$target" Release | python3 -c 'import json, sys; print(next(iter(json.load(sys.stdin))))')
fi
# CloudFormation takes no dashes in the name of an output.
group=$(output "$target" "Log${endpoint//-/}")
[ -n "$group" ] || fail "hearth-$target has no endpoint $endpoint; ENDPOINT names one of cdk/config.ts"
exec python3 scripts/logs.py "$group" "${ONLY:-}"
