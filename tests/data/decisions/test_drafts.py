"""From a draft to the table in force: findings, test cases, two persons, versions that stay."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from yiwang.base.clock.api import today
from yiwang.data.decisions import api as decisions
from yiwang.data.decisions import in_force
from yiwang.data.decisions.models import Version
from yiwang.rules import api as rules
from yiwang.security.access.api import PermissionDenied
from yiwang.standards.errors import InvalidInput

from .conftest import CASES, official, sheet


def saved(key, author, new=None, cases=CASES, lock=0):
    return decisions.save(key, sheet=new or sheet("70"), cases=cases, note="放宽到七十岁", actor=author, lock=lock)


def published(key, author, second, new=None, cases=None, day=None):
    cases = cases or [replace(CASES[0], facts={"age": "70", "local": "是"}), CASES[1], replace(CASES[2], facts={"age": "69"})]
    draft = saved(key, author, new, cases)
    sent = decisions.submit(key, actor=author, lock=draft.lock, reason="示范办法不在法律库")
    return decisions.publish(key, actor=second, lock=sent.lock, effective_from=day)


def kinds(key, author, new, cases=CASES):
    findings, _ = decisions.examine(key, sheet=new, cases=cases, actor=author)
    return {one.kind: one for one in findings}


def test_without_a_publication_the_file_decides(key, author):
    assert decisions.model(key).digest == rules.load(rules.write(sheet())).digest
    assert decisions.version(key, actor=author).number == 0
    assert decisions.draft(key, actor=author).lock == 0


def test_the_whole_way_to_a_table_in_force(key, author, second):
    before = decisions.model(key)
    row = published(key, author, second)
    assert (row.number, row.state, row.published_by_name) == (1, "published", "乙")
    now = decisions.model(key)
    assert now.digest == row.digest != before.digest
    assert rules.decide(now, "decision", {"age": 72, "local": True}).result == "yes"
    steps = [one.step for one in decisions.history(key, actor=author)]
    assert steps == ["publish", "submit", "save"]
    assert [one.state for one in decisions.versions(key, actor=author)] == ["published", "superseded"]


def test_a_stored_outcome_is_replayed_with_its_own_version(key, author, second):
    stored = rules.decide(decisions.model(key), "decision", {"age": 72, "local": True}).to_json()
    published(key, author, second)
    old = decisions.model_by_digest(stored["digest"])
    assert rules.replay(stored, model=old)
    with pytest.raises(decisions.NoSuchTableVersion):
        decisions.model_by_digest("0" * 64)


def test_a_future_day_waits(key, author, second):
    before = decisions.model(key).digest
    row = published(key, author, second, day=today() + timedelta(days=30))
    assert decisions.model(key).digest == before
    assert decisions.model(key, on=today() + timedelta(days=30)).digest == row.digest


def test_a_past_day_is_refused(key, author, second):
    with pytest.raises(InvalidInput, match="早于今天"):
        published(key, author, second, day=today() - timedelta(days=1))


def test_who_wrote_cannot_publish_nor_return(key, author):
    both = official("甲", "matter_editor", "matter_publisher")
    sent = decisions.submit(key, actor=author, lock=saved(key, author, sheet(), CASES).lock, reason="x")
    with pytest.raises(decisions.SameAuthor):
        decisions.publish(key, actor=both, lock=sent.lock)
    with pytest.raises(decisions.SameAuthor):
        decisions.give_back(key, actor=both, lock=sent.lock, reason="x")


def test_an_earlier_author_cannot_publish_either(key, author):
    helper = official("丙", "matter_editor", "matter_publisher")
    first = saved(key, helper, sheet())
    again = saved(key, author, sheet(), lock=first.lock)
    sent = decisions.submit(key, actor=author, lock=again.lock, reason="x")
    with pytest.raises(decisions.SameAuthor):
        decisions.publish(key, actor=helper, lock=sent.lock)


def test_a_returned_draft_comes_back_with_its_reason(key, author, second):
    sent = decisions.submit(key, actor=author, lock=saved(key, author, sheet()).lock, reason="x")
    with pytest.raises(decisions.TableNeedsReason):
        decisions.give_back(key, actor=second, lock=sent.lock, reason=" ")
    back = decisions.give_back(key, actor=second, lock=sent.lock, reason="金额没有依据")
    assert (back.state, back.return_reason) == ("returned", "金额没有依据")
    assert saved(key, author, sheet(), lock=back.lock).state == "draft"


def test_a_submitted_draft_is_not_edited(key, author):
    sent = decisions.submit(key, actor=author, lock=saved(key, author, sheet()).lock, reason="x")
    with pytest.raises(decisions.WrongTableStep):
        saved(key, author, lock=sent.lock)


def test_warnings_need_a_written_reason(key, author):
    lock = saved(key, author, sheet()).lock
    with pytest.raises(decisions.TableNeedsReason):  # the demonstration law is not in the library
        decisions.submit(key, actor=author, lock=lock)


def change(new, row, **parts):
    table = new.decisions[0].table
    rule = replace(table.rules[row], **parts)
    return with_rules(new, [*table.rules[:row], rule, *table.rules[row + 1 :]])


def with_rules(new, rows):
    decision = new.decisions[0]
    return replace(new, decisions=(replace(decision, table=replace(decision.table, rules=tuple(rows))),))


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("gap", lambda: with_rules(sheet(), sheet().decisions[0].table.rules[:2])),
        ("overlap", lambda: change(sheet(), 2, tests=("<= 80", "-"))),
        ("type_error", lambda: change(sheet(), 0, tests=('"八十"', "true"))),
        ("unknown_name", lambda: change(sheet(), 0, outputs=('"yes"', "grant * 2"))),
        ("missing_clause", lambda: change(sheet(), 0, annotations=("",))),
        ("syntax", lambda: change(sheet(), 0, tests=(">= >= 80", "true"))),
        ("unknown_fact", lambda: replace(sheet(), inputs=(*sheet().inputs, rules.Field("height", "number")))),
    ],
)
def test_a_fault_stops_the_submission_and_says_what_to_do(key, author, kind, made):
    found = kinds(key, author, made())
    assert found[kind].level == "error" and found[kind].remedy and found[kind].cause
    if kind == "gap":
        assert found[kind].example
    lock = saved(key, author, made()).lock
    with pytest.raises(decisions.TableHasFindings):
        decisions.submit(key, actor=author, lock=lock, reason="x")


def test_an_unreachable_row_is_found(key, author):
    new = sheet()
    table = replace(new.decisions[0].table, hit_policy="FIRST")
    rows = (*table.rules, rules.Rule(("> 90", "true"), ('"yes"', "200"), ("示范办法 第五条",)))
    new = replace(new, decisions=(replace(new.decisions[0], table=replace(table, rules=rows)),))
    assert kinds(key, author, new)["unreachable"].rows == (4,)


def test_a_column_that_the_owner_uses_cannot_go(key, author):
    new = decisions.edit_table(key, sheet=sheet(), table=sheet().decisions[0].table, act="delete_output", at=1)
    assert kinds(key, author, new)["missing_result"].level == "error"


def test_what_cannot_be_read_is_kept_as_typed(key, author):
    odd = change(sheet(), 0, tests=("八十岁以上<b>", "√"))
    assert saved(key, author, odd).sheet == odd
    assert decisions.draft(key, actor=author).sheet.decisions[0].table.rules[0].tests == ("八十岁以上<b>", "√")


def test_test_cases_decide_whether_it_may_be_submitted(key, author):
    assert "untested" in kinds(key, author, sheet(), [])
    wrong = replace(CASES[0], expected={"result": "no"})
    found = kinds(key, author, sheet(), [wrong, *CASES[1:]])
    assert "预期 no,得到 yes" in found["test_failed"].cause and found["test_failed"].rows == (1,)
    assert kinds(key, author, sheet(), CASES[1:])["uncovered"].rows == (1,)
    assert "没有写明预期结果" in kinds(key, author, sheet(), [replace(CASES[0], expected={}), *CASES[1:]])["test_unstated"].cause
    assert "应为数字" in kinds(key, author, sheet(), [replace(CASES[0], facts={"age": "八十"}), *CASES[1:]])["test_failed"].cause
    assert not {"untested", "test_failed", "uncovered"} & set(kinds(key, author, sheet()))


def test_coverage_tells_each_condition(key, author):
    _, tested = decisions.examine(key, sheet=sheet(), cases=CASES, actor=author)
    assert [one.fired for one in tested.coverage] == [1, 1, 1]
    assert tested.coverage[0].cells == ("both", "both") and tested.coverage[2].cells == ("both", "any")
    assert [one.rows for one in tested.runs] == [(1,), (2,), (3,)]


def test_proposed_cases_reach_every_row_and_wait_for_an_expectation(key, author):
    proposed = decisions.suggest(key, sheet=sheet(), cases=(), actor=author)
    _, tested = decisions.examine(key, sheet=sheet(), cases=proposed, actor=author)
    assert [one.rows for one in tested.runs] == [(1,), (2,), (3,)] and tested.failed == 3
    assert set(proposed[2].facts) == {"age"}


def test_two_editors_at_once_lose_nothing(key, author):
    saved(key, author)
    with pytest.raises(decisions.StaleTable, match="甲"):
        decisions.save(key, sheet=sheet("60"), cases=CASES, actor=official("丙", "matter_editor"), lock=0)


def test_a_discarded_draft_makes_room(key, author):
    lock = saved(key, author).lock
    decisions.discard(key, actor=author, lock=lock)
    assert decisions.draft(key, actor=author).number == 2
    assert decisions.versions(key, actor=author)[0].state == "discarded"


@pytest.mark.parametrize(
    "who",
    [
        official("外", "matter_editor", "matter_publisher", department="police"),
        official("区", "matter_editor", "matter_publisher", region="990102"),
        official("窗", "clerk", "approver"),
    ],
)
def test_others_see_and_change_nothing(key, author, who):
    saved(key, author)
    assert not any(one.key == key for one in decisions.listing(who))
    for act in (
        lambda: decisions.describe(key, actor=who),
        lambda: decisions.version(key, actor=who),
        lambda: decisions.versions(key, actor=who),
        lambda: decisions.draft(key, actor=who),
        lambda: decisions.history(key, actor=who),
        lambda: decisions.export(key, actor=who),
        lambda: decisions.evaluate(key, facts={}, actor=who),
        lambda: decisions.examine(key, sheet=sheet(), cases=(), actor=who),
        lambda: decisions.suggest(key, sheet=sheet(), cases=(), actor=who),
        lambda: decisions.compare(key, old=0, new=1, actor=who),
        lambda: decisions.trial_model(key, actor=who),
        lambda: decisions.save(key, sheet=sheet(), cases=(), actor=who, lock=1),
        lambda: decisions.submit(key, actor=who, lock=1),
        lambda: decisions.discard(key, actor=who, lock=1),
        lambda: decisions.publish(key, actor=who, lock=1),
        lambda: decisions.give_back(key, actor=who, lock=1, reason="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_editor_cannot_publish_and_a_publisher_cannot_edit(key, author, second):
    lock = saved(key, author).lock
    with pytest.raises(PermissionDenied):
        decisions.publish(key, actor=author, lock=lock)
    with pytest.raises(PermissionDenied):
        decisions.save(key, sheet=sheet(), cases=(), actor=second, lock=lock)


def test_a_published_version_never_changes(key, author, second):
    published(key, author, second)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Version.objects.filter(key=key).update(note="x")


def test_deciding_asks_the_database_once_a_second_at_most(key, author, second, django_assert_num_queries):
    published(key, author, second)
    decisions.model(key)
    with django_assert_num_queries(0):
        for _ in range(100):
            decisions.model(key)


def test_another_process_follows_within_a_second(key, author, second, monkeypatch):
    """Another process: a memory that was not told of the publication."""
    decisions.model(key)
    monkeypatch.setattr(in_force.memory, "forget", lambda: None)
    row = published(key, author, second)
    assert in_force.FRESH_SECONDS == 1.0
    in_force.memory.asked -= in_force.FRESH_SECONDS
    assert decisions.model(key).digest == row.digest


def test_a_what_if_says_what_is_missing_and_what_cannot_be_read(key, author):
    told = decisions.evaluate(key, facts={"age": "81"}, actor=author)
    assert (told.result, told.missing) == ("undetermined", ("local",))
    told = decisions.evaluate(key, facts={"age": "八十", "local": True, "height": 1}, actor=author)
    assert set(told.problems) == {"age", "height"}
    told = decisions.evaluate(key, facts={"age": "1,200", "local": "是"}, actor=author)
    assert (told.result, told.rows, told.clauses) == ("yes", (1,), ("示范办法 第三条",))
    assert told.conditions[0].holds is True
    assert not decisions.evaluate(key, facts={}, explain=False, actor=author).conditions


def test_versions_are_compared_row_by_row(key, author, second):
    published(key, author, second)
    found = decisions.compare(key, old=0, new=1, actor=author)
    assert len(found) == 3 and "年龄 >= 80" in found[0].before and "年龄 >= 70" in found[0].after


def test_dmn_goes_out_and_comes_back_equal(key, author):
    saved(key, author)
    assert decisions.read_dmn(decisions.export(key, draft=True, actor=author)) == sheet("70")
    for bad in (b"", b"<a/>", b"PK\x03\x04", "决策".encode()):
        with pytest.raises(decisions.UnreadableTable):
            decisions.read_dmn(bad)


@pytest.mark.parametrize("bad", [None, [], {"name": 1}, {"name": "x", "decisions": [{}]}, {"name": "x", "decisions": "y"}])
def test_a_sheet_of_another_shape_is_refused(bad):
    with pytest.raises(decisions.UnreadableTable):
        decisions.sheet_from_json(bad)


def test_a_huge_sheet_is_refused(key, author):
    table = sheet().decisions[0].table
    with pytest.raises(decisions.TableTooLarge):
        saved(key, author, with_rules(sheet(), [table.rules[0]] * 301))
    with pytest.raises(decisions.TableTooLarge):
        saved(key, author, change(sheet(), 0, tests=("x" * 2001, "-")))
    with pytest.raises(decisions.TableTooLarge):
        saved(key, author, cases=[CASES[0]] * 501)


def test_rows_and_columns_are_edited():
    from yiwang.data.decisions.sheets import edited

    table = sheet().decisions[0].table
    tests = lambda act, at: [one.tests for one in edited(table, act, at).rules]  # noqa: E731
    first, second, third = (one.tests for one in table.rules)
    assert tests("add_row", 1) == [first, ("-", "-"), second, third]
    assert tests("copy_row", 0) == [first, first, second, third]
    assert tests("delete_row", 0) == [second, third]
    assert tests("up", 1) == [second, first, third] and tests("down", 0) == [second, first, third]
    assert tests("up", 0) == tests("down", 2) == tests("delete_row", 9) == [first, second, third]
    assert tests("delete_input", 0) == [("true",), ("false",), ("-",)]
    assert tests("add_input", 0)[0] == (*first, "-")
    assert len(edited(edited(table, "delete_output", 0), "delete_output", 0).outputs) == 1
