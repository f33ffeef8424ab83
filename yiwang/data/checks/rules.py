"""What a rule is, and what each kind means. Empty values (null; for texts also blank) fail only ``not_null``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, cast

from yiwang.standards.errors import InvalidInput

Kind = Literal[
    "typed",
    "not_null",
    "id_number",
    "credit_code",
    "mobile",
    "pattern",
    "range",
    "code",
    "reference",
    "order",
    "fresh",
    "birth_date",
    "unique",
]

# Second-level indicators of GB/T 36344-2018 (its four-digit codes), which a kind measures.
DIMENSIONS: Final[Mapping[str, str]] = {
    "typed": "0302",
    "not_null": "0201",
    "id_number": "0302",
    "credit_code": "0302",
    "mobile": "0302",
    "pattern": "0302",
    "range": "0301",
    "code": "0105",
    "reference": "0402",
    "order": "0503",
    "fresh": "0502",
    "birth_date": "0401",
    "unique": "0304",
}
_COLUMNS: Final[Mapping[str, int]] = {"order": 2, "birth_date": 2}
TYPES: Final = ("text", "integer", "number", "date")


class RuleInvalid(InvalidInput):
    """质量规则写法不对,请对照说明修改。"""

    code = "rule_invalid"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        code: names it in findings. columns: what it looks at, in order.
        kind:
            * typed – the text can be read as the column's declared type
            * not_null – there is a value; a text of blanks is none
            * id_number – GB 11643: 18 places, check character (capital X), a real day of birth from 1900 to the check's day
            * credit_code – GB 32100: 18 places of its alphabet, check character
            * mobile – 11 digits, 1 then 3 to 9
            * pattern – the whole text matches ``pattern``
            * range – between ``low`` and ``high``, both included, either may be absent
            * code – one of ``values``
            * reference – occurs in the column of the table named ``table`` (given to the check)
            * order – first column ≤ second
            * fresh – the day is at most ``days`` before the check's day, and not after it
            * birth_date – places 7 to 14 of an 18-place number (first column) are the day in the second
            * unique – the columns together occur once; every row of a repeated value fails
    """

    code: str
    kind: Kind
    columns: tuple[str, ...]
    pattern: str = ""
    low: float | date | None = None
    high: float | date | None = None
    values: tuple[str, ...] = ()
    table: str = ""
    days: int = 0
    title: str = ""

    @property
    def dimension(self) -> str:
        """The indicator it measures."""
        return DIMENSIONS[self.kind]


@dataclass(frozen=True, slots=True)
class Definition:
    """Rules for one kind of table with its declared types (``TYPES``) by column."""

    types: Mapping[str, str]
    rules: Sequence[Rule]
    key: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


def read(told: Mapping[str, object]) -> Definition:
    """A definition from its JSON: ``{"types": {column: type}, "rules": [{…}], "key": column}``.

    Raises:
        RuleInvalid: names the rule, what is wrong and how to mend it.
    """
    types = told.get("types")
    if not isinstance(types, Mapping) or not types or any(kind not in TYPES for kind in types.values()):
        raise RuleInvalid(f"types 应写明每一列的类型({'、'.join(TYPES)} 之一)。", field="types")
    rules = told.get("rules", [])
    if not isinstance(rules, list):
        raise RuleInvalid("rules 应为规则的列表。", field="rules")
    made = [_rule(one, at, types) for at, one in enumerate(rules, 1)]
    twice = next((rule.code for at, rule in enumerate(made) if rule.code in {other.code for other in made[:at]}), None)
    if twice:
        raise RuleInvalid(f"规则代码「{twice}」用了两次,请各取一个。", field="rules")
    return Definition(dict(types), made, str(told.get("key", "")))


def _rule(told: object, at: int, types: Mapping[str, str]) -> Rule:
    if not isinstance(told, Mapping):
        raise RuleInvalid(f"第 {at} 条规则应为对象。", field="rules")
    code, kind, columns = str(told.get("code") or at), told.get("kind"), told.get("columns")
    where = f"第 {at} 条规则(「{code}」)"
    if kind not in DIMENSIONS:
        raise RuleInvalid(f"{where}的种类「{kind}」不认识,可用:{'、'.join(DIMENSIONS)}。", field="rules")
    if not isinstance(columns, list) or not columns or any(column not in types for column in columns):
        raise RuleInvalid(f"{where}的 columns 应为 types 中有的列名列表。", field="rules")
    known = cast(Kind, kind)
    wanted = _COLUMNS.get(known, 1)
    if kind != "unique" and len(columns) != wanted:
        raise RuleInvalid(f"{where}应正好有 {wanted} 列。", field="rules")
    rule = Rule(
        code,
        known,
        tuple(columns),
        str(told.get("pattern", "")),
        _bound(told.get("low"), types[columns[0]], where),
        _bound(told.get("high"), types[columns[0]], where),
        tuple(str(value) for value in told.get("values", ())),
        str(told.get("table", "")),
        int(str(told.get("days", 0))),
        str(told.get("title", "")),
    )
    _complete(rule, types, where)
    return rule


def _complete(rule: Rule, types: Mapping[str, str], where: str) -> None:
    """What a kind needs, and the types it can look at."""
    lacking = {
        "pattern": not rule.pattern and "pattern",
        "range": rule.low is None and rule.high is None and "low 或 high",
        "code": not rule.values and "values",
        "reference": not rule.table and "table",
        "fresh": rule.days <= 0 and "days",
    }.get(rule.kind)
    if lacking:
        raise RuleInvalid(f"{where}缺少 {lacking}。", field="rules")
    text = rule.kind in ("id_number", "credit_code", "mobile", "pattern", "code", "reference")
    if text and types[rule.columns[0]] != "text":
        raise RuleInvalid(f"{where}只能检查文字列,「{rule.columns[0]}」是 {types[rule.columns[0]]}。", field="rules")
    day = {"fresh": rule.columns[:1], "birth_date": rule.columns[1:]}.get(rule.kind, ())
    if any(types[column] != "date" for column in day) or (rule.kind == "order" and types[rule.columns[0]] != types[rule.columns[1]]):
        raise RuleInvalid(f"{where}要求日期列(order 要求两列类型相同)。", field="rules")
    if rule.kind == "range" and types[rule.columns[0]] == "text":
        raise RuleInvalid(f"{where}要求数或日期列。", field="rules")
    try:
        re.compile(rule.pattern)
    except re.error as error:
        raise RuleInvalid(f"{where}的正则表达式有误({error})。", field="rules") from error


def _bound(told: object, kind: str, where: str) -> float | date | None:
    if told is None:
        return None
    try:
        return date.fromisoformat(str(told)) if kind == "date" else float(str(told))
    except ValueError as error:
        raise RuleInvalid(f"{where}的界限「{told}」不是{'日期' if kind == 'date' else '数'}。", field="rules") from error
