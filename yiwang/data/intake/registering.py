"""Sources: registered, changed, paused, asked to run, given a file. Each act is one transaction with its record and event."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.base.outbox.api import emit
from yiwang.data.intake import places, queries, reaching, states
from yiwang.data.intake.errors import BadSource, BadUpload, RunWaiting, SourceChanged, SourcePaused
from yiwang.data.intake.models import RunRow, SourceRow
from yiwang.data.intake.values import IntakeRun, IntakeSource
from yiwang.data.lake import api as lake
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record
from yiwang.security.keys import api as keys
from yiwang.standards.events import IntakeSourceStepped

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson", ".parquet")
_NO_TEXT: Final = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\x7fELF",
    b"MZ",
    b"PAR1",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
)


def register(
    name: str,
    *,
    kind: str,
    dataset: str,
    address: str,
    secret: str,
    options: Mapping[str, str],
    every_minutes: int,
    keep_days: int,
    actor: Actor,
) -> IntakeSource:
    """See the door."""
    require(actor, "intake.edit", department=actor.department, region=actor.region)
    if kind not in states.KINDS:
        raise BadSource(reason="请选择来源的种类", field="kind")
    if dataset not in lake.datasets():
        raise BadSource(reason="请选择数据集", field="dataset")
    row = SourceRow(kind=kind, dataset=dataset, department=actor.department, region=actor.region)
    row.created_by, row.created_at = actor.account_id, now()
    _fill(row, name=name, address=address, secret=secret, options=options, every_minutes=every_minutes, keep_days=keep_days)
    _save(row, actor, "intake.register")
    return queries.source_view(row)


def change(
    source_id: UUID,
    *,
    version: int,
    name: str,
    address: str,
    secret: str,
    options: Mapping[str, str],
    every_minutes: int,
    keep_days: int,
    actor: Actor,
) -> IntakeSource:
    """See the door."""
    with transaction.atomic():
        row = _locked(source_id, version, actor)
        _fill(row, name=name, address=address, secret=secret, options=options, every_minutes=every_minutes, keep_days=keep_days)
        row.version += 1
        _save(row, actor, "intake.change")
    return queries.source_view(row)


def switch(source_id: UUID, *, state: str, version: int, actor: Actor) -> IntakeSource:
    """See the door."""
    with transaction.atomic():
        row = _locked(source_id, version, actor)
        if state not in states.STATES or state == row.state:
            raise SourceChanged()
        row.state, row.version = state, row.version + 1
        row.next_at = now() if state == "active" and row.every_minutes else None
        if state == "paused":
            RunRow.objects.filter(source=row, state="queued").update(state="failed", ended_at=now(), error="来源已停用")
        _save(row, actor, "intake.pause" if state == "paused" else "intake.resume")
    return queries.source_view(row)


def probe(source_id: UUID, *, actor: Actor) -> dict[str, Any]:
    """See the door."""
    row = queries.row_for(actor, source_id)
    require(actor, "intake.edit", department=row.department, region=row.region)
    record(Record("intake.probe", actor, "intake_source", str(row.id), detail={}))
    if row.kind == "upload":
        return {"columns": [], "missing": [], "waiting": None}
    return lake.probe(dataset=row.dataset, **places.reach(row))


def ask(source_id: UUID, *, actor: Actor) -> IntakeRun:
    """Put a run in the queue; see the door."""
    with transaction.atomic():
        row = _ready(source_id, actor)
        if row.kind == "upload":
            raise BadSource(reason="上传类来源没有可以自动取的数据,请上传文件", field="file")
        return queries.run_view(_queued(row, actor, cause="hand"), row)


def ask_again(source_id: UUID, *, digest: str, actor: Actor) -> IntakeRun:
    """Put the reading of a raw file in the queue; see the door."""
    with transaction.atomic():
        row = _ready(source_id, actor)
        if digest not in {one["digest"] for one in lake.raws(places.landing(row), out=places.folder())}:
            raise lake.NotKept(digest=digest[:40])
        return queries.run_view(_queued(row, actor, cause="again", file=digest), row)


def upload(source_id: UUID, *, name: str, file: IO[bytes], size: int, actor: Actor) -> IntakeRun:
    """See the door."""
    row = queries.row_for(actor, source_id)
    require(actor, "intake.edit", department=row.department, region=row.region)
    said = re.sub(r"[\x00-\x1f/\\]", "_", Path(name).name)[-60:] or "file"
    if row.kind != "upload":
        raise BadUpload(name=said, reason="这个来源不接收文件,请选择「上传文件」类的来源", field="file")
    suffix = _suffix(said, file, size)
    target = places.folder() / "uploads" / row.id.hex / new_id().hex / said
    _kept(file, target)
    try:
        if suffix == ".xlsx":
            _check_workbook(said, target)
        with transaction.atomic():
            row = _ready(source_id, actor)
            run = _queued(row, actor, cause="upload", file=str(target.relative_to(places.folder())), file_name=said, alone=False)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return queries.run_view(run, row)


def _suffix(name: str, file: IO[bytes], size: int) -> str:
    """The kind of a file by its name, confirmed by how it begins. BadUpload."""
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise BadUpload(name=name, reason=f"只收 {'、'.join(one[1:] for one in _SUFFIXES)} 文件,请另存为其中一种", field="file")
    if not size:
        raise BadUpload(name=name, reason="文件是空的,请重新导出", field="file")
    if size > states.MAX_BYTES:
        raise BadUpload(
            name=name,
            reason=f"{size / 1048576:.1f} MB,超过 {states.MAX_BYTES >> 20} MB;请分成几个文件,或登记为数据库、接口来源",
            field="file",
        )
    head = file.read(8)
    file.seek(0)
    if suffix == ".xlsx" or suffix == ".parquet":
        right = head.startswith(b"PK\x03\x04" if suffix == ".xlsx" else b"PAR1")
    else:
        right = not head.startswith(_NO_TEXT)
    if not right:
        raise BadUpload(name=name, reason=f"内容不是 {suffix[1:]} 文件,请检查后缀", field="file")
    return suffix


def _check_workbook(name: str, path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadUpload(name=name, reason="工作簿已损坏,打不开;请重新保存", field="file") from error
    if unpacked > states.UNPACKED_BYTES:
        raise BadUpload(name=name, reason="工作簿展开后超过 1 GB;请另存为 CSV", field="file")


def _kept(file: IO[bytes], target: Path) -> None:
    """Write a file whole and safe; no more than the limit, whatever its size was said to be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = states.MAX_BYTES
    new = target.with_suffix(".new")
    with new.open("wb") as copy:
        while piece := file.read(1 << 20):
            left -= len(piece)
            if left < 0:
                break
            copy.write(piece)
        os.fsync(copy.fileno())
    if left < 0:
        new.unlink()
        raise BadUpload(name=target.name, reason=f"超过 {states.MAX_BYTES >> 20} MB", field="file")
    new.rename(target)


