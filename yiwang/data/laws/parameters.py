"""Amounts, ages and thresholds as dated values with their source: the shipped file, overlaid by what officials have set."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.data.laws.errors import NoSuchParameter, ParameterExists, ParameterInvalid
from yiwang.data.laws.models import ParameterRow
from yiwang.data.laws.values import Parameter, ParameterValue
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record

_FILE: Final = Path(__file__).with_name("parameters.json")
_DAY: Final = timedelta(days=1)
KINDS: Final = ("law", "configuration")


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that begins on a day; ``until`` only where its end is known beforehand."""

    parameter: Parameter
    until: date | None


@cache
def _shipped() -> Mapping[str, tuple[_Value, ...]]:
    """The values of the file by code."""
    found: dict[str, tuple[_Value, ...]] = {}
    for row in json.loads(_FILE.read_text("utf8"), parse_float=Decimal, parse_int=Decimal):
        found[row["code"]] = tuple(_shipped_value(row, one) for one in row["values"])
    return found


def _shipped_value(row: Mapping[str, Any], one: Mapping[str, Any]) -> _Value:
    value: ParameterValue = tuple(one["value"]) if isinstance(one["value"], list) else one["value"]
    until = date.fromisoformat(one["to"]) if one.get("to") else None
    source = one.get("source") or row["source"]
    parameter = Parameter(row["code"], row["name"], value, row["unit"], source, row["kind"], date.fromisoformat(one["from"]), until)
    return _Value(parameter, until)


def history(code: str) -> list[Parameter]:
    """All values of a code, oldest first; see the door."""
    return _joined(code, ParameterRow.objects.filter(code=code))


def _joined(code: str, rows: Iterable[ParameterRow]) -> list[Parameter]:
    """Shipped values overlaid by the set ones, each until the day before the next."""
    begun = {one.parameter.valid_from: one for one in _shipped().get(code, ())}
    begun |= {row.valid_from: _set_value(row) for row in rows}
    ordered = [begun[day] for day in sorted(begun)]
    if not ordered:
        return []
    following: list[date | None] = [*(one.parameter.valid_from for one in ordered[1:]), None]
    return [
        replace(one.parameter, valid_to=min((day for day in (one.until, after and after - _DAY) if day), default=None))
        for one, after in zip(ordered, following, strict=True)
    ]


def _set_value(row: ParameterRow) -> _Value:
    value: ParameterValue = row.value if isinstance(row.value, str) else tuple(row.value)
    if row.unit:
        value = Decimal(row.value)
    return _Value(Parameter(row.code, row.name, value, row.unit, row.source, row.kind, row.valid_from, row.valid_to), row.valid_to)


def parameter(code: str, *, on: date) -> Parameter:
    """The value valid on a day; see the door."""
    known = history(code)
    if not known:
        raise NoSuchParameter(parameter=code, reason="不存在")
    held = _on(known, on)
    if held is None:
        raise NoSuchParameter(parameter=code, reason=f"在 {on} 没有值,最早自 {known[0].valid_from} 起")
    return held


def _on(known: Sequence[Parameter], on: date) -> Parameter | None:
    return next((one for one in known if one.valid_from <= on and (one.valid_to is None or on <= one.valid_to)), None)


def on_day(wanted: Sequence[str], on: date) -> dict[str, Parameter]:
    """The values of several codes on a day with one statement; see the door."""
    rows: dict[str, list[ParameterRow]] = defaultdict(list)
    for row in ParameterRow.objects.filter(code__in=list(wanted)):
        rows[row.code].append(row)
    held = {code: _on(_joined(code, rows[code]), on) for code in wanted}
    return {code: one for code, one in held.items() if one is not None}


def cohort(code: str, *, born: date, on: date) -> Mapping[str, Any]:
    """The row of a table of cohorts for a day of birth; see the door."""
    held = parameter(code, on=on)
    if not isinstance(held.value, tuple):
        raise NoSuchParameter(parameter=code, reason="不是按出生年月分档的表")
    month = f"{born:%Y-%m}"
    for row in held.value:
        if row.get("born_from", "") <= month <= (row.get("born_to") or "9999-12"):
            return row
    raise NoSuchParameter(parameter=code, reason=f"没有 {month} 出生的一档")


def name(code: str) -> str:
    """What a parameter is called; the code itself for one that is not shipped."""
    known = _shipped().get(code)
    return known[0].parameter.name if known else code


def codes() -> list[str]:
    """All codes, in order."""
    return sorted({*_shipped(), *ParameterRow.objects.values_list("code", flat=True).distinct()})


def set_parameter(
    code: str, *, value: Decimal | str, unit: str, source: str, valid_from: date, valid_to: date | None, actor: Actor
) -> Parameter:
    """See the door."""
    require(actor, "catalogue.edit")
    known = history(code)
    if not known:
        raise NoSuchParameter(parameter=code, reason="不存在")
    if any(isinstance(one.value, tuple) for one in known):
        raise ParameterInvalid(parameter=code, reason="它是按出生年月分档的表,随法律修改而更新,不能改成一个数", field="value")
    said = _checked(code, value=value, unit=unit, source=source, valid_from=valid_from, valid_to=valid_to)
    with transaction.atomic():
        row, created = ParameterRow.objects.get_or_create(
            code=code,
            valid_from=valid_from,
            defaults={
                "name": known[-1].name,
                "value": said,
                "unit": unit,
                "source": source.strip(),
                "kind": known[-1].kind,
                "valid_to": valid_to,
                "set_by": actor.account_id,
                "set_by_name": actor.name,
                "set_at": now(),
            },
        )
        if not created and (row.value, row.unit, row.valid_to) != (said, unit, valid_to):
            raise ParameterExists(parameter=code, since=valid_from, value=row.value)
        if created:
            detail = {"value": said, "unit": unit, "source": source.strip(), "valid_from": str(valid_from), "valid_to": str(valid_to or "")}
            record(Record("laws.parameter_set", actor, "parameter", code, detail=detail))
    return parameter(code, on=valid_from)


def _checked(code: str, *, value: Decimal | str, unit: str, source: str, valid_from: date, valid_to: date | None) -> str:
    """The value as text, if everything is complete."""
    if not source.strip():
        raise ParameterInvalid(parameter=code, reason="请写明来源(文件名称和文号)", field="source")
    if valid_to is not None and valid_to < valid_from:
        raise ParameterInvalid(parameter=code, reason="终止日期早于生效日期", field="valid_to")
    if not unit:
        return str(value)
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ParameterInvalid(parameter=code, reason=f"「{value}」不是数", field="value") from error
    if not number.is_finite():
        raise ParameterInvalid(parameter=code, reason=f"「{value}」不是数", field="value")
    return str(number)
