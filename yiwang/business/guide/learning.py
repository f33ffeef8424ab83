"""What readers say of answers moves the ranking, a little and for like questions only; what nobody could answer becomes a list of gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.business.guide import answerer
from yiwang.business.guide.choosing import FEEDBACK
from yiwang.business.guide.errors import NeedsReason, NoSuchGap, NoSuchTurn
from yiwang.business.guide.models import Prompt, Turn
from yiwang.business.guide.values import KnowledgeGap
from yiwang.security.access.api import Actor, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record

RETENTION: Final = timedelta(days=180)
ANSWERABLE: Final = timedelta(days=1)  # how long an answer may be judged
ALIKE: Final = 0.5  # two questions are alike when they share so much of their pairs of characters
DOUBT: Final = 8  # votes that have to come together before feedback counts half of the most
_MOST: Final = 2_000


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a text."""
    letters = "".join(one for one in text.lower() if one.isalnum())
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1)) or frozenset([letters])


def alike(a: frozenset[str], b: frozenset[str]) -> float:
    """Share of pairs that two texts have in common, 0…1 (Dice)."""
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _votes(question: str) -> dict[str, list[float]]:
    """Entry → [helpful, not helpful] of like questions, each weighted by its likeness."""
    own, found = pairs(question), dict[str, list[float]]()
    rows = Turn.objects.filter(helpful__isnull=False, at__gte=now() - RETENTION).order_by("-at")
    for asked, entry, helpful in rows.values_list("question", "entry", "helpful")[:_MOST]:
        near = alike(own, pairs(asked))
        if near >= ALIKE and entry:
            found.setdefault(entry, [0.0, 0.0])[0 if helpful else 1] += near
    return found


def moves(question: str) -> Mapping[str, float]:
    """How much readers' judgements move each entry for this question, within ±``FEEDBACK``."""
    return {entry: FEEDBACK * (yes - no) / (yes + no + DOUBT) for entry, (yes, no) in _votes(question).items()}


def explained(question: str, entry: str) -> str:
    """The move in words."""
    yes, no = _votes(question).get(entry, [0.0, 0.0])
    return f"问过相近问题的人,约 {math.ceil(yes)} 人说有用、{math.ceil(no)} 人说没用"


def judge(turn: UUID, *, helpful: bool) -> None:
    """See the door."""
    with transaction.atomic():
        row = Turn.objects.select_for_update().filter(id=turn, at__gte=now() - ANSWERABLE, outcome="answer").first()
        if row is None:
            raise NoSuchTurn
        if row.helpful is None and not helpful:
            answerer.unhelpful(row.entry)
        row.helpful = helpful
        row.save(update_fields=["helpful"])


def _clusters(rows: Sequence[Turn]) -> list[list[Turn]]:
    """Rows in groups of like questions: each joins the first group whose founder it is like."""
    groups: list[tuple[frozenset[str], list[Turn]]] = []
    by_pair: dict[str, list[int]] = {}
    for row in rows:
        own = pairs(row.question)
        near = {at for pair in own for at in by_pair.get(pair, ())}
        best = max(((alike(own, groups[at][0]), -at) for at in near), default=(0.0, 0))
        if best[0] >= ALIKE:
            groups[-best[1]][1].append(row)
            continue
        for pair in own:
            by_pair.setdefault(pair, []).append(len(groups))
        groups.append((own, [row]))
    return [members for _, members in groups]


def _open() -> list[Turn]:
    found = Turn.objects.filter(settled="", at__gte=now() - RETENTION)
    unknown = list(found.filter(outcome="unknown").order_by("at", "id")[:_MOST])
    return sorted([*unknown, *found.filter(helpful=False).order_by("at", "id")[:_MOST]], key=lambda one: (one.at, one.id))


def _gap(members: Sequence[Turn]) -> KnowledgeGap:
    typical = min(members, key=lambda one: (len(one.question), one.at))
    others = tuple(dict.fromkeys(one.question for one in members if one.question != typical.question))
    unhelpful = sum(one.helpful is False for one in members)
    age = (now() - members[-1].at).days
    rank = (len(members) + unhelpful) / (1 + age / 30)  # a month without a question halves it
    return KnowledgeGap(members[0].id, typical.question, others[:5], len(members), unhelpful, members[0].at, members[-1].at, round(rank, 2))


def gaps(actor: Actor, *, limit: int) -> list[KnowledgeGap]:
    """See the door."""
    require(actor, "knowledge.view")
    found = [_gap(members) for members in _clusters(_open())]
    return sorted(found, key=lambda one: (-one.rank, one.first))[:limit]


def members_of(gap: UUID) -> list[Turn]:
    """The questions of a gap; NoSuchGap."""
    found = next((members for members in _clusters(_open()) if any(one.id == gap for one in members)), None)
    if found is None:
        raise NoSuchGap
    return found


def settle(members: Iterable[Turn], *, how: str, note: str) -> None:
    """Take questions off the list of gaps."""
    Turn.objects.filter(id__in=[one.id for one in members]).update(settled=how, settled_note=note[:200])


def dismiss(gap: UUID, *, reason: str, actor: Actor) -> None:
    """See the door."""
    require(actor, "knowledge.edit")
    if not reason.strip():
        raise NeedsReason(step="不编写", field="reason")
    with transaction.atomic():
        members = members_of(gap)
        settle(members, how="dismissed", note=reason.strip())
        audit.record(
            Record("knowledge.dismiss", actor, "knowledge_gap", str(gap), detail={"reason": reason.strip()[:200], "asked": len(members)})
        )


def forget() -> int:
    """Delete what has been kept long enough; returns how many rows."""
    end = now() - RETENTION
    return Turn.objects.filter(at__lt=end).delete()[0] + Prompt.objects.filter(at__lt=end).delete()[0]
