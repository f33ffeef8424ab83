"""What people's corrections teach: the version of the category model in use, and a new one each night that waits for approval.

The register (``support/models``) says which version is used; nothing that is trained here goes live by itself. Nobody teaches alone: of one
text only a few copies are learned from, and of one person's word only so much of a category (``limits`` in ``routing.json``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from yiwang.base.clock.api import today
from yiwang.business.hotline import starting, tree
from yiwang.business.hotline.models import StepRow, TicketRow
from yiwang.standards.errors import YiwangError
from yiwang.standards.identifiers import id_card
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models

KEY: Final = "hotline.category"
AGES: Final = (("未满35岁", 35), ("35至59岁", 60), ("60岁及以上", 200))
LEAST: Final = 7  # tickets a category needs to be learnt: in every fold of the cross-validation at least five of them remain


def live() -> models.Live | None:
    """The version in use, or None: then the words of the tree answer."""
    return models.live(KEY)


def count(row: TicketRow) -> None:
    """Count what the model said of a ticket that was just filed, in the caller's transaction; nothing where words answered."""
    said = row.suggested
    if said.get("model") and said["categories"]:
        first = said["categories"][0]
        models.predicted(
            KEY, number=said["model"], label=first["code"], probability=first["probability"], pieces=said["pieces"], of=parts_of(row)
        )
        if row.category != first["code"]:  # whoever typed it chose another one
            corrected(row)


def corrected(row: TicketRow) -> None:
    """A person corrected the category or returned the ticket: one correction of the version that suggested it, whatever follows."""
    if row.suggested.get("model") and not row.suggested.get("corrected"):
        models.corrected(KEY, number=row.suggested["model"], of=parts_of(row))
        row.suggested = {**row.suggested, "corrected": True}


def parts_of(row: TicketRow) -> tuple[str, ...]:
    """District, age band and gender to count an answer under: of a signed-in person, by the number that the ticket holds anyway."""
    district = row.region[:6]
    kind, _, key = row.reporter.partition(":")
    if kind == "company":
        return district, "企业"
    try:
        person = id_card.parse(key) if kind == "person" else None
    except YiwangError:
        person = None
    if person is None:
        return (district,)
    age = person.age(today())
    band = next(name for name, until in AGES if age < until)
    return district, band, "男" if person.sex is id_card.Sex.MALE else "女"


@dataclass(frozen=True)
class Taught:
    """What a night learns from, and what it left out: copies beyond the limit, and (who, category, how many) beyond one person's share."""

    rows: list[TicketRow]
    copies: int
    one_person: list[tuple[str, str, int]]

    def __str__(self) -> str:
        told = [f"同样的内容 {self.copies} 条"] if self.copies else []
        told += [f"{who}一人改为「{tree.categories()[code].title}」的 {count} 条" for who, code, count in self.one_person[:5]]
        return f";为防少数来源左右模型,未采用:{'、'.join(told)}" if told else ""


def rows() -> Taught:
    """Tickets whose category a person has confirmed by working them to the end, of categories that have enough of them."""
    known = TicketRow.objects.filter(state__in=("answered", "closed", "archived"), category__in=tree.categories()).order_by("id")
    kept, copies = _without_copies(list(known.only("id", "title", "text", "category", "region", "channel", "suggested")))
    kept, one_person = _without_one_voice(kept)
    counts = Counter(one.category for one in kept)
    return Taught([one for one in kept if counts[one.category] >= LEAST], copies, one_person)


def _without_copies(held: list[TicketRow]) -> tuple[list[TicketRow], int]:
    """Of near-duplicates with one category only the first few."""
    most, seen, kept = tree.routing()["learn"]["copies"], Counter[tuple[int, str]](), []
    groups = ai.near_duplicate_groups([f"{one.title}\n{one.text}" for one in held])
    for group, one in zip(groups, held, strict=True):
        seen[group, one.category] += 1
        if seen[group, one.category] <= most:
            kept.append(one)
    return kept, len(held) - len(kept)


