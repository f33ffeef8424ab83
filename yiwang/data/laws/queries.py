"""Reading the library: laws, the version of a day, articles; three statements for any number of references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from yiwang.base.statements.api import run
from yiwang.data.laws import citing, searching
from yiwang.data.laws.citing import Reference
from yiwang.data.laws.errors import (
    DocumentNotHeld,
    NoSuchArticle,
    NoSuchLaw,
    NotACitation,
    NotYetInForce,
    Repealed,
    TextNotHeld,
)
from yiwang.data.laws.numbering import Number
from yiwang.data.laws.reading import key
from yiwang.data.laws.values import ArticleText, Law, Resolved, VersionLine
from yiwang.standards.errors import YiwangError

_LAWS: Final = """
    SELECT law.key, law.id, law.title, law.kind, law.organ, law.first_date, law.repealed_on, law.repealed_by,
           version.id, version.version_date, version.in_force_from, version.in_force_to, version.basis, version.articles, version.source
    FROM laws_law law JOIN laws_version version ON version.law_id = law.id
    WHERE law.key = ANY(%(keys)s::text[]) OR law.id = ANY(%(ids)s::uuid[])
    ORDER BY law.key, version.in_force_from NULLS FIRST, version.version_date
"""
_ARTICLES: Final = """
    SELECT article.version_id, article.number, article.sub, article.part, article.chapter, article.section, article.text
    FROM unnest(%(versions)s::uuid[], %(numbers)s::integer[], %(subs)s::integer[]) AS wanted(version_id, number, sub)
    JOIN laws_article article USING (version_id, number, sub)
"""
_WHOLE: Final = """
    SELECT version_id, number, sub, part, chapter, section, text FROM laws_article WHERE version_id = %s::uuid ORDER BY number, sub
