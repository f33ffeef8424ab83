"""What readers are shown, each by his rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from yiwang.base.clock.api import now
from yiwang.business.hotline import contacts, gathering, opening, rates, states, storing, tallying, timing, tree
from yiwang.business.hotline.errors import TicketNotFound, WrongTicketStep
from yiwang.business.hotline.models import IncidentRow, TicketRow, TopicRow, WarningRow
from yiwang.business.hotline.rights import CENTRE, allowed, centre, prefix, sees, visible
from yiwang.business.hotline.values import (
    CategoryChoice,
    CategoryLevel,
    FlaggedSpan,
    HotlineWall,
    TicketAct,
    TicketAnswer,
    TicketInput,
    TicketLine,
    TicketPlace,
    TicketStepView,
    TicketTopic,
    TicketView,
)
from yiwang.business.hotline.writing import category_name
from yiwang.security.access.api import ANONYMOUS, Actor, may, require
from yiwang.support.identity.api import department, departments

SEEN = 100
STEP_NAMES = {one.act: one.name for one in states.STEPS} | {
    "file": "提交诉求", "merge": "并案", "overdue": "超期,系统催办", "sign_late": "未按时签收,系统催办", "nearing": "临近时限,系统提醒",
    "close_silent": "回访未接通,按期办结",
}  # fmt: skip


def name_of(code: str) -> str:
    """A department's name, '' for none."""
    return department(code).name if code else ""


def line(row: TicketRow, *, followers: int = 0) -> TicketLine:
    """A ticket in a list."""
    limits = tree.limits()
    due = row.due if row.state in states.OPEN else None
    return TicketLine(
        row.id, row.no, row.title, limits["kinds"][row.kind]["name"], row.category, category_name(row.category), row.urgency,
        limits["urgencies"][row.urgency]["name"], row.place, row.state, states.STATES[row.state], row.department, name_of(row.department),
        row.filed_at, row.due, bool(due and due < now() and row.state != "answered"), row.level, limits["levels"][row.level], followers,
    )  # fmt: skip


def mine(actor: Actor) -> list[TicketLine]:
    """The signed-in reporter's own tickets, newest first."""
    if actor.kind != "citizen":
        return []
    return [line(row) for row in TicketRow.objects.filter(reporter=str(actor.represents)).order_by("-filed_at")[:SEEN]]


def get(ticket_id: UUID, *, actor: Actor, own: bool = False) -> TicketView:
    """One ticket as this reader may see it; TicketNotFound for whoever may not."""
    row = storing.one(ticket_id)
    if row is None or not (own or sees(row, actor)):
        raise TicketNotFound()
    return view(row, ANONYMOUS if own else actor, own=own)


def view(row: TicketRow, actor: Actor, *, own: bool = False, beside: storing.Around | None = None) -> TicketView:
    """The whole view."""
    limits = tree.limits()
    inside = actor.kind in ("staff", "system")
    hidden = inside and not centre(row, actor) and bool(contacts.pictures_hidden_from(row, actor))
    waiting = next((one for one in row.extensions if one.get("approved") is None), None)
    flags = tuple(FlaggedSpan(**one) for one in row.flags.get("spans", ())) if inside else ()
    followers, lead, history = beside or storing.around(row)
    head = line(row, followers=followers)
    return TicketView(
        line=replace(head, title=contacts.covered_text(row, head.title, actor)), channel_name=limits["channels"][row.channel],
        text=contacts.covered_text(row, row.text, actor), kind=row.kind,
        reporter=contacts.view(row, actor), privacy_name=states.PRIVACY[row.privacy], region=row.region, lat=row.lat, lon=row.lon,
        people=row.people, files=() if hidden else _files(row, named=not inside or centre(row, actor)), flags=flags,
        notes=tuple(row.flags.get("notes", ())) if inside else (), duty=row.duty, automatic=row.automatic,
        first_contact=row.first_contact, assigned=row.assigned, co=tuple((one, name_of(one)) for one in row.co),
        reply=contacts.covered_text(row, row.reply, actor),
        outcome_name=states.SOLVED.get(row.outcome, ""), quality=row.quality if inside else None, solved=row.solved,
        satisfaction=row.satisfaction, extensions=tuple(_extension(one) for one in row.extensions if one.get("approved") is not None),
        waiting_extension=f"{waiting['by_name']}:{waiting['reason']}" if waiting else "",
        exclusion=_exclusion(row.exclusion) if inside else "", redos=row.redos, sign_due=row.sign_due, answered_at=row.answered_at,
        steps=steps(row, history, actor), acts=acts(row, actor, own=own), lead=lead,
        categories=tuple(_choice(one) for one in row.suggested.get("categories", ())) if inside else (),
        version=row.version,
        accept_due=timing.after(row.filed_at, limits["accept"]) if row.state == "filed" else None, opened=opening.state_of(row),
        path=tree.categories()[row.category].names if row.category in tree.categories() else (),
    )  # fmt: skip


