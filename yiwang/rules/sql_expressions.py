"""FEEL expressions as SQL in which NULL means *unknown*: SQL's own three-valued logic then does the judging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from yiwang.rules.feel import nodes
from yiwang.rules.feel.compiler import INPUT
from yiwang.rules.feel.temporal import parse_date, parse_duration
from yiwang.rules.feel.values import DAY, NANOS, Date, DaysTime, Value, YearsMonths

_SIGNS: Final = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ORDERED: Final = frozenset({"number", "string", "date", "months"})


class Obstacle(Exception):
    """Something that has no equal in SQL; the message says what."""


class Column(NamedTuple):
    """An SQL expression and the kind of its values: number, string, boolean, date, months or texts (a list); or a constant duration."""

    sql: str
    kind: str
    factors: int = 0
    constant: Value = None


Scope = Mapping[str, Column]


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def constant(value: Value) -> Column:
    """A constant as SQL."""
    if isinstance(value, bool):
        return Column("TRUE" if value else "FALSE", "boolean", constant=value)
    if isinstance(value, Decimal):
        return Column(_number(value), "number", constant=value)
    if isinstance(value, str):
        if "\x00" in value or "{source}" in value:
            raise Obstacle("文字中有空字符或 {source}")
        return Column("'" + value.replace("'", "''") + "'", "string", constant=value)
    if isinstance(value, Date) and 1 <= value.year <= 9999:
        return Column(f"DATE '{value}'", "date", constant=value)
    if isinstance(value, YearsMonths):
        return Column(str(value.months), "months", constant=value)
    if isinstance(value, DaysTime):
        return Column("", "duration", constant=value)
    raise Obstacle(f"常量 {value}")


def _number(value: Decimal) -> str:
    text = format(value, "f")
    if len(value.as_tuple().digits) > 18 or len(text) > 30:
        raise Obstacle(f"数字 {text} 位数过多")
    return f"({text})" if value < 0 else text


def expression(node: nodes.Node, scope: Scope) -> Column:
    """The SQL of an expression.

    Raises:
        Obstacle: a part has no equal in SQL.
    """
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise Obstacle(f"表达式 {type(node).__name__}")
    return compiler(node, scope)


def tests(node: nodes.Tests, value: Column, scope: Scope) -> str:
    """The SQL condition of a table cell for the SQL of its input."""
    if not node.tests:
        return "TRUE"
    inner = {**scope, INPUT: value}
    parts = " OR ".join(f"({_test(test, value, inner)})" for test in node.tests)
    return f"NOT ({parts})" if node.negated else f"({parts})"


def _test(node: nodes.Node, value: Column, scope: Scope) -> str:
    if isinstance(node, nodes.UnaryComparison):
        return _compare(node.op, value, expression(node.operand, scope))
    if isinstance(node, nodes.RangeNode):
        low = _compare(">=" if node.low_closed else ">", value, expression(node.low, scope))
        return f"{low} AND {_compare('<=' if node.high_closed else '<', value, expression(node.high, scope))}"
    if isinstance(node, nodes.ListNode):
        if not node.items:
            raise Obstacle("空列表")
        return " OR ".join(f"({_test(item, value, scope)})" for item in node.items)
    found = expression(node, scope)
    speaks = any(isinstance(part, nodes.Name) and part.name == INPUT for part in nodes.walk(node))
    if speaks or (found.kind == "boolean" and value.kind != "boolean" and found.constant is None):
        if found.kind != "boolean":
            raise Obstacle("带 ? 的条件不是真假值")
        return found.sql
    return _compare("=", value, found)


def _compare(op: str, left: Column, right: Column) -> str:
    if left.kind != right.kind:
        raise Obstacle(f"{left.kind} 与 {right.kind} 比较")
    if left.kind not in _ORDERED and op not in ("=", "!="):
        raise Obstacle(f"{left.kind} 比较大小")
    if left.kind in ("duration", "texts"):
        raise Obstacle(f"{left.kind} 比较")
    return f"{left.sql} {_SIGNS[op]} {right.sql}"


# --- nodes


def _literal(node: nodes.Literal, scope: Scope) -> Column:
    if node.value is None:
        raise Obstacle("null")
    return constant(node.value)


def _name(node: nodes.Name, scope: Scope) -> Column:
    if node.name not in scope:
        raise Obstacle(f"名称 {node.name}")
    return scope[node.name]


def _path(node: nodes.Path, scope: Scope) -> Column:
    if isinstance(node.base, nodes.Name) and f"{node.base.name}.{node.name}" in scope:
        return scope[f"{node.base.name}.{node.name}"]
    base = expression(node.base, scope)
    if base.kind == "date" and node.name in _DATE_PARTS:
        return Column(f"{_DATE_PARTS[node.name]}({base.sql})", "number")
    if base.kind == "months" and node.name in ("years", "months"):
        part = "//" if node.name == "years" else "%"
        return Column(f"(sign({base.sql}) * (abs({base.sql}) {part} 12))", "number")
    raise Obstacle(f"成员 {node.name}")


_DATE_PARTS: Final = {"year": "year", "month": "month", "day": "day", "weekday": "isodow"}


def _arithmetic(node: nodes.Arithmetic, scope: Scope) -> Column:
    left, right = expression(node.left, scope), expression(node.right, scope)
    kinds = (left.kind, right.kind)
    if kinds == ("number", "number") and node.op in ("+", "-", "*"):
        factors = left.factors + right.factors + 1 if node.op == "*" else max(left.factors, right.factors)
        if factors > 1:
            raise Obstacle("多次相乘")
        return Column(f"({left.sql} {node.op} {right.sql})", "number", factors)
    if kinds == ("string", "string") and node.op == "+":
        return Column(f"({left.sql} || {right.sql})", "string")
    if node.op == "+" and right.kind == "date":
        left, right = right, left
    if left.kind == "date" and node.op in ("+", "-") and right.constant is not None:
        return _moved(left, node.op, right.constant)
    raise Obstacle(f"{kinds[0]} {node.op} {kinds[1]}")


def _moved(date: Column, op: str, duration: Value) -> Column:
    if isinstance(duration, YearsMonths):
        return Column(f"CAST({date.sql} {op} INTERVAL ({duration.months}) MONTH AS DATE)", "date")
    if isinstance(duration, DaysTime) and duration.nanos % (DAY * NANOS) == 0:
        return Column(f"CAST({date.sql} {op} INTERVAL ({duration.nanos // (DAY * NANOS)}) DAY AS DATE)", "date")
    raise Obstacle("不足一日的时长")


def _negation(node: nodes.Negation, scope: Scope) -> Column:
    operand = expression(node.operand, scope)
    if operand.kind != "number":
        raise Obstacle(f"-{operand.kind}")
    return Column(f"(-{operand.sql})", "number", operand.factors)


def _comparison(node: nodes.Comparison, scope: Scope) -> Column:
    return Column(f"({_compare(node.op, expression(node.left, scope), expression(node.right, scope))})", "boolean")


def _boolean(node: nodes.Node, scope: Scope) -> str:
    found = expression(node, scope)
    if found.kind != "boolean":
        raise Obstacle(f"{found.kind} 作真假值")
    return found.sql


def _logic(node: nodes.Logic, scope: Scope) -> Column:
    return Column(f"({_boolean(node.left, scope)} {node.op.upper()} {_boolean(node.right, scope)})", "boolean")


def _between(node: nodes.Between, scope: Scope) -> Column:
    value = expression(node.value, scope)
    low, high = expression(node.low, scope), expression(node.high, scope)
    return Column(f"({_compare('>=', value, low)} AND {_compare('<=', value, high)})", "boolean")


def _in(node: nodes.In, scope: Scope) -> Column:
    return Column(tests(nodes.Tests(node.tests), expression(node.value, scope), scope), "boolean")


def _if(node: nodes.If, scope: Scope) -> Column:
    condition = _boolean(node.condition, scope)
    yes, no = expression(node.yes, scope), expression(node.no, scope)
    if yes.kind != no.kind or yes.kind == "duration":
        raise Obstacle("两个分支类型不同")
    # an unknown condition leaves the value unknown
    sql = f"CASE WHEN {condition} THEN {yes.sql} WHEN NOT {condition} THEN {no.sql} END"
    return Column(f"({sql})", yes.kind, max(yes.factors, no.factors))


def _call(node: nodes.Call, scope: Scope) -> Column:
    name = node.function.name if isinstance(node.function, nodes.Name) else ""
    if node.names is not None or name in scope:
        raise Obstacle(f"函数 {name}")
    if name in ("date", "duration") and len(node.arguments) == 1 and isinstance(node.arguments[0], nodes.Literal):
        text = node.arguments[0].value
        value = (parse_date if name == "date" else parse_duration)(text) if isinstance(text, str) else None
        if value is None:
            raise Obstacle(f"{name}({text})")
        return constant(value)
    arguments = [expression(argument, scope) for argument in node.arguments]
    found = _FUNCTIONS.get((name, tuple(argument.kind for argument in arguments)))
    if found is None:
        raise Obstacle(f"函数 {name}({', '.join(argument.kind for argument in arguments)})")
    kind, write = found
    return Column(write(*(argument.sql for argument in arguments)), kind, max((argument.factors for argument in arguments), default=0))


def _months_between(start: str, end: str) -> str:
    whole = f"((year({end}) - year({start})) * 12 + month({end}) - month({start}))"
    early = f"CASE WHEN {whole} > 0 AND day({end}) < day({start}) THEN 1 WHEN {whole} < 0 AND day({end}) > day({start}) THEN -1 ELSE 0 END"
    return f"({whole} - {early})"


def _least(a: str, b: str) -> str:
    return f"(CASE WHEN {a} <= {b} THEN {a} WHEN {a} > {b} THEN {b} END)"


def _greatest(a: str, b: str) -> str:
    return f"(CASE WHEN {a} >= {b} THEN {a} WHEN {a} < {b} THEN {b} END)"


_FUNCTIONS: Final[dict[tuple[str, tuple[str, ...]], tuple[str, Callable[..., str]]]] = {
    ("not", ("boolean",)): ("boolean", lambda a: f"(NOT {a})"),
    ("abs", ("number",)): ("number", lambda a: f"abs({a})"),
    ("min", ("number", "number")): ("number", _least),
    ("max", ("number", "number")): ("number", _greatest),
    ("list contains", ("texts", "string")): ("boolean", lambda a, b: f"list_contains({a}, {b})"),
    ("string length", ("string",)): ("number", lambda a: f"length({a})"),
    ("starts with", ("string", "string")): ("boolean", lambda a, b: f"starts_with({a}, {b})"),
    ("ends with", ("string", "string")): ("boolean", lambda a, b: f"ends_with({a}, {b})"),
    ("contains", ("string", "string")): ("boolean", lambda a, b: f"contains({a}, {b})"),
    ("years and months duration", ("date", "date")): ("months", _months_between),
    ("day of year", ("date",)): ("number", lambda a: f"dayofyear({a})"),
}
_COMPILERS: Final[dict[type[nodes.Node], Callable[[Any, Scope], Column]]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Arithmetic: _arithmetic,
    nodes.Negation: _negation,
    nodes.Comparison: _comparison,
    nodes.Logic: _logic,
    nodes.Between: _between,
    nodes.In: _in,
    nodes.If: _if,
    nodes.Call: _call,
}
