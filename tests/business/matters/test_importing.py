"""Importing and exporting: every row is loaded or refused with its reason; nothing is lost."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from yiwang.business.matters import api as matters
from yiwang.business.matters import errors
from yiwang.business.matters.models import Matter, Version
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.standards.errors import Forbidden

pytestmark = pytest.mark.django_db
HEADER = ["department", "main_item", "name", "areaCode", "itemCode", "deptCode", "taskType", "link"]
GOOD = [
    "市公安局",
    "未分类",
    "犬只登记",
    "990100000000",
    "990A0000100001-990100000000-000-11990100MB990003XK-1-00",
    "11990100MB990003XK",
    "20",
    "https://example.invalid/a",
]


def as_csv(*lines: list[Any], header: list[str] = HEADER, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *lines])
    return text.getvalue().encode(encoding)


def load(data: bytes, format: str = "csv", actor: Actor = SYSTEM) -> matters.ImportReport:
    return matters.import_file(data, format=format, actor=actor)


def messages(report: matters.ImportReport, place: int = 0) -> str:
    return " | ".join(str(finding) for finding in report.rows[place].findings)


def test_the_real_file(shared_data: Path) -> None:
    path = shared_data / "matters" / "guangan_items.csv"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    with path.open(encoding="utf-8-sig") as file:
        real = list(csv.DictReader(file))
    report = matters.import_file(path, format="csv", actor=SYSTEM)
    assert report.rows_read == len(real) == 1135 == report.loaded + report.refused
    assert report.loaded >= 1134 and all(row.findings for row in report.rows if row.outcome == "refused")
    assert Version.objects.filter(state="draft").count() == Matter.objects.count() == report.created
    text = {row.number: " | ".join(map(str, row.findings)) for row in report.rows}
    by_line = dict(zip((row.number for row in report.rows), real, strict=True))
    for number, row in by_line.items():
        code = row["deptCode"].upper()
        wrong = matters.check({"department_credit_code": code}) if len(code) == 18 else [1]
        if len(code.replace("-", "")) == 9:
            assert "组织机构代码" in text[number], code
        elif any(getattr(finding, "field", "department_credit_code") == "department_credit_code" for finding in wrong):
            assert "统一社会信用代码" in text[number], code
        assert "不是 31 位实施编码" in text[number] or "完全相同" in text[number] or "相同但内容不同" in text[number]
    # nothing of a row is lost: each value is found again in what was stored
    for report_row in report.rows[::37]:
        if report_row.outcome != "refused":
            stored = json.dumps(Version.objects.get(matter__short=report_row.short).record, ensure_ascii=False)
            row = by_line[report_row.number]
            assert all(row[key].strip() in stored for key in ("name", "areaCode", "link") if row[key].strip())
            assert row["deptCode"].upper() in stored
    again = matters.import_file(path, format="csv", actor=SYSTEM)
    assert (again.created, again.updated, again.unchanged) == (0, 0, report.loaded)


def test_what_is_exported_comes_back_unchanged(loaded: Any) -> None:
    for format in ("json", "csv", "xlsx"):
        report = load(matters.export(format), format)
        assert (report.rows_read, report.unchanged, report.with_findings) == (len(matters.library()), len(matters.library()), 0), format
    with pytest.raises(errors.UnreadableFile, match="pdf"):
        matters.export("pdf")


def test_good_and_mendable_rows(loaded: Any) -> None:
    bad_department = [*GOOD[:2], "放生许可", *GOOD[3:4], "X-1", "08337220-4", "1", ""]
    report = load(as_csv(GOOD, bad_department))
    assert [row.outcome for row in report.rows] == ["created", "created"] and [row.number for row in report.rows] == [2, 3]
    draft = matters.draft(report.rows[0].short, actor=SYSTEM)
    assert draft.record["department"] == "police" and draft.record["kind"] == "20" and draft.record["local_code"] == GOOD[4]
    assert draft.record["online_url"] == GOOD[7] and draft.findings
    assert "组织机构代码" in messages(report, 1) and "缺少必填要素" in messages(report, 1)
    assert matters.draft(report.rows[1].short, actor=SYSTEM).record["extra"]["deptCode"] == "08337220-4"


def test_a_good_code_in_the_item_code_is_proposed(db: Any) -> None:
    report = load(as_csv([*GOOD[:5], "MB9900030", *GOOD[6:]]))
    assert "11990100MB990003XK" in messages(report)


def test_rows_that_cannot_be_loaded_say_why(db: Any) -> None:
    report = load(
        as_csv(
            GOOD,
            GOOD,
            [*GOOD[:2], " ", *GOOD[3:]],
            [*GOOD[:2], "名" * 301, *GOOD[3:4], "Y", "", "1", ""],
            [*GOOD[:2], "另一个名称", *GOOD[3:]],
        )
    )
    assert [row.outcome for row in report.rows] == ["created", "refused", "refused", "refused", "created"]
    assert report.rows_read == 5 == report.loaded + report.refused
    assert "与第 2 行完全相同" in messages(report, 1) and "没有事项名称" in messages(report, 2) and "300" in messages(report, 3)
    assert "编码与第 2 行相同但内容不同" in messages(report, 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_usual_encodings(db: Any, encoding: str) -> None:
    assert load(as_csv(GOOD, encoding=encoding)).rows[0].name == "犬只登记"


def test_other_headers_and_separators(db: Any) -> None:
    assert load("事项名称;task_code\n登记甲;\n".encode()).rows[0].name == "登记甲"
    assert load("task_name\ttaskType\n登记乙\t7\n".encode()).rows[0].name == "登记乙"
    report = load(as_csv([*GOOD, "多出的"]))
    assert "多出内容" in messages(report) and matters.draft(report.rows[0].short, actor=SYSTEM).record["extra"]["excess"] == ["多出的"]
    report = load(as_csv([*GOOD[:4], "Z1", *GOOD[5:], "保留我"], header=[*HEADER, "我的列"]))
    assert matters.draft(report.rows[0].short, actor=SYSTEM).record["extra"]["我的列"] == "保留我"


def xlsx(*lines: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)  # type: ignore[union-attr]
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_workbook(db: Any) -> None:
    report = load(xlsx(HEADER, GOOD, [None] * 8, [*GOOD[:2], "第二项", 990100, "K2", None, 1, None]), "xlsx")
    assert [(row.number, row.name, row.outcome) for row in report.rows] == [(2, "犬只登记", "created"), (4, "第二项", "created")]


@pytest.mark.parametrize(
    ("data", "format", "cause"),
    [
        (b"", "csv", "空"),
        (b"  \n \n", "csv", "空"),
        (b"\xef\xbb\xbfname\n", "csv", "没有数据行"),
        (b"a,b\n1,2\n", "csv", "事项名称"),
        (b"name,name\n1,2\n", "csv", "重复的列"),
        (b"name\n\x00\x01\x02\n", "csv", "编码"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\x00", "csv", "编码"),
        (b'name\n"open', "csv", "格式错误"),
        (b"{", "json", "语法错误"),
        (b"3", "json", "列表"),
        (b"[" * 100_000, "json", "嵌套过深|语法错误"),
        (b"[]", "json", "没有数据行"),
        (b"PK\x03\x04nonsense", "xlsx", "xlsx"),
        (b"name\n1\n", "xlsx", "xlsx"),
        (b"name\n1\n", "pdf", "不支持"),
        (b"name\n" + b"x" * (21 * 1024 * 1024), "csv", "上限"),
        (b"name\n" + b"x\n" * 50_001, "csv", "50000 行"),
        (b"name\n" + b"y" * 300_000, "csv", "格式错误"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_files_that_cannot_be_read_say_why(db: Any, data: bytes, format: str, cause: str) -> None:
    with pytest.raises(errors.UnreadableFile, match=cause):
        load(data, format)
    assert Matter.objects.count() == 0


def test_a_missing_file_and_a_folder(db: Any, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(errors.UnreadableFile, match="打不开"):
            matters.import_file(path, format="csv", actor=SYSTEM)


def test_json_rows_that_are_no_records(db: Any) -> None:
    report = load(
        json.dumps([1, "x", None, {"name": "好的"}, {"name": "坏的", "materials": [{"nope": 1}]}, {"name": ["列表"]}]).encode(), "json"
    )
    assert [row.outcome for row in report.rows] == ["refused", "refused", "refused", "created", "refused", "created"]
    assert "materials[1]" in messages(report, 4)


def test_only_editors_and_only_their_own_department(loaded: Any, editor: Actor, strangers: dict[str, Actor]) -> None:
    for who in ("anonymous", "citizen", "wrong role"):
        with pytest.raises(Forbidden):
            load(as_csv(GOOD), actor=strangers[who])
    other = load(as_csv(GOOD), actor=strangers["other department"])
    assert other.rows[0].outcome == "refused" and "只能导入本部门" in messages(other)
    assert load(as_csv(GOOD), actor=editor).rows[0].outcome == "created"


def test_an_imported_draft_can_be_mended_and_published_by_another(loaded: Any, editor: Actor, publisher: Actor) -> None:
    report = load(as_csv(GOOD), actor=editor)
    draft = matters.draft(report.rows[0].short, actor=editor)
    pattern = matters.to_record(matters.described("police.name_change"))
    basic = "990703098000"
    mended = {**pattern, "short": draft.short, "name": draft.record["name"], "basic_code": basic, "code": f"{pattern['code'][:19]}{basic}"}
    draft = matters.save_draft(draft.short, data=mended, actor=editor, version=draft.lock)
    assert draft.findings == ()
    assert matters.publish(draft.short, actor=publisher, version=draft.lock).name == "犬只登记"


def test_formulas_leave_as_text(loaded: Any, editor: Actor, publisher: Actor) -> None:
    data = {**matters.to_record(matters.described("police.name_change")), "summary": "=cmd|' /C calc'!A0"}
    draft = matters.save_draft("police.name_change", data=data, actor=editor, version=0)
    matters.publish("police.name_change", actor=publisher, version=draft.lock)
    assert b"'=cmd" in matters.export("csv")
    assert load(matters.export("csv")).unchanged == len(matters.library())
