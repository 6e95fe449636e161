#!/usr/bin/env bash
# Runs an image as it was built, and asks it as a customer would: scripts/image-smoke.sh IMAGE
#
# It has what Lambda gives at least: an unknown user, nothing to write to, no capabilities, 128 MB.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
. scripts/engine.sh
image=${1:-}
[ -n "$image" ] || fail "name an image"
engine=$(builder)
case $engine in
  docker | podman) ;;
  buildah)
    echo "skipped: $image was not run, because buildah runs no servers; podman would (Debian: apt install podman)"
    exit 0
    ;;
  *) fail "no engine is here that runs an image: install docker or podman" ;;
esac

has_image "$engine" "$image" || fail "$engine has no image $image, and cannot pull it"
machine=$(uname -m | sed 's/^x86_64$/amd64/; s/^aarch64$/arm64/')
of=$("$engine" image inspect --format '{{.Architecture}}' "$image")
if [ "$of" != "$machine" ]; then
  echo "skipped: $image was not run, because it is for $of and this machine is $machine"
  exit 0
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
name=hearth-smoke-$$
options=(--detach --name "$name" --read-only --user 993:990 --cap-drop all
  --security-opt no-new-privileges --memory 128m)
if [ "$engine" = podman ] && [ "$(uname -s)" = Linux ]; then
  # The network of this machine: one of podman's own is more than a container may always make.
  options+=(--network host --env HOST=127.0.0.1 --env "PORT=$port")
  settle_podman "$image"
else
  options+=(--publish "127.0.0.1:$port:8080")
fi
trap '"$engine" rm --force "$name" >/dev/null 2>&1 || true' EXIT
"$engine" run "${options[@]}" "$image" >/dev/null
if ! SMOKE_PAUSE=${SMOKE_PAUSE:-0.5} scripts/smoke.sh "http://127.0.0.1:$port"; then
  "$engine" logs "$name" >&2 || true
  fail "$image does not serve; the lines above are its own"
fi