def _files(row: TicketRow, *, named: bool) -> tuple[tuple[str, str], ...]:
    """The files; of an anonymous reporter without the names that he gave them."""
    covered = row.privacy == "anonymous" and not named
    return tuple((one[0], f"附件 {number}" if covered else one[1]) for number, one in enumerate(row.files, 1))


def _choice(kept: Mapping[str, Any]) -> CategoryChoice:
    levels = tuple(CategoryLevel(**one) for one in kept.get("levels", ()))
    return CategoryChoice(**{**kept, "words": tuple(kept["words"]), "levels": levels})


def answered(ticket_id: UUID, *, actor: Actor) -> TicketAnswer:
    """What a closed ticket teaches."""
    row = TicketRow.objects.filter(id=ticket_id).first()
    if row is None or actor.kind == "citizen" or not sees(row, actor):
        raise TicketNotFound()
    if row.state not in ("closed", "archived") or not row.reply or row.solved is False:
        raise WrongTicketStep("只有办结的、没有被说成未解决的答复可以写成知识。")
    law = row.duty.partition(":")[0]
    title, question, reply = (contacts.without_reporter(row, one) for one in (row.title, row.text[:1_000], row.reply))
    return TicketAnswer(row.no, title, question, reply, (law,) if law.startswith("《") else ())


def _extension(one: dict[str, Any]) -> str:
    word = "批准" if one["approved"] else "不同意"
    return f"{one['approver']}{word}{one['by_name']}的延期申请:{one['reason']}"


def _exclusion(held: dict[str, Any]) -> str:
    if not held:
        return ""
    said = {None: "待审核", True: f"{held.get('auditor', '')}同意", False: f"{held.get('auditor', '')}不同意"}[held.get("granted")]
    return f"{held['by_name']}申请不计入考核:{held['reason']}({said})"


PUBLIC_NOTES = ("reply", "door", "number", "note")


def steps(row: TicketRow, history: Sequence[Sequence[Any]], actor: Actor) -> tuple[TicketStepView, ...]:
    """The history; the reporter reads what was done, not what offices wrote to each other."""
    inside = actor.kind in ("staff", "system")
    found = []
    for act, by_name, place, at, inputs in history:
        said = "" if not inside and act not in ("contact", "call_back", "not_solved", "conceal") else str(inputs.get("note", ""))
        said = "、".join(part for part in (said, str(inputs.get("level", "")), str(inputs.get("insist", ""))) if part)
        by, said = by_name if inside or by_name == "诉求人" else "", contacts.covered_text(row, said, actor)
        found.append(TicketStepView(act, STEP_NAMES.get(act, act), by, name_of(place), datetime.fromisoformat(at), said))
    return tuple(found)


def acts(row: TicketRow, actor: Actor, *, own: bool = False) -> tuple[TicketAct, ...]:
    """What this reader may do now."""
    found = []
    for one in states.STEPS:
        if row.state not in one.origins or not allowed(row, one, actor, own=own) or (one.who == "reporter" and actor.kind == "system"):
            continue
        if _hindered(row, one.act, actor):
            continue
        meant = opening.draft(row) if one.act == "publish" else {}
        inputs = tuple(TicketInput(*each, options_of(each[2], row), meant.get(each[0], "")) for each in one.inputs)
        found.append(TicketAct(one.act, one.name, inputs))
    return tuple(found)


