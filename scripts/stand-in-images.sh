#!/usr/bin/env bash
# A stand-in for the Rust base image of Dockerfile.lambda, for a machine that reaches no image
# registry; and podman to build and run with, where a bare Debian machine has no builder.
#
#   scripts/stand-in-images.sh     prints, one a line, the arguments with which scripts/image.sh uses it
#
# The stand-in is an empty image. What a build needs of Debian and of Rust, it sees of this machine
# through read-only mounts, so it takes no time to make and no space. It shows that Dockerfile.lambda
# builds and what its image does. It does NOT show that the real base image has all that the build
# needs, nor that its Rust is this one. Push nothing that is built on it.
set -euo pipefail
cd "$(dirname "$0")/.."
name=localhost/hearth-stand-in/rust

say() { printf 'stand-in-images.sh: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# 1. A builder, and runc: the other runtime of podman's, crun, sets limits that a machine which is
# itself a container may not set.
if ! command -v podman >/dev/null || ! command -v runc >/dev/null; then
  install_podman() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends podman runc >/dev/null 2>&1; }
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing podman and runc from Debian"
    # A machine that was never updated knows no packages, and one that was long ago old ones.
    install_podman || { apt-get update -qq >/dev/null 2>&1 && install_podman; } || say "apt-get cannot install podman and runc"
  fi
  if ! command -v podman >/dev/null; then
    say "podman is missing: as root, apt install podman runc"
    exit 69 # what a caller can tell from a fault: sysexits.h, a service is unavailable
  fi
fi

# 2. What the build sees of this machine.
command -v rustup >/dev/null || fail "rustup is missing: install Rust by https://rustup.rs"
command -v gcc >/dev/null || fail "gcc is missing, which build scripts are linked with: apt install gcc libc6-dev"
for target in x86_64-unknown-linux-musl aarch64-unknown-linux-musl; do
  [ -d "$(rustc --print target-libdir --target $target)" ] || rustup --quiet target add $target >&2
done
toolchain=$(rustc --print sysroot)
mounts=("$toolchain:/usr/local/rustup:ro")
for folder in /usr/bin /usr/include /usr/lib /usr/lib64 /usr/aarch64-linux-gnu /etc/alternatives; do
  [ ! -d $folder ] || mounts+=("$folder:$folder:ro")
done
# Certificates and the address of a mirror, where this machine has its own; never credentials.
certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
[ ! -f "$certificates" ] || mounts+=("$certificates:/etc/ssl/certs/ca-certificates.crt:ro")
configuration=${CARGO_HOME:-$HOME/.cargo}/config.toml
[ ! -f "$configuration" ] || mounts+=("$configuration:/usr/local/cargo/config.toml:ro")

# 3. The image itself.
wanted=$(sed -n 's/^ARG RUST_IMAGE=rust:\([0-9.]*\)-.*/\1/p' Dockerfile.lambda)
has=$(rustc --version | cut -d' ' -f2)
case $has in
  "$wanted" | "$wanted".*) ;;
  *) say "this machine has Rust $has where Dockerfile.lambda names $wanted: the binary is another one than it would be" ;;
esac
recipe=$(mktemp -d)
trap 'rm -rf "$recipe"' EXIT
mkdir -p "$recipe"/root/{dev,etc/alternatives,etc/ssl/certs,proc,root,sys,tmp,usr/{bin,include,lib,lib64,local/{bin,cargo,rustup}},var}
for folder in bin lib lib64; do ln -s "usr/$folder" "$recipe/root/$folder"; done
chmod 1777 "$recipe/root/tmp"
echo 'root:x:0:0:root:/root:/bin/sh' >"$recipe/root/etc/passwd"
cat >"$recipe/Dockerfile" <<'D'
FROM scratch
COPY root /
ENV PATH=/usr/local/rustup/bin:/usr/local/bin:/usr/bin:/bin CARGO_HOME=/usr/local/cargo
LABEL stand-in="true"
D
podman build --quiet --layers --timestamp 0 --tag "$name:$wanted" "$recipe" >/dev/null
say "made $name:$wanted, an empty image that shows this machine's Debian and Rust $has to the build"
say "left unproved by it: that the real rust:$wanted image builds the same"

printf '%s\n' --pull=never --network=host "--build-arg=RUST_IMAGE=$name:$wanted"
printf -- '--volume=%s\n' "${mounts[@]}"
