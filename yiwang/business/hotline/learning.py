"""What people's corrections teach: the version of the category model in use, and a new one each night that waits for approval.

The register (``support/models``) says which version is used; nothing that is trained here goes live by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from yiwang.base.clock.api import today
from yiwang.business.hotline import starting, tree
from yiwang.business.hotline.models import TicketRow
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models

KEY: Final = "hotline.category"
LEAST: Final = 7  # tickets a category needs to be learnt: in every fold of the cross-validation at least five of them remain


def live() -> models.Live | None:
    """The version in use, or None: then the words of the tree answer."""
    return models.live(KEY)


def count(row: TicketRow) -> None:
    """Count what the model said of a ticket that was just filed, in the caller's transaction; nothing where words answered."""
    said = row.suggested
    if said.get("model") and said["categories"]:
        first = said["categories"][0]
        models.predicted(KEY, number=said["model"], label=first["code"], probability=first["probability"], pieces=said["pieces"])
        if row.category != first["code"]:  # whoever typed it chose another one
            corrected(row)


def corrected(row: TicketRow) -> None:
    """A person corrected the category or returned the ticket: one correction of the version that suggested it, whatever follows."""
    if row.suggested.get("model") and not row.suggested.get("corrected"):
        models.corrected(KEY, number=row.suggested["model"])
        row.suggested = {**row.suggested, "corrected": True}


def rows() -> list[TicketRow]:
    """Tickets whose category a person has confirmed by working them to the end, of categories that have enough of them."""
    known = TicketRow.objects.filter(state__in=("answered", "closed", "archived"), category__in=tree.categories()).order_by("id")
    found = list(known.only("id", "title", "text", "category", "region", "channel"))
    counts = Counter(one.category for one in found)
    return [one for one in found if counts[one.category] >= LEAST]


def learn() -> dict[str, Any]:
    """Train on what was confirmed and register the version with its cross-validation, by region and by channel; people approve it.

    Nothing is done where there is too little, where nothing changed since a version learned it, or where words do better.
    """
    held = rows()
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
    found: dict[str, Any] = {"rows": len(held), "model": judged.scores["accuracy"], "gain": judged.scores["gain"], "version": 0}
    if judged.scores["gain"] <= 0:
        return found | {"reason": "没有比分类树的词更准"}
    source = f"本地已确认的 {len(held)} 张工单,{len(set(labels))} 个分类,{today():%Y-%m-%d} 夜间训练"
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
    return models.Owner(labels=lambda: frozenset(one.code for one in tree.leaves()), baseline=starting.baseline, ship=starting.ship)
