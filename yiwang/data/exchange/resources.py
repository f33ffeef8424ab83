"""What may be asked for: every register as a data resource 数据资源 with its fields, how it is shared, and how a field is masked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from yiwang.base.clock.api import Limit
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue.api import Element
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
    return Terms(Limit.parse(one["answer"]), Limit.parse(one["extension"]), told["longest_days"], told["most_calls"], told["source"])


def resource(code: str) -> Resource:
    """The resource of a code; NoSuchSharedResource."""
    found = _all().get(code)
    if found is None:
        raise NoSuchSharedResource(resource=code)
    return found


def listing() -> list[Resource]:
    """All resources, by title."""
    return sorted(_all().values(), key=lambda one: one.title)


@cache
def _all() -> dict[str, Resource]:
    by_register: dict[str, list[Element]] = {}
    for element in catalogue.elements():
        by_register.setdefault(element.register, []).append(element)
    made = (_resource(one, by_register.get(one.name, [])) for one in registers.registers())
    return {one.code: one for one in made if one is not None}


def _resource(register: Register, elements: Sequence[Element]) -> Resource | None:
    """A register as a resource; None where it has no field of its own, or a look at a row could not be told to those it is about."""
    kind = _kind(register)
    own = [one for one in elements if (lookup := register.lookup(one.subject)) is not None and lookup.source == register.name]
    if not own or (register.about and not kind):
        return None
    told = _told()["resources"].get(register.name, {})
    personal = any(one.level >= 2 for one in own)
    share = told.get("share") or ("conditional" if personal else "unconditional")
    codes = told.get("conditions", _told()["default_conditions"]) if share == "conditional" else ()
    conditions = tuple(Condition(code, _told()["conditions"][code]) for code in codes)
    fields = tuple(ResourceField(one.column, one.name, one.name_en, one.code, one.kind, one.level, one.sensitive) for one in own)
    region = settings.YIWANG_REGION
    owner = register.department
    why = (told.get("reason", ""), told.get("basis", ""))
    return Resource(register.name, register.title, owner, region, share, conditions, *why, fields, register.key_column, kind)


def _kind(register: Register) -> str:
    """The kind of key that names a row, '' where the register cannot be found by its own key."""
    for lookup in register.lookups:
        if lookup.column == register.key_column and lookup.source == register.name:
            return lookup.kind
    return ""


def masks(code: str, names: Sequence[str], *, purpose: str, department: str) -> dict[str, Mask]:
    """How each field is shown. What an agreement gives this purpose and department is shown in full; without one levels 1 and 2 are
    shown, level 3 in part, level 4 and sensitive personal data not at all.
    """
    agreed = agreeing.in_force(purpose)
    shown = {}
    for one in resource(code).fields:
        if one.name not in names:
            continue
        level = "full" if one.level <= 2 and not one.sensitive else "hidden" if one.sensitive or one.level >= 4 else "partial"
        if department in agreed.get(one.element, ()):
            level = "full"
        shown[one.name] = Mask(_mask_kind(one), level)
    return shown


def _mask_kind(field: ResourceField) -> str:
    if field.kind == "date":
        return "date"
    rule = _MASK_OF_RULE.get(catalogue.element(field.element).identifier_rule)
    return rule or next((kind for word, kind in _MASK_OF_WORD.items() if field.name.endswith(word)), "text")
