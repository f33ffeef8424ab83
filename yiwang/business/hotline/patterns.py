"""未诉先办: what many people say about one place becomes a topic; departments are warned; causes that come back are reopened."""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.base.statements.api import run
from yiwang.business.hotline import contacts, gathering, opening, routing, states, timing, tree
from yiwang.business.hotline.errors import BadTicket, TicketNotFound, WrongTicketStep
from yiwang.business.hotline.models import EndorsementRow, IncidentRow, TicketRow, TopicRow, WarningRow
from yiwang.business.hotline.writing import INCIDENT, TOPIC, category_name, seal
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.standards.events import TopicIncident, TopicWarned
from yiwang.support.ai import api as ai

QUOTED = 20  # newest tickets of a cause that its quotes are chosen from
WINDOWS = (1, 3, 7)  # days over which a rise is looked for
CHANCE = 1e-4  # a rise that chance brings more often is none
_CLOSED = "SELECT id FROM hotline_topic WHERE place = %s::text AND category = %s::text AND state = 'closed'"


def find() -> int:
    """Look at the causes of the last days, keep the topics, warn where they rise; returns how many topics stand.

    One aggregate over the tickets of those days, then work only for causes that changed since the last look or are still hot.
    """
    config = tree.routing()
    since = now() - timedelta(days=config["topic_days"])
    rows = TicketRow.objects.filter(filed_at__gte=since).exclude(state__in=gathering.PASSED).exclude(place="")
    causes = rows.order_by().values("place", cause=gathering.CAUSE).annotate(
        n=Count("id"), last=Max("filed_at"), liked=Coalesce(Sum("opened__endorsed"), 0)
    )  # fmt: skip
    there = {(one.place, one.category): one for one in TopicRow.objects.all()}
    count = 0
    for one in causes.filter(n__gte=config["topic_least"]):
        count += 1
        topic = there.get((one["place"], one["cause"]))
        if topic is None or topic.growth > 1 or (topic.tickets, topic.last_at, topic.likes) != (one["n"], one["last"], one["liked"]):
            _keep(rows.filter(gathering.about(one["place"], one["cause"])), one["place"], one["cause"])
    return count


@dataclass(frozen=True)
class Rise:
    """How a cause rose: over which last days, how many people said so then, how many would have been usual, how sure it is no chance."""

    days: int
    people: int
    growth: float
    chance: float


def rise_of(said: Sequence[tuple[datetime, str]], *, at: datetime) -> Rise:
    """The last 1, 3 or 7 days against the days before: the window whose count of people is the least likely to be chance.

    ``said``: (when, who). Who says it again counts once a window. Before anything was said, half a person in all those days is taken as
    usual; the chance is that of a Poisson count at least as large.
    """
    found = []
    for days in WINDOWS:
        begin = at - timedelta(days=days)
        late = len({who for when, who in said if when >= begin})
        usual = days * (len([who for when, who in said if when < begin]) + 0.5) / (tree.routing()["topic_days"] - days)
        found.append(Rise(days, late, round((late + 1) / (usual + 1), 2), _chance(late, usual)))
    return min(found, key=lambda one: (one.chance, one.days))


def _chance(count: int, usual: float) -> float:
    """The chance that a Poisson count of this mean is at least so large."""
    term, below = math.exp(-usual), 0.0
    for number in range(count):
        below += term
        term *= usual / (number + 1)
    return max(0.0, 1.0 - below)


def _heard(rows: QuerySet[TicketRow]) -> list[str]:
    """What the reporters say, in the sentences that say it best: never of a confidential ticket, names and numbers covered."""
    newest = list(rows.exclude(privacy="confidential").order_by("-filed_at")[:QUOTED])
    covered = [(contacts.without_reporter(row, row.title), contacts.without_reporter(row, row.text[:2_000])) for row in newest]
    messages = [ai.Message(str(number), text, title=title) for number, (title, text) in enumerate(covered)]
    hot = ai.find_topics(messages)[0]
    return list(hot[0].quotes[:3]) if hot else [one.text[:80] for one in messages[:3]]


def _endorsers(rows: QuerySet[TicketRow]) -> list[tuple[datetime, str]]:
    """(when, who) of everybody who says of an opened ticket among these that it happens to them too."""
    return list(EndorsementRow.objects.filter(ticket__in=rows.values("id")).values_list("at", "person"))


