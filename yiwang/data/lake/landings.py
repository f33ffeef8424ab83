"""Raw files of sources that are no files, kept compressed for a while: what the source really said can be read again.

`landing/<name>/kept/<digest>.<kind>.gz`: the name is the digest of the content, so a kill between keeping and settling keeps nothing twice.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from yiwang.data.lake.errors import NotKept

DAYS: Final = 90  # how long a raw file is kept unless its owner says otherwise
_FOLDER: Final = "kept"


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw file that is kept: its content's digest, when it landed, its size as kept."""

    digest: str
    kind: str
    landed_at: datetime
    size: int


def keep(path: Path, folder: Path) -> None:
    """Keep a landed file that is in the lake, and let the landed copy go."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:20]
    kept = folder / _FOLDER
    kept.mkdir(parents=True, exist_ok=True)
    target = kept / f"{digest}{path.suffix}.gz"
    new = target.with_suffix(".new")
    with path.open("rb") as source, new.open("wb") as under, gzip.GzipFile("", "wb", 5, under, mtime=0) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.rename(target)
    path.unlink()


def raws(folder: Path) -> list[Raw]:
    """The raw files that are kept, the newest first."""
    found = [(path, path.stat()) for path in (folder / _FOLDER).glob("*.gz")]
    made = [
        Raw(path.name.split(".")[0], path.suffixes[0].removeprefix("."), datetime.fromtimestamp(facts.st_mtime, UTC), facts.st_size)
        for path, facts in found
    ]
    return sorted(made, key=lambda one: (one.landed_at, one.digest), reverse=True)


def unpacked(digest: str, folder: Path) -> Path:
    """A kept file as it landed, in the landing folder; the caller removes it. Raises NotKept."""
    found = [path for path in (folder / _FOLDER).glob("*.gz") if path.name.split(".")[0] == digest]
    if not found:
        raise NotKept(digest=digest)
    (folder / "again").mkdir(exist_ok=True)
    target = folder / "again" / found[0].name.removesuffix(".gz")
    with gzip.open(found[0]) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return target


def expire(folder: Path, *, days: int = DAYS) -> int:
    """Remove the raw files whose time is over; returns how many."""
    oldest = time.time() - days * 86400
    old = [path for path in (folder / _FOLDER).glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink()
    return len(old)
