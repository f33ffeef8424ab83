"""Matching: reasons, near misses and missing facts; only what has changed; once told, and only who wants to be."""

from datetime import timedelta

import pytest
from django.db import transaction

from yiwang.base.clock.api import frozen, now
from yiwang.business.policies import api as policies
from yiwang.business.policies import definitions, matching, pushing, ranking
from yiwang.business.policies.models import CompanyRow, MarkRow, MatchRow, PushRow
from yiwang.data.exchange import api as exchange
from yiwang.data.registers import api as registers
from yiwang.data.registers import queries as register_queries
from yiwang.security.access.api import SYSTEM, PermissionDenied
from yiwang.security.audit.models import AccessEntry
from yiwang.standards.events import CorrectionClosed
from yiwang.standards.subjects import Subject

from .conftest import MAKER, OTHER, SILENT, company, person, staff

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def result(code, who=MAKER):
    row = MatchRow.objects.filter(policy=code, company=who).first()
    return row.result if row else "no"


@pytest.fixture
def writing(agreed):
    """Change a figure at its source, and put it back: the registers are read through a committed connection."""
    changed = []

    def write(register, code, **values):
        with register_queries.cursor() as cursor:
            old = cursor.execute(f"SELECT {', '.join(values)} FROM registers.{register} WHERE credit_code = %s", [code]).fetchone()
            sets = ", ".join(f"{name} = %s" for name in values)
            cursor.execute(
                f"UPDATE registers.{register} SET {sets}, updated_at = %s WHERE credit_code = %s", [*values.values(), now(), code]
            )
            changed.append((register, code, dict(zip(values, old, strict=True))))

    yield write
    with register_queries.cursor() as cursor:
        for register, code, old in reversed(changed):
            sets = ", ".join(f"{name} = %s" for name in old)
            cursor.execute(f"UPDATE registers.{register} SET {sets} WHERE credit_code = %s", [*old.values(), code])


def test_a_company_is_matched_with_reasons(matched):
    assert result("graduate_hiring") == result("job_growth") == result("digital_workshop") == result("equipment_renewal") == "yes"
    assert MatchRow.objects.get(policy="graduate_hiring", company=MAKER).amount_fen == 600000
    near = MatchRow.objects.get(policy="skills_training", company=MAKER)
    assert near.result == "near"
    (short,) = near.short
    assert (short["seen"], short["wanted"], short["gap"], short["unit"]) == ("1", "至少 2", "1", "人") and short["remedy"]
    assert result("food_upgrade") == "no" and result("export_growth") == "no"
    missing = MatchRow.objects.get(policy="job_stability", company=SILENT)
    assert missing.result == "undetermined" and missing.missing
    mine = policies.matches(company())
    assert [one.result for one in mine] == sorted((one.result for one in mine), key=["yes", "near", "undetermined"].index)


def test_explained_condition_by_condition_and_in_the_diary(matched):
    found = policies.explain("skills_training", actor=company())
    assert found.result == "near" and found.reason == "取得技能证书的职工人数不足"
    assert [one.holds for one in found.conditions].count(False) == 1
    assert all(one.clause == "《中华人民共和国就业促进法》第四十七条" for one in found.conditions)
    assert {one.department for one in found.facts} >= {"market", "hrss"} and all(one.status == "verified" for one in found.facts)
    assert AccessEntry.objects.filter(purpose="policy.skills_training").exists()


def test_nobody_matches_all_but_the_platform(agreed):
    for actor in (company(), person(), staff("reviewer", "hrss"), staff("clerk", "data")):
        with pytest.raises(PermissionDenied):
            policies.match(actor=actor)
    assert policies.match(actor=staff("reviewer", "data"), keys=[MAKER]).scanned == 1


def test_only_whom_a_change_touches_is_matched_again(writing):
    first = matching.follow(actor=SYSTEM)
    assert first.kind == "compared" and first.scanned == CompanyRow.objects.count() and first.decided > 0
    assert result("skills_training") == "near"
    again = matching.follow(actor=SYSTEM)
    assert again is None or again.decided == 0
    writing("company_insurance", MAKER, trained_staff=5)
    run = matching.follow(actor=SYSTEM)
    assert run.kind == "changed" and run.decided == len(policies.policies()) and result("skills_training") == "yes"
    assert matching.follow(actor=SYSTEM).decided == 0


def test_a_register_loaded_anew_compares_everybody_and_decides_only_the_changed(writing):
    matching.follow(actor=SYSTEM)
    writing("tax_filing", MAKER, turnover_yuan=12_000_000)
    MarkRow.objects.update(loaded_at=now() - timedelta(days=400), seen_at=now() + timedelta(hours=1))
    run = matching.follow(actor=SYSTEM)
    assert run.kind == "compared" and run.scanned > 3 and run.decided == len(policies.policies()) and result("growth_reward") == "yes"


def test_while_a_register_is_silent_what_was_matched_stands(agreed):
    matching.follow(actor=SYSTEM)
    registers.set_available("innovation", False, reason="演练")
    try:
        MarkRow.objects.all().delete()
        assert matching.follow(actor=SYSTEM) is None and result("graduate_hiring") == "yes"
        found = policies.explain("patent_reward", actor=company())
        assert found.result == "undetermined" and found.missing, "a source that does not answer is not a source that says no"
    finally:
        registers.set_available("innovation", True)


