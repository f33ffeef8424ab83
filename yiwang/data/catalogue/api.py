"""The door of the catalogue: data elements with their one source, and data resources 数据资源 with their core metadata.

A resource is found by its code ``department.name`` (``health.birth``); who may see, write and publish drafts is asked of the actor.
"""

from __future__ import annotations

from collections.abc import Sequence

from yiwang.data.catalogue import in_force
from yiwang.data.catalogue.elements import CrossSource, Cycle, Element, ElementKind, UnknownCodeTable, UnknownElement, code_tables, load
from yiwang.data.catalogue.errors import NoSuchResource
from yiwang.data.catalogue.values import Duty, Field, Resource

__all__ = [
    "CrossSource",
    "Cycle",
    "Duty",
    "Element",
    "ElementKind",
    "Field",
    "NoSuchResource",
    "Resource",
    "UnknownCodeTable",
    "UnknownElement",
    "codes",
    "duties",
    "element",
    "elements",
    "known",
    "label",
    "of_register",
    "resource",
    "resources",
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


def resource(code: str) -> Resource:
    """The resource in force of a code such as ``health.birth``: the newest published version, else as shipped.

    Cost: a lookup in memory; one small statement a second and process.

    Raises:
        NoSuchResource: no such code, or it has only a draft.
    """
    return in_force.resource(code)


def resources() -> list[Resource]:
    """Every resource in force, by code."""
    return [one for _, one in sorted(in_force.memory.all().items())]


def of_register(register: str) -> Resource:
    """The resource whose rows are in a register of ``data/registers``. Raises NoSuchResource."""
    for one in in_force.memory.all().values():
        if one.source == f"register:{register}":
            return one
    raise NoSuchResource(resource=str(register)[:80])


def duties() -> list[Duty]:
    """Every duty of every department, by code."""
    return list(in_force.duties().values())
