"""Every row of every file is accounted for, whatever the dirt; a row is what a careful person would count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.data.lake.dirt import HEADER, code, line, text
from yiwang.data.lake import api as lake


def ingest(tmp_path: Path, content: bytes | str, name: str = "a.csv", **options: Any) -> dict[str, Any]:
    source = tmp_path / "in"
    source.mkdir(exist_ok=True)
    (source / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    report = lake.ingest(source, dataset="companies", out=tmp_path / "out", **options)
    for part in [report, *report["files"]]:
        assert part["rows_read"] == part["rows_good"] + part["rows_quarantined"]
        assert sum(part["reasons"].values()) == part["rows_quarantined"]
    assert pq.read_metadata(report["outputs"]["good"]).num_rows == report["rows_good"]
    assert pq.read_metadata(report["outputs"]["quarantine"]).num_rows == report["rows_quarantined"]
    return report


def good(report: dict[str, Any]) -> list[dict[str, Any]]:
    return pq.read_table(report["outputs"]["good"]).to_pylist()


def bad(report: dict[str, Any]) -> list[dict[str, Any]]:
    return pq.read_table(report["outputs"]["quarantine"]).to_pylist()


UNCLOSED = line(2, address='"云汀市西渡路2号')
CASES = {
    # name: (content, rows read, reasons)
    "clean": (text(line(1), line(2)), 2, {}),
    "crlf": (text(line(1), line(2), end="\r\n"), 2, {}),
    "old mac line ends": (text(line(1), line(2), end="\r"), 2, {}),
    "no line end at the end": (text(line(1), line(2)).rstrip("\n"), 2, {}),
    "byte order mark": ("\ufeff" + text(line(1)), 1, {}),
    "empty file": ("", 0, {}),
    "only a mark": ("\ufeff", 0, {}),
    "only a header": (HEADER + "\n", 0, {}),
    "header without end": (HEADER, 0, {}),
    "blank lines are no rows": (text("", line(1), "", "   ", line(2), ""), 2, {}),
    "only separators": (text(",,,,,,,,,", line(1)), 2, {"empty_row": 1}),
    "repeated header": (text(line(1), HEADER, line(2), "\ufeff" + HEADER), 4, {"repeated_header": 2}),
    "line end in quotes": (text(line(1, scope='"木器\n加工\n\n销售"'), line(2)), 2, {}),
    "crlf in quotes": (text(line(1, scope='"木器\r\n加工"'), line(2), end="\r\n"), 2, {}),
    "many line ends in quotes": (text(line(1, scope='"' + "\n".join(["木器"] * 400) + '"'), line(2)), 2, {}),
    "quotes in quotes": (text(line(1, scope='"生产""云汀""牌木器"'), line(2, scope='""""')), 2, {}),
    "quote within plain text": (text(line(1, scope='5"管材')), 1, {}),
    "quote never closed": (text(line(1), UNCLOSED, line(3), line(4)), 4, {"broken_quote": 1}),
    "quote never closed, nothing quoted below": (
        text(UNCLOSED, *(line(n, capital="N/A", scope="木器", address="西渡路") for n in range(3, 9))),
        7,
        {"broken_quote": 1},
    ),
    "quote never closed in the last line": (text(line(1), UNCLOSED), 2, {"broken_quote": 1}),
    "many quotes never closed": (text(*[line(n, address='"西渡路') for n in range(1, 30)]), 29, {"broken_quote": 29}),
    "text behind a closing quote": (text(line(1, address='"西渡路"1号'), line(2)), 2, {"broken_quote": 1}),
    "space before a quote": (text(line(1, scope=' "木器,竹器"'), line(2)), 2, {}),
    "too few columns": (text("云汀木器有限公司," + code(1), line(2)), 2, {"column_count": 1}),
    "too many columns": (text(line(1) + ",多", line(2)), 2, {"column_count": 1}),
    "thousands separator not quoted": (text(line(1, capital="1,000(万元人民币)")), 1, {"column_count": 1}),
    "shifted columns": (text(f"云汀木器厂,西渡路1号,{code(1)},杭州,2003-05-06,木器,N/A,50(万元),苏云,浙江"), 1, {"columns_shifted": 1}),
    "amount in the type": (text(f"云汀木器厂,{code(1)},2003-05-06,680(万美元),苏云,某某,木器,N/A,杭州,西渡路"), 1, {"columns_shifted": 1}),
    "zero byte": (text(line(1), line(2, scope='"木\0器"'), line(3)), 3, {"nul_character": 1}),
    "tail of zero bytes": (text(line(1)).encode() + b"\0" * 5000, 2, {"nul_character": 1}),
    "gbk": (text(line(1), line(2)).encode("gbk"), 2, {}),
    "gb18030 with a rare character": (text(line(1, name="云汀市\U00020bb7野家木器有限公司")).encode("gb18030"), 1, {}),
    "utf-16": (text(line(1), line(2)).encode("utf-16"), 2, {}),
    "utf-16 without mark": (text(line(1), line(2)).encode("utf-16-le"), 2, {}),
    "utf-8 and gbk mixed": (text(line(1)).encode() + (line(2) + "\n").encode("gbk") + (line(3) + "\n").encode(), 3, {}),
    "utf-8 cut within a character": (
        text(line(1)).encode() + line(2).encode().replace("木".encode(), b"\xe6\x9c") + b"\n",
        2,
        {"encoding_broken": 1},
    ),
    "destroyed": (text(line(1, name="云\ufffd\ufffd木器有限公司"), line(2, address="锟斤拷路")), 2, {"text_destroyed": 2}),
    "characters lost as question marks": (
        text(line(1, name="????????公司"), line(2, name="云汀?木器厂")),
        2,
        {"text_destroyed": 1, "name_characters": 1},
    ),
    "utf-8 taken for gbk": (text(line(1, name="云汀市木器有限公司".encode().decode("gb18030", "replace").replace("\ufffd", ""))), 1, None),
    "no code": (text(line(1).replace(code(1), "无"), line(2).replace(code(2), "")), 2, {"credit_code_missing": 2}),
    "code of 15": (text(line(1).replace(code(1), "330100000012345")), 1, {"credit_code_length": 1}),
    "code with a wrong check": (text(line(1).replace(code(1), code(1)[:9] + "7" + code(1)[10:])), 1, {"credit_code_check": 1}),
    "code with forbidden letters": (text(line(1).replace(code(1), "91330I" + code(1)[6:])), 1, {"credit_code_characters": 1}),
    "code in small letters and spaces": (text(line(1).replace(code(1), f" {code(1).lower()[:9]} {code(1).lower()[9:]} ")), 1, {}),
    "no name": (text(line(1, name=" ")), 1, {"name_missing": 1}),
    "a number as name": (text(line(1, name="12345")), 1, {"columns_shifted": 1}),
    "impossible day": (text(line(1, date="2003-02-30")), 1, {"registered_on_impossible": 1}),
    "no day at all": (text(line(1, date="去年")), 1, {"registered_on_unreadable": 1}),
    "day to come": (text(line(1, date="2999-01-01")), 1, {"registered_on_future": 1}),
    "unknown unit": (text(line(1, capital="50(万贝壳)")), 1, {"capital_unreadable": 1}),
    "amount without unit": (text(line(1, capital="50")), 1, {"capital_unit_missing": 1}),
    "less than nothing": (text(line(1, capital="-50(万元)")), 1, {"capital_negative": 1}),
    "unknown province": (text(line(1).replace("浙江", "云汀省")), 1, {"province_unknown": 1}),
    "title above the header": (text(line(1), header="云汀市企业名录,,,,,,,,,\n" + HEADER), 2, {"above_header": 1}),
    "another file altogether": ("日期,站点,读数\n2003-01-01,西渡,5\n2003-01-02,西渡,6\n", 3, {"header_unknown": 3}),
    "no header": (line(1) + "\n" + line(2) + "\n", 2, {}),
    "tabs": (text(line(1), line(2)).replace('"', "").replace("加工,销售", "加工、销售").replace(",", "\t"), 2, {}),
    "semicolons": (text(line(1), line(2)).replace(",", ";"), 2, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_row_is_accounted_for(tmp_path: Path, case: str) -> None:
    content, rows, reasons = CASES[case]
    report = ingest(tmp_path, content)
    assert report["rows_read"] == rows
    if reasons is not None:
        assert report["reasons"] == reasons


@pytest.mark.parametrize("case", CASES)
def test_tiny_batches_change_nothing(tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few bytes and checkpoints at every row give the same rows, row numbers and line numbers."""
    content, _, _ = CASES[case]
    whole = ingest(tmp_path / "whole", content) if (tmp_path / "whole").mkdir() is None else {}
    monkeypatch.setattr("yiwang.data.lake.ingesting.BLOCK", 64)
    (tmp_path / "tiny").mkdir()
    tiny = ingest(tmp_path / "tiny", content, batch_rows=1)
    assert good(tiny) == good(whole)
    assert bad(tiny) == bad(whole)
    assert tiny["blank_lines"] == whole["blank_lines"]


def test_standard_values(tmp_path: Path) -> None:
    rows = [
        line(1, name="云汀(西渡)木器有限公司", date="2003/5/6", capital='"3,000(万)"'),
        line(2, name="“云汀 木器厂”", date="20030506", capital="680.5万美元"),
        line(3, name="ＡＢ云汀木器厂", date="2003年5月6日", capital="N/A"),
        line(4, name="云汀﹙西渡）木器厂", date="2003.05.06 08:30:00", capital="人民币壹佰万元整"),
        line(5, date="37747", capital="2亿元"),
    ]
    found = good(ingest(tmp_path, text(*rows)))
    assert [row["name"] for row in found[:4]] == ["云汀（西渡）木器有限公司", "云汀木器厂", "AB云汀木器厂", "云汀（西渡）木器厂"]
    assert {row["registered_on"].isoformat() for row in found} == {"2003-05-06"}
    money = [(row["capital_amount"], row["capital_currency"], row["capital_yuan"]) for row in found]
    assert money == [
        (30_000_000, "CNY", 30_000_000),
        (6_805_000, "USD", None),
        (None, None, None),
        (1_000_000, "CNY", 1_000_000),
        (200_000_000, "CNY", 200_000_000),
    ]
    assert {(row["province"], row["province_code"], row["city"], row["city_code"]) for row in found} == {
        ("浙江省", "330000", "杭州市", "330100")
    }
    assert [(row["source_row"], row["source_line"]) for row in found] == [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]


def test_what_is_missing_is_counted(tmp_path: Path) -> None:
    report = ingest(tmp_path, text(line(1, capital="N/A", address="不详"), line(2)))
    assert report["missing"] == {"company_type": 2, "capital": 1, "address": 1}


def test_quarantine_keeps_the_row_as_it_came(tmp_path: Path) -> None:
    broken = line(2, scope='"木器').encode("gbk")
    report = ingest(tmp_path, text(line(1)).encode() + broken + b"\n" + line(3).encode())
    [row] = bad(report)
    assert (row["source_row"], row["source_line"], row["reason"]) == (2, 3, "broken_quote")
    assert row["raw_bytes"] == broken + b"\n"
    assert row["raw"].encode("gbk") == broken


def test_titles_in_another_order_with_units(tmp_path: Path) -> None:
    content = f"序号,社会信用代码,公司名称,注册资本(万元),成立日期,省份,城市\n1,{code(1)},云汀木器厂,50,2003-05-06,浙江省,杭州市\n"
    content += f"2,{code(2)},云汀竹器厂,1.5,2003-05-06,浙江,杭州\n"
    report = ingest(tmp_path, content)
    assert [row["capital_yuan"] for row in good(report)] == [500_000, 15_000]
    assert report["files"][0]["columns_unused"] == ["序号"]


def test_a_line_of_many_megabytes_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiwang.data.lake.lines.MAX_LINE", 1 << 20)
    monkeypatch.setattr("yiwang.data.lake.ingesting.BLOCK", 1 << 16)
    report = ingest(tmp_path, text(line(1), "木" * 2_000_000, line(3)))
    assert (report["rows_read"], report["reasons"]) == (3, {"line_too_long": 1})
    assert len(bad(report)[0]["raw"]) < 5000
    assert "6000000 bytes" in bad(report)[0]["raw"]
    assert [row["source_line"] for row in good(report)] == [2, 4]
