#!/usr/bin/env bash
# Builds an image for each endpoint of cdk/config.ts, asks it, pushes it, and writes
# build/release.json, which is what every environment is deployed from. An image that is in the
# registry is not built again. Arguments are passed on to the builder.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
. scripts/engine.sh
hearth=${HEARTH:-target/release/hearth}
[ -x "$hearth" ] || fail "$hearth is not there: cargo build --release -p hearth"
engine=$(builder)
[ -n "$engine" ] || fail "no image builder is here: install docker, podman or buildah"
export BUILDER=$engine
in_region
repository=$(needed foundation RepositoryUri)
revision=$(git rev-parse HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || fail "commit first: an image is named by the commit that it is of"
aws ecr get-login-password | "$engine" login --username AWS --password-stdin "${repository%%/*}"
mkdir -p build

# Functions are called as $(…), where errexit does not hold: what fails in them is told by hand.

# The model file of an endpoint, where it is to be had.
fetch() { # name, model, version
  if [ "$3" != - ]; then
    "$hearth" pull --force --rev "$3" --output "build/$1.hearth" "$2" >&2 || return 1
    printf 'build/%s.hearth' "$1"
    return 0
  fi
  # Where git names the bytes, they are what is released, and not what lies here by chance.
  if [ ! -f "$2" ] || [ -f "$2.dvc" ] || grep -qsF "path: $2" dvc.lock; then
    "$hearth" pull "$2" >&2 || return 1
  fi
  printf '%s' "$2"
}

# Checks a model, and prints what is known of it, in a line.
card() { # name, file
  "$hearth" verify "$2" >&2 || return 1
  "$hearth" inspect "$2" --json >"build/$1.json" || return 1
  python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))))' "build/$1.json"
}

# Twelve letters for what models there are: of a single one those of its own digest.
digest_of_models() { # cards
  python3 - "$1" <<'PY'
import hashlib, json, sys

digests = [json.loads(line)["sha256"] for line in open(sys.argv[1], encoding="utf-8")]
print((digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest())[:12])
PY
}

# The digest under which the registry has an image; empty where it has none.
digest_of() { # tag
  local text
  if ! text=$(aws ecr describe-images --repository-name "${repository#*/}" --image-ids "imageTag=$1" \
    --query 'imageDetails[0].imageDigest' --output text 2>&1); then
    case $text in
      *ImageNotFoundException*) return 0 ;;
      *) fail "AWS did not answer: $text" ;;
    esac
  fi
  printf '%s' "$text"
}

# Pushes an image and prints the digest that the registry knows it by from then on.
push() { # image
  case $engine in
    docker)
      docker push --quiet "$1" >&2 || return 1
      docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$1" | sed -n "s|^$repository@||p" | tail -n 1
      ;;
    *)
      "$engine" push --quiet --digestfile build/digest "$1" >&2 || return 1
      cat build/digest
      ;;
  esac
}

typescript list.ts >build/endpoints
: >build/released
# Not by standard input, which a builder may read.
while read -ra line <&3; do
  name=${line[0]} architecture=${line[2]}
  model=$(fetch "$name" "${line[1]}" "${line[3]}")
  card "$name" "$model" >"build/$name.cards"
  variants=()
  for ((at = 4; at < ${#line[@]}; at += 3)); do
    file=$(fetch "$name-${line[at]}" "${line[at + 1]}" "${line[at + 2]}")
    card "$name-${line[at]}" "$file" >>"build/$name.cards"
    variants+=("${line[at]}=$file")
  done
  # The models too: a stage such as model#prod gets another one without a commit.
  tag=$name-${revision:0:12}-$(digest_of_models "build/$name.cards")
  digest=$(digest_of "$tag")
  if [ -z "$digest" ]; then
    IMAGE=$repository:$tag MODEL=$model VARIANTS="${variants[*]}" PLATFORM=linux/$architecture scripts/image.sh "$@"
    scripts/image-smoke.sh "$repository:$tag"
    digest=$(push "$repository:$tag")
  fi
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || fail "the registry gave $repository:$tag the digest '$digest', which is none"
  printf '%s %s\n' "$name" "$digest" >>build/released
done 3<build/endpoints

python3 - <<'PY'
import json

release = {}
for line in open("build/released", encoding="utf-8"):
    name, digest = line.split()
    with open(f"build/{name}.cards", encoding="utf-8") as file:
        cards = [json.loads(line) for line in file]
    # The first is the endpoint's own model; each of them is in memory.
    release[name] = {"digest": digest, "version": cards[0]["version"], "bytes": sum(card["bytes"] for card in cards)}
# As a stack remembers it, to the byte: scripts/deploy.sh compares the two.
with open("build/release.json", "w", encoding="utf-8") as file:
    json.dump(release, file, separators=(",", ":"), ensure_ascii=False)
PY
cat build/release.json
