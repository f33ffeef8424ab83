"""Conditions in plain words: what every form becomes, in both languages, and what stays as it is written."""

import re
from pathlib import Path

import pytest

import yiwang.business
from yiwang.rules import api as rules

NAMES = {
    "birth_date": "出生日期",
    "division": "户籍地",
    "city": "9901",
    "age": "80",
    "grade": "残疾等级",
    "held": "正在领取的待遇",
    "born_on": "出生日期",
}
CODES = {"grade": {"1": "一级", "2": "二级"}, "held": {"2": "最低生活保障"}}
CASES = [
    ("years and months duration(birth_date, today).years", ">= age", "按出生日期计算的周岁 不小于 80", "full years since 出生日期 is at least 80"),
    ("division", "starts with(?, city)", "户籍地 以 9901 开头", "户籍地 starts with 9901"),
    ("division", "not(starts with(?, city))", "户籍地 不以 9901 开头", "户籍地 does not start with 9901"),
    ("starts with(division, city)", "true", "户籍地 以 9901 开头", "户籍地 starts with 9901"),
    ("starts with(division, city)", "false", "户籍地 不以 9901 开头", "户籍地 does not start with 9901"),
    ("grade", '"1","2"', "残疾等级 是 一级 或 二级", "残疾等级 is 一级 or 二级"),
    ("grade", 'not("1","2")', "残疾等级 不是 一级 或 二级", "残疾等级 is not 一级 or 二级"),
    ('list contains(held, "2")', "true", "正在领取的待遇 包括 最低生活保障", "正在领取的待遇 includes 最低生活保障"),
    ("birth_date <= today", "true", "出生日期 不晚于 今天", "出生日期 is not after today"),
    ("birth_date <= today", "false", "出生日期 晚于 今天", "出生日期 is after today"),
    ('birth_date > today - duration("P3Y")', "true", "出生日期 晚于 今天之前 3 年", "出生日期 is after 3 years before today"),
    ('birth_date <= today + duration("P" + string(age) + "M")', "true", "出生日期 不晚于 今天之后 80 个月", "出生日期 is not after 80 months after today"),
    ("(today - born_on).days < 90", "true", "自出生日期起的天数 小于 90", "days since 出生日期 is less than 90"),
    ("string length(division) > 0", "true", "有户籍地", "there is a 户籍地"),
    ("string length(division) > 0", "false", "没有户籍地", "there is no 户籍地"),
    ("age", "[60..80]", "80 在 60 至 80 之间", "80 is between 60 and 80"),
    ("age", "[60..80)", "80 不小于 60,且80 小于 80", "80 is at least 60 and 80 is less than 80"),
    ("deceased", "false", "deceased:否", "deceased: no"),
    ("grade = \"1\" and age > 3", "false", "残疾等级 不等于 一级,或者80 不大于 3", "残疾等级 is not 一级 or 80 is at most 3"),
    ("grade", "-", "残疾等级 是 不限", "残疾等级 is any"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "test", "chinese", "english"), CASES)
def test_words(expression, test, chinese, english):
    assert rules.in_words(expression, test, names=NAMES, codes=CODES) == chinese
    assert rules.in_words(expression, test, names=NAMES, codes=CODES, language="en") == english


def test_a_column_with_a_name_is_called_by_it():
    assert rules.in_words("years and months duration(birth_date, today).years", "< age", names=NAMES, subject="周岁") == "周岁 小于 80"
    assert rules.in_words("starts with(division, city)", "true", names=NAMES, subject="户籍在本市") == "户籍在本市:是"


def test_what_the_words_do_not_cover_stays_as_written():
    assert rules.in_words("grade", "some x in ? satisfies x = 1", names=NAMES) == "残疾等级 some x in ? satisfies x = 1"
    assert rules.in_words("grade", "(((", names=NAMES) == "残疾等级 ((("
    assert rules.in_words("", "") == ""


def test_every_condition_of_our_own_tables_has_words():
    """No cell of a shipped table reaches a reader as FEEL."""
    raw = re.compile(r"\?|starts with\(|duration|[<>]=?|string length|list contains")
    for path in sorted(Path(yiwang.business.__file__).parent.glob("*/decisions/*.dmn")):
        for decision in rules.load(path).as_tables().decisions:
            for column in decision.table.inputs:
                assert not raw.search(rules.in_words(column.expression)), (path.name, column.expression)
            for rule in decision.table.rules:
                for column, test in zip(decision.table.inputs, rule.tests, strict=True):
                    said = rules.in_words(column.expression, test)
                    assert not raw.search(said), (path.name, column.expression, test, said)
