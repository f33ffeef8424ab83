"""FEEL: values of expressions, errors as null with a reason, and texts that must not hurt."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.rules.feel.diagnostics import gathered
from yiwang.rules.feel.engine import evaluate
from yiwang.rules.feel.temporal import from_ordinal, ordinal, parse_date
from yiwang.rules.feel.text import to_literal
from yiwang.rules.feel.values import Date

CASES = [
    line.rsplit(" => ", 1)
    for line in Path(__file__).with_name("feel_cases.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[text for text, _ in CASES])
def test_expression(text: str, wanted: str) -> None:
    assert to_literal(evaluate(text)) == wanted


@pytest.mark.parametrize("text", ["1 = 'a", "unknown + 1", '1 + "a"', 'date("2026-02-30")', "1/0", "[1][5]", "null.a"])
def test_an_error_is_null_with_a_reason(text: str) -> None:
    with gathered() as reasons:
        assert evaluate(text) is None
    assert reasons


def test_names_with_spaces_are_matched_longest_first() -> None:
    values = {"days": [Decimal(1)], "days in weekend": ["saturday", "sunday"], "in": Decimal(0)}
    assert evaluate("for d in days in weekend return upper case(d)", values) == ["SATURDAY", "SUNDAY"]
    assert evaluate("count(days)", values) == 1


def test_kinds_of_names() -> None:
    assert evaluate("申请人 年龄 + 1", {"申请人 年龄": Decimal(17)}) == 18
    assert evaluate("a - b", {"a": Decimal(3), "b": Decimal(1), "a-b": Decimal(9)}) == 2
    assert evaluate("a-b", {"a": Decimal(3), "b": Decimal(1), "a-b": Decimal(9)}) == 9


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500,
        "-" * 5000 + "1",
        "1 in (" * 45 + "1" + ")" * 45,
        "1 in (" * 40 + "1" + ") + 1" * 40,
        "[" * 2000,
        "for i in 1..100000000 return i",
        "2 ** 2 ** 2 ** 99999999",
        "if " * 3000,
    ],
)
@pytest.mark.timeout(60)
def test_hostile_texts_end(text: str) -> None:
    assert evaluate(text) in (None, True)


THREE = st.sampled_from([True, False, None])


@given(THREE, THREE, THREE)
def test_three_valued_logic_laws(a: bool | None, b: bool | None, c: bool | None) -> None:
    env = {"a": a, "b": b, "c": c}

    def same(left: str, right: str) -> bool:
        return evaluate(left, env) is evaluate(right, env)

    assert same("a and b", "b and a")
    assert same("a or b", "b or a")
    assert same("(a and b) and c", "a and (b and c)")
    assert same("(a or b) or c", "a or (b or c)")
    assert same("a and (b or c)", "(a and b) or (a and c)")
    assert same("not(a and b)", "not(a) or not(b)")
    assert same("not(not(a))", "a")
    assert same("a or (a and b)", "a")
    assert same("all([a, b, c])", "a and b and c")
    assert same("any([a, b, c])", "a or b or c")
    assert same("every x in [a, b, c] satisfies x", "a and b and c")


@given(THREE, THREE)
def test_null_is_between_false_and_true(a: bool | None, b: bool | None) -> None:
    rank = {False: 0, None: 1, True: 2}
    assert rank[evaluate("a and b", {"a": a, "b": b})] == min(rank[a], rank[b])
    assert rank[evaluate("a or b", {"a": a, "b": b})] == max(rank[a], rank[b])


@given(st.dates(), st.integers(-200_000, 200_000))
def test_the_calendar_agrees_with_python(day: date, days: int) -> None:
    ours = Date(day.year, day.month, day.day)
    assert from_ordinal(ordinal(ours)) == ours
    assert ordinal(ours) == day.toordinal() - date(1970, 1, 1).toordinal()
    assert parse_date(str(ours)) == ours
    try:
        moved = day + timedelta(days)
    except OverflowError:
        return
    assert str(from_ordinal(ordinal(ours) + days)) == moved.isoformat()


@given(st.integers(-999_999_999, 999_999_999), st.integers(1, 12), st.integers(1, 28))
def test_far_dates_survive(year: int, month: int, day: int) -> None:
    found = Date(year, month, day)
    assert from_ordinal(ordinal(found)) == found
    assert parse_date(str(found)) == found


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9), st.integers(-3, 3))
def test_rounding_stays_within_one_step(value: Decimal, scale: int) -> None:
    step = Decimal(10) ** -scale
    for name in ("floor", "ceiling", "round up", "round down", "round half up", "round half down", "decimal"):
        rounded = evaluate(f"{name}(x, {scale})", {"x": value})
        assert abs(rounded - value) < step
        assert rounded % step == 0
