#!/usr/bin/env bash
# Coverage-guided fuzzing by libFuzzer, on stable Rust: scripts/fuzz.sh TARGET SECONDS, or "all" for each
# target in turn. With 0 seconds it only runs the inputs that are kept. libFuzzer is the one of clang
# (Debian: clang libclang-rt-14-dev).
#
# The inputs in tests/torture/guided/TARGET.tar.gz come first; a run without a finding replaces them by
# the fewest inputs, its own among them, that reach the same code. KEEP= leaves the archive as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?target} seconds=${2:?seconds}
if [ "$target" = all ]; then
  for target in model door table dvc capture lint; do scripts/fuzz.sh "$target" "$seconds"; done
  exit
fi

libfuzzer=$(clang --print-runtime-dir 2>/dev/null)/libclang_rt.fuzzer_no_main-$(uname -m).a
[ -f "$libfuzzer" ] || { echo "fuzz: clang's libFuzzer is missing (Debian: apt install clang libclang-rt-14-dev)" >&2; exit 1; }

cargo build --quiet --workspace --bins --test tidy # trains the models; without counters
RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/rustc-counters.sh LIBFUZZER=$libfuzzer \
  cargo build --quiet --workspace --bin guided --features tests/guided

work=$PWD/target/fuzz
kept=$PWD/tests/torture/guided/$target.tar.gz
mkdir -p "$work/$target" "$work/findings"
[ ! -f "$kept" ] || tar -xzf "$kept" -C "$work/$target"
guided() { target/debug/guided "$target" "$work" -rss_limit_mb=2048 -timeout=60 -max_len=262144 "$@"; }

guided -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$work/findings/$target-" "$work/$target"
if [ -n "${KEEP-yes}" ] && [ "$seconds" != 0 ]; then
  rm -rf "$work/fewest" && mkdir "$work/fewest"
  guided -merge=1 "$work/fewest" "$work/$target"
  mkdir -p "$(dirname "$kept")"
  # The same bytes for the same inputs; large inputs stay out, so that the repository stays small.
  find "$work/fewest" -type f -size -"${LARGEST:-16}"k -printf '%f\n' | LC_ALL=C sort |
    tar -C "$work/fewest" --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=644 -T - -c | gzip -9n >"$kept"
fi
