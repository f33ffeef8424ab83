"""The door of the catalogue: data elements, their sources and how sensitive they are."""

from __future__ import annotations

from collections.abc import Sequence

from yiwang.data.catalogue.elements import CrossSource, Cycle, Element, ElementKind, UnknownElement, load

__all__ = ["CrossSource", "Cycle", "Element", "ElementKind", "UnknownElement", "element", "elements", "known", "search"]


def element(code: str) -> Element:
    """The element of a code such as ``person.name``.

    Raises:
        UnknownElement: no such code.
    """
    found = load().get(code)
    if found is None:
        raise UnknownElement(f"数据元目录中没有代码「{code}」,请核对后重试。", element=code)
    return found


def elements(codes: Sequence[str] | None = None) -> list[Element]:
    """All elements, or those of the given codes in their order (UnknownElement for a wrong one)."""
    return list(load().values()) if codes is None else [element(code) for code in codes]


def known(code: str) -> bool:
    """Whether the catalogue has the code."""
    return code in load()


def search(text: str, *, limit: int = 20) -> list[Element]:
    """Elements whose code or Chinese or English name contains every word of ``text``, best (shortest name) first."""
    words = text.casefold().split()
    hits = [one for one in load().values() if all(word in f"{one.code} {one.name} {one.name_en}".casefold() for word in words)]
    return sorted(hits, key=lambda one: (len(one.name), one.code))[:limit] if words else []
