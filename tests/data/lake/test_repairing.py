"""A row leaves quarantine only by being right, and only once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.data.lake.dirt import code, line, text
from yiwang.data.lake import api as lake
from yiwang.ends.cli.main import main


def test_repair_and_replay(tmp_path: Path) -> None:
    out, source = tmp_path / "out", tmp_path / "a.csv"
    source.write_text(text(line(1), line(2, date="2003-02-31"), line(3).replace(code(3), "无"), line(4) + ",多"))
    lake.ingest(source, dataset="companies", out=out)
    rows = lake.waiting("companies", out=out)
    assert [row["reason"] for row in rows] == ["registered_on_impossible", "credit_code_missing", "column_count"]
    assert rows[0]["values"]["name"] == "云汀市第2木器有限公司"
    repaired = [
        {"digest": rows[0]["digest"], "row": rows[0]["row"], "values": rows[0]["values"] | {"registered_on": "2003-02-28"}},
        {"digest": rows[1]["digest"], "row": rows[1]["row"], "values": rows[1]["values"] | {"credit_code": "123"}},
        {"digest": "0" * 20, "row": 5, "values": {}},
    ]
    answer = lake.replay("companies", out=out, repairs=repaired)
    assert answer["accepted"] == 1
    assert [(one["row"], one["reason"]) for one in answer["refused"]] == [(3, "credit_code_length")]
    assert answer["unknown"] == [{"digest": "0" * 20, "row": 5}]
    assert [row["row"] for row in lake.waiting("companies", out=out)] == [3, 4]
    assert lake.query("company", out=out, given={"credit_code": code(2)}).num_rows == 1
    again = lake.replay("companies", out=out, repairs=repaired[:1])
    assert (again["accepted"], again["settled"]) == (0, [{"digest": rows[0]["digest"], "row": 2}])
    assert lake.tables(out)[0]["rows"] == 2


def test_garbled_text_is_proposed_as_it_was(tmp_path: Path) -> None:
    out, source = tmp_path / "out", tmp_path / "a.csv"
    garbled = line(1).encode().decode("latin-1")
    source.write_text(text(garbled, line(2)))
    report = lake.ingest(source, dataset="companies", out=out)
    assert report["reasons"] == {"text_garbled": 1}
    [row] = lake.waiting("companies", out=out)
    assert row["values"]["name"] == "云汀市第1木器有限公司"
    assert lake.replay("companies", out=out, repairs=[row])["accepted"] == 1


def test_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way on the command line: ingest, take the quarantine out as a table, repair a cell, replay, ask."""
    out, source, repair = tmp_path / "out", tmp_path / "a.csv", tmp_path / "repair.csv"
    source.write_text(text(line(1), line(2, date="2003-02-31")))

    def run(*words: object) -> tuple[int, str]:
        status = main(["data", *(str(word) for word in words), "--out", str(out)])
        return status, capsys.readouterr().out

    assert run("ingest", source, "--as", "companies")[0] == 0
    assert run("quarantine", repair, "--as", "companies") == (0, f"1 rows in {repair}\n")
    assert repair.stat().st_mode & 0o77 == 0
    assert run("replay", repair, "--as", "companies")[0] == 1
    repair.write_text(repair.read_text().replace("2003-02-31", "2003-02-28", 1))
    assert run("replay", repair, "--as", "companies") == (0, "1 accepted, 0 refused, 0 settled before, 0 unknown\n")
    assert json.loads(run("tables")[1])["rows"] == 2
    assert json.loads(run("query", "company", "--with", f"credit_code={code(2)}")[1])["registered_on"] == "2003-02-28"
    assert "companies_by_place" in run("query")[1]
    assert run("query", "nothing")[0] == 2
