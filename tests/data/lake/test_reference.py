"""The quick way gives what the row by row way gives: every line by the csv module, every cell by its reading, one after the other."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.lake.dirt import HEADER, code, line
from tests.data.lake.test_dirt import CASES
from yiwang.data.lake import garbling, kinds, lines, records, shapes
from yiwang.data.lake.header import layout
from yiwang.data.lake.standardising import Standardiser
from yiwang.standards.identifiers import id_card

TODAY = date(2026, 3, 4)
SIGNS = [
    *"云汀木器厂有限公司 aZ09.,;:()[]（）【】“”‘’、。，；？?！—-/\\N'\"|*\t\r\n\0\x1f\x7f",
    "\u00a0", "\u00ad", "\u200b", "\u2028", "\u2060", "\u3000", "\ufeff", "\ufffd", "Ａ", "０", "〔", "﹙", "锟斤拷", "鍏", "Ã©", "â€", "é", "\U00020bb7",
]  # fmt: skip
WHOLE = {
    "text": ["云汀市西渡路1号", "N/A", "无", "待补充", "a b", " a", "a  b", "", "—", "木器,竹器", "销售;加工"],
    "organisation_name": ["云汀木器有限公司", "云汀(西渡)木器厂", "云汀（西渡）木器厂", "“云汀木器厂”", "木器", "12345", "2003-05-06", "（西渡）木器厂"],
    "person_name": ["苏云", "N/A", "苏 云", "Su Yun", "苏云苏", "无", "3,000(万)", "阿卜杜·苏"],
    "credit_code": [code(1), code(2).lower(), f" {code(3)}", code(1)[:-1], code(1)[:-1] + "A", code(4)[:9] + "7" + code(4)[10:], "330100000012345"],
    "id_number": [id_card.make("990102", date(1990, 3, 7), 12), id_card.make("990102", date(2026, 2, 28), 1), id_card.make("990102", date(2999, 2, 28), 1), "990102199003070000", "99010219900307001X", "11010519491231002X", "11010519491231002x", "110105491231002", "110105194902310021", "1101051949123100２X"],
    "mobile": ["13900000001", "+8613900000001", "139-0000-0001", "12900000001", "1390000000", "１3900000001", "139 0000 0001"],
    "label": ["个体工商户", "N/A", "有限责任公司(国有独资)", "50(万)"],
    "label_code": ["证-1", "ab１", "--", "号"],
    "division_code": ["330100", "990100", "999999", "33010", "000000"],
    "day": ["2003-05-06", "2003/5/6", "20030230", "37747", "2003年5月6日", "去年"],
    "past_date": ["2003-05-06", "2999-01-01", "1700-01-01", "2003-02-30", "37747.0"],
    "money": ["50(万元人民币)", "3,000(万)", "N/A", "680万美元", "-5万", "50", "0元", "壹佰万元整"],
    "province": ["浙江", "浙江省", "云汀省", "N/A", "2003-01-01"],
    "city": ["杭州", "杭州市", "西渡开发区", "无"],
}  # fmt: skip


def cells(kind: str) -> st.SearchStrategy[list[str]]:
    """Cells that mean something, cells of signs, and the two mixed."""
    good, signs = st.sampled_from(WHOLE[kind]), st.lists(st.sampled_from(SIGNS), max_size=6).map("".join)
    mixed = st.tuples(good, st.integers(0, 30), signs).map(lambda made: made[0][: made[1]] + made[2] + made[0][made[1] :])
    return st.lists(st.one_of(good, signs, mixed), max_size=12)


@pytest.mark.parametrize("kind", kinds.KINDS)
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_columns_say_what_their_cells_say(kind: str, data: st.DataObject) -> None:
    said = data.draw(cells(kind))
    before = data.draw(st.integers(0, 2))
    around = ["浙江"] * len(said) if kind == "city" else None
    column = pa.array(["木"] * before + said, pa.string()).slice(before)  # a slice: its bytes do not begin where the buffer does
    read = kinds.reader(kind, today=TODAY).read(column, within=pa.array(around, pa.string()) if around else None)
    one = kinds.reader(kind, today=TODAY)._read
    wanted = [one(text, within="浙江") if around else one(text) for text in said]
    assert [tuple(values) for values in zip(*(made.to_pylist() for made in read.columns), strict=True)] == [each.values for each in wanted]
    assert dict(read.problems.rows()) == {row: each.problem for row, each in enumerate(wanted) if each.problem}
    assert dict(read.notes.rows()) == {row: each.note for row, each in enumerate(wanted) if each.note}


@given(
    st.one_of(st.binary(), st.text().map(str.encode), st.tuples(st.text(), st.binary(max_size=3)).map(lambda two: two[0].encode() + two[1]))
)
def test_what_is_utf8(text: bytes) -> None:
    try:
        text.decode()
    except UnicodeDecodeError:
        assert not lines.is_utf8(text)
    else:
        assert lines.is_utf8(text)


def standard(path: Path, size: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Good rows, quarantined rows and the counts by block of a file of companies."""
    shape = shapes.shape("companies")
    reading = lines.Lines(path)
    block = reading.read()
    reading.close()
    found = layout(block, shape) if block else None
    if block is None or found is None:
        return [], [], []
    begin = int(block.raw_ends[found.line]) if found.line >= 0 else 0
    standardiser = Standardiser(shape, found, source="a.csv", today=TODAY)
    reading = lines.Lines(path, offset=begin, number=found.line + 2, size=size)
    good, bad, counts, rows = [], [], [], 0
    for each in records.records(reading, delimiter=found.delimiter, width=len(found.fields)):
        done = standardiser.run(each.read(), rows_before=rows)
        assert done.counts.rows_read == each.count
        rows += each.count
        good += done.good.to_pylist()
        bad += done.quarantined.to_pylist()
        counts.append(done.counts.to_json())
    reading.close()
    return good, bad, counts