def _hindered(row: TicketRow, act: str, actor: Actor) -> bool:
    """Acts that would be refused are not offered."""
    waiting = next((one for one in row.extensions if one.get("approved") is None), None)
    asked = bool(row.exclusion) and row.exclusion.get("granted") is None
    limits = tree.limits()
    opened = opening.state_of(row) if act in ("publish", "conceal") else ""
    hindered: bool = {
        "return": row.assigned or row.returns >= limits["returns_most"],
        "ask_extension": waiting is not None or len([one for one in row.extensions if one.get("approved")]) >= limits["extensions_most"],
        "approve_extension": waiting is None or waiting["by"] == actor.account_id,
        "refuse_extension": waiting is None or waiting["by"] == actor.account_id,
        "contribute": actor.department not in row.co,
        "ask_exclusion": bool(row.exclusion),
        "grant_exclusion": not asked or row.exclusion.get("by") == actor.account_id,
        "refuse_exclusion": not asked or row.exclusion.get("by") == actor.account_id,
        "redo": row.redos >= limits["redo_most"],
        "not_solved": row.redos >= limits["redo_most"] or not row.department,
        "supervise": row.level >= len(limits["levels"]) - 1,
        "agree": row.public or row.privacy != "open",
        "disagree": not row.public,
        "recategorise": bool(row.lead_id),
        "publish": not row.public or opened == "shown",
        "conceal": not row.public or opened == "hidden",
    }.get(act, bool(row.lead_id) and act in states.SHARED)
    return hindered


def options_of(kind: str, row: TicketRow | None = None) -> tuple[tuple[str, str], ...]:
    """What can be chosen for an input of a kind; () where one types."""
    if kind == "level":
        return tuple((str(number), name) for number, name in enumerate(tree.limits()["levels"]) if number > (row.level if row else 0))
    return _options(kind)


@cache
def _options(kind: str) -> tuple[tuple[str, str], ...]:
    limits, doors = tree.limits(), tree.load("doors")
    if kind in ("department", "departments"):
        return tuple((one.code, one.name) for one in departments())
    tables: dict[str, Any] = {
        "category": [(one.code, one.title) for one in tree.leaves()],
        "kind": [(code, one["name"]) for code, one in limits["kinds"].items()],
        "urgency": [(str(number), one["name"]) for number, one in enumerate(limits["urgencies"])],
        "ground": [(code, one["name"]) for code, one in doors["decline"].items()],
        "number": [(code, f"{code} {name}") for code, name in doors["urgent"].items()],
        "yesno": [("yes", "是"), ("no", "否")],
        "satisfaction": list(states.SATISFACTION.items()),
        "solved": list(states.SOLVED.items()),
    }
    return tuple(tables.get(kind, ()))


def wall(actor: Actor, *, days: int) -> HotlineWall:
    """The supervisor's wall over the last days."""
    require(actor, "ticket.watch")
    seen, since = tallying.scope(actor), now() - timedelta(days=days)
    held: dict[str, dict[str, int]] = {}
    for kind, name, count in tallying.sums(["state", "channel", "category", "flow"], by="kind, name", since=since, seen=seen):
        held.setdefault(kind, {})[name] = count
    flow, names = Counter(held.get("flow")), tree.limits()["channels"]
    per_day = sorted(tallying.sums(["channel"], by="day", since=since, seen=seen))
    late = TicketRow.objects.filter(tallying.covering(seen), state__in=states.WORKED, due__lt=now()).order_by("due")[:20]
    city, league = rates.table(since, seen)
    return HotlineWall(
        city, tuple(league), tuple((states.STATES[code], held["state"][code]) for code in states.STATES if code in held.get("state", {})),
        tuple((names[code], count) for code, count in _most(held.get("channel"))),
        tuple((category_name(code), count) for code, count in _most(held.get("category"))[:10]),
        tuple((f"{day:%m-%d}", count) for day, count in per_day),
        rates.percent(flow["automatic"], flow["sent"]), rates.percent(flow["returned"], flow["sent"]), tuple(line(row) for row in late),
    )  # fmt: skip


def _most(held: Mapping[str, int] | None) -> list[tuple[str, int]]:
    return sorted((held or {}).items(), key=lambda one: (-one[1], one[0]))


