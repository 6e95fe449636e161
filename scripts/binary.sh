#!/usr/bin/env bash
# Builds `function` or `batch` as the image holds it, or `verify`, for one machine type, and puts it
# where it is wanted.
#
#   scripts/binary.sh function amd64 build/function
#   scripts/binary.sh batch arm64 build/batch-arm64
#
# The same sources and the same Rust give the same `function` in every folder (`make reproducible`).
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'binary.sh: %s\n' "$*" >&2
  exit 1
}
[ $# = 3 ] || fail "three arguments are needed: function, batch or verify, amd64 or arm64, and the file to write"
case $1 in
  function | batch) package=$1 profile=$1 ;;
  verify) package=model profile=function ;; # of which all is compiled with the function
  *) fail "$1 is not built; function, batch and verify are" ;;
esac
case $2 in
  amd64) machine=x86_64 ;;
  arm64) machine=aarch64 ;;
  *) fail "$2 is not built; amd64 and arm64 are" ;;
esac
target=$machine-unknown-linux-musl
if [ ! -d "$(rustc --print target-libdir --target "$target")" ]; then
  rustup target add "$target" || fail "Rust's library for $target is missing; rustup target add $target installs it"
fi

if [ "$1" = batch ]; then
  # Of TLS some lines are C. They need no C library of the target, only a compiler for its processor.
  compiler=cc
  [ "$(uname -m)" = "$machine" ] || compiler=$machine-linux-gnu-gcc
  command -v "$compiler" >/dev/null ||
    fail "$compiler is missing (Debian: apt install gcc-${machine//_/-}-linux-gnu libc6-dev-$2-cross)"
  export "CC_${target//-/_}=$compiler"
fi

# Where this machine keeps cargo's sources would be in the panic messages. As configuration and not as
# RUSTFLAGS, which would replace what .cargo/config.toml says.
mkdir -p "${CARGO_HOME:-$HOME/.cargo}"
cargo_home=$(cd "${CARGO_HOME:-$HOME/.cargo}" && pwd -P)
# A panic aborts: nothing reads tables for unwinding.
cargo build --profile "$profile" --locked --package "$package" --bin "$1" --target "$target" \
  --config "target.$target.rustflags=['--remap-path-prefix=$cargo_home=/cargo', '-Cforce-unwind-tables=no']"
binary=${CARGO_TARGET_DIR:-target}/$target/$profile/$1
install -D -m 755 "$binary" "$3"
if [ "$1" = batch ]; then
  # Those of the C lines and of Rust's library are there all the same.
  case $compiler in *-gcc) strip=${compiler%gcc}objcopy ;; *) strip=objcopy ;; esac
  "$strip" --remove-section=.eh_frame --remove-section=.eh_frame_hdr --remove-section=.gcc_except_table "$3"
fi
