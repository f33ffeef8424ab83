"""One suite for both engines: the same history, the same answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.data.lake.dirt import code, line, text
from yiwang.data.lake import api as lake
from yiwang.data.lake import arrivals, asking, engines, publishing, shapes
from yiwang.rules import spark


def _spark() -> engines.Engine:
    from yiwang.data.lake.spark import Spark

    return Spark("local[2]")


on_spark = [pytest.mark.spark, pytest.mark.skipif(bool(spark.missing()), reason=spark.missing() or "Spark is here")]
ENGINES = [pytest.param(engines.embedded, id="duckdb"), pytest.param(_spark, id="spark", marks=on_spark)]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    many = [line(n, capital='"50(万元人民币)"' if n % 3 else '"1.5(万美元)"', date=f"{2000 + n % 5}-03-04") for n in range(1, 200)]
    (source / "1.csv").write_text(text(*many, line(7, address="东渡路7号"), line(7, address="东渡路7号")))
    lake.ingest(source, dataset="companies", out=tmp_path / "out")
    (source / "2.csv").write_text(text(line(7, address="南渡路7号"), line(201), line(7, address="东渡路7号")))
    lake.ingest(source, dataset="companies", out=tmp_path / "out")
    return tmp_path / "out"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_history(filled: Path, engine: Callable[[], engines.Engine], tmp_path: Path) -> None:
    shape = shapes.shape("companies")
    target = tmp_path / "again.parquet"
    with engine() as running:
        running.rows(arrivals.batches(filled, shape), shape)
        running.keep("repeated", engines.named("repeated", key=", ".join(shape.key)), spill=tmp_path / "spill")
        running.write(publishing.versions_sql(shape), target)
    held = publishing.current(filled, "legal_entities")
    assert held is not None
    order = [("credit_code", "ascending"), ("version", "ascending")]
    ours, again = pq.read_table(held.data).sort_by(order), pq.read_table(target).sort_by(order)
    assert [row | {"valid_from": None, "valid_to": None} for row in ours.to_pylist()] == [
        row | {"valid_from": None, "valid_to": None} for row in again.to_pylist()
    ]
    assert [row["version"] for row in again.to_pylist() if row["credit_code"] == code(7)] == [1, 2, 3, 4]
    assert held.manifest["duplicates"] == {"same": 1, "changed": 3}


@pytest.mark.parametrize("engine", ENGINES)
def test_named_queries(filled: Path, engine: Callable[[], engines.Engine]) -> None:
    def ask(name: str, **given: object) -> list[dict[str, object]]:
        return asking.query(name, out=filled, given=given, engine=engine()).to_pylist()

    assert [row["version"] for row in ask("company", credit_code=code(7))] == [1, 2, 3, 4]
    [place] = ask("companies_by_place")
    assert (place["province"], place["city"], place["companies"]) == ("浙江省", "杭州市", 200)
    assert sum(int(str(row["companies"])) for row in ask("companies_by_year")) == 200
    assert [row["credit_code"] for row in ask("changed_companies")] == [code(7)]
    with pytest.raises(lake.BadQuery):
        ask("company")


def test_what_does_not_exist(tmp_path: Path, filled: Path) -> None:
    with pytest.raises(lake.UnknownTable):
        lake.query("company", out=tmp_path / "empty", given={"credit_code": "1"})
    for name in ("nothing", "../versions", "company; DROP TABLE legal_entities"):
        with pytest.raises(lake.UnknownQuery):
            lake.query(name, out=filled)
    assert lake.query("company", out=filled, given={"credit_code": "' OR 1=1 --"}).num_rows == 0
    assert [table["theme"] for table in lake.tables(filled)] == ["legal_entities"]
