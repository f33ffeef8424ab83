"""The gateways' journals read into the control plane: metering, the diary of those asked about, signals, seals as evidence.

Each sealed batch is taken once: what it brings and how far the segment has been read are one transaction on the segment's locked row.
A reader that is killed leaves nothing; the next one begins where the last transaction ended.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.base.outbox import api as outbox
from yiwang.data.exchange import policies, requesting, resources, timing
from yiwang.data.exchange.models import DownloadRow, KeyRow, RequestRow, SegmentRow, SignalRow
from yiwang.data.exchange.requests import ImportReport, Resource
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Ask
from yiwang.security.access.api import SYSTEM
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import AccessRecord, Record
from yiwang.standards import canonical
from yiwang.standards.events import SharingSignalled
from yiwang.standards.subjects import Subject

CaseCheck = Callable[[Sequence[UUID]], set[UUID]]
TOGETHER: Final = 1_000  # entries in one transaction, about
_LONGEST: Final = 400
_REASONS: Final = {
    "not_granted": "不在授权之内", "replayed": "重复的请求", "wrong_time": "时间不符", "bad_request": "请求有误", "too_fast": "调用过快",
    "no_such_resource": "没有这项资源", "too_large": "一次查询过多", "scraping": "疑似批量试探",
}  # fmt: skip
_check: list[CaseCheck] = []


def know_cases(check: CaseCheck) -> None:
    """Let the reader ask which case ids exist."""
    _check[:] = [check]


def read_all() -> ImportReport:
    """Read every segment of every gateway under the folder on from where it was left."""
    total = ImportReport(0, 0, 0, ())
    for home in sorted(policies.folder().glob("*/journal")):
        pem = home.parent / "signing.pem"
        if not pem.exists():
            continue
        for file in sorted(home.glob("*.jsonl")):
            while (done := _read_some(home.parent.name, file, pem)).entries or done.troubles:
                total = ImportReport(
                    total.entries + done.entries, total.looks + done.looks, total.signals + done.signals, total.troubles + done.troubles
                )
                if done.troubles:
                    break
    return total


def _read_some(gateway: str, file: Path, pem: Path) -> ImportReport:
    """The next batches of one segment, in one transaction."""
    from yiwang.data.gateway import api as journals

    size = file.stat().st_size
    with transaction.atomic():
        row = _segment(gateway, file.stem, pem)
        if row.end >= size:
            return ImportReport(0, 0, 0, ())
        batches: list[Any] = []
        try:
            for batch in journals.read_journal(
                file, public_key=row.public_key, shared=policies.shared(), start=row.end, previous=row.previous
            ):
                batches.append(batch)
                if sum(len(one.entries) for one in batches) >= TOGETHER:
                    break
        except journals.JournalUnusable as error:
            if not batches:
                return _troubled(row, error.message)
        if not batches:
            return ImportReport(0, 0, 0, ())
        work = _Work(gateway)
        for batch in batches:
            for entry, asked in zip(batch.entries, batch.keys, strict=True):
                work.take(entry, asked)
        looks, signals = work.keep()
        _sealed(row, batches)
    return ImportReport(sum(len(one.entries) for one in batches), looks, signals, ())


def _segment(gateway: str, segment: str, pem: Path) -> SegmentRow:
    """The locked row of a segment; a gateway keeps the public key that was seen first."""
    SegmentRow.objects.bulk_create([_fresh(gateway, segment, pem)], ignore_conflicts=True)
    return SegmentRow.objects.select_for_update().get(gateway=gateway, segment=segment)


def _fresh(gateway: str, segment: str, pem: Path) -> SegmentRow:
    known = SegmentRow.objects.filter(gateway=gateway).values_list("public_key", flat=True).first()
    return SegmentRow(gateway=gateway, segment=segment, public_key=known or pem.read_text(), read_at=now())


def _troubled(row: SegmentRow, message: str) -> ImportReport:
    """The segment stands still and somebody is told, once."""
    if row.trouble == message[:500]:
        return ImportReport(0, 0, 0, ())
    row.trouble, row.read_at = message[:500], now()
    row.save()
    audit.record(Record("sharing.journal_damaged", SYSTEM, "gateway_segment", f"{row.gateway}/{row.segment}", detail={"text": message}))
    signals = {("journal", now().date(), row.gateway, ""): _Raised(1, now(), now(), message, "", "")}
    return ImportReport(0, 0, _raise_signals(signals), (message,))


def _sealed(row: SegmentRow, batches: Sequence[Any]) -> None:
    """How far the segment has been read, and its last seal in the evidence log: it holds the digest of all seals before."""
    last = batches[-1]
    row.end, row.trouble, row.read_at = last.end, "", now()
    row.previous = hashlib.sha256(canonical.dumps(last.seal)).hexdigest()
    row.entries += sum(len(one.entries) for one in batches)
    row.save()
    told = {"seal": last.seal["seal"], "first": batches[0].seal["first"], "entries": row.entries, "root": last.seal["root"]}
    told |= {"digest": row.previous, "seals": [one.seal["root"] for one in batches]}
    audit.record(Record("sharing.journal", SYSTEM, "gateway_segment", f"{row.gateway}/{row.segment}", detail=told))


@dataclass(slots=True)
class _Raised:
    """What a signal of one day counts."""

    count: int
    first_at: datetime
    last_at: datetime
    text: str
    consumer: str
    resource: str


@dataclass(slots=True)
class _Work:
    """What a run of entries brings; written together at its end."""

    gateway: str
    _usage: dict[tuple[date, str, str, str], Counter[str]] = field(default_factory=dict)
    _calls: list[tuple[Mapping[str, Any], Sequence[str], RequestRow, datetime]] = field(default_factory=list)
    _keys: dict[str, RequestRow | None] = field(default_factory=dict)
    _raised: dict[tuple[str, date, str, str], _Raised] = field(default_factory=dict)
    _downloads: list[Record] = field(default_factory=list)
    _whole: list[DownloadRow] = field(default_factory=list)
    _times: Counter[tuple[date, str, int]] = field(default_factory=Counter)

    def take(self, entry: Mapping[str, Any], asked: Sequence[str]) -> None:
        """Note one entry. A caller who proved nothing is nobody, whatever key he named."""
        at = datetime.fromtimestamp(int(entry["at"]) / 1000, UTC).astimezone(now().tzinfo)
        code = str(entry.get("key", "")) if entry.get("department") else ""
        request = self._request(code)
        resource = str(entry.get("resource", "")) if request is not None and entry.get("resource") == request.resource else ""
        outcome = "answered" if entry["outcome"] == "answered" else str(entry.get("reason", "refused"))[:40]
        usage = self._usage.setdefault((at.date(), code if request else "", resource, outcome), Counter())
        usage.update(calls=1, asked=int(entry.get("asked", 0)), found=int(entry.get("found", 0)))
        if isinstance(took := entry.get("took"), int):
            self._times[at.date(), code if request else "", timing.bucket(took)] += 1
        if request is None:
            return
        if "scraping" in (entry.get("suspicion"), outcome):
            self._raise("scraping", at, request, code, "连续查询大量不存在或相邻的号码,已自动限速")
        if entry.get("operation") != "rows" and outcome == "answered" and entry.get("found"):
            told = {"no": request.no, "purpose": entry.get("purpose", ""), "legal_basis": request.legal_basis, "fields": entry["fields"]}
            told |= {"operation": entry["operation"], "rows": entry["found"], "department": request.consumer, "key": code}
            self._downloads.append(Record("sharing.download", SYSTEM, "register", request.resource, detail=told))
            if entry["operation"] == "download":
                self._whole.append(_download(entry, request, at, code))
        self._calls.append((entry, asked, request, at))

    def _request(self, code: str) -> RequestRow | None:
        if code and code not in self._keys:
            found = KeyRow.objects.select_related("request").filter(code=code).first()
            self._keys[code] = found.request if found else None
        return self._keys.get(code)

    def _raise(self, kind: str, at: datetime, request: RequestRow, key: str, text: str) -> None:
        here = (kind, at.date(), key, request.resource)
        one = self._raised.setdefault(here, _Raised(0, at, at, text, request.consumer, request.resource))
        one.count += 1
        one.last_at = max(one.last_at, at)

    def keep(self) -> tuple[int, int]:
        """Write everything; returns how many looks and signals."""
        cases = self._cases()
        looks: list[AccessRecord] = []
        for entry, asked, request, at in self._calls:
            case, remark = cases.get(str(entry.get("case", "")), (None, ""))
            if remark:
                self._raise("unknown_case", at, request, str(entry["key"]), remark)
            looks += _looks(entry, asked, request, at, case, remark)
        for start in range(0, len(looks), 5_000):
            audit.record_access_many(looks[start : start + 5_000])
        if self._downloads:
            audit.record_many(self._downloads)
        DownloadRow.objects.bulk_create(self._whole)
        self._meter()
        timing.add(self._times, {key: self._sides(key) for _, key, _ in self._times})
        if policies.used_up({str(entry["key"]): request.daily for entry, _, request, _ in self._calls if request.daily}):
            policies.changed()
        self._in_use()
        return len(looks), _raise_signals(self._raised)

    def _cases(self) -> dict[str, tuple[UUID | None, str]]:
        """By named case its id, or what is wrong with it."""
        named = {str(entry.get("case", "")) for entry, *_ in self._calls if entry.get("case")}
        read: dict[str, UUID] = {}
        for one in named:
            try:
                read[one] = UUID(one)
            except ValueError:
                continue
        real = _check[0](list(read.values())) if _check and read else set(read.values())
        known = {one: (number, "") for one, number in read.items() if number in real}
        return {one: known.get(one, (None, "所称办件编号不存在,已转提供部门核查")) for one in named}

    def _meter(self) -> None:
        rows = [
            (day, key, resource, outcome, *self._sides(key), count["calls"], count["asked"], count["found"])
            for (day, key, resource, outcome), count in sorted(self._usage.items())
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO exchange_usage (day, key, resource, outcome, consumer, provider, calls, asked, found)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (day, key, resource, outcome) DO UPDATE SET"
                " calls = exchange_usage.calls + excluded.calls, asked = exchange_usage.asked + excluded.asked,"
                " found = exchange_usage.found + excluded.found",
                rows,
            )

    def _sides(self, key: str) -> tuple[str, str]:
        request = self._keys.get(key)
        return (request.consumer, request.provider) if request else ("", "")

    def _in_use(self) -> None:
        """Requests whose first call was answered are in use."""
        used = {request.id for entry, _, request, _ in self._calls if entry["outcome"] == "answered" and request.state == "issued"}
        for row in RequestRow.objects.select_for_update().filter(id__in=used, state="issued").order_by("id"):
            requesting.by_system(row, "use", "")


def _download(entry: Mapping[str, Any], request: RequestRow, at: datetime, code: str) -> DownloadRow:
    """A whole resource handed out, for everybody's question whether his row was in it."""
    told = {name: getattr(request, name) for name in ("resource", "consumer", "purpose_title", "legal_basis")}
    counted = {"rows": int(entry["found"]), "version": int(entry.get("version", 0))}
    return DownloadRow(at=at, key=code, request_no=request.no, purpose=entry.get("purpose", ""), fields=entry["fields"], **told, **counted)


