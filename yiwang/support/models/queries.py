"""Reading: models, versions and evaluations as their officers see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Min
from django.utils import timezone

from yiwang.base.clock.api import Limit, derive
from yiwang.security.access.api import Actor, may
from yiwang.security.access.api import require as require_permission
from yiwang.support.models import drifting, fairness, keys, registering, shipping
from yiwang.support.models.keys import Model
from yiwang.support.models.measuring import MEASURES
from yiwang.support.models.models import Evaluation, Filing, Finding, Version
from yiwang.support.models.states import BY_ANOTHER, BY_PEOPLE, STATES, STEPS
from yiwang.support.models.values import EvaluationView, FilingView, FindingView, ModelLine, ModelView, Part, VersionView

HOW = {"held_out": "留出的评测数据", "cross_validation": "分组交叉验证"}
ORIGINS = {"upload": "登记的文件", "trained": "夜间训练", "shipped": "随平台提供"}


def evaluation_view(row: Evaluation) -> EvaluationView:
    """An evaluation for a reader."""
    regions, groups = (tuple(Part(**one) for one in held) for held in (row.regions, row.groups))
    least = min((*regions, *groups), key=lambda one: one.rows, default=None)
    scores = {name: row.scores[name] for name in MEASURES if name in row.scores}  # the order of the table, not of the database
    return EvaluationView(
        row.id, row.name, row.how, HOW[row.how], row.rows, scores, regions, groups, tuple(row.labels),
        f"{least.name}({least.rows})" if least else "", tuple(row.failing), row.failed,
        tuple((int(line), str(why)) for line, why in row.left_out), row.made_by_name, row.at,
    )  # fmt: skip


def acts_of(row: Version, model: Model, actor: Actor) -> tuple[str, ...]:
    """The steps this reader may take now."""
    place = {"department": model.department, "region": model.region}
    measurable = model.kind != "rules" or keys.owner(model.key).judge is not None
    found = ["evaluate"] if measurable and may(actor, "model.edit", **place) else []
    if may(actor, "model.approve", **place):
        found += [act for act in BY_PEOPLE if (row.state, act) in STEPS]
    if row.live_at is None:
        found = [act for act in found if act != "roll_back"]
    if model.kind == "rules" and not registering.runs(row):  # it is not installed
        found = [act for act in found if act == "retire"]
    if actor.account_id == row.made_by:
        found = [act for act in found if act not in BY_ANOTHER]
    return tuple(found)


def version_view(row: Version, model: Model, actor: Actor, *, whole: bool = True) -> VersionView:
    """A version for a reader; ``whole`` with its evaluations."""
    found = tuple(evaluation_view(one) for one in row.evaluations.order_by("-at", "-id")[:20]) if whole else ()
    missing = registering.standing_against(model, registering.newest(row)) if row.state in ("draft", "evaluated") else []
    return VersionView(
        row.key, row.number, model.name, row.kind, row.state, STATES[row.state], row.digest, row.size, row.fingerprint, row.card,
        len(row.labels), row.origin, ORIGINS[row.origin], row.source, row.parent, row.reason, row.made_by_name, row.made_at,
        row.approved_by_name, row.approved_at, row.live_at, row.retired_at, row.lock, acts_of(row, model, actor), tuple(missing), found,
    )  # fmt: skip


def finding_view(row: Finding) -> FindingView:
    """A finding for a reader."""
    return FindingView(
        row.id, row.key, row.number, keys.model(row.key).name, row.measure, drifting.NAMES[row.measure], row.value, row.limit, row.answers,
        row.state, row.note, row.settled_by_name, row.at,
    )  # fmt: skip


def filing_view(row: Filing) -> FilingView:
    """A filing record for a reader."""
    name = keys.filing_kinds().get(row.kind, (row.kind, row.kind))[0]
    return FilingView(row.kind, name, row.number, row.on, row.responsible, row.link, row.note, row.made_by_name, row.at)


def _due(model: Model, first: datetime | None, filed: FilingView | None) -> date | None:
    """Until when the model must be reported: so many working days after it first went live."""
    if first is None or filed is not None:
        return None
    return derive(timezone.localdate(first), limit=Limit.parse(f"{model.filing_days['report']}个工作日")).due


def lines(found: Sequence[Model]) -> list[ModelLine]:
    """Models in the list; the same few queries for any number of them."""
    asked = [one.key for one in found]
    states: dict[str, Counter[str]] = {key: Counter() for key in asked}
    for key, state, count in Version.objects.filter(key__in=asked).values_list("key", "state").annotate(count=Count("id")):
        states[key][state] = count
    lives = {row.key: row for row in Version.objects.select_related("evaluation").filter(key__in=asked, state="live")}
    firsts = dict(Version.objects.filter(key__in=lives).values_list("key").annotate(first=Min("live_at")))
    filings = Filing.objects.filter(key__in=asked).order_by("key", "-at", "-id").distinct("key")
    filed = {row.key: filing_view(row) for row in filings}
    findings = Counter(Finding.objects.filter(key__in=asked, state="open").values_list("key", flat=True))
    return [
        _line(one, states[one.key], lives.get(one.key), filed.get(one.key), findings[one.key], firsts.get(one.key)) for one in found
    ]  # fmt: skip


def _line(
    model: Model, states: Counter[str], live: Version | None, filed: FilingView | None, findings: int, first: datetime | None
) -> ModelLine:
    judged = live.evaluation if live else None
    return ModelLine(
        model.key, model.name, model.name_en, model.kind, model.decides, model.decides_en, model.department, model.region,
        live.number if live else None, live.live_at if live else None, sum(states.values()), states["evaluated"] + states["approved"],
        findings, f"{filed.kind_name} {filed.number}".strip() if filed else "", _due(model, first, filed),
        shipping.use(model, live) if keys.owner(model.key).ship else "", live.digest if live else "",
        timezone.localdate(judged.at) if judged else None,
        tuple((name, judged.scores[name]) for name in model.floors if name in judged.scores) if judged else (),
        model.limits, model.limits_en,
    )  # fmt: skip


def models(actor: Actor) -> list[ModelLine]:
    """See the door."""
    require_permission(actor, "model.view")
    return lines([one for one in keys.models().values() if may(actor, "model.view", department=one.department, region=one.region)])


def model(key: str, actor: Actor) -> ModelView:
    """See the door."""
    found = keys.for_actor(key, actor, "model.view")
    place = {"department": found.department, "region": found.region}
    rows = list(Version.objects.filter(key=key).order_by("-number")[:100])
    live = next((one for one in rows if one.state == "live"), None)
    return ModelView(
        lines([found])[0], tuple((name, side, value) for name, (side, value) in found.floors.items()), found.widest_gap,
        found.evaluation_days,
        tuple(version_view(one, found, actor, whole=False) for one in rows),
        tuple(filing_view(one) for one in Filing.objects.filter(key=key).order_by("-at", "-id")[:20]),
        tuple(finding_view(one) for one in Finding.objects.filter(key=key).order_by("state", "-at")[:20]),
        drifting.view(found), fairness.outcome(found), may(actor, "model.edit", **place), may(actor, "model.approve", **place),
        tuple(live.labels) if live else (),
    )  # fmt: skip


def version(key: str, number: int, actor: Actor) -> VersionView:
    """See the door."""
    found = keys.for_actor(key, actor, "model.view")
    return version_view(registering.find(found, number), found, actor)


def waiting(actor: Actor) -> tuple[int, int]:
    """See the door."""
    if not may(actor, "model.view"):
        return 0, 0
    lines = models(actor)
    return sum(one.waiting for one in lines), sum(one.findings for one in lines)
