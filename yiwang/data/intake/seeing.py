"""Rows in quarantine and versions of a key as their reader may see them: own department's, masked unless a purpose is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.data.intake import places, queries, states
from yiwang.data.intake.errors import BadKey, BadPurpose, NoSuchWaitingRow
from yiwang.data.intake.models import SourceRow
from yiwang.data.intake.values import CellView, KeyVersion, RawFile, Repaired, ThemeTable, WaitingRow
from yiwang.data.lake import api as lake
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record
from yiwang.security.masking.api import mask, mask_text
from yiwang.standards.events import IntakeSourceStepped

PAGE: Final = 50
_MOST: Final = 2000  # characters of one repaired cell


def raws(source_id: UUID, *, actor: Actor) -> list[RawFile]:
    """See the door."""
    row = queries.row_for(actor, source_id)
    return [RawFile(**one) for one in lake.raws(places.landing(row), out=places.folder())]


def waiting(source_id: UUID, *, reason: str, page: int, actor: Actor) -> tuple[dict[str, int], list[WaitingRow]]:
    """See the door."""
    row = queries.row_for(actor, source_id)
    rows = _waiting(row)
    counts: dict[str, int] = {}
    for one in rows:
        counts[one["reason"]] = counts.get(one["reason"], 0) + 1
    wanted = [one for one in rows if not reason or one["reason"] == reason]
    begin = (max(page, 1) - 1) * PAGE
    return dict(sorted(counts.items(), key=lambda item: -item[1])), [_seen(row, one) for one in wanted[begin : begin + PAGE]]


def waiting_row(source_id: UUID, *, digest: str, row: int, actor: Actor) -> WaitingRow:
    """See the door."""
    source = queries.row_for(actor, source_id)
    return _seen(source, _one(source, digest, row))


def reveal(source_id: UUID, *, digest: str, row: int, purpose: str, legal_basis: str, actor: Actor) -> WaitingRow:
    """See the door."""
    source = queries.row_for(actor, source_id)
    require(actor, "intake.reveal", department=source.department, region=source.region)
    found = _one(source, digest, row)
    detail = _purpose(purpose, legal_basis) | {"digest": digest, "row": row}
    record(Record("intake.reveal", actor, "intake_source", str(source.id), detail=detail))
    return _seen(source, found, revealed=True)


def repair(source_id: UUID, *, digest: str, row: int, values: Mapping[str, str], actor: Actor) -> Repaired:
    """See the door."""
    source = queries.row_for(actor, source_id)
    require(actor, "intake.repair", department=source.department, region=source.region)
    before = _one(source, digest, row)["values"]
    fields = lake.fields(source.dataset)
    changed = {name: str(values[name])[:_MOST] for name in fields if name in values and str(values[name]) != before.get(name, "")}
    whole = {name: changed.get(name, before.get(name, "")) for name in fields}
    repairs = [{"digest": digest, "row": row, "values": whole}]
    with transaction.atomic():
        answer = lake.replay(source.dataset, out=places.folder(), repairs=repairs, under=places.under(source))
        if answer["unknown"] or answer["settled"]:
            raise NoSuchWaitingRow()
        refused = answer["refused"][0] if answer["refused"] else None
        detail = {"digest": digest, "row": row, "fields": sorted(changed), "accepted": refused is None}
        record(Record("intake.repair", actor, "intake_source", str(source.id), detail=detail))
        step = "repaired" if refused is None else "repair_refused"
        emit(IntakeSourceStepped(at=now(), source_id=str(source.id), department=source.department, title=source.name, step=step))
    return Repaired(refused is None, refused["reason"] if refused else "", tuple(refused["problems"]) if refused else ())


def tables(actor: Actor) -> list[ThemeTable]:
    """See the door."""
    require(actor, "intake.view")
    found = []
    for one in lake.tables(places.folder()):
        found.append(
            ThemeTable(
                one["theme"], one["dataset"], tuple(lake.key(one["dataset"])), one["version"], datetime.fromisoformat(one["made_at"]),
                one["digest"], one["rows"], one["keys"], one["current"], one["duplicates"]["same"], one["duplicates"]["changed"],
                one["schema"],
            )
        )  # fmt: skip
    return found


def history(dataset: str, *, key: Mapping[str, str], purpose: str, legal_basis: str, actor: Actor) -> list[KeyVersion]:
    """See the door."""
    require(actor, "intake.view", department=actor.department, region=actor.region)
    if dataset not in lake.datasets():
        raise BadKey(reason="没有这种数据集")
    asked = {name: " ".join(str(key.get(name, "")).split()) for name in lake.key(dataset)}
    if not all(asked.values()):
        raise BadKey(reason="请填写完整的键", field="key")
    revealed = bool(purpose.strip() or legal_basis.strip())
    if revealed:
        require(actor, "intake.reveal", department=actor.department, region=actor.region)
        detail = _purpose(purpose, legal_basis) | {"dataset": dataset}
        shown = mask(next(iter(asked.values())), "text")
        record(Record("intake.reveal", actor, "theme_key", f"{dataset}:{shown}", detail=detail))
    mine = tuple(places.under(row) for row in queries.visible(actor, SourceRow.objects.all()))
    rows = [
        one for one in lake.history(dataset, key=asked, out=places.folder()) if one["source_file"].removeprefix("repairs/").startswith(mine)
    ]
    masks = _masks(dataset)
    return [_version(one, masks, revealed) for one in rows]


def _version(row: dict[str, Any], masks: dict[str, Callable[[str], str]], revealed: bool) -> KeyVersion:
    values = {}
    for name, value in row.items():
        if name.startswith("source_") or name in ("version", "valid_from", "valid_to"):
            continue
        text = "" if value is None else str(value)
        # Columns made from a field (capital_yuan, city_code) are masked as their field is.
        base = name if name in masks else next((field for field in masks if name.startswith(f"{field}_")), "")
        values[name] = text if revealed else masks[base](text) if base else mask(text, "text")
    begin, end = (f"{row[name]:%Y-%m-%d %H:%M}" if row[name] is not None else "" for name in ("valid_from", "valid_to"))
    return KeyVersion(row["version"], begin, end, _file(row["source_file"]), row["source_line"], values)


def _waiting(row: SourceRow) -> list[dict[str, Any]]:
    return lake.waiting(row.dataset, out=places.folder(), under=places.under(row))


def _one(source: SourceRow, digest: str, row: int) -> dict[str, Any]:
    found = next((one for one in _waiting(source) if one["digest"] == digest and one["row"] == row), None)
    if found is None:
        raise NoSuchWaitingRow()
    return found


def _seen(source: SourceRow, one: dict[str, Any], *, revealed: bool = False) -> WaitingRow:
    """A waiting row; where its cells may stand in other columns than their own, each is masked as text."""
    fields, masks = lake.fields(source.dataset), _masks(source.dataset)
    in_place = any(one["reason"].startswith(f"{name}_") for name in fields)
    problems: dict[str, str] = {}
    for problem in one["problems"]:
        name = next((field for field in sorted(fields, key=len, reverse=True) if problem.startswith(f"{field}_")), "")
        if name:
            problems[name] = problem[len(name) + 1 :]
    cells = []
    for name in fields:
        value = one["values"].get(name, "")
        trusted = in_place and name not in problems
        seen = value if revealed else masks[name](value) if trusted else mask(value, "text")
        cells.append(CellView(name, seen, problems.get(name, "")))
    raw = one["raw"] if revealed else ""
    return WaitingRow(
        one["digest"], one["row"], one["line"], _file(one["file"]), one["reason"], tuple(one["problems"]), tuple(cells), raw, revealed
    )


def _masks(dataset: str) -> dict[str, Callable[[str], str]]:
    def by(kind: str) -> Callable[[str], str]:
        return (lambda text: mask(text, kind)) if kind else mask_text

    return {name: by(states.MASKED.get(name) or states.MASKS.get(kind, "text")) for name, kind in lake.kinds(dataset).items()}


def _file(name: str) -> str:
    """The name of a file as its department knows it."""
    return ("repairs/" if name.startswith("repairs/") else "") + name.rpartition("/")[2]


def _purpose(purpose: str, legal_basis: str) -> dict[str, object]:
    if not purpose.strip() or not legal_basis.strip():
        raise BadPurpose(field="purpose")
    return {"purpose": purpose.strip()[:300], "legal_basis": legal_basis.strip()[:300]}
