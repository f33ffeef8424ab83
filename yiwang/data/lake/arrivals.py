"""The order in which files came into the lake."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yiwang.data.lake.keeping import write_whole
from yiwang.data.lake.shapes import Shape


@dataclass(frozen=True, slots=True)
class Batch:
    """A file in the lake: its folder, its place in the order of arrival, and when it came."""

    folder: Path
    number: int
    received_at: datetime
    said: dict[str, Any]


def batches(out: Path, shape: Shape) -> list[Batch]:
    """All files of a data set, in the order in which they came; a file that has no place yet gets the next one."""
    folders = [
        path for path in (out / "standardised" / shape.name).glob("*") if (path / "report.json").is_file() and path.suffix != ".partial"
    ]
    found: list[Batch] = []
    new: list[Path] = []
    for folder in folders:
        place = folder / "arrival.json"
        if place.is_file():
            arrival = json.loads(place.read_text())
            said = json.loads((folder / "report.json").read_text())
            found.append(Batch(folder, arrival["batch"], datetime.fromisoformat(arrival["received_at"]), said))
        else:
            new.append(folder)
    number = max((one.number for one in found), default=0)
    for folder in sorted(new, key=lambda path: ((path / "report.json").stat().st_mtime_ns, path.name)):
        number += 1
        now = datetime.now(UTC)
        write_whole(folder / "arrival.json", {"batch": number, "received_at": now.isoformat()})
        found.append(Batch(folder, number, now, json.loads((folder / "report.json").read_text())))
    return sorted(found, key=lambda one: one.number)
