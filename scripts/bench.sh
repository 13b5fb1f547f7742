#!/usr/bin/env bash
# Figures beside the peers, in one run on this machine. Prints what docs/BENCHMARKS.md holds; it changes no file.
# usage: scripts/bench.sh [meter|gateway|accounts|signals FILE COLUMN]
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
bench=.bench
mkdir -p "$bench"

peer() { # name packages...
  local name=$1
  shift
  if [ ! -x "$bench/$name/bin/python" ]; then
    echo "dimmer: installing $* into $bench/$name" >&2
    python3 -m venv "$bench/$name"
    "$bench/$name/bin/pip" install --quiet --disable-pip-version-check "$@"
  fi
}

if [ "$what" = signals ]; then
  [ $# = 3 ] || {
    echo "usage: scripts/bench.sh signals FILE.csv COLUMN (a year of hourly values)" >&2
    exit 64
  }
  swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks --quiet
  exec .build-benchmarks/release/signals "$2" "$3"
fi

if [ "$what" = accounts ]; then
  peer peers ecologits==0.11.3 codecarbon==3.3.2 numpy
  exec "$bench/peers/bin/python" Benchmarks/accounts.py .build/release
fi

if [ "$what" != gateway ]; then
  peer codecarbon codecarbon==3.3.2
  python3 Benchmarks/meter.py .build/release "$bench/codecarbon/bin/python"
fi
if [ "$what" != meter ]; then
  command -v nginx >/dev/null && command -v wrk >/dev/null || {
    echo "dimmer: nginx and wrk are needed: apt-get install nginx-light wrk" >&2
    exit 69
  }
  peer litellm 'litellm[proxy]==1.106.2'
  swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks --quiet
  python3 Benchmarks/gateway.py .build/release "$bench/litellm/bin" --stages .build-benchmarks/release/gateway-stages
fi
