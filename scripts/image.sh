#!/usr/bin/env bash
# Builds the image that Dockerfile.lambda describes, with the builder that is there, and says what
# came out. Arguments are passed on to the builder.
#
#   scripts/image.sh
#   MODEL=other.hearth IMAGE=other PLATFORM=linux/arm64 scripts/image.sh
#   MODEL=model.hearth VARIANTS='new=other.hearth next=third.hearth' scripts/image.sh
#   BUILDER=podman scripts/image.sh --build-arg BASE_IMAGE=public.ecr.aws/lambda/provided:al2023
#
# The image has MODEL as /model.hearth, and each variant as /variants/NAME.hearth beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
image=${IMAGE:-hearth}
model=${MODEL:-model.hearth}

fail() {
  printf 'image.sh: %s\n' "$*" >&2
  exit 1
}

. scripts/engine.sh
builder=$(builder)
[ -f "$model" ] || fail "$model is not there; make train writes model.hearth, and MODEL names another"

# Several models are handed to the build as one folder.
source=$model
read -ra variants <<<"${VARIANTS:-}"
if [ "${#variants[@]}" -gt 0 ]; then
  source=build/models
  rm -rf "$source"
  mkdir -p "$source/variants"
  cp "$model" "$source/model.hearth"
  for variant in "${variants[@]}"; do
    file=${variant#*=}
    [ -f "$file" ] || fail "$file is not there; VARIANTS names it in $variant, and NAME=FILE was expected"
    cp "$file" "$source/variants/${variant%%=*}.hearth"
  done
fi

# The digest that the model states and the function reports: bytes 32 to 63 (model/FORMAT.md).
digest=$(od -An -v -tx1 -j32 -N32 "$model" | tr -d ' \n')
revision=$(git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null || echo unknown)
arguments=(--file Dockerfile.lambda --tag "$image" --build-arg "MODEL=$source"
  --build-arg "MODEL_DIGEST=$digest" --build-arg "GIT_REVISION=$revision")
[ -z "${PLATFORM:-}" ] || arguments+=(--platform "$PLATFORM")

start=$SECONDS
case $builder in
  docker)
    # Lambda takes one image; with provenance it would be an index of images.
    if docker buildx version >/dev/null 2>&1; then
      docker buildx build --provenance=false --load "${arguments[@]}" "$@" .
    else
      DOCKER_BUILDKIT=1 docker build "${arguments[@]}" "$@" .
    fi
    ;;
  podman | buildah)
    # Each COPY its own layer, and all times zero: the same content gives the same image. chroot is
    # the isolation that works everywhere, also inside a container.
    # Older ones (Debian 12) do not say what machine builds, and would take arm64's base for arm64.
    machine=$(uname -m | sed 's/^x86_64$/amd64/; s/^aarch64$/arm64/')
    "$builder" build --layers --format oci --timestamp 0 --isolation chroot \
      --build-arg "BUILDPLATFORM=linux/$machine" --build-arg "BUILDARCH=$machine" "${arguments[@]}" "$@" .
    ;;
  "") fail "no image builder is here: install docker (https://docs.docker.com/engine/install/), podman or buildah (Debian: apt install buildah)" ;;
  *) fail "BUILDER is $builder; docker, podman and buildah are known" ;;
esac
seconds=$((SECONDS - start))

inspect() {
  case $builder in
    buildah) buildah inspect --type image --format "{{range .OCIv1.RootFS.DiffIDs}}  {{.}}{{\"\\n\"}}{{end}}" "$image" ;;
    *) "$builder" image inspect --format "{{range .RootFS.Layers}}  {{.}}{{\"\\n\"}}{{end}}" "$image" ;;
  esac
}
case $builder in
  buildah) size=$(buildah images --format '{{.Size}}' "$image" | head -n 1) ;;
  *) size=$("$builder" image inspect --format '{{.Size}}' "$image" | awk '{ printf "%.1f MB", $1 / 1e6 }') ;;
esac
printf '\n%s: %s, built by %s in %d s; its layers are function, batch and the model:\n%s\n' \
  "$image" "$size" "$builder" "$seconds" "$(inspect)"
