# shellcheck shell=bash
# Which program builds and runs images. Scripts that need one source this from the repository's
# root, after they have said what fail does. BUILDER names one: docker, podman or buildah.

# The docker command is no builder where no engine answers it.
has_docker() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

builder() {
  if [ -n "${BUILDER:-}" ]; then
    printf '%s' "$BUILDER"
  elif has_docker; then
    printf docker
  else
    basename "$(command -v podman || command -v buildah)" || true
  fi
}

# For tests: sets engine, and stand_in, the arguments with which scripts/image.sh builds where the
# Rust base image cannot be fetched. Status 69: there is no builder, and none can be installed.
# shellcheck disable=SC2034 # both are for who sources this
choose_engine() {
  local base code
  base=$(sed -n 's/^ARG RUST_IMAGE=//p' Dockerfile.lambda)
  stand_in=()
  engine=docker
  if has_docker && has_image docker "$base"; then return 0; fi
  engine=podman
  if command -v podman >/dev/null && has_image podman "$base"; then return 0; fi
  printf '%s: %s cannot be fetched here\n' "$(basename "$0" .sh)" "$base"
  scripts/stand-in-images.sh >build/stand-in && code=0 || code=$?
  [ "$code" = 0 ] || return "$code"
  mapfile -t stand_in <build/stand-in
}
has_image() { "$1" image inspect "$2" >/dev/null 2>&1 || timeout 600 "$1" pull --quiet "$2" >/dev/null 2>&1; }

# Makes podman run an image of ours here. A machine that is itself a container may not raise its
# limits, and has not every cgroup.
settle_podman() {
  local processes
  if podman run --rm --network host "$1" --version >/dev/null 2>&1; then return 0; fi
  processes=$(cat /proc/sys/kernel/pid_max)
  [ "$(ulimit -Hu)" = unlimited ] || [ "$(ulimit -Hu)" -gt "$processes" ] || processes=$(ulimit -Hu)
  mkdir -p build
  cat >build/containers.conf <<C
[containers]
default_ulimits = ["nofile=1024:$(ulimit -Hn)", "nproc=$processes:$processes"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
C
  export CONTAINERS_CONF=$PWD/build/containers.conf
  podman run --rm --network host "$1" --version >/dev/null || fail "podman cannot run a container here"
}
