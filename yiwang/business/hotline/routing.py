"""From a category to a department: the duty in force, the trust in the route, the cost of a mistake, and earlier tickets alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.statements.api import run
from yiwang.business.hotline import states, storing, tree, twins
from yiwang.business.hotline.errors import BadTicket
from yiwang.business.hotline.models import DutyRow, TicketRow
from yiwang.business.hotline.values import DuplicateChoice, DutyChoice, DutyView
from yiwang.business.hotline.writing import DUTY, seal
from yiwang.security.access.api import SYSTEM, Actor, covers, require
from yiwang.support.ai import api as ai
from yiwang.support.identity.api import UnknownDepartment, department

LEADING = ("filed", "accepted", "dispatched", "handling")
STREET = "@street"  # in duties.json: the office of the street where it happened


def trust(held: int, failed: int) -> float:
    """How far a route is trusted: kept dispatches against returned ones, with a prior from the configuration."""
    good, bad = tree.routing()["trust_prior"]
    return float((held + good) / (held + failed + good + bad))


def ensure_duties() -> int:
    """Write the duties of duties.json where none is in force for their category yet; returns how many were written."""
    there = set(DutyRow.objects.filter(ended_at=None, region="").values_list("category", flat=True))
    rows = [DutyRow(since=now(), **row) for row in tree.load("duties") if row["category"] not in there]
    with transaction.atomic():
        DutyRow.objects.bulk_create(rows, ignore_conflicts=True)
        seal("ticket.duties_loaded", SYSTEM, DUTY, rows)
    return len(rows)


def duty_of(category: str, *, region: str) -> DutyChoice | None:
    """The duty for a category at a place: the nearest node upwards; of equal nodes the one for the smaller region."""
    return duties_of([category], region=region)[0]


def duties_of(categories: Sequence[str], *, region: str) -> list[DutyChoice | None]:
    """The duty of each category, as ``duty_of``; one statement for all."""
    paths = {category: _path(category) for category in categories}
    codes = {code for path in paths.values() for code in path}
    there = storing.duties(codes)
    rows = sorted(
        (one for one in there if not one.region or covers(one.region, region)),
        key=lambda one: (-len(one.category), -len(one.region.rstrip("0"))),
    )
    found = {category: next((_choice(row, region) for row in rows if row.category in paths[category] and _unit(row, region)), None)
             for category in paths}  # fmt: skip
    return [found[category] for category in categories]


def _path(category: str) -> list[str]:
    parts = category.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _unit(row: DutyRow, region: str) -> str:
    return tree.office_of(region) if row.department == STREET else row.department


def _choice(row: DutyRow, region: str) -> DutyChoice:
    code = _unit(row, region)
    told = round(trust(row.held, row.failed), 3)
    return DutyChoice(row.id, row.category, code, department(code).name, row.law, row.article, row.clause, told)


def expected_cost(probability: float, duty: DutyChoice | None) -> float:
    """What sending by itself is expected to cost, in looks of a person."""
    return float((1 - probability * (duty.trust if duty else 0.0)) * tree.routing()["mistake_cost"])


def kept(duty_id: str) -> None:
    """A dispatch along a route was signed for."""
    if duty_id:
        run("UPDATE hotline_duty SET held = held + 1 WHERE id = %s::uuid", [duty_id])


def failed(duty_id: str) -> None:
    """A dispatch along a route came back."""
    if duty_id:
        run("UPDATE hotline_duty SET failed = failed + 1 WHERE id = %s::uuid", [duty_id])


def duties() -> list[DutyView]:
    """All duties in force, in the order of the tree."""
    rows = DutyRow.objects.filter(ended_at=None).order_by("category", "region")
    return [duty_view(row) for row in rows]


def duty_view(row: DutyRow) -> DutyView:
    """The view of a duty."""
    name = "事发地街道" if row.department == STREET else department(row.department).name
    title = tree.categories()[row.category].title if row.category in tree.categories() else row.category
    return DutyView(
        row.id, row.category, title, row.region, row.department, name, row.law, row.article, row.clause, row.held, row.failed,
        round(trust(row.held, row.failed), 3),
    )  # fmt: skip


def set_duty(category: str, *, given: dict[str, str], actor: Actor) -> DutyView:
    """Put another department in charge of a part of the tree from now on; the next dispatch follows it, nothing is trained."""
    require(actor, "ticket.duties")
    if category not in tree.categories():
        raise BadTicket("没有这个分类。", field="category")
    clause = {key: str(given.get(key, "")).strip() for key in ("department", "law", "article", "clause", "region")}
    if not all(clause[key] for key in ("law", "article", "clause")):
        raise BadTicket("请写明职责依据:法规名称、条、内容。", field="law")
    if clause["department"] != STREET:
        try:
            department(clause["department"])
        except UnknownDepartment as error:
            raise BadTicket("没有这个单位。", field="department") from error
    with transaction.atomic():
        for row in DutyRow.objects.select_for_update().filter(category=category, region=clause["region"], ended_at=None):
            row.ended_at = now()
            row.save(update_fields=["ended_at"])
            seal("ticket.duty_ended", actor, DUTY, [row])
        made = DutyRow(category=category, since=now(), **clause)
        made.save(force_insert=True)
        seal("ticket.duty_set", actor, DUTY, [made], department=made.department)
    return duty_view(made)


def duplicates(text: str, *, category: str, place: str, other: UUID | None = None, most: int = 5) -> list[DuplicateChoice]:
    """Earlier tickets that say nearly the same, then those with the same cause at the same place; open or recent ones only."""
    config = tree.routing()
    alike = {ident: share for share, ident in twins.near(twins.marks(text), least=config["shown_alike"])[:50]}
    since = now() - timedelta(days=config["near_days"])
    near = storing.alike(alike, since=since, other=other) if alike else []
    found = sorted(((alike[row.id], row) for row in near), key=lambda one: (one[0], one[1].id), reverse=True)
    if place and len(found) < most:
        without = [*alike, other] if other else list(alike)
        found += [(0.0, row) for row in storing.of_cause(category, place, since=since, without=without, most=most - len(found))]
    return [
        DuplicateChoice(row.id, row.no, row.title, states.STATES[row.state], round(share, 2), ai.duplicate_chance(share))
        for share, row in found[:most]
    ]


def lead_for(row: TicketRow, marks: twins.Marks) -> TicketRow | None:
    """The open ticket of another reporter that says nearly the same about the same place, locked: both become one matter."""
    alike = [ident for _share, ident in twins.near(marks, least=tree.routing()["alike"])] if row.place else []
    if not alike:
        return None
    since = now() - timedelta(days=tree.routing()["merge_days"])
    same = TicketRow.objects.filter(id__in=alike, category=row.category, place=row.place, lead=None, state__in=LEADING, filed_at__gte=since)
    if row.reporter:
        same = same.exclude(reporter=row.reporter)
    for ident in same.exclude(id=row.id).order_by("filed_at").values_list("id", flat=True)[:5]:
        lead = TicketRow.objects.select_for_update().get(id=ident)
        if lead.lead_id is None and lead.state in LEADING:  # it may have been answered while we looked
            return lead
    return None
