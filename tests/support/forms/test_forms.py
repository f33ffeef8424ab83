"""Forms: cleaning, merging, prefilling; examples first, then properties."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.base.clock.api import today
from yiwang.standards.identifiers import id_card
from yiwang.standards.subjects import Subject
from yiwang.support.forms.api import (
    KINDS,
    BadForm,
    Condition,
    Field,
    InputTooLarge,
    Option,
    clean,
    fields_from_json,
    fields_to_json,
    merge,
    prefill,
)

CODE = "91350100M000100Y43"


def one(kind, value, **more):
    cleaned = clean([Field("x", "字段", kind=kind, **more)], {"x": value})
    return cleaned.values.get("x"), cleaned.errors.get("x", "")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  张\u3000三 ", "张 三"),
        ("text", "a\u200bb\x00c", "abc"),
        ("textarea", " 一\r\n二 ", "一\n二"),
        ("number", "3,200.50", 3200.5),
        ("number", "１２３", 123),
        ("date", "2026年3月5日", "2026-03-05"),
        ("date", "２０２６/３/５", "2026-03-05"),
        ("date", "20260305", "2026-03-05"),
        ("id_number", "１１０１０５ 19491231002x", "11010519491231002X"),
        ("credit_code", CODE.lower(), CODE),
        ("phone", "139 1234 5678", "13912345678"),
        ("phone", "0990-8801000", "0990-8801000"),
        ("boolean", "on", True),
        ("boolean", "否", False),
        ("boolean", False, False),
        ("address", "临江路 1 号\n", "临江路 1 号"),
    ],
)
def test_understands(kind, typed, value):
    assert one(kind, typed) == (value, "")


@pytest.mark.parametrize(
    ("kind", "typed", "more", "words"),
    [
        ("text", "", {}, ("没有填写", "请填写")),
        ("text", "好" * 201, {}, ("现在 201 字", "最多 200 字", "删减 1 字")),
        ("number", "三千", {}, ("应是数字", "三千")),
        ("number", "NaN", {}, ("范围",)),
        ("number", "0", {"minimum": "1"}, ("不能小于 1",)),
        ("date", "2026-02-30", {}, ("不是真实的日期",)),
        ("date", "2999-01-01", {"maximum": "today"}, ("不能晚于",)),
        ("id_number", "110105194912310021", {}, ("字段", "校验码", "核对")),
        ("credit_code", "91350100M000100Y44", {}, ("校验码",)),
        ("phone", "12345678901", {}, ("第 2 位",)),
        ("choice", "c", {"options": (Option("a", "甲"),)}, ("没有「c」这个选项",)),
        ("multichoice", [], {"options": (Option("a", "甲"),)}, ("至少选择一项",)),
        ("boolean", "", {}, ("请确认",)),
        ("boolean", "maybe", {}, ("是或否",)),
        ("file", "", {}, ("没有上传",)),
        ("text", {"a": 1}, {}, ("只能填一个值",)),
        ("text", "abc", {"pattern": r"\d+", "help": "只填数字"}, ("格式不对", "只填数字")),
    ],
)
def test_refuses_with_cause_and_remedy(kind, typed, more, words):
    value, error = one(kind, typed, **more)
    assert value is None
    assert all(word in error for word in ("字段", *words)), error


def test_what_was_typed_is_kept_and_optional_may_stay_empty():
    form = [Field("a", "甲", kind="number"), Field("b", "乙", required=False)]
    cleaned = clean(form, {"a": "三", "b": " ", "c": "另外"})
    assert cleaned.typed == {"a": "三", "b": " ", "c": "另外"}
    assert set(cleaned.errors) == {"a"} and cleaned.values == {}


def test_huge_input_is_refused_with_its_reason():
    with pytest.raises(InputTooLarge) as refused:
        clean([Field("a", "甲")], {"a": "x" * 300_000})
    assert "300001" in refused.value.message and refused.value.status == 413


def test_hidden_questions_are_neither_asked_nor_kept():
    form = fields_from_json(
        [
            {"key": "has", "label": "有吗", "kind": "choice", "options": [["y", "有"], ["n", "没有"]]},
            {"key": "what", "label": "是什么", "shown_when": {"field": "has", "is": "y"}},
            {"key": "why", "label": "为什么", "shown_when": [{"field": "what", "values": ["车"]}]},
        ]
    )
    assert set(clean(form, {"has": "y"}).errors) == {
        "what",
    }
    hidden = clean(form, {"has": "n", "what": "车", "why": ""})
    assert hidden.ok and hidden.values == {"has": "n"}
    assert set(clean(form, {"has": "y", "what": "车"}).errors) == {"why"}


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ({"key": "a"}, "缺少 label"),
        ({"key": "a", "label": "甲", "kind": "colour"}, "不存在"),
        ({"key": "a", "label": "甲", "kind": "choice"}, "没有选项"),
        ({"key": "a", "label": "甲", "kind": "choice", "options": ["x", "x"]}, "值相同"),
        ({"key": "a", "label": "甲", "pattern": "("}, "格式规则"),
        ({"key": "a", "label": "甲", "required": "yes"}, "required 类型不对"),
        ({"key": "a", "label": "甲", "shown_when": {"field": "b"}}, "显示条件"),
        ("a", "应是一个对象"),
    ],
)
def test_a_wrong_definition_is_named(row, cause):
    with pytest.raises(BadForm) as refused:
        fields_from_json([row])
    assert cause in refused.value.message


def test_two_fields_of_one_key_are_refused():
    with pytest.raises(BadForm):
        fields_from_json([{"key": "a", "label": "甲"}, {"key": "a", "label": "乙"}])
    with pytest.raises(BadForm):
        fields_from_json("{oops")


def test_json_goes_round():
    form = (
        Field("a", "甲", "A", "choice", options=(Option("1", "一", "one"), Option("2", "二"))),
        Field("b", "乙", kind="date", maximum="today", shown_when=(Condition("a", ("1",)),)),
    )
    assert fields_from_json(fields_to_json(form)) == form


# Merging


def test_the_same_element_of_the_same_subject_is_asked_once():
    name = {"element": "person.name", "subject": "applicant"}
    merged = merge(
        {
            "m1": [Field("applicant_name", "申请人姓名", **name), Field("note", "备注")],
            "m2": [Field("name", "姓名", **name), Field("child_name", "姓名", element="person.name", subject="child")],
            "m3": [Field("note", "说明", kind="textarea")],
        }
    )
    assert [one.key for one in merged.fields] == ["applicant_name", "note", "child_name", "m3.note"]
    assert merged.uses["applicant_name"] == ["m1", "m2"]
    assert merged.values_for("m2", {"applicant_name": "张三", "note": "x"}) == {"name": "张三"}
    assert merged.values_for("m3", {"m3.note": "说"}) == {"note": "说"}
    assert [(d.field, d.what, d.chosen) for d in merged.differences] == [("applicant_name", "label", "申请人姓名")]


def test_conflicts_follow_the_stated_rules():
    common = {"element": "e", "subject": "s"}
    first = Field(
        "a", "甲", kind="text", required=False, max_length=50, minimum="1", help="h", shown_when=(Condition("q", ("y",)),), **common
    )
    second = Field(
        "b", "乙", kind="choice", options=(Option("1", "一"), Option("2", "二")), max_length=20, minimum="3", sensitive=True, **common
    )
    third = Field("c", "甲", kind="choice", options=(Option("2", "二"), Option("3", "三")), shown_when=(Condition("q", ("z",)),), **common)
    (joined,) = merge({"x": [first], "y": [third]}).fields
    assert joined.shown_when == (Condition("q", ("y",)), Condition("q", ("z",)))
    merged = merge({"x": [first], "y": [second], "z": [third]})
    (joined,) = merged.fields
    assert joined.kind == "choice" and joined.required and joined.max_length == 20 and joined.minimum == "3" and joined.sensitive
    assert [one.value for one in joined.options] == ["2"] and joined.shown_when == ()
    assert {one.what for one in merged.differences} >= {"label", "kind", "options", "bounds"}


# Prefilling


@dataclass
class Fact:
    element: str
    key: object
    value: object
    status: str = "verified"


MOTHER, FATHER = Subject("person", "1"), Subject("person", "2")


def test_prefill_goes_by_subject_and_only_with_verified_facts():
    form = [
        Field("m", "母亲", element="person.name", subject="mother"),
        Field("f", "父亲", element="person.name", subject="father"),
        Field("p", "电话", kind="phone", element="person.phone", subject="mother"),
    ]
    facts = [Fact("person.name", MOTHER, "李梅"), Fact("person.name", FATHER, "王强", "absent"), Fact("person.phone", MOTHER, "123")]
    filled = prefill(form, facts, subjects={"mother": MOTHER, "father": FATHER})
    assert {key: one.value for key, one in filled.items()} == {"m": "李梅"}  # a phone that is none is asked again
    assert filled["m"].fact is facts[0]
    assert prefill(form, [*facts, Fact("person.name", FATHER, "王强")]) == {}  # two names and nobody says whose


# Properties


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=300), st.lists(st.text(max_size=5), max_size=4)),
)
def test_cleaning_never_fails_and_is_stable(kind, raw):
    form = [Field("x", "字段", kind=kind, options=(Option("a", "甲"), Option("b", "乙")) if "choice" in kind else ())]
    cleaned = clean(form, {"x": raw})
    assert cleaned.typed == {"x": raw}
    assert ("x" in cleaned.values) != ("x" in cleaned.errors)
    if cleaned.ok:
        assert clean(form, cleaned.values).values == cleaned.values


@given(st.dates(max_value=today()), st.integers(0, 999))
def test_every_right_identity_number_is_accepted(birth, sequence):
    if birth.year < 1800:
        return
    number = id_card.make("990102", birth, sequence)
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in number)
    assert one("id_number", wide) == (number, "")


fields = st.builds(
    Field,
    key=st.sampled_from("abcd"),
    label=st.sampled_from(["甲", "乙"]),
    kind=st.sampled_from(["text", "date", "phone"]),
    element=st.sampled_from(["", "e1", "e2"]),
    subject=st.sampled_from(["s1", "s2"]),
    required=st.booleans(),
)
forms = st.dictionaries(st.sampled_from(["m1", "m2", "m3"]), st.lists(fields, max_size=4, unique_by=lambda one: one.key), max_size=3)


@settings(max_examples=300, deadline=None)
@given(forms)
def test_merging_asks_everything_once(made):
    merged = merge(made)
    keys = [one.key for one in merged.fields]
    assert len(keys) == len(set(keys))
    meanings = [(one.element, one.subject) for one in merged.fields if one.element]
    assert len(meanings) == len(set(meanings))
    answers = {key: key for key in keys}
    for matter, form in made.items():
        mine = merged.values_for(matter, answers)
        assert set(mine) == {one.key for one in form}  # every matter gets an answer to each of its own questions
        for one in form:
            joined = next(each for each in merged.fields if each.key == mine[one.key])
            assert (joined.element, joined.subject) == (one.element, one.subject)
            assert joined.required >= one.required
