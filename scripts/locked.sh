#!/usr/bin/env bash
# Fails where git does not have what `make repro` has just written: who changes a model commits both.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
git ls-files --error-unmatch dvc.lock >/dev/null 2>&1 ||
  fail "dvc.lock is not in git: run make repro, and commit dvc.lock, metrics.json and plots/"
changed=$(git status --porcelain -- dvc.lock metrics.json plots | cut -c4- | tr '\n' ' ')
[ -z "$changed" ] ||
  fail "git has another ${changed% } than the pipeline gives: run make repro, and commit dvc.lock, metrics.json and plots/"
"${HEARTH:-target/release/hearth}" status --check
