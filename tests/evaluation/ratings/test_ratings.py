"""Ratings: once, by the applicant, after the end; bad ones go their way with a clock, and nobody sets one aside alone."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from yiwang.base.clock.present import SHANGHAI
from yiwang.evaluation.ratings import api as ratings
from yiwang.evaluation.ratings import settled, states
from yiwang.evaluation.ratings.models import Rating
from yiwang.evaluation.ratings.writing import contents
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.standards import events
from yiwang.standards.errors import NotFound

from ..conftest import MOTHER, STRANGER, citizen, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OFFICER = staff("rating_officer")
SECOND = staff("rating_officer", account="s2")


def emitted():
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM outbox_event ORDER BY id")
        return [events.from_json(row[0] if isinstance(row[0], dict) else __import__("json").loads(row[0])) for row in cursor.fetchall()]


def bad(office, **more):
    return ratings.rate(office.add(**more), level="dissatisfied", reasons=["too_slow"], text="等了很久", actor=citizen())


def step(rating, action, actor=OFFICER, **inputs):
    return ratings.perform(rating.id, action=action, actor=actor, version=rating.version, inputs=inputs)


def test_a_good_rating_is_kept(office):
    case_id = office.add()
    assert ratings.may_rate(case_id, actor=citizen())
    rating = ratings.rate(case_id, level="very_satisfied", scores={"ease": "satisfied"}, actor=citizen())
    assert (rating.state, rating.state_name, rating.bad, rating.due_on, rating.light) == ("kept", "已收到", False, None, "")
    assert rating.level_name == "非常满意"
    assert ratings.of_case(case_id, actor=citizen()) == ratings.get(rating.id, actor=citizen())
    assert [one.name for one in emitted()] == ["case.rated.v1"]
    assert not ratings.may_rate(case_id, actor=citizen())
    assert ratings.todo(OFFICER) == []
    assert ratings.mine(citizen()) == [ratings.get(rating.id, actor=citizen())]
    (record,) = audit.of_case(case_id)
    assert record.row_digest == audit.row_digest(contents([str(rating.id)])[str(rating.id)])


def test_a_case_is_rated_once(office):
    case_id = office.add()
    ratings.rate(case_id, level="satisfied", actor=citizen())
    with pytest.raises(ratings.AlreadyRated):
        ratings.rate(case_id, level="very_satisfied", actor=citizen())
    assert Rating.objects.get().level == "satisfied"
    assert len(emitted()) == 1


def test_only_the_applicant_rates(office):
    case_id = office.add()
    with pytest.raises(NotFound):
        ratings.rate(case_id, level="satisfied", actor=citizen(STRANGER))
    with pytest.raises(ratings.NotTheApplicant):
        ratings.rate(case_id, level="very_satisfied", actor=OFFICER)
    assert not ratings.may_rate(case_id, actor=OFFICER)
    proxy = citizen(STRANGER).__class__("citizen", "a", "亲友", subject=STRANGER, acting_for=MOTHER)
    assert ratings.rate(case_id, level="satisfied", actor=proxy).level == "satisfied"


def test_only_after_the_end_and_within_the_limit(office, clock):
    running = office.add(state="reviewing", final=False)
    with pytest.raises(ratings.NotFinished):
        ratings.rate(running, level="satisfied", actor=citizen())
    assert not ratings.may_rate(running, actor=citizen())
    old = office.add(closed_at=datetime(2025, 11, 1, tzinfo=SHANGHAI))
    with pytest.raises(ratings.TooLate):
        ratings.rate(old, level="satisfied", actor=citizen())
    assert not ratings.may_rate(old, actor=citizen())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": "great"}, "level"),
        ({"reasons": ["weather"]}, "reasons"),
        ({"text": "长" * 501}, "text"),
        ({"channel": "pigeon"}, "channel"),
        ({"scores": {"competence": "satisfied"}}, "scores"),
        ({"scores": {"ease": "great"}}, "level"),
    ],
)
def test_nonsense_is_refused_by_field(office, change, field):
    with pytest.raises(ratings.BadRatingInput) as refusal:
        ratings.rate(office.add(), **{"level": "satisfied", **change}, actor=citizen())
    assert refusal.value.field == field
    assert Rating.objects.count() == 0


def test_a_bad_rating_goes_its_whole_way(office, clock):
    rating = bad(office)
    assert (rating.state, rating.due_on, rating.light) == ("to_verify", date(2026, 3, 6), "green")
    assert [one.name for one in emitted()] == ["case.rated.v1", "rating.bad_opened.v1"]
    assert emitted()[1].due == date(2026, 3, 6)
    (waiting,) = ratings.todo(OFFICER)
    assert waiting.id == rating.id
    assert ratings.todo_counts(OFFICER) == {"to_verify": 1}
    assert [one.name for one in ratings.actions(rating.id, actor=OFFICER)] == ["verify", "fix_at_once", "explain", "find_invalid"]
    rating = step(rating, "verify", finding="已电话核实,确实超过承诺时限")
    assert (rating.state, rating.due_on) == ("to_fix", date(2026, 3, 24))
    clock.advance(timedelta(days=7))
    rating = step(rating, "fix", measures="增派人员,压缩时限")
    rating = step(rating, "answer", answer="已整改,向您致歉")
    assert emitted()[-1].answer == "已整改,向您致歉"
    rating = step(rating, "revisit", content="yes", note="评价人表示满意")
    assert (rating.state, rating.due_on, rating.light) == ("closed", None, "")
    assert (emitted()[-1].name, emitted()[-1].outcome, emitted()[-1].on_time) == ("rating.closed.v1", "resolved", True)
    assert [one.action for one in rating.steps] == ["verify", "fix", "answer", "revisit"]
    row = Rating.objects.get()
    assert row.fixed_on_time
    newest = audit.of_case(row.case_id)[-1]
    assert newest.row_digest == audit.row_digest(contents([str(row.id)])[str(row.id)])
    assert ratings.todo(OFFICER) == []
    (public,) = ratings.published(department="police")
    assert (public.answer, public.reasons) == ("已整改,向您致歉", ("办理时间太长",))
    assert "等了很久" not in str(public)


def test_the_rater_reads_the_answer_but_not_the_notes(office):
    rating = step(bad(office), "fix_at_once", finding="内部情况", measures="当场补发")
    rating = step(rating, "answer", answer="已补发")
    own = ratings.get(rating.id, actor=citizen())
    assert (own.answer, own.measures, own.finding, own.steps) == ("已补发", "当场补发", "", ())
    with pytest.raises(ratings.RatingNotFound):
        ratings.get(rating.id, actor=citizen(STRANGER))
    assert ratings.of_case(rating.case_id, actor=citizen(STRANGER)) is None


def test_a_dissatisfied_applicant_sends_it_back_once(office):
    rating = step(bad(office), "fix_at_once", finding="f", measures="m")
    rating = step(step(rating, "answer", answer="a"), "revisit", content="no", note="不满意")
    assert (rating.state, rating.rounds) == ("to_fix", 1)
    rating = step(step(rating, "fix", measures="再次整改"), "answer", answer="再次答复")
    rating = step(rating, "revisit", content="no", note="仍不满意")
    assert (rating.state, emitted()[-1].outcome) == ("closed", "unresolved")


def test_nobody_alone_sets_a_bad_rating_aside(office):
    rating = step(bad(office), "find_invalid", ground="mistaken", finding="评价人称点错")
    assert rating.state == "to_review"
    assert all(one.hindrance for one in ratings.actions(rating.id, actor=OFFICER))
    with pytest.raises(ratings.WrongStep, match="其他好差评专员"):
        step(rating, "dismiss", opinion="同意")
    done = step(rating, "dismiss", SECOND, opinion="同意")
    assert (done.state, emitted()[-1].outcome) == ("dismissed", "dismissed")
    other = step(step(bad(office), "find_invalid", ground="malicious", finding="f"), "uphold", SECOND, opinion="评价属实")
    assert other.state == "to_fix"


def test_an_anonymous_rating_is_answered_but_not_revisited(office):
    rating = ratings.rate(office.add(), level="very_dissatisfied", anonymous=True, actor=citizen())
    assert rating.rater_name == "李晓"
    assert ratings.get(rating.id, actor=OFFICER).rater_name == "匿名"
    rating = step(step(ratings.get(rating.id, actor=OFFICER), "explain", finding="法律有规定"), "answer", answer="说明")
    assert rating.state == "closed"


def test_who_may_handle(office):
    rating = bad(office)
    with pytest.raises(ratings.RatingNotFound):
        step(rating, "verify", staff("rating_officer", department="health"), finding="f")
    with pytest.raises(PermissionDenied):
        step(rating, "verify", staff("leader", department="data"), finding="f")
    assert ratings.actions(rating.id, actor=staff("leader", department="data")) == []
    assert [one.id for one in ratings.todo(staff("leader", department="data"))] == [rating.id]
    assert ratings.todo(staff("rating_officer", department="health")) == []
    assert ratings.todo(staff("clerk")) == []
    with pytest.raises(ratings.RatingNotFound):
        ratings.get(rating.id, actor=staff("clerk"))
    with pytest.raises(ratings.RatingNotFound):
        ratings.perform(uuid4(), action="verify", actor=OFFICER, version=1)


def test_two_officials_at_once_and_wrong_steps(office):
    rating = bad(office)
    step(rating, "verify", finding="f")
    with pytest.raises(ratings.WrongStep):
        step(rating, "explain", SECOND, finding="f")
    fresh = ratings.get(rating.id, actor=OFFICER)
    for action in ("answer", "no_such"):
        with pytest.raises(ratings.WrongStep):
            step(fresh, action, answer="a")


@pytest.mark.parametrize(
    "inputs", [{}, {"finding": " "}, {"ground": "mood", "finding": "f"}, {"ground": "mistaken", "finding": "长" * 2001}]
)
def test_missing_and_wrong_inputs_are_named(office, inputs):
    with pytest.raises(ratings.BadRatingInput) as refusal:
        step(bad(office), "find_invalid", **inputs)
    assert refusal.value.field in ("ground", "finding")


def test_late_steps_are_noted_once(office, clock):
    rating = bad(office)
    assert ratings.tick(clock.at) == 0
    clock.advance(timedelta(days=4))
    assert ratings.get(rating.id, actor=OFFICER).light == "red"
    assert ratings.tick(clock.at) == 1
    assert ratings.tick(clock.at) == 0
    late = ratings.get(rating.id, actor=OFFICER)
    late = step(step(late, "fix_at_once", finding="f", measures="m"), "answer", answer="a")
    step(late, "revisit", content="unreachable", note="三次未接通")
    assert emitted()[-1].on_time is False
    assert Rating.objects.get().fixed_on_time is False


def test_limits_may_be_configured(office, settings):
    settings.YIWANG_RATING_LIMITS = {"verify": "1工作日"}
    assert bad(office).due_on == date(2026, 3, 4)


def test_the_table_hangs_together():
    assert {line.before for line in states.ACTIONS.values()} == states.OPEN
    assert {line.after for line in states.ACTIONS.values()} <= set(states.STATES)
    for state in states.STATES.values():
        assert not state.limit or settled.limit(state.limit).amount > 0
    assert len(ratings.levels()) == 5
    assert {one.code for one in ratings.aspects("counter")} == {"efficiency", "competence", "attitude"}
    assert len(ratings.reasons()) >= 5


def test_figures_of_departments(office, clock):
    for level in ("very_satisfied", "satisfied", "mostly_satisfied"):
        ratings.rate(office.add(), level=level, actor=citizen())
    fixed = step(step(bad(office), "fix_at_once", finding="f", measures="m"), "answer", answer="a")
    step(fixed, "revisit", content="yes", note="n")
    dismissed = step(bad(office), "find_invalid", ground="mistaken", finding="f")
    step(dismissed, "dismiss", SECOND, opinion="o")
    bad(office)
    ratings.rate(office.add(department="health"), level="very_satisfied", actor=citizen())
    clock.advance(timedelta(days=10))
    health, police = ratings.department_figures(date(2026, 3, 3), date(2026, 3, 3))
    assert (health.department, health.good_rate, health.score, health.fix_rate) == ("health", 1.0, 100.0, None)
    assert (police.ratings, police.valid, police.good, police.bad, police.dismissed, police.open, police.overdue) == (6, 5, 3, 2, 1, 1, 1)
    assert (police.good_rate, police.score) == (0.6, 64.0)
    assert (police.fix_rate, police.fixed_on_time_rate, police.revisit_rate) == (0.5, 1.0, 1.0)
    assert ratings.department_figures(date(2026, 3, 4), date(2026, 3, 31)) == []
    assert [row.department for row in ratings.department_figures(date(2026, 3, 1), date(2026, 3, 31), departments=["health"])] == ["health"]
    published = ratings.red_black(date(2026, 3, 1), date(2026, 3, 31), least=1)
    assert ([row.department for row in published.red], [row.department for row in published.black]) == (["health"], ["police"])
    assert ratings.red_black(date(2026, 3, 1), date(2026, 3, 31), least=6).red == ()


def test_nothing_chosen_is_said_in_words(office):
    with pytest.raises(ratings.BadRatingInput) as refusal:
        ratings.rate(office.add(), level="", actor=citizen())
    assert refusal.value.message == "没有选择满意度,请从五级中选择一级。"
