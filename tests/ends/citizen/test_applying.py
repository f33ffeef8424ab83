"""The walk from question to receipt: without JavaScript, in both versions, with mistakes, twice, and after coming back."""

import struct
import zlib
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.ends.citizen.walking import filled, here, main_form, text_of, walk
from yiwang.business.cases import api as cases
from yiwang.business.life_events import api as life_events
from yiwang.data.quality import api as quality
from yiwang.ends.citizen import drafts, sheets
from yiwang.ends.citizen.models import Draft
from yiwang.standards.errors import NotFound
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
MATTER = "/matters/police.household_transfer"


def actor(username):
    return identity.actor_of(Account.objects.get(username=username))


@pytest.mark.parametrize("cookies", [{}, {"elder": "1"}, {"yiwang_language": "en"}], ids=["normal", "elder", "english"])
def test_newborn_from_questions_to_receipt(browser, cookies):
    response, passed = walk(browser("newborn_mother", **cookies))
    assert response.status_code == 200 and "/mine/life-events/" in here(response)
    assert (len(passed) > 5) == bool(cookies.get("elder")), "the simple version asks one thing a page"
    events = life_events.mine(actor("newborn_mother"))
    assert len(events) == 1 and events[0].total >= 6
    assert events[0].no in text_of(response)