def by_place(actor: Actor, *, days: int) -> list[TicketPlace]:
    """Counts by place: of the counted days, and of what is overdue now."""
    require(actor, "ticket.view")
    seen, since = tallying.scope(actor), now() - timedelta(days=days)
    held: dict[tuple[str, str], Counter[str]] = {}
    named = "place" if seen.prefix is not None else "desk"
    for kind, region, place, count in tallying.sums([named, f"{named}_open"], by="kind, region, name", since=since, seen=seen):
        held.setdefault((region, place), Counter())[kind.removeprefix(named)] = count
    overdue = TicketRow.objects.filter(tallying.covering(seen), state__in=states.WORKED, due__lt=now(), filed_at__gte=since)
    late = {(region, place): count for region, place, count in overdue.values_list("region", "place").annotate(n=Count("id")).order_by()}
    found = []
    for (region, place), count in sorted(held.items(), key=lambda one: (-one[1][""], one[0]))[: SEEN * 2]:
        area, spot = tree.areas().get(region), tree.spots().get(place)
        if area is None or not count[""]:
            continue
        lon, lat = (spot.lon, spot.lat) if spot and spot.region == area.region else area.middle
        told = (count[""], count["_open"], late.get((region, place), 0))
        found.append(TicketPlace(place, area.region, area.street, area.district, lat, lon, *told))
    return found


def topics(actor: Actor, *, state: str = "") -> list[TicketTopic]:
    """Topics this reader is concerned with: the centre sees its region's, a department those it was warned of; the hottest first."""
    require(actor, "ticket.view")
    rows = TopicRow.objects.filter(_concerning(actor))
    rows = rows.filter(state=state) if state else rows
    return _topics(list(rows.order_by("-heat", "id")[:SEEN]))


def _concerning(actor: Actor) -> Q:
    if actor.kind == "system":
        return Q()
    own = Q(department=actor.department) | Q(office=actor.department)
    return own | Q(region__startswith=prefix(actor.region)) if any(may(actor, word) for word in CENTRE) else own


def one_topic(topic_id: UUID, *, actor: Actor) -> tuple[TicketTopic, list[TicketLine]]:
    """A topic with its tickets; TicketNotFound for whoever it does not concern."""
    require(actor, "ticket.view")
    row = TopicRow.objects.filter(_concerning(actor), id=topic_id).first()
    if row is None:
        raise TicketNotFound("没有找到这个热点。")
    found = TicketRow.objects.filter(visible(actor), gathering.about(row.place, row.category)).order_by("-filed_at")[:50]
    return topic(row), [replace(line(each), title=contacts.covered_text(each, each.title, actor)) for each in found]


def topic(row: TopicRow) -> TicketTopic:
    """The view of a topic."""
    return _topics([row])[0]


def _topics(rows: list[TopicRow]) -> list[TicketTopic]:
    """The views of topics: two statements however many there are."""
    warned: dict[UUID, list[tuple[str, str]]] = {}
    for one in WarningRow.objects.filter(topic__in=rows).select_related("topic").order_by("-at", "id"):
        warned.setdefault(one.topic_id, []).append((name_of(one.department), one.reason + _seen(one)))
    incidents = dict(IncidentRow.objects.filter(topic__in=rows).order_by("opened_at").values_list("topic", "no"))
    return [
        TicketTopic(
            row.id, row.name, row.place, row.category, category_name(row.category), row.region, row.department, name_of(row.department),
            row.office, row.state, states.TOPICS[row.state], row.tickets, row.people, row.growth, row.heat, tuple(row.quotes),
            tuple((day, count) for day, count in row.days), row.recurrences, row.remedy, row.first_at, row.last_at,
            tuple(warned.get(row.id, ())[:6]), incidents.get(row.id, ""), row.version,
        )
        for row in rows
    ]  # fmt: skip


def _seen(one: WarningRow) -> str:
    """Who looked at a warning, or by when somebody has to."""
    if one.seen_at:
        return f"({one.seen_by_name}已阅{',迟于时限' if one.due and one.seen_at > one.due else ''})"
    if one.due is None or one.topic.state == "closed":
        return ""
    by = timezone.localtime(one.due).strftime("%m-%d %H:%M")
    return f"(逾期未阅,应于 {by} 前)" if one.due < now() else f"(请于 {by} 前查阅)"
