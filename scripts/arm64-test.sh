#!/usr/bin/env bash
# Builds the function for arm64, as the image holds it, and runs tests/arm64.rs on it: under qemu's
# emulation of the processor, or as it is on an arm64 machine.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  printf 'skipped: %s\n' "$*"
  exit 0
}

emulator=
if [ "$(uname -m)" != aarch64 ]; then
  # Debian 12 has qemu-aarch64-static in qemu-user-static, Debian 13 qemu-aarch64 in qemu-user.
  emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) ||
    skip "no emulator of arm64 is here (Debian: apt install qemu-user-static, or qemu-user)"
fi
scripts/binary.sh function arm64 build/arm64/function
scripts/binary.sh verify arm64 build/arm64/verify
export HEARTH_ARM64=$PWD/build/arm64 HEARTH_ARM64_EMULATOR=$emulator
cargo test --locked --workspace --test arm64
