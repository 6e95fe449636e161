#!/usr/bin/env bash
# Holds the captures of the last days against the model, and retrains it where true labels are known:
#
#   scripts/drift.sh look       compares, into build/drift: drift.html, summary.md, and `state`, a word:
#                               stable, moved (an index is above FAIL_ABOVE) or quiet (no captures)
#   scripts/drift.sh retrain    trains on --data and the captured rows that TRUTH labels, holds out the newest,
#                               compares with the model there; if the gate passes, commits what `make repro`
#                               makes of it on a branch of its own, into build/drift: report.html, pull.md,
#                               retrain.bundle and `branch`. `outcome` is a word: passed, gate or nothing
#
# CAPTURES     s3://bucket/records or a folder, with a folder day=2026-01-31 for each day
# DAYS         how many days back, today among them; all takes everything under CAPTURES (default 8)
# TODAY        the last day (default: today in UTC)
# TRUTH        true labels: a table with the columns id and truth; without it nothing is retrained
# MODEL        the model that answered (default model.hearth)
# FAIL_ABOVE   the index from which on a distribution counts as moved (default 0.25)
#
# It needs no GitHub: what is made here, .github/workflows/drift.yml puts into an issue and a pull request.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
hearth=${HEARTH:-target/release/hearth}
[ -x "$hearth" ] || fail "$hearth is not there: make program"
model=${MODEL:-model.hearth}
[ -e "$model" ] || fail "$model is not there: make pull"
captures=${CAPTURES:-}
captures=${captures%/}
[ -n "$captures" ] || fail "CAPTURES is empty: name the folder or s3://bucket/records with the captures of the endpoint"
days=${DAYS:-8}
[[ $days =~ ^([1-9][0-9]{0,2}|all)$ ]] || fail "DAYS is $days, and 1 to 999 or all was expected"
today=${TODAY:-$(date --utc +%F)}
truth=${TRUTH:-}
out=build/drift
mkdir -p "$out"

# The places of the last days that there are, a line each.
places() {
  local ago day code=0
  if [ "$days" = all ]; then
    printf '%s/\n' "$captures"
    return
  fi
  for ((ago = days - 1; ago >= 0; ago--)); do
    day=day=$(date --utc --date "$today - $ago days" +%F)
    case $captures in
      s3://*)
        aws s3 ls "$captures/$day/" >/dev/null || code=$?
        # An empty list is status 1, and every failure above that.
        case $code in
          0) ;;
          1) code=0 && continue ;;
          *) fail "$captures/$day/ cannot be listed" ;;
        esac
        ;;
      *) [ -d "$captures/$day" ] || continue ;;
    esac
    printf '%s/%s/\n' "$captures" "$day"
  done
}
listed=$(places)
mapfile -t found < <(printf '%s' "$listed")
period="the $days days up to $today"
[ "$days" != all ] || period="all days"

# Rows of a table, with its header; a cell may have several lines.
rows_of() {
  python3 - "$1" <<'PY'
import csv, sys

path = sys.argv[1]
csv.field_size_limit(sys.maxsize)
with open(path, encoding="utf-8-sig", newline="") as file:
    rows = file if path.endswith(".jsonl") else csv.reader(file, delimiter="\t" if path.endswith(".tsv") else ",")
    print(sum(1 for row in rows if row))
PY
}

