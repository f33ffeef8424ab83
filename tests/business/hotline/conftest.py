"""Duties in force, and the people of the hotline."""

import pytest

from yiwang.business.hotline import api as hotline
from yiwang.security.access.api import ANONYMOUS, Actor
from yiwang.standards.subjects import Subject

LIGHT = "文昌苑小区门口的路灯不亮已经三天了,晚上黑灯瞎火,照明全靠手机,请派人维修路灯。"
REPLY = "经现场查看,文昌苑门口路灯因电缆老化不亮,属实。根据城市照明管理规定,我局已更换电缆并恢复照明,联系电话 0990-8813000。"


def staff(role, department="data", *, number=1, region="990100"):
    return Actor("staff", f"{department}.{role}.{number}", f"{role}{number}", department=department, region=region, roles=frozenset([role]))


def citizen(number="990103199001010019", name="文小昌"):
    return Actor("citizen", f"c-{number[-4:]}", name, Subject("person", number))


AGENT, DISPATCHER, SUPERVISOR = staff("hotline_agent"), staff("hotline_dispatcher"), staff("hotline_supervisor")
LAMPS, LAMPS_BOSS, WATER, POLICE = staff("clerk", "urban"), staff("approver", "urban"), staff("clerk", "water"), staff("clerk", "police")
STRANGER = ANONYMOUS


@pytest.fixture
def duties(db):
    hotline.ensure_duties()


def file(text=LIGHT, *, actor=None, **given):
    return hotline.file(hotline.NewTicket(text, **given), actor=actor or citizen())


def act(ticket, name, actor, **inputs):
    return hotline.act(ticket.id, name=name, actor=actor, inputs=inputs)


def sent(text=LIGHT, department="urban", **given):
    """A ticket that a person has dispatched, or that went by itself."""
    made = file(text, **given)
    if made.state == "filed":
        act(made, "dispatch", DISPATCHER, department=department)
    return made
