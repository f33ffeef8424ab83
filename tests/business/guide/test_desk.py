"""The knowledge desk: gaps become articles, reviewed by a second person, used at once, flagged when their law changes, expired."""

import contextlib
from datetime import timedelta

import pytest

from tests.business.guide.conftest import EDITOR, PUBLISHER, STRANGERS, official
from yiwang.base.clock.api import now, today
from yiwang.business.guide import api as guide
from yiwang.business.guide import learning
from yiwang.business.guide.models import Article, Prompt, Turn
from yiwang.security.access.api import SYSTEM, PermissionDenied
from yiwang.standards.errors import InvalidInput, YiwangError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
DAYS = 200


def draft(actor=EDITOR, **changes):
    given = {
        "title": "火星移民咨询",
        "text": "云汀市不受理火星移民。如需咨询航天科普活动,请联系云汀市科技馆。",
        "phrases": ["去火星定居", "火星户口"],
        "expires_on": today() + timedelta(days=DAYS),
    }
    return guide.write(actor=actor, **{**given, **changes})


def publish(made, actor=PUBLISHER):
    sent = guide.step(made.id, act="submit", lock=made.lock, actor=EDITOR)
    return guide.step(made.id, act="publish", lock=sent.lock, actor=actor)


def test_a_gap_becomes_an_article_that_answers_at_once():
    for words in ("火星移民去哪里申请", "火星移民去哪儿申请", "请问火星移民去哪里申请"):
        assert guide.ask(words).outcome == "unknown"
    [gap] = guide.gaps(EDITOR)
    assert gap.asked == 3
    done = publish(draft(gap=gap.id))
    assert done.state == "published"
    assert done.origin == "gap"
    assert guide.gaps(EDITOR) == []
    found = guide.ask("火星移民咨询")
    assert found.source.kind == "article"
    assert "科技馆" in found.text or "不受理" in found.text
    shown = guide.public_article(Article.objects.get(id=done.id).series)
    assert shown.title == "火星移民咨询"


def test_an_article_needs_a_second_person():
    made = draft()
    both = official("matter_editor")
    both = type(both)(**{**{name: getattr(both, name) for name in ("kind", "account_id", "name")}, "department": "police", "region": "990100",
                         "roles": frozenset(["matter_editor", "matter_publisher"])})  # fmt: skip
    sent = guide.step(made.id, act="submit", lock=made.lock, actor=both)
    with pytest.raises(guide.SameAuthor):
        guide.step(made.id, act="publish", lock=sent.lock, actor=both)
    with pytest.raises(guide.NeedsReason):
        guide.step(made.id, act="return", lock=sent.lock, actor=PUBLISHER)
    back = guide.step(made.id, act="return", lock=sent.lock, actor=PUBLISHER, reason="写得不清楚")
    assert back.return_reason == "写得不清楚"
    with pytest.raises(guide.StaleArticle):
        guide.step(made.id, act="submit", lock=1, actor=EDITOR)
    with pytest.raises(guide.WrongStep):
        guide.step(made.id, act="publish", lock=back.lock, actor=PUBLISHER)


@pytest.mark.parametrize("who", STRANGERS, ids=["other department", "other region", "wrong role", "nobody"])
def test_strangers_see_and_do_nothing(who):
    made = draft()
    with pytest.raises(YiwangError):
        guide.article(made.id, actor=who)
    with pytest.raises(YiwangError):
        guide.step(made.id, act="submit", lock=made.lock, actor=who)
    with contextlib.suppress(PermissionDenied):
        assert made.id not in {one.id for one in guide.articles(who)}


def test_a_new_version_replaces_the_old_one_and_withdrawing_ends_both():
    first = publish(draft())
    second = draft(replaces=first.id, text="第二版:云汀市不受理火星移民,请联系云汀市科技馆。")
    assert second.number == 2
    with pytest.raises(guide.WrongStep):
        draft(replaces=first.id)
    done = publish(second)
    assert guide.article(first.id, actor=EDITOR).state == "superseded"
    assert "第二版" in guide.ask("去火星定居").text
    guide.step(done.id, act="withdraw", lock=done.lock, actor=PUBLISHER, reason="不再需要")
    assert guide.ask("去火星定居").about != f"article:{Article.objects.get(id=done.id).series}"
    with pytest.raises(guide.NoSuchArticle):
        guide.public_article(Article.objects.get(id=done.id).series)


def test_what_is_expired_answers_nothing_and_is_flagged():
    done = publish(draft(citations=["《并不存在的法》第一条"]))
    assert "unknown_law" in {one.kind for one in guide.conflicts(EDITOR)}
    Article.objects.filter(id=done.id).update(expires_on=today() - timedelta(days=1), published_at=now())
    assert guide.ask("去火星定居").about != f"article:{Article.objects.get(id=done.id).series}"
    assert "expired" in {one.kind for one in guide.conflicts(EDITOR)}
    assert guide.conflicts(official("matter_editor", "fire")) == []


@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"text": "短"}, {"expires_on": None}, {"expires_on": today()}, {"phrases": ["x"] * 1 + [str(n) for n in range(30)]},
     {"target": "matter:nowhere"}, {"text": "长" * 5001}],
)  # fmt: skip
def test_bad_articles_are_refused_with_their_field(changes):
    with pytest.raises(InvalidInput) as refused:
        draft(**changes)
    assert refused.value.field
    assert not Article.objects.exists()


def test_a_tickets_answer_is_masked_and_comes_once():
    given = {
        "title": "路灯报修",
        "question": "路灯不亮 13800138000",
        "reply": "已派人修复,联系人电话 13800138000,请放心。",
        "citations": (),
    }
    made = guide.from_ticket("T-1", **given, expires_on=today() + timedelta(days=DAYS), actor=EDITOR)
    assert "13800138000" not in made.text + "".join(made.phrases)
    assert made.origin == "ticket"
    assert made.phrases == ("路灯不亮 138****8000",)
    with pytest.raises(guide.WrongStep):
        guide.from_ticket("T-1", **given, expires_on=today() + timedelta(days=DAYS), actor=EDITOR)


def test_what_does_not_help_is_a_gap_and_a_gap_may_be_dismissed():
    turn = guide.ask("办护照")
    guide.judge(turn.id, helpful=False)
    [gap] = guide.gaps(EDITOR)
    assert gap.unhelpful == 1
    with pytest.raises(guide.NeedsReason):
        guide.dismiss(gap.id, reason=" ", actor=EDITOR)
    with pytest.raises(PermissionDenied):
        guide.dismiss(gap.id, reason="x", actor=PUBLISHER)
    guide.dismiss(gap.id, reason="答案正确", actor=EDITOR)
    assert guide.gaps(EDITOR) == []
    with pytest.raises(guide.NoSuchGap):
        guide.dismiss(gap.id, reason="x", actor=EDITOR)


def test_judging_has_its_time_and_old_questions_are_forgotten():
    turn = guide.ask("办护照")
    Turn.objects.filter(id=turn.id).update(at=now() - timedelta(days=2))
    with pytest.raises(guide.NoSuchTurn):
        guide.judge(turn.id, helpful=True)
    Turn.objects.filter(id=turn.id).update(at=now() - timedelta(days=181))
    Prompt.objects.create(at=now() - timedelta(days=181), prompt="x", shown=False)
    assert learning.forget() == 2
    assert guide.gaps(SYSTEM) == []
