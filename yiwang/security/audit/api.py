"""The door of audit: acts recorded with their actor, accesses to personal data, and what readers may see of both.

Every record becomes a leaf of the evidence log (ref ``audit:<id>`` or ``access:<id>``) in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.security.access.api import Actor, covers, require
from yiwang.security.audit import denials, reading, rows, writing
from yiwang.security.audit.words import AccessRecord, DiaryRow, OneUse, Page, Record, RecordRow, Use, row_digest
from yiwang.standards.errors import NotFound
from yiwang.standards.subjects import Subject

__all__ = [
    "AccessRecord",
    "DiaryRow",
    "OneUse",
    "Page",
    "Record",
    "RecordRow",
    "Use",
    "accesses_of_case",
    "diary",
    "diary_for",
    "evidence_refs",
    "get",
    "last_uses",
    "of_case",
    "record",
    "record_access_many",
    "record_denial",
    "record_many",
    "register_rows",
    "row_digest",
    "search",
    "settle_denials",
    "uses",
]


def record(entry: Record) -> UUID:
    """Record one act in the caller's transaction; returns the record's id."""
    return record_many([entry])[0]


def record_many(records: Sequence[Record]) -> list[UUID]:
    """Record acts in the caller's transaction: one INSERT and one for their evidence leaves; returns their ids in order.

    Raises:
        NotCanonical: a detail or row holds something that is no plain JSON value.
    """
    return writing.write_records(records) if records else []


def record_access_many(records: Sequence[AccessRecord]) -> list[UUID]:
    """Record who looked at whose data, refused looks too, in the caller's transaction; returns their ids in order."""
    return writing.write_access(records) if records else []


def record_denial(entry: Record) -> UUID:
    """Record a refused act so that it outlives the rollback of that act: written now, and again by ``settle_denials`` if lost.

    ``allowed`` is recorded as False whatever the entry says.
    """
    refused = Record(entry.act, entry.actor, entry.kind, entry.ref, entry.case_id, entry.detail, entry.row, allowed=False)
    return denials.write(refused)


def settle_denials() -> int:
    """Write the denials of this thread that a rollback took; runs by itself after every web request, commands call it at their end."""
    return denials.settle()


def search(
    actor: Actor,
    *,
    text: str = "",
    act: str = "",
    ref: str = "",
    case_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    allowed: bool | None = None,
    page: int = 1,
) -> Page[RecordRow]:
    """Audit records, newest first, 50 a page: ``text`` in name, ref or detail, ``act`` by prefix, the rest exactly.

    An auditor sees the acts of his region (system acts, which have none, too).

    Raises:
        PermissionDenied: without ``audit.search``.
    """
    require(actor, "audit.search")
    conditions: list[tuple[str, Sequence[Any]]] = [("true", [])]
    if actor.kind != "system":
        conditions.append(("(region = '' OR left(region, %s) = %s)", [len(_prefix(actor.region)), _prefix(actor.region)]))
    if text:
        like = f"%{text.translate(_LIKE)}%"
        conditions.append(("(actor_name ILIKE %s OR ref ILIKE %s OR detail ILIKE %s)", [like, like, like]))
    if act:
        conditions.append(("act LIKE %s", [f"{act.translate(_LIKE)}%"]))
    exact = {"ref = %s": ref or None, "case_id = %s": case_id, "at >= %s": since, "at < %s": until, "allowed = %s": allowed}
    conditions += [(condition, [value]) for condition, value in exact.items() if value is not None]
    where = " AND ".join(condition for condition, _ in conditions)
    return reading.records(where, [value for _, values in conditions for value in values], page=max(page, 1))


def get(record_id: UUID, *, actor: Actor) -> RecordRow:
    """One audit record; NotFound outside the auditor's region, PermissionDenied without ``audit.search``."""
    require(actor, "audit.search")
    found = reading.records("id = %s", [record_id], page=1).rows
    if not found or not (actor.kind == "system" or not found[0].region or covers(actor.region, found[0].region)):
        raise NotFound()
    return found[0]


def of_case(case_id: UUID) -> list[RecordRow]:
    """Every act of a case, oldest first. Whoever may see the case may see these: the caller has asked."""
    return reading.of_case(case_id)


def evidence_refs(kind: str, ref: str) -> list[str]:
    """The evidence refs (``audit:<id>``) of everything recorded about a row, newest first: what ``evidence.receipt`` wants."""
    return reading.evidence_refs(kind, ref)


def accesses_of_case(case_id: UUID) -> list[DiaryRow]:
    """Every access to personal data made for a case, oldest first; the caller has asked who may see the case."""
    return reading.accesses_of_case(case_id)


def uses(*, since: datetime, elements: Sequence[str] | None = None, department: str = "") -> list[Use]:
    """Looks at elements (None: all) since a moment by department and purpose, the most first; nobody is named.

    The caller has asked who reads. Cost: one pass over the access records since then.
    """
    return reading.uses(since, elements, department)


def last_uses(element: str, *, since: datetime, department: str = "", limit: int = 20) -> list[OneUse]:
    """The newest looks at an element, without whose they were; the caller has asked who reads."""
    return reading.last_uses(element, since, department, limit)


def diary(subject: Subject, *, page: int = 1) -> Page[DiaryRow]:
    """数据使用日记 of a person or company, newest first, 50 a page. Ends use ``diary_for``, which asks who is reading."""
    return reading.diary(writing.subject_digest(subject), page=max(page, 1))


def diary_for(actor: Actor, *, subject: Subject | None = None, page: int = 1) -> Page[DiaryRow]:
    """The actor's own diary, or another's for an auditor, whose looking is recorded too.

    Raises:
        NotFound: a citizen asks for another's diary. PermissionDenied: staff without ``audit.diary``.
    """
    mine = actor.represents
    if subject is None or subject == mine:
        if mine is None:
            raise NotFound("当前账户没有对应的个人或企业,没有数据使用日记。")
        return diary(mine, page=page)
    if actor.kind == "citizen":
        raise NotFound()
    require(actor, "audit.diary")
    record(Record("audit.diary_read", actor, "subject", writing.subject_digest(subject), detail={"subject": subject.masked}))
    return diary(subject, page=page)


def register_rows(kind: str, loader: rows.Loader) -> None:
    """Let verification read the current rows of a kind: ``loader(refs)`` gives by ref exactly what ``Record.row`` was given.

    Call from AppConfig.ready.
    """
    rows.register(kind, loader)


_LIKE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def _prefix(region: str) -> str:
    """The digits of a division code that all places inside share."""
    for end in (2, 4, 6, 9, 12):
        if covers(region[:end].ljust(6, "0"), region) and set(region[end:]) <= {"0"}:
            return region[:end]
    return region
