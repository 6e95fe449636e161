#!/usr/bin/env bash
# Takes an environment down: scripts/destroy.sh dev. The foundation, with the models, is taken down
# by hand: docs/deploy.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
target=$(environment "${1:-}")
[ "$target" != foundation ] || fail "the foundation holds every model and image; docs/deploy.md says how to take it down"
# A protected stack is refused by CloudFormation itself, with the words to say so.
aws cloudformation delete-stack --stack-name "hearth-$target"
timeout 30m aws cloudformation wait stack-delete-complete --stack-name "hearth-$target" ||
  fail "hearth-$target is not gone: aws cloudformation describe-stack-events --stack-name hearth-$target says why"
printf 'hearth-%s is gone\n' "$target"
