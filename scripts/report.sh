#!/usr/bin/env bash
# What this branch changes of the model, as Markdown: scripts/report.sh origin/main
#
# The model of BASE is trained here too, from its data and parameters: training gives the same bytes
# everywhere, so this needs no storage and no secret, and works for a fork.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
base=${1:?name a revision to compare with}
hearth=${HEARTH:-target/debug/hearth}
[ -x "$hearth" ] || fail "$hearth is not there: cargo build -p training"
hearth=$(realpath "$hearth")
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
mkdir -p build

# A model names the commit that it was trained at. Without git both name none, and are the same bytes
# where nothing has changed.
train() {
  GIT_DIR=/dev/null "$hearth" train --quiet --metrics "$1-metrics.json" --plots "$1-plots" --out "$1.hearth" >&2
}
train build/after
"$hearth" inspect build/after.hearth --json >build/after.json
if git archive "$base" data params.yaml | tar --extract --directory "$before" &&
  (cd "$before" && train before); then
  "$hearth" inspect "$before/before.hearth" --json >build/before.json
else
  # Parameters that only an older program understands are no reason to say nothing.
  printf 'null' >build/before.json
fi
python3 scripts/report.py build/before.json build/after.json build/after-plots/confusion.csv
