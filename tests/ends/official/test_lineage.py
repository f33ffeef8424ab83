"""Lineage on the desk and through the API: counts for whom they concern, the way of a decision for who may see the case."""

import json
from datetime import timedelta

import pytest

from tests.ends.installation import actor
from yiwang.base.clock.api import now
from yiwang.business.cases import api as cases
from yiwang.data.catalogue import api as catalogue
from yiwang.data.lineage import api as lineage
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.standards import events
from yiwang.standards.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_every_use_is_counted_by_department_and_purpose(case):
    used = audit.uses(since=now() - timedelta(minutes=5))
    assert used and all(one.looks + one.refused for one in used)
    element = used[0].element
    auditor = actor("city.auditor")
    told = lineage.field(element, actor=auditor)
    assert told.complete and told.row.looks == sum(one.looks for one in used if one.element == element)
    assert told.last and all(len(one.case) in (0, 6) for one in told.last)
    assert ("source", "element") in told.flow.edges and told.flow.columns[1][0].title == told.row.name
    rows = lineage.fields(auditor)
    assert len(rows) == len(catalogue.elements()) and next(row for row in rows if row.element == element).looks == told.row.looks


def test_others_see_only_their_own_departments_uses(case, people):
    used = {one.element: one for one in audit.uses(since=now() - timedelta(minutes=5))}
    officer = actor("health.data")
    foreign = next(one for one in used if catalogue.element(one).department != officer.department)
    told = lineage.field(foreign, actor=officer)
    assert not told.complete and {one.department for one in told.uses} <= {officer.department}
    assert {one.department for one in told.last} <= {officer.department}
    for row in lineage.fields(officer):
        assert row.department == officer.department or row.looks
    for stranger in ("police.clerk", "retiree"):
        with pytest.raises((PermissionDenied, NotFound)):
            lineage.field(foreign, actor=actor(stranger))
    with pytest.raises(InvalidInput):
        lineage.fields(officer, days=0)


def test_origins_follow_the_case(case, people):
    mother = actor("retiree")
    rows = cases.origins(case.id, actor=mother)
    told = cases.explanation(case.id, actor=mother)
    assert bool(rows) == bool(told)
    assert all(one.kind in ("fact", "field", "answer", "parameter", "clock", "settled") for one in rows)
    assert all(one.element for one in rows if one.kind == "fact")
    with pytest.raises(NotFound):
        cases.origins(case.id, actor=actor("newborn_mother"))


def test_pages_open_and_are_closed_to_others(sign_in, case):
    element = audit.uses(since=now() - timedelta(minutes=5))[0].element
    client = sign_in("city.auditor")
    assert element in client.get(f"/office/lineage?days=365&q={element}").content.decode()
    page = client.get(f"/office/lineage/{element}")
    assert page.status_code == 200 and "<svg" in page.content.decode()
    assert client.get("/office/lineage/no.such").status_code == 422
    assert client.get("/office/lineage?days=x&q=%00'").status_code == 200
    clerk = sign_in("police.clerk")
    assert clerk.get(f"/office/cases/{case.id}/origins").status_code == 200
    assert clerk.get("/office/lineage").status_code == 403


def test_quality_runs_and_snapshots_go_out(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path
    checked = events.QualityChecked(at=now(), run_id="7", resource="police.person", department="police", score=0.98, grade="green")
    published = events.SharingPublished(at=now(), resource="person", rows=200)
    for event in (checked, published, published):
        lineage.on_event(event.to_json())
    lines = [json.loads(line) for file in (tmp_path / "lineage").glob("*.jsonl") for line in file.read_text().splitlines()]
    assert [one["job"]["name"] for one in lines] == ["quality.police.person", "snapshot.person", "snapshot.person"]
    assert lines[1]["run"] == lines[2]["run"] and lines[1]["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 200
    assert any(one["name"] == "id_number" for one in lines[1]["inputs"][0]["facets"]["schema"]["fields"])


def test_purposes_are_said_in_words(people):
    from yiwang.ends.official import views_lineage

    assert views_lineage._purpose("benefit.recheck.pension") == "待遇发放月度复核"
    assert views_lineage._purpose("life_event.newborn") == "新生儿出生一件事"
    assert views_lineage._purpose("policy.match") == "惠企政策匹配"
    for unknown in ("life_event.nothing", "benefit.nothing", "policy.nothing", "no.such"):
        assert views_lineage._purpose(unknown) == unknown
