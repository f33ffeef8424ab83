"""A release from draft to withdrawn: who may, what is refused, what is kept."""

import threading
from fractions import Fraction

import pytest
from django.db import connections

from tests.data.opening.conftest import officer, open_set, resident
from yiwang.base.storage import api as storage
from yiwang.data.opening import api as opening
from yiwang.data.opening import definitions, files, making, releases
from yiwang.data.opening.models import Release, Spending
from yiwang.security.access.api import ANONYMOUS, SYSTEM, PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.standards.errors import YiwangError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_every_shipped_set_can_be_opened(city):
    opening.provide("matters", rows=lambda: [_matter()])
    assert opening.open_shipped(lambda d: (officer(d), officer(d, "approver"))) == len(definitions.load()) >= 8
    assert opening.open_shipped(lambda d: (officer(d), officer(d, "approver"))) == 0
    found = opening.search()
    assert found.total == len(definitions.load())
    for line in found.rows:
        one = opening.data_set(line.code)
        assert one.line.rows > 0 and one.line.quality >= 0.99, line.code
        assert [column.name for column in one.columns] == files.table(one.digest).column_names
        assert storage.exists(one.digest)


def _matter():
    return {"short": "a.b", "name": "某事项", "department_name": "某局", "subject": "个人", "promised_limit": "即办", "online": True}


def test_totals_do_not_give_small_counts_away(city):
    open_set("companies-by-industry")
    rows = opening.rows("companies-by-industry", limit=1000).rows
    hidden = [row for row in rows if row["companies"] is None]
    assert hidden
    assert all(row["companies"] == 0 or row["companies"] >= 5 for row in rows if row["companies"] is not None)
    for column, other in (("industry", "district"), ("district", "industry")):
        for value in {row[column] for row in rows}:
            line = [row for row in rows if row[column] == value]
            assert sum(row["companies"] is None for row in line) != 1, (column, value, other)


def test_microdata_have_no_rare_rows(city):
    made = open_set("insurance-microdata")
    risk = made.report["check"]["risk"]
    assert risk["k"] >= 10 and risk["unique"] == 0 and risk["least"] >= 2
    assert not any(name in ("id_number", "name") for name in files.table(made.digest).column_names)


def test_a_second_person_approves():
    maker, second = officer("urban"), officer("urban", "approver", "approver", "data_officer")
    draft = opening.prepare("parks", actor=second)
    checked = opening.step(draft.id, act="check", actor=second, lock=draft.lock)
    with pytest.raises(opening.SameOpener):
        opening.step(checked.id, act="approve", actor=second, lock=checked.lock)
    with pytest.raises(PermissionDenied):
        opening.step(checked.id, act="approve", actor=maker, lock=checked.lock)
    other = officer("urban", "approver2", "approver")
    assert "approve" in opening.release(checked.id, actor=other).acts
    assert "approve" not in opening.release(checked.id, actor=second).acts
    with pytest.raises(opening.OpeningNeedsReason):
        opening.step(checked.id, act="return", actor=other, lock=checked.lock)
    back = opening.step(checked.id, act="return", actor=other, lock=checked.lock, reason="字典不清楚")
    assert back.state == "draft" and back.reason == "字典不清楚"


def test_nobody_skips_a_step():
    maker = officer("urban")
    draft = opening.prepare("parks", actor=maker)
    with pytest.raises(opening.WrongReleaseStep):
        opening.step(draft.id, act="open", actor=maker, lock=draft.lock)
    with pytest.raises(opening.StaleRelease):
        opening.step(draft.id, act="check", actor=maker, lock=99)
    with pytest.raises(opening.UnfinishedRelease):
        opening.prepare("parks", actor=maker)
    with pytest.raises(opening.WrongReleaseStep):
        opening.step(draft.id, act="jump", actor=SYSTEM, lock=draft.lock)
    assert opening.step(draft.id, act="discard", actor=maker, lock=draft.lock).state == "discarded"
    assert opening.prepare("parks", actor=maker).number == 2


@pytest.mark.parametrize(
    "who",
    [ANONYMOUS, resident(), officer("market"), officer("urban", "clerk", "clerk"), officer("urban", "x", "data_officer", region="990103")],
)
def test_others_see_and_do_nothing(who):
    draft = opening.prepare("parks", actor=officer("urban"))
    if who.region != "990103":
        with pytest.raises(YiwangError):
            opening.prepare("parks", actor=who)
    with pytest.raises(PermissionDenied):
        opening.release(draft.id, actor=who)
    with pytest.raises(PermissionDenied):
        opening.release_rows(draft.id, actor=who)
    with pytest.raises(PermissionDenied):
        opening.step(draft.id, act="check", actor=who, lock=draft.lock)
    assert not any(one.unfinished for one in opening.desk(who))


