"""Two at once: one list, one answer, one run."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from yiwang.base.clock.api import today
from yiwang.business.benefits import api as benefits
from yiwang.business.benefits.models import AwardRow, PaymentRow

from .conftest import ELDER, OFFICER, citizen

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "registers"])


def together(act, times=4):
    """Run an act in several threads with their own connections; the results, errors among them."""

    def once(_):
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


def test_one_run_one_answer_one_list(city):
    benefits.agree_sources()
    runs = together(lambda: benefits.run("high_age", actor=OFFICER))
    assert any(isinstance(one, benefits.RunView) for one in runs)
    assert all(isinstance(one, benefits.RunView | benefits.RunUnderWay) for one in runs), runs
    award = AwardRow.objects.get(recipient=f"person:{ELDER}")
    assert award.state == "told"
    answers = together(lambda: benefits.answer(award.id, act="confirm", actor=citizen(ELDER), version=award.version))
    assert {one.state for one in answers} == {"confirmed"}
    lists = together(lambda: benefits.prepare_list("civil", month=f"{today():%Y-%m}", actor=OFFICER))
    assert sum(isinstance(one, benefits.ListView) for one in lists) == 1, lists
    assert sum(isinstance(one, benefits.NothingToPay) for one in lists) == 3
    assert PaymentRow.objects.count() == 1


def test_a_run_that_was_killed_goes_on(city, monkeypatch):
    from yiwang.business.benefits import running

    benefits.agree_sources()
    monkeypatch.setattr(running, "tell", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        benefits.run("high_age", actor=OFFICER)
    assert AwardRow.objects.get(recipient=f"person:{ELDER}").state == "found"
    assert benefits.mine(citizen(ELDER)) == []
    monkeypatch.undo()
    assert benefits.run("high_age", actor=OFFICER).told >= 1
    assert benefits.mine(citizen(ELDER))[0].state == "told"


def test_a_run_that_was_asked_for_is_done_by_the_worker_once(city):
    from yiwang.business.benefits import jobs

    benefits.agree_sources()
    asked = together(lambda: benefits.ask_run("high_age", actor=OFFICER))
    assert len({one.id for one in asked}) == 1 and asked[0].state == "waiting"
    assert jobs.run_asked() == 1
    jobs._AT_WORK["high_age"].join(60)
    (run,) = [one for one in benefits.runs(OFFICER) if one.id == asked[0].id]
    assert (run.state, run.scanned) == ("done", run.total) and run.told >= 1
    assert jobs.run_asked() == 0
