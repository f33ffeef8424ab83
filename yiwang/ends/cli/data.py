"""`yiwang data …`: bring files into the lake and look at what it holds. Each part is a module that adds its own acts."""

from __future__ import annotations

import argparse
from importlib import import_module

# A part has `declare(acts)`, which adds its parsers to the group; heavy libraries are imported only inside what it runs.
PARTS = (
    "yiwang.ends.cli.data_ingest",
    "yiwang.ends.cli.data_lake",
    "yiwang.ends.cli.data_addresses",
    "yiwang.ends.cli.data_resolve",
    "yiwang.ends.cli.data_check",
    "yiwang.ends.cli.data_draft",
)


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The acts of every part."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    for part in PARTS:
        import_module(part).declare(acts)
    parser.epilog = "example: yiwang data ingest companies/ --as companies --out lake/ --json"
