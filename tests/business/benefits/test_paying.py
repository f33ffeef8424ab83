"""Lists, second person, ledger, receipts; recheck, finding, recovery; rehearsal."""

import pytest

from yiwang.base.clock.api import today
from yiwang.business.benefits import api as benefits
from yiwang.business.benefits import definitions, writing
from yiwang.business.benefits.models import AwardRow, EntryRow, FindingRow, PaymentRow, RehearsalRow
from yiwang.data.registers import queries
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit.api import row_digest
from yiwang.security.audit.models import AuditRecord

from .conftest import APPROVER, ELDER, OFFICER, staff

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
MONTH = f"{today():%Y-%m}"


@pytest.fixture
def frozen_list(confirmed):
    return benefits.prepare_list("civil", month=MONTH, actor=OFFICER)


@pytest.fixture
def approved(frozen_list):
    return benefits.approve_list(frozen_list.id, actor=APPROVER)


def test_a_list_is_frozen_balanced_and_approved_by_another(frozen_list, confirmed):
    assert (frozen_list.count, frozen_list.total_fen, frozen_list.intact) == (1, 10000, True)
    with pytest.raises(benefits.NothingToPay):
        benefits.prepare_list("civil", month=MONTH, actor=OFFICER)
    for wrong in (staff("approver", "hrss"), staff("approver", "health")):
        with pytest.raises(benefits.BenefitNotFound):
            benefits.approve_list(frozen_list.id, actor=wrong)
    with pytest.raises(PermissionDenied):
        benefits.approve_list(frozen_list.id, actor=OFFICER)
    both = staff("approver", number=9)
    both = type(both)(**{f: getattr(both, f) for f in both.__slots__} | {"account_id": OFFICER.account_id})
    with pytest.raises(benefits.SamePerson):
        benefits.approve_list(frozen_list.id, actor=both)
    done = benefits.approve_list(frozen_list.id, actor=APPROVER)
    assert done.state == "approved" and done.debit_fen == done.credit_fen == 10000
    assert sum(one.total_fen for one in done.batches) == done.total_fen


def test_a_changed_line_stops_the_list(frozen_list):
    PaymentRow.objects.filter(list_id=frozen_list.id).update(amount_fen=99999)
    with pytest.raises(benefits.ListChanged):
        benefits.approve_list(frozen_list.id, actor=APPROVER)


def test_a_refused_list_can_be_made_again(frozen_list):
    with pytest.raises(benefits.BadAnswer):
        benefits.refuse_list(frozen_list.id, actor=APPROVER, note=" ")
    assert benefits.refuse_list(frozen_list.id, actor=APPROVER, note="金额再核").state == "refused"
    assert benefits.prepare_list("civil", month=MONTH, actor=OFFICER).sequence == 2


@pytest.mark.parametrize("month", ["2026", "2026-13", "2999-01", "abcd-ef"])
def test_wrong_months(confirmed, month):
    with pytest.raises(benefits.BadAnswer):
        benefits.prepare_list("civil", month=month, actor=OFFICER)


def test_receipts_row_by_row(approved):
    bank = approved.batches[0].bank
    text = benefits.bank_file(approved.id, bank=bank, actor=OFFICER).decode("utf-8-sig")
    assert "9901999999999999991" in text and "100.00" in text
    data = "流水号,结果,原因\n1,退票,账户已销户\n7,成功,\nx,成功,\n1,也许,\n".encode()
    report = benefits.settle_list(approved.id, data=data, actor=OFFICER)
    assert (report.paid, report.returned, report.refused) == (0, 1, 3)
    view, lines = benefits.list_of(approved.id, actor=OFFICER)
    assert view.state == "settled" and view.debit_fen == view.credit_fen and lines[0].reason == "账户已销户"
    assert benefits.settle_list(approved.id, data="流水号,结果,原因\n1,退票,账户已销户\n".encode(), actor=OFFICER).same == 1
    second = benefits.prepare_list("civil", month=MONTH, actor=OFFICER)  # what came back can be paid again
    benefits.approve_list(second.id, actor=APPROVER)
    assert benefits.settle_list(second.id, data="流水号,结果\n1,成功\n".encode(), actor=OFFICER).paid == 1
    with pytest.raises(benefits.NothingToPay):
        benefits.prepare_list("civil", month=MONTH, actor=OFFICER)
    with pytest.raises(benefits.BadReceipts):
        benefits.settle_list(approved.id, data=b"\xff\xfe\x00", actor=OFFICER)
    with pytest.raises(benefits.BenefitNotFound):
        benefits.list_of(approved.id, actor=staff("reviewer", "hrss"))


