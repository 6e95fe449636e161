#!/usr/bin/env bash
# Puts back what ran before, at once: scripts/rollback.sh prod. Twice is back where it was.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
in_region
target=$(environment "${1:-}")
previous=$(needed "$target" Previous)
[ "$previous" != '{}' ] || fail "hearth-$target has run one release only: there is nothing to go back to"
mkdir -p build
printf '%s' "$previous" >build/rollback.json
IS_ROLLBACK=true exec scripts/deploy.sh "$target" build/rollback.json
