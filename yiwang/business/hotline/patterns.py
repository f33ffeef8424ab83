"""未诉先办: what many people say about one place becomes a topic; departments are warned; causes that come back are reopened."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.business.hotline import routing, states, tree
from yiwang.business.hotline.errors import BadTicket, TicketNotFound, WrongTicketStep
from yiwang.business.hotline.models import IncidentRow, TicketRow, TopicRow, WarningRow
from yiwang.business.hotline.writing import INCIDENT, TOPIC, category_name, seal
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.standards.events import TopicIncident, TopicWarned
from yiwang.support.ai import api as ai


def find() -> int:
    """Look at the tickets of the last days, keep the topics found, warn where they rise; returns how many topics stand."""
    config = tree.routing()
    since = now() - timedelta(days=config["topic_days"])
    rows = list(TicketRow.objects.filter(filed_at__gte=since).exclude(state__in=("withdrawn", "declined")).order_by("filed_at", "id"))
    by_id = {str(row.id): row for row in rows}
    messages = [
        ai.Message(
            row_id=str(row.id), title=row.title, text=ai.masked(row.text[:2_000]),
            values={"time": timezone.localtime(row.filed_at).strftime("%Y-%m-%d %H:%M:%S"), "user": row.reporter or str(row.id)},
        )
        for row in rows
    ]  # fmt: skip
    hot = ai.find_topics(messages)[0] if messages else []
    named: dict[tuple[str, str], Any] = {}
    for topic in hot:
        held = Counter((by_id[one].place, by_id[one].category) for one in topic.rows if by_id[one].place)
        if held and held.most_common(1)[0][1] >= topic.messages / 2:
            named.setdefault(held.most_common(1)[0][0], topic)
    causes: dict[tuple[str, str], list[TicketRow]] = {}
    for row in rows:
        if row.place:
            causes.setdefault((row.place, row.category), []).append(row)
    count = 0
    for cause, members in causes.items():
        if len(members) >= config["topic_least"] or (cause in named and len(members) >= 3):
            _keep(cause, members, named.get(cause))
            count += 1
    return count


def growth_of(members: list[TicketRow]) -> float:
    """How the last day compares with the daily mean of the days before (each count plus one)."""
    day = now() - timedelta(days=1)
    late = sum(row.filed_at >= day for row in members)
    before = (len(members) - late) / max(tree.routing()["topic_days"] - 1, 1)
    return float(round((late + 1) / (before + 1), 2))


def _keep(cause: tuple[str, str], members: list[TicketRow], hot: Any) -> None:
    """Write one topic as it stands now, and warn when it has risen."""
    place, category = cause
    region = members[-1].region
    duty = routing.duty_of(category, region=region)
    days = Counter(timezone.localtime(row.filed_at).strftime("%m-%d") for row in members)
    people = len({row.reporter or str(row.id) for row in members})
    growth = growth_of(members)
    quotes = list(hot.quotes[:3]) if hot else [ai.masked(row.text[:80]) for row in members[:3]]
    with transaction.atomic():
        row, made = TopicRow.objects.select_for_update().get_or_create(
            place=place, category=category,
            defaults={"region": region, "name": f"{place}{category_name(category)}", "first_at": members[0].filed_at,
            "last_at": members[-1].filed_at},
        )  # fmt: skip
        row.tickets, row.people, row.growth, row.quotes, row.days = len(members), people, growth, quotes, sorted(days.items())
        row.heat = round(hot.heat if hot else growth * people, 1)
        row.department, row.office = (duty.department if duty else ""), tree.office_of(region)
        row.last_at = members[-1].filed_at
        row.version += 1
        config = tree.routing()
        rising = people >= config["warn_people"] and growth >= config["warn_growth"]
        if rising and row.state in ("watched", "reopened") and not _warned_today(row):
            _warn(row, f"{people} 人反映,增势 {growth:g} 倍")
        row.save()
        if made:
            seal("topic.found", SYSTEM, TOPIC, [row])


def _warned_today(row: TopicRow) -> bool:
    return WarningRow.objects.filter(topic=row, at__gte=now() - timedelta(days=1)).exclude(reason__startswith="复发").exists()


def _warn(row: TopicRow, reason: str) -> None:
    """Tell the department and the street, once a day."""
    if row.state == "watched":
        row.state = "warned"
    for code in dict.fromkeys(one for one in (row.department, row.office) if one):
        WarningRow(topic_id=row.id, department=code, reason=reason, at=now()).save(force_insert=True)
        emit(TopicWarned(at=now(), topic_id=str(row.id), title=row.name, department=code, reason=reason))
    seal("topic.warned", SYSTEM, TOPIC, [row], reason=reason)


def came_back(row: TicketRow) -> None:
    """A new ticket about a cause that was closed reopens the cause, not the old tickets; in the transaction of the filing."""
    if not row.place:
        return
    topic = TopicRow.objects.select_for_update().filter(place=row.place, category=row.category, state="closed").first()
    if topic is None:
        return
    topic.state, topic.closed_at, topic.last_at = "reopened", None, row.filed_at
    topic.recurrences += 1
    topic.version += 1
    _warn(topic, f"复发:处置后第 {topic.recurrences} 次再有人反映")
    topic.save()


def _locked(topic_id: UUID, actor: Actor, version: int) -> TopicRow:
    row = TopicRow.objects.select_for_update().filter(id=topic_id).first()
    if row is None:
        raise TicketNotFound("没有找到这个热点。")
    require(actor, "ticket.watch", region=row.region)
    if version and version != row.version:
        raise WrongTicketStep("热点刚刚有变化,请刷新页面后再看。")
    return row


def open_incident(topic_id: UUID, *, actor: Actor, note: str, version: int = 0) -> IncidentRow:
    """Make a topic an incident of the city's operations; the same again gives the open one."""
    if not note.strip():
        raise BadTicket("请写明需要处置什么。", field="note")
    with transaction.atomic():
        row = _locked(topic_id, actor, version)
        there = IncidentRow.objects.filter(topic=row, state="open").first()
        if there is not None:
            return there
        at = now()
        made = IncidentRow(
            topic_id=row.id, no=f"SJ{at:%y%m%d}-{secrets.randbelow(10**8):08d}", title=f"{row.name}({row.people} 人反映)",
            region=row.region,
            department=row.department, note=note.strip()[:2_000], opened_by_name=actor.name, opened_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        row.state, row.version = "incident", row.version + 1
        row.save(update_fields=["state", "version"])
        seal("incident.opened", actor, INCIDENT, [made], topic=str(row.id))
        seal("topic.incident", actor, TOPIC, [row])
        emit(
            TopicIncident(
                at=at,
                incident_id=str(made.id),
                topic_id=str(row.id),
                no=made.no,
                title=made.title,
                department=made.department,
                region=row.region,
            )
        )
    return made


def close_topic(topic_id: UUID, *, actor: Actor, remedy: str, version: int = 0) -> TopicRow:
    """The cause is removed: what was done is kept, the next ticket about it reopens the cause."""
    if not remedy.strip():
        raise BadTicket("请写明从根上做了什么。", field="remedy")
    with transaction.atomic():
        row = _locked(topic_id, actor, version)
        if row.state == "closed":
            raise WrongTicketStep("这个热点已经处置。")
        open_now = TicketRow.objects.filter(place=row.place, category=row.category, state__in=states.OPEN).exclude(state="answered").count()
        if open_now:
            raise WrongTicketStep(f"还有 {open_now} 张工单没有答复,不能结束这个热点。")
        row.state, row.remedy, row.closed_at, row.version = "closed", remedy.strip()[:2_000], now(), row.version + 1
        row.save()
        for incident in IncidentRow.objects.select_for_update().filter(topic=row, state="open"):
            incident.state, incident.closed_at = "closed", now()
            incident.save()
            seal("incident.closed", actor, INCIDENT, [incident])
        seal("topic.closed", actor, TOPIC, [row])
    return row
