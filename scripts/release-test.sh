#!/usr/bin/env bash
# From training to a rollback on this machine alone, by the scripts that the workflows run: finds an
# image builder and an image registry, and runs cdk/test/release.py with them.
#
# It builds with the arguments of scripts/image-test.sh. Run after it, it compiles nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
. scripts/engine.sh
mkdir -p build

choose_engine && code=0 || code=$?
if [ "$code" = 69 ]; then
  echo "skipped: no image builder is here, and none can be installed"
  exit 0
fi
[ "$code" = 0 ] || exit "$code"

# Unpacked and not installed: it is one program, and installing it would start it as a service.
registry=$(command -v docker-registry || true)
if [ -z "$registry" ]; then
  registry=$PWD/build/registry/usr/bin/docker-registry
  if [ ! -x "$registry" ]; then
    rm -rf build/registry
    mkdir -p build/registry
    # A machine that was never updated knows no packages.
    unpack() { (cd build/registry && apt-get download -qq docker-registry && dpkg -x docker-registry_*.deb .); }
    { unpack || { [ "$(id -u)" = 0 ] && apt-get update -qq && unpack; } || true; } >build/registry.log 2>&1
  fi
fi
if [ ! -x "$registry" ]; then
  echo "skipped: no image registry is here, and apt-get cannot download Debian's docker-registry (build/registry.log)"
  exit 0
fi

hearth=${HEARTH:-${CARGO_TARGET_DIR:-$PWD/target}/debug/hearth}
# All that make test builds, as in scripts/image-test.sh.
[ -x "$hearth" ] || cargo build --quiet --workspace --bins --tests
export HEARTH=$hearth BUILDER=$engine REGISTRY=$registry
exec python3 cdk/test/release.py "${stand_in[@]}"
