"""Who may: departments, regions, roles, policies; refusals recorded even when the act is rolled back."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from tests.security.conftest import citizen, staff
from yiwang.security.access import api as access
from yiwang.security.access.api import ANONYMOUS, SYSTEM, PermissionDenied, SignInNeeded, covers, may, policy, require
from yiwang.security.audit import api as audit


@pytest.mark.parametrize(
    ("region", "other", "answer"),
    [
        ("990000", "990102", True),
        ("990100", "990100", True),
        ("990100", "990102", True),
        ("990102", "990102001", True),
        ("990102001", "990102001003", True),
        ("990102001000", "990102001003", True),
        ("990102", "990103", False),
        ("990102", "990100", False),
        ("990102001", "990102", False),
        ("990100", "990200", False),
        ("", "990100", False),
        ("990100", "", False),
    ],
)
def test_regions(region, other, answer):
    assert covers(region, other) is answer


def test_roles_reach_their_department_or_their_region():
    approver = staff("approver", department="police", region="990102")
    assert may(approver, "case.decide", department="police", region="990102001")
    assert not may(approver, "case.decide", department="civil", region="990102")
    assert not may(approver, "case.decide", department="police", region="990103")
    assert not may(approver, "case.decide", department="police", region="990100")
    assert not may(approver, "matter.publish", department="police")
    leader = staff("leader", department="data", region="990100")
    assert may(leader, "figures.view", department="civil", region="990102")
    assert not may(leader, "case.decide", department="civil")
    two = staff("approver", "leader", department="data", region="990100")
    assert not may(two, "case.decide", department="civil"), "the reach of one role is not lent to another"


def test_nobody_else_may():
    for permission in access.role("approver").permissions:
        assert not may(ANONYMOUS, permission)
        assert not may(citizen(), permission)
        assert may(SYSTEM, permission)
    assert not may(staff("nonsense"), "case.view")
    assert not may(staff("approver"), "nonsense")


def test_an_editor_never_publishes_alone():
    assert not access.role("matter_editor").permissions & {"matter.publish"}
    assert not access.role("matter_publisher").permissions & {"matter.edit"}


def test_an_unknown_policy_is_refused_at_import():
    with pytest.raises(ValueError, match="nonsense"):
        policy("nonsense")


@pytest.mark.parametrize(
    ("word", "welcome"),
    [
        ("public", {"anonymous", "holder", "clerk", "auditor"}),
        ("login", {"holder", "clerk", "auditor"}),
        ("citizen", {"holder"}),
        ("staff", {"clerk", "auditor"}),
        ("case.accept", {"clerk"}),
        ("audit.search", {"auditor"}),
    ],
)
@pytest.mark.django_db
def test_policies(word, welcome, actors):
    for who in ("anonymous", "holder", "clerk", "auditor"):
        if who in welcome:
            access.admit(actors[who], word)
        else:
            with pytest.raises(SignInNeeded if who == "anonymous" else PermissionDenied):
                access.admit(actors[who], word, path="/office/")


@pytest.mark.django_db
def test_enforce_answers_for_a_view(actors):
    def view(request):
        return HttpResponse("in")

    request = RequestFactory().get("/office/cases")
    request.actor = actors["anonymous"]
    answer = access.enforce(request, policy("staff")(view))
    assert answer.status_code == 302 and answer["Location"].endswith("next=/office/cases")
    request.actor = actors["clerk"]
    assert access.enforce(request, view) is None


@pytest.mark.django_db
def test_a_refusal_names_permission_and_place_and_is_recorded(actors):
    with pytest.raises(PermissionDenied, match=r"作出决定.*police") as refused:
        require(actors["clerk"], "case.decide", department="police", region="990100")
    assert refused.value.status == 403
    found = audit.search(actors["auditor"], act="access.denied", allowed=False).rows[0]
    assert (found.actor_name, found.ref, found.detail["place"]) == ("王办事", "case.decide", "police")


@pytest.mark.django_db(transaction=True)
def test_a_refusal_survives_the_rollback_of_its_act(actors):
    audit.settle_denials()  # of earlier tests, whose transactions were rolled back
    before = audit.search(SYSTEM, act="access.denied").total
    with pytest.raises(PermissionDenied), transaction.atomic():
        require(actors["clerk"], "case.decide")
    assert audit.search(SYSTEM, act="access.denied").total == before
    assert audit.settle_denials() == 1
    assert audit.settle_denials() == 0
    assert audit.search(SYSTEM, act="access.denied").total == before + 1
    with transaction.atomic(), pytest.raises(PermissionDenied):
        require(actors["clerk"], "case.decide")
    assert audit.settle_denials() == 0, "the act was not rolled back: recorded once"
    assert audit.search(SYSTEM, act="access.denied").total == before + 2
