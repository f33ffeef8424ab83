"""The values of audit and the canonical form whose hash becomes evidence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar
from uuid import UUID

from yiwang.security.access.api import Actor
from yiwang.standards import canonical
from yiwang.standards.subjects import Subject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """An act to be recorded. ``row`` is the changed row's canonical content after the act: strings, integers, truth values, lists
    and mappings only (write dates and amounts as text); give None where no row of a register or case changed.
    """

    act: str
    actor: Actor
    kind: str
    ref: str
    case_id: UUID | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] | None = None
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """Somebody looked (or was refused to look) at elements of a subject's data. ``purpose`` is a matter's code."""

    case_id: UUID | None
    actor_name: str
    department: str
    purpose: str
    legal_basis: str
    subject: Subject
    elements: tuple[str, ...]
    allowed: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A recorded act as readers see it."""

    id: UUID
    at: datetime
    act: str
    actor_kind: str
    actor_id: str
    actor_name: str
    department: str
    region: str
    kind: str
    ref: str
    case_id: UUID | None
    allowed: bool
    detail: Mapping[str, Any]
    row_digest: str


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """A line of 数据使用日记: who looked at my data, for which case, on which ground."""

    id: UUID
    at: datetime
    case_id: UUID | None
    actor_name: str
    department: str
    purpose: str
    legal_basis: str
    elements: tuple[str, ...]
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Use:
    """Looks of one department at one element for one purpose: allowed, refused, distinct cases, the last moment."""

    element: str
    department: str
    purpose: str
    looks: int
    refused: int
    cases: int
    last: datetime


@dataclass(frozen=True, slots=True)
class OneUse:
    """One look at an element, without whose it was."""

    at: datetime
    department: str
    purpose: str
    case_id: UUID | None
    allowed: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows, newest first; ``total`` counts all of them."""

    rows: tuple[T, ...]
    page: int
    pages: int
    total: int


def moment(at: datetime) -> str:
    """UTC to the microsecond, the same text whatever zone the value came in."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def row_digest(row: Mapping[str, Any] | None) -> str:
    """SHA-256 of a row's canonical JSON in hex; '' for no row."""
    return "" if row is None else sha256(canonical.dumps(row)).hexdigest()


def record_bytes(columns: Mapping[str, Any], detail: object) -> bytes:
    """An audit record's canonical JSON: all its columns, ``detail`` as the value it holds."""
    return canonical.dumps(_plain({**columns, "detail": detail}))


def access_bytes(columns: Mapping[str, Any]) -> bytes:
    """An access record's canonical JSON."""
    return canonical.dumps(_plain(columns))


def _plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(columns)
    plain["id"] = str(plain["id"])
    plain["at"] = moment(plain["at"])
    if plain["case_id"] is not None:
        plain["case_id"] = str(plain["case_id"])
    return plain
