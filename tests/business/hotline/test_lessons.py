"""A closed ticket's answer is handed to the knowledge desk without its reporter; what is not closed or not solved teaches nothing."""

import pytest

from yiwang.business.hotline import api as hotline
from yiwang.business.hotline.models import TicketRow
from yiwang.security.access.api import ANONYMOUS

from .conftest import AGENT, LAMPS, LIGHT, REPLY, WATER, act, citizen, sent, staff


def closed(text=LIGHT, *, solved="yes", **given):
    made = sent(text, **given)
    act(made, "sign", LAMPS)
    act(made, "answer", LAMPS, reply=REPLY, solved="solved")
    act(made, "call_back", AGENT, contacted="yes", solved=solved, satisfaction="5")
    return made


def test_a_closed_answer_names_its_law_and_nobody(duties):
    made = closed(f"我叫文小昌,电话13812345678。{LIGHT}", name="文小昌", phone="13812345678")
    found = hotline.answered(made.id, actor=LAMPS)
    assert found.no == made.no
    assert found.reply.startswith("经现场查看")
    assert "文小昌" not in repr(found)
    assert "13812345678" not in repr(found)
    [law] = found.citations
    assert law.startswith("《城市市容和环境卫生管理条例》第四条")
    assert ":" not in law
    assert hotline.answered(made.id, actor=AGENT).reply


def test_an_open_or_unsolved_one_teaches_nothing(duties):
    made = sent()
    with pytest.raises(hotline.WrongTicketStep):
        hotline.answered(made.id, actor=LAMPS)
    again = closed(LIGHT.replace("文昌苑", "砚山小区"))
    TicketRow.objects.filter(id=again.id).update(solved=False)
    with pytest.raises(hotline.WrongTicketStep):
        hotline.answered(again.id, actor=LAMPS)


@pytest.mark.parametrize("who", [WATER, citizen(), ANONYMOUS, staff("hotline_agent", region="990102")])
def test_strangers_learn_nothing(duties, who):
    made = closed()
    with pytest.raises(hotline.TicketNotFound):
        hotline.answered(made.id, actor=who)
