"""The table itself: it is closed, complete and says a clause, and nothing in it is without an effect."""

from types import SimpleNamespace

import pytest

from yiwang.business.cases import documents
from yiwang.business.cases.clauses import clause
from yiwang.business.cases.effects import EFFECTS
from yiwang.business.cases.errors import FormIncomplete
from yiwang.business.cases.guards import GUARDS
from yiwang.business.cases.inputs import clean
from yiwang.business.cases.states import ACTIONS, STATES, UNDECIDED, open_actions
from yiwang.business.matters.values import LegalBasis
from yiwang.security.access.api import permission_name
from yiwang.standards.events import REGISTRY


def test_every_name_in_the_table_exists():
    for line in ACTIONS.values():
        assert set(line.before) <= STATES.keys()
        assert not line.after or line.after in STATES
        assert set(line.guards) <= GUARDS.keys()
        assert not line.document or line.document in documents.FORMS
        assert not line.event or line.event in REGISTRY
        assert line.name == "submit" or line.name in EFFECTS
        assert line.who in {"applicant", "applicant_or_staff", "clock"} or permission_name(line.who) != line.who
    assert {guard for line in ACTIONS.values() for guard in line.guards} == GUARDS.keys()
    assert {state.when_due for state in STATES.values()} - {"", "tell_late"} <= ACTIONS.keys()


def test_every_state_can_be_reached_and_left_until_the_archive():
    reached, new = {"submitted"}, {"submitted"}
    while new:
        new = {line.after for state in new for line in open_actions(state) if line.after} - reached
        reached |= new
    assert reached == STATES.keys()
    assert all(any(line.after for line in open_actions(state)) for state in STATES if state != "archived")


def test_the_applicant_may_withdraw_from_every_undecided_state_and_from_no_other():
    assert {state for state in STATES if "withdraw" in {line.name for line in open_actions(state)}} == UNDECIDED


@pytest.mark.parametrize(
    ("kind", "law", "applicant", "wanted"),
    [
        ("01", "食品安全法", "company:1", {"accept": "《中华人民共和国行政许可法》第三十二条第一款第五项"}),
        ("01", "市场主体登记管理条例", "company:1", {"submit": "《中华人民共和国行政许可法》第二十九条"}),
        ("07", "市场主体登记管理条例", "company:1", {"request_supplement": "《市场主体登记管理条例》第十九条第二款", "close": ""}),
        (
            "07",
            "不动产登记暂行条例",
            "person:1",
            {"deem_accepted": "《不动产登记暂行条例》第十七条第二款", "extend": "《不动产登记暂行条例》第九条"},
        ),
        (
            "05",
            "社会救助暂行办法",
            "person:1",
            {"accept": "《社会救助暂行办法》第九条", "issue": "《国务院关于在线政务服务的若干规定》第十条第二款"},
        ),
        ("20", "税收征收管理法", "company:1", {"request_supplement": "《优化营商环境条例》第三十六条第一款"}),
        ("20", "税收征收管理法", "person:1", {"request_supplement": "《税收征收管理法》第九条", "archive": "国办发〔2023〕26号"}),
    ],
)
def test_a_step_cites_the_law_of_the_matters_kind_else_the_matters_own_basis(kind, law, applicant, wanted):
    version = SimpleNamespace(kind=kind, legal_bases=(LegalBasis(law, "第九条"),))
    said = {name: clause(name, version=version, applicant=applicant) for name in ACTIONS}
    assert {name: said[name] for name in wanted} == wanted
    assert {name for name in said if not said[name]} <= {"take", "close", "withdraw"}  # house-keeping, and a right that needs no ground
    assert kind == "01" or not any("行政许可法" in text for text in said.values())


BAD = [
    ("review", {}, {"opinion", "conclusion"}),
    ("review", {"opinion": 7, "conclusion": "yes"}, {"opinion"}),
    ("review", {"opinion": "x" * 2001, "conclusion": "yes"}, {"opinion"}),
    ("review", {"opinion": "合格", "conclusion": "perhaps"}, {"conclusion"}),
    ("review", {"opinion": "合\x00格", "conclusion": "yes"}, {"opinion"}),
    ("review", {"opinion": "合格", "conclusion": "yes", "substantive": "maybe"}, {"substantive"}),
    ("review", {"opinion": "合格", "conclusion": "yes", "extra": 1}, {"extra"}),
    ("stop", {"procedure": "hearing", "days": "a", "reason": "需要听证"}, {"days"}),
    ("stop", {"procedure": "hearing", "days": True, "reason": "需要听证"}, {"days"}),
    ("stop", {"procedure": "hearing", "days": 0, "reason": "需要听证"}, {"days"}),
    ("stop", {"procedure": "hearing", "days": 10**30, "reason": "需要听证"}, {"days"}),
    ("request_supplement", {"items": [""]}, {"items"}),
    ("request_supplement", {"items": [1, 2]}, {"items"}),
    ("request_supplement", {"items": ["x"] * 51}, {"items"}),
    ("supplement", {"values": "no mapping"}, {"values"}),
    ("supplement", {"values": {"a": object()}}, {"values"}),
    ("supplement", {"values": {"a": "x" * 10_001}}, {"values"}),
    ("supplement", {"materials": {"photo": {"kind": "magic"}}}, {"materials"}),
    ("supplement", {"materials": {"photo": {"kind": "file", "ref": 5}}}, {"materials"}),
    ("supplement", {"materials": {"photo": "file"}}, {"materials"}),
]


@pytest.mark.parametrize(("action", "given", "wrong"), BAD)
def test_bad_inputs_are_told_by_key_and_kept(action, given, wrong):
    with pytest.raises(FormIncomplete) as refusal:
        clean(ACTIONS[action], given)
    assert set(refusal.value.errors) == wrong
    assert refusal.value.typed == given


def test_good_inputs_are_typed():
    cleaned = clean(ACTIONS["request_supplement"], {"items": "照片\n\n 户口簿 ", "days": " 7 ", "opinion": " 请尽快 "})
    assert cleaned == {"items": ["照片", "户口簿"], "days": 7, "opinion": "请尽快"}
    assert clean(ACTIONS["correct"], {"values": {"phone": "1"}, "confirmed": "on"})["confirmed"] is True


def test_documents_fill_what_is_known_and_leave_the_rest_empty():
    from yiwang.base.clock.api import now

    row = documents.make(
        "decision_no",
        {"applicant_name": "张三", "clauses": "某法第一条", "reason": "不足六十岁"},
        no="N-1",
        department="市民政局",
        at=now(),
    )
    assert "张三" in row["body"] and "60日" in row["body"] and "6个月" in row["body"] and "{" not in row["body"]
    assert row["no"].startswith("N-1-") and len(row["digest"]) == 64
