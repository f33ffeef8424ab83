"""The knowledge: matters, life events, benefits, policies and published articles as entries of one shape, each read from its own room."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from yiwang.base.clock.api import today
from yiwang.business.benefits import api as benefits
from yiwang.business.benefits.api import BenefitView
from yiwang.business.guide.models import Article
from yiwang.business.guide.values import Entry
from yiwang.business.life_events import api as life_events
from yiwang.business.life_events.api import Definition
from yiwang.business.matters import api as matters
from yiwang.business.matters.api import MatterVersion
from yiwang.business.policies import api as policies
from yiwang.business.policies.api import PolicyView

_ROOM = Path(__file__).parent


@cache
def _more() -> Mapping[str, list[str]]:
    return dict(json.loads((_ROOM / "phrases.json").read_text("utf-8")))


def _phrases(key: str, *own: tuple[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((text, weight) for text, weight in (*own, *((text, 1.0) for text in _more().get(key, ()))) if text)


def of_matter(one: MatterVersion) -> Entry:
    """A matter; its short passages are its elements."""
    key = f"matter:{one.short}"
    materials = "、".join(each.name for each in one.materials if each.needed and not each.licence_kind and not each.elements)
    free = "、".join(each.name for each in one.materials if each.licence_kind or each.elements)
    facets = {
        "fee": ";".join(f"{fee.name} {fee.standard}({fee.basis})" for fee in one.fees) or "不收费。",
        "time": ("当场办结" if one.promised_limit == "即办" else f"承诺 {one.promised_limit} 办结")
        + (f"(法定 {one.legal_limit})。" if one.legal_limit != one.promised_limit else "。"),
        "materials": (f"请准备:{materials}。" if materials else "不需要您准备材料。") + (f"由系统核验、不用交:{free}。" if free else ""),
        "place": one.place,
        "hours": one.open_hours,
        "phone": one.contact,
        "conditions": ";".join(one.conditions),
        "result": one.result.name,
        "visits": "不用跑,网上就能办。" if one.online and not one.visits else f"要到现场 {one.visits} 次。{one.visits_reason}",
        "law": "、".join(f"《{basis.law}》{basis.article}" for basis in one.legal_bases),
    }
    facets = {name: text for name, text in facets.items() if text}
    pairs = tuple((faq.question, faq.answer) for faq in one.faqs)
    words = [one.name, one.summary, *one.synonyms, *facets.values(), *(f"{asked} {said}" for asked, said in pairs)]
    do = f"/matters/{one.short}/apply" if one.online else ""
    return Entry(
        key, "matter", one.name, one.name_en, "\n".join(words), "", f"/matters/{one.short}", do, one.department, one.contact,
        one.subject_kind, _phrases(key, *matters.phrases_of(one)), facets, pairs, one.effective_from, one.effective_to,
    )  # fmt: skip


def of_event(one: Definition) -> Entry:
    """A life event."""
    key = f"event:{one.code}"
    parts = "、".join(node.name for node in one.nodes)
    facets = {"result": f"一次办理:{parts}。", "materials": "一张表,材料由系统核验或共享,缺什么会一次告诉您。"}
    own = ((one.name, 1.0), (one.name_en, 0.95), (one.summary, 0.55), *((text, 0.97) for text in one.synonyms))
    words = [one.name, one.summary, *one.synonyms, parts]
    link = f"/life-events/{one.code}"
    do = f"{link}/questions" if one.complete else ""
    return Entry(
        key, "event", one.name, one.name_en, "\n".join(words), one.summary_en, link, do, "", "", one.audience, _phrases(key, *own), facets
    )


def of_benefit(one: BenefitView) -> Entry:
    """A benefit that comes without being asked for."""
    key = f"benefit:{one.code}"
    # What is found here is usually asked as a matter: the benefit is offered beside it, and says that nothing need be done.
    own = ((one.name, 0.9), (one.name_en, 0.9), (one.summary, 0.55))
    said = f"{one.summary}符合条件的会主动告诉您,不用申请。"
    words = (one.name, one.summary, "免申即享 不用申请")
    return Entry(
        key, "benefit", one.name, one.name_en, "\n".join(words), one.summary_en, "/benefits", "", one.department, "", "person",
        _phrases(key, *own), {"whole": said, "law": one.legal_basis},
    )  # fmt: skip


def of_policy(one: PolicyView) -> Entry:
    """A policy for companies."""
    key = f"policy:{one.code}"
    until = f"{one.opens} 至 {one.closes}" if one.closes else f"{one.opens} 起,长期"
    facets = {
        "gives": one.gives,
        "fee": "不收费。",
        "conditions": ";".join(one.conditions),
        "closes": f"申领时间:{until}。",
        "materials": "不用交材料,由系统核验:" + "、".join(each.name for each in one.evidence) + "。",
        "law": "、".join(part for part in (one.legal_basis, f"《{one.document}》({one.document_number})" if one.document else "") if part),
        "whole": f"{one.summary}{one.gives}。",
    }
    own = ((one.title, 1.0), (one.title_en, 0.95), (one.summary, 0.7), (f"企业{one.title}", 0.8))
    words = [one.title, one.summary, *(text for text in facets.values() if text)]
    return Entry(
        key, "policy", one.title, one.title_en, "\n".join(words), f"{one.summary_en} {one.gives_en}", f"/policies/{one.code}",
        f"/policies/{one.code}" if one.open else "", one.department, "", "company", _phrases(key, *own),
        {name: text for name, text in facets.items() if text}, (), one.opens, one.closes,
    )  # fmt: skip


def of_article(one: Article) -> Entry:
    """A published article of the desk."""
    kind = "ticket" if one.origin == "ticket" else "article"
    own = ((one.title, 1.0), *((text, 1.0) for text in one.phrases))
    do = entry_address(one.target)
    since = one.published_at.date() if one.published_at else None
    return Entry(
        f"article:{one.series}", kind, one.title, "", one.text, "", f"/guide/articles/{one.series}", do, one.department,
        "", "both", own, {"law": "、".join(one.citations)} if one.citations else {}, (), since,
        one.expires_on,
    )  # fmt: skip


def entry_address(target: str) -> str:
    """Where the thing of an entry id is applied for ('' for none)."""
    kind, _, key = target.partition(":")
    form = {"matter": f"/matters/{key}/apply", "event": f"/life-events/{key}/questions", "policy": f"/policies/{key}"}
    return form.get(kind, "") if key else ""


def stamp() -> tuple[object, ...]:
    """Changes when anything published changes; three cheap looks."""
    held = Article.objects.filter(state="published").order_by("-published_at").values_list("published_at", flat=True)
    return matters.stamp(), today(), held.count(), held.first()


def entries() -> Iterator[Entry]:
    """Everything in force today."""
    on = today()
    yield from (of_matter(one) for one in matters.in_force())
    yield from (of_event(one) for one in life_events.definitions())
    yield from (of_benefit(one) for one in benefits.benefits())
    yield from (of_policy(one) for one in policies.policies())
    for one in Article.objects.filter(state="published"):
        if one.expires_on is None or one.expires_on >= on:
            yield of_article(one)


def plain(one: Entry) -> Any:
    """What tells whether an entry changed."""
    return one.title, one.text, one.phrases, one.since, one.until
