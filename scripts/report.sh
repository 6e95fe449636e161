#!/usr/bin/env bash
# What this branch changes of the model, as Markdown: scripts/report.sh origin/main
#
# The model of BASE is trained here too, from its data and parameters: training gives the same bytes
# everywhere, so this needs no storage and no secret, and works for a fork. Both are measured on the
# rows that this branch holds out.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
base=${1:?name a revision to compare with}
hearth=${HEARTH:-target/debug/hearth}
[ -x "$hearth" ] || fail "$hearth is not there: cargo build -p hearth"
hearth=$(realpath "$hearth")
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
mkdir -p build

# A model names the commit that it was trained at. Without git both name none, and are the same bytes
# where nothing has changed. The gate is for the pipeline: a report of a worse model is wanted most.
export GIT_DIR=/dev/null
against=()
if env -u GIT_DIR git archive "$base" data params.yaml | tar --extract --directory "$before" &&
  (cd "$before" && "$hearth" train --quiet --no-gate --out before.hearth >&2); then
  against=(--against "$before/before.hearth")
fi
# Parameters that only an older program understands are no reason to say nothing.
"$hearth" train --quiet --no-gate --out build/after.hearth "${against[@]}" --report-markdown build/report-of-model.md >&2
if [ ${#against[@]} -gt 0 ] && cmp --silent "$before/before.hearth" build/after.hearth; then
  printf 'The same bytes as before.\n\n'
fi
cat build/report-of-model.md
