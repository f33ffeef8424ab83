"""One real case, from the click to the figures: everything that watches sees it, and evidence finds nothing changed."""

from datetime import timedelta

import pytest

from tests.business.cases.conftest import agreements, certificate, city, mother, staff  # noqa: F401 - the fixtures are used by name
from yiwang.base.clock.api import today
from yiwang.base.outbox import api as outbox
from yiwang.business.cases import api as cases
from yiwang.config.wiring import HANDLERS
from yiwang.evaluation.indicators import api as indicators
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.evidence import api as evidence
from yiwang.support.notices import api as notices
from yiwang.support.notices.models import Notice

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def deliver():
    while outbox.relay(HANDLERS):
        pass
    assert outbox.pending() == 0


def test_a_newborns_certificate_is_told_measured_and_rated(city, agreements, mother):  # noqa: F811
    case = cases.submit(certificate(city["newborn_mother"]), actor=mother)
    assert case.final
    deliver()
    told = {one.template for one in notices.inbox(mother).rows}
    assert {"case_decided", "case_closed"} <= told <= {"case_decided", "case_closed", "licence_issued"}

    assert ratings.may_rate(case.id, actor=mother)
    rating = ratings.rate(case.id, level="dissatisfied", reasons=["guide_unclear"], actor=mother)
    deliver()
    assert "整改" in notices.inbox(mother).rows[0].body
    officer = staff("rating_officer", department=case.department)
    for action, inputs in (
        ("fix_at_once", {"finding": "指引确有歧义", "measures": "已改写指引"}),
        ("answer", {"answer": "已改写指引,感谢指出"}),
        ("revisit", {"content": "yes", "note": "满意"}),
    ):
        rating = ratings.perform(rating.id, action=action, actor=officer, version=rating.version, inputs=inputs)
    deliver()
    assert "已改写指引" in notices.inbox(mother).rows[0].body

    indicators.fold()
    assert indicators.count_ledgers() == 1
    leader = staff("leader", department="data")
    found = {one.code: one for one in indicators.figures(leader, department=case.department)}
    assert (found["decided"].value, found["automatic_share"].value, found["on_time_rate"].value) == (1, 100.0, 100.0)
    rows = [row for row in cases.ledger(case.id, actor=mother) if row.kind == "field" and row.origin != "not_needed"]
    assert found["fields_not_asked"].numerator == sum(not row.asked for row in rows)
    assert found["fields_not_asked"].denominator == len(rows)
    assert (found["good_rating_rate"].value, found["bad_ratings_answered"].value) == (0.0, 100.0)
    assert all(one.equal for one in indicators.recompute(leader))
    assert ratings.red_black(today() - timedelta(days=1), today(), least=1).black[0].department == case.department

    evidence.sequence()
    assert evidence.verify_all().problems == ()
    Notice.objects.filter(case_id=case.id).update(body="改过的内容")
    kinds = {problem.table for problem in evidence.verify_all().problems}
    assert kinds == {"notice"}
