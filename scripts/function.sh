#!/usr/bin/env bash
# Builds `function` as the image holds it, for one machine type, and puts it where it is wanted.
#
#   scripts/function.sh amd64 build/function
#   scripts/function.sh arm64 build/function-arm64
#
# The same sources and the same Rust give the same bytes in every folder (`make reproducible`).
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'function.sh: %s\n' "$*" >&2
  exit 1
}
[ $# = 2 ] || fail "two arguments are needed: amd64 or arm64, and the file to write"
case $1 in
  amd64) target=x86_64-unknown-linux-musl ;;
  arm64) target=aarch64-unknown-linux-musl ;;
  *) fail "$1 is not built; amd64 and arm64 are" ;;
esac
if [ ! -d "$(rustc --print target-libdir --target "$target")" ]; then
  rustup target add "$target" || fail "Rust's library for $target is missing; rustup target add $target installs it"
fi

# Where this machine keeps cargo's sources would be in the panic messages. As configuration and not as
# RUSTFLAGS, which would replace what .cargo/config.toml says.
cargo_home=$(cd "${CARGO_HOME:-$HOME/.cargo}" && pwd -P)
cargo build --release --locked --package function --bin function --target "$target" \
  --config "target.$target.rustflags=['--remap-path-prefix=$cargo_home=/cargo']"
install -D -m 755 "${CARGO_TARGET_DIR:-target}/$target/release/function" "$2"