def test_the_dead_pensioner_is_found(agreed):
    dead = agreed["dead_pensioner"]
    civil = benefits.recheck("civil", actor=OFFICER)
    hrss = benefits.recheck("hrss", actor=staff("reviewer", "hrss"))
    assert civil.entitled >= 1 and hrss.entitled >= 1
    allowance = FindingRow.objects.get(source="benefit_payment", holder=str(dead.subject))
    pension = FindingRow.objects.get(source="pension", holder=str(dead.subject))
    assert allowance.cause == pension.cause == "death"
    assert allowance.source_key == "BP9000000001" and allowance.months in (6, 7) and allowance.wrong_fen == allowance.months * 10000
    assert pension.monthly_fen == 421550 and allowance.holder_name == "吕德福"
    assert benefits.recheck("civil", actor=OFFICER).entitled == 0
    with pytest.raises(PermissionDenied):
        benefits.recheck("civil", actor=staff("reviewer", "hrss"))


def test_recovery_in_instalments_and_waiver(agreed):
    benefits.recheck("civil", actor=OFFICER)
    finding = next(one for one in benefits.findings(OFFICER) if one.holder_name == "吕德福")
    assert "*" in finding.holder
    with pytest.raises(benefits.WrongStep):
        benefits.open_recovery(finding.id, actor=OFFICER)
    with pytest.raises(benefits.BenefitNotFound):
        benefits.judge_finding(finding.id, outcome="upheld", note="x", actor=staff("reviewer", "hrss"))
    benefits.judge_finding(finding.id, outcome="upheld", note="死亡登记属实", actor=OFFICER)
    order = benefits.open_recovery(finding.id, actor=OFFICER)
    assert benefits.open_recovery(finding.id, actor=OFFICER).id == order.id
    order = benefits.recover(order.id, act="agree_instalments", actor=OFFICER, version=1, inputs={"instalments": "3"})
    with pytest.raises(benefits.BadAnswer):
        benefits.recover(order.id, act="repay", actor=OFFICER, version=2, inputs={"amount": "99999999"})
    order = benefits.recover(order.id, act="repay", actor=OFFICER, version=2, inputs={"amount": "250.50"})
    assert order.repaid_fen == 25050 and order.state == "instalments"
    with pytest.raises(PermissionDenied):
        benefits.recover(order.id, act="waive", actor=OFFICER, version=3, inputs={"note": "家庭困难"})
    with pytest.raises(benefits.WrongStep):
        benefits.recover(order.id, act="waive", actor=APPROVER, version=1, inputs={"note": "家庭困难"})
    order = benefits.recover(order.id, act="waive", actor=APPROVER, version=3, inputs={"note": "家庭困难"})
    assert order.state == "waived" and order.left_fen == 0
    sides = EntryRow.objects.filter(ref=order.id).values_list("debit_fen", "credit_fen")
    assert sum(d for d, _ in sides) == sum(c for _, c in sides) > 0


def test_death_after_confirming_stops_the_money(approved, confirmed):
    benefits.settle_list(approved.id, data="流水号,结果\n1,成功\n".encode(), actor=OFFICER)
    with queries.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers.death (id_number, name, died_on, certificate_no) VALUES (%s, '高寿', %s, 'D1')",
            [ELDER, today().replace(year=today().year - 1)],
        )
    benefits.recheck("civil", actor=OFFICER)
    row = AwardRow.objects.get(id=confirmed.id)
    finding = FindingRow.objects.get(source="award", source_key=str(row.id))
    assert (row.state, finding.cause, finding.wrong_fen) == ("suspended", "death", 10000)
    benefits.judge_finding(finding.id, outcome="dismissed", note="同名误登", actor=APPROVER)
    assert AwardRow.objects.get(id=row.id).state == "confirmed"


def test_rehearsal_counts_and_keeps_nothing_else(agreed):
    before = AwardRow.objects.count()
    view = benefits.rehearse("high_age", actor=OFFICER, parameters={"age": "75", "amount": "150"})
    found = view.summary
    assert found["scanned"] > 600 and found["gains"] > 0 and found["after"] > found["before"] and found["loses"] == 0
    assert sum(row[1] for row in found["groups"]["age"]) == found["gains"]
    assert sum(row[3] for row in found["groups"]["sex"]) == found["after_fen"] - found["before_fen"]
    assert AwardRow.objects.count() == before and RehearsalRow.objects.count() == 1
    assert ELDER not in str(found)
    for wrong in ({"age": "old"}, {"nothing": "1"}, {"age": "-1"}):
        with pytest.raises(benefits.BadAnswer):
            benefits.rehearse("high_age", actor=OFFICER, parameters=wrong)
    table = definitions._ROOM / "decisions" / "child.dmn"
    with pytest.raises(benefits.BadAnswer):
        benefits.rehearse("high_age", actor=OFFICER, table=table.read_bytes())
    with pytest.raises(PermissionDenied):
        benefits.rehearse("high_age", actor=staff("reviewer", "hrss"))


def test_acts_are_recorded_with_their_rows(approved):
    acts = set(AuditRecord.objects.values_list("act", flat=True))
    assert {"benefit.tell", "benefit.confirm", "benefit.list_freeze", "benefit.list_approve"} <= acts
    sealed = AuditRecord.objects.filter(kind="benefit_list", ref=str(approved.id)).order_by("-at", "-id").first()
    content = writing.LOADERS["benefit_list"]([str(approved.id)])[str(approved.id)]
    assert sealed.row_digest == row_digest(content)
