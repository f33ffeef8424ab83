"""Reading records back: for search, for a case, for the diary, and as the canonical bytes that evidence hashed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from yiwang.security.audit.words import DiaryRow, OneUse, Page, RecordRow, Use, access_bytes, record_bytes
from yiwang.security.audit.writing import ACCESS_COLUMNS, RECORD_COLUMNS
from yiwang.standards import canonical

PAGE_SIZE = 50
_RECORDS = f"SELECT {', '.join(RECORD_COLUMNS)} FROM audit_record"  # noqa: S608
_ACCESS = f"SELECT {', '.join(ACCESS_COLUMNS)} FROM audit_access"  # noqa: S608
_DIARY_COLUMNS = [field.name for field in fields(DiaryRow)]
_DIARY = f"SELECT {', '.join(_DIARY_COLUMNS)} FROM audit_access"  # noqa: S608
Rows = list[tuple[Any, ...]]
T = TypeVar("T")


def fetch(statement: str, parameters: Sequence[Any]) -> Rows:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: Rows = cursor.fetchall()
        return rows


def records(condition: str, parameters: Sequence[Any], *, page: int) -> Page[RecordRow]:
    """A page of audit records, newest first."""
    total = fetch(f"SELECT count(*) FROM audit_record WHERE {condition}", parameters)[0][0]  # noqa: S608
    rows = fetch(f"{_RECORDS} WHERE {condition} ORDER BY id DESC LIMIT %s OFFSET %s", [*parameters, PAGE_SIZE, (page - 1) * PAGE_SIZE])
    return _page([_record(row) for row in rows], total, page)


def of_case(case_id: object) -> list[RecordRow]:
    """Every audit record of a case, oldest first."""
    return [_record(row) for row in fetch(f"{_RECORDS} WHERE case_id = %s ORDER BY id", [case_id])]


def evidence_refs(kind: str, ref: str) -> list[str]:
    """Refs of the records about a row, newest first."""
    return [f"audit:{row[0]}" for row in fetch("SELECT id FROM audit_record WHERE kind = %s AND ref = %s ORDER BY id DESC", [kind, ref])]


def diary(subject: str, *, page: int) -> Page[DiaryRow]:
    """A page of the access records about a subject's digest, newest first."""
    total = fetch("SELECT count(*) FROM audit_access WHERE subject = %s", [subject])[0][0]
    rows = fetch(f"{_DIARY} WHERE subject = %s ORDER BY id DESC LIMIT %s OFFSET %s", [subject, PAGE_SIZE, (page - 1) * PAGE_SIZE])
    return _page([_diary(row) for row in rows], total, page)


def accesses_of_case(case_id: object) -> list[DiaryRow]:
    """Every access record of a case, oldest first."""
    return [_diary(row) for row in fetch(f"{_DIARY} WHERE case_id = %s ORDER BY id", [case_id])]


_USES = """
SELECT element, department, purpose, count(*) FILTER (WHERE allowed), count(*) FILTER (WHERE NOT allowed), count(DISTINCT case_id), max(at)
FROM audit_access, unnest(elements) AS element
WHERE id >= %s AND (%s = '' OR department = %s) AND (%s OR element = ANY(%s))
GROUP BY element, department, purpose ORDER BY 4 DESC, 1, 2, 3"""
_LAST_USES = """
SELECT at, department, purpose, case_id, allowed FROM audit_access
WHERE id >= %s AND elements @> ARRAY[%s] AND (%s = '' OR department = %s) ORDER BY id DESC LIMIT %s"""


def uses(since: datetime, elements: Sequence[str] | None, department: str) -> list[Use]:
    """Looks by element, department and purpose; the rows since a moment are found by their time-ordered id."""
    rows = fetch(_USES, [_first_id(since), department, department, elements is None, list(elements or ())])
    return [Use(*row) for row in rows]


def last_uses(element: str, since: datetime, department: str, limit: int) -> list[OneUse]:
    """The newest looks at an element."""
    return [OneUse(*row) for row in fetch(_LAST_USES, [_first_id(since), element, department, department, limit])]


def _first_id(since: datetime) -> str:
    """The smallest id of that millisecond (RFC 9562, version 7)."""
    return str(UUID(int=int(since.timestamp() * 1000) << 80))


def record_documents(ids: Sequence[str]) -> Mapping[str, bytes]:
    """Canonical bytes of audit records by id. A ``detail`` that is no longer canonical text yields other bytes, hence a finding."""
    found = {}
    for row in fetch(f"{_RECORDS} WHERE id = ANY(%s::uuid[])", [list(ids)]):
        columns = dict(zip(RECORD_COLUMNS, row, strict=True))
        found[str(columns["id"])] = record_bytes(columns, _detail(columns["detail"]))
    return found


def access_documents(ids: Sequence[str]) -> Mapping[str, bytes]:
    """Canonical bytes of access records by id."""
    rows = fetch(f"{_ACCESS} WHERE id = ANY(%s::uuid[])", [list(ids)])
    return {str(row[0]): access_bytes(dict(zip(ACCESS_COLUMNS, row, strict=True))) for row in rows}


def _detail(text: str) -> object:
    try:
        value = json.loads(text)
        return value if canonical.dumps(value).decode() == text else text
    except ValueError:
        return text


def _record(row: tuple[Any, ...]) -> RecordRow:
    columns = dict(zip(RECORD_COLUMNS, row, strict=True))
    return RecordRow(**{**columns, "detail": json.loads(columns["detail"])})


def _diary(row: tuple[Any, ...]) -> DiaryRow:
    columns = dict(zip(_DIARY_COLUMNS, row, strict=True))
    return DiaryRow(**{**columns, "elements": tuple(columns["elements"])})


def _page(rows: list[T], total: int, page: int) -> Page[T]:
    return Page(tuple(rows), page, max(1, -(-total // PAGE_SIZE)), total)
