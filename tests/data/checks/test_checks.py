"""Kernels, the same rules as SQL on DuckDB, and a plain reading of each kind in Python: all three name the same rows."""

import calendar
import re
from datetime import date, timedelta

import duckdb
import numpy
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.data.checks import api as checks
from yiwang.data.checks.running import SourceUnusable
from yiwang.standards.identifiers.credit_code import ALPHABET as SIGNS

TODAY = date(2026, 11, 1)
TYPES = {
    "id": "text",
    "credit": "text",
    "phone": "text",
    "code": "text",
    "ref": "text",
    "a": "date",
    "b": "date",
    "n": "integer",
    "x": "number",
}
RULES = [
    {"code": "id", "kind": "id_number", "columns": ["id"]},
    {"code": "credit", "kind": "credit_code", "columns": ["credit"]},
    {"code": "phone", "kind": "mobile", "columns": ["phone"]},
    {"code": "null", "kind": "not_null", "columns": ["code"]},
    {"code": "null_day", "kind": "not_null", "columns": ["a"]},
    {"code": "pattern", "kind": "pattern", "columns": ["code"], "pattern": "[A-C]|云.*"},
    {"code": "code", "kind": "code", "columns": ["code"], "values": ["A", "B", "云'汀"]},
    {"code": "ref", "kind": "reference", "columns": ["ref"], "table": "known"},
    {"code": "order", "kind": "order", "columns": ["a", "b"]},
    {"code": "fresh", "kind": "fresh", "columns": ["a"], "days": 400},
    {"code": "birth", "kind": "birth_date", "columns": ["id", "b"]},
    {"code": "range", "kind": "range", "columns": ["n"], "low": -3, "high": 4},
    {"code": "range_x", "kind": "range", "columns": ["x"], "high": 0.5},
    {"code": "range_day", "kind": "range", "columns": ["b"], "low": "1990-01-01"},
    {"code": "unique", "kind": "unique", "columns": ["ref"]},
    {"code": "unique_two", "kind": "unique", "columns": ["code", "n"]},
]
KNOWN = pa.table({"ref": ["r1", "r2", "长长的键", None]})
DEFINITION = checks.read({"types": TYPES, "rules": RULES})


def id_number(day, sequence):
    body = f"990101{day:%Y%m%d}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(sign) * weight for sign, weight in zip(body, weights, strict=True)) % 11]


def is_id_number(text):
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return False
    year, month, day = int(text[6:10]), int(text[10:12]), int(text[12:14])
    if year < 1900 or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1] or date(year, month, day) > TODAY:
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(sign) * weight for sign, weight in zip(text, weights, strict=False)) % 11] == text[17]


def credit_code(body):
    return body + SIGNS[(31 - sum(SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(body)) % 31) % 31]


def is_credit_code(text):
    return len(text) == 18 and set(text) <= set(SIGNS) and credit_code(text[:17]) == text


days = st.dates(date(1899, 1, 1), date(2027, 12, 31))
ids = st.one_of(
    st.none(),
    st.builds(id_number, days, st.integers(0, 999)),
    st.from_regex(r"\A[0-9]{17}[0-9Xx]\Z"),
    st.builds(lambda day, number: id_number(day, number)[:17] + "0", days, st.integers(0, 999)),
    st.sampled_from(
        ["", "x", "99010119900230001X", "9901011990131300" + "11", "99010119000229001" + "1", "云汀市的十八个字节"[:6], "/" * 18, ":" * 18]
    ),
)
credits_ = st.one_of(
    st.none(),
    st.builds(credit_code, st.text(SIGNS, min_size=17, max_size=17)),
    st.text(SIGNS + "IOZSV", max_size=19),
    st.just("云汀市云汀市"),
)
few = st.one_of(st.none(), st.sampled_from(["A", "B", "C", "D", "", " ", "  A", "云'汀", "云\\汀", "a"]))
rows = st.fixed_dictionaries(
    {
        "id": ids,
        "credit": credits_,
        "phone": st.one_of(st.none(), st.from_regex(r"\A1[0-9]{10}\Z"), st.text(max_size=12).filter(lambda text: "\x00" not in text)),
        "code": few,
        "ref": st.one_of(st.none(), st.sampled_from(["r1", "r2", "r3", "长长的键", "", "r1 "])),
        "a": st.one_of(st.none(), days),
        "b": st.one_of(st.none(), days),
        "n": st.one_of(st.none(), st.integers(-6, 6)),
        "x": st.one_of(st.none(), st.floats(-1, 1)),
    }
)


def plain(table):
    """Failing rows by rule, read from the definition of each kind."""

    def fails(rule, row):
        value = row[rule["columns"][0]]
        if rule["kind"] == "not_null":
            return value is None or (isinstance(value, str) and not value.strip(" "))
        if value is None:
            return False
        other = row[rule["columns"][-1]]
        return not {
            "id_number": lambda: is_id_number(value),
            "credit_code": lambda: is_credit_code(value),
            "mobile": lambda: re.fullmatch(r"1[3-9][0-9]{9}", value),
            "pattern": lambda: re.fullmatch(rule["pattern"], value),
            "code": lambda: value in rule["values"],
            "reference": lambda: value in KNOWN.column("ref").to_pylist(),
            "order": lambda: other is None or value <= other,
            "fresh": lambda: TODAY - timedelta(days=rule["days"]) <= value <= TODAY,
            "birth_date": lambda: other is None or len(value.encode()) != 18 or value[6:14] == f"{other:%Y%m%d}",
            "range": lambda: (
                (
                    rule.get("low") is None or str(value) >= rule["low"]
                    if isinstance(value, date)
                    else rule.get("low") is None or value >= rule["low"]
                )
                and (rule.get("high") is None or value <= rule["high"])
            ),
        }[rule["kind"]]()

    told = {}
    for rule in RULES:
        if rule["kind"] == "unique":
            keys = [tuple(row[column] for column in rule["columns"]) for row in table]
            told[rule["code"]] = [at for at, key in enumerate(keys) if None not in key and keys.count(key) > 1]
        else:
            told[rule["code"]] = [at for at, row in enumerate(table) if fails(rule, row)]
    return told


