"""The other places of the desk: matters, life events, corrections, ratings, figures, audit."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.ends.installation import PASSPORT, actor, born, hand_in
from yiwang.business.matters import api as matters
from yiwang.data.quality import api as quality
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.evidence import api as evidence

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
PLACES = {
    "/office/matters": "police.reviewer",
    "/office/matters?q=护照": "police.reviewer",
    f"/office/matters/{PASSPORT}": "police.reviewer",
    "/office/matters/import": "police.reviewer",
    "/office/life-events": "police.clerk",
    "/office/life-events/newborn": "police.clerk",
    "/office/corrections": "police.data",
    "/office/ratings": "police.data",
    "/office/figures?check=1": "city.leader",
    "/office/figures?since=never&figure=none": "police.approver",
    "/office/audit": "city.auditor",
    "/office/audit?since=2020-01-01&until=bad&act=case.": "city.auditor",
    "/office/": "city.admin",
}


def text_of(response):
    return response.content.decode()


@pytest.fixture
def library(people):
    matters.load_builtin()


@pytest.mark.parametrize("path", PLACES)
def test_every_place_opens_in_both_languages(sign_in, library, path):
    client = sign_in(PLACES[path])
    assert client.get(path).status_code == 200
    client.cookies["yiwang_language"] = "en"
    page = text_of(client.get(path))
    assert ('lang="en"' in page and "To do" in page) or "Choose where to go" in page or "Matters" in page or "Oversight" in page


@pytest.mark.parametrize("path", ["/office/corrections", "/office/ratings", "/office/figures", "/office/audit", "/office/matters/import"])
def test_places_need_their_role(sign_in, path):
    assert sign_in("police.clerk").get(path).status_code == 403
    assert sign_in("retiree").get(path).status_code == 403


def sheet_of(client, code=PASSPORT):
    from html.parser import HTMLParser

    class Form(HTMLParser):
        """What a browser would post of the editor's form."""

        def __init__(self):
            super().__init__()
            self.values, self.area, self.select = {}, "", ""

        def handle_starttag(self, tag, attributes):
            told = dict(attributes)
            name = told.get("name", "")
            if tag == "input" and (told.get("type") not in ("radio", "checkbox") or "checked" in told):
                self.values[name] = told.get("value", "")
            elif tag == "textarea":
                self.area, self.values[name] = name, ""
            elif tag == "select":
                self.select = name
            elif tag == "option" and "selected" in told:
                self.values[self.select] = told.get("value", "")

        def handle_endtag(self, tag):
            self.area = "" if tag == "textarea" else self.area

        def handle_data(self, data):
            if self.area:
                self.values[self.area] += data

    form = Form()
    page = text_of(client.get(f"/office/matters/{code}/edit"))
    form.feed(page[page.index('<form method="post" class="stack"') :])
    return {name: value for name, value in form.values.items() if name not in ("", "language", "next")}


def test_a_matter_is_edited_by_one_and_published_by_another(sign_in, library):
    client = sign_in("police.reviewer")
    sheet = sheet_of(client)
    unchanged = client.post(f"/office/matters/{PASSPORT}/edit", sheet)
    assert unchanged.status_code == 302
    assert matters.draft(PASSPORT, actor=actor("police.reviewer")).changes == ()
    sheet = sheet_of(client) | {
        "summary": "出国前办护照,七个工作日办好。",
        "faqs-0-question": "要本人去吗",
        "faqs-0-answer": "首次申领要采集指纹。",
    }
    assert client.post(f"/office/matters/{PASSPORT}/edit", sheet).status_code == 302
    stale = client.post(f"/office/matters/{PASSPORT}/edit", sheet | {"summary": "另一个窗口写的"})
    assert stale.status_code == 409 and "另一个窗口写的" in text_of(stale)
    page = text_of(client.get(f"/office/matters/{PASSPORT}/edit"))
    assert "草稿改了什么" in page and "七个工作日办好" in page
    assert client.post(f"/office/matters/{PASSPORT}/state/publish", {"lock": "2"}).status_code == 403
    boss = sign_in("police.approver")
    lock = matters.draft(PASSPORT, actor=actor("police.approver")).lock
    page = text_of(boss.post(f"/office/matters/{PASSPORT}/state/publish", {"lock": lock}, follow=True))
    assert matters.published(PASSPORT).summary.startswith("出国前办护照"), page[-500:]
    assert "版本差异" in page