def test_a_correction_matches_its_company_at_once(writing, monkeypatch):
    matching.match(actor=SYSTEM, keys=[MAKER])
    writing("company_insurance", MAKER, trained_staff=7)

    class Order:
        key = Subject("company", MAKER)

    monkeypatch.setattr(matching.quality, "get", lambda *_, **__: Order)
    closed = CorrectionClosed(
        at=now(),
        correction_id="11111111-1111-4111-8111-111111111111",
        element="staffing.trained",
        department="hrss",
        applicant=f"company:{MAKER}",
        outcome="corrected",
    )
    for _ in range(2):
        policies.on_correction(closed.to_json())
    assert result("skills_training") == "yes"


def test_told_once_at_most_a_few_and_not_against_their_wish(agreed):
    policies.set_wishes(company(OTHER), chosen=policies.Wishes(off=True))
    policies.set_wishes(company(), chosen=policies.Wishes(muted_topics=("employment",)))
    with pytest.raises(policies.BadInput):
        policies.set_wishes(company(), chosen=policies.Wishes(muted_topics=("nothing",)))
    with pytest.raises(policies.NotACompany):
        policies.set_wishes(person(), chosen=policies.Wishes())
    policies.match(actor=SYSTEM, keys=[MAKER, OTHER])
    told = list(PushRow.objects.filter(company=MAKER).values_list("policy", flat=True))
    assert 0 < len(told) <= pushing.AT_MOST and not PushRow.objects.filter(company=OTHER).exists()
    topics = {one.code: one.topic for one in policies.policies()}
    assert "employment" not in {topics[code] for code in told}
    assert policies.match(actor=SYSTEM, keys=[MAKER]).pushed == 0
    with frozen(now() + timedelta(days=31)):
        policies.match(actor=SYSTEM, keys=[MAKER])
    assert PushRow.objects.filter(company=MAKER).count() == len(set(PushRow.objects.filter(company=MAKER).values_list("policy", flat=True)))


def test_a_look_opens_and_silence_is_noted(matched):
    code = PushRow.objects.filter(company=MAKER).first().policy
    policies.explain(code, actor=company())
    assert PushRow.objects.get(company=MAKER, policy=code).opened_at
    assert policies.note_ignored(actor=SYSTEM) == 0
    PushRow.objects.update(at=now() - timedelta(days=15))
    noted = policies.note_ignored(actor=SYSTEM)
    assert noted == PushRow.objects.count() and policies.note_ignored(actor=SYSTEM) == 0
    assert not any(one.claimed for one in pushing.answers())


def test_feedback_changes_the_order(agreed):
    known = definitions.load()
    traits = {"size": "micro", "branch": "trade", "kind": "sole", "age": "new"}
    samples = [ranking.Sample("sole_digital", 300000, traits, True) for _ in range(30)]
    samples += [ranking.Sample("equipment_renewal", 9000000, traits, False) for _ in range(30)]
    assert ranking.learn(samples[:10]) is None and ranking.learn(samples[:30]) is None
    weights = ranking.learn(samples).weights
    offers = [(known["sole_digital"], 300000), (known["equipment_renewal"], 9000000)]
    assert [one[1].code for one in ranking.ordered(offers, {}, traits)] == ["equipment_renewal", "sole_digital"]
    assert [one[1].code for one in ranking.ordered(offers, weights, traits)] == ["sole_digital", "equipment_renewal"]
    assert ranking.because(weights, known["sole_digital"], 300000, traits)


def test_the_effect_is_measured_on_others_and_says_that_behaviour_is_simulated(agreed):
    policies.match(actor=SYSTEM)
    found = policies.effect_of_feedback(SYSTEM)
    assert found["behaviour"] == "simulated" and found["rule"] and found["learned_from"] + found["measured_on"] == found["companies"]
    assert 0 <= found["before"]["precision"] <= 1 and PushRow.objects.filter(opened_at__isnull=False).count() == 0
    with pytest.raises(PermissionDenied):
        policies.effect_of_feedback(company())


def test_rehearsal_keeps_sums_only(agreed):
    view = policies.rehearse("graduate_hiring", actor=staff("reviewer"), parameters={"rate": "3000", "least": "2"})
    assert view.summary["scanned"] > 10 and view.summary["before"] > view.summary["after"] > 0 and view.summary["gains"] > 0
    assert not PushRow.objects.exists() and MAKER not in str(view.summary)
    for wrong in ({"nothing": "1"}, {"rate": "viel"}, {"rate": "-1"}, {"rate": "1e99"}):
        with pytest.raises(policies.BadInput):
            policies.rehearse("graduate_hiring", actor=staff("reviewer"), parameters=wrong)
    with pytest.raises(PermissionDenied):
        policies.rehearse("graduate_hiring", actor=staff("reviewer", "tax"))


def test_without_an_agreement_nothing_is_read(city, db):
    exchange.end_agreement("policy.match")
    assert matching.follow(actor=SYSTEM) is None
    with pytest.raises(exchange.ScanRefused), transaction.atomic():
        policies.match(actor=SYSTEM, keys=[MAKER])
