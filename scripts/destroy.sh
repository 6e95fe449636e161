#!/usr/bin/env bash
# Takes an environment down: scripts/destroy.sh dev. A protected one only where UNPROTECT names it, too;
# its logs and records stay. The foundation, with the models, is taken down by hand: docs/deploy.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
in_region
target=$(environment "${1:-}")
[ "$target" != foundation ] || fail "the foundation holds every model and image; docs/deploy.md says how to take it down"
is_protected=$(aws cloudformation describe-stacks --stack-name "hearth-$target" --output text \
  --query 'Stacks[0].EnableTerminationProtection' 2>&1) || fail "hearth-$target cannot be looked at: $is_protected"
if [ "$is_protected" = True ]; then
  [ "${UNPROTECT:-}" = "$target" ] || fail "hearth-$target is protected: make destroy ENV=$target UNPROTECT=$target takes it down, and keeps its logs and records"
  aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name "hearth-$target" >/dev/null
fi
aws cloudformation delete-stack --stack-name "hearth-$target"
timeout 30m aws cloudformation wait stack-delete-complete --stack-name "hearth-$target" ||
  fail "hearth-$target is not gone: aws cloudformation describe-stack-events --stack-name hearth-$target says why"
printf 'hearth-%s is gone\n' "$target"
