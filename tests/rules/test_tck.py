"""The public DMN compatibility suite; not part of the repository, found beside it."""

import csv
import os
from pathlib import Path

import pytest

from yiwang.rules import tck

VECTORS = Path(os.environ.get("YIWANG_SHARED_VECTORS") or Path(__file__).parents[3] / "shared" / "vectors") / "dmn_tck"


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the DMN compatibility suite is not beside the repository")
def test_every_case_of_the_suite_passes(tmp_path: Path) -> None:
    target = tmp_path / "tck_results.csv"
    summary = tck.run(VECTORS, target)
    assert summary.results, "no test case found"
    assert summary.failed == 0, str(summary)
    rows = list(csv.reader(target.open(encoding="utf-8")))
    assert len(rows) == len(summary.results)
    assert all(len(row) == 5 and row[3] in ("SUCCESS", "ERROR", "IGNORED") for row in rows)


def test_a_failing_case_is_an_error_row(tmp_path: Path) -> None:
    space = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    folder = tmp_path / "compliance-level-2" / "0000-sample"
    folder.mkdir(parents=True)
    (folder / "sample.dmn").write_text(
        f'<definitions xmlns="{space}" name="sample" namespace="s"><decision id="d" name="d"><variable name="d"/>'
        "<literalExpression><text>1 + 1</text></literalExpression></decision></definitions>"
    )
    expected = '<resultNode name="d"><expected><value xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="xsd:decimal">{}</value>'
    cases = "".join(f'<testCase id="{n}">{expected.format(n)}</expected></resultNode></testCase>' for n in (2, 3))
    (folder / "sample-test-01.xml").write_text(
        f'<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"><modelName>sample.dmn</modelName>{cases}</testCases>'
    )
    target = tmp_path / "out.csv"
    assert tck.main([str(tmp_path), "--csv", str(target)]) == 1
    rows = list(csv.reader(target.open(encoding="utf-8")))
    assert [row[:4] for row in rows] == [
        ["compliance-level-2/0000-sample", "sample-test-01", "2", "SUCCESS"],
        ["compliance-level-2/0000-sample", "sample-test-01", "3", "ERROR"],
    ]
