#!/usr/bin/env bash
# Feeds the readers that face the network, and those of the accounts, with made-up bytes, under libFuzzer with the
# address sanitizer.
# usage: scripts/fuzz.sh [json|events|forms|framing|relaying|lint|boards|claims…]      DIMMER_FUZZ_SECONDS for each (600)
# What it learns is kept in .fuzz; an input that breaks a law is kept there, too, and named.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${DIMMER_FUZZ_SECONDS:-600}
subjects=("$@")
[ ${#subjects[@]} -gt 0 ] || subjects=(json events forms framing relaying lint boards claims)

echo "dimmer: building the fuzzers (the first time takes some minutes)" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build -c release --package-path Fuzzing --scratch-path .build-fuzz >"$log" 2>&1; then
  grep -E 'error' "$log" | head -n 20 >&2
  echo "dimmer: the fuzzers could not be built (above); they need a toolchain with libFuzzer and lld, as swift.org's has." >&2
  exit 69
fi

# With a fully random address space the address sanitizer of this toolchain may never start.
still=()
if command -v setarch >/dev/null && setarch -R true 2>/dev/null; then still=(setarch -R); fi
failed=0
for subject in "${subjects[@]}"; do
  mkdir -p ".fuzz/$subject"
  echo "dimmer: $subject for $seconds s" >&2
  program=fuzz
  seeds=("Fuzzing/Seeds/$subject")
  case $subject in
    lint) program=fuzz-accounts seeds+=(Tests/LintingTests/Corpus/clean Tests/LintingTests/Corpus/slips) ;;
    boards | claims) program=fuzz-accounts ;;
  esac
  if ! SWIFT_BACKTRACE=enable=no nice -n 19 ${still[@]+"${still[@]}"} ".build-fuzz/release/$program" "$subject" ".fuzz/$subject" "${seeds[@]}" \
    -max_total_time="$seconds" -max_len=4096 -timeout=20 -use_value_profile=1 -print_final_stats=1 -rss_limit_mb=3000 \
    -artifact_prefix=".fuzz/$subject-" -dict="Fuzzing/Seeds/$subject.dict" >"$log" 2>&1; then
    failed=1
    grep -E 'Fatal error|ERROR|SUMMARY|Test unit written' "$log" >&2 || tail -n 20 "$log" >&2
  fi
  grep -E '^#[0-9]+\s+DONE|^stat::(number|average|peak)' "$log" | sed "s/^/$subject: /" || true
done
exit "$failed"
