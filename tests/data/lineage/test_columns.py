"""Which source columns a statement's result columns are made of."""

from importlib.resources import files

import pytest

from yiwang.data.lineage import api as lineage
from yiwang.data.lineage.api import ColumnEdge


def test_renamed_computed_and_joined_columns():
    statement = """
    WITH held AS (SELECT p.id, p.name, c.code FROM people p JOIN companies c ON c.person = p.id)
    SELECT id AS person, name || code AS label, count(*) AS n FROM held GROUP BY 1, 2"""
    assert {(one.result, one.table, one.column, one.how) for one in lineage.columns(statement)} == {
        ("person", "people", "id", "direct"),
        ("label", "companies", "code", "derived"),
        ("label", "people", "name", "derived"),
    }


def test_a_star_needs_the_schema():
    assert lineage.columns("SELECT * FROM t", schema={"t": {"a": "int"}}) == [ColumnEdge("a", "t", "a", "direct")]
    with pytest.raises(lineage.UnreadableStatement):
        lineage.columns("SELECT * FROM t")


@pytest.mark.parametrize(
    "statement", ["", "SELEC", "SELECT a FROM", "DROP TABLE t", "SELECT 1; SELECT 2", "SELECT " + "a," * 60_000 + "a FROM t"]
)
def test_what_is_no_single_select_is_refused(statement):
    with pytest.raises(lineage.UnreadableStatement):
        lineage.columns(statement)


def test_the_named_queries_of_the_lake_are_traced():
    folder = files("yiwang.data.lake") / "queries" / "named"
    made = 0
    for entry in folder.iterdir():
        statement = entry.read_text(encoding="utf-8")
        if "SELECT *" in statement:
            continue
        edges = lineage.columns(statement)
        assert edges and {one.table for one in edges} <= {"legal_entities"}, entry.name
        made += 1
    assert made >= 2
