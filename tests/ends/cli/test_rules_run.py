"""`yiwang rules run`: a population from file to file, with what cannot be compiled said first."""

import argparse

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from tests.rules.samples import table_model
from yiwang.ends.cli import rules
from yiwang.rules.api import write
from yiwang.standards.errors import NotFound


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    rules.declare(parser, "rules")
    options = parser.parse_args(["run", *arguments])
    return options.run(options)


@pytest.mark.parametrize(
    ("result", "said"), [("x * 2", "3 people on duckdb, 1 undetermined"), ("x / 2", "not compiled: d:number / number\n3 people on rows")]
)
def test_a_population_from_file_to_file(tmp_path, capsys, result: str, said: str) -> None:
    (tmp_path / "d.dmn").write_bytes(write(table_model({"x": "number"}, [("> 1", result), ("<= 1", "0")])))
    parquet.write_table(pa.table({"x": [4, 1, None]}), tmp_path / "people.parquet")
    assert run(str(tmp_path / "d.dmn"), "d", str(tmp_path / "people.parquet"), "--out", str(tmp_path / "out.parquet")) == 0
    assert capsys.readouterr().out.startswith(said)
    assert parquet.read_table(tmp_path / "out.parquet").column("missing").to_pylist() == [[], [], ["x"]]


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(NotFound, match="none"):
        run(str(tmp_path / "none.dmn"), "d", "x", "--out", "y")
