"""The one place that reads and writes rows of a case: whole records as JSON, few set-based statements, no ORM.

A *file* is a case with all its rows. The same dictionaries are what PostgreSQL is given, what is hashed for the evidence
log and what comes back from the tables, so nothing can be in one and not in the other; the columns that hold what people
typed and registers told are encrypted on their way in and opened on their way out (``sealing.py``). Columns that a later release adds
are empty in older rows and empty members are left out of the hashed content, so old hashes stay right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import connection

from yiwang.business.cases.sealing import opened, sealed

Row = dict[str, Any]

PARTS: Final = ("materials", "steps", "specials", "decisions", "documents")
_TABLES: Final = {
    "materials": "cases_material",
    "steps": "cases_step",
    "specials": "cases_special",
    "decisions": "cases_decision",
    "documents": "cases_document",
}
_ORDER: Final = {"materials": "id", "steps": "seq", "specials": "id", "decisions": "id", "documents": "id"}
_MOMENTS: Final = frozenset({"submitted_at", "received_at", "accepted_at", "decided_at", "delivered_at", "closed_at", "at", "made_at"})
# not part of what is proven: whether the clock has told somebody already
_UNPROVEN: Final = frozenset({"told_late"})

# the names pasted into these statements are constants of this file
_ADD: Final = {
    part: f"INSERT INTO {table} SELECT r.* FROM kept, json_populate_recordset(NULL::{table}, %s::json) AS r"  # noqa: S608
    for part, table in _TABLES.items()
}
_READ: Final = {
    part: f"(SELECT coalesce(json_agg(r ORDER BY r.{_ORDER[part]}), '[]') FROM {table} r WHERE r.case_id = c.id)"  # noqa: S608
    for part, table in _TABLES.items()
}
_KEPT: Final = "INSERT INTO cases_case SELECT * FROM json_populate_record(NULL::cases_case, %s::json)"
_ONCE: Final = f"{_KEPT} ON CONFLICT (applicant, idempotency_key) DO NOTHING RETURNING id"
_INSERT: Final = f"WITH kept AS ({_ONCE}), {', '.join(f'{part} AS ({_ADD[part]})' for part in PARTS)} SELECT count(*) FROM kept"  # noqa: S608
_SELECT: Final = f"SELECT to_json(c), {', '.join(_READ[part] for part in PARTS)} FROM cases_case c WHERE c.id = ANY(%s)"  # noqa: S608


@dataclass(slots=True)
class File:
    """A case with all its rows; ``changed`` columns and ``fresh`` rows are what ``save`` writes."""

    case: Row
    materials: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    specials: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    touched: dict[str, list[Row]] = field(default_factory=dict)
    fresh: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        """``case_id``."""
        return UUID(self.case["id"])

    def put(self, **columns: object) -> None:
        """Change columns of the case."""
        for name, value in columns.items():
            self.case[name] = plain(value)
            self.changed.add(name)

    def add(self, part: str, row: Row) -> Row:
        """Add a row to a part."""
        row = {key: plain(value) for key, value in row.items()} | {"case_id": self.case["id"]}
        getattr(self, part).append(row)
        self.fresh.setdefault(part, []).append(row)
        return row

    def change(self, part: str, row: Row, **columns: object) -> None:
        """Change columns of a row that is in the tables already (or will be with this save)."""
        row.update({key: plain(value) for key, value in columns.items()})
        if not any(row is one for one in self.fresh.get(part, ())):
            rows = self.touched.setdefault(part, [])
            if not any(row is one for one in rows):
                rows.append(row)

    def content(self) -> dict[str, object]:
        """What is hashed into the evidence log: every filled column of every row."""
        parts = {part: sorted(getattr(self, part), key=lambda row, by=_ORDER[part]: row[by]) for part in PARTS}  # type: ignore[misc]
        return {"case": _filled(self.case), **{part: [_filled(row) for row in rows] for part, rows in parts.items() if rows}}


def plain(value: object) -> Any:
    """A value as JSON carries it and as the tables give it back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, tuple | frozenset | set):
        return [plain(one) for one in value]
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return value


def _filled(row: Row) -> Row:
    return {
        key: value for key, value in row.items() if key not in _UNPROVEN and value not in (None, "", False) and value != [] and value != {}
    }


@contextmanager
def raw_cursor() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """A cursor of Django's own connection and transaction that binds on the server, so that statements are prepared once.

    Raises:
        django.db.DatabaseError: as Django's own cursor does; a connection that a restart broke is opened again first.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor


def insert(file: File) -> bool:
    """Write a new case with all its rows in one statement; False when this applicant's idempotency key is taken."""
    texts = [_text(sealed("case", file.case)), *(_rows(part, getattr(file, part)) for part in PARTS)]
    with raw_cursor() as cursor:
        row = cursor.execute(_INSERT, texts, prepare=True).fetchone()
    return row is not None and row[0] == 1


def load(case_ids: Iterable[UUID | str], *, lock: bool = False, lenient: bool = False) -> list[File]:
    """The files of these cases; ``lock`` holds their case rows until the transaction ends, ``lenient`` as in ``sealing.opened``."""
    statement = _SELECT + (" ORDER BY c.id FOR UPDATE OF c" if lock else "")
    with raw_cursor() as cursor:
        rows = cursor.execute(statement, [[str(one) for one in case_ids]], prepare=True).fetchall()
    files = []
    for case, *parts in rows:
        file = File(_read("case", case, lenient))
        for part, found in zip(PARTS, parts, strict=True):
            setattr(file, part, [_read(part, row, lenient) for row in found])
        files.append(file)
    return files


def contents(refs: Sequence[str]) -> dict[str, dict[str, object]]:
    """The current content by case id, as the evidence check compares it; an unknown id is absent, a broken seal differs."""
    return {file.case["id"]: file.content() for file in load(refs, lenient=True)}


def save(file: File) -> None:
    """Write what has changed: one UPDATE of the case (its version with it) and one statement per changed part."""
    with raw_cursor() as cursor:
        if file.changed:
            columns = sorted(file.changed)
            names = ", ".join(columns)
            cursor.execute(
                f"UPDATE cases_case SET ({names}) = (SELECT {names} FROM json_populate_record(NULL::cases_case, %s::json)) WHERE id = %s",  # noqa: S608 - column names of ours
                [_text(sealed("case", {name: file.case[name] for name in ("id", *columns)})), file.case["id"]],
            )
        for part, rows in file.touched.items():
            _update(cursor, part, rows)
        for part, rows in file.fresh.items():
            cursor.execute(f"WITH kept AS (SELECT 1) {_ADD[part]}", [_rows(part, rows)])
    file.changed.clear()
    file.touched.clear()
    file.fresh.clear()


def _update(cursor: psycopg.Cursor[tuple[Any, ...]], part: str, rows: Sequence[Row]) -> None:
    table = _TABLES[part]
    names = ", ".join(sorted(rows[0]))
    values = ", ".join(f"r.{name}" for name in sorted(rows[0]))
    cursor.execute(
        f"UPDATE {table} t SET ({names}) = ROW({values}) FROM json_populate_recordset(NULL::{table}, %s::json) AS r WHERE t.id = r.id",  # noqa: S608 - constants
        [_rows(part, rows)],
    )


def _rows(part: str, rows: Sequence[Row]) -> str:
    return _text([sealed(part, row) for row in rows])


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read(part: str, row: Row, lenient: bool) -> Row:
    """A row as it was before it was written: opened, moments written as we write them."""
    for name in _MOMENTS & row.keys():
        if row[name]:
            row[name] = plain(datetime.fromisoformat(row[name]))
    return opened(part, row, lenient=lenient)