def _without_one_voice(held: list[TicketRow]) -> tuple[list[TicketRow], list[tuple[str, str, int]]]:
    """What one person changed into a category counts up to a share of what stands in it without that person, and at least a few."""
    limits, said = tree.routing()["learn"], _corrected_by({one.id: one for one in held})
    totals = Counter(one.category for one in held)
    voices: dict[tuple[str, str, str], list[TicketRow]] = defaultdict(list)
    for one in held:
        if one.id in said:
            voices[(*said[one.id], one.category)].append(one)
    left: set[Any] = set()
    told = []
    for (_by, name, code), own in voices.items():
        allowed = max(limits["person_least"], int(limits["person_share"] * (totals[code] - len(own))))
        if len(own) > allowed:
            left |= {one.id for one in own[allowed:]}
            told.append((name, code, len(own) - allowed))
    return [one for one in held if one.id not in left], sorted(told, key=lambda one: (-one[2], one[0]))


def _corrected_by(held: dict[Any, TicketRow]) -> dict[Any, tuple[str, str]]:
    """Ticket → (account, name) of whoever said a category other than the suggested one; the last word counts."""
    steps = StepRow.objects.filter(act__in=("file", "correct"), ticket_id__in=list(held)).exclude(by="").order_by("at")
    found = {}
    for ticket, by, name in steps.values_list("ticket_id", "by", "by_name"):
        first = next(iter(held[ticket].suggested.get("categories", ())), None)
        if first and held[ticket].category != first["code"]:
            found[ticket] = (by, name)
    return found


def learn() -> dict[str, Any]:
    """Train on what was confirmed and register the version with its cross-validation, by region and by channel; people approve it.

    Nothing is done where there is too little, where nothing changed since a version learned it, or where words do better.
    """
    taught = rows()
    held = taught.rows
    labels = [one.category for one in held]
    if len(held) < tree.routing()["model_least"] or len(set(labels)) < 2:
        return {"rows": len(held), "version": 0, "reason": "还没有足够的已确认工单"}
    texts = [f"{one.title}\n{one.text}" for one in held]
    model = ai.train_classifier(texts, labels=labels)
    mark = str(model.card["fingerprint"])
    if models.known(KEY, fingerprint=mark):
        return {"rows": len(held), "version": 0, "reason": "没有新的已确认工单"}
    judged = judgement(
        f"已确认工单 {today():%Y-%m-%d}", texts, labels, mark, ids=[str(one.id) for one in held], regions=[one.region for one in held],
        groups=[_channel(one.channel) for one in held],
    )  # fmt: skip
    left = {"copies": taught.copies, "one_person": sum(count for _who, _code, count in taught.one_person)}
    found: dict[str, Any] = {
        "rows": len(held),
        "left_out": left,
        "model": judged.scores["accuracy"],
        "gain": judged.scores["gain"],
        "version": 0,
    }
    if judged.scores["gain"] <= 0:
        return found | {"reason": "没有比分类树的词更准"}
    source = f"本地已确认的 {len(held)} 张工单,{len(set(labels))} 个分类,{today():%Y-%m-%d} 夜间训练{taught}"
    return found | {"version": models.add_trained(KEY, starting.written(model), source=source, judged=judged).number}


def _channel(code: str) -> str:
    return str(tree.limits()["channels"].get(code, code))


def judgement(
    name: str, texts: Sequence[str], labels: Sequence[str], mark: str, *, ids: Sequence[str], regions: Sequence[str], groups: Sequence[str]
) -> models.Judgement:
    """Grouped cross-validation of the recipe, beside the words."""
    _scores, answers = ai.cross_validate(texts, labels=labels)
    return models.judge_answers(
        name,
        answers,
        how="cross_validation",
        fingerprint=mark,
        truth=labels,
        ids=ids,
        regions=regions,
        groups=groups,
        baseline=starting.baseline(texts),
    )


def owner() -> models.Owner:
    """What the register is told of this model."""
    return models.Owner(
        labels=lambda: frozenset(one.code for one in tree.leaves()),
        baseline=starting.baseline,
        data=starting.SHIPPED.read_bytes,
        ship=starting.ship,
    )
