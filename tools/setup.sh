#!/usr/bin/env bash
# Puts the pinned packages into .venv/ and makes the command .venv/bin/yiwang. Usage: tools/setup.sh runtime|develop
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=$1

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo -n "$@"; else return 1; fi; }

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Python 3.11 or newer is needed. On Debian 12: apt-get install python3 python3-venv" >&2
  exit 1
fi
if [ ! -x .venv/bin/python ]; then
  "$PYTHON" -m venv .venv 2>/dev/null || {
    rm -rf .venv
    as_root apt-get install -y -q python3-venv >/dev/null 2>&1 || { echo "The module venv is missing. On Debian 12: apt-get install python3-venv" >&2; exit 1; }
    "$PYTHON" -m venv .venv
  }
fi
[ -x .venv/bin/uv ] || .venv/bin/pip install -q --disable-pip-version-check "uv==0.13.9" 2>/dev/null || true
if [ -x .venv/bin/uv ]; then
  VIRTUAL_ENV=.venv .venv/bin/uv pip install -q --require-hashes -r "requirements/$wanted.txt"
else
  .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r "requirements/$wanted.txt"
fi
# The project itself needs no build: a path file and a command are enough, and need no build tool from a registry.
site=$(.venv/bin/python -c 'import site; print(site.getsitepackages()[0])')
pwd > "$site/yiwang-checkout.pth"
cat > .venv/bin/yiwang <<COMMAND
#!$(pwd)/.venv/bin/python
import sys
from yiwang.ends.cli.main import main
sys.exit(main())
COMMAND
chmod +x .venv/bin/yiwang
.venv/bin/python -m tools.messages