def test_a_matter_is_suspended_resumed_and_cancelled(sign_in, library):
    boss = sign_in("police.approver")
    act = lambda action, **data: text_of(boss.post(f"/office/matters/{PASSPORT}/state/{action}", data, follow=True))  # noqa: E731
    act("suspend", reason="")
    assert matters.described(PASSPORT).state == "in_use"
    assert "恢复受理" in act("suspend", reason="系统升级")
    assert "暂停受理" in act("resume")
    act("cancel", reason="法律修改")
    assert matters.described(PASSPORT).state == "cancelled"
    assert sign_in("fire.approver").post(f"/office/matters/{PASSPORT}/state/suspend", {"reason": "别的部门"}).status_code == 403
    assert sign_in("fire.reviewer").get(f"/office/matters/{PASSPORT}/edit").status_code == 403


def test_an_import_is_reported_row_by_row(sign_in, library, shared_data):
    data = (shared_data / "matters" / "guangan_items.csv").read_bytes()
    client = sign_in("city.editor")
    done = client.post("/office/matters/import", {"file": SimpleUploadedFile("items.csv", data)})
    assert done.status_code == 302, text_of(done)[-800:]
    page = text_of(client.get(done["Location"]))
    assert "读到 1135 行" in page and len(page) < 400_000
    assert client.get(done["Location"] + "?page=2").status_code == 200
    rows = list(csv.reader(io.StringIO(client.get(done["Location"] + "?format=csv").content.decode("utf-8-sig"))))
    assert len(rows) == 1136
    assert sign_in("police.reviewer").get(done["Location"]).status_code == 404


def test_a_wrong_import_says_why(sign_in, library):
    client = sign_in("police.reviewer")
    for file in ({}, {"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}, {"file": SimpleUploadedFile("a.doc", b"x")}):
        refused = client.post("/office/matters/import", file)
        assert refused.status_code == 422 and 'role="alert"' in text_of(refused)


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_matters_are_exported(sign_in, library, form):
    answer = sign_in("police.clerk").get(f"/office/matters/export/{form}")
    assert answer.status_code == 200 and len(answer.content) > 10_000
    assert f"matters.{form}" in answer["Content-Disposition"]
    assert sign_in("police.clerk").get("/office/matters/export/doc").status_code in (404, 422)


def test_a_correction_is_answered(sign_in, people):
    who = people["retiree"]
    order = quality.open_correction(
        None,
        element="person.residence_address",
        key=who.subject,
        held_value="旧址",
        claimed_value="新址",
        reason="已搬家",
        actor=actor("retiree"),
    )
    client = sign_in("police.data")
    assert "现住址" in text_of(client.get("/office/corrections"))
    place = f"/office/corrections/{order.correction_id}"
    refused = client.post(place, {"outcome": "", "note": "派人上门看过"})
    assert refused.status_code == 422 and "派人上门看过" in text_of(refused)
    assert sign_in("fire.data").get(place).status_code in (403, 404)
    done = sign_in("police.data").post(place, {"outcome": "upheld", "note": "登记无误,已向本人说明"}, follow=True)
    assert "已答复" in text_of(done)


def test_a_bad_rating_goes_through_its_steps(sign_in, people):
    done = born(people)
    ratings.rate(done.id, level="very_dissatisfied", reasons=["too_slow"], text="跑了三趟", actor=actor("newborn_mother"))
    client = sign_in("health.data")
    shown = text_of(client.get("/office/ratings"))
    assert "跑了三趟" in shown and "办理时间太长" in shown and "too_slow" not in shown
    rating = ratings.todo(actor("health.data"))[0]
    step = ratings.actions(rating.id, actor=actor("health.data"))[0]
    place = f"/office/ratings/{rating.id}/{step.name}"
    refused = client.post(place, {"version": rating.version})
    assert refused.status_code in (409, 422) and 'role="alert"' in text_of(refused)
    inputs = {one.key: one.options[0][0] if one.options else "已经核实,情况属实。" for one in step.inputs}
    assert client.post(place, {"version": rating.version, **inputs}).status_code == 302
    assert sign_in("fire.data").post(place, {"version": 1}).status_code in (403, 404)


def test_the_log_is_verified(sign_in, people):
    hand_in("retiree")
    evidence.sequence()
    client = sign_in("city.auditor")
    assert "存证日志" in text_of(client.get("/office/audit"))
    assert "全部一致" in text_of(client.post("/office/audit/verify", follow=True))
    assert client.get("/office/audit?case=not-an-id").status_code == 404
