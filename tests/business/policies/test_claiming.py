"""Claims: checked again, stacking, second look, budget never overspent, two persons, progress, refusal with remedy; least privilege."""

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from yiwang.business.policies import api as policies
from yiwang.business.policies import claiming, definitions, writing
from yiwang.business.policies.models import BudgetRow, ClaimRow, EntryRow, ListRow, PaymentRow
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit.api import row_digest
from yiwang.security.audit.models import AuditRecord

from .conftest import APPROVER, MAKER, OFFICER, OTHER, SILENT, company, person, staff

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def approved(agreed):
    return policies.claim("graduate_hiring", actor=company())


@pytest.fixture
def paid_list(approved):
    view = policies.prepare_list("hrss", actor=OFFICER)
    return policies.decide_list(view.id, act="approve", actor=APPROVER)


def budget(code):
    return BudgetRow.objects.get(policy=code)


def test_one_click_is_checked_and_sealed(approved):
    assert approved.state == "approved" and approved.amount_fen == 600000 and budget("graduate_hiring").reserved_fen == 600000
    assert [stage.at is not None for stage in approved.stages] == [True, True, True, False, False]
    assert approved.clauses == ("《中华人民共和国就业促进法》第十五条",) and all(one.status == "verified" for one in approved.facts)
    row = ClaimRow.objects.get()
    sealed = AuditRecord.objects.get(act="policy.claim", ref=str(row.id))
    assert sealed.row_digest == row_digest(writing.claim_content(row))
    with pytest.raises(policies.AlreadyClaimed):
        policies.claim("graduate_hiring", actor=company())


def test_a_refusal_says_why_and_what_helps_and_holds_no_money(agreed):
    refused = policies.claim("skills_training", actor=company())
    assert refused.state == "refused" and "不足" in refused.reason and refused.remedy and not BudgetRow.objects.exists()
    missing = policies.claim("tax_credit", actor=company(SILENT))
    assert missing.state == "refused" and "查不到" in missing.reason and "来源部门" in missing.remedy


def test_only_one_of_two_that_exclude_each_other(agreed):
    first = policies.claim("digital_workshop", actor=company())
    assert first.state == "review"
    for code in ("equipment_renewal", "cloud_voucher"):
        with pytest.raises(policies.StackingRefused, match="数字化改造"):
            policies.claim(code, actor=company())
    policies.withdraw(first.id, actor=company())
    assert budget("digital_workshop").reserved_fen == 0
    assert policies.claim("equipment_renewal", actor=company()).state == "approved"


def test_a_group_gives_no_more_than_its_cap(approved):
    ClaimRow.objects.update(amount_fen=9_800_000)
    row = ClaimRow(company=MAKER, year=approved.year, amount_fen=800_000)
    claiming._stacking(definitions.get("hardship_hiring"), row)
    assert row.amount_fen == 200_000
    ClaimRow.objects.update(amount_fen=10_000_000)
    with pytest.raises(policies.StackingRefused):
        claiming._stacking(definitions.get("hardship_hiring"), row)


def test_a_second_look_belongs_to_the_department(agreed):
    waiting = policies.claim("digital_workshop", actor=company())
    for wrong in (staff("reviewer", "hrss"), staff("clerk", "tax")):
        with pytest.raises(policies.PolicyNotFound):
            policies.review(waiting.id, act="approve", actor=wrong)
    for wrong in (staff("clerk", "data"), staff("reviewer", "data", region="990103")):
        with pytest.raises(PermissionDenied):
            policies.review(waiting.id, act="approve", actor=wrong)
    with pytest.raises(policies.BadInput):
        policies.review(waiting.id, act="refuse", actor=staff("reviewer", "data"))
    done = policies.review(waiting.id, act="refuse", actor=staff("reviewer", "data"), note="现场未见设备", remedy="设备到位后再申领")
    assert (done.state, done.reason, done.remedy) == ("refused", "现场未见设备", "设备到位后再申领") and budget(
        "digital_workshop"
    ).reserved_fen == 0
    with pytest.raises(policies.WrongStep):
        policies.review(waiting.id, act="approve", actor=staff("reviewer", "data"))


def test_a_window_that_is_closed_and_a_budget_that_is_spent(agreed):
    with pytest.raises(policies.WindowClosed):
        policies.claim("water_saving", actor=company())
    BudgetRow.objects.create(policy="graduate_hiring", year=2026, total_fen=600_000 - 1)
    with pytest.raises(policies.BudgetExhausted, match=r"5999\.99"):
        policies.claim("graduate_hiring", actor=company())
    assert not ClaimRow.objects.exists() and budget("graduate_hiring").reserved_fen == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetRow.objects.update(reserved_fen=600_000)


def test_who_may_see_a_claim(approved):
    assert policies.claim_of(approved.id, actor=company()).id == approved.id
    assert policies.claim_of(approved.id, actor=OFFICER).company == MAKER
    for stranger in (company(OTHER), staff("reviewer", "tax"), staff("reviewer", region="990103")):
        with pytest.raises(policies.PolicyNotFound):
            policies.claim_of(approved.id, actor=stranger)
    with pytest.raises(policies.NotACompany):
        policies.claim_of(approved.id, actor=person())
    for stranger in (company(OTHER), person()):
        with pytest.raises((policies.PolicyNotFound, policies.NotACompany)):
            policies.withdraw(approved.id, actor=stranger)
    assert (
        policies.claims(OFFICER)
        and not policies.claims(staff("reviewer", "tax"))
        and not policies.claims(staff("reviewer", region="990103"))
    )
    for nobody in (company(), person()):
        with pytest.raises(PermissionDenied):
            policies.claims(nobody)
        with pytest.raises(PermissionDenied):
            policies.funnel(nobody)
        with pytest.raises(PermissionDenied):
            policies.lists(nobody)
    for read in (policies.matches, policies.my_claims, policies.wishes):
        with pytest.raises(policies.NotACompany):
            read(person())
        with pytest.raises(policies.NotACompany):
            read(OFFICER)
    with pytest.raises(policies.NotACompany):
        policies.claim("graduate_hiring", actor=person())


