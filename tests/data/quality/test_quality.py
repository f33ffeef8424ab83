"""Runs over the registers: planted faults are found, scored, raised as orders, closed when they pass; who sees what; rules as data."""

import copy

import pytest
from django.db import connection, transaction

from tests.data.conftest import citizen, staff
from yiwang.data.checks.api import RuleInvalid
from yiwang.data.lake import api as lake
from yiwang.data.quality import api as quality
from yiwang.data.quality import rulebook
from yiwang.data.quality.models import CorrectionRow, FailingRow, RunRow
from yiwang.data.registers import api as registers
from yiwang.security.access.api import ANONYMOUS, SYSTEM, PermissionDenied
from yiwang.security.audit import api as audit

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
OFFICER = staff("medical", "data_officer")
RESOURCE, RULE = "medical_insurance", "kind.code"


def spoil(city, value="9"):
    change("UPDATE registers.medical_insurance SET kind = %s WHERE id_number = %s", [value, city["disagreeing"].id_number])


def change(statement, given=()):
    """Committed: the registers are read through a connection of their own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE yiwang_registers")
        cursor.execute(statement, given)


def result(run, code):
    return next(one for one in run.results if one.code == code)


def test_every_register_has_rules_that_can_run():
    for one in rulebook.books():
        rulebook.checked(one, one.rules)
    themes = {f"lake-{one}" for one in lake.datasets()}
    assert {one.resource for one in rulebook.books()} == {one.name for one in registers.registers()} | themes


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_a_fault_goes_the_whole_way(fresh_city):
    spoil(fresh_city)
    run = quality.run(RESOURCE, actor=OFFICER)
    found = result(run, RULE)
    assert (found.failed, found.looked, found.dimension) == (1, registers.size(RESOURCE), "0105")
    assert run.accepted and run.available and set(run.scores.dimensions) <= set(quality.dimensions())
    told, rows, kept = quality.failing(RESOURCE, rule=RULE, actor=OFFICER)
    assert (told.failed, kept, len(rows)) == (1, 1, 1)
    assert fresh_city["disagreeing"].id_number not in rows[0].key and "*" in rows[0].key

    ids = quality.failing_ids(RESOURCE, rule=RULE, actor=OFFICER)
    assert quality.raise_orders(RESOURCE, rule=RULE, failing=ids, actor=OFFICER) == quality.Raised(1, 0)
    assert quality.raise_orders(RESOURCE, rule=RULE, failing=ids, actor=OFFICER) == quality.Raised(0, 1)
    assert not quality.failing_ids(RESOURCE, rule=RULE, actor=OFFICER)
    (order,) = [one for one in quality.todo(OFFICER) if one.rule]
    assert (order.held_value, order.claimed_value, order.state, order.department) == ("9", "", "open", "medical")

    assert quality.run(RESOURCE, actor=OFFICER) and quality.get(order.correction_id, actor=OFFICER).state == "open"  # it still fails
    spoil(fresh_city, "2")
    run = quality.run(RESOURCE, actor=OFFICER)
    assert result(run, RULE).failed == 0
    closed = quality.get(order.correction_id, actor=OFFICER)
    assert closed.state == "corrected" and "复检通过" in closed.note
    acts = [row.act for row in audit.search(staff("data", "auditor"), ref=str(order.correction_id)).rows]
    assert set(acts) == {"correction.open", "correction.corrected"}


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_an_order_of_a_rule_wants_a_value_and_writes_it(fresh_city):
    spoil(fresh_city)
    quality.run(RESOURCE, actor=OFFICER)
    quality.raise_orders(RESOURCE, rule=RULE, failing=quality.failing_ids(RESOURCE, rule=RULE, actor=OFFICER), actor=OFFICER)
    (order,) = [one for one in quality.todo(OFFICER) if one.rule]
    for wrong in ("", "9"):
        with pytest.raises(quality.CorrectionInvalid):
            quality.answer(order.correction_id, outcome="corrected", note="查档", value=wrong, actor=OFFICER)
    assert quality.answer(order.correction_id, outcome="corrected", note="查档", value="2", actor=OFFICER).state == "corrected"
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, origin FROM registers.medical_insurance WHERE id_number = %s", [fresh_city["disagreeing"].id_number])
        assert cursor.fetchone() == ("2", "corrected")


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_an_upheld_value_is_not_raised_again(fresh_city):
    spoil(fresh_city)
    quality.run(RESOURCE, actor=OFFICER)
    ids = quality.failing_ids(RESOURCE, rule=RULE, actor=OFFICER)
    quality.raise_orders(RESOURCE, rule=RULE, failing=ids, actor=OFFICER)
    (order,) = [one for one in quality.todo(OFFICER) if one.rule]
    quality.answer(order.correction_id, outcome="upheld", note="参保类别为试点新类别", actor=OFFICER)
    quality.run(RESOURCE, actor=OFFICER)
    rows = list(FailingRow.objects.filter(result__code=RULE).values_list("id", flat=True))
    assert quality.raise_orders(RESOURCE, rule=RULE, failing=rows, actor=OFFICER).opened == 0
    assert CorrectionRow.objects.filter(rule=RULE).count() == 1


def test_registers_are_compared_with_each_other(city):
    run = quality.run("person", actor=SYSTEM)
    found = result(run, "name.medical")
    assert found.failed >= 1 and found.dimension == "0401"  # the city has a person whose names disagree
    row = FailingRow.objects.filter(result__run_id=run.id, result__code="name.medical", key=city["disagreeing"].id_number).get()
    assert row.suggestions[0]["confidence"] < 0.9 and row.suggestions[0]["value"] != row.values["name"]


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_a_register_that_is_off_scores_nothing_and_keeps_its_orders(fresh_city):
    spoil(fresh_city)
    quality.run(RESOURCE, actor=OFFICER)
    quality.raise_orders(RESOURCE, rule=RULE, failing=quality.failing_ids(RESOURCE, rule=RULE, actor=OFFICER), actor=OFFICER)
    registers.set_available(RESOURCE, False, reason="演练")
    try:
        run = quality.run(RESOURCE, actor=OFFICER)
    finally:
        registers.set_available(RESOURCE, True)
    assert (run.available, run.scores.overall, run.scores.grade, run.scores.dimensions) == (False, 0, "red", {"06": 0.0})
    assert [one for one in quality.todo(OFFICER) if one.rule]


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_drift_is_measured_against_the_accepted_run(fresh_city):
    person = staff("police", "data_officer")
    first = quality.run("person", actor=person)
    assert first.accepted and "基线" in result(first, "sex.drift").note
    change("UPDATE registers.person SET sex = '1'")
    moved = quality.run("person", actor=person)
    assert result(moved, "sex.drift").failed == 1 and not moved.accepted
    with pytest.raises(quality.UnknownResource):
        quality.accept(moved.id, actor=OFFICER)
    assert quality.accept(moved.id, actor=person).accepted
    assert result(quality.run("person", actor=person), "sex.drift").failed == 0


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_who_sees_what(fresh_city):
    spoil(fresh_city)
    quality.run(RESOURCE, actor=SYSTEM)
    elsewhere = staff("tax", "data_officer")
    assert [one.department for one in quality.overview(elsewhere)] == ["medical"]
    assert quality.figures(elsewhere) == [] and [one.resource for one in quality.figures(OFFICER)] == [RESOURCE]
    for actor in (elsewhere, staff("medical", "clerk"), citizen(fresh_city["disagreeing"]), ANONYMOUS):
        for ask in (
            lambda actor=actor: quality.report(RESOURCE, actor=actor),
            lambda actor=actor: quality.failing(RESOURCE, rule=RULE, actor=actor),
            lambda actor=actor: quality.failing_ids(RESOURCE, rule=RULE, actor=actor),
        ):
            with pytest.raises(quality.UnknownResource):
                ask()
        with pytest.raises(PermissionDenied):
            quality.run(RESOURCE, actor=actor)
        with pytest.raises(PermissionDenied):
            quality.save_rules(RESOURCE, rules=[], note="x", version=0, actor=actor)
        with pytest.raises(PermissionDenied):
            quality.attempt(RESOURCE, {}, actor=actor)
    with pytest.raises(PermissionDenied):
        quality.overview(citizen(fresh_city["disagreeing"]))
    figure = quality.figure(RESOURCE)
    assert figure is not None and 0 < figure.score <= 1 and figure.grade_name in quality.GRADES.values()
    assert quality.figure("no-such") is None


def test_rules_are_checked_versioned_and_tried(city):
    book = quality.report(RESOURCE, actor=OFFICER).book
    rules = [dict(rule) for rule in copy.deepcopy(list(book.rules))]
    new = {"code": "paid.range", "kind": "range", "columns": ["paid_until"], "low": "2000-01-01", "title": "缴费截止日合理"}
    trial = quality.attempt(RESOURCE, new, actor=OFFICER)
    assert trial.looked and trial.failed == 0 and not RunRow.objects.exists()
    saved = quality.save_rules(RESOURCE, rules=[*rules, new], note="新增", version=0, actor=OFFICER)
    assert saved.version == 1 and result(quality.run(RESOURCE, actor=OFFICER), "paid.range").looked
    with pytest.raises(quality.RulebookChanged):
        quality.save_rules(RESOURCE, rules=rules, note="旧版本上的修改", version=0, actor=OFFICER)
    for wrong in (
        {"code": "x", "kind": "guess", "columns": ["kind"]},
        {"code": "x", "kind": "range", "columns": ["none"]},
        {"code": "x", "kind": "drift", "columns": ["kind"]},
        {"code": "x", "kind": "agrees", "columns": ["id_number", "name"], "with": ["person", "id_number", "none"]},
        {"code": "x", "kind": "reference", "columns": ["id_number"], "of": ["nowhere", "id_number"]},
        {"code": "x", "kind": "code", "columns": ["kind"]},
        {"code": "", "kind": "not_null", "columns": ["kind"]},
    ):
        with pytest.raises(RuleInvalid):
            quality.attempt(RESOURCE, wrong, actor=OFFICER)
    with pytest.raises(RuleInvalid):
        quality.save_rules(RESOURCE, rules=[new, new], note="重复", version=1, actor=OFFICER)
    with pytest.raises(RuleInvalid):
        quality.save_rules(RESOURCE, rules=[new], note=" ", version=1, actor=OFFICER)


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_orders_are_bounded(fresh_city):
    with pytest.raises(quality.OrdersInvalid):
        quality.raise_orders(RESOURCE, rule=RULE, failing=[], actor=OFFICER)
    spoil(fresh_city)
    quality.run("person", actor=SYSTEM)
    other = list(FailingRow.objects.values_list("id", flat=True)[:1])
    assert quality.raise_orders(RESOURCE, rule=RULE, failing=other, actor=OFFICER).opened == 0  # rows of another resource


def test_the_daily_job_checks_everything(city):
    assert quality.run_all() == len(registers.registers())
    assert RunRow.objects.count() == len(registers.registers())
