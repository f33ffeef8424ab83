"""Writing: a version is registered, measured, approved by another person, goes live, is retired or brought back; filing records.

Each act is one transaction with its record, its leaf and its event. A file is kept before: one left behind by a kill is registered again
without harm, for files are named by their content.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from yiwang.base.clock.api import now, today
from yiwang.base.outbox import api as outbox
from yiwang.base.storage import api as storage
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.errors import NullCharacter
from yiwang.standards.events import ModelStepped
from yiwang.support.models import keys, measuring, rows, rules, tables
from yiwang.support.models.errors import (
    BadFiling,
    BadTestSet,
    ModelKnown,
    ModelLacksCard,
    ModelNeedsReason,
    ModelNotGoodEnough,
    NoSuchModelVersion,
    NotAModel,
    RulesNotRunning,
    SameModelMaker,
    StaleModel,
    WrongModelLabels,
    WrongModelStep,
)
from yiwang.support.models.keys import Model
from yiwang.support.models.kinds import KINDS
from yiwang.support.models.models import Evaluation, Filing, Version
from yiwang.support.models.states import BY_ANOTHER, BY_PEOPLE, NEEDS_REASON, STATES, STEP_NAMES, STEPS
from yiwang.support.models.values import Judgement


def clean(text: str, most: int, field: str) -> str:
    """A typed text without blanks around, cut to its length; NullCharacter."""
    if "\x00" in text:
        raise NullCharacter(field=field)
    return text.strip()[:most].encode("utf-8", "replace").decode()


def register(key: str, data: bytes, *, source: str, actor: Actor, parent: int | None) -> Version:
    """See the door."""
    model = keys.for_actor(key, actor, "model.edit")
    if model.kind == "rules":
        data = _running(model, data)
    return keep(model, data, source=source, actor=actor, parent=parent)


def _running(model: Model, data: bytes) -> bytes:
    """Rules come with the software: only what runs here can be registered, with or without its manifest in hand."""
    there = rules.running(model.key)
    if data and rules.read(data, model.name) != rules.read(there, model.name):
        raise NotAModel(title=model.name, reason="规则随软件安装,清单与现在运行的不一致")
    return there


def keep(model: Model, data: bytes, *, source: str, actor: Actor, parent: int | None = None, origin: str = "upload") -> Version:
    """Read, check and keep a file as the next version."""
    source = clean(source, 1_000, "source")
    if not source:
        raise ModelLacksCard(what="数据来源说明", remedy="请写明训练数据从哪里来、是哪一段时间的。", field="source")
    kind = KINDS[model.kind]
    held = kind.read(data, model.name)
    facts = kind.facts(held, model.name)
    usable = keys.owner(model.key).labels
    strange = sorted(set(facts.labels) - usable()) if usable and facts.labels else []
    if strange:
        raise WrongModelLabels(title=model.name, count=len(strange), some="、".join(strange[:5])[:200])
    stored = storage.put(data, media_type="application/octet-stream")
    with transaction.atomic():
        one_at_a_time(model.key)
        if (same := Version.objects.filter(key=model.key, digest=stored.digest).first()) is not None:
            raise ModelKnown(title=model.name, number=same.number)
        number = (Version.objects.filter(key=model.key).aggregate(most=Max("number"))["most"] or 0) + 1
        if parent is None:
            parent = Version.objects.filter(key=model.key, state="live").values_list("number", flat=True).first()
        elif not Version.objects.filter(key=model.key, number=parent).exists():
            raise NoSuchModelVersion(title=model.name, number=parent)
        row = Version.objects.create(
            key=model.key, number=number, kind=model.kind, state="draft", digest=stored.digest, size=stored.size,
            fingerprint=facts.fingerprint, card=facts.card, labels=list(facts.labels), origin=origin, source=source, parent=parent,
            made_by=actor.account_id, made_by_name=actor.name, made_at=now(),
        )  # fmt: skip
        told(row, "register", actor)
    return row


def find(model: Model, number: int, *, lock: bool = False) -> Version:
    """A version by its number; NoSuchModelVersion."""
    rows_of = Version.objects.select_for_update(of=("self",)) if lock else Version.objects
    found = rows_of.filter(key=model.key, number=number).first() if 0 < number < 2**31 else None
    if found is None:
        raise NoSuchModelVersion(title=model.name, number=number)
    return found


def evaluate(key: str, number: int, *, name: str, table: bytes, corpus: bytes, most: int, actor: Actor) -> Evaluation:
    """See the door."""
    model = keys.for_actor(key, actor, "model.edit")
    name = clean(name, 100, "name")
    if not name:
        raise BadTestSet(reason="请给这份评测数据起一个名字。", field="name")
    row, kind = find(model, number), KINDS[model.kind]
    test = tables.read(table, needed=kind.columns, filled=kind.filled, most=most)
    held = kind.read(storage.read(row.digest), model.name)
    judged = kind.judge(held, test, tables.documents(corpus) if corpus else (), name)
    baseline = keys.owner(key).baseline
    if baseline is not None and model.kind == "classifier":
        worded = baseline([one.text for one in test.rows])
        plain = sum(said == one.label for said, one in zip(worded, test.rows, strict=True)) / len(test.rows)
        scores = {**judged.scores, "gain": round(judged.scores["accuracy"] - plain, 4)}
        judged = Judgement(judged.name, judged.how, judged.fingerprint, scores, judged.rows, judged.labels, judged.left_out)
    return measured(model, number, judged, actor)


def measured(model: Model, number: int, judged: Judgement, actor: Actor) -> Evaluation:
    """Keep an evaluation: the step ``evaluate``."""
    failing, failed = measuring.failing(judged.rows)
    with transaction.atomic():
        row = find(model, number, lock=True)
        row.state = STEPS[row.state, "evaluate"]
        row.lock += 1
        kept = Evaluation.objects.create(
            version=row, name=judged.name[:100], how=judged.how, fingerprint=judged.fingerprint, rows=len(judged.rows),
            scores=dict(judged.scores), regions=measuring.parts(judged.rows, lambda one: one.region, few=model.few),
            groups=measuring.parts(judged.rows, lambda one: one.group, few=model.few), labels=[dict(one) for one in judged.labels],
            failing=failing, failed=failed, left_out=[list(one) for one in judged.left_out], reference=measuring.reference(judged.rows),
            made_by_name=actor.name, at=now(),
        )  # fmt: skip
        row.save(update_fields=["state", "lock"])
        content = rows.evaluation_content(kept)
        audit.record(
            Record("model.evaluation", actor, rows.EVALUATION, str(kept.id), detail={"key": row.key, "number": number}, row=content)
        )
        told(row, "evaluate", actor)
    return kept


def newest(row: Version) -> Evaluation | None:
    """The newest evaluation of a version."""
    return Evaluation.objects.filter(version=row).order_by("-at", "-id").first()


def standing_against(model: Model, found: Evaluation | None) -> list[str]:
    """Why a version may not be approved on this evaluation; nothing when it may."""
    if found is None:
        return ["还没有评测"]
    age = (now() - found.at).days
    late = (
        [f"最近一次评测是 {age} 天前的,最多 {model.evaluation_days} 天"] if found.at < now() - timedelta(days=model.evaluation_days) else []
    )
    return late + measuring.against(model, found.scores, [*found.regions, *found.groups])


def step(key: str, number: int, *, act: str, lock: int | None, reason: str, actor: Actor) -> Version:
    """See the door."""
    model = keys.for_actor(key, actor, "model.approve")
    reason = clean(reason, 1_000, "reason")
    with transaction.atomic():
        one_at_a_time(key)
        row = find(model, number, lock=True)
        words: dict[str, Any] = {"title": model.name, "number": number, "step": STEP_NAMES.get(act, act[:20])}
        target = STEPS.get((row.state, act)) if act in BY_PEOPLE else None
        if target is None or (act == "roll_back" and row.live_at is None):
            raise WrongModelStep(**words, state=STATES[row.state])
        if lock is not None and lock != row.lock:
            raise StaleModel(**words)
        if act in NEEDS_REASON and not reason:
            raise ModelNeedsReason(step=STEP_NAMES[act], field="reason")
        if act in BY_ANOTHER and actor.account_id == row.made_by:
            raise SameModelMaker(**words)
        _apply(model, row, act, target, actor, reason)
        row.save()
        told(row, act, actor)
    return row


def _apply(model: Model, row: Version, act: str, target: str, actor: Actor, reason: str) -> None:
    at = now()
    words: dict[str, Any] = {"title": model.name, "number": row.number, "step": STEP_NAMES[act]}
    if target in ("approved", "live") and model.kind == "rules" and not runs(row):
        raise RulesNotRunning(**words)
    if act in BY_ANOTHER:
        found = newest(row) if act == "approve" else row.evaluation
        against = standing_against(model, found)
        if against:
            raise ModelNotGoodEnough(**words, reasons=";".join(against) + "。")
        if act == "approve":
            row.evaluation, row.approved_at = found, at
            row.approved_by, row.approved_by_name = actor.account_id, actor.name
    if target == "live":
        _make_way(row, act, actor)
        row.live_at, row.retired_at = at, None
    elif target == "retired":
        row.retired_at = at
    row.state, row.reason = target, reason
    row.lock += 1


def _make_way(row: Version, act: str, actor: Actor) -> None:
    """The version in use is retired by the one that takes its place."""
    for old in Version.objects.select_for_update(of=("self",)).filter(key=row.key, state="live").exclude(id=row.id):
        old.state, old.retired_at, old.lock = "retired", now(), old.lock + 1
        old.reason = f"由第 {row.number} 版替换" if act == "activate" else f"退回到第 {row.number} 版"
        old.save()
        told(old, "retire", actor)


def runs(row: Version) -> bool:
    """Whether a version of rules is what runs in this installation."""
    return hashlib.sha256(rules.running(row.key)).hexdigest() == row.digest


def one_at_a_time(key: str) -> None:
    """Two acts on one model wait for each other; there may be no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"model:{key}"])