def test_a_stranger_to_the_company_gets_no_fact(agreed):
    """Acting for a company is what identity says; the exchange asks for itself whose data it is."""
    from dataclasses import replace

    from yiwang.business.policies.gathering import gather
    from yiwang.standards.subjects import Subject

    stranger = replace(company(), subject=Subject("person", "990102198001019999"), acting_for=None)
    with transaction.atomic():
        found = gather(definitions.get("graduate_hiring"), Subject("company", OTHER), case_id=None, actor=stranger)
    assert {line["status"] for line in found.lines} == {"denied"} and "graduates" not in found.values


def test_paid_by_list_with_two_persons(paid_list, approved):
    assert paid_list.state == "approved" and paid_list.debit_fen == paid_list.credit_fen == 600000 and paid_list.intact
    assert policies.my_claims(company())[0].state == "listed"
    file = policies.bank_file(paid_list.id, actor=OFFICER).decode("utf-8-sig")
    assert "9901888" in file and "6000.00" in file and "*" in policies.list_of(paid_list.id, actor=OFFICER).lines[0].account
    receipts = "流水号,结果,原因\n1,成功,\n9,成功,\n1,退票,户名不符\n".encode()
    report = policies.settle_list(paid_list.id, data=receipts, actor=OFFICER)
    assert [one.outcome for one in report] == ["paid", "refused", "refused"]
    again = policies.settle_list(paid_list.id, data="流水号,结果\n1,成功\n".encode(), actor=OFFICER)
    assert [one.outcome for one in again] == ["same"]
    done = policies.claim_of(approved.id, actor=company())
    assert done.state == "paid" and done.stages[-1].at
    left = budget("graduate_hiring")
    assert (left.reserved_fen, left.spent_fen) == (0, 600000)
    assert sum(one.debit_fen for one in EntryRow.objects.all()) == sum(one.credit_fen for one in EntryRow.objects.all()) == 1200000
    assert next(one for one in policies.funnel(OFFICER) if one.policy == "graduate_hiring").paid == 1


def test_returned_money_can_be_listed_again(paid_list, approved):
    policies.settle_list(paid_list.id, data="流水号,结果,原因\n1,退票,账号有误\n".encode(), actor=OFFICER)
    assert policies.claim_of(approved.id, actor=company()).state == "returned" and budget("graduate_hiring").reserved_fen == 600000
    assert policies.prepare_list("hrss", actor=OFFICER).count == 1


def test_the_second_person_is_another_and_looks_at_what_was_frozen(approved):
    from dataclasses import replace

    view = policies.prepare_list("hrss", actor=OFFICER)
    with pytest.raises(policies.SamePerson):
        policies.decide_list(view.id, act="approve", actor=replace(APPROVER, account_id=OFFICER.account_id))
    with pytest.raises(PermissionDenied):
        policies.decide_list(view.id, act="approve", actor=staff("reviewer", number=2))
    for wrong in (staff("approver", "tax"), staff("approver", "data")):
        with pytest.raises(policies.PolicyNotFound):
            policies.decide_list(view.id, act="approve", actor=wrong)
        with pytest.raises(policies.PolicyNotFound):
            policies.list_of(view.id, actor=wrong)
        with pytest.raises(policies.PolicyNotFound):
            policies.bank_file(view.id, actor=wrong)
    with pytest.raises(policies.WrongStep):
        policies.bank_file(view.id, actor=OFFICER)
    PaymentRow.objects.update(amount_fen=99_999_999)
    with pytest.raises(policies.ListChanged):
        policies.decide_list(view.id, act="approve", actor=APPROVER)
    PaymentRow.objects.update(amount_fen=600000)
    with pytest.raises(policies.BadInput):
        policies.decide_list(view.id, act="refuse", actor=APPROVER, note=" ")
    policies.decide_list(view.id, act="refuse", actor=APPROVER, note="请再核")
    assert policies.my_claims(company())[0].state == "approved"
    with pytest.raises(policies.BadInput):
        policies.settle_list(view.id, data=b"\xff\xfe", actor=OFFICER)
    assert policies.prepare_list("hrss", actor=OFFICER).number == 2
    with pytest.raises(policies.NothingToPay):
        policies.prepare_list("hrss", actor=OFFICER)


@pytest.mark.django_db(transaction=True, databases=["default", "registers"])
def test_concurrent_claims_never_overspend(city):
    policies.agree_sources()
    BudgetRow.objects.create(policy="graduate_hiring", year=claiming.today().year, total_fen=1_000_000)
    outcomes = []

    def go(code):
        try:
            outcomes.append(policies.claim("graduate_hiring", actor=company(code)).state)
        except (policies.BudgetExhausted, policies.AlreadyClaimed) as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(code,)) for code in (MAKER, OTHER, MAKER, OTHER, MAKER, OTHER)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes).count("approved") == 1 and len(outcomes) == 6, outcomes
    assert set(outcomes) == {"approved", "BudgetExhausted", "AlreadyClaimed"}
    assert budget("graduate_hiring").reserved_fen == 600_000 == sum(row.amount_fen for row in ClaimRow.objects.filter(state="approved"))
    assert not ListRow.objects.exists()
