"""The monthly recheck: awards decided again, and registers of payments looked through for the dead and the doubly paid.

Cost: our awards are read in chunks as in a run; a watched register once, with one reading of deaths per chunk: linear in payments.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.business.benefits import answering, definitions, population, states
from yiwang.business.benefits.definitions import Definition
from yiwang.business.benefits.errors import BadAnswer, BenefitNotFound, WrongStep
from yiwang.business.benefits.models import AwardRow, FindingRow, PaymentRow, RunRow
from yiwang.business.benefits.population import Draft, Member
from yiwang.business.benefits.running import alone
from yiwang.business.benefits.writing import seal
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import Actor, require
from yiwang.standards.money import yuan
from yiwang.standards.subjects import Subject

_DEATH, _NAME = "person.death_date", "person.name"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A payment that looks wrong: since when, why, in words."""

    source: str
    source_key: str
    holder: str
    benefit: str
    cause: str
    since: date
    monthly_fen: int
    explanation: str
    paid_months: int


def recheck(department: str, *, actor: Actor) -> RunRow:
    """Recheck everything a department pays; see the door."""
    require(actor, "benefit.handle", department=department)
    started = time.monotonic()
    with alone(f"benefits.recheck.{department}"):
        row = RunRow.objects.create(
            kind="recheck", benefit="", department=department, by_id=actor.account_id, by_name=actor.name, started_at=now()
        )
        for doubts, scanned in _doubts(department, actor):
            with transaction.atomic():
                row.scanned += scanned
                row.entitled += len(_keep(row, doubts, department, actor))
                row.save()
        row.finished_at, row.seconds, row.state = now(), round(time.monotonic() - started, 2), "done"
        row.save()
    return row


def _doubts(department: str, actor: Actor) -> Iterator[tuple[list[Doubt], int]]:
    for definition in definitions.load().values():
        if definition.department == department:
            yield from _of_awards(definition, actor)
    for source in definitions.watched():
        if source["department"] == department:
            yield from _of_register(source, actor)


def _of_awards(definition: Definition, actor: Actor) -> Iterator[tuple[list[Doubt], int]]:
    """Awards being paid whose table no longer says yes, or that another register pays too."""
    draft = Draft.of(definition)
    waiting = list(AwardRow.objects.filter(benefit=definition.code, state="confirmed").order_by("id"))
    for start in range(0, len(waiting), population.CHUNK):
        awards = {row.subject.partition(":")[2]: row for row in waiting[start : start + population.CHUNK]}
        with transaction.atomic():
            found = list(population.survey(definition, actor=actor, about=(_DEATH,), keys=list(awards)))
        members = [one for chunk in found for one in chunk if one.key in awards]
        doubts = [_judged(definition, draft, awards[one.key], one) for one in members]
        answering.adjust([(awards[one.key], draft.decide(one.facts).amount_fen) for one in members], actor=actor)
        yield [one for one in doubts if one is not None], len(awards)


def _judged(definition: Definition, draft: Draft, award: AwardRow, member: Member) -> Doubt | None:
    outcome = draft.decide(member.facts)
    elsewhere = bool(definition.benefit_kind) and definition.benefit_kind in member.elsewhere
    if outcome.result == "yes" and not elsewhere:
        return None
    cause, since, why = "ended", today(), outcome.reason
    died = member.about.get(_DEATH)
    if member.facts.get("deceased"):
        cause, since, why = "death", date.fromisoformat(str(died)) if died else today(), "死亡登记册登记已去世"
    elif outcome.result == "yes":
        cause, why = "double", "救助与福利发放册显示同一待遇已在发放"
    elif not str(member.facts.get("division", draft.parameters.get("city", ""))).startswith(str(draft.parameters.get("city", ""))):
        cause, why = "moved", "户籍登记显示已迁出本市"
    paid = PaymentRow.objects.filter(award_id=award.id, state="paid", month__gt=f"{since:%Y-%m}").count()
    words = f"{definition.name}:{why}。此后仍发放 {paid} 个月,共 {yuan(paid * award.amount_fen)} 元。"
    return Doubt("award", str(award.id), award.recipient, definition.name, cause, since, award.amount_fen, words, paid)


def _of_register(source: Mapping[str, str], actor: Actor) -> Iterator[tuple[list[Doubt], int]]:
    """Rows of a register of payments that pay the dead, or the same benefit twice."""
    purpose, register = f"benefit.recheck.{source['register']}", source["register"]
    elements = [code for code in (source["status"], source["amount"], source["kind"]) if code]
    seen: dict[tuple[str, str], str] = {}
    chunks = exchange.scan(purpose, register=register, elements=elements, legal_basis=source["legal_basis"], actor=actor)
    while True:
        with transaction.atomic():
            chunk = next(chunks, None)
            if chunk is None:
                return
            # what we report there ourselves is rechecked as an award
            paying = [row for row in chunk if row.values[source["status"]] == source["paying"] and not row.key.startswith(definitions.OURS)]
            holders = {row.key: row.about[0] for row in paying if row.about}
            deaths = _deaths(source, list(holders.values()), actor)
        doubts = [doubt for row in paying if (doubt := _row_doubt(source, row, holders.get(row.key, ""), deaths, seen))]
        yield doubts, len(chunk)


