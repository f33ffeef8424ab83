"""`yiwang data ingest`: every row of every file is accounted for, good or in quarantine with its reason."""

from __future__ import annotations

import argparse
from pathlib import Path


def declare(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The acts of this part."""
    ingest = acts.add_parser("ingest", help="read a file or folder, check and standardise its rows; bad rows go to quarantine")
    ingest.add_argument("path", type=Path, help="a file or a folder")
    ingest.set_defaults(run=run_ingest)


def run_ingest(options: argparse.Namespace) -> int:
    """Ingest."""
    raise NotImplementedError(options.path)
