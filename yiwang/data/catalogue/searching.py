"""Search over the resources in force: every word must be found, better places first; facets beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from yiwang.data.catalogue import in_force
from yiwang.data.catalogue.values import Found, Resource
from yiwang.standards.errors import InvalidInput

FACETS = ("department", "category", "share", "open", "level", "cycle", "format")


def _values(one: Resource, facet: str) -> tuple[str, ...]:
    if facet == "format":
        return tuple(dict.fromkeys(kind for kind, _ in one.formats))
    value = getattr(one, facet)
    return (("yes" if value else "no") if isinstance(value, bool) else str(value),)


def _score(one: Resource, words: list[str]) -> int:
    """How well a resource fits all words, 0 if one of them is nowhere."""
    title, code = one.title.casefold(), f"{one.code} {one.catalogue_code}".casefold()
    fields = " ".join(f"{field.title} {field.name} {field.element}" for field in one.fields).casefold()
    rest = f"{one.title_en} {one.summary} {one.provider_name}".casefold()
    score = 0
    for word in words:
        found = 8 * (word in title) + 4 * (word in code) + 2 * (word in fields) + (word in rest)
        if not found:
            return 0
        score += found
    return score


def find(text: str, *, chosen: Mapping[str, str], page: int, size: int) -> Found:
    """See the door."""
    unknown = set(chosen) - set(FACETS)
    if unknown:
        raise InvalidInput(f"目录不能按“{'、'.join(sorted(unknown))}”筛选,可用:{'、'.join(FACETS)}。", field="facet")
    words = text.casefold().split()
    scored = [(_score(one, words) if words else 1, one) for one in in_force.memory.all().values()]
    hits = [one for score, one in sorted(scored, key=lambda pair: (-pair[0], pair[1].code)) if score]
    wanted = {facet: value for facet, value in chosen.items() if value}
    facets = {}
    for facet in FACETS:
        others = {name: value for name, value in wanted.items() if name != facet}
        facets[facet] = dict(Counter(value for one in hits if _fits(one, others) for value in _values(one, facet)).most_common())
    fitting = [one for one in hits if _fits(one, wanted)]
    size, pages = max(1, min(size, 100)), max(1, -(-len(fitting) // max(1, min(size, 100))))
    page = max(1, min(page, pages))
    return Found(tuple(fitting[(page - 1) * size : page * size]), len(fitting), facets, page, pages)


def _fits(one: Resource, wanted: Mapping[str, str]) -> bool:
    return all(value in _values(one, facet) for facet, value in wanted.items())
