"""Who learns what about a reporter."""

import pytest

from yiwang.business.hotline import api as hotline
from yiwang.business.hotline.models import StepRow, TicketRow
from yiwang.security.access.api import ANONYMOUS, PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.standards.errors import Forbidden

from .conftest import AGENT, DISPATCHER, LAMPS, LIGHT, POLICE, WATER, act, citizen, file, staff

SECRET = "我叫文小昌,电话13812345678。" + LIGHT


def sent(privacy, text=SECRET, department="urban"):
    made = file(text, actor=citizen(), name="文小昌", phone="13812345678", privacy=privacy)
    if made.state == "filed":
        act(made, "dispatch", DISPATCHER, department=department)
    return made


def everything(view):
    return repr(view)


def test_a_department_sees_no_confidential_reporter(duties):
    made = sent("confidential")
    seen = everything(hotline.get(made.id, actor=LAMPS)) + repr(hotline.tickets(LAMPS, queue="all"))
    assert "文小昌" not in seen and "13812345678" not in seen
    assert "文小昌" in everything(hotline.get(made.id, actor=AGENT)), "the centre reads the text as it is"
    with pytest.raises(Forbidden):
        hotline.reveal(made.id, purpose="核实", actor=LAMPS)
    assert hotline.reveal(made.id, purpose="回访", actor=AGENT).phone == "13812345678"
    diary = audit.diary(citizen().subject)
    assert [(one.allowed, one.actor_name) for one in diary.rows] == [(True, "hotline_agent1"), (False, "clerk1")]
    assert made.no in diary.rows[0].purpose


def test_the_department_complained_about_never_sees_the_reporter(duties):
    made = file("投诉公安局户籍窗口态度恶劣,推诿扯皮,办户口跑了三趟", actor=citizen(), name="文小昌", phone="13812345678")
    assert made.state == "filed", "nothing is sent by itself to whom it is about"
    act(made, "dispatch", DISPATCHER, department="police")
    view = hotline.get(made.id, actor=POLICE)
    assert view.reporter.hidden and "文小昌" not in everything(view)
    with pytest.raises(Forbidden):
        hotline.reveal(made.id, purpose="核实", actor=POLICE)


def test_an_open_reporter_is_masked_until_a_purpose_is_named(duties):
    made = sent("open")
    view = hotline.get(made.id, actor=LAMPS)
    assert view.reporter.phone == "138****5678" and view.reporter.revealable
    with pytest.raises(hotline.BadTicket):
        hotline.reveal(made.id, purpose=" ", actor=LAMPS)
    assert hotline.reveal(made.id, purpose="约时间上门", actor=LAMPS).name == "文小昌"


def test_of_the_anonymous_nothing_is_kept(duties):
    made = sent("anonymous")
    row = TicketRow.objects.get(id=made.id)
    assert not row.reporter and not row.contact and made.code
    assert not StepRow.objects.filter(ticket=row, by__contains="0019").exists()
    told = audit.search(staff("auditor"), ref=str(made.id)).rows
    assert "文小昌" not in repr(told) and "990103199001010019" not in repr(told)
    assert hotline.mine(citizen()) == []
    assert hotline.track(made.no, code=made.code).line.no == made.no
    for no, code in ((made.no, "00000000"), (made.no, ""), ("x", made.code)):
        with pytest.raises(hotline.TicketNotFound):
            hotline.track(no, code=code)
    with pytest.raises(hotline.TicketNotFound):
        hotline.act(made.id, name="withdraw", actor=ANONYMOUS, code="00000000")
    assert hotline.act(made.id, name="withdraw", actor=ANONYMOUS, code=made.code).line.state == "withdrawn"


@pytest.mark.parametrize("who", [WATER, citizen("990103199001010027", "旁人"), ANONYMOUS, staff("hotline_agent", region="990102")])
def test_strangers_other_departments_and_regions_find_nothing(duties, who):
    made = sent("open")
    with pytest.raises(hotline.TicketNotFound):
        hotline.get(made.id, actor=who)
    with pytest.raises(hotline.TicketNotFound):
        hotline.act(made.id, name="sign", actor=who)
    with pytest.raises(hotline.TicketNotFound):
        hotline.reveal(made.id, purpose="x", actor=who)
    if who.kind == "staff":
        assert hotline.tickets(who, queue="all") == ([], 0)
    else:
        with pytest.raises(PermissionDenied):
            hotline.tickets(who, queue="all")


def test_only_the_centre_files_for_callers_and_watches(duties):
    with pytest.raises(PermissionDenied):
        file(actor=citizen(), channel="phone")
    with pytest.raises(PermissionDenied):
        hotline.wall(LAMPS)
    with pytest.raises(PermissionDenied):
        hotline.import_file(b"text\nx\n", name="a.csv", actor=LAMPS)
    with pytest.raises(PermissionDenied):
        hotline.set_duty("city", given={"department": "water", "law": "x", "article": "x", "clause": "x"}, actor=AGENT)
