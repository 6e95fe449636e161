#!/usr/bin/env bash
# Builds `function` twice, in two folders and from two copies of cargo's sources, and compares the
# bytes: what is deployed can be built again from its git revision by anybody.
#
#   scripts/reproducible.sh          amd64
#   scripts/reproducible.sh arm64
set -euo pipefail
cd "$(dirname "$0")/.."
machine=${1:-amd64}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for place in one two/of/another/length; do
  mkdir -p "$work/$place/source"
  # What git tracks or would track, as it is now.
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
    tar --null --create --files-from=- --file=- | tar --extract --directory="$work/$place/source"
  printf 'reproducible.sh: building in %s\n' "$work/$place"
  CARGO_HOME=$work/$place/cargo CARGO_TARGET_DIR=$work/$place/target \
    "$work/$place/source/scripts/binary.sh" function "$machine" "$work/$place/function"
done
sha256sum "$work/one/function" "$work/two/of/another/length/function"
cmp "$work/one/function" "$work/two/of/another/length/function"
echo "reproducible.sh: both are the same, byte by byte"
