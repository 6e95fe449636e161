#!/usr/bin/env bash
# Deploys the foundation, or one environment with a release:
#
#   scripts/deploy.sh foundation
#   scripts/deploy.sh dev [build/release.json]
#
# It never hangs: after its patience CloudFormation is told to take the update back. IS_ROLLBACK=true
# takes traffic over at once, without a canary.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
patience=30m
target=$(environment "${1:-}")
release=${2:-build/release.json}
mkdir -p build

arguments=(deploy "$target" --exclusively --require-approval never --outputs-file "$PWD/build/outputs-$target.json")
if [ "$target" != foundation ]; then
  [ -f "$release" ] || fail "$release is not there: make release builds the images and writes it"
  # What ran until now is what a rollback goes back to; the same release again changes nothing of that.
  running=$(output "$target" Release)
  previous=$running
  if [ "$running" = "$(cat "$release")" ]; then previous=$(output "$target" Previous); fi
  account=$(aws sts get-caller-identity --query Account --output text)
  arguments+=(
    --role-arn "arn:aws:iam::$account:role/hearth-foundation-execution-$target"
    --context "release=$(realpath "$release")"
    --context "previous=${previous:-{\}}"
    --context "rollback=${IS_ROLLBACK:-false}"
  )
fi

cd cdk
code=0
timeout --signal=INT "$patience" npx cdk "${arguments[@]}" || code=$?
[ "$code" = 0 ] && exit 0
if [ "$code" = 124 ]; then
  # The program has ended, and CloudFormation goes on: it must be told.
  aws cloudformation cancel-update-stack --stack-name "hearth-$target" ||
    fail "hearth-$target was not done in $patience and is no update: make destroy ENV=$target ends it"
  fail "hearth-$target was not done in $patience; CloudFormation takes the update back"
fi
fail "hearth-$target was not deployed; what it was before, it is still"
