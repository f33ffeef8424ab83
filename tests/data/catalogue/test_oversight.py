"""What a release brings is a leaf of the evidence log; legal days that run out are told once and stand in the lists of those concerned."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from yiwang.base.clock.api import frozen
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue import entering, jobs
from yiwang.data.catalogue.models import Shipped
from yiwang.security.audit import api as audit
from yiwang.security.audit import rows as audit_rows

from .conftest import AUTHORITY, CLERK, ELSEWHERE, OTHER, WRITER
from .test_versions import fresh, published

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def problems():
    return [one for one in audit_rows.compare(lambda stage, count: None)[1] if one.table == "catalogue_shipped"]


def test_what_a_release_brings_is_entered_once():
    assert catalogue.version("health.birth", actor=WRITER).evidence == ()
    made = jobs.enter()
    assert made == len(catalogue.resources()) + len(catalogue.elements()) + len(catalogue.tables())
    assert jobs.enter() == 0
    leaf = catalogue.version("health.birth", number=0, actor=WRITER).evidence
    assert len(leaf) == 1 and leaf[0].startswith("audit:")
    assert len(catalogue.evidence_of("element", "person.name")) == 1
    assert len(catalogue.evidence_of("code_table", "sex")) == 1
    assert problems() == []


def test_an_upgrade_adds_a_leaf_and_keeps_the_old_one(monkeypatch):
    jobs.enter()
    real = list(entering._brought())
    changed = [(kind, code, {**body, "title": "换了名称"}) if code == "health.birth" else (kind, code, body) for kind, code, body in real]
    monkeypatch.setattr(entering, "_brought", lambda: iter(changed))
    assert jobs.enter() == 1
    assert len(catalogue.evidence_of("resource", "health.birth")) == 2
    assert problems() == []


def test_an_entry_cannot_be_changed_and_a_changed_one_is_found():
    jobs.enter()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Shipped.objects.filter(code="health.birth").update(body={})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalogue_shipped DISABLE TRIGGER catalogue_shipped_fixed")
        cursor.execute("UPDATE catalogue_shipped SET body = '{}' WHERE code = 'health.birth'")
        assert [one.key for one in problems()] == [str(Shipped.objects.get(code="health.birth").id)]


def test_a_review_that_takes_too_long_is_told_once():
    with frozen(MONDAY) as hands:
        draft = catalogue.save(fresh(), actor=WRITER, lock=0)
        waiting = catalogue.submit("health.clinics", actor=WRITER, lock=draft.lock)
        assert jobs.clocks() == 0
        hands.advance(timedelta(days=4))
        assert jobs.clocks() == 1
        assert jobs.clocks() == 0
        late = catalogue.overdue(AUTHORITY)
        assert [(one.code, one.clock, str(one.due)) for one in late] == [("health.clinics", "review", "2026-03-04")]
        assert catalogue.overdue(WRITER) == late
        assert catalogue.overdue(OTHER) == catalogue.overdue(ELSEWHERE) == catalogue.overdue(CLERK) == []
        back = catalogue.give_back("health.clinics", actor=AUTHORITY, lock=waiting.lock, reason="缺少依据")
        assert catalogue.overdue(AUTHORITY) == []
        catalogue.submit("health.clinics", actor=WRITER, lock=back.lock)
        hands.advance(timedelta(days=5))
        assert jobs.clocks() == 1  # the term of the new review
    refs = audit.evidence_refs("resource_version", str(draft.id))
    assert len(refs) == 6  # saved, submitted, told late, returned, submitted, told late


def test_an_update_that_takes_too_long_and_is_extended():
    with frozen(MONDAY) as hands:
        draft = catalogue.save(fresh(), actor=WRITER, lock=0)
        hands.advance(timedelta(days=16))
        assert jobs.clocks() == 1
        assert [one.clock for one in catalogue.overdue(AUTHORITY)] == ["update"]  # the data authority sees the delay, not the draft
        waiting = catalogue.submit("health.clinics", actor=WRITER, lock=draft.lock)
        catalogue.extend("health.clinics", actor=AUTHORITY, lock=waiting.lock, reason="系统改造")
        assert catalogue.overdue(AUTHORITY) == []
        hands.advance(timedelta(days=14))
        assert jobs.clocks() == 2  # the review, and the update a second time


def test_what_is_published_is_late_no_more():
    with frozen(MONDAY) as hands:
        published()
        hands.advance(timedelta(days=60))
        assert jobs.clocks() == 0
        assert catalogue.overdue(AUTHORITY) == []


def test_every_code_table_has_one_authoritative_source():
    from yiwang.data.registers import api as registers

    departments = {one.department for one in registers.registers()}
    tables = catalogue.tables()
    assert len(tables) == len({one.code for one in tables}) >= 30
    for one in tables:
        assert one.department in departments and one.title and one.title_en and one.codes
    assert catalogue.code_table("sex").standard == "GB/T 2261.1"
    assert "person.sex" in catalogue.code_table("sex").elements
    with pytest.raises(catalogue.UnknownCodeTable):
        catalogue.code_table("nothing")
