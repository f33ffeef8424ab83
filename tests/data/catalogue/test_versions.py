"""A resource from draft to publication: two persons, legal days, diff, evidence, least privilege, import and export."""

import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import DatabaseError, transaction

from yiwang.base.clock.api import frozen
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue.models import ResourceVersion as Row
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit import api as audit

from .conftest import AUTHORITY, CLERK, ELSEWHERE, OTHER, WRITER

pytestmark = pytest.mark.django_db


def fresh(**changes):
    fields = (
        catalogue.Field(name="id", title="编号", length=20, level=1, key=True),
        catalogue.Field(name="phone", title="电话", length=20, level=2, mask="phone"),
    )
    made = catalogue.Resource(
        code="health.clinics", title="社区卫生服务站", department="health", region="990100", fields=fields, provider_name="云汀市卫生健康委员会",
        summary="服务站的名称、地址和电话。", item="11", share_terms="依法履职查验", formats=(("2", "xlsx"),), duties=("health.hygiene",),
    )  # fmt: skip
    return replace(made, **changes)


def published(resource=None):
    one = catalogue.save(resource or fresh(), actor=WRITER, lock=0)
    one = catalogue.submit(one.resource.code, actor=WRITER, lock=one.lock)
    return catalogue.publish(one.resource.code, actor=AUTHORITY, lock=one.lock)


def test_a_resource_is_written_reviewed_and_published():
    with frozen(datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))) as hands:
        draft = catalogue.save(fresh(), actor=WRITER, lock=0, note="新建")
        assert (draft.number, draft.state, str(draft.update_due), draft.update_light) == (1, "draft", "2026-03-16", "green")
        with pytest.raises(catalogue.NoSuchResource):
            catalogue.resource("health.clinics")
        waiting = catalogue.submit("health.clinics", actor=WRITER, lock=draft.lock)
        assert str(waiting.review_due) == "2026-03-04"
        hands.advance(timedelta(days=4))
        assert catalogue.draft("health.clinics", actor=AUTHORITY).review_light == "red"
    longer = catalogue.extend("health.clinics", actor=AUTHORITY, lock=waiting.lock, reason="系统改造")
    assert str(longer.update_due) == "2026-03-23"
    with pytest.raises(catalogue.WrongResourceStep):
        catalogue.extend("health.clinics", actor=AUTHORITY, lock=longer.lock, reason="再来")
    done = catalogue.publish("health.clinics", actor=AUTHORITY, lock=longer.lock)
    assert done.resource.catalogue_code == "311001/00001" or done.resource.catalogue_code.startswith("311001/")
    assert catalogue.resource("health.clinics").number == 1
    assert catalogue.resource("health.clinics").published_on is not None
    assert len(audit.evidence_refs("resource_version", str(done.id))) == 4  # saved, submitted, extended, published
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Row.objects.filter(code="health.clinics").update(note="改")


def test_who_wrote_it_cannot_publish_it():
    both = replace(WRITER, roles=frozenset({"data_officer", "catalogue_reviewer"}))
    one = catalogue.save(fresh(), actor=both, lock=0)
    one = catalogue.submit("health.clinics", actor=both, lock=one.lock)
    for act in (
        lambda: catalogue.publish("health.clinics", actor=both, lock=one.lock),
        lambda: catalogue.give_back("health.clinics", actor=both, lock=one.lock, reason="x"),
    ):
        with pytest.raises(catalogue.SameCataloguer):
            act()


def test_drafts_belong_to_the_department():
    one = catalogue.save(fresh(), actor=WRITER, lock=0)
    for stranger in (OTHER, AUTHORITY, ELSEWHERE, CLERK):
        assert catalogue.drafts(stranger) == []
        with pytest.raises(catalogue.NoResourceDraft):
            catalogue.draft("health.clinics", actor=stranger)
        with pytest.raises(PermissionDenied):
            catalogue.save(fresh(title="改"), actor=stranger, lock=one.lock)
    with pytest.raises(catalogue.NoResourceDraft):
        catalogue.submit("health.clinics", actor=OTHER, lock=one.lock)
    one = catalogue.submit("health.clinics", actor=WRITER, lock=one.lock)
    assert [row.resource.code for row in catalogue.drafts(AUTHORITY)] == ["health.clinics"]
    assert catalogue.drafts(ELSEWHERE) == catalogue.drafts(OTHER) == []
    with pytest.raises(catalogue.NoResourceDraft):
        catalogue.publish("health.clinics", actor=ELSEWHERE, lock=one.lock)
    with pytest.raises(PermissionDenied):
        catalogue.publish("health.clinics", actor=WRITER, lock=one.lock)
    with pytest.raises(PermissionDenied):
        catalogue.draft("health.birth", actor=OTHER)


