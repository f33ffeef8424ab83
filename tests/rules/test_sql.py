"""The same table one by one and over a population: equal answers; what cannot be compiled is said before running."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.samples import ALLOWANCE_INPUTS, ALLOWANCE_OUTPUTS, ALLOWANCE_ROWS, decision, definitions, literal, loaded
from yiwang.rules.api import Model, NotCompilable, OutputClause, decide, load, obstacles, sql
from yiwang.rules.facts import to_feel

duckdb = pytest.importorskip("duckdb", reason="duckdb is a development dependency")

COLUMNS = {"n": ("number", "DECIMAL(9,2)"), "b": ("boolean", "BOOLEAN"), "s": ("string", "VARCHAR"), "t": ("date", "DATE")}
VALUES = {
    "n": [None, Decimal("-1"), Decimal(0), Decimal("0.5"), Decimal(1), Decimal("1.25"), Decimal(2), Decimal(31)],
    "b": [None, True, False],
    "s": [None, "a", "b", "ab", "中文", "it's"],
    "t": [None, date(2000, 2, 29), date(2001, 1, 31), date(2001, 3, 1), date(2026, 11, 22)],
}
TESTS = {
    "n": ["-", "> 1", "<= 1", "[0..1)", "]0..2]", "1, 2", "not(1)", "0.5", "? * 2 > 1", "> day of year(t) - 30", "< t.month"],
    "b": ["-", "true", "false", "not(true)"],
    "s": ["-", '"a"', '"a","中文"', 'not("a","b")', 'starts with(?, "a")', "string length(?) = 2", '>= "b"', '"it\'s"'],
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
]
ANSWERS = {"boolean": ["-", "true", "false"], "number": ["-", "> 1", "<= 1", "[0..12]", "1"], "date": ["-", '>= @"2001-01-01"']}
NUMBERS = ["1", "n", "n * 2 + 1", "-3", "2.50", "min(n, 1)", "null"]
TEXTS = ['"x"', '"y"', 's + "!"', "null"]


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
    from tests.rules.samples import table_model
    from yiwang.rules.api import Field, TableModel, write

    made = table_model(inputs, rows, outputs=outputs, hit_policy=policy, aggregation=aggregation)
    every = tuple(Field(name, kind) for name, (kind, _) in COLUMNS.items())
    return load(write(TableModel(made.name, made.decisions, every)))


@pytest.fixture(scope="module")
def people():
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE people ({', '.join(f'{name} {kind}' for name, (_, kind) in COLUMNS.items())})")
    rows = [row for place, row in enumerate(product(*VALUES.values())) if place % 3 == 0 or None not in row]
    connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", rows)
    return connection


@settings(max_examples=60, deadline=None)
@given(models())
def test_one_by_one_and_over_a_population_agree(people, model: Model) -> None:
    if obstacles(model, "d"):
        with pytest.raises(NotCompilable):
            sql(model, "d")
        return
    query = sql(model, "d")
    found = people.execute(query.over("people"))
    names = [column[0] for column in found.description]
    for row in found.fetchall():
        record = dict(zip(names, row, strict=True))
        facts = dict(zip(COLUMNS, row, strict=False))
        if record["undetermined"]:
            assert None in facts.values(), (facts, query.text)
            continue
        outcome = decide(model, "d", facts, explain=False)
        assert outcome.result != "undetermined" or outcome.missing == (), (facts, record, query.text)
        wanted = outcome.value if isinstance(outcome.value, dict) else dict.fromkeys(query.outputs, outcome.value)
        assert {name: to_feel(record[name]) for name in query.outputs} == wanted, (facts, query.text)
        if record["rule"] is not None:
            assert outcome.rows[0].index == record["rule"]


def test_the_allowance_over_people() -> None:
    model = loaded(ALLOWANCE_INPUTS, ALLOWANCE_ROWS, outputs=ALLOWANCE_OUTPUTS)
    source = '(VALUES (81, \'本市\', FALSE), (81, \'外地\', NULL), (81, NULL, TRUE)) AS people("年龄", "户籍", "领取其他补贴")'
    rows = duckdb.sql(sql(model, "d").over(f"(SELECT * FROM {source})")).fetchall()
    assert [row[3:] for row in rows] == [("yes", 162, 1, False), ("no", 0, 3, False), (None, None, None, True)]


def test_decisions_on_decisions_are_one_query() -> None:
    need = '<informationRequirement><required{} href="#_{}"/></informationRequirement>'
    table = (
        "<decisionTable><input><inputExpression><text>double</text></inputExpression></input><output/>"
        '<rule><inputEntry><text>&gt; 3</text></inputEntry><outputEntry><text>"yes"</text></outputEntry></rule>'
        '<rule><inputEntry><text>&lt;= 3</text></inputEntry><outputEntry><text>"no"</text></outputEntry></rule></decisionTable>'
    )
    body = (
        '<inputData id="_i" name="i"><variable name="i" typeRef="number"/></inputData>'
        + decision(literal("i * 2"), name="double", needs=need.format("Input", "i"))
        + decision(table, needs=need.format("Decision", "double"))
    )
    query = sql(load(definitions(body)), "d")
    assert duckdb.sql(query.over("(SELECT * FROM (VALUES (1), (2), (NULL)) AS t(i))")).fetchall() == [
        (1, "no", 2, False),
        (2, "yes", 1, False),
        (None, None, None, True),
    ]


@pytest.mark.parametrize(
    ("rows", "options", "reason"),
    [
        ([("> 1", "1")], {"hit_policy": "RULE ORDER"}, "RULE ORDER"),
        ([("> 1", "1")], {"hit_policy": "COLLECT"}, "COLLECT"),
        ([("> 1", "1 / 3")], {}, "number / number"),
        ([("null", "1")], {}, "null"),
        ([("> 1", "[1, 2]")], {}, "ListNode"),
        ([("> 1", "x * x * x")], {}, "多次相乘"),
        ([("> 1", 'matches("a", "b")')], {}, "matches"),
        ([("> 1", "1"), ("< 1", '"a"')], {}, "结果列的类型"),
        ([('"a"', "1")], {}, "number 与 string 比较"),
        ([("1 +", "1")], {}, "语法"),
    ],
)
def test_what_cannot_be_compiled_is_said_first(rows: list, options: dict, reason: str) -> None:
    model = loaded({"x": "number"}, rows, **options)
    assert any(reason in found for found in obstacles(model, "d"))
    with pytest.raises(NotCompilable, match="SQL"):
        sql(model, "d")


def test_texts_of_a_table_stay_texts() -> None:
    hostile = "'; DROP TABLE people; --"
    model = loaded({'na"me': "string"}, [(f'"{hostile}"', f'"{hostile}"'), ("-", '"other"')], hit_policy="FIRST")
    source = f'(SELECT * FROM (VALUES (\'{hostile.replace(chr(39), chr(39) * 2)}\')) AS t("na""me"))'
    if obstacles(model, "d"):  # such a name cannot be spelt in FEEL
        return
    assert duckdb.sql(sql(model, "d").over(source)).fetchall() == [(hostile, hostile, 1, False)]


def test_lists_of_texts() -> None:
    from yiwang.rules.api import DecisionTable, Field, InputClause, Rule, TableDecision, TableModel, TypeDefinition, write

    inputs = (InputClause('list contains(held, "2")', "boolean"),)
    table = DecisionTable(inputs, (OutputClause("result"),), (Rule(("true",), ('"no"',)), Rule(("false",), ('"yes"',))))
    model = load(
        write(TableModel("m", (TableDecision("d", table),), (Field("held", "codes"),), (TypeDefinition("codes", "string", is_list=True),)))
    )
    source = "(SELECT * FROM (VALUES (['1', '2']), (['1']), ([]), (NULL)) AS t(held))"
    rows = duckdb.sql(sql(model, "d").over(source)).fetchall()
    assert [row[1:] for row in rows] == [("no", 1, False), ("yes", 2, False), ("yes", 2, False), (None, None, True)]
    assert [decide(model, "d", {"held": row[0]}).value for row in rows] == ["no", "yes", "yes", None]
