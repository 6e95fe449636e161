#!/usr/bin/env bash
# Registers a model in SageMaker's Model Registry: packs the file as model.tar.gz, puts it into the bucket of
# models, and makes a version of the model package group hearth-NAME, which waits for an approval:
# scripts/register.sh ENDPOINT [model.hearth]. The image is that of build/release.json.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
hearth=${HEARTH:-target/release/hearth}
[ -x "$hearth" ] || fail "$hearth is not there: cargo build --release -p hearth"
in_region
mkdir -p build
typescript list.ts >build/endpoints
endpoint=${1:-$(head -n 1 build/endpoints | cut -d ' ' -f 1)}
read -ra line <<<"$(grep "^$endpoint " build/endpoints || true)"
[ "${#line[@]}" -gt 0 ] || fail "cdk/config.ts has no endpoint $endpoint"
model=${2:-${line[1]}}
[ -f "$model" ] || fail "$model is not there: make train, or hearth pull"
[ -f build/release.json ] || fail "build/release.json is not there: make release builds the image that serves the model"
repository=$(needed foundation RepositoryUri)
remote=$(needed foundation DvcRemote)

"$hearth" verify "$model" >&2
"$hearth" inspect "$model" --json >build/registered.json
# The same bytes from the same model, wherever and whenever they are packed.
install -D -m 0644 -- "$model" build/package/model.hearth
tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=0644 --format=ustar \
  --directory build/package model.hearth | gzip --no-name >build/model.tar.gz
read -r version name < <(python3 -c 'import json; card = json.load(open("build/registered.json", encoding="utf-8")); print(card["version"], card["name"])')
data=${remote%/dvc}/packages/$endpoint/$version/model.tar.gz
aws s3 cp --only-show-errors build/model.tar.gz "$data"

python3 - "$endpoint" "${line[2]}" "$repository" "$data" >build/package.json <<'PY'
import json, sys

endpoint, architecture, repository, data = sys.argv[1:]
with open("build/release.json", encoding="utf-8") as file:
    release = json.load(file)
if endpoint not in release:
    sys.exit(f"build/release.json has no image for {endpoint}; make release builds one for each endpoint")
with open("build/registered.json", encoding="utf-8") as file:
    card = json.load(file)
figures = {name: f"{value:.6g}" for name, value in card["metrics"].items() if isinstance(value, (int, float)) and not isinstance(value, bool)}
# SageMaker takes at most 50 properties, of 128 and 256 characters.
properties = {"name": card["name"], "version": card["version"], "sha256": card["sha256"], "estimator": card["estimator"], "target": card["target"]} | figures
properties = {name: value[:256] for name, value in list(properties.items())[:50]}
# An image of arm64 starts on Graviton only.
instances = ["ml.c7g.large", "ml.c6g.large", "ml.m6g.large"] if architecture == "arm64" else ["ml.c5.large", "ml.m5.large", "ml.t2.medium"]
types = ["text/csv", "application/json", "application/jsonlines"]
json.dump({
    "ModelPackageGroupName": f"hearth-{endpoint}",
    "ModelPackageDescription": f"{card['name']} {card['version']}, {card['estimator']}"[:1024],
    "ModelApprovalStatus": "PendingManualApproval",
    "CustomerMetadataProperties": properties,
    "InferenceSpecification": {
        "Containers": [{
            "Image": f"{repository}@{release[endpoint]['digest']}",
            "ModelDataUrl": data,
            "Environment": {"MODEL_PATH": "/opt/ml/model/model.hearth"},
        }],
        "SupportedContentTypes": types,
        "SupportedResponseMIMETypes": types,
        "SupportedRealtimeInferenceInstanceTypes": instances,
    },
}, sys.stdout)
PY

group=hearth-$endpoint
if ! text=$(aws sagemaker describe-model-package-group --model-package-group-name "$group" --output text 2>&1); then
  case $text in
    *"does not exist"* | *"could not be found"* | *"Could not find"*)
      aws sagemaker create-model-package-group --model-package-group-name "$group" \
        --model-package-group-description "Versions of the endpoint $endpoint of Hearth" >/dev/null
      ;;
    *) fail "AWS did not answer: $text" ;;
  esac
fi
arn=$(aws sagemaker create-model-package --cli-input-json file://build/package.json --query ModelPackageArn --output text)
printf '%s %s is registered, and waits for an approval: %s\n' "$name" "$version" "$arn"