"""
Place = tuple[UUID, Number]
Found = Mapping[Place, tuple[tuple[str, ...], str]]


def laws(*, titles: Iterable[str] = (), ids: Iterable[UUID] = ()) -> dict[str, Law]:
    """The laws with these titles or ids, by key, with one statement."""
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in run(_LAWS, {"keys": sorted({key(title) for title in titles}), "ids": list(ids)}):
        rows[row[0]].append(row)
    return {name: _law(those) for name, those in rows.items()}


def _law(rows: Sequence[tuple[Any, ...]]) -> Law:
    name, law_id, title, kind, organ, first, repealed_on, repealed_by, *_ = rows[0]
    return Law(law_id, title, name, kind, organ, first, repealed_on, repealed_by, tuple(VersionLine(*row[8:]) for row in rows))


def find_law(title: str) -> Law:
    """See the door."""
    found = laws(titles=[title])
    if not found:
        raise _unknown(title)
    return next(iter(found.values()))


def get_law(law_id: UUID) -> Law:
    """See the door."""
    found = laws(ids=[law_id])
    if not found:
        raise NoSuchLaw(title=str(law_id), remedy="请从检索结果进入。")
    return next(iter(found.values()))


def _unknown(title: str, *, suggest: bool = True) -> NoSuchLaw:
    near = [name for _, name in searching.titles(key(title), limit=3)] if suggest else []
    remedy = f"是否指:{'、'.join(f'《{one}》' for one in near)}?" if near else "请核对名称,或先导入它的文本。"
    return NoSuchLaw(title=title.strip("《》"), remedy=remedy)


def version_on(law: Law, on: date) -> VersionLine:
    """The version in force on a day.

    Raises:
        Repealed, NotYetInForce, TextNotHeld: why there is none.
    """
    held = next((version for version in reversed(law.versions) if version.holds(on)), None)
    if held is not None:
        return held
    status = law.status(on)
    if status == "repealed":
        raise Repealed(title=law.title, since=law.repealed_on, by=law.repealed_by, on=on)
    dated = [version for version in law.versions if version.in_force_from]
    if status == "not_yet":
        raise NotYetInForce(title=law.title, on=on, since=law.first_date)
    spans = ";".join(f"{one.in_force_from} 至 {one.in_force_to or '今'}" for one in dated) or "日期不详"
    raise TextNotHeld(title=law.title, on=on, held=spans)


def articles(places: Iterable[Place]) -> Found:
    """(editorial place, text) of each article that exists, with one statement."""
    wanted = sorted(set(places))
    if not wanted:
        return {}
    values = {
        "versions": [version for version, _ in wanted],
        "numbers": [number.number for _, number in wanted],
        "subs": [number.sub for _, number in wanted],
    }
    return _found(run(_ARTICLES, values))


def whole(version_id: UUID) -> Found:
    """All articles of a version, in order."""
    return _found(run(_WHOLE, [version_id]))


def frame(version_id: UUID) -> tuple[str, str]:
    """What stands before the first article and after the last."""
    rows = run("SELECT preamble, annex FROM laws_version WHERE id = %s::uuid", [version_id])
    return rows[0] if rows else ("", "")


def _found(rows: Iterable[tuple[Any, ...]]) -> Found:
    return {(version, Number(number, sub)): (tuple(one for one in place if one), text) for version, number, sub, *place, text in rows}


def article(law: Law, number: Number, *, on: date) -> ArticleText:
    """The article of a law on a day; see the door."""
    version = version_on(law, on)
    found = articles([(version.id, number)])
    if not found:
        raise _no_article(law, version, str(number))
    return article_text(law, version, number, found)


def article_text(law: Law, version: VersionLine, number: Number, found: Found) -> ArticleText:
    """One found article with its law and version."""
    place, text = found[version.id, number]
    return ArticleText(law.id, law.title, str(number), text, place, version.label, version.in_force_from, version.in_force_to)


def _no_article(law: Law, version: VersionLine, label: str) -> NoSuchArticle:
    remedy = f"该文本共 {version.articles} 条。" if version.articles else "该文本不分条,全文只有序号,请到全文中核对。"
    return NoSuchArticle(title=law.title, version=version.label, label=label, remedy=remedy)


def resolve(wanted: Sequence[tuple[Reference, date]]) -> list[Resolved]:
    """Each reference on its day, in order; three statements at most."""
    known = laws(titles=[one.title for one, _ in wanted if one.title])
    chosen: list[tuple[Law, VersionLine] | YiwangError] = []
    for one, on in wanted:
        try:
            chosen.append(_choose(one, on, known))
        except YiwangError as error:
            chosen.append(error)
    places = [(found[1].id, one.number) for (one, _), found in zip(wanted, chosen, strict=True) if isinstance(found, tuple) and one.number]
    texts = articles(places)
    return [_resolved(one, found, texts) for (one, _), found in zip(wanted, chosen, strict=True)]


def _choose(one: Reference, on: date, known: Mapping[str, Law]) -> tuple[Law, VersionLine]:
    if one.document:
        raise DocumentNotHeld(number=one.document)
    if not one.title:
        raise NotACitation(text=one.said)
    law = known.get(key(one.title))
    if law is None:
        raise _unknown(one.title, suggest=False)
    return law, version_on(law, on)


def _resolved(one: Reference, found: tuple[Law, VersionLine] | YiwangError, texts: Found) -> Resolved:
    if isinstance(found, YiwangError):
        return Resolved(one.said, one.title, one.label, reason=found.message, code=found.code)
    law, version = found
    text: str | None = ""
    if one.number is not None:
        held = texts.get((version.id, one.number))
        text = citing.cut(held[1], paragraph=one.paragraph, item=one.item) if held else None
        if text is None:
            error = _no_article(law, version, one.label)
            return Resolved(one.said, law.title, one.label, law_id=law.id, version=version.label, reason=error.message, code=error.code)
    return Resolved(one.said, law.title, one.label, text or "", law.id, version.label, version.in_force_from, version.in_force_to)
