"""Killed at any moment, started again, given the same file twice: no row is lost, none comes twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.data.lake.dirt import code, line, text
from yiwang.data.lake import api as lake

ROWS = 120_000


def _command(source: Path, out: Path) -> list[str]:
    program = "import sys; from yiwang.ends.cli.main import main; sys.exit(main())"
    return [
        sys.executable,
        "-c",
        program,
        "data",
        "ingest",
        str(source),
        "--as",
        "companies",
        "--out",
        str(out),
        "--batch",
        "1000",
        "--json",
    ]


def _rows(report: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return pq.read_table(report["outputs"][name]).to_pylist()


def test_kill_and_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "many.csv"
    source.write_text(text(*(line(n) if n % 50 else line(n, date="2003-02-31") for n in range(1, ROWS + 1))))
    whole = lake.ingest(source, dataset="companies", out=tmp_path / "whole")
    out = tmp_path / "out"
    kills = 0
    for pause in (0.1, 0.2, 0.3, 0.4):
        running = subprocess.Popen(_command(source, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        progress = [*(out / "standardised" / "companies").glob("*.partial/progress.json")]
        before = progress[0].read_text() if progress else ""
        while running.poll() is None:
            progress = [*(out / "standardised" / "companies").glob("*.partial/progress.json")]
            if progress and progress[0].exists() and progress[0].read_text() not in ("", before):
                time.sleep(pause / 10)
                break
            time.sleep(0.002)
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.wait()
    assert kills >= 2
    done = subprocess.run(_command(source, out), capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert (report["rows_read"], report["rows_quarantined"]) == (ROWS, ROWS // 50)
    assert _rows(report, "good") == _rows(whole, "good")
    assert _rows(report, "quarantine") == _rows(whole, "quarantine")
    assert not [*out.rglob("*.partial"), *out.rglob("*.new")]


def test_twice_is_once(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(text(line(1), line(2), line(3, date="x")))
    first = lake.ingest(source, dataset="companies", out=tmp_path / "out")
    second = lake.ingest(source, dataset="companies", out=tmp_path / "out")
    assert second["files"][0].pop("already_there") and not first["files"][0].pop("already_there")
    assert first == second
    assert len(pq.read_table(second["outputs"]["table"])) == 2


def test_the_same_bytes_under_two_names(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(text(line(1), line(2)))
    report = lake.ingest(tmp_path, dataset="companies", out=tmp_path / "out")
    assert (report["rows_read"], report["files"][1]["same_as"]) == (4, "a.csv")
    assert report["duplicates"] == {"same": 2, "changed": 0}
    assert len(pq.read_table(report["outputs"]["table"])) == 2


def test_history_of_a_company(tmp_path: Path) -> None:
    out, source = tmp_path / "out", tmp_path / "in"
    source.mkdir()
    (source / "1.csv").write_text(text(line(1), line(2), line(1)))
    lake.ingest(source, dataset="companies", out=out)
    (source / "2.csv").write_text(text(line(1, address="东渡路9号"), line(3)))
    lake.ingest(source, dataset="companies", out=out)
    (source / "3.csv").write_text(text(line(1, address="东渡路9号"), line(1)))
    report = lake.ingest(source, dataset="companies", out=out)
    assert report["duplicates"] == {"same": 2, "changed": 2}
    table = pq.read_table(report["outputs"]["table"]).sort_by([("credit_code", "ascending"), ("version", "ascending")]).to_pylist()
    history = [row for row in table if row["credit_code"] == code(1)]
    assert [row["address"] for row in history] == ["云汀市西渡路1号", "东渡路9号", "云汀市西渡路1号"]
    assert [row["version"] for row in history] == [1, 2, 3]
    assert [row["valid_to"] for row in history] == [history[1]["valid_from"], history[2]["valid_from"], None]
    assert {row["version"] for row in table if row["credit_code"] != code(1)} == {1}
    manifest = json.loads(Path(report["outputs"]["manifest"]).read_text())
    assert (manifest["rows"], manifest["keys"], manifest["current"]) == (5, 3, 3)


def test_two_writers(tmp_path: Path) -> None:
    from yiwang.data.lake.ingesting import alone

    source = tmp_path / "a.csv"
    source.write_text(text(line(1)))
    with alone(tmp_path / "out"), pytest.raises(lake.LakeBusy):
        lake.ingest(source, dataset="companies", out=tmp_path / "out")


def test_nothing_there_and_unknown_kinds(tmp_path: Path) -> None:
    with pytest.raises(lake.NothingToIngest):
        lake.ingest(tmp_path, dataset="companies", out=tmp_path / "out")
    with pytest.raises(lake.UnknownDataset):
        lake.ingest(tmp_path, dataset="clouds", out=tmp_path / "out")


def test_workbooks_json_and_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    from openpyxl import Workbook

    source = tmp_path / "in"
    source.mkdir()
    titles = ["企业名称", "统一社会信用代码", "注册日期", "注册资金", "所在省份", "地区"]

    def row(number: int) -> list[str]:
        return ["云汀木器厂", code(number), "2003-05-06", "50(万元)", "浙江", "杭州"]

    book = Workbook()
    for values in (titles, row(1), ["", "", "", "", "", ""], row(2)):
        book.active.append(values)
    book.save(source / "a.xlsx")
    (source / "b.json").write_text(
        json.dumps({"data": [dict(zip(titles, row(3), strict=True)), {"企业名称": "缺码厂"}]}, ensure_ascii=False)
    )
    (source / "c.jsonl").write_text(json.dumps(dict(zip(titles, row(4), strict=True)), ensure_ascii=False) + "\n{broken\n")
    pq.write_table(pa.Table.from_pylist([dict(zip(titles, row(5), strict=True))]), source / "d.parquet")
    (source / "e.xlsx").write_bytes(b"this is no workbook")
    (source / "f.pdf").write_bytes(b"%PDF")
    report = lake.ingest(source, dataset="companies", out=tmp_path / "out")
    found = {file["file"]: (file["rows_read"], file["rows_good"], file.get("header")) for file in report["files"]}
    assert found == {
        "a.xlsx": (2, 2, "found"),
        "b.json": (2, 1, "found"),
        "c.jsonl": (2, 1, "found"),
        "d.parquet": (1, 1, "found"),
        "e.xlsx": (0, 0, None),
    }
    assert report["files"][4]["failed"]
    assert report["skipped_files"] == ["f.pdf"]
