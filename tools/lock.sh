#!/usr/bin/env bash
# Pins requirements/*.in with hashes; `tools/lock.sh --check` only says whether the pins are out of date. No host is written.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in runtime develop spark peers; do
  target=requirements/$name.txt
  [ "${1:-}" != --check ] || { target=$(mktemp); cp "requirements/$name.txt" "$target"; }
  .venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 --universal \
    "requirements/$name.in" -o "$target"
  if [ "${1:-}" = --check ] && ! diff -q "requirements/$name.txt" "$target" >/dev/null; then
    echo "requirements/$name.txt is out of date; run make lock" >&2
    exit 1
  fi
done
