"""The door of the catalogue: data elements, their sources and how sensitive they are."""

from __future__ import annotations

from collections.abc import Sequence

from yiwang.data.catalogue.elements import CrossSource, Cycle, Element, ElementKind, UnknownCodeTable, UnknownElement, code_tables, load

__all__ = [
    "CrossSource",
    "Cycle",
    "Element",
    "ElementKind",
    "UnknownCodeTable",
    "UnknownElement",
    "codes",
    "element",
    "elements",
    "known",
    "label",
    "search",
]


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


def codes(table: str) -> dict[str, str]:
    """The codes of a population or company table with their Chinese words, for the options of a form.

    Sources: sex GB/T 2261.1, marital status GB/T 2261.2, ethnicity GB/T 3304, relation GB/T 4761, nationality GB/T 2659; the
    rest are this platform's own.

    Raises:
        UnknownCodeTable: no such table.
    """
    found = code_tables().get(table)
    if found is None:
        raise UnknownCodeTable(f"数据元目录中没有名为「{table}」的代码表,请核对名称。", table=table)
    return dict(found)


def label(code: str, value: str | int | float | bool | None) -> str:
    """How a page writes an element's value: the word of a code, 是 or 否, otherwise the text; '' for None.

    Raises:
        UnknownElement: no such element.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    one = element(code)
    return code_tables()[one.code_table].get(str(value), str(value)) if one.code_table else str(value)


def search(text: str, *, limit: int = 20) -> list[Element]:
    """Elements whose code or Chinese or English name contains every word of ``text``, best (shortest name) first."""
    words = text.casefold().split()
    hits = [one for one in load().values() if all(word in f"{one.code} {one.name} {one.name_en}".casefold() for word in words)]
    return sorted(hits, key=lambda one: (len(one.name), one.code))[:limit] if words else []
