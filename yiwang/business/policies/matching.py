"""Matching: every company, or those whose data have changed, against every policy; results kept, new ones handed to the pushes.

Cost: per thousand companies one SELECT per register and one decision per policy and company.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.jobs import api as jobs
from yiwang.business.policies import companies, definitions, pushing
from yiwang.business.policies.companies import Company
from yiwang.business.policies.definitions import MATCHING, MATCHING_BASIS
from yiwang.business.policies.errors import RunUnderWay
from yiwang.business.policies.judging import Draft, Judged, facts_of
from yiwang.business.policies.models import CompanyRow, MarkRow, MatchRow, RunRow
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.quality import api as quality
from yiwang.data.registers.api import RegistersUnavailable
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.security.audit.api import Record, record
from yiwang.standards.events import from_json
from yiwang.standards.subjects import Subject

OVERLAP: Final = timedelta(minutes=5)  # a transaction may commit later than the time it wrote into its rows
AT_ONCE: Final = 5000
_KEPT: Final = ("yes", "near", "undetermined")


def agree_sources() -> None:
    """The sharing agreements under which companies are matched and claims checked; repeatable."""
    everything = [code for codes in companies.elements().values() for code in codes]
    exchange.agree(MATCHING, elements=everything, consumer_department=definitions.PLATFORM, legal_basis=MATCHING_BASIS)
    for one in definitions.load().values():
        exchange.agree(one.purpose, elements=one.elements(), consumer_department=one.department, legal_basis=one.legal_basis)


def agreed() -> bool:
    """Whether this installation shares companies' data for matching at all."""
    return bool(exchange.agreements(MATCHING))


@contextmanager
def _alone() -> Iterator[None]:
    with jobs.alone("policies.match") as got:
        if not got:
            raise RunUnderWay()
        yield


def match(*, actor: Actor, keys: Sequence[str] | None = None, kind: str = "full", changed_only: bool = False) -> RunRow:
    """Match all companies, or those of the keys; ``changed_only`` passes over whose facts are as they were."""
    started = time.monotonic()
    row = RunRow(kind=kind, started_at=now())
    drafts = [Draft.of(one) for one in definitions.load().values()]
    chunks = companies.survey(actor, keys=keys)
    while True:
        with transaction.atomic():
            chunk = next(chunks, None)
            if chunk is None:
                break
            touched = _changed(chunk) if changed_only else chunk
            row.scanned += len(chunk)
            row.decided += len(touched) * len(drafts)
            _take(row, drafts, touched)
            row.pushed += pushing.push([one.key for one in touched], actor=actor)
    with transaction.atomic():
        row.finished_at, row.seconds = now(), round(time.monotonic() - started, 2)
        row.save()
        record(Record("policy.match", actor, "policy_run", str(row.id), detail={"kind": kind, "scanned": row.scanned, "yes": row.yes}))
    return row


def match_all(*, actor: Actor) -> RunRow:
    """Match every company; RunUnderWay for a second one at the same time."""
    with _alone():
        at = now()
        row = match(actor=actor)
        _mark_all(at, actor)
    return row


def _changed(chunk: Sequence[Company]) -> list[Company]:
    before = dict(CompanyRow.objects.filter(company__in=[one.key for one in chunk]).values_list("company", "digest"))
    return [one for one in chunk if before.get(one.key) != one.digest]