def assert_same(path: Path, monkeypatch: pytest.MonkeyPatch, size: int = 1 << 20) -> None:
    quick = standard(path, size)
    with monkeypatch.context() as patched:
        patched.setattr(records, "_looked_at", lambda block, delimiter, width: np.ones(len(block), bool))
        patched.setattr(kinds.Reader, "read", row_by_row)
        patched.setattr(garbling, "damaged", lambda block: True)
        patched.setattr(garbling, "_matching", each_cell)
        slow = standard(path, size)
    assert quick == slow


def row_by_row(self: kinds.Reader, column: pa.Array, *, within: pa.Array | None = None) -> kinds.Read:
    return self._by_value(column, within)


def each_cell(column: pa.Array, expression: str) -> Any:
    import pyarrow.compute as pc

    return np.flatnonzero(pc.match_substring_regex(column, expression).to_numpy(zero_copy_only=False))


@pytest.mark.parametrize("case", CASES)
def test_dirt(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = CASES[case][0]
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert_same(path, monkeypatch)


ROWS = st.one_of(
    st.integers(1, 60).map(line),
    st.builds(
        lambda number, name, scope, address: line(number, name=name, scope=scope, address=address),
        st.integers(1, 60),
        cells("organisation_name").map(lambda said: "".join(said[:1])),
        cells("text").map(lambda said: '"' + "".join(said[:2]).replace('"', '""') + '"'),
        cells("text").map(lambda said: "".join(said[:2])),
    ),
    st.sampled_from(["", "  ", "\t", ",,,,,,,,,", HEADER, "云汀木器厂", '"', line(5) + ",多", line(6, capital='"1,000(万)"')]),
)


@given(
    st.lists(ROWS, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "gb18030"]), st.sampled_from([64, 4096])
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[str], end: str, encoding: str, size: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(end.join([HEADER, *rows, ""]).encode(encoding, "replace"))
    assert_same(path, monkeypatch, size)


@given(st.lists(st.sampled_from(["?", "？", "锟斤拷", "锟", "\ufffd", "a", "（", "，", "木"]), max_size=8).map("".join))
def test_what_is_damaged(text: str) -> None:
    assert garbling.damaged(f"{text}\n".encode()) == bool(re.search(garbling.DESTROYED, text))
