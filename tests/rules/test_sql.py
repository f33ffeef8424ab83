"""The same table one by one and over a population: equal answers; what cannot be compiled is said before running."""

import duckdb
import pytest
from hypothesis import given, settings

from tests.rules.random_tables import COLUMNS, models, people
from tests.rules.samples import ALLOWANCE_INPUTS, ALLOWANCE_OUTPUTS, ALLOWANCE_ROWS, decision, definitions, literal, loaded
from yiwang.rules.api import Model, NotCompilable, OutputClause, decide, load, obstacles, sql
from yiwang.rules.facts import to_feel

PEOPLE = people()


@settings(max_examples=60, deadline=None)
@given(models())
def test_one_by_one_and_over_a_population_agree(model: Model) -> None:
    if obstacles(model, "d"):
        with pytest.raises(NotCompilable):
            sql(model, "d")
        return
    query = sql(model, "d")
    connection = duckdb.connect()
    connection.register("people", PEOPLE)
    found = connection.execute(query.over("people"))
    names = [column[0] for column in found.description]
    for row in found.fetchall():
        record = dict(zip(names, row, strict=True))
        facts = dict(zip(COLUMNS, row, strict=False))
        if record[
            "undetermined"
        ]:  # for want of a fact, or of a value where the facts have none: a negative duration, a letter beyond the end
            assert None in facts.values() or facts["i"] < 0 or len(facts["s"]) == 1, (facts, query.text)
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