def _deaths(source: Mapping[str, str], holders: Sequence[str], actor: Actor) -> dict[str, str]:
    found: dict[str, str] = {}
    purpose, basis = f"benefit.recheck.{source['register']}", source["legal_basis"]
    for chunk in exchange.scan(purpose, register="death", elements=[_DEATH], legal_basis=basis, actor=actor, keys=holders):
        found |= {row.found_by: str(row.values[_DEATH]) for row in chunk}
    return found


def _row_doubt(
    source: Mapping[str, str], row: exchange.ScanRow, holder: str, deaths: Mapping[str, str], seen: dict[tuple[str, str], str]
) -> Doubt | None:
    kind = str(row.values[source["kind"]]) if source["kind"] else ""
    name = catalogue.label(source["kind"], kind) if kind else source["name"]
    fen = round(float(row.values[source["amount"]] or 0) * 100)
    died = deaths.get(holder)
    if died:
        since = date.fromisoformat(died)
        months = _months_after(since)
        words = f"{name}:死亡登记册登记 {died} 去世,发放册仍为正常发放,此后 {months} 个月共 {yuan(months * fen)} 元。"
        return Doubt(source["register"], row.key, f"person:{holder}", name, "death", since, fen, words, months)
    first = seen.setdefault((holder, kind), row.key)
    if first != row.key:
        words = f"{name}:同一人有两条正常发放的记录({first}、{row.key})。"
        return Doubt(source["register"], row.key, f"person:{holder}", name, "double", today().replace(day=1), fen, words, 1)
    return None


def _months_after(since: date) -> int:
    """Monthly payments made after the month of a day, up to the present month."""
    day = today()
    return max((day.year - since.year) * 12 + day.month - since.month, 0)


def _keep(run: RunRow, doubts: Sequence[Doubt], department: str, actor: Actor) -> list[FindingRow]:
    """Write what is new, and stop paying the awards concerned. A doubt that stands already is not written again."""
    known = {
        (one.source, one.source_key, one.cause)
        for one in FindingRow.objects.filter(source_key__in=[one.source_key for one in doubts]).exclude(state="dismissed", source="award")
    }
    fresh = [one for one in doubts if (one.source, one.source_key, one.cause) not in known]
    names = _names([one.holder for one in fresh], department, actor)
    rows = [
        FindingRow(
            source=one.source,
            source_key=one.source_key,
            benefit=one.benefit,
            department=department,
            holder=one.holder,
            holder_name=names.get(one.holder, ""),
            cause=one.cause,
            since=one.since,
            months=one.paid_months,
            monthly_fen=one.monthly_fen,
            wrong_fen=one.paid_months * one.monthly_fen,
            explanation=one.explanation,
            run_id=run.id,
            found_at=now(),
        )
        for one in fresh
    ]
    FindingRow.objects.bulk_create(rows, ignore_conflicts=True)
    seal("benefit.finding", actor, rows)
    for one in fresh:
        if one.source == "award":
            award = AwardRow.objects.select_for_update().get(id=UUID(one.source_key))
            if award.state == "confirmed":
                answering.suspend(award, actor=actor, reason=states.CAUSES[one.cause])
    return rows


def _names(holders: Sequence[str], department: str, actor: Actor) -> dict[str, str]:
    """Names of those a person will look at: verified, so that their diaries say so."""
    people = sorted(set(holders))
    source = next((one for one in definitions.watched() if one["department"] == department), None)
    if source is None or not people:
        return {}
    claims = [exchange.Claim(_NAME, Subject.read(one)) for one in people]
    purpose, basis = f"benefit.recheck.{source['register']}", source["legal_basis"]
    facts = exchange.verify(None, claims=claims, purpose=purpose, legal_basis=basis, actor=actor)
    return {one: str(fact.value) for one, fact in zip(people, facts, strict=True) if fact.usable}


def judge(finding_id: UUID, *, outcome: str, note: str, actor: Actor) -> FindingRow:
    """A person upholds a finding or dismisses it with a reason; a dismissed award is paid again."""
    if outcome not in ("upheld", "dismissed"):
        raise BadAnswer("请选择确认错发或核查无误。", field="outcome")
    if not note.strip():
        raise BadAnswer("请写明核查情况和理由。", field="note")
    with transaction.atomic():
        row = FindingRow.objects.select_for_update().filter(id=finding_id).first()
        if row is None or (actor.kind == "staff" and actor.department != row.department):
            raise BenefitNotFound()
        require(actor, "benefit.approve" if outcome == "dismissed" else "benefit.handle", department=row.department)
        if row.state != "open":
            raise WrongStep(f"这条发现已是「{states.FINDINGS[row.state]}」。")
        row.state, row.note, row.handled_by_name, row.handled_at = outcome, note.strip(), actor.name, now()
        row.save()
        seal(f"benefit.finding_{outcome}", actor, [row])
        if row.source == "award":
            award = AwardRow.objects.select_for_update().get(id=UUID(row.source_key))
            if award.state == "suspended":
                answering.close(award, "restore" if outcome == "dismissed" else "end", actor=actor, note=note.strip())
    return row