def test_progress_can_be_asked_for_alone(mother):
    receipt, _ = walk(mother)
    part = mother.get(here(receipt).partition("?")[0], headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="progress"') and "<html" not in part


def test_errors_keep_what_was_typed_and_point_to_it(mother):
    response = mother.get("/life-events/newborn/questions", follow=True)
    while "/form" not in here(response):
        form = main_form(response)
        response = mother.post(form["action"], filled(form), follow=True)
    form = main_form(response)
    data = filled(form, child_name="", delivery_address="望江路 1 号")
    data |= {"child_name": "", "act": "next"}
    response = mother.post(form["action"], data)
    html = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in html and 'href="#f-child_name"' in html and 'id="f-child_name"' in html
    assert "望江路 1 号" in html
    again = mother.get("/life-events/newborn/form").content.decode()
    assert "望江路 1 号" in again, "kept on coming back"


def test_the_same_submission_twice_is_one(mother):
    response = mother.get("/life-events/newborn/questions", follow=True)
    while "/review" not in here(response):
        form = main_form(response)
        response = mother.post(form["action"], filled(form) | {"act": "next"}, follow=True)
    form = main_form(response)
    first = mother.post(form["action"], form["data"])
    second = mother.post(form["action"], form["data"])
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert len(life_events.mine(actor("newborn_mother"))) == 1


def test_single_matter_survives_leaving_and_signing_in_again(browser):
    client = browser("school_parent")
    response = client.get(f"{MATTER}/apply", follow=True)
    while "/form" not in here(response):
        form = main_form(response)
        response = client.post(form["action"], filled(form), follow=True)
    form = main_form(response)
    text = next(name for name, options in form["asked"].items() if not options)
    response = client.post(form["action"], filled(form, **{text: "云汀市河西区书院街道 8 号"}) | {"act": "later"}, follow=True)
    assert here(response) == "/mine" and "户口迁移" in text_of(response)
    assert b"\xe4\xb9\xa6\xe9\x99\xa2" not in bytes(Draft.objects.get().body), "kept encrypted"
    client = browser("school_parent")
    response = client.get(f"{MATTER}/form")
    assert "书院街道 8 号" in response.content.decode()
    response = client.post(f"{MATTER}/form", filled(main_form(response)) | {"act": "next"}, follow=True)
    assert here(response).endswith("/review") and "书院街道 8 号" in text_of(response)
    form = main_form(response)
    receipt = client.post(form["action"], form["data"], follow=True)
    assert receipt.status_code == 200 and "/mine/cases/" in here(receipt)
    again = client.post(form["action"], form["data"])
    assert again.status_code == 302 and again["Location"] == here(receipt)
    assert not Draft.objects.exists()
    page = text_of(receipt)
    assert cases.mine(actor("school_parent")).rows[0].no in page


def test_a_case_is_withdrawn_on_a_page_of_its_own(browser):
    client = browser("school_parent")
    response = client.get(f"{MATTER}/apply", follow=True)
    for _ in range(6):
        if "/mine/" in here(response):
            break
        form = main_form(response)
        typed = {name: "书院街道 8 号" for name, options in form["asked"].items() if not options}
        response = client.post(form["action"], filled(form, **typed) | {"act": "next"}, follow=True)
    case = cases.mine(actor("school_parent")).rows[0]
    if case.closed_at is None:
        address = f"/mine/cases/{case.id}/withdraw"
        assert client.get(address).status_code == 200
        assert "已撤回" in text_of(client.post(address, {"reason": "不迁了"}, follow=True))


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


def test_files_are_kept_or_refused_with_the_reason(rf):
    line = sheets.Line("proof", "证明", True, True, "", ("file", "commitment"))
    look = sheets.Look([], [], [line])
    sheet = drafts.Sheet()
    request = rf.post("/", {"file-proof": SimpleUploadedFile("a.png", b"MZ not a picture")})
    errors = sheets.take(request, look, sheet)
    assert "a.png" in errors["proof"] and "proof" not in sheet.materials
    assert sheets.faults(look, sheet)["proof"]
    request = rf.post("/", {"file-proof": SimpleUploadedFile("a.png", png()), "way-proof": "file"})
    assert sheets.take(request, look, sheet) == {}
    assert sheet.materials["proof"].name == "a.png" and sheets.faults(look, sheet) == {}
    sheets.take(rf.post("/", {"way-proof": "commitment"}), look, sheet)
    assert sheet.materials["proof"].kind == "commitment"
    sheets.take(rf.post("/", {"way-proof": "bribe"}), look, sheet)
    assert sheet.materials["proof"].kind == "commitment"


def test_a_prefilled_value_is_disputed_at_its_source(mother):
    response = mother.get("/life-events/newborn/questions", follow=True)
    while "/form" not in here(response):
        form = main_form(response)
        response = mother.post(form["action"], filled(form), follow=True)
    html = response.content.decode()
    address = html[html.index("/corrections/new?item=") :].split('"')[0]
    page = mother.get(address)
    assert page.status_code == 200
    form = main_form(page)
    wrong = mother.post("/corrections/new", form["data"] | {"claimed": "", "reason": "身份证上不是这样"})
    assert wrong.status_code == 422 and "身份证上不是这样" in wrong.content.decode()
    done = mother.post("/corrections/new", form["data"] | {"claimed": "另一个值", "reason": "身份证上不是这样"}, follow=True)
    assert done.status_code == 200
    assert len(quality.mine(actor("newborn_mother"))) == 1 or "alert" in done.content.decode()


def test_sealed_words_cannot_be_made_up(mother):
    assert mother.get("/corrections/new?item=abc").status_code == 404
    with pytest.raises(NotFound):
        sheets.unseal("AAAA")


def test_a_draft_is_nobody_elses(browser):
    mine, other = actor("newborn_mother"), actor("school_parent") if browser("school_parent") else None
    drafts.save(mine, "matter:x", drafts.Sheet(values={"a": "1"}))
    assert drafts.load(other, "matter:x") is None
    assert drafts.load(mine, "matter:x").values == {"a": "1"}
    drafts.clear(mine, "matter:x")
    assert drafts.load(mine, "matter:x") is None


def test_unknown_supplement_does_not_exist(mother):
    assert mother.post(f"/mine/life-events/{uuid4()}/supplement", {"node": "x"}).status_code == 404
    assert mother.post(f"/mine/cases/{uuid4()}/supplement").status_code == 404
