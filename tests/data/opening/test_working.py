"""A page asks for a draft, a process of its own makes it: states, one at a time, a kill, a source that is off, the privacy budget."""

from fractions import Fraction

import pytest

from tests.data.opening.conftest import officer, open_set
from yiwang.base.clock.api import frozen, now
from yiwang.data.opening import api as opening
from yiwang.data.opening import definitions, jobs, making, releases, rows, working
from yiwang.data.opening.models import Release, Spending
from yiwang.data.registers import api as registers
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.security.audit import rows as audit_rows

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
MAKER = officer("urban")


def state(release):
    return opening.release(release.id, actor=MAKER).state


def noisy():
    return next(one for one in definitions.load().values() if one.protection.method == "noise")


def test_what_is_asked_for_is_made_and_goes_on():
    asked = opening.ask_release("parks", actor=MAKER)
    assert (asked.state, asked.rows, asked.acts) == ("queued", 0, ("discard",))
    assert opening.release_rows(asked.id, actor=MAKER).rows == ()
    with pytest.raises(opening.UnfinishedRelease):
        opening.ask_release("parks", actor=MAKER)
    assert opening.make_asked() == 1
    made = opening.release(asked.id, actor=MAKER)
    assert made.state == "draft" and made.rows > 0 and made.digest and made.made_by_name == MAKER.name
    checked = opening.step(made.id, act="check", actor=MAKER, lock=made.lock)
    assert checked.state == "checked" and "approve" not in checked.acts, "who asked for it does not approve it"
    acts = [one.act for one in audit.search(officer("data", "auditor", "auditor"), ref=str(asked.id)).rows]
    assert sorted(acts) == ["opening.ask", "opening.check", "opening.prepare"]
    assert opening.make_asked() == 0


def test_only_who_may_edit_asks():
    for stranger in (officer("police"), officer("urban", "approver")):
        with pytest.raises(PermissionDenied):
            opening.ask_release("parks", actor=stranger)


def test_what_was_given_up_is_not_made():
    asked = opening.ask_release("parks", actor=MAKER)
    opening.step(asked.id, act="discard", actor=MAKER, lock=asked.lock)
    assert opening.make_asked() == 0 and state(asked) == "discarded"


def test_a_source_that_is_off_fails_with_its_reason_and_can_be_asked_again(city, monkeypatch):
    code = "companies-by-industry"
    maker = officer(definitions.get(code).department)
    asked = opening.ask_release(code, actor=maker)
    register = next(iter(definitions.get(code).sources["registers"]))
    registers.set_available(register, False, reason="演练")
    try:
        assert opening.make_asked() == 1
    finally:
        registers.set_available(register, True)
    failed = opening.release(asked.id, actor=maker)
    assert failed.state == "failed" and failed.reason and failed.acts == ()
    again = opening.ask_release(code, actor=maker)
    monkeypatch.setattr(making, "make", lambda definition: 1 / 0)
    assert opening.make_asked() == 1
    assert "ZeroDivisionError" in opening.release(again.id, actor=maker).reason


def test_a_kill_costs_no_budget_and_is_made_again(city):
    one = noisy()
    maker = officer(one.department)
    asked = opening.ask_release(one.code, actor=maker)
    Release.objects.filter(id=asked.id).update(state="making")  # as a killed process leaves it
    assert releases.spent(one.code) == Fraction(0)
    assert [each for each in audit_rows.compare(lambda stage, count: None)[1] if each.table == rows.RELEASE] == []
    assert opening.make_asked() == 1
    assert opening.release(asked.id, actor=maker).state == "draft" and Spending.objects.filter(code=one.code).count() == 1


def test_what_the_budget_does_not_allow_is_refused_at_once(city):
    one = noisy()
    share = one.protection.budget
    Spending.objects.create(code=one.code, number=1, numerator=share.numerator, denominator=share.denominator, at=now())
    with pytest.raises(opening.BudgetSpent):
        opening.ask_release(one.code, actor=officer(one.department))
    assert not Release.objects.filter(code=one.code).exists()


def test_a_refresh_is_asked_for_made_and_checked():
    from datetime import timedelta

    old = open_set("parks")
    with frozen(now() + timedelta(days=800)):
        assert jobs.refresh() == 1 and jobs.refresh() == 0
        assert opening.make_asked() == 1
        fresh = next(one for one in opening.history("parks", actor=MAKER) if one.id != old.id)
        assert fresh.state == "checked"


def test_the_job_starts_one_process_where_something_waits(monkeypatch):
    started = []

    class Child:
        def poll(self):
            return None

    def program(command):
        started.append(command)
        return Child

    monkeypatch.setattr(working, "_child", None)
    monkeypatch.setattr(working.runtime, "program", program)
    assert jobs.make() is False
    opening.ask_release("parks", actor=MAKER)
    assert jobs.make() is True and jobs.make() is False and len(started) == 1
    assert started[0][-1] == "yiwang.data.opening"


def test_quotas_count_callers_behind_a_proxy_of_the_operator(client, settings):
    from yiwang.config.middleware import ProxyMiddleware

    def seen(remote, forwarded, *trusted):
        settings.TRUSTED_PROXIES = trusted
        held = {}

        def respond(request):
            held["address"] = request.META["REMOTE_ADDR"]

        from django.test import RequestFactory

        ProxyMiddleware(respond)(RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded))
        return held["address"]

    assert seen("198.51.100.7", "203.0.113.9") == "198.51.100.7", "nobody is trusted: the header says nothing"
    assert seen("198.51.100.7", "203.0.113.9", "10.0.0.0/8") == "198.51.100.7"
    assert seen("10.0.0.2", "203.0.113.9", "10.0.0.0/8") == "203.0.113.9"
    assert seen("10.0.0.2", "203.0.113.9, 198.51.100.7, 10.0.0.3", "10.0.0.0/8") == "198.51.100.7", "what the caller wrote is not believed"
    assert seen("10.0.0.2", "10.0.0.3", "10.0.0.0/8") == "10.0.0.3"
    assert seen("10.0.0.2", "", "10.0.0.2") == "10.0.0.2"
    assert seen("10.0.0.2", "nonsense", "10.0.0.2") == "nonsense"
    assert seen("::1", "2001:db8::5", "::1") == "2001:db8::5"