def test_what_is_not_open_is_not_visible_by_any_path(parks):
    maker = officer("urban")
    draft = opening.prepare("parks", actor=maker)
    stops = opening.prepare("bus-stops", actor=officer("transport"))
    for number in (draft.number, 99):
        with pytest.raises(opening.NoSuchRelease):
            opening.data_set("parks", number=number)
        with pytest.raises(opening.NoSuchRelease):
            opening.file("parks", form="csv", number=number)
        with pytest.raises(opening.NoSuchRelease):
            opening.rows("parks", number=number)
    for ask in (
        opening.data_set,
        opening.preview,
        opening.rows,
        lambda code: opening.file(code, form="csv"),
        lambda code: opening.bundle([code], forms=["csv"]),
    ):
        with pytest.raises(opening.NoSuchSet):
            ask("bus-stops")
    assert [line.code for line in opening.search().rows] == ["parks"]
    assert "bus-stops" not in _feed() and "parks" in _feed()
    assert opening.quality_of("bus-stops") is None and opening.quality_of("parks") == 1.0
    assert stops.state == "draft"
    opening.step(draft.id, act="discard", actor=maker, lock=draft.lock)
    opening.step(parks.id, act="withdraw", actor=maker, lock=parks.lock, reason="坐标有误")
    with pytest.raises(opening.NoSuchSet):
        opening.data_set("parks")
    assert opening.search().total == 0 and "/parks" not in _feed()


def _feed(form="ttl"):
    return opening.feed(form, base="http://x.example", site="云汀市", department=lambda code: (code, code))


def test_versions_show_what_changed_and_a_withdrawn_one_shows_nothing(parks, monkeypatch):
    changed = [{**row, "open_hours": "全天"} if row["park_no"] == "P001" else row for row in definitions.invented("parks")]
    fresh = {**changed[0], "park_no": "P900", "name": "新公园"}
    monkeypatch.setattr(making, "invented", lambda name: [*changed[:1], *changed[2:], fresh])
    open_set("parks")
    one = opening.data_set("parks")
    assert [(each.number, each.state) for each in one.versions] == [(2, "open"), (1, "superseded")]
    assert (one.changes["added"], one.changes["removed"], one.changes["changed"]) == (1, 1, 1)
    assert ["open_hours", "06:00-22:00", "全天"] in next(row for row in one.changes["rows"] if row["kind"] == "changed")["cells"]
    assert opening.data_set("parks", number=1).line.number == 1
    assert opening.file("parks", form="csv", number=1)[2] == "parks-v1.csv"
    old = Release.objects.get(code="parks", number=1)
    opening.step(old.id, act="withdraw", actor=officer("urban"), lock=old.lock, reason="撤下")
    one = opening.data_set("parks")
    assert one.changes == {} and [each.number for each in one.versions] == [2]
    with pytest.raises(opening.NoSuchRelease):
        opening.file("parks", form="csv", number=1)


def test_a_bad_release_keeps_its_report_and_is_not_opened(monkeypatch):
    rows = [{**row, "name": "联系 13800138000"} for row in definitions.invented("parks")]
    monkeypatch.setattr(making, "invented", lambda name: rows)
    maker = officer("urban")
    draft = opening.prepare("parks", actor=maker)
    with pytest.raises(opening.NotSafe, match="手机号"):
        opening.step(draft.id, act="check", actor=maker, lock=draft.lock)
    kept = opening.release(draft.id, actor=maker)
    assert kept.state == "draft" and kept.report["check"]["findings"]


def test_the_budget_is_spent_and_then_refuses(city):
    maker = officer("police")
    budget = definitions.get("population-by-age").protection
    for _ in range(int(budget.budget / budget.epsilon)):
        row = opening.prepare("population-by-age", actor=maker)
        opening.step(row.id, act="discard", actor=maker, lock=row.lock)
    assert releases.spent("population-by-age") == Fraction(4)
    with pytest.raises(opening.BudgetSpent):
        opening.prepare("population-by-age", actor=maker)
    assert Spending.objects.count() == 8 and Release.objects.filter(code="population-by-age").count() == 8
    told = next(one for one in opening.desk(maker) if one.code == "population-by-age")
    assert (told.budget, told.spent) == ("4", "4")


def test_noise_covers_the_whole_domain(city):
    open_set("population-by-age")
    assert opening.rows("population-by-age").total == 4 * 9 * 2
    assert sum(row["residents"] for row in opening.rows("population-by-age", filters={"district": "河东区"}).rows) > 50


def test_a_definition_that_contradicts_itself_is_refused():
    told = dict(definitions.get("parks").told)
    for change in (
        {"theme": "nothing"},
        {"columns": [*told["columns"], told["columns"][0]]},
        {"protection": {"method": "public"}},
        {"protection": {"method": "noise", "dimensions": ["park_no"], "count": "name", "epsilon": "1", "budget": "2"}},
        {"protection": {"method": "rows", "k": 5}},
        {"protection": {"method": "magic"}},
        {"sql": None},
    ):
        with pytest.raises(opening.UnreadableDefinition):
            definitions.read({**told, **change})


def test_the_sql_reaches_no_file_and_wrong_sql_is_told():
    told = dict(definitions.get("parks").told)
    for sql in (["SELECT * FROM read_csv('/etc/passwd')"], ["SELECT nothing FROM parks"], ["SELECT park_no FROM parks"]):
        with pytest.raises(opening.UnreadableDefinition):
            making.make(definitions.read({**told, "sql": sql}))


def test_acts_are_recorded_and_proven(parks):
    acts = [row.act for row in audit.search(SYSTEM, ref=str(parks.id)).rows]
    assert {"opening.prepare", "opening.check", "opening.approve", "opening.open"} <= set(acts)


@pytest.mark.django_db(transaction=True)
def test_two_drafts_at_once_become_one(transactional_db):
    told = []

    def draft():
        try:
            told.append(opening.prepare("parks", actor=officer("urban")).number)
        except YiwangError as error:
            told.append(error.code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=draft) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(map(str, told)) == ["1", "unfinished_release"]
