#!/usr/bin/env bash
# Deploys the foundation, or one environment with a release:
#
#   scripts/deploy.sh foundation
#   scripts/deploy.sh dev [build/release.json]
#
# It never hangs: after its patience CloudFormation is told to take the update back. IS_ROLLBACK=true
# takes traffic over at once, without a canary and whatever alarms say.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
patience=30m
target=$(environment "${1:-}")
release=${2:-build/release.json}
mkdir -p build
in_region
account=$(setting account)
here=$(aws sts get-caller-identity --query Account --output text)
[ "$here" = "$account" ] || fail "these credentials are of the account $here, and cdk/config.ts names $account"

arguments=(deploy "$target" --exclusively --require-approval never --outputs-file "$PWD/build/outputs-$target.json")
# What a deleted stack left, such as a bucket with models or the logs of prod, is taken in again by its
# name. A change set does that; a deployment without one (CDK_METHOD=direct) cannot.
[ "${CDK_METHOD:-}" = direct ] || arguments+=(--import-existing-resources)

# Runs cdk with these arguments; ends the script where that fails.
deploy() {
  local code=0
  (cd cdk && timeout --signal=INT "$patience" node_modules/.bin/cdk "$@") || code=$?
  if [ "$code" = 124 ]; then
    # The program has ended, and CloudFormation goes on: it must be told.
    aws cloudformation cancel-update-stack --stack-name "hearth-$target" ||
      fail "hearth-$target was not done in $patience and is no update: make destroy ENV=$target ends it"
    fail "hearth-$target was not done in $patience; CloudFormation takes the update back"
  fi
  [ "$code" = 0 ] || fail "hearth-$target was not deployed; what it was before, it is still"
}

if [ "$target" = foundation ]; then
  # The buckets first: the rest is too large to go but through one of them.
  [ -n "$(output foundation DvcRemote)" ] || deploy "${arguments[@]}" --context first=true
  deploy "${arguments[@]}"
  exit 0
fi

[ -f "$release" ] || fail "$release is not there: make release builds the images and writes it"
wanted=$(setting "grants-$target")
[ -n "$wanted" ] || fail "cdk/config.ts has no environment $target"
granted=$(output foundation "Grants$target")
[ -n "$granted" ] || fail "the foundation does not know $target yet, or is of an older version: make deploy ENV=foundation"
lacking=()
IFS=, read -ra options <<<"$wanted"
for option in "${options[@]}"; do
  [[ $option = basic || ,$granted, == *",$option,"* ]] || lacking+=("$option")
done
[ ${#lacking[@]} = 0 ] || fail "config.ts asks in $target for what the foundation does not allow yet (${lacking[*]}): make deploy ENV=foundation"
# Lambda keeps 100 for functions that reserve nothing. An account begins with 10 or 1,000 in all.
reserved=$(setting "reserved-$target")
if [ "$reserved" -gt 0 ] && limit=$(aws lambda get-account-settings --query AccountLimit.ConcurrentExecutions --output text 2>/dev/null) && [ $((reserved + 100)) -gt "$limit" ]; then
  fail "concurrency.reserved of $target makes $reserved, and this account lets $limit run at once, of which 100 must stay free: ask for more under Service Quotas, Lambda, Concurrent executions"
fi

# A stack whose first creation failed holds nothing. cdk deletes it before it tries again, which AWS refuses where the
# stack is protected, and cdk has protected it by then.
status=$(aws cloudformation describe-stacks --stack-name "hearth-$target" --query 'Stacks[0].StackStatus' --output text 2>/dev/null || true)
case $status in
  ROLLBACK_COMPLETE | ROLLBACK_FAILED | REVIEW_IN_PROGRESS)
    aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name "hearth-$target" >/dev/null
    ;;
esac

# What ran until now is what a rollback goes back to; the same release again changes nothing of that.
running=$(output "$target" Release)
previous=$running
if [ "$running" = "$(cat "$release")" ]; then previous=$(output "$target" Previous); fi
deploy "${arguments[@]}" \
  --role-arn "arn:aws:iam::$account:role/hearth-foundation-execution-$target" \
  --context "release=$(realpath "$release")" \
  --context "previous=${previous:-{\}}" \
  --context "rollback=${IS_ROLLBACK:-false}"
