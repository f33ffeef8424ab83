"""What may be asked for: every register as a data resource 数据资源 with its fields, how it is shared, and how a field is masked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings

from yiwang.base.clock.api import Limit
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue.api import Element
from yiwang.data.catalogue.api import Resource as Catalogued
from yiwang.data.exchange import agreeing
from yiwang.data.exchange.errors import NoSuchSharedResource
from yiwang.data.exchange.requests import Condition, Mask, Resource, ResourceField, Terms
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Register

_MASK_OF_RULE = {"id_card": "id_number", "mobile": "phone", "credit_code": "credit_code"}
_MASK_OF_WORD = {"name": "name", "address": "address", "phone": "phone", "id_number": "id_number", "account": "bank_account"}


@cache
def _told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "sharing.json").read_text(encoding="utf-8"))
    return found


def terms(share: str) -> Terms:
    """The terms of a kind of sharing; numbers are the operator's, in ``sharing.json``."""
    told = _told()["terms"]
    one = told["unconditional" if share == "unconditional" else "conditional"]
    return Terms(
        Limit.parse(one["answer"]),
        Limit.parse(one["extension"]),
        told["longest_days"],
        told["most_calls"],
        told["source"],
        told["countersign_level"],
        told["most_daily"],
    )


def resource(code: str) -> Resource:
    """The resource of a code; NoSuchSharedResource."""
    found = _all().get(code)
    if found is None:
        raise NoSuchSharedResource(resource=code)
    return found


def offered(code: str) -> bool:
    """Whether a resource is (still) there and shared."""
    found = _all().get(code)
    return found is not None and found.share != "none"


def listing() -> list[Resource]:
    """All resources, by title."""
    return sorted(_all().values(), key=lambda one: one.title)


class _Made:
    """The resources as they were made from one state of the catalogue."""

    now: tuple[Sequence[Catalogued], Mapping[str, Resource]] = ((), MappingProxyType({}))


def _all(*, fresh: bool = False) -> Mapping[str, Resource]:
    """Every resource by code; made anew when the catalogue published something."""
    catalogued = catalogue.resources(fresh=fresh)
    if catalogued != _Made.now[0]:  # unchanged ones are the same objects, so that this costs nothing
        told = {one.source.partition(":")[2]: one for one in catalogued if one.source.startswith("register:")}
        by_register: dict[str, list[Element]] = {}
        for element in catalogue.elements():
            by_register.setdefault(element.register, []).append(element)
        made = (_resource(one, by_register.get(one.name, []), told.get(one.name)) for one in registers.registers())
        _Made.now = (catalogued, {one.code: one for one in made if one is not None})
    return _Made.now[1]


def look_again() -> None:
    """What the catalogue says now, not a second ago: the policy must never go back to an older level."""
    _all(fresh=True)


def _resource(register: Register, elements: Sequence[Element], told: Catalogued | None) -> Resource | None:
    """A register as a resource; None where it has no field of its own, or a look at a row could not be told to those it is about.

    How it is shared and what its fields are is what the catalogue has published; a field that it does not name is not shared.
    """
    kind = _kind(register)
    own = [one for one in elements if (lookup := register.lookup(one.subject)) is not None and lookup.source == register.name]
    fields = tuple(one for one in (_field(element, told) for element in own) if one is not None)
    if not own or (register.about and not kind):
        return None
    seed = _told()["resources"].get(register.name, {})
    share = seed.get("share") or (told.share if told else "conditional")
    if share == "unconditional" and told is not None and told.approval:
        share = "conditional"
    texts = _told()["conditions"]
    codes = seed.get("conditions", _told()["default_conditions"]) if share == "conditional" else ()
    conditions = [Condition(code, texts[code]) for code in codes]
    if told is not None and share == "conditional" and told.share_terms:
        conditions.append(Condition("terms", told.share_terms))
    ground, source = (told.share_ground, f"数据目录 {told.catalogue_code}") if told else ("", "")
    why = (seed.get("reason") or ground, seed.get("basis") or source)
    title, owner = (told.title, told.department) if told else (register.title, register.department)
    region = (told.region if told else "") or settings.YIWANG_REGION
    return Resource(register.name, title, owner, region, share, tuple(conditions), *why, fields, register.key_column, kind)


def _field(element: Element, told: Catalogued | None) -> ResourceField | None:
    """A field with the level, the sensitivity and the mask that were confirmed; never below those of its element."""
    one = told.field(element.column) if told is not None else None
    if told is not None and one is None:
        return None
    level = max(element.level, one.level if one else 1)
    sensitive = element.sensitive or (one.sensitive if one else False)
    mask = (one.mask if one else "") or _mask_kind(element)
    encrypted = one.encrypted if one else False
    title = one.title if one else element.name
    levels = (level, sensitive, mask, encrypted or sensitive or level >= 3)
    return ResourceField(element.column, title, element.name_en, element.code, element.kind, *levels)


def _kind(register: Register) -> str:
    """The kind of key that names a row, '' where the register cannot be found by its own key."""
    for lookup in register.lookups:
        if lookup.column == register.key_column and lookup.source == register.name:
            return lookup.kind
    return ""


def masks(code: str, names: Sequence[str], *, purpose: str, department: str, signed: int) -> dict[str, Mask]:
    """How each field is shown. What an agreement gives this purpose and department is shown in full, up to the level that was ``signed``
    for; without one levels 1 and 2 are shown, level 3 in part, level 4 and sensitive personal data not at all.
    """
    agreed = agreeing.in_force(purpose)
    shown = {}
    for one in resource(code).fields:
        if one.name not in names:
            continue
        level = "full" if one.level <= 2 and not one.sensitive else "hidden" if one.sensitive or one.level >= 4 else "partial"
        if department in agreed.get(one.element, ()) and one.level <= signed:
            level = "full"
        shown[one.name] = Mask(one.mask, level)
    return shown


def above(code: str, names: Sequence[str], *, signed: int) -> tuple[ResourceField, ...]:
    """The fields that need the signature of the provider's head and have it not."""
    least = max(signed + 1, int(_told()["terms"]["countersign_level"]))
    return tuple(one for one in resource(code).fields if one.name in names and one.level >= least)


def _mask_kind(element: Element) -> str:
    """How a value is masked where the catalogue does not say."""
    if element.kind == "date":
        return "date"
    rule = _MASK_OF_RULE.get(element.identifier_rule)
    return rule or next((kind for word, kind in _MASK_OF_WORD.items() if element.column.endswith(word)), "text")
