"""Random decision tables over five columns, and people for them: what the engines are compared on."""

from datetime import date
from decimal import Decimal
from itertools import product

import pyarrow as pa
from hypothesis import strategies as st

from tests.rules.samples import table_model
from yiwang.rules.api import Field, Model, OutputClause, TableModel, load, write

COLUMNS = {
    "n": ("number", pa.decimal128(9, 2)),
    "i": ("number", pa.int32()),
    "b": ("boolean", pa.bool_()),
    "s": ("string", pa.string()),
    "t": ("date", pa.date32()),
}
VALUES = {
    "n": [None, Decimal("-1"), Decimal(0), Decimal("0.5"), Decimal(1), Decimal("1.25"), Decimal(2), Decimal(31)],
    "i": [None, -1, 0, 3, 40],
    "b": [None, True, False],
    "s": [None, "a", "b", "ab", "中文", "it's ${x} \\d"],
    "t": [None, date(2000, 2, 29), date(2001, 1, 31), date(2001, 3, 1), date(2026, 11, 22)],
}
TESTS = {
    "n": ["-", "> 1", "<= 1", "[0..1)", "]0..2]", "1, 2", "not(1)", "0.5", "? * 2 > 1", "> day of year(t) - 30", "< t.month"],
    "i": ["-", "> 1", "3", "[-1..3)", 'string(?) = "40"'],
    "b": ["-", "true", "false", "not(true)"],
    "s": [
        "-",
        '"a"',
        '"a","中文"',
        'not("a","b")',
        'starts with(?, "a")',
        "string length(?) = 2",
        '>= "b"',
        '"it\'s ${x} \\\\d"',
        'substring(?, 2, 1) = "b"',
    ],
    "t": ["-", '>= @"2001-01-31"', '< date("2001-03-01")', '[@"2000-01-01"..@"2001-12-31"]', "?.year = 2001"],
}
CONDITIONS = [
    ("n + 1 > 2", "boolean"),
    ("b or n > 1", "boolean"),
    ('b and s = "a"', "boolean"),
    ("if b then n else 2 - n", "number"),
    ('t + @"P1M" > @"2001-02-27"', "boolean"),
    ('t - duration("P30D")', "date"),
    ('years and months duration(t, @"2024-02-29").years', "number"),
    ('years and months duration(@"2010-05-31", t).months', "number"),
    ("n between 0 and 1.25", "boolean"),
    ('s in ("a", "b")', "boolean"),
    ("-n", "number"),
    ("max(n, 1)", "number"),
    ("floor(n)", "number"),
    ("ceiling(n)", "number"),
    ("round half up(n, 1)", "number"),
    ("floor(i)", "number"),
    ('t + duration("P" + string(i) + "Y") > @"2024-02-29"', "boolean"),
    ('t - duration("P" + string(i) + "D")', "date"),
    ('(@"2024-02-29" - t).days', "number"),
    ('t - @"2001-01-31" > @"P30D"', "boolean"),
    ("t.weekday + t.month", "number"),
]
ANSWERS = {"boolean": ["-", "true", "false"], "number": ["-", "> 1", "<= 1", "[0..12]", "1"], "date": ["-", '>= @"2001-01-01"']}
NUMBERS = ["1", "n", "n * 2 + 1", "-3", "2.50", "min(n, 1)", "null"]
TEXTS = ['"x"', '"y"', 's + "!"', '"P" + string(i)', "null"]


@st.composite
def models(draw) -> Model:
    chosen = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=3, unique=True))
    extra = draw(st.lists(st.sampled_from(CONDITIONS), max_size=1))
    policy = draw(st.sampled_from(["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT"]))
    aggregation = draw(st.sampled_from(["SUM", "COUNT", "MIN", "MAX"])) if policy == "COLLECT" else ""
    constants = policy in ("ANY", "PRIORITY")
    numbers = ["1", "2", "3"] if constants else NUMBERS[:-1] if aggregation else NUMBERS
    texts = TEXTS[:2] if constants else TEXTS
    tests = st.tuples(*(st.sampled_from(TESTS[name]) for name in chosen), *(st.sampled_from(ANSWERS[kind]) for _, kind in extra))
    results = st.tuples(st.sampled_from(numbers), *([] if aggregation else [st.sampled_from(texts)]))
    rows = draw(st.lists(st.builds(lambda left, right: (*left, *right), tests, results), min_size=1, max_size=4))
    default = draw(st.sampled_from(["", "7"])) if not aggregation else ""
    outputs = (OutputClause("amount", "number", values="3,2,1" if policy == "PRIORITY" else "", default=default),)
    if not aggregation:
        outputs += (OutputClause("kind", "string", default='"none"' if default else ""),)
    inputs = {**{name: COLUMNS[name][0] for name in chosen}, **dict(extra)}
    return _model(inputs, rows, outputs, policy, aggregation)


def _model(inputs: dict, rows: list, outputs: tuple, policy: str, aggregation: str) -> Model:
    made = table_model(inputs, rows, outputs=outputs, hit_policy=policy, aggregation=aggregation)
    every = tuple(Field(name, kind) for name, (kind, _) in COLUMNS.items())
    return load(write(TableModel(made.name, made.decisions, every)))


def people() -> pa.Table:
    """All combinations with a missing fact, and a part of the others."""
    rows = [row for place, row in enumerate(product(*VALUES.values())) if place % 11 == 0]
    columns = zip(*rows, strict=True)
    return pa.table({name: pa.array(column, COLUMNS[name][1]) for name, column in zip(COLUMNS, columns, strict=True)})
