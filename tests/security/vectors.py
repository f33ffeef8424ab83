"""Where published vectors lie beside the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def folder(name: str) -> Path:
    """The folder of a set of vectors; the module skips with its reason where it is absent."""
    path = Path(os.environ.get("YIWANG_SHARED_VECTORS", ROOT.parent / "shared" / "vectors")) / name
    if not path.is_dir():
        pytest.skip(f"published vectors are absent: {name} (set YIWANG_SHARED_VECTORS)", allow_module_level=True)
    return path
