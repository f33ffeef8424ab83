"""Whatever the values and the text: a value or null, never an exception."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.rules.feel.builtins import BUILTINS
from yiwang.rules.feel.engine import evaluate
from yiwang.rules.feel.text import to_literal

ATOMS = [
    *("null", "true", "false", "0", "1", "-1", "2.5", "1e300", "-0", '""', '"a"', '"foo bar"', '"("', '"2026-01-01"', '"P1D"', '"[1..2]"'),
    *('@"2026-02-28"', '@"-999999999-01-01"', '@"999999999-12-31"', '@"10:00:00"', '@"23:59:59.999999999@Asia/Shanghai"'),
    *(
        '@"2026-03-29T02:30:00@Europe/Paris"',
        '@"9999-12-31T23:59:59Z"',
        '@"0001-01-01T00:00:00@Asia/Shanghai"',
        '@"P1Y"',
        '@"-P400D"',
        '@"PT0.000000001S"',
    ),
    *("[]", "[1, 2, 3]", "[null]", '["a", 1]', "[[1], [2]]", "[true, null]", "{}", "{a: 1}", '{key: "a", value: 1}', "[{a: 1}, {b: 2}]"),
    *("[1..3]", "(3..1)", '["a".."c"]', "(< 5)", "(= 1)", "(null..1)", "abs", "function(x) x", "function(a, b) a < b", "nothing"),
]
atoms = st.sampled_from(ATOMS)
SIGNS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(BUILTINS)), st.lists(atoms, max_size=4))
def test_built_in_functions(name: str, arguments: list[str]) -> None:
    to_literal(evaluate(f"{name}({', '.join(arguments)})"))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(BUILTINS)), st.data())
def test_built_in_functions_by_name(name: str, data: st.DataObject) -> None:
    overload = data.draw(st.sampled_from(BUILTINS[name].overloads))
    given_arguments = [f"{parameter.name}: {data.draw(atoms)}" for parameter in overload.parameters]
    to_literal(evaluate(f"{name}({', '.join(given_arguments)})"))


def shapes(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(SIGNS), inner),
        st.builds("-{}".format, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}.{}".format, inner, st.sampled_from(["a", "year", "time offset", "start", "months", "timezone"])),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
        st.builds("(for i in {} return {})".format, inner, inner),
        st.builds("(for i in {}..{} return i)".format, st.sampled_from(["1", "-1", '"a"', "null", '@"2026-01-01"']), inner),
        st.builds("({} i in {} satisfies {})".format, st.sampled_from(["some", "every"]), inner, inner),
        st.builds("({} between {} and {})".format, inner, inner, inner),
        st.builds("({} in ({}, > {}, [{}..{}]))".format, inner, inner, inner, inner, inner),
        st.builds("({} instance of {})".format, inner, st.sampled_from(["number", "list<Any>", "context<a: number>", "range<number>"])),
        st.builds("{}({})".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, b: {}}}".format, inner, inner),
        st.builds("string({})".format, inner),
    )


@settings(max_examples=500, deadline=None)
@given(st.recursive(atoms, shapes, max_leaves=8))
def test_expressions(text: str) -> None:
    value = evaluate(text)
    assert not isinstance(value, Decimal) or value.is_finite()
    to_literal(value)


PIECES = [*"ab1.,:?'()[]{}<>=!+-*/@ \n年", '"', '"a"', "if ", "then ", "else ", " in ", " and ", "for ", "not(", "date(", "..", "->"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_texts(pieces: list[str]) -> None:
    to_literal(evaluate("".join(pieces)))


def test_endless_recursion_ends_as_null() -> None:
    assert evaluate("{f: function(g, x) g(g, x), r: f(f, 1)}.r") is None
