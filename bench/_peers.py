"""Peers of a bench: programs of others in an environment of their own (.venv-peers), each a script under bench/peers/ that prints JSON."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]


def run_peer(name: str, *args: str) -> dict[str, Any]:
    """What ``bench/peers/<name>.py`` prints on its last line; installs the peers (requirements/peers.txt) on first use.

    Raises:
        RuntimeError: the peers cannot be installed, or the script failed; the end of what it said is in the message.
    """
    installed()
    said = _checked([".venv-peers/bin/python", f"bench/peers/{name}.py", *args], f"the peer {name} failed")
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


def installed() -> None:
    """Make the peers' environment where it is missing or old; raises RuntimeError."""
    _checked(["bash", "tools/peers.sh"], "the peers cannot be installed")


def _checked(command: list[str], problem: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH", "DJANGO_SETTINGS_MODULE"}}
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{problem}: {done.stderr[-500:]}")
    return done.stdout
