"""What a text suggests while it is typed: by words alone, and by the house's own model once one has been trained and found better."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from yiwang.business.hotline import learning, routing, tree, wording
from yiwang.business.hotline.errors import BadTicket
from yiwang.business.hotline.values import CategoryChoice, CategoryLevel, FilledField, FlaggedSpan, TicketSuggestion
from yiwang.support.ai import api as ai
from yiwang.support.identity.api import departments

READ = 4_000
_KINDS = (
    ("praise", re.compile(r"表扬|点赞|感谢信|锦旗|好样的")),
    ("report", re.compile(r"举报|检举")),
    ("consult", re.compile(r"咨询|请问|想问|想了解|怎么办理|如何办|需要什么材料")),
    ("complaint", re.compile(r"投诉|强烈不满|太差|不作为")),
    ("advice", re.compile(r"建议|希望能|能否增设|提个意见")),
)
_BLAME = re.compile(r"投诉|举报|不作为|推诿|态度|敷衍|乱收费")


def categories(text: str) -> tuple[list[CategoryChoice], int, int, bool]:
    """Top 3; the version of the model that says so (0: the words), how many pieces of the text it knew (-1: not asked), whether it would
    let it be sent without a look.
    """
    worded = wording.by_words(text)
    live = learning.live() if text.strip() else None
    if live is None:
        return _levelled(_sharing(worded), {one.code: one.probability for one in worded}), 0, -1, True
    answer = next(live.model.classify([text]))
    agreed = worded[0].probability if worded and worded[0].code == answer.label else 0.0  # two readers that say the same are surer
    reasons = tuple(one.word for one in live.model.reasons(text)[:5])
    first = [
        CategoryChoice(code, tree.categories()[code].title, round(chance, 3), reasons if code == answer.label else ())
        for code, chance in ((answer.label, max(answer.probability, agreed)), (answer.second, answer.second_probability))
        if code in tree.categories()
    ]
    chances = live.model.chances(text)  # a leaf that only the words name is as likely as the model says
    said = {one.code for one in first}
    rest = [replace(one, probability=round(chances.get(one.code, 0.0), 3)) for one in worded if one.code not in said]
    chosen = _levelled(_sharing([*first, *rest][:3]), chances)
    return chosen, live.number, answer.pieces, answer.dispatch or agreed > 0


def _sharing(choices: list[CategoryChoice]) -> list[CategoryChoice]:
    """Likeliest first; only one can be right, so each has at most what those before it leave."""
    found, left = [], 1.0
    for one in sorted(choices, key=lambda each: -each.probability):
        found.append(replace(one, probability=round(min(one.probability, left), 3)))
        left -= found[-1].probability
    return found


def _levelled(choices: list[CategoryChoice], chances: Mapping[str, float]) -> list[CategoryChoice]:
    """Every choice with its path; a branch is as likely as its leaves together, and never less than the leaf that was chosen in it."""
    found = []
    for one in choices:
        names, parts = tree.categories()[one.code].names, one.code.split(".")
        path = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        sums = [sum(chance for code, chance in chances.items() if code.startswith(f"{above}.")) for above in path[:-1]]
        told = [*(round(min(1.0, max(each, one.probability)), 3) for each in sums), one.probability]
        levels = tuple(CategoryLevel(*each) for each in zip(path, names, told, strict=True))
        found.append(replace(one, levels=levels))
    return found


def narrowed(category: str, text: str) -> str:
    """The leaf that is meant by a node of the tree, by its code or its path in words: below a branch the likeliest leaf for the text.

    Raises:
        BadTicket: no such node, or a branch below which the text says nothing.
    """
    wanted = " › ".join(part.strip() for part in category.split("›"))
    node = tree.categories().get(category) or next((one for one in tree.categories().values() if wanted in (one.title, one.name)), None)
    if node is None or node.kind:
        return tree.leaf(node.code if node else category).code
    live = learning.live()
    said = live.model.chances(text) if live else {}
    worded = {one.code: one.probability for one in wording.by_words(text, most=len(tree.leaves()))}
    below = [one.code for one in tree.leaves() if one.code.startswith(f"{node.code}.")]
    best = max(below, key=lambda code: (said.get(code, 0.0), worded.get(code, 0.0)))
    if not (said.get(best) or worded.get(best)) and len(below) > 1:
        raise BadTicket(f"从文字里看不出是「{node.title}」里的哪一小类,请选到第三级。", field="category")
    return best


def place_of(text: str, typed: str = "") -> tuple[str, tree.Spot | None]:
    """The place named (typed words go before the text): of the city's list where it is known, else by its ending."""
    name, spot, _rule = _place(text, typed)
    return name, spot


def _place(text: str, typed: str) -> tuple[str, tree.Spot | None, str]:
    """The place, and the rule that found it ('' for what somebody typed)."""
    for words in (typed, text[:READ]):
        spot = next((spot for name, spot in tree.spots().items() if name in words), None)
        if spot is not None:
            return spot.name, spot, "" if words is typed and typed.strip() else "listed"
        if words is typed and typed.strip():
            return typed.strip()[:80], None, ""
    for one in ai.find_places(text):
        if name := ai.plausible(one.name):
            return (name + one.house)[:80], None, "house" if one.house else "region" if one.region else "ending"
    return "", None, ""


def fields_of(text: str) -> list[FilledField]:
    """What of a form a text fills by itself, in the order of the form, each with its words and the chance that it is right."""
    urgency, words = ai.find_urgency(text)
    return [*_fields(text, *_place(text, "")), _urgent(text, urgency, words)]


