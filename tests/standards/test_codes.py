"""Code tables: both systems side by side, opposite directions of satisfaction, and what configuration may change."""

import pytest

from yiwang.standards.codes import (
    APPLIED_FOR,
    ELEMENT_GROUP,
    CertainCode,
    Code,
    Satisfaction,
    System,
    UnknownCode,
    UnknownTable,
    as_published,
    configure,
    table,
    tables,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _published():
    yield
    as_published()


def test_every_table_is_whole():
    for one in tables():
        assert len(one) >= 2
        assert len({code.key for code in one.values()}) == len(one)
        assert all(code.name_zh and code.name_en and code.key.isidentifier() for code in one.values())


def test_the_same_word_has_another_code_in_another_system():
    assert table("exercise_level", System.GB39046).by_key("by_level").code == "7"
    assert table("exercise_level", System.C0109).by_key("by_level").code == "6"
    assert table("service_object", "GB39046").by_name("行政机关").code == "5"
    assert table("service_object", "C0109").by_name("行政机关").code == "6"
    assert table("service_object", "C0109").by_name("其他组织").code == "7"
    assert table("handling_form")["3"].key == "mobile"
    assert table("handling_form", "C0109")["3"].key == "post"


def test_satisfaction_counts_in_opposite_directions():
    assert Satisfaction.VERY_SATISFIED.code_in(System.GB39046) == "1"
    assert Satisfaction.VERY_SATISFIED.code_in(System.RATING_INTERFACE) == "5"
    for system in (System.GB39046, System.RATING_INTERFACE):
        for level in Satisfaction:
            assert Satisfaction.from_code(level.code_in(system), system) is level
    assert [level for level in Satisfaction if level.bad] == [Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED]
    assert Satisfaction.MOSTLY_SATISFIED.name_zh == "基本满意"


def test_types_of_matters():
    types = table("matter_type")
    assert [types[code].name_zh for code in ("01", "05", "20")] == ["行政许可", "行政给付", "公共服务"]
    assert len(APPLIED_FOR) == 7
    assert {types.by_key(key).code for key in APPLIED_FOR} == {"01", "05", "07", "08", "09", "10", "20"}
    assert ELEMENT_GROUP["inspection"] == "check"


def test_unknown_tables_and_codes_are_refused_with_the_choices():
    with pytest.raises(UnknownTable):
        table("colour")
    with pytest.raises(UnknownTable):
        table("power_source", System.GB39046)
    with pytest.raises(UnknownTable):
        table("power_source", "ISO")
    with pytest.raises(UnknownCode, match="1 即办件"):
        table("case_kind").require("7")
    with pytest.raises(UnknownCode):
        table("case_kind").by_key("later")
    assert table("case_kind").get("7") is None


def test_uncertain_codes_may_be_configured_and_certain_ones_may_not():
    assert not table("limit_unit", "C0109")["1"].sure
    configure("limit_unit", "C0109", [Code("D", "workday", "工作日", "working day"), Code("H", "hour", "小时", "hour")])
    assert table("limit_unit", "C0109").by_key("workday").code == "D"
    assert table("limit_unit", "C0109").require("H").key == "hour"
    for wrong in (Code("2", "instant", "即办件", "at once"), Code("1", "later", "以后", "later")):
        with pytest.raises(CertainCode):
            configure("case_kind", "GB39046", [wrong])
    with pytest.raises(CertainCode, match="同一代码"):
        configure("limit_unit", "C0109", [Code("2", "month", "月", "month")])
    as_published()
    assert table("limit_unit", "C0109").by_key("workday").code == "1"
