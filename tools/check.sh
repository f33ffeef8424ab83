#!/usr/bin/env bash
# The checks of the house, all of them, each with its name; fails at the end if any failed.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0
step() { local name=$1; shift; if out=$("$@" 2>&1); then echo "ok    $name"; else failed=1; echo "FAIL  $name"; printf '%s\n' "$out" | tail -n 60; fi; }
step "format" $bin/ruff format --check .
step "lint" $bin/ruff check .
step "lock files" bash tools/lock.sh --check
step "contracts" $bin/lint-imports --no-cache
step "types" $bin/mypy yiwang tools
step "laws and migrations" $bin/python -m pytest tests/laws -q
exit $failed
