#!/usr/bin/env bash
# Builds everything with warnings as errors for our own sources, lints, and runs all tests.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "dimmer: checking format" >&2
swift format lint --strict --recursive --parallel Sources Tests Fuzzing Package.swift

echo "dimmer: building (the first time takes some minutes)" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build --build-tests 2>&1 | tee "$log" | grep --line-buffered -E '^\[[0-9]+00/|error:|warning: .*(Sources|Tests)/|Build complete' || true
if ! grep -q 'Build complete' "$log"; then
  grep -E 'error' "$log" | head -n 20 >&2
  echo "dimmer: the build failed; 'swift build --build-tests' shows all of it." >&2
  exit 1
fi
if grep -E "^$PWD/(Sources|Tests)/.*warning:" "$log"; then
  echo "dimmer: warnings in our own sources (above) are errors here." >&2
  exit 1
fi

# Tests of the whole programs count processor seconds and wait for processes: they get the machine to themselves.
failed=0
results=$(mktemp)
trap 'rm -f "$log" "$results"' EXIT
run() {
  echo "dimmer: testing $1" >&2
  shift
  swift test --skip-build "$@" 2>&1 | tee -a "$results" || failed=1
}
if [ $# -gt 0 ]; then
  run "what was asked for" "$@"
else
  run "the rooms" --skip ProgramTests
  run "the programs" --filter ProgramTests
  echo "dimmer: testing the Python client" >&2
  python=python3
  if [ -x .venv/bin/python ]; then python="$PWD/.venv/bin/python"; fi
  DIMMER_METER="$PWD/.build/debug/dimmer-meter" PATH="$PWD/.build/debug:$PATH" \
    "$python" -m unittest discover -s clients/python/tests 2>&1 | tee -a "$results" || failed=1
  echo "dimmer: testing the summarisers" >&2
  "$python" -m unittest discover -s Tests/DemoTests 2>&1 | tee -a "$results" || failed=1
fi
if [ "$failed" -ne 0 ]; then
  echo "dimmer: these failed:" >&2
  grep -E -A3 'recorded an issue|error: |^(FAIL|ERROR): ' "$results" | cut -c1-600 | tail -n 60 >&2
  exit 1
fi
