"""Telling companies: once per policy and company, the best first, never more than a few at a time, and not whom it does not concern."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.outbox.api import emit_many
from yiwang.business.policies import definitions, ranking, states
from yiwang.business.policies.definitions import Definition
from yiwang.business.policies.models import BudgetRow, ClaimRow, CompanyRow, MatchRow, PreferenceRow, PushRow, WeightsRow
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import Record, record, record_many
from yiwang.standards.events import PolicyPushed
from yiwang.standards.money import yuan

AT_MOST: Final = 3  # pushes to one company within the pause
PAUSE: Final = timedelta(days=30)
IGNORED_AFTER: Final = timedelta(days=14)
LIKELY: Final = 0.15  # once ranking has learned: what is less likely to be claimed waits on the company's page


def weights() -> dict[str, float]:
    """The weights in force; {} before anything was learned."""
    row = WeightsRow.objects.order_by("-at").first()
    return dict(row.weights) if row else {}


def push(keys: Sequence[str], *, actor: Actor) -> int:
    """Tell these companies of what they can have and were never told; in the caller's transaction. Returns how many messages."""
    waiting = _waiting(keys)
    if not waiting:
        return 0
    known, at = weights(), now()
    traits = {row.company: row.traits for row in CompanyRow.objects.filter(company__in=list(waiting))}
    lately = Counter(PushRow.objects.filter(company__in=list(waiting), at__gt=at - PAUSE).values_list("company", flat=True))
    rows = []
    for company, offers in sorted(waiting.items()):
        mine = traits.get(company, {})
        best = [one for one in ranking.ordered(offers, known, mine) if not known or one[0] >= LIKELY]
        for score, policy, amount in best[: max(AT_MOST - lately[company], 0)]:
            why = ranking.because(known, policy, amount, mine)
            rows.append(PushRow(policy=policy.code, company=company, amount_fen=amount, traits=mine, score=score, because=why, at=at))
    written = _written(rows)
    record_many([Record("policy.push", actor, "policy_push", str(row.id), detail={"policy": row.policy}) for row in written])
    emit_many([_event(row) for row in written])
    return len(written)


def _written(rows: Sequence[PushRow]) -> list[PushRow]:
    """Those that are new: another matching may have told the same company at the same moment."""
    PushRow.objects.bulk_create(rows, ignore_conflicts=True)
    there = set(PushRow.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    return [row for row in rows if row.id in there]


def _waiting(keys: Sequence[str]) -> dict[str, list[tuple[Definition, int]]]:
    """Per company the open policies it can have, was never told of, has not claimed, and wants to hear of."""
    known, day = definitions.load(), today()
    full = _exhausted(day.year)
    wishes = {row.company: row for row in PreferenceRow.objects.filter(company__in=keys)}
    done = set(PushRow.objects.filter(company__in=keys).values_list("policy", "company"))
    done |= set(ClaimRow.objects.filter(company__in=keys, year=day.year).values_list("policy", "company"))
    found: dict[str, list[tuple[Definition, int]]] = defaultdict(list)
    for row in MatchRow.objects.filter(company__in=keys, result="yes"):
        policy, wish = known.get(row.policy), wishes.get(row.company)
        if policy is None or not policy.open_on(day) or policy.code in full or (row.policy, row.company) in done:
            continue
        if wish and (wish.off or policy.topic in wish.muted_topics):
            continue
        found[row.company].append((policy, row.amount_fen))
    return found


def _exhausted(year: int) -> set[str]:
    return {row.policy for row in BudgetRow.objects.filter(year=year) if row.reserved_fen + row.spent_fen >= row.total_fen}


def _event(row: PushRow) -> PolicyPushed:
    policy = definitions.get(row.policy)
    return PolicyPushed(
        at=row.at,
        push_id=str(row.id),
        policy=row.policy,
        title=policy.title,
        title_en=policy.title_en,
        department=policy.department,
        recipient=f"company:{row.company}",
        amount=yuan(row.amount_fen),
    )


def opened(company: str, policy: str, *, actor: Actor) -> None:
    """Note that the company has looked at what it was told of; the first time counts."""
    with transaction.atomic():
        row = PushRow.objects.select_for_update().filter(company=company, policy=policy, opened_at=None).first()
        if row is not None:
            row.opened_at = now()
            row.save(update_fields=["opened_at"])
            record(Record("policy.opened", actor, "policy_push", str(row.id), detail={"policy": policy}))


def note_ignored(*, actor: Actor) -> int:
    """Pushes two weeks old without a claim count as ignored; returns how many were noted."""
    with transaction.atomic():
        old = PushRow.objects.select_for_update(skip_locked=True).filter(ignored_at=None, at__lt=now() - IGNORED_AFTER).order_by("id")
        claimed = set(ClaimRow.objects.values_list("policy", "company"))
        rows = [row for row in old[:5000] if (row.policy, row.company) not in claimed]
        for row in rows:
            row.ignored_at = now()
        PushRow.objects.bulk_update(rows, ["ignored_at"])
        if rows:
            record(Record("policy.ignored", actor, "policy_push", "", detail={"pushes": len(rows)}))
    return len(rows)


def answers() -> list[ranking.Sample]:
    """What companies did with what they were told: claimed (and not refused) or ignored (or refused)."""
    claims = ClaimRow.objects.exclude(state="withdrawn").order_by("claimed_at")
    by_pair = {(policy, company): state for policy, company, state in claims.values_list("policy", "company", "state")}
    known = definitions.load()
    samples = []
    for row in PushRow.objects.all().iterator():
        state = by_pair.get((row.policy, row.company), "")
        if row.policy in known and (state or row.ignored_at):
            samples.append(ranking.Sample(row.policy, row.amount_fen, row.traits, state in states.HOLDING))
    return samples


def relearn(*, actor: Actor) -> WeightsRow | None:
    """Learn the ranking from the answers so far; None where there are too few."""
    learned = ranking.learn(answers())
    if learned is None:
        return None
    with transaction.atomic():
        row = WeightsRow.objects.create(
            at=now(), samples=learned.samples, positives=learned.positives, weights=dict(learned.weights), counts=dict(learned.counts)
        )
        record(Record("policy.relearn", actor, "policy_weights", str(row.id), detail={"samples": row.samples, "positives": row.positives}))
    return row
