"""Numbers, headings, dates, citations: what needs no database."""

from datetime import date

import pytest

from yiwang.data.laws import citing, dating, numbering, reading, timelines
from yiwang.data.laws.errors import BadLawFile, BadNumber
from yiwang.data.laws.numbering import Number

from .conftest import NEW, OLD, day


@pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 21, 99, 100, 101, 110, 115, 1000, 1001, 1010, 1049, 1260, 9999])
def test_chinese_numbers_read_back(number):
    assert numbering.value(numbering.chinese(number)) == number


def test_every_way_to_write_an_article():
    for given in (32, "32", "三十二", "第三十二条", "第32条", " 第三十二条 "):
        assert numbering.article(given) == Number(32)
    for given in ("第十二条之一", "12-1", "十二条之一"):
        assert numbering.article(given) == Number(12, 1)
    assert str(Number(12, 1)) == "第十二条之一"
    for bad in ("", "条", "第条", "abc", "第三十二款", "-1"):
        with pytest.raises(BadNumber):
            numbering.article(bad)


def test_a_file_is_read_with_its_parts():
    law = reading.read(NEW.encode(), "行政法/试点服务法(2020-08-08).md")
    assert (law.title, law.kind, law.version_date) == ("中华人民共和国试点服务法", "法律", day("2020-08-08"))
    assert [str(one.number) for one in law.articles] == ["第一条", "第二条", "第二条之一", "第三条", "第四条", "第五条"]
    assert law.articles[3].place == ("", "第二章 监督", "")
    assert law.annex.startswith("附：收费标准") and "第一条 不收费。" in law.annex
    assert (law.in_force.since, law.in_force.basis) == (day("2021-01-01"), "text")
    assert [event.kind for event in law.events] == ["passed", "amended", "amended", "in_force"]
    assert law.warnings == []
    old = reading.read(OLD.encode(), "行政法/试点服务法(2010-03-01).md")
    assert old.articles[2].place == ("", "第二章 监督", "第一节 检查")


def test_what_is_odd_is_said():
    law = reading.read("# 甲法\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第三条 乙。\n\n第四条\n".encode(), "行政法/乙法.md")
    assert len(law.warnings) == 5
    for words in ("没有日期", "不一致", "看不出施行日期", "缺第 2 条", "没有内容"):
        assert any(words in warning for warning in law.warnings), words


def test_an_old_day_of_coming_into_force_is_not_the_amendments():
    found = dating.events(["2003年8月27日 大会通过", "2019年4月23日 大会修正"])
    force = dating.in_force(version_date=day("2019-04-23"), found=found, last_articles=["本法自2004年7月1日起施行。"])
    assert (force.since, force.basis) == (day("2019-04-23"), "amended")
    at_once = dating.in_force(version_date=day("2003-08-27"), found=found[:1], last_articles=["本法自公布之日起施行。"])
    assert (at_once.since, at_once.basis) == (day("2003-08-27"), "published")
    assert dating.in_force(version_date=None, found=[], last_articles=["甲"]).basis == "unknown"


def test_dates_in_chinese_figures_and_dates_that_do_not_exist():
    assert dating.day_of("一九八二年十二月四日通过") == date(1982, 12, 4)
    assert dating.day_of("2020年2月30日") is None
    assert dating.day_of("没有日期") is None


def test_a_broken_heading_line_is_read_as_one():
    found = dating.events(["2004年8月28日 大会《关于修改〈甲法〉", "第三十一条的决定》第一次修正"])
    assert [event.kind for event in found] == ["amended"]


def test_too_large_and_without_text():
    with pytest.raises(BadLawFile, match="超过"):
        reading.read(b"# a\n" + b"x" * reading.MOST_BYTES, "甲.md")
    with pytest.raises(BadLawFile, match="空字符"):
        reading.read(b"# a\n\x00", "甲.md")


def test_a_partial_repeal_ends_no_law():
    whole = "本法自2020年1月1日起施行。《甲法》和《乙条例》同时废止。"
    assert timelines.repeals(whole, own="丙法", since=None) == [("甲法", day("2020-01-01")), ("乙条例", day("2020-01-01"))]
    assert timelines.repeals("本法自公布之日起施行。《甲法》中有关收费的规定同时废止。", own="丙法", since=day("2020-01-01")) == []
    assert timelines.repeals(whole, own="甲法", since=None) == [("乙条例", day("2020-01-01"))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("《行政许可法》第三十二条第一款第四项", [("行政许可法", "第三十二条第一款第四项")]),
        ("社会保险法 第十六条", [("社会保险法", "第十六条")]),
        ("依据道路交通安全法第八十一条", [("道路交通安全法", "第八十一条")]),
        ("《甲法》第三条至第五条", [("甲法", "第三条"), ("甲法", "第四条"), ("甲法", "第五条")]),
        ("《甲法》第三条第一款、第二款;《乙条例》第六条", [("甲法", "第三条第一款"), ("甲法", "第三条第二款"), ("乙条例", "第六条")]),
        ("《甲法》、《乙条例》第二条", [("甲法", ""), ("乙条例", "第二条")]),
        ("《浙江省实施〈慈善法〉办法》第三条", [("浙江省实施〈慈善法〉办法", "第三条")]),
        ("《甲法》第十二条之一第（二）项", [("甲法", "第十二条之一第二项")]),
        ("国办发〔2024〕3号", [("", "")]),
        ("随便说说", [("", "")]),
    ],
)
def test_citations_taken_apart(text, wanted):
    assert [(one.title, one.label) for one in citing.parse(text)] == wanted


def test_paragraphs_and_items():
    text = "第一款如下:\n（一）甲;\n（二）乙。\n第二款。"
    assert citing.cut(text, paragraph=1, item=2) == "（二）乙。"
    assert citing.cut(text, paragraph=2, item=0) == "第二款。"
    assert citing.cut(text, paragraph=0, item=1) == "（一）甲;"
    assert citing.cut(text, paragraph=3, item=0) is None
    assert citing.cut(text, paragraph=2, item=1) is None


def test_titles_that_are_one_law():
    assert reading.key("中华人民共和国甲法") == reading.key("《甲法》") == reading.key("甲法（2019年修正）") == "甲法"