look() {
  local code=0 arguments=()
  rm -f "$out"/{state,summary.md,drift.html,drift.md,errors}
  if [ ${#found[@]} = 0 ]; then
    printf "No request was captured in %s, under \`%s\`.\n" "$period" "$captures" >"$out/summary.md"
    printf quiet >"$out/state"
    cat "$out/summary.md"
    return
  fi
  [ -z "$truth" ] || arguments=(--truth "$truth")
  "$hearth" drift "$model" "${found[@]}" "${arguments[@]}" --report "$out/drift.html" --markdown "$out/drift.md" \
    --fail-above "${FAIL_ABOVE:-0.25}" 2>"$out/errors" || code=$?
  cat "$out/errors" >&2
  # Both reports are there before the index is judged; without them something else went wrong.
  if [ "$code" = 0 ]; then
    printf stable >"$out/state"
  elif [ -s "$out/drift.md" ] && grep -q '^hearth: the index is above ' "$out/errors"; then
    printf moved >"$out/state"
  else
    exit "$code"
  fi
  {
    printf "Captures of %s, under \`%s\`.\n\n" "$period" "$captures"
    cat "$out/drift.md"
  } >"$out/summary.md"
}

# A place that params.yaml names.
named() { sed -nE "s/^$1:[[:space:]]*['\"]?([^'\"#]*[^'\"#[:space:]]).*/\1/p" params.yaml; }

retrain() {
  local code=0 arguments=() gate=() table ending revision branch rows keeper place made
  rm -f "$out"/{outcome,branch,pull.md,retrain.bundle,report.md,report.html,errors}
  [ -n "$truth" ] || fail "TRUTH is empty: name the table of true labels"
  [ -z "$(git status --porcelain --untracked-files=no)" ] || fail "the working tree has changes; commit them first"
  if [ ${#found[@]} = 0 ]; then
    printf nothing >"$out/outcome"
    return
  fi
  table=$(named data)
  [ -f "$table" ] || fail "params.yaml has no line \`data:\` with a file that is here; captured rows are joined with that table"
  ending=${table##*.}
  [[ $ending =~ ^(csv|tsv|jsonl)$ ]] || fail "$table: captured rows are added to a .csv, .tsv or .jsonl"
  for place in "${found[@]}"; do arguments+=(--captures "$place"); done
  # Where the gate says nothing about the model before, the new one may not be worse.
  if ! grep -q 'max_drop' params.yaml; then
    case $("$hearth" inspect --json "$model") in
      *'"accuracy"'*) gate=(--set gate.max_drop.accuracy=0) ;;
      *) gate=(--set gate.max_drop.mae=0) ;;
    esac
  fi
  "$hearth" train --params params.yaml "${arguments[@]}" --truth "$truth" --against "$model" "${gate[@]}" \
    --joined "$out/joined.$ending" --out "$out/next.hearth" --metrics "$out/metrics.json" \
    --report "$out/report.html" --report-markdown "$out/report.md" 2>"$out/errors" || code=$?
  cat "$out/errors" >&2
  if [ "$code" != 0 ]; then
    if grep -q '^hearth: the model is not written' "$out/errors"; then
      printf gate >"$out/outcome"
    elif grep -q 'there is nothing new to learn' "$out/errors"; then
      printf nothing >"$out/outcome"
    else
      exit "$code"
    fi
    printf 'No pull request: %s\n' "$(grep '^hearth: ' "$out/errors" | tail -n 1)"
    return
  fi

  revision=$(git rev-parse HEAD)
  branch=retrain/$today-$(sha256sum "$out/joined.$ending" | cut -c 1-8)
  git switch --quiet --create "$branch"
  rows=$(($(rows_of "$out/joined.$ending") - $(rows_of "$table")))
  cp "$out/joined.$ending" "$table"
  # The pipeline holds out the same rows: the newest captured ones.
  grep -qE '^split:' params.yaml || printf 'split: {time: captured_at}\n' >>params.yaml
  make --no-print-directory repro
  cmp "$out/metrics.json" "$(named metrics)" ||
    fail "make repro gives other metrics than the retraining: params.yaml or dvc.yaml train with other options"
  keeper=git
  if git check-ignore --quiet "$table"; then
    keeper="DVC's remote"
    dvc add --quiet "$table"
    dvc push --quiet "$table"
  fi
  make --no-print-directory push
  git add --update
  for made in dvc.lock "$(named metrics)" plots "$table.dvc"; do
    [ ! -e "$made" ] || git add -- "$made"
  done
  {
    printf 'Retrain on %s captured rows\n\n' "$rows"
    printf 'Captures of %s with true labels, behind the rows of %s; measured on the newest.\n' "$period" "$table"
  } >"$out/message"
  git commit --quiet --file "$out/message"
  {
    printf 'A model that has learnt from %s captured rows of %s beside the rows that it knew, measured on the newest of them, ' "$rows" "$period"
    printf "which neither model has learnt from. \`%s\`, which %s keeps, has these rows now: review whether it may.\n\n" "$table" "$keeper"
    cat "$out/report.md"
  } >"$out/pull.md"
  git bundle create --quiet "$out/retrain.bundle" "$branch" "^$revision"
  printf '%s' "$branch" >"$out/branch"
  printf passed >"$out/outcome"
  git switch --quiet --detach "$revision"
}

case ${1:-} in
  look) look ;;
  retrain) retrain ;;
  *) fail "look or retrain was expected" ;;
esac
