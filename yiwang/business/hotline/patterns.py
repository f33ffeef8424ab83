"""未诉先办: what many people say about one place becomes a topic; departments are warned; causes that come back are reopened."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.base.statements.api import run
from yiwang.business.hotline import routing, states, tree
from yiwang.business.hotline.errors import BadTicket, TicketNotFound, WrongTicketStep
from yiwang.business.hotline.models import IncidentRow, TicketRow, TopicRow, WarningRow
from yiwang.business.hotline.writing import INCIDENT, TOPIC, category_name, seal
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.standards.events import TopicIncident, TopicWarned
from yiwang.support.ai import api as ai

QUOTED = 20  # newest tickets of a cause that its quotes are chosen from
PASSED = ("withdrawn", "declined")
_CLOSED = "SELECT id FROM hotline_topic WHERE place = %s::text AND category = %s::text AND state = 'closed'"


def find() -> int:
    """Look at the causes of the last days, keep the topics, warn where they rise; returns how many topics stand.

    One aggregate over the tickets of those days, then work only for causes that changed since the last look or are still hot.
    """
    config = tree.routing()
    since = now() - timedelta(days=config["topic_days"])
    rows = TicketRow.objects.filter(filed_at__gte=since).exclude(state__in=PASSED).exclude(place="")
    causes = rows.order_by().values("place", "category").annotate(n=Count("id"), last=Max("filed_at"))
    there = {(one.place, one.category): one for one in TopicRow.objects.all()}
    count = 0
    for cause in causes.filter(n__gte=config["topic_least"]):
        count += 1
        topic = there.get((cause["place"], cause["category"]))
        if topic is None or topic.growth > 1 or (topic.tickets, topic.last_at) != (cause["n"], cause["last"]):
            _keep(rows.filter(place=cause["place"], category=cause["category"]), cause["place"], cause["category"])
    return count


def growth_of(times: Sequence[datetime]) -> float:
    """How the last day compares with the daily mean of the days before (each count plus one)."""
    day = now() - timedelta(days=1)
    late = sum(one >= day for one in times)
    before = (len(times) - late) / max(tree.routing()["topic_days"] - 1, 1)
    return float(round((late + 1) / (before + 1), 2))


def _quotes(rows: QuerySet[TicketRow]) -> list[str]:
    """What the reporters say, in the sentences that say it best; numbers covered."""
    newest = list(rows.order_by("-filed_at")[:QUOTED])
    messages = [ai.Message(row_id=str(row.id), title=row.title, text=ai.masked(row.text[:2_000]), values={}) for row in newest]
    hot = ai.find_topics(messages)[0]
    return list(hot[0].quotes[:3]) if hot else [one.text[:80] for one in messages[:3]]


def _keep(rows: QuerySet[TicketRow], place: str, category: str) -> None:
    """Write one topic as it stands now, and warn when it has risen."""
    members = list(rows.order_by("filed_at", "id").values_list("filed_at", "reporter", "id", "region"))
    times, region = [one[0] for one in members], members[-1][3]
    duty = routing.duty_of(category, region=region)
    days = Counter(timezone.localtime(at).strftime("%m-%d") for at in times)
    people = len({reporter or str(ident) for _at, reporter, ident, _region in members})
    with transaction.atomic():
        row, made = TopicRow.objects.select_for_update().get_or_create(
            place=place, category=category,
            defaults={"region": region, "name": f"{place}{category_name(category)}", "first_at": times[0], "last_at": times[-1]},
        )  # fmt: skip
        if made or row.last_at != times[-1]:
            row.quotes = _quotes(rows)
        row.tickets, row.people, row.growth, row.days = len(members), people, growth_of(times), sorted(days.items())
        row.heat = round(row.growth * people, 1)
        row.department, row.office = (duty.department if duty else ""), tree.office_of(region)
        row.last_at = times[-1]
        row.version += 1
        config = tree.routing()
        rising = people >= config["warn_people"] and row.growth >= config["warn_growth"]
        if rising and row.state in ("watched", "reopened") and not _warned_today(row):
            _warn(row, f"{people} 人反映,增势 {row.growth:g} 倍")
        row.save()
        if made:
            seal("topic.found", SYSTEM, TOPIC, [row])


def _warned_today(row: TopicRow) -> bool:
    return WarningRow.objects.filter(topic=row, at__gte=now() - timedelta(days=1)).exclude(reason__startswith="复发").exists()


def _warn(row: TopicRow, reason: str) -> None:
    """Tell the department and the street, once a day; of a street that has no desk here the hotline tells it by telephone."""
    if row.state == "watched":
        row.state = "warned"
    street = next((one["street"] for one in tree.load("places")["streets"] if one["region"] == row.region), "")
    told = {row.department: reason}
    if row.office:
        told[row.office] = reason
    elif street:
        told[tree.routing()["centre"]] = f"{reason};{street}在此没有席位,请热线中心电话告知"
    for code, words in ((code, words) for code, words in told.items() if code):
        WarningRow(topic_id=row.id, department=code, reason=words, at=now()).save(force_insert=True)
        emit(TopicWarned(at=now(), topic_id=str(row.id), title=row.name, department=code, reason=words))
    seal("topic.warned", SYSTEM, TOPIC, [row], reason=reason)


def seen(topic_id: UUID, actor: Actor) -> bool:
    """A warning counts as seen by whoever of the warned department opens the topic first; whether one did now."""
    if actor.kind != "staff" or not actor.department:
        return False
    with transaction.atomic():
        waiting = WarningRow.objects.filter(topic_id=topic_id, department=actor.department, seen_at=None)
        now_seen = waiting.update(seen_at=now(), seen_by_name=actor.name)
        if now_seen:
            seal("topic.warning_seen", actor, TOPIC, [TopicRow.objects.get(id=topic_id)])
    return bool(now_seen)


def came_back(row: TicketRow) -> None:
    """A new ticket about a cause that was closed reopens the cause, not the old tickets; in the transaction of the filing."""
    if not row.place:
        return
    closed = run(_CLOSED, [row.place, row.category])
    topic = TopicRow.objects.select_for_update().filter(id=closed[0][0], state="closed").first() if closed else None
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
