#!/usr/bin/env bash
# Prints where an environment's endpoints are, a line each: scripts/url.sh dev
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
in_region
target=$(environment "${1:-}")
needed "$target" Release >/dev/null
aws cloudformation describe-stacks --stack-name "hearth-$target" --output text \
  --query "Stacks[0].Outputs[?starts_with(OutputKey, 'Url')].OutputValue" | tr '\t' '\n' | sed 's:/*$::'