def test_versions_are_compared_field_by_field():
    first = published()
    new = fresh(title="社区卫生服务站名册", fields=(first.resource.fields[0], replace(first.resource.fields[1], level=3)), cycle="weekly")
    second = published(new)
    assert second.number == 2 and second.resource.catalogue_code == first.resource.catalogue_code
    changes = {one.place: (one.before, one.after) for one in catalogue.compare("health.clinics", old=1, new=2, actor=CLERK)}
    assert changes == {"title": ("社区卫生服务站", "社区卫生服务站名册"), "cycle": ("daily", "weekly"), "fields.phone.level": ("2", "3")}
    assert [one.state for one in catalogue.versions("health.clinics", actor=CLERK)] == ["published", "superseded"]


def test_a_shipped_resource_gets_versions_over_it():
    start = catalogue.draft("health.birth", actor=WRITER)
    assert (start.lock, start.number) == (0, 1)
    done = published(replace(start.resource, cycle="daily"))
    assert done.resource.catalogue_code == start.resource.catalogue_code
    assert [(one.number, one.state) for one in catalogue.versions("health.birth", actor=CLERK)] == [(1, "published"), (0, "superseded")]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"share": "unconditional"}, "share"), ({"share_terms": " "}, "share_terms"), ({"share": "none"}, "share_ground"),
        ({"open": True}, "open"), ({"cycle": "often"}, "cycle"), ({"formats": ()}, "formats"), ({"item": "77"}, "item"),
        ({"duties": ("health.nothing",)}, "duties"), ({"duties": ("police.household",)}, "duties"), ({"provider_code": "123"}, "provider_code"),
        ({"fields": ()}, "fields"),
        ({"fields": (catalogue.Field(name="a", title="甲", level=2, sensitive=True),)}, "fields.a"),
        ({"fields": (catalogue.Field(name="a", title="甲", element="person.id_number", level=1),)}, "fields.a"),
        ({"fields": (catalogue.Field(name="a", title="甲"), catalogue.Field(name="a", title="乙"))}, "fields.a"),
        ({"fields": (catalogue.Field(name="a", title="甲", mask="ink"),)}, "fields.a"),
    ],
)  # fmt: skip
def test_errors_keep_a_draft_from_being_submitted(changes, place):
    one = fresh(**changes)
    assert place in [finding.field for finding in catalogue.findings(one) if finding.level == "error"]
    saved = catalogue.save(one, actor=WRITER, lock=0)
    with pytest.raises(catalogue.ResourceHasFindings):
        catalogue.submit("health.clinics", actor=WRITER, lock=saved.lock)


def test_shipped_resources_have_no_errors():
    bad = {one.code: [f.cause for f in catalogue.findings(one) if f.level == "error"] for one in catalogue.resources()}
    assert {code: causes for code, causes in bad.items() if causes} == {}


def test_a_returned_draft_is_saved_and_submitted_again_and_stale_saves_lose_nothing():
    one = catalogue.save(fresh(), actor=WRITER, lock=0)
    with pytest.raises(catalogue.StaleResource):
        catalogue.save(fresh(), actor=WRITER, lock=0)
    one = catalogue.submit("health.clinics", actor=WRITER, lock=one.lock)
    with pytest.raises(catalogue.WrongResourceStep):
        catalogue.save(fresh(), actor=WRITER, lock=one.lock)
    with pytest.raises(catalogue.ResourceNeedsReason):
        catalogue.give_back("health.clinics", actor=AUTHORITY, lock=one.lock, reason=" ")
    one = catalogue.give_back("health.clinics", actor=AUTHORITY, lock=one.lock, reason="摘要不清")
    one = catalogue.save(fresh(summary="更清楚"), actor=WRITER, lock=one.lock)
    catalogue.discard("health.clinics", actor=WRITER, lock=one.lock)
    with pytest.raises(catalogue.NoResourceDraft):
        catalogue.draft("health.clinics", actor=WRITER)