def _looks(
    entry: Mapping[str, Any], asked: Sequence[str], request: RequestRow, at: datetime, case: UUID | None, remark: str
) -> Iterator[AccessRecord]:
    """The diary lines of one call: one for each person or company behind the asked keys."""
    if not asked:
        return
    resource = resources.resource(request.resource)
    named = set(entry.get("fields") or request.fields)
    elements = tuple(one.element for one in resource.fields if one.name in named)
    allowed = entry["outcome"] == "answered"
    reason = remark if allowed else _REASONS.get(str(entry.get("reason")), "被共享网关拒绝")
    who = f"共享网关 {entry['key']}"
    purpose = str(entry.get("purpose", ""))[:64]
    for subject in sorted(_concerned(resource, asked)):
        yield AccessRecord(case, who, request.consumer, purpose, request.legal_basis[:_LONGEST], subject, elements, allowed, reason, at)


def _concerned(resource: Resource, asked: Sequence[str]) -> set[Subject]:
    """Whose data the asked keys name; a text that is no number of anybody concerns nobody."""
    if resource.key_kind in ("person", "company"):
        return {found for one in asked if (found := _subject(one))}
    if not registers.register(resource.code).about:
        return set()
    answer = registers.read([Ask(resource.code, resource.key_kind, tuple(dict.fromkeys(asked)), ())])
    return {found for row in answer.rows.values() for one in row.about if (found := _subject(one))}


