"""Several forms as one: the same data element of the same subject is asked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from yiwang.support.forms.fields import Condition, Field

# When kinds differ the narrower one wins: its answer satisfies the wider.
_NARROWNESS: Final = {
    "id_number": 9, "credit_code": 9, "phone": 8, "date": 8, "number": 8, "boolean": 7, "choice": 6, "multichoice": 5, "file": 5,
    "address": 3, "text": 2, "textarea": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Two forms asked the same thing differently; ``chosen`` is what the merged form says and ``rule`` why."""

    field: str
    what: Literal["label", "kind", "options", "pattern", "bounds", "help"]
    matters: tuple[str, ...]
    chosen: str
    rule: str


@dataclass(frozen=True, slots=True)
class Merged:
    """One form for several matters.

    ``uses``: merged key → matters that need it. ``sources``: merged key → {matter: the keys its own form uses}.
    """

    fields: tuple[Field, ...]
    uses: dict[str, list[str]]
    sources: dict[str, dict[str, tuple[str, ...]]]
    differences: tuple[Difference, ...]

    def values_for(self, matter: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The merged form's values under the keys of one matter's own form."""
        return {own: values[key] for key, keys in self.sources.items() if key in values for own in keys.get(matter, ())}


def merge(forms: Mapping[str, Sequence[Field]]) -> Merged:
    """Merge the forms of several matters (short key → fields), in the order given.

    Rules: the same element of the same subject is one field, under the first form's key; without element the same key, kind
    and label are one field, otherwise both stay (the later one as ``matter.key``). Of a merged field: label, help and pattern
    of the first form that has one; required if any form requires it; the narrower kind; the options all forms allow (all
    options if they share none); the shorter length and the tighter bounds; sensitive if any says so; shown when any form
    would show it. Differences are reported, never silent.
    """
    merged: dict[str, Field] = {}
    uses: dict[str, list[str]] = {}
    sources: dict[str, dict[str, tuple[str, ...]]] = {}
    differences: list[Difference] = []
    by_meaning: dict[tuple[str, ...], str] = {}
    for matter, form in forms.items():
        names = {}
        for one in form:
            meaning = (one.element, one.subject) if one.element else ("", one.key, one.kind, one.label, one.subject)
            key = by_meaning.setdefault(meaning, one.key if one.key not in merged else f"{matter}.{one.key}")
            names[one.key] = key
            if key not in merged:
                merged[key] = replace(one, key=key, shown_when=_renamed(one.shown_when, names))
            else:
                merged[key], found = _joined(merged[key], replace(one, shown_when=_renamed(one.shown_when, names)), (*uses[key], matter))
                differences += found
            if matter not in uses.setdefault(key, []):
                uses[key].append(matter)
            own = sources.setdefault(key, {})
            own[matter] = (*own.get(matter, ()), one.key)
    return Merged(tuple(merged.values()), uses, sources, tuple(differences))


def _renamed(conditions: tuple[Condition, ...], names: Mapping[str, str]) -> tuple[Condition, ...]:
    return tuple(replace(one, field=names.get(one.field, one.field)) for one in conditions)


def _joined(first: Field, second: Field, matters: tuple[str, ...]) -> tuple[Field, list[Difference]]:
    """One field out of two that ask the same, and what they differed in."""
    narrower = first if _NARROWNESS[first.kind] >= _NARROWNESS[second.kind] else second
    options, options_rule = _options(first, second)
    low, high = _bounds(first, second)
    joined = replace(
        first,
        label_en=first.label_en or second.label_en,
        kind=narrower.kind,
        required=first.required or second.required,
        options=options,
        help=first.help or second.help,
        max_length=min(first.max_length, second.max_length),
        pattern=first.pattern or second.pattern,
        group=first.group or second.group,
        sensitive=first.sensitive or second.sensitive,
        shown_when=_shown(first, second),
        minimum=low,
        maximum=high,
    )
    different: list[tuple[Literal["label", "kind", "options", "pattern", "bounds", "help"], bool, str, str]] = [
        ("label", first.label != second.label, joined.label, "用先出现的名称"),
        ("kind", first.kind != second.kind, joined.kind, "用更严格的类型"),
        ("options", bool(options_rule), "、".join(one.value for one in options), options_rule),
        ("pattern", bool(first.pattern and second.pattern and first.pattern != second.pattern), joined.pattern, "用先出现的格式"),
        ("bounds", (first.minimum, first.maximum) != (second.minimum, second.maximum), f"{low}…{high}", "用更严格的上下限"),
        ("help", bool(first.help and second.help and first.help != second.help), joined.help, "用先出现的说明"),
    ]
    return joined, [Difference(joined.key, what, matters, chosen, rule) for what, differs, chosen, rule in different if differs]


def _options(first: Field, second: Field) -> tuple[tuple[Any, ...], str]:
    mine, theirs = {one.value for one in first.options}, {one.value for one in second.options}
    if mine == theirs or not theirs:
        return first.options, ""
    if not mine:
        return second.options, ""
    shared = tuple(one for one in first.options if one.value in theirs)
    if shared:
        return shared, "只保留各方都接受的选项"
    return (*first.options, *second.options), "没有共同选项,全部列出"


def _shown(first: Field, second: Field) -> tuple[Condition, ...]:
    if not first.shown_when or not second.shown_when:
        return ()
    return tuple(dict.fromkeys((*first.shown_when, *second.shown_when)))


def _bounds(first: Field, second: Field) -> tuple[str, str]:
    return _tighter(first.minimum, second.minimum, highest=True), _tighter(first.maximum, second.maximum, highest=False)


def _tighter(one: str, other: str, *, highest: bool) -> str:
    if not one or not other or one == other:
        return one or other
    try:
        pick = max if highest else min
        return pick(one, other, key=float)
    except ValueError:  # dates; `today` cannot be compared when the form is made, so it stays as the safer bound
        return "today" if "today" in (one, other) else pick(one, other)
