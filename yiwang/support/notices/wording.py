"""Templates as data: from an event or plain data to the words of a notice in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final
from uuid import UUID

from yiwang.data.catalogue import api as catalogue
from yiwang.standards.events import Event
from yiwang.standards.subjects import Subject
from yiwang.support.identity.api import UnknownDepartment, department
from yiwang.support.notices.errors import BadNotice, UnknownTemplate
from yiwang.support.notices.values import Category, NewNotice

_OUTCOMES: Final = {
    "yes": ("准予", "Granted"),
    "no": ("不予准许", "Refused"),
    "corrected": ("已更正", "corrected"),
    "upheld": ("经核实无误,维持原数据", "checked and upheld"),
    "complete": ("已全部办结", "all done"),
    "completed": ("已全部办结", "all done"),
    "partial": ("部分办结,有事项未能办成", "partly done"),
    "partly_completed": ("部分办结,有事项未能办成", "partly done"),
    "refused": ("未能办成", "refused"),
    "withdrawn": ("已撤回", "withdrawn"),
    "confirmed": ("确认领取", "confirmed"),
    "declined": ("放弃领取", "declined"),
    "correcting": ("信息有误,核实中", "facts being corrected"),
    "paid": ("已到账", "paid"),
    "returned": ("银行退回,请核对收款账户", "returned by the bank, please check your account"),
    "approved": ("已核准,将列入拨付清单", "approved, to be paid by list"),
    "repaid": ("已退回", "repaid"),
    "waived": ("已免除", "waived"),
}
_PROCEDURES: Final = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
_ACTS: Final = {
    "revoke": ("撤销", "revoked"),
    "revoke_as_penalty": ("吊销", "revoked as a penalty"),
    "cancel": ("注销", "cancelled"),
    "suspend": ("暂扣", "suspended"),
}


@dataclass(frozen=True, slots=True)
class Template:
    """One template; ``fields`` are the names its texts need."""

    code: str
    category: str
    urgent: bool
    texts: tuple[str, str, str, str]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """A worded notice."""

    title: str
    body: str
    title_en: str
    body_en: str


@dataclass(frozen=True, slots=True)
class Route:
    """Which template an event uses and whom it goes to; ``alone``: only for cases outside a life event."""

    template: str
    recipient: str
    about: str
    ref: str
    alone: bool


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads((Path(__file__).parent / "templates.json").read_text(encoding="utf-8"))
    return data


@cache
def templates() -> Mapping[str, Template]:
    """Every template by code."""
    return {code: _template(code, row) for code, row in _data()["templates"].items()}


def _template(code: str, row: Mapping[str, Any]) -> Template:
    texts = (row["title"], row["body"], row["title_en"], row["body_en"])
    fields = frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)
    return Template(code, row["category"], bool(row.get("urgent")), texts, fields)


@cache
def categories() -> tuple[Category, ...]:
    """Every category, in the order of the file."""
    return tuple(Category(code, row["name"], row["name_en"], row["must"]) for code, row in _data()["categories"].items())


@cache
def routes() -> Mapping[str, Route]:
    """Event name → how it is told."""
    return {
        name: Route(
            row["template"], row.get("recipient", "applicant"), row.get("about", "case"), row.get("ref", "case_id"), bool(row.get("alone"))
        )
        for name, row in _data()["events"].items()
    }


def template(code: str) -> Template:
    """The template of a code, or UnknownTemplate."""
    found = templates().get(code)
    if found is None:
        raise UnknownTemplate(f"没有代码为「{code}」的通知模板,请核对。", template=code)
    return found


def words(of: Template, data: Mapping[str, Any]) -> Words:
    """The notice in words; BadNotice names what is missing."""
    missing = sorted(of.fields - data.keys())
    if missing:
        raise BadNotice(f"通知「{of.code}」缺少内容:{'、'.join(missing)},请补全后再发送。", template=of.code, missing=missing)
    title, body, title_en, body_en = (" ".join(text.format_map(data).split()) for text in of.texts)
    return Words(_cut(title, 200), body, _cut(title_en, 300), body_en)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def from_event(event: Event) -> NewNotice | None:
    """The notice an event calls for, or None; the event's id makes it once."""
    route = routes().get(event.name)
    if route is None:
        return None
    data = event.data
    if route.alone and data.get("life_event_id"):
        return None
    recipient = str(data[route.recipient])
    if not recipient.startswith(("person:", "company:")):
        return None  # an official or a quality rule has opened it: nobody's messages
    case_id = str(data.get("case_id") or "")
    return NewNotice(
        template=route.template,
        recipient=Subject.read(recipient),
        data={**data, **_derived(event)},
        case_id=UUID(case_id) if case_id else None,
        about=route.about,
        ref=str(data[route.ref]),
        urgent=template(route.template).urgent,
        key=event.event_id,
    )


def _derived(event: Event) -> dict[str, str]:
    """What the texts want in words and the event has in codes."""
    data = event.data
    due, valid_to = getattr(event, "due", None), getattr(event, "valid_to", None)
    outcome = _OUTCOMES.get(str(data.get("outcome", "")), (str(data.get("outcome", "")), str(data.get("outcome", ""))))
    act = _ACTS.get(str(data.get("act", "")), _ACTS["revoke"])
    bad = bool(data.get("bad"))
    return {
        **_department_names(str(data.get("department", ""))),
        **_element_names(str(data.get("element", ""))),
        "due_text": _day(due) if due else "法定期限",
        "due_text_en": due.isoformat() if due else "the legal limit",
        "valid_text": f",有效期至{_day(valid_to)}" if valid_to else "",
        "outcome_text": outcome[0],
        "outcome_text_en": outcome[1],
        "items_text": _listed(data.get("items")),
        "reasons_text": _listed(data.get("reasons")),
        "clause_text": f"依据:{data['clause']}。" if data.get("clause") else "",
        "clause_text_en": f" Legal basis: {data['clause']}." if data.get("clause") else "",
        "procedure_text": _PROCEDURES.get(str(data.get("procedure", "")), str(data.get("procedure", ""))),
        "act_text": act[0],
        "act_text_en": act[1],
        "matters_count": str(len(getattr(event, "matters", ()))),
        "bad_text": "我们将核实情况、整改并答复您。" if bad else "",
        "bad_text_en": "We will look into it, put it right and answer you." if bad else "",
    }


def _department_names(code: str) -> dict[str, str]:
    try:
        found = department(code)
    except UnknownDepartment:  # an event may name an authority of another installation: its own word is the best there is
        return {"department_name": code, "department_name_en": code}
    return {"department_name": found.name, "department_name_en": found.name_en}


def _element_names(code: str) -> dict[str, str]:
    try:
        found = catalogue.element(code)
    except catalogue.UnknownElement:  # no element at all, or one that left the catalogue since: its code is the best there is
        return {"element_name": code, "element_name_en": code}
    return {"element_name": found.name, "element_name_en": found.name_en}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _listed(items: object) -> str:
    return ";".join(str(item) for item in items) if isinstance(items, list | tuple) else str(items or "")