def _fill(row: SourceRow, *, name: str, address: str, secret: str, options: Mapping[str, str], every_minutes: int, keep_days: int) -> None:
    """What was typed, checked. An empty secret keeps the one that is sealed, as long as the address stays."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= 100:
        raise BadSource(reason="名称须有 2 至 100 个字", field="name")
    if every_minutes not in states.SCHEDULES or (every_minutes and row.kind == "upload"):
        raise BadSource(reason="请从列表中选择归集的间隔", field="every_minutes")
    if not 1 <= keep_days <= 3650:
        raise BadSource(reason="原始文件的保存期须在 1 至 3650 天之间", field="keep_days")
    own = row.kind == "upload" or (row.kind == "nats" and not address.strip())
    wanted = _options(row.kind, options, own=own)
    _address(row, address, secret, own=own)
    row.name, row.options, row.every_minutes, row.keep_days = name, wanted, every_minutes, keep_days
    row.next_at = now() if every_minutes and row.state == "active" else None


def _options(kind: str, options: Mapping[str, str], *, own: bool) -> dict[str, str]:
    wanted = {key: str(options.get(key, "")).strip() for key in states.OPTIONS[kind]}
    for key, value in wanted.items():
        if value and not _WORD.fullmatch(value):
            raise BadSource(reason="表名、列名、键名只能用字母、数字、点、横线和下划线", field=key)
    if kind in states.TABLES and not wanted["table"]:
        raise BadSource(reason="请写明要取的表", field="table")
    if kind == "nats" and not own and not wanted["stream"]:
        raise BadSource(reason="请写明消息流的名称", field="stream")
    return {key: value for key, value in wanted.items() if value}


def _address(row: SourceRow, address: str, secret: str, *, own: bool) -> None:
    before = row.address
    if own:
        row.address, secret = "", ""
    else:
        row.address, secret = reaching.taken_apart(row.kind, address, secret)
        if len(row.address) > 500 or len(secret) > 2000:
            raise BadSource(reason="地址或凭证过长", field="address")
        reaching.check(row.address)
    if row.address != before:  # credentials of one address are never sent to another
        row.secret = b""
    if secret:
        row.secret = keys.encrypt(secret.encode(), context=f"intake_source.secret.{row.id}")


def _locked(source_id: UUID, version: int, actor: Actor) -> SourceRow:
    row = queries.row_for(actor, source_id, lock=True)
    require(actor, "intake.edit", department=row.department, region=row.region)
    if row.version != version:
        raise SourceChanged()
    return row


def _ready(source_id: UUID, actor: Actor) -> SourceRow:
    row = queries.row_for(actor, source_id, lock=True)
    require(actor, "intake.edit", department=row.department, region=row.region)
    if row.state != "active":
        raise SourcePaused()
    return row


def _queued(row: SourceRow, actor: Actor, *, cause: str, file: str = "", file_name: str = "", alone: bool = True) -> RunRow:
    if alone and RunRow.objects.filter(source=row, state__in=("queued", "running")).exists():
        raise RunWaiting()
    at = now()
    run = RunRow.objects.create(source=row, cause=cause, file=file, file_name=file_name, due_at=at, asked_by=actor.account_id, asked_at=at)
    record(Record("intake.run", actor, "intake_source", str(row.id), detail={"run": str(run.id), "cause": cause, "file": file_name}))
    emit(IntakeSourceStepped(at=at, source_id=str(row.id), department=row.department, title=row.name, step=f"run_{cause}"))
    return run


def queue_due() -> int:
    """Put every source whose time has come in the queue; one that still waits or runs is left alone. Returns how many were put."""
    count, at = 0, now()
    with transaction.atomic():
        due = SourceRow.objects.select_for_update(skip_locked=True).filter(state="active", every_minutes__gt=0, next_at__lte=at)
        for row in due:
            row.next_at = at + timedelta(minutes=row.every_minutes)
            row.save(update_fields=["next_at"])
            if not RunRow.objects.filter(source=row, state__in=("queued", "running")).exists():
                RunRow.objects.create(source=row, cause="clock", due_at=at, asked_by="system", asked_at=at)
                count += 1
    return count


def _save(row: SourceRow, actor: Actor, act: str) -> None:
    """The row, its audit record, its event."""
    try:
        with transaction.atomic():
            row.save()
            facts = {
                "name": row.name, "kind": row.kind, "address": row.address, "dataset": row.dataset, "state": row.state,
                "every_minutes": row.every_minutes, "version": row.version,
            }  # fmt: skip
            record(Record(act, actor, "intake_source", str(row.id), detail=facts, row=facts))
            step = act.partition(".")[2]
            emit(IntakeSourceStepped(at=now(), source_id=str(row.id), department=row.department, title=row.name, step=step))
    except IntegrityError as error:
        raise BadSource(reason=f"本部门已有名为「{row.name}」的来源", field="name") from error


def address_for(address: str, *, secret: str) -> str:
    """See the door."""
    kind = "http" if address.strip().lower().startswith(("http://", "https://")) else "postgresql"
    clean, held = reaching.taken_apart(kind, address, secret)
    reaching.check(clean)
    return reaching.joined(kind, clean, held)