def test_what_has_no_partner_is_listed():
    listed = catalogue.unbound(CLERK)
    assert {"housing.construction", "water.abstraction"} <= {one.code for one in listed.duties}
    assert listed.resources == ()
    published(fresh(duties=()))
    assert [one.code for one in catalogue.unbound(CLERK, department="health").resources] == ["health.clinics"]
    duty = catalogue.Duty("health.clinics", "社区卫生服务站管理", "health", "990100", "中华人民共和国基本医疗卫生与健康促进法")
    with pytest.raises(PermissionDenied):
        catalogue.keep_duty(duty, actor=OTHER)
    catalogue.keep_duty(duty, actor=WRITER)
    assert duty in catalogue.unbound(CLERK, department="health").duties
    catalogue.remove_duty(duty, actor=WRITER)
    assert duty not in catalogue.duties()


def test_search_finds_words_in_fields_and_counts_facets():
    found = catalogue.find("出生 母亲")
    assert found.resources[0].code == "health.birth"
    narrowed = catalogue.find("", facets={"department": "health", "share": "conditional"})
    assert narrowed.total and {one.department for one in narrowed.resources} == {"health"}
    assert narrowed.facets["department"]["police"]  # a facet is counted without its own condition
    assert catalogue.find("没有这样的词").total == 0
    assert catalogue.find("", page=99, size=10).page == 3


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_an_exported_catalogue_is_taken_in_again(form):
    content = catalogue.export(catalogue.resources(), form=form)
    report = catalogue.take_in(content, actor=WRITER)
    assert [row.outcome for row in report.rows] == ["same"] * 30, [row for row in report.rows if row.outcome != "same"][:2]
    changed = [replace(one, summary=one.summary + "(改)") for one in catalogue.resources()]
    report = catalogue.take_in(catalogue.export(changed, form=form), actor=WRITER)
    mine = [row for row in report.rows if row.code.startswith("health.")]
    assert {row.outcome for row in mine} == {"changed"}
    assert {row.outcome for row in report.rows if row not in mine} == {"refused"}


def test_dcat_says_the_core_metadata_and_comes_back_as_drafts():
    data = json.loads(catalogue.export([catalogue.resource("health.birth")], form="dcat"))
    one = data["dcat:dataset"][0]
    assert one["dct:identifier"][0] == "health.birth" and one["csvw:tableSchema"]["csvw:column"]
    one["dct:identifier"] = ["health.births_abroad"]
    report = catalogue.take_in(json.dumps(data).encode(), actor=replace(WRITER, region=""))
    assert [row.outcome for row in report.rows] == ["new"], report.rows
    assert len(catalogue.draft("health.births_abroad", actor=WRITER).resource.fields) == 17


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"\xff\xfe", b"[" * 100_000, b'{"resources": 3}'])
def test_unreadable_files_are_refused_in_words(content):
    with pytest.raises(catalogue.UnreadableCatalogue):
        catalogue.take_in(content, actor=WRITER)


def test_bad_rows_are_reported_and_good_ones_kept():
    rows = [
        catalogue.to_json(fresh()),
        {"code": 3},
        7,
        {**catalogue.to_json(fresh(code="health.b")), "levle": 1},
        catalogue.to_json(fresh()),
    ]
    report = catalogue.take_in(json.dumps(rows).encode(), actor=WRITER)
    assert [row.outcome for row in report.rows] == ["new", "refused", "refused", "refused", "refused"]
    assert report.count("new") == 1 and "levle" in report.rows[3].reason


def test_a_workbook_writes_no_formula():
    content = catalogue.export([fresh(summary="=1+1")], form="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
