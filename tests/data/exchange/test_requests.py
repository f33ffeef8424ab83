"""Requests step by step: who may, in which state, by when, on which ground; and what stands in the policy afterwards."""

import contextlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.data.exchange.sharing import (
    ASKER,
    ASKER_HEAD,
    AUTHORITY,
    GIVER,
    GIVER_HEAD,
    HEAD,
    agreed,
    asked,
    given,
    official,
    opened,
    step,
)  # fmt: skip
from yiwang.base.ciphers.api import material
from yiwang.base.clock.api import frozen, today
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange import policies, requesting
from yiwang.data.exchange.models import RequestRow
from yiwang.data.exchange.states import STATES, STEP, STEPS
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.standards.errors import NotFound, YiwangError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def gateway_folder(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path


def policy():
    return json.loads(json.loads((policies.folder() / "policy.json").read_text())["policy"])


def test_every_state_is_reached_and_every_step_has_a_place():
    assert set(STEPS.values()) | {"draft"} == set(STATES)
    assert {name for _, name in STEPS} == set(STEP)


def test_the_whole_way_from_draft_to_use_and_end(django_capture_on_commit_callbacks):
    view = exchange.draft_request(given(), actor=ASKER)
    assert view.state == "draft" and [one.step for one in view.actions] == ["save", "submit", "withdraw"]
    with pytest.raises(NotFound):
        exchange.request(view.id, actor=GIVER)  # a draft is nobody else's business
    view = step(exchange.edit_request(view.id, given=given(calls=20), actor=ASKER, lock=view.lock), "submit", ASKER)
    both = official("health", ("data_officer", "sharing_head"))
    with pytest.raises(exchange.SameOfficial):
        step(view, "approve", both)
    view = step(view, "approve", ASKER_HEAD)
    seen = exchange.request(view.id, actor=GIVER)
    assert seen.side == "provider" and seen.due and seen.remaining == 10 and not seen.keys
    view = step(seen, "agree", GIVER, note="同意")
    assert view.state == "countersigning" and [one.name for one in view.unsigned] == ["residence_address"]
    assert "countersign" not in [one.step for one in view.actions]
    with pytest.raises(PermissionDenied):
        step(view, "countersign", GIVER)
    with pytest.raises(exchange.SameOfficial):
        step(view, "countersign", official("police", ("sharing_head",)))  # the same account with another role
    view = exchange.request(step(exchange.request(view.id, actor=GIVER_HEAD), "countersign", GIVER_HEAD).id, actor=ASKER)
    assert view.state == "agreed"
    with django_capture_on_commit_callbacks(execute=True):
        issued = exchange.issue_key(view.id, algorithm="hmac-sm3", actor=ASKER, lock=view.lock)
    assert len(issued.secret) == 64 and issued.secret not in json.dumps(policy())
    grant = policy()["keys"][issued.key.code]["grants"][0]
    assert grant["purposes"] == [view.purpose] and grant["calls"] == 20 and grant["needs_case"]
    assert grant["fields"]["name"]["level"] == "full" and grant["fields"]["residence_address"] == {"kind": "address", "level": "partial"}
    number = policy()["number"]
    exchange.publish_policy()
    assert policy()["number"] == number  # nothing new, no new number
    view = exchange.request(view.id, actor=GIVER)
    with django_capture_on_commit_callbacks(execute=True):
        view = step(view, "revoke", GIVER, ground="not_passed_on", note="发现转给第三方")
    assert view.state == "revoked" and issued.key.code not in policy()["keys"] and policy()["number"] == number + 1
    assert [one.step for one in view.steps] == ["save", "save", "submit", "approve", "agree", "countersign", "issue", "revoke"]
    refs = audit.evidence_refs("sharing_request", str(view.id))
    assert len(refs) == 8  # each step a leaf


def test_an_agreement_for_the_purpose_shows_in_full(django_capture_on_commit_callbacks):
    exchange.agree(given().purpose, elements=["person.residence_address"], consumer_department="health", legal_basis="x")
    with django_capture_on_commit_callbacks(execute=True):
        _, issued = opened()
    assert policy()["keys"][issued.key.code]["grants"][0]["fields"]["residence_address"]["level"] == "full"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fields": ()}, "fields"), ({"fields": ("name", "secret; DROP TABLE")}, "fields"), ({"purpose": "Bad Purpose"}, "purpose"),
        ({"purpose": "x" * 65}, "purpose"), ({"purpose_title": " "}, "purpose_title"), ({"legal_basis": ""}, "legal_basis"),
        ({"legal_basis": "领导同意"}, "legal_basis"), ({"scene": ""}, "scene"), ({"operations": ()}, "operations"),
        ({"operations": ("delete",)}, "operations"), ({"calls": 0}, "calls"), ({"calls": 10**9}, "calls"),
        ({"until": today()}, "until"), ({"until": today() + timedelta(days=99999)}, "until"), ({"purpose_kind": "fun"}, "purpose_kind"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(change, field):
    with pytest.raises(exchange.RequestIncomplete) as refused:
        exchange.draft_request(given(**change), actor=ASKER)
    assert refused.value.field == field and len(refused.value.message) > 8


def test_the_negative_list_cites_its_ground(monkeypatch):
    with pytest.raises(YiwangError) as refused:
        exchange.draft_request(given(resource="company", fields=("bank_account",)), actor=ASKER)
    none = replace(exchange.shared_resource("company"), share="none", reason="不予共享", basis="《试点法》第一条")
    from yiwang.data.exchange import resources

    known = {**resources._all(), "company": none}
    monkeypatch.setattr(resources, "_all", lambda: known)
    with pytest.raises(exchange.NotShared) as refused:
        exchange.draft_request(given(resource="company", fields=("name",)), actor=ASKER)
    assert "《试点法》第一条" in refused.value.message


@pytest.mark.parametrize(("resource", "fields", "days"), [("person", ("name",), 10), ("fire_check", ("passed",), 1)])
def test_the_provider_answers_within_the_legal_days_or_is_escalated(resource, fields, days):
    with frozen(MONDAY) as hands:
        view = exchange.draft_request(given(resource=resource, fields=fields, until=(MONDAY + timedelta(days=200)).date()), actor=ASKER)
        view = step(step(view, "submit", ASKER), "approve", ASKER_HEAD)
        provider = official(view.provider)
        assert exchange.request(view.id, actor=official(view.provider)).remaining == days
        hands.advance(timedelta(days=20))
        assert requesting.run_clock() == 1 and requesting.run_clock() == 0
        late = exchange.request(view.id, actor=AUTHORITY)
        assert late.state == "escalated" and "rule_agree" in [one.step for one in late.actions]
        assert view.id in [one.id for one in exchange.requests(AUTHORITY, box="rule")]
        assert step(exchange.request(view.id, actor=provider), "agree", provider).state == "agreed"  # late is better than never


def test_the_clock_stands_still_while_something_is_missing_and_may_be_extended_once():
    with frozen(MONDAY) as hands:
        view = asked(until=(MONDAY + timedelta(days=200)).date())
        due = view.due
        view = step(view, "supplement", GIVER, note="请写明系统名称")
        assert view.light == "stopped" and "supplement" not in [one.step for one in view.actions]
        hands.advance(timedelta(days=7))
        view = step(exchange.request(view.id, actor=ASKER), "resupply", ASKER, note="系统为出生证管理系统")
        assert "出生证管理系统" in view.scene and view.due > due
        with pytest.raises(exchange.WrongRequestStep):
            step(view, "supplement", GIVER, note="再补")
        with pytest.raises(PermissionDenied):
            step(view, "extend", GIVER, note="复杂")
        later = step(view, "extend", GIVER_HEAD, note="情况复杂")
        assert later.due > view.due
        with pytest.raises(exchange.WrongRequestStep):
            step(later, "extend", GIVER_HEAD, note="再延")


@pytest.mark.parametrize("ground", ["", "领导不同意", "须另付费用", "protected"])
def test_a_refusal_cites_a_ground_of_the_catalogue_or_the_law(ground):
    view = asked()
    with pytest.raises(exchange.GroundMissing):
        step(view, "refuse", GIVER, ground=ground, note="不给")
    with pytest.raises(exchange.RequestIncomplete):
        step(view, "refuse", GIVER, ground="duty")


def test_a_dispute_goes_from_consulting_to_a_ruling():
    view = step(asked(), "refuse", GIVER, ground="duty", note="与职责无关")
    view = exchange.request(view.id, actor=ASKER)
    assert view.state == "refused" and view.ground.startswith("用于履行")
    view = step(view, "dispute", ASKER, note="属于法定职责")
    view = step(view, "refer", ASKER_HEAD, note="协商未果")
    assert view.state == "referred"
    with pytest.raises(PermissionDenied):
        step(view, "rule_agree", GIVER, note="自己裁")
    assert step(view, "rule_agree", AUTHORITY, note="属于职责范围").state == "agreed"
    other = step(asked(), "refuse", GIVER, ground="《政务数据共享条例》第二十一条", note="与职责无关")
    other = step(other, "dispute", ASKER, note="不服")
    assert step(other, "agree", GIVER).state == "countersigning"  # consulting worked


def test_renewal_and_expiry(django_capture_on_commit_callbacks):
    with frozen(MONDAY) as hands:
        last = (MONDAY + timedelta(days=30)).date()
        with django_capture_on_commit_callbacks(execute=True):
            view, issued = opened(until=last)
        with pytest.raises(exchange.RequestIncomplete):
            step(view, "ask_renewal", ASKER, until=last, note="还要用")
        view = step(view, "ask_renewal", ASKER, until=last + timedelta(days=30), note="还要用")
        with django_capture_on_commit_callbacks(execute=True):
            view = step(exchange.request(view.id, actor=GIVER), "renew", GIVER)
        assert view.until == last + timedelta(days=30)
        end = policy()["keys"][issued.key.code]["valid_until"]
        assert end == (MONDAY.replace(hour=0) + timedelta(days=61)).timestamp() * 1000
        hands.advance(timedelta(days=62))
        with django_capture_on_commit_callbacks(execute=True):
            assert requesting.run_clock() == 1
        assert policy()["keys"] == {} and exchange.request(view.id, actor=ASKER).state == "expired"


def test_keys_rotate_and_end(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _view, issued = opened()
    with django_capture_on_commit_callbacks(execute=True):
        second = exchange.rotate_key(issued.key.code, actor=ASKER)
    assert set(policy()["keys"]) == {issued.key.code, second.key.code} and second.secret != issued.secret
    with pytest.raises(exchange.WrongRequestStep):
        exchange.rotate_key(issued.key.code, actor=ASKER)
    with pytest.raises(YiwangError):
        exchange.revoke_key(issued.key.code, reason=" ", actor=ASKER)
    with django_capture_on_commit_callbacks(execute=True):
        exchange.revoke_key(issued.key.code, reason="疑似泄露", actor=ASKER)
    assert set(policy()["keys"]) == {second.key.code}


def test_an_sm2_key_is_handed_in_and_a_bad_one_refused():
    view = agreed()
    for bad in ("", "x" * 5000, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", material.make("ed25519").public_pem):
        with pytest.raises(exchange.BadPublicKey):
            exchange.issue_key(view.id, algorithm="sm2", public_key=bad, actor=ASKER, lock=view.lock)
    issued = exchange.issue_key(view.id, algorithm="sm2", public_key=material.make("sm2").public_pem, actor=ASKER, lock=view.lock)
    assert issued.secret == "" and issued.key.algorithm == "sm2"


@pytest.mark.parametrize(
    "stranger",
    [official("tax"), official("police", region="990200"), official("health", region="990200"), official("health", ("clerk",))],
    ids=["other department", "other region of the provider", "other region of the consumer", "wrong role"],
)
def test_nobody_else_sees_or_steps(stranger):
    view, issued = opened()
    for act in (
        lambda: exchange.request(view.id, actor=stranger),
        lambda: step(view, "revoke", stranger, ground="duty", note="x"),
        lambda: exchange.rotate_key(issued.key.code, actor=stranger),
        lambda: exchange.revoke_key(issued.key.code, reason="x", actor=stranger),
        lambda: exchange.issue_key(view.id, algorithm="hmac-sm3", actor=stranger, lock=view.lock),
    ):
        with pytest.raises((NotFound, PermissionDenied)):
            act()
    with contextlib.suppress(PermissionDenied):
        assert [one for one in exchange.requests(stranger, box="all") if one.id == view.id] == []


def test_each_side_only_its_own_steps():
    view = asked()
    for name, actor in (("agree", ASKER), ("refuse", ASKER), ("approve", GIVER), ("withdraw", GIVER), ("rule_agree", ASKER)):
        with pytest.raises((NotFound, PermissionDenied, exchange.WrongRequestStep)):
            step(view, name, actor, note="x", ground="duty")
    for name in ("expire", "use", "escalate", "nothing", "issue", "save", "__class__"):
        with pytest.raises(exchange.WrongRequestStep):
            step(view, name, ASKER)


def test_the_keys_are_not_the_providers():
    view, _ = opened()
    assert exchange.request(view.id, actor=GIVER).keys == () and len(exchange.request(view.id, actor=ASKER).keys) == 1
    with pytest.raises(NotFound):
        exchange.rotate_key(exchange.request(view.id, actor=ASKER).keys[0].code, actor=GIVER)


def test_two_officials_at_once_do_not_both_answer():
    view = asked()
    step(view, "agree", GIVER)
    with pytest.raises(exchange.StaleRequest):
        step(view, "refuse", official("police", who="b"), ground="duty", note="x")


def test_the_policy_document_is_for_holders_of_the_secret_only():
    opened()
    for token in ("", "x" * 64, "é"):
        with pytest.raises(exchange.NoSuchKey):
            exchange.policy_document(token)
    number, text = exchange.policy_document(policies.reader_token())
    assert number >= 1 and "signature" in json.loads(text)
    assert (policies.folder() / "shared.key").stat().st_mode & 0o777 == 0o600


def test_a_policy_lost_between_commit_and_writing_is_made_up_for():
    _, issued = opened()  # the callbacks of this transaction never run
    assert not (policies.folder() / "policy.json").exists()
    exchange.publish_policy()
    assert issued.key.code in policy()["keys"]
    (policies.folder() / "policy.json").unlink()
    exchange.publish_policy()
    assert issued.key.code in policy()["keys"]


def test_lists_by_box():
    first, second = asked(), exchange.draft_request(given(), actor=ASKER)
    assert {first.id, second.id} <= {one.id for one in exchange.requests(ASKER)}
    assert [one.id for one in exchange.requests(GIVER, box="answer")] == [first.id]
    assert second.id not in {one.id for one in exchange.requests(GIVER, box="all")}
    third = step(second, "submit", ASKER)
    assert [one.id for one in exchange.requests(official("health", HEAD, who="x"), box="approve")] == [third.id]
    assert RequestRow.objects.count() == 2
