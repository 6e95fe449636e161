#!/usr/bin/env bash
# Builds an image for each endpoint of cdk/config.ts, pushes it, and writes build/release.json, which
# is what every environment is deployed from. An image that is in the registry is not built again.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
hearth=${HEARTH:-target/release/hearth}
[ -x "$hearth" ] || fail "$hearth is not there: cargo build --release -p training"
repository=$(needed foundation RepositoryUri)
revision=$(git rev-parse HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || fail "commit first: an image is named by the commit that it is of"
aws ecr get-login-password | docker login --username AWS --password-stdin "${repository%%/*}"
mkdir -p build

digest_of() {
  aws ecr describe-images --repository-name hearth --image-ids "imageTag=$1" \
    --query 'imageDetails[0].imageDigest' --output text 2>/dev/null
}

(cd cdk && npx tsx list.ts) >build/endpoints
: >build/released
while read -r name model architecture; do
  [ -f "$model" ] || "$hearth" pull "$model"
  "$hearth" verify "$model"
  "$hearth" inspect "$model" --json >"build/$name.json"
  tag=$name-${revision:0:12}
  if ! digest=$(digest_of "$tag"); then
    model_digest=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["sha256"])' "build/$name.json")
    # One image and no index of images: Lambda refuses what provenance would make of it.
    docker buildx build --provenance=false --platform "linux/$architecture" --file Dockerfile.lambda --push \
      --build-arg "MODEL=$model" --build-arg "MODEL_DIGEST=$model_digest" --build-arg "GIT_REVISION=$revision" \
      --tag "$repository:$tag" .
    digest=$(digest_of "$tag")
  fi
  printf '%s %s\n' "$name" "$digest" >>build/released
done <build/endpoints

python3 - <<'PY'
import json

release = {}
for line in open("build/released", encoding="utf-8"):
    name, digest = line.split()
    with open(f"build/{name}.json", encoding="utf-8") as file:
        card = json.load(file)
    release[name] = {"digest": digest, "version": card["version"], "bytes": card["bytes"]}
# As a stack remembers it, to the byte: scripts/deploy.sh compares the two.
with open("build/release.json", "w", encoding="utf-8") as file:
    json.dump(release, file, separators=(",", ":"), ensure_ascii=False)
PY
cat build/release.json
