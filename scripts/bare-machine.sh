#!/usr/bin/env bash
# Runs README's two make commands in a Debian that has the packages README names and nothing else, and
# prints how long each took. Needs root and debootstrap; takes half an hour on 2 cores.
#
#   scripts/bare-machine.sh            make run, then make test
#   KEEP=1 scripts/bare-machine.sh     leave the folder where it is
#   SUITE=bookworm MIRROR=URL …        another release of Debian, and where its packages come from
#
# Rust comes from rustup, which is not a Debian package on every release: this machine's own
# toolchain is mounted into the other one, read-only.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'bare-machine: %s\n' "$*" >&2
  exit 1
}
[ "$(id -u)" = 0 ] || fail "root is needed, for chroot and mount"
command -v debootstrap >/dev/null || fail "debootstrap is missing (Debian: apt install debootstrap)"
suite=${SUITE:-trixie}
packages=$(sed -n 's/^ *sudo apt install //p' README.md | head -n 1)
[ -n "$packages" ] || fail "README.md names no packages (a line that begins with: sudo apt install)"

root=$(mktemp -d /var/tmp/hearth-bare.XXXXXX)
mounted=()
clean() {
  for place in "${mounted[@]}"; do umount --lazy "$root$place" || true; done
  [ -n "${KEEP:-}" ] || rm -rf --one-file-system "$root"
}
trap clean EXIT
trap 'exit 130' INT TERM
attach() { # options, source, place
  mkdir -p "$root$3"
  # shellcheck disable=SC2086 # options are several words
  mount $1 "$2" "$root$3"
  mounted=("$3" "${mounted[@]}")
}

echo "== Debian $suite with: $packages"
# The list in README is the whole list: what these packages need comes with them, what they only
# recommend does not.
debootstrap --variant=minbase "$suite" "$root" ${MIRROR:+"$MIRROR"} >"$root.log" 2>&1 || fail "debootstrap failed: $(tail -n 3 "$root.log")"
cp /etc/resolv.conf "$root/etc/resolv.conf"
attach "-t proc" proc /proc
attach "--bind" /dev /dev
attach "-t tmpfs" tmpfs /dev/shm
in_root() { chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/root/.cargo/bin:/usr/local/bin:/usr/bin:/bin "${settings[@]}" "$@"; }
settings=(DEBIAN_FRONTEND=noninteractive)
# shellcheck disable=SC2086 # one word a package
{ in_root apt-get update -qq && in_root apt-get install -y -qq --no-install-recommends $packages; } >>"$root.log" 2>&1 ||
  fail "apt-get failed: $(tail -n 3 "$root.log")"

# Where this machine has certificates of its own, for a mirror or a proxy, the other one gets them.
cp --dereference /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
for name in NODE_EXTRA_CA_CERTS PIP_CERT SSL_CERT_FILE http_proxy https_proxy no_proxy; do
  [ -z "${!name:-}" ] || settings+=("$name=${!name}")
done
for file in /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.npmrc"; do
  [ ! -f "$file" ] || install -D -m 644 "$file" "$root/root/${file#"$HOME/"}"
done
mkdir -p "$root/root/.cargo"
for file in "${CARGO_HOME:-$HOME/.cargo}"/config{,.toml}; do
  [ ! -f "$file" ] || cp "$file" "$root/root/.cargo/"
done
toolchain=$(rustc --print sysroot)
attach "--bind -o ro" "$toolchain" /usr/local/rust
settings+=(PATH=/usr/local/rust/bin:/usr/local/bin:/usr/bin:/bin)

git clone --quiet . "$root/root/hearth"
summary=
for command in "make run" "make test"; do
  start=$SECONDS
  log=$root.$(printf %s "$command" | tr ' ' '-').log
  if in_root /bin/bash -c "cd /root/hearth && $command" >"$log" 2>&1 </dev/null; then result=passed; else result=FAILED; fi
  line=$(printf '%-10s %s in %d s (%s)' "$command" "$result" $((SECONDS - start)) "$log")
  echo "== $line"
  grep -E '^(skipped|.* skipped): ' "$log" | sort -u || true
  summary+=$line$'\n'
  [ "$result" = passed ] || { tail -n 40 "$log"; break; }
done
printf '\n%s' "$summary"
case $summary in *FAILED*) exit 1 ;; esac
