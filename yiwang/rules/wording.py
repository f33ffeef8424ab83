"""Conditions in plain words, Chinese and English: what a citizen reads instead of ``starts with(?, "9901")``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from yiwang.rules.feel import nodes
from yiwang.rules.feel.compiler import INPUT
from yiwang.rules.feel.lexer import FeelSyntaxError
from yiwang.rules.feel.parser import parse, parse_tests
from yiwang.rules.feel.scope import Scope
from yiwang.rules.feel.temporal import parse_duration
from yiwang.rules.feel.values import DAY, NANOS, Date, DateTime, DaysTime, Value, YearsMonths

Language = Literal["zh", "en"]
_NUMBERS: Final = {
    "zh": {"=": "等于", "!=": "不等于", "<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于"},
    "en": {"=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"},
}
_DAYS: Final = {
    "zh": {"=": "是", "!=": "不是", "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"},
    "en": {"=": "is", "!=": "is not", "<": "is before", "<=": "is not after", ">": "is after", ">=": "is not before"},
}
_OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "any": ("不限", "any"),
    "and": ("{0},且{1}", "{0} and {1}"),
    "or": ("{0},或者{1}", "{0} or {1}"),
    "answer": ("{0}:{1}", "{0}: {1}"),
    "is": ("{0} 是 {1}", "{0} is {1}"),
    "is not": ("{0} 不是 {1}", "{0} is not {1}"),
    "compare": ("{0} {1} {2}", "{0} {1} {2}"),
    "starts": ("{0} 以 {1} 开头", "{0} starts with {1}"),
    "starts not": ("{0} 不以 {1} 开头", "{0} does not start with {1}"),
    "ends": ("{0} 以 {1} 结尾", "{0} ends with {1}"),
    "ends not": ("{0} 不以 {1} 结尾", "{0} does not end with {1}"),
    "holds": ("{0} 包括 {1}", "{0} includes {1}"),
    "holds not": ("{0} 不包括 {1}", "{0} does not include {1}"),
    "filled": ("有{0}", "there is a {0}"),
    "filled not": ("没有{0}", "there is no {0}"),
    "length": ("{0}的位数", "length of {0}"),
    "age": ("按{0}计算的周岁", "full years since {0}"),
    "years": ("从{0}到{1}的整年数", "full years from {0} to {1}"),
    "days since": ("自{0}起的天数", "days since {0}"),
    "year": ("{0}的年份", "year of {0}"),
    "month": ("{0}的月份", "month of {0}"),
    "day": ("{0}的日", "day of {0}"),
    "between": ("{0} 在 {1} 至 {2} 之间", "{0} is between {1} and {2}"),
    "between not": ("{0} 不在 {1} 至 {2} 之间", "{0} is not between {1} and {2}"),
    "after": ("{0}之后 {1}", "{1} after {0}"),
    "before": ("{0}之前 {1}", "{1} before {0}"),
    "true": ("{0}", "{0}"),
    "false": ("不是「{0}」", "not: {0}"),
    "choice": ("如果{0},则为{1},否则为{2}", "{1} if {0}, otherwise {2}"),
    "list": ("、", ", "),
    "alternatives": (" 或 ", " or "),
    "today": ("今天", "today"),
}
_UNITS: Final = {"zh": (" 年", " 个月", " 日"), "en": (" years", " months", " days")}
_UNIT_PLACES: Final = {"Y": 0, "M": 1, "D": 2}
_CALLS: Final = {"starts with": "starts", "ends with": "ends", "contains": "holds", "list contains": "holds"}


class _NoWords(Exception):
    """A part that these words do not cover."""


def in_words(
    expression: str,
    test: str = "",
    *,
    names: Mapping[str, str] | None = None,
    codes: Mapping[str, Mapping[str, str]] | None = None,
    subject: str = "",
    language: Language = "zh",
) -> str:
    """A condition of a decision table as a person says it.

    Args:
        expression: what the column looks at, for example ``years and months duration(birth_date, today).years``.
        test: the cell, for example ``>= age``; '' for the expression alone.
        names: what to say for a name: an input's label, or the value of a parameter (``{"age": "80"}``).
        codes: for inputs whose values are codes, what each code means.
        subject: what the column is called; '' when the expression is to be said in words.
        language: 'zh' or 'en'.

    Returns:
        For example ``周岁 不小于 80``. What these words do not cover is given as it is written, with the names replaced.
    """
    speaker = _Speaker(dict(names or {}), codes or {}, subject, language)
    scope = Scope(tuple(sorted({"today", *speaker.names, *speaker.codes})))
    try:
        looked_at = parse(expression, scope)
        if not test.strip():
            return speaker.say(looked_at)
        return speaker.tested(looked_at, parse_tests(test, scope))
    except (_NoWords, FeelSyntaxError):
        return f"{subject or speaker.names.get(expression, expression)} {test}".strip()


@dataclass(frozen=True, slots=True)
class _Speaker:
    """How names, codes and the column are called, in one language."""

    names: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    subject: str
    language: Language

    def words(self, key: str, *parts: str) -> str:
        return _WORDS[key][self.language == "en"].format(*parts)

    def tested(self, column: nodes.Node, cell: nodes.Tests) -> str:
        """The column under its tests; several alternatives are one sentence."""
        if not cell.tests:
            return self.words("is", self.column(column), self.words("any"))
        if all(isinstance(one, nodes.Literal) and isinstance(one.value, bool) for one in cell.tests) and len(cell.tests) == 1:
            literal = cell.tests[0]
            assert isinstance(literal, nodes.Literal)
            wanted = bool(literal.value) is not cell.negated
            if self.subject or isinstance(column, nodes.Name):
                return self.words("answer", self.column(column), self.words("yes" if wanted else "no"))
            return self.say(column, denied=not wanted)
        if all(isinstance(one, nodes.Literal | nodes.Name) and not _is_input(one) for one in cell.tests):
            values = self.words("alternatives").join(self.value(one, column) for one in cell.tests)
            return self.words("is not" if cell.negated else "is", self.column(column), values)
        sentences = [self.one_test(column, one, denied=cell.negated) for one in cell.tests]
        return self.joined(sentences, "and" if cell.negated else "or")

    def joined(self, sentences: list[str], how: str) -> str:
        said = sentences[0]
        for one in sentences[1:]:
            said = self.words(how, said, one)
        return said

    def one_test(self, column: nodes.Node, test: nodes.Node, *, denied: bool) -> str:
        if isinstance(test, nodes.UnaryComparison):
            return self.compared(test.op, column, test.operand, denied=denied)
        if isinstance(test, nodes.RangeNode):
            if test.low_closed and test.high_closed:
                low, high = self.value(test.low, column), self.value(test.high, column)
                return self.words("between not" if denied else "between", self.column(column), low, high)
            low = self.compared(">=" if test.low_closed else ">", column, test.low, denied=denied)
            high = self.compared("<=" if test.high_closed else "<", column, test.high, denied=denied)
            return self.words("or" if denied else "and", low, high)
        if any(_is_input(part) for part in nodes.walk(test)):
            inner = _Speaker({**self.names, INPUT: self.column(column)}, self.codes, "", self.language)
            return inner.say(test, denied=denied)
        return self.words("is not" if denied else "is", self.column(column), self.value(test, column))

    def column(self, node: nodes.Node) -> str:
        return self.subject or self.say(node)

    def value(self, node: nodes.Node, beside: nodes.Node) -> str:
        """A compared value; a code beside an input of codes is said in words."""
        table = next((self.codes[part.name] for part in nodes.walk(beside) if isinstance(part, nodes.Name) and part.name in self.codes), {})
        if isinstance(node, nodes.Literal) and isinstance(node.value, str):
            return table.get(node.value, node.value)
        return self.say(node)

    def compared(self, op: str, left: nodes.Node, right: nodes.Node, *, denied: bool = False) -> str:
        sign = _OPPOSITE[op] if denied else op
        if _is_call(left, "string length") and isinstance(right, nodes.Literal) and right.value == 0 and sign in (">", "!=", "=", "<="):
            assert isinstance(left, nodes.Call)
            return self.words("filled" if sign in (">", "!=") else "filled not", self.say(left.arguments[0]))
        signs = (_DAYS if _is_day(left) or _is_day(right) else _NUMBERS)[self.language]
        return self.words("compare", self.column(left), signs[sign], self.value(right, left))

    def say(self, node: nodes.Node, *, denied: bool = False) -> str:
        """An expression; ``denied``: the opposite of a condition."""
        if isinstance(node, nodes.Comparison):
            left, right, op = node.left, node.right, node.op
            if isinstance(left, nodes.Literal) and not isinstance(right, nodes.Literal):
                left, right, op = right, left, _TURNED.get(op, op)
            return _Speaker(self.names, self.codes, "", self.language).compared(op, left, right, denied=denied)
        if isinstance(node, nodes.Logic):
            how = node.op if not denied else {"and": "or", "or": "and"}[node.op]
            return self.words(how, self.say(node.left, denied=denied), self.say(node.right, denied=denied))
        if isinstance(node, nodes.Between):
            key = "between not" if denied else "between"
            return self.words(key, self.say(node.value), self.value(node.low, node.value), self.value(node.high, node.value))
        if isinstance(node, nodes.In):
            inner = _Speaker(self.names, self.codes, "", self.language)
            return inner.tested(node.value, nodes.Tests(node.tests, denied))
        if isinstance(node, nodes.Call):
            return self.call(node, denied=denied)
        if denied:
            return self.words("false", self.say(node))
        return self.term(node)

    def call(self, node: nodes.Call, *, denied: bool) -> str:
        name = node.function.name if isinstance(node.function, nodes.Name) else ""
        if name == "not" and len(node.arguments) == 1:
            return self.say(node.arguments[0], denied=not denied)
        if name in _CALLS and len(node.arguments) == 2:
            key = _CALLS[name] + (" not" if denied else "")
            whole, part = node.arguments
            return self.words(key, self.say(whole), self.value(part, whole))
        if name == "string length" and len(node.arguments) == 1 and not denied:
            return self.words("length", self.say(node.arguments[0]))
        if name in ("date", "duration") and len(node.arguments) == 1 and isinstance(node.arguments[0], nodes.Literal):
            text = str(node.arguments[0].value)
            return text if name == "date" else self.constant(parse_duration(text))
        if name == "duration" and len(node.arguments) == 1:
            return self.counted(node.arguments[0])
        raise _NoWords

    def counted(self, node: nodes.Node) -> str:
        """``"P" + string(n) + "M"``: a number of years, months or days that is looked up."""
        match node:
            case nodes.Arithmetic("+", nodes.Arithmetic("+", nodes.Literal("P"), nodes.Call(function, (inner,))), nodes.Literal(str(unit))):
                if unit in _UNIT_PLACES and isinstance(function, nodes.Name) and function.name == "string":
                    return self.say(inner) + _UNITS[self.language][_UNIT_PLACES[unit]]
        raise _NoWords

    def term(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Literal):
            return self.constant(node.value)
        if isinstance(node, nodes.Name):
            return self.names.get(node.name) or (self.words("today") if node.name == "today" else node.name)
        if isinstance(node, nodes.Path):
            return self.part(node)
        if isinstance(node, nodes.Arithmetic):
            return self.arithmetic(node)
        if isinstance(node, nodes.ListNode):
            return self.words("list").join(self.say(one) for one in node.items)
        if isinstance(node, nodes.If):
            return self.words("choice", self.say(node.condition), self.say(node.yes), self.say(node.no))
        if isinstance(node, nodes.Negation):
            return f"-{self.say(node.operand)}"
        raise _NoWords

    def part(self, node: nodes.Path) -> str:
        base = node.base
        if node.name == "years" and isinstance(base, nodes.Call) and _is_call(base, "years and months duration"):
            start, end = base.arguments
            if _is_today(end):
                return self.words("age", self.say(start))
            return self.words("years", self.say(start), self.say(end))
        if isinstance(base, nodes.Arithmetic) and base.op == "-" and node.name == "days" and _is_today(base.left):
            return self.words("days since", self.say(base.right))
        if node.name in ("year", "month", "day"):
            return self.words(node.name, self.say(base))
        raise _NoWords

    def arithmetic(self, node: nodes.Arithmetic) -> str:
        left, right = self.say(node.left), self.say(node.right)
        if _is_day(node.left) and node.op in ("+", "-"):
            return self.words("after" if node.op == "+" else "before", left, right)
        return f"{left} {({'*': '×', '/': '÷'}).get(node.op, node.op)} {right}"

    def constant(self, value: Value) -> str:
        if isinstance(value, bool):
            return self.words("yes" if value else "no")
        if isinstance(value, YearsMonths):
            years, months = divmod(abs(value.months), 12)
            return self.amounts((years, months, 0), value.months < 0)
        if isinstance(value, DaysTime):
            days, rest = divmod(abs(value.nanos), DAY * NANOS)
            if rest:
                raise _NoWords
            return self.amounts((0, 0, days), value.nanos < 0)
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        if isinstance(value, str | Date | DateTime):
            return str(value)
        raise _NoWords

    def amounts(self, parts: tuple[int, int, int], negative: bool) -> str:
        said = " ".join(f"{count}{unit}" for count, unit in zip(parts, _UNITS[self.language], strict=True) if count)
        return ("-" if negative else "") + (said or f"0{_UNITS[self.language][2]}")


def _is_input(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == INPUT


def _is_today(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "today"


def _is_call(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name == name


def _is_day(node: Any) -> bool:
    """Whether an expression is a day, as far as its form tells: today, a date, or one of them moved."""
    if isinstance(node, nodes.Literal):
        return isinstance(node.value, Date | DateTime)
    if isinstance(node, nodes.Call):
        return _is_call(node, "date")
    if isinstance(node, nodes.Arithmetic):
        return node.op in ("+", "-") and _is_day(node.left) and not _is_day(node.right)
    return _is_today(node)
