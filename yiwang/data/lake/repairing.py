"""Quarantined rows → repaired by a person → through the same checks again. The source file's account stays as it was; a ledger says what
became of each row: a row repaired twice is refused, one that is still wrong stays in quarantine with its new reason.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from yiwang.data.lake import arrivals, garbling, ingesting, publishing
from yiwang.data.lake.keeping import write_whole
from yiwang.data.lake.shapes import Shape


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row in quarantine: where it came from, why it waits, what it said, and its cells by field as far as they can be told."""

    digest: str
    row: int
    line: int
    file: str
    reason: str
    problems: tuple[str, ...]
    raw: str
    values: dict[str, str]

    @property
    def key(self) -> str:
        """The row's name in the ledger."""
        return f"{self.digest}#{self.row}"


def waiting(out: Path, shape: Shape, *, under: str = "") -> Iterator[Waiting]:
    """The rows that wait, in the order in which their files came, of files whose name begins with `under`; repaired ones are left out."""
    settled = ledger(out, shape)
    for batch in arrivals.batches(out, shape):
        if str(batch.said["file"]).startswith("repairs/") or not str(batch.said["file"]).startswith(under):
            continue
        fields = batch.said["facts"].get("fields", [])
        delimiter = batch.said["facts"].get("delimiter", ",")
        for part in sorted(batch.folder.glob("quarantine-*.parquet")):
            for row in pq.read_table(part).to_pylist():
                one = Waiting(
                    batch.said["digest"][:20],
                    row["source_row"],
                    row["source_line"],
                    batch.said["file"],
                    row["reason"],
                    tuple(row["problems"]),
                    row["raw"],
                    _values(row["raw"], row["reason"], fields, delimiter),
                )
                if settled.get(one.key, {}).get("state") != "repaired":
                    yield one


def _values(raw: str, reason: str, fields: Sequence[str], delimiter: str) -> dict[str, str]:
    """The cells by field; text garbled by a wrong encoding is proposed as it was before (a person confirms it)."""
    text = (garbling.recovered(raw) or raw) if reason == "text_garbled" else raw
    cells = next(csv.reader([text.replace("\0", "")], delimiter=delimiter), [])
    return {name: cell for name, cell in zip(fields, cells, strict=False) if name}


def replay(out: Path, shape: Shape, repairs: Sequence[dict[str, Any]], *, today: date, under: str = "") -> dict[str, Any]:
    """Send repaired rows through the checks: each `{digest, row, values: {field: text}}`.

    Returns `{accepted, refused: [{digest, row, reason, problems}], unknown: [{digest, row}], settled: [{digest, row}]}`.
    """
    known = {one.key for one in waiting(out, shape, under=under)}
    settled_before = {key for key, said in ledger(out, shape).items() if said["state"] == "repaired"}
    wanted: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    settled: list[dict[str, Any]] = []
    for repair in repairs:
        key = f"{repair['digest']}#{repair['row']}"
        target = wanted if key in known else settled if key in settled_before else unknown
        target.append(repair)
        known.discard(key)  # the same row twice in one hand-in counts once
    answer: dict[str, Any] = {"accepted": 0, "refused": [], "unknown": _named(unknown), "settled": _named(settled)}
    if not wanted:
        return answer
    path = _written(out, shape, wanted)
    done = ingesting.ingest_file(path, shape, out, name=f"repairs/{under}{path.name}", today=today)
    assert done.folder
    refused: dict[int, dict[str, Any]] = {}
    for part in sorted(done.folder.glob("quarantine-*.parquet")):
        refused |= {row["source_row"]: row for row in pq.read_table(part).to_pylist()}
    said = ledger(out, shape)
    for number, repair in enumerate(wanted, 1):
        key = f"{repair['digest']}#{repair['row']}"
        if bad := refused.get(number):
            said[key] = {"state": "waiting", "reason": bad["reason"], "repair": path.name, "row": number}
            answer["refused"].append(
                {"digest": repair["digest"], "row": repair["row"], "reason": bad["reason"], "problems": bad["problems"]}
            )
        else:
            said[key] = {"state": "repaired", "repair": path.name, "row": number}
            answer["accepted"] += 1
    _save(out, shape, said)
    publishing.publish(out, shape)
    return answer


def ledger(out: Path, shape: Shape) -> dict[str, dict[str, Any]]:
    """What became of the rows that somebody repaired: `digest#row` → state (repaired or waiting), reason, file of the repair."""
    try:
        said: dict[str, dict[str, Any]] = json.loads((out / "repairs" / shape.name / "ledger.json").read_text())
    except FileNotFoundError:
        return {}
    return said


def _save(out: Path, shape: Shape, said: dict[str, dict[str, Any]]) -> None:
    path = out / "repairs" / shape.name / "ledger.json"
    write_whole(path, said)


def _written(out: Path, shape: Shape, repairs: Sequence[dict[str, Any]]) -> Path:
    folder = out / "repairs" / shape.name
    folder.mkdir(parents=True, exist_ok=True)
    body = json.dumps(repairs, ensure_ascii=False, sort_keys=True).encode()
    path = folder / f"{hashlib.sha256(body).hexdigest()[:16]}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*(one.name for one in shape.fields), "repaired_row"])
        for repair in repairs:
            cells = [str(repair["values"].get(one.name, "")).replace("\0", "") for one in shape.fields]
            writer.writerow([*cells, f"{repair['digest']}#{repair['row']}"])
    return path


def _named(repairs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"digest": repair["digest"], "row": repair["row"]} for repair in repairs]
