"""Rulebooks: read from ``rules.json`` or the last saved version, checked before saving. Kinds beside those of ``checks``:

* agrees – for the same key (first column) the other register (``with``: register, its key, its column) holds the same value (second column)
* drift – the distribution of the column differs from the accepted run's by a PSI of at most ``limit``
* refreshed – the register was loaded by its owner within ``days``

``reference`` may name a register's column (``of``), ``code`` a table of the catalogue (``code_table``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.data.catalogue import api as catalogue
from yiwang.data.checks.api import DIMENSIONS, Definition, RuleInvalid, read
from yiwang.data.quality.models import RuleSetRow
from yiwang.data.quality.report import Rulebook, RulebookChanged, Told, UnknownResource
from yiwang.data.registers import api as registers
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record

OWN: Final[Mapping[str, str]] = {"agrees": "0401", "drift": "0301", "refreshed": "0502"}
KINDS: Final[Mapping[str, str]] = {
    "not_null": "已填写", "id_number": "身份号码", "credit_code": "统一社会信用代码", "mobile": "手机号码", "pattern": "格式(正则)",
    "range": "范围", "code": "代码表", "unique": "不重复", "reference": "对照登记册", "order": "先后次序", "fresh": "日期在若干天内",
    "birth_date": "出生日期与身份号码一致", "agrees": "跨登记册一致", "drift": "分布漂移", "refreshed": "按期更新",
}  # fmt: skip


@cache
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """What ``rules.json`` says of registers and ``lake_rules.json`` of theme tables of the lake, by resource."""
    told = [one for name in ("rules.json", "lake_rules.json") for one in json.loads(Path(__file__).with_name(name).read_text("utf-8"))]
    return {one["resource"]: one for one in told}


def dimension(kind: str) -> str:
    """The indicator that a kind measures."""
    return OWN.get(kind) or DIMENSIONS[kind]


def book(resource: str) -> Rulebook:
    """The rules in force; UnknownResource where there are none."""
    if resource not in shipped():
        raise UnknownResource(resource=resource)
    row = RuleSetRow.objects.filter(resource=resource).order_by("-version").first()
    return _made(resource, row)


def books() -> list[Rulebook]:
    """All rulebooks, in one statement."""
    newest: dict[str, RuleSetRow] = {}
    for row in RuleSetRow.objects.order_by("version"):
        newest[row.resource] = row
    return [_made(resource, newest.get(resource)) for resource in shipped()]


def _made(resource: str, row: RuleSetRow | None) -> Rulebook:
    held = shipped()[resource]
    register = None if held.get("lake") else registers.register(resource)
    title, department = (register.title, register.department) if register else (held["title"], held["department"])
    rules = tuple(row.rules) if row else tuple(held["rules"])
    return Rulebook(resource, title, department, row.version if row else 0, held["types"], held["titles"], rules)


def title(resource: str) -> str:
    """A resource's Chinese name."""
    held = shipped()[resource]
    return str(held["title"]) if held.get("lake") else registers.register(resource).title


def definition(book_: Rulebook, rules: Iterable[Told]) -> Definition:
    """The rules of ``checks`` among the given, with code tables written out; RuleInvalid for a wrong one."""
    made = []
    for rule in rules:
        if rule["kind"] in OWN:
            continue
        told = dict(rule)
        if told.get("code_table"):
            told["values"] = list(catalogue.codes(str(told["code_table"])))
        if told.get("of"):
            told["table"] = table_name(_pair(told["of"], str(rule.get("code"))))
        made.append(told)
    return read({"types": dict(book_.types), "rules": made})


def table_name(of: Sequence[str]) -> str:
    """How a check calls a register's column."""
    return ".".join(of)


def checked(book_: Rulebook, rules: Sequence[Told]) -> None:
    """RuleInvalid for the first rule that cannot run."""
    codes = [str(rule.get("code", "")) for rule in rules]
    for rule in rules:
        code, kind, columns = str(rule.get("code", "")), str(rule.get("kind", "")), rule.get("columns", [])
        if not code.strip() or codes.count(code) > 1:
            raise RuleInvalid(f"规则代码「{code}」为空或用了两次,请各取一个。", field="code")
        if kind not in KINDS:
            raise RuleInvalid(f"规则「{code}」的种类「{kind}」不认识。", field="kind")
        if not isinstance(columns, list) or any(column not in book_.types for column in columns):
            raise RuleInvalid(f"规则「{code}」的字段不在本资源中。", field="columns")
        if kind in OWN:
            _own(book_, rule, code)
        if rule.get("of"):
            known(_pair(rule["of"], code), code)
    definition(book_, rules)


def _own(book_: Rulebook, rule: Told, code: str) -> None:
    wanted = {"agrees": 2, "drift": 1, "refreshed": 0}[rule["kind"]]
    if len(rule.get("columns", [])) != wanted:
        raise RuleInvalid(f"规则「{code}」应正好有 {wanted} 个字段。", field="columns")
    if rule["kind"] == "agrees":
        other = rule.get("with")
        if not isinstance(other, list) or len(other) != 3:
            raise RuleInvalid(f"规则「{code}」要写明对照的登记册、其键字段和值字段。", field="with")
        known(other, code)
        if book_.types[rule["columns"][1]] != shipped()[other[0]]["types"][other[2]]:
            raise RuleInvalid(f"规则「{code}」两边字段的类型不同,无法比较。", field="with")
    limit = {"drift": "limit", "refreshed": "days"}.get(rule["kind"])
    if limit and not (isinstance(rule.get(limit), int | float) and 0 < rule[limit] < 100_000):
        raise RuleInvalid(f"规则「{code}」缺少大于 0 的 {limit}。", field=limit)


def _pair(told: object, code: str) -> list[str]:
    if not isinstance(told, list) or len(told) != 2 or not all(isinstance(one, str) for one in told):
        raise RuleInvalid(f"规则「{code}」要写明对照的登记册和字段。", field="of")
    return told


def known(other: Sequence[str], code: str) -> None:
    """RuleInvalid unless the register and its columns exist."""
    types = shipped().get(other[0], {}).get("types", {})
    if any(column not in types for column in other[1:]):
        raise RuleInvalid(f"规则「{code}」对照的「{'.'.join(other)}」不存在。", field="of")


def save(resource: str, *, rules: Sequence[Told], note: str, version: int, actor: Actor) -> Rulebook:
    """Keep a new version; see the door."""
    held = book(resource)
    require(actor, "quality.edit", department=held.department)
    if not note.strip():
        raise RuleInvalid("请写明为什么修改规则。", field="note")
    checked(held, rules)
    with transaction.atomic():
        newest = RuleSetRow.objects.select_for_update().filter(resource=resource).order_by("-version").first()
        if (newest.version if newest else 0) != version:
            raise RulebookChanged()
        row, created = RuleSetRow.objects.get_or_create(
            resource=resource,
            version=version + 1,
            defaults={
                "rules": [dict(rule) for rule in rules],
                "note": note.strip()[:300],
                "changed_by": actor.account_id,
                "changed_by_name": actor.name,
                "changed_at": now(),
            },
        )
        if not created:  # somebody else was first, and his was the same number
            raise RulebookChanged()
        detail = {"version": row.version, "rules": len(rules), "note": row.note, "department": held.department}
        record(Record("quality.rules", actor, "quality_rules", resource, detail=detail))
    return _made(resource, row)
