#!/usr/bin/env bash
# Deploys to one environment what runs in another: scripts/promote.sh dev staging
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
in_region
from=$(environment "${1:-}")
to=$(environment "${2:-}")
mkdir -p build
needed "$from" Release >build/release.json
exec scripts/deploy.sh "$to" build/release.json
