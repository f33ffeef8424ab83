#!/usr/bin/env bash
# Puts the peers of the benches into .venv-peers/, an environment of their own; does nothing when they are there already.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .venv/bin/uv ] || { echo "Run make .venv/develop first." >&2; exit 1; }
stamp=.venv-peers/peers.txt
if ! cmp -s requirements/peers.txt "$stamp" 2>/dev/null; then
  [ -x .venv-peers/bin/python ] || .venv/bin/python -m venv --without-pip .venv-peers
  VIRTUAL_ENV=.venv-peers .venv/bin/uv pip sync -q --require-hashes requirements/peers.txt
  cp requirements/peers.txt "$stamp"
fi
