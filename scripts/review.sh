#!/usr/bin/env bash
# What this branch changes of the deployed services, as Markdown: scripts/review.sh origin/main
#
# Both branches are synthesised with the same made-up release, so images differ in nothing, and neither AWS
# nor an account is asked: it works for a fork. build/losses.txt has a line for each resource whose data a
# deployment would delete or leave behind.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
base=${1:?name a revision to compare with}
[ -d cdk/node_modules/tsx ] || fail "what cdk/ needs is not installed: make setup-cdk"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p build

# The templates of the app in a folder; the rules of cdk-nag and CloudFormation are for the tests.
synthesise() { # tree, where to
  (
    cd "$1/cdk"
    node --import tsx list.ts >"$folder/endpoints"
    python3 - "$folder" <<'PY'
import json, sys

folder = sys.argv[1]
with open(f"{folder}/endpoints", encoding="utf-8") as file:
    names = [line.split()[0] for line in file]
with open(f"{folder}/release.json", "w", encoding="utf-8") as file:
    json.dump({name: {"digest": "sha256:" + "0" * 64, "version": "review", "bytes": 0} for name in names}, file)
with open("cdk.json", encoding="utf-8") as file:
    context = json.load(file)["context"] | {"release": f"{folder}/release.json"}
with open(f"{folder}/context.json", "w", encoding="utf-8") as file:
    json.dump(context, file)
PY
    CDK_VALIDATION=false CDK_CONTEXT_JSON=$(cat "$folder/context.json") CDK_OUTDIR=$2 node --import tsx app.ts >&2
  )
}

git archive "$base" | tar --extract --directory "$folder" --one-top-level=base
# Of an older app it may lack something new, and hardly the other way round.
ln -s "$PWD/cdk/node_modules" "$folder/base/cdk/node_modules"
synthesise "$folder/base" "$folder/before" ||
  fail "the app of $base cannot be synthesised with what cdk/package-lock.json pins here: the lines above say why"
synthesise "$PWD" "$folder/after" || fail "cdk/config.ts is not as it must be: the lines above say what to change"
(cd cdk && node --import tsx review.ts "$folder/before" "$folder/after" ../build/losses.txt)