def _fields(text: str, name: str, spot: tree.Spot | None, rule: str) -> list[FilledField]:
    found = []
    if rule:
        at = max(text.find(name), 0)
        where = f"{name}({spot.street})" if spot and spot.street != name else name
        found.append(FilledField("place", "地点", where, name, ai.chance(rule), at, at + len(name)))
    return found + [FilledField(one.key, one.name, one.value, one.value, one.probability, one.start, one.end) for one in ai.fill(text)]


def _urgent(text: str, urgency: int, words: Sequence[str]) -> FilledField:
    name = tree.limits()["urgencies"][urgency]["name"]
    return FilledField("urgency", "紧急度", name, "、".join(words[:5]), ai.urgency_chance(urgency, text=text))


def flags_of(text: str) -> list[FlaggedSpan]:
    """Personal data, sensitive words and abuse by their spans; nothing is removed."""
    spans = [FlaggedSpan("personal", one.name, one.start, one.end) for one in ai.find_personal_data(text)]
    for kind in ("sensitive", "abuse"):
        for word in tree.routing()[kind]:
            spans += [FlaggedSpan(kind, word, match.start(), match.end()) for match in re.finditer(re.escape(word), text[:20_000])]
    return sorted(spans, key=lambda one: one.start)[:200]


def kind_of(text: str, usual: str) -> str:
    """The kind by the words a person uses for it, else the category's usual one."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text[:READ])), usual or "consult")


def against_of(text: str, kind: str) -> str:
    """The department that is complained about, '' where none is named."""
    if kind not in ("complaint", "report") or not _BLAME.search(text):
        return ""
    return next((one.code for one in departments() if one.abbreviation in text[:READ] or one.name in text[:READ]), "")


_OPENING = re.compile(  # what people say before they say it
    r"(?:(?:尊敬|敬爱)的[^,,。::!!?? ]{0,10}|(?:各位领导|领导|市?政府热线|热线)(?=[,,::!! ])|您好|你好|大家好|在吗|请问(?:一下)?"
    r"|你们(?:到底)?管不管|到底管不管|[\s,,。::!!??~、;;—-])+"
)


def title_of(text: str) -> str:
    """A title from the first sentence that says more than a greeting; lists show it, so numbers of people are covered."""
    said = " ".join(text[:400].split())
    opening = _OPENING.match(said)
    for words in (said[opening.end() :] if opening else said, said):
        first = re.split(r"[。!?!?\n;;]", words, maxsplit=1)[0]
        if not bare(first):
            return ai.masked(first)[:40]
    return ai.masked(said)[:40] or "(没有文字)"


def bare(text: str) -> bool:
    """Whether the text says nothing but numbers and signs: somebody must call back."""
    return len(re.findall(r"[\u4e00-\u9fffA-Za-z]", text)) < 4


def suggest(
    text: str,
    *,
    title: str = "",
    place: str = "",
    region: str = "",
    duplicates: bool = True,
    other: UUID | None = None,
    wanted: Callable[[], bool] = lambda: True,
) -> TicketSuggestion:
    """Everything at once; about 2 ms without a model. ``region``: the street where it surely is, if somebody chose it."""
    whole = text if title in text else f"{title}\n{text}"  # a title taken from the text says nothing twice
    chosen, model, pieces, sure = categories(whole)
    code = chosen[0].code if chosen else "other.other.unclear"
    spotted, spot, rule = _place(whole, place)
    read = ai.understand(whole)
    area = tree.areas().get(region or (spot.region if spot else ""))
    region = area.region if area else tree.load("places")["city"]
    kind = kind_of(whole, tree.categories()[code].kind)
    duties = routing.duties_of([one.code for one in chosen] or [code], region=region)
    duty = duties[0]
    against = against_of(whole, kind)
    flags = flags_of(text)
    doubts = [] if sure else ["模型没有足够把握,请人工判断"]
    doubts += _doubts(text, against, duty.department if duty else "", read.urgency, flags)
    cost = routing.expected_cost(chosen[0].probability if chosen else 0.0, duty)
    limits = tree.limits()
    return TicketSuggestion(
        title=title or title_of(text), kind=kind, kind_name=limits["kinds"][kind]["name"], categories=tuple(chosen), duty=duty,
        place=spotted, region=region, street=area.street if area else "", office=tree.office_of(region),
        lat=spot.lat if spot else None, lon=spot.lon if spot else None, urgency=read.urgency,
        urgency_name=limits["urgencies"][read.urgency]["name"], urgent_words=read.urgent_words, people=read.people, flags=tuple(flags),
        against=against,
        duplicates=tuple(routing.duplicates(whole, category=code, place=spotted, other=other)) if duplicates and wanted() else (),
        send=not doubts and cost < tree.routing()["look_cost"], cost=round(cost, 2),
        why=doubts[0] if doubts else "", by="model" if model else "words", model=model, pieces=pieces,
        duties=tuple(duties), fields=(*_fields(whole, spotted, spot, rule), _urgent(whole, read.urgency, read.urgent_words)),
    )  # fmt: skip


def _doubts(text: str, against: str, department: str, urgency: int, flags: list[FlaggedSpan]) -> list[str]:
    """Reasons why a person must look, whatever the model says."""
    found = []
    if bare(text):
        found.append("只有号码或符号,请回拨核实")
    if not department:
        found.append("没有对应的职责条款")
    if against and against == department:
        found.append("反映的就是该单位,请人工判断由谁办理")
    if urgency >= 2:
        found.append("情况紧急,请人工先看")
    if any(one.kind == "sensitive" for one in flags):
        found.append("含敏感词,请人工先看")
    return found
