"""From a granted request through a real gateway process to diary, metering, signals and evidence; once, however often a reader dies."""

import json
import time
from uuid import uuid4

import pytest
from django.db import connection

from tests.data.conftest import citizen
from tests.data.exchange.sharing import ASKER, AUTHORITY, GIVER, agreed, official, opened, step
from yiwang.base.clock.api import now
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange import importing, policies
from yiwang.data.exchange.models import SegmentRow, UsageRow
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
    time.sleep(1.0)
    assert caller.rows(issued, [mother.id_number], case=str(case))[0] in (401, 403)


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
    time.sleep(0.6)
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
