"""How an article changed from version to version, and whether what a rule cites still stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from yiwang.data.laws import citing, queries
from yiwang.data.laws.citing import Reference
from yiwang.data.laws.numbering import Number
from yiwang.data.laws.queries import Found
from yiwang.data.laws.searching import grams
from yiwang.data.laws.values import Change, Checked, Cited, DiffPart, Flag, Law, Resolved, VersionLine

_MOVED: Final = 0.5  # an article that shares half of its pairs of characters with another is that one, moved
_KEPT: Final = 0.8  # below this the text under the same number is looked for elsewhere too
_QUOTE: Final = 0.35  # a paraphrase shares at least so much of its pairs with the article it speaks of
_KINDS: Final = {
    "law_unknown": "unknown_law",
    "article_unknown": "missing_article",
    "law_repealed": "repealed",
    "law_not_yet_in_force": "not_in_force",
    "law_text_not_held": "not_held",
    "document_not_held": "document",
    "citation_unreadable": "unreadable",
}


def diff(old: str, new: str) -> tuple[DiffPart, ...]:
    """The runs of characters that stayed, went and came."""
    parts: list[DiffPart] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(DiffPart("same", old[a:b]))
            continue
        parts += [DiffPart("removed", old[a:b])] if b > a else []
        parts += [DiffPart("added", new[c:d])] if d > c else []
    return tuple(parts)


def changes(law: Law, number: Number) -> list[Change]:
    """One entry a version, oldest first; see the door."""
    found: list[Change] = []
    before: tuple[VersionLine, Found] | None = None
    for version in law.versions:
        now = queries.whole(version.id)
        change = _change(version, number, now, before)
        if change is not None:
            found.append(change)
        before = (version, now)
    return found


def _change(version: VersionLine, number: Number, now: Found, before: tuple[VersionLine, Found] | None) -> Change | None:
    new = now.get((version.id, number), ((), ""))[1]
    if before is None:
        return Change(version.label, version.in_force_from, "first", new) if new else None
    old = before[1].get((before[0].id, number), ((), ""))[1]
    if not old and not new:
        return None
    if _plain(old) == _plain(new):
        return Change(version.label, version.in_force_from, "same", new)
    kind = "changed" if old and new else "added" if new else "removed"
    came, went = _elsewhere(new, old, before[1], number), _elsewhere(old, new, now, number)
    return Change(version.label, version.in_force_from, kind, new, diff(old, new), came, went)  # type: ignore[arg-type]


def _elsewhere(text: str, beside: str, among: Found, number: Number) -> str:
    """Under which other number most of a text stands in another version ('' nowhere, or it stayed)."""
    if not text or _shared(text, beside) >= _KEPT:
        return ""
    best, place = max(((_shared(text, other), at) for (_, at), (_, other) in among.items() if at != number), default=(0.0, number))
    return str(place) if best >= _MOVED and best > _shared(text, beside) else ""


def _shared(text: str, other: str) -> float:
    """Part of the pairs of characters that two texts have in common, 0–1."""
    a, b = set(grams(text)), set(grams(other))
    return len(a & b) / len(a | b) if a and b else 0.0


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def check(citations: Sequence[Cited], *, on: date) -> Checked:
    """See the door. Six statements for any number of citations."""
    references = [(cited, one) for cited in citations for one in citing.parse(cited.text)]
    today = queries.resolve([(one, on) for _, one in references])
    made = queries.resolve([(one, cited.since or on) for cited, one in references])
    flags = [
        flag for (cited, one), now, then in zip(references, today, made, strict=True) if (flag := _flag(cited, one, now, then)) is not None
    ]
    return Checked(len(references), sum(1 for one in today if one.resolved), tuple(flags))


def _flag(cited: Cited, one: Reference, now: Resolved, then: Resolved) -> Flag | None:
    said = f"《{one.title}》{one.label}" if one.title else one.said
    if not now.resolved:
        return Flag(cited, said, _KINDS[now.code], now.reason)
    if one.number is None:
        return None
    if cited.since and then.resolved and _plain(then.text) != _plain(now.text):
        detail = f"{said}自 {now.in_force_from} 起已修改;制定本规则时({cited.since})依据的是 {then.version} 文本。"
        return Flag(cited, said, "changed", detail, diff(then.text, now.text))
    if cited.since and not then.resolved and now.in_force_from and cited.since < now.in_force_from:
        return Flag(cited, said, "changed", f"{said}现行文本自 {now.in_force_from} 起施行,晚于制定本规则的日期;当时:{then.reason}")
    return _quote(cited, said, now)


def _quote(cited: Cited, said: str, now: Resolved) -> Flag | None:
    """A paraphrase that shares almost nothing with the article points at a wrong number."""
    wanted = set(grams(cited.quote))
    share = len(wanted & set(grams(now.text))) / len(wanted) if wanted else 1.0
    if share >= _QUOTE:
        return None
    beginning = now.text if len(now.text) <= 60 else now.text[:60] + "…"
    return Flag(cited, said, "quote_differs", f"{said}所述「{cited.quote}」与条文相差很大({share:.0%} 相同)。条文:{beginning}")