def _keep(rows: QuerySet[TicketRow], place: str, category: str) -> None:
    """Write one topic as it stands now, and warn when it has risen."""
    members = list(rows.order_by("filed_at", "id").values_list("filed_at", "reporter", "id", "region"))
    times, region = [one[0] for one in members], members[-1][3]
    duty = routing.duty_of(category, region=region)
    days = Counter(timezone.localtime(at).strftime("%m-%d") for at in times)
    likes = _endorsers(rows)
    said = [(at, opening.person_of(reporter) if reporter else str(ident)) for at, reporter, ident, _region in members]
    people = len({who for _at, who in said + likes})
    rise = rise_of(said + likes, at=now())
    with transaction.atomic():
        row, made = TopicRow.objects.select_for_update().get_or_create(
            place=place, category=category,
            defaults={"region": region, "name": f"{place}{category_name(category)}", "first_at": times[0], "last_at": times[-1]},
        )  # fmt: skip
        if made or row.last_at != times[-1]:
            row.quotes = _heard(rows)
        row.tickets, row.people, row.likes, row.growth, row.days = len(members), people, len(likes), rise.growth, sorted(days.items())
        row.heat = round(row.growth * people * (1 + math.log1p(len(likes))), 1)
        row.department, row.office = (duty.department if duty else ""), tree.office_of(region)
        row.last_at = times[-1]
        row.version += 1
        if row.state == "closed" and row.closed_at and row.last_at > row.closed_at:
            _reopen(row)  # what was gathered from other words and categories comes back too
        if _rising(rise) and row.state in ("watched", "reopened") and not _warned_already(row):
            _warn(row, f"{rise.days} 天内 {rise.people} 人反映,增势 {row.growth:g} 倍")
        row.save()
        if made:
            seal("topic.found", SYSTEM, TOPIC, [row])


def _rising(rise: Rise) -> bool:
    config = tree.routing()
    return bool(rise.people >= config["warn_people"] and rise.growth >= config["warn_growth"] and rise.chance <= CHANCE)


def _warned_already(row: TopicRow) -> bool:
    """Once a day at most, and never again for what was warned of."""
    since = min(row.last_at, now() - timedelta(days=1))
    return WarningRow.objects.filter(topic=row, at__gte=since).exclude(reason__startswith="复发").exists()


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
    due = timing.after(now(), tree.limits()["warn_seen"])
    for code, words in ((code, words) for code, words in told.items() if code):
        WarningRow(topic_id=row.id, department=code, reason=words, at=now(), due=due).save(force_insert=True)
        emit(TopicWarned(at=now(), topic_id=str(row.id), title=row.name, department=code, reason=words))
    seal("topic.warned", SYSTEM, TOPIC, [row], reason=reason)


def urge() -> int:
    """Warnings that nobody has looked at in time are told once more; returns how many."""
    count = 0
    late = WarningRow.objects.filter(seen_at=None, urged=False, due__lt=now()).exclude(topic__state="closed")
    for ident in list(late.values_list("id", flat=True)[:500]):
        with transaction.atomic():
            one = WarningRow.objects.select_for_update().select_related("topic").get(id=ident)
            if one.seen_at is None and not one.urged:
                one.urged = True
                one.save(update_fields=["urged"])
                emit(TopicWarned(at=now(), topic_id=str(one.topic_id), title=one.topic.name, department=one.department,
                                 reason=f"逾期未阅,再次提醒:{one.reason}"))  # fmt: skip
                seal("topic.warning_urged", SYSTEM, TOPIC, [one.topic], department=one.department)
                count += 1
    return count


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
    topic.last_at = row.filed_at
    topic.version += 1
    _reopen(topic)
    topic.save()


def _reopen(topic: TopicRow) -> None:
    topic.state, topic.closed_at = "reopened", None
    topic.recurrences += 1
    _warn(topic, f"复发:处置后第 {topic.recurrences} 次再有人反映")


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
        members = TicketRow.objects.filter(gathering.about(row.place, row.category), state__in=states.OPEN)
        open_now = members.exclude(state="answered").count()
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
