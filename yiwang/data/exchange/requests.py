"""Frozen values of requests, keys, traffic: what the sharing half of the exchange's door takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yiwang.base.clock.api import Limit

OPERATIONS: Mapping[str, str] = {"rows": "逐条查询", "download": "整体下载", "subscribe": "变更订阅"}
ALGORITHMS: Mapping[str, str] = {"hmac-sm3": "HMAC-SM3(平台生成密钥,只显示一次)", "sm2": "SM2(本单位自备公钥)"}
SIGNALS: Mapping[str, str] = {"scraping": "疑似批量试探", "unknown_case": "办件编号不存在", "journal": "调用日志异常"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the catalogue under which a resource is shared; others may not be asked for."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ResourceField:
    """A field: its name in calls, the data element it is, kind of value; level 1–4, sensitive or not, kind of mask and whether it is kept
    encrypted as the catalogue's published version confirms them.
    """

    name: str
    title: str
    title_en: str
    element: str
    kind: str
    level: int
    sensitive: bool
    mask: str
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """A data resource. ``share``: 'unconditional', 'conditional' or 'none' (then ``reason`` and ``basis`` say why).

    ``key`` is the column a call names rows by; ``key_kind`` what it names: 'person', 'company' or a kind of record.
    """

    code: str
    title: str
    department: str
    region: str
    share: str
    conditions: tuple[Condition, ...]
    reason: str
    basis: str
    fields: tuple[ResourceField, ...]
    key: str
    key_kind: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The provider's days and their extension, the longest term in days, the most calls per second, the clause,
    the most rows asked for in a day.

    ``countersign_level``: fields from this level on need the signature of the provider's head too.
    """

    answer: Limit
    extension: Limit
    longest_days: int
    most_calls: int
    source: str
    countersign_level: int
    most_daily: int


@dataclass(frozen=True, slots=True)
class Mask:
    """How a field leaves the gateway: kind and level ('full', 'partial', 'hidden') of the masking room."""

    kind: str
    level: str


@dataclass(frozen=True, slots=True)
class RequestGiven:
    """What an official asks for.

    ``purpose``: a matter's short key or the word of a duty ([a-z0-9_.-], at most 64); with kind 'matter' every call names its case.
    ``operations``: of OPERATIONS. ``calls``: per second. ``until``: the last day. ``daily``: rows asked for in a day.
    """

    resource: str
    fields: tuple[str, ...]
    purpose: str
    purpose_kind: str
    purpose_title: str
    legal_basis: str
    scene: str
    operations: tuple[str, ...]
    calls: int
    until: date
    daily: int = 10_000


@dataclass(frozen=True, slots=True)
class StepGiven:
    """What goes with a step: a note or reason, the ground of a refusal (a condition's code or a clause), a new last day."""

    note: str = ""
    ground: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RequestAction:
    """A step that the reader may take now."""

    step: str
    name: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestStepView:
    """A step that was taken."""

    step: str
    name: str
    state: str
    at: datetime
    by_name: str
    department: str
    note: str


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key without its secret. ``state``: 'active', 'retired' (still valid for a day after rotation), 'revoked'."""

    code: str
    request_id: UUID
    request_no: str
    algorithm: str
    state: str
    valid_until: datetime
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A fresh key. ``secret``: 64 hex digits, told this once ('' for sm2, whose private part never came here)."""

    key: KeyView
    secret: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as its reader sees it; ``light``, ``due`` and ``remaining`` are the provider's clock (None while it does not run).

    ``unsigned``: fields whose level is above the one that was signed for; they stay masked until the provider's head signs.
    """

    id: UUID
    no: str
    state: str
    state_name: str
    lock: int
    side: str
    consumer: str
    provider: str
    resource: str
    resource_title: str
    share: str
    conditions: tuple[Condition, ...]
    fields: tuple[ResourceField, ...]
    masks: Mapping[str, Mask]
    purpose: str
    purpose_kind: str
    purpose_title: str
    legal_basis: str
    basis_remarks: tuple[str, ...]
    scene: str
    operations: tuple[str, ...]
    calls: int
    daily: int
    until: date
    renewal_until: date | None
    contact: str
    due: date | None
    remaining: int | None
    light: str
    ground: str
    answer: str
    made_at: datetime
    actions: tuple[RequestAction, ...]
    steps: tuple[RequestStepView, ...] = ()
    keys: tuple[KeyView, ...] = ()
    unsigned: tuple[ResourceField, ...] = ()


@dataclass(frozen=True, slots=True)
class UsageView:
    """Calls of a group: day, resource or key under ``name``; ``refused`` of them, ``failed`` of these by our own fault; rows asked for
    and found. ``p50_ms``, ``p99_ms``: from a call's arrival to the writing of its journal entry, to 10 percent; None where not kept.
    """

    name: str
    calls: int
    refused: int
    asked: int
    found: int
    failed: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A whole resource handed out. ``contained``: whether the asker's row was in it; None: it can no longer be told.

    ``elements``: codes of what was in each row, masked as granted; ``rows``: of how many.
    """

    at: datetime
    resource: str
    resource_title: str
    department: str
    purpose: str
    purpose_title: str
    legal_basis: str
    elements: tuple[str, ...]
    rows: int
    contained: bool | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Traffic of the last days that the reader's department caused or served."""

    since: date
    total: UsageView
    days: tuple[UsageView, ...]
    resources: tuple[UsageView, ...]
    keys: tuple[UsageView, ...]
    refusals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Signal:
    """Something to look at: what, whose key on which resource, how often that day."""

    id: UUID
    kind: str
    kind_name: str
    day: date
    key: str
    resource: str
    consumer: str
    provider: str
    count: int
    text: str
    first_at: datetime
    last_at: datetime
    settled_at: datetime | None
    settled_by_name: str
    note: str


@dataclass(frozen=True, slots=True)
class JournalState:
    """A segment of a gateway's journal: read up to here, how many entries, what is wrong."""

    gateway: str
    segment: str
    entries: int
    bytes_read: int
    read_at: datetime
    trouble: str


@dataclass(frozen=True, slots=True)
class PolicyState:
    """The policy in force: number, when it was signed, keys and grants in it."""

    number: int
    issued_at: datetime | None
    keys: int
    grants: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one reading of the journals brought."""

    entries: int
    looks: int
    signals: int
    troubles: tuple[str, ...]
