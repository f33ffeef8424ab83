"""A population on DuckDB, on Spark and row by row: the same columns, the same answers; what cannot be compiled says so and runs."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from tests.rules.random_tables import models, people
from tests.rules.samples import ALLOWANCE_INPUTS, allowance, decision, definitions, literal, loaded, table_model
from yiwang.rules import spark
from yiwang.rules.api import EngineMissing, Model, NotRepresentable, OutputClause, UnknownDecision, load, obstacles, run_population, write

PEOPLE = people()
SOME = PEOPLE.take(list(range(0, PEOPLE.num_rows, 5)))
on_spark = pytest.mark.skipif(bool(spark.missing()), reason=spark.missing() or "Spark is here")


def notes(table: pa.Table) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in table.schema.metadata.items()}


@settings(max_examples=40, deadline=None)
@given(models())
def test_both_ways_give_the_same_table(model: Model) -> None:
    here, one_by_one = run_population(model, "d", SOME), run_population(model, "d", SOME, engine="rows")
    assert notes(here)["yiwang.engine"] == ("rows" if obstacles(model, "d") else "duckdb")
    assert here.schema.equals(one_by_one.schema)
    assert here.to_pylist() == one_by_one.to_pylist()


@pytest.mark.spark
@on_spark
@pytest.mark.timeout(900)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(models())
def test_spark_gives_the_same_table(model: Model) -> None:
    there = run_population(model, "d", SOME, engine="spark")
    assert notes(there)["yiwang.engine"] == ("rows" if obstacles(model, "d") else "spark")
    assert there.to_pylist() == run_population(model, "d", SOME).to_pylist() == run_population(model, "d", SOME, engine="rows").to_pylist()


@pytest.mark.spark
@on_spark
@pytest.mark.timeout(900)
def test_spark_over_a_hundred_thousand_keeps_their_order() -> None:
    count = 100_000
    table = pa.table(
        {
            "key": list(range(count)),
            "年龄": [place % 101 for place in range(count)],
            "户籍": ["本市" if place % 3 else "外地" for place in range(count)],
            "领取其他补贴": [place % 7 == 0 for place in range(count)],
        }
    )
    there, here = run_population(allowance(), "d", table, engine="spark"), run_population(allowance(), "d", table)
    assert notes(there)["yiwang.engine"] == "spark"
    assert there.replace_schema_metadata().equals(here.replace_schema_metadata())


def test_spark_that_is_missing_is_named(monkeypatch) -> None:
    monkeypatch.setattr(spark, "missing", lambda: "没有安装 pyspark(make spark)")
    with pytest.raises(EngineMissing, match="pyspark"):
        run_population(allowance(), "d", pa.table({"年龄": [80]}), engine="spark")


def test_the_answer_and_what_is_missing() -> None:
    table = pa.table(
        {
            "name": ["甲", "乙", "丙"],
            "年龄": [81, 81, None],
            "户籍": ["本市", "外地", "本市"],
            "领取其他补贴": [False, None, None],
            "amount": [1, 2, 3],
        }
    )
    found = run_population(allowance(), "d", table)
    assert found.column_names == [*table.column_names, "result", "d.amount", "rule", "undetermined", "missing"]
    assert found.column("name").to_pylist() == ["甲", "乙", "丙"]
    assert found.column("result").to_pylist() == ["yes", "no", None]
    assert found.column("d.amount").to_pylist() == [Decimal(162), Decimal(0), None]
    assert found.column("rule").to_pylist() == [1, 3, None]
    assert found.column("undetermined").to_pylist() == [False, False, True]
    assert found.column("missing").to_pylist() == [[], [], ["年龄", "领取其他补贴"]]


@pytest.mark.parametrize("engine", ["duckdb", "rows"])
def test_nobody_and_no_columns(engine) -> None:
    nobody = pa.table({"年龄": pa.array([], pa.int64())})
    found = run_population(allowance(), "d", nobody, engine=engine)
    assert found.num_rows == 0
    assert found.column_names == ["年龄", "result", "amount", "rule", "undetermined", "missing"]
    strangers = run_population(allowance(), "d", pa.table({"name": ["甲", "乙"]}), engine=engine)
    assert strangers.column("undetermined").to_pylist() == [True, True]
    assert set(strangers.column("missing").to_pylist()[0]) <= set(ALLOWANCE_INPUTS)


def test_what_cannot_be_compiled_runs_with_its_reason() -> None:
    model = loaded({"x": "number"}, [("> 1", "x / 4"), ("<= 1", "0")], outputs=(OutputClause("share", "number"),))
    found = run_population(model, "d", pa.table({"x": [5, 1, None, 1]}))
    assert notes(found)["yiwang.engine"] == "rows"
    assert "number / number" in notes(found)["yiwang.reason"]
    assert found.column("share").to_pylist() == [Decimal("1.25"), 0, None, 0]
    assert found.column("rule").to_pylist() == [1, 2, None, 2]
    assert found.column("missing").to_pylist() == [[], [], ["x"], []]


def test_several_answers_become_a_text() -> None:
    model = loaded({"x": "number"}, [("> 1", '"a"'), ("> 2", '"b"')], hit_policy="RULE ORDER")
    found = run_population(model, "d", pa.table({"x": [0, 2, 3]}))
    assert found.column("result").to_pylist() == [None, '["a"]', '["a", "b"]']
    assert found.column("rule").to_pylist() == [None, None, None]


@pytest.mark.parametrize(
    ("column", "engine"),
    [
        (pa.array([80.0, 79.5, None]), "duckdb"),
        (pa.array([80.0, 1e300, None]), "rows"),
        (pa.array([80.0, float("nan"), None]), "rows"),
        (pa.array([80.123456789, 0.1 + 0.2, None]), "rows"),
        (pa.array([80, 3, None], pa.uint64()), "duckdb"),
        (pa.array(["八十", "3", None]), "rows"),
        (pa.array([True, False, None]), "rows"),
        (pa.array([None, None, None]), "duckdb"),
        (pa.array([Decimal("80.50"), Decimal(3), None]), "duckdb"),
    ],
)
def test_columns_of_other_types(column: pa.Array, engine: str) -> None:
    model = loaded({"x": "number"}, [(">= 80", '"yes"'), ("< 80", '"no"')])
    table = pa.table({"x": column})
    found = run_population(model, "d", table)
    assert notes(found)["yiwang.engine"] == engine
    assert found.to_pylist() == run_population(model, "d", table, engine="rows").to_pylist() or column[1].as_py() != column[1].as_py()


def test_days_texts_and_lists_of_other_types() -> None:
    model = loaded({"t": "date", "s": "string"}, [('>= @"2000-01-01"', 'not("b")', '"yes"'), ("-", "-", '"no"')], hit_policy="FIRST")
    days = [date(2000, 1, 1), date(1999, 12, 31), None]
    texts = pa.array(["a", "a", "b"]).dictionary_encode()
    for column in (pa.array(days, pa.date64()), pa.array(["2000-01-01", "1999-12-31", None])):
        found = run_population(model, "d", pa.table({"t": column, "s": texts}))
        assert notes(found)["yiwang.engine"] == "duckdb"
        assert found.column("result").to_pylist() == ["yes", "no", "no"]
    wrong = run_population(model, "d", pa.table({"t": ["2000-01-01", "昨天", None], "s": texts}))
    assert notes(wrong)["yiwang.engine"] == "rows"
    assert wrong.column("result").to_pylist() == ["yes", None, "no"]


def test_numbers_beyond_sql_run_row_by_row() -> None:
    model = loaded({"x": "number"}, [("-", "x * 1000")], outputs=(OutputClause("r", "number"),))
    found = run_population(model, "d", pa.table({"x": [2**62, 1]}))
    assert notes(found)["yiwang.engine"] == "rows"
    assert found.column("r").to_pylist() == [Decimal(2**62) * 1000, 1000]
    power = loaded({"x": "number"}, [("-", "x ** 20")], outputs=(OutputClause("r", "number"),))
    with pytest.raises(NotRepresentable, match="第 2 行"):
        run_population(power, "d", pa.table({"x": [1, 10**3]}))


def test_an_unknown_decision_is_named() -> None:
    with pytest.raises(UnknownDecision):
        run_population(allowance(), "other", pa.table({"x": [1]}))


def test_a_list_without_a_type_that_is_only_searched() -> None:
    table = '<decisionTable><input><inputExpression><text>list contains(held, "2")</text></inputExpression></input><output/>' + "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{answer}</text></outputEntry></rule>"
        for test, answer in (("true", "1"), ("false", "2"))
    )
    need = '<informationRequirement><requiredInput href="#_held"/></informationRequirement>'
    body = '<inputData id="_held" name="held"><variable name="held"/></inputData>' + decision(table + "</decisionTable>", needs=need)
    people = pa.table({"held": [["1", "2"], ["1", None], [], None]})
    for engine in ("duckdb", "rows"):
        found = run_population(load(definitions(body)), "d", people, engine=engine)
        assert found.column("d").to_pylist() == [1, 2, 2, None]
    counted = definitions(
        '<inputData id="_held" name="held"><variable name="held"/></inputData>' + decision(literal("count(held)"), needs=need)
    )
    assert obstacles(load(counted), "d")


def test_names_that_sql_cannot_tell_apart() -> None:
    model = load(write(table_model({"x": "number", "X": "number"}, [("> 1", "> 2", "1")])))
    assert any("歧义" in reason for reason in obstacles(model, "d"))
    assert run_population(model, "d", pa.table({"x": [2], "X": [3]})).column("result").to_pylist() == ["1"]
