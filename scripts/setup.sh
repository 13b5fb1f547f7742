#!/usr/bin/env bash
# Installs the Debian packages that a make target needs, and only those that are missing.
# usage: scripts/setup.sh build|demo|test
set -euo pipefail

# What Swift itself needs on Debian 12 (swift.org/install/linux), and SQLite for the ledger.
build=(git make binutils gcc libc6-dev libstdc++-12-dev libcurl4 libncurses6 libxml2 zlib1g-dev tzdata ca-certificates libsqlite3-dev)
demo=("${build[@]}" python3 python3-venv)
# Prometheus scrapes us in the tests, and its promtool checks what we write.
tests=("${demo[@]}" chromium fonts-dejavu-core prometheus)

case "${1:-}" in
  build) wanted=("${build[@]}") ;;
  demo) wanted=("${demo[@]}") ;;
  test) wanted=("${tests[@]}") ;;
  *) echo "usage: scripts/setup.sh build|demo|test" >&2; exit 64 ;;
esac

if ! command -v swift >/dev/null; then
  echo "dimmer: Swift 6.2 or newer is not on the PATH. Install it from https://www.swift.org/install/linux and try again." >&2
  exit 69
fi

# Debian packages first; then, for the tests, what PyPI brings, pinned, in an environment of its own.
environment() {
  [ "$1" = test ] || exit 0
  local made=.venv-tests/requirements.txt wanted
  wanted=(Tests/CarbonAwareClient/requirements.txt Tests/OpenAIClient/requirements.txt)
  cat "${wanted[@]}" | cmp -s - "$made" && exit 0
  echo "dimmer: installing schemathesis, openai and tritonclient into .venv-tests (once)" >&2
  rm -rf .venv-tests
  if ! { python3 -m venv .venv-tests && .venv-tests/bin/python -m pip install --disable-pip-version-check --quiet \
    --only-binary :all: "${wanted[@]/#/--requirement=}"; } >&2; then
    echo "dimmer: the packages of ${wanted[*]} could not be installed; the tests that need them are skipped and say so." >&2
    exit 0
  fi
  cat "${wanted[@]}" >"$made"
  exit 0
}
cd "$(dirname "$0")/.."

missing=()
for package in "${wanted[@]}"; do
  if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then missing+=("$package"); fi
done
# A python3 from elsewhere will do when it can make environments.
if command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null; then
  kept=()
  for package in ${missing[@]+"${missing[@]}"}; do
    case "$package" in python3 | python3-venv) ;; *) kept+=("$package") ;; esac
  done
  missing=(${kept[@]+"${kept[@]}"})
fi
[ ${#missing[@]} -eq 0 ] && environment "$1"

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then install="sudo $install"; else
    echo "dimmer: these Debian packages are missing: ${missing[*]}" >&2
    echo "dimmer: run 'sudo $install' and try again." >&2
    exit 77
  fi
fi
echo "dimmer: installing ${missing[*]}" >&2
update="${install%%apt-get*}apt-get update"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $update -o DPkg::Lock::Timeout=120 && DEBIAN_FRONTEND=noninteractive $install -o DPkg::Lock::Timeout=120; } >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "dimmer: '$install' failed (see above). Run it by hand, then try again." >&2
  exit 69
fi
environment "$1"
