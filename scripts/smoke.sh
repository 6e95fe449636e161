#!/usr/bin/env bash
# Asks a live endpoint as a customer would, or each endpoint of an environment:
#
#   scripts/smoke.sh https://…
#   scripts/smoke.sh dev
#
# It knows no model: what to ask it learns from the endpoint itself, which refuses an empty row with
# an example that it answers. Requests to AWS are signed with the credentials that are there.
#
# Of an environment it knows who may ask. Where that takes a token or a key, the function is asked by
# its alias, and what stands before it must refuse who has none; SMOKE_HEADER='authorization: Bearer …'
# or 'x-api-key: …' asks as a customer instead.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
answer=$folder/answer

# What curl is told and no command line shows, since others can see those: keys and tokens.
config=$folder/config
: >"$config"
chmod 600 "$config"

# Signs what is asked from now on.
sign() { # service, region
  if [ -z "${AWS_ACCESS_KEY_ID:-}" ]; then eval "$(aws configure export-credentials --format env)"; fi
  {
    printf 'aws-sigv4 = "aws:amz:%s:%s"\n' "$2" "$1"
    printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
    # A user's keys have no token, and curl would sign an empty header that it does not send.
    [ -z "${AWS_SESSION_TOKEN:-}" ] || printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"
  } >"$config"
}

# Each of these writes the answer into $answer and prints its status: 0 for none, and then ends as curl does.
ask_door() { # method, path, body
  local data=()
  [ -z "${3:-}" ] || data=(--header 'content-type: application/json' --data "$3")
  curl --silent --show-error --max-time 20 --config "$config" --request "$1" "${data[@]}" \
    --output "$answer" --write-out '%{http_code}' "$url$2"
}
ask_alias() { # method, path, body
  python3 scripts/event.py request "$@" >"$folder/event"
  aws lambda invoke --function-name "${alias%:*}" --qualifier "${alias##*:}" --payload "fileb://$folder/event" \
    "$folder/invoked" >"$folder/said" || return 1
  python3 scripts/event.py answer "$folder/invoked" "$answer"
}

is() { [ "$1" = "$2" ] || fail "$name: $3 answered $1, and $2 was expected: $(head -c 400 "$answer" 2>/dev/null)"; }

# Asks up to six times, since a new address takes a moment to be known everywhere.
patiently() { # the status that is waited for, how to ask, method, path
  local attempt wanted=$1
  shift
  for attempt in 1 2 3 4 5 6; do
    code=0
    status=$("$@") || code=$?
    if [ "$code" = 0 ] && [ "$status" = "$wanted" ]; then return 0; fi
    if [ "$attempt" != 6 ]; then sleep "${SMOKE_PAUSE:-5}"; fi
  done
}

# Health, an empty row, and the example that it is refused with.
answers() { # how to ask
  local example
  patiently 200 "$1" GET /health
  is "$status" 200 "GET /health"
  status=$("$1" POST /predict '{}')
  is "$status" 422 "POST /predict with an empty row"
  example=$(python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))["example"]))' "$answer") ||
    fail "$name: POST /predict refused an empty row without an example: $(head -c 400 "$answer")"
  status=$("$1" POST /predict "$example")
  is "$status" 200 "POST /predict"
  printf 'smoke: %s answers %s\n' "$name" "$(head -c 1000 "$answer")"
}

smoke() { # auth
  local refused=
  case $1 in
    iam)
      case $url in
        *.lambda-url.*) sign lambda "$region" ;;
        *) sign execute-api "$region" ;;
      esac
      ;;
    jwt) refused=401 ;;
    api-key) refused=403 ;;
  esac
  if [ -n "$refused" ] && [ -n "${SMOKE_HEADER:-}" ]; then
    printf 'header = "%s"\n' "$SMOKE_HEADER" >"$config"
    refused=
  fi
  patiently "${refused:-200}" ask_door GET /health
  case $code:$1 in
    0:*)
      if [ -z "$refused" ]; then
        answers ask_door
      else
        is "$status" "$refused" "GET /health without a token"
        printf 'smoke: %s refuses who has no token or key\n' "$name"
        answers ask_alias
      fi
      ;;
    *:network)
      # ECS has asked each task for its health before it gave it traffic.
      printf 'smoke: %s lets only the networks of config.ts in, and this is none of them: not asked from here\n' "$name"
      ;;
    6:*)
      # A record that is new, or that somebody has yet to make, is no fault of what was deployed.
      printf 'smoke: %s: %s has no address yet; asking the function itself\n' "$name" "$url"
      answers ask_alias
      ;;
    *) fail "$name: $url cannot be reached: curl ended with $code" ;;
  esac
}

if [[ ${1:-} =~ ^https?:// ]]; then
  url=${1%/}
  name=$url
  case $url in
    *.execute-api.*.amazonaws.com*) region=${url#*.execute-api.} && sign execute-api "${region%%.*}" ;;
    *.lambda-url.*.on.aws*) region=${url#*.lambda-url.} && sign lambda "${region%%.*}" ;;
  esac
  answers ask_door
  exit 0
fi

target=$(environment "${1:-}")
in_region
needed "$target" Release >/dev/null
aws cloudformation describe-stacks --stack-name "hearth-$target" --output text \
  --query "Stacks[0].Outputs[?starts_with(OutputKey, 'Smoke')].OutputValue" | tr '\t' '\n' >"$folder/endpoints"
[ -s "$folder/endpoints" ] || fail "hearth-$target does not say how to ask it: make deploy ENV=$target"
# Not by standard input, which a command in the loop may read.
while read -r name auth alias url <&3; do
  # Addresses of a REST API and of a function URL end in a slash, which paths begin with.
  url=${url%/}
  : >"$config"
  smoke "$auth"
done 3<"$folder/endpoints"
