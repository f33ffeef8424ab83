"""Small files that must never be seen half."""

from __future__ import annotations

import json
import os
from pathlib import Path


def write_whole(path: Path, said: object) -> None:
    """Write JSON whole or not at all."""
    new = path.with_suffix(".new")
    with new.open("w") as file:
        json.dump(said, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
