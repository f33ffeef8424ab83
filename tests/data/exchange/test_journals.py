"""From a granted request through a real gateway process to diary, metering, signals and evidence; once, however often a reader dies."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from tests.data.conftest import citizen
from tests.data.exchange.sharing import ASKER, AUTHORITY, GIVER, agreed, given, official, opened, step
from yiwang.base.clock.api import frozen, now
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange import importing, policies, timing
from yiwang.data.exchange.models import SegmentRow, UsageRow
from yiwang.data.gateway import api as gateway
from yiwang.security.audit import api as audit
from yiwang.standards.errors import NotFound
from yiwang.standards.events import SharingStepped
from yiwang.standards.subjects import Subject

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def diary(subject):
    return [one for one in audit.diary(subject).rows if one.actor_name.startswith("共享网关")]


def test_from_request_to_diary(running, city, django_capture_on_commit_callbacks):
    caller, view, issued = running
    mother, case = city["newborn_mother"], uuid4()
    status, told = caller.rows(issued, [mother.id_number], case=str(case))
    assert status == 200 and told["data"]["rows"][0]["values"]["name"] == "林晓雨"
    assert "****" in told["data"]["rows"][0]["values"]["residence_address"]
    refused, _ = caller.rows(issued, [mother.id_number], case=str(case), purpose="marketing")
    assert refused == 403
    report = exchange.read_journals()
    assert (report.entries, report.looks, report.troubles) == (2, 2, ())
    assert exchange.read_journals().entries == 0  # once
    (no, yes) = diary(mother.subject)
    assert yes.allowed and yes.case_id == case and yes.department == "health" and yes.purpose == view.purpose
    assert yes.legal_basis == view.legal_basis and "person.residence_address" in yes.elements
    assert not no.allowed and no.purpose == "marketing" and no.reason == "不在授权之内"
    assert [one.id for one in audit.diary_for(citizen(mother)).rows[:2]] == [no.id, yes.id]
    seen = exchange.traffic(ASKER)
    assert (seen.total.calls, seen.total.refused, seen.total.found) == (2, 1, 1) and seen.refusals == {"not_granted": 1}
    assert exchange.traffic(GIVER).total.calls == 2 and exchange.traffic(official("tax")).total.calls == 0
    assert exchange.request(view.id, actor=ASKER).state == "in_use"
    segment = SegmentRow.objects.get()
    assert audit.evidence_refs("gateway_segment", f"g1/{segment.segment}")
    with django_capture_on_commit_callbacks(execute=True):
        step(exchange.request(view.id, actor=GIVER), "revoke", GIVER, ground="duty", note="职责已调整")
    caller.until(lambda: caller.rows(issued, [mother.id_number], case=str(case))[0] in (401, 403))


def test_an_opened_request_is_made_ready_by_its_event(settings, tmp_path, city):
    settings.YIWANG_VAR = tmp_path
    view, issued = opened()  # its callbacks never run: as if the process had died
    told = {"consumer": "health", "provider": "police", "resource": "person", "no": view.no}
    event = SharingStepped(at=now(), request_id=str(view.id), step="issue", state="issued", **told)
    exchange.on_sharing_step(event.to_json())
    exchange.on_sharing_step(event.to_json())  # delivery is at least once
    assert (policies.folder() / "resources" / "person" / "current").exists()
    assert issued.key.code in (policies.folder() / "policy.json").read_text()


def test_attacks_are_refused_and_told(running, city, django_capture_on_commit_callbacks):
    caller, _view, issued = running
    someone, case = city["newborn_mother"].id_number, str(uuid4())
    with django_capture_on_commit_callbacks(execute=True):
        other = agreed(resource="residence_permit", fields=("valid_until",), purpose_kind="duty")
        stranger = exchange.issue_key(other.id, algorithm="hmac-sm3", actor=ASKER, lock=other.lock)
    caller.until(lambda: caller.send("/health")[1]["policy"] == exchange.policy_state(ASKER).number)
    assert caller.rows(stranger, [someone], case=case)[0] == 403  # a key for something else
    assert caller.rows(issued, [someone], case=case, fields=["id_number", "marital_status"])[0] == 403
    assert caller.rows(issued, [someone], case=case, **{"X-Signature": "0" * 64})[0] == 401
    assert caller.rows(issued, [someone], case="")[0] == 403
    assert caller.rows(issued, ["' OR 1=1 --"], case=case)[1]["data"]["rows"] == [{"key": "' OR 1=1 --", "found": False}]
    assert caller.rows(issued, [someone], case=case, resource="../person")[0] in (403, 404)
    report = exchange.read_journals()
    assert report.entries == 6
    unknown = UsageRow.objects.get(key="", outcome="bad_signature")
    assert (unknown.calls, unknown.consumer) == (1, "")
    assert all(not one.allowed for one in diary(Subject("person", someone)))


def test_a_guessed_range_raises_a_signal_for_the_provider(running):
    caller, view, issued = running
    case = str(uuid4())
    codes = [caller.rows(issued, [f"99010119900101{at:03d}X"], case=case)[0] for at in range(60)]
    assert codes[0] == 200 and 429 in codes
    assert exchange.read_journals().signals >= 1
    (found,) = exchange.signals(GIVER)
    assert found.kind == "scraping" and found.key == issued.key.code and found.count > 0
    assert [one.id for one in exchange.signals(AUTHORITY)] == [found.id] and exchange.signals(official("tax")) == []
    with pytest.raises(NotFound):
        exchange.settle_signal(found.id, note="没事", actor=ASKER)  # who caused it does not settle it
    assert exchange.settle_signal(found.id, note="已约谈使用单位", actor=GIVER).settled_by_name
    assert exchange.signals(GIVER) == [] and len(exchange.signals(GIVER, settled=True)) == 1
    assert view.provider == found.provider


def test_a_case_that_does_not_exist_is_flagged(running, city):
    caller, _view, issued = running
    exchange.know_cases(lambda ids: set())
    mother = city["newborn_mother"]
    assert caller.rows(issued, [mother.id_number], case=str(uuid4()))[0] == 200
    exchange.read_journals()
    (look,) = diary(mother.subject)
    assert look.case_id is None and "不存在" in look.reason
    assert [one.kind for one in exchange.signals(GIVER)] == ["unknown_case"]


def test_a_reader_killed_half_way_loses_and_repeats_nothing(running, city, monkeypatch):
    caller, _view, issued = running
    numbers = [one.id_number for one in city.values() if one.id_number][:5]
    for number in numbers:
        assert caller.rows(issued, [number], case=str(uuid4()))[0] == 200
    monkeypatch.setattr(importing, "TOGETHER", 2)
    kept, count = importing._sealed, iter(range(100))

    def die(row, batches):
        if next(count) == 1:
            raise KeyboardInterrupt
        kept(row, batches)

    monkeypatch.setattr(importing, "_sealed", die)
    with pytest.raises(KeyboardInterrupt):
        exchange.read_journals()
    assert UsageRow.objects.get().calls == 2  # what was committed before stays, nothing of what was being done
    monkeypatch.setattr(importing, "_sealed", kept)
    assert exchange.read_journals().entries == 3 and exchange.read_journals().entries == 0
    assert UsageRow.objects.get().calls == 5
    assert [len(diary(Subject("person", number))) for number in numbers] == [1] * 5


def test_a_changed_journal_stops_and_is_told(running, city):
    caller, _view, issued = running
    number = city["newborn_mother"].id_number
    assert caller.rows(issued, [number], case=str(uuid4()))[0] == 200
    exchange.read_journals()
    assert caller.rows(issued, [number], case=str(uuid4()))[0] == 200
    (file,) = (policies.folder() / "g1" / "journal").glob("*.jsonl")
    whole = file.read_bytes()
    file.write_bytes(whole[:-300].replace(b'"found":1', b'"found":0') + whole[-300:])
    report = exchange.read_journals()
    assert report.troubles and report.entries == 0 and exchange.read_journals().troubles == ()
    assert exchange.journals(ASKER)[0].trouble and [one.kind for one in exchange.signals(AUTHORITY)] == ["journal"]
    file.write_bytes(whole)
    assert exchange.read_journals().entries == 1 and not exchange.journals(ASKER)[0].trouble


def test_a_download_is_one_record_with_its_count(settings, tmp_path, city):
    settings.YIWANG_VAR = tmp_path
    view, issued = opened(operations=("download",), purpose_kind="duty")
    work = importing._Work("g1")
    entry = {"at": 1_772_000_000_000, "department": "health", "key": issued.key.code, "resource": "person", "operation": "download"}
    work.take({**entry, "outcome": "answered", "found": 600, "fields": ["name"], "purpose": view.purpose, "asked": 0}, [])
    assert work.keep() == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail FROM audit_record WHERE act = 'sharing.download'")
        (detail,) = cursor.fetchone()
    assert json.loads(detail)["rows"] == 600


def fed(work, issued, view, **changes):
    entry = {"department": "health", "key": issued.key.code, "resource": "person", "operation": "rows", "outcome": "answered"}
    entry |= {"at": int(now().timestamp() * 1000), "found": 1, "asked": 1, "fields": ["name"], "purpose": view.purpose}
    work.take({**entry, **changes}, [])


def test_times_and_failures_stand_beside_each_key(settings, tmp_path, city):
    settings.YIWANG_VAR = tmp_path
    view, issued = opened(purpose_kind="duty")
    work = importing._Work("g1")
    for took in (50, *[4_000] * 97, 90_000, 90_000):
        fed(work, issued, view, took=took)
    fed(work, issued, view, outcome="refused", reason="snapshot_unusable", took=4_000)
    work.keep()
    fed(again := importing._Work("g1"), issued, view, took=4_000)
    again.keep()
    (key,) = exchange.traffic(GIVER).keys
    assert (key.calls, key.refused, key.failed) == (102, 1, 1)
    assert 3.6 < key.p50_ms < 4.4 and 80 < key.p99_ms < 100
    assert exchange.traffic(ASKER).total.p50_ms == key.p50_ms and exchange.traffic(official("tax")).total.p50_ms is None
    assert timing.bucket(0) == 0 and timing.bucket(10**15) == timing.bucket(10**12)


def test_a_day_used_up_over_all_gateways_is_told_to_each(settings, tmp_path, city, django_capture_on_commit_callbacks):
    settings.YIWANG_VAR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        view, issued = opened(purpose_kind="duty", daily=150)

    def grant():
        text = json.loads((policies.folder() / "policy.json").read_text())["policy"]
        return json.loads(text)["keys"][issued.key.code]["grants"][0]

    assert (grant()["daily"], grant()["spent_until"]) == (150, 0)
    for name in ("g1", "g2"):
        assert grant()["spent_until"] == 0
        with django_capture_on_commit_callbacks(execute=True):
            work = importing._Work(name)
            fed(work, issued, view, asked=80)
            fed(work, issued, view, asked=1000, outcome="refused", reason="quota_used")
            work.keep()
    assert grant()["spent_until"] > now().timestamp() * 1000
    with frozen(now() + timedelta(days=1)):
        exchange.publish_policy()
        assert grant()["spent_until"] == 0


@pytest.mark.parametrize("daily", [0, -1, 10**9])
def test_a_daily_number_has_its_bounds(daily):
    with pytest.raises(exchange.RequestIncomplete) as refused:
        exchange.draft_request(given(daily=daily), actor=ASKER)
    assert refused.value.field == "daily"


def test_everybody_can_ask_whether_his_row_was_handed_out(running, city, django_capture_on_commit_callbacks):
    caller, _view, _issued = running
    mother, father = city["newborn_mother"], city["newborn_father"]
    with django_capture_on_commit_callbacks(execute=True):
        view, issued = opened(operations=("download",), purpose_kind="duty", purpose="census.check", fields=("name", "sex"))
    target = "/v1/resources/person/download?purpose=census.check&fields=name"

    def status():
        headers = gateway.signed_headers(
            "GET", target, key=issued.key.code, algorithm="hmac-sm3", secret=bytes.fromhex(issued.secret), gateway="g1"
        )
        return caller.raw(target, headers)

    caller.until(lambda: status() == 200)
    exchange.read_journals()
    (one,) = exchange.downloads(citizen(mother))
    assert one.contained and one.resource == "person" and one.elements == ("person.name",) and one.department == view.consumer
    assert one.rows > 500 and one.purpose_title == view.purpose_title and one.legal_basis == view.legal_basis
    assert len(exchange.downloads(citizen(father))) == 1
    nobody = citizen(mother)
    nobody = replace(nobody, subject=Subject("person", "990101199001010000"))
    assert exchange.downloads(nobody) == [] and exchange.downloads(GIVER) == []
