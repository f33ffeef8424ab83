"""What waits beside cases stands in the one list: late things first, only what is the reader's."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.ends.installation import actor
from yiwang.base.clock.api import frozen
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue import in_force
from yiwang.data.opening import api as opening
from yiwang.data.quality import api as quality

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _fresh_memory():
    in_force.memory.forget()
    yield
    in_force.memory.forget()


def page(client, path="/office/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def drafted():
    one = catalogue.draft("health.birth", actor=actor("health.data")).resource
    return catalogue.save(one, actor=actor("health.data"), lock=0, note="更新")


def test_a_draft_and_its_review_wait_for_those_who_may_act(sign_in):
    with frozen(MONDAY) as hands:
        draft = drafted()
        assert "目录更新" in page(sign_in("health.data")) and "出生登记册" in page(sign_in("health.data"))
        assert "出生登记册" not in page(sign_in("police.data"))
        catalogue.submit("health.birth", actor=actor("health.data"), lock=draft.lock)
        assert "目录审核" in page(sign_in("city.catalogue")), "an official without cases sees it on his first page"
        assert "出生登记册" not in page(sign_in("health.data")), "it waits for somebody else now"
        hands.advance(timedelta(days=4))
        shown = page(sign_in("city.catalogue"))
        assert "超期" in shown and "其中超期 1 项" in shown
        assert "超过法定时限" in page(sign_in("city.catalogue"), "/office/catalogue/work")


def test_a_correction_past_its_ten_days_is_seen_as_late(sign_in, people):
    with frozen(MONDAY) as hands:
        who = people["retiree"].subject
        quality.open_correction(
            None, element="person.domicile_address", key=who, held_value="旧址", claimed_value="云汀市河东区新街 5 号", reason="搬家",
            actor=actor("retiree"),
        )  # fmt: skip
        client = sign_in("police.data")
        assert "核实纠错" in page(client) and "其中超期 0 项" in page(client)
        hands.advance(timedelta(days=16))
        assert quality.tick() == 1
        assert "其中超期 1 项" in page(client)
        assert "超过十个工作日" in page(client, "/office/corrections")
        assert "数据工作" not in page(sign_in("fire.clerk"))


def test_open_data_waits_too(sign_in, people):
    release = opening.prepare("parks", actor=who_makes("parks"))
    checked = opening.step(release.id, act="check", actor=who_makes("parks"), lock=release.lock)
    assert checked.state == "checked"
    assert "检查通过,待审批" in page(sign_in(f"{release_department('parks')}.approver"))


def release_department(code):
    from yiwang.security.access.api import SYSTEM

    return next(one.department for one in opening.desk(SYSTEM) if one.code == code)


def who_makes(code):
    return actor(f"{release_department(code)}.data")
