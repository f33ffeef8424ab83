"""What a column holds: every kind on labelled columns, look-alikes refused, odd tables survived, examples masked, keys and relations found."""

import subprocess
import sys
from datetime import date, datetime

import pyarrow as pa
import pytest

from bench import _columns
from yiwang.data.sensing import api as sensing

COLUMNS = _columns.tables(rows=200, turns=2, seed=3)


@pytest.mark.parametrize("place", range(len(COLUMNS)))
def test_labelled_columns(place):
    which, kind, name, column = COLUMNS[place]
    told = sensing.classify(pa.table({name: column}))[0]
    assert told.kind == kind, (which, name, told.evidence)
    if kind:
        assert told.evidence and told.confidence > 0
        shown = {told.profile.low, told.profile.high, *(value for value, _ in told.profile.top)}
        if told.mask:
            assert not shown & {value for value in column.to_pylist() if value and len(value) > 2}, "examples are masked"


def test_types_keys_and_figures():
    table = pa.table({
        "code": ["001", "002", "003"], "n": pa.array([1, 2, None]), "t": ["1", "22", "3.5"], "d": pa.array([date(2026, 1, 1)] * 3), "at": pa.array([datetime(2026, 1, 1)] * 3),
        "b": pa.array([True, False, None]), "raw": pa.array([b"x", b"y", None]), "list": pa.array([[1], [2], None]), "none": pa.nulls(3),
    })  # fmt: skip
    told = {one.name: one for one in sensing.classify(table)}
    assert {name: one.type for name, one in told.items()} == {
        "code": "string", "n": "number", "t": "number", "d": "date", "at": "datetime", "b": "boolean", "raw": "binary", "list": "string", "none": "string",
    }  # fmt: skip
    assert [name for name, one in told.items() if one.key] == ["code"]
    assert (told["n"].profile.rows, told["n"].profile.empty, told["n"].profile.distinct) == (3, 1, 2)
    assert told["none"].profile.distinct == 0


def test_column_names_raise_the_level():
    told = sensing.classify(pa.table({"诊断": ["感冒", "骨折"], "性别": ["1", "2"], "备注": ["好", "坏"]}))
    assert [(one.level, one.sensitive) for one in told] == [(3, True), (2, False), (1, False)]


def test_relations_between_tables():
    people = pa.table({"id": [f"P{n}" for n in range(50)], "name": ["x"] * 50})
    visits = pa.table({"no": list(range(80)), "person": [f"P{n % 50}" for n in range(80)], "other": [f"Q{n}" for n in range(80)]})
    assert [(one.table, one.column, one.other, one.key) for one in sensing.relations({"people": people, "visits": visits})] == [
        ("visits", "person", "people", "id")
    ]


def test_a_key_of_two_columns():
    table = pa.table({"day": ["1", "1", "2", "2"], "shop": ["a", "b", "a", "b"], "sum": ["5", "5", "5", "5"]})
    assert [one.name for one in sensing.classify(table) if one.key] == ["day", "shop"]


@pytest.mark.parametrize(
    "table", [pa.table({}), pa.table({"a": pa.array([], pa.string())}), pa.table([pa.array(["1"]), pa.array(["2"])], names=["a", "a"])]
)
def test_empty_and_doubled_columns(table):
    assert len(sensing.classify(table)) == table.num_columns


def test_it_needs_no_django():
    code = "import sys, yiwang.data.sensing.api; sys.exit('django' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
