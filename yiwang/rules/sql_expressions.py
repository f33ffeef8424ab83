"""FEEL expressions as SQL in which NULL means *unknown*: SQL's own three-valued logic then does the judging."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from yiwang.rules.feel import nodes
from yiwang.rules.feel.compiler import INPUT
from yiwang.rules.feel.temporal import parse_date, parse_duration
from yiwang.rules.feel.values import DAY, NANOS, Date, DaysTime, Value, YearsMonths
from yiwang.rules.sql_dialects import Dialect

_SIGNS: Final = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ORDERED: Final = frozenset({"number", "string", "date", "months", "days"})
_MOST: Final = 9999  # the largest number that a text may make into a duration


class Obstacle(Exception):
    """Something that has no equal in SQL; the message says what."""


class Column(NamedTuple):
    """An SQL expression and the kind of its values: number, string, boolean, date, months, days or texts (a list).

    ``given``: an input as it came, so that a number is still written with the digits it was given with.
    """

    sql: str
    kind: str
    factors: int = 0
    constant: Value = None
    given: bool = False


class Scope(NamedTuple):
    """The names an expression may use, and the dialect it is written in."""

    columns: Mapping[str, Column]
    to: Dialect


def constant(value: Value, to: Dialect) -> Column:
    """A constant as SQL."""
    if isinstance(value, bool):
        return Column("TRUE" if value else "FALSE", "boolean", constant=value)
    if isinstance(value, Decimal):
        return Column(_number(value), "number", constant=value)
    if isinstance(value, str):
        if "\x00" in value or "{source}" in value:
            raise Obstacle("文字中有空字符或 {source}")
        return Column(to.text(value), "string", constant=value)
    if isinstance(value, Date) and 1 <= value.year <= 9999:
        return Column(f"DATE '{value}'", "date", constant=value)
    if isinstance(value, YearsMonths):
        return Column(str(value.months), "months", constant=value)
    if isinstance(value, DaysTime) and value.nanos % (DAY * NANOS) == 0:
        return Column(str(value.nanos // (DAY * NANOS)), "days", constant=value)
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
    inner = Scope({**scope.columns, INPUT: value}, scope.to)
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
    if value.kind == "boolean" and isinstance(found.constant, bool):
        return value.sql if found.constant else f"NOT {value.sql}"
    return _compare("=", value, found)


def _compare(op: str, left: Column, right: Column) -> str:
    if left.kind != right.kind:
        raise Obstacle(f"{left.kind} 与 {right.kind} 比较")
    if left.kind not in _ORDERED and op not in ("=", "!="):
        raise Obstacle(f"{left.kind} 比较大小")
    if left.kind == "texts":
        raise Obstacle("列表比较")
    return f"{left.sql} {_SIGNS[op]} {right.sql}"


# --- nodes


def _literal(node: nodes.Literal, scope: Scope) -> Column:
    if node.value is None:
        raise Obstacle("null")
    return constant(node.value, scope.to)


def _name(node: nodes.Name, scope: Scope) -> Column:
    if node.name not in scope.columns:
        raise Obstacle(f"名称 {node.name}")
    return scope.columns[node.name]


def _path(node: nodes.Path, scope: Scope) -> Column:
    if isinstance(node.base, nodes.Name) and f"{node.base.name}.{node.name}" in scope.columns:
        return scope.columns[f"{node.base.name}.{node.name}"]
    base = expression(node.base, scope)
    if base.kind == "date" and node.name in ("year", "month", "day"):
        return Column(f"{node.name}({base.sql})", "number")
    if base.kind == "date" and node.name == "weekday":
        return Column(scope.to.write("weekday", base.sql), "number")
    if base.kind == "months" and node.name in ("years", "months"):
        return Column(scope.to.write(node.name, base.sql), "number")
    if base.kind == "days" and node.name == "days":
        return Column(base.sql, "number")
    raise Obstacle(f"成员 {node.name}")


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
    if left.kind == "date" and node.op in ("+", "-") and right.kind in ("months", "days"):
        sign = "-" if node.op == "-" else ""
        return Column(scope.to.write(f"add {right.kind}", left.sql, f"{sign}({right.sql})"), "date")
    if kinds == ("date", "date") and node.op == "-":
        return Column(scope.to.write("days between", right.sql, left.sql), "days")
    raise Obstacle(f"{kinds[0]} {node.op} {kinds[1]}")


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
    if yes.kind != no.kind:
        raise Obstacle("两个分支类型不同")
    # an unknown condition leaves the value unknown
    sql = f"CASE WHEN {condition} THEN {yes.sql} WHEN NOT {condition} THEN {no.sql} END"
    return Column(f"({sql})", yes.kind, max(yes.factors, no.factors))


def _call(node: nodes.Call, scope: Scope) -> Column:
    name = node.function.name if isinstance(node.function, nodes.Name) else ""
    if node.names is not None or name in scope.columns:
        raise Obstacle(f"函数 {name}")
    if name in ("date", "duration") and len(node.arguments) == 1:
        return _read(name, node.arguments[0], scope)
    arguments = [expression(argument, scope) for argument in node.arguments]
    if name == "string" and len(arguments) == 1 and arguments[0].given and arguments[0].kind == "number":
        return Column(f"CAST({arguments[0].sql} AS STRING)", "string")
    found = _FUNCTIONS.get((name, tuple(argument.kind for argument in arguments)))
    if found is None:
        raise Obstacle(f"函数 {name}({', '.join(argument.kind for argument in arguments)})")
    if name in _CONSTANT_FROM:
        _small_constants(name, arguments[_CONSTANT_FROM[name] :])
    kind, write = found
    sql = write(scope.to, *(argument.sql for argument in arguments))
    return Column(sql, kind, max((argument.factors for argument in arguments), default=0))


def _small_constants(name: str, arguments: Sequence[Column]) -> None:
    """Functions whose later arguments mean the same in SQL only as small whole numbers."""
    least = 1 if name == "substring" else 0
    for argument in arguments:
        value = argument.constant
        if not isinstance(value, Decimal) or value != value.to_integral_value() or not least <= value <= _LARGE:
            raise Obstacle(f"函数 {name} 的参数不是小整数常量")


def _read(name: str, argument: nodes.Node, scope: Scope) -> Column:
    """``date("…")`` and ``duration("…")`` of a constant text, and ``duration("P" + string(n) + "Y")``."""
    if isinstance(argument, nodes.Literal) and isinstance(argument.value, str):
        value = (parse_date if name == "date" else parse_duration)(argument.value)
        if value is None:
            raise Obstacle(f"{name}({argument.value})")
        return constant(value, scope.to)
    match list(_pieces(argument)) if name == "duration" else []:
        case [nodes.Literal("P"), nodes.Call(nodes.Name("string"), (inner,)), nodes.Literal("Y" | "M" | "D" as unit)]:
            number = expression(inner, scope)
            if number.kind == "number":
                # FEEL reads "P3Y" but neither "P3.0Y" nor "P-3Y": such a number gives no duration
                whole = f"{number.sql} BETWEEN 0 AND {_MOST} AND NOT contains(CAST({number.sql} AS STRING), '.')"
                times = " * 12" if unit == "Y" else ""
                return Column(
                    f"(CASE WHEN {whole} THEN CAST({number.sql} AS INTEGER){times} END)",
                    "days" if unit == "D" else "months",
                    number.factors,
                )
    raise Obstacle(f"函数 {name} 的参数不是常量")


def _pieces(node: nodes.Node) -> Iterator[nodes.Node]:
    """The parts of a sum, left to right."""
    if isinstance(node, nodes.Arithmetic) and node.op == "+":
        yield from _pieces(node.left)
        yield from _pieces(node.right)
    else:
        yield node


def _months_between(_: Dialect, start: str, end: str) -> str:
    whole = f"((year({end}) - year({start})) * 12 + month({end}) - month({start}))"
    early = f"CASE WHEN {whole} > 0 AND day({end}) < day({start}) THEN 1 WHEN {whole} < 0 AND day({end}) > day({start}) THEN -1 ELSE 0 END"
    return f"({whole} - {early})"


def _least(_: Dialect, a: str, b: str) -> str:
    return f"(CASE WHEN {a} <= {b} THEN {a} WHEN {a} > {b} THEN {b} END)"


def _greatest(_: Dialect, a: str, b: str) -> str:
    return f"(CASE WHEN {a} >= {b} THEN {a} WHEN {a} < {b} THEN {b} END)"


def _substring(to: Dialect, text: str, start: str, length: str = "2147483647") -> str:
    """Beyond its end a text has no part."""
    return f"(CASE WHEN length({text}) >= {start} THEN {to.write('substring', text, start, length)} END)"


def _plain(word: str) -> Callable[..., str]:
    """A function of the same name and meaning in both."""
    return lambda _, *operands: f"{word}({', '.join(operands)})"


def _written(word: str) -> Callable[..., str]:
    """A function that the dialects write differently."""
    return lambda to, *operands: to.write(word, *operands)


_LARGE: Final = 1000
_CONSTANT_FROM: Final = {"substring": 1, "round half up": 1}  # where the arguments begin that must be constants
_FUNCTIONS: Final[dict[tuple[str, tuple[str, ...]], tuple[str, Callable[..., str]]]] = {
    ("not", ("boolean",)): ("boolean", lambda _, a: f"(NOT {a})"),
    ("abs", ("number",)): ("number", _plain("abs")),
    ("min", ("number", "number")): ("number", _least),
    ("max", ("number", "number")): ("number", _greatest),
    # DuckDB makes floating numbers of whole ones when it rounds them, but not of decimals
    ("floor", ("number",)): ("number", lambda _, a: f"floor({a} + 0.0)"),
    ("ceiling", ("number",)): ("number", lambda _, a: f"ceil({a} + 0.0)"),
    ("round half up", ("number", "number")): ("number", _plain("round")),
    ("list contains", ("texts", "string")): ("boolean", _written("list contains")),
    ("count", ("texts",)): ("number", _written("count")),
    ("string length", ("string",)): ("number", _plain("length")),
    ("substring", ("string", "number")): ("string", _substring),
    ("substring", ("string", "number", "number")): ("string", _substring),
    ("starts with", ("string", "string")): ("boolean", _written("starts with")),
    ("ends with", ("string", "string")): ("boolean", _written("ends with")),
    ("contains", ("string", "string")): ("boolean", _plain("contains")),
    ("years and months duration", ("date", "date")): ("months", _months_between),
    ("day of year", ("date",)): ("number", _plain("dayofyear")),
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
