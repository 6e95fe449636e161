# shellcheck shell=bash
# What the scripts of a deployment share; they source it from the repository's root.

# Whoever deploys logs in by an AWS CLI of their own, which comes before the one of .venv: that is
# version 1, for the tests.
own=$(type -aP aws | grep -v "^$PWD/" | head -n 1 || true)
if [ -n "$own" ]; then
  mkdir -p build/bin
  ln -sf "$own" build/bin/aws
  PATH=$PWD/build/bin:$PATH
fi

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Runs a program of cdk/. npx would start three processes for it, and wait a second longer.
typescript() { (cd cdk && node --import tsx "$@"); }

# What cdk/config.ts says, a line a setting; and from now on its region, whatever a profile or AWS_REGION
# says: in another one the stacks "do not exist", and a rollback would forget what ran before.
in_region() {
  [ -d cdk/node_modules/tsx ] || fail "what cdk/ needs is not installed: make setup-cdk"
  settings=$(typescript settings.ts) || fail "cdk/config.ts is not as it must be: the lines above say what to change"
  region=$(setting region)
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region
}
setting() { sed -n "s/^$1 //p" <<<"$settings"; }

# The environment that ENV names.
environment() {
  [[ ${1:-} =~ ^[a-z][a-z0-9]{0,15}$ ]] || fail "name an environment of cdk/config.ts, as in ENV=dev"
  printf '%s' "$1"
}

# An output of an environment's stack; empty where there is none, or no stack yet.
output() {
  local text
  if ! text=$(aws cloudformation describe-stacks --stack-name "hearth-$1" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]" 2>&1); then
    case $text in
      *"does not exist"*) return 0 ;;
      *) fail "AWS did not answer: $text" ;;
    esac
  fi
  [ "$text" = None ] || printf '%s' "$text"
}

# The same where there must be one.
needed() {
  local text
  text=$(output "$1" "$2")
  [ -n "$text" ] || fail "hearth-$1 is not deployed: make deploy ENV=$1"
  printf '%s' "$text"
}
