"""A run: the population of a benefit is decided, who is entitled is found and told. Started again it goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction

from yiwang.base.clock.api import Limit, Unit, derive, now
from yiwang.base.jobs import api as jobs
from yiwang.base.outbox.api import emit_many
from yiwang.business.benefits import definitions, population
from yiwang.business.benefits.definitions import Definition
from yiwang.business.benefits.errors import RunUnderWay
from yiwang.business.benefits.gathering import Gathered, gather, row_key
from yiwang.business.benefits.models import AwardRow, RunRow
from yiwang.business.benefits.population import Draft, Member
from yiwang.business.benefits.writing import seal
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record
from yiwang.standards.errors import YiwangError
from yiwang.standards.events import BenefitTold
from yiwang.standards.money import yuan

TOGETHER: Final = 200  # people told in one transaction
_DIVISION: Final = "person.domicile_division"


def agree_sources() -> None:
    """The sharing agreements under which benefits and the recheck see registers; repeatable."""
    for one in definitions.load().values():
        exchange.agree(one.purpose, elements=one.elements(), consumer_department=one.department, legal_basis=one.legal_basis)
    for row in definitions.watched():
        exchange.agree(
            f"benefit.recheck.{row['register']}",
            elements=[code for code in (row["status"], row["amount"], row["kind"], "person.death_date", "person.name") if code],
            consumer_department=row["department"],
            legal_basis=row["legal_basis"],
        )


@contextmanager
def alone(what: str) -> Iterator[None]:
    """One at a time across processes; RunUnderWay for the second."""
    with jobs.alone(f"benefits.{what}") as got:
        if not got:
            raise RunUnderWay()
        yield


def ask(code: str, *, actor: Actor) -> RunRow:
    """Ask for a run that the worker does; one that waits or runs already is given back."""
    definition = definitions.get(code)
    require(actor, "benefit.handle", department=definition.department)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 78))", [code])
        standing = RunRow.objects.filter(benefit=code, kind="scan", state__in=["waiting", "running"]).order_by("-started_at").first()
        if standing is not None:
            return standing
        row = _begin(definition, actor, state="waiting")
        record(Record("benefit.run_ask", actor, "benefit_run", str(row.id), detail={"benefit": code}))
    return row


def run(code: str, *, actor: Actor) -> RunRow:
    """Scan, find, tell; see the door."""
    definition = definitions.get(code)
    require(actor, "benefit.handle", department=definition.department)
    with alone(f"benefits.run.{code}"):
        return _go(definition, _begin(definition, actor), actor)


def go_on(row: RunRow, *, actor: Actor) -> None:
    """Do a run that was asked for, or that broke off: the scan begins anew, who is found or told already stays so.

    A failure is kept with the run. RunUnderWay: another process does it.
    """
    definition = definitions.get(row.benefit)
    with alone(f"benefits.run.{row.benefit}"):
        row.refresh_from_db()
        if row.state not in ("waiting", "running"):
            return
        row.scanned = row.entitled = row.undetermined = row.receiving = 0
        try:
            _go(definition, row, actor)
        except YiwangError as error:
            row.state, row.error, row.finished_at = "failed", error.message[:300], now()
            row.save()


def _begin(definition: Definition, actor: Actor, *, state: str = "running") -> RunRow:
    return RunRow.objects.create(
        kind="scan",
        benefit=definition.code,
        department=definition.department,
        by_id=actor.account_id,
        by_name=actor.name,
        started_at=now(),
        state=state,
    )


def _go(definition: Definition, row: RunRow, actor: Actor) -> RunRow:
    """The run itself, chunk by chunk; its row shows how far it is."""
    started = time.monotonic()
    draft = Draft.of(definition)
    row.state, row.rules_digest = "running", draft.model.digest
    row.total = exchange.size(definition.population)
    row.save()
    chunks = population.survey(definition, actor=actor, about=(_DIVISION,))
    while True:
        with transaction.atomic():
            chunk = next(chunks, None)
            if chunk is None:
                break
            _take(definition, draft, row, chunk)
            row.save()
    row.told = tell(definition, actor=actor)
    row.finished_at, row.seconds, row.state = now(), round(time.monotonic() - started, 2), "done"
    row.save()
    return row


def _take(definition: Definition, draft: Draft, row: RunRow, chunk: Sequence[Member]) -> None:
    """Decide a chunk; write whom it finds, and for whom one fact is missing. Who has an award already keeps it."""
    made: list[AwardRow] = []
    refused: list[str] = []
    for member in chunk:
        outcome = draft.decide(member.facts)
        row.scanned += 1
        if outcome.result == "no":
            refused.append(str(row_key(definition, member.key)))
            continue
        if population.receives(definition, member):
            row.receiving += 1
            continue
        row.entitled += outcome.result == "yes"
        row.undetermined += outcome.result == "undetermined"
        made.append(_award(definition, row, member, found=outcome.result == "yes", missing=outcome.missing))
        made[-1].amount_fen = outcome.amount_fen
    AwardRow.objects.bulk_create(made, ignore_conflicts=True)
    AwardRow.objects.filter(benefit=definition.code, subject__in=refused, state="undetermined").update(state="ended")
    settled = [one.subject for one in made if one.state == "found"]
    AwardRow.objects.filter(benefit=definition.code, subject__in=settled, state__in=["undetermined", "ended"]).update(
        state="found", missing=[]
    )


def _award(definition: Definition, row: RunRow, member: Member, *, found: bool, missing: Sequence[str]) -> AwardRow:
    return AwardRow(
        benefit=definition.code,
        subject=str(row_key(definition, member.key)),
        recipient=f"person:{member.recipient}",
        department=definition.department,
        region=str(member.about.get(_DIVISION) or "")[:6],
        state="found" if found else "undetermined",
        missing=list(missing),
        run_id=row.id,
        found_at=now(),
    )


def tell(definition: Definition, *, actor: Actor, only: Sequence[AwardRow] | None = None) -> int:
    """Tell everybody who is found: facts verified with their source, decided again with every condition, notice and clock."""
    told = 0
    while True:
        with transaction.atomic():
            waiting = AwardRow.objects.select_for_update(skip_locked=True).filter(benefit=definition.code, state="found").order_by("id")
            if only is not None:
                waiting = waiting.filter(id__in=[one.id for one in only])
            rows = list(waiting[:TOGETHER])
            if not rows:
                return told
            told += _tell(definition, rows, actor)


def _tell(definition: Definition, rows: Sequence[AwardRow], actor: Actor) -> int:
    draft, at = Draft.of(definition), now()
    known = gather(definition, [row.subject.partition(":")[2] for row in rows], actor=actor)
    due = derive(at, limit=Limit(definition.answer_workdays, Unit.WORKDAY)).due
    for row in rows:
        found = known[row.subject.partition(":")[2]]
        outcome = draft.decide(found.values, explain=True)
        row.facts, row.outcome = shown_facts(found), outcome.to_json()
        row.amount_fen, row.recipient_name = outcome.amount_fen, found.name
        row.region = row.region or found.division[:6]
        row.state = "told" if outcome.result == "yes" else "ended"
        row.note = "" if outcome.result == "yes" else outcome.reason
        row.told_at, row.answer_due = (at, due) if row.state == "told" else (None, None)
        row.version += 1
    AwardRow.objects.bulk_update(
        rows, ["facts", "outcome", "amount_fen", "recipient_name", "region", "state", "note", "told_at", "answer_due", "version"]
    )
    seal("benefit.tell", actor, rows)
    telling = [row for row in rows if row.state == "told"]
    emit_many(
        [
            BenefitTold(
                at=at,
                award_id=str(row.id),
                benefit=row.benefit,
                title=definition.name,
                title_en=definition.name_en,
                department=row.department,
                recipient=row.recipient,
                amount=yuan(row.amount_fen),
                due=due,
            )
            for row in telling
        ]
    )
    return len(telling)


def shown_facts(found: Gathered) -> list[dict[str, Any]]:
    """The facts as they are kept beside the decision: label, value in words, source, and what a dispute needs."""
    kept = []
    for one, fact in found.facts:
        line: dict[str, Any] = {
            "name": one.name,
            "label": one.label,
            "status": "not_asked" if one.element else "unknown",
            "shown": "",
            "fact": None,
        }
        if fact is not None:
            line |= {"status": fact.status, "fact": fact.to_json(), "shown": _words(one, fact, found)}
        kept.append(line)
    return kept


def _words(one: definitions.Input, fact: exchange.Fact, found: Gathered) -> str:
    if one.present:
        return "有登记" if fact.usable else "无登记" if fact.status == "absent" else ""
    if one.many:
        return "、".join(catalogue.label(one.element, kind) for kind in found.held) or "无"
    return catalogue.label(one.element, fact.value)


def agreed() -> set[str]:
    """Departments that have sharing agreements for benefits or the recheck; without any, an installation runs none."""
    purposes = [one.purpose for one in definitions.load().values()]
    purposes += [f"benefit.recheck.{row['register']}" for row in definitions.watched()]
    return {one.consumer_department for purpose in purposes for one in exchange.agreements(purpose)}