def _take(row: RunRow, drafts: Sequence[Draft], chunk: Sequence[Company]) -> None:
    """Judge the companies by every policy; keep what they can have, nearly can, or might with one more fact."""
    at, day = now(), today()
    kept: list[MatchRow] = []
    for company in chunk:
        for draft in drafts:
            if draft.definition.closes and draft.definition.closes < day:
                continue
            judged = draft.judge(facts_of(draft.definition, company.values))
            if judged.result in _KEPT:
                kept.append(_row(draft, company.key, judged, at))
                setattr(row, judged.result, getattr(row, judged.result) + 1)
    keys = [one.key for one in chunk]
    wanted = {(one.policy, one.company) for one in kept}
    gone = [
        id_
        for id_, policy, company in MatchRow.objects.filter(company__in=keys).values_list("id", "policy", "company")
        if (policy, company) not in wanted
    ]
    MatchRow.objects.filter(id__in=gone).delete()
    MatchRow.objects.bulk_create(
        sorted(kept, key=lambda one: (one.company, one.policy)),
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["policy", "company"],
        update_fields=["result", "amount_fen", "missing", "short", "rules_digest", "at"],
    )
    CompanyRow.objects.bulk_create(
        [CompanyRow(company=c.key, name=c.name, region=c.region, traits=c.traits, digest=c.digest, matched_at=at) for c in chunk],
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["name", "region", "traits", "digest", "matched_at"],
    )


def _row(draft: Draft, company: str, judged: Judged, at: Any) -> MatchRow:
    return MatchRow(
        policy=draft.definition.code,
        company=company,
        result=judged.result,
        amount_fen=judged.amount_fen,
        missing=list(judged.missing),
        short=[one.to_json() for one in judged.short],
        rules_digest=draft.model.digest,
        at=at,
    )


def follow(*, actor: Actor) -> RunRow | None:
    """Match whose data have changed since the last time; a register loaded anew has every company compared. None: nothing changed.

    While a register does not answer, what was matched stands and nothing is marked as seen: the next time looks again.
    """
    if not agreed():
        return None
    with _alone():
        at = now()
        try:
            keys, compare, marks = _news(at, actor)
            row = None
            if compare:
                row = match(actor=actor, kind="compared", changed_only=True)
            elif keys:
                row = match(actor=actor, keys=keys, kind="changed", changed_only=True)
        except RegistersUnavailable:
            return None
        _keep(marks)
    return row


def _news(at: Any, actor: Actor) -> tuple[list[str], bool, list[MarkRow]]:
    """Whose rows were written since the last look, whether everybody must be compared, and the marks to keep afterwards."""
    seen = {row.register: row for row in MarkRow.objects.all()}
    changed: dict[str, None] = {}
    compare, marks = False, []
    for register in companies.elements():
        mark = seen.get(register)
        keys, loaded = _changes(register, mark, actor)
        compare = compare or mark is None or loaded > mark.loaded_at or len(keys) >= AT_ONCE
        changed.update(dict.fromkeys(keys))
        marks.append(MarkRow(register=register, seen_at=at, loaded_at=loaded))
    return list(changed), compare, marks


def _changes(register: str, mark: MarkRow | None, actor: Actor) -> tuple[list[str], Any]:
    since = (mark.seen_at if mark else now()) - OVERLAP
    with transaction.atomic():
        return exchange.changed(MATCHING, register=register, since=since, legal_basis=MATCHING_BASIS, actor=actor, limit=AT_ONCE)


def _mark_all(at: Any, actor: Actor) -> None:
    marks = [MarkRow(register=name, seen_at=at, loaded_at=_changes(name, None, actor)[1]) for name in companies.elements()]
    _keep(marks)


def _keep(marks: Sequence[MarkRow]) -> None:
    MarkRow.objects.bulk_create(marks, update_conflicts=True, unique_fields=["register"], update_fields=["seen_at", "loaded_at"])


def on_correction(event: Mapping[str, Any]) -> None:
    """A company's fact was corrected at its source: match that company at once; safe to be given the same event twice."""
    closed = from_json(event)
    element = getattr(closed, "element", "")
    if getattr(closed, "outcome", "") != "corrected" or not catalogue.known(element) or not agreed():
        return
    if catalogue.element(element).register not in companies.elements():
        return
    key = quality.get(UUID(str(closed.subject)), actor=SYSTEM).key
    if isinstance(key, Subject) and key.kind == "company":
        match(actor=SYSTEM, keys=[key.key], kind="changed", changed_only=True)
