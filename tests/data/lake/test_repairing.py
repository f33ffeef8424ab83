"""A row leaves quarantine only by being right, and only once."""

from __future__ import annotations

from pathlib import Path

from tests.data.lake.dirt import code, line, text
from yiwang.data.lake import api as lake


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
