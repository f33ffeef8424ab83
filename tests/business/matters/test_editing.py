"""Drafts, publishing by two persons, versions that never change, suspending and cancelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from yiwang.base.clock.api import now, today
from yiwang.business.matters import api as matters
from yiwang.business.matters import errors, queries, rows
from yiwang.business.matters.models import Matter, Version
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.security.audit import api as audit
from yiwang.standards.errors import Forbidden, InvalidInput

pytestmark = pytest.mark.django_db
SHORT = "police.name_change"


def changed(**elements: Any) -> dict[str, Any]:
    return {**matters.to_record(matters.described(SHORT)), **elements}


def saved(editor: Actor, **elements: Any) -> matters.Draft:
    return matters.save_draft(SHORT, data=changed(**elements), actor=editor, version=0)


def test_loading_twice_changes_nothing(loaded: matters.Loaded) -> None:
    assert len(loaded.created) == len(matters.library()) == Matter.objects.count() == Version.objects.count()
    again = matters.load_builtin()
    assert (again.created, again.updated, len(again.unchanged)) == ((), (), len(loaded.created))
    assert {version.id for version in matters.library()} == set(Version.objects.values_list("id", flat=True))


def test_an_empty_table_is_answered_by_the_library(db: Any) -> None:
    queries.memory.stamp = None
    queries.memory.forget()
    assert matters.published(SHORT).id == next(one.id for one in matters.library() if one.short == SHORT)
    assert len(matters.listing()) == len(matters.library())


def test_a_second_person_publishes_and_running_cases_stay(loaded: Any, editor: Actor, publisher: Actor) -> None:
    before = matters.published(SHORT)
    draft = saved(editor, promised_limit="5工作日")
    assert draft.lock == 1 and draft.number == 2 and draft.findings == ()
    assert [(change.label, change.before, change.after) for change in draft.changes] == [("承诺办结时限", "7工作日", "5工作日")]
    assert matters.published(SHORT).version == 1
    after = matters.publish(SHORT, actor=publisher, version=draft.lock)
    assert (
        (after.version, after.promised_limit)
        == (2, "5工作日")
        == (matters.published(SHORT).version, matters.published(SHORT).promised_limit)
    )
    assert matters.published(before.code) == matters.published(SHORT)
    assert matters.version_of(before.id).promised_limit == "7工作日" and matters.version_of(before.id).version == 1
    assert [change.field for change in matters.diff(before, after) if change.field != "effective_from"] == ["promised_limit"]
    history = matters.history(SHORT, actor=editor)
    assert (history[0].number, history[0].edited_by_name, history[0].published_by_name) == (2, "编辑", "审核")
    assert matters.load_builtin().kept == (SHORT,)


def test_the_editor_cannot_publish_his_own(loaded: Any, editor: Actor) -> None:
    both = Actor(
        "staff",
        editor.account_id,
        editor.name,
        department="police",
        region="990100",
        roles=frozenset({"matter_editor", "matter_publisher"}),
    )
    draft = saved(both, promised_limit="5工作日")
    with pytest.raises(errors.SamePerson, match="另一位"):
        matters.publish(SHORT, actor=both, version=draft.lock)
    assert matters.published(SHORT).version == 1


def test_two_editors_do_not_overwrite_each_other(loaded: Any, editor: Actor) -> None:
    saved(editor, promised_limit="5工作日")
    other = Actor("staff", "staff-b", "第二人", department="police", region="990100", roles=frozenset({"matter_editor"}))
    with pytest.raises(errors.StaleDraft, match="没有丢失"):
        matters.save_draft(SHORT, data=changed(promised_limit="6工作日"), actor=other, version=0)
    second = matters.save_draft(SHORT, data=changed(promised_limit="6工作日"), actor=other, version=1)
    assert second.lock == 2 and matters.draft(SHORT, actor=editor).edited_by_name == "第二人"


def test_findings_prevent_publishing_not_saving(loaded: Any, editor: Actor, publisher: Actor) -> None:
    draft = saved(editor, promised_limit="60工作日", faqs=[], materials=[{"key": "x", "name": "其他材料"}])
    assert {finding.rule for finding in draft.findings} == {"limits", "materials"}
    with pytest.raises(errors.DraftHasFindings, match="兜底"):
        matters.publish(SHORT, actor=publisher, version=draft.lock)


def test_a_code_already_used_is_found(loaded: Any, editor: Actor, publisher: Actor) -> None:
    other = matters.described("police.passport")
    draft = saved(editor, code=other.code, basic_code=other.basic_code)
    assert any("已被另一事项使用" in finding.message for finding in draft.findings)
    with pytest.raises(errors.DraftHasFindings):
        matters.publish(SHORT, actor=publisher, version=draft.lock)


def test_a_version_comes_into_force_on_its_day(loaded: Any, editor: Actor, publisher: Actor) -> None:
    day = today() + timedelta(days=10)
    draft = saved(editor, promised_limit="5工作日")
    matters.publish(SHORT, actor=publisher, version=draft.lock, effective_from=day)
    assert matters.published(SHORT).version == 1
    assert matters.published(SHORT, on=day).version == 2 and matters.published(SHORT, on=day - timedelta(days=1)).version == 1
    with pytest.raises(InvalidInput, match="早于今天"):
        matters.publish(SHORT, actor=publisher, version=1, effective_from=today() - timedelta(days=1))


def test_a_new_matter_from_nothing(loaded: Any, editor: Actor, publisher: Actor) -> None:
    data = {
        **changed(),
        "short": "",
        "code": "",
        "basic_code": "",
        "name": "户口登记项目更正",
        "department_credit_code": "",
        "themes": ["户籍办理"],
    }
    draft = matters.save_draft("police.correction_of_register", data=data, actor=editor, version=0)
    assert {finding.field for finding in draft.findings} == {"basic_code", "code"} and draft.record["department_credit_code"]
    with pytest.raises(errors.NoSuchMatter):
        matters.published("police.correction_of_register")
    basic = "990703099000"
    code = f"{draft.record['department_credit_code']}3{basic}"
    draft = matters.save_draft(draft.short, data={**draft.record, "basic_code": basic, "code": code}, actor=editor, version=1)
    assert matters.publish(draft.short, actor=publisher, version=2).code == code == matters.published(code).code
    assert any(hit.short == draft.short for hit in matters.search("户口登记项目更正"))


def test_a_published_row_cannot_be_changed_behind_our_back(loaded: Any) -> None:
    row = Version.objects.first()
    assert row is not None
    for act in (lambda: Version.objects.filter(id=row.id).update(lock=9), lambda: Version.objects.filter(id=row.id).delete()):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            act()


def test_suspend_resume_cancel(loaded: Any, publisher: Actor) -> None:
    before = matters.published(SHORT)
    with pytest.raises(errors.NeedsReason):
        matters.suspend(SHORT, reason=" ", actor=publisher)
    assert matters.suspend(SHORT, reason="系统升级", actor=publisher).state == "suspended"
    with pytest.raises(errors.NotInUse, match="系统升级"):
        matters.published(SHORT)
    assert matters.described(SHORT).state_code == "2" and matters.guide(matters.described(SHORT)).state == "suspended"
    assert SHORT not in {line.short for line in matters.listing()} and SHORT in {
        line.short for line in matters.listing(states=("suspended",))
    }
    assert not any(hit.short == SHORT for hit in matters.search("改名字"))
    assert matters.version_of(before.id) == before
    assert matters.resume(SHORT, actor=publisher).state == "in_use" and matters.published(SHORT) == before
    matters.cancel(SHORT, reason="法律修改", actor=publisher)
    with pytest.raises(errors.NoSuchMatter):
        matters.published(SHORT)
    with pytest.raises(InvalidInput, match="已取消"):
        matters.resume(SHORT, actor=publisher)
    assert matters.version_of(before.id).name == before.name


def test_every_act_is_recorded_with_its_row_and_told(loaded: Any, editor: Actor, publisher: Actor) -> None:
    from yiwang.base.outbox import api as outbox

    waiting = outbox.pending()
    draft = saved(editor, promised_limit="5工作日")
    version = matters.publish(SHORT, actor=publisher, version=draft.lock)
    matters.suspend(SHORT, reason="系统升级", actor=publisher)
    acts = {row.act for ref in (SHORT, str(version.id)) for row in audit.search(SYSTEM, ref=ref).rows}
    assert {"matter.published", "matter.suspended"} <= acts
    assert outbox.pending() == waiting + 2
    assert rows.load_versions([str(version.id)])[str(version.id)]["published_by"] == publisher.account_id
    assert rows.load_matters([SHORT])[SHORT]["state"] == "suspended"


def test_an_unreadable_record_names_the_element(loaded: Any, editor: Actor) -> None:
    for data, place in (
        ({"materials": [{"key": "a", "name": "b", "colour": "red"}]}, r"materials\[1\]"),
        ({"questions": [{"key": "a", "text": "b", "options": [1]}]}, r"questions\[1\].options\[1\]"),
        ({"effective_from": "soon"}, "effective_from"),
    ):
        with pytest.raises(InvalidInput, match=place):
            matters.save_draft(SHORT, data=changed(**data), actor=editor, version=0)


ACTS: dict[str, Callable[[Actor], Any]] = {
    "draft": lambda actor: matters.draft(SHORT, actor=actor),
    "save_draft": lambda actor: matters.save_draft(SHORT, data=changed(), actor=actor, version=1),
    "publish": lambda actor: matters.publish(SHORT, actor=actor, version=1),
    "suspend": lambda actor: matters.suspend(SHORT, reason="x", actor=actor),
    "resume": lambda actor: matters.resume(SHORT, actor=actor),
    "cancel": lambda actor: matters.cancel(SHORT, reason="x", actor=actor),
    "history": lambda actor: matters.history(SHORT, actor=actor),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_else_may(loaded: Any, editor: Actor, strangers: dict[str, Actor], act: str) -> None:
    saved(editor, promised_limit="5工作日")
    stamp = (
        list(Version.objects.order_by("id").values_list("id", "state", "lock")),
        list(Matter.objects.order_by("id").values_list("id", "state")),
    )
    for actor in strangers.values():
        with pytest.raises(Forbidden), transaction.atomic():
            ACTS[act](actor)
    assert stamp == (
        list(Version.objects.order_by("id").values_list("id", "state", "lock")),
        list(Matter.objects.order_by("id").values_list("id", "state")),
    )


def test_roles_are_apart(loaded: Any, editor: Actor, publisher: Actor, strangers: dict[str, Actor]) -> None:
    draft = saved(editor, promised_limit="5工作日")
    with pytest.raises(Forbidden), transaction.atomic():
        matters.publish(SHORT, actor=editor, version=draft.lock)
    with pytest.raises(Forbidden), transaction.atomic():
        matters.save_draft(SHORT, data=changed(), actor=publisher, version=draft.lock)
    # a draft cannot be given to a department that is not the editor's
    with pytest.raises(Forbidden), transaction.atomic():
        matters.save_draft(SHORT, data=changed(department="tax"), actor=editor, version=draft.lock)
    assert matters.drafts(editor)[0].short == SHORT
    other = strangers["other department"]
    assert matters.drafts(other) == []
    for who in ("anonymous", "citizen", "wrong role"):
        with pytest.raises(Forbidden), transaction.atomic():
            matters.drafts(strangers[who])
        with pytest.raises(Forbidden), transaction.atomic():
            matters.load_builtin(actor=strangers[who])


def test_times_are_recorded(loaded: Any, editor: Actor) -> None:
    draft = saved(editor, promised_limit="5工作日")
    assert abs((draft.edited_at - now()).total_seconds()) < 60 and draft.mine
