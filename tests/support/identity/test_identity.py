"""Who is at the other end: sign-in, tokens, staff, delegations."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AnonymousUser

from yiwang.base.clock.api import frozen, now, today
from yiwang.security.access.api import ANONYMOUS, SYSTEM
from yiwang.security.audit import api as audit
from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound
from yiwang.standards.identifiers import credit_code, division
from yiwang.standards.subjects import Subject
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account, SignInGuard

PASSWORD = "Yunting-2026"
MOTHER, FATHER = "11010519491231002X", "440524188001010014"


@dataclass(frozen=True)
class Persona:
    key: str
    name: str
    id_number: str


@pytest.fixture
def staff(db):
    return {one.username: one for one in identity.build_staff(password=PASSWORD)}


@pytest.fixture
def mother(db):
    identity.build_accounts([Persona("mother", "李梅", MOTHER)], password=PASSWORD)
    return identity.authenticate("mother", PASSWORD)


def actor(username):
    return identity.actor_of(Account.objects.get(username=username))


# Departments


def test_departments_are_25_with_right_codes():
    all_of_them = identity.departments()
    assert len(all_of_them) == 25 and len({one.credit_code for one in all_of_them}) == 25
    for one in all_of_them:
        assert credit_code.is_valid(one.credit_code) and one.credit_code[2:8] == one.region[:6]
        assert division.parse(one.region).county.startswith("9901")
        assert not one.parent or identity.department(one.parent).level in ("city", "district")
        assert one.name and one.name_en and one.duties and one.phone.startswith("0990-")
    assert {one.level for one in all_of_them} == {"city", "district", "street"}
    assert identity.department(identity.department("police").credit_code).code == "police"
    with pytest.raises(identity.UnknownDepartment) as refused:
        identity.department("nobody")
    assert "nobody" in refused.value.message


# Signing in


def test_signs_in_and_is_recorded(mother):
    assert (mother.kind, mother.name, mother.subject, mother.roles) == ("citizen", "李梅", Subject("person", MOTHER), frozenset())
    assert identity.authenticate(" ＭＯＴＨＥＲ ", PASSWORD, request_facts={"address": "10.0.0.9"}) == mother
    row = audit.search(SYSTEM, act="account.signed_in").rows[0]
    assert row.actor_name == "李梅" and "10.0.0.9" in str(row.detail)


def test_five_failures_lock_for_thirty_minutes(mother):
    with frozen(now()) as hands:
        for left in (4, 3, 2, 1):
            with pytest.raises(identity.SignInRefused) as refused:
                identity.authenticate("mother", "wrong")
            assert f"还可以再试 {left} 次" in refused.value.message
        with pytest.raises(identity.SignInLocked):
            identity.authenticate("mother", "wrong")
        with pytest.raises(identity.SignInLocked):
            identity.authenticate("mother", PASSWORD)
        hands.advance(timedelta(minutes=30, seconds=1))
        assert identity.authenticate("mother", PASSWORD) == mother
        assert not SignInGuard.objects.exists()


def test_a_success_forgets_failures_and_old_failures_do_not_count(mother):
    with frozen(now()) as hands:
        for _ in range(4):
            with pytest.raises(identity.SignInRefused):
                identity.authenticate("mother", "wrong")
        hands.advance(timedelta(minutes=31))
        with pytest.raises(identity.SignInRefused) as refused:
            identity.authenticate("mother", "wrong")
        assert "还可以再试 4 次" in refused.value.message


def test_an_unknown_name_behaves_like_a_known_one(mother, monkeypatch):
    worked = []
    from yiwang.support.identity import sign_in

    monkeypatch.setattr(sign_in, "check_password", lambda raw, encoded: worked.append(encoded) or check_password(raw, encoded))
    messages = {}
    for name in ("mother", "nobody"):
        for _ in range(4):
            with pytest.raises(identity.SignInRefused) as refused:
                identity.authenticate(name, "wrong")
        with pytest.raises(identity.SignInLocked):
            identity.authenticate(name, "wrong")
        messages[name] = refused.value.message
    assert messages["mother"] == messages["nobody"]
    assert len(worked) == 10 and {one.split("$")[0] for one in worked} == {worked[0].split("$")[0]}  # the same work for both


def test_lock_settings_are_configurable(mother, settings):
    settings.YIWANG_SIGN_IN_FAILURES = 2
    with pytest.raises(identity.SignInRefused):
        identity.authenticate("mother", "x")
    with pytest.raises(identity.SignInLocked):
        identity.authenticate("mother", "x")


def test_there_is_no_second_way_in(mother):
    from yiwang.support.identity.backend import AccountBackend

    backend = AccountBackend()
    assert backend.authenticate(None, username="mother", password=PASSWORD) is None
    assert backend.get_user(mother.account_id).username == "mother"
    assert backend.get_user("no uuid") is None


def test_nobody_is_anonymous(mother):
    assert identity.actor_of(AnonymousUser()) == ANONYMOUS
    row = Account.objects.get(username="mother")
    row.is_active = False
    assert identity.actor_of(row) == ANONYMOUS
    row.save()
    with pytest.raises(identity.SignInRefused):
        identity.authenticate("mother", PASSWORD)


# Tokens


def test_tokens_are_shown_once_expire_and_are_revoked(staff):
    admin = actor("city.admin")
    machine = identity.create_machine("hospital", name="市一院系统", department_code="health", roles=["clerk"], actor=admin)
    token = identity.issue_token(actor("hospital"), name="出生信息", days=30)
    assert token.secret not in str(list(Account.objects.values())) and identity.actor_by_token(token.secret).kind == "machine"
    assert identity.actor_by_token(token.secret).account_id == str(machine.id)
    with pytest.raises(identity.BadToken):
        identity.actor_by_token(token.secret + "x")
    with frozen(now()) as hands:
        hands.advance(timedelta(days=31))
        with pytest.raises(identity.BadToken):
            identity.actor_by_token(token.secret)
    with pytest.raises(NotFound):
        identity.revoke_token(token.id, actor=admin)
    identity.revoke_token(token.id, actor=actor("hospital"))
    with pytest.raises(identity.BadToken):
        identity.actor_by_token(token.secret)
    assert identity.tokens(actor("hospital"))[0].revoked_at
    with pytest.raises(InvalidInput):
        identity.issue_token(actor("hospital"), name="x", days=9999)


# Staff


def test_staff_of_every_department(staff):
    for one in identity.departments():
        mine = [each for each in staff.values() if each.department == one.code]
        assert len(mine) >= 3 and {"clerk", "reviewer", "approver"} <= {role for each in mine for role in each.roles}
        assert all(each.region == one.region and each.demonstration and each.posts for each in mine)
    held = {role for one in staff.values() for role in one.roles}
    assert held == {"clerk", "reviewer", "approver", "data_officer", "rating_officer", "archivist", "matter_editor", "matter_publisher",
                    "leader", "auditor", "admin", "catalogue_reviewer", "sharing_head", "sharing_authority",
                    "hotline_agent", "hotline_dispatcher", "hotline_supervisor", "model_officer", "model_approver"}  # fmt: skip
    again = identity.build_staff(password="other-1A")
    assert [one.name for one in again] == [one.name for one in staff.values()] and len(again) == Account.objects.count()
    assert identity.authenticate("police.clerk", PASSWORD).department == "police"


def test_only_an_administrator_of_the_region_manages_accounts(staff):
    opening = {"name": "新人", "department_code": "street1", "posts": ["窗口"], "roles": ["clerk"]}
    for who in ("police.clerk", "city.leader", "city.auditor"):
        with pytest.raises(Forbidden):
            identity.create_staff("new.one", PASSWORD, **opening, actor=actor(who))
    made = identity.create_staff("new.one", PASSWORD, **opening, actor=actor("city.admin"))
    assert made.region == "990102001"
    local = identity.create_staff(
        "street.admin", PASSWORD, name="街道管理员", department_code="street1", posts=[], roles=["admin"], actor=actor("city.admin")
    )
    with pytest.raises(Forbidden):
        identity.create_staff("other", PASSWORD, **{**opening, "department_code": "street2"}, actor=actor("street.admin"))
    with pytest.raises(NotFound):
        identity.close_account(staff["police.clerk"].id, reason="x", actor=actor("street.admin"))
    assert identity.change_roles(made.id, roles=["reviewer"], posts=["审查"], actor=actor("street.admin")).roles == ("reviewer",)
    with pytest.raises(Forbidden):
        identity.change_roles(local.id, roles=["auditor"], posts=[], actor=actor("street.admin"))
    assert {one.username for one in identity.accounts(actor("street.admin"))} >= {"new.one", "street.admin", "street1.clerk"}
    assert all(one.region.startswith("990102001") for one in identity.accounts(actor("street.admin")))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"roles": ["king"]}, InvalidInput),
        ({"roles": ["admin", "auditor"]}, InvalidInput),
        ({"roles": ["matter_editor", "matter_publisher"]}, InvalidInput),
        ({"password": "short"}, identity.WeakPassword),
        ({"password": "password1234"}, identity.WeakPassword),
        ({"password": "new.one-A1"}, identity.WeakPassword),
        ({"username": "police.clerk"}, Conflict),
        ({"username": " "}, InvalidInput),
        ({"name": " "}, InvalidInput),
        ({"department_code": "moon"}, NotFound),
    ],
)
def test_bad_staff_accounts_are_refused(staff, changed, error):
    given = {"username": "new.one", "password": PASSWORD, "name": "新人", "department_code": "police", "posts": [], "roles": ["clerk"]}
    given.update(changed)
    with pytest.raises(error) as refused:
        identity.create_staff(given.pop("username"), given.pop("password"), **given, actor=actor("city.admin"))
    assert refused.value.message and not Account.objects.filter(username="new.one").exists()


def test_closing_ends_tokens_and_sign_in_and_reset_lifts_the_lock(staff):
    admin, clerk = actor("city.admin"), actor("police.clerk")
    token = identity.issue_token(clerk, name="自用")
    identity.close_account(staff["police.clerk"].id, reason="调离", actor=admin)
    with pytest.raises(identity.BadToken):
        identity.actor_by_token(token.secret)
    identity.reopen_account(staff["police.clerk"].id, reason="返岗", actor=admin)
    for _ in range(4):
        with pytest.raises(identity.SignInRefused):
            identity.authenticate("police.clerk", "x")
    with pytest.raises(identity.SignInLocked):
        identity.authenticate("police.clerk", "x")
    identity.reset_password(staff["police.clerk"].id, password="Renewed-2026", actor=admin)
    with pytest.raises(identity.PasswordGiven):
        identity.authenticate("police.clerk", "Renewed-2026")
    for old, new, error in (
        ("x", "Mine-2026", identity.SignInRefused),
        ("Renewed-2026", "Renewed-2026", InvalidInput),
        ("Renewed-2026", "short", identity.WeakPassword),
    ):
        with pytest.raises(error):
            identity.renew_password("police.clerk", old=old, new=new)
    with pytest.raises(identity.PasswordGiven):
        identity.authenticate("police.clerk", "Renewed-2026")
    identity.renew_password("police.clerk", old="Renewed-2026", new="Mine-2026")
    assert identity.authenticate("police.clerk", "Mine-2026").name == clerk.name


def test_citizens_are_opened_at_the_window_once(staff):
    admin = actor("city.admin")
    made = identity.create_citizen("limei", PASSWORD, name="李梅", id_number=MOTHER.lower(), actor=admin)
    assert made.subject.startswith("110") and MOTHER not in str(made)
    with pytest.raises(identity.AccountExists):
        identity.create_citizen("limei2", PASSWORD, name="李梅", id_number=MOTHER, actor=admin)
    assert identity.find_citizen(Subject("person", MOTHER)).username == "limei"
    identity.renew_password("limei", old=PASSWORD, new="Mine-2026")
    mine = identity.authenticate("limei", "Mine-2026")
    assert identity.set_preferences(mine, language="en", elder_mode=True).elder_mode
    assert identity.account_of(mine).language == "en"
    with pytest.raises(InvalidInput):
        identity.set_preferences(mine, language="tlh")
    with pytest.raises(InvalidInput):
        identity.change_password(mine, old="x", new="Another-2026")
    identity.change_password(mine, old="Mine-2026", new="Another-2026")
    assert identity.authenticate("limei", "Another-2026") == mine


# Delegation


def granted(mother, **changed):
    given = {"agent_id_number": FATHER, "agent_name": "王强", "scope": ["newborn.birth_certificate"], "until": today() + timedelta(days=30),
             "consent": "我同意王强代我办理。"}  # fmt: skip
    return identity.delegate(mother, **{**given, **changed})


@pytest.fixture
def father(db):
    identity.build_accounts([Persona("father", "王强", FATHER)], password=PASSWORD)
    return identity.authenticate("father", PASSWORD)


def test_a_relative_acts_within_the_scope_until_the_day(mother, father):
    with pytest.raises(identity.NotEntitled):
        identity.act_for(father, mother.subject)
    made = granted(mother)
    acting = identity.act_for(father, mother.subject, matter="newborn.birth_certificate")
    assert acting.acting_for == mother.subject and acting.represents == mother.subject and acting.subject == father.subject
    identity.require_matter(acting, "newborn.birth_certificate")
    with pytest.raises(identity.NotEntitled) as refused:
        identity.require_matter(acting, "retirement.approval")
    assert "范围" in refused.value.message
    assert [one.id for one in identity.delegations(father)] == [made.id] == [one.id for one in identity.delegations(mother)]
    with frozen(now()) as hands:
        hands.advance(timedelta(days=31))
        with pytest.raises(identity.NotEntitled):
            identity.act_for(father, mother.subject)
    assert identity.act_for(acting, father.subject).acting_for is None
    identity.revoke_delegation(made.id, actor=mother)
    with pytest.raises(identity.NotEntitled):
        identity.require_matter(acting, "newborn.birth_certificate")


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"scope": []}, "没有选择"),
        ({"consent": " "}, "没有确认"),
        ({"agent_name": ""}, "姓名"),
        ({"agent_id_number": MOTHER}, "自己"),
        ({"until": today() - timedelta(days=1)}, "截止日期"),
        ({"until": today() + timedelta(days=999)}, "截止日期"),
        ({"agent_id_number": "123"}, "身份证号"),
    ],
)
def test_incomplete_delegations_say_what_is_missing(mother, changed, word):
    with pytest.raises(InvalidInput) as refused:
        granted(mother, **changed)
    assert word in refused.value.message


def test_an_agent_cannot_delegate_on_and_a_stranger_sees_nothing(mother, father, staff):
    made = granted(mother, scope=["*"])
    acting = identity.act_for(father, mother.subject, matter="anything.at_all")
    with pytest.raises(identity.BadDelegation):
        granted(acting, agent_id_number="11010519491231002X")
    with pytest.raises(NotFound):
        identity.revoke_delegation(made.id, actor=actor("police.clerk"))
    assert identity.delegations(actor("police.clerk")) == []


# Proof


def test_every_row_is_proven_and_a_change_behind_our_back_is_found(staff, mother):
    from yiwang.security.audit.rows import compare

    granted(mother)
    identity.issue_token(mother, name="手机")
    _, problems = compare(lambda *_: None)
    assert [one for one in problems if one.table in ("account", "delegation", "machine_token")] == []
    Account.objects.filter(username="police.clerk").update(roles=["admin"])
    _, problems = compare(lambda *_: None)
    assert [one.key for one in problems if one.table == "account"] == [str(staff["police.clerk"].id)]
