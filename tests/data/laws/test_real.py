"""The real collection, where it is there: counts accounted for, versions joined, days answered."""

import csv

import pytest

from yiwang.data.laws import api as laws
from yiwang.security.access.api import SYSTEM

from .conftest import day

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def collection(shared_data):
    folder = shared_data / "laws"
    if not (folder / "index.csv").is_file():
        pytest.skip(f"{folder} holds no collection of laws")
    return folder


@pytest.fixture
def report(db, collection):
    return laws.import_laws(collection, actor=SYSTEM)


def test_the_whole_collection(report, collection):
    with (collection / "index.csv").open(encoding="utf8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(report.files) == len(rows) == 1665
    # the index counts lines that begin with 第…条: 73,259, one of which is a broken line of a heading (文物保护法 2017)
    listed = sum(int(row["articles"]) for row in rows)
    read = sum(file.articles for file in report.files)
    assert (listed, read) == (73_259, 73_258)
    # refused are the pages of contents alone; four texts stand in two folders each
    assert {file.path.rpartition("/")[2] for file in report.files if file.outcome == "refused"} == {"_index.md"}
    assert report.to_json()["counts"] == {"new": 1650, "same": 0, "corrected": 0, "duplicate": 4, "refused": 11}
    assert report.articles == read - sum(file.articles for file in report.files if file.outcome == "duplicate")
    differing = [file.path for file in report.files if any("index.csv 记有" in warning for warning in file.warnings)]
    assert differing == ["行政法/文物保护法(2017-11-04).md"]

    old, new = (laws.article("突发事件应对法", 3, on=day(on)) for on in ("2024-10-31", "2024-11-01"))
    assert (old.version, new.version) == ("2007-08-30", "2024-06-28") and old.text != new.text
    assert laws.article("行政许可法", 32, on=day("2020-01-01")).version == "2019-04-23"
    assert laws.article("道路运输条例", 10, on=day("2022-05-01")).version == "2022-03-29"
    with pytest.raises(laws.NotYetInForce, match="2026-01-01"):
        laws.article("增值税法", 1, on=day("2025-12-31"))
    with pytest.raises(laws.Repealed, match="《噪声污染防治法》第九十条"):
        laws.article("环境噪声污染防治法", 1, on=day("2023-01-01"))
    with pytest.raises(laws.TextNotHeld):
        laws.article("行政许可法", 32, on=day("2010-01-01"))
    (item,) = laws.resolve("《行政许可法》第三十二条第一款第四项", on=day("2026-01-01"))
    assert item.text.startswith("（四）申请材料不齐全")
    assert laws.search("行政许可 听证", on=day("2026-01-01"), limit=1)[0].title == "中华人民共和国行政许可法"
    again = laws.import_laws(collection, actor=SYSTEM)
    assert (again.count("same"), again.count("duplicate"), again.articles) == (1650, 4, report.articles)
