"""The bench's ten rules on Spark name the same rows as the kernels."""

import pyarrow.parquet
import pytest

from bench import _people
from tests.data.checks.test_checks import TODAY
from yiwang.data.checks import api as checks
from yiwang.rules import spark

on_spark = pytest.mark.skipif(bool(spark.missing()), reason=spark.missing() or "Spark is here")


@pytest.mark.spark
@on_spark
@pytest.mark.timeout(900)
def test_spark_names_the_same_rows(tmp_path):
    _people.write(tmp_path / "p.parquet", tmp_path / "p.csv", 30_000, size=10_000)
    definition = checks.read(_people.DEFINITION)
    here = checks.check(tmp_path / "p.parquet", definition, references={"communities": _people.communities()}, as_of=TODAY)
    table = pyarrow.parquet.read_table(tmp_path / "p.parquet")
    numbered = table.append_column("row_number", pyarrow.array(range(len(table)), pyarrow.int64()))
    session = spark.session()
    session.createDataFrame(numbered).createOrReplaceTempView("checked")
    session.createDataFrame(_people.communities().rename_columns(["key"])).createOrReplaceTempView("communities")
    for found in here:
        told = checks.statement(found.rule, "checked", types=definition.types, as_of=TODAY, dialect="spark")
        assert [row[0] for row in session.sql(told).collect()] == found.rows.tolist(), found.rule.code
        assert found.failed