def _subject(number: str) -> Subject | None:
    """A person or a company by the form of the number."""
    if len(number) == 18 and number[:17].isdigit():
        return Subject("person", number)
    return Subject("company", number) if len(number) == 18 and number.isascii() and number.isalnum() else None


def _raise_signals(raised: Mapping[tuple[str, date, str, str], _Raised]) -> int:
    """Signals kept, one a day, key and resource; the first of the day is told."""
    for (kind, day, key, resource), one in raised.items():
        provider, region = ("", "")
        if resource:
            found = resources.resource(resource)
            provider, region = found.department, found.region
        made, fresh = SignalRow.objects.select_for_update().get_or_create(
            kind=kind,
            day=day,
            key=key,
            resource=resource,
            defaults={
                "id": new_id(), "consumer": one.consumer, "provider": provider, "provider_region": region, "count": one.count,
                "text": one.text[:500], "first_at": one.first_at, "last_at": one.last_at,
            },
        )  # fmt: skip
        if fresh:
            sides = {"consumer": one.consumer, "provider": provider}
            outbox.emit(SharingSignalled(at=now(), signal_id=str(made.id), kind=kind, key=key, resource=resource, **sides))
        else:
            made.count, made.last_at, made.settled_at = made.count + one.count, max(made.last_at, one.last_at), None
            made.save()
    return len(raised)
