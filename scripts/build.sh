#!/usr/bin/env bash
# Builds what `make run` needs, in one build, and shows how far it is.
#
# S3 and what belongs to it are left out: they are a third of a first build, and the example is a
# local file. Built together, the two programs share every crate.
set -euo pipefail
cd "$(dirname "$0")/.."
build=(cargo build --locked --package hearth --package function --no-default-features)

if [ -t 2 ]; then
  exec "${build[@]}" # cargo draws a bar of its own: crates done of all
fi
# Elsewhere one line for each tenth of the crates, from the same bar.
log=build/cargo-build.log
mkdir -p build
set +e
CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=80 CARGO_TERM_COLOR=never "${build[@]}" 2>&1 |
  tee "$log" | python3 scripts/progress.py
code=${PIPESTATUS[0]}
if [ "$code" != 0 ]; then
  tr '\r' '\n' <"$log" | grep -vE '^ *(Building|Compiling|Downloaded|Downloading) ' | tail -n 40 >&2
  exit "$code"
fi
