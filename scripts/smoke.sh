#!/usr/bin/env bash
# Asks a live endpoint as a customer would: scripts/smoke.sh https://…
#
# It knows no model: what to ask it learns from the endpoint itself, which refuses an empty row with
# an example that it answers. Requests to AWS are signed with the credentials that are there.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stack.sh
url=${1:-}
url=${url%/}
[[ $url =~ ^https?:// ]] || fail "name an address, as in URL=http://127.0.0.1:8080"
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

signature=()
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
case $url in
  *.execute-api.*.amazonaws.com*) service=execute-api ;;
  *.lambda-url.*.on.aws*) service=lambda ;;
  *) service= ;;
esac
if [ -n "$service" ]; then
  if [ -z "${AWS_ACCESS_KEY_ID:-}" ]; then eval "$(aws configure export-credentials --format env)"; fi
  signature=(--aws-sigv4 "aws:amz:$region:$service" --header "x-amz-security-token: ${AWS_SESSION_TOKEN:-}")
fi

# Its key is read from standard input: a command line can be seen by others.
ask() {
  local credentials=/dev/null
  if [ -n "$service" ]; then credentials=/dev/stdin; fi
  printf 'user = "%s:%s"\n' "${AWS_ACCESS_KEY_ID:-}" "${AWS_SECRET_ACCESS_KEY:-}" |
    curl --silent --show-error --max-time 20 --config "$credentials" "${signature[@]}" \
      --output "$answer" --write-out '%{http_code}' "$@"
}
is() { [ "$1" = "$2" ] || fail "$3 answered $1, and $2 was expected: $(head -c 400 "$answer")"; }

# A new address takes a moment to be known everywhere.
for attempt in 1 2 3 4 5 6; do
  status=$(ask "$url/health") && [ "$status" = 200 ] && break
  if [ "$attempt" != 6 ]; then sleep "${SMOKE_PAUSE:-5}"; fi
done
is "$status" 200 "GET /health"
status=$(ask --header 'content-type: application/json' --data '{}' "$url/predict")
is "$status" 422 "POST /predict with an empty row"
example=$(python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))["example"]))' "$answer") ||
  fail "POST /predict refused an empty row without an example: $(head -c 400 "$answer")"
status=$(ask --header 'content-type: application/json' --data "$example" "$url/predict")
is "$status" 200 "POST /predict"
printf 'smoke: %s answers %s\n' "$url" "$(head -c 1000 "$answer")"