def told(row: Version, act: str, actor: Actor) -> None:
    """The audit record with the row's content, and the event."""
    detail: dict[str, Any] = {"key": row.key, "number": row.number, "digest": row.digest, "reason": row.reason}
    audit.record(Record(f"model.{act}", actor, rows.VERSION, str(row.id), detail=detail, row=rows.version_content(row)))
    outbox.emit(ModelStepped(at=now(), version_id=str(row.id), key=row.key, number=row.number, step=act, state=row.state))


def trained(key: str, data: bytes, *, source: str, judged: Judgement) -> Version:
    """See the door."""
    model = keys.model(key)
    with transaction.atomic():
        row = keep(model, data, source=source, actor=SYSTEM, origin="trained")
        measured(model, row.number, judged, SYSTEM)
        for old in Version.objects.select_for_update(of=("self",)).filter(key=key, origin="trained", state="evaluated"):
            if old.number < row.number:
                old.state, old.retired_at, old.lock, old.reason = "retired", now(), old.lock + 1, f"第 {row.number} 版用了更新的数据"
                old.save()
                told(old, "retire", SYSTEM)
    row.refresh_from_db()
    return row


def record_filing(key: str, *, kind: str, number: str, on: date | None, responsible: str, link: str, note: str, actor: Actor) -> Filing:
    """See the door."""
    model = keys.for_actor(key, actor, "model.edit")
    number, responsible = clean(number, 80, "number"), clean(responsible, 60, "responsible")
    link, note = clean(link, 300, "link"), clean(note, 1_000, "note")
    if kind not in keys.filing_kinds():
        raise BadFiling(reason="请选择备案种类。", field="kind")
    if kind != "internal" and not number:
        raise BadFiling(reason="请填写备案编号。", field="number")
    if kind == "internal" and not note:
        raise BadFiling(reason="请写明无需备案的理由。", field="note")
    if on is None or on > today() or on.year < 2000:
        raise BadFiling(reason="请填写备案日期,不能晚于今天。", field="on")
    if not responsible:
        raise BadFiling(reason="请填写责任人。", field="responsible")
    if link and not link.startswith(("https://", "http://")):
        raise BadFiling(reason="链接须以 https:// 开头。", field="link")
    with transaction.atomic():
        row = Filing.objects.create(
            key=model.key, kind=kind, number=number, on=on, responsible=responsible, link=link, note=note, made_by_name=actor.name, at=now()
        )
        audit.record(
            Record("model.filing", actor, rows.FILING, str(row.id), detail={"key": key, "kind": kind}, row=rows.filing_content(row))
        )
    return row