def arrow(table):
    kinds = {"text": pa.string(), "date": pa.date32(), "integer": pa.int64(), "number": pa.float64()}
    return pa.table({name: pa.array([row[name] for row in table], kinds[kind]) for name, kind in TYPES.items()})


def found(source, definition=DEFINITION):
    return {one.rule.code: one.rows.tolist() for one in checks.check(source, definition, references={"known": KNOWN}, as_of=TODAY)}


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, max_size=12))
def test_kernels_and_sql_agree_with_the_plain_reading(table):
    expected, held = plain(table), arrow(table)
    assert found(held) == expected
    engine = duckdb.connect()
    engine.register("rows_", held.append_column("row_number", pa.array(range(len(table)), pa.int64())))
    engine.register("known", KNOWN.rename_columns(["key"]))
    for rule in DEFINITION.rules:
        statement = checks.statement(rule, "rows_", types=TYPES, as_of=TODAY)
        assert [row[0] for row in engine.execute(statement).fetchall()] == expected[rule.code], rule.code


@settings(max_examples=15, deadline=None)
@given(st.lists(rows, min_size=1, max_size=12))
def test_parquet_and_csv_give_the_same_as_memory(tmp_path_factory, table):
    folder, held = tmp_path_factory.mktemp("checks"), arrow(table)
    pa.parquet.write_table(held, folder / "t.parquet", row_group_size=5)
    assert found(folder / "t.parquet") == plain(table)
    if all(
        row[name] != "" and "\n" not in (row[name] or "") and "\r" not in (row[name] or "")
        for row in table
        for name in ("id", "credit", "phone", "code", "ref")
    ):
        pa.csv.write_csv(held, folder / "t.csv")
        assert found(folder / "t.csv") == plain(table)


def test_planted_faults_are_found_to_the_row(tmp_path):
    from bench._people import DEFINITION as PEOPLE
    from bench._people import communities, write

    planted = write(tmp_path / "p.parquet", tmp_path / "p.csv", 30_000, size=10_000)
    for file in ("p.parquet", "p.csv"):
        told = checks.check(tmp_path / file, checks.read(PEOPLE), references={"communities": communities()}, as_of=TODAY)
        assert {one.rule.code: one.rows.tolist() for one in told} == {rule: sorted(found.tolist()) for rule, found in planted.items()}


def test_texts_that_are_not_of_their_type_are_a_finding(tmp_path):
    (tmp_path / "t.csv").write_text("id,born,n\n1,2020-02-30,3\n2,昨天,4.5\n3,2020-01-01,\n4,,七\n")
    definition = checks.read(
        {"types": {"id": "text", "born": "date", "n": "integer"}, "rules": [{"code": "r", "kind": "range", "columns": ["n"], "low": 4}]}
    )
    told = {one.rule.code: one.rows.tolist() for one in checks.check(tmp_path / "t.csv", definition, as_of=TODAY)}
    assert told == {"typed:born": [0, 1], "typed:n": [1, 3], "r": [0]}


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"types": {}}, "types"),
        ({"types": {"a": "money"}}, "types"),
        ({"types": {"a": "text"}, "rules": [{"kind": "guess", "columns": ["a"]}]}, "种类"),
        ({"types": {"a": "text"}, "rules": [{"kind": "mobile", "columns": ["b"]}]}, "columns"),
        ({"types": {"a": "date"}, "rules": [{"kind": "mobile", "columns": ["a"]}]}, "文字列"),
        ({"types": {"a": "text"}, "rules": [{"kind": "pattern", "columns": ["a"], "pattern": "("}]}, "正则"),
        ({"types": {"a": "text"}, "rules": [{"kind": "pattern", "columns": ["a"]}]}, "pattern"),
        ({"types": {"a": "integer"}, "rules": [{"kind": "range", "columns": ["a"], "low": "三"}]}, "界限"),
        ({"types": {"a": "text", "b": "date"}, "rules": [{"kind": "order", "columns": ["a", "b"]}]}, "日期列"),
        ({"types": {"a": "text"}, "rules": [{"code": "x", "kind": "mobile", "columns": ["a"]}] * 2}, "两次"),
    ],
)
def test_rules_that_cannot_run_are_refused(told, word):
    with pytest.raises(checks.RuleInvalid, match=word):
        checks.read(told)


def test_missing_columns_files_and_references_are_named(tmp_path):
    with pytest.raises(SourceUnusable, match="credit"):
        found(pa.table({"id": ["1"]}))
    with pytest.raises(SourceUnusable, match="known"):
        checks.check(arrow([]), DEFINITION, as_of=TODAY)
    (tmp_path / "no.parquet").write_bytes(b"not a table")
    with pytest.raises(SourceUnusable, match=r"no\.parquet"):
        found(tmp_path / "no.parquet")
    assert all(not rows for rows in found(arrow([])).values())


def test_scores_are_shares_of_good_rows():
    table = pa.table({"a": pa.array(["A", None, "A", "A"])})
    finding = checks.check(
        table, checks.read({"types": {"a": "text"}, "rules": [{"code": "n", "kind": "not_null", "columns": ["a"]}]}), as_of=TODAY
    )[0]
    assert (finding.failed, finding.score, finding.rule.dimension) == (1, 0.75, "0201") and isinstance(finding.rows, numpy.ndarray)
